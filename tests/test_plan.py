"""What a run asks for, and what `weekly --plan` says of it. What a look may leave out: `tests/run/test_skip.py`."""

import math
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.errors import UsageError
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Route
from auditor.base.weeks import Week
from auditor.commands.weekly import parse_span, plan_lines
from auditor.run.plan import Plan, window_of
from auditor.run.rounds import seen_unfinished
from auditor.run.weekly import RouteForecast, forecast_week, look
from auditor.sandbox import World
from tests.cases import NOW, WEEK, registry
from tests.pipeline import few, sandboxed

VK = Route.VK
HOUR = timedelta(hours=1)


def test_a_run_looks_back_as_far_as_the_policy_judges() -> None:
    """Comments under posts of `thread_days`, and posts for longer than `silence_days`."""
    book = registry()
    wide = {
        key: book.policy[key].model_copy(update={"value": value})
        for key, value in (("thread_days", 30), ("silence_days", 60))
    }
    usual = window_of(book, WEEK, NOW)
    far = window_of(book.model_copy(update={"policy": {**book.policy, **wide}}), WEEK, NOW)
    assert WEEK.starts - usual.comments_from == timedelta(days=14)
    assert WEEK.starts - far.comments_from == timedelta(days=30)
    assert WEEK.starts - far.posts_from > timedelta(days=60) < far.ends - far.gap_from
    threads = book.model_copy(update={"policy": {**book.policy, "thread_days": wide["thread_days"]}})
    assert window_of(threads, WEEK, NOW).posts_from <= window_of(threads, WEEK, NOW).comments_from


def test_a_round_is_gone_on_with_for_a_day_and_a_half_and_not_over_the_weeks_end(tmp_path: Path) -> None:
    """What was seen earlier than that, or before the week was over, is looked at again; so is what was throttled."""
    with sandboxed(few(World.build()), tmp_path) as (_, session), Archive.open(session.data) as archive:
        book, week = session.registry, Week.last_ended(session.clock(), session.registry.zone)
        everything = len(Plan.of(archive, book, week, NOW).left(VK))
        look(session, archive, week, command="weekly")
        archive.looks.begin_round(str(week), 1)
        left = {hours: len(Plan.of(archive, book, week, NOW + hours * HOUR).left(VK)) for hours in (1, 35, 37)}
        stored = [row for rows in archive.looks.snapshots(NOW + HOUR).values() for row in rows]
        early = [
            replace(row, snapshot=row.snapshot.model_copy(update={"taken_at": week.ends - HOUR})) for row in stored
        ]
        seen = [seen_unfinished(1, week, at, early) for at in (week.ends - HOUR, week.ends)]
    assert left[1] == left[35] < everything
    assert left[37] == everything
    assert seen[0] > seen[1] == frozenset()


# What is printed -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "seconds"), [("20m", 1200), ("1h30m", 5400), ("90s", 90), (" 2h ", 7200)])
def test_a_budget_is_hours_minutes_and_seconds(text: str, seconds: float) -> None:
    """As people write them."""
    assert parse_span(text) == seconds


@pytest.mark.parametrize("text", ["", "20", "m", "0m", "-5m", "20 minutes", "1d"])
def test_another_budget_is_one_line(text: str) -> None:
    """It says how to write one."""
    with pytest.raises(UsageError, match="write it as 20m or 1h30m"):
        parse_span(text)


def test_a_plan_says_what_would_be_asked_and_asks_nothing(tmp_path: Path) -> None:
    """By usual pages until a run of the kind was made, then by the last such; no request, no archive of its own."""
    with sandboxed(few(World.build()), tmp_path) as (sandbox, session):
        week = Week.last_ended(session.clock(), session.registry.zone)
        first = {forecast.route: forecast for forecast in forecast_week(session, week)}
        assert not sandbox.requests
        assert not session.data.exists()
        assert first[VK].requests == first[VK].accounts * VK.facts.page_requests[0] > 0
        with Archive.open(session.data) as archive:
            cold = look(session, archive, week, command="weekly")
            sandbox.now = NOW + 37 * HOUR
            later = replace(session, as_of=sandbox.now)
            usual = {forecast.route: forecast for forecast in forecast_week(later, week)}
            done = look(later, archive, week, command="weekly")
        again = {forecast.route: forecast for forecast in forecast_week(replace(later, as_of=NOW + 80 * HOUR), week)}
    assert again[VK].accounts == usual[VK].accounts == first[VK].accounts
    new, _, same = VK.facts.page_requests
    assert usual[VK].requests == math.ceil(cold.requests["vk"] * same / new)
    assert again[VK].requests == done.requests["vk"]
    assert again[VK].seconds == pytest.approx(again[VK].requests * first[VK].seconds / first[VK].requests)


def test_a_plan_says_how_long_it_takes_and_what_fits() -> None:
    """Per route its pages, requests and time; with a budget what is left."""
    text = "\n".join(plan_lines([RouteForecast(VK, 10, 20, 600.0)], WEEK, Catalogue("en"), 300.0))
    assert "10 pages, about 20 requests, 10 min" in text
    assert "in 5 min: about 5 pages, the most useful first; 5 are left to the next run" in text
    assert "about 10 min in all" in text


def test_a_budget_below_a_minute_is_told_in_seconds() -> None:
    """One second is no minute, in which sixty times as much would fit."""
    text = "\n".join(plan_lines([RouteForecast(VK, 10, 10, 20.0)], WEEK, Catalogue("ru"), 1.0))
    assert "за 1 с: страниц — около 0" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "всего около 20 с." in text.replace("\N{NO-BREAK SPACE}", " ")
