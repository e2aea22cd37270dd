"""Is everything that was stored still there, and unchanged? Each doubt is a `Flaw` that names its place.

What must be there of a run is what was sealed less what purges have sealed away. One flaw never keeps the rest from
being checked. Besides the evidence (seals, rows, files, records) that is checked which decides how it is read: the
schema, since a view can show other rows, and the mark of invented data, which is sealed with each run.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from auditor.archive.connection import schema_now, stored_schema
from auditor.archive.evidence_files import PAGES, WORDS, file_name
from auditor.archive.evidence_store import entries_where, read_entry
from auditor.archive.retention import is_interrupted, purge_violations, unremoved_files
from auditor.archive.seals import Seal, hash_of, json_object, leaves_of, leaves_of_seal, seals, tree_of
from auditor.archive.storage import MALFORMED, Storage, text_of
from auditor.archive.warc import DamagedRecordError
from auditor.base.errors import ArchiveError
from auditor.base.storage_format import format_archive_time
from auditor.base.text import N_, Text, phrase, verbatim


class FlawKind(StrEnum):
    """What is wrong with something that was stored."""

    DATABASE = "database_damaged"
    SCHEMA = "schema_changed"
    LINK_MISSING = "link_missing"
    LINK_CHANGED = "link_changed"
    RUN_UNSEALED = "run_unsealed"
    ROW_MISSING = "row_missing"
    ROW_CHANGED = "row_changed"
    ROW_ADDED = "row_added"
    FILE_MISSING = "file_missing"
    FILE_CHANGED = "file_changed"
    FILE_UNKNOWN = "file_unknown"
    FILE_NOT_REGULAR = "file_odd"
    """A pipe, a link or a device where a file of evidence would be. It was not read."""
    RECORD_DAMAGED = "record_damaged"
    SUPERSEDED = "superseded"
    """A cell of an audit is another than in the one before it, and the newer does not say so (`auditor.audit`)."""
    BACKDATED = "backdated"
    """It says to be of before a seal that was kept, and was stored after it."""
    LEFTOVER = "leftover"
    """A half-written or an empty file. Nothing is wrong."""
    PURGE_OPEN = "purge_open"
    """A purge was interrupted. Nothing is wrong: the next one finishes it."""
    RUN_OPEN = "run_open"
    """A run goes on, or was killed: the next one seals it. Until then nothing holds what it stored."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and where: a file, a run, a record, a row. `detail` is what was found."""

    kind: FlawKind
    where: str
    detail: Text | None = None

    @property
    def harmless(self) -> bool:
        """Whether it is only worth mentioning: what was stored is there and unchanged."""
        return self.kind in {FlawKind.PURGE_OPEN, FlawKind.LEFTOVER, FlawKind.RUN_OPEN}


def verify(store: Storage) -> list[Flaw]:
    """Check the chain, what was sealed of each run and audit, the files and each record."""
    checks = (_database, _schema, _chain, _runs, _open_runs, _files, _records, _registries, _audits)
    found = [flaw for check in (*checks, _sign_ins, _leftovers) for flaw in _damage_as_flaw(check(store))]
    return list(dict.fromkeys(found))


def _damage_as_flaw(found: Iterator[Flaw]) -> Iterator[Flaw]:
    """Turn what a damaged database or disk raises into another flaw."""
    try:
        yield from found
    except (sqlite3.Error, ArchiveError) as error:
        yield Flaw(FlawKind.DATABASE, "archive.sqlite", verbatim(str(error)))
    except MALFORMED as error:
        yield Flaw(
            FlawKind.DATABASE, "archive.sqlite", phrase("a row has lost its form ({name})", name=type(error).__name__)
        )


def _database(store: Storage) -> Iterator[Flaw]:
    """Name the tables that cannot be read.

    Check pages, rows and indexes against each other: SQLite may read an index in place of its row.
    """
    for table in sorted(name for kind, name in schema_now() if kind == "table"):
        try:
            store.first(f"SELECT count(*) FROM {table} NOT INDEXED")  # noqa: S608 - names of our columns and tables
        except sqlite3.Error as error:
            yield Flaw(FlawKind.DATABASE, f"archive.sqlite: {table}", verbatim(str(error)))
    for (said,) in store.rows("PRAGMA integrity_check(5)"):
        if said != "ok":
            yield Flaw(FlawKind.DATABASE, "archive.sqlite", verbatim(str(said).splitlines()[-1]))


def _schema(store: Storage) -> Iterator[Flaw]:
    """Check the tables, views, indexes and triggers against those that this program makes."""
    found, wanted = stored_schema(store.db), schema_now()
    for key in sorted(wanted.keys() | found.keys()):
        if wanted.get(key) != found.get(key):
            said = (
                N_("is missing") if key not in found else N_("was added") if key not in wanted else N_("was replaced")
            )
            yield Flaw(FlawKind.SCHEMA, " ".join(key), phrase(said))


# The chain, and the runs ---------------------------------------------------------------------------------------------


def _chain(store: Storage) -> Iterator[Flaw]:
    """Check that each seal has the hash of the one before. Numbers are never reused, so a gap is a loss."""
    previous, expected = None, 1
    for seal in seals(store.db):
        for seq in range(expected, seal.seq):
            yield Flaw(FlawKind.LINK_MISSING, f"seal {seq}")
        told = [seal.facts.get(name) for name in ("seq", "kind", "run_id", "week")]
        root = tree_of(leaves_of_seal(store.db, seal.seq)).root.hex()
        if seal.kind not in {"run", "purge", "audit"}:
            yield Flaw(FlawKind.LINK_CHANGED, f"seal {seal.seq}", phrase("its kind"))
        if hash_of(seal.body) != seal.sha256 or told != [seal.seq, seal.kind, seal.run, seal.week]:
            yield Flaw(FlawKind.LINK_CHANGED, f"seal {seal.seq}")
        elif seal.seq == expected and seal.facts.get("previous") != previous:
            yield Flaw(FlawKind.LINK_CHANGED, f"seal {seal.seq}", phrase("it does not name the link before it"))
        elif seal.facts.get("root") != (None if seal.kind == "audit" else root):
            yield Flaw(FlawKind.LINK_CHANGED, f"seal {seal.seq}", phrase("its root"))
        previous, expected = seal.sha256, seal.seq + 1
    for (seq,) in store.rows("SELECT seq FROM seals WHERE (kind = 'audit') <> (leaves IS NULL)"):
        yield Flaw(FlawKind.LINK_CHANGED, f"seal {seq}", phrase("its leaves"))
    given = store.first("SELECT seq FROM sqlite_sequence WHERE name = 'seals'") or 0
    for seq in range(expected, given + 1):
        yield Flaw(FlawKind.LINK_MISSING, f"seal {seq}")


def _runs(store: Storage) -> Iterator[Flaw]:
    """Check what is stored of each sealed run against its seal and those of its purges."""
    purges: dict[int | None, list[Seal]] = {}
    for seal in seals(store.db, "purge"):
        purges.setdefault(seal.run, []).append(seal)
    for seal in seals(store.db, "run"):
        sealed = leaves_of_seal(store.db, seal.seq)
        started = str(seal.facts.get("run", {}).get("started_at", ""))
        now, there = leaves_of(store, seal.run or 0), store.files.names()
        gone: dict[str, str] = {}
        for one in purges.pop(seal.run, ()):
            taken = leaves_of_seal(store.db, one.seq)
            gone |= taken
            for name, why in purge_violations(one, started, taken, (sealed.keys() & now.keys()) - gone.keys()):
                yield Flaw(FlawKind.ROW_MISSING, f"run {seal.run}: {name}", why)
        for name in sorted(name for name in gone if gone[name] != sealed.get(name)):
            yield Flaw(FlawKind.ROW_CHANGED, f"run {seal.run}: {name}", phrase("before it was purged"))
        due = {"run": ""} | {name: sha256 for name, sha256 in sealed.items() if name not in gone}
        for part in {PAGES, WORDS} & due.keys():
            name = file_name(seal.run or 0, started, part)
            if due.pop(part) != now.get(part):
                yield Flaw(FlawKind.FILE_CHANGED if name in there else FlawKind.FILE_MISSING, name)
        rows = {name: sha256 for name, sha256 in now.items() if name not in {PAGES, WORDS}}
        yield from _compared(f"run {seal.run}: ", due, rows)
    for one in (one for some in purges.values() for one in some):
        yield Flaw(FlawKind.LINK_CHANGED, f"seal {one.seq}", phrase("it is of no sealed run"))


def _compared(where: str, sealed: Mapping[Any, Any], now: Mapping[Any, Any]) -> Iterator[Flaw]:
    """Compare what was sealed with what is there, by name."""
    for name in sorted(sealed.keys() | now.keys(), key=str):
        if now.get(name) != sealed.get(name):
            missing, added = name not in now, name not in sealed
            kind = FlawKind.ROW_MISSING if missing else FlawKind.ROW_ADDED if added else FlawKind.ROW_CHANGED
            yield Flaw(kind, f"{where}{name}")


def _open_runs(store: Storage) -> Iterator[Flaw]:
    """Name runs that have no seal: one that has ended must have it. And rows of runs that are not there."""
    sealed = "SELECT run_id FROM seals WHERE kind = 'run'"
    for run, ended in store.rows(f"SELECT id, finished_at FROM runs WHERE id NOT IN ({sealed})"):  # noqa: S608 - our own text
        unsealed = Flaw(FlawKind.RUN_UNSEALED, f"run {run}")
        yield (unsealed if ended is not None else Flaw(FlawKind.RUN_OPEN, f"run {run}"))
    for table in ("looks", "controls", "answers", "searches"):
        strays = f"SELECT DISTINCT run_id FROM {table} WHERE run_id NOT IN (SELECT id FROM runs)"  # noqa: S608 - names of our columns and tables
        for (run,) in store.rows(strays):
            yield Flaw(FlawKind.ROW_ADDED, f"run {run}: {table}", phrase("there is no such run"))


def _files(store: Storage) -> Iterator[Flaw]:
    """Name what is among the files and belongs to no run, and what a killed purge has left.

    A file that was sealed away must still be what its purge's seal says.
    """
    gone, sealed = dict(unremoved_files(store)), {seal.run for seal in seals(store.db, "run")}
    sizes = {run: store.sizes(run) for (run,) in store.rows("SELECT id FROM runs")}
    known = {store.file(run, part) for run in sizes for part in sizes[run] if sizes[run][part] or run not in sealed}
    for name, size in store.files.names().items():
        if size is None:
            yield Flaw(FlawKind.FILE_NOT_REGULAR, name)
        elif name in gone:
            same = (store.files.fingerprint(name) or (0, ""))[1] == gone[name]
            yield Flaw(FlawKind.PURGE_OPEN if same else FlawKind.FILE_UNKNOWN, name)
        elif name not in known:
            yield Flaw(FlawKind.FILE_UNKNOWN if size else FlawKind.LEFTOVER, name)
    if is_interrupted(store):
        yield Flaw(FlawKind.PURGE_OPEN, "archive.sqlite")


def _records(store: Storage) -> Iterator[Flaw]:
    """Read every record that is in the index and was not purged."""
    for (run,) in store.rows("SELECT DISTINCT run_id FROM answers"):
        try:
            entries = entries_where(store, "a.run_id = ?", (run,))
        except ValueError:  # a row that has lost its form: `_runs` names it
            continue
        for entry in (entry for entry in entries if entry.purged is None):
            try:
                read_entry(store, entry)
            except DamagedRecordError as error:
                told = error.text.params
                yield Flaw(FlawKind.RECORD_DAMAGED, str(told["where"]), cast("Text", told["said"]))
            except ArchiveError:
                yield Flaw(FlawKind.FILE_MISSING, entry.file)


def _registries(store: Storage) -> Iterator[Flaw]:
    """Check each registry against its hash, and that those which runs and audits name are there."""
    there = {sha256: hash_of(text_of(body)) for sha256, body in store.rows("SELECT sha256, body FROM registries")}
    named = "SELECT registry FROM runs UNION SELECT registry FROM audits"
    wanted = {sha256: sha256 for (sha256,) in store.rows(named) if sha256 is not None}
    yield from _compared("registry ", wanted, there)


# Audits ---------------------------------------------------------------------------------------------------------------


def _audits(store: Storage) -> Iterator[Flaw]:
    """Check each audit that was ever sealed against what is stored of it."""
    sealed: dict[tuple[Any, Any], tuple[Any, ...]] = {}
    for seal in seals(store.db, "audit"):
        facts, numbers = seal.facts, {number for number, _ in sealed}
        if facts.get("number") in numbers:
            yield Flaw(
                FlawKind.LINK_CHANGED,
                f"seal {seal.seq}",
                phrase("audit {number} has a seal already", number=facts.get("number")),
            )
        else:
            told = (facts.get("as_of"), facts.get("registry"), facts.get("audit"))
            sealed[facts.get("number"), facts.get("week")] = told
    rows = store.rows("SELECT id, week, as_of, registry, body FROM audits")
    stored = {(number, week): (*rest, hash_of(text_of(body))) for number, week, *rest, body in rows}
    named = [{f"{number} of {week}": facts for (number, week), facts in some.items()} for some in (sealed, stored)]
    yield from _compared("audit ", *named)


def since_seal(db: sqlite3.Connection, sha256: str) -> list[Flaw]:
    """Return the seals after one that was kept elsewhere which say to be of before it."""
    links = seals(db)
    kept = next((place for place, seal in enumerate(links) if seal.sha256 == sha256), len(links))
    moments = [str(seal.facts.get("at") or seal.facts.get("as_of") or "") for seal in links]
    until = max(moments[: kept + 1], default="")
    later = ((seal.seq, at) for seal, at in zip(links[kept + 1 :], moments[kept + 1 :], strict=True))
    return [Flaw(FlawKind.BACKDATED, f"seal {seq}", verbatim(at[:19])) for seq, at in later if at and at < until]


def purges_ahead(db: sqlite3.Connection, now: datetime) -> list[Flaw]:
    """Return the seals of purges that say to be of after `now`: nothing that they took was due."""
    told = ((seal.seq, str(seal.facts.get("at"))) for seal in seals(db, "purge"))
    return [
        Flaw(FlawKind.LINK_CHANGED, f"seal {seq}", phrase("a purge of {at}", at=at[:19]))
        for seq, at in told
        if at > format_archive_time(now)
    ]


# What no seal holds ---------------------------------------------------------------------------------------------------


def _sign_ins(store: Storage) -> Iterator[Flaw]:
    """Check that what was remembered of sign-ins has its form."""
    for session, body in store.rows("SELECT session, body FROM logins"):
        if not {"peers", "floods"} <= json_object(body).keys():
            yield Flaw(FlawKind.ROW_CHANGED, f"sign-in {str(session)[:12]}")


def _leftovers(store: Storage) -> Iterator[Flaw]:
    """Name what killed commands have left in the archive's folder."""
    for path in sorted(store.folder.rglob("*.part*")) if store.folder is not None else ():
        yield Flaw(FlawKind.LEFTOVER, path.name)
