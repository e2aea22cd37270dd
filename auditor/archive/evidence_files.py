"""The files of evidence, up to two for a run: public pages, and people's words. They are only appended to.

A run holds a kernel lock on its file of pages, by which other processes tell a running run from a killed one. The
database says up to which byte a file is valid; anything after that is overwritten by the next response or cut off when
the run is sealed.
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
from auditor.base.files import flush
from auditor.base.text import N_, phrase

_FOLDER = "evidence"
PAGES, WORDS = "pages", "words"
"""The two parts of a run's evidence. A purge removes a part as a whole."""


def file_name(run: int, started_at: str, part: str) -> str:
    """Return the name of a run's file, from its id, start and part: ``000012-20261124T050000Z.pages.warc.gz``."""
    return f"{run:06d}-{started_at[:19].replace('-', '').replace(':', '')}Z.{part}.warc.gz"


_NOT_READ = N_("{path}: cannot be read ({why}); what was stored before is kept")
_NOT_WRITTEN = N_("{path}: cannot be written ({why}); what was stored before is kept")


class EvidenceFiles:
    """The files in ``DATA/evidence``, mode 0600 in a folder of mode 0700, each addressed by its bare name.

    Every method raises `ArchiveError` with a one-line message.
    """

    def __init__(self, data: Path) -> None:
        """Use the archive's folder `data`, creating nothing yet."""
        self._folder = data / _FOLDER
        self._locked: dict[str, int] = {}

    def create(self, name: str) -> None:
        """Create and lock an empty file for a new run, its name on the disk. One with content already is refused."""
        with self._as_archive_error(name):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            os.close(_open_regular(self._folder / name, os.O_RDWR | os.O_CREAT))
            if (self._folder / name).stat().st_size:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
            flush(self._folder.parent)
            flush(self._folder)
        self.lock(name)

    def append(self, name: str, data: bytes, offset: int) -> None:
        """Write `data` at byte `offset`, and wait until the disk has it, and the name of a new file."""
        with self._as_archive_error(name):
            file = _open_regular(self._folder / name, os.O_RDWR | os.O_CREAT)
            try:
                _write(file, data, offset)
            finally:
                os.close(file)
            if not offset:
                flush(self._folder)

    def truncate(self, name: str, size: int) -> None:
        """Cut a file down to its first `size` bytes, if it is longer."""
        with self._as_archive_error(name):
            path = self._folder / name
            if path.exists() and path.stat().st_size > size:
                os.truncate(path, size)

    def discard(self, name: str) -> None:
        """Remove a file, if it exists."""
        with self._as_archive_error(name):
            (self._folder / name).unlink(missing_ok=True)

    def lock(self, name: str) -> bool:
        """Lock a run's file and return True, also if there is no file; return False if the run is still going on."""
        with self._as_archive_error(name):
            try:
                file = _open_regular(self._folder / name, os.O_RDWR)
            except FileNotFoundError:
                return True
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                return False
            self._locked[name] = file
            return True

    def unlock(self, name: str) -> None:
        """Release a file's lock."""
        file = self._locked.pop(name, None)
        if file is not None:
            os.close(file)

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset` on."""
        with (
            self._as_archive_error(name, _NOT_READ),
            os.fdopen(_open_regular(self._folder / name, os.O_RDONLY), "rb") as file,
        ):
            file.seek(offset)
            return file.read(length)

    def fingerprint(self, name: str) -> tuple[int, str] | None:
        """Return the size and the SHA-256 of a file, or None if there is none."""
        with self._as_archive_error(name, _NOT_READ):
            try:
                with os.fdopen(_open_regular(self._folder / name, os.O_RDONLY), "rb") as file:
                    return os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest()
            except (FileNotFoundError, _NotRegularFileError):
                return None

    def names(self) -> dict[str, int | None]:
        """Return the sizes of all files in bytes by name, sorted.

        None stands for a pipe, a link or a device instead of a regular file: it is never read.
        """
        if not self._folder.is_dir():
            return {}
        with self._as_archive_error("", _NOT_READ):
            stats = {path.name: path.lstat() for path in sorted(self._folder.iterdir())}
        return {
            name: file_stat.st_size if stat.S_ISREG(file_stat.st_mode) else None for name, file_stat in stats.items()
        }

    def close(self) -> None:
        """Release every lock."""
        for name in list(self._locked):
            self.unlock(name)

    @contextmanager
    def _as_archive_error(self, name: str, message: str = _NOT_WRITTEN) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ArchiveError(phrase(message, path=self._folder / name, why=os_error_text(error))) from None


class _NotRegularFileError(OSError):
    """There is a pipe, a link, a folder or a device instead of a regular file."""


def _open_regular(path: Path, flags: int) -> int:
    """Open a regular file and nothing else: a pipe or a device might never end, and a link could lead anywhere."""
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


def _write(file: int, data: bytes, offset: int) -> None:
    written = 0
    while written < len(data):
        written += os.pwrite(file, data[written:], offset + written)
    os.fsync(file)
