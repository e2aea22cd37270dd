"""`auditor registry fill`: a filled sheet of answers, and the questions about what is missing."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from auditor.registry import Registry, load_registry, parse_registry
from auditor.registry.answer_sheet import ANSWERED_NETWORKS, COLUMNS, known_answers, write_answer_sheet
from auditor.registry.gaps import gaps_of
from auditor.sandbox import Sandbox, World
from tests.command import Done
from tests.commands.typed import Person, typed
from tests.registry.registry_texts import HEAD, OFFICE

NOW = ("--as-of", "2026-12-02T12:00+07:00", "--lang", "ru")
TODAY = date(2026, 12, 2)
ANSWER: dict[str, Any] = {
    "status": "глава",
    "name": "Имярек Анна Андреевна",
    "since": "01.02.2024",
    "vk": "vk.com/imyarek",
    "vk_since": "февраль 2024",
    "source": "письмо администрации № 12 от 01.12.2026",
}
BY_RECORD = {"stale", "stale_holder", "contradiction", "unproved_identity"}
"""Causes for which the registry is to blame."""
COLUMN = {column.key: number for number, column in enumerate(COLUMNS, 1)}


def empty(text: str) -> str:
    """The same registry without anything about who holds the bound offices, their pages and sites."""
    tree = yaml.safe_load(text)
    for office in tree["offices"]:
        if office["group"] == "municipal_head":
            for key in ("tenures", "vacancies", "accounts", "website"):
                office.pop(key, None)
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


def filled(path: Path, rows: Mapping[str, Mapping[str, Any]], today: date = TODAY) -> Path:
    """Write the sheet for the registry beside it, and fill in the cells of each office."""
    registry = load_registry(path.parent / "officials.yaml")
    offices = [office for office in registry.offices if office.group == "municipal_head"]
    write_answer_sheet(registry, offices, path, today)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for number in range(2, sheet.max_row + 1):
        for key, value in rows.get(sheet.cell(number, 1).value, {}).items():
            sheet.cell(number, COLUMN[key]).value = value
    book.save(path)
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a registry of two offices that lack everything."""
    second = OFFICE.replace("first", "second").replace("Первый", "Второй")
    (tmp_path / "officials.yaml").write_text(HEAD + OFFICE + second, encoding="utf-8")
    return tmp_path


def fill(place: Path, *args: object, answers: Person | None = None) -> Done:
    return typed("registry", "fill", *args, *NOW, cwd=place, answers=answers)


def dialog(place: Path, *lines: str) -> Done:
    """Answer the questions about the first office by lines, and leave."""
    replies = iter(lines)
    return fill(place, "first", "--yes", answers=Person(lambda: next(replies, None)))


# Twenty offices ---------------------------------------------------------------------------------------------------


def answers_by(registry: Registry, today: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what each invented office answers: what the world has of it, and «нет» for the pages that it has not."""
    for number, office in enumerate((office for office in registry.offices if office.group == "municipal_head"), 1):
        cells: dict[str, Any] = {"status": "глава", "name": "Имярек Новый Новикович", "since": "01.10.2026"}
        cells |= known_answers(office, today)
        if cells["status"] != "вакантно":
            cells = dict.fromkeys((network.value for network in ANSWERED_NETWORKS), "нет") | cells
        else:
            cells.pop("name")
        locked = {column.key for column in COLUMNS if column.is_locked}
        answer = {key: value for key, value in cells.items() if key not in locked}
        yield office.id, answer | {"source": f"письмо № {number} от 23.11.2026"}


def test_twenty_answers_make_an_empty_registry_one_by_which_a_week_is_judged(tmp_path: Path) -> None:
    """Nobody edits a file: the sheet is taken in, the sandbox is looked at, and no office is left unknown by record."""
    world = World.build()
    today = world.now.date()
    path = tmp_path / "officials.yaml"
    path.write_text(empty(world.registry_yaml()), encoding="utf-8")
    whole = parse_registry(world.registry_yaml(), "officials.yaml")
    sheet = filled(tmp_path / "answers.xlsx", dict(answers_by(whole, today)), today)
    as_of = ("--as-of", world.now.isoformat(), "--lang", "ru")
    done = typed("registry", "fill", sheet, "--yes", *as_of, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    registry = load_registry(path)
    bound = [office for office in registry.offices if registry.bound(office)]
    assert len(bound) == 20
    assert [gaps.office.id for gaps in gaps_of(registry, today, bound) if gaps.blocking_count] == []
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        env = sandbox.settings() | {"AUDITOR_CONTACT": "press@example.invalid"}
        assert typed("weekly", *as_of, cwd=tmp_path, env=env).code in {0, 1, 3}
    audit = json.loads(next((tmp_path / "reports").glob("*/audit.json")).read_text(encoding="utf-8"))
    heads = [office for office in audit["offices"] if office["id"] in {office.id for office in bound}]
    findings = {office["id"]: office["findings"] for office in heads}
    assert len(findings) == 20
    assert {finding.get("cause") for rows in findings.values() for finding in rows} & BY_RECORD == set()
    assert [office for office, rows in findings.items() if {row["outcome"] for row in rows} <= {"untested"}] == []


def test_a_sheet_taken_in_twice_changes_nothing(place: Path) -> None:
    """The registry stays byte for byte as the first time left it, although the change was agreed to again."""
    sheet = filled(place / "answers.xlsx", {"first": ANSWER})
    first = fill(place, sheet, "--yes")
    text = (place / "officials.yaml").read_bytes()
    again = fill(place, sheet, "--yes")
    assert (first.code, again.code, again.err) == (0, 0, "")
    assert (place / "officials.yaml").read_bytes() == text
    assert "@@" in first.out
    assert "@@" not in again.out


def test_right_rows_are_written_while_wrong_cells_are_named(place: Path) -> None:
    """Every wrong cell of a row by its name, with exit code 2; of that row nothing is written."""
    wrong = ANSWER | {"name": "Имярек", "since": "вчера", "vk": "https://t.me/imyarek"}
    sheet = filled(place / "answers.xlsx", {"first": wrong, "second": ANSWER})
    done = fill(place, sheet, "--yes")
    lines = done.err.splitlines()
    assert done.code == 2
    assert [line.split(": ")[1] for line in lines] == [
        "лист «Ответы», ячейка E2",
        "лист «Ответы», ячейка F2",
        "лист «Ответы», ячейка H2",
    ]
    offices = {office.id: office for office in load_registry(place / "officials.yaml").offices}
    assert offices["first"].tenures == []
    assert offices["second"].tenures[0].name == ANSWER["name"]


def test_mended_rows_are_taken_in_by_the_next_run(place: Path) -> None:
    """What was written stays, and what was wrong follows."""
    fill(
        place, filled(place / "answers.xlsx", {"first": ANSWER, "second": ANSWER | {"name": "x", "vk": None}}), "--yes"
    )
    mended = ANSWER | {"name": "Имярек Борис Борисович", "vk": None, "vk_since": None}
    done = fill(place, filled(place / "answers.xlsx", {"first": ANSWER, "second": mended}), "--yes")
    assert (done.code, done.err) == (0, "")
    names = [tenure.name for office in load_registry(place / "officials.yaml").offices for tenure in office.tenures]
    assert names == ["Имярек Анна Андреевна", "Имярек Борис Борисович"]


def test_a_page_given_by_the_office_is_confirmed_by_its_letter(place: Path) -> None:
    """The letter is the source of the tenure, the page and its day, and the registry accepts it."""
    fill(place, filled(place / "answers.xlsx", {"first": ANSWER}), "--yes")
    (tenure,) = load_registry(place / "officials.yaml").offices[0].tenures
    (page,) = tenure.accounts
    assert tenure.sources == page.confirmed.sources == [ANSWER["source"]]
    assert (page.url.url, page.confirmed.on) == ("https://vk.com/imyarek", date(2026, 12, 1))
    assert [(str(report.opened_on), report.source) for report in tenure.reports] == [("2024-02", ANSWER["source"])]


@pytest.mark.parametrize("since", [datetime(2024, 2, 1), 45323, "01.02.2024", "1 февраля 2024 г.", "01–02–2024"])
def test_a_day_is_read_however_the_spreadsheet_holds_it(place: Path, since: object) -> None:
    """As a date, as the number of a cell of another format, or as text."""
    fill(place, filled(place / "answers.xlsx", {"first": ANSWER | {"since": since}}), "--yes")
    assert str(load_registry(place / "officials.yaml").offices[0].tenures[0].since) == "2024-02-01"


def test_columns_and_rows_may_be_moved(place: Path) -> None:
    """A column is found by its heading, a row by its code or municipality."""
    sheet = filled(place / "answers.xlsx", {"first": ANSWER})
    book = openpyxl.load_workbook(sheet)
    page = book.worksheets[0]
    page.insert_cols(2)
    page.insert_rows(1)
    page["A3"].value = None
    book.save(sheet)
    assert fill(place, sheet, "--yes").code == 0
    assert load_registry(place / "officials.yaml").offices[0].tenures[0].name == ANSWER["name"]


def test_no_page_on_any_network_is_a_search_and_is_said_before_it_is_written(place: Path) -> None:
    """With every network answered, the cell turns red: the office is named."""
    nowhere = ANSWER | dict.fromkeys(("vk", "telegram", "ok", "max"), "нет") | {"vk_since": None}
    done = fill(place, filled(place / "answers.xlsx", {"first": nowhere}), "--yes")
    (search,) = load_registry(place / "officials.yaml").offices[0].tenures[0].searches
    assert (search.found_nothing, len(search.networks)) == (True, 4)
    assert "Первый район" in done.out.splitlines()[-2]


def test_a_pipe_is_told_that_it_is_asked(place: Path) -> None:
    """Nothing is written without a yes."""
    text = (place / "officials.yaml").read_bytes()
    done = fill(place, filled(place / "answers.xlsx", {"first": ANSWER}))
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert (place / "officials.yaml").read_bytes() == text


@pytest.mark.parametrize("name", ["answers.xls", "answers.csv", "answers.ods", "nowhere.xlsx", "broken.xlsx"])
def test_a_file_that_is_no_sheet_is_one_line(place: Path, name: str) -> None:
    """Another kind of file, none at all, or a damaged one."""
    (place / "broken.xlsx").write_bytes(b"PK\x03\x04")
    done = fill(place, name, "--yes")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert name in done.err


# A dialog -------------------------------------------------------------------------------------------------------------

LETTER = "письмо № 1 от 01.12.2026"


def test_questions_lead_from_nothing_to_a_head_with_pages(place: Path) -> None:
    """A wrong answer is asked for again at once, an empty one leaves the question out."""
    head = (LETTER, "1", "Имярек", "Имярек Анна Андреевна", "вчера", "01.02.2024")
    pages = ("vk.com/imyarek", "2025", "нет", "", "", "")
    done = dialog(place, *head, *pages, "vk.com/club1", "first.example.org")
    assert (done.code, done.err) == (0, "")
    office = load_registry(place / "officials.yaml").offices[0]
    assert (office.website, [str(page.url) for page in office.listed]) == (
        "https://first.example.org",
        ["https://vk.com/club1"],
    )
    assert [page.url.url for page in office.tenures[0].accounts] == ["https://vk.com/imyarek"]


def entered(place: Path) -> None:
    dialog(place, LETTER, "1", "Имярек Анна Андреевна", "01.02.2024", "vk.com/imyarek", "", "", "", "", "", "", "")


def test_a_new_head_ends_the_tenure_before_and_takes_a_page_over(place: Path) -> None:
    """The last day is asked for, and since when the page was passed on."""
    entered(place)
    person = ("письмо № 2 от 02.12.2026", "2", "Имярек Борис Борисович", "02.12.2026", "01.12.2026")
    done = dialog(place, *person, "vk.com/imyarek", "02.12.2026", "", "", "", "", "", "")
    assert done.code == 0
    old, new = load_registry(place / "officials.yaml").offices[0].tenures
    assert (str(old.until), str(new.since), new.acting) == ("2026-12-01", "2026-12-02", True)
    assert new.accounts[0].since == date(2026, 12, 2)


def test_an_acting_head_who_is_elected_begins_a_tenure_in_a_row(place: Path) -> None:
    """Under the same name, so that the pages stay."""
    dialog(place, LETTER, "2", "Имярек Анна Андреевна", "01.02.2024", *[""] * 7)
    dialog(place, "письмо № 2 от 02.12.2026", "1", "", "01.12.2026", *[""] * 7)
    first, second = load_registry(place / "officials.yaml").offices[0].tenures
    assert (first.acting, second.acting, str(first.until)) == (True, False, "2026-12-01")


def test_a_vacancy_and_an_exemption_are_choices(place: Path) -> None:
    """Each with its dates and its source."""
    entered(place)
    exempt = ("4", "губернатор области", "по болезни", "01.11.2026", "01.02.2027")
    dialog(place, "письмо № 2 от 02.12.2026", *exempt, *[""] * 7)
    dialog(place, "письмо № 3 от 02.12.2026", "3", "02.12.2026", "01.12.2026", *[""] * 7)
    office = load_registry(place / "officials.yaml").offices[0]
    (exemption,) = office.tenures[0].exemptions
    assert (exemption.reason, str(exemption.until)) == ("по болезни", "2027-02-01")
    assert [str(vacancy.since) for vacancy in office.vacancies] == ["2026-12-02"]


def test_who_leaves_in_the_middle_has_written_nothing(place: Path) -> None:
    """The office's answers are written together."""
    text = (place / "officials.yaml").read_bytes()
    assert dialog(place, LETTER, "1", "Имярек Анна Андреевна").code == 0
    assert (place / "officials.yaml").read_bytes() == text


# Requests ---------------------------------------------------------------------------------------------------------

A_WEB_PAGE = "https://example.org/news/1"


@pytest.mark.parametrize(
    ("source", "answered", "day"),
    [
        (ANSWER["source"], "", date(2026, 12, 1)),
        (ANSWER["source"], "02.12.2026", date(2026, 12, 2)),
        ("письмо администрации № 9 от 01.11.2026", "", None),
        (A_WEB_PAGE, "01.12.2026", None),
    ],
)
def test_a_letter_taken_in_answers_the_request(place: Path, source: str, answered: str, day: date | None) -> None:
    """Of its day; one from before the request does not, nor does what is published. Taken in twice it is the same."""
    path = place / "officials.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + "    requests: [{sent: 2026-11-20, due: 2026-12-20}]\n",
        encoding="utf-8",
    )
    sheet = filled(place / "answers.xlsx", {"second": ANSWER | {"source": source, "answered": answered}})
    for _ in range(2):
        assert fill(place, sheet, "--yes").code == 0
        (request,) = load_registry(path).offices[1].requests
        assert request.answered == day


def test_a_vacancy_is_renewed_by_a_later_source(place: Path) -> None:
    """In the dialog by «3», with no other question of the office; the same answer again changes nothing."""
    path = place / "officials.yaml"
    vacant = "    vacancies: [{since: 2024-05, source: 'https://example.org/old'}]\n"
    path.write_text(HEAD + OFFICE + vacant, encoding="utf-8")
    assert "HOLDER" in kinds_of_gaps(path)
    answers = ("письмо № 3 от 01.12.2026", "3", "", "https://example.org", "")
    done = dialog(place, *answers)
    (vacancy,) = load_registry(path).offices[0].vacancies
    assert (str(vacancy.since), str(vacancy.known_as_of), vacancy.sources) == (
        "2024-05",
        "2026-12-01",
        ["письмо № 3 от 01.12.2026"],
    )
    assert "3 по-прежнему никто" in done.out
    assert "HOLDER" not in kinds_of_gaps(path)
    assert "Всё это в реестре уже есть." in dialog(place, *answers).out


def test_of_a_page_on_record_its_date_and_who_answers_there_are_asked(place: Path) -> None:
    """Where no source says that: the page is confirmed by the same answer, and whoever answers stands beside it."""
    path = place / "officials.yaml"
    page = "{url: vk.com/imyarek, kind: personal, confirmed: {on: 2026-11-01, how: по сайту}}"
    head = f"    tenures: [{{name: {ANSWER['name']}, since: 2024-02-01, sources: [x], accounts: [{page}]}}]\n"
    path.write_text(HEAD + OFFICE + head, encoding="utf-8")
    done = dialog(place, "письмо № 3 от 01.12.2026", "", "февраль 2024", "", "", "", "vk.com/id7", "", "")
    assert "Когда открыта страница https://vk.com/imyarek" in done.out
    (tenure,) = load_registry(path).offices[0].tenures
    (account,) = tenure.accounts
    assert (str(account.confirmed.on), account.staff) == ("2026-12-01", [7])
    assert [(str(report.network), str(report.opened_on)) for report in tenure.reports] == [("vk", "2024-02")]
    assert "Когда открыта страница" not in dialog(place, "письмо № 4 от 02.12.2026").out


def kinds_of_gaps(path: Path) -> set[str]:
    return {gap.kind.name for gaps in gaps_of(load_registry(path), TODAY) for gap in gaps.gaps}


@pytest.mark.parametrize("who", ["Нигдеевский район", "Первый райн", "4"])
def test_of_an_unknown_office_it_is_said_how_a_new_one_is_entered(tmp_path: Path, who: str) -> None:
    """Whether others are like it or not; nothing is asked."""
    (tmp_path / "officials.yaml").write_text(HEAD + OFFICE, encoding="utf-8")
    done = typed("registry", "fill", *who.split(), *NOW, cwd=tmp_path, answers=Person(lambda: "", terminal=True))
    assert (done.code, done.out) == (2, "")
    assert "auditor registry fill --new" in done.err
