"""Was a personal page open by the person's deadline? This is the directive's own question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from auditor.base.snapshot import Cause, Network, Outcome, Precision
from auditor.base.text import N_, Scalar, Text
from auditor.base.weeks import days_late
from auditor.checks.case import Case, Obstacle, Sight
from auditor.checks.check import Check, days, say_obstacle
from auditor.checks.finding import Finding, Value
from auditor.checks.opening import Opening, Standing, opening_of_account, opening_of_report, standing_of
from auditor.registry.models import Basis, PolicyValue
from auditor.registry.offices import Deadline

_NETWORKS = {Network.VK: N_("VK"), Network.TELEGRAM: N_("Telegram"), None: N_("Press report")}
_ORDER = (Standing.IN_TIME, Standing.GRACE, Standing.UNSURE, Standing.LATE, Standing.UNSEEN)
_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Matter:
    """One holder's openings against one deadline."""

    case: Case
    deadline: Deadline
    grace: timedelta
    accounts: tuple[tuple[Sight, Opening], ...]
    reports: tuple[Opening, ...]

    @classmethod
    def of(cls, case: Case) -> "_Matter":
        common = case.registry.directive.deadline
        holder = case.holder
        return cls(
            case=case,
            deadline=case.deadline or Deadline(common, common),
            grace=timedelta(days=case.value("deadline_grace_days")),
            accounts=tuple((sight, opening_of_account(sight)) for sight in case.personal),
            reports=tuple(opening_of_report(r, case.registry.zone) for r in holder.reports) if holder else (),
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
        """Every confirmed account was opened late, and no report speaks of an older one."""
        if not self.accounts or any(self.standing(o) is not Standing.LATE for _, o in self.accounts):
            return False
        first = min(o.earliest or _FAR for _, o in self.accounts)
        return all(r.latest is None or r.latest >= first for r in self.reports)

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

    def lateness_known(self, opening: Opening) -> bool:
        """Tell whether days late are one number: not where a start known to the month leaves the deadline open."""
        if self.deadline.strict == self.deadline.lenient:
            return True
        return self.standing(opening) in {Standing.IN_TIME, Standing.GRACE}

    def finding(
        self, outcome: Outcome, message: Text, opening: Opening | None = None, cause: Cause | None = None
    ) -> Finding:
        """Make the office-level finding; `about` turns it into one about an account."""
        return Finding(
            check=CHECK.name,
            outcome=outcome,
            message=message,
            basis=Basis.NORM,
            values=self.values(opening),
            threshold=self.deadline.strict,
            cause=cause,
            evidence=opening.evidence if opening else (),
        )

    def values(self, opening: Opening | None) -> Mapping[str, Value]:
        """Give the six values of DESIGN.md section 9, and the press report where one decided."""
        values: dict[str, Value] = {
            "opened_at": opening.at if opening else None,
            "precision": opening.precision.value if opening and opening.precision else None,
            "not_earlier_than": opening.earliest if opening and not opening.exact else None,
            "deadline": self.deadline.strict,
            "days_late": None,
            "grace_used": opening is not None and self.standing(opening) is Standing.GRACE,
        }
        if opening is not None and opening.precision is Precision.EXACT and opening.at is not None:
            values["days_late"] = self.late(opening.at) if self.lateness_known(opening) else None
        if opening is not None and opening.source:
            values["source"] = opening.source
        if opening is not None and opening.disputed is not None:
            values["seen_by_preview"], values["seen_by_client"] = opening.disputed
        return values


def _judge(case: Case) -> Iterator[Finding]:
    matter = _Matter.of(case)
    gate = _gate(case)
    if gate is not None:
        yield matter.finding(Outcome.INAPPLICABLE, gate, matter.best)
    elif case.holder is None:
        yield matter.finding(Outcome.UNTESTED, Text(N_("No holder is on record for this week")))
    else:
        yield _office(matter)
    for sight, opening in matter.accounts:
        finding = matter.finding(Outcome.INAPPLICABLE, gate, opening) if gate else _account(matter, sight, opening)
        yield _about(finding, opening)


def _about(finding: Finding, opening: Opening) -> Finding:
    return Finding(
        check=finding.check,
        outcome=finding.outcome,
        message=finding.message,
        basis=finding.basis,
        values=finding.values,
        threshold=finding.threshold,
        cause=finding.cause,
        network=opening.network,
        account=opening.account,
        evidence=finding.evidence,
    )


def _gate(case: Case) -> Text | None:
    """Return why the directive asks nothing of this office in this week, or None."""
    if case.vacancy is not None:
        return Text(N_("The office is vacant since {since}"), {"since": str(case.vacancy.since)})
    if not case.bound:
        return Text(N_("The directive does not bind this office"))
    if case.exemption is not None:
        return Text(N_("Exempt: {by}; {reason}"), {"by": case.exemption.by, "reason": case.exemption.reason})
    return None


def _office(matter: _Matter) -> Finding:
    """Judge the holder: one page in time is enough; failing takes proof about every page on record."""
    best = matter.best
    if best is not None and matter.standing(best) in {Standing.IN_TIME, Standing.GRACE}:
        return matter.finding(Outcome.PASSED, _dated(matter, best), best)
    if matter.running:
        return matter.finding(Outcome.INAPPLICABLE, _not_due(matter), best)
    if matter.all_late:
        first = min((o for _, o in matter.accounts), key=lambda o: o.earliest or _FAR)
        return matter.finding(Outcome.FAILED, _dated(matter, first), first)
    if best is None:
        return _nothing_known(matter)
    return _cannot_tell(matter)


def _account(matter: _Matter, sight: Sight, opening: Opening) -> Finding:
    """Report one network's account on its own."""
    standing = matter.standing(opening)
    if standing in {Standing.IN_TIME, Standing.GRACE}:
        return matter.finding(Outcome.PASSED, _dated(matter, opening), opening)
    if matter.running:
        return matter.finding(Outcome.INAPPLICABLE, _not_due(matter), opening)
    if standing is Standing.LATE:
        return matter.finding(Outcome.FAILED, _dated(matter, opening), opening)
    if standing is Standing.UNSURE:
        return matter.finding(Outcome.CANT_TELL, _unsure(matter, opening), opening, Cause.TOO_LITTLE_DATA)
    return _unseen(matter, sight, opening)


def _unseen(matter: _Matter, sight: Sight, opening: Opening | None) -> Finding:
    obstacle = sight.posts_obstacle(matter.case) or Obstacle(Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)
    return matter.finding(obstacle.outcome, say_obstacle(obstacle), opening, obstacle.cause)


def _nothing_known(matter: _Matter) -> Finding:
    """Judge a holder without any page on record: only a search after the deadline lets "not found" be said."""
    case, lenient = matter.case, matter.deadline.lenient
    assert case.holder is not None
    searches = [s for s in case.holder.searches if s.found.strip().casefold() == "nothing"]
    if lenient is not None:
        due = matter.local(lenient + matter.grace)
        searches = [s for s in searches if due <= s.on <= matter.local(case.as_of)]
    if not searches or lenient is None:
        words = N_("No personal page is on record, and no search for one is recorded")
        if case.holder.searches:
            words = N_("No personal page is on record, and no search that found none after the deadline is recorded")
        return matter.finding(Outcome.UNTESTED, Text(words))
    last = max(searches, key=lambda s: s.on)
    words = N_("A personal page was not found as of {date}; searched by: {by}; how: {how}")
    return matter.finding(Outcome.FAILED, Text(words, {"date": last.on, "by": last.by, "how": last.how}))


def _cannot_tell(matter: _Matter) -> Finding:
    for sight, opening in matter.accounts:
        if matter.standing(opening) is Standing.UNSEEN:
            return _unseen(matter, sight, matter.best)
    return matter.finding(Outcome.CANT_TELL, _unsure(matter, matter.best), matter.best, Cause.TOO_LITTLE_DATA)


def _not_due(matter: _Matter) -> Text:
    last_day = matter.local(matter.deadline.strict - timedelta(microseconds=1))
    return Text(N_("Not yet due: the last day is {last_day}"), {"last_day": last_day})


def _dated(matter: _Matter, opening: Opening) -> Text:
    """Say the dates in one line: «открыта 12.10.2021, за 231 день до срока»."""
    shown = opening.at
    assert shown is not None
    standing = matter.standing(opening)
    late = matter.late(shown)
    said: dict[str, Scalar | Text] = {
        "network": Text(_NETWORKS[opening.network]),
        "date": opening.written or matter.local(shown),
        "days": days(abs(late)),
    }
    if standing is Standing.GRACE:
        said["grace"] = days(matter.grace.days)
        if not opening.exact:
            words = N_("{network}: opened not later than {date}, within the grace of {grace} (convention)")
            return Text(words, said)
        return Text(N_("{network}: opened {date}, {days} after the deadline; the grace is {grace} (convention)"), said)
    if standing is Standing.LATE and not opening.exact:
        assert opening.earliest is not None
        said |= {
            "date": opening.written or matter.local(opening.earliest),
            "days": days(matter.surely_late(opening.earliest)),
        }
        return Text(N_("{network}: opened not earlier than {date}, at least {days} after the deadline"), said)
    if standing is Standing.LATE and not matter.lateness_known(opening):
        said["days"] = days(matter.surely_late(shown))
        return Text(N_("{network}: opened {date}, at least {days} after the deadline"), said)
    if standing is Standing.LATE:
        return Text(N_("{network}: opened {date}, {days} after the deadline"), said)
    if late == 0 and opening.exact:
        return Text(N_("{network}: opened {date}, the last day allowed"), said)
    if late == 0:
        return Text(N_("{network}: opened not later than {date}, the last day allowed"), said)
    if opening.exact:
        return Text(N_("{network}: opened {date}, {days} before the deadline"), said)
    return Text(N_("{network}: opened not later than {date}, at least {days} before the deadline"), said)


def _unsure(matter: _Matter, opening: Opening | None) -> Text:
    if opening is not None and opening.disputed is not None:
        preview, client = (matter.local(moment) for moment in opening.disputed)
        words = N_("The two ways of looking give two opening dates: without signing in {preview}, signed in {client}")
        return Text(words, {"preview": preview, "client": client})
    if opening is None or opening.latest is None:
        return Text(N_("A page is reported, but the date of its opening is not known"))
    said: dict[str, Scalar | Text] = {
        "network": Text(_NETWORKS[opening.network]),
        "date": opening.written or matter.local(opening.latest),
    }
    if matter.standing(opening) is Standing.LATE:  # by a report, which does not speak of all pages
        words = N_(
            "{network}: a page opened after the deadline is reported ({date}); of an earlier one nothing is known"
        )
        return Text(words, said)
    if opening.exact and not matter.lateness_known(opening):
        words = N_("{network}: opened {date}; the deadline depends on the day of taking office, not known exactly")
        return Text(words, said)
    if opening.earliest is not None:
        said |= {"earliest": matter.local(opening.earliest), "date": matter.local(opening.latest)}
        return Text(N_("{network}: opened between {earliest} and {date}; the deadline lies within"), said)
    if matter.may_be_in_time(opening.latest):
        words = N_("{network}: the oldest trace is of {date}; the deadline depends on the day of taking office")
        return Text(words, said)
    return Text(
        N_("{network}: the oldest trace is of {date}, after the deadline; it may have been opened earlier"), said
    )


def _threshold(value: PolicyValue) -> Text:
    assert isinstance(value.value, int)
    return Text(N_("the directive's deadline; grace {grace}, always shown"), {"grace": days(value.value)})


CHECK = Check(
    name="opened_by_deadline",
    order=3,
    title=N_("Opened by the deadline"),
    passed=N_("A personal page was open by the deadline"),
    failed=N_("No personal page was open by the deadline"),
    question=N_("Was a personal page open by the person's deadline?"),
    method=N_(
        "Exact: Telegram's first message “Channel created”, or the day named by a press report. Not later than: the "
        "oldest own post, or a dated press report. Not earlier than: the account's number, since VK numbers grow with "
        "time. Days late are calendar days after the last day allowed. Who took office later has 30 days from that "
        "day. Without a page on record, “not found” is said only of a recorded search."
    ),
    judge=_judge,
    policy_key="deadline_grace_days",
    threshold=_threshold,
    own_basis=Basis.NORM,
)
