"""The signed-in Telegram probe when things go wrong: each fault ends in its cause, or is got over."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.base.errors import SettingsError
from auditor.base.snapshot import Cause, CommentsState, Outcome, Side
from auditor.probes.base import Flood
from auditor.probes.mtproto.place import Patience
from auditor.sandbox import Sandbox, World
from tests.telegram_client import CONTROL, Client, channels, ending, methods, window

HASTY = Patience(connect=2, answer=0.4)


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture
def client(world: World, tmp_path: Path) -> Iterator[Client]:
    with Sandbox(world) as sandbox:
        yield Client(sandbox, tmp_path)


@pytest.fixture
def name(world: World) -> str:
    return ending(world, "_glava").name


def talk(snapshot) -> list[tuple[int, int]]:
    return [(p.id, len(p.comments)) for p in snapshot.posts]


# Got over


@pytest.mark.parametrize(
    "fault",
    [
        "mtproto_flood_short:messages.getHistory",
        "mtproto_flood_short:contacts.resolveUsername",
        "mtproto_drop_mid_page",
        "mtproto_bad_salt",
        "mtproto_rpc_500_once",
        "mtproto_message_empty",
    ],
)
def test_a_passing_fault_changes_nothing_that_is_seen(client: Client, name: str, fault: str) -> None:
    """A short wait, a broken page, a changed salt, one server error, deleted messages."""
    whole = client.look(name).snapshot
    with client.run() as run:
        client.sandbox.faults.on(fault)
        seen = run.look(name).snapshot
    assert (seen.exists, seen.cause, seen.posts_cause) == (True, None, None)
    assert seen.posts == whole.posts
    assert sum(client.slept) < 5


def test_a_short_wait_is_waited_for_once(client: Client, name: str) -> None:
    """By the seconds that Telegram asks for."""
    with client.run() as run:
        client.sandbox.faults.on("mtproto_flood_short:messages.getHistory")
        login = run.look(name).login
    assert client.slept == [1.0]
    assert login is not None
    assert login.floods == ()


def test_a_broken_connection_is_made_anew_within_the_run(client: Client, name: str) -> None:
    """What had been read before is kept, and is not read again."""
    gub = ending(client.world, "_gub").name
    with client.run() as run:
        client.sandbox.requests.clear()
        client.sandbox.faults.on("mtproto_drop_mid_page", after=4)
        seen = run.look(gub).snapshot
    assert seen.posts_cause is None
    assert methods(client.sandbox)["help.getConfig"] == 1
    assert methods(client.sandbox)["channels.getFullChannel"] == 1


def test_an_answer_that_is_slow_but_comes_is_waited_for(client: Client, name: str) -> None:
    """Telegram from Russia is slow (telegram.md 7)."""
    client.sandbox.faults.on("mtproto_slow")
    client.sandbox.slow_seconds = 0.05
    assert client.look(name).snapshot.exists is True


# The administrators


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("mtproto_rpc_500:channels.getParticipants", Cause.UNREACHABLE),
        ("mtproto_flood_long:channels.getParticipants", Cause.THROTTLED),
        ("mtproto_group_private", Cause.PRIVATE),
    ],
)
def test_without_the_administrators_no_thread_was_read_whole(
    client: Client, name: str, fault: str, cause: Cause
) -> None:
    """Issue 25, item 2: what the owner wrote is kept; who may be one of them is unknown and no citizen."""
    whole = client.look(name).snapshot
    client.sandbox.faults.on(fault)
    seen = client.look(name).snapshot
    commented = [post for post in seen.posts if post.comments]
    assert {post.comments_cause for post in commented} == {cause}
    assert talk(seen) == talk(whole)
    before = {c.id: c.side for p in whole.posts for c in p.comments}
    after = {c.id: c for p in seen.posts for c in p.comments}
    kept = {number for number, c in after.items() if c.side is before[number]}
    assert {before[number] for number in after.keys() - kept} == {Side.CITIZEN}
    assert {after[number].side for number in after.keys() - kept} == {Side.UNKNOWN}
    asking = {c.author for c in after.values() if c.question}
    assert all(after[number].author in asking for number in kept if before[number] is Side.CITIZEN)


# Waits


def test_a_long_wait_closes_one_method_and_is_not_slept_through(client: Client, name: str) -> None:
    """The posts are throttled with the end of the wait known; card and opening are seen."""
    client.sandbox.faults.on("mtproto_flood_long:messages.getHistory")
    with client.run() as run:
        sighting, other = run.look(name), run.look(ending(client.world, "_grace").name).snapshot
    seen = sighting.snapshot
    assert (seen.exists, seen.posts_cause, seen.posts) == (True, Cause.THROTTLED, ())
    assert seen.subscribers is not None
    assert (other.exists, other.posts_cause) == (True, Cause.THROTTLED)
    assert methods(client.sandbox)["messages.getHistory"] == 1, "asked once, and not for the next channel"
    assert sighting.login is not None
    until = client.sandbox.now + timedelta(seconds=36_468)
    assert sighting.login.floods == (Flood("messages.getHistory", until),)
    assert client.slept == []


def test_a_closed_look_up_leaves_known_channels_readable(client: Client, name: str) -> None:
    """And is not asked in the next run before its end; after it, it is."""
    login = client.look(name).login
    client.sandbox.faults.on("mtproto_flood_long:contacts.resolveUsername")
    other = ending(client.world, "_grace").name
    with client.run(login) as run:
        assert run.look(other).snapshot.cause is Cause.THROTTLED
        known = run.look(name)
        assert known.snapshot.posts_cause is None
    client.sandbox.requests.clear()
    assert client.look(other, known.login).snapshot.cause is Cause.THROTTLED
    assert methods(client.sandbox)["contacts.resolveUsername"] == 0
    client.sandbox.faults.clear()
    client.sandbox.now = client.sandbox.now + timedelta(hours=11)
    assert client.look(other, known.login).snapshot.exists is True


def test_comments_that_are_throttled_are_not_none(client: Client, name: str) -> None:
    """Each commented post says why, and no post is taken for silent."""
    with client.run() as run:
        client.sandbox.faults.on("mtproto_flood_long:messages.getHistory", after=4)
        seen = run.look(name).snapshot
    commented = [p for p in seen.posts if p.comments_count and p.at >= window(client.world).comments_from]
    assert commented
    assert {p.comments_cause for p in commented} == {Cause.THROTTLED}


# Refusals


def test_a_private_channel_exists_and_is_private(client: Client, name: str) -> None:
    """Its name leads to it; it shows itself to nobody."""
    client.sandbox.faults.on(f"mtproto_channel_private:{name.lower()}")
    sighting = client.look(name)
    assert (sighting.snapshot.exists, sighting.snapshot.cause) == (True, Cause.PRIVATE)
    again = client.look(name, sighting.login).snapshot
    assert (again.exists, again.cause) == (True, Cause.PRIVATE)


def test_a_post_without_its_thread_is_not_known_to_be_silent(client: Client, name: str) -> None:
    """MSG_ID_INVALID for posts that count comments: nothing can be said of them, the others stand."""
    client.sandbox.faults.on("mtproto_group_private")
    client.sandbox.faults.on("mtproto_msg_id_invalid")
    seen = client.look(name).snapshot
    asked = [p for p in seen.posts if p.at >= window(client.world).comments_from]
    assert {p.comments_cause for p in asked if p.comments_count} == {Cause.TOO_LITTLE_DATA}
    assert {p.comments_cause for p in asked if p.comments_count == 0} <= {None}
    assert CommentsState.OPEN in {p.comments_state for p in asked}
    assert seen.posts_cause is None


@pytest.mark.parametrize("fault", ["mtproto_auth_key_unregistered", "mtproto_user_banned"])
def test_a_session_that_is_signed_in_no_more_stops_the_route(client: Client, name: str, fault: str) -> None:
    """From the start or in the middle of a run; nothing more is asked."""
    client.sandbox.faults.on(fault)
    with client.run(control=False) as run:
        assert (run.control().outcome, run.look(name).snapshot.cause) == (Outcome.CANT_TELL, Cause.NO_CREDENTIALS)
        asked = len(client.sandbox.requests)
        assert run.look(ending(client.world, "_grace").name).snapshot.cause is Cause.NO_CREDENTIALS
        assert (len(client.sandbox.requests), run.probe.requests) == (asked, asked)
    client.sandbox.faults.off(fault)
    with client.run() as run:
        client.sandbox.faults.on(fault, after=3)
        seen = run.look(name).snapshot
        assert (seen.exists, seen.posts_cause) == (True, Cause.NO_CREDENTIALS)
        asked = len(client.sandbox.requests)
        assert run.look(ending(client.world, "_grace").name).snapshot.cause is Cause.NO_CREDENTIALS
        assert len(client.sandbox.requests) == asked


def test_a_key_that_the_server_has_forgotten_stops_the_route(client: Client, name: str) -> None:
    """-404: only signing in anew helps."""
    with client.run() as run:
        client.sandbox.faults.on("mtproto_key_forgotten")
        assert run.look(name).snapshot.cause is Cause.NO_CREDENTIALS
        asked = len(client.sandbox.requests)
        assert run.look(name).snapshot.cause is Cause.NO_CREDENTIALS
        assert len(client.sandbox.requests) == asked


# Out of reach


def test_a_server_that_fails_is_out_of_reach(client: Client, name: str) -> None:
    """Tried three times, an account; after three accounts the route asks no more."""
    with client.run() as run:
        client.sandbox.requests.clear()
        client.sandbox.faults.on("mtproto_rpc_500")
        causes = [run.look(a.name).snapshot.cause for a in channels(client.world)[:5]]
    assert causes == [Cause.UNREACHABLE] * 5
    assert sum(methods(client.sandbox).values()) == 9


def test_a_failing_history_leaves_what_the_card_says(client: Client, name: str) -> None:
    """Only what was not read is unseen."""
    client.sandbox.faults.on("mtproto_rpc_500:messages.getHistory")
    seen = client.look(name).snapshot
    assert (seen.exists, seen.posts_cause) == (True, Cause.UNREACHABLE)
    assert seen.opened_at == ending(client.world, "_glava").opened


@pytest.mark.parametrize("fault", ["mtproto_down", "mtproto_hangs"])
def test_a_telegram_that_does_not_answer_is_unreachable_not_absent(client: Client, name: str, fault: str) -> None:
    """Cut off or silent, before or in the middle; the run ends in good time."""
    client.sandbox.faults.on(fault)
    begun = time.monotonic()
    with client.run(control=False, patience=Patience(connect=0.2, answer=0.1)) as run:
        assert (run.control().outcome, run.control().cause) == (Outcome.CANT_TELL, Cause.UNREACHABLE)
        seen = [run.look(a.name).snapshot for a in channels(client.world)[:6]]
    assert {(s.exists, s.cause) for s in seen} == {(None, Cause.UNREACHABLE)}
    assert time.monotonic() - begun < 12


def test_answers_that_come_too_late_are_unreachable(client: Client, name: str) -> None:
    """What was read before stays."""
    with client.run(patience=HASTY) as run:
        client.sandbox.slow_seconds = 30
        client.sandbox.faults.on("mtproto_slow", after=3)
        seen = run.look(name).snapshot
    assert (seen.exists, seen.posts_cause) == (True, Cause.UNREACHABLE)


def test_a_connection_lost_for_good_keeps_the_pages_already_read(client: Client) -> None:
    """The newest hundred posts are there, and that older ones are not is said."""
    gub = ending(client.world, "_gub").name
    with client.run(patience=Patience(connect=0.5, answer=0.5)) as run:
        client.sandbox.faults.on("mtproto_down", after=3)
        seen = run.look(gub).snapshot
    assert len(seen.posts) > 80
    assert seen.posts_since is not None
    assert seen.posts_since > window(client.world).posts_from


def test_a_port_where_nobody_listens_is_unreachable(client: Client, name: str) -> None:
    """And costs no long wait."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert client.look(name, dc=f"2@127.0.0.1:{port}").snapshot.cause is Cause.UNREACHABLE


# Without what it needs


def test_without_a_session_nothing_is_asked(client: Client, name: str, tmp_path: Path) -> None:
    """No file, an empty file, a file that is none, no application: no credentials."""
    empty, noise = tmp_path / "empty.session", tmp_path / "noise.session"
    empty.touch()
    noise.write_bytes(b"SQLite format 3\x00" + bytes(100))
    without = [{"session": None}, {"session": tmp_path / "no"}, {"session": empty}, {"session": noise}]
    for missing in [*without, {"api_id": None}, {"api_hash": None}]:
        with client.run(control=False, **missing) as run:
            assert run.control().cause is Cause.NO_CREDENTIALS
            sighting = run.look(name)
            assert (sighting.snapshot.exists, sighting.snapshot.cause) == (None, Cause.NO_CREDENTIALS)
            assert (sighting.login, run.probe.requests) == (None, 0)
    assert client.sandbox.requests == []


def test_a_public_key_that_is_none_is_a_settings_error(client: Client, tmp_path: Path) -> None:
    """In one line, when the probe is made."""
    nothing = tmp_path / "key.pem"
    for text in (None, "no key"):
        if text is not None:
            nothing.write_text(text)
        with pytest.raises(SettingsError, match="AUDITOR_TELEGRAM_PUBLIC_KEY") as caught:
            client.probe(public_key=nothing)
        assert "\n" not in str(caught.value)


def test_the_test_servers_key_is_forgotten_afterwards(client: Client, name: str) -> None:
    """Telethon's list of keys is the process's, not the probe's."""
    from telethon.crypto import rsa

    before = dict(rsa._server_keys)
    assert client.look(name).snapshot.exists is True
    assert rsa._server_keys == before


def test_nothing_is_logged(client: Client, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Telethon's own words about an account and its answers are nobody's."""
    caplog.set_level("DEBUG")
    client.sandbox.faults.on("mtproto_drop_mid_page")
    client.look(name)
    assert [r for r in caplog.records if r.name.startswith("telethon") or r.levelname != "DEBUG"] == []
    assert CONTROL not in caplog.text
