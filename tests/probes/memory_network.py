"""A network in memory: servers send chunk by chunk, and time passes by its own clock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpcore

Play = Iterable[bytes | float | Exception]
"""What a connection does in turn: send bytes in one chunk, let seconds pass, fail; after that it is closed."""


def http_response(body: bytes = b"words", status: int = 200, *, size: int | None = None, **headers: str) -> bytes:
    """Return a complete HTTP response; a `size` states a false content length."""
    head = [f"HTTP/1.1 {status} So", f"Content-Length: {len(body) if size is None else size}"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*head, "", ""]).encode() + body


@dataclass
class MemoryNetwork(httpcore.NetworkBackend):
    """A backend that gives each connection the next play, and repeats the last one for ever."""

    plays: list[Play] = field(default_factory=lambda: [[http_response()]])
    refuses: dict[str, Exception] = field(default_factory=dict)
    """Errors on connecting, by address."""
    seconds: float = 0.0
    handshake: float = 0.0
    """Seconds that TLS takes."""
    connected: list[tuple[str, int]] = field(default_factory=list)
    connections: list["Connection"] = field(default_factory=list)

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *_: Any, **__: Any) -> "Connection":
        self.connected.append((host, port))
        if host in self.refuses:
            raise self.refuses[host]
        play = self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]
        self.connections.append(Connection(self, iter(play)))
        return self.connections[-1]

    @property
    def sent(self) -> bytes:
        return b"".join(bytes(connection.sent) for connection in self.connections)


@dataclass
class Connection(httpcore.NetworkStream):
    network: MemoryNetwork
    play: Iterator[bytes | float | Exception]
    sent: bytearray = field(default_factory=bytearray)
    closed: bool = False
    _remaining: bytes = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while not self._remaining:
            item = next(self.play, None)
            if isinstance(item, Exception):
                raise item
            self.pass_time(item if isinstance(item, float) else 0, timeout)
            if item is None:
                return b""
            self._remaining = item if isinstance(item, bytes) else b""
        chunk, self._remaining = self._remaining[:max_bytes], self._remaining[max_bytes:]
        return chunk

    def pass_time(self, seconds: float, timeout: float | None) -> None:
        """Let seconds pass, up to `timeout`. Raises httpcore's `ReadTimeout` if that is too short."""
        assert timeout is not None, "no limit"
        self.network.seconds += min(seconds, timeout)
        if seconds > timeout:
            raise httpcore.ReadTimeout

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.pass_time(0, timeout)
        self.sent += buffer

    def close(self) -> None:
        self.closed = True

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> "Connection":
        """Let the time of the handshake pass; what follows is not encrypted."""
        self.pass_time(self.network.handshake, timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        """Return True for `is_readable` of a closed connection, as httpcore gets from a closed socket."""
        return self.closed if info == "is_readable" else None
