"""A database that was lost while its evidence was not is never taken for an archive in which nothing is missing."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.verify import FlawKind
from auditor.base.errors import ArchiveError
from auditor.base.locks import hold_lock
from auditor.sandbox import World
from tests.archive_samples import fill, flaws
from tests.command import Done, inline

NOBODY = {"AUDITOR_VK_API_URL": "http://127.0.0.1:9", "AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9"}
"""Where nobody listens: without a network of its own on this machine a command takes no `--as-of`."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "officials.yaml"
    path.write_text(World.build().registry_yaml(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("whole") / "a")


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "a"))


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(book: Path, data: Path, *args: str) -> Done:
    return inline(*args, "--data", data, "--registry", book, "--lang", "en", env=NOBODY)


COMMANDS = (
    ["evidence", "verify"],
    ["evidence", "show"],
    ["report"],
    ["check", "rayon-01", "--offline"],
    ["evidence", "verify", "--replay"],
    ["purge"],
    ["purge", "--dry-run"],
)
LOST = {"is missing": Path.unlink, "is empty": lambda path: path.write_bytes(b"")}


@pytest.mark.parametrize("how", LOST)
def test_a_lost_database_beside_its_evidence_is_one_line_to_every_command(how: str, data: Path, book: Path) -> None:
    """It names the first file and their number, ends with 4 and begins nothing anew."""
    LOST[how](data / "archive.sqlite")
    (first, *_) = sorted(path.name for path in (data / "evidence").iterdir())
    for command in COMMANDS:
        done = said(book, data, *command)
        assert (done.code, done.out) == (4, "")
        assert f"archive.sqlite: {how} beside files of evidence that no run knows ({first}, 6 in all)" in done.err
        assert len(done.err.splitlines()) == 1
    with pytest.raises(ArchiveError, match=how):
        Archive.open(data)
    assert not (data / "archive.sqlite").exists() or not (data / "archive.sqlite").read_bytes()


def test_where_nothing_was_ever_stored_nothing_is_verified(tmp_path: Path, book: Path) -> None:
    """A folder that is not there, an empty one, an archive without a run: 4, and one line that says so."""
    with Archive.open(tmp_path / "begun"):
        pass
    (tmp_path / "empty").mkdir()
    for folder in ("none", "empty", "begun"):
        done = said(book, tmp_path / folder, "evidence", "verify")
        assert (done.code, done.out) == (4, "")
        assert done.err.startswith(f"auditor: {tmp_path / folder}: holds no archive, or nothing was stored yet")
    assert not (tmp_path / "none").exists()


def test_a_start_that_was_killed_is_no_loss(tmp_path: Path) -> None:
    """An empty file has nothing that could be lost."""
    from auditor.archive.warc_files import Shelf

    Shelf(tmp_path).begin("000001-x.pages.warc.gz")
    with Archive.open(tmp_path) as archive:
        assert [flaw.kind for flaw in archive.verify()] == [FlawKind.LEFTOVER]


def test_an_archive_emptied_of_its_rows_names_what_no_run_knows(data: Path, book: Path) -> None:
    """All tables emptied, numbers and all: the files are named, and that is 1, not 0."""
    db = sqlite3.connect(data / "archive.sqlite")
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'meta'").fetchall():
        db.execute(f"DELETE FROM {name}")
    db.commit()
    db.close()
    done = said(book, data, "evidence", "verify")
    assert done.code == 1
    assert [line for line in done.out.splitlines() if "no run knows this file" in line] == done.out.splitlines()[:6]


def test_a_number_of_the_schema_set_to_zero_is_called_damage(data: Path) -> None:
    """Rights and room on the disk have nothing to do with it."""
    db = sqlite3.connect(data / "archive.sqlite")
    db.execute("PRAGMA user_version = 0")
    db.close()
    before = (data / "archive.sqlite").read_bytes()
    for way in (Archive.read, Archive.open):
        with pytest.raises(ArchiveError, match=r"or was damaged; name another folder"):
            way(data)
    assert (data / "archive.sqlite").read_bytes() == before


def test_a_lock_that_cannot_be_signed_is_one_line(tmp_path: Path, book: Path) -> None:
    """A device that is always full stands for the disk."""
    (tmp_path / "lock").symlink_to("/dev/full")
    with pytest.raises(ArchiveError, match="lock: cannot be written"), hold_lock(tmp_path):
        pass
    with Archive.open(tmp_path):
        pass
    done = said(book, tmp_path, "purge")
    assert (done.code, len(done.err.splitlines())) == (4, 1)
    assert "a defect" not in done.err


def test_what_is_emptied_behind_its_back_is_damage(data: Path) -> None:
    """A table gone altogether is named as what it is."""
    db = sqlite3.connect(data / "archive.sqlite")
    db.execute("DROP TABLE controls")
    db.close()
    assert FlawKind.SCHEMA in {flaw.kind for flaw in flaws(data)}
