"""What a week's run would ask, by route and method, and how long that takes: an estimate, made without any network."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from auditor.base.snapshot import Route, Snapshot, StoredSnapshot
from auditor.probes.base import Batch, DailyLimit, Forecast, Target, Window
from auditor.probes.expected import was_asked
from auditor.probes.plugins import Wiring, plugin_of
from auditor.run.old_plan import Plan, window_of


@dataclass(frozen=True, slots=True)
class RouteForecast:
    """What one route would ask in a run now."""

    route: Route
    accounts: int
    asked: Forecast
    later: int = 0
    """Accounts for which today's calls are too few."""
    later_calls: float = 0
    """What those take of them."""

    @property
    def days(self) -> int:
        """How many more days those take, a run a day."""
        return math.ceil(self.later_calls / self.asked.daily.a_day) if self.later else 0


def forecast_of(wiring: Wiring, plan: Plan) -> Iterator[RouteForecast]:
    """Yield what each route that is set up would ask of what is left to look at."""
    window = window_of(plan.registry, plan.week, plan.as_of)
    for route in Route:
        probe = plugin_of(route).open(wiring)
        if probe is not None:
            probe.close()
            yield _forecast(wiring, route, plan, window)


def _forecast(wiring: Wiring, route: Route, plan: Plan, window: Window) -> RouteForecast:
    found = RouteForecast(route, 0, Forecast())
    for batch in _batches(plan, route, window):
        asked = everything = plugin_of(route).forecast(wiring, batch)
        fit = _fitting(batch.targets, asked.daily, asked.daily.left - found.asked.daily.calls)
        later = len(batch.targets) - len(fit)
        if later:
            asked = plugin_of(route).forecast(wiring, replace(batch, targets=fit)) if fit else Forecast()
        found = replace(
            found,
            accounts=found.accounts + len(batch.targets),
            later=found.later + later,
            later_calls=found.later_calls + everything.daily.calls - asked.daily.calls,
            asked=found.asked + asked if fit else found.asked,
        )
    return found


def _fitting(targets: Sequence[Target], limit: DailyLimit, left: float) -> tuple[Target, ...]:
    """Return the first targets for which so many calls are enough, and those that take none."""
    if limit.calls <= left:
        return tuple(targets)
    takes = [one.address for one in targets if one.address not in limit.free]
    fit = limit.free.union(takes[: math.floor(len(takes) * max(0.0, left) / limit.calls)])
    return tuple(one for one in targets if one.address in fit)


def _batches(plan: Plan, route: Route, window: Window) -> Iterator[Batch]:
    """Yield what a run looks at; the controls are in its first batch."""
    controls = tuple(plan.registry.controls)
    while targets := plan.batch(route):
        unread = [target.address.url for target in targets if target.known.until is None]
        looks = plan.archive.snapshots(plan.as_of, unread, since=plan.as_of)
        tried = {url: last for url, rows in looks.items() if (last := _tried(route, rows)) is not None}
        yield Batch(tuple(_as_tried(one, tried, plan.as_of) for one in targets), window, controls)
        controls = ()


def _tried(route: Route, looks: Sequence[StoredSnapshot]) -> Snapshot | None:
    """Return the last look by a route, where it asked for the page's posts, and its answers count."""
    last = next((one for one in reversed(looks) if one.snapshot.route is route), None)
    return last.snapshot if last is not None and last.trusted and was_asked(last.snapshot) else None


def _as_tried(target: Target, tried: Mapping[str, Snapshot], as_of: datetime) -> Target:
    """Say of a page whose posts nobody has read what became of the last look: no other is expected of the next."""
    if target.known.until is not None:
        return target
    last = tried.get(target.address.url)
    known = replace(target.known, as_of=None if last is None else as_of, page=target.known.page or last)
    return replace(target, known=known)
