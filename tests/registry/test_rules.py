"""What a registry must hold as a whole: one holder at a time, one owner of an account, ends to what ends."""

from datetime import UTC, datetime

import pytest

from tests.registry import registry_texts
from tests.registry.registry_texts import HEAD, OFFICE

NO = "rejected: {on: 2026-11-02, how: другой человек}"
YES = "confirmed: {on: 2026-11-01, how: страница названа на сайте}"
A_PAGE = "t.me/one_page"


def problems(offices: str, head: str = "", now: datetime | None = None) -> list[str]:
    """Return the mistakes of some offices, each line counted from the first one under `offices:`."""
    parts = (line.partition(":") for line in registry_texts.mistakes(head + HEAD + offices, now))
    return [f"{int(line) - 3}:{what}" for line, _, what in parts]


def tenures(*entries: str, office: str = "first") -> str:
    """Write an office whose tenures begin on lines 6, 7, …"""
    listed = "".join(f"      - {{name: {entry}, sources: ['https://example.org/1']}}\n" for entry in entries)
    return OFFICE.replace("first", office) + "    tenures:\n" + listed


def accounts(*pages: str, kind: str = "personal") -> str:
    """Write a list of accounts; each begins with its address."""
    return f"accounts: [{', '.join(f'{{kind: {kind}, url: {page}}}' for page in pages)}]"


def vacancies(entry: str) -> str:
    """Write more of an office: a vacancy."""
    return f"    vacancies:\n      - {{{entry}, source: 'https://example.org/3'}}\n"


def exempt(tenure: str, exemption: str) -> str:
    """Write an office whose holder is exempt."""
    return tenures(f"А, {tenure}, exemptions: [{{by: Имярек А. А., reason: болезнь, source: x, {exemption}}}]")


def holds(offices: str, problem: str, head: str = "", now: datetime | None = None) -> None:
    """Require that offices have this mistake alone, or none."""
    assert [line[: len(problem)] for line in problems(offices, head, now)] == [problem] * bool(problem)


ONE_PAGE = "accounts: [{url: t.me/abc, kind: personal, confirmed: {on: 2025-01-02, of: 2025-02, how: x}}]"
BEFORE = "А, since: 2020, until: 2023-10"


TENURES = [
    (tenures("А, since: 2020, until: 2025-12", "Б, since: 2025-12, known_as_of: 2025-12-11"), ""),
    (tenures("А, known_as_of: 2020", "Б, known_from: 2022-05-31"), ""),
    (tenures("А, since: 2020, term_ends: 2025-10-07", "Б, since: 2024-11-05"), ""),
    (tenures("А, since: 2020, term_ends: 2025-10-07, until: 2025-12", "Б, since: 2025-12"), ""),
    (tenures("А, since: 2022-06, known_as_of: 2022"), ""),
    (tenures(BEFORE, "Б, since: 2023-09-18"),
     "7: «Б» begins 2023-09-18 while «А» (line 9) lasts to 2023-10 at least; mend since: or until: of one"),
    (tenures(BEFORE, "Б, known_as_of: 2022-06-01"), "7: «Б» begins 2022-06-01 while «А» (line 9)"),
    (tenures("А, since: 2018", "Б, since: 2022-05"),
     "6: «А» has no end, but «Б» follows on line 10; add until:, or known_as_of: where the end is not known"),
    (tenures("А, since: 2022-05-31, until: 2022-05-30"), "6: until 2022-05-30 is before since 2022-05-31"),
    (tenures("А, known_as_of: 2026, term_ends: 2025-10"), "6: term_ends 2025-10 is before known_as_of 2026; mend"),
    (tenures(f"А, {ONE_PAGE}"), "6: on 2025-01-02 is before of 2025-02; mend"),
    (tenures("А, known_from: 2023-06, known_as_of: 2023-05"), "6: known_as_of 2023-05 is before known_from"),
    (tenures("А, reports: [{opened_on: 2022-06-02, opened_by: 2022-06-01, source: x}]"),
     "6: opened_by 2022-06-01 is before opened_on 2022-06-02; mend"),
    # a vacancy that lasts is the last thing of its office
    (tenures("А, since: 2020, until: 2022-05-30") + vacancies("since: 2022-05-31"), ""),
    (tenures(BEFORE) + vacancies("since: 2022-05-31"), "8: the vacancy begins 2022-05-31 while «А»"),
    (tenures("А, since: 2020") + vacancies("since: 2022-05-31"),
     "6: «А» has no end, but the vacancy follows on line 11; add"),
    (tenures("А, since: 2022-06-02") + vacancies("since: 2022-05, until: 2022-07"),
     "6: «А» begins 2022-06-02 while the vacancy (line 1"),
    (tenures("А, known_as_of: 2020") + vacancies("since: 2022, until: 2021"),
     "8: until 2021 is before since 2022; mend the one that is"),
    # nobody is free of the directive for ever by a forgotten line
    (exempt("since: 2020", "until: 2022-12"), ""),
    (exempt("since: 2020, acting: true", "on: 2022"), ""),
    (exempt("since: 2020", "on: 2022"), "6: the exemption has no end, and neither has the tenure; add until:"),
    (exempt("since: 2020", "on: 2023, until: 2022-12"), "6: until 2022-12 is before on 2023; mend the one"),
    (exempt("since: 2020", "on: 2022-10, since: 2022-12-01, until: 2022-12"), ""),
    (exempt("since: 2020", "on: 2022-12, since: 2022-10, until: 2022-12"), ""),
    (exempt("since: 2020", "on: 2021, since: 2023, until: 2022-12"), "6: until 2022-12 is before since 2023; mend"),
    (exempt("since: 2020, until: 2021", "on: 2020, since: 2022"), "6: until 2021 is before since 2022 (line 9); mend"),
    (exempt("since: 2020, until: 2021", "on: 2022"), "6: until 2021 is before on 2022 (line 9); mend the one"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), TENURES)
def test_one_holds_an_office_at_a_time_and_what_ends_ends_after_it_began(text: str, problem: str) -> None:
    """A mistake is told once, at the date that is wrong, with the line of the other; partial dates accuse nobody."""
    holds(text, problem)


PERSON = "Имярек А. А., since: 2022, "
TWO = PERSON + "until: 2023, "
ELECTED = PERSON.replace("2022", "2023")
NEXT, PASSED = "Б, since: 2023, ", f"{A_PAGE}, since: 2023-02-01"
BODY = "    accounts: [{url: t.me/one_page, kind: institution}]\n"
SECOND = tenures(f"Имярек Б. Б., since: 2023, {accounts('vk.com/boris, id: 77')}", office="second")


ACCOUNTS = [
    (tenures(f"Медных Артём, until: 2021, {accounts(A_PAGE)}", f"Медных Артем, since: 2022, {accounts(A_PAGE)}")
     + tenures(f"МЕДНЫХ  Артём, since: 2023, {accounts('t.me/s/One_Page')}", office="second"), ""),
    (tenures(f"А, until: 2021, {accounts(A_PAGE)}", f"Б, {accounts(A_PAGE)}"),
     "7: https://t.me/one_page of Б is also on line 9, as that of А; leave it with the one it belongs to, or add s"),
    # it passes from one holder to the next, and on
    (tenures(TWO + accounts(A_PAGE), NEXT + accounts(PASSED)), ""),
    (tenures(NEXT + accounts(PASSED), TWO + accounts(A_PAGE)), ""),
    (tenures(TWO + accounts(A_PAGE), NEXT.replace("2023,", "2023, until: 2024,") + accounts(PASSED),
             f"В, since: 2024, {accounts(PASSED.replace('2023', '2024'))}"), ""),
    (tenures(NEXT.replace("2023,", "2023, until: 2024,") + accounts(PASSED), TWO + accounts(A_PAGE),
             f"В, since: 2024, {accounts(A_PAGE)}"),
     "8: https://t.me/one_page of В is also on line 10, as that of Имярек А. А.; leave"),
    (tenures(TWO + accounts(A_PAGE), f"Б, since: 2024, {accounts(PASSED)}"),
     "7: since 2023-02-01 is before since 2024 (line 10); mend the one"),
    (tenures(TWO + accounts(PASSED.replace("2023", "2024"))), "6: until 2023 is before since 2024-02-01 (line 9);"),
    (tenures(TWO + accounts("vk.com/id77")) + SECOND.replace("77}", "77, since: 2023-02-01}"),
     "12: https://vk.com/boris, by its number, of Имярек Б. Б. is also on line 9, as that of Имярек А. А.; leave"),
    (tenures(f"А, {accounts('vk.com/public5', 'https://vk.ru/club5/')}"), "6: https://vk.com/club5 stands twice"),
    (tenures(f"А, {accounts('vk.com/anna, id: 7', 'vk.com/berta, id: 7')}"), "6: https://vk.com/berta stands"),
    (OFFICE + BODY + tenures(f"А, {accounts(A_PAGE)}").removeprefix(OFFICE),
     "7: https://t.me/one_page of А is also on line 8, as that of the office 'first'; leave it with the one"),
    (tenures(f"А, until: 2021, {accounts('t.me/hall', kind='institution')}",
             f"Б, since: 2022, {accounts('t.me/hall', kind='institution')}"), ""),
    (tenures(PERSON + accounts("vk.com/id77")) + SECOND,
     "12: https://vk.com/boris, by its number, of Имярек Б. Б. is also on line 9, as that of Имярек А. А.; leave"),
    (tenures(PERSON + accounts(f"vk.com/id77, {NO}")) + SECOND, ""),
    (tenures(TWO + accounts(f"{A_PAGE}, {YES}"), ELECTED + accounts(f"{A_PAGE}, {NO}")),
     "7: https://t.me/one_page is both confirmed (line 9) and rejected; keep the decision that holds"),
    (OFFICE + BODY.replace("}", f", {NO}}}", 1), "5: the page of the office 'first' is rejected; take"),
    (tenures(PERSON + accounts("vk.com/club5, id: 5")), "6: https://vk.com/club5 has the number -5, not 5; take"),
    (tenures(PERSON + accounts("vk.com/anna, id: 0")), "6: 0 is no number of a page on VK; copy it again"),
    (tenures(PERSON + accounts("vk.com/anna, id: 999999999999999")), ""),
    (tenures(PERSON + accounts("vk.com/anna, id: 1000000000000000")), "6: 1000000000000000 is no number"),
    (tenures(PERSON + accounts("t.me/abcde, id: -7")), "6: -7 is no number of a page on Telegram;"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), ACCOUNTS)
def test_an_account_has_one_owner_one_decision_and_its_own_number(text: str, problem: str) -> None:
    """In whatever form it was pasted, and under its name and its number; one that was rejected has no owner."""
    holds(text, problem)


SEAT = OFFICE.replace("municipal_head", "city_duma")


OFFICES = [
    ("", SEAT + SEAT.replace("first", "second"),
     "-1: the directive binds municipal_head, but no office is of that group; mend binds, or the offices"),
    ("", OFFICE + SEAT, "5: id first stands twice, first on line 4; give each its own"),
    ("expects: {municipal_head: 1, city_duma: 1}\n", OFFICE + SEAT.replace("first", "second"), ""),
    ("expects: {municipal_head: 2}\n", OFFICE, "-2: 2 offices of the group municipal_head are expected, 1 are lis"),
    ("", "  []\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("head", "offices", "problem"), OFFICES)
def test_offices_are_as_many_as_expected_and_the_directive_binds_some(head: str, offices: str, problem: str) -> None:
    """A registry of one office may be of somebody whom it does not bind."""
    holds(offices, problem, head)


REQUESTS = [
    ("requests: [{sent: 2026-10-01, due: 2026-10-31}, {sent: 2026-11-02, due: 2026-12-02, answered: 2026-11-02}]", ""),
    ("requests: [{sent: 2026-11-02, due: 2026-11-01}]", "5: due 2026-11-01 is before sent 2026-11-02; mend"),
    ("requests: [{sent: 2026-11-02, due: 2026-12-02, answered: 2026-11-01}]", "5: answered 2026-11-01 is before sent"),
    ("requests: [{sent: 2026-11-23, due: 2026-12-23}]", "5: sent 2026-11-23 is after today, 2026-11-22; write"),
    ("contacts: {email: office@example.org, source: x}", ""),
    ("contacts: {post: '634000, Первый район', source: x}", ""),
    ("contacts: {email: office at example, source: x}", "5: email: 'office at example' is no e-mail address"),
    ("contacts: {email: office@example.org}", "5: source"),
]


@pytest.mark.parametrize(("key", "problem"), REQUESTS)
def test_a_request_was_sent_before_it_was_answered_and_an_address_has_a_source(key: str, problem: str) -> None:
    """An answer may come on the same day; nothing was sent tomorrow, and no address of a body is invented."""
    holds(f"{OFFICE}    {key}\n", problem, now=datetime(2026, 11, 22, tzinfo=UTC))


def test_a_tenure_has_a_source_and_is_compared_with_two_hundred_at_most() -> None:
    """Nothing is said of a person that nobody else says; each is compared with each."""
    (line,) = problems(OFFICE + "    tenures:\n      - {name: Имярек А. А., since: 2022, sources: []}\n")
    assert line.startswith("6: ")
    two_hundred = [f"А, known_as_of: {1900 + n % 100}" for n in range(200)]
    assert not [line for line in problems(tenures(*two_hundred)) if "more than 200" in line]
    lines = problems(tenures(*two_hundred, "Б"))
    assert lines == ["5: the office has more than 200 tenures and vacancies; check its entries"]


LATER = "2026-11-26"
TO_COME = [
    ("known_as_of: 2062-11-02", "6: known_as_of 2062-11-02 is after today, 2026-11-25; write the day that"),
    ("since: 2027", "6: since 2027 is after today"),
    (f"known_from: {LATER}", f"6: known_from {LATER} is after"),
    ("known_as_of: 2026-12", "6: known_as_of 2026-12 is after"),
    ("known_as_of: 2026", ""),  # may be of a day that is over
    ("since: 2020, until: 2027-01", ""),
    ("since: 2020, term_ends: 2027-09", ""),
    (f"since: 2020, searches: [{{on: {LATER}, by: я, how: х, found: nothing}}]", f"6: on {LATER} is after"),
    (f"since: 2020, reports: [{{opened_by: {LATER}, source: x}}]", f"6: opened_by {LATER} is after"),
    (f"since: 2020, exemptions: [{{by: я, on: {LATER}, until: 2027, reason: р, source: x}}]", f"6: on {LATER} is"),
    ("since: 2020, exemptions: [{by: я, on: 2026-11-25, since: 2026-12, until: 2027, reason: р, source: x}]", ""),
    (f"since: 2020, {accounts(f'{A_PAGE}, since: {LATER}')}", f"6: since {LATER} is after"),
    (f"since: 2020, {accounts(f'{A_PAGE}, rejected: {{on: {LATER}, how: х}}')}", f"6: on {LATER} is after"),
    (f"since: 2020, {accounts(f'{A_PAGE}, confirmed: {{on: 2026-11-25, how: х}}')}", ""),
    (f"since: 2020, {accounts(f'https://ok.ru/profile/1, confirmed: {{on: {LATER}, of: 2026-11, how: х}}')}",
     f"6: on {LATER} is"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "problem"), TO_COME)
def test_no_source_is_of_a_day_after_today(keys: str, problem: str) -> None:
    """What is planned may be to come; without a moment nothing is asked, as of a registry that was stored."""
    holds(tenures(f"А, {keys}"), "")
    holds(tenures(f"А, {keys}"), problem, now=datetime(2026, 11, 25, 16, tzinfo=UTC))  # 23:00 of that day there
