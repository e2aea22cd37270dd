"""Find packaged files, make private folders, pack files, and write files atomically."""

import errno
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from auditor.base.errors import CannotRunError
from auditor.base.text import phrase

_PACKAGE = Path(__file__).resolve().parent.parent


def packaged(name: str) -> Path:
    """Return the path of ``templates``, ``officials.yaml`` or a page of settings.

    A wheel carries them in ``auditor/_data``; an editable install and a checkout have them beside ``pyproject.toml``.
    Raises `CannotRunError` if neither is there.
    """
    checkout = _PACKAGE.parent
    places = [_PACKAGE / "_data" / name]
    if (checkout / "pyproject.toml").is_file():
        places.append(checkout / name)
    for place in places:
        if place.exists():
            return place
    raise _is_missing(name)


def read_packaged(path: Path) -> bytes:
    """Return the content of a file in a folder of `packaged`. Raises `CannotRunError` if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        raise _is_missing(path) from None


def _is_missing(part: str | Path) -> CannotRunError:
    return CannotRunError(phrase("{name}, a part of the program, is missing; install auditor again", name=part))


def own_folder(folder_of: Callable[..., Path]) -> Path | None:
    """Return the user's folder for this program, which a function of platformdirs names; None without a home folder."""
    with suppress(RuntimeError):
        folder = folder_of("auditor", appauthor=False)
        return folder if folder.is_absolute() else None
    return None


def make_private(folder: Path) -> None:
    """Make `folder` and every missing folder above it with mode 0700. Existing folders keep their mode.

    `Path.mkdir` would apply the mode to the last folder only. Raises `OSError`.
    """
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(20, "Not a directory")


@contextmanager
def replacing(path: Path, *, mode: int = 0o600) -> Iterator[Path]:
    """Replace a file atomically: yield an empty file in the same folder to be filled.

    When the block ends, it is flushed to the disk, gets `mode` whatever the umask is, and replaces `path`. If the
    block or the flush fails, `path` stays and the new file is removed. A reader sees either the old file or the new
    one. A killed process may leave ``NAME.….part`` (see `remove_scraps`). Devices, pipes and links to the standard
    output are refused: replacing them would take them away from every other program. Raises `OSError`.
    """
    _refuse_device(path)
    part = _empty_beside(path)
    try:
        yield part
        part.chmod(mode)
        flush(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    flush(path.parent)


def write_file(path: Path, content: str | bytes, *, mode: int = 0o644) -> None:
    """Write `content` to a file atomically (`replacing`). Raises `OSError`."""
    with replacing(path, mode=mode) as part:
        part.write_bytes(content.encode() if isinstance(content, str) else content)


def zip_bytes(files: Mapping[str, bytes], moment: datetime) -> bytes:
    """Zip `files`, each dated `moment`, so that the same content gives the same bytes. A ``.gz`` is packed already."""
    year, month, day, hour, minute, second, *_ = max(moment.astimezone(UTC), _FIRST_ZIP_TIME).timetuple()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED
            package.writestr(info, data)
    return target.getvalue()


_FIRST_ZIP_TIME = datetime(1980, 1, 1, tzinfo=UTC)
"""A zip cannot hold an earlier one."""


def remove_scraps(path: Path) -> None:
    """Remove unfinished files that killed processes left beside `path`; no other process may be writing it now."""
    for scrap in path.parent.glob("*.part*"):
        if re.fullmatch(re.escape(path.name) + _SCRAP, scrap.name):
            scrap.unlink(missing_ok=True)


def open_plain(path: Path) -> BinaryIO:
    """Open a file for reading; pipes and devices, which may never end, are refused. Raises `OSError`."""
    _refuse_device(path)
    return path.open("rb")


def _refuse_device(path: Path) -> None:
    leads_out = path.is_symlink() and str(path.readlink()).startswith("/proc/")
    if leads_out or (path.exists() and not path.is_file() and not path.is_dir()):
        raise OSError(errno.EINVAL, "Not a regular file")


_SCRAP = r"\.[a-z0-9_]{8}\.part(\.\w+)?"
"""The suffix that `_empty_beside` adds to a file's name."""


def _empty_beside(path: Path) -> Path:
    # The suffix is kept, because some libraries add their own to a name without it.
    file, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=f".part{path.suffix}", dir=path.parent)
    os.close(file)
    return Path(name)


def flush(path: Path) -> None:
    """Wait until a file's content, or a folder's entries, are on the disk."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
