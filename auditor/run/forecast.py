"""What a week's run would ask, by route and method, and how long that takes: an estimate, made without any network."""

import math
from collections.abc import Iterator
from dataclasses import replace

from auditor.base.frozen import frozen
from auditor.base.snapshot import Route
from auditor.probes.base import Batch, Forecast, Window
from auditor.probes.known import Known
from auditor.probes.plugins import Wiring, plugin_of
from auditor.run.plan import Plan


@frozen
class RouteForecast:
    """What one route would ask in a run now."""

    route: Route
    accounts: int
    asked: Forecast
    later: int = 0
    """Accounts for which today's calls are too few."""

    @property
    def days(self) -> int:
        """How many more days those take, a run a day."""
        each = self.asked.daily.calls / max(1, self.accounts - self.later)
        return math.ceil(self.later * each / self.asked.daily.a_day) if self.later else 0


def forecast_of(wiring: Wiring, plan: Plan) -> Iterator[RouteForecast]:
    """Yield what each route that is set up would ask of what is left to look at."""
    window = Window.of(plan.week, plan.as_of, plan.registry.zones)
    for route in Route:
        probe = plugin_of(route).open(wiring)
        if probe is not None:
            probe.close()
            yield _forecast(wiring, route, plan, window)


def _forecast(wiring: Wiring, route: Route, plan: Plan, window: Window) -> RouteForecast:
    found = RouteForecast(route, 0, Forecast())
    for batch in _batches(plan, route, window):
        fits = 0 if found.later else len(batch.targets)
        asked = plugin_of(route).forecast(wiring, batch)
        left = asked.daily.left - found.asked.daily.calls
        if fits and asked.daily.calls > left:
            fits = math.floor(fits * left / asked.daily.calls)
            asked = plugin_of(route).forecast(wiring, replace(batch, targets=batch.targets[:fits]))
        later = len(batch.targets) - fits
        total = found.asked + asked if fits else found.asked
        found = replace(found, accounts=found.accounts + fits + later, later=found.later + later, asked=total)
    return found


def _batches(plan: Plan, route: Route, window: Window) -> Iterator[Batch]:
    """Yield what a run looks at; the controls are in its first batch."""
    controls, looked = tuple(plan.registry.controls), plan.archive.last_looks(str(plan.week), plan.as_of)
    in_vain = Known(as_of=plan.as_of)
    while targets := plan.batch(route):
        new = [
            t if t.known or (route.value, t.address.url) not in looked else replace(t, known=in_vain) for t in targets
        ]
        yield Batch(tuple(new), window, controls)
        controls = ()
