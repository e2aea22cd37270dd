"""What a week's run would ask, by route and method, and how long that takes: an estimate, made without any network."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.base.snapshot import Route
from auditor.probes.base import Batch, Forecast, Target, Window
from auditor.probes.plugins import Wiring, plugin_of
from auditor.run.plan import Plan


@dataclass(frozen=True, slots=True)
class RouteForecast:
    """What one route would ask."""

    route: Route
    accounts: int
    asked: Forecast


def forecast_of(wiring: Wiring, plan: Plan) -> Iterator[RouteForecast]:
    """Yield what each route that is set up would ask of what is left to look at."""
    window = Window.of(plan.week, plan.as_of, plan.registry.zones)
    for route in Route:
        probe = plugin_of(route).open(wiring)
        if probe is not None:
            probe.close()
            yield _forecast(wiring, route, plan, window)


def _forecast(wiring: Wiring, route: Route, plan: Plan, window: Window) -> RouteForecast:
    methods: Counter[str] = Counter()
    accounts, seconds = 0, 0.0
    for targets in _batches(plan, route):
        asked = plugin_of(route).forecast(wiring, Batch(targets, window))
        methods.update(asked.methods)
        accounts, seconds = accounts + len(targets), seconds + asked.seconds
    return RouteForecast(route, accounts, Forecast(methods, seconds))


def _batches(plan: Plan, route: Route) -> Iterator[tuple[Target, ...]]:
    while targets := plan.batch(route):
        yield targets
