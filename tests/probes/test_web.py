"""The web client over real sockets: whatever a server, a proxy or the way does, a reply comes, and in time."""

import gzip
import logging
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.base.errors import SettingsError
from auditor.base.i18n import Catalogue
from auditor.base.secrets import Secret
from auditor.base.settings import load_settings
from auditor.base.snapshot import Cause, EvidenceKind, Route
from auditor.probes.driver import Driver, Limits, Reply
from auditor.probes.looks import Act, Ask, Call, Failure, Look, Stored, ask
from auditor.probes.unanswered import why_unanswered
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.way import VkWay
from auditor.probes.web import SIZE, Web, failure_of, header, read_date, seconds_until, unpacked
from auditor.probes.wire import NoAnswerError
from tests import faulty_server as fault
from tests.faulty_server import Asked, FaultyServer, Good, Play, deaf, nobody, raw, said

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PAGE = b"<p>" + b"words of an invented page " * 200 + b"</p>"
PUBLIC = "93.184.215.14"
SHORT = 0.4
"""Seconds for a request that will not be answered."""
few = settings(max_examples=40, deadline=None)


def page(asked: Asked) -> Good:
    return Good(PAGE)


def got(url: str, seconds: float = 5, **options: Any) -> Reply:
    with closing(Web(lambda: NOW, **options)) as web:
        return web.get(url, seconds)


def played(play: Play, seconds: float = 5, **options: Any) -> Reply:
    with FaultyServer(page, play) as server:
        return got(server.url, seconds, **options)


def cause_of(reply: Reply) -> tuple[Cause, Act] | None:
    failure = failure_of(reply)
    return None if failure is None else (failure.cause, failure.act)


PASSING = (Cause.UNREACHABLE, Act.RETRY)


# Whole answers


def test_a_whole_answer_comes_with_what_belongs_to_its_evidence() -> None:
    """Its moment is our clock's, its date the server's; no cookie is kept."""
    date = "Tue, 24 Nov 2026 04:59:00 GMT"
    reply = played(said(gzip.compress(PAGE), Content_Encoding="gzip", Date=date, Set_Cookie="a=secret", ETag="5"))
    assert (reply.at, reply.status, reply.body, failure_of(reply)) == (NOW, 200, PAGE, None)
    assert reply.date == NOW - timedelta(minutes=1)
    assert (header(reply, "ETag"), header(reply, "Content-Type")) == ("5", "text/html; charset=utf-8")
    assert "secret" not in str(reply)


def test_it_says_who_asks_and_what_it_can_read() -> None:
    """An audit asks, in English, for gzip alone."""
    heads: list[bytes] = []
    with listening(lambda line: (heads.append(line.recv(9999)), line.sendall(Good(b"x").packed()))) as url:
        assert got(url).body == b"x"
    words = heads[0].lower()
    assert b"auditor/" in words
    assert b"accept-language: en\r\n" in words
    assert b"accept-encoding: gzip\r\n" in words


def test_a_form_is_sent_as_the_sites_own_script_does() -> None:
    """Older comments come by a form."""
    with FaultyServer(page) as server, closing(Web(lambda: NOW)) as web:
        assert web.post(f"{server.url}/m?hash=1", 5, {"before_id": 58}).body == PAGE
    assert server.log == [Asked("POST", "/m", {"hash": "1"}, {"before_id": "58"})]


def test_a_cookie_goes_back_to_the_server_that_gave_it() -> None:
    """A widget's form is accepted with the cookie of its page alone; another host gets none."""
    heads: list[bytes] = []

    def play(line: socket.socket) -> None:
        heads.append(line.recv(9999))
        line.sendall(Good(b"x", headers={"Set-Cookie": "ssid=7"}).packed())

    with listening(play) as url, closing(Web(lambda: NOW)) as web:
        for address in (url, url, url.replace("127.0.0.1", "localhost")):
            assert web.get(address, 5).status == 200
    assert [b"ssid=7" in head for head in heads] == [False, True, False]


def test_a_redirect_is_told_and_not_followed() -> None:
    """Where it leads is not kept: the page of one who comments may lead to his name."""
    foreign = "http://user:secret@block.example/imyarek_b?client=10.0.0.7#x"
    for location, full in [("/imyarek_b", "{url}/imyarek_b"), (foreign, foreign), ("http://[::1", "")]:
        with FaultyServer(page, said("", 302, Location=location)) as server:
            reply, url = got(server.url), server.url
        assert (reply.status, reply.location) == (302, full.format(url=url))
        assert header(reply, "Location") == ""
        assert len(server.log) == 1
        assert failure_of(reply) is None


def test_addresses_that_are_asked_stay_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Some are a citizen's name."""
    caplog.set_level(logging.DEBUG)
    with FaultyServer(page, fault.reset) as server:
        got(f"{server.url}/imyarek_b")
        got("http://imyarek.invalid/imyarek_b")
    assert "imyarek" not in caplog.text


# What is no answer


def gzipped(body: bytes, coding: str = "gzip", **headers: str) -> Play:
    return said(body, Content_Encoding=coding, **headers)


def lying(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Send more than is said."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + PAGE)


def endless_head(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Send headers as fast as they are read."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not server.ended.is_set():
        connection.sendall(b"X-More: and more\r\n" * 1000)


def hasty_continue(connection: socket.socket, server: FaultyServer, asked: Asked) -> None:
    """Send "100 Continue" as fast as it is read."""
    while not server.ended.is_set():
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


BROKEN = {
    "reset": fault.reset,
    "closed": fault.closed,
    "no HTTP": raw(b"\0\1\2 nothing of HTTP\r\n\r\n"),
    "a head that never ends": endless_head,
    "chunks that break off": fault.chunked_off,
    "chunks that are none": raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nwords\r\n"),
    "half a body": raw(Good(PAGE).packed()[:-2000]),
    "more than it says": lying,
    "a length below zero": raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nwords"),
    "two lengths": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nwords!"),
    "half of what was packed": gzipped(gzip.compress(PAGE)[:-9]),
    "not packed at all": gzipped(PAGE),
    "packed wrongly": gzipped(gzip.compress(PAGE)[:20] + b"\0" * 40),
    "packed twice": gzipped(gzip.compress(gzip.compress(PAGE)), "gzip, gzip"),
    "packed otherwise": gzipped(PAGE, "br"),
}
SLOW = {
    "silent": fault.silent,
    "half an answer, then nothing": fault.hanging,
    "a byte now and then": fault.dripping,
    "a head a byte now and then": fault.dripping_head,
    "100 Continue now and then": fault.continuing,
    "100 Continue without end": hasty_continue,
}
LARGE = {"a bomb": fault.bomb, "a page without end": fault.endless}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_broken_is_no_answer(kind: str) -> None:
    """It may pass: half a page would be a page with half the posts."""
    reply = played(BROKEN[kind])
    assert (cause_of(reply), reply.body, reply.headers) == (PASSING, b"", None)


@pytest.mark.parametrize("kind", SLOW)
def test_what_is_slow_is_cut_off_in_time(kind: str) -> None:
    """Whatever keeps coming, the whole time is the limit."""
    with FaultyServer(page, SLOW[kind]) as server, in_time(SHORT):
        reply = got(server.url, SHORT)
    assert cause_of(reply) == PASSING


@pytest.mark.parametrize("kind", LARGE)
def test_what_is_too_large_is_left(kind: str) -> None:
    """It is no page of the network, and it is not worth asking for again."""
    assert cause_of(played(LARGE[kind])) == (Cause.UNRECOGNISED_PAGE, Act.TELL)


def test_a_size_of_its_own_bounds_a_body() -> None:
    """To the byte."""
    assert played(said(PAGE), size=len(PAGE)).body == PAGE
    assert cause_of(played(said(PAGE), size=len(PAGE) - 1)) == (Cause.UNRECOGNISED_PAGE, Act.TELL)


def test_an_answer_beyond_its_length_does_not_come_for_the_next() -> None:
    """The connection on which it lies is not used again."""
    lie = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx" + Good(b"not the second page").packed()
    answers = iter([lie, Good(b"second").packed()])
    with (
        listening(lambda line: (line.recv(9999), line.sendall(next(answers)))) as url,
        closing(Web(lambda: NOW)) as web,
    ):
        assert cause_of(web.get(url, 5)) == PASSING
        assert web.get(url, 5).body == b"second"


def test_a_bomb_unfolds_no_further_than_the_limit() -> None:
    """Megabytes of nothing take some kilobytes."""
    packed = gzip.compress(bytes(30 * 1024 * 1024))
    tracemalloc.start()
    try:
        with pytest.raises(NoAnswerError):
            unpacked(packed, "gzip", SIZE)
        assert tracemalloc.get_traced_memory()[1] < 4 * SIZE
    finally:
        tracemalloc.stop()


@few
@given(st.lists(st.binary(max_size=500), min_size=1, max_size=4), st.data())
def test_a_packed_body_comes_whole_or_not_at_all(parts: list[bytes], data: st.DataObject) -> None:
    """Servers that pack part by part send several streams; one that breaks off is no body."""
    packed = b"".join(map(gzip.compress, parts))
    assert unpacked(packed, "gzip", SIZE) == b"".join(parts)
    last = len(gzip.compress(parts[-1]))
    with pytest.raises((EOFError, OSError)):
        unpacked(packed[: len(packed) - data.draw(st.integers(1, last - 1))], "gzip", SIZE)


@pytest.mark.parametrize("url", ["http://", "nonsense", "ftp://h/", "http://h:99999/", "http://[::1", "http://a b/"])
def test_an_address_that_cannot_be_asked_does_not_raise(url: str) -> None:
    """It comes out of a page."""
    assert failure_of(got(url)) is not None


# The way


@contextmanager
def listening(play: Callable[[socket.socket], Any]) -> Iterator[str]:
    """Yield the address of a server that does `play` with each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                with line:
                    line.settimeout(5)
                    play(line)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@contextmanager
def in_time(seconds: float) -> Iterator[None]:
    """Long before what keeps a server or a resolver busy is over, however loaded the machine."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds + 8


def absence(reply: Reply) -> tuple[Cause, Act, str, bool]:
    assert reply.failure is not None
    return reply.failure.cause, reply.failure.act, reply.failure.absent, reply.failure.sent


def absent(kind: str) -> tuple[Cause, Act, str, bool]:
    return Cause.UNREACHABLE, Act.TELL, kind, False


def refuse_to_resolve(error: Exception) -> Callable[[str, int], Sequence[str]]:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise error

    return resolve


def test_a_name_that_does_not_exist_is_absent() -> None:
    """Told at once, and not worth asking again."""
    error = socket.gaierror(socket.EAI_NONAME, "no such name")
    assert absence(got("http://t.invalid/", resolve=refuse_to_resolve(error))) == absent("name")
    with in_time(3):
        assert absence(got("http://imyarek.invalid/")) in (absent("name"), absent("network"))


def test_without_anybody_to_look_up_names_there_is_no_network() -> None:
    """Whether that is said at once or not in three seconds."""
    error = socket.gaierror(socket.EAI_AGAIN, "try again")
    assert absence(got("http://t.invalid/", resolve=refuse_to_resolve(error))) == absent("network")
    with in_time(3):
        assert absence(got("http://t.invalid/", 60, resolve=lambda host, port: time.sleep(12) or [])) == absent(
            "network"
        )


def test_looking_up_a_name_is_part_of_the_time() -> None:
    """The system's own look-up, which here takes long, cannot be cut off, and is left behind."""
    with in_time(SHORT):
        got("http://t.invalid/", SHORT, resolve=lambda host, port: time.sleep(12) or [])


def test_without_a_way_out_there_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine itself says so."""

    def connect(*_: object, **__: object) -> socket.socket:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", connect)
    assert absence(got(f"http://{PUBLIC}/")) == absent("network")


def test_where_nobody_listens_the_server_is_refused() -> None:
    """On each address of the name."""
    with nobody() as url:
        assert absence(got(url)) == absent("refused")
        assert absence(got(url, resolve=lambda host, port: ["::1", "127.0.0.1"])) == absent("refused")


def test_one_address_that_answers_is_enough() -> None:
    """Version 6 may lead nowhere."""
    with FaultyServer(page) as server:
        assert got(server.url, resolve=lambda host, port: ["::1", "127.0.0.1"]).body == PAGE


def test_a_connection_that_is_never_taken_up_is_cut_off() -> None:
    """It is closed from here, and not absent."""
    with deaf() as url, in_time(SHORT):
        assert cause_of(got(url, SHORT)) == PASSING


@pytest.mark.parametrize("play", [b"", b"\x16\x03\x03\x40\x00"])
def test_a_handshake_that_does_not_end_is_cut_off(play: bytes) -> None:
    """TLS that stays silent, or stops in its first record."""
    with listening(lambda line: (line.sendall(play), all(iter(lambda: line.recv(9999), b"")))) as url, in_time(SHORT):
        assert cause_of(got(url.replace("http:", "https:"), SHORT)) == PASSING


def test_a_certificate_of_nobody_is_no_answer() -> None:
    """Whoever stands between may have made it."""
    with FaultyServer(page, tls=True) as server:
        reply = got(server.url.replace("127.0.0.1", "localhost"))
    assert (cause_of(reply), server.log) == (PASSING, [])


def test_over_tls_the_same_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole answer comes, a slow one is cut off, a broken one is none."""
    trusting = ssl.create_default_context(cafile=str(fault.CERTIFICATE))
    monkeypatch.setattr("auditor.probes.web._tls", lambda: trusting)
    for play, seconds, cause in ((None, 5, None), (fault.dripping, SHORT, PASSING), (fault.chunked_off, 5, PASSING)):
        with FaultyServer(page, play, tls=True) as server, in_time(seconds):
            reply = got(server.url.replace("127.0.0.1", "localhost"), seconds)
        assert (cause_of(reply), reply.body) == (cause, b"" if cause else PAGE)


def test_the_shells_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vantage is what the settings say."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with FaultyServer(page) as server:
        assert got(server.url).body == PAGE


def test_a_proxy_is_asked_for_a_name_that_is_unknown_here() -> None:
    """It alone needs to be found."""
    with FaultyServer(page) as proxy:
        assert got("http://t.invalid/x", proxy=proxy.url).body == PAGE
    assert proxy.log[0].path == "/x"


def test_a_proxys_own_absence_is_told() -> None:
    """Whatever it would lead to."""
    error = socket.gaierror(socket.EAI_NONAME, "no such name")
    for scheme in ("http", "https", "socks5"):
        with nobody() as url:
            assert absence(got("https://t.me/", proxy=url.replace("http", scheme))) == absent("refused")
        reply = got("https://t.me/", proxy=f"{scheme}://p.invalid:1", resolve=refuse_to_resolve(error))
        assert absence(reply) == absent("name")


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
@pytest.mark.parametrize("words", [b"", b"\0", b"nonsense\r\n\r\n", b"\5\0\5\5"])
def test_a_proxy_that_talks_nonsense_or_nothing_is_no_answer(scheme: str, words: bytes) -> None:
    """And is cut off in time, though httpcore gives SOCKS no limit."""
    with (
        listening(lambda line: (line.recv(99), line.sendall(words), time.sleep(0.1))) as url,
        in_time(SHORT),
    ):
        assert cause_of(got("https://t.me/", 0.3, proxy=url.replace("http", scheme))) == PASSING


@pytest.mark.parametrize(
    "value", ["nonsense://user:hunter2@h", "http://user:hunter2@h:x", "hunter2", "socks4://hunter2"]
)
def test_a_proxy_that_cannot_be_one_is_refused_without_showing_it(value: str) -> None:
    """It may hold a password."""
    with pytest.raises(SettingsError) as error:
        Web(lambda: NOW, value)
    assert "hunter2" not in str(error.value) + repr(error.value.__cause__)


# Where a link may lead


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.7", "0.0.0.0"]
)
def test_a_host_of_this_machines_network_is_not_asked(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a client for the hosts that links name, directly or through a proxy."""
    connected: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: connected.append(address))
    for proxy in (None, "http://127.0.0.1:9"):
        reply = got(f"http://{host}:8080/", public=True, proxy=proxy)
        assert absence(reply) == (Cause.REFUSED, Act.TELL, "", False)
    assert connected == []


def test_a_name_is_asked_at_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Public when it is checked and private a moment later: the second address is never used."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    with FaultyServer(page) as server:
        connect, connected = socket.socket.connect, list[object]()

        def detour(self: socket.socket, address: Any) -> None:
            connected.append(address)
            connect(self, ("127.0.0.1", server.port))

        monkeypatch.setattr(socket.socket, "connect", detour)
        reply = got("http://rayon.example/", public=True, resolve=lambda host, port: next(answers))
    assert (reply.body, connected) == (PAGE, [(PUBLIC, 80)])


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    """Which of them would be connected to is chance."""
    reply = got("http://rayon.example/", public=True, resolve=lambda host, port: [PUBLIC, "192.168.0.1"])
    assert absence(reply) == (Cause.REFUSED, Act.TELL, "", False)


def test_a_proxy_may_be_on_this_machine() -> None:
    """The host behind it must be public, or unknown here."""
    with FaultyServer(page) as proxy:
        for host in ("rayon.example", "unknown.invalid"):
            assert got(f"http://{host}/", public=True, proxy=proxy.url, resolve=known).body == PAGE


def known(host: str, port: int) -> Sequence[str]:
    names = {"rayon.example": PUBLIC, "127.0.0.1": "127.0.0.1"}
    if host not in names:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return [names[host]]


# What a status and the headers say


@pytest.mark.parametrize(
    ("status", "cause", "act"),
    [
        (401, Cause.REFUSED, Act.TELL),
        (403, Cause.REFUSED, Act.TELL),
        (404, Cause.UNRECOGNISED_PAGE, Act.TELL),
        (204, Cause.UNRECOGNISED_PAGE, Act.TELL),
        (407, Cause.UNREACHABLE, Act.TELL),
        (408, Cause.UNREACHABLE, Act.RETRY),
        (429, Cause.THROTTLED, Act.RETRY),
        (451, Cause.BLOCKED, Act.TELL),
        (500, Cause.UNREACHABLE, Act.RETRY),
        (503, Cause.UNREACHABLE, Act.RETRY),
    ],
)
def test_each_status_has_its_cause(status: int, cause: Cause, act: Act) -> None:
    """What may pass is worth asking again; the number is kept, and the wait that is asked for."""
    failure = failure_of(Reply(NOW, status, headers=(("Retry-After", "7"),)))
    assert failure is not None
    assert (failure.cause, failure.act, failure.status) == (cause, act, status)
    assert failure.absent == ("proxy" if status == 407 else "")
    assert failure.wait == (7 if act is Act.RETRY else None)


@few
@given(st.integers(0, 10**12))
def test_a_wait_in_seconds_is_read(seconds: int) -> None:
    """Of any length, and never below the one that is asked for unless that is years."""
    wait = seconds_until(str(seconds), NOW)
    assert wait == seconds or (wait is not None and wait >= 10**8)


@few
@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_a_moment_is_read_as_it_is_written(moment: datetime) -> None:
    """As the server's date, and as the end of a wait, which is over where it has passed."""
    whole = moment.replace(microsecond=0, tzinfo=UTC)
    text = format_datetime(whole, usegmt=True)
    assert read_date(text) == whole
    assert seconds_until(text, NOW) == max(0.0, (whole - NOW).total_seconds())


@few
@given(
    st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, \d+ Nov \d{1,6} \d+:\d+:\d+ ([+-]\d{4}|GMT)", fullmatch=True)
)
def test_any_other_text_is_no_moment_and_raises_nothing(text: str) -> None:
    """Or one in UTC."""
    moment, wait = read_date(text), seconds_until(text, NOW)
    assert moment is None or moment.utcoffset() == timedelta()
    assert wait is None or wait >= 0


# A route that is not there


class _Page(Stored):
    size: int


class _Way:
    """Asks one server."""

    def __init__(self, url: str, **options: Any) -> None:
        self.url, self.web = url, Web(lambda: NOW, **options)

    def send(self, call: Call, seconds: float) -> Reply:
        return self.web.get(self.url, seconds)

    def read(self, call: Call, reply: Reply) -> dict[str, int] | Failure:
        return failure_of(reply) or {"size": len(reply.body)}

    def close(self) -> None:
        self.web.close()


def looking() -> Look[Cause | int]:
    answer = yield from ask(Ask(Call("page", {}), _Page, EvidenceKind.PROFILE))
    return answer.cause if isinstance(answer, Failure) else answer.size


@pytest.mark.parametrize("resolves", [True, False])
def test_a_route_that_is_not_there_is_told_in_three_seconds(*, resolves: bool) -> None:
    """However many pages it has: one is tried, and all are told."""
    tries: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        tries.append(host)
        if not resolves:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return ["127.0.0.1"]

    ends: list[object] = []
    with nobody() as url, closing(_Way(url, resolve=resolve)) as way, in_time(2):
        driver = Driver(way, lambda: NOW, Limits(interval=2))
        driver.run({str(n): looking() for n in range(20)}, lambda key, seen, tape: ends.append(seen))
    assert (ends, len(tries)) == ([Cause.UNREACHABLE] * 20, 1)
    ((_, failure),) = driver.closed.values()
    assert failure.absent == ("refused" if resolves else "name")


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        *(("http", b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status) for status in (403, 407, 502)),
        *(("socks5", b"\5\0\5%c\0\1\0\0\0\0\0\0" % code) for code in (1, 2, 4, 5)),
        ("socks5", b"\5\xff"),
    ],
)
def test_a_proxy_that_refuses_is_told_at_once(scheme: str, words: bytes) -> None:
    """By what CONNECT or SOCKS answers: one request for twenty pages. A route that has answered may come back."""
    tries, ends = list[int](), list[Any]()

    def refuse(line: socket.socket) -> None:
        tries.append(1)
        line.recv(4096)
        line.sendall(words[:2])
        if scheme == "socks5":
            line.recv(4096)
        line.sendall(words[2:])

    with listening(refuse) as url, in_time(SHORT):
        way = _Way("https://t.invalid/", proxy=url.replace("http", scheme))
        with closing(way):
            driver = Driver(way, lambda: NOW)
            driver.run({str(n): looking() for n in range(20)}, lambda key, seen, tape: ends.append(seen))
    assert (ends, len(tries)) == ([Cause.UNREACHABLE] * 20, 1)
    assert driver.unanswered is not None
    assert (driver.unanswered.absent, driver.unanswered.act) == ("proxy", Act.RETRY)


@pytest.mark.parametrize(
    ("route", "failure", "environ", "line"),
    [
        (Route.VK, {"absent": "network"}, {}, "no network here: api.vk.ru is not reached"),
        (Route.VK, {"absent": "name"}, {}, "no network here: api.vk.ru is not reached"),
        (Route.VK, {"absent": "refused"}, {}, "the server is down: api.vk.ru refuses connections"),
        (Route.VK, {}, {}, "closed from here: api.vk.ru is silent"),
        (Route.TELEGRAM_PREVIEW, {"code": 502}, {}, "the server is down: t.me answers with error 502"),
        (Route.TELEGRAM_PREVIEW, {"cause": Cause.BLOCKED}, {}, "closed from here: t.me sends a block page"),
        (
            Route.TELEGRAM_PREVIEW,
            {"absent": "name"},
            {"TELEGRAM_WEB_PROXY": "http://h:1"},
            "the proxy of AUDITOR_TELEG",
        ),
        (Route.VK, {"absent": "proxy", "status": 407}, {}, "closed from here: api.vk.ru is silent"),
        (Route.VK, {"absent": "proxy"}, {"VK_PROXY": "http://h:1"}, "the proxy of AUDITOR_VK_PROXY does not lead"),
        (
            Route.TELEGRAM_PREVIEW,
            {},
            {"TELEGRAM_WEB_PROXY": "http://h:1"},
            "the proxy of AUDITOR_TELEGRAM_WEB_PROXY does not lead to t.me",
        ),
        (Route.TELEGRAM_CLIENT, {"absent": "refused"}, {"TELEGRAM_PROXY": "http://h:1"}, "the proxy of AUDITOR_TELEG"),
        (Route.VK, {"cause": Cause.NO_CREDENTIALS}, {}, "no key, or the key may not: set AUDITOR_VK_TOKEN"),
        (Route.TELEGRAM_CLIENT, {"cause": Cause.NO_CREDENTIALS}, {}, "the session is signed in no more"),
        (Route.VK, {"cause": Cause.REFUSED}, {}, "refused"),
    ],
)
def test_one_line_says_why_and_what_mends_it(
    route: Route, failure: dict[str, Any], environ: dict[str, str], line: str, tmp_path: Any
) -> None:
    """For each route, with a proxy and without, in both languages."""
    options = {"VK_TOKEN": "vk1.a.invented", "TELEGRAM_API_ID": "1"} | environ
    loaded = load_settings({f"AUDITOR_{name}": value for name, value in options.items()}, tmp_path)
    why = why_unanswered(route, Failure.model_validate({"at": NOW, "cause": Cause.UNREACHABLE} | failure), loaded)
    english, russian = (Catalogue(lang).text(why) for lang in ("en", "ru"))
    assert english.startswith(line)
    assert russian != english
    if failure.get("cause") is not Cause.REFUSED and "code" not in failure:
        assert "AUDITOR_" in english or "auditor login" in english


# VK's calls


def test_vk_api_puts_a_call_together_and_this_client_sends_it_once() -> None:
    """To the server of the settings, with the version and the key; vk_api, which asks again, never hears of a fault."""
    for play, cause in ((raw(Good(b'{"error": {"error_code": 10}}').packed()), None), (fault.reset, PASSING)):
        with FaultyServer(page, play) as server:
            way = VkWay(VkSettings(token=Secret("invented-key"), api_url=server.url), lambda: NOW)
            with closing(way):
                assert cause_of(way.send(Call("users.get", {"user_ids": "1,2"}), 5)) == cause
        (asked,) = server.log
        assert (asked.method, asked.path) == ("POST", "/method/users.get")
        assert asked.form.items() >= {"user_ids": "1,2", "v": "5.199", "access_token": "invented-key"}.items()
