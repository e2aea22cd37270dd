"""When the holder's pages were opened: every trace on record; and which searches allow "not found"."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from auditor.base.snapshot import EvidenceKind, Precision, Snapshot, TraceKind
from auditor.base.weeks import PartialDate, day_end, day_start
from auditor.checks.case import Case
from auditor.checks.observed_page import ObservedPage, WeightedLook
from auditor.registry.found_pages import has_undecided_find
from auditor.registry.holders import Deadline
from auditor.registry.models import SEARCHED, Account, AnyNetworkKey, OtherAccount, PressReport, RecordedSearch

REPORT = "report"
"""The kind of an `OpeningTrace` from no look (`TraceKind`): a dated press report, or a page's recorded source."""
TAKEN_OVER = "taken_over"
"""The kind of the day from which a page taken over from the holder before is this holder's."""


@dataclass(frozen=True, slots=True)
class OpeningTrace:
    """One date about an opening: the page existed by `at`; if `exact`, it was opened then."""

    kind: str
    at: datetime
    exact: bool
    network: AnyNetworkKey | None = None
    account: str | None = None
    source: str | None = None
    date_text: str | None = None
    """The source's date as written, if it names no day."""
    trusted: bool = True
    """Whether it was seen by a run whose controls passed, or dated by a source."""
    evidence: tuple[str, ...] = ()

    @property
    def precision(self) -> Precision:
        """How precisely it dates the opening."""
        return Precision.EXACT if self.exact else Precision.NOT_LATER_THAN


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRow:
    """One date about an opening, as the document has it."""

    kind: str
    at: datetime
    network: str | None = None
    account: str | None = None
    source: str | None = None


def traces_of(case: Case) -> list[OpeningTrace]:
    """Return every trace of the holder's pages, oldest first: looks, confirmations, pages elsewhere, reports."""
    if case.holder is None:
        return []
    traces = [trace for page in case.pages for trace in traces_of_page(page, case.zone)]
    traces += [trace for page in case.holder.accounts_elsewhere for trace in _own_traces(page, [], case.zone)]
    traces += [trace for press_report in case.holder.reports for trace in _reported(press_report, case.zone)]
    return sorted(traces, key=attrgetter("at", "kind"))


def traces_of_page(page: ObservedPage, zone: ZoneInfo) -> list[OpeningTrace]:
    """Return the holder's traces of one page, oldest first, each kind and date once.

    A look that skips what earlier ones read shows a later oldest post: of such upper bounds only the earliest counts,
    and only if it is earlier than any exact date.
    """
    trace_by_date: dict[tuple[str, datetime], OpeningTrace] = {}
    for look in page.looks:
        for trace in _look_traces(page, look):
            existing = trace_by_date.get((trace.kind, trace.at))
            if existing is None or trace.trusted or not existing.trusted:
                trace_by_date[trace.kind, trace.at] = trace
    dates = sorted(trace_by_date.values(), key=attrgetter("at"))
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
    taken_over = OpeningTrace(TAKEN_OVER, taken_over_at, exact=False, network=account.network, account=str(account.url))
    return [taken_over, *(trace for trace in traces if trace.at >= begins)]


def _look_traces(page: ObservedPage, look: WeightedLook) -> Iterator[OpeningTrace]:
    """Yield the traces that one look saw; none is exact if its run's controls failed."""
    for kind, at, exact in _dates(look.snapshot):
        yield OpeningTrace(
            kind,
            at,
            exact and look.trusted,
            page.account.network,
            page.account.url.url,
            trusted=look.trusted,
            evidence=_dating_evidence(look.snapshot, kind),
        )


def _dates(snapshot: Snapshot) -> Iterator[tuple[str, datetime, bool]]:
    dated = set()
    for trace in snapshot.traces:
        dated.add(trace.at)
        yield trace.kind.value, trace.at, trace.precision is Precision.EXACT
    if snapshot.opened_at is not None and snapshot.opened_at not in dated:
        exact = snapshot.opened_precision is Precision.EXACT
        yield (TraceKind.CREATED if exact else TraceKind.OLDEST_POST).value, snapshot.opened_at, exact


def _dating_evidence(snapshot: Snapshot, trace: str) -> tuple[str, ...]:
    """Return the ids of the stored responses that date the page: the channel's own, or the last one of its history."""
    ids = {kind: [entry.id for entry in snapshot.evidence if entry.kind is kind] for kind in EvidenceKind}
    if trace == TraceKind.CHANNEL_DATE:
        return tuple(ids[EvidenceKind.PROFILE])
    return tuple((ids[EvidenceKind.OPENING] or ids[EvidenceKind.POSTS])[-1:])


def _confirmed(account: Account | OtherAccount, zone: ZoneInfo) -> Iterator[OpeningTrace]:
    """Yield the date of the source that confirms a page; for a page elsewhere without one, the day of confirming."""
    confirmed, url = account.confirmed, str(account.url)
    if confirmed is None:
        return
    day = confirmed.of
    if day is None and isinstance(account, OtherAccount):
        day = PartialDate.parse(confirmed.on.isoformat())
    if day is not None:
        source = next(iter(confirmed.sources), url)
        at, date_text = day_end(day.last, zone), _partial_date_text(day)
        yield OpeningTrace(
            REPORT, at, exact=False, network=account.network, account=url, source=source, date_text=date_text
        )


def _reported(press_report: PressReport, zone: ZoneInfo) -> Iterator[OpeningTrace]:
    """Yield a press report's date: whatever it says of the opening, the page existed by the end of that day."""
    day = press_report.opened_on or press_report.opened_by
    if day is not None:
        at, date_text = day_end(day.last, zone), _partial_date_text(day)
        source, network = press_report.source, press_report.network
        yield OpeningTrace(REPORT, at, exact=False, network=network, source=source, date_text=date_text)


def _partial_date_text(day: PartialDate) -> str | None:
    return None if day.exact else str(day)


# Searches --------------------------------------------------------------------------------------------------------


def may_say_not_found(case: Case) -> bool:
    """Return whether the registry allows saying that the holder's page was not found in this week."""
    holder, deadline = case.holder, case.deadline
    if holder is None or deadline is None or has_known_page(case) or has_open_lead(case) or not deadline.start_known:
        return False
    return case.as_of >= deadline.late_from and valid_search(case, deadline) is not None


def has_known_page(case: Case) -> bool:
    """Return whether a page of the holder is on record, or reported on a network that a search must name."""
    return bool(case.pages) or is_known_elsewhere(case)


def is_known_elsewhere(case: Case) -> bool:
    """Return whether a page is on record that is never looked at, or reported where no page is on record.

    Of any age: that a page was there once is no less true later, unlike for the practice.
    """
    holder, networks = case.holder, {page.account.network for page in case.pages}
    if holder is None:
        return False
    reported_networks = {report.network for report in holder.reports} & SEARCHED
    return bool(holder.accounts_elsewhere) or not reported_networks <= networks


def has_open_lead(case: Case) -> bool:
    """Return whether a page that may be the holder's is on record, or was found, and is not decided yet."""
    holder = case.holder
    return holder is not None and (holder.has_lead or has_undecided_find(case.office, holder))


def valid_search(case: Case, deadline: Deadline) -> RecordedSearch | None:
    """Return the newest search after the holder's last day that named every network and found nothing, or None."""
    first_day = max(
        deadline.late_from.astimezone(case.zone).date(),
        case.week.last_day - timedelta(days=case.policy_value("search_valid_days")),
    )
    last_day = min(
        case.week.last_day + timedelta(days=case.policy_value("late_look_days")), case.local_date(case.as_of)
    )
    searches = case.holder.searches if case.holder else ()
    matching = [s for s in searches if first_day <= s.on <= last_day and s.found_nothing and _is_everywhere(case, s)]
    return max(matching, key=lambda search: search.on, default=None)


def _is_everywhere(case: Case, search: RecordedSearch) -> bool:
    """Return whether a search names every network except those that were neutral on its day."""
    neutral = {entry.network for entry in case.registry.directive.neutral_on(search.on)}
    return SEARCHED - neutral <= set(search.networks)
