"""A folder of one's own, and the lock by which one process at a time uses it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.base.errors import ArchiveError, LockedError
from auditor.base.files import make_private


def make_private_folder(folder: Path) -> None:
    """Make `folder`, and missing folders above it, for its owner only. Raises `ArchiveError` in one line."""
    try:
        make_private(folder)
    except OSError as error:
        raise ArchiveError(f"{folder}: cannot be made ({error.strerror}); choose another with --data") from None


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold the archive's lock while the block runs.

    The lock is the kernel's, so it ends with the process, even a killed one. Raises `LockedError` with the number of
    the process that holds it, and `ArchiveError` if the folder cannot be written.
    """
    make_private_folder(folder)
    path = folder / "lock"
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be written ({error.strerror}); check the folder's rights") from None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 32).decode(errors="replace").strip() or "unknown"
            raise LockedError(f"{folder}: another run (process {holder}) is using this archive; wait for it") from None
        except OSError as error:
            said = f"cannot be locked ({error.strerror}); keep the archive on a disk of this machine"
            raise ArchiveError(f"{path}: {said}") from None
        _sign(file, path)
        yield
    finally:
        os.close(file)


def _sign(file: int, path: Path) -> None:
    """Write the process's number into the lock. If the disk is full, nothing later would succeed either."""
    try:
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be written ({error.strerror}); nothing was changed") from None
