"""The account that looks, and how Telegram's data centres are reached: settings, session file, proxy, test server.

A session file is full access to an account (docs/dev/sources.md, Telegram). It is Telethon's own SQLite file, opened
read-only and closed at once, so that two processes cannot damage it; the client works on a copy in memory, because
Telethon would store everybody it meets.
"""

import base64
import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from auditor.base.errors import SettingsError
from auditor.base.secrets import remember, remember_proxy
from auditor.base.settings import Settings
from auditor.base.text import Text, phrase
from auditor.probes.telegram.client.client_route import ClientSettings

_DATA_CENTRE = re.compile(r"([1-9]\d{0,4})@(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})")
_KEY_BYTES = range(250, 257)
"""Valid lengths of a key, in bytes: Telethon drops leading zeros."""
_PROXY_KINDS = {"socks5": "socks5", "socks5h": "socks5", "http": "http", "mtproxy": "mtproxy"}


@dataclass(frozen=True, slots=True)
class DataCentre:
    """A data centre of Telegram's, and the key of the sign-in there, empty if not signed in: as in a session file."""

    dc_id: int = 2
    host: str = ""
    port: int = 0
    key: bytes = field(default=b"", repr=False)

    @property
    def fingerprint(self) -> str:
        """A name that does not reveal the sign-in: a short hash of the id by which the server knows the key."""
        key_id = hashlib.sha1(self.key, usedforsecurity=False).digest()[-8:]
        return hashlib.sha256(key_id).hexdigest()[:16]

    @property
    def is_local(self) -> bool:
        """Whether the data centre is a test server on this machine, which has no rate limits."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy in the form that Telethon takes."""

    telethon_args: tuple[Any, ...] = field(repr=False)
    """Kind, host, port, whether the proxy resolves names, user, password; for an MTProxy host, port and secret."""
    is_mtproxy: bool = False


@dataclass(frozen=True, slots=True)
class ClientAccount:
    """The account that sends the requests, and where to; all settings and files are read."""

    api_id: int
    api_hash: str = field(repr=False)
    session: DataCentre = DataCentre()
    """The sign-in: what the session file holds."""
    test_dc: DataCentre | None = None
    """A test server's data centre, used instead of the session's own."""
    proxy: Proxy | None = None
    public_key: bytes | None = field(default=None, repr=False)
    """The test server's key, PKCS#1 PEM."""
    connect_timeout: float = 30.0
    """Seconds that connecting may take: 20 and more from Russia (docs/dev/sources.md, Telegram)."""
    interval: float = 1.0
    """Seconds between requests. Lookups by name have an interval of their own."""

    @property
    def data_centre(self) -> DataCentre:
        """The data centre to connect to. An account that moved within the same test server stays where it moved."""
        session, test_dc = self.session, self.test_dc
        if test_dc is None or (session.key and session.host == test_dc.host and session.dc_id != test_dc.dc_id):
            return session
        return test_dc


def session_path(settings: Settings, data: Path) -> Path:
    """Return the path of the session file, which may not exist: in the folder `data`, or as the settings name it."""
    path = settings.of(ClientSettings).session or data / "telegram.session"
    return path if path.suffix == ".session" or path.is_file() else path.with_name(f"{path.name}.session")


def load_account(settings: Settings, session: DataCentre) -> ClientAccount | None:
    """Return the account with the settings' API id and hash; None if they are not set.

    Raises `SettingsError` in one line for a proxy, data centre or public key that cannot be read.
    """
    client_settings = settings.of(ClientSettings)
    proxy, test_dc = parse_proxy(client_settings.proxy), parse_dc(client_settings.dc)
    key = _public_key(client_settings.public_key)
    if not client_settings.api_id or not client_settings.api_hash:
        return None
    return ClientAccount(
        client_settings.api_id,
        client_settings.api_hash,
        session,
        test_dc,
        proxy,
        key,
        interval=client_settings.interval,
    )


def read_session(file: Path) -> DataCentre | None:
    """Read the sign-in from a session file of any version of Telethon; None if there is no file or no key in it."""
    if not file.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
            row = db.execute("SELECT dc_id, server_address, port, auth_key FROM sessions").fetchone()
    except sqlite3.Error:
        return None
    if row is None or not isinstance(row[3], bytes) or len(row[3]) not in _KEY_BYTES:
        return None
    remember(row[3])
    return DataCentre(int(row[0]), str(row[1] or ""), int(row[2] or 0), row[3])


def parse_dc(text: str | None) -> DataCentre | None:
    """Parse a data centre such as ``2@127.0.0.1:PORT``. Raises `SettingsError` in one line."""
    if not text:
        return None
    match = _DATA_CENTRE.fullmatch(text.strip())
    if match is None or not 0 < int(match[3]) < 2**16:
        raise SettingsError(
            phrase("telegram_dc: {text} is no data centre; write it as 2@127.0.0.1:443", text=repr(text))
        )
    return DataCentre(int(match[1]), match[2].strip("[]"), int(match[3]))


def parse_proxy(text: str | None) -> Proxy | None:
    """Parse ``socks5://…``, ``http://…`` or ``mtproxy://SECRET@host:port``.

    Raises `SettingsError` in one line that does not quote the setting: it may contain a password.
    """
    if not text:
        return None
    remember_proxy(text)
    try:
        url = urlsplit(text.strip())
        kind, host, port = _PROXY_KINDS.get(url.scheme.lower()), url.hostname, url.port
    except ValueError:  # a port that is no number or too large, a broken IPv6 address
        kind = host = port = None
    if kind is None or not host or not port:
        raise _proxy_error(
            phrase("this is no proxy; write it as socks5://host:port, http://host:port or mtproxy://SECRET@host:port")
        )
    user, password = (unquote(part) if part is not None else None for part in (url.username, url.password))
    if kind == "mtproxy":
        return Proxy((host, port, _mtproxy_secret(user or "")), is_mtproxy=True)
    return Proxy((kind, host, port, True, user, password))


def _proxy_error(message: Text) -> SettingsError:
    return SettingsError(phrase("{option}: {said}", option="telegram_proxy", said=message))


def _mtproxy_secret(text: str) -> str:
    """Return a secret in hex; links to proxies have it in hex, in base64 or in URL-safe base64."""
    padded = text + "=" * (-len(text) % 4)
    try:
        is_hex = re.fullmatch("[0-9A-Fa-f]+", text)
        secret = bytes.fromhex(text) if is_hex else base64.b64decode(padded, b"-_", validate=True)
    except ValueError:
        secret = b""
    if len(secret) > 16 and secret[0] == 0xEE:
        raise _proxy_error(phrase("an MTProxy secret that begins with ee cannot be used; ask for one with dd"))
    if not (len(secret) == 16 or (len(secret) == 17 and secret[0] == 0xDD)):
        raise _proxy_error(phrase("the MTProxy secret is not whole; it is 32 hex digits, or dd and 32 hex digits"))
    remember(secret, secret.hex())
    return secret.hex()


def _public_key(path: Path | None) -> bytes | None:
    """Return a test server's public key, PKCS#1 PEM. Raises `SettingsError` in one line for a file without one."""
    if path is None:
        return None
    import rsa  # noqa: PLC0415 - Telethon's own reader, for those who name a key

    try:
        pem = path.read_bytes()
        rsa.PublicKey.load_pkcs1(pem)
    except Exception:  # noqa: BLE001 - whatever the parser stumbles over
        raise SettingsError(
            phrase(
                "telegram_public_key: {path} holds no PKCS#1 public key; it begins BEGIN RSA PUBLIC KEY",
                path=path,
            )
        ) from None
    return pem
