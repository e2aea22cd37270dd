"""Visible text with its links, each with its place in the text: of a message, or of a whole page as it is laid out.

In the text of a page the layout is kept by four marks, which are white space: a block opens, a heading opens, a part
that surrounds every page (its head, foot or menu) opens, and whatever was opened last closes.
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

OPEN, HEADING, WALL, CLOSE = "\x1c", "\x1d", "\x1e", "\x1f"

_UNSEEN = {
    "del",
    "s",
    "strike",
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "head",
    "select",
    "textarea",
    "iframe",
}
# fmt: off
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "button", "label",
}
_HEADINGS = {"caption", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary", "th"}
_WALLS = {"aside", "footer", "header", "nav"}
# fmt: on
_CALLED_WALL = re.compile(
    r"(?:^|[\s_-])(?:foot(?:er)?|header|menu|nav(?:bar)?|share|sidebar|topbar)(?:$|[\s_-])", re.IGNORECASE
)


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
        if not self.last.isspace() or self.last == " ":
            self._add("\n")

    def mark(self, mark: str) -> None:
        """Open or close a block."""
        self._add(mark)

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
            writer.mark(CLOSE)
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
    whole = Marked(text, tuple(sorted(found, key=lambda a: (a.start, a.end))))
    return whole if flowing else whole.stripped()


def _enter(node: LexborNode, writer: _Writer, stack: list[LexborNode | tuple[int, str] | None]) -> None:
    if writer.flowing and node.tag in _BLOCKS:
        writer.mark(_opening(node))
        stack.append(None)
    if node.tag == "a" and (href := node.attributes.get("href")):
        stack.append((writer.length, href))
    stack.extend(reversed(list(node.iter(include_text=True))))


def _opening(node: LexborNode) -> str:
    if node.tag in _HEADINGS:
        return HEADING
    called = " ".join(filter(None, (node.attributes.get("id"), node.attributes.get("class"))))
    return WALL if node.tag in _WALLS or (node.tag != "body" and _CALLED_WALL.search(called)) else OPEN


def _trimmed(anchor: Anchor, text: str) -> Anchor:
    words = text[anchor.start : anchor.end]
    start = anchor.start + len(words) - len(words.lstrip())
    return Anchor(start, max(start, anchor.start + len(words.rstrip())), anchor.href)
