"""Where and as whom to ask: the session file, the data centre, the proxy.

A session file is full access to an account (telegram.md 5). It is opened read-only and closed at once, so that two
uses at the same time cannot spoil it, and no citizen's name gets into it: Telethon itself would store everyone it
meets. A proxy's secret never shows.
"""

import base64
import binascii
import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from auditor.base.errors import SettingsError
from auditor.base.secrets import remember, remember_proxy
from auditor.base.settings import Settings
from auditor.probes.mtproto.network import ClientSettings
from auditor.probes.pacing import Deadline

_SUFFIX = ".session"
_DC = re.compile(r"([1-9]\d{0,4})@(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})")
_LEAST, _MOST = 250, 256
"""Bytes of a key: Telethon leaves out zeros at its head."""


@dataclass(frozen=True, slots=True)
class DataCentre:
    """One of Telegram's data centres: its number, and where it answers."""

    number: int
    host: str
    port: int

    @property
    def local(self) -> bool:
        """Whether it is on this machine, and so none of Telegram's."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")


@dataclass(frozen=True, slots=True)
class StoredSession:
    """What a session file holds. The key never shows."""

    dc: DataCentre
    key: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Name the sign-in without revealing it: a short hash of the number by which the server knows the key."""
        number = hashlib.sha1(self.key, usedforsecurity=False).digest()[-8:]
        return hashlib.sha256(number).hexdigest()[:16]


def parse_dc(text: str | None, where: str = "AUDITOR_TELEGRAM_DC") -> DataCentre | None:
    """Read ``2@127.0.0.1:PORT``. Raises `SettingsError` in one line."""
    if not text:
        return None
    match = _DC.fullmatch(text.strip())
    if match is None or not 0 < int(match[3]) < 2**16:
        raise SettingsError(f"{where}: {text!r} is no data centre; write it as 2@127.0.0.1:443")
    return DataCentre(int(match[1]), match[2].strip("[]"), int(match[3]))


def _session_path(path: Path) -> Path:
    """Return the file that Telethon would use: its name ends in ``.session``."""
    return path if path.suffix == _SUFFIX or path.is_file() else path.with_name(path.name + _SUFFIX)


def read_session(path: Path | None) -> StoredSession | None:
    """Read a session file of any of Telethon's versions; None if there is none, or it is not signed in."""
    file = _session_path(path) if path is not None else None
    if file is None or not file.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
            row = db.execute("SELECT dc_id, server_address, port, auth_key FROM sessions").fetchone()
    except sqlite3.Error:
        return None
    if row is None or not isinstance(row[3], bytes) or not _LEAST <= len(row[3]) <= _MOST:
        return None
    remember(row[3])
    return StoredSession(DataCentre(int(row[0]), str(row[1] or ""), int(row[2] or 0)), row[3])


_KINDS = {"socks5": "socks5", "socks5h": "socks5", "http": "http", "mtproxy": "mtproxy"}
_HEX = re.compile(r"[0-9A-Fa-f]+")


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a proxy is and how to log in to it. `kind` is ``socks5``, ``http`` or ``mtproxy``."""

    kind: str
    host: str
    port: int
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    secret: str = field(default="", repr=False)
    """MTProxy: hex, of 16 bytes, with ``dd`` before them where the proxy wants padding."""


def parse_proxy(text: str | None, where: str = "AUDITOR_TELEGRAM_PROXY") -> Proxy | None:
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
        raise SettingsError(
            f"{where}: this is no proxy; write it as socks5://host:port, http://host:port or mtproxy://SECRET@host:port"
        )
    if kind == "mtproxy":
        return Proxy(kind, host, port, secret=_secret(unquote(parts.username or ""), where))
    user, password = (unquote(p) if p is not None else None for p in (parts.username, parts.password))
    return Proxy(kind, host, port, user, password)


def _secret(text: str, where: str) -> str:
    raw = _bytes(text)
    if len(raw) > 16 and raw[0] == 0xEE:
        raise SettingsError(f"{where}: an MTProxy secret that begins with ee cannot be used; ask for one with dd")
    if not (len(raw) == 16 or (len(raw) == 17 and raw[0] == 0xDD)):
        raise SettingsError(f"{where}: the MTProxy secret is not whole; it is 32 hex digits, or dd and 32 hex digits")
    remember(raw, raw.hex())
    return raw.hex()


def _bytes(text: str) -> bytes:
    """Read hex, or base64 as links to proxies have it."""
    try:
        if _HEX.fullmatch(text):
            return bytes.fromhex(text)
        return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (ValueError, binascii.Error):
        return b""


# The whole way ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection with its first words, and for an answer (telegram.md 7: 20 s and more)."""

    connect: float = 30.0
    answer: float = 30.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where and as whom to ask, every file and setting read."""

    api_id: int
    api_hash: str = field(repr=False)
    session: StoredSession
    dc: DataCentre | None = None
    """In place of the session's own."""
    proxy: Proxy | None = None
    public_key: bytes | None = field(default=None, repr=False)
    patience: Patience = Patience()
    deadline: Deadline = field(default_factory=Deadline)

    @property
    def centre(self) -> DataCentre:
        """Where to connect. An account that has moved to another centre of the same test server stays there."""
        own, wanted = self.session.dc, self.dc
        if wanted is None or (self.session.key and own.host == wanted.host and own.number != wanted.number):
            return own
        return wanted


@dataclass(frozen=True, slots=True)
class Connection:
    """The account and the way to Telegram, as the settings have them (DESIGN.md section 8).

    Requests go `interval` seconds apart. A `dc` on this machine means a test server, which rations nothing.
    """

    api_id: int | None
    api_hash: str | None = field(repr=False)
    session: Path | None
    proxy: str | None = field(default=None, repr=False)
    dc: str | None = None
    public_key: Path | None = None
    interval: float = 1.0
    patience: Patience = Patience()
    deadline: Deadline = field(default_factory=Deadline)
    """Nothing is asked after it, and what is being asked is cut off."""

    def place(self, session: StoredSession | None) -> Place | None:
        """Return where to ask with `session`; None without one or without the keys of the program.

        Raises `SettingsError` for a proxy, data centre or public key that cannot be read.
        """
        way, where, key = parse_proxy(self.proxy), parse_dc(self.dc), _read_public_key(self.public_key)
        if session is None or not self.api_id or not self.api_hash:
            return None
        return Place(self.api_id, self.api_hash, session, where, way, key, self.patience, self.deadline)

    @property
    def of_test_server(self) -> bool:
        """Whether nothing is rationed."""
        where = parse_dc(self.dc)
        return where is not None and where.local

    @property
    def file(self) -> Path:
        """The session file. Raises `SettingsError` where none is named."""
        if self.session is None:
            raise SettingsError("AUDITOR_TELEGRAM_SESSION is needed; it names the file to keep the sign-in in")
        return _session_path(self.session)


def _session_file(settings: Settings, data: Path) -> Path:
    """Return where the session is, or would be: in the archive's folder, `data`, unless the settings name a place."""
    return settings.of(ClientSettings).session or data / "telegram.session"


def connection_of(settings: Settings, data: Path) -> Connection | None:
    """Return the way to Telegram that the settings name; None without a sign-in and a named session."""
    if settings.of(ClientSettings).session is None and not _session_file(settings, data).exists():
        return None
    return connection_to_sign_in(settings, data)


def connection_to_sign_in(settings: Settings, data: Path) -> Connection:
    """Return the way to Telegram that the settings name, with a session or without."""
    ours = settings.of(ClientSettings)
    return Connection(
        api_id=ours.api_id,
        api_hash=ours.api_hash,
        session=_session_file(settings, data),
        proxy=ours.proxy,
        dc=ours.dc,
        public_key=ours.public_key,
        interval=ours.interval,
    )


def _read_public_key(path: Path | None) -> bytes | None:
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
