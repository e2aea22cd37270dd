"""A network in memory: what a server sends piece by piece, and how long that takes by a clock of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpcore

Play = Iterable[bytes | float | Exception]
"""What a connection gives: bytes in one piece, seconds that pass first, an error; in the end it is closed."""


def http_response(body: bytes = b"words", status: int = 200, *, size: int | None = None, **headers: str) -> bytes:
    """A whole HTTP answer, whose length may be a lie."""
    head = [f"HTTP/1.1 {status} So", f"Content-Length: {len(body) if size is None else size}"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*head, "", ""]).encode() + body


@dataclass
class MemoryNetwork(httpcore.NetworkBackend):
    """Plays to each connection what comes next; the last play for ever."""

    plays: list[Play] = field(default_factory=lambda: [[http_response()]])
    refuses: dict[str, Exception] = field(default_factory=dict)
    """By address, why it takes no connection."""
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
        return b"".join(bytes(line.sent) for line in self.connections)


@dataclass
class Connection(httpcore.NetworkStream):
    network: MemoryNetwork
    play: Iterator[bytes | float | Exception]
    sent: bytearray = field(default_factory=bytearray)
    closed: bool = False
    _rest: bytes = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while not self._rest:
            item = next(self.play, None)
            if isinstance(item, Exception):
                raise item
            self.pass_time(item if isinstance(item, float) else 0, timeout)
            if item is None:
                return b""
            self._rest = item if isinstance(item, bytes) else b""
        chunk, self._rest = self._rest[:max_bytes], self._rest[max_bytes:]
        return chunk

    def pass_time(self, seconds: float, timeout: float | None) -> None:
        """Wait no longer than one may. Raises httpcore's `ReadTimeout`."""
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
        """Shake hands, once its time has passed; what follows is not encrypted."""
        self.pass_time(self.network.handshake, timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        """Tell of a closed line, as of a closed socket, that there is something to read: its end."""
        return self.closed if info == "is_readable" else None
