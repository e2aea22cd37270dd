"""The transport to VK's API: what is sent, and how a response is told from an error before a model validates it."""

import gc
import json
import logging
import time
import weakref
from contextlib import aclosing
from typing import Any
from unittest.mock import Mock
from urllib.parse import parse_qs

import httpcore
import pytest

from auditor.base.secrets import Secret
from auditor.base.snapshot import Cause
from auditor.probes.driver import Response
from auditor.probes.event_loop import run
from auditor.probes.protocol import Call, Failure, FailureAction
from auditor.probes.vk.vk_calls import ApiError, make_up_call, read_answer
from auditor.probes.vk.vk_network import VkSettings
from auditor.probes.vk.vk_transport import VkTransport
from tests.cases import NOW
from tests.probes.memory_network import MemoryNetwork, Play, http_response

CALL = Call("users.get", {"user_ids": "1,2"})
JSON, HTML = (("Content-Type", "application/json"),), (("Content-Type", "text/html; charset=utf-8"),)


def transport_with(token: str | None = "invented-key") -> VkTransport:
    return VkTransport(VkSettings(token=token and Secret(token), api_url="http://10.0.0.1:8080/"), lambda: NOW)


def sent_by(transport: VkTransport) -> Response:
    async def send() -> Response:
        async with aclosing(transport):
            return await transport.send(CALL, 5)

    return run(send())


SENT_ONCE = [([http_response(b'{"error": {"error_code": 10}}')], None), ([httpcore.ReadError()], Cause.UNREACHABLE)]


@pytest.mark.parametrize(("play", "cause"), SENT_ONCE)
def test_vk_api_puts_a_call_together_and_it_is_sent_once(
    network: MemoryNetwork, play: Play, cause: Cause | None
) -> None:
    """To the server of the settings, with the version and the key; vk_api, which asks again, never hears of a fault."""
    network.plays = [play]
    transport = transport_with()
    response = sent_by(transport)
    assert "invented" not in repr((transport, response))
    assert (response.failure and response.failure.cause, network.connected) == (cause, [("10.0.0.1", 8080)])
    head, _, form = network.sent.decode().partition("\r\n\r\n")
    assert head.startswith("POST /method/users.get HTTP/1.1\r\n")
    sent = {name: values[0] for name, values in parse_qs(form).items()}
    assert sent.items() >= {"user_ids": "1,2", "v": "5.199", "access_token": "invented-key"}.items()


def test_no_clock_that_is_set_back_holds_a_call_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """vk_api keeps its pace by the wall clock; ours is the driver's."""
    moments = iter(range(10_000, 0, -20))
    monkeypatch.setattr(time, "time", lambda: next(moments))
    monkeypatch.setattr(time, "sleep", Mock(side_effect=AssertionError("it sleeps")))
    for _ in range(3):
        make_up_call(Secret("invented-key"), "users.get", {})
        read_answer({"response": {}})


@pytest.mark.parametrize("code", [6, 14, 17, 5])
def test_an_error_is_raised_once_and_holds_no_key(code: int, caplog: pytest.LogCaptureFixture) -> None:
    """Not asked again, nor solved, nor typed: whatever vk_api would do about it. VK repeats the parameters."""
    echo = {"request_params": [{"key": "access_token", "value": "invented-key"}], "redirect_uri": "https://i.invalid"}
    with caplog.at_level(logging.DEBUG), pytest.raises(ApiError) as caught:
        read_answer({"error": {**error(code, "Words of VK")["error"], **echo}})
    assert (caught.value.code, str(caught.value)) == (code, f"[{code}] Words of VK")
    everything = repr(vars(caught.value)) + repr(vars(caught.value.vk)) + caplog.text
    assert "invented" not in everything


def test_nothing_of_an_answer_outlives_its_reading() -> None:
    """A client is its own session: in such a circle what citizens wrote would stay until the next clearing up."""

    class Words(str):
        __slots__ = ("__weakref__",)

    words = Words("слова жителя")
    trace = weakref.ref(words)
    gc.disable()
    try:
        read_answer({"response": {"text": words}})
        del words
        assert trace() is None
    finally:
        gc.enable()


def test_without_a_key_nothing_is_sent(network: MemoryNetwork) -> None:
    """The route stops, and says why."""
    failure = sent_by(transport_with(None)).failure
    assert failure == Failure(at=NOW, cause=Cause.NO_CREDENTIALS, act=FailureAction.CLOSE_ROUTE, sent=False)
    assert network.connected == []


def read(body: Any, method: str = "users.get", status: int = 200, **reply: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return transport_with().read(Call(method, {}), Response(NOW, status, raw, **{"headers": JSON, **reply}))


def error(code: Any, words: str = "") -> dict[str, Any]:
    return {"error": {"error_code": code, "error_msg": words}}


def test_an_answer_is_its_response() -> None:
    """A list as `items`, where a method may give one."""
    for body, method, value in [
        ({"response": {"count": 0}}, "wall.get", {"count": 0}),
        *(({"response": [1]}, m, {"items": [1]}) for m in ("users.get", "groups.getById", "utils.resolveScreenName")),
        # VK's errors if it knows none of the requested pages.
        *((error(code), method, {"items": []}) for code in (113, 125) for method in ("users.get", "groups.getById")),
    ]:
        assert read(body, method) == value


CAPTCHAS = [
    {"redirect_uri": "https://id.vk.invalid/captcha?sid=1"},
    {"captcha_sid": "1", "captcha_img": "https://i.invalid"},
]


@pytest.mark.parametrize("captcha", CAPTCHAS, ids=["since 2026", "before"])
def test_a_captcha_closes_the_route_in_either_form(network: MemoryNetwork, captcha: dict[str, str]) -> None:
    """As it comes over the wire; where it would be solved is not kept."""
    network.plays = [[http_response(json.dumps({"error": {**error(14)["error"], **captcha}}).encode())]]
    transport = transport_with()
    failure = transport.read(CALL, sent_by(transport))
    assert failure == Failure(at=NOW, cause=Cause.BLOCKED, code=14, act=FailureAction.CLOSE_ROUTE)


def test_whatever_is_no_answer_has_its_cause() -> None:
    """An error of VK's, a page that stands in its place, JSON that says two things."""
    for body, more, cause, code in [
        (error(113), {"method": "wall.get"}, Cause.REFUSED, 113),
        (error(6), {}, Cause.THROTTLED, 6),
        (error(15, "Access denied: wall is disabled"), {}, Cause.WALL_OFF, 15),
        (error(5) | {"response": {}}, {}, Cause.NO_CREDENTIALS, 5),
        *((error(code), {}, Cause.UNRECOGNISED_PAGE, None) for code in (None, True, "abc")),
        ({"error": 1, "response": {}}, {}, Cause.UNRECOGNISED_PAGE, None),
        ({"response": [1]}, {"method": "wall.get"}, Cause.UNRECOGNISED_PAGE, None),
        *((odd, {}, Cause.UNRECOGNISED_PAGE, None) for odd in ([], "", None, 1, {}, {"response": "x"}, b"", b"{")),
        (b"[" * 100_000, {}, Cause.UNRECOGNISED_PAGE, None),
        (b'{"response": {}, "response": {"count": 0}}', {}, Cause.UNRECOGNISED_PAGE, None),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE html>", {}, Cause.BLOCKED, None),
        (b"<p>words", {"headers": HTML}, Cause.BLOCKED, None),
        (b"words", {"headers": HTML}, Cause.UNRECOGNISED_PAGE, None),
        (b"<p>words", {}, Cause.UNRECOGNISED_PAGE, None),
        (b"{}", {"status": 302}, Cause.BLOCKED, None),
        (b"{}", {"status": 503}, Cause.UNREACHABLE, None),
    ]:
        failure = read(body, **more)
        assert isinstance(failure, Failure)
        assert (failure.cause, failure.code) == (cause, code)
