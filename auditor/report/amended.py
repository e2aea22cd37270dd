"""Where a correction belongs on the page: the cell that it corrected carries its number."""

from collections.abc import Sequence

from auditor.audit.document import Audit, AuditedCorrection, AuditedOffice
from auditor.report.practice import CHECKS

_OUTCOME = "opened_by_deadline"
"""The place of what corrects an office's outcome, or does not say what it corrects."""
PAGES = "pages"
"""The place of what corrects a check of a single page: whether it is there, how it was confirmed."""


def _cell_of(correction: AuditedCorrection) -> str:
    """Name the cell: the outcome's, one of the practice's by its check, or the card's table of pages."""
    if correction.check in {None, _OUTCOME}:
        return _OUTCOME
    return correction.check if correction.check in CHECKS else PAGES


def placed(office: AuditedOffice, audit: Audit) -> dict[str, Sequence[AuditedCorrection]]:
    """Return an office's corrections of this report by the cell in which each is marked."""
    places: dict[str, list[AuditedCorrection]] = {}
    for correction in audit.corrections:
        if correction.office == office.id:
            places.setdefault(_cell_of(correction), []).append(correction)
    return dict(places)
