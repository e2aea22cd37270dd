"""Posts and answers, week by week: posts, the share answered, the median answer; an office a row, and all together.

A week that was not seen is a gap. A figure that is known from one side only is drawn with an arrow: there was more. Few
questions give no share, only the bounds within which it lies. Offices stand in alphabetical order: nothing here ranks.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from auditor import __version__
from auditor.base.i18n import Catalogue, alphabetical, short_name
from auditor.base.text import N_, NN_
from auditor.report.history import STEP, Blank, share
from auditor.report.site import MANY
from auditor.report.weeks.charts import WIDE, WeekColumn, span_of
from auditor.report.weeks.figures import Figures, figures_of, together
from auditor.report.weeks.published_weeks import ShelvedOffice, ShelvedWeek, Volume
from auditor.report.words import GROUPS, say

HEIGHT = 48
"""Pixels of a drawing, and units of its paths; a week is `STEP` units wide and stretched to its place.

Above the scale there is `_ROOM` for an arrow.
"""
_BAR, _ROOM = 7, 7
_LEAST_TOP, _MOST_TOP = 7, 21
"""A scale of posts ends no lower than one a day, and no higher than three; what is more has an arrow."""
_DAYS = 72
"""Hours on the scale of the median answer."""

# The pictures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing. An empty path draws nothing."""

    title: str
    scale: str
    """What the lower and the upper edge stand for."""
    sentence: str
    bars: str = ""
    zeros: str = ""
    ranges: str = ""
    points: str = ""
    more: str = ""
    """Arrows: there was more than is drawn."""
    blanks: tuple[Blank, ...] = ()
    turns: tuple[str, ...] = ()
    """Where the office changed hands, in per cent."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: one week, or several of which the same is said; without figures there is `said` alone."""

    weeks: str
    said: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trend:
    """An office's weeks, or those of all bound offices; without charts there is nothing but words."""

    id: str
    name: str
    holders: str
    group: str
    charts: tuple[Chart, ...] = ()
    lines: tuple[Line, ...] = ()
    first: int = 0
    last: int = 0
    weeks: int = 0


@dataclass(frozen=True, slots=True)
class TrendWeek:
    """A week with who held the office; `figures` is None where nothing says any, or the office is not in it."""

    monday: date
    number: int
    figures: Figures | None
    holder: str | None = None


def office_trend(office: str, name: str, weeks: Sequence[TrendWeek], words: Catalogue) -> Trend:
    """Draw the last of an office's weeks, which come oldest first; their numbers stand in the page's own table."""
    drawn = _drawn(Trend(office, name, "", ""), weeks[-WIDE:], words, min(_top(weeks[-WIDE:]), _MOST_TOP))
    return replace(drawn, lines=())


def trends_of(volumes: Sequence[Volume], words: Catalogue, weeks: int = WIDE) -> tuple[Trend, list[Trend]]:
    """Return the bound offices together, and each office alphabetically, the bound ones first, on one scale.

    With too many offices for one page there are only all of them together.
    """
    columns = span_of(volumes, weeks)
    rows = [TrendWeek(column.monday, column.number, _all(column.volume)) for column in columns]
    name = words.gettext(N_("All offices that the directive binds"))
    each = [] if too_many(volumes) else _offices(volumes, words, weeks)
    return _drawn(Trend("", name, "", ""), rows, words, _top(rows)), each


def too_many(volumes: Sequence[Volume]) -> bool:
    """Tell whether there are more offices than one page is for."""
    return any(len(volume.known.offices) > MANY for volume in volumes if volume.known)


def _all(volume: Volume | None) -> Figures | None:
    if volume is None or volume.known is None:
        return None
    return together([figures_of(office, volume.known) for office in volume.known.offices if office.bound])


def _offices(volumes: Sequence[Volume], words: Catalogue, weeks: int) -> list[Trend]:
    columns = span_of(volumes, weeks)
    newest: dict[str, ShelvedOffice] = {}
    rows: dict[str, dict[date, TrendWeek]] = {}
    for column in columns:
        week = column.volume.known if column.volume else None
        if week is None:
            continue
        for office in week.offices:
            newest[office.id] = office
            rows.setdefault(office.id, {})[column.monday] = _row(column, office, figures_of(office, week))
    whole = {
        key: [found.get(c.monday, TrendWeek(c.monday, c.number, None)) for c in columns] for key, found in rows.items()
    }
    top = min(_top(row for found in whole.values() for row in found), _MOST_TOP)
    places = sorted(newest.values(), key=_place)
    return [_drawn(_named(office, whole[office.id], words), whole[office.id], words, top) for office in places]


def _row(column: WeekColumn, office: ShelvedOffice, figures: Figures) -> TrendWeek:
    return TrendWeek(column.monday, column.number, figures, office.holder.name if office.holder else None)


def _place(office: ShelvedOffice) -> tuple[int, str, str, str]:
    order = 0 if office.bound else 1 + [*GROUPS, office.group].index(office.group)
    return (order, *alphabetical(office.municipality if office.bound else office.title), office.id)


def _named(office: ShelvedOffice, rows: Sequence[TrendWeek], words: Catalogue) -> Trend:
    held = [(holder, next(run)) for holder, run in groupby(_holders(rows), key=lambda pair: pair[0])]
    said = [short_name(holder) if not n else _from(row[1], holder, words) for n, (holder, row) in enumerate(held)]
    name = office.municipality if office.bound else office.title
    return Trend(office.id, name, "; ".join(said), "" if office.bound else say(GROUPS, office.group, words))


def _from(row: TrendWeek, holder: str, words: Catalogue) -> str:
    return words.say(N_("from week {n}: {name}"), n=row.number, name=short_name(holder))


def _holders(rows: Iterable[TrendWeek]) -> Iterator[tuple[str, TrendWeek]]:
    return ((row.holder, row) for row in rows if row.holder)


def _top(rows: Iterable[TrendWeek]) -> int:
    return max([_LEAST_TOP, *(row.figures.posts for row in rows if row.figures and row.figures.posts is not None)])


def _drawn(bare: Trend, rows: Sequence[TrendWeek], words: Catalogue, top: int) -> Trend:
    """Draw the three charts; an office of which no figure is known stays without."""
    lines = tuple(_lines(rows, words))
    if not any(row.figures and (row.figures.posts is not None or row.figures.due is not None) for row in rows):
        return replace(bare, lines=lines)
    turns = tuple(_turns(rows))
    charts = (_posts(rows, words, top), _shares(rows, words), _medians(rows, words))
    drawn = replace(bare, charts=tuple(replace(chart, turns=turns) for chart in charts), lines=lines)
    return replace(drawn, first=rows[0].number, last=rows[-1].number, weeks=len(rows))


def _turns(rows: Sequence[TrendWeek]) -> Iterator[str]:
    """Yield where another holder is known than was known before."""
    before = None
    for place, row in enumerate(rows):
        if row.holder and before and row.holder != before:
            yield share(place, len(rows))
        before = row.holder or before


def _blanks(rows: Sequence[TrendWeek], known: Callable[[Figures], bool]) -> tuple[Blank, ...]:
    place, found = 0, []
    for kind, run in groupby(rows, key=lambda row: _kind(row.figures, known)):
        n = len(list(run))
        if kind:
            found.append(Blank(kind, share(place, len(rows)), share(n, len(rows))))
        place += n
    return tuple(found)


def _kind(figures: Figures | None, known: Callable[[Figures], bool]) -> str:
    if figures is not None and figures.closed and not known(figures):
        return "closed"
    return "" if figures is not None and known(figures) else "unknown"


def _down(part: float) -> int:
    """Return how far from the top a part of the whole scale lies; one post among many is never drawn as none."""
    return HEIGHT - (max(round(min(part, 1.0) * (HEIGHT - _ROOM)), 2) if part else 0)


def _posts(rows: Sequence[TrendWeek], words: Catalogue, top: int) -> Chart:
    known = [(n, row.figures) for n, row in enumerate(rows) if row.figures and row.figures.posts is not None]
    bars = [(n, (one.posts or 0) / top) for n, one in known]
    above = [(n, part) for (n, part), (_, one) in zip(bars, known, strict=True) if one.at_least or part > 1]
    title = words.gettext(N_("Posts in the week"))
    return Chart(
        title,
        f"0–{words.number(top)}",
        _sentence(title, rows, lambda one: _said_posts(one, words), words),
        bars="".join(_column(n, part) for n, part in bars if part),
        zeros=_zeros(n for n, part in bars if not part),
        more="".join(_arrow(n, part) for n, part in above),
        blanks=_blanks(rows, lambda one: one.posts is not None),
    )


def _shares(rows: Sequence[TrendWeek], words: Catalogue) -> Chart:
    known = _asked(rows)
    title = words.gettext(N_("Share answered in time"))
    return Chart(
        title,
        words.bind("0–100 %"),
        _sentence(title, rows, lambda one: _said_share(one, words), words),
        zeros=_zeros(n for n, one in known if not one.due),
        ranges="".join(_range(n, one.bounds) for n, one in known if one.bounds),
        points="".join(_point(n, one.share) for n, one in known if one.share is not None),
        blanks=_blanks(rows, lambda one: one.due is not None),
    )


def _asked(rows: Sequence[TrendWeek]) -> list[tuple[int, Figures]]:
    return [(n, row.figures) for n, row in enumerate(rows) if row.figures and row.figures.due is not None]


def _medians(rows: Sequence[TrendWeek], words: Catalogue) -> Chart:
    known = _asked(rows)
    told = [(n, one.median) for n, one in known if one.share is not None]
    title = words.gettext(N_("Median answer"))
    return Chart(
        title,
        words.bind(f"0–{words.say(N_('{hours} h'), hours=_DAYS)}"),
        _sentence(title, rows, lambda one: _said_median(one, words), words),
        zeros=_zeros(n for n, one in known if not one.due),
        points="".join(_point(n, hours / _DAYS) for n, hours in told if hours is not None and hours <= _DAYS),
        more="".join(_arrow(n, 1) for n, hours in told if hours is None or hours > _DAYS),
        blanks=_blanks(rows, lambda one: one.due is not None),
    )


def _zeros(places: Iterable[int]) -> str:
    return "".join(f"M{n * STEP + 2} {HEIGHT - 1}h{_BAR - 1}" for n in places)


def _column(n: int, part: float) -> str:
    high = HEIGHT - _down(part)
    return f"M{n * STEP + 1.5:g} {HEIGHT}v-{high}h{_BAR}v{high}z"


def _range(n: int, bounds: tuple[float, float]) -> str:
    low, high = map(_down, bounds)
    return f"M{n * STEP + 5} {low}V{high}"


def _point(n: int, part: float) -> str:
    return f"M{n * STEP + 2} {min(_down(part), HEIGHT - 2)}h6"


def _arrow(n: int, part: float) -> str:
    """Draw an arrow upward above the end of a bar, or above the scale."""
    return f"M{n * STEP + 2} {_down(part) - 2}l3-4 3 4"


# The words -----------------------------------------------------------------------------------------------------------


def _sentence(title: str, rows: Sequence[TrendWeek], said: Callable[[Figures], str], words: Catalogue) -> str:
    """Say a chart in words: the last week that is known, and of how many weeks nothing is."""
    told = [(row, text) for row in rows if row.figures and (text := said(row.figures))]
    unknown = len(rows) - len(told)
    parts = [f"{words.say(N_('Week {n}'), n=row.number)}: {text}" for row, text in told[-1:]]
    if unknown:
        parts.append(words.count(*NN_("not known: {n} week", "not known: {n} weeks"), unknown))
    return f"{title}. {'; '.join(parts)}."


def _said_posts(one: Figures, words: Catalogue) -> str:
    if one.posts is None:
        return ""
    said = words.say(N_("at least {n}"), n=one.posts) if one.at_least else words.number(one.posts)
    seen = words.say(N_("offices in sight: {n}"), n=one.offices or 0)
    return said if one.offices is None else f"{said} ({seen})"


def _said_share(one: Figures, words: Catalogue) -> str:
    if one.due is None or one.in_time is None:
        return words.gettext(N_("comments closed")) if one.closed else ""
    if not one.due:
        return words.gettext(N_("no questions seen"))
    return words.say(N_("{n} of {total}"), n=one.in_time, total=one.due)


def _said_median(one: Figures, words: Catalogue) -> str:
    if one.few:
        return words.gettext(N_("too little data"))
    if one.share is None:
        return ""
    if one.median is None:
        return words.gettext(N_("fewer than half are answered"))
    return words.say(N_("{hours} h"), hours=round(one.median, 1) if one.median < 10 else round(one.median))


def _lines(rows: Sequence[TrendWeek], words: Catalogue) -> Iterator[Line]:
    """Yield the table's rows, the newest first; weeks one after another without any figure are one row."""
    for blank, run in groupby(reversed(rows), key=lambda row: _blank(row.figures, words)):
        weeks = list(run)
        if blank:
            last, first = weeks[0], weeks[-1]
            yield Line(str(last.number) if first is last else f"{first.number}–{last.number}", blank)
        else:
            yield from (Line(str(row.number), "", said_figures(row.figures, words)) for row in weeks if row.figures)


def _blank(one: Figures | None, words: Catalogue) -> str:
    """Say why a week has no figure; nothing where it has one."""
    if one is None:
        return words.gettext(N_("no report"))
    return "" if one.posts is not None or one.due is not None or one.closed else words.gettext(N_("not known"))


def said_figures(one: Figures, words: Catalogue) -> tuple[str, str, str]:
    """Return a week's posts, share in time and median in words; an empty median has nothing to be taken of."""
    unknown = words.gettext(N_("not known"))
    asked = _said_share(one, words)
    return _said_posts(one, words) or unknown, asked or unknown, _said_median(one, words) if asked else unknown


def trends_context(volumes: Sequence[Volume], words: Catalogue) -> dict[str, Any]:
    """Return what the page of all trends shows."""
    known = [volume.known for volume in volumes if volume.known]
    whole, each = trends_of(volumes, words)
    return {
        "whole": whole,
        "each": each,
        "within": _policy(known, "reply_within_hours", 24),
        "least": _policy(known, "least_questions", 5),
        "synthetic": bool(known) and all(week.synthetic for week in known),
        "version": __version__,
        "lang": words.lang,
    }


def _policy(weeks: Sequence[ShelvedWeek], key: str, default: int) -> int:
    entry = weeks[-1].policy.get(key) if weeks else None
    return entry.value if entry is not None and isinstance(entry.value, int) else default
