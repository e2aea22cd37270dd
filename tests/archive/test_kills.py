"""A run may be killed at any moment: what was stored stands, and the next goes on."""

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
import os, random, signal, sys
from pathlib import Path
from auditor.archive import Archive
from auditor.base.answers import keep
from auditor.base.snapshot import EvidenceKind
from tests.archive_samples import NOW, WEEK, begun
from tests.cases import snapshot

folder, point = Path(sys.argv[1]), int(sys.argv[2])
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


def settled(file):
    dying(fsync, file)
    fsync(file)


os.pwrite, os.fsync = torn, settled


with Archive.open(folder) as archive:
    run = begun(archive)
    for number in range(5):
        url = f"https://t.me/rayon_{number}"
        bodies = [random.randbytes(random.choice([10, 3000, 60000])) for _ in range(3)]
        answers = [keep(EvidenceKind.POSTS, url, fetched_at=NOW, status=200, received=body) for body in bodies]
        seen = snapshot(url=url, evidence=tuple(answer.evidence for answer in answers))
        archive.looks.save(run, str(WEEK), seen, answers)
        print(number, flush=True)
    archive.finish_run(run, NOW)
    print("finished", flush=True)
"""


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
        command = [sys.executable, "-c", WRITE, str(tmp_path / str(point)), str(point)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.stderr == ""
        sound_after(tmp_path / str(point), done.stdout.split())
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert point > 10
