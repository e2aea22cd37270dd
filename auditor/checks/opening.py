"""When an account was opened: bounds from everything on record, and what they prove against a deadline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from auditor.base.snapshot import EvidenceKind, Precision, Snapshot
from auditor.base.weeks import PartialDate, day_end, day_start
from auditor.checks.case import Sight
from auditor.registry.models import Deadline, Report, SomeNetwork


class Standing(StrEnum):
    """What an opening proves."""

    IN_TIME = "in_time"
    GRACE = "grace"
    LATE = "late"
    UNSURE = "unsure"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class Opening:
    """The account was open at `latest` and not before `earliest`; equal, or one day's ends, where `exact`."""

    network: SomeNetwork | None = None
    account: str | None = None
    earliest: datetime | None = None
    latest: datetime | None = None
    exact: bool = False
    source: str | None = None
    """The press report's address, where it rests on one."""
    evidence: tuple[str, ...] = ()
    written: str | None = None
    """The press report's date where it names no day: a month is not to be shown as its last day."""
    disputed: tuple[datetime, datetime] | None = None
    """Two exact dates, by the preview and by the signed-in client, that are not one."""

    @property
    def at(self) -> datetime | None:
        """The date to show: the exact one, or the latest possible."""
        return self.earliest if self.exact else self.latest

    @property
    def precision(self) -> Precision | None:
        """How well `at` is known."""
        if self.at is None:
            return None
        return Precision.EXACT if self.exact else Precision.NOT_LATER_THAN


def opening_of_account(sight: Sight) -> Opening:
    """Join the bounds of every trusted snapshot of one account: the earliest trace beats a later one.

    Snapshots of another numeric id than the confirmed page's are left out: the address belongs to another page now.
    """
    # The newest first: of several looks that saw the same date, the last is the evidence.
    same = [s for s in reversed(sight.stored) if s.id is None or sight.expected_id in {None, s.id}]
    opening = Opening(network=sight.account.network, account=sight.account.url.url)
    exact = [s for s in same if s.opened_precision is Precision.EXACT]
    disputed = _disputed(exact)
    if disputed is not None:
        return replace(opening, earliest=min(disputed), latest=max(disputed), disputed=disputed)
    if exact:
        first = min(exact, key=lambda s: s.opened_at or s.taken_at)
        return _with(opening, first, earliest=first.opened_at, latest=first.opened_at, exact=True)
    traces = [s for s in same if s.opened_at is not None]
    bounds = [s.not_earlier_than for s in same if s.not_earlier_than is not None]
    if not traces:
        return opening
    first = min(traces, key=lambda s: s.opened_at or s.taken_at)
    floor = max(bounds, default=None)
    if floor is not None and first.opened_at is not None and floor > first.opened_at:
        floor = None  # a dated trace beats the id's bound
    return _with(opening, first, earliest=floor, latest=first.opened_at, exact=False)


def _disputed(exact: Sequence[Snapshot]) -> tuple[datetime, datetime] | None:
    """Return the exact dates of the two routes where they are more than a minute apart."""
    by_route = {s.route: s.opened_at for s in reversed(exact) if s.opened_at is not None}
    preview = next((at for route, at in by_route.items() if not route.facts.signed_in), None)
    client = next((at for route, at in by_route.items() if route.facts.signed_in), None)
    if preview is None or client is None or abs(preview - client) <= timedelta(minutes=1):
        return None
    return preview, client


def _with(
    opening: Opening, snapshot: Snapshot, *, earliest: datetime | None, latest: datetime | None, exact: bool
) -> Opening:
    shown = [e.id for e in snapshot.evidence if e.kind is EvidenceKind.OPENING] or [
        e.id for e in snapshot.evidence if e.kind is EvidenceKind.POSTS
    ]
    return Opening(opening.network, opening.account, earliest, latest, exact, None, tuple(shown[-1:]))


def opening_of_report(report: Report, zone: ZoneInfo) -> Opening:
    """Read a press report: `opened_on` is exact to the day (or bounds a month), `opened_by` is not later than."""
    if report.opened_on is not None:
        start, end = day_start(report.opened_on.first, zone), day_end(report.opened_on.last, zone)
        written = _written(report.opened_on)
        return Opening(report.network, None, start, end, report.opened_on.exact, report.source, written=written)
    latest = day_end(report.opened_by.last, zone) if report.opened_by is not None else None
    written = _written(report.opened_by)
    return Opening(report.network, None, None, latest, exact=False, source=report.source, written=written)


def _written(date: PartialDate | None) -> str | None:
    return str(date) if date is not None and not date.exact else None


def standing_of(opening: Opening, deadline: Deadline, grace: timedelta) -> Standing:
    """Say what an opening proves: in time before the strict deadline, late after the lenient one, else unsure.

    An id's bound proves lateness only together with a late trace (DESIGN.md section 5), so `earliest` without
    `latest` therefore never does.
    """
    if opening.latest is None:
        return Standing.UNSEEN
    if opening.disputed is not None:
        return Standing.UNSURE
    if opening.latest < deadline.strict:
        return Standing.IN_TIME
    if opening.latest < deadline.strict + grace:
        return Standing.GRACE
    last = deadline.lenient if deadline.start_known else None
    if last is not None and opening.earliest is not None and opening.earliest >= last + grace:
        return Standing.LATE
    return Standing.UNSURE
