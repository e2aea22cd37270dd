"""One week's looks over the network: what they would ask, and how long they may."""

import math
from contextlib import nullcontext
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Route
from auditor.base.weeks import Week
from auditor.run.collect_week import collect_week, forecast_week, open_routes
from auditor.run.workspace import Workspace
from auditor.sandbox import World
from tests.cases import NOW, WEEK
from tests.moving import Moving
from tests.pipeline import few, sandboxed, session_of
from tests.probes.toy import opened
from tests.run.helpers import BOOK, HOUR, NAMES, seen, wire

VK = Route.VK


@pytest.fixture
def session(tmp_path: Path) -> Workspace:
    """Of the toy route's pages."""
    return replace(session_of(few(World.build()), tmp_path, {"AUDITOR_VANTAGE": "here"}, NOW), registry=BOOK)


@pytest.mark.parametrize(
    ("given", "looks", "left"),
    [
        ({}, [True] * 4, {}),
        ({"seconds": 3.0}, [True] * 2, {"vk": 2}),
        ({"seconds": 1.5}, [True], {"vk": 3}),
        ({"seconds": 1.0}, [], {"vk": 4}),
        ({"ends": 3.0}, [True, True, None, None], {}),
        ({"ends": -math.inf}, [], {"vk": 4}),
    ],
    ids=str,
)
def test_a_run_looks_for_as_long_as_it_is_given(
    given: dict[str, Any], looks: list[Any], left: dict[str, int], session: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a budget the rest is left to the next run, and begun looks get as long again; else it could not be told."""
    time = Moving()
    way = wire(before=lambda call: time.sleep(2 if call.method == "page" else 0))
    monkeypatch.setattr("auditor.run.collect_week.open_routes", lambda *_: nullcontext([opened(way)]))
    with Archive.open(session.data) as archive:
        done = collect_week(session, archive, WEEK, command="weekly", timer=time.timer, **given)
        stored = seen(archive)
    assert ([snapshot.exists for snapshot in stored.values()], done.left) == (looks, left)
    assert {snapshot.vantage for snapshot in stored.values()} <= {"here"}
    assert [*stored] == [*NAMES[: len(looks)]]


def test_routes_that_are_set_up_are_opened_and_closed(session: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gets the settings, the clock, the archive's folder and what its login has learned; others are left out."""
    way = wire()
    opening = Mock(side_effect=chain([opened(way)[1]], repeat(None)))
    monkeypatch.setattr("auditor.run.collect_week.plugin_of", lambda _route: Mock(open=opening))
    with Archive.open(session.data) as archive, open_routes(session, archive) as routes:
        assert (len(routes), way.closed) == (1, 0)
    wiring = opening.call_args_list[0].args[0]
    assert (way.closed, opening.call_count) == (1, len(Route))
    assert (wiring.settings.vantage, wiring.clock()) == ("here", NOW)


def test_a_forecast_is_by_usual_pages_until_a_run_of_the_kind_was_made(tmp_path: Path) -> None:
    """Then by the last such; nothing is asked, and no archive is made."""
    with sandboxed(few(World.build()), tmp_path) as (sandbox, session):
        week = Week.last_ended(session.clock(), session.registry.zone)
        first = {forecast.route: forecast for forecast in forecast_week(session, week)}
        assert not sandbox.requests
        assert not session.data.exists()
        assert first[VK].requests == first[VK].accounts * VK.facts.page_requests[0] > 0
        with Archive.open(session.data) as archive:
            cold = collect_week(session, archive, week, command="weekly")
            sandbox.now = NOW + 37 * HOUR
            later = replace(session, as_of=sandbox.now)
            usual = {forecast.route: forecast for forecast in forecast_week(later, week)}
            done = collect_week(later, archive, week, command="weekly")
        again = {forecast.route: forecast for forecast in forecast_week(replace(later, as_of=NOW + 80 * HOUR), week)}
    assert again[VK].accounts == usual[VK].accounts == first[VK].accounts
    new, _, same = VK.facts.page_requests
    assert usual[VK].requests == math.ceil(cold.requests["vk"] * same / new)
    assert again[VK].requests == done.requests["vk"]
    assert again[VK].seconds == pytest.approx(again[VK].requests * first[VK].seconds / first[VK].requests)
