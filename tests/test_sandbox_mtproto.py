"""The sandbox's MTProto: an unmodified Telethon client signs in, and reads the same world as t.me shows."""

import asyncio
import base64
import contextlib
import json
import re
import socket
import stat
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from telethon import TelegramClient, errors, functions, types
from telethon.crypto import rsa
from telethon.network import connection as wire
from telethon.network.connection.tcpmtproxy import MTProxyIO
from telethon.sessions import SQLiteSession

from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account, Accounts, Post, PostKind
from auditor.sandbox.world.names import ORDINALS
from tests import worlds
from tests.proxies import no_pause_at_a_proxy

ALONE = """
import sys
from auditor.sandbox import Sandbox, World
with Sandbox(World.build()) as sandbox:
    sandbox.settings()
print("telethon" in sys.modules)
"""
CUT = (ConnectionError, asyncio.IncompleteReadError)
"""What Telethon raises where the wire is cut."""
Talk = Callable[[TelegramClient], Awaitable[Any]]


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture
def sandbox(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A running sandbox whose key Telethon trusts until the test ends."""
    monkeypatch.setattr(TelegramClient, "_config", None)
    known = dict(rsa._server_keys)
    with Sandbox(world) as running:
        rsa.add_key(running.telegram_public_key_pem, old=False)
        yield running
    rsa._server_keys.clear()
    rsa._server_keys.update(known)


def talk(sandbox: Sandbox, session: Path, what: Talk, **options: Any) -> Any:
    """Connect an unmodified client with a session file, do something, disconnect."""

    async def whole() -> Any:
        stored = SQLiteSession(str(session))
        if not stored.auth_key:
            dc, where = sandbox.telegram_dc.split("@")
            stored.set_dc(int(dc), "127.0.0.1", int(where.rsplit(":", 1)[1]))
        settings: dict[str, Any] = {
            "receive_updates": False, "request_retries": 1, "connection_retries": 1, "retry_delay": 0,
            "auto_reconnect": False, "flood_sleep_threshold": 0, "timeout": 5, **options,
        }  # fmt: skip
        client = TelegramClient(stored, sandbox.telegram_api_id, sandbox.telegram_api_hash, **settings)
        try:
            await client.connect()
            return await what(client)
        finally:
            await client.disconnect()

    return asyncio.run(whole())


@pytest.fixture
def read(sandbox: Sandbox, tmp_path: Path) -> Callable[..., Any]:
    """Do something as a client that is signed in."""
    session = sandbox.make_session(tmp_path / "signed_in")
    return lambda what, **options: talk(sandbox, session, what, **options)


@pytest.fixture
def no_naps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telethon does not sleep between its own retries."""
    slept = asyncio.sleep
    monkeypatch.setattr("telethon.client.users.asyncio.sleep", lambda seconds: slept(min(seconds, 0.01)))


def channels(world: World) -> list[Account]:
    return [a for a in world.accounts if a.network == "telegram" and a.kind == "channel"]


def ending(world: World, suffix: str) -> Account:
    return next(a for a in channels(world) if a.name.endswith(suffix))


def methods(sandbox: Sandbox) -> Counter[str]:
    return Counter(r.method for r in sandbox.requests if r.network == "MTPROTO")


async def everything(client: TelegramClient, entity: Any, **how: Any) -> list[Any]:
    return [m async for m in client.iter_messages(entity, limit=None, wait_time=0, **how)]


async def whole_group(client: TelegramClient, account: Account) -> list[Any]:
    full = await client(functions.channels.GetFullChannelRequest(account.name))
    return await everything(client, next(c for c in full.chats if c.id == full.full_chat.linked_chat_id))


# Signing in ------------------------------------------------------------------------------------------------------


def test_a_code_signs_in_and_the_session_lasts(sandbox: Sandbox, tmp_path: Path) -> None:
    """A wrong code is refused, the right one lets in; the saved session is signed in and resolves nothing anew."""
    name = channels(sandbox.world)[0].name

    async def sign_in(client: TelegramClient) -> str:
        assert not await client.is_user_authorized()
        await client.send_code_request(sandbox.telegram_phone)
        with pytest.raises(errors.PhoneCodeInvalidError):
            await client.sign_in(sandbox.telegram_phone, "11111")
        user = await client.sign_in(sandbox.telegram_phone, sandbox.telegram_code)
        await client.get_entity(name)
        return f"+{user.phone}"

    async def again(client: TelegramClient) -> bool:
        await everything(client, await client.get_input_entity(name))
        return await client.is_user_authorized()

    assert talk(sandbox, tmp_path / "s", sign_in) == sandbox.telegram_phone
    assert methods(sandbox)["contacts.resolveUsername"] == 1
    assert talk(sandbox, tmp_path / "s", again)
    assert methods(sandbox)["contacts.resolveUsername"] == 1


def test_two_step_asks_for_the_password(sandbox: Sandbox, tmp_path: Path) -> None:
    """The client proves by SRP that it knows it; a wrong one is refused, and may be mended."""
    sandbox.two_step = True

    async def sign_in(client: TelegramClient) -> bool:
        await client.send_code_request(sandbox.telegram_phone)
        with pytest.raises(errors.SessionPasswordNeededError):
            await client.sign_in(sandbox.telegram_phone, sandbox.telegram_code)
        assert not await client.is_user_authorized()
        with pytest.raises(errors.PasswordHashInvalidError):
            await client.sign_in(password="not it")
        await client.sign_in(password=sandbox.telegram_password)
        return await client.is_user_authorized()

    assert talk(sandbox, tmp_path / "s", sign_in)


def test_only_the_sandbox_account_and_application_get_a_code(sandbox: Sandbox, tmp_path: Path) -> None:
    """Another phone or another hash is named for what it is; a spent code does not sign in twice."""

    async def try_all(client: TelegramClient) -> None:
        with pytest.raises(errors.PhoneNumberInvalidError):
            await client.send_code_request("+9996600000")
        settings = types.CodeSettings()
        with pytest.raises(errors.ApiIdInvalidError):
            await client(functions.auth.SendCodeRequest(sandbox.telegram_phone, 1, "0" * 32, settings))
        with pytest.raises(errors.PhoneCodeExpiredError):
            await client(functions.auth.SignInRequest(sandbox.telegram_phone, "foreign", sandbox.telegram_code))

    talk(sandbox, tmp_path / "s", try_all)


def test_logging_out_ends_the_session_at_the_server(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """A copy of the session file is worth nothing afterwards."""

    async def leave(client: TelegramClient) -> None:
        await client(functions.auth.LogOutRequest())

    async def signed_in(client: TelegramClient) -> bool:
        with pytest.raises(errors.AuthKeyUnregisteredError):
            await client(functions.updates.GetStateRequest())
        return await client.is_user_authorized()

    read(leave)
    assert read(signed_in) is False


def test_a_prepared_session_is_the_owners_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    """Mode 0600; the environment that goes with it names the server, its key and the file, and nothing by default."""
    settings = sandbox.settings(tmp_path)
    session = Path(settings["AUDITOR_TELEGRAM_SESSION"])
    assert stat.S_IMODE(session.stat().st_mode) == 0o600
    assert sandbox.settings(tmp_path) == settings, "a session that is there is kept"
    assert Path(settings["AUDITOR_TELEGRAM_PUBLIC_KEY"]).read_text() == sandbox.telegram_public_key_pem
    assert settings["AUDITOR_TELEGRAM_DC"] == sandbox.telegram_dc
    assert not [name for name in sandbox.settings() if "SESSION" in name or "DC" in name]

    async def who(client: TelegramClient) -> Any:
        return await client.get_me()

    assert talk(sandbox, session, who).is_self


# The same world --------------------------------------------------------------------------------------------------


def test_every_channel_is_what_the_world_says(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """Id, creation, title, subscribers, verification and linked group; a non-member sees the creation."""

    async def look(client: TelegramClient) -> None:
        for account in channels(sandbox.world):
            full = await client(functions.channels.GetFullChannelRequest(account.name.upper()))
            channel = full.chats[0]
            assert (channel.id, channel.title, channel.username) == (account.number, account.title, account.name)
            assert (channel.date, channel.left, channel.broadcast) == (account.opened, True, True)
            assert bool(channel.verified) == account.verified
            assert bool(channel.has_link) == (account.group_name is not None)
            assert full.full_chat.participants_count == account.subscribers
            assert full.full_chat.about == account.description
            assert full.full_chat.linked_chat_id == (account.group_number or None)
            assert [c.username for c in full.chats[1:]] == [account.group_name] * (account.group_name is not None)

    read(look)


def test_kinds_of_names_are_told_apart(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """A group, a person, a bot; a name that nobody has, and one that was given up, are not occupied."""
    others = {a.kind: a for a in sandbox.world.accounts if a.network == "telegram" and a.kind != "channel"}

    async def look(client: TelegramClient) -> None:
        group = await client.get_entity(others["group"].name)
        assert (group.megagroup, group.id) == (True, others["group"].number)
        person, bot = await client.get_entity(others["user"].name), await client.get_entity(others["bot"].name)
        assert (type(person), person.bot, bot.bot) == (types.User, False, True)
        for name in (others["missing"].name, "sandbox_nobody_here"):
            with pytest.raises(errors.UsernameNotOccupiedError):
                await client(functions.contacts.ResolveUsernameRequest(name))
        found = await client(functions.contacts.SearchRequest(channels(sandbox.world)[0].name, 5))
        assert [c.id for c in found.chats] == [channels(sandbox.world)[0].number]

    read(look)


def test_the_whole_history_equals_the_world(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """Every channel, to the first message: ids, dates, texts, kinds, albums, origins of reposts."""

    async def look(client: TelegramClient) -> None:
        for account in channels(sandbox.world):
            found = {m.id: m for m in await everything(client, account.name)}
            shown = account.posts_at(sandbox.now)
            assert set(found) == {p.id + n for p in shown for n in range(p.extra + 1)}
            for post in shown:
                agrees(found, account, post)

    read(look)


def agrees(found: dict[int, Any], account: Account, post: Post) -> None:
    message = found[post.id]
    assert message.date == post.at
    assert (message.action is not None) == (post.kind is PostKind.SERVICE)
    if post.kind is PostKind.SERVICE:
        return
    assert message.message == ("" if post.media == "poll" else post.text)
    assert (message.media is not None) == bool(post.media)
    assert (message.fwd_from is not None) == (post.kind is PostKind.REPOST)
    if post.origin is not None and message.fwd_from is not None:
        assert message.fwd_from.from_id == types.PeerChannel(post.origin.number)
    if post.replies_to is not None:
        assert message.reply_to.reply_to_msg_id == post.replies_to.id
    album = {found[post.id + n].grouped_id for n in range(post.extra + 1)}
    assert len(album) == 1
    assert (album == {None}) == (post.extra == 0)
    has_thread = account.group_name is not None and not post.closed
    assert (message.replies is not None) == has_thread
    if has_thread:
        assert (message.replies.replies, message.replies.channel_id) == (len(post.comments), account.group_number)


def test_the_first_message_tells_the_creation(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """Where it was not deleted; where it was, its number stands empty."""
    kept, lost = ending(sandbox.world, "glava"), ending(sandbox.world, "bez")

    async def look(client: TelegramClient) -> None:
        first, nothing = [
            (await client(functions.channels.GetMessagesRequest(a.name, [types.InputMessageID(1)]))).messages[0]
            for a in (kept, lost)
        ]
        assert isinstance(first.action, types.MessageActionChannelCreate)
        assert first.date == kept.opened
        assert (type(nothing).__name__, nothing.id) == ("MessageEmpty", 1)

    read(look)


def test_the_linked_group_holds_every_thread(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """Copies of the posts as roots, and the comments with what they answer; each author by his kind of peer."""

    async def look(client: TelegramClient) -> None:
        for account in (a for a in channels(sandbox.world) if a.group_name is not None):
            messages = await whole_group(client, account)
            roots = {m.id: m.fwd_from.saved_from_msg_id for m in messages if m.fwd_from is not None}
            open_posts = [p for p in account.posts_at(sandbox.now) if p.kind is not PostKind.SERVICE and not p.closed]
            assert roots == {p.copy_id: p.id for p in open_posts}
            comments = {c.id: (p, c) for p in open_posts for c in p.comments}
            assert {m.id for m in messages} - set(roots) == set(comments)
            for message in (m for m in messages if m.id in comments):
                post, comment = comments[message.id]
                reply = message.reply_to
                assert (message.date, message.message) == (comment.at, comment.text)
                assert (reply.reply_to_top_id or reply.reply_to_msg_id) == post.copy_id
                assert reply.reply_to_msg_id == (comment.answers.id if comment.answers else post.copy_id)

    read(look)


def test_identities_are_told_by_their_numbers(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """The channel, the group (named or not at all), the press person, another channel, citizens named and unnamed."""
    account, other = ending(sandbox.world, "glava"), ending(sandbox.world, "grace")

    async def look(client: TelegramClient) -> None:
        seen, names = set(), set()
        for one in (account, other):
            authors = {c.id: c.author for p in one.posts for c in p.comments}
            for message in (m for m in await whole_group(client, one) if m.fwd_from is None):
                author = authors[message.id]
                if isinstance(message.from_id, types.PeerChannel):
                    assert message.from_id.channel_id == author.number
                seen.add(kind_of(message.from_id, one))
                assert message.from_id is not None or author.number == one.group_number
                if isinstance(message.from_id, types.PeerUser):
                    assert message.from_id.user_id == author.number
                    names.add(message.sender.username is None)
        assert seen == {"channel", "group", "anonymous", "another channel", "person"}
        assert names == {True, False}
        press = await client.get_entity("primer_press_01")
        assert 600_000_000 <= press.id <= 700_000_000

    read(look)


def kind_of(peer: Any, account: Account) -> str:
    if peer is None:
        return "anonymous"
    if isinstance(peer, types.PeerUser):
        return "person"
    kinds = {account.number: "channel", account.group_number: "group"}
    return kinds.get(peer.channel_id, "another channel")


def test_replies_of_one_post_are_its_comments(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """By GetReplies through the channel; a post that is closed has no discussion."""

    async def look(client: TelegramClient) -> None:
        for account in (a for a in channels(sandbox.world) if a.group_name is not None):
            for post in account.posts_at(sandbox.now):
                if post.kind is PostKind.SERVICE or post.closed:
                    with pytest.raises(errors.MsgIdInvalidError):
                        await everything(client, account.name, reply_to=post.id)
                elif post.comments:
                    found = await everything(client, account.name, reply_to=post.id)
                    assert [m.id for m in found] == [c.id for c in reversed(post.comments_at(sandbox.now))]
                    root = await client(functions.messages.GetDiscussionMessageRequest(account.name, post.id))
                    assert root.messages[0].id == post.copy_id
                    assert {c.id for c in root.chats} == {account.number, account.group_number}

    read(look)


def test_both_routes_name_the_same_channel(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """The number in the preview's data-view is the channel's, and its comments' numbers are the group's messages."""
    account = ending(sandbox.world, "glava")
    with urlopen(f"{sandbox.telegram_url}/s/{account.name}") as page:
        view = re.search(r'data-view="([^"]+)"', page.read().decode())[1]
    seen = json.loads(base64.urlsafe_b64decode(view + "=" * (-len(view) % 4)))
    post = next(p for p in account.posts if p.comments)
    with urlopen(f"{sandbox.telegram_url}/{account.name}/{post.id}?embed=1&discussion=1&comments_limit=50") as page:
        widget = {int(n) for n in re.findall(r'data-post-id="(\d+)"', page.read().decode())}

    async def look(client: TelegramClient) -> tuple[int, set[int]]:
        entity = await client.get_entity(account.name)
        return entity.id, {m.id for m in await client.get_messages(entity, reply_to=post.id, limit=50)}

    assert read(look) == (-seen["c"], widget)


def test_nothing_later_than_the_moment_is_shown(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """A week earlier the week's posts and comments are not there yet."""
    account = ending(sandbox.world, "glava")
    sandbox.now = sandbox.world.ends - timedelta(days=7)

    async def look(client: TelegramClient) -> list[Any]:
        return await everything(client, account.name) + await whole_group(client, account)

    dates = [m.date for m in read(look)]
    assert dates
    assert max(dates) <= sandbox.now


def test_pages_are_cut_as_asked(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """A hundred at most, newest first; offsets by id and by date, bounds, a shift, and the other direction."""
    account = ending(sandbox.world, "gub")

    async def look(client: TelegramClient) -> None:
        peer = await client.get_input_entity(account.name)

        async def page(**asked: Any) -> list[Any]:
            plain = {"offset_id": 0, "offset_date": None, "add_offset": 0, "limit": 500, "max_id": 0, "min_id": 0}
            return (await client(functions.messages.GetHistoryRequest(peer, hash=0, **{**plain, **asked}))).messages

        line = await everything(client, peer)
        ids = [m.id for m in line]
        assert len(ids) > 150
        assert [m.id for m in await page()] == ids[:100]
        assert [m.id for m in await page(offset_id=ids[40])] == ids[41:141]
        assert [m.id for m in await page(offset_id=ids[40], add_offset=-10, limit=20)] == ids[31:51]
        assert [m.id for m in await page(offset_id=ids[1], add_offset=-10, limit=10)] == ids[:2]
        assert [m.id for m in await page(max_id=ids[5], min_id=ids[30])] == ids[6:30]
        dated = await page(offset_date=line[50].date)
        assert max(m.date for m in dated) < line[50].date
        assert [m.id for m in await everything(client, peer, reverse=True)] == ids[::-1]

    read(look)


def test_hashes_are_void_in_another_login(sandbox: Sandbox, tmp_path: Path) -> None:
    """What one session was given, another may not use."""
    account = channels(sandbox.world)[0]
    first, second = (sandbox.make_session(tmp_path / name) for name in ("one", "two"))

    async def given(client: TelegramClient) -> Any:
        return await client.get_input_entity(account.name)

    peer = talk(sandbox, first, given)

    async def used(client: TelegramClient) -> Any:
        return await everything(client, peer)

    assert talk(sandbox, first, used)
    with pytest.raises(errors.ChannelInvalidError):
        talk(sandbox, second, used)


def test_a_member_sees_when_he_joined(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """Then the date is not the creation; labels are shown where the sandbox puts them."""
    account = ending(sandbox.world, "glava")
    sandbox.telegram_member_of.add(account.name.lower())
    sandbox.telegram_flags[account.name.lower()] = {"scam", "restricted"}

    async def look(client: TelegramClient) -> Any:
        return await client.get_entity(account.name)

    channel = read(look)
    assert not channel.left
    assert channel.date > account.opened
    assert (channel.scam, channel.restricted, channel.fake) == (True, True, False)


def test_a_private_group_answers_through_its_channel_alone(tmp_path: Path) -> None:
    """Its history is refused; threads are read by GetReplies."""
    world = World.build()
    account = ending(world, "glava")
    post = next(p for p in account.posts if any(c.author.number == account.group_number for c in p.comments))
    with Sandbox(world) as sandbox:
        sandbox.faults.on(f"mtproto_group_private:{account.name.lower()}")
        rsa.add_key(sandbox.telegram_public_key_pem, old=False)

        async def look(client: TelegramClient) -> None:
            with pytest.raises(errors.ChannelPrivateError):
                await whole_group(client, account)
            assert len(await everything(client, account.name, reply_to=post.id)) == len(post.comments)

        talk(sandbox, sandbox.make_session(tmp_path / "s"), look)


# Faults ----------------------------------------------------------------------------------------------------------


def raised(read: Callable[..., Any], what: Talk, **options: Any) -> Any:
    try:
        read(what, **options)
    except Exception as error:  # noqa: BLE001 - its kind is what is asked
        return type(error)
    return None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("mtproto_flood_long", errors.FloodWaitError),
        ("mtproto_flood_long:messages.getHistory", errors.FloodWaitError),
        ("mtproto_flood_long:messages.getReplies", None),
        ("mtproto_channel_private", errors.ChannelPrivateError),
        ("mtproto_auth_key_unregistered", errors.AuthKeyUnregisteredError),
        ("mtproto_user_banned", errors.UserDeactivatedBanError),
        ("mtproto_rpc_500", errors.RpcCallFailError),
        ("mtproto_rpc_500:messages.getHistory", errors.RpcCallFailError),
        ("mtproto_msg_id_invalid", None),
        ("mtproto_group_private", None),
        ("mtproto_bad_salt", None),
        ("mtproto_slow", None),
    ],
)
def test_each_fault_is_the_error_telethon_knows(
    sandbox: Sandbox, read: Callable[..., Any], no_naps: None, fault: str, error: type | None
) -> None:
    """Switched on before the history is asked for, without sleeping it out; where None, the client recovers."""
    account = ending(sandbox.world, "pair")
    sandbox.slow_seconds = 0.05

    async def look(client: TelegramClient) -> None:
        peer = await client.get_input_entity(account.name)
        sandbox.faults.on(fault)
        assert await everything(client, peer)

    assert raised(read, look, raise_last_call_error=True) is error


def test_a_short_flood_ends_and_a_long_one_says_how_long(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """The short one hits once; the long one stays, and stops only the method it was given for."""
    account = ending(sandbox.world, "pair")

    async def look(client: TelegramClient) -> list[int]:
        peer = await client.get_input_entity(account.name)
        waits = []
        sandbox.faults.on("mtproto_flood_short:messages.getHistory")
        sandbox.faults.on("mtproto_flood_long:contacts.resolveUsername")
        for ask in (lambda: everything(client, peer), lambda: client.get_entity("sandbox_control")) * 2:
            try:
                await ask()
            except errors.FloodWaitError as error:
                waits.append(error.seconds)
        return waits

    assert read(look) == [1, 36468, 36468]


def test_signing_in_can_be_held_up(sandbox: Sandbox, tmp_path: Path) -> None:
    """A flood wait on sending the code, and the account's end on entering it."""
    sandbox.faults.on("mtproto_flood_long:auth.sendCode")

    async def sign_in(client: TelegramClient) -> None:
        with pytest.raises(errors.FloodWaitError):
            await client.send_code_request(sandbox.telegram_phone)
        sandbox.faults.clear()
        await client.send_code_request(sandbox.telegram_phone)
        sandbox.faults.on("mtproto_user_banned")
        with pytest.raises(errors.UserDeactivatedBanError):
            await client.sign_in(sandbox.telegram_phone, sandbox.telegram_code)

    talk(sandbox, tmp_path / "s", sign_in)


def test_a_private_channel_can_be_one_alone(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """The fault can be narrowed to a channel, and the group's to its channel."""
    closed, open_one = ending(sandbox.world, "glava"), ending(sandbox.world, "pair")
    sandbox.faults.on(f"mtproto_channel_private:{closed.name.lower()}")
    sandbox.faults.on(f"mtproto_group_private:{open_one.name.lower()}")

    async def look(client: TelegramClient) -> None:
        with pytest.raises(errors.ChannelPrivateError):
            await everything(client, closed.name)
        assert await everything(client, open_one.name)
        with pytest.raises(errors.ChannelPrivateError):
            await whole_group(client, open_one)

    read(look)


def test_a_wrong_salt_is_mended_by_the_client(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """The message that was refused is sent again and answered once."""

    async def look(client: TelegramClient) -> None:
        peer = await client.get_input_entity("sandbox_control")
        before = methods(sandbox)["messages.getHistory"]
        sandbox.faults.on("mtproto_bad_salt")
        assert (await client.get_messages(peer, limit=1))[0].date
        assert methods(sandbox)["messages.getHistory"] == before + 1

    read(look)


def test_a_page_that_breaks_off_is_read_again(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """A client that reconnects loses and doubles nothing; one that does not gets an error, never half a page."""
    account = ending(sandbox.world, "gub")

    async def look(client: TelegramClient) -> list[int]:
        peer = await client.get_input_entity(account.name)
        sandbox.faults.on("mtproto_drop_mid_page", after=1)
        return [m.id for m in await everything(client, peer)]

    whole = sorted((p.id + n for p in account.posts for n in range(p.extra + 1)), reverse=True)
    assert read(look, auto_reconnect=True, connection_retries=3) == whole
    assert issubclass(raised(read, look), CUT)


def test_a_moved_account_signs_in_at_the_second_listener(sandbox: Sandbox, tmp_path: Path) -> None:
    """PHONE_MIGRATE sends it there, where it gets a new key."""
    sandbox.faults.on("mtproto_phone_migrate")

    async def sign_in(client: TelegramClient) -> tuple[int, bool]:
        await client.send_code_request(sandbox.telegram_phone)
        await client.sign_in(sandbox.telegram_phone, sandbox.telegram_code)
        return client.session.dc_id, await client.is_user_authorized()

    assert talk(sandbox, tmp_path / "s", sign_in, request_retries=2) == (4, True)


def test_a_server_that_is_down_is_unreachable(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """It cuts at once, in the middle as well; when it is up again, the same session works."""

    async def look(client: TelegramClient) -> bool:
        return await client.is_user_authorized()

    async def cut(client: TelegramClient) -> bool:
        sandbox.faults.on("mtproto_down")
        return await client.get_me()

    assert issubclass(raised(read, cut), CUT)
    assert issubclass(raised(read, look), CUT)
    sandbox.faults.clear()
    assert read(look)


def test_a_server_that_has_forgotten_the_key_says_so(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """The transport's -404, which Telethon calls a key that was not found."""

    async def look(client: TelegramClient) -> Any:
        sandbox.faults.on("mtproto_key_forgotten")
        return await client.get_me()

    assert raised(read, look) is errors.AuthKeyNotFound


def test_controls_can_come_out_wrong(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """The known one is nobody, the unknown one exists."""
    sandbox.faults.on("mtproto_control")

    async def look(client: TelegramClient) -> None:
        assert await client.get_entity("sandbox_nobody_here")
        with pytest.raises(errors.UsernameNotOccupiedError):
            await client(functions.contacts.ResolveUsernameRequest("sandbox_control"))

    read(look)


def test_a_group_can_hold_more_than_threads(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """Messages of their own and joins take numbers between the comments, and belong to no post."""
    account = ending(sandbox.world, "glava")

    async def look(client: TelegramClient) -> list[Any]:
        return await whole_group(client, account)

    ours = {m.id for m in read(look)}
    sandbox.faults.on("mtproto_group_chatter")
    messages = read(look)
    assert ours < {m.id for m in messages}
    others = [m for m in messages if m.id not in ours]
    assert len(messages) == len({m.id for m in messages})
    assert {m.action is not None for m in others} == {m.reply_to is not None for m in others} == {True, False}
    assert not {m.reply_to.reply_to_msg_id for m in others if m.reply_to} & ours


def test_deleted_posts_can_stand_empty(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """As messageEmpty in the page, which Telethon's iteration leaves out."""
    account = ending(sandbox.world, "bez")
    sandbox.faults.on("mtproto_message_empty")

    async def look(client: TelegramClient) -> list[Any]:
        peer = await client.get_input_entity(account.name)
        return (await client(functions.messages.GetHistoryRequest(peer, 0, None, 0, 100, 0, 0, 0))).messages

    empty = {m.id for m in read(look) if type(m).__name__ == "MessageEmpty"}
    assert empty == {p.id for p in account.posts if p.lost}


def test_a_fault_that_is_none_cannot_be_switched_on(sandbox: Sandbox) -> None:
    """Narrowed or not; those of the other routes cannot be narrowed."""
    for name in ("mtproto_nothing", "mtproto_nothing:messages.getHistory", "vk_down:users.get"):
        with pytest.raises(KeyError):
            sandbox.faults.on(name)


# The wire --------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:proxy argument will be ignored")  # of SOCKS; this one is not
def test_the_port_is_an_mtproxy_for_who_knows_the_secret(
    sandbox: Sandbox, read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client with another secret is cut off."""
    no_pause_at_a_proxy(monkeypatch)
    host, port = sandbox.telegram_dc.split("@")[1].split(":")

    async def look(client: TelegramClient) -> bool:
        return await client.is_user_authorized()

    kind = wire.ConnectionTcpMTProxyRandomizedIntermediate
    assert read(look, connection=kind, proxy=(host, int(port), sandbox.telegram_mtproxy_secret))
    header, _, _ = MTProxyIO.init_header(b"another secret!!", 2, kind.packet_codec)
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(header)
        assert raw.recv(1) == b""


def test_an_unknown_method_is_an_rpc_error_and_the_connection_goes_on(
    sandbox: Sandbox, read: Callable[..., Any], no_naps: None
) -> None:
    """So is a handler that fails: a closed socket would make a client reconnect without end."""

    async def look(client: TelegramClient) -> bool:
        with pytest.raises(errors.BadRequestError):
            await client(functions.account.GetWebAuthorizationsRequest())
        with pytest.raises(errors.ServerError):
            await client(functions.channels.GetMessagesRequest("sandbox_control", [types.InputMessagePinned()] * 2))
        return await client.is_user_authorized()

    sandbox.accounts, kept = Accounts([None, *sandbox.accounts]), sandbox.accounts  # breaks every look-up
    try:
        assert read(look, raise_last_call_error=True)
    finally:
        sandbox.accounts = kept


@pytest.mark.parametrize(
    "noise", [b"", b"\xef", b"GET / HTTP/1.1\r\n\r\n" * 9, b"\xff" * 80, bytes(80), b"\xee" * 4 + b"\x7f" * 8]
)
def test_noise_on_the_port_hurts_nobody(sandbox: Sandbox, read: Callable[..., Any], noise: bytes) -> None:
    """It is cut off, and the next client is served."""
    port = int(sandbox.telegram_dc.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        raw.sendall(noise)
        raw.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            assert raw.recv(1) == b""

    async def look(client: TelegramClient) -> bool:
        return await client.is_user_authorized()

    assert read(look)


def test_it_starts_when_asked_for_and_leaves_nothing_behind(world: World) -> None:
    """Nobody who does without it loads Telethon; after the block no thread is left and the port is closed."""
    said = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
    before = set(threading.enumerate())
    with Sandbox(world) as sandbox:
        port = int(sandbox.telegram_dc.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"\xef")
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
    with pytest.raises(RuntimeError):
        _ = sandbox.telegram_dc


def test_a_hanging_answer_is_let_go_at_the_end(world: World, tmp_path: Path) -> None:
    """The sandbox stops although a client still waits."""
    with Sandbox(world) as sandbox:
        rsa.add_key(sandbox.telegram_public_key_pem, old=False)
        sandbox.faults.on("mtproto_hangs")

        async def look(client: TelegramClient) -> None:
            raise AssertionError("it connected")

        with pytest.raises((asyncio.TimeoutError, ConnectionError)):
            asyncio.run(asyncio.wait_for(_connected(sandbox, tmp_path), 0.3))


async def _connected(sandbox: Sandbox, folder: Path) -> None:
    stored = SQLiteSession(str(sandbox.make_session(folder / "s")))
    client = TelegramClient(stored, 1, "x", connection_retries=1, auto_reconnect=False)
    try:
        await client.connect()
    finally:
        await client.disconnect()


# Counting --------------------------------------------------------------------------------------------------------


def test_a_busy_world_has_what_it_promises() -> None:
    """So many channels, posts and comments of the week, and a truth for each."""
    world = worlds.busy(channels=4, posts=10, comments=120)
    kept = [a for a in channels(world) if a.name != "sandbox_control"]
    assert len(kept) == 4
    for account in kept:
        week = [p for p in account.posts if world.ends - timedelta(days=7) <= p.at < world.ends]
        comments = [c for p in account.posts for c in p.comments]
        assert (len(week), len(comments)) == (10, 120)
        assert all(world.ends - timedelta(days=7) <= c.at < world.ends for c in comments)
        assert {c.author.number for c in comments} > {account.number, account.group_number}
    assert {row.office for row in world.truth()} == {f"rayon-{n:02d}" for n in range(1, len(ORDINALS) + 1)}
    for numbers in ((0, 10, 1), (21, 10, 1), (1, 1, 1), (1, 10, -1)):
        with pytest.raises(ValueError):
            worlds.busy(*numbers)


def test_requests_are_counted_by_method(sandbox: Sandbox, read: Callable[..., Any]) -> None:
    """Each method called is one entry, whatever was wrapped around it."""

    async def look(client: TelegramClient) -> None:
        peer = await client.get_input_entity("sandbox_control")
        sandbox.requests.clear()
        for _ in range(3):
            await client(functions.messages.GetHistoryRequest(peer, 0, None, 0, 100, 0, 0, 0))
        await client(functions.channels.GetFullChannelRequest(peer))

    read(look)
    assert methods(sandbox) == {"messages.getHistory": 3, "channels.getFullChannel": 1}
