"""From what the scenarios declare to every finding that must come out, office by office and check by check."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from auditor.sandbox.truth import AccountTruth, Expected, Ledger, OfficeTruth, Opening, Value

_LEAST_POSTS, _SILENCE, _LEAST_QUESTIONS, _SUBSCRIBERS = 3, 7, 5, 10_000
_PRACTICE = ("posts_per_week", "longest_silence", "comments_open", "comments_answered")
_ACCOUNT_ONLY = ("account_exists", "account_confirmed", "register_link")


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
