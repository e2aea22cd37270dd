"""The errors that may come instead of a result, in Telegram's words, and the failure that each means."""

from datetime import datetime

from auditor.base.snapshot import Cause
from auditor.probes.protocol import Failure, FailureAction

UNREADABLE = "UNREADABLE_ANSWER"
"""Our own word for a response that Telethon cannot read."""
NAME_NOT_OCCUPIED = "USERNAME_NOT_OCCUPIED"
CHANNEL_INVALID = "CHANNEL_INVALID"
NO_SUCH_PEER = frozenset(
    {CHANNEL_INVALID, "PEER_ID_INVALID", "USER_ID_INVALID", "USER_INVALID", "INPUT_USER_DEACTIVATED"}
)
"""About an id with its access hash: there is no such entity, or the hash is another sign-in's."""
NO_THREAD = "MSG_ID_INVALID"
"""About a post: it has no discussion."""
_SIGNED_OUT = frozenset(
    {"AUTH_KEY_DUPLICATED", "AUTH_KEY_INVALID", "AUTH_KEY_NOT_FOUND", "SESSION_REVOKED", "USER_DEACTIVATED_BAN"}
)
_PRIVATE = ("CHANNEL_PRIVATE", "CHANNEL_PUBLIC_GROUP_NA", "CHAT_FORBIDDEN", "INVITE_HASH_EXPIRED")
_CAUSES = dict.fromkeys(_PRIVATE, Cause.PRIVATE) | {
    UNREADABLE: Cause.UNRECOGNISED_PAGE,
    NO_THREAD: Cause.TOO_LITTLE_DATA,
}
_ONLY_PEOPLE = frozenset({"BOT_METHOD_INVALID", "USER_BOT_REQUIRED", "BOT_ACCESS_FORBIDDEN"})
"""About a method that a bot's session may not call."""
_WAITS = ("FLOOD", "WAIT", "TOO_MUCH", "TOO_MANY")
_UNAUTHORISED, _FLOOD, _SERVER_FAULT, _TIMED_OUT = 401, 420, 500, -503
_DEFAULT_WAIT = 3600.0
"""Seconds that a method stays closed if Telegram does not say how long."""
_MAX_WAIT = 30 * 86400.0
"""The longest wait in seconds that is believed: Telegram has never been seen to ask for more."""


class RpcRefused(Exception):  # noqa: N818 - Telegram's rpc_error, not a fault of the program
    """Telegram responded with an error: its word, its code, and the seconds to wait, if it asks for that."""

    def __init__(self, word: str, code: int, seconds: int | None = None) -> None:
        """Take Telegram's `word`, such as ``CHANNEL_PRIVATE``, its code and the `seconds` of a flood wait."""
        super().__init__(word)
        self.word, self.code, self.seconds = word, code, seconds

    @property
    def is_signed_out(self) -> bool:
        """Whether the session is no longer signed in: revoked, forgotten or banned."""
        return self.code == _UNAUTHORISED or self.word in _SIGNED_OUT


class ConnectionLost(Exception):  # noqa: N818 - an event on the way, not a fault of the program
    """The connection could not be made, broke off, or a response did not come in time."""

    def __init__(self, absent: str = "") -> None:
        """Take what is unreachable (`Failure.absent`): ``name`` (no such host), ``refused`` (no server listens)."""
        super().__init__(absent)
        self.absent = absent


def to_failure(error: RpcRefused | ConnectionLost, at: datetime) -> Failure:
    """Return the failure that an error means: its cause for the look, and what the driver does about it."""
    if isinstance(error, ConnectionLost):
        # The driver knows whether the route ever worked.
        action = FailureAction.DELIVER if error.absent else FailureAction.RETRY
        return Failure(at=at, cause=Cause.UNREACHABLE, act=action, absent=error.absent)
    cause, action, wait = Cause.REFUSED, FailureAction.DELIVER, None
    if error.is_signed_out:
        cause, action = Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE
    elif error.code == _FLOOD or error.seconds is not None or any(word in error.word for word in _WAITS):
        cause, action = Cause.THROTTLED, FailureAction.CLOSE_METHOD
        wait = min(float(error.seconds or _DEFAULT_WAIT), _MAX_WAIT)
    elif error.word in _ONLY_PEOPLE:
        action = FailureAction.CLOSE_METHOD
    elif error.code >= _SERVER_FAULT or error.code == _TIMED_OUT:
        cause, action = Cause.UNREACHABLE, FailureAction.RETRY
    else:
        cause = _CAUSES.get(error.word, cause)
    return Failure(at=at, cause=cause, code=error.code, act=action, wait=wait)
