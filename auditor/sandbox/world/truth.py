"""The right answers, from what each scenario says of itself: it declares what it placed, nothing is read back.

`Expected` is one finding. Its values are only those the scenario determines; times are aware datetimes, UTC. What a
check must say is a function and a row of `RULES`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta

_Value = str | int | bool | datetime | None

_DAY = timedelta(hours=24)
_FAR = datetime.max.replace(tzinfo=UTC)
_LEAST_POSTS, _SILENCE, _LEAST_QUESTIONS, _SUBSCRIBERS = 3, 7, 5, 10_000
_LEAST_PEOPLE, _LEAST_CLOSED = 3, 2


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
    """Comments of the owner's that answer no question."""
    repeated: int = 0
    """Questions by somebody who had asked before."""
    removed: int = 0
    """Questions that an earlier look of the week saw and the last does not: they are not in `asked`."""
    unknown: int = 0
    """Questions left open that somebody answered of whom it is not known whose side he speaks for."""
    spoken: bool = False
    """Somebody who is no citizen wrote after a question in some other way: a remark, a smiley, an earlier answer."""

    @property
    def heard(self) -> bool:
        """Whether anybody but citizens has written."""
        answered = any(owner is not None or body is not None for _, owner, body in self.asked)
        return self.spoken or self.general > 0 or self.unknown > 0 or answered

    def figures(self, now: datetime) -> dict[str, _Value]:
        """Count what had become of each question by `now`."""
        fates = [_fate(at, answered, now) for at, answered, _ in self.asked]
        bodies = [body is not None and body <= now for _, _, body in self.asked]
        pending = fates.count("pending")
        return {
            "comments": len(self.asked) + self.removed + self.remarks + self.reports + self.unsure,
            "questions": len(fates) + self.removed,
            "unsure": self.unsure,
            "problem_reports": self.reports,
            "askers": len(fates) - pending - self.repeated,
            "due": len(fates) - pending,
            "answered_in_time": fates.count("in_time"),
            "answered_late": fates.count("late"),
            "no_reply_found": fates.count("none"),
            "pending": pending,
            "uncertain": self.removed,
            "answered_by_body": sum(b and f == "none" for b, f in zip(bodies, fates, strict=True)),
            "answered_by_unknown": self.unknown,
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
    sighted: bool = False
    """Such a look saw that the page is there."""
    stale_confirmation: bool = False
    """It was confirmed too long ago that the page is his: nobody fails by it."""
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
        if self.network == "vk" and self.unseen not in {None, "gone", "not_at_address"}:
            return self
        if self.network == "vk":
            seen = replace(self, closed=0, unsaid=self.unsaid + self.closed, opening=_traced(self.opening))
            sighted = self.unseen is None and self.exists
            return replace(seen, unseen="control_failed", hinted=self.cause is None, sighted=sighted)
        return replace(self, unseen="control_failed", opening=_forgotten(self.opening, "control_failed", running))

    def not_followed(self) -> "AccountTruth":
        """Return it as it must be judged when only its old address can be asked for: a name proves nothing."""
        return replace(self, unseen="not_at_address")

    def stale(self, *, running: bool) -> "AccountTruth":
        """Return it as it must be judged when only the week before was looked at: an opening does not age."""
        if not self.looked_at_before:
            return replace(self, unseen="", opening=_forgotten(self.opening, "", running))
        known = self.opening.at is not None or self.opening.outcome == "inapplicable"
        undated = Opening("cantTell", "too_little_data")
        return replace(self, unseen="", opening=self.opening if known else undated)


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
    return replace(trace, outcome="cantTell", cause="too_little_data" if opening.at else "control_failed")


@dataclass(slots=True)
class OfficeTruth:
    """What a scenario says of one office.

    `standing`: held, exempt, vacant, no_holder, or stale: what is known of the holder is too old to judge him.
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
    """The holder took office or his first page appeared in the week: the practice is not judged by halves."""
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
    """Some pages of a holder, judged together as if there were no others."""

    office: OfficeTruth
    accounts: Sequence[AccountTruth]
    now: datetime
    ends: datetime

    @property
    def seen(self) -> list[AccountTruth]:
        """The accounts whose posts were seen."""
        return [a for a in self.accounts if a.cause is None or a.hinted]

    @property
    def obstacle(self) -> str | None:
        """Why the first of the others cannot, or None."""
        return next((a.cause for a in self.accounts if a.cause is not None), None)


_Judge = Callable[[_Subject], _Answer]


@dataclass(frozen=True, slots=True)
class _Rule:
    """How one check is answered of some pages, and what of it is left where nothing is judged."""

    judge: _Judge
    of_institutions: bool = False
    """It is asked of the institution's own pages as well."""
    despite_exemption: bool = False
    practice: bool = False
    """It is not judged by halves, nor without a look."""
    without_page: Callable[[OfficeTruth], _Answer] = lambda _: _Answer("untested")
    """What is said of a holder without a page."""
    of_all: _Judge | None = None
    """How the office is answered for, if not as its pages together, a failure holding twice."""


def _cannot(cause: str) -> _Answer:
    """Say why it cannot be told; the empty cause is an account that was never looked at."""
    return _Answer("cantTell", cause) if cause else _Answer("untested")


def _twice(subject: _Subject, rule: _Rule) -> _Answer:
    """Judge all pages; a failure stands only where it holds by those that may be held against him alone."""
    whole = rule.judge(subject)
    if whole.outcome != "failed":
        return whole
    blamed = [a for a in subject.accounts if not (a.stale_confirmation or (a.neutral and rule.practice))]
    alone = rule.judge(replace(subject, accounts=blamed)) if blamed else None
    if alone is not None and alone.outcome == "failed":
        return whole
    if alone is not None and alone.outcome == "cantTell":
        return replace(alone, values=whole.values)
    if any(a.stale_confirmation and not a.neutral for a in subject.accounts):
        return _Answer("cantTell", "stale", whole.values)
    return _Answer("inapplicable", None, whole.values)


def _first_of(order: Sequence[str], answers: Iterable[_Answer]) -> _Answer:
    """Return the answer whose outcome comes first in an order, the first page's of several alike."""
    return min(answers, key=lambda answer: order.index(answer.outcome))


def _opened(subject: _Subject) -> _Answer:
    (page,) = subject.accounts
    return _as_opened(page.opening, subject.office)


def _opened_of_all(subject: _Subject) -> _Answer:
    return _as_opened(subject.office.opening, subject.office)


def _as_opened(opening: Opening, office: OfficeTruth) -> _Answer:
    return _Answer(opening.outcome, opening.cause, opening.values(office.deadline))


def _exists(subject: _Subject) -> _Answer:
    order = ("passed", "cantTell", "untested", "failed")
    return _first_of(order, (_page_exists(page) for page in subject.accounts))


def _page_exists(page: AccountTruth) -> _Answer:
    if page.unseen is not None and not page.sighted:
        return _cannot(page.unseen)
    return _Answer("passed" if page.exists else "failed", None, {"exists": page.exists})


def _exists_without_page(office: OfficeTruth) -> _Answer:
    """Say that none is there where a search found none."""
    return _Answer("failed") if office.opening.outcome == "failed" else _Answer("untested")


def _confirmed(subject: _Subject) -> _Answer:
    return _first_of(("passed", "cantTell"), (_page_confirmed(page) for page in subject.accounts))


def _page_confirmed(page: AccountTruth) -> _Answer:
    values: dict[str, _Value] = {"confirmed_on": page.confirmed_on, "confirmed_by": page.how}
    return _Answer("cantTell", "stale", values) if page.stale_confirmation else _Answer("passed", None, values)


def _link(subject: _Subject) -> _Answer:
    order = ("untested", "failed", "cantTell", "passed", "inapplicable")
    return _first_of(order, (_page_link(page) for page in subject.accounts))


def _page_link(page: AccountTruth) -> _Answer:
    cause = page.unseen if page.unseen is not None else (page.inside if page.hides_profile else None)
    if cause is not None:
        return _cannot(cause)
    values: dict[str, _Value] = {"subscribers": page.subscribers, "link_found": page.link}
    assert page.subscribers is not None
    if page.subscribers <= _SUBSCRIBERS:
        return _Answer("inapplicable", None, {"subscribers": page.subscribers})
    if page.link is None:
        return _Answer("cantTell", "too_little_data", values)
    return _Answer("passed" if page.link else "failed", None, values)


def _posts(subject: _Subject) -> _Answer:
    """Count the holder's own posts; texts on both networks count once, as far as both were seen."""
    seen = subject.seen
    own = sum(a.posts for a in seen)
    both = len(seen) == len(subject.accounts) > 1
    distinct = own - (subject.office.twins if both else 0)
    if subject.obstacle is not None and distinct < _LEAST_POSTS:
        return _cannot(subject.obstacle)
    values: dict[str, _Value] = {"posts": own, "reposts": sum(a.reposts for a in seen), "distinct": distinct}
    return _Answer("passed" if distinct >= _LEAST_POSTS else "failed", None, values)


def _silence(subject: _Subject) -> _Answer:
    """Count the days since the last post on any account; an unseen account can only have shortened them."""
    own = subject.office.since
    moments = sorted(at for a in subject.seen for at in a.moments if at < subject.ends and (own is None or at >= own))
    opened = [at for a in subject.seen if (at := a.opened or own) is not None]
    last = moments[-1] if moments else min(opened, default=None)
    if last is None:
        return _cannot(subject.obstacle or "too_little_data")
    since = (subject.ends - last).days
    if subject.obstacle is not None and (since > _SILENCE or not moments):
        return _cannot(subject.obstacle)
    return _Answer("failed" if since > _SILENCE else "passed", None, {"days_since_last": since})


def _open(subject: _Subject) -> _Answer:
    opened, closed, unsaid = (sum(getattr(a, key) for a in subject.seen) for key in ("open", "closed", "unsaid"))
    values: dict[str, _Value] = {"open": opened, "closed": closed, "unseen": unsaid}
    if opened and not closed:
        return _Answer("passed", None, values)
    if subject.obstacle is not None:
        return _cannot(subject.obstacle)
    if not opened + closed + unsaid:
        return _Answer("inapplicable", None, values)
    if opened + closed < _LEAST_CLOSED or opened + closed < unsaid:
        return _Answer("cantTell", "too_little_data", values)
    return _Answer("cantTell", "no_threshold", values) if opened else _Answer("failed", None, values)


def _answered(subject: _Subject) -> _Answer:
    obstacle = subject.obstacle
    if obstacle is None:
        obstacle = next((a.comments_cause for a in subject.accounts if a.comments_cause is not None), None)
    if obstacle is not None:
        return _cannot(obstacle)
    whole = Ledger()
    for page in subject.accounts:
        for entry in fields(Ledger):
            setattr(whole, entry.name, getattr(whole, entry.name) + getattr(page.ledger, entry.name))
    values = whole.figures(subject.now)
    outcome, cause = _verdict(values, whole)
    # Two people of one name without a user name are one to the preview: how many asked is not determined.
    return _Answer(outcome, cause, {name: value for name, value in values.items() if name != "askers"})


def _number(value: _Value) -> int:
    assert isinstance(value, int)
    return value


def _verdict(values: Mapping[str, _Value], ledger: Ledger) -> tuple[str, str | None]:
    """Judge as DESIGN.md section 5 says, all threads being read."""
    due = _number(values["due"])
    if not values["questions"]:
        return "inapplicable", None
    enough = due >= _LEAST_QUESTIONS and _number(values["askers"]) >= _LEAST_PEOPLE
    if enough and due == values["answered_in_time"] and not values["uncertain"]:
        return "passed", None
    if enough and due == values["no_reply_found"] and not ledger.heard:
        return "failed", None
    if values["answered_by_unknown"]:
        return "cantTell", "unproved_identity"
    return "cantTell", "no_threshold" if enough and not values["uncertain"] else "too_little_data"


RULES = {
    "opened_by_deadline": _Rule(
        _opened, without_page=lambda office: _as_opened(office.opening, office), of_all=_opened_of_all
    ),
    "posts_per_week": _Rule(_posts, practice=True),
    "longest_silence": _Rule(_silence, practice=True),
    "comments_open": _Rule(_open, practice=True),
    "comments_answered": _Rule(_answered, practice=True),
    "account_exists": _Rule(_exists, of_institutions=True, without_page=_exists_without_page),
    "account_confirmed": _Rule(_confirmed),
    "register_link": _Rule(_link, despite_exemption=True),
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


_BARRED = {
    "exempt": _Answer("inapplicable"),
    "vacant": _Answer("inapplicable"),
    "no_holder": _Answer("untested"),
    "stale": _Answer("cantTell", "stale_holder"),
}
"""What every check says of an office, by its standing."""


def _rows(office: OfficeTruth, check: str, rule: _Rule, now: datetime, ends: datetime) -> Iterator[Expected]:
    """Answer one check for the office and for each of its pages."""
    whole = _Subject(office, office.accounts, now, ends)
    barred = _barred(office, rule)
    if barred is not None:
        yield _told(barred, check, office).about(office, check)
    elif not office.accounts:
        yield rule.without_page(office).about(office, check)
    else:
        yield (rule.of_all(whole) if rule.of_all else _twice(whole, rule)).about(office, check)
    for page in office.accounts:
        yield _of_page(rule.judge(replace(whole, accounts=[page])), barred).about(office, check, page)
    for page in office.institutions if rule.of_institutions else ():
        yield _of_institution(rule.judge(replace(whole, accounts=[page]))).about(office, check, page)


def _barred(office: OfficeTruth, rule: _Rule) -> _Answer | None:
    """Return what every check of the office says instead of a judgement, or None."""
    if office.standing != "held" and not (office.standing == "exempt" and rule.despite_exemption):
        return _BARRED[office.standing]
    if not rule.practice or not office.accounts:
        return None
    if office.began:
        return _Answer("inapplicable")
    return _Answer("untested") if all(a.unseen == "" for a in office.accounts) else None


def _told(barred: _Answer, check: str, office: OfficeTruth) -> _Answer:
    """Return what is said of an office of which nothing is judged; what is known of an opening is shown."""
    if check != "opened_by_deadline":
        return barred
    return _as_opened(office.opening, office)


def _of_page(found: _Answer, barred: _Answer | None) -> _Answer:
    """Return a page's own finding: passed where it alone would pass, or why it cannot be told; never failed."""
    if barred is not None:
        found = replace(barred, values=found.values if "opened_at" in found.values else {})
    return found if found.outcome in {"passed", "cantTell"} else _Answer("inapplicable", None, found.values)


def _of_institution(found: _Answer) -> _Answer:
    """Return an institution's page's finding: a page that was never looked at is not tested."""
    return found if found.outcome == "untested" else _of_page(found, None)


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
