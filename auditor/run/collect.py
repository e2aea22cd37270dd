"""Look once at every account that is judged, and store what was seen.

Each route has a thread with one driver, because its pace is its own: first it finds the numbers of names, then it runs
all its looks, controls before accounts. The archive is written by the caller's thread: each look that ends goes through
a queue and is stored at once, in one piece.
"""

import logging
import math
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from auditor import __version__
from auditor.archive import Archive
from auditor.base.logs import Progress
from auditor.base.snapshot import ControlResult, Route, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Clock, Login, Target, Window, as_asked
from auditor.probes.driver import Driver, Ends
from auditor.probes.looks import Failure, Look, Record
from auditor.probes.plugins import Opened, Plugin
from auditor.registry.models import Control, Office, Registry
from auditor.run.notes import ControlNote, LookNote
from auditor.run.plan import Plan, everybody_in, window_of
from auditor.run.seen import stored_control, stored_look

log = logging.getLogger(__name__)
_GRACE = 5.0
"""Seconds after a run's end for a route to come back; one that still waits for the system's resolver is left."""
_STOPPED = Ends(begin=-math.inf, ask=-math.inf)
ENDLESS = Ends()


@dataclass(frozen=True, slots=True)
class OpenRoute:
    """A route that is set up for a run."""

    plugin: Plugin
    opened: Opened

    @property
    def route(self) -> Route:
        """Which one it is."""
        return self.plugin.route


@dataclass(frozen=True, slots=True)
class Collected:
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
    ends: Ends = ENDLESS,
    silent: Callable[[Route, Failure], None] = lambda _route, _failure: None,
) -> Collected:
    """Look at the controls and at every account of `offices` (by default all); store each as soon as it is seen.

    A run of all continues one of its week that was killed, or whose time was too short. `live`: `clock` is the
    machine's, so what is not of this moment is not believed. `silent` is told at once of a route that answers nothing.
    """
    started, of_all = clock(), offices is None
    plan = Plan.of(archive, registry, week, started, offices)
    number = archive.start_run(
        week=str(week), command=command, started_at=started, vantage=vantage, tool_version=__version__
    )
    if of_all and not plan.done:
        archive.begin_round(str(week), number)
    archive.log_run(number, "began", started, {"week": str(week), "command": command, "accounts": len(plan.accounts)})
    archive.keep_registry(number, registry.text, started)
    archive.keep_plan(number, map(as_asked, everybody_in(registry)), started)
    run = _Run(archive, number, str(week), vantage, live, window_of(registry, week, started), started)
    walks = [run.walk(route, plan, registry.controls, clock, ends) for route in routes]
    run.store_all(walks, ends.ask + _GRACE, progress, silent)
    return run.finish(walks, plan, clock(), of_all=of_all)


@dataclass(frozen=True, slots=True)
class _Ended:
    """A look that has ended; `seen` is None where it broke. `about` is None for the search for numbers."""

    about: Target | Control | None
    seen: Any
    tape: Sequence[Record]
    login: Login | None
    """What the route's login was by then: a run that is killed has spent its calls all the same."""


@dataclass
class _Walk:
    """One route's way through a run."""

    open: OpenRoute
    driver: Driver
    targets: Sequence[Target]
    controls: Sequence[Control]
    window: Window
    numbers: dict[str, int]
    """What the archive knows, by name in lower case."""
    names: frozenset[str]
    """Whose numbers are wanted."""
    told: "queue.Queue[tuple[_Walk, _Ended | None]]"
    """Where looks go that have ended, and at last None."""
    stored: set[str] = field(default_factory=set)
    """The addresses of accounts that were looked at."""
    login: Login | None = None

    @property
    def route(self) -> Route:
        """Which one it is."""
        return self.open.route

    @property
    def left(self) -> list[str]:
        """The addresses of accounts to which it has not come."""
        return [target.address.url for target in self.targets if target.address.url not in self.stored]

    def run_to_end(self) -> None:
        """Run all looks, or as many as there is time for; whatever happens, say that it has ended."""
        try:
            if self.targets:
                self._run()
                self.login = self.open.opened.login(self.driver)
        except Exception as error:  # noqa: BLE001 - a defect of ours costs the route; its text might quote a citizen
            if self.driver.ends is not _STOPPED:  # then its way may be closed while it asks
                log.error("%s: the route broke: %s", self.route, type(error).__name__)  # noqa: TRY400
        finally:
            self.told.put((self, None))

    def _run(self) -> None:
        unknown = self._find_numbers()
        targets = [replace(target, numbers=self.numbers, unknown=unknown) for target in self.targets]
        about: dict[str, Target | Control] = {f"control {control.url.url}": control for control in self.controls}
        about |= {target.address.url: target for target in targets}
        looks = {key: self._look(subject) for key, subject in about.items()}

        def sink(key: str, seen: Any, tape: Sequence[Record]) -> None:
            self._tell(about[key], seen, tape)

        self.driver.run(looks, sink)

    def _tell(self, about: Target | Control | None, seen: Any, tape: Sequence[Record]) -> None:
        self.told.put((self, _Ended(about, seen, tape, self.open.opened.login(self.driver))))

    def _look(self, subject: Target | Control) -> Look[Any]:
        if isinstance(subject, Control):
            return self.open.plugin.control(subject)
        return self.open.plugin.look(subject, self.window)

    def _find_numbers(self) -> frozenset[str]:
        """Find the numbers that the archive does not know; return the names for which that failed."""
        number_of, wanted = self.open.plugin.number_of, frozenset(self.names - self.numbers.keys())
        if number_of is None or not wanted:
            return frozenset()
        found, answers = dict[str, int | None](), list[Record]()

        def sink(key: str, seen: Any, tape: Sequence[Record]) -> None:
            found[key] = seen
            answers.extend(tape)

        self.driver.run({name: number_of(name) for name in sorted(wanted)}, sink)
        self._tell(None, None, answers)
        self.numbers |= {name: number for name, number in found.items() if number}
        return frozenset(name for name in wanted if found.get(name) is None)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run in the archive: what the routes see goes in, each look with the note that a replay needs."""

    archive: Archive
    number: int
    week: str
    vantage: str
    live: bool
    window: Window
    started: datetime
    told: "queue.Queue[tuple[_Walk, _Ended | None]]" = field(default_factory=queue.Queue)
    causes: Counter[str] = field(default_factory=Counter)
    """Why looks and controls did not tell what they were to, by route; "seen" where they did."""

    def walk(self, route: OpenRoute, plan: Plan, controls: Sequence[Control], clock: Clock, ends: Ends) -> _Walk:
        """Return the way of a route through the run."""
        opened = route.opened
        return _Walk(
            route,
            Driver(opened.way, clock, opened.limits, ends, live=self.live),
            plan.targets(route.route),
            [control for control in controls if _is_asked(control, route.route)],
            self.window,
            plan.numbers(route.route.network),
            plan.names(route.route.network),
            self.told,
        )

    def store_all(
        self,
        walks: Sequence[_Walk],
        until: float,
        progress: Progress | None,
        silent: Callable[[Route, Failure], None],
    ) -> None:
        """Store what the routes see until the last has ended, or `until` by the clock that a timer goes by."""
        walking, done = len(walks), 0
        total = sum(len(walk.targets) for walk in walks)
        threads = [threading.Thread(target=walk.run_to_end, daemon=True) for walk in walks]
        for thread in threads:
            thread.start()
        try:
            while walking:
                wait = None if math.isinf(until) else max(0.0, until - time.monotonic())
                walk, ended = self.told.get(timeout=wait)
                if ended is None:
                    walking -= 1
                    if walk.driver.unanswered is not None:
                        silent(walk.route, walk.driver.unanswered)
                    continue
                url = self._store(walk, ended)
                done += isinstance(ended.about, Target)
                if progress is not None and isinstance(ended.about, Target):
                    progress(done, total, url)
        except queue.Empty:
            log.warning("a route did not come back in time; what it asked last is left to the next run")
        finally:
            for walk in walks:
                walk.driver.ends = _STOPPED

    def _store(self, walk: _Walk, ended: _Ended) -> str:
        """Store a look, and return the address of the page."""
        answers, about = [record.answer() for record in ended.tape], ended.about
        evidence = tuple(answer.evidence for answer in answers)
        seen: Snapshot | ControlResult
        if ended.login is not None:
            self.archive.remember(self.number, ended.login, walk.driver.clock())
        if about is None:
            self.archive.keep(self.number, answers)
            return ""
        if isinstance(about, Target):
            note = LookNote(live=self.live, target=about, window=self.window)
            at = min((record.at for record in ended.tape), default=self.started)
            seen = stored_look(ended.seen, walk.route, note, evidence, at, self.vantage)
            self.archive.save(self.number, self.week, seen, answers, note)
            walk.stored.add(seen.url)
        else:
            of_control = ControlNote(live=self.live, address=about.url, exists=about.exists)
            seen = stored_control(ended.seen, walk.route, of_control, evidence)
            self.archive.save_control(self.number, seen, answers, of_control)
        what = "look" if isinstance(about, Target) else "control"
        self.causes[f"{walk.route} {what}: {seen.cause or 'seen'}"] += 1
        return seen.url

    def finish(self, walks: Sequence[_Walk], plan: Plan, at: datetime, *, of_all: bool) -> Collected:
        """Store what is told of the run as a whole, and end it."""
        left = {walk.route.value: len(walk.left) for walk in walks if walk.left}
        requests = {walk.route.value: walk.driver.requests.total() for walk in walks}
        if of_all and not left:
            self.archive.end_round(self.week)
        cut = {(walk.route.value, url) for walk in walks for url in walk.left if url in walk.driver.begun}
        self.archive.note_cut(cut, at)
        for login in (walk.login for walk in walks if walk.login is not None):
            self.archive.remember(self.number, login, at)
        self.archive.keep_requests(self.number, requests, at)
        self.archive.finish_run(self.number, at)
        told = {"week": self.week, "causes": dict(sorted(self.causes.items())), "requests": requests}
        self.archive.log_run(self.number, "ended", at, {**told, **({"left": left} if left else {})})
        return Collected(len(plan.accounts), requests, at, left)


def _is_asked(control: Control, route: Route) -> bool:
    """Tell whether a route looks at a control.

    A signed-in client may look up few names, so none is spent on a control that must not exist: what does not exist
    cannot be remembered either (telegram.md 5).
    """
    return control.url.network is route.network and (control.exists or route.facts.asks_for_missing)
