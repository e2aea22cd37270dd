"""A server on this machine that speaks TLS with a certificate of an unknown issuer."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.probes.memory_network import http_response

CERTIFICATE = Path(__file__).parent.parent / "data" / "unknown_issuer.pem"
"""Of localhost, with its key."""


@contextmanager
def https_server(body: bytes = b"words") -> Iterator[str]:
    """Answer each connection once with `body`; yields the server's address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                with suppress(ssl.SSLError, ConnectionError), listener.accept()[0] as connection:
                    connection.settimeout(5)
                    with context.wrap_socket(connection, server_side=True) as stream:
                        stream.recv(65536)
                        stream.sendall(http_response(body, Connection="close"))
                        while stream.recv(65536):  # the rest of what is sent, till the client closes
                            pass

        def until_closed() -> None:
            with suppress(OSError):
                serve()

        thread = threading.Thread(target=until_closed, daemon=True)
        thread.start()
        try:
            yield f"https://localhost:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)
