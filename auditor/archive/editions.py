"""Audits as they are stored: each edition of a week for good, its offices apart, given back byte for byte."""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from auditor.base.packing import Document, opened, packed, written

_LINES, _COMPACT, _WHOLE = "lines", "compact", "whole"


class Edition(NamedTuple):
    """An audit as it lies in the archive: `head` is all of it but its offices, as JSON, `offices` are packed, in order.

    Of one that an older version stored in its own form all is in `head`.
    """

    head: str
    offices: Iterator[bytes]


def add_edition(db: sqlite3.Connection, week: str, as_of: str, audit: Document | str) -> str:
    """Store an audit, a document office by office; return the hash of its text."""
    return _add_text(db, week, as_of, audit) if isinstance(audit, str) else _add_document(db, week, as_of, audit)


def _add_document(db: sqlite3.Connection, week: str, as_of: str, document: Document) -> str:
    edition, found = _begin(db, week, as_of, _LINES, written({**document.head, "offices": []})), hashlib.sha256()
    for piece in Document(document.head, _stored(db, edition, document.offices)).in_lines():
        found.update(piece.encode())
    return found.hexdigest()


def _add_text(db: sqlite3.Connection, week: str, as_of: str, text: str) -> str:
    form, head, offices = _split(text)
    edition = _begin(db, week, as_of, form, head)
    for _ in _stored(db, edition, offices):
        pass
    return hashlib.sha256(text.encode()).hexdigest()


def _begin(db: sqlite3.Connection, week: str, as_of: str, form: str, head: str) -> int:
    cursor = db.execute(
        "INSERT INTO editions (week, as_of, form, head) VALUES (?, ?, ?, ?)", (week, as_of, form, packed(head))
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _stored(db: sqlite3.Connection, edition: int, offices: Iterable[Any]) -> Iterator[Any]:
    """Store offices, and yield each."""
    for place, office in enumerate(offices):
        row = (edition, place, office["id"], packed(written(office)))
        db.execute("INSERT INTO edition_offices VALUES (?, ?, ?, ?)", row)
        yield office


def _split(text: str) -> tuple[str, str, list[Any]]:
    """Return how a document is written, the document without its offices, and these; or the text as it is."""
    try:
        found = json.loads(text)
        offices = found["offices"]
        form = next((form for form in (_LINES, _COMPACT) if "".join(_said(found, offices, form)) == text), _WHOLE)
        if form == _WHOLE or any(not isinstance(office["id"], str) for office in offices):
            return _WHOLE, text, []
        return form, written({**found, "offices": []}), offices
    except (ValueError, LookupError, TypeError, RecursionError):
        return _WHOLE, text, []


def _said(head: Mapping[str, Any], offices: Iterable[Any], form: str) -> Iterator[str]:
    document = Document(head, offices)
    return document.compact() if form == _COMPACT else document.in_lines()


def edition_pieces(db: sqlite3.Connection, edition: int) -> Iterator[str]:
    """Yield an audit's text as it was stored, office by office."""
    form, head = db.execute("SELECT form, head FROM editions WHERE id = ?", (edition,)).fetchone()
    if form == _WHOLE:
        yield opened(head)
    else:
        offices = (json.loads(opened(body)) for body in _bodies(db, edition))
        yield from _said(json.loads(opened(head)), offices, form)


def edition_text(db: sqlite3.Connection, edition: int) -> str:
    """Return an audit as it was stored."""
    return "".join(edition_pieces(db, edition))


def edition_part(db: sqlite3.Connection, edition: int, offices: Collection[str] | None = None) -> Edition:
    """Return an audit with these offices alone, or with all; one in a form of its own comes with all."""
    form, head = db.execute("SELECT form, head FROM editions WHERE id = ?", (edition,)).fetchone()
    return Edition(opened(head), iter(()) if form == _WHOLE else _bodies(db, edition, offices))


def _bodies(db: sqlite3.Connection, edition: int, offices: Collection[str] | None = None) -> Iterator[bytes]:
    chosen = "" if offices is None else " AND office IN (SELECT value FROM json_each(?))"
    values = [edition] if offices is None else [edition, json.dumps(sorted(offices))]
    rows = db.execute(f"SELECT body FROM edition_offices WHERE edition = ?{chosen} ORDER BY place", values)  # noqa: S608
    yield from (body for (body,) in rows)


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
