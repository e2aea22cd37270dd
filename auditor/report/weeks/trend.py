"""The trend of outcomes: a stacked column a week, of all offices that the directive binds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.audit.document import Summary
from auditor.base.i18n import Catalogue
from auditor.base.text import N_, NN_
from auditor.report.weeks.matrix import Column, span_of
from auditor.report.weeks.published_weeks import Volume
from auditor.report.words import ORDER, OUTCOMES, say

LONGEST = 52
"""Weeks shown."""
HEIGHT = 140
_COLUMN, _FILLED = 22, 0.82
"""A column's width in pixels where there is room, and how much of it is filled."""
_UPWARD = ("passed", "inapplicable", "untested", "cantTell", "failed")
"""From the ground up: the outcomes that move stand at the two edges, where the eye compares best."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One outcome of one week; across in per cent of the width, upward in pixels."""

    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The number under a week. `sparse` ones are left out where there is little room."""

    x: str
    text: str
    sparse: bool


@dataclass(frozen=True, slots=True)
class _Trend:
    """The chart with the sentence that says it."""

    columns: list[Column]
    pieces: list[_Piece]
    marks: list[Mark]
    width: int
    height: int
    sentence: str

    @property
    def last(self) -> date:
        """The last Sunday."""
        return self.columns[-1].monday + timedelta(days=6)


def trend_of(volumes: Sequence[Volume], words: Catalogue) -> _Trend:
    """Draw the last weeks; a week without a report, or whose figures cannot be read, is hatched from top to bottom."""
    columns = span_of(volumes, LONGEST)
    sums = [c.volume.known.summary if c.volume and c.volume.known else None for c in columns]
    most = max((s.bound for s in sums if s), default=0) or 1
    step = 100 / len(columns)
    pieces = [
        _Piece(kind, _short((n + (1 - _FILLED) / 2) * step), _short(y), _short(_FILLED * step), _short(height))
        for n, summary in enumerate(sums)
        for kind, y, height in _stack(summary, most)
    ]
    return _Trend(columns, pieces, _marks(columns), len(columns) * _COLUMN, HEIGHT, _sentence(columns, sums, words))


def _stack(summary: Summary | None, most: int) -> Iterator[tuple[str, float, float]]:
    """Yield (kind, top, height) from the ground up, each a pixel shorter than its share: so they stand apart."""
    if summary is None:
        yield "gap", 0.5, HEIGHT - 1
        return
    ground = 0.0
    for kind in _UPWARD:
        height = getattr(summary, kind) / most * HEIGHT
        if height:
            yield kind, HEIGHT - ground - height + 0.5, max(height - 1, 0.5)
        ground += height


def _marks(columns: Sequence[Column]) -> list[Mark]:
    every = max(len(columns) // 6, 1)
    shown = range(len(columns) - 1, -1, -every)
    step = 100 / len(columns)
    return [Mark(_short((n + 0.5) * step), str(columns[n].number), sparse=at % 2 == 1) for at, n in enumerate(shown)]


def _sentence(columns: Sequence[Column], sums: Sequence[Summary | None], words: Catalogue) -> str:
    """Say the chart in words: its first and last week, and how many weeks are not known."""
    known = [(column, summary) for column, summary in zip(columns, sums, strict=True) if summary is not None]
    unknown = len(columns) - len(known)
    parts = [_week(*pair, words) for pair in known[:1] + known[1:][-1:]]
    if unknown:
        parts.append(words.count(*NN_("not known: {n} week", "not known: {n} weeks"), unknown))
    return words.say(N_("Outcomes by week. {said}."), said="; ".join(parts))


def _week(column: Column, summary: Summary, words: Catalogue) -> str:
    counts = ", ".join(f"{say(OUTCOMES, kind, words)} {getattr(summary, kind)}" for kind in ORDER)
    sentence = N_("Week {n} of {year}, {total} offices: {counts}")
    year = str(column.monday.isocalendar().year)
    return words.say(sentence, n=column.number, year=year, total=summary.bound, counts=counts)


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
