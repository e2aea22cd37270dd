"""Text with its links: where a page's owner names or links an account (vk.com, vk.ru, t.me, telegram.me, ``@name``).

Links are hidden behind words as often as they are written out, so both are read, each with its place in the text. What
is no account stays out: wall posts, share links, private invites, a page's links to itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborNode

from auditor.base.address import Address
from auditor.probes.pages import Passage, Place

_WRITTEN = re.compile(
    r"(?<![\w.@/-])(?:https?://)?"
    r"(?:(?:www\.|m\.)?(?:vk\.(?:com|ru)|t\.me|telegram\.(?:me|dog))/[\w.+/-]+|[a-z][a-z0-9_]{3,31}\.t\.me(?![\w.]))",
    re.IGNORECASE | re.ASCII,
)
# Mail has a word before the sign; a name with a dot in it is of another network.
_MENTION = re.compile(r"(?<![\w.+/@-])@([a-z][a-z0-9_]{3,31})(?![\w@]|\.\w)", re.IGNORECASE)
_SPEAKS_OF_TELEGRAM = re.compile(r"(?:telegram|телеграмм?|(?<!\w)(?:тг|tg)(?!\w))[^\n@]{0,40}$", re.IGNORECASE)
_UNSEEN = {"script", "style", "noscript", "template", "svg", "head", "select", "textarea", "iframe"}
# fmt: off
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: its words, from `start` to before `end`, and where it leads."""

    start: int
    end: int
    href: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Marked:
    """Visible text with its links, in their order."""

    text: str = field(default="", repr=False)
    anchors: tuple[Anchor, ...] = ()

    def stripped(self) -> "Marked":
        """Return it without white space at its ends."""
        text = self.text.strip()
        ahead, size = len(self.text) - len(self.text.lstrip()), len(text)
        return Marked(text, tuple(_moved(a, -ahead, size) for a in self.anchors))


def _moved(anchor: Anchor, by: int, size: int) -> Anchor:
    start, end = (min(max(n + by, 0), size) for n in (anchor.start, anchor.end))
    return Anchor(start, end, anchor.href)


class _Writer:
    """Puts text together; on a `flowing` page white space runs into one and blocks begin a line."""

    def __init__(self, *, flowing: bool) -> None:
        self.flowing = flowing
        self.parts: list[str] = []
        self.length = 0
        self.last = "\n"

    def put(self, text: str) -> None:
        if self.flowing:
            text = re.sub(r"\s+", " ", text)
            text = text.removeprefix(" ") if self.last.isspace() else text
        self._add(text)

    def line(self) -> None:
        """End a line, once."""
        if self.last != "\n":
            self._add("\n")

    def _add(self, text: str) -> None:
        if text:
            self.parts.append(text)
            self.length += len(text)
            self.last = text[-1]


def marked(node: LexborNode | None, *, flowing: bool = False) -> Marked:
    """Read a node's visible text and links. `flowing`: of a whole page, laid out as a browser would.

    Without it white space stays as it is and only ``br`` breaks lines, as in a message.
    """
    writer, anchors = _Writer(flowing=flowing), []
    # Not recursion: a page may nest deeper than Python does. A tuple ends what was opened before.
    stack: list[LexborNode | tuple[int, str] | None] = [node]
    while stack:
        here = stack.pop()
        if here is None:
            writer.line()
        elif isinstance(here, tuple):
            anchors.append(Anchor(here[0], writer.length, here[1]))
        elif here.is_text_node:
            writer.put(here.text_content or "")
        elif here.tag == "br":
            writer.line() if flowing else writer.put("\n")
        elif not flowing or here.tag not in _UNSEEN:
            _enter(here, writer, stack)
    text = "".join(writer.parts)
    found = (_trimmed(a, text) for a in anchors)
    return Marked(text, tuple(sorted(found, key=lambda a: (a.start, a.end)))).stripped()


def _enter(node: LexborNode, writer: _Writer, stack: list[LexborNode | tuple[int, str] | None]) -> None:
    if writer.flowing and node.tag in _BLOCKS:
        writer.line()
        stack.append(None)
    elif writer.flowing and node.tag in {"td", "th"}:
        writer.put(" ")
    if node.tag == "a" and (href := node.attributes.get("href")):
        stack.append((writer.length, href))
    stack.extend(reversed(list(node.iter(include_text=True))))


def _trimmed(anchor: Anchor, text: str) -> Anchor:
    words = text[anchor.start : anchor.end]
    start = anchor.start + len(words) - len(words.lstrip())
    return Anchor(start, max(start, anchor.start + len(words.rstrip())), anchor.href)


def accounts_in(whole: Marked, *, mentions: bool) -> list[tuple[int, Address]]:
    """Return the accounts that a text links or names, with their places, in the text's order.

    A link outweighs its own words. With `mentions`, every ``@name`` is Telegram's; without, only one that follows a
    word that says so.
    """
    found: dict[tuple[int, Address], None] = {}
    taken: list[range] = []
    for anchor in whole.anchors:
        address = _led_to(anchor.href)
        if address is not None:
            found[anchor.start, address] = None
            taken.append(range(anchor.start, anchor.end))
    for place, address in _written_in(whole.text, mentions=mentions):
        if not any(place in words for words in taken):
            found[place, address] = None
    return sorted(found, key=lambda row: (row[0], row[1].network, row[1].name))


def passage(place: Place, whole: Marked, *, own: Address | None, url: str, at: datetime | None = None) -> Passage:
    """Make a passage of Telegram's text, with the accounts it names, `own` left out."""
    links = [row for row in accounts_in(whole, mentions=True) if row[1] != own]
    return Passage(place, whole.text, tuple(a for _, a in links), tuple(n for n, _ in links), url=url, at=at)


def _written_in(text: str, *, mentions: bool) -> Iterator[tuple[int, Address]]:
    for match in _WRITTEN.finditer(text):
        address = _parsed(match[0].rstrip(".,-/+"))
        if address is not None:
            yield match.start(), address
    for match in _MENTION.finditer(text):
        if mentions or _SPEAKS_OF_TELEGRAM.search(text[max(0, match.start() - 60) : match.start()]):
            address = _parsed(match[0])
            if address is not None:
                yield match.start(), address


def _led_to(href: str) -> Address | None:
    """Read where a link leads; VK's own way out of VK is looked through."""
    try:
        parts = urlsplit(href.strip())
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    if parts.scheme == "tg" and parts.netloc == "resolve":
        return _parsed("@" + next(iter(parse_qs(parts.query).get("domain", [])), ""))
    if parts.scheme not in {"http", "https", ""} or not host:
        return None
    if host in {"vk.com", "vk.ru"} and parts.path.casefold() == "/away.php":
        onward = next(iter(parse_qs(parts.query).get("to", [])), "")
        return _parsed(onward)
    return _parsed(href)


def _parsed(text: str) -> Address | None:
    try:
        address = Address.parse(text)
    except ValueError:
        return None
    return None if address.invite else address
