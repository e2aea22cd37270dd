"""Was a personal page open by the person's last day? This is the directive's own question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

from auditor.base.snapshot import Cause, Outcome, Precision
from auditor.base.text import N_, Sentence, Text
from auditor.base.weeks import days_late
from auditor.checks.case import NOT_LOOKED_AT, Case
from auditor.checks.causes import CAUSES
from auditor.checks.definition import Check, days
from auditor.checks.finding import Blocker, Finding, ReportSection, ValueMeaning, Values
from auditor.checks.network_names import NETWORKS
from auditor.checks.observed_page import ObservedPage
from auditor.checks.opening_traces import (
    OpeningTrace,
    TraceRow,
    has_known_page,
    has_open_lead,
    may_say_not_found,
    traces_of,
    traces_of_page,
    valid_search,
)
from auditor.checks.person_judgement import downgrade_failure, page_finding
from auditor.registry.holders import Deadline
from auditor.registry.models import Basis, PolicyValue

_NOT_BOUND = Sentence("opened_by_deadline.not_bound", N_("The directive does not bind this office"))
_NOT_DUE = Sentence("opened_by_deadline.not_due", N_("Not yet due: the last day is {last_day}"))
_DATED = Sentence("opened_by_deadline.dated", N_("{network}: {opened} {date}, {relation}"))
_OPENED = Sentence("opened_by_deadline.opened", N_("opened"))
_NOT_LATER = Sentence("opened_by_deadline.not_later", N_("opened not later than"))
_BEFORE = Sentence("relation.before", N_("{days} before the last day, {last_day}"))
_ON = Sentence("relation.on", N_("on the last day, {last_day}"))
_BEFORE_OFFICE = Sentence("relation.before_office", N_("before taking office"))
_BY_GRACE = Sentence("relation.by_grace", N_("{days} after the last day, within the grace of {grace} (convention)"))
_AFTER = Sentence("relation.after", N_("{days} after the last day, {last_day}"))
_UNSETTLED = Sentence(
    "opened_by_deadline.unsettled",
    N_(
        "The dates on record do not settle whether a page was open by {last_day}: the oldest is {date} ({network}), "
        "and a page may be older than its oldest trace"
    ),
)
_UNDATED = Sentence("opened_by_deadline.undated", N_("No date of an opening is on record; the last day is {last_day}"))
START_UNKNOWN = Sentence(
    "opened_by_deadline.start_unknown",
    N_("The day of taking office is not known, so the person's own last day is not: nobody is said to be late"),
)
_NO_SEARCH = Sentence(
    "opened_by_deadline.no_valid_search",
    N_("No personal page is on record, and no search of all networks that found none after the last day"),
)
_UNDECIDED = Sentence(
    "opened_by_deadline.undecided",
    N_("A page that may be the person's was found, and nobody has decided yet whether it is"),
)
_NOT_FOUND = Sentence(
    "opened_by_deadline.not_found",
    N_("A personal page was not found as of {date}; searched by: {by}; how: {how}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedValues(Values):
    """When a page was opened, and what that is against the person's last day."""

    opened_at: Annotated[datetime | None, ValueMeaning("time", "the exact opening, or the oldest trace")] = None
    precision: Annotated[Precision | None, ValueMeaning("", "how well opened_at is known")] = None
    deadline: Annotated[
        datetime | None, ValueMeaning("time", "the person's own: the first moment that is too late")
    ] = None
    days_late: Annotated[
        int | None,
        ValueMeaning("calendar days", "after the last day allowed; 0 or less in time; only of an exact opening"),
    ] = None
    grace_used: Annotated[bool | None, ValueMeaning("", "in time only by the grace of deadline_grace_days")] = None
    reason: Annotated[str | None, ValueMeaning("", "why it failed: late, or not_found")] = None
    traces: Annotated[
        tuple[TraceRow, ...], ValueMeaning("", "every date that says something of the opening, oldest first")
    ] = ()
    source: Annotated[str | None, ValueMeaning("address", "the publication that dates it", optional=True)] = None


# The judgement ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _OpeningFacts:
    """Some traces against the person's last day."""

    case: Case
    deadline: Deadline
    traces: Sequence[OpeningTrace]

    @property
    def best(self) -> OpeningTrace | None:
        """The oldest trace; of two at one moment the exact one."""
        return min(self.traces, key=lambda trace: (trace.at, not trace.exact), default=None)

    @property
    def passed(self) -> bool:
        return self.best is not None and self.best.at < self.deadline.at

    def finding(
        self,
        outcome: Outcome,
        message: Text,
        *,
        shown: OpeningTrace | None = None,
        cause: Cause | None = None,
        reason: str | None = None,
    ) -> Finding[OpenedValues]:
        shown = shown or self.best
        values, evidence = replace(self._values(shown), reason=reason), shown.evidence if shown else ()
        threshold = self.deadline.due
        return CHECK.finding(self.case, outcome, message, values, cause=cause, threshold=threshold, evidence=evidence)

    def _values(self, shown: OpeningTrace | None) -> OpenedValues:
        told = tuple(
            TraceRow(kind=t.kind, at=t.at, network=t.network, account=t.account, source=t.source) for t in self.traces
        )
        empty = OpenedValues(deadline=self.deadline.due, grace_used=False, traces=told)
        if shown is None:
            return empty
        late = days_late(shown.at, self.deadline.due, self.case.zone) if shown.exact else None
        return replace(
            empty,
            opened_at=shown.at,
            precision=shown.precision,
            days_late=late if self.deadline.start_known or (late or 0) <= 0 else None,
            grace_used=self._by_grace(shown),
            source=shown.source,
        )

    def _by_grace(self, shown: OpeningTrace) -> bool:
        start = self.deadline.grace_from
        return start is not None and start <= shown.at < self.deadline.at

    @property
    def last_day(self) -> Text | str:
        return self.case.local_date(self.deadline.due - timedelta(microseconds=1)).isoformat()

    def dated(self, shown: OpeningTrace) -> Text:
        """Say a date and what it is against the last day: «открыта 12.10.2021, за 232 дня до последнего дня»."""
        return _DATED.fill(
            network=NETWORKS[shown.network].fill(),
            opened=(_OPENED if shown.exact else _NOT_LATER).fill(),
            date=shown.date_text or self.case.local_date(shown.at),
            relation=self._relation(shown),
        )

    def _relation(self, shown: OpeningTrace) -> Text:
        late, last_day = days_late(shown.at, self.deadline.due, self.case.zone), self.last_day
        if self.deadline.is_personal and self.case.tenure_start is not None and shown.at < self.case.tenure_start:
            return _BEFORE_OFFICE.fill()
        if self._by_grace(shown):
            return _BY_GRACE.fill(days=days(late), grace=days(self.case.policy_value("deadline_grace_days")))
        if late == 0:
            return _ON.fill(last_day=last_day)
        return (_AFTER if late > 0 else _BEFORE).fill(days=days(abs(late)), last_day=last_day)


def _judge(case: Case) -> Iterator[Finding[OpenedValues]]:
    deadline = case.deadline or Deadline(case.registry.directive.deadline)
    matter = _OpeningFacts(case, deadline, traces_of(case))
    barred = (None if case.bound else Blocker(Outcome.INAPPLICABLE, None, _NOT_BOUND.fill())) or case.blocker()
    if barred is not None:
        yield matter.finding(barred.outcome, barred.message, cause=barred.cause)
    else:
        yield _office(matter)
    for page in case.pages:
        own = replace(matter, traces=traces_of_page(page, case.zone))
        found = _page(own, page) if barred is None else own.finding(barred.outcome, barred.message, cause=barred.cause)
        yield page_finding(found, page)


def _office(matter: _OpeningFacts) -> Finding[OpenedValues]:
    """Judge the holder: one page in time is enough; failing takes proof about every page on record."""
    case, deadline = matter.case, matter.deadline
    if matter.passed and matter.best is not None:
        return matter.finding(Outcome.PASSED, matter.dated(matter.best))
    if case.as_of < deadline.at:
        return matter.finding(Outcome.INAPPLICABLE, _NOT_DUE.fill(last_day=matter.last_day))
    if has_open_lead(case):
        return matter.finding(Outcome.UNTESTED, _UNDECIDED.fill())
    if not has_known_page(case):
        return _without_page(matter)
    if not all(page.ever_looked for page in case.pages):
        return matter.finding(Outcome.UNTESTED, NOT_LOOKED_AT.fill())
    if not deadline.start_known:
        return matter.finding(Outcome.CANT_TELL, START_UNKNOWN.fill(), cause=Cause.TOO_LITTLE_DATA)
    return _late(matter) or _unsettled(matter, case.pages)


def _without_page(matter: _OpeningFacts) -> Finding[OpenedValues]:
    """Judge a holder without any page: only a search after the last day lets "not found" be said."""
    case, search = matter.case, valid_search(matter.case, matter.deadline)
    if search is None:
        return matter.finding(Outcome.UNTESTED, _NO_SEARCH.fill())
    if not may_say_not_found(case):
        return matter.finding(Outcome.CANT_TELL, START_UNKNOWN.fill(), cause=Cause.TOO_LITTLE_DATA)
    said = _NOT_FOUND.fill(date=search.on, by=search.by, how=search.how)
    return matter.finding(Outcome.FAILED, said, reason="not_found")


def _late(matter: _OpeningFacts) -> Finding[OpenedValues] | None:
    """Say that each confirmed page was opened late, by an exact date, and nothing speaks of another; else None."""
    case, exact = matter.case, [_exact(matter, page) for page in matter.case.pages]
    known = [trace for trace in exact if trace is not None]
    if case.has_unobserved_page or not known or len(known) < len(exact):
        return None
    first = min(known, key=lambda trace: trace.at)
    if any(trace.at < first.at for trace in matter.traces):
        return None
    finding = matter.finding(Outcome.FAILED, matter.dated(first), shown=first, reason="late")
    if all(case.confirmation_is_stale(page) for page in case.pages):
        return downgrade_failure(finding, Cause.STALE, CAUSES[Cause.STALE].sentence.fill())
    return finding


def _exact(matter: _OpeningFacts, page: ObservedPage) -> OpeningTrace | None:
    """Return the exact date of a page that was opened late, where no older trace of the page denies it."""
    traces = traces_of_page(page, matter.case.zone)
    exact = next((trace for trace in traces if trace.exact and trace.at >= matter.deadline.at), None)
    return exact if exact is not None and traces[0].at >= exact.at else None


def _unsettled(matter: _OpeningFacts, pages: Sequence[ObservedPage]) -> Finding[OpenedValues]:
    """Say why it could not be told: a page that could not be seen, or dates that do not settle it."""
    unseen = (page for page in pages if not traces_of_page(page, matter.case.zone) or page.is_other_page)
    blind = next(unseen, None)
    cause = _why_unseen(blind) if blind is not None else Cause.TOO_LITTLE_DATA
    if cause is not Cause.TOO_LITTLE_DATA:
        return matter.finding(Outcome.CANT_TELL, CAUSES[cause].sentence.fill(), cause=cause)
    best = matter.best
    said = _UNDATED.fill(last_day=matter.last_day)
    if best is not None:
        date = best.date_text or matter.case.local_date(best.at)
        said = _UNSETTLED.fill(last_day=matter.last_day, date=date, network=NETWORKS[best.network].fill())
    return matter.finding(Outcome.CANT_TELL, said, cause=cause)


def _why_unseen(page: ObservedPage) -> Cause:
    if page.gone_since is not None:
        return Cause.GONE
    if not page.was_looked_at:
        return Cause.TOO_LITTLE_DATA
    return Cause.NOT_AT_ADDRESS if page.is_other_page else page.latest_fact("posts_cause") or page.cause


def _page(matter: _OpeningFacts, page: ObservedPage) -> Finding[OpenedValues]:
    """Report one page on its own."""
    if matter.passed and matter.best is not None:
        return matter.finding(Outcome.PASSED, matter.dated(matter.best))
    if matter.case.as_of < matter.deadline.at:
        return matter.finding(Outcome.INAPPLICABLE, _NOT_DUE.fill(last_day=matter.last_day))
    if not page.ever_looked:
        return matter.finding(Outcome.UNTESTED, NOT_LOOKED_AT.fill())
    exact = _exact(matter, page)
    if exact is not None and matter.deadline.start_known:
        return matter.finding(Outcome.FAILED, matter.dated(exact), shown=exact)
    return _unsettled(matter, [page])


def _threshold(value: PolicyValue) -> Text:
    return Text(N_("the directive's deadline; grace {grace}, always shown"), {"grace": days(value.number)})


_IN_GRACE_TITLE = N_("A personal page was open within the grace after the deadline")
_NOT_FOUND_TITLE = N_("A personal page was not found as of {date}")


def _title(finding: Finding[OpenedValues]) -> Text | None:
    """Say what was found: pages on record that are later, or no page on that date. Of 2022 the second says nothing."""
    if finding.outcome is Outcome.PASSED and finding.values.grace_used:
        return Text(_IN_GRACE_TITLE)
    if finding.message.id == _NOT_FOUND.id:
        return Text(_NOT_FOUND_TITLE, {"date": finding.message.params["date"]})
    return None


CHECK = Check(
    name="opened_by_deadline",
    order=3,
    section=ReportSection.DIRECTIVE,
    title=N_("Opened by the deadline"),
    passed=N_("A personal page was open by the deadline"),
    failed=N_("The confirmed pages were opened after the deadline"),
    title_override=_title,
    possible_titles=(_IN_GRACE_TITLE, _NOT_FOUND_TITLE),
    question=N_("Was a personal page open by the person's deadline?"),
    method=N_(
        "Exact: Telegram's message “Channel created”, or the channel's date. Not later than: the oldest own post, the "
        "earliest profile photo, or the date of a press report. The last day is the one before the directive's "
        "deadline and the grace or, if later, the 30th after taking office; an exemption given by then moves it. In "
        "time is who has any trace of a page by the end of that day. Late is said only where every confirmed page has "
        "an exact date after it, and nothing on record speaks of another. Days late are calendar days after the last "
        "day. Without a page on record, “not found” is said only of a recorded search of VK, Telegram, Odnoklassniki "
        "and MAX that is new enough, and only of its day."
    ),
    values=OpenedValues,
    judge=_judge,
    policy_key="deadline_grace_days",
    threshold=_threshold,
    own_basis=Basis.NORM,
)
