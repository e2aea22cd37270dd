"""What a registry must hold as a whole: one holder at a time, one owner of an account, ends to what ends."""

import re
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.base.errors import RegistryError
from auditor.base.snapshot import Network
from auditor.base.weeks import PartialDate
from auditor.registry import load_registry
from tests.conftest import ROOT

HEAD = """\
timezone: Asia/Tomsk
directive: {title: Поручение, issuer: Имярек А. А., issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head,
  source: 'https://example.org/directive'}
offices:
"""
OFFICE = """\
  - id: first
    municipality: Первый район
    title: глава
    group: municipal_head
"""
SOURCED = "sources: ['https://example.org/1']"
VACANCY = "source: 'https://example.org/3'"

Told = Callable[[str], list[str]]


def problems_of(path: Path, text: str) -> list[str]:
    """Return the problems of a registry, each with its line counted from the first line under `offices:`."""
    path.write_text(HEAD + text, encoding="utf-8")
    try:
        load_registry(path)
    except RegistryError as error:
        return [f"{problem.line - 4}: {problem.what}; {problem.mend}" for problem in error.problems]
    return []


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Tell the problems of some offices."""
    return lambda text: problems_of(tmp_path / "officials.yaml", text)


def tenures(*entries: str) -> str:
    """Write an office whose tenures begin on lines 6, 7, …"""
    return OFFICE + "    tenures:\n" + "".join(f"      - {{{entry}, {SOURCED}}}\n" for entry in entries)


@pytest.mark.parametrize("style", [">-", "|"])
def test_a_key_that_became_words_of_the_note_above_is_told(told: Told, style: str) -> None:
    """An exemption that stands too deep would be lost, and its head judged."""
    entry = (
        "name: А\n        sources: [x]\n        note: " + style + "\n          отчёт: в газете\n          exemptions:\n"
    )
    lines = told(OFFICE + "    tenures:\n      - " + entry + "            - {by: Имярек А. А.}\n")
    assert len(lines) == 1, lines
    assert lines[0].startswith("10: this line is text of the note that begins on line")


NO = "rejected: {on: 2026-11-02, how: другой человек}"
YES = "confirmed: {on: 2026-11-01, how: страница названа на сайте}"


def person(*accounts: str, name: str = "Имярек А. А.", more: str = "") -> str:
    """Write a tenure's entry with personal accounts."""
    listed = ", ".join(f"{{url: {account}, kind: personal}}" for account in accounts)
    return f"name: {name}, since: 2022, {more}accounts: [{listed}]"


def vacancies(*entries: str) -> str:
    """Write more of an office: its vacancies."""
    return "    vacancies:\n" + "".join(f"      - {{{entry}, {VACANCY}}}\n" for entry in entries)


@pytest.mark.parametrize(
    "entries",
    [
        ["name: А, since: 2020, until: 2022-05-30", "name: Б, since: 2022-05-31"],
        ["name: А, since: 2020-11-13, until: 2023-09-18", "name: Б, since: 2023-09-18"],
        ["name: А, since: 2020, until: 2025-12", "name: Б, since: 2025-12, known_as_of: 2025-12-11"],
        ["name: А, since: 2020, until: 2022", "name: Б, since: 2022-01-01"],
        ["name: Б, since: 2023, known_as_of: 2025", "name: А, since: 2018, known_as_of: 2022-11-16"],
        ["name: А, known_as_of: 2020", "name: Б, known_from: 2022-05-31"],
        ["name: А, until: 2021-09", "name: Б, since: 2021-12"],
        ["name: А", "name: Б, since: 2018", "name: В, acting: true"],
        ["name: А, acting: true, known_from: 2022-05-31, until: 2022-09-07", "name: А, since: 2022-09-07"],
        ["name: А, since: 2022-01-01, until: 2022-01-01", "name: Б, since: 2022-01-01"],
        ["name: А, since: 2020, term_ends: 2025-10-07", "name: Б, since: 2025-10-08"],
        ["name: А, since: 2020, term_ends: 2025-10-07", "name: Б, since: 2024-11-05"],
        ["name: А, since: 2020, term_ends: 2025-10-07, until: 2025-12", "name: Б, since: 2025-12"],
    ],
)
def test_tenures_that_may_follow_each_other_are_fine(told: Told, entries: list[str]) -> None:
    """A shared day, a partial date that allows it, an unknown end that is known as of a date."""
    assert told(tenures(*entries)) == []


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        (
            ["name: А, since: 2020, until: 2023-10", "name: Б, since: 2023-09-18"],
            "7: «Б» begins 2023-09-18 while «А» (line 10) lasts to 2023-10 at least; mend since: or until: of one",
        ),
        (
            ["name: Б, since: 2023-09-18", "name: А, since: 2020, until: 2023-10"],
            "6: «Б» begins 2023-09-18 while «А» (line 11) lasts to 2023-10 at least; ",
        ),
        (
            ["name: А, since: 2020, until: 2024", "name: Б, known_as_of: 2022-06-01"],
            "7: «Б» begins 2022-06-01 while «А» (line 10) lasts to 2024 at least; ",
        ),
        (
            ["name: А, since: 2019, until: 2022", "name: Б, since: 2020, until: 2020"],
            "7: «Б» begins 2020 while «А» (line 10) lasts to 2022 at least; ",
        ),
        (
            ["name: А, since: 2018, known_as_of: 2022-11-16", "name: Б, since: 2022-05"],
            "7: «Б» begins 2022-05 while «А» (line 10) lasts to 2022-11-16 at least; ",
        ),
        (["name: А, since: 2020", "name: Б, since: 2020-05"], "7: «Б» begins 2020-05 while «А» (line 10) has no end; "),
        (
            ["name: А, since: 2018", "name: Б, since: 2022-05"],
            "6: «А» has no end, but «Б» follows on line 11; add until:, or known_as_of: where the end is not known",
        ),
        (["name: А, since: 2022-05-31, until: 2022-05-30"], "6: until 2022-05-30 is before since 2022-05-31; mend"),
        (["name: А, since: 2022-06, known_as_of: 2022"], ""),
        (["name: А, known_as_of: 2026, term_ends: 2025-10"], "6: term_ends 2025-10 is before known_as_of 2026; mend"),
        (["name: А, since: 2026-01, term_ends: 2025"], "6: term_ends 2025 is before since 2026-01; mend"),
        (
            ["name: А, accounts: [{url: t.me/abc, kind: personal, confirmed: {on: 2025-01-02, of: 2025-02, how: x}}]"],
            "6: on 2025-01-02 is before of 2025-02; mend",
        ),
        (["name: А, since: 2022-06, known_as_of: 2021"], "6: known_as_of 2021 is before since 2022-06; mend the one"),
        (["name: А, known_as_of: 2023-06, until: 2023-05"], "6: until 2023-05 is before known_as_of 2023-06; mend"),
        (["name: А, known_from: 2023-06, until: 2023-05"], "6: until 2023-05 is before known_from 2023-06; mend"),
        (
            ["name: А, reports: [{opened_on: 2022-06-02, opened_by: 2022-06-01, source: x}]"],
            "6: opened_by 2022-06-01 is before opened_on 2022-06-02; mend",
        ),
    ],
)
def test_two_holders_at_one_time_and_dates_that_run_backwards_are_told(
    told: Told, entries: list[str], problem: str
) -> None:
    """Once, at the date that is wrong, with the line of the other."""
    lines = told(tenures(*entries))
    assert len(lines) == bool(problem), lines
    assert all(line.startswith(problem) for line in lines), lines


def test_the_family_name_comes_first(told: Told) -> None:
    """Told by the patronymic, which stands last."""
    (line,) = told(tenures("name: Анна Андреевна Имярек"))
    assert line == "6: name: the family name comes first; write Имярек Анна Андреевна"
    for name in ("Имярек Анна Андреевна", "Имярек Анна", "Абрамович Роман", "Имярек А. А.", "Петрович Пётр Петрович"):
        assert told(tenures(f"name: {name}")) == []


@pytest.mark.parametrize(
    ("tenure", "vacancy", "problem"),
    [
        ("name: А, since: 2020, until: 2022-05-30", ["since: 2022-05-31"], ""),
        ("name: А, since: 2020, until: 2022-05-30", ["since: 2022-05-30, until: 2022-06"], ""),
        ("name: А, since: 2023", ["since: 2022-05, until: 2022-06", "since: 2022-07, until: 2023"], ""),
        ("name: А, since: 2020, until: 2023", ["since: 2022-05-31"], "8: the vacancy begins 2022-05-31 while «А»"),
        ("name: А, since: 2020", ["since: 2022-05-31"], "6: «А» has no end, but the vacancy follows on line 12; add"),
        ("name: А, since: 2023", ["since: 2022-05-31"], "8: the vacancy has no end, but «А» follows on line 10; add u"),
        ("name: А, since: 2022-06-02", ["since: 2022-05, until: 2022-07"], "6: «А» begins 2022-06-02 while the vacan"),
        ("name: А", ["since: 2022, until: 2021"], "8: until 2021 is before since 2022; mend the one that is wrong"),
    ],
)
def test_a_vacancy_ends_before_somebody_takes_office(told: Told, tenure: str, vacancy: list[str], problem: str) -> None:
    """One that lasts is the last thing of its office; nobody holds it meanwhile."""
    lines = told(tenures(tenure) + vacancies(*vacancy))
    assert len(lines) == bool(problem), lines
    assert all(line.startswith(problem) for line in lines), lines


@pytest.mark.parametrize(
    ("tenure", "exemption", "problem"),
    [
        ("since: 2020", "until: 2022-12", ""),
        ("since: 2020, until: 2023", "on: 2022", ""),
        ("since: 2020, acting: true", "on: 2022", ""),
        (
            "since: 2020",
            "on: 2022",
            "6: the exemption has no end, and neither has the tenure; add until: to one of them",
        ),
        (
            "since: 2020, acting: false",
            "until: ",
            "6: the exemption has no end, and neither has the tenure; add until:",
        ),
        ("since: 2020", "on: 2023, until: 2022-12", "6: until 2022-12 is before on 2023; mend the one that is wrong"),
        (
            "since: 2020, until: 2021",
            "on: 2022",
            "6: until 2021 is before on 2022 (line 10); mend the one that is wrong",
        ),
        (
            "since: 2020",
            "until: 2019-12",
            "6: until 2019-12 is before since 2020 (line 10); mend the one that is wrong",
        ),
    ],
)
def test_an_exemption_ends_by_itself_or_with_its_tenure(told: Told, tenure: str, exemption: str, problem: str) -> None:
    """Nobody is free of the directive for ever by a forgotten line."""
    entry = f"name: А, {tenure}, exemptions: [{{by: Имярек А. А., reason: болезнь, source: x, {exemption}}}]"
    lines = told(tenures(entry))
    assert len(lines) == bool(problem), lines
    assert all(line.startswith(problem) for line in lines), lines


DAYS = st.dates(date(2019, 1, 1), date(2022, 12, 31))
PARTIAL = st.builds(lambda day, form: day.strftime(form), DAYS, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]))


def _may_be_apart(dates: list[PartialDate]) -> bool:
    """Try days for the four dates: may the two tenures lie apart, a shared day allowed?"""
    pool = sorted({day for partial in dates for day in (partial.first, partial.last)})
    choices = [[day for day in pool if partial.first <= day <= partial.last] for partial in dates]
    return any(
        begin <= end and other_begin <= other_end and (end <= other_begin or other_end <= begin)
        for begin, end, other_begin, other_end in product(*choices)
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(PARTIAL, PARTIAL, PARTIAL, PARTIAL))
def test_two_holders_are_told_of_exactly_where_every_reading_of_the_dates_has_them(
    tmp_path: Path, written: tuple[str, str, str, str]
) -> None:
    """Partial dates accuse nobody of what one of their days would allow, and hide nothing that none would."""
    since, until, other_since, other_until = written
    dates = [PartialDate.parse(text) for text in written]
    if dates[0].first > dates[1].last or dates[2].first > dates[3].last:
        return  # dates that run backwards are told of as such
    text = tenures(f"name: А, since: {since}, until: {until}", f"name: Б, since: {other_since}, until: {other_until}")
    lines = problems_of(tmp_path / "officials.yaml", text)
    assert bool(lines) != _may_be_apart(dates), lines


AT_NAME = "'@one_page'"


def accounts(*urls: str) -> str:
    return f"accounts: [{', '.join(f'{{url: {url}, kind: personal}}' for url in urls)}]"


def test_one_person_may_list_an_account_in_several_tenures(told: Told) -> None:
    """And in two offices, and with another spelling of ё and case."""
    first = tenures(
        f"name: Медных Артём, since: 2020, until: 2021, {accounts('t.me/one_page')}",
        f"name: Медных Артем, since: 2022, {accounts(AT_NAME)}",
    )
    second = tenures(f"name: МЕДНЫХ  Артём, since: 2023, {accounts('t.me/s/one_page')}").replace("first", "second")
    assert told(first + second) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            tenures(f"name: А, since: 2020, until: 2021, {accounts('t.me/one_page')}", f"name: Б, {accounts(AT_NAME)}"),
            "7: https://t.me/one_page of Б is also on line 10, as that of А; leave it with the one it belongs to",
        ),
        (
            tenures(f"name: А, since: 2020, {accounts('vk.com/public5', 'https://vk.ru/club5/')}"),
            "6: https://vk.com/club5 stands twice, first on line 10; keep one of the two",
        ),
        (
            OFFICE
            + "    accounts: [{url: t.me/one_page, kind: institution}]\n    tenures:\n      - name: А\n        "
            + f"{SOURCED}\n        "
            + accounts("t.me/one_page"),
            "9: https://t.me/one_page of А is also on line 9, as that of the office 'first'; leave it with the one",
        ),
    ],
)
def test_an_account_has_one_owner(told: Told, text: str, problem: str) -> None:
    """In whatever form it was pasted."""
    (line,) = told(text)
    assert line.startswith(problem)


def test_an_institutions_page_may_stand_in_each_holders_tenure(told: Told) -> None:
    """It belongs to the office and not to the person."""
    page = "accounts: [{url: t.me/town_hall, kind: institution}]"
    assert told(tenures(f"name: А, since: 2020, until: 2021, {page}", f"name: Б, since: 2022, {page}")) == []


def test_the_directive_must_bind_somebody(told: Told) -> None:
    """But a registry of one office may be of somebody whom it does not bind."""
    seat = OFFICE.replace("municipal_head", "city_duma")
    assert told(seat) == []
    (line,) = told(seat + seat.replace("first", "second"))
    assert line.startswith("-2: the directive binds municipal_head, but no office is of that group; mend binds")


def test_an_account_is_confirmed_or_rejected_and_not_both(told: Told) -> None:
    """In one entry, or in two tenures of one person."""
    both = told(tenures(person(f"t.me/imyarek, {YES}, {NO}")))
    assert both == [
        "6: https://t.me/imyarek is both confirmed (line 10) and rejected; keep the decision that holds",
    ]
    first = person(f"t.me/imyarek, {YES}", more="until: 2023, ")
    later = person(f"t.me/imyarek, {NO}").replace("2022", "2023", 1)
    assert told(tenures(first, later)) == [both[0].replace("6:", "7:", 1)]


def test_a_rejected_account_is_nobodys(told: Told) -> None:
    """Two namesakes may both have been taken for its owner, and a third may own it."""
    other = OFFICE.replace("first", "second")
    text = tenures(person(f"t.me/imyarek, {NO}")) + other + "    tenures:\n"
    for name, decision in (("Имярек Б. Б.", NO), ("Имярек В. В.", YES)):
        entry = person(f"t.me/imyarek, {decision}", name=name, more=f"{SOURCED}, ")
        assert told(text + f"      - {{{entry}}}\n") == []


def test_an_institutions_page_is_not_rejected(told: Told) -> None:
    """It is taken out: a rejection is about a person."""
    said = told(OFFICE + f"    accounts: [{{url: t.me/rayon_adm, kind: institution, {NO}}}]\n")
    assert said == ["5: the page of the office 'first' is rejected; take the entry out instead"]


@pytest.mark.parametrize("code", ["0", "100", "-1", "true", "'0'"])
def test_a_region_has_a_code_of_its_own(tmp_path: Path, code: str) -> None:
    """One to ninety-nine; the line is that of the code."""
    path = tmp_path / "officials.yaml"
    path.write_text(f"region: {{name: Первая область, code: {code}}}\n" + HEAD + OFFICE, encoding="utf-8")
    with pytest.raises(RegistryError) as told:
        load_registry(path)
    assert [(p.line, p.what) for p in told.value.problems] == [(1, f"code cannot be {code}")]


@pytest.mark.parametrize("code", ["1", "70", "99", ""])
def test_a_region_with_a_known_code_or_none_is_fine(tmp_path: Path, code: str) -> None:
    """The code may be left out."""
    path = tmp_path / "officials.yaml"
    path.write_text(f"region: {{name: Первая область, code: {code}}}\n" + HEAD + OFFICE, encoding="utf-8")
    region = load_registry(path).region
    assert region is not None
    assert region.code == (int(code) if code else None)


@pytest.mark.parametrize(
    "site", ["http://rayon.example", "https://rayon.example:8443/a?b#c", "' https://пример.рф/о '"]
)
def test_a_website_is_a_whole_address(told: Told, site: str) -> None:
    """Of any host, with a port and a path if need be."""
    assert told(OFFICE + f"    website: {site}\n") == []


@pytest.mark.parametrize(
    "site",
    ["rayon.example", "ftp://rayon.example", "https://", "https://:80", "https://a b", "https://a:x", "javascript:1"],
)
def test_what_is_no_website_is_said_in_one_line(told: Told, site: str) -> None:
    """With how to write one."""
    (said,) = told(OFFICE + f"    website: '{site}'\n")
    assert said.startswith("5: website: ")
    assert said.endswith("write it whole, like https://example.org/page")


@pytest.mark.parametrize("site", ["https://имярек:тайна@rayon.example/", "http:имярек:тайна@rayon.example"])
def test_a_login_in_a_website_is_refused_and_not_repeated(told: Told, site: str) -> None:
    """The file is public."""
    (said,) = told(OFFICE + f"    website: '{site}'\n")
    assert "тайна" not in said


NUMBERED = """\
  - id: second
    municipality: Второй район
    title: глава
    group: municipal_head
    accounts: [{{url: {body}, kind: institution}}]
    tenures:
      - {{sources: [x], name: Имярек Б. Б., since: 2023, accounts: [{{url: vk.com/boris, kind: personal, id: 77}}]}}
"""


@pytest.mark.parametrize(
    ("mine", "body", "said"),
    [
        (
            "vk.com/id77",
            "vk.com/raion2",
            "https://vk.com/boris, by its number, of Имярек Б. Б. is also on line 10",
        ),
        ("vk.com/club8", "vk.com/public8", "https://vk.com/club8 of the office 'second' is also on line 10"),
        ("vk.com/id78", "vk.com/public77", ""),
    ],
)
def test_a_page_is_one_owners_under_its_name_and_its_number(told: Told, mine: str, body: str, said: str) -> None:
    """`id77` is the page that another has on record under its name with the id 77; a community's 77 is another."""
    problems = told(tenures(person(mine)) + NUMBERED.format(body=body))
    assert len(problems) == bool(said)
    assert all(said in problem for problem in problems)


def test_a_rejected_page_is_nobodys_under_its_number_too(told: Told) -> None:
    """Two namesakes may both have been taken for its owner."""
    listed = f"{{url: vk.com/id77, kind: personal, {NO}}}"
    entry = f"name: Имярек А. А., since: 2023, accounts: [{listed}]"
    assert told(tenures(entry) + NUMBERED.format(body="vk.com/raion2")) == []


def test_an_id_is_that_of_its_address(told: Told) -> None:
    """An address that is a number leaves no choice."""
    entry = "name: Имярек А. А., since: 2023, accounts: [{url: vk.com/club5, kind: institution, id: 5}]"
    (problem,) = told(tenures(entry))
    assert "https://vk.com/club5 has the number -5, not 5" in problem


@pytest.mark.parametrize(
    "account",
    [
        "url: https://ok.ru/profile/123, kind: personal",
        "url: m.ok.ru/group/9, kind: personal, confirmed: {on: 2026-01-02, of: 2022-05-20, how: по сайту}",
        "url: https://max.ru/imyarek, kind: personal",
    ],
)
def test_a_page_on_another_network_is_on_record_by_its_source(told: Told, account: str) -> None:
    """The program does not look there; its address tells the network."""
    wanted = account.replace("m.ok.ru", "https://m.ok.ru")
    assert told(tenures(f"name: А, since: 2022, accounts: [{{{wanted}}}]")) == []


@pytest.mark.parametrize(
    ("account", "problem"),
    [
        ("url: https://rutube.ru/channel/7, kind: personal", "is not on VK or Telegram; "),
        ("url: https://ok.ru/profile/1, kind: personal, staff: [1]", "the key 'staff' is not known"),
        ("url: ok.ru/profile/1, kind: personal", "write it whole, like https://example.org/page"),
        ("url: https://ok.ru/profile/1, network: ok, kind: personal", "the key 'network' is not known in item 1 of"),
    ],
)
def test_what_a_page_elsewhere_cannot_be_is_said_in_one_line(told: Told, account: str, problem: str) -> None:
    """A page that the program can look at is looked at."""
    (line,) = told(tenures(f"name: А, since: 2022, accounts: [{{{account}}}]"))
    assert problem in line


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("neutral: [{network: telegram, since: 2025-06-01, reason: р, source: с}]", ""),
        (
            "neutral: [{network: myspace, since: 2025-06-01, reason: р, source: с}]",
            "'myspace' is no network; write one of",
        ),
        ("neutral: [{network: vk, since: 2025-06, reason: р, source: с}]", "is not a day; write it whole"),
        ("neutral: [{network: vk, since: 2025-06-01, reason: р}]", "source is missing in item 1 of neutral"),
    ],
)
def test_a_neutral_network_has_a_day_a_reason_and_a_source(tmp_path: Path, more: str, problem: str) -> None:
    """It takes a red cell away, so it needs all three."""
    text = (ROOT / "officials.yaml").read_text(encoding="utf-8")
    start, end = text.index("  neutral:\n"), text.index("  note: Дано на Дне")
    book = tmp_path / "officials.yaml"
    book.write_text(text[:start] + f"  {more}\n" + text[end:], encoding="utf-8")
    if not problem:
        (one,) = load_registry(book).directive.neutral_on(date(2025, 6, 1))
        assert (one.network, load_registry(book).directive.neutral_on(date(2025, 5, 31))) == (Network.TELEGRAM, ())
        return
    with pytest.raises(RegistryError) as caught:
        load_registry(book)
    (line,) = str(caught.value).splitlines()
    assert problem in line


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ("reply_share: {value: 0.5}", "the policy has no key 'reply_share'"),
        ("possible_staff: {value: {questions: 5, people: 3, one_in: 3}}", "the policy has no key 'possible_staff'"),
        ("same_text_percent: {value: 80}", "the policy has no key 'same_text_percent'"),
        ("neutral_after_move_days: {value: 30}", "the policy has no key 'neutral_after_move_days'"),
        ("register_link_since: {value: 2024-11-31}", "write a day, like 2024-11-01"),
        ("register_link_since: {value: 2024-11-02}", ""),
        ("holder_valid_days: {value: 0}", "write a whole number of days, 1 or more"),
        ("late_look_days: {value: 0}", ""),
    ],
)
def test_a_key_of_the_policy_fits_or_is_refused(tmp_path: Path, policy: str, problem: str) -> None:
    """Each is computed with, or it is not there."""
    text = (ROOT / "officials.yaml").read_text(encoding="utf-8")
    book = tmp_path / "officials.yaml"
    book.write_text(text + f"policy:\n  {policy}\n", encoding="utf-8")
    if problem:
        with pytest.raises(RegistryError, match=re.escape(problem)):
            load_registry(book)
    else:
        load_registry(book)


@pytest.mark.parametrize("sources", ["", "sources: []", "sources: ['']", "sources: "])
def test_a_tenure_has_a_source(told: Told, sources: str) -> None:
    """Nothing is said of a person that nobody else says."""
    (line,) = told(OFFICE + f"    tenures:\n      - {{name: Имярек А. А., since: 2022, {sources}}}\n")
    assert line.startswith("6: ")
