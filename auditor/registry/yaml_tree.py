"""A YAML text as plain mappings and lists that know their lines.

It is read from libyaml's events, so that nothing is guessed: a plain ``no``, ``on`` or ``1:30`` stays text, a date
stays as it was written, and a key that stands twice is a mistake. Anchors, aliases and tags are refused: editors and
readers need every value where it is used.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.cyaml import CParser

from auditor.base.errors import os_error_text
from auditor.base.text import N_, Text, phrase, verbatim
from auditor.registry.model_reader import INVALID, ModelReader, TooManyProblemsError, YamlList, YamlMapping

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

_KEY = re.compile(r" *(?:- )?[a-z_]{2,}:(?: |$)")
"""A line that is meant for a key and its value."""
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


# A file ------------------------------------------------------------------------------------------------------------


def read_text(path: Path, reader: ModelReader, largest: int = _LARGEST) -> str | None:
    """Return a file's text without the mark at its start; None where it cannot be read, which is told."""
    raw, wrong = b"", (1, phrase("this is no file that can be read"), phrase("check the path"))
    try:
        if not os.path.lexists(path) or os.path.isfile(path):  # noqa: PTH113 - raises nothing; a pipe would never end
            with path.open("rb") as file:
                raw = file.read(largest + 1)
            if len(raw) <= largest:
                return raw.decode("utf-8-sig")
            wrong = (
                1,
                phrase("the file is larger than {largest} bytes", largest=largest),
                phrase("check that it is the right file"),
            )
    except FileNotFoundError:
        wrong = 1, phrase("there is no such file"), phrase("check the path, or give another one with --registry")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        wrong = line, phrase("the text is not UTF-8"), phrase("save the file in the encoding UTF-8")
    except (OSError, ValueError) as error:
        why = os_error_text(error) if isinstance(error, OSError) else phrase("not a path")
        wrong = (
            1,
            phrase("the file cannot be read ({why})", why=why),
            phrase("check the path and who may read it"),
        )
    reader.add_problem(str(path), *wrong)
    return None


def parse_yaml(text: str, name: str, reader: ModelReader) -> Any:
    """Return a YAML text as `Keys`, `Items` and values; None where it is empty or not YAML, which is told.

    `name` is what mistakes call the text. Raises `EnoughError` where there are too many.
    """
    before = len(reader.problems)
    try:
        root = _TreeBuilder(reader, name, CParser(text), text.splitlines()).root()
    except yaml.MarkedYAMLError as error:
        reader.add_problem(name, *_explain_yaml_error(error))
        return None
    except (yaml.YAMLError, UnicodeEncodeError) as error:  # libyaml names a character by its place in bytes
        begun = text.encode("utf-8", "surrogatepass")[: getattr(error, "position", None) or 0]
        what = phrase("there is a character that YAML does not allow")
        reader.add_problem(name, begun.count(b"\n") + 1, what, phrase("remove it or write it out in letters"))
        return None
    if root is None and len(reader.problems) == before:
        reader.add_problem(
            name, 1, phrase("the file is empty"), phrase("begin with the example in the project's officials.yaml")
        )
    return root


def _explain_yaml_error(error: yaml.MarkedYAMLError) -> tuple[int, Text, Text]:
    """Return the line to look at, what is wrong there, and how to mend it.

    What is opened and never closed is looked for where it was opened, and not at the end of the file.
    """
    problem = str(error.problem or error.context)
    opened = error.context_mark if any(sign in problem for sign in _UNCLOSED) else None
    mark = opened or error.problem_mark or error.context_mark
    known = (mend for sign, mend in _MENDS.items() if sign in problem)
    mend = phrase("close the bracket or the quotes that begin on this line") if opened else phrase(next(known, _MEND))
    return (mark.line + 1 if mark else 1), phrase("this is not YAML"), mend


_MEND = N_("check the indentation, the dashes, the colons and the quotes here")
_MENDS = {
    "nesting depth": N_("check the indentation and the brackets"),
    "mapping values": N_("put a value that holds a colon in quotes, and check the indentation"),
    "cannot start any token": N_("put a name with @ in quotes: '@name'; put blanks in the place of tabs"),
}
"""How to mend a mistake, by a part of libyaml's message."""
_UNCLOSED = ("']'", "'}'", "end of stream")
"""What libyaml misses where something was opened and never closed."""


@dataclass(slots=True)
class _TreeBuilder:
    """Builds the tree from the parser's events."""

    reader: ModelReader
    file: str
    parser: Any
    lines: Sequence[str]
    taken: int = 0

    def tell(self, line: int, what: Text, mend: Text) -> None:
        self.reader.add_problem(self.file, line, what, mend)

    def root(self) -> Any:
        found, documents = None, 0
        while self.parser.check_event():
            event = self.parser.get_event()
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                line = event.start_mark.line + 1
                self.tell(
                    line, phrase("a second document begins here"), phrase("keep one document, without `---` between")
                )
                break
            if isinstance(event, yaml.NodeEvent):
                found = self.value(event, event.start_mark.line + 1, None, 0)
        return found

    def value(self, event: Any, line: int, place: Text | None, depth: int) -> Any:
        """Read the value that an event begins. `line` and `place` are those of its key or item."""
        self.taken += 1
        if self.taken > _FULLEST:
            raise self.report_limit(
                line,
                phrase("more than {fullest} keys and values", fullest=_FULLEST),
                phrase("check that it is the right file"),
            )
        if depth > _DEEPEST:
            what = phrase("more than {deepest} levels of nesting", deepest=_DEEPEST)
            raise self.report_limit(line, what, phrase("check the indentation and the brackets"))
        refused = self.report_unsupported(event, event.start_mark.line + 1)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.items(line, place, depth + 1)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(YamlMapping(line, self.file, place), depth + 1)
        self.report_lost_key(event)
        return INVALID if refused else _scalar(event)

    def report_lost_key(self, event: Any) -> None:
        """Tell of a key that stands so deep that it became words of the note above: what it says would be lost."""
        if isinstance(event, yaml.ScalarEvent) and event.style in {">", "|"}:
            for number in range(event.start_mark.line + 1, event.end_mark.line):
                if _KEY.match(self.lines[number]):
                    what = phrase(
                        "this line is text of the note that begins on line {line}, and no key",
                        line=event.start_mark.line + 1,
                    )
                    self.tell(number + 1, what, phrase("move it left, to where the keys of its entry stand"))

    def items(self, line: int, place: Text | None, depth: int) -> YamlList:
        found = YamlList(line)
        while not isinstance(event := self.parser.get_event(), yaml.SequenceEndEvent):
            at = event.start_mark.line + 1
            if len(found) == _LONGEST_LIST:
                raise self.report_limit(
                    at,
                    phrase("more than {longest_list} items", longest_list=_LONGEST_LIST),
                    phrase("check that it is the right file"),
                )
            value = self.value(event, at, phrase("item {number} of {name}", number=len(found) + 1, name=place), depth)
            if value is not INVALID:
                found.append(value)
                found.lines.append(at)
        return found

    def mapping(self, found: YamlMapping, depth: int) -> YamlMapping:
        while not isinstance(event := self.parser.get_event(), yaml.MappingEndEvent):
            line, key = event.start_mark.line + 1, self.key(event, found, depth)
            value = self.value(self.parser.get_event(), line, verbatim(key or ""), depth)
            if key is not None:
                found[key] = value
                found.lines[key] = line
        return found

    def key(self, event: Any, found: YamlMapping, depth: int) -> str | None:
        """Read a key; None for one that is refused, whose value is read and kept nowhere."""
        line = event.start_mark.line + 1
        text = self.value(event, line, None, depth)
        if text is INVALID:
            return None
        if not isinstance(event, yaml.ScalarEvent):
            self.tell(
                line,
                phrase("a key is not plain text"),
                phrase("write it as key: value, and quote values with brackets"),
            )
        elif event.value in found.lines:
            first = found.lines[event.value]
            self.tell(
                line,
                phrase("the key {value} stands twice, first on line {first}", value=repr(event.value), first=first),
                phrase("keep one of the two"),
            )
        else:
            return str(event.value)
        return None

    def report_limit(self, line: int, what: Text, mend: Text) -> TooManyProblemsError:
        self.tell(line, what, mend)
        return TooManyProblemsError()

    def report_unsupported(self, event: Any, line: int) -> bool:
        """Tell of an alias, an anchor, a tag or an unfit text; return whether the value is lost."""
        if isinstance(event, yaml.AliasEvent):
            self.tell(
                line,
                phrase("an alias *{anchor} is used", anchor=event.anchor),
                phrase("write the value out in its place"),
            )
            return True
        if event.anchor is not None:
            self.tell(
                line,
                phrase("an anchor &{anchor} is used", anchor=event.anchor),
                phrase("remove it and write values out in their place"),
            )
        if event.tag is not None:
            self.tell(
                line,
                phrase("a tag {tag} is used", tag=event.tag),
                phrase("remove it; put text in quotes where that is meant"),
            )
        text = event.value if isinstance(event, yaml.ScalarEvent) else ""
        if len(text) > _LONGEST:
            self.tell(
                line,
                phrase("a value is longer than {longest} characters", longest=_LONGEST),
                phrase("check where its quotes end"),
            )
        elif steering := _STEERING.search(text):
            self.tell(
                line,
                phrase("there is a character that steers, U+{steering}", steering=f"{ord(steering[0]):04X}"),
                phrase("take it out"),
            )
        return len(text) > _LONGEST or _STEERING.search(text) is not None


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
