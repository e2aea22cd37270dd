"""Who held an office on a day, since when, and until when that person had time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.weeks import PartialDate
from auditor.registry.models import Exemption, Rejection, Vacancy, deadline_of, exemption_on, holder_on, vacancy_on
from tests.cases import TOMSK, account, office, registry, tenure

OLD, NEW = "Имярек Борис Борисович", "Имярек Вера Викторовна"


def name_on(post, text: str) -> str | None:
    holder = holder_on(post, date.fromisoformat(text))
    return holder.tenure.name if holder else None


def test_a_successor_holds_the_office_from_the_shared_day_on() -> None:
    """Until 18 September and since 18 September: on that day it is the successor."""
    post = office(tenure(OLD, since="2020-11-13", until="2023-09-18"), tenure(NEW, since="2023-09-18"))
    assert [name_on(post, d) for d in ("2023-09-17", "2023-09-18")] == [OLD, NEW]


def test_nobody_is_on_record_before_the_first_source() -> None:
    """A holder known only as of November 2023 is not said to have held the office in 2022."""
    post = office(tenure(OLD, known_as_of="2023-11"))
    assert [name_on(post, d) for d in ("2022-05-31", "2023-11-01", "2026-11-20")] == [None, OLD, OLD]


def test_known_from_stands_in_for_an_unknown_start() -> None:
    """In office by 31 May 2022, since when is not known."""
    post = office(tenure(OLD, known_from="2022-05-31", known_as_of="2022-07"))
    assert [name_on(post, d) for d in ("2022-05-30", "2022-05-31")] == [None, OLD]


def test_between_the_last_source_and_the_successor_nobody_is_on_record() -> None:
    """The first left on an unknown day after November 2023; the second came in November 2024."""
    post = office(tenure(OLD, since="2020-10-06", known_as_of="2023-11-30"), tenure(NEW, since="2024-11-05"))
    assert [name_on(post, d) for d in ("2023-11-30", "2024-03-01", "2024-11-05")] == [OLD, None, NEW]


def test_a_vacancy_ends_the_tenure_before_it_and_a_later_tenure_ends_the_vacancy() -> None:
    """Nobody holds a vacant office."""
    vacant = Vacancy(since=PartialDate.parse("2026-11-01"), until=None, source="https://example.invalid/v")
    post = office(tenure(OLD, since="2020", known_as_of="2026-10-31"), vacancies=[vacant])
    assert name_on(post, "2026-11-05") is None
    assert vacancy_on(post, date(2026, 11, 5)) is vacant
    assert vacancy_on(post, date(2026, 10, 5)) is None


def test_a_tenure_without_any_date_holds_on_no_day() -> None:
    """It is on record all the same."""
    assert name_on(office(tenure(OLD)), "2026-11-05") is None


def test_the_accounts_of_an_acting_head_stay_his_after_the_election() -> None:
    """The same address twice is one account, the confirmed entry counts."""
    acting = tenure(OLD, since="2022-05-01", until="2022-09-07", acting=True, accounts=[account()])
    elected = tenure(OLD, since="2022-09-07", accounts=[account(confirmed=False), account(name="vtoroy_kanal")])
    holder = holder_on(office(acting, elected), date(2026, 1, 1))
    assert holder is not None
    assert [a.url.name for a in holder.judged_accounts] == ["perviy_rayon", "vtoroy_kanal"]
    assert holder.took_office == (date(2022, 5, 1), date(2022, 5, 1))
    assert holder.predecessor is None


def test_a_rejected_account_is_neither_judged_nor_a_lead() -> None:
    """Also where an earlier tenure of the same person still lists it as a lead."""
    lead = account(name="chuzhaya", confirmed=False)
    rejected = lead.model_copy(update={"rejected": Rejection(on=date(2026, 11, 2), how="другой человек")})
    first = tenure(OLD, since="2021", until="2022", accounts=[lead])
    found = holder_on(office(first, tenure(OLD, since="2022", accounts=[rejected])), date(2026, 11, 3))
    assert found is not None
    assert (found.judged_accounts, found.institution_accounts) == ((), ())
    assert [(a.judged, a.lead) for a in found.accounts] == [(False, False)]


def test_a_predecessors_accounts_are_not_the_successors() -> None:
    """Each answers for the own record."""
    post = office(tenure(OLD, since="2020", until="2023", accounts=[account()]), tenure(NEW, since="2024"))
    holder = holder_on(post, date(2026, 1, 1))
    assert holder is not None
    assert holder.accounts == ()
    assert holder.predecessor is not None
    assert holder.predecessor.name == OLD


def test_an_exemption_holds_until_its_end_or_with_the_tenure() -> None:
    """It does not outlive either."""
    released = Exemption(
        by="врио", on=None, until=PartialDate.parse("2023-01"), reason="замещает", source="https://example.invalid/e"
    )
    holder = holder_on(office(tenure(OLD, since="2020", exemptions=[released])), date(2026, 1, 1))
    assert holder is not None
    assert exemption_on(holder, date(2023, 1, 31)) is released
    assert exemption_on(holder, date(2023, 2, 1)) is None


@pytest.mark.parametrize(
    ("since", "strict", "lenient", "newcomer"),
    [
        ("2020", "2022-06-01", "2022-06-01", False),
        ("2022-05-01", "2022-06-01", "2022-06-01", False),
        ("2022-05-02", "2022-06-02", "2022-06-02", True),
        ("2022-05-31", "2022-07-01", "2022-07-01", True),
        ("2024-09-12", "2024-10-13", "2024-10-13", True),
        ("2022", "2022-06-01", "2023-01-31", False),
    ],
)
def test_the_deadline_of_a_person(since: str, strict: str, lenient: str, newcomer: bool) -> None:
    """The directive's, or 30 days after taking office if that is later; a span where the day is not known."""
    holder = holder_on(office(tenure(OLD, since=since)), date(2026, 1, 1))
    assert holder is not None
    found = deadline_of(registry(office()), holder, 30)
    local = [m.astimezone(TOMSK).strftime("%Y-%m-%d") for m in (found.strict, found.lenient) if m]
    assert (local, found.newcomer) == ([strict, lenient], newcomer)


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_who_comes_later_never_has_less_time(since: date, more: int) -> None:
    """The personal deadline does not fall as the start moves on."""
    book = registry(office())

    def strict(day: date) -> datetime:
        holder = holder_on(office(tenure(OLD, since=day.isoformat())), date(2040, 1, 1))
        assert holder is not None
        return deadline_of(book, holder, 30).strict

    assert strict(since) <= strict(since + timedelta(days=more))
    assert strict(since) >= book.directive.deadline.astimezone(UTC)
