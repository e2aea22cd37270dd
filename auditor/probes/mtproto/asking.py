"""What is asked of Telegram, where and as whom, and what may come in place of an answer."""

from dataclasses import dataclass, field

from auditor.probes.mtproto.proxy import Proxy
from auditor.probes.mtproto.session import DataCentre, StoredSession

UNREADABLE = "UNREADABLE_ANSWER"
"""Our own word for an answer that cannot be read."""
_UNAUTHORISED = 401
_VOID = {"AUTH_KEY_DUPLICATED", "AUTH_KEY_INVALID", "AUTH_KEY_NOT_FOUND", "SESSION_REVOKED", "USER_DEACTIVATED_BAN"}


class Refused(Exception):  # noqa: N818 - Telegram's rpc_error, not a fault of the program
    """Telegram answered with an error: its word, its code, and the seconds it asks to wait, if it does."""

    def __init__(self, word: str, code: int, seconds: int | None = None) -> None:
        """Keep Telegram's `word`, such as ``CHANNEL_PRIVATE``."""
        super().__init__(word)
        self.word, self.code, self.seconds = word, code, seconds


class SignedOut(Refused):
    """The session is signed in no more: revoked, forgotten, banned."""


def refusal(word: str, code: int, seconds: int | None = None) -> Refused:
    """Return what Telegram's error means: a refusal, or that the session is signed in no more."""
    if code == _UNAUTHORISED or word in _VOID:
        return SignedOut(word, code)
    return Refused(word, code, seconds)


class Lost(Exception):  # noqa: N818 - an event on the way, not a fault of the program
    """The connection could not be made, broke off, or an answer did not come in time."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection with its first words, and for an answer (telegram.md 7: 20 s and more)."""

    connect: float = 30.0
    answer: float = 30.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where and as whom to ask."""

    api_id: int
    api_hash: str = field(repr=False)
    session: StoredSession
    dc: DataCentre | None = None
    """In place of the session's own."""
    proxy: Proxy | None = None
    public_key: bytes | None = field(default=None, repr=False)
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class Ask:
    """A method as Telegram's documents write it, and what it is asked about. `peer` is an id with its access hash."""

    method: str
    name: str = field(default="", repr=False)
    peer: tuple[int, int] | None = field(default=None, repr=False)
    message: int = 0
    offset_id: int = 0
    add_offset: int = 0
    limit: int = 100
