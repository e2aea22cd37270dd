"""All weeks as drawings: the trend of outcomes, and a table of offices and weeks with who held each office.

A week without a report is hatched: nothing is known of it, and it never takes the outcome of a neighbouring week.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.audit.document import Summary
from auditor.base.i18n import Catalogue, alphabetical, short_name
from auditor.base.text import N_, NN_
from auditor.report.weeks.published_weeks import ShelvedOffice, Volume
from auditor.report.words import GROUPS, ORDER, OUTCOMES, coordinate, say

WIDE = 26
"""Weeks in the table of offices and in the list with figures, as many as a history has; older ones are links."""

_NO_REPORT = N_("week {n}: no report")
_UNREAD = N_("week {n}: the figures cannot be read")
_NOT_LISTED = N_("week {n}: the office is not in the report")
_BOUND, _FREE = N_("week {n}: {outcome}"), N_("week {n}: outside the directive")
_TURNED, _EMPTIED = N_("{said}; in office: {name}"), N_("{said}; the office is vacant")

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class WeekColumn:
    """One week of the calendar; `volume` is None where it has no report."""

    monday: date
    volume: Volume | None

    @property
    def number(self) -> int:
        """47 for the 47th week of its year."""
        return self.monday.isocalendar().week

    @property
    def href(self) -> str:
        """The week's page, relative to the page of all weeks; empty where there is none."""
        return f"{self.volume.week}/index.html" if self.volume else ""


@dataclass(frozen=True, slots=True)
class _WeekCell:
    """An office in a week: an outcome, ``free`` (not bound), ``gap``, ``unread`` or ``absent``."""

    kind: str
    label: str
    linked: bool
    turned: bool = False
    """Another holder, or a vacancy, than was last known; who is not on record turns nothing."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One office with who held it, in words, and its cells."""

    id: str
    name: str
    holders: str
    cells: list[_WeekCell]


@dataclass(frozen=True, slots=True)
class _Section:
    """Lines under one head: that of a group that the directive does not bind; the bound offices' has none."""

    group: str
    name: str
    lines: list[_Line]


@dataclass(frozen=True, slots=True)
class Block:
    """The table of offices."""

    columns: list[WeekColumn]
    sections: list[_Section]

    @property
    def first(self) -> date:
        """Its first Monday."""
        return self.columns[0].monday

    @property
    def last(self) -> date:
        """Its last Sunday."""
        return self.columns[-1].monday + timedelta(days=6)


def span_of(volumes: Sequence[Volume], weeks: int) -> list[WeekColumn]:
    """Return the last `weeks` weeks of the calendar; none before the first report."""
    known = {volume.monday: volume for volume in volumes}
    last = max(known)
    first = max(min(known), last - timedelta(weeks=weeks - 1))
    mondays = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    return [WeekColumn(monday, known.get(monday)) for monday in mondays]


def block_of(volumes: Sequence[Volume], words: Catalogue) -> Block:
    """Return the table of offices over the newest weeks."""
    columns = span_of(volumes, WIDE)
    offices = {v.week: {o.id: o for o in v.known.offices} for v in volumes if v.known}
    return Block(columns, _sections(columns, offices, _turns(volumes), words))


def _turns(volumes: Iterable[Volume]) -> set[_Key]:
    """Find each (week, office) where the holder is another, or gone, than when it was last known."""
    found: set[_Key] = set()
    held: dict[str, str] = {}
    for volume in volumes:
        for office in volume.known.offices if volume.known else ():
            now = _held_by(office)
            if now is None:
                continue
            if held.setdefault(office.id, now) != now:
                found.add((volume.week, office.id))
            held[office.id] = now
    return found


def _held_by(office: ShelvedOffice) -> str | None:
    """Return the holder's whole name, nothing for a vacancy, and None where it is not on record."""
    if office.holder:
        return office.holder.name
    return "" if office.vacancy else None


def _sections(
    columns: Sequence[WeekColumn],
    offices: Mapping[str, Mapping[str, ShelvedOffice]],
    turns: set[_Key],
    words: Catalogue,
) -> list[_Section]:
    newest: dict[str, ShelvedOffice] = {}
    for column in columns:
        newest |= offices.get(column.volume.week, {}) if column.volume else {}
    heads: dict[str, list[ShelvedOffice]] = defaultdict(list)
    for office in sorted(newest.values(), key=_place):
        heads["" if office.bound else office.group].append(office)
    keys = [key for key in dict.fromkeys(["", *GROUPS, *heads]) if key in heads]
    return [
        _Section(key, say(GROUPS, key, words), [_line(office, columns, offices, turns, words) for office in heads[key]])
        for key in keys
    ]


def _place(office: ShelvedOffice) -> tuple[str, str, str]:
    return (*alphabetical(office.municipality if office.bound else office.title), office.id)


def _line(
    office: ShelvedOffice,
    columns: Sequence[WeekColumn],
    offices: Mapping[str, Mapping[str, ShelvedOffice]],
    turns: set[_Key],
    words: Catalogue,
) -> _Line:
    cells: list[_WeekCell] = []
    held: list[tuple[str, int]] = []
    for column in columns:
        week = column.volume.week if column.volume else ""
        then = offices.get(week, {}).get(office.id)
        cells.append(_cell(column, then, words, turned=(week, office.id) in turns))
        who = _who(then, words) if then else ""
        if who and who not in {name for name, _ in held[-1:]}:
            held.append((who, column.number))
    name = office.municipality if office.bound else office.title
    return _Line(office.id, name, _holders(held, words), cells)


def _who(office: ShelvedOffice, words: Catalogue) -> str:
    """Name who holds the office; empty for an institution."""
    if office.group == "institution":
        return ""
    if office.holder:
        return short_name(office.holder.name)
    return words.gettext(N_("vacancy") if office.vacancy else N_("holder not on record"))


def _holders(held: Sequence[tuple[str, int]], words: Catalogue) -> str:
    """Say who held the office from which week on, as far as the reports tell."""
    later = [words.say(N_("from week {n}: {name}"), n=n, name=name) for name, n in held[1:]]
    return "; ".join([*(name for name, _ in held[:1]), *later])


def _cell(column: WeekColumn, office: ShelvedOffice | None, words: Catalogue, *, turned: bool) -> _WeekCell:
    n = column.number
    if column.volume is None:
        return _WeekCell("gap", words.say(_NO_REPORT, n=n), linked=False)
    if column.volume.known is None:
        return _WeekCell("unread", words.say(_UNREAD, n=n), linked=True)
    if office is None:
        return _WeekCell("absent", words.say(_NOT_LISTED, n=n), linked=False)
    said = words.say(_BOUND, n=n, outcome=say(OUTCOMES, office.verdict, words)) if office.bound else ""
    said = said or words.say(_FREE, n=n)
    if turned and office.holder:
        said = words.say(_TURNED, said=said, name=short_name(office.holder.name))
    elif turned:
        said = words.say(_EMPTIED, said=said)
    return _WeekCell(office.verdict if office.bound else "free", said, linked=True, turned=turned)


LONGEST = 52
"""Weeks shown."""
HEIGHT = 140
_COLUMN, _FILLED = 22, 0.82
"""A column's width in pixels where there is room, and how much of it is filled."""
_UPWARD = ("passed", "inapplicable", "untested", "cantTell", "failed")
"""From the ground up: the outcomes that change most are at the two edges, where the eye compares best."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One outcome of one week; across in per cent of the width, upward in pixels."""

    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class _Mark:
    """The number under a week. `sparse` ones are left out where there is little room."""

    x: str
    text: str
    sparse: bool


@dataclass(frozen=True, slots=True)
class _Trend:
    """The chart with the sentence that says it."""

    columns: list[WeekColumn]
    pieces: list[_Piece]
    marks: list[_Mark]
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
        _Piece(
            kind,
            coordinate((n + (1 - _FILLED) / 2) * step),
            coordinate(y),
            coordinate(_FILLED * step),
            coordinate(height),
        )
        for n, summary in enumerate(sums)
        for kind, y, height in _stack(summary, most)
    ]
    return _Trend(columns, pieces, _marks(columns), len(columns) * _COLUMN, HEIGHT, _sentence(columns, sums, words))


def _stack(summary: Summary | None, most: int) -> Iterator[tuple[str, float, float]]:
    """Yield (kind, top, height) from the ground up, each a pixel shorter than its share, to leave a gap."""
    if summary is None:
        yield "gap", 0.5, HEIGHT - 1
        return
    ground = 0.0
    for kind in _UPWARD:
        height = getattr(summary, kind) / most * HEIGHT
        if height:
            yield kind, HEIGHT - ground - height + 0.5, max(height - 1, 0.5)
        ground += height


def _marks(columns: Sequence[WeekColumn]) -> list[_Mark]:
    every = max(len(columns) // 6, 1)
    shown = range(len(columns) - 1, -1, -every)
    step = 100 / len(columns)
    return [
        _Mark(coordinate((n + 0.5) * step), str(columns[n].number), sparse=at % 2 == 1) for at, n in enumerate(shown)
    ]


def _sentence(columns: Sequence[WeekColumn], sums: Sequence[Summary | None], words: Catalogue) -> str:
    """Say the chart in words: its first and last week, and how many weeks are not known."""
    known = [(column, summary) for column, summary in zip(columns, sums, strict=True) if summary is not None]
    unknown = len(columns) - len(known)
    parts = [_week(*pair, words) for pair in known[:1] + known[1:][-1:]]
    if unknown:
        parts.append(words.count(*NN_("not known: {n} week", "not known: {n} weeks"), unknown))
    return words.say(N_("Outcomes by week. {said}."), said="; ".join(parts))


def _week(column: WeekColumn, summary: Summary, words: Catalogue) -> str:
    counts = ", ".join(f"{say(OUTCOMES, kind, words)} {getattr(summary, kind)}" for kind in ORDER)
    sentence = N_("Week {n} of {year}, {total} offices: {counts}")
    year = str(column.monday.isocalendar().year)
    return words.say(sentence, n=column.number, year=year, total=summary.bound, counts=counts)
