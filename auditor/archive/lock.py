"""One run at a time on one archive."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.archive.opening import make_private_folder
from auditor.base.errors import ArchiveError, LockedError


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold the archive's lock while the block runs.

    The lock is the kernel's, so it ends with the process however that ends. Raises `LockedError` with the number of
    the process that holds it, `ArchiveError` when the folder cannot be written.
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
        _sign(file, path)
        yield
    finally:
        os.close(file)


def _sign(file: int, path: Path) -> None:
    """Write down whose lock it is; on a full disk nothing that comes after would go better."""
    try:
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be written ({error.strerror}); nothing was changed") from None
