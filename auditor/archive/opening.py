"""Open an archive: locked, created if there is none, brought up to date, or read as it is.

Steps bring its file forward: ``migrations/NNNN_name.sql``, with a Python part where SQL is not enough. Each step is one
transaction with its number in ``user_version``, so a file is at one step or at the next, never between, whenever the
process is killed. What a step writes into the schema is never edited: archives are checked against its text.
"""

import fcntl
import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from auditor.archive.editions import add_edition
from auditor.archive.index import add_answers, begin_file, is_bare, stored_schema
from auditor.archive.looks import add_look, note_controls
from auditor.archive.seals import add_audit, add_upgrade, close_run, seals, text_hash
from auditor.archive.warc_files import MemoryShelf, Shelf
from auditor.base.answers import Answer
from auditor.base.errors import ArchiveError, LockedError
from auditor.base.files import make_private, replacing
from auditor.base.packing import stamp
from auditor.base.snapshot import Evidence

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
    """Open the file, creating it if there is none.

    An older one is first copied to ``archive.sqlite.before-N`` and then brought to schema N. Raises `ArchiveError`.
    """
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
            if 0 < version < LATEST:
                _copy(db, path.with_name(f"{path.name}.before-{LATEST}"))
            _migrate(db, shelf)
            if 0 < version < LATEST:
                _write_anew(db)
            _drop_author_key(db, path.with_name("author.key"))
            return db


_PAGE = 16384
"""Bytes of a page: a look's row fills a good part of one of SQLite's own 4,096, and the rest would lie empty."""


def _write_anew(db: sqlite3.Connection) -> None:
    """Give back the room that an older form took, with the page size of new archives; a killed attempt is no loss."""
    with suppress(sqlite3.OperationalError):  # somebody reads, or the disk is full: the next purge does it
        db.execute("PRAGMA journal_mode = DELETE")  # the size of pages cannot change beside a log
        db.execute(f"PRAGMA page_size = {_PAGE}")
        db.execute("VACUUM")
    db.execute("PRAGMA journal_mode = WAL")


def _drop_author_key(db: sqlite3.Connection, path: Path) -> None:
    """Remove the key with which older versions hashed authors, and seal that it went."""
    if path.exists():
        with db:
            db.execute("BEGIN IMMEDIATE")
            add_upgrade(db, {"authors": True})
        path.unlink()


def open_for_reading(path: Path, shelf: Shelf) -> tuple[sqlite3.Connection, Shelf]:
    """Open the file without changing it; an older one is read through a copy in memory.

    Return it with the shelf that holds its evidence. Raises `ArchiveError`.
    """
    _require_plain(path)
    with _errors(path), _closed_on_error(_connect_to_read(path)) as db:
        if _known_version(db, path, shelf) == LATEST:
            db.execute("PRAGMA query_only = ON")
            return db, shelf
        copy, memory = in_memory(db)
        held = shelf if version_of(db) >= _IN_FILES else memory
        db.close()
        return copy, held


_IN_FILES = 3
"""The step from which on answers are in files: later ones write none."""


def in_memory(source: sqlite3.Connection | None = None) -> tuple[sqlite3.Connection, Shelf]:
    """Return an archive in memory with its shelf: empty, or `source` brought up to date."""
    shelf = MemoryShelf()
    db = sqlite3.connect(":memory:", isolation_level=None)
    with _closed_on_error(db):
        if source is not None:
            source.backup(db)
        db.execute("PRAGMA foreign_keys = ON")
        _migrate(db, shelf)
        return db, shelf


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
    version = version_of(db)
    if version > LATEST:
        raise ArchiveError(f"{path}: was written by a newer auditor (schema {version}); update auditor")
    if version < LATEST and stored_schema(db) != schema_of(version):
        raise ArchiveError(f"{path}: says schema {version} and is not of it, so it was damaged; restore a copy")
    if version == 0:
        refuse_orphans(path, shelf, "is empty")
    return version


def refuse_orphans(path: Path, shelf: Shelf, what: str) -> None:
    """Raise `ArchiveError` if there are files of evidence beside a missing or empty database: it was lost.

    A new database beside them would give its runs the numbers of the old ones.
    """
    left = [name for name in shelf.names() if not is_bare(shelf, name)]
    if left:
        some = f"{left[0]}, {len(left)} in all" if len(left) > 1 else left[0]
        said = f"{what} beside files of evidence that no run knows ({some})"
        raise ArchiveError(f"{path}: {said}; restore a copy, or move the folder evidence elsewhere to begin anew")


def _copy(db: sqlite3.Connection, target: Path) -> None:
    """Copy the whole database to `target`, mode 0600, whole or not at all."""
    for left in target.parent.glob(f"{target.name}.*part*"):  # of a killed attempt
        left.unlink()
    with replacing(target) as (part,), closing(sqlite3.connect(part, isolation_level=None)) as copy:
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one complete file


def copies_due(folder: Path, comments: datetime) -> list[Path]:
    """Return the copies of older archives that hold an answer or a look from before `comments`.

    A copy that cannot be read is included, because what it holds is unknown.
    """
    return sorted(path for path in folder.glob(f"{FILE}.before-*") if _holds_older(path, comments))


def _holds_older(path: Path, comments: datetime) -> bool:
    if not path.is_file():
        return True
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            oldest = [(name, "taken_at", comments) for name in ("snapshots", "looks")] + [
                ("evidence", "fetched_at", comments)
            ]
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


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the schema."""

    number: int
    file: str
    then: Callable[[sqlite3.Connection, Shelf], None] | None = None
    """What SQL cannot do, in the same transaction. Files that it writes must do no harm if the rest is undone."""

    def statements(self) -> Iterator[str]:
        """Yield its statements one by one: `executescript` would commit before the first."""
        text = ""
        for line in (
            (files("auditor.archive") / "migrations" / self.file).read_text(encoding="utf-8").splitlines(keepends=True)
        ):
            text += line
            if sqlite3.complete_statement(text):
                yield text
                text = ""


_NAMES = ("id", "kind", "url", "fetched_at", "status", "sha256", "stored_sha256", "minimised")
_ANSWERS = f"""SELECT {", ".join(f"e.{name}" for name in _NAMES)}, a.body
FROM evidence e JOIN answers a USING (stored_sha256) WHERE e.run_id = ? ORDER BY e.fetched_at, e.id"""  # noqa: S608


def _move_answers(db: sqlite3.Connection, shelf: Shelf) -> None:
    """Step 3: move the answers that the database held into one WARC file a run, index them, seal runs and audits.

    A killed attempt leaves files that no row names; the next one writes files of the same names again.
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
    for week, as_of, body in db.execute("SELECT week, as_of, body FROM audits ORDER BY as_of, week").fetchall():
        add_audit(db, week, as_of, text_hash(body))
    db.execute("DROP TABLE evidence")
    db.execute("DROP TABLE answers")


def _answer(row: tuple[Any, ...]) -> Answer:
    *told, body = row
    return Answer(Evidence.model_validate(dict(zip(_NAMES, told, strict=True))), zlib.decompress(body))


def _by_page(db: sqlite3.Connection, _: Shelf) -> None:
    """Step 6: keep looks by page, each post once, and each audit as the first of its week's editions."""
    looks = db.execute(
        "SELECT s.run_id, s.week, s.route, s.url, s.taken_at, s.body, t.purged_at "
        "FROM snapshots s LEFT JOIN stripped t ON t.snapshot_id = s.id ORDER BY s.id"
    )
    for run, week, *page, body, purged_at in looks:
        route, url, taken_at = page
        add_look(db, run, week, (route, url, taken_at), body, purged_at)
    for run, route in db.execute("SELECT DISTINCT run_id, route FROM controls").fetchall():
        note_controls(db, run, route)
    audits = db.execute("SELECT week, as_of, body FROM audits ORDER BY as_of, week").fetchall()
    for audit in audits:
        add_edition(db, *audit)
    for table in ("stripped", "snapshots", "audits"):
        db.execute(f"DROP TABLE {table}")
    _seal_upgrade(db, {text_hash(body) for _, _, body in audits})


def _seal_upgrade(db: sqlite3.Connection, kept: set[str]) -> None:
    """Seal which audits were replaced before audits were kept for good, so that no other may be missing."""
    chain = seals(db)
    lost = [seal.seq for seal in chain if seal.kind == "audit" and json.loads(seal.body)["audit"] not in kept]
    if chain:
        add_upgrade(db, {"schema": 6, "replaced_audits": lost})


_STEPS = (
    Step(1, "0001_first.sql"),
    Step(2, "0002_discoveries.sql"),
    Step(3, "0003_warc.sql", _move_answers),
    Step(4, "0004_purge.sql"),
    Step(5, "0005_notes.sql"),
    Step(6, "0006_pages.sql", _by_page),
)
LATEST = _STEPS[-1].number
"""The schema that this program writes."""


def version_of(db: sqlite3.Connection) -> int:
    """Return the number of the last step taken; 0 for an empty file."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


@cache
def schema_of(version: int = LATEST) -> dict[tuple[str, str], str]:
    """Return what `stored_schema` must be after step `version`; empty before the first."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        _migrate(db, MemoryShelf(), version)
        return stored_schema(db)


def _migrate(db: sqlite3.Connection, shelf: Shelf, version: int = LATEST) -> None:
    """Take every missing step up to `version`. A step that fails is undone.

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
