"""Kinds, `account_confirmed` and `register_link` (section 5): is a page there, whose is it, has it the link."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Network, Snapshot, Weight
from auditor.registry.models import AccountKind, OtherNetwork
from tests.cases import NOW, WEEK, account, address, case, day, judge, posts, report
from tests.rules.helpers import (
    BOTH,
    CHECKS,
    PRACTICE,
    Row,
    all_of,
    by_check,
    channel,
    confirmed,
    each,
    in_office,
    later,
    neutral_telegram,
    of_office,
    profile,
    row,
    stale,
    table,
    told,
    vk_page,
    weighed,
)

EXISTS, LINK = "account_exists", "register_link"
MIDWEEK = day(50)
BEFORE = profile(*posts(-24 * 20), at=day(-24 * 5))
BLIND = {"exists": None, "id": None}


def gone(at: Any = MIDWEEK, **fields: Any) -> Snapshot:
    """VK's word, by the page's number, that it is not there any more."""
    return profile(exists=False, cause="gone", at=at, **fields)


def seen(verdict: Any, **fields: Any) -> Row:
    """Write a row of a look at the channel on Wednesday."""
    return row(verdict, channel(at=day(50), **fields))


def vk(verdict: Any, *looks: Any, **more: Any) -> Row:
    """Write a row of a VK page that was there before."""
    return row(verdict, *(looks if hasattr(looks[0], "weight") else (BEFORE, *looks)), pages=[vk_page()], **more)


def person(verdict: Any, **fields: Any) -> Row:
    """Write a row of one whose VK page is gone, with more on record."""
    return row(verdict, BEFORE, gone(), person=in_office(vk_page()).model_copy(update=fields))


LONG = {"as_of": later(days=20)}
BACK = profile(at=later(days=15))
THERE, LOST = channel(*posts(-24 * 20)), channel(exists=False, cause="gone", at=day(50))
MINE, OTHERS = channel(*posts(-24 * 20), at=day(-24 * 8)), channel(*posts(1, 2, 3), id=9)
NO_PAGE = in_office().model_copy(update={"listed": []})
ROWS = {
    "closed": seen("passed", cause="private"),
    "banned": seen("banned", exists=None, cause="banned"),
    "a user": seen("wrong_kind", exists=None, cause="wrong_kind", kind="user"),
    "a free name": seen("not_at_address", cause="not_at_address", **BLIND),
    "gone": seen("failed", exists=False),
    "since its last second": vk("failed", gone(WEEK.ends - timedelta(seconds=1)), **LONG),
    "since its end": vk("gone", gone(WEEK.ends), **LONG),
    "too late": vk("seen_late", gone(later(days=14, seconds=1)), **LONG),
    "and still": vk("failed", gone(), gone(NOW)),
    "and back again": vk("passed", gone(day(-24 * 3)), profile(at=day(50))),
    "gone anew after the week": vk("passed", gone(), profile(at=day(90)), gone(NOW)),
    "there in the week": vk("failed", profile(at=day(20)), gone()),
    "then not seen": vk("failed", gone(), profile(exists=None, cause="throttled")),
    "shown by a late look": vk("cantTell", gone(), BACK, **LONG),
    "by a doubted look": vk("control_failed", weighed(gone(), Weight.FOR_HIM)),
    "a doubted look saw it since": vk("passed", weighed(gone()), weighed(profile(at=NOW), Weight.FOR_HIM)),
    "another's number": row("not_at_address", MINE, OTHERS),
    "renamed": row("passed", channel(), channel(renamed_to="https://t.me/perviy_noviy")),
    "both gone": row("failed", LOST, gone(), pages=BOTH),
    "one there": row("passed", THERE, gone(), pages=BOTH),
    "one not seen": row("blocked", channel(cause="blocked", **BLIND), gone(), pages=BOTH),
    "a report of MAX": person("cantTell", reports=[report(by="2025", network=OtherNetwork.MAX)]),
    "a report of his page's network": person("failed", reports=[report(by="2025", network=Network.VK)]),
    "a report of no network": person("failed", reports=[report(by="2025", network=None)]),
    "on a neutral network": row("inapplicable", LOST, neutral=True),
    "on an old confirmation": row("stale", LOST, pages=[stale(account())]),
    "beside one on an old confirmation": row("failed", LOST, gone(), pages=[stale(account()), vk_page()]),
    "before the week is closed": vk("failed", gone(), as_of=day(60)),
}  # fmt: skip


@table(ROWS)
def test_absence_is_the_networks_own_word_by_the_pages_number_and_nothing_else(row: Row) -> None:
    """By a full look in time that nothing later denies, of all his pages; a look that saw nothing changes nothing."""
    row.holds(EXISTS)


OUTDATED = gone(WEEK.starts - timedelta(hours=1))
VK, THESE = {"pages": [vk_page()]}, (EXISTS, *PRACTICE)
UNSEEN = {
    "before the week alone": each("untested", BEFORE, OUTDATED, checks=THESE, **VK),
    "then not seen": each("throttled", BEFORE, OUTDATED, profile(cause="throttled", **BLIND), checks=THESE, **VK),
    "there by a late look": each("cantTell", BEFORE, OUTDATED, BACK, checks=THESE, **VK, **LONG),
    "still": each("cantTell", BEFORE, OUTDATED, gone(), **VK) | {EXISTS: vk("failed", OUTDATED, gone())},
}


@by_check(UNSEEN)
def test_that_a_page_is_gone_is_said_by_a_look_since_the_weeks_start(check: str, row: Row) -> None:
    """One of before it says since when."""
    row.holds(check)


@pytest.mark.parametrize("check", [EXISTS, LINK, *PRACTICE])
def test_without_a_look_since_the_weeks_start_a_page_is_untested(check: str) -> None:
    """Whatever was seen of it before; and of a free name it is said that nobody has it."""
    before = channel(*posts(-24 * 20), at=WEEK.starts - timedelta(seconds=1), subscribers=20_000)
    row("untested", before).holds(check)
    if check != LINK:
        row("not_at_address", before, channel(cause="not_at_address", **BLIND)).holds(check)
        row("not_at_address", MINE, OTHERS).holds(check)


@pytest.mark.parametrize("check", PRACTICE)
def test_of_pages_that_were_all_gone_before_the_week_the_practice_says_that(check: str) -> None:
    """`account_exists` is red, and once; beside a page that is there the one that is gone is read and empty."""
    looks = [profile(*posts(-24 * 60), at=day(-24 * 55)), gone(day(-24 * 20)), gone()]
    row("gone", *looks, pages=[vk_page()]).holds(check)
    if check in {"posts_per_week", "longest_silence"}:
        row("failed", channel(*posts(-24 * 15)), *looks, pages=BOTH).holds(check)


@pytest.mark.parametrize(("hours", "verdict"), [((1,), "gone"), ((1, 2, 3), "passed")])
def test_of_a_page_gone_in_the_week_only_what_was_seen_counts(hours: tuple, verdict: Any) -> None:
    """How many posts it had is not known."""
    row(verdict, profile(*posts(*hours), at=day(20)), gone(), pages=[vk_page()]).holds("posts_per_week")


def test_an_institutions_page_is_asked_for_its_existence_alone_and_satisfies_nothing() -> None:
    """Its posts are nobody's, the person has no page, and that it is gone is no failure."""
    body = account(name="administratsiya").model_copy(update={"kind": AccountKind.INSTITUTION})
    url = address(name="administratsiya").url
    what = case([NO_PAGE], channel(*posts(1, 2, 3), url=url), accounts=[body])
    assert [told(one).verdict for one in judge(EXISTS, what)] == ["untested", "passed"]
    for check in set(CHECKS) - {EXISTS}:
        assert [told(one).outcome for one in judge(check, what)] == ["untested"]
    lost = channel(exists=False, at=day(50), url=url)
    found = [told(one).outcome for one in judge(EXISTS, case([in_office()], channel(), lost, accounts=[body]))]
    assert found == ["passed", "passed", "inapplicable"]


@pytest.mark.parametrize(
    ("on", "verdict"), [("2026-11-22", "passed"), ("2025-11-22", "passed"), ("2025-11-21", "stale")]
)
def test_a_confirmation_holds_for_a_year(on: str, verdict: tuple) -> None:
    """365 days after it, at the week's end; nobody has to have looked, and of two pages the valid one is his."""
    page = confirmed(account(), on)
    row(verdict, pages=[page], confirmed_by="письмо", confirmed_on=on).holds("account_confirmed")
    found = [one.verdict for one in all_of("account_confirmed", [], pages=[page, vk_page()])]
    assert found == ["passed", verdict, "passed"]


# The register's link ------------------------------------------------------------------------------------------------

BARE = channel(subscribers=20_000, register_link=False)
LINKED = BARE.model_copy(update={"register_link": True})
LINKS = {
    "10 000": row("inapplicable", channel(subscribers=10_000, register_link=False)),
    "10 001, linked": row("passed", channel(subscribers=10_001, register_link=True)),
    "10 001": row("failed", channel(subscribers=10_001, register_link=False)),
    "a shortened link": row("too_little_data", channel(subscribers=10_001, register_link=None)),
    "a counter that is not known": row("too_little_data", channel(subscribers=None, register_link=False)),
    "register_link_subscribers": row("inapplicable", BARE, policy={"register_link_subscribers": 20_000}),
    "from the week's last day on": row("failed", BARE, policy={"register_link_since": "2026-11-22"}),
    "from the day after it": row("inapplicable", BARE, policy={"register_link_since": "2026-11-23"}),
    "by a doubted look": row("control_failed", weighed(BARE, Weight.FOR_HIM)),
    "linked by a doubted one": row("passed", weighed(BARE), weighed(LINKED, Weight.FOR_HIM)),
    "one page of two": row("failed", BARE, profile(subscribers=20_000, register_link=True), pages=BOTH),
    "on an old confirmation": row(
        "cantTell", BARE, profile(subscribers=20_000, register_link=True), pages=[stale(account()), vk_page()]
    ),
    "on a neutral network": row("failed", BARE, neutral=True),
    "before the week is closed": row("failed", BARE.model_copy(update={"taken_at": day(50)}), as_of=day(60)),
}


@table(LINKS)
def test_the_register_link_is_owed_above_ten_thousand_from_its_day_on(row: Row) -> None:
    """It is missed by a full look and seen by any; one page without it fails, whatever the others have."""
    row.holds(LINK)


def test_a_page_that_lacks_the_link_on_a_neutral_network_has_no_red_finding_of_its_own() -> None:
    """The person has it."""
    assert told(judge(LINK, neutral_telegram(case([in_office()], BARE)))[1]).outcome == "inapplicable"
    assert of_office(LINK, [BARE]).outcome == "failed"
