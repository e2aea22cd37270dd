"""What the sandbox's servers share: the moment, the active faults, the requests so far, the keys they accept.

A fault is switched on by name: at once, or after some more requests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from auditor.sandbox.world.model import Accounts, WorldAccount

FAULTS = {
    "vk_control": "VK's control pages come out wrong: the known one is missing, the unknown one exists",
    "telegram_control": "the same on Telegram",
    "vk_down": "VK cuts every connection",
    "telegram_down": "t.me cuts every connection",
    "vk_hangs": "VK never answers, until the sandbox stops",
    "telegram_hangs": "t.me never answers, until the sandbox stops",
    "telegram_blocked": "t.me is replaced by a provider's page",
    "throttle_stub": "t.me shows the stub of a missing name for every name, HTTP 200",
    "telegram_429": "t.me answers 429 with a Retry-After of an hour",
    "vk_bad_token": "error 5 to any key",
    "vk_flood": "error 9 to everything",
    "vk_internal_once": "error 10 to the first request",
    "vk_captcha": "error 14 to everything",
    "vk_daily_limit": "error 29 to wall.get",
    "website_down": "official sites cut every connection",
    "vk_html": "an HTML page with HTTP 200 in place of JSON",
    "vk_502": "HTTP 502 to everything",
    "mtproto_control": "to a signed-in client the known control is missing, and the unknown one exists",
    "mtproto_down": "MTProto cuts every connection",
    "mtproto_hangs": "MTProto never answers, until the sandbox stops",
    "mtproto_drop_mid_page": "the next page of messages breaks off in the middle, once",
    "mtproto_bad_salt": "the next message gets bad_server_salt, once",
    "mtproto_key_forgotten": "the server forgets every key, once: -404",
    "mtproto_flood_short": "FLOOD_WAIT_1 to the next reading method, once; `:METHOD` to that method, whatever it is",
    "mtproto_flood_long": "FLOOD_WAIT_36468 to every reading method; `:auth.sendCode` to that method, whatever it is",
    "mtproto_rpc_500": "500 RPC_CALL_FAIL to every reading method; `:METHOD` to that method, whatever it is",
    "mtproto_rpc_500_once": "the same to the next reading method, once",
    "mtproto_channel_private": "CHANNEL_PRIVATE for every channel; `:name` (lower case) for that channel",
    "mtproto_group_private": "linked groups are private: no name, no history; `:name` of the channel for its group",
    "mtproto_message_empty": "deleted posts are in the history as messageEmpty",
    "mtproto_auth_key_unregistered": "401 AUTH_KEY_UNREGISTERED to everything but signing in",
    "mtproto_user_banned": "401 USER_DEACTIVATED_BAN to everything, and to signing in",
}
"""Every route-wide fault. Those of MTProto can be limited to a method or a channel with ``NAME:WHICH``."""

_SWAPPED = {"sandbox_control": "sandbox_nobody_here", "sandbox_nobody_here": "sandbox_control"}
_NARROWED = "mtproto_"


class Faults:
    """The switches. `on` and `off` take names of `FAULTS`; ``name in faults`` is whether one is on now."""

    def __init__(self) -> None:
        """All are off; `request_count` counts the requests so far."""
        self.request_count = 0
        self._after: dict[str, int] = {}
        self._spent: dict[str, int] = {}

    def on(self, name: str, *, after: int = 0) -> None:
        """Switch a fault on, after `after` more requests to any network.

        A client that is throttled in the middle of a run is ``on("throttle_stub", after=20)``. Raises `KeyError` for
        an unknown name.
        """
        fault = name.split(":", 1)[0] if name.startswith(_NARROWED) else name
        if fault not in FAULTS:
            raise KeyError(name)
        self._after[name] = self.request_count + after
        self._spent.pop(name, None)

    def off(self, name: str) -> None:
        """Switch a fault off."""
        self._after.pop(name, None)

    def clear(self) -> None:
        """Switch all of them off."""
        self._after.clear()

    def __contains__(self, name: object) -> bool:
        """Return whether a fault is on."""
        return isinstance(name, str) and name in self._after and self.request_count >= self._after[name]

    def spend(self, name: str, times: int) -> bool:
        """Return whether a fault that lasts `times` requests applies to this one, and count it."""
        if name not in self or self._spent.get(name, 0) >= times:
            return False
        self._spent[name] = self._spent.get(name, 0) + 1
        return True


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A received request, without its body and key."""

    network: str
    method: str
    path: str
    query: str = ""

    # That of a signed-in Telegram client is ``LoggedRequest("MTPROTO", "messages.getHistory", "")``, one a method call.


class SandboxState:
    """One sandbox, as its servers see it. Everything but the accounts may be changed while they run.

    Only content up to `now` is shown. `two_step` switches Telegram's password on; `telegram_member_of` are channels
    (lower case) that the signed-in account has joined, whose date is then the day of joining; `telegram_flags` gives a
    channel ``scam``, ``fake`` or ``restricted``.
    """

    vk_token = "sandbox-service-key"  # noqa: S105 - plainly no secret
    vk_user_token = "sandbox-user-key"  # noqa: S105 - as above
    """A user's key, which may also search."""
    telegram_api_id = 20_000_001
    telegram_api_hash = "5a2db0c5a2db0c5a2db0c5a2db0c5a2d"
    telegram_phone = "+9996620001"
    telegram_code = "73920461"
    """Longer than a real one, so that a search for it finds nothing by chance."""
    telegram_password = "vymyslennyi parol"  # noqa: S105 - of an invented account

    def __init__(self, accounts: Accounts, now: datetime) -> None:
        """Show `accounts` as they are at `now`."""
        self.accounts = accounts
        self.now = now
        self.requests: list[LoggedRequest] = []
        self.faults = Faults()
        self.two_step = False
        self.telegram_member_of: set[str] = set()
        self.telegram_flags: dict[str, set[str]] = {}

    def account(self, network: str, name: str, route: str = "") -> WorldAccount | None:
        """Return the account that has a name or id at the moment, or None.

        While the controls of the `route` (by default the network's) are broken, the known one is missing and the
        unknown one exists.
        """
        broken = f"{route or network}_control" in self.faults
        return self.accounts.find(network, _SWAPPED.get(name.casefold(), name) if broken else name, self.now)

    def visible_accounts(self, network: str) -> Iterator[WorldAccount]:
        """Yield a network's accounts as they are at the moment, without deleted ones."""
        shown = (account.shown_at(self.now) for account in self.accounts if account.network == network)
        return (account for account in shown if account.kind != "missing")

    def log_method(self, method: str) -> None:
        """Log a method call of a signed-in client."""
        self.requests.append(LoggedRequest("MTPROTO", method, ""))
        self.count_request()

    def count_request(self) -> None:
        """Count one more request, for faults that begin after some."""
        self.faults.request_count += 1
