"""`auditor accounts` as a person meets it: the change is shown, asked for, and written; everything else is refused."""

import json
import os
import pty
import re
import select
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Network, Route, Snapshot
from auditor.commands.cli import main
from auditor.registry import Registry, load_registry
from tests.command import Done, auditor

BOOK = """\
# Invented: nobody here is anybody.
timezone: Asia/Tomsk
directive: {title: Поручение, issuer: Имярек А. А., issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head,
  source: 'https://example.org/directive'}   # from the news
controls: [{url: t.me/nastoyaschiy, exists: true}]
offices:
  # The heads.
  - id: first
    municipality: Первый район
    title: глава
    group: municipal_head
    accounts: [{url: vk.com/rayon1, kind: institution}]
    tenures:
      - name: Прежний Пётр Петрович
        sources: ['https://example.org/1']
        since: 2018
        until: 2022-04-30
        accounts: [{url: t.me/prezhniy, kind: personal}]
      - name: Имярек Анна Андреевна
        sources: ['https://example.org/1']
        since: 2022-05-01
        accounts:
          - url: t.me/Imyarek_lead   # found in a search
            kind: personal
  - id: second
    municipality: Второй район
    title: глава
    group: municipal_head
    tenures:
      - name: Имярек Борис Борисович
        sources: ['https://example.org/1']
        since: 2023
        accounts:
          - {url: vk.com/boris, kind: personal, id: 77, confirmed: {on: 2026-01-02, how: по сайту}}
          - {url: vk.com/chuzhoy, kind: personal, rejected: {on: 2026-01-03, how: другой человек}}
  # The last.
  - id: third
    municipality: Третий район
    title: глава
    group: municipal_head
    vacancies: [{since: 2026-11-01, source: 'https://example.org/3'}]
"""
NOW = ("--as-of", "2026-11-25T12:00+07:00", "--lang", "en")
HOW = ("--how", "названа на сайте района", "--source", "https://example.org/glava")
BY = ("--by", "Имярек Г. Г.")
LEAD = "t.me/imyarek_lead"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "officials.yaml").write_text(BOOK, encoding="utf-8")
    return tmp_path


def run(place: Path, *args: str | Path, **env: str) -> Done:
    return auditor("accounts", *args, *NOW, cwd=place, env={"AUDITOR_DATA": "data", **env})


def book(place: Path) -> Registry:
    return load_registry(place / "officials.yaml")


def text(place: Path) -> str:
    return (place / "officials.yaml").read_text(encoding="utf-8")


def test_a_confirmation_is_shown_as_a_diff_and_written(place: Path) -> None:
    """With the day, the reasons and the sources; every other line as it was."""
    done = run(place, "confirm", "Первый район", LEAD, *HOW, "--yes")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:2] == ["--- officials.yaml", "+++ officials.yaml"]
    assert [line for line in done.out.splitlines() if line.startswith("+ ")] == [
        "+            confirmed:",
        "+              on: 2026-11-25",
        "+              how: названа на сайте района",
        "+              sources:",
        "+                - https://example.org/glava",
    ]
    assert not re.search(r"^- ", done.out, re.MULTILINE)
    assert "\x1b" not in done.out
    assert done.out.splitlines()[-1] == (
        "officials.yaml: https://t.me/imyarek_lead is now confirmed. Holder: Имярек Анна Андреевна."
    )
    assert [line for line in text(place).splitlines() if line in BOOK.splitlines()] == BOOK.splitlines()
    assert [a.judged for a in book(place).offices[0].tenures[1].accounts] == [True]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "confirmed: {on: 2026-01-02, how: по сайту}}",
            "confirmed: {on: 2026-11-25, how: названа на сайте района, sources: ['https://example.org/glava']}}",
        ),
        ("confirmed: {on: 2026-01-02, how: 'так: по сайту', of: 2025-12, sources: ['https://example.org/1']}}", None),
    ],
)
def test_an_old_confirmation_is_renewed(place: Path, old: str, new: str | None) -> None:
    """The newer look stands in the place of the older one; nothing else is touched."""
    (place / "officials.yaml").write_text(BOOK.replace("confirmed: {on: 2026-01-02, how: по сайту}}", old))
    before = text(place)
    done = run(place, "confirm", "second", "vk.com/boris", *HOW, "--yes")
    assert (done.code, done.err) == (0, "")
    if new is not None:
        assert text(place) == before.replace(old, new)
    (page,) = (a for a in book(place).offices[1].tenures[0].accounts if a.confirmed)
    assert page.confirmed is not None
    assert (str(page.confirmed.on), page.confirmed.of, page.id) == ("2026-11-25", None, 77)


def test_an_old_confirmation_in_lines_is_renewed_in_lines(place: Path) -> None:
    """Whatever stands before and after it stays as it was."""
    lines = (
        "          - url: vk.com/boris\n            kind: personal\n            confirmed:\n"
        "              on: 2026-01-02   # by hand\n              how: >-\n                по\n                сайту\n"
        "            id: 77   # the number\n"
    )
    given = BOOK.splitlines(keepends=True)
    at = next(n for n, line in enumerate(given) if "vk.com/boris" in line)
    (place / "officials.yaml").write_text("".join([*given[:at], lines, *given[at + 1 :]]))
    done = run(place, "confirm", "second", "vk.com/boris", *HOW, "--yes")
    assert (done.code, done.err) == (0, "")
    assert (
        "            confirmed:\n              on: 2026-11-25\n              how: названа на сайте района\n"
        "              sources:\n                - https://example.org/glava\n"
        "            id: 77   # the number\n"
    ) in text(place)


def test_a_decision_is_written_into_the_file_that_has_the_office(place: Path) -> None:
    """The registry includes another file: the diff is of that one, and the whole is checked."""
    head, _, offices = BOOK.partition("offices:\n")
    first, mark, rest = offices.partition("  - id: second\n")
    (place / "more").mkdir()
    (place / "officials.yaml").write_text(head + "include: [more/rest.yaml]\noffices:\n" + first)
    (place / "more" / "rest.yaml").write_text("offices:\n" + mark + rest)
    main = text(place)
    done = run(place, "confirm", "second", "vk.com/novaya", *HOW, "--yes")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == "--- more/rest.yaml"
    assert text(place) == main
    assert [str(a.url) for a in book(place).offices[1].tenures[0].accounts][-1] == "https://vk.com/novaya"
    wrong = run(place, "confirm", "second", "t.me/imyarek_lead", *HOW, "--yes")
    assert wrong.code == 2
    assert "is also on line 24, as that of Имярек Анна Андреевна" in wrong.err


def test_it_speaks_russian_by_default(place: Path) -> None:
    """A name is never declined."""
    done = auditor("accounts", "confirm", "first", LEAD, *HOW, "--yes", *NOW[:2], cwd=place)
    assert done.out.splitlines()[-1].endswith("подтверждённая страница. Должностное лицо: Имярек Анна Андреевна.")


def test_a_rejected_lead_is_shown_nowhere(place: Path) -> None:
    """Not counted, not on the card."""
    done = run(place, "reject", "first", LEAD, "--how", "ведёт однофамилица", "--yes")
    assert (done.code, done.err) == (0, "")
    assert "waiting for confirmation: 1" in auditor("registry", "check", cwd=place, env={"AUDITOR_LANG": "en"}).out
    card = auditor("check", "first", "--offline", *NOW, cwd=place, env={"AUDITOR_DATA": "data"})
    assert "imyarek_lead" not in card.out + card.err
    assert card.out


def test_a_lead_of_an_acting_head_is_confirmed_where_it_stands_after_the_election(place: Path) -> None:
    """One person, two tenures, one entry."""
    elected = (
        "      - name: Имярек Анна Андреевна\n        sources: ['https://example.org/1']\n        since: 2022-09-08\n"
    )
    dates = "since: 2022-05-01\n        until: 2022-09-08\n        acting: true\n"
    acting = BOOK.replace("since: 2022-05-01\n", dates)
    acting = acting.replace("  - id: second", elected + "  - id: second")
    (place / "officials.yaml").write_text(acting, encoding="utf-8")
    done = run(place, "confirm", "first", LEAD, *HOW, "--on", "2022-05-02", "--yes")
    assert (done.code, done.err) == (0, "")
    first, second = book(place).offices[0].tenures[1:]
    assert [a.judged for a in first.accounts] == [True]
    assert second.accounts == []
    again = run(place, "reject", "first", LEAD, *HOW[:2], "--yes")
    assert "is both confirmed (line" in again.err


def test_a_page_rejected_for_one_may_be_confirmed_for_another(place: Path) -> None:
    """Namesakes: it is somebody's."""
    done = run(place, "confirm", "first", "vk.com/chuzhoy", *HOW, "--yes")
    assert (done.code, done.err) == (0, "")
    assert [a.url.name for a in book(place).offices[0].tenures[1].accounts if a.judged] == ["chuzhoy"]


def test_a_part_of_a_patronymic_is_no_person_to_write_to(place: Path) -> None:
    """«Борисов» is not Борис Борисович, and «Андреев» not Анна Андреевна."""
    for command in (
        ["confirm", "Андреев", LEAD, *HOW],
        ["searched", "Борисов", *HOW[:2], "--found", "nothing", "--by", "Г."],
    ):
        done = run(place, *command, "--yes")
        assert (done.code, done.out) == (2, "")
        assert text(place) == BOOK
    assert run(place, "confirm", "Имяр", LEAD, *HOW, "--yes").code == 2


@pytest.mark.parametrize("command", [["discover"], ["check", "--offline"]])
def test_a_part_of_a_patronymic_finds_nobody_but_is_told_what_is_near(place: Path, command: list[str]) -> None:
    """Neither the search nor the card goes to a woman whose patronymic begins so."""
    done = auditor(*command, "Андреев", *NOW, cwd=place, env={"AUDITOR_DATA": "data"})
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "did you mean: Первый район" in done.err


def test_a_search_names_its_networks_and_a_confirmation_the_date_of_its_source(place: Path) -> None:
    """Both decide later how far they carry."""
    done = run(place, "searched", "first", "--how", "по имени", "--found", "t.me/imyarek_lead", "--by", "Г.",
               "--network", "vk", "--network", "telegram", "--yes")  # fmt: skip
    assert (done.code, done.err) == (0, "")
    (entry,) = book(place).offices[0].tenures[1].searches
    assert entry.networks == ["vk", "telegram"]
    assert run(place, "confirm", "first", LEAD, *HOW, "--of", "2025-07", "--yes").code == 0
    (page,) = book(place).offices[0].tenures[1].accounts
    assert page.confirmed is not None
    assert str(page.confirmed.of) == "2025-07"


def test_what_a_search_cannot_name_is_refused(place: Path) -> None:
    """A network that nobody knows, a date to come."""
    args = ("searched", "second", "--how", "по имени", "--found", "vk.com/boris", "--by", "Г.")
    wrong = run(place, *args, "--network", "myspace", "--yes")
    assert (wrong.code, wrong.err.count("\n")) == (2, 1)
    late = run(place, "confirm", "first", LEAD, *HOW, "--of", "2027", "--yes")
    assert (late.code, "is in the future" in late.err) == (2, True)


def test_an_institutions_page_needs_no_holder(place: Path) -> None:
    """It goes to the office, and counts as nobody's own."""
    page = "https://vk.com/public12"
    done = run(place, "confirm", "third", page, *HOW, "--kind", "institution", "--id", "-12", "--yes")
    assert (done.code, done.err) == (0, "")
    (account,) = book(place).offices[2].accounts
    assert (account.url.url, account.id, account.kind) == ("https://vk.com/club12", -12, "institution")


def test_a_search_is_put_on_record_once(place: Path) -> None:
    """«Ничего» is `nothing`: what the audit looks for."""
    run(place, "reject", "first", LEAD, "--how", "ведёт однофамилица", "--yes")
    words = ("searched", "first", "--how", "VK и Telegram, по имени", "--found", "Ничего", *BY, "--yes")
    done = run(place, *words, "--on", "2026-11-20")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == (
        "officials.yaml: the search of 20 Nov 2026 found nothing. Holder: Имярек Анна Андреевна."
    )
    (search,) = book(place).offices[0].tenures[1].searches
    assert (str(search.on), search.by, search.found) == ("2026-11-20", "Имярек Г. Г.", "nothing")
    again = run(place, *words, "--on", "2026-11-20")
    assert (again.code, again.err) == (2, "auditor: this search of 2026-11-20 is on record already\n")


def test_only_a_recorded_search_lets_not_found_be_said(place: Path) -> None:
    """Of two networks it is not enough; of four the finding names its day, who searched and how."""
    known = BOOK.replace("since: 2022-05-01\n", "since: 2022-05-01\n        known_as_of: 2026-10\n")
    (place / "officials.yaml").write_text(known, encoding="utf-8")

    def finding() -> tuple[str, str]:
        done = auditor("check", "first", "--offline", "--json", *NOW, cwd=place, env={"AUDITOR_DATA": "data"})
        found = json.loads(done.out)["offices"][0]["findings"]
        return next((f["outcome"], f["message"]) for f in found if f["check"] == "opened_by_deadline")

    run(place, "reject", "first", LEAD, "--how", "ведёт однофамилица", "--yes")
    assert finding()[0] == "untested"
    words = ("--how", "VK и Telegram, по имени", "--found", "nothing", *BY, "--on", "2026-11-20")
    run(place, "searched", "first", *words, "--network", "vk", "--network", "telegram", "--yes")
    assert finding()[0] == "untested"
    four = [option for network in ("vk", "telegram", "ok", "max") for option in ("--network", network)]
    run(place, "searched", "first", *words, *four, "--yes")
    outcome, message = finding()
    assert outcome == "failed"
    for said in ("20 Nov 2026", "Имярек Г. Г.", "VK и Telegram, по имени"):
        assert said in message


def test_what_was_found_may_be_recorded_beside_a_confirmed_account(place: Path) -> None:
    """Only "nothing" contradicts it."""
    done = run(place, "searched", "second", "--how", "VK", "--found", "vk.com/boris: он", *BY, "--yes")
    assert (done.code, done.err) == (0, "")
    assert book(place).offices[1].tenures[0].searches[0].found == "vk.com/boris: он"


REFUSALS = {
    "a bad address": (["confirm", "first", "ok.ru/x", *HOW], "is not on VK or Telegram"),
    "a wall post": (["confirm", "first", "vk.com/wall1_2", *HOW], "is not a page"),
    "an unknown office": (["confirm", "nowhere", LEAD, *HOW], "no office, municipality or holder"),
    "an ambiguous name": (["confirm", "Имярек", LEAD, *HOW], "several offices"),
    "a former holder": (["confirm", "Прежний", LEAD, *HOW], "does not hold first on 2026-11-25, but Имярек Анна"),
    "a vacancy": (["confirm", "third", "t.me/novaya", *HOW], "third has no holder on record on 25 Nov 2026"),
    "another's": (
        ["confirm", "first", "vk.com/boris", *HOW],
        "officials.yaml:34: the edit would be a mistake: https://vk.com/boris of Имярек Борис Борисович is also on the",
    ),
    "another's lead": (["confirm", "second", LEAD, *HOW], "is also on line 23, as that of Имярек Анна"),
    "the predecessor's": (["confirm", "first", "t.me/prezhniy", *HOW], "as that of Прежний Пётр Петрович; leave it"),
    "an institution's": (["confirm", "first", "vk.com/rayon1", *HOW], "as that of the office 'first'"),
    "a person's as a body's": (
        ["confirm", "second", "vk.com/boris", *HOW, "--kind", "institution"],
        "as that of the office 'second'",
    ),
    "confirmed already": (
        ["confirm", "second", "vk.com/boris", *HOW, "--on", "2026-01-02"],
        "is confirmed since 2026-01-02; a newer look renews that",
    ),
    "rejected already": (["confirm", "second", "vk.com/chuzhoy", *HOW], "and rejected; keep the decision that holds"),
    "rejecting the confirmed": (["reject", "second", "vk.com/boris", *HOW[:2]], "is both confirmed (line 34)"),
    "a control": (["confirm", "first", "t.me/nastoyaschiy", *HOW], "control page"),
    "the future": (["confirm", "first", LEAD, *HOW, "--on", "2026-11-26"], "is in the future"),
    "before the tenure": (["confirm", "first", LEAD, *HOW, "--on", "2022-04-30"], "before Имярек Анна Андреевна took"),
    "no day": (["confirm", "first", LEAD, *HOW, "--on", "20221101"], "is not a date"),
    "no how": (["confirm", "first", LEAD, "--source", "https://example.org/1"], "--how"),
    "a blank how": (["reject", "first", LEAD, "--how", " \n"], "--how"),
    "no source": (["confirm", "first", LEAD, "--how", "видно"], "needs a --source"),
    "a source of no web": (["confirm", "first", LEAD, "--how", "видно", "--source", "example.org"], "--source: "),
    "a source with a login": (
        ["confirm", "first", LEAD, "--how", "видно", "--source", "https://a:b@example.org"],
        "holds a login",
    ),
    "a kind": (["confirm", "first", LEAD, *HOW, "--kind", "mine"], "personal or institution"),
    "another's number": (["confirm", "first", "vk.com/novaya", *HOW, "--id", "77"], "by its number, of Имярек Борис"),
    "the wrong number": (["confirm", "first", "vk.com/id5", *HOW, "--id", "6"], "has the number 5"),
    "no number": (["confirm", "first", LEAD, *HOW, "--id", "0"], "no number"),
    "nothing, with a confirmed one": (
        ["searched", "second", "--how", "VK", "--found", "nothing", *BY],
        "https://vk.com/boris is confirmed",
    ),
    "nothing, with a lead": (["searched", "first", "--how", "VK", "--found", "nothing", *BY], "confirm or reject it"),
    "another's page by its number": (
        ["confirm", "first", "vk.com/id77", *HOW],
        "by its number, of Имярек Борис",
    ),
    "his own page by its number": (["confirm", "second", "vk.com/id77", *HOW], "stands twice, first on line 34"),
    "a number too large": (
        ["confirm", "first", "vk.com/novaya", *HOW, "--id", "1" + "0" * 30],
        "--id takes a number from",
    ),
    "an address too large": (
        ["confirm", "first", "vk.com/id99999999999999", *HOW],
        "has a number that VK does not give",
    ),
    "a bot": (["confirm", "first", "t.me/PriemnayaBot", *HOW], "is a bot by its name"),
    "nothing in other words": (
        ["searched", "first", "--how", "VK", "--found", "  Ничего не найдено!", *BY],
        "--found holds no address; write nothing",
    ),
    "found, and not what": (
        ["searched", "first", "--how", "VK", "--found", "да", *BY],
        "--found holds no address; write",
    ),
    "nobody searched": (["searched", "first", "--how", "VK", "--found", "t.me/x"], "--by"),
    "no result": (["searched", "first", "--how", "VK", *BY], "--found"),
}


KEY = "vk1.a.AAAABBBBCCCCDDDDEEEEFFFF"
SECRETS = {
    "a key in how": (["confirm", "first", LEAD, "--how", f"ключ {KEY}", "--source", "https://example.org/1"], KEY),
    "a key in a source": (
        ["confirm", "first", LEAD, "--how", "видно", "--source", f"https://example.org/m?access_token={KEY}"],
        KEY,
    ),
    "a telephone in how": (["reject", "first", LEAD, "--how", "звонок на +7 913 123-45-67"], "913 123-45-67"),
    "a home telephone in how": (["reject", "first", LEAD, "--how", "звонок на 8 (913) 123-45-67"], "123-45-67"),
    "a telephone in by": (
        ["searched", "first", "--how", "VK", "--found", "t.me/x", "--by", "Имярек, +79131234567"],
        "79131234567",
    ),
    "a key in found": (["searched", "first", "--how", "VK", "--found", KEY, *BY], KEY),
}


@pytest.mark.parametrize("case", SECRETS)
def test_a_secret_does_not_go_into_a_public_file(place: Path, case: str) -> None:
    """It is refused in one line that does not repeat it."""
    args, secret = SECRETS[case]
    done = run(place, *args, "--yes")
    assert (done.code, done.out) == (2, "")
    assert "the registry is public" in done.err
    assert done.err.count("\n") == 1
    assert secret not in done.err
    assert text(place) == BOOK


def test_numbers_that_are_no_telephones_may_stand(place: Path) -> None:
    """Dates, ids and addresses of news with long numbers are what a reason is made of."""
    how = ("--how", "8 ноября 2026, новость 89131234567890 и id 812345678")
    done = run(place, "confirm", "first", LEAD, *how, "--source", "https://example.org/n/89131234567", "--yes")
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("found", ["nothing", " Nothing ", "ничего", "НИЧЕГО"])
def test_nothing_is_one_word_in_either_language(place: Path, found: str) -> None:
    """What says that nothing was found is written as the checks know it."""
    run(place, "reject", "first", LEAD, "--how", "ведёт однофамилица", "--yes")
    done = run(place, "searched", "first", "--how", "VK", "--found", found, *BY, "--yes")
    assert (done.code, done.err) == (0, "")
    assert book(place).offices[0].tenures[1].searches[0].found == "nothing"


@pytest.mark.parametrize(
    "how", ["yes", "on", "NO", "y", "12:30:45", "2026-01-01T10:00", "2026-01-01", "0x1F", "1_000", "null"]
)
def test_text_that_looks_like_something_else_is_quoted(place: Path, how: str) -> None:
    """Other programs read YAML by its old rules, where `yes` is a truth and 12:30 a number."""
    done = run(place, "reject", "first", LEAD, "--how", how, "--yes")
    assert (done.code, done.err) == (0, "")
    assert f"how: '{how}'" in text(place)
    rejected = book(place).offices[0].tenures[1].accounts[0].rejected
    assert rejected is not None
    assert rejected.how == how


@pytest.mark.parametrize(
    "args",
    [["reject", "first", LEAD, "--how", "другая"], ["searched", "first", "--how", "VK", "--found", "t.me/x", *BY]],
)
def test_every_decision_takes_the_common_options(place: Path, args: list[str]) -> None:
    """--data among them, where a script gives it to each command."""
    done = run(place, *args, "--data", "elsewhere", "--yes")
    assert (done.code, done.err) == (0, "")


def test_a_bot_may_be_a_bodys(place: Path) -> None:
    """A reception that answers by itself is a page of the institution."""
    done = run(place, "confirm", "first", "t.me/PriemnayaBot", *HOW, "--kind", "institution", "--yes")
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("case", REFUSALS)
def test_what_speaks_against_it_is_one_line_and_exit_2(
    place: Path, case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the file is as it was."""
    args, said = REFUSALS[case]
    monkeypatch.chdir(place)
    monkeypatch.setenv("AUDITOR_DATA", "data")
    monkeypatch.setattr(sys, "argv", ["auditor", "accounts", *args, "--yes", *NOW])
    with pytest.raises(SystemExit) as end:
        main()
    out, err = capsys.readouterr()
    assert (end.value.code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1, err
    assert text(place) == BOOK


def test_without_a_terminal_and_without_yes_nothing_is_written(place: Path) -> None:
    """One line says how."""
    done = run(place, "confirm", "first", LEAD, *HOW)
    assert (done.code, done.out) == (2, "")
    assert done.err == "auditor: this asks before it writes; run it at a terminal, or give --yes\n"
    assert text(place) == BOOK


def test_a_read_only_registry_is_not_written(place: Path) -> None:
    """Even where the folder would let it be replaced."""
    (place / "officials.yaml").chmod(0o444)
    done = run(place, "reject", "first", LEAD, "--how", "другая", "--yes")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "officials.yaml is read-only; make it writable, or copy it" in done.err
    assert text(place) == BOOK


def test_the_registry_that_came_with_the_program_is_not_written(tmp_path: Path) -> None:
    """Found as the last resort, it is nobody's to edit; the line says how to copy it."""
    done = run(tmp_path, "searched", "kedrovy", "--how", "VK", "--found", "nothing", *BY, "--yes")
    assert (done.code, done.out) == (2, "")
    assert re.search(r"came with the program; copy it with `cp \S+officials\.yaml officials\.yaml`", done.err)
    assert len(done.err.splitlines()) == 1


def test_the_number_that_the_archive_has_seen_is_written_too(place: Path) -> None:
    """The newest look has it; without a look there is none."""
    with Archive.open(place / "data") as archive:
        for day, number in ((20, 41), (21, 42), (22, None)):
            taken = datetime(2026, 11, day, tzinfo=UTC)
            one = archive.start_run(week="2026-W47", command="check", started_at=taken, vantage="", tool_version="0")
            seen = Snapshot(
                url="https://t.me/imyarek_lead",
                network=Network.TELEGRAM,
                route=Route.TELEGRAM_CLIENT,
                taken_at=taken,
                exists=None if number is None else True,
                id=number,
            )
            archive.looks.save(one, "2026-W47", seen)
    done = run(place, "confirm", "first", LEAD, *HOW, "--yes")
    assert (done.code, done.err) == (0, "")
    assert book(place).offices[0].tenures[1].accounts[0].id == 42


@pytest.mark.parametrize("command", ["confirm", "reject", "searched"])
def test_every_option_says_what_it_does(place: Path, command: str) -> None:
    """No option without a sentence."""
    for line in re.findall(r"^  (-.*)$", auditor("accounts", command, "--help", cwd=place).out, re.MULTILINE):
        assert re.search(r"\S {2,}\S", line), line


class Terminal:
    """``auditor accounts …`` on a terminal of its own."""

    def __init__(self, place: Path, *args: str) -> None:
        self.seen = ""
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.chdir(place)
            os.environ["AUDITOR_DATA"] = "data"
            os.environ.pop("NO_COLOR", None)
            os.execv(sys.executable, [sys.executable, "-m", "auditor", "accounts", *args, *NOW])

    def wait_for(self, said: str) -> None:
        deadline = time.monotonic() + 30
        while said not in self.seen and self.read():
            assert time.monotonic() < deadline, self.seen
        assert said in self.seen, self.seen

    def read(self) -> bool:
        if not select.select([self.file], [], [], 0.2)[0]:
            return True
        try:
            self.seen += os.read(self.file, 4096).decode()
        except OSError:
            return False
        return True

    def type(self, line: str) -> None:
        os.write(self.file, line.encode() + b"\n")

    def end(self) -> int:
        while self.read():
            pass
        code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        os.close(self.file)
        return code


@pytest.mark.parametrize(("answer", "written"), [("y", True), ("Да", True), ("n", False), ("", False), ("nope", False)])
def test_at_a_terminal_it_asks_and_writes_only_on_yes(place: Path, answer: str, written: bool) -> None:
    """The change is shown in colour first."""
    terminal = Terminal(place, "confirm", "first", LEAD, *HOW)
    terminal.wait_for("Write this into officials.yaml? [y/N] ")
    assert "\x1b[32m+            confirmed:\x1b[0m" in terminal.seen
    assert text(place) == BOOK
    terminal.type(answer)
    assert terminal.end() == 0
    assert ("is now confirmed" in terminal.seen, "Nothing was written." in terminal.seen) == (written, not written)
    assert (text(place) != BOOK) == written


def test_an_edit_by_another_hand_during_the_question_is_kept(place: Path) -> None:
    """Exit 2 and one line; what the other wrote stays."""
    terminal = Terminal(place, "confirm", "first", LEAD, *HOW)
    terminal.wait_for("[y/N] ")
    (place / "officials.yaml").write_text(BOOK + "# another hand\n", encoding="utf-8")
    terminal.type("y")
    assert terminal.end() == 2
    assert "changed by somebody else" in terminal.seen
    assert text(place) == BOOK + "# another hand\n"
