"""The sandbox runs ``execute`` as VK does: scripts as vk_api's own tools write them, its limits and its errors."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vk_api.requests_pool import vk_one_method
from vk_api.tools import vk_get_all_items

from auditor.sandbox import Sandbox, World
from auditor.sandbox.vk.script import ScriptError, run


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(World.build()) as running:
        yield running


def execute(sandbox: Sandbox, code: str, *, key: str | None = None) -> dict[str, Any]:
    asked = {"code": code, "access_token": key or sandbox.vk_user_token, "v": "5.199"}
    return httpx.post(f"{sandbox.vk_url}/method/execute", data=asked).json()


def plain(sandbox: Sandbox, method: str, **params: object) -> Any:
    asked = {**params, "access_token": sandbox.vk_user_token, "v": "5.199"}
    return httpx.post(f"{sandbox.vk_url}/method/{method}", data=asked).json()["response"]


def walls(sandbox: Sandbox) -> list[int]:
    """Numbers of invented pages whose wall can be read."""
    pages = [a.number for a in sandbox.accounts if a.network == "vk" and a.kind == "user" and a.trouble is None]
    return [n for n in pages if "error" not in execute(sandbox, f"return API.wall.get({{owner_id: {n}}});")][:3]


def nobody(code: str) -> Any:
    """Run a script that calls nobody."""
    return run(code, lambda method, params: False)


def test_a_wall_comes_whole_by_a_loop_of_vk_api(sandbox: Sandbox) -> None:
    """The same posts as page by page; `more` says that all came."""
    (owner, *_) = walls(sandbox)
    values = {"owner_id": owner, "filter": "owner", "count": 10}
    code = vk_get_all_items.compile(
        {"method": "wall.get", "key": "items", "values": values, "count": None, "offset": 0, "offset_mul": 1}
    ).replace("None", "null")
    answer = execute(sandbox, code)["response"]
    posts = plain(sandbox, "wall.get", owner_id=owner, filter="owner", count=100)
    assert [item["id"] for item in answer["items"]] == [item["id"] for item in posts["items"]]
    assert answer["count"] == posts["count"]
    assert answer["more"] is False


def test_a_pool_of_one_method_answers_each_and_tells_the_errors_beside(sandbox: Sandbox) -> None:
    """A call that fails is false; the last error stands there twice, the second time as execute's own."""
    (owner, *_) = walls(sandbox)
    values = [{"owner_id": owner}, {"owner_id": -999_999_999}, {"owner_id": owner, "count": 101}]
    answer = execute(sandbox, vk_one_method.compile({"method": "wall.get", "values": values}))
    assert [value is False for value in answer["response"]] == [False, True, True]
    assert [(e["method"], e["error_code"]) for e in answer["execute_errors"]] == [
        ("wall.get", 125),
        ("wall.get", 100),
        ("execute", 100),
    ]


def test_different_methods_come_in_one_list_and_a_projection_takes_one_field(sandbox: Sandbox) -> None:
    """As vk_api's pool writes a batch, and as VK's own examples take the ids of what came."""
    pages = walls(sandbox)
    code = f"return [API.users.get({{user_ids: {json.dumps(pages)}}})@.id, API.utils.resolveScreenName({{}})];"
    ids, refused = execute(sandbox, code)["response"]
    assert sorted(ids) == sorted(pages)
    assert refused is False


def test_more_than_twenty_five_calls_are_refused_whole(sandbox: Sandbox) -> None:
    """Error 13, and no answer to those that came before."""
    code = "var i = 0; while (i < 26) { API.users.get({user_ids: 1}); i = i + 1; } return i;"
    assert execute(sandbox, code)["error"]["error_code"] == 13
    assert execute(sandbox, code.replace("26", "25"))["response"] == 25


@pytest.mark.parametrize("code", ["return [1", "var = 3;", "return 1 +;", "return #;", "if 1 return 2;", "return 'a"])
def test_code_that_cannot_be_read_is_error_12(code: str, sandbox: Sandbox) -> None:
    assert execute(sandbox, code)["error"]["error_code"] == 12


def test_an_answer_that_is_a_part_of_itself_is_error_13(sandbox: Sandbox) -> None:
    assert execute(sandbox, "var a = []; a.push(a); return a;")["error"]["error_code"] == 13


@pytest.mark.parametrize(
    "code", ["while (1) { }", "return nothing();", "var a; return a.push(1);", "return 1 / 0;", "return 1 - 'a';"]
)
def test_code_that_cannot_be_run_is_error_13(code: str, sandbox: Sandbox) -> None:
    assert execute(sandbox, code)["error"]["error_code"] == 13


def test_an_answer_of_more_than_five_megabytes_is_error_13(sandbox: Sandbox) -> None:
    code = "var a = 'x', i = 0; while (i < 23) { a = a + a; i = i + 1; } return a;"
    answer = execute(sandbox, code)
    assert answer["error"]["error_code"] == 13
    assert "too big" in answer["error"]["error_msg"]


def test_a_service_key_may_be_refused_it_or_not(sandbox: Sandbox) -> None:
    """VK's own notes and what people saw differ: a switch says which it is."""
    assert execute(sandbox, "return 1;", key=sandbox.vk_token)["error"]["error_code"] == 28
    sandbox.faults.on("vk_execute_for_service")
    try:
        assert execute(sandbox, "return 1;", key=sandbox.vk_token)["response"] == 1
    finally:
        sandbox.faults.off("vk_execute_for_service")


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("return 2 + 3 * 4 - 10 / 5;", 12),
        ("return [1, 2] + [3];", [1, 2, 3]),
        ("return 'а' + 1;", "а1"),
        ('return {"a": [1, {b: 2}], c: null};', {"a": [1, {"b": 2}], "c": None}),
        ("var a = [5, 6, 7]; a.splice(1, 1); return a.slice(0, 1) + a;", [5, 5, 7]),
        ("var a = {}; a.b = 1; a['c'] = 2; a.b += 4; return a;", {"b": 5, "c": 2}),
        ("return 'a,b'.split(',').length;", 2),
        ("return [1, 2].indexOf(2) == 1 && !false ? 'yes' : 'no';", "yes"),
        ("if (null) { return 1; } else if (3 >= 3) return 2; return 3;", 2),
        ("return [{id: 1}, {id: 2}, {}]@.id;", [1, 2, None]),
        ("return false.count;", None),
        ("return parseInt('12x') + -1; // the end", 11),
        ("", None),
    ],
)
def test_a_script_computes_as_vk_says(code: str, value: object) -> None:
    assert nobody(code) == value


@pytest.mark.parametrize(
    "code",
    ["var a = 'x'; while (1) a = a + a;", "var a = 9; while (1) a = a * a;", "var a = [1]; while (1) a = a + a;"],
)
def test_a_script_that_grows_without_end_is_stopped(code: str) -> None:
    """It takes neither the memory nor the time of the machine that plays VK."""
    with pytest.raises(ScriptError) as stopped:
        nobody(code)
    assert stopped.value.code == 13


@given(st.text(max_size=200) | st.text("{}[]()'\";=.,@+-!?:ab12 ", max_size=200))
def test_any_text_ends_in_a_value_or_an_error(code: str) -> None:
    """In bounded time: whatever comes as code, no other error leaves the interpreter."""
    with suppress(ScriptError):
        nobody(code)
