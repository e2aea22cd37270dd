"""A table before it is a file: sheets of rows, in which a cell's type says what it is; and the words that sheets share.

A text is `str`, a whole number `int`, a decimal `float`, a day `date`, a moment an aware `datetime`, an address `Link`,
an outcome of the directive `Verdict`. None is "not known" and stays empty: a column in words says why, never a zero.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from auditor.audit.document import Audit, AuditedFinding, AuditedOffice
from auditor.base.i18n import Catalogue, short_name
from auditor.base.text import N_
from auditor.base.weeks import PartialDate
from auditor.report.words import CAUSES, OUTCOMES, say, words_of

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Link:
    """An address. It becomes a link only if `safe_url` allows it."""

    url: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome of the directive: the only coloured cell, and never without its word."""

    outcome: str
    said: str


Value = str | int | float | date | datetime | Link | Verdict | None


@dataclass(frozen=True, slots=True)
class Column:
    """A head in the reader's language; `width` in characters. A column that is not `wrapped` is cut at its edge."""

    title: str
    width: int
    wrapped: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named table; the first `fixed` columns stay in sight."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Value, ...]] = ()
    """They come once, office by office."""
    fixed: int = 1


@dataclass(frozen=True, slots=True)
class Frame:
    """What every cell is made in: the document and the reader's language with the registry's zone."""

    audit: Audit
    words: Catalogue


@dataclass(frozen=True, slots=True)
class Spec(Generic[_Row]):
    """A column and how a row fills it. `title` is a key of the catalogue."""

    title: str
    width: int
    value: Callable[[_Row, Frame], Value]
    wrapped: bool = True


def fill(name: str, specs: Sequence[Spec[_Row]], rows: Iterable[_Row], frame: Frame, fixed: int = 1) -> Sheet:
    """Make the sheet that the columns of `specs` give for each of `rows`."""
    columns = tuple(Column(frame.words.gettext(spec.title), spec.width, spec.wrapped) for spec in specs)
    lines = (tuple(spec.value(row, frame) for spec in specs) for row in rows)
    return Sheet(frame.words.gettext(name), columns, lines, fixed)


_UNTESTED = OUTCOMES["untested"]


def standing(finding: AuditedFinding | None, frame: Frame) -> str:
    """Say how a finding came out, and of what is neither good nor bad also why."""
    if finding is None:
        return frame.words.gettext(_UNTESTED)
    word = say(words_of(finding), finding.outcome, frame.words)
    if finding.outcome == "cantTell":
        return f"{word}: {say(CAUSES, finding.cause or '', frame.words)}" if finding.cause else word
    return f"{word}: {finding.message}" if finding.outcome in {"inapplicable", "untested"} else word


def yes_no(value: bool | None, frame: Frame) -> Value:
    """Write what was seen; what was not seen stays empty."""
    return None if value is None else frame.words.gettext(N_("yes") if value else N_("no"))


def day_of(moment: datetime | None, frame: Frame) -> date | None:
    """Return a moment's day in the registry's zone."""
    return moment.astimezone(frame.words.zone).date() if moment is not None else None


def name_of(office: AuditedOffice) -> Value:
    """Return the holder's name as tables have it; None where there is no holder."""
    return short_name(office.holder.name) if office.holder is not None else None


def since_in(office: AuditedOffice, frame: Frame) -> Value:
    """Return the first day in office as a date, or in words as much of it as is known."""
    holder, words = office.holder, frame.words
    if holder is None:
        unknown = words.gettext(N_("holder not on record"))
        return words.say(N_("vacant since {since}"), since=office.vacancy.since) if office.vacancy else unknown
    if holder.since is None:
        return words.gettext(N_("start not known"))
    return _start(holder.since, frame)


def last_word_in(office: AuditedOffice, frame: Frame) -> Value:
    """Return the day of the newest source that has the holder in office; None where no end of its word is on record."""
    known = office.holder.known_as_of if office.holder is not None else None
    return _start(known, frame) if known else None


def _start(since: str, frame: Frame) -> Value:
    """Return an exact day as a date; a bare month in words, since a spreadsheet would read it as its first day."""
    try:
        known = PartialDate.parse(since)
    except ValueError:
        return since
    return known.first if known.exact else frame.words.say(N_("{date}, day not known"), date=since)
