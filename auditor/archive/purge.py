"""Retention: whatever is older than allowed is removed from the disk, and the removal is sealed.

A removed answer leaves a mark with its hashes, removed comments leave their sums, a removed look what dates its page. A
run's file is rewritten beside the old one; one transaction switches the archive to the new file and adds a seal. If the
process is killed at any moment, the archive is sound and the next purge finishes the work.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditor.archive.index import Entry, entries, move_notes
from auditor.archive.looks import LookRow, count_comments, rewrite_look, rows_of, text_of
from auditor.archive.seals import add_purge, file_facts, moved_hash, run_facts, seals, strip
from auditor.archive.warc import purge_mark
from auditor.archive.warc_files import Shelf, next_name
from auditor.base.packing import stamp

_SEALED = "run_id IN (SELECT run_id FROM manifests WHERE kind = 'run')"
_OF_COMMENTS = "(e.kind IN ('comments', 'lead') OR (e.kind = 'control' AND e.minimised))"
"""Answers that hold rows of comments, and those of a search, whose pages may be anybody's. The rest are officials'."""
_ANSWERS = f"e.purged_at IS NULL AND e.fetched_at < iif({_OF_COMMENTS}, :comments, :public) AND e.{_SEALED}"
_COMMENTS = f"taken_at < :comments AND comments > 0 AND {_SEALED}"
_LOOKS = f"taken_at < :public AND body IS NOT NULL AND {_SEALED}"


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """What was stored before these moments is removed: officials' public pages and posts, and rows of comments.

    Comments never outlive the page they stood on.
    """

    public: datetime
    comments: datetime

    @property
    def by_name(self) -> dict[str, str]:
        """The moments as SQL is given them."""
        return {"public": stamp(self.public), "comments": stamp(max(self.comments, self.public))}


@dataclass(frozen=True, slots=True)
class Purged:
    """What was removed, or would be: answers, comments and the snapshots that held them, bytes, looks.

    `at` is the time of the purge, or of the request for a dry run, UTC.
    """

    at: datetime
    answers: int = 0
    comments: int = 0
    snapshots: int = 0
    bytes: int = 0
    looks: int = 0
    """Looks at pages of which a brief is left."""

    def __bool__(self) -> bool:
        """Tell whether anything was removed."""
        return bool(self.answers or self.comments or self.looks)

    def __add__(self, other: "Purged") -> "Purged":
        """Add up two."""
        return Purged(
            self.at,
            self.answers + other.answers,
            self.comments + other.comments,
            self.snapshots + other.snapshots,
            self.bytes + other.bytes,
            self.looks + other.looks,
        )


def runs_due(db: sqlite3.Connection, cutoffs: Cutoffs) -> list[int]:
    """Return the sealed runs that have something to remove, oldest first."""
    answers = {entry.run for entry in entries(db, _ANSWERS, cutoffs.by_name)}
    looks = db.execute(f"SELECT DISTINCT run_id FROM looks WHERE ({_COMMENTS}) OR ({_LOOKS})", cutoffs.by_name)  # noqa: S608
    return sorted(answers | {run for (run,) in looks})


def count_due(db: sqlite3.Connection, shelf: Shelf, cutoffs: Cutoffs, at: datetime) -> Purged:
    """Count what a purge would remove. Answers in missing files do not count."""
    there = set(shelf.names())
    found = [entry for entry in entries(db, _ANSWERS, cutoffs.by_name) if entry.file in there]
    due = f"SELECT coalesce(sum(comments), 0), count(*) FROM looks WHERE {_COMMENTS}"  # noqa: S608 - trusted
    comments, snapshots = db.execute(due, cutoffs.by_name).fetchone()
    (looks,) = db.execute(f"SELECT count(*) FROM looks WHERE {_LOOKS}", cutoffs.by_name).fetchone()  # noqa: S608
    return Purged(at, len(found), comments, snapshots, sum(entry.length for entry in found), looks=looks)


def purge_run(db: sqlite3.Connection, shelf: Shelf, run: int, cutoffs: Cutoffs, at: datetime) -> Purged:
    """Remove what is due of a run and seal that, in the caller's transaction. Call `drop_replaced` after it."""
    comments = _purge_comments(db, run, cutoffs, at)
    looks = _purge_looks(db, run, cutoffs, at)
    answers = _purge_answers(db, shelf, run, cutoffs, at)
    facts: dict[str, Any] = {
        "run": run,
        "at": stamp(at),
        "public_before": stamp(cutoffs.public),
        "comments_before": stamp(cutoffs.comments),
        **comments,
        **looks,
        **answers,
    }
    facts["bytes"] = comments["bytes"] + looks["bytes"]
    if facts["snapshots"] or facts["briefs"]:
        now = run_facts(db, run)["snapshots"]
        facts |= {name: {key: now[key] for key in facts[name]} for name in ("snapshots", "briefs")}
    add_purge(db, facts)
    return _told(facts)


def _purge_looks(db: sqlite3.Connection, run: int, cutoffs: Cutoffs, at: datetime) -> dict[str, Any]:
    """Leave of old looks what dates the page (`looks.brief_of`), and of posts that only old looks saw nothing."""
    rows = rows_of(db, f"{_LOOKS} AND run_id = :run", {**cutoffs.by_name, "run": run}, "id")
    db.execute(
        f"UPDATE looks SET body = NULL, comments = 0, purged_at = coalesce(purged_at, :at) WHERE {_NAMED}",  # noqa: S608
        {"at": stamp(at), "ids": _ids(rows)},
    )
    db.execute(
        "DELETE FROM posts WHERE last_seen < :public AND NOT EXISTS (SELECT 1 FROM looks l WHERE l.url = posts.url "
        "AND l.route = posts.route AND l.body IS NOT NULL AND l.taken_at <= posts.last_seen)",
        cutoffs.by_name,
    )
    return {"briefs": [f"{row.route} {row.url}" for row in rows], "bytes": sum(map(_size, rows))}


def _purge_comments(db: sqlite3.Connection, run: int, cutoffs: Cutoffs, at: datetime) -> dict[str, Any]:
    rows = rows_of(db, f"{_COMMENTS} AND run_id = :run", {**cutoffs.by_name, "run": run}, "id")
    stored = [text_of(db, row) for row in rows]
    for row, text in zip(rows, stored, strict=True):
        rewrite_look(db, row, strip(text), stamp(at))
    return {
        "comments": sum(map(count_comments, stored)),
        "snapshots": [f"{row.route} {row.url}" for row in rows],
        "bytes": sum(map(_size, rows)) - sum(_size(row) for row in rows_of(db, _NAMED, {"ids": _ids(rows)}, "id")),
    }


_NAMED = "id IN (SELECT value FROM json_each(:ids))"


def _ids(rows: Sequence[LookRow]) -> str:
    return json.dumps([row.id for row in rows])


def _size(row: LookRow) -> int:
    return len(row.body or b"")


def _purge_answers(db: sqlite3.Connection, shelf: Shelf, run: int, cutoffs: Cutoffs, at: datetime) -> dict[str, Any]:
    found = entries(db, f"{_ANSWERS} AND e.run_id = :run", {**cutoffs.by_name, "run": run})
    due = {entry.evidence.id for entry in found}
    before = file_facts(db, shelf, run)
    if not due or before["size"] is None:  # a missing file cannot be rewritten; `verify` reports it
        return {"answers": [], "file": None}
    standing = entries(db, "e.run_id = ?", [run])
    data, places = _written_anew(shelf.read(before["name"], 0, before["size"]), standing, due, at)
    name = next_name(before["name"])
    shelf.put(name, data)
    ends = zip(standing, places, strict=True)
    move_notes(db, run, [(entry.offset + entry.length, at + length) for entry, (_, _, at, length, _) in ends])
    db.execute("DELETE FROM moved WHERE run_id = ?", (run,))
    db.executemany("INSERT INTO moved VALUES (?, ?, ?, ?, ?)", places)
    db.execute("UPDATE warcs SET name = ?, size = ? WHERE run_id = ?", (name, len(data), run))
    return {
        "answers": sorted(due),
        "before": before,
        "file": file_facts(db, shelf, run),
        "moved": moved_hash(db, run),
        "file_bytes": before["size"] - len(data),
    }


def _written_anew(
    old: bytes, standing: Sequence[Entry], due: Iterable[str], at: datetime
) -> tuple[bytes, list[tuple[str, int, int, int, str | None]]]:
    """Return the new content with marks for what is due, and where each record is in it."""
    data, end = bytearray(), 0
    places: list[tuple[str, int, int, int, str | None]] = []
    gone = set(due)
    for entry in standing:
        seen, marked = entry.evidence, entry.evidence.id in gone
        data += old[end : entry.offset]
        end = entry.offset + entry.length
        record = purge_mark(seen, entry.file, entry.record_id, at) if marked else old[entry.offset : end]
        purged = at if marked else entry.purged
        places.append((seen.id, entry.run, len(data), len(record), None if purged is None else stamp(purged)))
        data += record
    return bytes(data + old[end:]), places


def drop_replaced(db: sqlite3.Connection, shelf: Shelf) -> None:
    """Remove the old files that purges have replaced, including those of a killed purge."""
    known = {name for (name,) in db.execute("SELECT name FROM warcs")}
    there = set(shelf.names())
    for facts in _links(db):
        name = (facts.get("before") or {}).get("name")
        if name in there and name not in known:
            shelf.discard(name)


def _links(db: sqlite3.Connection) -> list[dict[str, Any]]:
    return [json.loads(seal.body) for seal in seals(db) if seal.kind == "purge"]


def purges(db: sqlite3.Connection) -> list[Purged]:
    """Return the log: what each purge has removed, oldest first."""
    found: dict[datetime, Purged] = {}
    for facts in _links(db):
        told = _told(facts)
        found[told.at] = found[told.at] + told if told.at in found else told
    return [found[at] for at in sorted(found)]


def _told(facts: dict[str, Any]) -> Purged:
    return Purged(
        datetime.fromisoformat(facts["at"]),
        answers=len(facts["answers"]),
        comments=facts["comments"],
        snapshots=len(facts["snapshots"]),
        bytes=facts["bytes"] + facts.get("file_bytes", 0),
        looks=len(facts["briefs"]),
    )
