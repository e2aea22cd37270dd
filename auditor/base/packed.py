"""Many parts of a document, each compressed: all of them unpacked at once would not go into the memory."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any, Self, TypeVar, overload
from weakref import finalize

from pydantic import BaseModel

from auditor.base.errors import ArchiveError
from auditor.base.packing import Texts, opened, packed
from auditor.base.secrets import redact_document


def lost_form() -> ArchiveError:
    """Return the error of a stored audit that cannot be read.

    What it holds is left out of the message: it may have been damaged by anything.
    """
    said = "a stored audit has lost its form; `auditor evidence verify` names it, restore a copy"
    return ArchiveError(f"the archive cannot be read ({said})")


_HELD = 1 << 20
"""Bytes. More than that lies in a temporary file without a name."""
_FEW = 256
"""Of so few parts those that were read once are kept."""


class _Rows:
    """Compressed texts, one behind the other in a temporary file that is gone with this object."""

    def __init__(self, rows: Iterable[bytes]) -> None:
        self._ends, self._file = array("Q", [0]), SpooledTemporaryFile(_HELD)  # noqa: SIM115 - `finalize` closes it
        finalize(self, self._file.close)
        for row in rows:
            self._file.write(row)
            self._ends.append(self._file.tell())

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        start, end = self._ends[number : number + 2]
        self._file.seek(start)
        return opened(self._file.read(end - start))


M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")


class Packed(Sequence[M]):
    """A list of documents that are read one by one, whenever they are asked for."""

    def __init__(self, model: type[M], rows: Iterable[bytes] | Texts) -> None:
        """Keep `rows`, each a document of this `model` as `pack` writes it, or those that lie somewhere as texts."""
        self._model, self._rows = model, rows if isinstance(rows, Texts) else _Rows(rows)
        self._changes: tuple[Callable[[M], M], ...] = ()
        self._kept: dict[int, M] = {}
        self._made: dict[Callable[..., Any], Any] = {}

    @classmethod
    def of(cls, model: type[M], documents: Iterable[M]) -> Self:
        """Take in documents one by one; what is packed already stays as it is."""
        if isinstance(documents, cls):
            return documents
        return cls(model, (packed(redact_document(one.model_dump_json())) for one in documents))

    def each(self, change: Callable[[M], M]) -> Self:
        """Return the same documents, each changed whenever it is read."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, _changes=(*self._changes, change), _kept={}, _made={})
        return other

    def settled(self) -> Self:
        """Return the same documents with all changes made: where they are many, a change is made at each reading."""
        return self if len(self) <= _FEW else self.of(self._model, iter(self))

    def once(self, make: Callable[[Self], R]) -> R:
        """Return what `make` makes of all of them; it is asked once, because it has to read each."""
        if make not in self._made:
            self._made[make] = make(self)
        found: R = self._made[make]
        return found

    def __len__(self) -> int:
        """Count them."""
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> M: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[M]: ...

    def __getitem__(self, place: int | slice) -> M | Sequence[M]:
        """Read one, or some. Raises `ArchiveError` where it has lost its form."""
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        number = range(len(self))[place]
        if number in self._kept:
            return self._kept[number]
        found = self._read(number)
        if len(self) <= _FEW:
            self._kept[number] = found
        return found

    def _read(self, number: int) -> M:
        try:
            found = self._model.model_validate_json(self._rows[number])
        except (OSError, ValueError):
            raise lost_form() from None
        for change in self._changes:
            found = change(found)
        return found

    def __eq__(self, other: object) -> bool:
        """Compare with any list of documents."""
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(_equal, self, other))

    __hash__ = None  # type: ignore[assignment]  # as of a list


def _equal(one: object, other: object) -> bool:
    return one == other
