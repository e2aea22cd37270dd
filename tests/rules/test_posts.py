"""How many posts there were in the week, and for how long there was none."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Post, Weight
from auditor.language.sketch import of_post
from tests.cases import NOW, WEEK, account, day, posts
from tests.rules.helpers import channel, in_office, later, of_office, profile, vk_page, weighed

POSTS, SILENCE = "posts_per_week", "longest_silence"
OLD = posts(-24 * 60, first_id=900)
SECOND = timedelta(seconds=1)


def counted(*line: Post, **more):
    """Judge the posts of the channel's week."""
    return of_office(POSTS, [channel(*OLD, *line)], **more)


# Posts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "reposts", "outcome"),
    [(0, 0, "failed"), (2, 0, "failed"), (3, 0, "passed"), (2, 5, "failed"), (3, 5, "passed")],
)
def test_own_posts_are_held_against_the_benchmark(own: int, reposts: int, outcome: str) -> None:
    """Bare reposts are counted apart and do not help; a zero is a count where all was read."""
    found = counted(*posts(*range(own)), *posts(*range(50, 50 + reposts), repost=True, first_id=50))
    assert found.verdict == (outcome, None)
    assert found.values == {"posts": own, "reposts": reposts, "distinct": own, "at_least": False}


def test_the_benchmark_is_the_policys() -> None:
    """`posts_per_week` is computed with."""
    assert [counted(*posts(1, 2), policy={POSTS: n}).outcome for n in (2, 3)] == ["passed", "failed"]


def test_a_moment_on_the_border_belongs_to_the_week_that_begins() -> None:
    """Monday 00:00 is in, the next Monday 00:00 is not, in the office's zone."""
    line = (*posts(0), *posts(167.999, 168, -0.001, first_id=2))
    assert counted(*line).value("posts") == 2


@pytest.mark.parametrize(
    ("fields", "verdict", "values"),
    [
        ({"posts": posts(1, 2), "posts_since": WEEK.starts}, ("failed", None), (2, False)),
        ({"posts": posts(1, 2), "posts_since": WEEK.starts + SECOND}, ("cantTell", "too_little_data"), (2, True)),
        (
            {"posts": posts(1, 2), "posts_since": day(5), "older_cause": "throttled"},
            ("cantTell", "throttled"),
            (2, True),
        ),
        ({"posts": posts(1, 2, 3), "posts_since": day(0.5)}, ("passed", None), (3, True)),
        ({"posts": (), "posts_cause": "preview_off"}, ("cantTell", "preview_off"), (None, None)),
        ({"posts": posts(1, 2), "taken_at": WEEK.ends - SECOND}, ("cantTell", "too_little_data"), (2, True)),
        ({"posts": posts(1, 2), "posts_until": WEEK.ends - SECOND}, ("cantTell", "too_little_data"), (2, True)),
        ({"posts": posts(1, 2), "posts_until": WEEK.ends}, ("failed", None), (2, False)),
    ],
)
def test_too_few_posts_are_told_only_of_a_week_that_was_read_whole(fields, verdict: tuple, values: tuple) -> None:
    """To the second; enough is enough, and the values say that there may be more. What was not seen is never zero."""
    found = of_office(POSTS, [channel(**fields)])
    assert found.verdict == verdict
    assert (found.value("posts"), found.value("at_least")) == values


def test_two_looks_that_each_read_a_part_have_not_read_the_week_whole() -> None:
    """What became of the hours between them is not known."""
    first = channel(*OLD, *posts(1), at=day(60))
    second = channel(*posts(150, first_id=7), posts_since=day(100))
    assert of_office(POSTS, [first, second]).verdict == ("cantTell", "too_little_data")
    assert of_office(POSTS, [first, channel(*posts(1), posts_since=WEEK.starts)]).outcome == "failed"


@pytest.mark.parametrize(
    ("hours", "weight", "verdict"),
    [
        (0, Weight.FULL, ("failed", None)),
        (-1, Weight.FULL, ("cantTell", "too_little_data")),
        (0, Weight.FOR_HIM, ("cantTell", "too_little_data")),
    ],
    ids=["where it ended", "an hour before", "not trusted"],
)
def test_a_look_goes_on_where_an_earlier_one_ended(hours: float, weight: Weight, verdict: tuple) -> None:
    """Together they have read a silence that began before either's week; an hour that nobody read breaks it."""
    since = day(-24 * 20)
    earlier = weighed(channel(*OLD, at=since + timedelta(hours=hours)), weight)
    assert of_office(SILENCE, [earlier, channel(posts_since=since)]).verdict == verdict


def test_a_post_that_was_deleted_was_written() -> None:
    """What a look saw of the week stays seen."""
    before, after = channel(*OLD, *posts(1, 20, 40), at=day(60)), channel(*OLD, *posts(1))
    assert of_office(POSTS, [before, after]).verdict == ("passed", None)


def test_before_the_week_is_closed_enough_is_enough() -> None:
    """On Wednesday three posts pass, one is not yet too few."""
    for line, verdict in ((posts(1, 2, 3), ("passed", None)), (posts(1), ("cantTell", "too_little_data"))):
        assert of_office(POSTS, [channel(*OLD, *line, at=day(60))], as_of=day(60)).verdict == verdict


# The same words -----------------------------------------------------------------------------------------------------


def said(*rows: tuple[float, str], first_id: int = 1) -> tuple[Post, ...]:
    """Posts at so many hours of the week with these words."""
    lines = (posts(at, first_id=number, sketch=of_post(text)) for number, (at, text) in enumerate(rows, start=first_id))
    return tuple(post for line in lines for post in line)


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
        ([(0, "Открыли мост через реку"), (1, "Открыли мост")], 2),
    ],
)
@pytest.mark.parametrize("networks", [1, 2])
def test_own_posts_with_the_same_words_within_72_hours_of_the_first_are_one(rows, distinct: int, networks: int) -> None:
    """On any network; without words never, and near-equal words are others."""
    line = said(*rows)
    looks = [channel(*OLD, *line)] if networks == 1 else [channel(*OLD, *line[::2]), profile(*OLD, *line[1::2])]
    found = of_office(POSTS, looks, pages=[account(), vk_page()][:networks])
    assert (found.value("posts"), found.value("distinct")) == (len(rows), distinct)
    assert found.outcome == ("passed" if distinct >= 3 else "failed")


def test_the_same_words_of_the_last_week_are_this_weeks_post() -> None:
    """One publication is within one week; and a repost is none."""
    assert counted(*said((-5, "Открыли мост"), (2, "Открыли мост"))).value("distinct") == 1
    repost = posts(3, repost=True, first_id=9, sketch=of_post("Открыли мост"))
    found = counted(*said((2, "Открыли мост")), *repost)
    assert (found.value("distinct"), found.value("reposts")) == (1, 1)


def test_the_hours_are_the_policys() -> None:
    """`same_text_hours` is computed with."""
    line = said((0, "Открыли мост"), (10, "Открыли мост"))
    assert [counted(*line, policy={"same_text_hours": n}).value("distinct") for n in (9, 10)] == [2, 1]


@given(st.lists(st.tuples(st.integers(0, 167), st.sampled_from(["", "раз", "два", "три"])), max_size=12))
def test_distinct_lies_between_the_texts_and_the_posts(rows: list[tuple[float, str]]) -> None:
    """Joining copies never loses a text."""
    texts = [text for _, text in rows]
    assert len({*texts} - {""}) + texts.count("") <= counted(*said(*rows)).value("distinct") <= len(rows)


# Silence ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "days", "outcome"),
    [
        ([-20, 20, 160], 0, "passed"),
        ([-24 * 60, 24], 6, "passed"),
        ([0], 7, "passed"),
        ([-1 / 3600], 7, "passed"),
        ([-24], 8, "failed"),
        ([-24 + 1 / 3600], 7, "passed"),
        ([-24 * 60, 167], 0, "passed"),
    ],
)
@pytest.mark.parametrize("repost", [False, True])
def test_silence_is_whole_days_from_the_last_post_to_the_weeks_end(
    hours, days: int, outcome: str, repost: bool
) -> None:
    """A repost breaks it too; more than seven fail, and a gap that has ended is over."""
    found = of_office(SILENCE, [channel(*posts(*hours, repost=repost))])
    assert (found.outcome, found.values) == (outcome, {"days_since_last": days})


def test_the_days_of_silence_are_the_policys() -> None:
    """`silence_days` is one number."""
    look = [channel(*posts(-24))]
    assert [of_office(SILENCE, look, policy={"silence_days": n}).outcome for n in (7, 8)] == ["failed", "passed"]


def test_who_never_posted_is_silent_from_his_first_day_with_a_page() -> None:
    """With the history read to its end; else it cannot be told."""
    made = WEEK.ends - timedelta(days=100)
    look = channel(opened_at=made, opened_precision="exact", traces=())
    found = of_office(SILENCE, [look])
    assert (found.outcome, found.value("days_since_last")) == ("failed", 100)
    assert of_office(SILENCE, [look], person=in_office(since="2026-11-08")).value("days_since_last") == 15
    part = look.model_copy(update={"posts_since": day(-24 * 30)})
    assert of_office(SILENCE, [part]).verdict == ("cantTell", "too_little_data")


def test_over_two_pages_the_last_post_on_either_counts() -> None:
    """And it fails only where each was read from that post on, to the second."""
    pages = [account(), vk_page()]
    for since, outcome in ((day(-48), "failed"), (day(-48) + SECOND, "cantTell")):
        looks = [channel(*posts(-48)), profile(posts_since=since, posts=())]
        assert of_office(SILENCE, looks, pages=pages).outcome == outcome
    assert of_office(SILENCE, [channel(*posts(-48)), profile(*posts(100))], pages=pages).outcome == "passed"


@pytest.mark.parametrize(("hours", "outcome"), [(30, "passed"), (-24 * 9, "cantTell")])
def test_in_an_open_week_silence_goes_to_the_moment_of_the_audit(hours: float, outcome: str) -> None:
    """`--as-of`, where it is earlier than the week's end."""
    found = of_office(SILENCE, [channel(*posts(hours), at=day(60))], as_of=day(60))
    assert (found.outcome, found.value("days_since_last")) == (outcome, 1 if outcome == "passed" else 11)


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


# A wall that contradicts itself -------------------------------------------------------------------------------------


EMPTY = profile(at=NOW + timedelta(hours=1))
LATER = {"pages": [vk_page()], "as_of": later(days=3)}


@pytest.mark.parametrize(
    ("check", "before", "verdict"),
    [
        (POSTS, profile(*OLD, *posts(1, 2), at=day(60)), ("cantTell", "contradiction")),
        (POSTS, profile(*OLD, *posts(1, 2, 3), at=day(60)), ("passed", None)),
        (POSTS, profile(*OLD, *posts(1, 2)), ("failed", None)),
        (SILENCE, profile(*OLD, at=day(60)), ("cantTell", "contradiction")),
        (SILENCE, profile(*OLD), ("failed", None)),
    ],
    ids=["too few", "enough", "too few, read whole", "silent", "silent, read whole"],
)
def test_an_empty_wall_after_a_look_that_shows_posts_is_a_contradiction(check: str, before, verdict: tuple) -> None:
    """Nothing is said to be missing by it; what was seen counts, and a week that was read whole before was read."""
    assert of_office(check, [before, EMPTY], **LATER).verdict == verdict


def test_an_empty_wall_that_a_doubted_look_denies_is_a_contradiction() -> None:
    """What that one showed was there."""
    shown = weighed(profile(*posts(-24 * 9), at=day(60)), Weight.FOR_HIM)
    for check in (POSTS, SILENCE):
        assert of_office(check, [shown, weighed(EMPTY)], **LATER).verdict == ("cantTell", "contradiction")


def test_a_wall_that_shows_another_post_is_not_empty() -> None:
    """He deleted one and wrote one: two are too few."""
    before, after = channel(*posts(1), at=day(60)), channel(*posts(150, first_id=7), posts_since=WEEK.starts)
    assert of_office(POSTS, [before, after]).verdict == ("failed", None)


def test_an_empty_wall_read_down_to_the_moment_of_a_post_that_was_seen_denies_it() -> None:
    """That post would have been the last one read."""
    before, after = channel(*posts(1), at=day(60)), channel(posts_since=day(1))
    assert of_office(POSTS, [before, after]).verdict == ("cantTell", "contradiction")


@pytest.mark.parametrize(
    ("at", "verdict"), [(WEEK.starts, ("failed", None)), (WEEK.starts + SECOND, ("cantTell", "gone"))]
)
def test_a_page_that_was_gone_as_the_week_began_is_read_and_empty(at: datetime, verdict: tuple) -> None:
    """To the second; the page beside it has too few posts."""
    looks = [channel(*OLD, *posts(1)), profile(exists=False, cause="gone", at=at)]
    assert of_office(POSTS, looks, pages=[account(), vk_page()]).verdict == verdict
