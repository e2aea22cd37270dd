"""How often a route may ask: even spacing, capped retries, and when to stop asking.

Each route has one `Pace`. It waits by the `sleep` that it is given, so tests do not wait.
"""

import math
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from auditor.base.snapshot import Cause

Sleep = Callable[[float], None]


class SpentError(Exception):
    """The caller's allowance of requests is used up. Nothing was sent, so nothing is known to be missing."""


class PutOffError(Exception):
    """A method is closed for a while, and what is left can be asked for later."""


class TimeUpError(Exception):
    """The run's time is up. What was being asked was cut off by ourselves, so it says nothing of the network."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When nothing more is asked, and what becomes of the look that is cut off then."""

    at: float = math.inf
    """By the monotonic clock."""
    drops: bool = False
    """Whether the look is dropped (`TimeUpError`). Otherwise it tells what it saw; the rest counts as `unreachable`."""

    @property
    def left(self) -> float:
        """Seconds until then; 0 after it."""
        return max(0.0, self.at - time.monotonic())

    def allows(self, seconds: float = 0.0) -> bool:
        """Tell whether more than `seconds` are left. Raises `TimeUpError` where not and the look is dropped."""
        if seconds < self.left:
            return True
        if self.drops:
            raise TimeUpError
        return False

    def within(self, sleep: Sleep) -> Sleep:
        """Return `sleep` so that it never lasts beyond the deadline; it raises as `allows` does, without any sleep."""

        def rest(seconds: float) -> None:
            self.allows(seconds)
            sleep(min(seconds, self.left))

        return rest


@dataclass
class Pace:
    """Spaces requests evenly: `interval` seconds from one to the next, up to `jitter` of it sooner or later.

    Both networks count over a second or more, so bursts are refused: `window` requests and any greater number of them
    never take less than as many intervals. Jitter keeps runs on several machines from falling into step; what it makes
    longer than an interval on average stays under a twentieth (facts: telegram.md 3.5, stack.md).
    """

    interval: float
    jitter: float = 0.2
    window: int = 3
    sleep: Sleep = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    chance: random.Random = field(default_factory=random.Random)
    sent: int = 0
    allowed: Callable[[], bool] | None = None
    """Tells whether one more request may be sent; None: always."""
    _times: deque[float] = field(default_factory=deque)
    """When the last requests went."""

    def wait(self) -> None:
        """Sleep until the next request may go, and count it. Raises `SpentError` where none may."""
        if self.allowed is not None and not self.allowed():
            raise SpentError
        ahead = self._next() - self.monotonic()
        if ahead > 0:
            self.sleep(ahead)
        self._times.append(self.monotonic())
        while len(self._times) > 2 * self.window:
            self._times.popleft()
        self.sent += 1

    def _next(self) -> float:
        """Return when the next request may go."""
        if not self._times:
            return 0.0
        swing = self.jitter * self.chance.uniform(-1, 1)
        # A window of n requests keeps to the limit if one of up to twice as many does: every longer one is a sum.
        full = ((ago, at) for ago, at in enumerate(reversed(self._times), 1) if ago >= self.window)
        return max(self._times[-1] + self.interval * (1 + swing), *(at + ago * self.interval for ago, at in full), 0.0)


@dataclass
class RetryBudget:
    """How often, and how long in all, a route may try again in one run.

    A wait longer than `longest_wait` is never slept through: the account becomes `throttled` and the run continues.
    """

    pace: Pace
    attempts: int = 3
    longest_wait: float = 60.0
    seconds: float = 300.0
    spent: float = 0.0

    def again(self, attempt: int, asked: float | None = None) -> bool:
        """Wait before try number `attempt` + 1, or return False when it is not worth it.

        `asked` is the network's own Retry-After in seconds; without it the wait doubles with each attempt.
        """
        wait = asked if asked is not None else self.pace.interval * 2**attempt
        wait += self.pace.interval * self.pace.jitter * self.pace.chance.random()
        if attempt >= self.attempts or wait > self.longest_wait or self.spent + wait > self.seconds:
            return False
        self.spent += wait
        if wait > 0:
            self.pace.sleep(wait)
        return True

    def rest(self, seconds: float) -> bool:
        """Wait until a method opens again, or return False where that is longer than what is left of all waits."""
        if self.spent + seconds > self.seconds:
            return False
        self.spent += max(seconds, 0.0)
        if seconds > 0:
            self.pace.sleep(seconds)
        return True


@dataclass
class Breaker:
    """Stops a route that keeps refusing, so that the rest of the run does not hammer it.

    After `limit` accounts in a row that ended with the same route-wide cause, `cause` is set and the remaining
    accounts get it without a request. One account that is seen resets the count.
    """

    limit: int = 3
    cause: Cause | None = None
    _row: int = 0
    _last: Cause | None = None

    def note(self, cause: Cause | None) -> None:
        """Count how one account ended; only throttled, unreachable and blocked speak of the route."""
        if cause not in {Cause.THROTTLED, Cause.UNREACHABLE, Cause.BLOCKED}:
            self._row, self._last = 0, None
            return
        self._row = self._row + 1 if cause is self._last else 1
        self._last = cause
        if self._row >= self.limit:
            self.cause = cause

    def stop(self, cause: Cause) -> None:
        """Stop the route at once: a dead key, a captcha, a quota that is used up."""
        self.cause = cause


def read_http_date(text: str) -> datetime | None:
    """Read a date as HTTP writes it (RFC 9110, 5.6.7), as UTC; None where it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
