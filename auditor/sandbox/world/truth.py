"""The right answers, from what each scenario says of itself: it declares what it placed, nothing is read back.

`Expected` is one finding. Its values are only those the scenario determines; times are aware datetimes, UTC. What a
check must say is a function and a row of `RULES`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

_Value = str | int | bool | datetime | None

_DAY = timedelta(hours=24)
_WEEK = timedelta(days=7)
_FAR = datetime.max.replace(tzinfo=UTC)
_LEAST_POSTS, _SILENCE, _LEAST_QUESTIONS, _SUBSCRIBERS = 3, 7, 5, 10_000
_LEAST_PEOPLE = 3


@dataclass(frozen=True, slots=True)
class Expected:
    """What one check must say of an office (`account` None) or of one of its accounts."""

    office: str
    check: str
    account: str | None
    outcome: str
    cause: str | None = None
    values: Mapping[str, _Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opening:
    """What must be said of an opening."""

    outcome: str
    cause: str | None = None
    at: datetime | None = None
    precision: str | None = None
    days_late: int | None = None
    grace_used: bool = False

    def values(self, deadline: datetime | None) -> dict[str, _Value]:
        """Return the values of ``opened_by_deadline``."""
        values: dict[str, _Value] = {
            "opened_at": self.at,
            "precision": self.precision,
            "days_late": self.days_late,
            "grace_used": self.grace_used,
        }
        return values if deadline is None else {**values, "deadline": deadline}


@dataclass(slots=True)
class Ledger:
    """What a scenario placed under an account's posts in the audited week."""

    asked: list[tuple[datetime, datetime | None, datetime | None]] = field(default_factory=list)
    """Each question: when, when the owner answered it in words, when another body did."""
    remarks: int = 0
    reports: int = 0
    """Comments that tell of a problem and ask nothing."""
    unsure: int = 0
    """Comments of which two readers would differ whether they ask."""
    general: int = 0
    repeated: int = 0
    """Questions by somebody who had asked before."""
    removed: int = 0
    """Questions that an earlier look of the week saw and the last does not: they are not in `asked`."""
    helped: int = 0
    """Questions left open that somebody answered who may be the owner's staff."""
    named_alike: int = 0
    """Questions left open that were answered under a display name like the page's or the holder's."""
    spoken: bool = False
    """His side, or his institution, answered a citizen in some other way: a remark, a smiley, an earlier question."""

    @property
    def heard(self) -> bool:
        """Whether anybody of his side has answered any citizen."""
        return self.spoken or self.general > 0 or any(answered is not None for _, answered, _ in self.asked)

    def figures(self, now: datetime) -> dict[str, _Value]:
        """Count what had become of each question by `now`."""
        fates = [_fate(at, answered, now) for at, answered, _ in self.asked]
        others = [other is not None and other <= now for _, _, other in self.asked]
        pending = fates.count("pending")
        return {
            "comments": len(self.asked) + self.removed + self.remarks + self.reports + self.unsure,
            "questions": len(fates),
            "unsure": self.unsure,
            "problem_reports": self.reports,
            "askers": len(fates) - pending - self.repeated,
            "due": len(fates) - pending,
            "answered_in_time": fates.count("in_time"),
            "answered_late": fates.count("late"),
            "no_reply_found": fates.count("none"),
            "pending": pending,
            "removed": self.removed,
            "answered_by_possible_staff": self.helped,
            "unproved": self.named_alike,
            "answered_by_other": sum(o and f == "none" for o, f in zip(others, fates, strict=True)),
            "general_answers": self.general,
        }


def _fate(asked: datetime, answered: datetime | None, now: datetime) -> str:
    if answered is not None and answered <= now:
        return "in_time" if answered - asked <= _DAY else "late"
    return "pending" if now - asked < _DAY else "none"


@dataclass(frozen=True, slots=True)
class Move:
    """What became of an address on record in the audited week.

    `number` is its account's, before and after; `new` the address that it has now. `taken_by` is the number of the
    account that is found under the old address, None if there is none.
    """

    office: str
    network: str
    at: datetime
    number: int
    old: str
    new: str
    taken_by: int | None = None


@dataclass(slots=True)
class AccountTruth:
    """What a scenario says of one confirmed account.

    `unseen`: why not even its existence can be told. `inside`: why its content cannot be judged; `hides_profile` says
    whether subscribers and description are hidden as well.
    """

    network: str
    url: str
    confirmed_on: str | None
    how: str
    opening: Opening = field(default_factory=lambda: Opening("cantTell", "too_little_data"))
    unseen: str | None = None
    exists: bool = True
    inside: str | None = None
    hides_profile: bool = False
    posts: int = 0
    reposts: int = 0
    moments: list[datetime] = field(default_factory=list)
    """When something was posted or reposted that can be seen, at any time."""
    opened: datetime | None = None
    """When the page was opened, for one on which nothing was ever posted."""
    neutral: bool = False
    """Silence or absence on its network is no fault in the week."""
    hinted: bool = False
    """A control of its route failed: what was seen counts to the good, and what was not seen is not known."""
    stale_confirmation: bool = False
    open: int = 0
    closed: int = 0
    unsaid: int = 0
    """Posts of the week of which the network does not say whether they are open."""
    comments_cause: str | None = None
    ledger: Ledger = field(default_factory=Ledger)
    subscribers: int | None = None
    link: bool | None = False
    looked_at_before: bool = True
    """Whether a run of the week before looks at it: not at a successor's."""

    @property
    def cause(self) -> str | None:
        """Why its posts cannot be judged, or None."""
        return self.inside if self.unseen is None else self.unseen

    def without_controls(self, *, running: bool) -> "AccountTruth":
        """Return it as it must be judged when the controls of its route failed.

        What was seen is a trace, unless a page known not to exist was seen too. That happens on Telegram: a VK page
        tells its own name, so the one that comes for a name that nobody has is known for another.
        """
        if self.unseen not in {None, "gone", "not_at_address"}:
            return self
        if self.network == "vk":
            return replace(self, unseen="control_failed", hinted=self.cause is None, opening=_traced(self.opening))
        return replace(self, unseen="control_failed", opening=_forgotten(self.opening, "control_failed", running))

    def not_followed(self) -> "AccountTruth":
        """Return it as it must be judged when only its old address can be asked for: a name proves nothing."""
        return replace(self, unseen="not_at_address")

    def stale(self, *, running: bool) -> "AccountTruth":
        """Return it as it must be judged when only the week before was looked at: an opening does not age."""
        if not self.looked_at_before:
            return replace(self, unseen="", opening=_forgotten(self.opening, "", running))
        known = self.opening.at is not None or self.opening.outcome == "inapplicable"
        return replace(self, unseen="stale", opening=self.opening if known else Opening("cantTell", "stale"))


def _forgotten(opening: Opening, cause: str, running: bool) -> Opening:
    """Return an opening without any usable trace. The empty cause is an account that was never looked at."""
    if running or opening.outcome == "inapplicable":
        return Opening("inapplicable")
    return Opening("cantTell", cause) if cause else Opening("untested")


def _traced(opening: Opening) -> Opening:
    """Return an opening of which only a trace may be believed: no longer exact, and late by nothing."""
    trace = replace(opening, days_late=None, precision="not_later_than" if opening.at else None)
    if opening.outcome in {"passed", "inapplicable"}:
        return trace
    return replace(trace, outcome="cantTell", cause="control_failed")


@dataclass(slots=True)
class OfficeTruth:
    """What a scenario says of one office.

    `standing`: held, vacant, no_holder, or stale: what is known of the holder is too old to judge him.
    """

    office: str
    opening: Opening
    standing: str = "held"
    deadline: datetime | None = None
    accounts: list[AccountTruth] = field(default_factory=list)
    institutions: list[AccountTruth] = field(default_factory=list)
    twins: int = 0
    """Texts of the week that are on both of the person's networks."""
    began: bool = False
    """The holder took office in the week: the practice is not judged by halves."""
    running: bool = False
    """The person's time for opening a page is not over."""
    since: datetime | None = None
    """When the holder's own time began, if not of old: nothing before it is his."""
    rests_on_report: bool = False
    """The office's opening rests on a press report or a search, not on an account."""

    def without_moved(self, lost: Mapping[str, Move]) -> "OfficeTruth":
        """Return it as it must be judged when the pages of `lost`, by old address, cannot be followed."""
        return replace(self, accounts=[a.not_followed() if a.url in lost else a for a in self.accounts])


# Check by check --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a check must say."""

    outcome: str
    cause: str | None = None
    values: Mapping[str, _Value] = field(default_factory=dict)

    def about(self, office: OfficeTruth, check: str, account: AccountTruth | None = None) -> Expected:
        """Return the finding about an office or one of its accounts."""
        return Expected(office.office, check, account.url if account else None, self.outcome, self.cause, self.values)


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom a check is asked about: an office, over all its holder's accounts, or `account` alone."""

    office: OfficeTruth
    accounts: list[AccountTruth]
    now: datetime
    ends: datetime
    account: AccountTruth | None = None

    @property
    def held(self) -> bool:
        """Whether the office has a holder with an account."""
        return self.office.standing == "held" and bool(self.accounts)

    @property
    def seen(self) -> list[AccountTruth]:
        """The accounts whose posts were seen."""
        return [a for a in self.accounts if a.cause is None or a.hinted]

    def judged(self, outcome: str, values: Mapping[str, _Value], *, excused: bool = False) -> _Answer:
        """Return an answer; nobody fails by pages that are not surely his any more.

        `excused`: nor by silence on networks where it is no fault.
        """
        if outcome == "failed" and excused and all(a.neutral for a in self.accounts):
            return _Answer("inapplicable", None, values)
        if outcome == "failed" and all(a.stale_confirmation for a in self.accounts):
            return _Answer("cantTell", "stale", values)
        return _Answer(outcome, None, values)

    @property
    def obstacle(self) -> str | None:
        """Why the first of the others cannot, or None."""
        return next((a.cause for a in self.accounts if a.cause is not None), None)


@dataclass(frozen=True, slots=True)
class _Rule:
    """How one check is answered, and about whom: every confirmed account, and the office over all of them."""

    answer: Callable[[_Subject], _Answer]
    of_office: bool = True
    of_institutions: bool = False
    """The institution's own pages as well."""
    without_accounts: bool = False
    """The office is answered for even if it has no holder or no account."""


def _cannot(cause: str) -> _Answer:
    """Say why it cannot be told; the empty cause is an account that was never looked at."""
    return _Answer("cantTell", cause) if cause else _Answer("untested")


def _opened(subject: _Subject) -> _Answer:
    opening = subject.account.opening if subject.account else subject.office.opening
    return _Answer(opening.outcome, opening.cause, opening.values(subject.office.deadline))


def _exists(subject: _Subject) -> _Answer:
    (one,) = subject.accounts
    if one.unseen is not None:
        return _cannot(one.unseen)
    return _Answer("passed" if one.exists else "failed", None, {"exists": one.exists})


def _confirmed(subject: _Subject) -> _Answer:
    (one,) = subject.accounts
    values: dict[str, _Value] = {"confirmed_on": one.confirmed_on, "confirmed_by": one.how}
    return _Answer("cantTell", "stale", values) if one.stale_confirmation else _Answer("passed", None, values)


def _link(subject: _Subject) -> _Answer:
    (one,) = subject.accounts
    cause = one.unseen if one.unseen is not None else (one.inside if one.hides_profile else None)
    if cause is not None:
        return _cannot(cause)
    values: dict[str, _Value] = {"subscribers": one.subscribers, "link_found": one.link}
    assert one.subscribers is not None
    if one.subscribers <= _SUBSCRIBERS:
        return _Answer("inapplicable", None, {"subscribers": one.subscribers})
    if one.link is None:
        return _Answer("cantTell", "too_little_data", values)
    return _Answer("passed" if one.link else "failed", None, values)


def _practice(answer: Callable[[_Subject], _Answer]) -> Callable[[_Subject], _Answer]:
    """Judge the person, and show what a page of his has: passed where it does alone, else inapplicable."""

    def judge(subject: _Subject) -> _Answer:
        if subject.office.began:
            return _Answer("inapplicable")
        found = answer(subject)
        if subject.account is None or found.outcome == "passed":
            return found
        return _Answer("inapplicable", None, found.values)

    return judge


def _posts(subject: _Subject) -> _Answer:
    """Count the holder's own posts; texts on both networks count once, as far as both were seen."""
    seen = subject.seen
    own = sum(a.posts for a in seen)
    twins = 0 if subject.account else subject.office.twins
    distinct = own - (twins if len(seen) == len(subject.accounts) else 0)
    if subject.obstacle is not None and distinct < _LEAST_POSTS:
        return _cannot(subject.obstacle)
    values: dict[str, _Value] = {"posts": own, "reposts": sum(a.reposts for a in seen), "distinct": distinct}
    return subject.judged("passed" if distinct >= _LEAST_POSTS else "failed", values, excused=True)


def _silence(subject: _Subject) -> _Answer:
    """Count the days since the last post on any account; an unseen account can only have shortened them."""
    own = subject.office.since
    moments = sorted(at for a in subject.seen for at in a.moments if at < subject.ends and (own is None or at >= own))
    opened = [at for a in subject.seen if (at := a.opened or own) is not None]
    last = moments[-1] if moments else min(opened, default=None)
    if last is None:
        return _cannot(subject.obstacle or "too_little_data")
    since = (subject.ends - last).days
    if since > _SILENCE and subject.obstacle is not None:
        return _cannot(subject.obstacle)
    values: dict[str, _Value] = {
        "days_since_last": since if moments else None,
        "longest_gap_days": _gap(moments or [last], subject.ends),
    }
    return subject.judged("failed" if since > _SILENCE else "passed", values, excused=True)


def _gap(moments: list[datetime], ends: datetime) -> int | None:
    """Return whole days of the longest gap that touches the week; None where an earlier one may reach into it."""
    if moments[0] >= ends - _WEEK:
        return None
    line = [*moments, ends]
    return max((b - a).days for a, b in pairwise(line) if b >= ends - _WEEK)


def _open(subject: _Subject) -> _Answer:
    opened, closed, unsaid = (sum(getattr(a, key) for a in subject.seen) for key in ("open", "closed", "unsaid"))
    values: dict[str, _Value] = {"open": opened, "closed": closed, "unseen": unsaid}
    if subject.obstacle is not None and not (opened and not closed):
        return _cannot(subject.obstacle)
    if not opened + closed + unsaid:
        return _Answer("inapplicable", None, values)
    if not opened + closed:
        return _Answer("cantTell", "too_little_data", values)
    if not closed:
        return _Answer("passed", None, values)
    if not opened and closed >= 2 and closed >= unsaid:  # the run saw other threads of the route work
        return subject.judged("failed", values)
    return _Answer("cantTell", "no_threshold", values)


def _answered(subject: _Subject) -> _Answer:
    obstacle = subject.obstacle
    if obstacle is None:
        obstacle = next((a.comments_cause for a in subject.accounts if a.comments_cause is not None), None)
    if obstacle is not None:
        return _cannot(obstacle)
    whole = Ledger()
    for one in subject.accounts:
        for entry in fields(Ledger):
            setattr(whole, entry.name, getattr(whole, entry.name) + getattr(one.ledger, entry.name))
    # Numbers of authors mean nothing beyond a look, so the most that one page shows is what is known.
    most = max((one.ledger.figures(subject.now)["askers"] for one in subject.accounts), key=_number, default=0)
    values = whole.figures(subject.now) | {"askers": most}
    outcome, cause = _verdict(values, whole)
    # Two people of one name without a user name are one to the preview: how many asked is not determined.
    values = {name: value for name, value in values.items() if name != "askers"}
    return _Answer(outcome, cause, values) if cause else subject.judged(outcome, values)


def _number(value: _Value) -> int:
    assert isinstance(value, int)
    return value


def _verdict(values: Mapping[str, _Value], ledger: Ledger) -> tuple[str, str | None]:
    """Judge as DESIGN.md section 5 says, all threads being read."""
    due = _number(values["due"])
    if not values["questions"]:
        return ("cantTell", "too_little_data") if ledger.removed else ("inapplicable", None)
    if due and due == values["answered_in_time"] and not ledger.removed:
        return "passed", None
    enough = due >= _LEAST_QUESTIONS and _number(values["askers"]) >= _LEAST_PEOPLE
    if ledger.helped:
        return "cantTell", "possible_staff"
    if ledger.named_alike:
        return "cantTell", "unproved_identity"
    if enough and not ledger.heard:
        return "failed", None
    return "cantTell", "no_threshold" if enough else "too_little_data"


RULES = {
    "opened_by_deadline": _Rule(_opened, without_accounts=True),
    "posts_per_week": _Rule(_practice(_posts)),
    "longest_silence": _Rule(_practice(_silence)),
    "comments_open": _Rule(_practice(_open)),
    "comments_answered": _Rule(_practice(_answered)),
    "account_exists": _Rule(_exists, of_office=False, of_institutions=True),
    "account_confirmed": _Rule(_confirmed, of_office=False),
    "register_link": _Rule(_link, of_office=False),
}
"""What each check must say. A new check needs a row here."""


# Every finding ---------------------------------------------------------------------------------------------------


def expect(
    truth: OfficeTruth, now: datetime, ends: datetime, *, broken: Collection[str] = (), stale: bool = False
) -> list[Expected]:
    """Return every finding of one office at `now`, of the week that ended at `ends`.

    `broken` are networks whose controls fail.
    """
    changed = _changed(truth, broken, stale=stale)
    return [row for check, rule in RULES.items() for row in _rows(changed, check, rule, now, ends)]


def _rows(office: OfficeTruth, check: str, rule: _Rule, now: datetime, ends: datetime) -> Iterator[Expected]:
    """Answer one check for the office and for each account it is about."""
    if office.standing == "stale":
        yield from _of_old(office, check, rule)
        return
    whole = _Subject(office, office.accounts, now, ends)
    if rule.without_accounts or (rule.of_office and whole.held):
        yield rule.answer(whole).about(office, check)
    elif not whole.held:
        yield Expected(office.office, check, None, "inapplicable" if office.standing == "vacant" else "untested")
    for one in [*office.accounts, *(office.institutions if rule.of_institutions else ())]:
        yield rule.answer(_Subject(office, [one], now, ends, one)).about(office, check, one)


def _of_old(office: OfficeTruth, check: str, rule: _Rule) -> Iterator[Expected]:
    """Say that a holder of old is not judged; what is known of each page's opening is shown."""
    yield Expected(office.office, check, None, "cantTell", "stale_holder")
    if rule.without_accounts:
        for one in office.accounts:
            values = one.opening.values(office.deadline)
            yield Expected(office.office, check, one.url, "cantTell", "stale_holder", values)


def _changed(truth: OfficeTruth, broken: Collection[str], *, stale: bool) -> OfficeTruth:
    def change(one: AccountTruth) -> AccountTruth:
        one = one.without_controls(running=truth.running) if one.network in broken else one
        return one.stale(running=truth.running) if stale else one

    accounts, pages = [*map(change, truth.accounts)], [*map(change, truth.institutions)]
    opening = truth.opening if truth.rests_on_report else _joined(truth, [a.opening for a in accounts])
    return replace(truth, accounts=accounts, institutions=pages, opening=opening)


def _joined(truth: OfficeTruth, openings: list[Opening]) -> Opening:
    """Join the accounts' openings as far as they were changed: one in time is enough, an unseen one leaves it open."""
    if openings == [a.opening for a in truth.accounts] or truth.opening in openings:
        return truth.opening
    known = sorted((o for o in openings if o.at is not None), key=lambda o: o.at or _FAR)
    if truth.running or truth.opening.outcome == "inapplicable":
        return known[0] if known else Opening("inapplicable")
    passed = [o for o in openings if o.outcome == "passed"]
    if passed:
        return min(passed, key=lambda o: o.at or _FAR)
    first = next((o for o in openings if o.at is None or o.cause == "control_failed"), openings[0])
    return replace(known[0], outcome=first.outcome, cause=first.cause) if known else first
