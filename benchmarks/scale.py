"""What a week costs by the number of offices: reading the registry, collecting, judging, its report, and a kill.

    PYTHONPATH=. python benchmarks/scale.py [OFFICES …]

Everything is invented. Nothing is asked over a network: pages are made up in the process, with a wall of three posts a
week, a thread under each and the answers behind them, so what is measured is the program's own. Each step runs in a
process of its own, for its CPU and its memory. By default 20, 200 and 2,000 offices.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
WEEK = "2026-W47"
STEPS = ("read", "plan", "collect", "judge", "report", "look again")


def registry_of(offices: int) -> str:
    """Write a registry of invented offices, each with a page on VK, every third with a channel too."""
    lines = [
        "timezone: Asia/Tomsk",
        "directive: {title: Вымышленное поручение, issuer: Вымышленный губернатор, issued: 2022-05-25,",
        "            deadline: 2022-06-01T00:00, binds: municipal_head, source: 'https://example.invalid/directive'}",
        "controls: [{url: 'https://vk.com/control', exists: true}, {url: 'https://t.me/control', exists: true}]",
        "offices:",
    ]
    for number in range(offices):
        lines += [
            f"  - id: rayon-{number:05d}",
            f"    municipality: Район № {number:05d}",
            "    title: глава вымышленного района",
            "    group: municipal_head",
            "    tenures:",
            f"      - name: Имярек{number:05d} Анна Андреевна",
            "        since: 2019-09",
            "        known_as_of: 2026-10-24",
            "        sources: ['https://example.invalid/appointment']",
            "        accounts:",
            *_account(f"https://vk.com/rayon{number:05d}"),
            *(_account(f"https://t.me/rayon{number:05d}") if number % 3 == 0 else ()),
        ]
    return "\n".join(lines) + "\n"


def _account(url: str) -> list[str]:
    return [
        f"          - url: {url}",
        "            kind: personal",
        "            confirmed: {on: 2026-03-31, how: вымышлено, sources: ['https://example.invalid/proof']}",
    ]


class InventedWay:
    """A way on which every question is answered in the process, with some made-up rows."""

    def send(self, call: Any, seconds: float) -> Any:  # noqa: ARG002 - as every way's
        """Answer at once."""
        from auditor.probes.driver import Reply

        return Reply(NOW, 200, json.dumps({"of": call.method, "rows": [call.method] * 40}).encode())

    def read(self, call: Any, reply: Any) -> Any:  # noqa: ARG002 - as above
        """Return the answer as it came."""
        return json.loads(reply.body)

    def close(self) -> None:
        """Nothing is open."""


def invented(route: Any, log: Path, dies_after: int | None) -> Any:
    """Return a route whose pages are made up: `log` lists the addresses looked at; after some the process ends."""
    from auditor.base.snapshot import ControlResult, EvidenceKind, Outcome, Snapshot
    from auditor.probes.driver import Limits
    from auditor.probes.looks import Ask, Call, Stored, ask
    from auditor.probes.plugins import Opened, Plugin

    class Rows(Stored):
        rows: tuple[str, ...]

    def look(target: Any, window: Any) -> Any:  # noqa: ARG001 - as every route's
        """Make up a page: six weeks of posts with a question and an answer under each, and its answers."""
        url, posts = target.address.url, tuple(_posts(target.address.url))
        asked = [(EvidenceKind.PROFILE, url), (EvidenceKind.POSTS, f"{url}?wall")]
        asked += [(EvidenceKind.COMMENTS, post.url) for post in posts[:9]]
        for kind, where in asked:
            yield from ask(Ask(Call(where, {}), Rows, kind))
        if dies_after is not None and len(log.read_text().split() if log.exists() else ()) >= dies_after:
            os._exit(9)
        with log.open("a") as file:
            file.write(f"{url}\n")
        return Snapshot(
            network=route.network, route=route, url=url, taken_at=NOW, exists=True, kind="profile",
            id=1 + zlib.crc32(url.encode()), subscribers=1000, opened_at=posts[-1].at, posts=posts,
            posts_since=posts[-1].at,
        )  # fmt: skip

    def control(control: Any) -> Any:
        """Every control is as it must be."""
        yield from ask(Ask(Call(control.url.url, {}), Rows, EvidenceKind.CONTROL))
        return ControlResult(
            network=route.network, route=route, url=control.url.url, expected=control.exists,
            outcome=Outcome.PASSED, wall=True, thread=True,
        )  # fmt: skip

    plugin = Plugin(route=route, open=lambda _: None, look=look, control=control, examine=lambda _: iter(()))
    return plugin, Opened(InventedWay(), Limits(interval=0.0 if dies_after is None else 0.02))


def _posts(url: str) -> Any:
    from auditor.base.snapshot import Comment, CommentsState, Post, Says, Side

    for number in range(18):
        at = NOW - timedelta(hours=56 * number + 30)
        asks = Comment(id=2, at=at + timedelta(hours=1), side=Side.CITIZEN, author=1, says=Says.ASKS, rules=4)
        told = Comment(id=3, at=at + timedelta(hours=3), side=Side.OWNER, answers=2)
        words = Random(f"{url} {number}")  # by Zipf's law: the word of rank r is said 1/r times as often as the first
        sketch = "".join(sorted(chr(0xF0000 + int(65536 ** words.random())) for _ in range(30)))
        yield Post(
            id=100 - number, at=at, url=f"{url}/{100 - number}", sketch=sketch, comments_state=CommentsState.OPEN,
            comments_count=2, comments=(asks, told),
        )  # fmt: skip


# The steps, each in a process of its own ----------------------------------------------------------------------------


def step(name: str, folder: Path, dies_after: int | None) -> None:
    """Carry out one step in `folder`."""
    from auditor.registry import load_registry

    book = load_registry(folder / "officials.yaml")
    if name == "read":
        return
    from auditor.archive import Archive
    from auditor.base.snapshot import Route
    from auditor.base.weeks import Week
    from auditor.run.collect import collect

    week = Week.parse(WEEK, book.zone)
    if name == "plan":
        from auditor.run.plan import Plan

        with Archive.read(folder / "data") as archive:
            plan = Plan.of(archive, book, week, NOW, book.offices)
            for route in Route:
                plan.targets(route)
    if name in {"collect", "look again"}:
        routes = [invented(Route(key), folder / "asked.txt", dies_after) for key in ("vk", "telegram_preview")]
        with Archive.open(folder / "data") as archive:
            collect(archive, book, week, routes, lambda: NOW, command="weekly")
    if name == "judge":
        judge(folder, book, week)
    if name == "report":
        report(folder, book, week)


def judge(folder: Path, book: Any, week: Any) -> None:
    """Judge the week and store its audit."""
    from auditor.archive import Archive
    from auditor.run.week import judge_week

    with Archive.open(folder / "data") as archive:
        audit = judge_week(session_of(folder, book), archive, week, NOW)
        archive.audits.save(WEEK, NOW, audit.to_stored(), book.text)


def report(folder: Path, book: Any, week: Any) -> None:
    """Publish the week from the archive."""
    from auditor.archive import Archive
    from auditor.commands.publish import publish_weeks
    from auditor.run.week import show_week

    session = session_of(folder, book)
    with Archive.read(folder / "data") as archive:
        audit = show_week(session, archive, week, NOW)
    publish_weeks(session, audit, NOW)


def session_of(folder: Path, book: Any) -> Any:
    """Return the settings of a run that reads and writes in `folder`."""
    from auditor.base.i18n import Catalogue
    from auditor.base.settings import Settings
    from auditor.run.session import Session

    return Session(
        settings=Settings(), registry=book, registry_path=folder / "officials.yaml", data=folder / "data",
        out=folder / "reports", words=Catalogue("ru", book.zone), as_of=NOW,
    )  # fmt: skip


def measured(name: str, folder: Path, dies_after: int | None = None) -> tuple[float, float]:
    """Run a step; return its CPU seconds and the most memory it held, MB."""
    told = [sys.executable, __file__, "--step", name, str(folder), str(dies_after or 0)]
    environ = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    child = subprocess.Popen(told, env=environ)
    _, status, used = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in ({0} if dies_after is None else {9}):
        raise SystemExit(f"{name}: ended with {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def size_of(folder: Path) -> float:
    """Return what a folder takes on the disk, MB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def row(offices: int) -> None:
    """Measure a number of offices and print a line of the table."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "officials.yaml").write_text(registry_of(offices), encoding="utf-8")
        found = {name: measured(name, folder) for name in STEPS}
        disk = size_of(folder / "data")
        pages = size_of(folder / "reports")
        largest = max(page.stat().st_size for page in (folder / "reports").rglob("*.html")) / 1e3
    cells = [f"{cpu:.1f} s, {1000 * cpu / offices:.1f} ms, {memory:.0f} MB" for cpu, memory in found.values()]
    sizes = [f"{mb:.0f} MB, {1000 * mb / offices:.0f} kB" for mb in (disk, pages)]
    print(f"| {offices:,} | " + " | ".join([*cells, *sizes, f"{largest:.0f} kB"]) + " |", flush=True)


def killed(offices: int) -> None:
    """Kill a collecting run in the middle, go on, and say how often a page was asked for twice."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "officials.yaml").write_text(registry_of(offices), encoding="utf-8")
        measured("collect", folder, dies_after=offices // 2)
        measured("collect", folder)
        asked = Counter((folder / "asked.txt").read_text(encoding="utf-8").split())
    twice = sum(count > 1 for count in asked.values())
    missing = offices + -(-offices // 3) - len(asked)
    print(f"{offices:,} offices, killed in the middle: {twice} pages looked at twice, {missing} never")


def main() -> None:
    """Print the table, and what a kill costs."""
    if sys.argv[1:2] == ["--step"]:
        step(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]) or None)
        return
    wanted = [int(one.replace(",", "")) for one in sys.argv[1:]] or [20, 200, 2000]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    python, cores = platform.python_version(), os.cpu_count()
    print(f"{datetime.now(UTC):%d.%m.%Y}, {platform.machine()}, {cores} cores, Python {python}")
    print("CPU, CPU an office, most memory; then what the archive and the reports take, and the largest page\n")
    print("| offices | " + " | ".join(STEPS) + " | archive | reports | largest page |\n|" + "---|" * (len(STEPS) + 4))
    started = time.monotonic()
    for offices in wanted:
        row(offices)
    killed(wanted[min(1, len(wanted) - 1)])
    print(f"{time.monotonic() - started:.0f} s in all")


if __name__ == "__main__":
    main()
