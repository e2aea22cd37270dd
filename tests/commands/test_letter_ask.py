"""`auditor letter --ask`: a letter an office that asks for what is missing, and what is awaited then."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from auditor.registry import load_registry
from auditor.registry.answer_sheet import SHEET
from tests.command import Done
from tests.commands.heads import MOMENT, OFFICE
from tests.commands.typed import Person, typed
from tests.registry.registry_texts import HEAD

FOLDER = "letters-2026-11-25"
AT = ("--as-of", "2026-11-25T12:00+07:00", "--lang")
CONTACT = {"AUDITOR_CONTACT": "press@example.invalid"}
ADDRESS = "    contacts: {post: '634000, Район 2, ул. Первая, 1', email: office@example.org, source: x}\n"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A folder with a registry of three invented heads; of the second an address is on record."""
    offices = (OFFICE.format(n=n) + ADDRESS * (n == 2) for n in (1, 2, 3))
    (tmp_path / "officials.yaml").write_text(HEAD + "".join(offices), encoding="utf-8")
    return tmp_path


def letter(*args: str, cwd: Path, lang: str = "en", **more: Any) -> Done:
    """Run ``auditor letter --ask ARGS`` on the day of the tests."""
    return typed("letter", "--ask", *args, *AT, lang, cwd=cwd, env=CONTACT, **more)


def lines_of(path: Path) -> list[str]:
    """Return the lines of a letter for Word, those at its head first."""
    document = Document(str(path))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [paragraph for cell in cells for paragraph in cell.paragraphs] + document.paragraphs
    return [paragraph.text for paragraph in paragraphs if paragraph.text]


def test_each_office_gets_a_letter_and_the_list_a_row(town: Path) -> None:
    """It says when, to whom, what is asked, by what law, in what term, and whom to answer."""
    done = letter(cwd=town, lang="ru")
    assert (done.code, done.err) == (0, "")
    names = [f"rayon-{n}.docx" for n in (1, 2, 3)] + ["answers.xlsx"]
    assert done.out.split("\n")[:4] == [f"{FOLDER}/{name}" for name in names]
    assert sorted(path.name for path in (town / FOLDER).iterdir()) == sorted(names)
    lines = lines_of(town / FOLDER / "rayon-2.docx")
    assert lines[:2] == ["Дата: 25.11.2026", "№ ______________"]
    assert lines[2:6] == ["Главе", "Район 2", "634000, Район 2, ул. Первая, 1", "office@example.org"]
    text = "\n".join(lines)
    assert "статья 18; срок ответа — 30 дней" in text
    assert "Ответ прошу направить: press@example.invalid" in text
    points = [line for line in lines if line[:1].isdigit() and ")" in line[:3]]
    assert [line[-1] for line in points] == [";"] * (len(points) - 1) + ["."]
    book = load_workbook(town / FOLDER / "answers.xlsx")
    assert [row[0].value for row in book[SHEET].iter_rows(min_row=2)] == ["rayon-1", "rayon-2", "rayon-3"]


def test_one_or_several_may_be_named(town: Path) -> None:
    """By commas or blanks; of a name that no office has that is said, and nothing is written."""
    for who, count in ((["rayon-3"], 1), (["rayon-1", "rayon-3"], 2), (["Район 2,", "rayon-3"], 2)):
        assert letter(*who, "--to", "-".join(who), cwd=town).out.count(".docx") == count
    done = letter("rayon-1,", "rayon-9", "--to", "nobody", cwd=town)
    assert (done.code, done.out, (town / "nobody").exists()) == (2, "", False)
    assert typed("letter", *AT, "en", cwd=town).code == 2


def test_of_a_town_its_head_is_asked(town: Path) -> None:
    """Although others of the town are on record; who means one of them names that office."""
    path = town / "officials.yaml"
    member = "  - {id: duma-1, municipality: Район 1, title: депутат, group: city_duma}\n"
    path.write_text(path.read_text(encoding="utf-8") + member, encoding="utf-8")
    for who, asked in (("Район 1", "rayon-1.docx"), ("duma-1", "duma-1.docx")):
        assert letter(who, "--to", asked, cwd=town).out.splitlines()[0] == f"{asked}/{asked}"


def test_letters_that_somebody_edited_stay_and_none_is_written(town: Path) -> None:
    """Written again on the same day they are the same; the sheet with answers in it stays too."""
    assert letter(cwd=town).code == 0
    assert letter(cwd=town).code == 0
    for name in ("rayon-3.docx", "answers.xlsx"):
        path = town / FOLDER / name
        content = path.read_bytes()
        path.write_bytes(content + b" ")
        (town / FOLDER / "rayon-1.docx").unlink()
        done = letter(cwd=town)
        assert (done.code, len(done.err.splitlines()), path.read_bytes()) == (2, 1, content + b" ")
        assert not (town / FOLDER / "rayon-1.docx").exists()
        path.write_bytes(content)
        assert letter(cwd=town).code == 0


def test_a_letter_holds_nothing_of_the_template_it_was_made_from(town: Path) -> None:
    """No picture of an empty page, no other author, no part of another day."""
    letter("rayon-1", cwd=town)
    with zipfile.ZipFile(io.BytesIO((town / FOLDER / "rayon-1.docx").read_bytes())) as package:
        assert {part.date_time[:3] for part in package.infolist()} == {(2026, 11, 25)}
        assert not [name for name in package.namelist() if "thumbnail" in name]
        assert b"thumbnail" not in package.read("_rels/.rels")
        assert b"python-docx" not in package.read("docProps/core.xml")


def test_that_it_was_sent_is_recorded_and_the_answer_awaited(town: Path) -> None:
    """It is shown and agreed to first; next shows who must answer by when, and who is late with what to do."""
    asked = letter("rayon-1", "--sent", "24.11.2026", cwd=town)
    assert (asked.code, "--yes" in asked.err) == (2, True)
    done = letter("rayon-1", "--sent", "24.11.2026", cwd=town, answers=Person(lambda: "y", terminal=True))
    assert (done.code, "+      - sent: 2026-11-24" in done.out) == (0, True)
    (request,) = load_registry(town / "officials.yaml", MOMENT).offices[0].requests
    assert (str(request.sent), str(request.due), request.answered) == ("2026-11-24", "2026-12-24", None)
    assert [line for line in letter(cwd=town).out.splitlines() if "rayon-1" in line] == []
    assert "  Район 1: asked 24 Nov 2026, the answer is due by 24 Dec 2026" in typed("next", *AT, "en", cwd=town).out
    january = ("--as-of", "2027-01-10T12:00+07:00", "--lang", "en")
    late = typed("next", *january, cwd=town).out
    assert "days late: 17" in late
    assert "`auditor letter --ask WHO`" in late
    typed("letter", "--ask", *january[:2], "--lang", "ru", cwd=town)
    again = lines_of(town / "letters-2027-01-10/rayon-1.docx")
    assert "Ответ на запрос от 24.11.2026 не поступил; направляю его повторно." in again


def test_a_wrong_day_is_mended_and_a_letter_that_was_not_sent_is_taken_back(town: Path) -> None:
    """Within the term another day is the same request's; nobody sends a letter tomorrow, or last year."""
    text = (town / "officials.yaml").read_bytes()
    for day, what in (("26.11.2026", "after today"), ("24.09.2026", "more than 60 days"), ("вчера", "no date")):
        done = letter("--sent", day, "--yes", cwd=town)
        assert (done.code, done.err.count("\n"), what in done.err) == (2, 1, True)
    for day in ("24.11.2026", "2026-11-23"):
        assert letter("--sent", day, "--yes", cwd=town).code == 0
    for office in load_registry(town / "officials.yaml", MOMENT).offices:
        assert [(str(r.sent), str(r.due)) for r in office.requests] == [("2026-11-23", "2026-12-23")]
    done = letter("rayon-2", "--sent", "нет", "--yes", cwd=town)
    assert (done.code, "taken back, offices: 1" in done.out) == (0, True)
    assert letter("--sent", "no", "--yes", cwd=town).code == 0
    assert (town / "officials.yaml").read_bytes() == text
    assert (letter("rayon-2", "--sent", "нет", "--yes", cwd=town)).code == 2


def test_letters_lie_beside_the_settings_of_the_folder_that_is_used(town: Path, tmp_path: Path) -> None:
    """Not where the command happens to run; where nobody named a folder, it asks first."""
    (town / "elsewhere").mkdir()
    bare = {"AUDITOR_DATA": "", "AUDITOR_OUT": "", "AUDITOR_HOME": ""}
    done = typed("letter", "--ask", "rayon-1", *AT, "ru", cwd=town / "elsewhere", env=CONTACT | bare)
    assert (done.code, done.err.count("\n"), list((town / "elsewhere").iterdir())) == (2, 1, [])
    home = CONTACT | {"AUDITOR_HOME": str(town)}
    assert typed("letter", "--ask", "rayon-1", *AT, "ru", cwd=town / "elsewhere", env=home).code == 0
    assert (town / FOLDER / "rayon-1.docx").exists()
    assert list((town / "elsewhere").iterdir()) == []


def test_where_all_were_asked_there_is_nothing_to_ask(town: Path) -> None:
    """Who is waited for is listed."""
    assert letter("--sent", "2026-11-24", "--yes", cwd=town).code == 0
    done = letter(cwd=town)
    assert (done.code, done.err.count("the answer is due by 24 Dec 2026")) == (2, 3)
