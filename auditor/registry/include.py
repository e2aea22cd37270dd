"""Files that a registry takes in: ``include: [duma.yaml]`` (DESIGN.md section 6).

They hold ``offices:`` and may include further files; a path is relative to the file that names it and stays below its
folder. Their offices are added to the registry's own, and every mistake names the file that it is in.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from auditor.base.errors import Problem
from auditor.registry.source import Complaints, EnoughError, Node, parse_source

Read = Callable[[Path], tuple[str | None, list[Problem]]]
"""Returns a file's text, or the problems that keep it from being read (`auditor.registry.source.read_text`)."""

_MAY_HOLD = {"offices", "include"}
_MOST = 2000
"""Files. A country has a hundred regions, and each may have some."""
_DEEPEST = 100
"""Files that include one another in a row."""


def take_in(root: Node, path: Path, read: Read, complain: Complaints) -> None:
    """Add the offices of every file that `root`, read from `path`, includes."""
    if isinstance(root.value, dict) and root.children("include"):
        offices = root.value.setdefault("offices", Node(root.line_of("include"), []))
        if isinstance(offices.value, list):
            _Taking(read, complain, offices.value, {os.path.realpath(path)}).all_of(root, path)


@dataclass(slots=True)
class _Taking:
    """What has been taken in until now."""

    read: Read
    complain: Complaints
    offices: list[Node]
    seen: set[str] = field(default_factory=set)
    depth: int = 0

    def all_of(self, root: Node, path: Path) -> None:
        for item in root.children("include"):
            if not item.broken:
                self.one(item, path)

    def one(self, item: Node, path: Path) -> None:
        name = item.value
        if not isinstance(name, str):
            self.complain(
                item.line, "include: there is an item that is not text", "write the name of a file, in quotes"
            )
            item.broken = True
            return
        if not stays_below(name):
            mend = "write the name of a file beside it, like duma.yaml"
            self.complain(item.line, f"include: {name!r} is not below the folder of this file", mend)
            return
        included = path.parent / name
        real = os.path.realpath(included)  # a circle of links is told of when it is read
        if real in self.seen:
            self.complain(item.line, f"include: {name} is included already, or includes itself", "take it out here")
        elif len(self.seen) > _MOST:
            self.complain(item.line, f"include: more than {_MOST} files", "put offices together into fewer files")
            raise EnoughError
        elif self.depth == _DEEPEST:
            self.complain(item.line, f"include: more than {_DEEPEST} files, one in another", "name it further up")
        else:
            self.seen.add(real)
            self.file(item, included)

    def file(self, item: Node, path: Path) -> None:
        text, wrong = self.read(path)
        if text is None:
            self.complain(item.line, f"include: {item.value}: {wrong[0].what}", "check the name, or take it out")
            return
        root, wrong = parse_source(text.removeprefix("\ufeff"), str(path), file=str(path))
        self.complain.problems += wrong
        if root is None:
            return
        for key, node in root.value.items() if isinstance(root.value, dict) else [("this", root)]:
            if key not in _MAY_HOLD:
                self.complain(node.line, f"{key!r} cannot stand in an included file", "keep offices: alone in it")
            elif not isinstance(node.value, list | None) and not node.broken:
                self.complain(node.line, f"{key} is not a list", "write each item on its own line after a dash")
        self.offices += root.children("offices")
        self.depth += 1
        self.all_of(root, path)
        self.depth -= 1


def stays_below(name: str) -> bool:
    """Tell whether a path is relative, on every system, and leads nowhere above the folder."""
    parts = re.split(r"[/\\]", name.strip())
    return "\\" not in name and ":" not in name and parts[0] not in {"", "~"} and ".." not in parts
