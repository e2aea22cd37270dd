"""The expected finding of each check about an office and its pages: a function and a row of `RULES`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from tests.truth.record import AccountTruth, Expected, Ledger, OfficeTruth, Opening, Value

_LEAST_POSTS, _SILENCE, _LEAST_QUESTIONS, _LEAST_CLOSED, _SUBSCRIBERS = 3, 7, 5, 2, 10_000
_SOON = timedelta(days=2)
"""Whether comments were closed at first is known of posts no older at the one look."""


@dataclass(frozen=True, slots=True)
class _ExpectedFinding:
    """The expected finding of one check."""

    outcome: str
    cause: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Subject:
    """Pages of a holder, judged together as if there were no others."""

    office: OfficeTruth
    accounts: Sequence[AccountTruth]
    now: datetime
    ends: datetime

    @property
    def readable_accounts(self) -> list[AccountTruth]:
        """Return the accounts whose posts were read."""
        return [a for a in self.accounts if a.cause is None]

    @property
    def obstacle(self) -> str | None:
        """Return why the first unreadable account could not be read, or None."""
        return next((a.cause for a in self.accounts if a.cause is not None), None)


def _cannot(cause: str) -> _ExpectedFinding:
    return _ExpectedFinding("cantTell", cause)


def _as_opened(opening: Opening, office: OfficeTruth) -> _ExpectedFinding:
    return _ExpectedFinding(opening.outcome, opening.cause, opening.values(office.deadline))


def _opened(subject: _Subject) -> _ExpectedFinding:
    return _as_opened(subject.accounts[0].opening, subject.office)


def _exists(subject: _Subject) -> _ExpectedFinding:
    unseen = [a.unseen for a in subject.accounts if a.unseen is not None]
    return (
        _cannot(unseen[0])
        if len(unseen) == len(subject.accounts)
        else _ExpectedFinding("passed", None, {"exists": True})
    )


def _confirmed(subject: _Subject) -> _ExpectedFinding:
    page = subject.accounts[0]
    return _ExpectedFinding("passed", None, {"confirmed_on": page.confirmed_on, "confirmed_by": page.how})


def _link(subject: _Subject) -> _ExpectedFinding:
    order = ("failed", "cantTell", "passed", "inapplicable")
    return min(map(_page_link, subject.accounts), key=lambda finding: order.index(finding.outcome))


def _page_link(page: AccountTruth) -> _ExpectedFinding:
    cause = page.unseen if page.unseen is not None else (page.inside if page.hides_profile else None)
    if cause is not None:
        return _cannot(cause)
    assert page.subscribers is not None
    if page.subscribers <= _SUBSCRIBERS:
        return _ExpectedFinding("inapplicable", None, {"subscribers": page.subscribers})
    values: dict[str, Value] = {"subscribers": page.subscribers, "link_found": page.link}
    if page.link is None:
        return _ExpectedFinding("cantTell", "too_little_data", values)
    return _ExpectedFinding("passed" if page.link else "failed", None, values)


def _posts(subject: _Subject) -> _ExpectedFinding:
    """Count the holder's own posts; a text on both networks counts once if both were read."""
    accounts = subject.readable_accounts
    own_posts = sum(a.posts for a in accounts)
    is_joint = len(accounts) == len(subject.accounts) > 1
    distinct = own_posts - (subject.office.twins if is_joint else 0)
    if subject.obstacle is not None and distinct < _LEAST_POSTS:
        return _cannot(subject.obstacle)
    values: dict[str, Value] = {"posts": own_posts, "reposts": sum(a.reposts for a in accounts), "distinct": distinct}
    return _ExpectedFinding("passed" if distinct >= _LEAST_POSTS else "failed", None, values)


def _silence(subject: _Subject) -> _ExpectedFinding:
    """Count the days since the last post on any account; a post on an unread account could only make them fewer."""
    moments = sorted(at for a in subject.readable_accounts for at in a.moments if at < subject.ends)
    opened = [a.opened for a in subject.readable_accounts if a.opened is not None]
    last_post_at = moments[-1] if moments else min(opened, default=None)
    if last_post_at is None:
        return _cannot(subject.obstacle or "too_little_data")
    silent_days = (subject.ends - last_post_at).days
    if subject.obstacle is not None and (silent_days > _SILENCE or not moments):
        return _cannot(subject.obstacle)
    return _ExpectedFinding("failed" if silent_days > _SILENCE else "passed", None, {"days_since_last": silent_days})


def _open(subject: _Subject) -> _ExpectedFinding:
    opened, seen_closed, undetermined = (
        sum(getattr(a, key) for a in subject.readable_accounts) for key in ("open", "closed", "undetermined")
    )
    moments = [at for a in subject.readable_accounts if a.closed for at in a.closed_moments if at < subject.ends]
    closed = sum(subject.now - at <= _SOON for at in moments)
    undetermined += seen_closed - closed
    values: dict[str, Value] = {"open": opened, "closed": closed, "unseen": undetermined}
    if opened and not seen_closed:
        return _ExpectedFinding("passed", None, values)
    if subject.obstacle is not None:
        return _cannot(subject.obstacle)
    if not opened + closed + undetermined:
        return _ExpectedFinding("inapplicable", None, values)
    if opened + closed < _LEAST_CLOSED or opened + closed < undetermined:
        return _ExpectedFinding("cantTell", "too_little_data", values)
    return _ExpectedFinding("cantTell", "no_threshold", values) if opened else _ExpectedFinding("failed", None, values)


def _answered(subject: _Subject) -> _ExpectedFinding:
    obstacle = subject.obstacle or next((a.comments_cause for a in subject.accounts if a.comments_cause), None)
    if obstacle is not None:
        return _cannot(obstacle)
    total = Ledger()
    for page in subject.accounts:
        for entry in fields(Ledger):
            setattr(total, entry.name, getattr(total, entry.name) + getattr(page.ledger, entry.name))
    values = total.figures(subject.now)
    return _ExpectedFinding(*_verdict(values, total), values)


def _verdict(values: Mapping[str, int], ledger: Ledger) -> tuple[str, str | None]:
    """Return outcome and cause by section 5 of docs/dev/design.md: all threads read, every asker distinct."""
    due = values["due"]
    if not values["questions"]:
        return "inapplicable", None
    enough = due >= _LEAST_QUESTIONS
    if enough and due == values["answered_in_time"]:
        return "passed", None
    if enough and due == values["no_reply_found"] and not ledger.has_other_authors:
        return "failed", None
    if values["answered_by_unknown"]:
        return "cantTell", "unproved_identity"
    return "cantTell", "no_threshold" if enough else "too_little_data"


RULES: dict[str, Callable[[_Subject], _ExpectedFinding]] = {
    "opened_by_deadline": _opened,
    "posts_per_week": _posts,
    "longest_silence": _silence,
    "comments_open": _open,
    "comments_answered": _answered,
    "account_exists": _exists,
    "account_confirmed": _confirmed,
    "register_link": _link,
}
"""The function that derives each check's finding about pages. A new check needs a row here."""
_PRACTICE = {"posts_per_week", "longest_silence", "comments_open", "comments_answered"}
"""Checks that are not judged for a part of a week."""
_OUTCOME_BY_STANDING = {"exempt": "inapplicable", "vacant": "inapplicable", "no_holder": "untested"}
"""The outcome of every check, by an office's standing."""


def expect(office: OfficeTruth, now: datetime, ends: datetime) -> Iterator[Expected]:
    """Yield every finding of one office at `now`, of the week that ended at `ends`."""
    for check, judge in RULES.items():
        blocker = _blocker(office, check)
        rows = [(None, _of_office(office, check, blocker, judge, _Subject(office, office.accounts, now, ends)))]
        rows += [(a, _of_page(judge(_Subject(office, [a], now, ends)), blocker)) for a in office.accounts]
        is_practice = check in _PRACTICE and office.accounts and blocker is None
        if not office.bound and (is_practice or rows[0][1].outcome == "failed"):
            rows = [(page, replace(finding, outcome="inapplicable", cause=None)) for page, finding in rows]
        for page in office.institutions if check == "account_exists" else ():
            rows.append((page, _of_page(judge(_Subject(office, [page], now, ends)), None)))
        for page, finding in rows:
            yield Expected(
                office.office, check, page.url if page else None, finding.outcome, finding.cause, finding.values
            )


def _of_office(
    office: OfficeTruth,
    check: str,
    blocker: _ExpectedFinding | None,
    judge: Callable[[_Subject], _ExpectedFinding],
    all_pages: _Subject,
) -> _ExpectedFinding:
    """Return the office's finding: of all its pages, or for lack of one. An opening is never blocked."""
    if check == "opened_by_deadline":
        return _as_opened(office.opening, office)
    if blocker is not None or office.accounts:
        return blocker or judge(all_pages)
    return _ExpectedFinding(
        "failed" if check == "account_exists" and office.opening.outcome == "failed" else "untested"
    )


def _blocker(office: OfficeTruth, check: str) -> _ExpectedFinding | None:
    """Return the finding that replaces a judgement, or None."""
    if office.standing != "held" and not (office.standing == "exempt" and check == "register_link"):
        return _ExpectedFinding(_OUTCOME_BY_STANDING[office.standing])
    return _ExpectedFinding("inapplicable") if check in _PRACTICE and office.accounts and office.began else None


def _of_page(finding: _ExpectedFinding, blocker: _ExpectedFinding | None) -> _ExpectedFinding:
    """Return a page's own finding: passed where it alone would pass, or why it cannot be told; never failed."""
    if blocker is not None:
        finding = replace(blocker, values=finding.values if "opened_at" in finding.values else {})
    return (
        finding if finding.outcome in {"passed", "cantTell"} else _ExpectedFinding("inapplicable", None, finding.values)
    )
