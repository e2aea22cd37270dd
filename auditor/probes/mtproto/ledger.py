"""What this sign-in may ask now: methods that Telegram has closed to it, and the ration of look-ups by name.

Telethon keeps a ledger of its own, which does not work without updates (telegram.md 5).
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auditor.probes.base import Clock, Flood
from auditor.probes.pacing import Sleep

RESOLVE = "contacts.resolveUsername"

_LONGEST = timedelta(days=30)
"""No wait that Telegram has been seen to ask for is longer; a larger number is a slip of its own."""


class FloodLedger:
    """Remembers until when a method is closed: within the run, and through `floods` into the next."""

    def __init__(self, floods: Iterable[Flood], clock: Clock) -> None:
        """Begin with what an earlier run was told."""
        self._clock = clock
        self._until = {f.method: f.until for f in floods}

    def closed(self, method: str) -> datetime | None:
        """Return until when `method` must not be asked, or None."""
        until = self._until.get(method)
        return until if until is not None and until > self._clock() else None

    def close(self, method: str, seconds: float) -> None:
        """Note that Telegram asked to wait with one method; the others stay open."""
        self._until[method] = self._clock() + min(timedelta(seconds=min(seconds, 1e9)), _LONGEST)

    @property
    def floods(self) -> tuple[Flood, ...]:
        """What is closed now."""
        return tuple(Flood(m, u) for m, u in sorted(self._until.items()) if u > self._clock())


@dataclass
class Ration:
    """Look-ups by name: `interval` seconds apart and no more than `most` in `per` seconds.

    Sixteen in seven minutes froze the method for ten hours (telegram.md 5). A first run over twenty channels waits
    some twenty minutes in all; `patience` is what a run waits at most. An interval of 0 is a test server's: no ration.
    """

    interval: float = 30.0
    most: int = 8
    per: float = 600.0
    patience: float = 1800.0
    sleep: Sleep = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    spent: int = 0
    _waited: float = 0.0
    _times: deque[float] = field(default_factory=deque)

    def take(self) -> bool:
        """Wait for the next look-up's turn and count it; False when that would take longer than `patience` allows."""
        ahead = self._ahead()
        if self._waited + ahead > self.patience:
            return False
        if ahead > 0:
            self._waited += ahead
            self.sleep(ahead)
        self.spent += 1
        self._times.append(self.monotonic())
        return True

    def _ahead(self) -> float:
        if self.interval <= 0 or not self._times:
            return 0.0
        now = self.monotonic()
        while len(self._times) > self.most:
            self._times.popleft()
        due = self._times[-1] + self.interval
        if len(self._times) == self.most:
            due = max(due, self._times[0] + self.per)
        return max(due - now, 0.0)
