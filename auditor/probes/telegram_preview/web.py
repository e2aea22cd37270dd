"""Asking t.me for its three kinds of page, judging whether an answer is one, and keeping it as evidence."""

__all__ = ["CANONICAL", "Seen", "Web", "is_stub", "kept", "trouble"]

import re
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode, urlsplit

from auditor.probes.base import Answer, keep
from auditor.probes.http import Http, Reply
from auditor.probes.telegram_preview.history import HistoryPage, read_history
from auditor.probes.telegram_preview.html import decode, garbled, is_telegram, speaks_of_block
from auditor.probes.telegram_preview.landing import Kind, Landing, read_landing
from auditor.probes.telegram_preview.minimise import CAP, minimised_history, minimised_landing
from auditor.snapshot import Cause, EvidenceKind

CANONICAL = "https://t.me"
"""Evidence names the public address, not the proxy or test server that stood in for it."""

_FAMILY = re.compile(r"(?:^|\.)(?:t\.me|telegram\.(?:me|org|dog))$")
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh|<iframe|location\.(?:href|replace)", re.IGNORECASE)
_OWN_ASSETS = re.compile(r"""["'](?:https?:)?//telegram\.org/(?:css|js|img)/""", re.IGNORECASE)
_SHORT = 500

Page = TypeVar("Page")


@dataclass(frozen=True, slots=True)
class Seen(Generic[Page]):
    """A page that was read, or why not."""

    page: Page | None = None
    cause: Cause | None = None
    redirected: bool = False
    """A preview that led to the landing page of the same name."""
    stub: bool = False
    """The stub of a missing name came in place of a preview: there is none, or the client is throttled."""


def trouble(reply: Reply, host: str) -> Cause | None:
    """Say why a reply cannot be one of t.me's pages; None for a page with its markup or a redirect within Telegram.

    A page without any of Telegram's markup was put there by somebody on the way: `blocked`; unless it loads Telegram's
    own files, which may be a new design. Telegram itself answers a client that asks too often with next to nothing:
    under 500 bytes is `throttled` (facts: telegram.md 3.5).
    """
    page = decode(reply.body)
    if reply.cause is not None:
        foreign = reply.status is not None and reply.cause is not Cause.THROTTLED and not is_telegram(page)
        return Cause.BLOCKED if foreign and speaks_of_block(page) else reply.cause
    if reply.status != 200:
        if reply.location is None:
            return Cause.UNRECOGNISED_PAGE
        return None if _is_family(reply.location, host) else Cause.BLOCKED
    if is_telegram(page):
        return Cause.UNRECOGNISED_PAGE if garbled(page) else None
    if speaks_of_block(page) or _REFRESH.search(page):
        return Cause.BLOCKED
    if len(reply.body) < _SHORT:
        return Cause.THROTTLED
    return Cause.UNRECOGNISED_PAGE if _OWN_ASSETS.search(page) else Cause.BLOCKED


def _is_family(location: str, host: str) -> bool:
    try:
        parts = urlsplit(location)
        return parts.netloc.casefold() == host.casefold() or _FAMILY.search(parts.hostname or "") is not None
    except ValueError:
        return False


def _leads_to_landing(location: str | None, name: str) -> bool:
    path = urlsplit(location or "").path.rstrip("/").casefold()
    return path.endswith(f"/{name.casefold()}") and not path.endswith(f"/s/{name.casefold()}")


def kept(kind: EvidenceKind, url: str, reply: Reply, stored: bytes | None) -> list[Answer]:
    """Keep a reply as evidence; nothing to keep where nothing came. `stored` None: it may stay as it is."""
    if reply.status is None:
        return []
    answer = keep(
        kind,
        url,
        fetched_at=reply.fetched_at,
        status=reply.status,
        received=reply.body,
        stored=stored,
        method=reply.method,
        headers=reply.headers,
    )
    return [answer]


class Web:
    """t.me, for one run. Landing kinds that were asked for are remembered."""

    def __init__(self, http: Http) -> None:
        """Ask through `http`."""
        self.http = http
        self._kinds: dict[str, Kind | None] = {}

    def landing(self, name: str, kind: EvidenceKind, answers: list[Answer], *, retry: bool = True) -> Seen[Landing]:
        """Ask for ``/NAME``. A redirect is no landing page."""
        reply = self.http.get(f"/{name}", retry=retry)
        cause = trouble(reply, self.http.host)
        landing = read_landing(decode(reply.body)) if cause is None and reply.status == 200 else None
        if cause is None and (landing is None or landing.kind is Kind.UNRECOGNISED):
            cause = Cause.UNRECOGNISED_PAGE
        person = landing is not None and landing.kind in {Kind.USER, Kind.BOT}
        stored = minimised_landing(landing) if landing is not None and person else None
        if cause is not None and len(reply.body) > CAP:
            stored = reply.body[:CAP]
        answers += kept(kind, f"{CANONICAL}/{name}", reply, stored)
        return Seen(landing if cause is None else None, cause)

    def history(
        self, name: str, before: int | None, kind: EvidenceKind, answers: list[Answer], *, retry: bool = True
    ) -> Seen[HistoryPage]:
        """Ask for ``/s/NAME``, or for the page of messages with ids below `before`."""
        params = {} if before is None else {"before": str(before)}
        reply = self.http.get(f"/s/{name}", params, retry=retry)
        cause, redirected, stub = trouble(reply, self.http.host), False, False
        page, text = None, decode(reply.body)
        if cause is None and reply.status != 200:
            redirected = _leads_to_landing(reply.location, name)
            cause = None if redirected else Cause.UNRECOGNISED_PAGE
        elif cause is None:
            page = read_history(text, name)
            stub = not page.recognised and is_stub(text)
            cause = None if page.recognised else Cause.THROTTLED if stub else Cause.UNRECOGNISED_PAGE
        stored = minimised_history(text, name) if "tgme_widget_message" in text else None
        if cause is not None and len(stored or reply.body) > CAP:
            stored = (stored or reply.body)[:CAP]
        query = f"?{urlencode(params)}" if params else ""
        answers += kept(kind, f"{CANONICAL}/s/{name}{query}", reply, stored)
        return Seen(page if cause is None else None, cause, redirected, stub)

    def kind_of(self, handle: str) -> Kind | None:
        """Return what a commenting handle is, None where that cannot be told. Nothing of it is kept as evidence."""
        if handle not in self._kinds:
            reply = self.http.get(f"/{handle}")
            readable = trouble(reply, self.http.host) is None and reply.status == 200
            kind = read_landing(decode(reply.body)).kind if readable else None
            # The stub of a missing name is also what a throttled client sees.
            self._kinds[handle] = None if kind in {Kind.UNRECOGNISED, Kind.MISSING} else kind
        return self._kinds[handle]


def is_stub(page: str) -> bool:
    """Tell whether a page is that of a missing name, which is also how a throttled client is answered."""
    return read_landing(page).kind is Kind.MISSING
