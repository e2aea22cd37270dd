"""The account that looks, and the way to Telegram's data centres: settings, session file, proxy, test server.

A session file is full access to an account (telegram.md 5). It is Telethon's own SQLite file, opened read-only and
closed at once, so that two processes cannot spoil it; the client works on a copy in memory, because Telethon would
write down everybody it meets.
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

_DC = re.compile(r"([1-9]\d{0,4})@(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})")
_KEY_BYTES = range(250, 257)
"""Lengths of a key: Telethon leaves out zeros at its head."""
_KINDS = {"socks5": "socks5", "socks5h": "socks5", "http": "http", "mtproxy": "mtproxy"}


@dataclass(frozen=True, slots=True)
class SessionFile:
    """What a session file holds: a data centre, and the key of the sign-in there, empty where nobody is signed in."""

    number: int = 2
    host: str = ""
    port: int = 0
    key: bytes = field(default=b"", repr=False)

    @property
    def name(self) -> str:
        """A name that does not reveal the sign-in: a short hash of the number by which the server knows the key."""
        number = hashlib.sha1(self.key, usedforsecurity=False).digest()[-8:]
        return hashlib.sha256(number).hexdigest()[:16]

    @property
    def local(self) -> bool:
        """Whether it is at a test server on this machine, which rations nothing."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, as Telethon wants it."""

    telethon_args: tuple[Any, ...] = field(repr=False)
    """Kind, host, port, whether names are looked up there, user, password; of an MTProxy host, port and secret."""
    mtproxy: bool = False


@dataclass(frozen=True, slots=True)
class ClientAccount:
    """Whom to ask as, and where: every setting and file read."""

    api_id: int
    api_hash: str = field(repr=False)
    session: SessionFile = SessionFile()
    dc: SessionFile | None = None
    """A test server's data centre, in place of the session's own."""
    proxy: Proxy | None = None
    public_key: bytes | None = field(default=None, repr=False)
    """The test server's key, PKCS#1 PEM."""
    connect: float = 30.0
    """Seconds that connecting may take (telegram.md 7: 20 and more from Russia)."""
    interval: float = 1.0
    """Seconds from one request to the next. Look-ups by name have a rest of their own."""

    @property
    def data_centre(self) -> SessionFile:
        """Where to connect. An account that has moved to another centre of the same test server stays there."""
        own, wanted = self.session, self.dc
        if wanted is None or (own.key and own.host == wanted.host and own.number != wanted.number):
            return own
        return wanted


def session_file(settings: Settings, data: Path) -> Path:
    """Return where the session is, or would be: in the archive's folder `data`, unless the settings name a place."""
    path = settings.of(ClientSettings).session or data / "telegram.session"
    return path if path.suffix == ".session" or path.is_file() else path.with_name(f"{path.name}.session")


def load_account(settings: Settings, session: SessionFile) -> ClientAccount | None:
    """Return the account that the settings name; None without the numbers of the program.

    Raises `SettingsError` in one line for a proxy, data centre or public key that cannot be read.
    """
    ours = settings.of(ClientSettings)
    proxy, dc, key = parse_proxy(ours.proxy), parse_dc(ours.dc), _public_key(ours.public_key)
    if not ours.api_id or not ours.api_hash:
        return None
    return ClientAccount(ours.api_id, ours.api_hash, session, dc, proxy, key, interval=ours.interval)


def read_session(file: Path) -> SessionFile | None:
    """Read a session file of any of Telethon's versions; None if there is none, or it is not signed in."""
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
    return SessionFile(int(row[0]), str(row[1] or ""), int(row[2] or 0), row[3])


def parse_dc(text: str | None) -> SessionFile | None:
    """Read ``2@127.0.0.1:PORT``. Raises `SettingsError` in one line."""
    if not text:
        return None
    match = _DC.fullmatch(text.strip())
    if match is None or not 0 < int(match[3]) < 2**16:
        raise SettingsError(
            phrase("AUDITOR_TELEGRAM_DC: {text} is no data centre; write it as 2@127.0.0.1:443", text=repr(text))
        )
    return SessionFile(int(match[1]), match[2].strip("[]"), int(match[3]))


def parse_proxy(text: str | None) -> Proxy | None:
    """Read ``socks5://…``, ``http://…`` or ``mtproxy://SECRET@host:port``.

    Raises `SettingsError` in one line that does not repeat what was written: it may hold a password.
    """
    if not text:
        return None
    remember_proxy(text)
    try:
        parts = urlsplit(text.strip())
        kind, host, port = _KINDS.get(parts.scheme.lower()), parts.hostname, parts.port
    except ValueError:  # a port that is no number or too large, a broken IPv6 address
        kind = host = port = None
    if kind is None or not host or not port:
        raise _no_proxy(
            phrase("this is no proxy; write it as socks5://host:port, http://host:port or mtproxy://SECRET@host:port")
        )
    user, password = (unquote(part) if part is not None else None for part in (parts.username, parts.password))
    if kind == "mtproxy":
        return Proxy((host, port, _mtproxy_secret(user or "")), mtproxy=True)
    return Proxy((kind, host, port, True, user, password))


def _no_proxy(said: Text) -> SettingsError:
    return SettingsError(phrase("{option}: {said}", option="AUDITOR_TELEGRAM_PROXY", said=said))


def _mtproxy_secret(text: str) -> str:
    """Return a secret in hex; links to proxies have it in hex or in base64, for addresses or not."""
    padded = text + "=" * (-len(text) % 4)
    try:
        is_hex = re.fullmatch("[0-9A-Fa-f]+", text)
        raw = bytes.fromhex(text) if is_hex else base64.b64decode(padded, b"-_", validate=True)
    except ValueError:
        raw = b""
    if len(raw) > 16 and raw[0] == 0xEE:
        raise _no_proxy(phrase("an MTProxy secret that begins with ee cannot be used; ask for one with dd"))
    if not (len(raw) == 16 or (len(raw) == 17 and raw[0] == 0xDD)):
        raise _no_proxy(phrase("the MTProxy secret is not whole; it is 32 hex digits, or dd and 32 hex digits"))
    remember(raw, raw.hex())
    return raw.hex()


def _public_key(path: Path | None) -> bytes | None:
    """Return a test server's public key, PKCS#1 PEM. Raises `SettingsError` in one line for a file that holds none."""
    if path is None:
        return None
    import rsa  # noqa: PLC0415 - Telethon's own reader, for those who name a key

    try:
        pem = path.read_bytes()
        rsa.PublicKey.load_pkcs1(pem)
    except Exception:  # noqa: BLE001 - whatever the parser stumbles over
        raise SettingsError(
            phrase(
                "AUDITOR_TELEGRAM_PUBLIC_KEY: {path} holds no PKCS#1 public key; it begins BEGIN RSA PUBLIC KEY",
                path=path,
            )
        ) from None
    return pem
