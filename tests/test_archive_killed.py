"""A run may be killed, or the disk may fill, at any moment: what was stored before stands, and the next run goes on."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.verify import Flaw
from auditor.base.errors import ArchiveError
from tests.archive_samples import evidence
from tests.cases import NOW, WEEK

WRITE = """
import random, sys
from datetime import timedelta
from pathlib import Path
from auditor.archive import Archive
from auditor.archive.verify import Flaw
from auditor.base.answers import keep
from auditor.base.snapshot import EvidenceKind
from tests.cases import NOW, WEEK, snapshot

PREPARED = ""
random.seed(int(sys.argv[2]))
folder, accounts = Path(sys.argv[1]), int(sys.argv[3])


def sighting(number):
    answers = []
    for part in range(3):
        url, body = f"https://t.me/rayon_{number}?before={part}", random.randbytes(random.choice([10, 3000, 60000]))
        answers.append(keep(EvidenceKind.POSTS, url, fetched_at=NOW, status=200, received=body, method="GET"))
    seen = snapshot(url=f"https://t.me/rayon_{number}", taken_at=NOW, evidence=tuple(a.evidence for a in answers))
    return seen, tuple(answers)


with Archive.open(folder) as archive:
    run = archive.start_run(week=str(WEEK), command="weekly", started_at=NOW, vantage="", tool_version="0")
    print("started", flush=True)
    for number in range(accounts):
        archive.looks.save(run, str(WEEK), *sighting(number))
        print(number, flush=True)
    archive.finish_run(run, NOW + timedelta(minutes=1))
    print("finished", flush=True)
"""

DIE = """
import os, signal
left = int(sys.argv[4])
whole, fsync = os.pwrite, os.fsync


def die(once):
    global left
    left -= 1
    if left == 0:
        once()
        os.kill(os.getpid(), signal.SIGKILL)


def torn(file, data, at):
    die(lambda: whole(file, data[: len(data) // 2], at))
    return whole(file, data, at)


def unsettled(file):
    fsync(file)
    die(lambda: None)


os.pwrite, os.fsync = torn, unsettled
"""


def writing(folder: Path, *more: int, prepared: str = "", accounts: int = 12, seed: int = 1) -> list[str]:
    return [sys.executable, "-c", WRITE.replace('PREPARED = ""', prepared), str(folder), str(seed), str(accounts)] + [
        str(value) for value in more
    ]


def hurt(archive: Archive) -> list[Flaw]:
    """What is wrong. A part that a killed write left beside is only named."""
    return [flaw for flaw in archive.verify() if not flaw.harmless]


def sound_after(folder: Path, said: list[str]) -> None:
    """Everything that was said to be stored is; the next run closes the killed one and goes on; nothing is wrong."""
    stored = [line for line in said if line.isdigit()]
    if (folder / "archive.sqlite").exists():
        with Archive.read(folder) as archive:
            assert hurt(archive) == []
            seen = archive.looks.snapshots(NOW)
            assert len(seen) >= len(stored)
            for rows in seen.values():
                for answer in rows[0].snapshot.evidence:
                    assert evidence(archive, answer.id) is not None
    with Archive.open(folder) as archive:
        run = archive.start_run(
            week=str(WEEK), command="weekly", started_at=NOW + timedelta(days=1), vantage="", tool_version="0"
        )
        archive.finish_run(run, NOW + timedelta(days=1))
        assert hurt(archive) == []
        store = archive._store
        files = [(store.file(one, part), size) for one in range(1, run + 1) for part, size in store.sizes(one).items()]
        there = {path.name: path.stat().st_size for path in (folder / "evidence").iterdir()}
        assert {name: size for name, size in files if size} == there, "the torn end is cut off"
        bodies = [seal.body for seal in archive.answers.seals() if seal.kind == "run"]
        assert len(bodies) == run
        if run > 1:
            assert ('"finished":true' in bodies[0]) is ("finished" in said)


def test_killed_at_every_write_and_sync_in_turn(tmp_path: Path) -> None:
    """Half of what was to be written is there, and then nothing more, until one attempt comes through."""
    for point in range(1, 100):
        folder = tmp_path / str(point)
        done = subprocess.run(
            writing(folder, point, prepared=DIE, accounts=5), capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        sound_after(folder, done.stdout.split())
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert point > 10


def test_killed_at_random_moments_again_and_again_on_one_archive(tmp_path: Path) -> None:
    """Ten runs of one archive, each killed some milliseconds after its start; each begins by closing the one before."""
    chance = random.Random(5)
    for number in range(10):
        with subprocess.Popen(writing(tmp_path, seed=number, accounts=400), stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.08))
            os.kill(process.pid, signal.SIGKILL)
    with Archive.read(tmp_path) as archive:
        assert hurt(archive) == []
    with Archive.open(tmp_path) as archive:
        run = archive.start_run(week=str(WEEK), command="check", started_at=NOW, vantage="", tool_version="0")
        assert run == 11
        assert [s.run for s in archive.answers.seals()] == list(range(1, 11))
        assert hurt(archive) == []


def test_a_run_that_goes_on_in_another_process_is_not_closed(tmp_path: Path) -> None:
    """`check` may look while `weekly` runs: its file is locked, so it is nobody's to close."""
    pause = writing(tmp_path, prepared="", accounts=1)
    pause[2] = pause[2].replace("    archive.finish_run", "    sys.stdin.read()\n    archive.finish_run")
    with subprocess.Popen(pause, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert [other.stdout.readline(), other.stdout.readline()] == ["started\n", "0\n"]
        with Archive.open(tmp_path) as archive:
            run = archive.start_run(week=str(WEEK), command="check", started_at=NOW, vantage="", tool_version="0")
            assert archive.answers.seals() == []
            archive.finish_run(run, NOW)
            other.communicate("\n")
            assert other.returncode == 0
            assert [seal.run for seal in archive.answers.seals()] == [run, 1]
            assert hurt(archive) == []


FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
"""


@pytest.mark.parametrize("size", [1_000, 70_000, 150_000, 400_000])
def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path: Path, size: int) -> None:
    """No file may grow beyond a size: the database or the evidence comes to it first, wherever the run is by then."""
    with Archive.open(tmp_path) as archive:
        archive.audits.save("2020-W01", NOW, "{}")
    script = writing(tmp_path, size, prepared=FULL, accounts=60)
    script[2] = (
        script[2].replace("with Archive.open", "def main():\n  with Archive.open", 1).replace("\n    ", "\n     ")
    )
    script[2] += "\nfrom auditor.commands.cli import run_guarded\nsys.exit(run_guarded(main))\n"
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 4, done
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"auditor: {tmp_path}")
    sound_after(tmp_path, done.stdout.split())


def test_nothing_is_added_to_a_run_that_has_ended(tmp_path: Path) -> None:
    """Its seal stands for all that it saw."""
    from auditor.base.answers import keep
    from auditor.base.snapshot import EvidenceKind

    late = keep(EvidenceKind.POSTS, "https://t.me/perviy_rayon", fetched_at=NOW, status=200, received=b"late")
    with Archive.open(tmp_path) as archive:
        run = archive.start_run(week=str(WEEK), command="weekly", started_at=NOW, vantage="", tool_version="0")
        archive.finish_run(run, NOW)
        with pytest.raises(ArchiveError, match="has ended"):
            archive.searches.keep(run, [late])
        assert archive.answers.entries() == []
        assert hurt(archive) == []
