"""Who may be asked for accounts: a scout a route."""

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

    A route without its key is there too and says what the key would open. `own` are the addresses on record: what is
    kept of other pages is minimised.
    """
    from auditor.search.scouts.tme import TelegramPreviewScout  # noqa: PLC0415 - as above
    from auditor.search.scouts.vk import VkScout  # noqa: PLC0415
    from auditor.search.scouts.website import WebsiteScout  # noqa: PLC0415

    scouts: list[Scout] = [
        WebsiteScout(
            clock=clock,
            interval=settings.website_interval,
            proxy=settings.website_proxy,
            allow_local=settings.website_local,
        ),
        VkScout(settings.vk_api_url, settings.vk_token, clock=clock, rps=settings.vk_rps, proxy=settings.vk_proxy),
        TelegramPreviewScout(
            settings.telegram_web_url,
            interval=settings.telegram_web_interval,
            proxy=settings.telegram_web_proxy,
            clock=clock,
            own=own,
        ),
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
