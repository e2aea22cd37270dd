"""Localise an audit: it is stored without texts, and gets them in the reader's language."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit, AuditedCheck, AuditedFinding, AuditedOffice
from auditor.base.i18n import Translator
from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Text
from auditor.checks import check_of
from auditor.checks.causes import CAUSES
from auditor.checks.definition import Check, sentences
from auditor.checks.finding import Finding, ReportSection
from auditor.registry.models import Basis, PolicyValue
from auditor.registry.policy import thresholds

_Policy = Mapping[str, PolicyValue]
_NO_CLAIM = {
    Outcome.CANT_TELL.value: N_("could not be told"),
    Outcome.INAPPLICABLE.value: N_("does not apply"),
    Outcome.UNTESTED.value: N_("not tested"),
}
"""What is added to the subject where nothing is claimed: "Comments open" alone would claim that they are."""


def localise(audit: Audit, translator: Translator) -> Audit:
    """Return `audit` with every text in the translator's language, and times in the document's zone."""
    in_zone = translator.in_zone(ZoneInfo(audit.timezone))
    checks = [_check(check, audit, in_zone) for check in audit.checks]

    def with_messages(office: AuditedOffice) -> AuditedOffice:
        findings = [f.model_copy(update={"message": in_zone.text(f.text)}) for f in office.findings]
        return office.model_copy(update={"findings": findings})

    return audit.model_copy(update={"language": in_zone.lang, "checks": checks}).map_offices(with_messages)


def title_of(finding: AuditedFinding, policy: _Policy, translator: Translator) -> str:
    """Return a finding's title, and for a failure of the practice the regions whose benchmark it is.

    For an unknown check it is the check's name.
    """
    check = check_of(finding.check)
    if check is None:
        return finding.check
    plain = Text(check.title_of(Outcome(finding.outcome)))
    title = translator.text(check.title_for(finding.read(check)) if check.reads_values else plain)
    if finding.outcome in _NO_CLAIM:
        return translator.translate(
            N_("{subject}: {outcome}"), subject=title, outcome=translator.gettext(_NO_CLAIM[finding.outcome])
        )
    if check.section is not ReportSection.PRACTICE or finding.outcome != Outcome.FAILED:
        return title
    return translator.translate(
        N_("{title} (benchmark: {whose})"), title=title, whose=benchmark_regions(check, policy, translator)
    )


def threshold_label(key: str, translator: Translator) -> str:
    """Return what the method calls a key of the policy; an unknown one is its own name."""
    packaged = thresholds().get(key)
    return translator.gettext(packaged.label) if packaged is not None else key


def reason_phrase(finding: Finding[Any], translator: Translator) -> str:
    """Return in a few words why a finding could not be told: its sentence's own, or the cause."""
    sentence = sentences().get(finding.message.id)
    if sentence is not None and sentence.short:
        return translator.gettext(sentence.short)
    return cause_phrase(finding.cause, translator) if finding.cause is not None else ""


def cause_phrase(cause: Cause, translator: Translator) -> str:
    """Return a cause for use inside a sentence or in a cell: it begins with a small letter."""
    sentence = translator.text(CAUSES[cause].fill())
    return sentence[0].lower() + sentence[1:]


def benchmark_regions(check: Check[Any], policy: _Policy, translator: Translator) -> str:
    """Return the names of the regions that a check's number comes from, as its source has them before each address."""
    entry = check.policy_value(policy)
    if entry is None or entry.basis is Basis.CONVENTION:
        return translator.gettext(N_("convention"))
    names = [source.partition(": ")[0].strip() for source in entry.source.split(";")]
    return "; ".join(name for name in names if name and "/" not in name) or entry.source


def _check(described: AuditedCheck, audit: Audit, translator: Translator) -> AuditedCheck:
    check = check_of(described.name)
    if check is None:
        return described
    value, words = check.policy_value(audit.policy), check.threshold.words if check.threshold else None
    offices = audit.offices if check.reads_values else ()
    findings = (finding for office in offices if (finding := office.read(check)) is not None)
    return described.model_copy(
        update={
            "title": translator.gettext(check.title),
            "question": translator.gettext(check.question),
            "method": translator.gettext(check.method),
            "told": " ".join(map(translator.text, check.report_notes(findings) if check.report_notes else ())),
            "threshold": translator.text(words(value)) if words and value else "",
        }
    )
