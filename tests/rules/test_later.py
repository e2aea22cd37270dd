"""What became of a page later, or was seen earlier, does not change a week that was read whole."""

from datetime import timedelta

import pytest

from tests.cases import NOW, WEEK, day, posts
from tests.rules.helpers import (
    CLIENT,
    CLOSED,
    PRACTICE,
    all_of,
    channel,
    failing,
    later,
    of_office,
    post,
    profile,
    vk_page,
)

SATURDAY = day(24 * 5 + 12)
OLD = posts(-24 * 200, first_id=500)


# Item 13
def test_a_page_gone_since_saturday_and_still_gone_on_tuesday_is_gone() -> None:
    """The first of the looks that still say so is of the week: one more look that agrees takes nothing back."""
    there = profile(*OLD, at=day(30))
    gone, still = (profile(exists=False, at=at) for at in (SATURDAY, NOW))
    for looks in ([there, gone], [there, gone, still]):
        outcomes = [found.outcome for found in all_of("account_exists", looks, pages=[vk_page()])]
        assert "failed" in outcomes
        assert "passed" not in outcomes


# Item 14
@pytest.mark.parametrize("check", PRACTICE)
def test_a_week_read_whole_is_judged_by_what_was_read_though_the_page_is_deleted_later(check: str) -> None:
    """Red on Tuesday; on Friday the network says that the page is gone: what was red stays red."""
    whole = profile(*failing(check))
    gone = profile(exists=False, at=NOW + timedelta(days=3))
    as_of = NOW + timedelta(days=4)
    assert of_office(check, [whole], pages=[vk_page()], as_of=as_of).outcome == "failed"
    assert of_office(check, [whole, gone], pages=[vk_page()], as_of=as_of).verdict == ("failed", None)


# Item 15
@pytest.mark.parametrize("check", PRACTICE)
def test_an_older_look_by_the_other_route_takes_nothing_from_a_newer_one(check: str) -> None:
    """The signed-in client looked on Friday, the preview read the week whole on Tuesday: Tuesday counts."""
    friday, tuesday = channel(*failing(check), at=day(24 * 4 + 12), route=CLIENT), channel(*failing(check))
    assert of_office(check, [tuesday]).outcome == "failed"
    assert of_office(check, [friday, tuesday]).verdict == ("failed", None)


# Item 15
@pytest.mark.parametrize("hours", [1, 48])
def test_a_thread_closed_between_the_looks_of_two_routes_was_seen_open(hours: int) -> None:
    """Seen open once, it is open: an hour later or two days later it was closed, and nothing contradicts that."""
    shown = channel(post(1), post(2, hours=3))
    shut = channel(
        post(1, comments_state=CLOSED),
        post(2, hours=3, comments_state=CLOSED),
        at=NOW + timedelta(hours=hours),
        route=CLIENT,
    )
    found = of_office("comments_open", [shown, shut], as_of=NOW + timedelta(days=3))
    assert found.verdict == ("passed", None)
    assert (found.value("open"), found.value("closed"), found.value("unseen")) == (2, 0, 0)


# Item 43
@pytest.mark.parametrize("check", ["posts_per_week", "longest_silence"])
def test_a_later_look_that_shows_later_posts_is_no_contradiction_of_an_empty_wall(check: str) -> None:
    """The wall was read whole and empty two days after the week; a month later there is the first post."""
    before, empty = channel(at=day(-24 * 10)), channel()
    first = channel(*posts(24 * 40, first_id=1), at=later(days=45))
    assert of_office(check, [before, empty], as_of=later(days=46)).verdict == ("failed", None)
    assert of_office(check, [before, empty, first], as_of=later(days=46)).verdict == ("failed", None)


# Item 21
@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize("minutes", [1, 12 * 60, 24 * 60 - 1])
def test_nothing_of_the_practice_fails_before_the_week_is_closed(check: str, minutes: int) -> None:
    """A week is closed a day after its end; one minute after Sunday's end, and for all of Monday, it is not."""
    at = WEEK.ends + timedelta(minutes=minutes)
    assert of_office(check, [channel(*failing(check), at=at)], as_of=at).verdict == ("cantTell", "too_little_data")
    closes = WEEK.ends + timedelta(hours=24)
    assert of_office(check, [channel(*failing(check), at=at)], as_of=closes).verdict == ("failed", None)
