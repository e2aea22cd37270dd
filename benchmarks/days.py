"""How many days a week's looks take at the limits, and whether any limit is passed: by a clock that nobody waits for.

    PYTHONPATH=. python benchmarks/days.py [OFFICES …] [--walls 5000]

Everything is the program's own: the plan, the run, the probes, their pace and the quotas that the archive keeps. Only
the wires and the clock are not: requests are answered in the process from the sandbox's world, at once (those of
Telegram's client over loopback), and who sleeps moves the clock. What is left is looked at by another run at the same
hour of the next day. Each request is noted with its moment; of these alone the last two columns are counted. By default
20 and 200 offices; 2,000 take half an hour, and `200 --walls 50` shows in a minute how the days of 20,000 go.
"""

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx

from auditor.archive import Archive
from auditor.base.weeks import Week
from auditor.probes.http import HttpConnection
from auditor.probes.mtproto.place import Connection
from auditor.probes.mtproto.probe import TelegramClientProbe
from auditor.probes.plugins import Probe
from auditor.probes.tme.probe import TelegramPreviewProbe
from auditor.probes.vk.probe import VkProbe
from auditor.probes.vk.quotas import DAILY
from auditor.registry import Registry, parse_registry
from auditor.run.collect import collect
from auditor.sandbox import Sandbox
from auditor.sandbox.state import State
from auditor.sandbox.tme.routes import TelegramWeb
from auditor.sandbox.vk.api import VkApi
from auditor.sandbox.world.model import Accounts
from benchmarks.scale import registry_of
from tests import worlds

CLIENT = "Telegram's client"
RPS, INTERVAL, CLIENT_INTERVAL = 3, 2.0, 1.0
"""As the settings have them by default."""
ROUTES = ("VK, `execute`", "VK", "t.me", CLIENT)
DAY = timedelta(days=1)
_WALL = re.compile(r"API\.wall\.get\(")


@dataclass
class Moment:
    """A clock that moves only where somebody sleeps."""

    now: datetime

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def monotonic(self) -> float:
        """Tell it in seconds."""
        return self.now.timestamp()

    def sleep(self, seconds: float) -> None:
        """Let it be later."""
        self.now += timedelta(seconds=seconds)


@dataclass
class Network:
    """VK or t.me in the process, with what it was asked and when."""

    answer: Callable[[str, dict[str, str]], httpx.Response]
    clock: Moment
    asked: list[tuple[float, int]] = field(default_factory=list)
    """The moment of each request, and how many walls it read."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer, and note it."""
        given = dict(parse_qsl((request.content or request.url.query).decode(), keep_blank_values=True))
        code = given.get("code", "")
        walls = len(_WALL.findall(code)) if code else int(request.url.path.endswith("/wall.get"))
        self.asked.append((self.clock.monotonic(), walls))
        return self.answer(request.url.path, given)

    def most(self, within: float, *, walls: bool) -> int:
        """Return how many requests, or walls, any stretch of so many seconds had at most."""
        most = held = first = 0
        for at, count in self.asked:
            held += count if walls else 1
            while self.asked[first][0] <= at - within + 1e-6:
                held -= self.asked[first][1] if walls else 1
                first += 1
            most = max(most, held)
        return most


def made_up(offices: int, network: str, now: datetime) -> State:
    """Let each office of `scale.registry_of` have a page like one of twenty that are alike."""
    world = worlds.busy(channels=20, posts=3, comments=3, network=network)
    models = [a for a in world.accounts if a.network == network and a.posts and "sandbox" not in a.name]
    for model in models:
        model.posts[:] = [post for post in model.posts if post.at > now - timedelta(days=50)]
    pages = Accounts(a for a in world.accounts if "sandbox" in a.name)
    for number in range(offices):
        model = models[number % len(models)]
        own = model.number % 1000 * 100_000 + number + 1
        pages.append(replace(model, name=f"rayon{number:05d}", number=own, group_number=own + 10**8))
    return State(pages, now)


def vk(state: State) -> Callable[[str, dict[str, str]], httpx.Response]:
    """Answer as VK."""
    api = VkApi(state)
    return lambda path, form: _response(200, json.dumps(api.call(path.rpartition("/")[2], form)))


def tme(state: State) -> Callable[[str, dict[str, str]], httpx.Response]:
    """Answer as t.me; nobody has so many comments that older ones are asked for."""
    web = TelegramWeb(state)

    def answer(path: str, query: dict[str, str]) -> httpx.Response:
        reply = web.get(path, query)
        return _response(reply.status, reply.body, reply.headers)

    return answer


def _response(status: int, body: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body.encode()))


def book_of(offices: int) -> Registry:
    """Return the registry, with the sandbox's controls."""
    text = registry_of(offices).replace("/control'", "/sandbox_control'")
    return parse_registry(text, "officials.yaml")


@contextmanager
def served(offices: int, route: str, clock: Moment) -> Iterator[tuple[State, Network]]:
    """Yield the pages behind a route's wire. The client's is a real one, on loopback: Telethon takes no other."""
    if route != CLIENT:
        state = made_up(offices, "telegram" if route == "t.me" else "vk", clock.now)
        yield state, Network((tme if route == "t.me" else vk)(state), clock)
        return
    world, wire = worlds.busy(), Network(_answered_elsewhere, clock)
    world.accounts = made_up(offices, "telegram", clock.now).accounts
    with Sandbox(world) as sandbox:
        sandbox.requests = _Noted(wire)
        yield sandbox, wire


class _Noted(list[Any]):
    """Requests to a server on loopback, each with its moment by the clock that nobody waits for."""

    def __init__(self, wire: Network) -> None:
        super().__init__()
        self._wire = wire

    def append(self, request: object) -> None:
        self._wire.asked.append((self._wire.clock.monotonic(), 0))
        super().append(request)


def _answered_elsewhere(path: str, _: dict[str, str]) -> httpx.Response:
    raise AssertionError(path)


def runs(offices: int, book: Registry, route: str) -> tuple[int, int, Network]:
    """Let a run a day look at all pages of a route; return how many pages and days these were, and what was asked."""
    start = worlds.busy().now
    clock, days, left, before = Moment(start), 0, 1, offices + 1
    week = Week.last_ended(start, book.zone)
    with (
        tempfile.TemporaryDirectory() as place,
        Archive.open(Path(place) / "archive") as archive,
        served(offices, route, clock) as (state, wire),
    ):
        while left:
            state.now = clock.now = max(clock.now, start + days * DAY)
            days += 1
            probe = _client(state, wire, archive, place) if route == CLIENT else _probe(route, state, wire, archive)
            done = collect(archive, book, week, [probe], clock, command="weekly")
            left = sum(done.left.values())
            probe.close()
            assert left < before, "a run that looked at nothing"
            before = left
        return sum(1 for _ in archive.last_looks(str(week), clock.now)), days, wire


class _Rationed(Connection):
    """A way to the sandbox that looks up names as rarely as Telegram has it."""

    of_test_server = False


def _client(state: State, wire: Network, archive: Archive, place: str) -> Probe:
    assert isinstance(state, Sandbox)
    given, clock = state.settings(client=Path(place)), wire.clock
    way = _Rationed(
        api_id=int(given["AUDITOR_TELEGRAM_API_ID"]),
        api_hash=given["AUDITOR_TELEGRAM_API_HASH"],
        session=Path(given["AUDITOR_TELEGRAM_SESSION"]),
        dc=given["AUDITOR_TELEGRAM_DC"],
        public_key=Path(given["AUDITOR_TELEGRAM_PUBLIC_KEY"]),
    )
    return TelegramClientProbe(way, clock=clock, login=archive.login(), sleep=clock.sleep, monotonic=clock.monotonic)


def _probe(route: str, state: State, wire: Network, archive: Archive) -> Probe:
    clock, carried = wire.clock, httpx.MockTransport(wire)

    def way(interval: float) -> HttpConnection:
        return HttpConnection(
            url="http://127.0.0.1:9",
            interval=interval,
            clock=clock,
            sleep=clock.sleep,
            monotonic=clock.monotonic,
            transport=carried,
        )

    if route == "t.me":
        return TelegramPreviewProbe(way(INTERVAL))
    key = state.vk_user_token if route == "VK, `execute`" else state.vk_token
    return VkProbe(way(1 / RPS), key, logins=archive.logins())


def rows(offices: int) -> Iterator[Sequence[object]]:
    """Yield a line of the table for each route."""
    book = book_of(offices)
    for route in ROUTES:
        began = time.monotonic()
        pages, days, wire = runs(offices, book, route)
        first, last = wire.asked[0][0], wire.asked[-1][0]
        # Telethon asks four times as it connects, before the pace begins.
        span, most = {"t.me": (INTERVAL * 3, 3), CLIENT: (CLIENT_INTERVAL * 3, 4 + 3)}.get(route, (1.0, RPS))
        busiest, walls = wire.most(span, walls=False), wire.most(86_400, walls=True)
        assert busiest <= most, (route, busiest)
        assert walls <= DAILY["wall.get"], (route, walls)
        took = f"{(last - first) / 3600:.1f} h" if last - first < 86_400 else f"{(last - first) / 86_400:.1f} days"
        print(f"{route}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        in_a_second = f"{busiest} in {span:.0f} s"
        yield f"{offices:,}", route, f"{pages:,}", f"{len(wire.asked):,}", days, took, in_a_second, f"{walls:,}"


def main(*wanted: int) -> None:
    """Print the table."""
    print(
        "| offices | route | pages | requests | runs, one a day | first to last | most at once | most walls in 24 h |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for offices in wanted or (20, 200):
        for row in rows(offices):
            print("| " + " | ".join(map(str, row)) + " |", flush=True)


if __name__ == "__main__":
    told, _, limit = " ".join(sys.argv[1:]).replace(",", "").partition("--walls")
    DAILY["wall.get"] = int(limit or DAILY["wall.get"])
    main(*map(int, told.split()))
