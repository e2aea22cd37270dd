"""Audits as they are stored: each edition of a week for good, its text compressed."""

import sqlite3

from auditor.base.packing import opened, packed


def add_edition(db: sqlite3.Connection, week: str, as_of: str, audit: str) -> None:
    """Store the text of an audit."""
    db.execute("INSERT INTO editions (week, as_of, body) VALUES (?, ?, ?)", (week, as_of, packed(audit)))


def edition_text(db: sqlite3.Connection, edition: int) -> str:
    """Return an audit as it was stored."""
    (body,) = db.execute("SELECT body FROM editions WHERE id = ?", (edition,)).fetchone()
    return opened(body)


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
