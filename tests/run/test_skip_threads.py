"""What a look may leave out, given what earlier looks have read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Comment, CommentsState, Intent, Post, Side, Snapshot
from auditor.probes.target import Window
from auditor.run.skip_threads import KnownThread, read_until, readings_of, threads_to_skip
from tests.cases import WEEK
from tests.run.toy_runs import (
    ANSWERED,
    BEFORE_WEEK,
    END,
    IN_WEEK,
    MONDAY,
    QUESTION,
    REPLY,
    THURSDAY,
    comment,
    post,
    snapshot_at,
)

OLD_QUESTION = comment(53, BEFORE_WEEK - timedelta(days=4))
WINDOW, REPLY_TIME = Window.of(WEEK, MONDAY), timedelta(hours=72)


def skipped(*looks: Snapshot, as_of: datetime = MONDAY, over: bool = True, counted: bool = True) -> Mapping[int, int]:
    """Return the threads that may be skipped, by post id, with their counts."""
    window, ended = Window.of(WEEK, as_of), END if over else None
    readings = readings_of(looks, window)
    return threads_to_skip(
        readings, window, as_of, week_ended_at=ended, sides="now", reply_time=REPLY_TIME, counted=counted
    )


def test_a_thread_that_was_read_whole_may_be_left_out_at_its_count() -> None:
    """The week's own once it was read after the week's end, an older one at any time, where comments are counted."""
    week_post = post(6, IN_WEEK)
    assert skipped(snapshot_at(THURSDAY, ANSWERED, week_post)) == {5: 2}
    assert skipped(snapshot_at(THURSDAY, ANSWERED, week_post), snapshot_at(END, week_post)) == {5: 2, 6: 0}
    assert skipped(snapshot_at(THURSDAY, ANSWERED, week_post), as_of=THURSDAY, over=False) == {5: 2, 6: 0}
    assert skipped(snapshot_at(THURSDAY, ANSWERED), counted=False) == {}
    assert skipped(snapshot_at(THURSDAY, ANSWERED), as_of=THURSDAY, over=False, counted=False) == {}
    assert skipped(snapshot_at(END, ANSWERED), counted=False) == {5: 2}


def test_a_closed_thread_without_a_number_is_read_once_after_the_week() -> None:
    """As t.me shows it. One that shows comments although it is closed cannot be recognised by a number."""
    closed = {"comments_state": CommentsState.CLOSED, "comments_count": None}
    empty, with_comments = (thread.model_copy(update=closed) for thread in (post(6, IN_WEEK), ANSWERED))
    assert skipped(snapshot_at(THURSDAY, empty), counted=False) == {}
    assert skipped(snapshot_at(END, empty, with_comments), counted=False) == {6: 0}


@pytest.mark.parametrize(
    "fields",
    [
        {"comments_cause": "throttled"},
        {"comments_state": CommentsState.UNKNOWN},
        {"comments_count": None},
        {"comments_left": True, "comments": ()},
        {"at": WINDOW.comments_from - timedelta(seconds=1)},
    ],
    ids=str,
)
def test_what_was_not_read_whole_is_read(fields: dict[str, Any]) -> None:
    """A look that skipped a thread has not read it, and hides no earlier reading; older posts do not matter."""
    changed = Post.model_validate({**ANSWERED.model_dump(), **fields})
    assert 5 not in skipped(snapshot_at(THURSDAY, changed))
    skipped_post = post(5, BEFORE_WEEK, comments_left=True, comments_count=2)
    assert skipped(snapshot_at(THURSDAY, ANSWERED), snapshot_at(END, skipped_post)) == {5: 2}


def test_where_the_record_changed_only_threads_of_askers_may_be_left_out() -> None:
    """By today's record a reply may be somebody else's."""
    unanswered = post(7, BEFORE_WEEK, comment(70, BEFORE_WEEK + timedelta(hours=1)))
    assert skipped(snapshot_at(MONDAY, ANSWERED, unanswered, sides="then"), as_of=MONDAY + timedelta(hours=1)) == {7: 1}


@pytest.mark.parametrize("side", [Side.UNKNOWN, Side.OWNER, Side.CITIZEN])
def test_what_decides_a_side_is_requested_again_after_a_failure(side: Side) -> None:
    """While an author's side is unknown; after a look without failed requests the thread is skipped as it is."""
    with_comments = post(
        7, BEFORE_WEEK, QUESTION, comment(71, BEFORE_WEEK + timedelta(hours=3), side, says=None), REPLY
    )
    undecided, decided = (snapshot_at(END, with_comments, sides_open=is_open) for is_open in (True, False))
    assert skipped(decided) == skipped(undecided, decided) == {7: 3}
    assert skipped(undecided) == ({} if side is Side.UNKNOWN else {7: 3})


@pytest.mark.parametrize(("read", "waiting"), [(0.1, True), (72.0, True), (215.9, True), (216.0, False)])
def test_a_thread_is_read_until_its_questions_may_count(read: float, waiting: bool) -> None:
    """At three times the hours a question without a reply may count, so that one read before is read once more."""
    asked_at = BEFORE_WEEK - timedelta(days=4)
    looks = [snapshot_at(asked_at + timedelta(hours=read), ANSWERED, post(7, BEFORE_WEEK, comment(70, asked_at)))]
    for is_over in (True, False):
        assert (7 not in skipped(*looks, over=is_over)) is waiting


def test_a_thread_whose_week_is_over_is_read_while_a_question_waits() -> None:
    """On the Tuesday after the next week Sunday's question is read once more, though it was read after its week."""
    sunday = END - timedelta(hours=3)
    waiting, next_window = post(7, IN_WEEK, comment(70, sunday)), Window.of(WEEK.shift(1), MONDAY + timedelta(weeks=1))
    answered = post(8, END, comment(80, END), comment(81, END + timedelta(hours=1), Side.OWNER, answers=80))
    for reading_at, is_skipped in ((MONDAY, False), (sunday + timedelta(days=9), True)):
        readings = readings_of([snapshot_at(reading_at, waiting, answered)], next_window)
        as_of, ended = MONDAY + timedelta(weeks=1, days=2), WEEK.shift(1).ends
        skip = threads_to_skip(readings, next_window, as_of, week_ended_at=ended, sides="now", reply_time=REPLY_TIME)
        assert (7 in skip) is is_skipped


@pytest.mark.parametrize(
    ("read", "now", "asked_again"), [(3, 4, False), (3, 72, True), (73, 215, False), (73, 216, True), (217, 999, False)]
)
def test_between_two_looks_of_a_week_an_unchanged_count_is_enough(read: int, now: int, asked_again: bool) -> None:
    """An unanswered question's thread is read again once its time, or three times that, has run out since.

    Where comments are not counted, only reading shows a reply, so each look reads it until then.
    """
    asked_at = END - timedelta(hours=1)
    looks = [snapshot_at(asked_at + timedelta(hours=read), post(7, IN_WEEK, comment(70, asked_at)))]
    as_of = asked_at + timedelta(hours=now)
    assert (7 not in skipped(*looks, as_of=as_of)) is asked_again
    assert (7 not in skipped(*looks, as_of=as_of, counted=False)) is (read < 216)


@pytest.mark.parametrize(
    ("read", "now", "due"),
    [(71.9, 71.95, False), (71.9, 72.0, True), (72.0, 215.9, False), (72.0, 216.0, True), (216.0, 400.0, False)],
)
def test_a_page_is_looked_at_first_where_a_question_came_of_age(read: float, now: float, due: bool) -> None:
    """Where its time to reply, or three times that, has run out since its thread was read."""
    reading = KnownThread(post(7, BEFORE_WEEK, comment(70, BEFORE_WEEK)), BEFORE_WEEK + timedelta(hours=read), "now")
    assert reading.is_due(REPLY_TIME, BEFORE_WEEK + timedelta(hours=now)) is due


def test_comments_of_the_last_two_days_are_read_and_remembered_as_those_of_the_week() -> None:
    """A look reads them whatever its week is; later posts that it did not read are none."""
    new_posts = post(7, MONDAY - timedelta(days=1, hours=23)), post(8, END + timedelta(hours=1))
    assert set(readings_of([snapshot_at(MONDAY, *new_posts)], WINDOW)) == {7, 8}
    before_1_1 = replace(WINDOW, recent_from=None)
    assert set(readings_of([snapshot_at(MONDAY, *new_posts)], before_1_1)) == {7}


def test_an_answer_to_an_earlier_week_does_not_spare_the_threads_of_this_one() -> None:
    """Only what was written after the first of the week's questions rules out that the page fails."""
    question, reply = (c.model_copy(update={"at": c.at - timedelta(days=5)}) for c in (QUESTION, REPLY))
    earlier_answered, silent = post(5, BEFORE_WEEK, question, reply), post(7, BEFORE_WEEK)
    assert skipped(snapshot_at(THURSDAY, ANSWERED, silent)) == {5: 2, 7: 0}
    assert skipped(snapshot_at(THURSDAY, earlier_answered, silent)) == {}


def test_one_question_of_many_is_enough_and_an_answer_to_each_settles_them() -> None:
    """Whether the owner's comment names the question or replies to it; a comment that does neither is no reply."""
    early, late = comment(70, BEFORE_WEEK), comment(71, BEFORE_WEEK - timedelta(days=9))
    replying = comment(72, BEFORE_WEEK + timedelta(hours=1), Side.OWNER, reply_to=70)
    naming = replying.model_copy(update={"reply_to": None, "answers": 70})
    for reply, is_skipped in ((replying, True), (naming, True), (comment(72, BEFORE_WEEK, Side.OWNER), False)):
        seen_early = snapshot_at(BEFORE_WEEK + timedelta(hours=2), ANSWERED, post(7, BEFORE_WEEK, early, reply, late))
        assert (7 in skipped(seen_early)) is is_skipped


def test_a_thread_is_read_as_the_checks_read_it() -> None:
    """A reply to what a citizen added answers the question above; a question to another citizen asks nobody."""
    added = comment(71, BEFORE_WEEK + timedelta(hours=1), says=Intent.NOT, answers=70)
    reply = comment(72, BEFORE_WEEK + timedelta(hours=2), Side.OWNER, answers=71)
    to_a_citizen = comment(71, BEFORE_WEEK + timedelta(hours=1), answers=60)
    statement = comment(60, BEFORE_WEEK, says=Intent.NOT)
    for comments in ((comment(70, BEFORE_WEEK), added, reply), (statement, to_a_citizen)):
        seen_early = snapshot_at(BEFORE_WEEK + timedelta(hours=3), ANSWERED, post(7, BEFORE_WEEK, *comments))
        assert skipped(seen_early)[7] == len(comments)


@pytest.mark.parametrize(
    "comments", [(), (OLD_QUESTION,), (comment(52, BEFORE_WEEK, Side.OWNER),)], ids=["empty", "asked", "before"]
)
def test_where_a_page_may_be_red_every_thread_of_the_window_is_read_after_the_week(
    comments: tuple[Comment, ...],
) -> None:
    """An unseen question can make it fail; a comment by the owner before it does not rule that out."""
    silent = post(5, BEFORE_WEEK, *comments)
    assert skipped(snapshot_at(THURSDAY, silent)) == {}
    assert skipped(snapshot_at(THURSDAY, silent), snapshot_at(END, silent)) == {5: len(comments)}


def test_history_is_read_back_to_where_looks_together_have_read_it() -> None:
    """Not later than the window's first day: each look counts the comments of its posts. Gaps are not bridged."""
    first = snapshot_at(WINDOW.posts_from + timedelta(days=2), posts_since=WINDOW.posts_from)
    second = snapshot_at(WINDOW.posts_from + timedelta(days=5), posts_since=first.taken_at)
    third = snapshot_at(MONDAY, posts_since=second.taken_at)
    assert read_until([first], WINDOW) == first.taken_at
    assert read_until([first, second, third], WINDOW) == WINDOW.comments_from
    assert read_until([first, third], WINDOW) == first.taken_at
    for hole in (
        first.model_copy(update={"posts_cause": "throttled"}),
        first.model_copy(update={"exists": None, "cause": "throttled"}),
        first.model_copy(update={"posts_since": WINDOW.posts_from + timedelta(seconds=1)}),
    ):
        assert read_until([hole, second, third], WINDOW) is None
    assert read_until([], WINDOW) is None
    partial = first.model_copy(update={"posts_until": WINDOW.posts_from + timedelta(days=1)})
    assert read_until([partial], WINDOW) == partial.posts_until
