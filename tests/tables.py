"""A week's tables as whole texts: the program writes them line by line."""

from collections.abc import Iterable
from functools import partial
from io import StringIO

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.report.tables import data
from auditor.report.tables.csv_file import week_lines


def render_csv(audit: Audit, *, catalogue: Catalogue) -> bytes:
    return "".join(week_lines(audit, catalogue=catalogue)).encode()


def render_offices(audit: Audit) -> str:
    return "".join(data.office_lines(audit))


def render_posts(audit: Audit) -> str:
    return "".join(data.post_lines(audit))


def joined(tables: Iterable[str]) -> str:
    return "".join(data.joined([partial(StringIO, table, newline="") for table in tables]))
