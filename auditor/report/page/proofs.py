"""What an office's contested findings rest on, as a page that any reader can open: record by record, without citizens.

It is drawn from the audit document alone: what was seen, as the finding's values have it; each stored answer with its
time, address and digest; and its place under the root that the seal on the report covers.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from auditor.audit.document import AuditedEvidence, AuditedFinding, AuditedOffice, AuditedPolicy
from auditor.audit.words import title_of
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
    title: str
    values: list[_Value]
    records: list[str]
    """The numbers of the answers, in the order of the table."""


def proof_pages(
    office: AuditedOffice, week: str, said: Catalogue, context: Mapping[str, Any], week_css: str
) -> Iterator[tuple[str, str]]:
    """Yield an office's page of proof of a week with its path, if a finding is contested.

    `context` is what its other pages say too, `week_css` the style sheet that they share.
    """
    contested = office.contested()
    if not contested:
        return
    path, records = proof_page(week, office.id), _records(office, contested)
    told: dict[str, list[_Told]] = {}
    for finding in contested:
        told.setdefault(finding.check, []).append(_told(finding, records, context["audit"].policy, said))
    page = {
        "office": office,
        "told": told,
        "records": records,
        "posts": office.posts if any(map(_speaks_of_posts, told)) else [],
        "asked": asked_posts(office, said) if ANSWERED.name in told else [],
    }
    yield path, lay_out("proof.html", Spot(path, week), said, {**context, **page}, week_css=week_css)


def _records(office: AuditedOffice, contested: Iterable[AuditedFinding]) -> dict[str, AuditedEvidence]:
    """Return the answers that the findings rest on, each once."""
    named = {name for finding in contested for name in finding.evidence}
    return dict(sorted(((name, office.evidence[name]) for name in named), key=proof_order))


def _speaks_of_posts(name: str) -> bool:
    check = check_of(name)
    return check is not None and check.place is Place.PRACTICE


def _told(finding: AuditedFinding, order: Iterable[str], policy: AuditedPolicy, said: Catalogue) -> _Told:
    rests_on = [name for name in order if name in finding.evidence]
    return _Told(finding, title_of(finding, policy, said), list(_values(finding, said)), rests_on)


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
