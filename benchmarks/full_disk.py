"""What do `weekly` and `purge` say on a full disk, and does the next run go on once there is room?

    PYTHONPATH=. python benchmarks/full_disk.py [weekly|purge]

The data folder is on a tmpfs (root mounts it) with ten sizes of free room in turn, each too small for the work or just
large enough. A command that does not find the room must end with exit code 4 and one plain line. Then the file system
is made larger and the command runs again: `evidence verify` must find nothing, no file may be empty, and all that was
stored before must be there. After `purge` the archive must be what an unbroken one leaves.

27 November 2026, two cores of a Xeon that others used too: all ten sizes of both commands as they must be. `weekly` had
room enough with 16 MiB, `purge` with 4 and with 6. 29 November 2026: all ten of `weekly`.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from auditor.archive import Archive
from auditor.sandbox import Sandbox, World
from benchmarks.kills import LATER, command, ended, forked, gap, held, judged, rows, verdict, weeks_archive

ROOMS = {
    "weekly": (8, 32, 64, 128, 256, 512, 1024, 2048, 4096, 16384),
    "purge": (8, 32, 64, 256, 512, 1024, 2048, 3072, 4096, 6144),
}
"""Free room beside what is stored before the command begins, in KiB."""
_AMPLE = "64m"


@contextmanager
def copied(base: Path, folder: Path) -> Iterator[Path]:
    """Copy what is in `base`, its data to a file system of its own."""
    shutil.copytree(base, folder, ignore=shutil.ignore_patterns("data"))
    (folder / "data").mkdir()
    mount(folder / "data", _AMPLE)
    try:
        shutil.copytree(base / "data", folder / "data", dirs_exist_ok=True)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder / "data"], check=True)


def mount(folder: Path, size: str, *more: str) -> None:
    options = ",".join([*more, f"size={size}", "mode=0700"])
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)


def leave(folder: Path, room: int) -> None:
    """Let so many KiB be free: the rest of the file system is what is stored."""
    mount(folder, f"{shutil.disk_usage(folder).used // 1024 + room}k", "remount")


def said_by(folder: Path, environ: dict[str, str], args: tuple[str, ...]) -> tuple[int, str]:
    """Run a command; return its exit code and its standard error."""
    process = command(folder, environ, *args)
    _, said = process.communicate()
    return process.returncode, said.decode()


def plain(code: int, said: str) -> bool:
    """Tell whether a command ended well, or with exit code 4 and one line that is no defect's."""
    one_line = said.startswith("auditor: ") and said.count("\n") == 1 and "defect" not in said
    return code in {0, 1, 3} or (code == 4 and one_line)


def rows_in(folder: Path) -> dict[str, set[str]]:
    """Return what is stored and never changes: answers, looks, audits."""
    with Archive.read(folder / "data") as archive:
        found = {"answers": {repr(entry.evidence) for entry in archive.answers.entries()}}
    for name, columns in (("looks", "run_id, route, url, core"), ("audits", "id, body")):
        found[name] = set(map(repr, rows(folder, f"SELECT {columns} FROM {name}")))
    return found


def audit_in(folder: Path, world: World) -> object:
    """Return the week's audit without what differs by login."""
    return judged(json.loads((folder / "reports" / world.week / "audit.json").read_text(encoding="utf-8")))


def looked(folder: Path, world: World, back: int = 0, room: int | None = None) -> tuple[int, str]:
    """Audit the week so many weeks before the last one, with so many KiB left."""
    with Sandbox(world) as sandbox:
        sandbox.now = world.now - timedelta(weeks=back)
        shutil.rmtree(folder / "client", ignore_errors=True)
        (folder / "client").mkdir()
        environ = sandbox.settings(folder / "client")
        if room is not None:
            leave(folder / "data", room)
        return said_by(folder, environ, ("weekly", "-q", "--lang", "en", "--as-of", sandbox.now.isoformat()))


def fill_weekly(place: Path) -> Iterator[tuple[int, bool, str]]:
    """Let `weekly` find little room beside the week before; yield the room, whether all held, and what was said."""
    world, base, whole = World.build(), place / "base", place / "whole"
    (base / "data").mkdir(parents=True, mode=0o700)
    (base / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    looked(base, world, back=1)
    looked(shutil.copytree(base, whole), world)
    stored = rows_in(base)
    for room in ROOMS["weekly"]:
        with copied(base, place / str(room)) as folder:
            first = looked(folder, world, room=room)
            mount(folder / "data", _AMPLE, "remount")
            then, now = looked(folder, world), rows_in(folder)
            lost = [name for name, there in stored.items() if not there <= now[name]]
            if then[0] != 4 and audit_in(folder, world) != audit_in(whole, world):
                lost.append(f"the audit {gap(audit_in(whole, world), audit_in(folder, world))}")
            yield room, *told(first, then, lost, verdict(folder))


def fill_purge(place: Path) -> Iterator[tuple[int, bool, str]]:
    """Let `purge` of three weeks find little room; yield the room, whether all held, and what was said."""
    base, whole = weeks_archive(place / "base"), place / "whole"
    args = ("purge", "-q", "--as-of", (World.build().now + LATER).isoformat())
    ended(forked(shutil.copytree(base, whole), args), whole)
    expected = held(whole)
    for room in ROOMS["purge"]:
        with copied(base, place / str(room)) as folder:
            leave(folder / "data", room)
            first = ended(forked(folder, args), folder)
            mount(folder / "data", _AMPLE, "remount")
            then, now = ended(forked(folder, args), folder), held(folder)
            lost = [name for name, value in expected.items() if now[name] != value]
            yield room, *told(first, then, lost, verdict(folder))


def told(first: tuple[int, str], then: tuple[int, str], lost: list[str], found: str) -> tuple[bool, str]:
    """Return whether all is as it must be, and say what happened."""
    good = plain(*first) and then[0] in {0, 1, 3} and not lost and not found
    return good, (
        f"exit {first[0]} {first[1].strip()!r}, then exit {then[0]} {then[1].strip()!r}, "
        f"{'OTHER ' + ', '.join(lost) if lost else 'nothing lost'}, archive {found or 'whole'}"
    )


def main(*whats: str) -> None:
    """Print a line for each size, and for how many all was as it must be."""
    for what in whats or ROOMS:
        good = 0
        with tempfile.TemporaryDirectory() as place:
            for room, well, line in (fill_weekly if what == "weekly" else fill_purge)(Path(place)):
                good += well
                print(f"{what}, {room} KiB free: {line}", flush=True)
        print(f"{what}: {good} of {len(ROOMS[what])} sizes as they must be")


if __name__ == "__main__":
    main(*sys.argv[1:])
