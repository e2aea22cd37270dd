"""Looks at Telegram's public pages over the sandbox's real t.me server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditor.base.answers import Answer
from auditor.base.snapshot import ControlResult, Network, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Target, Window
from auditor.probes.driver import Driver, Limits
from auditor.probes.looks import Look, replay
from auditor.probes.telegram.look import control_look, telegram_look
from auditor.probes.telegram.web.source import WebSource
from auditor.probes.telegram.web.way import WebWay
from auditor.probes.web import Web
from auditor.registry.holders import holder_on
from auditor.registry.loader import parse_registry
from auditor.registry.models import Control
from auditor.sandbox import Sandbox, World

ZONE = ZoneInfo("Asia/Tomsk")


def window_of(world: World, now: datetime | None = None) -> Window:
    """The window for the world's week."""
    return Window.of(Week.parse(world.week, ZONE), now or world.now)


def controls_of(world: World) -> list[Control]:
    """The registry's controls on Telegram."""
    registry = parse_registry(world.registry_yaml(), "officials.yaml")
    return [control for control in registry.controls if control.url.network is Network.TELEGRAM]


def targets_of(world: World) -> list[Target]:
    """Every Telegram page on record, as a run's plan describes it."""
    registry = parse_registry(world.registry_yaml(), "officials.yaml")
    known = next(control.url.asked for control in controls_of(world) if control.exists)
    pages = {a.url for office in registry.offices for t in office.tenures for a in t.accounts if a.judged}
    pages |= {a.url for office in registry.offices for a in office.accounts}
    targets: dict[str, Target] = {}
    for office in registry.offices:
        holder = holder_on(office, Week.parse(world.week, ZONE).last_day)
        personal = holder.judged_accounts if holder else ()
        bodies = (*office.accounts, *(holder.institution_accounts if holder else ()))
        own, institution = frozenset(a.url for a in personal), frozenset(a.url for a in bodies)
        for account in (a for a in (*personal, *bodies) if a.url.network is Network.TELEGRAM):
            target = Target(account.url, full=False, id=account.id, control=known)
            if account in personal:
                target = replace(
                    target,
                    full=True,
                    staff=tuple(account.staff),
                    names=(holder.tenure.name,) if holder else (),
                    own=own - {account.url},
                    institution=institution - own,
                    others=frozenset(pages - own - institution),
                )
            targets.setdefault(account.url.url, target)
    return list(targets.values())


@dataclass(frozen=True)
class Taken:
    """What came of some looks: the snapshots and records by address, and how many requests it took."""

    snapshots: Mapping[str, Snapshot]
    tapes: Mapping[str, list[Answer]]
    requests: int

    def again(self, target: Target, look: Look[Snapshot], at: datetime) -> Snapshot:
        """Take a look again from its records."""
        return replay(look, self.tapes[target.address.url], at)


def way_to(sandbox: Sandbox, clock: Callable[[], datetime] | None = None) -> WebWay:
    """The way to a sandbox's t.me."""
    return WebWay(Web(clock or (lambda: sandbox.now)), sandbox.telegram_url)


def driver_to(sandbox: Sandbox) -> Driver:
    """A driver that waits for nothing."""
    return Driver(way_to(sandbox), lambda: sandbox.now, Limits(interval=0))


def take(sandbox: Sandbox, targets: list[Target], window: Window) -> Taken:
    """Look at targets."""
    snapshots, tapes, driver = dict[str, Snapshot](), dict[str, list[Answer]](), driver_to(sandbox)

    def sink(key: str, seen: Any, tape: Sequence[Answer]) -> None:
        assert seen is not None, key
        snapshots[key], tapes[key] = seen, list(tape)

    looks = {target.address.url: telegram_look(WebSource(target), target, window) for target in targets}
    assert driver.run(looks, sink) == ()
    driver.way.close()
    return Taken(snapshots, tapes, driver.requests.total())


def take_controls(sandbox: Sandbox, controls: list[Control]) -> dict[str, ControlResult]:
    """Look at controls."""
    results, driver = dict[str, ControlResult](), driver_to(sandbox)
    looks = {control.url.url: control_look(WebSource(Target(control.url)), control) for control in controls}
    driver.run(looks, lambda key, seen, _tape: results.update({key: seen}))
    driver.way.close()
    return results
