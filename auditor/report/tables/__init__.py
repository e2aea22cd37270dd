"""The week as tables, made once from the audit document: the CSV and the spreadsheet only write them down."""

__all__ = ["Column", "Link", "Sheet", "Value", "Verdict", "sheets_of", "week_sheet"]

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.report.tables.findings import accounts_sheet, findings_sheet, history_sheet
from auditor.report.tables.method import method_sheet
from auditor.report.tables.model import Column, Frame, Link, Sheet, Value, Verdict
from auditor.report.tables.offices import directive_sheet, practice_sheet, week_sheet


def sheets_of(audit: Audit, words: Catalogue) -> list[Sheet]:
    """Return the workbook's sheets in their order; `words` speaks the registry's zone."""
    frame = Frame(audit, words)
    makers = (directive_sheet, practice_sheet, accounts_sheet, findings_sheet, history_sheet, method_sheet)
    return [make(frame) for make in makers]
