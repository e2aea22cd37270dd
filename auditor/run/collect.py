"""Look once at every account that is judged, and store the looks.

Each route has its own pace, so it has a thread with one driver: it first resolves names to ids, then runs all its
looks, controls before accounts. Only the caller's thread writes the archive: each look that ends goes through a queue
and is stored at once, in one piece.
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
from auditor.run.plan import RunPlan, is_looked_at, window_of
from auditor.run.run_log import log_run

log = logging.getLogger(__name__)
_GRACE = 5.0
"""Seconds after a run's end for a route to come back; one that still waits for the system's resolver is left."""
_MAX_SILENCE = 18.0
"""Seconds of requests without any response after which a route is given up: two requests, in less than 30 seconds."""
_STOP_NOW = Deadlines(start_before=-math.inf, send_before=-math.inf)
ENDLESS, MACHINE = Deadlines(), Timer()
OpenRoute = tuple[Plugin, OpenedRoute]
"""A route that is set up for a run."""
RunProgress = Callable[[int, int, Sequence[Route]], None]
"""Called with accounts done, accounts in all, and the routes that are waited for."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """The counts of a run: accounts looked at, requests by route, and what is still pending."""

    accounts: int
    requests: dict[str, int]
    finished_at: datetime
    pending: dict[str, int] = field(default_factory=dict)
    """How many accounts each route did not reach before the run's deadline."""


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
    progress: RunProgress = lambda _done, _total, _routes: None,
    live: bool = False,
    ends: Deadlines = ENDLESS,
    timer: Timer = MACHINE,
    on_route_failure: Callable[[Route, Failure], None] = lambda _route, _failure: None,
) -> RunResult:
    """Look at the controls and at every account of `offices` (by default all); store each look as soon as it ends.

    A run of all offices continues one of its week that was killed or ran out of time. `live`: `clock` is the machine's,
    so responses dated otherwise are not believed. `ends` are moments of the `timer`. `on_route_failure` is called at
    once for a route that does not respond, which is given up within half a minute. Raises `SettingsError` if a secret
    equals a word of what would be stored.
    """
    _refuse_secret_in_field_names()
    started_at, of_all = clock(), offices is None
    plan = RunPlan.of(archive, registry, week, started_at, offices)
    run_id = archive.start_run(
        week=str(week), command=command, started_at=started_at, vantage=vantage, tool_version=__version__
    )
    if of_all and not plan.already_seen:
        archive.snapshots.begin_round(str(week), run_id)
    log_fields = {"week": str(week), "command": command, "accounts": len(plan.accounts)}
    log_run(archive.folder, run_id, "began", started_at, log_fields)
    archive.keep_registry(run_id, registry.text)
    recorder = _RunRecorder(archive, run_id, str(week), vantage, started_at, timer)
    workers = [
        _RouteWorker(
            plugin,
            opened,
            Driver(opened.transport, clock, replace(opened.limits, max_silence=_MAX_SILENCE), ends, timer, live=live),
            plan,
            recorder.results,
        )
        for plugin, opened in routes
    ]
    recorder.store_all(workers, ends.send_before + _GRACE, progress, on_route_failure)
    return recorder.finish(workers, len(plan.accounts), clock(), of_all=of_all)


def _refuse_secret_in_field_names() -> None:
    """Refuse a secret that is a word of our own field names: redacting it would damage what is stored."""
    fields = json.dumps(Snapshot.model_json_schema())
    if redact_document(fields) != fields:
        raise SettingsError(
            phrase("a password or key is a word that stored looks are made of, as «telegram»; choose another")
        )


_FinishedLook = tuple[LookInput | None, Any, Sequence[StoredResponse], LoginState | None]
"""A look that has ended: its input (None: it resolved names to ids), its result (None: it broke), its responses, and
what the route's login has learned by then."""


@dataclass
class _RouteWorker:
    """One route's part of a run, in a thread of its own."""

    plugin: Plugin
    opened: OpenedRoute
    driver: Driver
    plan: RunPlan
    results: "queue.Queue[tuple[_RouteWorker, _FinishedLook | None]]"
    """The queue of looks that have ended; None comes last."""
    login: LoginState | None = None
    """What the route's login has learned in the run."""

    def __post_init__(self) -> None:
        """Read the plan here, in the thread that may read the archive."""
        self.route = self.plugin.route
        self.targets = self.plan.targets(self.route)
        self.pending_urls = [target.address.url for target in self.targets]
        self.page_ids, self.names_to_resolve = self.plan.page_ids(self.route.network)

    def run_to_end(self) -> None:
        """Run all looks, or as many as there is time for; whatever happens, put the end into the queue."""
        try:
            if self.targets:
                self._run()
                self.login = self.opened.login(self.driver)
        except Exception as error:  # noqa: BLE001 - a defect of ours costs the route; its text might quote a citizen
            if self.driver.deadlines is not _STOP_NOW:  # then its transport may be closed during a request
                log.error("%s: the route broke: %s", self.route, type(error).__name__)  # noqa: TRY400
        finally:
            self.results.put((self, None))

    def _run(self) -> None:
        unknown, live = self._resolve_names(), self.driver.live
        window = window_of(self.plan.registry, self.plan.week, self.plan.as_of)
        controls = [control for control in self.plan.registry.controls if is_looked_at(control, self.route)]
        look_inputs = {
            f"control {c.url.url}": LookInput(target=Target(c.url), exists=c.exists, live=live) for c in controls
        }
        for target in self.targets:
            resolved = replace(target, numbers=self.page_ids, unknown=unknown)
            look_inputs[target.address.url] = LookInput(target=resolved, window=window, live=live)
        looks = {key: look_input.look(self.plugin) for key, look_input in look_inputs.items()}
        self.driver.run(looks, lambda key, result, tape: self._put_result(look_inputs[key], result, tape))

    def _put_result(self, look_input: LookInput | None, result: Any, tape: Sequence[StoredResponse]) -> None:
        # A run that is killed has spent its calls all the same.
        self.results.put((self, (look_input, result, tape, self.opened.login(self.driver))))

    def _resolve_names(self) -> frozenset[str]:
        """Find the ids that the archive does not have; return the names for which that failed."""
        resolve_id = self.plugin.resolve_id
        if resolve_id is None or not self.names_to_resolve:
            return frozenset()
        ids_by_name, responses = dict[str, int | None](), list[StoredResponse]()

        def sink(key: str, result: Any, tape: Sequence[StoredResponse]) -> None:
            ids_by_name[key] = result
            responses.extend(tape)

        self.driver.run({name: resolve_id(name) for name in sorted(self.names_to_resolve)}, sink)
        self._put_result(None, None, responses)
        self.page_ids |= {name: page_id for name, page_id in ids_by_name.items() if page_id}
        return frozenset(name for name in self.names_to_resolve if ids_by_name.get(name) is None)


@dataclass(frozen=True, slots=True)
class _RunRecorder:
    """One run in the archive: each look is stored with the input that a replay needs."""

    archive: Archive
    run_id: int
    week: str
    vantage: str
    started_at: datetime
    timer: Timer
    results: "queue.Queue[tuple[_RouteWorker, _FinishedLook | None]]" = field(default_factory=queue.Queue)
    causes: Counter[str] = field(default_factory=Counter)
    """Counts of the causes why looks and controls failed, by route; "seen" where they did not."""

    def store_all(
        self,
        workers: Sequence[_RouteWorker],
        until: float,
        progress: RunProgress,
        on_route_failure: Callable[[Route, Failure], None],
    ) -> None:
        """Store looks as they end, until the last route has ended or the timer reaches `until`."""
        running, total = list(workers), sum(len(worker.targets) for worker in workers)
        threads = [threading.Thread(target=worker.run_to_end, daemon=True) for worker in workers]
        for thread in threads:
            thread.start()
        try:
            while running:
                left = sum(len(worker.pending_urls) for worker in workers)
                progress(total - left, total, [worker.route for worker in running if worker.pending_urls])
                wait = None if math.isinf(until) else max(0.0, until - self.timer.now())
                worker, finished_look = self.results.get(timeout=wait)
                if finished_look is None:
                    running.remove(worker)
                    if worker.driver.route_failure is not None:
                        on_route_failure(worker.route, worker.driver.route_failure)
                    continue
                url = self._store(worker, *finished_look)
                if url in worker.pending_urls:
                    worker.pending_urls.remove(url)
        except queue.Empty:
            log.warning(phrase("a route did not come back in time; what it asked last is left to the next run"))
        finally:
            for worker in workers:
                worker.driver.deadlines = _STOP_NOW

    def _store(
        self,
        worker: _RouteWorker,
        look_input: LookInput | None,
        result: Any,
        tape: Sequence[StoredResponse],
        login: LoginState | None,
    ) -> str:
        """Store a look and return the account's address; return an empty string for anything else."""
        if login is not None:
            self.archive.searches.save_login(self.run_id, login, worker.driver.clock())
        if look_input is None:
            self.archive.searches.save_responses(self.run_id, tape)
            return ""
        evidence = tuple(response.evidence for response in tape)
        taken_at = min((item.fetched_at for item in evidence), default=self.started_at)
        stored = look_input.to_stored(result, worker.route, evidence, taken_at, self.vantage)
        is_look = isinstance(stored, Snapshot)
        if isinstance(stored, Snapshot):
            self.archive.snapshots.save(self.run_id, self.week, stored, tape, look_input)
        else:
            self.archive.snapshots.save_control(self.run_id, stored, tape, look_input)
        self.causes[f"{worker.route} {'look' if is_look else 'control'}: {stored.cause or 'seen'}"] += 1
        return stored.url if is_look else ""

    def finish(
        self, workers: Sequence[_RouteWorker], accounts: int, finished_at: datetime, *, of_all: bool
    ) -> RunResult:
        """Store what concerns the run as a whole, and end it."""
        pending = {worker.route.value: len(worker.pending_urls) for worker in workers if worker.pending_urls}
        requests = {worker.route.value: worker.driver.requests.total() for worker in workers}
        if of_all and not pending:
            self.archive.snapshots.end_round(self.week)
        self.archive.snapshots.mark_interrupted(
            {
                (worker.route.value, url)
                for worker in workers
                for url in worker.pending_urls
                if url in worker.driver.begun
            },
            finished_at,
        )
        for login in (worker.login for worker in workers if worker.login is not None):
            self.archive.searches.save_login(self.run_id, login, finished_at)
        self.archive.finish_run(self.run_id, finished_at, requests)
        log_fields = {"week": self.week, "causes": dict(sorted(self.causes.items())), "requests": requests}
        log_run(
            self.archive.folder,
            self.run_id,
            "ended",
            finished_at,
            {**log_fields, **({"left": pending} if pending else {})},
        )
        return RunResult(accounts, requests, finished_at, pending)
