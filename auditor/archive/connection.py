"""Open an archive: created if there is none, or read as it is.

There is one schema, ``schema.sql``. Its tables are made in one transaction with the number of the format, so a file is
empty or whole, whenever the process is killed.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

from auditor.archive.evidence_files import EvidenceFiles
from auditor.base.errors import ArchiveError, os_error_text
from auditor.base.text import N_, Text, phrase

FILE = "archive.sqlite"
FORMAT = 0x61756431
"""SQLite's ``application_id`` of an archive: ``aud1``. Files of before 1.0 have none."""
SCHEMA = 1
"""The number of the schema that this program writes, ``user_version``."""
_PAGE = 16384
"""Bytes of a page: a look's row fills a good part of one of SQLite's own 4,096, and the rest would lie empty."""


def open_for_writing(path: Path, shelf: EvidenceFiles) -> sqlite3.Connection:
    """Open the file, creating it if there is none. Raises `ArchiveError`."""
    if not path.exists():
        refuse_lost_database(path, shelf, phrase("is missing"))
    with _errors(path):
        _require_plain(path)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with _closed_on_error(sqlite3.connect(path, isolation_level=None, timeout=10)) as db:
            begun = _is_begun(db, path, shelf)
            if not begun:
                db.execute(f"PRAGMA page_size = {_PAGE}")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA secure_delete = ON")  # what is purged is overwritten, not merely unlinked
            if not begun:
                _make_tables(db)
            return db


def open_for_reading(path: Path, shelf: EvidenceFiles) -> sqlite3.Connection:
    """Open the file without changing it; an empty one is read as an archive without runs. Raises `ArchiveError`."""
    _require_plain(path)
    with _errors(path), _closed_on_error(_connect_to_read(path)) as db:
        if not _is_begun(db, path, shelf):
            db.close()
            return in_memory()
        db.execute("PRAGMA query_only = ON")
        return db


def in_memory() -> sqlite3.Connection:
    """Return an empty archive in memory."""
    with _closed_on_error(sqlite3.connect(":memory:", isolation_level=None)) as db:
        _make_tables(db)
        return db


def _require_plain(path: Path) -> None:
    """Raise `ArchiveError` where the database or its log is a pipe or a device: reading it might never end."""
    for name in (path.name, *(f"{path.name}{end}" for end in ("-wal", "-shm", "-journal"))):
        found = path.with_name(name)
        if found.exists() and not found.is_file():
            raise ArchiveError(phrase("{found}: is no file; restore a copy or use --data", found=found))


def _connect_to_read(path: Path) -> sqlite3.Connection:
    mode = "mode=rw"  # SQLite itself may have to clear up after a killed run
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        log = path.with_name(f"{path.name}-wal")
        mode = "mode=ro" if log.exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=10)


def _is_begun(db: sqlite3.Connection, path: Path, shelf: EvidenceFiles) -> bool:
    """Tell whether the tables are there already. Raises `ArchiveError` for a file that cannot be used."""
    (form,), (version,) = db.execute("PRAGMA application_id").fetchone(), db.execute("PRAGMA user_version").fetchone()
    if (form, version) == (FORMAT, SCHEMA):
        return True
    if form == FORMAT and version > SCHEMA:
        raise ArchiveError(
            phrase(
                "{path}: was written by a newer auditor (schema {version}); update auditor", path=path, version=version
            )
        )
    if stored_schema(db):
        said = N_("{path}: was written by a version before 1.0, or was damaged; name another folder with --data")
        raise ArchiveError(phrase(said, path=path))
    refuse_lost_database(path, shelf, phrase("is empty"))
    return False


def refuse_lost_database(path: Path, shelf: EvidenceFiles, what: Text) -> None:
    """Raise `ArchiveError` if there are files of evidence beside a missing or empty database: it was lost.

    A new database beside them would give its runs the numbers of the old ones.
    """
    left = [name for name, size in shelf.names().items() if size != 0]
    if left:
        some = f"{left[0]} … ({len(left)})" if len(left) > 1 else left[0]
        raise ArchiveError(
            phrase(
                "{path}: {what} beside files of evidence that no run knows ({some}); restore a copy, or move the "
                "folder evidence elsewhere to begin anew",
                path=path,
                what=what,
                some=some,
            )
        )


@contextmanager
def _closed_on_error(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield db
    except BaseException:
        db.close()
        raise


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ArchiveError(
            phrase("{path}: cannot be opened ({why}); check its rights", path=path, why=os_error_text(error))
        ) from None
    except sqlite3.OperationalError:
        raise ArchiveError(
            phrase("{path}: cannot be opened; check its rights and the disk's room", path=path)
        ) from None
    except sqlite3.Error:
        raise ArchiveError(
            phrase("{path}: is not a readable archive; restore a copy or use --data", path=path)
        ) from None


def stored_schema(db: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Return the text of each table, view, index and trigger that is in the file, by kind and name."""
    statistics = "type = 'table' AND name GLOB 'sqlite_stat[0-9]'"  # SQLite's own, if somebody asked for them
    rows = db.execute(f"SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE NOT ({statistics})")  # noqa: S608 - names of our columns and tables
    return {(str(kind), str(name)): str(sql) for kind, name, sql in rows}


@cache
def schema_now() -> dict[tuple[str, str], str]:
    """Return what `stored_schema` must be."""
    with closing(in_memory()) as db:
        return stored_schema(db)


def _make_tables(db: sqlite3.Connection) -> None:
    """Make the tables of an empty file, all or none, or nothing where another process was quicker."""
    tables = (files("auditor.archive") / "schema.sql").read_text(encoding="utf-8")
    numbers = f"PRAGMA application_id = {FORMAT}; PRAGMA user_version = {SCHEMA};"
    db.executescript(f"BEGIN IMMEDIATE; {tables} {numbers} COMMIT;")
