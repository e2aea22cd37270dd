"""Read ``statements.yaml`` and ``corrections.yaml``, the remarks on a report. They lie next to the registry.

Every value is bounded, because it is printed in a public report as it is written. Every problem is reported at once, as
``file:line: message; fix``. The docstrings of classes and fields are descriptions in the files' JSON schemas.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from auditor.base.address import web_address
from auditor.base.errors import Problem, RegistryError, UsageError
from auditor.base.safe import is_invisible
from auditor.base.text import N_, phrase, shorten
from auditor.base.weeks import Week
from auditor.registry.model_reader import ModelReader, RegistryModel, did_you_mean, invalid, refusal
from auditor.registry.models import Day, empty_list
from auditor.registry.yaml_tree import parse_yaml, read_text

_SHOWN_FOR = timedelta(days=28)
"""How long a statement without a last day is shown: the finding may change meanwhile."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[A-Za-z][A-Za-z0-9+.-]{2,}:\S")
_AROUND = "\"'«»()[],.;"
_ANYWHERE = ZoneInfo("UTC")
"""The days of a week are the same in every zone."""


def _paragraph(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _visible(text: str) -> str:
    for letter in filter(is_invisible, text):
        raise invalid("there is a character that cannot be seen, U+{letter}; take it out", letter=f"{ord(letter):04X}")
    return text


def _source(text: str) -> str:
    """Return a source. Raises `ValueError` if an address in it is not one of a web page."""
    for word in text.split():
        if _ADDRESS.match(bare := word.strip(_AROUND)):
            web_address(bare)
    return text


def _week(value: Any) -> str:
    try:
        return str(Week.parse(str(value), _ANYWHERE))
    except UsageError as error:
        raise ValueError(error.text) from None


_Paragraph = Annotated[
    str, Field(min_length=1, max_length=1_000), BeforeValidator(_paragraph), AfterValidator(_visible)
]
"""The text of a remark: one paragraph."""
_Line = Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(_paragraph), AfterValidator(_visible)]
"""A line: the speaker, or a source."""
_Source = Annotated[_Line, AfterValidator(_source)]
"""Where it is published or filed: a line in which every address is of a web page."""
_WeekName = Annotated[str, BeforeValidator(_week)]
"""``2026-W47``."""


class Statement(RegistryModel):
    """What an official, or the press staff, says to a week's finding. It changes no outcome."""

    office: str
    """The office's id, as the registry has it."""
    week: _WeekName
    """The week whose finding it is about; it is shown with that week and those after it, while it holds."""
    text: _Paragraph
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
        """The last day on which it is shown: `until`, else 28 days after it was made."""
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
    text: _Paragraph
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
    reason: _Paragraph
    """Why, for readers."""


class StatementsFile(RegistryModel):
    """All of ``statements.yaml``."""

    statements: list[Statement] = Field(default_factory=empty_list)
    """What officials say to findings about them."""


class CorrectionsFile(RegistryModel):
    """All of ``corrections.yaml``."""

    corrections: list[Correction] = Field(default_factory=empty_list)
    """What was put right, in the order of the numbers."""
    withdrawn: list[Withdrawal] = Field(default_factory=empty_list)
    """The weeks whose reports are withdrawn."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """All remarks on the reports, in the files' order."""

    statements: tuple[Statement, ...] = ()
    corrections: tuple[Correction, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()

    def up_to(self, day: date) -> "Remarks":
        """Return the remarks that are dated `day` or earlier."""
        return Remarks(
            tuple(statement for statement in self.statements if statement.on <= day),
            tuple(correction for correction in self.corrections if correction.on <= day),
            tuple(withdrawal for withdrawal in self.withdrawn if withdrawal.on <= day),
        )


def load_remarks(
    statements: Path | None, corrections: Path | None, *, offices: Iterable[str], checks: Iterable[str]
) -> Remarks:
    """Read the remarks on reports. A path that is None and an empty file mean no remarks.

    `offices` and `checks` are the valid names. Raises `RegistryError` with every problem found, as
    ``file:line: message; fix``; nothing else, whatever the files hold.
    """
    reader, valid_names = ModelReader(), {"office": list(offices), "check": list(checks)}
    statements_file = _read_remarks_file(statements, StatementsFile, reader)
    for entry in statements_file.statements:
        _check_name(entry, "office", valid_names, reader)
        _check_days(entry, reader)
    corrections_file = _read_remarks_file(corrections, CorrectionsFile, reader)
    _check_corrections(corrections_file, valid_names, reader)
    if reader.problems:
        raise RegistryError(reader.problems.values())
    return Remarks(
        tuple(statements_file.statements), tuple(corrections_file.corrections), tuple(corrections_file.withdrawn)
    )


_LARGEST = 1_000_000
"""Bytes of a file. The statements of a year are some thousand."""
_FileModel = TypeVar("_FileModel", bound=RegistryModel)


def _read_remarks_file(path: Path | None, model: type[_FileModel], reader: ModelReader) -> _FileModel:
    """Return a file as a model; an empty one without a path, for an empty file, or for one with problems."""
    if path is None:
        return model()
    reader.main = str(path)
    try:
        text = read_text(path, _LARGEST)
    except RegistryError as error:
        reader.problems |= {str(problem): problem for problem in error.problems}
        return model()
    if all(line.strip() == "" or line.strip().startswith("#") for line in text.splitlines()):
        return model()
    root = parse_yaml(text, str(path), reader)
    return (reader.read(model, root) if root is not None else None) or model()


def _check_corrections(file: CorrectionsFile, valid_names: dict[str, list[str]], reader: ModelReader) -> None:
    """Add problems for unknown offices and checks, days before the week, repeated or falling numbers and weeks."""
    highest = 0
    for entry in file.corrections:
        _check_name(entry, "office", valid_names, reader)
        _check_name(entry, "check", valid_names, reader)
        _check_days(entry, reader)
        number = highest if entry.number is None else entry.number
        if number < highest:
            message = phrase("number {number} follows number {highest}", number=number, highest=highest)
            reader.add_problem_at(entry, "number", message, "let the numbers rise")
        highest = max(highest, number)
    for withdrawal in file.withdrawn:
        _check_days(withdrawal, reader)
    reader.require_unique(file.corrections, "number")  # readers cite corrections by them
    reader.require_unique(file.withdrawn, "week")


def _check_name(
    entry: Statement | Correction, key: str, valid_names: dict[str, list[str]], reader: ModelReader
) -> None:
    """Add a problem if the office or the check of an entry is not among the valid names of `key`."""
    name, names = getattr(entry, key), valid_names[key]
    if name and name not in names:
        all_names = phrase("write one of {known}", known=", ".join(names))
        fix = did_you_mean(name, names, phrase("the registry lists them") if key == "office" else all_names)
        reader.add_problem_at(entry, key, "there is no {key} {name}", fix, key=key, name=repr(shorten(name, 60)))


def _check_days(entry: Statement | Correction | Withdrawal, reader: ModelReader) -> None:
    """Add a problem if an entry is dated before its week began, or a statement would end before it is ever shown."""
    if entry.week is None or entry.on is None:
        return
    week, until = Week.parse(entry.week, _ANYWHERE), getattr(entry, "until", None)
    if entry.on < week.first_day:
        message = phrase(
            "week {week} begins {first_day}, after {on}, on which this is said",
            week=week,
            first_day=week.first_day,
            on=entry.on,
        )
        reader.add_problem_at(entry, "week", message, "mend the week or the day")
    shown_from = max(entry.on, week.last_day)
    if until is not None and until < shown_from:
        message = phrase("until {until} is before {on}, so it would never be shown", until=until, on=shown_from)
        reader.add_problem_at(entry, "until", message, "write a later day, or take until: out")


_PERSONAL = {
    N_("a telephone number"): re.compile(
        r"(?<![\w/=.-])(?:\+?[78][\s-]*\(?\d{3,5}\)?|\(?9\d\d\)?|\(\d{3,5}\))(?:[\s-]*\d){5,7}(?!\d)"
        r"|(?<![\w-])\d{2,3}-\d\d-\d\d(?![\w-])"
    ),
    N_("an e-mail address"): re.compile(r"[\w.+-]+@[\w-]+\.\w"),
    N_("a link to a person's page on VK"): re.compile(r"(?:\bvk\.(?:com|ru)/|[\[*@])id\d", re.IGNORECASE),
    N_("a link to a person's page on OK"): re.compile(r"\b(?:ok|odnoklassniki)\.ru/profile/\d", re.IGNORECASE),
}
"""What may be a resident's, by its name. A name is like any other word, so nothing finds it."""
_DASHES = str.maketrans("\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}", "----")


def personal_data_in(statements: Path | None, corrections: Path | None) -> list[Problem]:
    """Return a warning for each field that may name a resident: where it stands, never what it says."""
    reader = ModelReader()
    corrections_file = _read_remarks_file(corrections, CorrectionsFile, reader)
    entries: list[Statement | Correction | Withdrawal] = [*corrections_file.corrections, *corrections_file.withdrawn]
    entries += _read_remarks_file(statements, StatementsFile, reader).statements
    for entry in entries:
        for key, value in entry:
            for kind in _personal_kinds(value):
                what = phrase("{kind} in {key}, which is published as it stands", kind=phrase(kind), key=key)
                reader.add_problem_at(entry, key, what, "take it out if it is a resident's")
    return list(reader.problems.values())


def _personal_kinds(value: Any) -> Iterator[str]:
    """Return the name of each kind of personal data in a field."""
    text = value.translate(_DASHES) if isinstance(value, str) else ""
    return (kind for kind, pattern in _PERSONAL.items() if pattern.search(text))


def locate_remarks(requested: Path | None, registry: Path, name: str) -> Path | None:
    """Return the file that a setting names, else `name` next to the registry if it exists, else None.

    Raises `UsageError` if the named file does not exist: a report without it would hide an official's statement.
    """
    if requested is not None:
        if not requested.exists():
            raise refusal(
                "there is no file {asked}, which the settings name for {name}; check the path",
                asked=repr(str(requested)),
                name=name,
            )
        return requested
    path = registry.parent / name
    return path if os.path.lexists(path) else None  # a broken link is an error, not a missing file


def remarks_schemas() -> dict[str, str]:
    """Return the text of each file's JSON Schema (2020-12) by the file's name without ``.yaml``."""
    return {"statements": _schema_of(StatementsFile), "corrections": _schema_of(CorrectionsFile)}


def _schema_of(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema()
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
