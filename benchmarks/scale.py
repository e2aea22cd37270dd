"""What a week costs by the number of offices: reading the registry, planning, collecting, judging, and its report.

    python -m benchmarks.scale [OFFICES …]

Everything is invented. Nothing is asked over a network: pages are made up in the process, with a wall of three posts a
week, a thread under each and the answers behind them, so what is measured is the program's own. Each step runs in a
process of its own, for its CPU and its memory. By default 20, 200 and 2,000 offices.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from auditor.archive import Archive
from auditor.base.i18n import Translator
from auditor.base.settings import Settings
from auditor.base.snapshot import (
    Comment,
    CommentsState,
    ControlResult,
    EvidenceKind,
    Intent,
    Outcome,
    Post,
    Route,
    Side,
    Snapshot,
)
from auditor.base.weeks import Week
from auditor.commands.publication import publish_weeks
from auditor.probes.driver import Limits, Response
from auditor.probes.plugins import OpenedRoute, Plugin
from auditor.probes.protocol import Call, Look, MinimisedResponse, Request, fetch
from auditor.probes.target import Target, Window
from auditor.registry import Registry, load_registry
from auditor.registry.models import Control
from auditor.run.collect import collect
from auditor.run.judge_week import judge_week, show_week
from auditor.run.plan import RunPlan
from auditor.run.workspace import Workspace

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
WEEK = "2026-W47"
STEPS = ("read", "plan", "collect", "judge", "report", "look again")

_HEAD = """\
timezone: Asia/Tomsk
directive: {title: Вымышленное поручение, issuer: Вымышленный губернатор, issued: 2022-05-25,
            deadline: 2022-06-01T00:00, binds: municipal_head, source: 'https://example.invalid/directive'}
controls: [{url: 'https://vk.com/control', exists: true}, {url: 'https://t.me/control', exists: true}]
offices:
"""
_OFFICE = """\
  - id: rayon-{number:05d}
    municipality: Район № {number:05d}
    title: глава вымышленного района
    group: municipal_head
    tenures:
      - name: Имярек{number:05d} Анна Андреевна
        since: 2019-09
        known_as_of: 2026-10-24
        sources: ['https://example.invalid/appointment']
        accounts:
"""
_ACCOUNT = """\
          - url: {site}/rayon{number:05d}
            kind: personal
            confirmed: {{on: 2026-03-31, how: вымышлено, sources: ['https://example.invalid/proof']}}
"""


def registry_of(offices: int) -> str:
    """Write a registry of invented offices, each with a page on VK, every third with a channel too."""
    text = _HEAD
    for number in range(offices):
        sites = ("https://vk.com", "https://t.me") if number % 3 == 0 else ("https://vk.com",)
        text += _OFFICE.format(number=number) + "".join(_ACCOUNT.format(site=site, number=number) for site in sites)
    return text


# The invented pages -------------------------------------------------------------------------------------------------


def page(route: Route, url: str, now: datetime) -> Snapshot:
    """Make up a page as seen at `now`: six weeks of posts with a question and a reply under each."""
    posts = tuple(_posts(url, now))
    number = 1 + zlib.crc32(url.encode())
    facts: dict[str, Any] = {"exists": True, "kind": "profile", "id": number, "subscribers": 1000}
    facts |= {"opened_at": datetime(2022, 5, 20, tzinfo=UTC), "opened_precision": "not_later_than"}
    facts |= {"posts": posts, "posts_since": posts[-1].at}
    return Snapshot(network=route.network, route=route, url=url, taken_at=now, **facts)


def _posts(url: str, now: datetime) -> Iterator[Post]:
    for index in range(18):
        posted_at = now - timedelta(hours=56 * index + 30)
        number = int(posted_at.timestamp() / 3600 / 56)
        asks = Comment(id=2, at=posted_at + timedelta(hours=1), side=Side.CITIZEN, author=1, says=Intent.ASKS, rules=4)
        answer = Comment(id=3, at=posted_at + timedelta(hours=3), side=Side.OWNER, answers=2)
        rng = Random(f"{url} {number}")  # by Zipf's law: the word of rank r is said 1/r times as often as the first
        sketch = "".join(sorted(chr(0xF0000 + int(65536 ** rng.random())) for _ in range(30)))
        facts: dict[str, Any] = {"comments_count": 2, "comments": (asks, answer), "comments_state": CommentsState.OPEN}
        yield Post(id=number, at=posted_at, url=f"{url}/{number}", sketch=sketch, **facts)


class Rows(MinimisedResponse):
    """The minimised model of every invented response."""

    rows: tuple[str, ...]


class InventedTransport:
    """A transport that makes up the response to every request."""

    async def send(self, call: Any, seconds: float) -> Response:  # noqa: ARG002 - as every transport's
        """Respond at once."""
        return Response(NOW, 200, json.dumps({"of": call.method, "rows": [call.method] * 40}).encode())

    def read(self, call: Any, reply: Any) -> Any:  # noqa: ARG002 - as above
        """Return the response as it came."""
        return json.loads(reply.body)

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""


class InventedPlugin(Plugin):
    """A route whose pages are made up, each after the requests that it would take."""

    def look(self, target: Target, window: Window) -> Look[Snapshot]:  # noqa: ARG002 - as every route's
        """Look at a page."""
        url = target.address.url
        snapshot = page(self.route, url, NOW)
        yield from fetch(Request(Call(url, {}), Rows, EvidenceKind.PROFILE))
        yield from fetch(Request(Call(f"{url}?wall", {}), Rows, EvidenceKind.POSTS))
        for post in snapshot.posts[:9]:
            yield from fetch(Request(Call(post.url, {}), Rows, EvidenceKind.COMMENTS))
        return snapshot

    def control(self, control: Control) -> Look[ControlResult]:
        """Look at a control, which passes."""
        yield from fetch(Request(Call(control.url.url, {}), Rows, EvidenceKind.CONTROL))
        facts: dict[str, Any] = {"network": self.route.network, "route": self.route, "url": control.url.url}
        return ControlResult(expected=control.exists, outcome=Outcome.PASSED, wall=True, thread=True, **facts)


def invented_route(route: Route) -> tuple[Plugin, OpenedRoute]:
    """Return a route whose pages are made up."""
    unused: Any = None
    plugin = InventedPlugin(route=route, open=unused, source=unused, diagnose=unused)
    return plugin, OpenedRoute(InventedTransport(), Limits(interval=0.0))


# The steps, each in a process of its own ----------------------------------------------------------------------------


def session_of(folder: Path, book: Registry) -> Workspace:
    """Return the settings of a run that reads and writes in `folder`."""
    options: dict[str, Any] = {
        "registry": book,
        "registry_path": folder / "officials.yaml",
        "translator": Translator("ru", book.zone),
    }
    return Workspace(settings=Settings(), data=folder / "data", out=folder / "reports", as_of=NOW, **options)


def step(name: str, folder: Path) -> None:
    """Carry out one step in `folder`."""
    book = load_registry(folder / "officials.yaml")
    workspace, week = session_of(folder, book), Week.parse(WEEK, book.zone)
    if name == "plan":
        with Archive.read(workspace.data) as archive:
            plan = RunPlan.of(archive, book, week, NOW, book.offices)
            for route in Route:
                plan.targets(route)
    elif name in {"collect", "look again"}:
        routes = [invented_route(route) for route in (Route.VK, Route.TELEGRAM_PREVIEW)]
        with Archive.open(workspace.data) as archive:
            collect(archive, book, week, routes, lambda: NOW, command="weekly")
    elif name == "judge":
        with Archive.open(workspace.data) as archive:
            archive.audits.save(WEEK, NOW, judge_week(workspace, archive, week, NOW).to_stored(), book.text)
    elif name == "report":
        with Archive.read(workspace.data) as archive:
            audit = show_week(workspace, archive, week, NOW)
        publish_weeks(workspace, audit, NOW)


def measure_command(command: list[str], cache: Path) -> tuple[float, float]:
    """Run a command; return its CPU seconds and the most memory it held, MB."""
    environ = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    child = subprocess.Popen([sys.executable, *command], env=environ, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1, 3}:
        raise SystemExit(f"{command} ended with {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def size_of(folder: Path) -> float:
    """Return what a folder takes on the disk, MB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def row(offices: int) -> str:
    """Measure a number of offices and return a line of the table."""
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        (folder / "officials.yaml").write_text(registry_of(offices), encoding="utf-8")
        results = [
            measure_command(["-m", __spec__.name, "--step", name, folder_name], folder / "cache") for name in STEPS
        ]
        sizes = [size_of(folder / "data"), size_of(folder / "reports")]
        largest = max(file.stat().st_size for file in (folder / "reports").rglob("*.html")) / 1e3
    cells = [f"{cpu:.1f} s, {1000 * cpu / offices:.1f} ms, {memory:.0f} MB" for cpu, memory in results]
    cells += [f"{mb:.0f} MB, {1000 * mb / offices:.0f} kB" for mb in sizes]
    return f"| {offices:,} | " + " | ".join([*cells, f"{largest:.0f} kB"]) + " |"


def main(arguments: list[str]) -> None:
    """Print the table."""
    if arguments[:1] == ["--step"]:
        step(arguments[1], Path(arguments[2]))
        return
    today, python = f"{datetime.now(UTC):%d.%m.%Y}", platform.python_version()
    print(f"{today}, {platform.machine()}, {os.cpu_count()} cores, Python {python}")
    print("CPU, CPU an office, most memory; then what the archive and the reports take, and the largest page\n")
    print("| offices | " + " | ".join(STEPS) + " | archive | reports | largest page |\n|" + "---|" * (len(STEPS) + 4))
    for offices in [int(word.replace(",", "")) for word in arguments] or [20, 200, 2000]:
        print(row(offices), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
