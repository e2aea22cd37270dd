"""The adapter around vk_api: every error of the table, every way a network fails, and the key that stays inside."""

import gc
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Cause
from auditor.probes.limits import Limits
from auditor.probes.pacing import Breaker
from auditor.probes.vk.client import VkClient, shortened
from auditor.probes.vk.errors import TABLE, Act, Fact, VkAnswer, VkFailure, rule_for
from tests.vk_loopback import TOKEN, WINDOW, Reply, World, connection, person, probing, serving, target


@contextmanager
def _client(world: World, **more: object) -> Iterator[tuple[VkClient, Breaker, list[float]]]:
    slept: list[float] = []
    breaker = Breaker()
    with serving(world) as url:
        client = VkClient(connection(url, **({"sleep": slept.append} | more)), TOKEN, breaker=breaker)
        try:
            yield client, breaker, slept
        finally:
            client.close()


def _fail(*plans: Reply, **more: object) -> tuple[VkFailure, Breaker, list[float], int]:
    world = World()
    world.plan("users.get", *plans)
    with _client(world, **more) as (client, breaker, slept):
        outcome = client.call("users.get", user_ids="1")
        assert isinstance(outcome, VkFailure)
        return outcome, breaker, [s for s in slept if s > 0.01], len(world.log)


@pytest.mark.parametrize("code", sorted(TABLE))
def test_every_code_does_what_the_table_says(code: int) -> None:
    """A retry is tried again and given up, a stop stops, a fact about the page does neither."""
    rule = TABLE[code]
    failure, breaker, _, sent = _fail(Reply.error(code, "words"))
    assert (failure.code, failure.act, failure.cause, failure.fact) == (code, rule.act, rule.cause, rule.fact)
    assert sent == (rule.tries if rule.act is Act.RETRY else 1)
    assert breaker.cause == (rule.cause if rule.act is Act.STOP_ROUTE else None)


def test_the_codes_that_say_what_a_run_can_do() -> None:
    """What the table must hold, whatever else it holds."""
    by_act = {act: {code for code, rule in TABLE.items() if rule.act is act} for act in Act}
    assert {1, 6, 9, 10, 36} == by_act[Act.RETRY]
    assert {5, 8, 14, 17, 27} <= by_act[Act.STOP_ROUTE]
    assert {28, 29, 601, 1051} <= by_act[Act.STOP_METHOD]
    assert {rule_for(code).fact for code in (18, 37, 3610)} == {Fact.GONE}
    assert {rule_for(code).fact for code in (100, 104, 113, 125, 1260)} == {Fact.NO_SUCH}
    assert {rule_for(code).cause for code in (5, 8, 17, 27, 28, 1051)} == {Cause.NO_CREDENTIALS}


@pytest.mark.parametrize(
    ("message", "act", "cause"),
    [
        ("Access denied: wall is disabled", Act.PAGE, Cause.WALL_OFF),
        ("Access denied: this wall available only for community members", Act.PAGE, Cause.PRIVATE),
        ("Access denied: post was not found", Act.PAGE, Cause.REFUSED),
        ("Access denied: user deactivated", Act.PAGE, Cause.GONE),
        (
            "Access denied: no access to call this method. It cannot be called with current scopes",
            Act.STOP_METHOD,
            Cause.NO_CREDENTIALS,
        ),
        ("Access denied: you can not join this private community", Act.GIVE_UP, Cause.REFUSED),
        ("", Act.GIVE_UP, Cause.REFUSED),
    ],
)
def test_access_denied_is_read_by_its_text(message: str, act: Act, cause: Cause) -> None:
    """Code 15 is five different things; an unknown text is refused."""
    failure, *_ = _fail(Reply.error(15, message))
    assert (failure.act, failure.cause) == (act, cause)


@given(st.integers(-(10**6), 10**6), st.text(max_size=80))
def test_any_code_and_any_words_have_a_rule(code: int, message: str) -> None:
    """No code that VK may invent becomes a fact about a page."""
    rule = rule_for(code, message)
    assert code in TABLE or (rule.act, rule.fact) == (Act.GIVE_UP, None)


def test_a_stopped_route_sends_nothing_more() -> None:
    """A dead key: one request, whatever is asked afterwards."""
    world = World()
    world.plan("users.get", Reply.error(5, "User authorization failed"))
    with _client(world) as (client, breaker, _):
        client.call("users.get", user_ids="1")
        later = client.call("wall.get", owner_id=1)
    assert isinstance(later, VkFailure)
    assert (later.cause, later.sent, breaker.cause, len(world.log)) == (
        Cause.NO_CREDENTIALS,
        False,
        Cause.NO_CREDENTIALS,
        1,
    )


def test_a_stopped_method_leaves_the_others() -> None:
    """A quota of one method is used up; the next method is asked."""
    world = World(users=[person(5)])
    world.plan("wall.get", Reply.error(29, "Rate limit reached"))
    with _client(world) as (client, breaker, _):
        causes = [client.call("wall.get", owner_id=5) for _ in range(3)]
        assert isinstance(client.call("users.get", user_ids="5"), VkAnswer)
    assert [(c.cause, c.sent) for c in causes if isinstance(c, VkFailure)] == [
        (Cause.THROTTLED, True),
        (Cause.THROTTLED, False),
        (Cause.THROTTLED, False),
    ]
    assert breaker.cause is None


def test_too_many_requests_for_ever_is_given_up() -> None:
    """vk_api would call itself until the stack ends; here it is three tries a second apart."""
    failure, _, slept, sent = _fail(Reply.error(6, "Too many requests per second"))
    assert (failure.cause, sent) == (Cause.THROTTLED, 3)
    assert slept == pytest.approx([1.0, 1.0], abs=0.01)


def test_too_many_requests_once_is_waited_out() -> None:
    """The second try is answered."""
    world = World(users=[person(5)])
    world.plan("users.get", Reply.error(6), lambda _: None)
    with _client(world) as (client, _, _):
        assert isinstance(client.call("users.get", user_ids="5"), VkAnswer)


def test_a_captcha_without_its_fields_is_a_captcha() -> None:
    """vk_api would end in a KeyError; nobody solves it, with or without them."""
    bare, breaker, *_ = _fail(Reply.error(14, "Captcha needed"))
    error = {"error_code": 14, "error_msg": "Captcha needed", "captcha_sid": "1", "captcha_img": "https://c.invalid"}
    full, *_ = _fail(Reply.of({"error": error}))
    assert (bare.cause, full.cause, breaker.cause) == (Cause.BLOCKED, Cause.BLOCKED, Cause.BLOCKED)


@pytest.mark.parametrize(
    ("reply", "cause", "sent"),
    [
        (Reply(b"", status=500), Cause.UNREACHABLE, 3),
        (Reply(b"<html>", status=503), Cause.UNREACHABLE, 3),
        (Reply(b"slow down", status=429), Cause.THROTTLED, 3),
        (Reply(b"", status=403), Cause.REFUSED, 1),
        (Reply(b"", status=404), Cause.REFUSED, 1),
        (Reply(b"", status=451), Cause.BLOCKED, 1),
        (Reply(b"", status=302, headers={"Location": "http://127.0.0.1:1/blank.php?block=1"}), Cause.BLOCKED, 1),
        (Reply(b"<!DOCTYPE html><html><body>429</body></html>", headers={}), Cause.BLOCKED, 1),
        (Reply(b"\n  <HTML>stop</HTML>", headers={"Content-Type": "text/html"}), Cause.BLOCKED, 1),
        (Reply(b""), Cause.UNRECOGNISED_PAGE, 1),
        (Reply(b"{"), Cause.UNRECOGNISED_PAGE, 1),
        (Reply(b"[]"), Cause.UNRECOGNISED_PAGE, 1),
        (Reply(b"null"), Cause.UNRECOGNISED_PAGE, 1),
        (Reply(b'{"result": 1}'), Cause.UNRECOGNISED_PAGE, 1),
        (Reply(b'{"error": "no"}'), Cause.UNRECOGNISED_PAGE, 1),
        (Reply(b'{"error": {"error_msg": "no code"}, "response": []}'), Cause.UNRECOGNISED_PAGE, 1),
        (Reply(b'{"error": {"error_code": NaN}}'), Cause.UNRECOGNISED_PAGE, 1),
        (Reply(b"[" * 100_000), Cause.UNRECOGNISED_PAGE, 1),
        (Reply(b'{"response": ' + b"9" * 10_000 + b"}"), Cause.UNRECOGNISED_PAGE, 1),
        (Reply(b"\xff\xfe\x00"), Cause.UNRECOGNISED_PAGE, 1),
    ],
)
def test_what_is_not_an_answer_has_a_cause(reply: Reply, cause: Cause, sent: int) -> None:
    """A block page, a redirect, half an answer, another shape: never an empty answer."""
    failure, _, _, asked = _fail(reply)
    assert (failure.cause, asked, failure.fact) == (cause, sent, None)


def test_retry_after_is_honoured_and_a_long_one_given_up() -> None:
    """Seconds or a date; an hour is not slept through."""
    date = datetime(2026, 11, 24, 6, 0, 7, tzinfo=UTC)
    clock = {"clock": lambda: datetime(2026, 11, 24, 6, 0, 0, tzinfo=UTC)}
    written = date.strftime("%a, %d %b %Y %H:%M:%S GMT")
    for text, waits in (("7", [7, 7]), (written, [7, 7]), ("3600", []), ("soon", [])):
        failure, _, slept, _ = _fail(Reply(b"", status=429, headers={"Retry-After": text}), **clock)
        assert failure.cause is Cause.THROTTLED
        assert slept == pytest.approx(waits, abs=0.01), text


def test_flood_control_is_waited_out_once_and_long() -> None:
    """The same call in haste makes it worse: one longer pause, then the account is throttled."""
    failure, _, slept, sent = _fail(Reply.error(9, "Flood control"), interval=1.0)
    assert (failure.cause, sent) == (Cause.THROTTLED, 2)
    assert max(slept) >= 16


def test_an_answer_that_is_too_big_is_not_read_whole() -> None:
    """A cap on bytes, however the server counts them."""
    world = World()
    world.plan("users.get", Reply(b'{"response": "' + b"x" * 200_000 + b'"}'))
    with _client(world, limits=Limits(size=100_000)) as (client, _, _):
        failure = client.call("users.get", user_ids="1")
    assert isinstance(failure, VkFailure)
    assert failure.cause is Cause.UNRECOGNISED_PAGE


@contextmanager
def _raw_server(answer: bytes, pause: float) -> Iterator[str]:
    """A server that sends `answer` a byte at a time, `pause` seconds apart, and then hangs."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    for byte in answer:
                        connection.sendall(bytes([byte]))
                        if done.wait(pause):
                            return
                    done.wait(5)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        done.set()
        listener.close()
        thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b" " * 400,
    ],
)
def test_a_server_that_hangs_or_drips_is_unreachable(answer: bytes) -> None:
    """vk_api has no time limit at all; here there is one between bytes and one for the whole answer."""
    with _raw_server(answer, 0.01) as url:
        client = VkClient(connection(url, limits=Limits(read=0.2, total=0.6)), TOKEN, breaker=Breaker())
        started = time.monotonic()
        failure = client.call("users.get", user_ids="1")
        client.close()
    assert isinstance(failure, VkFailure)
    assert failure.cause is Cause.UNREACHABLE
    assert time.monotonic() - started < 5


def test_parameters_go_out_as_vk_reads_them() -> None:
    """1 for True, lists joined, version 5.199, the key in the body and not in the address."""
    world = World(users=[person(5)])
    with _client(world) as (client, _, _):
        answer = client.call("users.get", user_ids=["5", "6"], extended=True, need_likes=False)
    ((_, params),) = world.log
    assert {"user_ids": "5,6", "extended": "1", "need_likes": "0", "v": "5.199"}.items() <= params.items()
    assert params["access_token"] == TOKEN
    assert isinstance(answer, VkAnswer)
    assert answer.exchange.url == ("https://api.vk.com/method/users.get?user_ids=5%2C6&extended=1&need_likes=0&v=5.199")


def test_a_path_before_method_is_kept() -> None:
    """The API may be served below a path of a proxy of one's own."""
    world = World(users=[person(5)])
    with serving(world) as url:
        client = VkClient(connection(f"{url}/vk/"), TOKEN, breaker=Breaker())
        assert isinstance(client.call("users.get", user_ids="5"), VkAnswer)
        client.close()


def test_requests_are_spaced_evenly() -> None:
    """Three a second: the second and third wait."""
    world = World(users=[person(5)])
    with _client(world, interval=1 / 3) as (client, _, slept):
        for _ in range(3):
            client.call("users.get", user_ids="5")
        assert client.requests == 3
    assert len(slept) == 2
    assert all(0.2 < wait < 0.51 for wait in slept)


def test_a_proxy_is_used_and_the_environments_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each route has its own way out."""
    world = World(users=[person(5)])
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with _client(world) as (client, _, _):
        assert isinstance(client.call("users.get", user_ids="5"), VkAnswer)
    with serving(world) as proxy:
        client = VkClient(connection("http://vk.invalid", proxy=proxy), TOKEN, breaker=Breaker())
        assert isinstance(client.call("users.get", user_ids="5"), VkAnswer)
        client.close()


@pytest.mark.parametrize("code", [*sorted(TABLE), 15, 424242])
def test_the_key_is_nowhere_but_in_the_request(code: int, caplog: pytest.LogCaptureFixture) -> None:
    """Old answers echo it: not in a log, a repr, the evidence, or any exception that is still alive."""
    caplog.set_level(logging.DEBUG)
    world = World(users=[person(5)])
    for method in ("users.get", "wall.get", "wall.getComments"):
        world.plan(method, Reply.error(code, f"Access denied for access_token {TOKEN}"))
    with probing(world) as probe:
        first = probe.look(target("id5"), WINDOW)
        world.plans["users.get"].clear()
        second = probe.look(target("id5"), WINDOW)
        failure = probe.client.call("wall.get", owner_id=5)
        shown = [repr(x) for x in (probe, vars(probe), probe.client, failure, first, second)]
    stored = [answer.body.decode() for s in (first, second) for answer in s.answers]
    text = "".join([*shown, *stored, caplog.text, *(s.snapshot.model_dump_json() for s in (first, second))])
    assert TOKEN not in text
    alive = [e for e in gc.get_objects() if isinstance(e, BaseException)]
    assert not [e for e in alive if TOKEN in repr(vars(e)) + str(e.args)]


@pytest.mark.parametrize(
    "told", ["Имярек", "@imyarek_perviy", "[id5|Имярек]", "imyarek@example.invalid", "+7 900 000-00-00"]
)
def test_of_an_errors_words_no_person_is_kept(told: str) -> None:
    """VK's own messages are plain English: what else stands in one may be a citizen."""
    assert shortened(f"Access denied: {told} has closed it") == "Access denied: […] has closed it"
