"""A folder of reports, read as its files lie there: made twice it is the same, and all of them say the same numbers."""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.report.site import card_page, office_page
from tests.workbook import Book

WEEKS = 2
Office = Mapping[str, Any]
ENVIRONMENTS = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Tomsk", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "77", "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "LANG": "ru_RU.UTF-8"},
)
OUTCOMES = {
    "passed": "соблюдено",
    "failed": "не соблюдено",
    "cantTell": "не установлено",
    "inapplicable": "не применяется",
    "untested": "не проверялось",
}
FIGURES = {
    ("posts_per_week", "distinct"): "Своих публикаций",
    ("comments_answered", "questions"): "Вопросов",
    ("comments_answered", "due"): "Вопросов с истёкшим сроком",
    ("comments_answered", "answered_in_time"): "Ответ в срок",
    ("comments_answered", "no_reply_found"): "К моменту проверки ответа владельца не видно",
}
"""A value of a finding, and the column that a reader's table has it in."""


def auditor(*words: str, **environment: str) -> None:
    """Run the program as a person does; something in an invented week always fails, and that is 1."""
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *words, "-q"],
        env={**os.environ, **environment},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr.decode()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks of the demonstration."""
    out = tmp_path_factory.mktemp("demo")
    auditor("demo", "--weeks", str(WEEKS), "--out", str(out))
    return out


@pytest.fixture(scope="module")
def week(demo: Path) -> Path:
    """The folder of the newest week."""
    return max((demo / "reports").glob("2*"))


@pytest.fixture(scope="module")
def offices(week: Path) -> list[Office]:
    """The bound offices of the week, as its document has them."""
    document = json.loads((week / "audit.json").read_text(encoding="utf-8"))
    bound = [office for office in document["offices"] if office["bound"]]
    assert len(bound) == document["summary"]["bound"]
    return bound


def test_an_archive_gives_the_same_folder_in_any_process(demo: Path, tmp_path: Path) -> None:
    """Every file of several weeks, whatever the hash seed, the time zone and the locale of the process."""
    made = [dict(rendered(demo, tmp_path / str(n), env)) for n, env in enumerate(ENVIRONMENTS)]
    assert sum(name.endswith("audit.json") for name in made[0]) == WEEKS
    assert made[0].keys() == made[1].keys()
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []


def rendered(demo: Path, out: Path, environment: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Render each week of the archive, the oldest first, as of its own moment; yield the files."""
    for folder in sorted((demo / "reports").glob("2*")):
        as_of = json.loads((folder / "audit.json").read_text(encoding="utf-8"))["as_of"]
        place = ("--registry", str(demo / "officials.yaml"), "--data", str(demo / "data"), "--out", str(out))
        auditor("report", *place, "--week", folder.name, "--as-of", as_of, **environment)
    for path in sorted(out.rglob("*")):
        if path.is_file():
            yield path.relative_to(out).as_posix(), path.read_bytes()


def value(office: Office, check: str, key: str) -> Any:
    """Return what the document says of the person; None where it does not know."""
    of_person = (f for f in office["findings"] if f["check"] == check and f["account"] is None)
    return next((f["values"].get(key) for f in of_person), None)


def nobody_could_ask(office: Office, check: str) -> bool:
    """Tell whether the check does not apply, so that a table for readers has no figure of it."""
    return any(f["outcome"] == "inapplicable" for f in office["findings"] if f["check"] == check and not f["account"])


def page(path: Path) -> LexborHTMLParser:
    return LexborHTMLParser(path.read_text(encoding="utf-8"))


def words(text: str) -> str:
    return " ".join(text.replace("\N{SOFT HYPHEN}", "").split())


def test_the_tables_for_programs_say_what_the_document_says(week: Path, offices: list[Office]) -> None:
    """Of the week and of all weeks: verdict, figures and median, an unknown one as nothing."""
    for path in (week / "offices.csv", week.parent / "data/offices.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = {row["office"]: row for row in csv.DictReader(file) if row["week"] == week.name}
        for office in offices:
            row = rows[office["id"]]
            assert row["verdict"] == office["verdict"]
            for check, key in (*FIGURES, ("comments_answered", "median_hours")):
                known = value(office, check, key)
                assert row[f"{check}.{key}"] == ("" if known is None else f"{known:g}"), (office["id"], key)


def test_the_tables_for_readers_say_what_the_document_says(week: Path, offices: list[Office]) -> None:
    """CSV and spreadsheet, cell by cell."""
    with (week / "audit.csv").open(encoding="utf-8-sig", newline="") as file:
        table = {row["Код должности"]: row for row in csv.DictReader(file, delimiter=";")}
    book = Book((week / "audit.xlsx").read_bytes())
    directive, practice = sheet_rows(book, "Поручение"), sheet_rows(book, "Практика ведения")
    for office in offices:
        row, cells = table[office["id"]], practice[office["municipality"]]
        assert row["Итог"].endswith(f" {OUTCOMES[office['verdict']]}")
        assert directive[office["municipality"]]["Итог"].endswith(f" {OUTCOMES[office['verdict']]}")
        for (check, key), column in FIGURES.items():
            known = value(office, check, key)
            if known == 0 and nobody_could_ask(office, check):  # said in words beside it
                known = None
            assert row[column] == ("" if known is None else str(known)), (office["id"], column)
            assert cells[column] == known, (office["id"], column)


def sheet_rows(book: Book, sheet: str) -> dict[str, dict[str, Any]]:
    """Return what a sheet says of each municipality, by the titles of its columns."""
    (titles, *rows) = ([cell.value for cell in row] for row in book.rows(sheet)[1:])
    return {row[0]: dict(zip(titles, row, strict=True)) for row in rows if row[0]}


def test_the_pages_say_what_the_document_says(week: Path, offices: list[Office]) -> None:
    """The week's two tables, the card and the office's own page with its newest week."""
    tables = page(week / "index.html")
    for office in offices:
        row = tables.css_first(f'[id="o-{office["id"]}"]')
        assert words(row.css_first(".outcome .verdict").text()) == OUTCOMES[office["verdict"]]
        lasting = page(week.parent / office_page(office["id"]))
        for one in (lasting, page(week.parent / card_page(week.name, office["id"]))):
            said = words(one.css_first("h1").text())
            assert re.search(rf"поручение,? {OUTCOMES[office['verdict']]}$", said), said
        newest = [words(cell.text()) for cell in lasting.css(".trend tbody tr")[0].css("td")]
        posts, due = value(office, "posts_per_week", "distinct"), value(office, "comments_answered", "due")
        assert newest[0] == OUTCOMES[office["verdict"]]
        assert newest[1].split(" +")[0] == ("неизвестно" if posts is None else str(posts))
        answered = f"{value(office, 'comments_answered', 'answered_in_time')} из {due}"
        closed = any(f.get("message_id") == "comments_answered.closed" for f in office["findings"])
        unasked = "комментарии закрыты" if closed else "вопросов не видно"
        assert newest[2] == ("неизвестно" if due is None else answered if due else unasked), office["id"]
        assert_the_weeks_agree(lasting)
        cell = tables.css_first(f'[id="o-{office["id"]}--posts_per_week"]')
        if cell is not None and posts is not None:
            assert words(cell.text()).split()[0] == str(posts)


def assert_the_weeks_agree(lasting: LexborHTMLParser) -> None:
    """The drawing of posts has a gap for each week whose posts the list below it does not know, and for no other."""
    told = [words(row.css("td")[-4].text()) for row in lasting.css(".trend tbody tr")]
    for drawing in lasting.css(".t-chart svg[aria-label]")[:1]:
        gaps = re.search(r"неизвестно: (\d+)", words(drawing.attributes["aria-label"] or ""))
        assert int(gaps[1] if gaps else 0) == told.count("неизвестно"), told


def test_the_short_reports_say_what_the_document_says(week: Path, offices: list[Office]) -> None:
    """The page that opens the folder, the post, the newest entry of the feed: counts, names, how much is known."""
    home = page(week.parent / "index.html")
    opened = words(home.css_first(".answer").text())
    post = (week / "post.txt").read_text(encoding="utf-8")
    feed = (week.parent / "feed.xml").read_text(encoding="utf-8").split("<entry>")[1]
    for outcome, said in OUTCOMES.items():
        names = {office["municipality"].removesuffix(" район") for office in offices if office["verdict"] == outcome}
        shown = {words(link.text()) for link in home.css(f".names-{outcome} a")}
        assert shown == names
        line = re.search(rf"&lt;p&gt;\S {len(names)} {said}: (.*?)&lt;/p&gt;", feed)
        assert (line is None) == (not names)
        told = re.search(rf"^\S {said} — {len(names)}(: .*)?$", post, re.MULTILINE)
        assert told or outcome == "inapplicable" or not names
        for name in names:
            assert line is not None
            assert name in line[1]
            assert told is None or not told[1] or name in told[1] or " и ещё " in told[1]
    known = re.search(r"Известно: .*? из \d+\.", opened)
    assert known is not None
    assert known[0] in words(feed)
    pages = sum(any(account["kind"] == "personal" for account in office["accounts"]) for office in offices)
    assert f"его страница — у {pages} из {len(offices)}" in known[0]
