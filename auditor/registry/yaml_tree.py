"""Parse a YAML text into plain mappings and lists that know their lines.

It is built from libyaml's events, so that no type is guessed: a plain ``no``, ``on`` or ``1:30`` stays text, a date
stays as it was written, and a repeated key is a mistake. Anchors, aliases and tags are refused: editors and readers
need every value where it is used.
"""

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from auditor.base.errors import Problem, RegistryError, os_error_text
from auditor.base.safe import is_invisible
from auditor.base.text import N_, Text, phrase, verbatim
from auditor.registry.model_reader import ModelReader, YamlList, YamlMapping

_LARGEST = 8_000_000
"""Bytes of a file. The oblast's registry has some 50 thousand, one for a large region some two million."""
_DEEPEST = 16
"""Levels of nesting. A registry has eight."""
_LONGEST = 10_000
"""Characters of one value. The longest note of the oblast's registry has some hundreds."""
_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
"""Characters that control a terminal or the writing direction. No name or source needs one."""

_KEY = re.compile(r" *(?:- )?[a-z_]{2,}:(?: |$)")
"""Matches a line that looks like a key and its value."""
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


# A file ------------------------------------------------------------------------------------------------------------


def read_text(path: Path, largest: int = _LARGEST) -> str:
    """Return a file's text without a byte order mark. Raises `RegistryError`, of one problem, if it cannot be read."""
    line, what, fix = 1, phrase("this is no file that can be read"), N_("check the path")
    raw = b""
    try:
        if not os.path.lexists(path) or os.path.isfile(path):  # noqa: PTH113 - raises nothing; a pipe would never end
            with path.open("rb") as file:
                raw = file.read(largest + 1)
            if len(raw) <= largest:
                return raw.decode("utf-8-sig")
            what = phrase("the file is larger than {largest} bytes", largest=largest)
            fix = N_("check that it is the right file")
    except FileNotFoundError:
        what, fix = phrase("there is no such file"), N_("check the path, or give another one with --registry")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what, fix = phrase("the text is not UTF-8"), N_("save the file in the encoding UTF-8")
    except (OSError, ValueError) as error:
        reason = os_error_text(error) if isinstance(error, OSError) else phrase("not a path")
        what, fix = phrase("the file cannot be read ({why})", why=reason), N_("check the path and who may read it")
    raise RegistryError([Problem(str(path), line, what, phrase(fix))])


def parse_yaml(text: str, name: str, reader: ModelReader) -> Any:
    """Return a YAML text as `YamlMapping`, `YamlList` and plain values; None, and a problem, if empty or no YAML.

    Problems name the text by `name`.
    """
    problem_count = len(reader.problems)
    try:
        for line, what, fix in _hidden_values(text):
            reader.add_problem(name, line, what, fix)
        if len(reader.problems) > problem_count:
            return None
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        reader.add_problem(name, *_typing_mistake(text.splitlines(), error, _line_of(error)))
        return None
    except (yaml.YAMLError, UnicodeEncodeError) as error:  # libyaml names a character by its place in bytes
        readable = text.encode("utf-8", "surrogatepass")[: getattr(error, "position", None) or 0]
        line, refused = readable.count(b"\n") + 1, N_("there is a character that YAML does not allow")
        reader.add_problem(name, line, refused, "remove it or write it out in letters")
        return None
    if root is None or root.tag == "tag:yaml.org,2002:null":
        fix = N_("begin with the example in the project's officials.yaml")
        reader.add_problem(name, 1, "the file is empty", fix)
        return None
    return _TreeBuilder(reader, name).read_value(root, root.start_mark.line + 1)


def _line_of(error: yaml.MarkedYAMLError) -> int:
    """Return the line of a syntax error; of a bracket or a quote that is never closed the line that opens it."""
    mark = (error.context_mark if _is_unclosed(error) else None) or error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


_TYPING_MISTAKES = (
    (
        re.compile(r"^(<{7}|={7}|>{7})"),
        N_("a mark of git's merge stands here"),
        N_("keep one of the two versions and delete the marks"),
    ),
    (
        re.compile(r"^[ \u00a0]*\t"),
        N_("a tab indents this line"),
        N_("put blanks in its place, as many as the lines beside it have"),
    ),
    (
        re.compile(r"^ *[\u00a0\u2000-\u200b\u202f\u3000\ufeff]"),
        N_("a hard blank of Word indents this line"),
        N_("put plain blanks in its place"),
    ),
    (
        re.compile(r"^\s*[\u2010-\u2015\u2212\u2022]\s"),
        N_("the item begins with a long dash or a bullet of Word"),
        N_("type a plain dash and a blank: - "),
    ),
    (re.compile(r"^\s*-\w+:"), N_("no blank follows the dash"), N_("put one between the dash and the key")),
    (
        re.compile(r"^\s*(?:- )?[a-z_]+:[\u00a0\u202f]"),
        N_("a hard blank of Word follows the colon"),
        N_("put a plain blank in its place"),
    ),
    (
        re.compile(r"^\s*(?:- )?[a-z_]+:(?!//)[^\s]"),
        N_("no blank follows the colon"),
        N_("put one between the colon and the value"),
    ),
    (
        re.compile(r"^\s*(?:- )?(?:id|municipality|title|group|name|since|until|url|kind) +\w"),
        N_("no colon follows the key"),
        N_("type a colon and a blank: `title: …`"),
    ),
    (
        re.compile(r"^\s*(?:- )?[a-z_]+ ?[;\uff1a=]"),
        N_("another sign stands where the colon of a key belongs"),
        N_("type a colon and a blank: `title: …`"),
    ),
)
"""How a line looks that was typed or pasted wrong, what is wrong, and how to mend it."""
_ITEM = re.compile(r"^( *)- \{?([a-z_]+):")
_LIST_OF = {"name": "tenures", "url": "accounts", "id": "offices", "network": "reports"}
"""The key of a list, by the first key of its items."""
_LOOK_BACK = 3
"""Lines from a mistake to where the parser notices it, at most."""


def _typing_mistake(
    lines: Sequence[str], error: yaml.MarkedYAMLError, noticed: int
) -> tuple[int, str | Text, str | Text]:
    """Return the line of a mistake of syntax, what is wrong there and how to mend it."""
    for line in range(min(noticed, len(lines)), max(noticed - _LOOK_BACK, 0), -1):
        for form, what, fix in _TYPING_MISTAKES:
            if form.match(lines[line - 1]):
                return line, what, fix
    item = _ITEM.match(lines[noticed - 1]) if noticed <= len(lines) and not _is_unclosed(error) else None
    if item and item[2] in _LIST_OF and _has_value_above(lines, noticed, len(item[1])):
        return noticed, N_("the list that begins here has no key above it"), _missing_key(item[2])
    return noticed, N_("from here on the lines cannot be read"), _fix_for(error)


def _missing_key(first: str) -> Text:
    return phrase("write {key}: on a line of its own above it", key=_LIST_OF[first])


def _has_value_above(lines: Sequence[str], line: int, indent: int) -> bool:
    """Return whether the line above is a key with a value and is indented less, so that no list may follow."""
    above = next((text for text in reversed(lines[: line - 1]) if text.strip()), "")
    return re.match(r" *(?:- )?[a-z_]+: +\S", above) is not None and len(above) - len(above.lstrip()) < indent


def _fix_for(error: yaml.MarkedYAMLError) -> str:
    if _is_unclosed(error):
        return N_("close the bracket or the quotes that begin on this line")
    problem = str(error.problem or error.context)
    return next((fix for sign, fix in _FIXES.items() if sign in problem), _FIX)


def _is_unclosed(error: yaml.MarkedYAMLError) -> bool:
    problem = str(error.problem or error.context)
    return error.context_mark is not None and any(sign in problem for sign in _UNCLOSED)


_FIX = N_("check the indentation, the dashes, the colons and the quotes here")
_FIXES = {
    "nesting depth": N_("check the indentation and the brackets"),
    "mapping values": N_("put a value that holds a colon in quotes, and check the indentation"),
    "cannot start any token": N_("put a name with @ in quotes: '@name'; put blanks in the place of tabs"),
}
"""Fixes by a part of libyaml's message."""
_UNCLOSED = ("']'", "'}'", "end of stream")
"""Parts of libyaml's messages about a bracket or a quote that is never closed."""


_Hidden = tuple[int, Text, str]
"""A line, what is wrong there, and how to mend it."""


def _hidden_values(text: str) -> Iterator[_Hidden]:
    """Yield what hides a value, or what it is. Where that is more than a value, the rest is not read."""
    depth, documents, lines = 0, 0, text.splitlines()
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if documents > 1:
            yield line, phrase("a second document begins here"), N_("keep one document, without `---` between")
            return
        if depth > _DEEPEST:
            message = phrase("more than {deepest} levels of nesting", deepest=_DEEPEST)
            yield line, message, N_("check the indentation and the brackets")
            return
        if isinstance(event, yaml.AliasEvent):
            yield (
                line,
                phrase("an alias *{anchor} is used", anchor=event.anchor),
                N_("write the value out in its place"),
            )
        elif isinstance(event, yaml.NodeEvent):
            yield from _hidden_by_sign(event, line)
        if isinstance(event, yaml.ScalarEvent):
            yield from _hidden_in_text(event, line, lines)


def _hidden_by_sign(event: Any, line: int) -> Iterator[_Hidden]:
    if event.anchor is not None:
        message = phrase("an anchor &{anchor} is used", anchor=event.anchor)
        yield line, message, N_("remove it and write values out in their place")
    if event.tag is not None:
        message = phrase("a tag {tag} is used", tag=event.tag)
        yield line, message, N_("remove it; put text in quotes where that is meant")


def _hidden_in_text(event: Any, line: int, lines: Sequence[str]) -> Iterator[_Hidden]:
    """Yield if a text is too long, steers, or is a block with a key in it: one that is indented too deep."""
    if len(event.value) > _LONGEST:
        message = phrase("a value is longer than {longest} characters", longest=_LONGEST)
        yield line, message, N_("check where its quotes end")
    elif steering := _STEERING.search(event.value):
        message = phrase("there is a character that steers, U+{steering}", steering=f"{ord(steering[0]):04X}")
        yield line, message, N_("take it out")
    for index in range(line, event.end_mark.line) if event.style in {">", "|"} else ():
        if _KEY.match(lines[index]):
            message = phrase("this line is text of the note that begins on line {line}, and no key", line=line)
            yield index + 1, message, N_("move it left, to where the keys of its entry stand")


# The tree -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _TreeBuilder:
    """Turns the parser's nodes into values that know their lines."""

    reader: ModelReader
    file: str

    def read_value(self, node: Any, line: int, label: Text | None = None) -> Any:
        """Return the value of a node. `line` is that of its key or item, which `label` names in messages."""
        if isinstance(node, yaml.SequenceNode):
            return self.read_items(YamlList(), node, label)
        if isinstance(node, yaml.MappingNode):
            return self.read_mapping(YamlMapping(line, self.file, label), node)
        return _scalar(node)

    def read_items(self, items: YamlList, node: Any, label: Text | None) -> YamlList:
        for number, item in enumerate(node.value, start=1):
            line = item.start_mark.line + 1
            items.append(self.read_value(item, line, phrase("item {number} of {name}", number=number, name=label)))
            items.lines.append(line)
        return items

    def visible_key(self, node: Any) -> Any:
        """Return a key without signs that cannot be seen, which are a problem."""
        key = node.value
        plain = _without_unseen(key) if isinstance(key, str) else key
        if plain == key or not re.fullmatch(r"[a-z_]{2,40}", plain):
            return key
        codes = ", ".join(f"U+{ord(letter):04X}" for letter in key if is_invisible(letter))
        what = phrase("the key {key} holds what cannot be seen, {codes}", key=repr(plain), codes=codes)
        self.reader.add_problem(self.file, node.start_mark.line + 1, what, N_("delete the key and type it again"))
        return plain

    def read_mapping(self, mapping: YamlMapping, node: Any) -> YamlMapping:
        for key_node, value_node in node.value:
            key, line = self.visible_key(key_node), key_node.start_mark.line + 1
            value = self.read_value(value_node, line, verbatim(str(key)))
            if not isinstance(key_node, yaml.ScalarNode):
                fix = N_("write it as key: value, and quote values with brackets")
                self.reader.add_problem(self.file, line, "a key is not plain text", fix)
            elif key in mapping:
                what = phrase(
                    "the key {value} stands twice, first on line {first}", value=repr(key), first=mapping.lines[key]
                )
                self.reader.add_problem(self.file, line, what, "keep one of the two")
            else:
                mapping[key], mapping.lines[key] = value, line
        return mapping


def _without_unseen(text: str) -> str:
    return "".join(letter for letter in text if not is_invisible(letter)).strip()


def _scalar(node: Any) -> str | int | float | bool | None:
    """Return a scalar's value: a plain one as in YAML 1.2, one in quotes or a block as text, its letters composed."""
    text = unicodedata.normalize("NFC", node.value)
    if node.style not in ("", None):
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
