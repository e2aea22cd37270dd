"""Was a personal page open by the person's deadline?"""

from datetime import date, datetime

import pytest

from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause, Network, Outcome, Route, Snapshot
from auditor.base.weeks import PartialDate, Week
from auditor.registry.models import Exemption, Group, Vacancy
from tests.cases import TOMSK, account, case, judge, judge_office, opened, report, search, snapshot, tenure, traced

CHECK = "opened_by_deadline"
W22 = Week(2022, 22, TOMSK)
RU = Catalogue("ru", TOMSK)


def verdict(*snapshots, accounts=None, since="2020", reports=(), searches=(), as_of=None, **more):
    known = [account()] if accounts is None else accounts
    person = tenure(since=since, accounts=known, reports=list(reports), searches=list(searches), **more.pop("who", {}))
    if as_of is not None:
        more["as_of"] = datetime.fromisoformat(as_of).replace(tzinfo=TOMSK)
    return judge_office(CHECK, case([person], *snapshots, **more))


def vk(**fields):
    return snapshot(network=Network.VK, route=Route.VK, url="https://vk.com/perviy", id=77, kind="profile", **fields)


@pytest.mark.parametrize(
    ("moment", "outcome", "late", "grace"),
    [
        ("2021-10-12T09:00", Outcome.PASSED, -231, False),
        ("2022-05-31T23:59:59", Outcome.PASSED, 0, False),
        ("2022-06-01T00:00", Outcome.PASSED, 1, True),
        ("2022-06-01T23:59", Outcome.PASSED, 1, True),
        ("2022-06-02T00:00", Outcome.FAILED, 2, False),
        ("2023-02-14T12:00", Outcome.FAILED, 259, False),
    ],
)
def test_an_exact_opening_is_judged_to_the_day_with_one_day_of_grace(moment, outcome, late, grace) -> None:
    """Days late are calendar days in Tomsk after the last day allowed, 31 May."""
    found = verdict(snapshot(**opened(moment)))
    assert (found.outcome, found.values.days_late, found.values.grace_used) == (outcome, late, grace)


def test_a_trace_before_the_deadline_passes_and_gives_no_days() -> None:
    """Not later than 14 March is surely in time, but how much earlier is not known."""
    found = verdict(snapshot(**traced("2022-03-14T10:00")))
    assert (found.outcome, found.values.days_late) == (Outcome.PASSED, None)


def test_a_trace_after_the_deadline_proves_nothing() -> None:
    """The page may be older than its oldest visible post: never red."""
    found = verdict(snapshot(**traced("2022-06-20T10:00")))
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)


def test_a_young_number_proves_no_lateness() -> None:
    """No source says when it was given out: it is an estimate, which is shown, called so, and judges nothing."""
    late = datetime(2024, 10, 10, tzinfo=TOMSK)
    look = vk(**traced("2025-02-01"), not_earlier_than=late)
    found = verdict(look, accounts=[account(Network.VK, "perviy")])
    assert (found.outcome, found.values.days_late, found.values.not_earlier_than) == (Outcome.CANT_TELL, None, late)
    assert "an estimate" in found.message.message


def test_a_look_of_an_older_archive_that_calls_its_number_dated_proves_nothing_by_it() -> None:
    """The mark is not read any more; no probe ever set it."""
    late = datetime(2024, 10, 10, tzinfo=TOMSK)
    stored = vk(**traced("2025-02-01"), not_earlier_than=late).model_dump(mode="json") | {"not_earlier_dated": True}
    found = verdict(Snapshot.model_validate(stored), accounts=[account(Network.VK, "perviy")])
    assert found.outcome is Outcome.CANT_TELL


def test_a_dated_trace_beats_the_number() -> None:
    """An oldest post before the number's bound shows that the bound is wrong here."""
    late = datetime(2024, 10, 10, tzinfo=TOMSK)
    found = verdict(vk(**traced("2022-04-01"), not_earlier_than=late), accounts=[account(Network.VK, "perviy")])
    assert found.outcome is Outcome.PASSED


def test_a_number_alone_never_turns_a_cell_red() -> None:
    """Without any post there is no late trace beside it."""
    late = datetime(2024, 10, 10, tzinfo=TOMSK)
    found = verdict(vk(not_earlier_than=late), accounts=[account(Network.VK, "perviy")])
    assert found.outcome is Outcome.CANT_TELL


def test_one_network_in_time_satisfies_the_directive_and_each_is_reported() -> None:
    """Telegram late, VK in time: passed as a whole, failed for Telegram."""
    person = tenure(since="2020", accounts=[account(), account(Network.VK, "perviy")])
    found = judge(CHECK, case([person], snapshot(**opened("2023-02-14")), vk(**traced("2018-01-01"))))
    assert [(f.network, f.outcome) for f in found] == [
        (None, Outcome.PASSED),
        (Network.TELEGRAM, Outcome.FAILED),
        (Network.VK, Outcome.PASSED),
    ]


def test_one_unseen_account_keeps_the_office_from_failing() -> None:
    """Telegram late, VK closed: the closed page may be the older one."""
    person = tenure(since="2020", accounts=[account(), account(Network.VK, "perviy")])
    found = judge_office(CHECK, case([person], snapshot(**opened("2023-02-14")), vk(cause=Cause.PRIVATE)))
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.PRIVATE)


def test_a_report_of_an_older_page_keeps_the_office_from_failing() -> None:
    """The confirmed channel is late, but a paper wrote of a page before it existed: there is another one."""
    found = verdict(snapshot(**opened("2023-02-14")), reports=[report(by="2022-11-01")])
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)


def test_a_later_report_may_speak_of_the_same_page() -> None:
    """It takes nothing from the proof."""
    assert verdict(snapshot(**opened("2023-02-14")), reports=[report(by="2024-01-01")]).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("reports", "outcome", "grace"),
    [
        ([report(by="2022-05-26")], Outcome.PASSED, False),
        ([report(on="2022-06-01")], Outcome.PASSED, True),
        ([report(by="2022-07")], Outcome.CANT_TELL, False),
        ([report(on="2022-05")], Outcome.PASSED, False),
        ([report()], Outcome.CANT_TELL, False),
        ([report(on="2022-08-01")], Outcome.CANT_TELL, False),
    ],
)
def test_press_reports_alone_can_pass_and_never_fail(reports, outcome, grace) -> None:
    """A report of a late page is no proof about all pages."""
    found = verdict(accounts=[], reports=reports)
    assert (found.outcome, found.values.grace_used) == (outcome, grace)


def test_not_found_is_said_only_of_a_recorded_search_after_the_deadline() -> None:
    """No search: untested. A search before the deadline, or one that found something, proves nothing."""
    assert verdict(accounts=[]).outcome is Outcome.UNTESTED
    assert verdict(accounts=[], searches=[search("2022-05-20")]).outcome is Outcome.UNTESTED
    assert verdict(accounts=[], searches=[search("2026-11-18", found="страница")]).outcome is Outcome.UNTESTED
    found = verdict(accounts=[], searches=[search("2026-11-18")])
    assert found.outcome is Outcome.FAILED
    assert verdict(accounts=[], searches=[search("2026-11-30")]).outcome is Outcome.UNTESTED


@pytest.mark.parametrize("since", ["2020", "2022-05-31", "2022"])
def test_a_reported_late_page_is_told_as_late(since: str) -> None:
    """It is not said that the deadline may lie before it or that it is not known: only an earlier page may be."""
    found = verdict(accounts=[], since=since, reports=[report(on="2023-08-01")])
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)
    assert "a page opened after the deadline is reported" in found.message.message
    assert found.message.params["date"] == date(2023, 8, 1)


def test_a_reported_page_is_not_undone_by_a_search_that_found_nothing() -> None:
    """The paper saw a page, the searcher did not: cannot tell."""
    assert verdict(accounts=[], searches=[search("2026-11-18")], reports=[report()]).outcome is Outcome.CANT_TELL


def test_a_newcomer_has_thirty_days_from_taking_office() -> None:
    """Took office on 31 May 2022, a page of 1 June passes without the grace; the last day is 30 June."""
    found = verdict(accounts=[], since="2022-05-31", reports=[report(on="2022-06-01")])
    assert (found.outcome, found.values.grace_used) == (Outcome.PASSED, False)
    assert found.values.deadline == datetime(2022, 7, 1, tzinfo=TOMSK)
    assert verdict(snapshot(**opened("2022-06-30T23:00")), since="2022-05-31").values.days_late == 0
    assert verdict(snapshot(**opened("2022-07-02T01:00")), since="2022-05-31").outcome is Outcome.FAILED


def test_a_newcomer_whose_time_is_running_is_not_judged() -> None:
    """Since 18 November 2026: not due before 19 December, whatever was not found."""
    found = verdict(accounts=[], since="2026-11-18", searches=[search("2026-11-20")])
    assert found.outcome is Outcome.INAPPLICABLE


def test_a_start_known_to_the_year_fails_only_what_is_late_for_each_day_of_it() -> None:
    """Took office some day in 2023: a page of March may be in time or late; one of 2025 is late."""
    assert verdict(snapshot(**opened("2023-03-10")), since="2023").outcome is Outcome.CANT_TELL
    assert verdict(snapshot(**opened("2023-01-20")), since="2023").outcome is Outcome.PASSED
    assert verdict(snapshot(**opened("2025-01-20")), since="2023").outcome is Outcome.FAILED


def test_a_start_known_to_the_month_never_gives_more_days_late_than_are_sure() -> None:
    """Took office some day of December 2024: the last day allowed is 31 December, or up to 30 days later."""
    late = verdict(snapshot(**opened("2025-03-20")), since="2024-12")
    assert (late.outcome, late.values.days_late) == (Outcome.FAILED, None)
    assert RU.text(late.message) == "Telegram: страница открыта 20.03.2025, не меньше чем через 49 дней после срока"
    unsure = verdict(snapshot(**opened("2025-01-15")), since="2024-12")
    assert (unsure.outcome, unsure.values.days_late) == (Outcome.CANT_TELL, None)
    assert RU.text(unsure.message) == (
        "Telegram: страница открыта 15.01.2025; срок зависит от дня вступления в должность, а он известен неточно"
    )
    number = vk(**traced("2025-01-20"), not_earlier_than=datetime(2025, 1, 10, tzinfo=TOMSK))
    bound = verdict(number, accounts=[account(Network.VK, "perviy")], since="2024-12")
    assert bound.message.id == "opened_by_deadline.trace_and_start"


def test_a_person_whose_time_may_be_over_is_not_called_a_newcomer() -> None:
    """In office by 31 May 2022, since when is not known: on 7 June nothing says that the time is still running."""
    found = verdict(accounts=[], since=None, who={"known_from": "2022-05-31"}, as_of="2022-06-07T12:00", week=W22)
    assert found.outcome is Outcome.UNTESTED
    late = verdict(
        snapshot(**opened("2022-06-05")),
        since=None,
        who={"known_from": "2022-05-31"},
        as_of="2022-06-07T12:00",
        week=W22,
    )
    assert (late.outcome, late.cause) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)


def test_an_unknown_start_can_pass_but_not_fail() -> None:
    """Nobody can be called late whose first day in office is on no record."""
    person = {"known_as_of": "2026"}
    assert verdict(snapshot(**opened("2022-01-20")), since=None, who=person).outcome is Outcome.PASSED
    assert verdict(snapshot(**opened("2024-01-20")), since=None, who=person).outcome is not Outcome.FAILED


def test_an_acting_head_who_is_elected_does_not_become_a_newcomer_again() -> None:
    """The pages and the day of taking office are those of the person."""
    acting = tenure(
        person="a", known_from="2022-05-31", until="2022-09-07", acting=True, reports=[report(by="2022-05-26")]
    )
    elected = tenure(person="a", since="2022-09-07")
    found = judge_office(CHECK, case([acting, elected]))
    assert (found.outcome, found.values.deadline) == (Outcome.PASSED, datetime(2022, 6, 1, tzinfo=TOMSK))


def test_exempt_vacant_and_unbound_offices_are_asked_nothing() -> None:
    """Each is inapplicable, not passed."""
    released = Exemption(by="врио губернатора", reason="замещает", source="https://example.invalid/e")
    assert verdict(who={"exemptions": [released]}).outcome is Outcome.INAPPLICABLE
    assert verdict(group=Group.CITY_DUMA).outcome is Outcome.INAPPLICABLE
    empty = Vacancy(since=PartialDate.parse("2026-11-01"), source="https://example.invalid/v")
    assert verdict(vacancies=[empty]).outcome is Outcome.INAPPLICABLE


def test_without_a_holder_nothing_is_tested() -> None:
    """No name on record is nobody's failure."""
    assert judge_office(CHECK, case([])).outcome is Outcome.UNTESTED


def test_a_page_that_is_gone_is_judged_by_what_was_stored() -> None:
    """It was open in time when it was seen last."""
    before = snapshot(**opened("2021-10-12"), taken_at=datetime(2026, 10, 1, tzinfo=TOMSK))
    assert verdict(before, snapshot(exists=False, id=None)).outcome is Outcome.PASSED
    free = verdict(snapshot(exists=False, id=None))
    assert (free.outcome, free.cause) == (Outcome.CANT_TELL, Cause.NOT_AT_ADDRESS)
    gone = verdict(snapshot(exists=False))
    assert (gone.outcome, gone.cause) == (Outcome.CANT_TELL, Cause.GONE)


def test_a_name_taken_over_by_another_number_brings_no_new_date() -> None:
    """The opening of the page that was confirmed is judged, not that of the one which has its name now."""
    before = snapshot(**opened("2021-10-12"), id=1, taken_at=datetime(2026, 10, 1, tzinfo=TOMSK))
    found = verdict(before, snapshot(**opened("2024-10-12"), id=2))
    assert found.outcome is Outcome.PASSED


@pytest.mark.parametrize("cause", [Cause.UNREACHABLE, Cause.THROTTLED, Cause.BLOCKED, Cause.NO_CREDENTIALS])
def test_not_seeing_is_never_a_failure(cause: Cause) -> None:
    """Errors are not absence."""
    found = verdict(snapshot(exists=None, cause=cause, id=None))
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, cause)


def test_what_a_distrusted_run_saw_is_not_judged() -> None:
    """Its control failed, so even a clear date counts for nothing."""
    found = verdict(snapshot(**opened("2024-10-12")), distrusted=True)
    assert (found.outcome, found.cause) == (Outcome.CANT_TELL, Cause.CONTROL_FAILED)
