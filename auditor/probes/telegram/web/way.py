"""The way to t.me: sends a question, and tells a page of Telegram's from what stands in its place.

What kind of page it is, its form finds out. Decided here is what the status, a redirect or a foreign page says.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from auditor.base.snapshot import Cause
from auditor.probes.driver import Reply
from auditor.probes.looks import Act, Call, Failure
from auditor.probes.telegram.web.pages import decode, garbled, is_telegram
from auditor.probes.web import Web, read_date

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
_CAUSES = {401: Cause.REFUSED, 403: Cause.REFUSED, 407: Cause.UNREACHABLE, 408: Cause.UNREACHABLE, 451: Cause.BLOCKED}
"""What a status says; 451 is the law's own code for a block (RFC 7725)."""
_TOO_MANY = 429


class WebWay:
    """Asks the server at `base`; `web` is the client that carries it."""

    def __init__(self, web: Web, base: str) -> None:
        """Prepare; nothing is sent yet."""
        self._web, self._base = web, base.rstrip("/")
        self._host = urlsplit(self._base).netloc

    def send(self, call: Call, seconds: float) -> Reply:
        """Ask once."""
        params = {key: str(value) for key, value in call.params.items()}
        if call.method == "loadComments":
            return self._web.post(self._base + params.pop("api"), seconds, params)
        return self._web.get(self._base + params.pop("path"), seconds, params)

    def read(self, call: Call, reply: Reply) -> Mapping[str, Any] | Failure:
        """Return the page for its form, or why it is none."""
        status, page, json = reply.status or 0, decode(reply.body), call.method == "loadComments"
        if status == _TOO_MANY:
            asked = _seconds(reply)
            wait = _UNSAID if asked is None else asked
            # What passes soon is waited for by all looks; a longer wait costs this one, and in a row the route.
            act = Act.CLOSE if wait <= _SOON else Act.RETRY
            return Failure(at=reply.at, cause=Cause.THROTTLED, code=status, act=act, wait=wait)
        if 300 <= status < 400:
            return self._redirected(call, reply)
        if status != 200:
            cause = _cause(status) if is_telegram(page) or not _BLOCK.search(page) else Cause.BLOCKED
            act = Act.RETRY if cause is Cause.UNREACHABLE else Act.TELL
            return Failure(at=reply.at, cause=cause, code=status, act=act, wait=_seconds(reply))
        trouble = _trouble(page, json=json)
        return Failure(at=reply.at, cause=trouble) if trouble else {"html": page, "host": self._host, "older": json}

    def _redirected(self, call: Call, reply: Reply) -> Mapping[str, Any] | Failure:
        """Read a redirect: to the landing page of the same name it says that there is no preview."""
        path, host, known = str(call.params.get("path", "")), "", False
        try:
            parts = urlsplit(reply.location)
            host, known = parts.netloc.casefold(), bool(_FAMILY.search(parts.hostname or ""))
        except ValueError:
            return Failure(at=reply.at, cause=Cause.BLOCKED)
        if reply.location and host != self._host.casefold() and not known:
            return Failure(at=reply.at, cause=Cause.BLOCKED)
        leads = parts.path.rstrip("/").casefold()
        if call.method == "preview" and leads == path.removeprefix("/s").casefold():
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
        return Cause.UNRECOGNISED_PAGE if garbled(page) else None
    if _BLOCK.search(page) or _REFRESH.search(page):
        return Cause.BLOCKED
    if len(page.encode()) < _SHORT:
        return Cause.THROTTLED
    return Cause.UNRECOGNISED_PAGE if _OWN_ASSETS.search(page) else Cause.BLOCKED


def _cause(status: int) -> Cause:
    return Cause.UNREACHABLE if status >= 500 else _CAUSES.get(status, Cause.UNRECOGNISED_PAGE)


def _seconds(reply: Reply) -> float | None:
    """Read Retry-After: seconds, or a date (RFC 9110, 10.2.3)."""
    value = next((text.strip() for name, text in reply.headers or () if name.casefold() == "retry-after"), "")
    if value.isascii() and value.isdigit():
        return float(value[:9])
    moment: datetime | None = read_date(value)
    return None if moment is None else max(0.0, (moment - reply.at).total_seconds())
