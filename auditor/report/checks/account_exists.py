"""How account_exists is shown: see `auditor.checks.account_exists`."""

from collections.abc import Iterator

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Text
from auditor.checks.account_exists import Existence
from auditor.checks.finding import Finding
from auditor.report.checks.shown import SIGNS, Advised, Cell, Shown, Sign


def _note(finding: Finding[Existence]) -> Cell | None:
    if finding.outcome is Outcome.INAPPLICABLE and finding.values.exists is None:
        return None
    gone = finding.values.exists is False  # whatever the outcome: a page's own finding never fails
    return Cell(Sign.DOWN if gone else SIGNS[finding.outcome], finding.message)


def _advice(advised: Advised[Existence]) -> Iterator[Text]:
    gone = advised.finding.outcome is Outcome.FAILED and advised.has_page
    if gone and advised.verdict_cause is not Cause.GONE:
        yield Text(N_("A confirmed page is gone: send the address of another, if there is one."))


SHOWN = Shown(
    note=_note,
    advice=_advice,
)
