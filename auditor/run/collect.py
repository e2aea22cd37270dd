"""Look at every account that is judged, once, and store what was seen.

Each network has a thread of its own, since its pace is its own; the archive is written by the caller's thread, one
transaction an account. A probe that breaks costs its account, never the run.
"""

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from auditor import __version__
from auditor.archive import Archive, StoredSnapshot
from auditor.base.address import Address
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Outcome, Route, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Answer, Clock, Probe, Sighting, Target, Window
from auditor.probes.notes import note_of_control, note_of_look
from auditor.probes.tape import no_answer
from auditor.registry.models import Account, AccountKind, Control, Office, Registry
from auditor.registry.offices import holder_on
from auditor.registry.page_identity import confirmed_number, seen_under, with_earlier_names
from auditor.run.clock_check import believed, believed_sighting

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
"""Called with accounts done, accounts in all, and the address just done."""


@dataclass(frozen=True, slots=True)
class Collection:
    """What a run did."""

    accounts: int
    requests: dict[str, int]
    finished_at: datetime


_Seen = Mapping[str, Sequence[StoredSnapshot]]


def plan(
    registry: Registry, week: Week, as_of: datetime, offices: Sequence[Office], seen: _Seen | None = None
) -> list[Target]:
    """List the accounts to look at: confirmed personal ones of the holders, and the institutions' pages. No leads.

    `seen` is what the archive has, by address: from it a page's number is known where the registry has none.
    """
    day = min(week.last_day, as_of.astimezone(registry.zone).date())
    known = with_earlier_names(seen or {})
    targets: dict[Address, Target] = {}
    for office in offices:
        holder = holder_on(office, day)
        personal = holder.judged_accounts if holder else ()
        others = _others(registry, office, {a.url for a in personal})
        for account in personal:
            target = Target(account.url, staff=tuple(account.staff), others=others)
            targets[account.url] = _numbered(target, account, known, registry)
        for account in (*office.accounts, *(holder.institution_accounts if holder else ())):
            if account.url not in targets:
                targets[account.url] = _numbered(Target(account.url, full=False), account, known, registry)
    return list(targets.values())


def _numbered(target: Target, account: Account, seen: _Seen, registry: Registry) -> Target:
    """Say by which number the page can be known again."""
    trusted = [row.snapshot for row in seen.get(account.url.url, ()) if row.trusted]
    number = confirmed_number(account, trusted, registry.zone)
    return replace(target, id=number, id_seen=seen_under(account.url.url, number, trusted))


def _others(registry: Registry, office: Office, own: set[Address]) -> frozenset[Address]:
    """Return the addresses that speak for somebody else in office: a reply by one is another body's."""
    accounts: list[Account] = [a for o in registry.offices for a in o.accounts]
    people = [(o, a) for o in registry.offices for t in o.tenures for a in t.accounts if a.judged]
    accounts += [a for o, a in people if o.id != office.id or a.kind is AccountKind.INSTITUTION]
    return frozenset(a.url for a in accounts) - own


@dataclass(frozen=True, slots=True)
class _Control:
    control: Control
    at: datetime
    result: ControlResult
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    sighting: Sighting
    target: Target
    trusted: bool

    @property
    def result(self) -> Snapshot:
        return self.sighting.snapshot

    @property
    def at(self) -> datetime:
        return self.result.taken_at

    @property
    def answers(self) -> tuple[Answer, ...]:
        return self.sighting.answers


_Message = _Control | _Look | None


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
) -> Collection:
    """Look at the controls and at every account of `offices` (all by default); store each as soon as it is seen.

    `live`: `clock` is the machine's, so what is not of this moment is not believed (`auditor.run.clock_check`).
    """
    started = clock()
    chosen = registry.offices if offices is None else offices
    targets = plan(registry, week, started, chosen, archive.snapshots(started))
    run = archive.start_run(
        week=str(week), command=command, started_at=started, vantage=vantage, tool_version=__version__
    )
    window = Window.of(week, started)
    messages: queue.Queue[_Message] = queue.Queue()
    stop = threading.Event()
    work = [(probe, [t for t in targets if t.address.network is probe.route.network]) for probe in probes]
    threads = [
        threading.Thread(target=_walk, args=(probe, registry, mine, window, clock, messages, stop), daemon=True)
        for probe, mine in work
    ]
    for thread in threads:
        thread.start()
    try:
        archive.keep_registry(run, registry.text, started)
        storing = _Run(archive, run, str(week), window, live)
        _store(storing, messages, len(threads), sum(len(mine) for _, mine in work), progress)
    finally:
        stop.set()
    for thread in threads:
        thread.join()
    finished = clock()
    archive.finish_run(run, finished)
    return Collection(len(targets), {p.route.value: p.requests for p in probes}, finished)


@dataclass(frozen=True, slots=True)
class _Run:
    """Where what is seen goes, with what a replay goes by."""

    archive: Archive
    number: int
    week: str
    window: Window
    live: bool

    def store(self, message: _Control | _Look) -> None:
        if self.live:
            message = _timely(message)
        route, at, answers = message.result.route, message.at, message.answers
        if isinstance(message, _Control):
            note = note_of_control(route, message.control, answers, week=self.week, taken_at=at, live=self.live)
            self.archive.save_control(self.number, message.result, answers, note)
            return
        seen = note_of_look(
            route,
            message.target,
            self.window,
            answers,
            week=self.week,
            taken_at=at,
            trusted=message.trusted,
            live=self.live,
        )
        self.archive.save(self.number, self.week, message.sighting, seen)


def _store(run: _Run, messages: queue.Queue[_Message], walking: int, total: int, progress: Progress | None) -> None:
    done = 0
    while walking:
        message = messages.get()
        if message is None:
            walking -= 1
            continue
        run.store(message)
        if isinstance(message, _Look):
            done += 1
            if progress is not None:
                progress(done, total, message.result.url)


def _timely(message: _Control | _Look) -> _Control | _Look:
    """Return what a route has seen as far as it is of this moment."""
    if isinstance(message, _Control):
        return replace(message, result=believed(message.result, message.answers))
    return replace(message, sighting=believed_sighting(message.sighting))


def _walk(
    probe: Probe,
    registry: Registry,
    targets: Sequence[Target],
    window: Window,
    clock: Clock,
    messages: queue.Queue[_Message],
    stop: threading.Event,
) -> None:
    """Ask one route for its controls and then for each of its accounts. Ends with a None in any case."""
    try:
        if not targets:
            return
        _prepare(probe, targets)
        controls = []
        for control in registry.controls:
            if _asked(control, probe.route) and not stop.is_set():
                controls.append(_control(probe, control, clock, stop))
                messages.put(controls[-1])
        trusted = _trusted(controls)
        for target in targets:
            if stop.is_set():
                return
            messages.put(_Look(_look(probe, target, window, clock, stop), target, trusted))
    finally:
        messages.put(None)


def _prepare(probe: Probe, targets: Sequence[Target]) -> None:
    try:
        probe.prepare(_addresses(targets))
    except Exception as error:  # noqa: BLE001 - it only saves requests: each account is then asked for by itself
        log.error("%s: prepare: %s", probe.route, type(error).__name__)  # noqa: TRY400 - no content


def _asked(control: Control, route: Route) -> bool:
    """Tell whether a control is this route's.

    A signed-in look-up of a name is rationed, so none is spent on one that must not exist: it could never be
    remembered (telegram.md 5).
    """
    return control.url.network is route.network and (control.exists or route is not Route.TELEGRAM_CLIENT)


def _trusted(controls: Sequence[_Control]) -> bool:
    """Tell whether a control known to exist was seen, and none otherwise than it must be."""
    outcomes = {(seen.control.exists, seen.result.outcome) for seen in controls}
    return (True, Outcome.PASSED) in outcomes and not any(outcome is Outcome.FAILED for _, outcome in outcomes)


def _addresses(targets: Iterable[Target]) -> list[Address]:
    found = {t.address for t in targets} | {o for t in targets for o in t.others}
    return sorted(found, key=lambda a: (a.network, a.name))


def _control(probe: Probe, control: Control, clock: Clock, stop: threading.Event) -> _Control:
    started = clock()
    try:
        return _Control(control, started, *probe.control(control))
    except Exception as error:  # noqa: BLE001 - a defect of ours must not end the run, nor become a fact
        _complain(stop, f"{probe.route}: control {control.url}", error)
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


def _look(probe: Probe, target: Target, window: Window, clock: Clock, stop: threading.Event) -> Sighting:
    try:
        return probe.look(target, window)
    except Exception as error:  # noqa: BLE001 - as above; the message is left out, it might quote a citizen
        _complain(stop, f"{probe.route}: {target.address}", error)
        now = clock()
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


def _complain(stop: threading.Event, where: str, error: Exception) -> None:
    """Name a defect of ours by its kind. Once the run is stopped, probes are closed under those that still look."""
    if not stop.is_set():
        log.error("%s: %s", where, type(error).__name__)
