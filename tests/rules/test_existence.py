"""Whether a page is there, whose it is, and the link to the state register."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Network, Snapshot, Weight
from auditor.registry.models import AccountKind, OtherNetwork
from tests.cases import NOW, WEEK, account, address, case, day, judge, posts, report, search
from tests.rules.helpers import (
    PRACTICE,
    all_of,
    channel,
    confirmed,
    elsewhere,
    in_office,
    later,
    neutral_telegram,
    of_office,
    profile,
    stale,
    told,
    vk_page,
    weighed,
)

WEDNESDAY = day(50)
EXISTS, LINK = "account_exists", "register_link"
BEFORE = profile(*posts(-24 * 20), at=day(-24 * 5))


def gone(at: Any = WEDNESDAY, **fields: Any) -> Snapshot:
    """VK's word, by the page's number, that it is not there any more."""
    return profile(exists=False, cause="gone", at=at, **fields)


# A page -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({}, ("passed", None)),
        ({"cause": "private"}, ("passed", None)),
        ({"posts_cause": "wall_off"}, ("passed", None)),
        ({"exists": None, "cause": "banned"}, ("cantTell", "banned")),
        ({"exists": None, "cause": "wrong_kind", "kind": "group"}, ("cantTell", "wrong_kind")),
        ({"exists": None, "cause": "wrong_kind", "kind": "user"}, ("cantTell", "wrong_kind")),
        ({"exists": None, "cause": "wrong_kind", "kind": "bot"}, ("cantTell", "wrong_kind")),
        ({"exists": None, "cause": "not_at_address", "id": None}, ("cantTell", "not_at_address")),
        ({"exists": None, "cause": "blocked"}, ("cantTell", "blocked")),
        ({"exists": None, "cause": "no_credentials"}, ("cantTell", "no_credentials")),
        ({"exists": False}, ("failed", None)),
    ],
    ids=lambda value: value[1] or value[0] if isinstance(value, tuple) else "",
)
def test_absence_is_the_networks_own_word_and_nothing_else(fields: dict[str, Any], verdict: tuple) -> None:
    """A closed page is there; of one that is banned, of another kind or not seen nothing is told."""
    assert of_office(EXISTS, [channel(at=day(50), **fields)]).verdict == verdict


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (WEEK.starts, ("failed", None)),
        (WEEK.ends - timedelta(seconds=1), ("failed", None)),
        (WEEK.ends, ("cantTell", "gone")),
        (later(days=14), ("cantTell", "gone")),
        (later(days=14, seconds=1), ("cantTell", "seen_late")),
    ],
)
def test_a_page_fails_in_the_weeks_that_end_after_the_first_look_that_says_it_is_gone(at, verdict: tuple) -> None:
    """In the week before it was perhaps still there at its end; a look that comes too late tells nothing."""
    assert of_office(EXISTS, [BEFORE, gone(at)], pages=[vk_page()], as_of=later(days=20)).verdict == verdict


@pytest.mark.parametrize(
    ("looks", "verdict"),
    [
        ([BEFORE, gone(), gone(NOW)], ("failed", None)),
        ([BEFORE, gone(day(-24 * 3)), gone()], ("failed", None)),
        ([BEFORE, gone(day(-24 * 3)), profile(at=day(50))], ("passed", None)),
        ([BEFORE, gone(), profile(at=day(90)), gone(NOW)], ("passed", None)),
        ([BEFORE, profile(at=day(20)), gone()], ("failed", None)),
        ([BEFORE, gone(), profile(exists=None, cause="throttled")], ("failed", None)),
    ],
    ids=["still", "since before", "back again", "gone anew after the week", "in the week", "then not seen"],
)
def test_the_first_of_the_looks_that_still_say_so_counts(looks: list[Snapshot], verdict: tuple) -> None:
    """A look between them that shows the page begins anew, and one that saw nothing changes nothing."""
    assert of_office(EXISTS, looks, pages=[vk_page()]).verdict == verdict


@pytest.mark.parametrize(
    ("weight", "verdict"),
    [
        (Weight.FULL, ("failed", None)),
        (Weight.FOR_HIM, ("cantTell", "control_failed")),
        (Weight.NONE, ("cantTell", "control_failed")),
    ],
)
def test_only_a_full_look_says_that_a_page_is_gone(weight: Weight, verdict: tuple) -> None:
    """The route's controls came out right."""
    assert of_office(EXISTS, [weighed(gone(), weight)], pages=[vk_page()]).verdict == verdict


BLIND_VK = profile(exists=None, cause="throttled", id=None)
OUTDATED = gone(WEEK.starts - timedelta(hours=1))
BACK = profile(at=later(days=15))


@pytest.mark.parametrize("check", [EXISTS, *PRACTICE])
@pytest.mark.parametrize(
    ("looks", "outcome"),
    [
        ([OUTDATED], "untested"),
        ([OUTDATED, BLIND_VK], "cantTell"),
        ([OUTDATED, BACK], "cantTell"),
        ([OUTDATED, gone()], None),
    ],
    ids=["before the week alone", "then not seen", "there by a late look", "still"],
)
def test_that_a_page_is_gone_is_said_by_a_full_look_that_nothing_later_denies(
    check: str, looks: list[Snapshot], outcome: str | None
) -> None:
    """In time for the week; one of before it says since when."""
    found = of_office(check, [BEFORE, *looks], pages=[vk_page()], as_of=later(days=20))
    assert found.outcome == (outcome or ("failed" if check == EXISTS else "cantTell"))
    if looks == [OUTDATED, BLIND_VK]:
        assert found.cause == "throttled"


def test_a_page_that_a_late_look_shows_is_not_said_to_be_gone() -> None:
    """The looks do not still say so."""
    assert of_office(EXISTS, [BEFORE, gone(), BACK], pages=[vk_page()], as_of=later(days=20)).outcome == "cantTell"


def test_what_a_doubted_look_saw_since_keeps_red_away() -> None:
    """For the person counts whatever was seen: it may be there again."""
    rows = [weighed(gone()), weighed(profile(at=NOW), Weight.FOR_HIM)]
    assert of_office(EXISTS, rows, pages=[vk_page()]).outcome != "failed"


def test_a_free_name_proves_only_that_nobody_has_it() -> None:
    """On Telegram's public pages the number is not asked: a channel may have been renamed."""
    free = channel(exists=None, cause="not_at_address", id=None, at=day(50))
    assert of_office(EXISTS, [free]).verdict == ("cantTell", "not_at_address")
    for check in PRACTICE:
        looks = [channel(*posts(-24 * 20), at=day(-24)), free]
        assert of_office(check, looks).verdict == ("cantTell", "not_at_address")


def test_another_page_under_the_address_is_not_his() -> None:
    """By its number: it is not judged, and the confirmed one is not at its address."""
    mine = channel(*posts(-24 * 20), at=day(-24 * 8))
    other = channel(*posts(1, 2, 3), id=9)
    assert of_office(EXISTS, [mine, other]).verdict == ("cantTell", "not_at_address")
    assert of_office("posts_per_week", [mine, other]).verdict == ("cantTell", "not_at_address")
    back = channel(*posts(1, 2, 3), at=NOW + timedelta(hours=1))
    assert of_office(EXISTS, [mine, other, back], as_of=later(days=3)).verdict == ("passed", None)


def test_a_page_under_another_address_is_there() -> None:
    """It was renamed."""
    assert of_office(EXISTS, [channel(), channel(renamed_to="https://t.me/perviy_noviy")]).verdict == ("passed", None)


@pytest.mark.parametrize("check", [EXISTS, *PRACTICE, LINK])
def test_without_a_look_since_the_weeks_start_a_page_is_untested(check: str) -> None:
    """Whatever was seen of it before."""
    before = channel(*posts(-24 * 20), at=WEEK.starts - timedelta(seconds=1), subscribers=20_000)
    assert of_office(check, [before]).verdict == ("untested", None)
    assert of_office(check, []).verdict == ("untested", None)


# All his pages ------------------------------------------------------------------------------------------------------


THERE, LOST = channel(*posts(-24 * 20)), channel(exists=False, cause="gone", at=day(50))
BLIND = channel(exists=None, cause="blocked", id=None)


@pytest.mark.parametrize(
    ("looks", "verdict"),
    [
        ([LOST, gone()], ("failed", None)),
        ([THERE, gone()], ("passed", None)),
        ([BLIND, gone()], ("cantTell", "blocked")),
        ([LOST, profile()], ("passed", None)),
    ],
)
def test_it_fails_only_where_all_his_pages_are_gone(looks: list[Snapshot], verdict: tuple) -> None:
    """One that is there is enough."""
    assert of_office(EXISTS, looks, pages=[account(), vk_page()]).verdict == verdict


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"reports": [report(by="2025", network=OtherNetwork.MAX)]}, "cantTell"),
        ({"reports": [report(by="2025", network=Network.TELEGRAM)]}, "cantTell"),
        ({"reports": [report(by="2025", network=Network.VK)]}, "failed"),
        ({"reports": [report(by="2025", network=OtherNetwork.OTHER)]}, "failed"),
        ({"reports": [report(by="2025", network=None)]}, "failed"),
        ({"listed": [vk_page(), elsewhere()]}, "cantTell"),
    ],
)
def test_where_another_page_is_reported_or_elsewhere_it_does_not_fail(more: dict[str, Any], outcome: str) -> None:
    """Whether that one is there is not known."""
    person = in_office(vk_page()).model_copy(update=more)
    assert of_office(EXISTS, [BEFORE, gone()], person=person).outcome == outcome


def test_a_page_gone_on_a_neutral_network_or_on_an_old_confirmation_fails_nobody() -> None:
    """Inapplicable with the source, and unknown."""
    assert of_office(EXISTS, [LOST], neutral=True).verdict == ("inapplicable", None)
    assert of_office(EXISTS, [LOST], pages=[stale(account())]).verdict == ("cantTell", "stale")
    pair = [stale(account()), vk_page()]
    assert of_office(EXISTS, [LOST, gone()], pages=pair).verdict == ("failed", None)


@pytest.mark.parametrize("check", PRACTICE)
def test_of_pages_that_were_all_gone_before_the_week_the_practice_says_that(check: str) -> None:
    """`account_exists` is red, and once; beside a page that is there the one that is gone is read and empty."""
    looks = [profile(*posts(-24 * 60), at=day(-24 * 55)), gone(day(-24 * 20)), gone()]
    assert of_office(check, looks, pages=[vk_page()]).verdict == ("cantTell", "gone")
    if check in {"posts_per_week", "longest_silence"}:
        pair = [account(), vk_page()]
        assert of_office(check, [channel(*posts(-24 * 15)), *looks], pages=pair).verdict == ("failed", None)


def test_of_a_page_gone_in_the_week_only_what_was_seen_counts() -> None:
    """It had posts before; how many there were is not known."""
    few, enough = (profile(*posts(*hours), at=day(20)) for hours in ((1,), (1, 2, 3)))
    assert of_office("posts_per_week", [few, gone()], pages=[vk_page()]).verdict == ("cantTell", "gone")
    assert of_office("posts_per_week", [enough, gone()], pages=[vk_page()]).verdict == ("passed", None)


def test_without_a_page_it_is_as_not_found_says() -> None:
    """A valid search fails, none leaves it untested."""
    nowhere = in_office().model_copy(update={"listed": []})
    searched = nowhere.model_copy(update={"searches": [search("2026-11-18")]})
    assert of_office(EXISTS, [], person=nowhere).verdict == ("untested", None)
    assert of_office(EXISTS, [], person=searched).verdict == ("failed", None)


# An institution -----------------------------------------------------------------------------------------------------


def test_an_institutions_page_is_asked_for_its_existence_alone_and_satisfies_nothing() -> None:
    """Its posts are nobody's, and the person has no page."""
    body = account(name="administratsiya").model_copy(update={"kind": AccountKind.INSTITUTION})
    look = channel(*posts(1, 2, 3), url=address(name="administratsiya").url)
    person = in_office().model_copy(update={"listed": []})
    what = case([person], look, accounts=[body])
    whole, page = map(told, judge(EXISTS, what))
    assert (whole.verdict, page.verdict) == (("untested", None), ("passed", None))
    for check in (*PRACTICE, "opened_by_deadline", LINK, "account_confirmed"):
        (found,) = judge(check, what)
        assert told(found).outcome == "untested"


def test_an_institutions_page_that_is_gone_is_no_failure() -> None:
    """A page's own finding is never failed."""
    body = account(name="administratsiya").model_copy(update={"kind": AccountKind.INSTITUTION})
    lost = channel(exists=False, at=day(50), url=address(name="administratsiya").url)
    found = [told(one).outcome for one in judge(EXISTS, case([in_office()], channel(), lost, accounts=[body]))]
    assert found == ["passed", "passed", "inapplicable"]


# How it is known that it is his -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "verdict"),
    [("2026-11-22", ("passed", None)), ("2025-11-22", ("passed", None)), ("2025-11-21", ("cantTell", "stale"))],
)
def test_a_confirmation_holds_for_a_year(on: str, verdict: tuple) -> None:
    """365 days after it, at the week's end; nobody has to have looked."""
    found = of_office("account_confirmed", [], pages=[confirmed(account(), on)])
    assert found.verdict == verdict
    assert found.values == {"confirmed_by": "письмо", "confirmed_on": on}


def test_of_two_confirmations_the_valid_one_is_the_persons() -> None:
    """Each page has its own finding."""
    whole, first, second = all_of("account_confirmed", [], pages=[stale(account()), vk_page()])
    assert [whole.verdict, first.verdict, second.verdict] == [("passed", None), ("cantTell", "stale"), ("passed", None)]


# The register's link ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subscribers", "link", "verdict"),
    [
        (10_000, False, ("inapplicable", None)),
        (10_001, True, ("passed", None)),
        (10_001, False, ("failed", None)),
        (10_001, None, ("cantTell", "too_little_data")),
        (None, False, ("cantTell", "too_little_data")),
    ],
)
def test_the_register_link_is_owed_above_ten_thousand(subscribers, link, verdict: tuple) -> None:
    """A rounded counter or a shortened link leaves it open."""
    look = channel(subscribers=subscribers, register_link=link)
    assert of_office(LINK, [look]).verdict == verdict
    assert of_office(LINK, [look], policy={"register_link_subscribers": 20_000}).outcome != "failed"


BARE = channel(subscribers=20_000, register_link=False)


@pytest.mark.parametrize(("since", "outcome"), [("2026-11-22", "failed"), ("2026-11-23", "inapplicable")])
def test_the_register_link_is_asked_from_the_policys_day_on(since: str, outcome: str) -> None:
    """From the week in which that day is."""
    assert of_office(LINK, [BARE], policy={"register_link_since": since}).outcome == outcome


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([weighed(BARE, Weight.FOR_HIM)], ("cantTell", "control_failed")),
        ([weighed(BARE.model_copy(update={"taken_at": later(days=15)}))], ("cantTell", "seen_late")),
        ([weighed(BARE.model_copy(update={"taken_at": WEEK.starts - timedelta(hours=1)}))], ("untested", None)),
        ([weighed(BARE), weighed(BARE.model_copy(update={"register_link": True}), Weight.FOR_HIM)], ("passed", None)),
    ],
    ids=["doubted", "late", "before", "seen by a doubted look"],
)
def test_a_link_is_missed_by_a_full_look_and_seen_by_any(rows, verdict: tuple) -> None:
    """For the person counts whatever was seen."""
    assert of_office(LINK, rows, as_of=later(days=20)).verdict == verdict


def test_one_page_without_the_link_fails_whatever_the_others_have() -> None:
    """And on an old confirmation alone nothing fails; a neutral network excuses nothing of it."""
    fine = profile(subscribers=20_000, register_link=True)
    pair = [account(), vk_page()]
    assert of_office(LINK, [BARE, fine], pages=pair).verdict == ("failed", None)
    assert of_office(LINK, [BARE, fine], pages=[stale(account()), vk_page()]).outcome == "cantTell"
    assert of_office(LINK, [BARE], neutral=True).verdict == ("failed", None)
    assert told(judge(LINK, neutral_telegram(case([in_office()], BARE)))[1]).outcome == "inapplicable"


def test_before_the_week_is_closed_a_missing_link_fails_as_a_gone_page_does() -> None:
    """Only the practice waits: what is missing or gone today is so."""
    as_of = day(60)
    bare = BARE.model_copy(update={"taken_at": day(50)})
    assert of_office(LINK, [bare], as_of=as_of).outcome == "failed"
    assert of_office(EXISTS, [BEFORE, gone()], pages=[vk_page()], as_of=as_of).outcome == "failed"
