"""Insert, replace or remove a value in a YAML text and leave every other character as it is.

A value goes on lines of its own in block style, and into the brackets in flow style, like its neighbours. The caller
reads the result back, and so notices an edit that went wrong (`auditor.registry.registry_file`).
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
    """The text is written in a style that cannot be edited."""


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # PyYAML comes without types
    """Indents a list deeper than its key, and quotes text that some program may read as another type."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML calls it so
        super().increase_indent(flow, indentless=False)

    def represent_mapping(self, *args: Any, **kwargs: Any) -> yaml.MappingNode:
        node = super().represent_mapping(*args, **kwargs)
        for key, _ in node.value:
            key.tag = self.resolve(yaml.ScalarNode, key.value, (True, False))  # `on` stays bare: a key is text
        return node

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML calls it so
        return True


_Dumper.add_implicit_resolver(
    "!other", re.compile(r"[yYnN]$|[-+.]*[0-9][\w:.,+ -]*$", re.ASCII), [*"yYnN+-.0123456789"]
)


def lines_of(value: Any) -> list[str]:
    """Return a mapping or a list as YAML lines in block style."""
    return _dumped(value, brackets=False).splitlines()


def _in_brackets(value: Any) -> str:
    """Return a mapping or a list in flow style, without its brackets."""
    return _dumped(value, brackets=True).strip()[1:-1]


def _dumped(value: Any, *, brackets: bool) -> str:
    written = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=brackets, allow_unicode=True, sort_keys=False, width=float("inf")
    )
    return str(written)


def splice_value(
    text: str, path: Sequence[Step], key: str, value: Any, order: Sequence[str], *, add: bool = False
) -> str:
    """Return `text` with `value` at `key` of the mapping at `path`, in place of any old value.

    With `add` it becomes the last item of the list at `key`. A missing key goes after the last of those that precede it
    in `order`. Raises `SpliceError` if the text cannot be edited so.
    """
    parent = reduce(_child, path, yaml.compose(text, Loader=yaml.CSafeLoader))
    if not isinstance(parent, yaml.MappingNode) or not parent.value:
        raise SpliceError("there are no keys here")
    key_node, old_value = next((pair for pair in parent.value if pair[0].value == key), (None, None))
    if add and isinstance(old_value, yaml.SequenceNode) and old_value.value:
        return _append(text, old_value, old_value.value[-1], [value])
    pair = {key: [value] if add else value}
    if old_value is not None:
        return _replace_value(text, parent, key_node, old_value, pair)
    earlier = [value_node for node, value_node in parent.value if node.value in order[: order.index(key)]]
    return _append(text, parent, (earlier or [parent.value[0][1]])[-1], pair)


def remove_value(text: str, path: Sequence[Step]) -> str:
    """Return `text` without the key or the item at `path`, with the comments inside it on lines of their own.

    Raises `SpliceError` if it is the only one, or if a comment would go.
    """
    parent = reduce(_child, path[:-1], yaml.compose(text, Loader=yaml.CSafeLoader))
    entries = [_extent(text, parent, entry) for entry in parent.value]
    names = [pair[0].value for pair in parent.value] if isinstance(parent, yaml.MappingNode) else range(len(entries))
    position = list(names).index(path[-1])
    if len(entries) == 1:
        raise SpliceError("nothing would be left here")
    begin, end = entries[position]
    scalars = _scalars(parent.value[position])
    if not parent.flow_style and not text[:begin].rpartition("\n")[2].strip(" \r"):
        return _without_lines(text, begin, end, scalars)
    first, last = (entries[position - 1][1], end) if position else (begin, entries[1][0])
    if _comments(text, first, last, scalars):
        raise SpliceError("a remark would be lost")
    return text[:first] + text[last:]


def _extent(text: str, parent: Any, entry: Any) -> tuple[int, int]:
    """Return the indexes of a pair's or an item's first character, the dash included, and after its last."""
    if isinstance(parent, yaml.MappingNode):
        return entry[0].start_mark.index, max(_end(text, entry[1]), entry[0].end_mark.index + 1)
    start = entry.start_mark.index
    return (start if parent.flow_style else text.rfind("-", 0, start)), _end(text, entry)


def _without_lines(text: str, begin: int, end: int, scalars: Sequence[tuple[int, int]]) -> str:
    """Return `text` without the lines from `begin` to `end`, of which the comments stay."""
    line_break = _BREAK.search(text, end)
    start, stop = begin - len(text[:begin].rpartition("\n")[2]), line_break.end() if line_break else len(text)
    newline = line_break[0] if line_break else "\n"
    comments = "".join(text[start:begin] + line + newline for line in _comments(text, begin, stop, scalars))
    return text[:start] + comments + text[stop:]


def _comments(text: str, begin: int, end: int, scalars: Sequence[tuple[int, int]]) -> list[str]:
    """Return the comments from `begin` to `end`, none of which is a part of one of the `scalars`."""
    matches = re.finditer(r"(?<![^\s])#[^\r\n]*", text[begin:end])
    places = ((begin + match.start(), match[0]) for match in matches)
    return [comment for place, comment in places if not any(first <= place < last for first, last in scalars)]


def _scalars(node: Any) -> list[tuple[int, int]]:
    """Return the extents of all scalars of a node, or of a pair of nodes."""
    if isinstance(node, yaml.ScalarNode):
        return [(node.start_mark.index, node.end_mark.index)]
    children = node if isinstance(node, tuple) else node.value
    return [extent for child in children for extent in _scalars(child)]


def _append(text: str, parent: Any, last_value: Any, value: Any) -> str:
    """Return `text` with the key or item in `value` after `last_value`, the value of its neighbour."""
    end = _end(text, last_value)
    if parent.flow_style:
        return f"{text[:end]}, {_in_brackets(value)}{text[end:]}"
    return _with_lines(text, end, parent, lines_of(value))


def _replace_value(text: str, parent: Any, key_node: Any, old_value: Any, pair: dict[str, Any]) -> str:
    """Return `text` with the value of `pair` in place of `old_value`. Raises `SpliceError` if a comment would go."""
    start, end = old_value.start_mark.index, _end(text, old_value)
    colon = text.find(":", key_node.end_mark.index) + 1
    (value,) = pair.values()
    if old_value.value == [] and "#" in text[start:end]:
        raise SpliceError("a remark would be lost")
    if parent.flow_style or not isinstance(value, dict | list):
        return f"{text[:start]}{' ' if start == colon else ''}{_in_brackets([value])}{text[end:]}"
    return _with_lines(text[:colon] + text[max(colon, end) :], colon, parent, lines_of(pair)[1:])


def _child(node: Any, step: Step) -> Any:
    if isinstance(step, int):
        return node.value[step]
    return next(value for name, value in node.value if name.value == step)


def _end(text: str, node: Any) -> int:
    """Return the index after the last character of a value, without trailing blanks, breaks and comments."""
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        last_child = node.value[-1]
        return _end(text, last_child[1] if isinstance(node, yaml.MappingNode) else last_child)
    if getattr(node, "style", None) in ("|", ">") and "+" not in _BREAK.split(text[start:end], maxsplit=1)[0]:
        return int(start + len(text[start:end].rstrip()))
    return int(end)


def _with_lines(text: str, index: int, parent: Any, lines: Sequence[str]) -> str:
    """Return `text` with `lines` after the line of `index` and the comments below it that are deeper than `parent`."""
    column = parent.start_mark.column
    line_break = _BREAK.search(text, index)
    at_start = index > 0 and text[index - 1] in "\r\n"
    insert_at = index if at_start else (line_break.end() if line_break else len(text))
    while (comment := _COMMENT.match(text, insert_at)) and len(comment[1]) > column and comment[0]:
        insert_at = comment.end()
    any_break = line_break or _BREAK.search(text)
    newline = any_break[0] if any_break else "\n"
    body = newline.join(" " * column + line for line in lines)
    begins_line = insert_at == 0 or text[insert_at - 1] in "\r\n"
    return text[:insert_at] + (body + newline if begins_line else newline + body) + text[insert_at:]
