"""What a report shows of a check's findings: cells, columns, bars, advice, its part of the post.

Here are data and `Text`s alone; a renderer turns them into words. How a check is judged stands in `auditor.checks`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any, Generic

from auditor.audit.document import AuditedPolicy
from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import Text
from auditor.checks.causes import CAUSES
from auditor.checks.finding import Finding, V


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


def _nothing(_: Any) -> tuple[()]:
    return ()


def _none(*_: Any) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(Generic[V]):
    """All that readers are shown of one check's findings."""

    why: Callable[[Finding[V]], Text | None] = _none
    """Why it could not be told, in a few words; None: the cause's own."""
    cell: Callable[[Finding[V]], Cell | None] = _none
    """Its cell of the practice, or of a network in the directive's column; None: the words of the outcome alone."""
    share: int | None = None
    """How much of the width its column takes of the practice's table, in per cent; None: what the others leave."""
    note: Callable[[Finding[V]], Cell | None] = _none
    """What is said of a page, for `Place.PAGE`; None: nothing."""
    columns: tuple[Column[V], ...] = ()
    """Its columns of the tables, in order."""
    standing: str | None = None
    """The title of the column that says the outcome in words."""
    standing_width: int = 24
    counted_under: frozenset[Cause] = frozenset({Cause.TOO_LITTLE_DATA, Cause.NO_THRESHOLD})
    """Causes of `cantTell` under which all was seen, so that a zero among the values is a count."""
    chart: str = ""
    """The heading of its chart on the page and the card; empty: its title."""
    lead: Callable[[Finding[V], AuditedPolicy], Lead | None] = _none
    """The sentence above the chart."""
    bars: tuple[Bar[V], ...] = ()
    interval: Callable[[Finding[V]], Interval | None] = _none
    """A share within its bounds, drawn below the bars."""
    aside: Callable[[Finding[V]], Iterable[Text]] = _nothing
    """Sentences below the chart."""
    advice: Callable[[Advised[V]], Iterable[Text]] = _nothing
    """What would put it right; of a page's check, asked of each page."""
    post: Callable[[Iterable[Finding[V]]], Text | None] = _none
    """Its part of the messenger post, from the findings about the bound offices, which come once."""

    def counted(self, finding: Finding[V], figure: float | None) -> float | None:
        """Return a figure for a table; None where it is no count: closed comments are not 0 questions."""
        half_seen = finding.outcome is Outcome.CANT_TELL and finding.cause not in self.counted_under
        return None if finding.outcome is Outcome.INAPPLICABLE or (half_seen and figure == 0) else figure
