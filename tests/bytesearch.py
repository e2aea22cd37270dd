"""Looking for words in everything that is on a disk: as it lies there, unpacked, and in any form of writing."""

import base64
import hashlib
import io
import json
import sqlite3
import stat
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from html import escape
from pathlib import Path
from urllib.parse import quote

_PACKED = ((b"\x1f\x8b\x08", 31), (b"\x78\x9c", 15), (b"\x78\x01", 15), (b"\x78\xda", 15))
"""How gzip and zlib begin, and what zlib calls them."""
_STEP = 2**16
_DEEP = 4
"""So often may a thing be packed in another."""
_CODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866")
_DIGESTS = (hashlib.md5, hashlib.sha1, hashlib.sha256)


def everything(*folders: Path, but: Iterable[Path] = ()) -> bytes:
    """The bytes of every file, and of whatever is packed in it."""
    passed = set(but)
    paths = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and path not in passed)
    return b"\0".join(part for path in paths for part in unpacked(path.read_bytes()))


def unpacked(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """`data`, what is deflated or zipped in it, wherever it begins, and a database's values, each in one piece."""
    yield data
    if depth == _DEEP:
        return
    for mark, bits in _PACKED:
        at = data.find(mark)
        while at >= 0:
            if inner := _inflated(data, at, bits):
                yield from unpacked(inner, depth + 1)
            at = data.find(mark, at + 1)
    for inner in _members(data):
        yield from unpacked(inner, depth + 1)


def _inflated(data: bytes, at: int, bits: int) -> bytes:
    """What is deflated from a place on, as far as it goes: its end may have been written over."""
    reader, parts = zlib.decompressobj(bits), []
    with suppress(zlib.error):
        while at < len(data) and not reader.eof:
            parts.append(reader.decompress(data[at : at + _STEP]))
            at += _STEP
    return b"".join(parts)


def _members(data: bytes) -> Iterator[bytes]:
    """What a zip holds, and the values of a database: a long one lies in pieces, a page each."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            yield from (package.read(name) for name in package.namelist())
    if data.startswith(b"SQLite format 3\0"):
        with closing(sqlite3.connect(":memory:")) as db:
            db.deserialize(data[:18] + b"\1\1" + data[20:])  # without its write-ahead log, which is a file by itself
            for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                for row in db.execute(f'SELECT * FROM "{table}"'):
                    yield from (
                        value.encode() if isinstance(value, str) else value
                        for value in row
                        if isinstance(value, str | bytes)
                    )


def forms(word: str | bytes) -> set[bytes]:
    """The ways in which a word may lie there: its bytes in any coding, in hex and base64, escaped, and its digests."""
    if isinstance(word, bytes):
        return _written(word)
    written_forms = {json.dumps(word)[1:-1].encode(), "".join(f"&#{ord(sign)};" for sign in word).encode()}
    written_forms |= {"".join(f"&#x{ord(sign):x};" for sign in word).encode(), escape(word).encode()}
    percent = {quote(word, safe=""), quote(word), "".join(f"%{byte:02X}" for byte in word.encode())}
    written_forms |= {value.replace("%", sign).encode() for value in percent for sign in ("%", "=", "\\x")}
    written_forms |= {value.lower().encode() for value in percent}
    for coding in _CODINGS:
        with suppress(UnicodeEncodeError):
            written_forms |= _written(word.encode(coding))
    return written_forms


def _written(raw: bytes) -> set[bytes]:
    """Bytes as they are, in hex, in base64 at any place; and the beginnings of their digests, raw and in hex."""
    written_forms = {raw, raw.hex().encode(), raw.hex().upper().encode()}
    for offset, edge in ((0, 0), (1, 2), (2, 3)):
        signs = base64.b64encode(bytes(offset) + raw).rstrip(b"=")
        core = signs[edge : -1 if (offset + len(raw)) % 3 else None]
        written_forms |= {core, core.translate(bytes.maketrans(b"+/", b"-_"))}
    for digest in _DIGESTS:
        made = digest(raw).digest()[:8]
        written_forms |= {made, made.hex().encode()}
    return written_forms


def find_words(words: Iterable[str | bytes], data: bytes) -> list[str | bytes]:
    """Those of `words` that are in `data` in some form."""
    looked_for = {word: forms(word) for word in words}
    begun = _begun({form for forms in looked_for.values() for form in forms}, data)
    return [word for word, forms in looked_for.items() if any(form in data for form in forms & begun)]


def _begun(wanted: set[bytes], data: bytes) -> set[bytes]:
    """Those whose first eight bytes are in `data`: one pass, where each would need its own."""
    numbers = {int.from_bytes(form[:8], sys.byteorder) for form in wanted}
    met: set[int] = set()
    for offset in range(8):
        view = memoryview(data)[offset : offset + (len(data) - offset) // 8 * 8]
        met |= numbers.intersection(view.cast("Q"))
    return {form for form in wanted if len(form) < 8 or int.from_bytes(form[:8], sys.byteorder) in met}


def loose(folder: Path) -> list[str]:
    """What in a folder, itself included, others than its owner may read or enter."""
    listed = [folder, *folder.rglob("*")] if folder.exists() else []
    modes = ((path, stat.S_IMODE(path.lstat().st_mode)) for path in listed)
    return [f"{path}: {mode:o}" for path, mode in modes if mode != (0o700 if path.is_dir() else 0o600)]
