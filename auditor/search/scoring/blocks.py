"""A text as a tree of blocks, down to its lines.

A page's layout comes in the text itself, by the marks of `auditor.probes.linked_text`: blocks, headings, and the parts that
surround every page. A heading opens a block of its own, up to the next one beside it. A text without marks has
paragraphs and lines.
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


_Thing = TypeVar("_Thing", bound=_Spanned)


@dataclass(eq=False, slots=True)
class Block:
    """A block of a text; a line has no children. `heading`, `wall`: what it is to the others."""

    start: int
    end: int = 0
    parent: "Block | None" = None
    children: list["Block"] = field(default_factory=list)
    line: bool = False
    heading: bool = False
    wall: bool = False
    """It surrounds every page: a head, a foot, a menu."""
    section: bool = False
    """It has no mark of its own: a heading, and what follows it."""

    def add(self, start: int, end: int = 0) -> "Block":
        """Add a child."""
        child = Block(start, end, self)
        self.children.append(child)
        return child

    def holds(self, things: Sequence[_Thing]) -> Sequence[_Thing]:
        """Return the things that begin in it, of those in a text's order."""
        return things[bisect_left(things, self.start, key=_begin) : bisect_right(things, self.end, key=_begin)]

    def lines(self) -> Iterator["Block"]:
        """Yield its lines."""
        todo = [self]
        while todo:  # not recursion: a page may nest deeper than Python does
            block = todo.pop()
            todo.extend(reversed(block.children))
            if block.line:
                yield block

    def line_at(self, at: int) -> "Block":
        """Return the line in which a place is."""
        return next((line for line in self.lines() if line.start <= at <= line.end), self)

    def around(self) -> Iterator["Block"]:
        """Yield it and the blocks around it, without a part that surrounds every page."""
        block: Block | None = self
        while block is not None and not block.wall:
            yield block
            block = block.parent

    def before(self) -> list["Block"]:
        """Return what stands beside it, above."""
        beside = self.parent.children if self.parent is not None else [self]
        return beside[: beside.index(self)]

    def after(self) -> list["Block"]:
        """Return what stands beside it, below."""
        beside = self.parent.children if self.parent is not None else [self]
        return beside[beside.index(self) + 1 :]


def _begin(thing: _Spanned) -> int:
    return thing.span[0]


def blocks(text: str, links: Sequence[int]) -> Block:
    """Return a text's tree. A line is there where it has a letter, or where a link is, which may have no words."""
    root = here = Block(0, len(text))
    marked = OPEN in text
    here = root if marked else root.add(0, len(text))
    start = 0
    for match in re.finditer(r"[\x1c-\x1f\n]|\Z" if marked else r"\n\s*\n|\n|\Z", text):
        if text[start : match.start()].strip() or any(start <= at <= match.start() for at in links):
            here.add(start, match.start()).line = True
        start = match.end()
        if match[0] in {OPEN, HEADING, WALL}:
            here = _opened(here, match)
        elif match[0] == CLOSE:
            here = _closed(here, match.start())
        elif match[0].count("\n") > 1:
            here.end, here = match.start(), root.add(start, len(text))
    return _pruned(root)


def _opened(here: Block, match: re.Match[str]) -> Block:
    if match[0] == HEADING:
        here = _out_of_section(here, match.start()).add(match.start(), len(match.string))
        here.section = True
    child = here.add(match.end(), len(match.string))
    child.heading, child.wall = match[0] == HEADING, match[0] == WALL
    return child


def _closed(here: Block, at: int) -> Block:
    here = _out_of_section(here, at)
    if here.parent is None:
        return here
    here.end = at
    return here.parent


def _out_of_section(here: Block, at: int) -> Block:
    while here.section and here.parent is not None:
        here.end, here = at, here.parent
    return here


def _pruned(root: Block) -> Block:
    """Take out blocks in which nothing is."""
    order = [root]
    for block in order:
        order.extend(block.children)
    for block in reversed(order):
        block.children = [child for child in block.children if child.children or child.line]
    return root
