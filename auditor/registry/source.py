"""A YAML text as plain mappings and lists that know their lines.

It is read from libyaml's events, so that nothing is guessed: a plain ``no``, ``on`` or ``1:30`` stays text, a date
stays as it was written, and a key that stands twice is a mistake. Anchors, aliases and tags are refused: editors and
readers need every value where it is used.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.cyaml import CParser

from auditor.registry.reading import BROKEN, EnoughError, Items, Keys, Mistakes

Tell = Callable[[int, str, str], None]
"""Takes the line of a mistake, what it is, and how to mend it."""

_LARGEST = 8_000_000
"""Bytes. The oblast's registry has some 50 thousand, one of all of a large region some two million."""
_DEEPEST = 16
"""Levels of nesting. A registry has eight."""
_LONGEST = 10_000
"""Characters of one value. The longest note of the oblast's registry has some hundreds."""
_FULLEST = 500_000
"""Keys, values and items. The oblast's registry has some two thousand."""
_LONGEST_LIST = 10_000
"""Items of one list: pydantic takes more than a kilobyte for each that is wrong, before the first can be told."""
_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
"""Characters that control a terminal or the writing direction: no name or source has one."""

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


# A file ------------------------------------------------------------------------------------------------------------


def read_text(path: Path, mistakes: Mistakes, largest: int = _LARGEST) -> str | None:
    """Return a file's text without the mark at its start; None where it cannot be read, which is told."""
    try:
        raw = _bytes(path, largest)
    except FileNotFoundError:
        wrong = 1, "there is no such file", "check the path, or give another one with --registry"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        wrong = 1, f"the file cannot be read ({reason})", "check the path and who may read it"
    else:
        if raw is None:
            wrong = 1, "this is no file that can be read", "check the path"
        elif len(raw) > largest:
            wrong = 1, f"the file is larger than {largest:,} bytes", "check that it is the right file"
        else:
            try:
                return raw.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                line = raw.count(b"\n", 0, error.start) + 1
                wrong = line, "the text is not UTF-8", "save the file in the encoding UTF-8"
    mistakes.tell(str(path), *wrong)
    return None


def _bytes(path: Path, largest: int) -> bytes | None:
    """Return a file's first bytes; None for a folder, a pipe, and what else is there and is no file."""
    if os.path.lexists(path) and not os.path.isfile(path):  # noqa: PTH113 - raises nothing; a pipe would never end
        return None
    with path.open("rb") as file:
        return file.read(largest + 1)


def parse_source(text: str, name: str, mistakes: Mistakes) -> Any:
    """Return a YAML text as `Keys`, `Items` and values; None where it is empty or not YAML, which is told.

    `name` is what mistakes call the text. Raises `EnoughError` where there are too many.
    """

    def tell(line: int, what: str, mend: str) -> None:
        mistakes.tell(name, line, what, mend)

    before = len(mistakes.problems)
    try:
        root = _Builder(tell, name).build(text)
    except yaml.MarkedYAMLError as error:
        tell(*_words_of(error))
        return None
    except (yaml.YAMLError, UnicodeEncodeError) as error:  # libyaml names a character by its place in bytes
        begun = text.encode("utf-8", "surrogatepass")[: getattr(error, "position", None) or 0]
        tell(
            begun.count(b"\n") + 1,
            "there is a character that YAML does not allow",
            "remove it or write it out in letters",
        )
        return None
    if root is None and len(mistakes.problems) == before:
        tell(1, "the file is empty", "begin with the example in the project's officials.yaml")
    return root


def _words_of(error: yaml.MarkedYAMLError) -> tuple[int, str, str]:
    """Return the line to look at, what is wrong there, and how to mend it.

    What is opened and never closed is looked for where it was opened, and not at the end of the file.
    """
    problem = str(error.problem or error.context)
    opened = error.context_mark if "expected" in problem or "end of stream" in problem else None
    mark = opened or error.problem_mark or error.context_mark
    mend = next((mend for sign, mend in _MENDS.items() if sign in problem), _MEND)
    return (mark.line + 1 if mark else 1), f"this is not YAML: {problem}", mend


_MEND = "check the indentation, the dashes, the colons and the quotes here"
_MENDS = {
    "nesting depth": "check the indentation and the brackets",
    "mapping values": "put a value that holds a colon in quotes, and check the indentation",
    "cannot start any token": "put a name with @ in quotes: '@name'; put blanks in the place of tabs",
    "']'": "close the bracket or the quotes that begin on this line",
    "'}'": "close the bracket or the quotes that begin on this line",
    "end of stream": "close the bracket or the quotes that begin on this line",
}
"""How to mend a mistake, by a part of libyaml's message."""


@dataclass(slots=True)
class _Builder:
    """Builds the tree with a stack of its own, so that no nesting reaches Python's recursion limit."""

    tell: Tell
    file: str
    stack: list[Keys | Items] = field(default_factory=list)
    keys: list[tuple[str | None, int] | None] = field(default_factory=list)
    """For each mapping or list of the stack the key whose value comes next, with its line; no name: it was refused."""
    root: Any = None
    taken: int = 0

    def build(self, text: str) -> Any:
        parser, documents = CParser(text), 0
        while parser.check_event():
            event = parser.get_event()
            line = event.start_mark.line + 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.tell(line, "a second document begins here", "keep one document, without `---` between")
                    break
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self.stack.pop()
                self.keys.pop()
            elif isinstance(event, yaml.NodeEvent):
                self.take(event, line)
                if len(self.stack) > _DEEPEST:
                    self.tell(line, f"more than {_DEEPEST} levels of nesting", "check the indentation and the brackets")
                    return None
        return self.root

    def take(self, event: Any, line: int) -> None:
        """Take a scalar, or the beginning of a mapping or list, as a key or as a value."""
        self.taken += 1
        if self.taken > _FULLEST:
            self.tell(line, f"more than {_FULLEST:,} keys and values", "check that it is the right file")
            raise EnoughError
        refused = self.refused(event, line)
        awaits_key = bool(self.stack) and isinstance(self.stack[-1], Keys) and self.keys[-1] is None
        if awaits_key:
            self.keys[-1] = None if refused else self.key_of(event, line), line
        value = self.value_of(event, line, refused=refused)
        if not awaits_key:
            self.place(value, line)
        if isinstance(value, Keys | Items):
            self.stack.append(value)
            self.keys.append(None)

    def value_of(self, event: Any, line: int, *, refused: bool) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return BROKEN if refused else _scalar(event)
        if isinstance(event, yaml.AliasEvent):
            return BROKEN
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(self.line_here(line), str(self.keys[-1][0]) if self.keys and self.keys[-1] else "")
        return Keys(self.line_here(line), self.file, self.place_here())

    def line_here(self, line: int) -> int:
        """Return the line of the key that is waiting for its value; else the one given."""
        return self.keys[-1][1] if self.keys and self.keys[-1] is not None else line

    def place_here(self) -> str:
        """Name the entry whose keys come next, for a message about one that is missing or unknown."""
        if not self.stack:
            return ""
        top, key = self.stack[-1], self.keys[-1]
        if isinstance(top, Items):
            return f" in item {len(top) + 1} of {top.key}"
        return f" in {key[0]}" if key is not None else ""

    def refused(self, event: Any, line: int) -> bool:
        """Tell of an alias, an anchor, a tag or an unfit text; return whether the value is lost."""
        if isinstance(event, yaml.AliasEvent):
            self.tell(line, f"an alias *{event.anchor} is used", "write the value out in its place")
            return True
        if event.anchor is not None:
            self.tell(line, f"an anchor &{event.anchor} is used", "remove it and write values out in their place")
        if event.tag is not None:
            self.tell(line, f"a tag {event.tag} is used", "remove it; put text in quotes where that is meant")
        return isinstance(event, yaml.ScalarEvent) and self.unfit(event.value, line)

    def unfit(self, text: str, line: int) -> bool:
        if len(text) > _LONGEST:
            self.tell(line, f"a value is longer than {_LONGEST:,} characters", "check where its quotes end")
        elif steering := _STEERING.search(text):
            self.tell(line, f"there is a character that steers, U+{ord(steering[0]):04X}", "take it out")
        else:
            return False
        return True

    def key_of(self, event: Any, line: int) -> str | None:
        """Return a key; None for one that is refused, whose value is read and kept nowhere."""
        known = self.stack[-1].lines
        assert isinstance(known, dict)
        if not isinstance(event, yaml.ScalarEvent):
            self.tell(line, "a key is not plain text", "write it as key: value, and quote values with brackets")
        elif event.value in known:
            first = known[event.value]
            self.tell(line, f"the key {event.value!r} stands twice, first on line {first}", "keep one of the two")
        else:
            return str(event.value)
        return None

    def place(self, value: Any, line: int) -> None:
        if not self.stack:
            self.root = value
            return
        top, key = self.stack[-1], self.keys[-1]
        if isinstance(top, Items):
            if len(top) == _LONGEST_LIST:
                self.tell(line, f"more than {_LONGEST_LIST:,} items", "check that it is the right file")
                raise EnoughError
            if value is not BROKEN:
                top.append(value)
                top.lines.append(line)
        elif key is not None:
            self.keys[-1] = None
            if key[0] is not None:
                top[key[0]] = value
                top.lines[key[0]] = key[1]


def _scalar(event: Any) -> str | int | float | bool | None:
    """Read a plain scalar as YAML 1.2 does; one in quotes is text."""
    text: str = event.value
    if event.style not in ("", None):
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
