"""Reads the preview of a channel's history, and cuts it to the channel's card and messages, without other people.

A message on a preview page, shortened::

    <div class="tgme_widget_message" data-post="first_district/7" data-view="eyJjIjotN30">
      <div class="tgme_widget_message_bubble"><div class="tgme_widget_message_text">The bridge is open.</div>
        <a class="tgme_widget_message_date"><time datetime="2026-11-20T10:00:00+00:00"></time></a></div></div>
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Self

from pydantic import Field
from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.base.links import is_advertisement
from auditor.probes.linked_text import LinkedText, linked_text
from auditor.probes.telegram.responses import HistoryPage, Message, MessageKind
from auditor.probes.telegram.web import tme_html

_COMMENT, _END = "<!-- ", " -->\n"
_POST = re.compile(r"([A-Za-z0-9_]+)/(\d{1,15})")
_BEFORE = re.compile(r"[?&]before=(\d{1,15})")
_MAX_MESSAGES = 400
"""No page holds more messages: Telegram's has twenty, and nested messages take ever longer to read."""
_CREATED = "Channel created"
_POST_HIDDEN = re.compile(r"please open telegram to view this (?:post|message)", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"please open telegram to view|can.t be displayed", re.IGNORECASE)


class PreviewPage(HistoryPage):
    """A preview page. Its markup is stored, cut to the card and the messages, and read again in a replay."""

    name: str = ""
    html: str = Field("", repr=False)
    messages: tuple[Message | None, ...] = Field((), exclude=True)
    about: LinkedText | None = Field(None, exclude=True)
    """The description."""

    def to_body(self) -> bytes:
        """Return the markup as a page that any browser opens; a comment before it holds what the markup does not."""
        if not self.html:
            return super().to_body()
        register_link = self.header and self.header.register_link
        fields = {**self.model_dump(mode="json", include={"at", "name"}), "register_link": register_link}
        return f"{_COMMENT}{json.dumps(fields)}{_END}{self.html}".encode()

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Read what was stored: markup, or JSON if there is none."""
        text = body.decode()
        if not text.startswith(_COMMENT):
            return super().from_body(body)
        header, _, html = text.removeprefix(_COMMENT).partition(_END)
        fields = json.loads(header)
        name, received_at = str(fields["name"]), datetime.fromisoformat(fields["at"])
        page = read_preview(html, name, received_at) or cls(at=received_at, name=name, html=html)
        assert isinstance(page, cls)
        register_link = fields["register_link"] if "register_link" in fields else _register_link_of_1_0(page.about)
        return page.with_register_link(register_link)

    def with_register_link(self, register_link: bool | None) -> Self:
        """Return the page with what its description says of the register of large pages."""
        if self.header is None:
            return self
        header = self.header.model_copy(update={"register_link": register_link})
        return self.model_copy(update={"header": header})


_REGISTER_OF_1_0 = re.compile(r"(?<![\w-])(?:knd\.gov\.ru(?![\w-]|\.\w)|gosuslugi\.ru/snet\b)", re.IGNORECASE)
_SHORTENED_OF_1_0 = re.compile(
    r"(?<![\w.-])(?:clck\.ru|vk\.cc|bit\.ly|goo\.su|u\.to|tinyurl\.com|is\.gd|t\.ly|cutt\.ly|ya\.cc|surl\.li|gu-st\.ru|"
    r"qps\.ru|shorturl\.at|rebrand\.ly|ow\.ly)/\S",
    re.IGNORECASE,
)


def _register_link_of_1_0(about: LinkedText | None) -> bool | None:
    """Return what auditor 1.0, which did not store it, took a description to say: a replay of it must do the same."""
    if about is None:
        return None
    texts = (about.text, *(anchor.href for anchor in about.anchors))
    if any(map(_REGISTER_OF_1_0.search, texts)):
        return True
    return None if any(map(_SHORTENED_OF_1_0.search, texts)) else False


def read_preview(page: str, name: str, received_at: datetime) -> PreviewPage | None:
    """Read a preview page of the channel `name`, without other channels' messages; None if it is not a preview page."""
    if not tme_html.is_complete_html(page):
        return None
    tree = tme_html.parse(page)
    all_blocks = tree.css(_MESSAGE)
    blocks = [block for block in all_blocks if _is_of(block, name)]
    history = tree.css_first("section.tgme_channel_history, main.tgme_main, .tgme_channel_info")
    if len(all_blocks) > _MAX_MESSAGES or not (blocks or history is not None):
        return None
    messages = [_read_preview_message(block) for block in blocks]
    about = tme_html.read_description(tree.css_first(".tgme_channel_info .tgme_channel_info_description"))
    counters, title = tree.css(".tgme_channel_info_counter"), tree.css_first(".tgme_channel_info_header_title")
    labels = tree.css_first(".tgme_channel_info_header_labels")
    ids = [message.id for message in messages if message is not None]
    channel_ids = (_channel_id(tme_html.attribute(block, "data-view")) for block in blocks)
    return PreviewPage(
        at=received_at,
        name=name,
        html=page,
        messages=tuple(messages),
        before=_older_cursor(tree, ids),
        # Its counters are rounded from 1,000 up.
        header=tme_html.read_header(title, counters, labels) if title is not None or counters else None,
        about=about,
        foreign=len(all_blocks) > len(blocks),
        unshown=any(_NOT_SHOWN.search(tme_html.text_of(node)) for node in tree.css(".tme_no_messages_found")),
        number=next((channel_id for channel_id in channel_ids if channel_id is not None), None),
    )


def _is_of(block: LexborNode, name: str) -> bool:
    match = _POST.match(tme_html.attribute(block, "data-post"))
    return match is not None and match[1].casefold() == name.casefold()


def _read_preview_message(block: LexborNode) -> Message | None:
    match = _POST.match(tme_html.attribute(block, "data-post"))
    # A video's length is a `time` too, but without `datetime`; a quoted post shows no date.
    times = block.css(".tgme_widget_message_date time[datetime]") or block.css("time[datetime]")
    written_at = tme_html.parse_time(tme_html.attribute(times[-1], "datetime")) if times else None
    if match is None or written_at is None:
        return None
    text, origin = _message_text(block), block.css_first(".tgme_widget_message_forwarded_from")
    labels = block.css(".message_media_not_supported_label")
    is_hidden = not text.text and any(_POST_HIDDEN.search(tme_html.text_of(label)) for label in labels)
    kind = _preview_message_kind(block, int(match[2]), text, is_repost=origin is not None)
    name = origin.css_first(".tgme_widget_message_forwarded_from_name") if origin is not None else None
    return Message(
        id=int(match[2]),
        at=written_at,
        kind=kind,
        text="" if origin is not None else text.text,
        marked=text if origin is None else linked_text(name),
        has_media=None if origin is not None or is_hidden else _has_media(block),
        hidden=is_hidden,
    )


_MEDIA = tuple(
    f".tgme_widget_message_{name}"
    for name in ("photo_wrap", "video_player", "roundvideo_player", "voice_player", "document_wrap")
)


def _has_media(block: LexborNode) -> bool:
    """Return whether a message bears a photo, a video or a document; what a link's preview shows is none."""
    shown = len(block.css(", ".join(_MEDIA)))
    return shown > len(block.css(", ".join(f".tgme_widget_message_link_preview {name}" for name in _MEDIA)))


def _preview_message_kind(block: LexborNode, message_id: int, text: LinkedText, *, is_repost: bool) -> MessageKind:
    if tme_html.has_class(block, "service_message"):
        return MessageKind.CREATION if message_id == 1 and text.text == _CREATED else MessageKind.SERVICE
    # The links of its buttons and of its link preview count too.
    links = block.css("a.tgme_widget_message_inline_button[href], a.tgme_widget_message_link_preview[href]")
    if is_advertisement(
        text.text,
        [*(anchor.href for anchor in text.anchors), *(tme_html.attribute(node, "href") for node in links)],
    ):
        return MessageKind.ADVERTISEMENT
    return MessageKind.REPOST if is_repost else MessageKind.POST


def _message_text(block: LexborNode) -> LinkedText:
    """Return the message's own text, without that of a quoted message, which has the same class deeper down."""
    bubble = tme_html.child(block, "tgme_widget_message_bubble") or block.css_first(".tgme_widget_message_bubble")
    fallback = (
        node for node in block.css(".js-message_text")[:1] if not tme_html.has_class(node, "js-message_reply_text")
    )
    return tme_html.join_texts(tme_html.message_texts(bubble) or fallback)


def _channel_id(view: str) -> int | None:
    """Return the bare channel id in `data-view`: base64url JSON whose `c` is the negative id."""
    try:
        data = json.loads(base64.urlsafe_b64decode(view + "=" * (-len(view) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    number = data.get("c") if isinstance(data, dict) else None
    return -number if isinstance(number, int) and not isinstance(number, bool) and number < 0 else None


def _older_cursor(tree: LexborHTMLParser, ids: list[int]) -> int | None:
    """Return the cursor to older messages, the lowest id; `rel=canonical` is the page itself and never a cursor."""
    cursors = [
        int(match[1])
        for node in tree.css("link[rel=prev]")
        if (match := _BEFORE.search(tme_html.attribute(node, "href")))
    ]
    values = (
        tme_html.attribute(node, "data-before")
        for node in tree.css(".js-messages_more[data-before], .tme_messages_more")
    )
    cursors += (number for value in values if (number := tme_html.parse_number(value)) is not None)
    return min([*cursors, *ids]) if cursors else None


# Minimising ----------------------------------------------------------------------------------------------------------

# People other than the owner: signatures, the sources of forwards, quotes, who pinned a message, contacts; and polls,
# which show how few people voted.
_OTHER_PEOPLE = (
    ".tgme_widget_message_forwarded_from",
    ".tgme_widget_message_from_author",
    ".tgme_widget_message_reply",
    ".tgme_widget_message_author_name",
    ".tgme_widget_message_via_bot",
    ".tgme_widget_message_poll",
    ".tgme_widget_message_voters",
    '[class*="_contact"]',
)
_RETAINED_OF_FORWARD = ("tgme_widget_message_forwarded_from", "tgme_widget_message_footer")
_MESSAGE = ".tgme_widget_message[data-post]"
_RETAINED = "link[rel=prev], .tgme_channel_info, .tgme_channel_info_header_title, section.tgme_channel_history"


def cut_preview(page: str, name: str) -> str:
    """Return a preview page cut to its card and its messages, without other people; reading it gives the same result.

    A forwarded message keeps its date and the mark that it was forwarded; another channel's message loses its content.
    """
    tree = tme_html.parse(page)
    _clear_nodes(tree, ".tgme_widget_message", lambda block: not _is_of(block, name))
    _strip_forwarded(tree)
    for selector in _OTHER_PEOPLE:
        _clear_nodes(tree, selector)
    retained = tree.css(_RETAINED)
    inner_ids = {inner.mem_id for node in retained for inner in node.css(_RETAINED) if inner.mem_id != node.mem_id}
    outer = [node for node in retained if node.mem_id not in inner_ids]
    loses_messages = len(tree.css(_MESSAGE)) > sum(len(node.css(_MESSAGE)) for node in outer)
    is_cut = not loses_messages and any(node.tag == "section" for node in retained)
    return "\n".join(node.html or "" for node in outer) if is_cut else tree.html or ""


def _clear_nodes(
    tree: LexborHTMLParser, selector: str, condition: Callable[[LexborNode], bool] = lambda _: True
) -> None:
    """Empty the matching nodes, last first: an inner node is emptied before the outer one that removes it."""
    for node in reversed(tree.css(selector)):
        if node.child is not None and condition(node):
            node.inner_html = ""


def _strip_forwarded(tree: LexborHTMLParser) -> None:
    """Cut each forwarded message to the mark that it is one, its date, and the mark of an advertisement."""
    for bubble in reversed(tree.css(".tgme_widget_message_bubble")):
        if bubble.css_first(".tgme_widget_message_forwarded_from") is None:
            continue
        for node in list(bubble.iter(include_text=True)):
            text = linked_text(node)
            links = [anchor.href for anchor in text.anchors]
            if tme_html.has_class(node, "tgme_widget_message_text") and is_advertisement(text.text, links):
                node.inner_html = "erid"
            elif not any(tme_html.has_class(node, name) for name in _RETAINED_OF_FORWARD):
                node.decompose()
