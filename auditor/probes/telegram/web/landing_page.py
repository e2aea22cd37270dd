"""What t.me's landing page says, read from its markup; and what all its pages have in common.

Telegram promises nothing about this markup. Every mark relied on was seen in saved pages of 2021-2026, and each reader
asks for the marks that must be there before it believes what is missing. No reader raises.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.probes.linked_text import Anchor, LinkedText, linked_text
from auditor.probes.telegram.responses import ChannelHeader, EntityKind, register_link

_MARKS = re.compile(r"""\b(?:tgme_|tme_|TWidget|widget_frame_base)""")
_OPENS = re.compile(r"<html\b|<!doctype\s+html", re.IGNORECASE)
_CLOSES = re.compile(r"</html\s*>", re.IGNORECASE)
_LOST = 20
_HANDLE = re.compile(r"[A-Za-z0-9_]{2,64}")
_HOSTS = {"", "t.me", "www.t.me", "telegram.me", "telegram.dog"}


def decode(body: bytes) -> str:
    """Return the page's text; t.me is always UTF-8."""
    return body.decode("utf-8", errors="replace")


def is_wrongly_decoded(page: str) -> bool:
    """Tell whether a page came in another code: its markup reads, its words do not, so no question would be found.

    A letter that was cut in two somewhere is not enough.
    """
    lost = page.count("\N{REPLACEMENT CHARACTER}")
    return lost > _LOST and lost * 100 > len(page)


def parse(page: str) -> LexborHTMLParser:
    """Parse any text as a page."""
    return LexborHTMLParser(page)


def is_telegram(page: str) -> bool:
    """Tell whether there is any of Telegram's own markup on the page."""
    return _MARKS.search(page) is not None


def is_complete_html(page: str) -> bool:
    """Tell whether a page was not cut off: one that opens `html` closes it. A bare fragment is taken as it is.

    The newest messages come last, so a page cut short would silently lose the week's posts.
    """
    return _OPENS.search(page) is None or _CLOSES.search(page) is not None


def attribute(node: LexborNode | None, name: str) -> str:
    """Return an attribute, or an empty string."""
    return (node.attributes.get(name) or "") if node is not None else ""


def has_class(node: LexborNode | None, name: str) -> bool:
    """Tell whether `node` has the class."""
    return name in attribute(node, "class").split()


def children(node: LexborNode | None, name: str) -> list[LexborNode]:
    """Return the direct children that have the class: quotes and hidden templates repeat the same classes deeper."""
    return [c for c in node.iter() if has_class(c, name)] if node is not None else []


def child(node: LexborNode | None, name: str) -> LexborNode | None:
    """Return the first direct child that has the class."""
    return next(iter(children(node, name)), None)


def own_texts(bubble: LexborNode | None) -> list[LexborNode]:
    """Return the nodes of a message's own text: what it quotes has the same class."""
    return [n for n in children(bubble, "tgme_widget_message_text") if not has_class(n, "js-message_reply_text")]


def joined(nodes: Iterable[LexborNode]) -> LinkedText:
    """Return the texts of nodes as one, a line each, with their links."""
    text, anchors = "", list[Anchor]()
    for part in map(linked_text, nodes):
        text += "\n" if text else ""
        anchors += (Anchor(a.start + len(text), a.end + len(text), a.href) for a in part.anchors)
        text += part.text
    return LinkedText(text, tuple(anchors)).stripped()


def text_of(node: LexborNode | None) -> str:
    """Return the text, with line breaks as such and smileys as characters; stripped."""
    return linked_text(node).text


def number_in(text: str) -> int | None:
    """Read a number of at most 15 digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def utc(text: str) -> datetime | None:
    """Read `datetime` of a `time` element: ISO 8601 with an offset. None for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def handle_of(href: str) -> str | None:
    """Return the user name, in lower case, that a link to a profile names."""
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return None
    name = parts.path.strip("/")
    return name.casefold() if parts.netloc.casefold() in _HOSTS and _HANDLE.fullmatch(name) else None


# The card ------------------------------------------------------------------------------------------------------------

_SUBSCRIBERS = re.compile(r"^([\d\s\u00a0\u202f,.]+)(?:subscriber|member)s?\b", re.IGNORECASE)
_ROUNDED = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?([KM])")


def exact_number(text: str) -> int | None:
    """Read ``11 286 994 subscribers``; None for a rounded ``11.3M`` and for anything else."""
    match = _SUBSCRIBERS.match(text.strip())
    if match is None or "." in match[1]:
        return None
    digits = re.sub(r"[^0-9]", "", match[1])
    return int(digits) if digits and len(digits) < 12 else None


def agrees(shown: str, number: int | None) -> bool:
    """Tell whether a rounded counter, such as ``5.01K``, may be of the exact `number`."""
    match = _ROUNDED.fullmatch(shown)
    if match is None or number is None:
        return False
    unit = (1000 if match[3] == "K" else 1_000_000) / 10 ** len(match[2] or "")
    shift = abs(int(match[1] + (match[2] or "")) * unit - number)
    return bool(shift < unit)


def described(node: LexborNode | None) -> LinkedText | None:
    """Read a description; None where the page shows none: it may have none, or have it elsewhere."""
    return None if node is None else linked_text(node)


def read_header(
    title: LexborNode | None, counters: Sequence[LexborNode], mark: LexborNode | None, about: LinkedText | None
) -> ChannelHeader:
    """Read what a channel says of itself; `mark` is what its mark as verified would stand in."""
    texts = [" ".join(text_of(node).split()) for node in counters]
    return ChannelHeader(
        title=text_of(title) or None,
        subscribers=next((n for text in texts if (n := exact_number(text)) is not None), None),
        shown=next((text.split()[0] for text in texts if "subscriber" in text), ""),
        verified=mark.css_first(".verified-icon") is not None if mark is not None else None,
        register_link=register_link(about),
        has_content=any(text and "subscriber" not in text and "member" not in text for text in texts),
    )


# The landing page ----------------------------------------------------------------------------------------------------

_DOMAIN = re.compile(r"[?&]domain=([A-Za-z0-9_]+)")
_TITLE = re.compile(r"@([A-Za-z0-9_]+)\s*$")


@dataclass(frozen=True, slots=True)
class LandingPage:
    """What a landing page says, whoever's it is; `forms.keep_card` leaves what may be kept of it."""

    kind: EntityKind
    handle: str | None = None
    """The name that it speaks of, in lower case, where it names one."""
    header: ChannelHeader = field(default_factory=ChannelHeader)
    about: LinkedText | None = None


def read_landing(page: str) -> LandingPage:
    """Read a landing page. A page without the marks that it must have is `unrecognised`."""
    if not is_complete_html(page):
        return LandingPage(EntityKind.UNRECOGNISED)
    tree = parse(page)
    handle, title = _handle(tree), tree.css_first(".tgme_page_title")
    if title is None:
        return LandingPage(_kind_without_title(tree), handle)
    about = described(tree.css_first(".tgme_page_description"))
    header = read_header(title.css_first("span") or title, tree.css(".tgme_page_extra"), title, about)
    return LandingPage(_kind(tree), handle, header, about)


def _kind_without_title(tree: LexborHTMLParser) -> EntityKind:
    """Tell the stub of a missing name from a page that merely lost its title.

    The same stub is what a throttled client gets, so the caller may not believe it without a control.
    """
    icon = tree.css_first(".tgme_page_icon .tgme_icon_user") is not None
    contact = tree.css_first(".tgme_page_description .tgme_username_link") is not None
    content = tree.css_first(".tgme_page_extra, .tgme_page_photo, .tgme_page_context_link, .tgme_channel_history")
    return EntityKind.MISSING if icon and contact and content is None else EntityKind.UNRECOGNISED


def _kind(tree: LexborHTMLParser) -> EntityKind:
    extra = " ".join(text_of(node) for node in tree.css(".tgme_page_extra")).casefold()
    action = tree.css_first(".tgme_page_action a, .tgme_action_button_new")
    button = text_of(action).casefold()
    if attribute(action, "href").startswith("tg://join"):
        return EntityKind.PRIVATE
    if "monthly user" in extra or button == "start bot":
        return EntityKind.BOT
    if "subscriber" in extra:
        return EntityKind.CHANNEL
    # In the pages of 2021 a channel had "members" too; its preview link and its card tell it from a group.
    preview = any("/s/" in attribute(node, "href") for node in tree.css("a.tgme_page_context_link"))
    if preview or tree.css_first(".tgme_page_post") is not None:
        return EntityKind.CHANNEL
    if "member" in extra:
        return EntityKind.GROUP
    return EntityKind.USER if button == "send message" else EntityKind.UNRECOGNISED


def _handle(tree: LexborHTMLParser) -> str | None:
    for node in tree.css('meta[property="al:ios:url"]'):
        if match := _DOMAIN.search(attribute(node, "content")):
            return match[1].casefold()
    match = _TITLE.search(text_of(tree.css_first("title")))
    return match[1].casefold() if match else None
