"""The files of evidence: for their owner alone, locked while a run goes on, and never anything but plain files."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.archive.evidence_files import EvidenceFiles
from auditor.base.errors import ArchiveError

NAME = "000001-x.pages.warc.gz"


@pytest.fixture
def shelf(tmp_path: Path) -> EvidenceFiles:
    return EvidenceFiles(tmp_path)


def test_what_is_written_is_read_by_its_place(shelf: EvidenceFiles) -> None:
    """Appended from a byte on, over what a killed run left there; cut to a size; what is not there is one line."""
    assert (shelf.names(), shelf.fingerprint(NAME)) == ({}, None)
    shelf.create(NAME)
    shelf.append(NAME, b"onetwo", 0)
    shelf.append(NAME, b"TWO!", 3)
    assert (shelf.read(NAME, 0, 3), shelf.read(NAME, 3, 99), shelf.names()) == (b"one", b"TWO!", {NAME: 7})
    shelf.truncate(NAME, 9)
    shelf.truncate(NAME, 6)
    shelf.truncate("none", 0)
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert shelf.read(NAME, 0, 99) == b"oneTWO"
    shelf.truncate(NAME, 0)
    assert shelf.fingerprint(NAME) == (0, empty)
    shelf.discard(NAME)
    shelf.discard(NAME)
    assert shelf.names() == {}
    said = f"{NAME}: cannot be read (there is no such file or folder); what was stored before is kept"
    with pytest.raises(ArchiveError, match=re.escape(said)):
        shelf.read(NAME, 0, 9)


def test_an_answer_is_written_whole_if_by_pieces(shelf: EvidenceFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call may write less than it was given."""
    whole = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, at: whole(file, data[:2], at))
    shelf.create(NAME)
    shelf.append(NAME, b"abcdefg", 0)
    assert shelf.read(NAME, 0, 99) == b"abcdefg"


def test_a_file_is_locked_while_its_run_goes_on(shelf: EvidenceFiles, tmp_path: Path) -> None:
    """Another process can tell a running run from a killed one; nobody has to give back a file that is not there."""
    other = EvidenceFiles(tmp_path)
    shelf.create(NAME)
    assert (other.lock(NAME), other.lock("none")) == (False, True)
    shelf.unlock(NAME)
    assert (other.lock(NAME), shelf.lock(NAME)) == (True, False)
    other.close()
    assert shelf.lock(NAME)


def test_another_runs_file_is_never_taken(shelf: EvidenceFiles) -> None:
    """A new run with the number of an old one would write over its evidence."""
    shelf.create(NAME)
    shelf.append(NAME, b"x", 0)
    with pytest.raises(ArchiveError, match=r"cannot be written \(there is something of this name\)"):
        shelf.create(NAME)
    assert shelf.read(NAME, 0, 9) == b"x"


@pytest.mark.parametrize(
    "put", [os.mkfifo, Path.mkdir, lambda at: at.symlink_to("/dev/zero"), lambda at: at.symlink_to("x")]
)
def test_what_is_no_plain_file_is_not_touched(
    shelf: EvidenceFiles, tmp_path: Path, put: Callable[[Path], object]
) -> None:
    """Reading a pipe or an endless device would never end, and a link leads who knows where."""
    (tmp_path / "evidence").mkdir()
    put(tmp_path / "evidence" / NAME)
    assert (shelf.names(), shelf.fingerprint(NAME)) == ({NAME: None}, None)
    for use in (lambda: shelf.read(NAME, 0, 9), lambda: shelf.append(NAME, b"x", 0), lambda: shelf.lock(NAME)):
        with pytest.raises(ArchiveError, match="not a plain file") as told:
            use()
        assert "\n" not in str(told.value)
