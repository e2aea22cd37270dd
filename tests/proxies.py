"""Proxies that lead to the sandbox."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, TCPServer


def exactly(client: socket.socket, count: int) -> bytes:
    return client.recv(count, socket.MSG_WAITALL)


def socks5(client: socket.socket) -> int:
    """Speak the server's side of SOCKS5 and return the port asked for."""
    exactly(client, exactly(client, 2)[1])
    client.sendall(b"\x05\x00")
    kind = exactly(client, 4)[3]
    exactly(client, 4 if kind == 1 else exactly(client, 1)[0])
    (port,) = struct.unpack(">H", exactly(client, 2))
    client.sendall(b"\x05\x00\x00\x01" + bytes(6))
    return int(port)


def http(client: socket.socket) -> int:
    """Answer CONNECT and return the port asked for."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += exactly(client, 1)
    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    return int(head.split()[1].rsplit(b":", 1)[1])


def pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def relay(kind: str) -> Iterator[tuple[int, list[int]]]:
    """A proxy for one connection after another; yields its port, and the ports it was asked to lead to."""
    greet, asked = {"socks5": socks5, "http": http}[kind], list[int]()

    class Leading(BaseRequestHandler):
        def handle(self) -> None:
            asked.append(greet(self.request))
            with socket.create_connection(("127.0.0.1", asked[-1])) as server:
                back = threading.Thread(target=pump, args=(server, self.request))
                back.start()
                pump(self.request, server)
                back.join()

    with TCPServer(("127.0.0.1", 0), Leading) as listener:
        threading.Thread(target=listener.serve_forever, args=(0.05,)).start()
        try:
            yield listener.server_address[1], asked
        finally:
            listener.shutdown()
