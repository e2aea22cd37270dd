"""Steps that bring an archive's file forward: ``NNNN_name.sql``, with a Python part where SQL does not do.

Each step is one transaction with its number in ``user_version``: a file is at one step or at the next, never between,
whenever the process is killed. What a step writes into the schema is never edited: archives are held against its text.
"""

__all__ = ["LATEST", "migrate", "schema_of", "stored_schema", "version_of"]

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from auditor.archive.migrations.answers_to_warc import move_answers
from auditor.archive.warc_files import MemoryShelf, Shelf


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the schema."""

    number: int
    file: str
    then: Callable[[sqlite3.Connection, Shelf], None] | None = None
    """What SQL does not do, in the same transaction. Files that it writes must do no harm when the rest is undone."""

    def statements(self) -> Iterator[str]:
        """Yield its statements one by one, since `executescript` would commit before the first."""
        text = ""
        for line in (files(__name__) / self.file).read_text(encoding="utf-8").splitlines(keepends=True):
            text += line
            if sqlite3.complete_statement(text):
                yield text
                text = ""


_STEPS = (
    Step(1, "0001_first.sql"),
    Step(2, "0002_discoveries.sql"),
    Step(3, "0003_warc.sql", move_answers),
    Step(4, "0004_purge.sql"),
    Step(5, "0005_notes.sql"),
)
LATEST = _STEPS[-1].number
"""The schema that this program writes."""


def version_of(db: sqlite3.Connection) -> int:
    """Return the number of the last step taken; 0 for an empty file."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


def stored_schema(db: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Return the text of each table, view, index and trigger that is in the file, by kind and name."""
    rows = db.execute(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {(str(kind), str(name)): str(sql) for kind, name, sql in rows}


@cache
def schema_of(version: int) -> dict[tuple[str, str], str]:
    """Return what `stored_schema` must be after step `version`; nothing before the first."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db, MemoryShelf(), version)
        return stored_schema(db)


def migrate(db: sqlite3.Connection, shelf: Shelf, version: int = LATEST) -> None:
    """Take every step up to `version` that is still to take; the step in hand is undone where it fails.

    Raises `sqlite3.Error`, `ArchiveError`.
    """
    for step in _STEPS[:version]:
        if step.number > version_of(db):
            _take(db, shelf, step)


def _take(db: sqlite3.Connection, shelf: Shelf, step: Step) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        if step.number > version_of(db):  # another process may have taken it while this one waited
            for statement in step.statements():
                db.execute(statement)
            if step.then is not None:
                step.then(db, shelf)
            db.execute(f"PRAGMA user_version = {step.number}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
