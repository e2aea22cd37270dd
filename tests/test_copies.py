"""A copy taken while a run goes on is whole; what hinders a command is one plain line."""

import errno
import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive, hold_lock
from auditor.archive.store import RUN_LOG
from auditor.base.errors import ArchiveError
from auditor.commands.cli import run_guarded
from auditor.sandbox import World
from tests.archive_samples import PAGES, START, fill, flaws, look
from tests.cases import NOW, WEEK

_NOBODY = 65534
"""Debian's user without rights: a test that runs as root would be let in anywhere."""


def copy(data: Path, to: Path) -> None:
    """As docs/copies.md says: the database by SQLite's backup, then the files."""
    to.mkdir(mode=0o700)
    with (
        closing(sqlite3.connect(data / "archive.sqlite")) as one,
        closing(sqlite3.connect(to / "archive.sqlite")) as other,
    ):
        one.backup(other)


def test_a_copy_taken_while_a_run_goes_on_is_whole(tmp_path: Path) -> None:
    """What the run stores between the database's copy and the files' is not in it; the next run goes on from there."""
    data, place = fill(tmp_path / "a"), tmp_path / "copy"
    later = NOW + timedelta(weeks=5)
    with Archive.open(data) as archive:
        run = archive.start_run(week=str(WEEK.shift(5)), started_at=later, **START)
        archive.save(run, str(WEEK.shift(5)), look(PAGES[0], later))
        copy(data, place)
        archive.save(run, str(WEEK.shift(5)), look(PAGES[1], later))
        shutil.copytree(data / "evidence", place / "evidence")
        archive.save(run, str(WEEK.shift(5)), look(PAGES[2], later))
    assert flaws(place) == []
    with Archive.open(place) as archive:
        assert [len(rows) for rows in archive.snapshots(later).values()] == [4, 3, 3]
        archive.finish_run(archive.start_run(week=str(WEEK), started_at=later, **START), later)
        assert archive.verify() == []


def test_the_log_of_runs_is_private_and_a_full_disk_stops_no_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A line for the beginning, one for the end."""
    with Archive.open(tmp_path) as archive:
        archive.log_run(1, "began", NOW, {"week": str(WEEK)})
        archive.log_run(1, "ended", NOW, {"causes": {"vk look: seen": 3}})
        lines = [json.loads(line) for line in (tmp_path / RUN_LOG).read_text(encoding="utf-8").splitlines()]
        assert [line["what"] for line in lines] == ["began", "ended"]
        assert (tmp_path / RUN_LOG).stat().st_mode & 0o077 == 0
        (tmp_path / RUN_LOG).unlink()
        (tmp_path / RUN_LOG).mkdir()
        archive.log_run(2, "began", NOW, {})
    assert "not written" in caplog.text


def test_a_disk_without_locks_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As some disks of a network are."""

    def without(_: int, __: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", without)
    with pytest.raises(ArchiveError, match="cannot be locked"), hold_lock(tmp_path):
        pass


@pytest.mark.parametrize("command", [["--version"], ["registry", "show"]])
def test_an_output_that_is_full_is_one_line(command: list[str], tmp_path: Path) -> None:
    """Whether it is noticed when a line is written or only at the end."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "auditor", *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert "the output cannot be written (No space left on device)" in done.stderr


@pytest.mark.parametrize("closed", [">&-", "<&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full"])
@pytest.mark.parametrize(("command", "code"), [("check Первый --offline", 0), ("no-such-command", 2)])
def test_a_closed_stream_changes_no_exit_code(closed: str, command: str, code: int, tmp_path: Path) -> None:
    """What cannot be said or asked is left out, and the code says how it went."""
    (tmp_path / "officials.yaml").write_text(World.build().registry_yaml(), encoding="utf-8")
    line = f"{sys.executable} -m auditor {command} {closed}"
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, "defect" in done.stderr) == (code or done.returncode, False)


def test_where_both_outputs_are_full_the_code_says_that_it_could_not_run() -> None:
    """Python's own 1 would say that something failed."""
    line = f"{sys.executable} -m auditor --version >/dev/full 2>/dev/full"
    assert subprocess.run(["sh", "-c", line], check=False).returncode == 4


@pytest.mark.parametrize("rights", [0o000, 0o600])
def test_a_folder_of_somebody_else_is_one_line(rights: int, tmp_path: Path) -> None:
    """No defect of ours: it says where, why and what to do."""
    data = fill(tmp_path / "data")
    data.chmod(rights)
    said = tmp_path / "said"
    child = os.fork()
    if not child:
        with said.open("w", encoding="utf-8") as sys.stderr:
            if not os.getuid():
                os.setuid(_NOBODY)
            code = run_guarded(lambda: Archive.read(data))
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    data.chmod(0o700)
    assert code == 4
    line = said.read_text(encoding="utf-8")
    assert line.startswith(f"auditor: {data}")
    assert line.endswith(": Permission denied; run as whom it belongs to, or name another place\n")
