"""Posts per week, longest silence and open comments (section 5)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Post, Weight
from auditor.language.sketch import post_digest
from tests.cases import NOW, WEEK, case, day, judge, posts
from tests.rules.rule_rows import (
    BOTH,
    Row,
    channel,
    comment,
    in_office,
    later,
    of_office,
    post,
    profile,
    row,
    table,
    vk_page,
    weighed,
)

OPEN, CLOSED, UNKNOWN = "open", "closed", "unknown"
POSTS, SILENCE, COMMENTS = "posts_per_week", "longest_silence", "comments_open"
OLD = posts(-24 * 60, first_id=900)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def wrote(verdict: str | None, *page_posts: Post, **fields: Any) -> Row:
    """Return a row of the channel's posts."""
    return row(verdict, channel(*OLD, *page_posts), **fields)


def shown(verdict: str, count: int | None, at_least: bool | None, hours: tuple = (1, 2), **fields: Any) -> Row:
    """Return a row of a look at posts of these hours; `fields` say how far it read."""
    return row(verdict, channel(*posts(*hours), **fields), posts=count, at_least=at_least)


def worded(*rows: tuple[float, str]) -> tuple[Post, ...]:
    """Return posts, each from its hour of the week and its text."""
    posts_by_text = (
        posts(at, first_id=number, sketch=post_digest(text)) for number, (at, text) in enumerate(rows, start=1)
    )
    return tuple(post for text_posts in posts_by_text for post in text_posts)


def own(verdict: str, count: int, reposts: int) -> Row:
    """Return a row of `count` own posts and of bare reposts."""
    page_posts = (*posts(*range(count)), *posts(*range(50, 50 + reposts), repost=True, first_id=50))
    return wrote(verdict, *page_posts, posts=count, reposts=reposts, distinct=count, at_least=False)


def lost(verdict: str, seconds: float) -> Row:
    """Return a row of a channel beside a profile that was gone `seconds` after the week began."""
    gone = profile(exists=False, cause="gone", at=WEEK.starts + seconds * SECOND)
    return row(verdict, channel(*OLD, *posts(1)), gone, pages=BOTH)


PARTS = channel(*OLD, *posts(1), at=day(60))
EMPTY = profile(at=NOW + HOUR)
VK = {"pages": [vk_page()], "as_of": later(days=3)}
COUNTED = {
    "two": own("failed", 2, 0),
    "three": own("passed", 3, 0),
    "two and reposts": own("failed", 2, 5),
    "posts_per_week of 2": wrote("passed", *posts(1, 2), policy={POSTS: 2}),
    "Monday 00:00 belongs to the week that begins": wrote("failed", *posts(0, 167.999, 168, -0.001), posts=2),
    "read from its start": shown("failed", 2, False, posts_since=WEEK.starts),
    "read from a second later": shown("too_little_data", 2, True, posts_since=WEEK.starts + SECOND),
    "not read on": shown("throttled", 2, True, posts_since=day(5), older_cause="throttled"),
    "enough is enough": shown("passed", 3, True, (1, 2, 3), posts_since=day(0.5)),
    "not read": shown("preview_off", None, None, (), posts_cause="preview_off"),
    "read until a second before its end": shown("too_little_data", 2, True, posts_until=WEEK.ends - SECOND),
    "read until its end": shown("failed", 2, False, posts_until=WEEK.ends),
    "two looks with hours between": row(
        "too_little_data", PARTS, channel(*posts(150, first_id=7), posts_since=day(100))
    ),
    "of which one read all": row("failed", PARTS, channel(*posts(150, first_id=7), posts_since=WEEK.starts)),
    "deleted since": row("passed", channel(*OLD, *posts(1, 20, 40), at=day(60)), channel(*OLD, *posts(1))),
    "enough on Wednesday": row("passed", channel(*OLD, *posts(1, 2, 3), at=day(60)), as_of=day(60)),
    "too few on Wednesday": row("too_little_data", PARTS, as_of=day(60)),
    "words of last week": wrote(None, *worded((-5, "Открыли мост"), (2, "Открыли мост")), distinct=1),
    "words of a repost": wrote(
        None,
        *worded((2, "Мост")),
        *posts(3, repost=True, first_id=9, sketch=post_digest("Мост")),
        distinct=1,
        reposts=1,
    ),
    "same_text_hours of 9": wrote(None, *worded((0, "Мост"), (10, "Мост")), policy={"same_text_hours": 9}, distinct=2),
    "too few, then an empty wall": row("contradiction", profile(*OLD, *posts(1, 2), at=day(60)), EMPTY, **VK),
    "too few and read whole, then empty": row("failed", profile(*OLD, *posts(1, 2)), EMPTY, **VK),
    "a doubted look denies the empty wall": row(
        "contradiction", weighed(profile(*posts(-24 * 9), at=day(60)), Weight.FAVOURABLE_ONLY), weighed(EMPTY), **VK
    ),
    "empty down to a post that was seen": row("contradiction", PARTS, channel(posts_since=day(1))),
    "the other page gone as the week began": lost("failed", 0),
    "a second later": lost("gone", 1),
}


@table(COUNTED)
def test_own_posts_are_held_against_the_benchmark(row: Row) -> None:
    """Reposts apart; too few are told only of a week that was read whole, and what was not seen is never zero."""
    row.holds(POSTS)


WORDS = [
    ([(0, "Открыли мост"), (72, "Открыли мост")], 1),
    ([(0, "Открыли мост"), (72 + 1 / 3600, "Открыли мост")], 2),
    ([(0, "Открыли мост"), (71, "Открыли мост"), (72.1, "Открыли мост")], 2),
    ([(0, "Открыли мост"), (1, "🛠 ОТКРЫЛИ мост! https://vk.com/wall5_1")], 1),
    ([(0, "Открыли мост"), (1, "Открыли школу"), (2, "Открыли мост")], 2),
    ([(0, "Пожаров 1, аварий 2"), (1, "Пожаров 0, аварий 3")], 2),
    ([(0, "👍"), (1, "👍"), (2, ""), (3, "")], 4),
]


@pytest.mark.parametrize(("rows", "distinct"), WORDS)
@pytest.mark.parametrize("networks", [1, 2])
def test_own_posts_with_the_same_words_within_72_hours_of_the_first_are_one(rows, distinct: int, networks: int) -> None:
    """On any network; without words never, and near-equal words are others."""
    page_posts = worded(*rows)
    looks = (
        [channel(*OLD, *page_posts)]
        if networks == 1
        else [channel(*OLD, *page_posts[::2]), profile(*OLD, *page_posts[1::2])]
    )
    verdict = "passed" if distinct >= 3 else "failed"
    row(verdict, *looks, pages=BOTH[:networks], posts=len(rows), distinct=distinct).holds(POSTS)


@given(st.lists(st.tuples(st.integers(0, 167), st.sampled_from(["", "раз", "два", "три"])), max_size=12))
def test_distinct_lies_between_the_texts_and_the_posts(rows: list[tuple[float, str]]) -> None:
    """Joining copies never loses a text."""
    texts = [text for _, text in rows]
    distinct = of_office(POSTS, wrote(None, *worded(*rows)).looks).values["distinct"]
    assert len({*texts} - {""}) + texts.count("") <= distinct <= len(rows)


# Silence ------------------------------------------------------------------------------------------------------------


def silent(verdict: str, days: int, *hours: float, **fields: Any) -> Row:
    """Return a row of posts at these hours, with the days since the last one."""
    return row(verdict, channel(*posts(*hours, **fields)), days_since_last=days)


def goes_on(verdict: str, hours: float, weight: Weight = Weight.FULL) -> Row:
    """Return a row of two looks; the first was made `hours` after the moment from which the second read."""
    since = day(-24 * 20)
    return row(verdict, weighed(channel(*OLD, at=since + hours * HOUR), weight), channel(posts_since=since))


def beside(verdict: str, *profile_posts: Post, since: Any = None) -> Row:
    """Return a row of a channel silent for nine days and a profile with these posts, read from `since` on."""
    return row(verdict, channel(*posts(-48)), profile(*profile_posts, posts_since=since), pages=BOTH)


NEVER = {"opened_at": WEEK.ends - timedelta(days=100), "opened_precision": "exact", "traces": ()}
SILENT = {
    "a gap that has ended": silent("passed", 6, -24 * 60, 24),
    "Monday 00:00": silent("passed", 7, 0),
    "eight days": silent("failed", 8, -24),
    "a second less": silent("passed", 7, -24 + 1 / 3600),
    "a repost breaks it": silent("passed", 7, 0, repost=True),
    "silence_days of 8": row("passed", channel(*posts(-24)), policy={"silence_days": 8}),
    "never, from the opening on": row("failed", channel(**NEVER), days_since_last=100),
    "never, from taking office on": row(
        "failed", channel(**NEVER), person=in_office(since="2026-11-08"), days_since_last=15
    ),
    "never, not read to the opening": row("too_little_data", channel(**NEVER, posts_since=day(-24 * 30))),
    "the other page read from there": beside("failed", since=day(-48)),
    "from a second later": beside("cantTell", since=day(-48) + SECOND),
    "posts on the other page": beside("passed", *posts(100)),
    "to the moment of the audit": row("passed", channel(*posts(30), at=day(60)), as_of=day(60), days_since_last=1),
    "and not red in an open week": row(
        "cantTell", channel(*posts(-24 * 9), at=day(60)), as_of=day(60), days_since_last=11
    ),
    "where an earlier look ended": goes_on("failed", 0),
    "an hour that nobody read": goes_on("too_little_data", -1),
    "by a look that is not trusted": goes_on("too_little_data", 0, Weight.FAVOURABLE_ONLY),
    "silent, then an empty wall": row("contradiction", profile(*OLD, at=day(60)), EMPTY, **VK),
    "an empty wall, and a first post a month later": row(
        "failed",
        channel(at=day(-24 * 10)),
        channel(),
        channel(*posts(24 * 40), at=later(days=45)),
        as_of=later(days=46),
    ),
}


@table(SILENT)
def test_silence_is_whole_days_from_the_last_post_or_repost_to_the_weeks_end(row: Row) -> None:
    """More than seven fail, where each page was read from that post on."""
    row.holds(SILENCE)


# Comments open ------------------------------------------------------------------------------------------------------


def states(verdict: str, opened: int = 0, closed: int = 0, unseen: int = 0, **fields: Any) -> Row:
    """Return a row of that many posts in each comments state."""
    values = {"open": opened, "closed": closed, "unseen": unseen} if opened + closed + unseen else {}
    return row(
        verdict, channel(*OLD, *line(*[OPEN] * opened, *[CLOSED] * closed, *[UNKNOWN] * unseen, **fields)), **values
    )


def line(*states: str, **fields: Any) -> tuple[Post, ...]:
    """Return posts of the week's last hours in these comments states: a look on Tuesday noon is soon after them."""
    return tuple(post(n, hours=157 + n, comments_state=state, **fields) for n, state in enumerate(states, start=1))


def commented(side: str, state: str, opened: int) -> Row:
    """Return a row of a post in a comments state with one comment of a side."""
    return wrote(None, post(1, comment(1, side, 5), comments_state=state), open=opened)


def once_open(hours: float, weight: Weight) -> Row:
    """Return a row of closed threads that another look, `hours` later, saw open."""
    open_look = weighed(channel(*OLD, *line(OPEN, OPEN), at=NOW + hours * HOUR), weight)
    return row("passed", weighed(channel(*SHUT)), open_look, as_of=later(days=3), open=2, closed=0, unseen=0)


def unclosed(*looks: Any, **fields: Any) -> Row:
    """Return a row of two posts that are not known to be closed."""
    return row("too_little_data", *looks, as_of=later(days=30), closed=0, unseen=2, **fields)


SHUT, HALF = (*OLD, *line(CLOSED, CLOSED)), {"posts_since": day(0.5), "older_cause": "throttled"}
BLIND = weighed(channel(*OLD, *line(UNKNOWN, UNKNOWN)))
STATES = {
    "two open": states("passed", 2),
    "one open, two unseen": states("passed", 1, 0, 2),
    "two closed": states("failed", 0, 2),
    "two closed of four": states("failed", 0, 2, 2),
    "two closed of five": states("too_little_data", 0, 2, 3),
    "one closed": states("too_little_data", 0, 1),
    "one open of two": states("no_threshold", 1, 1),
    "no post": states("inapplicable"),
    "closed reposts": states("failed", 0, 2, repost=True),
    "closed, not read whole": row("throttled", channel(*line(CLOSED, CLOSED), **HALF)),
    "open, not read whole": row("passed", channel(*line(OPEN, UNKNOWN), **HALF)),
    "not read": row("preview_off", channel(*line(CLOSED, CLOSED), posts_cause="preview_off")),
    "why none was seen": states("throttled", 0, 0, 2, comments_cause="throttled"),
    "a citizen wrote under a closed post": commented("citizen", CLOSED, 1),
    "the owner wrote there": commented("owner", CLOSED, 0),
    "a citizen wrote under one not known": commented("citizen", UNKNOWN, 1),
    "open before": once_open(-30, Weight.FULL),
    "open since": once_open(30, Weight.FULL),
    "open by a doubted look": once_open(-30, Weight.FAVOURABLE_ONLY),
    "closed by a doubted look": unclosed(BLIND, weighed(channel(*SHUT, at=NOW + HOUR), Weight.FAVOURABLE_ONLY)),
    "closed by a late one": unclosed(BLIND, weighed(channel(*SHUT, at=later(days=20)))),
    "the run read no thread of the route": unclosed(channel(*SHUT), threads_work=False),
    "open on the other page": row("no_threshold", channel(*SHUT), profile(*OLD, *line(OPEN)), pages=BOTH),
}


@table(STATES)
def test_red_takes_two_known_posts_and_half_of_all_and_none_ever_open(row: Row) -> None:
    """Of a week that was read whole; green one known and none closed; seen open once, it is. Reposts are posts here."""
    row.holds(COMMENTS)


def test_a_policy_that_asks_for_no_open_comments_leaves_the_check_out() -> None:
    """`comments_open: false`: nobody has such a finding."""
    assert judge(COMMENTS, case([in_office()], channel(*SHUT), policy={COMMENTS: False})) == []
