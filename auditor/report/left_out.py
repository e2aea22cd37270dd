"""Why a check left offices out this week: the causes that its count of them is made of."""

from collections import Counter

from auditor.audit.document import Audit, AuditedFinding, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.report.words import CAUSES, OUTCOMES, say


def left_out(audit: Audit, words: Catalogue) -> dict[str, list[tuple[str, int]]]:
    """Return for each check the causes in the reader's words with their counts, the most frequent first."""
    counted: dict[str, Counter[str]] = {check.name: Counter() for check in audit.checks}
    for office in audit.offices:
        for finding in _subjects(office):
            if finding.outcome in {"cantTell", "untested"} and finding.check in counted:
                counted[finding.check][_why(finding, words)] += 1
    return {name: sorted(causes.items(), key=lambda item: (-item[1], item[0])) for name, causes in counted.items()}


def _subjects(office: AuditedOffice) -> list[AuditedFinding]:
    """Return each check's finding of the office, and where it has none, those of the personal pages."""
    whole = {finding.check for finding in office.findings if finding.account is None}
    institutions = {account.url for account in office.accounts if account.kind == "institution"}
    return [
        finding
        for finding in office.findings
        if finding.account is None or (finding.check not in whole and finding.account not in institutions)
    ]


def _why(finding: AuditedFinding, words: Catalogue) -> str:
    return say(CAUSES, finding.cause, words) if finding.cause else say(OUTCOMES, finding.outcome, words)
