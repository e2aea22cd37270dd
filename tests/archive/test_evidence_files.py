"""Evidence files: locked while their run goes on, written in full, and never anything but plain files."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.archive.evidence_files import EvidenceFiles
from auditor.base.errors import ArchiveError

NAME = "000001-x.pages.warc.gz"


@pytest.fixture
def evidence_files(tmp_path: Path) -> EvidenceFiles:
    return EvidenceFiles(tmp_path)


def test_what_is_written_is_read_by_its_offset(evidence_files: EvidenceFiles) -> None:
    """Data go to an offset, over what a killed run left; a file is cut to a size; a missing one is one line."""
    assert (evidence_files.names(), evidence_files.fingerprint(NAME)) == ({}, None)
    evidence_files.create(NAME)
    evidence_files.append(NAME, b"onetwo", 0)
    evidence_files.append(NAME, b"TWO!", 3)
    assert (evidence_files.read(NAME, 0, 3), evidence_files.read(NAME, 3, 99), evidence_files.names()) == (
        b"one",
        b"TWO!",
        {NAME: 7},
    )
    evidence_files.truncate(NAME, 9)
    evidence_files.truncate(NAME, 6)
    evidence_files.truncate("none", 0)
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert evidence_files.read(NAME, 0, 99) == b"oneTWO"
    evidence_files.truncate(NAME, 0)
    assert evidence_files.fingerprint(NAME) == (0, empty)
    evidence_files.discard(NAME)
    evidence_files.discard(NAME)
    assert evidence_files.names() == {}
    message = f"{NAME}: cannot be read (there is no such file or folder); what was stored before is kept"
    with pytest.raises(ArchiveError, match=re.escape(message)):
        evidence_files.read(NAME, 0, 9)


def test_a_new_file_is_on_the_disk_with_its_name(
    evidence_files: EvidenceFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database must not name a file that a power cut takes away: its folders are flushed as the file is."""
    fsync, flushed = os.fsync, list[int]()
    monkeypatch.setattr(os, "fsync", lambda file: flushed.append(os.fstat(file).st_ino) or fsync(file))
    folder = tmp_path / "evidence"
    evidence_files.create(NAME)
    assert flushed == [tmp_path.stat().st_ino, folder.stat().st_ino]
    flushed.clear()
    evidence_files.append("words", b"onetwo", 0)
    assert flushed == [(folder / "words").stat().st_ino, folder.stat().st_ino]
    flushed.clear()
    evidence_files.append("words", b"three", 6)
    assert flushed == [(folder / "words").stat().st_ino], "its name is there already"


def test_data_are_written_in_full_if_by_pieces(evidence_files: EvidenceFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call of `os.pwrite` may write less than it was given."""
    pwrite = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, offset: pwrite(file, data[:2], offset))
    evidence_files.create(NAME)
    evidence_files.append(NAME, b"abcdefg", 0)
    assert evidence_files.read(NAME, 0, 99) == b"abcdefg"


def test_a_file_is_locked_while_its_run_goes_on(evidence_files: EvidenceFiles, tmp_path: Path) -> None:
    """Another process can tell a running run from a killed one; locking a missing file succeeds."""
    other_files = EvidenceFiles(tmp_path)
    evidence_files.create(NAME)
    assert (other_files.lock(NAME), other_files.lock("none")) == (False, True)
    evidence_files.unlock(NAME)
    assert (other_files.lock(NAME), evidence_files.lock(NAME)) == (True, False)
    other_files.close()
    assert evidence_files.lock(NAME)


def test_another_runs_file_is_never_taken(evidence_files: EvidenceFiles) -> None:
    """A new run with an old run's number would overwrite its evidence."""
    evidence_files.create(NAME)
    evidence_files.append(NAME, b"x", 0)
    with pytest.raises(ArchiveError, match=r"cannot be written \(there is something of this name\)"):
        evidence_files.create(NAME)
    assert evidence_files.read(NAME, 0, 9) == b"x"


@pytest.mark.parametrize(
    "put_in_place",
    [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to("x")],
)
def test_what_is_no_plain_file_is_not_touched(
    evidence_files: EvidenceFiles, tmp_path: Path, put_in_place: Callable[[Path], object]
) -> None:
    """Reading a pipe or an endless device would never end, and a link may lead anywhere."""
    (tmp_path / "evidence").mkdir()
    put_in_place(tmp_path / "evidence" / NAME)
    assert (evidence_files.names(), evidence_files.fingerprint(NAME)) == ({NAME: None}, None)
    for use in (
        lambda: evidence_files.read(NAME, 0, 9),
        lambda: evidence_files.append(NAME, b"x", 0),
        lambda: evidence_files.lock(NAME),
    ):
        with pytest.raises(ArchiveError, match="not a plain file") as error_info:
            use()
        assert "\n" not in str(error_info.value)
