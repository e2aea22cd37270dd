"""An archive is opened whole or not at all; one of before 1.0 is refused in one line."""

import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.opening import FILE, SCHEMA
from auditor.base.answers import keep
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import EvidenceKind
from tests.archive_samples import evidence
from tests.cases import NOW, WEEK, snapshot
from tests.command import auditor

BODY = "страница".encode()
SEEN = keep(EvidenceKind.PROFILE, "https://t.me/perviy_rayon", fetched_at=NOW, status=200, received=BODY)


def filled(folder: Path) -> Path:
    """An archive of one run with one look."""
    with Archive.open(folder) as archive:
        run = archive.start_run(week=str(WEEK), command="weekly", started_at=NOW, vantage="тест", tool_version="0.7.1")
        archive.looks.save(run, str(WEEK), snapshot(taken_at=NOW, evidence=(SEEN.evidence,)), (SEEN,))
        archive.finish_run(run, NOW)
    return folder


def serves(archive: Archive) -> None:
    """What was stored is there."""
    assert [len(rows) for rows in archive.looks.snapshots(NOW).values()] == [1]
    assert evidence(archive, SEEN.evidence.id) == (SEEN.evidence, BODY)


def version(folder: Path) -> int:
    with closing(sqlite3.connect(folder / FILE)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def older(folder: Path, schema: int) -> Path:
    """An archive of an earlier schema: it has no number of a format."""
    with closing(sqlite3.connect(filled(folder) / FILE)) as database:
        database.execute("PRAGMA application_id = 0")
        database.execute(f"PRAGMA user_version = {schema}")
    return folder


def test_an_archive_of_before_1_0_is_refused_in_one_line(tmp_path: Path) -> None:
    """It is read by nobody and stays as it is."""
    folder = older(tmp_path / "a", 7)
    before = (folder / FILE).read_bytes()
    for use in (Archive.open, Archive.read):
        with pytest.raises(ArchiveError, match=r"was written by a version before 1\.0, which is not read"):
            use(folder)
    assert (folder / FILE).read_bytes() == before


def test_a_command_refuses_it_as_it_does_a_damaged_one(tmp_path: Path) -> None:
    """With the exit code of damage, and no more than a line."""
    done = auditor("evidence", "verify", "--data", str(older(tmp_path / "a", 6)), cwd=tmp_path)
    assert (done.code, done.err.count("\n"), "before 1.0" in done.err) == (4, 1, True)


def test_an_archive_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """It may hold what this version would lose."""
    with closing(sqlite3.connect(filled(tmp_path) / FILE)) as database:
        database.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    with pytest.raises(ArchiveError, match="newer auditor"):
        Archive.read(tmp_path)


READ_WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from auditor.archive import Archive
from tests import test_archive_opening as these
with Archive.read(Path("nowhere")):  # imports what is imported late
    pass
if os.getuid() == 0:
    os.setuid(65534)  # root may write anywhere, another user may not even read the sources
with Archive.read(Path(sys.argv[1])) as archive:
    these.serves(archive)
try:
    Archive.open(Path(sys.argv[1]))
except Exception as error:
    print(type(error).__name__, error)
"""


def test_an_archive_in_a_read_only_folder_is_read_and_not_written() -> None:
    """Reading needs no right to write; a run says in one line that it has none."""
    with tempfile.TemporaryDirectory() as outer:
        folder = filled(Path(outer) / "a")
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        Path(outer).chmod(0o755)
        before = sorted(folder.rglob("*"))
        done = subprocess.run(
            [sys.executable, "-c", READ_WITHOUT_RIGHTS, folder], capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        assert done.stdout.startswith("ArchiveError ")
        assert done.stdout.count("\n") == 1
        assert sorted(folder.rglob("*")) == before
        folder.chmod(0o755)


OPEN_AND_DIE = """
import os, signal, sqlite3, sys
from pathlib import Path
from auditor.archive import Archive
left = int(sys.argv[2])
def trace(statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
connect = sqlite3.connect
def traced(*args, **options):
    db = connect(*args, **options)
    db.set_trace_callback(trace)
    return db
sqlite3.connect = traced
with Archive.open(Path(sys.argv[1])):
    pass
"""


def test_killed_at_any_statement_it_is_empty_or_whole_and_the_next_opening_ends_it(tmp_path: Path) -> None:
    """SIGKILL before every third statement in turn, until one attempt comes through."""
    for point in range(1, 400, 3):
        folder = tmp_path / str(point)
        code = subprocess.run([sys.executable, "-c", OPEN_AND_DIE, folder, str(point)], check=False).returncode
        assert version(folder) in {0, SCHEMA}, point
        serves(Archive.read(filled(folder)))
        assert version(folder) == SCHEMA
        if code == 0:
            break
    assert point > 10
