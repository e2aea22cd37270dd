"""Looks and controls: each is stored completely or not at all, and looks are read by page."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from auditor.archive.evidence_store import add_responses
from auditor.archive.snapshot_parts import join_snapshot, split_snapshot
from auditor.archive.storage import Storage, reports_damage
from auditor.base.secrets import redact, redact_document
from auditor.base.snapshot import (
    ControlResult,
    RouteHealth,
    RunSnapshot,
    Snapshot,
    looks_by_url,
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
class StoredControl:
    """A stored result of a control, with its run."""

    run: int
    week: str
    result: ControlResult


@reports_damage
class SnapshotStore:
    """The stored snapshots of accounts, and the results of controls."""

    def __init__(self, store: Storage) -> None:
        """Read and write in an open archive."""
        self._store = store

    # Written during a run

    def save(
        self,
        run: int,
        week: str,
        snapshot: Snapshot,
        responses: Iterable[StoredResponse] = (),
        look_input: "BaseModel | None" = None,
    ) -> None:
        """Store an account's snapshot and its responses, all or nothing; `look_input` is what a replay needs.

        An earlier snapshot of the same run, route and account is replaced.
        """
        parts = split_snapshot(redact_document(snapshot.model_dump_json()))
        key = (snapshot.route, redact(snapshot.url), format_archive_time(snapshot.taken_at))
        renamed_to = redact(snapshot.renamed_to) if snapshot.renamed_to is not None else None
        with self._store.recording(run) as db:
            add_responses(self._store, run, responses)
            db.execute(
                "INSERT OR REPLACE INTO looks (run_id, week, route, url, taken_at, renamed_to, posts, said, facts, "
                "core, comments, asked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (run, week, *key, renamed_to, *parts, _compress_input(look_input)),
            )

    def save_control(
        self,
        run: int,
        result: ControlResult,
        responses: Sequence[StoredResponse],
        look_input: "BaseModel | None" = None,
    ) -> None:
        """Store a control's result and its responses, all or nothing; `look_input` is what a replay needs."""
        body = redact_document(result.model_dump_json())
        with self._store.recording(run) as db:
            add_responses(self._store, run, responses)
            row = (run, result.route, redact(result.url), body, _compress_input(look_input))
            db.execute("INSERT OR REPLACE INTO controls VALUES (?, ?, ?, ?, ?)", row)

    def look_input(self, run: int, result: Snapshot | ControlResult) -> str | None:
        """Return the input of a look or a control of a run as JSON, or None if it was purged."""
        table = "looks" if isinstance(result, Snapshot) else "controls"
        query = f"SELECT asked FROM {table} WHERE run_id = ? AND route = ? AND url = ?"  # noqa: S608 - one of two
        body = self._store.first(query, (run, result.route, result.url))
        return None if body is None else decompress_text(body)

    # Used by later runs

    def mark_interrupted(self, looks: Collection[tuple[str, str]], interrupted_at: datetime) -> None:
        """Remember the looks, by route and address, that were begun but interrupted by the run's end."""
        with self._store.transaction() as db:
            rows = [(f"cut {route} {url}", format_archive_time(interrupted_at)) for route, url in sorted(looks)]
            db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)

    def looked_at(self, as_of: datetime) -> dict[tuple[str, str], datetime]:
        """Return by route and address when a page was last looked at up to `as_of`, interrupted looks included."""
        rows = self._store.rows(
            "SELECT page, max(at) FROM (SELECT route || ' ' || url AS page, taken_at AS at FROM looks "
            "UNION ALL SELECT substr(key, 5), value FROM meta WHERE key LIKE 'cut %') WHERE at <= ? GROUP BY page",
            (format_archive_time(as_of),),
        )
        return {(page.partition(" ")[0], page.partition(" ")[2]): datetime.fromisoformat(at) for page, at in rows}

    def begin_round(self, week: str, run: int) -> None:
        """Record that a round of looks for `week` begins with `run`. An unfinished round of the week is abandoned."""
        with self._store.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"round {week}", str(run)))

    def end_round(self, week: str) -> None:
        """Record that the round is finished: every account was looked at."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM meta WHERE key = ?", (f"round {week}",))

    def round_of(self, week: str) -> int | None:
        """Return the id of the run with which the unfinished round of looks for `week` began, or None."""
        first_run = self._store.first("SELECT value FROM meta WHERE key = ?", (f"round {week}",))
        return None if first_run is None else int(first_run)

    # Read by page

    def snapshots(
        self, as_of: datetime, urls: Collection[str] | None = None, since: datetime | None = None
    ) -> dict[str, list[RunSnapshot]]:
        """Return the looks up to `as_of`, by the account's address, oldest first.

        With `urls`, only those at these addresses, or at addresses from which a page moved to one of them. Of looks
        taken before `since` only the facts are read: no comments, and only the oldest and the newest post.
        """
        return looks_by_url(self.all(as_of, urls, since))

    def newest(self, as_of: datetime) -> list[Snapshot]:
        """Return the facts of the last look of each route at each page up to `as_of`."""
        return [snapshot for _, _, snapshot in self._looks(_NEWEST, {"as_of": format_archive_time(as_of)})]

    def with_passed_controls(self, route: str, url: str, since: datetime, as_of: datetime) -> list[Snapshot]:
        """Return a route's looks at a page from `since` to `as_of`, oldest first, of runs whose controls passed."""
        run_snapshots = self.snapshots(as_of, [url], since).get(url, ())
        trusted = (run_snapshot.snapshot for run_snapshot in run_snapshots if run_snapshot.trusted)
        return [snapshot for snapshot in trusted if snapshot.route.value == route and snapshot.taken_at >= since]

    def all(
        self, as_of: datetime, urls: Collection[str] | None = None, since: datetime | None = None
    ) -> list[RunSnapshot]:
        """Return the looks up to `as_of`, oldest first, with the arguments of `snapshots`."""
        where, values = "taken_at <= :as_of", {"as_of": format_archive_time(as_of)}
        if urls is not None:
            where += " AND url IN (SELECT value FROM json_each(:urls))"
            values["urls"] = json.dumps(sorted(self._with_earlier(urls)))
        looks = self._looks(where, values, "" if since is None else format_archive_time(since))
        routes = self._route_health(as_of, {run for run, _, _ in looks})
        healths = [routes.get((run, snapshot.route), RouteHealth()) for run, _, snapshot in looks]
        return [
            RunSnapshot(week, snapshot, weight=health.weight, run=run, comments_readable=health.threads_work)
            for (run, week, snapshot), health in zip(looks, healths, strict=True)
        ]

    def evidence_of(self, urls: Iterable[str], week: str | None = None) -> list[str]:
        """Return the ids of the evidence behind the looks at these accounts, of one week or of all, sorted."""
        where = "url IN (SELECT value FROM json_each(:urls)) AND (:week IS NULL OR week = :week)"
        looks = self._looks(where, {"urls": json.dumps(sorted(urls)), "week": week})
        return sorted({evidence.id for _, _, snapshot in looks for evidence in snapshot.evidence})

    def _looks(self, where: str, values: Mapping[str, object], whole_from: str = "") -> list[tuple[int, str, Snapshot]]:
        """Return looks with run and week, oldest first; of those before `whole_from` the facts. `where` is our SQL."""
        query = f"SELECT {_READ} FROM looks WHERE {where} ORDER BY taken_at, route, id"  # noqa: S608 - our own text
        rows = self._store.db.execute(query, {**values, "whole_from": whole_from})
        return [(run, week, Snapshot.model_validate(join_snapshot(*parts))) for run, week, *parts in rows]

    def _with_earlier(self, urls: Collection[str]) -> set[str]:
        """Return the addresses, and those from which a page was seen to have moved to one of them."""
        all_urls, new_urls = set(urls), set(urls)
        while new_urls:
            query = "SELECT url FROM looks WHERE renamed_to IN (SELECT value FROM json_each(?))"
            new_urls = {url for (url,) in self._store.rows(query, (json.dumps(sorted(new_urls)),))} - all_urls
            all_urls |= new_urls
        return all_urls

    # Controls, and the health of routes

    def _route_health(self, as_of: datetime, runs: Collection[int]) -> dict[tuple[int, str], RouteHealth]:
        """Return by run and route the health of each route of `runs`, by their controls and the looks up to `as_of`."""
        run_ids = json.dumps(sorted(runs))
        look_rows = self._store.rows(
            "SELECT run_id, route, max(posts) > 0, max(said) > 0 FROM looks "
            "WHERE run_id IN (SELECT value FROM json_each(?)) AND taken_at <= ? GROUP BY run_id, route",
            (run_ids, format_archive_time(as_of)),
        )
        controls: dict[tuple[int, str], list[Any]] = {}
        columns = ", ".join(f"body ->> '{name}'" for name in ("expected", "outcome", "wall", "thread"))
        query = f"SELECT run_id, route, {columns} FROM controls WHERE run_id IN (SELECT value FROM json_each(?))"  # noqa: S608 - names of our columns and tables
        for run, route, *control in self._store.rows(query, (run_ids,)):
            controls.setdefault((run, route), []).append(control)
        contents = {
            (run, route): {"posts": bool(posts), "threads": bool(comments)} for run, route, posts, comments in look_rows
        }
        keys = controls.keys() | contents.keys()
        return {key: RouteHealth.of(controls.get(key, ()), **contents.get(key, {})) for key in keys}

    def controls(self, as_of: datetime, week: str | None = None) -> list[StoredControl]:
        """Return the controls of every run that began up to `as_of`, or of those for `week`, in order."""
        where, values = "r.started_at <= ?1 AND (?2 IS NULL OR r.week = ?2)", (format_archive_time(as_of), week)
        rows = self._store.rows(
            "SELECT r.id, r.week, c.body FROM runs r JOIN controls c ON c.run_id = r.id "  # noqa: S608 - our own text
            f"WHERE {where} ORDER BY r.started_at, r.id, c.route, c.url",
            values,
        )
        return [StoredControl(run, week, ControlResult.model_validate_json(body)) for run, week, body in rows]


def _compress_input(look_input: "BaseModel | None") -> bytes:
    return compress_text("{}" if look_input is None else redact_document(look_input.model_dump_json()))
