"""What each check must say of an office and of its pages: a function and a row of `RULES`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from tests.truth.record import AccountTruth, Expected, Ledger, OfficeTruth, Opening, Value

_LEAST_POSTS, _SILENCE, _LEAST_QUESTIONS, _SUBSCRIBERS = 3, 7, 5, 10_000
_LEAST_PEOPLE, _LEAST_CLOSED = 3, 2


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a check must say."""

    outcome: str
    cause: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)

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
        return [a for a in self.accounts if a.cause is None]

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
    """It is not judged by halves."""
    without_page: Callable[[OfficeTruth], _Answer] = lambda _: _Answer("untested")
    """What is said of a holder without a page."""
    of_all: _Judge | None = None
    """How the office is answered for, if not as its pages together."""


def _cannot(cause: str) -> _Answer:
    return _Answer("cantTell", cause)


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
    order = ("passed", "cantTell", "failed")
    return _first_of(order, (_page_exists(page) for page in subject.accounts))


def _page_exists(page: AccountTruth) -> _Answer:
    if page.unseen is not None:
        return _cannot(page.unseen)
    return _Answer("passed" if page.exists else "failed", None, {"exists": page.exists})


def _exists_without_page(office: OfficeTruth) -> _Answer:
    """Say that none is there where a search found none."""
    return _Answer("failed") if office.opening.outcome == "failed" else _Answer("untested")


def _confirmed(subject: _Subject) -> _Answer:
    page = subject.accounts[0]
    return _Answer("passed", None, {"confirmed_on": page.confirmed_on, "confirmed_by": page.how})


def _link(subject: _Subject) -> _Answer:
    order = ("failed", "cantTell", "passed", "inapplicable")
    return _first_of(order, (_page_link(page) for page in subject.accounts))


def _page_link(page: AccountTruth) -> _Answer:
    cause = page.unseen if page.unseen is not None else (page.inside if page.hides_profile else None)
    if cause is not None:
        return _cannot(cause)
    values: dict[str, Value] = {"subscribers": page.subscribers, "link_found": page.link}
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
    values: dict[str, Value] = {"posts": own, "reposts": sum(a.reposts for a in seen), "distinct": distinct}
    return _Answer("passed" if distinct >= _LEAST_POSTS else "failed", None, values)


def _silence(subject: _Subject) -> _Answer:
    """Count the days since the last post on any account; an unseen account can only have shortened them."""
    moments = sorted(at for a in subject.seen for at in a.moments if at < subject.ends)
    opened = [a.opened for a in subject.seen if a.opened is not None]
    last = moments[-1] if moments else min(opened, default=None)
    if last is None:
        return _cannot(subject.obstacle or "too_little_data")
    since = (subject.ends - last).days
    if subject.obstacle is not None and (since > _SILENCE or not moments):
        return _cannot(subject.obstacle)
    return _Answer("failed" if since > _SILENCE else "passed", None, {"days_since_last": since})


def _open(subject: _Subject) -> _Answer:
    opened, closed, unsaid = (sum(getattr(a, key) for a in subject.seen) for key in ("open", "closed", "unsaid"))
    values: dict[str, Value] = {"open": opened, "closed": closed, "unseen": unsaid}
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


def _number(value: Value) -> int:
    assert isinstance(value, int)
    return value


def _verdict(values: Mapping[str, Value], ledger: Ledger) -> tuple[str, str | None]:
    """Judge as docs/dev/design.md, section 5 says, all threads being read."""
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


def expect(truth: OfficeTruth, now: datetime, ends: datetime) -> list[Expected]:
    """Return every finding of one office at `now`, of the week that ended at `ends`."""
    return [row for check, rule in RULES.items() for row in _rows(truth, check, rule, now, ends)]


_BARRED = {
    "exempt": _Answer("inapplicable"),
    "vacant": _Answer("inapplicable"),
    "no_holder": _Answer("untested"),
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
        yield (rule.of_all or rule.judge)(whole).about(office, check)
    for page in office.accounts:
        yield _of_page(rule.judge(replace(whole, accounts=[page])), barred).about(office, check, page)
    for page in office.institutions if rule.of_institutions else ():
        yield _of_page(rule.judge(replace(whole, accounts=[page])), None).about(office, check, page)


def _barred(office: OfficeTruth, rule: _Rule) -> _Answer | None:
    """Return what every check of the office says instead of a judgement, or None."""
    if office.standing != "held" and not (office.standing == "exempt" and rule.despite_exemption):
        return _BARRED[office.standing]
    if not rule.practice or not office.accounts:
        return None
    return _Answer("inapplicable") if office.began else None


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
