"""The public pages as a channel source: which page is requested for what, and how it is minimised."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from auditor.base.snapshot import Cause, EvidenceKind, Route
from auditor.probes.page_facts import Identity, PageFacts, PageHistory
from auditor.probes.protocol import Call, Failure, Look, ModelT_co, Request, fetch
from auditor.probes.target import VERSION, Target
from auditor.probes.telegram.channel_history import why_not_empty
from auditor.probes.telegram.channel_source import OldestMessages, ResolvedChannel
from auditor.probes.telegram.responses import (
    ChannelHeader,
    EntityCard,
    EntityKind,
    HistoryPage,
    Message,
    TelegramCommentPage,
    is_other_channel,
)
from auditor.probes.telegram.telegram_authors import TelegramAuthors
from auditor.probes.telegram.telegram_source import TelegramSource
from auditor.probes.telegram.web.comment_page import minimise_older_comments, minimise_widget, minimise_widget_state
from auditor.probes.telegram.web.minimise_html import minimise_author, minimise_card, minimise_preview
from auditor.probes.telegram.web.preview_page import PreviewPage
from auditor.probes.telegram.web.tme_html import is_rounding_of

PUBLIC_ORIGIN = "https://t.me"
"""How the recorded address of every page begins, whatever server the settings name."""
_DEFAULT_CONTROL = "telegram"
"""A page that surely exists, used if the registry names no control."""
_COMMENTS_PER_PAGE = 100
"""How many comments are requested on one page of a thread."""
_MAX_OPENING_REQUESTS = 12
"""The most requests spent on finding a channel's oldest message."""


class WebSource(TelegramSource):
    """One channel on t.me, for one look."""

    route = Route.TELEGRAM_PREVIEW

    def __init__(self, target: Target) -> None:
        """Take the target, and what its comments' authors are compared with; nothing is requested yet."""
        super().__init__(target)
        self._name = target.address.request_name
        self._authors = TelegramAuthors.of(target, looks_up_authors=True)

    # Requests --------------------------------------------------------------------------------------------------------

    def landing_page(self, name: str, kind: EvidenceKind) -> Request[EntityCard]:
        """Return the request for a name's landing page."""
        authors = None if kind is EvidenceKind.CONTROL else self._authors
        return _page_request(
            "landing",
            f"/{name}",
            kind,
            EntityCard,
            partial(minimise_card, name=name, authors=authors, website=self.target.website),
        )

    def history_page(self, before_id: int | None, kind: EvidenceKind) -> Request[HistoryPage]:
        """Return the request for a page of the preview."""
        minimiser = partial(
            minimise_preview,
            name=self._name,
            authors=self._authors,
            confirmed_id=self.target.id,
            website=self.target.website,
        )
        return _page_request(
            "preview",
            f"/s/{self._name}",
            kind,
            PreviewPage,
            minimiser,
            **({} if before_id is None else {"before": before_id}),
        )

    def comment_page(self, post_id: int, before_id: int | None) -> Request[TelegramCommentPage]:
        """Return the request for the widget, or for older comments as its script sends it; keys are not recorded."""
        post_path = f"{self._name}/{post_id}"
        if before_id is None:
            return self._widget_request(
                post_path,
                EvidenceKind.COMMENTS,
                partial(minimise_widget, authors=self._authors, post_path=post_path),
            )
        keys = self._authors.page_keys.get(post_path, {"api": ""})
        call = Call("loadComments", {**keys, "method": "loadComments", "before_id": before_id})
        query = urlencode({"method": "loadComments", "post": post_path, "before_id": before_id})
        minimiser = partial(minimise_older_comments, authors=self._authors, post_path=post_path)
        return Request(
            call,
            TelegramCommentPage,
            EvidenceKind.COMMENTS,
            recorded_url=f"{PUBLIC_ORIGIN}/api/method?{query}",
            minimiser=minimiser,
        )

    def _widget_request(
        self, post_path: str, kind: EvidenceKind, minimiser: Callable[..., TelegramCommentPage]
    ) -> Request[TelegramCommentPage]:
        return _page_request(
            "widget",
            f"/{post_path}",
            kind,
            TelegramCommentPage,
            minimiser,
            embed=1,
            discussion=1,
            comments_limit=_COMMENTS_PER_PAGE,
        )

    def control_thread(self, page: HistoryPage) -> Request[TelegramCommentPage] | None:
        """Return the request for the widget under the newest of a control's posts."""
        post_path = f"{self._name}/{max(message.id for message in page.posts)}"
        return self._widget_request(
            post_path, EvidenceKind.CONTROL, partial(minimise_widget_state, post_path=post_path)
        )

    def author_card(self, ordinal: int) -> Request[EntityCard] | None:
        """Return the request for the landing page of a comment's author; only their ordinal is recorded."""
        name, _ = self._authors.lookups.get(ordinal, ("", {}))  # a replay knows no authors
        call = Call("identity", {"path": f"/{name}"})
        minimiser = partial(minimise_author, authors=self._authors, ordinal=ordinal)
        return Request(
            call,
            EntityCard,
            EvidenceKind.COMMENTS,
            recorded_url=f"{PUBLIC_ORIGIN}/?{urlencode({'author': ordinal})}",
            minimiser=minimiser,
        )

    # Resolving the address -------------------------------------------------------------------------------------------

    def find_control(self) -> Look[EntityCard | Failure]:
        """Return what a control's name leads to, or the failure.

        If its landing page cannot be read but its preview shows messages, the kind is `unrecognised`: the name exists,
        because `control_look` takes every kind but `missing` for that.
        """
        card = yield from fetch(self.landing_page(self._name, EvidenceKind.CONTROL))
        if isinstance(card, EntityCard) or self._name.startswith("+"):
            return card
        page = yield from fetch(self.history_page(None, EvidenceKind.CONTROL))
        has_messages = isinstance(page, HistoryPage) and bool(page.messages)
        return EntityCard(at=page.at, kind=EntityKind.UNRECOGNISED) if has_messages else card

    def find_channel(self) -> Look[ResolvedChannel]:
        """Request the preview, and the landing page if the preview does not say everything.

        A preview that shows the channel's messages is believed before anything else.
        """
        if self._name.startswith("+"):
            return (yield from self._invite())
        preview = yield from fetch(self.history_page(None, EvidenceKind.POSTS))
        header = None if isinstance(preview, Failure) else preview.header
        if isinstance(preview, HistoryPage) and is_other_channel(preview.number, self.target.id):  # it is not read on
            identity = _identity(header, number=preview.number)
            return ResolvedChannel(PageFacts(preview.at, identity, history=PageHistory(cause=Cause.GONE)))
        has_messages = isinstance(preview, HistoryPage) and bool(preview.messages)
        card = None
        if not (has_messages and self._has_exact_count(header)):
            card = yield from fetch(self.landing_page(self._name, EvidenceKind.PROFILE))
        if isinstance(preview, HistoryPage) and has_messages:
            identity = _identity(card.header if isinstance(card, EntityCard) else None, header, number=preview.number)
            return ResolvedChannel(
                PageFacts(preview.at, identity), is_readable=True, first_page=preview, name=self._name
            )
        if isinstance(card, EntityCard):
            return ResolvedChannel((yield from self._without_messages(card, preview)))
        return _unresolved(preview.at, card.cause if isinstance(card, Failure) else None)

    def _has_exact_count(self, header: ChannelHeader | None) -> bool:
        """Return whether the landing page would add nothing: the exact number of subscribers is already known."""
        if header is None:
            return False
        return header.subscribers is not None or is_rounding_of(header.shown, self.target.subscribers)

    def _without_messages(self, card: EntityCard, preview: HistoryPage | Failure) -> Look[PageFacts]:
        """Return the facts of a name whose preview shows no messages."""
        if card.kind in {EntityKind.GROUP, EntityKind.USER, EntityKind.BOT}:
            return PageFacts(preview.at, Identity(cause=Cause.WRONG_KIND, kind=card.kind.value))
        if card.kind is EntityKind.MISSING:
            return PageFacts(preview.at, Identity(cause=(yield from self._confirm_missing(preview))))
        if card.kind is not EntityKind.CHANNEL:
            return PageFacts(preview.at, Identity(cause=Cause.UNRECOGNISED_PAGE))
        identity = _identity(card.header, None if isinstance(preview, Failure) else preview.header)
        cause = (yield from self._why_no_messages(preview)) if self.target.full else preview.cause
        return PageFacts(preview.at, identity, history=PageHistory(cause=cause))

    def _confirm_missing(self, preview: HistoryPage | Failure) -> Look[Cause]:
        """Return the cause for a missing name, which is believed only if an existing name is shown at this moment."""
        if isinstance(preview, HistoryPage) and preview.cause is None:
            return Cause.UNRECOGNISED_PAGE  # a preview without messages contradicts the page of a missing name
        if isinstance(preview, Failure) and preview.cause is not Cause.UNRECOGNISED_PAGE:
            return preview.cause
        # Nobody has the name. The page that had it may still exist under another name.
        return (yield from self._why_throttled()) or Cause.NOT_AT_ADDRESS

    def _why_throttled(self) -> Look[Cause | None]:
        """Request a page that exists; return None if it is shown, else the cause for not believing any missing page."""
        card = yield from fetch(self.landing_page(self.target.control or _DEFAULT_CONTROL, EvidenceKind.CONTROL))
        if isinstance(card, Failure):
            return card.cause
        return Cause.THROTTLED if card.kind is EntityKind.MISSING else None

    def _why_no_messages(self, preview: HistoryPage | Failure) -> Look[Cause | None]:
        """Return why a channel shows no messages: its preview is off, or we were turned away; None if it has none."""
        if isinstance(preview, Failure) or preview.cause is not None:
            return preview.cause
        if preview.unshown:
            return Cause.PREVIEW_OFF
        if preview.foreign:
            return Cause.UNRECOGNISED_PAGE
        if preview.header is None:
            return Cause.THROTTLED  # "No posts found" without any counters
        if preview.header.has_content or preview.before is not None:
            return Cause.CONTRADICTION  # its counters, or its link to older messages, say that there are some
        return (yield from self._confirm_empty())

    def _confirm_empty(self) -> Look[Cause | None]:
        """Return None if a channel is empty: other pages are empty too, and the control's preview shows messages.

        A client that asks too often also gets "No posts found"; then the control's preview is just as empty.
        """
        oldest = yield from fetch(self.history_page(21, EvidenceKind.OPENING))
        if isinstance(oldest, Failure):
            return oldest.cause
        if oldest.messages or oldest.cause is not None:
            return oldest.cause or Cause.CONTRADICTION
        if self.target.version >= VERSION and (cause := (yield from why_not_empty(self))) is not None:
            return cause
        control = self.target.control or _DEFAULT_CONTROL
        minimiser = partial(minimise_preview, name=control, authors=None, confirmed_id=None)
        page = yield from fetch(_page_request("preview", f"/s/{control}", EvidenceKind.CONTROL, PreviewPage, minimiser))
        if isinstance(page, Failure):
            return page.cause
        return None if page.messages else page.cause or Cause.THROTTLED

    def _invite(self) -> Look[ResolvedChannel]:
        """Resolve a private invite. One that has expired says nothing about the channel behind it."""
        card = yield from fetch(self.landing_page(self._name, EvidenceKind.PROFILE))
        if isinstance(card, Failure):
            return _unresolved(card.at, card.cause)
        if card.kind in {EntityKind.PRIVATE, EntityKind.CHANNEL, EntityKind.GROUP}:
            return ResolvedChannel(PageFacts(card.at, Identity(exists=True, cause=Cause.PRIVATE)))
        return _unresolved(card.at, (yield from self._why_throttled()) or Cause.PRIVATE)

    def oldest_messages(self, bound: int | None) -> Look[OldestMessages]:
        """Request pages below 21, 101, 501, ... until one has messages, then halve between empty and not empty."""
        messages, empty_below, upper = dict[int, Message](), 0, 21
        cause: Cause | None = Cause.TOO_LITTLE_DATA
        for _ in range(_MAX_OPENING_REQUESTS):
            upper = upper if bound is None else min(upper, bound)
            page = (
                (yield from fetch(self.history_page(upper, EvidenceKind.OPENING))) if upper > empty_below + 1 else None
            )
            cause = None if page is None else _defect_below(page, upper)
            if not isinstance(page, HistoryPage) or cause is not None:
                break
            messages |= {message.id: message for message in page.readable}
            is_last = page.before is None if page.messages else bound is None or upper >= bound
            if is_last:
                break
            bound, empty_below = (min(messages, default=upper), empty_below) if page.messages else (bound, upper)
            upper = _next_bound(empty_below, bound, halving=bool(messages))
            cause = Cause.TOO_LITTLE_DATA
        return OldestMessages(list(messages.values()), cause)


def _defect_below(page: HistoryPage | Failure, upper: int) -> Cause | None:
    """Return why a page is not one of the messages below the id `upper`."""
    if isinstance(page, Failure) or page.cause is not None:
        return page.cause
    return Cause.CONTRADICTION if any(message.id >= upper for message in page.readable) else None


def _next_bound(empty_below: int, bound: int | None, *, halving: bool) -> int:
    if not halving or bound is None:
        return (empty_below - 1) * 5 + 1
    # Within one page of the ids known to be empty: that page holds the oldest message.
    return bound if bound - empty_below <= 21 else (empty_below + bound) // 2 + 1


def _unresolved(at: datetime, cause: Cause | None) -> ResolvedChannel:
    return ResolvedChannel(PageFacts(at, Identity(cause=cause)))


def _identity(*headers: ChannelHeader | None, number: int | None = None) -> Identity:
    """Return what a channel says about itself; for each fact the first of `headers` that has it counts."""
    present = [header for header in headers if header is not None]
    return Identity(
        exists=True,
        kind=EntityKind.CHANNEL.value,
        id=number,
        verified=next((header.verified for header in present if header.verified is not None), None),
        subscribers=next((header.subscribers for header in present if header.subscribers is not None), None),
        register_link=next((header.register_link for header in present if header.register_link is not None), None),
    )


def _page_request(
    method: str,
    path: str,
    kind: EvidenceKind,
    model: type[ModelT_co],
    minimiser: Callable[..., ModelT_co],
    **params: int,
) -> Request[ModelT_co]:
    """Return the request for a page; its public address is recorded."""
    url = f"{PUBLIC_ORIGIN}{path}" + (f"?{urlencode(params)}" if params else "")
    return Request(Call(method, {"path": path, **params}), model, kind, recorded_url=url, minimiser=minimiser)
