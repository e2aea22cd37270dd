"""Runs looks of the signed-in client over the sandbox's real MTProto server."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from auditor.base.address import Address
from auditor.base.settings import load_settings
from auditor.base.snapshot import ControlResult, Network, Snapshot
from auditor.base.stored_response import StoredResponse
from auditor.base.weeks import Week
from auditor.probes import event_loop
from auditor.probes.driver import Driver, Timer
from auditor.probes.plugins import PluginContext
from auditor.probes.protocol import replay
from auditor.probes.target import VERSION, LoginState, Target, Window
from auditor.probes.telegram.client.client_plugin import PLUGIN
from auditor.registry.models import Control
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import WorldAccount
from tests.cases import TOMSK as ZONE
from tests.probes.every_request import CachingTransport

CONTROL = "sandbox_control"


def address(name: str) -> Address:
    return Address(Network.TELEGRAM, name.lower())


def target(account: WorldAccount | str, **more: Any) -> Target:
    return Target(address(account if isinstance(account, str) else account.name), **{"version": VERSION, **more})


def window(world: World, now: datetime) -> Window:
    return Window.of(Week.parse(world.week, ZONE), now)


def pages(world: World) -> list[WorldAccount]:
    return [account for account in world.accounts if account.network == "telegram"]


def channels(world: World) -> list[WorldAccount]:
    return [account for account in pages(world) if account.kind == "channel"]


def ending(world: World, suffix: str) -> WorldAccount:
    return next(account for account in pages(world) if account.name.endswith(suffix))


def methods(sandbox: Sandbox) -> Counter[str]:
    return Counter(request.method for request in sandbox.requests if request.network == "MTPROTO")


class FakeTime:
    """A timer that passes without real waiting."""

    def __init__(self) -> None:
        self.now = 1000.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    @property
    def timer(self) -> Timer:
        return Timer(lambda: self.now, self.sleep)


@dataclass
class Run:
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    controls: list[ControlResult] = field(default_factory=list)
    tapes: dict[str, list[StoredResponse]] = field(default_factory=dict)
    requests: Counter[str] = field(default_factory=Counter)
    login: LoginState | None = None
    sent: int = 0

    def __getitem__(self, account: WorldAccount | str) -> Snapshot:
        return self.snapshots[address(account if isinstance(account, str) else account.name).url]


@dataclass
class Phone:
    sandbox: Sandbox
    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    latest_run: Run = field(default_factory=Run)

    def context(self, login: LoginState | None = None) -> PluginContext:
        self.folder.mkdir(exist_ok=True)
        environ = {**self.sandbox.settings(client=self.folder), **self.settings}
        return PluginContext(load_settings(environ, self.folder), lambda: self.sandbox.now, self.folder, login=login)

    def transport(self) -> CachingTransport:
        """Return a transport that sends each request once."""
        return CachingTransport(PLUGIN.open(self.context()).transport, event_loop.new_runner())

    def run(self, looks: Iterable[Target], login: LoginState | None = None, *, controls: Iterable[Control] = ()) -> Run:
        """Look at controls, then at accounts, without real waiting; check that replays give the same snapshots."""
        opened, run = PLUGIN.open(self.context(login)), Run()
        driver = Driver(opened.transport, lambda: self.sandbox.now, opened.limits, timer=FakeTime().timer)
        sent_before = len(self.sandbox.requests)

        def keep_result(key: str, result: Any, tape: Any) -> None:
            assert result is not None, f"a look broke: {key}"
            run.tapes[key] = list(tape)
            if isinstance(result, Snapshot):
                run.snapshots[key] = result
            else:
                run.controls.append(result)

        week_window, targets = window(self.sandbox.world, self.sandbox.now), list(looks)

        async def look_at_all() -> None:
            async with aclosing(opened.transport):
                await driver.run({f"control {c.url.url}": PLUGIN.control(c) for c in controls}, keep_result)
                await driver.run({t.address.url: PLUGIN.look(t, week_window) for t in targets}, keep_result)

        event_loop.run(look_at_all())
        for replayed_target in targets:
            key = replayed_target.address.url
            assert (
                replay(PLUGIN.look(replayed_target, week_window), run.tapes[key], self.sandbox.now)
                == run.snapshots[key]
            )
        run.login, run.requests = opened.login(driver), driver.requests
        run.sent = len(self.sandbox.requests) - sent_before
        self.latest_run = run
        return run

    def look(self, account: WorldAccount | str, login: LoginState | None = None, **more: Any) -> Snapshot:
        return self.run([target(account, **more)], login)[account]
