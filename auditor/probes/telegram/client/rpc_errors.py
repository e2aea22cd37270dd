"""What may come instead of an answer, in Telegram's words, and what each word means for a look."""

from datetime import datetime

from auditor.base.snapshot import Cause
from auditor.probes.protocol import Failure, FailureAction

UNREADABLE = "UNREADABLE_ANSWER"
"""Our own word for an answer that Telethon cannot read."""
FREE = "USERNAME_NOT_OCCUPIED"
NO_CHANNEL = "CHANNEL_INVALID"
STALE = frozenset({NO_CHANNEL, "PEER_ID_INVALID", "USER_ID_INVALID", "USER_INVALID", "INPUT_USER_DEACTIVATED"})
"""Of a number with its access hash: nobody has it, or the hash is another sign-in's."""
NO_THREAD = "MSG_ID_INVALID"
"""Of a post: it has no discussion."""
_VOID = frozenset(
    {"AUTH_KEY_DUPLICATED", "AUTH_KEY_INVALID", "AUTH_KEY_NOT_FOUND", "SESSION_REVOKED", "USER_DEACTIVATED_BAN"}
)
_PRIVATE = ("CHANNEL_PRIVATE", "CHANNEL_PUBLIC_GROUP_NA", "CHAT_FORBIDDEN", "INVITE_HASH_EXPIRED")
_CAUSES = dict.fromkeys(_PRIVATE, Cause.PRIVATE) | {
    UNREADABLE: Cause.UNRECOGNISED_PAGE,
    NO_THREAD: Cause.TOO_LITTLE_DATA,
}
_WAITS = ("FLOOD", "WAIT", "TOO_MUCH", "TOO_MANY")
_UNAUTHORISED, _FLOOD, _SERVER_FAULT, _TIMED_OUT = 401, 420, 500, -503
_UNSAID = 3600.0
"""Seconds that a method stays closed where Telegram does not say how long."""
_LONGEST = 30 * 86400.0
"""No wait that Telegram has been seen to ask for is longer; a larger number is a slip of its own."""


class RpcRefused(Exception):  # noqa: N818 - Telegram's rpc_error, not a fault of the program
    """Telegram answered with an error: its word, its code, and the seconds it asks to wait, if it does."""

    def __init__(self, word: str, code: int, seconds: int | None = None) -> None:
        """Keep Telegram's `word`, such as ``CHANNEL_PRIVATE``."""
        super().__init__(word)
        self.word, self.code, self.seconds = word, code, seconds

    @property
    def signed_out(self) -> bool:
        """Whether the session is signed in no more: revoked, forgotten, banned."""
        return self.code == _UNAUTHORISED or self.word in _VOID


class ConnectionLost(Exception):  # noqa: N818 - an event on the way, not a fault of the program
    """The connection could not be made, broke off, or an answer did not come in time."""

    def __init__(self, absent: str = "") -> None:
        """Keep what is plainly not there: ``name`` (no such host), ``refused`` (nobody listens)."""
        super().__init__(absent)
        self.absent = absent


def to_failure(error: RpcRefused | ConnectionLost, at: datetime) -> Failure:
    """Return what an error means: what the driver does about it, and what a look is told."""
    if isinstance(error, ConnectionLost):
        act = (
            FailureAction.DELIVER if error.absent else FailureAction.RETRY
        )  # whether the route was ever there the driver knows
        return Failure(at=at, cause=Cause.UNREACHABLE, act=act, absent=error.absent)
    cause, act, wait = Cause.REFUSED, FailureAction.DELIVER, None
    if error.signed_out:
        cause, act = Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE
    elif error.code == _FLOOD or error.seconds is not None or any(part in error.word for part in _WAITS):
        cause, act, wait = Cause.THROTTLED, FailureAction.CLOSE_METHOD, min(float(error.seconds or _UNSAID), _LONGEST)
    elif error.code >= _SERVER_FAULT or error.code == _TIMED_OUT:
        cause, act = Cause.UNREACHABLE, FailureAction.RETRY
    else:
        cause = _CAUSES.get(error.word, cause)
    return Failure(at=at, cause=cause, code=error.code, act=act, wait=wait)
