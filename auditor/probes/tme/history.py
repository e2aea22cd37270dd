"""A page of the preview ``t.me/s/NAME``: its messages, its header, and the way to older ones (telegram.md 3)."""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.probes.linked import Anchor, Marked, marked
from auditor.probes.tme.html import attribute, child, children, has_class, parse, text_of, utc, whole
from auditor.probes.tme.landing import Description, described, exact_number

_POST = re.compile(r"([A-Za-z0-9_]+)/(\d{1,15})")
_BEFORE = re.compile(r"[?&]before=(\d{1,15})")
_MOST = 400
"""No page holds so many messages: Telegram's has twenty, and reading what nests in each other takes ever longer."""
_CREATED = "Channel created"
_HIDDEN = re.compile(r"please open telegram to view this (?:post|message)", re.IGNORECASE)
_UNSHOWN = re.compile(r"please open telegram to view|can.t be displayed", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """One block of the history; an album is one. `at` is UTC."""

    id: int
    at: datetime
    service: bool = False
    created: bool = False
    """The service message "Channel created" with id 1: the channel's birth."""
    repost: bool = False
    hidden: bool = False
    """Only "Please open Telegram to view this post"."""
    text: str = ""
    """The owner's own words; empty for a repost."""
    channel_id: int | None = None
    anchors: tuple[Anchor, ...] = field(default=(), compare=False)
    """The links in `text`."""
    source: Marked = field(default=Marked(), compare=False)
    """Of a repost: where it was taken from, as shown, with its link."""

    @property
    def marked(self) -> Marked:
        """The owner's own words with their links."""
        return Marked(self.text, self.anchors)


@dataclass(frozen=True, slots=True)
class Header:
    """The card beside the history. Counters are rounded from 1,000 up, so `subscribers` is exact or None."""

    title: str | None = None
    subscribers: int | None = None
    verified: bool | None = None
    description: Description | None = None
    has_content: bool = False
    """Its counters speak of photos, videos, files or links."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What a preview page shows of one channel."""

    recognised: bool
    messages: tuple[Message, ...] = ()
    before: int | None = None
    """Older messages are at ``?before=``; None: this page holds the first message of all."""
    header: Header | None = None
    damaged: bool = False
    """A message of the channel could not be read: counting the others would undercount."""
    foreign: bool = False
    """It holds messages of other names."""
    unshown: bool = False
    """In place of messages it says that Telegram's app would show them."""


def read_history(page: str, name: str) -> HistoryPage:
    """Read a preview page of the channel `name`. Messages of other names on it are not the channel's."""
    if not whole(page):
        return HistoryPage(recognised=False)
    tree = parse(page)
    every = tree.css(".tgme_widget_message[data-post]")
    if len(every) > _MOST:
        return HistoryPage(recognised=False)
    blocks = [b for b in every if _is_of(b, name)]
    found = [_message(b) for b in blocks]
    messages = {m.id: m for m in found if m is not None}
    history = tree.css_first("section.tgme_channel_history, main.tgme_main, .tgme_channel_info")
    return HistoryPage(
        recognised=bool(blocks) or history is not None,
        messages=tuple(sorted(messages.values(), key=lambda m: m.id)),
        before=_before(tree, min(messages, default=None)),
        header=_header(tree),
        damaged=None in found,
        foreign=len(every) > len(blocks),
        unshown=any(_UNSHOWN.search(text_of(n)) for n in tree.css(".tme_no_messages_found")),
    )


def _is_of(block: LexborNode, name: str) -> bool:
    match = _POST.match(attribute(block, "data-post"))
    return match is not None and match[1].casefold() == name.casefold()


def _message(block: LexborNode) -> Message | None:
    match = _POST.match(attribute(block, "data-post"))
    # A video's length is a `time` too, but without `datetime`; a quoted post has its own date nowhere.
    times = block.css(".tgme_widget_message_date time[datetime]") or block.css("time[datetime]")
    at = utc(attribute(times[-1], "datetime")) if times else None
    if match is None or at is None:
        return None
    number, service = int(match[2]), has_class(block, "service_message")
    source = block.css_first(".tgme_widget_message_forwarded_from")
    repost = source is not None
    words = _words(block)
    text = words.text
    return Message(
        id=number,
        at=at,
        service=service,
        created=service and number == 1 and text == _CREATED,
        repost=repost,
        hidden=not text and any(_HIDDEN.search(text_of(n)) for n in block.css(".message_media_not_supported_label")),
        text="" if repost else text,
        channel_id=_channel_id(attribute(block, "data-view")),
        anchors=() if repost else words.anchors,
        source=marked(source.css_first(".tgme_widget_message_forwarded_from_name")) if source is not None else Marked(),
    )


def _words(block: LexborNode) -> Marked:
    """Return the message's own text: what it quotes has the same class deeper down."""
    bubble = child(block, "tgme_widget_message_bubble") or block.css_first(".tgme_widget_message_bubble")
    own = [n for n in children(bubble, "tgme_widget_message_text") if not has_class(n, "js-message_reply_text")]
    if not own:
        nested = block.css(".js-message_text")
        own = [n for n in nested[:1] if not has_class(n, "js-message_reply_text")]
    whole, anchors = "", list[Anchor]()
    for part in map(marked, own):
        whole += "\n" if whole else ""
        anchors += (Anchor(a.start + len(whole), a.end + len(whole), a.href) for a in part.anchors)
        whole += part.text
    return Marked(whole, tuple(anchors)).stripped()


def _channel_id(view: str) -> int | None:
    """Read the bare channel id out of `data-view`: base64url JSON whose `c` is its negative."""
    try:
        data = json.loads(base64.urlsafe_b64decode(view + "=" * (-len(view) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    number = data.get("c") if isinstance(data, dict) else None
    return -number if isinstance(number, int) and not isinstance(number, bool) and number < 0 else None


def _before(tree: LexborHTMLParser, oldest: int | None) -> int | None:
    """Return the cursor to older messages; `rel=canonical` is the page itself and never one."""
    cursors = [int(m[1]) for n in tree.css("link[rel=prev]") if (m := _BEFORE.search(attribute(n, "href")))]
    more = (attribute(n, "data-before") for n in tree.css(".js-messages_more[data-before], .tme_messages_more"))
    cursors += [int(value) for value in more if value.isascii() and value.isdigit() and len(value) < 16]
    if not cursors:
        return None
    return min([*cursors, oldest]) if oldest is not None else min(cursors)


def _header(tree: LexborHTMLParser) -> Header | None:
    counters = tree.css(".tgme_channel_info_counter")
    title = tree.css_first(".tgme_channel_info_header_title")
    if title is None and not counters:
        return None
    texts = [" ".join(text_of(n).split()) for n in counters]
    labels = tree.css_first(".tgme_channel_info_header_labels")
    verified = labels is not None and labels.css_first(".verified-icon") is not None
    info = tree.css_first(".tgme_channel_info")
    return Header(
        title=text_of(title) or None,
        subscribers=next((n for t in texts if (n := exact_number(t)) is not None), None),
        verified=verified if labels is not None else None,
        description=described(info.css_first(".tgme_channel_info_description")) if info is not None else None,
        has_content=any(t and "subscriber" not in t and "member" not in t for t in texts),
    )
