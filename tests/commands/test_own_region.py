"""A region of its own: from `start --blank` over the first office to a page that names no other region."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from auditor.commands.start_blank import blank_registry, objection_to, read_zone
from auditor.registry import load_registry, parse_registry
from auditor.registry.answer_sheet import COLUMNS, LEVEL, new_offices_sheet
from auditor.sandbox import Sandbox, World
from tests import own_region
from tests.commands.typed import Person, typed
from tests.own_region import PAGE, SHEET, page_with, transcript
from tests.registry.registry_texts import mistakes

WITHOUT_DIRECTIVE = dict.fromkeys(("title", "issuer", "issued", "last_day", "binds", "source"), "")
REGION = {"region": "Вымышленная область", "timezone": "Asia/Krasnoyarsk"}
DIRECTIVE = {
    "title": "Вымышленное поручение: «открыть» # страницы",
    "issuer": "Губернатор вымышленной области",
    "issued": "2022-05-25",
    "last_day": "2022-05-31",
    "binds": "municipal_head",
    "source": "https://example.invalid/directive",
}
NOW = ("--as-of", "2026-12-02T12:00+07:00", "--lang", "ru")


@pytest.fixture(scope="module")
def ten_steps(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder in which the ten steps of the page were carried out, and what they printed."""
    base = tmp_path_factory.mktemp("ten-steps")
    return base, list(transcript(base))


def test_the_page_about_a_region_of_its_own_shows_what_its_commands_print(ten_steps: tuple[Path, list[str]]) -> None:
    """All ten steps, in order; `python -m tests.own_region` writes the page anew."""
    assert page_with(ten_steps[1]) == PAGE.read_text(encoding="utf-8")


def test_what_an_invented_region_publishes_names_no_other(ten_steps: tuple[Path, list[str]]) -> None:
    """Report, feed, tables, card and letter; one benchmark cites an order of another region, as others cite theirs."""
    base, screens = ten_steps
    kinds = {".html", ".xml", ".csv", ".txt"}
    files = [path for path in (base / "oblast/reports").rglob("*") if path.suffix in kinds]
    assert kinds <= {path.suffix for path in files}
    for text in (*screens, *(path.read_text(encoding="utf-8") for path in files)):
        others = text.replace("распоряжение губернатора Томской области 132-р", "")
        assert re.search(r".{0,40}(?:томск|tomsk).{0,40}", others, re.IGNORECASE) is None


# The registry ---------------------------------------------------------------------------------------------------------


def test_a_blank_registry_is_one_that_can_be_read() -> None:
    """With a directive, whose last day is included, whatever signs are in it; and without one."""
    registry = parse_registry(blank_registry(REGION | DIRECTIVE), "officials.yaml")
    assert (registry.region and registry.region.name, registry.offices) == ("Вымышленная область", [])
    assert registry.directive is not None
    assert registry.directive.title == DIRECTIVE["title"]
    assert registry.directive.deadline.isoformat() == "2022-05-31T17:00:00+00:00"
    assert parse_registry(blank_registry(REGION | WITHOUT_DIRECTIVE), "officials.yaml").directive is None
    assert "Томск" not in blank_registry(REGION | DIRECTIVE)


@pytest.mark.parametrize(
    ("typed_zone", "zone"),
    {
        "МСК": "Europe/Moscow",
        "мск +4": "Asia/Krasnoyarsk",
        "МСК−1": "Europe/Kaliningrad",
        "Asia/Omsk": "Asia/Omsk",
    }.items(),
)
def test_a_time_zone_is_named_by_its_difference_from_moscow(typed_zone: str, zone: str) -> None:
    """As people name it; its name does too."""
    assert read_zone(typed_zone) == zone


@pytest.mark.parametrize(
    ("key", "text"),
    [("timezone", "МСК+12"), ("timezone", "Luna/Sea"), ("issued", "май 2022"), ("source", "все знают"), ("binds", "7")],
)
def test_a_wrong_answer_is_said_to_be_one_at_once(key: str, text: str) -> None:
    """Each has its own sentence; the title of the directive alone may be left out."""
    assert objection_to(key, text) is not None
    assert objection_to(key, "") is not None
    assert objection_to("title", "") is None


def test_a_start_that_nobody_can_answer_is_one_line_and_exit_2(tmp_path: Path) -> None:
    """It says where to run it."""
    done = typed("start", "--blank", *NOW, cwd=tmp_path)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "терминале" in done.err


def test_an_interrupted_blank_start_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its answers are remarks of auditor.toml, and are gone once the registry is there."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def started(*lines: str, option: str = "--blank") -> str:
        replies = iter(lines)
        typed("start", *filter(None, [option]), *NOW, cwd=tmp_path, answers=Person(lambda: next(replies, None)))
        return (tmp_path / "week/auditor.toml").read_text(encoding="utf-8")

    assert '# blank_region = "Вымышленная область"' in started("week", "Вымышленная область")
    assert "# blank_" not in started("", "МСК", "", option="")
    registry = load_registry(tmp_path / "week/officials.yaml")
    assert (registry.timezone, registry.directive) == ("Europe/Moscow", None)


def test_a_registry_without_offices_says_how_to_enter_one(tmp_path: Path) -> None:
    """Whatever was to be done with its offices."""
    (tmp_path / "officials.yaml").write_text(blank_registry(REGION | WITHOUT_DIRECTIVE), encoding="utf-8")
    assert typed("registry", "check", *NOW, cwd=tmp_path).code == 0
    for command in (["next"], ["weekly"], ["check", "первый"], ["letter", "--ask"], ["review"], ["discover", "--all"]):
        done = typed(*command, *NOW, cwd=tmp_path)
        assert (done.code, done.err.count("registry fill --new")) == (2, 1), command


def test_a_forgotten_key_is_a_mistake_and_what_is_said_to_be_none_is_not() -> None:
    """Nobody ends the directive, or loses all offices, by taking out a line too much."""
    text = blank_registry(REGION | WITHOUT_DIRECTIVE)
    assert mistakes(text) == []
    for line, mistake in (("directive: none\n", "directive"), ("offices: []\n", "there is no office")):
        assert [mistake in line_of_file for line_of_file in mistakes(text.replace(line, ""))] == [True]


# New offices ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with an empty registry, and the sheet for its offices with two rows filled in."""
    (tmp_path / "officials.yaml").write_text(blank_registry(REGION | DIRECTIVE), encoding="utf-8")
    registry = load_registry(tmp_path / "officials.yaml")
    (tmp_path / "answers.xlsx").write_bytes(new_offices_sheet(registry, own_region.World.build().now.date()))
    own_region.fill_sheet(tmp_path)
    return tmp_path


@pytest.fixture
def enter(place: Path) -> Callable[..., str]:
    """Return what answers the questions about new offices by lines, and returns what is printed."""

    def entered(*lines: str) -> str:
        replies = iter(lines)
        person = Person(lambda: next(replies, None))
        done = typed("registry", "fill", "--new", "--yes", *NOW, cwd=place, answers=person)
        assert done.code == 0
        return done.out

    return entered


def test_an_office_is_entered_by_questions(place: Path, enter: Callable[..., str]) -> None:
    """Title and code are offered; a wrong level or code is asked for again; what is there twice is refused."""
    screen = enter("Первый район", "", "9", "1", "Код", "first", "", "Первый район", "", "1", "", "Второй", "")
    (office,) = load_registry(place / "officials.yaml").offices
    assert (office.id, office.title, office.group.value) == ("first", "глава Первого района", "municipal_head")
    assert "такая должность уже есть: first" in screen
    assert screen.count("  ! ") == 3


def test_a_sheet_enters_offices_once(place: Path) -> None:
    """A second time nothing is new; each row is an office with what it says of the holder."""
    first, second = (typed("registry", "fill", "answers.xlsx", "--yes", *NOW, cwd=place) for _ in range(2))
    assert (first.code, second.code) == (0, 0)
    assert "меняют реестр: 2" in first.out
    assert "меняют реестр: 0" in second.out
    offices = load_registry(place / "officials.yaml").offices
    assert [office.municipality for office in offices] == [row["municipality"] for row in SHEET]
    assert [tenure.name for office in offices for tenure in office.tenures] == [row["name"] for row in SHEET]


def test_a_slip_in_a_municipality_makes_no_office(place: Path) -> None:
    """Without a level a row that names no office is a mistake of its cell, as it always was."""
    book = openpyxl.load_workbook(place / "answers.xlsx")
    sheet = book.worksheets[0]
    sheet.cell(2, COLUMNS.index(COLUMNS[2]) + 2).value = None
    headings = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, headings[LEVEL.heading]).value = None
    sheet.cell(3, headings[LEVEL.heading]).value = "князь"
    book.save(place / "answers.xlsx")
    done = typed("registry", "fill", "answers.xlsx", "--yes", *NOW, cwd=place)
    assert (done.code, load_registry(place / "officials.yaml").offices) == (2, [])
    assert "D3" in done.err


def test_a_registry_says_what_its_report_and_its_bodies_are_called(tmp_path: Path) -> None:
    """The title stands on each page, in the feed and in the post; the name of a group in the tables."""
    world = World.build(seed=2022)
    extra = "title: Вымышленный отчёт\ngroups: {city_duma: {name: Вымышленное собрание}}\n"
    (tmp_path / "officials.yaml").write_text(extra + world.registry_yaml(), encoding="utf-8")
    typed("report", "--as-of", world.now.isoformat(), "--lang", "ru", cwd=tmp_path)
    week = tmp_path / "reports/2026-W47"
    pages = [tmp_path / "reports/feed.xml", tmp_path / "reports/index.html", *week.glob("*.html"), week / "post.txt"]
    assert all("Вымышленный отчёт" in page.read_text(encoding="utf-8") for page in pages)
    assert "Вымышленное собрание" in (week / "index.html").read_text(encoding="utf-8")


# Without a directive --------------------------------------------------------------------------------------------------


def test_without_a_directive_nothing_is_judged_against_a_deadline(tmp_path: Path) -> None:
    """Report, card, letter, tables and feed are made all the same, and heads are counted by the benchmarks."""
    world = World.build(seed=2022)
    path = tmp_path / "officials.yaml"
    text = world.registry_yaml()
    path.write_text(text[: text.index("directive:")] + "directive: none\n" + text[text.index("controls:") :], "utf-8")
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        run = {"cwd": tmp_path, "env": sandbox.settings() | {"AUDITOR_AS_OF": world.now.isoformat()}}
        weekly = typed("weekly", "--lang", "ru", **run)
        card = typed("check", "rayon-04", "--offline", "--lang", "ru", **run)
        letter = typed("letter", "rayon-04", "--lang", "ru", **run)
        job = typed("ci", "summary", "--lang", "ru", **run)
    assert (weekly.code, card.code, letter.code) == (1, 1, 0), "as a benchmark is not reached"
    pages = ("2026-W47/index.html", "weeks.html")
    for page in (weekly.out, job.out, *((tmp_path / "reports" / name).read_text(encoding="utf-8") for name in pages)):
        assert "соблюдено" not in page.casefold()
    assert "Поручения в реестре нет" in weekly.out
    assert job.code == 0
    assert job.out.startswith("## ")
    assert "- Имя главы известно у 18 из 20, страница главы" in job.out
    assert "поручения нет, добровольно" in card.out
    assert "срок" not in letter.out
    assert "<subtitle>" not in (tmp_path / "reports/feed.xml").read_text(encoding="utf-8")
