"""How documents, texts and times are written into the database and into files."""

import json
import re
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from json import JSONDecoder
from typing import Any, BinaryIO, NamedTuple, overload
from weakref import finalize

_LARGEST = 64 << 20
"""Bytes. Nothing that a run stores comes near it; what was tampered with must not fill the memory."""
_LEVEL = 6


def stamp(moment: datetime) -> str:
    """Write a time as everywhere in the archive: UTC, in one fixed form."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def packed(text: str) -> bytes:
    """Compress a text."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), _LEVEL)


def opened(data: bytes) -> str:
    """Return a compressed text. Raises `ValueError` for what is none, or is larger than anything a run stores."""
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(data, _LARGEST)
    except zlib.error:
        raise ValueError("not compressed text") from None
    if not reader.eof or reader.unused_data:
        raise ValueError("not compressed text, or too long")
    return found.decode("utf-8", "surrogatepass")


def written(data: Any) -> str:
    """Write JSON as snapshots write it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


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


class Lying(Sequence[bytes]):
    """The offices of a document where they lie in its file, each read when it is asked for."""

    head: bytes
    """The document without them."""

    def __init__(self, file: BinaryIO) -> None:
        """Find them in `file`, which stays open. Raises `ValueError` where it holds no JSON object."""
        self._file, self._places = file, array("Q")
        finalize(self, file.close)
        scan = _Scan(file)
        before = scan.up_to("offices")
        start = scan.at
        for pair in scan.elements():
            self._places.extend(pair)
        file.seek(0)
        lead = file.read(start)
        file.seek(scan.at)
        self.head = lead + (b"[]" if before else b"") + file.read()

    def __len__(self) -> int:
        """Count them."""
        return len(self._places) // 2

    @overload
    def __getitem__(self, place: int) -> bytes: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[bytes]: ...

    def __getitem__(self, place: int | slice) -> bytes | Sequence[bytes]:
        """Read one, or some."""
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        number = range(len(self))[place]
        start, end = self._places[2 * number : 2 * number + 2]
        self._file.seek(start)
        return self._file.read(end - start)


_PIECE = 1 << 20
_AFTER = tuple(",]}: \t\r\n")
_SPACE = re.compile(r"[ \t\r\n]*")


class _Scan:
    """Goes through JSON value by value. Bytes are read as Latin letters: places are counted in bytes, words are not."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._text, self._here, self._before = file, "", 0, 0
        self._decoder = JSONDecoder()

    @property
    def at(self) -> int:
        """The place in the file."""
        return self._before + self._here

    def up_to(self, key: str) -> bool:
        """Go to the list that the outermost object has under `key`; to its end where it has none."""
        self._take("{")
        while self._next() == '"':
            found = self._value()
            self._take(":")
            if found == key and self._next() == "[":
                return True
            self._value()
            if self._next() == ",":
                self._take(",")
        self._take("}")
        return False

    def elements(self) -> Iterator[tuple[int, int]]:
        """Yield where each value of the list here begins and ends."""
        if self._next() != "[":
            return
        self._take("[")
        while self._next() != "]":
            start = self.at
            self._value()
            yield start, self.at
            if self._next() != "]":
                self._take(",")
        self._take("]")

    def _next(self) -> str:
        """Return the next character that is no space; nothing at the end."""
        while True:
            self._here = _SPACE.match(self._text, self._here).end()  # type: ignore[union-attr]  # it matches nothing too
            if self._here < len(self._text) or not self._more():
                return self._text[self._here : self._here + 1]

    def _take(self, character: str) -> None:
        if self._next() != character:
            raise ValueError("not the JSON of a document")
        self._here += 1

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text, self._here)
            except ValueError:
                if not self._more():
                    raise
            else:
                if self._text[end : end + 1] in _AFTER or not self._more():  # a number may go on in the next piece
                    self._here = end
                    return found

    def _more(self) -> bool:
        piece = self._file.read(_PIECE).decode("latin-1")
        self._text, self._before, self._here = self._text[self._here :] + piece, self.at, 0
        return bool(piece)
