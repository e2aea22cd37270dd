"""What a check declares for readers: cells, notes, columns, advice, its part of the post, the figures it keeps."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause, Outcome, Precision
from auditor.base.text import Sentence, Text
from auditor.checks import check_of
from auditor.checks.account_exists import CHECK as EXISTS
from auditor.checks.check import Check
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.comments_open import CHECK as OPEN
from auditor.checks.finding import Finding
from auditor.checks.longest_silence import CHECK as SILENCE
from auditor.checks.opened_by_deadline import CHECK as OPENED
from auditor.checks.opened_by_deadline import Opened
from auditor.checks.posts_per_week import CHECK as POSTS
from auditor.checks.register_link import CHECK as LINK
from auditor.language.measured import MEASURED
from auditor.registry.models import Basis
from auditor.report.checks import shown as shown_of
from auditor.report.checks.shown import Advised, Cell, Sign
from tests.cases import TOMSK

EN = Catalogue("en", TOMSK)
PASSED, FAILED, INAPPLICABLE, UNTESTED = Outcome.PASSED, Outcome.FAILED, Outcome.INAPPLICABLE, Outcome.UNTESTED
DAY = datetime(2022, 1, 1, tzinfo=UTC)
SAID = Sentence("said", "As it was said").say()


def found(check: Check[Any], outcome: Outcome | Cause, threshold: Any = None, **values: Any) -> Finding[Any]:
    """A finding of `check`; a cause in place of the outcome makes it `cantTell`."""
    cause = outcome if isinstance(outcome, Cause) else None
    return Finding(
        check=check.name,
        outcome=Outcome.CANT_TELL if cause else Outcome(outcome),
        cause=cause,
        message=SAID,
        basis=Basis.CONVENTION,
        values=check.values(**values),
        threshold=threshold,
    )


def text(said: Text | None) -> str:
    return EN.text(said) if said is not None else ""


def cell(shown: Cell | None) -> tuple[Any, ...] | None:
    """The sign, what is said strongly, plainly and quietly, and the key to sort by."""
    return shown and (shown.sign, shown.strong, text(shown.said), text(shown.quiet), shown.key)


@pytest.mark.parametrize(
    ("finding", "shown"),
    [
        (found(POSTS, PASSED, distinct=4, reposts=0), (Sign.RING, 4, "", "", 4)),
        (found(POSTS, FAILED, distinct=1, reposts=2), (Sign.DOWN, 1, "", "2 reposts", 1)),
        (found(POSTS, PASSED, distinct=4, at_least=True), (Sign.RING, 4, "", "there may be more", 4)),
        (found(POSTS, Cause.TOO_LITTLE_DATA, distinct=0, reposts=1, at_least=True), (
            Sign.UNKNOWN, 0, "", "too little data", 0)),
        (found(POSTS, Cause.PRIVATE), None),
        (found(POSTS, PASSED, distinct=4, reposts=1, at_least=True), (Sign.RING, 4, "", "there may be more", 4)),
        (found(POSTS, Cause.SEEN_LATE, distinct=2, reposts=1, at_least=True), (
            Sign.UNKNOWN, 2, "", "looked at long after the week", 2)),
        (found(SILENCE, PASSED, days_since_last=0), (Sign.RING, None, "0 days", "", 0)),
        (found(SILENCE, FAILED, days_since_last=9), (Sign.DOWN, None, "9 days", "", 9)),
        (found(SILENCE, Cause.STALE), None),
        (found(OPEN, INAPPLICABLE, open=0, closed=0, unseen=0), (Sign.NOTHING, None, "", "no posts seen", None)),
        (found(OPEN, PASSED, open=3, closed=0, unseen=0), (Sign.RING, None, "open: 3 of 3", "", 0)),
        (found(OPEN, FAILED, open=1, closed=2, unseen=4), (Sign.LOCK, None, "closed: 2 of 7", "", 2)),
        (found(OPEN, Cause.TOO_LITTLE_DATA, open=1, closed=0, unseen=1), None),
        (found(OPEN, Cause.PRIVATE), None),
        (found(ANSWERED, INAPPLICABLE, questions=0), (Sign.NOTHING, None, "", "no questions seen", None)),
        (found(ANSWERED, Cause.UNPROVED_IDENTITY, questions=6, due=6, answered_in_time=0), (
            Sign.UNKNOWN, None, "whose answers is not proved", "", None)),
        (found(ANSWERED, PASSED, questions=3, due=2, answered_in_time=2, pending=1), (
            Sign.RING, 2, "of 2", "not yet due: 1", 2)),
        (found(ANSWERED, Cause.NO_THRESHOLD, questions=6, due=6, answered_in_time=2, pending=0), (
            Sign.NONE, 2, "of 6", "", 2)),
        (found(ANSWERED, Cause.TOO_LITTLE_DATA, questions=2, due=2, answered_in_time=0, pending=0), (
            Sign.DOTS, None, "too little data: 2", "", None)),
        (found(ANSWERED, Cause.THROTTLED), None),
    ],
)  # fmt: skip
def test_a_cell_of_the_practice(finding: Finding[Any], shown: tuple[Any, ...] | None) -> None:
    """A number is strong, a cause is quiet, and what is not known has no cell of its own."""
    check = check_of(finding.check)
    assert check is not None
    assert cell(shown_of(check).cell(finding)) == shown


@pytest.mark.parametrize(
    ("finding", "sign", "said", "rank"),
    [
        (found(OPENED, PASSED, grace_used=False), Sign.RING, "in time", 0),
        (found(OPENED, PASSED, grace_used=True), Sign.RING, "in time by the grace", 1),
        (found(OPENED, Cause.TOO_LITTLE_DATA), Sign.UNKNOWN, "date not exact", 2),
        (found(OPENED, Cause.PRIVATE), Sign.UNKNOWN, "not visible", 3),
        (found(OPENED, UNTESTED), Sign.DASHED, "not looked at yet", 4),
        (found(OPENED, INAPPLICABLE, grace_used=True, opened_at=DAY), Sign.RING, "page on record", 6),
        (found(OPENED, INAPPLICABLE, days_late=9, opened_at=DAY), Sign.DOWN, "after the deadline", 5),
        (found(OPENED, INAPPLICABLE), Sign.NOTHING, "nothing is asked", 7),
        (found(OPENED, FAILED), Sign.DOWN, "after the deadline", 5),
    ],
)
def test_a_page_in_the_column_of_networks(finding: Finding[Opened], sign: Sign, said: str, rank: int) -> None:
    """Of several pages on a network the best is shown."""
    assert cell(shown_of(OPENED).cell(finding)) == (sign, None, said, "", rank)


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (found(EXISTS, PASSED), (Sign.RING, "As it was said")),
        (found(EXISTS, FAILED), (Sign.DOWN, "As it was said")),
        (found(EXISTS, Cause.BLOCKED), (Sign.UNKNOWN, "As it was said")),
        (found(EXISTS, UNTESTED), (Sign.DASHED, "As it was said")),
        (found(EXISTS, INAPPLICABLE), None),
        (found(EXISTS, INAPPLICABLE, exists=False), (Sign.DOWN, "As it was said")),
        (found(LINK, FAILED), (Sign.DOWN, "As it was said")),
        (found(LINK, INAPPLICABLE, subscribers=100), None),
        (found(LINK, Cause.BLOCKED), None),
        (found(LINK, Cause.TOO_LITTLE_DATA), None),
        (found(LINK, Cause.TOO_LITTLE_DATA, subscribers=20_000), (Sign.UNKNOWN, "Register link: As it was said")),
    ],
)
def test_a_note_to_a_page(finding: Finding[Any], said: tuple[Sign, str] | None) -> None:
    """Why a page could not be seen is said once; the link only where something is known of it."""
    check = check_of(finding.check)
    assert check is not None
    note = shown_of(check).note(finding)
    assert (note and (note.sign, text(note.said))) == said


# Tables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("finding", "figure", "counted"),
    [
        (found(POSTS, PASSED), 0, 0),
        (found(POSTS, INAPPLICABLE), 3, None),
        (found(POSTS, Cause.TOO_LITTLE_DATA), 0, 0),
        (found(POSTS, Cause.PRIVATE), 0, None),
        (found(POSTS, Cause.PRIVATE), 2, 2),
        (found(OPEN, Cause.TOO_LITTLE_DATA), 0, None),
        (found(ANSWERED, Cause.NO_THRESHOLD), 0, 0),
    ],
)
def test_a_zero_is_a_count_only_of_what_was_seen(finding: Finding[Any], figure: int, counted: int | None) -> None:
    """A number above zero was seen in any case."""
    check = check_of(finding.check)
    assert check is not None
    assert shown_of(check).counted(finding, figure) == counted


def test_the_columns_of_the_directive() -> None:
    """Its dates, how exactly they are known, and the days."""
    moment, deadline = datetime(2021, 10, 12, tzinfo=UTC), datetime(2022, 5, 31, 17, tzinfo=UTC)
    values = Opened(opened_at=moment, deadline=deadline, days_late=-231)

    def row(**changed: Any) -> list[Any]:
        finding = replace(found(OPENED, PASSED), values=replace(values, **changed))
        told = [column.value(finding) for column in shown_of(OPENED).columns]
        return [text(value) if isinstance(value, Text) else value for value in told]

    last = datetime(2022, 5, 31, 16, 59, 59, tzinfo=UTC)
    assert row(precision=Precision.EXACT) == [moment, "exact to the day", last, -231]
    assert row(precision=Precision.NOT_LATER_THAN, days_late=None) == [
        moment,
        "not later than this day",
        last,
        None,
    ]
    assert row()[1] is None
    assert row(opened_at=None)[:2] == [None, None]
    assert row(deadline=None)[2] is None
    assert [column.bound_only for column in shown_of(OPENED).columns] == [False, False, True, True]


# Advice -----------------------------------------------------------------------------------------------------------


def advice(check: Check[Any], finding: Finding[Any], **more: Any) -> list[str]:
    advised = Advised(finding, TOMSK, last_day=date(2022, 5, 31), **more)
    return [text(said) for said in shown_of(check).advice(advised)]


def starts(*begins: str, of: list[str]) -> bool:
    return len(begins) == len(of) and all(said.startswith(begin) for begin, said in zip(begins, of, strict=True))


def test_the_advice_of_a_late_page_asks_for_an_earlier_one() -> None:
    """With the last day that would do."""
    first, second = advice(OPENED, found(OPENED, FAILED, opened_at=DAY, precision=Precision.EXACT))
    assert first.startswith("The deadline is over")
    assert "dated 31 May 2022 or earlier" in second
    assert starts("If there is a personal page", of=advice(OPENED, found(OPENED, FAILED), has_page=False))


@pytest.mark.parametrize(
    ("finding", "more", "begins"),
    [
        (found(OPENED, Cause.TOO_LITTLE_DATA), {}, ["Send a trace of the page dated 31 May 2022"]),
        (found(OPENED, Cause.PRIVATE), {}, ["The page is closed by its settings."]),
        (found(OPENED, Cause.THROTTLED), {}, ["Nothing is asked of the holder: it was we"]),
        (found(OPENED, INAPPLICABLE), {"reason": "newcomer"}, ["Open a personal page on VK or Telegram by 31 May"]),
        (found(OPENED, INAPPLICABLE), {"reason": "not_bound"}, []),
        (found(OPENED, UNTESTED), {"reason": "no_search"}, ["No page is on record, and no search"]),
        (found(OPENED, PASSED), {}, []),
    ],
)  # fmt: skip
def test_the_advice_of_the_directive(finding: Finding[Opened], more: dict[str, Any], begins: list[str]) -> None:
    """One thing that moves the outcome, or that nothing is asked."""
    assert starts(*begins, of=advice(OPENED, finding, **more))


@pytest.mark.parametrize(
    ("check", "bad", "good"),
    [
        (POSTS, found(POSTS, FAILED, 3, distinct=1), found(POSTS, PASSED, 3, distinct=3)),
        (OPEN, found(OPEN, FAILED, closed=1), found(OPEN, Cause.STALE)),
        (ANSWERED, found(ANSWERED, FAILED, no_reply_found=2, due=6), found(ANSWERED, PASSED, no_reply_found=0)),
        (LINK, found(LINK, FAILED), found(LINK, PASSED)),
        (EXISTS, found(EXISTS, FAILED), found(EXISTS, Cause.GONE)),
    ],
)  # fmt: skip
def test_the_advice_of_the_practice_and_of_pages(check: Check[Any], bad: Finding[Any], good: Finding[Any]) -> None:
    """A sentence where something was seen to be below, none else."""
    assert len(advice(check, bad)) == 1
    assert advice(check, good) == []


def test_a_page_that_is_gone_is_asked_for_once() -> None:
    """Where the directive's own advice has spoken of it, the page's says nothing."""
    assert advice(EXISTS, found(EXISTS, FAILED), verdict_cause=Cause.GONE) == []


# The post and the history -----------------------------------------------------------------------------------------


def test_the_post_counts_what_was_judged() -> None:
    """Offices that could not be told are in no number."""
    posts = [found(POSTS, FAILED, 3), found(POSTS, PASSED, 3), found(POSTS, FAILED, 3), found(POSTS, Cause.STALE)]
    assert text(shown_of(POSTS).post(posts)) == "fewer than 3 posts in the week: 2 of 3 whose pages could be seen"
    assert shown_of(POSTS).post([found(POSTS, Cause.STALE, 3)]) is None
    answered = [
        found(ANSWERED, FAILED, due=5, no_reply_found=5),
        found(ANSWERED, PASSED, due=2, no_reply_found=0),
        found(ANSWERED, Cause.STALE),
    ]
    assert text(shown_of(ANSWERED).post(answered)).endswith("to 5 of 7 questions that were due")
    assert shown_of(ANSWERED).post([found(ANSWERED, INAPPLICABLE, due=0, no_reply_found=0)]) is None


def test_a_history_keeps_what_was_judged() -> None:
    """The publications of a judged week that was read whole; the questions in any case."""
    assert kept(found(POSTS, PASSED, posts=5, distinct=4, reposts=1)) == {"posts": 4, "reposts": 1}
    assert kept(found(POSTS, PASSED, distinct=4, at_least=True)) == {"posts": None, "reposts": None}
    assert kept(found(POSTS, Cause.TOO_LITTLE_DATA, posts=2, distinct=2)) == {"posts": None, "reposts": None}
    assert kept(found(ANSWERED, Cause.NO_THRESHOLD, due=7, answered_in_time=2)) == {"due": 7, "in_time": 2}


def kept(finding: Finding[Any]) -> dict[str, int | None]:
    check = check_of(finding.check)
    assert check is not None
    return {past.key: past.value(finding) for past in check.past}


def test_the_chart_of_questions_says_what_is_beside_it() -> None:
    """Its bars on one scale; what is not known has none, and what is in none of them is said below."""
    finding = found(
        ANSWERED, FAILED, questions=9, answered_in_time=1, answered_late=2, no_reply_found=3, pending=4, uncertain=2,
        askers=1, answered_by_body=6, median_hours=5,
    )  # fmt: skip
    assert [bar.value(finding.values) for bar in shown_of(ANSWERED).bars] == [9, 1, 2, 3, 4, 2, None, None]
    said = [text(one) for one in shown_of(ANSWERED).aside(finding)]
    assert said[:2] == ["Questions due are by 1 person.", "Answered by another body only: 6."]
    assert said[-1] == "Half of the questions due were answered within 5 h."
    assert len(said) == 4
    assert list(shown_of(ANSWERED).aside(found(ANSWERED, FAILED, answered_by_body=0))) == []


def unsure(outcome: Outcome | Cause = Cause.NO_THRESHOLD, **more: Any) -> Finding[Any]:
    """Ten questions due, five answered in time, three unsure comments."""
    values = {"comments": 20, "questions": 11, "due": 10, "answered_in_time": 5, "no_reply_found": 5, "unsure": 3}
    return found(ANSWERED, outcome, **(values | more))


def test_the_unsure_widen_the_share_to_an_interval() -> None:
    """From all of them being questions without an answer to all of them answered; in the cell, above, and as a bar."""
    assert unsure().values.bounds == (5, 8, 13)
    assert cell(shown_of(ANSWERED).cell(unsure())) == (Sign.NONE, 5, "of 10", "with the unsure 5–8 of 13", 5)
    lead, interval = shown_of(ANSWERED).lead(unsure(), {}), shown_of(ANSWERED).interval(unsure())
    assert lead is not None
    assert text(lead.strong) == "Answered in time: 5 of 10; with the unsure from 5 to 8 of 13."
    assert interval is not None
    assert (interval.low, interval.known, interval.high) == (5 / 13, 0.5, 8 / 13)
    assert next(iter(map(text, shown_of(ANSWERED).aside(unsure())))).startswith(
        "Bounds of the share: all unsure comments (3)"
    )
    columns = {column.title: column.value(unsure()) for column in shown_of(ANSWERED).columns}
    assert (columns["Share in time at the least, %"], columns["Share in time at the most, %"]) == (38.5, 61.5)


@pytest.mark.parametrize(
    ("finding", "why"),
    [
        (unsure(unsure=None), "what is not known is no interval"),
        (unsure(unsure=0), "nothing is unsure"),
        (unsure(Cause.TOO_LITTLE_DATA), "there is no share"),
        (unsure(Cause.UNPROVED_IDENTITY), "whose answers they are is not known"),
        (unsure(INAPPLICABLE, due=0, questions=0, answered_in_time=0), "nobody surely asked"),
    ],
)
def test_without_a_share_or_unsure_comments_there_is_no_interval(finding: Finding[Any], why: str) -> None:
    """A point is no interval, and unknown is never one."""
    assert shown_of(ANSWERED).interval(finding) is None, why


def test_the_post_tells_the_bounds_of_all_together() -> None:
    """Of those without an answer, from none of the unsure to all of them."""
    said = text(shown_of(ANSWERED).post([unsure(), found(ANSWERED, PASSED, due=2, no_reply_found=0, unsure=0)]))
    assert said.endswith("to 5 of 12 questions that were due, with the unsure to 5–8 of 15")


def test_the_method_tells_how_well_the_rules_read_and_how_much_is_unsure() -> None:
    """Over the offices whose comments were read; the rows that it was measured on are invented ones."""
    measured, share = (text(one) for one in ANSWERED.told([unsure(), unsure(comments=10, unsure=0)]))
    assert share == "Unsure in this report: 3 of 30 comments (10 %)."
    assert measured.startswith(f"Measured on {MEASURED.rows} invented comments that no rule was written from")
    low, high = (round(bound * 100) for bound in MEASURED.precision_interval)
    share_right = f"{round(MEASURED.precision * 100)} % ({low}–{high})"
    assert f"{share_right} of what the rules took for a question was one" in measured
    assert len(list(ANSWERED.told([found(ANSWERED, Cause.STALE)]))) == 1
