"""One connection to Telegram: the only module that speaks Telethon, and only once there is something to ask.

It asks, it never writes. What it raises holds Telegram's word for what went wrong and nothing else: no name, number
or text. Telethon's own logs are silenced, and its own retries and waits are not used: they cannot be bounded.
"""

import asyncio
import logging
import re
import warnings
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.base.errors import SettingsError
from auditor.probes.mtproto.asking import UNREADABLE, Ask, Lost, Place, Refused, SignedOut, refusal
from auditor.probes.mtproto.session import DataCentre

if TYPE_CHECKING:
    from telethon import TelegramClient

_ON_CONNECT, _SIGNED_IN = 2, 2
"""Requests that Telethon makes of its own as it connects: the configuration, who it is; of one who is signed in, the
state of updates, and what was missed since."""
_WORD = re.compile(r"[A-Z][A-Z0-9_]{2,60}")
_Result = TypeVar("_Result")


class Link:
    """A connection that is opened when first needed, in an event loop of its own. For one thread.

    `requests` counts what was sent, Telethon's own at each connection included.
    """

    def __init__(self, place: Place) -> None:
        """Prepare; nothing is imported and nothing sent."""
        self._place = place
        self._runner: asyncio.Runner | None = None
        self._client: TelegramClient | None = None
        self._key: int | None = None
        self.requests = 0

    @property
    def to_connect(self) -> int:
        """How many requests the next call costs beside its own: none while connected."""
        return 0 if self._client is not None and self._client.is_connected() else _ON_CONNECT + _SIGNED_IN

    def call(self, ask: Ask) -> Any:
        """Ask once, connecting before where need be; return Telethon's object.

        Raises `Refused`, `SignedOut` or `Lost`; after `Lost` the next call connects anew.
        """
        return self.run(self._call(ask))

    def do(self, work: Callable[["TelegramClient"], Coroutine[Any, Any, _Result]]) -> _Result:
        """Do something with a connected client, signed in or not: for signing in and out. Raises as `call` does."""

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
        from telethon.sessions import SQLiteSession  # noqa: PLC0415 - as in `_open_client`

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
            # What a background task dies of may quote an answer; it shows in the next call anyhow.
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
            from telethon.crypto import rsa  # noqa: PLC0415 - as in `_open_client`

            rsa._server_keys.pop(self._key, None)  # noqa: SLF001 - Telethon can add a key and not take it back
            self._key = None

    # In the loop -------------------------------------------------------------------------------------------------

    async def _call(self, ask: Ask) -> Any:
        if self._client is not None and not self._client.is_connected():
            await self._drop()
        with _translated():
            if self._client is None:
                await self._connect()
            try:
                return await self._send(ask)
            except BaseException as error:
                if not _is_answer(error):
                    await self._drop()
                raise

    async def _send(self, ask: Ask) -> Any:
        from telethon.tl.functions import InvokeWithoutUpdatesRequest  # noqa: PLC0415 - as in `_open_client`

        assert self._client is not None
        request = InvokeWithoutUpdatesRequest(_request(ask))
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


def _open_client(place: Place, **options: Any) -> "TelegramClient":
    """Make a Telethon client that holds the session in memory and stores nobody it meets."""
    from telethon import TelegramClient  # noqa: PLC0415 - costs half a second, which who has no session need not pay
    from telethon.crypto import AuthKey  # noqa: PLC0415 - as above
    from telethon.network import connection as wire  # noqa: PLC0415 - as above
    from telethon.sessions import MemorySession  # noqa: PLC0415 - as above

    class Session(MemorySession):  # type: ignore[misc]  # Telethon is untyped
        def process_entities(self, tlo: Any) -> None:
            """Remember nobody."""

    class Client(TelegramClient):  # type: ignore[misc]  # as above
        _config = None  # of one server, where Telethon's is of the process

    logging.getLogger("telethon").setLevel(logging.CRITICAL + 1)
    session, dc = Session(), _where(place)
    if dc.host:
        session.set_dc(dc.number, dc.host, dc.port)
    if place.session.key:
        session.auth_key = AuthKey(place.session.key)
    settings: dict[str, Any] = {
        "receive_updates": False,
        "flood_sleep_threshold": 0,
        "request_retries": 1,
        "connection_retries": 1,
        "retry_delay": 0,
        "auto_reconnect": False,
        "raise_last_call_error": True,
        "timeout": place.patience.connect,
        "use_ipv6": ":" in dc.host,
        "device_model": "auditor",
        "system_version": "1",
        "app_version": "1",
    }
    proxy = place.proxy
    if proxy is not None and proxy.kind == "mtproxy":
        settings["connection"] = wire.ConnectionTcpMTProxyRandomizedIntermediate
        settings["proxy"] = (proxy.host, proxy.port, proxy.secret)
    elif proxy is not None:
        settings["proxy"] = (proxy.kind, proxy.host, proxy.port, True, proxy.user, proxy.password)
    with warnings.catch_warnings():
        # "proxy will be ignored because python-socks is not installed": it is not, PySocks takes its place.
        warnings.simplefilter("ignore")
        return Client(session, place.api_id, place.api_hash, **{**settings, **options})


def _where(place: Place) -> DataCentre:
    """Return where to connect. An account that has moved to another centre of the same test server stays there."""
    own, wanted = place.session.dc, place.dc
    if wanted is None or (place.session.key and own.host == wanted.host and own.number != wanted.number):
        return own
    return wanted


def read_public_key(path: Path | None) -> bytes | None:
    """Return a test server's public key, PKCS#1 PEM. Raises `SettingsError` in one line for a file that holds none."""
    if path is None:
        return None
    import rsa  # noqa: PLC0415 - Telethon's own reader, for those who name a key

    try:
        pem = path.read_bytes()
        rsa.PublicKey.load_pkcs1(pem)
    except Exception:  # noqa: BLE001 - whatever the parser stumbles over
        raise SettingsError(
            f"AUDITOR_TELEGRAM_PUBLIC_KEY: {path} holds no PKCS#1 public key; it begins BEGIN RSA PUBLIC KEY"
        ) from None
    return pem


def _trust(pem: bytes | None) -> int | None:
    """Make Telethon trust a key; return what to take out again, None where nothing was added."""
    if pem is None:
        return None
    from telethon.crypto import rsa  # noqa: PLC0415 - as in `_open_client`

    known = set(rsa._server_keys)  # noqa: SLF001 - the registry has no reading side
    rsa.add_key(pem, old=False)
    return next(iter(set(rsa._server_keys) - known), None)  # noqa: SLF001 - as above


def _request(ask: Ask) -> Any:
    from telethon.tl import functions, types  # noqa: PLC0415 - as in `_open_client`

    number, access_hash = ask.peer or (0, 0)
    channel, peer = types.InputChannel(number, access_hash), types.InputPeerChannel(number, access_hash)
    page = {"offset_id": ask.offset_id, "offset_date": None, "add_offset": ask.add_offset, "limit": ask.limit}
    ends = {"max_id": 0, "min_id": 0, "hash": 0}
    made: dict[str, Callable[[], Any]] = {
        "contacts.resolveUsername": lambda: functions.contacts.ResolveUsernameRequest(ask.name),
        "contacts.search": lambda: functions.contacts.SearchRequest(ask.name, ask.limit),
        "users.getUsers": lambda: functions.users.GetUsersRequest([types.InputUser(number, access_hash)]),
        "channels.getChannels": lambda: functions.channels.GetChannelsRequest([channel]),
        "channels.getFullChannel": lambda: functions.channels.GetFullChannelRequest(channel),
        "messages.getHistory": lambda: functions.messages.GetHistoryRequest(peer, **page, **ends),
        "messages.getReplies": lambda: functions.messages.GetRepliesRequest(peer, ask.message, **page, **ends),
        "account.getAuthorizations": functions.account.GetAuthorizationsRequest,
        "auth.logOut": functions.auth.LogOutRequest,
    }
    return made[ask.method]()


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what Telethon raises into this module's words, leaving its own text behind."""
    try:
        yield
    except BaseException as error:
        said = translate(error)
        if said is None:
            raise
        raise said from None


def translate(error: BaseException) -> Refused | Lost | None:
    """Return what an exception of Telethon's means here; None for one that is not the network's."""
    from telethon import errors  # noqa: PLC0415 - as in `_open_client`

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
    # An answer in a language that this Telethon does not know, or damaged.
    return Refused(UNREADABLE, 0) if isinstance(error, Exception) else None


def _refused(error: Any) -> Refused:
    code = error.code if isinstance(error.code, int) else 0
    kind = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).upper()
    said = str(getattr(error, "message", "") or "")
    known = type(error).__module__.endswith("rpcerrorlist")
    word = kind if known or not _WORD.fullmatch(said) else said
    seconds = getattr(error, "seconds", None)
    return refusal(word, code, seconds if isinstance(seconds, int) else None)


def _is_answer(error: BaseException) -> bool:
    from telethon import errors  # noqa: PLC0415 - as in `_open_client`

    return isinstance(error, errors.RPCError)


def _cancelled_from_outside(error: BaseException) -> bool:
    """Tell Telethon's cancelling of a pending answer from somebody's cancelling of us."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
