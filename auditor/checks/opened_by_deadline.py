"""Check `opened_by_deadline`, the directive's own question: whether a page was open by the holder's last day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from auditor.base.snapshot import Cause, Outcome, Precision
from auditor.base.text import N_, Sentence, Text
from auditor.base.weeks import days_late
from auditor.checks.case import NOT_LOOKED_AT, Case
from auditor.checks.causes import CAUSES
from auditor.checks.definition import Check, days
from auditor.checks.finding import Blocker, Finding, ReportSection, Values, value_field
from auditor.checks.network_names import NETWORKS
from auditor.checks.observed_page import ObservedPage
from auditor.checks.opening_traces import (
    OpeningTrace,
    TraceRow,
    has_known_page,
    has_open_lead,
    is_known_elsewhere,
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
_REPORTED = Sentence(
    "opened_by_deadline.reported",
    N_(
        "No confirmed page is on record. The press reports one, and that does not settle whether it was open by "
        "{last_day}"
    ),
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
    """When a page was opened, compared with the holder's last day.

    `deadline` is `Deadline.due`, without the grace; `AuditedOffice.deadline` is `Deadline.late_from`, with it. `reason`
    stays where a failure is downgraded to `cantTell`.
    """

    opened_at: datetime | None = value_field("time", "the exact opening, or the oldest trace")
    precision: Precision | None = value_field("", "how well opened_at is known")
    deadline: datetime | None = value_field("time", "the end of the person's own last day, the grace left out")
    days_late: int | None = value_field(
        "calendar days", "after the last day, the grace left out; 0 or less in time; only where exact"
    )
    grace_used: bool | None = value_field("", "in time only by the grace of deadline_grace_days")
    reason: str | None = value_field("", "why it failed: late, or not_found")
    traces: tuple[TraceRow, ...] = value_field(
        "", "every date that says something of the opening, oldest first", default=()
    )
    source: str | None = value_field("address", "the publication that dates it", optional=True)


# The judgement ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _OpeningFacts:
    """Traces of an opening, compared with the holder's last day."""

    case: Case
    deadline: Deadline
    traces: Sequence[OpeningTrace]

    @property
    def best(self) -> OpeningTrace | None:
        """The oldest trace; of two at one moment the exact one. None without traces."""
        return min(self.traces, key=lambda trace: (trace.at, not trace.exact), default=None)

    @property
    def is_in_time(self) -> bool:
        """Whether the oldest trace shows that a page was open before it was too late, grace included."""
        return self.best is not None and self.best.at < self.deadline.late_from

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
        if outcome in {Outcome.CANT_TELL, Outcome.UNTESTED}:  # a lateness that is not told is no figure either
            values = replace(values, days_late=None)
        threshold = self.deadline.due
        return CHECK.finding(self.case, outcome, message, values, cause=cause, threshold=threshold, evidence=evidence)

    def _values(self, shown: OpeningTrace | None) -> OpenedValues:
        rows = tuple(
            TraceRow(kind=t.kind, at=t.at, network=t.network, account=t.account, source=t.source) for t in self.traces
        )
        empty = OpenedValues(deadline=self.deadline.due, grace_used=False, traces=rows)
        if shown is None:
            return empty
        late_days = days_late(shown.at, self.deadline.due, self.case.zone) if shown.exact else None
        return replace(
            empty,
            opened_at=shown.at,
            precision=shown.precision,
            days_late=late_days if self.deadline.start_known or (late_days or 0) <= 0 else None,
            grace_used=self._by_grace(shown),
            source=shown.source,
        )

    def _by_grace(self, shown: OpeningTrace) -> bool:
        start = self.deadline.grace_from
        return start is not None and start <= shown.at < self.deadline.late_from

    @property
    def last_day(self) -> Text | str:
        return self.case.local_date(self.deadline.due - timedelta(microseconds=1)).isoformat()

    def dated(self, shown: OpeningTrace) -> Text:
        """Return a trace's date and how far from the last day: «открыта 12.10.2021, за 232 дня до последнего дня»."""
        return _DATED.fill(
            network=NETWORKS[shown.network].fill(),
            opened=(_OPENED if shown.exact else _NOT_LATER).fill(),
            date=shown.date_text or self.case.local_date(shown.at),
            relation=self._relation(shown),
        )

    def _relation(self, shown: OpeningTrace) -> Text:
        late_days, last_day = days_late(shown.at, self.deadline.due, self.case.zone), self.last_day
        if self.deadline.is_personal and self.case.tenure_start is not None and shown.at < self.case.tenure_start:
            return _BEFORE_OFFICE.fill()
        if self._by_grace(shown):
            return _BY_GRACE.fill(days=days(late_days), grace=days(self.case.policy_value("deadline_grace_days")))
        if late_days == 0:
            return _ON.fill(last_day=last_day)
        return (_AFTER if late_days > 0 else _BEFORE).fill(days=days(abs(late_days)), last_day=last_day)


def _judge(case: Case) -> Iterator[Finding[OpenedValues]]:
    deadline = case.deadline or Deadline(case.registry.directive.deadline)
    facts = _OpeningFacts(case, deadline, traces_of(case))
    blocker = (None if case.bound else Blocker(Outcome.INAPPLICABLE, None, _NOT_BOUND.fill())) or case.blocker()
    if blocker is not None:
        yield facts.finding(blocker.outcome, blocker.message, cause=blocker.cause)
    else:
        yield _office(facts)
    for page in case.pages:
        page_facts = replace(facts, traces=traces_of_page(page, case.zone))
        finding = (
            _page(page_facts, page)
            if blocker is None
            else page_facts.finding(blocker.outcome, blocker.message, cause=blocker.cause)
        )
        yield page_finding(finding, page)


def _office(facts: _OpeningFacts) -> Finding[OpenedValues]:
    """Judge the holder: one page in time is enough to pass; to fail takes proof about every page on record."""
    case, deadline = facts.case, facts.deadline
    if facts.is_in_time and facts.best is not None:
        return facts.finding(Outcome.PASSED, facts.dated(facts.best))
    if case.as_of < deadline.late_from:
        return facts.finding(Outcome.INAPPLICABLE, _NOT_DUE.fill(last_day=facts.last_day))
    if has_open_lead(case):
        return facts.finding(Outcome.UNTESTED, _UNDECIDED.fill())
    if not has_known_page(case):
        return _without_page(facts)
    if not all(page.ever_looked for page in case.pages):
        return facts.finding(Outcome.UNTESTED, NOT_LOOKED_AT.fill())
    if not deadline.start_known:
        return facts.finding(Outcome.CANT_TELL, START_UNKNOWN.fill(), cause=Cause.TOO_LITTLE_DATA)
    return _late(facts) or _unsettled(facts, case.pages)


def _without_page(facts: _OpeningFacts) -> Finding[OpenedValues]:
    """Judge a holder without any page: only a recorded search after the last day allows "not found"."""
    case, search = facts.case, valid_search(facts.case, facts.deadline)
    if search is None:
        return facts.finding(Outcome.UNTESTED, _NO_SEARCH.fill())
    if not may_say_not_found(case):
        return facts.finding(Outcome.CANT_TELL, START_UNKNOWN.fill(), cause=Cause.TOO_LITTLE_DATA)
    message = _NOT_FOUND.fill(date=search.on, by=search.by, how=search.how)
    return facts.finding(Outcome.FAILED, message, reason="not_found")


def _late(facts: _OpeningFacts) -> Finding[OpenedValues] | None:
    """Return a failure if each confirmed page opened late by an exact date and nothing suggests another; else None."""
    case, exact_traces = facts.case, [_exact(facts, page) for page in facts.case.pages]
    traces = [trace for trace in exact_traces if trace is not None]
    if is_known_elsewhere(case) or not traces or len(traces) < len(exact_traces):
        return None
    first_trace = min(traces, key=lambda trace: trace.at)
    if any(trace.at < first_trace.at for trace in facts.traces):
        return None
    finding = facts.finding(Outcome.FAILED, facts.dated(first_trace), shown=first_trace, reason="late")
    if all(case.confirmation_is_stale(page) for page in case.pages):
        return downgrade_failure(finding, Cause.STALE, CAUSES[Cause.STALE].sentence.fill())
    return finding


def _exact(facts: _OpeningFacts, page: ObservedPage) -> OpeningTrace | None:
    """Return the exact trace of a page that was opened late; None if an older trace of the page contradicts it."""
    traces = traces_of_page(page, facts.case.zone)
    exact = next((trace for trace in traces if trace.exact and trace.at >= facts.deadline.late_from), None)
    return exact if exact is not None and traces[0].at >= exact.at else None


def _unsettled(facts: _OpeningFacts, pages: Sequence[ObservedPage]) -> Finding[OpenedValues]:
    """Return `cantTell` with the reason: a page that could not be seen, or dates that do not settle it."""
    unseen_pages = (page for page in pages if not traces_of_page(page, facts.case.zone) or page.is_other_page)
    unseen_page = next(unseen_pages, None)
    cause = _why_undated(unseen_page) if unseen_page is not None else Cause.TOO_LITTLE_DATA
    if cause is not Cause.TOO_LITTLE_DATA:
        return facts.finding(Outcome.CANT_TELL, CAUSES[cause].sentence.fill(), cause=cause)
    return facts.finding(Outcome.CANT_TELL, _why_unsettled(facts), cause=cause)


def _why_unsettled(facts: _OpeningFacts) -> Text:
    best, holder = facts.best, facts.case.holder
    if not facts.case.pages and holder is not None and not holder.accounts_elsewhere:
        return _REPORTED.fill(last_day=facts.last_day)
    if best is None:
        return _UNDATED.fill(last_day=facts.last_day)
    date = best.date_text or facts.case.local_date(best.at)
    return _UNSETTLED.fill(last_day=facts.last_day, date=date, network=NETWORKS[best.network].fill())


def _why_undated(page: ObservedPage) -> Cause:
    if page.gone_since is not None:
        return Cause.GONE
    if not page.was_looked_at:
        return Cause.TOO_LITTLE_DATA
    return Cause.NOT_AT_ADDRESS if page.is_other_page else page.latest_fact("posts_cause") or page.why_nothing_known


def _page(facts: _OpeningFacts, page: ObservedPage) -> Finding[OpenedValues]:
    """Judge one page on its own."""
    if facts.is_in_time and facts.best is not None:
        return facts.finding(Outcome.PASSED, facts.dated(facts.best))
    if facts.case.as_of < facts.deadline.late_from:
        return facts.finding(Outcome.INAPPLICABLE, _NOT_DUE.fill(last_day=facts.last_day))
    if not page.ever_looked:
        return facts.finding(Outcome.UNTESTED, NOT_LOOKED_AT.fill())
    exact = _exact(facts, page)
    if exact is not None and facts.deadline.start_known:
        return facts.finding(Outcome.FAILED, facts.dated(exact), shown=exact)
    return _unsettled(facts, [page])


def _threshold(value: PolicyValue) -> Text:
    return Text(N_("the directive's deadline; grace {grace}, always shown"), {"grace": days(value.number)})


_IN_GRACE_TITLE = N_("A personal page was open within the grace after the deadline")
_NOT_FOUND_TITLE = N_("A personal page was not found as of {date}")


def _title(finding: Finding[OpenedValues]) -> Text | None:
    """Return a title of what was found: a page within the grace, or none on that date; None for the outcome's own.

    A search of a given day says nothing about the deadline, so its date is in the title.
    """
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
        "day without the grace, which forgives and does not count. Without a page on record, “not found” is said only "
        "of a recorded search of VK, Telegram, Odnoklassniki and MAX that is new enough, and only of its day."
    ),
    values=OpenedValues,
    judge=_judge,
    policy_key="deadline_grace_days",
    threshold=_threshold,
    own_basis=Basis.NORM,
)
