"""How register_link is shown: see `auditor.checks.register_link`."""

from collections.abc import Iterator

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Text
from auditor.checks.finding import Finding
from auditor.checks.register_link import CHECK, NOT_SEEN, RegisterLink
from auditor.report.checks.shown import SIGNS, Advised, Cell, Shown, Sign

_TITLE = CHECK.title
_ABOUT = "{title}: {message}"


def _note(finding: Finding[RegisterLink]) -> Cell | None:
    """Say what is known of the link; where too little was seen of the page, name what that is about."""
    if finding.outcome is Outcome.CANT_TELL:
        partly = finding.cause is Cause.TOO_LITTLE_DATA and finding.values.subscribers is not None
        return Cell(Sign.UNKNOWN, Text(_ABOUT, {"title": Text(_TITLE), "message": finding.message})) if partly else None
    if finding.values.link_found is False and finding.message.id == NOT_SEEN.id:
        return Cell(Sign.DOWN, finding.message)  # whatever the outcome: a page's own finding never fails
    return Cell(SIGNS[finding.outcome], finding.message) if finding.outcome is not Outcome.INAPPLICABLE else None


def _advice(advised: Advised[RegisterLink]) -> Iterator[Text]:
    if advised.finding.outcome is Outcome.FAILED:
        yield Text(N_("Put the link to the page's entry in the state register (knd.gov.ru) into its description."))


SHOWN = Shown(
    note=_note,
    advice=_advice,
)
