"""Which question was answered, by whom and when, and what is said of all of them."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Comment, CommentsState
from tests.cases import account, posts
from tests.rules.helpers import (
    CLOSED,
    OPEN,
    Told,
    asked,
    channel,
    comment,
    in_office,
    later,
    of_office,
    post,
    profile,
    replies,
    vk_page,
)

CHECK = "comments_answered"
OLD = posts(-24 * 20, first_id=90)
FIVE = asked(5)
KINDS = ("answered_in_time", "answered_late", "no_reply_found", "pending", "uncertain")


def under(*lines: Sequence[Comment], **more: Any) -> Told:
    """Judge the answers under the week's posts, one with each of these lines."""
    week = [post(number, *line, hours=number) for number, line in enumerate(lines, start=1)]
    return of_office(CHECK, [channel(*OLD, *week)], **more)


def citizen(number: int, hours: float, **fields: Any) -> Comment:
    """A citizen's question."""
    return comment(number, "citizen", hours, **fields)


def owner(number: int, hours: float, **fields: Any) -> Comment:
    """The owner's comment."""
    return comment(number, "owner", hours, **{"author": 901} | fields)


# The verdict --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ((), ("failed", None)),
        (replies("owner", 1, 2, 3, 4, 5), ("passed", None)),
        (replies("owner", 1, 2, 3, 4), ("cantTell", "no_threshold")),
        (replies("owner", 1), ("cantTell", "no_threshold")),
        (replies("owner", 1, 2, 3, 4, 5, after=30), ("cantTell", "no_threshold")),
        ((*replies("owner", 1, 2, 3, 4), *replies("owner", 5, after=30)), ("cantTell", "no_threshold")),
        (replies("body", 1, 2, 3, 4, 5), ("cantTell", "no_threshold")),
        (replies("unknown", 1), ("cantTell", "unproved_identity")),
        (replies("unknown", 1, has_words=False), ("cantTell", "no_threshold")),
        (replies("citizen", 1, 2, says=None, author=7), ("failed", None)),
    ],
    ids=[
        "nobody",
        "all",
        "four",
        "one",
        "all late",
        "one late",
        "a body",
        "unknown",
        "a smiley of unknown",
        "a citizen",
    ],
)
def test_green_where_all_were_answered_in_time_and_red_where_nobody_but_citizens_wrote(more, verdict: tuple) -> None:
    """Between them stand the numbers alone, or that it is not known whose answers they are."""
    assert under((*FIVE, *more)).verdict == verdict


@pytest.mark.parametrize(
    ("count", "unread", "unknown", "cause"),
    [
        (5, True, True, "throttled"),
        (3, True, False, "throttled"),
        (5, False, True, "unproved_identity"),
        (3, False, True, "unproved_identity"),
        (3, False, False, "too_little_data"),
        (5, False, False, "no_threshold"),
    ],
)
def test_of_several_causes_the_first_of_section_5_is_said(count: int, unread: bool, unknown: bool, cause: str) -> None:
    """Why a thread was not read, whose answers it is not known, too few, no threshold; one was answered late."""
    line = (*asked(count), *replies("owner", 1, after=30), *(replies("unknown", 2) if unknown else ()))
    blind = [post(9, hours=9, comments_cause="throttled")] if unread else []
    found = of_office(CHECK, [channel(*OLD, post(1, *line), *blind)])
    assert found.verdict == ("cantTell", cause)


@pytest.mark.parametrize("side", ["owner", "body", "unknown"])
@pytest.mark.parametrize(
    "fields",
    [
        {"answers": None},
        {"answers": None, "has_words": False},
        {"answers": 1, "has_words": False},
        {"answers": 1, "has_words": False, "has_text": False},
        {"answers": 1, "hours": 300},
        {"answers": 77},
        {"answers": 1, "deleted": True},
    ],
    ids=[
        "in general",
        "a smiley to nobody",
        "a smiley",
        "a sticker",
        "long after",
        "to a remark that is gone",
        "deleted",
    ],
)
def test_after_the_first_question_any_word_of_anybody_else_keeps_red_away(side: str, fields: dict[str, Any]) -> None:
    """In time, late, in general, or without words: that is not nobody. None of these is an answer in time."""
    more = dict(fields)
    said = comment(300, side, more.pop("hours", 30), author=None, **more)
    found = of_office(CHECK, [channel(*OLD, post(1, *FIVE, said), at=later(days=8))], as_of=later(days=8))
    assert found.outcome == "cantTell"
    assert found.value("answered_in_time") == 0


@pytest.mark.parametrize(("hours", "verdict"), [(19, ("failed", None)), (20.2, ("cantTell", "no_threshold"))])
def test_what_the_owner_wrote_before_the_first_question_answers_nobody(hours: float, verdict: tuple) -> None:
    """The first question there stands at 20:06."""
    assert under((*FIVE, owner(300, hours))).verdict == verdict


def test_a_comment_of_which_it_is_not_known_who_deleted_it_keeps_red_away() -> None:
    """A citizen who is told apart deleted his own."""
    gone = {"deleted": True, "has_text": False, "answers": 1, "says": None}
    assert under((*FIVE, citizen(300, 30, author=None, **gone))).outcome == "cantTell"
    assert under((*FIVE, citizen(300, 30, author=77, **gone))).verdict == ("failed", None)


def test_it_must_hold_under_each_post_of_the_window_and_for_questions_of_whatever_week() -> None:
    """He answered a question of the week before under a post of ten days ago."""
    old = post(3, citizen(40, -200), owner(41, -199, answers=40), hours=-240)
    assert of_office(CHECK, [channel(*OLD, old, post(1, *FIVE))]).verdict == ("cantTell", "no_threshold")
    silent = post(3, citizen(40, -200), hours=-240)
    assert of_office(CHECK, [channel(*OLD, silent, post(1, *FIVE))]).verdict == ("failed", None)
    earlier = post(3, owner(41, -201), citizen(40, -200), hours=-240)
    assert of_office(CHECK, [channel(*OLD, earlier, post(1, *FIVE))]).verdict == ("failed", None)


@pytest.mark.parametrize(
    ("count", "people", "outcome"), [(4, 4, None), (5, 2, None), (5, 3, True), (6, 6, True), (5, 1, None)]
)
@pytest.mark.parametrize("answered", [True, False])
def test_either_verdict_needs_five_questions_due_of_three_people(count, people, outcome, answered: bool) -> None:
    """Else too little data, whatever they say."""
    more = replies("owner", *range(1, count + 1)) if answered else ()
    found = under((*asked(count, people=people), *more))
    assert found.verdict == (("passed" if answered else "failed", None) if outcome else ("cantTell", "too_little_data"))
    assert (found.value("due"), found.value("askers")) == (count, people)


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [
        ({"least_questions": 4, "least_askers": 2}, "failed"),
        ({"least_questions": 5, "least_askers": 2}, "cantTell"),
        ({"least_questions": 4, "least_askers": 3}, "cantTell"),
    ],
)
def test_how_many_are_needed_is_the_policys(policy: dict[str, int], outcome: str) -> None:
    """`least_questions` and `least_askers` are computed with."""
    assert under(asked(4, people=2), policy=policy).outcome == outcome


def test_askers_of_two_pages_are_added_up_and_an_unnamed_one_is_nobody() -> None:
    """Two here and one there are three; who is not told apart makes no crowd."""
    looks = [channel(*OLD, post(1, *asked(4, people=2))), profile(*OLD, post(1, *asked(1)))]
    found = of_office(CHECK, looks, pages=[account(), vk_page()])
    assert (found.verdict, found.value("askers"), found.value("due")) == (("failed", None), 3, 5)
    assert under(tuple(citizen(n, 20, author=None) for n in range(1, 7))).verdict == ("cantTell", "too_little_data")


def test_the_person_is_judged_over_both_networks() -> None:
    """An answer on one keeps red away from both."""
    looks = [channel(*OLD, post(1, *FIVE)), profile(*OLD, post(2, *asked(1), *replies("owner", 1)))]
    found = of_office(CHECK, looks, pages=[account(), vk_page()])
    assert found.verdict == ("cantTell", "no_threshold")
    assert (found.value("due"), found.value("answered_in_time")) == (6, 1)


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ([()], ("inapplicable", None)),
        ([tuple(citizen(n, 20, says="reports") for n in (1, 2))], ("inapplicable", None)),
        ([tuple(citizen(n, 20, says="unsure") for n in range(1, 7))], ("inapplicable", None)),
        ([tuple(citizen(n, 20, says="not") for n in range(1, 7))], ("inapplicable", None)),
    ],
)
def test_without_a_question_nothing_is_asked(lines, verdict: tuple) -> None:
    """The reports and the unsure are named."""
    found = under(*lines)
    says = [c.says for c in lines[0]]
    assert found.verdict == verdict
    assert (found.value("comments"), found.value("problem_reports"), found.value("unsure")) == (
        len(says),
        says.count("reports"),
        says.count("unsure"),
    )


@pytest.mark.parametrize(
    ("states", "outcome"), [([CLOSED, CLOSED], "inapplicable"), ([CLOSED, OPEN], "inapplicable"), ([], "inapplicable")]
)
def test_closed_comments_ask_nothing(states: list[CommentsState], outcome: str) -> None:
    """They are never no answers."""
    line = [post(n, hours=n, comments_state=state) for n, state in enumerate(states, start=1)]
    assert of_office(CHECK, [channel(*OLD, *line)]).outcome == outcome


# What counts as a question ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "questions"), [(-1 / 3600, 0), (0, 1), (167.99, 1), (168, 0)], ids=["before", "first", "last", "after"]
)
def test_the_weeks_questions_are_those_written_in_it(hours: float, questions: int) -> None:
    """Also under a post of before it."""
    look = channel(*OLD, post(1, citizen(1, hours), hours=-24))
    assert of_office(CHECK, [look]).value("questions") == questions


@pytest.mark.parametrize(("hours", "questions"), [(-24 * 14, 1), (-24 * 14 - 1 / 3600, 0)])
@pytest.mark.parametrize("repost", [False, True])
def test_they_are_read_under_posts_and_reposts_of_the_fourteen_days_before(hours, questions: int, repost: bool) -> None:
    """To the second."""
    look = channel(*OLD, post(1, citizen(1, 20), hours=hours, repost=repost))
    assert of_office(CHECK, [look]).value("questions") == questions


# Item 24
def test_how_far_back_is_the_policys() -> None:
    """`thread_days` is computed with: for the questions, and for what must have been read."""
    look = channel(*OLD, post(1, *FIVE, hours=-24 * 18), post(2, hours=1))
    assert of_office(CHECK, [look]).verdict == ("inapplicable", None)
    assert of_office(CHECK, [look], policy={"thread_days": 18}).verdict == ("failed", None)
    part = look.model_copy(update={"posts_since": posts(-24 * 15)[0].at})
    assert of_office(CHECK, [part]).verdict == ("inapplicable", None)
    assert of_office(CHECK, [part], policy={"thread_days": 18}).verdict == ("cantTell", "too_little_data")


def test_what_was_asked_before_he_took_office_is_not_his() -> None:
    """Under a post of his predecessor's time; and nothing of it is his."""
    look = channel(*OLD, post(1, *FIVE, hours=-24 * 5), post(2, hours=3))
    assert of_office(CHECK, [look]).value("questions") == 5
    assert of_office(CHECK, [look], person=in_office(since="2026-11-14")).value("questions") == 0


@pytest.mark.parametrize(
    ("fields", "comments", "questions"),
    [
        ({}, 1, 1),
        ({"says": "not"}, 1, 0),
        ({"says": "reports"}, 1, 0),
        ({"has_text": False}, 0, 0),
        ({"deleted": True}, 0, 0),
    ],
)
def test_only_a_citizens_comment_with_some_text_counts(fields: dict[str, Any], comments: int, questions: int) -> None:
    """Not a sticker, and not one that is deleted."""
    found = under((citizen(1, 20, **fields),))
    assert (found.value("comments"), found.value("questions")) == (comments, questions)


@pytest.mark.parametrize("side", ["owner", "body", "unknown"])
def test_whoever_is_no_citizen_asks_nothing(side: str) -> None:
    """And is no comment of a citizen."""
    found = under((comment(1, side, 20, says="asks"), citizen(2, 21)))
    assert (found.value("comments"), found.value("questions")) == (1, 1)


def test_who_answers_another_citizen_asks_him() -> None:
    """And who answers himself or the owner speaks as his words do."""
    line = (citizen(1, 20), citizen(2, 21, answers=1), citizen(3, 22, author=1, answers=1), owner(4, 23, answers=1))
    assert under(line).value("questions") == 2
    assert under((*line, citizen(5, 24, answers=4))).value("questions") == 3


# Which it answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "answered"),
    [
        ((citizen(1, 1), citizen(2, 2, thread=1, author=1), owner(3, 5, reply_to=2, thread=1)), [2]),
        ((citizen(1, 1), owner(3, 5, thread=1)), [1]),
        ((citizen(1, 1, author=8), citizen(2, 2, author=9), citizen(3, 3, author=8), owner(4, 4, mentions=8)), [3]),
        ((citizen(1, 1, author=8), citizen(2, 2, author=8, says="not"), owner(4, 4, mentions=8)), [1]),
        ((citizen(1, 1, author=8), owner(4, 4, mentions=8), citizen(5, 5, author=8)), [1]),
        ((citizen(1, 1), owner(2, 2)), []),
        ((citizen(1, 1), owner(3, 5, reply_to=2, thread=1)), []),
        ((citizen(1, 1), owner(2, 2, answers=1, has_words=False)), []),
        ((citizen(1, 1), owner(2, 2, answers=1, deleted=True)), []),
        ((citizen(1, 1), citizen(2, 2, says="not", author=7, answers=1), owner(3, 3, answers=2)), [1]),
        ((citizen(1, 1), citizen(2, 2, author=1, answers=1), owner(3, 3, answers=2)), [2]),
        ((citizen(1, 1), owner(2, 2, answers=1), owner(3, 3, answers=2)), [1]),
    ],
    ids=[
        "the one it replies to", "its thread's top", "the last of whom it names", "whose last question",
        "not a later one", "nobody", "one that is gone", "a smiley", "deleted", "above a remark",
        "not above a question", "a correction",
    ],
)  # fmt: skip
def test_what_a_reply_answers(line: tuple[Comment, ...], answered: list[int]) -> None:
    """The comment it replies to and, above a remark, the next question; else its thread's top, else whom it names."""
    by_id = {c.id: c for c in line}
    asks = [c for c in line if c.says == "asks"]
    reply = next(c for c in line if c.says is None)
    within = max([(reply.at - by_id[number].at).total_seconds() / 3600 for number in answered], default=24.0)
    found = under(line, policy={"reply_within_hours": within})
    assert (found.value("questions"), found.value("answered_in_time")) == (len(asks), len(answered))
    assert found.value("answered_late") == 0, "no earlier one was answered"


@pytest.mark.parametrize(("wait", "in_time", "late"), [(0.1, 1, 0), (24, 1, 0), (24 + 1 / 3600, 0, 1), (24 * 12, 0, 1)])
def test_an_answer_is_in_time_to_the_second(wait: float, in_time: int, late: int) -> None:
    """24 hours from the comment; also one that came after the week."""
    found = of_office(CHECK, [channel(*OLD, post(1, citizen(1, 20), owner(2, 20 + wait, answers=1)), at=later(days=9))],
                      as_of=later(days=9))  # fmt: skip
    assert (found.value("answered_in_time"), found.value("answered_late")) == (in_time, late)


def test_the_hours_for_a_reply_are_the_policys() -> None:
    """`reply_within_hours` is computed with."""
    line = (*FIVE, *replies("owner", 1, 2, 3, 4, 5, after=10))
    assert [under(line, policy={"reply_within_hours": n}).outcome for n in (9, 10)] == ["cantTell", "passed"]


def test_the_first_reply_counts() -> None:
    """A late one after it takes nothing back, and a smiley before it is none."""
    line = (citizen(1, 20), owner(2, 21, answers=1, has_words=False), owner(3, 30, answers=1), owner(4, 90, answers=1))
    assert under(line).value("answered_in_time") == 1


@pytest.mark.parametrize(("side", "name"), [("body", "answered_by_body"), ("unknown", "answered_by_unknown")])
def test_an_answer_of_another_is_part_of_those_without_the_owners(side: str, name: str) -> None:
    """Where the owner has answered too, it is no part."""
    found = under((*FIVE, *replies(side, 1, 2)))
    assert (found.value("no_reply_found"), found.value(name)) == (5, 2)
    both = under((*FIVE, *replies(side, 1, 2), *replies("owner", 1, after=5)[:1]))
    assert (both.value("no_reply_found"), both.value(name)) == (4, 1)


# Helpers ------------------------------------------------------------------------------------------------------------


def helping(*to: int, **fields: Any) -> tuple[Comment, ...]:
    """One citizen who answers others."""
    return replies("citizen", *to, **{"author": 77, "says": None} | fields)


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ((*FIVE, *helping(1, 2, 3)), ("cantTell", "unproved_identity")),
        ((*FIVE, *helping(1, 2)), ("failed", None)),
        ((*FIVE, *helping(1, 2, 3), citizen(80, 60, author=77)), ("failed", None)),
        ((*FIVE, *helping(1, 2, 3, has_words=False)), ("failed", None)),
        ((*asked(6, people=3)[:5], *helping(1, 4)), ("failed", None)),
        ((*asked(6, people=3), *helping(1, 2, 3)), ("cantTell", "unproved_identity")),
        ((*FIVE, *helping(1, 2), *helping(3, author=78)), ("failed", None)),
        ((*FIVE, *helping(1, 2, 3, author=None)), ("failed", None)),
    ],
    ids=[
        "three",
        "two",
        "asks himself",
        "smileys",
        "one person twice",
        "three of six",
        "two helpers",
        "not told apart",
    ],
)
def test_who_asks_nothing_and_answers_the_questions_of_three_others_is_unknown(line, verdict: tuple) -> None:
    """It may be his press secretary under a name of his own: a person has to find out."""
    assert under(line).verdict == verdict


def test_a_helper_under_two_posts_is_one_and_his_other_comments_are_unknown_too() -> None:
    """Authors are told apart within a look; what he writes elsewhere is no citizen's comment."""
    second = (citizen(51, 20), *replies("citizen", 51, author=77, says=None, hours=20))
    found = under((*FIVE, *helping(1, 2)), second)
    assert found.verdict == ("cantTell", "unproved_identity")
    assert found.value("answered_by_unknown") == 3
    assert found.value("comments") == 6


def test_how_many_people_make_a_helper_is_the_policys() -> None:
    """`helper_people` is computed with."""
    line = (*FIVE, *helping(1, 2))
    assert [under(line, policy={"helper_people": n}).outcome for n in (2, 3)] == ["cantTell", "failed"]


# The same words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("places", [1, 3], ids=["under one post", "under three posts"])
def test_the_same_words_of_one_author_are_one_question(places: int) -> None:
    """Within one look, wherever they stand."""
    same = [citizen(1, 20, author=9), citizen(2, 30, author=9, same_as=1), citizen(3, 40, author=9, same_as=1)]
    lines = [same] if places == 1 else [[one] for one in same]
    found = under(*lines)
    assert [found.value(name) for name in ("questions", "due", "no_reply_found", "askers")] == [1, 1, 1, 1]
    assert sum(row["questions"] for row in found.value("posts")) == 1


@pytest.mark.parametrize("places", [1, 3], ids=["under one post", "under three posts"])
@pytest.mark.parametrize("to", [1, 2, 3])
def test_they_are_answered_if_any_of_them_is(places: int, to: int) -> None:
    """In time by its own moment."""
    same = [citizen(1, 20, author=9), citizen(2, 60, author=9, same_as=1), citizen(3, 100, author=9, same_as=1)]
    reply = owner(50, same[to - 1].at.timestamp() / 3600 - posts(0)[0].at.timestamp() / 3600 + 2, answers=to)
    lines = [[*same, reply]] if places == 1 else [[one, *([reply] if one.id == to else [])] for one in same]
    found = under(*lines)
    assert (found.value("questions"), found.value("answered_in_time")) == (1, 1)


def test_the_same_words_six_times_are_too_few_questions() -> None:
    """For every sum alike."""
    same = [[citizen(n, 20 + n, author=n, same_as=None)] for n in (1, 2, 3)]
    again = [citizen(n, 50 + n, author=1, same_as=1) for n in range(4, 9)]
    found = under(*same, again)
    assert (found.verdict, found.value("questions")) == (("cantTell", "too_little_data"), 3)


# The numbers --------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 160), st.none() | st.integers(1, 80)), max_size=10))
def test_every_question_is_in_exactly_one_class(rows: list[tuple[int, int | None]]) -> None:
    """Readers are told numbers that add up."""
    line = [c for n, (hours, wait) in enumerate(rows, start=1) for c in _pair(n, hours, wait)]
    found = under(line)
    assert found.value("questions") == len(rows) == sum(found.value(name) for name in KINDS)
    assert found.value("due") == sum(found.value(name) for name in KINDS[:3])


def _pair(number: int, hours: float, wait: float | None) -> list[Comment]:
    question = citizen(number, hours + number / 1000)
    return [question] if wait is None else [question, owner(500 + number, hours + wait, answers=number)]


@pytest.mark.parametrize("count", [5, 2])
def test_the_unsure_block_neither_red_nor_green(count: int) -> None:
    """They stand beside the share."""
    unsure = tuple(citizen(n, 30, says="unsure") for n in range(50, 50 + count))
    assert under((*FIVE, *unsure)).verdict == ("failed", None)
    found = under((*FIVE, *unsure, *replies("owner", 1, 2, 3, 4, 5)))
    assert (found.verdict, found.value("unsure"), found.value("due")) == (("passed", None), count, 5)


def test_each_post_is_told_with_its_questions_and_those_without_a_reply() -> None:
    """It is what stays when the rows are purged."""
    found = under((*asked(2), *replies("owner", 1)), (citizen(51, 20),), ())
    assert [(row["url"], row["questions"], row["no_reply_found"]) for row in found.value("posts")] == [
        ("https://t.me/perviy_rayon/1", 2, 1),
        ("https://t.me/perviy_rayon/2", 1, 1),
    ]


@pytest.mark.parametrize(
    ("sketches", "same"),
    [
        ("aaaaa", 5),
        ("abcde", 0),
        ("aabbc", 4),
        ("aabcd", 2),
        (["", "", "", "", ""], 0),
        ([None] * 5, 0),
    ],
)
def test_answers_that_share_their_text_with_another_are_counted(sketches: Sequence[str | None], same: int) -> None:
    """Equal ones alone; an answer without words of its own equals none."""
    line = [replies("owner", n, sketch=sketch)[0] for n, sketch in enumerate(sketches, start=1)]
    assert under((*FIVE, *line)).value("same_text") == same


@pytest.mark.parametrize(
    ("waits", "median"),
    [
        ([1, 2, 3, 4, 5], 3),
        ([1, 2, 3, None, None], 3),
        ([1, 2, None, None, None], None),
        ([1, 2, 3, None, None, None], 3),
        ([0.2, 0.4, 0.5, 30, 60], 1),
        ([1, 1, 2.5, 40, 40], 3),
        ([None] * 5, None),
    ],
)
def test_the_median_is_over_the_questions_due_an_unanswered_one_longer_than_any(waits, median: int | None) -> None:
    """In whole hours, by whose end half were answered; null where fewer than half are."""
    line = [citizen(n, 20) for n in range(1, len(waits) + 1)]
    line += [owner(100 + n, 20 + wait, answers=n) for n, wait in enumerate(waits, start=1) if wait is not None]
    assert under(line).value("median_hours") == median
