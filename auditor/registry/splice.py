"""Add to a YAML text without changing any other character.

A round trip through any YAML library wraps long lines, moves comments and forgets how a list was indented. So the text
is only spliced: ruamel's composer says where things are, and its emitter writes what is added, in the style of the
neighbours. The caller reads the result back and so notices a wrong splice (`auditor.registry.edit`).
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.scalarstring import SingleQuotedScalarString

Added = Mapping[str, Any] | int | str
"""What is added: text, numbers, dates, lists of text, and such mappings. Its order is the order of writing."""
Step = str | int

_BREAK = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"( *)#[^\r\n]*(?:\r\n|\n|\r|$)")
_NO_TEXT = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false|null|~)|[-+.]?[0-9][0-9a-fA-FxoT_:.,eE+ Z-]*|[-+]?\.(?i:inf|nan)"
)
"""Text that YAML 1.1, which many programs still use, reads as something else, and all that looks like a number."""
_ENDLESS = 1_000_000
"""Columns, so that no line is wrapped."""


class SpliceError(Exception):
    """The text is written in a way that cannot be added to."""


def add_item(text: str, place: Sequence[Step], key: str, item: Added, after: Sequence[str]) -> str:
    """Return `text` with `item` at the end of the list at `key` of the mapping at `place`.

    A missing key is added after the last of the keys `after`. Raises `SpliceError`.
    """
    spot = _Spot.find(text, place)
    pair = spot.pair(key)
    if pair is not None and isinstance(pair[1], SequenceNode) and pair[1].value:
        return spot.behind_items(pair[1], item)
    return spot.put(key, [item], after)


def set_key(text: str, place: Sequence[Step], key: str, value: Added, after: Sequence[str]) -> str:
    """Return `text` with `value` at `key` of the mapping at `place`, whatever stood there.

    A missing key is added after the last of the keys `after`. Raises `SpliceError`.
    """
    spot = _Spot.find(text, place)
    pair = spot.pair(key)
    return spot.put(key, value, after) if pair is None else spot.replace(pair, value)


@dataclass(frozen=True, slots=True)
class _Spot:
    """A mapping of a text, and how lists are indented around it: the dash from its key, the item from its dash."""

    text: str
    node: MappingNode
    dash: int
    item: int

    @classmethod
    def find(cls, text: str, place: Sequence[Step]) -> "_Spot":
        node: Node = YAML(typ="safe", pure=True).compose(text)
        dash, item = 2, 2
        for step in place:
            parent, node = node, _child(node, step)
            if _in_flow(node) and _in_flow(parent):
                continue
            if isinstance(node, SequenceNode) and not _in_flow(node):
                dash = _column(node) - _column(parent)
            elif isinstance(parent, SequenceNode) and _line(node) == _line(parent):
                item = _column(node) - _column(parent)
        if not isinstance(node, MappingNode):
            raise SpliceError("there are no keys here")
        return cls(text, node, dash, item)

    def pair(self, key: str) -> tuple[Node, Node] | None:
        return _pair(self.node, key)

    def put(self, key: str, value: Any, after: Sequence[str]) -> str:
        pair = self.pair(key)
        if pair is not None:
            return self.fill(pair, value)
        before = [pair for pair in self.node.value if pair[0].value in after] or self.node.value[:1]
        if not before:
            raise SpliceError("the keys are empty")
        end = self.end(*before[-1])
        if _in_flow(self.node):
            gap = " " if self.text[end - 1] == ":" else ""  # `key:,` would be another key
            return self.insert(end, f"{gap}, {_in_line({key: value})[1:-1]}")
        return self.insert_lines(end, _column(self.node), self.block({key: value}))

    def fill(self, pair: tuple[Node, Node], value: Any) -> str:
        """Give a value to a key whose value is empty: nothing, null or an empty list."""
        key, old = pair
        start, end = _span(old)
        if old.value != [] and not (isinstance(old, ScalarNode) and str(old.tag).endswith(":null")):
            raise SpliceError(f"{key.value} has a value")
        colon = self.colon(key)
        if start == end:
            start = end = colon
        if _BREAK.search(self.text, start, end):  # brackets with a comment in them
            return self.insert(start + 1, _in_line(value)[1:-1])
        below = isinstance(value, Mapping | list) and not _BREAK.search(self.text, colon, end)
        if _in_flow(self.node) or not below:
            gap = " " if start == colon else ""
            return self.text[:start] + gap + _in_line(value) + self.text[end:]
        kept = _Spot(self.text[:colon] + self.text[end:], self.node, self.dash, self.item)
        return kept.insert_lines(colon, _column(self.node), self.block({str(key.value): value})[1:])

    def replace(self, pair: tuple[Node, Node], value: Any) -> str:
        """Put another value in the place of one; remarks between the lines of the old one go with it."""
        key, old = pair
        start, _ = _span(old)
        end = self.end(key, old)
        if start == end or old.value == [] or str(old.tag).endswith(":null"):
            return self.fill(pair, value)
        if isinstance(old, ScalarNode) or _in_flow(old):
            return self.text[:start] + _in_line(value) + self.text[end:]
        colon = self.colon(key)
        kept = _Spot(self.text[:colon] + self.text[end:], self.node, self.dash, self.item)
        return kept.insert_lines(colon, _column(self.node), self.block({str(key.value): value})[1:])

    def behind_items(self, items: SequenceNode, item: Added) -> str:
        last = items.value[-1]
        end = self.end(None, last)
        if _in_flow(items):
            return self.insert(end, f", {_in_line(item)}")
        offset = _column(last) - _column(items) if last.start_mark.column > items.start_mark.column else 2
        lines = self.block(item) if isinstance(item, Mapping) and not _in_flow(last) else [_in_line(item)]
        first = "-" + " " * (offset - 1)
        return self.insert_lines(
            end, _column(items), [(first if n == 0 else " " * offset) + line for n, line in enumerate(lines)]
        )

    def end(self, key: Node | None, value: Node) -> int:
        """Return the index after the last character of a value's content, without blanks, breaks and comments."""
        start, end = _span(value)
        if isinstance(value, ScalarNode):
            if value.style in ("|", ">"):
                return end if "+" in _BREAK.split(self.text[start:end], maxsplit=1)[0] else self.stripped(start, end)
            return self.colon(key) if start == end and key is not None else end
        if _in_flow(value):
            return end
        return self.end(*value.value[-1]) if isinstance(value, MappingNode) else self.end(None, value.value[-1])

    def stripped(self, start: int, end: int) -> int:
        return start + len(self.text[start:end].rstrip(" \t\r\n"))

    def colon(self, key: Node) -> int:
        """Return the index after the colon of `key`; after the key itself if it has none."""
        end: int = key.end_mark.index
        found = re.compile(r"\s*:").match(self.text, end)
        return found.end() if found else end

    def insert(self, index: int, more: str) -> str:
        return self.text[:index] + more + self.text[index:]

    def insert_lines(self, index: int, column: int, lines: Sequence[str]) -> str:
        """Put lines after the line of `index` and after comments right below it that are indented deeper."""
        found = _BREAK.search(self.text, index)
        at_start = index > 0 and self.text[index - 1] in "\r\n"
        place = index if at_start else (found.end() if found else len(self.text))
        while (comment := _COMMENT.match(self.text, place)) and len(comment[1]) > column and comment[0]:
            place = comment.end()
        newline = self.newline(found)
        body = newline.join(" " * column + line for line in lines)
        whole = place == 0 or self.text[place - 1] in "\r\n"
        return self.insert(place, body + newline if whole else newline + body)

    def newline(self, near: re.Match[str] | None) -> str:
        """Return the line break to use: `near` where there is one, else the text's first, else a line feed."""
        found = near or _BREAK.search(self.text)
        return "\n" if found is None else found[0]

    def block(self, value: Any) -> list[str]:
        return _dumped(_commented(value, flow=False), mapping=2, sequence=self.dash + self.item, offset=self.dash)


def _child(node: Node, step: Step) -> Node:
    if isinstance(step, int) and isinstance(node, SequenceNode) and step < len(node.value):
        found: Node = node.value[step]
        return found
    pair = _pair(node, step) if isinstance(node, MappingNode) and isinstance(step, str) else None
    if pair is None:
        raise SpliceError(f"there is no {step!r}")
    return pair[1]


def _in_flow(node: Node) -> bool:
    """Tell whether a list or mapping is written in brackets."""
    return bool(getattr(node, "flow_style", False))


def _pair(node: MappingNode, key: str) -> tuple[Node, Node] | None:
    return next((pair for pair in node.value if isinstance(pair[0], ScalarNode) and pair[0].value == key), None)


def _span(node: Node) -> tuple[int, int]:
    return node.start_mark.index, node.end_mark.index


def _line(node: Node) -> int:
    return int(node.start_mark.line)


def _column(node: Node) -> int:
    return int(node.start_mark.column)


def _in_line(value: Any) -> str:
    (line,) = _dumped(_commented({"x": value}, flow=True))
    return line.removeprefix("{x: ").removesuffix("}")


def _dumped(value: Any, **indent: int) -> list[str]:
    yaml = YAML()
    yaml.width = _ENDLESS
    if indent:
        yaml.indent(**indent)
    out = io.StringIO()
    yaml.dump(value, out)
    return out.getvalue().removesuffix("\n").split("\n")


def _text(value: str) -> str:
    """Quote text that some reader of YAML takes for a boolean, a number or a time."""
    return SingleQuotedScalarString(value) if _NO_TEXT.fullmatch(value) else value


def _commented(value: Any, *, flow: bool) -> Any:
    """Return ruamel's own mappings and lists, which carry a style."""
    if isinstance(value, Mapping):
        made: Any = CommentedMap((key, _commented(one, flow=flow)) for key, one in value.items())
    elif isinstance(value, list):
        made = CommentedSeq(_commented(one, flow=flow) for one in value)
    else:
        return _text(value) if isinstance(value, str) else value
    if flow:
        made.fa.set_flow_style()
    return made
