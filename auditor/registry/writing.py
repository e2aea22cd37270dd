"""Write a person's decisions into the file that has the office, and leave every comment, key and other line as it is.

The text is read back before anything is written: it must load, and must differ from the old one by the decision alone.
What cannot be placed is refused with the lines to paste.
"""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from auditor.base.address import Address
from auditor.base.errors import RegistryError, UsageError
from auditor.base.files import replacing
from auditor.registry.loader import parse_registry
from auditor.registry.models import Office, Registry
from auditor.registry.reading import Entry, Reader, fields_of
from auditor.registry.source import parse_source, read_text
from auditor.registry.splice import SpliceError, Step, add_item, lines_of, set_key

_BOM = "\ufeff"


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
    pending: dict[Path, str] = field(default_factory=dict)
    """Texts that are decided and not written yet, by the file's resolved path: the next decision is made after them."""

    def registry(self, edited: Mapping[Path, str] | None = None) -> Registry:
        """Read the registry with what is pending and `edited`. Raises `RegistryError`, or `UsageError` if it is gone.

        `edited` are further texts by the resolved path.
        """
        texts = {**self.pending, **(edited or {})}

        def read(path: Path, reader: Reader) -> str | None:
            return texts[path.resolve()] if path.resolve() in texts else read_text(path, reader)

        main = texts.get(self.path.resolve())
        return parse_registry(main if main is not None else _text(self.path)[1], str(self.path), read)

    def draft_of(self, registry: Registry, office: Office) -> "Draft":
        """Return the file that has an office, to be edited: this one, or one that it includes."""
        for path in (self.path, *(self.path.parent / name for name in registry.include)):
            raw, text = _text(path)
            text = self.pending.get(path.resolve(), text)
            root = parse_source(text.removeprefix(_BOM), str(path), Reader())
            ids = [entry.text("id") for entry in root.entries("offices")]
            if office.id.strip() in ids:
                return Draft(self, path, raw, text, ids.index(office.id.strip()))
        raise UsageError(f"{self.path}: the office {office.id} is not in it any more; run the command again")


def _text(path: Path) -> tuple[bytes, str]:
    try:
        raw = path.read_bytes()
        return raw, raw.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path}: cannot be read as text any more; check it") from None


@dataclass(frozen=True, slots=True)
class Change:
    """A value to be put at a key, in the place of what stood there; with `add` an item at the end of its list."""

    place: tuple[Step, ...]
    """The way to the mapping from the office: none for the office itself."""
    model: type[Entry]
    """What the mapping is: its order of keys."""
    key: str
    value: Any
    add: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A file of the registry as it was read: its bytes, and its text with the decisions that are pending."""

    file: RegistryFile
    path: Path
    raw: bytes = field(repr=False)
    text: str = field(repr=False)
    number: int = 0
    """Which office of the file is decided about."""

    def edited(self, changes: Sequence[Change]) -> str:
        """Return the text with the changes. Raises `UsageError` if one cannot be placed, or would be a mistake."""
        mark = _BOM if self.text.startswith(_BOM) else ""
        new = old = self.text.removeprefix(_BOM)
        for change in changes:
            new = self._with(new, change)
        wanted, root = copy.deepcopy(self._tree(old)), self._tree(new)
        for change in changes:
            self._apply(change, wanted)
        if root != wanted:
            raise self._refused(changes[0])
        try:
            self.file.registry({self.path.resolve(): mark + new})
        except RegistryError as error:
            wrong = error.problems[0]
            raise UsageError(f"the edit would be a mistake: {wrong.what}; {wrong.mend}") from None
        return mark + new

    def _with(self, text: str, change: Change) -> str:
        way, order = add_item if change.add else set_key, list(fields_of(change.model))
        try:
            return way(text, ("offices", self.number, *change.place), change.key, change.value, order)
        except SpliceError:
            raise self._refused(change) from None

    def _tree(self, text: str) -> Any:
        return parse_source(text, str(self.path), Reader())

    def _apply(self, change: Change, data: Any) -> None:
        """Do a change to plain data."""
        inside = data["offices"][self.number]
        for step in change.place:
            inside = inside[step]
        written = self._tree("\n".join(_lines(change)))[change.key]
        inside[change.key] = [*(inside.get(change.key) or []), *written] if change.add else written

    def _refused(self, change: Change) -> UsageError:
        entry = self._tree(self.text.removeprefix(_BOM))["offices"][self.number]
        line = entry.line
        for step in change.place:
            entry = entry[step]
            line = getattr(entry, "line", line)
        return UsageError(
            f"{self.path}:{line}: written in a way that cannot be added to here; paste this into the entry "
            "and check it with `auditor registry check`:\n" + "\n".join(_lines(change))
        )


def _lines(change: Change) -> Iterator[str]:
    return lines_of({change.key: [change.value] if change.add else change.value})


def write_draft(draft: Draft, text: str) -> None:
    """Put `text` in the place of the file, whole or not at all, with the file's own mode.

    Raises `UsageError` if the file was changed since it was read, or cannot be written.
    """
    path = draft.path.resolve()  # a symbolic link stays one
    try:
        with replacing(path, mode=path.stat().st_mode & 0o7777) as part:
            part.write_bytes(text.encode("utf-8"))
            require_same(draft)
    except OSError as error:
        raise UsageError(f"{draft.path}: cannot be written ({error.strerror}); nothing was changed") from None


def require_same(draft: Draft) -> None:
    """Raise `UsageError` if the file was changed since it was read."""
    if draft.path.read_bytes() != draft.raw:
        raise UsageError(f"{draft.path}: was changed by somebody else in the meantime; run the command again")
