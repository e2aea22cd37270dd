"""The archive: its runs, and the four stores of snapshots, audits, searches and evidence.

Each account is stored in one transaction, so a killed run loses at most one account. While a run goes on, a second
look of it over the same route at the same account replaces the first, and so do its controls and its searches. Nothing
is added to a sealed run, and nothing of it changes: what retention removes of it is sealed too.
"""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from auditor.archive.audit_store import AuditStore, keep_registry
from auditor.archive.connection import FILE, in_memory, open_for_reading, open_for_writing, refuse_lost_database
from auditor.archive.evidence_files import PAGES, EvidenceFiles
from auditor.archive.evidence_store import EvidenceStore
from auditor.archive.retention import Cutoffs, Purged, count_due, purge, purges
from auditor.archive.seals import close_run
from auditor.archive.search_store import SearchStore
from auditor.archive.snapshot_store import SnapshotStore
from auditor.archive.storage import Storage, reports_damage
from auditor.archive.verify import Flaw, backdated_after, purges_dated_after, verify
from auditor.base.archive_lock import make_private_folder
from auditor.base.errors import ArchiveError
from auditor.base.secrets import redact
from auditor.base.storage_format import format_archive_time
from auditor.base.text import phrase


@reports_damage
class Archive:
    """An open archive, to be used as a context manager. Its methods raise `ArchiveError` with a one-line message."""

    def __init__(self, store: Storage) -> None:
        """Wrap an open database and its files."""
        self._store = store
        self.snapshots, self.audits = SnapshotStore(store), AuditStore(store)
        self.searches, self.evidence = SearchStore(store), EvidenceStore(store)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the archive in `folder`, creating it if there is none."""
        make_private_folder(folder)
        evidence_files = EvidenceFiles(folder)
        return cls(Storage(open_for_writing(folder / FILE, evidence_files), evidence_files, folder))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Open the archive in `folder` for reading. If there is none, use an empty one in memory; nothing is created.

        Raises `ArchiveError` if the database is missing but its files of evidence exist.
        """
        path, evidence_files = folder / FILE, EvidenceFiles(folder)
        if folder.exists() and not folder.is_dir():
            raise ArchiveError(
                phrase("{folder}: is not a folder; name the archive's folder with --data", folder=folder)
            )
        if not path.exists():
            refuse_lost_database(path, evidence_files, phrase("is missing"))
            return cls(Storage(in_memory(), evidence_files, None))
        return cls(Storage(open_for_reading(path, evidence_files), evidence_files, folder))

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._store.files.close()
        self._store.db.close()

    @property
    def synthetic(self) -> bool:
        """Whether the archive holds the sandbox's invented world. Every page made from it must say so."""
        return self._store.first("SELECT 1 FROM meta WHERE key = 'synthetic'") is not None

    def mark_synthetic(self) -> None:
        """Mark the archive permanently as the sandbox's."""
        with self._store.transaction() as db:
            db.execute("INSERT OR IGNORE INTO meta VALUES ('synthetic', 'yes')")

    # Runs

    def start_run(self, *, week: str, command: str, started_at: datetime, vantage: str, tool_version: str) -> int:
        """Record that a run has begun and create its first file of evidence; return its id. Killed runs are sealed."""
        row = (week, command, format_archive_time(started_at), redact(vantage), tool_version)
        with self._store.transaction() as db:
            self._close_killed(started_at)
            columns = "week, command, started_at, vantage, tool_version"
            run = db.execute(f"INSERT INTO runs ({columns}) VALUES (?, ?, ?, ?, ?)", row).lastrowid  # noqa: S608 - names of our columns and tables
            assert run is not None
            self._store.files.create(self._store.file(run, PAGES))
        return run

    def _close_killed(self, closed_at: datetime) -> None:
        """Seal every run whose process is gone, in the caller's transaction, so that no other process does it too."""
        ended = "SELECT run_id FROM seals WHERE kind = 'run'"
        for (run,) in self._store.rows(f"SELECT id FROM runs WHERE id NOT IN ({ended}) ORDER BY id"):  # noqa: S608 - our own text
            name = self._store.file(run, PAGES)
            if self._store.files.lock(name):
                close_run(self._store, run, format_archive_time(closed_at))
                self._store.files.unlock(name)

    def keep_registry(self, run: int, text: str) -> None:
        """Store the text of the registry that a run uses; a replay of its audit needs it."""
        with self._store.recording(run) as db:
            db.execute("UPDATE runs SET registry = ? WHERE id = ?", (keep_registry(self._store, text), run))

    def finish_run(self, run: int, finished_at: datetime, requests: Mapping[str, int] | None = None) -> None:
        """Record that a run ended normally, and seal it: nothing can be added to it afterwards.

        `requests` are the numbers of requests that it made, by route.
        """
        request_counts = None if requests is None else json.dumps(dict(requests))
        with self._store.recording(run) as db:
            db.execute(
                "UPDATE runs SET finished_at = ?, requests = ? WHERE id = ?",
                (format_archive_time(finished_at), request_counts, run),
            )
            close_run(self._store, run, format_archive_time(finished_at))
        self._store.files.unlock(self._store.file(run, PAGES))

    def killed_runs(self) -> frozenset[int]:
        """Return the ids of the runs that have not ended normally: killed, or still going on."""
        return frozenset(run for (run,) in self._store.rows("SELECT id FROM runs WHERE finished_at IS NULL"))

    def vantage(self, week: str, as_of: datetime) -> str:
        """Return the vantage of the last run for `week` up to `as_of`, or an empty string."""
        query = "SELECT vantage FROM runs WHERE week = ? AND started_at <= ? ORDER BY started_at DESC, id DESC"
        return self._store.first(query, (week, format_archive_time(as_of))) or ""

    def requests(self, week: str, as_of: datetime, *, behind: bool = False) -> list[dict[str, int] | None]:
        """Return the numbers of requests by route, for each run for `week` that began up to `as_of`.

        None stands for a run that was killed: its numbers are unknown. `behind`: only runs behind the stored audit.
        """
        query = "SELECT id, requests FROM runs WHERE week = ? AND started_at <= ? ORDER BY id"
        rows = self._store.rows(query, (week, format_archive_time(as_of)))
        counted_runs = self.audits.runs_behind(week) if behind else {run for run, _ in rows}
        return [None if made is None else json.loads(made) for run, made in rows if run in counted_runs]

    def requests_by_account(self, route: str, as_of: datetime) -> dict[str, float]:
        """Return how many requests a route made per account in its last run of each kind, up to `as_of`.

        The kinds: ``first`` when the pages had not been looked at before, ``next`` when they had been for an earlier
        week, ``again`` when they had been for the same week. Most of its looks decide the kind of a run.
        """
        earlier = "SELECT 1 FROM looks e WHERE e.url = l.url AND e.route = l.route AND e.run_id < l.run_id"
        rows = self._store.rows(
            f"SELECT r.requests, count(*), sum(EXISTS ({earlier})), sum(EXISTS ({earlier} AND e.week = l.week)) "  # noqa: S608 - our own text
            "FROM looks l JOIN runs r ON r.id = l.run_id WHERE route = ? AND taken_at <= ? "
            "GROUP BY run_id ORDER BY run_id",
            (route, format_archive_time(as_of)),
        )
        requests_by_kind: dict[str, float] = {}
        for counts, looks, looked_before, same_week in rows:
            kind = "again" if 2 * same_week > looks else "next" if 2 * looked_before > looks else "first"
            requests: dict[str, Any] = json.loads(counts) if counts is not None else {}
            requests_by_kind |= {kind: requests[route] / looks} if route in requests else {}
        return requests_by_kind

    def last_run(self) -> tuple[str, str] | None:
        """Return the week of the last run and its start (stored text, UTC), or None."""
        rows = self._store.rows("SELECT week, started_at FROM runs ORDER BY started_at DESC, id DESC LIMIT 1")
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    @property
    def folder(self) -> Path | None:
        """The archive's folder; None for an empty archive in memory."""
        return self._store.folder

    # Completeness and retention

    def require_runs(self, folder: Path) -> None:
        """Raise `ArchiveError` if there is no archive in `folder`, or one in which nothing was ever stored.

        An empty archive would pass `verify` and prove nothing. One that somebody emptied has flaws, and is not refused.
        """
        with suppress(sqlite3.Error):
            first_row = self._store.first("SELECT 1 FROM runs UNION ALL SELECT 1 FROM seals LIMIT 1")
            if first_row is None and not self.verify():
                raise ArchiveError(
                    phrase(
                        "{folder}: holds no archive, or nothing was stored yet; name another with --data", folder=folder
                    )
                )

    def verify(self) -> list[Flaw]:
        """Check everything that is stored against its hashes and return the flaws. Raises nothing."""
        return verify(self._store)

    def backdated_after(self, sha256: str) -> list[Flaw]:
        """Return a flaw for each seal that follows the one with hash `sha256` but is dated before it."""
        return backdated_after(self._store.db, sha256)

    def purges_dated_after(self, now: datetime) -> list[Flaw]:
        """Return a flaw for each purge that is dated after `now`."""
        return purges_dated_after(self._store.db, now)

    def count_due(self, cutoffs: Cutoffs, now: datetime) -> Purged:
        """Count what `purge` would remove, and remove nothing."""
        return count_due(self._store, cutoffs, now)

    def purge(self, cutoffs: Cutoffs, now: datetime) -> Purged:
        """Remove what is older than `cutoffs`; return what was removed. Killed runs are sealed first."""
        with self._store.transaction():
            self._close_killed(now)
        return purge(self._store, cutoffs, now)

    def purges(self) -> list[Purged]:
        """Return the log of purges, oldest first."""
        return purges(self._store)
