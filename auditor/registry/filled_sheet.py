"""Read a filled sheet of answers back: its rows by the headings above them, and what of it could not be read.

A column whose heading is not clear is left out and named, as are rows beyond what is read: an answer that was written
is never dropped silently. Without the columns that say of whom a row is, and by what source, nothing is read at all.
"""

import io
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from auditor.base.errors import os_error_text
from auditor.base.text import N_, Text, phrase
from auditor.registry.answer_sheet import COLUMNS, LEVEL, SHEET
from auditor.registry.model_reader import refusal
from auditor.registry.typed_text import NO_PAGE, look_alike, plain_text, says_unknown


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row as it was filled in: its number, and the value of each column that the sheet has."""

    number: int
    values: Mapping[str, Any]
    letters: Mapping[str, str]
    """The letters of each column, by its key."""

    def cell(self, key: str) -> str:
        """Return the name of a cell, such as ``D7``; of a column that the sheet lacks, that of the row's first cell."""
        return f"{self.letters.get(key, 'A')}{self.number}"


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """The filled rows of a sheet, and what is wrong with the sheet itself."""

    rows: Sequence[SheetRow]
    problems: Sequence[tuple[str, Text]] = ()
    """Each by the name of its cell."""
    name: str = SHEET


_LARGEST, _LARGEST_UNPACKED = 5_000_000, 200_000_000
"""Bytes of a workbook. One of twenty offices has some twelve thousand."""
_MOST_ROWS, _MOST_COLUMNS = 2_000, 100
"""Rows and columns read at most: some programs count a million empty ones."""


def read_filled_sheet(path: Path) -> FilledSheet:
    """Return the filled rows of a workbook. Raises `UsageError` if it is none, or has no sheet of answers."""
    if path.suffix.lower() != ".xlsx":
        raise refusal("{path}: this is not .xlsx; open it in a spreadsheet program and save it as .xlsx", path=path)
    tables = [table for table in _tables(path) if table.head is not None]
    if not tables:
        raise refusal(
            "{path}: no row has the headings «{first}» and «{last}»; fill in the sheet that `auditor letter --ask` "
            "writes",
            path=path,
            first=_HEADINGS["id"],
            last=_HEADINGS["source"],
        )
    table = tables[0]
    headings = table.headings()
    _require_columns(path, table, headings)
    rows = list(table.filled_rows(headings.places))
    filled_values = [row.values for row in rows]
    others = [_other_sheet(other) for other in tables[1:] if other.has_other_rows(filled_values)]
    return FilledSheet(rows, [*headings.problems, *table.rows_beyond(), *others], table.name)


_HEADINGS = {column.key: column.heading for column in (*COLUMNS, LEVEL)}


def _require_columns(path: Path, table: "_Table", headings: "_Headings") -> None:
    """Raise `UsageError` if a column is missing without which an answer could be taken for another one."""
    missing = [key for key in ("status", "name", "source") if key not in headings.places]
    missing += [] if {"id", "municipality"} & headings.places.keys() else ["id"]
    if missing:
        causes = "; ".join(f"{cell}: {what}" for cell, what in headings.problems)
        names = ", ".join(f"«{_HEADINGS[key]}»" for key in missing)
        message = _MISSING if headings.problems else _TAKEN_OUT
        raise refusal(message, path=path, sheet=table.name, names=names, causes=causes)


_TAKEN_OUT = N_("{path}: sheet «{sheet}» has no column {names}, so nothing was written; write the heading again")
_MISSING = N_("{path}: sheet «{sheet}» has no column {names}, so nothing was written ({causes})")


def _other_sheet(table: "_Table") -> tuple[str, Text]:
    return "A1", phrase("the sheet «{name}» holds answers too, which are not read; leave one sheet", name=table.name)


# A workbook -----------------------------------------------------------------------------------------------------------


def _tables(path: Path) -> "list[_Table]":
    """Return the worksheets, that of the answers first."""
    raw = _workbook_bytes(path)
    try:
        with warnings.catch_warnings(action="ignore"):
            books = [_load(raw, data_only=data_only) for data_only in (True, False)]
            tables = [_table(*pair) for pair in zip(*(book.worksheets for book in books), strict=True)]
    except Exception:  # noqa: BLE001 - whatever a damaged workbook lets the library raise
        raise _unreadable(path, phrase("it is damaged, or has a password")) from None
    return sorted(tables, key=lambda table: table.name.strip().casefold() != SHEET.casefold())


def _load(raw: bytes, *, data_only: bool) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415 - only who reads a workbook needs it

    return load_workbook(io.BytesIO(raw), data_only=data_only)


def _workbook_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise _unreadable(path, phrase("it is larger than {n} megabytes", n=_LARGEST // 1_000_000))
        raw = path.read_bytes()
        unpacked = sum(info.file_size for info in zipfile.ZipFile(io.BytesIO(raw)).infolist())
    except FileNotFoundError:
        raise _unreadable(path, phrase("there is no such file")) from None
    except OSError as error:
        raise _unreadable(path, os_error_text(error)) from None
    except zipfile.BadZipFile:
        raise _unreadable(path, phrase("it is damaged, or has a password")) from None
    if unpacked > _LARGEST_UNPACKED:
        raise _unreadable(path, phrase("it is larger than {n} megabytes", n=_LARGEST_UNPACKED // 1_000_000))
    return raw


def _unreadable(path: Path, why: Text) -> Exception:
    return refusal("{path}: cannot be read as a workbook ({why}); check it", path=path, why=why)


def _table(values: Any, formulas: Any) -> "_Table":
    """Return a worksheet; a formula that no program has computed yet stands as itself."""
    limits = {"max_row": _MOST_ROWS, "max_col": _MOST_COLUMNS, "values_only": True}
    pairs = zip(values.iter_rows(**limits), formulas.iter_rows(**limits), strict=True)
    rows = [tuple(map(_computed, *pair)) for pair in pairs]
    merged = [(area.min_row, area.max_row, area.min_col - 1, area.max_col - 1) for area in values.merged_cells.ranges]
    beyond = values.iter_rows(min_row=_MOST_ROWS + 1, max_col=_MOST_COLUMNS, values_only=True)
    first = next((number for number, row in enumerate(beyond, _MOST_ROWS + 1) if any(map(plain_text, row))), None)
    return _Table(values.title, rows, merged, first if values.max_row > _MOST_ROWS else None)


def _computed(value: Any, formula: Any) -> Any:
    return getattr(formula, "text", formula) if value is None else value


# Headings -------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Headings:
    """The index of each column by its key, and what is wrong with the others."""

    places: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, Text]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Table:
    """A worksheet: its values, the areas of merged cells, and the first row that is not read but filled in."""

    name: str
    rows: Sequence[tuple[Any, ...]]
    merged: Sequence[tuple[int, int, int, int]]
    """The first and last row, and the indexes of the first and last column, of each area."""
    beyond: int | None

    @property
    def head(self) -> int | None:
        """The index of the row of headings: that with most of them; None without one of two at least."""
        counts = [sum(_folded(value) in _KEYS for value in row) for row in self.rows[:20]]
        return counts.index(max(counts)) if counts and max(counts) > 1 else None

    def headings(self) -> _Headings:
        """Return which column is which; one whose heading is not clear is named once, and none."""
        head, headings = self.head or 0, _Headings()
        spread = {column: area for area in self.merged_headings(head) for column in range(area[2], area[3] + 1)}
        places = defaultdict[str, list[int]](list)
        for column, value in enumerate(self.rows[head]):
            if column not in spread and (key := _KEYS.get(_folded(value))) is not None:
                places[key].append(column)
        for _, _, first, last in self.merged_headings(head):
            what = phrase(_MERGED, text=plain_text(self.rows[head][first]), last=f"{_letters(last)}{head + 1}")
            headings.problems.append((f"{_letters(first)}{head + 1}", what))
        for key, columns in places.items():
            first, *others = columns
            if others:
                what = phrase(_DOUBLE, text=_HEADINGS[key], first=f"{_letters(first)}{head + 1}")
                headings.problems.append((f"{_letters(others[0])}{head + 1}", what))
            else:
                headings.places[key] = first
        unread = [column for column in range(len(self.rows[head])) if column not in spread]
        headings.problems += self.unknown_headings(head, unread, [key for key in _HEADINGS if key not in places])
        return headings

    def merged_headings(self, head: int) -> list[tuple[int, int, int, int]]:
        """Return the areas by which one heading stands over several columns."""
        return [area for area in self.merged if area[0] <= head + 1 <= area[1] and area[2] < area[3]]

    def unknown_headings(self, head: int, columns: Iterable[int], missing: Sequence[str]) -> Iterator[tuple[str, Text]]:
        """Yield each heading that may be meant for one of the sheet's, and each filled column without a heading.

        A column that somebody added for their own use is none of them.
        """
        is_complete = not set(missing) - {LEVEL.key}
        for column in columns:
            text, cell = plain_text(self.rows[head][column]), f"{_letters(column)}{head + 1}"
            if _folded(text) in _KEYS:
                continue
            near = _nearest_heading(text)
            if text and near is not None:
                is_latin = look_alike(_folded(text)) == look_alike(_folded(near))
                yield cell, phrase(_LATIN if is_latin else _MISTYPED, text=repr(text), near=near)
            elif not is_complete and (text or self.is_filled(head, column)):
                yield cell, phrase(_UNKNOWN, text=repr(text)) if text else phrase(_NO_HEADING)

    def is_filled(self, head: int, column: int) -> bool:
        return any(plain_text(row[column]) for row in self.rows[head + 1 :])

    # Rows

    def filled_rows(self, places: Mapping[str, int]) -> Iterator[SheetRow]:
        """Yield each row in which something stands."""
        letters, head = {key: _letters(place) for key, place in places.items()}, self.head or 0
        for number, row in enumerate(self.rows[head + 1 :], head + 2):
            values = {key: _cell_value(row[place]) for key, place in places.items()}
            if any(map(plain_text, values.values())):
                yield SheetRow(number, values, letters)

    def rows_beyond(self) -> Iterator[tuple[str, Text]]:
        """Yield the first row that is not read, if something stands in it or below."""
        if self.beyond is not None:
            yield f"A{self.beyond}", phrase(_BEYOND, most=_MOST_ROWS)

    def has_other_rows(self, other_values: Sequence[Mapping[str, Any]]) -> bool:
        """Return whether a row has a source, and is none of these."""
        rows = (row.values for row in self.filled_rows(self.headings().places))
        return any(plain_text(row.get("source")) and row not in other_values for row in rows)


_MERGED = N_("the heading «{text}» is merged up to {last}: nothing of these columns was written; divide the cells")
_DOUBLE = N_("the heading «{text}» stands in {first} too: nothing of both columns was written; leave one of them")
_MISTYPED = N_("the heading {text} is not known: nothing of the column was written; is «{near}» meant?")
_LATIN = N_("Latin letters stand in the heading {text}: nothing of the column was written; type «{near}» anew")
_UNKNOWN = N_("the heading {text} is not known: nothing of the column was written; write the one of the sheet sent")
_NO_HEADING = N_("the column has no heading: nothing of it was written; write the one of the sheet that was sent")
_BEYOND = N_("rows after {most} are not read, and here something stands; divide the sheet")


def _folded(value: Any) -> str:
    return plain_text(value).casefold().replace("ё", "е")


_KEYS = {_folded(heading): key for key, heading in _HEADINGS.items()}


def _nearest_heading(text: str) -> str | None:
    """Return the heading that a mistyped one is most like; None if it is like none."""
    by_look = {look_alike(name): _HEADINGS[key] for name, key in _KEYS.items()}
    close = get_close_matches(look_alike(_folded(text)), by_look, n=1, cutoff=0.8)
    return by_look[close[0]] if close else None


def _cell_value(value: Any) -> Any:
    """Return what a cell says: nothing where that is not known, and «нет» where a spreadsheet made FALSE of it."""
    return NO_PAGE if value is False else None if says_unknown(value) else value


def _letters(index: int) -> str:
    """Return the letters of a column, the first of which has the index 0."""
    high, low = divmod(index, 26)
    return (_letters(high - 1) if high else "") + chr(ord("A") + low)
