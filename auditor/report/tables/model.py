"""A table before it is a file: sheets of rows, in which a cell's type says what it is.

A text is `str`, a whole number `int`, a decimal `float`, a day `date`, a moment an aware `datetime`, an address `Link`,
an outcome of the directive `Verdict`. None is "not known" and stays empty: a word beside it says why, never a zero.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Link:
    """An address. Whoever writes it links only where a page may link to."""

    url: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome of the directive, which alone has a colour; the word always stands with it."""

    outcome: str
    said: str


Value = str | int | float | date | datetime | Link | Verdict | None


@dataclass(frozen=True, slots=True)
class Column:
    """A head in the reader's language; `width` in characters. A column that is not `wrapped` is cut at its edge."""

    title: str
    width: int
    wrapped: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named table; the first `fixed` columns stay in sight."""

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Value, ...]] = field(default_factory=list)
    fixed: int = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """What every cell is made in: the document and the reader's language with the registry's zone."""

    audit: Audit
    words: Catalogue


@dataclass(frozen=True, slots=True)
class Spec(Generic[Row]):
    """A column and how a row fills it. `title` is a key of the catalogue."""

    title: str
    width: int
    value: Callable[[Row, Frame], Value]
    wrapped: bool = True


def fill(name: str, specs: Sequence[Spec[Row]], rows: Iterable[Row], frame: Frame, fixed: int = 1) -> Sheet:
    """Make the sheet that the columns of `specs` give for each of `rows`."""
    columns = tuple(Column(frame.words.gettext(spec.title), spec.width, spec.wrapped) for spec in specs)
    lines = [tuple(spec.value(row, frame) for spec in specs) for row in rows]
    return Sheet(frame.words.gettext(name), columns, lines, fixed)


def number_of(value: Any) -> int | float | None:
    """Return a finding's figure, or None where it has none; what is no number is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def moment_of(value: Any) -> datetime | None:
    """Return a finding's time, which a document holds as text, or None."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    if not isinstance(moment, datetime):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
