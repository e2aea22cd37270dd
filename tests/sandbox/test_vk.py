"""VK's API of the sandbox, held to VK's published schema."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from auditor.sandbox import World
from auditor.sandbox.state import State
from auditor.sandbox.vk.api import VkApi
from auditor.sandbox.world.model import Account, Post

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "vk_schema.json").read_text(encoding="utf-8"))
"""VK's own schema 5.199, with the patches that real answers need."""
FIELDS = "screen_name,verified,followers_count,status,site,about,counters,wall,description"


def call(state: State, method: str, *, token: str = State.vk_user_token, **params: object) -> dict[str, Any]:
    """Call a method with a user's key and the version; `token` and `v` replace them."""
    given = {"v": "5.199", "access_token": token} | {key: str(value) for key, value in params.items()}
    return VkApi(state).call(method, given)


def errors(definition: str, answer: Any) -> list[str]:
    """What of an answer the schema does not allow."""
    return [error.message[:200] for error in _validator(definition).iter_errors(answer)]


@cache
def _validator(definition: str) -> Draft7Validator:
    assert definition in SCHEMA["definitions"]
    return Draft7Validator({**SCHEMA, "$ref": f"#/definitions/{definition}"})


def vk_account(world: World, office: str) -> Account:
    """The VK page of an office's last holder, or of the office."""
    held = next(o for o in world.offices if o.id == office)
    own = [h.account for t in reversed(held.tenures) for h in t.accounts]
    return next(a for a in [*own, *(h.account for h in held.accounts)] if a.network == "vk")


def busiest(world: World) -> tuple[Account, Post]:
    """A profile and its post with the most comments."""
    account = vk_account(world, "rayon-02")
    return account, max(account.posts, key=lambda post: len(post.comments))


def answers(world: World) -> list[tuple[str, str, dict[str, object]]]:
    """Every kind of answer: the definition of its form, the method, its parameters."""
    deep, post = busiest(world)
    users = ",".join(a.name for a in world.accounts if a.kind == "user" and a.network == "vk" and not a.trouble)
    groups = ",".join(a.name for a in world.accounts if a.kind == "community")
    comments: dict[str, object] = {"owner_id": deep.number, "post_id": post.id, "thread_items_count": 10, "count": 100}
    return [
        ("users_get_response", "users.get", {"user_ids": users, "fields": FIELDS}),
        ("groups_getById_object_response", "groups.getById", {"group_ids": groups, "fields": FIELDS}),
        ("utils_resolveScreenName_response", "utils.resolveScreenName", {"screen_name": deep.name}),
        ("utils_resolveScreenName_response", "utils.resolveScreenName", {"screen_name": "sandbox_nobody_here"}),
        ("wall_get_response", "wall.get", {"owner_id": deep.number, "count": 100, "filter": "all"}),
        ("wall_get_response", "wall.get", {"domain": vk_account(world, "rayon-03").name, "count": 100}),
        ("wall_getComments_response", "wall.getComments", comments),
        ("wall_getComments_response", "wall.getComments", {**comments, "comment_id": post.comments[0].id}),
        ("photos_get_response", "photos.get", {"owner_id": deep.number, "album_id": "profile"}),
        ("users_search_response", "users.search", {"q": "Имярек", "fields": FIELDS}),
        ("groups_search_response", "groups.search", {"q": "вымышленной"}),
    ]


@pytest.mark.parametrize("place", range(11))
def test_every_kind_of_answer_is_valid_by_the_published_schema(world: World, state: State, place: int) -> None:
    """Each method that the program calls."""
    definition, method, params = answers(world)[place]
    answer = call(state, method, **params)
    assert "response" in answer, answer
    assert errors(definition, answer) == []


def refusals(world: World) -> list[tuple[int, str, dict[str, object]]]:
    """What is refused, with VK's own code."""

    def number(office: str) -> int:
        return vk_account(world, office).number

    governor, shut = vk_account(world, "governor"), vk_account(world, "duma-1")
    return [
        (3, "wall.post", {"owner_id": 1}),
        (5, "users.get", {"user_ids": "sandbox_control", "token": "another"}),
        (8, "users.get", {"user_ids": "sandbox_control", "v": "5.80"}),
        (9, "wall.get", {"owner_id": number("rayon-15")}),
        (15, "wall.get", {"owner_id": number("duma-4")}),
        (15, "wall.getComments", {"owner_id": number("rayon-02"), "post_id": 999_999}),
        (18, "wall.get", {"owner_id": number("rayon-19")}),
        (28, "groups.search", {"q": "вымышленной", "token": State.vk_token}),
        (30, "wall.get", {"owner_id": number("rayon-18")}),
        (100, "users.get", {}),
        (100, "wall.get", {"owner_id": number("rayon-02"), "count": 101}),
        (113, "users.get", {"user_ids": "sandbox_nobody_here"}),
        (125, "groups.getById", {"group_ids": "sandbox_nobody_here"}),
        (203, "wall.get", {"owner_id": number("duma-3")}),
        (212, "wall.getComments", {"owner_id": shut.number, "post_id": shut.posts[-1].id}),
        (1051, "wall.getComments", {"owner_id": governor.number, "post_id": governor.posts[-1].id}),
    ]


@pytest.mark.parametrize("place", range(16))
def test_each_refusal_has_vks_own_code(world: World, state: State, place: int) -> None:
    """In VK's form; the call is echoed without the key."""
    code, method, params = refusals(world)[place]
    answer = call(state, method, **params)
    assert answer["error"]["error_code"] == code
    assert errors("base_error", answer["error"]) == []
    assert state.vk_token not in json.dumps(answer)
