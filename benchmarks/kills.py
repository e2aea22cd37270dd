"""Does the next run of a command repair one that was killed at a random moment?

    PYTHONPATH=. python benchmarks/kills.py weekly|purge [KILLS SEED]

SIGKILL ends `auditor weekly` or `auditor purge` at a random moment. Then the command runs again to
its end, and `auditor evidence verify` must find nothing.

`weekly` runs against the sandbox over real sockets, on every route. The audit must be that of an unbroken run, except
for the ids of answers, the number of requests, and what only a second look can tell. `purge` (three invented weeks) is
killed within the work itself, counted from when it holds the archive's lock, and is told a later moment: comments of
all weeks are due by then, and pages of two. All that an unbroken run leaves must be there: runs, looks, posts,
controls, audits, each stored answer; and no file may be empty.

27 November 2026, two cores of a Xeon that others used too: repaired were 50 of 50 `weekly` runs and 50 of 50 `purge`
runs (37 killed before their end). 29 November 2026: 30 of 30 `weekly` runs.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from importlib import import_module
from itertools import zip_longest
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import auditor
from auditor.archive import Archive
from auditor.archive.answers import Entry
from auditor.archive.opening import FILE
from auditor.commands import cli
from auditor.sandbox import Sandbox, World

LATER = timedelta(days=360)
"""By then comments of every week are due, and pages of all but the last week."""


def command(folder: Path, environ: dict[str, str], *args: str) -> subprocess.Popen[bytes]:
    """Start ``auditor ARGS`` in `folder` with nothing of this machine's settings."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("AUDITOR_")}
    data = {"AUDITOR_DATA": str(folder / "data"), "AUDITOR_OUT": str(folder / "reports")}
    return subprocess.Popen(
        [sys.executable, "-m", "auditor", *args],
        cwd=folder,
        env=plain | data | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(world: World, folder: Path, kill_after: float | None) -> tuple[dict[str, object], float, str]:
    """Run a week, first killed after some seconds if so wished; return the audit, its seconds, what verify says."""
    folder.mkdir()
    (folder / "client").mkdir()
    (folder / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    weekly = ("weekly", "-q", "--as-of", world.now.isoformat())
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        environ = sandbox.settings(folder / "client")
        if kill_after is not None:
            broken = command(folder, environ, *weekly)
            time.sleep(kill_after)
            broken.send_signal(signal.SIGKILL)
            broken.communicate()
        began = time.monotonic()
        whole = command(folder, environ, *weekly)
        _, said = whole.communicate()
        seconds = time.monotonic() - began
    if whole.returncode not in {0, 1, 3}:
        raise SystemExit(f"weekly ended with {whole.returncode}: {said.decode()}")
    path = folder / "reports" / world.week / "audit.json"
    return json.loads(path.read_text(encoding="utf-8")), seconds, verdict(folder)


def forked(folder: Path, args: tuple[str, ...]) -> ForkProcess:
    """Start ``auditor ARGS`` in `folder` in a process forked from this one, which need not import the program."""
    process = get_context("fork").Process(target=_auditor, args=(folder, args))
    process.start()
    return process


def _auditor(folder: Path, args: tuple[str, ...]) -> None:
    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith("AUDITOR_")]:
        del os.environ[name]
    os.environ |= {"AUDITOR_DATA": str(folder / "data"), "AUDITOR_OUT": str(folder / "reports"), "AUDITOR_LANG": "en"}
    with (folder / "said").open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    sys.argv = ["auditor", *args]
    cli.main()


def ended(process: ForkProcess, folder: Path) -> tuple[int, str]:
    """Wait for a process; return its exit code and what it wrote."""
    process.join()
    assert process.exitcode is not None
    return process.exitcode, (folder / "said").read_text(encoding="utf-8")


def verdict(folder: Path) -> str:
    """Return what `evidence verify` finds and which files are empty; nothing where all is well."""
    code, said = ended(forked(folder, ("evidence", "verify")), folder)
    wrong = [] if code == 0 else [said]
    return "; ".join(wrong + [f"{path.name} is empty" for path in folder.glob("data/**/*") if empty(path)])


def empty(path: Path) -> bool:
    """Tell whether a file has nothing in it."""
    return path.is_file() and path.stat().st_size == 0


_BY_LOGIN = {"evidence", "seal", "requests"}
"""Ids and hashes differ by login, and a run that was killed has made requests too."""
_BY_SECOND_LOOK = {"gone", "threads_closed", "threads_opened"}
"""What has changed since the look before: unknown, not none, where a page was looked at once."""


def judged(value: object) -> object:
    """Leave out what may differ between an unbroken run and one that was repaired by a second look."""
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if key not in _BY_LOGIN}
        return {key: (inner or 0) if key in _BY_SECOND_LOOK else judged(inner) for key, inner in kept.items()}
    return [judged(inner) for inner in value] if isinstance(value, list) else value


def gap(expected: object, found: object) -> str:
    """Return where two audits differ first."""
    lines = zip_longest(_lines(expected), _lines(found), fillvalue="")
    return next((f"{then.strip()} is {now.strip()}" for then, now in lines if then != now), "")


def _lines(audit: object) -> list[str]:
    return json.dumps(judged(audit), ensure_ascii=False, indent=1, sort_keys=True).splitlines()


def kill_weekly(kills: int, chance: random.Random, place: Path) -> int:
    """Print a line for each killed run; return how many were repaired."""
    world, good = World.build(), 0
    expected, life, found = run(world, place / "unbroken", None)
    print(f"unbroken: {life:.1f} s, archive {found or 'whole'}", flush=True)
    for number in range(kills):
        moment = chance.uniform(0.1, life)
        audit, _, found = run(world, place / str(number), moment)
        same = judged(audit) == judged(expected)
        good += same and not found
        told = f"{'same audit' if same else f'ANOTHER AUDIT {gap(expected, audit)}'}, archive {found or 'whole'}"
        print(f"{number + 1}: killed after {moment:.2f} s of {life:.1f}: {told}", flush=True)
    return good


def weeks_archive(folder: Path, weeks: int = 3) -> Path:
    """Audit invented weeks into `folder`, with its registry, reports and data."""
    folder.mkdir(parents=True)
    made = command(folder, {}, "demo", "-q", "--weeks", str(weeks), "--out", str(folder))
    _, said = made.communicate()
    if made.returncode:
        raise SystemExit(f"demo ended with {made.returncode}: {said.decode()}")
    return folder


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Return what the archive in `folder` holds."""
    with closing(sqlite3.connect(folder / "data" / FILE)) as db:
        return db.execute(query).fetchall()


_KEPT = ("runs", "controls", "looks", "answers", "searches", "audits", "logins", "registries")


def held(folder: Path) -> dict[str, str]:
    """Return a digest of all rows that a command must leave alike, by table, and of each stored answer."""
    with Archive.read(folder / "data") as archive:
        found = {name: repr(sorted(rows(folder, f"SELECT * FROM {name}"), key=repr)) for name in _KEPT}
        found["bodies"] = repr([(entry.purged, _body(archive, entry)) for entry in archive.answers.entries()])
    found["files"] = repr(sorted(path.name for path in (folder / "data").glob("**/*")))
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in found.items()}


def _body(archive: Archive, entry: Entry) -> bytes | None:
    return archive.answers.record(entry).body if entry.purged is None else None


def once(folder: Path, args: tuple[str, ...], kill_after: float | None) -> tuple[float, int]:
    """Run a command, killed some seconds after it took the lock; return its seconds from there, and its exit code."""
    process = forked(folder, args)
    lock = folder / "data" / "lock"
    while process.is_alive() and lock.read_text().strip() != str(process.pid):
        time.sleep(0.001)
    began = time.monotonic()
    if kill_after is not None:
        time.sleep(kill_after)
        process.kill()
    code, said = ended(process, folder)
    if code > 0:
        raise SystemExit(f"{args[0]} ended with {code}: {said}")
    return time.monotonic() - began, code


def kill_purge(kills: int, chance: random.Random, place: Path) -> int:
    """Kill `purge` of three weeks; print a line for each kill, and return how many were repaired."""
    later = (World.build().now + LATER).isoformat()
    made, args = weeks_archive(place / "base"), ("purge", "-q", "--as-of", later)
    whole, good = shutil.copytree(made, place / "whole"), 0
    life, _ = once(whole, args, None)
    expected = held(whole)
    print(f"unbroken: {life:.2f} s, archive {verdict(whole) or 'whole'}", flush=True)
    for number in range(kills):
        folder, moment = place / str(number), chance.uniform(0, life)
        shutil.copytree(made, folder)
        _, code = once(folder, args, moment)
        once(folder, args, None)
        now, found = held(folder), verdict(folder)
        other = [name for name, value in now.items() if value != expected[name]]
        good += not other and not found
        how = "killed" if code < 0 else "had ended"
        told = f"{'OTHER ' + ', '.join(other) if other else 'nothing lost'}, archive {found or 'whole'}"
        print(f"{number + 1}: {how} after {moment:.3f} s of {life:.2f}: {told}", flush=True)
        shutil.rmtree(folder)
    return good


_COMMANDS: dict[str, Callable[[int, random.Random, Path], int]] = {
    "weekly": kill_weekly,
    "purge": kill_purge,
}


def main(what: str = "weekly", kills: str = "50", seed: str = "1") -> None:
    """Print a line for each kill, and how many were repaired."""
    for module in walk_packages(auditor.__path__, "auditor."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    with tempfile.TemporaryDirectory() as place:
        good = _COMMANDS[what](int(kills), random.Random(int(seed)), Path(place))
    print(f"{what}: {good} of {kills} kills repaired")


if __name__ == "__main__":
    main(*sys.argv[1:])
