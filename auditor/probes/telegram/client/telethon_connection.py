"""One connection to Telegram: the only module that imports Telethon, and all that is private in it is used here.

Telethon's event loop runs while something is asked, and stands still between calls: a connection that the server has
given up meanwhile is made anew. Telethon's own logs, retries, waits and updates are switched off, since they cannot be
bounded. What is raised holds Telegram's word for what went wrong and nothing else: no name, number or text.

Importing it takes half a second, so it is imported only where there is a session to ask with.
"""

import asyncio
import errno
import logging
import re
import socket
import warnings
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from telethon import TelegramClient, errors
from telethon.crypto import AuthKey, rsa
from telethon.network.connection import ConnectionTcpFull, ConnectionTcpMTProxyRandomizedIntermediate
from telethon.sessions import SQLiteSession
from telethon.tl import functions, types

from auditor.probes.telegram.client.client_account import ClientAccount
from auditor.probes.telegram.client.rpc_errors import UNREADABLE, ConnectionLost, RpcRefused

PRIVATE = ("_config", "_sender", "_updates_handle")
"""What is used of Telethon's client though it is private. A test names the one that is gone when Telethon changes."""

_WORD = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
_LONG_AGO = datetime(2013, 8, 14, tzinfo=UTC)
_NO_WAY = (errno.ENETUNREACH, errno.EHOSTUNREACH, socket.EAI_AGAIN)
_ABSENT = {errno.ECONNREFUSED: "refused"} | dict.fromkeys(_NO_WAY, "network")
"""What is plainly not there (`Failure.absent`), by the system's number."""
Result = TypeVar("Result")


class TelethonConnection:
    """A connection that is made when first needed, and anew after it was lost. Asked from one thread at a time."""

    def __init__(self, account: ClientAccount) -> None:
        """Prepare; nothing is sent yet."""
        self._account = account
        self._runner = asyncio.Runner()
        self._client: TelegramClient | None = None
        self._absent = ""
        self._asking = False

    def call(self, method: str, fields: Mapping[str, Any], seconds: float, peer: tuple[int, int] | None = None) -> Any:
        """Ask once, connecting first if need be, and return Telethon's object. Raises `Refused` or `Lost`.

        `fields` are the method's own; `peer` is whom it asks about, as his number and access hash.
        """
        request = functions.InvokeWithoutUpdatesRequest(_request(method, fields, peer))
        # Not `client(request)`: that sleeps by itself and tries again by itself.
        return self.run_with_client(lambda client: client._sender.send(request), seconds)  # noqa: SLF001

    def run_with_client(self, work: Callable[[Any], Awaitable[Result]], seconds: float) -> Result:
        """Do something with a connected `TelegramClient`, signed in or not. Raises as `call` does."""
        # What a background task dies of may quote an answer. The next call shows the trouble anyway.
        self._runner.get_loop().set_exception_handler(lambda _loop, _context: None)
        self._asking = True
        try:
            return self._runner.run(self._done(work, seconds))
        finally:
            self._asking = False

    def write_session(self, file: Path) -> None:
        """Write this connection's sign-in, and nothing else, into `file`, whose name ends in ``.session``."""
        assert self._client is not None
        session = self._client.session
        with closing(SQLiteSession(str(file))) as stored:
            stored.set_dc(session.dc_id, session.server_address, session.port)
            stored.auth_key = session.auth_key
            stored.save()

    def close(self) -> None:
        """End the connection and its loop; where another thread asks yet, both end with the process."""
        if self._asking:
            return
        if self._client is not None:
            self._runner.run(self._reset())
        self._runner.close()

    # In the loop -------------------------------------------------------------------------------------------------

    async def _done(self, work: Callable[[Any], Awaitable[Result]], seconds: float) -> Result:
        if self._client is not None and not self._client.is_connected():
            await self._reset()
        try:
            async with asyncio.timeout(seconds):
                if self._client is None:
                    await self._connect()
                return await work(self._client)
        except BaseException as error:  # noqa: BLE001 - told by its class; a cancelling passes as it is
            if not isinstance(error, errors.RPCError):
                await self._reset()
            raise _translated(error, self._absent) from None

    async def _connect(self) -> None:
        if self._account.public_key is not None:
            rsa.add_key(self._account.public_key, old=False)
        self._absent = ""
        self._client = _open_client(self._account, self._note)
        async with asyncio.timeout(self._account.connect):
            await self._client.connect()
        # Without updates there is nothing for this loop to do but ask for what was missed.
        self._client._updates_handle.cancel()  # noqa: SLF001 - Telethon has no switch for it

    def _note(self, error: OSError) -> None:
        """Note that there is plainly nothing to connect to; Telethon keeps the reason to itself."""
        by_name = isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN
        self._absent = "name" if by_name else _ABSENT.get(error.errno or 0, "")

    async def _reset(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(5):
                await client.disconnect()
        except (OSError, TimeoutError, asyncio.CancelledError) as error:
            if _cancelled_from_outside(error):
                raise


# The client ------------------------------------------------------------------------------------------------------


def _open_client(account: ClientAccount, note: Callable[[OSError], None] = lambda _error: None) -> TelegramClient:
    logging.getLogger("telethon").setLevel(logging.CRITICAL + 1)
    session = SQLiteSession(None)  # in memory: it would write down all it meets
    dc, proxy = account.data_centre, account.proxy
    session.save_entities = False
    if dc.host:
        session.set_dc(dc.number, dc.host, dc.port)
    if account.session.key:
        session.auth_key = AuthKey(account.session.key)
    # A state of updates to catch up from spares a session that is signed in three requests to find one.
    session.set_update_state(0, types.updates.State(pts=1, qts=0, date=_LONG_AGO, seq=0, unread_count=0))
    TelegramClient._config = None  # noqa: SLF001 - kept for the whole process, whatever server it is of
    kind = ConnectionTcpMTProxyRandomizedIntermediate if proxy and proxy.mtproxy else ConnectionTcpFull
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a proxy that is refused for want of a library that is not the one used
        return TelegramClient(
            session,
            account.api_id,
            account.api_hash,
            connection=_noting(kind, note),
            proxy=proxy.telethon_args if proxy else None,
            catch_up=bool(account.session.key),
            receive_updates=False,
            flood_sleep_threshold=0,
            request_retries=1,
            connection_retries=1,
            retry_delay=0,
            auto_reconnect=False,
            raise_last_call_error=True,
            timeout=account.connect,
            use_ipv6=":" in dc.host,
            device_model="auditor",
            system_version="1",
            app_version="1",
        )


def _noting(kind: Any, note: Callable[[OSError], None]) -> Any:
    """Return Telethon's class of connections, which tells `note` why none came about."""

    class Noting(kind):  # type: ignore[misc]  # as above
        async def connect(self, timeout: float | None = None, ssl: Any = None) -> None:  # noqa: ASYNC109 - Telethon's
            try:
                await super().connect(timeout=timeout, ssl=ssl)
            except OSError as error:
                note(error)
                raise

    return Noting


_PAGE = {"offset_id": 0, "offset_date": None, "add_offset": 0, "limit": 100, "max_id": 0, "min_id": 0, "hash": 0}
_LISTS = {"channels.getChannels": types.InputChannel, "users.getUsers": types.InputUser}
"""Methods that are asked about several."""


def _request(method: str, fields: Mapping[str, Any], peer: tuple[int, int] | None) -> Any:
    """Make Telethon's request of a method as Telegram's documents write it."""
    space, word = method.split(".")
    given = dict(fields)
    if peer is not None and space == "messages":
        given = {**_PAGE, **given, "peer": types.InputPeerChannel(*peer)}
    elif peer is not None and method in _LISTS:
        given = {"id": [_LISTS[method](*peer)]}
    elif peer is not None:
        given["channel"] = types.InputChannel(*peer)
    if method == "channels.getParticipants":
        given |= {"filter": types.ChannelParticipantsAdmins(), "offset": 0, "limit": 100, "hash": 0}
    return getattr(getattr(functions, space), f"{word[0].upper()}{word[1:]}Request")(**given)


# What Telethon raises --------------------------------------------------------------------------------------------


def _translated(error: BaseException, absent: str) -> BaseException:
    """Return what an exception of Telethon's means here, without its text; another's is returned as it is."""
    if isinstance(error, errors.RPCError):
        return _refused(error)
    if isinstance(error, errors.AuthKeyNotFound):
        return RpcRefused("AUTH_KEY_NOT_FOUND", 401)
    if isinstance(error, errors.InvalidBufferError) and error.code == 429:
        return RpcRefused("TRANSPORT_FLOOD", 429)
    if isinstance(error, asyncio.CancelledError):
        return error if _cancelled_from_outside(error) else ConnectionLost()
    lost = OSError | EOFError | errors.InvalidBufferError | errors.SecurityError
    if isinstance(error, lost) or type(error).__module__.partition(".")[0] in {"python_socks", "socks"}:
        return ConnectionLost(absent)
    # An answer that this Telethon's layer does not know, or a damaged one.
    return RpcRefused(UNREADABLE, 0) if isinstance(error, Exception) else error


def _refused(error: Any) -> RpcRefused:
    """Return Telegram's own word: by the class for errors that Telethon lists, else as it came."""
    kind = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).upper()
    message, seconds = str(getattr(error, "message", "") or ""), getattr(error, "seconds", None)
    listed = type(error).__module__.endswith("rpcerrorlist")
    word = kind if listed or not _WORD.fullmatch(message) else message
    code = error.code if isinstance(error.code, int) else 0
    return RpcRefused(word, code, seconds if isinstance(seconds, int) else None)


def _cancelled_from_outside(error: BaseException) -> bool:
    """Tell Telethon's cancelling of a pending answer from a cancelling of our own task."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
