"""Ports of this machine, and HTTP requests and responses over them."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

ClientHandler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""Serves one client until either side ends the connection."""


class Port:
    """A free port on 127.0.0.1 whose clients are served by `serve`."""

    def __init__(self, serve: ClientHandler) -> None:
        """Take a port; nothing is accepted yet."""
        # Named TCP, so that asyncio switches Nagle's algorithm off: a response would wait 40 ms for an acknowledgement.
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.bind(("127.0.0.1", 0))
        self._serve_client = serve
        self._tasks: set[asyncio.Task[None]] = set()
        self.number: int = self._listener.getsockname()[1]

    async def start(self) -> None:
        """Begin to accept, in the running loop.

        Not by `asyncio.start_server`: Python 3.11 loses a connection that comes in while such a server is closed.
        """
        self._listener.listen(16)
        self._listener.setblocking(False)
        asyncio.get_running_loop().add_reader(self._listener, self._accept)

    async def stop(self) -> None:
        """Accept no more, cut every connection and wait for it to end."""
        asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:  # it went before it was accepted
            return
        client.setblocking(False)
        task = asyncio.get_running_loop().create_task(self._run(client))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: client.close())  # also if the task was cancelled before it began

    async def _run(self, client: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=client)
        try:
            await self._serve_client(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):  # the client went, perhaps in the middle of a request
            pass
        finally:
            writer.transport.abort()


# HTTP ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """An HTTP request. Names of headers are in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    params: dict[str, str]
    """The parameters of the query."""
    form: dict[str, str]
    """The parameters of the body."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An HTTP response; `drop_connection` closes the connection instead of sending one."""

    body: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    json: bool = False
    drop_connection: bool = False

    def to_bytes(self) -> bytes:
        """Return the bytes of the response."""
        body = self.body.encode()
        kind = "application/json" if self.json else "text/html; charset=utf-8"
        length, now = str(len(body)), formatdate(usegmt=True)  # the machine's clock, as any server's
        headers = {"Content-Type": kind, "Content-Length": length, "Date": now, **self.headers}
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body


def http(respond: Callable[[HttpRequest], Awaitable[HttpResponse]]) -> ClientHandler:
    """Return a handler that responds to one request after another."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            response = await respond(await _read(reader))
            if response.drop_connection:
                return
            writer.write(response.to_bytes())
            await writer.drain()

    return handle


async def _read(reader: asyncio.StreamReader) -> HttpRequest:
    """Read a request. Raises `asyncio.IncompleteReadError` where the client goes before its end."""
    request_line, *header_lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (header.partition(":") for header in header_lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    method, target, _ = request_line.split(" ")
    address = urlsplit(target)
    params = dict(parse_qsl(address.query, keep_blank_values=True))
    form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    return HttpRequest(method, address.path, address.query, headers, params, form)
