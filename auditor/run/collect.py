"""Look once at every account that is judged, and store what was seen.

Each route has a thread with one driver, because its pace is its own: first it finds the numbers of names, then it runs
all its looks, controls before accounts. The archive is written by the caller's thread: each look that ends goes through
a queue and is stored at once, in one piece.
"""

import json
import logging
import math
import queue
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from auditor import __version__
from auditor.archive import Archive
from auditor.base.errors import SettingsError
from auditor.base.logs import Progress
from auditor.base.secrets import redact_document
from auditor.base.snapshot import Route, Snapshot
from auditor.base.stored_response import StoredResponse
from auditor.base.text import phrase
from auditor.base.weeks import Week
from auditor.probes.driver import Deadlines, Driver, Timer
from auditor.probes.plugins import OpenedRoute, Plugin
from auditor.probes.protocol import Failure
from auditor.probes.target import Clock, LoginState, Target
from auditor.registry.models import Office, Registry
from auditor.run.look_input import LookInput
from auditor.run.plan import RunPlan, is_asked, window_of
from auditor.run.run_log import log_run

log = logging.getLogger(__name__)
_GRACE = 5.0
"""Seconds after a run's end for a route to come back; one that still waits for the system's resolver is left."""
_STOP_NOW = Deadlines(start_before=-math.inf, send_before=-math.inf)
ENDLESS, MACHINE = Deadlines(), Timer()
OpenRoute = tuple[Plugin, OpenedRoute]
"""A route that is set up for a run."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did."""

    accounts: int
    requests: dict[str, int]
    finished_at: datetime
    left: dict[str, int] = field(default_factory=dict)
    """How many accounts each route has not come to, where the run was given only so long."""


def collect(
    archive: Archive,
    registry: Registry,
    week: Week,
    routes: Sequence[OpenRoute],
    clock: Clock,
    *,
    command: str,
    vantage: str = "",
    offices: Sequence[Office] | None = None,
    progress: Progress | None = None,
    live: bool = False,
    ends: Deadlines = ENDLESS,
    timer: Timer = MACHINE,
    silent: Callable[[Route, Failure], None] = lambda _route, _failure: None,
) -> RunResult:
    """Look at the controls and at every account of `offices` (by default all); store each as soon as it is seen.

    A run of all continues one of its week that was killed, or whose time was too short. `live`: `clock` is the
    machine's, so what is not of this moment is not believed. `ends` are moments of the `timer`. `silent` is told at
    once of a route that answers nothing. Raises `SettingsError` for a secret that is a word of what would be stored.
    """
    _refuse_words_of_ours()
    started, of_all = clock(), offices is None
    plan = RunPlan.of(archive, registry, week, started, offices)
    number = archive.start_run(
        week=str(week), command=command, started_at=started, vantage=vantage, tool_version=__version__
    )
    if of_all and not plan.already_seen:
        archive.snapshots.begin_round(str(week), number)
    told = {"week": str(week), "command": command, "accounts": len(plan.accounts)}
    log_run(archive.folder, number, "began", started, told)
    archive.keep_registry(number, registry.text)
    run = _RunRecorder(archive, number, str(week), vantage, started, timer)
    walks = [
        _RouteWorker(
            plugin, opened, Driver(opened.transport, clock, opened.limits, ends, timer, live=live), plan, run.results
        )
        for plugin, opened in routes
    ]
    run.store_all(walks, ends.send_before + _GRACE, progress, silent)
    return run.finish(walks, len(plan.accounts), clock(), of_all=of_all)


def _refuse_words_of_ours() -> None:
    """Refuse a secret that is a word of our own fields: taken out of all that is stored, it would leave no field."""
    fields = json.dumps(Snapshot.model_json_schema())
    if redact_document(fields) != fields:
        raise SettingsError(
            phrase("a password or key is a word that stored looks are made of, as «telegram»; choose another")
        )


_FinishedLook = tuple[LookInput | None, Any, Sequence[StoredResponse], LoginState | None]
"""A look that has ended: its note (None: it was the search for numbers), what it saw (None: it broke), its answers, and
what the route's login has learned by then."""


@dataclass
class _RouteWorker:
    """One route's way through a run, in a thread of its own."""

    plugin: Plugin
    opened: OpenedRoute
    driver: Driver
    plan: RunPlan
    results: "queue.Queue[tuple[_RouteWorker, _FinishedLook | None]]"
    """Where looks go that have ended, and at last None."""
    login: LoginState | None = None
    """What the route's login has learned in the run."""

    def __post_init__(self) -> None:
        """Ask the plan, in the thread that may read the archive."""
        self.route = self.plugin.route
        self.targets = self.plan.targets(self.route)
        self.pending_urls = [target.address.url for target in self.targets]
        self.numbers, self.names_to_resolve = self.plan.numbers(self.route.network)

    def run_to_end(self) -> None:
        """Run all looks, or as many as there is time for; whatever happens, say that it has ended."""
        try:
            if self.targets:
                self._run()
                self.login = self.opened.login(self.driver)
        except Exception as error:  # noqa: BLE001 - a defect of ours costs the route; its text might quote a citizen
            if self.driver.ends is not _STOP_NOW:  # then its way may be closed while it asks
                log.error("%s: the route broke: %s", self.route, type(error).__name__)  # noqa: TRY400
        finally:
            self.results.put((self, None))

    def _run(self) -> None:
        unknown, live = self._find_numbers(), self.driver.live
        window = window_of(self.plan.registry, self.plan.week, self.plan.as_of)
        controls = [control for control in self.plan.registry.controls if is_asked(control, self.route)]
        notes = {f"control {c.url.url}": LookInput(target=Target(c.url), exists=c.exists, live=live) for c in controls}
        for target in self.targets:
            knowing = replace(target, numbers=self.numbers, unknown=unknown)
            notes[target.address.url] = LookInput(target=knowing, window=window, live=live)
        looks = {key: note.look(self.plugin) for key, note in notes.items()}
        self.driver.run(looks, lambda key, seen, tape: self._put_result(notes[key], seen, tape))

    def _put_result(self, note: LookInput | None, seen: Any, tape: Sequence[StoredResponse]) -> None:
        # A run that is killed has spent its calls all the same.
        self.results.put((self, (note, seen, tape, self.opened.login(self.driver))))

    def _find_numbers(self) -> frozenset[str]:
        """Find the numbers that the archive does not know; return the names for which that failed."""
        number_of = self.plugin.resolve_id
        if number_of is None or not self.names_to_resolve:
            return frozenset()
        found, answers = dict[str, int | None](), list[StoredResponse]()

        def sink(key: str, seen: Any, tape: Sequence[StoredResponse]) -> None:
            found[key] = seen
            answers.extend(tape)

        self.driver.run({name: number_of(name) for name in sorted(self.names_to_resolve)}, sink)
        self._put_result(None, None, answers)
        self.numbers |= {name: number for name, number in found.items() if number}
        return frozenset(name for name in self.names_to_resolve if found.get(name) is None)


@dataclass(frozen=True, slots=True)
class _RunRecorder:
    """One run in the archive: what the routes see goes in, each look with the note that a replay needs."""

    archive: Archive
    number: int
    week: str
    vantage: str
    started: datetime
    timer: Timer
    results: "queue.Queue[tuple[_RouteWorker, _FinishedLook | None]]" = field(default_factory=queue.Queue)
    causes: Counter[str] = field(default_factory=Counter)
    """Why looks and controls did not tell what they were to, by route; "seen" where they did."""

    def store_all(
        self,
        walks: Sequence[_RouteWorker],
        until: float,
        progress: Progress | None,
        silent: Callable[[Route, Failure], None],
    ) -> None:
        """Store what the routes see until the last has ended, or it is `until` by the timer."""
        walking, total = len(walks), sum(len(walk.targets) for walk in walks)
        threads = [threading.Thread(target=walk.run_to_end, daemon=True) for walk in walks]
        for thread in threads:
            thread.start()
        try:
            while walking:
                wait = None if math.isinf(until) else max(0.0, until - self.timer.now())
                walk, ended = self.results.get(timeout=wait)
                if ended is None:
                    walking -= 1
                    if walk.driver.route_failure is not None:
                        silent(walk.route, walk.driver.route_failure)
                    continue
                url = self._store(walk, *ended)
                if url in walk.pending_urls:
                    walk.pending_urls.remove(url)
                    if progress is not None:
                        progress(total - sum(len(each.pending_urls) for each in walks), total, url)
        except queue.Empty:
            log.warning(phrase("a route did not come back in time; what it asked last is left to the next run"))
        finally:
            for walk in walks:
                walk.driver.ends = _STOP_NOW

    def _store(
        self,
        walk: _RouteWorker,
        note: LookInput | None,
        seen: Any,
        tape: Sequence[StoredResponse],
        login: LoginState | None,
    ) -> str:
        """Store a look, and return the address of the account; of anything else there is none."""
        if login is not None:
            self.archive.searches.save_login(self.number, login, walk.driver.clock())
        if note is None:
            self.archive.searches.save_responses(self.number, tape)
            return ""
        evidence = tuple(answer.evidence for answer in tape)
        at = min((answer.fetched_at for answer in evidence), default=self.started)
        stored = note.to_stored(seen, walk.route, evidence, at, self.vantage)
        is_look = isinstance(stored, Snapshot)
        if isinstance(stored, Snapshot):
            self.archive.snapshots.save(self.number, self.week, stored, tape, note)
        else:
            self.archive.snapshots.save_control(self.number, stored, tape, note)
        self.causes[f"{walk.route} {'look' if is_look else 'control'}: {stored.cause or 'seen'}"] += 1
        return stored.url if is_look else ""

    def finish(self, walks: Sequence[_RouteWorker], accounts: int, at: datetime, *, of_all: bool) -> RunResult:
        """Store what is told of the run as a whole, and end it."""
        left = {walk.route.value: len(walk.pending_urls) for walk in walks if walk.pending_urls}
        requests = {walk.route.value: walk.driver.requests.total() for walk in walks}
        if of_all and not left:
            self.archive.snapshots.end_round(self.week)
        self.archive.snapshots.mark_interrupted(
            {(w.route.value, url) for w in walks for url in w.pending_urls if url in w.driver.begun}, at
        )
        for login in (walk.login for walk in walks if walk.login is not None):
            self.archive.searches.save_login(self.number, login, at)
        self.archive.finish_run(self.number, at, requests)
        told = {"week": self.week, "causes": dict(sorted(self.causes.items())), "requests": requests}
        log_run(self.archive.folder, self.number, "ended", at, {**told, **({"left": left} if left else {})})
        return RunResult(accounts, requests, at, left)
