"""The proxy of this route alone: SOCKS5, HTTP or MTProxy. A proxy's secret never shows."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from auditor.base.errors import SettingsError
from auditor.base.redact import remember, remember_proxy

_KINDS = {"socks5": "socks5", "socks5h": "socks5", "http": "http", "mtproxy": "mtproxy"}
_HEX = re.compile(r"[0-9A-Fa-f]+")


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a proxy stands and what it asks for. `kind` is ``socks5``, ``http`` or ``mtproxy``."""

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
