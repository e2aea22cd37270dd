"""Questions and answers (section 5): what counts as a reply, when it is in time, and which threads must be read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.audit.cases import make_case
from auditor.base.snapshot import Comment, Snapshot, Weight
from auditor.registry.models import Account, AccountKind
from tests.cases import NOW, WEEK, account, case, day, posts, registry
from tests.rules.rule_rows import (
    ALL,
    ANSWERED,
    BOTH,
    FIVE,
    OLD,
    Row,
    asked,
    channel,
    comment,
    document,
    head,
    in_office,
    later,
    of_office,
    post,
    profile,
    replies,
    row,
    table,
    weighed,
)

CHECK = "comments_answered"
WHOSE = "unproved_identity"
KINDS = ("answered_in_time", "answered_late", "no_reply_found", "pending", "uncertain")
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def under(verdict: str | None, *threads: Sequence[Comment], **fields: Any) -> Row:
    """Return a row of the week's posts, one for each thread."""
    week = [post(number, *comments, hours=number) for number, comments in enumerate(threads, start=1)]
    return row(verdict, channel(*OLD, *week), **fields)


def shown_late(verdict: str | None, *page_posts: Any, **fields: Any) -> Row:
    """Return a row of posts that were read nine days after the week."""
    return row(verdict, shown(*page_posts, at=later(days=9)), as_of=later(days=9), **fields)


def shown(*page_posts: Any, at: datetime = NOW, **fields: Any) -> Snapshot:
    """Return a look at the channel with these posts."""
    return channel(*OLD, *page_posts, at=at, **fields)


def citizen(number: int, hours: float, **fields: Any) -> Comment:
    """Return a citizen's question."""
    return comment(number, "citizen", hours, **fields)


def owner(number: int, hours: float, **fields: Any) -> Comment:
    """Return a comment by the owner."""
    return comment(number, "owner", hours, **{"author": 901} | fields)


def helping(*to: int, **fields: Any) -> tuple[Comment, ...]:
    """Return one citizen's replies to the questions `to`."""
    return replies("citizen", *to, **{"author": 77, "says": None} | fields)


def enough(count: int, people: int, verdict: str, *given_replies: Comment) -> Row:
    """Return a row of `count` questions by `people` citizens, with replies to them."""
    return under(verdict, (*asked(count, people=people), *given_replies), due=count, askers=people)


SILENT, LEAST = post(1, *FIVE), {"least_questions": 4, "least_askers": 2}
ANSWERED_BEFORE = post(3, citizen(40, -200), owner(41, -199, answers=40), hours=-240)
UNKNOWN_FEW = (*asked(3), *replies("unknown", 2))
VERDICTS = {
    "nobody answered": under("failed", FIVE),
    "all in time": under("passed", ANSWERED),
    "four": under("no_threshold", (*FIVE, *ALL[:4])),
    "one late": under("no_threshold", (*FIVE, *ALL[:4], *replies("owner", 5, after=30))),
    "a body": under("no_threshold", (*FIVE, *replies("body", 1)), due=5, no_reply_found=5, answered_by_body=1),
    "a body under one post of two": under("no_threshold", FIVE, (citizen(51, 30), *replies("body", 51, hours=25))),
    "unknown": under(WHOSE, (*FIVE, *replies("unknown", 1)), no_reply_found=5, answered_by_unknown=1),
    "a smiley of unknown": under("no_threshold", (*FIVE, *replies("unknown", 1, has_words=False))),
    "a citizen": under("failed", (*FIVE, *replies("citizen", 1, 2, says=None, author=7))),
    "the owner before the first question": under("failed", (*FIVE, owner(300, 19))),
    "the owner after it": under("no_threshold", (*FIVE, owner(300, 20.2))),
    "a citizen's deleted comment": under("failed", (*FIVE, citizen(300, 30, author=77, deleted=True, says=None))),
    "answered last week under a post of the window": shown_late("failed", ANSWERED_BEFORE, SILENT),
    "unread, unknown and few": row("throttled", shown(post(1, *UNKNOWN_FEW), post(9, comments_cause="throttled"))),
    "unknown, and few": under("too_little_data", UNKNOWN_FEW),
    "four of four": enough(4, 4, "too_little_data"),
    "five of two": enough(5, 2, "too_little_data"),
    "five of three": enough(5, 3, "failed"),
    "four of four, answered": enough(4, 4, "too_little_data", *ALL[:4]),
    "five of three, answered": enough(5, 3, "passed", *ALL),
    "least_questions and least_askers": under("failed", asked(4, people=2), policy=LEAST),
    "two people here and one there may be two": row(
        "too_little_data",
        shown(post(1, *asked(4, people=2))),
        profile(*OLD, post(1, *asked(1))),
        pages=BOTH,
        askers=3,
        due=5,
    ),
    "who is not told apart is no crowd": under("too_little_data", [citizen(n, 20, author=None) for n in range(1, 7)]),
    "reports": under("inapplicable", [citizen(n, 20, says="reports") for n in (1, 2)], comments=2, problem_reports=2),
    "unsure": under("inapplicable", [citizen(n, 20, says="unsure") for n in (1, 2, 3)], comments=3, unsure=3),
    "thanks": under("inapplicable", [citizen(n, 20, says="not") for n in (1, 2, 3)], comments=3, unsure=0),
    "closed": shown_late("inapplicable", post(1, comments_state="closed"), post(2, comments_state="closed")),
    "no post": shown_late("inapplicable"),
    "the unsure block no green": under("passed", (*FIVE, citizen(50, 30, says="unsure"), *ALL), unsure=1, due=5),
}


@table(VERDICTS)
def test_green_where_all_were_answered_in_time_and_red_where_nobody_but_citizens_wrote(row: Row) -> None:
    """Else the first cause that holds: not read, not known who answered, too few, and at last the numbers alone."""
    row.holds(CHECK)


ANYTHING = {
    "in general": {"answers": None},
    "a smiley to nobody": {"answers": None, "has_words": False},
    "a sticker": {"answers": 1, "has_words": False, "has_text": False},
    "long after": {"answers": 1, "hours": 300},
    "deleted": {"answers": 1, "deleted": True},
}


@pytest.mark.parametrize("side", ["owner", "body", "unknown"])
@pytest.mark.parametrize("fields", ANYTHING.values(), ids=ANYTHING.keys())
def test_after_the_first_question_any_word_of_anybody_else_keeps_red_away(side: str, fields: dict[str, Any]) -> None:
    """In time, late, in general, or without words: that is not nobody. None of these is an answer in time."""
    reply = comment(300, side, **{"hours": 30, "author": None} | fields)
    shown_late("cantTell", post(1, *FIVE, reply), answered_in_time=0).holds(CHECK)


PREDECESSORS = channel(*OLD, post(1, *FIVE, hours=-24 * 5), post(2, hours=3))
FAR = channel(*OLD, post(1, *FIVE, hours=-24 * 18), post(2, hours=1))
PART = FAR.model_copy(update={"posts_since": posts(-24 * 15)[0].at})
TALK = [citizen(1, 20), citizen(2, 21, answers=1), citizen(3, 22, author=1, answers=1), owner(4, 23, answers=1)]
ALL_ASK = [comment(1, side, 20, says="asks") for side in ("owner", "body", "unknown", "citizen")]
QUESTIONS = {
    "a second before the week": shown_late(None, post(1, citizen(1, -1 / 3600), hours=-24), questions=0),
    "at its start": shown_late(None, post(1, citizen(1, 0), hours=-24), questions=1),
    "at its last moment": shown_late(None, post(1, citizen(1, 167.99), hours=-24), questions=1),
    "at the next week's start": shown_late(None, post(1, citizen(1, 168), hours=-24), questions=0),
    "under a post of 14 days before": shown_late(None, post(1, citizen(1, 20), hours=-24 * 14), questions=1),
    "under a repost of then": shown_late(None, post(1, citizen(1, 20), hours=-24 * 14, repost=True), questions=1),
    "under one a second older": shown_late(None, post(1, citizen(1, 20), hours=-24 * 14 - 1 / 3600), questions=0),
    "by `thread_days` of 18": row("failed", FAR, policy={"thread_days": 18}),
    "which have to be read": row("too_little_data", PART, policy={"thread_days": 18}),
    "not under a predecessor's": row(None, PREDECESSORS, person=in_office(since="2026-11-14"), questions=0),
    "a sticker is no comment": under(None, (citizen(1, 20, has_text=False),), comments=0, questions=0),
    "a deleted one is none": under(None, (citizen(1, 20, deleted=True),), comments=0, questions=0),
    "others than citizens ask nothing": under(None, ALL_ASK, questions=1),
    "a reply asks whom it replies to": under(None, [*TALK, citizen(5, 24, answers=4)], questions=3),
}


@table(QUESTIONS)
def test_the_weeks_questions_are_those_written_in_it_in_the_tenure_under_posts_of_the_window(row: Row) -> None:
    """To the second; only a citizen's comment with some text counts."""
    row.holds(CHECK)


def answers(within: float, *comments: Comment, count: int = 1) -> Row:
    """Return a row with `count` questions answered in time; counted to an older question the reply is late."""
    question_count = sum(comment.says == "asks" for comment in comments)
    policy = {"reply_within_hours": within}
    return under(None, comments, policy=policy, questions=question_count, answered_in_time=count, answered_late=0)


NAMED = (citizen(1, 1, author=8), citizen(2, 2, author=9), citizen(3, 3, author=8), citizen(4, 5, author=8))
REPLIES = {
    "its thread's top": answers(4, citizen(1, 1), owner(3, 5, thread=1)),
    "the last question of whom it names": answers(
        1, *NAMED, citizen(5, 3.5, author=8, says="not"), owner(6, 4, mentions=8)
    ),
    "one that is gone": answers(24, citizen(1, 1), owner(3, 5, reply_to=2, thread=1), count=0),
    "above a remark": answers(2, citizen(1, 1), citizen(2, 2, says="not", author=7, answers=1), owner(3, 3, answers=2)),
    "not above a question": answers(1, citizen(1, 1), citizen(2, 2, author=1, answers=1), owner(3, 3, answers=2)),
    "a correction": answers(1, citizen(1, 1), owner(2, 2, answers=1), owner(3, 3, answers=2)),
}


@table(REPLIES)
def test_what_a_reply_answers(row: Row) -> None:
    """The comment it replies to and, above a remark, the next question; else its thread's top, else whom it names."""
    row.holds(CHECK)


def same_words(to: int, post_count: int) -> Row:
    """Return a row of one author's repeated text under one or three posts, of which repetition `to` is answered."""
    reply = owner(50, 40 * to - 18, answers=to)
    threads = [[*SAME, reply]] if post_count == 1 else [[c, *([reply] if c.id == to else [])] for c in SAME]
    return under(None, *threads, questions=1, answered_in_time=int(to == 1), answered_late=int(to > 1))


def medians(waits: Sequence[float | None], median: int | None) -> Row:
    """Return a row of questions of one moment, each answered after its hours; None: never answered."""
    comments = [citizen(n, 20) for n in range(1, len(waits) + 1)]
    comments += [owner(100 + n, 20 + wait, answers=n) for n, wait in enumerate(waits, start=1) if wait is not None]
    return under(None, comments, median_hours=median)


SAME = [citizen(n, 40 * n - 20, author=9, same_as=None if n == 1 else 1) for n in (1, 2, 3)]
THREE_REPLIES = [
    citizen(1, 20),
    owner(2, 21, answers=1, has_words=False),
    *(owner(n, n * 10, answers=1) for n in (3, 9)),
]
ALIKE = [replies("owner", n, sketch=sketch)[0] for n, sketch in enumerate(["a", "a", "b", "", ""], start=1)]
BOTH_REPLY = (*FIVE, *replies("body", 1, 2), *replies("owner", 1, after=5))
YOUNG = [citizen(n, 165) for n in range(11, 15)]
NUMBERED = {
    "after 24 hours": shown_late(None, post(1, citizen(1, 20), owner(2, 44, answers=1)), answered_in_time=1),
    "a second later": shown_late(None, post(1, citizen(1, 20), owner(2, 44 + 1 / 3600, answers=1)), answered_late=1),
    "reply_within_hours": under("cantTell", ANSWERED, policy={"reply_within_hours": 2}, answered_late=5),
    "the first reply counts, and a smiley is none": under(None, THREE_REPLIES, answered_in_time=1, median_hours=10),
    "a body's are part of those without the owner's": under(None, BOTH_REPLY, no_reply_found=4, answered_by_body=1),
    "a helper answers three others": under(WHOSE, (*FIVE, *helping(1, 2, 3))),
    "two others": under("failed", (*FIVE, *helping(1, 2))),
    "and asks too": under("failed", (*FIVE, *helping(1, 2, 3), citizen(80, 60, author=77))),
    "one of them twice": under("failed", (*asked(6, people=3)[:5], *helping(1, 4))),
    "a helper who is not told apart": under("failed", (*FIVE, *helping(1, 2, 3, author=None))),
    "a helper under two posts is one": under(
        WHOSE, (*FIVE, *helping(1, 2)), (citizen(51, 20), *helping(51)), comments=6
    ),
    "helper_people of 2": under("cantTell", (*FIVE, *helping(1, 2)), policy={"helper_people": 2}),
    "the same words under one post": under(None, SAME, questions=1, due=1, no_reply_found=1, askers=1),
    **{f"answered at {to} of {places}": same_words(to, places) for to in (1, 2, 3) for places in (1, 3)},
    "two texts alike, two of no words": under(None, (*FIVE, *ALIKE), same_text=2),
    "three of five": medians([1, 2, 3, None, None], 3),
    "two of five": medians([1, 2, None, None, None], None),
    "half of six": medians([1, 2, 3, None, None, None], 3),
    "not over the young": row(
        None, shown(post(1, *FIVE, *ALL[:3], *YOUNG), at=later(hours=1)), pending=4, median_hours=3
    ),
    "in whole hours": medians([0.2, 0.4, 0.5, 30, 60], 1),
}


@table(NUMBERED)
def test_the_numbers_that_readers_are_given(row: Row) -> None:
    """In time to the second, helpers unknown, the same words once, a median over what is due."""
    row.holds(CHECK)


@given(st.lists(st.tuples(st.integers(0, 160), st.none() | st.integers(1, 80)), max_size=10))
def test_every_question_is_in_exactly_one_class(rows: list[tuple[int, int | None]]) -> None:
    """Readers are told numbers that add up."""
    moments = [(n, hours + n / 1000, wait) for n, (hours, wait) in enumerate(rows, start=1)]
    comments = [citizen(n, hours) for n, hours, _ in moments]
    comments += [owner(500 + n, hours + wait, answers=n) for n, hours, wait in moments if wait is not None]
    values = of_office(CHECK, under(None, comments).looks).values
    assert values["questions"] == len(rows) == sum(values[name] for name in KINDS)
    assert values["due"] == sum(values[name] for name in KINDS[:3])


def test_each_post_is_told_with_its_questions_and_those_without_a_reply() -> None:
    """It is what stays when the rows are purged; the same words count under the first."""
    summary = of_office(CHECK, under(None, (*asked(2), *replies("owner", 1)), (citizen(51, 20),), ()).looks)
    assert [(post["url"], post["questions"], post["no_reply_found"]) for post in summary.values["posts"]] == [
        ("https://t.me/perviy_rayon/1", 2, 1),
        ("https://t.me/perviy_rayon/2", 1, 1),
    ]
    summary = of_office(CHECK, under(None, *([c] for c in SAME)).looks)
    assert sum(post["questions"] for post in summary.values["posts"]) == 1


# Which threads have to be read --------------------------------------------------------------------------------------


def judged(verdict: str | None, *looks: Any, **fields: Any) -> Row:
    """Return a row that is judged on Thursday after the week."""
    return row(verdict, *looks, **{"as_of": later(days=3)} | fields)


def unread(hours: float, cause: str = "throttled") -> Any:
    """Return a post whose thread could not be read."""
    return post(7, hours=hours, comments_cause=cause)


def counted(verdict: str, comments: Any, *, hours: float) -> Row:
    """Return a row of a thread that was read in the week and skipped after it, its comment count unchanged."""
    read_at = day(150)
    read_post = post(7, *comments, hours=hours, comments_read_at=read_at, comments_count=len(comments))
    skipped_post = post(7, hours=hours, comments_left=True, comments_count=len(comments))
    return judged(verdict, shown(read_post, at=read_at + SECOND), shown(skipped_post))


def left_out(verdict: str, weight: Weight | None = Weight.FULL, count: int = 1) -> Row:
    """Return a row of an older thread, skipped at a comment count; `weight` is that of an earlier look that read it."""
    read_post = post(7, comment(70, "citizen", -100, says="not"), hours=-24 * 5, comments_count=1)
    skipped_post = post(7, hours=-24 * 5, comments_left=True, comments_count=count)
    earlier = [] if weight is None else [weighed(shown(read_post, at=WEEK.starts - HOUR), weight)]
    return judged(verdict, *earlier, shown(skipped_post, post(1, *ANSWERED)))


UNSEEN, GREEN = post(1, comments_cause="throttled"), post(1, *ANSWERED)
SHUT, REMARK = post(7, hours=3, comments_state="closed"), comment(60, "citizen", 30, says="not")
TOO_LATE = {"at": later(days=15)}
MONTH, WITHOUT = {"at": later(days=40)}, {"as_of": later(days=40)}
AFTER = (*FIVE, *replies("owner", 1, 2, 3, 4, 5, after=24 * 30))
THREADS = {
    **{
        f"unread of {name}, {color}": judged(cause, shown(post(1, *line), unread(hours, cause)))
        for name, hours, cause in (("the week", 3, "throttled"), ("before it", -24 * 5, "contradiction"))
        for color, line in (("red", FIVE), ("green", ANSWERED), ("no question", ()))
    },
    "unread of before the window": judged("failed", shown(SILENT, unread(-24 * 14 - 1))),
    "the wall from the window on": judged("failed", channel(SILENT, posts_since=day(-24 * 14))),
    "the wall from a second later": judged("cantTell", channel(SILENT, posts_since=day(-24 * 14) + SECOND)),
    "why it was not read": judged("throttled", channel(SILENT, posts_since=day(-1), older_cause="throttled")),
    **{
        f"a post of {name} that is gone, {verdict}": judged(verdict, shown(unread(hours), at=day(60)), shown(line))
        for name, hours in (("the week", 3), ("before it", -24 * 5))
        for verdict, line in (("failed", SILENT), ("passed", GREEN))
    },
    "a post that is still there": judged("throttled", shown(unread(3), at=day(60)), shown(unread(3), SILENT)),
    "by a look that did not read the wall none is gone": judged(
        "throttled", shown(unread(3), SILENT, at=NOW - HOUR), shown(SILENT, posts_cause="unreachable")
    ),
    "read at the week's end": judged("failed", shown(SILENT, at=WEEK.ends), shown(UNSEEN)),
    "a second before by that": judged("cantTell", shown(post(1, *FIVE, comments_read_at=WEEK.ends - SECOND))),
    "an equal count, older, answered": counted("passed", ANSWERED, hours=-24 * 5),
    "an equal count, older, silent": counted("cantTell", FIVE, hours=-24 * 5),
    "an equal count, the week's, answered": counted("cantTell", ANSWERED, hours=1),
    "left out, read before the week": left_out("passed"),
    "left out, read by a doubted look": left_out("too_little_data", Weight.FAVOURABLE_ONLY),
    "left out, another count": left_out("too_little_data", count=2),
    "left out, never read": left_out("too_little_data", None),
    "closed": judged("passed", shown(GREEN, SHUT)),
    "closed, and somebody wrote there": judged("cantTell", shown(post(7, REMARK), at=day(60)), shown(SILENT, SHUT)),
    "asked for another week": judged("cantTell", weighed(shown(SILENT), made_for=WEEK.shift(-1))),
    "late, silent": judged("seen_late", shown(SILENT, **TOO_LATE), **WITHOUT),
    "late, answered": judged("passed", shown(GREEN, **TOO_LATE), **WITHOUT),
    "late, nobody asks": judged("seen_late", shown(post(1), **TOO_LATE), **WITHOUT),
    "an answer of the week, seen late": judged("passed", shown(SILENT), shown(GREEN, **MONTH), **WITHOUT),
    "an answer of a month later": judged("no_threshold", shown(SILENT), shown(post(1, *AFTER), **MONTH), **WITHOUT),
}


@table(THREADS)
def test_every_thread_of_the_window_has_to_be_read_whole_after_the_week(row: Row) -> None:
    """For red by a full look; for green of older posts an unchanged count will do, and a late look counts."""
    row.holds(CHECK)


SIX, FOUR = (*FIVE, comment(6, "citizen", 21)), post(1, *FIVE[:4])
SATURDAY, SUNDAY = {"at": day(100)}, citizen(9, 167)
AGED = SUNDAY.at + 24 * HOUR
FATES = {
    "not shown any more": judged(
        "too_little_data", shown(SILENT, **SATURDAY), shown(FOUR), questions=5, due=4, uncertain=1, no_reply_found=4
    ),
    "it blocks green": judged("too_little_data", shown(post(1, *SIX, *ALL), **SATURDAY), shown(GREEN)),
    "and no red": judged("failed", shown(post(1, *SIX), **SATURDAY), shown(SILENT), uncertain=1),
    "answered, then the replies deleted": judged("passed", shown(GREEN, **SATURDAY), shown(SILENT), answered_in_time=5),
    "answered, then all is deleted": judged("passed", shown(GREEN, **SATURDAY), shown(post(1)), answered_in_time=5),
    "never read after the week": judged("throttled", shown(SILENT, **SATURDAY), shown(UNSEEN), due=0, uncertain=5),
    "a second before the week's end": judged(None, shown(SILENT, **SATURDAY), as_of=WEEK.ends - SECOND, due=5),
    "at its end": judged(None, shown(SILENT, **SATURDAY), as_of=WEEK.ends, due=0, uncertain=5),
    "shown again by a late look": judged(
        "too_little_data", shown(SILENT, **SATURDAY), shown(FOUR), shown(SILENT, **MONTH), **WITHOUT, uncertain=1
    ),
    "under a post that was deleted": judged(None, shown(post(7, *FIVE), **SATURDAY), shown(), uncertain=5),
    "a second younger than 24 hours": judged(None, shown(post(1, SUNDAY), at=AGED - SECOND), pending=1, due=0),
    "24 hours old": judged(None, shown(post(1, SUNDAY), at=AGED), pending=0, due=1),
    "young beside red": judged("failed", shown(post(1, *FIVE, SUNDAY), at=later(hours=1)), pending=1),
    "young beside green": judged("passed", shown(post(1, *ANSWERED, SUNDAY), at=later(hours=1)), pending=1),
}


@table(FATES)
def test_a_question_is_pending_while_it_is_young_and_uncertain_where_it_is_not_shown_later(row: Row) -> None:
    """To the second; uncertain ones block green, pending ones nothing, and what was answered stays so."""
    row.holds(CHECK)


# By the record of which moment --------------------------------------------------------------------------------------


def record(*pages: Account, **fields: Any) -> str:
    """Return the digest of everything on record that decides a comment's side."""
    return case([in_office(*pages)], **fields).sides_digest


def since(verdict: str, comments: Any, **fields: Any) -> Row:
    """Return a row of a thread that was read before the holder's staff was put on record, and is judged after that."""
    return judged(verdict, shown(post(1, *comments), sides=record(account())), **{"pages": [STAFFED]} | fields)


STAFFED = account().model_copy(update={"staff": [901]})
BODY = account(name="administratsiya").model_copy(update={"kind": AccountKind.INSTITUTION})
STRANGER = (*FIVE, *replies("citizen", 1, says=None, author=901))
BY_NOW = {"at": NOW + HOUR, "sides": record(STAFFED)}
THEN = shown(post(1, *STRANGER), sides=record(account()))
RECORDS = {
    "who asks": since("failed", FIVE),
    "a body": since("too_little_data", (*FIVE, *replies("body", 1))),
    "a remark of who asks": since("failed", (*FIVE, comment(60, "citizen", 30, says="not", author=1))),
    "a remark of one not told apart": since(
        "too_little_data", (*FIVE, comment(60, "citizen", 30, says="not", author=None))
    ),
    "nobody": since("inapplicable", ()),
    "14 days after": since("too_little_data", (*FIVE, REMARK), as_of=later(days=14)),
    "once the week is not in time": since("failed", (*FIVE, REMARK), as_of=later(days=15)),
    "read again, a citizen still": judged("failed", THEN, shown(post(1, *STRANGER), **BY_NOW), pages=[STAFFED]),
    "read again, the owner's": judged(
        "no_threshold", THEN, shown(post(1, *FIVE, *ALL[:1]), **BY_NOW), pages=[STAFFED], answered_in_time=1
    ),
}


@table(RECORDS)
def test_where_the_record_changed_since_a_thread_in_which_somebody_asks_nothing_settles_nothing(row: Row) -> None:
    """The author may be whoever was added or taken away; who asks is a citizen by any record."""
    row.holds(CHECK)


CHANGED = {
    "staff": {"pages": [STAFFED]},
    "another page of the holder": {"pages": [account(), account(name="vtoraya")]},
    "the office's page": {"pages": [account()], "accounts": [BODY]},
}


@pytest.mark.parametrize(("comments", "verdict"), [((*FIVE, REMARK), "failed"), (ANSWERED, "passed")])
@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED.keys())
def test_staff_and_pages_are_what_the_record_says_of_sides(
    comments: Any, verdict: str, changed: dict[str, Any]
) -> None:
    """Added, or taken away again."""
    record_digest = record(*changed["pages"], accounts=changed.get("accounts", []))
    second_page = channel(url="https://t.me/vtoraya", id=1500000009)
    judged("cantTell", shown(post(1, *comments), sides=record(account())), second_page, **changed).holds(CHECK)
    judged(verdict, shown(post(1, *comments), sides=record_digest), second_page, **changed).holds(CHECK)
    judged("cantTell", shown(post(1, *comments), sides=record_digest)).holds(CHECK)


def test_a_page_of_another_office_that_came_on_record_changes_it_too() -> None:
    """Whoever wrote may be that office; the week is read again."""
    first_office, alone, paged = head(1, account()), head(2), head(2, account(name="sosed"))
    look = shown(GREEN, sides=make_case(registry(first_office, alone), first_office, WEEK, NOW, {}).sides_digest)
    for other_office, outcome in ((alone, "passed"), (paged, "cantTell")):
        assert document(first_office, other_office, looks=[look]).offices[0].finding(CHECK).outcome == outcome
