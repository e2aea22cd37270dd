"""Sends one HTTP request and returns what came: capped in size and time, and never raising for what a network does.

The only module that knows httpx. It neither waits nor asks again: that is the driver's. A redirect is never followed:
where it leads is for the caller to read.
"""

import gzip
import io
import logging
import re
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx

from auditor import __version__
from auditor.base.errors import SettingsError
from auditor.base.snapshot import Cause
from auditor.base.text import phrase
from auditor.probes.deadline_backend import DeadlineBackend, DeadlineStream, NoResponseError, Resolve, resolve_host
from auditor.probes.driver import Response
from auditor.probes.protocol import Failure, FailureAction

# httpcore's notes hold addresses and headers, and some of ours name a citizen.
logging.getLogger("httpcore").setLevel(logging.WARNING)
log = logging.getLogger(__name__)

BROWSER = {
    "User-Agent": f"Mozilla/5.0 (compatible; auditor/{__version__}; public audit of officials' pages)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    # The markup's service texts are read, and they are known in English only.
    "Accept-Language": "en",
}
SCRIPT = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
"""What a site's own script sends with a form."""
SIZE = 3_000_000
"""Bytes of an answer, packed and unpacked: thirty of the largest pages saved."""
_STEPS = {"connect": 10.0, "read": 25.0, "write": 25.0}
"""Seconds for one step of a request: `read` is between two pieces of the answer."""
_IDLE = 5.0
"""Seconds for which an unused connection is kept open."""
_KEPT = ("Content-Type", "Content-Language", "Date", "Server", "Last-Modified", "ETag", "Retry-After")
"""The headers that are kept. None of them can name somebody: a cookie can, and so can where a redirect leads."""
_CAUSES = {401: Cause.REFUSED, 403: Cause.REFUSED, 429: Cause.THROTTLED, 451: Cause.BLOCKED}
"""What a status says. 451 is the law's own for a block (RFC 7725)."""
_ASKS_FOR_A_PASSWORD = 407
"""A proxy's own status."""


class HttpClient:
    """A client for one thread. `public`: hosts inside this machine's own network are not asked."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        proxy: str | None = None,
        *,
        headers: Mapping[str, str] = BROWSER,
        size: int = SIZE,
        public: bool = False,
        resolve: Resolve = resolve_host,
    ) -> None:
        """Prepare; nothing is sent yet. `headers` go with every request. Raises `SettingsError` for a bad proxy.

        The proxy is the only one that is used: the vantage is what the settings say, never what a shell has lying
        about. It may itself be on this machine.
        """
        self._clock, self._headers, self._size = clock, {**headers, "Accept-Encoding": "gzip"}, size
        self._asks_proxy = public and bool(proxy)
        self._wire = DeadlineBackend(resolve, public=public and not proxy)
        self._cookies = httpx.Cookies()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(),
            proxy=_proxy(proxy) if proxy else None,
            keepalive_expiry=_IDLE,
            network_backend=self._wire,
        )

    def get(self, url: str, seconds: float, params: Mapping[str, str] | None = None) -> Response:
        """Ask for a page, and return what came within so many seconds."""
        return self._send(seconds, "GET", url, params=params)

    def post(
        self, url: str, seconds: float, body: Mapping[str, Any] | bytes, headers: Mapping[str, str] = SCRIPT
    ) -> Response:
        """Send a form, by default as the site's own script does, or bytes as they are."""
        content = {"content": body} if isinstance(body, bytes) else {"data": dict(body)}
        return self._send(seconds, "POST", url, headers, **content)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _send(
        self, seconds: float, method: str, url: str, headers: Mapping[str, str] | None = None, **content: Any
    ) -> Response:
        self._wire.start_deadline(seconds)
        status = None
        try:
            request = self._request(method, url, {**self._headers, **(headers or {})}, content)
            head, body = request.headers.raw, request.read()
            with self._pool.stream(
                method, str(request.url), headers=head, content=body, extensions={"timeout": _STEPS}
            ) as response:
                status = response.status
                return self._read_body(request, response)
        except NoResponseError as error:
            failure = Failure(at=self._clock(), cause=error.cause, absent=error.absent, sent=error.sent)
        except httpcore.ProxyError:
            failure = Failure(at=self._clock(), cause=Cause.UNREACHABLE, act=FailureAction.RETRY, absent="proxy")
        except Exception as error:  # noqa: BLE001 - whatever four libraries make of what a server or a proxy says
            log.debug("no answer: %s", type(error).__name__)
            failure = Failure(at=self._clock(), cause=Cause.UNREACHABLE, act=FailureAction.RETRY)
        self._wire.abort()
        return Response(failure.at, status, failure=failure)

    def _request(self, method: str, url: str, headers: Mapping[str, str], content: Mapping[str, Any]) -> httpx.Request:
        """Put a request together. Raises `NoAnswerError` for an address that cannot or must not be asked."""
        try:
            request = httpx.Request(method, url, headers=headers, **content)
        except (httpx.InvalidURL, ValueError):
            raise NoResponseError(sent=False) from None
        if self._asks_proxy:
            self._wire.check(request.url.host)
        self._cookies.set_cookie_header(request)
        return request

    def _read_body(self, request: httpx.Request, response: httpcore.Response) -> Response:
        """Read the body; one that breaks off is no answer, because half a page is a page with half the posts."""
        head = httpx.Response(response.status, headers=response.headers, request=request)
        body = decompress(
            self._read_compressed(response, head.headers), head.headers.get("Content-Encoding", ""), self._size
        )
        self._cookies.extract_cookies(head)
        location = head.headers.get("Location", "")
        return Response(
            at=self._clock(),
            status=response.status,
            body=body,
            headers=tuple((name, head.headers[name]) for name in _KEPT if name in head.headers),
            date=parse_http_date(head.headers.get("Date", "")),
            location=_joined(str(request.url), location) if location and head.is_redirect else "",
        )

    def _read_compressed(self, response: httpcore.Response, headers: httpx.Headers) -> bytes:
        packed = bytearray()
        for piece in response.iter_stream():
            packed += piece
            if len(packed) > self._size:
                raise NoResponseError(Cause.UNRECOGNISED_PAGE)
        stream: DeadlineStream = response.extensions["network_stream"]
        if "Content-Length" in headers and not _at_end(bytes(packed), stream.piece):
            stream.close()  # what came beyond would be taken for the next answer
            raise ValueError("longer than it says")
        return bytes(packed)


def _proxy(address: str) -> httpcore.Proxy:
    try:
        proxy = httpx.Proxy(address)
    except (ValueError, httpx.InvalidURL):
        # The value may hold a password, so it is not shown.
        raise SettingsError(
            phrase("the proxy cannot be used; write it as http://host:port, https://host:port or socks5://host:port")
        ) from None
    tls = _tls() if proxy.url.scheme == "https" else None
    return httpcore.Proxy(str(proxy.url), auth=proxy.raw_auth, ssl_context=tls)


@cache
def _tls() -> ssl.SSLContext:
    """Return whom to trust: what comes with httpx, and nothing of the environment."""
    return httpx.create_ssl_context(trust_env=False)


def _at_end(body: bytes, piece: bytes) -> bool:
    """Tell whether what was read last ends where the body does."""
    return piece.endswith(body) if len(piece) > len(body) else body.endswith(piece)


def decompress(body: bytes, coding: str, most: int) -> bytes:
    """Unpack a body, no further than to `most` bytes. httpx would unfold whole pieces, and miss an end that is missing.

    Raises `NoAnswerError`, `ValueError` and what `gzip` raises for broken streams.
    """
    if coding.casefold() not in {"", "identity", "gzip", "x-gzip"}:
        raise ValueError("a coding that was not asked for")
    if "gzip" not in coding.casefold():
        return body
    plain = gzip.GzipFile(fileobj=io.BytesIO(body)).read(most + 1)
    if len(plain) > most:
        raise NoResponseError(Cause.UNRECOGNISED_PAGE)
    return plain


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


# What a reply says ---------------------------------------------------------------------------------------------------


def header(reply: Response, name: str) -> str:
    """Return a header that was kept, or nothing."""
    return next((value for key, value in reply.headers or () if key == name), "")


def failure_of(reply: Response) -> Failure | None:
    """Return why there is no answer: the way failed, or the status speaks for itself.

    None for 200 and for a redirect, which are for the caller to read.
    """
    cause = None if reply.status is None else _cause(reply.status)
    if reply.failure is not None or cause is None:
        return reply.failure
    of_proxy = reply.status == _ASKS_FOR_A_PASSWORD
    passing = cause is Cause.THROTTLED or (cause is Cause.UNREACHABLE and not of_proxy)
    wait = parse_retry_after(header(reply, "Retry-After"), reply.at) if passing else None
    act, absent = FailureAction.RETRY if passing else FailureAction.DELIVER, "proxy" if of_proxy else ""
    return Failure(at=reply.at, cause=cause, status=reply.status, act=act, wait=wait, absent=absent)


def _cause(status: int) -> Cause | None:
    """Read a status; 408 is of the way."""
    if status == 200 or 300 <= status < 400:
        return None
    if status >= 500 or status in {_ASKS_FOR_A_PASSWORD, 408}:
        return Cause.UNREACHABLE
    return _CAUSES.get(status, Cause.UNRECOGNISED_PAGE)


def parse_retry_after(text: str, now: datetime) -> float | None:
    """Read Retry-After: seconds, or a date (RFC 9110, 10.2.3)."""
    if re.fullmatch(r"\s*[0-9]+\s*", text, re.ASCII):
        return float(text.strip()[:9])
    moment = parse_http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def parse_http_date(text: str) -> datetime | None:
    """Read a date as HTTP writes it (RFC 9110, 5.6.7), as UTC; None where it is none."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
