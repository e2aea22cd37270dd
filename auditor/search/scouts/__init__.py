"""The scouts, each of which looks for accounts over one route or on official sites.

In: user names, a query, or the address of a page. Out: `ScoutResult`, unconfirmed pages and passages in memory with
minimised responses to store. May import `probes`, `registry` and `base`; a scout decides nothing about whose a page is.
A new route gets a module here with the route's name and a function `open_scout`; it is found by that name.
"""

__all__ = ["open_scouts"]

from collections.abc import Collection
from importlib import import_module
from importlib.util import find_spec

from auditor.base.address import Address
from auditor.base.snapshot import Route
from auditor.probes.plugins import PluginContext
from auditor.search.scouts.scout import Scout


def open_scouts(context: PluginContext, record_addresses: Collection[Address]) -> list[Scout]:
    """Return the scouts, in the order in which they are asked.

    VK's scout is included without its key, and names the setting that would open it. More may be stored of the pages
    in `record_addresses`, which are on record, than of any other.
    """
    names = [f"{__name__}.{name}" for name in ("website", *(route.value for route in Route))]
    # Imported here: each brings its own library.
    scouts: list[Scout | None] = [
        import_module(name).open_scout(context, record_addresses) for name in names if find_spec(name)
    ]
    return [scout for scout in scouts if scout is not None]
