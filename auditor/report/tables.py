"""The tables as files: CSV for programs, a workbook of four sheets, and the README of the data of all weeks.

CSV has English column codes, decimal points and ISO 8601 in UTC; it begins with the byte order mark without which Excel
shows Russian words in another alphabet. A workbook's cells are typed, its times are in the registry's zone, and it has
no formulas.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.audit.withdrawals import Withdrawal
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
    POST_COLUMNS,
    CellValue,
    Column,
    finding_rows,
    office_columns,
    office_rows,
    post_rows,
)
from auditor.report.templates import PACKAGED, render

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_Row = TypeVar("_Row")
_OFFICES, _POSTS, _FINDINGS, _DESCRIPTION = N_("Offices"), N_("Posts, by address"), N_("Findings"), N_("Description")
_LARGEST = 10**15
"""Spreadsheets keep fifteen digits: a longer number is an identifier and is written as text."""
_LONGEST_LINK = 2000
"""Excel allows 2,079 characters in a link; a longer address is written as text."""
_MOST_UNITS = 32_700
"""UTF-16 units of a cell; Excel reports a cell of 32,768 as damage."""
_FIRST_YEAR = 1900
_WIDTH = 16
"""Characters of a column."""
_COLOURS: dict[str, dict[str, Any]] = {
    "passed": {"bg_color": "#dbe9f4", "font_color": "#0b3d5e"},
    "failed": {"bg_color": "#a3231a", "font_color": "#ffffff"},
    "cantTell": {"bg_color": "#fdf1d8", "font_color": "#573a00"},
    "inapplicable": {"bg_color": "#d9dbdf", "font_color": "#3f454d"},
    "untested": {"border": 4, "border_color": "#59606a"},
}
"""The colours of the directive's outcome, as on the page; each cell has the word too."""


def week_tables(audit: Audit, translator: Translator) -> Iterator[tuple[str, bytes]]:
    """Yield the file names and contents of a week's tables."""
    yield from ((name, _csv(name, [rows])) for name, rows in csv_rows(audit).items())
    yield "audit.xlsx", _workbook(audit, translator.in_zone(ZoneInfo(audit.timezone)))


def data_tables(
    rows: Sequence[Mapping[str, str]],
    audits: Sequence[Audit],
    withdrawn: Mapping[str, Withdrawal],
    licence: str,
    translator: Translator,
    templates: Path = PACKAGED,
) -> Iterator[tuple[str, bytes]]:
    """Yield the tables of all weeks, the README that explains their columns, and the schema of ``audit.json``.

    `rows` are the `csv_rows` of each of `audits`, of which nothing but the weeks is read. The `withdrawn` weeks are not
    among them; the README lists them.
    """
    tables = {name: _csv_columns(name) for name in _CSV_FILES}
    yield from ((f"data/{name}", _csv(name, (week[name] for week in rows))) for name in tables)
    facts = {"tables": tables, "licence": licence, "audits": audits, "withdrawn": withdrawn}
    yield "data/README.txt", f"\ufeff{render('data.txt', translator, facts, templates)}".encode()
    yield "data/audit.schema.json", audit_schema_text().encode()


_CSV_FILES = ("offices.csv", "posts.csv")


def csv_rows(audit: Audit) -> dict[str, str]:
    """Return the rows of a week as text, by the name of the file."""
    rows: tuple[Iterable[Any], ...] = (office_rows(audit), post_rows(audit))
    return {name: _csv_text(_csv_columns(name), table) for name, table in zip(_CSV_FILES, rows, strict=True)}


def _csv_columns(name: str) -> Sequence[Column[Any]]:
    return office_columns() if name == "offices.csv" else POST_COLUMNS


def _csv(name: str, rows: Iterable[str]) -> bytes:
    head = ",".join(column.code for column in _csv_columns(name))
    return f"\ufeff{head}\n{''.join(rows)}".encode()


def _csv_text(columns: Sequence[Column[_Row]], rows: Iterable[_Row]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([_format_plain(column.value(row)) for column in columns] for row in rows)
    return stream.getvalue()


def _format_plain(value: CellValue) -> str:
    """Return a value for CSV: `true` or `false`, decimal points, UTC, and no text like a formula."""
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


def _workbook(audit: Audit, translator: Translator) -> bytes:
    """Return the workbook. The same audit gives the same bytes."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - only who writes a workbook needs it

    stream = io.BytesIO()
    # A text is never converted to a formula, a number or a link.
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
    with Workbook(stream, options) as book:
        made_at = audit.as_of.astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"author": f"auditor {audit.tool_version}", "created": made_at})
        kinds: dict[str, dict[str, Any]] = {
            "head": {"bold": True, "bg_color": "#f1efea", "bottom": 2},
            DAY: {"num_format": "dd.mm.yyyy"},
            MOMENT: {"num_format": "dd.mm.yyyy hh:mm"},
            "text": {},
            **_COLOURS,
        }
        formats = {name: book.add_format({"text_wrap": True, "valign": "top", **kind}) for name, kind in kinds.items()}
        for name, columns, rows in _sheets(audit):
            sheet = book.add_worksheet(translator.gettext(name))
            _fill_sheet(sheet, columns, rows, formats, translator)
    return stream.getvalue()


def _sheets(audit: Audit) -> Iterator[tuple[str, Sequence[Column[Any]], Iterable[Any]]]:
    yield _OFFICES, office_columns(), office_rows(audit)
    yield _POSTS, POST_COLUMNS, post_rows(audit)
    yield _FINDINGS, FINDINGS, finding_rows(audit)
    tables = {_OFFICES: office_columns(), _POSTS: POST_COLUMNS, _FINDINGS: FINDINGS}
    yield _DESCRIPTION, _DESCRIPTION_COLUMNS, [(name, column) for name, columns in tables.items() for column in columns]


_DESCRIPTION_COLUMNS: tuple[Column[tuple[str, Column[Any]]], ...] = (
    Column("table", "", "", N_("sheet"), lambda row: row[0]),
    Column("column", "", "", N_("column"), lambda row: row[1].code),
    Column("kind", "", "", N_("what it holds"), lambda row: row[1].kind),
    Column("unit", "", "", N_("unit"), lambda row: row[1].unit),
    Column("meaning", "", "", N_("what it means"), lambda row: row[1].meaning),
)
"""The columns of the description sheet, whose cells are catalogue keys."""


def _fill_sheet(
    sheet: "Worksheet",
    columns: Sequence[Column[_Row]],
    rows: Iterable[_Row],
    formats: Mapping[str, "Format"],
    translator: Translator,
) -> None:
    described = columns is _DESCRIPTION_COLUMNS
    sheet.set_column(0, len(columns) - 1, _WIDTH * (2 if described else 1))
    for index, column in enumerate(columns):
        head = translator.gettext(column.meaning)
        sheet.write_string(0, index, head if described else f"{head}\n{column.code}", formats["head"])
    last_row = 0
    for last_row, row in enumerate(rows, start=1):
        for index, column in enumerate(columns):
            value = column.value(row)
            if value is not None:
                shown = translator.gettext(value) if described and isinstance(value, str) else value
                _write_cell(sheet, (last_row, index), column, shown, formats, translator)
    sheet.freeze_panes(1, 0 if described else 7)
    sheet.autofilter(0, 0, last_row, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)


def _write_cell(
    sheet: "Worksheet",
    position: tuple[int, int],
    column: Column[Any],
    value: CellValue,
    formats: Mapping[str, "Format"],
    translator: Translator,
) -> None:
    """Write one cell with the type of its value."""
    moment = datetime.fromisoformat(value) if column.kind in {DAY, MOMENT} and isinstance(value, str) else value
    if isinstance(moment, date) and moment.year >= _FIRST_YEAR:  # spreadsheets have no earlier days
        cell_date = (
            moment.astimezone(translator.zone).replace(tzinfo=None)
            if isinstance(moment, datetime) and moment.tzinfo
            else moment
        )
        sheet.write_datetime(*position, cell_date, formats[column.kind])
    elif isinstance(value, bool):
        sheet.write_boolean(*position, value, formats["text"])
    elif isinstance(value, int | float) and abs(value) < _LARGEST:
        sheet.write_number(*position, value, formats["text"])
    elif column.kind == ADDRESS and isinstance(value, str) and len(value) <= _LONGEST_LINK and safe_url(value):
        sheet.write_url(*position, value, formats["text"], string=_cell_text(value))
    else:
        outcome = column.kind == OUTCOME and column.code == "verdict"
        sheet.write_string(*position, _cell_text(str(value)), formats[str(value)] if outcome else formats["text"])


def _cell_text(text: str) -> str:
    """Return a text fit for a cell: no formula, only characters of XML, no longer than Excel allows."""
    cell = (
        spreadsheet_cell(text)
        .replace("\ufffe", "\N{REPLACEMENT CHARACTER}")
        .replace("\uffff", "\N{REPLACEMENT CHARACTER}")
    )
    while len(cell.encode("utf-16-le")) // 2 > _MOST_UNITS:
        cell = cell[: len(cell) // 2] + "…"
    return cell
