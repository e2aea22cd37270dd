"""A text as a tree of blocks, down to its lines.

The text of a web page has marks of its layout (`auditor.probes.linked_text`): blocks, headings, and the parts that
surround every page. A heading and the text after it, up to the next heading beside it, are a section. A text without
marks has paragraphs and lines.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from auditor.probes.linked_text import CLOSE, HEADING, OPEN, WALL


class _Spanned(Protocol):
    @property
    def span(self) -> tuple[int, int]: ...


_Item = TypeVar("_Item", bound=_Spanned)


@dataclass(eq=False, slots=True)
class Block:
    """A block of a text from `start` to `end`; a line has no children."""

    start: int
    end: int = 0
    parent: "Block | None" = None
    children: list["Block"] = field(default_factory=list)
    is_line: bool = False
    is_heading: bool = False
    is_boilerplate: bool = False
    """Whether it surrounds every page of a site: a header, a footer, a menu."""
    is_section: bool = False
    """Whether it is a heading and what follows it, which has no mark of its own in the text."""

    def add(self, start: int, end: int = 0) -> "Block":
        """Add a child and return it."""
        child = Block(start, end, self)
        self.children.append(child)
        return child

    def items_in(self, items: Sequence[_Item]) -> Sequence[_Item]:
        """Return the items that begin in the block; `items` are in the text's order."""
        return items[bisect_left(items, self.start, key=_start_of) : bisect_right(items, self.end, key=_start_of)]

    def lines(self) -> Iterator["Block"]:
        """Yield its lines in the text's order."""
        stack = [self]
        while stack:  # not recursion: a page may nest deeper than Python does
            block = stack.pop()
            stack.extend(reversed(block.children))
            if block.is_line:
                yield block

    def line_at(self, position: int) -> "Block":
        """Return the line at a position, or the block itself if there is none."""
        return next((line for line in self.lines() if line.start <= position <= line.end), self)

    def with_ancestors(self) -> Iterator["Block"]:
        """Yield the block and its ancestors, up to a part that surrounds every page."""
        block: Block | None = self
        while block is not None and not block.is_boilerplate:
            yield block
            block = block.parent

    def siblings_above(self) -> list["Block"]:
        """Return its siblings before it."""
        siblings = self.parent.children if self.parent is not None else [self]
        return siblings[: siblings.index(self)]

    def siblings_below(self) -> list["Block"]:
        """Return its siblings after it."""
        siblings = self.parent.children if self.parent is not None else [self]
        return siblings[siblings.index(self) + 1 :]


def _start_of(item: _Spanned) -> int:
    return item.span[0]


def parse_blocks(text: str, links: Sequence[int]) -> Block:
    """Return a text's tree. Blank lines are left out, unless one of `links`, the positions of links, is in them."""
    root = current = Block(0, len(text))
    marked = OPEN in text
    current = root if marked else root.add(0, len(text))
    start = 0
    for match in re.finditer(r"[\x1c-\x1f\n]|\Z" if marked else r"\n\s*\n|\n|\Z", text):
        if text[start : match.start()].strip() or any(start <= position <= match.start() for position in links):
            current.add(start, match.start()).is_line = True
        start = match.end()
        if match[0] in {OPEN, HEADING, WALL}:
            current = _open_block(current, match)
        elif match[0] == CLOSE:
            current = _close_block(current, match.start())
        elif match[0].count("\n") > 1:
            current.end, current = match.start(), root.add(start, len(text))
    return _prune(root)


def _open_block(current: Block, match: re.Match[str]) -> Block:
    if match[0] == HEADING:
        current = _out_of_section(current, match.start()).add(match.start(), len(match.string))
        current.is_section = True
    child = current.add(match.end(), len(match.string))
    child.is_heading, child.is_boilerplate = match[0] == HEADING, match[0] == WALL
    return child


def _close_block(current: Block, end: int) -> Block:
    current = _out_of_section(current, end)
    if current.parent is None:
        return current
    current.end = end
    return current.parent


def _out_of_section(current: Block, end: int) -> Block:
    while current.is_section and current.parent is not None:
        current.end, current = end, current.parent
    return current


def _prune(root: Block) -> Block:
    """Remove blocks without a line."""
    all_blocks = [root]
    for block in all_blocks:
        all_blocks.extend(block.children)
    for block in reversed(all_blocks):
        block.children = [child for child in block.children if child.children or child.is_line]
    return root
