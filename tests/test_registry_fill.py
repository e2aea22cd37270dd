"""A table of what is missing goes out to a spreadsheet and comes in again, checked row by row."""

import csv
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import pytest

from auditor.registry import load_registry
from auditor.registry.fill import COLUMNS
from tests.command import Done, auditor

BOOK = """\
# Invented: nobody here is anybody.
timezone: Asia/Tomsk
directive: {title: Поручение, issuer: Имярек А. А., issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head,
  source: 'https://example.org/directive'}
include: [south.yaml]
offices:
  - id: first
    municipality: Первый район
    title: глава
    group: municipal_head
    tenures:
      - name: Имярек Анна   # of the news
        known_as_of: 2024-05
        sources: [https://example.org/1]
"""
SOUTH = """\
offices:
  - id: second
    municipality: Второй район
    title: глава
    group: municipal_head
  - id: third
    municipality: Третий район
    title: глава
    group: municipal_head
    tenures:
      - name: Прежний Пётр Петрович
        since: 2018
        known_as_of: 2024-01
"""
NOW = ("--as-of", "2026-11-25T12:00+07:00", "--lang", "en")
RIGHT = {
    "first": {
        "name": "Имярек Анна Андреевна",
        "known_as_of": "01.10.2026",
        "sources": "https://example.org/1 https://example.org/2",
        "website": "https://first.example.org",
        "page": "@imyarek_first",
        "page_how": "названа на сайте района",
        "page_sources": "https://first.example.org/glava",
        "page_of": "2026-10",
        "by": "Имярек Г. Г.",
    },
    "second": {
        "name": "Никтоев Борис Ильич",
        "acting": "да",
        "since": "2026-03",
        "sources": "https://example.org/3",
        "search_how": "по имени и должности",
        "search_networks": "vk, telegram, ok, max",
        "search_found": "ничего",
        "by": "Имярек Г. Г.",
    },
    "third": {"name": "Новый Олег", "since": "2025", "sources": "https://example.org/4"},
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "officials.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "south.yaml").write_text(SOUTH, encoding="utf-8")
    return tmp_path


def run(place: Path, *args: str) -> Done:
    return auditor(*args, *NOW, cwd=place, env={"AUDITOR_DATA": "data"})


def filled(place: Path, rows: Mapping[str, Mapping[str, str]]) -> None:
    """Write the table by the program and fill it in, as a person does in a spreadsheet."""
    assert run(place, "next", "--csv", "gaps.csv").code == 0
    table = list(csv.DictReader(StringIO((place / "gaps.csv").read_text("utf-8-sig"))))
    with (place / "gaps.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(row | rows.get(row["office"], {}) for row in table)


def books(place: Path) -> tuple[str, str]:
    return (place / "officials.yaml").read_text(), (place / "south.yaml").read_text()


def test_a_table_that_was_not_filled_changes_nothing(place: Path) -> None:
    """It holds what is on record and says what is missing."""
    filled(place, {})
    row = next(csv.DictReader(StringIO((place / "gaps.csv").read_text("utf-8-sig")), delimiter=";"))
    assert (row["office"], row["name"], row["known_as_of"]) == ("first", "Имярек Анна", "2024-05")
    assert row["missing"].startswith("The newest evidence that Имярек Анна holds the office is of 1 May 2024")
    done = run(place, "registry", "fill", "gaps.csv", "--yes")
    assert (done.code, done.out) == (0, "The table says nothing new.\n")
    assert books(place) == (BOOK, SOUTH)


def test_a_filled_table_is_taken_in_by_the_files_that_hold_the_offices(place: Path) -> None:
    """A name is made whole, somebody takes office, sites, pages and searches go on record; the rest stays as it was."""
    filled(place, RIGHT)
    done = run(place, "registry", "fill", "gaps.csv", "--yes")
    assert (done.code, done.err) == (0, "")
    assert [line for line in done.out.splitlines() if line.startswith("---")] == [
        "--- officials.yaml",
        "--- south.yaml",
    ]
    first, second, third = load_registry(place / "officials.yaml").offices
    (anna,) = first.tenures
    assert (anna.name, str(anna.known_as_of), first.website) == (
        "Имярек Анна Андреевна",
        "2026-10-01",
        "https://first.example.org",
    )
    assert anna.sources == ["https://example.org/1", "https://example.org/2"]
    assert [(str(a.url), a.judged) for a in anna.accounts] == [("https://t.me/imyarek_first", True)]
    (boris,) = second.tenures
    assert (boris.name, boris.acting, str(boris.since)) == ("Никтоев Борис Ильич", True, "2026-03")
    assert [(str(s.on), s.found, s.by) for s in boris.searches] == [("2026-11-25", "nothing", "Имярек Г. Г.")]
    assert [one.name for one in third.tenures] == ["Прежний Пётр Петрович", "Новый Олег"]
    assert books(place)[0].startswith(BOOK.partition("    tenures:")[0])
    assert "- name: Имярек Анна Андреевна   # of the news\n" in books(place)[0]
    again = run(place, "registry", "fill", "gaps.csv", "--yes")
    assert again.code == 2  # the search and the page are on record already
    assert "is confirmed since 2026-11-25" in again.err


WRONG = {
    "no office": ({"office": "fourth"}, "no office, municipality or holder is called 'fourth'"),
    "rows that were moved": ({"municipality": "Третий район"}, "first is of Первый район, not of Третий район; were"),
    "no source": ({"known_as_of": "2026", "name": "Имярек Анна"}, "sources is empty; nothing is put on record without"),
    "no address": ({"sources": "газета", "known_as_of": "2026"}, "sources: "),
    "no date": ({"known_as_of": "окт.26", "sources": "https://example.org/2"}, "known_as_of 'окт.26' is not a date"),
    "the future": ({"known_as_of": "2027", "sources": "https://example.org/2"}, "is in the future"),
    "an older date": ({"known_as_of": "2023", "sources": "https://example.org/2"}, "is 2024-05 on record, later than"),
    "somebody else's dates": (
        {"name": "Никтоев Борис Ильич", "sources": "https://example.org/2"},
        "no date says when Никтоев Борис Ильич held the office; write since",
    ),
    "somebody without a date": (
        {"name": "Никтоев Борис Ильич", "known_as_of": "", "sources": "https://example.org/2"},
        "no date says when Никтоев Борис Ильич held the office",
    ),
    "half a name": (
        {"name": "Никтоев", "known_as_of": "2026", "sources": "https://example.org/2"},
        "'Никтоев' is no whole name",
    ),
    "dates of nobody": ({"name": "", "known_as_of": "2026"}, "name is empty; write whose dates"),
    "a page without a source": ({"page": "t.me/imyarek1", "page_how": "x"}, "a confirmation needs a page_sources: the"),
    "a page without how": (
        {"page": "t.me/imyarek1", "page_sources": "https://example.org/2"},
        "say how that was found out: page_how",
    ),
    "how without a page": ({"page_how": "x"}, "page is empty; write its address"),
    "a search by nobody": ({"search_how": "x", "search_found": "nothing"}, "say who searched: by;"),
    "a search that found one knows not what": (
        {"search_how": "x", "search_found": "да", "by": "Г.", "search_networks": "vk"},
        "search_found holds no address; write nothing, or the addresses of the pages that were found",
    ),
    "a search of an unknown network": (
        {"search_how": "x", "search_found": "nothing", "by": "Г.", "search_networks": "vk myspace"},
        "search_networks 'myspace' is no network",
    ),
    "a site that is none": ({"website": "район"}, "website: "),
    "an order that cannot be": (
        {"name": "Никтоев Борис Ильич", "since": "2020", "sources": "https://example.org/2"},
        "would be a mistake",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_row_is_one_line_and_nothing_is_written(place: Path, case: str) -> None:
    """Though the other rows are right."""
    changes, said = WRONG[case]
    row = {"office": "first"} | changes
    text = ";".join(COLUMNS) + "\n"
    good = {"office": "third", **RIGHT["third"]}
    known = {"name": "Имярек Анна", "known_as_of": "2024-05"}
    for one in (good, known | row):
        text += ";".join(one.get(column, "") for column in COLUMNS) + "\n"
    (place / "gaps.csv").write_text(text, encoding="utf-8")
    done = run(place, "registry", "fill", "gaps.csv", "--yes")
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.startswith("gaps.csv:3: ")
    assert said in line
    assert books(place) == (BOOK, SOUTH)


def test_every_wrong_row_is_told_at_once(place: Path) -> None:
    """A row that is right is told to nobody."""
    filled(place, {"first": {"website": "район"}, "second": {"page": "x"}, "third": RIGHT["third"]})
    done = run(place, "registry", "fill", "gaps.csv", "--yes")
    lines = {int(line.split(":")[1]) for line in done.err.splitlines()}
    assert (len(done.err.splitlines()), len(lines)) == (2, 2)
    assert books(place) == (BOOK, SOUTH)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"office;nmae\nfirst;x\n", "gaps.csv:1: there is no column 'nmae'"),
        (b"name\nx\n", "gaps.csv:1: there is no column 'office'"),
        (b"", "gaps.csv:1: there is no column 'office'"),
        ("office;name\nfirst;Имярек\n".encode("cp1251"), "gaps.csv:1: the text is not UTF-8"),
        (b"office,office\n", "gaps.csv:1: a column stands twice"),
        (b"office;name\nfirst;x;y\n", "gaps.csv:2: more cells than columns"),
        (b'office;name\nfirst;"x\n', "this is no CSV"),
    ],
)
def test_what_is_no_such_table_is_one_line(place: Path, raw: bytes, said: str) -> None:
    """Whatever a spreadsheet made of it."""
    (place / "gaps.csv").write_bytes(raw)
    done = run(place, "registry", "fill", "gaps.csv", "--yes")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert said in done.err


def test_a_table_is_not_written_over(place: Path) -> None:
    """Somebody may have filled it in."""
    (place / "gaps.csv").write_text("mine")
    done = run(place, "next", "--csv", "gaps.csv")
    assert done.code == 2
    assert (place / "gaps.csv").read_text() == "mine"
