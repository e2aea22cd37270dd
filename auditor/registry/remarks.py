"""Read ``statements.yaml`` and ``corrections.yaml``: what is said about a report. They lie next to the registry.

Every value is bounded, because it is printed in a public report as it is written. Every mistake is reported at once,
as ``file:line: what; how to mend it``. The rules read the nodes and not the models, so that one wrong value does not
hide what is wrong elsewhere.
"""

import json
import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from auditor.base.address import web_address
from auditor.base.errors import Problem, RegistryError, UsageError
from auditor.base.safe import unseen
from auditor.base.text import shortened
from auditor.base.weeks import Week
from auditor.registry.loader import read_model
from auditor.registry.models import Day
from auditor.registry.source import Complain, Complaints, EnoughError, Node, did_you_mean, parse_source, read_text

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


class _Entry(BaseModel):
    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", use_attribute_docstrings=True)


class Statement(_Entry):
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


class Correction(_Entry):
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


class StatementsFile(_Entry):
    """All of ``statements.yaml``."""

    statements: list[Statement] | None = None
    """What officials say to findings about them."""


class CorrectionsFile(_Entry):
    """All of ``corrections.yaml``."""

    corrections: list[Correction] | None = None
    """What was put right, in the order of the numbers."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """Everything that is said to the reports, in the files' order."""

    statements: tuple[Statement, ...] = ()
    corrections: tuple[Correction, ...] = ()


_COMPARED = 300
"""With more names no near one is suggested: five hundred mistakes would take ten seconds."""


def _check_statements(root: Node, offices: Iterable[str], complain: Complain) -> None:
    """Complain of statements of no office, about weeks to come, or that are never shown."""
    known = list(offices)
    for entry in root.children("statements"):
        _known(entry, "office", known, complain)
        _week_has_begun(entry, complain)
        _is_shown(entry, complain)


def _check_corrections(root: Node, offices: Iterable[str], checks: Iterable[str], complain: Complain) -> None:
    """Complain of corrections of no office or check, of weeks to come, and of numbers that do not rise."""
    known, judged = list(offices), list(checks)
    for entry in root.children("corrections"):
        _known(entry, "office", known, complain)
        _known(entry, "check", judged, complain)
        _week_has_begun(entry, complain)
    _numbers(root.children("corrections"), complain)


def _known(entry: Node, key: str, names: list[str], complain: Complain) -> None:
    name = entry.text(key)
    if not name or name in names:
        return
    listed = "`auditor registry show` lists them" if key == "office" else f"write one of {', '.join(names)}"
    mend = did_you_mean(name, names if len(names) <= _COMPARED else (), listed)
    complain(entry.line_of(key), f"there is no {key} {shortened(name, 60)!r}", mend)


def _numbers(entries: list[Node], complain: Complain) -> None:
    """Require that the numbers rise: readers cite corrections by them."""
    first: dict[int, int] = {}
    highest = 0
    for entry in entries:
        found = entry.child("number")
        number = found.value if found is not None else None
        if found is None or not isinstance(number, int) or isinstance(number, bool):
            continue
        if number in first:
            complain(found.line, f"number {number} stands twice, first on line {first[number]}", "give each its own")
        elif number < highest:
            complain(found.line, f"number {number} follows number {highest}", "let the numbers rise down the file")
        first.setdefault(number, found.line)
        highest = max(highest, number)


def _week_has_begun(entry: Node, complain: Complain) -> None:
    week, on = _week_of(entry), _day_of(entry, "on")
    if week is not None and on is not None and on < week.first_day:
        complain(
            entry.line_of("week"),
            f"week {week} begins {week.first_day}, after {on}, on which this is said",
            "mend the week or the day",
        )


def _is_shown(entry: Node, complain: Complain) -> None:
    """Require that a statement lasts at least to the end of its week, and not only to before it was made."""
    week, on, until = _week_of(entry), _day_of(entry, "on"), _day_of(entry, "until")
    line = entry.line_of("until")
    if until is not None and on is not None and until < on:
        complain(line, f"until {until} is before on {on}", "mend the one that is wrong")
    elif until is not None and week is not None and until < week.last_day:
        what = f"until {until} is before the end of week {week}, so it would never be shown"
        complain(line, what, f"write {week.last_day} or later, or take until: out")


def _week_of(entry: Node) -> Week | None:
    try:
        return Week.parse(entry.text("week"), ZoneInfo("UTC"))
    except UsageError:
        return None


def _day_of(entry: Node, key: str) -> date | None:
    try:
        return date.fromisoformat(entry.text(key))
    except ValueError:
        return None


_Read = TypeVar("_Read", bound=BaseModel)
_Rules = Callable[[Node, Complain], None]


def load_remarks(
    statements: Path | None, corrections: Path | None, *, offices: Iterable[str], checks: Iterable[str]
) -> Remarks:
    """Read the remarks on reports. None and an empty file mean that there are none.

    `offices` and `checks` are the names that are known. Raises `RegistryError` with every problem found, as
    ``file:line: what; how to mend it``; nothing else, whatever the files hold.
    """
    known, judged, problems = list(offices), list(checks), list[Problem]()
    said = _file(statements, StatementsFile, lambda root, tell: _check_statements(root, known, tell), problems)
    put_right = _file(
        corrections, CorrectionsFile, lambda root, tell: _check_corrections(root, known, judged, tell), problems
    )
    if problems:
        raise RegistryError(problems)
    return Remarks(
        statements=tuple(said.statements or ()) if said is not None else (),
        corrections=tuple(put_right.corrections or ()) if put_right is not None else (),
    )


_LARGEST = 1_000_000
"""Bytes. What officials say of a year is some thousand."""


def _file(path: Path | None, model: type[_Read], rules: _Rules, problems: list[Problem]) -> _Read | None:
    """Return the file's content; None if it is missing, empty, or wrong, which is added to `problems`."""
    if path is None:
        return None
    text, wrong = read_text(path, _LARGEST)
    problems += wrong
    if text is None or not any(line.strip() and not line.strip().startswith("#") for line in text.splitlines()):
        return None
    root, wrong = parse_source(text, str(path))
    read = None
    if root is not None:
        with suppress(EnoughError):
            read = _checked(root, model, rules, Complaints(str(path), wrong))
    problems += wrong
    return read


def _checked(root: Node, model: type[_Read], rules: _Rules, complain: Complain) -> _Read | None:
    if not isinstance(root.value, dict):
        (key,) = model.model_fields
        complain(1, "the file does not hold keys", f"begin with {key}: and list them under it, each after a dash")
        return None
    read = read_model(model, root.plain(), root, complain)
    rules(root, complain)
    return read


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
