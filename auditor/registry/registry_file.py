"""Write an operator's decisions into the file that lists the office; every comment and other line stays as it is.

The new text is read back before anything is written: it must load, and must differ from the old one by the decision
alone. An edit that cannot be placed is refused, with the lines to paste by hand.
"""

import copy
import difflib
import fcntl
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from auditor.base.address import Address
from auditor.base.errors import RegistryError, UsageError, os_error_text
from auditor.base.files import replacing
from auditor.base.text import N_, Text, phrase, verbatim
from auditor.registry.loader import parse_registry
from auditor.registry.model_reader import ModelReader, RegistryModel, fields_of, refusal
from auditor.registry.models import Account, Office, Registry, Tenure
from auditor.registry.yaml_splice import SpliceError, Step, lines_of, splice_value
from auditor.registry.yaml_tree import parse_yaml, read_text

_BOM = "\ufeff"
_MODELS: dict[str, type[RegistryModel]] = {"offices": Office, "tenures": Tenure, "accounts": Account}
"""The model of a list's items, by the list's key: it gives the order of their keys."""


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """The registry's main file, into which decisions are written, with the time of the decision.

    `named`: the operator named this file, so it may even be the one that came with the program. `seen_number` returns
    the network's id under which the archive last saw an address, or None.
    """

    path: Path
    now: datetime
    named: bool = False
    seen_number: Callable[[Address], int | None] = lambda _: None

    def registry(self, edited: Mapping[Path, str] | None = None) -> Registry:
        """Read the registry; a path in `edited` has that text instead of the file's.

        Raises `RegistryError` for its problems, or `UsageError` if the file is gone.
        """
        texts = edited or {}

        def read(path: Path) -> str:
            return texts[path] if path in texts else read_text(path)

        main_text = texts[self.path] if self.path in texts else _decode(_read_bytes(self.path))
        return parse_registry(main_text, str(self.path), read)

    def draft_of(self, registry: Registry, office: Office) -> "Draft":
        """Return the draft of the file that lists an office: this one, or one that it includes.

        Raises `UsageError` if the office is not in any of them.
        """
        for path in (self.path, *(self.path.parent / name for name in registry.include)):
            raw = _read_bytes(path)
            root = parse_yaml(_decode(raw), str(path), ModelReader())
            ids = [entry.text("id") for entry in root.entries("offices")]
            if office.id.strip() in ids:
                return Draft(self, path, raw, ids.index(office.id.strip()))
        raise refusal(
            "{path}: the office {id} is not in it any more; run the command again", path=self.path, id=office.id
        )


def _read_bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        raw.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise refusal("{path}: cannot be read as text any more; check it", path=path) from None
    return raw


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8").removeprefix(_BOM)


@dataclass(frozen=True, slots=True)
class YamlEdit:
    """Set a key of a mapping to a value; with `add` append the value to the list at the key."""

    path: tuple[Step, ...]
    """The YAML path from the office to the mapping; empty for the office itself."""
    key: str
    value: Any
    add: bool = False

    @property
    def lines(self) -> list[str]:
        """The key with the value as YAML lines, for pasting."""
        return lines_of({self.key: [self.value] if self.add else self.value})


@dataclass(frozen=True, slots=True)
class Draft:
    """A file of the registry as it was read, and the index of the office to edit in it."""

    file: RegistryFile
    path: Path
    raw: bytes = field(repr=False)
    number: int = 0

    def apply(self, edits: Sequence[YamlEdit]) -> bytes:
        """Return the file's bytes with the edits. Raises `UsageError` if one cannot be placed or breaks a rule."""
        new = old = _decode(self.raw)
        wanted = copy.deepcopy(self._tree(old))
        for edit in edits:
            path = ("offices", self.number, *edit.path)
            order = list(fields_of(_MODELS[str(path[-2])]))
            try:
                new = splice_value(new, path, edit.key, edit.value, order, add=edit.add)
            except SpliceError:
                raise self._refused(edit) from None
            self._apply(edit, wanted)
        if self._tree(new) != wanted:
            raise self._refused(edits[0])
        try:
            self.file.registry({self.path: new})
        except RegistryError as error:
            message = phrase("the edit would be a mistake: {what}", what=error.problems[0].message)
            raise UsageError(replace(error.problems[0], line=0, message=message).text) from None
        return self.raw.replace(old.encode(), new.encode())

    def _tree(self, text: str) -> Any:
        return parse_yaml(text, str(self.path), ModelReader())

    def _apply(self, edit: YamlEdit, data: Any) -> None:
        """Apply an edit to the parsed data, in place."""
        mapping = data["offices"][self.number]
        for step in edit.path:
            mapping = mapping[step]
        value = self._tree("\n".join(edit.lines))[edit.key]
        mapping[edit.key] = [*(mapping.get(edit.key) or []), *value] if edit.add else value

    def _refused(self, edit: YamlEdit) -> UsageError:
        entry = self._tree(_decode(self.raw))["offices"][self.number]
        line = entry.line
        for step in edit.path:
            entry = entry[step]
            line = getattr(entry, "line", line)
        pasted = "\n".join(edit.lines)
        return UsageError(phrase(_NOT_ADDED, path=self.path, line=line, lines=verbatim(pasted)))


_NOT_ADDED = N_(
    "{path}:{line}: written in a way that cannot be added to here; paste this into the entry and check it with "
    "`auditor registry check`:\n{lines}"
)


@dataclass(frozen=True, slots=True)
class FileEdit:
    """An edit that can be made: a file's old and new content, and the message once it is written."""

    path: Path
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)
    done_message: Text

    @property
    def diff(self) -> list[str]:
        """The edit as the lines of a unified diff, without line ends."""
        old, new = (re.split(r"\r\n|\n|\r", _decode(raw).rstrip("\r\n")) for raw in (self.old, self.new))
        name = str(self.path)
        return list(difflib.unified_diff(old, new, name, name, lineterm=""))

    def write(self) -> None:
        """Write the new content. Raises `ChangedMeanwhileError`, or `UsageError` if the file cannot be written."""
        _replace(self.path, self.old, self.new)

    def undo(self) -> None:
        """Restore the old content. Raises `ChangedMeanwhileError`, or `UsageError` if the file cannot be written."""
        _replace(self.path, self.new, self.old)


class ChangedMeanwhileError(UsageError):
    """The file is not the one that was read: another process wrote into it."""


def _replace(path: Path, old: bytes, new: bytes) -> None:
    """Replace a file's content atomically and keep its mode.

    Raises `ChangedMeanwhileError` if it is not `old` any more, `UsageError` if it cannot be written.
    """
    real = path.resolve()  # a symbolic link stays one
    try:
        with _locked(real.parent), replacing(real, mode=real.stat().st_mode & 0o7777) as new_file:
            new_file.write_bytes(new)
            if path.read_bytes() != old:
                raise ChangedMeanwhileError(
                    phrase("{path}: was changed by somebody else in the meantime; run the command again", path=path)
                )
    except OSError as error:
        raise refusal(
            "{path}: cannot be written ({why}); nothing was changed", path=path, why=os_error_text(error)
        ) from None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time write into a folder; the kernel ends the lock with the process, even a killed one."""
    opened_folder = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened_folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened_folder)
