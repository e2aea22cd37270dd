"""A cache in the user's cache folder: what was made of a file once need not be made by the next command.

Entries that are missing, damaged or written by somebody else are made again, and the folder may be emptied at any time.
Only public data is kept there: the registry as it was read, and the compiled translations.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import platformdirs

from auditor.base.files import make_private, replacing

_MOST = 8
"""Files of a kind: the registries and versions that one works with."""
_HASH = 32
"""Bytes of the hash before the content."""


def kept(kind: str, of: Iterable[bytes], make: Callable[[], bytes | None]) -> bytes | None:
    """Return what `make` returns, or what it returned when it was last called for the same `of`; None is not kept."""
    key = hashlib.sha256()
    for part in of:
        key.update(hashlib.sha256(part).digest())
    file = platformdirs.user_cache_path("auditor", appauthor=False) / f"{kind}-{key.hexdigest()[:40]}"
    found = _read(file)
    if found is None and (found := make()) is not None:
        _write(file, found, kind)
    return found


def _read(file: Path) -> bytes | None:
    """Return a file's content where nobody but this user can have written it, and it is whole."""
    try:
        ours = _is_ours(file.parent)
        data = file.read_bytes() if ours else b""
    except OSError:
        return None
    content = data[_HASH:]
    return content if data and hashlib.sha256(content).digest() == data[:_HASH] else None


def _is_ours(folder: Path) -> bool:
    told = folder.stat()
    return told.st_uid == os.getuid() and not told.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _write(file: Path, content: bytes, kind: str) -> None:
    """Keep it if that is easy, and no more than the newest of its kind: a command is worth more than its haste."""
    with suppress(OSError):
        make_private(file.parent)
        if not _is_ours(file.parent):
            return
        with replacing(file) as (part,):
            part.write_bytes(hashlib.sha256(content).digest() + content)
        older = sorted(file.parent.glob(f"{kind}-*"), key=lambda one: one.stat().st_mtime, reverse=True)[_MOST:]
        for one in older:
            one.unlink(missing_ok=True)
