"""Which stored answers a finding cites: a reader follows them back, so they must be the ones it rests on."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from auditor.base.snapshot import (
    Cause,
    Comment,
    CommentsState,
    Evidence,
    EvidenceKind,
    Network,
    Outcome,
    Precision,
    Route,
    Side,
    Snapshot,
)
from auditor.checks import catalogue
from auditor.checks.case import Case, Conflict, Sight
from auditor.checks.opening import opening_of_account
from tests.cases import (
    NOW,
    TOMSK,
    account,
    case,
    day,
    judge,
    judge_office,
    opened,
    posts,
    report,
    search,
    snapshot,
    tenure,
    traced,
)

PROFILE, OPENING, POSTS, COMMENTS = (
    EvidenceKind.PROFILE,
    EvidenceKind.OPENING,
    EvidenceKind.POSTS,
    EvidenceKind.COMMENTS,
)
PRACTICE = ["posts_per_week", "longest_silence", "comments_open", "comments_answered"]
ALL = (PROFILE, OPENING, POSTS, COMMENTS)


def answers(name: str, *kinds: EvidenceKind) -> tuple[Evidence, ...]:
    """Stored answers ``name-1``, ``name-2``, … of these kinds."""
    return tuple(
        Evidence(
            id=f"{name}-{number}",
            kind=kind,
            url="https://t.me/perviy_rayon",
            fetched_at=NOW,
            status=200,
            sha256="0" * 64,
            stored_sha256="0" * 64,
        )
        for number, kind in enumerate(kinds, start=1)
    )


def channel(name: str = "tg", *kinds: EvidenceKind, **fields: Any) -> Snapshot:
    return snapshot(evidence=answers(name, *(kinds or ALL)), **fields)


def profile(name: str = "vk", *kinds: EvidenceKind, **fields: Any) -> Snapshot:
    base = {"network": Network.VK, "route": Route.VK, "url": "https://vk.com/perviy", "id": 7, "kind": "profile"}
    return snapshot(**base, evidence=answers(name, *(kinds or ALL)), **fields)


def both(telegram: Snapshot, vk: Snapshot, **more: Any) -> Case:
    return case([tenure(since="2020", accounts=[account(), account(Network.VK, "perviy")], **more)], telegram, vk)


def one(*looks: Snapshot, **more: Any) -> Case:
    return case([tenure(since="2020", accounts=[account()], **more)], *looks)


def cited(check: str, what: Case) -> list[tuple[str | None, tuple[str, ...]]]:
    """What each finding cites, with the network of a page's finding."""
    return [(finding.network, finding.evidence) for finding in judge(check, what)]


# The opening ------------------------------------------------------------------------------------------------------


def test_an_opening_cites_the_answer_that_was_asked_for_it() -> None:
    """The last of them where there are several; the posts are not needed then."""
    look = channel("tg", PROFILE, POSTS, OPENING, OPENING, POSTS, **opened("2021-10-12"))
    assert judge_office("opened_by_deadline", one(look)).evidence == ("tg-4",)


def test_an_opening_without_an_answer_of_its_own_cites_the_last_posts() -> None:
    """The oldest post is in the page that was read last."""
    look = channel("tg", PROFILE, POSTS, POSTS, COMMENTS, **traced("2021-10-12"))
    assert judge_office("opened_by_deadline", one(look)).evidence == ("tg-3",)


def test_an_opening_cites_the_look_with_the_earliest_trace() -> None:
    """Not an earlier look that saw less."""
    early = channel("old", OPENING, **traced("2022-03-01"), taken_at=NOW - timedelta(days=20))
    better = channel("mid", OPENING, **traced("2021-10-12"), taken_at=NOW - timedelta(days=10))
    late = channel("new", OPENING, **traced("2022-04-01"))
    assert judge_office("opened_by_deadline", one(early, better, late)).evidence == ("mid-1",)


def test_of_looks_with_the_same_date_the_newest_is_cited() -> None:
    """It is the one that is kept longest."""
    old = channel("old", OPENING, **opened("2021-10-12"), taken_at=NOW - timedelta(days=7))
    new = channel("new", OPENING, **opened("2021-10-12"))
    assert judge_office("opened_by_deadline", one(old, new)).evidence == ("new-1",)


def test_of_exact_dates_the_earliest_is_cited() -> None:
    """Not the newest."""
    first = channel("first", OPENING, **opened("2021-10-12"), taken_at=NOW - timedelta(days=20))
    second = channel("second", OPENING, **opened("2021-11-12"))
    found = judge_office("opened_by_deadline", one(first, second))
    assert (found.evidence, found.values.precision) == (("first-1",), Precision.EXACT)
    assert found.values.opened_at == first.opened_at


def test_an_exact_date_that_an_older_trace_contradicts_is_none() -> None:
    """The trace is cited: in time it passes, and late nothing fails by the date that it contradicts."""
    old = channel("trace", OPENING, **traced("2020-01-01"), taken_at=NOW - timedelta(days=30))
    exact = channel("exact", OPENING, **opened("2023-10-12"))
    found = judge_office("opened_by_deadline", one(old, exact))
    assert (found.outcome, found.evidence) == (Outcome.PASSED, ("trace-1",))
    late = channel("trace", OPENING, **traced("2023-01-01"), taken_at=NOW - timedelta(days=30))
    found = judge_office("opened_by_deadline", one(late, exact))
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.CONTRADICTION)


def test_a_verdict_cites_the_page_that_decides_it() -> None:
    """In time: that page. All late: the earliest of them. Each page's own finding cites its own."""
    late, in_time = channel("tg", OPENING, **opened("2023-02-14")), profile("vk", OPENING, **opened("2018-01-01"))
    assert cited("opened_by_deadline", both(late, in_time)) == [
        (None, ("vk-1",)),
        (Network.TELEGRAM, ("tg-1",)),
        (Network.VK, ("vk-1",)),
    ]
    later = profile("vk", OPENING, **opened("2024-01-01"))
    assert judge_office("opened_by_deadline", both(late, later)).evidence == ("tg-1",)
    earlier = profile("vk", OPENING, **opened("2023-01-01"))
    assert judge_office("opened_by_deadline", both(late, earlier)).evidence == ("vk-1",)


def test_of_two_pages_in_time_the_earlier_decides() -> None:
    """And a page before a report of the same day."""
    first, second = channel("tg", OPENING, **opened("2021-10-12")), profile("vk", OPENING, **opened("2018-01-01"))
    assert judge_office("opened_by_deadline", both(first, second)).evidence == ("vk-1",)
    by_grace = profile("vk", OPENING, **opened("2022-06-01T10:00"))
    assert judge_office("opened_by_deadline", both(first, by_grace)).evidence == ("tg-1",)


def test_a_report_is_its_own_source() -> None:
    """No stored answer stands behind it."""
    late = channel("tg", OPENING, **traced("2023-02-14"))
    found = judge_office("opened_by_deadline", one(late, reports=[report(by="2022-05-26")]))
    assert (found.outcome, found.evidence, found.values.source) == (
        Outcome.PASSED,
        (),
        "https://example.invalid/press",
    )


def test_a_search_and_a_dispute_cite_nothing() -> None:
    """The search is the registry's; of two dates neither is proved."""
    searched = case([tenure(since="2020", accounts=[], searches=[search("2026-11-18")])])
    assert judge_office("opened_by_deadline", searched).evidence == ()
    preview = channel("tg", OPENING, **opened("2021-10-12"))
    client = channel("client", OPENING, **opened("2023-10-12"), route=Route.TELEGRAM_CLIENT)
    found = judge_office("opened_by_deadline", one(preview, client))
    assert (found.outcome, found.evidence) == (Outcome.CANT_TELL, ())
    assert found.values.seen_by_preview == preview.opened_at
    assert found.values.seen_by_client == client.opened_at


@pytest.mark.parametrize(("apart", "exact"), [(timedelta(minutes=1), True), (timedelta(minutes=1, seconds=1), False)])
def test_two_dates_a_minute_apart_are_one(apart: timedelta, exact: bool) -> None:
    """More than that is a dispute."""
    moment = datetime(2021, 10, 12, 9, tzinfo=TOMSK)
    preview = channel("tg", OPENING, opened_at=moment, opened_precision=Precision.EXACT)
    client = channel(
        "client",
        OPENING,
        opened_at=moment + apart,
        opened_precision=Precision.EXACT,
        route=Route.TELEGRAM_CLIENT,
    )
    opening = opening_of_account(one(preview, client).personal[0])
    assert (opening.exact, opening.disputed is None) == (exact, exact)
    assert (opening.earliest, opening.latest) == ((moment, moment) if exact else (moment, moment + apart))


def test_a_number_that_is_not_older_than_the_oldest_post_is_no_bound() -> None:
    """The newest bound counts, and one at the very moment of the post still does."""
    post = datetime(2024, 10, 10, tzinfo=TOMSK)
    known = account(Network.VK, "perviy")
    for bounds, floor in (
        ([post - timedelta(days=9), post - timedelta(days=5)], post - timedelta(days=5)),
        ([post], post),
        ([post + timedelta(seconds=1)], None),
    ):
        looks = tuple(profile("vk", POSTS, **traced("2024-10-10"), not_earlier_than=bound) for bound in bounds)
        sight = Sight(known, looks[-1], looks, expected_id=7)
        assert opening_of_account(sight).not_earlier_than == floor


# The pages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("exists", [True, False])
def test_existence_cites_the_profile_and_the_posts(exists: bool) -> None:
    """Not the thread and not the oldest trace."""
    look = channel("tg", *ALL, exists=exists, taken_at=day(100))
    assert cited("account_exists", one(look)) == [(Network.TELEGRAM, ("tg-1", "tg-3"))]


def test_existence_has_the_keys_that_mean_something() -> None:
    """A number or an address is there only where it is another than the confirmed page's."""
    assert judge("account_exists", one(channel()))[0].values_to_json() == {"exists": True}
    assert judge("account_exists", one(channel(exists=None, cause=Cause.BLOCKED)))[0].values_to_json() == {
        "exists": None
    }
    moved = channel(renamed_to="https://t.me/perviy_new")
    assert judge("account_exists", one(moved))[0].values_to_json() == {
        "exists": True,
        "renamed_to": "https://t.me/perviy_new",
    }
    other = one(channel(), channel(id=9))
    assert judge("account_exists", other)[0].values_to_json() == {
        "exists": None,
        "expected_id": 1500000001,
        "seen_id": 9,
    }


def test_what_could_not_be_seen_cites_every_answer_of_the_look() -> None:
    """They show what came instead of the page."""
    look = channel("tg", *ALL, exists=None, cause=Cause.BLOCKED)
    for check in ("account_exists", "register_link"):
        assert cited(check, one(look)) == [(Network.TELEGRAM, ("tg-1", "tg-2", "tg-3", "tg-4"))]
    for check in PRACTICE:
        assert cited(check, one(look)) == [(None, ()), (Network.TELEGRAM, ("tg-1", "tg-2", "tg-3", "tg-4"))]


@pytest.mark.parametrize("link", [True, False])
def test_the_register_link_cites_the_profile(link: bool) -> None:
    """Its description is there."""
    look = channel("tg", *ALL, subscribers=10_001, register_link=link)
    assert cited("register_link", one(look)) == [(Network.TELEGRAM, ("tg-1",))]


def test_a_confirmation_cites_nothing_that_was_looked_at() -> None:
    """A person made it."""
    assert cited("account_confirmed", one(channel())) == [(Network.TELEGRAM, ())]


# The practice -----------------------------------------------------------------------------------------------------


def talking(name: str, **fields: Any) -> Snapshot:
    """A page with a week that every practice check can judge."""
    question = Comment(id=1, at=day(5), side=Side.CITIZEN, author="a", says="asks")
    reply = Comment(id=2, at=day(6), side=Side.OWNER, reply_to=1)
    line = posts(-24 * 31, first_id=90) + posts(
        1, 50, 100, comments_state=CommentsState.OPEN, comments=(question, reply)
    )
    make = channel if name == "tg" else profile
    return make(name, PROFILE, POSTS, POSTS, COMMENTS, posts=line, **fields)


@pytest.mark.parametrize(
    ("check", "numbers"),
    [
        ("posts_per_week", (2, 3)),
        ("longest_silence", (2, 3)),
        ("comments_open", (2, 3, 4)),
        ("comments_answered", (4,)),
    ],
)
def test_the_practice_cites_the_answers_of_its_kind_of_every_page(check: str, numbers: tuple[int, ...]) -> None:
    """The person's finding those of all pages, a page's own finding its own."""
    telegram, vk = (tuple(f"{name}-{number}" for number in numbers) for name in ("tg", "vk"))
    assert cited(check, both(talking("tg"), talking("vk"))) == [
        (None, telegram + vk),
        (Network.TELEGRAM, telegram),
        (Network.VK, vk),
    ]


def test_a_silence_is_cited_from_the_pages_that_were_read() -> None:
    """A page that could not be read proves nothing about it."""
    quiet = channel("tg", POSTS, posts=posts(-24 * 40, -24 * 9, -24))
    shut = profile("vk", POSTS, posts_cause=Cause.PRIVATE)
    assert judge_office("longest_silence", both(quiet, shut)).cause is Cause.PRIVATE
    talked = channel("tg", POSTS, posts=posts(-24 * 40, *range(-24 * 30, 168, 24)))
    found = judge_office("longest_silence", both(talked, shut))
    assert (found.outcome, found.evidence) == (Outcome.PASSED, ("tg-1",))


def test_a_disagreement_is_told_with_both_sides_and_all_answers() -> None:
    """Typed in every check that looks inside a page."""
    quiet = talking("tg")
    what = one(quiet.model_copy(update={"posts": quiet.posts[:3]}))
    sight = replace(what.personal[0], conflicts={"posts": Conflict("posts", "3", "4")})
    what = replace(what, personal=(sight,))
    for check in ("posts_per_week", "comments_answered"):
        whole, page = judge(check, what)
        assert (whole.outcome, whole.cause) == (Outcome.CANT_TELL, Cause.CONTRADICTION)
        for found in (whole, page):
            assert (found.values.seen_by_preview, found.values.seen_by_client) == ("3", "4")
            assert list(found.values_to_json())[-2:] == ["seen_by_preview", "seen_by_client"]
        assert page.evidence == ("tg-1", "tg-2", "tg-3", "tg-4")


def test_without_a_subject_there_are_no_values_and_no_evidence() -> None:
    """Every check but the directive's says then that there is nothing to look at."""
    nobody = case([tenure(since="2020", accounts=[])])
    for check in catalogue():
        for found in judge(check.name, nobody):
            assert found.evidence == ()
            if check.name != "opened_by_deadline":
                assert found.values_to_json() == {}
