"""What one answer may cost: seconds and bytes, whatever the server does.

The limits of a library are for one read and one packed piece. A server that sends a byte now and then, or "100
Continue" for ever, would hold a run for days; a few kilobytes may unfold into gigabytes. So a watchdog cuts the
connection of a request that takes too long, and bodies are read packed and unpacked here, piece by piece.
"""

import contextlib
import socket
import threading
import weakref
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

ACCEPTED = "gzip, deflate"
"""The codings that are asked for, as ``Accept-Encoding`` has them."""

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes that one answer may take. `total` ends a request whatever it is doing."""

    connect: float = 10.0
    read: float = 25.0
    """Between two pieces of the answer."""
    total: float = 90.0
    size: int = 3_000_000
    """Packed and unpacked. Thirty of the largest pages saved; parsing deep nesting takes the square of it."""


class Watchdog:
    """Knows the connections of one client, and cuts them when a request takes longer than it may."""

    def __init__(self) -> None:
        """Know none yet."""
        self._lines: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    def watch(self, line: object) -> None:
        """Take note of a connection as it is made; anything that is no socket is left out."""
        if isinstance(line, socket.socket):
            self._lines.add(line)

    @contextlib.contextmanager
    def over(self, seconds: float) -> Iterator[None]:
        """Cut whatever is open if the block lasts longer than `seconds`; the request then fails."""
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                # Not the method of a TLS socket, which would take its state away under the thread that reads from it.
                socket.socket.shutdown(line, socket.SHUT_RDWR)


class Broken(ValueError):  # noqa: N818 - what the answer is, not a mistake of the program
    """The body is not what its coding says, breaks off, or has a coding that was not asked for."""


class TooBig(ValueError):  # noqa: N818 - as above
    """The body is larger than any answer may be."""


class Unpacker:
    """Takes the pieces of one body in the coding that ``Content-Encoding`` names, `most` bytes packed and unpacked.

    A library would unpack a whole piece at a time, several codings on top of each other, and would not notice a stream
    that breaks off inside a well-formed answer.
    """

    def __init__(self, coding: str, most: int) -> None:
        """Start on a body. Raises `Broken` for a coding that was not asked for, or several on top of each other."""
        self._coding = coding.strip().casefold()
        if self._coding not in {"", "side", "gzip", "x-gzip", "deflate"}:
            raise Broken("a coding that was not asked for")
        self._most = most
        self._came = 0
        self._body = bytearray()
        self._head = b""
        self._stream: zlib._Decompress | None = None

    def feed(self, piece: bytes) -> None:
        """Take the next piece. Raises `Broken` and `TooBig`."""
        self._came += len(piece)
        if self._came > self._most:
            raise TooBig
        if self._coding in {"", "side"}:
            self._body += piece
            return
        try:
            self._unpack(piece)
        except zlib.error:
            raise Broken("not what its coding says") from None

    def end(self) -> bytes:
        """Return the whole body. Raises `Broken` where the packed stream was not at its end."""
        if self._head or (self._stream is not None and not self._stream.eof):
            raise Broken("breaks off")
        return bytes(self._body)

    def _unpack(self, piece: bytes) -> None:
        if self._stream is None:
            self._head += piece
            if len(self._head) < 2:
                return
            piece, self._head = self._head, b""
            self._stream = zlib.decompressobj(self._bits(piece))
        while piece:
            self._body += self._stream.decompress(piece, self._most - len(self._body) + 1)
            if len(self._body) > self._most:
                raise TooBig
            if not self._stream.eof:
                return
            piece = self._stream.unused_data
            if self._coding == "deflate" or not piece.startswith(_GZIP):
                return  # bytes after the end belong to no stream
            self._stream = zlib.decompressobj(31)

    def _bits(self, start: bytes) -> int:
        """Return zlib's word for the coding. "deflate" comes with zlib's head, as it must, or bare, as some send it."""
        if self._coding != "deflate":
            return 31
        return 15 if start[0] & 15 == 8 and int.from_bytes(start[:2], "big") % 31 == 0 else -15
