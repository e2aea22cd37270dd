"""What a check is and what it says: everything that readers are shown of it is declared beside its judging.

A check owns a frozen class of its `Values`. A `Finding` carries them from the judge to the cell: it is made by the
check, written into the week's document, and read back from there for the page, the card, the tables and the post.
Here are data and `Text`s alone; a renderer turns them into words.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any, Generic, TypeVar, get_type_hints

from pydantic import TypeAdapter

from auditor.base.snapshot import Cause, EvidenceKind, Network, Outcome
from auditor.base.text import N_, Text
from auditor.base.weeks import write_time
from auditor.checks.case import Case
from auditor.registry.models import Basis, PolicyValue

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
    network: Network | None = None
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
    """Write a value as JSON has it: times in UTC, days in ISO 8601."""
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
class Bar(Generic[V]):
    """A line of a check's own chart: its label, how it is drawn, and its length on the scale of the first bar."""

    label: str
    kind: str
    value: Callable[[V], int | None]


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
    deadline_known: bool = True
    has_page: bool = True
    """A personal page is on record."""

    def day_of(self, moment: datetime) -> date:
        """Return the day of a moment."""
        return moment.astimezone(self.zone).date()


def _nothing(_: Any) -> tuple[()]:
    return ()


def _none(_: Any) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[V]):
    """One question: how it is judged, and what every reader is shown of it."""

    name: str
    """Its name in ``audit.json``: a contract."""
    order: int
    place: Place
    title: str
    """The subject in two or three words."""
    label: str = ""
    """The subject before a cell that says the rest; empty: the title."""
    passed: str
    failed: str
    """The two titles of its outcomes, each a plain statement (norms.md 3: honest wording)."""
    question: str
    method: str
    """How it is measured, with formula and units; what is left out."""
    values: type[V]
    judge: Callable[[Case], Iterable[Finding[V]]]

    policy_key: str | None = None
    """The policy's key that holds its threshold, basis and source."""
    policy_title: str = ""
    """What that key is called in the method."""
    own_basis: Basis | None = None
    """What the check itself rests on, where that is not its threshold's basis."""
    threshold: Callable[[PolicyValue], Text] | None = None
    """The threshold in words."""

    cell: Callable[[Finding[V]], Cell | None] = _none
    """Its cell of the practice, or of a network in the directive's column; None: the words of the outcome alone."""
    note: Callable[[Finding[V]], Cell | None] = _none
    """What is said of a page, for `Place.PAGE`; None: nothing."""
    columns: tuple[Column[V], ...] = ()
    """Its columns of the tables, in order."""
    standing: str | None = None
    """The title of the column that says the outcome in words."""
    standing_width: int = 24
    counted_under: frozenset[Cause] = frozenset({Cause.TOO_LITTLE_DATA, Cause.NO_THRESHOLD})
    """Causes of `cantTell` under which all was seen, so that a zero among the values is a count."""
    bars: tuple[Bar[V], ...] = ()
    """Its chart on the page and the card."""
    aside: Callable[[Finding[V]], Iterable[Text]] = _nothing
    """What is said below the chart."""
    advice: Callable[[Advised[V]], Iterable[Text]] = _nothing
    """What would put it right; of a page's check, asked of each page."""
    post: Callable[[Sequence[Finding[V]]], Text | None] = _none
    """Its part of the messenger post, from the findings about the bound offices."""
    unrecognised: EvidenceKind | None = None
    """The kind of answer that tells most where a page was not recognised."""
    past: Callable[[Finding[V]], Mapping[str, int | None]] | None = None
    """The figures that a history keeps of it, by their names in `AuditedPast`."""

    def basis(self, policy: Mapping[str, PolicyValue]) -> Basis:
        """Return what the check rests on."""
        if self.own_basis is not None or self.policy_key is None:
            return self.own_basis or Basis.CONVENTION
        return policy[self.policy_key].basis

    def title_of(self, outcome: Outcome) -> str:
        """Return the title of an outcome, a sentence of the catalogue."""
        return {Outcome.PASSED: self.passed, Outcome.FAILED: self.failed}.get(outcome, self.title)

    def read(self, values: Mapping[str, Any]) -> V:
        """Read values as a document holds them: keys that are missing are None, unknown ones are left aside.

        Raises `ValueError` for a value of another type.
        """
        return _reader(self.values).validate_json(json.dumps(values), strict=True)

    def counted(self, finding: Finding[V], figure: float | None) -> float | None:
        """Return a figure for a table; None where it is no count: closed comments are not 0 questions."""
        half_seen = finding.outcome is Outcome.CANT_TELL and finding.cause not in self.counted_under
        return None if finding.outcome is Outcome.INAPPLICABLE or (half_seen and figure == 0) else figure


_READERS: dict[type[Values], TypeAdapter[Any]] = {}


def _reader(values: type[V]) -> TypeAdapter[V]:
    if values not in _READERS:
        _READERS[values] = TypeAdapter(values)
    return _READERS[values]


# The same word for a cause, wherever it is shown ------------------------------------------------------------------

CAUSE_WORDS: Mapping[Cause, str] = {
    Cause.UNREACHABLE: N_("the network did not answer"),
    Cause.THROTTLED: N_("the network limited requests"),
    Cause.BLOCKED: N_("a block page instead of the page"),
    Cause.REFUSED: N_("the network refused"),
    Cause.NO_CREDENTIALS: N_("no access key"),
    Cause.PRIVATE: N_("the page is closed"),
    Cause.PREVIEW_OFF: N_("viewing without signing in is off"),
    Cause.CONTROL_FAILED: N_("the network's control was not passed"),
    Cause.UNRECOGNISED_PAGE: N_("a page of an unknown form"),
    Cause.TOO_LITTLE_DATA: N_("too little data"),
    Cause.NO_THRESHOLD: N_("no threshold"),
    Cause.WRONG_KIND: N_("the address is not a channel"),
    Cause.GONE: N_("the confirmed page is not at its address"),
    Cause.STALE: N_("not looked at this week"),
}
"""Each cause in a few words, as they stand in brackets."""


def cause_words(finding: Finding[Any]) -> Text | None:
    """Return the cause of a finding in a few words, where it has one."""
    return Text(CAUSE_WORDS[finding.cause]) if finding.cause is not None else None
