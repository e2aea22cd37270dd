"""A signed-in probe on the sandbox's MTProto."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from auditor.base.address import Address
from auditor.base.snapshot import ControlResult, Network
from auditor.base.weeks import Week
from auditor.probes.base import Login, Sighting, Target, Window
from auditor.probes.mtproto.place import Connection, Patience
from auditor.probes.mtproto.probe import TelegramClientProbe
from auditor.registry.models import Control
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account

ZONE = ZoneInfo("Asia/Tomsk")
CONTROL = "sandbox_control"
Probe = TypeVar("Probe", bound=TelegramClientProbe)
_WAY = {field.name for field in fields(Connection)}


def address(name: str) -> Address:
    return Address(Network.TELEGRAM, name.lower())


def window(world: World, now: datetime | None = None) -> Window:
    return Window.of(Week.parse(world.week, ZONE), now or world.now)


def channels(world: World) -> list[Account]:
    return [a for a in world.accounts if a.network == "telegram" and a.kind == "channel"]


def ending(world: World, suffix: str) -> Account:
    return next(a for a in world.accounts if a.network == "telegram" and a.name.endswith(suffix))


def methods(sandbox: Sandbox) -> Counter[str]:
    return Counter(r.method for r in sandbox.requests if r.network == "MTPROTO")


class Client:
    """The sandbox with a session, and runs of the probe on it."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox, self.world = sandbox, sandbox.world
        environ = sandbox.settings(client=folder)
        self.session = Path(environ["AUDITOR_TELEGRAM_SESSION"])
        self.key = Path(environ["AUDITOR_TELEGRAM_PUBLIC_KEY"])
        self.slept: list[float] = []

    def probe(self, login: Login | None = None, *, kind: type[Probe] = TelegramClientProbe, **options: Any) -> Probe:
        way: dict[str, Any] = {
            "api_id": self.sandbox.telegram_api_id,
            "api_hash": self.sandbox.telegram_api_hash,
            "session": self.session,
            "dc": self.sandbox.telegram_dc,
            "public_key": self.key,
            "interval": 0,
            "patience": Patience(connect=5, answer=5),
        }
        settings: dict[str, Any] = {
            "clock": lambda: self.sandbox.now,
            "login": login,
            "vantage": "test",
            "sleep": self.slept.append,
        }
        own = {name: options.pop(name) for name in list(options) if name in _WAY}
        return kind(Connection(**{**way, **own}), **{**settings, **options})

    @contextmanager
    def run(self, login: Login | None = None, *, control: bool = True, **options: Any) -> Iterator["Run"]:
        """A run of the probe: its control, and then what the test looks at."""
        probe = self.probe(login, **options)
        try:
            run = Run(self, probe)
            if control:
                run.control()
            yield run
        finally:
            probe.close()

    def look(self, name: str, login: Login | None = None, **options: Any) -> Sighting:
        """One account in a run of its own."""
        with self.run(login, **options) as run:
            return run.look(name)


class Run:
    """One probe at work."""

    def __init__(self, client: Client, probe: TelegramClientProbe) -> None:
        self.client, self.probe = client, probe

    def control(self, name: str = CONTROL, *, exists: bool = True) -> ControlResult:
        return self.probe.control(Control(url=address(name), exists=exists))[0]

    def look(self, name: str, **options: Any) -> Sighting:
        return self.probe.look(Target(address(name), **options), window(self.client.world, self.client.sandbox.now))


def no_pause_at_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telethon listens for two seconds whether an MTProxy hangs up. The sandbox's hangs up at once."""
    waits = asyncio.wait_for

    def briefly(awaited: Awaitable[Any], timeout: float | None) -> Any:
        return waits(awaited, 0.05 if timeout == 2 else timeout)

    monkeypatch.setattr("telethon.network.connection.tcpmtproxy.asyncio.wait_for", briefly)
