"""What the preview of a channel's history says, and what of such a page is kept: its messages, without other people."""

import base64
import binascii
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from pydantic import Field
from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.probes.linked_text import LinkedText, linked_text
from auditor.probes.telegram.responses import HistoryPage, Message, MessageKind, is_advertisement
from auditor.probes.telegram.web import landing_page

_COMMENT, _END = "<!-- ", " -->\n"
_POST = re.compile(r"([A-Za-z0-9_]+)/(\d{1,15})")
_BEFORE = re.compile(r"[?&]before=(\d{1,15})")
_MOST_MESSAGES = 400
"""No page holds so many messages: Telegram's has twenty, and reading what nests in each other takes ever longer."""
_CREATED = "Channel created"
_POST_HIDDEN = re.compile(r"please open telegram to view this (?:post|message)", re.IGNORECASE)
_UNSHOWN = re.compile(r"please open telegram to view|can.t be displayed", re.IGNORECASE)


class PreviewPage(HistoryPage):
    """A preview page. What is stored is its markup, cut to the card and the messages, from which it is read again."""

    name: str = ""
    html: str = Field("", repr=False)
    messages: tuple[Message | None, ...] = Field((), exclude=True)
    about: LinkedText | None = Field(None, exclude=True)
    """The description."""

    def to_body(self) -> bytes:
        """Write the markup as a page that anybody can open; what it does not say stands in a comment before it."""
        if not self.html:
            return super().to_body()
        return f"{_COMMENT}{self.model_dump_json(include={'at', 'name'})}{_END}{self.html}".encode()

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Read what was stored: markup, or JSON where there is none."""
        text = body.decode()
        if not text.startswith(_COMMENT):
            return super().from_body(body)
        head, _, html = text.removeprefix(_COMMENT).partition(_END)
        fields = json.loads(head)
        return cls.model_validate({**fields, "html": html, **(_read(html, fields["name"]) or {})})


def read_preview(page: str, name: str, at: datetime) -> PreviewPage | None:
    """Read a preview page of the channel `name`; None for another page. Other names' messages are not the channel's."""
    fields = _read(page, name)
    return None if fields is None else PreviewPage(at=at, name=name, html=page, **fields)


def _read(page: str, name: str) -> dict[str, Any] | None:
    if not landing_page.is_complete_html(page):
        return None
    tree = landing_page.parse(page)
    every = tree.css(_MESSAGE)
    blocks = [block for block in every if _is_of(block, name)]
    history = tree.css_first("section.tgme_channel_history, main.tgme_main, .tgme_channel_info")
    if len(every) > _MOST_MESSAGES or not (blocks or history is not None):
        return None
    messages = [_message(block) for block in blocks]
    about = landing_page.described(tree.css_first(".tgme_channel_info .tgme_channel_info_description"))
    counters, title = tree.css(".tgme_channel_info_counter"), tree.css_first(".tgme_channel_info_header_title")
    labels = tree.css_first(".tgme_channel_info_header_labels")
    ids = [message.id for message in messages if message is not None]
    return {
        "messages": messages,
        "before": _older_messages(tree, ids),
        # Its counters are rounded from 1,000 up.
        "header": landing_page.read_header(title, counters, labels, about) if title is not None or counters else None,
        "about": about,
        "foreign": len(every) > len(blocks),
        "unshown": any(_UNSHOWN.search(landing_page.text_of(node)) for node in tree.css(".tme_no_messages_found")),
        "number": next(
            (n for b in blocks if (n := _channel_id(landing_page.attribute(b, "data-view"))) is not None), None
        ),
    }


def _is_of(block: LexborNode, name: str) -> bool:
    match = _POST.match(landing_page.attribute(block, "data-post"))
    return match is not None and match[1].casefold() == name.casefold()


def _message(block: LexborNode) -> Message | None:
    match = _POST.match(landing_page.attribute(block, "data-post"))
    # A video's length is a `time` too, but without `datetime`; a quoted post has its own date nowhere.
    times = block.css(".tgme_widget_message_date time[datetime]") or block.css("time[datetime]")
    at = landing_page.utc(landing_page.attribute(times[-1], "datetime")) if times else None
    if match is None or at is None:
        return None
    words, source = _words(block), block.css_first(".tgme_widget_message_forwarded_from")
    labels = block.css(".message_media_not_supported_label")
    kind = _kind(block, int(match[2]), words, repost=source is not None)
    name = source.css_first(".tgme_widget_message_forwarded_from_name") if source is not None else None
    return Message(
        id=int(match[2]),
        at=at,
        kind=kind,
        text="" if source is not None else words.text,
        marked=words if source is None else linked_text(name),
        hidden=not words.text and any(_POST_HIDDEN.search(landing_page.text_of(label)) for label in labels),
    )


def _kind(block: LexborNode, number: int, words: LinkedText, *, repost: bool) -> MessageKind:
    if landing_page.has_class(block, "service_message"):
        return MessageKind.CREATION if number == 1 and words.text == _CREATED else MessageKind.SERVICE
    # Where the buttons under it and the preview of its link lead counts too.
    more = block.css("a.tgme_widget_message_inline_button[href], a.tgme_widget_message_link_preview[href]")
    if is_advertisement(
        words.text, [*(a.href for a in words.anchors), *(landing_page.attribute(node, "href") for node in more)]
    ):
        return MessageKind.ADVERTISEMENT
    return MessageKind.REPOST if repost else MessageKind.POST


def _words(block: LexborNode) -> LinkedText:
    """Return the message's own text: what it quotes has the same class deeper down."""
    bubble = landing_page.child(block, "tgme_widget_message_bubble") or block.css_first(".tgme_widget_message_bubble")
    first = (
        node for node in block.css(".js-message_text")[:1] if not landing_page.has_class(node, "js-message_reply_text")
    )
    return landing_page.joined(landing_page.own_texts(bubble) or first)


def _channel_id(view: str) -> int | None:
    """Read the bare channel id out of `data-view`: base64url JSON whose `c` is its negative."""
    try:
        data = json.loads(base64.urlsafe_b64decode(view + "=" * (-len(view) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    number = data.get("c") if isinstance(data, dict) else None
    return -number if isinstance(number, int) and not isinstance(number, bool) and number < 0 else None


def _older_messages(tree: LexborHTMLParser, ids: list[int]) -> int | None:
    """Return the cursor to older messages; `rel=canonical` is the page itself and never one."""
    cursors = [
        int(m[1]) for n in tree.css("link[rel=prev]") if (m := _BEFORE.search(landing_page.attribute(n, "href")))
    ]
    more = (
        landing_page.attribute(n, "data-before") for n in tree.css(".js-messages_more[data-before], .tme_messages_more")
    )
    cursors += (n for value in more if (n := landing_page.number_in(value)) is not None)
    return min([*cursors, *ids]) if cursors else None


# What is kept --------------------------------------------------------------------------------------------------------

# People other than the owner: signatures, the sources of forwards, quotes, who pinned, whose contact; and polls, which
# show how few people voted.
_PEOPLE = (
    ".tgme_widget_message_forwarded_from",
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


def minimise_preview(page: str, name: str) -> str:
    """Return a preview page cut to its card and its messages, without other people. It reads as the page does.

    Of a forwarded message its date stays and that it was forwarded; a block of another channel loses its content.
    """
    tree = landing_page.parse(page)
    _empty(tree, ".tgme_widget_message", lambda block: not _is_of(block, name))
    _strip_forwarded(tree)
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


def _strip_forwarded(tree: LexborHTMLParser) -> None:
    """Leave of a forwarded message that it is one, its date, and that it is marked as an advertisement."""
    for bubble in reversed(tree.css(".tgme_widget_message_bubble")):
        if bubble.css_first(".tgme_widget_message_forwarded_from") is None:
            continue
        for part in list(bubble.iter(include_text=True)):
            words = linked_text(part)
            links = [anchor.href for anchor in words.anchors]
            if landing_page.has_class(part, "tgme_widget_message_text") and is_advertisement(words.text, links):
                part.inner_html = "erid"
            elif not any(landing_page.has_class(part, name) for name in _KEPT_OF_FORWARD):
                part.decompose()
