"""Sends one HTTP request and returns what came: bounded in size and time, never raising for what a network does.

The only module that knows httpx. It neither waits nor retries, which is the driver's task, and never follows a
redirect: the caller reads where it leads.
"""

import asyncio
import gzip
import io
import logging
import re
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from auditor import __version__
from auditor.base.errors import SettingsError
from auditor.base.snapshot import Cause
from auditor.base.text import phrase
from auditor.probes.connections import CheckedBackend, CheckedStream, NoResponseError, Resolve, resolve_host
from auditor.probes.driver import Response
from auditor.probes.protocol import Failure, FailureAction

# Both log addresses, and some of ours name a citizen.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)
log = logging.getLogger(__name__)

BROWSER = {
    "User-Agent": f"Mozilla/5.0 (compatible; auditor/{__version__}; public audit of officials' pages)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    # The parsers read the markup's service texts, and know them in English only.
    "Accept-Language": "en",
}
SCRIPT = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
"""The headers that a site's own script sends with a form."""
SIZE = 3_000_000
"""Most bytes of a body, compressed or not: thirty times the largest page saved."""
_SILENCE = httpx.Timeout(15.0, connect=10.0)
"""Seconds without a byte after which a request is given up before its deadline."""
_LAST_CHUNK, _HEAD_END = b"0\r\n\r\n", b"\r\n\r\n"
_IDLE = 5.0
"""Seconds for which an unused connection is kept open."""
_STORED_HEADERS = ("Content-Type", "Content-Language", "Date", "Server", "Last-Modified", "ETag", "Retry-After")
"""The headers that are stored. None can name a person, as a cookie or a redirect's address can."""
_CAUSE_BY_STATUS = {401: Cause.REFUSED, 403: Cause.REFUSED, 429: Cause.THROTTLED, 451: Cause.BLOCKED}
"""451 is the status for a block by law (RFC 7725)."""
_PROXY_AUTH_REQUIRED = 407
"""The status by which a proxy asks for a password."""


class _CheckedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool that is given: httpx passes no network backend on to its own."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool


class HttpClient:
    """An HTTP client for one event loop; with `public`, hosts inside this machine's own network are refused."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        proxy: str | None = None,
        *,
        headers: Mapping[str, str] = BROWSER,
        size: int = SIZE,
        public: bool = False,
        ca_bundle: Path | None = None,
        resolve: Resolve = resolve_host,
    ) -> None:
        """Prepare; nothing is sent yet. `headers` go with every request, and `size` is the most bytes of a body.

        No proxy but this one is used, and no authority trusted but httpx's own and those of `ca_bundle`: both come from
        the settings, never from the shell's environment. The proxy may itself be on this machine. Raises
        `SettingsError` for a bad proxy or file.
        """
        self._clock, self._size = clock, size
        self._checks_host = public and bool(proxy)
        self._backend = CheckedBackend(resolve, public=public and not proxy)
        pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(ca_bundle),
            proxy=_proxy(proxy, ca_bundle) if proxy else None,
            keepalive_expiry=_IDLE,
            network_backend=self._backend,
        )
        self._client = httpx.AsyncClient(
            transport=_CheckedTransport(pool),
            headers={**headers, "Accept-Encoding": "gzip"},
            timeout=_SILENCE,
            trust_env=False,
            event_hooks={"response": [_set_location_aside]},
        )

    async def get(self, url: str, seconds: float, params: Mapping[str, str] | None = None) -> Response:
        """Request a page, and return what came within `seconds`."""
        return await self._send(seconds, "GET", url, params=params)

    async def post(
        self, url: str, seconds: float, body: Mapping[str, Any] | bytes, headers: Mapping[str, str] = SCRIPT
    ) -> Response:
        """Post a form, by default as the site's own script does, or bytes as they are."""
        content = {"content": body} if isinstance(body, bytes) else {"data": dict(body)}
        return await self._send(seconds, "POST", url, headers=headers, **content)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _send(self, seconds: float, method: str, url: str, **content: Any) -> Response:
        status = self._backend.stream = None
        try:
            async with asyncio.timeout(seconds):
                await asyncio.sleep(0)  # without any time nothing is begun
                await self._check(url)
                async with self._client.stream(method, url, **content) as response:
                    status = response.status_code
                    return await self._read_body(response)
        except NoResponseError as error:
            failure = Failure(at=self._clock(), cause=error.cause, absent=error.absent, sent=error.sent)
        except httpx.ProxyError:
            failure = Failure(at=self._clock(), cause=Cause.UNREACHABLE, act=FailureAction.RETRY, absent="proxy")
        except Exception as error:  # noqa: BLE001 - whatever four libraries raise for what a server or a proxy sends
            log.debug("no answer: %s", type(error).__name__)
            failure = Failure(at=self._clock(), cause=Cause.UNREACHABLE, act=FailureAction.RETRY)
        await self._backend.abort()  # else surplus bytes would be taken for the next response
        return Response(failure.at, status, failure=failure)

    async def _check(self, url: str) -> None:
        """Raise `NoResponseError` for an address that is invalid, or not public where it must be."""
        try:
            host, _ = httpx.URL(url).host, urlsplit(url).port  # httpx lets any number pass for a port
        except (httpx.InvalidURL, ValueError):
            raise NoResponseError(sent=False) from None
        if self._checks_host:
            await self._backend.check(host)

    async def _read_body(self, response: httpx.Response) -> Response:
        """Return the response with its whole body; raise if it breaks off, as half a page has half the posts."""
        compressed = await self._read_compressed(response)
        body = decompress(compressed, response.headers.get("Content-Encoding", ""), self._size)
        location = response.extensions[_LOCATION]
        return Response(
            at=self._clock(),
            status=response.status_code,
            body=body,
            headers=tuple((name, response.headers[name]) for name in _STORED_HEADERS if name in response.headers),
            date=parse_http_date(response.headers.get("Date", "")),
            location=_join_location(str(response.url), location) if location and response.is_redirect else "",
        )

    async def _read_compressed(self, response: httpx.Response) -> bytes:
        """Return the body as it came. httpx would read as much as a header says, and not notice that more came."""
        compressed = bytearray()
        async for chunk in response.aiter_raw():
            compressed += chunk
            if len(compressed) > self._size:
                raise NoResponseError(Cause.UNRECOGNISED_PAGE)
        stream = self._backend.stream
        if stream is not None and not _ends_here(response, bytes(compressed), stream):
            if compressed and "Content-Length" in response.headers:
                raise ValueError("longer than it says")
            await self._backend.abort()  # what may follow would be taken for the next response
        return bytes(compressed)


_LOCATION = "location"


async def _set_location_aside(response: httpx.Response) -> None:
    """Keep the address of a redirect from httpx, which reads it although it does not follow, and may raise for it."""
    response.extensions[_LOCATION] = response.headers.pop("Location", "")


def _proxy(address: str, ca_bundle: Path | None) -> httpcore.Proxy:
    try:
        proxy = httpx.Proxy(address)
    except (ValueError, httpx.InvalidURL):
        # The value may hold a password, so it is not shown.
        raise SettingsError(
            phrase("the proxy cannot be used; write it as http://host:port, https://host:port or socks5://host:port")
        ) from None
    tls = _tls(ca_bundle) if proxy.url.scheme == "https" else None
    return httpcore.Proxy(str(proxy.url), auth=proxy.raw_auth, ssl_context=tls)


@cache
def _tls(ca_bundle: Path | None) -> ssl.SSLContext:
    """Return a TLS context that trusts httpx's certificates and those of `ca_bundle`, and none from the environment."""
    context = httpx.create_ssl_context(trust_env=False)
    if ca_bundle is None:
        return context
    try:
        context.load_verify_locations(ca_bundle)
    except OSError:  # ssl's error is one
        raise SettingsError(
            phrase("ca_bundle: {path} holds no certificate that can be read; name a file in PEM", path=ca_bundle)
        ) from None
    return context


def _ends_here(response: httpx.Response, body: bytes, stream: CheckedStream) -> bool:
    """Return whether it is certain that nothing was read beyond a response."""
    chunk = stream.last_chunk
    if body and "Content-Length" in response.headers:
        return chunk.endswith(body) if len(chunk) > len(body) else body.endswith(chunk)
    # Each response has its own status line; that of this one came with the first chunk.
    ends = chunk.endswith(_LAST_CHUNK if "Transfer-Encoding" in response.headers else _HEAD_END)
    return ends and chunk.count(b"HTTP/") == (stream.reads == 1)


def decompress(body: bytes, encoding: str, max_bytes: int) -> bytes:
    """Decompress a body, to `max_bytes` at most; httpx would expand whole chunks, and not notice a missing end.

    Raises `NoResponseError` for a larger body, `ValueError` for an unknown encoding, and `gzip`'s errors.
    """
    if encoding.casefold() not in {"", "identity", "gzip", "x-gzip"}:
        raise ValueError("a coding that was not asked for")
    if "gzip" not in encoding.casefold():
        return body
    plain = gzip.GzipFile(fileobj=io.BytesIO(body)).read(max_bytes + 1)
    if len(plain) > max_bytes:
        raise NoResponseError(Cause.UNRECOGNISED_PAGE)
    return plain


def _join_location(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


# Reading a response --------------------------------------------------------------------------------------------------


def header(response: Response, name: str) -> str:
    """Return a stored header, or an empty text."""
    return next((value for key, value in response.headers or () if key == name), "")


def failure_of(response: Response) -> Failure | None:
    """Return the failure of the transport, or the one that the status amounts to.

    None for 200 and for a redirect, which the caller reads.
    """
    cause = None if response.status is None else _cause_of_status(response.status)
    if response.failure is not None or cause is None:
        return response.failure
    from_proxy = response.status == _PROXY_AUTH_REQUIRED
    may_pass = cause is Cause.THROTTLED or (cause is Cause.UNREACHABLE and not from_proxy)
    wait = parse_retry_after(header(response, "Retry-After"), response.at) if may_pass else None
    act, absent = FailureAction.RETRY if may_pass else FailureAction.DELIVER, "proxy" if from_proxy else ""
    return Failure(at=response.at, cause=cause, status=response.status, act=act, wait=wait, absent=absent)


def _cause_of_status(status: int) -> Cause | None:
    """Return the cause that a status amounts to; None for 200 and redirects."""
    if status == 200 or 300 <= status < 400:
        return None
    if status >= 500 or status in {_PROXY_AUTH_REQUIRED, 408}:
        return Cause.UNREACHABLE
    return _CAUSE_BY_STATUS.get(status, Cause.UNRECOGNISED_PAGE)


def parse_retry_after(text: str, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header: a number, or a date (RFC 9110, 10.2.3); None if it is neither."""
    if re.fullmatch(r"\s*[0-9]+\s*", text, re.ASCII):
        return float(text.strip()[:9])
    moment = parse_http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def parse_http_date(text: str) -> datetime | None:
    """Return the date of an HTTP header (RFC 9110, 5.6.7) as UTC; None if it is not one."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
