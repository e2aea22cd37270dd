"""Put a value into a YAML text at its place, and leave every other character of it as it is.

A value goes on lines of its own where its neighbours stand so, and into the brackets where they stand in brackets. The
caller reads the result back, and so notices one that came out wrong (`auditor.registry.registry_file`).
"""

import re
from collections.abc import Sequence
from functools import reduce
from typing import Any

import yaml

Step = str | int

_BREAK = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"( *)#[^\r\n]*(?:\r\n|\n|\r|$)")


class SpliceError(Exception):
    """The text is written in a way that cannot be added to."""


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML comes without types
    """Writes a list further in than its key, and in quotes what some program may read as another value than text."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML calls it so
        super().increase_indent(flow, indentless=False)

    def represent_mapping(self, *given: Any, **more: Any) -> yaml.MappingNode:
        node = super().represent_mapping(*given, **more)
        for key, _ in node.value:
            key.tag = self.resolve(yaml.ScalarNode, key.value, (True, False))  # `on` stays bare: a key is text
        return node

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML calls it so
        return True


_Dumper.add_implicit_resolver(
    "!other", re.compile(r"[yYnN]$|[-+.]*[0-9][\w:.,+ -]*$", re.ASCII), [*"yYnN+-.0123456789"]
)


def lines_of(value: Any) -> list[str]:
    """Write keys, or the items of a list, on lines."""
    return _dumped(value, brackets=False).splitlines()


def _in_brackets(value: Any) -> str:
    """Write keys, or the items of a list, as they stand inside brackets."""
    return _dumped(value, brackets=True).strip()[1:-1]


def _dumped(value: Any, *, brackets: bool) -> str:
    written = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=brackets, allow_unicode=True, sort_keys=False, width=float("inf")
    )
    return str(written)


def splice_value(
    text: str, place: Sequence[Step], key: str, value: Any, order: Sequence[str], *, add: bool = False
) -> str:
    """Return `text` with `value` at `key` of the mapping at `place`, whatever stood there.

    With `add` it becomes the last item of the list at `key`. A missing key is put behind the last of those that come
    before it in `order`. Raises `SpliceError`.
    """
    parent = reduce(_child, place, yaml.compose(text, Loader=yaml.CSafeLoader))
    if not isinstance(parent, yaml.MappingNode) or not parent.value:
        raise SpliceError("there are no keys here")
    name, old = next((pair for pair in parent.value if pair[0].value == key), (None, None))
    if add and isinstance(old, yaml.SequenceNode) and old.value:
        return _append(text, old, old.value[-1], [value])
    pair = {key: [value] if add else value}
    if old is not None:
        return _replace_value(text, parent, name, old, pair)
    before = [inside for known, inside in parent.value if known.value in order[: order.index(key)]]
    return _append(text, parent, (before or [parent.value[0][1]])[-1], pair)


def _append(text: str, parent: Any, last: Any, value: Any) -> str:
    """Put a key or an item behind another one."""
    end = _end(text, last)
    if parent.flow_style:
        return f"{text[:end]}, {_in_brackets(value)}{text[end:]}"
    return _with_lines(text, end, parent, lines_of(value))


def _replace_value(text: str, parent: Any, name: Any, old: Any, pair: dict[str, Any]) -> str:
    """Put another value in the place of one."""
    start, end = old.start_mark.index, _end(text, old)
    colon = text.find(":", name.end_mark.index) + 1
    (value,) = pair.values()
    if old.value == [] and "#" in text[start:end]:
        raise SpliceError("a remark would be lost")
    if parent.flow_style or not isinstance(value, dict | list):
        return f"{text[:start]}{' ' if start == colon else ''}{_in_brackets([value])}{text[end:]}"
    return _with_lines(text[:colon] + text[max(colon, end) :], colon, parent, lines_of(pair)[1:])


def _child(node: Any, step: Step) -> Any:
    if isinstance(step, int):
        return node.value[step]
    return next(value for name, value in node.value if name.value == step)


def _end(text: str, node: Any) -> int:
    """Return the index after the last character of a value's content, without blanks, breaks and comments."""
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(node, yaml.MappingNode) else last)
    if getattr(node, "style", None) in ("|", ">") and "+" not in _BREAK.split(text[start:end], maxsplit=1)[0]:
        return int(start + len(text[start:end].rstrip()))
    return int(end)


def _with_lines(text: str, index: int, parent: Any, lines: Sequence[str]) -> str:
    """Put lines after the line of `index`, and after comments right below it that are indented deeper than `parent`."""
    column = parent.start_mark.column
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
