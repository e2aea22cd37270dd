"""A Telethon session file: reading it without touching it, and where it leads.

The file is full access to an account (telegram.md 5). It is opened read-only and closed at once, so that two uses at
the same time cannot spoil it, and no citizen's name gets into it: Telethon itself would store everybody it meets.
"""

import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from auditor.base.errors import SettingsError
from auditor.base.redact import remember

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


def session_path(path: Path) -> Path:
    """Return the file that Telethon would use: its name ends in ``.session``."""
    return path if path.suffix == _SUFFIX or path.is_file() else path.with_name(path.name + _SUFFIX)


def read_session(path: Path | None) -> StoredSession | None:
    """Read a session file of any of Telethon's versions; None where there is none or nobody is signed in with it."""
    file = session_path(path) if path is not None else None
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
