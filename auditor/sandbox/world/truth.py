"""The right answers, from what each scenario says of itself: it declares what it placed, nothing is read back.

`Expected` is one finding. Its values are only those the scenario determines; times are aware datetimes, UTC. What a
check must say is a function and a row of `RULES`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

_Value = str | int | bool | datetime | None

_DAY = timedelta(hours=24)
_LEAST_POSTS, _SILENCE, _LEAST_QUESTIONS, _SUBSCRIBERS = 3, 7, 5, 10_000


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
    general: int = 0

    def figures(self, now: datetime) -> dict[str, _Value]:
        """Count what had become of each question by `now`."""
        fates = [_fate(at, answered, now) for at, answered, _ in self.asked]
        others = [other is not None and other <= now for _, _, other in self.asked]
        pending = fates.count("pending")
        return {
            "comments": len(self.asked) + self.remarks,
            "questions": len(fates),
            "due": len(fates) - pending,
            "answered_in_time": fates.count("in_time"),
            "answered_late": fates.count("late"),
            "no_reply_found": fates.count("none"),
            "pending": pending,
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
    since: int | None = None
    gap: int = 0
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
        """Return it as it must be judged when the controls of its route failed."""
        if self.unseen is not None:
            return self
        return replace(self, unseen="control_failed", opening=_forgotten(self.opening, "control_failed", running))

    def not_followed(self, move: Move) -> "AccountTruth":
        """Return it as it must be judged when only its old address can be asked for."""
        if move.taken_by is not None:
            return replace(self, unseen="gone")
        return replace(self, exists=False, inside="gone", hides_profile=True)

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


@dataclass(slots=True)
class OfficeTruth:
    """What a scenario says of one office. `standing`: held, vacant or no_holder."""

    office: str
    opening: Opening
    standing: str = "held"
    deadline: datetime | None = None
    accounts: list[AccountTruth] = field(default_factory=list)
    institutions: list[AccountTruth] = field(default_factory=list)
    twins: int = 0
    """Texts of the week that are on both of the person's networks."""
    gap: int | None = None
    """The longest silence of all accounts together, where that is not one account's own."""
    running: bool = False
    """The person's time for opening a page is not over."""
    rests_on_report: bool = False
    """The office's opening rests on a press report or a search, not on an account."""

    def without_moved(self, lost: Mapping[str, Move]) -> "OfficeTruth":
        """Return it as it must be judged when the pages of `lost`, by old address, cannot be followed."""
        return replace(self, accounts=[a.not_followed(lost[a.url]) if a.url in lost else a for a in self.accounts])


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
    account: AccountTruth | None = None

    @property
    def held(self) -> bool:
        """Whether the office has a holder with an account."""
        return self.office.standing == "held" and bool(self.accounts)

    @property
    def seen(self) -> list[AccountTruth]:
        """The accounts whose posts can be judged."""
        return [a for a in self.accounts if a.cause is None]

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
    return _Answer("passed", None, {"confirmed_on": one.confirmed_on, "confirmed_by": one.how})


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


def _posts(subject: _Subject) -> _Answer:
    """Count the holder's own posts; texts on both networks count once, as far as both were seen."""
    seen = subject.seen
    own = sum(a.posts for a in seen)
    twins = 0 if subject.account else subject.office.twins
    distinct = own - (twins if len(seen) == len(subject.accounts) else 0)
    if subject.obstacle is not None and distinct < _LEAST_POSTS:
        return _cannot(subject.obstacle)
    values: dict[str, _Value] = {"posts": own, "reposts": sum(a.reposts for a in seen), "distinct": distinct}
    return _Answer("passed" if distinct >= _LEAST_POSTS else "failed", None, values)


def _silence(subject: _Subject) -> _Answer:
    """Measure the longest silence; an unseen account can only have shortened it."""
    seen, together = subject.seen, None if subject.account else subject.office.gap
    gap = min((a.gap for a in seen), default=0) if together is None or len(seen) < len(subject.accounts) else together
    if subject.obstacle is not None and (not seen or gap >= _SILENCE):
        return _cannot(subject.obstacle)
    known = [a.since for a in seen if a.since is not None]
    values: dict[str, _Value] = {"days_since_last": min(known) if known else None, "longest_gap_days": gap}
    return _Answer("failed" if gap >= _SILENCE else "passed", None, values)


def _open(subject: _Subject) -> _Answer:
    opened, closed, unsaid = (sum(getattr(a, key) for a in subject.seen) for key in ("open", "closed", "unsaid"))
    values: dict[str, _Value] = {"open": opened, "closed": closed, "unseen": unsaid}
    if closed:
        return _Answer("failed", None, values)
    if subject.obstacle is not None:
        return _cannot(subject.obstacle)
    if unsaid:
        return _Answer("cantTell", "too_little_data", values)
    return _Answer("passed" if opened else "inapplicable", None, values)


def _answered(subject: _Subject) -> _Answer:
    obstacle = subject.obstacle
    if obstacle is None:
        obstacle = next((a.comments_cause for a in subject.accounts if a.comments_cause is not None), None)
    if obstacle is not None:
        return _cannot(obstacle)
    whole = Ledger()
    for one in subject.accounts:
        whole.asked += one.ledger.asked
        whole.remarks += one.ledger.remarks
        whole.general += one.ledger.general
    values = whole.figures(subject.now)
    outcome, cause = _verdict(values)
    return _Answer(outcome, cause, values)


def _verdict(values: Mapping[str, _Value]) -> tuple[str, str | None]:
    due, in_time = values["due"], values["answered_in_time"]
    assert isinstance(due, int)
    if not values["questions"]:
        return "inapplicable", None
    if due and due == in_time:
        return "passed", None
    if due < _LEAST_QUESTIONS:
        return "cantTell", "too_little_data"
    return ("failed", None) if in_time == 0 else ("cantTell", "no_threshold")


RULES = {
    "opened_by_deadline": _Rule(_opened, without_accounts=True),
    "posts_per_week": _Rule(_posts),
    "longest_silence": _Rule(_silence),
    "comments_open": _Rule(_open),
    "comments_answered": _Rule(_answered),
    "account_exists": _Rule(_exists, of_office=False, of_institutions=True),
    "account_confirmed": _Rule(_confirmed, of_office=False),
    "register_link": _Rule(_link, of_office=False),
}
"""What each check must say. A new check needs a row here."""


# Every finding ---------------------------------------------------------------------------------------------------


def expect(truth: OfficeTruth, now: datetime, *, broken: Collection[str] = (), stale: bool = False) -> list[Expected]:
    """Return every finding of one office at `now`. `broken` are networks whose controls fail."""
    changed = _changed(truth, broken, stale=stale)
    return [row for check, rule in RULES.items() for row in _rows(changed, check, rule, now)]


def _rows(office: OfficeTruth, check: str, rule: _Rule, now: datetime) -> Iterator[Expected]:
    """Answer one check for the office and for each account it is about."""
    whole = _Subject(office, office.accounts, now)
    if rule.without_accounts or (rule.of_office and whole.held):
        yield rule.answer(whole).about(office, check)
    elif not whole.held:
        yield Expected(office.office, check, None, "inapplicable" if office.standing == "vacant" else "untested")
    for one in [*office.accounts, *(office.institutions if rule.of_institutions else ())]:
        yield rule.answer(_Subject(office, [one], now, one)).about(office, check, one)


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
    known = [o for o in openings if o.at is not None]
    if truth.running or truth.opening.outcome == "inapplicable":
        return known[0] if known else Opening("inapplicable")
    passed = [o for o in openings if o.outcome == "passed"]
    if passed:
        return passed[0]
    first = next(o for o in openings if o.at is None)
    return replace(known[0], outcome=first.outcome, cause=first.cause) if known else first
