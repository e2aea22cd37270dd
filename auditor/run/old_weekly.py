"""One week's looks over the network: what they would ask, and what they saw."""

import math
import time
from collections.abc import Sequence

from auditor.archive import Archive
from auditor.base.logs import Progress
from auditor.base.weeks import Week
from auditor.probes.pacing import Deadline
from auditor.probes.plugins import Wiring, open_probes, plugin_of
from auditor.registry import Office
from auditor.run.old_collect import Budget, Collected, collect
from auditor.run.old_forecast import RouteForecast, forecast_of
from auditor.run.old_plan import Plan
from auditor.run.session import Session

_NEVER = Deadline()


def forecast_week(session: Session, week: Week, *, useful_first: bool = False) -> list[RouteForecast]:
    """Return what a run for the week would ask now. Nothing is asked or stored."""
    now, book = session.clock(), session.registry
    with Archive.read(session.data) as archive:
        plan = Plan.of(archive, book, week, now, book.offices, going_on=True, useful_first=useful_first)
        return list(forecast_of(_wiring(session, archive), plan))


def look(
    session: Session,
    archive: Archive,
    week: Week,
    *,
    command: str,
    offices: Sequence[Office] | None = None,
    progress: Progress | None = None,
    ends: float = math.inf,
    seconds: float | None = None,
) -> Collected:
    """Look at the accounts of `offices` (by default all) over every route, and store what was seen.

    After `ends`, by the monotonic clock, nothing more is asked: what was not seen by then could not be told. With
    `seconds` the most useful looks come first, and those for which there is no time are left to the next run, the one
    that is cut off too.
    """
    deadline = Deadline(ends) if seconds is None else Deadline(time.monotonic() + seconds, drops=True)
    wiring = _wiring(session, archive, deadline)
    probes = open_probes(wiring)
    try:
        return collect(
            archive,
            session.registry,
            week,
            probes,
            session.clock,
            command=command,
            vantage=session.settings.vantage,
            offices=offices,
            progress=progress,
            live=session.as_of is None,
            budget=_budget(wiring),
        )
    finally:
        for probe in probes:
            probe.close()


def _wiring(session: Session, archive: Archive, deadline: Deadline = _NEVER) -> Wiring:
    logins = archive.logins()
    return Wiring(session.settings, session.clock, session.data, archive.login(), logins, deadline=deadline)


def _budget(wiring: Wiring) -> Budget | None:
    if not wiring.deadline.drops:
        return None
    return Budget(wiring.deadline.at, lambda route, batch: plugin_of(route).forecast(wiring, batch))
