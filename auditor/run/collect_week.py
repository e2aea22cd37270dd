"""One week's looks over the network: what they would ask, and what they saw."""

import logging
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from auditor.archive import Archive
from auditor.base.logs import Progress
from auditor.base.snapshot import Route
from auditor.base.weeks import Week
from auditor.probes.diagnosis import explain_failure
from auditor.probes.driver import Deadlines, Timer
from auditor.probes.plugins import PluginContext, plugin_of
from auditor.probes.protocol import Failure
from auditor.registry import Office
from auditor.run.collect import MACHINE, OpenRoute, RunResult, collect
from auditor.run.plan import RunPlan
from auditor.run.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RouteForecast:
    """What one route would ask in a run now."""

    route: Route
    accounts: int
    requests: int
    seconds: float


_KINDS = ("first", "next", "again")
"""As `Archive.requests_by_account` and `RouteFacts.page_requests` have them."""


def forecast_week(session: Workspace, week: Week) -> list[RouteForecast]:
    """Return what a run for the week would ask now, by route. Nothing is asked or stored.

    A page costs what pages cost in the route's last run of the kind that this one is for it: a first look, the first of
    a week, or another of the same week. Where there was no such run it is a usual page's cost (`RouteFacts`), as much
    more or less as first looks were.
    """
    with Archive.read(session.data) as archive, open_routes(session, archive) as routes:
        plan = RunPlan.of(archive, session.registry, week, session.clock())
        return [_forecast(plan, plugin.route, opened.limits.interval) for plugin, opened in routes]


def _forecast(plan: RunPlan, route: Route, interval: float) -> RouteForecast:
    known = plan.archive.requests_by_account(route.value, plan.as_of)
    usual = dict(zip(_KINDS, route.facts.page_requests, strict=True))
    share = known.get("first", usual["first"]) / usual["first"]
    kinds = plan.kinds(route)
    requests = math.ceil(sum(known.get(kind, usual[kind] * share) for kind in kinds))
    return RouteForecast(route, len(kinds), requests, requests * interval)


def collect_week(
    session: Workspace,
    archive: Archive,
    week: Week,
    *,
    command: str,
    offices: Sequence[Office] | None = None,
    progress: Progress | None = None,
    ends: float = math.inf,
    seconds: float | None = None,
    timer: Timer = MACHINE,
) -> RunResult:
    """Look at the accounts of `offices` (by default all) over every route, and store what was seen.

    After `ends`, by the `timer`, nothing more is asked: what was not seen by then could not be told. After
    `seconds` no look is begun, and those that were begun get as long again; the rest is left to the next run. A route
    that answers nothing is told in one line, with the setting that mends it, while the others go on.
    """

    def tell_silent(route: Route, failure: Failure) -> None:
        words, why = session.words, explain_failure(route, failure, session.settings)
        log.error("%s: %s", words.gettext(route.facts.name), words.text(why))

    with open_routes(session, archive) as routes:
        return collect(
            archive,
            session.registry,
            week,
            routes,
            session.clock,
            command=command,
            vantage=session.settings.vantage,
            offices=offices,
            progress=progress,
            live=session.as_of is None,
            ends=_ends(ends, seconds, timer),
            timer=timer,
            silent=tell_silent,
        )


def _ends(ends: float, seconds: float | None, timer: Timer) -> Deadlines:
    if seconds is None:
        return Deadlines(send_before=ends, drop_unfinished=math.isinf(ends))
    now = timer.now()
    return Deadlines(start_before=now + seconds, send_before=now + 2 * seconds)


@contextmanager
def open_routes(session: Workspace, archive: Archive) -> Iterator[list[OpenRoute]]:
    """Open each route that is set up; their connections are closed afterwards."""
    wiring = PluginContext(
        session.settings, session.clock, session.data, archive.searches.login(), archive.searches.logins()
    )
    plugins = [plugin_of(route) for route in Route]
    routes = [(plugin, opened) for plugin in plugins if (opened := plugin.open(wiring)) is not None]
    try:
        yield routes
    finally:
        for _, opened in routes:
            opened.transport.close()
