"""The right answers, from what each scenario says of itself: it declares what it placed, nothing is read back.

`Expected` is one finding. Its values are only those the scenario determines; times are aware datetimes, UTC.
"""

__all__ = ["AccountTruth", "Expected", "Ledger", "OfficeTruth", "Opening", "expect"]

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

Value = str | int | bool | datetime | None

_DAY = timedelta(hours=24)
_LEAST_POSTS, _SILENCE, _LEAST_QUESTIONS, _SUBSCRIBERS = 3, 7, 5, 10_000
_PRACTICE = ("posts_per_week", "longest_silence", "comments_open", "comments_answered")
_ACCOUNT_ONLY = ("account_exists", "account_confirmed", "register_link")


@dataclass(frozen=True, slots=True)
class Expected:
    """What one check must say of an office (`account` None) or of one of its accounts."""

    office: str
    check: str
    account: str | None
    outcome: str
    cause: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opening:
    """What must be said of an opening."""

    outcome: str
    cause: str | None = None
    at: datetime | None = None
    precision: str | None = None
    days_late: int | None = None
    grace_used: bool = False

    def values(self, deadline: datetime | None) -> dict[str, Value]:
        """Return the values of ``opened_by_deadline``."""
        values: dict[str, Value] = {
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

    def figures(self, now: datetime) -> dict[str, Value]:
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


@dataclass(slots=True)
class AccountTruth:
    """What a scenario says of one confirmed account.

    `unseen`: the cause for which not even its existence can be told. `inside`: the cause for which what is on it
    cannot be judged; `hides_profile` says whether that goes for the subscribers and the description too.
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

    def stale(self, *, running: bool) -> "AccountTruth":
        """Return it as it must be judged when only the week before was looked at: an opening does not age."""
        if not self.looked_at_before:
            return replace(self, unseen="", opening=_forgotten(self.opening, "", running))
        known = self.opening.at is not None or self.opening.outcome == "inapplicable"
        return replace(self, unseen="stale", opening=self.opening if known else Opening("cantTell", "stale"))


def _forgotten(opening: Opening, cause: str, running: bool) -> Opening:
    """Return an opening of which no trace can be used. The empty cause is an account that was never looked at."""
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
    """Texts of the week that stand on both of the person's networks."""
    gap: int | None = None
    """The longest silence of all accounts together, where that is not one account's own."""
    running: bool = False
    """The person's time for opening a page is not over."""
    rests_on_report: bool = False
    """The office's opening rests on a press report or a search, not on an account."""


def expect(truth: OfficeTruth, now: datetime, *, broken: Collection[str] = (), stale: bool = False) -> list[Expected]:
    """Return every finding of one office at `now`. `broken` are networks whose controls fail."""
    changed = _changed(truth, broken, stale=stale)
    return [*_office_rows(changed, now), *_account_rows(changed, now)]


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


def _office_rows(truth: OfficeTruth, now: datetime) -> Iterator[Expected]:
    yield _row(truth, "opened_by_deadline", truth.opening.outcome, truth.opening.cause, _opened(truth, truth.opening))
    if truth.standing != "held" or not truth.accounts:
        nothing = "inapplicable" if truth.standing == "vacant" else "untested"
        for check in (*_PRACTICE, *_ACCOUNT_ONLY):
            yield _row(truth, check, nothing)
        return
    yield _posts(truth, truth.accounts, truth.twins)
    yield _silence(truth, truth.accounts, truth.gap)
    yield _open(truth, truth.accounts)
    yield _answered(truth, truth.accounts, now)


def _account_rows(truth: OfficeTruth, now: datetime) -> Iterator[Expected]:
    for one in truth.institutions:
        yield _exists(truth, one)
    for one in truth.accounts:
        opening = one.opening
        yield _row(truth, "opened_by_deadline", opening.outcome, opening.cause, _opened(truth, opening), one)
        yield _exists(truth, one)
        confirmed = {"confirmed_on": one.confirmed_on, "confirmed_by": one.how}
        yield _row(truth, "account_confirmed", "passed", None, confirmed, one)
        yield _link(truth, one)
        yield _posts(truth, [one], 0, one)
        yield _silence(truth, [one], None, one)
        yield _open(truth, [one], one)
        yield _answered(truth, [one], now, one)


def _row(
    truth: OfficeTruth,
    check: str,
    outcome: str,
    cause: str | None = None,
    values: Mapping[str, Value] | None = None,
    about: AccountTruth | None = None,
) -> Expected:
    return Expected(truth.office, check, about.url if about else None, outcome, cause, values or {})


def _cannot(truth: OfficeTruth, check: str, cause: str, about: AccountTruth | None) -> Expected:
    """Say why not; the empty cause is an account that was never looked at."""
    return _row(truth, check, "cantTell" if cause else "untested", cause or None, None, about)


def _opened(truth: OfficeTruth, opening: Opening) -> dict[str, Value]:
    return opening.values(truth.deadline)


def _obstacle(accounts: list[AccountTruth]) -> str | None:
    return next((a.cause for a in accounts if a.cause is not None), None)


def _exists(truth: OfficeTruth, one: AccountTruth) -> Expected:
    if one.unseen is not None:
        return _cannot(truth, "account_exists", one.unseen, one)
    return _row(truth, "account_exists", "passed" if one.exists else "failed", None, {"exists": one.exists}, one)


def _link(truth: OfficeTruth, one: AccountTruth) -> Expected:
    cause = one.unseen if one.unseen is not None else (one.inside if one.hides_profile else None)
    if cause is not None:
        return _cannot(truth, "register_link", cause, one)
    values: dict[str, Value] = {"subscribers": one.subscribers, "link_found": one.link}
    assert one.subscribers is not None
    if one.subscribers <= _SUBSCRIBERS:
        return _row(truth, "register_link", "inapplicable", None, {"subscribers": one.subscribers}, one)
    if one.link is None:
        return _row(truth, "register_link", "cantTell", "too_little_data", values, one)
    return _row(truth, "register_link", "passed" if one.link else "failed", None, values, one)


def _posts(truth: OfficeTruth, accounts: list[AccountTruth], twins: int, about: AccountTruth | None = None) -> Expected:
    seen = [a for a in accounts if a.cause is None]
    own = sum(a.posts for a in seen)
    distinct = own - (twins if len(seen) == len(accounts) else 0)
    obstacle = _obstacle(accounts)
    if obstacle is not None and distinct < _LEAST_POSTS:
        return _cannot(truth, "posts_per_week", obstacle, about)
    values: dict[str, Value] = {"posts": own, "reposts": sum(a.reposts for a in seen), "distinct": distinct}
    return _row(truth, "posts_per_week", "passed" if distinct >= _LEAST_POSTS else "failed", None, values, about)


def _silence(
    truth: OfficeTruth, accounts: list[AccountTruth], together: int | None, about: AccountTruth | None = None
) -> Expected:
    seen = [a for a in accounts if a.cause is None]
    obstacle = _obstacle(accounts)
    gap = min((a.gap for a in seen), default=0) if together is None or len(seen) < len(accounts) else together
    if obstacle is not None and (not seen or gap >= _SILENCE):
        return _cannot(truth, "longest_silence", obstacle, about)
    known = [a.since for a in seen if a.since is not None]
    values: dict[str, Value] = {"days_since_last": min(known) if known else None, "longest_gap_days": gap}
    return _row(truth, "longest_silence", "failed" if gap >= _SILENCE else "passed", None, values, about)


def _open(truth: OfficeTruth, accounts: list[AccountTruth], about: AccountTruth | None = None) -> Expected:
    seen = [a for a in accounts if a.cause is None]
    opened, closed, unsaid = (sum(getattr(a, key) for a in seen) for key in ("open", "closed", "unsaid"))
    values: dict[str, Value] = {"open": opened, "closed": closed, "unseen": unsaid}
    obstacle = _obstacle(accounts)
    if closed:
        return _row(truth, "comments_open", "failed", None, values, about)
    if obstacle is not None:
        return _cannot(truth, "comments_open", obstacle, about)
    if unsaid:
        return _row(truth, "comments_open", "cantTell", "too_little_data", values, about)
    return _row(truth, "comments_open", "passed" if opened else "inapplicable", None, values, about)


def _answered(
    truth: OfficeTruth, accounts: list[AccountTruth], now: datetime, about: AccountTruth | None = None
) -> Expected:
    obstacle = _obstacle(accounts)
    if obstacle is None:
        obstacle = next((a.comments_cause for a in accounts if a.comments_cause is not None), None)
    if obstacle is not None:
        return _cannot(truth, "comments_answered", obstacle, about)
    whole = Ledger()
    for one in accounts:
        whole.asked += one.ledger.asked
        whole.remarks += one.ledger.remarks
        whole.general += one.ledger.general
    values = whole.figures(now)
    outcome, cause = _verdict(values)
    return _row(truth, "comments_answered", outcome, cause, values, about)


def _verdict(values: Mapping[str, Value]) -> tuple[str, str | None]:
    due, in_time = values["due"], values["answered_in_time"]
    assert isinstance(due, int)
    if not values["questions"]:
        return "inapplicable", None
    if due and due == in_time:
        return "passed", None
    if due < _LEAST_QUESTIONS:
        return "cantTell", "too_little_data"
    return ("failed", None) if in_time == 0 else ("cantTell", "no_threshold")
