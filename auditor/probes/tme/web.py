"""Asking t.me for its pages: is an answer such a page, what of it may be stored, and is absence believed?

What is stored holds no citizen's name, picture or words and no phone number (DESIGN.md section 10). Read again, it
says the same, so that a replay goes through the same code.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.base.answers import Answer, keep, no_answer
from auditor.base.secrets import redact
from auditor.base.settings import Settings
from auditor.base.snapshot import Cause, Comment, ControlResult, EvidenceKind, Network, Outcome, Route
from auditor.probes.base import Clock
from auditor.probes.http import HttpConnection, Reply
from auditor.probes.tme.network import WebSettings
from auditor.probes.tme.pages import (
    Description,
    Discussion,
    DiscussionState,
    Form,
    Header,
    HistoryPage,
    Kind,
    Landing,
    Message,
    attribute,
    decode,
    garbled,
    has_class,
    is_telegram,
    parse,
    read_history,
    read_landing,
    register_link,
    speaks_of_block,
)
from auditor.registry.models import Control

CAP = 64 * 1024
"""Bytes kept of an answer that is an error, a block page or not recognised."""

# People other than the owner: signatures, the sources of forwards, quotes, who pinned, whose contact; and polls, which
# show how few people voted.
_PEOPLE = (
    ".tgme_widget_message_from_author",
    ".tgme_widget_message_reply",
    ".tgme_widget_message_author_name",
    ".tgme_widget_message_via_bot",
    ".tgme_widget_message_poll",
    ".tgme_widget_message_voters",
    '[class*="_contact"]',
)
_KEPT_OF_FORWARD = ("tgme_widget_message_forwarded_from", "tgme_widget_message_footer")


def _minimised_landing(landing: Landing) -> bytes:
    """Return what is kept of the page of a user or a bot: that it is one."""
    return _json({"kind": landing.kind})


def strangers_landing(landing: Landing, number: int) -> bytes:
    """Return what is kept of another channel's landing page: its owner took the name and is no official."""
    return _json({"channel": number, "kind": landing.kind, **_card(landing)})


def strangers_history(header: Header | None, number: int) -> bytes:
    """Return what is kept of such a channel's preview: its number, and the flags of its card."""
    return _json({"channel": number, "header": _card(header) if header is not None else None})


def _card(card: Landing | Header) -> dict[str, Any]:
    return {
        "subscribers": card.subscribers,
        "verified": card.verified,
        "register_link": register_link(card.description),
    }


def _restored_landing(body: bytes) -> Landing | None:
    """Read what was kept of a landing page; None where it is the page itself."""
    row = _object(body)
    if row is None or "kind" not in row:
        return None
    return Landing(
        Kind(row["kind"]), subscribers=row.get("subscribers"), verified=row.get("verified"), description=_told(row)
    )


def _restored_history(body: bytes, at: datetime) -> HistoryPage | None:
    """Read what was kept of another channel's preview, fetched `at`; None where it is a page of messages."""
    row = _object(body)
    if row is None or "header" not in row:
        return None
    card = row["header"]
    header = (
        Header(subscribers=card["subscribers"], verified=card["verified"], description=_told(card)) if card else None
    )
    return HistoryPage(recognised=True, messages=(Message(1, at, channel_id=row["channel"]),), header=header)


def _told(card: Mapping[str, Any]) -> Description | None:
    """Return a description that holds a register link, holds none, or was not seen."""
    return {True: Description("knd.gov.ru"), False: Description(), None: None}[card.get("register_link")]


def _object(body: bytes) -> dict[str, Any] | None:
    if not body.startswith(b"{"):
        return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def minimised_history(page: str, name: str) -> bytes:
    """Return a preview page with other people taken out. Read again, it yields the same messages.

    Of a forwarded message its date stays and that it was forwarded; a block of another channel loses its content.
    """
    tree = parse(page)
    _empty(tree, ".tgme_widget_message", lambda block: not _is_of(block, name))
    _empty(tree, ".tgme_widget_message_forwarded_from")
    _thin_out_forwarded(tree)
    for selector in _PEOPLE:
        _empty(tree, selector)
    return (tree.html or "").encode()


def _is_of(block: LexborNode, name: str) -> bool:
    return attribute(block, "data-post").casefold().partition("/")[0] == name.casefold()


def _empty(tree: LexborHTMLParser, selector: str, wanted: Callable[[LexborNode], bool] = lambda _: True) -> None:
    """Empty the nodes, last first: what lies inside another comes before it, and is not touched when it has gone."""
    for node in reversed(tree.css(selector)):
        if node.child is not None and wanted(node):
            node.inner_html = ""


def _thin_out_forwarded(tree: LexborHTMLParser) -> None:
    """Leave of a forwarded message that it is one, and its date."""
    for bubble in reversed(tree.css(".tgme_widget_message_bubble")):
        if bubble.css_first(".tgme_widget_message_forwarded_from") is None:
            continue
        for part in list(bubble.iter(include_text=True)):
            if not any(has_class(part, kept) for kept in _KEPT_OF_FORWARD):
                part.decompose()


def minimised_discussion(page: Discussion, comments: Iterable[Comment], *, leads_on: bool) -> bytes:
    """Return a page of comments as JSON: what the page said of itself, and each comment without author and words.

    `leads_on` says whether older comments could be asked for where the page has them.
    """
    facts = {
        "state": page.state,
        "comments_cnt": page.count,
        "before": page.before,
        "damaged": page.damaged,
        "top_msg_id": page.form.top_msg_id if page.form is not None else None,
        "leads_on": leads_on,
    }
    rows = [c.model_dump(mode="json", exclude={"thread", "deleted"}) for c in comments]
    return _json({**facts, "comments": rows})


def restored_discussion(body: bytes) -> Discussion | None:
    """Read what was kept of a page of comments; None where it was not read as one."""
    row = _object(body)
    if row is None or "state" not in row:
        return None
    top = row.get("top_msg_id")
    return Discussion(
        state=DiscussionState(row["state"]),
        count=row["comments_cnt"],
        comments=tuple(Comment.model_validate(comment) for comment in row["comments"]),
        before=row["before"],
        form=Form("", top, "") if top is not None else None,
        api="/api/method" if row.get("leads_on") else None,
        damaged=row["damaged"],
    )


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()


# Asking --------------------------------------------------------------------------------------------------------------

CANONICAL = "https://t.me"
"""Evidence names the public address, not the proxy or test server that stood in for it."""

_FAMILY = re.compile(r"(?:^|\.)(?:t\.me|telegram\.(?:me|org|dog))$")
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh|<iframe|location\.(?:href|replace)", re.IGNORECASE)
_OWN_ASSETS = re.compile(r"""["'](?:https?:)?//telegram\.org/(?:css|js|img)/""", re.IGNORECASE)
_SHORT = 500

_Page = TypeVar("_Page")


def tme_connection(settings: Settings, clock: Clock) -> HttpConnection:
    """Return the way to t.me that the settings name."""
    way = settings.of(WebSettings)
    return HttpConnection(url=way.url, interval=way.interval, proxy=way.proxy, clock=clock)


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

    take: Answer | None = None
    """None: nothing was stored, and nothing is kept."""

    @property
    def minimised(self) -> bool:
        """Whether the body is a reduced form of the page; then `judged` says why the page was not read."""
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


def trouble(reply: Reply, host: str) -> Cause | None:
    """Say why a reply cannot be one of t.me's pages; None for a page with its markup or a redirect within Telegram.

    A page without any of Telegram's markup was put there on the way: `blocked`, unless it loads Telegram's
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

    `judged` is why it was not read. It is stored with a reduced form, which cannot show it; so is `stub`.
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
    return replace(answer, told={key: redact(value) for key, value in told.items() if value is not None})


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
        stored = _minimised_landing(landing) if landing is not None and person else None
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
        unasked = isinstance(reply, Played) and reply.take is None
        return Seen(page if cause is None else None, cause, redirected, stub, unasked)

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
            return [reply.take] if reply.take is not None else []
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
    restored = _restored_landing(reply.body) if isinstance(reply, Played) and reply.minimised else None
    return restored or read_landing(decode(reply.body))


def _history_of(reply: Reply, text: str, name: str) -> HistoryPage:
    restored = (
        _restored_history(reply.body, reply.fetched_at) if isinstance(reply, Played) and reply.minimised else None
    )
    return restored or read_history(text, name)


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
