"""What a value of the registry may be, and what follows from an entry by itself."""

import json
import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from auditor.base.snapshot import Network
from auditor.registry import Registry, parse_registry
from auditor.registry.models import OfficeGroup, other_network
from tests.hostile import NAMES
from tests.registry.registry_texts import SMALLEST, mistake

NO = "rejected: {on: 2026-11-02, how: другой человек}"
NEUTRAL = "  neutral: [{source: с, %s}]\noffices:"
YES = "confirmed: {on: 2026-11-01, how: страница названа на сайте}"


def load(old: str = "", new: str = "") -> Registry:
    """Read the smallest registry with one thing changed."""
    assert old in SMALLEST
    return parse_registry(SMALLEST.replace(old, new) if old else SMALLEST, "officials.yaml")


def test_one_office_with_one_account_is_a_registry() -> None:
    """Expectations, seats, controls and the policy may be left out."""
    registry = load()
    (office,) = registry.offices
    assert str(office.tenures[0].accounts[0].url) == "https://t.me/first_head"
    assert (registry.expects, registry.controls, registry.seats, registry.region) == ({}, [], {}, None)
    assert registry.bound(office)
    assert registry.zone == ZoneInfo("Asia/Tomsk")
    assert not registry.bound(office.model_copy(update={"group": OfficeGroup.CITY_DUMA}))
    assert json.loads(registry.text) == {"": SMALLEST}


@pytest.mark.parametrize("since", ["2021", "'2021'", "2021-12-05", "'2021-12-05'"])
def test_partial_dates_read_quoted_and_not(since: str) -> None:
    """A bare year is a number to YAML and a bare day a date; a deadline is a day, a local time or has an offset."""
    for deadline in ("'2022-06-01'", "2022-06-01 00:00:00", "2022-06-01T00:00+07:00"):
        loaded = load("deadline: 2022-06-01", f"deadline: {deadline}").directive.deadline
        assert (loaded, loaded.tzinfo) == (datetime(2022, 5, 31, 17, tzinfo=UTC), UTC)
    assert str(load("since: 2021-12", f"since: {since}").offices[0].tenures[0].since) == since.strip("'")


SITES = ["http://rayon.example", "https://rayon.example:8443/a?b#c", " https://пример.рф/о "]
NO_SITES = ["x.y", "ftp://x.y", "https://", "https://:80", "https://a b", "https://a:x", "http:a:тайна@x.y"]


VALUES = [
    *(("    tenures", f"    website: '{site}'\n    tenures", "") for site in SITES),
    *(("    tenures", f"    website: '{site}'\n    tenures", "14: website: ") for site in NO_SITES),
    ("    tenures", "    website: 'https://a:тайна@x.example/'\n    tenures", "14: website: the address holds a"),
    ("since: 2021-12", "since: 12/2021", "16: since: '12/2021' is not a date like 2021, 2021-12 or 2021-12-05"),
    ("since: 2021-12", "since: 1899", "16: since: the year 1899 is not between 1900 and 2100; check it"),
    ("since: 2021-12", "since: true", "16: since: this is not a date; write 2021, 2021-12 or 2021-12-05"),
    ("deadline: 2022-06-01", "deadline: in June", "6: deadline: 'in June' is not a day or a time; write it like"),
    ("Имярек Анна Андреевна", "' '", "15: name: this is blank; write it out, or take the whole entry out"),
    ("Имярек Анна Андреевна", "Анна Андреевна Имярек", "15: name: the family name comes first; write Имярек Анна"),
    ("Имярек Анна Андреевна", "Абрамович Роман", ""),
    ("Имярек Анна Андреевна", "Имяр\u0065к Анна", "15: name: 'Имярeк' mixes Latin and Cyrillic letters, Latin are"),
    ("Имярек Анна Андреевна", "Imyarek Анна", ""),
    ("Первый район", "Пepвый район", "11: municipality: 'Пepвый' mixes Latin and Cyrillic letters, Latin are: e, p;"),
    ("Первый район\n", "Первый район\n    towns: [Глaвный]\n", "12: item 1 of towns: 'Глaвный' mixes Latin"),
    ("глава Первого района", "глaва IT-района", "12: title: 'глaва' mixes Latin and Cyrillic letters, Latin are: a; "),
    ("Имярек Анна Андреевна", "Петрович Пётр Петрович", ""),
    *(("id: first", f"id: {json.dumps(name)}", "10: ") for name in NAMES),  # of a file or a device
    ("id: first", "id: Первый", "10: id: 'Первый' is not of at most 64 small Latin letters"),
    ("kind: personal", "kind: personal, staff: [Имярек Анна]", "19: item 1 of staff: 'Имярек Анна' is no account;"),
    ("url: t.me/first_head", "url: https://ok.ru/profile/1, staff: [1]", "19: the key 'staff' is not known"),
    ("timezone: Asia/Tomsk", "timezone: ../etc", "1: timezone: the time zone '../etc' is not known; write it like"),
    ("offices:", NEUTRAL % "network: myspace, since: 2025-06-01, reason: р", "9: network: 'myspace' is no network"),
    ("offices:", "region: {name: О, code: 0}\noffices:", "9: code cannot be 0; write 1 or more"),
    ("offices:", "region: {name: О, code: 100}\noffices:", "9: code cannot be 100; write 99 or less"),
    ("offices:", "region: {name: О, code: 99}\noffices:", ""),
    ("offices:", "region: {name: О, code: 1}\nseats: {city_duma: 1}\noffices:", ""),
    ("offices:", "seats: {city_duma: 0}\noffices:", "9: city_duma cannot be 0; write 1 or more"),
    ("    tenures", "    accounts: [{url: t.me/abcde, kind: personal}]\n    tenures", "14: accounts: a personal a"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "problem"), VALUES)
def test_a_value_that_does_not_fit_is_told_at_its_line(old: str, new: str, problem: str) -> None:
    """With what would fit; the file is public, so no secret of it is repeated."""
    line = mistake(old, new)
    assert line[: len(problem)] == problem
    assert bool(line) == bool(problem), line
    assert "тайна" not in line
    assert line.isprintable()


STAFF = {
    "12": 12, "'12'": "12", "-7": -7, "helper": "helper", "'@helper'": "helper", "https://vk.com/Helper": "helper",
    "https://vk.ru/id12": "id12", "t.me/helper": "helper",
}  # fmt: skip


@pytest.mark.parametrize(("pasted", "read"), STAFF.items())
def test_staff_read_in_each_pasted_form(pasted: str, read: int | str) -> None:
    """A form that is read as somebody else's would turn the owner's answers into a citizen's words."""
    (page,) = load("kind: personal", f"kind: personal, staff: [{pasted}]").offices[0].tenures[0].accounts
    assert page.staff == [read]


def test_a_personal_page_waits_for_a_decision_and_an_institutions_does_not() -> None:
    """A rejected one is neither judged nor a lead."""
    for kind, expected in (
        ("personal", (False, True)),
        (f"personal, {YES}", (True, False)),
        (f"personal, {NO}", (False, False)),
        ("institution", (True, False)),
    ):
        (page,) = load("kind: personal", f"kind: {kind}").offices[0].tenures[0].accounts
        assert (page.judged, page.lead) == expected


ELSEWHERE = {
    "https://ok.ru/profile/123": "ok", "http://www.odnoklassniki.ru/x": "ok", "https://m.ok.ru./group/9": "ok",
    " HTTPS://MAX.RU/imyarek ": "max", "https://web.max.ru/1": "max", "https://rutube.ru/x": None,
    "https://t.me/ok.ru": None, "": None,
}  # fmt: skip


@pytest.mark.parametrize(("url", "network"), ELSEWHERE.items())
def test_the_network_of_a_page_elsewhere_is_that_of_its_address(url: str, network: str | None) -> None:
    """The program does not look there; such a page is on record by its source."""
    assert other_network(url) == network
    if network is not None:
        (tenure,) = load("t.me/first_head", f"'{url}'").offices[0].tenures
        assert ([page.network for page in tenure.elsewhere], tenure.accounts) == ([network], [])


def test_a_network_is_neutral_from_its_day_on_and_need_not_be_searched() -> None:
    """Every other network must be, but for those that are none of the four."""
    registry = load("offices:", NEUTRAL % "network: telegram, since: 2025-06-01, reason: р")
    day_before, since = date(2025, 5, 31), date(2025, 6, 1)
    assert [[neutral.network for neutral in registry.neutral_on(day)] for day in (day_before, since)] == [
        [],
        [Network.TELEGRAM],
    ]
    searched = [["vk", "telegram", "ok", "max"], ["vk", "ok", "max"]]
    assert [registry.searched_on(day) for day in (day_before, since)] == searched


def test_letters_made_of_two_signs_are_read_as_one() -> None:
    """In whatever value: the file of another system gives the same registry."""
    text = SMALLEST.replace("Имярек Анна Андреевна", "Имярёк Андрей Андреевич")
    composed, decomposed = (
        parse_registry(unicodedata.normalize(form, text), "officials.yaml").offices for form in ("NFC", "NFD")
    )
    assert composed == decomposed
