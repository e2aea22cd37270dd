"""How comments_open is shown: see `auditor.checks.comments_open`."""

from collections.abc import Iterator

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Text
from auditor.checks.comments_open import Openness
from auditor.checks.finding import Finding
from auditor.report.checks.shown import Advised, Cell, Column, Shown, Sign


def _cell(finding: Finding[Openness]) -> Cell | None:
    values = finding.values
    if finding.outcome is Outcome.INAPPLICABLE:
        return Cell(Sign.NOTHING, quiet=Text(N_("no posts seen"))) if values.open is not None else None
    if values.open is None or (finding.outcome is Outcome.CANT_TELL and finding.cause is not Cause.NO_THRESHOLD):
        return None
    total = values.open + (values.closed or 0) + (values.unseen or 0)
    if values.closed:
        said = Text(N_("closed: {n} of {total}"), {"n": values.closed, "total": total})
        return Cell(Sign.LOCK if finding.outcome is Outcome.FAILED else Sign.NONE, said, key=values.closed)
    return Cell(Sign.RING, Text(N_("open: {n} of {total}"), {"n": values.open, "total": total}), key=0)


def _advice(advised: Advised[Openness]) -> Iterator[Text]:
    if advised.finding.outcome is Outcome.FAILED:
        yield Text(N_("On practice: open comments under every post, so that people have where to ask."))


SHOWN = Shown(
    cell=_cell,
    columns=(
        Column(N_("Posts with open comments"), 14, lambda finding: finding.values.open),
        Column(N_("Posts with closed comments"), 14, lambda finding: finding.values.closed),
        Column(N_("Posts where it could not be seen"), 14, lambda finding: finding.values.unseen),
    ),
    standing=N_("Comments: in words"),
    counted_under=frozenset(),
    advice=_advice,
)
