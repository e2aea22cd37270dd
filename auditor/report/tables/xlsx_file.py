"""The week as a workbook: typed cells, a frozen head with filters, ready for A4 landscape; no formula in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from shutil import copyfileobj
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.base.safe import cell, safe_url
from auditor.base.text import N_
from auditor.report import words
from auditor.report.headline import caveats, still_open
from auditor.report.tables.findings import accounts_sheet, findings_sheet, history_sheet
from auditor.report.tables.method import method_sheet
from auditor.report.tables.model import Frame, Link, Sheet, Value, Verdict
from auditor.report.tables.offices import dates_sheet, directive_sheet, practice_sheet, statements_sheet

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_SHEETS = (
    directive_sheet,
    dates_sheet,
    practice_sheet,
    accounts_sheet,
    findings_sheet,
    statements_sheet,
    history_sheet,
    method_sheet,
)
"""In their order."""
_A4, _PRINTED = 9, 210
"""How many characters of a row fit on a sheet of paper; a wider table continues on the next one."""
_LINE = 14
"""Points that a line of a wrapped text takes."""
_LARGEST_WHOLE = 10**15
"""A spreadsheet keeps fifteen digits: a longer number is an identifier, and is written as text."""
_LONGEST_LINK, _MOST_LINKS = 2000, 60_000
"""Excel allows 2,079 characters in a link and 65,530 links in a sheet; beyond that an address is text."""
_MOST_UNITS = 32_700
"""Excel counts a cell in UTF-16; one of 32,768 it calls damage."""
_OLDEST = 1900
_DAYS = {"ru": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
_BASE: dict[str, Any] = {"valign": "top", "font_size": 10, "border": 1, "border_color": "#dbd8d0"}
_HEAD: dict[str, Any] = _BASE | {
    "bold": True,
    "text_wrap": True,
    "bg_color": "#f1efea",
    "bottom": 2,
    "border_color": "#17191c",
}
_COLOURS: dict[str, dict[str, Any]] = {
    "passed": {"bg_color": "#dbe9f4", "font_color": "#0b3d5e"},
    "failed": {"bg_color": "#a3231a", "font_color": "#ffffff"},
    "cantTell": {"bg_color": "#fdf1d8", "font_color": "#573a00"},
    "inapplicable": {"bg_color": "#d9dbdf", "font_color": "#3f454d"},
    "untested": {"border": 4, "border_color": "#59606a"},
}
"""Only for the directive's outcome, as on the page; every such cell has the word too."""


def render_xlsx(audit: Audit, *, catalogue: Catalogue) -> bytes:
    """Return the file. The same audit gives the same bytes; times are in the registry's zone."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - only who writes a workbook needs it

    said = catalogue.at(ZoneInfo(audit.timezone))
    stream = BytesIO()
    # Nothing is guessed from a text: neither a formula nor a number nor a link.
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with Workbook(stream, options | {"in_memory": True}) as book:
        notice = _notice(audit, said)
        book.set_properties(_properties(audit, said, notice))
        formats, title = _formats(book, said.lang), _title(audit, said)
        for make in _SHEETS:
            sheet = make(Frame(audit, said))
            page = _Page(book.add_worksheet(sheet.name), sheet, _Pen(formats, said), notice)
            page.write_rows()
            page.end(title)
    return _tight(stream)


def _tight(loose: BytesIO) -> bytes:
    """Compress as well as the format can: a folder keeps a workbook for each week."""
    packed = BytesIO()
    with ZipFile(loose) as book, ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=9) as tight:
        for name in book.namelist():
            with book.open(name) as source, tight.open(name, "w") as copy:
                copyfileobj(source, copy)
    return packed.getvalue()


def _title(audit: Audit, said: Catalogue) -> str:
    title = N_("Pages of heads in social networks: week {week}, {span}")
    return said.say(title, week=str(words.week_number(audit.week)), span=words.week_span(audit, said))


def _notice(audit: Audit, said: Catalogue) -> str:
    invented = N_("Demonstration. Names, districts, dates and figures are invented.")
    first = [said.gettext(invented)] if audit.synthetic else []
    return " ".join([*first, *caveats(audit, said), *still_open(audit, said)])


def _properties(audit: Audit, said: Catalogue, notice: str) -> dict[str, Any]:
    """Describe the file; its date is that of the audit, not of the writing."""
    return {
        "title": _title(audit, said),
        "subject": said.gettext(N_("weekly report")),
        "author": f"auditor {audit.tool_version}",
        "comments": notice,
        "created": audit.as_of.astimezone(UTC).replace(tzinfo=None),
    }


def _formats(book: "Workbook", lang: str) -> dict[str, "Format"]:
    day = _DAYS[lang]
    kinds: dict[str, dict[str, Any]] = {
        "head": _HEAD,
        "notice": {"bold": True, "font_size": 10, "text_wrap": True, "valign": "top"},
        "text": {"text_wrap": True},
        "cut": {},
        "whole": {"num_format": "0", "align": "right", "indent": 1},
        "decimal": {"num_format": "0.0", "align": "right", "indent": 1},
        "date": {"num_format": day, "align": "left"},
        "moment": {"num_format": f"{day} hh:mm", "align": "left"},
        "link": {"text_wrap": True, "font_color": "#0b57d0", "underline": 1},
        **{outcome: {"text_wrap": True, "bold": True} | colour for outcome, colour in _COLOURS.items()},
    }
    bare = {"head", "notice"}
    return {name: book.add_format(kind if name in bare else _BASE | kind) for name, kind in kinds.items()}


@dataclass(slots=True)
class _Pen:
    """Writes one cell of a known type."""

    formats: dict[str, "Format"]
    said: Catalogue
    links: int = 0

    def write(self, page: "Worksheet", row: int, column: int, value: Value, *, wrapped: bool) -> None:
        plain = self.formats["text" if wrapped else "cut"]
        match value:
            case None:
                page.write_blank(row, column, None, plain)
            case datetime():
                moment = value.astimezone(self.said.zone).replace(tzinfo=None)
                self._date(page, row, column, moment, "moment")
            case date():
                self._date(page, row, column, value, "date")
            case int() | float():
                self._number(page, row, column, value)
            case Verdict(outcome=outcome, said=text):
                page.write_string(row, column, _text(text), self.formats.get(outcome, plain))
            case Link(url=url):
                self._link(page, row, column, url)
            case str():
                page.write_string(row, column, _text(value), plain)

    def _date(self, page: "Worksheet", row: int, column: int, day: date, kind: str) -> None:
        if day.year < _OLDEST:  # before a spreadsheet's calendar begins
            page.write_string(row, column, day.isoformat(), self.formats["text"])
        else:
            page.write_datetime(row, column, day, self.formats[kind])

    def _number(self, page: "Worksheet", row: int, column: int, number: float) -> None:
        if abs(number) >= _LARGEST_WHOLE:
            page.write_string(row, column, str(number), self.formats["text"])
        else:
            page.write_number(row, column, number, self.formats["whole" if isinstance(number, int) else "decimal"])

    def _link(self, page: "Worksheet", row: int, column: int, url: str) -> None:
        safe = safe_url(url)
        if safe is None or len(safe) > _LONGEST_LINK or self.links >= _MOST_LINKS:
            page.write_string(row, column, _text(url), self.formats["text"])
            return
        self.links += 1
        page.write_url(row, column, safe, self.formats["link"], string=_text(url))


def _text(text: str) -> str:
    """Make a text fit for a cell: no formula, nothing that XML cannot hold, no more than Excel takes."""
    shown = cell(text).replace("\ufffe", "\N{REPLACEMENT CHARACTER}").replace("\uffff", "\N{REPLACEMENT CHARACTER}")
    while len(shown.encode("utf-16-le")) // 2 > _MOST_UNITS:
        shown = shown[: len(shown) // 2] + "…"
    return shown


@dataclass(slots=True)
class _Page:
    """A worksheet that is being written."""

    page: "Worksheet"
    sheet: Sheet
    pen: _Pen
    notice: str
    row: int = 0
    """The last one that is written."""

    def __post_init__(self) -> None:
        columns = self.sheet.columns
        if self.notice:
            # Over the whole width: a long line would else go on beside the table, and be printed on sheets of its own.
            wide = sum(column.width for column in columns)
            self.page.set_row(0, _LINE * -(-len(self.notice) // wide))
            self.page.merge_range(0, 0, 0, len(columns) - 1, _text(self.notice), self.pen.formats["notice"])
            self.row = 1
        for number, column in enumerate(columns):
            self.page.set_column(number, number, column.width)
            self.page.write_string(self.row, number, column.title, self.pen.formats["head"])

    def write_rows(self) -> None:
        """Write the rows below the head."""
        for row in self.sheet.rows:
            self.row += 1
            for column, value in enumerate(row):
                self.pen.write(self.page, self.row, column, value, wrapped=self.sheet.columns[column].wrapped)

    def end(self, title: str) -> None:
        """Make it ready to be looked at and printed."""
        head, columns, fixed = int(bool(self.notice)), self.sheet.columns, self.sheet.fixed
        self.page.freeze_panes(head + 1, fixed)
        self.page.autofilter(head, 0, self.row, len(columns) - 1)
        self.page.fit_to_pages(max(1, round(sum(column.width for column in columns) / _PRINTED)), 0)
        self.page.repeat_columns(0, fixed - 1)
        _set_up_print(self.page, head, title)


def _set_up_print(page: "Worksheet", head: int, title: str) -> None:
    page.set_paper(_A4)
    page.set_landscape()
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.repeat_rows(0, head)
    page.set_footer(f"&L&8{title.replace('&', '&&')}&R&8&A, &P / &N")
