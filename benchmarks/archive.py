"""How an archive grows: seconds, memory and disk of `check WHO --offline` and of the archive, by offices and weeks.

    PYTHONPATH=. python benchmarks/archive.py [--before CHECKOUT] [OFFICESxWEEKS ...]

With `--before` another checkout, which has its own `.venv`, makes and reads the same archives in the same run. The
world is invented, written straight into the archive (no servers, no network); the disk is not waited for.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
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
    Identity,
    Outcome,
    Post,
    Route,
    Snapshot,
)
from auditor.base.weeks import Week
from auditor.probes.base import Sighting, Target, Window
from auditor.probes.tape import note_of_look
from auditor.registry import Registry, load_registry
from auditor.run.session import open_session
from auditor.run.week import judge_week

SHAPES = ("20x1", "20x52", "20x260", "200x1", "200x52")
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
        archive._db.execute("PRAGMA synchronous = OFF")  # noqa: SLF001
        archive.mark_synthetic()
        for back in reversed(range(weeks)):
            moment = LAST - timedelta(weeks=back)
            week = Week.last_ended(moment, ZONE)
            _run(archive, registry, week, moment)
            if audit is None:
                audit, first = judge_week(session, archive, week, moment).to_stored(), str(week)
            archive.save_audit(str(week), moment, audit.replace(first, str(week)), registry.text)


def _run(archive: Archive, registry: Registry, week: Week, moment: datetime) -> None:
    run = archive.start_run(week=str(week), command="weekly", started_at=moment, vantage="", tool_version="0")
    archive.keep_registry(run, registry.text, moment)
    pages = [account.url for office in registry.offices for account in office.tenures[0].accounts]
    if hasattr(archive, "keep_plan"):
        archive.keep_plan(run, {page.url for page in pages}, moment)
    for route, url in (("telegram_preview", "https://t.me/telegram"), ("vk", "https://vk.com/team")):
        told: dict[str, Any] = {"network": Route(route).network, "route": route, "url": url, "expected": True}
        archive.save_control(run, ControlResult(outcome=Outcome.PASSED, **told), ())
    window = Window.of(week, moment)
    for page in pages:
        target = Target(page, others=frozenset(pages) - {page})
        for route in ("vk",) if page.network == "vk" else ("telegram_preview", "telegram_client"):
            answers = tuple(_answers(page.url, route, moment))
            look = _look(page.url, Route(route), window, moment, answers)
            note = note_of_look(Route(route), target, window, answers, week=str(week), taken_at=moment, trusted=True)
            archive.save(run, str(week), Sighting(look, answers), note)
    archive.finish_run(run, moment)


def _answers(url: str, route: str, moment: datetime) -> Iterator[Answer]:

    for kind in (EvidenceKind.PROFILE, EvidenceKind.POSTS, EvidenceKind.COMMENTS):
        body = f"<html>{url} {route} {kind} {moment}</html>".encode() * 20
        yield keep(kind, url, fetched_at=moment, status=200, received=body, method="GET", headers=())


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
        text_key=digest,
        sketch="".join(sorted(chr(0xF0000 + int(digest[at : at + 4], 16)) for at in range(0, len(digest), 4))),
        comments_count=COMMENTS,
        comments_cause=None if read else "too_little_data",
        comments=comments,
    )


def _comment(number: int, at: datetime, n: int) -> Comment:

    asks = n % 2 == 0
    who: dict[str, Any] = {
        "identity": Identity.CITIZEN,
        "says": "asks",
        "rule": "q1",
        "rules": 1,
        "author": number % 7 + 1,
    }
    answer: dict[str, Any] = {"identity": Identity.OWNER, "answers": number - 1, "reply_to": number - 1}
    return Comment(id=number, at=at + timedelta(hours=1 + n), **(who if asks else answer))


# Measured -----------------------------------------------------------------------------------------------------------


def measure(folder: Path, python: str, checkout: Path) -> tuple[float, float, float]:
    """Return the processor's seconds (the best of three) and megabytes of a check, and the database's megabytes."""
    who = ["-m", "auditor", "check", "rayon-0003", "--offline", "--as-of", LAST.isoformat(), "--week", "2026-W47"]
    place = ["--registry", str(folder / "officials.yaml"), "--data", str(folder / "data"), "--json"]
    runs = [_timed([python, *who, *place], checkout) for _ in range(3)]
    database = sum(path.stat().st_size for path in (folder / "data").glob("archive.sqlite*"))
    return min(seconds for seconds, _ in runs), max(memory for _, memory in runs), database / 1e6


def _timed(command: list[str], checkout: Path) -> tuple[float, float]:
    child = subprocess.Popen(command, cwd=checkout, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1, 3}:
        raise SystemExit(said.decode())
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _compact(folder: Path) -> None:
    """Fold the log into the database, as time does."""
    database = sqlite3.connect(folder / "data" / "archive.sqlite")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def row(shape: str, name: str, checkout: Path) -> None:
    """Make and measure one archive with the program of `checkout`."""
    offices, weeks = shape.split("x")
    own = checkout / ".venv" / "bin" / "python"
    python = str(own) if own.exists() else sys.executable
    with tempfile.TemporaryDirectory() as place:
        environ = {**os.environ, "PYTHONPATH": str(checkout)}
        subprocess.run([python, __file__, "--make", place, offices, weeks], check=True, cwd=checkout, env=environ)
        _compact(Path(place))
        seconds, memory, disk = measure(Path(place), python, checkout)
    print(f"| {name} | {offices} | {weeks} | {seconds:.2f} | {memory:,.0f} | {disk:,.1f} |", flush=True)


def main(arguments: list[str]) -> None:
    """Print a row for each shape and program."""
    programs = {"now": Path(__file__).parent.parent.resolve()}
    if arguments[:1] == ["--before"]:
        programs = {"before": Path(arguments[1]).resolve(), **programs}
        arguments = arguments[2:]
    print("| program | offices | weeks | check: CPU s | MB of memory | MB of database |\n|" + "---|" * 6)
    for shape in arguments or SHAPES:
        for name, checkout in programs.items():
            row(shape, name, checkout)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        main(sys.argv[1:])
