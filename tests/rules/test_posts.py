"""Posts and silence (section 5): how many there were in the week, and for how long there was none."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Post, Weight
from auditor.language.sketch import of_post
from tests.cases import NOW, WEEK, day, posts
from tests.rules.helpers import (
    BOTH,
    GREEN,
    LITTLE,
    RED,
    Row,
    cant,
    channel,
    in_office,
    later,
    of_office,
    profile,
    row,
    table,
    vk_page,
    weighed,
)

POSTS, SILENCE = "posts_per_week", "longest_silence"
OLD = posts(-24 * 60, first_id=900)
SECOND = timedelta(seconds=1)


def wrote(verdict: Any, *line: Post, **more: Any) -> Row:
    """Write a row of the channel's posts."""
    return row(verdict, channel(*OLD, *line), **more)


def shown(verdict: Any, count: int | None, at_least: bool | None, hours: tuple = (1, 2), **fields: Any) -> Row:
    """Write a row of a look that shows posts of these hours, and perhaps not all."""
    return row(verdict, channel(**{"posts": posts(*hours)} | fields), posts=count, at_least=at_least)


def said(*rows: tuple[float, str], first_id: int = 1) -> tuple[Post, ...]:
    """Posts at so many hours of the week with these words."""
    lines = (posts(at, first_id=number, sketch=of_post(text)) for number, (at, text) in enumerate(rows, start=first_id))
    return tuple(post for line in lines for post in line)


def own(verdict: Any, count: int, reposts: int) -> Row:
    """Write a row of so many own posts and bare reposts."""
    line = (*posts(*range(count)), *posts(*range(50, 50 + reposts), repost=True, first_id=50))
    return wrote(verdict, *line, posts=count, reposts=reposts, distinct=count, at_least=False)


PARTS = channel(*OLD, *posts(1), at=day(60))
EMPTY = profile(at=NOW + timedelta(hours=1))
VK = {"pages": [vk_page()], "as_of": later(days=3)}
COUNTED = {
    "none": own(RED, 0, 0),
    "two": own(RED, 2, 0),
    "three": own(GREEN, 3, 0),
    "two and reposts": own(RED, 2, 5),
    "three and reposts": own(GREEN, 3, 5),
    "posts_per_week of 2": wrote(GREEN, *posts(1, 2), policy={POSTS: 2}),
    "Monday 00:00 belongs to the week that begins": wrote(
        RED, *posts(0), *posts(167.999, 168, -0.001, first_id=2), posts=2
    ),
    "read from its start": shown(RED, 2, False, posts_since=WEEK.starts),
    "read from a second later": shown(LITTLE, 2, True, posts_since=WEEK.starts + SECOND),
    "not read on": shown(cant("throttled"), 2, True, posts_since=day(5), older_cause="throttled"),
    "enough is enough": shown(GREEN, 3, True, (1, 2, 3), posts_since=day(0.5)),
    "not read": shown(cant("preview_off"), None, None, (), posts_cause="preview_off"),
    "seen a second before its end": shown(LITTLE, 2, True, taken_at=WEEK.ends - SECOND),
    "read until a second before": shown(LITTLE, 2, True, posts_until=WEEK.ends - SECOND),
    "read until its end": shown(RED, 2, False, posts_until=WEEK.ends),
    "two looks with hours between": row(LITTLE, PARTS, channel(*posts(150, first_id=7), posts_since=day(100))),
    "of which one read all": row(RED, PARTS, channel(*posts(1), posts_since=WEEK.starts)),
    "deleted since": row(GREEN, channel(*OLD, *posts(1, 20, 40), at=day(60)), channel(*OLD, *posts(1))),
    "enough on Wednesday": row(GREEN, channel(*OLD, *posts(1, 2, 3), at=day(60)), as_of=day(60)),
    "too few on Wednesday": row(LITTLE, PARTS, as_of=day(60)),
    "words of last week": wrote(None, *said((-5, "Открыли мост"), (2, "Открыли мост")), distinct=1),
    "words of a repost": wrote(
        None,
        *said((2, "Открыли мост")),
        *posts(3, repost=True, first_id=9, sketch=of_post("Открыли мост")),
        distinct=1,
        reposts=1,
    ),
    "same_text_hours of 9": wrote(
        None, *said((0, "Открыли мост"), (10, "Открыли мост")), policy={"same_text_hours": 9}, distinct=2
    ),
    "too few, then an empty wall": row(cant("contradiction"), profile(*OLD, *posts(1, 2), at=day(60)), EMPTY, **VK),
    "enough, then an empty wall": row(GREEN, profile(*OLD, *posts(1, 2, 3), at=day(60)), EMPTY, **VK),
    "too few and read whole, then empty": row(RED, profile(*OLD, *posts(1, 2)), EMPTY, **VK),
    "a doubted look denies the empty wall": row(
        cant("contradiction"), weighed(profile(*posts(-24 * 9), at=day(60)), Weight.FOR_HIM), weighed(EMPTY), **VK
    ),
    "another post is no empty wall": row(RED, PARTS, channel(*posts(150, first_id=7), posts_since=WEEK.starts)),
    "empty down to a post that was seen": row(cant("contradiction"), PARTS, channel(posts_since=day(1))),
    "the other page gone as the week began": row(
        RED, channel(*OLD, *posts(1)), profile(exists=False, cause="gone", at=WEEK.starts), pages=BOTH
    ),
    "a second later": row(
        cant("gone"), channel(*OLD, *posts(1)), profile(exists=False, cause="gone", at=WEEK.starts + SECOND), pages=BOTH
    ),
}


@table(COUNTED)
def test_own_posts_are_held_against_the_benchmark(row: Row) -> None:
    """Reposts apart; too few are told only of a week that was read whole, and what was not seen is never zero."""
    row.holds(POSTS)


@pytest.mark.parametrize(
    ("rows", "distinct"),
    [
        ([(0, "Открыли мост"), (72, "Открыли мост")], 1),
        ([(0, "Открыли мост"), (72 + 1 / 3600, "Открыли мост")], 2),
        ([(0, "Открыли мост"), (71, "Открыли мост"), (72.1, "Открыли мост")], 2),
        ([(0, "Открыли мост"), (80, "Открыли мост"), (140, "Открыли мост")], 2),
        ([(0, "Открыли мост"), (1, "🛠 ОТКРЫЛИ мост! https://vk.com/wall5_1")], 1),
        ([(0, "Открыли мост"), (1, "Открыли школу"), (2, "Открыли мост")], 2),
        ([(0, "Пожаров 1, аварий 2"), (1, "Пожаров 0, аварий 3")], 2),
        ([(0, "👍"), (1, "👍"), (2, ""), (3, "")], 4),
    ],
)
@pytest.mark.parametrize("networks", [1, 2])
def test_own_posts_with_the_same_words_within_72_hours_of_the_first_are_one(rows, distinct: int, networks: int) -> None:
    """On any network; without words never, and near-equal words are others."""
    line = said(*rows)
    looks = [channel(*OLD, *line)] if networks == 1 else [channel(*OLD, *line[::2]), profile(*OLD, *line[1::2])]
    verdict = GREEN if distinct >= 3 else RED
    row(verdict, *looks, pages=BOTH[:networks], posts=len(rows), distinct=distinct).holds(POSTS)


@given(st.lists(st.tuples(st.integers(0, 167), st.sampled_from(["", "раз", "два", "три"])), max_size=12))
def test_distinct_lies_between_the_texts_and_the_posts(rows: list[tuple[float, str]]) -> None:
    """Joining copies never loses a text."""
    texts = [text for _, text in rows]
    distinct = of_office(POSTS, wrote(None, *said(*rows)).looks).value("distinct")
    assert len({*texts} - {""}) + texts.count("") <= distinct <= len(rows)


# Silence ------------------------------------------------------------------------------------------------------------


def silent(verdict: Any, days: int, *hours: float, **fields: Any) -> Row:
    """Write a row of posts at these hours, the last so many days before the end."""
    return row(verdict, channel(*posts(*hours, **fields)), days_since_last=days)


def goes_on(verdict: Any, hours: float, weight: Weight = Weight.FULL) -> Row:
    """Write a row of two looks, of which the first ended so many hours after the second's first moment."""
    since = day(-24 * 20)
    first = weighed(channel(*OLD, at=since + timedelta(hours=hours)), weight)
    return row(verdict, first, channel(posts_since=since))


def beside(verdict: Any, here: tuple[Post, ...], there: tuple[Post, ...] = (), **vk: Any) -> Row:
    """Write a row of two pages: the channel with these posts, and a profile."""
    return row(verdict, channel(*here), profile(*there, **vk), pages=BOTH)


NEVER = {"opened_at": WEEK.ends - timedelta(days=100), "opened_precision": "exact", "traces": ()}
SILENT = {
    "posts in the week": silent(GREEN, 0, -20, 20, 160),
    "a gap that has ended": silent(GREEN, 6, -24 * 60, 24),
    "Monday 00:00": silent(GREEN, 7, 0),
    "a second before": silent(GREEN, 7, -1 / 3600),
    "eight days": silent(RED, 8, -24),
    "a second less": silent(GREEN, 7, -24 + 1 / 3600),
    "a repost breaks it": silent(GREEN, 7, 0, repost=True),
    "eight days from a repost": silent(RED, 8, -24, repost=True),
    "silence_days of 8": row(GREEN, channel(*posts(-24)), policy={"silence_days": 8}),
    "never, from the opening on": row(RED, channel(**NEVER), days_since_last=100),
    "never, from taking office on": row(
        RED, channel(**NEVER), person=in_office(since="2026-11-08"), days_since_last=15
    ),
    "never, not read to the opening": row(LITTLE, channel(**NEVER, posts_since=day(-24 * 30))),
    "the other page read from there": beside(RED, posts(-48), posts_since=day(-48)),
    "from a second later": beside("cantTell", posts(-48), posts_since=day(-48) + SECOND),
    "posts on the other page": beside(GREEN, posts(-48), posts(100)),
    "to the moment of the audit": row(GREEN, channel(*posts(30), at=day(60)), as_of=day(60), days_since_last=1),
    "and not red in an open week": row(
        "cantTell", channel(*posts(-24 * 9), at=day(60)), as_of=day(60), days_since_last=11
    ),
    "where an earlier look ended": goes_on(RED, 0),
    "an hour that nobody read": goes_on(LITTLE, -1),
    "by a look that is not trusted": goes_on(LITTLE, 0, Weight.FOR_HIM),
    "silent, then an empty wall": row(cant("contradiction"), profile(*OLD, at=day(60)), EMPTY, **VK),
    "silent and read whole, then empty": row(RED, profile(*OLD), EMPTY, **VK),
    "an empty wall, and a first post a month later": row(
        RED, channel(at=day(-24 * 10)), channel(), channel(*posts(24 * 40), at=later(days=45)), as_of=later(days=46)
    ),
}


@table(SILENT)
def test_silence_is_whole_days_from_the_last_post_or_repost_to_the_weeks_end(row: Row) -> None:
    """More than seven fail, where each page was read from that post on."""
    row.holds(SILENCE)


def test_one_pause_is_red_in_the_weeks_at_whose_end_it_lasts() -> None:
    """Nine days of silence are red once, and a column every Monday at ten never."""
    line = [posts(hours, first_id=n)[0] for n, hours in enumerate(range(-24 * 60, -24 * 9 + 1, 24), start=1)]
    line += posts(*range(1, 24 * 30, 24), first_id=500)
    mondays = posts(*(10 + 168 * n for n in range(-8, 5)))
    for published, times in ((line, 1), (mondays, 0)):
        outcomes = []
        for back in range(3, -4, -1):
            week = WEEK.shift(-back)
            look = channel(*(p for p in published if p.at < week.ends), at=week.ends + timedelta(hours=36))
            outcomes.append(of_office(SILENCE, [look], week=week, as_of=look.taken_at).outcome)
        assert outcomes.count("failed") == times
