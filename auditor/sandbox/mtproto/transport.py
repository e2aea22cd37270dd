"""Packets on the wire: Telethon's full transport, and an MTProxy's padded one, told apart as they begin."""

import asyncio
import struct
from hashlib import sha256
from zlib import crc32

from telethon.crypto import AESModeCTR

_PADDED = b"\xdd" * 4
_MOST = 1 << 24
"""Bytes; a longer packet is nonsense."""


async def open_transport(reader: asyncio.StreamReader, secret: bytes) -> "Full | Proxied":
    """Look at the first bytes and return the transport they belong to; `secret` is the sandbox's as an MTProxy.

    Raises `ValueError` for bytes that open none.
    """
    first = await reader.readexactly(8)
    if first[4:] == bytes(4):  # the sequence number of a first full packet
        return Full(reader, first)
    return Proxied(reader, first + await reader.readexactly(56), secret)


def _checked(length: int) -> int:
    if not 0 <= length <= _MOST:
        raise ValueError("a packet of an impossible length")
    return length


class Full:
    """Telethon's default: length, sequence number, payload, CRC-32."""

    def __init__(self, reader: asyncio.StreamReader, first: bytes) -> None:
        """Read on from `first`, the first packet's length and sequence number."""
        self._reader, self._first, self._sent = reader, first, 0

    async def read(self) -> bytes:
        """Return the next packet's payload.

        Raises `asyncio.IncompleteReadError` at the end, `ValueError` for nonsense.
        """
        head = self._first or await self._reader.readexactly(8)
        self._first = b""
        length = _checked(int.from_bytes(head[:4], "little", signed=True) - 8)
        rest = await self._reader.readexactly(length)
        if length < 4 or crc32(head + rest[:-4]) != int.from_bytes(rest[-4:], "little"):
            raise ValueError("a packet with a wrong checksum")
        return rest[:-4]

    def write(self, packet: bytes) -> bytes:
        """Return the bytes that carry a packet."""
        framed = struct.pack("<ii", len(packet) + 12, self._sent) + packet
        self._sent += 1
        return framed + struct.pack("<I", crc32(framed))


class Proxied:
    """An MTProxy's: length and payload, all of it behind AES in counter mode."""

    def __init__(self, reader: asyncio.StreamReader, opening: bytes, secret: bytes) -> None:
        """Take the keys out of `opening`, 64 random-looking bytes. Raises `ValueError` for another secret."""
        self._reader = reader
        self._theirs, self._ours = (
            AESModeCTR(sha256(part[:32] + secret).digest(), part[32:]) for part in (opening[8:56], opening[55:7:-1])
        )
        if self._theirs.decrypt(opening)[56:60] != _PADDED:
            raise ValueError("the beginning of no known transport")

    async def read(self) -> bytes:
        """Return the next packet's payload, as `Full.read` does."""
        length = int.from_bytes(await self._plain(4), "little")
        return await self._plain(_checked(length))

    async def _plain(self, count: int) -> bytes:
        return bytes(self._theirs.decrypt(await self._reader.readexactly(count)))

    def write(self, packet: bytes) -> bytes:
        """Return the bytes that carry a packet."""
        return bytes(self._ours.encrypt(len(packet).to_bytes(4, "little") + packet))
