"""An archive of an earlier version is brought forward whole or not at all, with a copy first."""

import sqlite3
import stat
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import pytest

from auditor.archive import Archive, opening
from auditor.archive.opening import LATEST, Step, version_of
from auditor.base.answers import keep
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import EvidenceKind
from tests.cases import NOW, WEEK, snapshot

BODY = "страница".encode()
SEEN = keep(EvidenceKind.PROFILE, "https://t.me/perviy_rayon", fetched_at=NOW, status=200, received=BODY)


def first_schema(folder: Path) -> Path:
    """An archive as the first version wrote it: one run with one account and its answer."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / opening.FILE
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    for statement in Step(1, "0001_first.sql").statements():
        db.execute(statement)
    db.execute("PRAGMA user_version = 1")
    at, seen = NOW.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), SEEN.evidence
    look = snapshot(taken_at=NOW, evidence=(seen,))
    db.execute("INSERT INTO runs VALUES (1, ?, 'weekly', ?, ?, 'тест', '0')", (str(WEEK), at, at))
    db.execute("INSERT INTO answers VALUES (?, ?)", (seen.stored_sha256, zlib.compress(BODY)))
    row = (seen.id, seen.kind, seen.url, at, 200, seen.sha256, seen.stored_sha256)
    db.execute("INSERT INTO evidence VALUES (?, 1, ?, ?, ?, ?, ?, ?, 0)", row)
    row = (str(WEEK), look.route, look.url, at, look.model_dump_json())
    db.execute("INSERT INTO snapshots (run_id, week, route, url, taken_at, body) VALUES (1, ?, ?, ?, ?, ?)", row)
    db.execute("INSERT INTO audits VALUES ('2026-W01', ?, '{}')", (at,))
    db.close()
    return path


def tables(path: Path) -> tuple[int, set[str]]:
    """The schema's number and the names of its tables."""
    db = sqlite3.connect(path)
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    found = version_of(db), names
    db.close()
    return found


def serves(archive: Archive) -> None:
    """What was stored by the first version is there."""
    assert [len(rows) for rows in archive.snapshots(NOW).values()] == [1]
    assert archive.evidence(SEEN.evidence.id) == (SEEN.evidence, BODY)
    assert archive.searches("perviy", "Имярек А. А.") == []


def test_an_older_archive_is_copied_and_brought_forward(tmp_path: Path) -> None:
    """The copy is whole, of the old schema, and for its owner alone; what was stored is still served."""
    path = first_schema(tmp_path / "a")
    old = tables(path)
    with Archive.open(tmp_path / "a") as archive:
        serves(archive)
    copy = path.with_name(f"archive.sqlite.before-{LATEST}")
    assert tables(copy) == old
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert tables(path)[0] == LATEST
    assert not list(path.parent.glob("*.part*"))


def test_a_new_archive_needs_no_copy(tmp_path: Path) -> None:
    """There is nothing to lose; nor in opening it again."""
    for _ in range(2):
        with Archive.open(tmp_path):
            pass
    assert not list(tmp_path.glob("*.before-*"))


def test_reading_an_older_archive_changes_nothing_of_it(tmp_path: Path) -> None:
    """It is brought forward in memory, so a reading command serves it and leaves it for the next run."""
    path = first_schema(tmp_path / "a")
    before = path.read_bytes()
    with Archive.read(tmp_path / "a") as archive:
        serves(archive)
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*.before-*"))


READ_WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from auditor.archive import Archive, opening
from tests import test_archive_migrations as these
with Archive.read(Path("nowhere")):  # imports what is imported late
    read = {step: list(step.statements()) for step in opening._STEPS}
opening.Step.statements = lambda step: read[step]
if os.getuid() == 0:
    os.setuid(65534)  # root may write anywhere, another user may not even read the sources
with Archive.read(Path(sys.argv[1])) as archive:
    these.serves(archive)
try:
    Archive.open(Path(sys.argv[1]))
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("age", ["old", "new"])
def test_an_archive_in_a_read_only_folder_is_read_and_not_written(age: str, tmp_path: Path) -> None:
    """Reading needs no right to write; a run says in one line that it has none."""
    with tempfile.TemporaryDirectory() as outer:
        folder = Path(outer) / "a"
        first_schema(folder)
        if age == "new":
            with Archive.open(folder):
                pass
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


def test_a_step_that_breaks_leaves_the_file_at_the_step_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a step would be neither the old schema nor the new one."""
    path = first_schema(tmp_path)
    whole = Step.statements

    def broken(step: Step):
        yield from whole(step)
        if step.number > 1:
            yield "INSERT INTO nowhere VALUES (1);"

    with monkeypatch.context() as patch:
        patch.setattr(Step, "statements", broken)
        with pytest.raises(ArchiveError, match="nowhere"):
            Archive.open(tmp_path)
    assert tables(path)[0] == 1
    with Archive.open(tmp_path) as archive:
        serves(archive)


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


def test_killed_at_any_statement_it_is_old_or_new_and_the_next_opening_ends_it(tmp_path: Path) -> None:
    """SIGKILL before every second statement in turn, until one attempt comes through."""
    for point in range(1, 400, 2):
        folder = tmp_path / str(point)
        path = first_schema(folder)
        code = subprocess.run([sys.executable, "-c", OPEN_AND_DIE, folder, str(point)], check=False).returncode
        version, names = tables(path)
        assert ("discoveries" in names) is (version >= 2), point
        with Archive.open(folder) as archive:
            serves(archive)
        assert tables(path)[0] == LATEST
        if code == 0:
            break
    assert point > 10
    assert path.with_name(f"archive.sqlite.before-{LATEST}").exists()


def test_every_step_is_listed_once_and_in_order() -> None:
    """A file of a step that no list names would never run."""
    numbers = [step.number for step in opening._STEPS]
    assert numbers == list(range(1, LATEST + 1))
    folder = Path(opening.__file__).parent / "migrations"
    assert sorted(p.name for p in folder.glob("*.sql")) == [step.file for step in opening._STEPS]
