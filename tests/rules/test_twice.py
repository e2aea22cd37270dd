"""One principle (section 5): a failure holds twice, with all his pages and with those that may be held against him."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Network, Weight
from auditor.base.weeks import Week
from auditor.registry.models import OtherNetwork
from tests.cases import TOMSK, WEEK, account, case, day, judge_office, posts, report
from tests.rules.helpers import (
    BOTH,
    CHECKS,
    CLOSED,
    OLD,
    OPEN,
    PRACTICE,
    Row,
    all_of,
    asked,
    channel,
    confirmed,
    elsewhere,
    exactly,
    failing,
    fresh,
    in_office,
    neutral_telegram,
    passing,
    post,
    profile,
    row,
    stale,
    vk_page,
    weighed,
)

STALE, POSTS, ANSWERS = "stale", "posts_per_week", "comments_answered"
COUNTS, TALKS = ("posts_per_week", "longest_silence"), ("comments_open", "comments_answered")
NEW, OLD_PAGE = [account(), fresh(vk_page())], [stale(account()), vk_page()]
UNREAD = profile(exists=None, cause="unreachable", id=None)
BARE = channel(*OLD)


def young(*line: Any, **fields: Any):
    """A profile that was opened on the week's Monday."""
    opened = {"opened_at": day(0.5), "opened_precision": "exact"}
    return profile(*(one for one in line if one.at >= day(0.5)), **opened, **fields)


def failing_young(check: str) -> tuple:
    """What a page of this week shows where the check fails by what stands on it."""
    state = CLOSED if check == "comments_open" else OPEN
    questions = asked(5) if check == "comments_answered" else ()
    return (post(1, *questions, comments_state=state), post(2, comments_state=state))


def bad(check: str) -> Any:
    """A look at the channel by which the check fails."""
    return channel(*failing(check))


def good(check: str) -> Any:
    """A look at the channel by which it passes."""
    return channel(*passing(check))


def bad_vk(check: str) -> Any:
    """A look at the profile by which it fails."""
    return profile(*failing(check))


def reported(network: Any) -> Any:
    """One with a channel, and a report of the press of a network."""
    return in_office(account(), reports=[report(by="2025", network=network)])


ELSEWHERE = in_office(account()).model_copy(update={"listed": [account(), elsewhere()]})
NOWHERE = reported(OtherNetwork.MAX).model_copy(update={"listed": [elsewhere()]})
NEUTRAL = {"neutral": True}


def started(since: str, **more: Any) -> dict[str, Any]:
    """One who took office then."""
    return {"person": in_office(since=since).model_copy(update=more)}


def known(day: str) -> dict[str, Any]:
    """One whose start is not known, and whom a source first has in office then."""
    return {"person": in_office(since=None, known_from=day, known_as_of="2026-11-24")}


# For each check of the practice: a verdict, the looks that the check makes, and the case around them.
EACH: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "an old confirmation": (STALE, lambda c: [bad(c)], {"pages": [stale(account())]}),
    "green on it": ("passed", lambda c: [good(c)], {"pages": [stale(account())]}),
    "a neutral network": ("inapplicable", lambda c: [bad(c)], NEUTRAL),
    "green on it too": ("passed", lambda c: [good(c)], NEUTRAL),
    "the first trace is of the week": (
        "inapplicable",
        lambda c: [young(*failing_young(c))],
        {"pages": [fresh(vk_page())]},
    ),
    "what passes is not judged by halves": (
        "inapplicable",
        lambda c: [young(*passing(c))],
        {"pages": [fresh(vk_page())]},
    ),
    "a doubted look makes no page older": (
        "inapplicable",
        lambda c: [weighed(young()), weighed(profile(*OLD, at=day(100)), Weight.FOR_HIM)],
        {"pages": [fresh(vk_page())]},
    ),
    "a look that saw nothing makes it no older": (
        "inapplicable",
        lambda c: [profile(exists=None, cause="throttled", id=None, at=day(-24 * 20)), young()],
        {"pages": [fresh(vk_page())]},
    ),
    "a page of after the week": (
        "inapplicable",
        lambda c: [profile(opened_at=WEEK.ends + timedelta(hours=9), opened_precision="exact")],
        {"pages": [fresh(vk_page())]},
    ),
    "beside an old confirmation": ("failed", lambda c: [BARE, bad_vk(c)], {"pages": OLD_PAGE}),
    "beside a neutral network": ("failed", lambda c: [BARE, bad_vk(c)], {"pages": BOTH, **NEUTRAL}),
    "between the two": (STALE, lambda c: [BARE, bad_vk(c)], {"pages": [account(), stale(vk_page())], **NEUTRAL}),
    "a page that could not be read": ("unreachable", lambda c: [bad(c), UNREAD], {"pages": BOTH}),
    "a page that nobody looked at": ("cantTell", lambda c: [bad(c)], {"pages": BOTH}),
    "the first page's cause": (
        "throttled",
        lambda c: [channel(posts_cause="throttled"), profile(posts_cause="private")],
        {"pages": BOTH},
    ),
    "in the order of the registry": (
        "private",
        lambda c: [channel(posts_cause="throttled"), profile(posts_cause="private")],
        {"pages": BOTH[::-1]},
    ),
    "beside a page elsewhere": ("too_little_data", lambda c: [bad(c)], {"person": ELSEWHERE}),
    "green beside it": ("passed", lambda c: [good(c)], {"person": ELSEWHERE}),
    "a report of MAX": ("cantTell", lambda c: [bad(c)], {"person": reported(OtherNetwork.MAX)}),
    "a report of VK": ("cantTell", lambda c: [bad(c)], {"person": reported(Network.VK)}),
    "green beside it too": ("passed", lambda c: [good(c)], {"person": reported(Network.VK)}),
    "a report of the page's network": ("failed", lambda c: [bad(c)], {"person": reported(Network.TELEGRAM)}),
    "a report of another": ("failed", lambda c: [bad(c)], {"person": reported(OtherNetwork.OTHER)}),
    "a report of none": ("failed", lambda c: [bad(c)], {"person": reported(None)}),
    "no page on record": ("untested", lambda c: [], {"person": NOWHERE}),
    "in office since Sunday": ("failed", lambda c: [bad(c)], started("2026-11-15")),
    "since Monday": ("inapplicable", lambda c: [bad(c)], started("2026-11-16")),
    "since the week's last day": ("inapplicable", lambda c: [bad(c)], started("2026-11-22")),
    "since some day of the month": ("inapplicable", lambda c: [bad(c)], started("2026-11")),
    "since the month before": ("failed", lambda c: [bad(c)], started("2026-10")),
    "without a page": ("inapplicable", lambda c: [], started("2026-11-16", listed=[])),
    "known since Sunday": ("failed", lambda c: [bad(c)], known("2026-11-15")),
    "known since Monday": ("inapplicable", lambda c: [bad(c)], known("2026-11-16")),
}


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize(("verdict", "looks", "more"), EACH.values(), ids=EACH.keys())
def test_against_him_counts_only_a_page_that_may_be_held_against_him_and_an_office_held_before_the_week(
    check: str, verdict: Any, looks: Any, more: dict[str, Any]
) -> None:
    """On a valid confirmation, not neutral, there before the week; and it must hold with all his pages too."""
    row(verdict, *looks(check), **more).holds(check)


# What only some of the checks say.
W21 = Week(2025, 21, TOMSK)
IN_MAY = {"neutral": True, "pages": [confirmed(account(), "2025-01-01")]}
SINCE = {"posts_cause": "throttled", "posts_since": day(150), "opened_at": day(150)}
SILENT = channel(*posts(-24 * 706, -24 * 3))
SOME: dict[str, tuple[str, Row]] = {
    **{f"a closed thread or a question on an old confirmation: {c}": (
        c, row(STALE, bad(c), profile(*OLD), pages=OLD_PAGE)) for c in TALKS},
    **{f"on a neutral network: {c}": (c, row("inapplicable", bad(c), profile(*OLD), pages=BOTH, **NEUTRAL)) for c in TALKS},
    **{f"on a page of this week: {c}": (
        c, row("cantTell", BARE, young(*failing_young(c)), pages=NEW)) for c in TALKS},
    **{f"on one that is older: {c}": (c, row("failed", BARE, bad_vk(c), pages=NEW)) for c in TALKS},
    **{f"what a page of this week shows is to his good: {c}": (
        c, row("passed", BARE, young(*passing(c)), pages=NEW)) for c in TALKS},
    **{f"a silent page beside a new one: {c}": (c, row("failed", BARE, young(), pages=NEW)) for c in COUNTS},
    **{f"posts on the new one: {c}": (c, row("passed", BARE, young(*posts(1, 2, 3)), pages=NEW)) for c in COUNTS},
    **{f"a neutral page lends no age: {c}": (
        c, row("inapplicable", BARE, young(), pages=NEW, **NEUTRAL)) for c in COUNTS},
    **{f"enough beside a page that could not be read: {c}": (
        c, row("cantTell" if c == ANSWERS else "passed", good(c), UNREAD, pages=BOTH)) for c in PRACTICE},
    "questions of both, too few without the old confirmation": (
        ANSWERS,
        row("too_little_data", channel(*OLD, post(1, *asked(3))), profile(*OLD, post(1, *asked(2), hours=2)),
            pages=[account(), stale(vk_page())], due=5, askers=5),
    ),
    "questions of both, too few without the new page": (
        ANSWERS,
        row("too_little_data", channel(*OLD, post(1, *asked(3))), young(post(1, *asked(2), hours=2)), pages=NEW, due=5, askers=5),
    ),
    "365 days": (POSTS, row("failed", BARE, pages=[confirmed(account(), "2025-11-22")])),
    "366 days": (POSTS, row(STALE, BARE, pages=[confirmed(account(), "2025-11-21")])),
    "confirmed after the week": (POSTS, row("failed", BARE, pages=[fresh(account())])),
    "confirmation_valid_days": (
        POSTS,
        row("failed", BARE, pages=[confirmed(account(), "2025-11-21")], policy={"confirmation_valid_days": 366}),
    ),
    "before its day a network is not neutral": (
        POSTS,
        row("failed", channel(at=W21.ends + timedelta(hours=36)), week=W21, as_of=W21.ends + timedelta(hours=36), **IN_MAY),
    ),
    "in its week it is": (
        POSTS,
        row("inapplicable", channel(at=W21.ends + timedelta(days=9)), week=W21.shift(1), as_of=W21.ends + timedelta(days=9),
            **IN_MAY),
    ),
    "silence since he took office": (
        "longest_silence",
        row("failed", SILENT, person=in_office(since="2026-11-15"), days_since_last=8),
    ),
    "silence since his predecessor's last post": (
        "longest_silence",
        row("failed", SILENT, person=in_office(since="2026-11-01"), days_since_last=10),
    ),
    "a page perhaps older than its oldest post": (
        POSTS,
        row("throttled", profile(*posts(150), **SINCE, opened_precision="not_later_than"),
            pages=[fresh(vk_page())]),
    ),
    "and one that is not": (
        POSTS,
        row("inapplicable", profile(*posts(150), **SINCE, opened_precision="exact"), pages=[fresh(vk_page())]),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("check", "row"), SOME.values(), ids=SOME.keys())
def test_what_stands_on_a_page_that_may_not_be_held_against_him_shields_no_other(check: str, row: Row) -> None:
    """It is counted with the rest, and it fails nobody alone; nothing before he took office is his."""
    row.holds(check)


def test_why_nothing_is_asked_is_said_with_its_source_or_its_day() -> None:
    """The law of a neutral network; the day of taking office, where it is known."""
    for check, look in ((POSTS, BARE), ("account_exists", channel(exists=False, at=day(50)))):
        found = judge_office(check, neutral_telegram(case([in_office()], look)))
        assert (found.outcome, found.message.params["source"]) == ("inapplicable", "https://example.invalid/l")
    for since, sentence in (("2026-11-18", "office.took_office"), ("2026-11", "office.start_not_exact")):
        assert judge_office(POSTS, case([in_office(since=since)], channel())).message.id == sentence


# One page under two addresses ----------------------------------------------------------------------------------------


def named(look: Any) -> Any:
    """The same look, as it was made at the address of the page's name."""
    return look.model_copy(update={"url": "https://vk.com/id77"})


TWO = [vk_page(), account(Network.VK, "id77")]
THREE = profile(*OLD, post(1, *asked(3)))
HALF = (profile(*failing(POSTS)), named(profile(exists=None, cause="unreachable", id=None, at=day(100))))
DATED = profile(**exactly("2023-02-14T12:00"))
SOURCED = [confirmed(TWO[0], "2026-09-01", of="2022-01"), confirmed(TWO[1], "2026-10-01")]
TWICE = {
    "three questions are three": (ANSWERS, row("too_little_data", THREE, named(THREE), pages=TWO, due=3, askers=3)),
    "one of them was not read": (POSTS, row("failed", *HALF, pages=[TWO[0], TWO[1].model_copy(update={"id": 77})])),
    "two numbers are two": (POSTS, row("cantTell", *HALF, pages=TWO)),
    "the source of either dates it": ("opened_by_deadline", row("passed", DATED, named(DATED), pages=SOURCED)),
    "of neither it is late": ("opened_by_deadline", row("failed", DATED, named(DATED), pages=TWO)),
}


@pytest.mark.parametrize(("check", "row"), TWICE.values(), ids=TWICE.keys())
def test_a_page_that_is_on_record_twice_is_judged_once(check: str, row: Row) -> None:
    """By its number."""
    row.holds(check)


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize("line", [failing, passing])
def test_it_has_the_findings_of_one(check: str, line: Any) -> None:
    """Its questions and the posts without words would count double."""
    look = profile(*line(check))
    assert all_of(check, [look, named(look)], pages=TWO) == all_of(check, [look], pages=[vk_page()])


def test_a_user_and_a_channel_of_one_number_are_two_pages() -> None:
    """Telegram numbers them apart; of the user nothing is judged."""
    user = account(name="imyarek")
    seen = channel(exists=None, cause="wrong_kind", kind="user", url=user.url.url)
    assert len(all_of("account_exists", [channel(), seen], pages=[account(), user])) == 3


# A page's own finding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [check for check in CHECKS if check != "account_confirmed"])
def test_a_pages_own_finding_is_never_failed(check: str) -> None:
    """The person is judged, and once; what was counted on the page stands in its values."""
    fields = {"subscribers": 20_000, "register_link": False, **exactly("2023-02-14T12:00")}
    gone, line = channel(exists=False, at=day(50)), failing(check)
    person, page = all_of(check, [gone if check == "account_exists" else channel(*line, **fields)])
    assert (person.outcome, page.verdict) == ("failed", "inapplicable")
    assert page.values == (person.values | ({"reason": None} if check == "opened_by_deadline" else {}))


@pytest.mark.parametrize("check", PRACTICE)
def test_a_page_that_alone_would_pass_passes_and_one_that_could_not_be_told_says_why(check: str) -> None:
    """Beside one that fails, which is inapplicable."""
    _, bad_page, fine = all_of(check, [BARE, profile(*passing(check))], pages=BOTH)
    assert (fine.verdict, bad_page.outcome) == ("passed", "inapplicable")
    _, unread, bad_page = all_of(check, [channel(posts_cause="throttled"), bad_vk(check)], pages=BOTH)
    assert (unread.verdict, bad_page.verdict) == ("throttled", "inapplicable")
