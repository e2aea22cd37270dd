"""Which threads have to be read, when, by whose record, and what becomes of a question that is not shown any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from auditor.audit.cases import make_case
from auditor.base.snapshot import Comment, Post, Weight
from auditor.registry.models import Account, AccountKind
from tests.cases import NOW, WEEK, account, case, day, posts, registry, report, search
from tests.rules.helpers import (
    CLOSED,
    Told,
    asked,
    channel,
    comment,
    document,
    head,
    in_office,
    later,
    of_office,
    offices_of,
    outcomes_of,
    post,
    replies,
    weighed,
)

CHECK = "comments_answered"
OLD = posts(-24 * 20, first_id=90)
FIVE = asked(5)
ANSWERED = (*FIVE, *replies("owner", 1, 2, 3, 4, 5))
SECOND = timedelta(seconds=1)
THURSDAY = later(days=3)
RED, GREEN = ("failed", None), ("passed", None)
LITTLE = ("cantTell", "too_little_data")


def judged(*looks: Any, as_of: datetime = THURSDAY, **more: Any) -> Told:
    """Judge the answers that these looks saw."""
    return of_office(CHECK, looks, as_of=as_of, **more)


def shown(*line: Post, at: datetime = NOW, **fields: Any):
    """A look at the channel with these posts."""
    return channel(*OLD, *line, at=at, **fields)


# Which threads ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [3, -24 * 5], ids=["of the week", "of before it"])
@pytest.mark.parametrize("cause", ["throttled", "private", "unreachable", "contradiction"])
def test_every_thread_of_the_window_has_to_be_read_whole(hours: float, cause: str) -> None:
    """Else neither red nor green, and why it was not read is said."""
    unread = post(7, hours=hours, comments_cause=cause)
    for line in (FIVE, ANSWERED, ()):
        assert judged(shown(post(1, *line), unread)).verdict == ("cantTell", cause)


def test_a_thread_of_before_the_window_need_not_be_read() -> None:
    """Fourteen days before the week."""
    unread = post(7, hours=-24 * 14 - 1, comments_cause="throttled")
    assert judged(shown(post(1, *FIVE), unread)).verdict == RED
    assert judged(shown(post(1, *ANSWERED), unread)).verdict == GREEN


@pytest.mark.parametrize(("since", "outcome"), [(day(-24 * 14), "failed"), (day(-24 * 14) + SECOND, "cantTell")])
def test_the_wall_has_to_be_read_back_to_the_windows_first_day(since: datetime, outcome: str) -> None:
    """There may be a post with questions before."""
    assert judged(channel(post(1, *FIVE), posts_since=since)).outcome == outcome
    found = judged(channel(post(1, *FIVE), posts_since=day(-1), older_cause="throttled"))
    assert found.verdict == ("cantTell", "throttled")


@pytest.mark.parametrize("line", [FIVE, ANSWERED], ids=["red", "green"])
@pytest.mark.parametrize("hours", [3, -24 * 5], ids=["of the week", "of before it"])
def test_a_post_that_is_not_there_any_more_need_not_be_read(line: Sequence[Comment], hours: float) -> None:
    """Only those still there: the newest look that read all of them does not show it."""
    gone = post(7, hours=hours, comments_cause="throttled")
    before = shown(gone, at=day(60))
    assert judged(before, shown(post(1, *line))).verdict == (RED if line is FIVE else GREEN)
    assert judged(before, shown(gone, post(1, *line))).verdict == ("cantTell", "throttled")


def test_a_look_that_did_not_read_the_whole_wall_does_not_say_that_a_post_is_gone() -> None:
    """It shows one post of two; the thread under the other, which an older look saw, has to be read still."""
    both = shown(post(7, hours=3, comments_cause="throttled"), post(1, *FIVE), at=NOW - timedelta(hours=1))
    part = shown(post(1, *FIVE), posts_cause="unreachable")
    assert judged(both, part).verdict == ("cantTell", "throttled")


@pytest.mark.parametrize(("at", "verdict"), [(WEEK.ends, RED), (WEEK.ends - SECOND, LITTLE)])
def test_for_red_the_threads_are_read_after_the_weeks_end(at: datetime, verdict: tuple) -> None:
    """To the second; the wall was read whole later."""
    read = shown(post(1, *FIVE), at=at)
    wall = shown(post(1, comments_cause="throttled"))
    assert judged(read, wall).verdict[0] == verdict[0]


def test_a_threads_moment_is_its_own() -> None:
    """A look takes its time: a thread that it read before the week's end tells of that moment."""
    old = shown(post(1, *FIVE, comments_read_at=WEEK.ends - SECOND))
    assert judged(old).outcome == "cantTell"
    assert judged(shown(post(1, *FIVE, comments_read_at=WEEK.ends))).verdict == RED


@pytest.mark.parametrize(
    ("hours", "line", "verdict"),
    [
        (-24 * 5, ANSWERED, "passed"),
        (-24 * 5, FIVE, "cantTell"),
        (1, ANSWERED, "cantTell"),
        (1, FIVE, "cantTell"),
    ],
    ids=["older, answered", "older, silent", "the week's, answered", "the week's, silent"],
)
def test_an_unchanged_count_will_do_for_green_of_a_post_of_before_the_week(hours: float, line, verdict: str) -> None:
    """Such a thread was read within the week and left out after it; red and the week's own need more."""
    read = day(150)
    known = post(7, *line, hours=hours, comments_read_at=read, comments_count=len(line))
    left = post(7, hours=hours, comments_left=True, comments_count=len(line))
    assert judged(shown(known, at=read + SECOND), shown(left)).outcome == verdict


BEFORE = WEEK.starts - timedelta(hours=1)


@pytest.mark.parametrize(
    ("weight", "count", "verdict"),
    [(Weight.FULL, 1, GREEN), (Weight.FOR_HIM, 1, LITTLE), (Weight.FULL, 2, LITTLE), (None, 1, LITTLE)],
    ids=["before the week", "not trusted", "another count", "never read"],
)
def test_a_thread_that_was_left_out_is_as_it_was_last_read_whole(
    weight: Weight | None, count: int, verdict: tuple
) -> None:
    """By a trusted look of the same route, with the same count; nothing is read by being left out."""
    read = post(7, comment(70, "citizen", -100, says="not"), hours=-24 * 5, comments_count=1)
    left = post(7, hours=-24 * 5, comments_left=True, comments_count=count)
    earlier = [] if weight is None else [weighed(shown(read, at=BEFORE), weight=weight)]
    assert judged(*earlier, shown(left, post(1, *ANSWERED))).verdict == verdict


def test_a_closed_thread_in_which_nobody_ever_wrote_is_read() -> None:
    """Nobody could ask there; one in which somebody was seen to ask is not read by being closed."""
    shut = post(7, hours=3, comments_state=CLOSED)
    assert judged(shown(post(1, *FIVE), shut)).verdict == RED
    assert judged(shown(post(1, *ANSWERED), shut)).verdict == GREEN
    talked = post(7, comment(70, "citizen", 30, says="not"), hours=3)
    assert judged(shown(talked, at=day(60)), shown(post(1, *FIVE), shut)).outcome == "cantTell"


# By whom ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "row", "verdict"),
    [
        (FIVE, {"at": later(days=15)}, ("cantTell", "seen_late")),
        (ANSWERED, {"at": later(days=15)}, GREEN),
        (FIVE, {"weight": Weight.FOR_HIM}, ("cantTell", "control_failed")),
        ((), {"at": later(days=15)}, ("cantTell", "seen_late")),
        ((), {"weight": Weight.FOR_HIM}, ("cantTell", "control_failed")),
    ],
    ids=["late, silent", "late, answered", "doubted, silent", "late, nobody asks", "doubted, nobody asks"],
)
def test_for_green_a_late_look_counts_and_for_red_none_but_a_full_one(
    line, row: dict[str, Any], verdict: tuple
) -> None:
    """What is missing in it may have been there; that nobody asked is not said by it either."""
    look = shown(post(1, *line), at=row.get("at", NOW))
    assert judged(weighed(look, row.get("weight", Weight.FULL)), as_of=later(days=20)).verdict == verdict


def test_an_answer_that_only_a_late_look_saw_counts_by_its_date() -> None:
    """One of the week is in time; one written a month later is late, and keeps red away."""
    plain = shown(post(1, *FIVE))
    late = later(days=40)
    assert judged(plain, shown(post(1, *ANSWERED), at=late), as_of=late).verdict == GREEN
    after = (*FIVE, *replies("owner", 1, 2, 3, 4, 5, after=24 * 30))
    assert judged(plain, shown(post(1, *after), at=late), as_of=late).verdict == ("cantTell", "no_threshold")


# Questions that are not shown any more ------------------------------------------------------------------------------


def test_a_question_that_a_later_whole_reading_does_not_show_is_uncertain() -> None:
    """It stands outside the share, and blocks green; four are then too few."""
    before, after = shown(post(1, *FIVE), at=day(100)), shown(post(1, *FIVE[:4]))
    found = judged(before, after)
    assert [found.value(name) for name in ("questions", "due", "uncertain", "no_reply_found")] == [5, 4, 1, 4]
    assert found.verdict == LITTLE


def test_an_uncertain_question_blocks_green_and_not_red() -> None:
    """Six were asked, the sixth is not shown any more."""
    six = (*FIVE, comment(6, "citizen", 21))
    more = replies("owner", 1, 2, 3, 4, 5)
    assert judged(shown(post(1, *six, *more), at=day(100)), shown(post(1, *FIVE, *more))).verdict == LITTLE
    found = judged(shown(post(1, *six), at=day(100)), shown(post(1, *FIVE)))
    assert (found.verdict, found.value("uncertain")) == (RED, 1)


def test_a_question_that_was_answered_stays_answered_whatever_is_shown_later() -> None:
    """Question, answer or both are deleted since."""
    before = shown(post(1, *ANSWERED), at=day(100))
    for line in (FIVE, FIVE[:2], ()):
        found = judged(before, shown(post(1, *line)))
        assert (found.verdict, found.value("answered_in_time")) == (GREEN, 5)


def test_questions_of_a_thread_that_was_never_read_after_the_week_are_uncertain() -> None:
    """The network refused it then: they were seen, unanswered, in the week alone."""
    found = judged(shown(post(1, *FIVE), at=day(100)), shown(post(1, comments_cause="throttled")))
    assert [found.value(name) for name in ("questions", "due", "uncertain")] == [5, 0, 5]
    assert found.verdict == ("cantTell", "throttled")


@pytest.mark.parametrize(
    ("as_of", "fates"), [(WEEK.ends - SECOND, (5, 0)), (WEEK.ends, (0, 5))], ids=["a second before", "at its end"]
)
def test_the_week_is_over_at_its_end(as_of: datetime, fates: tuple) -> None:
    """From that moment on a reading of before it does not make a question certain."""
    found = judged(shown(post(1, *FIVE), at=day(100)), as_of=as_of)
    assert (found.value("due"), found.value("uncertain")) == fates


def test_a_question_that_is_shown_again_is_certain_again() -> None:
    """The newest whole reading that may count against him tells; a late one does not bring it back."""
    all_, four = post(1, *FIVE), post(1, *FIVE[:4])
    assert (
        judged(shown(all_, at=NOW - timedelta(hours=2)), shown(four, at=NOW - timedelta(hours=1)), shown(all_)).verdict
        == RED
    )
    late = later(days=40)
    found = judged(shown(all_, at=day(100)), shown(four), shown(all_, at=late), as_of=late)
    assert (found.verdict, found.value("uncertain")) == (LITTLE, 1)


def test_under_a_post_that_was_deleted_a_question_is_uncertain() -> None:
    """It was never read after the week."""
    before = shown(post(7, *FIVE, hours=3), at=day(100))
    found = judged(before, shown(post(1, *asked(5, hours=40))))
    assert (found.value("due"), found.value("uncertain")) == (5, 5)


# Too young ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "fates"),
    [(timedelta(hours=24) - SECOND, (1, 0)), (timedelta(hours=24), (0, 1)), (timedelta(hours=90), (0, 1))],
)
def test_a_question_is_pending_while_it_is_younger_than_the_time_for_a_reply(age: timedelta, fates: tuple) -> None:
    """At the look, to the second; then it is due."""
    line = comment(1, "citizen", 167)
    found = judged(shown(post(1, line), at=line.at + age), as_of=later(days=5))
    assert (found.value("pending"), found.value("due")) == fates


def test_a_young_question_that_was_answered_is_due() -> None:
    """And the pending ones block nothing: too few are due without them."""
    line = (comment(1, "citizen", 166), comment(2, "citizen", 166.5), *replies("owner", 2, hours=166.4, after=0.5))
    found = judged(shown(post(1, *line), at=later(hours=1)))
    assert [found.value(name) for name in ("pending", "due", "answered_in_time")] == [1, 1, 1]
    assert found.verdict == LITTLE


@pytest.mark.parametrize("line", [FIVE, ANSWERED])
def test_a_pending_question_blocks_neither_verdict(line: Sequence[Comment]) -> None:
    """It is too early to tell of it."""
    young = comment(9, "citizen", 167)
    found = judged(shown(post(1, *line, young), at=later(hours=1)))
    assert (found.verdict, found.value("pending")) == (RED if line is FIVE else GREEN, 1)


# By the record of which moment --------------------------------------------------------------------------------------


def record(*pages: Account, **fields: Any) -> str:
    """The digest of what is on record of the sides."""
    return case([in_office(*pages)], **fields).sides


STAFFED = account().model_copy(update={"staff": [901]})
BODY = account(name="administratsiya").model_copy(update={"kind": AccountKind.INSTITUTION})
REMARK = comment(60, "citizen", 30, says="not")


@pytest.mark.parametrize(
    ("line", "as_it_was", "after"),
    [
        (FIVE, RED, RED),
        ((*FIVE, REMARK), RED, LITTLE),
        (ANSWERED, GREEN, LITTLE),
        ((*FIVE, *replies("body", 1)), ("cantTell", "no_threshold"), LITTLE),
        ((*FIVE, comment(60, "citizen", 30, says="not", author=1)), RED, RED),
        ((*FIVE, comment(60, "citizen", 30, says="not", author=None)), RED, LITTLE),
        ((), ("inapplicable", None), ("inapplicable", None)),
    ],
    ids=["who asks", "a remark", "the owner", "a body", "a remark of who asks", "not told apart", "nobody"],
)
def test_where_the_record_changed_since_a_thread_in_which_somebody_asks_nothing_settles_nothing(
    line, as_it_was: tuple, after: tuple
) -> None:
    """He may be whoever was added or taken away; who asks is a citizen by any record."""
    look = shown(post(1, *line), sides=record(account()))
    assert judged(look).verdict == as_it_was
    assert judged(look, pages=[STAFFED]).verdict == after


@pytest.mark.parametrize("line", [(*FIVE, REMARK), ANSWERED], ids=["red", "green"])
@pytest.mark.parametrize(
    "changed",
    [
        {"pages": [STAFFED]},
        {"pages": [account(), account(name="vtoraya")]},
        {"accounts": [BODY]},
    ],
    ids=["staff", "a page of his", "the office's page"],
)
def test_staff_and_pages_are_what_the_record_says_of_sides(line, changed: dict[str, Any]) -> None:
    """Added, or taken away again."""
    pages, fields = changed.get("pages", [account()]), {k: v for k, v in changed.items() if k != "pages"}
    looks = {name: shown(post(1, *line), sides=digest) for name, digest in (
        ("before", record(account())), ("now", record(*pages, **fields)))}  # fmt: skip
    more = channel(url="https://t.me/vtoraya", id=1500000009)
    verdict = judged(looks["before"]).verdict
    assert verdict in {RED, GREEN}
    assert judged(looks["before"], more, pages=pages, **fields).outcome == "cantTell"
    assert judged(looks["now"], more, pages=pages, **fields).verdict == verdict
    assert judged(looks["now"]).outcome == "cantTell", "what was taken away changed too"


def test_a_page_of_another_office_that_came_on_record_changes_it_too() -> None:
    """Whoever wrote may be that office; the week is read again."""
    first, alone, paged = head(1, account()), head(2), head(2, account(name="sosed"))
    before = make_case(registry(first, alone), first, WEEK, NOW, {}).sides
    look = shown(post(1, *ANSWERED), sides=before)
    for other, outcome in ((alone, "passed"), (paged, "cantTell")):
        rows = offices_of(document(first, other, looks=[look]))
        assert outcomes_of(rows["rayon-01"])[CHECK] == outcome


def test_what_says_nothing_of_sides_changes_none() -> None:
    """A confirmation, a search or a report."""
    look = shown(post(1, *ANSWERED), sides=record(account()))
    person = in_office(account(), searches=[search("2026-11-18")], reports=[report(by="2022")])
    assert judged(look, person=person).verdict == GREEN


@pytest.mark.parametrize(("days", "verdict"), [(14, LITTLE), (15, RED)])
def test_once_the_week_is_not_in_time_any_more_what_was_read_holds(days: int, verdict: tuple) -> None:
    """Nothing can be read again."""
    look = shown(post(1, *FIVE, REMARK), sides=record(account()))
    assert judged(look, pages=[STAFFED], as_of=later(days=days)).verdict == verdict


def test_it_settles_again_once_it_is_read_by_todays_record() -> None:
    """Red, where it is a citizen still; else what he was found to be."""
    old = shown(post(1, *FIVE, *replies("citizen", 1, says=None, author=901)), sides=record(account()))
    same = shown(
        post(1, *FIVE, *replies("citizen", 1, says=None, author=901)),
        at=NOW + timedelta(hours=1),
        sides=record(STAFFED),
    )
    staff = shown(post(1, *FIVE, *replies("owner", 1)), at=NOW + timedelta(hours=1), sides=record(STAFFED))
    assert judged(old, pages=[STAFFED]).verdict == LITTLE
    assert judged(old, same, pages=[STAFFED]).verdict == RED
    found = judged(old, staff, pages=[STAFFED])
    assert (found.verdict, found.value("answered_in_time")) == (("cantTell", "no_threshold"), 1)
