"""The server: two data centres listening on loopback, in the sandbox's own thread."""

__all__ = ["HOME_DC", "OTHER_DC", "MtprotoServer"]

import asyncio
import os
import secrets
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession

from auditor.sandbox.mtproto.connection import Connection
from auditor.sandbox.mtproto.crypt import Keys, Login
from auditor.sandbox.mtproto.methods import Methods
from auditor.sandbox.mtproto.numbers import server_key

if TYPE_CHECKING:
    from auditor.sandbox.server import Sandbox

HOME_DC, OTHER_DC = 2, 4
"""Where the account lives, and where PHONE_MIGRATE sends it."""


class MtprotoServer:
    """Listens for clients on one port a data centre; each centre has keys of its own."""

    def __init__(self, sandbox: "Sandbox", sockets: dict[int, socket.socket]) -> None:
        """Prepare to serve `sandbox`'s world on `sockets`, by data centre. Draws the process's key if there is none."""
        self._sandbox, self._sockets = sandbox, sockets
        self.ports = {dc: s.getsockname()[1] for dc, s in sockets.items()}
        self._keys = {dc: Keys() for dc in sockets}
        self._methods = {dc: Methods(sandbox, self.ports, dc, OTHER_DC) for dc in sockets}
        self._servers: list[asyncio.Server] = []
        self._talks: set[asyncio.Task[None]] = set()
        server_key()

    @property
    def public_key_pem(self) -> str:
        """The public half of the server's key, PKCS#1."""
        return server_key().pem

    async def start(self) -> None:
        """Begin to listen, in the running loop."""
        for dc, listener in self._sockets.items():
            accept = self._acceptor(dc)
            self._servers.append(await asyncio.start_server(accept, sock=listener))

    async def stop(self) -> None:
        """Stop listening, cut every connection and wait for it to end."""
        for server in self._servers:
            server.close()
        for task in tuple(self._talks):
            task.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        for server in self._servers:
            await server.wait_closed()
        await asyncio.sleep(0)

    def make_session(self, path: Path) -> Path:
        """Write a signed-in Telethon session file, readable by its owner alone; return its path (``….session``)."""
        path = path if path.suffix == ".session" else path.with_name(f"{path.name}.session")
        path.unlink(missing_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        data = b"\x01" + secrets.token_bytes(255)
        self._keys[HOME_DC].add(data).login = Login(self._sandbox.now)
        session = SQLiteSession(str(path))
        session.set_dc(HOME_DC, "127.0.0.1", self.ports[HOME_DC])
        session.auth_key = AuthKey(data)
        session.save()
        session.close()
        return path

    def _acceptor(self, dc: int) -> "_Acceptor":
        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = Connection(self._sandbox, self._keys[dc], self._methods[dc], (reader, writer))
            task = asyncio.get_running_loop().create_task(connection.serve())
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)

        return accept


if TYPE_CHECKING:
    from collections.abc import Callable

    _Acceptor = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]
