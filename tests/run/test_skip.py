"""What a look may leave out, by what earlier looks have read."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Comment, CommentsState, Post, Side, Snapshot
from auditor.probes.target import Window
from auditor.run.skip_threads import read_until, readings_of, threads_to_skip
from tests.cases import WEEK
from tests.run.helpers import ANSWERED, END, MONDAY, OLDER, OWN, QUESTION, REPLY, THURSDAY, comment, post, shown

WINDOW, HOURS = Window.of(WEEK, MONDAY), 72.0


def skipped(*looks: Snapshot, as_of: datetime = MONDAY, over: bool = True, counted: bool = True) -> Mapping[int, int]:
    """Return what may be left out."""
    window, ended = Window.of(WEEK, as_of), END if over else None
    readings = readings_of(looks, window)
    return threads_to_skip(readings, window, as_of, ended=ended, sides="now", hours=HOURS, counted=counted)


def test_a_thread_that_was_read_whole_may_be_left_out_at_its_count() -> None:
    """The week's own once it was read after the week's end, an older one at any time, where comments are counted."""
    own = post(6, OWN)
    assert skipped(shown(THURSDAY, ANSWERED, own)) == {5: 2}
    assert skipped(shown(THURSDAY, ANSWERED, own), shown(END, own)) == {5: 2, 6: 0}
    assert skipped(shown(THURSDAY, ANSWERED, own), as_of=THURSDAY, over=False) == {5: 2, 6: 0}
    assert skipped(shown(THURSDAY, ANSWERED), counted=False) == {}
    assert skipped(shown(THURSDAY, ANSWERED), as_of=THURSDAY, over=False, counted=False) == {}
    assert skipped(shown(END, ANSWERED), counted=False) == {5: 2}


def test_a_closed_thread_without_a_number_is_read_once_after_the_week() -> None:
    """As t.me shows it; one that shows comments although it is closed is not known by its number."""
    closed = {"comments_state": CommentsState.CLOSED, "comments_count": None}
    empty, talked = (line.model_copy(update=closed) for line in (post(6, OWN), ANSWERED))
    assert skipped(shown(THURSDAY, empty), counted=False) == {}
    assert skipped(shown(END, empty, talked), counted=False) == {6: 0}


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
    """A look that left a thread out has not read it, and hides no earlier reading; nor are earlier posts anybody's."""
    changed = Post.model_validate({**ANSWERED.model_dump(), **fields})
    assert 5 not in skipped(shown(THURSDAY, changed))
    left = post(5, OLDER, comments_left=True, comments_count=2)
    assert skipped(shown(THURSDAY, ANSWERED), shown(END, left)) == {5: 2}


def test_where_the_record_changed_only_threads_of_askers_may_be_left_out() -> None:
    """Whose words an answer is may be told otherwise today."""
    asked = post(7, OLDER, comment(70, OLDER + timedelta(hours=1)))
    assert skipped(shown(MONDAY, ANSWERED, asked, sides="then"), as_of=MONDAY + timedelta(hours=1)) == {7: 1}


@pytest.mark.parametrize("side", [Side.UNKNOWN, Side.OWNER, Side.CITIZEN])
def test_what_decides_a_side_and_was_asked_for_in_vain_is_asked_for_again(side: Side) -> None:
    """Where somebody's side is unknown; once all was answered unknown stays unknown, and nothing more is asked."""
    talked = post(7, OLDER, QUESTION, comment(71, OLDER + timedelta(hours=3), side, says=None), REPLY)
    lost, clean = (shown(END, talked, sides_open=lost) for lost in (True, False))
    assert skipped(clean) == skipped(lost, clean) == {7: 3}
    assert skipped(lost) == ({} if side is Side.UNKNOWN else {7: 3})


@pytest.mark.parametrize(("read", "awaits"), [(71.9, True), (72.0, False)])
def test_a_question_whose_time_ran_out_since_is_looked_at_again(read: float, awaits: bool) -> None:
    """Once: after its time an answer would be late whenever it came, and would change the count."""
    asked_at = OLDER + timedelta(hours=1)
    waiting = post(7, OLDER, comment(70, asked_at))
    looks = [shown(asked_at + timedelta(hours=read), ANSWERED, waiting)]
    assert (7 not in skipped(*looks)) is awaits
    assert 7 in skipped(*looks, as_of=asked_at + timedelta(hours=71.95), over=False)


def test_one_question_of_many_is_enough_and_an_answer_to_each_settles_them() -> None:
    """Whether the owner's comment names the question, or stands in reply to it; empty words are no answer."""
    early, late = comment(70, OLDER), comment(71, END)
    by_place = comment(72, OLDER + timedelta(hours=1), Side.OWNER, reply_to=70)
    by_name = by_place.model_copy(update={"reply_to": None, "answers": 70})
    for answer, is_left_out in ((by_place, True), (by_name, True), (comment(72, OLDER, Side.OWNER), False)):
        seen_early = shown(OLDER + timedelta(hours=2), ANSWERED, post(7, OLDER, early, answer, late))
        assert (7 in skipped(seen_early)) is is_left_out


@pytest.mark.parametrize("line", [(), (QUESTION,), (comment(52, OLDER, Side.OWNER),)], ids=["empty", "asked", "before"])
def test_where_a_page_may_be_red_every_thread_of_the_window_is_read_after_the_week(line: tuple[Comment, ...]) -> None:
    """A question that nobody has seen yet can make it red; an owner who wrote before it is no sign."""
    silent = post(5, OLDER, *line)
    assert skipped(shown(THURSDAY, silent)) == {}
    assert skipped(shown(THURSDAY, silent), shown(END, silent)) == {5: len(line)}


def test_history_is_read_back_to_where_looks_together_have_read_it() -> None:
    """Not later than the window's first day: each look counts the comments of its posts. A gap is not bridged."""
    first = shown(WINDOW.posts_from + timedelta(days=2), posts_since=WINDOW.posts_from)
    second = shown(WINDOW.posts_from + timedelta(days=5), posts_since=first.taken_at)
    third = shown(MONDAY, posts_since=second.taken_at)
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
    of_then = first.model_copy(update={"posts_until": WINDOW.posts_from + timedelta(days=1)})
    assert read_until([of_then], WINDOW) == of_then.posts_until
