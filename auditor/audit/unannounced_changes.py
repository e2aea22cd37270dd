"""Find verdicts that a later audit of a week changed without naming them as changed."""

from collections.abc import Iterable, Iterator

from auditor.audit.change import cells_of, changes_since_first
from auditor.audit.document import Audit, Cell
from auditor.base.errors import ArchiveError

_Cells = dict[Cell, str]


def unannounced_changes(audits: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield week and cell of each unannounced change; `audits` are week and text of all audits ever stored."""
    first_by_week: dict[str, _Cells] = {}
    last_by_week: dict[str, _Cells] = {}
    for week, text in audits:
        cells, announced = _cells_and_announced(text)
        previous, first_cells = last_by_week.get(week, cells), first_by_week.setdefault(week, cells)
        for cell in sorted(previous.keys() | cells.keys(), key=str):
            current = cells.get(cell)
            if current != previous.get(cell) and current != first_cells.get(cell) and cell not in announced:
                yield week, " ".join(filter(None, cell))
        last_by_week[week] = cells


def _cells_and_announced(text: str) -> tuple[_Cells, set[Cell]]:
    """Return an audit's cells, each office's verdict among them, and those that it names as changed itself.

    Both are empty if it cannot be read, which its hash reveals.
    """
    try:
        audit = Audit.from_json(text)
    except ArchiveError:
        return {}, set()
    verdicts: _Cells = {(office.id, "", None): office.verdict for office in audit.offices}
    changes = changes_since_first(audit)
    announced: set[Cell] = {(office, "", None) for office in changes.offices}
    return verdicts | cells_of(audit), announced | {change.cell for change in changes.cells}
