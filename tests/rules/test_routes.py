"""One page seen by two routes: what either saw is united, and nothing is counted twice."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Comment, Snapshot, Weight
from tests.cases import NOW, day, posts
from tests.rules.helpers import (
    CLIENT,
    CLOSED,
    PRACTICE,
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
    weighed,
)

OLD = posts(-24 * 20, first_id=90)
HOUR = timedelta(hours=1)
FIVE = asked(5)
ANSWERED = (*FIVE, *replies("owner", 1, 2, 3, 4, 5))


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
    found = of_office("posts_per_week", [channel(*OLD, *first), client(*OLD, *second)], as_of=later(days=3))
    assert (found.value("posts"), found.value("reposts")) == (own, reposts)
    assert found.outcome == ("passed" if own > 2 else "failed")


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize("cause", ["unreachable", "preview_off", "no_credentials"])
def test_where_one_route_is_blind_the_other_is_enough(check: str, cause: str) -> None:
    """Red and green alike: some full look has read the week whole."""
    blind = channel(exists=None, cause=cause, id=None, opened_at=None, traces=(), at=NOW)
    hidden = channel(posts_cause=cause, at=NOW)
    for unseen in (blind, hidden):
        for hours in (-1, 1):
            at = NOW + timedelta(hours=hours)
            looks = [unseen, client(*failing(check), at=at)]
            assert of_office(check, looks, as_of=later(days=3)).verdict == ("failed", None)


@pytest.mark.parametrize("check", PRACTICE)
def test_where_both_are_blind_the_newer_cause_is_said(check: str) -> None:
    """Nothing was read whole."""
    looks = [channel(posts_cause="preview_off"), client(posts_cause="throttled")]
    assert of_office(check, looks, as_of=later(days=3)).verdict == ("cantTell", "throttled")


def test_a_post_that_one_route_alone_saw_counts() -> None:
    """Two were seen by each, three by both together: also where the one that saw it is the older look."""
    first, second = channel(*OLD, *posts(1, 2)), client(*OLD, *posts(2, 3, first_id=2))
    for looks in ([first, second], [client(*OLD, *posts(2, 3, first_id=2), at=NOW - HOUR), first]):
        found = of_office("posts_per_week", looks, as_of=later(days=3))
        assert (found.outcome, found.value("distinct"), found.value("at_least")) == ("passed", 3, False)


# Existence ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", ["account_exists", *PRACTICE])
@pytest.mark.parametrize("order", [1, -1])
def test_two_full_looks_of_one_run_that_differ_on_existence_contradict_each_other(check: str, order: int) -> None:
    """One route says that the page is gone, the other shows it: nothing is said to be missing."""
    there = weighed(channel(*failing(check if check in PRACTICE else "posts_per_week")), run=5)
    gone = weighed(client(exists=False, at=NOW + order * HOUR), run=5)
    found = of_office(check, [there, gone], as_of=later(days=3))
    assert found.verdict == ("cantTell", "contradiction")


def test_looks_of_two_runs_that_differ_are_news_and_no_contradiction() -> None:
    """It was there and is gone, or was said to be gone and is there."""
    there, gone = channel(*OLD, *posts(1), at=day(30)), channel(exists=False, at=day(60))
    assert of_office("account_exists", [weighed(there, run=1), weighed(gone, run=2)]).outcome == "failed"
    back = channel(*OLD, *posts(1), at=NOW)
    rows = [weighed(look, run=run) for run, look in enumerate((there, gone, back), start=1)]
    assert of_office("account_exists", rows).verdict == ("passed", None)


def test_a_doubted_look_of_the_same_run_contradicts_nobody() -> None:
    """Both have to be full."""
    there = weighed(channel(*OLD, *posts(1)), run=5)
    gone = weighed(client(exists=False), Weight.FOR_HIM, run=5)
    assert of_office("account_exists", [there, gone], as_of=later(days=3)).verdict == ("passed", None)
    assert of_office("posts_per_week", [there, gone], as_of=later(days=3)).verdict == ("failed", None)


@pytest.mark.parametrize("check", PRACTICE)
def test_a_run_that_contradicts_itself_takes_nothing_from_one_that_read_the_week_whole(check: str) -> None:
    """What was read on Tuesday was read, whatever becomes of the page."""
    whole = weighed(channel(*failing(check)), run=1)
    there, gone = (
        weighed(channel(*OLD, at=later(days=3)), run=2),
        weighed(client(exists=False, at=later(days=3)), run=2),
    )
    assert of_office(check, [whole, there, gone], as_of=later(days=4)).verdict == ("failed", None)


def test_posts_that_were_seen_are_enough_whatever_the_routes_say_of_the_page() -> None:
    """Against him nothing counts then; for him everything does."""
    rows = [weighed(channel(*OLD, *posts(1, 2, 3)), run=5), weighed(client(exists=False), run=5)]
    assert of_office("posts_per_week", rows, as_of=later(days=3)).outcome == "passed"


# The opening --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preview", "signed_in", "outcome", "opened"),
    [
        (exactly("2021-10-12T12:00"), exactly("2023-10-12T12:00"), "passed", "2021-10-12"),
        (not_later("2022-05-01T12:00"), exactly("2023-10-12T12:00"), "passed", "2022-05-01"),
        (not_later("2024-05-01T12:00"), exactly("2023-10-12T12:00"), "failed", "2023-10-12"),
        (exactly("2023-10-12T12:00"), exactly("2023-10-12T12:00"), "failed", "2023-10-12"),
    ],
)
def test_of_the_dates_of_two_routes_the_earliest_trace_is_his(preview, signed_in, outcome: str, opened: str) -> None:
    """Some trace in time is enough; late needs an exact one, whichever route saw it."""
    looks = [channel(**preview), client(**signed_in)]
    found = of_office("opened_by_deadline", looks, as_of=later(days=3))
    assert (found.outcome, found.value("opened_at")[:10]) == (outcome, opened)


# Comments -----------------------------------------------------------------------------------------------------------


def answers(*looks: Snapshot):
    """Judge the answers that two routes saw."""
    return of_office("comments_answered", looks, as_of=later(days=3))


@pytest.mark.parametrize("by", [0, 1, 3, 7000])
def test_a_question_that_two_routes_number_apart_is_one(by: int) -> None:
    """And an answer that only one of them shows is its answer; numbers may even be another comment's there."""
    found = answers(channel(*OLD, post(1, *FIVE)), client(*OLD, post(1, *renumbered(ANSWERED, by))))
    assert found.verdict == ("passed", None)
    assert [found.value(name) for name in ("questions", "comments", "due", "answered_in_time", "askers")] == [5] * 5


def test_questions_under_an_album_that_is_numbered_apart_are_the_same_ones() -> None:
    """The post of that moment is the same post."""
    album = post(31, *renumbered(ANSWERED, 7000)).model_copy(update={"at": day(1)})
    found = answers(channel(*OLD, post(1, *FIVE)), client(*OLD, album))
    assert (found.verdict, found.value("questions")) == (("passed", None), 5)
    assert [row["questions"] for row in found.value("posts")] == [5]


def test_two_questions_of_one_second_stay_two() -> None:
    """Two routes, each with both, and one of them with a third."""
    three = tuple(comment(n, "citizen", 20) for n in (1, 2, 3))
    for shown, count in ((three, 3), (three[:2], 2)):
        found = answers(channel(*OLD, post(1, *three[:2])), client(*OLD, post(1, *renumbered(shown, 50))))
        assert found.value("questions") == count


@pytest.mark.parametrize("preview", ["citizen", "unknown", "body"])
def test_between_two_routes_a_side_only_rises(preview: str) -> None:
    """The signed-in client knows who administers the group; to the preview before it he may be anybody."""
    known = (*FIVE, *replies("owner", 1, 2, 3, 4, 5))
    doubt = (*FIVE, *replies(preview, 1, 2, 3, 4, 5))
    assert answers(channel(*OLD, post(1, *doubt)), client(*OLD, post(1, *known))).verdict == ("passed", None)
    full, doubted = (
        weighed(client(*OLD, post(1, *known), at=NOW)),
        weighed(channel(*OLD, post(1, *doubt), at=NOW + HOUR), Weight.FOR_HIM),
    )
    assert of_office("comments_answered", [full, doubted], as_of=later(days=3)).verdict == ("passed", None)
    newer = answers(client(*OLD, post(1, *known), at=NOW - HOUR), channel(*OLD, post(1, *doubt)))
    assert newer.verdict == ("passed", None), "what the client was told the preview cannot know"


def test_a_thread_that_one_route_alone_could_read_is_read() -> None:
    """Under each post some full look read it whole after the week."""
    unread = post(1, comments_cause="unreachable")
    for looks in (
        [channel(*OLD, unread), client(*OLD, post(1, *FIVE))],
        [channel(*OLD, post(1, *FIVE)), client(*OLD, unread)],
    ):
        assert answers(*looks).verdict == ("failed", None)


def test_a_thread_that_the_other_route_calls_closed_is_open_where_it_was_seen_open() -> None:
    """In whichever order."""
    shut = tuple(post(n, hours=n, comments_state=CLOSED) for n in (1, 2))
    talk = tuple(post(n, hours=n) for n in (1, 2))
    for first, second in ((shut, talk), (talk, shut)):
        found = of_office("comments_open", [channel(*OLD, *first), client(*OLD, *second)], as_of=later(days=3))
        assert (found.verdict, found.value("open")) == (("passed", None), 2)


def test_each_page_of_two_routes_has_one_finding() -> None:
    """The person, and his one page."""
    for check in PRACTICE:
        assert len(all_of(check, [channel(*failing(check)), client(*failing(check))], as_of=later(days=3))) == 2


def test_people_are_told_apart_within_one_look_alone() -> None:
    """A later look numbers the same two people anew: five questions are still of two, and those are too few."""
    first = asked(5, people=2)
    again = tuple(one.model_copy(update={"author": one.author + 50}) for one in first)
    found = answers(channel(*OLD, post(1, *first), at=NOW - HOUR), channel(*OLD, post(1, *again)))
    assert (found.outcome, found.value("questions"), found.value("askers")) == ("cantTell", 5, 2)
