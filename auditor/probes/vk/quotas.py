"""How often a key may call a method: VK counts some by the day, the calls inside ``execute`` one by one.

What was spent is kept between runs with the looks, under a name that does not give the key away (facts: VK notes, 3.1).
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from auditor.probes.base import Clock, Flood, Login, Spent

_DAILY = {"wall.get": 5000, "wall.search": 1000, "newsfeed.search": 1000}
"""Calls a day. Methods that are not named have no published limit."""
_DAY = timedelta(days=1)
_REST = timedelta(minutes=30)
"""How long a method rests once VK has said that its limit is reached, as long as nothing says more."""


class Quotas:
    """What one key has spent of each method, and which methods are closed to it for a while."""

    def __init__(self, token: str | None, clock: Clock, logins: Iterable[Login] = ()) -> None:
        """Go on from what earlier runs with the same key have stored."""
        self._clock = clock
        self._session = f"vk-{hashlib.sha256(str(token).encode()).hexdigest()[:16]}"
        known = next((login for login in logins if login.session == self._session), Login(self._session))
        self._spent = {one.method: one for one in known.spent}
        self._until = {flood.method: flood.until for flood in known.floods}

    def closed(self, method: str) -> datetime | None:
        """Return until when a method may not be called, or None where it may."""
        now = self._clock()
        until = self._until.get(method)
        if until is not None and until > now:
            return until
        return None if self.room(method) > 0 else self._current(method, now).since + _DAY

    def room(self, method: str) -> float:
        """Return how often a method may still be called today."""
        return _DAILY.get(method, math.inf) - self._current(method, self._clock()).count

    def count(self, method: str, calls: int = 1) -> None:
        """Note that a method was called."""
        if method in _DAILY:
            spent = self._current(method, self._clock())
            self._spent[method] = replace(spent, count=spent.count + calls)

    def close(self, method: str) -> None:
        """Note that VK has said that the limit of a method is reached."""
        self._until[method] = self._clock() + _REST

    @property
    def login(self) -> Login:
        """What the next run is to know."""
        now = self._clock()
        floods = tuple(Flood(method, until) for method, until in sorted(self._until.items()) if until > now)
        spent = tuple(one for _, one in sorted(self._spent.items()) if now - one.since < _DAY)
        return Login(self._session, floods=floods, spent=spent)

    def _current(self, method: str, now: datetime) -> Spent:
        spent = self._spent.get(method)
        return spent if spent is not None and now - spent.since < _DAY else Spent(method, now, 0)
