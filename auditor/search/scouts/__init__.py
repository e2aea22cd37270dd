"""The scouts that look for accounts, one for each route."""

__all__ = ["open_scouts"]

from collections.abc import Collection
from pathlib import Path

from auditor.base.address import Address
from auditor.base.settings import Settings
from auditor.probes.base import Clock, Login
from auditor.search.scouts.base import Scout


def open_scouts(
    settings: Settings, clock: Clock, *, session: Path, own: Collection[Address], login: Login | None = None
) -> list[Scout]:
    """Return a scout for each route, those that bring most for a request first.

    A route without its key is included and says what the key would open. `own` are the addresses on record: what is
    kept of other pages is minimised.
    """
    from auditor.probes.http import HttpConnection  # noqa: PLC0415 - each brings its own library
    from auditor.probes.tme.web import tme_connection  # noqa: PLC0415
    from auditor.probes.vk.client import vk_connection  # noqa: PLC0415
    from auditor.search.scouts.tme import TelegramPreviewScout  # noqa: PLC0415
    from auditor.search.scouts.vk import VkScout  # noqa: PLC0415
    from auditor.search.scouts.website import LIMITS, WebsiteScout  # noqa: PLC0415

    sites = HttpConnection(interval=settings.website_interval, proxy=settings.website_proxy, clock=clock, limits=LIMITS)
    scouts: list[Scout] = [
        WebsiteScout(sites, allow_local=settings.website_local),
        VkScout(vk_connection(settings, clock), settings.vk_token),
        TelegramPreviewScout(tme_connection(settings, clock), own=own),
    ]
    if settings.telegram_session is not None or session.exists():
        from auditor.probes.mtproto.place import Connection  # noqa: PLC0415
        from auditor.search.scouts.mtproto import TelegramClientScout  # noqa: PLC0415

        scouts.append(
            TelegramClientScout(
                Connection(
                    settings.telegram_api_id,
                    settings.telegram_api_hash,
                    session,
                    settings.telegram_proxy,
                    settings.telegram_dc,
                    settings.telegram_public_key,
                    settings.telegram_web_interval,
                ),
                clock=clock,
                login=login,
                own=own,
            )
        )
    return scouts
