"""One page seen by two routes (section 5): what either saw is united, and nothing is counted twice."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Comment, Snapshot, Weight
from tests.cases import NOW, day, posts
from tests.rules.helpers import (
    ANSWERED,
    CLIENT,
    CLOSED,
    FIVE,
    OLD,
    PRACTICE,
    Row,
    all_of,
    asked,
    channel,
    comment,
    exactly,
    failing,
    later,
    not_later,
    of_office,
    post,
    replies,
    row,
    table,
    weighed,
)

HOUR = timedelta(hours=1)
THURSDAY = {"as_of": later(days=3)}


def client(*line: Any, at: Any = NOW + HOUR, **fields: Any) -> Snapshot:
    """A look by the signed-in client."""
    return channel(*line, at=at, route=CLIENT, **fields)


def renumbered(comments: Sequence[Comment], by: int) -> tuple[Comment, ...]:
    """The same comments as another route numbers them."""
    return tuple(
        c.model_copy(update={"id": c.id + by, "answers": None if c.answers is None else c.answers + by})
        for c in comments
    )


# Posts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("here", "there", "own", "reposts"),
    [
        (posts(1, 2), posts(1, 2), 2, 0),
        (posts(1, 2), posts(2, 3, first_id=2), 3, 0),
        (posts(1, 2), posts(5, 6, first_id=3), 4, 0),
        (posts(1, 2), posts(1, 2, first_id=31), 2, 0),
        (posts(1), posts(1, first_id=9, repost=True), 1, 1),
        (posts(1, 1, 1), (), 3, 0),
    ],
    ids=["the same", "overlapping", "others", "an album numbered apart", "a repost of that moment", "one route's own"],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_posts_of_two_routes_are_united(here, there, own: int, reposts: int, turned: bool) -> None:
    """Each once, by its number; of two routes, posts of one moment are one, for an album may be numbered apart."""
    first, second = (there, here) if turned else (here, there)
    looks = [channel(*OLD, *first), client(*OLD, *second)]
    row("passed" if own > 2 else "failed", *looks, **THURSDAY, posts=own, reposts=reposts).holds("posts_per_week")


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize("hours", [-1, 1])
@pytest.mark.parametrize(
    "unseen",
    [
        {"exists": None, "cause": "unreachable", "id": None, "opened_at": None, "traces": ()},
        {"posts_cause": "preview_off"},
    ],
    ids=["the page", "its posts"],
)
def test_where_one_route_is_blind_the_other_is_enough(check: str, hours: float, unseen: dict[str, Any]) -> None:
    """Some full look has read the week whole; where both are blind the newer cause is said."""
    seen = client(*failing(check), at=NOW + hours * HOUR)
    row("failed", channel(**unseen), seen, **THURSDAY).holds(check)
    row("throttled", channel(**unseen), client(posts_cause="throttled"), **THURSDAY).holds(check)


# Existence ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", ["account_exists", *PRACTICE])
@pytest.mark.parametrize("order", [1, -1])
def test_two_full_looks_of_one_run_that_differ_on_existence_contradict_each_other(check: str, order: int) -> None:
    """One route says that the page is gone, the other shows it; what an earlier run read whole was read."""
    there = weighed(channel(*failing(check)), run=5)
    gone = weighed(client(exists=False, at=NOW + order * HOUR), run=5)
    row("contradiction", there, gone, **THURSDAY).holds(check)
    if check in PRACTICE:
        bare, later_gone = channel(*OLD, at=later(days=3)), client(exists=False, at=later(days=3))
        looks = [weighed(there.snapshot, run=1), weighed(bare, run=2), weighed(later_gone, run=2)]
        row("failed", *looks, as_of=later(days=4)).holds(check)


def runs(verdict: Any, *looks: Snapshot) -> Row:
    """Write a row of looks that are each of a run of its own."""
    return row(verdict, *(weighed(look, run=number) for number, look in enumerate(looks, start=1)), **THURSDAY)


THERE, GONE = channel(*OLD, *posts(1), at=day(30)), channel(exists=False, at=day(60))
DOUBTED = (weighed(channel(*OLD, *posts(1)), run=5), weighed(client(exists=False), Weight.FOR_HIM, run=5))
CONTRADICTIONS = {
    "gone by the next run": ("account_exists", runs("failed", THERE, GONE)),
    "back by the one after": ("account_exists", runs("passed", THERE, GONE, channel(*OLD, *posts(1)))),
    "denied by a doubted look": ("account_exists", row("passed", *DOUBTED, **THURSDAY)),
    "whose posts are too few": ("posts_per_week", row("failed", *DOUBTED, **THURSDAY)),
    "enough posts all the same": (
        "posts_per_week",
        row("passed", weighed(channel(*OLD, *posts(1, 2, 3)), run=5), weighed(client(exists=False), run=5), **THURSDAY),
    ),
}


@pytest.mark.parametrize(("check", "row"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_looks_of_two_runs_or_of_a_doubted_route_contradict_nobody(check: str, row: Row) -> None:
    """It was there and is gone, or is there again: that is news; and for him counts everything."""
    row.holds(check)


OPENINGS = {
    "exact, the earlier": (exactly("2021-10-12T12:00"), exactly("2023-10-12T12:00"), "passed", "2021-10-12"),
    "a trace in time": (not_later("2022-05-01T12:00"), exactly("2023-10-12T12:00"), "passed", "2022-05-01"),
    "a trace after an exact one": (not_later("2024-05-01T12:00"), exactly("2023-10-12T12:00"), "failed", "2023-10-12"),
}


@pytest.mark.parametrize(("preview", "signed_in", "outcome", "opened"), OPENINGS.values(), ids=OPENINGS.keys())
def test_of_the_dates_of_two_routes_the_earliest_trace_is_his(preview, signed_in, outcome: str, opened: str) -> None:
    """Some trace in time is enough; late needs an exact one, whichever route saw it."""
    found = of_office("opened_by_deadline", [channel(**preview), client(**signed_in)], **THURSDAY)
    assert (found.outcome, found.values["opened_at"][:10]) == (outcome, opened)


# Comments -----------------------------------------------------------------------------------------------------------


def under(verdict: Any, here: Any, there: Any, **values: int) -> Row:
    """Write a row of what the preview and the client saw under one post."""
    looks = [look(*OLD, *([line] if not isinstance(line, tuple) else [post(1, *line)]))
             for look, line in ((channel, here), (client, there))]  # fmt: skip
    return row(verdict, *looks, **THURSDAY, **values)


EACH = dict.fromkeys(("questions", "comments", "due", "answered_in_time", "askers"), 5)
ALBUM = post(31, *renumbered(ANSWERED, 7000)).model_copy(update={"at": day(1)})
THREE = tuple(comment(n, "citizen", 20) for n in (1, 2, 3))
TWO_PEOPLE = asked(5, people=2)
ANEW = tuple(c.model_copy(update={"author": c.author + 50}) for c in TWO_PEOPLE)
UNREAD = post(1, comments_cause="unreachable")
COMMENTS = {
    **{f"numbered apart by {by}": under("passed", FIVE, renumbered(ANSWERED, by), **EACH) for by in (0, 1, 3, 7000)},
    "under an album": under("passed", FIVE, ALBUM, questions=5),
    "three of one second": under(None, THREE[:2], renumbered(THREE, 50), questions=3),
    "two of one second": under(None, THREE[:2], renumbered(THREE[:2], 50), questions=2),
    **{
        f"{side} rises to owner": under("passed", (*FIVE, *replies(side, 1, 2, 3, 4, 5)), ANSWERED)
        for side in ("citizen", "unknown", "body")
    },
    "and falls by no doubted look": row(
        "passed",
        weighed(client(*OLD, post(1, *ANSWERED), at=NOW)),
        weighed(channel(*OLD, post(1, *FIVE, *replies("body", 1, 2, 3)), at=NOW + HOUR), Weight.FOR_HIM),
        **THURSDAY,
    ),
    "nor by a newer preview": row(
        "passed",
        client(*OLD, post(1, *ANSWERED), at=NOW - HOUR),
        channel(*OLD, post(1, *FIVE, *replies("unknown", 1, 2, 3, 4, 5))),
        **THURSDAY,
    ),
    "read by the client alone": under("failed", UNREAD, FIVE),
    "read by the preview alone": under("failed", FIVE, UNREAD),
    "people are told apart within one look": row(
        "too_little_data",
        channel(*OLD, post(1, *TWO_PEOPLE), at=NOW - HOUR),
        channel(*OLD, post(1, *ANEW)),
        **THURSDAY,
        questions=5,
        askers=2,
    ),
}


@table(COMMENTS)
def test_a_question_that_two_looks_show_is_one(row: Row) -> None:
    """An answer that one of them shows is its answer, and of two sides the higher counts."""
    row.holds("comments_answered")


@pytest.mark.parametrize("turned", [False, True])
def test_a_thread_that_the_other_route_calls_closed_is_open_where_it_was_seen_open(turned: bool) -> None:
    """In whichever order."""
    lines = [tuple(post(n, hours=n, **fields) for n in (1, 2)) for fields in ({}, {"comments_state": CLOSED})]
    first, second = reversed(lines) if turned else lines
    row("passed", channel(*OLD, *first), client(*OLD, *second), **THURSDAY, open=2).holds("comments_open")


@pytest.mark.parametrize("check", PRACTICE)
def test_each_page_of_two_routes_has_one_finding(check: str) -> None:
    """The person, and his one page."""
    assert len(all_of(check, [channel(*failing(check)), client(*failing(check))], **THURSDAY)) == 2
