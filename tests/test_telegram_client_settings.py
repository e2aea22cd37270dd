"""The pure parts of the signed-in route: settings, the ledger, the ration, and sorting a group into threads."""

import ast
import asyncio
import base64
import re
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
import telethon
from hypothesis import given
from hypothesis import strategies as st
from telethon import errors
from telethon.crypto import rsa

from auditor.base.answers import Answer
from auditor.base.errors import SettingsError
from auditor.base.snapshot import Cause, EvidenceKind, Side, Trace, TraceKind
from auditor.probes.base import Authors, Flood, Window
from auditor.probes.mtproto import link
from auditor.probes.mtproto.asking import (
    UNREADABLE,
    Ask,
    Caller,
    FloodLedger,
    Lost,
    Ration,
    Refused,
    SignedOut,
    Trouble,
    Wanted,
)
from auditor.probes.mtproto.channel import Entry, entries, find_opening, read_back, read_talks, sort_threads
from auditor.probes.mtproto.link import PRIVATE, _open_client, translate
from auditor.probes.mtproto.place import DataCentre, Place, Proxy, StoredSession, parse_dc, parse_proxy, read_session
from auditor.probes.mtproto.plugin import _Player
from auditor.probes.mtproto.reading import Author, Card, Message, Speakers, card_of, comment_of, messages_of, page_of
from auditor.probes.pacing import Breaker, Pace, RetryBudget
from auditor.probes.tape import Tape
from auditor.probes.tme.history import Talk
from auditor.sandbox import Sandbox, World
from tests.bytesearch import found
from tests.telegram_client import CONTROL, Client, no_pause_at_a_proxy

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
SECRET = "0c5a2db70c5a2db70c5a2db70c5a2db7"
ALONE = """
import sys
from auditor.probes.mtproto.place import Connection
from auditor.probes.mtproto.probe import TelegramClientProbe
way = Connection(api_id=1, api_hash="x", session=None, proxy="socks5://h:1", dc="2@h:1")
probe = TelegramClientProbe(way, clock=None, login=None)
probe.close()
print("telethon" in sys.modules)
"""


# Settings


def test_without_a_session_telethon_is_not_even_imported() -> None:
    """Who does not use this route does not wait for it."""
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(("owner", "name"), [(owner, name) for owner, names in PRIVATE.items() for name in names])
def test_telethon_still_has_the_private_members_that_are_used(owner: str, name: str) -> None:
    """Telethon promises none of them; the test's name says which one is gone."""
    place = Place(1, "x", StoredSession(DataCentre(2, "127.0.0.1", 1), b""))
    found = {"TelegramClient": lambda: _open_client(place), "telethon.crypto.rsa": lambda: rsa}[owner]()
    assert hasattr(found, name), f"telethon {telethon.__version__}: {owner}.{name} is gone"


def test_every_private_member_that_is_used_is_named() -> None:
    """A new use of one must be added to the list, or the test above does not watch it."""
    source = ast.parse(Path(link.__file__).read_text())
    own = {node.name for node in ast.walk(source) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    own |= {n.attr for n in ast.walk(source) if isinstance(n, ast.Attribute) and ast.unparse(n.value) == "self"}
    used = {n.attr for n in ast.walk(source) if isinstance(n, ast.Attribute) and re.match("_[^_]", n.attr)}
    named = {name for names in PRIVATE.values() for name in names}
    assert used - own <= named
    assert named <= used | {"_config"}  # which is set by a subclass


def test_a_data_centre_is_read() -> None:
    """Number, host and port; none at all is the session's own."""
    assert parse_dc("2@127.0.0.1:443") == DataCentre(2, "127.0.0.1", 443)
    assert parse_dc("4@[::1]:8443") == DataCentre(4, "::1", 8443)
    assert [d.local for t in ("2@127.0.0.1:1", "2@[::1]:1", "2@149.154.167.51:443") if (d := parse_dc(t))] == [
        True,
        True,
        False,
    ]
    assert (parse_dc(None), parse_dc("")) == (None, None)


@pytest.mark.parametrize("text", ["127.0.0.1:443", "2@127.0.0.1", "2@h:0", "2@h:70000", "0@h:1", "2@h h:1", "x@h:1"])
def test_what_is_no_data_centre_is_refused_in_one_line(text: str) -> None:
    """With an example."""
    with pytest.raises(SettingsError, match=r"2@127\.0\.0\.1:443"):
        parse_dc(text)


def test_proxies_are_read() -> None:
    """Their kinds, with and without a name and a password."""
    assert parse_proxy("socks5://user:p%40ss@host:1080") == Proxy("socks5", "host", 1080, "user", "p@ss")
    assert parse_proxy("socks5h://host:1080") == Proxy("socks5", "host", 1080)
    assert parse_proxy("http://host:3128") == Proxy("http", "host", 3128)
    for written in (SECRET, SECRET.upper(), base64.urlsafe_b64encode(bytes.fromhex(SECRET)).decode().rstrip("=")):
        assert parse_proxy(f"mtproxy://{written}@host:443") == Proxy("mtproxy", "host", 443, secret=SECRET)
    assert parse_proxy(f"mtproxy://dd{SECRET}@host:443") == Proxy("mtproxy", "host", 443, secret=f"dd{SECRET}")
    assert parse_proxy(None) is None


@pytest.mark.parametrize(
    "text",
    [
        "ftp://tainoe@host:1",
        "socks5://tainoe@host",
        "socks5://tainoe@host:99999",
        "http://tainoe@:80",
        "host:1080",
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


def test_a_proxys_secret_does_not_show() -> None:
    """In no traceback or log."""
    proxies = [parse_proxy(f"mtproxy://{SECRET}@host:443"), parse_proxy("socks5://name:tainoe@host:1")]
    assert "tainoe" not in repr(proxies)
    assert SECRET not in repr(proxies)


@pytest.mark.parametrize("version", [4, 7, 8])
def test_sessions_of_older_telethons_are_read(tmp_path: Path, version: int) -> None:
    """Their tables have fewer columns; the key shows in no `repr`."""
    path = tmp_path / "old.session"
    more = {4: "", 7: ", takeout_id integer", 8: ", takeout_id integer, tmp_auth_key blob"}[version]
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"CREATE TABLE sessions (dc_id integer, server_address text, port integer, auth_key blob{more})")
        db.execute(
            "INSERT INTO sessions (dc_id, server_address, port, auth_key) VALUES (2, '127.0.0.1', 443, ?)",
            (bytes(range(256)),),
        )
        db.commit()
    stored = read_session(tmp_path / "old")
    assert stored is not None
    assert (stored.dc, len(stored.name)) == (DataCentre(2, "127.0.0.1", 443), 16)
    assert "x01" not in repr(stored)


# Proxies in use


def exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += client.recv(count - len(data))
    return data


def socks5(client: socket.socket) -> int:
    """Speak the server's side of SOCKS5 and return the port asked for."""
    exactly(client, exactly(client, 2)[1])
    client.sendall(b"\x05\x00")
    kind = exactly(client, 4)[3]
    exactly(client, 4 if kind == 1 else exactly(client, 1)[0])
    (port,) = struct.unpack(">H", exactly(client, 2))
    client.sendall(b"\x05\x00\x00\x01" + bytes(6))
    return int(port)


def http(client: socket.socket) -> int:
    """Answer CONNECT and return the port asked for."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += exactly(client, 1)
    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    return int(head.split()[1].rsplit(b":", 1)[1])


def pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def relay(kind: str) -> Iterator[tuple[int, list[int]]]:
    """A proxy for one connection after another; yields its port, and the ports it was asked to lead to."""
    greet, asked = {"socks5": socks5, "http": http}[kind], list[int]()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                asked.append(greet(client))
                with socket.create_connection(("127.0.0.1", asked[-1])) as server:
                    back = threading.Thread(target=pump, args=(server, client))
                    back.start()
                    pump(client, server)
                    back.join()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], asked
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture
def client(world: World, tmp_path: Path) -> Iterator[Client]:
    with Sandbox(world) as sandbox:
        yield Client(sandbox, tmp_path)


@pytest.mark.parametrize("kind", ["socks5", "http"])
def test_the_route_goes_through_its_proxy(client: Client, kind: str) -> None:
    """And through nothing else: the proxy is asked for the data centre once."""
    with relay(kind) as (port, asked):
        seen = client.look(CONTROL, proxy=f"{kind}://127.0.0.1:{port}").snapshot
    assert seen.exists is True
    assert asked == [int(client.sandbox.telegram_dc.rsplit(":", 1)[1])]


def test_the_route_goes_through_an_mtproxy(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the data centre's own address is not connected to: this one leads nowhere."""
    no_pause_at_a_proxy(monkeypatch)
    port = client.sandbox.telegram_dc.rsplit(":", 1)[1]
    right = f"mtproxy://{client.sandbox.telegram_mtproxy_secret}@127.0.0.1:{port}"
    assert client.look(CONTROL, proxy=right, dc="2@192.0.2.1:443").snapshot.exists is True


@pytest.mark.parametrize("kind", ["socks5", "http", f"mtproxy://{SECRET}@"])
def test_a_proxy_that_is_not_there_is_unreachable(client: Client, kind: str) -> None:
    """No missing channel, and no way around the proxy."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    proxy = f"{kind}127.0.0.1:{port}" if kind.endswith("@") else f"{kind}://127.0.0.1:{port}"
    seen = client.look(CONTROL, proxy=proxy).snapshot
    assert (seen.exists, seen.cause) == (None, Cause.UNREACHABLE)
    assert client.sandbox.requests == []


# The ledger and the ration


def test_a_closed_method_opens_when_its_time_is_up() -> None:
    """One method's wait is no other's, and what is over is not handed on."""
    now = [NOW]
    ledger = FloodLedger([Flood("a.b", NOW + timedelta(seconds=5)), Flood("old", NOW)], lambda: now[0])
    ledger.close("c.d", 60)
    assert (ledger.closed("a.b"), ledger.closed("old"), ledger.closed("e.f")) == (
        NOW + timedelta(seconds=5),
        None,
        None,
    )
    assert [f.method for f in ledger.floods] == ["a.b", "c.d"]
    now[0] += timedelta(seconds=30)
    assert [f.method for f in ledger.floods] == ["c.d"]
    ledger.close("x", 1e300)
    assert ledger.floods[-1].until <= now[0] + timedelta(days=30)


def rationed(count: int, **options: float) -> tuple[list[float], list[bool]]:
    """Take `count` look-ups in a row by a clock that moves as it is waited; return when, and which were let go."""
    now = [1000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    ration = Ration(sleep=sleep, monotonic=lambda: now[0], **options)
    times, let = [], []
    for _ in range(count):
        let.append(ration.take())
        times.append(now[0] - 1000.0)
    return times, let


def test_look_ups_are_spaced_and_no_more_than_eight_in_ten_minutes() -> None:
    """A first run over twenty-one names takes twenty minutes and some, and gets all of them."""
    times, let = rationed(21)
    assert all(let)
    assert all(b - a >= 30 for a, b in pairwise(times))
    for begin in times:
        assert sum(begin <= t < begin + 600 for t in times) <= 8
    assert times[-1] <= 1800


def test_a_run_does_not_wait_for_its_ration_without_end() -> None:
    """What would take longer than its patience is not asked."""
    _, let = rationed(10, patience=300)
    assert let == [True] * 8 + [False, False]


def test_a_test_server_has_no_ration() -> None:
    """An interval of 0 lifts it."""
    times, let = rationed(50, interval=0.0)
    assert (set(times), set(let)) == ({0.0}, {True})


# Reading


def said(number: int, minute: int, **fields: object) -> Message:
    return Message(number, NOW + timedelta(minutes=minute), **fields)  # type: ignore[arg-type]


def test_a_group_is_sorted_into_threads_by_root_and_top() -> None:
    """Copies are roots, replies to replies find their thread, the group's own talk stays out."""
    group = [
        said(1, 0, text="разговор"),
        said(2, 1, copy_of=10),
        said(3, 2, copy_of=20),
        said(4, 3, copy_of=21),
        said(5, 4, reply_to=2),
        said(6, 5, reply_to=5, top=2),
        said(7, 6, reply_to=6),
        said(8, 7, reply_to=4),
        said(9, 8, reply_to=1),
        said(10, 9, reply_to=2, copy_of=20),
        said(11, 10, reply_to=2, service=True),
        said(12, 11, reply_to=900, top=900),
    ]
    threads = sort_threads(reversed(group), {10: 10, 20: 20, 21: 20})
    assert threads.roots == {10: {2}, 20: {3, 4}}
    assert {post: sorted(found) for post, found in threads.comments.items()} == {10: [5, 6, 7, 10], 20: [8]}


@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(0, 60))
def test_every_comment_finds_the_thread_it_was_written_in(seed: int, posts: int, comments: int) -> None:
    """Whatever the order in which threads are talked in, and whether or not the top is named."""
    rng, number, where, group = Random(seed), 0, dict[int, int](), list[Message]()
    roots: dict[int, int] = {}
    for post in range(posts):
        number += 1
        roots[post] = number
        group.append(said(number, number, copy_of=post))
    for _ in range(comments):
        number += rng.choice((1, 2, 5))
        post = rng.randrange(posts)
        mates = [n for n, p in where.items() if p == post]
        answered = rng.choice([*mates, roots[post]])
        top = roots[post] if answered != roots[post] and rng.random() < 0.8 else None
        group.append(said(number, number, reply_to=answered, top=top))
        where[number] = post
    rng.shuffle(group)
    threads = sort_threads(group, {p: p for p in range(posts)})
    assert {n: p for p, found in threads.comments.items() for n in found} == where


def side() -> Speakers:
    return Speakers(
        channel=100,
        group=200,
        group_names=("obsuzhdenie",),
        staff_ids=frozenset({7}),
        staff=frozenset({"sotrudnik"}),
        others=frozenset({"sosed"}),
        own=frozenset({"glava2"}),
        institution=frozenset({"admin"}),
        authors=Authors(),
    )


@pytest.mark.parametrize(
    ("author", "whose"),
    [
        (Author(100, True, ("kanal",), "channel"), Side.OWNER),
        (Author(200, True), Side.OWNER),
        (Author(), Side.OWNER),
        (Author(11, True, ("glava2",), "channel"), Side.OWNER),
        (Author(7, False), Side.OWNER),
        (Author(8, False, ("imya", "sotrudnik"), "user"), Side.OWNER),
        (Author(55, False), Side.OWNER),
        (Author(12, True, ("admin",), "channel"), Side.BODY),
        (Author(9, True, ("sosed",), "channel"), Side.BODY),
        (Author(100, False, kind="user"), Side.CITIZEN),
        (Author(13, False, ("anna",), "user", "Анна"), Side.CITIZEN),
        (Author(10, True, ("chuzhoi",), "channel"), Side.UNKNOWN),
        (Author(14, True, ("beseda",), "group"), Side.UNKNOWN),
        (Author(15, False, ("pomoshnik_bot",), "bot"), Side.UNKNOWN),
        (Author(16, False), Side.UNKNOWN),
        (Author(17, False, (), "user", "Андрей Выдуманный"), Side.UNKNOWN),
        (Author(17, False, (), "user", "Выдуманный Андрей Имярекович"), Side.UNKNOWN),
        (Author(18, False, (), "user", "Район Первый"), Side.UNKNOWN),
    ],
)
def test_who_speaks_for_the_channel(author: Author, whose: Side) -> None:
    """By number and kind; a person whose number happens to be the channel's is a person; 55 administers the group.

    Issue 25, item 16: a channel, a group or a bot that is not on record is unknown. So is who is called as the page or
    the holder, and of whom no card came along: he may be a bot, or staff by a user name.
    """
    holder = ("Выдуманный Андрей Имярекович",)
    whole = replace(side().with_staff(frozenset({55})), title="Первый район", holder=holder)
    comment = comment_of(said(50, 0, author=author, text="Когда починят?", reply_to=3), {3}, whole)
    asks = whose in {Side.CITIZEN, Side.UNKNOWN}
    assert (comment.side, comment.author, comment.reply_to, comment.question) == (whose, 1, None, asks)


def test_a_comment_holds_neither_words_nor_name() -> None:
    """And a raw message shows neither in a traceback."""
    raw = said(50, 0, author=Author(9, False, ("prohozhiy",)), text="@sotrudnik тайное слово", reply_to=3)
    comment = comment_of(raw, (), side())
    assert (comment.author, comment.mentions, comment.reply_to) == (1, 2, 3)
    assert "тайное" not in comment.model_dump_json() + repr(raw)
    assert "prohozhiy" not in repr(raw) + repr(raw.author)


def page(numbers: range, count: int | None) -> SimpleNamespace:
    messages = [SimpleNamespace(id=n, date=NOW, message="x") for n in reversed(numbers)]
    return SimpleNamespace(messages=messages, count=count)


def test_a_short_page_is_the_last_only_where_the_count_agrees() -> None:
    """A page that was cut short must not end a history."""
    assert page_of(page(range(1, 31), 30), 1).last(0)
    assert not page_of(page(range(1, 31), 130), 1).last(0)
    assert page_of(page(range(1, 31), 130), 1).last(100)
    assert not page_of(page(range(1, 31), None), 1).last(0)
    assert page_of(page(range(0), None), 1).last(0)
    assert not page_of(page(range(1, 101), 100), 1).last(0)


def test_restrictions_of_one_shop_are_nobodys() -> None:
    """What all are refused counts; a phone maker's shelf and a mere warning do not."""

    class Channel(SimpleNamespace):
        pass

    def restricted(*pairs: tuple[str, str]) -> tuple[str, ...]:
        reasons = [SimpleNamespace(platform=p, reason=r) for p, r in pairs]
        card = card_of(Channel(id=1, broadcast=True, restricted=True, restriction_reason=reasons))
        assert card is not None
        return card.restricted

    assert restricted(("ios", "porn"), ("all", "sensitive")) == ()
    assert restricted(("android", "porn"), ("all", "terms")) == ("terms",)


@given(st.lists(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=3), st.lists, max_leaves=3)))
def test_strange_fields_are_no_facts(values: list[object]) -> None:
    """An answer of a later layer never raises; what cannot be read is left out."""
    names = ["id", "date", "message", "fwd_from", "from_id", "reply_to", "replies", "action", "grouped_id", "username"]
    thing = SimpleNamespace(**dict(zip(names, values, strict=False)))
    assert all(
        m.at is not None for m in messages_of(SimpleNamespace(messages=[thing], users=[thing], chats=[thing]), 1)
    )


# Answers that contradict themselves


class Scripted:
    """A link that answers what it is told, for what no server of ours says."""

    requests = 0

    def __init__(self, *answers: object) -> None:
        self.answers, self.asked = list(answers), list[Ask]()

    def call(self, ask: Ask) -> object:
        self.asked.append(ask)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def caller_of(link: Scripted) -> Caller:
    budget, ledger = RetryBudget(Pace(0)), FloodLedger((), lambda: NOW)
    return Caller(
        link,  # type: ignore[arg-type]
        budget=budget,
        ledger=ledger,
        ration=Ration(0),
        breaker=Breaker(),
        clock=lambda: NOW,
    )


WEEK = Window(NOW - timedelta(days=8), NOW - timedelta(days=1), NOW - timedelta(days=38), NOW, NOW - timedelta(days=22))
CARD = Card("channel", 1, 5, ("kanal",), NOW - timedelta(days=900), left=True)


@pytest.mark.parametrize(("count", "cause"), [(0, None), (7, Cause.CONTRADICTION), (None, Cause.UNRECOGNISED_PAGE)])
def test_an_empty_history_is_believed_only_with_its_count(count: int | None, cause: Cause | None) -> None:
    """Nothing where something is counted is no silence."""
    walk = read_back(caller_of(Scripted(page(range(0), count))), "kanal", CARD, WEEK, [])
    assert (walk.cause, walk.messages) == (cause, {})


def test_a_history_that_goes_round_in_a_circle_is_left() -> None:
    """An offset that is not heeded does not make the probe ask for ever."""
    link = Scripted(*[page(range(101, 201), 900)] * 5)
    walk = read_back(caller_of(link), "kanal", CARD, WEEK, [])
    assert (walk.cause, len(link.asked)) == (Cause.CONTRADICTION, 2)


def test_a_page_cut_short_is_read_on() -> None:
    """Thirty messages of a hundred and thirty are not the whole history."""
    link = Scripted(page(range(101, 131), 130), page(range(1, 101), 130))
    walk = read_back(caller_of(link), "kanal", CARD, WEEK, [])
    assert (len(walk.messages), walk.whole, link.asked[1].offset_id) == (130, True, 101)


def test_a_creation_after_its_own_messages_is_none() -> None:
    """Then only the oldest message bounds the opening."""
    walk = read_back(caller_of(Scripted(page(range(5, 9), 4))), "kanal", CARD, WEEK, [])
    late = replace(CARD, date=NOW + timedelta(days=1))
    assert find_opening(caller_of(Scripted()), "kanal", late, walk, []) == [Trace(kind=TraceKind.OLDEST_POST, at=NOW)]


CHANNEL = SimpleNamespace(channel_id=1)
ROOT = SimpleNamespace(
    id=50, date=NOW, message="", from_id=CHANNEL, fwd_from=SimpleNamespace(saved_from_peer=CHANNEL, saved_from_msg_id=9)
)
NAMED = SimpleNamespace(count=1, participants=[SimpleNamespace(user_id=55)])


def wrote(number: int, user: int | None, text: str, *, to: int = 50) -> SimpleNamespace:
    """A message of the group, in the thread of its message 50."""
    peer = SimpleNamespace(user_id=user) if user is not None else None
    reply = SimpleNamespace(reply_to_msg_id=to, reply_to_top_id=50 if to != 50 else None)
    return SimpleNamespace(id=number, date=NOW, message=text, from_id=peer, reply_to=reply)


def thread_of(*answers: object, comments: int) -> tuple[Talk, list[str]]:
    """What is read of a post with so many comments, from the group whose name is known, and what was asked for."""
    link, kept = Scripted(*answers), list[Answer]()
    post = Entry(9, NOW, repost=False, text="", comments=comments, parts=(9,))
    told = read_talks(caller_of(link), "kanal", CARD, Card("group", 200, 6), side(), [post], kept)
    assert read_talks(_Player(Tape(kept, NOW)), "kanal", CARD, Card("group", 200, 0), side(), [post], []) == told
    return told[9], [ask.method for ask in link.asked]


def test_comments_that_bulk_did_not_show_are_asked_for() -> None:
    """The post counts two, the group shows one: its thread is asked, and both are there."""
    one, two = wrote(51, None, "?"), wrote(52, None, "?")
    pages = SimpleNamespace(messages=[one, ROOT], count=2), SimpleNamespace(messages=[two, one], count=2)
    talk, asked = thread_of(NAMED, *pages, comments=2)
    assert asked == ["channels.getParticipants", "messages.getHistory", "messages.getReplies"]
    assert ([c.id for c in talk.comments], talk.cause) == ([51, 52], None)


class User(SimpleNamespace):
    """A person, as Telegram calls him."""


def talked(*root: SimpleNamespace) -> SimpleNamespace:
    """A question, a reply by somebody and one by an anonymous administrator, and thanks; of the group with the root."""
    rows = wrote(54, 904, "Спасибо за каток"), wrote(53, None, "К пятнице", to=51), wrote(52, 902, "К субботе", to=51)
    messages = [*rows, wrote(51, 901, "Когда починят мост?"), *root]
    people = [User(id=n, first_name=f"Имярек{n}") for n in (901, 902, 904)]
    return SimpleNamespace(messages=messages, count=len(messages), users=people)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (Refused("CHAT_ADMIN_REQUIRED", 400), Cause.REFUSED),
        (Refused("CHANNEL_PRIVATE", 400), Cause.PRIVATE),
        (Lost(), Cause.UNREACHABLE),
        (SimpleNamespace(), Cause.UNRECOGNISED_PAGE),
        (SimpleNamespace(count=2, participants=[SimpleNamespace(user_id=55)]), Cause.UNRECOGNISED_PAGE),
        (SimpleNamespace(count=0, participants=[]), Cause.UNRECOGNISED_PAGE),
        (SimpleNamespace(count=1, participants=[SimpleNamespace(peer=55)]), Cause.UNRECOGNISED_PAGE),
        (NAMED, None),
    ],
)
def test_without_the_administrators_a_thread_was_not_read_whole(answer: object, cause: Cause | None) -> None:
    """Issue 25, item 2: an administrator whom nobody named was a citizen, and the head was silent by his answer.

    What the owner himself wrote stays; whoever asks nothing, or answers somebody, is unknown.
    """
    lost = [answer] * 3 if isinstance(answer, Lost) else [answer]
    talk, _ = thread_of(*lost, talked(ROOT), comments=4)
    other = Side.CITIZEN if cause is None else Side.UNKNOWN
    assert talk.cause is cause
    assert {c.id: c.side for c in talk.kept} == {51: Side.CITIZEN, 52: other, 53: Side.OWNER, 54: other}


def test_in_a_private_group_nobody_is_surely_a_citizen_but_who_only_asks() -> None:
    """Its administrators are named to its members alone; the comments are read through the channel."""
    post = Entry(9, NOW, repost=False, text="", comments=4, parts=(9,))
    talk = read_talks(caller_of(Scripted(talked())), "kanal", CARD, None, side(), [post], [])[9]
    assert talk.cause is Cause.PRIVATE
    assert [c.side for c in talk.kept] == [Side.CITIZEN, Side.UNKNOWN, Side.OWNER, Side.UNKNOWN]


def test_a_message_that_cannot_be_read_is_no_deleted_one() -> None:
    """Then the thread, or the history, was not read whole."""
    strange = SimpleNamespace(id=53, date=None, message="?")
    pages = (
        SimpleNamespace(messages=[strange, wrote(51, None, "?"), ROOT], count=3),
        SimpleNamespace(messages=[strange, wrote(51, None, "?")], count=2),
    )
    talk, _ = thread_of(NAMED, *pages, comments=2)
    assert (talk.cause, talk.kept) == (Cause.UNRECOGNISED_PAGE, ())
    walk = read_back(caller_of(Scripted(SimpleNamespace(messages=[strange], count=1))), "kanal", CARD, WEEK, [])
    assert walk.cause is Cause.UNRECOGNISED_PAGE


class MessageMediaPaidMedia(SimpleNamespace):
    """A picture for stars."""


@pytest.mark.parametrize(
    "more",
    [
        {"message": "Скидки у соседей. erid: 2VtzqwВыдумано"},
        {
            "message": "Скидки",
            "entities": [SimpleNamespace(url="https://primer.invalid/?ERID=2Vt", offset=0, length=6)],
        },
        {"reply_markup": SimpleNamespace(rows=[SimpleNamespace(buttons=[SimpleNamespace(url="https://x/?erid=2")])])},
        {"message": "erid 2Vt", "fwd_from": SimpleNamespace()},
        {"media": MessageMediaPaidMedia()},
        {"action": SimpleNamespace()},
    ],
)
def test_advertisements_and_what_is_paid_for_are_no_posts(more: dict[str, object]) -> None:
    """Issue 25, item 19. The whole album goes with the one part that is marked; «Меридиан» is no mark."""
    news = {"id": 7, "date": NOW, "message": "Открыли парк «Меридиан»", "grouped_id": 3}
    plain = SimpleNamespace(**news), SimpleNamespace(**{**news, "id": 6})
    marked = (
        SimpleNamespace(**{**news, "id": 5, "grouped_id": 4, **more}),
        SimpleNamespace(**{**news, "id": 4, "message": "", "grouped_id": 4}),
    )
    answer = SimpleNamespace(messages=[*plain, *marked], count=4)
    walk = read_back(caller_of(Scripted(answer)), "kanal", CARD, WEEK, [])
    expected = [(4, (4,))] if "action" in more else []
    assert [(entry.id, entry.parts) for entry in entries(walk)] == [*expected, (6, (6, 7))]


_WORD, _PERSON = "словажителя", "imyazhitelya"
_WRITTEN = st.builds(
    SimpleNamespace,
    id=st.integers(1, 12),
    date=st.datetimes(datetime(2026, 11, 16), datetime(2026, 11, 20), timezones=st.just(UTC)),
    message=st.sampled_from([f"Когда {_WORD}?", f"@{_PERSON} {_WORD}", f"@sosed, прошу {_WORD}", "🙂", ""]),
    from_id=st.none() | st.builds(SimpleNamespace, user_id=st.sampled_from([7, 901, 902])),
    reply_to=st.none() | st.builds(SimpleNamespace, reply_to_msg_id=st.integers(1, 12), reply_to_top_id=st.just(40)),
)


@given(
    st.lists(st.lists(_WRITTEN, max_size=4, unique_by=lambda m: m.id), max_size=3),
    st.integers(0, 9),
    st.none() | st.integers(0, 9),
)
def test_comments_that_are_judged_are_those_that_are_stored(
    pages: list[list[SimpleNamespace]], count: int, told: int | None
) -> None:
    """Read at once or from the records alone they are the same, whatever Telegram says; no word and no name stays."""
    people = [SimpleNamespace(id=n, username=f"{_PERSON}{n}") for n in (901, 902)]
    link = Scripted(
        *(SimpleNamespace(messages=m, count=told, users=people) for m in pages), Refused("CHANNEL_PRIVATE", 400)
    )
    post, kept = Entry(9, NOW, repost=False, text="", comments=count, parts=(9,)), list[Answer]()
    live = read_talks(caller_of(link), "kanal", CARD, None, side(), [post], kept)
    tape, again = Tape(kept, NOW), list[Answer]()
    assert read_talks(_Player(tape), "kanal", CARD, None, side(), [post], again) == live
    assert [a.body for a in again] == [a.body for a in kept]
    assert tape.left == ()
    assert found([_WORD, _PERSON, "901"], b"".join(a.body for a in kept)) == []


def test_an_answer_that_cannot_be_read_is_no_absence() -> None:
    """A layer that this Telethon does not know."""
    with pytest.raises(Trouble) as caught:
        caller_of(Scripted(Refused(UNREADABLE, 0))).ask(
            Wanted(Ask("contacts.resolveUsername", name="x"), EvidenceKind.PROFILE, {}, dict, dict), []
        )
    assert caught.value.cause is Cause.UNRECOGNISED_PAGE


@pytest.mark.parametrize(
    ("raised", "meant", "word"),
    [
        (errors.FloodWaitError(None, 30), Refused, "FLOOD_WAIT"),
        (errors.UsernameNotOccupiedError(None), Refused, "USERNAME_NOT_OCCUPIED"),
        (errors.ChannelPrivateError(None), Refused, "CHANNEL_PRIVATE"),
        (errors.MsgIdInvalidError(None), Refused, "MSG_ID_INVALID"),
        (errors.SessionRevokedError(None), SignedOut, "SESSION_REVOKED"),
        (errors.UserDeactivatedBanError(None), SignedOut, "USER_DEACTIVATED_BAN"),
        (errors.AuthKeyDuplicatedError(None), SignedOut, "AUTH_KEY_DUPLICATED"),
        (errors.AuthKeyNotFound(), SignedOut, "AUTH_KEY_NOT_FOUND"),
        (errors.BadRequestError(None, "SOMETHING_NEW"), Refused, "SOMETHING_NEW"),
        (errors.RpcCallFailError(None), Refused, "RPC_CALL_FAIL"),
        (errors.TypeNotFoundError(1, b"tainoe slovo"), Refused, UNREADABLE),
        (struct.error("tainoe slovo"), Refused, UNREADABLE),
        (ConnectionResetError("tainoe slovo"), Lost, ""),
        (TimeoutError(), Lost, ""),
        (asyncio.IncompleteReadError(b"tainoe slovo", 9), Lost, ""),
    ],
)
def test_what_telethon_raises_becomes_a_word(raised: Exception, meant: type, word: str) -> None:
    """Telegram's own, and nothing of what the exception quotes."""
    said_so = translate(raised)
    assert type(said_so) is meant
    assert str(said_so) == word
    assert "tainoe" not in repr(said_so)
