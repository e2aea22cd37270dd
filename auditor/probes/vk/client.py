"""The one place that speaks to VK through vk_api, with that library's traps closed.

Left alone it waits for ever, retries "too many requests" without end, asks for a version of 2018, sends True as a word
and raises exceptions that carry the key. Here a call returns `VkAnswer` or `VkFailure` and raises nothing for what the
network does; neither holds the key or VK's echo of the parameters.
"""

import json
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlencode

import requests
import vk_api
from jconfig import MemoryConfig  # type: ignore[import-untyped]  # comes with vk_api, without types

from auditor.base.redact import redact, remember
from auditor.base.snapshot import Cause
from auditor.probes.base import Answer, Clock
from auditor.probes.pacing import Breaker, Pace, RetryBudget
from auditor.probes.vk.errors import Act, Fact, Rule, rule_for
from auditor.probes.vk.transport import Received, Transport, session_for

_API_VERSION = "5.199"
"""The version whose published schema this probe was written against."""

_CANONICAL = "https://api.vk.com/method/"
_LONG_WORD = re.compile(r"[\w.-]{24,}")
_MOST_BYTES = 16 * 1024 * 1024

Param = str | int | bool | list[str] | list[int]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was asked and what came, free of the key: enough to make evidence of."""

    url: str
    """The address with its public parameters, on VK's canonical host wherever it was really sent."""
    at: datetime
    status: int | None
    """None where nothing came, or nothing was asked."""
    body: bytes = field(repr=False)
    said: str = field(default="", repr=False)
    """VK's own words about an error, shortened, without anything that may be a key."""
    headers: tuple[tuple[str, str], ...] = ()
    """What belongs to the evidence of the answer's headers."""
    kept: Answer | None = field(default=None, repr=False)
    """The evidence of an answer that was kept before and is played back."""


@dataclass(frozen=True, slots=True)
class VkAnswer:
    """The `response` of an answer, still unread."""

    exchange: Exchange = field(repr=False)
    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class VkFailure:
    """Why there is no answer: `code` is VK's, None where the failure was not VK's own word."""

    code: int | None
    act: Act
    cause: Cause
    fact: Fact | None = None
    exchange: Exchange | None = field(default=None, repr=False)
    sent: bool = True
    """False where nothing was asked because the method or the route had been stopped before."""

    @property
    def came(self) -> bool:
        """Tell whether anything came that is worth keeping."""
        return self.exchange is not None and self.exchange.status is not None


class Caller(Protocol):
    """Whoever answers for VK's methods: the network, or the answers that were kept of it."""

    def call(self, method: str, **params: Param) -> VkAnswer | VkFailure:
        """Call `method`. Raises nothing for what the network does."""
        ...


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A failed try, with what its rule says about another."""

    failure: VkFailure
    tries: int = 3
    wait: float | None = None


class _Leave(dict[object, Callable[[object], object]]):
    """A handler for every error there may be, so that vk_api neither retries nor raises: what came is read below.

    An exception of vk_api holds the key, and lives on in its own traceback.
    """

    def __contains__(self, code: object) -> bool:
        return True

    def __missing__(self, code: object) -> Callable[[object], object]:
        return _left


def _left(error: object) -> object:
    del error
    return ()


class _Api(vk_api.VkApi):  # type: ignore[misc]  # the library is untyped
    """vk_api without its own ideas about errors: none is retried, solved, raised or asked of a user."""

    RPS_DELAY = 0  # `Pace` does it

    def __init__(self, token: str, session: requests.Session) -> None:
        super().__init__(token=token, api_version=_API_VERSION, config=MemoryConfig, session=session)
        self.error_handlers = _Leave()
        self.http_handler = _left


class VkClient:
    """Calls methods of VK's API, evenly paced, with capped retries, and remembers what will not answer in this run."""

    def __init__(
        self,
        base_url: str,
        token: str | None,
        *,
        clock: Clock,
        breaker: Breaker,
        rps: float = 3.0,
        proxy: str | None = None,
        connect_timeout: float = 10.0,
        read_timeout: float = 20.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take `rps` in requests a second and the time limits in seconds; without `token` nothing is ever sent."""
        self.pace = Pace(1 / rps, sleep=sleep)
        self._budget = RetryBudget(self.pace)
        self._breaker = breaker
        self._clock = clock
        self._stopped: dict[str, VkFailure] = {}
        self._transport = Transport(
            base_url, connect=connect_timeout, read=read_timeout, whole=3 * read_timeout, most_bytes=_MOST_BYTES
        )
        self._session = session_for(self._transport, proxy)
        remember(token)
        self._api = _Api(str(token), self._session) if token else None

    def __repr__(self) -> str:
        """Say how much was asked; the key is not shown."""
        return f"VkClient(sent={self.pace.sent})"

    def call(self, method: str, **params: Param) -> VkAnswer | VkFailure:
        """Call `method`. Raises nothing for what the network does."""
        stopped = self._no_use(method)
        if stopped is not None:
            return replace(stopped, exchange=self._silence(method, params))
        attempt = 1
        while True:
            outcome = self._try(method, params)
            if isinstance(outcome, VkAnswer):
                return outcome
            again = outcome.failure.act is Act.RETRY and attempt < outcome.tries
            if not (again and self._budget.again(attempt, outcome.wait)):
                return self._give_up(method, outcome.failure)
            attempt += 1

    def close(self) -> None:
        """Let go of connections."""
        self._session.close()

    def _no_use(self, method: str) -> VkFailure | None:
        """Return the failure of a call that is not worth sending: no key, a stopped route, a stopped method."""
        if self._api is None:
            return VkFailure(None, Act.STOP_ROUTE, Cause.NO_CREDENTIALS, sent=False)
        if self._breaker.cause is not None:
            return VkFailure(None, Act.STOP_ROUTE, self._breaker.cause, sent=False)
        return self._stopped.get(method)

    def _give_up(self, method: str, failure: VkFailure) -> VkFailure:
        if failure.act is Act.STOP_ROUTE:
            self._breaker.stop(failure.cause)
        elif failure.act is Act.STOP_METHOD:
            self._stopped[method] = VkFailure(failure.code, failure.act, failure.cause, sent=False)
        return failure

    def _try(self, method: str, params: Mapping[str, Param]) -> VkAnswer | _Trouble:
        assert self._api is not None
        plain = {name: _plain(value) for name, value in params.items()}
        self.pace.wait()
        self._transport.last = None
        try:
            self._api.method(method, plain)
        except requests.RequestException:
            pass  # its text is no news and its request holds the key; whether anything came is asked below
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
            pass  # vk_api expects its answers to have a shape
        received = self._transport.last
        if received is None:
            silence = self._silence(method, params)
            return _Trouble(VkFailure(None, Act.RETRY, Cause.UNREACHABLE, exchange=silence), tries=2)
        url = url_of(method, params)
        return self._read(
            received, Exchange(url, self._clock(), received.status, received.body, headers=received.headers)
        )

    def _silence(self, method: str, params: Mapping[str, Param]) -> Exchange:
        """Say of a question that there is no answer to it."""
        return Exchange(url_of(method, params), self._clock(), None, b"")

    @staticmethod
    def _said(message: str) -> str:
        """Shorten VK's words about an error, without the key and without anything that looks like one."""
        return _LONG_WORD.sub("[…]", redact(message))[:200]

    def _read(self, received: Received, exchange: Exchange) -> VkAnswer | _Trouble:
        by_status = self._by_status(received, exchange)
        if by_status is not None:
            return by_status
        if received.too_big:
            return _Trouble(VkFailure(None, Act.GIVE_UP, Cause.UNRECOGNISED_PAGE, exchange=exchange))
        try:
            data = json.loads(received.body, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            cause = Cause.BLOCKED if _is_html(received) else Cause.UNRECOGNISED_PAGE
            return _Trouble(VkFailure(None, Act.GIVE_UP, cause, exchange=exchange))
        code, message = _error_of(data)
        if code is not None:
            return self._by_rule(code, rule_for(code, message), replace(exchange, said=self._said(message)))
        if not isinstance(data, dict) or "error" in data or "response" not in data:
            return _Trouble(VkFailure(None, Act.GIVE_UP, Cause.UNRECOGNISED_PAGE, exchange=exchange))
        return VkAnswer(exchange, data["response"])

    def _by_status(self, received: Received, exchange: Exchange) -> _Trouble | None:
        """Judge by the HTTP status where that says enough: VK's own errors come with 200."""
        status = received.status
        if status == 429:
            failure = VkFailure(None, Act.RETRY, Cause.THROTTLED, exchange=exchange)
            return _Trouble(failure, wait=self._retry_after(received.retry_after))
        if status >= 500:
            failure = VkFailure(None, Act.RETRY, Cause.UNREACHABLE, exchange=exchange)
            return _Trouble(failure, wait=self._retry_after(received.retry_after))
        if 300 <= status < 400 or status == 451:  # a redirect leads away from the API: to a block page
            return _Trouble(VkFailure(None, Act.GIVE_UP, Cause.BLOCKED, exchange=exchange))
        if status != 200:
            return _Trouble(VkFailure(None, Act.GIVE_UP, Cause.REFUSED, exchange=exchange))
        return None

    def _by_rule(self, code: int, rule: Rule, exchange: Exchange) -> _Trouble:
        wait = rule.wait if rule.paces is None else rule.paces * self.pace.interval
        return _Trouble(VkFailure(code, rule.act, rule.cause, rule.fact, exchange), rule.tries, wait)

    def _retry_after(self, text: str | None) -> float | None:
        """Read Retry-After in seconds, given as a number or as a date (RFC 9110, 10.2.3)."""
        if not text:
            return None
        if text.strip().isdecimal():
            return float(text.strip()[:12])
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return max(0.0, (moment - self._clock()).total_seconds())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object. Raises `ValueError` for one that says a key twice: two readers would see two answers in it."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is there twice")
    return made


def url_of(method: str, params: Mapping[str, Param]) -> str:
    """Return the address of a question on VK's own host, without the key."""
    plain = {name: _plain(value) for name, value in params.items()}
    return f"{_CANONICAL}{method}?{urlencode({**plain, 'v': _API_VERSION})}"


def _plain(value: Param) -> str | int:
    """Write a parameter as VK reads it: 1 for True, a list joined by commas."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value


def _is_html(received: Received) -> bool:
    head = received.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:256].lower()
    return head.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<script")) or (
        "text/html" in received.content_type and b"<" in head
    )


def _error_of(data: object) -> tuple[int | None, str]:
    error = data.get("error") if isinstance(data, dict) else None
    if not isinstance(error, dict):
        return None, ""
    code, message = error.get("error_code"), error.get("error_msg")
    if isinstance(code, bool) or not isinstance(code, int | float) or not math.isfinite(code):
        return None, ""
    return int(code), message if isinstance(message, str) else ""
