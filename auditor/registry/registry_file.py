"""Write a person's decisions into the file that has the office, and leave every comment, key and other line as it is.

The text is read back before anything is written: it must load, and must differ from the old one by the decision alone.
What cannot be placed is refused with the lines to paste.
"""

import copy
import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from auditor.base.address import Address
from auditor.base.errors import Problem, RegistryError, UsageError, os_error_text
from auditor.base.files import replacing
from auditor.base.text import N_, Scalar, Text, phrase, verbatim
from auditor.registry.loader import parse_registry
from auditor.registry.model_reader import LINE, LINE_OF, ModelReader, RegistryModel, fields_of
from auditor.registry.models import Account, Office, Registry, Tenure
from auditor.registry.yaml_splice import SpliceError, Step, lines_of, splice_value
from auditor.registry.yaml_tree import parse_yaml, read_text

_BOM = "\ufeff"
_MODELS: dict[str, type[RegistryModel]] = {"offices": Office, "tenures": Tenure, "accounts": Account}
"""What the items of a list are: the order of their keys."""


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """The file that decisions are written into, and what is needed to judge them.

    `named`: the caller asked for this file, so it may even be the one that came with the program. `seen_number`
    returns the number under which the archive last saw an address, if it did.
    """

    path: Path
    now: datetime
    named: bool = False
    seen_number: Callable[[Address], int | None] = lambda _: None

    def registry(self, edited: Mapping[Path, str] | None = None) -> Registry:
        """Read the registry, with other texts in the place of some of its files.

        Raises `RegistryError`, or `UsageError` where it is gone.
        """
        texts = edited or {}

        def read(path: Path, reader: ModelReader) -> str | None:
            return texts[path] if path in texts else read_text(path, reader)

        main = texts[self.path] if self.path in texts else _text(_bytes(self.path))
        return parse_registry(main, str(self.path), read)

    def draft_of(self, registry: Registry, office: Office) -> "Draft":
        """Return the file that has an office, to be edited: this one, or one that it includes."""
        for path in (self.path, *(self.path.parent / name for name in registry.include)):
            raw = _bytes(path)
            root = parse_yaml(_text(raw), str(path), ModelReader())
            ids = [entry.text("id") for entry in root.entries("offices")]
            if office.id.strip() in ids:
                return Draft(self, path, raw, ids.index(office.id.strip()))
        raise UsageError(
            phrase("{path}: the office {id} is not in it any more; run the command again", path=self.path, id=office.id)
        )


def _bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        raw.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(phrase("{path}: cannot be read as text any more; check it", path=path)) from None
    return raw


def _text(raw: bytes) -> str:
    return raw.decode("utf-8").removeprefix(_BOM)


@dataclass(frozen=True, slots=True)
class YamlEdit:
    """A value to be put at a key, in the place of what stood there; with `add` an item at the end of its list."""

    path: tuple[Step, ...]
    """The way to the mapping from the office: none for the office itself."""
    key: str
    value: Any
    add: bool = False

    @property
    def lines(self) -> list[str]:
        """The key with the value, to be pasted."""
        return lines_of({self.key: [self.value] if self.add else self.value})


@dataclass(frozen=True, slots=True)
class Draft:
    """A file of the registry as it was read, and which of its offices is decided about."""

    file: RegistryFile
    path: Path
    raw: bytes = field(repr=False)
    number: int = 0

    def apply(self, changes: Sequence[YamlEdit]) -> bytes:
        """Return the file with the changes. Raises `UsageError` if one cannot be placed, or would be a mistake."""
        new = old = _text(self.raw)
        wanted = copy.deepcopy(self._tree(old))
        for change in changes:
            way = ("offices", self.number, *change.path)
            order = list(fields_of(_MODELS[str(way[-2])]))
            try:
                new = splice_value(new, way, change.key, change.value, order, add=change.add)
            except SpliceError:
                raise self._refused(change) from None
            self._apply(change, wanted)
        if self._tree(new) != wanted:
            raise self._refused(changes[0])
        try:
            self.file.registry({self.path: new})
        except RegistryError as error:
            raise UsageError(self._mistake(error.problems[0], old.splitlines(), new.splitlines())) from None
        return self.raw.replace(old.encode(), new.encode())

    def _tree(self, text: str) -> Any:
        return parse_yaml(text, str(self.path), ModelReader())

    def _apply(self, change: YamlEdit, data: Any) -> None:
        """Do a change to plain data."""
        inside = data["offices"][self.number]
        for step in change.path:
            inside = inside[step]
        written = self._tree("\n".join(change.lines))[change.key]
        inside[change.key] = [*(inside.get(change.key) or []), *written] if change.add else written

    def _refused(self, change: YamlEdit) -> UsageError:
        entry = self._tree(_text(self.raw))["offices"][self.number]
        line = entry.line
        for step in change.path:
            entry = entry[step]
            line = getattr(entry, "line", line)
        pasted = "\n".join(change.lines)
        return UsageError(phrase(_NOT_ADDED, path=self.path, line=line, lines=verbatim(pasted)))

    def _mistake(self, wrong: Problem, old: list[str], new: list[str]) -> Text:
        """Say what would be wrong, by the lines of the file as it is: what is not written yet has none there."""
        same = _common_lines(old, new)
        behind = _common_lines(old[same:][::-1], new[same:][::-1])

        def line_of(number: int) -> int:
            """Return the line in the file; 0 for one that is new."""
            if number <= len(old) - behind:
                return number
            return number - len(new) + len(old) if number > len(new) - behind else 0

        def moved(text: Scalar | Text) -> Scalar | Text:
            """Name the lines of this file anew, wherever a message names them."""
            if not isinstance(text, Text):
                return text
            if text.message == (LINE if mine else LINE_OF) and text.params.get("file", name) == name:
                line = line_of(int(str(text.params["line"])))
                return replace(text, params={**text.params, "line": str(line)}) if line else phrase("the new lines")
            return replace(text, params={key: moved(value) for key, value in text.params.items()})

        name, mine = str(self.path), self.path == self.file.path
        line = line_of(wrong.line) if wrong.file == name else wrong.line
        what = phrase("the edit would be a mistake: {what}", what=moved(wrong.message))
        return replace(wrong, line=line, message=what).text


_NOT_ADDED = N_(
    "{path}:{line}: written in a way that cannot be added to here; paste this into the entry and check it with "
    "`auditor registry check`:\n{lines}"
)


def _common_lines(some: list[str], others: list[str]) -> int:
    """Return how many lines both begin with."""
    pairs = zip(some, others, strict=False)
    return next((n for n, (line, other) in enumerate(pairs) if line != other), min(len(some), len(others)))


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A decision that is possible: a file as it is, as it will be, and what to say once it is written."""

    path: Path
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)
    done_message: Text

    @property
    def diff(self) -> list[str]:
        """The change, as a unified diff without line ends."""
        old, new = (re.split(r"\r\n|\n|\r", _text(raw).rstrip("\r\n")) for raw in (self.old, self.new))
        name = str(self.path)
        return list(difflib.unified_diff(old, new, name, name, lineterm=""))

    def write(self) -> None:
        """Write it. Raises `UsageError` if the file was changed since it was read, or cannot be written."""
        _replace(self.path, self.old, self.new)

    def undo(self) -> None:
        """Take it back, where it was the last that was written. Raises `UsageError` as `write` does."""
        _replace(self.path, self.new, self.old)


def _replace(path: Path, old: bytes, new: bytes) -> None:
    """Put another content in the place of a file, whole or not at all, with the file's own mode."""
    real = path.resolve()  # a symbolic link stays one
    try:
        with replacing(real, mode=real.stat().st_mode & 0o7777) as part:
            part.write_bytes(new)
            if path.read_bytes() != old:
                raise UsageError(
                    phrase("{path}: was changed by somebody else in the meantime; run the command again", path=path)
                )
    except OSError as error:
        raise UsageError(
            phrase("{path}: cannot be written ({why}); nothing was changed", path=path, why=os_error_text(error))
        ) from None
