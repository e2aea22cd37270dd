"""Weeks, zones, partial dates and due times.

No function here reads the clock: the caller passes the moment. Stored times are UTC; weeks, deadlines and
"calendar days late" are in the registry's zone.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from auditor.base.errors import UsageError
from auditor.base.text import phrase

_WEEK = re.compile(r"^(\d{4})-?W(\d{1,2})$", re.IGNORECASE | re.ASCII)
_PARTIAL = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$", re.ASCII)

_YEARS = range(1900, 2101)
"""Any other year is a typing mistake, and the first and last weeks of the calendar have no neighbours."""

_CLOSES_AFTER = timedelta(hours=24)
"""A week closes this long after its end, so that Sunday's comments have a day for replies (docs/dev/sources.md)."""


def to_utc(moment: datetime) -> datetime:
    """Return `moment` in UTC. Raises `ValueError` for a naive datetime: its zone is never guessed."""
    if moment.tzinfo is None:
        msg = f"a time without a zone: {moment!r}"
        raise ValueError(msg)
    return moment.astimezone(UTC)


@lru_cache(maxsize=4096)
def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of `day` in `zone`, as UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """Return the last whole second of `day` in `zone`, as UTC; its local date is still `day`."""
    return day_start(day + timedelta(days=1), zone) - timedelta(seconds=1)


def days_late(moment: datetime, deadline: datetime, zone: ZoneInfo) -> int:
    """Return the calendar days in `zone` from the last allowed day to the day of `moment`; 0 or less is in time.

    `deadline` is the first moment that is too late: with 2022-06-01T00:00 the last day allowed is 31 May, and
    an account opened at any time on 1 June is one day late (docs/dev/design.md, section 5).
    """
    last_allowed = (deadline - timedelta(microseconds=1)).astimezone(zone).date()
    return (moment.astimezone(zone).date() - last_allowed).days


def parse_time(text: str, zone: ZoneInfo) -> datetime:
    """Read ``--as-of``: ISO 8601; without an offset it is in `zone`; a bare date is its midnight.

    Raises `UsageError` with one line if it cannot be read.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            phrase("time {text} cannot be read; write it as 2026-11-24T12:00+07:00", text=repr(text))
        ) from None
    if moment.year not in _YEARS:
        raise UsageError(
            phrase(
                "time {text} is not between {first} and {last}; check its year",
                text=repr(text),
                first=_YEARS[0],
                last=_YEARS[-1],
            )
        )
    return to_utc(moment.replace(tzinfo=zone) if moment.tzinfo is None else moment)


@lru_cache(maxsize=4096)
def _bounds(year: int, number: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a week starts and ends; cached, since every post and comment needs it."""
    last_day = date.fromisocalendar(year, number, 7)
    return day_start(date.fromisocalendar(year, number, 1), zone), day_start(last_day + timedelta(days=1), zone)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week, Monday 00:00 to Sunday 24:00 in `zone`."""

    year: int
    number: int
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> Self:
        """Read ``2026-W47``. Raises `UsageError` for another form or a week that the year does not have."""
        match = _WEEK.match(text.strip())
        if match is None:
            raise UsageError(phrase("week {text} cannot be read; write it as 2026-W47", text=repr(text)))
        week = cls(int(match[1]), int(match[2]), zone)
        if week.year not in _YEARS:
            raise UsageError(
                phrase(
                    "week {text} is not between {first} and {last}; check its year",
                    text=repr(text),
                    first=_YEARS[0],
                    last=_YEARS[-1],
                )
            )
        try:
            date.fromisocalendar(week.year, week.number, 1)
        except ValueError:
            raise UsageError(
                phrase("there is no week {text}; a year has weeks W01 to W52 or W53", text=repr(text))
            ) from None
        return week

    @classmethod
    def containing(cls, moment: datetime, zone: ZoneInfo) -> Self:
        """Return the week that contains `moment`."""
        iso = moment.astimezone(zone).isocalendar()
        return cls(iso.year, iso.week, zone)

    @classmethod
    def last_ended(cls, moment: datetime, zone: ZoneInfo) -> Self:
        """Return the last week that has ended at `moment`."""
        return cls.containing(moment, zone).shift(-1)

    def shift(self, weeks: int) -> Self:
        """Return the week `weeks` later (earlier if negative)."""
        iso = (self.first_day + timedelta(weeks=weeks)).isocalendar()
        return type(self)(iso.year, iso.week, self.zone)

    def in_zone(self, zone: ZoneInfo) -> Self:
        """Return the week of the same number in another zone."""
        return self if zone == self.zone else type(self)(self.year, self.number, zone)

    @property
    def first_day(self) -> date:
        """Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """Sunday."""
        return date.fromisocalendar(self.year, self.number, 7)

    @property
    def starts(self) -> datetime:
        """Monday 00:00, as UTC."""
        return _bounds(self.year, self.number, self.zone)[0]

    @property
    def ends(self) -> datetime:
        """Sunday 24:00, as UTC; the first moment that is no longer in the week."""
        return _bounds(self.year, self.number, self.zone)[1]

    def contains(self, moment: datetime) -> bool:
        """Return whether `moment` is in the week."""
        return self.starts <= moment < self.ends

    def closed_at(self, moment: datetime) -> bool:
        """Return whether the week is closed at `moment`: 24 h after its end."""
        return moment >= self.ends + _CLOSES_AFTER

    def __str__(self) -> str:
        """Render as ``2026-W47``."""
        return f"{self.year:04d}-W{self.number:02d}"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the year, the month or the day: ``2021``, ``2021-12``, ``2021-12-05``."""

    first: date
    last: date
    written: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one of the three forms. Raises `ValueError` with a sentence for anything else."""
        match = _PARTIAL.match(text.strip())
        if match is None:
            raise ValueError(phrase("{text} is not a date like 2021, 2021-12 or 2021-12-05", text=repr(text)))
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        try:
            first_day = date(year, 1 if month is None else month, 1 if day is None else day)
            last_month = 12 if month is None else month
            last_day = date(year, last_month, calendar.monthrange(year, last_month)[1] if day is None else day)
        except ValueError:
            raise ValueError(phrase("{text} is not a day of the calendar", text=repr(text))) from None
        return cls(first_day, last_day, match[0])

    @property
    def exact(self) -> bool:
        """Whether it is known to the day."""
        return self.first == self.last

    def __str__(self) -> str:
        """Render as it was written."""
        return self.written
