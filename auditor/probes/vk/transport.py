"""HTTP under vk_api: time limits, a cap on an answer's size, proxy, host, no redirects, no retries.

vk_api takes a `requests.Session` and posts to a host of its own choosing without any time limit. The adapter below is
mounted on everything the session may ask for and sends it where the settings say.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from auditor.probes.inflate import ACCEPTED, Broken, TooBig, Unpacker
from auditor.probes.watchdog import Watchdog

_CHUNK = 64 * 1024
_KEPT = ("Content-Type", "Date")


@dataclass(frozen=True, slots=True)
class Received:
    """An HTTP answer as it came; the body is not shown by `repr`, it may hold people's words."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = ""
    retry_after: str | None = None
    too_big: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    """Those that belong to the evidence."""


class Transport(HTTPAdapter):
    """Sends every request to `base_url`, waits no longer than it should, and keeps the last answer in `last`."""

    def __init__(self, base_url: str, *, connect: float, read: float, whole: float, most_bytes: int) -> None:
        """Take time limits in seconds: to connect, between two pieces of the answer, and for the whole answer."""
        super().__init__(max_retries=0)
        self.last: Received | None = None
        self._base = base_url.rstrip("/")
        self._timeout = (connect, read)
        self._whole = whole
        self._most_bytes = most_bytes
        self._watchdog = Watchdog()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Return the pool that a request goes through; its connections are the watchdog's to cut."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        if not hasattr(pool.ConnectionCls, "watchdog"):
            pool.ConnectionCls = _watched(pool.ConnectionCls, self._watchdog)
        return pool

    def send(  # type: ignore[override]  # the library's other arguments are ours to decide
        self, request: requests.PreparedRequest, proxies: Mapping[str, str] | None = None, **ignored: Any
    ) -> requests.Response:
        """Send `request` to the configured host. Raises `requests.RequestException`."""
        del ignored
        self.last = None
        path = urlsplit(request.url or "").path
        request.url = f"{self._base}{path if isinstance(path, str) else path.decode()}"
        started = time.monotonic()
        with self._watchdog.over(self._whole):
            response = super().send(request, stream=True, timeout=self._timeout, proxies=proxies)
            body, too_big = self._read(response, started + self._whole)
        # The library's own way to say that a body has been read.
        response._content = body  # noqa: SLF001
        self.last = Received(
            status=response.status_code,
            body=body,
            content_type=response.headers.get("Content-Type", "").lower(),
            retry_after=response.headers.get("Retry-After"),
            too_big=too_big,
            headers=tuple((name, response.headers[name]) for name in _KEPT if name in response.headers),
        )
        return response

    def _read(self, response: requests.Response, until: float) -> tuple[bytes, bool]:
        """Read as it comes, so that neither a huge answer nor one that drips can hold the run.

        Return the body and whether it was too big. A connection that was not read to its end is not used again.
        """
        try:
            body = Unpacker(response.headers.get("Content-Encoding", ""), self._most_bytes)
            while piece := response.raw.read1(_CHUNK, decode_content=False):
                body.feed(piece)
                if time.monotonic() > until:
                    raise requests.exceptions.ReadTimeout("the answer came too slowly")
            response.raw.release_conn()
            return body.end(), False
        except TooBig:
            return b"", True
        except (urllib3.exceptions.HTTPError, Broken):
            raise requests.exceptions.ConnectionError("the answer broke off") from None
        finally:
            if response.raw.connection is not None:
                response.close()


def _watched(kind: Any, dog: Watchdog) -> type[Any]:
    """Return a kind of connection that hands its socket over once it is connected, with and without TLS."""

    class Connection(kind):  # type: ignore[misc]  # known at run time: plain, TLS or SOCKS
        watchdog = dog

        def connect(self) -> None:
            super().connect()
            self.watchdog.watch(self.sock)

    return Connection


class _Session(requests.Session):
    """A session that follows no redirect: VK's API sends none, so one leads to a block page."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return None: there is nowhere to go."""
        del resp
        return None


def session_for(transport: Transport, proxy: str | None) -> requests.Session:
    """Make the session for vk_api. Only `proxy` is used: the environment's proxies are not this route's."""
    session = _Session()
    session.trust_env = False
    session.proxies = {"http": proxy, "https": proxy} if proxy else {}
    session.headers["User-Agent"] = "auditor"
    session.headers["Accept-Encoding"] = ACCEPTED
    for scheme in ("https://", "http://"):
        session.mount(scheme, transport)
    return session
