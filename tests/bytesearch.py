"""Looking for words in everything that is on a disk: as it lies there, unpacked, and in any form of writing."""

import base64
import io
import json
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

_PACKED = ((b"\x1f\x8b\x08", 31), (b"\x78\x9c", 15), (b"\x78\x01", 15), (b"\x78\xda", 15))
"""How gzip and zlib begin, and what zlib calls them."""


def everything(*folders: Path, but: Iterable[Path] = ()) -> bytes:
    """The bytes of every file, and of whatever is packed in it."""
    passed = set(but)
    paths = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and path not in passed)
    return b"\0".join(part for path in paths for part in unpacked(path.read_bytes()))


def unpacked(data: bytes) -> Iterator[bytes]:
    """`data`, and what is deflated or zipped in it, wherever it begins."""
    yield data
    for mark, bits in _PACKED:
        at = data.find(mark)
        while at >= 0:
            with suppress(zlib.error):
                yield zlib.decompressobj(bits).decompress(data[at:])
            at = data.find(mark, at + 1)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                yield from unpacked(package.read(name))


def forms(word: str | bytes) -> set[bytes]:
    """The ways in which a word may lie there."""
    raw = word.encode() if isinstance(word, str) else word
    found = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    for offset, edge in ((0, 0), (1, 2), (2, 3)):
        signs = base64.b64encode(bytes(offset) + raw).rstrip(b"=")
        core = signs[edge : -1 if (offset + len(raw)) % 3 else None]
        found |= {core, core.translate(bytes.maketrans(b"+/", b"-_"))}
    if isinstance(word, str):
        escaped = json.dumps(word)[1:-1]
        found |= {quote(word, safe="").encode(), quote(word).encode(), escaped.encode(), word.encode("utf-16-le")}
    return found


def found(words: Iterable[str | bytes], data: bytes) -> list[str | bytes]:
    """Those of `words` that are in `data` in some form."""
    return [word for word in words if any(form in data for form in forms(word))]


def loose(folder: Path) -> list[str]:
    """What in a folder, itself included, others than its owner may read or enter."""
    listed = [folder, *folder.rglob("*")]
    modes = ((path, stat.S_IMODE(path.lstat().st_mode)) for path in listed)
    return [f"{path}: {mode:o}" for path, mode in modes if mode != (0o700 if path.is_dir() else 0o600)]
