"""Look once at every account that is judged, and store the looks.

Each route has its own pace, so it is a task with one driver: it first resolves names to ids, then runs all its looks,
controls before accounts. All tasks share one event loop, whose thread alone writes the archive: each look is stored
where it ends, in one piece.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import aclosing
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
from auditor.probes.event_loop import run
from auditor.probes.plugins import OpenedRoute, Plugin
from auditor.probes.protocol import Failure
from auditor.probes.target import Clock, Target
from auditor.registry.models import Office, Registry
from auditor.run.look_input import LookInput
from auditor.run.plan import RunPlan, is_looked_at, window_of
from auditor.run.run_log import log_run

log = logging.getLogger(__name__)
_MAX_SILENCE = 18.0
"""Seconds of requests without any response after which a route is given up: two requests, in less than 30 seconds."""
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
    equals a word of what would be stored. The routes' connections are closed in the end.
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
    recorder = _RunRecorder(archive, run_id, str(week), vantage, started_at, progress)
    for plugin, opened in routes:
        limits = replace(opened.limits, max_silence=_MAX_SILENCE)
        driver = Driver(opened.transport, clock, limits, ends, timer, live=live)
        recorder.workers.append(_RouteWorker(plugin, opened, driver, plan, recorder, on_route_failure))
    run(recorder.run_all())
    return recorder.finish(len(plan.accounts), clock(), of_all=of_all)


def _refuse_secret_in_field_names() -> None:
    """Refuse a secret that is a word of our own field names: redacting it would damage what is stored."""
    fields = json.dumps(Snapshot.model_json_schema())
    if redact_document(fields) != fields:
        raise SettingsError(
            phrase("a password or key is a word that stored looks are made of, as «telegram»; choose another")
        )


@dataclass
class _RouteWorker:
    """One route's part of a run, in a task of its own."""

    plugin: Plugin
    opened: OpenedRoute
    driver: Driver
    plan: RunPlan
    recorder: "_RunRecorder"
    on_failure: Callable[[Route, Failure], None]
    is_running: bool = True

    def __post_init__(self) -> None:
        """Read the plan."""
        self.route = self.plugin.route
        self.targets = self.plan.targets(self.route)
        self.pending_urls = [target.address.url for target in self.targets]
        self.page_ids, self.names_to_resolve = self.plan.page_ids(self.route.network)

    async def run_to_end(self) -> None:
        """Run all looks, or as many as there is time for; a defect of ours costs the route, unless it is in storing."""
        async with aclosing(self.opened.transport):
            try:
                if self.targets:
                    await self._run()
                    self.recorder.store(self, None, None, ())
            except Exception as error:
                if error is self.recorder.error:
                    raise
                # Only the type is logged: the message might quote a citizen.
                log.error("%s: the route broke: %s", self.route, type(error).__name__)  # noqa: TRY400
        self.is_running = False
        self.recorder.show_progress()
        if self.driver.route_failure is not None:
            self.on_failure(self.route, self.driver.route_failure)

    async def _run(self) -> None:
        unknown, live = await self._resolve_names(), self.driver.live
        window = window_of(self.plan.registry, self.plan.week, self.plan.as_of)
        controls = [control for control in self.plan.registry.controls if is_looked_at(control, self.route)]
        look_inputs = {
            f"control {c.url.url}": LookInput(target=Target(c.url), exists=c.exists, live=live) for c in controls
        }
        for target in self.targets:
            resolved = replace(target, numbers=self.page_ids, unknown=unknown)
            look_inputs[target.address.url] = LookInput(target=resolved, window=window, live=live)
        looks = {key: look_input.look(self.plugin) for key, look_input in look_inputs.items()}
        await self.driver.run(looks, lambda key, result, tape: self._store(look_inputs[key], result, tape))

    def _store(self, look_input: LookInput | None, result: Any, tape: Sequence[StoredResponse]) -> None:
        url = self.recorder.store(self, look_input, result, tape)
        if url in self.pending_urls:
            self.pending_urls.remove(url)
        self.recorder.show_progress()

    async def _resolve_names(self) -> frozenset[str]:
        """Find the ids that the archive does not have; return the names for which that failed."""
        resolve_id = self.plugin.resolve_id
        if resolve_id is None or not self.names_to_resolve:
            return frozenset()
        ids_by_name, responses = dict[str, int | None](), list[StoredResponse]()

        def sink(key: str, result: Any, tape: Sequence[StoredResponse]) -> None:
            ids_by_name[key] = result
            responses.extend(tape)

        await self.driver.run({name: resolve_id(name) for name in sorted(self.names_to_resolve)}, sink)
        self._store(None, None, responses)
        self.page_ids |= {name: page_id for name, page_id in ids_by_name.items() if page_id}
        return frozenset(name for name in self.names_to_resolve if ids_by_name.get(name) is None)


@dataclass(slots=True)
class _RunRecorder:
    """One run in the archive: each look is stored with the input that a replay needs."""

    archive: Archive
    run_id: int
    week: str
    vantage: str
    started_at: datetime
    progress: RunProgress
    workers: list[_RouteWorker] = field(default_factory=list)
    causes: Counter[str] = field(default_factory=Counter)
    """Counts of the causes why looks and controls failed, by route; "seen" where they did not."""
    error: Exception | None = None
    """Why something could not be stored, which ends the run."""

    async def run_all(self) -> None:
        """Run all routes to their end."""
        self.show_progress()
        await asyncio.gather(*(worker.run_to_end() for worker in self.workers))

    def show_progress(self) -> None:
        """Report the accounts done, the accounts in all, and the routes that are waited for."""
        total = sum(len(worker.targets) for worker in self.workers)
        left = sum(len(worker.pending_urls) for worker in self.workers)
        running = [worker for worker in self.workers if worker.is_running]
        if running:
            self.progress(total - left, total, [worker.route for worker in running if worker.pending_urls])

    def store(
        self, worker: _RouteWorker, look_input: LookInput | None, result: Any, tape: Sequence[StoredResponse]
    ) -> str:
        """Store a look that has ended, and return the account's address.

        Without an input, store the responses to other requests. What the route's login has learned is stored each time:
        a run that is killed has spent its calls all the same.
        """
        login = worker.opened.login(worker.driver)
        try:
            if login is not None:
                self.archive.searches.save_login(self.run_id, login, worker.driver.clock())
            if look_input is not None:
                return self._save_look(worker.route, look_input, result, tape)
            self.archive.searches.save_responses(self.run_id, tape)
        except Exception as error:
            self.error = error
            raise
        return ""

    def _save_look(self, route: Route, look_input: LookInput, result: Any, tape: Sequence[StoredResponse]) -> str:
        """Store a look and return the account's address; return an empty string for a control."""
        evidence = tuple(response.evidence for response in tape)
        taken_at = min((item.fetched_at for item in evidence), default=self.started_at)
        stored = look_input.to_stored(result, route, evidence, taken_at, self.vantage)
        is_look = isinstance(stored, Snapshot)
        self.causes[f"{route} {'look' if is_look else 'control'}: {stored.cause or 'seen'}"] += 1
        if isinstance(stored, Snapshot):
            self.archive.snapshots.save(self.run_id, self.week, stored, tape, look_input)
        else:
            self.archive.snapshots.save_control(self.run_id, stored, tape, look_input)
        return stored.url if is_look else ""

    def finish(self, accounts: int, finished_at: datetime, *, of_all: bool) -> RunResult:
        """Store what concerns the run as a whole, and end it."""
        pending = {worker.route.value: len(worker.pending_urls) for worker in self.workers if worker.pending_urls}
        requests = {worker.route.value: worker.driver.requests.total() for worker in self.workers}
        if of_all and not pending:
            self.archive.snapshots.end_round(self.week)
        self.archive.snapshots.mark_interrupted(
            {
                (worker.route.value, url)
                for worker in self.workers
                for url in worker.pending_urls
                if url in worker.driver.begun
            },
            finished_at,
        )
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
