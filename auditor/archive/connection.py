"""Connect to the database of an archive, for writing (creating it if there is none) or for reading.

There is one schema, ``schema.sql``. Its tables are created in one transaction with the numbers of format and schema, so
that a database is empty or complete even if the process is killed.
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
"""SQLite's ``application_id`` of an archive, ``aud1``. Databases from before 1.0 have none."""
SCHEMA = 1
"""The schema that this program writes, as SQLite's ``user_version``."""
_PAGE = 16384
"""Bytes per database page: with SQLite's default of 4,096 a look's row would leave a large part of its page empty."""


def open_for_writing(path: Path, evidence_files: EvidenceFiles) -> sqlite3.Connection:
    """Open the database, creating it if there is none. Raises `ArchiveError`."""
    if not path.exists():
        refuse_lost_database(path, evidence_files, phrase("is missing"))
    with _as_archive_error(path):
        _require_regular_files(path)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with _closed_on_error(sqlite3.connect(path, isolation_level=None, timeout=10)) as db:
            has_tables = _has_tables(db, path, evidence_files)
            if not has_tables:
                db.execute(f"PRAGMA page_size = {_PAGE}")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA secure_delete = ON")  # what is purged is overwritten, not merely unlinked
            if not has_tables:
                _make_tables(db)
            return db


def open_for_reading(path: Path, evidence_files: EvidenceFiles) -> sqlite3.Connection:
    """Open the database read-only; an empty file counts as an archive without runs. Raises `ArchiveError`."""
    _require_regular_files(path)
    with _as_archive_error(path), _closed_on_error(_connect_to_read(path)) as db:
        if not _has_tables(db, path, evidence_files):
            db.close()
            return in_memory()
        db.execute("PRAGMA query_only = ON")
        return db


def in_memory() -> sqlite3.Connection:
    """Return an empty archive in memory."""
    with _closed_on_error(sqlite3.connect(":memory:", isolation_level=None)) as db:
        _make_tables(db)
        return db


def _require_regular_files(path: Path) -> None:
    """Raise `ArchiveError` if the database or its log is a pipe or a device: reading it might never end."""
    for name in (path.name, *(f"{path.name}{suffix}" for suffix in ("-wal", "-shm", "-journal"))):
        file = path.with_name(name)
        if file.exists() and not file.is_file():
            raise ArchiveError(phrase("{found}: is no file; restore a copy or use --data", found=file))


def _connect_to_read(path: Path) -> sqlite3.Connection:
    mode = "mode=rw"  # SQLite itself may have to clear up after a killed run
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        log = path.with_name(f"{path.name}-wal")
        mode = "mode=ro" if log.exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=10)


def _has_tables(db: sqlite3.Connection, path: Path, evidence_files: EvidenceFiles) -> bool:
    """Return whether the tables exist already. Raises `ArchiveError` for a file that cannot be used."""
    (application_id,), (version,) = (
        db.execute("PRAGMA application_id").fetchone(),
        db.execute("PRAGMA user_version").fetchone(),
    )
    if (application_id, version) == (FORMAT, SCHEMA):
        return True
    if application_id == FORMAT and version > SCHEMA:
        raise ArchiveError(
            phrase(
                "{path}: was written by a newer auditor (schema {version}); update auditor", path=path, version=version
            )
        )
    if stored_schema(db):
        message = N_("{path}: was written by a version before 1.0, or was damaged; name another folder with --data")
        raise ArchiveError(phrase(message, path=path))
    refuse_lost_database(path, evidence_files, phrase("is empty"))
    return False


def refuse_lost_database(path: Path, evidence_files: EvidenceFiles, cause: Text) -> None:
    """Raise `ArchiveError` if there are files of evidence: then the missing or empty database was lost.

    A new database beside them would number its runs like the old ones. `cause` says what is wrong with the database.
    """
    orphans = [name for name, size in evidence_files.names().items() if size != 0]
    if orphans:
        examples = f"{orphans[0]} … ({len(orphans)})" if len(orphans) > 1 else orphans[0]
        raise ArchiveError(
            phrase(
                "{path}: {what} beside files of evidence that no run knows ({some}); restore a copy, or move the "
                "folder evidence elsewhere to begin anew",
                path=path,
                what=cause,
                some=examples,
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
def _as_archive_error(path: Path) -> Iterator[None]:
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
    """Return the SQL of each table, view, index and trigger in the database, by kind and name."""
    statistics = "type = 'table' AND name GLOB 'sqlite_stat[0-9]'"  # SQLite's own, if somebody asked for them
    rows = db.execute(f"SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE NOT ({statistics})")  # noqa: S608 - names of our columns and tables
    return {(str(kind), str(name)): str(sql) for kind, name, sql in rows}


@cache
def expected_schema() -> dict[tuple[str, str], str]:
    """Return the `stored_schema` of an undamaged archive."""
    with closing(in_memory()) as db:
        return stored_schema(db)


def _make_tables(db: sqlite3.Connection) -> None:
    """Create all tables in one transaction; it changes nothing if another process has created them meanwhile."""
    tables = (files("auditor.archive") / "schema.sql").read_text(encoding="utf-8")
    numbers = f"PRAGMA application_id = {FORMAT}; PRAGMA user_version = {SCHEMA};"
    db.executescript(f"BEGIN IMMEDIATE; {tables} {numbers} COMMIT;")
