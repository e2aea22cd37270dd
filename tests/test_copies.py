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
from tests.archive_samples import PAGES, START, fill, flaws, look
from tests.cases import NOW, WEEK


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


def test_a_closed_output_changes_no_exit_code() -> None:
    """Nothing can be said, and all went well."""
    line = f"{sys.executable} -m auditor --version >&-"
    done = subprocess.run(["sh", "-c", line], stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
