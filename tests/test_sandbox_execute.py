"""The sandbox answers ``execute`` as VK does, of scripts that return a list of calls: its limits and its errors."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.sandbox import Sandbox, World


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(World.build()) as running:
        yield running


def execute(sandbox: Sandbox, code: str, *, key: str | None = None) -> dict[str, Any]:
    asked = {"code": code, "access_token": key or sandbox.vk_user_token, "v": "5.199"}
    return httpx.post(f"{sandbox.vk_url}/method/execute", data=asked).json()


def script(*calls: tuple[str, dict[str, object]]) -> str:
    """Write calls as the program does."""
    return f"return [{','.join(f'API.{method}({json.dumps(params)})' for method, params in calls)}];"


def wall(sandbox: Sandbox) -> int:
    """The number of an invented page whose wall can be read."""
    pages = [a.number for a in sandbox.accounts if a.network == "vk" and a.kind == "user" and a.trouble is None]
    return next(n for n in pages if "execute_errors" not in execute(sandbox, script(("wall.get", {"owner_id": n}))))


def test_calls_of_one_method_answer_each_and_tell_the_errors_beside(sandbox: Sandbox) -> None:
    """A call that fails is false; the last error stands there twice, the second time as execute's own."""
    owner = wall(sandbox)
    asked = [{"owner_id": owner}, {"owner_id": -999_999_999}, {"owner_id": owner, "count": 101}]
    answer = execute(sandbox, script(*(("wall.get", params) for params in asked)))
    assert [value is False for value in answer["response"]] == [False, True, True]
    assert [(e["method"], e["error_code"]) for e in answer["execute_errors"]] == [
        ("wall.get", 125),
        ("wall.get", 100),
        ("execute", 100),
    ]


def test_different_methods_come_in_one_list_in_their_order(sandbox: Sandbox) -> None:
    """Brackets and commas in a parameter are no part of the script."""
    owner = wall(sandbox)
    code = script(("users.get", {"user_ids": [owner]}), ("utils.resolveScreenName", {"screen_name": "),API.a.b({})]"}))
    (found,), nobody = execute(sandbox, code)["response"]
    assert found["id"] == owner
    assert nobody == []


def test_more_than_twenty_five_calls_are_refused_whole(sandbox: Sandbox) -> None:
    """Error 13, and no answer to those that came before."""
    calls = [("users.get", {"user_ids": wall(sandbox)})] * 26
    assert execute(sandbox, script(*calls))["error"]["error_code"] == 13
    assert len(execute(sandbox, script(*calls[1:]))["response"]) == 25


@pytest.mark.parametrize(
    "code", ["", "return [1", "return API.users.get({});", "return [API.users.get({user_ids: 1})];", "var a = 1;"]
)
def test_code_that_cannot_be_read_is_error_12(code: str, sandbox: Sandbox) -> None:
    """So is what VK would read and this program never sends."""
    assert execute(sandbox, code)["error"]["error_code"] == 12


def test_an_answer_of_more_than_five_megabytes_is_error_13(sandbox: Sandbox) -> None:
    """VK's words say that it was too much, so a client can ask for less."""
    fields = ["about", "status", "career", "site", "domain", "screen_name", "verified", "followers_count", "home_town"]
    calls = [("users.get", {"user_ids": [wall(sandbox)] * 1000, "fields": fields})] * 25
    answer = execute(sandbox, script(*calls))
    assert answer["error"]["error_code"] == 13
    assert "too big" in answer["error"]["error_msg"]


def test_a_service_key_may_be_refused_it_or_not(sandbox: Sandbox) -> None:
    """VK's own notes and what people saw differ: a switch says which it is."""
    assert execute(sandbox, "return [];", key=sandbox.vk_token)["error"]["error_code"] == 28
    sandbox.faults.on("vk_execute_for_service")
    try:
        assert execute(sandbox, "return [];", key=sandbox.vk_token)["response"] == []
    finally:
        sandbox.faults.off("vk_execute_for_service")


@given(st.text("return []API.users.get({})\"':,;1", max_size=120))
def test_any_text_ends_in_an_answer_or_an_error(sandbox: Sandbox, code: str) -> None:
    """Whatever comes as code, VK's server does not break down."""
    assert {"response", "error"} & execute(sandbox, code).keys()
