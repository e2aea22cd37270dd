"""Can people comment under the week's posts?"""

from datetime import timedelta

import pytest

from auditor.base.snapshot import CommentsState, Weight
from tests.cases import NOW, account, day, posts
from tests.rules.helpers import CLOSED, OPEN, channel, comment, later, of_office, post, profile, vk_page, weighed

CHECK = "comments_open"
UNKNOWN = CommentsState.UNKNOWN
OLD = posts(-24 * 20, first_id=90)


def line(*states: CommentsState, **fields):
    """Posts of the week with these states."""
    return tuple(post(n, hours=n, comments_state=state, **fields) for n, state in enumerate(states, start=1))


def counts(found) -> tuple:
    """What is known of the posts."""
    return found.value("open"), found.value("closed"), found.value("unseen")


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ([OPEN, OPEN], ("passed", None)),
        ([OPEN], ("passed", None)),
        ([OPEN, UNKNOWN, UNKNOWN], ("passed", None)),
        ([CLOSED, CLOSED], ("failed", None)),
        ([CLOSED, CLOSED, UNKNOWN, UNKNOWN], ("failed", None)),
        ([CLOSED, CLOSED, UNKNOWN, UNKNOWN, UNKNOWN], ("cantTell", "too_little_data")),
        ([CLOSED], ("cantTell", "too_little_data")),
        ([CLOSED, UNKNOWN], ("cantTell", "too_little_data")),
        ([UNKNOWN, UNKNOWN], ("cantTell", "too_little_data")),
        ([OPEN, CLOSED], ("cantTell", "no_threshold")),
        ([OPEN, CLOSED, CLOSED, CLOSED], ("cantTell", "no_threshold")),
        ([OPEN, CLOSED, UNKNOWN, UNKNOWN, UNKNOWN], ("cantTell", "too_little_data")),
        ([], ("inapplicable", None)),
    ],
)
@pytest.mark.parametrize("repost", [False, True])
def test_red_takes_two_known_posts_and_half_of_all_and_none_ever_open(states, verdict: tuple, repost: bool) -> None:
    """Of a week that was read whole; green one known and none closed. A repost is a post here."""
    found = of_office(CHECK, [channel(*OLD, *line(*states, repost=repost))])
    assert found.verdict == verdict
    if states:
        assert counts(found) == (states.count(OPEN), states.count(CLOSED), states.count(UNKNOWN))


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"posts_since": day(0.5), "older_cause": "throttled"}, ("cantTell", "throttled")),
        ({"posts_cause": "preview_off"}, ("cantTell", "preview_off")),
    ],
)
def test_a_week_that_was_not_read_whole_does_not_fail(fields, verdict: tuple) -> None:
    """There may be a post that is open; one that was seen open passes."""
    assert of_office(CHECK, [channel(*line(CLOSED, CLOSED), **fields)]).verdict == verdict
    assert of_office(CHECK, [channel(*line(OPEN, UNKNOWN), **fields)]).verdict == ("passed", None)


def test_why_no_thread_could_be_seen_is_said() -> None:
    """By the first of them."""
    unread = line(UNKNOWN, UNKNOWN, comments_cause="throttled")
    assert of_office(CHECK, [channel(*OLD, *unread)]).verdict == ("cantTell", "throttled")


@pytest.mark.parametrize(("side", "outcome"), [("citizen", "passed"), ("owner", "failed"), ("body", "failed")])
def test_a_citizens_comment_shows_that_a_thread_is_open(side: str, outcome: str) -> None:
    """Though it is closed today; what the owner writes there shows nothing."""
    talk = post(1, comment(1, side, 5), comments_state=CLOSED)
    shut = (talk, *(post(n, hours=n, comments_state=CLOSED) for n in (2, 3)))
    unseen = post(1, comment(1, side, 5), comments_state=UNKNOWN)
    assert counts(of_office(CHECK, [channel(*OLD, *shut)]))[0] == (outcome == "passed")
    assert counts(of_office(CHECK, [channel(*OLD, unseen)]))[0] == (outcome == "passed")


@pytest.mark.parametrize("hours", [-30, 30])
@pytest.mark.parametrize("weight", [Weight.FULL, Weight.FOR_HIM])
def test_seen_open_once_it_is(hours: float, weight: Weight) -> None:
    """By whichever look, before or after the one that saw it closed."""
    shut, shown = (
        channel(*OLD, *line(CLOSED, CLOSED)),
        channel(*OLD, *line(OPEN, OPEN), at=NOW + timedelta(hours=hours)),
    )
    found = of_office(CHECK, [weighed(shut), weighed(shown, weight)], as_of=later(days=3))
    assert (found.verdict, counts(found)) == (("passed", None), (2, 0, 0))


def test_closed_is_told_by_a_full_look_in_time_alone() -> None:
    """One that is doubted, late or of before the week's end does not make a thread closed."""
    blind = channel(*OLD, *line(UNKNOWN, UNKNOWN))
    for other in (
        weighed(channel(*OLD, *line(CLOSED, CLOSED), at=NOW + timedelta(hours=1)), Weight.FOR_HIM),
        weighed(channel(*OLD, *line(CLOSED, CLOSED), at=later(days=20))),
    ):
        found = of_office(CHECK, [weighed(blind), other], as_of=later(days=30))
        assert (found.outcome, counts(found)) == ("cantTell", (0, 0, 2))


# Item 48
def test_closed_is_told_only_where_the_run_read_a_thread_of_the_route() -> None:
    """Else it may be the route that shows no thread at all."""
    look = channel(*OLD, *line(CLOSED, CLOSED))
    assert of_office(CHECK, [look]).verdict == ("failed", None)
    found = of_office(CHECK, [look], threads_work=False)
    assert (found.verdict, counts(found)) == (("cantTell", "too_little_data"), (0, 0, 2))


def test_over_two_pages_one_open_thread_keeps_red_away() -> None:
    """The person is judged."""
    looks, pages = [channel(*OLD, *line(CLOSED, CLOSED)), profile(*OLD, *line(OPEN))], [account(), vk_page()]
    assert of_office(CHECK, looks, pages=pages).verdict == ("cantTell", "no_threshold")


def test_a_policy_that_asks_for_no_open_comments_leaves_the_check_out() -> None:
    """`comments_open: false`: nobody has such a finding."""
    with pytest.raises(StopIteration):
        of_office(CHECK, [channel(*OLD, *line(CLOSED, CLOSED))], policy={CHECK: False})


def test_a_look_within_the_week_has_not_read_it_whole() -> None:
    """There may be a post after it."""
    assert of_office(CHECK, [channel(*OLD, *line(CLOSED, CLOSED), at=day(60))]).outcome == "cantTell"
