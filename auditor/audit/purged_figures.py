"""Reuse the figures of the last audit before a week's comments were purged (docs/dev/design.md, section 10)."""

from collections.abc import Iterable, Iterator
from typing import Any

from auditor.audit.change import has_same_holder, personal_urls
from auditor.audit.document import AuditedOffice
from auditor.checks import check_of
from auditor.checks.case import Case
from auditor.checks.finding import Finding
from auditor.checks.person_judgement import office_finding, shown_only


def with_figures(case: Case, findings: Iterable[Finding[Any]], stored: AuditedOffice | None) -> Iterator[Finding[Any]]:
    """Yield the findings, those about comments as the `stored` audit has them.

    Holder, exemptions and page owners are today's: a blocker recorded since then applies, and figures of another holder
    or of other pages are not reused.
    """
    pages = {page.account.url.url for page in case.pages}
    is_same = stored is not None and case.holder is not None and has_same_holder(stored, case.holder.tenure.name)
    reusable = stored if is_same and stored is not None and personal_urls(stored) == pages else None
    yield from (_as_stored(case, finding, reusable) if reusable is not None else finding for finding in findings)


def _as_stored(case: Case, finding: Finding[Any], stored: AuditedOffice) -> Finding[Any]:
    check = check_of(finding.check)
    stored_finding = stored.read(check, finding.account) if check is not None and check.rests_on_comments else None
    if stored_finding is None or stored_finding.nothing_measured or finding.nothing_measured:
        return finding
    is_page = stored_finding.account is not None
    return shown_only(case, stored_finding if is_page else office_finding(case, lambda *_: stored_finding))
