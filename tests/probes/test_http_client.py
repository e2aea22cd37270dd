"""The web client returns a response or its failure, whatever a server or a proxy sends."""

import gzip
import logging
import re
import tracemalloc
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.errors import SettingsError
from auditor.base.snapshot import Cause
from auditor.probes.connections import NoResponseError, resolve_host
from auditor.probes.driver import Response
from auditor.probes.event_loop import run
from auditor.probes.http_client import (
    SIZE,
    HttpClient,
    decompress,
    failure_of,
    header,
    parse_http_date,
    parse_retry_after,
)
from auditor.probes.protocol import Failure, FailureAction
from tests.probes.https_server import CERTIFICATE, https_server
from tests.probes.memory_network import MemoryNetwork, Play, http_response

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PAGE = b"<p>" + b"words of an invented page " * 200 + b"</p>"
GZIP = gzip.compress(PAGE)
URL = "http://93.184.215.14/x"
PASSING = (Cause.UNREACHABLE, FailureAction.RETRY)
TOO_LARGE = (Cause.UNRECOGNISED_PAGE, FailureAction.DELIVER)


async def resolve(host: str, port: int) -> list[str]:
    if not re.fullmatch(r"[a-z0-9.]+", host):
        raise OSError("no name")
    return [host]


def get(url: str = URL, **options: Any) -> Response:
    return run(_get(url, HttpClient(lambda: NOW, **{"resolve": resolve, **options})))


async def _get(url: str, client: HttpClient) -> Response:
    async with aclosing(client) as web:
        return await web.get(url, 60)


def cause_of(response: Response) -> tuple[Cause, FailureAction] | None:
    failure = failure_of(response)
    return None if failure is None else (failure.cause, failure.act)


def compressed(body: bytes, coding: str = "gzip") -> list[bytes]:
    return [http_response(body, Content_Encoding=coding)]


def test_a_whole_response_comes_with_what_belongs_to_its_evidence(network: MemoryNetwork) -> None:
    """Its moment is by our clock, its date by the server's; no cookie is stored. Some servers compress in members."""
    date, two_members = "Tue, 24 Nov 2026 04:59:00 GMT", gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:])
    network.plays = [[http_response(two_members, Content_Encoding="gzip", Date=date, Set_Cookie="a=secret", ETag="5")]]
    response = get()
    assert (response.at, response.status, response.body, failure_of(response)) == (NOW, 200, PAGE, None)
    assert (response.date, header(response, "ETag"), header(response, "Server")) == (
        NOW - timedelta(minutes=1),
        "5",
        "",
    )
    assert "secret" not in str(response)


def test_it_says_who_asks_and_what_it_can_read(network: MemoryNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names itself, accepts English and gzip only, and ignores the shell's proxy.

    A form is sent as by the site's own script, with its page's cookie, which another host does not get.
    """
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    network.plays = [[http_response(Set_Cookie="ssid=7", Connection="close")]]

    async def ask() -> None:
        async with aclosing(HttpClient(lambda: NOW, resolve=resolve)) as web:
            await web.get(URL, 5, {"before": "7"})
            await web.post(URL, 5, {"before_id": 58})
            await web.post("http://sosed.example/", 5, b"bytes as they are")

    run(ask())
    assert network.connected == [("93.184.215.14", 80)] * 2 + [("sosed.example", 80)]
    page_request, form, bytes_request = (bytes(connection.sent).lower() for connection in network.connections)
    assert page_request.startswith(b"get /x?before=7 http/1.1\r\n")
    for expected_header in (b"auditor/", b"accept-language: en\r\n", b"accept-encoding: gzip\r\n"):
        assert expected_header in page_request
    assert b"x-requested-with: xmlhttprequest" in form
    assert form.endswith(b"\r\n\r\nbefore_id=58")
    assert bytes_request.endswith(b"\r\n\r\nbytes as they are")
    assert b"ssid=7" in form
    assert b"ssid=7" not in page_request + bytes_request


def test_a_redirect_is_returned_and_not_followed(network: MemoryNetwork) -> None:
    """The target is not stored: a commenter's page may redirect to their name."""
    away = "http://user:secret@block.example/b?client=10.0.0.7#x"
    for location, absolute_url in {
        "/imyarek_b": "http://93.184.215.14/imyarek_b",
        away: away,
        "http://[::1": "",
    }.items():
        network.plays = [[http_response(b"", 302, Location=location)]]
        response = get()
        assert (response.status, response.location, header(response, "Location"), failure_of(response)) == (
            302,
            absolute_url,
            "",
            None,
        )
    assert len(network.connected) == 3


def test_addresses_that_are_asked_stay_out_of_the_log(network: MemoryNetwork, caplog: pytest.LogCaptureFixture) -> None:
    """Some addresses contain a citizen's name."""
    caplog.set_level(logging.DEBUG)
    network.plays = [[httpcore.ReadError("cut")]]
    assert cause_of(get("http://imyarek.invalid/imyarek_b")) == PASSING
    assert "imyarek" not in caplog.text


BROKEN: dict[str, Play] = {
    "cut": [httpcore.ReadError("reset")],
    "closed": [],
    "no HTTP": [b"\0\1\2 nothing of HTTP\r\n\r\n"],
    "a head that never ends": [b"HTTP/1.1 200 OK\r\n", *[b"X-More: and more\r\n" * 1000] * 20],
    "half a body": [http_response(PAGE)[:-2000]],
    "longer than stated": [http_response(PAGE, size=2000)],
    "half of a compressed body": compressed(GZIP[:-9]),
    "a second member that breaks off": compressed(GZIP + GZIP[:-9]),
    "not compressed": compressed(PAGE),
    "compressed twice": compressed(gzip.compress(GZIP), "gzip, gzip"),
    "compressed otherwise": compressed(PAGE, "br"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_broken_is_no_response(network: MemoryNetwork, kind: str) -> None:
    """It is retried, since half a page would pass for a page with half the posts; the connection is closed."""
    network.plays = [BROKEN[kind], [http_response(b"second")]]

    async def ask_twice() -> None:
        async with aclosing(HttpClient(lambda: NOW, resolve=resolve)) as web:
            response = await web.get(URL, 5)
            assert (cause_of(response), response.body, response.headers) == (PASSING, b"", None)
            assert network.connections[0].closed
            assert (await web.get(URL, 5)).body == b"second"

    run(ask_twice())


@pytest.mark.parametrize(("spare", "cause"), [(0, None), (-1, TOO_LARGE)])
@pytest.mark.parametrize("play", [compressed(GZIP), [http_response(PAGE)]], ids=["compressed", "plain"])
def test_a_size_bounds_a_body_to_the_byte(network: MemoryNetwork, play: Play, spare: int, cause: Any) -> None:
    """Compressed or not; a larger body is not a page of the network and is not retried."""
    network.plays = [play]
    response = get(size=len(PAGE) + spare)
    assert (cause_of(response), response.body) == (cause, b"" if cause else PAGE)


def test_a_page_without_end_is_left(network: MemoryNetwork) -> None:
    """Reading stops at the limit; a compression bomb takes no more memory than a few times the limit."""
    network.plays = [(b"HTTP/1.1 200 OK\r\n\r\n" if n == 0 else b"x" * 60_000 for n in range(10_000))]
    assert cause_of(get()) == TOO_LARGE
    assert next(iter(network.plays[0]))
    bomb = gzip.compress(bytes(30 * 1024 * 1024))
    tracemalloc.start()
    try:
        with pytest.raises(NoResponseError):
            decompress(bomb, "gzip", SIZE)
        assert tracemalloc.get_traced_memory()[1] < 4 * SIZE
    finally:
        tracemalloc.stop()


def test_an_address_that_cannot_be_asked_does_not_raise(network: MemoryNetwork) -> None:
    """Pages may contain invalid addresses, so these give a failure."""
    for url in ("http://", "nonsense", "ftp://h/", "http://h:99999/", "http://[::1", "http://a b/"):
        assert failure_of(get(url)) is not None
    assert network.connected == []


def test_an_untrusted_certificate_gives_no_response(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a real socket: one that only the shell's settings trust may be an interceptor's. It is no block either."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with https_server() as url:
        response = get(url, resolve=resolve_host)
    failure = Failure(at=NOW, cause=Cause.UNREACHABLE, absent="certificate", sent=False)
    assert (response.failure, response.body) == (failure, b"")


def test_an_authority_that_the_settings_name_is_trusted_too(tmp_path: Path) -> None:
    """Beside the usual ones; a file without any certificate is told by its setting's name."""
    (tmp_path / "none").write_text("-----BEGIN NOTHING-----")
    with https_server() as url:
        assert get(url, resolve=resolve_host, ca_bundle=CERTIFICATE).body == b"words"
    for path in (tmp_path / "none", tmp_path / "missing", tmp_path):
        with pytest.raises(SettingsError, match=r"ca_bundle: .*PEM"):
            HttpClient(lambda: NOW, ca_bundle=path)


def test_a_proxy_is_asked_for_a_name_that_is_unknown_here(network: MemoryNetwork) -> None:
    """Only the proxy's address is looked up, and its password goes only to the proxy."""
    assert get("http://t.invalid/x", proxy="http://user:hunter2@10.0.0.1:3128").body == b"words"
    assert network.connected == [("10.0.0.1", 3128)]
    assert network.sent.startswith(b"GET http://t.invalid/x HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic" in network.sent


def test_a_proxy_that_refuses_is_absent(network: MemoryNetwork) -> None:
    """CONNECT and SOCKS refusals count as absent; a malformed reply may be temporary."""
    for scheme, play, absent in [
        *(("http", [http_response(b"", status)], "proxy") for status in (403, 407, 502)),
        *(("socks5", [b"\5\0", b"\5%c\0\1\0\0\0\0\0\0" % code], "proxy") for code in (1, 2, 4, 5)),
        ("socks5", [b"\5\xff"], "proxy"),
        *((s, [w], "") for s in ("http", "https", "socks5") for w in (b"\0", b"nonsense\r\n\r\n", b"\5\0\5\5")),
    ]:
        network.plays = [play]
        failure = failure_of(get("https://t.invalid/", proxy=f"{scheme}://10.0.0.1:1"))
        assert failure is not None
        assert (failure.cause, failure.act, failure.sent) == (*PASSING, True)
        assert failure.absent == absent or b"nonsense" in b"".join(map(bytes, play))


def test_a_proxy_that_cannot_be_one_is_refused_without_showing_it() -> None:
    """The setting may contain a password."""
    for value in ["nonsense://u:hunter2@h", "http://u:hunter2@h:x", "hunter2", "socks4://hunter2"]:
        with pytest.raises(SettingsError) as error:
            HttpClient(lambda: NOW, value)
        assert "hunter2" not in str(error.value) + repr(error.value.__cause__)


def test_each_status_has_its_cause() -> None:
    """Temporary failures are retried; the status is kept, and the wait that the server requests."""
    for status, cause, act in [
        *((status, Cause.REFUSED, FailureAction.DELIVER) for status in (401, 403)),
        *((status, Cause.UNRECOGNISED_PAGE, FailureAction.DELIVER) for status in (404, 204, 400)),
        (407, Cause.UNREACHABLE, FailureAction.DELIVER),
        *((status, Cause.UNREACHABLE, FailureAction.RETRY) for status in (408, 500, 503)),
        (429, Cause.THROTTLED, FailureAction.RETRY),
        (451, Cause.BLOCKED, FailureAction.DELIVER),
    ]:
        failure = failure_of(Response(NOW, status, headers=(("Retry-After", "7"),)))
        assert failure is not None
        assert (failure.cause, failure.act, failure.status) == (cause, act, status)
        assert failure.absent == ("proxy" if status == 407 else "")
        assert failure.wait == (7 if act is FailureAction.RETRY else None)
        assert [failure_of(Response(NOW, fine)) for fine in (200, 300, 302, 399)] == [None] * 4


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.integers(0, 10**12))
def test_a_moment_is_read_as_it_is_written(moment: datetime, seconds: int) -> None:
    """It is read as the server's date and as the end of a wait, 0 if past; a number is a wait's length."""
    whole_second = moment.replace(microsecond=0, tzinfo=UTC)
    text = format_datetime(whole_second, usegmt=True)
    assert parse_http_date(text) == whole_second
    assert parse_retry_after(text, NOW) == max(0.0, (whole_second - NOW).total_seconds())
    wait = parse_retry_after(str(seconds), NOW)
    assert wait == seconds or (wait is not None and wait >= 10**8)


@given(
    st.text(max_size=40)
    | st.from_regex(r"[A-Z][a-z]{2}, [0-9]+ Nov [0-9]{1,6} [0-9]+:[0-9]+:[0-9]+ ([+-][0-9]{4}|GMT)", fullmatch=True)
)
def test_any_other_text_is_no_moment_and_raises_nothing(text: str) -> None:
    """A text that is read after all gives a moment in UTC."""
    moment, wait = parse_http_date(text), parse_retry_after(text, NOW)
    assert moment is None or moment.utcoffset() == timedelta()
    assert wait is None or wait >= 0
