"""A file is written whole or not at all, whatever happens in the middle."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.base.files import make_private, remove_scraps, replacing, write_file


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_file_takes_its_place_with_its_mode(tmp_path: Path) -> None:
    """Of text or bytes; the umask changes nothing."""
    before = os.umask(0o077)
    try:
        write_file(tmp_path / "a", "а", mode=0o640)
        write_file(tmp_path / "b", b"\0", mode=0o640)
    finally:
        os.umask(before)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": "а".encode(), "b": b"\0"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o640}


@pytest.mark.parametrize("broken", ["fsync", "chmod", "replace"])
def test_a_failure_leaves_the_old_file_and_no_scraps(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the disk fails."""
    write_file(tmp_path / "a", "old")
    monkeypatch.setattr(os if broken == "fsync" else Path, broken, full)
    with pytest.raises(OSError, match="No space left"):
        write_file(tmp_path / "a", "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old"}


def test_a_failure_in_the_block_replaces_nothing(tmp_path: Path) -> None:
    """What the caller finds out last still counts; until the block ends the old file is there."""
    write_file(tmp_path / "a", "old")
    with pytest.raises(KeyError), replacing(tmp_path / "a") as part:  # noqa: PT012 - it is the block that fails
        part.write_text("new")
        assert (tmp_path / "a").read_text() == "old"
        raise KeyError
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


KILLED = """
import os, pathlib, signal, sys
from auditor.base.files import replacing

folder = pathlib.Path(sys.argv[1])
with replacing(folder / "page.html"), replacing(folder / "README"):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """Whoever writes next clears it; a file that only looks alike stays."""
    kept = {"page.html": "old", "page.part.html": "theirs", "a.partner": "theirs"}
    for name, text in kept.items():
        write_file(tmp_path / name, text)
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len([*tmp_path.iterdir()]) == len(kept) + 2
    for name in ("page.html", "README"):
        remove_scraps(tmp_path / name)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == kept


def test_what_is_being_written_is_its_owners_alone_and_keeps_its_ending(tmp_path: Path) -> None:
    """Telethon and SQLite open a file by its name."""
    with replacing(tmp_path / "x.session", mode=0o644) as part:
        assert stat.S_IMODE(part.stat().st_mode) == 0o600
        assert part.name.startswith("x.session.")
        assert part.name.endswith(".part.session")
    assert stat.S_IMODE((tmp_path / "x.session").stat().st_mode) == 0o644


def test_a_pipe_and_the_standard_output_keep_their_places(tmp_path: Path) -> None:
    """A file in the place of ``/dev/full`` or ``/dev/stdout`` would take it from the whole machine."""
    pipe, out = tmp_path / "pipe", tmp_path / "out"
    os.mkfifo(pipe)
    out.symlink_to("/proc/self/fd/1")
    for path in (pipe, out):
        with pytest.raises(OSError, match="Not a regular file"):
            write_file(path, "text")
    assert pipe.is_fifo()
    assert out.is_symlink()
    assert sorted(tmp_path.iterdir()) == [out, pipe]


def test_a_missing_folder_is_an_error_of_the_system(tmp_path: Path) -> None:
    """The caller knows which option to name."""
    with pytest.raises(FileNotFoundError):
        write_file(tmp_path / "no" / "a", "")


def test_private_folders_are_private_from_top_to_bottom(tmp_path: Path) -> None:
    """Each that was missing; one that was there keeps its mode."""
    tmp_path.chmod(0o755)
    make_private(tmp_path / "a" / "b")
    assert [stat.S_IMODE(p.stat().st_mode) for p in (tmp_path, tmp_path / "a", tmp_path / "a" / "b")] == [
        0o755,
        0o700,
        0o700,
    ]
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        make_private(tmp_path / "file" / "b")
