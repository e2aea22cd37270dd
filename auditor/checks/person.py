"""The one principle (DESIGN.md section 5): how a person is judged over his pages, and each page beside him.

For the person counts whatever was ever seen of his pages. Against him counts only what was seen whole, in time, over a
route whose controls came out right, on a page whose confirmation is valid, that is not excused, and that was there
before the week. A failure must hold twice: with all his pages, and with those alone that may be held against him.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import NO_PAGE, NOT_LOOKED_AT, Case, Obstacle
from auditor.checks.check import Check
from auditor.checks.excuse import excuse, say_excuse
from auditor.checks.finding import Finding, Values
from auditor.checks.page import Page

V = TypeVar("V", bound=Values)
Judge = Callable[[Case, Sequence[Page]], Finding[V]]
"""Judges some pages of a person together, as if he had no others."""

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
    barred = case.bar() or _not_begun(case) or _nothing_seen(case)
    if barred is not None:
        yield check.barred(case, barred)
        yield from pages_barred(check, case, barred)
        return
    yield _open_week(case, held_twice(case, judge))
    yield from each_page(case, judge)


def each_page(case: Case, judge: Judge[V]) -> Iterator[Finding[V]]:
    """Yield each page's own finding: what it alone would give, but never `failed`: the person is judged, and once."""
    for page in case.pages:
        yield page_finding(judge(case, (page,)), page)


def page_finding(finding: Finding[V], page: Page) -> Finding[V]:
    """Return a finding as a page's own."""
    outcome = finding.outcome if finding.outcome in {Outcome.PASSED, Outcome.CANT_TELL} else Outcome.INAPPLICABLE
    return replace(finding, outcome=outcome, network=page.account.network, account=page.account.url.url)


def pages_barred(check: Check[V], case: Case, barred: Obstacle) -> Iterator[Finding[V]]:
    """Yield the findings of pages of which nothing is judged."""
    for page in case.pages:
        yield page_finding(check.barred(case, barred), page)


# What bars the practice ------------------------------------------------------------------------------------------


def _not_begun(case: Case) -> Obstacle | None:
    """Return why the week is not judged by halves: he took office in it, or his first page appeared in it."""
    begin = case.own_from
    if begin is not None and begin >= case.week.starts:
        first, last = case.holder.took_office if case.holder else (None, None)
        said = (_TOOK_OFFICE if first == last else _START_NOT_EXACT).say(date=case.day_of(begin))
        return Obstacle(Outcome.INAPPLICABLE, None, said)
    traces = [trace for page in case.pages if (trace := page.first_trace(case.zone)) is not None]
    if traces and all(_is_new(case, page) for page in case.pages):
        return Obstacle(Outcome.INAPPLICABLE, None, _APPEARED.say(date=case.day_of(min(traces))))
    return None


def _is_new(case: Case, page: Page) -> bool:
    """Tell whether the page is known to have appeared in this week or later."""
    trace = page.first_trace(case.zone)
    return trace is not None and trace >= case.week.starts and not page.may_be_older


def _nothing_seen(case: Case) -> Obstacle | None:
    if not case.pages:
        return Obstacle(Outcome.UNTESTED, None, NO_PAGE.say())
    looked = any(page.looked for page in case.pages)
    return None if looked else Obstacle(Outcome.UNTESTED, None, NOT_LOOKED_AT.say())


# A failure holds twice -------------------------------------------------------------------------------------------


def held_twice(
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
        return replace(finding, outcome=Outcome.INAPPLICABLE, message=say_excuse(excuses[0]))
    if practice and case.elsewhere:
        return not_failed(finding, between, _ELSEWHERE.say(message=finding.message))
    blamed = [page for page in case.pages if not case.confirmation_is_stale(page) and not _is_new(case, page)]
    if practice:
        blamed = [page for page in blamed if not excuse(case, page)]
    alone = judge(case, blamed) if blamed else None
    if alone is not None and alone.outcome is Outcome.FAILED:
        return finding
    return _between(case, finding, alone)


def _between(case: Case, finding: Finding[V], alone: Finding[V] | None) -> Finding[V]:
    """Say what lies between: no failure by pages of which some are stale, or excused, or new."""
    if alone is not None and alone.outcome is Outcome.CANT_TELL:
        return replace(alone, values=finding.values)
    if any(case.confirmation_is_stale(page) and not excuse(case, page) for page in case.pages):
        return not_failed(finding, Cause.STALE, _OLD_CONFIRMATION.say())
    found = next((found for page in case.pages if (found := excuse(case, page)) is not None), None)
    if found is not None:
        return replace(finding, outcome=Outcome.INAPPLICABLE, message=say_excuse(found))
    return not_failed(finding, Cause.TOO_LITTLE_DATA, _NEW_PAGES.say())


def not_failed(finding: Finding[V], cause: Cause, said: Text) -> Finding[V]:
    """Return a failure as what could not be told."""
    return replace(finding, outcome=Outcome.CANT_TELL, cause=cause, message=said)


def _open_week(case: Case, finding: Finding[V]) -> Finding[V]:
    """Return a finding as it is before the week is closed: nothing has failed yet."""
    if case.closed or finding.outcome in {Outcome.INAPPLICABLE, Outcome.UNTESTED}:
        return finding
    said = _SO_FAR.say(message=finding.message)
    if finding.outcome is Outcome.FAILED:
        return not_failed(finding, Cause.TOO_LITTLE_DATA, said)
    return replace(finding, message=said)
