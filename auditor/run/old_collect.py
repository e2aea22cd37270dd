"""Look once at every account that is judged, and store what was seen.

Each route has its own thread, because its pace is its own. The archive is written by the caller's thread, one
transaction per account. A probe that breaks costs its account, never the run.
"""

import logging
import math
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor import __version__
from auditor.archive import Archive
from auditor.base.answers import Answer, no_answer
from auditor.base.logs import Progress
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Outcome, Route, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Batch, Clock, Forecast, NotNow, Sighting, Target, Window, as_asked
from auditor.probes.clock_check import believed, believed_sighting
from auditor.probes.pacing import TimeUpError
from auditor.probes.plugins import Probe
from auditor.probes.tape import note_of_control, note_of_look
from auditor.registry.models import Control, Office, Registry
from auditor.run.old_plan import BATCH, Plan, window_of

log = logging.getLogger(__name__)
_FIRST = 25
"""Pages in the first batch under a budget: what it cuts off is lost, and how fast the network is shows then."""
_GRACE = 5.0
"""Seconds after a budget's end for a route to come back; one that still waits for the system's resolver is left."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What a run did."""

    accounts: int
    requests: dict[str, int]
    finished_at: datetime
    left: dict[str, int] = field(default_factory=dict)
    """How many accounts each route has not come to, where the run was given only so long or a day's calls are spent."""
    opens: dict[str, datetime] = field(default_factory=dict)
    """When a route whose calls of a day are spent has room again."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a run may take. What can decide most is then looked at first, and the rest is left to the next run."""

    ends: float
    """By the monotonic clock."""
    forecast: Callable[[Route, Batch], Forecast]

    def fitting(self, route: Route, targets: Sequence[Target], window: Window, slower: float = 1.0) -> int:
        """Return how many of the targets can be looked at in the time that is left, so much slower than forecast."""
        seconds = slower * self.forecast(route, Batch(tuple(targets), window)).seconds
        left = max(0.0, self.ends - time.monotonic())
        return len(targets) if seconds <= left else max(0, math.floor(len(targets) * left / seconds))


@dataclass(frozen=True, slots=True)
class _Control:
    """A control that a route looked at."""

    control: Control
    at: datetime
    result: ControlResult
    answers: tuple[Answer, ...]

    def timely(self) -> "_Control":
        """Return it as far as its answers are of this moment."""
        return replace(self, result=believed(self.result, self.answers))


@dataclass(frozen=True, slots=True)
class _Look:
    """An account that a route looked at. `trusted`: the route's controls came out right."""

    sighting: Sighting
    target: Target
    trusted: bool

    def timely(self) -> "_Look":
        """Return it as far as its answers are of this moment."""
        return replace(self, sighting=believed_sighting(self.sighting))


@dataclass(frozen=True, slots=True)
class _Next:
    """A route's wish for its next targets: the archive that knows of them is another thread's."""

    route: Route
    most: int
    targets: "queue.Queue[tuple[Target, ...]]"


_Messages = queue.Queue[_Control | _Look | _Next | None]
"""What the routes' threads tell the one that stores; None: a thread has ended."""


def collect(
    archive: Archive,
    registry: Registry,
    week: Week,
    probes: Sequence[Probe],
    clock: Clock,
    *,
    command: str,
    vantage: str = "",
    offices: Sequence[Office] | None = None,
    progress: Progress | None = None,
    live: bool = False,
    budget: Budget | None = None,
) -> Collected:
    """Look at the controls and at every account of `offices` (by default all); store each as soon as it is seen.

    A run of all goes on where one of its week was killed, or had a `budget` that was too short.

    `live`: `clock` is the machine's, so an answer that is not of this moment is not believed (`clock_check`).
    """
    started = clock()
    chosen = registry.offices if offices is None else offices
    goes_on = offices is None
    plan = Plan.of(archive, registry, week, started, chosen, going_on=goes_on, useful_first=budget is not None)
    number = archive.start_run(
        week=str(week), command=command, started_at=started, vantage=vantage, tool_version=__version__
    )
    if goes_on and not plan.done:
        archive.begin_round(str(week), number)
    window = window_of(registry, week, started)
    until = math.inf if budget is None else budget.ends + _GRACE
    run = _Run(archive, number, str(week), window, live, plan, until)
    archive.log_run(number, "began", started, {"week": str(week), "command": command, "accounts": plan.accounts})
    walks = [_Walk(probe, registry.controls, plan.count(probe.route), window, clock, run, budget) for probe in probes]
    threads = [threading.Thread(target=walk.run_to_end, daemon=True) for walk in walks]
    for thread in threads:
        thread.start()
    try:
        archive.keep_registry(number, registry.text, started)
        archive.keep_plan(number, map(as_asked, plan.everybody), started)
        run.store_all(len(walks), sum(walk.total for walk in walks), progress)
    finally:
        run.stop.set()
        for walk in walks:
            walk.given.put(())
    for thread in threads:
        thread.join(run.patience)
    finished = clock()
    left = {walk.probe.route.value: walk.total - run.looks[walk.probe.route] for walk in walks}
    left = {route: count for route, count in left.items() if count}
    if goes_on and not left:
        archive.end_round(str(week))
    asked = {probe.route.value: probe.requests for probe in probes}
    archive.keep_requests(number, asked, finished)
    archive.finish_run(number, finished)
    archive.log_run(number, "ended", finished, {**run.told, "requests": asked, **({"left": left} if left else {})})
    return Collected(plan.accounts, asked, finished, left, run.opens)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run in the archive: what the routes see goes in, each look with the note that a replay needs."""

    archive: Archive
    number: int
    week: str
    window: Window
    live: bool
    plan: Plan
    until: float
    """When, by the monotonic clock, no route is waited for any more."""
    messages: _Messages = field(default_factory=queue.Queue)
    stop: threading.Event = field(default_factory=threading.Event)
    causes: Counter[str] = field(default_factory=Counter)
    """Why looks and controls did not tell what they were to, by route; "seen" where they did."""
    looks: Counter[Route] = field(default_factory=Counter)
    """How many accounts each route has looked at."""
    opens: dict[str, datetime] = field(default_factory=dict)
    """As in `Collected`."""

    @property
    def told(self) -> dict[str, object]:
        """What a watcher wants to know of the run: no page and no person."""
        return {"week": self.week, "causes": dict(sorted(self.causes.items()))}

    @property
    def patience(self) -> float | None:
        """Seconds that a route is waited for; None: as long as it takes."""
        return None if math.isinf(self.until) else max(0.0, self.until - time.monotonic())

    def _count(self, what: str, seen: Snapshot | ControlResult) -> None:
        self.causes[f"{seen.route} {what}: {seen.cause or 'seen'}"] += 1

    def store_all(self, walking: int, total: int, progress: Progress | None) -> None:
        """Store what `walking` threads see until the last has ended, or is waited for no more."""
        done = 0
        while walking:
            try:
                message = self.messages.get(timeout=self.patience)
            except queue.Empty:
                return
            if message is None:
                walking -= 1
                continue
            if isinstance(message, _Next):
                message.targets.put(self.plan.batch(message.route, message.most))
                continue
            message = message.timely() if self.live else message
            if isinstance(message, _Control):
                self._store_control(message)
                continue
            self._store_look(message)
            done += 1
            if progress is not None:
                progress(done, total, message.sighting.snapshot.url)

    def _store_control(self, seen: _Control) -> None:
        self._count("control", seen.result)
        note = note_of_control(
            seen.result.route, seen.control, seen.answers, week=self.week, taken_at=seen.at, live=self.live
        )
        self.archive.save_control(self.number, seen.result, seen.answers, note)

    def _store_look(self, seen: _Look) -> None:
        snapshot = seen.sighting.snapshot
        self._count("look", snapshot)
        self.looks[snapshot.route] += 1
        note = note_of_look(
            snapshot.route,
            seen.target,
            self.window,
            seen.sighting.answers,
            week=self.week,
            taken_at=snapshot.taken_at,
            trusted=seen.trusted,
            live=self.live,
        )
        self.archive.save(self.number, self.week, snapshot, seen.sighting.answers, note)
        if seen.sighting.login is not None:
            self.archive.remember(self.number, seen.sighting.login, snapshot.taken_at)


@dataclass(frozen=True, slots=True)
class _Walk:
    """One route's way through a run: its controls, then each of its accounts."""

    probe: Probe
    controls: Sequence[Control]
    total: int
    window: Window
    clock: Clock
    run: _Run
    budget: Budget | None = None
    given: "queue.Queue[tuple[Target, ...]]" = field(default_factory=queue.Queue)
    """The targets that it has asked for."""

    def run_to_end(self) -> None:
        """Look at everything, or until the run is stopped or out of time; whatever happens, say that it has ended."""
        try:
            with suppress(TimeUpError):
                if self.total:
                    self._walk()
        finally:
            self.run.messages.put(None)

    def _walk(self) -> None:
        trusted: bool | None = None
        later: list[Target] = []
        most, slower = BATCH if self.budget is None else _FIRST, 1.0
        while targets := self._next(most, slower):
            began, due = time.monotonic(), self._forecast(targets)
            self._prepare(targets, () if trusted is not None else tuple(self.controls))
            trusted = self._controls_hold() if trusted is None else trusted
            later += [target for target in targets if not self._seen(target, trusted, wait=False)]
            most, slower = min(BATCH, 2 * most), max(1.0, (time.monotonic() - began) / due) if due else 1.0
        for target in later:
            self._seen(target, bool(trusted), wait=True)

    def _forecast(self, targets: tuple[Target, ...]) -> float:
        """Return how many seconds a batch should take; 0 without a budget."""
        return self.budget.forecast(self.probe.route, Batch(targets, self.window)).seconds if self.budget else 0.0

    def _next(self, most: int, slower: float) -> tuple[Target, ...]:
        """Return the next targets: none at the end, or where the time that is left is too short for any."""
        self.run.messages.put(_Next(self.probe.route, most, self.given))
        targets = self.given.get()
        if self.budget is None or not targets:
            return targets
        return targets[: self.budget.fitting(self.probe.route, targets, self.window, slower)]

    def _controls_hold(self) -> bool:
        """Look at the route's controls, and tell whether what it shows may be believed."""
        controls = []
        for control in self.controls:
            if _is_asked(control, self.probe.route) and not self.run.stop.is_set():
                controls.append(self._control(control))
                self.run.messages.put(controls[-1])
        return _is_trusted(controls)

    def _seen(self, target: Target, trusted: bool, *, wait: bool) -> bool:
        """Look at a target and hand over what was seen; False where the probe has put it off."""
        if self.run.stop.is_set() or (self.budget is not None and time.monotonic() >= self.budget.ends):
            return True
        seen = self._look(target, wait=wait)
        if isinstance(seen, NotNow):
            if seen.until is not None:
                self.run.opens[self.probe.route.value] = seen.until
            return False
        self.run.messages.put(_Look(seen, target, trusted))
        return True

    def _prepare(self, targets: tuple[Target, ...], controls: tuple[Control, ...]) -> None:
        try:
            self.probe.prepare(Batch(targets, self.window, controls))
        except TimeUpError:
            raise
        except Exception as error:  # noqa: BLE001 - it only saves requests: each account is then asked for by itself
            self._log_defect("prepare", error)

    def _control(self, control: Control) -> _Control:
        started, probe = self.clock(), self.probe
        try:
            result, answers = probe.control(control)
            return _Control(control, _began(started, answers), result, answers)
        except TimeUpError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect of ours must not end the run, nor become a fact
            self._log_defect(f"control {control.url}", error)
            silence = no_answer(EvidenceKind.CONTROL, control.url.url, at=started, cause=Cause.UNRECOGNISED_PAGE)
            result = ControlResult(
                network=probe.route.network,
                route=probe.route,
                url=control.url.url,
                expected=control.exists,
                outcome=Outcome.CANT_TELL,
                cause=Cause.UNRECOGNISED_PAGE,
                evidence=(silence.evidence,),
            )
            return _Control(control, started, result, (silence,))

    def _look(self, target: Target, *, wait: bool) -> Sighting | NotNow:
        probe = self.probe
        try:
            return probe.look(target, self.window, wait=wait)
        except TimeUpError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            self._log_defect(str(target.address), error)
            now = self.clock()
            silence = no_answer(EvidenceKind.PROFILE, target.address.url, at=now, cause=Cause.UNRECOGNISED_PAGE)
            nothing = Snapshot(
                network=probe.route.network,
                route=probe.route,
                url=target.address.url,
                taken_at=now,
                cause=Cause.UNRECOGNISED_PAGE,
                evidence=(silence.evidence,),
            )
            return Sighting(nothing, (silence,))

    def _log_defect(self, where: str, error: Exception) -> None:
        """Log a defect of ours by its kind; its text might quote a citizen.

        Nothing is logged once the run is stopped: its probes may be closed while they are asked.
        """
        if not self.run.stop.is_set():
            log.error("%s: %s: %s", self.probe.route, where, type(error).__name__)


def _began(started: datetime, answers: Sequence[Answer]) -> datetime:
    """Return the moment at which a replay of a control must begin.

    A question that was never asked has a record with a moment of its own, and the replay writes that record again.
    """
    unasked = len(answers) == 1 and answers[0].evidence.status is None
    return answers[0].evidence.fetched_at if unasked else started


def _is_asked(control: Control, route: Route) -> bool:
    """Tell whether a route looks at a control.

    A signed-in client may look up few names, so none is spent on a control that must not exist: what does not exist
    cannot be remembered either (telegram.md 5).
    """
    return control.url.network is route.network and (control.exists or route.facts.asks_for_missing)


def _is_trusted(controls: Sequence[_Control]) -> bool:
    """Tell whether a control known to exist was seen, and no control failed."""
    outcomes = {(seen.control.exists, seen.result.outcome) for seen in controls}
    return (True, Outcome.PASSED) in outcomes and not any(outcome is Outcome.FAILED for _, outcome in outcomes)
