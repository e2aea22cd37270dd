"""When an account was opened: bounds from everything on record, and what they prove against a deadline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from auditor.base.snapshot import EvidenceKind, Precision, Snapshot, TraceKind
from auditor.base.weeks import PartialDate, day_end, day_start
from auditor.checks.case import Sight
from auditor.registry.models import Deadline, OtherAccount, Report, SomeNetwork


class Standing(StrEnum):
    """What an opening proves."""

    IN_TIME = "in_time"
    GRACE = "grace"
    LATE = "late"
    UNSURE = "unsure"
    UNSEEN = "unseen"


REPORT, NUMBER = "report", "number"
"""What a `Dated` is besides a trace that a look saw (`TraceKind`): a dated press report, or the source by which a page
elsewhere is on record; and an estimate by the page's number, that it is not older."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One date that says something of an opening; a finding shows all of them, not only the one that decided."""

    kind: str
    at: datetime
    network: str | None = None
    account: str | None = None
    source: str | None = None


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
    estimate: datetime | None = None
    """The page is not older by its number. No source says when that number was given out: shown, and judges nothing."""
    contradicted: bool = False
    """An older trace of the page shows that its exact date is not that of the opening."""
    traces: tuple[Dated, ...] = ()

    @property
    def at(self) -> datetime | None:
        """The date to show: the exact one, or the latest possible."""
        return self.earliest if self.exact else self.latest

    @property
    def not_earlier_than(self) -> datetime | None:
        """The other bound to show, where the date is not exact."""
        return None if self.exact else self.earliest or self.estimate

    @property
    def precision(self) -> Precision | None:
        """How well `at` is known."""
        if self.at is None:
            return None
        return Precision.EXACT if self.exact else Precision.NOT_LATER_THAN


_SETTLED = timedelta(days=1)
"""A trace that is so much older than the date of an opening contradicts it."""

_Seen = tuple[datetime, Snapshot]
"""A trace and the look that saw it."""


def opening_of_account(sight: Sight) -> Opening:
    """Join the bounds of every trusted snapshot of one account: the earliest trace beats a later one.

    Snapshots of another numeric id than the confirmed page's are left out: the address belongs to another page now.
    What a run whose control failed saw is a trace, and no exact date.
    """
    # The newest first: of several looks that saw the same date, the last is the evidence.
    same = [s for s in reversed(sight.stored) if sight.is_own(s)]
    hinted = [s for s in reversed(sight.hinted) if sight.is_own(s)]
    opening = Opening(network=sight.account.network, account=sight.account.url.url)
    opening = replace(opening, traces=_dated(opening, same, hinted))
    exact = [s for s in same if s.opened_precision is Precision.EXACT and s.opened_at is not None]
    disputed = _disputed(exact)
    if disputed is not None:
        return replace(opening, earliest=min(disputed), latest=max(disputed), disputed=disputed)
    bounds = [(at, s) for s in same for at in _bounds(s)] + [(at, s) for s in hinted for at in _all(s)]
    oldest = min(bounds, key=lambda row: row[0], default=None)
    if exact:
        return _exactly(opening, min(exact, key=lambda s: s.opened_at or s.taken_at), oldest)
    if oldest is None:
        return opening
    return _with(opening, oldest[1], latest=oldest[0], estimate=_number(same, oldest[0]))


def _all(look: Snapshot) -> list[datetime]:
    """Return every date that a look saw of the opening."""
    return [trace.at for trace in look.traces] + ([look.opened_at] if look.opened_at is not None else [])


def _bounds(look: Snapshot) -> list[datetime]:
    """Return the dates of a look by which the page was there, without the exact one."""
    exact = {trace.at for trace in look.traces if trace.precision is Precision.EXACT}
    if look.opened_precision is Precision.EXACT and look.opened_at is not None:
        exact.add(look.opened_at)
    return [at for at in _all(look) if at not in exact]


def _exactly(opening: Opening, first: Snapshot, oldest: _Seen | None) -> Opening:
    """Return an opening with its exact date, unless an older trace of the page contradicts that."""
    assert first.opened_at is not None
    if oldest is None or oldest[0] >= first.opened_at - _SETTLED:
        return _with(opening, first, earliest=first.opened_at, latest=first.opened_at, exact=True)
    return _with(opening, oldest[1], latest=oldest[0], contradicted=True)


def _number(same: Sequence[Snapshot], oldest: datetime) -> datetime | None:
    """Return the bound by the page's number; a dated trace that is older beats it."""
    bound = max((s.not_earlier_than for s in same if s.not_earlier_than is not None), default=None)
    return None if bound is None or bound > oldest else bound


def _dated(opening: Opening, same: Sequence[Snapshot], hinted: Sequence[Snapshot]) -> tuple[Dated, ...]:
    """Return every date that was seen of a page, the oldest first, each kind and date once."""
    found = {(trace.kind.value, trace.at) for look in (*same, *hinted) for trace in look.traces}
    for look in (*same, *hinted):
        if look.opened_at is not None and look.opened_at not in {at for _, at in found}:
            exact = look.opened_precision is Precision.EXACT
            found.add((TraceKind.CREATED.value if exact else TraceKind.OLDEST_POST.value, look.opened_at))
        if look.not_earlier_than is not None:
            found.add((NUMBER, look.not_earlier_than))
    network = opening.network.value if opening.network else None
    return tuple(Dated(kind, at, network, opening.account) for at, kind in sorted((at, kind) for kind, at in found))


def _disputed(exact: Sequence[Snapshot]) -> tuple[datetime, datetime] | None:
    """Return the exact dates of the two routes where they are more than a minute apart."""
    by_route = {s.route: s.opened_at for s in reversed(exact) if s.opened_at is not None}
    preview = next((at for route, at in by_route.items() if not route.facts.signed_in), None)
    client = next((at for route, at in by_route.items() if route.facts.signed_in), None)
    if preview is None or client is None or abs(preview - client) <= timedelta(minutes=1):
        return None
    return preview, client


def _with(opening: Opening, snapshot: Snapshot, **bounds: Any) -> Opening:
    shown = [e.id for e in snapshot.evidence if e.kind is EvidenceKind.OPENING] or [
        e.id for e in snapshot.evidence if e.kind is EvidenceKind.POSTS
    ]
    return replace(opening, evidence=tuple(shown[-1:]), **bounds)


def opening_of_report(report: Report, zone: ZoneInfo) -> Opening:
    """Read a press report: `opened_on` is exact to the day (or bounds a month), `opened_by` is not later than."""
    date = report.opened_on or report.opened_by
    opening = Opening(report.network, source=report.source, written=_written(date))
    if date is None:
        return opening
    latest = day_end(date.last, zone)
    opening = replace(opening, latest=latest, traces=(_reported(report.network, None, latest, report.source),))
    if report.opened_on is None:
        return opening
    return replace(opening, earliest=day_start(date.first, zone), exact=date.exact)


def opening_of_page_elsewhere(page: OtherAccount, zone: ZoneInfo) -> Opening:
    """Read a page on a network that the program does not look at: it was open when its source says so."""
    opening = Opening(page.network, page.url)
    if page.confirmed is None:
        return opening
    day = page.confirmed.of or PartialDate.parse(page.confirmed.on.isoformat())
    source = next(iter(page.confirmed.sources), page.url)
    latest = day_end(day.last, zone)
    traces = (_reported(page.network, page.url, latest, source),)
    return replace(opening, latest=latest, source=source, written=_written(day), traces=traces)


def _reported(network: SomeNetwork | None, account: str | None, at: datetime, source: str) -> Dated:
    return Dated(REPORT, at, network.value if network else None, account, source)


def _written(date: PartialDate | None) -> str | None:
    return str(date) if date is not None and not date.exact else None


def standing_of(opening: Opening, deadline: Deadline, grace: timedelta) -> Standing:
    """Say what an opening proves: in time before the strict deadline, late after the lenient one, else unsure.

    A page's number proves nothing: of none of the published points does a source say when it was given out, as
    DESIGN.md section 5 asks for.
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
