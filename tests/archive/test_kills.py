"""A run may be killed, or the disk may fill, at any moment: what was stored stands, and the next goes on."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.archive import Archive
from tests.archive_samples import NOW, begun, evidence, flaws
from tests.conftest import ROOT

pytestmark = pytest.mark.thorough

WRITE = """
import os, random, resource, signal, sys
from pathlib import Path
from auditor.archive import Archive
from auditor.base.answers import keep
from auditor.base.snapshot import EvidenceKind
from auditor.commands.cli import run_guarded
from tests.archive_samples import NOW, WEEK, begun
from tests.cases import snapshot

folder, how, point, accounts = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
random.seed(point)
left, whole, fsync = point, os.pwrite, os.fsync


def dying(act, *first):
    global left
    left -= 1
    if left == 0:
        act(*first)
        os.kill(os.getpid(), signal.SIGKILL)


def torn(file, data, at):
    dying(whole, file, data[: len(data) // 2], at)
    return whole(file, data, at)


if how == "die":
    os.pwrite, os.fsync = torn, lambda file: dying(fsync, file) or fsync(file)
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (point, resource.RLIM_INFINITY))


def main():
    with Archive.open(folder) as archive:
        run = begun(archive)
        for number in range(accounts):
            url = f"https://t.me/rayon_{number}"
            bodies = [random.randbytes(random.choice([10, 3000, 60000])) for _ in range(3)]
            answers = [keep(EvidenceKind.POSTS, url, fetched_at=NOW, status=200, received=body) for body in bodies]
            seen = snapshot(url=url, evidence=tuple(answer.evidence for answer in answers))
            archive.looks.save(run, str(WEEK), seen, answers)
            print(number, flush=True)
        archive.finish_run(run, NOW)
        print("finished", flush=True)


sys.exit(run_guarded(main))
"""


def written(folder: Path, how: str, point: int, accounts: int) -> subprocess.CompletedProcess[str]:
    """What came of a process that writes a run, and comes to an end in this way at this point."""
    command = [sys.executable, "-c", WRITE, str(folder), how, str(point), str(accounts)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def sound_after(folder: Path, said: list[str]) -> None:
    """Everything that was said to be stored is; the next run closes the killed one and goes on; nothing is wrong."""
    begin = datetime(2027, 1, 1, tzinfo=UTC)
    if (folder / "archive.sqlite").exists():
        assert [flaw for flaw in flaws(folder) if not flaw.harmless] == []
        with Archive.read(folder) as archive:
            seen = archive.looks.snapshots(NOW)
            assert len(seen) >= len([line for line in said if line.isdigit()])
            answers = [answer for rows in seen.values() for answer in rows[0].snapshot.evidence]
            assert None not in [evidence(archive, answer.id) for answer in answers]
    with Archive.open(folder) as archive:
        run = begun(archive, begin)
        archive.finish_run(run, begin)
        store = archive._store
        files = {store.file(one, part): n for one in range(1, run + 1) for part, n in store.sizes(one).items() if n}
        assert {path.name: path.stat().st_size for path in (folder / "evidence").iterdir()} == files, "no torn end"
        finished = [seal.facts["finished"] for seal in archive.answers.seals() if seal.kind == "run"]
        assert finished == [*(["finished" in said] if run > 1 else []), True]
    assert [flaw for flaw in flaws(folder) if not flaw.harmless] == []


def test_killed_at_every_write_and_sync_in_turn(tmp_path: Path) -> None:
    """Half of what was to be written is there, and then nothing more, until one attempt comes through."""
    for point in range(1, 100):
        done = written(tmp_path / str(point), "die", point, 5)
        assert done.stderr == ""
        sound_after(tmp_path / str(point), done.stdout.split())
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert point > 10


@pytest.mark.parametrize("size", [1_000, 70_000, 150_000, 400_000])
def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path: Path, size: int) -> None:
    """No file may grow beyond a size: the database or the evidence comes to it first, wherever the run is by then."""
    with Archive.open(tmp_path) as archive:
        archive.audits.save("2020-W01", NOW, "{}")
    done = written(tmp_path, "full", size, 60)
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)
    assert done.stderr.startswith(f"auditor: {tmp_path}")
    sound_after(tmp_path, done.stdout.split())
