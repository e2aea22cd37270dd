"""The time a run is given: nothing is asked after it, and what it cuts off says nothing of any page."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Cause
from auditor.base.weeks import Week
from auditor.probes.http import Http, HttpConnection
from auditor.probes.mtproto.place import Patience
from auditor.probes.pacing import Deadline, TimeUpError
from auditor.run.week import judge_week
from auditor.run.weekly import look
from auditor.sandbox import Sandbox, World
from tests.cases import NOW
from tests.pipeline import few, sandboxed
from tests.telegram_client import Client
from tests.telegram_site import Answer, serving

SOON = 0.4
"""Seconds: time for one request to be sent, and not for the read time-out of any route."""


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes every request and answers none."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()[1]


def soon(*, drops: bool = True) -> Deadline:
    return Deadline(time.monotonic() + SOON, drops=drops)


def test_a_request_under_way_is_cut_off_and_not_repeated(silent: int) -> None:
    """The server is not called unreachable: who cut it off were we."""
    http = Http(HttpConnection(url=f"http://127.0.0.1:{silent}", interval=0, clock=lambda: NOW).until(soon()))
    for _ in range(2):
        with pytest.raises(TimeUpError):
            http.get("/x")
    assert http.requests == 1
    http.close()


def test_a_look_on_the_spot_tells_what_it_saw_until_then(silent: int) -> None:
    """`check` has no next run to leave a page to."""
    http = Http(
        HttpConnection(url=f"http://127.0.0.1:{silent}", interval=0, clock=lambda: NOW).until(soon(drops=False))
    )
    assert [http.get("/x").cause, http.get("/x").cause] == [Cause.UNREACHABLE, Cause.UNREACHABLE]
    assert http.requests == 1
    http.close()


@pytest.mark.parametrize(
    "wait", [lambda http: http.get("/x"), lambda http: http.rest(30), lambda http: http.again(1, 30)]
)
def test_a_wait_for_which_no_time_is_left_is_not_begun(wait: Callable[[Http], object]) -> None:
    """Asked to come back in 30 seconds, with 20 left, the route has come to its end."""
    slept: list[float] = []
    with serving() as site:
        site.routes["/x"] = Answer("later", 429, {"Retry-After": "30"})
        way = HttpConnection(url=site.url, interval=0.001, clock=lambda: NOW, sleep=slept.append)
        http = Http(way.until(Deadline(time.monotonic() + 20, drops=True)))
        with pytest.raises(TimeUpError):
            wait(http)
        http.close()
    assert slept == []


def test_a_signed_in_client_that_gets_no_answer_ends_in_time(silent: int, tmp_path: Path) -> None:
    """With a budget the look is dropped; on the spot it says that there was no answer."""
    with Sandbox(few(World.build())) as sandbox:
        client, way = Client(sandbox, tmp_path), f"2@127.0.0.1:{silent}"
        with client.run(control=False, dc=way, patience=Patience(), deadline=soon(drops=False)) as run:
            assert run.control().cause is Cause.UNREACHABLE
        with client.run(control=False, dc=way, patience=Patience(), deadline=soon()) as run:
            with pytest.raises(TimeUpError):
                run.control()
            with pytest.raises(TimeUpError):
                run.look("kanal")


def test_pages_that_a_silent_network_kept_waiting_are_left_to_the_next_run(silent: int, tmp_path: Path) -> None:
    """One request a route, nothing kept of it, and every cell says what it said before."""
    way = f"http://127.0.0.1:{silent}"
    world = few(World.build())
    with (
        sandboxed(world, tmp_path, AUDITOR_VK_API_URL=way, AUDITOR_TELEGRAM_WEB_URL=way) as (_, session),
        Archive.open(session.data) as archive,
    ):
        week = Week.last_ended(session.clock(), session.registry.zone)
        before = judge_week(session, archive, week, session.clock())
        done = look(session, archive, week, command="weekly", seconds=2)
        after = judge_week(session, archive, week, done.finished_at)
        kept = archive.looks(done.finished_at), archive.controls(str(week), done.finished_at)[1]
    assert (done.requests, set(done.left)) == ({"vk": 1, "telegram_preview": 1}, {"vk", "telegram_preview"})
    assert kept == ([], [])
    assert [office.findings for office in after.offices] == [office.findings for office in before.offices]
