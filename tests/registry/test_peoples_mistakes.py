"""Mistakes that people make in an office's file or sheet: each gives one line, in Russian, that says what to do.

The people work in offices and paste from Word. What can be understood is, and has no line at all.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.base.errors import RegistryError
from auditor.base.i18n import Translator
from auditor.base.snapshot import Network
from auditor.registry import parse_registry
from auditor.registry.answer_rows import plan_sheet
from auditor.registry.answer_sheet import COLUMNS
from auditor.registry.filled_sheet import FilledSheet, SheetRow
from auditor.registry.models import OtherNetwork
from auditor.registry.registry_file import RegistryFile
from auditor.registry.typed_text import read_date, read_name, read_page, read_source, read_status
from tests.registry.registry_texts import HEAD, OFFICE, SMALLEST

HARD, UNSEEN = "\u00a0", "\u200b"

# In officials.yaml ----------------------------------------------------------------------------------------------------

FILE_MISTAKES = [
    ("    title", "\ttitle", ":12: отступ этой строки — табуляция; поставьте вместо неё пробелы, столько же"),
    ("        since", "\t\tsince", ":16: отступ этой строки — табуляция; поставьте вместо неё пробелы"),
    ("    title", f"{HARD * 4}title", ":12: в отступе этой строки неразрывный пробел из Word; поставьте вместо него"),
    (
        "    tenures:\n",
        "",
        ":14: у списка, который здесь начинается, нет ключа; допишите над ним",
    ),
    (
        "        accounts:\n",
        "",
        ":18: у списка, который здесь начинается, нет ключа; допишите над ним",
    ),
    (
        "      - name",
        "      – name",
        ":15: пункт списка начинается с длинного тире или маркера из Word",
    ),
    ("  - id", "  — id", ":10: пункт списка начинается с длинного тире"),
    ("  - id", "  • id", ":10: пункт списка начинается с длинного тире или маркера"),
    ("- name", "-name", ":15: после дефиса нет пробела; поставьте пробел между дефисом и ключом"),
    ("title: глава", "title:глава", ":12: после двоеточия нет пробела; поставьте пробел между двоеточием и значением"),
    ("title: глава", f"title:{HARD}глава", ":12: после двоеточия неразрывный пробел из Word; поставьте вместо него"),
    ("since: 2021-12", "since; 2021-12", ":16: после ключа стоит не двоеточие; наберите двоеточие и пробел"),
    ("since: 2021-12", "since = 2021-12", ":16: после ключа стоит не двоеточие; наберите двоеточие и пробел"),
    ("    title", f"    {UNSEEN}title", ":12: в ключе 'title' есть невидимые знаки, U+200B; сотрите ключ и наберите"),
    ("since", "sinсe", ":16: ключ 'sinсe' неизвестен (tenures, пункт 1); возможно, 'since'?"),
    ("tenures:", "tenure:", "'tenures'"),
    ("since: 2021-12", "since: 2021–12", "'–' поставил Word: наберите на клавиатуре"),
    ("since: 2021-12", "since: «2021-12»", "'«»' поставил Word: наберите на клавиатуре"),
    ("id: first", "id: “first”", "'“”' поставил Word: наберите на клавиатуре"),
    ("title: глава", "title: глава: мэр", ":12: отсюда строки не читаются; "),
    ("title: глава Первого района", "title: 'глава Первого района", ":12: отсюда строки не читаются; "),
    ("t.me/first_head", "@first_head", ":19: отсюда строки не читаются; "),
    ("sources: [https://example.org/1]", "sources: https://example.org/1", ":17: "),
]


@pytest.mark.parametrize(("right", "wrong", "line"), FILE_MISTAKES)
def test_a_mistake_of_the_file_is_one_line(right: str, wrong: str, line: str) -> None:
    """It names the line where the mistake is, and says how to mend it; that it is no YAML helps nobody."""
    assert right in SMALLEST
    with pytest.raises(RegistryError) as caught:
        parse_registry(SMALLEST.replace(right, wrong, 1), "officials.yaml")
    (problem,) = caught.value.problems
    text = Translator("ru").text(problem.text)
    assert line in text
    assert ("YAML" in text, "\n" in text) == (False, False)


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{SMALLEST}",
        SMALLEST.replace("\n", "\r\n"),
        SMALLEST.replace("Имярек Анна", f"Имярек{HARD}Анна"),
        SMALLEST.replace("since: 2021-12", "since:\t2021-12"),
        SMALLEST.replace("[https://example.org/1]", "[письмо № 1 от 01.12.2026]"),
        SMALLEST[: SMALLEST.index("      - name")],
    ],
)
def test_what_can_be_understood_is(text: str) -> None:
    """A mark of order, line ends of Windows, a hard blank in a name, a letter as a source, an empty `tenures:`."""
    assert len(parse_registry(text, "officials.yaml").offices) == 1


# In a sheet -----------------------------------------------------------------------------------------------------------

ROW: dict[str, Any] = {
    "id": "first",
    "status": "глава",
    "name": "Имярек Анна Андреевна",
    "since": "01.02.2024",
    "source": "письмо № 12 от 01.12.2026",
}
SHEET_MISTAKES = [
    ({"id": "frist"}, "A2", "frist"),
    ({"status": "глава ушёл"}, "D2", "непонятно, кто занимает должность"),
    ({"status": "кто-то"}, "D2", "непонятно, кто занимает должность; напишите «глава», «и. о.» или «вакантно»"),
    ({"name": "Имярек"}, "E2", "имя не полностью; напишите фамилию, имя и отчество"),
    ({"name": "Имярек А. А."}, "E2", "имя не полностью; напишите фамилию, имя и отчество"),
    ({"name": "Анна Андреевна Имярек"}, "E2", "Имярек Анна Андреевна"),
    ({"name": "Имяpек Анна Андреевна"}, "E2", "латин"),
    ({"name": None}, "E2", "впишите и имя"),
    ({"since": "вчера"}, "F2", "не дата; напишите, например, 01.02.2024, 02.2024 или 2024"),
    ({"since": "31.02.2024"}, "F2", "такого дня в календаре нет; напишите, например, 01.02.2024"),
    ({"since": "01.02.2204"}, "F2", "2204"),
    ({"since": "15.12.2026"}, "F2", "позже сегодняшнего дня"),
    ({"vk": "https://t.me/imyarek"}, "H2", "страница другой сети; впишите её в столбец той сети"),
    ({"vk": "vk.com/anna, vk.com/anna2"}, "H2", "auditor accounts confirm"),
    ({"vk_since": "2024"}, "H2", "впишите страницу или уберите день"),
    ({"source": "письмо № 1 от 01.12.2023"}, "F2", "внесите по более позднему источнику"),
    ({"name": "Имярек Анна Андреевна, +7 999 123-45-67"}, "E2", "реестр открыт для всех, уберите их"),
    ({"vk": "vk.com/wall-1_2"}, "H2", "скопируйте"),
    ({"vk": "vk.com/имярек"}, "H2", "vk.com"),
    ({"telegram": "t.me/imyarek_bot"}, "J2", "бот, а не страница человека"),
    ({"ok": "vk.com/imyarek"}, "L2", "страница другой сети"),
    ({"vk": "vk.com/imyarek", "vk_since": "перешла в 2024"}, "I2", "напишите день целиком"),
    ({"website": "vk.com/club1"}, "Q2", "страница в соцсети, а не сайт; впишите её к страницам"),
    ({"staff": "vk.com/id5"}, "R2", "впишите и её"),
    ({"source": None}, "S2", "впишите источник: письмо № 12 от 01.12.2026 или адрес страницы"),
    ({"source": "письмо"}, "S2", "этого никто не проверит; напишите адрес страницы или номер и дату"),
    ({"source": "письмо от 01.12.2026"}, "S2", "напишите адрес страницы или номер и дату"),
    ({"source": "звонок +7 999 123-45-67"}, "S2", "реестр открыт для всех, уберите их"),
    ({"source": "https://example.org/1"}, "T2", "впишите дату ответа"),
    ({"status": "вакантно", "since": None, "name": None}, "F2", "напишите, с какого дня должность вакантна"),
    ({"status": "вакантно"}, "E2", "сказано и «вакантно», и что должность занимает"),
]


def lines_of(folder: Path, *rows: Mapping[str, Any], text: str = HEAD + OFFICE) -> list[str]:
    """What is said of a sheet of these rows, in Russian."""
    path = folder / "officials.yaml"
    path.write_text(text, encoding="utf-8")
    letters = {column.key: chr(ord("A") + place) for place, column in enumerate(COLUMNS)}
    sheet = [SheetRow(number, dict(row), letters) for number, row in enumerate(rows, 2)]
    plan = plan_sheet(
        RegistryFile(path, datetime(2026, 12, 2, 5, tzinfo=UTC)), Path("answers.xlsx"), FilledSheet(sheet)
    )
    return [Translator("ru").text(problem) for problem in plan.problems]


@pytest.mark.parametrize(("wrong", "cell", "what"), SHEET_MISTAKES)
def test_a_mistake_of_a_sheet_is_one_line_with_its_cell(
    tmp_path: Path, wrong: dict[str, Any], cell: str, what: str
) -> None:
    """Whoever filled it in sees where to look and what to write instead."""
    (line,) = lines_of(tmp_path, ROW | wrong)
    assert line.startswith(f"answers.xlsx: лист «Ответы», ячейка {cell}: ")
    assert what in line
    assert "999" not in line


def test_a_row_that_stands_twice_is_named(tmp_path: Path) -> None:
    """The second of the two, with the cell of the first."""
    (line,) = lines_of(tmp_path, ROW, ROW)
    assert line == "answers.xlsx: лист «Ответы», ячейка A3: first уже стоит в A2; оставьте одну строку"


ON_RECORD = """\
    tenures:
      - name: Имярек Борис Борисович
        since: 2021-12
        sources: [https://example.org/1]
        accounts:
          - {url: vk.com/boris, kind: personal, confirmed: {on: 2026-11-24, how: указана, sources: [https://a.example]}}
"""


@pytest.mark.parametrize(
    ("wrong", "cell", "what"),
    [
        ({}, "G2", "до какого дня должность занимает Имярек Борис Борисович"),
        ({"since": "12.2021"}, "F2", "день, с которого должность занимает Имярек Борис Борисович"),
        ({"until": "2023", "vk": "vk.com/boris"}, "H2", "впишите рядом «перешла 01.02.2024» или уберите её"),
        ({"name": "Имярек Борис Борисович", "status": "и. о.", "since": None}, "F2", "напишите, с какого дня — и. о."),
        ({"name": "Имярек Борис Борисович", "since": "12.2021", "vk": "нет"}, "H2", "сначала отклоните её"),
        ({"name": "Имярек Борис Борисович", "since": "12.2021", "until": "2023"}, "G2", "чей это последний день"),
        ({"source": "письмо № 1 от 01.12.2020", "since": None, "until": "2020"}, "T2", "спросите ещё раз"),
    ],
)
def test_an_answer_against_the_record_is_one_line(tmp_path: Path, wrong: dict[str, Any], cell: str, what: str) -> None:
    """What the registry has of another head is neither overwritten nor guessed."""
    (line,) = lines_of(tmp_path, ROW | wrong, text=HEAD + OFFICE + ON_RECORD)
    assert line.startswith(f"answers.xlsx: лист «Ответы», ячейка {cell}: ")
    assert what in line


def test_a_page_of_another_office_is_named(tmp_path: Path) -> None:
    """A page has one owner."""
    second = OFFICE.replace("first", "second").replace("Первый", "Второй")
    (line,) = lines_of(tmp_path, ROW | {"vk": "vk.com/boris"}, text=HEAD + OFFICE + second + ON_RECORD)
    assert line.startswith("answers.xlsx: лист «Ответы», ячейка H2: https://vk.com/boris в реестре — страница другого")


# What is typed and understood -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (datetime(2024, 2, 1), "2024-02-01"),
        (date(2024, 2, 1), "2024-02-01"),
        (45323, "2024-02-01"),
        ("01.02.2024", "2024-02-01"),
        ("1.2.24", "2024-02-01"),
        ("01/02/2024", "2024-02-01"),
        (f"1{HARD}февраля{HARD}2024{HARD}г.", "2024-02-01"),
        ("с 01–02–2024", "2024-02-01"),
        ("«01.02.2024»", "2024-02-01"),
        ("февраль 2024", "2024-02"),
        ("02.2024", "2024-02"),
        (2024.0, "2024"),
        ("2024 год", "2024"),
    ],
)
def test_a_date_is_read_as_offices_write_it(typed: object, meant: str) -> None:
    """With the blanks, dashes and quotes of Word, as a spreadsheet's date or as the number of one."""
    assert str(read_date(typed)) == meant


def test_offices_words_are_read() -> None:
    """Standings, names in capitals, sources and pages in the forms that people have for them."""
    assert [read_status(text) for text in ("Мэр", "врио", "И.О. главы", "вакансия")] == [
        "глава",
        "и. о.",
        "и. о.",
        "вакантно",
    ]
    assert read_name(f"ИМЯРЕК{HARD}АННА АНДРЕЕВНА") == "Имярек Анна Андреевна"
    assert read_source("Исх. №12-1/5 от 1 декабря 2026 г.").day == date(2026, 12, 1)
    assert read_source("first.example.org/news/1").text == "https://first.example.org/news/1"
    assert read_page("imyarek_head", Network.TELEGRAM).url == "https://t.me/imyarek_head"
    assert read_page("ok.ru/profile/1", OtherNetwork.OK) == "https://ok.ru/profile/1"
    assert [read_page(text, Network.VK) for text in ("нет", "Не ведёт.", "отсутствует")] == [None] * 3
    with pytest.raises(ValueError, match="network"):
        read_page("", Network.VK)
