"""What each check must say of an office and of its pages: a function and a row of `RULES`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from tests.truth.record import AccountTruth, Expected, Ledger, OfficeTruth, Opening, Value

_LEAST_POSTS, _SILENCE, _LEAST_QUESTIONS, _LEAST_CLOSED, _SUBSCRIBERS = 3, 7, 5, 2, 10_000


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a check must say."""

    outcome: str
    cause: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


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


def _cannot(cause: str) -> _Answer:
    return _Answer("cantTell", cause)


def _as_opened(opening: Opening, office: OfficeTruth) -> _Answer:
    return _Answer(opening.outcome, opening.cause, opening.values(office.deadline))


def _opened(subject: _Subject) -> _Answer:
    return _as_opened(subject.accounts[0].opening, subject.office)


def _exists(subject: _Subject) -> _Answer:
    unseen = [a.unseen for a in subject.accounts if a.unseen is not None]
    return _cannot(unseen[0]) if len(unseen) == len(subject.accounts) else _Answer("passed", None, {"exists": True})


def _confirmed(subject: _Subject) -> _Answer:
    page = subject.accounts[0]
    return _Answer("passed", None, {"confirmed_on": page.confirmed_on, "confirmed_by": page.how})


def _link(subject: _Subject) -> _Answer:
    order = ("failed", "cantTell", "passed", "inapplicable")
    return min(map(_page_link, subject.accounts), key=lambda answer: order.index(answer.outcome))


def _page_link(page: AccountTruth) -> _Answer:
    cause = page.unseen if page.unseen is not None else (page.inside if page.hides_profile else None)
    if cause is not None:
        return _cannot(cause)
    assert page.subscribers is not None
    if page.subscribers <= _SUBSCRIBERS:
        return _Answer("inapplicable", None, {"subscribers": page.subscribers})
    values: dict[str, Value] = {"subscribers": page.subscribers, "link_found": page.link}
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
    obstacle = subject.obstacle or next((a.comments_cause for a in subject.accounts if a.comments_cause), None)
    if obstacle is not None:
        return _cannot(obstacle)
    whole = Ledger()
    for page in subject.accounts:
        for entry in fields(Ledger):
            setattr(whole, entry.name, getattr(whole, entry.name) + getattr(page.ledger, entry.name))
    values = whole.figures(subject.now)
    return _Answer(*_verdict(values, whole), values)


def _verdict(values: Mapping[str, int], ledger: Ledger) -> tuple[str, str | None]:
    """Judge as docs/dev/design.md, section 5 says, all threads being read, each asker being another."""
    due = values["due"]
    if not values["questions"]:
        return "inapplicable", None
    enough = due >= _LEAST_QUESTIONS
    if enough and due == values["answered_in_time"]:
        return "passed", None
    if enough and due == values["no_reply_found"] and not ledger.heard:
        return "failed", None
    if values["answered_by_unknown"]:
        return "cantTell", "unproved_identity"
    return "cantTell", "no_threshold" if enough else "too_little_data"


RULES: dict[str, Callable[[_Subject], _Answer]] = {
    "opened_by_deadline": _opened,
    "posts_per_week": _posts,
    "longest_silence": _silence,
    "comments_open": _open,
    "comments_answered": _answered,
    "account_exists": _exists,
    "account_confirmed": _confirmed,
    "register_link": _link,
}
"""What each check must say of pages. A new check needs a row here."""
_PRACTICE = {"posts_per_week", "longest_silence", "comments_open", "comments_answered"}
"""What is not judged by halves."""
_BARRED = {"exempt": "inapplicable", "vacant": "inapplicable", "no_holder": "untested"}
"""What every check says of an office, by its standing."""


def expect(office: OfficeTruth, now: datetime, ends: datetime) -> Iterator[Expected]:
    """Yield every finding of one office at `now`, of the week that ended at `ends`."""
    for check, judge in RULES.items():
        barred = _barred(office, check)
        rows = [(None, _of_office(office, check, barred, judge, _Subject(office, office.accounts, now, ends)))]
        rows += [(a, _of_page(judge(_Subject(office, [a], now, ends)), barred)) for a in office.accounts]
        for page in office.institutions if check == "account_exists" else ():
            rows.append((page, _of_page(judge(_Subject(office, [page], now, ends)), None)))
        for page, said in rows:
            yield Expected(office.office, check, page.url if page else None, said.outcome, said.cause, said.values)


def _of_office(
    office: OfficeTruth, check: str, barred: _Answer | None, judge: Callable[[_Subject], _Answer], whole: _Subject
) -> _Answer:
    """Return what is said of the office: its pages together, or of one that has none; an opening is always shown."""
    if check == "opened_by_deadline":
        return _as_opened(office.opening, office)
    if barred is not None or office.accounts:
        return barred or judge(whole)
    return _Answer("failed" if check == "account_exists" and office.opening.outcome == "failed" else "untested")


def _barred(office: OfficeTruth, check: str) -> _Answer | None:
    """Return what is said instead of a judgement, or None."""
    if office.standing != "held" and not (office.standing == "exempt" and check == "register_link"):
        return _Answer(_BARRED[office.standing])
    return _Answer("inapplicable") if check in _PRACTICE and office.accounts and office.began else None


def _of_page(found: _Answer, barred: _Answer | None) -> _Answer:
    """Return a page's own finding: passed where it alone would pass, or why it cannot be told; never failed."""
    if barred is not None:
        found = replace(barred, values=found.values if "opened_at" in found.values else {})
    return found if found.outcome in {"passed", "cantTell"} else _Answer("inapplicable", None, found.values)
