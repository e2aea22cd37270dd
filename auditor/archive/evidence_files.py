"""The files of evidence, two a run: of public pages, and of people's words. Appended to, never changed, read by offset.

A run holds the lock of its file of pages, which is the kernel's, so that another process can tell a running run from a
killed one. The database says up to where a file is valid: whatever was appended after that is overwritten or cut off.
"""

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.base.errors import ArchiveError, os_error_text
from auditor.base.text import N_, phrase

_FOLDER = "evidence"
PAGES, WORDS = "pages", "words"
"""The two parts of a run's evidence; a purge takes one of them whole."""


def file_name(run: int, started: str, part: str) -> str:
    """Name a run's file after its number, its start and its part: ``000012-20261124T050000Z.pages.warc.gz``."""
    return f"{run:06d}-{started[:19].replace('-', '').replace(':', '')}Z.{part}.warc.gz"


_NOT_READ = N_("{path}: cannot be read ({why}); what was stored before is kept")
_NOT_WRITTEN = N_("{path}: cannot be written ({why}); what was stored before is kept")


class EvidenceFiles:
    """Files in ``DATA/evidence``, mode 0600 in a folder of mode 0700. Names have no folder.

    Every method raises `ArchiveError` in one line.
    """

    def __init__(self, data: Path) -> None:
        """Use the archive's folder `data`; nothing is created yet."""
        self._folder = data / _FOLDER
        self._held: dict[str, int] = {}

    def create(self, name: str) -> None:
        """Make an empty file for a new run and lock it. Another run's file is never taken."""
        with self._errors(name):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            os.close(_plain(self._folder / name, os.O_RDWR | os.O_CREAT))
            if (self._folder / name).stat().st_size:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        self.lock(name)

    def append(self, name: str, data: bytes, at: int) -> None:
        """Write `data` from byte `at` on, and wait until the disk has it."""
        with self._errors(name):
            file = _plain(self._folder / name, os.O_RDWR | os.O_CREAT)
            try:
                _write(file, data, at)
            finally:
                os.close(file)

    def truncate(self, name: str, size: int) -> None:
        """Cut a file down to its first `size` bytes."""
        with self._errors(name):
            path = self._folder / name
            if path.exists() and path.stat().st_size > size:
                os.truncate(path, size)

    def discard(self, name: str) -> None:
        """Remove a file."""
        with self._errors(name):
            (self._folder / name).unlink(missing_ok=True)

    def lock(self, name: str) -> bool:
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

    def unlock(self, name: str) -> None:
        """Release a file's lock."""
        file = self._held.pop(name, None)
        if file is not None:
            os.close(file)

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset` on."""
        with self._errors(name, _NOT_READ), os.fdopen(_plain(self._folder / name, os.O_RDONLY), "rb") as file:
            file.seek(offset)
            return file.read(length)

    def fingerprint(self, name: str) -> tuple[int, str] | None:
        """Return the size and the SHA-256 of a file, or None if there is none."""
        with self._errors(name, _NOT_READ):
            try:
                with os.fdopen(_plain(self._folder / name, os.O_RDONLY), "rb") as file:
                    return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
            except (FileNotFoundError, _NotRegularFileError):
                return None

    def names(self) -> dict[str, int | None]:
        """Return the names of the files there are, sorted, with their sizes.

        None: it is no plain file but a pipe, a link, a device. It is never read.
        """
        if not self._folder.is_dir():
            return {}
        with self._errors("", _NOT_READ):
            found = {path.name: path.lstat() for path in sorted(self._folder.iterdir())}
        return {name: told.st_size if stat.S_ISREG(told.st_mode) else None for name, told in found.items()}

    def close(self) -> None:
        """Release every lock."""
        for name in list(self._held):
            self.unlock(name)

    @contextmanager
    def _errors(self, name: str, message: str = _NOT_WRITTEN) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArchiveError(phrase(message, path=self._folder / name, why=os_error_text(error))) from None


class _NotRegularFileError(OSError):
    """Not a plain file."""


def _plain(path: Path, flags: int) -> int:
    """Open a plain file: reading a pipe or an endless device would never end, and a link leads who knows where."""
    try:
        file = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO, errno.EISDIR}:
            raise _NotRegularFileError(errno.EINVAL, os.strerror(errno.EINVAL)) from None
        raise
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise _NotRegularFileError(errno.EINVAL, os.strerror(errno.EINVAL))
    return file


def _write(file: int, data: bytes, at: int) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(file, data[done:], at + done)
    os.fsync(file)
