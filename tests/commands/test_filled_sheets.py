"""`auditor registry fill answers.xlsx`: what administrations write into the sheet, and what becomes of it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from auditor.registry import Office, load_registry
from auditor.registry.answer_sheet import COLUMNS
from auditor.registry.requests import questions_to
from tests.commands.test_registry_fill import ANSWER, LETTER, dialog, fill, filled, place
from tests.commands.typed import typed

__all__ = ["place"]


def changed(path: Path, change: Callable[[Any], object]) -> Path:
    """The workbook after somebody did more to its first sheet than fill in cells."""
    book = openpyxl.load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


def offices_of(place: Path) -> dict[str, Office]:
    return {office.id: office for office in load_registry(place / "officials.yaml").offices}


def test_a_letter_of_a_day_to_come_is_named_and_leaves_the_registry_as_it_is(place: Path) -> None:
    """In the sheet by its cell, in the dialog by asking again: nobody can have read it."""
    text = (place / "officials.yaml").read_bytes()
    done = fill(
        place, filled(place / "answers.xlsx", {"first": ANSWER | {"source": "письмо от 01.12.2031 № 5"}}), "--yes"
    )
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "ячейка S2: 01.12.2031 позже сегодняшнего дня" in done.err
    assert "01.12.2031 позже" in dialog(place, "письмо от 01.12.2031 № 5").out
    assert (place / "officials.yaml").read_bytes() == text


def test_swapped_codes_are_named_and_give_nobody_another_office(place: Path) -> None:
    """A row whose code is another office's than its municipality says is wrong; the rest of the sheet is taken in."""

    def swap(page: Any) -> None:
        page["A2"], page["A3"] = "second", "first"

    text = (place / "officials.yaml").read_bytes()
    sheet = changed(filled(place / "answers.xlsx", {"first": ANSWER, "second": ANSWER}), swap)
    done = fill(place, sheet, "--yes")
    assert (done.code, [line.split(": ")[1] for line in done.err.splitlines()]) == (
        2,
        ["лист «Ответы», ячейка A2", "лист «Ответы», ячейка A3"],
    )
    assert "ячейка A2: код second — это Второй район, глава, а в B2 написано 'Первый район'" in done.err
    assert (place / "officials.yaml").read_bytes() == text
    done = fill(place, changed(sheet, lambda page: page.__setitem__("B2", "второй р-н")), "--yes")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "ячейка A3: код first — это Первый район" in done.err
    assert offices_of(place)["second"].tenures[0].name == ANSWER["name"]
    assert offices_of(place)["first"].tenures == []


NO_NAME, NOT_ALONE = "не имя; напишите фамилию, имя и отчество, каждое с заглавной", "не только имя одного человека"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("нет данных точно", NO_NAME),
        ("глава района Имярек", NO_NAME),
        ("имярек анна андреевна", NO_NAME),
        ("Имярек Анна и Имярек Борис", NO_NAME),
        ("Имярек И. И. (глава)", "имя не полностью"),
        ("Имярек Анна Андреевна (глава)", NO_NAME),
        ("Имярек Анна Андреевна (Глава)", NOT_ALONE),
        ("Глава Имярек Анна Андреевна", NOT_ALONE),
        ("ГЛАВА РАЙОНА ИМЯРЕК", NOT_ALONE),
        ("Имярек Анна Андреевна, Имярек Борис Борисович", NOT_ALONE),
        ("Имярек Анна Андреевна\nИмярек Борис Борисович", NOT_ALONE),
        ("Имярек Анна Имярек Борис", NOT_ALONE),
        ("Imyarek Anna Andreevna", "латинскими буквами"),
        ("Имярек Анна Aндреевна", "Латин"),
    ],
)
def test_what_is_no_name_is_refused_by_its_cell(place: Path, name: str, what: str) -> None:
    """A remark, two people, an office, Latin or small letters: nothing of the row is written."""
    text = (place / "officials.yaml").read_bytes()
    done = fill(place, filled(place / "answers.xlsx", {"first": ANSWER | {"name": name}}), "--yes")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "ячейка E2: " in done.err
    assert what.casefold() in done.err.casefold()
    assert (place / "officials.yaml").read_bytes() == text


@pytest.mark.parametrize(
    "name",
    [
        "Имярекович Анна Андреевна",
        "ИМЯРЕК-НОВЫЙ АННА АНДРЕЕВНА",
        "Имярек Али Вели оглы",
        "Имярек Айдаана",
        "Имярек Анна-Мария Андреевна",
    ],
)
def test_names_of_every_make_are_taken(place: Path, name: str) -> None:
    """A family name that ends like a patronymic, a double one, a particle, no patronymic."""
    done = fill(place, filled(place / "answers.xlsx", {"first": ANSWER | {"name": name}}), "--yes")
    assert (done.code, done.err) == (0, "")


# Words in the place of an answer --------------------------------------------------------------------------------------

UNKNOWN = ["не знаю", "Не знаю.", "НЕТ ДАННЫХ", "неизвестно", "н/д", "Н/Д.", "-", "—", "нeизвecтно"]
CELLS = [column.key for column in COLUMNS if not column.is_locked]


@pytest.mark.parametrize("word", UNKNOWN)
def test_what_is_not_known_is_an_empty_cell(place: Path, word: str) -> None:
    """In every column, in any case, with a stop or without: a row of nothing else is not filled in."""
    text = (place / "officials.yaml").read_bytes()
    done = fill(place, filled(place / "answers.xlsx", {"first": dict.fromkeys(CELLS, word)}), "--yes")
    assert (done.code, done.err) == (0, "")
    assert "не заполнено: 2" in done.out
    rest = {key: word for key in CELLS if key not in ANSWER}
    done = fill(place, filled(place / "answers.xlsx", {"first": ANSWER | rest}), "--yes")
    assert (done.code, done.err) == (0, "")
    told = (place / "officials.yaml").read_bytes()
    (place / "officials.yaml").write_bytes(text)
    fill(place, filled(place / "answers.xlsx", {"first": ANSWER}), "--yes")
    assert (place / "officials.yaml").read_bytes() == told


def test_who_types_that_it_is_not_known_leaves_the_question_out(place: Path) -> None:
    """The dialog takes the words as it takes an empty line."""
    unknown = iter(UNKNOWN)
    done = dialog(place, LETTER, "1", "Имярек Анна Андреевна", *(next(unknown) for _ in range(8)))
    assert (done.code, done.err, " ! " in done.out) == (0, "", False)
    assert offices_of(place)["first"].tenures[0].listed == []


@pytest.mark.parametrize("word", [False, "нет", "Нету.", "нeт", "HET", "удалена", "Страницы нет", "не ведёт"])
def test_no_page_is_said_in_many_words(place: Path, word: object) -> None:
    """FALSE is what a spreadsheet makes of «нет» in another language."""
    done = fill(place, filled(place / "answers.xlsx", {"first": ANSWER | {"vk": word, "vk_since": None}}), "--yes")
    assert (done.code, done.err) == (0, "")
    (search,) = offices_of(place)["first"].tenures[0].searches
    assert (search.found_nothing, search.networks) == (True, ["vk"])


def test_true_is_refused_by_its_cell(place: Path) -> None:
    """Nobody knows of what a spreadsheet made it; in every column it was once a name or an address."""
    done = fill(place, filled(place / "answers.xlsx", {"first": dict.fromkeys(CELLS, True)}), "--yes")
    assert (done.code, done.err.count("\n")) == (2, len(CELLS))
    assert all("в ячейке TRUE" in line for line in done.err.splitlines())


@pytest.mark.parametrize("word", ["нет", "сам", "Сама.", "только лично", "сам глава", "никто"])
def test_the_head_alone_answers_and_no_site_are_answers(place: Path, word: str) -> None:
    """The letter is answered, nothing is made of it, and what the registry has otherwise is refused."""
    row = ANSWER | {"staff": word, "website": "нет", "institution": "нет"}
    done = fill(place, filled(place / "answers.xlsx", {"first": row}), "--yes")
    assert (done.code, done.err) == (0, "")
    office = offices_of(place)["first"]
    assert (office.website, office.listed, office.tenures[0].accounts[0].staff) == (None, [], [])
    fill(
        place,
        filled(place / "answers.xlsx", {"first": ANSWER | {"staff": "vk.com/id7", "website": "first.example"}}),
        "--yes",
    )
    done = fill(place, filled(place / "answers.xlsx", {"first": row}), "--yes")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "ячейка R2: 7 в реестре отвечает на странице https://vk.com/imyarek" in done.err
    done = fill(place, filled(place / "answers.xlsx", {"first": row | {"staff": None}}), "--yes")
    assert "ячейка Q2: https://first.example в реестре — официальный сайт" in done.err


@pytest.mark.parametrize("word", ["Глава.", "ГЛАВА", "глaвa", "Мэр города"])
def test_a_standing_is_read_with_a_stop_and_letters_that_look_alike(place: Path, word: str) -> None:
    """As people type it."""
    assert fill(place, filled(place / "answers.xlsx", {"first": ANSWER | {"status": word}}), "--yes").code == 0


# Headings and rows ----------------------------------------------------------------------------------------------------

VK, VK_SINCE = "ВКонтакте: личная страница", "ВКонтакте: с какого дня"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"H1": "ВКонтакте: лична страница"}, "ячейка H1: заголовок 'ВКонтакте: лична страница' неизвестен"),
        ({"H1": "Контакт"}, "ячейка H1: заголовок 'Контакт' неизвестен"),
        ({"H1": VK.replace("а", "a")}, "ячейка H1: в заголовке"),
        ({"H1": None}, "ячейка H1: у столбца нет заголовка"),
        ({"J1": VK}, "ячейка J1: заголовок «ВКонтакте: личная страница» стоит и в H1"),
        ("H1:I1", "ячейка H1: заголовок «ВКонтакте: личная страница» объединён до I1"),
    ],
)
def test_an_unclear_heading_is_named_once_and_its_column_left_out(
    place: Path, change: str | dict[str, Any], line: str
) -> None:
    """Mistyped, another word, Latin letters, none, twice, merged: the rest of the row is written."""

    def spoil(page: Any) -> None:
        if isinstance(change, str):
            page.merge_cells(change)
        for cell, value in {} if isinstance(change, str) else change.items():
            page[cell] = value

    row = ANSWER | {"vk_since": None}
    done = fill(
        place, changed(filled(place / "answers.xlsx", {"first": row, "second": row | {"vk": "нет"}}), spoil), "--yes"
    )
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert line in done.err
    tenures = [office.tenures[0] for office in offices_of(place).values()]
    assert [(tenure.name, tenure.listed, tenure.searches) for tenure in tenures] == [(ANSWER["name"], [], [])] * 2


@pytest.mark.parametrize(
    "change", [{"S1": "Источникк"}, {"T1": "Источник"}, {"E1": "ФИ0"}, {"D1": "Кто зaнимает"}, {"A1": "K", "B1": "M"}]
)
def test_without_a_column_that_answers_rest_on_nothing_is_written(place: Path, change: dict[str, str]) -> None:
    """One line names the column and, by its cell, the heading that may be meant for it."""
    text = (place / "officials.yaml").read_bytes()
    sheet = changed(
        filled(place / "answers.xlsx", {"first": ANSWER}),
        lambda page: [page.__setitem__(cell, value) for cell, value in change.items()],
    )
    done = fill(place, sheet, "--yes")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "ничего не записано" in done.err
    assert all(f"{cell}: " in done.err for cell in change)
    assert (place / "officials.yaml").read_bytes() == text


def test_a_column_of_the_offices_own_is_left_alone(place: Path) -> None:
    """Notes beside the answers are no answer, while every column of the sheet is there."""
    sheet = changed(
        filled(place / "answers.xlsx", {"first": ANSWER}),
        lambda page: [page.__setitem__(cell, "Примечание") for cell in ("U1", "V2")],
    )
    done = fill(place, sheet, "--yes")
    assert (done.code, done.err) == (0, "")


def test_rows_that_are_not_read_are_said(place: Path) -> None:
    """Two thousand are; what stands after them is named by its first row, and the rows before are written."""
    sheet = changed(
        filled(place / "answers.xlsx", {"first": ANSWER}), lambda page: page.__setitem__("E2500", "Имярек Б. Б.")
    )
    done = fill(place, sheet, "--yes")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "ячейка A2500: строки после 2000 не читаются" in done.err
    assert offices_of(place)["first"].tenures[0].name == ANSWER["name"]


def test_a_formula_that_was_never_computed_is_no_empty_cell(place: Path) -> None:
    """A program wrote it and nobody opened the sheet: what it would say is not known."""
    sheet = changed(filled(place / "answers.xlsx", {"first": ANSWER}), lambda page: page.__setitem__("Q2", '="a"&"b"'))
    done = fill(place, sheet, "--yes")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "ячейка Q2: " in done.err


def test_answers_on_another_sheet_are_said(place: Path) -> None:
    """A copy of the sheet is no mistake; one with other rows is not read, and is named."""
    path = filled(place / "answers.xlsx", {"first": ANSWER})
    book = openpyxl.load_workbook(path)
    copy = book.copy_worksheet(book.worksheets[0])
    book.save(path)
    assert fill(place, path, "--yes").code == 0
    copy["E2"] = "Имярек Борис Борисович"
    book.save(path)
    done = fill(place, path, "--yes")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "на листе «Ответы Copy» тоже есть ответы" in done.err


# «нет» on some networks -----------------------------------------------------------------------------------------------


def outcome_of(place: Path, check: str) -> str:
    done = typed("check", "first", "--offline", "--json", "--as-of", "2026-12-08T12:00+07:00", cwd=place)
    (office,) = json.loads(done.out)["offices"]
    return next(finding["outcome"] for finding in office["findings"] if finding["check"] == check)


def asked_of_first(place: Path) -> str:
    registry = load_registry(place / "officials.yaml")
    return "; ".join(str(part) for part in questions_to(registry, registry.offices[0], date(2026, 12, 8)))


def test_no_page_on_some_networks_is_kept_asked_no_more_and_never_red(place: Path) -> None:
    """A search of exactly these networks; the same letter may say the rest later, and only then is it red."""
    row: dict[str, Any] = ANSWER | {"vk": "нет", "vk_since": None, "telegram": "нет"}
    for answered, outcome, question in (
        ({}, "untested", "(Одноклассники, MAX)"),
        ({"ok": "нет"}, "untested", "(MAX)"),
        ({"max": "нет"}, "failed", ""),
    ):
        row |= answered
        assert fill(place, filled(place / "answers.xlsx", {"first": row}), "--yes").err == ""
        (search,) = offices_of(place)["first"].tenures[0].searches
        assert set(search.networks) == {key for key, value in row.items() if value == "нет"}
        assert (search.by, outcome_of(place, "account_exists")) == ("сама администрация (Первый район)", outcome)
        asked = asked_of_first(place)
        assert question in asked
        assert ("personal pages" in asked, "who answers" in asked) == (bool(question), bool(question))


def test_no_page_beside_a_page_on_another_network_is_kept(place: Path) -> None:
    """It was dropped once a page was on record, and asked for again in the next letter."""
    row = ANSWER | {"telegram": "нет", "ok": "нет"}
    text = b""
    for _ in range(2):
        assert fill(place, filled(place / "answers.xlsx", {"first": row}), "--yes").err == ""
        assert text in {b"", (place / "officials.yaml").read_bytes()}
        text = (place / "officials.yaml").read_bytes()
    (search,) = offices_of(place)["first"].tenures[0].searches
    assert search.networks == ["telegram", "ok"]
    assert "personal pages (MAX)" in asked_of_first(place)
    assert outcome_of(place, "account_exists") != "failed"
