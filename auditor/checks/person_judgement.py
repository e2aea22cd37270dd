"""The one principle (docs/dev/design.md, section 5): how a person is judged over his pages, and each page beside him.

For the person counts whatever was ever seen of his pages. Against him counts only what was seen whole, in time, over a
route whose controls came out right, on a page whose confirmation is valid, that is not excused, and that was there
before the week. A failure must hold twice: with all his pages, and with those alone that may be held against him.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import DISTANT_PAST, NO_PAGE, NOT_LOOKED_AT, Case
from auditor.checks.definition import Check
from auditor.checks.finding import Blocker, Finding, Values
from auditor.checks.network_names import NETWORKS
from auditor.checks.observed_page import ObservedPage
from auditor.registry.models import Neutral

V = TypeVar("V", bound=Values)
Judge = Callable[[Case, Sequence[ObservedPage]], Finding[V]]
"""Judges some pages of a person together, as if he had no others."""

_MOVED = Sentence(
    "page.moved",
    N_("The page's own last post, of {date}, says that it has moved ({post}): silence or absence there is no fault"),
)
_NEUTRAL = Sentence(
    "network.neutral", N_("{network}: silence and absence are no fault since {since}: {reason} ({source})")
)
_TOOK_OFFICE = Sentence("office.took_office", N_("In office since {date}: judged from the next week on"))
_START_NOT_EXACT = Sentence(
    "office.start_not_exact", N_("The day of taking office is not known exactly: judged after the week of {date}")
)
_APPEARED = Sentence("page.appeared", N_("The first trace of the page is of {date}: judged from the next week on"))
_NEW_PAGES = Sentence(
    "page.new", N_("This rests on a page that appeared in this week, and is not held against the person")
)
_OLD_CONFIRMATION = Sentence(
    "page.old_confirmation",
    N_("It was confirmed too long ago that the page is the person's; until that is done anew nothing fails on it"),
)
_ELSEWHERE = Sentence(
    "office.elsewhere",
    N_(
        "A page on another network is on record or reported, and the program does not look there. Seen elsewhere: "
        "{message}"
    ),
)
_SO_FAR = Sentence("week.so_far", N_("The week is not closed yet. So far: {message}"))


def judge_person(check: Check[V], case: Case, judge: Judge[V]) -> Iterator[Finding[V]]:
    """Judge a check of the practice: the person over all his pages, then each page on its own."""
    barred = case.blocker() or _first_week_blocker(case) or _no_look_blocker(case)
    if barred is not None:
        yield check.blocked_finding(case, barred)
        yield from blocked_page_findings(check, case, barred)
        return
    yield _before_closing(case, confirm_failure(case, judge))
    yield from page_findings(case, judge)


def page_findings(case: Case, judge: Judge[V]) -> Iterator[Finding[V]]:
    """Yield each page's own finding: what it alone would give, but never `failed`: the person is judged, and once."""
    for page in case.pages:
        yield page_finding(judge(case, (page,)), page)


def page_finding(finding: Finding[V], page: ObservedPage) -> Finding[V]:
    """Return a finding as a page's own."""
    outcome = finding.outcome if finding.outcome in {Outcome.PASSED, Outcome.CANT_TELL} else Outcome.INAPPLICABLE
    return replace(finding, outcome=outcome, network=page.account.network, account=page.account.url.url)


def blocked_page_findings(check: Check[V], case: Case, barred: Blocker) -> Iterator[Finding[V]]:
    """Yield the findings of pages of which nothing is judged."""
    for page in case.pages:
        yield page_finding(check.blocked_finding(case, barred), page)


# What excuses a page ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoveNotice:
    """A page whose own last post says that it has moved."""

    post: str
    on: date


def excuse(case: Case, page: ObservedPage) -> Neutral | MoveNotice | None:
    """Return why nothing on the page is held against the person in this week, or None."""
    return neutral(case, page) or _moved(case, page)


def neutral(case: Case, page: ObservedPage) -> Neutral | None:
    """Return why the directive calls the page's network neutral on the day that is judged, or None."""
    today = case.registry.directive.neutral_on(case.day)
    return next((found for found in today if found.network == page.account.network), None)


def excuse_text(found: Neutral | MoveNotice) -> Text:
    """Say why silence or absence is no fault."""
    if isinstance(found, MoveNotice):
        return _MOVED.fill(date=found.on, post=found.post)
    network = NETWORKS[found.network].fill()
    return _NEUTRAL.fill(network=network, since=found.since, reason=found.reason, source=found.source)


def _moved(case: Case, page: ObservedPage) -> MoveNotice | None:
    """Return what the page's own last post says of a move, while that excuses: some days, or for good.

    For good once the new page is on record on a network that is not neutral: silence is judged there then.
    """
    own = [post for post in case.posts([page], DISTANT_PAST) if not post.repost]
    last = own[-1] if own else None
    if last is None or not last.moved:
        return None
    on = case.local_date(last.at)
    stays = case.day <= on + timedelta(days=case.policy_value("moved_days"))
    return MoveNotice(last.url, on) if stays or _is_on_record(case, last.moved_to, page) else None


def _is_on_record(case: Case, network: str | None, left: ObservedPage) -> bool:
    """Tell whether a page on the network to which one moved is on record, and silence there would be judged."""
    neutrals = {str(found.network) for found in case.registry.directive.neutral_on(case.day)}
    pages = {str(page.account.network) for page in case.pages if page is not left}
    elsewhere = {str(page.network) for page in case.holder.accounts_elsewhere} if case.holder else set()
    known = (pages | elsewhere) - neutrals
    return bool(known) if network == "other" else network in known


# What bars the practice ------------------------------------------------------------------------------------------


def _first_week_blocker(case: Case) -> Blocker | None:
    """Return why the week is not judged by halves: he took office in it, or his first page appeared in it."""
    begin = case.tenure_start
    if begin is not None and begin >= case.week.starts:
        first, last = case.holder.took_office if case.holder else (None, None)
        said = (_TOOK_OFFICE if first == last else _START_NOT_EXACT).fill(date=case.local_date(begin))
        return Blocker(Outcome.INAPPLICABLE, None, said)
    traces = [trace for page in case.pages if (trace := page.first_trace(case.zone)) is not None]
    if traces and all(_is_new(case, page) for page in case.pages):
        return Blocker(Outcome.INAPPLICABLE, None, _APPEARED.fill(date=case.local_date(min(traces))))
    return None


def _is_new(case: Case, page: ObservedPage) -> bool:
    """Tell whether the page is known to have appeared in this week or later."""
    trace = page.first_trace(case.zone)
    return trace is not None and trace >= case.week.starts and not page.may_be_older


def _no_look_blocker(case: Case) -> Blocker | None:
    if not case.pages:
        return Blocker(Outcome.UNTESTED, None, NO_PAGE.fill())
    looked = any(page.was_looked_at for page in case.pages)
    return None if looked else Blocker(Outcome.UNTESTED, None, NOT_LOOKED_AT.fill())


# A failure holds twice -------------------------------------------------------------------------------------------


def confirm_failure(
    case: Case, judge: Judge[V], *, practice: bool = True, between: Cause = Cause.TOO_LITTLE_DATA
) -> Finding[V]:
    """Judge all pages; a failure stands only where the pages that may be held against him fail alone as well.

    Not `practice`: nothing excuses it, and a page that is not looked at does not matter. `between` is the cause where
    such a page is on record.
    """
    finding = judge(case, case.pages)
    if finding.outcome is not Outcome.FAILED:
        return finding
    excuses = [excuse(case, page) for page in case.pages] if practice else []
    if excuses and excuses[0] is not None and all(excuses):
        return replace(finding, outcome=Outcome.INAPPLICABLE, message=excuse_text(excuses[0]))
    if practice and case.has_unobserved_page:
        return downgrade_failure(finding, between, _ELSEWHERE.fill(message=finding.message))
    blamed = [page for page in case.pages if not case.confirmation_is_stale(page) and not _is_new(case, page)]
    if practice:
        blamed = [page for page in blamed if not excuse(case, page)]
    alone = judge(case, blamed) if blamed else None
    if alone is not None and alone.outcome is Outcome.FAILED:
        return finding
    return _explain_downgrade(case, finding, alone)


def _explain_downgrade(case: Case, finding: Finding[V], alone: Finding[V] | None) -> Finding[V]:
    """Say what lies between: no failure by pages of which some are stale, or excused, or new."""
    if alone is not None and alone.outcome is Outcome.CANT_TELL:
        return replace(alone, values=finding.values)
    if any(case.confirmation_is_stale(page) and not excuse(case, page) for page in case.pages):
        return downgrade_failure(finding, Cause.STALE, _OLD_CONFIRMATION.fill())
    found = next((found for page in case.pages if (found := excuse(case, page)) is not None), None)
    if found is not None:
        return replace(finding, outcome=Outcome.INAPPLICABLE, message=excuse_text(found))
    return downgrade_failure(finding, Cause.TOO_LITTLE_DATA, _NEW_PAGES.fill())


def downgrade_failure(finding: Finding[V], cause: Cause, said: Text) -> Finding[V]:
    """Return a failure as what could not be told."""
    return replace(finding, outcome=Outcome.CANT_TELL, cause=cause, message=said)


def _before_closing(case: Case, finding: Finding[V]) -> Finding[V]:
    """Return a finding as it is before the week is closed: nothing has failed yet."""
    if case.closed or finding.outcome in {Outcome.INAPPLICABLE, Outcome.UNTESTED}:
        return finding
    said = _SO_FAR.fill(message=finding.message)
    if finding.outcome is Outcome.FAILED:
        return downgrade_failure(finding, Cause.TOO_LITTLE_DATA, said)
    return replace(finding, message=said)
