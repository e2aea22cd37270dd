"""VK's API of the sandbox, held to VK's published schema."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from auditor.sandbox import World
from auditor.sandbox.state import SandboxState
from auditor.sandbox.vk.api import VkApi
from auditor.sandbox.world.model import WorldAccount

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "vk_schema.json").read_text(encoding="utf-8"))
"""VK's own schema 5.199, with the patches that real answers need."""
FIELDS = "screen_name,verified,followers_count,status,site,about,counters,wall,description"


@cache
def validator(definition: str) -> Draft7Validator:
    assert definition in SCHEMA["definitions"]
    return Draft7Validator({**SCHEMA, "$ref": f"#/definitions/{definition}"})


def answer(world: World, method: str, *, token: str = SandboxState.vk_user_token, **params: object) -> dict[str, Any]:
    """Call a method with a user's key and the version; `token` and `v` replace them."""
    given = {"v": "5.199", "access_token": token} | {key: str(value) for key, value in params.items()}
    return VkApi(SandboxState(world.accounts, world.now)).call(method, given)


def vk_account(world: World, office: str) -> WorldAccount:
    """The VK page of an office's last holder, or of the office."""
    held = next(o for o in world.offices if o.id == office)
    own = [h.account for t in reversed(held.tenures) for h in t.accounts]
    return next(a for a in [*own, *(h.account for h in held.accounts)] if a.network == "vk")


def test_every_kind_of_answer_is_valid_by_the_published_schema(world: World) -> None:
    """Each method that the program calls."""
    deep = vk_account(world, "rayon-02")
    post = max(deep.posts, key=lambda post: len(post.comments))
    users = ",".join(a.name for a in world.accounts if a.kind == "user" and a.network == "vk" and not a.trouble)
    groups = ",".join(a.name for a in world.accounts if a.kind == "community")
    comments: dict[str, object] = {"owner_id": deep.number, "post_id": post.id, "thread_items_count": 10, "count": 100}
    for definition, method, params in (
        ("users_get", "users.get", {"user_ids": users, "fields": FIELDS}),
        ("groups_getById_object", "groups.getById", {"group_ids": groups, "fields": FIELDS}),
        ("utils_resolveScreenName", "utils.resolveScreenName", {"screen_name": deep.name}),
        ("utils_resolveScreenName", "utils.resolveScreenName", {"screen_name": "sandbox_nobody_here"}),
        ("wall_get", "wall.get", {"owner_id": deep.number, "count": 100, "filter": "all"}),
        ("wall_get", "wall.get", {"domain": vk_account(world, "rayon-03").name, "count": 100}),
        ("wall_getComments", "wall.getComments", comments),
        ("wall_getComments", "wall.getComments", {**comments, "comment_id": post.comments[0].id}),
        ("photos_get", "photos.get", {"owner_id": deep.number, "album_id": "profile"}),
        ("users_search", "users.search", {"q": "Имярек", "fields": FIELDS}),
        ("groups_search", "groups.search", {"q": "вымышленной"}),
    ):
        response = answer(world, method, **params)
        assert "response" in response, (method, response)
        assert [e.message[:200] for e in validator(f"{definition}_response").iter_errors(response)] == [], method


def test_a_wall_is_shown_by_whose_posts_are_asked_for(world: World) -> None:
    """The owner's own, others', or all: a community's holder may write there under their own name, which has an id."""
    community = vk_account(world, "duma-1")
    (registered,) = next(office for office in world.offices if office.id == "duma-1").tenures[-1].accounts
    own, others, everything = (
        answer(world, "wall.get", owner_id=community.number, count=100, filter=authors)["response"]
        for authors in ("owner", "others", "all")
    )
    assert {item["from_id"] for item in own["items"]} == {community.number}
    assert {item["from_id"] for item in others["items"]} > set(registered.staff)
    assert everything["count"] == own["count"] + others["count"] == len(everything["items"])


def test_a_captcha_comes_in_its_form_of_2026(world: World) -> None:
    """With the address where a person would solve it, and without the picture that was sent before."""
    state = SandboxState(world.accounts, world.now)
    state.faults.on("vk_captcha")
    error = VkApi(state).call("users.get", {"user_ids": "1"})["error"]
    assert (error["error_code"], {"captcha_sid", "captcha_img"} & error.keys()) == (14, set())
    assert error["redirect_uri"].startswith("https://")
    assert [*validator("base_error").iter_errors(error)] == []


def test_each_refusal_has_vks_own_code(world: World) -> None:
    """In VK's form; the call is echoed without the key."""

    def number(office: str) -> int:
        return vk_account(world, office).number

    governor, shut = vk_account(world, "governor"), vk_account(world, "duma-1")
    for code, method, params in (
        (3, "wall.post", {"owner_id": 1}),
        (5, "users.get", {"user_ids": "sandbox_control", "token": "another"}),
        (8, "users.get", {"user_ids": "sandbox_control", "v": "5.80"}),
        (9, "wall.get", {"owner_id": number("rayon-15")}),
        (15, "wall.get", {"owner_id": number("duma-4")}),
        (15, "wall.getComments", {"owner_id": number("rayon-02"), "post_id": 999_999}),
        (18, "wall.get", {"owner_id": number("rayon-19")}),
        (28, "groups.search", {"q": "вымышленной", "token": SandboxState.vk_token}),
        (30, "wall.get", {"owner_id": number("rayon-18")}),
        (100, "users.get", {}),
        (100, "wall.get", {"owner_id": number("rayon-02"), "count": 101}),
        (113, "users.get", {"user_ids": "sandbox_nobody_here"}),
        (125, "groups.getById", {"group_ids": "sandbox_nobody_here"}),
        (203, "wall.get", {"owner_id": number("duma-3")}),
        (212, "wall.getComments", {"owner_id": shut.number, "post_id": shut.posts[-1].id}),
        (1051, "wall.getComments", {"owner_id": governor.number, "post_id": governor.posts[-1].id}),
    ):
        response = answer(world, method, **params)
        assert response["error"]["error_code"] == code, method
        assert [*validator("base_error").iter_errors(response["error"])] == []
        assert SandboxState.vk_token not in json.dumps(response)
