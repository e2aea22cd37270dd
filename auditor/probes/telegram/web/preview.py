"""What the preview of a channel's history says, and what of such a page is kept: its messages, without other people."""

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import Field
from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.probes.linked import Anchor, Marked, marked
from auditor.probes.telegram.forms import Header, Message, is_advertisement
from auditor.probes.telegram.web.pages import (
    Description,
    attribute,
    child,
    described,
    exact_numbers,
    has_class,
    own_texts,
    parse,
    register_link,
    text_of,
    utc,
    whole,
)

_POST = re.compile(r"([A-Za-z0-9_]+)/(\d{1,15})")
_BEFORE = re.compile(r"[?&]before=(\d{1,15})")
_MOST_MESSAGES = 400
"""No page holds so many messages: Telegram's has twenty, and reading what nests in each other takes ever longer."""
_CREATED = "Channel created"
_POST_HIDDEN = re.compile(r"please open telegram to view this (?:post|message)", re.IGNORECASE)
_UNSHOWN = re.compile(r"please open telegram to view|can.t be displayed", re.IGNORECASE)


class Shown(Message):
    """One block of a preview; an album is one. What is not stored of it serves who looks for accounts."""

    anchors: tuple[Anchor, ...] = Field((), exclude=True, repr=False)
    """The links in `text`."""
    source: Marked = Field(Marked(), exclude=True, repr=False)
    """Of a repost: where it was taken from, as shown, with its link."""

    @property
    def marked(self) -> Marked:
        """The owner's own words with their links."""
        return Marked(self.text, self.anchors)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview page shows of one channel."""

    recognised: bool
    messages: tuple[Shown, ...] = ()
    """In the order of the page."""
    before: int | None = None
    """Older messages are at ``?before=``; None: this page holds the first message of all."""
    header: Header | None = None
    description: Description | None = None
    damaged: int = 0
    """Messages of the channel that could not be read: counting the others would undercount."""
    foreign: bool = False
    unshown: bool = False
    number: int | None = None


def read_preview(page: str, name: str) -> Preview:
    """Read a preview page of the channel `name`. Messages of other names on it are not the channel's."""
    if not whole(page):
        return Preview(recognised=False)
    tree = parse(page)
    every = tree.css(_MESSAGE)
    if len(every) > _MOST_MESSAGES:
        return Preview(recognised=False)
    blocks = [b for b in every if _is_of(b, name)]
    messages = [m for b in blocks if (m := _message(b)) is not None]
    history = tree.css_first("section.tgme_channel_history, main.tgme_main, .tgme_channel_info")
    info = tree.css_first(".tgme_channel_info")
    description = described(info.css_first(".tgme_channel_info_description")) if info is not None else None
    return Preview(
        recognised=bool(blocks) or history is not None,
        messages=tuple(messages),
        before=_older_messages(tree, min((m.id for m in messages), default=None)),
        header=_header(tree, description),
        description=description,
        damaged=len(blocks) - len(messages),
        foreign=len(every) > len(blocks),
        unshown=any(_UNSHOWN.search(text_of(n)) for n in tree.css(".tme_no_messages_found")),
        number=next((n for b in blocks if (n := _channel_id(attribute(b, "data-view"))) is not None), None),
    )


def _is_of(block: LexborNode, name: str) -> bool:
    match = _POST.match(attribute(block, "data-post"))
    return match is not None and match[1].casefold() == name.casefold()


def _message(block: LexborNode) -> Shown | None:
    match = _POST.match(attribute(block, "data-post"))
    # A video's length is a `time` too, but without `datetime`; a quoted post has its own date nowhere.
    times = block.css(".tgme_widget_message_date time[datetime]") or block.css("time[datetime]")
    at = utc(attribute(times[-1], "datetime")) if times else None
    if match is None or at is None:
        return None
    number, service = int(match[2]), has_class(block, "service_message")
    source = block.css_first(".tgme_widget_message_forwarded_from")
    words = _words(block)
    labels = block.css(".message_media_not_supported_label")
    return Shown(
        id=number,
        at=at,
        service=service,
        created=service and number == 1 and words.text == _CREATED,
        repost=source is not None,
        hidden=not words.text and any(_POST_HIDDEN.search(text_of(label)) for label in labels),
        text="" if source is not None else words.text,
        anchors=() if source is not None else words.anchors,
        source=marked(source.css_first(".tgme_widget_message_forwarded_from_name")) if source is not None else Marked(),
        advertisement=is_advertisement(words.text, [*(a.href for a in words.anchors), *_buttons(block)]),
    )


def _buttons(block: LexborNode) -> list[str]:
    """Return where the buttons under a message and the preview of its link lead."""
    nodes = block.css("a.tgme_widget_message_inline_button[href], a.tgme_widget_message_link_preview[href]")
    return [attribute(node, "href") for node in nodes]


def _words(block: LexborNode) -> Marked:
    """Return the message's own text: what it quotes has the same class deeper down."""
    bubble = child(block, "tgme_widget_message_bubble") or block.css_first(".tgme_widget_message_bubble")
    own = own_texts(bubble)
    if not own:
        own = [n for n in block.css(".js-message_text")[:1] if not has_class(n, "js-message_reply_text")]
    text, anchors = "", list[Anchor]()
    for part in map(marked, own):
        text += "\n" if text else ""
        anchors += (Anchor(a.start + len(text), a.end + len(text), a.href) for a in part.anchors)
        text += part.text
    return Marked(text, tuple(anchors)).stripped()


def _channel_id(view: str) -> int | None:
    """Read the bare channel id out of `data-view`: base64url JSON whose `c` is its negative."""
    try:
        data = json.loads(base64.urlsafe_b64decode(view + "=" * (-len(view) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    number = data.get("c") if isinstance(data, dict) else None
    return -number if isinstance(number, int) and not isinstance(number, bool) and number < 0 else None


def _older_messages(tree: LexborHTMLParser, oldest: int | None) -> int | None:
    """Return the cursor to older messages; `rel=canonical` is the page itself and never one."""
    cursors = [int(m[1]) for n in tree.css("link[rel=prev]") if (m := _BEFORE.search(attribute(n, "href")))]
    more = (attribute(n, "data-before") for n in tree.css(".js-messages_more[data-before], .tme_messages_more"))
    cursors += [int(value) for value in more if value.isascii() and value.isdigit() and len(value) < 16]
    if not cursors:
        return None
    return min([*cursors, oldest]) if oldest is not None else min(cursors)


def _header(tree: LexborHTMLParser, description: Description | None) -> Header | None:
    """Read the card next to the history. Its counters are rounded from 1,000 up."""
    counters = tree.css(".tgme_channel_info_counter")
    title = tree.css_first(".tgme_channel_info_header_title")
    if title is None and not counters:
        return None
    texts = [" ".join(text_of(n).split()) for n in counters]
    labels = tree.css_first(".tgme_channel_info_header_labels")
    return Header(
        title=text_of(title) or None,
        subscribers=exact_numbers(texts),
        verified=labels.css_first(".verified-icon") is not None if labels is not None else None,
        register_link=register_link(description),
        shown=next((t.split()[0] for t in texts if "subscriber" in t), ""),
        has_content=any(t and "subscriber" not in t and "member" not in t for t in texts),
    )


# What is kept --------------------------------------------------------------------------------------------------------

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
_MESSAGE = ".tgme_widget_message[data-post]"
_PARTS = "link[rel=prev], .tgme_channel_info, .tgme_channel_info_header_title, section.tgme_channel_history"


def cut(page: str, name: str) -> str:
    """Return a preview page cut to its card and its messages, without other people. It reads as the page does.

    Of a forwarded message its date stays and that it was forwarded; a block of another channel loses its content.
    """
    tree = parse(page)
    _empty(tree, ".tgme_widget_message", lambda block: not _is_of(block, name))
    _empty(tree, ".tgme_widget_message_forwarded_from")
    _thin_out_forwarded(tree)
    for selector in _PEOPLE:
        _empty(tree, selector)
    parts = tree.css(_PARTS)
    inner = {node.mem_id for part in parts for node in part.css(_PARTS) if node.mem_id != part.mem_id}
    outer = [part for part in parts if part.mem_id not in inner]
    lost = len(tree.css(_MESSAGE)) > sum(len(part.css(_MESSAGE)) for part in outer)
    is_cut = not lost and any(part.tag == "section" for part in parts)
    return "\n".join(part.html or "" for part in outer) if is_cut else tree.html or ""


def _empty(tree: LexborHTMLParser, selector: str, wanted: Callable[[LexborNode], bool] = lambda _: True) -> None:
    """Empty the nodes, last first: what lies inside another comes before it, and is not touched when it has gone."""
    for node in reversed(tree.css(selector)):
        if node.child is not None and wanted(node):
            node.inner_html = ""


def _thin_out_forwarded(tree: LexborHTMLParser) -> None:
    """Leave of a forwarded message that it is one, its date, and that it is marked as an advertisement."""
    for bubble in reversed(tree.css(".tgme_widget_message_bubble")):
        if bubble.css_first(".tgme_widget_message_forwarded_from") is None:
            continue
        for part in list(bubble.iter(include_text=True)):
            if has_class(part, "tgme_widget_message_text") and _is_marked(part):
                part.inner_html = "erid"
            elif not any(has_class(part, name) for name in _KEPT_OF_FORWARD):
                part.decompose()


def _is_marked(part: LexborNode) -> bool:
    return is_advertisement(text_of(part), [attribute(link, "href") for link in part.css("a[href]")])
