"""Statements and corrections as data, each bounded: they are printed in a public report as they stand."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from auditor.base.errors import UsageError
from auditor.base.weeks import Week
from auditor.registry.models import Day
from auditor.registry.web import web_address

_SHOWN_FOR = timedelta(days=28)
"""So long a statement is shown where no other day is named: the finding may have changed since."""
_LAST_NUMBER = 99_999
_TEXT, _LINE = 1_000, 300
"""Characters of what is said, and of who says it or where."""
_BLANKS = re.compile(r"[ \t\r\n]+")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|[A-Za-z][A-Za-z0-9+.-]{2,}:\S")
_AROUND = "\"'«»()[],.;"


def _words(longest: int) -> BeforeValidator:
    """Return what reads text of at most `longest` characters as one paragraph in which each character is seen."""

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = _BLANKS.sub(" ", value).strip()
        if not text:
            raise ValueError("there is nothing in it; write it out, or take the whole entry out")
        if len(text) > longest:
            raise ValueError(f"{len(text):,} characters are too many; keep it to {longest:,}")
        for letter in text:
            if unicodedata.category(letter) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}:
                raise ValueError(f"there is a character that cannot be seen, U+{ord(letter):04X}; take it out")
        return text

    return BeforeValidator(read)


def _source(value: Any) -> Any:
    """Hold that every address in a source is one of a page."""
    for word in value.split() if isinstance(value, str) else ():
        if _ADDRESS.match(bare := word.strip(_AROUND)):
            web_address(bare)
    return value


def _number(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and not 1 <= value <= _LAST_NUMBER:
        raise ValueError(f"{value} is not between 1 and {_LAST_NUMBER:,}; count corrections from 1")
    return value


def _week(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("this is not a week; write it like 2026-W47")  # noqa: TRY004 - pydantic reports only ValueError
    try:
        return str(Week.parse(value, ZoneInfo("UTC")))
    except UsageError as error:
        raise ValueError(str(error).removeprefix("week ")) from None


Said = Annotated[str, _words(_TEXT), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": _TEXT})]
Line = Annotated[str, _words(_LINE), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": _LINE})]
Source = Annotated[Line, BeforeValidator(_source)]
"""Where it is published or filed: words, in which addresses are ``http(s)://``."""
WeekName = Annotated[
    str, BeforeValidator(_week), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-?[Ww]\d{1,2}$"})
]
"""``2026-W47``."""
Number = Annotated[
    int,
    Field(strict=True),
    BeforeValidator(_number),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": _LAST_NUMBER}),
]


class _Entry(BaseModel):
    # An editor shows what stands under a key here.
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Statement(_Entry):
    """What an official, or the press staff, says to a week's finding. It changes no outcome."""

    office: str
    """The office's id, as the registry has it."""
    week: WeekName
    """The week whose finding it is about; it is shown with that week and those after it, while it holds."""
    text: Said
    """The official's own words, or those of the press staff; no citizen's."""
    who: Line
    """Who says it."""
    on: Day
    """The day on which it was made."""
    until: Day | None = None
    """The last day on which it is shown; left out, 28 days after it was made."""
    source: Source
    """Where it is published or filed."""

    @property
    def last_day(self) -> date:
        """The last day on which it is shown: 28 days after it was made, where none is written."""
        return self.until or self.on + _SHOWN_FOR


class Correction(_Entry):
    """What was wrong in a week's report and was put right: of one office, of one check, or of the whole."""

    number: Number
    """Counts over all weeks; each is higher than the one before it in the file."""
    week: WeekName
    """The week whose report was wrong."""
    office: str | None = None
    """The office's id; left out where the whole report is meant."""
    check: str | None = None
    """The check's name, as in audit.json."""
    text: Said
    """What was wrong and what is right."""
    on: Day
    """The day on which it was put right."""
    source: Source
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
