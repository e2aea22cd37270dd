"""Where a judgement turns: to the second, to the day, to the one post more."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from auditor.audit.cases import make_case
from auditor.base.snapshot import Cause, Comment, CommentsState, Network, Outcome, Precision, Side, StoredSnapshot
from auditor.base.weeks import Week
from auditor.checks.case import Sight
from auditor.checks.opening import Opening, Standing, standing_of
from auditor.checks.posts_per_week import distinct_in
from auditor.registry.models import Deadline
from tests.cases import (
    NOW,
    POLICY,
    TOMSK,
    WEEK,
    account,
    case,
    day,
    judge,
    judge_office,
    office,
    opened,
    posts,
    registry,
    report,
    search,
    snapshot,
    tenure,
    traced,
)
from tests.test_checks_opening import verdict
from tests.test_checks_practice import CLOSED, OPEN, asked, seen, talk, vk

SECOND = timedelta(seconds=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOMSK)


# The deadline -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [
        ("2022-05-31T12:00", Outcome.INAPPLICABLE),
        ("2022-06-01T12:00", Outcome.INAPPLICABLE),
        ("2022-06-01T23:59:59", Outcome.INAPPLICABLE),
        ("2022-06-02T00:00", Outcome.CANT_TELL),
    ],
)
def test_nothing_is_due_before_the_grace_is_over(as_of: str, outcome: Outcome) -> None:
    """A look of the grace day cannot find anybody late."""
    look = snapshot(exists=None, cause=Cause.BLOCKED, taken_at=local(as_of))
    found = verdict(look, as_of=as_of, week=Week(2022, 22, TOMSK))
    assert found.outcome is outcome


@pytest.mark.parametrize(
    ("reported", "outcome"),
    [("2023-02-13", Outcome.CANT_TELL), ("2023-02-14", Outcome.FAILED)],
)
def test_a_report_of_the_day_of_the_opening_may_speak_of_that_page(reported: str, outcome: Outcome) -> None:
    """One of the day before speaks of another."""
    assert verdict(snapshot(**opened("2023-02-14T23:59:59")), reports=[report(by=reported)]).outcome is outcome


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        ("2026-05-25", Outcome.UNTESTED),
        ("2026-05-26", Outcome.FAILED),
        ("2026-11-24", Outcome.FAILED),
        ("2026-11-25", Outcome.UNTESTED),
    ],
)
def test_a_search_counts_from_180_days_before_the_week_to_the_moment_of_the_audit(on: str, outcome: Outcome) -> None:
    """Both days included; the newest of several is the one that is named."""
    assert verdict(accounts=[], searches=[search(on)]).outcome is outcome
    both = verdict(accounts=[], searches=[search("2026-07-01"), search("2026-09-01"), search("2026-08-01")])
    assert both.message.params["date"] == search("2026-09-01").on


@pytest.mark.parametrize(
    ("on", "outcome"),
    [("2026-12-06", Outcome.FAILED), ("2026-12-07", Outcome.UNTESTED)],
)
def test_a_search_counts_to_fourteen_days_after_the_weeks_end(on: str, outcome: Outcome) -> None:
    """A later one tells of later weeks."""
    assert verdict(accounts=[], searches=[search(on)], as_of="2027-01-01").outcome is outcome


@pytest.mark.parametrize(("on", "outcome"), [("2022-06-01", Outcome.UNTESTED), ("2022-06-02", Outcome.FAILED)])
def test_a_search_counts_from_the_end_of_the_grace_on(on: str, outcome: Outcome) -> None:
    """Before it the person still had time."""
    found = verdict(accounts=[], searches=[search(on)], week=Week(2022, 23, TOMSK), as_of="2022-06-14")
    assert found.outcome is outcome


def test_the_sentence_says_which_side_of_the_deadline() -> None:
    """One day late by the grace, the last day, the day before."""

    def said(text: str) -> str:
        return verdict(snapshot(**opened(text))).message.id.partition(".")[2]

    assert [said(f"2022-0{text}T12:00") for text in ("5-30", "5-31", "6-01", "6-02")] == [
        "in_time",
        "last_day",
        "grace",
        "late",
    ]


def test_a_page_with_a_trace_after_the_deadline_says_so_itself() -> None:
    """As the person's finding does; nothing was in the way of seeing it."""
    person = tenure(since="2020", accounts=[account()])
    found = judge("opened_by_deadline", case([person], snapshot(**traced("2022-06-20"))))
    assert [(one.cause, one.message.id) for one in found] == [
        (Cause.TOO_LITTLE_DATA, "opened_by_deadline.trace_after")
    ] * 2


def test_a_report_known_to_the_month_is_shown_as_a_month() -> None:
    """Its last day would be read as exact."""
    in_time = verdict(accounts=[], reports=[report(by="2022-04")])
    assert (in_time.outcome, in_time.message.params["date"]) == (Outcome.PASSED, "2022-04")
    late = verdict(accounts=[], reports=[report(by="2022-07")])
    assert (late.cause, late.message.params["date"]) == (Cause.TOO_LITTLE_DATA, "2022-07")


def test_without_an_opening_no_grace_is_used() -> None:
    """And the deadline is shown all the same."""
    values = verdict(accounts=[], searches=[search("2026-11-18")]).values
    assert (values.grace_used, values.deadline, values.opened_at) == (False, local("2022-06-01"), None)


# Posts and silence ------------------------------------------------------------------------------------------------


def test_the_same_text_to_the_hour_of_72_is_one_publication() -> None:
    """A second later it is another."""
    for hours, count in ((72, 1), (72 + 1 / 3600, 2)):
        assert distinct_in(posts(0, hours, text_key="a"), timedelta(hours=72), 90) == count


@pytest.mark.parametrize(("gap", "outcome"), [(7, Outcome.PASSED), (8, Outcome.FAILED)])
def test_a_silence_of_the_limit_is_not_too_long(gap: int, outcome: Outcome) -> None:
    """More than seven whole days."""
    hours = (-24 * 40, *range(-24 * 30, 168 - 24 * gap + 1, 24))
    found = judge_office("longest_silence", seen(posts=posts(*hours)))
    assert (found.values.days_since_last, found.values.longest_gap_days, found.outcome) == (gap, gap, outcome)


def test_a_silence_fails_only_where_every_page_was_read_from_the_last_post_on() -> None:
    """To the second."""
    accounts = [account(), account(vk().network, "perviy")]
    for since, outcome in ((day(-48), Outcome.FAILED), (day(-48) + SECOND, Outcome.CANT_TELL)):
        both = case([tenure(since="2020", accounts=accounts)], snapshot(posts=posts(-48)), vk(posts_since=since))
        assert judge_office("longest_silence", both).outcome is outcome


def test_pages_without_posts_are_silent_since_the_first_trace_of_any() -> None:
    """Over two pages, both read whole."""
    accounts = [account(), account(vk().network, "perviy")]
    old = vk(opened_at=WEEK.ends - timedelta(days=200), opened_precision=Precision.EXACT)
    new = snapshot(opened_at=WEEK.ends - timedelta(days=100), opened_precision=Precision.EXACT)
    found = judge_office("longest_silence", case([tenure(since="2020", accounts=accounts)], new, old))
    assert (found.outcome, found.values.longest_gap_days) == (Outcome.FAILED, 200)


# Comments ---------------------------------------------------------------------------------------------------------


def test_a_question_is_due_at_the_hour_of_the_limit() -> None:
    """Younger by a second it is pending."""
    line = asked(1, 140)
    person = [tenure(since="2020", accounts=[account()])]
    for age, due in ((timedelta(hours=24), 1), (timedelta(hours=24) - SECOND, 0)):
        look = day(140) + age
        page = snapshot(posts=posts(1, comments_state=OPEN, comments=tuple(line)), taken_at=look)
        found = judge_office("comments_answered", case(person, page, as_of=look))
        assert (found.values.due, found.values.pending) == (due, 1 - due)


def test_an_answer_is_in_time_to_the_second() -> None:
    """24 hours are in time, a second more is late."""
    for wait, in_time in ((24, 1), (24 + 1 / 3600, 0)):
        found = judge_office("comments_answered", talk(asked(1, 5, 5 + wait)))
        assert (found.values.answered_in_time, found.values.answered_late) == (in_time, 1 - in_time)


def test_an_answer_of_the_moment_of_the_look_counts() -> None:
    """One of a second later was not there yet."""
    person = [tenure(since="2020", accounts=[account()])]
    for as_of, answered in ((day(157), 1), (day(157) - SECOND, 0)):
        page = snapshot(posts=posts(1, comments_state=OPEN, comments=tuple(asked(1, 150, 157))), taken_at=as_of)
        found = judge_office("comments_answered", case(person, page, as_of=as_of))
        assert found.values.answered_in_time == answered


@pytest.mark.parametrize(("back", "questions"), [(-24 * 14, 1), (-24 * 14 - 1 / 3600, 0)])
def test_comments_are_read_under_posts_of_fourteen_days_before(back: float, questions: int) -> None:
    """To the second."""
    line = posts(back, comments_state=OPEN, comments=tuple(asked(1, 5)))
    assert judge_office("comments_answered", seen(posts=line)).values.questions == questions


def test_only_the_weeks_own_comments_count() -> None:
    """From Monday 00:00 on, and none of the Monday after; a citizen's, with text, not deleted."""
    moments = (-1 / 3600, 0, 167.99)
    line = tuple(c for n, hours in enumerate(moments, start=1) for c in asked(n, hours))
    others = (
        Comment(id=51, at=day(5), side=Side.OWNER, says="asks"),
        Comment(id=52, at=day(5), side=Side.CITIZEN, author="x", says="asks", has_text=False),
        Comment(id=53, at=day(5), side=Side.CITIZEN, author="x", says="asks", deleted=True),
    )
    found = judge_office("comments_answered", seen(posts=posts(-1, comments_state=OPEN, comments=line + others)))
    assert (found.values.comments, found.values.questions) == (2, 2)


def test_closed_comments_are_said_only_where_every_post_is_closed() -> None:
    """One open post was a place to ask."""

    def said(*states: CommentsState) -> str:
        line = tuple(posts(n, comments_state=state, first_id=n + 1)[0] for n, state in enumerate(states))
        return judge_office("comments_answered", seen(posts=line)).message.id

    assert said(CLOSED, CLOSED) == "comments_answered.closed"
    assert said(CLOSED, OPEN) == "comments_answered.no_questions"
    assert said() == "comments_answered.no_questions"


# Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("week", "outcome"), [((2024, 43), Outcome.INAPPLICABLE), ((2024, 44), Outcome.FAILED)])
def test_the_register_link_is_asked_for_from_the_week_in_which_the_law_began(week, outcome: Outcome) -> None:
    """1 November 2024 is in the 44th week."""
    chosen = Week(*week, TOMSK)
    after = chosen.ends + timedelta(hours=36)
    page = snapshot(subscribers=20_000, register_link=False, taken_at=after)
    (found,) = judge(
        "register_link", case([tenure(since="2020", accounts=[account()])], page, week=chosen, as_of=after)
    )
    assert found.outcome is outcome


def test_a_page_taken_over_is_dated_by_the_first_look_that_saw_the_other() -> None:
    """After the last that saw the confirmed one; a look without a number tells nothing."""
    days = (30, 20, 12, 6, 0)
    looks = [
        snapshot(id=number, taken_at=NOW - timedelta(days=ago))
        for number, ago in zip((7, 9, 7, 9, 9), days, strict=True)
    ]
    looks.insert(4, snapshot(id=None, taken_at=NOW - timedelta(days=2)))
    sight = Sight(account(), looks[-1], tuple(looks), expected_id=7)
    what = replace(seen(), personal=(sight,))
    (found,) = judge("account_exists", what)
    assert (found.cause, found.message.id) == (Cause.NOT_AT_ADDRESS, "page.taken_over")
    assert found.message.params == {"seen": "9", "expected": "7", "date": what.day_of(NOW - timedelta(days=6))}
    assert (found.values.expected_id, found.values.seen_id) == (7, 9)
    unknown = replace(what, personal=(replace(sight, stored=tuple(looks[3:])),))
    assert judge("account_exists", unknown)[0].message.id == "page.unproven"


@pytest.mark.parametrize(("before", "cause"), [(timedelta(), None), (SECOND, Cause.STALE)])
def test_a_week_is_shown_by_a_look_from_its_start_on(before: timedelta, cause: Cause | None) -> None:
    """One of a second before is not of this week."""
    (found,) = judge("account_exists", seen(taken_at=WEEK.starts - before))
    assert found.cause is cause


@pytest.mark.parametrize(("before", "cause"), [(timedelta(), None), (SECOND, Cause.TOO_LITTLE_DATA)])
def test_too_few_posts_are_told_only_by_a_look_from_the_weeks_end_on(before: timedelta, cause: Cause | None) -> None:
    """One of a second before has not seen all of it."""
    assert judge_office("posts_per_week", seen(taken_at=WEEK.ends - before)).cause is cause


@pytest.mark.parametrize(
    ("after", "cause"), [(timedelta(days=14), None), (timedelta(days=14) + SECOND, Cause.SEEN_LATE)]
)
def test_what_a_late_look_does_not_show_is_not_judged(after: timedelta, cause: Cause | None) -> None:
    """To the second; what it shows counts."""
    late, person = WEEK.ends + after, [tenure(since="2020", accounts=[account()])]

    def found(*hours: float):
        rows = {"https://t.me/perviy_rayon": [StoredSnapshot(str(WEEK), snapshot(posts=posts(*hours), taken_at=late))]}
        book = registry(office(*person))
        return judge_office("posts_per_week", make_case(book, book.offices[0], WEEK, late, rows))

    assert found(1).cause is cause
    assert found(1, 2, 3).outcome is Outcome.PASSED


def test_posts_are_judged_where_they_were_read_from_the_weeks_start() -> None:
    """A second less is not the whole week."""
    line = posts(1)
    assert judge_office("posts_per_week", seen(posts=line, posts_since=WEEK.starts)).outcome is Outcome.FAILED
    late = judge_office("posts_per_week", seen(posts=line, posts_since=WEEK.starts + SECOND))
    assert late.cause is Cause.TOO_LITTLE_DATA


def test_without_a_last_day_of_taking_office_nobody_is_late() -> None:
    """In time is in time all the same."""
    deadline, day_of_grace = Deadline(local("2022-06-01"), None), timedelta(days=1)
    page = Opening(Network.TELEGRAM, "https://t.me/perviy_rayon", local("2024-01-01"), local("2024-01-01"), exact=True)
    assert standing_of(page, deadline, day_of_grace) is Standing.UNSURE
    assert standing_of(replace(page, latest=local("2022-05-31")), deadline, day_of_grace) is Standing.IN_TIME


def test_the_link_to_the_register_is_asked_from_the_day_of_the_policy_on() -> None:
    """The law binds from 1 November 2024: a week that ended before asks nothing. Another day is the registry's."""
    page = snapshot(subscribers=20_000, register_link=False)
    (found,) = judge("register_link", case([tenure(since="2020", known_as_of="2026", accounts=[account()])], page))
    assert found.outcome is Outcome.FAILED
    later = {**POLICY, "register_link_since": POLICY["register_link_since"].model_copy(update={"value": "2026-11-23"})}
    before = replace(case([tenure(since="2020", known_as_of="2026", accounts=[account()])], page), policy=later)
    (left,) = judge("register_link", before)
    assert left.outcome is Outcome.INAPPLICABLE
