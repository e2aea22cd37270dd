"""Weeks, days and partial dates in the registry's zone."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.errors import UsageError
from auditor.base.weeks import PartialDate, Week, day_end, day_start, days_late, parse_time, to_utc

TOMSK, UTC_ZONE = ZoneInfo("Asia/Tomsk"), ZoneInfo("UTC")
DEADLINE = datetime(2022, 6, 1, tzinfo=TOMSK)
WEEK = Week.parse("2026-W47", TOMSK)
SECOND = timedelta(seconds=1)
MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2090, 1, 1), timezones=st.just(UTC))


def test_a_week_is_monday_to_sunday_in_its_zone() -> None:
    """Stored in UTC: Tomsk is seven hours ahead."""
    assert (WEEK.first_day, WEEK.last_day) == (date(2026, 11, 16), date(2026, 11, 22))
    assert (WEEK.starts, WEEK.ends) == (datetime(2026, 11, 15, 17, tzinfo=UTC), datetime(2026, 11, 22, 17, tzinfo=UTC))
    assert str(WEEK) == "2026-W47"
    assert Week.parse(" 2026w47\n", TOMSK) == WEEK, "case, blanks and the first dash make no difference"
    assert WEEK.in_zone(TOMSK) is WEEK
    assert WEEK.in_zone(UTC_ZONE).starts == datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "week", "ended"),
    [
        (datetime(2026, 11, 22, 23, 59, 59, tzinfo=TOMSK), TOMSK, "2026-W47", "2026-W46"),
        (datetime(2026, 11, 23, tzinfo=TOMSK), TOMSK, "2026-W48", "2026-W47"),
        (datetime(2026, 11, 22, 18, tzinfo=UTC), TOMSK, "2026-W48", "2026-W47"),  # the zone decides
        (datetime(2026, 11, 22, 18, tzinfo=UTC), UTC_ZONE, "2026-W47", "2026-W46"),
        (datetime(2027, 1, 5, tzinfo=TOMSK), TOMSK, "2027-W01", "2026-W53"),
    ],
)
def test_a_moment_lies_in_one_week_after_another(moment: datetime, zone: ZoneInfo, week: str, ended: str) -> None:
    """The boundary is midnight in the zone."""
    assert (str(Week.containing(moment, zone)), str(Week.last_ended(moment, zone))) == (week, ended)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2022", "2022-22", "W22", "2022-W22-1", "2022-W222"),
        *("../../x", "2022-W22/../..", "２０２２-W22", "\0"),  # it names a folder
        *("2022-W53", "2022-W00", "2022-W54"),  # the year has no such week
        *("0000-W01", "0001-W01", "1899-W52", "2101-W01", "9999-W52"),  # no neighbours to compare with, or a slip
    ],
)
def test_what_is_no_week_is_refused(text: str) -> None:
    """As a mistake of whoever typed it; what was typed is named."""
    with pytest.raises(UsageError, match=re.escape(repr(text))):
        Week.parse(text, TOMSK)


def test_a_week_is_closed_a_day_after_its_end() -> None:
    """So that answers to Sunday's comments have their day."""
    assert not WEEK.closed_at(WEEK.ends + timedelta(hours=24) - SECOND)
    assert WEEK.closed_at(WEEK.ends + timedelta(hours=24))


@given(MOMENTS, st.integers(-300, 300))
def test_weeks_follow_each_other_without_a_gap(moment: datetime, weeks: int) -> None:
    """Each moment is in one of them, whose name reads back; shifting there and back is nothing, over long years too."""
    week = Week.containing(moment, TOMSK)
    assert [week.shift(n).contains(moment) for n in (-1, 0, 1)] == [False, True, False]
    assert Week.parse(str(week), TOMSK) == week
    assert week.shift(weeks).shift(-weeks) == week
    assert (week.shift(weeks).first_day - week.first_day).days == 7 * weeks


def test_days_late_are_calendar_days_after_the_last_day_allowed() -> None:
    """The last day allowed is 31 May; any time of 1 June is one day late."""
    first = datetime(2022, 6, 1, tzinfo=TOMSK)
    moments = (first, first - SECOND, datetime(2022, 5, 31, 17, tzinfo=UTC), datetime(2021, 10, 12, tzinfo=TOMSK))
    assert [days_late(moment, DEADLINE, TOMSK) for moment in moments] == [1, 0, 1, -231]


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_days_follow_each_other_without_a_gap(day: date) -> None:
    """Also in the years when Tomsk changed its clocks; the last second of a day is still the same day there."""
    assert day_end(day, TOMSK) + SECOND == day_start(day + timedelta(days=1), TOMSK)
    assert day_start(day, TOMSK).astimezone(TOMSK).date() == day_end(day, TOMSK).astimezone(TOMSK).date() == day


def test_a_time_without_an_offset_is_in_the_registrys_zone() -> None:
    """A bare date is its midnight; a stored time has a zone, always."""
    noon = datetime(2022, 6, 7, 5, tzinfo=UTC)
    for text in ("2022-06-07T12:00+07:00", "2022-06-07T12:00", "2022-06-07T05:00:00Z"):
        assert parse_time(text, TOMSK) == noon
    assert parse_time(" 2022-06-07 ", TOMSK) == noon - timedelta(hours=12)
    assert to_utc(datetime(2022, 6, 1, tzinfo=TOMSK)) == datetime(2022, 5, 31, 17, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        to_utc(datetime(2022, 6, 1))


@pytest.mark.parametrize(
    "text", ["", "yesterday", "07.06.2022", "2022-13-01", "2022-02-30T10:00", "0001-01-01", "9999-12-31T23:59-07:00"]
)
def test_a_time_that_cannot_be_read_is_refused(text: str) -> None:
    """As a mistake of whoever typed it, before any sum with it overflows."""
    with pytest.raises(UsageError, match=re.escape(repr(text))):
        parse_time(text, TOMSK)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]))
def test_a_partial_date_spans_exactly_the_days_it_names(day: date, form: str) -> None:
    """A year its days, a month its days, a day itself; and it is written back as it was."""
    partial = PartialDate.parse(day.strftime(form))
    month, year = calendar.monthrange(day.year, day.month)[1], 365 + calendar.isleap(day.year)
    length = {"%Y-%m-%d": 1, "%Y-%m": month, "%Y": year}
    assert partial.first <= day <= partial.last
    assert (partial.last - partial.first).days + 1 == length[form]
    assert partial.exact == (form == "%Y-%m-%d")
    assert str(partial) == day.strftime(form)


@given(
    st.text(max_size=12)
    | st.sampled_from(["2022-02-30", "2022-13", "2022-00", "2022-05-00", "0000", "2022-1", "22-05-01", "2022-5-1"])
)
def test_what_is_no_partial_date_is_a_value_error(text: str) -> None:
    """Nothing is rounded or guessed, and no other kind of error comes."""
    try:
        partial = PartialDate.parse(text)
    except ValueError as error:
        assert repr(text) in str(error)  # noqa: PT017 - the other outcome is as right
    else:
        assert str(partial) == text.strip()
