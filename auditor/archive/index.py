"""Where each record is: the database's side of the files of evidence, for answers and for a run's notes.

A note is what a run wrote down itself: what each look and control was to look at, and the registry it went by.
"""

import gzip
import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from auditor.archive.warc import (
    PURGED,
    STORED,
    DamagedError,
    Record,
    Written,
    answer_records,
    note_record,
    read_record,
    record_uri,
    warcinfo,
)
from auditor.archive.warc_files import Shelf
from auditor.base.answers import Answer
from auditor.base.packing import stamp
from auditor.base.snapshot import Evidence

_ENTRY_COLUMNS = (
    "id",
    "run_id",
    "kind",
    "url",
    "fetched_at",
    "status",
    "sha256",
    "stored_sha256",
    "minimised",
    "offset",
    "length",
    "record_id",
)
_PLACED = f"""SELECT {", ".join(f"e.{column}" for column in _ENTRY_COLUMNS)}, e.purged_at, w.name, r.week, r.vantage
FROM placed e JOIN warcs w USING (run_id) JOIN runs r ON r.id = e.run_id"""  # noqa: S608 - names of columns
_FIRST = 8192
"""Bytes. A file's first record is shorter than this."""
PLAN = "urn:auditor:plan"
"""The address under which a run notes what is the same for all of its looks."""
REQUESTS = "urn:auditor:requests"
"""The address under which a run notes how many requests it made."""
REGISTRY = "urn:auditor:registry"
"""The address under which a run stores the registry. The path of the file on this machine is private."""
_COLUMNS = "run_id, kind, route, url, sha256, record_id, offset, length"


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored answer: what it is, its run, and where its record is in the run's file."""

    evidence: Evidence
    run: int
    week: str
    vantage: str
    file: str
    offset: int
    length: int
    record_id: str
    purged: datetime | None = None
    """When retention put a mark in its place, UTC. `evidence` still has the hashes of what was there."""


class NoteKind(StrEnum):
    """What a note is about."""

    LOOK = "look"
    CONTROL = "control"
    REGISTRY = "registry"
    PLAN = "plan"
    REQUESTS = "requests"


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
        """Return its record for `file`: a `resource` for the registry, `metadata` for a look or control.

        Its address is its own: a tool for web archives would show it in the place of the page.
        """
        kind = "resource" if self.kind is NoteKind.REGISTRY else "metadata"
        about = {"Note": self.kind.value, **({"Route": self.route} if self.route else {})}
        own = ":".join(filter(None, ("urn:auditor", self.kind.value, self.route, self.url)))
        uri = self.url if self.url.startswith("urn:") else own
        return note_record(file, kind, uri, about, self.at, self.body)


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """A stored note: its run, and where its record is."""

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
        """What a message about it calls it."""
        return " ".join(filter(None, (f"{self.file}:", f"note of {self.kind}", self.route, self.url)))


def stored_schema(db: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Return the text of each table, view, index and trigger that is in the file, by kind and name."""
    rows = db.execute(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return {(str(kind), str(name)): str(sql) for kind, name, sql in rows}


def begin_file(db: sqlite3.Connection, run: int) -> tuple[str, bytes]:
    """Return the name of a run's file and the record that it begins with."""
    week, command, started, vantage, version = db.execute(
        "SELECT week, command, started_at, vantage, tool_version FROM runs WHERE id = ?", (run,)
    ).fetchone()
    name = _file_name(run, started)
    about = {"run": str(run), "command": command, "week": week, "vantage": vantage, "collectedBy": f"auditor/{version}"}
    return name, warcinfo(name, datetime.fromisoformat(started), about)


def _file_name(run: int, started: str) -> str:
    """Name a run's file after its number and start: ``000012-20261124T050000Z.warc.gz``."""
    return f"{run:06d}-{started[:19].replace('-', '').replace(':', '')}Z.warc.gz"


def is_bare(shelf: Shelf, name: str) -> bool:
    """Tell whether a file holds only its first record, as when its run was killed at the start."""
    size, _ = shelf.fingerprint(name) or (0, "")
    try:
        return size == 0 or read_record(shelf.read(name, 0, size)).fields.get("WARC-Type") == "warcinfo"
    except DamagedError:
        return False


def add_answers(
    db: sqlite3.Connection, shelf: Shelf, run: int, answers: Iterable[Answer], notes: Iterable[Note] = ()
) -> None:
    """Append new answers and `notes` to the run's file and index them, in the caller's transaction."""
    name, size = db.execute("SELECT name, size FROM warcs WHERE run_id = ?", (run,)).fetchone()
    data = bytearray()
    for answer in answers:
        if db.execute("SELECT 1 FROM records WHERE id = ?", (answer.evidence.id,)).fetchone() is None:
            written = answer_records(answer, name)
            _add(db, run, answer.evidence, written, size + len(data))
            data += written.data
    for note in notes:
        written = note.written(name)
        _add_note(db, run, note, written, size + len(data))
        data += written.data
    if data:
        shelf.append(name, bytes(data), size)
        db.execute("UPDATE warcs SET size = ? WHERE run_id = ?", (size + len(data), run))


def _add(db: sqlite3.Connection, run: int, seen: Evidence, written: Written, at: int) -> None:
    db.execute(
        f"INSERT INTO records VALUES ({', '.join('?' * len(_ENTRY_COLUMNS))})",  # noqa: S608 - question marks
        (
            seen.id,
            run,
            seen.kind,
            seen.url,
            stamp(seen.fetched_at),
            seen.status,
            seen.sha256,
            seen.stored_sha256,
            seen.minimised,
            at + written.offset,
            written.length,
            written.record_id,
        ),
    )


def _add_note(db: sqlite3.Connection, run: int, note: Note, written: Written, at: int) -> None:
    """Index a note whose record begins at byte `at`."""
    row = (run, note.kind, note.route, note.url, note.sha256, written.record_id, at, written.length)
    db.execute(f"INSERT OR REPLACE INTO notes ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - names


def entries(
    db: sqlite3.Connection, where: str = "", values: Sequence[object] | Mapping[str, object] = ()
) -> list[Entry]:
    """Return the entries in the order of runs and files. `where` is trusted SQL over `e` (placed) and `r` (runs)."""
    condition = f" WHERE {where}" if where else ""
    return [_entry(row) for row in db.execute(f"{_PLACED}{condition} ORDER BY e.run_id, e.offset", values)]


def _entry(row: Sequence[Any]) -> Entry:
    told = dict(zip((*_ENTRY_COLUMNS, "purged_at", "file", "week", "vantage"), row, strict=True))
    place = {key: told.pop(key) for key in ("week", "vantage", "file", "offset", "length", "record_id")}
    run, purged = told.pop("run_id"), told.pop("purged_at")
    at = datetime.fromisoformat(purged) if purged is not None else None
    return Entry(Evidence.model_validate(told), run, **place, purged=at)


def read_entry(shelf: Shelf, entry: Entry) -> Record:
    """Read an entry's record, or the mark of its purge, and check it against the index.

    Raises `DamagedError` that names file and answer.
    """
    where = f"{entry.file}: {entry.evidence.id}"
    try:
        record = read_record(shelf.read(entry.file, entry.offset, entry.length))
    except DamagedError as error:
        raise DamagedError(f"{where}: {error}") from None
    seen = entry.evidence
    expected = {
        "WARC-Refers-To" if entry.purged else "WARC-Record-ID": entry.record_id,
        "WARC-Target-URI": record_uri(seen.url),
        "WARC-Date": stamp(seen.fetched_at),
        "X-Auditor-Evidence": seen.id,
        "X-Auditor-Kind": seen.kind.value,
        "X-Auditor-Minimised": "yes" if seen.minimised else "no",
        "X-Auditor-Original-SHA256": seen.sha256,
        **({PURGED: stamp(entry.purged), STORED: seen.stored_sha256} if entry.purged else {}),
    }
    for name, value in expected.items():
        if record.fields.get(name) != value:
            raise DamagedError(f"{where}: another record stands in its place ({name} differs)")
    if not entry.purged and hashlib.sha256(record.body).hexdigest() != seen.stored_sha256:
        raise DamagedError(f"{where}: its content was changed")
    return record


def copy_records(db: sqlite3.Connection, shelf: Shelf, chosen: Sequence[Entry]) -> tuple[bytes, dict[str, int]]:
    """Return the compressed records of `chosen`, and the offset of each answer by its id.

    Each file's own first record comes before its answers; an answer's request, if there is one, comes before it.
    """
    data = bytearray()
    places: dict[str, int] = {}
    begun: set[str] = set()
    for entry in chosen:
        (before,) = db.execute(
            "SELECT coalesce(max(offset + length), 0) FROM placed WHERE run_id = ? AND offset < ?",
            (entry.run, entry.offset),
        ).fetchone()
        for member in _members(shelf.read(entry.file, before, entry.offset - before)):
            is_request = b"\r\nWARC-Type: request\r\n" in gzip.decompress(member)
            data += member if is_request else b""
        if entry.file not in begun:
            begun.add(entry.file)
            data[:0] = first = next(_members(shelf.read(entry.file, 0, _FIRST)), b"")
            places = {identifier: place + len(first) for identifier, place in places.items()}
        places[entry.evidence.id] = len(data)
        data += shelf.read(entry.file, entry.offset, entry.length)
    return bytes(data), places


def _members(data: bytes) -> Iterator[bytes]:
    """Split gzip members; stop at the first that is damaged or incomplete."""
    while data:
        reader = zlib.decompressobj(zlib.MAX_WBITS + 16)
        try:
            reader.decompress(data)
        except zlib.error:
            return
        if not reader.eof:
            return
        yield data[: len(data) - len(reader.unused_data)]
        data = reader.unused_data


def note_entries(db: sqlite3.Connection, where: str = "", values: Sequence[object] = ()) -> list[NoteEntry]:
    """Return the notes in the order of runs and files. `where` is trusted SQL over `n` (notes)."""
    columns = ", ".join(f"n.{column.strip()}" for column in _COLUMNS.split(","))
    condition = f" WHERE {where}" if where else ""
    rows = db.execute(
        f"SELECT {columns}, w.name FROM notes n JOIN warcs w USING (run_id){condition} ORDER BY n.run_id, n.offset",  # noqa: S608
        values,
    )
    return [NoteEntry(run, NoteKind(kind), *rest) for run, kind, *rest in rows]


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
    """Update where the notes are after a file was rewritten.

    `ends` are where the answers' records ended before and after, in order. A note moves with the record before it.
    """
    moved = []
    for offset, kind, route, url in db.execute("SELECT offset, kind, route, url FROM notes WHERE run_id = ?", (run,)):
        shift = next((after - before for before, after in reversed(ends) if before <= offset), 0)
        moved.append((offset + shift, run, kind, route, url))
    db.executemany("UPDATE notes SET offset = ? WHERE run_id = ? AND kind = ? AND route = ? AND url = ?", moved)
