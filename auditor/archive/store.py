"""The archive's file: snapshots with the answers behind them, the controls of each run, the audits.

Each account is stored in one transaction, so a killed run loses at most one account. Nothing that is stored is changed
or replaced, except an audit, which is computed from the rest.
"""

import hashlib
import json
import logging
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from auditor.archive.editions import (
    add_edition,
    edition_made,
    edition_text,
    editions_between,
    first_edition,
    newest_edition,
)
from auditor.archive.index import (
    PLAN,
    REGISTRY,
    REQUESTS,
    Entry,
    Note,
    NoteEntry,
    NoteKind,
    add_answers,
    begin_file,
    copy_records,
    entries,
    note_entries,
    read_entry,
    read_note,
)
from auditor.archive.looks import (
    LookRow,
    add_look,
    batched,
    documents,
    ids_named,
    note_controls,
    routes_seen,
    rows_of,
    with_earlier_addresses,
)
from auditor.archive.opening import (
    FILE,
    in_memory,
    make_private_folder,
    open_for_reading,
    open_for_writing,
    refuse_orphans,
    schema_now,
)
from auditor.archive.purge import Cutoffs, Purged, count_due, drop_replaced, purge_run, purges, runs_due
from auditor.archive.seals import (
    Proof,
    Seal,
    add_audit,
    audit_seal,
    close_run,
    open_purges,
    proofs_of,
    runs_behind,
    seals,
    text_hash,
)
from auditor.archive.verify import Flaw, since_seal, verify
from auditor.archive.warc import Record
from auditor.archive.warc_files import Shelf
from auditor.base.answers import Answer
from auditor.base.errors import ArchiveError
from auditor.base.files import write_file
from auditor.base.packing import opened, stamp
from auditor.base.secrets import redact, redact_body, redact_document
from auditor.base.snapshot import (
    Cause,
    ControlResult,
    Evidence,
    Outcome,
    Post,
    RouteSeen,
    Snapshot,
    StoredSnapshot,
    Weight,
    with_run,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

    from auditor.probes.base import Login

_NEWEST = """id IN (SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY route, url ORDER BY taken_at DESC, id DESC) AS place
    FROM looks WHERE taken_at <= :as_of
) WHERE place = 1)"""


_LAST_RUNS = 10
"""Among so many the runs are sought by which a route's requests are forecast."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NOT_EVEN_NOW = "9999"
"""Looks taken before this moment come without their bodies."""
_GOES_ON = timedelta(hours=36)
"""So long after its last look a round is gone on with: a run a day, whenever it comes, does."""

RUN_LOG = "runs.jsonl"
STAMPS = "stamps"
"""The folder of the time stamps, each named by its seal. They prove themselves and are part of no seal."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredLook:
    """A snapshot as it was stored, with its run; `purged` says when its comments were removed, UTC."""

    run: int
    week: str
    vantage: str
    snapshot: Snapshot
    note: NoteEntry | None = None
    """None if it was stored by a version that kept no notes."""
    purged: datetime | None = None
    brief: bool = False
    """Only what dates the page is there: the rest was purged, or not asked for."""


@dataclass(frozen=True, slots=True)
class StoredControl:
    """A control's result as it was stored, with its run."""

    run: int
    week: str
    vantage: str
    result: ControlResult
    note: NoteEntry | None = None


@dataclass(frozen=True, slots=True)
class StoredSearch:
    """How far one scout has got in its search for a person's accounts.

    `tried` counts the names or pages it has asked for, `state` is the scout's own JSON, from which it continues, and
    `at` is UTC.
    """

    scout: str
    tried: int
    state: str
    at: datetime


def judged_controls(found: Iterable[tuple[int, ControlResult]]) -> list[ControlResult]:
    """Choose which controls an audit names; `found` are those of a week's runs, in order, with the run's number.

    For each route these are the controls of the last run in which all passed, because its looks are judged. If there
    is no such run, those of the last one.
    """
    runs: dict[str, dict[int, list[ControlResult]]] = {}
    for run, result in found:
        runs.setdefault(result.route, {}).setdefault(run, []).append(result)
    chosen = []
    for _, by_run in sorted(runs.items()):
        passed = [results for results in by_run.values() if all(c.outcome is Outcome.PASSED for c in results)]
        chosen += (passed or list(by_run.values()))[-1]
    return chosen


def _notes(
    seen: Snapshot | ControlResult, at: datetime, note: "BaseModel | None", plan: Collection[str] = ()
) -> list[Note]:
    if note is None:
        return []
    kind = NoteKind.LOOK if isinstance(seen, Snapshot) else NoteKind.CONTROL
    body = _less_plan(redact_document(note.model_dump_json()), plan)
    return [Note(kind, seen.route.value, redact(seen.url), at, body.encode())]


def _less_plan(note: str, plan: Collection[str]) -> str:
    """Write a look's note without what its run has noted for all: which of those addresses it did not have."""
    told = json.loads(note)
    listed = told.get("target", {}).get("others", ())
    others = set() if isinstance(listed, dict) else set(listed)
    if not others or not others <= set(plan):
        return note
    return json.dumps({**told, "target": {**told["target"], "others": {"all_but": sorted(set(plan) - others)}}})


def _with_plan(note: bytes, plan: Collection[str]) -> bytes:
    """Put back into a note what its run noted for all of its looks."""
    told = json.loads(note)
    others = told["target"]["others"]
    if not isinstance(others, dict):
        return note
    return json.dumps(
        {**told, "target": {**told["target"], "others": sorted(set(plan) - set(others["all_but"]))}}
    ).encode()


def _passing(row: LookRow) -> bool:
    """Tell whether a look did not see its page, or its posts, for a cause that may have passed."""
    told = json.loads(opened(row.brief))
    return isinstance(told, dict) and not _MAY_PASS.isdisjoint({told.get("cause"), told.get("posts_cause")})


_CALLS_COUNT = timedelta(days=2)
"""No network limits calls over a longer time."""
_MAY_PASS = frozenset({Cause.THROTTLED.value, Cause.UNREACHABLE.value, Cause.NO_CREDENTIALS.value, Cause.BLOCKED.value})


def _login(session: str, kept: Mapping[str, Any]) -> "Login":
    from auditor.probes.base import Flood, Login, Peer, Spent  # noqa: PLC0415 - to judge a week no login is read

    return Login(
        session,
        tuple(Peer(*row) for row in kept["peers"]),
        tuple(Flood(method, datetime.fromisoformat(until)) for method, until in kept["floods"]),
        tuple(Spent(m, datetime.fromisoformat(since), n, run) for m, since, n, run in kept["spent"]),
    )


def _save_login(db: sqlite3.Connection, run: int, login: "Login", at: datetime) -> None:
    """Store what a run has learned, with what others have that go on at the same time: their calls add up."""
    row = db.execute("SELECT body FROM logins WHERE session = ?", (login.session,)).fetchone()
    kept = _login(login.session, json.loads(row[0])) if row else replace(login, floods=(), spent=())
    others = [replace(one, since=min(one.since, at)) for one in kept.spent if one.run != run]
    own = [replace(one, run=run) for one in login.spent]
    spent = sorted((one for one in (*others, *own) if at - one.since < _CALLS_COUNT), key=attrgetter("since"))
    floods = {f.method: f.until for f in kept.floods if f.until > at} | {f.method: f.until for f in login.floods}
    body = json.dumps(
        {
            "peers": [[peer.name, peer.id, peer.access_hash] for peer in login.peers],
            "floods": [[method, stamp(until)] for method, until in sorted(floods.items())],
            "spent": [[one.method, stamp(one.since), one.count, one.run] for one in spent],
        }
    )
    db.execute("INSERT OR REPLACE INTO logins VALUES (?, ?, ?)", (login.session, stamp(at), body))


class Archive:
    """An open archive. Use it as a context manager; methods raise `ArchiveError` in one line."""

    def __init__(self, connection: sqlite3.Connection, shelf: Shelf, folder: Path | None) -> None:
        """Wrap an open connection; `folder` is None for an empty archive that lives in memory."""
        self._db = connection
        self._shelf = shelf
        self._folder = folder
        self._plans: dict[int, frozenset[str]] = {}

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the archive in `folder`, creating it if there is none."""
        make_private_folder(folder)
        shelf = Shelf(folder)
        return cls(open_for_writing(folder / FILE, shelf), shelf, folder)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Open the archive in `folder` for reading; if there is none, an empty one that leaves no trace.

        Raises `ArchiveError` if the database is missing and files of evidence are there.
        """
        path, shelf = folder / FILE, Shelf(folder)
        if folder.exists() and not folder.is_dir():
            raise ArchiveError(f"{folder}: is not a folder; name the archive's folder with --data")
        if not path.exists():
            refuse_orphans(path, shelf, "is missing")
            return cls(in_memory(), shelf, None)
        return cls(open_for_reading(path, shelf), shelf, folder)

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._shelf.close()
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise ArchiveError(
                f"{self._folder}: the archive cannot be written ({error}); what it held is kept"
            ) from None

    @property
    def synthetic(self) -> bool:
        """Whether the archive holds the sandbox's invented world. Every page made from it must say so."""
        return self._db.execute("SELECT 1 FROM meta WHERE key = 'synthetic'").fetchone() is not None

    def mark_synthetic(self) -> None:
        """Mark the archive as the sandbox's, for good."""
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO meta VALUES ('synthetic', 'yes')")

    def start_run(self, *, week: str, command: str, started_at: datetime, vantage: str, tool_version: str) -> int:
        """Record that a run has begun, with a file for its evidence; return its number.

        Killed runs are closed first: whatever they had not indexed yet is cut off their files.
        """
        name = ""
        try:
            with self._transaction() as db:
                killed = self._close_killed(db, stamp(started_at))
                cursor = db.execute(
                    "INSERT INTO runs (week, command, started_at, vantage, tool_version) VALUES (?, ?, ?, ?, ?)",
                    (week, command, stamp(started_at), redact(vantage), tool_version),
                )
                assert cursor.lastrowid is not None
                wanted, first = begin_file(db, cursor.lastrowid)
                name = self._shelf.create(wanted, first)
                db.execute("INSERT INTO warcs VALUES (?, ?, ?)", (cursor.lastrowid, name, len(first)))
        except BaseException:
            if name:
                self._shelf.discard(name)
            raise
        for file in killed:
            self._shelf.release(file)
        return cursor.lastrowid

    def _close_killed(self, db: sqlite3.Connection, moment: str) -> list[str]:
        """Seal every run whose process is gone; return the names of its locked files."""
        open_runs = db.execute(
            "SELECT run_id, name FROM warcs w WHERE NOT EXISTS (SELECT 1 FROM manifests m WHERE m.run_id = w.run_id) "
            "ORDER BY run_id"
        ).fetchall()
        killed = [(run, name) for run, name in open_runs if self._shelf.claim(name)]
        for run, _ in killed:
            close_run(db, self._shelf, run, moment)
        return [name for _, name in killed]

    def finish_run(self, run: int, finished_at: datetime) -> None:
        """Record that a run ended normally, and seal it: nothing can be added to it afterwards."""
        with self._transaction() as db:
            db.execute("UPDATE runs SET finished_at = ? WHERE id = ?", (stamp(finished_at), run))
            close_run(db, self._shelf, run, stamp(finished_at))
        self._shelf.release(self._file(run))

    def _file(self, run: int) -> str:
        return str(self._read("SELECT name FROM warcs WHERE run_id = ?", (run,))[0][0])

    @contextmanager
    def _recording(self, run: int) -> Iterator[sqlite3.Connection]:
        """Open a transaction; if it fails, what it has added to the run's file is cut off again."""
        try:
            with self._transaction() as db:
                yield db
        except BaseException:
            with suppress(ArchiveError):  # the next answer overwrites it, or closing the run cuts it off
                for name, size in self._read("SELECT name, size FROM warcs WHERE run_id = ?", (run,)):
                    self._shelf.cut(name, size)
            raise

    def keep_registry(self, run: int, text: str, at: datetime) -> None:
        """Store the registry that a run uses: a public file, without which its audit cannot be understood."""
        if text:
            note = Note(NoteKind.REGISTRY, "", REGISTRY, at, redact_body(text.encode("utf-8", "surrogatepass")))
            with self._recording(run) as db:
                add_answers(db, self._shelf, run, (), [note])

    def keep_plan(self, run: int, addresses: Iterable[str], at: datetime) -> None:
        """Store once what would be in the note of nearly every look: the addresses of all other offices' accounts."""
        plan = frozenset(map(redact, addresses))
        note = Note(NoteKind.PLAN, "", PLAN, at, json.dumps({"others": sorted(plan)}).encode())
        with self._recording(run) as db:
            add_answers(db, self._shelf, run, (), [note])
        self._plans[run] = plan

    def keep_requests(self, run: int, made: Mapping[str, int], at: datetime) -> None:
        """Store how many requests a run made, by route; before it is finished."""
        note = Note(NoteKind.REQUESTS, "", REQUESTS, at, json.dumps(dict(made)).encode())
        with self._recording(run) as db:
            add_answers(db, self._shelf, run, (), [note])

    def requests(self, week: str, as_of: datetime, *, behind: bool = False) -> list[dict[str, int] | None]:
        """Return by route how many requests the runs for `week` made that began up to `as_of`; None: one is not known.

        A run that was killed, or whose file is damaged, tells nothing. `behind`: only runs behind the stored audit.
        """
        rows = self._read("SELECT id FROM runs WHERE week = ? AND started_at <= ? ORDER BY id", (week, stamp(as_of)))
        runs = {int(run) for (run,) in rows}
        return [self._requests_of(run) for run in sorted(runs & runs_behind(self._db, week) if behind else runs)]

    def _requests_of(self, run: int) -> dict[str, int] | None:
        noted = note_entries(self._db, "n.run_id = ? AND n.kind = 'requests'", [run])
        if not noted:
            return None
        try:
            return {str(route): int(made) for route, made in json.loads(read_note(self._shelf, noted[0])).items()}
        except ArchiveError:  # `verify` names it; the week is judged without it
            return None

    def requests_by_account(self, route: str, as_of: datetime) -> dict[str, float]:
        """Return how many requests a route made for an account in its last run of each kind, up to `as_of`.

        The kinds: ``first``, when nothing was known of the pages; ``next``, when they had been looked at for an earlier
        week; ``again``, for the same week. A run is of the kind of most of its looks.
        """
        earlier = "SELECT 1 FROM looks e WHERE e.url = l.url AND e.route = l.route AND e.run_id < l.run_id"
        runs = "SELECT DISTINCT run_id FROM looks WHERE route = ? AND taken_at <= ? ORDER BY run_id DESC LIMIT ?"
        rows = self._read(
            f"SELECT run_id, count(*), sum(EXISTS ({earlier})), sum(EXISTS ({earlier} AND e.week = l.week)) "  # noqa: S608
            f"FROM looks l WHERE route = ? AND run_id IN ({runs}) GROUP BY run_id ORDER BY run_id",
            (route, route, stamp(as_of), _LAST_RUNS),
        )
        found = {}
        for run, looks, known, same in rows:
            kind = "again" if 2 * same > looks else "next" if 2 * known > looks else "first"
            requests = self._requests_of(run)
            if requests is not None and route in requests:
                found[kind] = requests[route] / looks
        return found

    def _plan(self, run: int) -> frozenset[str]:
        """Return what a run noted for all of its looks; nothing where it noted none."""
        if run not in self._plans:
            noted = note_entries(self._db, "n.run_id = ? AND n.kind = 'plan'", [run])
            self._plans[run] = frozenset(json.loads(read_note(self._shelf, noted[0]))["others"] if noted else ())
        return self._plans[run]

    def log_run(self, run: int, what: str, at: datetime, told: Mapping[str, object]) -> None:
        """Append a line to ``runs.jsonl``, for whoever watches the runs: counts and causes, no page and no person."""
        if self._folder is None:
            return
        line = json.dumps({"run": run, "what": what, "at": stamp(at), **told}, ensure_ascii=False) + "\n"
        try:
            file = os.open(self._folder / RUN_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            with os.fdopen(file, "a", encoding="utf-8") as log:
                log.write(line)
        except OSError as error:  # a run is worth more than a line about it
            _log.warning("%s: not written (%s)", RUN_LOG, error.strerror)

    def save_control(
        self, run: int, result: ControlResult, answers: Sequence[Answer], note: "BaseModel | None" = None
    ) -> None:
        """Store what a run saw of a control; `note` is what a replay needs."""
        at = min((answer.evidence.fetched_at for answer in answers), default=_LONG_AGO)
        with self._recording(run) as db:
            add_answers(db, self._shelf, run, answers, _notes(result, at, note))
            db.execute(
                "INSERT OR REPLACE INTO controls VALUES (?, ?, ?, ?, ?)",
                (run, result.route, redact(result.url), result.outcome, redact_document(result.model_dump_json())),
            )
            note_controls(db, run, result.route)

    def save(
        self, run: int, week: str, snapshot: Snapshot, answers: Iterable[Answer] = (), note: "BaseModel | None" = None
    ) -> None:
        """Store one account's snapshot with its answers, whole or not at all; `note` is what a replay needs."""
        body = redact_document(snapshot.model_dump_json())
        with self._recording(run) as db:
            add_answers(db, self._shelf, run, answers, _notes(snapshot, snapshot.taken_at, note, self._plan(run)))
            add_look(db, run, week, (snapshot.route, redact(snapshot.url), stamp(snapshot.taken_at)), body)

    def keep(self, run: int, answers: Sequence[Answer], login: "Login | None" = None) -> None:
        """Store answers that belong to no snapshot, such as those of a search for accounts: all or none.

        What the route has learned by them, its `login`, is stored with them.
        """
        with self._recording(run) as db:
            add_answers(db, self._shelf, run, answers)
            if login is not None and answers:
                _save_login(db, run, login, max(answer.evidence.fetched_at for answer in answers))

    def save_search(
        self, run: int, office_id: str, person: str, scout: str, tried: int, state: str, at: datetime
    ) -> None:
        """Store how far `scout` has got in its search for a person's accounts, replacing what it stored before."""
        with self._transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO discoveries (office_id, person, scout, run_id, at, tried, state) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (office_id, person, scout, run, stamp(at), tried, redact_document(state)),
            )

    def searches(self, office_id: str, person: str) -> list[StoredSearch]:
        """Return how far each scout has got in its search for a person's accounts, sorted by scout."""
        rows = self._read(
            "SELECT scout, tried, state, at FROM discoveries WHERE office_id = ? AND person = ? ORDER BY scout",
            (office_id, person),
        )
        with self._reading():
            return [StoredSearch(scout, tried, state, datetime.fromisoformat(at)) for scout, tried, state, at in rows]

    def remember(self, run: int, login: "Login", at: datetime) -> None:
        """Store what a signed-in route has learned in a run, outside of any snapshot."""
        with self._transaction() as db:
            _save_login(db, run, login, at)

    def login(self) -> "Login | None":
        """Return what the last login of Telegram's client learned, or None. Another login must not use it."""
        return next((login for login in self.logins() if not login.session.startswith("vk-")), None)

    def logins(self) -> "tuple[Login, ...]":
        """Return what each login has learned, the last one first."""
        rows = self._read("SELECT session, body FROM logins ORDER BY saved_at DESC, session", ())
        with self._reading():
            return tuple(_login(session, json.loads(body)) for session, body in rows)

    def snapshots(
        self, as_of: datetime, urls: Collection[str] | None = None, since: datetime | None = None
    ) -> dict[str, list[StoredSnapshot]]:
        """Return the looks up to `as_of`, by the account's address, oldest first.

        With `urls` only those at these addresses, and at addresses from which a page moved to one of them. Looks taken
        before `since` come in brief: without comments, with the oldest and the newest of their posts.
        """
        with self._reading():
            rows = self._rows(as_of, urls, since)
            looks = [(row.run, row.week, seen) for row, seen in zip(rows, self._seen(rows), strict=True)]
            routes = routes_seen(self._db, stamp(as_of), {row.run for row in rows})
            found: dict[str, list[StoredSnapshot]] = {}
            for row, stored in zip(rows, with_run(looks, routes), strict=True):
                found.setdefault(row.url, []).append(stored)
        return found

    def has_looks(self, week: str, as_of: datetime, urls: Collection[str] | None = None) -> bool:
        """Tell whether a page, or one at these addresses, was looked at for `week` up to `as_of`."""
        with self._reading():
            named = None if urls is None else json.dumps(sorted(with_earlier_addresses(self._db, urls)))
            found = self._db.execute(
                "SELECT 1 FROM looks WHERE week = ?1 AND taken_at <= ?2 "
                "AND (?3 IS NULL OR url IN (SELECT value FROM json_each(?3))) LIMIT 1",
                (week, stamp(as_of), named),
            ).fetchone()
        return found is not None

    def _rows(self, as_of: datetime, urls: Collection[str] | None, since: datetime | None) -> list[LookRow]:
        whole = "" if since is None else stamp(since)
        if urls is None:
            return rows_of(self._db, "taken_at <= :as_of", {"as_of": stamp(as_of)}, whole_from=whole)
        named = json.dumps(sorted(with_earlier_addresses(self._db, urls)))
        where = "url IN (SELECT value FROM json_each(:urls)) AND taken_at <= :as_of"
        return rows_of(self._db, where, {"urls": named, "as_of": stamp(as_of)}, whole_from=whole)

    def _seen(self, rows: Sequence[LookRow]) -> Iterator[Snapshot]:
        """Yield the snapshots of rows."""
        for some in batched(rows):
            yield from map(Snapshot.model_validate, documents(self._db, some))

    def posts_between(self, start: datetime, end: datetime, as_of: datetime) -> dict[str, list[Post]]:
        """Return the posts of ``start <= at < end`` that a look up to `as_of` saw, by the page's address.

        They come without their comments, as they were first seen, each route's own.
        """
        rows = self._read(
            "SELECT p.url, p.body FROM posts p WHERE p.at >= ? AND p.at < ? AND EXISTS (SELECT 1 FROM looks l "
            "WHERE l.url = p.url AND l.route = p.route AND l.taken_at <= ? AND l.taken_at >= p.at) ORDER BY p.at, p.id",
            (stamp(start), stamp(end), stamp(as_of)),
        )
        found: dict[str, list[Post]] = {}
        with self._reading():
            for url, body in rows:
                found.setdefault(url, []).append(Post.model_validate_json(opened(body)))
        return found

    def newest_looks(self, as_of: datetime) -> list[Snapshot]:
        """Return the last look of each route at each page up to `as_of`."""
        with self._reading():
            return list(self._seen(rows_of(self._db, _NEWEST, {"as_of": stamp(as_of)}, "route, url")))

    def sound_looks(self, route: str, url: str, since: datetime, as_of: datetime) -> list[Snapshot]:
        """Return the looks by a route at a page from `since` to `as_of`, oldest first, of runs with sound controls."""
        values = {"route": route, "url": url, "since": stamp(since), "as_of": stamp(as_of)}
        where = "route = :route AND url = :url AND taken_at >= :since AND taken_at <= :as_of"
        with self._reading():
            rows = rows_of(self._db, where, values)
            routes = routes_seen(self._db, stamp(as_of), {row.run for row in rows})
            sound = [row for row in rows if routes.get((row.run, route), RouteSeen()).weight is Weight.FULL]
            return list(self._seen(sound))

    def note_cut(self, looks: Collection[tuple[str, str]], at: datetime) -> None:
        """Remember which pages, by route and address, a look was begun at that the run's end cut off."""
        with self._transaction() as db:
            rows = [(f"cut {route} {url}", stamp(at)) for route, url in sorted(looks)]
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)

    def looked_at(self, as_of: datetime) -> dict[tuple[str, str], datetime]:
        """Return by route and address when a look at each page was last taken, or begun and cut off, up to `as_of`."""
        rows = self._read(
            "SELECT route || ' ' || url, max(taken_at) FROM looks WHERE taken_at <= ? GROUP BY route, url "
            "UNION ALL SELECT substr(key, 5), value FROM meta WHERE key LIKE 'cut %' AND value <= ?",
            (stamp(as_of), stamp(as_of)),
        )
        found: dict[tuple[str, str], datetime] = {}
        for name, at in rows:
            route, _, url = name.partition(" ")
            moment = datetime.fromisoformat(at)
            found[route, url] = max(moment, found.get((route, url), moment))
        return found

    def numbers(self, as_of: datetime) -> dict[str, int]:
        """Return the networks' own numbers of pages by address, as the last look that saw one has it."""
        with self._reading():
            rows = self._db.execute(f"SELECT url, brief FROM looks WHERE {_NEWEST}", {"as_of": stamp(as_of)})  # noqa: S608
            told = ((url, json.loads(opened(brief))) for url, brief in rows)
            return {url: seen["id"] for url, seen in told if isinstance(seen, dict) and isinstance(seen.get("id"), int)}

    def begin_round(self, week: str, run: int) -> None:
        """Note that a round of looks for `week` begins with `run`. An unfinished one is let go."""
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"round {week}", str(run)))

    def end_round(self, week: str) -> None:
        """Note that every account was looked at."""
        with self._transaction() as db:
            db.execute("DELETE FROM meta WHERE key = ?", (f"round {week}",))

    def _round(self, week: str) -> list[int]:
        """Return the runs of the week's unfinished round."""
        rows = self._read(
            "SELECT id FROM runs WHERE week = ? AND id >= (SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?)",
            (week, f"round {week}"),
        )
        return [run for (run,) in rows]

    def seen_unfinished(self, week: str, as_of: datetime, since: datetime | None) -> frozenset[tuple[str, str]]:
        """Return route and address of what the week's unfinished round has seen already, from `since` on.

        A round is gone on with within a day and a half. What could not be seen for a cause that may pass is not in it.
        """
        named = json.dumps(self._round(week))
        with self._reading():
            rows = rows_of(
                self._db,
                "run_id IN (SELECT value FROM json_each(:runs)) AND taken_at <= :as_of",
                {"runs": named, "as_of": stamp(as_of)},
                whole_from=_NOT_EVEN_NOW,
            )
            if not rows or datetime.fromisoformat(rows[-1].taken_at) < as_of - _GOES_ON:
                return frozenset()
            timely = [row for row in rows if since is None or datetime.fromisoformat(row.taken_at) >= since]
            return frozenset((row.route, row.url) for row in timely if not _passing(row))

    def looks(self, as_of: datetime, since: datetime | None = None) -> list[StoredLook]:
        """Return every look up to `as_of`, oldest first, each with its note; in brief those taken before `since`."""
        with self._reading():
            vantages = dict(self._db.execute("SELECT id, vantage FROM runs").fetchall())
            noted = {(n.run, n.route, n.url): n for n in note_entries(self._db, "n.kind = 'look'")}
            rows = self._rows(as_of, None, since)
            return [
                StoredLook(
                    row.run,
                    row.week,
                    vantages[row.run],
                    seen,
                    noted.get((row.run, row.route, row.url)),
                    datetime.fromisoformat(row.purged_at) if row.purged_at is not None else None,
                    row.body is None,
                )
                for row, seen in zip(rows, self._seen(rows), strict=True)
            ]

    def control_looks(self, as_of: datetime) -> list[StoredControl]:
        """Return the controls of every run that began up to `as_of`, in the order of runs, routes, addresses."""
        rows = self._read(
            "SELECT r.id, r.week, r.vantage, c.route, c.url, c.body FROM runs r JOIN controls c ON c.run_id = r.id "
            "WHERE r.started_at <= ? ORDER BY r.started_at, r.id, c.route, c.url",
            (stamp(as_of),),
        )
        with self._reading():
            noted = {(n.run, n.route, n.url): n for n in note_entries(self._db, "n.kind = 'control'")}
            return [
                StoredControl(run, week, vantage, ControlResult.model_validate_json(body), noted.get((run, route, url)))
                for run, week, vantage, route, url, body in rows
            ]

    def note(self, entry: NoteEntry) -> bytes:
        """Return a note's content. Raises `ArchiveError` if it was damaged, changed or removed."""
        with self._reading():
            body = read_note(self._shelf, entry)
            return _with_plan(body, self._plan(entry.run)) if entry.kind is NoteKind.LOOK else body

    def registry_of(self, week: str) -> str | None:
        """Return the text of the registry that the stored audit of `week` was made with, or None.

        Raises `ArchiveError` if it was damaged.
        """
        with self._reading():
            told = [json.loads(seal.body).get("registry") for seal in seals(self._db) if seal.week == week]
            found = note_entries(self._db, "n.kind = 'registry' AND n.sha256 = ?", [told[-1] if told else None])
        return self.note(found[-1]).decode("utf-8", "surrogatepass") if found else None

    def controls(self, week: str, as_of: datetime) -> tuple[str, list[ControlResult]]:
        """Return the vantage and the controls of the runs made for `week` up to `as_of` (see `judged_controls`)."""
        rows = self._read(
            "SELECT r.id, r.vantage, c.route, c.body FROM runs r JOIN controls c ON c.run_id = r.id "
            "WHERE r.week = ? AND r.started_at <= ? ORDER BY r.started_at, r.id, c.route, c.url",
            (week, stamp(as_of)),
        )
        vantage = ""
        found: list[tuple[int, ControlResult]] = []
        with self._reading():
            for run, place, _, body in rows:
                vantage = str(place)
                found.append((run, ControlResult.model_validate_json(body)))
        return vantage or self.last_vantage(week, as_of), judged_controls(found)

    def last_vantage(self, week: str, as_of: datetime) -> str:
        """Return the vantage of the last run for `week` up to `as_of`, or an empty string."""
        rows = self._read(
            "SELECT vantage FROM runs WHERE week = ? AND started_at <= ? ORDER BY started_at DESC, id DESC LIMIT 1",
            (week, stamp(as_of)),
        )
        return str(rows[0][0]) if rows else ""

    def evidence(self, identifier: str) -> tuple[Evidence, bytes] | None:
        """Return a stored answer by its id, or None. Raises `ArchiveError` if its record was damaged or changed."""
        found = self.entries(ids=[identifier])
        return (found[0].evidence, self.record(found[0]).body) if found else None

    def entries(
        self, *, ids: Sequence[str] | None = None, run: int | None = None, week: str | None = None
    ) -> list[Entry]:
        """Return the index of the stored answers in order: all, or those with these ids, of this run, of this week."""
        conditions: list[tuple[str, object]] = [("e.run_id = ?", run)] if run is not None else []
        conditions += [("r.week = ?", week)] if week is not None else []
        conditions += [("e.id IN (SELECT value FROM json_each(?))", json.dumps(list(ids)))] if ids is not None else []
        with self._reading():
            return entries(self._db, " AND ".join(sql for sql, _ in conditions), [value for _, value in conditions])

    def record(self, entry: Entry) -> Record:
        """Return the record of a stored answer. Raises `ArchiveError` if it was damaged, changed or removed."""
        return read_entry(self._shelf, entry)

    def copy(self, chosen: Sequence[Entry]) -> tuple[bytes, dict[str, int]]:
        """Return a WARC with the records of `chosen`, byte for byte, and the offset of each answer by its id.

        It also holds each answer's request and the first record of each run's file. Damaged records are copied as they
        are.
        """
        with self._reading():
            return copy_records(self._db, self._shelf, chosen)

    def require_runs(self, folder: Path) -> None:
        """Raise `ArchiveError` if there is no archive in `folder`, or one in which nothing was ever stored.

        An empty archive proves nothing about what is missing. One that was emptied has flaws, which `verify` names.
        """
        with suppress(sqlite3.Error):
            begun = self._db.execute("SELECT 1 FROM runs UNION ALL SELECT 1 FROM manifests LIMIT 1").fetchone()
            if begun is None and not self.verify():
                raise ArchiveError(f"{folder}: holds no archive, or nothing was stored yet; name another with --data")

    def verify(self) -> list[Flaw]:
        """Check everything that is stored against its hashes and return what differs. Raises nothing."""
        return verify(self._db, self._shelf, schema_now(), self._folder)

    def since_seal(self, sha256: str) -> list[Flaw]:
        """Return what was stored after a seal that was kept elsewhere, and says to be of before it."""
        with self._reading():
            return since_seal(self._db, sha256)

    def seals(self) -> list[Seal]:
        """Return the chain of seals, the first one first.

        The last one's hash, kept elsewhere, vouches for all that was stored before it.
        """
        with self._reading():
            return seals(self._db)

    def count_due(self, cutoffs: Cutoffs, at: datetime) -> Purged:
        """Count what `purge` would remove. Nothing is changed."""
        with self._reading():
            return count_due(self._db, self._shelf, cutoffs, at)

    def purge(self, cutoffs: Cutoffs, at: datetime) -> Purged:
        """Remove what was stored before `cutoffs` so that no byte of it is left in any file; return what was removed.

        Each run is one transaction: the archive is sound if the process is killed, and the next purge finishes the
        work.
        """
        with self._transaction() as db:
            killed = self._close_killed(db, stamp(at))
        for file in killed:
            self._shelf.release(file)
        done = Purged(at)
        for run in runs_due(self._db, cutoffs):
            with self._transaction() as db:
                self._begin_purge(db)
                done += purge_run(db, self._shelf, run, cutoffs, at)
            drop_replaced(self._db, self._shelf)
        self._end_purge()
        return done

    @staticmethod
    def _begin_purge(db: sqlite3.Connection) -> None:
        db.execute("INSERT OR IGNORE INTO meta VALUES ('purging', 'yes')")

    def _end_purge(self) -> None:
        """Rewrite the database, so that no free page and no log holds what was removed."""
        drop_replaced(self._db, self._shelf)
        if not open_purges(self._db):
            return
        try:
            self._db.execute("VACUUM")
            with self._transaction() as db:
                db.execute("DELETE FROM meta WHERE key = 'purging'")
            (busy, *_) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                with self._transaction() as db:
                    self._begin_purge(db)
        except sqlite3.Error as error:
            raise ArchiveError(f"{self._folder}: the purge is not finished ({error}); run it again") from None
        if busy:
            raise ArchiveError(f"{self._folder}: the purge is not finished, somebody reads the archive; run it again")

    def purges(self) -> list[Purged]:
        """Return the log of purges, oldest first."""
        with self._reading():
            return purges(self._db)

    def comments_purged(self, week: str) -> datetime | None:
        """Return when comments seen for `week` were purged, or None if all are still there."""
        rows = self._read("SELECT max(purged_at) FROM looks WHERE week = ?", (week,))
        return datetime.fromisoformat(rows[0][0]) if rows[0][0] is not None else None

    def save_audit(self, week: str, as_of: datetime, body: str, registry: str = "") -> None:
        """Store an audit of a week and seal it. Earlier ones of the week stay; from now on this one stands for it.

        `registry` is the text of the registry it was made with, which is named if a run kept it (`keep_registry`).
        """
        sha256 = hashlib.sha256(redact_body(registry.encode("utf-8", "surrogatepass"))).hexdigest()
        with self._transaction() as db:
            kept = note_entries(db, "n.kind = 'registry' AND n.sha256 = ?", [sha256])
            safe = redact_document(body)
            add_edition(db, week, stamp(as_of), safe)
            add_audit(db, week, stamp(as_of), text_hash(safe), sha256 if kept else None)

    def audit(self, week: str, made: datetime | None = None) -> str | None:
        """Return the audit that stands for `week`, or the last of it that was made at this moment, or None."""
        with self._reading():
            found = newest_edition(self._db, week) if made is None else edition_made(self._db, week, stamp(made))
            return edition_text(self._db, found[0]) if found is not None else None

    def seal_of(self, week: str, as_of: datetime) -> str:
        """Return the hash of the seal of the last audit of `week` made up to the second of `as_of`; empty: of none."""
        with self._reading():
            return audit_seal(self._db, week, stamp(as_of))

    def keep_stamp(self, seal: str, token: bytes) -> None:
        """Keep the time stamp of a seal. Raises `OSError`."""
        if self._folder is not None:
            make_private_folder(self._folder / STAMPS)
            write_file(self._folder / STAMPS / f"{seal}.tsr", token, mode=0o600)

    def stamp_of(self, seal: str) -> bytes | None:
        """Return the time stamp of a seal, or None."""
        path = self._folder / STAMPS / f"{seal}.tsr" if self._folder is not None and seal else None
        return path.read_bytes() if path is not None and path.is_file() else None

    def proofs(self, ids: Collection[str]) -> dict[str, Proof]:
        """Return by its id what shows that the root of its run covers an answer (`seals.proofs_of`)."""
        with self._reading():
            return proofs_of(self._db, ids)

    def audited_at(self, week: str) -> datetime | None:
        """Return the `as_of` of the audit that stands for `week`, or None."""
        with self._reading():
            found = newest_edition(self._db, week)
            return datetime.fromisoformat(found[1]) if found is not None else None

    def first_audited_at(self, week: str) -> datetime | None:
        """Return the `as_of` of the first audit of `week` that was stored, or None."""
        with self._reading():
            found = first_edition(self._db, week)
            return datetime.fromisoformat(found) if found is not None else None

    def runs_behind(self, week: str) -> frozenset[int]:
        """Return the runs that the stored audit of `week` can be based on: those that had ended when it was made."""
        with self._reading():
            return runs_behind(self._db, week)

    def evidence_of(self, urls: Iterable[str], week: str | None = None) -> list[str]:
        """Return the ids of the answers behind the looks at these accounts, of one week or of all."""
        where = "url IN (SELECT value FROM json_each(:urls)) AND (:week IS NULL OR week = :week)"
        with self._reading():
            rows = rows_of(self._db, where, {"urls": json.dumps(sorted(urls)), "week": week})
            return sorted({identifier for row in rows for identifier in ids_named(row)})

    def previous_audit(self, week: str, as_of: datetime) -> str | None:
        """Return the last audit of a week before `week` made up to `as_of`, or None."""
        with self._reading():
            found = editions_between(self._db, "", week, stamp(as_of))[-1:]
            return edition_text(self._db, found[0]) if found else None

    def audits_between(self, first: str, end: str, as_of: datetime) -> list[str]:
        """Return the audits of the weeks ``first <= week < end`` made up to `as_of`, oldest week first."""
        with self._reading():
            found = editions_between(self._db, first, end, stamp(as_of))
            return [edition_text(self._db, edition) for edition in found]

    def audited_weeks(self, first: str, end: str, as_of: datetime) -> list[str]:
        """Return the weeks ``first <= week < end`` of which an audit was made up to `as_of`, in order."""
        rows = self._read(
            "SELECT DISTINCT week FROM editions WHERE week >= ? AND week < ? AND as_of <= ? ORDER BY week",
            (first, end, stamp(as_of)),
        )
        return [str(week) for (week,) in rows]

    def last_run(self) -> tuple[str, str] | None:
        """Return the week and the start of the last run, or None."""
        rows = self._read("SELECT week, started_at FROM runs ORDER BY started_at DESC, id DESC LIMIT 1", ())
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def _read(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with self._reading():
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise ArchiveError(f"{self._folder}: the archive cannot be read ({error}); restore a copy") from None
        except (ValueError, LookupError, TypeError, RecursionError):
            # The row's content is not repeated: it may be anything.
            said = "a stored row has lost its form; `auditor evidence verify` names it, restore a copy"
            raise ArchiveError(f"{self._folder}: the archive cannot be read ({said})") from None
