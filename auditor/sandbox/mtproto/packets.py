"""Packets on the wire, as Telethon's full transport frames them: length, sequence number, payload, CRC-32."""

import asyncio
import struct
from zlib import crc32

_MOST = 1 << 24
"""Bytes; a longer packet is invalid."""


class PacketStream:
    """One connection's packets."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        """Begin with the first packet."""
        self._reader, self._sent = reader, 0

    async def read(self) -> bytes:
        """Return the next packet's payload.

        Raises `asyncio.IncompleteReadError` at the end, `ValueError` for an invalid packet.
        """
        head = await self._reader.readexactly(8)
        length = int.from_bytes(head[:4], "little", signed=True) - 8
        if not 4 <= length <= _MOST:
            raise ValueError("a packet of an impossible length")
        payload = await self._reader.readexactly(length)
        if crc32(head + payload[:-4]) != int.from_bytes(payload[-4:], "little"):
            raise ValueError("a packet with a wrong checksum")
        return payload[:-4]

    def write(self, packet: bytes) -> bytes:
        """Return the bytes that carry a packet."""
        framed = struct.pack("<ii", len(packet) + 12, self._sent) + packet
        self._sent += 1
        return framed + struct.pack("<I", crc32(framed))
