"""Comments open (section 5): can people comment under the week's posts?"""

from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import CommentsState, Weight
from tests.cases import NOW, account, day
from tests.rules.helpers import (
    CLOSED,
    GREEN,
    LITTLE,
    NOTHING,
    NUMBERS,
    OLD,
    OPEN,
    RED,
    Row,
    cant,
    channel,
    comment,
    later,
    of_office,
    post,
    profile,
    row,
    table,
    vk_page,
    weighed,
)

CHECK = "comments_open"
UNKNOWN = CommentsState.UNKNOWN


def line(*states: CommentsState, **fields: Any):
    """Posts of the week with these states."""
    return tuple(post(n, hours=n, comments_state=state, **fields) for n, state in enumerate(states, start=1))


def states(verdict: Any, opened: int = 0, closed: int = 0, unseen: int = 0, **fields: Any) -> Row:
    """Write a row of so many posts of each state."""
    shown = line(*[OPEN] * opened, *[CLOSED] * closed, *[UNKNOWN] * unseen, **fields)
    values = {"open": opened, "closed": closed, "unseen": unseen} if shown else {}
    return row(verdict, channel(*OLD, *shown), **values)


def told(verdict: Any, shown: Any, **more: Any) -> Row:
    """Write a row of these posts alone."""
    fields = {key: more.pop(key) for key in ("at", "posts_since", "older_cause", "posts_cause") if key in more}
    return row(verdict, channel(*shown, **fields), **more)


def commented(side: str, state: CommentsState, opened: int) -> Row:
    """Write a row of a post of a state under which somebody wrote."""
    return told(None, (*OLD, post(1, comment(1, side, 5), comments_state=state), *line(CLOSED)), open=opened)


def once_open(hours: float, weight: Weight) -> Row:
    """Write a row of closed threads that a look so many hours later, or earlier, saw open."""
    shown = channel(*OLD, *line(OPEN, OPEN), at=NOW + timedelta(hours=hours))
    shut = channel(*OLD, *line(CLOSED, CLOSED))
    return row(GREEN, weighed(shut), weighed(shown, weight), as_of=later(days=3), open=2, closed=0, unseen=0)


SHUT, HALF = (*OLD, *line(CLOSED, CLOSED)), {"posts_since": day(0.5), "older_cause": "throttled"}
BLIND = weighed(channel(*OLD, *line(UNKNOWN, UNKNOWN)))
ROWS = {
    "two open": states(GREEN, 2),
    "one open, two unseen": states(GREEN, 1, 0, 2),
    "two closed": states(RED, 0, 2),
    "two closed of four": states(RED, 0, 2, 2),
    "two closed of five": states(LITTLE, 0, 2, 3),
    "one closed": states(LITTLE, 0, 1),
    "one closed of two": states(LITTLE, 0, 1, 1),
    "none known": states(LITTLE, 0, 0, 2),
    "one open of two": states(NUMBERS, 1, 1),
    "one open of four": states(NUMBERS, 1, 3),
    "one open, one closed of five": states(LITTLE, 1, 1, 3),
    "no post": states(NOTHING),
    "open reposts": states(GREEN, 2, repost=True),
    "closed reposts": states(RED, 0, 2, repost=True),
    "closed, not read whole": told(cant("throttled"), line(CLOSED, CLOSED), **HALF),
    "open, not read whole": told(GREEN, line(OPEN, UNKNOWN), **HALF),
    "not read": told(cant("preview_off"), line(CLOSED, CLOSED), posts_cause="preview_off"),
    "closed, seen within the week": told("cantTell", SHUT, at=day(60)),
    "why none was seen": states(cant("throttled"), 0, 0, 2, comments_cause="throttled"),
    "a citizen wrote under a closed post": commented("citizen", CLOSED, 1),
    "the owner wrote there": commented("owner", CLOSED, 0),
    "a body wrote there": commented("body", CLOSED, 0),
    "a citizen wrote under one not known": commented("citizen", UNKNOWN, 1),
    "the owner wrote under one not known": commented("owner", UNKNOWN, 0),
    "open before": once_open(-30, Weight.FULL),
    "open since": once_open(30, Weight.FULL),
    "open by a doubted look": once_open(-30, Weight.FOR_HIM),
    "closed by a doubted look": row(
        "cantTell",
        BLIND,
        weighed(channel(*SHUT, at=NOW + timedelta(hours=1)), Weight.FOR_HIM),
        as_of=later(days=30),
        closed=0,
        unseen=2,
    ),
    "closed by a late one": row(
        "cantTell", BLIND, weighed(channel(*SHUT, at=later(days=20))), as_of=later(days=30), closed=0, unseen=2
    ),
    "the run read no thread of the route": told(LITTLE, SHUT, threads_work=False, closed=0, unseen=2),
    "open on the other page": row(NUMBERS, channel(*SHUT), profile(*OLD, *line(OPEN)), pages=[account(), vk_page()]),
}


@table(ROWS)
def test_red_takes_two_known_posts_and_half_of_all_and_none_ever_open(row: Row) -> None:
    """Of a week that was read whole; green one known and none closed; seen open once, it is. Reposts are posts here."""
    row.holds(CHECK)


def test_a_policy_that_asks_for_no_open_comments_leaves_the_check_out() -> None:
    """`comments_open: false`: nobody has such a finding."""
    with pytest.raises(StopIteration):
        of_office(CHECK, [channel(*SHUT)], policy={CHECK: False})
