"""Comments (section 5): which question was answered, by whom and when, and what is said of all of them."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Comment
from tests.cases import posts
from tests.rules.helpers import (
    ALL,
    BOTH,
    CLOSED,
    FIVE,
    GREEN,
    LITTLE,
    NOTHING,
    NUMBERS,
    OLD,
    OPEN,
    RED,
    Row,
    asked,
    cant,
    channel,
    comment,
    in_office,
    later,
    of_office,
    post,
    profile,
    replies,
    row,
    table,
)

CHECK = "comments_answered"
WHOSE = cant("unproved_identity")
KINDS = ("answered_in_time", "answered_late", "no_reply_found", "pending", "uncertain")


def under(verdict: Any, *lines: Sequence[Comment], **more: Any) -> Row:
    """Write a row of the week's posts, one with each of these lines."""
    week = [post(number, *line, hours=number) for number, line in enumerate(lines, start=1)]
    return row(verdict, channel(*OLD, *week), **more)


def seen(verdict: Any, *line: Any, **more: Any) -> Row:
    """Write a row of these posts."""
    return row(verdict, channel(*OLD, *line, at=later(days=9)), as_of=later(days=9), **more)


def citizen(number: int, hours: float, **fields: Any) -> Comment:
    """A citizen's question."""
    return comment(number, "citizen", hours, **fields)


def owner(number: int, hours: float, **fields: Any) -> Comment:
    """The owner's comment."""
    return comment(number, "owner", hours, **{"author": 901} | fields)


def helping(*to: int, **fields: Any) -> tuple[Comment, ...]:
    """One citizen who answers others."""
    return replies("citizen", *to, **{"author": 77, "says": None} | fields)


def enough(count: int, people: int, *, answered: bool) -> Row:
    """Write a row of so many questions of so many people, all answered or none."""
    verdict = (GREEN if answered else RED) if count >= 5 and people >= 3 else LITTLE
    more = replies("owner", *range(1, count + 1)) if answered else ()
    return under(verdict, (*asked(count, people=people), *more), due=count, askers=people)


def first_cause(verdict: Any, count: int, *, unread: bool = False, unknown: bool = False) -> Row:
    """Write a row in which one was answered late, and several causes may stand."""
    line = (*asked(count), *replies("owner", 1, after=30), *(replies("unknown", 2) if unknown else ()))
    return row(verdict, channel(*OLD, post(1, *line), *([post(9, comments_cause="throttled")] if unread else [])))


GONE = {"deleted": True, "has_text": False, "answers": 1, "says": None}
SILENT = post(1, *FIVE)
VERDICTS = {
    "nobody answered": under(RED, FIVE),
    "all in time": under(GREEN, (*FIVE, *ALL)),
    "four": under(NUMBERS, (*FIVE, *ALL[:4])),
    "one": under(NUMBERS, (*FIVE, *ALL[:1])),
    "all late": under(NUMBERS, (*FIVE, *replies("owner", 1, 2, 3, 4, 5, after=30))),
    "one late": under(NUMBERS, (*FIVE, *ALL[:4], *replies("owner", 5, after=30))),
    "a body": under(NUMBERS, (*FIVE, *replies("body", 1)), due=5, no_reply_found=5, answered_by_body=1),
    "a body under one post of two": under(NUMBERS, FIVE, (citizen(51, 30), *replies("body", 51, hours=25))),
    "unknown": under(WHOSE, (*FIVE, *replies("unknown", 1))),
    "a smiley of unknown": under(NUMBERS, (*FIVE, *replies("unknown", 1, has_words=False))),
    "a citizen": under(RED, (*FIVE, *replies("citizen", 1, 2, says=None, author=7))),
    "the owner before the first question": under(RED, (*FIVE, owner(300, 19))),
    "the owner after it": under(NUMBERS, (*FIVE, owner(300, 20.2))),
    "nobody knows who deleted his comment": under("cantTell", (*FIVE, citizen(300, 30, author=None, **GONE))),
    "a citizen deleted his": under(RED, (*FIVE, citizen(300, 30, author=77, **GONE))),
    "answered last week under a post of the window": seen(
        NUMBERS, post(3, citizen(40, -200), owner(41, -199, answers=40), hours=-240), SILENT
    ),
    "silent there too": seen(RED, post(3, citizen(40, -200), hours=-240), SILENT),
    "written there before the question": seen(RED, post(3, owner(41, -201), citizen(40, -200), hours=-240), SILENT),
    "unread, unknown and few": first_cause(cant("throttled"), 3, unread=True, unknown=True),
    "unread, and few": first_cause(cant("throttled"), 3, unread=True),
    "unknown, and few": first_cause(WHOSE, 3, unknown=True),
    "few": first_cause(LITTLE, 3),
    "none of these": first_cause(NUMBERS, 5),
    **{
        f"{count} of {people}{', answered' if answered else ''}": enough(count, people, answered=answered)
        for count, people in [(4, 4), (5, 2), (5, 3), (6, 6), (1, 1)]
        for answered in (True, False)
    },
    "least_questions and least_askers": under(
        RED, asked(4, people=2), policy={"least_questions": 4, "least_askers": 2}
    ),
    "least_askers alone": under(LITTLE, asked(4, people=2), policy={"least_questions": 5, "least_askers": 2}),
    "least_questions alone": under(LITTLE, asked(4, people=2), policy={"least_questions": 4, "least_askers": 3}),
    "two people here and one there are three": row(
        RED,
        channel(*OLD, post(1, *asked(4, people=2))),
        profile(*OLD, post(1, *asked(1))),
        pages=BOTH,
        askers=3,
        due=5,
    ),
    "an answer on the other network": row(
        NUMBERS,
        channel(*OLD, SILENT),
        profile(*OLD, post(2, *asked(1), *ALL[:1])),
        pages=BOTH,
        due=6,
        answered_in_time=1,
    ),
    "who is not told apart is no crowd": under(LITTLE, tuple(citizen(n, 20, author=None) for n in range(1, 7))),
    "no comment": under(NOTHING, (), comments=0),
    "reports": under(NOTHING, tuple(citizen(n, 20, says="reports") for n in (1, 2)), comments=2, problem_reports=2),
    "unsure": under(NOTHING, tuple(citizen(n, 20, says="unsure") for n in (1, 2, 3)), comments=3, unsure=3),
    "thanks": under(NOTHING, tuple(citizen(n, 20, says="not") for n in (1, 2, 3)), comments=3, unsure=0),
    "closed": seen(NOTHING, post(1, comments_state=CLOSED), post(2, comments_state=CLOSED)),
    "one closed": seen(NOTHING, post(1, comments_state=CLOSED), post(2, comments_state=OPEN)),
    "no post": seen(NOTHING),
    "the unsure block no red": under(RED, (*FIVE, citizen(50, 30, says="unsure")), unsure=1),
    "the unsure block no green": under(GREEN, (*FIVE, citizen(50, 30, says="unsure"), *ALL), unsure=1, due=5),
}


@table(VERDICTS)
def test_green_where_all_were_answered_in_time_and_red_where_nobody_but_citizens_wrote(row: Row) -> None:
    """Else the first cause that holds: not read, not known who answered, too few, and at last the numbers alone."""
    row.holds(CHECK)


@pytest.mark.parametrize("side", ["owner", "body", "unknown"])
@pytest.mark.parametrize(
    "fields",
    [
        {"answers": None},
        {"answers": None, "has_words": False},
        {"answers": 1, "has_words": False, "has_text": False},
        {"answers": 1, "hours": 300},
        {"answers": 77},
        {"answers": 1, "deleted": True},
    ],
    ids=["in general", "a smiley to nobody", "a sticker", "long after", "to a remark that is gone", "deleted"],
)
def test_after_the_first_question_any_word_of_anybody_else_keeps_red_away(side: str, fields: dict[str, Any]) -> None:
    """In time, late, in general, or without words: that is not nobody. None of these is an answer in time."""
    hours = fields.get("hours", 30)
    line = comment(300, side, hours, **{"author": None} | {k: v for k, v in fields.items() if k != "hours"})
    seen("cantTell", post(1, *FIVE, line), answered_in_time=0).holds(CHECK)


PREDECESSORS = channel(*OLD, post(1, *FIVE, hours=-24 * 5), post(2, hours=3))
FAR = channel(*OLD, post(1, *FIVE, hours=-24 * 18), post(2, hours=1))
PART = FAR.model_copy(update={"posts_since": posts(-24 * 15)[0].at})
LONGER = {"thread_days": 18}
TALK = (citizen(1, 20), citizen(2, 21, answers=1), citizen(3, 22, author=1, answers=1), owner(4, 23, answers=1))
QUESTIONS = {
    "a second before the week": seen(None, post(1, citizen(1, -1 / 3600), hours=-24), questions=0),
    "at its start": seen(None, post(1, citizen(1, 0), hours=-24), questions=1),
    "at its last moment": seen(None, post(1, citizen(1, 167.99), hours=-24), questions=1),
    "at the next week's start": seen(None, post(1, citizen(1, 168), hours=-24), questions=0),
    "under a post of 14 days before": seen(None, post(1, citizen(1, 20), hours=-24 * 14), questions=1),
    "under a repost of then": seen(None, post(1, citizen(1, 20), hours=-24 * 14, repost=True), questions=1),
    "under one a second older": seen(None, post(1, citizen(1, 20), hours=-24 * 14 - 1 / 3600), questions=0),
    "under one of 18 days before": row(NOTHING, FAR),
    "by `thread_days` of 18": row(RED, FAR, policy=LONGER),
    "which have to be read": row(cant("too_little_data"), PART, policy=LONGER),
    "and by default need not": row(NOTHING, PART),
    "under a post of before the week": row(None, PREDECESSORS, questions=5),
    "not under a predecessor's": row(None, PREDECESSORS, person=in_office(since="2026-11-14"), questions=0),
    "a report asks nothing": under(None, (citizen(1, 20, says="reports"),), comments=1, questions=0),
    "a sticker is no comment": under(None, (citizen(1, 20, has_text=False),), comments=0, questions=0),
    "a deleted one is none": under(None, (citizen(1, 20, deleted=True),), comments=0, questions=0),
    **{
        f"the {side} asks nothing": under(
            None, (comment(1, side, 20, says="asks"), citizen(2, 21)), comments=1, questions=1
        )
        for side in ("owner", "body", "unknown")
    },
    "who answers another citizen asks him": under(None, TALK, questions=2),
    "who answers the owner asks the owner": under(None, (*TALK, citizen(5, 24, answers=4)), questions=3),
}


@table(QUESTIONS)
def test_the_weeks_questions_are_those_written_in_it_in_his_tenure_under_posts_of_the_window(row: Row) -> None:
    """To the second; only a citizen's comment with some text counts."""
    row.holds(CHECK)


REPLIES = {
    "the one it replies to": (
        (citizen(1, 1), citizen(2, 2, thread=1, author=1), owner(3, 5, reply_to=2, thread=1)), [2]
    ),
    "its thread's top": ((citizen(1, 1), owner(3, 5, thread=1)), [1]),
    "the last of whom it names": (
        (citizen(1, 1, author=8), citizen(2, 2, author=9), citizen(3, 3, author=8), owner(4, 4, mentions=8)), [3]
    ),
    "whose last question": (
        (citizen(1, 1, author=8), citizen(2, 2, author=8, says="not"), owner(4, 4, mentions=8)), [1]
    ),
    "not a later one": ((citizen(1, 1, author=8), owner(4, 4, mentions=8), citizen(5, 5, author=8)), [1]),
    "nobody": ((citizen(1, 1), owner(2, 2)), []),
    "one that is gone": ((citizen(1, 1), owner(3, 5, reply_to=2, thread=1)), []),
    "a smiley": ((citizen(1, 1), owner(2, 2, answers=1, has_words=False)), []),
    "deleted": ((citizen(1, 1), owner(2, 2, answers=1, deleted=True)), []),
    "above a remark": ((citizen(1, 1), citizen(2, 2, says="not", author=7, answers=1), owner(3, 3, answers=2)), [1]),
    "not above a question": ((citizen(1, 1), citizen(2, 2, author=1, answers=1), owner(3, 3, answers=2)), [2]),
    "a correction": ((citizen(1, 1), owner(2, 2, answers=1), owner(3, 3, answers=2)), [1]),
}  # fmt: skip


@pytest.mark.parametrize(("line", "answered"), REPLIES.values(), ids=REPLIES.keys())
def test_what_a_reply_answers(line: tuple[Comment, ...], answered: list[int]) -> None:
    """The comment it replies to and, above a remark, the next question; else its thread's top, else whom it names."""
    by_id = {c.id: c for c in line}
    asks = [c for c in line if c.says == "asks"]
    reply = next(c for c in line if c.says is None)
    within = max([(reply.at - by_id[number].at).total_seconds() / 3600 for number in answered], default=24.0)
    policy = {"reply_within_hours": within}
    under(None, line, policy=policy, questions=len(asks), answered_in_time=len(answered), answered_late=0).holds(CHECK)


def waiting(wait: float, in_time: int) -> Row:
    """Write a row of one question that was answered after so many hours."""
    line = (citizen(1, 20), owner(2, 20 + wait, answers=1))
    return seen(None, post(1, *line), answered_in_time=in_time, answered_late=1 - in_time)


def same_words(to: int, places: int) -> Row:
    """Write a row of one author's words under so many posts; the one in this place is answered."""
    same = [citizen(n, 40 * n - 20, author=9, same_as=None if n == 1 else 1) for n in (1, 2, 3)]
    reply = owner(50, 40 * to - 18, answers=to)
    lines = [[*same, reply]] if places == 1 else [[c, *([reply] if c.id == to else [])] for c in same]
    return under(None, *lines, questions=1, answered_in_time=1)


def medians(waits: Sequence[float | None], median: int | None) -> Row:
    """Write a row of questions of one moment that were answered after so many hours, or never."""
    line = [citizen(n, 20) for n in range(1, len(waits) + 1)]
    line += [owner(100 + n, 20 + wait, answers=n) for n, wait in enumerate(waits, start=1) if wait is not None]
    return under(None, line, median_hours=median)


def sketched(sketches: Sequence[str | None], same: int) -> Row:
    """Write a row of answers with these texts."""
    line = [replies("owner", n, sketch=sketch)[0] for n, sketch in enumerate(sketches, start=1)]
    return under(None, (*FIVE, *line), same_text=same)


LATER = (*FIVE, *replies("owner", 1, 2, 3, 4, 5, after=10))
SAME = [citizen(1, 20, author=9), *(citizen(n, 10 + 10 * n, author=9, same_as=1) for n in (2, 3))]
ONE = {"questions": 1, "due": 1, "no_reply_found": 1, "askers": 1}
YOUNG = tuple(citizen(n, 165) for n in range(11, 15))
NUMBERED = {
    "soon": waiting(0.1, 1),
    "after 24 hours": waiting(24, 1),
    "a second later": waiting(24 + 1 / 3600, 0),
    "after 12 days": waiting(24 * 12, 0),
    "reply_within_hours of 9": under("cantTell", LATER, policy={"reply_within_hours": 9}),
    "reply_within_hours of 10": under(GREEN, LATER, policy={"reply_within_hours": 10}),
    "the first reply counts, and a smiley is none": under(
        None,
        (citizen(1, 20), owner(2, 21, answers=1, has_words=False), owner(3, 30, answers=1), owner(4, 90, answers=1)),
        answered_in_time=1,
    ),
    "a body's are part of those without the owner's": under(
        None, (*FIVE, *replies("body", 1, 2)), no_reply_found=5, answered_by_body=2
    ),
    "an unknown's too": under(None, (*FIVE, *replies("unknown", 1, 2)), no_reply_found=5, answered_by_unknown=2),
    "but where the owner answered": under(
        None, (*FIVE, *replies("body", 1, 2), *replies("owner", 1, after=5)), no_reply_found=4, answered_by_body=1
    ),
    "a helper answers three others": under(WHOSE, (*FIVE, *helping(1, 2, 3))),
    "two others": under(RED, (*FIVE, *helping(1, 2))),
    "and asks himself": under(RED, (*FIVE, *helping(1, 2, 3), citizen(80, 60, author=77))),
    "by smileys": under(RED, (*FIVE, *helping(1, 2, 3, has_words=False))),
    "one of them twice": under(RED, (*asked(6, people=3)[:5], *helping(1, 4))),
    "three of six": under(WHOSE, (*asked(6, people=3), *helping(1, 2, 3))),
    "two helpers": under(RED, (*FIVE, *helping(1, 2), *helping(3, author=78))),
    "a helper who is not told apart": under(RED, (*FIVE, *helping(1, 2, 3, author=None))),
    "a helper under two posts is one": under(
        WHOSE,
        (*FIVE, *helping(1, 2)),
        (citizen(51, 20), *replies("citizen", 51, author=77, says=None, hours=20)),
        answered_by_unknown=3,
        comments=6,
    ),
    "helper_people of 2": under("cantTell", (*FIVE, *helping(1, 2)), policy={"helper_people": 2}),
    "the same words under one post": under(None, SAME, **ONE),
    "the same words under three": under(None, *([c] for c in SAME), **ONE),
    "the same words six times are too few": under(
        LITTLE,
        *([citizen(n, 20 + n)] for n in (1, 2, 3)),
        [citizen(n, 50 + n, author=1, same_as=1) for n in range(4, 9)],
        questions=3,
    ),
    **{f"answered at {to} of {places}": same_words(to, places) for to in (1, 2, 3) for places in (1, 3)},
    "five texts alike": sketched("aaaaa", 5),
    "none alike": sketched("abcde", 0),
    "two pairs": sketched("aabbc", 4),
    "without words": sketched([""] * 5, 0),
    "without a text": sketched([None] * 5, 0),
    "the middle one": medians([1, 2, 3, 4, 5], 3),
    "three of five": medians([1, 2, 3, None, None], 3),
    "two of five": medians([1, 2, None, None, None], None),
    "half of six": medians([1, 2, 3, None, None, None], 3),
    "in whole hours": medians([0.2, 0.4, 0.5, 30, 60], 1),
    "rounded up": medians([1, 1, 2.5, 40, 40], 3),
    "never": medians([None] * 5, None),
    "not over those that are too young": row(
        None,
        channel(*OLD, post(1, *asked(5), *replies("owner", 1, 2, 3, after=2), *YOUNG), at=later(minutes=1)),
        as_of=later(hours=30),
        due=5,
        pending=4,
        median_hours=2,
    ),
}


@table(NUMBERED)
def test_the_numbers_that_readers_are_given(row: Row) -> None:
    """In time to the second, helpers unknown, the same words once, a median over what is due."""
    row.holds(CHECK)


@given(st.lists(st.tuples(st.integers(0, 160), st.none() | st.integers(1, 80)), max_size=10))
def test_every_question_is_in_exactly_one_class(rows: list[tuple[int, int | None]]) -> None:
    """Readers are told numbers that add up."""
    line = [c for n, (hours, wait) in enumerate(rows, start=1) for c in _pair(n, hours, wait)]
    found = of_office(CHECK, under(None, line).looks)
    assert found.value("questions") == len(rows) == sum(found.value(name) for name in KINDS)
    assert found.value("due") == sum(found.value(name) for name in KINDS[:3])


def _pair(number: int, hours: float, wait: float | None) -> list[Comment]:
    question = citizen(number, hours + number / 1000)
    return [question] if wait is None else [question, owner(500 + number, hours + wait, answers=number)]


def test_each_post_is_told_with_its_questions_and_those_without_a_reply() -> None:
    """It is what stays when the rows are purged; the same words count under the first."""
    found = of_office(CHECK, under(None, (*asked(2), *replies("owner", 1)), (citizen(51, 20),), ()).looks)
    assert [(post["url"], post["questions"], post["no_reply_found"]) for post in found.value("posts")] == [
        ("https://t.me/perviy_rayon/1", 2, 1),
        ("https://t.me/perviy_rayon/2", 1, 1),
    ]
    found = of_office(CHECK, under(None, *([c] for c in SAME)).looks)
    assert sum(post["questions"] for post in found.value("posts")) == 1
