"""One week's looks over the network: what they would ask, and how long they may."""

import asyncio
import math
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Cause, Network, Route
from auditor.base.weeks import Week
from auditor.probes.driver import Limits, Response
from auditor.probes.plugins import OpenedRoute, plugin_of
from auditor.probes.protocol import Call, Failure, FailureAction
from auditor.run.collect_week import collect_week, forecast_week, open_routes
from auditor.run.workspace import Workspace
from auditor.sandbox import World
from tests.cases import NOW, WEEK
from tests.moving import Moving
from tests.pipeline import few, sandboxed, workspace_of
from tests.probes.toy_route import open_toy_route
from tests.run.toy_runs import HOUR, NAMES, REGISTRY, registry_of, run, stored_snapshots, wire

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
    transport = wire(before_send=lambda call: time.pass_time(2 if call.method == "page" else 0))
    monkeypatch.setattr("auditor.run.collect_week.open_routes", lambda *_: [open_toy_route(transport)])
    with Archive.open(workspace.data) as archive:
        result = collect_week(workspace, archive, WEEK, command="weekly", timer=time.timer, **limits)
        stored = stored_snapshots(archive)
    assert ([snapshot.exists for snapshot in stored.values()], result.pending) == (looks, pending)
    assert {snapshot.vantage for snapshot in stored.values()} <= {"here"}
    assert [*stored] == [*NAMES[: len(looks)]]


def test_a_silent_route_is_given_up_within_30_seconds_and_the_others_go_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The bar names the route that is waited for, and a line says which it was and what mends it."""
    time, is_waited_for, labels = Moving(), asyncio.Event(), list[str]()
    names = [f"kanal_{number}" for number in range(20)]
    offices = [*REGISTRY.offices, *registry_of(Network.TELEGRAM, names).offices]

    async def silent(_call: Call, seconds: float) -> Response:
        await asyncio.wait_for(is_waited_for.wait(), 5)
        time.pass_time(seconds)
        return Response(NOW, failure=Failure(at=NOW, cause=Cause.UNREACHABLE, act=FailureAction.RETRY))

    def progress(_done: int, _total: int, label: str) -> None:
        labels.append(label)
        if "VK" not in label:
            is_waited_for.set()

    opened = OpenedRoute(Mock(send=Mock(side_effect=silent), aclose=AsyncMock()), Limits(interval=2.0))
    routes = [open_toy_route(wire()), (plugin_of(Route.TELEGRAM_PREVIEW), opened)]
    monkeypatch.setattr("auditor.run.collect_week.open_routes", lambda *_: routes)
    book = replace(workspace, registry=REGISTRY.model_copy(update={"offices": offices}))
    with Archive.open(workspace.data) as archive:
        result = collect_week(book, archive, WEEK, command="weekly", timer=time.timer, progress=progress)
        stored = stored_snapshots(archive)
    assert {name for name, snapshot in stored.items() if snapshot.exists} == {*NAMES}
    assert {stored[name].cause for name in names} == {Cause.UNREACHABLE}
    assert (result.pending, opened.transport.send.call_count) == ({}, 2)
    assert time.now <= 30
    telegram = "Telegram (просмотр без входа)"
    assert list(dict.fromkeys(labels)) == [f"ждём: VK, {telegram}", f"ждём: {telegram}", ""]
    assert "t.me" in caplog.text
    assert "telegram_web_proxy" in caplog.text


def test_routes_that_are_set_up_are_opened(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gets the settings, the clock, the archive's folder and its login state; the others are left out.

    What is connected in a run is closed by it.
    """
    transport = wire()
    opening = Mock(side_effect=chain([open_toy_route(transport)[1]], repeat(None)))
    monkeypatch.setattr("auditor.run.collect_week.plugin_of", lambda _route: Mock(open=opening))
    with Archive.open(workspace.data) as archive:
        routes = open_routes(workspace, archive)
        assert (len(routes), transport.closed, opening.call_count) == (1, 0, len(Route))
        run(archive, transport)
    context = opening.call_args_list[0].args[0]
    assert transport.closed == 1
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
