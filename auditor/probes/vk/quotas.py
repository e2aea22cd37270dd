"""How often a key may call a method: VK counts some by the day, the calls inside ``execute`` one by one.

What was spent is kept between runs with the looks, under a name that does not give the key away (facts: VK notes, 3.1).
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from auditor.probes.base import Clock, Flood, Login, Spent

DAILY = {"wall.get": 5000, "wall.search": 1000, "newsfeed.search": 1000}
"""Calls a day. Methods that are not named have no published limit."""
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
"""Calls are counted by the minute, so that no day holds too many, whenever it begins."""
_REST = timedelta(minutes=30)
"""How long a method rests once VK has said that its limit is reached, as long as nothing says more."""
FORBIDDEN = timedelta(days=28)
"""So long a key is not tried again with a method that it may not call, where one can do without."""


class Quotas:
    """What one key has spent of each method, and which methods are closed to it for a while."""

    def __init__(self, token: str | None, clock: Clock, logins: Iterable[Login] = ()) -> None:
        """Go on from what earlier runs with the same key have stored."""
        self._clock = clock
        self._session = f"vk-{hashlib.sha256(str(token).encode()).hexdigest()[:16]}"
        known = next((login for login in logins if login.session == self._session), None)
        self._met = known is not None
        self._spent: defaultdict[str, list[Spent]] = defaultdict(list)
        self._until: dict[str, datetime] = {}
        now = clock()  # what says to be of later was noted by a clock that was wrong, and is held as of now
        for one in known.spent if known else ():
            self._spent[one.method].append(replace(one, since=min(one.since, now)))
        for flood in known.floods if known else ():
            self._until[flood.method] = min(flood.until, now + FORBIDDEN)

    def allows(self, method: str) -> bool | None:
        """Tell whether a method answers this key, by what an earlier run has found; None where there was none."""
        return self.closed(method) is None if self._met else None

    def closed(self, method: str) -> datetime | None:
        """Return until when a method may not be called, or None where it may."""
        return self.resting(method) or self.full(method)

    def resting(self, method: str) -> datetime | None:
        """Return until when VK has closed a method, or None; how much of a day's calls is left is not asked."""
        until = self._until.get(method)
        return until if until is not None and until > self._clock() else None

    def full(self, method: str) -> datetime | None:
        """Return when a method may be called again whose calls of a day are spent; None where they are not."""
        return None if self.room(method) > 0 else self._of_a_day(method)[0].since + _MINUTE + _DAY

    def room(self, method: str) -> float:
        """Return how often a method may still be called, so that there were never too many calls in a day."""
        return max(0, DAILY.get(method, math.inf) - sum(one.count for one in self._of_a_day(method)))

    def count(self, method: str, calls: int = 1) -> None:
        """Note that a method was called."""
        if method not in DAILY:
            return
        spent, now = self._of_a_day(method), self._clock()
        if spent and spent[-1].run is None and now - spent[-1].since < _MINUTE:
            spent[-1] = replace(spent[-1], count=spent[-1].count + calls)
        else:
            spent.append(Spent(method, now, calls))

    def close(self, method: str, rest: timedelta = _REST) -> None:
        """Note that a method may not be called for a while."""
        self._until[method] = self._clock() + rest

    @property
    def login(self) -> Login:
        """What the next run is to know: the calls of this one, which the archive adds to those of the others."""
        now = self._clock()
        floods = tuple(Flood(method, until) for method, until in sorted(self._until.items()) if until > now)
        spent = tuple(one for method in sorted(self._spent) for one in self._of_a_day(method) if one.run is None)
        return Login(self._session, floods=floods, spent=spent)

    def _of_a_day(self, method: str) -> list[Spent]:
        """Return what was spent within a day, the oldest first."""
        spent, now = self._spent[method], self._clock()
        while spent and now - spent[0].since >= _MINUTE + _DAY:
            del spent[0]
        return spent
