"""What a run wrote down of itself: where each note's record stands, and its content held against its hash."""

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from auditor.archive.warc import DamagedError, Written, note_record, read_record
from auditor.archive.warc_files import Shelf

REGISTRY = "urn:auditor:registry"
"""The address under which a run keeps the registry; where the file lay is nobody's business."""
_COLUMNS = "run_id, kind, route, url, sha256, record_id, offset, length"


class NoteKind(StrEnum):
    """What a note is of."""

    LOOK = "look"
    CONTROL = "control"
    REGISTRY = "registry"


@dataclass(frozen=True, slots=True)
class Note:
    """A note to keep."""

    kind: NoteKind
    route: str
    url: str
    at: datetime
    body: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """The hash of its content."""
        return hashlib.sha256(self.body).hexdigest()

    def written(self, file: str) -> Written:
        """Return its record for `file`: the registry is a `resource`, what is said of a look `metadata`."""
        kind = "resource" if self.kind is NoteKind.REGISTRY else "metadata"
        about = {"Note": self.kind.value, **({"Route": self.route} if self.route else {})}
        return note_record(file, kind, self.url, about, self.at, self.body)


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """A stored note: of which run, and where its record stands."""

    run: int
    kind: NoteKind
    route: str
    url: str
    sha256: str
    record_id: str
    offset: int
    length: int
    file: str

    @property
    def where(self) -> str:
        """How it is called where something is wrong with it."""
        return " ".join(filter(None, (f"{self.file}:", f"note of {self.kind}", self.route, self.url)))


def place_note(db: sqlite3.Connection, run: int, note: Note, written: Written, at: int) -> None:
    """Index a note whose record begins at byte `at`."""
    row = (run, note.kind, note.route, note.url, note.sha256, written.record_id, at, written.length)
    db.execute(f"INSERT OR REPLACE INTO notes ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - names


def note_entries(db: sqlite3.Connection, where: str = "", values: Sequence[object] = ()) -> list[NoteEntry]:
    """Return the notes in the order of runs and files. `where` is SQL of ours over `n` (notes)."""
    columns = ", ".join(f"n.{column.strip()}" for column in _COLUMNS.split(","))
    condition = f" WHERE {where}" if where else ""
    rows = db.execute(
        f"SELECT {columns}, w.name FROM notes n JOIN warcs w USING (run_id){condition} ORDER BY n.run_id, n.offset",  # noqa: S608
        values,
    )
    return [NoteEntry(run, NoteKind(kind), *rest) for run, kind, *rest in rows]


def note_facts(db: sqlite3.Connection, run: int) -> dict[str, str]:
    """Return the hash of each of a run's notes, for its seal."""
    if db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'notes'").fetchone() is None:
        return {}  # step 3 of the migrations seals runs before step 5 makes the table
    rows = db.execute("SELECT kind, route, url, sha256 FROM notes WHERE run_id = ? ORDER BY kind, route, url", (run,))
    return {f"{kind} {route} {url}": sha256 for kind, route, url, sha256 in rows}


def read_note(shelf: Shelf, entry: NoteEntry) -> bytes:
    """Return a note's content. Raises `DamagedError` that names file and note."""
    try:
        record = read_record(shelf.read(entry.file, entry.offset, entry.length))
    except DamagedError as error:
        raise DamagedError(f"{entry.where}: {error}") from None
    if record.id != entry.record_id:
        raise DamagedError(f"{entry.where}: another record stands in its place")
    if hashlib.sha256(record.body).hexdigest() != entry.sha256:
        raise DamagedError(f"{entry.where}: its content was changed")
    return record.body


def move_notes(db: sqlite3.Connection, run: int, ends: Sequence[tuple[int, int]]) -> None:
    """Say where the notes stand after a file was written anew.

    `ends` are the ends of the answers' records, before and after, in order: what stands between them moved along.
    """
    moved = []
    for offset, kind, route, url in db.execute("SELECT offset, kind, route, url FROM notes WHERE run_id = ?", (run,)):
        shift = next((after - before for before, after in reversed(ends) if before <= offset), 0)
        moved.append((offset + shift, run, kind, route, url))
    db.executemany("UPDATE notes SET offset = ? WHERE run_id = ? AND kind = ? AND route = ? AND url = ?", moved)
