"""Visible text with its links, each with its place in the text: of a message, or of a whole page as it is laid out.

In the text of a page the layout is kept by four marks, which are white space: a block opens, a heading opens, a part
that surrounds every page (its head, foot or menu) opens, and whatever was opened last closes.
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

OPEN, HEADING, WALL, CLOSE = "\x1c", "\x1d", "\x1e", "\x1f"

# fmt: off
_UNSEEN = {
    "del", "s", "strike", "script", "style", "noscript", "template", "svg", "head", "select", "textarea", "iframe",
}
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
class LinkedText:
    """Visible text with its links, in their order."""

    text: str = field(default="", repr=False)
    anchors: tuple[Anchor, ...] = ()

    def stripped(self) -> "LinkedText":
        """Return it without white space at its ends."""
        text = self.text.strip()
        ahead, size = len(self.text) - len(self.text.lstrip()), len(text)

        def moved(place: int) -> int:
            return min(max(place - ahead, 0), size)

        return LinkedText(text, tuple(Anchor(moved(a.start), moved(a.end), a.href) for a in self.anchors))


def linked_text(node: LexborNode | None, *, flowing: bool = False) -> LinkedText:
    """Read a node's visible text and links. `flowing`: of a whole page, laid out as a browser would.

    Without it white space stays as it is and only ``br`` breaks lines, as in a message.
    """
    text, anchors = "", list[Anchor]()
    # Not recursion: a page may nest deeper than Python does. A tuple ends a link, a mark ends a block.
    stack: list[LexborNode | tuple[int, str] | str | None] = [node]
    while (here := stack.pop() if stack else None) is not None:
        if isinstance(here, str):
            text += here
        elif isinstance(here, tuple):
            anchors.append(Anchor(here[0], len(text), here[1]))
        elif here.is_text_node:
            words = here.text_content or ""
            text += _flowed(words, text[-1:]) if flowing else words
        elif here.tag == "br":
            text += "" if flowing and text[-1:] != " " and not text[-1:].strip() else "\n"
        elif not flowing or here.tag not in _UNSEEN:
            if flowing and here.tag in _BLOCKS:
                text += _opening(here)
                stack.append(CLOSE)
            if here.tag == "a" and (href := here.attributes.get("href")):
                stack.append((len(text), href))
            stack.extend(reversed(list(here.iter(include_text=True))))
    found = (_trimmed(anchor, text) for anchor in anchors)
    whole = LinkedText(text, tuple(sorted(found, key=lambda a: (a.start, a.end))))
    return whole if flowing else whole.stripped()


def _flowed(words: str, last: str) -> str:
    """Run white space into one, or into that in which the text ends so far."""
    words = re.sub(r"\s+", " ", words)
    return words if last.strip() else words.removeprefix(" ")


def _opening(node: LexborNode) -> str:
    if node.tag in _HEADINGS:
        return HEADING
    called = " ".join(filter(None, (node.attributes.get("id"), node.attributes.get("class"))))
    return WALL if node.tag in _WALLS or (node.tag != "body" and _CALLED_WALL.search(called)) else OPEN


def _trimmed(anchor: Anchor, text: str) -> Anchor:
    words = text[anchor.start : anchor.end]
    start = anchor.start + len(words) - len(words.lstrip())
    return Anchor(start, max(start, anchor.start + len(words.rstrip())), anchor.href)
