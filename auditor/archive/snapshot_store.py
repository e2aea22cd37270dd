"""Looks and controls: each stored whole or not at all, read by page without the others."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from auditor.archive.evidence_store import add_responses
from auditor.archive.snapshot_parts import joined, parted
from auditor.archive.storage import Storage, reports_damage
from auditor.base.secrets import redact, redact_document
from auditor.base.snapshot import (
    ControlResult,
    RouteHealth,
    RunSnapshot,
    Snapshot,
    attach_route_health,
)
from auditor.base.storage_format import compress_text, decompress_text, format_archive_time
from auditor.base.stored_response import StoredResponse

if TYPE_CHECKING:
    from pydantic import BaseModel

_READ = "run_id, week, facts, " + ", ".join(
    f"CASE WHEN taken_at >= :whole_from THEN {part} END" for part in ("core", "comments")
)
_NEWEST = """id IN (SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY route, url ORDER BY taken_at DESC, id DESC) AS place
    FROM looks WHERE taken_at <= :as_of
) WHERE place = 1)"""


@dataclass(frozen=True, slots=True)
class StoredLook:
    """A snapshot as it was stored, with its run."""

    run: int
    week: str
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class StoredControl:
    """A control's result as it was stored, with its run."""

    run: int
    week: str
    result: ControlResult


@reports_damage
class SnapshotStore:
    """What runs saw of accounts and controls."""

    def __init__(self, store: Storage) -> None:
        """Read and write in an open archive."""
        self._store = store

    # Written by a run

    def save(
        self,
        run: int,
        week: str,
        snapshot: Snapshot,
        answers: Iterable[StoredResponse] = (),
        note: "BaseModel | None" = None,
    ) -> None:
        """Store one account's snapshot with its answers, whole or not at all; `note` is what a replay needs."""
        parts = parted(redact_document(snapshot.model_dump_json()))
        page = (snapshot.route, redact(snapshot.url), format_archive_time(snapshot.taken_at))
        moved = redact(snapshot.renamed_to) if snapshot.renamed_to is not None else None
        with self._store.recording(run) as db:
            add_responses(self._store, run, answers)
            db.execute(
                "INSERT OR REPLACE INTO looks (run_id, week, route, url, taken_at, renamed_to, posts, said, facts, "
                "core, comments, asked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (run, week, *page, moved, *parts, _packed_note(note)),
            )

    def save_control(
        self, run: int, result: ControlResult, answers: Sequence[StoredResponse], note: "BaseModel | None" = None
    ) -> None:
        """Store what a run saw of a control; `note` is what a replay needs."""
        body = redact_document(result.model_dump_json())
        with self._store.recording(run) as db:
            add_responses(self._store, run, answers)
            row = (run, result.route, redact(result.url), body, _packed_note(note))
            db.execute("INSERT OR REPLACE INTO controls VALUES (?, ?, ?, ?, ?)", row)

    def look_input(self, run: int, seen: Snapshot | ControlResult) -> str | None:
        """Return what a look or a control of a run was to look at, as JSON; None where it was purged."""
        table = "looks" if isinstance(seen, Snapshot) else "controls"
        query = f"SELECT asked FROM {table} WHERE run_id = ? AND route = ? AND url = ?"  # noqa: S608 - one of two
        asked = self._store.first(query, (run, seen.route, seen.url))
        return None if asked is None else decompress_text(asked)

    # What later runs go by

    def mark_interrupted(self, looks: Collection[tuple[str, str]], at: datetime) -> None:
        """Remember which pages, by route and address, a look was begun at that the run's end cut off."""
        with self._store.transaction() as db:
            rows = [(f"cut {route} {url}", format_archive_time(at)) for route, url in sorted(looks)]
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)

    def looked_at(self, as_of: datetime) -> dict[tuple[str, str], datetime]:
        """Return by route and address when a look at each page was last taken, or begun and cut off, up to `as_of`."""
        rows = self._store.rows(
            "SELECT page, max(at) FROM (SELECT route || ' ' || url AS page, taken_at AS at FROM looks "
            "UNION ALL SELECT substr(key, 5), value FROM meta WHERE key LIKE 'cut %') WHERE at <= ? GROUP BY page",
            (format_archive_time(as_of),),
        )
        return {(page.partition(" ")[0], page.partition(" ")[2]): datetime.fromisoformat(at) for page, at in rows}

    def begin_round(self, week: str, run: int) -> None:
        """Note that a round of looks for `week` begins with `run`. An unfinished one is let go."""
        with self._store.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"round {week}", str(run)))

    def end_round(self, week: str) -> None:
        """Note that every account was looked at."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM meta WHERE key = ?", (f"round {week}",))

    def round_of(self, week: str) -> int | None:
        """Return with which run the unfinished round of looks for `week` began, or None."""
        begun = self._store.first("SELECT value FROM meta WHERE key = ?", (f"round {week}",))
        return None if begun is None else int(begun)

    # Read by page

    def snapshots(
        self, as_of: datetime, urls: Collection[str] | None = None, since: datetime | None = None
    ) -> dict[str, list[RunSnapshot]]:
        """Return the looks up to `as_of`, by the account's address, oldest first.

        With `urls` only those at these addresses, and at addresses from which a page moved to one of them. Looks taken
        before `since` come in brief: without comments, with the oldest and the newest of their posts.
        """
        looks = self.all(as_of, urls, since)
        routes = self._routes_seen(as_of, {look.run for look in looks})
        found: dict[str, list[RunSnapshot]] = {}
        for one in attach_route_health([(look.run, look.week, look.snapshot) for look in looks], routes):
            found.setdefault(one.snapshot.url, []).append(one)
        return found

    def newest(self, as_of: datetime) -> list[Snapshot]:
        """Return the last look of each route at each page up to `as_of`."""
        return [look.snapshot for look in self._looks(_NEWEST, {"as_of": format_archive_time(as_of)})]

    def with_passed_controls(self, route: str, url: str, since: datetime, as_of: datetime) -> list[Snapshot]:
        """Return the looks by a route at a page from `since` to `as_of`, oldest first, of runs with sound controls."""
        found = self.snapshots(as_of, [url], since).get(url, ())
        sound = (one.snapshot for one in found if one.trusted)
        return [seen for seen in sound if seen.route.value == route and seen.taken_at >= since]

    def all(
        self, as_of: datetime, urls: Collection[str] | None = None, since: datetime | None = None
    ) -> list[StoredLook]:
        """Return the looks up to `as_of`, oldest first, as `snapshots` does."""
        where, values = "taken_at <= :as_of", {"as_of": format_archive_time(as_of)}
        if urls is not None:
            where += " AND url IN (SELECT value FROM json_each(:urls))"
            values["urls"] = json.dumps(sorted(self._with_earlier(urls)))
        return self._looks(where, values, "" if since is None else format_archive_time(since))

    def evidence_of(self, urls: Iterable[str], week: str | None = None) -> list[str]:
        """Return the ids of the answers behind the looks at these accounts, of one week or of all."""
        where = "url IN (SELECT value FROM json_each(:urls)) AND (:week IS NULL OR week = :week)"
        looks = self._looks(where, {"urls": json.dumps(sorted(urls)), "week": week})
        return sorted({answer.id for look in looks for answer in look.snapshot.evidence})

    def _looks(self, where: str, values: Mapping[str, object], whole_from: str = "") -> list[StoredLook]:
        """Return looks, oldest first; of those taken before `whole_from` only facts. The SQL is trusted."""
        query = f"SELECT {_READ} FROM looks WHERE {where} ORDER BY taken_at, route, id"  # noqa: S608 - our own text
        rows = self._store.db.execute(query, {**values, "whole_from": whole_from})
        return [StoredLook(run, week, Snapshot.model_validate(joined(*parts))) for run, week, *parts in rows]

    def _with_earlier(self, urls: Collection[str]) -> set[str]:
        """Return addresses with those from which a page was seen to have moved to one of them."""
        known, new = set(urls), set(urls)
        while new:
            moved = "SELECT url FROM looks WHERE renamed_to IN (SELECT value FROM json_each(?))"
            new = {url for (url,) in self._store.rows(moved, (json.dumps(sorted(new)),))} - known
            known |= new
        return known

    # Controls, and what a run saw of a route as a whole

    def _routes_seen(self, as_of: datetime, runs: Collection[int]) -> dict[tuple[int, str], RouteHealth]:
        """Return what each of `runs` saw of its routes up to `as_of`."""
        named = json.dumps(sorted(runs))
        shown = self._store.rows(
            "SELECT run_id, route, max(posts) > 0, max(said) > 0 FROM looks "
            "WHERE run_id IN (SELECT value FROM json_each(?)) AND taken_at <= ? GROUP BY run_id, route",
            (named, format_archive_time(as_of)),
        )
        controls: dict[tuple[int, str], list[Any]] = {}
        told = ", ".join(f"body ->> '{name}'" for name in ("expected", "outcome", "wall", "thread"))
        query = f"SELECT run_id, route, {told} FROM controls WHERE run_id IN (SELECT value FROM json_each(?))"  # noqa: S608 - names of our columns and tables
        for run, route, *control in self._store.rows(query, (named,)):
            controls.setdefault((run, route), []).append(control)
        shows = {(run, route): {"posts": bool(posts), "threads": bool(said)} for run, route, posts, said in shown}
        keys = controls.keys() | shows.keys()
        return {key: RouteHealth.of(controls.get(key, ()), **shows.get(key, {})) for key in keys}

    def controls(self, as_of: datetime, week: str | None = None) -> list[StoredControl]:
        """Return the controls of every run that began up to `as_of`, or of those for `week`, in order."""
        where, values = "r.started_at <= ?1 AND (?2 IS NULL OR r.week = ?2)", (format_archive_time(as_of), week)
        rows = self._store.rows(
            "SELECT r.id, r.week, c.body FROM runs r JOIN controls c ON c.run_id = r.id "  # noqa: S608 - our own text
            f"WHERE {where} ORDER BY r.started_at, r.id, c.route, c.url",
            values,
        )
        return [StoredControl(run, week, ControlResult.model_validate_json(body)) for run, week, body in rows]


def _packed_note(note: "BaseModel | None") -> bytes:
    return compress_text("{}" if note is None else redact_document(note.model_dump_json()))
