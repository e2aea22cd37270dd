"""The way of the signed-in client: its settings, its session, its connection, and how it spaces look-ups."""

import ast
import asyncio
import base64
import re
import socket
import sqlite3
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
import telethon
from hypothesis import given
from hypothesis import strategies as st
from telethon import errors

from auditor.base.errors import SettingsError
from auditor.base.snapshot import Cause
from auditor.probes.base import Flood, Login, Peer, Spent, Window
from auditor.probes.driver import Driver
from auditor.probes.looks import Act, Call
from auditor.probes.telegram.client import wire
from auditor.probes.telegram.client.plugin import PLUGIN
from auditor.probes.telegram.client.session import (
    Account,
    Proxy,
    Session,
    parse_dc,
    parse_proxy,
    read_session,
)
from auditor.probes.telegram.client.way import RESOLVE, ClientWay
from auditor.probes.telegram.client.wire import PRIVATE, _open_client, _translated
from auditor.probes.telegram.client.words import UNREADABLE, Lost, Refused, meaning
from auditor.sandbox import Sandbox, World
from tests.cases import NOW, WEEK
from tests.probes.signed_in import CONTROL, FakeTime, Phone, methods, target
from tests.proxies import relay

SECRET = "00112233445566778899aabbccddeeff"


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture
def phone(world: World, tmp_path: Path) -> Iterator[Phone]:
    with Sandbox(world) as sandbox:
        yield Phone(sandbox, tmp_path)


# Settings ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRIVATE)
def test_telethon_still_has_the_private_members_that_are_used(name: str) -> None:
    """Telethon promises none of them; the test's name says which one is gone."""
    account = Account(1, "x", Session(2, "127.0.0.1", 1))
    assert hasattr(_open_client(account), name), f"telethon {telethon.__version__}: {name} is gone"


def test_every_private_member_that_is_used_is_named() -> None:
    """A new use of one must be added to the list, or the test above does not watch it."""
    source = ast.parse(Path(wire.__file__).read_text())
    own = {node.name for node in ast.walk(source) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    own |= {n.attr for n in ast.walk(source) if isinstance(n, ast.Attribute) and ast.unparse(n.value) == "self"}
    used = {n.attr for n in ast.walk(source) if isinstance(n, ast.Attribute) and re.match("_[^_]", n.attr)}
    assert used - own <= set(PRIVATE)
    assert set(PRIVATE) <= used | {"_config"}  # which is set by a subclass


def test_a_data_centre_is_read() -> None:
    """Number, host and port; none at all is the session's own."""
    assert parse_dc("4@[::1]:8443") == Session(4, "::1", 8443)
    texts = ("2@127.0.0.1:1", "2@[::1]:1", "2@149.154.167.51:443")
    assert [dc.local for text in texts if (dc := parse_dc(text))] == [True, True, False]
    assert (parse_dc(None), parse_dc("")) == (None, None)


@pytest.mark.parametrize("text", ["127.0.0.1:443", "2@127.0.0.1", "2@h:0", "2@h:70000", "0@h:1", "2@h h:1", "x@h:1"])
def test_what_is_no_data_centre_is_refused_in_one_line(text: str) -> None:
    """With an example."""
    with pytest.raises(SettingsError, match=r"2@127\.0\.0\.1:443"):
        parse_dc(text)


def test_proxies_are_read() -> None:
    """Their kinds, with and without a name and a password."""
    assert parse_proxy("socks5://user:p%40ss@host:1080") == Proxy(("socks5", "host", 1080, True, "user", "p@ss"))
    assert parse_proxy("http://host:3128") == Proxy(("http", "host", 3128, True, None, None))
    for written in (SECRET, SECRET.upper(), base64.urlsafe_b64encode(bytes.fromhex(SECRET)).decode().rstrip("=")):
        assert parse_proxy(f"mtproxy://{written}@host:443") == Proxy(("host", 443, SECRET), mtproxy=True)
    assert parse_proxy(f"mtproxy://dd{SECRET}@host:443") == Proxy(("host", 443, f"dd{SECRET}"), mtproxy=True)
    assert parse_proxy(None) is None


@pytest.mark.parametrize(
    "text",
    [
        "ftp://tainoe@host:1",
        "socks5://tainoe@host",
        "socks5://tainoe@host:99999",
        "http://tainoe@:80",
        "mtproxy://tainoe@host:443",
        "mtproxy://host:443",
        f"mtproxy://ee{SECRET}7461696e6f65@host:443",
        f"mtproxy://{SECRET}00@host:443",
        "socks5://tainoe@[host:1",
    ],
)
def test_what_is_no_proxy_is_refused_without_its_secret(text: str) -> None:
    """In one line that names the setting."""
    with pytest.raises(SettingsError, match="AUDITOR_TELEGRAM_PROXY") as caught:
        parse_proxy(text)
    assert "\n" not in str(caught.value)
    assert "tainoe" not in str(caught.value)
    assert SECRET not in str(caught.value)


@given(st.text(max_size=80))
def test_any_text_is_a_proxy_or_a_settings_error(text: str) -> None:
    """Never a traceback."""
    for read in (parse_proxy, parse_dc):
        with suppress(SettingsError):
            read(text)


def test_secrets_do_not_show() -> None:
    """In no traceback or log: a proxy's, the program's, the key's."""
    proxy = parse_proxy(f"mtproxy://{SECRET}@host:443")
    shown = repr([proxy, Account(1, "tainoe", Session(key=bytes(range(256))), proxy=proxy)])
    assert SECRET not in shown
    assert "tainoe" not in shown
    assert "x01" not in shown


@pytest.mark.parametrize("more", ["", ", takeout_id integer", ", takeout_id integer, tmp_auth_key blob"])
def test_sessions_of_older_telethons_are_read(tmp_path: Path, more: str) -> None:
    """Their tables have fewer columns; noise, an empty file and none are no session."""
    path = tmp_path / "old.session"
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"CREATE TABLE sessions (dc_id integer, server_address text, port integer, auth_key blob{more})")
        key = (bytes(range(256)),)
        db.execute("INSERT INTO sessions (dc_id, server_address, port, auth_key) VALUES (2, '127.0.0.1', 443, ?)", key)
        db.commit()
    session = read_session(path)
    assert session is not None
    assert (session, len(session.name)) == (Session(2, "127.0.0.1", 443, bytes(range(256))), 16)
    path.write_bytes(b"SQLite format 3\x00" + bytes(100))
    assert read_session(path) is None
    path.write_bytes(b"")
    assert (read_session(path), read_session(tmp_path / "none")) == (None, None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("AUDITOR_TELEGRAM_PROXY", "ftp://x"),
        ("AUDITOR_TELEGRAM_DC", "elsewhere"),
        ("AUDITOR_TELEGRAM_PUBLIC_KEY", "/nowhere/key.pem"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_as_the_route_is_opened(phone: Phone, name: str, text: str) -> None:
    """With a session or without one, and in one line."""
    for more in ({}, {"AUDITOR_TELEGRAM_SESSION": str(phone.folder / "none.session")}):
        broken = replace(phone, settings={name: text, **more})
        with pytest.raises(SettingsError, match=name) as caught:
            broken.look(CONTROL)
        assert "\n" not in str(caught.value)


# The connection ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["socks5", "http"])
def test_the_route_goes_through_its_proxy(phone: Phone, kind: str) -> None:
    """And through nothing else: the proxy is asked for the data centre once."""
    with relay(kind) as (port, asked):
        through = replace(phone, settings={"AUDITOR_TELEGRAM_PROXY": f"{kind}://127.0.0.1:{port}"})
        assert through.look(CONTROL).exists is True
    assert asked == [int(phone.sandbox.telegram_dc.rsplit(":", 1)[1])]


@pytest.mark.parametrize(
    "way",
    [
        {"AUDITOR_TELEGRAM_DC": "2@127.0.0.1:{port}"},
        {"AUDITOR_TELEGRAM_PROXY": "socks5://127.0.0.1:{port}"},
        {"AUDITOR_TELEGRAM_PROXY": "http://127.0.0.1:{port}"},
        {"AUDITOR_TELEGRAM_PROXY": f"mtproxy://{SECRET}@127.0.0.1:{{port}}"},
    ],
)
def test_where_nobody_listens_the_route_is_told_absent_at_once(phone: Phone, way: dict[str, str]) -> None:
    """Asked once for the whole run; no missing channel, and no way around a proxy."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    nowhere = replace(phone, settings={name: text.format(port=port) for name, text in way.items()})
    run = nowhere.run([target(CONTROL), target("kto_to_eshche")])
    assert {(seen.exists, seen.cause) for seen in run.snapshots.values()} == {(None, Cause.UNREACHABLE)}
    assert run.requests.total() == 1
    tape = run.tapes[target(CONTROL).address.url]
    assert b'"absent":"refused"' in tape[-1].body
    assert phone.sandbox.requests == []


def test_a_host_that_has_no_address_is_told_so(phone: Phone) -> None:
    """By name, or for want of a network to look names up in."""
    run = replace(phone, settings={"AUDITOR_TELEGRAM_DC": "2@nowhere.invalid:443"}).run([target(CONTROL)])
    assert re.search(rb'"absent":"(name|network)"', run.tapes[target(CONTROL).address.url][-1].body)


def test_nothing_runs_on_afterwards(phone: Phone) -> None:
    """No thread is left of a connection; closing twice, or what was never opened, is no fault."""
    before = set(threading.enumerate())
    with closing(ClientWay(None, None, lambda: NOW)) as unopened:
        unopened.close()
    opened = PLUGIN.open(phone.wiring())
    assert opened is not None
    assert opened.way.send(Call(RESOLVE, {"username": CONTROL}), 10).status == 200
    opened.way.close()
    opened.way.close()
    assert {thread for thread in set(threading.enumerate()) - before if "telegram" in thread.name} == set()


def test_connecting_costs_one_request(phone: Phone) -> None:
    """Nothing is asked about updates or oneself."""
    phone.run([target(CONTROL, full=False)])
    assert methods(phone.sandbox) == {
        "help.getConfig": 1,
        RESOLVE: 1,
        "messages.getHistory": 1,
    }


# Whom it has met, what is rationed -----------------------------------------------------------------------------------


class Quiet:
    """A line on which everybody is asked about in vain."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any], Any]] = []
        self.time, self.moments = FakeTime(), list[float]()

    def call(self, method: str, fields: Any, seconds: float, peer: Any) -> Any:
        self.calls.append((method, dict(fields), peer))
        self.moments.append(self.time.now)
        raise Refused("USERNAME_NOT_OCCUPIED", 400)

    def close(self) -> None:
        """Nothing is open."""


def account(host: str = "149.154.167.51") -> Account:
    return Account(1, "x", Session(2, host, 443, bytes(256)), Session(2, host, 443))


def way(login: Login | None = None, host: str = "149.154.167.51") -> tuple[ClientWay, Quiet]:
    line = Quiet()
    return ClientWay(account(host), login, lambda: NOW, cast("Any", line)), line


def test_look_ups_are_spaced_and_no_more_than_eight_in_ten_minutes() -> None:
    """As Telegram bears them; a run waits half an hour for them, and what would take longer is told."""
    client, line = way()
    driver, span = Driver(client, lambda: NOW, client.limits, timer=line.time.timer), Window.of(WEEK, NOW)
    looks = {f"primer_{number}": PLUGIN.look(target(f"primer_{number}"), span) for number in range(40)}
    causes = set()
    driver.run(looks, lambda _key, seen, _tape: causes.add(seen.cause))
    assert driver.requests == {RESOLVE: len(line.calls)}
    assert 20 <= len(line.calls) <= 25
    assert line.moments[-1] - line.moments[0] <= 1800
    assert all(later - earlier >= 75 for earlier, later in pairwise(line.moments))
    assert causes == {Cause.NOT_AT_ADDRESS, Cause.THROTTLED}


def test_a_days_look_ups_are_counted_over_its_runs() -> None:
    """What other runs of the same sign-in have spent within a day is gone; a test server rations nothing."""
    name = account().session.name
    spent = (Spent(RESOLVE, NOW - timedelta(hours=3), 40, run=1), Spent(RESOLVE, NOW - timedelta(days=2), 90, run=0))
    assert way(Login(name, spent=spent))[0].limits.left == {RESOLVE: 60}
    assert way(Login("another", spent=spent))[0].limits.left == {RESOLVE: 100}
    local = way(Login(name, spent=spent), "127.0.0.1")[0].limits
    assert (local.left, local.rests) == ({}, {})


def test_an_access_hash_goes_into_the_request_and_nowhere_else() -> None:
    """By name or number; whom this sign-in has not met, or a person, is not asked about at all."""
    name = account().session.name
    client, line = way(Login(name, (Peer("primer", 5, 777), Peer("chelovek", -6, 888))))
    client.send(Call("channels.getFullChannel", {"channel": "primer"}), 1)
    client.send(Call("messages.getHistory", {"channel": 5, "offset_id": 0, "limit": 100}), 1)
    client.send(Call("users.getUsers", {"user": "chelovek"}), 1)
    assert line.calls == [
        ("channels.getFullChannel", {}, (5, 777)),
        ("messages.getHistory", {"offset_id": 0, "limit": 100}, (5, 777)),
        ("users.getUsers", {}, (6, 888)),
    ]
    for subject, cause in (("kto_to", Cause.TOO_LITTLE_DATA), ("chelovek", Cause.WRONG_KIND)):
        failure = client.send(Call("channels.getChannels", {"channel": subject}), 1).failure
        assert failure is not None
        assert (failure.cause, failure.sent) == (cause, False)
    assert len(line.calls) == 3


def test_a_wait_that_is_not_over_is_handed_on() -> None:
    """Of an earlier run, and of this one; what is over is not, nor is a rest of our own."""
    name = account().session.name
    floods = (Flood("messages.getHistory", NOW + timedelta(hours=1)), Flood("users.getUsers", NOW))
    client, _ = way(Login(name, floods=floods))
    driver = Driver(client, lambda: NOW, client.limits, timer=FakeTime().timer)
    assert client.limits.closed == {"messages.getHistory": 3600.0}
    driver._close(RESOLVE, meaning(Refused("FLOOD_WAIT", 420, 36_468), NOW))
    driver._close("a.b", meaning(Lost(), NOW))
    login = client.login(driver)
    assert login is not None
    assert login.floods == (Flood(RESOLVE, NOW + timedelta(seconds=36_468)), floods[0])


# What Telegram says --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "cause", "act"),
    [
        (Refused("FLOOD_WAIT", 420, 60), Cause.THROTTLED, Act.CLOSE),
        (Refused("TRANSPORT_FLOOD", 429), Cause.THROTTLED, Act.CLOSE),
        (Refused("CHANNELS_TOO_MUCH", 400), Cause.THROTTLED, Act.CLOSE),
        (Refused("AUTH_KEY_UNREGISTERED", 401), Cause.NO_CREDENTIALS, Act.STOP),
        (Refused("SESSION_REVOKED", 401), Cause.NO_CREDENTIALS, Act.STOP),
        (Refused("AUTH_KEY_DUPLICATED", 406), Cause.NO_CREDENTIALS, Act.STOP),
        (Refused("RPC_CALL_FAIL", 500), Cause.UNREACHABLE, Act.RETRY),
        (Refused("TIMED_OUT", -503), Cause.UNREACHABLE, Act.RETRY),
        (Refused("CHANNEL_PRIVATE", 400), Cause.PRIVATE, Act.TELL),
        (Refused("MSG_ID_INVALID", 400), Cause.TOO_LITTLE_DATA, Act.TELL),
        (Refused("USERNAME_INVALID", 400), Cause.REFUSED, Act.TELL),
        (Refused(UNREADABLE, 0), Cause.UNRECOGNISED_PAGE, Act.TELL),
        (Lost(), Cause.UNREACHABLE, Act.RETRY),
        (Lost("refused"), Cause.UNREACHABLE, Act.TELL),
    ],
)
def test_each_word_has_its_meaning(error: Refused | Lost, cause: Cause, act: Act) -> None:
    """What the driver does about it, and what a look is told; an absurd wait ends."""
    failure = meaning(error, NOW)
    assert (failure.cause, failure.act) == (cause, act)
    assert (failure.wait is not None) == (act is Act.CLOSE)
    assert meaning(Refused("FLOOD_WAIT", 420, 10**12), NOW).wait == 30 * 86400


@pytest.mark.parametrize(
    ("raised", "kind", "word"),
    [
        (errors.ChannelPrivateError(None), Refused, "CHANNEL_PRIVATE"),
        (errors.FloodWaitError(None, capture=9), Refused, "FLOOD_WAIT"),
        (errors.RPCError(None, "SOMETHING_NEW", 400), Refused, "SOMETHING_NEW"),
        (errors.RPCError(None, "Иван сказал", 400), Refused, "RPC"),
        (errors.AuthKeyNotFound(), Refused, "AUTH_KEY_NOT_FOUND"),
        (errors.TypeNotFoundError(1, "Иван".encode()), Refused, UNREADABLE),
        (ConnectionError("Иван"), Lost, ""),
        (TimeoutError("Иван"), Lost, ""),
        (asyncio.IncompleteReadError("Иван".encode(), 9), Lost, ""),
        (struct.error("Иван"), Refused, UNREADABLE),
    ],
)
def test_what_telethon_raises_becomes_a_word(raised: Exception, kind: type, word: str) -> None:
    """Telegram's own, and nothing of what the exception quotes."""
    error = _translated(raised, "")
    assert type(error) is kind
    assert str(error) == word
