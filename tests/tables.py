"""A week's tables as bytes and texts."""

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.report.tables import csv_file, data

render_offices, render_posts, joined = data.offices_table, data.posts_table, data.joined


def render_csv(audit: Audit, *, catalogue: Catalogue) -> bytes:
    return csv_file.render_csv(audit, catalogue=catalogue).encode()
