"""The scouts that look for accounts: one for official sites, and one for each route that can search.

The module here that is named as a route is its scout, found by that name.
"""

__all__ = ["open_scouts"]

from collections.abc import Collection
from importlib import import_module
from importlib.util import find_spec

from auditor.base.address import Address
from auditor.base.snapshot import Route
from auditor.probes.plugins import PluginContext
from auditor.search.scouts.scout import Scout


def open_scouts(wiring: PluginContext, own: Collection[Address]) -> list[Scout]:
    """Return the scouts, those that bring most for a request first.

    A route without its key is included and says what the key would open. `own` are the addresses on record: what is
    kept of other pages is minimised.
    """
    names = [f"{__name__}.{name}" for name in ("website", *(route.value for route in Route))]
    # Imported here: each brings its own library.
    scouts: list[Scout | None] = [import_module(name).open_scout(wiring, own) for name in names if find_spec(name)]
    return [scout for scout in scouts if scout is not None]
