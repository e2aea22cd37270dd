"""How the archive's file is opened: for writing, brought up to date with a copy first; for reading, left as it is."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from auditor.archive.index import is_bare
from auditor.archive.migrations import LATEST, migrate, schema_of, stored_schema, version_of
from auditor.archive.warc import stamp
from auditor.archive.warc_files import MemoryShelf, Shelf
from auditor.base.errors import ArchiveError
from auditor.base.private import make_private

FILE = "archive.sqlite"


def make_private_folder(folder: Path) -> None:
    """Make `folder`, and what is missing above it, for its owner only. Raises `ArchiveError` in one line."""
    try:
        make_private(folder)
    except OSError as error:
        raise ArchiveError(f"{folder}: cannot be made ({error.strerror}); choose another with --data") from None


def open_for_writing(path: Path, shelf: Shelf) -> sqlite3.Connection:
    """Open the file, making it where there is none.

    An older one is first copied to ``archive.sqlite.before-N`` and then brought to schema N. Raises `ArchiveError`.
    """
    if not path.exists():
        refuse_orphans(path, shelf, "is missing")
    with _errors(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with _closed_on_error(sqlite3.connect(path, isolation_level=None, timeout=10)) as db:
            version = _known_version(db, path, shelf)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")  # what is purged is written over, not merely let go of
            if 0 < version < LATEST:
                _copy(db, path.with_name(f"{path.name}.before-{LATEST}"))
            migrate(db, shelf)
            return db


def open_for_reading(path: Path, shelf: Shelf) -> tuple[sqlite3.Connection, Shelf]:
    """Open the file without changing anything of it; an older one is read through a copy in memory.

    Return it with the shelf that holds its evidence. Raises `ArchiveError`.
    """
    with _errors(path), _closed_on_error(_connect_to_read(path)) as db:
        if _known_version(db, path, shelf) == LATEST:
            db.execute("PRAGMA query_only = ON")
            return db, shelf
        copy = in_memory(db)
        db.close()
        return copy


def in_memory(source: sqlite3.Connection | None = None) -> tuple[sqlite3.Connection, Shelf]:
    """Return an archive in memory with its shelf: empty, or `source` brought up to date."""
    shelf = MemoryShelf()
    db = sqlite3.connect(":memory:", isolation_level=None)
    with _closed_on_error(db):
        if source is not None:
            source.backup(db)
        db.execute("PRAGMA foreign_keys = ON")
        migrate(db, shelf)
        return db, shelf


def _connect_to_read(path: Path) -> sqlite3.Connection:
    mode = "mode=rw"  # SQLite itself may have to clear up after a killed run
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        log = path.with_name(f"{path.name}-wal")
        mode = "mode=ro" if log.exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=10)


def _known_version(db: sqlite3.Connection, path: Path, shelf: Shelf) -> int:
    """Return the schema's number. Raises `ArchiveError` for one that cannot be worked with."""
    version = version_of(db)
    if version > LATEST:
        raise ArchiveError(f"{path}: was written by a newer auditor (schema {version}); update auditor")
    if version < LATEST and stored_schema(db) != schema_of(version):
        raise ArchiveError(f"{path}: says schema {version} and is not of it, so it was damaged; restore a copy")
    if version == 0:
        refuse_orphans(path, shelf, "is empty")
    return version


def refuse_orphans(path: Path, shelf: Shelf, what: str) -> None:
    """Raise `ArchiveError` where answers stand beside a database that knows of none: it was lost, and they were not.

    To begin anew beside them would give a second archive the first one's numbers.
    """
    left = [name for name in shelf.names() if not name.endswith(".part") and not is_bare(shelf, name)]
    if left:
        some = f"{left[0]}, {len(left)} in all" if len(left) > 1 else left[0]
        said = f"{what} beside files of evidence that no run knows ({some})"
        raise ArchiveError(f"{path}: {said}; restore a copy, or move the folder evidence elsewhere to begin anew")


def _copy(db: sqlite3.Connection, target: Path) -> None:
    """Copy the whole database to `target`, mode 0600; under another name until it is complete."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole in itself
    part.replace(target)


def copies_due(folder: Path, raw: datetime, comments: datetime) -> list[Path]:
    """Return the copies of older archives that hold an answer from before `raw`, or a look from before `comments`.

    One that cannot be read is among them: nobody can say what it holds.
    """
    return sorted(path for path in folder.glob(f"{FILE}.before-*") if _holds_older(path, raw, comments))


def _holds_older(path: Path, raw: datetime, comments: datetime) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            oldest = [("snapshots", "taken_at", comments), ("evidence", "fetched_at", raw)]
            return any(
                db.execute(f"SELECT 1 FROM {table} WHERE {at} < ? LIMIT 1", (stamp(moment),)).fetchone()  # noqa: S608
                for table, at, moment in oldest
                if table in tables
            )
    except sqlite3.Error:
        return True


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
        raise ArchiveError(f"{path}: cannot be opened ({error.strerror}); check its rights") from None
    except sqlite3.OperationalError as error:
        raise ArchiveError(f"{path}: cannot be opened ({error}); check its rights and the disk's room") from None
    except sqlite3.Error as error:
        raise ArchiveError(f"{path}: is not a readable archive ({error}); restore a copy or use --data") from None
