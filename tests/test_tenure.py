"""Who held an office on a day, since when, and until when that person had time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.weeks import PartialDate
from auditor.registry.holders import deadline_of, exemption_in, held_in_doubt, holder_on, stale_vacancy, vacancy_on
from auditor.registry.models import Exemption, Rejection, Tenure, Vacancy
from tests import cases
from tests.cases import DEADLINE, POLICY, TOMSK, account, office, partial, registry, report

OLD, NEW = "Имярек Борис Борисович", "Имярек Вера Викторовна"


def tenure(*name: str, **fields: Any) -> Tenure:
    """A tenure with no evidence but what a test names."""
    return cases.tenure(*name, **({"known_as_of": None} | fields))


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


def test_a_tenure_without_an_end_ends_where_a_later_one_is_first_known() -> None:
    """Without a date but its start it lasts until then."""
    for later in (tenure(NEW, since="2024-11-05"), tenure(NEW, known_from="2024-11-05", known_as_of="2025")):
        post = office(tenure(OLD, since="2020-10-06"), later)
        assert [name_on(post, d) for d in ("2024-03-01", "2024-11-04", "2024-11-05")] == [OLD, OLD, NEW]


def test_a_tenure_with_an_end_ends_there_though_nobody_follows_at_once() -> None:
    """Between the two nobody is on record."""
    post = office(tenure(OLD, since="2020-10-06", until="2023-11-30"), tenure(NEW, since="2024-11-05"))
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
    assert exemption_in(holder, date(2023, 1, 31), date(2023, 1, 31)) is released
    assert exemption_in(holder, date(2023, 2, 1), date(2023, 2, 1)) is None


@pytest.mark.parametrize(
    ("since", "too_late", "own"),
    [
        ("2020", "2022-06-02", False),  # the directive's, and its day of grace
        ("2022-05-02", "2022-06-02", False),
        ("2022-05-03", "2022-06-03", True),
        ("2022-05-31", "2022-07-01", True),
        ("2024-09-12", "2024-10-13", True),
        ("2022", "2023-01-31", True),  # a year counts as whichever of its days is better for him
    ],
)
def test_the_deadline_of_a_person(since: str, too_late: str, own: bool) -> None:
    """The directive's with the grace, or the 30th day after taking office if that is later."""
    found = deadline_of(registry(office()), held(tenure(OLD, since=since), on="2026-01-01"))
    assert (found.at.astimezone(TOMSK).strftime("%Y-%m-%d"), found.own) == (too_late, own)
    assert found.grace_from == (None if own else DEADLINE)


@pytest.mark.parametrize(
    ("on", "until", "too_late"),
    [
        ("2022-05-27", "2024-12-31", "2025-01-31"),
        ("2022-06-01", "2024-12-31", "2025-01-31"),  # on his last day
        ("2022-06-02", "2024-12-31", "2022-06-02"),  # given when his time was over
        ("2022-05-27", "2022-04-30", "2022-06-02"),
        ("2022-05-27", None, "2022-06-02"),
    ],
)
def test_an_exemption_given_in_time_moves_the_last_day(on: str, until: str | None, too_late: str) -> None:
    """To 30 days after its own last day, if that is later."""
    given = Exemption(by="врио", on=partial(on), until=partial(until), reason="замещает", source="https://e.invalid/e")
    found = deadline_of(registry(office()), held(tenure(OLD, since="2020", exemptions=[given]), on="2026-01-01"))
    assert found.at.astimezone(TOMSK).strftime("%Y-%m-%d") == too_late


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_who_comes_later_never_has_less_time(since: date, more: int) -> None:
    """The personal deadline does not fall as the start moves on."""
    book = registry(office())

    def too_late(day: date) -> datetime:
        return deadline_of(book, held(tenure(OLD, since=day.isoformat()), on="2040-01-01")).at

    assert too_late(since) <= too_late(since + timedelta(days=more))
    assert too_late(since) > book.directive.deadline.astimezone(UTC)


# A person's own time ------------------------------------------------------------------------------------------------


def held(*tenures, on: str, **fields):
    holder = holder_on(office(*tenures, **fields), date.fromisoformat(on))
    assert holder is not None
    return holder


def doubt(post, first: str, last: str) -> bool:
    return held_in_doubt(post, date.fromisoformat(first), date.fromisoformat(last))


def test_a_start_known_to_the_month_is_named_from_its_first_day_and_judged_from_its_last() -> None:
    """In between he may not have held the office yet."""
    post = office(tenure(NEW, since="2021-12"))
    assert [name_on(post, d) for d in ("2021-11-30", "2021-12-01")] == [None, NEW]
    assert held(tenure(NEW, since="2021-12"), on="2021-12-05").judged_from == date(2021, 12, 31)


def test_without_a_known_start_his_time_begins_with_the_earliest_dated_evidence() -> None:
    """A source, a dated report, or the source of a confirmation, whichever is first; not the day of confirming."""
    assert held(tenure(OLD, known_from="2022-05-31", known_as_of="2025"), on="2026-01-01").judged_from == date(
        2022, 5, 31
    )
    reported = tenure(OLD, known_as_of="2025", reports=[report(by="2023-04")])
    assert held(reported, on="2026-01-01").judged_from == date(2023, 4, 30)
    sourced = tenure(OLD, known_as_of="2026", accounts=[confirmed_of("2024-02-03")])
    assert held(sourced, on="2026-06-01").judged_from == date(2024, 2, 3)


def test_without_a_known_start_nobody_is_called_late() -> None:
    """Of the deadline only `passed` can be said, and it is the directive's: he may have held the office from of old."""
    found = deadline_of(registry(office()), held(tenure(OLD, known_from="2024", known_as_of="2025"), on="2026-01-01"))
    assert (found.due, found.own, found.start_known) == (DEADLINE, False, False)


def test_tenures_in_a_row_under_one_name_are_one_persons_where_nobody_is_between() -> None:
    """Spelt with ё or without; a fuller name is another."""
    acting, elected = {"since": "2022-05-01", "until": "2022-09-07", "acting": True}, {"since": "2022-09-07"}
    joined = held(tenure(OLD, **acting), tenure(OLD, **elected), on="2026-01-01")
    spelt = held(tenure("Имярек Пётр", **acting), tenure("имярек  Петр", **elected), on="2026-01-01")
    apart = held(tenure(NEW, **acting), tenure(OLD, **elected), on="2026-01-01")
    assert {one.judged_from for one in (joined, spelt)} == {date(2022, 5, 1)}
    assert apart.judged_from == date(2022, 9, 7)
    assert [one.acting for one in joined.chain] == [True, False]
    between = (tenure(OLD, **acting), tenure(NEW, since="2022-10", until="2023"))
    back = held(*between, tenure(OLD, since="2024"), on="2026-01-01")
    assert back.judged_from == date(2024, 12, 31)
    assert back.predecessor is not None
    assert back.predecessor.name == NEW


def test_a_planned_end_ends_the_tenure_once_it_has_passed() -> None:
    """A convocation's seats are held no longer than it; the day itself still is one."""
    post = office(tenure(OLD, since="2020-10-06", known_as_of="2023", term_ends="2025-10-07"))
    assert [name_on(post, d) for d in ("2025-10-07", "2025-10-08")] == [OLD, None]
    month = office(tenure(OLD, since="2020-10-06", term_ends="2025-10"))
    assert [name_on(month, d) for d in ("2025-10-31", "2025-11-01")] == [OLD, None]


def test_a_planned_end_is_no_evidence() -> None:
    """It says what was meant, not what was."""
    person = held(tenure(OLD, since="2020-10-06", term_ends="2025-10-07"), on="2025-10-01")
    assert person.newest_evidence == date(2020, 10, 6)
    assert person.stale_on(date(2025, 10, 1), POLICY) == date(2020, 10, 6)


def test_who_came_before_a_planned_end_ends_the_tenure_too() -> None:
    """The first left in the middle of the term: between his last source and the successor nobody is on record."""
    post = office(
        tenure(OLD, since="2020-10-06", known_as_of="2023-11-30", term_ends="2025-10-07"),
        tenure(NEW, since="2024-11-05"),
    )
    assert [name_on(post, d) for d in ("2023-11-30", "2024-03-01", "2024-11-05")] == [OLD, None, NEW]


# A holder ages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "day", "stale"),
    [
        ({"since": "2024-11-22"}, "2026-11-22", None),  # 730 days
        ({"since": "2024-11-22"}, "2026-11-23", "2024-11-22"),
        ({"since": "2024"}, "2026-01-01", "2024-01-01"),  # a year counts as its first day
        ({"since": "2013", "known_as_of": "2025-11"}, "2026-11-22", None),
        ({"since": "2013", "known_as_of": "2025-11"}, "2019-06-01", None),  # spanned from both sides
        ({"since": "2013", "until": "2026-11-30"}, "2026-11-22", None),
        ({"since": "2025-11-22", "acting": True}, "2026-11-22", None),  # 365 days
        ({"since": "2025-11-21", "acting": True}, "2026-11-22", "2025-11-21"),
        ({"since": "2022-05-31", "known_as_of": "2022-07", "acting": True}, "2026-11-22", "2022-07-01"),
    ],
)
def test_the_newest_dated_evidence_may_be_730_days_old_and_an_acting_heads_365(who, day: str, stale) -> None:
    """After that nothing is said of him, but the date."""
    found = held(tenure(OLD, **who), on=day).stale_on(date.fromisoformat(day), POLICY)
    assert (found and found.isoformat()) == stale


def test_neither_a_press_report_nor_a_confirmation_is_evidence_of_who_holds_the_office() -> None:
    """They tell of a page: the later of `since` and `known_as_of` tells of the office."""
    reported = tenure(OLD, since="2013", reports=[report(by="2025-11-18")])
    confirmed = tenure(OLD, since="2013", accounts=[confirmed_of("2025-07")])
    for one in (reported, confirmed):
        assert held(one, on="2026-11-22").newest_evidence == date(2013, 1, 1)
    known = tenure(OLD, since="2013", known_as_of="2025-11", reports=[report(by="2026-05")])
    assert held(known, on="2026-11-22").newest_evidence == date(2025, 11, 1)


def test_a_report_from_outside_the_tenure_is_no_evidence_of_the_office() -> None:
    """A page opened before, or told of when he had left for another post."""
    before, after = report(on="2019-03"), report(by="2025-12")
    person = tenure(OLD, since="2020", until="2022-09-22", reports=[before, after])
    assert held(person, on="2022-01-01").newest_evidence == date(2022, 9, 22)
    assert held(person, on="2022-01-01").judged_from == date(2020, 12, 31)


def test_later_tenures_of_the_same_person_span_the_time_before_them() -> None:
    """He was acting, and later elected: in between he held the office."""
    acting = tenure(OLD, since="2020-01-01", until="2023-06-01", acting=True)
    elected = tenure(OLD, since="2023-06-01")
    assert held(acting, elected, on="2022-06-01").stale_on(date(2022, 6, 1), POLICY) is None


def test_a_vacancy_ages_alike() -> None:
    """That nobody held the office three years ago says nothing of today."""
    old = Vacancy(since=PartialDate.parse("2023-06-01"), source="https://example.invalid/v")
    assert stale_vacancy(old, date(2026, 11, 22), POLICY) == date(2023, 6, 1)
    assert stale_vacancy(old, date(2025, 5, 31), POLICY) is None


# Whose week it was ---------------------------------------------------------------------------------------------------


def test_a_week_in_which_a_predecessor_may_have_held_the_office_is_in_doubt() -> None:
    """Both changed some time in December: by the dates on record either may have held it."""
    post = office(tenure(OLD, since="2020", until="2025-12"), tenure(NEW, since="2025-12"))
    assert not doubt(post, "2025-11-24", "2025-11-30")
    assert doubt(post, "2025-12-08", "2025-12-14")
    assert not doubt(post, "2026-01-05", "2026-01-11")


def test_a_successor_known_to_be_in_office_ends_the_doubt() -> None:
    """A source has him on 11 December, so the predecessor had left by then."""
    post = office(tenure(OLD, since="2020", until="2025-12"), tenure(NEW, since="2025-12", known_as_of="2025-12-11"))
    assert doubt(post, "2025-12-01", "2025-12-07")
    assert not doubt(post, "2025-12-15", "2025-12-21")


def test_dates_known_to_the_day_leave_no_doubt() -> None:
    """Not even on the day that both share."""
    post = office(tenure(OLD, since="2020-11-13", until="2023-09-18"), tenure(NEW, since="2023-09-18"))
    assert not doubt(post, "2023-09-18", "2023-09-24")
    assert not doubt(post, "2023-09-11", "2023-09-17")


def test_who_may_have_left_already_is_in_doubt_where_somebody_is_on_record_after() -> None:
    """He left in March and the next came in June: in March he may have been gone. With nobody after, he counts."""
    left, next_one = tenure(OLD, since="2020", until="2023-03"), tenure(NEW, since="2023-06-10")
    assert doubt(office(left, next_one), "2023-03-13", "2023-03-19")
    assert not doubt(office(left), "2023-03-13", "2023-03-19")
    assert name_on(office(left), "2023-03-31") == OLD


def test_a_vacancy_may_have_begun() -> None:
    """Some time in 2026 the office fell vacant."""
    vacant = Vacancy(since=PartialDate.parse("2026"), source="https://example.invalid/v")
    post = office(tenure(OLD, since="2020", known_as_of="2025-06"), vacancies=[vacant])
    assert doubt(post, "2026-06-01", "2026-06-07")


def confirmed_of(text: str):
    known = account()
    assert known.confirmed is not None
    return known.model_copy(update={"confirmed": known.confirmed.model_copy(update={"of": PartialDate.parse(text)})})


@st.composite
def terms(draw) -> list:
    """Two or three tenures in a row with dates known to the year, month or day, or not at all."""
    days = sorted(draw(st.lists(st.dates(date(2019, 1, 1), date(2026, 12, 31)), min_size=2, max_size=3, unique=True)))
    made = []
    for n, (name, day) in enumerate(zip((OLD, NEW, "Имярек Глеб Глебович"), days, strict=False)):
        since = written(draw, day)
        following = days[n + 1] if n + 1 < len(days) else None
        until = written(draw, following) if following and draw(st.booleans()) else None
        made.append(tenure(name, **{key: value for key, value in (("since", since), ("until", until)) if value}))
    return made


def written(draw, day: date) -> str:
    return draw(st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]]))


@given(terms(), st.dates(date(2019, 1, 1), date(2027, 1, 1)))
def test_nobodys_own_time_begins_before_he_is_named(tenures, day: date) -> None:
    """And what is his is known to the day."""
    holder = holder_on(office(*tenures), day)
    if holder is not None and holder.chain[0].since is not None:
        assert holder.judged_from is not None
        assert holder.judged_from >= holder.chain[0].since.first


@given(terms(), st.dates(date(2019, 1, 1), date(2027, 1, 1)), st.integers(0, 6))
def test_a_longer_stretch_is_never_less_in_doubt(tenures, day: date, back: int) -> None:
    """Doubt about a day is doubt about each stretch that ends with it."""
    post = office(*tenures)
    if held_in_doubt(post, day, day):
        assert held_in_doubt(post, day - timedelta(days=back), day)


@given(terms(), st.dates(date(2019, 1, 1), date(2027, 1, 1)), st.dates(date(2019, 1, 1), date(2027, 1, 1)))
def test_more_evidence_never_makes_a_holder_stale(tenures, day: date, seen: date) -> None:
    """A source more is never an older one."""
    holder = holder_on(office(*tenures), day)
    if holder is None or holder.stale_on(day, POLICY) is not None:
        return
    more = holder.tenure.model_copy(update={"known_from": PartialDate.parse(seen.isoformat())})
    again = holder_on(office(*(more if one is holder.tenure else one for one in tenures)), day)
    assert again is None or again.tenure is not more or again.stale_on(day, POLICY) is None
