"""A `Finding`, the result of a check, with its typed values and the pieces that readers are shown.

Each check has a frozen subclass of `Values`. A `Finding` carries them from the judge to the reader: the check makes it,
the week's document stores it, and page, card, tables and post read it back from there. This module holds data and
`Text`s only; a renderer turns them into words.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import Text, format_time
from auditor.registry.models import AnyNetworkKey, Basis

Value = str | int | float | bool | datetime | date | None


# What a check finds -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ValueMeaning:
    """What a value means, for the schema."""

    unit: str
    meaning: str
    optional: bool = False
    """Whether a document leaves the key out where there is no value."""


def value_field(unit: str, meaning: str, *, optional: bool = False, default: Any = None) -> Any:
    """Return a field of a check's `Values`, with its unit and what it means."""
    return field(default=default, metadata={_MEANING: ValueMeaning(unit, meaning, optional)})


_MEANING = "meaning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The typed values of a finding. None means "not known", never zero; a list may be an empty tuple instead."""


V = TypeVar("V", bound=Values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Generic[V]):
    """The outcome of one check for one subject, with all that is needed to trace it back.

    The subject is the office as a whole (`network` and `account` are None) or one account. `cause` is set if and only
    if the outcome is `cantTell`. `evidence` holds ids of stored responses.
    """

    check: str
    outcome: Outcome
    message: Text
    basis: Basis
    values: V
    nothing_measured: bool = False
    """Whether nothing was judged: a document then holds no values at all."""
    threshold: Value | list[int] = None
    cause: Cause | None = None
    network: AnyNetworkKey | None = None
    account: str | None = None
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise `ValueError` unless there is a cause exactly when the outcome is `cantTell`."""
        if (self.outcome is Outcome.CANT_TELL) != (self.cause is not None):
            msg = f"{self.check}: outcome {self.outcome} with cause {self.cause}"
            raise ValueError(msg)

    def values_to_json(self) -> dict[str, Any]:
        """Return the values as ``audit.json`` has them, the optional ones last."""
        if self.nothing_measured:
            return {}
        described = meanings(type(self.values))
        names = sorted(described, key=lambda name: described[name].optional)
        values = ((name, getattr(self.values, name)) for name in names)
        return {n: to_json_value(value) for n, value in values if value is not None or not described[n].optional}


def meanings(values: type[Values]) -> dict[str, ValueMeaning]:
    """Return what each value of a check means, by its name in ``audit.json``."""
    return {field.name: field.metadata[_MEANING] for field in fields(values)}


def to_json_value(value: Any) -> Any:
    """Return a value as JSON has it: times in UTC, days in ISO 8601, a record as an object of its fields."""
    if isinstance(value, tuple):
        return [to_json_value(item) for item in value]
    if is_dataclass(value):
        return {field.name: to_json_value(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return format_time(value)
    return value.isoformat() if isinstance(value, date) else value


# What readers are shown of it -------------------------------------------------------------------------------------


class ReportSection(StrEnum):
    """Where a report shows a check."""

    DIRECTIVE = "directive"
    """The directive's own column: the verdict. Exactly one check is in it."""
    PRACTICE = "practice"
    """A column of the practice (what the holder did in the week: posts, answers), judged over all pages together.

    A page's move or a neutral network excuses a failure of the practice.
    """
    PAGE = "page"
    """A note on each page."""


class Blocker(NamedTuple):
    """Why something is not judged: an outcome, its cause if that is `cantTell`, and a message."""

    outcome: Outcome
    message: Text
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class HistoryFigure(Generic[V]):
    """A figure that a history keeps of a finding, by its `key`."""

    key: str
    value: Callable[[Finding[V]], int | None]
    from_look: Callable[[Finding[V]], int | None] | None = None
    """Return it of a week without an audit, judged by looks after it; None if it is not read so."""


@dataclass(frozen=True, slots=True)
class Measure:
    """`n` of `of`, `late` of them after the deadline, `open` still unknown; `unknown` counts the offices left out."""

    n: int
    of: int
    late: int = 0
    open: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class HeadlineFigure(Generic[V]):
    """A figure of the week on the first page, by its `key`."""

    key: str
    label: str
    """The heading of its column there, marked by `N_`."""
    count: Callable[[Iterable[Finding[V]], int], Measure]
    """Return it from the findings about the offices that the directive binds, and how many these are."""
