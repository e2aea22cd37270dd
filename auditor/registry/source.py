"""The registry's text as a tree whose every node knows its line.

Read from ruamel.yaml's events, so that nothing is guessed: a plain ``no`` stays text and a date stays as it was written
(YAML 1.2). A duplicate key is a mistake. Anchors, aliases and tags are refused: editors and readers need every value
where it is used.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from auditor.base.errors import Problem
from auditor.base.text import shortened

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.events import ScalarEvent

_Scalar = str | int | float | bool | None
Step = str | int
Complain = Callable[[int, str, str], None]

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
_MOST = 500
"""Mistakes that are reported at once."""
_WIDEST = 600
"""Characters of a message: it may quote a tag or a name as long as the file."""
_STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
"""Characters that control a terminal or the writing direction: no name or source has one."""

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


class Line(int):
    """The number of a line in a file that the registry includes; a plain number is a line of the registry itself."""

    file: str = ""

    @classmethod
    def of(cls, number: int, file: str) -> int:
        """Return the line `number` of `file`; empty: of the registry itself."""
        if not file:
            return number
        line = cls(number)
        line.file = file
        return line

    def __str__(self) -> str:
        return f"{int(self)} of {self.file}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


@dataclass(slots=True)
class Node:
    """A value with the line of the key or item that it stands at (1 is the first)."""

    line: int
    value: "dict[str, Node] | list[Node] | _Scalar" = None
    broken: bool = False
    """Something about it was already refused, so nothing more is said of its value."""

    def plain(self) -> Any:
        """Return the value as plain dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def child(self, step: Step) -> "Node | None":
        """Return the node at a key or at a place in a list, or None."""
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int) and 0 <= step < len(self.value):
            return self.value[step]
        return None

    def children(self, key: str) -> "list[Node]":
        """Return the items of the list at `key`; none if there is no list."""
        found = self.child(key)
        return found.value if found is not None and isinstance(found.value, list) else []

    def text(self, key: str) -> str:
        """Return the text at `key`, or an empty string if there is none."""
        found = self.child(key)
        return found.value.strip() if found is not None and isinstance(found.value, str) else ""

    def line_of(self, key: str) -> int:
        """Return the line of `key`, or this node's own if it is missing."""
        found = self.child(key)
        return found.line if found is not None else self.line

    def walk(self) -> "Iterator[tuple[str, Node]]":
        """Yield every key with its node, at any depth."""
        if isinstance(self.value, dict):
            for key, child in self.value.items():
                yield key, child
                yield from child.walk()
        elif isinstance(self.value, list):
            for child in self.value:
                yield from child.walk()


class EnoughError(Exception):
    """A file has so many mistakes that checking it stops."""


@dataclass(slots=True)
class Complaints:
    """The mistakes in the file called `name`, each in one line that is harmless for a terminal.

    One in an included file names that file.
    """

    name: str
    problems: list[Problem] = field(default_factory=list)

    def __call__(self, line: int, what: str, mend: str) -> None:
        """Add a mistake. Raises `EnoughError` if there are too many."""
        name = line.file if isinstance(line, Line) else self.name
        self.problems.append(Problem(name, int(line), shortened(_one_line(what), _WIDEST), _one_line(mend)))
        if len(self.problems) >= _MOST:
            last = max(problem.line for problem in self.problems if problem.file == name)
            self.problems.append(Problem(name, last, "there are more mistakes", "mend these first"))
            raise EnoughError


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Say how to mend a name: by the one that is nearest to it among those `known`, else as `otherwise` says."""
    near = get_close_matches(name, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text).split())


def parse_source(text: str, name: str, *, file: str = "", fullest: int = _FULLEST) -> tuple[Node | None, list[Problem]]:
    """Read a YAML text into nodes, with the mistakes in its form; `name` is what these call it. Raises nothing.

    The node is None if the text is empty or not YAML.
    `file` is given for one that the registry includes: its nodes remember it. `fullest`: so many keys and values.
    """
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - a registry read before needs no YAML

    complain = Complaints(name)
    problems = complain.problems
    try:
        root = _Builder(complain, file=file, fullest=fullest).build(text)
    except EnoughError:
        return None, problems
    except _TooDeepError as error:
        complain(error.line, f"more than {_DEEPEST} levels of nesting", "check the indentation and the brackets")
        return None, problems
    except MarkedYAMLError as error:
        what = f"this is not YAML: {error.problem or error.context}"
        complain(_line_of(error), _TAB if "'\\t'" in (error.problem or "") else what, _mend_of(error))
        return None, problems
    except (YAMLError, OverflowError, ValueError) as error:
        # ruamel names an unprintable character by its place, and lets Python's own errors through for \U escapes.
        line = text.count("\n", 0, getattr(error, "position", None) or 0) + 1
        complain(line, "there is a character that YAML does not allow", "remove it or write it out in letters")
        return None, problems
    if root is None and not problems:
        complain(1, "the file is empty", "begin with the example in the project's officials.yaml")
    return root, problems


def read_text(path: Path, largest: int = _LARGEST) -> tuple[str | None, list[Problem]]:
    """Read a file's text; None, with the problems, if it cannot be read or has more than so many bytes."""
    complain = Complaints(str(path))
    return _text(path, complain, largest), complain.problems


def _text(path: Path, complain: Complain, largest: int) -> str | None:
    if os.path.lexists(path) and not os.path.isfile(path):  # noqa: PTH113 - raises nothing; a pipe would never end
        complain(1, "this is no file that can be read", "check the path")
        return None
    try:
        with path.open("rb") as file:
            raw = file.read(largest + 1)
    except FileNotFoundError:
        complain(1, "there is no such file", "check the path, or give another one with --registry")
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        complain(1, f"the file cannot be read ({reason})", "check the path and who may read it")
        return None
    if len(raw) > largest:
        complain(1, f"the file is larger than {largest:,} bytes", "check that it is the right file")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        complain(raw.count(b"\n", 0, error.start) + 1, "the text is not UTF-8", "save the file in the encoding UTF-8")
        return None


def _line_of(error: "MarkedYAMLError") -> int:
    """Return the line to look at: where something was opened and never closed, rather than the end of the file."""
    endless = "<stream end>" in (error.problem or "") or "end of stream" in (error.problem or "")
    mark = error.context_mark if endless and error.context_mark is not None else error.problem_mark
    return (mark or error.context_mark).line + 1 if mark or error.context_mark else 1


_TAB = "there is a tab where only blanks are read"
"""YAML allows some tabs, before a value or a comment; ruamel.yaml does not."""


def _mend_of(error: "MarkedYAMLError") -> str:
    mends = (mend for sign, mend in _MENDS.items() if sign in (error.problem or ""))
    return next(mends, "check the indentation, the dashes, the colons and the quotes here")


_MENDS = {
    "mapping values": "put a value that holds a colon in quotes, and check the indentation",
    "'@'": "put a name with @ in quotes: '@name'",
    "'\\t'": "put blanks in the place of tabs: in the indentation, and before values and remarks",
    "stream end": "close the bracket or the quotes that begin on this line",
    "end of stream": "close the bracket or the quotes that begin on this line",
}
"""How to mend a mistake, by a part of ruamel.yaml's message."""


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is not closed yet. `key` is the one whose value comes next."""

    node: Node
    key: str | None = None
    key_line: int = 0
    skip: bool = False
    """The key was refused: its value is read and ignored."""


def _events() -> ModuleType:
    from ruamel.yaml import events  # noqa: PLC0415 - as above

    return events


@dataclass(slots=True)
class _Builder:
    """Builds the tree with a stack of its own, so that no nesting reaches Python's recursion limit."""

    complain: Complain
    file: str = ""
    fullest: int = _FULLEST
    stack: list[_Frame] = field(default_factory=list)
    root: Node | None = None
    documents: int = 0
    taken: int = 0
    events: ModuleType = field(default_factory=_events)
    """The kinds of what is read."""

    def build(self, text: str) -> Node | None:
        from ruamel.yaml import YAML  # noqa: PLC0415 - as above

        kinds = self.events
        for event in YAML(typ="safe", pure=True).parse(text):
            line = Line.of(event.start_mark.line + 1, self.file)
            if isinstance(event, kinds.DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    self.complain(line, "a second document begins here", "keep one document, without `---` between")
                    break
            elif isinstance(event, kinds.MappingEndEvent | kinds.SequenceEndEvent):
                self.stack.pop()
            elif isinstance(event, kinds.NodeEvent):
                self.take(event, line)
        return self.root

    def take(self, event: Any, line: int) -> None:
        self.taken += 1
        if self.taken > self.fullest:
            self.complain(line, f"more than {self.fullest:,} keys and values", "check that it is the right file")
            raise EnoughError
        node = Node(line, broken=self.refused(event, line))
        if isinstance(event, self.events.ScalarEvent):
            node.value = "" if node.broken else self.scalar(event)
        elif isinstance(event, self.events.MappingStartEvent):
            node.value = {}
        elif isinstance(event, self.events.SequenceStartEvent):
            node.value = []
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.node.value, dict) and top.key is None:
            self.take_key(top, event, line)
        else:
            self.place(top, node)
        if not isinstance(event, self.events.ScalarEvent | self.events.AliasEvent):
            self.stack.append(_Frame(node))
            if len(self.stack) > _DEEPEST:
                raise _TooDeepError(line)

    def refused(self, event: Any, line: int) -> bool:
        """Complain of an alias, an anchor, a tag or an unfit text; return whether the value is lost."""
        if isinstance(event, self.events.AliasEvent):
            self.complain(line, f"an alias *{event.anchor} is used", "write the value out in its place")
            return True
        if event.anchor is not None:
            self.complain(line, f"an anchor &{event.anchor} is used", "remove it and write values out in their place")
        if event.tag is not None:
            self.complain(line, f"a tag {event.tag} is used", "remove it; put text in quotes where that is meant")
        return isinstance(event, self.events.ScalarEvent) and self.unfit(event.value, line)

    def unfit(self, text: str, line: int) -> bool:
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            self.complain(line, "there is half a character (a lone surrogate)", "write the whole character")
        elif len(text) > _LONGEST:
            self.complain(line, f"a value is longer than {_LONGEST:,} characters", "check where its quotes end")
        elif steering := _STEERING.search(text):
            self.complain(line, f"there is a character that steers, U+{ord(steering[0]):04X}", "take it out")
        else:
            return False
        return True

    def scalar(self, event: "ScalarEvent") -> _Scalar:
        text: str = event.value
        if event.style is not None or (event.tag is not None and event.tag.endswith(":str")):
            return text
        if text in _NULL:
            return None
        if text in _BOOL:
            return _BOOL[text]
        if _INT.fullmatch(text):
            return int(text)
        return float(text) if _FLOAT.fullmatch(text) else text

    def take_key(self, top: _Frame, event: Any, line: int) -> None:
        assert isinstance(top.node.value, dict)
        if not isinstance(event, self.events.ScalarEvent):
            if not isinstance(event, self.events.AliasEvent):
                self.complain(line, "a key is not plain text", "write it as key: value, and quote values with brackets")
            top.key, top.skip = "", True
            return
        top.key, top.key_line = event.value, line
        earlier = top.node.value.get(event.value)
        top.skip = earlier is not None
        if earlier is not None:
            self.complain(
                line, f"the key {event.value!r} stands twice, first on line {earlier.line}", "keep one of the two"
            )

    def place(self, top: _Frame | None, node: Node) -> None:
        if top is None:
            self.root = node
        elif isinstance(top.node.value, list):
            if len(top.node.value) == _LONGEST_LIST:
                self.complain(node.line, f"more than {_LONGEST_LIST:,} items", "check that it is the right file")
                raise EnoughError
            top.node.value.append(node)
        elif isinstance(top.node.value, dict) and top.key is not None:
            node.line = top.key_line or node.line
            if not top.skip:
                top.node.value[top.key] = node
            top.key = None
