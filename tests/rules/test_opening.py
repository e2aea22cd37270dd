"""Was a page of his open by his last day: in time, late, not found, or not known."""

from datetime import date
from typing import Any

import pytest

from auditor.base.snapshot import Network, Weight
from auditor.base.weeks import Week
from auditor.registry.models import OtherNetwork, Tenure
from tests.cases import TOMSK, account, case, judge, judge_office, report, search, tenure
from tests.rules.helpers import (
    channel,
    confirmed,
    elsewhere,
    exactly,
    exemption,
    in_office,
    later,
    local,
    not_later,
    of_office,
    profile,
    stale,
    vk_page,
    weighed,
)

DIRECTIVE = "opened_by_deadline"
LATE = exactly("2023-02-14T12:00")
W22 = Week(2022, 22, TOMSK)


def opened(*looks: Any, person: Tenure | None = None, **more: Any):
    """Judge the directive."""
    return of_office(DIRECTIVE, looks, person=person or in_office(), **more)


def without_page(**fields: Any) -> Tenure:
    """A holder with no page on record."""
    return tenure(**{"since": "2019-09"} | fields)


# His last day -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "outcome", "days", "grace"),
    [
        ("2021-10-12T09:00", "passed", -231, False),
        ("2022-05-31T00:00", "passed", 0, False),
        ("2022-05-31T23:59:59", "passed", 0, False),
        ("2022-06-01T00:00", "passed", 1, True),
        ("2022-06-01T23:59:59", "passed", 1, True),
        ("2022-06-02T00:00", "failed", 2, False),
        ("2023-02-14T12:00", "failed", 259, False),
    ],
)
def test_an_exact_opening_is_held_against_the_last_day(moment: str, outcome: str, days: int, grace: bool) -> None:
    """31 May and a day of grace; days late are calendar days in the office's zone after 31 May."""
    found = opened(channel(**exactly(moment)))
    assert (found.outcome, found.value("days_late"), found.value("grace_used")) == (outcome, days, grace)
    assert found.value("reason") == ("late" if outcome == "failed" else None)
    assert found.value("deadline") == "2022-05-31T17:00:00Z"


@pytest.mark.parametrize(
    ("moment", "outcome", "grace"),
    [
        ("2022-03-14T10:00", "passed", False),
        ("2022-06-01T10:00", "passed", True),
        ("2022-06-02T00:00", "cantTell", False),
    ],
)
def test_a_trace_in_time_passes_and_a_later_one_settles_nothing(moment: str, outcome: str, grace: bool) -> None:
    """The page may be older than its oldest post; how many days it was is not known either way."""
    found = opened(channel(**not_later(moment)))
    assert found.verdict == (outcome, "too_little_data" if outcome == "cantTell" else None)
    assert (found.value("days_late"), found.value("precision")) == (None, "not_later_than")
    assert found.value("grace_used") is grace


@pytest.mark.parametrize(
    ("since", "inclusive"),
    [
        ("2022-05-01", "2022-06-01"),
        ("2022-05-02", "2022-06-01"),
        ("2022-05-03", "2022-06-02"),
        ("2022-05-31", "2022-06-30"),
        ("2022-05", "2022-06-30"),
        ("2023-01-10", "2023-02-09"),
        ("2023-02", "2023-03-30"),
        ("2023", "2024-01-30"),
    ],
)
def test_a_newcomer_has_until_the_thirtieth_day_after_taking_office(since: str, inclusive: str) -> None:
    """If that is later than the deadline and the grace; a start known to the month counts as its better day."""
    person, last = in_office(since=since), date.fromisoformat(inclusive)
    assert opened(channel(**exactly(f"{last}T23:59:59")), person=person).outcome == "passed"
    after = opened(channel(**exactly(f"{date.fromordinal(last.toordinal() + 1)}T00:00")), person=person)
    assert (after.outcome, after.value("reason")) == ("failed", "late")


@pytest.mark.parametrize(("key", "value", "outcome"), [
    ("deadline_grace_days", 0, "failed"),
    ("deadline_grace_days", 1, "passed"),
    ("newcomer_days", 33, "passed"),
])  # fmt: skip
def test_the_grace_and_a_newcomers_days_are_the_policys(key: str, value: int, outcome: str) -> None:
    """Opened on 1 June; and a page of the 33rd day."""
    newcomer = key == "newcomer_days"
    person = in_office(since="2023-01-10" if newcomer else "2019-09")
    look = channel(**exactly("2023-02-12T12:00" if newcomer else "2022-06-01T12:00"))
    assert opened(look, person=person, policy={key: value}).outcome == outcome


@pytest.mark.parametrize(
    ("given", "until", "page", "outcome"),
    [
        ("2022-05-30", "2024-12-31", "2025-01-10", "passed"),
        ("2022-05-30", "2024-12-31", "2025-01-30", "passed"),
        ("2022-05-30", "2024-12-31", "2025-01-31", "failed"),
        ("2022-06-01", "2024-12-31", "2025-01-30", "passed"),
        ("2022-06-02", "2024-12-31", "2025-01-10", "failed"),
        ("2022-05-30", "2024-12", "2025-01-30", "passed"),
        ("2022-05", "2024-12-31", "2025-01-30", "passed"),
        ("2022-05-30", "2022-05-31", "2022-06-30", "passed"),
        ("2022-04-01", "2022-04-30", "2022-06-02", "failed"),
    ],
)
def test_an_exemption_given_by_the_last_day_moves_it(given: str, until: str, page: str, outcome: str) -> None:
    """To 30 days after its own last day, if that is later; its last days are inclusive."""
    person = in_office(exemptions=[exemption(on=given, until=until)])
    assert opened(channel(**exactly(f"{page}T12:00")), person=person).outcome == outcome


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [("2022-06-01T12:00", "inapplicable"), ("2022-06-01T23:59:59", "inapplicable"), ("2022-06-02T00:00", "cantTell")],
)
def test_nothing_is_due_before_his_last_day_is_over(as_of: str, outcome: str) -> None:
    """A page that could not be seen is then not yet asked for."""
    blind = channel(exists=None, cause="blocked", at=local(as_of), opened_at=None, traces=(), id=None)
    person = in_office(known_as_of="2022-06")
    assert opened(blind, person=person, week=W22, as_of=local(as_of)).outcome == outcome


def test_a_newcomer_whose_time_runs_is_asked_nothing_and_praised_for_a_page() -> None:
    """In office since 18 November: until 18 December nothing was not found."""
    person = without_page(since="2026-11-18", searches=[search("2026-11-20")])
    assert opened(person=person).verdict == ("inapplicable", None)
    assert opened(channel(), person=in_office(since="2026-11-18")).verdict == ("passed", None)


# No start known -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("look", "outcome"),
    [
        (exactly("2022-01-20T12:00"), "passed"),
        (exactly("2022-06-01T12:00"), "passed"),
        (exactly("2022-06-05T12:00"), "cantTell"),
        (exactly("2024-01-20T12:00"), "cantTell"),
        (not_later("2022-01-20T12:00"), "passed"),
    ],
)
def test_of_one_whose_start_is_not_known_only_passed_can_be_said(look: dict[str, Any], outcome: str) -> None:
    """His last day is the directive's, and nobody is called late by it."""
    person = tenure(known_from="2022-05-31", known_as_of="2026", accounts=[account()])
    found = opened(channel(**look), person=person)
    assert found.verdict == (outcome, None if outcome == "passed" else "too_little_data")
    assert (found.value("days_late") or 0) <= 1


def test_of_one_whose_start_is_not_known_nothing_is_not_found() -> None:
    """A valid search does not say when his time was over."""
    person = tenure(known_from="2022-05-31", known_as_of="2026", searches=[search("2026-11-18")])
    assert opened(person=person).outcome == "cantTell"
    assert of_office("account_exists", [], person=person).outcome == "untested"


# Late ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vk", "verdict"),
    [
        (exactly("2018-01-01T12:00"), ("passed", None)),
        (not_later("2022-05-01T12:00"), ("passed", None)),
        (exactly("2024-01-01T12:00"), ("failed", None)),
        (not_later("2024-01-01T12:00"), ("cantTell", "too_little_data")),
        ({}, ("cantTell", "too_little_data")),
        ({"cause": "private"}, ("cantTell", "private")),
        ({"exists": None, "cause": "banned"}, ("cantTell", "banned")),
        ({"exists": False, "cause": "gone"}, ("cantTell", "gone")),
    ],
)
def test_late_takes_an_exact_date_of_each_of_his_pages(vk: dict[str, Any], verdict: tuple) -> None:
    """One page in time is enough; one of which it is not known forbids it."""
    found = opened(channel(**LATE), profile(**vk), person=in_office(account(), vk_page()))
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"reports": [report(by="2022-11-01")]}, "cantTell"),
        ({"reports": [report(by="2023-02-13")]}, "cantTell"),
        ({"reports": [report(by="2023-02-14")]}, "failed"),
        ({"reports": [report(by="2024-01-01")]}, "failed"),
        ({"reports": [report()]}, "failed"),
        ({"reports": [report(by="2022-05-26")]}, "passed"),
        ({"reports": [report(by="2024", network=Network.VK)]}, "cantTell"),
        ({"reports": [report(by="2024", network=OtherNetwork.MAX)]}, "cantTell"),
        ({"reports": [report(network=OtherNetwork.MAX)]}, "cantTell"),
        ({"reports": [report(by="2024", network=OtherNetwork.OTHER)]}, "failed"),
        ({"reports": [report(by="2022-05-26", network=OtherNetwork.OTHER)]}, "passed"),
        ({"listed": [account(), elsewhere("2024-01-01")]}, "cantTell"),
        ({"listed": [account(), elsewhere("2022-04")]}, "passed"),
        ({"listed": [confirmed(account(), "2026-09-01", of="2022-12")]}, "cantTell"),
        ({"listed": [confirmed(account(), "2026-09-01", of="2022-05")]}, "passed"),
        ({"listed": [confirmed(account(), "2026-09-01", of="2023-06")]}, "failed"),
    ],
)
def test_late_is_not_said_where_anything_on_record_says_otherwise(more: dict[str, Any], outcome: str) -> None:
    """A page was there before this one was opened, or is on a network where none of his is on record."""
    found = opened(channel(**LATE), person=in_office().model_copy(update=more))
    assert found.verdict == (outcome, "too_little_data" if outcome == "cantTell" else None)


@pytest.mark.parametrize(
    ("oldest", "outcome"),
    [("2022-05-31T12:00", "passed"), ("2022-11-01T12:00", "cantTell"), ("2023-03-01T12:00", "failed")],
)
def test_an_exact_date_that_an_older_trace_of_the_page_denies_is_none(oldest: str, outcome: str) -> None:
    """A post of before the channel was created: when it was opened is not known."""
    exact, trace = LATE["traces"][0], not_later(oldest)["traces"][0]
    look = channel(**{**LATE, "traces": (exact, trace)})
    assert opened(look).outcome == outcome


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (weighed(channel(**LATE)), "failed"),
        (weighed(channel(**LATE, at=later(days=20))), "failed"),
        (weighed(channel(**LATE), Weight.FOR_HIM), "cantTell"),
        (weighed(channel(**LATE), Weight.NONE), "cantTell"),
        (weighed(channel(**exactly("2021-10-12T12:00")), Weight.FOR_HIM), "passed"),
        (weighed(channel(**exactly("2021-10-12T12:00")), Weight.NONE), "cantTell"),
    ],
)
def test_by_a_doubted_look_nobody_is_late_and_by_a_late_one_he_is(row: Any, outcome: str) -> None:
    """An exact date does not age; what was seen by a doubted look counts for him."""
    assert opened(row, as_of=later(days=30)).outcome == outcome


def test_on_old_confirmations_alone_nobody_is_late() -> None:
    """Against him counts only a page whose confirmation is valid; in time is in time."""
    assert opened(channel(**LATE), person=in_office(stale(account()))).verdict == ("cantTell", "stale")
    assert opened(channel(), person=in_office(stale(account()))).verdict == ("passed", None)
    pair = in_office(stale(account()), vk_page())
    assert opened(channel(**LATE), profile(**LATE), person=pair).outcome == "failed"


@pytest.mark.parametrize("cause", ["unreachable", "throttled", "blocked", "refused", "no_credentials", "wrong_kind"])
def test_a_page_that_could_not_be_seen_is_no_failure(cause: str) -> None:
    """The cause is said."""
    blind = channel(exists=None, cause=cause, id=None, opened_at=None, opened_precision=None, traces=())
    assert opened(blind).verdict == ("cantTell", cause)


def test_a_page_seen_before_the_week_alone_and_without_a_date_settles_nothing() -> None:
    """It was looked at, and nothing dates it."""
    before = channel(at=local("2026-10-01T12:00"), opened_at=None, opened_precision=None, traces=())
    assert opened(before).verdict == ("cantTell", "too_little_data")


def test_what_was_stored_of_a_page_that_is_gone_counts() -> None:
    """Also where another page has its name now, whose date is not its own."""
    before = channel(at=local("2026-10-01T12:00"))
    assert opened(before, channel(exists=False, cause="gone", opened_at=None, traces=())).outcome == "passed"
    assert opened(before, channel(id=9, **LATE)).outcome == "passed"


# Without a page -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, "untested"),
        ({"searches": [search("2026-11-18")]}, "failed"),
        ({"searches": [search("2026-05-25")]}, "untested"),
        ({"searches": [search("2026-05-26")]}, "failed"),
        ({"searches": [search("2026-12-06")]}, "failed"),
        ({"searches": [search("2026-12-07")]}, "untested"),
        ({"searches": [search("2026-11-18", found="страница")]}, "untested"),
        ({"searches": [search("2026-08-01", found="страница"), search("2026-11-18")]}, "untested"),
        ({"searches": [search("2026-11-18", networks=["vk", "telegram", "ok"])]}, "untested"),
        ({"searches": [search("2026-11-18", networks=["vk", "telegram"]), search("2026-10-01")]}, "failed"),
        ({"searches": [search("2026-11-18")], "accounts": [account(confirmed=False)]}, "untested"),
        ({"searches": [search("2026-11-18")], "reports": [report(by="2026-10", network=OtherNetwork.MAX)]}, "cantTell"),
        ({"searches": [search("2026-11-18")], "reports": [report(by="2026-10")]}, "cantTell"),
        ({"searches": [search("2026-11-18")], "reports": [report()]}, "cantTell"),
        ({"searches": [search("2026-11-18")], "reports": [report(by="2026", network=OtherNetwork.OTHER)]}, "failed"),
        ({"searches": [search("2026-11-18")], "reports": [report(by="2026", network=None)]}, "failed"),
        ({"searches": [search("2026-11-18")], "since": "2026-10-25"}, "untested"),
    ],
)
def test_not_found_takes_one_search_of_every_network_that_is_valid(fields: dict[str, Any], outcome: str) -> None:
    """After his last day, from 180 days before to 14 after the week's end; nothing found, nothing open or reported."""
    found = opened(person=without_page(**fields), as_of=later(days=30))
    assert found.outcome == outcome
    assert found.value("reason") == ("not_found" if outcome == "failed" else None)


@pytest.mark.parametrize(("key", "on"), [("search_valid_days", "2026-05-20"), ("late_look_days", "2026-12-08")])
def test_how_long_a_search_is_valid_is_the_policys(key: str, on: str) -> None:
    """`search_valid_days` before the week's end, `late_look_days` after it."""
    person = without_page(searches=[search(on)])
    assert opened(person=person, as_of=later(days=30)).outcome == "untested"
    more = {"search_valid_days": 186, "late_look_days": 16}
    assert opened(person=person, as_of=later(days=30), policy={key: more[key]}).outcome == "failed"


def test_a_search_made_after_the_audits_moment_is_not_known_yet() -> None:
    """The clock is passed in."""
    assert opened(person=without_page(searches=[search("2026-11-25")])).outcome == "untested"


@pytest.mark.parametrize(("on", "outcome"), [("2022-06-01", "untested"), ("2022-06-02", "failed")])
def test_a_search_has_to_be_made_after_his_last_day(on: str, outcome: str) -> None:
    """By 1 June he still had time."""
    person = without_page(searches=[search(on)], known_as_of="2022-06")
    week = Week(2022, 23, TOMSK)
    assert opened(person=person, week=week, as_of=local("2022-06-14T12:00")).outcome == outcome


def test_a_neutral_network_need_not_be_searched() -> None:
    """Of Telegram nothing is asked since 2025."""
    person = without_page(searches=[search("2026-11-18", networks=["vk", "ok", "max"])])
    assert opened(person=person, neutral=True).outcome == "failed"
    assert opened(person=person).outcome == "untested"
    before = without_page(searches=[search("2025-05-31", networks=["vk", "ok", "max"])])
    assert opened(person=before, neutral=True, policy={"search_valid_days": 900}).outcome == "untested"


@pytest.mark.parametrize(
    ("one", "outcome", "grace"),
    [
        (report(by="2022-05-26"), "passed", False),
        (report(by="2022-05"), "passed", False),
        (report(on="2022-06-01"), "passed", True),
        (report(by="2022-06"), "cantTell", False),
        (report(by="2022"), "cantTell", False),
        (report(on="2022-08-01"), "cantTell", False),
        (report(), "cantTell", False),
        (report(by="2022-05-26", network=OtherNetwork.MAX), "passed", False),
        (report(by="2022-05-26", network=OtherNetwork.OTHER), "passed", False),
    ],
)
def test_a_report_alone_can_pass_and_never_fails(one: Any, outcome: str, grace: bool) -> None:
    """Its day is a trace; of a month the last."""
    found = opened(person=without_page(reports=[one]))
    assert (found.outcome, found.value("grace_used"), found.value("days_late")) == (outcome, grace, None)


@pytest.mark.parametrize(("of", "outcome"), [("2022-04", "passed"), ("2023-04-01", "cantTell"), (None, "cantTell")])
def test_a_page_elsewhere_counts_by_its_source(of: str | None, outcome: str) -> None:
    """The program does not look there."""
    person = without_page(searches=[search("2026-11-18")]).model_copy(update={"listed": [elsewhere(of)]})
    assert opened(person=person).outcome == outcome


def test_a_page_that_was_never_looked_at_leaves_it_untested_unless_it_has_passed() -> None:
    """Another page in time is enough."""
    pair = in_office(account(), vk_page())
    assert opened(channel(**LATE), person=pair).verdict == ("untested", None)
    assert opened(channel(), person=pair).verdict == ("passed", None)
    assert opened(person=in_office()).verdict == ("untested", None)


def test_an_open_lead_leaves_a_late_page_untested() -> None:
    """It may be his older page."""
    person = in_office(account(), account(Network.VK, "mozhet_byt", confirmed=False))
    assert opened(channel(**LATE), person=person).verdict == ("untested", None)
    assert opened(channel(), person=person).verdict == ("passed", None)


def test_every_trace_is_told_the_oldest_first() -> None:
    """Those of looks, of reports and of the page's own source."""
    person = in_office(confirmed(account(), "2026-09-01", of="2022-07"), reports=[report(by="2022-08-10")])
    found = opened(channel(**not_later("2022-08-01T12:00")), person=person)
    assert [trace["kind"] for trace in found.value("traces")] == ["report", "oldest_post", "report"]
    assert found.value("opened_at") == "2022-07-31T16:59:59Z"


# How it is said -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "moment", "relation"),
    [
        ("2019-09", "2018-03-05T12:00", "relation.before"),
        ("2019-09", "2021-10-12T12:00", "relation.before"),
        ("2026-10-01", "2025-03-05T12:00", "relation.before_office"),
        ("2026-10-01", "2026-10-12T12:00", "relation.before"),
    ],
    ids=["before the office, of old", "in office, of old", "before the office", "in office"],
)
def test_before_taking_office_is_said_of_who_has_a_last_day_of_his_own(since: str, moment: str, relation: str) -> None:
    """Of another, and of a page of after that day, the days before the last day are said."""
    found = judge_office(DIRECTIVE, case([in_office(since=since)], channel(**exactly(moment))))
    assert (found.outcome, found.message.params["relation"].id) == ("passed", relation)


def test_a_page_that_nobody_ever_looked_at_is_not_said_to_be_unsettled() -> None:
    """One that was looked at, and that nothing dates, is."""
    undated, never = account(), vk_page()
    bare = channel(opened_at=None, opened_precision=None, traces=())
    found = judge(DIRECTIVE, case([in_office(undated, never)], bare))
    told = {one.account: (one.outcome, one.message.id) for one in found if one.account is not None}
    assert told == {
        undated.url.url: ("cantTell", "opened_by_deadline.undated"),
        never.url.url: ("inapplicable", "look.not_yet"),
    }
