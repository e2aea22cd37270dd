"""The archive: its runs, and what they and the audits stored, in three stores.

Each account is stored in one transaction, so a killed run loses at most one account. Nothing that is stored is changed
or replaced; what retention removes is sealed.
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
from auditor.archive.verify import Flaw, purges_ahead, since_seal, verify
from auditor.base.archive_lock import make_private_folder
from auditor.base.errors import ArchiveError
from auditor.base.secrets import redact
from auditor.base.storage_format import format_archive_time
from auditor.base.text import phrase


@reports_damage
class Archive:
    """An open archive. Use it as a context manager; methods raise `ArchiveError` in one line."""

    def __init__(self, store: Storage) -> None:
        """Wrap what is open."""
        self._store = store
        self.snapshots, self.audits = SnapshotStore(store), AuditStore(store)
        self.searches, self.evidence = SearchStore(store), EvidenceStore(store)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the archive in `folder`, creating it if there is none."""
        make_private_folder(folder)
        shelf = EvidenceFiles(folder)
        return cls(Storage(open_for_writing(folder / FILE, shelf), shelf, folder))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Open the archive in `folder` for reading; if there is none, an empty one that leaves no trace.

        Raises `ArchiveError` if the database is missing and files of evidence are there.
        """
        path, shelf = folder / FILE, EvidenceFiles(folder)
        if folder.exists() and not folder.is_dir():
            raise ArchiveError(
                phrase("{folder}: is not a folder; name the archive's folder with --data", folder=folder)
            )
        if not path.exists():
            refuse_lost_database(path, shelf, phrase("is missing"))
            return cls(Storage(in_memory(), shelf, None))
        return cls(Storage(open_for_reading(path, shelf), shelf, folder))

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
        """Mark the archive as the sandbox's, for good."""
        with self._store.transaction() as db:
            db.execute("INSERT OR IGNORE INTO meta VALUES ('synthetic', 'yes')")

    # Runs

    def start_run(self, *, week: str, command: str, started_at: datetime, vantage: str, tool_version: str) -> int:
        """Record that a run has begun, with a file for its evidence; return its number. Killed runs are sealed."""
        row = (week, command, format_archive_time(started_at), redact(vantage), tool_version)
        with self._store.transaction() as db:
            self._close_killed(started_at)
            columns = "week, command, started_at, vantage, tool_version"
            run = db.execute(f"INSERT INTO runs ({columns}) VALUES (?, ?, ?, ?, ?)", row).lastrowid  # noqa: S608 - names of our columns and tables
            assert run is not None
            self._store.files.create(self._store.file(run, PAGES))
        return run

    def _close_killed(self, at: datetime) -> None:
        """Seal every run whose process is gone, in the caller's transaction: nobody else can do it meanwhile."""
        ended = "SELECT run_id FROM seals WHERE kind = 'run'"
        for (run,) in self._store.rows(f"SELECT id FROM runs WHERE id NOT IN ({ended}) ORDER BY id"):  # noqa: S608 - our own text
            name = self._store.file(run, PAGES)
            if self._store.files.lock(name):
                close_run(self._store, run, format_archive_time(at))
                self._store.files.unlock(name)

    def keep_registry(self, run: int, text: str) -> None:
        """Store the registry that a run uses: a public file, without which its audit cannot be understood."""
        with self._store.recording(run) as db:
            db.execute("UPDATE runs SET registry = ? WHERE id = ?", (keep_registry(self._store, text), run))

    def finish_run(self, run: int, finished_at: datetime, requests: Mapping[str, int] | None = None) -> None:
        """Record that a run ended normally, and seal it: nothing can be added to it afterwards.

        `requests` is how many it made, by route.
        """
        made = None if requests is None else json.dumps(dict(requests))
        with self._store.recording(run) as db:
            db.execute(
                "UPDATE runs SET finished_at = ?, requests = ? WHERE id = ?",
                (format_archive_time(finished_at), made, run),
            )
            close_run(self._store, run, format_archive_time(finished_at))
        self._store.files.unlock(self._store.file(run, PAGES))

    def killed_runs(self) -> frozenset[int]:
        """Return the runs that did not end normally."""
        return frozenset(run for (run,) in self._store.rows("SELECT id FROM runs WHERE finished_at IS NULL"))

    def vantage(self, week: str, as_of: datetime) -> str:
        """Return the vantage of the last run for `week` up to `as_of`, or an empty string."""
        last = "SELECT vantage FROM runs WHERE week = ? AND started_at <= ? ORDER BY started_at DESC, id DESC"
        return self._store.first(last, (week, format_archive_time(as_of))) or ""

    def requests(self, week: str, as_of: datetime, *, behind: bool = False) -> list[dict[str, int] | None]:
        """Return by route how many requests the runs for `week` made that began up to `as_of`; None: one is not known.

        A run that was killed tells nothing. `behind`: only runs behind the stored audit.
        """
        query = "SELECT id, requests FROM runs WHERE week = ? AND started_at <= ? ORDER BY id"
        rows = self._store.rows(query, (week, format_archive_time(as_of)))
        own = self.audits.runs_behind(week) if behind else {run for run, _ in rows}
        return [None if made is None else json.loads(made) for run, made in rows if run in own]

    def requests_by_account(self, route: str, as_of: datetime) -> dict[str, float]:
        """Return how many requests a route made for an account in its last run of each kind, up to `as_of`.

        The kinds: ``first``, when nothing was known of the pages; ``next``, when they had been looked at for an earlier
        week; ``again``, for the same week. A run is of the kind of most of its looks.
        """
        earlier = "SELECT 1 FROM looks e WHERE e.url = l.url AND e.route = l.route AND e.run_id < l.run_id"
        rows = self._store.rows(
            f"SELECT r.requests, count(*), sum(EXISTS ({earlier})), sum(EXISTS ({earlier} AND e.week = l.week)) "  # noqa: S608 - our own text
            "FROM looks l JOIN runs r ON r.id = l.run_id WHERE route = ? AND taken_at <= ? "
            "GROUP BY run_id ORDER BY run_id",
            (route, format_archive_time(as_of)),
        )
        found: dict[str, float] = {}
        for made, looks, known, same in rows:
            kind = "again" if 2 * same > looks else "next" if 2 * known > looks else "first"
            requests: dict[str, Any] = json.loads(made) if made is not None else {}
            found |= {kind: requests[route] / looks} if route in requests else {}
        return found

    def last_run(self) -> tuple[str, str] | None:
        """Return the week and the start of the last run, or None."""
        rows = self._store.rows("SELECT week, started_at FROM runs ORDER BY started_at DESC, id DESC LIMIT 1")
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    @property
    def folder(self) -> Path | None:
        """Where it is; None of an empty one that lives in memory."""
        return self._store.folder

    # Whether all is there

    def require_runs(self, folder: Path) -> None:
        """Raise `ArchiveError` if there is no archive in `folder`, or one in which nothing was ever stored.

        An empty archive proves nothing about what is missing. One that was emptied has flaws, which `verify` names.
        """
        with suppress(sqlite3.Error):
            begun = self._store.first("SELECT 1 FROM runs UNION ALL SELECT 1 FROM seals LIMIT 1")
            if begun is None and not self.verify():
                raise ArchiveError(
                    phrase(
                        "{folder}: holds no archive, or nothing was stored yet; name another with --data", folder=folder
                    )
                )

    def verify(self) -> list[Flaw]:
        """Check everything that is stored against its hashes and return what differs. Raises nothing."""
        return verify(self._store)

    def backdated_after(self, sha256: str) -> list[Flaw]:
        """Return what was stored after a seal that was kept elsewhere, and says to be of before it."""
        return since_seal(self._store.db, sha256)

    def purges_dated_after(self, now: datetime) -> list[Flaw]:
        """Return the purges that say to be of after `now`."""
        return purges_ahead(self._store.db, now)

    def count_due(self, cutoffs: Cutoffs, at: datetime) -> Purged:
        """Count what `purge` would remove. Nothing is changed."""
        return count_due(self._store, cutoffs, at)

    def purge(self, cutoffs: Cutoffs, at: datetime) -> Purged:
        """Remove what runs stored that began before `cutoffs`; return what was removed. Killed runs are sealed."""
        with self._store.transaction():
            self._close_killed(at)
        return purge(self._store, cutoffs, at)

    def purges(self) -> list[Purged]:
        """Return the log of purges, oldest first."""
        return purges(self._store)
