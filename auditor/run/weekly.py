"""One week: looked at over the network, judged, and stored."""

import math
import time
from collections.abc import Sequence

from auditor.archive import Archive, hold_lock
from auditor.audit.document import Audit
from auditor.base.logs import Progress
from auditor.base.weeks import Week
from auditor.probes.plugins import Wiring, open_probes, plugin_of
from auditor.registry import Office
from auditor.run.collect import Budget, Collected, collect
from auditor.run.forecast import RouteForecast, forecast_of
from auditor.run.plan import Plan
from auditor.run.session import Session
from auditor.run.week import judge_week, refuse_purged, sealed, with_turned_cells


def forecast_week(session: Session, week: Week, *, useful_first: bool = False) -> list[RouteForecast]:
    """Return what a run for the week would ask now. Nothing is asked or stored."""
    now, book = session.clock(), session.registry
    with Archive.read(session.data) as archive:
        plan = Plan.of(archive, book, week, now, book.offices, going_on=True, useful_first=useful_first)
        return list(forecast_of(_wiring(session, archive), plan))


def audit_week(
    session: Session,
    week: Week,
    *,
    progress: Progress | None = None,
    synthetic: bool = False,
    seconds: float | None = None,
) -> tuple[Audit, Collected]:
    """Collect, judge and store one week; return its audit and what the run did. It asks for `seconds` at most.

    Raises `LockedError` while another run holds the archive, and `UsageError` for a week that was judged before its
    comments were purged: judged again it would rest on less.
    """
    with hold_lock(session.data), Archive.open(session.data) as archive:
        refuse_purged(archive, str(week))
        if synthetic:
            archive.mark_synthetic()
        done = look(session, archive, week, command="weekly", progress=progress, seconds=seconds)
        audit = with_turned_cells(session, archive, judge_week(session, archive, week, done.finished_at))
        archive.save_audit(str(week), done.finished_at, audit.to_stored(), session.registry.text)
        return sealed(archive, audit, done.finished_at), done


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
    `seconds` the most useful looks come first, and those for which there is no time are left to the next run.
    """
    wiring = _wiring(session, archive, ends)
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
            budget=_budget(wiring, seconds),
        )
    finally:
        for probe in probes:
            probe.close()


def _wiring(session: Session, archive: Archive, ends: float = math.inf) -> Wiring:
    logins = archive.logins()
    return Wiring(session.settings, session.clock, session.data, next(iter(logins), None), logins, ends=ends)


def _budget(wiring: Wiring, seconds: float | None) -> Budget | None:
    if seconds is None:
        return None
    return Budget(time.monotonic() + seconds, lambda route, batch: plugin_of(route).forecast(wiring, batch))
