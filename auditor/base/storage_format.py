"""How documents, texts and times are written into the database and into files."""

import json
import zlib
from datetime import UTC, datetime
from typing import Any

_LARGEST = 64 << 20
"""Bytes. Nothing that a run stores comes near it; what was tampered with must not fill the memory."""
_AS_READ = ("utf-8", "surrogatepass")
"""How texts are encoded: half a character, which a file may hold, is kept as it is."""


def format_archive_time(moment: datetime) -> str:
    """Write a time as everywhere in the archive: UTC, in one fixed form."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def compress_text(text: str) -> bytes:
    """Compress a text."""
    return zlib.compress(text.encode(*_AS_READ))


def decompress_text(data: bytes) -> str:
    """Return a compressed text. Raises `ValueError` for what is none, or is larger than anything a run stores."""
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(data, _LARGEST)
    except zlib.error:
        raise ValueError("not compressed text") from None
    if not reader.eof or reader.unused_data:
        raise ValueError("not compressed text, or too long")
    return found.decode(*_AS_READ)


def dump_json(data: Any) -> str:
    """Write JSON as snapshots write it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
