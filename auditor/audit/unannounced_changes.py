"""Verdicts that a later audit of a week turned in silence: an honest audit names what it turns."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

_Cells = dict[tuple[str, str, str | None], str]


def unannounced_changes(audits: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the week and the cell of each such verdict; `audits` are week and text of all that were ever stored."""
    first: dict[str, _Cells] = {}
    last: dict[str, _Cells] = {}
    for week, text in audits:
        cells, named = _said(text)
        before, at_first = last.get(week, cells), first.setdefault(week, cells)
        for place in sorted(before.keys() | cells.keys(), key=str):
            now = cells.get(place)
            if now != before.get(place) and now != at_first.get(place) and place not in named:
                yield week, " ".join(filter(None, place))
        last[week] = cells


def _said(text: str) -> tuple[_Cells, set[tuple[str, str, str | None]]]:
    """Return what an audit says in each cell, and which it names; nothing of one that lost its form: its hash tells."""
    try:
        audit = json.loads(text)
        return _cells(audit.get("offices", ())), _named_cells(audit)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}, set()


def _cells(offices: Iterable[dict[str, Any]]) -> _Cells:
    """Return what an audit says in each cell: a finding's outcome with its cause, an office's verdict."""
    said: _Cells = {}
    for office in offices:
        said[office.get("id", ""), "", None] = str(office.get("verdict"))
        for one in office.get("findings", ()):
            told = " ".join(filter(None, (one.get("outcome"), one.get("cause"))))
            said[office.get("id", ""), one.get("check"), one.get("account")] = told
    return said


def _named_cells(audit: dict[str, Any]) -> set[tuple[str, str, str | None]]:
    """Return the cells of which an audit itself says that they have become others."""
    told = audit.get("rejudged") or {}
    cells = {(one["office"], one["check"], one.get("account")) for one in told.get("cells", ())}
    return cells | {(office, "", None) for office in told.get("offices", ())}
