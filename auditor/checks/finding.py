"""What a check says: one finding with its typed values, and the pieces in which readers are shown it.

A check owns a frozen class of its `Values`. A `Finding` carries them from the judge to the cell: it is made by the
check, written into the week's document, and read back from there for the page, the card, the tables and the post.
Here are data and `Text`s alone; a renderer turns them into words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any, Generic, TypeVar, get_type_hints

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import Text, write_time
from auditor.checks.causes import CAUSES
from auditor.registry.models import Basis, SomeNetwork

Value = str | int | float | bool | datetime | date | None


# What a check finds -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Is:
    """What a value is, for code that documents it: ``posts: Annotated[int | None, Is("posts", "own posts")]``."""

    unit: str
    meaning: str
    optional: bool = False
    """A document leaves the key out where there is no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The typed values of a finding. None is "not known", never zero; so every field may be None."""


V = TypeVar("V", bound=Values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Generic[V]):
    """The outcome of one check for one subject, with all that is needed to follow it back.

    The subject is the office as a whole (`network` and `account` None), or one account. `cause` is set exactly
    when the outcome is `cantTell`. `evidence` are ids of stored answers.
    """

    check: str
    outcome: Outcome
    message: Text
    basis: Basis
    values: V
    without_values: bool = False
    """There was nothing to look at: a document then holds no values at all."""
    threshold: Value | list[int] = None
    cause: Cause | None = None
    network: SomeNetwork | None = None
    account: str | None = None
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold the rule that unknown always says why, and known never does."""
        if (self.outcome is Outcome.CANT_TELL) != (self.cause is not None):
            msg = f"{self.check}: outcome {self.outcome} with cause {self.cause}"
            raise ValueError(msg)

    def values_to_json(self) -> dict[str, Any]:
        """Write the values as ``audit.json`` has them, the optional ones last."""
        if self.without_values:
            return {}
        told = meanings(type(self.values))
        found = sorted(((name, getattr(self.values, name)) for name in told), key=lambda row: told[row[0]].optional)
        return {name: plain(value) for name, value in found if value is not None or not told[name].optional}


def meanings(values: type[Values]) -> dict[str, Is]:
    """Return what each value of a check is, by its name in ``audit.json``."""
    hints = get_type_hints(values, include_extras=True)
    return {one.name: next(m for m in hints[one.name].__metadata__ if isinstance(m, Is)) for one in fields(values)}


def plain(value: Any) -> Any:
    """Write a value as JSON has it: times in UTC, days in ISO 8601, a record by its fields."""
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, datetime):
        return write_time(value)
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


# What readers are shown of it -------------------------------------------------------------------------------------


class Place(StrEnum):
    """Where a report shows a check."""

    DIRECTIVE = "directive"
    """The directive's own column: the verdict. One check has it."""
    PRACTICE = "practice"
    """A column of the practice, judged over all pages of a person together."""
    PAGE = "page"
    """A note to each page."""


class Sign(StrEnum):
    """The hollow signs of what is not the directive's verdict."""

    NOTHING = ""
    NONE = "none"
    """A number without a judgement."""
    RING = "ring"
    DOWN = "down"
    UNKNOWN = "unknown"
    DASHED = "dashed"
    LOCK = "lock"
    DOTS = "dots"


SIGNS: Mapping[Outcome, Sign] = {
    Outcome.PASSED: Sign.RING,
    Outcome.FAILED: Sign.DOWN,
    Outcome.CANT_TELL: Sign.UNKNOWN,
    Outcome.UNTESTED: Sign.DASHED,
    Outcome.INAPPLICABLE: Sign.NOTHING,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A sign and what is said: a number strongly first, then plainly, then quietly."""

    sign: Sign
    said: Text | None = None
    strong: int | None = None
    quiet: Text | None = None
    key: float | None = None
    """What to sort the column by; None comes last."""


@dataclass(frozen=True, slots=True)
class Column(Generic[V]):
    """A column of the tables. `title` is a sentence of the catalogue; `width` is in characters.

    `value` gives a number, a `Text`, or a moment that is written as its day in the registry's zone; None where nothing
    is known.
    """

    title: str
    width: int
    value: Callable[[Finding[V]], int | float | datetime | Text | None]
    bound_only: bool = False
    """Left empty for an office that the directive does not bind."""


@dataclass(frozen=True, slots=True)
class Lead:
    """What is said above a check's own chart: plainly, and then the one sentence that counts."""

    said: Text
    strong: Text | None = None


@dataclass(frozen=True, slots=True)
class Bar(Generic[V]):
    """A line of a check's own chart: its label, how it is drawn, and its length; all bars have one scale."""

    label: str
    kind: str
    value: Callable[[V], int | None]
    part: bool = False
    """Of the bar above it that is none."""
    optional: bool = False
    """Left out where it is zero."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A share that is known within bounds only, each a part of one: ``low <= known <= high``."""

    label: str
    low: float
    known: float
    """As it is where what is not known is left out."""
    high: float


@dataclass(frozen=True, slots=True)
class Past(Generic[V]):
    """A figure that a history keeps of a finding, by its `key`; `title` is the head of its column in the tables."""

    key: str
    title: str
    value: Callable[[Finding[V]], int | None]


@dataclass(frozen=True, slots=True)
class Advised(Generic[V]):
    """A finding with what else its advice may speak of."""

    finding: Finding[V]
    zone: tzinfo
    """The registry's: a day is one of its days."""
    reason: str | None = None
    """Of the directive's verdict: why it is inapplicable or untested (`AuditedOffice.verdict_reason`)."""
    last_day: date | None = None
    """The last day that the directive can allow the holder."""
    has_page: bool = True
    """A personal page is on record."""
    verdict_cause: Cause | None = None
    """Of the directive's verdict: its own advice has spoken of it."""

    def day_of(self, moment: datetime) -> date:
        """Return the day of a moment."""
        return moment.astimezone(self.zone).date()


def cause_words(finding: Finding[Any]) -> Text | None:
    """Return the cause of a finding in a few words, where it has one."""
    return Text(CAUSES[finding.cause].short) if finding.cause is not None else None
