"""Reads the markup that all pages of t.me share: texts, links, times, and what a channel says about itself.

Telegram promises nothing about this markup. Every mark relied on was seen in saved pages of 2021-2026, and each reader
requires the marks that must be present before it believes that something is missing. No reader raises.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.probes.linked_text import Anchor, LinkedText, linked_text
from auditor.probes.telegram.responses import ChannelHeader

_TELEGRAM_MARKUP = re.compile(r"""\b(?:tgme_|tme_|TWidget|widget_frame_base)""")
_HTML_START = re.compile(r"<html\b|<!doctype\s+html", re.IGNORECASE)
_HTML_END = re.compile(r"</html\s*>", re.IGNORECASE)
_MAX_REPLACEMENTS = 20
_HANDLE = re.compile(r"[A-Za-z0-9_]{2,64}")
_HOSTS = {"", "t.me", "www.t.me", "telegram.me", "telegram.dog"}


def decode(body: bytes) -> str:
    """Return the page's text; t.me is always UTF-8."""
    return body.decode("utf-8", errors="replace")


def is_wrongly_decoded(page: str) -> bool:
    """Return whether a page is in another encoding: its markup is readable, but no question would be found in its text.

    A few damaged letters are not enough: more than 20 replacement characters, and more than one in a hundred.
    """
    replacements = page.count("\N{REPLACEMENT CHARACTER}")
    return replacements > _MAX_REPLACEMENTS and replacements * 100 > len(page)


def parse(page: str) -> LexborHTMLParser:
    """Parse any text as a page."""
    return LexborHTMLParser(page)


def is_telegram(page: str) -> bool:
    """Return whether the page contains any of Telegram's own markup."""
    return _TELEGRAM_MARKUP.search(page) is not None


def is_complete_html(page: str) -> bool:
    """Return whether a page is complete: if it opens `html` it also closes it. A bare fragment counts as complete.

    The newest messages come last, so a page cut short would silently lose the week's posts.
    """
    return _HTML_START.search(page) is None or _HTML_END.search(page) is not None


def attribute(node: LexborNode | None, name: str) -> str:
    """Return an attribute, or an empty string."""
    return (node.attributes.get(name) or "") if node is not None else ""


def has_class(node: LexborNode | None, name: str) -> bool:
    """Return whether `node` has the class `name`."""
    return name in attribute(node, "class").split()


def children(node: LexborNode | None, name: str) -> list[LexborNode]:
    """Return the direct children with the class `name`: quotes and hidden templates repeat the same classes deeper."""
    return [inner for inner in node.iter() if has_class(inner, name)] if node is not None else []


def child(node: LexborNode | None, name: str) -> LexborNode | None:
    """Return the first direct child with the class `name`."""
    return next(iter(children(node, name)), None)


def message_texts(bubble: LexborNode | None) -> list[LexborNode]:
    """Return the nodes of a message's own text, without those of a quoted message, which have the same class."""
    return [
        node for node in children(bubble, "tgme_widget_message_text") if not has_class(node, "js-message_reply_text")
    ]


def join_texts(nodes: Iterable[LexborNode]) -> LinkedText:
    """Return the texts of nodes joined with line breaks, with their links."""
    text, anchors = "", list[Anchor]()
    for piece in map(linked_text, nodes):
        text += "\n" if text else ""
        anchors += (Anchor(anchor.start + len(text), anchor.end + len(text), anchor.href) for anchor in piece.anchors)
        text += piece.text
    return LinkedText(text, tuple(anchors)).stripped()


def text_of(node: LexborNode | None) -> str:
    """Return a node's text, stripped, with line breaks and with emoji as characters."""
    return linked_text(node).text


def parse_number(text: str) -> int | None:
    """Return a number of at most 15 digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def parse_time(text: str) -> datetime | None:
    """Return the UTC time of a `datetime` attribute: ISO 8601 with an offset. None for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def handle_of(href: str) -> str | None:
    """Return the user name, in lower case, that a link to a profile names; None for any other link."""
    try:
        url = urlsplit(href.strip())
    except ValueError:
        return None
    name = url.path.strip("/")
    return name.casefold() if url.netloc.casefold() in _HOSTS and _HANDLE.fullmatch(name) else None


# The channel's header ------------------------------------------------------------------------------------------------

_SUBSCRIBERS = re.compile(r"^([\d\s\u00a0\u202f,.]+)(?:subscriber|member)s?\b", re.IGNORECASE)
_ROUNDED = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?([KM])")


def exact_subscribers(text: str) -> int | None:
    """Return the number in ``11 286 994 subscribers``; None for a rounded ``11.3M`` and for anything else."""
    match = _SUBSCRIBERS.match(text.strip())
    if match is None or "." in match[1]:
        return None
    digits = re.sub(r"[^0-9]", "", match[1])
    return int(digits) if digits and len(digits) < 12 else None


def is_rounding_of(rounded: str, number: int | None) -> bool:
    """Return whether a rounded counter such as ``5.01K`` may stand for the exact `number`."""
    match = _ROUNDED.fullmatch(rounded)
    if match is None or number is None:
        return False
    unit = (1000 if match[3] == "K" else 1_000_000) / 10 ** len(match[2] or "")
    difference = abs(int(match[1] + (match[2] or "")) * unit - number)
    return bool(difference < unit)


def read_description(node: LexborNode | None) -> LinkedText | None:
    """Return a description; None if the page shows none: there may be none, or it may be elsewhere."""
    return None if node is None else linked_text(node)


def read_header(
    title: LexborNode | None, counters: Sequence[LexborNode], badge_node: LexborNode | None
) -> ChannelHeader:
    """Return what a channel says about itself, without `register_link`, which is told by its description.

    `badge_node` is the node that would contain its verified badge.
    """
    texts = [" ".join(text_of(node).split()) for node in counters]
    return ChannelHeader(
        title=text_of(title) or None,
        subscribers=next((number for text in texts if (number := exact_subscribers(text)) is not None), None),
        shown=next((text.split()[0] for text in texts if "subscriber" in text), ""),
        verified=badge_node.css_first(".verified-icon") is not None if badge_node is not None else None,
        has_content=any(text and "subscriber" not in text and "member" not in text for text in texts),
    )
