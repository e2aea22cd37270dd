"""Words last: an audit is stored without a word, and gets words in the reader's language."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit, AuditedCheck, AuditedFinding, AuditedOffice
from auditor.base.i18n import Translator
from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Text
from auditor.checks import check_of
from auditor.checks.causes import CAUSES
from auditor.checks.definition import Check
from auditor.checks.finding import ReportSection
from auditor.registry.models import Basis, PolicyValue

_Policy = Mapping[str, PolicyValue]
_NO_CLAIM = {
    Outcome.CANT_TELL.value: N_("could not be told"),
    Outcome.INAPPLICABLE.value: N_("does not apply"),
    Outcome.UNTESTED.value: N_("not tested"),
}
"""What is added to the subject where nothing is claimed: "Comments open" alone would say that they are."""


def localise(audit: Audit, words: Translator) -> Audit:
    """Return `audit` with every sentence in the language of `words`, its times in the zone of the document."""
    said = words.in_zone(ZoneInfo(audit.timezone))
    checks = [_check(check, audit, said) for check in audit.checks]
    told = audit.model_copy(update={"language": said.lang, "checks": checks})
    return told.map_offices(lambda office: _office(office, said))


def _office(office: AuditedOffice, words: Translator) -> AuditedOffice:
    return office.model_copy(update={"findings": [_finding(finding, words) for finding in office.findings]})


def _finding(finding: AuditedFinding, words: Translator) -> AuditedFinding:
    return finding.model_copy(update={"message": words.text(finding.text)})


def title_of(finding: AuditedFinding, policy: _Policy, words: Translator) -> str:
    """Say what was found, and of a figure below a benchmark of the practice, whose number that is.

    An unknown check has its name alone.
    """
    check = check_of(finding.check)
    if check is None:
        return finding.check
    plain = Text(check.title_of(Outcome(finding.outcome)))
    title = words.text(check.title_for(finding.read(check)) if check.speaks_of_values else plain)
    if finding.outcome in _NO_CLAIM:
        return words.translate(
            N_("{subject}: {outcome}"), subject=title, outcome=words.gettext(_NO_CLAIM[finding.outcome])
        )
    if check.section is not ReportSection.PRACTICE or finding.outcome != Outcome.FAILED:
        return title
    return words.translate(
        N_("{title} (benchmark: {whose})"), title=title, whose=benchmark_regions(check, policy, words)
    )


def cause_phrase(cause: Cause, words: Translator) -> str:
    """Say a cause inside another sentence, or in a cell: with a small first letter."""
    said = words.text(CAUSES[cause].sentence.fill())
    return said[0].lower() + said[1:]


def benchmark_regions(check: Check[Any], policy: _Policy, words: Translator) -> str:
    """Name the regions that a check's number comes from, as its source does before each address."""
    entry = policy.get(check.policy_key or "")
    if entry is None or entry.basis is Basis.CONVENTION:
        return words.gettext(N_("convention"))
    named = [part.partition(": ")[0].strip() for part in entry.source.split(";")]
    return "; ".join(name for name in named if name and "/" not in name) or entry.source


def _check(described: AuditedCheck, audit: Audit, words: Translator) -> AuditedCheck:
    check = check_of(described.name)
    if check is None:
        return described
    value = audit.policy.get(check.policy_key) if check.policy_key else None
    offices = audit.offices if check.speaks_of_values else ()
    found = (finding for office in offices if (finding := office.read(check)) is not None)
    return described.model_copy(
        update={
            "title": words.gettext(check.title),
            "question": words.gettext(check.question),
            "method": words.gettext(check.method),
            "told": " ".join(map(words.text, check.report_notes(found))),
            "threshold": words.text(check.threshold(value)) if check.threshold and value else "",
        }
    )
