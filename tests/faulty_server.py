"""A server on loopback that answers as told until its fault begins, and then plays it byte by byte on the socket.

`answer` gives the good answers. A fault is a `Play`: a function that is given the connection after the request was
read, and does to it what a broken server, a broken way or a provider would do.
"""

import contextlib
import functools
import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

CERTIFICATE = Path(__file__).parent / "data" / "unknown_issuer.pem"
"""A certificate for localhost that nobody has signed, with its key, which is no secret."""
_MB = 1024 * 1024


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Good:
    """A whole answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def packed(self) -> bytes:
        """Write it as it goes over the wire."""
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        size = "" if "Content-Length" in self.headers else f"Content-Length: {len(self.body)}\r\n"
        return f"HTTP/1.1 {self.status} Said\r\n{head}{size}Connection: close\r\n\r\n".encode("latin-1") + self.body


Play = Callable[[socket.socket, "FaultyServer", Asked], None]


class FaultyServer:
    """Serves while the ``with`` block lasts. `log` has every request; `faulted` those that met the fault."""

    def __init__(
        self,
        answer: Callable[[Asked], Good],
        play: Play | None = None,
        *,
        when: Callable[[Asked], bool] = lambda _: True,
        after: int = 0,
        tls: bool = False,
    ) -> None:
        """`play` meets the requests for which `when` holds, the first `after` of them left out."""
        self.answer, self.play, self.when, self.after = answer, play, when, after
        self.log: list[Asked] = []
        self.faulted: list[Asked] = []
        self.ended = threading.Event()
        self._tls = tls
        self._lock = threading.Lock()
        self._met = 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.ended.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._accepting.join()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), contextlib.ExitStack() as lines:
            lines.enter_context(connection)
            connection.settimeout(5)
            if self._tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(CERTIFICATE)
                connection = lines.enter_context(context.wrap_socket(connection, server_side=True))
            asked = _request(connection)
            play = self._fault_of(asked)
            if play is None:
                connection.sendall(self.answer(asked).packed())
            else:
                play(connection, self, asked)

    def _fault_of(self, asked: Asked) -> Play | None:
        with self._lock:
            self.log.append(asked)
            if self.play is None or not self.when(asked):
                return None
            self._met += 1
            if self._met <= self.after:
                return None
            self.faulted.append(asked)
            return self.play


def _request(connection: socket.socket) -> Asked:
    came = b""
    while b"\r\n\r\n" not in came:
        came += _piece(connection)
        if came.startswith(b"\x16"):  # the greeting of TLS
            connection.sendall(Good(b"", 400).packed())
            raise ConnectionError("no plain HTTP")
    head, _, body = came.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
    while len(body) < int(headers.get("content-length", 0)):
        body += _piece(connection)
    method, target, _ = lines[0].split(" ", 2)
    parts = urlsplit(target)
    return Asked(method, parts.path, _pairs(parts.query), _pairs(body.decode()))


def _piece(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionError("the client has gone")
    return piece


def _pairs(text: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(text, keep_blank_values=True).items()}


@contextlib.contextmanager
def deaf() -> Iterator[str]:
    """Yield an address at which connections are never taken up: its queue is full."""
    with socket.socket() as listener, contextlib.ExitStack() as full:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            one = full.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextlib.contextmanager
def nobody() -> Iterator[str]:
    """Yield an address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{free.getsockname()[1]}"


# Faults


def raw(data: bytes) -> Play:
    """Send these bytes and close."""
    return lambda connection, server, asked: connection.sendall(data)


def said(body: bytes | str, status: int = 200, **headers: str) -> Play:
    """Send a whole answer."""
    body = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return raw(Good(body, status, {"Content-Type": "text/html; charset=utf-8"} | named).packed())


def changed(change: Callable[[Good, str], Good | bytes]) -> Play:
    """Send what `change` makes of the good answer; it is given the server's address too."""

    def play(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
        made = change(server.answer(asked), f"{server.url}{asked.path}")
        connection.sendall(made if isinstance(made, bytes) else made.packed())

    return play


def reset(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Cut the connection with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def closed(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Close without a word."""


def silent(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Say nothing and keep the line open."""
    server.ended.wait(10)


def hanging(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Send half of the answer, then nothing more."""
    data = server.answer(asked).packed()
    connection.sendall(data[: len(data) // 2])
    server.ended.wait(10)


def dripping(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Send the head, then a byte now and then."""
    head, _, body = server.answer(asked).packed().partition(b"\r\n\r\n")
    connection.sendall(head + b"\r\n\r\n")
    _drip(connection, server, body)


def dripping_head(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Send the head itself a byte now and then."""
    _drip(connection, server, b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"x" * 60_000)


def continuing(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Say "100 Continue" without end."""
    while not server.ended.wait(0.05):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def _drip(connection: socket.socket, server: FaultyServer, data: bytes) -> None:
    for n in range(len(data)):
        if server.ended.wait(0.05):
            return
        connection.sendall(data[n : n + 1])


def chunked_off(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Send half of the answer in chunks, then close in the middle of one."""
    body = server.answer(asked).body
    half = body[: len(body) // 2]
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
    connection.sendall(f"{len(half):x}\r\n".encode() + half + b"\r\n" + f"{len(half):x}\r\n".encode() + half[:10])


def endless(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Send a page of a hundred megabytes."""
    piece = b"<div class='tgme_page'>x</div>" * 35_000
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {100 * _MB}\r\nConnection: close\r\n\r\n".encode())
    for _ in range(100):
        connection.sendall(piece)


def bomb(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Send a hundred kilobytes that unfold into a hundred megabytes."""
    connection.sendall(Good(_bomb(), 200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}).packed())


@functools.cache
def _bomb() -> bytes:
    return gzip.compress(bytes(100 * _MB), compresslevel=6)
