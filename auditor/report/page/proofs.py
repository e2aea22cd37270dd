"""What a contested finding rests on, as a page that any reader can open: record by record, without citizens.

It is drawn from the audit document alone: what was seen, as the finding's values have it; each stored answer with its
time, address and digest; and its place under the root that the seal on the report covers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from auditor.audit.document import AuditedEvidence, AuditedFinding, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.text import N_
from auditor.checks import check_of
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.finding import Place, meanings
from auditor.report.page.asked import asked_posts
from auditor.report.page.templates import lay_out
from auditor.report.site import Spot, proof_page
from auditor.report.words import proof_order

_MEASURES = frozenset({"days", "whole days", "calendar days", "hours"})
"""Units that the meaning of a value does not say."""


@dataclass(frozen=True, slots=True)
class _Value:
    """One value of a finding: what it is, and how much, in the reader's words."""

    key: str
    """Its name in ``audit.json``."""
    meaning: str
    said: str


@dataclass(frozen=True, slots=True)
class _Told:
    """A finding with its values and what it rests on."""

    finding: AuditedFinding
    values: list[_Value]
    records: list[tuple[str, AuditedEvidence]]
    gone: int
    """Answers that are named and not in the document: of a document of an older version."""


def _contested(office: AuditedOffice) -> dict[str, list[AuditedFinding]]:
    found: dict[str, list[AuditedFinding]] = {}
    for finding in office.contested():
        found.setdefault(finding.check, []).append(finding)
    return found


def proof_pages(
    office: AuditedOffice, week: str, said: Catalogue, context: Mapping[str, Any], week_css: str
) -> Iterator[tuple[str, str]]:
    """Yield an office's pages of proof of a week with their paths.

    `context` is what its other pages say too, `week_css` the style sheet that they share.
    """
    for name, findings in _contested(office).items():
        path = proof_page(week, office.id, name)
        page = {
            "office": office,
            "check": context["check_titles"].get(name, name),
            "told": [_told(office, finding, said) for finding in findings],
            "posts": office.posts if _speaks_of_posts(name) else [],
            "asked": asked_posts(office, said) if name == ANSWERED.name else [],
        }
        yield path, lay_out("proof.html", Spot(path, week), said, {**context, **page}, week_css=week_css)


def _speaks_of_posts(name: str) -> bool:
    check = check_of(name)
    return check is not None and check.place is Place.PRACTICE


def _told(office: AuditedOffice, finding: AuditedFinding, said: Catalogue) -> _Told:
    records = [(name, office.evidence[name]) for name in finding.evidence if name in office.evidence]
    gone = len(finding.evidence) - len(records)
    return _Told(finding, list(_values(finding, said)), sorted(records, key=proof_order), gone)


def _values(finding: AuditedFinding, said: Catalogue) -> Iterator[_Value]:
    """Yield the figures of a finding in words; lists stand elsewhere on the page."""
    check = check_of(finding.check)
    values = finding.read(check).values if check is not None else None
    for key, told in meanings(type(values)).items() if values is not None else ():
        value = getattr(values, key)
        if isinstance(value, int | float | date):
            unit = f", {said.gettext(told.unit)}" if told.unit in _MEASURES else ""
            yield _Value(key, f"{said.gettext(told.meaning)}{unit}", _said(value, said))


def _said(value: float | date, said: Catalogue) -> str:
    if isinstance(value, bool):
        return said.gettext(N_("yes") if value else N_("no"))
    return said.value(value)
