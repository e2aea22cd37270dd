"""Words and addresses that mean harm, on their way into a workbook, a text file and a messenger."""

import csv
import io
import re

import pytest

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.base.safe import safe_url
from auditor.report.post import LONGEST, render_post
from auditor.report.tables.xlsx_file import render_xlsx
from tests.cases import TOMSK
from tests.hostile import FORMULAS, HALVES, LINKS, LONG, MARKUP, STEERING, everywhere
from tests.tables import render_csv
from tests.test_hostile_text import steers
from tests.workbook import NS, Book

RU = Catalogue("ru", TOMSK)
TEXTS = [
    *FORMULAS,
    *MARKUP,
    *(t for t in STEERING.values() if t not in HALVES),
    *LONG,
    "x\ufffe\uffffx",
    "_x000D_=1+1",
    "😀" * 30_000,
]
FORMULA = re.compile(r"\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20\ufe66]")
NUMBER = re.compile(r"-?\d+([.,]\d+)?")


@pytest.fixture(scope="module")
def hostile() -> Audit:
    """The sample week with a hostile string in every place that comes from outside."""
    audit, places = everywhere(TEXTS, LINKS)
    assert places > 3 * len(TEXTS)
    return audit


@pytest.fixture(scope="module")
def book(hostile: Audit) -> Book:
    return Book(render_xlsx(hostile, catalogue=RU))


def test_the_workbook_is_whole_and_computes_nothing(book: Book, hostile: Audit) -> None:
    """Each part is XML, no cell is a formula, no text begins as one, none is longer than Excel takes."""
    for name in book.zip.namelist():
        book.xml(name)
    assert not [name for name in book.parts if book.sheet(name).find(".//m:f", NS) is not None]
    assert len(book.rows("Выводы")) == 2 + sum(len(office.findings) for office in hostile.offices)
    assert not [text[:40] for text in book.texts if FORMULA.match(text)]
    assert not [text[:40] for text in book.texts if len(text.encode("utf-16-le")) // 2 > 32_767]


def test_the_workbook_steers_no_eye(book: Book) -> None:
    """No control, direction or unseen character in any text."""
    assert not {character for text in book.texts for character in steers(text.replace("\n", " "))}


def test_the_workbook_links_only_where_a_page_would(book: Book) -> None:
    """Every link's target is one that `safe_url` lets through, and it is outside the file by its kind."""
    parts = [name for name in book.zip.namelist() if "worksheets/_rels" in name]
    targets = [relation.get("Target", "") for name in parts for relation in book.xml(name)]
    assert not [url for url in targets if safe_url(url) is None]


def test_the_csv_keeps_its_rows_and_computes_nothing(hostile: Audit) -> None:
    """A line end in a name begins no row; what is no number begins no formula."""
    text = render_csv(hostile, catalogue=RU).decode("utf-8-sig")
    heads, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert len(rows) == len(hostile.offices)
    assert {len(row) for row in rows} == {len(heads)}
    cells = [cell for row in rows for cell in row]
    assert not [cell[:40] for cell in cells if FORMULA.match(cell) and not NUMBER.fullmatch(cell)]
    assert not set(steers("".join(cells)))


def test_the_post_stays_short_and_in_its_lines(hostile: Audit) -> None:
    """A name of any length or make cannot push the head count out, begin a line, or be cut within."""
    post = render_post(hostile, catalogue=RU)
    assert len(post) <= LONGEST
    assert post.splitlines()[2].startswith("Поручение соблюдено у 8 глав из 20")
    assert not set(steers(post)) - {"\n"}
    begins = r"[✕✓?—○▲▼◇!•]|Поручение|Практика|Страницы|Демонстрация"
    odd = [line for line in post.splitlines() if not re.match(begins, line)]
    assert odd == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://user@host", "https://host/\u202ex", "ftp://host"])
def test_the_post_links_nowhere_unsafe(hostile: Audit, address: str) -> None:
    """What a page would not link to is not offered to a messenger, which makes a link of anything."""
    assert address not in render_post(hostile, catalogue=RU, address=address)


def test_an_address_longer_than_excel_takes_is_text(hostile: Audit) -> None:
    """It is kept in its cell, without a link; a warning would end a run."""
    url = "https://t.me/" + "x" * 3000
    office = hostile.offices[0]
    long = office.model_copy(update={"accounts": [a.model_copy(update={"url": url}) for a in office.accounts]})
    book = Book(render_xlsx(hostile.model_copy(update={"offices": [long]}), catalogue=RU))
    assert any(text.startswith("https://t.me/xxx") for text in book.texts)


def test_a_number_of_more_digits_than_a_spreadsheet_keeps_is_text(hostile: Audit) -> None:
    """An identifier of nineteen digits is not rounded."""
    office = hostile.offices[0]
    big = office.model_copy(update={"accounts": [a.model_copy(update={"id": 10**18 + 1}) for a in office.accounts]})
    book = Book(render_xlsx(hostile.model_copy(update={"offices": [big]}), catalogue=RU))
    assert "1000000000000000001" in book.texts
