"""How an archive grows: seconds, memory and disk of `check WHO --offline` and of the archive, by offices and weeks.

    PYTHONPATH=. python benchmarks/archive.py [--before CHECKOUT] [--kept FOLDER] [OFFICESxWEEKS ...]

With `--before` another checkout, which has its own `.venv`, makes and reads the same archives in the same run. The
world is invented, written straight into the archive (no servers, no network); the disk is not waited for. Beside the
seconds it says how many times those of one week they are, and of the libraries that every command imports.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from auditor.archive import Archive
from auditor.base.answers import Answer, keep
from auditor.base.snapshot import (
    Comment,
    CommentsState,
    ControlResult,
    EvidenceKind,
    Outcome,
    Post,
    Route,
    Side,
    Snapshot,
)
from auditor.base.weeks import Week
from auditor.probes.base import Target, Window
from auditor.registry import Registry, load_registry
from auditor.run.notes import Note
from auditor.run.session import open_session
from auditor.run.week import judge_week

SHAPES = ("20x1", "20x52", "20x260", "200x1", "200x52", "200x260")
ZONE = ZoneInfo("Asia/Tomsk")
LAST = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""When the last week was looked at: two hours after it had ended."""
POSTS, COMMENTS = 4, 6
"""Of a page in a week; under a post."""


# The invented world -------------------------------------------------------------------------------------------------


def registry_text(offices: int) -> str:
    """Return a registry with a VK page and a channel for each head."""
    head = {
        "timezone": "Asia/Tomsk",
        "expects": {"municipal_head": offices},
        "directive": {
            "title": "Вымышленное поручение",
            "issuer": "Губернатор вымышленной области",
            "issued": "2022-05-25",
            "deadline": "2022-06-01T00:00",
            "binds": "municipal_head",
            "source": "https://example.invalid/directive",
        },
        "controls": [{"url": "https://t.me/telegram", "exists": True}, {"url": "https://vk.com/team", "exists": True}],
        "offices": [_office(number) for number in range(offices)],
    }
    return json.dumps(head, ensure_ascii=False, indent=1)  # JSON is YAML


def _office(number: int) -> dict[str, object]:
    confirmed = {"on": "2026-10-01", "how": "вымысел", "sources": ["https://example.invalid/"]}
    pages = [f"https://vk.com/primer_glava_{number:04d}", f"https://t.me/primer_glava_{number:04d}"]
    tenure = {
        "name": f"Примеров Пример Примерович {number}",
        "since": "2021-12",
        "known_as_of": "2026-10",
        "sources": ["https://example.invalid/"],
        "accounts": [{"url": url, "kind": "personal", "confirmed": confirmed} for url in pages],
    }
    title, place = f"глава Примерного района № {number}", f"Примерный район № {number}"
    names = {"id": f"rayon-{number:04d}", "municipality": place, "title": title, "group": "municipal_head"}
    return {**names, "tenures": [tenure]}


def make(folder: Path, offices: int, weeks: int) -> None:
    """Write an archive of `weeks` weekly runs over `offices` offices into `folder`."""
    os.fsync = lambda _: None  # type: ignore[assignment]  # the benchmark is of reading
    book = folder / "officials.yaml"
    book.write_text(registry_text(offices), encoding="utf-8")
    registry = load_registry(book)
    session = open_session(registry=book, data=folder / "data", lang="ru")
    audit = None
    with Archive.open(folder / "data") as archive:
        archive._store.db.execute("PRAGMA synchronous = OFF")  # noqa: SLF001
        archive.mark_synthetic()
        for back in reversed(range(weeks)):
            moment = LAST - timedelta(weeks=back)
            week = Week.last_ended(moment, ZONE)
            _run(archive, registry, week, moment)
            if audit is None:
                audit, first = judge_week(session, archive, week, moment).to_stored(), str(week)
            archive.audits.save(str(week), moment, audit.replace(first, str(week)), registry.text)


def _run(archive: Archive, registry: Registry, week: Week, moment: datetime) -> None:
    run = archive.start_run(week=str(week), command="weekly", started_at=moment, vantage="", tool_version="0")
    archive.keep_registry(run, registry.text)
    pages = [account.url for office in registry.offices for account in office.tenures[0].accounts]
    for route, url in (("telegram_preview", "https://t.me/telegram"), ("vk", "https://vk.com/team")):
        told: dict[str, Any] = {"network": Route(route).network, "route": route, "url": url, "expected": True}
        archive.looks.save_control(run, ControlResult(outcome=Outcome.PASSED, **told), ())
    window = Window.of(week, moment)
    for page in pages:
        target = Target(page, others=frozenset(pages) - {page})
        for route in ("vk",) if page.network == "vk" else ("telegram_preview", "telegram_client"):
            answers = tuple(_answers(page.url, route, moment))
            look = _look(page.url, Route(route), window, moment, answers)
            archive.looks.save(run, str(week), look, answers, Note(target=target, window=window))
    archive.finish_run(run, moment)


def _answers(url: str, route: str, moment: datetime) -> Iterator[Answer]:

    for kind in (EvidenceKind.PROFILE, EvidenceKind.POSTS, EvidenceKind.COMMENTS):
        body = f"<html>{url} {route} {kind} {moment}</html>".encode() * 20
        yield keep(kind, url, fetched_at=moment, status=200, received=body)


def _look(url: str, route: Route, window: Window, moment: datetime, answers: Sequence[Answer]) -> Snapshot:

    step = timedelta(days=7 / POSTS)
    first, last = (int((at - datetime(2020, 1, 1, tzinfo=UTC)) / step) for at in (window.posts_from, moment))
    numbers = range(first + 1, last)
    posts = [_post(url, number, datetime(2020, 1, 1, tzinfo=UTC) + number * step, window) for number in numbers]
    return Snapshot(
        network=route.network,
        route=route,
        url=url,
        taken_at=moment,
        exists=True,
        kind="profile",
        id=abs(hash(url)) % 10**9,
        subscribers=1000,
        opened_at=datetime(2022, 5, 20, tzinfo=UTC),
        opened_precision="not_later_than",
        posts_since=window.posts_from,
        posts=[post.model_copy(update={"comments_state": CommentsState.OPEN}) for post in posts],
        evidence=tuple(answer.evidence for answer in answers),
    )


def _post(url: str, number: int, at: datetime, window: Window) -> Post:
    read = at >= window.comments_from
    digest = hashlib.sha256(f"{url} {number}".encode()).hexdigest()
    comments = [_comment(number * 100 + n, at, n) for n in range(COMMENTS)] if read else []
    return Post(
        id=number,
        at=at,
        url=f"{url}/{number}",
        sketch="".join(sorted(chr(0xF0000 + int(digest[at : at + 4], 16)) for at in range(0, len(digest), 4))),
        comments_count=COMMENTS,
        comments_cause=None if read else "too_little_data",
        comments=comments,
    )


def _comment(number: int, at: datetime, n: int) -> Comment:

    asks = n % 2 == 0
    who: dict[str, Any] = {
        "side": Side.CITIZEN,
        "says": "asks",
        "rule": "q1",
        "rules": 1,
        "author": number % 7 + 1,
    }
    answer: dict[str, Any] = {"side": Side.OWNER, "answers": number - 1, "reply_to": number - 1}
    return Comment(id=number, at=at + timedelta(hours=1 + n), **(who if asks else answer))


# Measured -----------------------------------------------------------------------------------------------------------

ROUNDS = 5
LIBRARIES = "import pydantic, typer, rich, yaml"
"""What a check is held against: these four imported, and nothing done with them."""


@dataclass(frozen=True, slots=True)
class Place:
    """An archive of so many offices and weeks, and the program that made it and reads it."""

    program: str
    checkout: Path
    folder: Path
    offices: int
    weeks: int

    @property
    def python(self) -> str:
        """The program's own interpreter, or this one."""
        own = self.checkout / ".venv" / "bin" / "python"
        return str(own) if own.exists() else sys.executable

    def make(self) -> None:
        """Write the archive where it is not there already."""
        if self.folder.exists():
            return
        self.folder.mkdir(parents=True)
        command = [self.python, __file__, "--make", str(self.folder), str(self.offices), str(self.weeks)]
        subprocess.run(command, check=True, cwd=self.checkout, env={**os.environ, "PYTHONPATH": str(self.checkout)})
        with closing(sqlite3.connect(self.folder / "data" / "archive.sqlite")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log is folded in, as time does

    def check(self) -> tuple[float, float]:
        """Return the processor's seconds and the megabytes of a check."""
        who = ["-m", "auditor", "check", "rayon-0003", "--offline", "--as-of", LAST.isoformat(), "--week", "2026-W47"]
        place = ["--registry", str(self.folder / "officials.yaml"), "--data", str(self.folder / "data")]
        return _timed([self.python, *who, *place], self.checkout)

    def is_start_of(self, other: "Place") -> bool:
        """Tell whether it is the same archive after its first week."""
        return (self.program, self.offices, self.weeks) == (other.program, other.offices, 1)

    @property
    def disk(self) -> float:
        """Megabytes of the database."""
        return sum(path.stat().st_size for path in (self.folder / "data").glob("archive.sqlite*")) / 1e6


def _timed(command: list[str], checkout: Path) -> tuple[float, float]:
    child = subprocess.Popen(command, cwd=checkout, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1, 3}:
        raise SystemExit(said.decode())
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measure(places: Sequence[Place]) -> None:
    """Run everything in turn, some rounds long, and print the least of each."""
    runs: dict[Place, list[tuple[float, float]]] = {place: [] for place in places}
    libraries = []
    for _ in range(ROUNDS):
        libraries.append(_timed([sys.executable, "-c", LIBRARIES], Path.cwd())[0])
        for place, found in runs.items():
            found.append(place.check())
    seconds = {place: min(one for one, _ in found) for place, found in runs.items()}
    print(f"`{LIBRARIES}` alone: {min(libraries):.3f} s; load of the machine: {os.getloadavg()[0]:.1f}\n")
    titles = "program | offices | weeks | CPU s | of one week | of the libraries | MB of memory | MB of disk"
    print(f"| {titles} |\n{'|---' * 8}|")
    for place, found in runs.items():
        start = next((seconds[one] for one in places if one.is_start_of(place)), None)
        times = f"{seconds[place] / start:.2f}" if start else "—"
        told = f"{seconds[place]:.2f} | {times} | {seconds[place] / min(libraries):.1f}"
        memory = max(megabytes for _, megabytes in found)
        print(f"| {place.program} | {place.offices} | {place.weeks} | {told} | {memory:,.0f} | {place.disk:,.1f} |")


def main(arguments: list[str]) -> None:
    """Make the archives of each shape and program, and measure them."""
    asked = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    asked.add_argument("--before", type=Path, help="another checkout, measured beside this one")
    asked.add_argument("--kept", type=Path, help="a folder where archives are left for the next time")
    asked.add_argument("shapes", nargs="*", default=SHAPES, metavar="OFFICESxWEEKS")
    given = asked.parse_args(arguments)
    programs = {"now": Path(__file__).parent.parent.resolve()}
    if given.before is not None:
        programs = {"before": given.before.resolve(), **programs}
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["XDG_CACHE_HOME"] = f"{temporary}/cache"  # what others have compiled is not taken
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # to compile the program anew is no part of a check
        root = given.kept or Path(temporary)
        sizes = [(shape, *map(int, shape.split("x"))) for shape in given.shapes]
        places = [
            Place(name, checkout, root.resolve() / (shape if name == "now" else f"{shape}-{name}"), offices, weeks)
            for shape, offices, weeks in sizes
            for name, checkout in programs.items()
        ]
        for place in places:
            place.make()
        measure(places)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        main(sys.argv[1:])
