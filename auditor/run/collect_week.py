"""Collect one week's looks over the network, or forecast how many requests that takes."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.archive import Archive
from auditor.base.logs import Progress
from auditor.base.snapshot import Route
from auditor.base.text import N_, Text
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


_WAITING = N_("waiting for: {routes}")


@dataclass(frozen=True, slots=True)
class RouteForecast:
    """How many requests one route would send in a run now, and how long that takes."""

    route: Route
    accounts: int
    requests: int
    seconds: float


_KINDS = ("first", "next", "again")
"""The kinds of `Archive.requests_by_account`, in the order of `RouteFacts.page_requests`."""


def forecast_week(workspace: Workspace, week: Week) -> list[RouteForecast]:
    """Forecast by route a run for the week, without sending or storing anything.

    A page is assumed to take as many requests as pages took in the route's last run of the same kind: a first look,
    the first of a week, or another of the same week. Without such a run the usual number (`RouteFacts`) is taken,
    scaled by the ratio that first looks had to theirs.
    """
    with Archive.read(workspace.data) as archive:
        routes = open_routes(workspace, archive)
        plan = RunPlan.of(archive, workspace.registry, week, workspace.clock())
        return [_forecast(plan, plugin.route, opened.limits.interval) for plugin, opened in routes]


def _forecast(plan: RunPlan, route: Route, interval: float) -> RouteForecast:
    measured = plan.archive.requests_by_account(route.value, plan.as_of)
    usual = dict(zip(_KINDS, route.facts.page_requests, strict=True))
    ratio = measured.get("first", usual["first"]) / usual["first"]
    kinds = plan.kinds(route)
    requests = math.ceil(sum(measured.get(kind, usual[kind] * ratio) for kind in kinds))
    return RouteForecast(route, len(kinds), requests, requests * interval)


def collect_week(
    workspace: Workspace,
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
    """Look at the accounts of `offices` (by default all) over every route, and store the looks.

    After `ends`, by the `timer`, nothing more is sent, and unfinished looks end with what they have. After `seconds` no
    look is begun, and those already begun get as long again; the rest is left to the next run. A route that does not
    respond is logged in one line, with the setting that fixes it, while the others go on. `progress` gets the names of
    the routes that are waited for.
    """
    translator = workspace.translator

    def log_route_failure(route: Route, failure: Failure) -> None:
        message = explain_failure(route, failure, workspace.settings)
        log.error("%s: %s", translator.gettext(route.facts.name), translator.text(message))

    def show_progress(done: int, total: int, routes: Sequence[Route]) -> None:
        names = ", ".join(translator.gettext(route.facts.name) for route in routes)
        if progress is not None:
            progress(done, total, translator.text(Text(_WAITING, {"routes": names})) if names else "")

    return collect(
        archive,
        workspace.registry,
        week,
        open_routes(workspace, archive),
        workspace.clock,
        command=command,
        vantage=workspace.settings.vantage,
        offices=offices,
        progress=show_progress,
        live=workspace.as_of is None,
        ends=_deadlines(ends, seconds, timer),
        timer=timer,
        on_route_failure=log_route_failure,
    )


def _deadlines(ends: float, seconds: float | None, timer: Timer) -> Deadlines:
    if seconds is None:
        return Deadlines(send_before=ends, drop_unfinished=math.isinf(ends))
    now = timer.now()
    return Deadlines(start_before=now + seconds, send_before=now + 2 * seconds)


def open_routes(workspace: Workspace, archive: Archive) -> list[OpenRoute]:
    """Open each route that is set up; nothing is connected before `collect`, which closes what it has connected."""
    context = PluginContext(
        workspace.settings, workspace.clock, workspace.data, archive.searches.login(), archive.searches.logins()
    )
    plugins = [plugin_of(route) for route in Route]
    return [(plugin, opened) for plugin in plugins if (opened := plugin.open(context)) is not None]
