"""The web client: polite, capped, never raising."""

import logging
import socket
from datetime import UTC, datetime

import pytest

from auditor.base.errors import SettingsError
from auditor.base.snapshot import Cause
from auditor.probes.http import Http, HttpConnection
from auditor.probes.limits import Limits
from tests.telegram_site import NOW, Answer, Asked, Site, gzipped, serving


@pytest.fixture
def site():
    with serving() as server:
        yield server


@pytest.fixture
def http(site):
    client = client_of(site.url)
    yield client
    client.close()


def client_of(url: str, **options: object) -> Http:
    return Http(HttpConnection(url=url, interval=0, clock=lambda: NOW, **options))  # type: ignore[arg-type]


def test_it_says_who_asks_and_asks_for_english(site: Site, http: Http):
    """The server can see that an audit asks; service texts come in English."""
    http.get("/x", {"before": "21"})
    assert "auditor/" in site.asked[0].headers["User-Agent"]
    assert site.asked[0].headers["Accept-Language"] == "en"
    assert site.asked[0].query == {"before": "21"}


def test_a_compressed_page_is_unpacked(site: Site, http: Http):
    """gzip is the server's choice and changes nothing."""
    site.routes["/x"] = gzipped("привет " * 1000)
    assert http.get("/x").body.decode() == "привет " * 1000


def test_a_redirect_is_reported_and_not_followed(site: Site, http: Http):
    """Where a redirect leads is evidence; a loop cannot happen."""
    site.routes["/s/x"] = Answer("", 302, {"Location": "/x"})
    reply = http.get("/s/x")
    assert (reply.status, reply.location, reply.cause) == (302, f"{site.url}/x", None)
    assert http.requests == 1


@pytest.mark.parametrize(
    ("status", "cause", "tries"),
    [
        (200, None, 1),
        (401, Cause.REFUSED, 1),
        (403, Cause.REFUSED, 1),
        (404, Cause.UNRECOGNISED_PAGE, 1),
        (429, Cause.THROTTLED, 3),
        (451, Cause.BLOCKED, 1),
        (500, Cause.UNREACHABLE, 3),
        (503, Cause.UNREACHABLE, 3),
    ],
)
def test_each_status_has_its_cause(site: Site, http: Http, status: int, cause: Cause | None, tries: int):
    """What may pass is tried three times, what will not is tried once."""
    site.routes["/x"] = Answer("x", status)
    assert http.get("/x").cause == cause
    assert http.requests == len(site.asked) == tries


def test_a_passing_failure_is_got_over(site: Site, http: Http):
    """The second answer counts."""
    answers = iter([Answer("", 502), Answer("fine")])
    site.routes["/x"] = lambda asked: next(answers)
    reply = http.get("/x")
    assert (reply.cause, reply.body) == (None, b"fine")


def test_a_long_retry_after_is_given_up_at_once(site: Site, http: Http):
    """A wait of an hour would cost the run; the account becomes throttled instead."""
    site.routes["/x"] = Answer("", 429, {"Retry-After": "3600"})
    assert http.get("/x").cause is Cause.THROTTLED
    assert http.requests == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("Tue, 24 Nov 2026 05:00:30 GMT", 30.0), ("Tue, 24 Nov 2020 05:00:30 GMT", 0.0), ("soon", None)],
)
def test_retry_after_is_read_as_seconds_or_a_date(site: Site, http: Http, value: str, seconds: float | None):
    """RFC 9110 allows both; nonsense is no wait asked for."""
    site.routes["/x"] = Answer("", 429, {"Retry-After": value})
    assert http.get("/x", retry=False).retry_after == seconds


def test_nothing_listening_is_unreachable():
    """A refused connection is not an absent account."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    http = client_of(f"http://127.0.0.1:{port}")
    reply = http.get("/x")
    http.close()
    assert (reply.cause, reply.status, http.requests) == (Cause.UNREACHABLE, None, 3)


def test_a_server_that_hangs_is_unreachable(site: Site):
    """The read times out."""
    http = client_of(site.url, limits=Limits(read=0.1))
    site.routes["/x"] = Answer("late", hang=0.4)
    assert http.get("/x", retry=False).cause is Cause.UNREACHABLE
    http.close()


def test_an_answer_that_drips_is_ended(site: Site):
    """A byte now and then keeps the read time-out from firing; the total ends it."""
    http = client_of(site.url, limits=Limits(read=1, total=0.2))
    site.routes["/x"] = Answer("x" * 100, drip=0.05)
    assert http.get("/x", retry=False).cause is Cause.UNREACHABLE
    http.close()


def test_a_body_cut_short_is_no_answer(site: Site, http: Http):
    """Half a page would be a page with half the posts."""
    site.routes["/x"] = Answer("x" * 5000, cut=2000)
    reply = http.get("/x")
    assert (reply.cause, reply.body) == (Cause.UNREACHABLE, b"")


def test_broken_compression_is_no_answer(site: Site, http: Http):
    """A garbled body does not raise."""
    site.routes["/x"] = Answer(b"not gzip at all", headers={"Content-Encoding": "gzip"})
    assert http.get("/x", retry=False).cause is Cause.UNREACHABLE


def test_a_huge_body_is_not_read_to_its_end(site: Site):
    """No page of the site is that large."""
    http = client_of(site.url, limits=Limits(size=1000))
    site.routes["/x"] = "x" * 5000
    assert http.get("/x").cause is Cause.UNRECOGNISED_PAGE
    http.close()


def test_a_redirect_to_nonsense_does_not_raise(site: Site, http: Http):
    """A broken Location header is the server's, not ours."""
    site.routes["/x"] = Answer("", 302, {"Location": "http://[::1"})
    reply = http.get("/x", retry=False)
    assert reply.location is None


def test_headers_that_belong_to_the_evidence_are_kept_and_no_others(site: Site, http: Http):
    """Never a cookie; of an address on another host, not what it tells that host."""
    foreign = "http://user:secret@block.example/page?client=10.0.0.7#x"
    site.routes["/x"] = Answer("", 302, {"Location": foreign, "Set-Cookie": "stel_ssid=secret", "ETag": "5"})
    reply = http.get("/x")
    kept = dict(reply.headers or ())
    assert (reply.method, kept["ETag"], kept["Location"]) == ("GET", "5", "http://block.example/page")
    assert "secret" not in str(reply.headers)


def test_a_form_is_sent_as_the_sites_own_script_does(site: Site, http: Http):
    """Older comments come by a form, with the header that marks a script."""
    seen: list[Asked] = []
    site.routes["/api/method"] = lambda asked: (seen.append(asked), "{}")[1]
    http.post("/api/method?api_hash=1", {"before_id": "58"})
    assert seen[0].form == {"before_id": "58"}
    assert seen[0].query == {"api_hash": "1"}
    assert seen[0].headers["X-Requested-With"] == "XMLHttpRequest"


def test_a_proxy_that_cannot_be_one_is_refused_without_showing_it():
    """A proxy's address may hold a password."""
    with pytest.raises(SettingsError) as error:
        client_of("http://127.0.0.1:1", proxy="nonsense://user:hunter2@h")
    assert "hunter2" not in str(error.value)


def test_the_proxy_is_asked_and_not_the_server(site: Site):
    """The vantage is what the settings say."""
    http = client_of("http://t.invalid", proxy=site.url)
    site.fallback = "by proxy"
    assert http.get("/x").body == b"by proxy"
    http.close()


def test_the_shells_proxy_is_not_used(site: Site, http: Http, monkeypatch: pytest.MonkeyPatch):
    """A variable that lies about in a shell does not move the vantage."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    client = client_of(site.url)
    site.routes["/x"] = "direct"
    assert client.get("/x").body == b"direct"
    client.close()


def test_addresses_that_are_asked_stay_out_of_the_log(site: Site, http: Http, caplog: pytest.LogCaptureFixture):
    """Some addresses are a citizen's name."""
    with caplog.at_level(logging.INFO):
        http.get("/imyarek_b")
    assert "imyarek_b" not in caplog.text


def test_times_are_the_clocks(site: Site, http: Http):
    """Nothing here reads the machine's clock for a stored time."""
    assert http.get("/x").fetched_at == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
