"""One connection to Telegram: the only module that imports Telethon, and all that is private in it is used here.

It asks and never writes. What it raises holds Telegram's word for what went wrong and nothing else: no name, number or
text. Telethon's own logs are silenced; its own retries and waits are switched off, since they cannot be bounded.

Importing it takes half a second, so it is imported only where there is a session to ask with.
"""

import asyncio
import logging
import re
import warnings
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from telethon import TelegramClient, errors
from telethon.crypto import AuthKey, rsa
from telethon.network.connection import ConnectionTcpMTProxyRandomizedIntermediate
from telethon.sessions import MemorySession, SQLiteSession
from telethon.tl import functions, types

from auditor.base.errors import SettingsError
from auditor.probes.mtproto.asking import UNREADABLE, Ask, Lost, Refused, SignedOut, refusal
from auditor.probes.mtproto.place import Place

PRIVATE = {
    "TelegramClient": ("_config", "_self_id", "_sender", "_updates_handle"),
    "telethon.crypto.rsa": ("_server_keys",),
}
"""What is used of Telethon though it is private. A test names the one that is gone when Telethon changes."""

_ON_CONNECT, _SIGNED_IN = 2, 2
"""Requests that Telethon makes by itself as it connects: the configuration and who it is; if an account is signed in,
the state of updates and what was missed since."""
_WORD = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
_Result = TypeVar("_Result")


class Link:
    """A connection that is opened when first needed, in an event loop of its own. For one thread.

    `requests` counts what was sent, Telethon's own at each connection included.
    """

    def __init__(self, place: Place) -> None:
        """Prepare; nothing is sent yet."""
        self._place = place
        self._runner: asyncio.Runner | None = None
        self._client: TelegramClient | None = None
        self._key: int | None = None
        self.requests = 0

    @property
    def to_connect(self) -> int:
        """How many requests the next call costs besides its own: none while connected."""
        return 0 if self._client is not None and self._client.is_connected() else _ON_CONNECT + _SIGNED_IN

    def call(self, ask: Ask) -> Any:
        """Ask once, connecting first if need be; return Telethon's object.

        Raises `Refused`, `SignedOut` or `Lost`; after `Lost` the next call connects anew.
        """
        return self.run(self._call(ask))

    def do(self, work: Callable[[Any], Coroutine[Any, Any, _Result]]) -> _Result:
        """Do something with a connected `TelegramClient`, signed in or not: for signing in. Raises as `call` does."""

        async def whole() -> _Result:
            with _translated():
                if self._client is None:
                    await self._connect(signed_in=False)
                assert self._client is not None
                async with asyncio.timeout(self._place.patience.connect + self._place.patience.answer):
                    return await work(self._client)

        return self.run(whole())

    def write_session(self, file: Path) -> None:
        """Write this connection's sign-in, and nothing else, into `file`, whose name ends in ``.session``."""
        assert self._client is not None
        session, stored = self._client.session, SQLiteSession(str(file))
        try:
            stored.set_dc(session.dc_id, session.server_address, session.port)
            stored.auth_key = session.auth_key
            stored.save()
        finally:
            stored.close()

    def rest(self, seconds: float) -> None:
        """Wait with the connection kept alive."""
        self.run(asyncio.sleep(seconds))

    def run(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Do `work` in the connection's loop."""
        if self._runner is None:
            self._runner = asyncio.Runner()
            # What a background task dies of may quote an answer. The next call shows the trouble anyway.
            self._runner.get_loop().set_exception_handler(lambda _loop, _context: None)
        return self._runner.run(work)

    def close(self) -> None:
        """End the connection and its loop, and forget the test server's key."""
        if self._runner is not None:
            if self._runner.get_loop().is_running():
                return  # another thread still waits in it: the run was interrupted, and ends with the process
            try:
                self._runner.run(self._drop())
            finally:
                self._runner.close()
                self._runner = None
        if self._key is not None:
            rsa._server_keys.pop(self._key, None)  # noqa: SLF001 - Telethon can add a key and not take it back
            self._key = None

    # In the loop -------------------------------------------------------------------------------------------------

    async def _call(self, ask: Ask) -> Any:
        if self._client is not None and not self._client.is_connected():
            await self._drop()
        with _translated():
            async with asyncio.timeout(self._place.deadline.left):
                if self._client is None:
                    await self._connect()
                try:
                    return await self._send(ask)
                except BaseException as error:
                    if not isinstance(error, errors.RPCError):
                        await self._drop()
                    raise

    async def _send(self, ask: Ask) -> Any:
        assert self._client is not None
        request = functions.InvokeWithoutUpdatesRequest(_request(ask))
        self.requests += 1
        async with asyncio.timeout(self._place.patience.answer):
            # Not `client(request)`: that sleeps by itself and tries again by itself.
            return await self._client._sender.send(request)  # noqa: SLF001 - as above

    async def _connect(self, *, signed_in: bool = True) -> None:
        if self._key is None:
            self._key = _trust(self._place.public_key)
        client = _open_client(self._place)
        self._client = client
        try:
            async with asyncio.timeout(self._place.patience.connect):
                self.requests += _ON_CONNECT
                await client.connect()
        except BaseException:
            await self._drop()
            raise
        # Without updates there is nothing for this loop to do but ask for what was missed.
        client._updates_handle.cancel()  # noqa: SLF001 - Telethon has no switch for it
        if signed_in and client._self_id is None:  # noqa: SLF001 - what it learned as it connected
            await self._drop()
            raise SignedOut("AUTH_KEY_UNREGISTERED", 401)
        self.requests += _SIGNED_IN

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            try:
                async with asyncio.timeout(5):
                    await client.disconnect()
            except (OSError, TimeoutError, asyncio.CancelledError) as error:
                if _cancelled_from_outside(error):
                    raise


# The client ------------------------------------------------------------------------------------------------------


class _Session(MemorySession):  # type: ignore[misc]  # Telethon is untyped
    """Keeps the sign-in in memory and stores no user or channel."""

    def process_entities(self, tlo: Any) -> None:
        """Remember none of them."""


class _Client(TelegramClient):  # type: ignore[misc]  # as above
    """A client with a configuration of its own; Telethon's is the whole process's, whatever server it is of."""

    _config = None


def _open_client(place: Place) -> TelegramClient:
    """Make a client that holds the session in memory and stores no user or channel."""
    logging.getLogger("telethon").setLevel(logging.CRITICAL + 1)
    session, dc = _Session(), place.centre
    if dc.host:
        session.set_dc(dc.number, dc.host, dc.port)
    if place.session.key:
        session.auth_key = AuthKey(place.session.key)
    with warnings.catch_warnings():
        # "proxy will be ignored because python-socks is not installed": it is not, PySocks takes its place.
        warnings.simplefilter("ignore")
        return _Client(
            session,
            place.api_id,
            place.api_hash,
            receive_updates=False,
            flood_sleep_threshold=0,
            request_retries=1,
            connection_retries=1,
            retry_delay=0,
            auto_reconnect=False,
            raise_last_call_error=True,
            timeout=place.patience.connect,
            use_ipv6=":" in dc.host,
            device_model="auditor",
            system_version="1",
            app_version="1",
            **_proxied(place),
        )


def _proxied(place: Place) -> dict[str, Any]:
    """Return Telethon's arguments for the proxy."""
    proxy = place.proxy
    if proxy is None:
        return {}
    if proxy.kind == "mtproxy":
        return {
            "connection": ConnectionTcpMTProxyRandomizedIntermediate,
            "proxy": (proxy.host, proxy.port, proxy.secret),
        }
    return {"proxy": (proxy.kind, proxy.host, proxy.port, True, proxy.user, proxy.password)}


def _trust(pem: bytes | None) -> int | None:
    """Make Telethon trust a key; return what to take out again, None where nothing was added."""
    if pem is None:
        return None
    known = set(rsa._server_keys)  # noqa: SLF001 - keys can be added, not listed
    rsa.add_key(pem, old=False)
    return next(iter(set(rsa._server_keys) - known), None)  # noqa: SLF001 - as above


def _request(ask: Ask) -> Any:
    number, access_hash = ask.peer or (0, 0)
    channel, peer = types.InputChannel(number, access_hash), types.InputPeerChannel(number, access_hash)
    page = {
        "offset_id": ask.offset_id,
        "offset_date": ask.offset_date,
        "add_offset": ask.add_offset,
        "limit": ask.limit,
    }
    ends = {"max_id": 0, "min_id": 0, "hash": 0}
    made: dict[str, Callable[[], Any]] = {
        "contacts.resolveUsername": lambda: functions.contacts.ResolveUsernameRequest(ask.name),
        "contacts.search": lambda: functions.contacts.SearchRequest(ask.name, ask.limit),
        "users.getUsers": lambda: functions.users.GetUsersRequest([types.InputUser(number, access_hash)]),
        "channels.getChannels": lambda: functions.channels.GetChannelsRequest([channel]),
        "channels.getFullChannel": lambda: functions.channels.GetFullChannelRequest(channel),
        "channels.getParticipants": lambda: functions.channels.GetParticipantsRequest(
            channel, types.ChannelParticipantsAdmins(), offset=0, limit=ask.limit, hash=0
        ),
        "messages.getHistory": lambda: functions.messages.GetHistoryRequest(peer, **page, **ends),
        "messages.getReplies": lambda: functions.messages.GetRepliesRequest(peer, ask.message, **page, **ends),
        "account.getAuthorizations": functions.account.GetAuthorizationsRequest,
        "auth.logOut": functions.auth.LogOutRequest,
    }
    return made[ask.method]()


# What Telethon raises --------------------------------------------------------------------------------------------


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what Telethon raises into this room's words, leaving its own text behind."""
    try:
        yield
    except BaseException as error:
        said = translate(error)
        if said is None:
            raise
        raise said from None


def translate(error: BaseException) -> Refused | Lost | None:
    """Return what an exception of Telethon's means here; None for one that is not the network's."""
    if isinstance(error, Refused | Lost | SettingsError):
        return None
    if isinstance(error, errors.RPCError):
        return _refused(error)
    if isinstance(error, errors.AuthKeyNotFound):
        return SignedOut("AUTH_KEY_NOT_FOUND", 401)
    if isinstance(error, errors.InvalidBufferError) and error.code == 429:
        return Refused("TRANSPORT_FLOOD", 429)
    if isinstance(error, asyncio.CancelledError):
        return None if _cancelled_from_outside(error) else Lost()
    if isinstance(error, OSError | EOFError | errors.InvalidBufferError | errors.SecurityError):
        return Lost()
    if type(error).__module__.split(".")[0] in {"python_socks", "socks"}:
        return Lost()
    # An answer that this Telethon's layer does not know, or a damaged one.
    return Refused(UNREADABLE, 0) if isinstance(error, Exception) else None


def _refused(error: Any) -> Refused:
    code = error.code if isinstance(error.code, int) else 0
    kind = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).upper()
    said = str(getattr(error, "message", "") or "")
    known = type(error).__module__.endswith("rpcerrorlist")
    word = kind if known or not _WORD.fullmatch(said) else said
    seconds = getattr(error, "seconds", None)
    return refusal(word, code, seconds if isinstance(seconds, int) else None)


def _cancelled_from_outside(error: BaseException) -> bool:
    """Tell Telethon's cancelling of a pending answer from a cancelling of our own task."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
