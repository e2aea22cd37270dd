"""Read ``statements.yaml`` and ``corrections.yaml``: what is said about a report. They lie next to the registry.

Every value is bounded, because it is printed in a public report as it is written. Every mistake is reported at once,
as ``file:line: what; how to mend it``.
"""

import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from auditor.base.address import web_address
from auditor.base.errors import RegistryError, UsageError
from auditor.base.safe import is_invisible
from auditor.base.text import phrase, shorten
from auditor.base.weeks import Week
from auditor.registry.model_reader import ModelReader, RegistryModel, TooManyProblemsError, did_you_mean
from auditor.registry.models import Day, nothing
from auditor.registry.yaml_tree import parse_yaml, read_text

_SHOWN_FOR = timedelta(days=28)
"""How long a statement is shown if it names no last day: the finding may have changed since."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[A-Za-z][A-Za-z0-9+.-]{2,}:\S")
_AROUND = "\"'«»()[],.;"
_ANYWHERE = ZoneInfo("UTC")
"""The days of a week are the same in every zone."""


def _paragraph(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _visible(text: str) -> str:
    for letter in filter(is_invisible, text):
        raise ValueError(
            phrase("there is a character that cannot be seen, U+{letter}; take it out", letter=f"{ord(letter):04X}")
        )
    return text


def _source(text: str) -> str:
    """Require that every address in a source is one of a web page."""
    for word in text.split():
        if _ADDRESS.match(bare := word.strip(_AROUND)):
            web_address(bare)
    return text


def _week(value: Any) -> str:
    try:
        return str(Week.parse(str(value), _ANYWHERE))
    except UsageError as error:
        raise ValueError(error.text) from None


_Said = Annotated[str, Field(min_length=1, max_length=1_000), BeforeValidator(_paragraph), AfterValidator(_visible)]
"""What is said: a paragraph."""
_Line = Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(_paragraph), AfterValidator(_visible)]
"""Who says it, or where."""
_Source = Annotated[_Line, AfterValidator(_source)]
"""Where it is published or filed: words, in which addresses are ``http(s)://``."""
_WeekName = Annotated[str, BeforeValidator(_week)]
"""``2026-W47``."""


class Statement(RegistryModel):
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


class Correction(RegistryModel):
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


class Withdrawal(RegistryModel):
    """That a published week is taken back: from its day on a notice stands in the place of the week's pages."""

    week: _WeekName
    """The week whose report is withdrawn."""
    on: Day
    """The day on which it was withdrawn."""
    reason: _Said
    """Why, for readers."""


class StatementsFile(RegistryModel):
    """All of ``statements.yaml``."""

    statements: list[Statement] = Field(default_factory=nothing)
    """What officials say to findings about them."""


class CorrectionsFile(RegistryModel):
    """All of ``corrections.yaml``."""

    corrections: list[Correction] = Field(default_factory=nothing)
    """What was put right, in the order of the numbers."""
    withdrawn: list[Withdrawal] = Field(default_factory=nothing)
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
    reader, known, remarks = ModelReader(), {"office": list(offices), "check": list(checks)}, Remarks()
    with suppress(TooManyProblemsError):
        said = _file(statements, StatementsFile, reader)
        for entry in said.statements:
            _known(entry, "office", known, reader)
            _timely(entry, reader)
        put_right = _file(corrections, CorrectionsFile, reader)
        _check_corrections(put_right, known, reader)
        remarks = Remarks(tuple(said.statements), tuple(put_right.corrections), tuple(put_right.withdrawn))
    if reader.problems:
        raise RegistryError(reader.problems.values())
    return remarks


_LARGEST = 1_000_000
"""Bytes. What officials say of a year is some thousand."""
_FileModel = TypeVar("_FileModel", bound=RegistryModel)


def _file(path: Path | None, model: type[_FileModel], reader: ModelReader) -> _FileModel:
    """Return what a file says: nothing where it is empty, or wrong, which is told."""
    if path is None:
        return model()
    reader.main = str(path)
    text = read_text(path, reader, _LARGEST)
    if text is None or all(line.strip() == "" or line.strip().startswith("#") for line in text.splitlines()):
        return model()
    root = parse_yaml(text, str(path), reader)
    return (reader.read(model, root) if root is not None else None) or model()


def _check_corrections(file: CorrectionsFile, known: dict[str, list[str]], reader: ModelReader) -> None:
    """Tell of what no office or check has, of weeks to come or withdrawn twice, and of numbers that do not rise."""
    highest = 0
    for entry in file.corrections:
        _known(entry, "office", known, reader)
        _known(entry, "check", known, reader)
        _timely(entry, reader)
        number = highest if entry.number is None else entry.number
        if number < highest:
            reader.add_problem_at(
                entry,
                "number",
                phrase("number {number} follows number {highest}", number=number, highest=highest),
                phrase("let the numbers rise"),
            )
        highest = max(highest, number)
    for gone in file.withdrawn:
        _timely(gone, reader)
    reader.require_unique(file.corrections, "number")  # readers cite corrections by them
    reader.require_unique(file.withdrawn, "week")


_COMPARED = 300
"""With more names no near one is suggested: five hundred mistakes would take ten seconds."""


def _known(entry: Statement | Correction, key: str, known: dict[str, list[str]], reader: ModelReader) -> None:
    """Require that an office or a check is one that there is."""
    name, names = getattr(entry, key), known[key]
    if name and name not in names:
        listed = phrase("the registry lists them")
        if key != "office":
            listed = phrase("write one of {known}", known=", ".join(names))
        mend = did_you_mean(name, names if len(names) <= _COMPARED else (), listed)
        reader.add_problem_at(
            entry, key, phrase("there is no {key} {name}", key=key, name=repr(shorten(name, 60))), mend
        )


def _timely(entry: Statement | Correction | Withdrawal, reader: ModelReader) -> None:
    """Require that a week had begun when this was said of it, and that a statement is shown to the week's end."""
    if entry.week is None or entry.on is None:
        return
    week, until = Week.parse(entry.week, _ANYWHERE), getattr(entry, "until", None)
    if entry.on < week.first_day:
        what = phrase(
            "week {week} begins {first_day}, after {on}, on which this is said",
            week=week,
            first_day=week.first_day,
            on=entry.on,
        )
        reader.add_problem_at(entry, "week", what, phrase("mend the week or the day"))
    if until is not None and until < max(entry.on, week.last_day):
        what = phrase(
            "until {until} is before {on}, so it would never be shown", until=until, on=max(entry.on, week.last_day)
        )
        reader.add_problem_at(entry, "until", what, phrase("write a later day, or take until: out"))


def locate_remarks(asked: Path | None, registry: Path, name: str) -> Path | None:
    """Return the file that a setting asked for, else `name` next to the registry, else None.

    Raises `UsageError` if one that was asked for does not exist: a report without it would hide a reply.
    """
    if asked is not None:
        if not asked.exists():
            raise UsageError(
                phrase(
                    "there is no file {asked}, which the settings name for {name}; check the path",
                    asked=repr(str(asked)),
                    name=name,
                )
            )
        return asked
    path = registry.parent / name
    return path if os.path.lexists(path) else None  # a broken link is an error, not a missing file


def remarks_schemas() -> dict[str, str]:
    """Return the text of each schema (2020-12) by its file's name without ``.yaml``."""
    return {"statements": _schema_of(StatementsFile), "corrections": _schema_of(CorrectionsFile)}


def _schema_of(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema()
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
