"""Read ``statements.yaml`` and ``corrections.yaml``: what is said about a report. They lie next to the registry.

Every value is bounded, because it is printed in a public report as it is written. Every mistake is reported at once,
as ``file:line: what; how to mend it``.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema

from auditor.base.address import web_address
from auditor.base.errors import Problem, RegistryError, UsageError
from auditor.base.safe import unseen
from auditor.base.text import shortened
from auditor.base.weeks import Week
from auditor.registry.models import Day
from auditor.registry.reading import EnoughError, Entry, Reader, did_you_mean
from auditor.registry.source import parse_source, read_text

_SHOWN_FOR = timedelta(days=28)
"""How long a statement is shown if it names no last day: the finding may have changed since."""
_TEXT, _LINE = 1_000, 300
"""Characters of what is said, and of who says it or where."""
_BLANKS = re.compile(r"[ \t\r\n]+")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[A-Za-z][A-Za-z0-9+.-]{2,}:\S")
_AROUND = "\"'«»()[],.;"


def _words(longest: int) -> BeforeValidator:
    """Return a validator for one paragraph of at most `longest` characters, all of them visible."""

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = _BLANKS.sub(" ", value).strip()
        if not text:
            raise ValueError("there is nothing in it; write it out, or take the whole entry out")
        if len(text) > longest:
            raise ValueError(f"{len(text):,} characters are too many; keep it to {longest:,}")
        for letter in text:
            if unseen(letter):
                raise ValueError(f"there is a character that cannot be seen, U+{ord(letter):04X}; take it out")
        return text

    return BeforeValidator(read)


def _source(value: Any) -> Any:
    """Require that every address in a source is one of a web page."""
    for word in value.split() if isinstance(value, str) else ():
        if _ADDRESS.match(bare := word.strip(_AROUND)):
            web_address(bare)
    return value


def _week(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("this is not a week; write it like 2026-W47")  # noqa: TRY004 - pydantic reports only ValueError
    try:
        return str(Week.parse(value, ZoneInfo("UTC")))
    except UsageError as error:
        raise ValueError(str(error).removeprefix("week ")) from None


_Said = Annotated[str, _words(_TEXT), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": _TEXT})]
_Line = Annotated[str, _words(_LINE), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": _LINE})]
_Source = Annotated[_Line, BeforeValidator(_source)]
"""Where it is published or filed: words, in which addresses are ``http(s)://``."""
_WeekName = Annotated[
    str, BeforeValidator(_week), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-?[Ww]\d{1,2}$"})
]
"""``2026-W47``."""


class Statement(Entry):
    """What an official, or the press staff, says to a week's finding. It changes no outcome."""

    office: str
    """The office's id, as the registry has it."""
    week: _WeekName
    """The week whose finding it is about; it is shown with that week and those after it, while it holds."""
    text: _Said
    """The official's own words, or those of the press staff; no citizen's."""
    who: _Line
    """Who says it."""
    on: Day
    """The day on which it was made."""
    until: Day | None = None
    """The last day on which it is shown; left out, 28 days after it was made."""
    source: _Source
    """Where it is published or filed."""

    @property
    def last_day(self) -> date:
        """The last day on which it is shown: 28 days after it was made, where none is written."""
        return self.until or self.on + _SHOWN_FOR


class Correction(Entry):
    """What was wrong in a week's report and was put right: of one office, of one check, or of the whole."""

    number: int = Field(strict=True, ge=1, le=99_999)
    """Counts over all weeks; each is higher than the one before it in the file."""
    week: _WeekName
    """The week whose report was wrong."""
    office: str | None = None
    """The office's id; left out where the whole report is meant."""
    check: str | None = None
    """The check's name, as in audit.json."""
    text: _Said
    """What was wrong and what is right."""
    on: Day
    """The day on which it was put right."""
    source: _Source
    """What shows the mistake."""


class Withdrawal(Entry):
    """That a published week is taken back: from its day on a notice stands in the place of the week's pages."""

    week: _WeekName
    """The week whose report is withdrawn."""
    on: Day
    """The day on which it was withdrawn."""
    reason: _Said
    """Why, for readers."""


class StatementsFile(Entry):
    """All of ``statements.yaml``."""

    statements: list[Statement] | None = None
    """What officials say to findings about them."""


class CorrectionsFile(Entry):
    """All of ``corrections.yaml``."""

    corrections: list[Correction] | None = None
    """What was put right, in the order of the numbers."""
    withdrawn: list[Withdrawal] | None = None
    """The weeks whose reports are withdrawn."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """Everything that is said to the reports, in the files' order."""

    statements: tuple[Statement, ...] = ()
    corrections: tuple[Correction, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()


def load_remarks(
    statements: Path | None, corrections: Path | None, *, offices: Iterable[str], checks: Iterable[str]
) -> Remarks:
    """Read the remarks on reports. None and an empty file mean that there are none.

    `offices` and `checks` are the names that are known. Raises `RegistryError` with every problem found, as
    ``file:line: what; how to mend it``; nothing else, whatever the files hold.
    """
    known, judged, problems = list(offices), list(checks), list[Problem]()
    said, put_right = Remarks(), Remarks()
    if statements is not None:
        said = _file(statements, StatementsFile, partial(_said, offices=known), problems) or said
    if corrections is not None:
        put_right = (
            _file(corrections, CorrectionsFile, partial(_put_right, offices=known, checks=judged), problems)
            or put_right
        )
    if problems:
        raise RegistryError(problems)
    return Remarks(said.statements, put_right.corrections, put_right.withdrawn)


_LARGEST = 1_000_000
"""Bytes. What officials say of a year is some thousand."""
_FileModel = TypeVar("_FileModel", bound=Entry)


def _file(
    path: Path, model: type[_FileModel], checked: Callable[[_FileModel, Reader], Remarks], problems: list[Problem]
) -> Remarks | None:
    """Return what a file says; None if it is empty, or wrong, which is added to `problems`."""
    reader, found = Reader(main=str(path)), None
    with suppress(EnoughError):
        text = read_text(path, reader, _LARGEST)
        if text is not None and any(line.strip() and not line.strip().startswith("#") for line in text.splitlines()):
            root = parse_source(text, str(path), reader)
            read = reader.read(model, root) if root is not None else None
            found = checked(read, reader) if read is not None else None
    problems += reader.problems
    return found


def _said(file: StatementsFile, reader: Reader, *, offices: list[str]) -> Remarks:
    """Tell of statements of no office, about weeks to come, or that are never shown."""
    for entry in file.statements or ():
        _known(entry, "office", offices, reader)
        _week_has_begun(entry, reader)
        _is_shown(entry, reader)
    return Remarks(statements=tuple(file.statements or ()))


def _put_right(file: CorrectionsFile, reader: Reader, *, offices: list[str], checks: list[str]) -> Remarks:
    """Tell of corrections of no office or check, of weeks to come or withdrawn twice, of numbers that do not rise."""
    for entry in file.corrections or ():
        _known(entry, "office", offices, reader)
        _known(entry, "check", checks, reader)
        _week_has_begun(entry, reader)
    _numbers([entry for entry in file.corrections or () if entry.number is not None], reader)
    withdrawn = tuple(entry for entry in file.withdrawn or () if entry.week is not None)
    for gone in withdrawn:
        _week_has_begun(gone, reader)
        first = next(one for one in withdrawn if one.week == gone.week)
        if first is not gone:
            what = f"week {gone.week} stands twice, first on {reader.line(first, 'week')}"
            reader.wrong(gone, "week", what, "leave one of them")
    return Remarks(corrections=tuple(file.corrections or ()), withdrawn=withdrawn)


_COMPARED = 300
"""With more names no near one is suggested: five hundred mistakes would take ten seconds."""


def _known(entry: Statement | Correction, key: str, names: list[str], reader: Reader) -> None:
    name = getattr(entry, key)
    if not name or name in names:
        return
    listed = "the registry lists them" if key == "office" else f"write one of {', '.join(names)}"
    mend = did_you_mean(name, names if len(names) <= _COMPARED else (), listed)
    reader.wrong(entry, key, f"there is no {key} {shortened(name, 60)!r}", mend)


def _numbers(entries: Sequence[Correction], reader: Reader) -> None:
    """Require that the numbers rise: readers cite corrections by them."""
    first: dict[int, Correction] = {}
    highest = 0
    for entry in entries:
        known = first.setdefault(entry.number, entry)
        if known is not entry:
            what = f"number {entry.number} stands twice, first on {reader.line(known, 'number')}"
            reader.wrong(entry, "number", what, "give each its own")
        elif entry.number < highest:
            what = f"number {entry.number} follows number {highest}"
            reader.wrong(entry, "number", what, "let the numbers rise down the file")
        highest = max(highest, entry.number)


def _week_of(entry: Statement | Correction | Withdrawal) -> Week | None:
    return Week.parse(entry.week, ZoneInfo("UTC")) if entry.week is not None else None


def _week_has_begun(entry: Statement | Correction | Withdrawal, reader: Reader) -> None:
    week = _week_of(entry)
    if week is not None and entry.on is not None and entry.on < week.first_day:
        what = f"week {week} begins {week.first_day}, after {entry.on}, on which this is said"
        reader.wrong(entry, "week", what, "mend the week or the day")


def _is_shown(entry: Statement, reader: Reader) -> None:
    """Require that a statement lasts at least to the end of its week, and not only to before it was made."""
    week, on, until = _week_of(entry), entry.on, entry.until
    if until is not None and on is not None and until < on:
        reader.wrong(entry, "until", f"until {until} is before on {on}", "mend the one that is wrong")
    elif until is not None and week is not None and until < week.last_day:
        what = f"until {until} is before the end of week {week}, so it would never be shown"
        reader.wrong(entry, "until", what, f"write {week.last_day} or later, or take until: out")


def locate_remarks(asked: Path | None, registry: Path, name: str) -> Path | None:
    """Return the file that a setting asked for, else `name` next to the registry, else None.

    Raises `UsageError` if one that was asked for does not exist: a report without it would hide a reply.
    """
    if asked is not None:
        if not asked.exists():
            raise UsageError(f"there is no file {str(asked)!r}, which the settings name for {name}; check the path")
        return asked
    path = registry.parent / name
    return path if os.path.lexists(path) else None  # a broken link is an error, not a missing file


def remarks_schemas() -> dict[str, str]:
    """Return the text of each schema (2020-12) by its file's name without ``.yaml``."""
    return {"statements": _schema_of(StatementsFile), "corrections": _schema_of(CorrectionsFile)}


def _schema_of(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema()
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
