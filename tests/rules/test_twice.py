"""A failure holds twice: with all his pages, and with those alone that may be held against him."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Network, Weight
from auditor.base.weeks import Week
from auditor.registry.models import OtherNetwork
from tests.cases import TOMSK, WEEK, account, case, day, judge_office, posts, report
from tests.rules.helpers import (
    CLOSED,
    OPEN,
    PRACTICE,
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
    of_office,
    post,
    profile,
    replies,
    stale,
    vk_page,
    weighed,
)

OLD = posts(-24 * 20, first_id=90)
THIS_WEEK = {"opened_at": day(0.5), "opened_precision": "exact"}


def good(check: str) -> tuple:
    """The posts by which a check of the practice passes."""
    line = (*asked(5), *replies("owner", 1, 2, 3, 4, 5)) if check == "comments_answered" else ()
    return (*OLD, post(1, *line), *(post(number, hours=number) for number in (2, 3, 4)))


def young(*line: Any, **fields: Any):
    """A profile that was opened on the week's Monday."""
    return profile(*(one for one in line if one.at >= day(0.5)), **THIS_WEEK, **fields)


def failing_young(check: str) -> tuple:
    """What a page of this week shows where the check fails by what stands on it."""
    state = CLOSED if check == "comments_open" else OPEN
    return (
        post(1, *(asked(5) if check == "comments_answered" else ()), comments_state=state),
        post(2, comments_state=state),
    )


# One page alone that may not be held against him --------------------------------------------------------------------


@pytest.mark.parametrize("check", PRACTICE)
def test_on_an_old_confirmation_nothing_of_the_practice_fails(check: str) -> None:
    """Whether the page is still his has to be asked anew; what it shows counts to his good."""
    pages = [stale(account())]
    assert of_office(check, [channel(*failing(check))], pages=pages).verdict == ("cantTell", "stale")
    assert of_office(check, [channel(*good(check))], pages=pages).verdict == ("passed", None)


@pytest.mark.parametrize(
    ("on", "outcome"), [("2025-11-22", "failed"), ("2025-11-21", "cantTell"), ("2026-11-23", "failed")]
)
def test_a_confirmation_is_valid_for_a_year_at_the_weeks_end(on: str, outcome: str) -> None:
    """365 days before Sunday are in time, a day more is not; `confirmation_valid_days` is computed with."""
    page = confirmed(account(), on)
    assert of_office("posts_per_week", [channel(*OLD)], pages=[page]).outcome == outcome
    longer = {"confirmation_valid_days": 366}
    assert of_office("posts_per_week", [channel(*OLD)], pages=[page], policy=longer).outcome == "failed"


@pytest.mark.parametrize("check", PRACTICE)
def test_on_a_neutral_network_nothing_of_the_practice_fails(check: str) -> None:
    """It is inapplicable, not unknown; what passes there passes."""
    assert of_office(check, [channel(*failing(check))], neutral=True).verdict == ("inapplicable", None)
    assert of_office(check, [channel(*good(check))], neutral=True).verdict == ("passed", None)


def test_why_a_neutral_network_is_no_fault_is_said_with_its_source() -> None:
    """Of the person, and of the absence of a page."""
    for check, look in (("posts_per_week", channel(*OLD)), ("account_exists", channel(exists=False, at=day(50)))):
        found = judge_office(check, neutral_telegram(case([in_office()], look)))
        assert (found.outcome, found.message.params["source"]) == ("inapplicable", "https://example.invalid/l")


def test_before_its_day_a_network_is_not_neutral() -> None:
    """The directive calls it neutral from a day on."""
    week = Week(2025, 21, TOMSK)
    look = channel(at=week.ends + timedelta(hours=36))
    fields = {"week": week, "as_of": look.taken_at, "neutral": True, "pages": [confirmed(account(), "2025-01-01")]}
    assert of_office("posts_per_week", [look], **fields).outcome == "failed"
    later = {"week": week.shift(1), "as_of": look.taken_at + timedelta(days=7)}
    again = look.model_copy(update={"taken_at": later["as_of"]})
    assert of_office("posts_per_week", [again], **fields | later).outcome == "inapplicable"


@pytest.mark.parametrize("check", PRACTICE)
def test_a_doubted_look_makes_no_page_older(check: str) -> None:
    """Its first trace by a look that is trusted is of the week: the week is not judged by halves."""
    rows = [weighed(young()), weighed(profile(*OLD, at=day(100)), Weight.FOR_HIM)]
    assert of_office(check, rows, pages=[fresh(vk_page())]).verdict == ("inapplicable", None)


@pytest.mark.parametrize("check", PRACTICE)
def test_in_the_week_of_the_first_pages_first_trace_nothing_is_judged(check: str) -> None:
    """No week is judged by halves, neither red nor green."""
    page = fresh(vk_page())
    for line in (failing_young(check), good(check)):
        assert of_office(check, [young(*line)], pages=[page]).verdict == ("inapplicable", None)


# Beside another page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize("kind", ["stale", "neutral"])
def test_a_failure_stands_where_the_other_pages_alone_fail_as_well(check: str, kind: str) -> None:
    """A page that may not be held against him shields no other."""
    pages = [stale(account()) if kind == "stale" else account(), vk_page()]
    looks = [channel(*OLD), profile(*failing(check))]
    assert of_office(check, looks, pages=pages, neutral=kind == "neutral").verdict == ("failed", None)


@pytest.mark.parametrize("check", ["comments_open", "comments_answered"])
@pytest.mark.parametrize(("kind", "verdict"), [("stale", ("cantTell", "stale")), ("neutral", ("inapplicable", None))])
def test_what_stands_on_such_a_page_alone_fails_nobody(check: str, kind: str, verdict: tuple) -> None:
    """The page beside it shows no closed thread and no question."""
    pages = [stale(account()) if kind == "stale" else account(), vk_page()]
    looks = [channel(*failing(check)), profile(*OLD)]
    assert of_office(check, looks, pages=pages, neutral=kind == "neutral").verdict == verdict


@pytest.mark.parametrize("check", ["comments_open", "comments_answered"])
def test_what_stands_on_a_page_of_this_week_fails_nobody(check: str) -> None:
    """The older page beside it shows neither; what the new page shows counts to his good."""
    pages, old = [account(), fresh(vk_page())], channel(*OLD)
    assert of_office(check, [old, young(*failing_young(check))], pages=pages).outcome == "cantTell"
    assert of_office(check, [old, profile(*failing(check))], pages=pages).verdict == ("failed", None)
    assert of_office(check, [old, young(*good(check))], pages=pages).outcome == "passed"


@pytest.mark.parametrize("kind", ["stale", "of this week"])
def test_what_the_other_pages_alone_cannot_tell_cannot_be_told(kind: str) -> None:
    """Five questions over both pages, three of them on the one that may be held against him; all are counted."""
    pages = [account(), stale(vk_page()) if kind == "stale" else fresh(vk_page())]
    two = post(1, *asked(2), hours=2)
    looks = [channel(*OLD, post(1, *asked(3))), profile(*OLD, two) if kind == "stale" else young(two)]
    found = of_office("comments_answered", looks, pages=pages)
    assert (found.verdict, found.value("due"), found.value("askers")) == (("cantTell", "too_little_data"), 5, 5)


@pytest.mark.parametrize("check", ["posts_per_week", "longest_silence"])
def test_a_silent_page_of_long_ago_fails_whatever_a_new_page_lacks(check: str) -> None:
    """The posts of the new one count, and they are too few; of its silence nothing is said."""
    pages, looks = [account(), fresh(vk_page())], [channel(*OLD), young()]
    assert of_office(check, looks, pages=pages).verdict == ("failed", None)
    assert of_office(check, [channel(*OLD), young(*posts(1, 2, 3))], pages=pages).verdict == ("passed", None)


@pytest.mark.parametrize("check", PRACTICE)
def test_between_a_stale_and_a_neutral_page_nothing_is_held_against_him(check: str) -> None:
    """Both fail, neither may be held against him: it cannot be told while the stale one may be another's."""
    pages, looks = [account(), stale(vk_page())], [channel(*OLD), profile(*failing(check))]
    assert of_office(check, looks, pages=pages, neutral=True).verdict == ("cantTell", "stale")


@pytest.mark.parametrize("check", ["posts_per_week", "longest_silence"])
def test_a_neutral_page_lends_its_age_to_no_other(check: str) -> None:
    """The one that could be held against him is of this week."""
    pages = [account(), fresh(vk_page())]
    assert of_office(check, [channel(*OLD), young()], pages=pages, neutral=True).outcome != "failed"


@pytest.mark.parametrize("check", PRACTICE)
def test_a_page_that_could_not_be_read_forbids_to_fail(check: str) -> None:
    """With all his pages it must hold, and of this one nothing is known; enough elsewhere is enough."""
    pages = [account(), vk_page()]
    unread = profile(exists=None, cause="unreachable", id=None)
    assert of_office(check, [channel(*failing(check)), unread], pages=pages).verdict == ("cantTell", "unreachable")
    passed = of_office(check, [channel(*good(check)), unread], pages=pages)
    assert passed.outcome == ("cantTell" if check == "comments_answered" else "passed")


@pytest.mark.parametrize("check", PRACTICE)
def test_of_several_causes_the_first_pages_is_named(check: str) -> None:
    """In the order of the registry."""
    looks = [channel(posts_cause="throttled"), profile(posts_cause="private")]
    assert of_office(check, looks, pages=[account(), vk_page()]).verdict == ("cantTell", "throttled")
    assert of_office(check, looks, pages=[vk_page(), account()]).verdict == ("cantTell", "private")


@pytest.mark.parametrize("check", PRACTICE)
def test_a_page_that_nobody_looked_at_forbids_to_fail(check: str) -> None:
    """The other was looked at, so the person is not untested."""
    assert of_office(check, [channel(*failing(check))], pages=[account(), vk_page()]).outcome == "cantTell"


# One page under two addresses ----------------------------------------------------------------------------------------


def named(look: Any) -> Any:
    """The same look, as it was made at the address of the page's name."""
    return look.model_copy(update={"url": "https://vk.com/id77"})


TWO = [vk_page(), account(Network.VK, "id77")]


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize("line", [failing, good])
def test_a_page_that_is_on_record_twice_is_judged_once(check: str, line: Any) -> None:
    """By its number; its questions and the posts without words would count double."""
    look = profile(*line(check))
    assert all_of(check, [look, named(look)], pages=TWO) == all_of(check, [look], pages=[vk_page()])


def test_three_questions_at_two_addresses_are_three() -> None:
    """Too few, and of too few people."""
    look = profile(*OLD, post(1, *asked(3)))
    found = of_office("comments_answered", [look, named(look)], pages=TWO)
    assert (found.verdict, found.value("due"), found.value("askers")) == (("cantTell", "too_little_data"), 3, 3)


def test_what_only_one_of_the_addresses_showed_counts() -> None:
    """The other could not be read; two pages with other numbers are two."""
    unread = named(profile(exists=None, cause="unreachable", id=None, at=day(100)))
    by_number = TWO[1].model_copy(update={"id": 77})
    look = profile(*failing("posts_per_week"))
    assert of_office("posts_per_week", [look, unread], pages=[TWO[0], by_number]).outcome == "failed"
    assert of_office("posts_per_week", [look, unread], pages=TWO).outcome == "cantTell"


def test_the_source_of_either_address_dates_the_page() -> None:
    """The one that was confirmed last is shown."""
    pages = [confirmed(TWO[0], "2026-09-01", of="2022-01"), confirmed(TWO[1], "2026-10-01")]
    look = profile(**exactly("2023-02-14T12:00"))
    assert of_office("opened_by_deadline", [look, named(look)], pages=pages).outcome == "passed"
    assert of_office("opened_by_deadline", [look, named(look)], pages=TWO).outcome == "failed"


def test_a_user_and_a_channel_of_one_number_are_two_pages() -> None:
    """Telegram numbers them apart; of the user nothing is judged."""
    user = account(name="imyarek")
    seen = channel(exists=None, cause="wrong_kind", kind="user", url=user.url.url)
    assert len(all_of("account_exists", [channel(), seen], pages=[account(), user])) == 3


# A page's own finding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [*PRACTICE, "account_exists", "register_link", "opened_by_deadline"])
def test_a_pages_own_finding_is_never_failed(check: str) -> None:
    """The person is judged, and once; what was counted on the page stands in its values."""
    gone = check == "account_exists"
    fields = {"subscribers": 20_000, "register_link": False, **exactly("2023-02-14T12:00")}
    look = (
        channel(exists=False, at=day(50)) if gone else channel(*failing(check if check in PRACTICE else ""), **fields)
    )
    person, page = all_of(check, [look])
    assert (person.outcome, page.verdict) == ("failed", ("inapplicable", None))
    assert page.values == (person.values | ({"reason": None} if check == "opened_by_deadline" else {}))


@pytest.mark.parametrize("check", PRACTICE)
def test_a_page_that_alone_would_pass_passes(check: str) -> None:
    """Beside one that does not."""
    pages = [account(), vk_page()]
    _, bad, fine = all_of(check, [channel(*OLD), profile(*good(check))], pages=pages)
    assert fine.verdict == ("passed", None)
    assert bad.outcome == "inapplicable"


@pytest.mark.parametrize("check", PRACTICE)
def test_a_page_that_alone_could_not_be_told_says_why(check: str) -> None:
    """Beside one that could."""
    _, unread, bad = all_of(
        check, [channel(posts_cause="throttled"), profile(*failing(check))], pages=[account(), vk_page()]
    )
    assert unread.verdict == ("cantTell", "throttled")
    assert bad.verdict == ("inapplicable", None)


# A page that is not looked at ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", PRACTICE)
def test_beside_a_page_elsewhere_no_practice_fails(check: str) -> None:
    """It is on record, and the program does not look there."""
    person = in_office(account()).model_copy(update={"listed": [account(), elsewhere()]})
    assert of_office(check, [channel(*failing(check))], person=person).verdict == ("cantTell", "too_little_data")
    assert of_office(check, [channel(*good(check))], person=person).verdict == ("passed", None)


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize(
    ("network", "outcome"),
    [
        (OtherNetwork.OK, "cantTell"),
        (OtherNetwork.MAX, "cantTell"),
        (Network.VK, "cantTell"),
        (Network.TELEGRAM, "failed"),
        (OtherNetwork.OTHER, "failed"),
        (None, "failed"),
    ],
)
def test_a_report_of_a_network_where_none_of_his_is_on_record_forbids_to_fail(
    check: str, network, outcome: str
) -> None:
    """One of a network where he has a page may be of that page; of `other` or of no network it is none."""
    person = in_office(account(), reports=[report(by="2025", network=network)])
    assert of_office(check, [channel(*failing(check))], person=person).outcome == outcome
    assert of_office(check, [channel(*good(check))], person=person).outcome == "passed"


def test_without_a_page_on_record_the_practice_is_untested() -> None:
    """A report or a page elsewhere does not make it anything else."""
    person = in_office(reports=[report(by="2025", network=OtherNetwork.MAX)]).model_copy(
        update={"listed": [elsewhere()]}
    )
    for check in PRACTICE:
        assert of_office(check, [], person=person).verdict == ("untested", None)


# His own time -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", PRACTICE)
@pytest.mark.parametrize(
    ("since", "begins_here"),
    [("2026-11-15", False), ("2026-11-16", True), ("2026-11-22", True), ("2026-11", True), ("2026-10", False)],
)
def test_in_the_week_of_taking_office_the_practice_is_not_judged(check: str, since: str, begins_here: bool) -> None:
    """Page or none; a start known to the month may be any of its days."""
    with_page, without = in_office(since=since), in_office(since=since).model_copy(update={"listed": []})
    found = of_office(check, [channel(*failing(check))], person=with_page).outcome
    assert found == ("inapplicable" if begins_here else "failed")
    assert of_office(check, [], person=without).outcome == ("inapplicable" if begins_here else "untested")


@pytest.mark.parametrize(
    ("since", "sentence"), [("2026-11-18", "office.took_office"), ("2026-11", "office.start_not_exact")]
)
def test_why_the_week_of_taking_office_is_not_judged_is_said_as_well_as_the_day_is_known(
    since: str, sentence: str
) -> None:
    """A day that is not known is not named."""
    found = judge_office("posts_per_week", case([in_office(since=since)], channel()))
    assert found.message.id == sentence


@pytest.mark.parametrize(("known_from", "outcome"), [("2026-11-15", "failed"), ("2026-11-16", "inapplicable")])
@pytest.mark.parametrize("check", PRACTICE)
def test_without_a_start_his_time_begins_where_a_source_first_has_him_in_office(
    check: str, known_from: str, outcome: str
) -> None:
    """That week is not judged by halves either."""
    person = in_office(since=None, known_from=known_from, known_as_of="2026-11-24")
    assert of_office(check, [channel(*failing(check))], person=person).outcome == outcome


def test_nothing_before_he_took_office_is_his() -> None:
    """706 days of silence: his begin with his first day in office."""
    looks = [channel(*posts(-24 * 706, -24 * 3))]
    found = of_office("longest_silence", looks, person=in_office(since="2026-11-15"))
    assert (found.outcome, found.value("days_since_last")) == ("failed", 8)
    found = of_office("longest_silence", looks, person=in_office(since="2026-11-01"))
    assert (found.outcome, found.value("days_since_last")) == ("failed", 10)


def test_a_page_that_may_be_older_than_its_oldest_post_is_not_said_to_be_of_this_week() -> None:
    """Its posts were not read back: why, is what is known."""
    fields = {"posts_cause": "throttled", "posts_since": day(150), "opened_at": day(150)}
    for precision, verdict in (("not_later_than", ("cantTell", "throttled")), ("exact", ("inapplicable", None))):
        look = profile(*posts(150), **fields, opened_precision=precision)
        assert of_office("posts_per_week", [look], pages=[fresh(vk_page())]).verdict == verdict


def test_a_page_of_after_the_week_is_not_judged_for_it() -> None:
    """Opened on Monday and looked at on Tuesday."""
    new = profile(opened_at=WEEK.ends + timedelta(hours=9), opened_precision="exact")
    for check in PRACTICE:
        assert of_office(check, [new], pages=[fresh(vk_page())]).verdict == ("inapplicable", None)
