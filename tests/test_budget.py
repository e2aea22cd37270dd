"""The time a run is given: nothing is asked after it, and what it cuts off says nothing of any page."""

import math
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Cause, Snapshot
from auditor.base.weeks import Week
from auditor.probes.driver import Driver, Ends, Limits
from auditor.probes.telegram.client.plugin import PLUGIN
from auditor.run.week import judge_week
from auditor.run.weekly import look
from auditor.sandbox import Sandbox, World
from tests.pipeline import few, sandboxed
from tests.probes.signed_in import Phone, target, window

SOON = 0.4
"""Seconds: time for one request to be sent, and not for the read time-out of any route."""


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes every request and answers none."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("drops", [True, False])
def test_a_signed_in_client_that_gets_no_answer_ends_in_time(silent: int, tmp_path: Path, drops: bool) -> None:
    """With a budget the look is left to the next run; on the spot it says that there was no answer."""
    ended: list[Snapshot] = []
    with Sandbox(few(World.build())) as sandbox:
        phone = Phone(sandbox, tmp_path, {"AUDITOR_TELEGRAM_DC": f"2@127.0.0.1:{silent}"})
        opened = PLUGIN.open(phone.wiring())
        assert opened is not None
        begun = time.monotonic()
        driver = Driver(opened.way, lambda: sandbox.now, Limits(interval=0), Ends(ask=begun + SOON, drops=drops))
        looks = {"kanal": PLUGIN.look(target("kanal"), window(sandbox.world, sandbox.now))}
        left = driver.run(looks, lambda _key, seen, _tape: ended.append(seen))
        opened.way.close()
    assert time.monotonic() - begun < SOON + 5
    assert left == (("kanal",) if drops else ())
    assert [(seen.exists, seen.cause) for seen in ended] == ([] if drops else [(None, Cause.UNREACHABLE)])


def test_a_signed_in_client_is_closed_while_it_asks(silent: int, tmp_path: Path) -> None:
    """As where the disk is full and the run ends in the middle: what is said then is why, and nothing of the client."""
    with Sandbox(few(World.build())) as sandbox:
        phone = Phone(sandbox, tmp_path, {"AUDITOR_TELEGRAM_DC": f"2@127.0.0.1:{silent}"})
        opened = PLUGIN.open(phone.wiring())
        assert opened is not None
        driver = Driver(opened.way, lambda: sandbox.now, Limits(interval=0), Ends(ask=time.monotonic() + 2 * SOON))
        looks = {"kanal": PLUGIN.look(target("kanal"), window(sandbox.world, sandbox.now))}
        asking = threading.Thread(target=driver.run, args=(looks, lambda *_: None))
        asking.start()
        time.sleep(SOON)
        opened.way.close()
        asking.join()
        opened.way.close()


@pytest.mark.parametrize("drops", [True, False])
def test_a_silent_network_is_asked_once_by_each_route(silent: int, tmp_path: Path, drops: bool) -> None:
    """With a budget nothing is kept, the pages are left to the next run, and every cell says what it said before.

    `check` has no next run: each page says that it could not be had in time.
    """
    way, world = f"http://127.0.0.1:{silent}", few(World.build())
    with (
        sandboxed(world, tmp_path, AUDITOR_VK_API_URL=way, AUDITOR_TELEGRAM_WEB_URL=way) as (_, session),
        Archive.open(session.data) as archive,
    ):
        week = Week.last_ended(session.clock(), session.registry.zone)
        before = judge_week(session, archive, week, session.clock())
        limits = {"seconds": 1.0} if drops else {"ends": time.monotonic() + 1.0}
        done = look(session, archive, week, command="weekly", **limits)
        after = judge_week(session, archive, week, done.finished_at)
        looks = archive.looks.all(done.finished_at)
        controls = [one.result for one in archive.looks.controls(done.finished_at, str(week))]
    assert done.requests == {"vk": 1, "telegram_preview": 1}
    assert set(done.left) == ({"vk", "telegram_preview"} if drops else set())
    if drops:
        assert (looks, controls) == ([], [])
        assert [office.findings for office in after.offices] == [office.findings for office in before.offices]
    else:
        assert {(stored.snapshot.exists, stored.snapshot.cause) for stored in looks} == {(None, Cause.UNREACHABLE)}
        assert {control.cause for control in controls} == {Cause.UNREACHABLE}


def test_no_time_at_all_asks_nothing(tmp_path: Path) -> None:
    """The server hears of no request."""
    with sandboxed(few(World.build()), tmp_path) as (sandbox, session), Archive.open(session.data) as archive:
        week = Week.last_ended(session.clock(), session.registry.zone)
        done = look(session, archive, week, command="weekly", ends=-math.inf)
        assert not sandbox.requests
    assert sum(done.requests.values()) == 0
