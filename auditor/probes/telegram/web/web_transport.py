"""The way to t.me: sends a question, and tells a page of Telegram's from what stands in its place.

What kind of page it is, its form finds out. Decided here is what the status, a redirect or a foreign page says.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from auditor.base.snapshot import Cause
from auditor.probes.driver import Response
from auditor.probes.http_client import HttpClient, failure_of, header, parse_retry_after
from auditor.probes.protocol import Call, Failure, FailureAction
from auditor.probes.telegram.web.landing_page import decode, is_telegram, is_wrongly_decoded

_FAMILY = re.compile(r"(?:^|\.)(?:t\.me|telegram\.(?:me|org|dog))$")
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh|<iframe|location\.(?:href|replace)", re.IGNORECASE)
_OWN_ASSETS = re.compile(r"""["'](?:https?:)?//telegram\.org/(?:css|js|img)/""", re.IGNORECASE)
# How providers' and regulators' block pages speak. Bounded, so that no page takes long to search.
_BLOCK = re.compile(
    r"заблокирован|ограничен\w{0,5}\s{1,9}доступ|доступ\w{0,5}\s{1,9}(?:к\s{1,9}\w{1,30}\s{1,9}){0,4}ограничен|"
    r"роскомнадзор|149-фз|"
    r"eais\.rkn\.gov\.ru|\bblocked\b|access\s+(?:is\s+)?restricted",
    re.IGNORECASE,
)
_SHORT = 500
_UNSAID = 60.0
"""Seconds that t.me stays closed where it does not say how long."""
_SOON = 300.0
_TOO_MANY = 429


class WebTransport:
    """Asks the server at `base`; `web` is the client that carries it."""

    def __init__(self, web: HttpClient, base: str) -> None:
        """Prepare; nothing is sent yet."""
        self._web, self._base = web, base.rstrip("/")
        self._host = urlsplit(self._base).netloc.casefold()

    def send(self, call: Call, seconds: float) -> Response:
        """Ask once."""
        params = {key: str(value) for key, value in call.params.items()}
        if call.method == "loadComments":
            return self._web.post(self._base + params.pop("api"), seconds, params)
        return self._web.get(self._base + params.pop("path"), seconds, params)

    def read(self, call: Call, reply: Response) -> Mapping[str, Any] | Failure:
        """Return the page for its form, or why it is none."""
        failure, page = failure_of(reply), decode(reply.body)
        if reply.status == _TOO_MANY:
            asked = parse_retry_after(header(reply, "Retry-After"), reply.at)
            wait = _UNSAID if asked is None else asked
            # What passes soon is waited for by all looks; a longer wait costs this one, and in a row the route.
            act = FailureAction.CLOSE_METHOD if wait <= _SOON else FailureAction.RETRY
            return Failure(at=reply.at, cause=Cause.THROTTLED, status=reply.status, act=act, wait=wait)
        if failure is not None and _BLOCK.search(page) and not is_telegram(page):
            return Failure(at=reply.at, cause=Cause.BLOCKED, status=reply.status)
        if failure is not None or reply.status != 200:
            return failure or self._redirected(call, reply)
        trouble = _trouble(page, json=call.method == "loadComments")
        return Failure(at=reply.at, cause=trouble) if trouble else {"html": page}

    def _redirected(self, call: Call, reply: Response) -> Mapping[str, Any] | Failure:
        """Read a redirect: to the landing page of the same name it says that there is no preview."""
        try:
            parts = urlsplit(reply.location)
            host, known = parts.netloc.casefold(), bool(_FAMILY.search(parts.hostname or ""))
        except ValueError:
            return Failure(at=reply.at, cause=Cause.BLOCKED)
        if reply.location and host != self._host and not known:
            return Failure(at=reply.at, cause=Cause.BLOCKED)
        name = str(call.params.get("path", "")).removeprefix("/s")
        if call.method == "preview" and parts.path.rstrip("/").casefold() == name.casefold():
            return {"redirected": True}
        return Failure(at=reply.at, cause=Cause.UNRECOGNISED_PAGE)

    def close(self) -> None:
        """Close the connections."""
        self._web.close()


def _trouble(page: str, *, json: bool) -> Cause | None:
    """Say why a page cannot be one of t.me's.

    A page without any of Telegram's markup was put there on the way: `blocked`, unless it loads Telegram's own files,
    which may be a new design. Telegram itself answers a client that asks too often with next to nothing: under 500
    bytes is `throttled` (facts: telegram.md 3.5).
    """
    if is_telegram(page) or (json and page.lstrip().startswith(("{", "["))):
        return Cause.UNRECOGNISED_PAGE if is_wrongly_decoded(page) else None
    if _BLOCK.search(page) or _REFRESH.search(page):
        return Cause.BLOCKED
    if len(page.encode()) < _SHORT:
        return Cause.THROTTLED
    return Cause.UNRECOGNISED_PAGE if _OWN_ASSETS.search(page) else Cause.BLOCKED
