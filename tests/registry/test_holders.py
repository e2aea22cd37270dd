"""Who held an office on a day, since when, and until when that person had time."""

import functools
import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Network
from auditor.base.weeks import PartialDate
from auditor.registry import holders
from auditor.registry.models import AccountKind, Confirmation, Exemption, OtherAccount, Rejection, Tenure, Vacancy
from tests import cases
from tests.cases import DEADLINE, POLICY, TOMSK, account, office, partial, registry, report, search

OLD, NEW = "Имярек Борис Борисович", "Имярек Вера Викторовна"


tenure = functools.partial(cases.tenure, known_as_of=None)
"""A tenure with no evidence but what a test names."""
old, new = functools.partial(tenure, OLD), functools.partial(tenure, NEW)


def vacant(since: str) -> Vacancy:
    """A time without a holder."""
    return Vacancy(since=PartialDate.parse(since), source="https://example.invalid/v")


def held(*tenures: Tenure, on: str) -> Any:
    """Who holds the office on a day; somebody does."""
    return holders.holder_on(office(*tenures), date.fromisoformat(on))


def confirmed_of(text: str) -> Any:
    """An account confirmed by a source of a day."""
    page = account()
    return page.model_copy(update={"confirmed": page.confirmed.model_copy(update={"of": PartialDate.parse(text)})})


LEFT = {"since": "2020-10-06", "known_as_of": "2023-11-30"}
CAME = new(since="2024-11-05")


ON_RECORD = [
    ([old(since="2020", until="2023-09-18"), new(since="2023-09-18")], {"2023-09-17": OLD, "2023-09-18": NEW}),
    ([old(known_as_of="2023-11")], {"2022-05-31": None, "2023-10-31": None, "2023-11-01": OLD, "2026-11-20": OLD}),
    ([old(**LEFT, term_ends="2025-10-07"), CAME], {"2023-11-30": OLD, "2024-03-01": None, "2024-11-05": NEW}),
    # without an end until a later one is first known
    ([old(since="2020"), new(known_from="2024-11-05", known_as_of="2025")], {"2024-11-04": OLD, "2024-11-05": NEW}),
    ([old(since="2020", known_as_of="2026-10-31"), vacant("2026-11-01")], {"2026-10-31": OLD, "2026-11-05": None}),
    ([new(since="2021-12")], {"2021-11-30": None, "2021-12-01": NEW}),
    # a planned end, its day or month included, and who came before it
    ([old(since="2020", term_ends="2025-10")], {"2025-10-31": OLD, "2025-11-01": None}),
]


@pytest.mark.parametrize(("tenures", "names"), ON_RECORD)
def test_who_is_on_record_on_a_day(tenures: list[Tenure | Vacancy], names: dict[str, str | None]) -> None:
    """As far as sources say so; a vacancy ends a tenure."""
    people = [entry for entry in tenures if isinstance(entry, Tenure)]
    post = office(*people, vacancies=[entry for entry in tenures if isinstance(entry, Vacancy)])
    holder_by_day = {day: holders.holder_on(post, date.fromisoformat(day)) for day in names}
    assert {day: holder and holder.tenure.name for day, holder in holder_by_day.items()} == names


def test_a_later_tenure_ends_a_vacancy_and_an_exemption_ends_with_its_last_day() -> None:
    """Nobody holds a vacant office; neither outlives the other."""
    empty = vacant("2026-11-01")
    post = office(old(since="2020", known_as_of="2026-10-31"), vacancies=[empty])
    assert [holders.vacancy_on(post, date(2026, month, 5)) for month in (11, 10)] == [empty, None]
    released = Exemption(by="врио", until=PartialDate.parse("2023-01"), reason="замещает", source="https://e.invalid/e")
    holder = held(old(since="2020", exemptions=[released]), on="2026-01-01")
    days = (date(2023, 1, 31), date(2023, 2, 1))
    assert [holders.exemption_in(holder, day, day) for day in days] == [released, None]


def test_accounts_stay_with_the_person_and_go_to_no_successor() -> None:
    """The same address twice is one account, the decided entry counts; a rejected one is none, not even a lead."""
    lead = account(name="chuzhaya", confirmed=False)
    rejected = lead.model_copy(update={"rejected": Rejection(on=date(2026, 11, 2), how="другой человек")})
    acting = old(**ACTING, accounts=[account(), lead])
    elected = old(since="2022-09-07", accounts=[account(confirmed=False), account(name="vtoroy_kanal"), rejected])
    holder = held(acting, elected, on="2026-01-01")
    assert [a.url.name for a in holder.judged_accounts] == ["perviy_rayon", "vtoroy_kanal"]
    assert [a.url.name for a in holder.accounts if not a.judged and not a.lead] == ["chuzhaya"]
    assert (holder.took_office, holder.predecessor) == ((date(2022, 5, 1), date(2022, 5, 1)), None)
    holder = held(old(since="2020", until="2023", accounts=[account()]), new(since="2024"), on="2026-01-01")
    assert (holder.accounts, holder.predecessor.name) == ((), OLD)


DEADLINES = [
    ("2022-05-01", None, "2022-06-02", False),
    ("2022-05-03", None, "2022-06-03", True),
    ("2022", None, "2023-01-31", True),  # a year counts as whichever of its days is better for the holder
    ("2020", ("2022-06-01", "2024-12-31"), "2025-01-31", True),  # given on the holder's last day
    ("2020", ("2022-06-02", "2024-12-31"), "2022-06-02", False),  # given when the holder's time was over
    ("2020", ("2022-05-27", "2022-04-30"), "2022-06-02", False),
    ("2020", ("2022-05-27", None), "2022-06-02", False),
    ("2020", ("2022-05-27", "2024-12-31", "2024-12-01"), "2025-01-31", True),  # the day of the act decides
    ("2020", ("2022-06-02", "2024-12-31", "2022-05-01"), "2022-06-02", False),
]


@pytest.mark.parametrize(("since", "exempt", "too_late", "own"), DEADLINES)
def test_the_deadline_of_a_person(since: str, exempt: Any, too_late: str, own: bool) -> None:
    """The directive's with the grace, or the 30th day after taking office or an exemption, if that is later."""
    dates = {key: partial(day) for key, day in zip(("on", "until", "since"), exempt or (), strict=False)}
    exemptions = [Exemption(by="врио", **dates, reason="замещает", source="https://e.invalid/e")] if exempt else []
    deadline = holders.deadline_of(registry(office()), held(old(since=since, exemptions=exemptions), on="2026-01-01"))
    assert (deadline.late_from.astimezone(TOMSK).strftime("%Y-%m-%d"), deadline.is_personal) == (too_late, own)
    assert deadline.grace_from == (None if own else DEADLINE)


ACTING = {"since": "2022-05-01", "until": "2022-09-07", "acting": True}
ELECTED = old(since="2022-09-07")
BETWEEN = (old(**ACTING), new(since="2022-10", until="2023"), old(since="2024"))


OWN_TIME = [
    ([new(since="2021-12")], "2021-12-05", "2021-12-31"),
    ([old(known_from="2022-05-31", known_as_of="2025")], "2026-01-01", "2022-05-31"),
    ([old(known_as_of="2025", reports=[report(by="2023-04")])], "2026-01-01", "2025-12-31"),
    ([old(known_as_of="2026-05", accounts=[confirmed_of("2024-02-03")])], "2026-06-01", "2026-05-31"),
    # whichever of its days is better, but not after a day on which a source has the holder in office
    ([old(since="2026", known_from="2026-03-10")], "2026-06-01", "2026-03-10"),
    ([old(since="2026", known_as_of="2026-03")], "2026-06-01", "2026-03-31"),
    ([old(since="2026", reports=[report(by="2026-03")], accounts=[confirmed_of("2026-02")])], "2026-06-01",
     "2026-12-31"),
    ([old(since="2025", until="2026-04-01"), old(since="2026-04-01", known_as_of="2026-05")], "2026-06-01",
     "2025-12-31"),
    ([tenure("Имярек Пётр", **ACTING), tenure("имярек  Петр", since="2022-09-07")], "2026-01-01", "2022-05-01"),
    ([new(**ACTING), ELECTED], "2026-01-01", "2022-09-07"),
    (BETWEEN, "2026-01-01", "2024-12-31"),
    ([old(since="2020", until="2022-09-22", reports=[report(on="2019-03")])], "2022-01-01", "2020-12-31"),
]  # fmt: skip


@pytest.mark.parametrize(("tenures", "day", "first"), OWN_TIME)
def test_own_time_begins_with_the_start_or_the_first_day_that_a_source_has_the_holder_in_office(
    tenures: Any, day: str, first: str
) -> None:
    """Not with a report or a confirmation: they speak of a page. Tenures in a row under one name are one person's."""
    assert held(*tenures, on=day).judged_from == date.fromisoformat(first)


def test_without_a_known_start_nobody_is_called_late_and_tenures_in_a_row_are_told() -> None:
    """Only `passed` is possible, by the directive's deadline: the holder may have held the office for long."""
    deadline = holders.deadline_of(
        registry(office()), held(old(known_from="2024", known_as_of="2025"), on="2026-01-01")
    )
    assert (deadline.due, deadline.is_personal, deadline.start_known) == (DEADLINE, False, False)
    assert [tenure.acting for tenure in held(old(**ACTING), ELECTED, on="2026-01-01").chain] == [True, False]
    assert [tenure.acting for tenure in held(old(**ACTING), ELECTED, on="2022-06-01").later] == [False]
    assert held(*BETWEEN, on="2026-01-01").predecessor.name == NEW


AGES = [
    ({"since": "2024-11-22"}, "2026-11-22", None),  # 730 days
    ({"since": "2024-11-22"}, "2026-11-23", "2024-11-22"),
    ({"since": "2025-11-22", "acting": True}, "2026-11-22", None),  # 365 days
    ({"since": "2025-11-21", "acting": True}, "2026-11-22", "2025-11-21"),
    ({"since": "2020-10-06", "term_ends": "2025-10-07"}, "2025-10-01", "2020-10-06"),  # what was meant
    ({"since": "2013", "reports": [report(by="2025-11-18")]}, "2026-11-22", "2013-01-01"),
]


@pytest.mark.parametrize(("fields", "day", "stale"), AGES)
def test_the_newest_dated_evidence_may_be_730_days_old_and_an_acting_heads_365(
    fields: Any, day: str, stale: Any
) -> None:
    """After that only the date is shown of the holder; a report or a confirmation is evidence of a page."""
    stale_on = held(old(**fields), on=day).stale_on(date.fromisoformat(day), POLICY)
    assert (stale_on and stale_on.isoformat()) == stale


def test_evidence_is_of_the_office_and_ages_for_a_vacancy_alike() -> None:
    """Not a report of before or after; later tenures of the same person span the time before them."""
    longest = old(since="2013", known_as_of="2025-11", reports=[report(by="2026-05")])
    assert held(longest, on="2026-11-22").newest_evidence == date(2025, 11, 1)
    person = old(since="2020", until="2022-09-22", reports=[report(on="2019-03"), report(by="2025-12")])
    assert held(person, on="2022-01-01").newest_evidence == date(2022, 9, 22)
    acting, elected = old(since="2020-01-01", until="2023-06-01", acting=True), old(since="2023-06-01")
    assert held(acting, elected, on="2022-06-01").stale_on(date(2022, 6, 1), POLICY) is None
    ages = [holders.stale_vacancy(vacant("2023-06-01"), day, POLICY) for day in (date(2026, 11, 22), date(2025, 5, 31))]
    assert ages == [date(2023, 6, 1), None]
    ended = vacant("2023-06-01").model_copy(update={"until": PartialDate.parse("2026")})
    assert holders.stale_vacancy(ended, date(2026, 11, 22), POLICY) is None
    renewed = vacant("2023-06-01").model_copy(update={"known_as_of": PartialDate.parse("2026-11-01")})
    assert holders.stale_vacancy(renewed, date(2026, 11, 22), POLICY) is None
    (earlier,) = holders.known_by(office(vacancies=[renewed]), date(2026, 10, 31)).vacancies
    assert earlier == vacant("2023-06-01")


DECEMBER = office(old(since="2020", until="2025-12"), new(since="2025-12"))
KNOWN = office(old(since="2020", until="2025-12"), new(since="2025-12", known_as_of="2025-12-11"))
EXACT = office(old(since="2020-11-13", until="2023-09-18"), new(since="2023-09-18"))
MARCH = old(since="2020", until="2023-03")


WEEKS = [
    (DECEMBER, "2025-11-24", False),
    (DECEMBER, "2025-12-08", True),
    (DECEMBER, "2026-01-05", False),
    (KNOWN, "2025-12-01", True),
    (KNOWN, "2025-12-15", False),
    (EXACT, "2023-09-18", False),
    (EXACT, "2023-09-11", False),
    (office(MARCH, new(since="2023-06-10")), "2023-03-13", True),
    (office(MARCH), "2023-03-13", False),
    (office(old(since="2020", known_as_of="2025-06"), vacancies=[vacant("2026")]), "2026-06-01", True),
]


@pytest.mark.parametrize(("post", "first", "doubt"), WEEKS)
def test_a_week_is_in_doubt_in_which_two_may_have_held_the_office(post: Any, first: str, doubt: bool) -> None:
    """By the dates on record; a source of the successor ends it, and who may have left counts where nobody follows."""
    begin = date.fromisoformat(first)
    assert holders.has_rival_holder(post, begin, begin + timedelta(days=6)) is doubt


def test_what_is_on_record_of_a_person_is_that_of_all_their_tenures_in_a_row() -> None:
    """Pages, reports, searches and exemptions; a page elsewhere counts once it is confirmed, else it is a lead."""
    proof = Confirmation(on=date(2026, 1, 1), how="по сайту")
    elsewhere = OtherAccount(url="https://ok.ru/profile/1", kind=AccountKind.PERSONAL)
    confirmed = elsewhere.model_copy(update={"confirmed": proof})
    body = account().model_copy(update={"kind": AccountKind.INSTITUTION})
    acting = old(**ACTING, reports=[report(by="2022-05")], accounts=[elsewhere, body])
    then = old(since="2022-09-07", searches=[search("2026-11-01")], accounts=[confirmed, confirmed])
    holder = held(acting, then, on="2026-01-01")
    assert (len(holder.reports), len(holder.searches), holder.accounts_elsewhere) == (1, 1, (confirmed,))
    assert (holder.institution_accounts, holder.judged_accounts, holder.has_lead) == ((body,), (), True)
    assert not held(old(since="2022", accounts=[account(), body]), on="2026-01-01").has_lead
    assert held(old(since="2022", accounts=[account(confirmed=False)]), on="2026-01-01").has_lead


def test_an_offices_addresses_are_those_of_the_body_and_of_all_who_held_it() -> None:
    """Leads too."""
    body = account(Network.VK, "rayon").model_copy(update={"kind": "institution"})
    lead = account(name="lead", confirmed=False)
    post = office(old(since="2020", until="2021", accounts=[account()]), new(accounts=[lead]), accounts=[body])
    assert holders.office_urls(post) == {"https://t.me/perviy_rayon", "https://t.me/lead", "https://vk.com/rayon"}


def test_a_confirmation_is_under_review_once_it_is_older_than_it_may_be() -> None:
    """A page can change hands."""
    proof, day = Confirmation(on=date(2026, 1, 1), how="по сайту"), date(2026, 1, 31)
    assert [holders.under_review(proof, day, valid) for valid in (29, 30)] == [True, False]


THIRD = tenure("Имярек Глеб Глебович")
REPORTED = tenure(OLD, reports=[report(by="2026-03")], accounts=[account()])


UNDATED = [
    ([REPORTED], OLD, False),
    ([new(since="2020", until="2023"), REPORTED], OLD, False),
    ([new(since="2020"), REPORTED], NEW, True),  # no source has her in office on that day: two may hold it
    ([REPORTED, vacant("2026-01")], None, False),
    ([old(term_ends="2025-10")], None, False),  # a planned end ends it
    ([old(), old(acting=True)], OLD, False),
    ([old(), THIRD], "Имярек Глеб Глебович", True),  # two may hold it
]


@pytest.mark.parametrize(("entries", "name", "doubt"), UNDATED)
def test_whoever_is_on_record_without_a_date_holds_what_nothing_else_holds(
    entries: list[Any], name: str | None, doubt: bool
) -> None:
    """Such a holder is named and has no day in office: a report or a confirmed page gives none."""
    day, people = date(2026, 6, 7), [entry for entry in entries if isinstance(entry, Tenure)]
    post = office(*people, vacancies=[entry for entry in entries if isinstance(entry, Vacancy)])
    holder = holders.holder_on(post, day)
    assert (holder and holder.tenure.name, holders.has_rival_holder(post, day, day)) == (name, doubt)
    if holder is not None and name != NEW:
        assert (holder.judged_from, holder.newest_evidence, holder.predecessor) == (None, None, None)


KNOWN_BY = [
    ({"since": "2020", "known_as_of": "2026-11"}, {"since": "2020", "known_as_of": "2026-11"}),
    ({"since": "2020", "known_as_of": "2026-12"}, {"since": "2020"}),  # a guard against old facts
    ({"since": "2020", "until": "2027-01"}, {"since": "2020", "term_ends": "2027-01"}),  # to come: no evidence
    ({"since": "2026-12"}, None),
    ({"known_from": "2026-11-23", "known_as_of": "2027"}, None),
]


@pytest.mark.parametrize(("dates", "known"), KNOWN_BY)
def test_what_a_source_says_of_a_later_day_is_left_aside(dates: Any, known: Any) -> None:
    """Of dates alone: an older moment reads a newer registry."""
    on_record = holders.known_by(office(old(**dates), vacancies=[vacant("2026-12")]), date(2026, 11, 22))
    assert (on_record.tenures, on_record.vacancies) == ([tenure(OLD, **known)] if known else [], [])


def test_an_exemption_excuses_from_its_first_day_on() -> None:
    """A leave planned for December excuses no November; without `since` it begins with the day of the act."""
    dates = {"on": partial("2026-10-01"), "until": partial("2026-12-31")}
    act = Exemption(by="врио", **dates, reason="отпуск", source="https://e.invalid/e")
    planned, days = act.model_copy(update={"since": partial("2026-12-01")}), (date(2026, 11, 30), date(2026, 12, 1))
    for exemption, excused in ((act, [act, act]), (planned, [None, planned])):
        holder = held(old(since="2020", exemptions=[exemption]), on="2026-11-22")
        assert [holders.exemption_in(holder, day, day) for day in days] == excused


def test_a_persons_name_is_one_however_it_is_spelled_or_coded() -> None:
    """Case, blanks, ё, and letters made of two signs; another name stays another."""
    spelled = ("Имярёк Андрей", " имярек  АНДРЕЙ", unicodedata.normalize("NFD", "Имярёк Андрей"))
    assert {holders.person_key(name) for name in spelled} == {"имярек андрей"}
    assert holders.person_key("Имярек Андреи") != holders.person_key("Имярек Андрей")


SEARCHED = old(since="2020", searches=[search("2026-11-10")])


JUDGED = [
    ([SEARCHED.model_copy(update={"known_as_of": partial("2026-11-24")})], ("failed", None)),
    ([SEARCHED.model_copy(update={"known_as_of": partial("2026-11-25")})], ("cantTell", "stale_holder")),
    ([SEARCHED.model_copy(update={"until": partial("2027-01")})], ("cantTell", "stale_holder")),
    ([SEARCHED.model_copy(update={"since": None})], ("cantTell", "stale_holder")),  # a name without any date
    ([SEARCHED.model_copy(update={"since": None}), THIRD], ("untested", None)),  # two may hold it
]


@pytest.mark.parametrize(("tenures", "verdict"), JUDGED)
def test_only_a_source_of_the_present_lets_a_holder_be_judged(tenures: list[Tenure], verdict: Any) -> None:
    """Neither one of a day after the moment of judging, nor an end to come, nor a name alone."""
    finding = cases.judge_office("opened_by_deadline", cases.case(tenures))
    assert (finding.outcome, finding.cause) == verdict
