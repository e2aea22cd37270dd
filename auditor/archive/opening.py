"""Open an archive: locked, created if there is none, or read as it is.

The tables of ``schema.sql`` are made in one transaction with the schema's number in ``user_version``, so a file is
empty or whole, whenever the process is killed. Archives are checked against the text of the schema.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

from auditor.archive.index import is_bare, stored_schema
from auditor.archive.warc_files import Shelf
from auditor.base.errors import ArchiveError, LockedError
from auditor.base.files import make_private
from auditor.base.safe import one_line

FILE = "archive.sqlite"


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold the archive's lock while the block runs.

    The lock is the kernel's, so it ends with the process, even a killed one. Raises `LockedError` with the number of
    the process that holds it, and `ArchiveError` if the folder cannot be written.
    """
    make_private_folder(folder)
    path = folder / "lock"
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be written ({error.strerror}); check the folder's rights") from None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 32).decode(errors="replace").strip() or "unknown"
            raise LockedError(f"{folder}: another run (process {holder}) is using this archive; wait for it") from None
        except OSError as error:
            said = f"cannot be locked ({error.strerror}); keep the archive on a disk of this machine"
            raise ArchiveError(f"{path}: {said}") from None
        _sign(file, path)
        yield
    finally:
        os.close(file)


def _sign(file: int, path: Path) -> None:
    """Write the process's number into the lock. If the disk is full, nothing later would succeed either."""
    try:
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be written ({error.strerror}); nothing was changed") from None


def make_private_folder(folder: Path) -> None:
    """Make `folder`, and missing folders above it, for its owner only. Raises `ArchiveError` in one line."""
    try:
        make_private(folder)
    except OSError as error:
        raise ArchiveError(f"{folder}: cannot be made ({error.strerror}); choose another with --data") from None


def open_for_writing(path: Path, shelf: Shelf) -> sqlite3.Connection:
    """Open the file, creating it if there is none. Raises `ArchiveError`."""
    if not path.exists():
        refuse_orphans(path, shelf, "is missing")
    with _errors(path):
        _require_plain(path)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with _closed_on_error(sqlite3.connect(path, isolation_level=None, timeout=10)) as db:
            version = _known_version(db, path, shelf)
            if version == 0:
                db.execute(f"PRAGMA page_size = {_PAGE}")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")  # what is purged is overwritten, not merely unlinked
            if version == 0:
                _make_tables(db)
            return db


_PAGE = 16384
"""Bytes of a page: a look's row fills a good part of one of SQLite's own 4,096, and the rest would lie empty."""


def open_for_reading(path: Path, shelf: Shelf) -> sqlite3.Connection:
    """Open the file without changing it; an empty one is read as an archive without runs. Raises `ArchiveError`."""
    _require_plain(path)
    with _errors(path), _closed_on_error(_connect_to_read(path)) as db:
        if _known_version(db, path, shelf) == 0:
            db.close()
            return in_memory()
        db.execute("PRAGMA query_only = ON")
        return db


def in_memory() -> sqlite3.Connection:
    """Return an empty archive in memory."""
    with _closed_on_error(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = ON")
        _make_tables(db)
        return db


def _require_plain(path: Path) -> None:
    """Raise `ArchiveError` where the database or its log is a pipe or a device: reading it might never end."""
    for name in (path.name, *(f"{path.name}{end}" for end in ("-wal", "-shm", "-journal"))):
        found = path.with_name(name)
        if found.exists() and not found.is_file():
            raise ArchiveError(f"{found}: is no file; restore a copy or use --data")


def _connect_to_read(path: Path) -> sqlite3.Connection:
    mode = "mode=rw"  # SQLite itself may have to clear up after a killed run
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        log = path.with_name(f"{path.name}-wal")
        mode = "mode=ro" if log.exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None, timeout=10)


def _known_version(db: sqlite3.Connection, path: Path, shelf: Shelf) -> int:
    """Return the schema's number. Raises `ArchiveError` for one that cannot be used."""
    version = _version_of(db)
    if version > SCHEMA:
        raise ArchiveError(f"{path}: was written by a newer auditor (schema {version}); update auditor")
    if version == 0 and stored_schema(db):
        raise ArchiveError(f"{path}: says schema 0 and is not of it, so it was damaged; restore a copy")
    if 0 < version < SCHEMA:
        said = "formats before 1.0 are not read; name another folder with --data"
        raise ArchiveError(f"{path}: was written by auditor {_writer(db)} (schema {version}); {said}")
    if version == 0:
        refuse_orphans(path, shelf, "is empty")
    return version


def _writer(db: sqlite3.Connection) -> str:
    """Return the version of the program that made the last run of an older archive."""
    with suppress(sqlite3.Error):
        row = db.execute("SELECT tool_version FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        if row is not None:
            return one_line(str(row[0]))[:20]
    return "before 1.0"


def refuse_orphans(path: Path, shelf: Shelf, what: str) -> None:
    """Raise `ArchiveError` if there are files of evidence beside a missing or empty database: it was lost.

    A new database beside them would give its runs the numbers of the old ones.
    """
    left = [name for name in shelf.names() if not is_bare(shelf, name)]
    if left:
        some = f"{left[0]}, {len(left)} in all" if len(left) > 1 else left[0]
        said = f"{what} beside files of evidence that no run knows ({some})"
        raise ArchiveError(f"{path}: {said}; restore a copy, or move the folder evidence elsewhere to begin anew")


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


SCHEMA = 7
"""The number of the schema that this program writes. Those up to 6 are of before 1.0."""


def _version_of(db: sqlite3.Connection) -> int:
    """Return the number of the file's schema; 0 for an empty file."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


@cache
def schema_now() -> dict[tuple[str, str], str]:
    """Return what `stored_schema` must be."""
    with closing(in_memory()) as db:
        return stored_schema(db)


def _make_tables(db: sqlite3.Connection) -> None:
    """Make the tables of an empty file, all or none. Raises `sqlite3.Error`."""
    db.execute("BEGIN IMMEDIATE")
    try:
        if _version_of(db) == 0:  # another process may have made them while this one waited
            for statement in _statements():
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {SCHEMA}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _statements() -> Iterator[str]:
    """Yield the statements of ``schema.sql`` one by one: `executescript` would commit before the first."""
    text = ""
    for line in (files("auditor.archive") / "schema.sql").read_text(encoding="utf-8").splitlines(keepends=True):
        text += line
        if sqlite3.complete_statement(text):
            yield text
            text = ""
