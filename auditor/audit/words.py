"""Words last: an audit is stored without a word, and gets words in the reader's language.

A document of version 0.1.0 holds words and no ids of sentences. It keeps the words that it has; read in another
language, it keeps its sentences alone, and what the checks say of themselves is in the language asked.
"""

from zoneinfo import ZoneInfo

from auditor.audit.document import Audit, AuditedCheck, AuditedFinding, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Outcome
from auditor.checks import check_of
from auditor.registry.models import PolicyValue


def worded(audit: Audit, words: Catalogue) -> Audit:
    """Return `audit` with every sentence in the language of `words`, its times in the zone of the document."""
    own = has_own_words(audit)
    if own and audit.language == words.lang:
        return audit
    said = words.at(ZoneInfo(audit.timezone))
    return audit.model_copy(
        update={
            "language": audit.language if own else said.lang,
            "offices": [_office(office, said) for office in audit.offices],
            "checks": [_check(check, audit.policy, said) for check in audit.checks],
        }
    )


def has_own_words(audit: Audit) -> bool:
    """Tell whether a document can be shown in its own words alone: no sentence of it has an id."""
    return bool(audit.language) and not any(f.message_id for office in audit.offices for f in office.findings)


def without_ids(audit: Audit) -> Audit:
    """Return `audit` as version 0.1.0 wrote it: with words, and without the ids of its sentences."""

    def plain(office: AuditedOffice) -> AuditedOffice:
        bare = [f.model_copy(update={"message_id": None, "params": {}}) for f in office.findings]
        return office.model_copy(update={"findings": bare})

    return audit.model_copy(update={"offices": [plain(office) for office in audit.offices]})


def _office(office: AuditedOffice, words: Catalogue) -> AuditedOffice:
    return office.model_copy(update={"findings": [_finding(finding, words) for finding in office.findings]})


def _finding(finding: AuditedFinding, words: Catalogue) -> AuditedFinding:
    check = check_of(finding.check)
    title = words.gettext(check.title_of(Outcome(finding.outcome))) if check is not None else finding.title
    message = words.text(finding.text) if finding.message_id else finding.message
    return finding.model_copy(update={"title": title, "message": message})


def _check(described: AuditedCheck, policy: dict[str, PolicyValue], words: Catalogue) -> AuditedCheck:
    check = check_of(described.name)
    if check is None:
        return described
    value = policy.get(check.policy_key) if check.policy_key else None
    return described.model_copy(
        update={
            "title": words.gettext(check.title),
            "question": words.gettext(check.question),
            "method": words.gettext(check.method),
            "threshold": words.text(check.threshold(value)) if check.threshold and value else "",
        }
    )
