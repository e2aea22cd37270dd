"""An archive is opened whole or not at all, and one that was lost is never taken for an empty one."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from auditor.archive import Archive, opening
from auditor.archive.opening import FILE, FORMAT, SCHEMA
from auditor.archive.verify import FlawKind
from auditor.archive.warc_files import Shelf
from auditor.base.errors import ArchiveError
from tests.archive_samples import NOW, PAGES, WEEK

WAYS = (Archive.open, Archive.read)


def pragma(folder: Path, *settings: str) -> tuple[int, int]:
    """Set what SQLite keeps of a file, and return its form and version."""
    with closing(sqlite3.connect(folder / FILE)) as database:
        for setting in settings:
            database.execute(f"PRAGMA {setting}")
        return tuple(database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))


def test_a_new_archive_is_empty_and_whole(archive: Archive, tmp_path: Path) -> None:
    """With its number; what is removed from it is overwritten, and what is written has reached the disk."""
    names = ("journal_mode", "synchronous", "secure_delete", "page_size")
    assert [archive._store.first(f"PRAGMA {name}") for name in names] == ["wal", 2, 1, 16384]
    assert pragma(tmp_path) == (FORMAT, SCHEMA) == (0x61756431, 1)


def test_reading_where_there_is_no_archive_leaves_no_trace(tmp_path: Path) -> None:
    """`report` on an empty folder judges from the registry alone."""
    with Archive.read(tmp_path / "none") as archive:
        assert (archive.looks.snapshots(NOW), archive.audits.previous(str(WEEK), NOW)) == ({}, None)
        assert (archive.folder, archive.verify()) == (None, [])
    assert not (tmp_path / "none").exists()


def test_what_is_read_is_not_changed(data: Path) -> None:
    """Whoever reads can write nothing, and leaves what was there."""
    before = {path.name: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    with Archive.read(data) as archive:
        assert len(archive.looks.snapshots(NOW)) == len(PAGES)
        with pytest.raises(ArchiveError, match="readonly"):
            archive.mark_synthetic()
    after = {path.name: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert {name: body for name, body in after.items() if name in before} == before


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (("application_id = 0", "user_version = 7"), "a version before 1.0, or was damaged"),
        (("user_version = 0",), "or was damaged; name another folder with --data"),
        ((f"user_version = {SCHEMA + 1}",), "was written by a newer auditor (schema 2)"),
    ],
)
def test_an_archive_of_another_version_is_refused_in_one_line(data: Path, settings: tuple[str, ...], said: str) -> None:
    """It is read by nobody and stays as it is."""
    pragma(data, "wal_checkpoint(TRUNCATE)", *settings, "wal_checkpoint(TRUNCATE)")
    before = (data / FILE).read_bytes()
    for way in WAYS:
        with pytest.raises(ArchiveError) as told:
            way(data)
        assert said in str(told.value)
        assert "\n" not in str(told.value)
    assert (data / FILE).read_bytes() == before


@pytest.mark.parametrize("name", [FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal"])
def test_a_database_or_a_log_that_is_a_pipe_is_one_line(data: Path, name: str) -> None:
    """Reading it would never end."""
    (data / name).unlink(missing_ok=True)
    os.mkfifo(data / name)
    for way in WAYS:
        with pytest.raises(ArchiveError, match=f"{name}: is no file"):
            way(data)


def test_what_is_no_archive_is_refused_in_one_line(tmp_path: Path) -> None:
    """A database that is none, a file in the folder's place, and a folder that cannot be made."""
    (tmp_path / FILE).write_bytes(b"this is no database" * 100)
    for way in WAYS:
        with pytest.raises(ArchiveError, match="is not a readable archive"):
            way(tmp_path)
    with pytest.raises(ArchiveError, match="is not a folder"):
        Archive.read(tmp_path / FILE)
    with pytest.raises(ArchiveError, match="cannot be made"):
        Archive.open(tmp_path / FILE / "x")


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_lost_database_beside_its_evidence_is_one_line(data: Path, how: str) -> None:
    """It names the first file and their number, and begins nothing anew: a new run would take an old one's number."""
    (data / FILE).unlink()
    if how == "empty":
        (data / FILE).touch()
    first, *_ = sorted(path.name for path in (data / "evidence").iterdir())
    said = f"{data / FILE}: is {how} beside files of evidence that no run knows ({first} … (6)); restore a copy"
    for way in WAYS:
        with pytest.raises(ArchiveError) as told:
            way(data)
        assert str(told.value).startswith(said)
    assert not (data / FILE).exists() or not (data / FILE).read_bytes()


def test_a_start_that_was_killed_is_no_loss(tmp_path: Path) -> None:
    """An empty file has nothing that could be lost; one file alone is named without a number."""
    Shelf(tmp_path).begin("000001-x.pages.warc.gz")
    with Archive.open(tmp_path) as archive:
        assert [flaw.kind for flaw in archive.verify()] == [FlawKind.LEFTOVER]
    (tmp_path / FILE).unlink()
    (tmp_path / "evidence" / "000001-x.pages.warc.gz").write_bytes(b"x")
    with pytest.raises(ArchiveError, match=r"\(000001-x\.pages\.warc\.gz\)"):
        Archive.open(tmp_path)


def test_a_beginning_that_is_broken_off_anywhere_leaves_an_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables are made in one transaction: at no statement is there half an archive."""
    tables = (Path(opening.__file__).parent / "schema.sql").read_text(encoding="utf-8")
    whole = opening._make_tables
    for count in range(1, tables.count(";"), 4):
        steps = iter([sqlite3.SQLITE_OK] * count)

        def broken(database: sqlite3.Connection, steps: Iterator[int] = steps) -> None:
            database.set_authorizer(lambda *_: next(steps, sqlite3.SQLITE_DENY))
            whole(database)

        folder = tmp_path / str(count)
        with monkeypatch.context() as patch:
            patch.setattr(opening, "_make_tables", broken)
            with pytest.raises(ArchiveError, match=r"cannot be opened|is not a readable"):
                Archive.open(folder)
        assert pragma(folder) == (0, 0)
        with Archive.open(folder) as archive:
            assert archive.verify() == []


def test_an_archive_in_a_read_only_folder_is_read_and_not_written(whole: Path) -> None:
    """Reading needs no right to write; a run says in one line that it has none."""
    with tempfile.TemporaryDirectory() as outer:  # pytest's own folders are root's alone
        folder = Path(shutil.copytree(whole, Path(outer) / "a"))
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        Path(outer).chmod(0o755)
        before = sorted(folder.rglob("*"))
        if (child := os.fork()) == 0:
            try:
                if os.getuid() == 0:
                    os.setuid(65534)  # root may write anywhere
                with Archive.read(folder) as archive:
                    assert (len(archive.audits.every()), len(archive.answers.seals())) == (3, 6)
                with pytest.raises(ArchiveError, match=f"^{folder / FILE}: cannot be opened"):
                    Archive.open(folder)
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitpid(child, 0) == (child, 0)
        assert sorted(folder.rglob("*")) == before
        for path in (folder, folder / "evidence"):
            path.chmod(0o755)
