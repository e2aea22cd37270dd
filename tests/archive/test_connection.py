"""An archive opens completely or not at all, and a lost one is never taken for an empty one."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.connection import FILE, FORMAT, SCHEMA
from auditor.archive.evidence_files import EvidenceFiles
from auditor.archive.verify import FlawKind
from auditor.base.errors import ArchiveError
from tests.archive_samples import NOW, PAGES, WEEK


def pragma(folder: Path, *settings: str) -> tuple[int, int]:
    """Set pragmas of the archive's database; return its application id and user version."""
    with closing(sqlite3.connect(folder / FILE)) as database:
        for setting in settings:
            database.execute(f"PRAGMA {setting}")
        return tuple(database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))


def test_a_new_archive_is_empty_and_whole(archive: Archive, tmp_path: Path) -> None:
    """It has its application id and version; removed data are overwritten, and written data have reached the disk."""
    names = ("journal_mode", "synchronous", "secure_delete", "page_size")
    assert [archive._store.first(f"PRAGMA {name}") for name in names] == ["wal", 2, 1, 16384]
    assert pragma(tmp_path) == (FORMAT, SCHEMA) == (0x61756431, 1)


def test_reading_where_there_is_no_archive_leaves_no_trace(tmp_path: Path) -> None:
    """`report` on an empty folder judges by the registry alone."""
    with Archive.read(tmp_path / "none") as archive:
        assert (archive.snapshots.snapshots(NOW), archive.audits.previous(str(WEEK), NOW)) == ({}, None)
        assert (archive.folder, archive.verify()) == (None, [])
    assert not (tmp_path / "none").exists()


def test_what_is_read_is_not_changed(data: Path) -> None:
    """An archive open for reading refuses writes and leaves its files unchanged."""
    original_files = {path.name: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    with Archive.read(data) as archive:
        assert len(archive.snapshots.snapshots(NOW)) == len(PAGES)
        with pytest.raises(ArchiveError, match="readonly"):
            archive.mark_synthetic()
    current_files = {path.name: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert {name: body for name, body in current_files.items() if name in original_files} == original_files


def pragma_setter(*settings: str) -> Callable[[Path], object]:
    """Return a function that sets these pragmas in a database, as another version would."""
    return lambda path: pragma(path.parent, *settings, "wal_checkpoint(TRUNCATE)")


def replace_by_pipe(path: Path) -> None:
    """Put a pipe in a file's place: reading it would never end."""
    path.unlink(missing_ok=True)
    os.mkfifo(path)


LOST = r"beside files of evidence that no run knows \(000001-20261124T050000Z.pages.warc.gz … \(6\)\); restore a copy"
REFUSED: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "of before 1.0": (FILE, pragma_setter("application_id = 0", "user_version = 7"), "before 1.0, or was damaged"),
    "whose number is gone": (
        FILE,
        pragma_setter("user_version = 0"),
        "or was damaged; name another folder with --data",
    ),
    "of a newer version": (FILE, pragma_setter(f"user_version = {SCHEMA + 1}"), r"by a newer auditor \(schema 2\)"),
    "that is no database": (FILE, lambda path: path.write_bytes(b"no database" * 100), "is not a readable archive"),
    "that is missing": (FILE, Path.unlink, f"is missing {LOST}"),
    "that is empty": (FILE, lambda path: path.write_bytes(b""), f"is empty {LOST}"),
}
ENDS = ("", "-wal", "-shm", "-journal")
REFUSED |= {f"whose {end} is a pipe": (FILE + end, replace_by_pipe, f"{FILE}{end}: is no file") for end in ENDS}


@pytest.mark.parametrize(("name", "spoil", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_archive_of_ours_is_refused_in_one_line(data: Path, name: str, spoil, message: str) -> None:
    """Neither opening reads or changes it: a new run would take an old one's number."""
    pragma(data, "wal_checkpoint(TRUNCATE)")
    spoil(data / name)
    original_files = {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()}
    for open_archive in (Archive.open, Archive.read):
        with pytest.raises(ArchiveError, match=message) as error_info:
            open_archive(data)
        assert "\n" not in str(error_info.value)
    assert {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()} == original_files


def test_where_no_folder_can_be_it_is_said(data: Path) -> None:
    """For a file in the folder's place, and for a folder that cannot be made."""
    with pytest.raises(ArchiveError, match="is not a folder"):
        Archive.read(data / FILE)
    with pytest.raises(ArchiveError, match="cannot be made"):
        Archive.open(data / FILE / "x")


def test_a_start_that_was_killed_is_no_loss(tmp_path: Path) -> None:
    """An empty evidence file holds nothing to lose; a single lost file is named without a count."""
    EvidenceFiles(tmp_path).create("000001-x.pages.warc.gz")
    with Archive.open(tmp_path) as archive:
        assert [flaw.kind for flaw in archive.verify()] == [FlawKind.LEFTOVER]
    (tmp_path / FILE).unlink()
    (tmp_path / "evidence" / "000001-x.pages.warc.gz").write_bytes(b"x")
    with pytest.raises(ArchiveError, match=r"\(000001-x\.pages\.warc\.gz\)"):
        Archive.open(tmp_path)


def test_an_archive_in_a_read_only_folder_is_read_and_not_written(shared_folder: Path) -> None:
    """Reading needs no right to write; a run without it is refused in one line."""
    with tempfile.TemporaryDirectory() as outer:  # pytest's own folders are root's alone
        folder = Path(shutil.copytree(shared_folder, Path(outer) / "a"))
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        Path(outer).chmod(0o755)
        original_paths = sorted(folder.rglob("*"))
        if (child := os.fork()) == 0:
            try:
                if os.getuid() == 0:
                    os.setuid(65534)  # root may write anywhere
                with Archive.read(folder) as archive:
                    assert (len(archive.audits.every()), len(archive.evidence.seals())) == (3, 6)
                with pytest.raises(ArchiveError, match=f"^{folder / FILE}: cannot be opened"):
                    Archive.open(folder)
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitpid(child, 0) == (child, 0)
        assert sorted(folder.rglob("*")) == original_paths
        for path in (folder, folder / "evidence"):
            path.chmod(0o755)
