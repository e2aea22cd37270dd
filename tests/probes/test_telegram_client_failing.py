"""The signed-in client's look when things go wrong: nothing fails into a claim, and a closed method is let be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.base.snapshot import Cause, Snapshot
from auditor.probes.telegram.client.plugin import PLUGIN
from auditor.probes.telegram.client.way import RESOLVE
from auditor.sandbox import Sandbox, World
from tests.probes import every_ask
from tests.probes.signed_in import Phone, channels, ending, target

HISTORY = "messages.getHistory"


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture
def phone(world: World, tmp_path: Path) -> Iterator[Phone]:
    with Sandbox(world) as sandbox:
        yield Phone(sandbox, tmp_path)


@pytest.fixture
def glava(world: World) -> str:
    return ending(world, "_glava").name


def test_a_flood_wait_of_hours_closes_one_method_while_other_looks_go_on(phone: Phone, glava: str) -> None:
    """Known channels are read; the wait is kept, and is asked for again in no later run before its end."""
    login = phone.run([target(glava)]).login
    phone.sandbox.faults.on(f"mtproto_flood_long:{RESOLVE}")
    other = ending(phone.sandbox.world, "_grace")
    run = phone.run([target(other), target(glava)], login)
    assert (run[other].exists, run[other].cause) == (None, Cause.THROTTLED)
    assert run[glava].posts_cause is None
    assert run.slept == []
    assert run.login is not None
    assert [(f.method, f.until - phone.sandbox.now) for f in run.login.floods] == [(RESOLVE, timedelta(seconds=36_468))]
    phone.sandbox.faults.clear()
    later = phone.run([target(other)], run.login)
    assert (later[other].cause, later.requests, later.login and later.login.floods) == (
        Cause.THROTTLED,
        {},
        run.login.floods,
    )
    phone.sandbox.now += timedelta(hours=11)
    opened = phone.run([target(other)], run.login)
    assert (opened[other].exists, opened.login and opened.login.floods) == (True, ())


def test_a_short_flood_wait_is_slept_through(phone: Phone, glava: str) -> None:
    """By the seconds that Telegram asks for; nothing of the look is lost."""
    whole = phone.look(glava)
    phone.sandbox.faults.on(f"mtproto_flood_short:{HISTORY}")
    run = phone.run([target(glava)])
    assert run[glava] == whole
    assert run.slept == [1.0]
    assert run.login is not None
    assert run.login.floods == ()


@pytest.mark.parametrize(
    "fault", ["mtproto_drop_mid_page", "mtproto_bad_salt", "mtproto_rpc_500_once", "mtproto_message_empty"]
)
def test_a_passing_fault_changes_nothing_that_is_seen(phone: Phone, glava: str, fault: str) -> None:
    """A broken page, a changed salt, a server's error, places of deleted messages; the connection is made anew."""
    whole = phone.look(glava)
    phone.sandbox.faults.on(fault)
    assert phone.look(glava) == whole


@pytest.mark.parametrize("fault", ["mtproto_auth_key_unregistered", "mtproto_user_banned", "mtproto_key_forgotten"])
@pytest.mark.parametrize("after", [0, 4, 5, 8])
def test_a_session_that_is_revoked_stops_the_route_at_once(phone: Phone, fault: str, after: int) -> None:
    """Whatever is not read is `no_credentials`, and nothing more is asked."""
    accounts = [ending(phone.sandbox.world, suffix) for suffix in ("_glava", "_grace", "_gub")]
    whole = phone.run([target(account) for account in accounts])
    phone.sandbox.faults.on(fault, after=after)
    run = phone.run([target(account) for account in accounts])
    assert run.sent <= after + 3
    causes = {c for s in run.snapshots.values() for c in (s.cause, s.posts_cause, *_threads(s)) if c}
    assert causes & {Cause.NO_CREDENTIALS} == {Cause.NO_CREDENTIALS}
    assert causes <= {Cause.NO_CREDENTIALS, Cause.TOO_LITTLE_DATA}
    for account in accounts:
        assert every_ask.overclaims(run[account], whole[account]) == []


def _threads(seen: Snapshot) -> Iterator[Cause | None]:
    return (post.comments_cause for post in seen.posts)


@pytest.mark.parametrize("fault", ["mtproto_down", "mtproto_hangs"])
def test_a_telegram_that_does_not_answer_is_no_absence(phone: Phone, world: World, fault: str) -> None:
    """Cut off or silent; after three in a row a method is asked no more."""
    phone.sandbox.faults.on(fault)
    opened = PLUGIN.open(phone.wiring())
    assert opened is not None
    limits = replace(opened.limits, answer=0.1)
    run = phone.run([target(account) for account in channels(world)[:6]], limits=limits)
    assert {(s.exists, s.cause) for s in run.snapshots.values()} == {(None, Cause.UNREACHABLE)}
    assert run.requests[RESOLVE] <= 9
