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
from tests.pipeline import few, sandboxed, workspace_of
from tests.probes.toy_route import open_toy_route
from tests.run.toy_runs import HOUR, NAMES, REGISTRY, stored_snapshots, wire

VK = Route.VK


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace whose registry has the toy route's pages."""
    return replace(workspace_of(few(World.build()), tmp_path, {"AUDITOR_VANTAGE": "here"}, NOW), registry=REGISTRY)


@pytest.mark.parametrize(
    ("limits", "looks", "pending"),
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
    limits: dict[str, Any],
    looks: list[Any],
    pending: dict[str, int],
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a budget the rest is left to the next run, and begun looks get as long again; else looks stay unfinished."""
    time = Moving()
    transport = wire(before_send=lambda call: time.sleep(2 if call.method == "page" else 0))
    monkeypatch.setattr("auditor.run.collect_week.open_routes", lambda *_: nullcontext([open_toy_route(transport)]))
    with Archive.open(workspace.data) as archive:
        result = collect_week(workspace, archive, WEEK, command="weekly", timer=time.timer, **limits)
        stored = stored_snapshots(archive)
    assert ([snapshot.exists for snapshot in stored.values()], result.pending) == (looks, pending)
    assert {snapshot.vantage for snapshot in stored.values()} <= {"here"}
    assert [*stored] == [*NAMES[: len(looks)]]


def test_routes_that_are_set_up_are_opened_and_closed(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gets the settings, the clock, the archive's folder and its login state; the others are left out."""
    transport = wire()
    opening = Mock(side_effect=chain([open_toy_route(transport)[1]], repeat(None)))
    monkeypatch.setattr("auditor.run.collect_week.plugin_of", lambda _route: Mock(open=opening))
    with Archive.open(workspace.data) as archive, open_routes(workspace, archive) as routes:
        assert (len(routes), transport.closed) == (1, 0)
    context = opening.call_args_list[0].args[0]
    assert (transport.closed, opening.call_count) == (1, len(Route))
    assert (context.settings.vantage, context.clock()) == ("here", NOW)


def test_a_forecast_is_by_usual_pages_until_a_run_of_the_kind_was_made(tmp_path: Path) -> None:
    """Then by the last such run; nothing is sent, and no archive is created."""
    with sandboxed(few(World.build()), tmp_path) as (sandbox, workspace):
        week = Week.last_ended(workspace.clock(), workspace.registry.zone)
        initial = {forecast.route: forecast for forecast in forecast_week(workspace, week)}
        assert not sandbox.requests
        assert not workspace.data.exists()
        assert initial[VK].requests == initial[VK].accounts * VK.facts.page_requests[0] > 0
        with Archive.open(workspace.data) as archive:
            first_run = collect_week(workspace, archive, week, command="weekly")
            sandbox.now = NOW + 37 * HOUR
            later = replace(workspace, as_of=sandbox.now)
            usual = {forecast.route: forecast for forecast in forecast_week(later, week)}
            second_run = collect_week(later, archive, week, command="weekly")
        again = {forecast.route: forecast for forecast in forecast_week(replace(later, as_of=NOW + 80 * HOUR), week)}
    assert again[VK].accounts == usual[VK].accounts == initial[VK].accounts
    new, _, same = VK.facts.page_requests
    assert usual[VK].requests == math.ceil(first_run.requests["vk"] * same / new)
    assert again[VK].requests == second_run.requests["vk"]
    assert again[VK].seconds == pytest.approx(again[VK].requests * initial[VK].seconds / initial[VK].requests)
