"""`auditor accounts`: the change is shown, asked for, and written; what speaks against it is a line and exit 2."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.base.i18n import Translator
from auditor.base.text import Text
from auditor.commands.accounts import carry_out
from auditor.commands.console import echo
from auditor.registry import Office, load_registry
from auditor.registry.registry_file import FileEdit
from tests.archive_samples import begun
from tests.cases import TOMSK, snapshot
from tests.command import Done
from tests.commands.heads import NOW
from tests.commands.typed import Person, Screen, typed
from tests.hostile import STEERING, steers
from tests.registry.registry_texts import SMALLEST

LEAD = "t.me/first_head"
CONFIRM = ("confirm", "first", LEAD, "--how", "названа на сайте", "--source", "https://example.org/2")
HOW_SEARCHED = "в поиске людей VK и в Яндексе, по фамилии и имени"
SEARCHED = ("searched", "first", "--how", HOW_SEARCHED, "--found", LEAD, "--by", "Имярек Г. Г.", "--on", "2026-11-20")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The registry in the folder where the commands run."""
    (tmp_path / "officials.yaml").write_text(SMALLEST, encoding="utf-8")
    return tmp_path / "officials.yaml"


def run(book: Path, *args: str, **more: Any) -> Done:
    """Run ``auditor accounts ARGS``."""
    return typed("accounts", *NOW, *args, cwd=book.parent, **more)


def office(book: Path) -> Office:
    """Return the only office as it is on record."""
    return load_registry(book).offices[0]


def test_a_confirmation_is_shown_as_a_diff_and_written(book: Path) -> None:
    """Then one line says what was done."""
    done = run(book, *CONFIRM, "--of", "2025-07", "--on", "2026-11-20", "--id", "7", "--yes")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[:2] == ["--- officials.yaml", "+++ officials.yaml"]
    assert lines[-1] == "officials.yaml: https://t.me/first_head is now confirmed. Holder: Имярек Анна Андреевна."
    (page,) = office(book).tenures[0].accounts
    assert (str(page.confirmed.on), str(page.confirmed.of), page.id) == ("2026-11-20", "2025-07", 7)
    assert (page.confirmed.how, page.confirmed.sources) == ("названа на сайте", ["https://example.org/2"])


@pytest.mark.parametrize("who", ["округ № 4", "4 округ", "депутат округа №4"])
def test_a_deputy_is_named_by_the_number_of_the_district(book: Path, who: str) -> None:
    """In several words, before the address; where two districts have the number they are listed."""
    deputy = SMALLEST.replace("title: глава", "title: депутат Думы, округ № 4 (Первый)", 1)
    book.write_text(deputy, encoding="utf-8")
    done = run(book, "confirm", *who.split(), *CONFIRM[2:], "--yes")
    assert (done.code, done.err) == (0, "")
    assert office(book).tenures[0].accounts[0].confirmed
    other = deputy[deputy.index("  - id: first") :].replace("id: first", "id: other").replace("№ 4", "№ 4, запас")
    book.write_text(deputy + other.partition("    tenures")[0], encoding="utf-8")
    done = run(book, "confirm", *who.split(), *CONFIRM[2:], "--yes")
    assert (done.code, [line.split(":")[0].strip() for line in done.err.splitlines()[1:]]) == (2, ["first", "other"])


def test_the_other_decisions_are_written_alike(book: Path) -> None:
    """A page of the body, a search with its networks, a rejection; in Russian a name is never declined."""
    assert run(book, "confirm", "first", "vk.com/rayon", *CONFIRM[3:], "--kind", "institution", "--yes").code == 0
    assert run(book, *SEARCHED, "--network", "vk", "--network", "ok", "--yes").code == 0
    done = run(book, "reject", "first", LEAD, "--how", "другая", "--on", "2026-11-21", "--yes", "--lang", "ru")
    assert done.out.splitlines()[-1].endswith("Должностное лицо: Имярек Анна Андреевна.")
    office_on_record = office(book)
    assert [str(account.url) for account in office_on_record.accounts] == ["https://vk.com/rayon"]
    (search,), (lead,) = office_on_record.tenures[0].searches, office_on_record.tenures[0].accounts
    assert (search.by, search.found, search.networks) == ("Имярек Г. Г.", LEAD, ["vk", "ok"])
    assert [str(entry.on) for entry in (search, lead.rejected)] == ["2026-11-20", "2026-11-21"]


@pytest.mark.parametrize(("answer", "written"), [("y", True), ("Да ", True), ("", False), ("nope", False)])
def test_at_a_terminal_it_asks_and_writes_only_on_yes(book: Path, answer: str, written: bool) -> None:
    """Nothing is written before the answer. The change is coloured there, unless nobody wants it, and in no file."""
    texts: list[str] = []
    person = Person(lambda: texts.append(book.read_text(encoding="utf-8")) or answer, terminal=True)
    done = run(book, *CONFIRM, answers=person)
    assert (done.code, done.err, texts) == (0, "Write this into officials.yaml? [y/N] ", [SMALLEST])
    assert ("is now confirmed" in done.out) is written, done.out
    assert ("Nothing was written." in done.out) is not written, done.out
    assert (book.read_text(encoding="utf-8") != SMALLEST) == written
    book.write_text(SMALLEST, encoding="utf-8")
    nobody, screens = Person(lambda: "", terminal=True), [Screen(terminal=True), Screen(terminal=True)]
    plain = run(book, *CONFIRM, answers=nobody, out=screens[0], env={"NO_COLOR": "1"}).out
    coloured = run(book, *CONFIRM, answers=nobody, out=screens[1]).out
    assert "\x1b" not in done.out + plain
    assert "\x1b[32m+" in coloured
    assert "\x1b[31m-" in coloured


def test_a_search_asks_for_what_is_missing_and_says_which_cell_turns_red(book: Path) -> None:
    """At a terminal, before it writes."""
    assert run(book, "reject", "first", LEAD, "--how", "другая", "--yes").code == 0
    answers = iter(["Имярек Г. Г.", "vk, telegram ok max", HOW_SEARCHED, "ничего", "y"])
    done = run(book, "searched", "first", answers=Person(lambda: next(answers), terminal=True))
    assert (done.code, list(answers)) == (0, [])
    assert "turns red in the report" in done.out.partition("+++")[2]
    (search,) = office(book).tenures[0].searches
    assert (search.by, search.how, search.found) == ("Имярек Г. Г.", HOW_SEARCHED, "nothing")
    assert list(search.networks) == ["vk", "telegram", "ok", "max"]


def test_each_answer_is_checked_at_its_question(book: Path) -> None:
    """A wrong one is asked again with what is needed; networks go by the names that people use."""
    assert run(book, "reject", "first", LEAD, "--how", "другая", "--yes").code == 0
    lines = ["", "Имярек Г. Г.", "вк и фейсбук", "", "ВКонтакте, телега; ОК и макс", "искал", "по имени", HOW_SEARCHED]
    answers = iter([*lines, "да", "ничего", "y"])
    done = run(book, "searched", "first", answers=Person(lambda: next(answers), terminal=True))
    assert (done.code, list(answers)) == (0, [])
    assert done.out.count("  ! ") == 6
    objections = "say who searched.*'фейсбук' is no network.*name the networks.*'по имени' is too little.*no address"
    assert re.search(objections, done.out, re.DOTALL)
    (search,) = office(book).tenures[0].searches
    assert list(search.networks) == ["vk", "telegram", "ok", "max"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--on", "27.11.2026"), "--on 27 Nov 2026 is in the future"),
        (("--network", "фейсбук"), "'фейсбук' is no network"),
        (("--how", "поиск"), "is too little to repeat the search; say where and by what"),
        (("--found", "ничего"), "is a lead: confirm or reject it first"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_asked(book: Path, args: tuple[str, ...], message: str) -> None:
    """Also at a terminal."""
    more = () if args[0] == "--found" else ("--found", LEAD)
    done = run(book, "searched", "first", "--by", "И.", *args, *more, answers=Person(lambda: "", terminal=True))
    assert (done.code, done.err.count("\n"), message in done.err) == (2, 1, True), done.err


@pytest.mark.parametrize("on", ["2026-11-20", "20.11.2026"])
def test_a_day_is_typed_in_either_form(book: Path, on: str) -> None:
    """And networks by option as in an answer."""
    line = ("searched", "first", "--how", HOW_SEARCHED, "--found", LEAD, "--by", "Имярек Г. Г.", "--on", on, "--yes")
    assert run(book, *line, "--network", "ВК, Одноклассники", "--network", "MAX").code == 0
    (search,) = office(book).tenures[0].searches
    assert (str(search.on), list(search.networks)) == ("2026-11-20", ["vk", "ok", "max"])


def test_what_was_decided_is_taken_back(book: Path) -> None:
    """The page waits again; the reason is asked for at a terminal, and kept in the reader's words."""
    assert run(book, *CONFIRM, "--yes").code == 0
    answers = iter(["страница другого", "y"])
    done = run(book, "undo", "first", LEAD, "--lang", "ru", answers=Person(lambda: next(answers), terminal=True))
    (page,) = office(book).tenures[0].accounts
    assert (done.code, page.lead, "страница другого." in page.note) == (0, True, True)
    assert run(book, *SEARCHED, "--yes").code == 0
    done = run(book, "undo", "first", "--search", "--how", "искали другого", "--yes")
    assert (done.code, done.err, office(book).tenures[0].searches) == (0, "", [])
    assert "искали другого." in office(book).tenures[0].note


def test_an_edit_by_another_hand_during_the_question_is_kept(book: Path) -> None:
    """Exit 2 and one line; what the other wrote stays."""
    other = SMALLEST + "# another hand\n"
    done = run(book, *CONFIRM, answers=Person(lambda: book.write_text(other) and "y", terminal=True))
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "changed by somebody else" in done.err
    assert book.read_text(encoding="utf-8") == other


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (CONFIRM, "this asks before it writes; run it at a terminal, or give --yes"),
        (("confirm", "nowhere", *CONFIRM[2:], "--yes"), "is called 'nowhere'"),
        (("reject", "first", LEAD, "--yes"), "--how"),
        (
            ("searched", "first", "--how", HOW_SEARCHED, "--found", "nothing", "--yes"),
            "is a lead: confirm or reject it first",
        ),
        (("undo", "first", "--yes"), "give the address of the page, or --search to take back a recorded search"),
        (("undo", "first", LEAD, "--search", "--yes"), "give the address of the page, or --search"),
        (("undo", "first", "--search", "--yes", "--how", "x"), "no such search for pages of Имярек Анна Андреевна"),
        ((*CONFIRM, "--id", "1" + "0" * 16, "--yes"), "--id takes a number from"),
    ],
)
def test_what_speaks_against_it_is_one_line_and_exit_2(book: Path, args: tuple[str, ...], message: str) -> None:
    """And the file is as it was."""
    done = run(book, *args)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert message in done.err
    assert book.read_text(encoding="utf-8") == SMALLEST


def test_the_registry_that_came_with_the_program_is_not_written(book: Path) -> None:
    """Found as the last resort, it is nobody's to edit."""
    book.unlink()
    done = run(book, "reject", "kedrovy", LEAD, "--how", "другая", "--yes")
    assert done.code == 2
    assert "came with the program; copy it with" in done.err


def test_the_number_that_the_archive_has_seen_is_written_too(book: Path) -> None:
    """The newest look that has one counts; an archive that cannot be read has none."""
    with Archive.open(book.parent / "data") as archive:
        for day, number in ((20, 41), (21, 42), (22, None)):
            taken_at = datetime(2026, 11, day, tzinfo=UTC)
            look = snapshot(url=f"https://{LEAD}", taken_at=taken_at, exists=number and True, id=number)
            archive.snapshots.save(begun(archive, taken_at), "2026-W47", look)
    assert run(book, *CONFIRM, "--yes").code == 0
    assert office(book).tenures[0].accounts[0].id == 42
    (book.parent / "data" / "archive.sqlite").write_bytes(b"damaged")
    assert run(book, "confirm", "first", "t.me/other_page", *CONFIRM[3:], "--yes").code == 0
    assert office(book).tenures[0].accounts[1].id is None


@pytest.mark.parametrize("text", [t for t in STEERING.values() if t.isprintable() or t[0] in "x\u202e\u2066t"])
def test_the_diff_before_a_decision_steers_no_terminal(text: str, book: Path, capsys: Any) -> None:
    """Remarks of a registry are not read, and are shown: what they hold cannot make a change look like another."""
    remark, before = text.replace("\n", " ").replace("\r", " "), book.read_bytes()
    book.write_bytes(before + f"# {remark}\n".encode())
    done = Text("{path}: {url} is now confirmed. Holder: {name}.", {"path": text, "url": text, "name": text})
    plan = FileEdit(book, book.read_bytes(), before + f"# {remark} {remark}\n".encode(errors="replace"), done)
    echo(carry_out(lambda: plan, Translator("ru", TOMSK), yes=True))
    assert steers(capsys.readouterr().out) == ""


PAIRS = 40
AT_ONCE = """\
import sys
from datetime import date, datetime, UTC
from pathlib import Path
from auditor.base.i18n import Translator
from auditor.commands.accounts import carry_out
from auditor.registry.decisions import plan_searched
from auditor.registry.registry_file import RegistryFile
book = RegistryFile(Path(sys.argv[1]), datetime(2026, 11, 25, tzinfo=UTC), named=True)
given = {"how": "в Яндексе по имени", "by": sys.argv[2], "found": "t.me/first_head"}
for number in range(int(sys.argv[3])):
    sys.stdin.readline()
    plan = lambda: plan_searched(book, "first", on=f"2026-{1 + number // 28:02}-{1 + number % 28:02}", **given)
    carry_out(plan, Translator("en"), yes=True)
    sys.stderr.write("written\\n")
"""
"""Writes a decision for each line that it is given."""


def test_of_decisions_written_at_once_none_is_lost(book: Path) -> None:
    """Two processes write forty pairs; whoever comes second reads again what the first has written."""
    people = ("Имярек Г. Г.", "Имярек Д. Д.")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", AT_ONCE, book, person, str(PAIRS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for person in people
    ]
    for _ in range(PAIRS):
        for process in started:
            process.stdin.write("\n")
            process.stdin.flush()
        assert [process.stderr.readline() for process in started] == ["written\n"] * 2
    for process in started:
        process.communicate()
    searches = office(book).tenures[0].searches
    assert {(search.on, search.by) for search in searches} == {(s.on, by) for s in searches for by in people}
    assert (len(searches), [path.name for path in book.parent.iterdir()]) == (2 * PAIRS, ["officials.yaml"])
