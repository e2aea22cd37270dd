"""The signed-in client's look against the sandbox's MTProto: what it sees, what it asks, and what is kept."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.base.settings import load_settings
from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Outcome, Precision, Side, Snapshot
from auditor.probes.base import Login
from auditor.probes.telegram.client.plugin import PLUGIN
from auditor.probes.telegram.client.session import session_file
from auditor.probes.telegram.client.way import RESOLVE
from auditor.registry.models import Control
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import CHANNELS_FROM, Account, Post, PostKind
from tests import worlds
from tests.probes.signed_in import (
    CONTROL,
    Phone,
    Run,
    address,
    channels,
    ending,
    methods,
    pages,
    target,
    window,
)

HISTORY, FULL, ADMINISTRATORS = "messages.getHistory", "channels.getFullChannel", "channels.getParticipants"


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


def everything(phone: Phone, login: Login | None = None) -> Run:
    return phone.run([target(account) for account in pages(phone.sandbox.world)], login)


# What it sees --------------------------------------------------------------------------------------------------------


def facts(seen: Snapshot) -> tuple[object, ...]:
    return seen.id, seen.exists, seen.verified, seen.subscribers, seen.opened_at, seen.cause, seen.posts_cause


def expected_facts(account: Account) -> tuple[object, ...]:
    return account.number, True, account.verified, account.subscribers, account.opened, None, None


def expected_posts(account: Account, now: datetime) -> list[tuple[Any, ...]]:
    """Id, moment, whether it is a repost, and its comments, as the world has placed them."""
    posts = [post for post in account.posts_at(now) if post.kind in {PostKind.OWN, PostKind.REPOST}]
    return [(p.id, p.at, p.kind is PostKind.REPOST, expected_comments(account, p, now)) for p in posts]


def expected_comments(account: Account, post: Post, now: datetime) -> list[tuple[Any, ...]]:
    owners = {account.number, account.group_number, *(person.number for person in account.administrators)}
    rows = []
    for comment in sorted(post.comments_at(now), key=lambda c: c.id):
        who = comment.author.number
        side = Side.OWNER if who in owners else Side.UNKNOWN if who >= CHANNELS_FROM else Side.CITIZEN
        rows.append((comment.id, comment.at, side, comment.answers.id if comment.answers else None))
    return rows


def posts_seen(seen: Snapshot) -> list[tuple[Any, ...]]:
    return [(p.id, p.at, p.repost, [(c.id, c.at, c.side, c.reply_to) for c in p.comments]) for p in seen.posts]


def test_the_look_sees_what_the_world_has_placed(phone: Phone) -> None:
    """Of every channel: number, opening, posts, and each comment with whose it is and what it answers."""
    world = phone.sandbox.world
    run, accounts = everything(phone), [a for a in channels(world) if a.name != CONTROL]
    assert [facts(run[account]) for account in accounts] == [expected_facts(account) for account in accounts]
    for account in accounts:
        assert posts_seen(run[account]) == expected_posts(account, world.now), account.name
        assert {post.comments_cause for post in run[account].posts} <= {None}
        assert {p.comments_read_at for p in run[account].posts if p.comments} <= {phone.sandbox.now}
        states = {post.comments_state for post in run[account].posts}
        assert CommentsState.UNKNOWN not in states
        assert account.group_name or states <= {CommentsState.CLOSED}, account.name
    assert {account.kind for account in pages(world)} == {"channel", "group", "user", "bot", "missing", "invite"}
    causes = {"missing": Cause.NOT_AT_ADDRESS, "invite": Cause.PRIVATE}
    for account in (a for a in pages(world) if a.kind != "channel"):
        assert (run[account].exists, run[account].cause) == (None, causes.get(account.kind, Cause.WRONG_KIND))


def test_who_answers_for_a_head_is_told_apart(tmp_path: Path) -> None:
    """Administrators are his side; another channel, or who is called as the page is, is unknown."""
    with Sandbox(worlds.answered()) as sandbox:
        heads = [account for account in channels(sandbox.world) if account.name != CONTROL]
        run = Phone(sandbox, tmp_path).run([target(account) for account in heads])
    for account in heads:
        placed = [row for *_, rows in expected_posts(account, sandbox.now) for row in rows]
        seen = [row for *_, rows in posts_seen(run[account]) for row in rows]
        differing = [(old, new) for old, new in zip(placed, seen, strict=True) if old != new]
        assert {(old[2], new[2]) for old, new in differing} <= {(Side.CITIZEN, Side.UNKNOWN)}, account.name
    sides = Counter(c.side for seen in run.snapshots.values() for p in seen.posts for c in p.comments)
    assert sides[Side.OWNER] > sides[Side.UNKNOWN] > 0


# Names and numbers ---------------------------------------------------------------------------------------------------


def test_a_second_run_of_the_same_sign_in_looks_no_channel_up(phone: Phone) -> None:
    """It asks by the numbers that it has met, persons and bots too; another sign-in shares nothing."""
    first = everything(phone)
    second = everything(phone, first.login)
    assert second.requests[RESOLVE] == 1, "the name that is free"
    assert second.snapshots == first.snapshots
    assert first.login is not None
    assert second.login is not None
    assert second.login.peers == first.login.peers
    assert everything(phone, replace(first.login, session="another")).requests[RESOLVE] == first.requests[RESOLVE]


def test_a_confirmed_channel_costs_a_request_for_its_card(phone: Phone, glava: str) -> None:
    """By its number, where this sign-in has met it."""
    login = phone.run([target(glava)]).login
    number = ending(phone.sandbox.world, "_glava").number
    run = phone.run([target(glava, id=number, id_seen=True)], login)
    assert run.requests == {FULL: 1, HISTORY: 2, ADMINISTRATORS: 1}


def test_a_void_hash_is_looked_up_once_again(phone: Phone, glava: str) -> None:
    """As after another sign-in under the same name of the session."""
    login = phone.run([target(glava)]).login
    assert login is not None
    spoilt = replace(login, peers=tuple(replace(peer, access_hash=peer.access_hash ^ 1) for peer in login.peers))
    run = phone.run([target(glava, id=ending(phone.sandbox.world, "_glava").number, id_seen=True)], spoilt)
    assert run[glava].exists is True
    assert (run.requests[RESOLVE], run.login and run.login.peers) == (1, login.peers)


def test_a_number_whose_name_has_passed_on_is_not_believed(phone: Phone, glava: str) -> None:
    """The name may belong to another channel by now."""
    other = ending(phone.sandbox.world, "_grace").name
    login = phone.run([target(glava), target(other)]).login
    assert login is not None
    crossed = replace(next(p for p in login.peers if p.name == other.lower()), name=glava.lower())
    seen = phone.look(glava, replace(login, peers=(crossed,)))
    assert seen.id == ending(phone.sandbox.world, "_glava").number


def expected_place(account: Account, world: World, now: datetime, *, met: bool, seen: bool) -> tuple[object, ...]:
    """Existence, both causes and the new address of a channel on record by its number, as the world's record has it."""
    shown = account.at(now)
    if shown is account:
        return True, None, None, None
    taken = world.account("telegram", account.name, now) is not None
    if met and (seen or not taken):
        return (False, Cause.GONE, None, None) if shown.kind == "missing" else (True, None, None, shown.url)
    return (True, None, Cause.GONE, None) if taken else (None, Cause.NOT_AT_ADDRESS, None, None)


@pytest.mark.parametrize("met", [False, True])
@pytest.mark.parametrize("seen", [False, True])
def test_renamed_and_deleted_channels_are_found_by_a_sign_in_that_has_met_them(
    met: bool, seen: bool, tmp_path: Path
) -> None:
    """By their numbers, week after week; the names may be another's by now."""
    with Sandbox(worlds.renamed()) as sandbox:
        world, phone, login = sandbox.world, Phone(sandbox, tmp_path), None
        accounts = [account for account in channels(world) if account.name.endswith("_glava")]
        heads = [target(account, id=account.number, id_seen=seen) for account in accounts]
        if met:
            sandbox.now = world.now - timedelta(weeks=1)
            login = phone.run(heads).login
            sandbox.now = world.now
        run = phone.run(heads, login)
        for account in accounts:
            found = run[account]
            place = found.exists, found.cause, found.posts_cause, found.renamed_to
            assert place == expected_place(account, world, world.now, met=met, seen=seen), account.name
            assert found.posts_cause is None or (found.posts, found.subscribers) == ((), None)
            if found.renamed_to:
                assert [post.url for post in found.posts] == [f"{found.renamed_to}/{post.id}" for post in found.posts]
                assert posts_seen(found) == expected_posts(account, world.now)
        assert not met or phone.run(heads, run.login).snapshots == run.snapshots


# What stands at an address -------------------------------------------------------------------------------------------


def test_a_restricted_or_private_channel_exists_and_shows_nothing(phone: Phone, glava: str) -> None:
    """Nobody is shown the posts of one, so nobody is judged by them; the name of the other leads to it, met or not."""
    account = ending(phone.sandbox.world, "_glava")
    phone.sandbox.telegram_flags[glava.lower()] = {"restricted"}
    seen = phone.look(glava)
    assert (seen.exists, seen.posts_cause, seen.posts, seen.opened_at) == (True, Cause.REFUSED, (), account.opened)
    assert phone.look(glava, full=False).posts_cause is Cause.REFUSED
    phone.sandbox.faults.on(f"mtproto_channel_private:{glava.lower()}")
    first = phone.run([target(glava)])
    again = phone.look(glava, first.login, id=account.number, id_seen=True)
    assert [(s.exists, s.cause) for s in (first[glava], again)] == [(True, Cause.PRIVATE)] * 2


def test_a_member_learns_the_opening_from_the_first_messages(phone: Phone) -> None:
    """For who has joined, the channel's date is the joining's; its birth message still stands."""
    account = ending(phone.sandbox.world, "_gub")
    phone.sandbox.telegram_member_of = {account.name.lower()}
    run = phone.run([target(account)])
    assert (run[account].opened_at, run[account].opened_precision) == (account.opened, Precision.EXACT)
    assert phone.look(account, posts_until=phone.sandbox.now).opened_precision is Precision.EXACT


def test_controls_come_out_as_the_world_has_them(phone: Phone) -> None:
    """And not, where the server lies about them."""
    controls = [Control(url=address(CONTROL), exists=True), Control(url=address("sandbox_nobody_here"), exists=False)]
    run = phone.run([], controls=controls)
    assert [(c.outcome, c.wall, c.thread) for c in run.controls] == [
        (Outcome.PASSED, True, True),
        (Outcome.PASSED, None, None),
    ]
    assert {record.evidence.kind for tape in run.tapes.values() for record in tape} == {EvidenceKind.CONTROL}
    phone.sandbox.faults.on("mtproto_control")
    assert [c.outcome for c in phone.run([], controls=controls).controls] == [Outcome.FAILED] * 2


# What is kept --------------------------------------------------------------------------------------------------------


def test_no_word_or_name_of_a_citizen_and_no_hash_is_kept(phone: Phone) -> None:
    """In no record, address or snapshot; of the account that looks neither number nor key."""
    run = everything(phone)
    text = "\n".join(
        [record.evidence.url + record.body.decode() for tape in run.tapes.values() for record in tape]
        + [seen.model_dump_json() for seen in run.snapshots.values()]
    )
    assert [word for word in phone.sandbox.world.citizens if word and word in text] == []
    assert run.login is not None
    assert [peer for peer in run.login.peers if str(peer.access_hash) in text] == []
    for secret in (phone.sandbox.telegram_phone[1:], phone.sandbox.telegram_api_hash):
        assert secret not in text
    assert "mtproto://messages.getHistory?channel=" in text
    assert "mtproto://messages.getHistory?group=" in text


def test_the_session_file_is_not_touched(phone: Phone, glava: str) -> None:
    """Byte for byte: two uses at a time cannot spoil it."""
    file = Path(phone.sandbox.settings(client=phone.folder)["AUDITOR_TELEGRAM_SESSION"])
    before = file.read_bytes()
    phone.look(glava)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.glob("*.session*")] == [file.name]


def test_nothing_is_logged(phone: Phone, glava: str, caplog: pytest.LogCaptureFixture) -> None:
    """Telethon's own words about an account and its answers are nobody's."""
    caplog.set_level("DEBUG")
    phone.sandbox.faults.on("mtproto_drop_mid_page")
    phone.look(glava)
    assert [r for r in caplog.records if r.name.startswith("telethon") or r.levelname != "DEBUG"] == []


def test_threads_that_were_left_out_are_not_asked_for(phone: Phone, glava: str) -> None:
    """Where the count is as it was; with all of them left, the group is not asked either."""
    whole = phone.look(glava)
    skip = {post.id: post.comments_count for post in whole.posts if post.comments_count}
    run = phone.run([target(glava, skip=skip)])
    assert run.requests[ADMINISTRATORS] == 0
    since = window(phone.sandbox.world, phone.sandbox.now).comments_from
    left = {post.id for post in run[glava].posts if post.comments_left}
    assert left == {post.id for post in whole.posts if post.id in skip and post.at >= since}


WITHOUT = """
import sys
from auditor.probes.telegram.client.plugin import PLUGIN
print("telethon" in sys.modules)
"""


def test_the_plugin_alone_does_not_import_telethon() -> None:
    """To replay a week takes no sign-in and no library of Telegram's."""
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_without_a_session_the_route_is_not_there_or_has_no_credentials(phone: Phone, tmp_path: Path) -> None:
    """Not there where none was named; one that was named and cannot be used is told."""
    nowhere = replace(phone.wiring(), settings=replace(phone.wiring().settings), data=tmp_path / "none")
    assert PLUGIN.open(nowhere) is not None
    lost = Phone(phone.sandbox, phone.folder, {"AUDITOR_TELEGRAM_SESSION": str(tmp_path / "no.session")})
    seen = lost.look(ending(phone.sandbox.world, "_glava"))
    assert (seen.exists, seen.cause) == (None, Cause.NO_CREDENTIALS)
    assert methods(phone.sandbox) == {}


def test_a_session_in_the_data_folder_needs_no_setting(phone: Phone, tmp_path: Path) -> None:
    """Where neither is, the route is not there."""
    environ = phone.sandbox.settings(client=tmp_path)
    signed_in = Path(environ.pop("AUDITOR_TELEGRAM_SESSION")).read_bytes()
    wiring = replace(phone.wiring(), settings=load_settings(environ, tmp_path), data=tmp_path / "data")
    assert PLUGIN.open(wiring) is None
    file = session_file(wiring.settings, wiring.data)
    file.parent.mkdir(parents=True)
    file.write_bytes(signed_in)
    opened = PLUGIN.open(wiring)
    assert opened is not None
    opened.way.close()
