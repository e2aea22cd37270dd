"""When a page was opened, by which traces, and until when the person had time."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Network, Trace, TraceKind
from tests.cases import TOMSK, report
from tests.rules.helpers import Told, channel, in_office, of_office, profile, vk_page

DIRECTIVE = "opened_by_deadline"


def at(text: str) -> datetime:
    """A moment in the office's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=TOMSK)


def trace(kind: TraceKind, text: str) -> Trace:
    """A sign of the opening."""
    return Trace(kind=kind, at=at(text))


def opening(*traces: Trace) -> dict[str, Any]:
    """What a look says of an opening that these signs show, the oldest last: an exact one decides."""
    exact = [one for one in traces if one.kind is TraceKind.CREATED]
    shown = exact[0] if exact else min(traces, key=lambda one: one.at)
    precision = "exact" if exact else "not_later_than"
    return {"opened_at": shown.at, "opened_precision": precision, "traces": traces}


def moment(told: Told) -> datetime | None:
    """The moment that is shown as the opening's, in the office's zone."""
    shown = told.value("opened_at")
    return None if shown is None else datetime.fromisoformat(shown).astimezone(TOMSK)


# Item 45
def test_a_day_of_the_press_is_a_trace_and_no_exact_date() -> None:
    """A report says that a page was opened on 10 June: it was there on that day, so it was opened not later."""
    pages = [vk_page()]
    person = in_office(*pages, reports=[report(on="2022-06-10", network=Network.VK)])
    found = of_office(DIRECTIVE, [profile()], person=person)
    assert (found.value("precision"), found.value("days_late")) == ("not_later_than", None)
    assert found.verdict == ("cantTell", "too_little_data")


# Item 45
def test_an_older_day_of_the_press_is_shown_beside_a_younger_trace() -> None:
    """The oldest post is of 1 July, and 10 June is on record: the page was open by 10 June."""
    person = in_office(vk_page(), reports=[report(on="2022-06-10", network=Network.VK)])
    oldest = opening(trace(TraceKind.OLDEST_POST, "2022-07-01T12:00"))
    found = of_office(DIRECTIVE, [profile(**oldest)], person=person)
    assert found.verdict == ("cantTell", "too_little_data")
    assert moment(found).date().isoformat() == "2022-06-10"
    assert (found.value("precision"), found.value("days_late")) == ("not_later_than", None)


# Item 46
@pytest.mark.parametrize("hours", [1, 12, 24])
def test_a_trace_within_the_days_of_grace_passes_beside_a_later_exact_date(hours: int) -> None:
    """Some trace puts the page before the end of his last day: that an exact date is hours later takes nothing back."""
    last = at("2022-06-01T23:30")
    older = Trace(kind=TraceKind.OLDEST_POST, at=last)
    exact = Trace(kind=TraceKind.CREATED, at=last + timedelta(hours=hours))
    found = of_office(DIRECTIVE, [channel(**opening(exact, older))])
    assert found.verdict == ("passed", None)
    assert found.value("grace_used") is True


# Item 46
def test_a_trace_in_time_passes_beside_an_exact_date_in_the_days_of_grace() -> None:
    """He needed no grace: the page was there on the last day."""
    older, exact = trace(TraceKind.OLDEST_POST, "2022-05-31T23:30"), trace(TraceKind.CREATED, "2022-06-01T12:00")
    found = of_office(DIRECTIVE, [channel(**opening(exact, older))])
    assert found.verdict == ("passed", None)
    assert found.value("grace_used") is False


# Item 47
@pytest.mark.parametrize(
    ("since", "opened"),
    [("2024-03", "2024-04-25T12:00"), ("2024-03", "2024-04-30T23:00"), ("2024", "2025-01-20T12:00")],
)
def test_a_start_known_to_the_month_or_year_counts_as_its_better_day(since: str, opened: str) -> None:
    """His last day is counted from the last day that the month or year leaves open."""
    person = in_office(since=since)
    for kind in (TraceKind.CREATED, TraceKind.OLDEST_POST):
        found = of_office(DIRECTIVE, [channel(**opening(trace(kind, opened)))], person=person)
        assert found.verdict == ("passed", None)


# Item 51
def test_a_channel_opened_late_was_late_though_its_network_is_neutral_today() -> None:
    """The directive asked for a page by a day in 2022; what it calls neutral since 2025 was not neutral then."""
    late = opening(trace(TraceKind.CREATED, "2022-07-01T12:00"))
    for neutral in (False, True):
        found = of_office(DIRECTIVE, [channel(**late)], neutral=neutral)
        assert found.verdict == ("failed", None)
        assert (found.value("reason"), found.value("days_late")) == ("late", 31)
