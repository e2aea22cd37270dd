"""Unpacking an answer piece by piece, and never more of it than the cap: a few kilobytes may unfold into gigabytes.

The libraries that fetch would unpack for us, a whole piece at a time and each coding on top of the other, or leave a
stream that breaks off inside a well-formed answer unnoticed. So bodies are read packed, and unpacked here.
"""

import zlib

ACCEPTED = "gzip, deflate"
"""The codings that are asked for, as ``Accept-Encoding`` has them."""

_GZIP = b"\x1f\x8b"


class Broken(ValueError):  # noqa: N818 - what the answer is, not an error of ours
    """The body is not what its coding says, breaks off, or has a coding that was not asked for."""


class TooBig(ValueError):  # noqa: N818 - as above
    """The body is larger than any answer may be."""


class Unpacker:
    """Takes the pieces of one body in the coding that ``Content-Encoding`` names, `most` bytes packed and unpacked."""

    def __init__(self, coding: str, most: int) -> None:
        """Start on a body. Raises `Broken` for a coding that was not asked for, or several on top of each other."""
        self._coding = coding.strip().casefold()
        if self._coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
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
        if self._coding in {"", "identity"}:
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
                return  # what stands behind the end belongs to nobody
            self._stream = zlib.decompressobj(31)

    def _bits(self, start: bytes) -> int:
        """Return zlib's word for the coding. "deflate" comes with zlib's head, as it must, or bare, as some send it."""
        if self._coding != "deflate":
            return 31
        return 15 if start[0] & 15 == 8 and int.from_bytes(start[:2], "big") % 31 == 0 else -15
