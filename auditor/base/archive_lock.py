"""Make the archive's private folder, and lock it so that one process at a time uses it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.base.errors import ArchiveError, LockedError, os_error_text
from auditor.base.files import make_private
from auditor.base.text import N_, phrase


def make_private_folder(folder: Path) -> None:
    """Make `folder` and the missing folders above it, readable by their owner only. Raises `ArchiveError`."""
    try:
        make_private(folder)
    except OSError as error:
        raise ArchiveError(
            phrase(
                "{folder}: cannot be made ({why}); choose another with --data",
                folder=folder,
                why=os_error_text(error),
            )
        ) from None


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold the archive's lock while the block runs.

    The kernel keeps the lock, so it ends with the process, even a killed one. Raises `LockedError` with the number of
    the process that holds it, and `ArchiveError` if the folder cannot be written.
    """
    make_private_folder(folder)
    path = folder / "lock"
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ArchiveError(
            phrase("{path}: cannot be written ({why}); check the folder's rights", path=path, why=os_error_text(error))
        ) from None
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 32).decode(errors="replace").strip() or "unknown"
            raise LockedError(
                phrase(
                    "{folder}: another run (process {holder}) is using this archive; wait for it",
                    folder=folder,
                    holder=holder,
                )
            ) from None
        except OSError as error:
            message = N_("{path}: cannot be locked ({why}); keep the archive on a disk of this machine")
            raise ArchiveError(phrase(message, path=path, why=os_error_text(error))) from None
        _sign(file, path)
        yield
    finally:
        os.close(file)


def _sign(file: int, path: Path) -> None:
    """Write the process number into the lock file; on a full disk nothing later would succeed either."""
    try:
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
    except OSError as error:
        raise ArchiveError(
            phrase("{path}: cannot be written ({why}); nothing was changed", path=path, why=os_error_text(error))
        ) from None
