"""What a check says: one finding with its typed values, and the pieces in which readers are shown it.

A check owns a frozen class of its `Values`. A `Finding` carries them from the judge to the cell: it is made by the
check, written into the week's document, and read back from there for the page, the card, the tables and the post.
Here are data and `Text`s alone; a renderer turns them into words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar, get_type_hints

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import Text, format_time
from auditor.checks.causes import CAUSES
from auditor.registry.models import AnyNetworkKey, Basis

Value = str | int | float | bool | datetime | date | None


# What a check finds -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ValueMeaning:
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
    nothing_measured: bool = False
    """There was nothing to look at: a document then holds no values at all."""
    threshold: Value | list[int] = None
    cause: Cause | None = None
    network: AnyNetworkKey | None = None
    account: str | None = None
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold the rule that unknown always says why, and known never does."""
        if (self.outcome is Outcome.CANT_TELL) != (self.cause is not None):
            msg = f"{self.check}: outcome {self.outcome} with cause {self.cause}"
            raise ValueError(msg)

    def values_to_json(self) -> dict[str, Any]:
        """Write the values as ``audit.json`` has them, the optional ones last."""
        if self.nothing_measured:
            return {}
        told = meanings(type(self.values))
        found = sorted(((name, getattr(self.values, name)) for name in told), key=lambda row: told[row[0]].optional)
        return {name: to_json_value(value) for name, value in found if value is not None or not told[name].optional}


def meanings(values: type[Values]) -> dict[str, ValueMeaning]:
    """Return what each value of a check is, by its name in ``audit.json``."""
    hints = get_type_hints(values, include_extras=True)
    return {
        one.name: next(m for m in hints[one.name].__metadata__ if isinstance(m, ValueMeaning)) for one in fields(values)
    }


def to_json_value(value: Any) -> Any:
    """Write a value as JSON has it: times in UTC, days in ISO 8601, a record by its fields."""
    if isinstance(value, tuple):
        return [to_json_value(one) for one in value]
    if is_dataclass(value):
        return {one.name: to_json_value(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json_value(one) for key, one in value.items()}
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


# What readers are shown of it -------------------------------------------------------------------------------------


class ReportSection(StrEnum):
    """Where a report shows a check."""

    DIRECTIVE = "directive"
    """The directive's own column: the verdict. One check has it."""
    PRACTICE = "practice"
    """A column of the practice, judged over all pages of a person together."""
    PAGE = "page"
    """A note to each page."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why something is not judged: an outcome, its cause where it is `cantTell`, and a sentence."""

    outcome: Outcome
    cause: Cause | None
    message: Text

    @classmethod
    def of(cls, cause: Cause) -> "Blocker":
        """Return what cannot be told for this cause."""
        return cls(Outcome.CANT_TELL, cause, CAUSES[cause].sentence.fill())


@dataclass(frozen=True, slots=True)
class HistoryFigure(Generic[V]):
    """A figure that a history keeps of a finding, by its `key`."""

    key: str
    value: Callable[[Finding[V]], int | None]
