"""A folder of one's own, used by one process at a time."""

import os
import signal
from pathlib import Path

import pytest

from auditor.base.archive_lock import hold_lock, make_private_folder
from auditor.base.errors import ArchiveError, LockedError


def test_one_process_at_a_time_holds_a_folder(tmp_path: Path) -> None:
    """The other is told which process has it; afterwards it is free."""
    with hold_lock(tmp_path / "a" / "b"):
        with pytest.raises(LockedError, match=str(os.getpid())), hold_lock(tmp_path / "a" / "b"):
            raise AssertionError
        assert (tmp_path / "a" / "b" / "lock").read_text() == f"{os.getpid()}\n"
    with hold_lock(tmp_path / "a" / "b"):
        pass
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    """Even with a killed one."""
    if (child := os.fork()) == 0:
        with hold_lock(tmp_path):
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitpid(child, 0) == (child, signal.SIGKILL)
    with hold_lock(tmp_path):
        pass


def test_where_no_folder_can_be_it_is_said(tmp_path: Path) -> None:
    """With the place, and no other kind of error."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "lock").mkdir()
    with pytest.raises(ArchiveError, match="file"):
        make_private_folder(tmp_path / "file" / "data")
    with pytest.raises(ArchiveError, match="lock"), hold_lock(tmp_path):
        raise AssertionError
