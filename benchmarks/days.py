"""How long a run takes at the limits, and whether any limit is passed: by a clock that nobody waits for.

    PYTHONPATH=. python benchmarks/days.py [OFFICES …] [--walls 5000]

Everything is the program's own: the plan, the run, the looks, their pace and what the archive remembers of calls. Only
the wires and the clock are not: requests are answered in the process from the sandbox's world, at once (those of
Telegram's client over loopback), and who sleeps moves the clock. Each request is noted with its moment; of these alone
the last two columns are counted. By default 20 and 200 offices; `200 --walls 50` shows what becomes of pages for which
a day's walls are too few.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from unittest import mock

from auditor.archive import Archive
from auditor.base.settings import load_settings
from auditor.base.snapshot import Route
from auditor.base.weeks import Week
from auditor.probes.driver import Driver, Reply, Timer, Way
from auditor.probes.looks import Call
from auditor.probes.plugins import Wiring, plugin_of
from auditor.probes.telegram.client.session import Account
from auditor.probes.vk import plugin as vk
from auditor.registry import Registry, parse_registry
from auditor.run import collect as collecting
from auditor.run.collect import OpenRoute, collect
from auditor.sandbox import Sandbox
from auditor.sandbox.state import State
from auditor.sandbox.tme.routes import TelegramWeb
from auditor.sandbox.vk.api import VkApi
from auditor.sandbox.world.model import Accounts
from benchmarks.scale import registry_of
from tests import worlds

RPS, INTERVAL, CLIENT_INTERVAL = 3, 2.0, 1.0
"""As the settings have them by default."""
ROUTES = (Route.VK, Route.TELEGRAM_PREVIEW, Route.TELEGRAM_CLIENT)
DAY = timedelta(days=1)
_WALL = "wall.get"


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
class Wire:
    """A route's way, with what it was asked and when; without `answer` it asks in earnest, on loopback."""

    way: Way
    clock: Moment
    answer: Callable[[Call], tuple[int, str]] | None = None
    asked: list[tuple[float, int]] = field(default_factory=list)
    """The moment of each request, and how many walls it read."""

    def __post_init__(self) -> None:
        """Read and close as the way does."""
        self.read, self.close = self.way.read, self.way.close

    def send(self, call: Call, seconds: float) -> Reply:
        """Answer, and note it."""
        at = self.clock.monotonic()
        if self.answer is None:
            reply = self.way.send(call, seconds)
        else:
            status, body = self.answer(call)
            reply = Reply(self.clock(), status, body.encode())
        if reply.failure is None or reply.failure.sent:
            self.asked.append((at, int(call.method == _WALL)))
        return reply

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


def answers(state: State, route: Route) -> Callable[[Call], tuple[int, str]] | None:
    """Answer as VK or as t.me; nobody has so many comments there that older ones are asked for."""
    api, web = VkApi(state), TelegramWeb(state)

    def of_vk(call: Call) -> tuple[int, str]:
        form = {name: str(value) for name, value in call.params.items()}
        return 200, json.dumps(api.call(call.method, {**form, "access_token": state.vk_token, "v": "5.199"}))

    def of_tme(call: Call) -> tuple[int, str]:
        query = {name: str(value) for name, value in call.params.items()}
        reply = web.get(query.pop("path"), query)
        return reply.status, reply.body

    return {Route.VK: of_vk, Route.TELEGRAM_PREVIEW: of_tme}.get(route)


def book_of(offices: int) -> Registry:
    """Return the registry, with the sandbox's controls."""
    text = registry_of(offices).replace("/control'", "/sandbox_control'")
    return parse_registry(text, "officials.yaml")


@contextmanager
def served(offices: int, network: str, clock: Moment) -> Iterator[Sandbox]:
    """Serve the pages; only Telegram's client asks the server, because Telethon takes no other wire."""
    world = worlds.busy(network=network)
    world.accounts = made_up(offices, network, clock.now).accounts
    with Sandbox(world) as sandbox:
        sandbox.now = clock.now
        yield sandbox


def runs(offices: int, book: Registry, route: Route, days: int = 1) -> tuple[int, Wire]:
    """Let a run a day look at all pages of a route; return of how many the posts were seen, and what was asked."""
    start = worlds.busy().now
    clock, week, asked = Moment(start), Week.last_ended(start, book.zone), list[tuple[float, int]]()
    timed = partial(Driver, timer=Timer(clock.monotonic, clock.sleep))
    with (
        tempfile.TemporaryDirectory() as place,
        Archive.open(Path(place) / "archive") as archive,
        served(offices, route.network.value, clock) as sandbox,
        mock.patch.object(collecting, "Driver", timed),
        mock.patch.object(Account, "of_test_server", property(lambda _: False)),  # names are looked up as rarely
    ):
        for day in range(days):
            sandbox.now = clock.now = max(clock.now, start + day * DAY)
            opened = _open(route, sandbox, clock, archive, Path(place))
            wire = Wire(opened.opened.way, clock, answers(sandbox, route), asked)
            routes = [replace(opened, opened=replace(opened.opened, way=wire))]
            collect(archive, book, week, routes, clock, command="weekly")
            wire.close()
        return len(_seen_whole(archive, clock.now)), wire


def _seen_whole(archive: Archive, now: datetime) -> set[str]:
    """Return the pages of which some look was not kept from its posts by a limit."""
    looks = (stored.snapshot for stored in archive.looks(now))
    return {look.url for look in looks if look.exists and look.posts_cause is None}


def _open(route: Route, sandbox: Sandbox, clock: Moment, archive: Archive, place: Path) -> OpenRoute:
    paced = {"AUDITOR_TELEGRAM_INTERVAL": CLIENT_INTERVAL, "AUDITOR_TELEGRAM_WEB_INTERVAL": INTERVAL}
    paced |= {"AUDITOR_VK_RPS": RPS}
    environ = sandbox.settings(client=place) | {name: str(value) for name, value in paced.items()}
    wiring = Wiring(load_settings(environ, place), clock, place, archive.login(), archive.logins())
    opened = plugin_of(route).open(wiring)
    assert opened is not None
    return OpenRoute(plugin_of(route), opened)


def rows(offices: int) -> Iterator[Sequence[object]]:
    """Yield a line of the table for each route."""
    book = book_of(offices)
    for route in ROUTES:
        began = time.monotonic()
        pages, wire = runs(offices, book, route)
        first, last = wire.asked[0][0], wire.asked[-1][0]
        span, most = {Route.VK: (1.0, RPS), Route.TELEGRAM_PREVIEW: (INTERVAL * 3, 3)}.get(
            route, (CLIENT_INTERVAL * 3, 3)
        )
        busiest, walls = wire.most(span, walls=False), wire.most(86_400, walls=True)
        assert busiest <= most, (route, busiest)
        assert walls <= vk.DAILY[_WALL], (route, walls)
        took = f"{(last - first) / 3600:.1f} h" if last - first < 86_400 else f"{(last - first) / 86_400:.1f} days"
        print(f"{route}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        in_a_second = f"{busiest} in {span:.0f} s"
        yield f"{offices:,}", route, f"{pages:,}", f"{len(wire.asked):,}", took, in_a_second, f"{walls:,}"


def main(*wanted: int) -> None:
    """Print the table."""
    print("| offices | route | pages | requests | first to last | most at once | most walls in 24 h |")
    print("|---|---|---|---|---|---|---|")
    for offices in wanted or (20, 200):
        for row in rows(offices):
            print("| " + " | ".join(map(str, row)) + " |", flush=True)


if __name__ == "__main__":
    told, _, limit = " ".join(sys.argv[1:]).replace(",", "").partition("--walls")
    vk.DAILY[_WALL] = int(limit or vk.DAILY[_WALL])
    main(*map(int, told.split()))
