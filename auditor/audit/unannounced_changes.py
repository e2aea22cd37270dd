"""Find verdicts that a later audit of a week changed without naming them as changed."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

_Cells = dict[tuple[str, str, str | None], str]


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


def _cells_and_announced(text: str) -> tuple[_Cells, set[tuple[str, str, str | None]]]:
    """Return an audit's cells, and those that it names as changed; both empty if malformed, which its hash reveals."""
    try:
        audit = json.loads(text)
        return _cells(audit.get("offices", ())), _announced_cells(audit)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}, set()


def _cells(offices: Iterable[dict[str, Any]]) -> _Cells:
    """Return the cells of an audit: each finding's outcome with its cause, and each office's verdict."""
    cells: _Cells = {}
    for office in offices:
        cells[office.get("id", ""), "", None] = str(office.get("verdict"))
        for finding in office.get("findings", ()):
            outcome = " ".join(filter(None, (finding.get("outcome"), finding.get("cause"))))
            cells[office.get("id", ""), finding.get("check"), finding.get("account")] = outcome
    return cells


def _announced_cells(audit: dict[str, Any]) -> set[tuple[str, str, str | None]]:
    """Return the cells that an audit itself names as changed."""
    rejudged = audit.get("rejudged") or {}
    cells = {(cell["office"], cell["check"], cell.get("account")) for cell in rejudged.get("cells", ())}
    return cells | {(office, "", None) for office in rejudged.get("offices", ())}
