"""Add to a YAML text without changing any other character.

A round trip through any YAML library wraps long lines, moves comments and forgets how a list was indented. So the text
is only spliced: libyaml says where things are, and what is added is written in the style of its neighbours. The caller
reads the result back, and so notices a splice that came out wrong (`auditor.registry.writing`).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

Step = str | int

_BREAK = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"( *)#[^\r\n]*(?:\r\n|\n|\r|$)")
_NO_TEXT = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false|null|~|)|[-+.]?[0-9][0-9a-fA-FxoT_:.,eE+ Z-]*|[-+]?\.(?i:inf|nan)"
)
"""Text that YAML 1.1, which many programs still use, reads as something else, and all that looks like a number."""
_NOT_PLAIN = re.compile(r"""^[-?:,\[\]{}#&*!|>'"%@`\s]|:(\s|$)| #|\s$""")
"""Text that means something else without quotes."""
_NOT_IN_BRACKETS = re.compile(r"[,\[\]{}]")


class SpliceError(Exception):
    """The text is written in a way that cannot be added to."""


def add_item(text: str, place: Sequence[Step], key: str, item: Any, order: Sequence[str]) -> str:
    """Return `text` with `item` at the end of the list at `key` of the mapping at `place`.

    A missing key is added after the last of those that come before it in `order`. Raises `SpliceError`.
    """
    spot = _Spot.find(text, place)
    items = spot.value(key)
    if isinstance(items, yaml.SequenceNode) and items.value:
        return spot.behind(items, item)
    return spot.put(key, [item], order)


def set_key(text: str, place: Sequence[Step], key: str, value: Any, order: Sequence[str]) -> str:
    """Return `text` with `value` at `key` of the mapping at `place`, whatever stood there; otherwise as `add_item`."""
    return _Spot.find(text, place).put(key, value, order)


def lines_of(value: Mapping[str, Any], dash: int = 2) -> Iterator[str]:
    """Write a mapping in lines; `dash` is how far the dash of an item stands to the right of its key."""
    for key, inside in value.items():
        if isinstance(inside, Mapping):
            yield f"{key}:"
            yield from (f"  {line}" for line in lines_of(inside, dash))
        elif isinstance(inside, list):
            yield f"{key}:"
            for item in inside:
                yield from (" " * dash + line for line in _item(item, dash))
        else:
            yield f"{key}: {_scalar(inside)}"


def _item(item: Any, dash: int) -> Iterator[str]:
    lines = lines_of(item, dash) if isinstance(item, Mapping) else [_scalar(item)]
    for n, line in enumerate(lines):
        yield f"  {line}" if n else f"- {line}"


def _in_line(value: Any) -> str:
    """Write a value in brackets, where it has more than one part."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_in_line(inside)}" for key, inside in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_in_line, value)) + "]"
    text = _scalar(value)
    return f"'{text}'" if text == value and _NOT_IN_BRACKETS.search(text) and "'" not in text else text


def _scalar(value: Any) -> str:
    if not isinstance(value, str):
        return value.isoformat() if isinstance(value, date) else str(value)
    if not value.isprintable():
        return json.dumps(value)
    quoted = _NO_TEXT.fullmatch(value) or _NOT_PLAIN.search(value)
    return "'" + value.replace("'", "''") + "'" if quoted else value


@dataclass(frozen=True, slots=True)
class _Spot:
    """A mapping of a text, and how far the dash of an item stands to the right of its key around it."""

    text: str
    node: yaml.MappingNode
    dash: int

    @classmethod
    def find(cls, text: str, place: Sequence[Step]) -> "_Spot":
        node, dash = yaml.compose(text, Loader=yaml.CSafeLoader), 2
        for step in place:
            parent, node = node, _child(node, step)
            if isinstance(node, yaml.SequenceNode) and not node.flow_style:
                dash = _column(node) - _column(parent)
        if not isinstance(node, yaml.MappingNode) or not node.value:
            raise SpliceError("there are no keys here")
        return cls(text, node, dash)

    def value(self, key: str) -> Any:
        """Return the node at a key, or None."""
        return next((value for name, value in self.node.value if name.value == key), None)

    def put(self, key: str, value: Any, order: Sequence[str]) -> str:
        old = self.value(key)
        if old is not None:
            return self.replace(old, key, value)
        before = [pair[1] for pair in self.node.value if pair[0].value in order[: order.index(key)]]
        end = _end(self.text, (before or [self.node.value[0][1]])[-1])
        if self.node.flow_style:
            return f"{self.text[:end]}, {_in_line({key: value})[1:-1]}{self.text[end:]}"
        return _with_lines(self.text, end, _column(self.node), [*lines_of({key: value}, self.dash)])

    def replace(self, old: Any, key: str, value: Any) -> str:
        """Put another value in the place of one, in lines where it stood in lines or was empty."""
        start, end = old.start_mark.index, _end(self.text, old)
        name = next(name for name, node in self.node.value if node is old)
        colon = self.text.find(":", name.end_mark.index) + 1
        empty = old.value in ([], "", "~", "null") and getattr(old, "style", None) in (None, "")
        if empty and "#" in self.text[start:end]:
            raise SpliceError("a remark would be lost")
        in_lines = empty or (isinstance(old, yaml.CollectionNode) and not old.flow_style)
        if self.node.flow_style or not in_lines or not isinstance(value, Mapping | list):
            gap = " " if start == colon else ""
            return f"{self.text[:start]}{gap}{_in_line(value)}{self.text[end:]}"
        kept = self.text[:colon] + self.text[max(colon, end) :]
        return _with_lines(kept, colon, _column(self.node), [*lines_of({key: value}, self.dash)][1:])

    def behind(self, items: yaml.SequenceNode, item: Any) -> str:
        end = _end(self.text, items.value[-1])
        if items.flow_style:
            return f"{self.text[:end]}, {_in_line(item)}{self.text[end:]}"
        return _with_lines(self.text, end, _column(items), [*_item(item, self.dash)])


def _child(node: Any, step: Step) -> Any:
    if isinstance(step, int):
        return node.value[step]
    return next(value for name, value in node.value if name.value == step)


def _column(node: Any) -> int:
    return int(node.start_mark.column)


def _end(text: str, node: Any) -> int:
    """Return the index after the last character of a value's content, without blanks, breaks and comments."""
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(node, yaml.MappingNode) else last)
    if getattr(node, "style", None) in ("|", ">") and "+" not in _BREAK.split(text[start:end], maxsplit=1)[0]:
        return int(start + len(text[start:end].rstrip()))
    return int(end)


def _with_lines(text: str, index: int, column: int, lines: Sequence[str]) -> str:
    """Put lines after the line of `index` and after comments right below it that are indented deeper."""
    found = _BREAK.search(text, index)
    at_start = index > 0 and text[index - 1] in "\r\n"
    place = index if at_start else (found.end() if found else len(text))
    while (comment := _COMMENT.match(text, place)) and len(comment[1]) > column and comment[0]:
        place = comment.end()
    near = found or _BREAK.search(text)
    newline = near[0] if near else "\n"
    body = newline.join(" " * column + line for line in lines)
    whole = place == 0 or text[place - 1] in "\r\n"
    return text[:place] + (body + newline if whole else newline + body) + text[place:]
