"""The signed-in client's look over the sandbox's MTProto: what it sees, asks and keeps, and how it fails."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Outcome, Precision, Side, Snapshot
from auditor.probes.telegram.client.client_plugin import PLUGIN
from auditor.probes.telegram.client.client_transport import RESOLVE
from auditor.registry.models import Control
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import CHANNELS_FROM, PostKind, WorldAccount, WorldPost
from tests import worlds
from tests.probes import every_request
from tests.probes.signed_in import CONTROL, Phone, address, channels, ending, methods, pages, target, window

HISTORY, FULL, ADMINISTRATORS = "messages.getHistory", "channels.getFullChannel", "channels.getParticipants"


@pytest.fixture(scope="module")
def full_run(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    """A phone whose `last` run was over all that the world has: made once, and only read."""
    with Sandbox(world) as sandbox:
        phone = Phone(sandbox, tmp_path_factory.mktemp("phone"))
        phone.run(map(target, pages(world)))
        yield phone


def expected(account: WorldAccount, now: datetime) -> list[tuple[Any, ...]]:
    """Id, moment, whether it is a repost, and its comments, as the world has placed them."""
    posts = [post for post in account.posts_at(now) if post.kind in {PostKind.OWN, PostKind.REPOST}]
    return [(p.id, p.at, p.kind is PostKind.REPOST, _comments(account, p, now)) for p in posts]


def _comments(account: WorldAccount, post: WorldPost, now: datetime) -> list[tuple[Any, ...]]:
    owners, rows = {account.number, account.group_number, *(person.id for person in account.administrators)}, []
    for comment in sorted(post.comments_at(now), key=lambda c: c.id):
        author_id = comment.author.id
        side = Side.OWNER if author_id in owners else Side.UNKNOWN if author_id >= CHANNELS_FROM else Side.CITIZEN
        rows.append((comment.id, comment.at, side, comment.answers.id if comment.answers else None))
    return rows


def posts_of(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    return [(p.id, p.at, p.repost, [(c.id, c.at, c.side, c.reply_to) for c in p.comments]) for p in snapshot.posts]


def test_the_look_sees_what_the_world_has_placed(world: World, full_run: Phone) -> None:
    """Of every channel: number, opening, posts, and each comment with whose it is and what it answers."""
    for account in (a for a in channels(world) if a.name != CONTROL):
        snapshot = full_run.latest_run[account]
        facts = (
            snapshot.id,
            snapshot.exists,
            snapshot.verified,
            snapshot.subscribers,
            snapshot.opened_at,
            snapshot.cause,
            snapshot.posts_cause,
        )
        assert facts == (account.number, True, account.verified, account.subscribers, account.opened, None, None)
        assert posts_of(snapshot) == expected(account, world.now), account.name
        assert {post.comments_cause for post in snapshot.posts} <= {None}
        assert {post.comments_read_at for post in snapshot.posts if post.comments} <= {full_run.sandbox.now}
        states = {post.comments_state for post in snapshot.posts}
        assert CommentsState.UNKNOWN not in states
        assert account.group_name or states <= {CommentsState.CLOSED}, account.name
    causes = {"missing": Cause.NOT_AT_ADDRESS, "invite": Cause.PRIVATE}
    others = [account for account in pages(world) if account.kind != "channel"]
    assert {account.kind for account in others} == {"group", "user", "bot", "missing", "invite"}
    for account in others:
        snapshot = full_run.latest_run[account]
        assert (snapshot.exists, snapshot.cause) == (None, causes.get(account.kind, Cause.WRONG_KIND))


def test_whom_a_sign_in_has_met_it_asks_for_by_id(phone: Phone, full_run: Phone) -> None:
    """Persons and bots too; another sign-in shares nothing."""
    some = [account for account in pages(phone.sandbox.world) if account.kind in {"user", "bot"}]
    login = phone.run(map(target, some)).login
    second = phone.run(map(target, some), login)
    assert (second.requests[RESOLVE], second.login.peers) == (0, login.peers)
    assert all(second[account] == full_run.latest_run[account] for account in some)
    other = phone.run([target(some[0])], replace(login, session="another"))
    assert other.requests[RESOLVE] == 1


def test_a_confirmed_channel_costs_a_request_for_its_card(phone: Phone, glava: str) -> None:
    """By its number, where this sign-in has met it; a void hash is looked up once again."""
    login, number = phone.run([target(glava)]).login, ending(phone.sandbox.world, "_glava").number
    confirmed = target(glava, id=number, id_seen=True)
    assert phone.run([confirmed], login).requests == {FULL: 1, HISTORY: 2, ADMINISTRATORS: 1}
    spoilt = replace(login, peers=tuple(replace(peer, access_hash=peer.access_hash ^ 1) for peer in login.peers))
    run = phone.run([confirmed], spoilt)
    assert run[glava].exists is True
    assert (run.requests[RESOLVE], run.login.peers) == (1, login.peers)


def expected_place(account: WorldAccount, world: World, *, has_met: bool, was_seen: bool) -> tuple[object, ...]:
    """Existence, both causes and the new address of a channel on record by its number, as the world's record has it."""
    placed = account.shown_at(world.now)
    if placed is account:
        return True, None, None, None
    taken = world.account("telegram", account.name, world.now) is not None
    if has_met and (was_seen or not taken):
        return (False, Cause.GONE, None, None) if placed.kind == "missing" else (True, None, None, placed.url)
    return (True, None, Cause.GONE, None) if taken else (None, Cause.NOT_AT_ADDRESS, None, None)


@pytest.mark.parametrize("has_met", [False, True])
@pytest.mark.parametrize("was_seen", [False, True])
def test_a_sign_in_finds_the_channels_that_it_has_met(has_met: bool, was_seen: bool, tmp_path: Path) -> None:
    """Renamed and deleted ones by their numbers, week after week; the names may be another's by now."""
    with Sandbox(worlds.renamed()) as sandbox:
        world, phone, login = sandbox.world, Phone(sandbox, tmp_path), None
        accounts = [account for account in channels(world) if account.name.endswith("_glava")]
        heads = [target(account, id=account.number, id_seen=was_seen) for account in accounts]
        if has_met:
            sandbox.now = world.now - timedelta(weeks=1)
            login = phone.run(heads).login
            sandbox.now = world.now
        run = phone.run(heads, login)
        for account in accounts:
            snapshot = run[account]
            facts = snapshot.exists, snapshot.cause, snapshot.posts_cause, snapshot.renamed_to
            assert facts == expected_place(account, world, has_met=has_met, was_seen=was_seen), account.name
            assert snapshot.posts_cause is None or (snapshot.posts, snapshot.subscribers) == ((), None)
            if snapshot.renamed_to:
                assert [post.url for post in snapshot.posts] == [
                    f"{snapshot.renamed_to}/{post.id}" for post in snapshot.posts
                ]
                assert posts_of(snapshot) == expected(account, world.now)


def test_a_restricted_or_private_channel_exists_and_shows_nothing(phone: Phone, glava: str) -> None:
    """The posts of a restricted channel are not shown, so they are not judged; a private one is found by its name."""
    account = ending(phone.sandbox.world, "_glava")
    phone.sandbox.telegram_flags[glava.lower()] = {"restricted"}
    snapshot = phone.look(glava)
    assert (snapshot.exists, snapshot.posts_cause, snapshot.posts, snapshot.opened_at) == (
        True,
        Cause.REFUSED,
        (),
        account.opened,
    )
    assert phone.look(glava, full=False).posts_cause is Cause.REFUSED
    phone.sandbox.faults.on(f"mtproto_channel_private:{glava.lower()}")
    first_run = phone.run([target(glava)])
    again = phone.look(glava, first_run.login, id=account.number, id_seen=True)
    assert [(s.exists, s.cause) for s in (first_run[glava], again)] == [(True, Cause.PRIVATE)] * 2


def test_a_member_learns_the_opening_from_the_first_messages(phone: Phone) -> None:
    """For who has joined, the channel's date is the joining's; its birth message still stands."""
    account = ending(phone.sandbox.world, "_gub")
    phone.sandbox.telegram_member_of = {account.name.lower()}
    snapshot = phone.look(account)
    assert (snapshot.opened_at, snapshot.opened_precision) == (account.opened, Precision.EXACT)
    assert phone.look(account, posts_until=phone.sandbox.now).opened_precision is Precision.EXACT


def test_controls_come_out_as_the_world_has_them(phone: Phone) -> None:
    """And not, where the server lies about them."""
    controls = [Control(url=address(CONTROL), exists=True), Control(url=address("sandbox_nobody_here"), exists=False)]
    run = phone.run([], controls=controls)
    existing, missing = (Outcome.PASSED, True, True), (Outcome.PASSED, None, None)
    assert [(c.outcome, c.wall, c.thread) for c in run.controls] == [existing, missing]
    assert {record.evidence.kind for tape in run.tapes.values() for record in tape} == {EvidenceKind.CONTROL}
    phone.sandbox.faults.on("mtproto_control")
    assert [c.outcome for c in phone.run([], controls=controls).controls] == [Outcome.FAILED] * 2


def test_threads_that_were_left_out_are_not_asked_for(phone: Phone, glava: str, full_run: Phone) -> None:
    """Where the count is as it was; with all of them left, the group is not asked either."""
    posts = full_run.latest_run[glava].posts
    skip = {post.id: post.comments_count for post in posts if post.comments_count}
    run = phone.run([target(glava, skip=skip)])
    assert run.requests[ADMINISTRATORS] == 0
    since = window(phone.sandbox.world, phone.sandbox.now).comments_from
    skipped = {post.id for post in run[glava].posts if post.comments_left}
    assert skipped == {post.id for post in posts if post.id in skip and post.at >= since}


def test_without_a_session_the_route_is_not_there_or_has_no_credentials(phone: Phone, tmp_path: Path) -> None:
    """Not there where none was named nor is in the data folder; one that was named and cannot be used is told."""
    session = Path(phone.sandbox.settings(client=phone.folder)["AUDITOR_TELEGRAM_SESSION"])
    phone.settings = {"AUDITOR_TELEGRAM_SESSION": ""}
    context = replace(phone.context(), data=tmp_path / "data")
    assert PLUGIN.open(context) is None
    context.data.mkdir()
    (context.data / "telegram.session").write_bytes(session.read_bytes())
    assert PLUGIN.open(context) is not None
    phone.settings = {"AUDITOR_TELEGRAM_SESSION": str(tmp_path / "no.session")}
    snapshot = phone.look(CONTROL)
    assert (snapshot.exists, snapshot.cause) == (None, Cause.NO_CREDENTIALS)
    assert methods(phone.sandbox) == {}


@pytest.mark.parametrize(
    "fault", [f"flood_short:{HISTORY}", "drop_mid_page", "bad_salt", "rpc_500_once", "message_empty"]
)
def test_a_passing_fault_changes_nothing_that_is_seen(phone: Phone, glava: str, full_run: Phone, fault: str) -> None:
    """A short wait, a broken page, a changed salt, a server's error, places of deleted messages."""
    phone.sandbox.faults.on(f"mtproto_{fault}")
    run = phone.run([target(glava)])
    assert (run[glava], run.login.floods) == (full_run.latest_run[glava], ())


@pytest.mark.parametrize(
    ("fault", "after"), [("user_banned", 0), ("key_forgotten", 0), *(("auth_key_unregistered", n) for n in (0, 5, 8))]
)
def test_a_session_that_is_revoked_stops_the_route_at_once(
    phone: Phone, full_run: Phone, fault: str, after: int
) -> None:
    """Whatever is not read is `no_credentials`, and nothing more is asked."""
    accounts = [ending(phone.sandbox.world, suffix) for suffix in ("_glava", "_grace", "_gub")]
    phone.sandbox.faults.on(f"mtproto_{fault}", after=after)
    run = phone.run(map(target, accounts))
    assert run.sent <= after + 3
    causes = {c for s in run.snapshots.values() for c in (s.cause, s.posts_cause, *(p.comments_cause for p in s.posts))}
    assert Cause.NO_CREDENTIALS in causes
    assert causes <= {None, Cause.NO_CREDENTIALS, Cause.TOO_LITTLE_DATA}
    assert [claim for a in accounts for claim in every_request.overclaims(run[a], full_run.latest_run[a])] == []
