"""A document of very many offices that stays in its file: each office is read from there when it is asked for."""

import os
import re
from array import array
from collections.abc import Iterator, Sequence
from json import JSONDecoder
from pathlib import Path
from typing import Any, BinaryIO, overload

from auditor.base.files import open_plain
from auditor.base.packing import Texts


class OfficesInFile(Texts):
    """The offices of a document, each as its bytes. The file is open only while it is read: a folder has many weeks."""

    head: bytes
    """The document without them."""

    def __init__(self, path: Path) -> None:
        """Find them. Raises `ValueError` where the file holds no JSON object, `OSError` where it cannot be read."""
        self._path, self._places = path, array("Q")
        with open_plain(path) as file:
            self._seen = _identity(file)
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
        """Read one, or some. Raises `ValueError` where the file is another than it was."""
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        number = range(len(self))[place]
        start, end = self._places[2 * number : 2 * number + 2]
        with open_plain(self._path) as file:
            if _identity(file) != self._seen:
                raise ValueError("the document was replaced while it was read")
            file.seek(start)
            return file.read(end - start)


def _identity(file: BinaryIO) -> tuple[int, int, int]:
    found = os.fstat(file.fileno())
    return found.st_ino, found.st_size, found.st_mtime_ns


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
