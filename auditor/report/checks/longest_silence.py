"""How longest_silence is shown: see `auditor.checks.longest_silence`."""

from auditor.base.text import N_
from auditor.checks.check import days
from auditor.checks.finding import Finding
from auditor.checks.longest_silence import Silence
from auditor.report.checks.shown import SIGNS, Cell, Column, Shown


def _cell(finding: Finding[Silence]) -> Cell | None:
    since = finding.values.days_since_last
    return None if since is None else Cell(SIGNS[finding.outcome], days(since), key=since)


SHOWN = Shown(
    cell=_cell,
    share=22,
    columns=(Column(N_("Days since the last post"), 12, lambda finding: finding.values.days_since_last),),
    standing=N_("Gap: in words"),
)
