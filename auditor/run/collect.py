"""Look once at every account that is judged, and store what was seen.

Each route has its own thread, because its pace is its own. The archive is written by the caller's thread, one
transaction per account. A probe that breaks costs its account, never the run.
"""

import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor import __version__
from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.answers import Answer, no_answer
from auditor.base.snapshot import (
    Cause,
    ControlResult,
    EvidenceKind,
    Network,
    Outcome,
    Route,
    Snapshot,
    StoredSnapshot,
    seen_under,
)
from auditor.base.weeks import Week, day_end
from auditor.probes.base import Batch, Clock, NotNow, Sighting, Target, Window, as_asked
from auditor.probes.bodies import Bodies, Others
from auditor.probes.clock_check import believed, believed_sighting
from auditor.probes.plugins import Probe
from auditor.probes.tape import note_of_control, note_of_look
from auditor.registry.models import (
    Account,
    AccountKind,
    Control,
    Holder,
    Office,
    Registry,
    deadline_of,
    holder_on,
    office_urls,
)
from auditor.registry.page_identity import confirmed_number, with_earlier_names

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
"""Called with accounts done, accounts in all, and the address just done."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What a run did."""

    accounts: int
    requests: dict[str, int]
    finished_at: datetime


_Seen = Mapping[str, Sequence[StoredSnapshot]]


def plan(
    registry: Registry, week: Week, as_of: datetime, offices: Sequence[Office], seen: _Seen | None = None
) -> list[Target]:
    """List the accounts to look at: confirmed personal ones of the holders, and the institutions' pages. No leads.

    `seen` is what the archive has by address: it gives a page's number where the registry has none.
    """
    day = min(week.last_day, as_of.astimezone(registry.zone).date())
    known = with_earlier_names(seen or {})
    bodies, shared = _bodies(registry)
    targets: dict[Address, Target] = {}
    for office in offices:
        holder = holder_on(office, day)
        personal = holder.judged_accounts if holder else ()
        own = frozenset(a.url for a in personal)
        pages = (*office.accounts, *(holder.institution_accounts if holder else ()))
        institution = frozenset(a.url for a in pages) - own
        others = Others(bodies, own | institution | frozenset(_own_alone(office, shared)))
        staff = _staff(personal)
        before = _not_proved_before(registry, office, holder, known) if holder else None
        for account in personal:
            target = Target(
                account.url,
                staff=staff[account.network],
                others=others,
                own=own - {account.url},
                institution=institution,
                names=(holder.tenure.name,) if holder else (),
                photos_before=None if _photos_known(account, known) else before,
            )
            targets[account.url] = _numbered(target, account, known, registry)
        for account in pages:
            if account.url not in targets:
                targets[account.url] = _numbered(Target(account.url, full=False), account, known, registry)
    return list(targets.values())


def _not_proved_before(registry: Registry, office: Office, holder: Holder, seen: _Seen) -> datetime | None:
    """Return the holder's deadline where nothing on record shows a page that was open before it; else None.

    Then alone it matters what else may date a page. Nothing is asked of an office that the directive does not bind.
    """
    days = registry.policy["newcomer_days"].value
    assert isinstance(days, int)
    due = deadline_of(registry, holder, days).strict
    looks = [row.snapshot for a in holder.judged_accounts for row in seen.get(a.url.url, ()) if row.trusted]
    dates = [look.opened_at for look in looks if look.opened_at is not None]
    told = [report.opened_by or report.opened_on for report in holder.reports]
    dates += [day_end(day.last, registry.zone) for day in told if day is not None]
    return due if registry.bound(office) and not any(at < due for at in dates) else None


def _photos_known(account: Account, seen: _Seen) -> bool:
    """Tell whether the profile's photos were read before: the earliest of them does not get any older."""
    return any(row.trusted and row.snapshot.photos_read for row in seen.get(account.url.url, ()))


def _staff(pages: Sequence[Account]) -> dict[Network, tuple[int | str, ...]]:
    """Return who answers on the holder's behalf on a network: whoever is listed on any of the holder's pages there."""
    networks = {page.network for page in pages}
    return {n: tuple(dict.fromkeys(s for p in pages if p.network is n for s in p.staff)) for n in networks}


def _numbered(target: Target, account: Account, seen: _Seen, registry: Registry) -> Target:
    """Add the number by which the page is recognised, and under which names it was seen."""
    trusted = [row.snapshot for row in seen.get(account.url.url, ()) if row.trusted]
    number = confirmed_number(account, trusted, registry.zone)
    return replace(target, id=number, id_seen=seen_under(account.url.url, number, trusted))


def _bodies(registry: Registry) -> tuple[Bodies, Counter[Address]]:
    """Return the accounts of all offices and institutions, and in how many offices each of the people's stands.

    A reply from one is another body's, but in the office whose own it is.
    """
    people = Counter(url for office in registry.offices for url in _personal(office))
    institutions = {a.url for o in registry.offices for a in (*o.accounts, *_of_institutions(o))}
    return Bodies(frozenset(people) | institutions), people


def _of_institutions(office: Office) -> Iterator[Account]:
    return (a for t in office.tenures for a in t.accounts if a.judged and a.kind is AccountKind.INSTITUTION)


def _personal(office: Office) -> set[Address]:
    return {a.url for t in office.tenures for a in t.accounts if a.judged and a.kind is not AccountKind.INSTITUTION}


def _own_alone(office: Office, shared: Counter[Address]) -> Iterator[Address]:
    """Yield the accounts of the office's holders of all times that are in no other office."""
    return (url for url in _personal(office) if shared[url] == 1)


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


_Messages = queue.Queue[_Control | _Look | None]
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
) -> Collected:
    """Look at the controls and at every account of `offices` (by default all); store each as soon as it is seen.

    `live`: `clock` is the machine's, so an answer that is not of this moment is not believed (`clock_check`).
    """
    started = clock()
    chosen = registry.offices if offices is None else offices
    urls = None if offices is None else {url for office in offices for url in office_urls(office)}
    targets = plan(registry, week, started, chosen, archive.snapshots(started, urls, since=started))
    number = archive.start_run(
        week=str(week), command=command, started_at=started, vantage=vantage, tool_version=__version__
    )
    window = Window.of(week, started)
    run = _Run(archive, number, str(week), window, live)
    archive.log_run(number, "began", started, {"week": str(week), "command": command, "accounts": len(targets)})
    walks = [_Walk(probe, registry.controls, _of_route(targets, probe.route), window, clock, run) for probe in probes]
    threads = [threading.Thread(target=walk.run_to_end, daemon=True) for walk in walks]
    for thread in threads:
        thread.start()
    try:
        archive.keep_registry(number, registry.text, started)
        archive.keep_plan(number, _all_others(targets), started)
        run.store_all(len(walks), sum(len(walk.targets) for walk in walks), progress)
    finally:
        run.stop.set()
    for thread in threads:
        thread.join()
    finished = clock()
    archive.finish_run(number, finished)
    asked = {probe.route.value: probe.requests for probe in probes}
    archive.log_run(number, "ended", finished, {**run.told, "requests": asked})
    return Collected(len(targets), {p.route.value: p.requests for p in probes}, finished)


def _all_others(targets: Iterable[Target]) -> set[str]:
    """Return the addresses of other offices that any target names, as its note writes them."""
    bodies = {id(t.others.everybody): t.others.everybody for t in targets if isinstance(t.others, Others)}
    return {as_asked(address) for one in bodies.values() for address in one.addresses}


def _of_route(targets: Sequence[Target], route: Route) -> list[Target]:
    return [target for target in targets if target.address.network is route.network]


@dataclass(frozen=True, slots=True)
class _Run:
    """One run in the archive: what the routes see goes in, each look with the note that a replay needs."""

    archive: Archive
    number: int
    week: str
    window: Window
    live: bool
    messages: _Messages = field(default_factory=queue.Queue)
    stop: threading.Event = field(default_factory=threading.Event)
    causes: Counter[str] = field(default_factory=Counter)
    """Why looks and controls did not tell what they were to, by route; "seen" where they did."""

    @property
    def told(self) -> dict[str, object]:
        """What a watcher wants to know of the run: no page and no person."""
        return {"week": self.week, "causes": dict(sorted(self.causes.items()))}

    def _count(self, what: str, seen: Snapshot | ControlResult) -> None:
        self.causes[f"{seen.route} {what}: {seen.cause or 'seen'}"] += 1

    def store_all(self, walking: int, total: int, progress: Progress | None) -> None:
        """Store what `walking` threads see until the last has ended."""
        done = 0
        while walking:
            message = self.messages.get()
            if message is None:
                walking -= 1
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
        self.archive.save(self.number, self.week, seen.sighting, note)


@dataclass(frozen=True, slots=True)
class _Walk:
    """One route's way through a run: its controls, then each of its accounts."""

    probe: Probe
    controls: Sequence[Control]
    targets: Sequence[Target]
    window: Window
    clock: Clock
    run: _Run

    def run_to_end(self) -> None:
        """Look at everything, or until the run is stopped; whatever happens, say that it has ended."""
        try:
            if self.targets:
                self._walk()
        finally:
            self.run.messages.put(None)

    def _walk(self) -> None:
        self._prepare()
        controls = []
        for control in self.controls:
            if _is_asked(control, self.probe.route) and not self.run.stop.is_set():
                controls.append(self._control(control))
                self.run.messages.put(controls[-1])
        trusted = _is_trusted(controls)
        later = [target for target in self.targets if not self._store(target, trusted, wait=False)]
        for target in later:
            self._store(target, trusted, wait=True)

    def _store(self, target: Target, trusted: bool, *, wait: bool) -> bool:
        """Look at a target and hand over what was seen; False where the probe has put it off."""
        if self.run.stop.is_set():
            return True
        seen = self._look(target, wait=wait)
        if isinstance(seen, NotNow):
            return False
        self.run.messages.put(_Look(seen, target, trusted))
        return True

    def _prepare(self) -> None:
        try:
            self.probe.prepare(Batch(tuple(self.targets), self.window, tuple(self.controls)))
        except Exception as error:  # noqa: BLE001 - it only saves requests: each account is then asked for by itself
            log.error("%s: prepare: %s", self.probe.route, type(error).__name__)  # noqa: TRY400 - no content

    def _control(self, control: Control) -> _Control:
        started, probe = self.clock(), self.probe
        try:
            result, answers = probe.control(control)
            return _Control(control, _began(started, answers), result, answers)
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
