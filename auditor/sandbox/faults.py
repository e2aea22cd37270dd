"""Faults that can be switched on by name: at once, from a moment of the world's clock, or after some requests."""

__all__ = ["FAULTS", "Faults"]

from collections.abc import Callable, Iterator
from datetime import datetime

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
    "telegram_429_once": "t.me answers the first request 429 with Retry-After: 0",
    "telegram_500_once": "t.me answers the first request 502",
    "telegram_empty": "previews say that no posts were found",
    "telegram_no_discussions": "discussion widgets answer 429, other pages as ever",
    "vk_bad_token": "error 5 to any key",
    "vk_too_many_once": "error 6 to the first two requests",
    "vk_flood": "error 9 to everything",
    "vk_internal_once": "error 10 to the first request",
    "vk_captcha": "error 14 to everything",
    "vk_daily_limit": "error 29 to wall.get",
    "vk_no_comments": "error 1051 to wall.getComments, whoever's",
    "vk_html": "an HTML page with HTTP 200 in place of JSON",
    "vk_502": "HTTP 502 to everything",
}
"""Every route-wide fault. For one account: ``unreachable:NAME`` with its screen name or user name."""

_ONE = "unreachable:"


class Faults:
    """The switches. `on` and `off` take names of `FAULTS`; ``name in faults`` tells whether one is on now."""

    def __init__(self, clock: Callable[[], datetime], answered: Callable[[], int]) -> None:
        """Read the world's time from `clock`, and how many requests were answered from `answered`."""
        self._clock, self._answered = clock, answered
        self._since: dict[str, datetime | None] = {}
        self._after: dict[str, int] = {}
        self._spent: dict[str, int] = {}

    def on(self, name: str, since: datetime | None = None, *, after: int = 0) -> None:
        """Switch a fault on, from `since` if given, and `after` so many more requests to either network.

        A client that is throttled in the middle of a run is ``on("throttle_stub", after=20)``. Raises `KeyError` for
        a name that is none.
        """
        if name not in FAULTS and not name.startswith(_ONE):
            raise KeyError(name)
        self._since[name] = since
        self._after[name] = self._answered() + after
        self._spent.pop(name, None)

    def off(self, name: str) -> None:
        """Switch a fault off."""
        self._since.pop(name, None)

    def clear(self) -> None:
        """Switch all of them off."""
        self._since.clear()

    def __contains__(self, name: object) -> bool:
        """Tell whether a fault is on at the world's moment."""
        if not isinstance(name, str) or name not in self._since:
            return False
        since = self._since[name]
        return self._answered() >= self._after[name] and (since is None or self._clock() >= since)

    def __iter__(self) -> Iterator[str]:
        """Go over those that are on."""
        return (name for name in self._since if name in self)

    def spend(self, name: str, times: int) -> bool:
        """Tell whether a fault that lasts `times` requests hits this one."""
        if name not in self or self._spent.get(name, 0) >= times:
            return False
        self._spent[name] = self._spent.get(name, 0) + 1
        return True

    def unreachable(self, name: str) -> bool:
        """Tell whether one account has been cut off."""
        return f"{_ONE}{name}" in self or f"{_ONE}{name.lower()}" in self
