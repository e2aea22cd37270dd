"""Reuse the figures of the last audit before a week's comments were purged (docs/dev/design.md, section 10)."""

from collections.abc import Iterable, Iterator
from typing import Any

from auditor.audit.document import AuditedOffice
from auditor.checks import check_of
from auditor.checks.case import Case
from auditor.checks.finding import Finding
from auditor.checks.person_judgement import confirm_failure

_CHECKS_OF_COMMENTS = frozenset({"comments_open", "comments_answered"})


def with_figures(case: Case, findings: Iterable[Finding[Any]], stored: AuditedOffice | None) -> Iterator[Finding[Any]]:
    """Yield the findings, those about comments as the `stored` audit has them.

    Holder, exemptions and page owners are today's: a blocker recorded since then applies, and figures of another holder
    or of other pages are not reused.
    """
    is_reusable = stored is not None and _has_same_pages_and_holder(case, stored)
    for finding in findings:
        yield _as_stored(case, finding, stored) if is_reusable and stored is not None else finding


def _has_same_pages_and_holder(case: Case, stored: AuditedOffice) -> bool:
    holder_names = {tenure.name for tenure in case.holder.chain} if case.holder is not None else set()
    stored_pages = {account.url for account in stored.accounts if account.kind == "personal"}
    same_holder = stored.holder is not None and stored.holder.name in holder_names
    return same_holder and stored_pages == {page.account.url.url for page in case.pages}


def _as_stored(case: Case, finding: Finding[Any], stored: AuditedOffice) -> Finding[Any]:
    check = check_of(finding.check) if finding.check in _CHECKS_OF_COMMENTS else None
    stored_finding = stored.read(check, finding.account) if check is not None else None
    if stored_finding is None or stored_finding.nothing_measured or finding.nothing_measured:
        return finding
    return stored_finding if stored_finding.account is not None else confirm_failure(case, lambda *_: stored_finding)
