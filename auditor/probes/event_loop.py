"""The event loop on which requests are sent: one for a run, and one for whoever sends a few outside a run.

A name's look-up cannot be cancelled. asyncio waits for its threads when a loop ends, and Python when the process does,
so a system's resolver that hangs would hold both: here each look-up has a thread that nothing waits for.
"""

import asyncio
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Loop(asyncio.SelectorEventLoop):
    """asyncio's loop, which does not wait for the system's resolver when it ends."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Log nothing: the error of a library's background task may quote a response, and the request fails anyway."""

    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - asyncio's
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        """Return the addresses of a host as `socket.getaddrinfo` does. Raises `OSError`, or `UnicodeError`."""
        lookup: Future[Any] = Future()

        def look_up() -> None:
            try:
                lookup.set_result(socket.getaddrinfo(host, port, family, type, proto, flags))
            except (OSError, ValueError) as error:  # an impossible name raises `UnicodeError`
                lookup.set_exception(error)

        lookup.set_running_or_notify_cancel()
        threading.Thread(target=look_up, daemon=True).start()
        return await asyncio.wrap_future(lookup, loop=self)


def new_runner() -> asyncio.Runner:
    """Return a runner with a loop of its own; whoever closes it closes first what is connected over it."""
    return asyncio.Runner(loop_factory=lambda: Loop())  # noqa: PLW0108 - a test puts a loop of its own in its place


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end over a loop of its own."""
    with new_runner() as runner:
        return runner.run(main)
