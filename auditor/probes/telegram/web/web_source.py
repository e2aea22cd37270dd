"""The public pages as a source: which page answers which question, and what is made of it."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from auditor.base.snapshot import Cause, EvidenceKind, Route
from auditor.probes.protocol import Call, Failure, FormT_co, Look, Request, fetch
from auditor.probes.target import Target
from auditor.probes.telegram.channel_source import ChannelSource, ResolvedChannel, is_other_channel
from auditor.probes.telegram.responses import (
    ChannelHeader,
    EntityCard,
    EntityKind,
    HistoryPage,
    Message,
    TelegramCommentPage,
)
from auditor.probes.telegram.telegram_anonymiser import TelegramAnonymiser
from auditor.probes.telegram.web.comment_page import keep_glimpse, keep_talk, minimise_older_comments
from auditor.probes.telegram.web.landing_page import agrees
from auditor.probes.telegram.web.minimise_html import keep_history, minimise_author, minimise_card
from auditor.probes.telegram.web.preview_page import PreviewPage

HOST = "https://t.me"
"""The pages' public address, which evidence names."""
_CONTROL = "telegram"
"""A page that surely exists, where the registry names no other."""
_LIMIT = 100
"""Comments that a page of a thread is asked to hold."""
_OPENING_REQUESTS = 12


class WebSource(ChannelSource):
    """t.me, about one channel."""

    route = Route.TELEGRAM_PREVIEW

    def __init__(self, target: Target) -> None:
        """Ask about a target's address."""
        self._target, self._name = target, target.address.request_name
        self._door = TelegramAnonymiser.of(target, asks=True)

    # Questions -------------------------------------------------------------------------------------------------------

    def landing(self, name: str, kind: EvidenceKind) -> Request[EntityCard]:
        """Ask what a name is."""
        door = None if kind is EvidenceKind.CONTROL else self._door
        return _page("landing", f"/{name}", kind, EntityCard, partial(minimise_card, name=name, door=door))

    def history_page(self, before: int | None, kind: EvidenceKind) -> Request[HistoryPage]:
        """Ask for a page of the preview."""
        keep = partial(keep_history, name=self._name, door=self._door, number=self._target.id)
        return _page(
            "preview", f"/s/{self._name}", kind, PreviewPage, keep, **({} if before is None else {"before": before})
        )

    def comment_page(self, post: int, before: int | None) -> Request[TelegramCommentPage]:
        """Ask for the widget, or for older comments as its own script does; the script's keys are on no record."""
        about = f"{self._name}/{post}"
        if before is None:
            return self._widget(about, EvidenceKind.COMMENTS, partial(keep_talk, door=self._door, post=about))
        keys = self._door.page_keys.get(about, {"api": ""})
        call = Call("loadComments", {**keys, "method": "loadComments", "before_id": before})
        asked = urlencode({"method": "loadComments", "post": about, "before_id": before})
        keep = partial(minimise_older_comments, door=self._door, post=about)
        return Request(
            call, TelegramCommentPage, EvidenceKind.COMMENTS, recorded_url=f"{HOST}/api/method?{asked}", minimiser=keep
        )

    def _widget(
        self, post: str, kind: EvidenceKind, keep: Callable[..., TelegramCommentPage]
    ) -> Request[TelegramCommentPage]:
        return _page(
            "widget", f"/{post}", kind, TelegramCommentPage, keep, embed=1, discussion=1, comments_limit=_LIMIT
        )

    def probe_thread(self, posts: Sequence[Message]) -> Request[TelegramCommentPage] | None:
        """Ask for the widget under the newest of a control's posts."""
        post = f"{self._name}/{max(message.id for message in posts)}"
        return self._widget(post, EvidenceKind.CONTROL, partial(keep_glimpse, post=post))

    def author_card(self, author: int) -> Request[EntityCard] | None:
        """Ask for the page of somebody who comments; whose it is stands on no record."""
        name, _ = self._door.lookups.get(author, ("", {}))  # nobody in a replay
        call = Call("identity", {"path": f"/{name}"})
        keep = partial(minimise_author, door=self._door, author=author)
        return Request(
            call,
            EntityCard,
            EvidenceKind.COMMENTS,
            recorded_url=f"{HOST}/?{urlencode({'author': author})}",
            minimiser=keep,
        )

    # What stands at the address --------------------------------------------------------------------------------------

    def resolve_control(self) -> Look[EntityCard | Failure]:
        """Find what a control's name is; a stub says that nobody has it."""
        card = yield from fetch(self.landing(self._name, EvidenceKind.CONTROL))
        if isinstance(card, EntityCard) or self._name.startswith("+"):
            return card
        page = yield from fetch(self.history_page(None, EvidenceKind.CONTROL))
        shown = isinstance(page, HistoryPage) and bool(page.messages)
        return EntityCard(at=page.at, kind=EntityKind.UNRECOGNISED) if shown else card

    def resolve(self) -> Look[ResolvedChannel]:
        """Ask for the preview, and where it does not say all for the landing page.

        A history with the channel's messages is believed before anything.
        """
        if self._name.startswith("+"):
            return (yield from self._invite())
        first = yield from fetch(self.history_page(None, EvidenceKind.POSTS))
        header = None if isinstance(first, Failure) else first.header
        if isinstance(first, HistoryPage) and is_other_channel(first.number, self._target.id):  # it is not read on
            return ResolvedChannel(first.at, {**_facts_of(header), "id": first.number, "posts_cause": Cause.GONE})
        shown = isinstance(first, HistoryPage) and bool(first.messages)
        card = None
        if not (shown and self._says_all(header)):
            card = yield from fetch(self.landing(self._name, EvidenceKind.PROFILE))
        if isinstance(first, HistoryPage) and shown:
            facts = _facts_of(card.header if isinstance(card, EntityCard) else None, header)
            return ResolvedChannel(first.at, {**facts, "id": first.number}, first, has_history=True, name=self._name)
        if isinstance(card, EntityCard):
            return ResolvedChannel(first.at, (yield from self._without_messages(card, first)))
        return ResolvedChannel(first.at, {"cause": card and card.cause})

    def _says_all(self, header: ChannelHeader | None) -> bool:
        """Tell whether the landing page would tell no more: the exact number of subscribers, which may be known."""
        if header is None:
            return False
        return header.subscribers is not None or agrees(header.shown, self._target.subscribers)

    def _without_messages(self, card: EntityCard, first: HistoryPage | Failure) -> Look[dict[str, Any]]:
        """Say what a name is whose preview shows no message."""
        if card.kind in {EntityKind.GROUP, EntityKind.USER, EntityKind.BOT}:
            return {"cause": Cause.WRONG_KIND, "kind": card.kind.value}
        if card.kind is EntityKind.MISSING:
            return {"cause": (yield from self._confirm_missing(first))}
        if card.kind is not EntityKind.CHANNEL:
            return {"cause": Cause.UNRECOGNISED_PAGE}
        facts = _facts_of(card.header, None if isinstance(first, Failure) else first.header)
        facts["posts_cause"] = (yield from self._no_messages(first)) if self._target.full else first.cause
        return facts

    def _confirm_missing(self, first: HistoryPage | Failure) -> Look[Cause]:
        """Believe "missing" only while a name that exists is still shown to us, in this very moment."""
        if isinstance(first, HistoryPage) and first.cause is None:
            return Cause.UNRECOGNISED_PAGE  # a preview without messages contradicts the stub
        if isinstance(first, Failure) and first.cause is not Cause.UNRECOGNISED_PAGE:
            return first.cause
        # Nobody has the name. Of the page that had it this says nothing: it may have another name.
        return (yield from self._why_throttled()) or Cause.NOT_AT_ADDRESS

    def _why_throttled(self) -> Look[Cause | None]:
        """Ask for a page that exists; return None while it is shown, else why no stub is to be believed."""
        card = yield from fetch(self.landing(self._target.control or _CONTROL, EvidenceKind.CONTROL))
        if isinstance(card, Failure):
            return card.cause
        return Cause.THROTTLED if card.kind is EntityKind.MISSING else None

    def _no_messages(self, first: HistoryPage | Failure) -> Look[Cause | None]:
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
        oldest = yield from fetch(self.history_page(21, EvidenceKind.OPENING))
        if isinstance(oldest, Failure):
            return oldest.cause
        if oldest.messages or oldest.cause is not None:
            return oldest.cause or Cause.CONTRADICTION
        control = self._target.control or _CONTROL
        keep = partial(keep_history, name=control, door=None, number=None)
        page = yield from fetch(_page("preview", f"/s/{control}", EvidenceKind.CONTROL, PreviewPage, keep))
        if isinstance(page, Failure):
            return page.cause
        return None if page.messages else page.cause or Cause.THROTTLED

    def _invite(self) -> Look[ResolvedChannel]:
        """Read the page of a private invite. One that has expired says nothing of the channel behind it."""
        card = yield from fetch(self.landing(self._name, EvidenceKind.PROFILE))
        if isinstance(card, Failure):
            return ResolvedChannel(card.at, {"cause": card.cause})
        if card.kind in {EntityKind.PRIVATE, EntityKind.CHANNEL, EntityKind.GROUP}:
            return ResolvedChannel(card.at, {"exists": True, "cause": Cause.PRIVATE})
        return ResolvedChannel(card.at, {"cause": (yield from self._why_throttled()) or Cause.PRIVATE})

    def oldest_messages(self, bound: int | None) -> Look[Sequence[Message]]:
        """Ask below 21, 101, 501, ... for a first page, then halve between what was empty and what was not."""
        messages, empty, upper = dict[int, Message](), 0, 21
        for _ in range(_OPENING_REQUESTS):
            upper = upper if bound is None else min(upper, bound)
            if upper <= empty + 1:
                break
            page = yield from fetch(self.history_page(upper, EvidenceKind.OPENING))
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


def _facts_of(*headers: ChannelHeader | None) -> dict[str, Any]:
    """Return what a channel says of itself, on its landing page first; the preview's rounded counter is no number."""
    known = [header.model_dump(exclude_none=True) for header in headers if header is not None]
    names = ("verified", "subscribers", "register_link")
    return {"exists": True, "kind": EntityKind.CHANNEL.value} | {
        name: next((header[name] for header in known if name in header), None) for name in names
    }


def _page(
    method: str, path: str, kind: EvidenceKind, form: type[FormT_co], keep: Callable[..., FormT_co], **params: int
) -> Request[FormT_co]:
    """Ask for a page; its address on record is the public one."""
    url = f"{HOST}{path}" + (f"?{urlencode(params)}" if params else "")
    return Request(Call(method, {"path": path, **params}), form, kind, recorded_url=url, minimiser=keep)
