"""Check `opened_by_deadline`, the directive's own question: whether a page was open by the holder's last day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from auditor.base.snapshot import Cause, Outcome, Precision
from auditor.base.text import N_, PART, Sentence, Text
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
    oldest,
    traces_of,
    traces_of_page,
    valid_search,
)
from auditor.checks.person_judgement import downgrade_failure, page_finding
from auditor.registry.models import Basis
from auditor.registry.policy import Threshold

_GRACE = Threshold(
    key="deadline_grace_days",
    value=1,
    least=0,
    most=3_650,
    wanted=N_("a whole number of days, 0 to 3650"),
    basis=Basis.CONVENTION,
    source="https://m.babr24.com/?IDE=231375",
    note="два канала открыты 1 июня 2022 года; точная дата всегда показана рядом",
    label=N_("Grace after the deadline, days"),
    words=lambda value: Text(
        N_("the directive's deadline; grace {grace}, always shown"), {"grace": days(value.number)}
    ),
)

_NEWCOMER = Threshold(
    key="newcomer_days",
    value=30,
    least=0,
    most=3_650,
    wanted=N_("a whole number of days, 0 to 3650"),
    basis=Basis.CONVENTION,
    source="по образцу Свердловской области: ural-meridian.ru/news/397290",
    note="дней со вступления в должность",
    label=N_("Time for a new holder, days from taking office"),
)

_NOT_BOUND = Sentence(
    "opened_by_deadline.not_bound",
    N_("The directive does not bind this office"),
    rests_on="The directive's text",
    not_said="—",
    reason="not_bound",
)
NO_DIRECTIVE = Sentence(
    "opened_by_deadline.no_directive",
    N_("No directive is on record: nothing is judged against a deadline"),
    rests_on="The registry says that there is none",
    not_said="—",
    reason="no_directive",
)
_NOT_DUE = Sentence(
    "opened_by_deadline.not_due",
    N_("Not yet due: the last day is {last_day}"),
    rests_on="The person's own last day",
    not_said="—",
    reason="not_due",
)
_DATED = Sentence(
    "opened_by_deadline.dated",
    N_("{network}: {opened} {date}, {relation}"),
    rests_on=(
        "An exact day of opening, or a trace or a source of that day. Red only where every page on record has an "
        "exact day after the person's last one"
    ),
    not_said="That no other page was open then: one may have been deleted since, or not be on record",
    red=True,
)
_OPENED = Sentence("opened_by_deadline.opened", N_("opened"), rests_on=PART)
_NOT_LATER = Sentence("opened_by_deadline.not_later", N_("opened not later than"), rests_on=PART)
_BEFORE = Sentence("relation.before", N_("{days} before the last day, {last_day}"), rests_on=PART)
_ON = Sentence("relation.on", N_("on the last day, {last_day}"), rests_on=PART)
_BEFORE_OFFICE = Sentence("relation.before_office", N_("before taking office"), rests_on=PART)
_BY_GRACE = Sentence(
    "relation.by_grace", N_("{days} after the last day, within the grace of {grace} (convention)"), rests_on=PART
)
_AFTER = Sentence("relation.after", N_("{days} after the last day, {last_day}"), rests_on=PART)
_UNSETTLED = Sentence(
    "opened_by_deadline.unsettled",
    N_(
        "The dates on record do not settle whether a page was open by {last_day}: the oldest is {date} ({network}), "
        "and a page may be older than its oldest trace"
    ),
    rests_on="The oldest trace on record, and no exact day of every page",
    not_said="That the page was opened on that day, or late",
    short=N_("the date of opening is not exact"),
)
_UNDATED = Sentence(
    "opened_by_deadline.undated",
    N_("No date of an opening is on record; the last day is {last_day}"),
    rests_on="A page or a report without a date",
    not_said="Whether it was in time",
    short=N_("no date of an opening is on record"),
)
START_UNKNOWN = Sentence(
    "opened_by_deadline.start_unknown",
    N_("The day of taking office is not known, so the person's own last day is not: nobody is said to be late"),
    rests_on="No start of the tenure is on record",
    not_said="Whether there is a page",
    short=N_("the day of taking office is not known"),
)
_REPORTED = Sentence(
    "opened_by_deadline.reported",
    N_(
        "No confirmed page is on record. The press reports one, and that does not settle whether it was open by "
        "{last_day}"
    ),
    rests_on="A press report on record, and no page",
    not_said="That a page was open in time, or was not",
    short=N_("the press alone tells of a page"),
)
_NO_SEARCH = Sentence(
    "opened_by_deadline.no_valid_search",
    N_("No personal page is on record, and no search of all networks that found none after the last day"),
    rests_on="The searches on record are missing, too old, before the last day, or of fewer networks",
    not_said="That there is no page",
    reason="no_search",
)
_UNDECIDED = Sentence(
    "opened_by_deadline.undecided",
    N_("A page that may be the person's was found, and nobody has decided yet whether it is"),
    rests_on="A lead that no person has decided",
    not_said="That it is, or is not, the person's",
    reason="undecided",
)
_NOT_FOUND = Sentence(
    "opened_by_deadline.not_found",
    N_("A personal page was not found as of {date}; searched by: {by}; how: {how}"),
    rests_on=(
        "A recorded search after the last day on VK, Telegram, Odnoklassniki and MAX (a neutral one may be left "
        "out); no press report, no open lead"
    ),
    not_said="That there is no page, or that there was none by the deadline",
    red=True,
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


_Verdict = tuple[Outcome, Text, Cause | None]


@dataclass(frozen=True, slots=True)
class _OpeningFacts:
    """Pages and the traces of their opening, compared with the holder's last day."""

    case: Case
    pages: Sequence[ObservedPage]
    traces: Sequence[OpeningTrace]

    @property
    def best(self) -> OpeningTrace | None:
        """The oldest trace."""
        return oldest(self.traces)

    @property
    def is_late(self) -> bool:
        """Whether each page was opened late by an exact trace, and no older one of any page speaks against it."""
        traces = [self.best, *(oldest(traces_of_page(page, self.case.zone)) for page in self.pages)]
        late_from = self.case.deadline.late_from
        return bool(self.pages) and all(trace and trace.exact and trace.at >= late_from for trace in traces)

    def finding(self, verdict: _Verdict) -> Finding[OpenedValues]:
        """Return a verdict as a finding, with all that is known of the opening."""
        outcome, message, cause = verdict
        due, best, rows = self.case.deadline.due, self.best, tuple(trace.row for trace in self.traces)
        reason = "not_found" if message.id == _NOT_FOUND.id else "late" if outcome is Outcome.FAILED else None
        values = OpenedValues(deadline=due, grace_used=False, reason=reason, traces=rows)
        if best is not None:
            values = replace(
                values,
                opened_at=best.at,
                precision=best.precision,
                days_late=self._days_late(best, outcome),
                grace_used=self._by_grace(best),
                source=best.source,
            )
        evidence = best.evidence if best is not None else ()
        return CHECK.finding(self.case, outcome, message, values, cause=cause, threshold=due, evidence=evidence)

    def _days_late(self, shown: OpeningTrace, outcome: Outcome) -> int | None:
        """Return the days after the last day; None where they are not exact, or no lateness is told."""
        late_days = days_late(shown.at, self.case.deadline.due, self.case.zone)
        is_known = shown.exact and (self.case.deadline.start_known or late_days <= 0)
        return late_days if is_known and outcome not in {Outcome.CANT_TELL, Outcome.UNTESTED} else None

    def _by_grace(self, shown: OpeningTrace) -> bool:
        start = self.case.deadline.grace_from
        return start is not None and start <= shown.at < self.case.deadline.late_from

    @property
    def last_day(self) -> str:
        return self.case.local_date(self.case.deadline.due - timedelta(microseconds=1)).isoformat()

    def date_of(self, trace: OpeningTrace) -> str | date:
        return trace.date_text or self.case.local_date(trace.at)

    def dated(self, shown: OpeningTrace) -> Text:
        """Return a trace's date and how far from the last day: «открыта 12.10.2021, за 232 дня до последнего дня»."""
        return _DATED.fill(
            network=NETWORKS[shown.network].fill(),
            opened=(_OPENED if shown.exact else _NOT_LATER).fill(),
            date=self.date_of(shown),
            relation=self._relation(shown),
        )

    def _relation(self, shown: OpeningTrace) -> Text:
        late_days, last_day = days_late(shown.at, self.case.deadline.due, self.case.zone), self.last_day
        if self.case.deadline.is_personal and self.case.tenure_start is not None and shown.at < self.case.tenure_start:
            return _BEFORE_OFFICE.fill()
        if self._by_grace(shown):
            return _BY_GRACE.fill(days=days(late_days), grace=days(self.case.policy_value("deadline_grace_days")))
        if late_days == 0:
            return _ON.fill(last_day=last_day)
        return (_AFTER if late_days > 0 else _BEFORE).fill(days=days(abs(late_days)), last_day=last_day)


def _judge(case: Case) -> Iterator[Finding[OpenedValues]]:
    if case.registry.directive is None:
        yield CHECK.finding(case, Outcome.INAPPLICABLE, NO_DIRECTIVE.fill(), OpenedValues())
        return
    facts = _OpeningFacts(case, case.pages, traces_of(case))
    blocker = (None if case.bound else Blocker(Outcome.INAPPLICABLE, _NOT_BOUND.fill())) or case.blocker()
    finding = facts.finding(blocker or _early(facts) or _without_page(facts) or _with_pages(facts))
    is_stale = bool(case.pages) and all(map(case.confirmation_is_stale, case.pages))
    if finding.outcome is Outcome.FAILED and is_stale:
        finding = downgrade_failure(finding, Cause.STALE, CAUSES[Cause.STALE].fill())
    yield finding
    for page in case.pages:
        page_facts = replace(facts, pages=[page], traces=traces_of_page(page, case.zone))
        yield page_finding(page_facts.finding(blocker or _early(page_facts) or _page(page_facts)), page)


def _early(facts: _OpeningFacts) -> _Verdict | None:
    """Judge a page in time, or a last day to come; None for neither."""
    if facts.best is not None and facts.best.at < facts.case.deadline.late_from:
        return Outcome.PASSED, facts.dated(facts.best), None
    is_due = facts.case.as_of >= facts.case.deadline.late_from
    return None if is_due else (Outcome.INAPPLICABLE, _NOT_DUE.fill(last_day=facts.last_day), None)


def _without_page(facts: _OpeningFacts) -> _Verdict | None:
    """Judge a holder without any page: only a recorded search after the last day allows "not found"."""
    search = valid_search(facts.case)
    if has_open_lead(facts.case):
        return Outcome.UNTESTED, _UNDECIDED.fill(), None
    if has_known_page(facts.case):
        return None
    if search is None:
        return Outcome.UNTESTED, _NO_SEARCH.fill(), None
    if not facts.case.deadline.start_known:
        return Outcome.CANT_TELL, START_UNKNOWN.fill(), Cause.TOO_LITTLE_DATA
    return Outcome.FAILED, _NOT_FOUND.fill(date=search.on, by=search.by, how=search.how), None


def _with_pages(facts: _OpeningFacts) -> _Verdict:
    """Judge a holder with pages that are late or of unsettled dates: to fail takes proof about every page."""
    if not all(page.ever_looked for page in facts.pages):
        return NOT_LOOKED_AT
    if not facts.case.deadline.start_known:
        return Outcome.CANT_TELL, START_UNKNOWN.fill(), Cause.TOO_LITTLE_DATA
    if facts.best is None or not facts.is_late or facts.case.seen_elsewhere:
        return _unsettled(facts)
    return Outcome.FAILED, facts.dated(facts.best), None


def _page(facts: _OpeningFacts) -> _Verdict:
    """Judge one page on its own: it is shown as late, and does not fail."""
    if not facts.pages[0].ever_looked:
        return NOT_LOOKED_AT
    if facts.best is None or not facts.is_late or not facts.case.deadline.start_known:
        return _unsettled(facts)
    return Outcome.INAPPLICABLE, facts.dated(facts.best), None


def _unsettled(facts: _OpeningFacts) -> _Verdict:
    """Return `cantTell` with the reason: a page that could not be seen, or dates that do not settle it."""
    undated = (page for page in facts.pages if not traces_of_page(page, facts.case.zone) or page.is_other_page)
    cause = next(map(_why_undated, undated), Cause.TOO_LITTLE_DATA)
    message = _why_unsettled(facts) if cause is Cause.TOO_LITTLE_DATA else CAUSES[cause].fill()
    return Outcome.CANT_TELL, message, cause


def _why_unsettled(facts: _OpeningFacts) -> Text:
    best, holder, last_day = facts.best, facts.case.holder, facts.last_day
    if not facts.case.pages and holder is not None and not holder.accounts_elsewhere:
        return _REPORTED.fill(last_day=last_day)
    if best is None:
        return _UNDATED.fill(last_day=last_day)
    return _UNSETTLED.fill(last_day=last_day, date=facts.date_of(best), network=NETWORKS[best.network].fill())


def _why_undated(page: ObservedPage) -> Cause:
    if page.gone_since is not None:
        return Cause.GONE
    if not page.was_looked_at:
        return Cause.TOO_LITTLE_DATA
    if page.is_other_page:
        return Cause.NOT_AT_ADDRESS
    return page.latest_fact("posts_cause") or page.why_hidden or page.why_no_look_counts


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
    threshold=_GRACE,
    decided_by_search=True,
    own_basis=Basis.NORM,
)
