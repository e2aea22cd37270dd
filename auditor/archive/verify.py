"""Is everything that was stored still there, and unchanged?

Each doubt is a `Flaw` that names its place; one flaw never keeps the rest from being looked at.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from auditor.archive import around
from auditor.archive.flaws import Flaw, FlawKind
from auditor.archive.index import Entry, entries, is_bare, read_entry
from auditor.archive.manifest import Seal, moved_hash, run_facts, seals, text_hash
from auditor.archive.notes import note_entries, read_note
from auditor.archive.warc import DamagedError
from auditor.archive.warc_files import Shelf
from auditor.base.errors import ArchiveError


def verify(db: sqlite3.Connection, shelf: Shelf) -> list[Flaw]:
    """Look at the chain, the runs, the files, each record, and all that snapshots and findings name."""
    looks = (_database, _chain, _runs, _unsealed_runs, _marks, _files, _records, _notes, _named, _audits)
    return list(dict.fromkeys(flaw for look in looks for flaw in _guarded(look(db, shelf))))


def _guarded(found: Iterator[Flaw]) -> Iterator[Flaw]:
    """Turn what a damaged database or disk raises into one more flaw."""
    try:
        yield from found
    except (sqlite3.Error, ArchiveError) as error:
        yield Flaw(FlawKind.DATABASE, "archive.sqlite", str(error))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        yield Flaw(FlawKind.DATABASE, "archive.sqlite", f"a row has lost its form ({type(error).__name__})")


def _database(db: sqlite3.Connection, _: Shelf) -> Iterator[Flaw]:
    """Hold every page, row and index against each other: what an index says of a row may be read in its place."""
    for (said,) in db.execute("PRAGMA integrity_check(5)"):
        if said != "ok":
            yield Flaw(FlawKind.DATABASE, "archive.sqlite", str(said).splitlines()[-1])
    yield from around.schema(db)


def _chain(db: sqlite3.Connection, _: Shelf) -> Iterator[Flaw]:
    """Each link holds the hash of the one before; numbers are never given twice, so a gap is a loss."""
    previous: str | None = None
    expected = 1
    for seal in seals(db):
        for seq in range(expected, seal.seq):
            yield Flaw(FlawKind.LINK_MISSING, f"manifest {seq}")
        facts = _facts(seal)
        if facts is None or text_hash(seal.body) != seal.sha256:
            yield Flaw(FlawKind.LINK_CHANGED, f"manifest {seal.seq}")
        elif seal.seq == expected and facts.get("previous") != previous:
            yield Flaw(FlawKind.LINK_CHANGED, f"manifest {seal.seq}", "it does not name the link before it")
        elif (facts["seq"], facts["kind"], facts.get("week")) != (seal.seq, seal.kind, seal.week):
            yield Flaw(FlawKind.LINK_CHANGED, f"manifest {seal.seq}")
        previous, expected = seal.sha256, seal.seq + 1
    given = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'manifests'").fetchone()
    for seq in range(expected, (given[0] if given else 0) + 1):
        yield Flaw(FlawKind.LINK_MISSING, f"manifest {seq}")


def _facts(seal: Seal) -> dict[str, Any] | None:
    try:
        facts = json.loads(seal.body)
    except (ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None


def _sealed_runs(db: sqlite3.Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    for seal in seals(db):
        facts = _facts(seal)
        if seal.kind == "run" and facts is not None:
            yield facts["run"]["id"], facts


def _runs(db: sqlite3.Connection, shelf: Shelf) -> Iterator[Flaw]:
    """Hold each sealed run against what is stored of it now, and must be after what was purged of it."""
    purged = _purges(db)
    for run, at_first in _sealed_runs(db):
        sealed, flaws = _after_purges(at_first, purged.pop(run, []))
        yield from flaws
        if sealed.get("moved", _NONE_MOVED) != moved_hash(db, run):
            yield Flaw(FlawKind.INDEX_CHANGED, f"run {run}", "where its records stand since a purge")
        now = run_facts(db, run)
        if now["run"] is None:
            yield Flaw(FlawKind.RUN_MISSING, f"run {run}")
        elif now["run"] != sealed["run"]:
            yield Flaw(FlawKind.RUN_CHANGED, f"run {run}")
        for table in ("snapshots", "controls"):
            yield from _rows(f"run {run}: {table[:-1]}", sealed[table], now[table])
        yield from _rows(f"run {run}: note", sealed.get("notes", {}), now["notes"])
        if now["index"] != sealed["index"]:
            yield Flaw(FlawKind.INDEX_CHANGED, f"run {run}", f"{sealed['answers']} answers then, {now['answers']} now")
        yield from _file(shelf, sealed["file"])
        yield from around.places(db, run, sealed)
        yield from around.invented_mark(run, sealed, now)


_NONE_MOVED = text_hash("")


def _purges(db: sqlite3.Connection) -> dict[int, list[dict[str, Any]]]:
    """Return the links of purges by their run, in order."""
    found: dict[int, list[dict[str, Any]]] = {}
    for seal in seals(db):
        facts = _facts(seal)
        if seal.kind == "purge" and facts is not None and facts.get("run") is not None:
            found.setdefault(facts["run"], []).append(facts)
    return found


def _after_purges(sealed: dict[str, Any], purges: list[dict[str, Any]]) -> tuple[dict[str, Any], list[Flaw]]:
    """Return what a run must look like after its purges, by its own seal where that foretold it.

    A purge can only take away: its link names the files of before and after, and of a snapshot only that its comments
    went. What was changed before a purge is not made good by it.
    """
    now, flaws = {**sealed, "snapshots": dict(sealed["snapshots"])}, []
    for facts in purges:
        foretold = sealed.get("without_comments", facts["snapshots"])
        now["snapshots"] |= {key: foretold[key] for key in facts["snapshots"] if key in foretold}
        if facts["file"] is not None:
            if facts["before"] != now["file"]:
                flaws.append(Flaw(FlawKind.FILE_CHANGED, facts["before"]["name"], "before it was purged"))
            now |= {"file": facts["file"], "moved": facts["moved"]}
    return now, flaws


def _rows(where: str, sealed: dict[str, str], now: dict[str, str]) -> Iterator[Flaw]:
    for key in sorted(sealed | now):
        if key not in now:
            yield Flaw(FlawKind.ROW_MISSING, f"{where} {key}")
        elif key not in sealed:
            yield Flaw(FlawKind.ROW_ADDED, f"{where} {key}")
        elif now[key] != sealed[key]:
            yield Flaw(FlawKind.ROW_CHANGED, f"{where} {key}")


def _file(shelf: Shelf, sealed: dict[str, Any]) -> Iterator[Flaw]:
    name, found = sealed["name"], shelf.fingerprint(sealed["name"])
    if found is None:
        yield Flaw(FlawKind.FILE_MISSING, name)
    elif sealed["size"] is None or found[0] < sealed["size"]:
        yield Flaw(FlawKind.FILE_SHORT, name, f"{sealed['size']} bytes then, {found[0]} now")
    elif found != (sealed["size"], sealed["sha256"]):
        yield Flaw(FlawKind.FILE_CHANGED, name)


def _unsealed_runs(db: sqlite3.Connection, shelf: Shelf) -> Iterator[Flaw]:
    """Look at runs that go on, or were killed lately: no seal yet, but a file that holds what is indexed."""
    sealed = {run for run, _ in _sealed_runs(db)}
    rows = db.execute("SELECT r.id, r.finished_at, w.name, w.size FROM runs r LEFT JOIN warcs w ON w.run_id = r.id")
    for run, finished, name, size in rows.fetchall():
        if name is None or (run not in sealed and finished is not None):
            yield Flaw(FlawKind.RUN_UNSEALED, f"run {run}")
        elif run not in sealed:
            found = shelf.fingerprint(name)
            if found is None:
                yield Flaw(FlawKind.FILE_MISSING, name)
            elif found[0] < size:
                yield Flaw(FlawKind.FILE_SHORT, name, f"{size} bytes are indexed, {found[0]} are there")


def _marks(db: sqlite3.Connection, shelf: Shelf) -> Iterator[Flaw]:
    purged = _purges(db)
    yield from around.stripped_marks(db, purged)
    yield from around.open_purge(db, shelf, [facts for links in purged.values() for facts in links])


def _files(db: sqlite3.Connection, shelf: Shelf) -> Iterator[Flaw]:
    """Name files that no run knows; one that holds nothing but its first record was left by a start that was killed."""
    known = {name for (name,) in db.execute("SELECT name FROM warcs NOT INDEXED")}
    known |= {flaw.where for flaw in _marks(db, shelf) if flaw.kind is FlawKind.PURGE_OPEN}
    for name in shelf.names():
        if name not in known and not name.endswith(".part") and not is_bare(shelf, name):
            yield Flaw(FlawKind.FILE_UNKNOWN, name)


def _records(db: sqlite3.Connection, shelf: Shelf) -> Iterator[Flaw]:
    """Read every record that the index places."""
    for entry in _entries(db):
        try:
            read_entry(shelf, entry)
        except DamagedError as error:
            yield Flaw(FlawKind.RECORD_DAMAGED, f"{entry.file}: {entry.evidence.id}", str(error).rpartition(": ")[2])
        except ArchiveError:
            yield Flaw(FlawKind.RECORD_MISSING, f"{entry.file}: {entry.evidence.id}")


def _notes(db: sqlite3.Connection, shelf: Shelf) -> Iterator[Flaw]:
    """Read every note, and look for each answer that it names."""
    known = {identifier for (identifier,) in db.execute("SELECT id FROM records NOT INDEXED")}
    for entry in note_entries(db):
        try:
            body = read_note(shelf, entry)
        except DamagedError as error:
            yield Flaw(FlawKind.RECORD_DAMAGED, entry.where, str(error).rpartition(": ")[2])
        except ArchiveError:
            yield Flaw(FlawKind.RECORD_MISSING, entry.where)
        else:
            named = _json(body.decode(errors="replace")).get("evidence", ()) if entry.route else ()
            yield from _missing(entry.where, named, known)


def _entries(db: sqlite3.Connection) -> list[Entry]:
    """Return the entries that can be read as such; `_runs` names the run of the others."""
    try:
        return entries(db)
    except ValueError:
        found = []
        for (identifier,) in db.execute("SELECT id FROM records ORDER BY run_id, offset").fetchall():
            try:
                found += entries(db, "e.id = ?", [identifier])
            except ValueError:
                continue
        return found


def _named(db: sqlite3.Connection, _: Shelf) -> Iterator[Flaw]:
    """Look for every answer that a snapshot, a control or a finding names."""
    known = {identifier for (identifier,) in db.execute("SELECT id FROM records NOT INDEXED")}
    looks = db.execute(
        "SELECT 'run ' || run_id || ': snapshot ' || route || ' ' || url, body FROM snapshots UNION ALL "
        "SELECT 'run ' || run_id || ': control ' || route || ' ' || url, body FROM controls"
    )
    for where, body in looks:
        yield from _missing(where, (seen["id"] for seen in _json(body).get("evidence", ())), known)
    for week, body in db.execute("SELECT week, body FROM audits"):
        for office in _json(body).get("offices", ()):
            for finding in office.get("findings", ()):
                where = f"audit {week}: {office.get('id')} {finding.get('check')}"
                yield from _missing(where, finding.get("evidence", ()), known)


def _missing(where: str, named: Iterable[str], known: set[str]) -> Iterator[Flaw]:
    for identifier in named:
        if identifier not in known:
            yield Flaw(FlawKind.RECORD_MISSING, identifier, f"named by {where}")


def _json(body: str) -> dict[str, Any]:
    """Read a stored document; what is none names nothing, and its seal tells that it was changed."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _audits(db: sqlite3.Connection, _: Shelf) -> Iterator[Flaw]:
    """Hold each week's audit against the last link that seals it."""
    sealed = {s.week: facts for s in seals(db) if s.kind == "audit" and (facts := _facts(s)) is not None}
    stored = {
        week: (as_of, text_hash(body)) for week, as_of, body in db.execute("SELECT week, as_of, body FROM audits")
    }
    for week in sorted(set(sealed) | set(stored), key=str):
        if week not in stored:
            yield Flaw(FlawKind.AUDIT_MISSING, f"audit {week}")
        elif week not in sealed:
            yield Flaw(FlawKind.AUDIT_UNSEALED, f"audit {week}")
        elif stored[week] != (sealed[week]["as_of"], sealed[week]["audit"]):
            yield Flaw(FlawKind.AUDIT_CHANGED, f"audit {week}")
        wanted = sealed.get(week, {}).get("registry")
        if wanted is not None and not note_entries(db, "n.kind = 'registry' AND n.sha256 = ?", [wanted]):
            yield Flaw(FlawKind.RECORD_MISSING, f"audit {week}", "the registry that it was made by")
