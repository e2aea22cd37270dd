"""`auditor registry fill answers.xlsx`: what administrations write into the sheet, and what becomes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from auditor.registry import Office, load_registry
from tests.commands.test_registry_fill import ANSWER, dialog, fill, filled, place

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
    assert done.code == 2
    assert "B2 написано 'второй р-н'" in done.err
    done = fill(place, changed(sheet, lambda page: page.__setitem__("B2", "Второй")), "--yes")
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
