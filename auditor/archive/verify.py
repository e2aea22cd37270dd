"""Check that everything that was stored still exists unchanged. Each deviation is a `Flaw` that says where it is.

A run must still have everything that was sealed, without what purges have sealed as removed. One flaw never keeps the
rest from being checked. Besides the evidence (seals, rows, files, records), two things are checked that decide how it
is read: the schema, since a view could show other rows, and the mark of invented data, which is sealed with each run.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from auditor.archive.connection import expected_schema, stored_schema
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
    """A cell of an audit differs from the previous audit of its week, and the newer one does not say so."""
    BACKDATED = "backdated"
    """A seal is dated before another that precedes it in the chain and that somebody kept."""
    LEFTOVER = "leftover"
    """A half-written or empty file. Harmless."""
    PURGE_OPEN = "purge_open"
    """A purge was interrupted. Harmless: the next one finishes it."""
    RUN_OPEN = "run_open"
    """A run is going on, or was killed and is sealed by the next one. Until then no seal covers what it stored."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and where: a file, a run, a record or a row. `detail` says more, for readers."""

    kind: FlawKind
    where: str
    detail: Text | None = None

    @property
    def harmless(self) -> bool:
        """Whether it is only worth mentioning, because what was stored still exists unchanged."""
        return self.kind in {FlawKind.PURGE_OPEN, FlawKind.LEFTOVER, FlawKind.RUN_OPEN}


def verify(store: Storage) -> list[Flaw]:
    """Run every check and return the flaws, without repetition."""
    checks = (
        _check_database,
        _check_schema,
        _check_chain,
        _check_runs,
        _check_unsealed_runs,
        _check_files,
        _check_records,
        _check_registries,
        _check_audits,
    )
    flaws = [flaw for check in (*checks, _check_logins, _check_leftovers) for flaw in _damage_as_flaw(check(store))]
    return list(dict.fromkeys(flaws))


def _damage_as_flaw(flaws: Iterator[Flaw]) -> Iterator[Flaw]:
    """Yield `flaws`, and one more if a damaged database or disk raises an error."""
    try:
        yield from flaws
    except (sqlite3.Error, ArchiveError) as error:
        yield Flaw(FlawKind.DATABASE, "archive.sqlite", verbatim(str(error)))
    except MALFORMED as error:
        yield Flaw(
            FlawKind.DATABASE, "archive.sqlite", phrase("a row has lost its form ({name})", name=type(error).__name__)
        )


def _check_database(store: Storage) -> Iterator[Flaw]:
    """Check that each table can be read, and SQLite's own integrity.

    The latter compares pages, rows and indexes, since SQLite may read an index instead of the row.
    """
    for table in sorted(name for kind, name in expected_schema() if kind == "table"):
        try:
            store.first(f"SELECT count(*) FROM {table} NOT INDEXED")  # noqa: S608 - names of our columns and tables
        except sqlite3.Error as error:
            yield Flaw(FlawKind.DATABASE, f"archive.sqlite: {table}", verbatim(str(error)))
    for (result,) in store.rows("PRAGMA integrity_check(5)"):
        if result != "ok":
            yield Flaw(FlawKind.DATABASE, "archive.sqlite", verbatim(str(result).splitlines()[-1]))


def _check_schema(store: Storage) -> Iterator[Flaw]:
    """Check the tables, views, indexes and triggers against those that this program creates."""
    stored, expected = stored_schema(store.db), expected_schema()
    for key in sorted(expected.keys() | stored.keys()):
        if expected.get(key) != stored.get(key):
            was_added = key in stored and key not in expected
            message = N_("is missing") if key not in stored else N_("was added") if was_added else N_("was replaced")
            yield Flaw(FlawKind.SCHEMA, " ".join(key), phrase(message))


# The chain, and the runs ---------------------------------------------------------------------------------------------


def _check_chain(store: Storage) -> Iterator[Flaw]:
    """Check each seal and its link to the previous one. Numbers are never reused, so a gap is a loss."""
    previous, expected_seq = None, 1
    for seal in seals(store.db):
        for seq in range(expected_seq, seal.seq):
            yield Flaw(FlawKind.LINK_MISSING, f"seal {seq}")
        header = [seal.facts.get(name) for name in ("seq", "kind", "run_id", "week")]
        root = tree_of(leaves_of_seal(store.db, seal.seq)).root.hex()
        if seal.kind not in {"run", "purge", "audit"}:
            yield Flaw(FlawKind.LINK_CHANGED, f"seal {seal.seq}", phrase("its kind"))
        if hash_of(seal.body) != seal.sha256 or header != [seal.seq, seal.kind, seal.run, seal.week]:
            yield Flaw(FlawKind.LINK_CHANGED, f"seal {seal.seq}")
        elif seal.seq == expected_seq and seal.facts.get("previous") != previous:
            yield Flaw(FlawKind.LINK_CHANGED, f"seal {seal.seq}", phrase("it does not name the checksum before it"))
        elif seal.facts.get("root") != (None if seal.kind == "audit" else root):
            yield Flaw(FlawKind.LINK_CHANGED, f"seal {seal.seq}", phrase("its checksum"))
        previous, expected_seq = seal.sha256, seal.seq + 1
    for (seq,) in store.rows("SELECT seq FROM seals WHERE (kind = 'audit') <> (leaves IS NULL)"):
        yield Flaw(FlawKind.LINK_CHANGED, f"seal {seq}", phrase("its leaves"))
    highest_seq = store.first("SELECT seq FROM sqlite_sequence WHERE name = 'seals'") or 0
    for seq in range(expected_seq, highest_seq + 1):
        yield Flaw(FlawKind.LINK_MISSING, f"seal {seq}")


def _check_runs(store: Storage) -> Iterator[Flaw]:
    """Check what is stored of each sealed run against its seal and the seals of its purges."""
    purges: dict[int | None, list[Seal]] = {}
    for seal in seals(store.db, "purge"):
        purges.setdefault(seal.run, []).append(seal)
    for seal in seals(store.db, "run"):
        sealed = leaves_of_seal(store.db, seal.seq)
        started_at = str(seal.facts.get("run", {}).get("started_at", ""))
        current, file_names = leaves_of(store, seal.run or 0), store.files.names()
        purged: dict[str, str] = {}
        for purge_seal in purges.pop(seal.run, ()):
            removed = leaves_of_seal(store.db, purge_seal.seq)
            purged |= removed
            remaining = (sealed.keys() & current.keys()) - purged.keys()
            for name, violation in purge_violations(purge_seal, started_at, removed, remaining):
                yield Flaw(FlawKind.ROW_MISSING, f"run {seal.run}: {name}", violation)
        for name in sorted(name for name in purged if purged[name] != sealed.get(name)):
            yield Flaw(FlawKind.ROW_CHANGED, f"run {seal.run}: {name}", phrase("before it was purged"))
        expected = {"run": ""} | {name: sha256 for name, sha256 in sealed.items() if name not in purged}
        for part in {PAGES, WORDS} & expected.keys():
            name = file_name(seal.run or 0, started_at, part)
            if expected.pop(part) != current.get(part):
                yield Flaw(FlawKind.FILE_CHANGED if name in file_names else FlawKind.FILE_MISSING, name)
        rows = {name: sha256 for name, sha256 in current.items() if name not in {PAGES, WORDS}}
        yield from _compare(f"run {seal.run}: ", expected, rows)
    for purge_seal in (purge_seal for run_purges in purges.values() for purge_seal in run_purges):
        yield Flaw(FlawKind.LINK_CHANGED, f"seal {purge_seal.seq}", phrase("it is of no sealed run"))


def _compare(where: str, sealed: Mapping[Any, Any], current: Mapping[Any, Any]) -> Iterator[Flaw]:
    """Compare what was sealed with what is stored now, both by name; `where` begins the place of each flaw."""
    for name in sorted(sealed.keys() | current.keys(), key=str):
        if current.get(name) != sealed.get(name):
            is_missing, is_added = name not in current, name not in sealed
            kind = FlawKind.ROW_MISSING if is_missing else FlawKind.ROW_ADDED if is_added else FlawKind.ROW_CHANGED
            yield Flaw(kind, f"{where}{name}")


def _check_unsealed_runs(store: Storage) -> Iterator[Flaw]:
    """Name runs without a seal, which only a run that has not ended may be, and rows of runs that do not exist."""
    sealed = "SELECT run_id FROM seals WHERE kind = 'run'"
    for run, ended in store.rows(f"SELECT id, finished_at FROM runs WHERE id NOT IN ({sealed})"):  # noqa: S608 - our own text
        unsealed = Flaw(FlawKind.RUN_UNSEALED, f"run {run}")
        yield (unsealed if ended is not None else Flaw(FlawKind.RUN_OPEN, f"run {run}"))
    for table in ("looks", "controls", "answers", "searches"):
        strays = f"SELECT DISTINCT run_id FROM {table} WHERE run_id NOT IN (SELECT id FROM runs)"  # noqa: S608 - names of our columns and tables
        for (run,) in store.rows(strays):
            yield Flaw(FlawKind.ROW_ADDED, f"run {run}: {table}", phrase("there is no such run"))


def _check_files(store: Storage) -> Iterator[Flaw]:
    """Name files that belong to no run, and those that a killed purge has not deleted yet.

    The latter must still have the hash in their purge's seal.
    """
    unremoved, sealed = dict(unremoved_files(store)), {seal.run for seal in seals(store.db, "run")}
    sizes = {run: store.sizes(run) for (run,) in store.rows("SELECT id FROM runs")}
    run_files = {store.file(run, part) for run in sizes for part in sizes[run] if sizes[run][part] or run not in sealed}
    for name, size in store.files.names().items():
        if size is None:
            yield Flaw(FlawKind.FILE_NOT_REGULAR, name)
        elif name in unremoved:
            is_unchanged = (store.files.fingerprint(name) or (0, ""))[1] == unremoved[name]
            yield Flaw(FlawKind.PURGE_OPEN if is_unchanged else FlawKind.FILE_UNKNOWN, name)
        elif name not in run_files:
            yield Flaw(FlawKind.FILE_UNKNOWN if size else FlawKind.LEFTOVER, name)
    if is_interrupted(store):
        yield Flaw(FlawKind.PURGE_OPEN, "archive.sqlite")


def _check_records(store: Storage) -> Iterator[Flaw]:
    """Read every record in the index that was not purged."""
    for (run,) in store.rows("SELECT DISTINCT run_id FROM answers"):
        try:
            entries = entries_where(store, "a.run_id = ?", (run,))
        except ValueError:  # a malformed row: `_check_runs` names it
            continue
        for entry in (entry for entry in entries if entry.purged is None):
            try:
                read_entry(store, entry)
            except DamagedRecordError as error:
                params = error.text.params
                yield Flaw(FlawKind.RECORD_DAMAGED, str(params["where"]), cast("Text", params["said"]))
            except ArchiveError:
                yield Flaw(FlawKind.FILE_MISSING, entry.file)


def _check_registries(store: Storage) -> Iterator[Flaw]:
    """Check each registry against its hash, and that every registry that a run or an audit names exists."""
    stored = {sha256: hash_of(text_of(body)) for sha256, body in store.rows("SELECT sha256, body FROM registries")}
    query = "SELECT registry FROM runs UNION SELECT registry FROM audits"
    expected = {sha256: sha256 for (sha256,) in store.rows(query) if sha256 is not None}
    yield from _compare("registry ", expected, stored)


# Audits ---------------------------------------------------------------------------------------------------------------


def _check_audits(store: Storage) -> Iterator[Flaw]:
    """Check the stored audits against all that were ever sealed."""
    sealed: dict[tuple[Any, Any], tuple[Any, ...]] = {}
    for seal in seals(store.db, "audit"):
        facts, numbers = seal.facts, {number for number, _ in sealed}
        if facts.get("number") in numbers:
            yield Flaw(
                FlawKind.LINK_CHANGED,
                f"seal {seal.seq}",
                phrase("audit {number} has a checksum already", number=facts.get("number")),
            )
        else:
            values = (facts.get("as_of"), facts.get("registry"), facts.get("audit"))
            sealed[facts.get("number"), facts.get("week")] = values
    rows = store.rows("SELECT id, week, as_of, registry, body FROM audits")
    stored = {(number, week): (*rest, hash_of(text_of(body))) for number, week, *rest, body in rows}
    by_name = [{f"{number} of {week}": row for (number, week), row in audits.items()} for audits in (sealed, stored)]
    yield from _compare("audit ", *by_name)


def backdated_after(db: sqlite3.Connection, sha256: str) -> list[Flaw]:
    """Return a flaw for each seal after the one with hash `sha256` that is dated before the latest seal up to it."""
    links = seals(db)
    seal_index = next((index for index, seal in enumerate(links) if seal.sha256 == sha256), len(links))
    moments = [str(seal.facts.get("at") or seal.facts.get("as_of") or "") for seal in links]
    latest = max(moments[: seal_index + 1], default="")
    later = ((seal.seq, at) for seal, at in zip(links[seal_index + 1 :], moments[seal_index + 1 :], strict=True))
    return [Flaw(FlawKind.BACKDATED, f"seal {seq}", verbatim(at[:19])) for seq, at in later if at and at < latest]


def purges_dated_after(db: sqlite3.Connection, now: datetime) -> list[Flaw]:
    """Return a flaw for each purge that is dated after `now`: what it removed was not due."""
    purge_times = ((seal.seq, str(seal.facts.get("at"))) for seal in seals(db, "purge"))
    return [
        Flaw(FlawKind.LINK_CHANGED, f"seal {seq}", phrase("a purge of {at}", at=at[:19]))
        for seq, at in purge_times
        if at > format_archive_time(now)
    ]


# What no seal covers --------------------------------------------------------------------------------------------------


def _check_logins(store: Storage) -> Iterator[Flaw]:
    """Check that stored login states are well formed."""
    for session, body in store.rows("SELECT session, body FROM logins"):
        if not {"peers", "floods"} <= json_object(body).keys():
            yield Flaw(FlawKind.ROW_CHANGED, f"sign-in {str(session)[:12]}")


def _check_leftovers(store: Storage) -> Iterator[Flaw]:
    """Name half-written files that killed commands have left in the archive's folder."""
    for path in sorted(store.folder.rglob("*.part*")) if store.folder is not None else ():
        yield Flaw(FlawKind.LEFTOVER, path.name)
