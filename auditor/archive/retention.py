"""Retention: what is older than allowed goes, and its going is sealed.

What goes lies apart from what stays. Of a run that began long enough ago people's words go: the file of them, the
comments of its looks, and all that a search stored; after a year its public pages too: the file, and of each look all
but what dates the page. One transaction empties the columns and adds a seal that names what went, with its hashes; then
the file is removed. If the process is killed at any moment, the archive is sound and the next purge finishes the work.
"""

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import asdict, astuple, dataclass
from datetime import datetime

from auditor.archive.evidence_files import PAGES, WORDS
from auditor.archive.seals import Seal, add_seal, leaves_of, leaves_of_seal, seals
from auditor.archive.storage import Storage
from auditor.base.errors import ArchiveError
from auditor.base.storage_format import format_archive_time
from auditor.base.text import Text, phrase

PURGED_PARTS = {WORDS: (WORDS, "comments", "searches", "lead"), PAGES: (PAGES, "core", "asked")}
"""What goes with each part of a run: the first word of the names under which it is sealed."""
_LEFT = {
    WORDS: "SELECT run_id FROM looks WHERE comments IS NOT NULL UNION SELECT run_id FROM searches "
    "UNION SELECT run_id FROM answers WHERE kind = 'lead'",
    PAGES: "SELECT run_id FROM looks WHERE core IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """What runs stored that began before these moments is removed: officials' public pages, and people's words.

    Words never outlive the page they stood on.
    """

    public: datetime
    comments: datetime

    @property
    def by_part(self) -> dict[str, str]:
        """The moments, as they are stored."""
        return {WORDS: format_archive_time(max(self.comments, self.public)), PAGES: format_archive_time(self.public)}


@dataclass(frozen=True, slots=True)
class Purged:
    """What was removed, or would be. `at` is the time of the purge, or of the request for a dry run, UTC."""

    at: datetime
    answers: int = 0
    comments: int = 0
    looks: int = 0
    """Looks at pages of which only what dates the page is left."""
    bytes: int = 0

    def __bool__(self) -> bool:
        """Tell whether anything was removed."""
        return bool(self.answers or self.comments or self.looks or self.bytes)

    def __add__(self, other: "Purged") -> "Purged":
        """Add up two."""
        counts = (one + another for one, another in zip(astuple(self)[1:], astuple(other)[1:], strict=True))
        return Purged(self.at, *counts)


def count_due(store: Storage, cutoffs: Cutoffs, at: datetime) -> Purged:
    """Count what a purge would remove."""
    return sum((_counted(store, run, parts, at) for run, parts in _due(store, cutoffs).items()), Purged(at))


def purge(store: Storage, cutoffs: Cutoffs, at: datetime) -> Purged:
    """Remove what is due, so that no byte of it is left in any file; return what was removed.

    Each run is one transaction. Runs that were killed must be sealed already.
    """
    _remove_files(store)
    done = Purged(at)
    for run, parts in _due(store, cutoffs).items():
        with store.transaction() as db:
            db.execute("INSERT OR IGNORE INTO meta VALUES ('purging', 'yes')")
            done += _purge_run(store, run, parts, cutoffs, at)
        _remove_files(store)
    _overwrite(store)
    return done


def _due(store: Storage, cutoffs: Cutoffs) -> dict[int, list[str]]:
    """Return which parts are due of which sealed runs."""
    there = store.files.names()
    due: dict[int, list[str]] = {}
    for part, before in cutoffs.by_part.items():
        left = {run for (run,) in store.rows(_LEFT[part])}
        old = "SELECT r.id FROM runs r JOIN seals s ON s.kind = 'run' AND s.run_id = r.id WHERE r.started_at < ?"
        for (run,) in store.rows(f"{old} ORDER BY r.id", (before,)):
            if run in left or store.file(run, part) in there:
                due.setdefault(run, []).append(part)
    return due


def _counted(store: Storage, run: int, parts: list[str], at: datetime) -> Purged:
    """Count what goes of a run."""
    answers, size = 0, 0
    for part in parts:
        found = store.files.fingerprint(store.file(run, part))
        here = store.first("SELECT count(*) FROM answers WHERE run_id = ? AND part = ?", (run, part))
        answers, size = (answers + here, size + found[0]) if found else (answers, size)
    counts = "coalesce(sum(iif(comments IS NULL, 0, said)), 0), coalesce(sum(length(comments)), 0)"
    comments, rows = store.rows(f"SELECT {counts} FROM looks WHERE run_id = ?", (run,))[0]  # noqa: S608 - names of our columns and tables
    whole = "SELECT count(*), coalesce(sum(length(core)), 0) FROM looks WHERE run_id = ? AND core IS NOT NULL"
    looks, cores = store.rows(whole, (run,))[0] if PAGES in parts else (0, 0)
    searches = store.first("SELECT coalesce(sum(length(state)), 0) FROM searches WHERE run_id = ?", (run,))
    return Purged(at, answers, comments, looks, size + rows + cores + searches)


def _purge_run(store: Storage, run: int, parts: list[str], cutoffs: Cutoffs, at: datetime) -> Purged:
    """Empty what is due of a run and seal that, in the caller's transaction."""
    kinds = {kind for part in parts for kind in PURGED_PARTS[part]}
    gone = {name: sha256 for name, sha256 in leaves_of(store, run).items() if name.partition(" ")[0] in kinds}
    told = _counted(store, run, parts, at)
    _empty(store.db, run, parts)
    week = store.first("SELECT week FROM runs WHERE id = ?", (run,))
    why = {"at": format_archive_time(at), "files": [part for part in parts if part in gone], "before": cutoffs.by_part}
    add_seal(store.db, "purge", run, week, asdict(told) | why, gone)
    return told


def _empty(db: sqlite3.Connection, run: int, parts: list[str]) -> None:
    columns = {WORDS: "comments = NULL", PAGES: "core = NULL, asked = NULL"}
    db.execute(f"UPDATE looks SET {', '.join(columns[part] for part in parts)} WHERE run_id = ?", (run,))  # noqa: S608 - names of our columns and tables
    db.execute("DELETE FROM searches WHERE run_id = ?", (run,))
    db.execute("DELETE FROM answers WHERE run_id = ? AND kind = 'lead'", (run,))


def purge_violations(
    seal: Seal, started: str, gone: Collection[str], left: Collection[str]
) -> Iterator[tuple[str, Text]]:
    """Yield each name of a purge's seal that no purge takes, and why not.

    A purge takes all of a part of a run, and only of a run that `started` before the moment that its seal tells, which
    is no later than the purge itself. `gone` is what the seal names, `left` what is there of the run.
    """
    at, before = str(seal.facts.get("at")), dict(seal.facts.get("before") or {})
    parts = {kind: part for part, kinds in PURGED_PARTS.items() for kind in kinds}
    part_of = {name: parts.get(name.partition(" ")[0]) for name in {*gone, *left}}
    halved = {part_of[name] for name in set(left).difference(gone)}
    for name in gone:
        part = part_of[name]
        if part is None:
            yield name, phrase("no purge takes it")
        elif not started < str(before.get(part, "")) <= at:
            yield name, phrase("it was not due for the purge")
        elif part in halved:
            yield name, phrase("a purge takes all of its part")


def unremoved_files(store: Storage) -> Iterator[tuple[str, str]]:
    """Yield the name of each file of a run that a purge has sealed away and that is there yet, with its hash then."""
    there = store.files.names()
    for seal in seals(store.db, "purge"):
        parts = store.sizes(seal.run or 0)
        for part in seal.facts.get("files", ()):
            name = store.file(seal.run or 0, part)
            if part in parts and name in there:
                yield name, leaves_of_seal(store.db, seal.seq).get(part, "")


def _remove_files(store: Storage) -> None:
    """Remove the files that purges have sealed away, including those of a killed purge."""
    for name, sha256 in list(unremoved_files(store)):
        if (store.files.fingerprint(name) or (0, ""))[1] == sha256:
            store.files.discard(name)


def is_interrupted(store: Storage) -> bool:
    """Tell whether a purge was interrupted: the database may still hold pages of what it removed."""
    return store.first("SELECT 1 FROM meta WHERE key = 'purging'") is not None


def _overwrite(store: Storage) -> None:
    """Rewrite the database, so that no free page and no log holds what was removed."""
    if not is_interrupted(store):
        return
    try:
        store.db.execute("VACUUM")
        (busy, *_) = store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:  # no room, a lock; of damage `Archive` tells
        raise ArchiveError(
            phrase("{folder}: the purge is not finished ({error}); run it again", folder=store.folder, error=error)
        ) from None
    if busy:
        raise ArchiveError(
            phrase("{folder}: the purge is not finished, somebody reads the archive; run it again", folder=store.folder)
        )
    with store.transaction() as db:
        db.execute("DELETE FROM meta WHERE key = 'purging'")


def purges(store: Storage) -> list[Purged]:
    """Return the log: what each purge has removed, oldest first."""
    found: dict[str, Purged] = {}
    for facts in (seal.facts for seal in seals(store.db, "purge")):
        counts = (int(facts[kind]) for kind in ("answers", "comments", "looks", "bytes"))
        told = Purged(datetime.fromisoformat(facts["at"]), *counts)
        found[facts["at"]] = found[facts["at"]] + told if facts["at"] in found else told
    return [found[at] for at in sorted(found)]
