"""Retention: remove what is older than allowed, and seal the removal.

What is removed is stored apart from what stays. Of an old run, people's words are removed first: their file, the
comments of its looks, and all that searches stored. Later, by default after a year, its public pages follow: the file,
and of each look everything but the facts that date the page. One transaction empties the columns and adds a seal that
names what was removed, with its hashes; then the file is deleted. If the process is killed at any moment, the archive
stays sound and the next purge finishes the work.
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
"""What is removed with each part of a run: the first words of the names under which it is sealed."""
_RUNS_WITH_CONTENT = {
    WORDS: "SELECT run_id FROM looks WHERE comments IS NOT NULL UNION SELECT run_id FROM searches "
    "UNION SELECT run_id FROM answers WHERE kind = 'lead'",
    PAGES: "SELECT run_id FROM looks WHERE core IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """The moments before which a run must have begun for its public pages, or its people's words, to be removed.

    Words are never kept longer than the pages.
    """

    public: datetime
    comments: datetime

    @property
    def by_part(self) -> dict[str, str]:
        """The moments by part, as stored text."""
        return {WORDS: format_archive_time(max(self.comments, self.public)), PAGES: format_archive_time(self.public)}


@dataclass(frozen=True, slots=True)
class Purged:
    """Counts of what was removed, or would be. `at` is the moment of the purge or of the dry run, UTC."""

    at: datetime
    answers: int = 0
    comments: int = 0
    looks: int = 0
    """Looks of which only the facts that date the page are left."""
    bytes: int = 0

    def __bool__(self) -> bool:
        """Return whether anything was removed."""
        return bool(self.answers or self.comments or self.looks or self.bytes)

    def __add__(self, other: "Purged") -> "Purged":
        """Add the counts of two purges; the moment is that of the first."""
        counts = (left + right for left, right in zip(astuple(self)[1:], astuple(other)[1:], strict=True))
        return Purged(self.at, *counts)


def count_due(store: Storage, cutoffs: Cutoffs, now: datetime) -> Purged:
    """Count what a purge would remove now."""
    return sum((_count_run(store, run, parts, now) for run, parts in _due_parts(store, cutoffs).items()), Purged(now))


def purge(store: Storage, cutoffs: Cutoffs, now: datetime) -> Purged:
    """Remove what is due, leaving no byte of it in any file; return what was removed.

    Each run is one transaction. The caller must have sealed the killed runs.
    """
    _remove_files(store)
    total = Purged(now)
    for run, parts in _due_parts(store, cutoffs).items():
        with store.transaction() as db:
            db.execute("INSERT OR IGNORE INTO meta VALUES ('purging', 'yes')")
            total += _purge_run(store, run, parts, cutoffs, now)
        _remove_files(store)
    _overwrite(store)
    return total


def _due_parts(store: Storage, cutoffs: Cutoffs) -> dict[int, list[str]]:
    """Return by run id the parts that are due; only sealed runs are."""
    file_names = store.files.names()
    due: dict[int, list[str]] = {}
    for part, cutoff in cutoffs.by_part.items():
        runs_with_content = {run for (run,) in store.rows(_RUNS_WITH_CONTENT[part])}
        query = "SELECT r.id FROM runs r JOIN seals s ON s.kind = 'run' AND s.run_id = r.id WHERE r.started_at < ?"
        for (run,) in store.rows(f"{query} ORDER BY r.id", (cutoff,)):
            if run in runs_with_content or store.file(run, part) in file_names:
                due.setdefault(run, []).append(part)
    return due


def _count_run(store: Storage, run: int, parts: list[str], now: datetime) -> Purged:
    """Count what a purge removes of a run. Its comments and searches count with either part."""
    responses, file_bytes = 0, 0
    for part in parts:
        fingerprint = store.files.fingerprint(store.file(run, part))
        response_count = store.first("SELECT count(*) FROM answers WHERE run_id = ? AND part = ?", (run, part))
        responses, file_bytes = (
            (responses + response_count, file_bytes + fingerprint[0]) if fingerprint else (responses, file_bytes)
        )
    counts = "coalesce(sum(iif(comments IS NULL, 0, said)), 0), coalesce(sum(length(comments)), 0)"
    comments, comment_bytes = store.rows(f"SELECT {counts} FROM looks WHERE run_id = ?", (run,))[0]  # noqa: S608 - names of our columns and tables
    query = "SELECT count(*), coalesce(sum(length(core)), 0) FROM looks WHERE run_id = ? AND core IS NOT NULL"
    looks, core_bytes = store.rows(query, (run,))[0] if PAGES in parts else (0, 0)
    search_bytes = store.first("SELECT coalesce(sum(length(state)), 0) FROM searches WHERE run_id = ?", (run,))
    return Purged(now, responses, comments, looks, file_bytes + comment_bytes + core_bytes + search_bytes)


def _purge_run(store: Storage, run: int, parts: list[str], cutoffs: Cutoffs, now: datetime) -> Purged:
    """Empty the columns of a run's due parts and add the seal, in the caller's transaction."""
    kinds = {kind for part in parts for kind in PURGED_PARTS[part]}
    purged_leaves = {name: sha256 for name, sha256 in leaves_of(store, run).items() if name.partition(" ")[0] in kinds}
    counts = _count_run(store, run, parts, now)
    _empty(store.db, run, parts)
    week = store.first("SELECT week FROM runs WHERE id = ?", (run,))
    facts = {
        "at": format_archive_time(now),
        "files": [part for part in parts if part in purged_leaves],
        "before": cutoffs.by_part,
    }
    add_seal(store.db, "purge", run, week, asdict(counts) | facts, purged_leaves)
    return counts


def _empty(db: sqlite3.Connection, run: int, parts: list[str]) -> None:
    columns = {WORDS: "comments = NULL", PAGES: "core = NULL, asked = NULL"}
    db.execute(f"UPDATE looks SET {', '.join(columns[part] for part in parts)} WHERE run_id = ?", (run,))  # noqa: S608 - names of our columns and tables
    db.execute("DELETE FROM searches WHERE run_id = ?", (run,))
    db.execute("DELETE FROM answers WHERE run_id = ? AND kind = 'lead'", (run,))


def purge_violations(
    seal: Seal, started_at: str, purged_names: Collection[str], remaining_names: Collection[str]
) -> Iterator[tuple[str, Text]]:
    """Yield each name in a purge's seal that no purge would remove, with the reason.

    A purge removes a part of a run as a whole, and only if the run began before the cutoff in its seal, which is not
    later than the purge itself. `purged_names` are in the seal, `remaining_names` are still stored of the run.
    """
    purged_at, cutoffs = str(seal.facts.get("at")), dict(seal.facts.get("before") or {})
    part_by_kind = {kind: part for part, kinds in PURGED_PARTS.items() for kind in kinds}
    part_by_name = {name: part_by_kind.get(name.partition(" ")[0]) for name in {*purged_names, *remaining_names}}
    incomplete_parts = {part_by_name[name] for name in set(remaining_names).difference(purged_names)}
    for name in purged_names:
        part = part_by_name[name]
        if part is None:
            yield name, phrase("no purge takes it")
        elif not started_at < str(cutoffs.get(part, "")) <= purged_at:
            yield name, phrase("it was not due for the purge")
        elif part in incomplete_parts:
            yield name, phrase("a purge takes all of its part")


def unremoved_files(store: Storage) -> Iterator[tuple[str, str]]:
    """Yield each file that a purge has sealed as removed but that still exists: its name and the SHA-256 it had."""
    file_names = store.files.names()
    for seal in seals(store.db, "purge"):
        sizes = store.sizes(seal.run or 0)
        for part in seal.facts.get("files", ()):
            name = store.file(seal.run or 0, part)
            if part in sizes and name in file_names:
                yield name, leaves_of_seal(store.db, seal.seq).get(part, "")


def _remove_files(store: Storage) -> None:
    """Delete the unchanged files that purges have sealed as removed, including those of a killed purge."""
    for name, sha256 in list(unremoved_files(store)):
        if (store.files.fingerprint(name) or (0, ""))[1] == sha256:
            store.files.discard(name)


def is_interrupted(store: Storage) -> bool:
    """Return whether a purge was interrupted: free pages of the database may still hold what it removed."""
    return store.first("SELECT 1 FROM meta WHERE key = 'purging'") is not None


def _overwrite(store: Storage) -> None:
    """Rewrite the database, so that neither free pages nor the log hold what was removed."""
    if not is_interrupted(store):
        return
    try:
        store.db.execute("VACUUM")
        (busy, *_) = store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:  # a full disk or a lock; `Archive` reports damage
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
    """Return what each purge removed, oldest first."""
    purges_by_time: dict[str, Purged] = {}
    for facts in (seal.facts for seal in seals(store.db, "purge")):
        counts = (int(facts[kind]) for kind in ("answers", "comments", "looks", "bytes"))
        purged = Purged(datetime.fromisoformat(facts["at"]), *counts)
        purges_by_time[facts["at"]] = purges_by_time[facts["at"]] + purged if facts["at"] in purges_by_time else purged
    return [purges_by_time[purged_at] for purged_at in sorted(purges_by_time)]
