"""The Python part of step 3: the answers that the database held become records of one WARC file a run."""

import sqlite3
import zlib
from typing import Any

from auditor.archive.index import add_answers, begin_file
from auditor.archive.manifest import add_audit, close_run
from auditor.archive.warc_files import Shelf
from auditor.base.snapshot import Evidence
from auditor.probes.base import Answer

_NAMES = ("id", "kind", "url", "fetched_at", "status", "sha256", "stored_sha256", "minimised")
_ANSWERS = f"""SELECT {", ".join(f"e.{name}" for name in _NAMES)}, a.body
FROM evidence e JOIN answers a USING (stored_sha256) WHERE e.run_id = ? ORDER BY e.fetched_at, e.id"""  # noqa: S608


def move_answers(db: sqlite3.Connection, shelf: Shelf) -> None:
    """Write the files, index them, seal the runs and the audits, and drop the tables that held the answers.

    A killed attempt leaves files that no row names; the next one writes the same names again.
    """
    runs = db.execute("SELECT id, coalesce(finished_at, started_at) FROM runs ORDER BY id").fetchall()
    for run, ended in runs:
        name, first = begin_file(db, run)
        shelf.put(name, first)
        db.execute("INSERT INTO warcs VALUES (?, ?, ?)", (run, name, len(first)))
        shelf.claim(name)
        add_answers(db, shelf, run, (_answer(row) for row in db.execute(_ANSWERS, (run,))))
        close_run(db, shelf, run, ended)
        shelf.release(name)
    for audit in db.execute("SELECT week, as_of, body FROM audits ORDER BY as_of, week").fetchall():
        add_audit(db, *audit)
    db.execute("DROP TABLE evidence")
    db.execute("DROP TABLE answers")


def _answer(row: tuple[Any, ...]) -> Answer:
    *told, body = row
    return Answer(Evidence.model_validate(dict(zip(_NAMES, told, strict=True))), zlib.decompress(body))
