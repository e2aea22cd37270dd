"""The signed-in client as a transport: whom this sign-in has met, what is rationed, what it remembers."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, cast

from auditor.base.snapshot import Cause
from auditor.probes.driver import Driver
from auditor.probes.event_loop import run
from auditor.probes.protocol import Call
from auditor.probes.target import CallCount, FloodWait, LoginState, Peer, Window
from auditor.probes.telegram.client.client_account import ClientAccount, DataCentre
from auditor.probes.telegram.client.client_plugin import PLUGIN
from auditor.probes.telegram.client.client_transport import RESOLVE, ClientTransport
from auditor.probes.telegram.client.rpc_errors import ConnectionLost, RpcRefused, to_failure
from tests.at_once import at_once
from tests.cases import NOW, WEEK
from tests.probes.signed_in import FakeTime, target


class EmptyConnection:
    """A connection on which everybody is asked about in vain."""

    def __init__(self) -> None:
        self.calls, self.time, self.moments = list[Any](), FakeTime(), list[float]()

    async def call(self, method: str, fields: Any, seconds: float, peer: Any) -> Any:
        self.calls.append((method, dict(fields), peer))
        self.moments.append(self.time.now)
        raise RpcRefused("USERNAME_NOT_OCCUPIED", 400)

    async def aclose(self) -> None:
        """Nothing is open."""


MINE = DataCentre(2, "149.154.167.51", 443, bytes(256))


def transport(login: LoginState | None = None, session: DataCentre = MINE) -> tuple[ClientTransport, EmptyConnection]:
    connection = EmptyConnection()
    return ClientTransport(
        ClientAccount(1, "x", session, session), login, lambda: NOW, cast("Any", connection)
    ), connection


def test_look_ups_are_spaced_and_no_more_than_eight_in_ten_minutes() -> None:
    """As Telegram bears them; a run waits half an hour for them, and what would take longer is told."""
    client, connection = transport()
    driver, span = (
        Driver(client, lambda: NOW, client.limits, timer=connection.time.timer),
        Window.of(WEEK, NOW),
    )
    looks = {f"primer_{number}": PLUGIN.look(target(f"primer_{number}"), span) for number in range(40)}
    causes = set()
    run(driver.run(looks, lambda _key, snapshot, _tape: causes.add(snapshot.cause)))
    assert driver.requests == {RESOLVE: len(connection.calls)}
    assert 20 <= len(connection.calls) <= 25
    assert connection.moments[-1] - connection.moments[0] <= 1800
    assert all(later - earlier >= 75 for earlier, later in pairwise(connection.moments))
    assert causes == {Cause.NOT_AT_ADDRESS, Cause.THROTTLED}


def test_a_days_look_ups_are_counted_over_its_runs() -> None:
    """What other runs of the same sign-in have spent within a day is gone; a test server rations nothing."""
    spent = (
        CallCount(RESOLVE, NOW - timedelta(hours=3), 40, run=1),
        CallCount(RESOLVE, NOW - timedelta(days=2), 90, run=0),
    )
    assert transport(LoginState(MINE.fingerprint, spent=spent))[0].limits.calls_left == {RESOLVE: 60}
    assert transport(LoginState("another", spent=spent))[0].limits.calls_left == {RESOLVE: 100}
    local = transport(LoginState(MINE.fingerprint, spent=spent), replace(MINE, host="127.0.0.1"))[0].limits
    assert (local.calls_left, local.method_intervals) == ({}, {})


def test_an_access_hash_goes_into_the_request_and_nowhere_else() -> None:
    """By name or number; whom this sign-in has not met, or a person, is not asked about at all."""
    client, connection = transport(LoginState(MINE.fingerprint, (Peer("primer", 5, 777), Peer("chelovek", -6, 888))))
    at_once(client.send(Call("channels.getFullChannel", {"channel": "primer"}), 1))
    at_once(client.send(Call("messages.getHistory", {"channel": 5, "offset_id": 0, "limit": 100}), 1))
    at_once(client.send(Call("users.getUsers", {"user": "chelovek"}), 1))
    assert connection.calls == [
        ("channels.getFullChannel", {}, (5, 777)),
        ("messages.getHistory", {"offset_id": 0, "limit": 100}, (5, 777)),
        ("users.getUsers", {}, (6, 888)),
    ]
    for subject, cause in (("kto_to", Cause.TOO_LITTLE_DATA), ("chelovek", Cause.WRONG_KIND)):
        failure = at_once(client.send(Call("channels.getChannels", {"channel": subject}), 1)).failure
        assert failure is not None
        assert (failure.cause, failure.sent) == (cause, False)
    assert len(connection.calls) == 3


def test_a_wait_that_is_not_over_is_handed_on() -> None:
    """Of an earlier run, and of this one; what is over is not, nor is a rest of our own."""
    floods = (FloodWait("messages.getHistory", NOW + timedelta(hours=1)), FloodWait("users.getUsers", NOW))
    client, _ = transport(LoginState(MINE.fingerprint, floods=floods))
    driver = Driver(client, lambda: NOW, client.limits, timer=FakeTime().timer)
    assert client.limits.closed_for == {"messages.getHistory": 3600.0}
    driver._close(RESOLVE, to_failure(RpcRefused("FLOOD_WAIT", 420, 36_468), NOW))
    driver._close("a.b", to_failure(ConnectionLost(), NOW))
    login = client.state_to_save(driver)
    assert login.floods == (FloodWait(RESOLVE, NOW + timedelta(seconds=36_468)), floods[0])
