"""A network in memory: servers send chunk by chunk, and time passes by its own clock."""

import asyncio
import selectors
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpcore

from auditor.probes.event_loop import Loop

Play = Iterable[bytes | float | Exception]
"""What a connection does in turn: send bytes in one chunk, let seconds pass, fail; after that it is closed."""


def http_response(body: bytes = b"words", status: int = 200, *, size: int | None = None, **headers: str) -> bytes:
    """Return a complete HTTP response; a `size` states a false content length."""
    head = [f"HTTP/1.1 {status} So", f"Content-Length: {len(body) if size is None else size}"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*head, "", ""]).encode() + body


@dataclass
class MemoryNetwork(httpcore.AsyncNetworkBackend):
    """A backend that gives each connection the next play, and repeats the last one for ever."""

    plays: list[Play] = field(default_factory=lambda: [[http_response()]])
    refuses: dict[str, Exception] = field(default_factory=dict)
    """Errors on connecting, by address."""
    seconds: float = 0.0
    handshake: float = 0.0
    """Seconds that TLS takes."""
    connected: list[tuple[str, int]] = field(default_factory=list)
    connections: list["Connection"] = field(default_factory=list)

    async def connect_tcp(self, host: str, port: int, timeout: float | None = None, *_: Any, **__: Any) -> "Connection":
        self.connected.append((host, port))
        if host in self.refuses:
            raise self.refuses[host]
        play = self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]
        self.connections.append(Connection(self, iter(play)))
        return self.connections[-1]

    def new_loop(self) -> Loop:
        """Return an event loop by the clock of this network."""
        return _MemoryLoop(self)

    @property
    def sent(self) -> bytes:
        return b"".join(bytes(connection.sent) for connection in self.connections)


@dataclass
class Connection(httpcore.AsyncNetworkStream):
    network: MemoryNetwork
    play: Iterator[bytes | float | Exception]
    sent: bytearray = field(default_factory=bytearray)
    closed: bool = False
    _remaining: bytes = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while not self._remaining:
            item = next(self.play, None)
            if isinstance(item, Exception):
                raise item
            await self.pass_time(item if isinstance(item, float) else 0, timeout)
            if item is None:
                return b""
            self._remaining = item if isinstance(item, bytes) else b""
        chunk, self._remaining = self._remaining[:max_bytes], self._remaining[max_bytes:]
        return chunk

    async def pass_time(self, seconds: float, timeout: float | None) -> None:
        """Let seconds pass, up to `timeout`. Raises httpcore's `ReadTimeout` if that is too short."""
        try:
            async with asyncio.timeout(timeout):
                await asyncio.sleep(seconds)
        except TimeoutError:
            raise httpcore.ReadTimeout from None

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self.pass_time(0, timeout)
        self.sent += buffer

    async def aclose(self) -> None:
        self.closed = True

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> "Connection":
        """Let the time of the handshake pass; what follows is not encrypted."""
        await self.pass_time(self.network.handshake, timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        """Return True for `is_readable` of a closed connection, as httpcore gets from a closed socket."""
        return self.closed if info == "is_readable" else None


class _MemoryLoop(Loop):
    """A loop whose time passes where it would wait: by the clock of a network in memory."""

    def __init__(self, network: MemoryNetwork) -> None:
        self.network = network
        super().__init__(_Skipping(network))

    def time(self) -> float:
        return self.network.seconds

    async def getaddrinfo(self, *args: Any, **kwargs: Any) -> Any:
        """Look up at once: in no time of this network."""
        return socket.getaddrinfo(*args, **kwargs)


class _Skipping(selectors.DefaultSelector):
    def __init__(self, network: MemoryNetwork) -> None:
        super().__init__()
        self.network = network

    def select(self, timeout: float | None = None) -> Any:
        self.network.seconds += timeout or 0
        return super().select(timeout and 0)
