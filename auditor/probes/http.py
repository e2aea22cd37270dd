"""Asking a web server politely: paced, retried within a budget, capped in size and time, and never raising.

The only module that knows httpx. What a server or the way to it does wrong becomes a `Cause` in a `Reply`.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from auditor import __version__
from auditor.base.errors import SettingsError
from auditor.base.safe import on_this_machine
from auditor.base.snapshot import Cause
from auditor.probes.base import Clock
from auditor.probes.limits import ACCEPTED, Broken, Limits, TooBig, Unpacker, Watchdog
from auditor.probes.pacing import Deadline, Pace, RetryBudget, Sleep, read_http_date

# httpx logs every address that it asks, and some of ours name a citizen (tme/talks.py).
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_BROWSER = {
    "User-Agent": f"Mozilla/5.0 (compatible; auditor/{__version__}; public audit of officials' pages)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    # The markup's service texts are read, and they are known in English only.
    "Accept-Language": "en",
}
_SCRIPT = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
_Build = Callable[[], httpx.Request]
_ASKED = "auditor_asked"
_KEPT = ("Content-Type", "Content-Language", "Date", "Server", "Last-Modified", "ETag", "Location", "Retry-After")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpConnection:
    """The way to one server: made once from the settings and carried whole to the client that asks."""

    url: str = ""
    """Where the server is; empty for a client of many servers."""
    interval: float
    """Seconds from one request to the next. With 0 nothing is ever waited for, Retry-After included."""
    clock: Clock
    proxy: str | None = field(default=None, repr=False)
    """The only proxy that is used: the environment's are not this route's."""
    limits: Limits = field(default_factory=Limits)
    sleep: Sleep = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    transport: httpx.BaseTransport | None = field(default=None, repr=False)
    """What carries requests; None: the network."""
    deadline: Deadline = field(default_factory=Deadline)
    """Nothing is asked after it, and what is being asked is cut off."""

    def until(self, deadline: Deadline) -> "HttpConnection":
        """Return it with a deadline."""
        return replace(self, deadline=deadline)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one request, after its retries. `fetched_at` is UTC.

    `cause` says why there is no answer to read: the way failed, or the status speaks for itself. It is None for 200
    and for a redirect, which are for the caller to read.
    """

    fetched_at: datetime
    status: int | None = None
    body: bytes = field(default=b"", repr=False)
    location: str | None = None
    """Where a redirect points, as a full address."""
    cause: Cause | None = None
    retry_after: float | None = None
    """Seconds that the server asks for before the next try."""
    content_type: str = ""
    """What the server says the body is."""
    method: str | None = None
    headers: tuple[tuple[str, str], ...] | None = None
    """What belongs to the evidence of the answer's headers: no cookie, no secret; None where nothing came whole."""

    @property
    def broke_off(self) -> bool:
        """Whether no whole answer came: the way failed, or the body ended before its end."""
        return self.cause is Cause.UNREACHABLE and self.headers is None


class Http:
    """A client for one server, for one thread. Redirects are never followed: where they lead is evidence."""

    def __init__(self, connection: HttpConnection, headers: Mapping[str, str] = _BROWSER) -> None:
        """Prepare; nothing is sent yet. `headers` go with every request. Raises `SettingsError` for a bad proxy."""
        self._base = connection.url.rstrip("/")
        self._clock = connection.clock
        self._limits, self._deadline = connection.limits, connection.deadline
        sleep = connection.sleep if connection.interval > 0 else lambda _: None
        rest = self._deadline.within(sleep)
        self._pace = Pace(connection.interval, sleep=rest, monotonic=connection.monotonic)
        self._budget = RetryBudget(self._pace)
        self._client = _client(connection, headers)
        self._client.event_hooks = {"response": [self._began]}
        self._status: int | None = None
        self._watchdog = Watchdog()

    @property
    def host(self) -> str:
        """The server's host and port."""
        return urlsplit(self._base).netloc

    @property
    def requests(self) -> int:
        """How many requests were sent, retries included."""
        return self._pace.sent

    def get(self, path: str, params: Mapping[str, str] | None = None, *, retry: bool = True) -> Reply:
        """Ask for a page. `retry` False asks once."""
        return self._ask(lambda: self._client.build_request("GET", self._base + path, params=params), retry=retry)

    def post(
        self, path: str, form: Mapping[str, Any], *, headers: Mapping[str, str] = _SCRIPT, retry: bool = True
    ) -> Reply:
        """Send a form and ask for JSON, by default as the site's own script does. `retry` False asks once."""
        return self._ask(
            lambda: self._client.build_request("POST", self._base + path, data=dict(form), headers=dict(headers)),
            retry=retry,
        )

    def send(self, content: bytes, headers: Mapping[str, str]) -> Reply:
        """Post `content` as it is to the server's own address, once."""
        return self._ask(
            lambda: self._client.build_request("POST", self._base, content=content, headers=dict(headers)), retry=False
        )

    def again(self, attempt: int, asked: float | None) -> bool:
        """Wait before try number `attempt` + 1; False where the run's budget of retries does not allow it.

        For callers that read a failure in the body; `asked` is how many seconds to wait, None leaves it to the pace.
        """
        if not self._deadline.drops:
            self._budget.longest_wait = min(self._budget.longest_wait, self._deadline.left)
        return self._budget.again(attempt, asked)

    def rest(self, seconds: float) -> bool:
        """Wait as long as the server has asked for; False where the run's budget does not allow it."""
        return (self._deadline.drops or seconds <= self._deadline.left) and self._budget.rest(seconds)

    def limit(self, most: int) -> None:
        """Send at most `most` requests, retries included: beyond them a call raises `SpentError`."""
        self._pace.allowed = lambda: self._pace.sent < most

    def on_record(self, own: str) -> str:
        """Return the server's address as evidence names it: the one asked, or the network's `own` for a test server."""
        return own if not self._base or on_this_machine(self._base) else self._base

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask(self, build: _Build, *, retry: bool) -> Reply:
        attempt = 1
        while True:
            if not self._deadline.allows():
                return Reply(self._clock(), cause=Cause.UNREACHABLE)
            self._pace.wait()
            reply = self._once(build)
            if reply.broke_off:
                self._deadline.allows()  # cut off by ourselves it says nothing of the server
            passing = reply.cause in {Cause.THROTTLED, Cause.UNREACHABLE}
            if not (passing and retry and self.again(attempt, reply.retry_after)):
                return reply
            attempt += 1

    def _once(self, build: _Build) -> Reply:
        with self._watchdog.over(self._left):
            return self._whole(build)

    @property
    def _left(self) -> float:
        """Seconds that a request which begins now may take."""
        return min(self._limits.total, self._deadline.left)

    def _whole(self, build: _Build) -> Reply:
        self._status = None
        try:
            request = build()
            waits = {step: min(most, self._left) for step, most in request.extensions["timeout"].items()}
            request.extensions = {**request.extensions, "timeout": waits, "trace": self._trace}
            response = self._client.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, ValueError):
            return Reply(self._clock(), self._status, cause=Cause.UNREACHABLE)
        try:
            body = self._body(response)
        except (httpx.HTTPError, httpx.StreamError, Broken):
            # A body that breaks off is no answer: half a page would be a page with half the posts.
            return Reply(self._clock(), response.status_code, cause=Cause.UNREACHABLE)
        finally:
            response.close()
        return self._reply(response, body)

    def _began(self, response: httpx.Response) -> None:
        """Note the status as it comes: httpx raises for an answer whose redirect cannot be parsed."""
        self._status = response.status_code

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Hand each connection to the watchdog, with and without TLS."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._watchdog.watch(info["return_value"].get_extra_info("socket"))

    def _body(self, response: httpx.Response) -> bytes | None:
        """Read the body; None when it is larger than any page of the site, packed or unpacked."""
        ends = time.monotonic() + self._left
        body = Unpacker(response.headers.get("Content-Encoding", ""), self._limits.size)
        try:
            for part in response.iter_raw():
                body.feed(part)
                if time.monotonic() > ends:
                    raise httpx.ReadTimeout("the answer came too slowly")
        except TooBig:
            return None
        return body.end()

    def _reply(self, response: httpx.Response, body: bytes | None) -> Reply:
        now, status = self._clock(), response.status_code
        if body is None:
            return Reply(now, status, cause=Cause.UNRECOGNISED_PAGE)
        location = response.headers.get("Location")
        return Reply(
            fetched_at=now,
            status=status,
            body=body,
            location=_join(_asked(response), location) if location and 300 <= status < 400 else None,
            cause=_cause(status),
            retry_after=_seconds(response.headers.get("Retry-After"), now) if status == 429 or status >= 500 else None,
            content_type=response.headers.get("Content-Type", ""),
            method=response.request.method,
            headers=_worth_keeping(response),
        )


class AnyHttp(Http):
    """A client for many servers: addresses come one by one, each with where to connect to."""

    def visit(self, url: str, *, at: str | None, retry: bool = True) -> Reply:
        """Ask for `url`, at the IP address `at`: one that was checked, whatever the name resolves to a moment later.

        The request and the certificate check use the name. With `at` None the proxy resolves it.
        `retry` False asks once.
        """

        def build() -> httpx.Request:
            request = self._client.build_request("GET", url)
            if at is not None:
                name = request.url.raw_host.decode("ascii")
                request.extensions = {**request.extensions, "sni_hostname": name, _ASKED: url}
                request.url = request.url.copy_with(host=at)
            return request

        return self._ask(build, retry=retry)


def _asked(response: httpx.Response) -> str:
    """Return the address that was asked for: with the server's name, where its number was connected to."""
    return str(response.request.extensions.get(_ASKED) or response.url)


def _worth_keeping(response: httpx.Response) -> tuple[tuple[str, str], ...]:
    """Return the headers of `_KEPT`; where a redirect leads to another host, without what it tells that host."""
    found = [(name, response.headers[name]) for name in _KEPT if name in response.headers]
    return tuple((name, _plain(response, value) if name == "Location" else value) for name, value in found)


def _plain(response: httpx.Response, location: str) -> str:
    asked = _asked(response)
    try:
        parts = urlsplit(urljoin(asked, location))
        foreign = parts.netloc.casefold() != urlsplit(asked).netloc.casefold()
    except ValueError:
        return ""
    return (
        parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl() if foreign else location
    )


def _client(connection: HttpConnection, headers: Mapping[str, str]) -> httpx.Client:
    try:
        return httpx.Client(
            headers={**headers, "Accept-Encoding": ACCEPTED},
            proxy=connection.proxy or None,
            transport=connection.transport,
            timeout=httpx.Timeout(connection.limits.read, connect=connection.limits.connect),
            follow_redirects=False,
            trust_env=False,  # the vantage is what the settings say, never what a shell has lying about
        )
    except (ValueError, httpx.InvalidURL, ImportError):
        # The value may hold a password, so it is not shown.
        raise SettingsError(
            "the proxy cannot be used; write it as http://host:port, https://host:port or socks5://host:port"
        ) from None


def _cause(status: int) -> Cause | None:
    """Read a status. 451 is the law's own code for a block (RFC 7725)."""
    if status == 200 or 300 <= status < 400:
        return None
    if status == 429:
        return Cause.THROTTLED
    if status in {401, 403}:
        return Cause.REFUSED
    if status == 451:
        return Cause.BLOCKED
    if status >= 500 or status in {407, 408}:
        return Cause.UNREACHABLE
    return Cause.UNRECOGNISED_PAGE


def _seconds(value: str | None, now: datetime) -> float | None:
    """Read Retry-After: seconds, or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    if re.fullmatch(r"[0-9]+", value.strip()):
        return float(value.strip()[:9])
    moment = read_http_date(value)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def _join(url: str, location: str) -> str | None:
    try:
        return urljoin(url, location)
    except ValueError:
        return None
