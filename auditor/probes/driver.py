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

from auditor.base.secrets import redact_body
from auditor.base.snapshot import Cause
from auditor.base.stored_response import StoredResponse, make_stored_response
from auditor.probes.protocol import (
    Call,
    Failure,
    FailureAction,
    Look,
    MinimisedResponse,
    Request,
    dump_response,
    load_response,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Response:
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


class Transport(Protocol):
    """One way to a network: it sends a call once, and tells an answer from a failure before a form reads it."""

    def send(self, call: Call, seconds: float) -> Response:
        """Send a call and return what came within so many seconds; it never raises for what a network does."""
        ...

    def read(self, call: Call, reply: Response) -> Mapping[str, Any] | Failure:
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
    method_intervals: Mapping[str, float] = field(default_factory=dict)
    """Seconds between two calls of a method that is slower than the route."""
    calls_left: Mapping[str, int] = field(default_factory=dict)
    """How many calls of a method are left of today's, or of this run's."""
    closed_for: Mapping[str, float] = field(default_factory=dict)
    """Seconds for which a method is known to be closed still."""
    response_timeout: float = 90.0
    """Seconds that one answer may take."""
    max_total_wait: float = 300.0
    """Seconds that a run waits in all, its own pace aside: a look that would wake later is told."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When a run must end, by the timer."""

    start_before: float = math.inf
    """No look is begun from then on."""
    send_before: float = math.inf
    """Nothing is sent from then on."""
    drop_unfinished: bool = True
    """Whether looks that are not over then are dropped, to be taken up by the next run; else they are told."""


Sink = Callable[[str, Any, Sequence[StoredResponse]], None]
"""Where a look ends up, in one piece: its key, what it saw (None: it broke), and its answers."""


@dataclass(slots=True, eq=False)
class _RunningLook:
    """A look that has asked."""

    key: str
    look: Look[Any] = field(repr=False)
    request: Request[Any] = field(init=False)
    tape: list[StoredResponse] = field(default_factory=list, repr=False)
    attempts: int = 1
    max_batch: float = math.inf
    """It shares a request with so many at most, itself included: one among them may be in trouble."""
    sleep_until: float = -math.inf
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

    way: Transport
    clock: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    ends: Deadlines = field(default_factory=Deadlines)
    timer: Timer = field(default_factory=Timer)
    live: bool = False
    """Whether `clock` is the machine's, so that an answer of another moment is not believed."""
    requests: Counter[str] = field(default_factory=Counter)
    """Requests sent, by method, retries included."""
    closed: dict[str, tuple[float, Failure]] = field(default_factory=dict)
    """Methods that answer nobody, each until a moment of the timer (`*`: all), with why."""
    begun: set[str] = field(default_factory=set)
    """Keys of the looks that have asked something."""
    _looks: list[_RunningLook] = field(default_factory=list)
    """In the order in which they ask: the first to begin comes first, so that a short budget completes some."""
    _times: deque[float] = field(default_factory=lambda: deque(maxlen=2 * _WINDOW))
    _in_a_row: Counter[str] = field(default_factory=Counter)
    _answered: bool = False
    _failure: Failure | None = None

    def __post_init__(self) -> None:
        self._horizon = min(self.ends.send_before, self.timer.now() + self.limits.max_total_wait)
        for method, seconds in self.limits.closed_for.items():
            self._close(method, Failure(at=self.clock(), cause=Cause.THROTTLED, wait=seconds, sent=False))

    def run(self, looks: Mapping[str, Look[Any]], sink: Sink) -> tuple[str, ...]:
        """Run the looks, hand over each as it ends, and return the keys of those that were left."""
        self._sink = sink
        self._looks = [_RunningLook(key, look) for key, look in looks.items()]
        for running in list(self._looks):
            self._step(running, None)
        while (group := self._next_group()) and self._send_batch(group):
            pass
        while self._looks and not self.ends.drop_unfinished:
            self._advance(self._looks[0], self._unasked(), None)
        left, self._looks = self._looks, []
        return tuple(running.key for running in left)

    def fetch(self, question: Request[Any]) -> MinimisedResponse:
        """Ask one thing outside a look, by the same rules."""
        heard: list[MinimisedResponse] = []

        def look() -> Look[None]:
            heard.append((yield question))

        self.run({question.url: look()}, lambda _key, _seen, _tape: None)
        return heard[0] if heard else self._unasked()

    @property
    def route_failure(self) -> Failure | None:
        """Why nothing was answered; None where something was, or nothing was asked."""
        shut = (
            failure for _, failure in self.closed.values() if failure.act is not FailureAction.DELIVER or failure.absent
        )
        return None if self._answered else self._failure or next(shut, None)

    # Whose turn it is ------------------------------------------------------------------------------------------------

    def _next_group(self) -> list[_RunningLook]:
        """Return the first look that may ask, and those that can share its request."""
        while (first := self._next()) is not None:
            shut = self._closure_of(first.request.call.method)
            if shut is None:
                return [first, *self._batch_for(first)]
            if shut[0] < self._horizon:
                first.sleep_until = shut[0]
            else:
                self._advance(first, shut[1].model_copy(update={"at": self.clock(), "sent": False}), None)
        return []

    def _next(self) -> _RunningLook | None:
        """Return the first look that is awake, waiting for one if all sleep; after `Ends.begin` of those begun."""
        now = self.timer.now()
        mine = [running for running in self._looks if now < self.ends.start_before or running.key in self.begun]
        first = min(mine, key=lambda running: max(running.sleep_until, now), default=None)
        if first is None or first.sleep_until <= now:
            return first
        self._sleep_until(first.sleep_until)
        return self._next()

    def _batch_for(self, first: _RunningLook) -> list[_RunningLook]:
        call, now = first.request.call, self.timer.now()
        company, values = list[_RunningLook](), set(call.values)
        for other in self._looks:
            fits = len(company) + 1 < min(first.max_batch, other.max_batch) and call.can_join(other.request.call)
            if fits and other is not first and other.sleep_until <= now:
                together = values | set(other.request.call.values)
                if len(together) <= call.batch_size:
                    company.append(other)
                    values = together
        return company

    def _closure_of(self, method: str) -> tuple[float, Failure] | None:
        left = self.limits.calls_left.get(method)
        if left is not None and self.requests[method] >= left:
            return math.inf, Failure(at=self.clock(), cause=Cause.THROTTLED, act=FailureAction.CLOSE_METHOD, sent=False)
        named = (self.closed.get(name) for name in (_ROUTE, method))
        shut = [closed for closed in named if closed is not None and closed[0] > self.timer.now()]
        return max(shut, key=lambda closed: closed[0], default=None)

    def _close(self, method: str, failure: Failure) -> None:
        least = _SHORTEST if failure.act is FailureAction.CLOSE_METHOD else 0.0
        until = math.inf if failure.wait is None else self.timer.now() + max(failure.wait, least)
        self.closed[_scope(method, failure)] = (until, failure)

    def _unasked(self) -> Failure:
        return Failure(at=self.clock(), cause=Cause.UNREACHABLE, sent=False)

    # One request -----------------------------------------------------------------------------------------------------

    def _send_batch(self, group: list[_RunningLook]) -> bool:
        """Ask for a group of looks, and send each what came; False where the run's time is up."""
        call, began = group[0].request.call.joined(running.request.call for running in group[1:]), self.timer.now()
        self._sleep_until(min(self._next_slot(), self.ends.send_before))
        if self.timer.now() >= self.ends.send_before:
            return False
        self.begun.add(group[0].key)
        reply = self._send(call)
        self._horizon = min(self.ends.send_before, self._horizon + self.timer.now() - began)  # asking is no waiting
        value = self._value(call, reply)
        if isinstance(value, Failure):
            if reply.status is None and self.timer.now() >= self.ends.send_before:
                self._failure = self._failure or value
                return False  # cut off by ourselves it tells no look anything of the network
            if self._should_retry(group, value):
                return True
        for running in group:
            answer = value if isinstance(value, Failure) else minimise_response(running.request, value, reply)
            self._advance(running, answer, reply)
        return True

    def _next_slot(self) -> float:
        """Return when the next request may go: evenly, each up to a fifth of the interval sooner or later.

        (Facts: telegram.md 3.5, stack.md.)
        """
        if not self._times:
            return -math.inf
        interval, swing = self.limits.interval, 1 + _JITTER * _chance.uniform(-1, 1)
        full = (at + ago * interval for ago, at in enumerate(reversed(self._times), 1) if ago >= _WINDOW)
        return max([self._times[-1] + interval * swing, *full])

    def _send(self, call: Call) -> Response:
        at = self.timer.now()
        reply = self.way.send(call, min(self.limits.response_timeout, self.ends.send_before - at))
        if reply.failure is not None and not reply.failure.sent:
            return reply
        self.requests[call.method] += 1
        self._times.append(at)
        rest = self.limits.method_intervals.get(call.method)
        if rest:
            self._close(call.method, Failure(at=reply.at, cause=Cause.THROTTLED, wait=rest, sent=False))
        return reply

    def _value(self, call: Call, reply: Response) -> Mapping[str, Any] | Failure:
        """Read an answer, if it is of this moment: an old copy, or a wrong clock of ours, would misjudge a week."""
        apart = abs(reply.date - reply.at) if self.live and reply.date is not None else timedelta()
        if apart > _SKEW:
            return Failure(at=reply.at, cause=Cause.CONTROL_FAILED, act=FailureAction.RETRY)
        return reply.failure or self.way.read(call, reply)

    def _should_retry(self, group: list[_RunningLook], failure: Failure) -> bool:
        """Note what a failure says of the route, and tell whether to ask again before any look hears of it."""
        method, tries = group[0].request.call.method, group[0].attempts
        self._failure = failure if failure.sent else self._failure
        for running in group:
            running.attempts += 1
        # A route that was never there will not be at the next page; one that has answered may come back.
        absent = bool(failure.absent) and not self._answered
        if failure.act is FailureAction.RETRY and not absent and tries < _TRIES and self._wait_to_retry(failure, tries):
            return True
        if len(group) > 1 and not absent and (failure.act is FailureAction.DELIVER or _may_concern_one_item(failure)):
            for running in group:
                running.max_batch, running.attempts = len(group) // 2, 1
            return True  # one account in trouble fails the request and is not named: it is looked for by halves
        if _may_concern_one_item(failure) and len(group[0].request.call.values) > 1:
            return False
        scope = _scope(method, failure)
        self._in_a_row[scope] = self._in_a_row[scope] + 1 if failure.cause in _OF_THE_ROUTE else 0
        if (
            failure.act in {FailureAction.CLOSE_METHOD, FailureAction.CLOSE_ROUTE}
            or absent
            or self._in_a_row[scope] >= _IN_A_ROW
        ):
            self._close(method, failure)
        shut = self._closure_of(method)
        return failure.act is FailureAction.CLOSE_METHOD and shut is not None and shut[0] < self._horizon

    def _wait_to_retry(self, failure: Failure, tries: int) -> bool:
        """Wait before a retry, as long as the network asks for or twice as long each time; False: that is too long."""
        wait = self.limits.interval * 2**tries if failure.wait is None else failure.wait
        if wait > _LONGEST_WAIT or self.timer.now() + wait >= self._horizon:
            return False
        self._sleep_until(self.timer.now() + wait)
        return True

    def _advance(self, running: _RunningLook, answer: MinimisedResponse, reply: Response | None) -> None:
        """Send a look what came of its question."""
        running.tape.append(record_response(running.request, answer, reply))
        running.attempts, running.max_batch = 1, math.inf
        if not isinstance(answer, Failure):
            self._answered = True
            self._in_a_row[_ROUTE] = self._in_a_row[running.request.call.method] = 0
        self._step(running, answer)

    def _step(self, running: _RunningLook, answer: MinimisedResponse | None) -> None:
        """Take a look to its next question; one that is over is handed over."""
        try:
            running.request = running.look.send(answer)
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
    whole = failure.act is FailureAction.CLOSE_ROUTE or failure.absent or failure.cause is Cause.CONTROL_FAILED
    return _ROUTE if whole else method


def _may_concern_one_item(failure: Failure) -> bool:
    """Tell whether the network's own word of a trouble of its own may be about one of the many that were asked for."""
    return failure.code is not None and failure.act is FailureAction.RETRY and failure.cause is Cause.UNREACHABLE


def minimise_response(question: Request[Any], value: Mapping[str, Any], reply: Response) -> MinimisedResponse:
    """Validate an answer into its form and read back what will be stored: nothing else is ever judged."""
    form: type[MinimisedResponse] = question.model
    try:
        kept = question.minimise({**value, "at": reply.at})
        return load_response(redact_body(dump_response(kept)), form)
    except Exception:  # noqa: BLE001 - whatever broke, the page was not understood; its words are in no message
        return Failure(at=reply.at, cause=Cause.UNRECOGNISED_PAGE)


def record_response(question: Request[Any], answer: MinimisedResponse, reply: Response | None) -> StoredResponse:
    """Return what is stored of an answer. The hash of what was received is the same for all looks that it served.

    Where nothing came, why stands in its place: two failures of one moment are two records.
    """
    came, body = reply or Response(answer.at), dump_response(answer)
    made = make_stored_response(
        question.kind,
        question.url,
        fetched_at=answer.at,
        status=came.status,
        received=came.body or body,
        stored=body,
        headers=came.headers,
    )
    return replace(made, raw_body=came.body)
