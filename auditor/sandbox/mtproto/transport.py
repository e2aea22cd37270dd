"""Packets on the wire: full, abridged and intermediate transports, open or obfuscated, told apart as they begin."""

import asyncio
import struct
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Protocol
from zlib import crc32

from telethon.crypto import AESModeCTR

_INTERMEDIATE, _PADDED, _ABRIDGED = b"\xee" * 4, b"\xdd" * 4, b"\xef" * 4
_MOST = 1 << 24
"""Bytes; a longer packet is nonsense."""


class Transport(Protocol):
    """How packets of one connection are cut and written."""

    async def read(self) -> bytes:
        """Return the next packet. Raises `asyncio.IncompleteReadError` at the end, `ValueError` for nonsense."""

    def write(self, packet: bytes) -> bytes:
        """Return the bytes that carry a packet."""


class _Bytes(Protocol):
    async def readexactly(self, n: int, /) -> bytes: ...


async def open_transport(reader: asyncio.StreamReader, secret: bytes) -> Transport:
    """Look at the first bytes and return the transport they belong to; `secret` is the sandbox's as an MTProxy.

    Raises `ValueError` for bytes that open none.
    """
    first = await reader.readexactly(1)
    if first == b"\xef":
        return _Abridged(reader)
    first += await reader.readexactly(3)
    if first in {_INTERMEDIATE, _PADDED}:
        return _Intermediate(reader)
    second = await reader.readexactly(4)
    if second == bytes(4):  # the sequence number of a first full packet
        return _Full(reader, first + second)
    return _obfuscated(reader, first + second + await reader.readexactly(56), secret)


def _obfuscated(reader: asyncio.StreamReader, opening: bytes, secret: bytes) -> Transport:
    """Take 64 random-looking bytes for what they hide: two keys and the tag of another transport."""
    for mixed in (b"", secret):
        keys = [
            AESModeCTR(sha256(part[:32] + mixed).digest() if mixed else part[:32], part[32:])
            for part in (opening[8:56], opening[55:7:-1])
        ]
        kind = _BY_TAG.get(keys[0].decrypt(opening)[56:60])
        if kind is not None:
            return _Obfuscated(kind(_Hidden(reader, keys[0])), keys[1])
    raise ValueError("the beginning of no known transport")


def _checked(length: int) -> int:
    if not 0 <= length <= _MOST:
        raise ValueError("a packet of an impossible length")
    return length


class _Full:
    """Telethon's default: length, sequence number, payload, CRC-32."""

    def __init__(self, reader: asyncio.StreamReader, first: bytes) -> None:
        """Read on from `first`, the first packet's length and sequence number."""
        self._reader, self._first, self._sent = reader, first, 0

    async def read(self) -> bytes:
        """Return the next packet's payload."""
        head = self._first or await self._reader.readexactly(8)
        self._first = b""
        length = _checked(int.from_bytes(head[:4], "little", signed=True) - 8)
        rest = await self._reader.readexactly(length)
        if length < 4 or crc32(head + rest[:-4]) != int.from_bytes(rest[-4:], "little"):
            raise ValueError("a packet with a wrong checksum")
        return rest[:-4]

    def write(self, packet: bytes) -> bytes:
        """Frame a packet."""
        framed = struct.pack("<ii", len(packet) + 12, self._sent) + packet
        self._sent += 1
        return framed + struct.pack("<I", crc32(framed))


class _Abridged:
    def __init__(self, reader: _Bytes) -> None:
        self._reader = reader

    async def read(self) -> bytes:
        words = (await self._reader.readexactly(1))[0]
        if words >= 0x7F:
            words = int.from_bytes(await self._reader.readexactly(3), "little")
        return await self._reader.readexactly(_checked(words * 4))

    def write(self, packet: bytes) -> bytes:
        words = len(packet) // 4
        head = bytes([words]) if words < 0x7F else b"\x7f" + words.to_bytes(3, "little")
        return head + packet


class _Intermediate:
    def __init__(self, reader: _Bytes) -> None:
        self._reader = reader

    async def read(self) -> bytes:
        length = int.from_bytes(await self._reader.readexactly(4), "little")
        return await self._reader.readexactly(_checked(length))

    def write(self, packet: bytes) -> bytes:
        return len(packet).to_bytes(4, "little") + packet


class _Hidden:
    """A stream behind AES in counter mode."""

    def __init__(self, reader: asyncio.StreamReader, cipher: Any) -> None:
        self._reader, self._cipher = reader, cipher

    async def readexactly(self, n: int, /) -> bytes:
        return bytes(self._cipher.decrypt(await self._reader.readexactly(n)))


class _Obfuscated:
    def __init__(self, inner: Transport, cipher: Any) -> None:
        self._inner, self._cipher = inner, cipher

    async def read(self) -> bytes:
        return await self._inner.read()

    def write(self, packet: bytes) -> bytes:
        return bytes(self._cipher.encrypt(self._inner.write(packet)))


_BY_TAG: dict[bytes, Callable[[_Bytes], Transport]] = {
    _ABRIDGED: _Abridged,
    _INTERMEDIATE: _Intermediate,
    _PADDED: _Intermediate,
}
