"""Parse a YAML text into plain mappings and lists that know their lines.

It is built from libyaml's events, so that no type is guessed: a plain ``no``, ``on`` or ``1:30`` stays text, a date
stays as it was written, and a repeated key is a mistake. Anchors, aliases and tags are refused: editors and readers
need every value where it is used.
"""

import os
import re
import unicodedata
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
"""Bytes of a file. The oblast's registry has some 50 thousand, one for a large region some two million."""
_DEEPEST = 16
"""Levels of nesting. A registry has eight."""
_LONGEST = 10_000
"""Characters of one value. The longest note of the oblast's registry has some hundreds."""
_FULLEST = 500_000
"""Keys, values and items. The oblast's registry has some two thousand."""
_LONGEST_LIST = 10_000
"""Items of one list: pydantic takes more than a kilobyte for each invalid one before the first can be reported."""
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


def read_text(path: Path, reader: ModelReader, largest: int = _LARGEST) -> str | None:
    """Return a file's text without a byte order mark; None, and a problem, if it cannot be read."""
    raw, problem = b"", (1, phrase("this is no file that can be read"), phrase("check the path"))
    try:
        if not os.path.lexists(path) or os.path.isfile(path):  # noqa: PTH113 - raises nothing; a pipe would never end
            with path.open("rb") as file:
                raw = file.read(largest + 1)
            if len(raw) <= largest:
                return raw.decode("utf-8-sig")
            problem = (
                1,
                phrase("the file is larger than {largest} bytes", largest=largest),
                phrase("check that it is the right file"),
            )
    except FileNotFoundError:
        problem = 1, phrase("there is no such file"), phrase("check the path, or give another one with --registry")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = line, phrase("the text is not UTF-8"), phrase("save the file in the encoding UTF-8")
    except (OSError, ValueError) as error:
        reason = os_error_text(error) if isinstance(error, OSError) else phrase("not a path")
        problem = (
            1,
            phrase("the file cannot be read ({why})", why=reason),
            phrase("check the path and who may read it"),
        )
    reader.add_problem(str(path), *problem)
    return None


def parse_yaml(text: str, name: str, reader: ModelReader) -> Any:
    """Return a YAML text as `YamlMapping`, `YamlList` and plain values; None, and a problem, if empty or no YAML.

    Problems name the text by `name`. Raises `TooManyProblemsError` if there are too many.
    """
    problem_count = len(reader.problems)
    try:
        root = _TreeBuilder(reader, name, CParser(text), text.splitlines()).read_root()
    except yaml.MarkedYAMLError as error:
        reader.add_problem(name, *_explain_yaml_error(error))
        return None
    except (yaml.YAMLError, UnicodeEncodeError) as error:  # libyaml names a character by its place in bytes
        readable = text.encode("utf-8", "surrogatepass")[: getattr(error, "position", None) or 0]
        message = phrase("there is a character that YAML does not allow")
        reader.add_problem(name, readable.count(b"\n") + 1, message, phrase("remove it or write it out in letters"))
        return None
    if root is None and len(reader.problems) == problem_count:
        reader.add_problem(
            name, 1, phrase("the file is empty"), phrase("begin with the example in the project's officials.yaml")
        )
    return root


def _explain_yaml_error(error: yaml.MarkedYAMLError) -> tuple[int, Text, Text]:
    """Return the line of a syntax error, what is wrong there, and how to mend it.

    A bracket or a quote that is never closed is reported where it was opened, not at the end of the file.
    """
    problem = str(error.problem or error.context)
    opened = error.context_mark if any(sign in problem for sign in _UNCLOSED) else None
    mark = opened or error.problem_mark or error.context_mark
    fixes = (fix for sign, fix in _FIXES.items() if sign in problem)
    fix = phrase("close the bracket or the quotes that begin on this line") if opened else phrase(next(fixes, _FIX))
    return (mark.line + 1 if mark else 1), phrase("this is not YAML"), fix


_FIX = N_("check the indentation, the dashes, the colons and the quotes here")
_FIXES = {
    "nesting depth": N_("check the indentation and the brackets"),
    "mapping values": N_("put a value that holds a colon in quotes, and check the indentation"),
    "cannot start any token": N_("put a name with @ in quotes: '@name'; put blanks in the place of tabs"),
}
"""Fixes by a part of libyaml's message."""
_UNCLOSED = ("']'", "'}'", "end of stream")
"""Parts of libyaml's messages about a bracket or a quote that is never closed."""


@dataclass(slots=True)
class _TreeBuilder:
    """Builds the tree of values from the parser's events."""

    reader: ModelReader
    file: str
    parser: Any
    lines: Sequence[str]
    value_count: int = 0

    def add_problem(self, line: int, message: Text, fix: Text) -> None:
        self.reader.add_problem(self.file, line, message, fix)

    def read_root(self) -> Any:
        root, documents = None, 0
        while self.parser.check_event():
            event = self.parser.get_event()
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                line = event.start_mark.line + 1
                self.add_problem(
                    line, phrase("a second document begins here"), phrase("keep one document, without `---` between")
                )
                break
            if isinstance(event, yaml.NodeEvent):
                root = self.read_value(event, event.start_mark.line + 1, None, 0)
        return root

    def read_value(self, event: Any, line: int, label: Text | None, depth: int) -> Any:
        """Return the value that an event begins; `INVALID` for one that is refused and reported.

        `line` is that of its key or item, `label` names this in messages, `depth` counts the open lists and mappings.
        """
        self.value_count += 1
        if self.value_count > _FULLEST:
            raise self.report_limit(
                line,
                phrase("more than {fullest} keys and values", fullest=_FULLEST),
                phrase("check that it is the right file"),
            )
        if depth > _DEEPEST:
            message = phrase("more than {deepest} levels of nesting", deepest=_DEEPEST)
            raise self.report_limit(line, message, phrase("check the indentation and the brackets"))
        is_unsupported = self.report_unsupported(event, event.start_mark.line + 1)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.read_items(line, label, depth + 1)
        if isinstance(event, yaml.MappingStartEvent):
            return self.read_mapping(YamlMapping(line, self.file, label), depth + 1)
        self.report_lost_key(event)
        return INVALID if is_unsupported else _scalar(event)

    def report_lost_key(self, event: Any) -> None:
        """Add a problem if a block text has a line like a key: indented too deep, the key would become text."""
        if isinstance(event, yaml.ScalarEvent) and event.style in {">", "|"}:
            for index in range(event.start_mark.line + 1, event.end_mark.line):
                if _KEY.match(self.lines[index]):
                    message = phrase(
                        "this line is text of the note that begins on line {line}, and no key",
                        line=event.start_mark.line + 1,
                    )
                    self.add_problem(index + 1, message, phrase("move it left, to where the keys of its entry stand"))

    def read_items(self, line: int, label: Text | None, depth: int) -> YamlList:
        items = YamlList(line)
        while not isinstance(event := self.parser.get_event(), yaml.SequenceEndEvent):
            item_line = event.start_mark.line + 1
            if len(items) == _LONGEST_LIST:
                raise self.report_limit(
                    item_line,
                    phrase("more than {longest_list} items", longest_list=_LONGEST_LIST),
                    phrase("check that it is the right file"),
                )
            value = self.read_value(
                event, item_line, phrase("item {number} of {name}", number=len(items) + 1, name=label), depth
            )
            if value is not INVALID:
                items.append(value)
                items.lines.append(item_line)
        return items

    def read_mapping(self, mapping: YamlMapping, depth: int) -> YamlMapping:
        while not isinstance(event := self.parser.get_event(), yaml.MappingEndEvent):
            line, key = event.start_mark.line + 1, self.read_key(event, mapping, depth)
            value = self.read_value(self.parser.get_event(), line, verbatim(key or ""), depth)
            if key is not None:
                mapping[key] = value
                mapping.lines[key] = line
        return mapping

    def read_key(self, event: Any, mapping: YamlMapping, depth: int) -> str | None:
        """Return a key; None for one that is refused: its value is read and dropped."""
        line = event.start_mark.line + 1
        text = self.read_value(event, line, None, depth)
        if text is INVALID:
            return None
        if not isinstance(event, yaml.ScalarEvent):
            self.add_problem(
                line,
                phrase("a key is not plain text"),
                phrase("write it as key: value, and quote values with brackets"),
            )
        elif event.value in mapping.lines:
            first_line = mapping.lines[event.value]
            self.add_problem(
                line,
                phrase(
                    "the key {value} stands twice, first on line {first}", value=repr(event.value), first=first_line
                ),
                phrase("keep one of the two"),
            )
        else:
            return str(event.value)
        return None

    def report_limit(self, line: int, message: Text, fix: Text) -> TooManyProblemsError:
        self.add_problem(line, message, fix)
        return TooManyProblemsError()

    def report_unsupported(self, event: Any, line: int) -> bool:
        """Add problems for an alias, an anchor, a tag or an unfit text; return whether the value is unusable."""
        if isinstance(event, yaml.AliasEvent):
            self.add_problem(
                line,
                phrase("an alias *{anchor} is used", anchor=event.anchor),
                phrase("write the value out in its place"),
            )
            return True
        if event.anchor is not None:
            self.add_problem(
                line,
                phrase("an anchor &{anchor} is used", anchor=event.anchor),
                phrase("remove it and write values out in their place"),
            )
        if event.tag is not None:
            self.add_problem(
                line,
                phrase("a tag {tag} is used", tag=event.tag),
                phrase("remove it; put text in quotes where that is meant"),
            )
        text = event.value if isinstance(event, yaml.ScalarEvent) else ""
        if len(text) > _LONGEST:
            self.add_problem(
                line,
                phrase("a value is longer than {longest} characters", longest=_LONGEST),
                phrase("check where its quotes end"),
            )
        elif steering := _STEERING.search(text):
            self.add_problem(
                line,
                phrase("there is a character that steers, U+{steering}", steering=f"{ord(steering[0]):04X}"),
                phrase("take it out"),
            )
        return len(text) > _LONGEST or _STEERING.search(text) is not None


def _scalar(event: Any) -> str | int | float | bool | None:
    """Return a scalar's value: a plain one as in YAML 1.2, one in quotes or a block as text, its letters composed."""
    text = unicodedata.normalize("NFC", event.value)
    if event.style not in ("", None):
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
