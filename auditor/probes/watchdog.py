"""An end to every request: no time limit of a library counts the whole of it.

Their limits are for one read. A server that sends a byte of its head now and then, or "100 Continue" for ever, would
hold a run for days; so after so many seconds the connection under a request is cut, and the request fails by itself.
"""

import contextlib
import socket
import threading
import weakref
from collections.abc import Iterator


class Watchdog:
    """Knows the connections of one client, and cuts them when a request takes longer than it may."""

    def __init__(self) -> None:
        """Know none yet."""
        self._lines: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    def watch(self, line: object) -> None:
        """Take note of a connection as it is made; anything that is no socket is left out."""
        if isinstance(line, socket.socket):
            self._lines.add(line)

    @contextlib.contextmanager
    def over(self, seconds: float) -> Iterator[None]:
        """Cut whatever is open if the block lasts longer than `seconds`."""
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                # Not the method of a TLS socket, which would take its state away under the thread that reads from it.
                socket.socket.shutdown(line, socket.SHUT_RDWR)
