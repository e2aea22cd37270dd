"""Controls, weights of looks, and one page seen over two routes (section 5)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Comment, RunSnapshot, Snapshot, Weight
from tests.cases import NOW, WEEK, day, posts
from tests.rules.rule_rows import (
    ANSWERED,
    CLIENT,
    FIVE,
    OLD,
    PRACTICE,
    WITHOUT_ANSWERS,
    Row,
    asked,
    bad,
    by_check,
    channel,
    comment,
    each,
    exactly,
    good,
    later,
    not_later,
    of_office,
    post,
    profile,
    replies,
    row,
    table,
    vk_page,
    weighed,
)

FULL, FAVOURABLE, NONE = Weight.FULL, Weight.FAVOURABLE_ONLY, Weight.NONE
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
POSTS, EXISTS, ANSWERS = "posts_per_week", "account_exists", "comments_answered"
AFTER, TOO_LATE = {"at": NOW + HOUR}, {"at": later(days=14, seconds=1)}
BLIND = {"exists": None, "id": None, "opened_at": None, "traces": (), "cause": "throttled"}
MONTH, THURSDAY = {"as_of": later(days=30)}, {"as_of": later(days=3)}


def bare(weight: Weight = FULL, **fields: Any) -> RunSnapshot:
    """Return a look that shows one old post."""
    return weighed(channel(*OLD, **fields), weight)


def asked_of(comments: Any, doubted_comments: Any, at: Any = NOW, **values: Any) -> dict[str, Row]:
    """Return a row of a full look and a doubted one, each with its comments under the same post."""
    looks = (channel(*OLD, post(1, *comments), at=at), weighed(channel(*OLD, post(1, *doubted_comments)), FAVOURABLE))
    return each("too_little_data", *looks, checks=[ANSWERS], **THURSDAY, **values)


NOT_OPEN = [name for name in PRACTICE if name != "comments_open"]
LAST = [comment(n, "citizen", 166) for n in range(1, 6)]
NAMELESS = [comment.model_copy(update={"author": None}) for comment in FIVE]
ROWS = {
    "at the week's end": each("failed", bad(at=WEEK.ends), **MONTH),
    "14 days after": each("failed", bad(at=later(days=14)), checks=NOT_OPEN, **MONTH),
    "but of open comments": each("too_little_data", bad(at=later(days=14)), checks=["comments_open"], **MONTH),
    "a second too early": each("too_little_data", bad(at=WEEK.ends - SECOND), **MONTH),
    "a second too late": each("seen_late", bad(**TOO_LATE), **MONTH),
    "late_look_days of 1": each("seen_late", bad(at=later(hours=36)), policy={"late_look_days": 1}),
    "doubted": each("control_failed", bad(FAVOURABLE), **MONTH),
    "beside a phantom": each("control_failed", bad(NONE), **MONTH),
    "of before the week": each("untested", bare(at=WEEK.starts - SECOND), **MONTH),
    "none": each("untested", **MONTH),
    "green by a late one": each("passed", good(**TOO_LATE), **MONTH),
    "green by a doubted one": each("passed", good(FAVOURABLE), checks=WITHOUT_ANSWERS),
    "but of answers": each("control_failed", good(FAVOURABLE), checks=[ANSWERS]),
    "green beside a phantom": each("control_failed", good(NONE), **MONTH),
    "red, then green by a doubted one": each("passed", bad(), good(FAVOURABLE, **AFTER), **MONTH),
    "red, then green by a late one": each("passed", bad(), good(**TOO_LATE), **MONTH),
    "red, then nothing by a doubted one": each("failed", bad(), bare(FAVOURABLE, **AFTER), **MONTH),
    "red, then nothing by a late one": each("failed", bad(), bare(**TOO_LATE), **MONTH),
    "red, then a failed look": each("failed", bad(), channel(**BLIND, **AFTER), **MONTH),
    "green, then a failed look": each("passed", good(), channel(**BLIND, **AFTER), **MONTH),
    "blocked": each("blocked", channel(exists=None, cause="blocked")),
    "closed": each("private", channel(cause="private")),
    "without a preview": each("preview_off", channel(posts_cause="preview_off")),
    "read whole on Tuesday, and gone on Friday": each(
        "failed", bad(page=profile), profile(exists=False, at=later(days=4)), pages=[vk_page()], **MONTH
    ),
    "a second before it is closed": each("too_little_data", bad(at=WEEK.ends), as_of=later(hours=24, seconds=-1)),
    "closed a day after its end": each("failed", bad(at=WEEK.ends), as_of=later(hours=24)),
    "a question that only a doubted look saw is not certain": asked_of(FIVE[:4], FIVE, due=4, uncertain=1),
    "who asked is not learnt from a look that is not believed": asked_of(NAMELESS, FIVE, due=5, askers=0),
    "a doubted look makes no question overdue": asked_of(LAST, LAST, at=day(169), due=0, pending=5),
}


@by_check(ROWS)
def test_in_favour_counts_any_look_and_against_the_holder_a_full_look_in_time(check: str, row: Row) -> None:
    """Whole, of a week that is closed, over a route whose controls came out right; an error is not absence."""
    row.holds(check)


# Two routes ---------------------------------------------------------------------------------------------------------


def client(*page_posts: Any, at: Any = AFTER["at"], **fields: Any) -> Snapshot:
    """Return a look by the signed-in client."""
    return channel(*page_posts, at=at, route=CLIENT, **fields)


def renumbered(comments: Sequence[Comment], by: int) -> tuple[Comment, ...]:
    """Return the comments with the ids that another route gives them."""
    return tuple(
        c.model_copy(update={"id": c.id + by, "answers": None if c.answers is None else c.answers + by})
        for c in comments
    )


UNITED = {
    "overlapping": (posts(1, 2), posts(2, 3, first_id=2), 3, 0),
    "an album numbered apart": (posts(1, 2), posts(1, 2, first_id=31), 2, 0),
    "a repost of that moment": (posts(1), posts(1, first_id=9, repost=True), 1, 1),
    "one route's own": (posts(1, 1, 1), (), 3, 0),
}


@pytest.mark.parametrize(("posts_here", "posts_there", "own_count", "reposts"), UNITED.values(), ids=UNITED.keys())
@pytest.mark.parametrize("swapped", [False, True])
def test_the_posts_of_two_routes_are_united(
    posts_here, posts_there, own_count: int, reposts: int, swapped: bool
) -> None:
    """Each once, by its number; of two routes, posts of one moment are one, for an album may be numbered apart."""
    preview_posts, client_posts = (posts_there, posts_here) if swapped else (posts_here, posts_there)
    looks = [channel(*OLD, *preview_posts), client(*OLD, *client_posts)]
    row("passed" if own_count > 2 else "failed", *looks, **THURSDAY, posts=own_count, reposts=reposts).holds(POSTS)


def gone(run: int = 1, weight: Weight = FULL, **fields: Any) -> RunSnapshot:
    """Return a client's look in which the page does not exist."""
    return weighed(client(exists=False, **fields), weight, run=run)


def visible(*page_posts: Any, run: int = 1, **fields: Any) -> RunSnapshot:
    """Return a preview's look at the page."""
    return weighed(channel(*OLD, *page_posts, **fields), run=run)


OPEN, UNREAD = ["comments_open"], post(1, comments_cause="unreachable")
SHOWN, SHUT = ([post(n, hours=160 + n, comments_state=state) for n in (1, 2)] for state in ("open", "closed"))
ANEW = {"run": 2, "at": later(days=3)}
NOT_PREVIEWED = {"the page": BLIND, "its posts": {"posts_cause": "preview_off"}}
ROUTES = {
    **{
        f"{what} by the client alone, {hours} h later": each(
            "failed", channel(**fields), bad(route=CLIENT, at=NOW + hours * HOUR), **THURSDAY
        )
        for what, fields in NOT_PREVIEWED.items()
        for hours in (-1, 1)
    },
    "by neither, and the newer cause is said": each(
        "throttled", channel(posts_cause="preview_off"), client(posts_cause="throttled"), **THURSDAY
    ),
    **{
        f"there and gone, {hours} h later": each(
            "contradiction", bad(), gone(run=0, at=NOW + hours * HOUR), checks=[EXISTS, *PRACTICE], **THURSDAY
        )
        for hours in (-1, 1)
    },
    "what an earlier run read whole was read": each(
        "failed", bad(), visible(**ANEW), gone(**ANEW), as_of=later(days=4)
    ),
    "gone by the next run": each("failed", visible(at=day(30)), gone(2, at=day(60)), checks=[EXISTS]),
    "back by the one after": each("passed", visible(at=day(30)), gone(2, at=day(60)), visible(run=3), checks=[EXISTS]),
    "denied by a doubted look": each("passed", visible(), gone(1, FAVOURABLE), checks=[EXISTS], **THURSDAY),
    "whose posts are too few": each("failed", visible(), gone(1, FAVOURABLE), checks=[POSTS], **THURSDAY),
    "enough posts all the same": each("passed", visible(*posts(1, 2, 3)), gone(), checks=[POSTS], **THURSDAY),
    "called closed, seen open": each("passed", channel(*SHOWN), client(*SHUT), checks=OPEN, **THURSDAY, open=2),
    "seen open, called closed": each("passed", channel(*SHUT), client(*SHOWN), checks=OPEN, **THURSDAY, open=2),
}


@by_check(ROUTES)
def test_where_one_route_is_blind_the_other_is_enough_and_two_of_one_run_contradict_each_other(
    check: str, row: Row
) -> None:
    """What two runs say is news, a doubted route contradicts nobody, and in the holder's favour counts everything."""
    row.holds(check)


OPENINGS = {
    "exact, the earlier": (exactly("2021-10-12T12:00"), exactly("2023-10-12T12:00"), "passed", "2021-10-12"),
    "a trace in time": (not_later("2022-05-01T12:00"), exactly("2023-10-12T12:00"), "passed", "2022-05-01"),
    "a trace after an exact one": (not_later("2024-05-01T12:00"), exactly("2023-10-12T12:00"), "failed", "2023-10-12"),
}


@pytest.mark.parametrize(("preview", "signed_in", "outcome", "opened"), OPENINGS.values(), ids=OPENINGS.keys())
def test_of_the_dates_of_two_routes_the_earliest_trace_counts(preview, signed_in, outcome: str, opened: str) -> None:
    """Some trace in time is enough; late needs an exact one, whichever route saw it."""
    summary = of_office("opened_by_deadline", [channel(**preview), client(**signed_in)], **THURSDAY)
    assert (summary.outcome, summary.values["opened_at"][:10]) == (outcome, opened)


def under(verdict: str | None, by_preview: Any, by_client: Any, **values: int) -> Row:
    """Return a row of the comments that the preview and the client saw under one post."""
    return row(verdict, channel(*OLD, post(1, *by_preview)), client(*OLD, post(1, *by_client)), **THURSDAY, **values)


VALUES = dict.fromkeys(("questions", "comments", "due", "answered_in_time", "askers"), 5)
ALBUM = post(31, *renumbered(ANSWERED, 7000)).model_copy(update={"at": day(1)})
THREE = tuple(comment(n, "citizen", 20) for n in (1, 2, 3))
TWO_PEOPLE = asked(5, people=2)
OTHERS = tuple(c.model_copy(update={"author": c.author + 50}) for c in TWO_PEOPLE)
OWNERS = client(*OLD, post(1, *ANSWERED), at=NOW - HOUR)
BODYS = channel(*OLD, post(1, *FIVE, *replies("body", 1, 2, 3, 4, 5)))
COMMENTS = {
    **{f"numbered apart by {by}": under("passed", FIVE, renumbered(ANSWERED, by), **VALUES) for by in (0, 1, 7000)},
    "under an album": row("passed", channel(*OLD, post(1, *FIVE)), client(*OLD, ALBUM), **THURSDAY, questions=5),
    "three of one second": under(None, THREE[:2], renumbered(THREE, 50), questions=3),
    "two of one second": under(None, THREE[:2], renumbered(THREE[:2], 50), questions=2),
    **{
        f"{side} rises to owner": under("passed", (*FIVE, *replies(side, 1, 2, 3, 4, 5)), ANSWERED)
        for side in ("citizen", "unknown", "body")
    },
    "and falls by no doubted look": row("passed", OWNERS, weighed(BODYS, FAVOURABLE), **THURSDAY),
    "nor by a newer preview": row("passed", OWNERS, BODYS, **THURSDAY),
    "read by the client alone": row("failed", channel(*OLD, UNREAD), client(*OLD, post(1, *FIVE)), **THURSDAY),
    "read by the preview alone": row("failed", channel(*OLD, post(1, *FIVE)), client(*OLD, UNREAD), **THURSDAY),
    "people are told apart within one look": under("too_little_data", TWO_PEOPLE, OTHERS, questions=5, askers=2),
}


@table(COMMENTS)
def test_a_question_that_two_looks_show_is_one(row: Row) -> None:
    """An answer that one of them shows is its answer, and of two sides the higher counts."""
    row.holds(ANSWERS)
