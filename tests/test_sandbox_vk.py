"""VK's API of the sandbox, held to VK's published schema and to the error bodies on record."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft7Validator

from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account

Call = Callable[..., dict[str, Any]]
VERSION = "5.199"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(World.build()) as running:
        yield running


@pytest.fixture
def call(sandbox: Sandbox) -> Iterator[Call]:
    """Call a method with the key and the version; ``token=`` and ``v=`` replace them."""
    sandbox.faults.clear()
    with httpx.Client(base_url=sandbox.vk_url) as client:

        def ask(method: str, *, token: str = sandbox.vk_token, **params: object) -> dict[str, Any]:
            form = {"v": VERSION, "access_token": token} | {k: str(v) for k, v in params.items()}
            answer = client.post(f"/method/{method}", data=form)
            assert answer.status_code == 200
            return answer.json()

        yield ask


def vk_account(sandbox: Sandbox, office: str) -> Account:
    held = next(o for o in sandbox.world.offices if o.id == office)
    own = [h.account for t in reversed(held.tenures) for h in t.accounts]
    return next(a for a in [*own, *(h.account for h in held.accounts)] if a.network == "vk")


def busiest(sandbox: Sandbox) -> tuple[Account, Any]:
    account = vk_account(sandbox, "rayon-02")
    return account, max(account.posts, key=lambda p: len(p.comments))


def error(answer: dict[str, Any]) -> int:
    return answer["error"]["error_code"]


@cache
def validator(path: Path, definition: str) -> Draft7Validator:
    schema = json.loads(path.read_text(encoding="utf-8"))
    reference = f"#/definitions/{definition}"
    assert definition in schema["definitions"]
    return Draft7Validator({"$schema": schema["$schema"], "definitions": schema["definitions"], "$ref": reference})


FIELDS = "screen_name,domain,verified,is_verified,followers_count,status,site,about,counters,wall,description,contacts"


def asked(sandbox: Sandbox) -> list[tuple[str, str, dict[str, object]]]:
    """Every kind of answer: method, definition of its answer, parameters."""
    deep, post = busiest(sandbox)
    quiet = vk_account(sandbox, "rayon-03")
    users = ",".join(a.name for a in sandbox.world.accounts if a.kind == "user" and a.network == "vk" and not a.trouble)
    groups = ",".join(a.name for a in sandbox.world.accounts if a.kind == "community")
    comments: dict[str, object] = {"owner_id": deep.number, "post_id": post.id, "thread_items_count": 10, "count": 100}
    return [
        ("users.get", "users_get_response", {"user_ids": users, "fields": FIELDS}),
        ("groups.getById", "groups_getById_object_response", {"group_ids": groups, "fields": FIELDS}),
        ("utils.resolveScreenName", "utils_resolveScreenName_response", {"screen_name": deep.name}),
        ("utils.resolveScreenName", "utils_resolveScreenName_response", {"screen_name": "sandbox_nobody_here"}),
        ("wall.get", "wall_get_response", {"owner_id": deep.number, "count": 100, "filter": "all"}),
        ("wall.get", "wall_get_response", {"domain": quiet.name, "count": 100}),
        ("wall.getComments", "wall_getComments_response", comments),
        ("wall.getComments", "wall_getComments_response", {**comments, "comment_id": post.comments[0].id}),
        ("photos.get", "photos_get_response", {"owner_id": deep.number, "album_id": "profile"}),
        ("users.search", "users_search_response", {"q": "Имярек", "fields": FIELDS, "token": sandbox.vk_user_token}),
        ("groups.search", "groups_search_response", {"q": "вымышленной", "token": sandbox.vk_user_token}),
    ]


@pytest.mark.parametrize("place", range(11))
def test_every_kind_of_answer_is_valid_by_the_published_schema(
    sandbox: Sandbox, call: Call, shared: Path, place: int
) -> None:
    """VK's own schema 5.199, with the patches that real answers need."""
    method, definition, params = asked(sandbox)[place]
    path = shared / "vk" / "schema" / "vk-5.199.lenient.json"
    answer = call(method, **params)
    assert "response" in answer, answer
    assert [e.message[:200] for e in validator(path, definition).iter_errors(answer)] == []


def test_an_error_body_is_valid_by_the_published_schema(sandbox: Sandbox, call: Call, shared: Path) -> None:
    """The recorded ones have the same keys."""
    path = shared / "vk" / "schema" / "vk-5.199.lenient.json"
    body = call("wall.get", owner_id=vk_account(sandbox, "rayon-18").number)
    assert [e.message for e in validator(path, "base_error").iter_errors(body["error"])] == []
    recorded = json.loads((shared / "vk" / "samples" / "errors.list.json").read_text(encoding="utf-8"))
    assert body["error"].keys() <= set().union(*(r["body"]["error"].keys() for r in recorded))


def refusals(sandbox: Sandbox) -> list[tuple[int, str, dict[str, object]]]:
    def number(office: str) -> int:
        return vk_account(sandbox, office).number

    governor = vk_account(sandbox, "governor")
    shut = vk_account(sandbox, "duma-1")
    return [
        (3, "wall.post", {"owner_id": 1}),
        (5, "users.get", {"user_ids": "sandbox_control", "token": "another"}),
        (8, "users.get", {"user_ids": "sandbox_control", "v": "5.80"}),
        (8, "users.get", {"user_ids": "sandbox_control", "v": ""}),
        (9, "wall.get", {"owner_id": number("rayon-15")}),
        (15, "wall.get", {"owner_id": number("duma-4")}),
        (15, "wall.getComments", {"owner_id": number("rayon-02"), "post_id": 999_999}),
        (18, "wall.get", {"owner_id": number("rayon-19")}),
        (28, "execute", {"code": "return 1;"}),
        (30, "wall.get", {"owner_id": number("rayon-18")}),
        (100, "users.get", {}),
        (100, "wall.get", {"owner_id": number("rayon-02"), "count": 101}),
        (100, "wall.getComments", {"owner_id": number("rayon-02"), "post_id": 1, "thread_items_count": 11}),
        (113, "users.get", {"user_ids": "sandbox_nobody_here"}),
        (125, "groups.getById", {"group_ids": "sandbox_nobody_here"}),
        (203, "wall.get", {"owner_id": number("duma-3")}),
        (212, "wall.getComments", {"owner_id": shut.number, "post_id": shut.posts[-1].id}),
        (1051, "wall.getComments", {"owner_id": governor.number, "post_id": governor.posts[-1].id}),
    ]


@pytest.mark.parametrize("place", range(18))
def test_each_refusal_has_vks_own_code(sandbox: Sandbox, call: Call, place: int) -> None:
    """HTTP 200, and the call is echoed without the key."""
    code, method, params = refusals(sandbox)[place]
    answer = call(method, **params)
    assert error(answer) == code
    assert answer["error"]["error_msg"]
    assert "access_token" not in {p["key"] for p in answer["error"]["request_params"]}
    assert sandbox.vk_token not in json.dumps(answer)
