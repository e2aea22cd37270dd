"""The figures of a week whose comments were purged: those of its last audit before (docs/dev/design.md, section 10)."""

from collections.abc import Iterable, Iterator
from typing import Any

from auditor.audit.document import AuditedOffice
from auditor.checks import check_of
from auditor.checks.case import Case
from auditor.checks.finding import Finding
from auditor.checks.person_judgement import confirm_failure

_OF_COMMENTS = frozenset({"comments_open", "comments_answered"})


def with_figures(case: Case, findings: Iterable[Finding[Any]], stored: AuditedOffice | None) -> Iterator[Finding[Any]]:
    """Yield the findings, those of comments as the `stored` audit has them.

    Holder, exemption and whose page it is are those of now: what bars a judgement bars it still, and of another
    person, or of other pages, the figures say nothing.
    """
    alike = stored is not None and _is_alike(case, stored)
    for finding in findings:
        yield _of_then(case, finding, stored) if alike and stored is not None else finding


def _is_alike(case: Case, stored: AuditedOffice) -> bool:
    people = {tenure.name for tenure in case.holder.chain} if case.holder is not None else set()
    pages = {account.url for account in stored.accounts if account.kind == "personal"}
    same_holder = stored.holder is not None and stored.holder.name in people
    return same_holder and pages == {page.account.url.url for page in case.pages}


def _of_then(case: Case, finding: Finding[Any], stored: AuditedOffice) -> Finding[Any]:
    check = check_of(finding.check) if finding.check in _OF_COMMENTS else None
    was = stored.read(check, finding.account) if check is not None else None
    if was is None or was.nothing_measured or finding.nothing_measured:
        return finding
    return was if was.account is not None else confirm_failure(case, lambda *_: was)
