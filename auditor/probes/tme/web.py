"""Asking t.me for its pages: is an answer such a page, what of it may be stored, and is absence believed?

What may be stored is said by `minimise`. Only that is read, at once and in a replay, so that what is judged is what is
stored; why an answer is no page that can be read is told beside it.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Generic, NoReturn, TypeVar
from urllib.parse import urlencode, urlsplit

from auditor.base.answers import Answer, keep, no_answer, rewritten
from auditor.base.secrets import redact
from auditor.base.settings import Settings
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network, Outcome, Route
from auditor.probes.base import Clock
from auditor.probes.http import Http, HttpConnection, Reply
from auditor.probes.pacing import PutOffError
from auditor.probes.tape import Tape
from auditor.probes.tme.minimise import TalkPage, bare_landing, kept_talk, minimised_history, read_talk
from auditor.probes.tme.network import WebSettings
from auditor.probes.tme.pages import (
    Description,
    Discussion,
    DiscussionState,
    HistoryPage,
    Kind,
    Landing,
    decode,
    garbled,
    is_telegram,
    read_discussion,
    read_history,
    read_landing,
    read_older,
    speaks_of_block,
    whole,
)
from auditor.registry.models import Control

CAP = 64 * 1024
"""Bytes kept of an answer that is an error, a block page or not recognised."""

_LIMIT = "100"
"""Comments that a page of a talk is asked to hold."""

CANONICAL = "https://t.me"
"""The pages' public address. Evidence names the host that was asked; for a test server it names this one."""

_FAMILY = re.compile(r"(?:^|\.)(?:t\.me|telegram\.(?:me|org|dog))$")
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh|<iframe|location\.(?:href|replace)", re.IGNORECASE)
_OWN_ASSETS = re.compile(r"""["'](?:https?:)?//telegram\.org/(?:css|js|img)/""", re.IGNORECASE)
_SHORT = 500
_TOO_MANY = 429
_UNSAID = 60.0
"""Seconds that t.me stays closed where it does not say how long."""

_Page = TypeVar("_Page")


def tme_connection(settings: Settings, clock: Clock) -> HttpConnection:
    """Return the way to t.me that the settings name."""
    way = settings.of(WebSettings)
    return HttpConnection(url=way.url, interval=way.interval, proxy=way.proxy, clock=clock)


@dataclass(frozen=True, slots=True)
class Seen(Generic[_Page]):
    """A page that was read, or why not."""

    page: _Page | None = None
    cause: Cause | None = None
    redirected: bool = False
    """A preview that led to the landing page of the same name."""
    stub: bool = False
    """The stub of a missing name came in place of a preview: there is none, or the client is throttled."""
    unasked: bool = False
    """Played back: nothing was stored, since it was not asked for then."""
    raw: Discussion | None = field(default=None, repr=False)
    """A page of comments before it was minimised, with what leads to older ones: it lives in memory."""


def trouble(reply: Reply, host: str) -> Cause | None:
    """Say why a reply cannot be one of t.me's pages; None for a page with its markup or a redirect within Telegram.

    A page without any of Telegram's markup was put there on the way: `blocked`, unless it loads Telegram's
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


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a reply, and what the stored body does not show."""

    stored: bytes | None = None
    """None: it may stay as it came."""
    cause: Cause | None = None
    """Why it is no page that can be read."""
    redirected: bool = False
    stub: bool = False
    raw: Discussion | None = field(default=None, repr=False)

    @property
    def told(self) -> dict[str, str]:
        """What a reader of the record needs besides its body."""
        judged = {"judged": self.cause.value} if self.cause is not None else {}
        return {**judged, **{name: "yes" for name in ("redirected", "stub") if getattr(self, name)}}


def _filed(kind: EvidenceKind, url: str, reply: Reply, kept: _Kept) -> Answer:
    """Keep a reply as evidence, or that none came."""
    if reply.status is None:
        return no_answer(kind, url, at=reply.fetched_at, cause=reply.cause or Cause.UNREACHABLE)
    return keep(
        kind,
        url,
        fetched_at=reply.fetched_at,
        status=reply.status,
        received=reply.body,
        stored=kept.stored,
        method=reply.method,
        headers=reply.headers,
        told=kept.told,
    )


class Web:
    """t.me, for one run: what it answers is minimised here, and only what is stored of it is read.

    Landing kinds that were asked for are remembered.
    """

    def __init__(self, http: Http | None, *, silences: bool = False, weighed: bool = False) -> None:
        """Ask through `http`; None: nothing is asked. With `silences` a question without an answer is kept too.

        `weighed`: a search weighs pages in memory as they came, whatever is stored of them.
        """
        self._http = http
        self._host = CANONICAL if http is None else http.on_record(CANONICAL)
        self._silences, self._weighed = silences, weighed
        self._kinds: dict[str, Kind | None] = {}
        self._waits = True
        self._opens, self._about = 0.0, ""
        self._put_off: dict[str, dict[str, tuple[Answer, Discussion | None, bytes]]] = {}
        self._so_far: dict[str, tuple[Answer, Discussion | None, bytes]] = {}

    def begin(self, about: str, *, wait: bool) -> bool:
        """Begin a look, or go on with one that was put off: what it was answered is not asked for again.

        While t.me asks to wait: without `wait` return False, with it wait first if the run may wait so long.
        """
        ahead = self._opens - time.monotonic()
        if ahead > 0 and not wait:
            return False
        if ahead > 0:
            self._server.rest(ahead)
        self._waits, self._about = wait, about
        self._so_far = self._put_off.pop(about, {})
        return True

    def _close(self, seconds: float | None) -> NoReturn:
        """Put the look off until t.me may be asked again."""
        self._opens = time.monotonic() + (_UNSAID if seconds is None else seconds)
        self._put_off[self._about] = self._so_far
        raise PutOffError

    @property
    def requests(self) -> int:
        """How many requests were sent, retries included."""
        return 0 if self._http is None else self._http.requests

    def close(self) -> None:
        """Let go of connections."""
        if self._http is not None:
            self._http.close()

    @property
    def _server(self) -> Http:
        assert self._http is not None
        return self._http

    def landing(self, name: str, kind: EvidenceKind, answers: list[Answer], *, retry: bool = True) -> Seen[Landing]:
        """Ask for ``/NAME``. A redirect is no landing page."""
        return self._seen(
            kind,
            f"{self._host}/{name}",
            lambda: self._server.get(f"/{name}", retry=retry),
            self._landing_kept,
            read_landing,
            answers,
        )

    def history(
        self, name: str, before: int | None, kind: EvidenceKind, answers: list[Answer], *, retry: bool = True
    ) -> Seen[HistoryPage]:
        """Ask for ``/s/NAME``, or for the page of messages with ids below `before`."""
        params = {} if before is None else {"before": str(before)}
        url = f"{self._host}/s/{name}" + (f"?{urlencode(params)}" if params else "")
        return self._seen(
            kind,
            url,
            lambda: self._server.get(f"/s/{name}", params, retry=retry),
            partial(self._history_kept, name=name),
            lambda text: read_history(text, name),
            answers,
        )

    def talk(
        self, name: str, post: int, kind: EvidenceKind, answers: list[Answer], *, rows: bool = True
    ) -> Seen[TalkPage]:
        """Ask for the newest comments under a post; without `rows` nothing is kept of them."""
        params = {"embed": "1", "discussion": "1", "comments_limit": _LIMIT}
        url = f"{self._host}/{name}/{post}?{urlencode(params)}"
        kept = partial(self._talk_kept, post=f"{name}/{post}", rows=rows)
        return self._seen(kind, url, lambda: self._server.get(f"/{name}/{post}", params), kept, read_talk, answers)

    def older(self, first: Seen[TalkPage], before: int, answers: list[Answer]) -> Seen[TalkPage]:
        """Ask for older comments as the page's own script does: what was asked is kept without the page's own hash."""
        top = first.page.top if first.page is not None else None
        form = {"method": "loadComments", "top_msg_id": top or "", "before_id": str(before)}
        url = f"{self._host}/api/method?{urlencode(form)}"
        more, path = {}, ""
        if first.raw is not None and first.raw.form is not None:
            more = {"peer": first.raw.form.peer, "discussion_hash": first.raw.form.discussion_hash}
            path = _api_path(first.raw.api) or ""
        ask = {**form, **more}
        return self._seen(
            EvidenceKind.COMMENTS, url, lambda: self._server.post(path, ask), self._older_kept, read_talk, answers
        )

    def kind_of(self, handle: str) -> Kind | None:
        """Return what a commenting handle is, None where that cannot be told. Nothing of it is kept as evidence."""
        if handle not in self._kinds:
            reply = self._server.get(f"/{handle}")
            readable = trouble(reply, self._server.host) is None and reply.status == 200
            page = read_landing(decode(reply.body)) if readable else None
            # The stub of a missing name is also what a throttled client sees; a page may be about another name.
            told = page is not None and page.kind not in {Kind.UNRECOGNISED, Kind.MISSING}
            self._kinds[handle] = page.kind if told and page is not None and page.handle in {None, handle} else None
        return self._kinds[handle]

    # The door ----------------------------------------------------------------------------------------------------

    def _seen(
        self,
        kind: EvidenceKind,
        url: str,
        ask: Callable[[], Reply],
        form: Callable[[Reply], _Kept],
        read: Callable[[str], _Page],
        answers: list[Answer],
    ) -> Seen[_Page]:
        """Ask, keep and read what is kept."""
        answer, raw, body = self._answered(kind, url, ask, form)
        if answer is None:
            return Seen(cause=Cause.UNREACHABLE, unasked=True)
        if answer.evidence.status is not None or self._silences:
            answers.append(answer)
        said, redirected = answer.told.get("judged"), "redirected" in answer.told
        cause = answer.silence or (None if said is None else Cause(said))
        page = read(decode(body)) if cause is None and not redirected else None
        return Seen(page, cause, redirected, "stub" in answer.told, raw=raw)

    def _answered(
        self, kind: EvidenceKind, url: str, ask: Callable[[], Reply], form: Callable[[Reply], _Kept]
    ) -> tuple[Answer | None, Discussion | None, bytes]:
        """Return a record, what it was before it was minimised, and the body that is read."""
        if url in self._so_far:
            return self._so_far[url]
        reply = ask()
        if not self._waits and reply.status == _TOO_MANY:
            self._close(reply.retry_after)
        kept = form(reply) if reply.status is not None else _Kept()
        answer = _filed(kind, url, reply, kept)
        found = (answer, kept.raw, reply.body if self._weighed else answer.body)
        if not self._waits:
            self._so_far[url] = found
        return found

    def _landing_kept(self, reply: Reply) -> _Kept:
        cause = trouble(reply, self._server.host)
        kind = read_landing(decode(reply.body)).kind if cause is None and reply.status == 200 else Kind.UNRECOGNISED
        if cause is None and kind is Kind.UNRECOGNISED:
            cause = Cause.UNRECOGNISED_PAGE
        if cause is not None:
            return _Kept(_capped(reply.body), cause)
        person = Landing(kind, description=Description())
        return _Kept(bare_landing(person) if kind in {Kind.USER, Kind.BOT} else None)

    def _history_kept(self, reply: Reply, name: str) -> _Kept:
        cause, text = trouble(reply, self._server.host), decode(reply.body)
        stored = minimised_history(text, name) if "tgme_widget_message" in text else None
        if cause is None and reply.status != 200:
            redirected = _leads_to_landing(reply.location, name)
            return _Kept(stored, None if redirected else Cause.UNRECOGNISED_PAGE, redirected=redirected)
        stub = False
        # A page that was cut off looks whole once it has been written anew.
        if cause is None and not (whole(text) and read_history(decode(stored or reply.body), name).recognised):
            stub = is_stub(text)
            cause = Cause.THROTTLED if stub else Cause.UNRECOGNISED_PAGE
        return _Kept(stored if cause is None else _capped(stored or reply.body, stored), cause, stub=stub)

    def _talk_kept(self, reply: Reply, *, post: str, rows: bool) -> _Kept:
        cause = trouble(reply, self._server.host)
        if cause is None and reply.status != 200:
            cause = Cause.UNRECOGNISED_PAGE
        page = read_discussion(decode(reply.body), self._server.host) if cause is None else None
        if page is None:
            return _Kept(_beginning(reply), cause)
        if page.state is DiscussionState.UNRECOGNISED or page.post not in {None, post.casefold()}:
            stub = is_stub(decode(reply.body))
            return _Kept(_beginning(reply), Cause.THROTTLED if stub else Cause.UNRECOGNISED_PAGE, stub=stub)
        return _Kept(kept_talk(page, leads_on=_api_path(page.api) is not None, rows=rows), raw=page)

    def _older_kept(self, reply: Reply) -> _Kept:
        if reply.cause is not None or reply.status != 200:
            return _Kept(_beginning(reply), trouble(reply, self._server.host) or Cause.UNRECOGNISED_PAGE)
        text = decode(reply.body)
        page = read_older(text, self._server.host)
        if garbled(text):
            return _Kept(_beginning(reply), Cause.UNRECOGNISED_PAGE)
        if page.state is DiscussionState.UNRECOGNISED:
            foreign = not is_telegram(text) and not text.lstrip().startswith(("{", "["))
            cause = trouble(reply, self._server.host) if foreign else None
            return _Kept(_beginning(reply), cause or Cause.UNRECOGNISED_PAGE)
        return _Kept(kept_talk(page, leads_on=False), raw=page)


def unread(answer: Answer, cause: Cause) -> Answer:
    """Keep nothing of an answer but why it was not read."""
    return replace(rewritten(answer, b""), told={"judged": cause.value})


def _capped(body: bytes, stored: bytes | None = None) -> bytes | None:
    """Return the beginning of what is too long to be kept whole, else `stored`."""
    return body[:CAP] if len(body) > CAP else stored


def _beginning(reply: Reply) -> bytes:
    """Return what may be kept of a page of comments that was not read: its beginning, if it holds no talk."""
    talk = any(mark in reply.body for mark in (b"tgme_widget_message", b"comments_html"))
    return b"" if talk else reply.body[:CAP]


def _api_path(api: str | None) -> str | None:
    """Return the path and query of the address that the page names; its host is never asked but the one set."""
    try:
        parts = urlsplit(api or "")
    except ValueError:
        return None
    if not parts.path.startswith("/") or parts.path.startswith("//"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class ReplayedWeb(Web):
    """The stored answers of one look in the place of t.me. What was never stored was never answered."""

    def __init__(self, tape: Tape) -> None:
        """Answer from `tape`."""
        super().__init__(None, silences=True)
        self._tape = tape

    def kind_of(self, handle: str) -> Kind | None:  # noqa: ARG002 - as `Web`
        """Tell nothing: stored comments say whose they are."""
        return None

    def _answered(
        self, kind: EvidenceKind, url: str, ask: Callable[[], Reply], form: Callable[[Reply], _Kept]
    ) -> tuple[Answer | None, Discussion | None, bytes]:
        del kind, ask, form
        take = self._tape.play(redact(url))
        return take, None, b"" if take is None else take.body


def is_stub(page: str) -> bool:
    """Tell whether a page is that of a missing name, which is also how a throttled client is answered."""
    return read_landing(page).kind is Kind.MISSING


# Controls ------------------------------------------------------------------------------------------------------------

TELEGRAM, PREVIEW = Network("telegram"), Route("telegram_preview")
EXISTING = {Kind.CHANNEL, Kind.PRIVATE, Kind.GROUP, Kind.USER, Kind.BOT}


class Controls:
    """The controls of one run over t.me."""

    def __init__(self, web: Web) -> None:
        """Ask through `web`."""
        self._web = web
        self._known: str | None = None
        self.channel: str | None = None
        """The name of the control that was looked at last, where its page is a channel's."""
        self.failed = False
        """Whether one was seen otherwise than it must be: then nothing is believed."""

    @property
    def trusted(self) -> str | None:
        """The name of a control that was seen in this run, unless another control failed."""
        return None if self.failed else self._known

    def know(self, name: str | None) -> None:
        """Take a control of that name as seen."""
        self._known = name

    def look(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look whether a name is there that must be, or is not that must not be.

        An account that must exist and is shown as missing means a throttled client: the control has failed.
        """
        answers: list[Answer] = []
        exists, cause = self._stands(control.url.asked, answers)
        if exists is None:
            outcome = Outcome.CANT_TELL
        else:
            outcome = Outcome.PASSED if exists == control.exists else Outcome.FAILED
        if control.exists and outcome is Outcome.PASSED:
            self._known = self._known or control.url.asked
        elif outcome is Outcome.FAILED:
            self.failed = True
        result = ControlResult(
            network=TELEGRAM,
            route=PREVIEW,
            url=control.url.url,
            expected=control.exists,
            outcome=outcome,
            cause=cause,
            evidence=tuple(a.evidence for a in answers),
        )
        return result, tuple(answers)

    def still(self, answers: list[Answer], *, retry: bool = True) -> Cause | None:
        """Ask anew for a control that was seen; return None while it is shown, else why no stub is to be believed."""
        if self.trusted is None:
            return Cause.CONTROL_FAILED
        seen = self._web.landing(self.trusted, EvidenceKind.CONTROL, answers, retry=retry)
        if seen.page is not None and seen.page.kind in EXISTING:
            return None
        return seen.cause or Cause.THROTTLED

    def _stands(self, name: str, answers: list[Answer]) -> tuple[bool | None, Cause | None]:
        """Tell whether the name is taken."""
        landing = self._web.landing(name, EvidenceKind.CONTROL, answers)
        self.channel = name if landing.page is not None and landing.page.kind is Kind.CHANNEL else None
        if landing.page is not None:
            return landing.page.kind in EXISTING, None
        if name.startswith("+"):
            return None, landing.cause
        history = self._web.history(name, None, EvidenceKind.CONTROL, answers, retry=False)
        if history.page is not None and history.page.messages:
            return True, None
        return None, landing.cause
