"""The scouts that look for accounts, one for each route."""

__all__ = ["open_scouts"]

from collections.abc import Collection
from pathlib import Path

from auditor.base.address import Address
from auditor.base.settings import Settings
from auditor.probes.base import Clock, Login
from auditor.search.scouts.base import Scout


def open_scouts(
    settings: Settings, clock: Clock, *, data: Path, own: Collection[Address], login: Login | None = None
) -> list[Scout]:
    """Return a scout for each route, those that bring most for a request first.

    A route without its key is included and says what the key would open. `own` are the addresses on record: what is
    kept of other pages is minimised.
    """
    from auditor.probes.http import HttpConnection  # noqa: PLC0415 - each brings its own library
    from auditor.probes.mtproto.place import connection_of  # noqa: PLC0415
    from auditor.probes.tme.web import tme_connection  # noqa: PLC0415
    from auditor.probes.vk.client import vk_connection  # noqa: PLC0415
    from auditor.probes.vk.network import VkSettings  # noqa: PLC0415
    from auditor.search.scouts.tme import TelegramPreviewScout  # noqa: PLC0415
    from auditor.search.scouts.vk import VkScout  # noqa: PLC0415
    from auditor.search.scouts.website import LIMITS, WebsiteScout  # noqa: PLC0415

    sites = HttpConnection(interval=settings.website_interval, proxy=settings.website_proxy, clock=clock, limits=LIMITS)
    scouts: list[Scout] = [
        WebsiteScout(sites, allow_local=settings.website_local),
        VkScout(vk_connection(settings, clock), settings.of(VkSettings).token),
        TelegramPreviewScout(tme_connection(settings, clock), own=own),
    ]
    connection = connection_of(settings, data)
    if connection is not None:
        from auditor.search.scouts.mtproto import TelegramClientScout  # noqa: PLC0415

        scouts.append(TelegramClientScout(connection, clock=clock, login=login, own=own))
    return scouts
