"""The scouts, each of which looks for accounts over one route or on official sites.

In: user names, a query, or the address of a page. Out: `ScoutResult`, unconfirmed pages and passages in memory with
minimised responses to store. May import `probes`, `registry` and `base`; a scout decides nothing about whose a page is.
A new route gets a module here with the route's name and a function `open_scout`; it is found by that name.
"""

__all__ = ["open_scouts"]

from collections.abc import Collection, Iterator
from importlib import import_module
from importlib.util import find_spec

from auditor.base.address import Address
from auditor.base.snapshot import Route
from auditor.probes.plugins import PluginContext, plugin_of
from auditor.search.scouts.scout import Scout


def open_scouts(context: PluginContext, record_addresses: Collection[Address]) -> list[Scout]:
    """Return the scouts, in the order in which they are asked.

    VK's scout is included without its key, and names the setting that would open it. More may be stored of the pages
    in `record_addresses`, which are on record, than of any other.
    """
    return list(_scouts(context, record_addresses))


def _scouts(context: PluginContext, record_addresses: Collection[Address]) -> Iterator[Scout]:
    # Imported here: each brings its own library.
    yield import_module(f"{__name__}.website").open_scout(context, record_addresses)
    for route in (route for route in Route if find_spec(f"{__name__}.{route.value}")):
        if (opened := plugin_of(route).open(context)) is not None:
            yield import_module(f"{__name__}.{route.value}").open_scout(opened, context, record_addresses)
