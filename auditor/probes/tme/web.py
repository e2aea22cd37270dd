"""Asking t.me for its three kinds of page, judging whether an answer is one, and keeping it as evidence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlencode, urlsplit

from auditor.base.redact import redact
from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.base import Answer, keep
from auditor.probes.http import Reply
from auditor.probes.tape import Take, no_answer
from auditor.probes.tme.history import HistoryPage, read_history
from auditor.probes.tme.html import decode, garbled, is_telegram, speaks_of_block
from auditor.probes.tme.landing import Kind, Landing, read_landing
from auditor.probes.tme.minimise import (
    CAP,
    minimised_history,
    minimised_landing,
    restored_history,
    restored_landing,
)

CANONICAL = "https://t.me"
"""Evidence names the public address, not the proxy or test server that stood in for it."""

_FAMILY = re.compile(r"(?:^|\.)(?:t\.me|telegram\.(?:me|org|dog))$")
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh|<iframe|location\.(?:href|replace)", re.IGNORECASE)
_OWN_ASSETS = re.compile(r"""["'](?:https?:)?//telegram\.org/(?:css|js|img)/""", re.IGNORECASE)
_SHORT = 500

Page = TypeVar("Page")


class Asking(Protocol):
    """What asks for a page: `Http`, or the stored answers in its place."""

    @property
    def host(self) -> str:
        """The server's host and port."""
        ...

    @property
    def requests(self) -> int:
        """How many requests were sent, retries included."""
        ...

    def get(self, path: str, params: Mapping[str, str] | None = None, *, retry: bool = True) -> Reply:
        """Ask for a page."""
        ...

    def post(self, path: str, form: Mapping[str, str]) -> Reply:
        """Send a form as the site's own script does."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class Played(Reply):
    """A reply that is played back: what is kept of it is the stored answer itself."""

    take: Take | None = None
    """None: nothing was stored, and nothing is kept."""

    @property
    def minimised(self) -> bool:
        """Whether another form than the page stands here; then `judged` says what was thought of the page."""
        return self.take is not None and self.take.evidence.minimised

    @property
    def judged(self) -> Cause | None:
        """Why the page was not read, where what was kept of it cannot show that."""
        said = self.take.told.get("judged") if self.take is not None else None
        return Cause(said) if said is not None else None

    @property
    def stub(self) -> bool:
        """Whether the page was the stub of a missing name; as `judged`."""
        return self.take is not None and "stub" in self.take.told


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
    if isinstance(reply, Played) and reply.minimised:
        return reply.judged
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


def kept(
    kind: EvidenceKind,
    url: str,
    reply: Reply,
    stored: bytes | None,
    *,
    host: str,
    judged: Cause | None = None,
    stub: bool = False,
) -> Answer:
    """Keep a reply as evidence, or that none came. `stored` None: it may stay as it is.

    `judged` is why it was not read: it is told beside a form that cannot show it; `stub` likewise.
    """
    if reply.status is None:
        return no_answer(kind, url, at=reply.fetched_at, cause=reply.cause or Cause.UNREACHABLE)
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
    told = {"came": reply.cause, "location": _place(reply.location, host)}
    if answer.evidence.minimised:
        told |= {"judged": judged, "stub": "yes" if stub else None}
    return replace(answer, told=tuple((key, redact(value)) for key, value in told.items() if value is not None))


def _place(location: str | None, host: str) -> str | None:
    """Return host and path of where a redirect leads: the rest may name a secret; of our own server, as t.me's."""
    if location is None:
        return None
    try:
        parts = urlsplit(location)
    except ValueError:
        return "https://invalid"
    own = parts.netloc.casefold() == host.casefold()
    return f"{CANONICAL if own else f'https://{parts.hostname}'}{parts.path}"


class Web:
    """t.me, for one run. Landing kinds that were asked for are remembered."""

    def __init__(self, http: Asking, *, silences: bool = False) -> None:
        """Ask through `http`. With `silences` a question without an answer is kept too, for a replay."""
        self.http = http
        self._silences = silences
        self._kinds: dict[str, Kind | None] = {}

    def landing(self, name: str, kind: EvidenceKind, answers: list[Answer], *, retry: bool = True) -> Seen[Landing]:
        """Ask for ``/NAME``. A redirect is no landing page."""
        reply = self.http.get(f"/{name}", retry=retry)
        cause = trouble(reply, self.http.host)
        landing = _landing_of(reply) if cause is None and reply.status == 200 else None
        if cause is None and (landing is None or landing.kind is Kind.UNRECOGNISED):
            cause = Cause.UNRECOGNISED_PAGE
        person = landing is not None and landing.kind in {Kind.USER, Kind.BOT}
        stored = minimised_landing(landing) if landing is not None and person else None
        if cause is not None and len(reply.body) > CAP:
            stored = reply.body[:CAP]
        answers += self.keep(kind, f"{CANONICAL}/{name}", reply, stored, judged=cause)
        return Seen(landing if cause is None else None, cause)

    def history(
        self, name: str, before: int | None, kind: EvidenceKind, answers: list[Answer], *, retry: bool = True
    ) -> Seen[HistoryPage]:
        """Ask for ``/s/NAME``, or for the page of messages with ids below `before`."""
        params = {} if before is None else {"before": str(before)}
        reply = self.http.get(f"/s/{name}", params, retry=retry)
        cause, redirected = trouble(reply, self.http.host), False
        stub = isinstance(reply, Played) and reply.stub
        page, text = None, decode(reply.body)
        if cause is None and reply.status != 200:
            redirected = _leads_to_landing(reply.location, name)
            cause = None if redirected else Cause.UNRECOGNISED_PAGE
        elif cause is None:
            page = _history_of(reply, text, name)
            stub = not page.recognised and is_stub(text)
            cause = None if page.recognised else Cause.THROTTLED if stub else Cause.UNRECOGNISED_PAGE
        stored = minimised_history(text, name) if "tgme_widget_message" in text else None
        if cause is not None and len(stored or reply.body) > CAP:
            stored = (stored or reply.body)[:CAP]
        query = f"?{urlencode(params)}" if params else ""
        answers += self.keep(kind, f"{CANONICAL}/s/{name}{query}", reply, stored, judged=cause, stub=stub)
        return Seen(page if cause is None else None, cause, redirected, stub)

    def keep(
        self,
        kind: EvidenceKind,
        url: str,
        reply: Reply,
        stored: bytes | None,
        *,
        judged: Cause | None,
        stub: bool = False,
    ) -> list[Answer]:
        """Return what is kept of a reply (see `kept`); nothing of one that never came, unless silences are kept."""
        if isinstance(reply, Played):
            return [reply.take.answer] if reply.take is not None else []
        if reply.status is None and not self._silences:
            return []
        return [kept(kind, url, reply, stored, host=self.http.host, judged=judged, stub=stub)]

    def kind_of(self, handle: str) -> Kind | None:
        """Return what a commenting handle is, None where that cannot be told. Nothing of it is kept as evidence."""
        if handle not in self._kinds:
            reply = self.http.get(f"/{handle}")
            readable = trouble(reply, self.http.host) is None and reply.status == 200
            kind = read_landing(decode(reply.body)).kind if readable else None
            # The stub of a missing name is also what a throttled client sees.
            self._kinds[handle] = None if kind in {Kind.UNRECOGNISED, Kind.MISSING} else kind
        return self._kinds[handle]


def _landing_of(reply: Reply) -> Landing:
    restored = restored_landing(reply.body) if isinstance(reply, Played) and reply.minimised else None
    return restored or read_landing(decode(reply.body))


def _history_of(reply: Reply, text: str, name: str) -> HistoryPage:
    restored = restored_history(reply.body, reply.fetched_at) if isinstance(reply, Played) and reply.minimised else None
    return restored or read_history(text, name)


def is_stub(page: str) -> bool:
    """Tell whether a page is that of a missing name, which is also how a throttled client is answered."""
    return read_landing(page).kind is Kind.MISSING
