"""Visible text with its links and their positions: of a message, or of a whole page as it is laid out.

Four white-space characters mark the layout in a page's text: `OPEN` begins a block, `HEADING` a heading, `WALL` a part
that surrounds every page of a site (head, foot or menu), and `CLOSE` ends what was opened last.
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

OPEN, HEADING, WALL, CLOSE = "\x1c", "\x1d", "\x1e", "\x1f"

# fmt: off
_INVISIBLE_TAGS = {
    "del", "s", "strike", "script", "style", "noscript", "template", "svg", "head", "select", "textarea", "iframe",
}
_BLOCK_TAGS = {
    "address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "button", "label",
}
_HEADING_TAGS = {"caption", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary", "th"}
_WALL_TAGS = {"aside", "footer", "header", "nav"}
# fmt: on
_WALL_NAME = re.compile(
    r"(?:^|[\s_-])(?:foot(?:er)?|header|menu|nav(?:bar)?|share|sidebar|topbar)(?:$|[\s_-])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: the text from `start` to before `end`, and its address."""

    start: int
    end: int
    href: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LinkedText:
    """Visible text with its links in order of position."""

    text: str = field(default="", repr=False)
    anchors: tuple[Anchor, ...] = ()

    def stripped(self) -> "LinkedText":
        """Return the text without white space at its ends, with the links' positions adjusted."""
        text = self.text.strip()
        offset, length = len(self.text) - len(self.text.lstrip()), len(text)

        def shifted(position: int) -> int:
            return min(max(position - offset, 0), length)

        return LinkedText(text, tuple(Anchor(shifted(a.start), shifted(a.end), a.href) for a in self.anchors))


def linked_text(node: LexborNode | None, *, flowing: bool = False) -> LinkedText:
    """Return a node's visible text and links.

    `flowing`: a whole page, laid out as a browser would. Without it white space stays as it is and only ``br`` breaks
    lines, as in a message.
    """
    text, anchors = "", list[Anchor]()
    # A stack and no recursion: a page may nest deeper than Python allows. A tuple ends a link, a mark ends a block.
    stack: list[LexborNode | tuple[int, str] | str | None] = [node]
    while (current := stack.pop() if stack else None) is not None:
        if isinstance(current, str):
            text += current
        elif isinstance(current, tuple):
            anchors.append(Anchor(current[0], len(text), current[1]))
        elif current.is_text_node:
            content = current.text_content or ""
            text += _collapse_space(content, text[-1:]) if flowing else content
        elif current.tag == "br":
            text += "" if flowing and text[-1:] != " " and not text[-1:].strip() else "\n"
        elif not flowing or current.tag not in _INVISIBLE_TAGS:
            if flowing and current.tag in _BLOCK_TAGS:
                text += _opening_mark(current)
                stack.append(CLOSE)
            if current.tag == "a" and (href := current.attributes.get("href")):
                stack.append((len(text), href))
            stack.extend(reversed(list(current.iter(include_text=True))))
    trimmed = (_trim(anchor, text) for anchor in anchors)
    laid_out = LinkedText(text, tuple(sorted(trimmed, key=lambda a: (a.start, a.end))))
    return laid_out if flowing else laid_out.stripped()


def _collapse_space(content: str, preceding: str) -> str:
    """Return text with each run of white space as one blank; none at the start if the text before ends in one."""
    content = re.sub(r"\s+", " ", content)
    return content if preceding.strip() else content.removeprefix(" ")


def _opening_mark(node: LexborNode) -> str:
    if node.tag in _HEADING_TAGS:
        return HEADING
    names = " ".join(filter(None, (node.attributes.get("id"), node.attributes.get("class"))))
    return WALL if node.tag in _WALL_TAGS or (node.tag != "body" and _WALL_NAME.search(names)) else OPEN


def _trim(anchor: Anchor, text: str) -> Anchor:
    content = text[anchor.start : anchor.end]
    start = anchor.start + len(content) - len(content.lstrip())
    return Anchor(start, max(start, anchor.start + len(content.rstrip())), anchor.href)
