"""A file is written whole or not at all, whatever happens in the middle."""

import os
import signal
import stat
from pathlib import Path

import pytest

from auditor.base.files import make_private, open_plain, own_folder, remove_scraps, replacing, write_file


def mode(path: Path) -> int:
    """Return its rights."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_takes_its_place_with_its_mode(tmp_path: Path) -> None:
    """Of text or bytes; the umask changes nothing."""
    before = os.umask(0o077)
    try:
        write_file(tmp_path / "a", "а", mode=0o640)
        write_file(tmp_path / "b", b"\0")
    finally:
        os.umask(before)
    written = {path.name: (path.read_bytes(), mode(path)) for path in tmp_path.iterdir()}
    assert written == {"a": ("а".encode(), 0o640), "b": (b"\0", 0o644)}


@pytest.mark.parametrize("broken", ["fsync", "chmod", "replace"])
def test_a_failure_leaves_the_old_file_alone(broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the disk fails."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write_file(tmp_path / "a", "old")
    monkeypatch.setattr(os if broken == "fsync" else Path, broken, full)
    with pytest.raises(OSError, match="No space left"):
        write_file(tmp_path / "a", "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old"}


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """Whoever writes next clears it; a file that only looks alike stays."""
    remaining = {"page.html": "old", "page.part.html": "theirs", "a.partner": "theirs"}
    for name, text in remaining.items():
        write_file(tmp_path / name, text)
    if (child := os.fork()) == 0:
        with replacing(tmp_path / "page.html"), replacing(tmp_path / "README"):
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitpid(child, 0) == (child, signal.SIGKILL)
    assert len([*tmp_path.iterdir()]) == len(remaining) + 2
    for name in ("page.html", "README"):
        remove_scraps(tmp_path / name)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == remaining


def test_what_is_being_written_is_its_owners_alone_and_keeps_its_ending(tmp_path: Path) -> None:
    """Telethon and SQLite open a file by its name."""
    with replacing(tmp_path / "x.session", mode=0o644) as part:
        assert mode(part) == 0o600
        assert part.name.startswith("x.session.")
        assert part.name.endswith(".part.session")
    assert mode(tmp_path / "x.session") == 0o644


def test_a_pipe_and_the_standard_output_keep_their_places(tmp_path: Path) -> None:
    """A file in the place of ``/dev/full`` or ``/dev/stdout`` would take it from the whole machine."""
    pipe, out = tmp_path / "pipe", tmp_path / "out"
    os.mkfifo(pipe)
    out.symlink_to("/proc/self/fd/1")
    for path in (pipe, out):
        for use in (lambda path: write_file(path, "text"), open_plain):
            with pytest.raises(OSError, match="Not a regular file"):
                use(path)
    assert pipe.is_fifo()
    assert out.is_symlink()
    assert sorted(tmp_path.iterdir()) == [out, pipe]


def test_private_folders_are_private_from_top_to_bottom(tmp_path: Path) -> None:
    """Each that was missing; one that was there keeps its mode."""
    tmp_path.chmod(0o755)
    make_private(tmp_path / "a" / "b")
    assert [mode(place) for place in (tmp_path, tmp_path / "a", tmp_path / "a" / "b")] == [0o755, 0o700, 0o700]
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "b"):
        with pytest.raises(NotADirectoryError):
            make_private(place)


def test_a_user_without_a_home_has_no_folder_of_the_program() -> None:
    """platformdirs raises where no home is, or names a folder called "~"; neither is used."""

    def homeless(*_: str, **__: bool) -> Path:
        raise RuntimeError

    assert own_folder(homeless) is None
    assert own_folder(lambda *_, **__: Path("~/.config/auditor")) is None
