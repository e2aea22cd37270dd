"""When the person's pages were opened: every trace on record, and the last day that he had."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from auditor.base.snapshot import EvidenceKind, Precision, Snapshot, TraceKind
from auditor.base.weeks import PartialDate, day_end
from auditor.checks.case import Case
from auditor.checks.observed_page import ObservedPage, WeightedLook
from auditor.registry.holders import Deadline
from auditor.registry.models import SEARCHED, Account, AnyNetworkKey, OtherAccount, PressReport, RecordedSearch

REPORT = "report"
"""A `Trace` that no look saw (`TraceKind`): a dated press report, or the source of a page's record."""


@dataclass(frozen=True, slots=True)
class OpeningTrace:
    """One date that says something of an opening: the page was there by `at`; where `exact`, it was opened then."""

    kind: str
    at: datetime
    exact: bool
    network: AnyNetworkKey | None = None
    account: str | None = None
    source: str | None = None
    date_text: str | None = None
    """The source's date where it names no day."""
    trusted: bool = True
    """Seen by a run whose controls came out right, or dated by a source."""
    evidence: tuple[str, ...] = ()

    @property
    def precision(self) -> Precision:
        """How well it dates the opening."""
        return Precision.EXACT if self.exact else Precision.NOT_LATER_THAN


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRow:
    """One date that says something of an opening."""

    kind: str
    at: datetime
    network: str | None = None
    account: str | None = None
    source: str | None = None


def traces_of(case: Case) -> list[OpeningTrace]:
    """Return every trace of the holder's pages, the oldest first: looks, confirmations, pages elsewhere, reports."""
    if case.holder is None:
        return []
    found = [trace for page in case.pages for trace in traces_of_page(page, case.zone)]
    found += [t for page in case.holder.accounts_elsewhere for t in _confirmed(page, page.url, page.network, case.zone)]
    found += [trace for report in case.holder.reports for trace in _reported(report, case.zone)]
    return sorted(found, key=attrgetter("at", "kind"))


def traces_of_page(page: ObservedPage, zone: ZoneInfo) -> list[OpeningTrace]:
    """Return the traces of one page, the oldest first, each kind and date once.

    A look that leaves out what earlier ones read shows a later oldest post: of such bounds the earliest alone counts,
    and none beside an exact date before it.
    """
    found: dict[tuple[str, datetime], OpeningTrace] = {}
    for look in page.looks:
        for trace in _look_traces(page, look):
            known = found.get((trace.kind, trace.at))
            if known is None or trace.trusted or not known.trusted:
                found[trace.kind, trace.at] = trace
    dates = sorted(found.values(), key=attrgetter("at"))
    exact = next((trace.at for trace in dates if trace.exact), None)
    first = {(trace.kind, trace.trusted): trace for trace in reversed(dates)}
    bounds = [t for t in first.values() if not t.exact and (exact is None or t.at < exact)]
    own = [
        *(t for t in dates if t.exact),
        *bounds,
        *(t for same in (page.account, *page.aliases) for t in _confirmed(same, same.url.url, same.network, zone)),
    ]
    return sorted(own, key=attrgetter("at", "kind"))


def _look_traces(page: ObservedPage, look: WeightedLook) -> Iterator[OpeningTrace]:
    """Yield the traces that one look saw; of a run whose control failed no date is exact."""
    evidence = _dating(look.snapshot)
    for kind, at, exact in _dates(look.snapshot):
        yield OpeningTrace(
            kind,
            at,
            exact and look.trusted,
            page.account.network,
            page.account.url.url,
            trusted=look.trusted,
            evidence=evidence,
        )


def _dates(seen: Snapshot) -> Iterator[tuple[str, datetime, bool]]:
    known = set()
    for trace in seen.traces:
        known.add(trace.at)
        yield trace.kind.value, trace.at, trace.precision is Precision.EXACT
    if seen.opened_at is not None and seen.opened_at not in known:
        exact = seen.opened_precision is Precision.EXACT
        yield (TraceKind.CREATED if exact else TraceKind.OLDEST_POST).value, seen.opened_at, exact


def _dating(seen: Snapshot) -> tuple[str, ...]:
    """Return the last answer that dates the page."""
    for kind in (EvidenceKind.OPENING, EvidenceKind.POSTS):
        ids = [answer.id for answer in seen.evidence if answer.kind is kind]
        if ids:
            return (ids[-1],)
    return ()


def _confirmed(
    account: Account | OtherAccount, url: str, network: AnyNetworkKey, zone: ZoneInfo
) -> Iterator[OpeningTrace]:
    """Yield the date of the source by which a page was confirmed; of one elsewhere without it, that of confirming."""
    confirmed = account.confirmed
    if confirmed is None:
        return
    day = confirmed.of
    if day is None and isinstance(account, OtherAccount):
        day = PartialDate.parse(confirmed.on.isoformat())
    if day is not None:
        source = next(iter(confirmed.sources), url)
        yield OpeningTrace(REPORT, day_end(day.last, zone), False, network, url, source, _written(day))


def _reported(report: PressReport, zone: ZoneInfo) -> Iterator[OpeningTrace]:
    """Yield a press report's date: whatever it says of the day, the page was there by its end."""
    day = report.opened_on or report.opened_by
    if day is not None:
        yield OpeningTrace(REPORT, day_end(day.last, zone), False, report.network, None, report.source, _written(day))


def _written(day: PartialDate) -> str | None:
    return None if day.exact else str(day)


# Searches --------------------------------------------------------------------------------------------------------


def may_say_not_found(case: Case) -> bool:
    """Tell whether the registry lets it be said that the holder's page was not found in this week."""
    holder, deadline = case.holder, case.deadline
    if holder is None or deadline is None or has_known_page(case) or has_open_lead(case) or not deadline.start_known:
        return False
    return case.as_of >= deadline.at and valid_search(case, deadline) is not None


def has_known_page(case: Case) -> bool:
    """Tell whether a page of the holder is on record, or reported on a network that a search names."""
    holder = case.holder
    reported = holder is not None and any(report.network in SEARCHED for report in holder.reports)
    return bool(case.pages) or reported or (holder is not None and bool(holder.accounts_elsewhere))


def has_open_lead(case: Case) -> bool:
    """Tell whether a page that may be the holder's was found and nobody has decided yet."""
    holder = case.holder
    found = holder is not None and any(not search.found_nothing for search in holder.searches)
    return (holder is not None and holder.has_lead) or (found and not has_known_page(case))


def valid_search(case: Case, deadline: Deadline) -> RecordedSearch | None:
    """Return the newest recorded search after the person's last day that named every network and found nothing."""
    first = max(
        deadline.at.astimezone(case.zone).date(),
        case.week.last_day - timedelta(days=case.policy_value("search_valid_days")),
    )
    last = min(case.week.last_day + timedelta(days=case.policy_value("late_look_days")), case.local_date(case.as_of))
    searches = case.holder.searches if case.holder else ()
    found = [s for s in searches if first <= s.on <= last and s.found_nothing and _is_everywhere(case, s)]
    return max(found, key=lambda search: search.on, default=None)


def _is_everywhere(case: Case, search: RecordedSearch) -> bool:
    """Tell whether a search names every network, save those that were neutral on its day."""
    neutral = {found.network for found in case.registry.directive.neutral_on(search.on)}
    return SEARCHED - neutral <= set(search.networks)
