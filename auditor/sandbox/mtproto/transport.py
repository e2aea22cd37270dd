"""Packets on the wire: full, abridged and (padded) intermediate transports, told apart by a client's first bytes."""

__all__ = ["Full", "Transport", "open_transport"]

import asyncio
import struct
from typing import Protocol
from zlib import crc32

_MOST = 1 << 24
"""Longer packets are nobody's."""


class Transport(Protocol):
    """How packets of one connection are cut and written."""

    async def read(self) -> bytes:
        """Return the next packet. Raises `asyncio.IncompleteReadError` at the end, `ValueError` for nonsense."""

    def write(self, packet: bytes) -> bytes:
        """Return the bytes that carry a packet."""


async def open_transport(reader: asyncio.StreamReader) -> Transport:
    """Look at the first bytes and return the transport they belong to."""
    first = await reader.readexactly(1)
    if first == b"\xef":
        return _Abridged(reader)
    first += await reader.readexactly(3)
    if first in {b"\xee" * 4, b"\xdd" * 4}:
        return _Intermediate(reader)
    return Full(reader, first)


def _checked(length: int) -> int:
    if not 0 <= length <= _MOST:
        raise ValueError("a packet of an impossible length")
    return length


class Full:
    """Telethon's default: length, sequence number, payload, CRC-32."""

    def __init__(self, reader: asyncio.StreamReader, first: bytes) -> None:
        """Read on from `first`, the first packet's length."""
        self._reader, self._first, self._sent = reader, first, 0

    async def read(self) -> bytes:
        """Return the next packet's payload."""
        head = self._first or await self._reader.readexactly(4)
        self._first = b""
        rest = await self._reader.readexactly(_checked(int.from_bytes(head, "little", signed=True) - 4))
        body, check = rest[:-4], rest[-4:]
        if len(rest) < 8 or crc32(head + body) != int.from_bytes(check, "little"):
            raise ValueError("a packet with a wrong checksum")
        return body[4:]

    def write(self, packet: bytes) -> bytes:
        """Frame a packet."""
        framed = struct.pack("<ii", len(packet) + 12, self._sent) + packet
        self._sent += 1
        return framed + struct.pack("<I", crc32(framed))


class _Abridged:
    def __init__(self, reader: asyncio.StreamReader) -> None:
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
    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def read(self) -> bytes:
        length = int.from_bytes(await self._reader.readexactly(4), "little")
        return await self._reader.readexactly(_checked(length))

    def write(self, packet: bytes) -> bytes:
        return len(packet).to_bytes(4, "little") + packet
