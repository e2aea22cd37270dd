"""Sends calls to t.me, and recognises a response that is not one of Telegram's pages.

The minimisers find out what kind of page it is. Decided here is what the status, a redirect or a foreign page means.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from auditor.base.snapshot import Cause
from auditor.probes.driver import Response
from auditor.probes.http_client import HttpClient, failure_of, header, parse_retry_after
from auditor.probes.protocol import Call, Failure, FailureAction
from auditor.probes.telegram.web.tme_html import decode, is_telegram, is_wrongly_decoded

_TELEGRAM_HOST = re.compile(r"(?:^|\.)(?:t\.me|telegram\.(?:me|org|dog))$")
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh|<iframe|location\.(?:href|replace)", re.IGNORECASE)
_TELEGRAM_ASSETS = re.compile(r"""["'](?:https?:)?//telegram\.org/(?:css|js|img)/""", re.IGNORECASE)
# Words of providers' and regulators' block pages. The repetitions are bounded, so that no page takes long to search.
_BLOCK = re.compile(
    r"заблокирован|ограничен\w{0,5}\s{1,9}доступ|доступ\w{0,5}\s{1,9}(?:к\s{1,9}\w{1,30}\s{1,9}){0,4}ограничен|"
    r"роскомнадзор|149-фз|"
    r"eais\.rkn\.gov\.ru|\bblocked\b|access\s+(?:is\s+)?restricted",
    re.IGNORECASE,
)
_THROTTLED_BYTES = 500
"""A page of Telegram's that is shorter is what a throttled client gets."""
_DEFAULT_WAIT = 60.0
"""Seconds that t.me stays closed if it does not say how long."""
_SHORT_WAIT = 300.0
"""The longest wait, in seconds, for which all looks of the route stand still."""
_TOO_MANY = 429


class WebTransport:
    """Sends calls to the server at the address `base`."""

    def __init__(self, http_client: HttpClient, base: str) -> None:
        """Send nothing yet; `http_client` carries the requests."""
        self._http_client, self._base = http_client, base.rstrip("/")
        self._host = urlsplit(self._base).netloc.casefold()

    async def send(self, call: Call, seconds: float) -> Response:
        """Send a call once; `seconds` bound the whole request."""
        params = {key: str(value) for key, value in call.params.items()}
        if call.method == "loadComments":
            return await self._http_client.post(self._base + params.pop("api"), seconds, params)
        return await self._http_client.get(self._base + params.pop("path"), seconds, params)

    def read(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        """Return the page as a minimiser takes it, ``{"html": ...}``, or why it is not a page of Telegram's."""
        failure, page = failure_of(response), decode(response.body)
        if response.status == _TOO_MANY:
            retry_after = parse_retry_after(header(response, "Retry-After"), response.at)
            wait = _DEFAULT_WAIT if retry_after is None else retry_after
            # All looks wait if it passes soon; a longer wait fails this look, and several in a row close the route.
            action = FailureAction.CLOSE_METHOD if wait <= _SHORT_WAIT else FailureAction.RETRY
            return Failure(at=response.at, cause=Cause.THROTTLED, status=response.status, act=action, wait=wait)
        if failure is not None and _BLOCK.search(page) and not is_telegram(page):
            return Failure(at=response.at, cause=Cause.BLOCKED, status=response.status)
        if failure is not None or response.status != 200:
            return failure or self._read_redirect(call, response)
        cause = _foreign_page_cause(page, json=call.method == "loadComments")
        return Failure(at=response.at, cause=cause) if cause else {"html": page}

    def _read_redirect(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        """Return what a redirect means: from the preview to the landing page of the same name, it has no preview."""
        try:
            url = urlsplit(response.location)
            host, is_telegram_host = url.netloc.casefold(), bool(_TELEGRAM_HOST.search(url.hostname or ""))
        except ValueError:
            return Failure(at=response.at, cause=Cause.BLOCKED)
        if response.location and host != self._host and not is_telegram_host:
            return Failure(at=response.at, cause=Cause.BLOCKED)
        name = str(call.params.get("path", "")).removeprefix("/s")
        if call.method == "preview" and url.path.rstrip("/").casefold() == name.casefold():
            return {"redirected": True}
        return Failure(at=response.at, cause=Cause.UNRECOGNISED_PAGE)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http_client.aclose()


def _foreign_page_cause(page: str, *, json: bool) -> Cause | None:
    """Return the cause if a page is not one of t.me's, or not in its encoding.

    A page without any of Telegram's markup was inserted on the way: `blocked`, unless it loads Telegram's own files,
    which may be a new design. Telegram itself sends next to nothing to a client that asks too often: under 500 bytes is
    `throttled` (docs/dev/sources.md, Telegram).
    """
    if is_telegram(page) or (json and page.lstrip().startswith(("{", "["))):
        return Cause.UNRECOGNISED_PAGE if is_wrongly_decoded(page) else None
    if _BLOCK.search(page) or _REFRESH.search(page):
        return Cause.BLOCKED
    if len(page.encode()) < _THROTTLED_BYTES:
        return Cause.THROTTLED
    return Cause.UNRECOGNISED_PAGE if _TELEGRAM_ASSETS.search(page) else Cause.BLOCKED
