"""Runs the looks of one route: one request at a time, at the route's pace.

It retries a failure that may pass, closes a method that keeps failing, gives up a route that never responds, and lets a
look sleep while its method is closed and other looks go on. A look that would wake too late is sent the failure and
ends with what it has. When a look ends, its stored responses are handed over in one piece; of a look that a deadline or
a kill cuts off, none are.
"""

import asyncio
import logging
import math
import random
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    T,
    dump_response,
    fetch,
    load_response,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it came over the wire; `status` is None if none came."""

    at: datetime
    status: int | None = None
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] | None = None
    date: datetime | None = None
    """The moment by the server's own clock."""
    failure: Failure | None = None
    """Why no complete response came, if the transport itself failed."""
    location: str = ""
    """The address to which a redirect leads."""


class Transport(Protocol):
    """Sends one call once, and tells a response from a failure before a model validates it."""

    async def send(self, call: Call, seconds: float) -> Response:
        """Send a call and return what came within `seconds`; nothing that a network does makes it raise."""
        ...

    def read(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        """Return the response as a mapping for the request's model, or the failure that it amounts to."""
        ...

    async def aclose(self) -> None:
        """Close the connections, on the loop on which they were made."""
        ...


@dataclass(frozen=True, slots=True)
class Timer:
    """A clock that counts seconds, and a sleep by it: passed in, so that a test does not wait."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast a route sends requests, and how long it waits."""

    interval: float = 0.34
    """Seconds from one request to the next; with 0 only waits that the network asks for are kept."""
    method_intervals: Mapping[str, float] = field(default_factory=dict)
    """Seconds between two calls of a method that must be slower than the route, by method."""
    calls_left: Mapping[str, int] = field(default_factory=dict)
    """Calls that remain today, or in this run, by method."""
    closed_for: Mapping[str, float] = field(default_factory=dict)
    """Seconds for which a method stays closed since an earlier run, by method."""
    response_timeout: float = 90.0
    """Seconds that one response may take."""
    max_total_wait: float = 300.0
    """Seconds that a run waits in all, its pace aside; a look that would wake later is sent its failure."""
    max_silence: float = math.inf
    """Seconds of requests without any response, after which a route that has never responded is given up."""
    first_timeout: float = 12.0
    """Seconds that one response may take as long as such a route has not responded."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When a run must end, in seconds of its `Timer`."""

    start_before: float = math.inf
    """No look sends its first request from then on."""
    send_before: float = math.inf
    """No request is sent from then on."""
    drop_unfinished: bool = True
    """Whether looks unfinished by then are dropped for the next run; if not, each is sent a `Failure` and ends with
    what it has."""


Sink = Callable[[str, Any, Sequence[StoredResponse]], None]
"""Called once as each look ends: with its key, its result (None: it raised), and its stored responses."""


@dataclass(slots=True, eq=False)
class _RunningLook:
    """A look with the request that it waits for."""

    key: str
    look: Look[Any] = field(repr=False)
    request: Request[Any] = field(init=False)
    tape: list[StoredResponse] = field(default_factory=list, repr=False)
    attempts: int = 1
    max_batch: float = math.inf
    """Largest batch that this request may join, itself included; halved while looking for the item that fails the
    batch."""
    sleep_until: float = -math.inf
    """The moment of the timer until which its method is closed."""


_ROUTE = "*"
"""The key in `Driver.closed` that means all methods."""
_MAX_ATTEMPTS, _MAX_FAILURES = 3, 3
"""How often a request is sent; how many failures in a row that may pass close a method."""
_REST = 100
"""A network that is asked too often, and names no wait, rests so many times longer: a quick retry makes it worse."""
_SHORTEST_CLOSURE = 1.0
"""Seconds for which a method that the network has closed rests at least: a flood wait of 0 would repeat for ever."""
_MAX_CLOCK_SKEW = timedelta(minutes=10)
"""No network's clock is off by more, and no response takes longer."""
_JITTER, _random = 0.2, random.SystemRandom()
_SPACING_WINDOW = 3
"""This many requests never take less than as many intervals: both networks count over a second or more."""


@dataclass
class Driver:
    """Runs looks over a `Transport`, in one task of an event loop."""

    transport: Transport
    clock: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)
    deadlines: Deadlines = field(default_factory=Deadlines)
    timer: Timer = field(default_factory=Timer)
    live: bool = False
    """Whether `clock` is the machine's, so that a response dated otherwise is not believed."""
    requests: Counter[str] = field(default_factory=Counter)
    """Requests sent, by method, retries included."""
    closed: dict[str, tuple[float, Failure]] = field(default_factory=dict)
    """Closed methods (`*`: all of them), each with the moment of the timer when it opens, and the failure."""
    begun: set[str] = field(default_factory=set)
    """Keys of the looks whose first request was sent."""
    _looks: list[_RunningLook] = field(default_factory=list)
    """In order of their turn: the first to begin comes first, so that a short budget completes some."""
    _sent_at: deque[float] = field(default_factory=lambda: deque(maxlen=2 * _SPACING_WINDOW))
    _failures_in_a_row: Counter[str] = field(default_factory=Counter)
    _first_success: dict[str, Call] = field(default_factory=dict)
    """The first call of each method that succeeded, as a rule for a control."""
    _may_be_called: set[str] = field(default_factory=set)
    """Methods whose `_first_success` was repeated with success, so that refusals concern single pages."""
    _has_succeeded: bool = False
    _has_responded: bool = False
    _silence: float = 0.0
    """Seconds of requests without a whole response since the last one."""
    _given_up: Failure | None = None
    """Why the route was given up as silent, whether it had answered before or not."""
    _last_failure: Failure | None = None

    def __post_init__(self) -> None:
        self._horizon = min(self.deadlines.send_before, self.timer.now() + self.limits.max_total_wait)
        for method, seconds in self.limits.closed_for.items():
            self._close(method, Failure(at=self.clock(), cause=Cause.THROTTLED, wait=seconds, sent=False))

    async def run(self, looks: Mapping[str, Look[Any]], sink: Sink) -> tuple[str, ...]:
        """Run the looks, pass each to `sink` as it ends, and return the keys of those left unfinished."""
        self._sink = sink
        self._looks = [_RunningLook(key, look) for key, look in looks.items()]
        for running in list(self._looks):
            self._step(running, None)
        while (group := await self._next_group()) and await self._send_batch(group):
            pass
        while self._looks and not self.deadlines.drop_unfinished:
            self._advance(self._looks[0], self._not_sent(), None)
        unfinished, self._looks = self._looks, []
        return tuple(running.key for running in unfinished)

    async def fetch(self, request: Request[Any]) -> MinimisedResponse:
        """Return the response to one request outside a look, by the same rules."""
        response: MinimisedResponse | None = await self.finish(fetch(request))
        return response or self._not_sent()

    async def finish(self, look: Look[T]) -> T | None:
        """Return the result of one look; None if there was no time for it, or it broke."""
        results: list[T | None] = []
        await self.run({"": look}, lambda _key, result, _tape: results.append(result))
        return next(iter(results), None)

    @property
    def route_failure(self) -> Failure | None:
        """Why the route answered no request at all; None if it answered one, or none was made."""
        closures = (
            failure for _, failure in self.closed.values() if failure.act is not FailureAction.DELIVER or failure.absent
        )
        return self._given_up or (None if self._has_succeeded else self._last_failure or next(closures, None))

    # Turns -----------------------------------------------------------------------------------------------------------

    async def _next_group(self) -> list[_RunningLook]:
        """Return the look whose turn it is and those that can share its request; an empty list if none is left."""
        while (running := await self._next()) is not None:
            closure = self._closure_of(running.request.call.method)
            if closure is None:
                return [running, *self._batch_for(running)]
            if closure[0] < self._horizon:
                running.sleep_until = closure[0]
            else:
                self._advance(running, closure[1].model_copy(update={"at": self.clock(), "sent": False}), None)
        return []

    async def _next(self) -> _RunningLook | None:
        """Return the first look that is awake, sleeping until one is; after `start_before`, only among those begun."""
        now = self.timer.now()
        awake = next((running for running in self._candidates(now) if running.sleep_until <= now), None)
        if awake is not None:
            return awake
        soonest = min(self._candidates(now), key=lambda running: running.sleep_until, default=None)
        if soonest is None:
            return None
        await self._sleep_until(soonest.sleep_until)
        return await self._next()

    def _candidates(self, now: float) -> Iterator[_RunningLook]:
        may_begin = now < self.deadlines.start_before
        return (running for running in self._looks if may_begin or running.key in self.begun)

    def _batch_for(self, leader: _RunningLook) -> list[_RunningLook]:
        call, now = leader.request.call, self.timer.now()
        batch, values = list[_RunningLook](), set(call.values)
        for other in self._looks if call.batch_param else ():
            if len(batch) + 1 >= leader.max_batch or len(values) >= call.batch_size:
                break
            fits = len(batch) + 1 < other.max_batch and call.can_join(other.request.call)
            if fits and other is not leader and other.sleep_until <= now:
                added = set(other.request.call.values) - values
                if len(values) + len(added) <= call.batch_size:
                    batch.append(other)
                    values |= added
        return batch

    def _closure_of(self, method: str) -> tuple[float, Failure] | None:
        calls_left = self.limits.calls_left.get(method)
        if calls_left is not None and self.requests[method] >= calls_left:
            return math.inf, Failure(at=self.clock(), cause=Cause.THROTTLED, act=FailureAction.CLOSE_METHOD, sent=False)
        candidates = (self.closed.get(name) for name in (_ROUTE, method))
        closures = [closed for closed in candidates if closed is not None and closed[0] > self.timer.now()]
        return max(closures, key=lambda closed: closed[0], default=None)

    def _close(self, method: str, failure: Failure) -> None:
        self.closed[_scope(method, failure)] = (self.timer.now() + self._closing_time(method, failure), failure)

    def _closing_time(self, method: str, failure: Failure) -> float:
        """Return for how many seconds to close a method: from the fourth time in a row on, twice as long each time."""
        wait = math.inf if failure.wait is None else failure.wait
        if failure.act not in {FailureAction.CLOSE_METHOD, FailureAction.RETRY}:  # else it is our own interval
            return wait
        return max(wait, _SHORTEST_CLOSURE) * 2.0 ** max(0, self._failures_in_a_row[method] - _MAX_FAILURES)

    def _not_sent(self) -> Failure:
        return Failure(at=self.clock(), cause=Cause.UNREACHABLE, sent=False)

    # One request -----------------------------------------------------------------------------------------------------

    async def _send_batch(self, group: list[_RunningLook]) -> bool:
        """Send one request for a group of looks, and to each its response; False if the run's time is up."""
        call, started = group[0].request.call.joined(running.request.call for running in group[1:]), self.timer.now()
        await self._sleep_until(min(self._next_slot(), self.deadlines.send_before))
        if self.timer.now() >= self.deadlines.send_before:
            return False
        self.begun.add(group[0].key)
        response = await self._send_call(call)
        self._horizon = min(
            self.deadlines.send_before, self._horizon + self.timer.now() - started
        )  # sending is not waiting
        value = self._read_response(call, response)
        if isinstance(value, Failure):
            if response.status is None and self.timer.now() >= self.deadlines.send_before:
                self._last_failure = self._last_failure or value
                return False  # our own deadline cut it off, which says nothing about the network
            if await self._should_retry(group, value):
                return True
        else:
            self._first_success.setdefault(call.method, call)
        for running in group:
            minimised = value if isinstance(value, Failure) else minimise_response(running.request, value, response)
            self._advance(running, minimised, response)
        return True

    def _next_slot(self) -> float:
        """Return when the next request may go: at even intervals, each up to a fifth shorter or longer.

        (docs/dev/sources.md, Telegram 3.5 and stack.)
        """
        if not self._sent_at:
            return -math.inf
        interval, swing = self.limits.interval, 1 + _JITTER * _random.uniform(-1, 1)
        past = enumerate(reversed(self._sent_at), 1)
        full = (sent_at + back * interval for back, sent_at in past if back >= _SPACING_WINDOW)
        return max([self._sent_at[-1] + interval * swing, *full])

    async def _send_call(self, call: Call) -> Response:
        sent_at = self.timer.now()
        response = await self.transport.send(call, self._timeout(sent_at))
        if response.failure is not None and not response.failure.sent:
            return response
        self._note_silence(response, self.timer.now() - sent_at)
        self.requests[call.method] += 1
        self._sent_at.append(sent_at)
        interval = self.limits.method_intervals.get(call.method)
        if interval:
            self._close(call.method, Failure(at=response.at, cause=Cause.THROTTLED, wait=interval, sent=False))
        return response

    def _timeout(self, now: float) -> float:
        """Return the seconds that a response may take: fewer while a route that can be given up does not respond."""
        is_silent = math.isfinite(self.limits.max_silence) and (self._silence > 0 or not self._has_responded)
        longest = min(self.limits.response_timeout, self.limits.first_timeout if is_silent else math.inf)
        return min(longest, self.deadlines.send_before - now)

    def _note_silence(self, response: Response, seconds: float) -> None:
        has_responded = response.failure is None
        self._has_responded = self._has_responded or has_responded
        self._silence = 0.0 if has_responded else self._silence + seconds

    def _read_response(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        """Read a response, or fail if it is dated otherwise: an old copy or a wrong clock would misjudge a week."""
        difference = abs(response.date - response.at) if self.live and response.date is not None else timedelta()
        if difference > _MAX_CLOCK_SKEW:
            return Failure(at=response.at, cause=Cause.CONTROL_FAILED, act=FailureAction.RETRY)
        return response.failure or self.transport.read(call, response)

    async def _should_retry(self, group: list[_RunningLook], failure: Failure) -> bool:
        """Note what a failure says about the route; return whether to retry before any look is sent it."""
        method, attempts = group[0].request.call.method, group[0].attempts
        self._last_failure = failure if failure.sent else self._last_failure
        for running in group:
            running.attempts += 1
        if self._silence >= self.limits.max_silence:
            self._given_up = failure
            self._close(_ROUTE, failure)
            return False
        # A route that was absent from the start will be absent for the next page; one that has answered may come back.
        absent = bool(failure.absent) and not self._has_succeeded
        if (
            failure.act is FailureAction.RETRY
            and not absent
            and attempts < _MAX_ATTEMPTS
            and await self._wait_to_retry(failure, attempts)
        ):
            return True
        if len(group) > 1 and not absent and (failure.act is FailureAction.DELIVER or _may_concern_one_item(failure)):
            for running in group:
                running.max_batch, running.attempts = len(group) // 2, 1
            return True  # one account fails the whole batch and is not named: find it by halves
        if _may_concern_one_item(failure) and len(group[0].request.call.values) > 1:
            return False
        scope = _scope(method, failure)
        self._failures_in_a_row[scope] = self._failures_in_a_row[scope] + 1 if failure.cause.may_pass else 0
        if (
            failure.act in {FailureAction.CLOSE_METHOD, FailureAction.CLOSE_ROUTE}
            or absent
            or (self._failures_in_a_row[scope] >= _MAX_FAILURES and not await self._concerns_pages(method, failure))
        ):
            self._close(method, failure)
        closure = self._closure_of(method)
        return failure.act is FailureAction.CLOSE_METHOD and closure is not None and closure[0] < self._horizon

    async def _concerns_pages(self, method: str, failure: Failure) -> bool:
        """Return whether a key is refused for single pages: what the method answered first is not refused now.

        If it is answered, that holds for the rest of the run; if it is not reached, until as many failures more.
        """
        call = self._first_success.get(method)
        if failure.cause is not Cause.NO_CREDENTIALS or call is None:
            return False
        self._failures_in_a_row[method] = 0
        await self._sleep_until(min(self._next_slot(), self.deadlines.send_before))
        if method in self._may_be_called or self._closure_of(method) or self.timer.now() >= self.deadlines.send_before:
            return True
        value = self._read_response(call, await self._send_call(call))
        if not isinstance(value, Failure):
            self._may_be_called.add(method)
        return not isinstance(value, Failure) or value.cause is not Cause.NO_CREDENTIALS

    async def _wait_to_retry(self, failure: Failure, attempts: int) -> bool:
        """Wait before a retry as the network asks, or twice as long each time; False if that is too long to wait."""
        factor = _REST if failure.cause is Cause.THROTTLED else 1
        wait = factor * self.limits.interval * 2**attempts if failure.wait is None else failure.wait
        if self.timer.now() + wait >= self._horizon:
            return False
        await self._sleep_until(self.timer.now() + wait)
        return True

    def _advance(self, running: _RunningLook, minimised: MinimisedResponse, response: Response | None) -> None:
        """Record the response to a look's request, and send it to the look."""
        running.tape.append(record_response(running.request, minimised, response))
        running.attempts, running.max_batch = 1, math.inf
        if not isinstance(minimised, Failure):
            self._has_succeeded = True
            self._failures_in_a_row[_ROUTE] = self._failures_in_a_row[running.request.call.method] = 0
        self._step(running, minimised)

    def _step(self, running: _RunningLook, minimised: MinimisedResponse | None) -> None:
        """Run a look to its next request; if it ends, pass its result to the sink."""
        try:
            running.request = running.look.send(minimised)
        except StopIteration as end:
            result = end.value
        except Exception as error:  # noqa: BLE001 - a defect of ours costs its account, never the run
            # Only the type is logged: the message might quote a citizen.
            log.error("a look broke: %s", type(error).__name__)  # noqa: TRY400
            result = None
        else:
            return
        self._looks.remove(running)
        self._sink(running.key, result, running.tape)

    async def _sleep_until(self, moment: float) -> None:
        seconds = moment - self.timer.now()
        if seconds > 0:
            await self.timer.sleep(seconds)


def _scope(method: str, failure: Failure) -> str:
    """Return the key that a failure closes: its method, or the whole route (as a wrong clock does)."""
    whole_route = failure.act is FailureAction.CLOSE_ROUTE or failure.absent or failure.cause is Cause.CONTROL_FAILED
    return _ROUTE if whole_route else method


def _may_concern_one_item(failure: Failure) -> bool:
    """Return whether a network's internal error may be caused by one item of a batch."""
    return failure.code is not None and failure.act is FailureAction.RETRY and failure.cause is Cause.UNREACHABLE


def minimise_response(request: Request[Any], value: Mapping[str, Any], response: Response) -> MinimisedResponse:
    """Validate a response into its model and read back what will be stored: nothing else is ever judged."""
    model: type[MinimisedResponse] = request.model
    try:
        minimised = request.minimise({**value, "at": response.at})
        return load_response(redact_body(dump_response(minimised)), model)
    except Exception:  # noqa: BLE001 - whatever broke, the page was not understood; no message quotes it
        return Failure(at=response.at, cause=Cause.UNRECOGNISED_PAGE)


def record_response(request: Request[Any], minimised: MinimisedResponse, response: Response | None) -> StoredResponse:
    """Return the stored response. All looks that share a response store the same hash of what was received.

    If nothing came over the wire, the failure itself is hashed, so that two failures of one moment stay two records.
    """
    received, body = response or Response(minimised.at), dump_response(minimised)
    return make_stored_response(
        request.kind,
        request.url,
        fetched_at=minimised.at,
        status=received.status,
        received=received.body or body,
        stored=body,
        headers=received.headers,
    )
