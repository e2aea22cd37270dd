"""Reading t.me markup without ever raising: small helpers over selectolax.

Telegram's pages carry no contract; what is relied on was seen in saved pages of 2021-2026, and every reader here
asks for marks that must be there before it believes what is missing.
"""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.probes.linked import marked

_MARKS = re.compile(r"""\b(?:tgme_|tme_|TWidget|widget_frame_base)""")
_OPENS = re.compile(r"<html\b|<!doctype\s+html", re.IGNORECASE)
_CLOSES = re.compile(r"</html\s*>", re.IGNORECASE)
_LOST = 20
_HANDLE = re.compile(r"[A-Za-z0-9_]{2,64}")
_HOSTS = {"t.me", "www.t.me", "telegram.me", "telegram.dog"}
# How providers' and regulators' block pages speak. Bounded, so that no page takes long to search.
_BLOCK = re.compile(
    r"заблокирован|ограничен\w{0,5}\s{1,9}доступ|доступ\w{0,5}\s{1,9}(?:к\s{1,9}\w{1,30}\s{1,9}){0,4}ограничен|"
    r"роскомнадзор|149-фз|"
    r"eais\.rkn\.gov\.ru|\bblocked\b|access\s+(?:is\s+)?restricted",
    re.IGNORECASE,
)


def decode(body: bytes) -> str:
    """Return the page's text; t.me is always UTF-8."""
    return body.decode("utf-8", errors="replace")


def garbled(page: str) -> bool:
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


def whole(page: str) -> bool:
    """Tell whether a page was not cut off: one that opens `html` closes it. A bare fragment is taken as it is.

    The newest messages stand last, so a page cut short would silently lose the week's posts.
    """
    return _OPENS.search(page) is None or _CLOSES.search(page) is not None


def speaks_of_block(page: str) -> bool:
    """Tell whether a page says that access is blocked."""
    return _BLOCK.search(page) is not None


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


def text_of(node: LexborNode | None) -> str:
    """Return the text, with line breaks as such and smileys as characters; stripped."""
    return marked(node).text


def utc(text: str) -> datetime | None:
    """Read `datetime` of a `time` element: ISO 8601 with an offset. None for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def handle_of(href: str, host: str = "") -> str | None:
    """Return the user name, in lower case, that a link to a profile names; `host` counts as t.me too."""
    try:
        parts = urlsplit(href.strip())
        netloc = parts.netloc.casefold()
    except ValueError:
        return None
    if netloc and netloc not in _HOSTS and netloc != host.casefold():
        return None
    name = parts.path.strip("/")
    return name.casefold() if _HANDLE.fullmatch(name) else None
