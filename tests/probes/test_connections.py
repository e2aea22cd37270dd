"""Connections: to permitted addresses only, within the deadline, and the cause if a part is absent."""

import errno
import ipaddress
import socket
import threading
from collections.abc import Sequence
from contextlib import aclosing
from itertools import product
from typing import Any

import httpcore
import pytest

from auditor.base.snapshot import Cause
from auditor.probes import connections
from auditor.probes.connections import Resolve, is_public, resolve_host
from auditor.probes.driver import Response
from auditor.probes.event_loop import run
from auditor.probes.http_client import HttpClient
from auditor.probes.protocol import FailureAction
from tests.cases import NOW
from tests.probes.memory_network import MemoryNetwork, http_response

PUBLIC, PRIVATE = "93.184.215.14", "192.168.0.1"
URL = "http://rayon.example/x"


async def resolve_known(host: str, port: int) -> Sequence[str]:
    if host == "rayon.example":
        return [PUBLIC]
    return [str(ipaddress.ip_address(host))]


def get(url: str = URL, seconds: float = 60, resolve: Resolve = resolve_known, **options: Any) -> Response:
    async def ask() -> Response:
        async with aclosing(HttpClient(lambda: NOW, resolve=resolve, **options)) as web:
            return await web.get(url, seconds)

    return run(ask())


def addresses(*lookups: Sequence[str] | Exception) -> Resolve:
    """Return a resolver that finds these in turn, the last one for ever."""
    remaining = list(lookups)

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        result = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        if isinstance(result, Exception):
            raise result
        return result

    return resolve


def failure_fields(response: Response) -> tuple[Cause, FailureAction, str, bool]:
    assert response.failure is not None
    return response.failure.cause, response.failure.act, response.failure.absent, response.failure.sent


def absent(kind: str) -> tuple[Cause, FailureAction, str, bool]:
    return Cause.UNREACHABLE, FailureAction.DELIVER, kind, False


SILENT = (Cause.UNREACHABLE, FailureAction.RETRY, "", True)
NOT_PUBLIC = (Cause.REFUSED, FailureAction.DELIVER, "", False)


def connect_error(number: int | None) -> Exception:
    error = httpcore.ConnectError("no connection")
    error.__cause__ = OSError(number, "in words") if number is not None else None
    return error


def test_a_name_without_an_address_is_absent(network: MemoryNetwork) -> None:
    """The name does not exist, or name resolution is down: for the host and for any kind of proxy."""
    for error, kind in (
        (socket.gaierror(socket.EAI_NONAME, "no such name"), "name"),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), "network"),
        (UnicodeError("no name at all"), "name"),
    ):
        for proxy in (None, "http://p.invalid:1", "https://p.invalid:1", "socks5://p.invalid:1"):
            assert failure_fields(get("https://t.me/", proxy=proxy, resolve=addresses(error))) == absent(kind)
    assert network.connected == []


@pytest.mark.parametrize(("seconds", "longest"), [(60, 0.01), (0.01, 60)])
def test_looking_up_a_name_has_a_limit(monkeypatch: pytest.MonkeyPatch, seconds: float, longest: float) -> None:
    """Its own, after which there is no network here, and the request's deadline.

    The system's look-up, which cannot be cancelled, is abandoned.
    """
    monkeypatch.setattr(connections, "_LOOKUP_SECONDS", longest)
    ended = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: ended.wait(120))
    expected = absent("network") if longest < seconds else SILENT
    assert failure_fields(get(seconds=seconds, resolve=resolve_host)) == expected
    ended.set()


REFUSED, NO_NET = errno.ECONNREFUSED, errno.ENETUNREACH


def test_why_no_address_takes_a_connection(network: MemoryNetwork) -> None:
    """A part counts as absent only if every address fails at once; a timeout or another error may be temporary."""
    for errors, expected in [
        ([connect_error(REFUSED)], absent("refused")),
        ([connect_error(NO_NET), connect_error(REFUSED)], absent("refused")),
        ([connect_error(NO_NET)], absent("network")),
        ([connect_error(errno.EHOSTUNREACH)], absent("network")),
        ([connect_error(errno.ETIMEDOUT)], SILENT),
        ([connect_error(REFUSED), httpcore.ConnectTimeout()], SILENT),
        ([], SILENT),
    ]:
        network.refuses = {f"10.0.0.{n}": error for n, error in enumerate(errors)}
        network.connected.clear()
        assert failure_fields(get(resolve=addresses(list(network.refuses)))) == expected
        assert [host for host, _ in network.connected] == list(network.refuses)


def test_one_address_that_responds_is_enough(network: MemoryNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """IPv6 may be unreachable. `resolve_host` puts IPv4 first, since few sites lack it."""
    network.refuses = {"::1": connect_error(NO_NET)}
    assert get(resolve=addresses(["::1", PUBLIC])).body == b"words"
    assert network.connected == [("::1", 80), (PUBLIC, 80)]
    socket_addresses = [(socket.AF_INET6, ("::1", 80, 0, 0)), (socket.AF_INET, ("127.0.0.1", 80))]
    entries = [(family, socket.SOCK_STREAM, 6, "", address) for family, address in socket_addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    assert run(resolve_host("localhost", 80)) == ["127.0.0.1", "::1"]


def test_where_nobody_listens_the_system_says_so() -> None:
    """A real socket reports that the connection is refused."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert failure_fields(get(f"http://127.0.0.1:{free.getsockname()[1]}/")) == absent("refused")


SLOW: dict[str, list[bytes | float | Exception]] = {
    "half a response, then nothing": [http_response(size=10), 999.0],
    "a byte now and then": [b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", *[1.0, b"x"] * 99],
    "100 Continue now and then": [1.0, b"HTTP/1.1 100 Continue\r\n\r\n"] * 99,
}


@pytest.mark.parametrize("kind", SLOW)
@pytest.mark.parametrize("seconds", [60, 10])
def test_what_is_slow_is_cut_off_in_time(network: MemoryNetwork, kind: str, seconds: float) -> None:
    """The deadline ends a response that keeps trickling, and 15 seconds end a silence; the connection is closed."""
    network.plays = [SLOW[kind]]
    assert failure_fields(get(seconds=seconds)) == SILENT
    assert network.seconds == (min(15, seconds) if 999.0 in SLOW[kind] else seconds)
    assert network.connections[0].closed


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwords\r\n0\r\n\r\n"
SURPLUS = {
    "chunked": CHUNKED,
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a redirect without a body": http_response(b"", 302, Location="/other"),
}


@pytest.mark.parametrize("extra", [http_response(b"another page"), CHUNKED], ids=["counted", "chunked"])
@pytest.mark.parametrize("kind", SURPLUS)
def test_what_follows_a_response_is_not_the_next_one(network: MemoryNetwork, kind: str, extra: bytes) -> None:
    """In the same packet or in one of its own: it would be taken for another page's answer, and stored as that."""
    whole = SURPLUS[kind]
    for play in ([whole + extra], [whole[:-3], whole[-3:] + extra]):
        network.plays, network.connected = [play, [http_response(b"its own page")]], []

        async def two_pages() -> list[bytes]:
            async with aclosing(HttpClient(lambda: NOW, resolve=resolve_known)) as http:
                return [(await http.get("http://rayon.example/", 9)).body for _ in range(2)]

        assert run(two_pages())[1] == b"its own page"
        assert len(network.connected) == 2


def test_a_connection_is_used_again_where_nothing_follows(network: MemoryNetwork) -> None:
    """Whether it says how long it is, or where it ends."""
    for whole in (http_response(), CHUNKED):
        network.plays, network.connected = [[whole, whole]], []

        async def two_pages() -> list[bytes]:
            async with aclosing(HttpClient(lambda: NOW, resolve=resolve_known)) as http:
                return [(await http.get("http://rayon.example/", 9)).body for _ in range(2)]

        assert run(two_pages()) == [b"words", b"words"]
        assert len(network.connected) == 1


@pytest.mark.parametrize("proxy", [None, "https://10.0.0.1:8443", "socks5://10.0.0.1:1080"])
def test_a_handshake_has_the_time_that_is_left(network: MemoryNetwork, proxy: str | None) -> None:
    """The deadline covers a proxy's handshake, also of SOCKS, for which httpcore sets no timeout."""
    network.handshake, network.plays = 999.0, [[999.0]]
    assert failure_fields(get("https://rayon.example/", 7, proxy=proxy)) == SILENT
    assert network.seconds == 7


def test_a_request_whose_time_is_over_is_not_begun(network: MemoryNetwork) -> None:
    """No connection is opened."""
    assert (failure_fields(get(f"http://{PUBLIC}/", 0)), network.connected) == (SILENT, [])


def test_which_address_is_public() -> None:
    """Private, loopback, link-local, reserved and protocol addresses are not, nor IPv6 addresses that embed one."""
    for address, public in [
        *((text, True) for text in (PUBLIC, "2a00:1148::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e")),
        *((text, False) for text in ("127.0.0.1", "10.0.0.7", "192.168.0.1", "169.254.1.1", "100.64.0.1", "0.0.0.0")),
        *((text, False) for text in ("192.0.0.9", "192.88.99.1", "224.0.0.1", "255.255.255.255", "240.0.0.1")),
        *((text, False) for text in ("::1", "::", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1")),
        *((text, False) for text in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::80ff:fffe")),
        *((text, False) for text in ("", "rayon.example", "127.1")),
    ]:
        assert is_public(address) is public


def test_a_host_of_this_machines_network_is_not_asked(network: MemoryNetwork) -> None:
    """A client for linked hosts refuses it, directly or through a proxy; any other client connects."""
    hosts = ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.7", "0.0.0.0")
    for host, proxy in product(hosts, (None, "http://10.0.0.1:3128")):
        assert failure_fields(get(f"http://{host}:8080/", public=True, proxy=proxy)) == NOT_PUBLIC
    assert network.connected == []
    assert {get(f"http://{host}:8080/").body for host in hosts} == {b"words"}


def test_a_name_is_asked_at_the_address_that_was_checked(network: MemoryNetwork) -> None:
    """A name that is public when checked and private a moment later (DNS rebinding) is not looked up again.

    One private address among public ones is enough to refuse: the one that connects is chance.
    """
    assert get(public=True, resolve=addresses([PUBLIC], [PRIVATE])).body == b"words"
    assert failure_fields(get(public=True, resolve=addresses([PUBLIC, PRIVATE]))) == NOT_PUBLIC
    assert network.connected == [(PUBLIC, 80)]


@pytest.mark.parametrize("host", ["rayon.example", "unknown.invalid"])
def test_a_proxy_may_be_on_this_machine(network: MemoryNetwork, host: str) -> None:
    """The host behind it must be public, or unknown here: then the proxy resolves it."""
    assert get(f"http://{host}/", public=True, proxy="http://127.0.0.1:3128").body == b"words"
    assert network.connected == [("127.0.0.1", 3128)]
