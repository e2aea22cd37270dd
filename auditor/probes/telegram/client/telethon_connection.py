"""One connection to Telegram: the only module that imports Telethon and uses its private attributes.

A connection that the server has closed between two requests is made again. Telethon's own logs, retries, waits and
updates are switched off, since they cannot be bounded.
Exceptions hold Telegram's word for what went wrong and nothing else: no name, number or text.

Importing Telethon takes half a second, so `client_transport` imports this module with its first request only, and
`client_plugin` imports `sign_in`, which always needs it, only to diagnose a session.
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

PRIVATE_ATTRIBUTES = ("_config", "_sender", "_updates_handle")
"""The private attributes of Telethon's client that are used. A test names the one that a new Telethon lacks."""

_ERROR_WORD = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
_LONG_AGO = datetime(2013, 8, 14, tzinfo=UTC)
_NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, socket.EAI_AGAIN)
_ABSENT = {errno.ECONNREFUSED: "refused"} | dict.fromkeys(_NO_ROUTE, "network")
"""What is unreachable (`Failure.absent`), by the system's error number."""
Result = TypeVar("Result")


class TelethonConnection:
    """A connection that is made when first needed, and again after it was lost; one task at a time uses it."""

    def __init__(self, account: ClientAccount) -> None:
        """Send nothing yet."""
        self._account = account
        self._client: TelegramClient | None = None
        self._absent = ""

    async def call(
        self, method: str, params: Mapping[str, Any], seconds: float, peer: tuple[int, int] | None = None
    ) -> Any:
        """Send one request, connecting first if need be, and return Telethon's object.

        `params` are the method's own; `peer` is the id and access hash of the entity that the request is about. Raises
        `RpcRefused` or `ConnectionLost`.
        """
        request = functions.InvokeWithoutUpdatesRequest(_request(method, params, peer))
        # Not `client(request)`: that sleeps and retries by itself.
        return await self.run_with_client(lambda client: client._sender.send(request), seconds)  # noqa: SLF001

    async def run_with_client(self, action: Callable[[Any], Awaitable[Result]], seconds: float) -> Result:
        """Return what `action` returns for a connected `TelegramClient`, signed in or not. Raises as `call` does."""
        if self._client is not None and not self._client.is_connected():
            await self.aclose()
        try:
            async with asyncio.timeout(seconds):
                if self._client is None:
                    await self._connect()
                return await action(self._client)
        except BaseException as error:  # noqa: BLE001 - told by its class; a cancelling passes as it is
            if not isinstance(error, errors.RPCError):
                await self.aclose()
            raise _translate_error(error, self._absent) from None

    def write_session(self, file: Path) -> None:
        """Write this connection's sign-in, and nothing else, to `file`, whose name ends in ``.session``."""
        assert self._client is not None
        session = self._client.session
        with closing(SQLiteSession(str(file))) as session_file:
            session_file.set_dc(session.dc_id, session.server_address, session.port)
            session_file.auth_key = session.auth_key
            session_file.save()

    async def aclose(self) -> None:
        """End the connection; the next request makes another."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            async with asyncio.timeout(5):
                await client.disconnect()
        except (OSError, TimeoutError, asyncio.CancelledError) as error:
            if _cancelled_from_outside(error):
                raise

    async def _connect(self) -> None:
        if self._account.public_key is not None:
            rsa.add_key(self._account.public_key, old=False)
        self._absent = ""
        self._client = _open_client(self._account, self._note_absence)
        async with asyncio.timeout(self._account.connect_timeout):
            await self._client.connect()
        # Without updates this loop would only request what was missed.
        self._client._updates_handle.cancel()  # noqa: SLF001 - Telethon has no switch for it

    def _note_absence(self, error: OSError) -> None:
        """Note what is unreachable (`Failure.absent`); Telethon itself does not pass the reason on."""
        is_unresolved = isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN
        self._absent = "name" if is_unresolved else _ABSENT.get(error.errno or 0, "")


# The client ------------------------------------------------------------------------------------------------------


def _open_client(
    account: ClientAccount, report_error: Callable[[OSError], None] = lambda _error: None
) -> TelegramClient:
    logging.getLogger("telethon").setLevel(logging.CRITICAL + 1)
    session = SQLiteSession(None)  # in memory: a file would store everybody it meets
    dc, proxy = account.data_centre, account.proxy
    session.save_entities = False
    if dc.host:
        session.set_dc(dc.dc_id, dc.host, dc.port)
    if account.session.key:
        session.auth_key = AuthKey(account.session.key)
    # With a state of updates to start from, a signed-in session saves the three requests to find one.
    session.set_update_state(0, types.updates.State(pts=1, qts=0, date=_LONG_AGO, seq=0, unread_count=0))
    TelegramClient._config = None  # noqa: SLF001 - kept for the whole process, whatever server it is of
    kind = ConnectionTcpMTProxyRandomizedIntermediate if proxy and proxy.is_mtproxy else ConnectionTcpFull
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a proxy that is refused for want of a library that is not the one used
        return TelegramClient(
            session,
            account.api_id,
            account.api_hash,
            connection=_with_error_report(kind, report_error),
            proxy=proxy.telethon_args if proxy else None,
            catch_up=bool(account.session.key),
            receive_updates=False,
            flood_sleep_threshold=0,
            request_retries=1,
            connection_retries=1,
            retry_delay=0,
            auto_reconnect=False,
            raise_last_call_error=True,
            timeout=account.connect_timeout,
            use_ipv6=":" in dc.host,
            device_model="auditor",
            system_version="1",
            app_version="1",
        )


def _with_error_report(kind: Any, report_error: Callable[[OSError], None]) -> Any:
    """Return a subclass of Telethon's connection class `kind` that reports a failed connection to `report_error`."""

    class Noting(kind):  # type: ignore[misc]  # a base class known only at run time
        async def connect(self, timeout: float | None = None, ssl: Any = None) -> None:  # noqa: ASYNC109 - Telethon's
            try:
                await super().connect(timeout=timeout, ssl=ssl)
            except OSError as error:
                report_error(error)
                raise

    return Noting


_PAGE_PARAMS = {"offset_id": 0, "offset_date": None, "add_offset": 0, "limit": 100, "max_id": 0, "min_id": 0, "hash": 0}
_BATCH_METHODS = {"channels.getChannels": types.InputChannel, "users.getUsers": types.InputUser}
"""Methods that take a list of entities."""


def _request(method: str, params: Mapping[str, Any], peer: tuple[int, int] | None) -> Any:
    """Return Telethon's request for a method named as in Telegram's documentation."""
    space, word = method.split(".")
    arguments = dict(params)
    if peer is not None and space == "messages":
        arguments = {**_PAGE_PARAMS, **arguments, "peer": types.InputPeerChannel(*peer)}
    elif peer is not None and method in _BATCH_METHODS:
        arguments = {"id": [_BATCH_METHODS[method](*peer)]}
    elif peer is not None:
        arguments["channel"] = types.InputChannel(*peer)
    if method == "channels.getParticipants":
        arguments |= {"filter": types.ChannelParticipantsAdmins(), "offset": 0, "limit": 100, "hash": 0}
    return getattr(getattr(functions, space), f"{word[0].upper()}{word[1:]}Request")(**arguments)


# Telethon's exceptions -------------------------------------------------------------------------------------------


def _translate_error(error: BaseException, absent: str) -> BaseException:
    """Return our exception for one of Telethon's, without its text; a `BaseException` from elsewhere stays as it is."""
    if isinstance(error, errors.RPCError):
        return _to_rpc_refused(error)
    if isinstance(error, errors.AuthKeyNotFound):
        return RpcRefused("AUTH_KEY_NOT_FOUND", 401)
    if isinstance(error, errors.InvalidBufferError) and error.code == 429:
        return RpcRefused("TRANSPORT_FLOOD", 429)
    if isinstance(error, asyncio.CancelledError):
        return error if _cancelled_from_outside(error) else ConnectionLost()
    connection_errors = OSError | EOFError | errors.InvalidBufferError | errors.SecurityError
    if isinstance(error, connection_errors) or type(error).__module__.partition(".")[0] in {"python_socks", "socks"}:
        return ConnectionLost(absent)
    # A response that Telethon's layer does not know, or a damaged one.
    return RpcRefused(UNREADABLE, 0) if isinstance(error, Exception) else error


def _to_rpc_refused(error: Any) -> RpcRefused:
    """Return a refusal with Telegram's own word: from the error's class if Telethon lists it, else from its message."""
    class_word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).upper()
    message, seconds = str(getattr(error, "message", "") or ""), getattr(error, "seconds", None)
    is_listed = type(error).__module__.endswith("rpcerrorlist")
    word = class_word if is_listed or not _ERROR_WORD.fullmatch(message) else message
    code = error.code if isinstance(error.code, int) else 0
    return RpcRefused(word, code, seconds if isinstance(seconds, int) else None)


def _cancelled_from_outside(error: BaseException) -> bool:
    """Return whether our own task was cancelled, not only a pending response by Telethon."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
