"""**Comments open** of section 5, by its text alone: each docstring quotes or paraphrases the sentence that decides."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.base.snapshot import CommentsState, Post, RunSnapshot, Snapshot, Weight
from tests.cases import NOW, WEEK, day
from tests.fairness.talk import (
    CLOSED,
    HOUR,
    LITTLE,
    NUMBERS,
    OPEN,
    SECOND,
    as_1_0_stored,
    channel,
    opened,
    post,
    profile,
    question,
)
from tests.rules.rule_rows import BOTH, later, weighed

DOUBTED = Weight.FAVOURABLE_ONLY
TWO_DAYS = timedelta(days=2)


def shut(*hours: float, first: int = 1, state: CommentsState = CLOSED, **fields: Any) -> tuple[Post, ...]:
    """Return posts at these hours of the week, each with closed comments."""
    return tuple(post(n, hours=h, comments_state=state, **fields) for n, h in enumerate(hours, start=first))


def look(hours: float, *page_posts: Post, **fields: Any) -> Snapshot:
    """Return a look at the channel, so many hours after the week's start."""
    return channel(*page_posts, at=day(hours), **fields)


EARLY, SPREAD, LAST = shut(1, 5), shut(1, 30, 60, 90), shut(160, 165)
"""Posts of Monday, posts of four days, and posts of Sunday evening, less than two days before the look on Tuesday."""


# What is known to be closed ------------------------------------------------------------------------------------------


def test_comments_that_are_shut_at_the_one_look_on_tuesday_may_have_been_open() -> None:
    """Known to be closed where a look *within two days after it* saw so; a first week is `too_little_data`.

    Item 22: open for three days and then shut. 1.0.0: failed.
    """
    finding = opened(channel(*SPREAD))
    assert (finding.verdict, finding.values["open"], finding.values["closed"]) == (LITTLE, 0, 0)


KNOWN = {
    "Sunday's posts on Tuesday": [channel(*LAST)],
    "Monday's posts on Tuesday": [look(24, *EARLY), channel(*EARLY)],
    "a second before two days": [channel(*shut(1, 5), at=day(49) - SECOND), channel(*EARLY)],
    "half of four": [channel(*LAST, *shut(100, 110, first=11))],
}


@pytest.mark.parametrize("looks", KNOWN.values(), ids=KNOWN.keys())
def test_two_posts_seen_closed_within_two_days_are_red(looks: Sequence[Snapshot]) -> None:
    """`failed`: of a week read whole, two or more and half or more are known and none was ever seen open."""
    finding = opened(*looks)
    assert (finding.outcome, finding.values["closed"]) == ("failed", 2)


UNKNOWN = {
    "a second after two days": [channel(*EARLY, at=day(53) + SECOND), channel(*EARLY)],
    "one alone": [channel(*shut(160))],
    "one of two": [channel(*shut(60, 160))],
    "two of five": [channel(*LAST, *shut(100, 110, 120, first=11))],
    "by a doubted look": [weighed(look(24, *EARLY), DOUBTED), channel(*EARLY)],
    "in a run that read no comments elsewhere": [RunSnapshot(str(WEEK), look(24, *EARLY)), channel(*EARLY)],
}


@pytest.mark.parametrize("looks", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_where_fewer_are_known_it_is_too_little(looks: Sequence[Snapshot]) -> None:
    """`too_little_data` where fewer than two, or than half, are known. 1.0.0: failed, all but the one alone."""
    assert opened(*looks).verdict == LITTLE


# The looks next before and after -------------------------------------------------------------------------------------

WORD: dict[str, Any] = {"page_comments": CLOSED}
RECENT_BEFORE, RECENT_AFTER = shut(-20, first=50), shut(180, first=60)
BETWEEN: dict[str, list[Any]] = {
    "the page lets nobody comment": [look(-12, **WORD), channel(*SPREAD, **WORD)],
    "each saw a post of its last two days closed": [
        look(-12, *RECENT_BEFORE),
        channel(*RECENT_BEFORE, *SPREAD, *RECENT_AFTER),
    ],
    "two of them": [look(-12, *shut(-20, -40, first=50)), channel(*SPREAD, *RECENT_AFTER)],
    "the one by word, the other by its posts": [look(-12, **WORD), channel(*SPREAD, *RECENT_AFTER)],
    "two Tuesdays": [
        weighed(look(36, *EARLY), made_for=WEEK.shift(-1)),
        channel(*EARLY, *shut(60, 100, first=11), *shut(170, first=60)),
    ],
    "a look between that says so too": [look(-12, **WORD), look(45, *SPREAD[:2], **WORD), channel(*SPREAD, **WORD)],
}


@pytest.mark.parametrize("looks", BETWEEN.values(), ids=BETWEEN.keys())
def test_between_two_looks_that_saw_all_closed_a_post_is_known_to_be_closed(looks: Sequence[Any]) -> None:
    """The looks next before and after it saw that the page lets nobody comment, or each saw a recent post closed.

    Items 22 and 37: from the second week on it can be told.
    """
    finding = opened(*looks)
    assert (finding.outcome, finding.values["closed"], finding.values["open"]) == ("failed", 4, 0)


OPEN_WORD: dict[str, Any] = {"page_comments": OPEN}
NOT_BETWEEN = {
    "no look before": [channel(*SPREAD, **WORD)],
    "no word before": [look(-12), channel(*SPREAD, **WORD)],
    "no word after": [look(-12, **WORD), channel(*SPREAD)],
    "all may comment before": [look(-12, **OPEN_WORD), channel(*SPREAD, **WORD)],
    "all may comment after": [look(-12, **WORD), channel(*SPREAD, **OPEN_WORD)],
    "a recent post was open before": [look(-12, *RECENT_BEFORE, *shut(-18, first=55, state=OPEN)), channel(*SPREAD)],
    "one recent post closed and one open after": [
        look(-12, *RECENT_BEFORE),
        channel(*SPREAD, *RECENT_AFTER, *shut(185, first=65, state=OPEN)),
    ],
    "the closed post before was three days old": [
        look(-12, *shut(-12 - 72, first=50)),
        channel(*SPREAD, *RECENT_AFTER),
    ],
    "all may comment beside a closed post": [
        look(-12, *RECENT_BEFORE, **OPEN_WORD),
        channel(*SPREAD, *RECENT_AFTER, **OPEN_WORD),
    ],
    "a look next before that saw nothing recent": [
        look(-12, **WORD),
        look(0),
        channel(*SPREAD, **WORD),
    ],
    "doubted before": [weighed(look(-12, **WORD), DOUBTED), channel(*SPREAD, **WORD)],
    "doubted after": [look(-12, **WORD), channel(*SPREAD), weighed(channel(*SPREAD, at=NOW + HOUR, **WORD), DOUBTED)],
}


@pytest.mark.parametrize("looks", NOT_BETWEEN.values(), ids=NOT_BETWEEN.keys())
def test_unless_both_looks_saw_so_a_post_is_not_known_to_be_closed(looks: Sequence[Any]) -> None:
    """That all may comment counts as seen open; each saw a post of *its own last two days* closed and none open.

    Item 22. 1.0.0: failed, each of them.
    """
    finding = opened(*looks)
    assert (finding.verdict, finding.values["closed"]) == (LITTLE, 0)


def test_a_look_of_1_0_tells_nothing_of_the_time_between() -> None:
    """A look lacks the page's word and whether it read all recent posts: nothing that needs it is `failed`. Item 36.

    1.0.0: failed.
    """
    for name in ("the page lets nobody comment", "each saw a post of its last two days closed"):
        assert opened(*[as_1_0_stored(look) for look in BETWEEN[name]]).verdict == LITTLE


# The other verdicts --------------------------------------------------------------------------------------------------


def test_green_takes_one_that_is_known_and_none_ever_seen_closed() -> None:
    """`passed` where at least one is known and none was ever seen closed: closed on a late day is seen closed, too."""
    one_open, unseen = post(1, hours=5), post(2, hours=60, comments_state="unknown")
    assert opened(channel(one_open, unseen)).verdict == "passed"
    assert opened(channel(one_open, *shut(60, first=2))).verdict == LITTLE


def test_what_was_seen_open_once_is_open() -> None:
    """A citizen's comment shows that a thread is open; seen open once, it is, by whatever look."""
    open_before = channel(*shut(160, 165, state=OPEN), at=day(166))
    assert opened(open_before, channel(*LAST)).verdict == "passed"
    assert opened(weighed(open_before, DOUBTED), channel(*LAST)).verdict == "passed"
    assert opened(channel(post(1, question(1, 161), hours=160, comments_state=CLOSED), LAST[1])).verdict == NUMBERS


def test_one_open_and_one_closed_are_numbers() -> None:
    """Else `no_threshold` with n of N, on one page or on two."""
    finding = opened(channel(*shut(160), *shut(165, first=2, state=OPEN)))
    assert (finding.verdict, finding.values["open"], finding.values["closed"]) == (NUMBERS, 1, 1)
    assert opened(channel(*LAST), profile(*shut(160, state=OPEN)), pages=BOTH).verdict == NUMBERS


def test_without_a_post_of_the_week_nothing_is_asked() -> None:
    """Of the week's posts and reposts; none: `inapplicable`."""
    assert opened(channel(*shut(-3, first=50), *RECENT_AFTER)).outcome == "inapplicable"
    assert opened(channel(*shut(160, 165, repost=True))).outcome == "failed"


def test_a_week_that_was_not_read_whole_is_not_red() -> None:
    """`failed`: of a week read whole."""
    assert opened(look(150, *EARLY), look(24, *EARLY)).outcome == "cantTell"
    assert opened(channel(*LAST, posts_since=day(10), older_cause="throttled")).verdict == "throttled"


@pytest.mark.parametrize(("days", "outcome"), [("11-16..11-18", "inapplicable"), ("11-16..11-17", "failed")])
def test_three_quiet_days_excuse_closed_comments(days: str, outcome: str) -> None:
    """In a week with three or more of the `quiet_days` what would be `failed` is `inapplicable`. Item 26.

    1.0.0: failed.
    """
    policy = {"quiet_days": [days]}
    assert opened(channel(*LAST), policy=policy).outcome == outcome
    assert opened(channel(*shut(160, state=OPEN)), policy=policy).outcome == "passed"


# The same for any looks ----------------------------------------------------------------------------------------------

HOURS = st.lists(st.integers(-60, 200), min_size=1, max_size=6, unique=True)
WORDS = st.sampled_from([None, None, CLOSED, OPEN])
LOOKS = st.lists(st.tuples(st.integers(-50, 203), WORDS), max_size=4, unique_by=lambda drawn: drawn[0])
WORLD = st.tuples(HOURS, LOOKS, WORDS, st.sets(st.tuples(st.integers(0, 5), st.integers(0, 4)), max_size=2))


def looks_of(hours: list[int], looks: list[tuple[int, Any]], last: Any, seen_open: set[Any]) -> list[Snapshot]:
    """Return looks at the posts written so far, all of them closed but for `seen_open`, pairs of post and look.

    The last look is on Tuesday after the week. The minutes keep moments apart.
    """
    page = []
    for n, (hour, word) in enumerate([*sorted(looks, key=lambda each: each[0]), (204, last)]):
        states = {i: OPEN if (i, n) in seen_open else CLOSED for i in range(len(hours))}
        visible = [post(i + 1, hours=h, comments_state=states[i]) for i, h in enumerate(hours) if h < hour + 0.5]
        page.append(channel(*visible, at=day(hour + 0.5), page_comments=word))
    return page


def by_the_text(looks: list[Snapshot]) -> str:
    """Return the verdict that section 5 gives to these full looks, of which the last comes after the week."""

    def says_closed(look: Snapshot) -> bool:
        recent = [p.comments_state for p in look.posts if p.at >= look.taken_at - TWO_DAYS]
        by_posts = CLOSED in recent and OPEN not in recent
        return look.page_comments is not OPEN and (by_posts or look.page_comments is CLOSED)

    def known_closed(at: datetime) -> bool:
        soon = any(at <= each.taken_at <= at + TWO_DAYS for each in looks)
        before = [look for look in looks if look.taken_at < at]
        after = [look for look in looks if look.taken_at >= at]
        return soon or (bool(before and after) and says_closed(before[-1]) and says_closed(after[0]))

    of_week = {p.id: p.at for p in looks[-1].posts if WEEK.starts <= p.at < WEEK.ends}
    seen_open = {p.id for look in looks for p in look.posts if p.comments_state is OPEN} & set(of_week)
    closed = {number for number, at in of_week.items() if number not in seen_open and known_closed(at)}
    settled = len(seen_open | closed)
    if not of_week:
        return "inapplicable"
    if seen_open == set(of_week):
        return "passed"
    if settled < 2 or settled * 2 < len(of_week):
        return LITTLE
    return NUMBERS if seen_open else "failed"


@settings(max_examples=300)
@given(WORLD)
def test_the_verdict_is_that_of_the_text_written_a_second_time(world: Any) -> None:
    """All of **Comments open** for one page that full looks read.

    The text does not say whether the page's word that all may comment takes back what a look saw closed within two
    days: either is accepted.
    """
    looks = looks_of(*world)
    verdict = by_the_text(looks)
    lenient = {LITTLE, NUMBERS} if verdict == "failed" and any(look.page_comments is OPEN for look in looks) else set()
    assert opened(*looks).verdict in {verdict} | lenient


@given(WORLD)
def test_each_post_is_open_closed_or_unseen(world: Any) -> None:
    """Readers are told numbers that add up."""
    looks = looks_of(*world)
    values = opened(*looks).values
    count = sum(WEEK.starts <= p.at < WEEK.ends for p in looks[-1].posts)
    assert sum(values.get(name) or 0 for name in ("open", "closed", "unseen")) == count


@given(HOURS, st.integers(0, 300))
def test_one_look_more_than_two_days_after_the_posts_is_never_red(hours: list[int], wait: int) -> None:
    """A first week is `too_little_data`. Item 22."""
    at = max(day(max(hours) + 48.5), WEEK.ends) + wait * HOUR
    assert opened(channel(*shut(*hours), at=at), as_of=max(at, later(days=3))).outcome != "failed"


@given(WORLD, st.sampled_from([Weight.FULL, DOUBTED]), st.sampled_from([day(190), later(days=2), later(days=20)]))
def test_a_thread_seen_open_by_any_look_is_never_red(world: Any, weight: Weight, at: Any) -> None:
    """None was ever seen open; for the person counts whatever was ever seen."""
    looks = looks_of(*world)
    last = [p.model_copy(update={"comments_state": OPEN}) for p in looks[-1].posts if WEEK.starts <= p.at < WEEK.ends]
    assert opened(*looks, weighed(channel(*last[:1], at=at), weight), as_of=later(days=20)).outcome != "failed"


@given(WORLD, WORDS, st.booleans())
def test_a_look_that_is_late_or_in_doubt_turns_no_cell_red(world: Any, word: Any, late: bool) -> None:
    """Against the holder counts only what was seen in time, over a route whose controls came out right."""
    looks = looks_of(*world)
    at, weight = (later(days=20), Weight.FULL) if late else (later(days=2), DOUBTED)
    added = channel(*looks[-1].posts, *shut(210, first=80), at=at, page_comments=word)
    options = {"as_of": later(days=20)}
    if opened(*looks, **options).outcome != "failed":
        assert opened(*looks, weighed(added, weight), **options).outcome != "failed"


@given(WORLD)
def test_looks_of_1_0_make_red_only_of_what_they_saw_soon_after(world: Any) -> None:
    """The page's word and the comments of all recent posts were not recorded: unknown, never "no". Item 36."""
    looks = looks_of(*world)
    soon = [
        p
        for p in looks[-1].posts
        if WEEK.starts <= p.at < WEEK.ends and any(p.at <= look.taken_at <= p.at + TWO_DAYS for look in looks)
    ]
    if len(soon) < 2:
        assert opened(*[as_1_0_stored(look) for look in looks]).outcome != "failed"
