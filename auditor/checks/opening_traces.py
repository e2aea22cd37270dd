"""When the holder's pages were opened: every trace on record; and which searches allow "not found"."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from auditor.base.snapshot import EvidenceKind, Precision, Snapshot, Trace, TraceKind
from auditor.base.text import N_
from auditor.base.weeks import PartialDate, day_end, day_start
from auditor.checks.case import Case
from auditor.checks.observed_page import ObservedPage, WeightedLook
from auditor.registry.found_pages import has_undecided_find
from auditor.registry.models import SEARCHED, Account, AnyNetworkKey, Basis, OtherAccount, RecordedSearch
from auditor.registry.policy import NO_NORM, Threshold

_SEARCH = Threshold(
    key="search_valid_days",
    value=180,
    least=1,
    most=3_650,
    wanted=N_("a whole number of days, 1 to 3650"),
    basis=Basis.CONVENTION,
    source=NO_NORM,
    note="дней до конца недели: более ранний поиск ничего не говорит о ней",
    label=N_("A search is valid, days"),
)

REPORT = "report"
"""The kind of an `OpeningTrace` from no look (`TraceKind`): a dated press report, or a page's recorded source."""
TAKEN_OVER = "taken_over"
"""The kind of the day from which a page taken over from the holder before is this holder's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRow:
    """One date about an opening, as the document has it: the page existed by `at`."""

    kind: str
    at: datetime
    network: AnyNetworkKey | None = None
    account: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningTrace(TraceRow):
    """One date about an opening, with what is asked of it."""

    exact: bool = False
    """Whether the page was opened at that moment."""
    date_text: str | None = None
    """The source's date as written, if it names no day."""
    trusted: bool = True
    """Whether it was seen by a run whose controls passed, or dated by a source."""
    evidence: tuple[str, ...] = ()

    @property
    def precision(self) -> Precision:
        """How precisely it dates the opening."""
        return Precision.EXACT if self.exact else Precision.NOT_LATER_THAN

    @property
    def row(self) -> TraceRow:
        """What the document has of it."""
        return TraceRow(**{field.name: getattr(self, field.name) for field in fields(TraceRow)})


def oldest(traces: Iterable[OpeningTrace]) -> OpeningTrace | None:
    """Return the oldest trace; of two at one moment the exact one. None without traces."""
    return min(traces, key=lambda trace: (trace.at, not trace.exact), default=None)


def traces_of(case: Case) -> list[OpeningTrace]:
    """Return every trace of the holder's pages, oldest first: looks, confirmations, pages elsewhere, reports."""
    if case.holder is None:
        return []
    traces = [trace for page in case.pages for trace in traces_of_page(page, case.zone)]
    traces += [trace for page in case.holder.accounts_elsewhere for trace in _own_traces(page, [], case.zone)]
    for report in case.holder.reports:
        traces += _sourced(report.opened_on or report.opened_by, case.zone, report.network, report.source)
    return sorted(traces, key=attrgetter("at", "kind"))


def traces_of_page(page: ObservedPage, zone: ZoneInfo) -> list[OpeningTrace]:
    """Return the holder's traces of one page, oldest first, each kind and date once.

    A look that skips what earlier ones read shows a later oldest post: of such upper bounds only the earliest counts,
    and only if it is earlier than any exact date.
    """
    looks = sorted(page.looks, key=lambda look: look.trusted)
    last_shown = {(trace.kind, trace.at): trace for look in looks for trace in _look_traces(page, look)}
    dates = sorted(last_shown.values(), key=attrgetter("at"))
    exact_at = next((trace.at for trace in dates if trace.exact), None)
    first_by_kind = {(trace.kind, trace.trusted): trace for trace in reversed(dates)}
    bounds = [t for t in first_by_kind.values() if not t.exact and (exact_at is None or t.at < exact_at)]
    traces = [*(trace for trace in dates if trace.exact), *bounds]
    traces += [trace for account in page.aliases for trace in _confirmed(account, zone)]
    return sorted(_own_traces(page.account, traces, zone), key=attrgetter("at", "kind"))


def _own_traces(account: Account | OtherAccount, traces: list[OpeningTrace], zone: ZoneInfo) -> list[OpeningTrace]:
    """Return the traces of a page with those that the registry has of it; of a page taken over, none from before."""
    traces = [*traces, *_confirmed(account, zone)]
    if account.since is None:
        return traces
    taken_over_at, begins = day_end(account.since, zone), day_start(account.since, zone)
    taken_over = OpeningTrace(kind=TAKEN_OVER, at=taken_over_at, network=account.network, account=str(account.url))
    return [taken_over, *(trace for trace in traces if trace.at >= begins)]


def _look_traces(page: ObservedPage, look: WeightedLook) -> Iterator[OpeningTrace]:
    """Yield the traces that one look saw; none is exact if its run's controls failed."""
    for trace in _recorded_traces(look.snapshot):
        yield OpeningTrace(
            kind=trace.kind.value,
            at=trace.at,
            exact=trace.precision is Precision.EXACT and look.trusted,
            network=page.account.network,
            account=page.account.url.url,
            trusted=look.trusted,
            evidence=_dating_evidence(look.snapshot, trace.kind),
        )


def _recorded_traces(snapshot: Snapshot) -> Iterator[Trace]:
    yield from snapshot.traces
    if snapshot.opened_at is not None and all(trace.at != snapshot.opened_at for trace in snapshot.traces):
        is_exact = snapshot.opened_precision is Precision.EXACT
        yield Trace(kind=TraceKind.CREATED if is_exact else TraceKind.OLDEST_POST, at=snapshot.opened_at)


def _dating_evidence(snapshot: Snapshot, trace: TraceKind) -> tuple[str, ...]:
    """Return the ids of the stored responses that date the page: the channel's own, or the last one of its history."""
    ids = {kind: [entry.id for entry in snapshot.evidence if entry.kind is kind] for kind in EvidenceKind}
    if trace is TraceKind.CHANNEL_DATE:
        return tuple(ids[EvidenceKind.PROFILE])
    return tuple((ids[EvidenceKind.OPENING] or ids[EvidenceKind.POSTS])[-1:])


def _confirmed(account: Account | OtherAccount, zone: ZoneInfo) -> list[OpeningTrace]:
    """Return the date of the source that confirms a page; for a page elsewhere without one, the day of confirming."""
    confirmed, url = account.confirmed, str(account.url)
    if confirmed is None:
        return []
    is_elsewhere = isinstance(account, OtherAccount)
    day = confirmed.of or (PartialDate.parse(confirmed.on.isoformat()) if is_elsewhere else None)
    return _sourced(day, zone, account.network, next(iter(confirmed.sources), url), url)


def _sourced(
    day: PartialDate | None, zone: ZoneInfo, network: AnyNetworkKey | None, source: str, account: str | None = None
) -> list[OpeningTrace]:
    """Return a source's date, if it has one: whatever it says of the opening, the page existed by that day's end."""
    if day is None:
        return []
    at, date_text = day_end(day.last, zone), None if day.exact else str(day)
    return [OpeningTrace(kind=REPORT, at=at, network=network, account=account, source=source, date_text=date_text)]


# Searches --------------------------------------------------------------------------------------------------------


def may_say_not_found(case: Case) -> bool:
    """Return whether the registry allows saying that the holder's page was not found in this week."""
    if has_known_page(case) or has_open_lead(case) or not case.deadline.start_known:
        return False
    return case.as_of >= case.deadline.late_from and valid_search(case) is not None


def has_known_page(case: Case) -> bool:
    """Return whether a page of the holder is on record, or reported on a network that a search must name.

    Of any age: that a page was there once is no less true later, unlike for the practice.
    """
    return bool(case.pages or case.seen_elsewhere)


def has_open_lead(case: Case) -> bool:
    """Return whether a page that may be the holder's is on record, or was found, and is not decided yet."""
    holder = case.holder
    return holder is not None and (holder.has_lead or has_undecided_find(case.office, holder))


def valid_search(case: Case) -> RecordedSearch | None:
    """Return the newest search after the holder's last day that named every network and found nothing, or None."""
    days_before, days_after = (timedelta(case.policy_value(key)) for key in ("search_valid_days", "late_look_days"))
    first_day = max(case.local_date(case.deadline.late_from), case.week.last_day - days_before)
    last_day = min(case.local_date(case.as_of), case.week.last_day + days_after)
    searches = case.holder.searches if case.holder else ()
    matching = [s for s in searches if first_day <= s.on <= last_day and s.found_nothing and _is_everywhere(case, s)]
    return max(matching, key=lambda search: search.on, default=None)


def _is_everywhere(case: Case, search: RecordedSearch) -> bool:
    """Return whether a search names every network except those that were neutral on its day."""
    neutral = {entry.network for entry in case.registry.neutral_on(search.on)}
    return SEARCHED - neutral <= set(search.networks)
