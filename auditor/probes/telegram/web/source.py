"""The public pages as a source: which page answers which question, and what is made of it."""

import json
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import urlencode

from pydantic import Field, ValidationInfo, model_validator

from auditor.base.snapshot import Cause, EvidenceKind, Route
from auditor.probes.base import Target
from auditor.probes.looks import Ask, Call, Failure, FormT_co, Look, ask
from auditor.probes.telegram.forms import (
    Card,
    Glimpse,
    Header,
    History,
    Identity,
    Kind,
    Message,
    Talk,
    Unread,
)
from auditor.probes.telegram.source import Place, Thread
from auditor.probes.telegram.speakers import Door
from auditor.probes.telegram.web.pages import agrees, is_stub, read_landing, register_link
from auditor.probes.telegram.web.preview import Preview, cut, read_preview
from auditor.probes.telegram.web.talk import About, WebGlimpse, WebTalk, about_of

HOST = "https://t.me"
"""The pages' public address, which evidence names."""
EXISTING = {Kind.CHANNEL, Kind.PRIVATE, Kind.GROUP, Kind.USER, Kind.BOT}
_CONTROL = "telegram"
"""A page that surely exists, where the registry names no other."""
_LIMIT = 100
"""Comments that a page of a thread is asked to hold."""
_OPENING_REQUESTS = 12


# Forms ---------------------------------------------------------------------------------------------------------------


class WebCard(Card):
    """A landing page."""

    @model_validator(mode="before")
    @classmethod
    def _parsed(cls, raw: Any, info: ValidationInfo) -> Any:
        if "html" not in raw:
            return raw
        page, about = read_landing(raw["html"]), about_of(info)
        # A page about another name says nothing of this one, and of a control that its route is not to be believed.
        other = page.handle not in {None, about.name.casefold()} and not (about.name.startswith("+") or about.control)
        if page.kind is Kind.UNRECOGNISED or (other and page.kind in {Kind.CHANNEL, Kind.MISSING}):
            raise ValueError("not this landing page")
        card = {"at": raw["at"], "kind": page.kind}
        if page.kind is not Kind.CHANNEL:
            return card
        text = page.description
        about.door.learn(page.title, (text.text, *text.links) if text is not None else ())
        header = Header(
            subscribers=page.subscribers,
            verified=page.verified,
            register_link=register_link(text),
        )
        return {**card, "handle": page.handle, "header": header}


_COMMENT, _END = "<!-- ", " -->\n"


class WebHistory(History):
    """A preview page. What is stored is its markup, cut to the card and the messages, from which it is read again."""

    name: str = ""
    html: str = Field("", repr=False)
    messages: tuple[Any, ...] = Field((), exclude=True)

    def to_body(self) -> bytes:
        """Write the markup as a page that anybody can open; what it does not say stands in a comment before it."""
        if not self.html:
            return super().to_body()
        told = self.model_dump_json(include={"at", "name"})
        return f"{_COMMENT}{told}{_END}{self.html}".encode()

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Read what was stored: markup, or JSON where there is none."""
        text = body.decode()
        if not text.startswith(_COMMENT):
            return super().from_body(body)
        told, _, html = text.removeprefix(_COMMENT).partition(_END)
        return cls.model_validate({**json.loads(told), "html": html})

    @model_validator(mode="before")
    @classmethod
    def _parsed(cls, raw: Any, info: ValidationInfo) -> Any:
        if raw.get("redirected"):
            return {"at": raw["at"], "cause": Cause.PREVIEW_OFF}
        if not raw.get("html"):
            return raw
        about: About | None = info.context
        name = raw["name"] if about is None else about.name
        html = raw["html"] if about is None else cut(raw["html"], name) if _is_preview(raw["html"], name) else ""
        if not html:
            return {"at": raw["at"], "cause": Cause.THROTTLED}
        page = read_preview(html, name)
        more = {"before": page.before, "foreign": page.foreign, "unshown": page.unshown}
        read = {"at": raw["at"], "number": page.number, "header": page.header, **more}
        if about is not None:
            if _may_be_another(page, about.number):
                return {**read, "header": page.header and page.header.model_copy(update={"title": None})}
            text = page.description
            title = page.header.title if page.header is not None else None
            about.door.learn(title, (text.text, *text.links) if text is not None else ())
        return {**read, "name": name, "html": html, "messages": (*page.messages, *[Unread()] * page.damaged)}


def _may_be_another(page: Preview, number: int | None) -> bool:
    """Tell whether a page is not surely of the channel with `number`: by its own number, or because it shows none."""
    empty = page.number is None and not (page.messages or page.damaged)
    return number is not None and (empty or page.number not in {None, number})


def _is_preview(html: str, name: str) -> bool:
    """Tell a preview from the page of a missing name. Raises `ValueError` for what is neither."""
    if read_preview(html, name).recognised:
        return True
    if is_stub(html):
        return False
    raise ValueError("not a preview")


class WebIdentity(Identity):
    """The landing page of somebody who comments, of which nothing is kept but what he is."""

    @model_validator(mode="before")
    @classmethod
    def _parsed(cls, raw: Any, info: ValidationInfo) -> Any:
        if "html" not in raw:
            return raw
        page, about = read_landing(raw["html"]), about_of(info)
        # The stub of a missing name is also what a throttled client sees; a page may be about another name.
        if page.kind in {Kind.UNRECOGNISED, Kind.MISSING} or page.handle not in {None, about.name}:
            raise ValueError("tells nothing")
        group = page.kind is Kind.GROUP
        return {"at": raw["at"], "kind": page.kind, "sketches": about.door.sketches(about.author) if group else {}}


# The source ----------------------------------------------------------------------------------------------------------


class Web:
    """t.me, about one channel."""

    route = Route.TELEGRAM_PREVIEW
    shows_numbers = False

    def __init__(self, target: Target) -> None:
        """Ask about a target's address."""
        self._target, self._name = target, target.address.asked
        self._door = Door.of(target)
        self._about = About(self._name, self._door, target.id)

    # Questions -------------------------------------------------------------------------------------------------------

    def landing(self, name: str, kind: EvidenceKind) -> Ask[Card]:
        """Ask what a name is."""
        about = About(name, self._door, control=kind is EvidenceKind.CONTROL)
        return _page("landing", f"/{name}", WebCard, kind, about)

    def history(self, before: int | None, kind: EvidenceKind) -> Ask[History]:
        """Ask for a page of the preview."""
        return self._preview(self._about, before, kind)

    def _preview(self, about: About, before: int | None, kind: EvidenceKind) -> Ask[History]:
        params = {} if before is None else {"before": before}
        return _page("preview", f"/s/{about.name}", WebHistory, kind, about, **params)

    def talk(self, post: int, before: int | None) -> Ask[Talk]:
        """Ask for the widget, or for older comments as its own script does; the script's keys are on no record."""
        if before is None:
            return self._widget(post, WebTalk, EvidenceKind.COMMENTS)
        keys = self._door.keys.get(post, {"api": ""})
        call = Call("loadComments", {**keys, "method": "loadComments", "before_id": before})
        asked = urlencode({"method": "loadComments", "post": f"{self._name}/{post}", "before_id": before})
        about = About(self._name, self._door, post)
        return Ask(call, WebTalk, EvidenceKind.COMMENTS, about, f"{HOST}/api/method?{asked}")

    def _widget(self, post: int, form: type[FormT_co], kind: EvidenceKind) -> Ask[FormT_co]:
        shown = {"embed": 1, "discussion": 1, "comments_limit": _LIMIT}
        about = About(self._name, self._door, post)
        return _page("widget", f"/{self._name}/{post}", form, kind, about, **shown)

    def glimpse(self, posts: Sequence[Message]) -> Ask[Glimpse] | None:
        """Ask for the widget under the newest of a control's posts."""
        return self._widget(max(message.id for message in posts), WebGlimpse, EvidenceKind.CONTROL)

    def identity(self, author: int) -> Ask[Identity] | None:
        """Ask for the page of somebody who comments; whose it is stands on no record."""
        name = self._door.name(author)
        about = About(name, self._door, author=author)
        url = f"{HOST}/?{urlencode({'author': author})}"
        return Ask(Call("identity", {"path": f"/{name}"}), WebIdentity, EvidenceKind.COMMENTS, about, url)

    def together(self, posts: Sequence[Message]) -> Look[tuple[dict[int, Thread], Cause | None]]:  # noqa: ARG002
        """Ask nothing: a page shows one thread."""
        return {}, None
        yield

    # What stands at the address --------------------------------------------------------------------------------------

    def stands(self) -> Look[tuple[bool | None, Cause | None, bool]]:
        """Tell of a control whether its name is taken; a stub says that it is not."""
        card = yield from ask(self.landing(self._name, EvidenceKind.CONTROL))
        if isinstance(card, Card):
            return card.kind in EXISTING, None, card.kind is Kind.CHANNEL
        if self._name.startswith("+"):
            return None, card.cause, False
        page = yield from ask(self.history(None, EvidenceKind.CONTROL))
        seen = isinstance(page, History) and bool(page.messages)
        return (True, None, False) if seen else (None, card.cause, False)

    def place(self) -> Look[Place]:
        """Ask for the preview, and where it does not say all for the landing page.

        A history with the channel's messages is believed before anything.
        """
        if self._name.startswith("+"):
            return (yield from self._invite())
        first = yield from ask(self.history(None, EvidenceKind.POSTS))
        if isinstance(first, History) and self._is_another(first):
            facts = {**_channel(None, first.header), "id": first.number, "posts_cause": Cause.GONE}
            return Place(first.at, facts)
        if isinstance(first, History) and first.messages:
            card = None
            if not self._says_all(first.header):
                card = yield from ask(self.landing(self._name, EvidenceKind.PROFILE))
            channel = card.header if isinstance(card, Card) else None
            facts = {**_channel(channel, first.header), "id": first.number}
            return Place(first.at, facts, first, reads=True, name=self._name)
        card = yield from ask(self.landing(self._name, EvidenceKind.PROFILE))
        facts = {"cause": card.cause} if isinstance(card, Failure) else (yield from self._without_messages(card, first))
        return Place(first.at, facts)

    def _is_another(self, page: History) -> bool:
        """Tell whether a page is of another channel than the confirmed one: it is not read on."""
        return page.number is not None and self._target.id not in {None, page.number}

    def _says_all(self, header: Header | None) -> bool:
        """Tell whether the landing page would tell no more: the exact number of subscribers, which may be known."""
        if header is None:
            return False
        return header.subscribers is not None or agrees(header.shown, self._target.subscribers)

    def _without_messages(self, card: Card, first: History | Failure) -> Look[dict[str, Any]]:
        """Say what a name is whose preview shows no message."""
        if card.kind in {Kind.GROUP, Kind.USER, Kind.BOT}:
            return {"cause": Cause.WRONG_KIND, "kind": card.kind.value}
        if card.kind is Kind.MISSING:
            return {"cause": (yield from self._missing(first))}
        if card.kind is not Kind.CHANNEL:
            return {"cause": Cause.UNRECOGNISED_PAGE}
        facts = _channel(card.header, None if isinstance(first, Failure) else first.header)
        facts["posts_cause"] = (yield from self._no_messages(first)) if self._target.full else first.cause
        return facts

    def _missing(self, first: History | Failure) -> Look[Cause]:
        """Believe "missing" only while a name that exists is still shown to us, in this very moment."""
        if isinstance(first, History) and first.cause is None:
            return Cause.UNRECOGNISED_PAGE  # a preview without messages contradicts the stub
        if isinstance(first, Failure) and first.cause is not Cause.UNRECOGNISED_PAGE:
            return first.cause
        # Nobody has the name. Of the page that had it this says nothing: it may have another name.
        return (yield from self._turned_away()) or Cause.NOT_AT_ADDRESS

    def _turned_away(self) -> Look[Cause | None]:
        """Ask for a page that exists; return None while it is shown, else why no stub is to be believed."""
        card = yield from ask(self.landing(self._target.control or _CONTROL, EvidenceKind.CONTROL))
        if isinstance(card, Failure):
            return card.cause
        return None if card.kind in EXISTING else Cause.THROTTLED

    def _no_messages(self, first: History | Failure) -> Look[Cause | None]:
        """Say why a channel shows no message: its preview is off, we were turned away, or there is none."""
        if isinstance(first, Failure) or first.cause is not None:
            return first.cause
        if first.unshown:
            return Cause.PREVIEW_OFF
        if first.foreign:
            return Cause.UNRECOGNISED_PAGE
        if first.header is None:
            return Cause.THROTTLED  # "No posts found" without any counters
        if first.header.has_content or first.before is not None:
            return Cause.CONTRADICTION  # its own counters, or its link to older ones, say not
        return (yield from self._empty())

    def _empty(self) -> Look[Cause | None]:
        """Believe in an empty channel only when its first page is empty too, and another preview is shown in full.

        "No posts found" is also what a client gets that asks too often; then the control's preview is as empty.
        """
        oldest = yield from ask(self.history(21, EvidenceKind.OPENING))
        if isinstance(oldest, Failure):
            return oldest.cause
        if oldest.messages or oldest.cause is not None:
            return oldest.cause or Cause.CONTRADICTION
        control = About(self._target.control or _CONTROL, Door("", set()))
        page = yield from ask(self._preview(control, None, EvidenceKind.CONTROL))
        if isinstance(page, Failure):
            return page.cause
        return None if page.messages else page.cause or Cause.THROTTLED

    def _invite(self) -> Look[Place]:
        """Read the page of a private invite. One that has expired says nothing of the channel behind it."""
        card = yield from ask(self.landing(self._name, EvidenceKind.PROFILE))
        if isinstance(card, Failure):
            return Place(card.at, {"cause": card.cause})
        if card.kind in {Kind.PRIVATE, Kind.CHANNEL, Kind.GROUP}:
            return Place(card.at, {"exists": True, "cause": Cause.PRIVATE})
        return Place(card.at, {"cause": (yield from self._turned_away()) or Cause.PRIVATE})

    def oldest(self, bound: int | None) -> Look[Sequence[Message]]:
        """Ask below 21, 101, 501, ... for a first page, then halve between what was empty and what was not."""
        messages, empty, upper = dict[int, Message](), 0, 21
        for _ in range(_OPENING_REQUESTS):
            upper = upper if bound is None else min(upper, bound)
            if upper <= empty + 1:
                break
            page = yield from ask(self.history(upper, EvidenceKind.OPENING))
            if isinstance(page, Failure) or page.cause is not None or any(m.id >= upper for m in page.readable):
                break
            messages |= {m.id: m for m in page.readable}
            if page.messages and page.before is None:
                break
            if page.messages:
                bound = min(messages, default=upper)
            elif bound is None or upper >= bound:
                break
            else:
                empty = upper
            upper = _next(empty, bound, halving=bool(messages))
        return list(messages.values())


def _next(empty: int, bound: int, *, halving: bool) -> int:
    if not halving:
        return (empty - 1) * 5 + 1
    # Within one page's reach of what was empty: that page holds the oldest of all.
    return bound if bound - empty <= 21 else (empty + bound) // 2 + 1


def _channel(card: Header | None, header: Header | None) -> dict[str, Any]:
    """Return what the landing page says of a channel, else the preview's header; its rounded counter is no number."""
    source = card or header
    counts = (h.subscribers for h in (card, header) if h is not None and h.subscribers is not None)
    return {
        "exists": True,
        "kind": Kind.CHANNEL.value,
        "verified": source.verified if source is not None else None,
        "subscribers": next(counts, None),
        "register_link": source.register_link if source is not None else None,
    }


def _page(
    method: str, path: str, form: type[FormT_co], kind: EvidenceKind, about: About, **params: int
) -> Ask[FormT_co]:
    """Ask for a page; its address on record is the public one."""
    url = f"{HOST}{path}" + (f"?{urlencode(params)}" if params else "")
    return Ask(Call(method, {"path": path, **params}), form, kind, about, url)
