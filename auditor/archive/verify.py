"""Is everything that was stored still there, and unchanged? Each doubt is a `Flaw` that names its place.

One flaw never keeps the rest from being checked. The evidence is checked (seals, rows, files, records), and so is what
decides how it is read: the schema, since a view can show other rows; the marks of purged comments, since a false one
would keep comments for ever; the mark of invented data, since without it the sandbox's world would pass for real.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from auditor.archive.editions import edition_text
from auditor.archive.index import Entry, entries, is_bare, note_entries, read_entry, read_note, stored_schema
from auditor.archive.looks import MALFORMED, brief_text, count_comments, each_row, ids_named, renamed_to
from auditor.archive.seals import (
    Seal,
    look_text,
    moved_hash,
    open_purges,
    run_facts,
    run_root,
    seals,
    searches_of,
    text_hash,
)
from auditor.archive.warc import DamagedError
from auditor.archive.warc_files import Shelf, next_name
from auditor.base.errors import ArchiveError
from auditor.base.packing import opened


class FlawKind(StrEnum):
    """What is wrong with something that was stored."""

    DATABASE = "database_damaged"
    SCHEMA = "schema_changed"
    LINK_MISSING = "link_missing"
    LINK_CHANGED = "link_changed"
    RUN_MISSING = "run_missing"
    RUN_CHANGED = "run_changed"
    RUN_UNSEALED = "run_unsealed"
    ROW_MISSING = "row_missing"
    ROW_CHANGED = "row_changed"
    ROW_ADDED = "row_added"
    INDEX_CHANGED = "index_changed"
    FILE_MISSING = "file_missing"
    FILE_SHORT = "file_short"
    FILE_CHANGED = "file_changed"
    FILE_UNKNOWN = "file_unknown"
    RECORD_DAMAGED = "record_damaged"
    RECORD_MISSING = "record_missing"
    AUDIT_MISSING = "audit_missing"
    AUDIT_CHANGED = "audit_changed"
    AUDIT_UNSEALED = "audit_unsealed"
    MARK_CHANGED = "mark_changed"
    """The mark of invented data is not as it was when a run was sealed."""
    FILE_ODD = "file_odd"
    """A pipe, a link or a device where a file of evidence would be. It was not read."""
    SUPERSEDED = "superseded"
    """A cell of an audit is another than in the one before it, and the newer audit does not say so."""
    BACKDATED = "backdated"
    """It says to be of before a seal that was kept, and was stored after it."""
    LEFTOVER = "leftover"
    """A half-written file. Nothing is wrong."""
    PURGE_OPEN = "purge_open"
    """A purge was interrupted. Nothing is wrong: the next one finishes it."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and where: a file, a run, a record, a row. `detail` is what was found, in English."""

    kind: FlawKind
    where: str
    detail: str = ""

    @property
    def harmless(self) -> bool:
        """Whether it is only worth mentioning: what was stored is there and unchanged."""
        return self.kind in {FlawKind.PURGE_OPEN, FlawKind.LEFTOVER}


def verify(
    db: sqlite3.Connection, shelf: Shelf, schema: Mapping[tuple[str, str], str], folder: Path | None = None
) -> list[Flaw]:
    """Check the chain, the runs, the files, each record, and everything that snapshots and findings name.

    `schema` is what the database's tables, views, indexes and triggers must be (`stored_schema`); `folder` is looked
    through for leftovers.
    """
    checks = [
        _database(db),
        _schema(db, schema),
        _chain(db),
        _runs(db, shelf),
        _unsealed_runs(db, shelf),
        _marks(db, shelf),
        _briefs(db),
        _files(db, shelf),
        _records(db, shelf),
        _notes(db, shelf),
        _named(db),
        _audits(db),
        _unnamed(db),
        _searches(db),
        _sign_ins(db),
        _leftovers(folder),
    ]
    return list(dict.fromkeys(flaw for check in checks for flaw in _guarded(check)))


def _guarded(found: Iterator[Flaw]) -> Iterator[Flaw]:
    """Turn what a damaged database or disk raises into another flaw."""
    try:
        yield from found
    except (sqlite3.Error, ArchiveError) as error:
        yield Flaw(FlawKind.DATABASE, "archive.sqlite", str(error))
    except MALFORMED as error:
        yield Flaw(FlawKind.DATABASE, "archive.sqlite", f"a row has lost its form ({type(error).__name__})")


def _database(db: sqlite3.Connection) -> Iterator[Flaw]:
    """Check pages, rows and indexes against each other: SQLite may read an index in place of its row."""
    for (said,) in db.execute("PRAGMA integrity_check(5)"):
        if said != "ok":
            yield Flaw(FlawKind.DATABASE, "archive.sqlite", str(said).splitlines()[-1])


def _schema(db: sqlite3.Connection, wanted: Mapping[tuple[str, str], str]) -> Iterator[Flaw]:
    """Check the tables, views, indexes and triggers against those that this program makes."""
    found = stored_schema(db)
    for key in sorted(wanted.keys() | found.keys()):
        if wanted.get(key) != found.get(key):
            said = "is missing" if key not in found else "was added" if key not in wanted else "was replaced"
            yield Flaw(FlawKind.SCHEMA, " ".join(key), said)


def _chain(db: sqlite3.Connection) -> Iterator[Flaw]:
    """Check that each seal has the hash of the one before. Numbers are never reused, so a gap is a loss."""
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
        elif _place(facts) != (seal.seq, seal.kind, seal.week, seal.run):
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


def _place(facts: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
    """Return where a seal stands, by its own body: its number, what it is about, the week, the run."""
    run = facts["run"]["id"] if facts.get("kind") == "run" else None
    return facts.get("seq"), facts.get("kind"), facts.get("week"), run


def _sealed_runs(db: sqlite3.Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    for seal in seals(db):
        facts = _facts(seal)
        if seal.kind == "run" and facts is not None:
            yield facts["run"]["id"], facts


def _runs(db: sqlite3.Connection, shelf: Shelf) -> Iterator[Flaw]:
    """Check each sealed run, as its purges must have left it, against what is stored of it now."""
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
        yield from _rows(f"run {run}: note", sealed["notes"], now["notes"])
        yield from _rows(f"run {run}: route", sealed["routes"], now["routes"])
        if now["index"] == sealed["index"] and run_root(db, run, at_first) != at_first["root"]:
            yield Flaw(FlawKind.LINK_CHANGED, f"run {run}", "its root")
        if now["index"] != sealed["index"]:
            yield Flaw(FlawKind.INDEX_CHANGED, f"run {run}", f"{sealed['answers']} answers then, {now['answers']} now")
        yield from _file(shelf, sealed["file"])
        yield from _places(db, run, sealed)
        yield from _invented_mark(run, sealed, now)


_NONE_MOVED = text_hash("")


def _purges(db: sqlite3.Connection) -> dict[int, list[dict[str, Any]]]:
    """Return the seals of purges by run, in order."""
    found: dict[int, list[dict[str, Any]]] = {}
    for seal in seals(db):
        facts = _facts(seal)
        if seal.kind == "purge" and facts is not None and facts.get("run") is not None:
            found.setdefault(facts["run"], []).append(facts)
    return found


def _after_purges(sealed: dict[str, Any], purges: list[dict[str, Any]]) -> tuple[dict[str, Any], list[Flaw]]:
    """Return what a run must look like after its purges; its own seal foretells what its snapshots become.

    A purge can only remove: its seal names the file before and after, and the snapshots that lost their comments. What
    was changed before a purge is still a flaw after it.
    """
    now, flaws = {**sealed, "snapshots": dict(sealed["snapshots"])}, []
    for facts in purges:
        for purged, kind in (("snapshots", "without_comments"), ("briefs", "in_brief")):
            now["snapshots"] |= {key: sealed[kind][key] for key in facts[purged] if key in sealed[kind]}
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


def _places(db: sqlite3.Connection, run: int, sealed: dict[str, Any]) -> Iterator[Flaw]:
    """Check a run's row of `warcs` against its seal: which file it has, and up to where that is valid."""
    row = db.execute("SELECT name, size FROM warcs NOT INDEXED WHERE run_id = ?", (run,)).fetchone()
    file = sealed["file"]
    if row is not None and file["size"] is not None and row != (file["name"], file["size"]):
        yield Flaw(FlawKind.INDEX_CHANGED, f"run {run}", "which file is its own, and how long that is")


def _invented_mark(run: int, sealed: dict[str, Any], now: dict[str, Any]) -> Iterator[Flaw]:
    """Check that the archive is marked as invented as it was when the run was sealed."""
    if sealed["synthetic"] != now["synthetic"]:
        said = "the mark of invented data was removed" if sealed["synthetic"] else "marked as invented data since"
        yield Flaw(FlawKind.MARK_CHANGED, f"run {run}", said)


def _unsealed_runs(db: sqlite3.Connection, shelf: Shelf) -> Iterator[Flaw]:
    """Check runs without a seal, which are going on or were killed: their file must hold what is indexed."""
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
    yield from _stripped_marks(db, purged)
    yield from _open_purge(db, shelf, [facts for links in purged.values() for facts in links])


def _stripped_marks(db: sqlite3.Connection, purges: dict[int, list[dict[str, Any]]]) -> Iterator[Flaw]:
    """Check the marks of purged comments against the seals of the purges."""
    wanted: dict[tuple[int, str], str] = {}
    for run, links in purges.items():
        for facts in links:
            for key in (*facts["snapshots"], *facts["briefs"]):
                wanted.setdefault((run, key), facts["at"])
    rows = db.execute(
        "SELECT run_id, route || ' ' || url, purged_at FROM looks NOT INDEXED WHERE purged_at IS NOT NULL"
    ).fetchall()
    for run, key, at in rows:
        sealed = wanted.pop((run, key), None)
        if sealed is None:
            yield Flaw(FlawKind.ROW_ADDED, f"run {run}: snapshot {key}", "a mark that its comments were purged")
        elif sealed != at:
            yield Flaw(FlawKind.ROW_CHANGED, f"run {run}: snapshot {key}", "the mark that its comments were purged")
    for run, key in sorted(wanted):
        yield Flaw(FlawKind.ROW_MISSING, f"run {run}: snapshot {key}", "the mark that its comments were purged")


def _briefs(db: sqlite3.Connection) -> Iterator[Flaw]:
    """Check what is written beside each look, so that it need not be read, against the look itself."""
    for row in each_row(db, "body IS NOT NULL", None, "run_id, route, url"):
        text = look_text(db, row)
        told = (_opened(row.brief), row.renamed_to, row.comments)
        if text and told != (brief_text(db, text), renamed_to(text), count_comments(text)):
            yield Flaw(
                FlawKind.ROW_CHANGED, f"run {row.run}: snapshot {row.route} {row.url}", "what is told of it in brief"
            )


def _opened(data: bytes) -> str:
    """Return a compressed text, or an empty one where it is none."""
    try:
        return opened(data)
    except MALFORMED:
        return ""


def _open_purge(db: sqlite3.Connection, shelf: Shelf, links: list[dict[str, Any]]) -> Iterator[Flaw]:
    """Name what a killed purge has left: a file not switched to yet, one not removed yet, pages not overwritten yet.

    A file that was replaced must still be what its purge's seal says.
    """
    own = [name for (name,) in db.execute("SELECT name FROM warcs NOT INDEXED")]
    coming = {next_name(name) for name in own}
    gone = {f["before"]["name"]: (f["before"]["size"], f["before"]["sha256"]) for f in links if f.get("before")}
    for name in set(shelf.names()) - set(own):
        if name in coming or (name in gone and shelf.fingerprint(name) == gone[name]):
            yield Flaw(FlawKind.PURGE_OPEN, name)
    if open_purges(db):
        yield Flaw(FlawKind.PURGE_OPEN, "archive.sqlite")


def _files(db: sqlite3.Connection, shelf: Shelf) -> Iterator[Flaw]:
    """Name files that belong to no run, except one with its first record alone: its run was killed at the start."""
    known = {name for (name,) in db.execute("SELECT name FROM warcs NOT INDEXED")}
    known |= {flaw.where for flaw in _marks(db, shelf) if flaw.kind is FlawKind.PURGE_OPEN}
    odd = shelf.odd()
    for name in odd:
        yield Flaw(FlawKind.FILE_ODD, name)
    for name in shelf.names():
        if name not in known and name not in odd and not is_bare(shelf, name):
            yield Flaw(FlawKind.FILE_UNKNOWN, name)


def _records(db: sqlite3.Connection, shelf: Shelf) -> Iterator[Flaw]:
    """Read every record that is in the index."""
    for entry in _entries(db):
        try:
            read_entry(shelf, entry)
        except DamagedError as error:
            yield Flaw(FlawKind.RECORD_DAMAGED, f"{entry.file}: {entry.evidence.id}", str(error).rpartition(": ")[2])
        except ArchiveError:
            yield Flaw(FlawKind.RECORD_MISSING, f"{entry.file}: {entry.evidence.id}")


def _entries(db: sqlite3.Connection) -> list[Entry]:
    """Return the entries that can be read; `_runs` names the runs of the others."""
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


def _notes(db: sqlite3.Connection, shelf: Shelf) -> Iterator[Flaw]:
    """Read every note, and check that each answer it names is there."""
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


def _named(db: sqlite3.Connection) -> Iterator[Flaw]:
    """Check that every answer named by a snapshot, a control or a finding is there."""
    known = {identifier for (identifier,) in db.execute("SELECT id FROM records NOT INDEXED")}
    for row in each_row(db, "1", None, "run_id, route, url"):
        yield from _missing(f"run {row.run}: snapshot {row.route} {row.url}", ids_named(row), known)
    controls = db.execute("SELECT 'run ' || run_id || ': control ' || route || ' ' || url, body FROM controls")
    for where, body in controls:
        yield from _missing(where, (seen["id"] for seen in _json(body).get("evidence", ())), known)
    for edition, week in db.execute("SELECT id, week FROM editions ORDER BY id").fetchall():
        for office in _audit(db, edition).get("offices", ()):
            for finding in office.get("findings", ()):
                where = f"audit {week}: {office.get('id')} {finding.get('check')}"
                yield from _missing(where, finding.get("evidence", ()), known)


def _missing(where: str, named: Iterable[str], known: set[str]) -> Iterator[Flaw]:
    for identifier in named:
        if identifier not in known:
            yield Flaw(FlawKind.RECORD_MISSING, identifier, f"named by {where}")


def _json(body: str) -> dict[str, Any]:
    """Read a stored document. A malformed one names nothing; its seal shows that it was changed."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _audit(db: sqlite3.Connection, edition: int) -> dict[str, Any]:
    """Return an audit as far as it can be read: its hash shows the rest."""
    return _json(_edition(db, edition))


def _edition(db: sqlite3.Connection, edition: int) -> str:
    """Return an audit's text, or an empty one where it cannot be opened."""
    try:
        return edition_text(db, edition)
    except MALFORMED:
        return ""


def _audits(db: sqlite3.Connection) -> Iterator[Flaw]:
    """Check each audit that was ever sealed against the week's editions, in order."""
    sealed: dict[str, list[dict[str, Any]]] = {}
    for seal in seals(db):
        facts = _facts(seal)
        if seal.kind == "audit" and facts is not None:
            sealed.setdefault(facts["week"], []).append(facts)
    stored: dict[str, list[tuple[str, str]]] = {}
    for edition, week, as_of in db.execute("SELECT id, week, as_of FROM editions ORDER BY id").fetchall():
        stored.setdefault(week, []).append((as_of, text_hash(_edition(db, edition))))
    for week in sorted(set(sealed) | set(stored), key=str):
        yield from _editions(week, sealed.get(week, []), stored.get(week, []))
        for wanted in {facts.get("registry") for facts in sealed.get(week, ())} - {None}:
            if not note_entries(db, "n.kind = 'registry' AND n.sha256 = ?", [wanted]):
                yield Flaw(FlawKind.RECORD_MISSING, f"audit {week}", "the registry that it was made by")


def _editions(week: str, sealed: list[dict[str, Any]], stored: list[tuple[str, str]]) -> Iterator[Flaw]:
    """Compare what was sealed of a week's audits with what is stored of them."""
    wanted = Counter((facts["as_of"], facts["audit"]) for facts in sealed)
    missing, surplus = wanted - Counter(stored), Counter(stored) - wanted
    for changed in range(min(missing.total(), surplus.total())):
        yield Flaw(FlawKind.AUDIT_CHANGED, f"audit {week}", "" if not changed else f"{changed + 1}")
    if missing.total() > surplus.total():
        yield Flaw(FlawKind.AUDIT_MISSING, f"audit {week}")
    elif surplus.total() > missing.total():
        yield Flaw(FlawKind.AUDIT_UNSEALED, f"audit {week}")
    elif not missing and [(facts["as_of"], facts["audit"]) for facts in sealed] != stored:
        yield Flaw(FlawKind.AUDIT_CHANGED, f"audit {week}", "another edition stands for it")


# What one audit says of the one before -------------------------------------------------------------------------------


_Cells = dict[tuple[str, str, str | None], str]


def _cells(offices: Iterable[dict[str, Any]]) -> _Cells:
    """Return what an audit says in each cell: a finding's outcome with its cause, an office's verdict."""
    said: _Cells = {}
    for office in offices:
        said[office.get("id", ""), "", None] = str(office.get("verdict"))
        for one in office.get("findings", ()):
            told = " ".join(filter(None, (one.get("outcome"), one.get("cause"))))
            said[office.get("id", ""), one.get("check"), one.get("account")] = told
    return said


def _named_cells(audit: dict[str, Any]) -> set[tuple[str, str, str | None]]:
    """Return the cells of which an audit itself says that they have become others."""
    told = audit.get("rejudged") or {}
    cells = {(one["office"], one["check"], one.get("account")) for one in told.get("cells", ())}
    return cells | {(office, "", None) for office in told.get("offices", ())}


def _unnamed(db: sqlite3.Connection) -> Iterator[Flaw]:
    """Name each cell that a later audit of a week turned in silence: an honest one names what it turns."""
    first: dict[str, _Cells] = {}
    last: dict[str, _Cells] = {}
    for edition, week in db.execute("SELECT id, week FROM editions ORDER BY id").fetchall():
        audit = _audit(db, edition)
        cells, named = _cells(audit.get("offices", ())), _named_cells(audit)
        before, at_first = last.get(week, cells), first.setdefault(week, cells)
        for place in sorted(before.keys() | cells.keys(), key=str):
            now = cells.get(place)
            if now != before.get(place) and now != at_first.get(place) and place not in named:
                yield Flaw(FlawKind.SUPERSEDED, f"audit {week}", " ".join(filter(None, place)))
        last[week] = cells


def since_seal(db: sqlite3.Connection, sha256: str) -> list[Flaw]:
    """Return what was stored after a seal that was kept elsewhere, and says to be of before it."""
    links = seals(db)
    kept = next((place for place, seal in enumerate(links) if seal.sha256 == sha256), len(links))
    until = max((_moment(_facts(seal) or {}) for seal in links[: kept + 1]), default="")
    later = ((seal, _moment(_facts(seal) or {})) for seal in links[kept + 1 :])
    return [Flaw(FlawKind.BACKDATED, f"manifest {seal.seq}", at[:19]) for seal, at in later if at and at < until]


def _moment(facts: dict[str, Any]) -> str:
    """Return when a seal says that it was made."""
    return str(facts.get("made_at") or facts.get("as_of") or facts.get("at") or "")


# What no run's seal holds --------------------------------------------------------------------------------------------


def _searches(db: sqlite3.Connection) -> Iterator[Flaw]:
    """Check the stored searches against the seals of their runs; a later run may have replaced one."""
    newest: dict[str, int] = {}
    now: dict[int, dict[str, str]] = {}
    for run in [run for (run,) in db.execute("SELECT DISTINCT run_id FROM discoveries ORDER BY run_id")]:
        now[run] = searches_of(db, run)
        newest |= dict.fromkeys(now[run], run)
    for run, facts in _sealed_runs(db):
        there = {key: sha256 for key, sha256 in facts["searches"].items() if newest.get(key, run) <= run}
        yield from _rows(f"run {run}: search", there, now.get(run, {}))


def _sign_ins(db: sqlite3.Connection) -> Iterator[Flaw]:
    """Check that what was remembered of sign-ins has its form."""
    for session, body in db.execute("SELECT session, body FROM logins").fetchall():
        kept = _json(body)
        if not all(isinstance(kept.get(name), list) for name in ("peers", "floods")):
            yield Flaw(FlawKind.ROW_CHANGED, f"sign-in {str(session)[:12]}")


def _leftovers(folder: Path | None) -> Iterator[Flaw]:
    """Name what killed commands have left in the archive's folder."""
    for pattern in ("*.part*", "evidence/*.part*"):
        for path in sorted(folder.glob(pattern)) if folder is not None else ():
            yield Flaw(FlawKind.LEFTOVER, path.name)
