"""The archive's file: snapshots with the answers behind them, the controls of each run, the audits.

One transaction holds one account, so a killed run loses at most the account in hand. Nothing stored is changed or
replaced but an audit, which is made of the rest.
"""

__all__ = ["Archive", "StoredSearch", "StoredSnapshot", "make_private_folder"]

import hmac
import json
import os
import secrets
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from auditor.archive.opening import FILE, in_memory, make_private_folder, open_for_reading, open_for_writing
from auditor.errors import ArchiveError
from auditor.probes.base import Answer, AuthorKey, Flood, Login, Peer, Sighting
from auditor.snapshot import ControlResult, Evidence, Outcome, Snapshot


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A snapshot with the week it was taken for, and whether every control of its route came out as expected."""

    week: str
    snapshot: Snapshot
    trusted: bool


@dataclass(frozen=True, slots=True)
class StoredSearch:
    """How far one scout has come in looking for a person's accounts.

    `tried` counts the names or pages it has asked for; `state` is its own JSON, from which it goes on; `at` is UTC.
    """

    scout: str
    tried: int
    state: str
    at: datetime


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Archive:
    """An open archive. Use it as a context manager; methods raise `ArchiveError` in one line."""

    def __init__(self, connection: sqlite3.Connection, folder: Path | None) -> None:
        """Wrap an open connection; `folder` is None for an empty archive that lives in memory."""
        self._db = connection
        self._folder = folder

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the archive in `folder`, making it where there is none; an older one is first copied."""
        make_private_folder(folder)
        return cls(open_for_writing(folder / FILE), folder)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Open the archive in `folder` for reading; without one, an empty archive that leaves no trace."""
        path = folder / FILE
        if folder.exists() and not folder.is_dir():
            raise ArchiveError(f"{folder}: is not a folder; name the archive's folder with --data")
        if not path.exists():
            return cls(in_memory(), None)
        return cls(open_for_reading(path), folder)

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise ArchiveError(
                f"{self._folder}: the archive cannot be written ({error}); what it held is kept"
            ) from None

    def author_key(self) -> AuthorKey:
        """Return the function that turns authors into keyed hashes. The key is made once per archive, mode 0600."""
        key = self._secret()

        def hashed(identity: str) -> str:
            return hmac.new(key, identity.encode(), "sha256").hexdigest()[:24]

        return hashed

    def _secret(self) -> bytes:
        if self._folder is None:
            return secrets.token_bytes(32)
        path = self._folder / "author.key"
        try:
            try:
                file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                return path.read_bytes()
            with os.fdopen(file, "wb") as target:
                key = secrets.token_bytes(32)
                target.write(key)
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be read or made ({error.strerror}); check its rights") from None
        return key

    @property
    def synthetic(self) -> bool:
        """Tell whether the archive holds the sandbox's world: each page made from it must say so."""
        return self._db.execute("SELECT 1 FROM meta WHERE key = 'synthetic'").fetchone() is not None

    def mark_synthetic(self) -> None:
        """Mark the archive as the sandbox's, for good."""
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO meta VALUES ('synthetic', 'yes')")

    def start_run(self, *, week: str, command: str, started_at: datetime, vantage: str, tool_version: str) -> int:
        """Record that a run has begun; return its number."""
        with self._transaction() as db:
            cursor = db.execute(
                "INSERT INTO runs (week, command, started_at, vantage, tool_version) VALUES (?, ?, ?, ?, ?)",
                (week, command, _text(started_at), vantage, tool_version),
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def finish_run(self, run: int, finished_at: datetime) -> None:
        """Record that a run has ended by itself."""
        with self._transaction() as db:
            db.execute("UPDATE runs SET finished_at = ? WHERE id = ?", (_text(finished_at), run))

    def save_control(self, run: int, result: ControlResult, answers: Iterable[Answer]) -> None:
        """Store what a run saw of a control."""
        with self._transaction() as db:
            self._save_answers(db, run, answers)
            db.execute(
                "INSERT OR REPLACE INTO controls VALUES (?, ?, ?, ?, ?)",
                (run, result.route, result.url, result.outcome, result.model_dump_json()),
            )

    def save(self, run: int, week: str, sighting: Sighting) -> None:
        """Store one account's snapshot with its answers, whole or not at all."""
        snapshot = sighting.snapshot
        with self._transaction() as db:
            self._save_answers(db, run, sighting.answers)
            db.execute(
                "INSERT OR REPLACE INTO snapshots (run_id, week, route, url, taken_at, body) VALUES (?, ?, ?, ?, ?, ?)",
                (run, week, snapshot.route, snapshot.url, _text(snapshot.taken_at), snapshot.model_dump_json()),
            )
            if sighting.login is not None:
                self._save_login(db, sighting.login, snapshot.taken_at)

    def keep(self, run: int, answers: Iterable[Answer]) -> None:
        """Store answers that belong to no snapshot, such as those of a search for accounts; all of them or none."""
        with self._transaction() as db:
            self._save_answers(db, run, answers)

    def save_search(
        self, run: int, office_id: str, person: str, scout: str, tried: int, state: str, at: datetime
    ) -> None:
        """Store how far `scout` has come in looking for a person's accounts, in place of what it stored before."""
        with self._transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO discoveries (office_id, person, scout, run_id, at, tried, state) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (office_id, person, scout, run, _text(at), tried, state),
            )

    def searches(self, office_id: str, person: str) -> list[StoredSearch]:
        """Return how far each scout has come in looking for a person's accounts, by the scouts' names."""
        rows = self._read(
            "SELECT scout, tried, state, at FROM discoveries WHERE office_id = ? AND person = ? ORDER BY scout",
            (office_id, person),
        )
        return [StoredSearch(scout, tried, state, datetime.fromisoformat(at)) for scout, tried, state, at in rows]

    @staticmethod
    def _save_login(db: sqlite3.Connection, login: Login, saved_at: datetime) -> None:
        body = json.dumps(
            {
                "peers": [[peer.name, peer.id, peer.access_hash] for peer in login.peers],
                "floods": [[flood.method, _text(flood.until)] for flood in login.floods],
            }
        )
        db.execute("INSERT OR REPLACE INTO logins VALUES (?, ?, ?)", (login.session, _text(saved_at), body))

    def login(self) -> Login | None:
        """Return what the last login remembers, or None. A probe of another login takes nothing from it."""
        rows = self._read("SELECT session, body FROM logins ORDER BY saved_at DESC LIMIT 1", ())
        if not rows:
            return None
        session, body = rows[0]
        kept = json.loads(body)
        return Login(
            session,
            tuple(Peer(*row) for row in kept["peers"]),
            tuple(Flood(method, datetime.fromisoformat(until)) for method, until in kept["floods"]),
        )

    @staticmethod
    def _save_answers(db: sqlite3.Connection, run: int, answers: Iterable[Answer]) -> None:
        for answer in answers:
            seen = answer.evidence
            db.execute(
                "INSERT OR IGNORE INTO answers VALUES (?, ?)", (seen.stored_sha256, zlib.compress(answer.body, 6))
            )
            db.execute(
                "INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    seen.id,
                    run,
                    seen.kind,
                    seen.url,
                    _text(seen.fetched_at),
                    seen.status,
                    seen.sha256,
                    seen.stored_sha256,
                    seen.minimised,
                ),
            )

    def snapshots(self, as_of: datetime) -> dict[str, list[StoredSnapshot]]:
        """Return every snapshot taken up to `as_of`, by the account's address, oldest first."""
        rows = self._read(
            """
            SELECT s.url, s.week, s.body,
                   NOT EXISTS (SELECT 1 FROM controls c
                               WHERE c.run_id = s.run_id AND c.route = s.route AND c.outcome != ?)
            FROM snapshots s WHERE s.taken_at <= ? ORDER BY s.taken_at, s.id
            """,
            (Outcome.PASSED, _text(as_of)),
        )
        found: dict[str, list[StoredSnapshot]] = {}
        for url, week, body, trusted in rows:
            stored = StoredSnapshot(week, Snapshot.model_validate_json(body), bool(trusted))
            found.setdefault(url, []).append(stored)
        return found

    def controls(self, week: str, as_of: datetime) -> tuple[str, list[ControlResult]]:
        """Return the vantage and the controls of the runs made for `week` up to `as_of`.

        For each route it is the last run in which all of them passed, since that is the run whose looks are judged;
        without such a run it is the last one.
        """
        rows = self._read(
            "SELECT r.id, r.vantage, c.route, c.body FROM runs r JOIN controls c ON c.run_id = r.id "
            "WHERE r.week = ? AND r.started_at <= ? ORDER BY r.started_at, r.id, c.route, c.url",
            (week, _text(as_of)),
        )
        runs: dict[str, dict[int, list[ControlResult]]] = {}
        vantage = ""
        for run, place, route, body in rows:
            vantage = str(place)
            runs.setdefault(route, {}).setdefault(run, []).append(ControlResult.model_validate_json(body))
        chosen = []
        for _, by_run in sorted(runs.items()):
            passed = [found for found in by_run.values() if all(c.outcome is Outcome.PASSED for c in found)]
            chosen += (passed or list(by_run.values()))[-1]
        return vantage or self._last_vantage(week, as_of), chosen

    def _last_vantage(self, week: str, as_of: datetime) -> str:
        rows = self._read(
            "SELECT vantage FROM runs WHERE week = ? AND started_at <= ? ORDER BY started_at DESC, id DESC LIMIT 1",
            (week, _text(as_of)),
        )
        return str(rows[0][0]) if rows else ""

    def evidence(self, identifier: str) -> tuple[Evidence, bytes] | None:
        """Return a stored answer by its id, or None."""
        rows = self._read(
            "SELECT id, kind, url, fetched_at, status, sha256, e.stored_sha256, minimised, body "
            "FROM evidence e JOIN answers a USING (stored_sha256) WHERE id = ?",
            (identifier,),
        )
        if not rows:
            return None
        *record, body = rows[0]
        names = ("id", "kind", "url", "fetched_at", "status", "sha256", "stored_sha256", "minimised")
        return Evidence.model_validate(dict(zip(names, record, strict=True))), zlib.decompress(body)

    def save_audit(self, week: str, as_of: datetime, body: str) -> None:
        """Store a week's audit, in place of an earlier one of the same week."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO audits VALUES (?, ?, ?)", (week, _text(as_of), body))

    def previous_audit(self, week: str, as_of: datetime) -> str | None:
        """Return the last audit of a week before `week` that was made up to `as_of`, or None."""
        rows = self._read(
            "SELECT body FROM audits WHERE week < ? AND as_of <= ? ORDER BY week DESC LIMIT 1", (week, _text(as_of))
        )
        return str(rows[0][0]) if rows else None

    def last_run(self) -> tuple[str, str] | None:
        """Return the week and the start of the last run, or None."""
        rows = self._read("SELECT week, started_at FROM runs ORDER BY started_at DESC, id DESC LIMIT 1", ())
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def _read(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise ArchiveError(f"{self._folder}: the archive cannot be read ({error}); restore a copy") from None
