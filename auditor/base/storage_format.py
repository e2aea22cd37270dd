"""Write and read documents, texts and times as the database and the files store them."""

import json
import zlib
from datetime import UTC, datetime
from typing import Any

_LARGEST = 64 << 20
"""Bytes. Nothing that a run stores comes near it; tampered data must not fill the memory."""
_ENCODING = ("utf-8", "surrogatepass")
"""The encoding of texts: lone surrogates, which a file may hold, are kept."""


def format_archive_time(moment: datetime) -> str:
    """Write a time in the fixed form of the archive, in UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def compress_text(text: str) -> bytes:
    """Compress a text with zlib."""
    return zlib.compress(text.encode(*_ENCODING))


def decompress_text(data: bytes) -> str:
    """Return a compressed text. Raises `ValueError` for other data, and for a text larger than `_LARGEST` bytes."""
    reader = zlib.decompressobj()
    try:
        raw = reader.decompress(data, _LARGEST)
    except zlib.error:
        raise ValueError("not compressed text") from None
    if not reader.eof or reader.unused_data:
        raise ValueError("not compressed text, or too long")
    return raw.decode(*_ENCODING)


def dump_json(data: Any) -> str:
    """Write compact JSON with its characters unescaped, as snapshots do."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
