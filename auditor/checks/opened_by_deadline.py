"""Was a personal page open by the person's deadline? This is the directive's own question."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Annotated

from auditor.base.snapshot import Cause, Outcome, Precision
from auditor.base.text import N_, Sentence, Text
from auditor.base.weeks import days_late
from auditor.checks.case import Case, Obstacle, Sight
from auditor.checks.check import NETWORKS, Check, days, say_neutral, say_obstacle, say_standing
from auditor.checks.finding import Advised, Cell, Column, Finding, Is, Place, Sign, Values
from auditor.checks.opening import (
    Dated,
    Opening,
    Standing,
    opening_of_account,
    opening_of_page_elsewhere,
    opening_of_report,
    standing_of,
)
from auditor.registry.models import SEARCHED, Basis, Deadline, Neutral, OtherNetwork, PolicyValue, Search

_ORDER = (Standing.IN_TIME, Standing.GRACE, Standing.UNSURE, Standing.LATE, Standing.UNSEEN)
_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Values):
    """When a page was opened, and what that is against the person's deadline."""

    opened_at: Annotated[datetime | None, Is("time", "the exact opening, or the oldest trace")] = None
    precision: Annotated[Precision | None, Is("", "how well opened_at is known")] = None
    not_earlier_than: Annotated[datetime | None, Is("time", "the page is not older; an estimate by its number")] = None
    deadline: Annotated[datetime | None, Is("time", "the person's own: the first moment that is too late")] = None
    days_late: Annotated[
        int | None, Is("calendar days", "after the last day allowed; 0 or less in time; only of an exact opening")
    ] = None
    grace_used: Annotated[bool | None, Is("", "in time only by the grace of deadline_grace_days")] = None
    reason: Annotated[str | None, Is("", "why it failed: late, or not_found")] = None
    traces: Annotated[tuple[Dated, ...], Is("", "every date that says something of the opening, the oldest first")] = ()
    source: Annotated[str | None, Is("address", "the press report that decided", optional=True)] = None
    seen_by_preview: Annotated[
        datetime | None, Is("time", "the opening by the look without signing in, where two dates differ", optional=True)
    ] = None
    seen_by_client: Annotated[
        datetime | None, Is("time", "the opening by the signed-in client, where two dates differ", optional=True)
    ] = None


@dataclass(frozen=True)
class _Matter:
    """One holder's openings against one deadline."""

    case: Case
    deadline: Deadline
    grace: timedelta
    accounts: tuple[tuple[Sight, Opening], ...]
    reports: tuple[Opening, ...]
    """Press reports, and pages on networks that the program does not look at."""

    @classmethod
    def of(cls, case: Case) -> "_Matter":
        common, zone, holder = case.registry.directive.deadline, case.registry.zone, case.holder
        reports = [opening_of_report(report, zone) for report in holder.reports] if holder else []
        reports += [opening_of_page_elsewhere(page, zone) for page in holder.accounts_elsewhere] if holder else []
        return cls(
            case=case,
            deadline=case.deadline or Deadline(common, common),
            grace=timedelta(days=case.value("deadline_grace_days")),
            accounts=tuple((sight, opening_of_account(sight)) for sight in case.personal),
            reports=tuple(reports),
        )

    def standing(self, opening: Opening) -> Standing:
        return standing_of(opening, self.deadline, self.grace)

    @cached_property
    def best(self) -> Opening | None:
        """The opening that says most: in time first, then by its earliest proof; an account before a report."""
        candidates = [*(opening for _, opening in self.accounts), *self.reports]
        return min(candidates, key=lambda o: (_ORDER.index(self.standing(o)), o.latest or _FAR), default=None)

    @property
    def running(self) -> bool:
        """The person's time is surely not over yet."""
        return self.case.as_of < self.deadline.strict + self.grace

    @property
    def all_late(self) -> bool:
        """Every confirmed account was opened late, and no report speaks of an older one, or of one elsewhere."""
        if not self.accounts or any(self.standing(o) is not Standing.LATE for _, o in self.accounts):
            return False
        first = min(o.earliest or _FAR for _, o in self.accounts)
        networks = {None, *(o.network for _, o in self.accounts)}
        return all((r.latest is None or r.latest >= first) and r.network in networks for r in self.reports)

    @property
    def neutral(self) -> Neutral | None:
        """Why nothing is asked of pages that are all on networks where absence is no fault."""
        return self.case.all_neutral([sight for sight, _ in self.accounts])

    @cached_property
    def traces(self) -> tuple[Dated, ...]:
        """Every trace of every page and report, the oldest first."""
        found = [trace for o in (*(o for _, o in self.accounts), *self.reports) for trace in o.traces]
        return tuple(sorted(found, key=lambda trace: (trace.at, trace.kind)))

    def local(self, moment: datetime) -> date:
        return moment.astimezone(self.case.registry.zone).date()

    def late(self, moment: datetime) -> int:
        return days_late(moment, self.deadline.strict, self.case.registry.zone)

    def surely_late(self, moment: datetime) -> int:
        """Return days late by the latest deadline that the person can have."""
        return days_late(moment, self.deadline.lenient or self.deadline.strict, self.case.registry.zone)

    def may_be_in_time(self, moment: datetime) -> bool:
        """Tell whether a moment is before the latest deadline that the person can have."""
        last = self.deadline.lenient
        return last is None or moment < last + self.grace

    def before_office(self, moment: datetime) -> bool:
        """Tell whether a moment is before the day of taking office, where the deadline is counted from that day."""
        first = self.case.holder.chain[0].since if self.case.holder else None
        return self.deadline.newcomer and first is not None and self.local(moment) < first.first

    def lateness_known(self, opening: Opening) -> bool:
        """Tell whether days late are one number: not where a start known to the month leaves the deadline open."""
        if self.deadline.strict == self.deadline.lenient:
            return True
        return self.standing(opening) in {Standing.IN_TIME, Standing.GRACE}

    def finding(
        self,
        outcome: Outcome,
        message: Text,
        opening: Opening | None = None,
        cause: Cause | None = None,
        reason: str | None = None,
    ) -> Finding[Opened]:
        """Make the office-level finding."""
        values = replace(self.values(opening), reason=reason)
        evidence, strict = opening.evidence if opening else (), self.deadline.strict
        return CHECK.finding(self.case, outcome, message, values, cause=cause, threshold=strict, evidence=evidence)

    def values(self, opening: Opening | None) -> Opened:
        if opening is None:
            return Opened(deadline=self.deadline.strict, grace_used=False, traces=self.traces)
        exact = opening.at if opening.exact and self.lateness_known(opening) else None
        preview, client = opening.disputed or (None, None)
        return Opened(
            opened_at=opening.at,
            precision=opening.precision,
            not_earlier_than=opening.not_earlier_than,
            deadline=self.deadline.strict,
            days_late=None if exact is None else self.late(exact),
            grace_used=self.standing(opening) is Standing.GRACE,
            traces=self.traces,
            source=opening.source or None,
            seen_by_preview=preview,
            seen_by_client=client,
        )


def _judge(case: Case) -> Iterator[Finding[Opened]]:
    matter = _Matter.of(case)
    gate, standing = _gate(case), case.standing

    def barred(opening: Opening | None) -> Finding[Opened] | None:
        if gate is not None:
            return matter.finding(Outcome.INAPPLICABLE, gate, opening)
        return matter.finding(standing.outcome, say_standing(case), opening, standing.cause) if standing else None

    yield barred(matter.best if gate is not None else None) or _office(matter)
    for sight, opening in matter.accounts:
        finding = barred(opening) or _account(matter, sight, opening)
        own = replace(finding.values, traces=opening.traces)
        yield replace(finding, network=opening.network, account=opening.account, values=own)


_VACANT = Sentence("opened_by_deadline.vacant", N_("The office is vacant since {since}"))
_NOT_BOUND = Sentence("opened_by_deadline.not_bound", N_("The directive does not bind this office"))
_EXEMPT = Sentence("opened_by_deadline.exempt", N_("Exempt: {by}; {reason}"))


def _gate(case: Case) -> Text | None:
    """Return why the directive asks nothing of this office in this week, or None."""
    if not case.bound and case.vacancy is None:
        return _NOT_BOUND.say()
    if case.standing is not None and case.standing.cause is not None:
        return None
    if case.vacancy is not None:
        return _VACANT.say(since=str(case.vacancy.since))
    if case.exemption is not None:
        return _EXEMPT.say(by=case.exemption.by, reason=case.exemption.reason)
    return None


def _office(matter: _Matter) -> Finding[Opened]:
    """Judge the holder: one page in time is enough; failing takes proof about every page on record."""
    best = matter.best
    if best is not None and matter.standing(best) in {Standing.IN_TIME, Standing.GRACE}:
        return matter.finding(Outcome.PASSED, _dated(matter, best), best)
    if matter.running:
        return matter.finding(Outcome.INAPPLICABLE, _not_due(matter), best)
    if matter.all_late:
        first = min((o for _, o in matter.accounts), key=lambda o: o.earliest or _FAR)
        if matter.neutral is not None:
            return matter.finding(Outcome.INAPPLICABLE, say_neutral(matter.neutral), first)
        return matter.finding(Outcome.FAILED, _dated(matter, first), first, reason="late")
    if best is None:
        return _nothing_known(matter)
    return _cannot_tell(matter)


def _account(matter: _Matter, sight: Sight, opening: Opening) -> Finding[Opened]:
    """Report one network's account on its own."""
    standing, neutral = matter.standing(opening), matter.case.neutral(sight)
    if standing in {Standing.IN_TIME, Standing.GRACE}:
        return matter.finding(Outcome.PASSED, _dated(matter, opening), opening)
    if matter.running:
        return matter.finding(Outcome.INAPPLICABLE, _not_due(matter), opening)
    if standing is Standing.LATE and neutral is not None:
        return matter.finding(Outcome.INAPPLICABLE, say_neutral(neutral), opening)
    if standing is Standing.LATE:
        return matter.finding(Outcome.FAILED, _dated(matter, opening), opening, reason="late")
    if standing is Standing.UNSURE and not sight.distrusted:
        return matter.finding(Outcome.CANT_TELL, _unsure(matter, opening), opening, _why_unsure(opening))
    return _unseen(matter, sight, opening)


def _why_unsure(opening: Opening | None) -> Cause:
    if opening is not None and (opening.disputed is not None or opening.contradicted):
        return Cause.CONTRADICTION
    return Cause.TOO_LITTLE_DATA


def _unseen(matter: _Matter, sight: Sight, opening: Opening | None) -> Finding[Opened]:
    obstacle = sight.inside_obstacle(matter.case)
    if obstacle is None:
        assert sight.current is not None
        obstacle = Obstacle(Outcome.CANT_TELL, sight.current.posts_cause or Cause.TOO_LITTLE_DATA)
    return matter.finding(obstacle.outcome, say_obstacle(obstacle), opening, obstacle.cause)


_NO_SEARCH = Sentence(
    "opened_by_deadline.no_search", N_("No personal page is on record, and no search for one is recorded")
)
_NO_VALID_SEARCH = Sentence(
    "opened_by_deadline.no_valid_search",
    N_("No personal page is on record, and no search that found none after the deadline is recorded"),
)
_SEARCHED = Sentence(
    "opened_by_deadline.not_found",
    N_("A personal page was not found as of {date}; searched by: {by}; how: {how}"),
)


_UNDECIDED = Sentence(
    "opened_by_deadline.undecided",
    N_("A page that may be the person's was found, and nobody has decided yet whether it is"),
)
_SEARCHED_FEWER = Sentence(
    "opened_by_deadline.searched_fewer",
    N_("A personal page was not found as of {date}, but not every network was searched; searched by: {by}; how: {how}"),
)
_START_UNKNOWN = Sentence(
    "opened_by_deadline.start_unknown",
    N_("No personal page is on record, and the person's own deadline is not known: the day of taking office is not"),
)
_AFTER_THE_WEEK = timedelta(days=14)
"""So long after a week's end a search still tells of it (DESIGN.md section 5)."""


def _nothing_known(matter: _Matter) -> Finding[Opened]:
    """Judge a holder without any page on record: only a search after the deadline lets "not found" be said."""
    holder = matter.case.holder
    assert holder is not None
    searches = _valid_searches(matter, holder.searches)
    last = max(searches, key=lambda s: s.on, default=None)
    if holder.has_lead or any(not search.found_nothing for search in holder.searches):
        return matter.finding(Outcome.UNTESTED, _UNDECIDED.say())
    if last is None:
        return matter.finding(Outcome.UNTESTED, (_NO_VALID_SEARCH if holder.searches else _NO_SEARCH).say())
    if matter.deadline.lenient is None or not matter.deadline.start_known:
        return matter.finding(Outcome.CANT_TELL, _START_UNKNOWN.say(), cause=Cause.TOO_LITTLE_DATA)
    whole = [search for search in searches if search.found_nothing and _searched_everywhere(matter, search)]
    if not whole:
        fewer = _SEARCHED_FEWER.say(date=last.on, by=last.by, how=last.how)
        return matter.finding(Outcome.CANT_TELL, fewer, cause=Cause.TOO_LITTLE_DATA)
    last = max(whole, key=lambda s: s.on)
    return matter.finding(Outcome.FAILED, _SEARCHED.say(date=last.on, by=last.by, how=last.how), reason="not_found")


def _valid_searches(matter: _Matter, searches: Iterable[Search]) -> list[Search]:
    """Return the searches made after the person's own deadline and close enough to the week to tell of it."""
    case = matter.case
    own = matter.deadline.lenient or matter.deadline.strict
    first = max(matter.local(own + matter.grace), case.week.last_day - timedelta(days=case.value("search_valid_days")))
    last = min(case.week.last_day + _AFTER_THE_WEEK, matter.local(case.as_of))
    return [search for search in searches if first <= search.on <= last]


def _searched_everywhere(matter: _Matter, search: Search) -> bool:
    """Tell whether a search names every network, save those where absence was no fault on its day."""
    neutral = {one.network for one in matter.case.registry.directive.neutral_on(search.on)}
    return SEARCHED - neutral <= set(search.networks)


def _cannot_tell(matter: _Matter) -> Finding[Opened]:
    for sight, opening in matter.accounts:
        if matter.standing(opening) is Standing.UNSEEN or sight.distrusted:
            return _unseen(matter, sight, matter.best)
    best = matter.best
    return matter.finding(Outcome.CANT_TELL, _unsure(matter, best), best, _why_unsure(best))


# What is said of an opening ---------------------------------------------------------------------------------------

_NOT_DUE = Sentence("opened_by_deadline.not_due", N_("Not yet due: the last day is {last_day}"))
_GRACE = Sentence(
    "opened_by_deadline.grace",
    N_("{network}: opened {date}, {days} after the deadline; the grace is {grace} (convention)"),
)
_TRACED_IN_GRACE = Sentence(
    "opened_by_deadline.grace_trace",
    N_("{network}: opened not later than {date}, within the grace of {grace} (convention)"),
)
_LATE = Sentence("opened_by_deadline.late", N_("{network}: opened {date}, {days} after the deadline"))
_LATE_AT_LEAST = Sentence(
    "opened_by_deadline.late_at_least", N_("{network}: opened {date}, at least {days} after the deadline")
)
BEFORE_OFFICE = Sentence("opened_by_deadline.before_office", N_("{network}: opened {date}, before taking office"))
TRACED_BEFORE_OFFICE = Sentence(
    "opened_by_deadline.before_office_trace", N_("{network}: opened not later than {date}, before taking office")
)
_LAST_DAY = Sentence("opened_by_deadline.last_day", N_("{network}: opened {date}, the last day allowed"))
_TRACED_ON_LAST_DAY = Sentence(
    "opened_by_deadline.last_day_trace", N_("{network}: opened not later than {date}, the last day allowed")
)
_IN_TIME = Sentence("opened_by_deadline.in_time", N_("{network}: opened {date}, {days} before the deadline"))
_TRACED_IN_TIME = Sentence(
    "opened_by_deadline.in_time_trace",
    N_("{network}: opened not later than {date}, at least {days} before the deadline"),
)
_TWO_DATES = Sentence(
    "opened_by_deadline.two_dates",
    N_("The two ways of looking give two opening dates: without signing in {preview}, signed in {client}"),
)
_UNDATED = Sentence("opened_by_deadline.undated", N_("A page is reported, but the date of its opening is not known"))
_REPORTED_LATE = Sentence(
    "opened_by_deadline.reported_late",
    N_("{network}: a page opened after the deadline is reported ({date}); of an earlier one nothing is known"),
)
_START_NOT_EXACT = Sentence(
    "opened_by_deadline.start_not_exact",
    N_("{network}: opened {date}; the deadline depends on the day of taking office, not known exactly"),
)
_BETWEEN = Sentence(
    "opened_by_deadline.between", N_("{network}: opened between {earliest} and {date}; the deadline lies within")
)
_ESTIMATED = Sentence(
    "opened_by_deadline.estimated",
    N_(
        "{network}: the oldest trace is of {date}, after the deadline; by an estimate from its number the page is not "
        "older than {earliest}, and an estimate judges nothing"
    ),
)
_CONTRADICTED = Sentence(
    "opened_by_deadline.contradicted",
    N_("{network}: the date given for the opening is later than a trace of {date}; the two contradict each other"),
)
_ELSEWHERE = Sentence(
    "opened_by_deadline.elsewhere",
    N_("{network}: a page is on record by a source of {date}. The program does not look there: it may be older"),
)
_ELSEWHERE_IN_TIME = Sentence(
    "opened_by_deadline.elsewhere_in_time",
    N_("{network}: by a source the page was open not later than {date}. The program does not look there"),
)
_TRACE_AND_START = Sentence(
    "opened_by_deadline.trace_and_start",
    N_("{network}: the oldest trace is of {date}; the deadline depends on the day of taking office"),
)
_TRACE_AFTER = Sentence(
    "opened_by_deadline.trace_after",
    N_("{network}: the oldest trace is of {date}, after the deadline; it may have been opened earlier"),
)

_BEFORE = {
    one.id: one
    for one in (
        Sentence(
            "opened_by_deadline.late_by_number",
            N_("{network}: opened not earlier than {date}, at least {days} after the deadline"),
        ),
        Sentence(
            "opened_by_deadline.late_by_estimate",
            N_(
                "{network}: by an estimate from the page's number opened not earlier than {date}, at least {days} "
                "after the deadline; the oldest trace is of {trace}"
            ),
        ),
        Sentence(
            "opened_by_deadline.between_by_estimate",
            N_("{network}: opened between {earliest}, an estimate by its number, and {date}; the deadline lies within"),
        ),
    )
}
"""What documents before version 0.4.0 say: the first hides that the date is an estimate."""


def _not_due(matter: _Matter) -> Text:
    return _NOT_DUE.say(last_day=matter.local(matter.deadline.strict - timedelta(microseconds=1)))


def _dated(matter: _Matter, opening: Opening) -> Text:
    """Say the dates in one line: «открыта 12.10.2021, за 231 день до срока»."""
    shown = opening.at
    assert shown is not None
    if isinstance(opening.network, OtherNetwork):
        date_ = opening.written or matter.local(shown)
        return _ELSEWHERE_IN_TIME.say(network=NETWORKS[opening.network].say(), date=date_)
    network, date_ = NETWORKS[opening.network].say(), opening.written or matter.local(shown)
    standing, late = matter.standing(opening), matter.late(shown)
    if standing is Standing.LATE:
        return _dated_late(matter, opening)
    if standing is Standing.GRACE:
        sentence = _GRACE if opening.exact else _TRACED_IN_GRACE
        return sentence.say(network=network, date=date_, days=days(abs(late)), grace=days(matter.grace.days))
    if matter.before_office(shown):
        return (BEFORE_OFFICE if opening.exact else TRACED_BEFORE_OFFICE).say(network=network, date=date_)
    if late == 0:
        return (_LAST_DAY if opening.exact else _TRACED_ON_LAST_DAY).say(network=network, date=date_)
    return (_IN_TIME if opening.exact else _TRACED_IN_TIME).say(network=network, date=date_, days=days(abs(late)))


def _dated_late(matter: _Matter, opening: Opening) -> Text:
    assert opening.at is not None
    network, date_ = NETWORKS[opening.network].say(), opening.written or matter.local(opening.at)
    if not matter.lateness_known(opening):
        return _LATE_AT_LEAST.say(network=network, date=date_, days=days(matter.surely_late(opening.at)))
    return _LATE.say(network=network, date=date_, days=days(abs(matter.late(opening.at))))


def _unsure(matter: _Matter, opening: Opening | None) -> Text:
    if opening is not None and opening.disputed is not None:
        preview, client = (matter.local(moment) for moment in opening.disputed)
        return _TWO_DATES.say(preview=preview, client=client)
    if opening is None or opening.latest is None:
        return _UNDATED.say()
    network, latest = NETWORKS[opening.network].say(), matter.local(opening.latest)
    shown = opening.written or latest
    if isinstance(opening.network, OtherNetwork):
        return _ELSEWHERE.say(network=network, date=shown)
    if opening.contradicted:
        return _CONTRADICTED.say(network=network, date=shown)
    if matter.standing(opening) is Standing.LATE:  # by a report, which does not speak of all pages
        return _REPORTED_LATE.say(network=network, date=shown)
    if opening.exact and not matter.lateness_known(opening):
        return _START_NOT_EXACT.say(network=network, date=shown)
    if opening.earliest is not None:
        return _BETWEEN.say(network=network, date=latest, earliest=matter.local(opening.earliest))
    if matter.may_be_in_time(opening.latest):
        return _TRACE_AND_START.say(network=network, date=shown)
    if opening.estimate is not None:
        return _ESTIMATED.say(network=network, date=latest, earliest=matter.local(opening.estimate))
    return _TRACE_AFTER.say(network=network, date=shown)


# What readers are shown -------------------------------------------------------------------------------------------


def _threshold(value: PolicyValue) -> Text:
    return Text(N_("the directive's deadline; grace {grace}, always shown"), {"grace": days(value.number)})


_IN_GRACE_TITLE = N_("A personal page was open within the grace after the deadline")
_NOT_FOUND_TITLE = N_("A personal page was not found as of {date}")
_LATE_PAGE_TITLE = N_("The confirmed page was opened after the deadline")


def _title(finding: Finding[Opened]) -> Text | None:
    """Say what was found: pages on record that are later, or no page on that date. Of 2022 the second says nothing."""
    if finding.outcome is Outcome.PASSED and finding.values.grace_used:
        return Text(_IN_GRACE_TITLE)
    if finding.outcome is not Outcome.FAILED:
        return None
    if finding.message.id == _SEARCHED.id:
        return Text(_NOT_FOUND_TITLE, {"date": finding.message.params["date"]})
    return Text(_LATE_PAGE_TITLE) if finding.account else None


_CELLS = {
    "passed": (Sign.RING, N_("in time")),
    "grace": (Sign.RING, N_("in time by the grace")),
    "unsure": (Sign.UNKNOWN, N_("date not exact")),
    "cantTell": (Sign.UNKNOWN, N_("not visible")),
    "untested": (Sign.DASHED, N_("not looked at yet")),
    "inapplicable": (Sign.RING, N_("page on record")),
    "failed": (Sign.DOWN, N_("after the deadline")),
    "unasked": (Sign.NOTHING, N_("nothing is asked")),
}
"""The cell of a page in the column of networks; of several pages the first in this order is shown."""


def _cell(finding: Finding[Opened]) -> Cell:
    kind = finding.outcome.value
    if finding.outcome is Outcome.PASSED and finding.values.grace_used:
        kind = "grace"
    elif finding.cause is Cause.TOO_LITTLE_DATA:
        kind = "unsure"
    elif finding.outcome is Outcome.INAPPLICABLE and finding.values.opened_at is None:
        kind = "unasked"  # not even a trace of it was seen: that it is there is not said
    sign, said = _CELLS[kind]
    return Cell(sign, Text(said), key=list(_CELLS).index(kind))


def _hangs_on_start(finding: Finding[Opened]) -> bool:
    """Tell whether the opening is known to the day, and only the day of taking office keeps it from being judged."""
    values = finding.values
    exact = values.precision is Precision.EXACT and values.days_late is None and values.seen_by_preview is None
    return exact and finding.cause is Cause.TOO_LITTLE_DATA


def _why(finding: Finding[Opened]) -> Text | None:
    if _hangs_on_start(finding):
        return Text(N_("the day of taking office is not exact"))
    return Text(N_("the date of opening is not exact")) if finding.cause is Cause.TOO_LITTLE_DATA else None


def _precision(finding: Finding[Opened]) -> Text | None:
    values = finding.values
    if values.opened_at is None or values.precision is None:
        return None
    if values.precision is Precision.EXACT:
        return Text(N_("exact to the day"))
    return Text(N_("between two days") if values.not_earlier_than is not None else N_("not later than this day"))


def _last_day(finding: Finding[Opened]) -> datetime | None:
    deadline = finding.values.deadline
    return deadline - timedelta(seconds=1) if deadline is not None else None


_ADVICE_OURS = N_("Nothing is asked of the holder: it was we who could not see. The look will be repeated.")
_ADVICE_TRACE = N_(
    "Send a trace of the page dated {deadline} or earlier: a link to a post, a publication of the press. A screenshot "
    "without a link will not do."
)
_ADVICE_START = N_("Send a source for the exact day of taking office: the person's own deadline is counted from it.")
_ADVICE_EARLIEST = N_("Send the earliest trace of the page there is: a link to a post, a publication of the press.")
_ADVICE_CANT_TELL = {
    Cause.PRIVATE: N_("The page is closed by its settings. Open it, or send a source dated {deadline} or earlier."),
    Cause.PREVIEW_OFF: N_(
        "Viewing without signing in is switched off. Switch it on in the channel's settings, or send a source dated "
        "{deadline} or earlier."
    ),
    Cause.WRONG_KIND: N_("The address on record is not a channel's. Send the address of the personal page."),
    Cause.GONE: N_(
        "The confirmed page is not at its address. Send its new address and a source dated {deadline} or earlier."
    ),
    Cause.TOO_LITTLE_DATA: _ADVICE_TRACE,
    Cause.NO_CREDENTIALS: N_("Nothing is asked of the holder: the audit lacks an access key to the network."),
}
_ADVICE_INAPPLICABLE = {
    "exemption": N_("By the directive nothing: the exemption holds."),
    "vacancy": N_("Nothing: the office is vacant. A new holder will have time from the day of taking office."),
    "newcomer": N_("Open a personal page on VK or Telegram by {last_day} inclusive, and send its address."),
    "not_due": N_("Open a personal page on VK or Telegram by {last_day} inclusive, and send its address."),
}
_ADVICE_UNTESTED = {
    "no_holder": N_(
        "A source is needed that names the holder in this week: send a link, and it goes into the registry."
    ),
    "no_search": N_(
        "No page is on record and no search is recorded, so nothing is claimed. Send the address of the personal page "
        "if there is one; the audit owes a search with a record of who, when and how."
    ),
    "old_search": N_(
        "No page is on record, and no search is new enough to say that there is none. Send the address of the personal "
        "page if there is one."
    ),
    "undecided": N_(
        "Nothing is asked of the holder: whether the page that was found is the holder's is being decided."
    ),
    "not_looked_at": N_("Nothing is asked of the holder: the page is on record and has not been looked at yet."),
}


def _advice(advised: Advised[Opened]) -> Iterator[Text]:
    finding, deadline = advised.finding, {"deadline": advised.last_day}
    if finding.outcome is Outcome.FAILED:
        yield from _advice_failed(advised)
    elif _hangs_on_start(finding):
        yield Text(_ADVICE_START)
    elif finding.cause is Cause.TOO_LITTLE_DATA and not advised.deadline_known:
        yield Text(_ADVICE_EARLIEST)
        yield Text(_ADVICE_START)
    elif finding.cause is not None:
        yield Text(_ADVICE_CANT_TELL.get(finding.cause, _ADVICE_OURS), deadline)
        if not advised.deadline_known:
            yield Text(_ADVICE_START)
    elif finding.outcome is Outcome.INAPPLICABLE and advised.reason in _ADVICE_INAPPLICABLE:
        yield Text(_ADVICE_INAPPLICABLE[advised.reason], {"last_day": advised.last_day})
    elif finding.outcome is Outcome.UNTESTED and advised.reason in _ADVICE_UNTESTED:
        yield Text(_ADVICE_UNTESTED[advised.reason])


def _advice_failed(advised: Advised[Opened]) -> Iterator[Text]:
    values, deadline = advised.finding.values, {"deadline": advised.last_day}
    if not advised.has_page:
        yield Text(
            N_(
                "If there is a personal page, send its address: it goes into the registry once confirmed. A page that "
                "was open by {deadline} changes the outcome."
            ),
            deadline,
        )
        return
    if values.opened_at is not None and values.precision is Precision.EXACT:
        sentence = N_("The deadline is over: the page opened {date} does not change the outcome.")
        yield Text(sentence, {"date": advised.day_of(values.opened_at)})
    else:
        yield Text(N_("The deadline is over: the pages on record do not change the outcome."))
    yield Text(
        N_(
            "Confirmation of an earlier personal page would. Send its address and a source dated {deadline} "
            "or earlier: a post, a publication of the press, an answer of the network."
        ),
        deadline,
    )


CHECK = Check(
    name="opened_by_deadline",
    order=3,
    place=Place.DIRECTIVE,
    title=N_("Opened by the deadline"),
    passed=N_("A personal page was open by the deadline"),
    failed=N_("The confirmed pages were opened after the deadline"),
    titled=_title,
    titles=(_IN_GRACE_TITLE, _NOT_FOUND_TITLE, _LATE_PAGE_TITLE),
    question=N_("Was a personal page open by the person's deadline?"),
    method=N_(
        "Exact: Telegram's message “Channel created”, the channel's date, or the day named by a press report. Not "
        "later than: the oldest own post, the earliest profile photo, or a dated source. Not earlier than: an estimate "
        "by the page's number on VK; it judges nothing. Late is said only where every confirmed page is. Days "
        "late are calendar days after the last day allowed. Who took office later has 30 days from that day. Without a "
        "page on record, “not found” is said only of a recorded search of VK, Telegram, Odnoklassniki and MAX that is "
        "new enough, and only of its day."
    ),
    values=Opened,
    judge=_judge,
    policy_key="deadline_grace_days",
    policy_title=N_("Grace after the deadline, days"),
    threshold=_threshold,
    own_basis=Basis.NORM,
    why=_why,
    cell=_cell,
    columns=(
        Column(N_("Opened"), 12, lambda finding: finding.values.opened_at),
        Column(N_("How exactly that is known"), 18, _precision),
        Column(N_("Not earlier than"), 12, lambda finding: finding.values.not_earlier_than),
        Column(N_("Last day allowed"), 12, _last_day, bound_only=True),
        Column(N_("Days after it (before it: below 0)"), 13, lambda finding: finding.values.days_late, bound_only=True),
    ),
    advice=_advice,
)
