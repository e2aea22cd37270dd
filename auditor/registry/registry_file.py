"""Change the registry: only the file that lists the office, and of that only what is meant.

A `Draft` takes changes and checks each: the new text must differ from the old one by the change alone, so that every
comment and other line stays. `Draft.change` checks the whole registry and returns a `FileEdit`, which is shown, written
at once or not at all, and can be undone. A change that cannot be placed is refused, with the lines to paste by hand.
"""

import difflib
import fcntl
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import reduce
from operator import getitem
from pathlib import Path
from types import MappingProxyType
from typing import Any

from auditor.base.address import Address
from auditor.base.errors import RegistryError, UsageError, os_error_text
from auditor.base.files import remove_scraps, replacing
from auditor.base.text import N_, Text, phrase
from auditor.registry.loader import parse_registry
from auditor.registry.model_reader import ModelReader, RegistryModel, fields_of, refusal
from auditor.registry.models import Account, Office, OfficeRequest, RecordedSearch, Registry, Tenure, Vacancy
from auditor.registry.yaml_splice import SpliceError, Step, lines_of, remove_value, splice_value
from auditor.registry.yaml_tree import parse_yaml, read_text

_BOM = "\ufeff"
NO_TEXTS: Mapping[Path, str] = MappingProxyType({})
_MODELS: dict[str, type[RegistryModel]] = {
    "offices": Office,
    "tenures": Tenure,
    "vacancies": Vacancy,
    "accounts": Account,
    "requests": OfficeRequest,
    "searches": RecordedSearch,
}
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

        Raises `RegistryError` for its problems, a source of a day to come among them, as whoever loads it next would;
        `UsageError` if the file is gone.
        """
        texts = edited or {}

        def read(path: Path) -> str:
            return texts[path] if path in texts else read_text(path)

        main_text = texts[self.path] if self.path in texts else _decode(_read_bytes(self.path))
        return parse_registry(main_text, str(self.path), read, now=max(self.now, datetime.now(UTC)))

    def draft_of(self, registry: Registry, office: Office, texts: Mapping[Path, str] = NO_TEXTS) -> "Draft":
        """Return the draft of the file that lists an office: this one, or one that it includes.

        `texts`: the text of each file that was changed before. Raises `UsageError` if the office is not in any of them.
        """
        for path in (self.path, *(self.path.parent / name for name in registry.include)):
            raw = _read_bytes(path)
            root = parse_yaml(texts.get(path, _decode(raw)), str(path), ModelReader())
            ids = [entry.text("id") for entry in root.entries("offices")]
            if office.id.strip() in ids:
                return Draft(self, path, raw, ids.index(office.id.strip()))
        raise refusal(
            "{path}: the office {id} is not in it any more; run the command again", path=self.path, id=office.id
        )

    def with_office(self, entry: Mapping[str, Any], texts: Mapping[Path, str] = NO_TEXTS) -> "FileEdit":
        """Return the edit that adds an office to this file. Raises `UsageError` if it would be a mistake."""
        raw = _read_bytes(self.path)
        text = texts.get(self.path, _decode(raw))
        wanted, lines = self._tree(text), lines_of({"offices": [entry]})
        wanted["offices"] = [*(wanted.get("offices") or []), *self._tree("\n".join(lines))["offices"]]
        try:
            new = splice_value(text, (), "offices", dict(entry), list(fields_of(Registry)), add=True)
        except SpliceError:
            new = ""
        if self._tree(new) != wanted:
            raise refusal(_NOT_ADDED, path=self.path, line=wanted.lines["offices"], lines="\n".join(lines))
        return _checked_edit(self, self.path, raw, new, phrase("{path}: written.", path=self.path))

    def _tree(self, text: str) -> Any:
        return parse_yaml(text, str(self.path), ModelReader())


def _read_bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        raw.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise refusal("{path}: cannot be read as text any more; check it", path=path) from None
    return raw


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8").removeprefix(_BOM)


@dataclass(slots=True)
class Draft:
    """Changes to an office's entry in a file of the registry, none of them written yet.

    A mapping is named by the YAML path from the office to it; for the office itself that is empty.
    """

    file: RegistryFile
    path: Path
    old: bytes = field(repr=False)
    number: int
    """The index of the office in the file."""
    text: str = field(init=False, repr=False)
    """The file's text with the changes so far."""

    def __post_init__(self) -> None:
        """Begin with the text as it was read."""
        self.text = self.original

    @property
    def original(self) -> str:
        """The file's text as it was read."""
        return _decode(self.old)

    def set(self, path: Sequence[Step], key: str, value: Any) -> None:
        """Set a key of a mapping. Raises `UsageError` if it cannot be placed."""
        self._splice(path, key, value, add=False)

    def add(self, path: Sequence[Step], key: str, item: Any) -> None:
        """Add an item to the list at a key of a mapping. Raises `UsageError` if it cannot be placed."""
        self._splice(path, key, item, add=True)

    def remove(self, path: Sequence[Step]) -> None:
        """Remove a key, or an item by its number; the last item goes with its list. Comments in it stay.

        Raises `UsageError` if it cannot be taken out.
        """
        steps, wanted = ("offices", self.number, *path), self._tree(self.text)
        parent = reduce(getitem, steps[:-1], wanted)
        if isinstance(parent, list) and len(parent) == 1:
            self.remove(path[:-1])
            return
        line = parent.lines[steps[-1]]
        del parent[steps[-1]]
        self._take(lambda: remove_value(self.text, steps), wanted, phrase(_NOT_REMOVED, path=self.path, line=line))

    def _splice(self, path: Sequence[Step], key: str, value: Any, *, add: bool) -> None:
        steps = ("offices", self.number, *path)
        order, lines = list(fields_of(_MODELS[str(steps[-2])])), lines_of({key: [value] if add else value})
        wanted = self._tree(self.text)
        entry = reduce(getitem, steps, wanted)
        new_value = self._tree("\n".join(lines))[key]
        entry[key] = [*(entry.get(key) or []), *new_value] if add else new_value
        refused = phrase(_NOT_ADDED, path=self.path, line=entry.line, lines="\n".join(lines))
        self._take(lambda: splice_value(self.text, steps, key, value, order, add=add), wanted, refused)

    def _take(self, change: Callable[[], str], wanted: Any, refused: Text) -> None:
        """Take the changed text if it reads as `wanted`. Raises `UsageError`, which says `refused`, if not."""
        text = None
        with suppress(SpliceError):
            text = change()
        if text is None or self._tree(text) != wanted:
            raise UsageError(refused)
        self.text = text

    def _tree(self, text: str) -> Any:
        return parse_yaml(text, str(self.path), ModelReader())

    def change(self, done: Text) -> "FileEdit":
        """Return the changes as an edit of the file. Raises `UsageError` if they would be a mistake of the registry."""
        return _checked_edit(self.file, self.path, self.old, self.text, done)


def _checked_edit(file: RegistryFile, path: Path, old: bytes, text: str, done: Text) -> "FileEdit":
    _refuse_mistake(file, path, text)
    return FileEdit(path, old, old.replace(_decode(old).encode(), text.encode()), done, file=file)


def _refuse_mistake(file: RegistryFile, path: Path, text: str) -> None:
    """Raise `UsageError` if the registry would not load with this text in one of its files."""
    try:
        file.registry({path: text})
    except RegistryError as error:
        message = phrase("the edit would be a mistake: {what}", what=error.problems[0].message)
        raise UsageError(replace(error.problems[0], line=0, message=message).text) from None


_NOT_ADDED = N_(
    "{path}:{line}: written in a way that cannot be added to here; paste this into the entry and check it with "
    "`auditor registry check`:\n{lines}"
)
_NOT_REMOVED = N_(
    "{path}:{line}: written in a way that cannot be taken out here; remove it by hand and check with "
    "`auditor registry check`"
)


@dataclass(frozen=True, slots=True)
class FileEdit:
    """An edit that can be made: a file's old and new content, and the message once it is written."""

    path: Path
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)
    done_message: Text
    effect: Text | None = None
    """What the report will say otherwise, where a cell may turn red by the edit."""
    file: RegistryFile | None = field(default=None, repr=False)
    """The registry that must load with the new content; None for a text that no registry includes."""

    @property
    def text(self) -> str:
        """The new content as text."""
        return _decode(self.new)

    @property
    def diff(self) -> list[str]:
        """The edit as the lines of a unified diff, without line ends."""
        old, new = (re.split(r"\r\n|\n|\r", _decode(raw).rstrip("\r\n")) for raw in (self.old, self.new))
        name = str(self.path)
        return list(difflib.unified_diff(old, new, name, name, lineterm=""))

    def write(self) -> None:
        """Write the new content.

        Raises `ChangedMeanwhileError`, or `UsageError` if the file cannot be written or the registry would not load.
        """
        self._replace(self.old, self.new)

    def undo(self) -> None:
        """Restore the old content. Raises what `write` does."""
        self._replace(self.new, self.old)

    def _replace(self, old: bytes, new: bytes) -> None:
        """Replace the content if the registry loads with the new one and the other files as they are at that moment."""
        with _replacing(self.path, old, new):
            if self.file is not None:
                _refuse_mistake(self.file, self.path, _decode(new))


class ChangedMeanwhileError(UsageError):
    """The file is not the one that was read: another process wrote into it."""


@contextmanager
def _replacing(path: Path, old: bytes, new: bytes) -> Iterator[None]:
    """Replace a file's content atomically and keep its mode; if the block raises, the old content stays.

    Raises `ChangedMeanwhileError` if it is not `old` any more, `UsageError` if it cannot be written.
    """
    real = path.resolve()  # a symbolic link stays one
    try:
        with _locked(real.parent):
            remove_scraps(real)
            with replacing(real, mode=real.stat().st_mode & 0o7777) as new_file:
                new_file.write_bytes(new)
                if path.read_bytes() != old:
                    raise ChangedMeanwhileError(
                        phrase("{path}: was changed by somebody else in the meantime; run the command again", path=path)
                    )
                yield
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
