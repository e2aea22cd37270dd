"""The tables as files: CSV for programs, a workbook of four sheets, and what is told beside the data of all weeks.

CSV has English column codes, decimal points and ISO 8601 in UTC. A workbook's cells are typed, its times are in the
registry's zone, and it holds no formula.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.base.i18n import Translator
from auditor.base.safe import safe_url, spreadsheet_cell
from auditor.base.text import N_, format_time
from auditor.report.audit_schema import audit_schema_text
from auditor.report.columns import (
    ADDRESS,
    DAY,
    FINDINGS,
    MOMENT,
    OUTCOME,
    POSTS,
    Column,
    Written,
    finding_rows,
    office_columns,
    office_rows,
    post_rows,
)
from auditor.report.templates import render
from auditor.report.withdrawals import WithdrawalLike

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_Row = TypeVar("_Row")
_OFFICES, _POSTS, _FINDINGS, _DESCRIPTION = N_("Offices"), N_("Posts, by address"), N_("Findings"), N_("Description")
_LARGEST = 10**15
"""A spreadsheet keeps fifteen digits: a longer number is an identifier, and is written as text."""
_LONGEST_LINK = 2000
"""Excel allows 2,079 characters in a link; beyond that an address is text."""
_MOST_UNITS = 32_700
"""Excel counts a cell in UTF-16; one of 32,768 it calls damage."""
_OLDEST = 1900
_WIDTH = 16
"""Characters of a column."""
_COLOURS: dict[str, dict[str, Any]] = {
    "passed": {"bg_color": "#dbe9f4", "font_color": "#0b3d5e"},
    "failed": {"bg_color": "#a3231a", "font_color": "#ffffff"},
    "cantTell": {"bg_color": "#fdf1d8", "font_color": "#573a00"},
    "inapplicable": {"bg_color": "#d9dbdf", "font_color": "#3f454d"},
    "untested": {"border": 4, "border_color": "#59606a"},
}
"""Only for the directive's outcome, as on the page; every such cell has the word too."""


def week_tables(audit: Audit, words: Translator) -> Iterator[tuple[str, bytes]]:
    """Yield a week's tables with their files' names."""
    yield "offices.csv", _csv(office_columns(), office_rows(audit))
    yield "posts.csv", _csv(POSTS, post_rows(audit))
    yield "audit.xlsx", _workbook(audit, words.in_zone(ZoneInfo(audit.timezone)))


def data_tables(
    audits: Sequence[Audit], withdrawn: Mapping[str, WithdrawalLike], licence: str, words: Translator
) -> Iterator[tuple[str, bytes]]:
    """Yield the tables of all weeks, what is in them and what their columns mean, and the schema of a week's document.

    The weeks `withdrawn` are not among `audits`; it is told of each that it was taken back.
    """
    yield "data/offices.csv", _csv(office_columns(), (row for audit in audits for row in office_rows(audit)))
    yield "data/posts.csv", _csv(POSTS, (row for audit in audits for row in post_rows(audit)))
    tables = {"offices.csv": office_columns(), "posts.csv": POSTS}
    told = {"tables": tables, "licence": licence, "audits": audits, "withdrawn": withdrawn}
    yield "data/README.txt", f"\ufeff{render('data.txt', words, told)}".encode()
    yield "data/audit.schema.json", audit_schema_text().encode()


def _csv(columns: Sequence[Column[_Row]], rows: Iterable[_Row]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(column.code for column in columns)
    writer.writerows([_plain(column.value(row)) for column in columns] for row in rows)
    return stream.getvalue().encode()


def _plain(value: Written) -> str:
    """Write a value: `true` and `false`, decimal points, UTC; a text that no spreadsheet takes for a formula."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return format_time(value)
        case date():
            return value.isoformat()
        case int() | float():
            return str(value)
        case text:
            return spreadsheet_cell(text)


# The workbook ---------------------------------------------------------------------------------------------------------


def _workbook(audit: Audit, words: Translator) -> bytes:
    """Return the file. The same audit gives the same bytes."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - only who writes a workbook needs it

    stream = io.BytesIO()
    # Nothing is guessed from a text: neither a formula nor a number nor a link.
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    with Workbook(stream, options) as book:
        made = audit.as_of.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"author": f"auditor {audit.tool_version}", "created": made})
        kinds: dict[str, dict[str, Any]] = {
            "head": {"bold": True, "bg_color": "#f1efea", "bottom": 2},
            DAY: {"num_format": "dd.mm.yyyy"},
            MOMENT: {"num_format": "dd.mm.yyyy hh:mm"},
            "text": {},
            **_COLOURS,
        }
        formats = {name: book.add_format({"text_wrap": True, "valign": "top", **kind}) for name, kind in kinds.items()}
        for name, columns, rows in _sheets(audit):
            page = book.add_worksheet(words.gettext(name))
            _fill(page, columns, rows, formats, words)
    return stream.getvalue()


def _sheets(audit: Audit) -> Iterator[tuple[str, Sequence[Column[Any]], Iterable[Any]]]:
    yield _OFFICES, office_columns(), office_rows(audit)
    yield _POSTS, POSTS, post_rows(audit)
    yield _FINDINGS, FINDINGS, finding_rows(audit)
    tables = {_OFFICES: office_columns(), _POSTS: POSTS, _FINDINGS: FINDINGS}
    yield _DESCRIPTION, _TOLD, [(name, column) for name, columns in tables.items() for column in columns]


_TOLD: tuple[Column[tuple[str, Column[Any]]], ...] = (
    Column("table", "", "", N_("sheet"), lambda row: row[0]),
    Column("column", "", "", N_("column"), lambda row: row[1].code),
    Column("kind", "", "", N_("what it holds"), lambda row: row[1].kind),
    Column("unit", "", "", N_("unit"), lambda row: row[1].unit),
    Column("meaning", "", "", N_("what it means"), lambda row: row[1].meaning),
)
"""The columns of the description; its cells are keys of the catalogue."""


def _fill(
    page: "Worksheet",
    columns: Sequence[Column[_Row]],
    rows: Iterable[_Row],
    formats: Mapping[str, "Format"],
    words: Translator,
) -> None:
    described = columns is _TOLD
    page.set_column(0, len(columns) - 1, _WIDTH * (2 if described else 1))
    for number, column in enumerate(columns):
        head = words.gettext(column.meaning)
        page.write_string(0, number, head if described else f"{head}\n{column.code}", formats["head"])
    last = 0
    for last, row in enumerate(rows, start=1):
        for number, column in enumerate(columns):
            value = column.value(row)
            if value is not None:
                shown = words.gettext(value) if described and isinstance(value, str) else value
                _write(page, (last, number), column, shown, formats, words)
    page.freeze_panes(1, 0 if described else 7)
    page.autofilter(0, 0, last, len(columns) - 1)
    page.set_landscape()
    page.set_paper(9)


def _write(
    page: "Worksheet",
    place: tuple[int, int],
    column: Column[Any],
    value: Written,
    formats: Mapping[str, "Format"],
    words: Translator,
) -> None:
    """Write one cell as what it is."""
    moment = datetime.fromisoformat(value) if column.kind in {DAY, MOMENT} and isinstance(value, str) else value
    if isinstance(moment, date) and moment.year >= _OLDEST:  # before it a spreadsheet has no days
        known = (
            moment.astimezone(words.zone).replace(tzinfo=None)
            if isinstance(moment, datetime) and moment.tzinfo
            else moment
        )
        page.write_datetime(*place, known, formats[column.kind])
    elif isinstance(value, bool):
        page.write_boolean(*place, value, formats["text"])
    elif isinstance(value, int | float) and abs(value) < _LARGEST:
        page.write_number(*place, value, formats["text"])
    elif column.kind == ADDRESS and isinstance(value, str) and len(value) <= _LONGEST_LINK and safe_url(value):
        page.write_url(*place, value, formats["text"], string=_text(value))
    else:
        outcome = column.kind == OUTCOME and column.code == "verdict"
        page.write_string(*place, _text(str(value)), formats[str(value)] if outcome else formats["text"])


def _text(text: str) -> str:
    """Make a text fit for a cell: no formula, nothing that XML cannot hold, no more than Excel takes."""
    shown = (
        spreadsheet_cell(text)
        .replace("\ufffe", "\N{REPLACEMENT CHARACTER}")
        .replace("\uffff", "\N{REPLACEMENT CHARACTER}")
    )
    while len(shown.encode("utf-16-le")) // 2 > _MOST_UNITS:
        shown = shown[: len(shown) // 2] + "…"
    return shown
