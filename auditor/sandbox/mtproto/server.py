"""The server: two data centres listening on loopback, in the sandbox's own thread."""

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
_BACKLOG = 16


class MtprotoServer:
    """Listens for clients on one port a data centre; each centre has keys of its own."""

    def __init__(self, sandbox: "Sandbox", sockets: dict[int, socket.socket]) -> None:
        """Prepare to serve `sandbox`'s world on `sockets`, by data centre. Draws the process's key if there is none."""
        self._sandbox, self._sockets = sandbox, sockets
        self.ports = {dc: s.getsockname()[1] for dc, s in sockets.items()}
        self._keys = {dc: Keys() for dc in sockets}
        self._methods = {dc: Methods(sandbox, self.ports, dc, OTHER_DC) for dc in sockets}
        self._talks: set[asyncio.Task[None]] = set()
        server_key()

    @property
    def public_key_pem(self) -> str:
        """The public half of the server's key, PKCS#1."""
        return server_key().pem

    async def start(self) -> None:
        """Begin to listen, in the running loop.

        Not by `asyncio.start_server`: Python 3.11 loses a connection that comes in while such a server is closed.
        """
        for dc, listener in self._sockets.items():
            listener.listen(_BACKLOG)
            listener.setblocking(False)
            asyncio.get_running_loop().add_reader(listener, self._accept, dc, listener)

    async def stop(self) -> None:
        """Stop listening, cut every connection and wait for it to end."""
        for listener in self._sockets.values():
            asyncio.get_running_loop().remove_reader(listener)
            listener.close()
        for task in tuple(self._talks):
            task.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _accept(self, dc: int, listener: socket.socket) -> None:
        try:
            client, _ = listener.accept()
        except OSError:  # it went before it was looked at
            return
        client.setblocking(False)
        task = asyncio.get_running_loop().create_task(self._talk(dc, client))
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)
        task.add_done_callback(lambda _: client.close())  # also of a talk that was cancelled before it began

    async def _talk(self, dc: int, client: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=client)
        try:
            await Connection(self._sandbox, self._keys[dc], self._methods[dc], (reader, writer)).serve()
        finally:
            writer.transport.abort()

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
