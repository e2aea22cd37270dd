"""The files of evidence, one a run: appended to, never changed, read by offset.

A run holds its file's lock, which is the kernel's, so that another process can tell a running run from a killed one.
The database says up to where a file is valid: whatever was appended after that is overwritten or cut off.
"""

import errno
import fcntl
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.base.errors import ArchiveError
from auditor.base.files import write_file

_FOLDER = "evidence"
_HALF = re.compile(r"\.part(\.gz)?$")
"""The name of a file that a killed process left half-written."""
_NAME = re.compile(r"(?:\.p(\d+))?\.warc\.gz$")


def next_name(name: str) -> str:
    """Return the name of a file once it is rewritten: ``….warc.gz``, ``….p1.warc.gz``, ``….p2.warc.gz``."""
    found = _NAME.search(name)
    stem, number = (name[: found.start()], int(found[1] or 0)) if found else (name, 0)
    return f"{stem}.p{number + 1}.warc.gz"


class Shelf:
    """Files in ``DATA/evidence``, mode 0600 in a folder of mode 0700. Names have no folder.

    Every method raises `ArchiveError` in one line.
    """

    def __init__(self, data: Path) -> None:
        """Use the archive's folder `data`; nothing is created yet."""
        self._folder = data / _FOLDER
        self._held: dict[str, int] = {}

    def create(self, name: str, data: bytes) -> str:
        """Make a file for a new run, lock it, and return its name: `name`, or the next one that is free."""
        with self._errors(name):
            chosen = self._free(name)
            self._write_whole(chosen, data)
        self.claim(chosen)
        return chosen

    def put(self, name: str, data: bytes) -> None:
        """Write a whole file; it replaces one that a killed attempt left."""
        with self._errors(name):
            self._write_whole(name, data)

    def _write_whole(self, name: str, data: bytes) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for left in self._folder.glob("*.part*"):  # of a killed attempt: the database lets one process in at a time
            left.unlink()
        write_file(self._folder / name, data, mode=0o600)

    def _free(self, name: str) -> str:
        """Return the name, or the next one that is free: another run's file is never replaced."""
        stem, dot, end = name.partition(".")
        for number in range(1, 1000):
            chosen = name if number == 1 else f"{stem}-{number}{dot}{end}"
            if not (self._folder / chosen).exists():
                return chosen
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))

    def append(self, name: str, data: bytes, at: int) -> None:
        """Write `data` from byte `at` on, and wait until the disk has it."""
        if name not in self._held:
            raise ArchiveError(f"{self._folder / name}: its run has ended; nothing is added to it")
        with self._errors(name):
            _write(self._held[name], data, at)

    def cut(self, name: str, size: int) -> None:
        """Cut a file down to its first `size` bytes."""
        with self._errors(name):
            path = self._folder / name
            if path.exists() and path.stat().st_size > size:
                os.truncate(path, size)

    def discard(self, name: str) -> None:
        """Remove a file whose run never began."""
        self.release(name)
        with self._errors(name):
            (self._folder / name).unlink(missing_ok=True)

    def claim(self, name: str) -> bool:
        """Lock a killed run's file; False if its run is still going on. True for a missing file."""
        with self._errors(name):
            try:
                file = _plain(self._folder / name, os.O_RDWR)
            except FileNotFoundError:
                return True
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                return False
            self._held[name] = file
            return True

    def release(self, name: str) -> None:
        """Release a file's lock."""
        file = self._held.pop(name, None)
        if file is not None:
            os.close(file)

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset` on."""
        with self._errors(name, "read"), os.fdopen(_plain(self._folder / name, os.O_RDONLY), "rb") as file:
            file.seek(offset)
            return file.read(length)

    def fingerprint(self, name: str) -> tuple[int, str] | None:
        """Return the size and the SHA-256 of a file, or None if there is none."""
        path = self._folder / name
        with self._errors(name, "read"):
            try:
                with os.fdopen(_plain(path, os.O_RDONLY), "rb") as file:
                    return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
            except (FileNotFoundError, _OddError):
                return None

    def names(self) -> list[str]:
        """Return the names of the files there are, sorted, without half-written ones."""
        if not self._folder.is_dir():
            return []
        with self._errors("", "read"):
            return sorted(path.name for path in self._folder.iterdir() if not _HALF.search(path.name))

    def odd(self) -> list[str]:
        """Return what is among them and is no plain file: a pipe, a link, a device. It is never read."""
        paths = (self._folder / name for name in self.names())
        return [path.name for path in paths if not stat.S_ISREG(path.lstat().st_mode)]

    def close(self) -> None:
        """Release every lock."""
        for name in list(self._held):
            self.release(name)

    @contextmanager
    def _errors(self, name: str, act: str = "written") -> Iterator[None]:
        try:
            yield
        except OSError as error:
            said = f"cannot be {act} ({error.strerror}); what was stored before is kept"
            raise ArchiveError(f"{self._folder / name}: {said}") from None


class _OddError(OSError):
    """Not a plain file."""


def _plain(path: Path, flags: int) -> int:
    """Open a plain file: reading a pipe or an endless device would never end, and a link leads who knows where."""
    try:
        file = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            raise _OddError(errno.EINVAL, "not a plain file") from None
        raise
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise _OddError(errno.EINVAL, "not a plain file")
    return file


def _write(file: int, data: bytes, at: int) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(file, data[done:], at + done)
    os.fsync(file)
