"""How documents, texts and times are written into the database and into files."""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

_LARGEST = 64 << 20
"""Bytes. Nothing that a run stores comes near it; what was tampered with must not fill the memory."""
_LEVEL = 6
AS_READ = ("utf-8", "surrogatepass")
"""How texts are encoded: half a character, which a file may hold, is kept as it is."""


def stamp(moment: datetime) -> str:
    """Write a time as everywhere in the archive: UTC, in one fixed form."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def packed(text: str) -> bytes:
    """Compress a text."""
    return zlib.compress(text.encode(*AS_READ), _LEVEL)


def opened(data: bytes) -> str:
    """Return a compressed text. Raises `ValueError` for what is none, or is larger than anything a run stores."""
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(data, _LARGEST)
    except zlib.error:
        raise ValueError("not compressed text") from None
    if not reader.eof or reader.unused_data:
        raise ValueError("not compressed text, or too long")
    return found.decode(*AS_READ)


def written(data: Any) -> str:
    """Write JSON as snapshots write it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


class Texts(Sequence[bytes]):
    """Documents that lie somewhere as they were written, and are read one by one."""


class Document(NamedTuple):
    """A document in parts: all of it but its offices, which come one by one; nobody holds the whole text."""

    head: Mapping[str, Any]
    """With the key `offices` at its place; what stands there is not looked at."""
    offices: Iterable[Any]

    def in_lines(self) -> Iterator[str]:
        """Yield the text as an archive keeps it: indented, a newline at its end."""
        yield from self._pieces(partial(json.dumps, ensure_ascii=False, indent=2), ",\n    ")
        yield "\n"

    def compact(self) -> Iterator[str]:
        """Yield the text without spaces."""
        yield from self._pieces(written, ",")

    def _pieces(self, say: Callable[[Any], str], between: str) -> Iterator[str]:
        before, _, after = say({**self.head, "offices": [_HERE]}).partition(say(_HERE))
        lead = before
        for office in self.offices:
            yield lead + say(office).replace("\n", "\n    ")
            lead = between
        yield after if lead is between else say({**self.head, "offices": []})


_HERE = "\0offices"
"""What no document says."""
