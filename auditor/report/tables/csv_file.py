"""The week as CSV, an office a row, as spreadsheets of the reader's country open it by a double click.

Russian: ``;``, decimal comma, ``dd.mm.yyyy hh:mm``. English: ``,``, decimal point, ``yyyy-mm-dd hh:mm``. Both in UTF-8
with its mark and with CRLF; times are in the registry's zone.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.base.safe import cell
from auditor.report.tables.lines import csv_text
from auditor.report.tables.model import Link, Value, Verdict
from auditor.report.tables.offices import week_sheet


@dataclass(frozen=True, slots=True)
class _Custom:
    """How one country's spreadsheets read a text file."""

    delimiter: str
    comma: str
    day: str


_CUSTOMS = {
    "ru": _Custom(";", ",", "{0.day:02d}.{0.month:02d}.{0.year:04d}"),
    "en": _Custom(",", ".", "{0.year:04d}-{0.month:02d}-{0.day:02d}"),
}


def render_csv(audit: Audit, *, catalogue: Catalogue) -> str:
    """Return the file. No cell of it is taken for a formula, and none holds a line end."""
    zone = ZoneInfo(audit.timezone)
    custom = _CUSTOMS[catalogue.lang]
    sheet = week_sheet(audit, catalogue.at(zone))
    rows = ([_written(value, custom, zone) for value in row] for row in sheet.rows)
    table = csv_text([[column.title for column in sheet.columns], *rows], delimiter=custom.delimiter, end="\r\n")
    return f"\ufeff{table}"


def _written(value: Value, custom: _Custom, zone: ZoneInfo) -> str:
    match value:
        case None:
            return ""
        case datetime():
            local = value.astimezone(zone)
            return f"{custom.day.format(local)} {local.hour:02d}:{local.minute:02d}"
        case date():
            return custom.day.format(value)
        case int():
            return str(value)
        case float():
            return str(round(value, 2)).replace(".", custom.comma)
        case Link(url=text) | Verdict(said=text) | text:
            return cell(text)
