"""Audits as they are stored: each edition of a week for good, its offices apart, given back byte for byte."""

import json
import sqlite3
from collections.abc import Collection
from typing import Any

from auditor.archive.packing import opened, packed, written

_LINES, _COMPACT, _WHOLE = "lines", "compact", "whole"


def add_edition(db: sqlite3.Connection, week: str, as_of: str, text: str) -> int:
    """Store an audit; return its number."""
    form, head, offices = _split(text)
    cursor = db.execute(
        "INSERT INTO editions (week, as_of, form, head) VALUES (?, ?, ?, ?)", (week, as_of, form, packed(head))
    )
    assert cursor.lastrowid is not None
    rows = [(cursor.lastrowid, place, office["id"], packed(written(office))) for place, office in enumerate(offices)]
    db.executemany("INSERT INTO edition_offices VALUES (?, ?, ?, ?)", rows)
    return cursor.lastrowid


def _split(text: str) -> tuple[str, str, list[Any]]:
    """Return how a document is written, the document without its offices, and these; or the text as it is."""
    try:
        found = json.loads(text)
        form = next((form for form in (_LINES, _COMPACT) if _said(found, form) == text), _WHOLE)
        offices = found["offices"]
        if form == _WHOLE or any(not isinstance(office["id"], str) for office in offices):
            return _WHOLE, text, []
        return form, written({**found, "offices": []}), offices
    except (ValueError, LookupError, TypeError, RecursionError):
        return _WHOLE, text, []


def _said(found: Any, form: str) -> str:
    return written(found) if form == _COMPACT else json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def edition_text(db: sqlite3.Connection, edition: int) -> str:
    """Return an audit as it was stored."""
    form, head = db.execute("SELECT form, head FROM editions WHERE id = ?", (edition,)).fetchone()
    return opened(head) if form == _WHOLE else _said(_document(db, edition, opened(head)), form)


def edition_part(db: sqlite3.Connection, edition: int, offices: Collection[str] | None) -> str:
    """Return an audit with these offices alone, or with all; for reading, so in no particular form."""
    form, head = db.execute("SELECT form, head FROM editions WHERE id = ?", (edition,)).fetchone()
    if form == _WHOLE:
        return opened(head)
    return written(_document(db, edition, opened(head), offices))


def _document(
    db: sqlite3.Connection, edition: int, head: str, offices: Collection[str] | None = None
) -> dict[str, Any]:
    chosen = "" if offices is None else " AND office IN (SELECT value FROM json_each(?))"
    values = [edition] if offices is None else [edition, json.dumps(sorted(offices))]
    rows = db.execute(f"SELECT body FROM edition_offices WHERE edition = ?{chosen} ORDER BY place", values)  # noqa: S608
    return {**json.loads(head), "offices": [json.loads(opened(body)) for (body,) in rows]}


def newest_edition(db: sqlite3.Connection, week: str) -> tuple[int, str] | None:
    """Return the number and the moment of the audit that stands for a week, or None."""
    row = db.execute("SELECT id, as_of FROM editions WHERE week = ? ORDER BY id DESC LIMIT 1", (week,)).fetchone()
    return None if row is None else (int(row[0]), str(row[1]))


def first_edition(db: sqlite3.Connection, week: str) -> str | None:
    """Return the moment of the first audit of a week, or None."""
    row = db.execute("SELECT as_of FROM editions WHERE week = ? ORDER BY id LIMIT 1", (week,)).fetchone()
    return None if row is None else str(row[0])


def editions_between(db: sqlite3.Connection, first: str, end: str, as_of: str) -> list[int]:
    """Return of each week ``first <= week < end`` the newest edition of up to `as_of`, the oldest week first."""
    rows = db.execute(
        "SELECT max(id) FROM editions WHERE week >= ? AND week < ? AND as_of <= ? GROUP BY week ORDER BY week",
        (first, end, as_of),
    )
    return [int(edition) for (edition,) in rows]


def edition_made(db: sqlite3.Connection, week: str, as_of: str) -> tuple[int, str] | None:
    """Return the last edition of a week that was made in the second of `as_of`, or None."""
    row = db.execute(
        "SELECT id, as_of FROM editions WHERE week = ? AND substr(as_of, 1, 19) = substr(?, 1, 19) "
        "ORDER BY id DESC LIMIT 1",
        (week, as_of),
    ).fetchone()
    return None if row is None else (int(row[0]), str(row[1]))
