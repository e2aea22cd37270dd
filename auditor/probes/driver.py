"""Runs the looks of one route: one request at a time, at the route's pace.

It retries what may pass, stops asking a method that keeps failing, and lets a look sleep whose method is closed while
the others go on. One that would wake too late is told, and ends with what it has. A look's answers are handed over in
one piece when it ends; of one that a budget or a kill cuts off, nothing is.
"""

import logging
import math
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from auditor.base.answers import Answer, keep
from auditor.base.secrets import redact_body
from auditor.base.snapshot import Cause
from auditor.probes.looks import Act, Ask, Call, Failure, Look, Stored, read, written

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came over the wire. Without a status nothing came."""

    at: datetime
    status: int | None = None
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] | None = None
    date: datetime | None = None
    """What the server's own clock said."""
    failure: Failure | None = None
    """Why no whole answer came, where the way itself failed."""
    location: str = ""
    """Where a redirect leads."""


class Way(Protocol):
    """One way to a network: it sends a call once, and tells an answer from a failure before a form reads it."""

    def send(self, call: Call, seconds: float) -> Reply:
        """Send a call and return what came within so many seconds; it never raises for what a network does."""
        ...

    def read(self, call: Call, reply: Reply) -> Mapping[str, Any] | Failure:
        """Return the answer as a form validates it, or what its error or its lack means."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


@dataclass(frozen=True, slots=True)
class Timer:
    """Seconds that pass: passed in, so that a test does not wait."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast and how long a route asks."""

    interval: float = 0.34
    """Seconds from one request to the next. With 0 nothing is waited for but what the network asks."""
    rests: Mapping[str, float] = field(default_factory=dict)
    """Seconds between two calls of a method that is slower than the route."""
    left: Mapping[str, int] = field(default_factory=dict)
    """How many calls of a method are left of today's, or of this run's."""
    closed: Mapping[str, float] = field(default_factory=dict)
    """Seconds for which a method is known to be closed still."""
    answer: float = 90.0
    """Seconds that one answer may take."""
    patience: float = 300.0
    """Seconds that a run waits in all, its own pace aside: a look that would wake later is told."""


@dataclass(frozen=True, slots=True)
class Ends:
    """When a run must end, by the timer."""

    begin: float = math.inf
    """No look is begun from then on."""
    ask: float = math.inf
    """Nothing is sent from then on."""
    drops: bool = True
    """Whether looks that are not over then are dropped, to be taken up by the next run; else they are told."""


Sink = Callable[[str, Any, Sequence[Answer]], None]
"""Where a look ends up, in one piece: its key, what it saw (None: it broke), and its answers."""


@dataclass(slots=True, eq=False)
class _Running:
    """A look that has asked."""

    key: str
    look: Look[Any] = field(repr=False)
    asked: Ask[Any] = field(init=False)
    tape: list[Answer] = field(default_factory=list, repr=False)
    tries: int = 1
    among: float = math.inf
    """It shares a request with so many at most, itself included: one among them may be in trouble."""
    wakes: float = -math.inf
    """It sleeps until this moment of the timer: its method is closed."""


_ROUTE = "*"
"""Stands for all methods where `Driver.closed` names one."""
_TRIES, _IN_A_ROW = 3, 3
_LONGEST_WAIT = 60.0
"""A longer wait is not slept through before a retry."""
_SHORTEST = 1.0
"""So many seconds at least a method rests that the network has closed: a flood wait of none would be asked for ever."""
_SKEW = timedelta(minutes=10)
"""No network's server is off by more, and no answer takes longer."""
_OF_THE_ROUTE = {Cause.UNREACHABLE, Cause.THROTTLED, Cause.BLOCKED, Cause.NO_CREDENTIALS, Cause.CONTROL_FAILED}
"""Causes that speak of the method and not of the account: after `_IN_A_ROW` of them it is asked no more."""
_JITTER, _chance = 0.2, random.SystemRandom()
_WINDOW = 3
"""Requests that together never take less than as many intervals: both networks count over a second or more."""


@dataclass
class Driver:
    """Runs looks over a `Way`. It is for one run and one thread."""

    way: Way
    clock: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    ends: Ends = field(default_factory=Ends)
    timer: Timer = field(default_factory=Timer)
    live: bool = False
    """Whether `clock` is the machine's, so that an answer of another moment is not believed."""
    requests: Counter[str] = field(default_factory=Counter)
    """Requests sent, by method, retries included."""
    closed: dict[str, tuple[float, Failure]] = field(default_factory=dict)
    """Methods that answer nobody, each until a moment of the timer (`*`: all), with why."""
    begun: set[str] = field(default_factory=set)
    """Keys of the looks that have asked something."""
    _looks: list[_Running] = field(default_factory=list)
    """In the order in which they ask: the first to begin comes first, so that a short budget completes some."""
    _times: deque[float] = field(default_factory=lambda: deque(maxlen=2 * _WINDOW))
    _in_a_row: Counter[str] = field(default_factory=Counter)
    _answered: bool = False
    _failure: Failure | None = None

    def __post_init__(self) -> None:
        self._horizon = min(self.ends.ask, self.timer.now() + self.limits.patience)
        for method, seconds in self.limits.closed.items():
            self._close(method, Failure(at=self.clock(), cause=Cause.THROTTLED, wait=seconds, sent=False))

    def run(self, looks: Mapping[str, Look[Any]], sink: Sink) -> tuple[str, ...]:
        """Run the looks, hand over each as it ends, and return the keys of those that were left."""
        self._sink = sink
        self._looks = [_Running(key, look) for key, look in looks.items()]
        for running in list(self._looks):
            self._step(running, None)
        while (group := self._next_group()) and self._exchange(group):
            pass
        while self._looks and not self.ends.drops:
            self._advance(self._looks[0], self._unasked(), None)
        left, self._looks = self._looks, []
        return tuple(running.key for running in left)

    def ask(self, question: Ask[Any]) -> Stored:
        """Ask one thing outside a look, by the same rules."""
        heard: list[Stored] = []

        def look() -> Look[None]:
            heard.append((yield question))

        self.run({question.url: look()}, lambda _key, _seen, _tape: None)
        return heard[0] if heard else self._unasked()

    @property
    def unanswered(self) -> Failure | None:
        """Why nothing was answered; None where something was, or nothing was asked."""
        shut = (failure for _, failure in self.closed.values() if failure.act is not Act.TELL or failure.absent)
        return None if self._answered else self._failure or next(shut, None)

    # Whose turn it is ------------------------------------------------------------------------------------------------

    def _next_group(self) -> list[_Running]:
        """Return the first look that may ask, and those that can share its request."""
        while (first := self._next()) is not None:
            shut = self._shut(first.asked.call.method)
            if shut is None:
                return [first, *self._company(first)]
            if shut[0] < self._horizon:
                first.wakes = shut[0]
            else:
                self._advance(first, shut[1].model_copy(update={"at": self.clock(), "sent": False}), None)
        return []

    def _next(self) -> _Running | None:
        """Return the first look that is awake, waiting for one if all sleep; after `Ends.begin` of those begun."""
        now = self.timer.now()
        mine = [running for running in self._looks if now < self.ends.begin or running.key in self.begun]
        first = min(mine, key=lambda running: max(running.wakes, now), default=None)
        if first is None or first.wakes <= now:
            return first
        self._sleep_until(first.wakes)
        return self._next()

    def _company(self, first: _Running) -> list[_Running]:
        call, now = first.asked.call, self.timer.now()
        company, values = list[_Running](), set(call.values)
        for other in self._looks:
            fits = len(company) + 1 < min(first.among, other.among) and call.goes_with(other.asked.call)
            if fits and other is not first and other.wakes <= now:
                together = values | set(other.asked.call.values)
                if len(together) <= call.most:
                    company.append(other)
                    values = together
        return company

    def _shut(self, method: str) -> tuple[float, Failure] | None:
        left = self.limits.left.get(method)
        if left is not None and self.requests[method] >= left:
            return math.inf, Failure(at=self.clock(), cause=Cause.THROTTLED, act=Act.CLOSE, sent=False)
        named = (self.closed.get(name) for name in (_ROUTE, method))
        shut = [closed for closed in named if closed is not None and closed[0] > self.timer.now()]
        return max(shut, key=lambda closed: closed[0], default=None)

    def _close(self, method: str, failure: Failure) -> None:
        least = _SHORTEST if failure.act is Act.CLOSE else 0.0
        until = math.inf if failure.wait is None else self.timer.now() + max(failure.wait, least)
        self.closed[_scope(method, failure)] = (until, failure)

    def _unasked(self) -> Failure:
        return Failure(at=self.clock(), cause=Cause.UNREACHABLE, sent=False)

    # One request -----------------------------------------------------------------------------------------------------

    def _exchange(self, group: list[_Running]) -> bool:
        """Ask for a group of looks, and send each what came; False where the run's time is up."""
        call, began = group[0].asked.call.joined(running.asked.call for running in group[1:]), self.timer.now()
        self._sleep_until(min(self._turn(), self.ends.ask))
        if self.timer.now() >= self.ends.ask:
            return False
        self.begun.add(group[0].key)
        reply = self._send(call)
        self._horizon = min(self.ends.ask, self._horizon + self.timer.now() - began)  # asking is no waiting
        value = self._value(call, reply)
        if isinstance(value, Failure):
            if reply.status is None and self.timer.now() >= self.ends.ask:
                self._failure = self._failure or value
                return False  # cut off by ourselves it tells no look anything of the network
            if self._asks_again(group, value):
                return True
        for running in group:
            answer = value if isinstance(value, Failure) else reduced(running.asked, value, reply)
            self._advance(running, answer, reply)
        return True

    def _turn(self) -> float:
        """Return when the next request may go: evenly, each up to a fifth of the interval sooner or later.

        (Facts: telegram.md 3.5, stack.md.)
        """
        if not self._times:
            return -math.inf
        interval, swing = self.limits.interval, 1 + _JITTER * _chance.uniform(-1, 1)
        full = (at + ago * interval for ago, at in enumerate(reversed(self._times), 1) if ago >= _WINDOW)
        return max([self._times[-1] + interval * swing, *full])

    def _send(self, call: Call) -> Reply:
        at = self.timer.now()
        reply = self.way.send(call, min(self.limits.answer, self.ends.ask - at))
        if reply.failure is not None and not reply.failure.sent:
            return reply
        self.requests[call.method] += 1
        self._times.append(at)
        rest = self.limits.rests.get(call.method)
        if rest:
            self._close(call.method, Failure(at=reply.at, cause=Cause.THROTTLED, wait=rest, sent=False))
        return reply

    def _value(self, call: Call, reply: Reply) -> Mapping[str, Any] | Failure:
        """Read an answer, if it is of this moment: an old copy, or a wrong clock of ours, would misjudge a week."""
        apart = abs(reply.date - reply.at) if self.live and reply.date is not None else timedelta()
        if apart > _SKEW:
            return Failure(at=reply.at, cause=Cause.CONTROL_FAILED, act=Act.RETRY)
        return reply.failure or self.way.read(call, reply)

    def _asks_again(self, group: list[_Running], failure: Failure) -> bool:
        """Note what a failure says of the route, and tell whether to ask again before any look hears of it."""
        method, tries = group[0].asked.call.method, group[0].tries
        self._failure = failure if failure.sent else self._failure
        for running in group:
            running.tries += 1
        # A route that was never there will not be at the next page; one that has answered may come back.
        absent = bool(failure.absent) and not self._answered
        if failure.act is Act.RETRY and not absent and tries < _TRIES and self._waits(failure, tries):
            return True
        if len(group) > 1 and not absent and (failure.act is Act.TELL or _may_be_of_one(failure)):
            for running in group:
                running.among, running.tries = len(group) // 2, 1
            return True  # one account in trouble fails the request and is not named: it is looked for by halves
        if _may_be_of_one(failure) and len(group[0].asked.call.values) > 1:
            return False
        scope = _scope(method, failure)
        self._in_a_row[scope] = self._in_a_row[scope] + 1 if failure.cause in _OF_THE_ROUTE else 0
        if failure.act in {Act.CLOSE, Act.STOP} or absent or self._in_a_row[scope] >= _IN_A_ROW:
            self._close(method, failure)
        shut = self._shut(method)
        return failure.act is Act.CLOSE and shut is not None and shut[0] < self._horizon

    def _waits(self, failure: Failure, tries: int) -> bool:
        """Wait before a retry, as long as the network asks for or twice as long each time; False: that is too long."""
        wait = self.limits.interval * 2**tries if failure.wait is None else failure.wait
        if wait > _LONGEST_WAIT or self.timer.now() + wait >= self._horizon:
            return False
        self._sleep_until(self.timer.now() + wait)
        return True

    def _advance(self, running: _Running, answer: Stored, reply: Reply | None) -> None:
        """Send a look what came of its question."""
        running.tape.append(on_tape(running.asked, answer, reply))
        running.tries, running.among = 1, math.inf
        if not isinstance(answer, Failure):
            self._answered = True
            self._in_a_row[_ROUTE] = self._in_a_row[running.asked.call.method] = 0
        self._step(running, answer)

    def _step(self, running: _Running, answer: Stored | None) -> None:
        """Take a look to its next question; one that is over is handed over."""
        try:
            running.asked = running.look.send(answer)
        except StopIteration as end:
            seen = end.value
        except Exception as error:  # noqa: BLE001 - a defect of ours costs its account, never the run
            # The kind alone: its text might quote a citizen.
            log.error("a look broke: %s", type(error).__name__)  # noqa: TRY400
            seen = None
        else:
            return
        self._looks.remove(running)
        self._sink(running.key, seen, running.tape)

    def _sleep_until(self, moment: float) -> None:
        ahead = moment - self.timer.now()
        if ahead > 0:
            self.timer.sleep(ahead)


def _scope(method: str, failure: Failure) -> str:
    """Return what a failure closes: its method, or the whole route, as a wrong clock does."""
    whole = failure.act is Act.STOP or failure.absent or failure.cause is Cause.CONTROL_FAILED
    return _ROUTE if whole else method


def _may_be_of_one(failure: Failure) -> bool:
    """Tell whether the network's own word of a trouble of its own may be about one of the many that were asked for."""
    return failure.code is not None and failure.act is Act.RETRY and failure.cause is Cause.UNREACHABLE


def reduced(question: Ask[Any], value: Mapping[str, Any], reply: Reply) -> Stored:
    """Validate an answer into its form and read back what will be stored: nothing else is ever judged."""
    form: type[Stored] = question.form
    try:
        kept = question.kept({**value, "at": reply.at})
        return read(redact_body(written(kept)), form)
    except Exception:  # noqa: BLE001 - whatever broke, the page was not understood; its words are in no message
        return Failure(at=reply.at, cause=Cause.UNRECOGNISED_PAGE)


def on_tape(question: Ask[Any], answer: Stored, reply: Reply | None) -> Answer:
    """Return what is stored of an answer. The hash of what was received is the same for all looks that it served.

    Where nothing came, why stands in its place: two failures of one moment are two records.
    """
    came, body = reply or Reply(answer.at), written(answer)
    made = keep(
        question.kind,
        question.url,
        fetched_at=answer.at,
        status=came.status,
        received=came.body or body,
        stored=body,
        headers=came.headers,
    )
    return replace(made, received=came.body)
