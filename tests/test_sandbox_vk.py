"""VK's API of the sandbox: valid against the published schema, every post and comment reachable, real error bodies."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft7Validator

from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account, PostKind, Trouble

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


def wall(call: Call, account: Account, **more: object) -> list[dict[str, Any]]:
    """Read a whole wall by pages of seven."""
    items: list[dict[str, Any]] = []
    while True:
        asked = {"owner_id": account.number, "count": 7, "offset": len(items), "filter": "owner"} | more
        body = call("wall.get", **asked)["response"]
        items += body["items"]
        if len(items) >= body["count"]:
            return items
        assert body["items"]


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
        ("wall.getById", "wall_getById_response", {"posts": f"{deep.number}_{post.id}"}),
        ("wall.getComments", "wall_getComments_response", comments),
        ("wall.getComments", "wall_getComments_response", {**comments, "comment_id": post.comments[0].id}),
        ("wall.getComments", "wall_getComments_extended_response", {**comments, "extended": 1}),
    ]


@pytest.mark.parametrize("place", range(10))
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


@pytest.mark.parametrize("office", ["rayon-02", "rayon-03", "rayon-05", "duma-1", "governor"])
def test_paging_a_wall_shows_every_post_once_the_pinned_one_first(sandbox: Sandbox, call: Call, office: str) -> None:
    """Then the newest first, as VK does; the pinned post is older than those that follow."""
    account = vk_account(sandbox, office)
    items = wall(call, account)
    shown = [p for p in account.posts_at(sandbox.now) if p.kind is not PostKind.GUEST]
    assert sorted(i["id"] for i in items) == [p.id for p in shown]
    rest = items[1:] if items[0].get("is_pinned") else items
    assert [i["date"] for i in rest] == sorted((i["date"] for i in rest), reverse=True)
    if office == "rayon-02":
        assert items[0]["is_pinned"] == 1
        assert items[0]["date"] < items[1]["date"]


def test_a_wall_tells_posts_reposts_advertisements_and_guests_apart(sandbox: Sandbox, call: Call) -> None:
    """A guest's post has another author and is left out by filter=owner."""
    account = vk_account(sandbox, "rayon-02")
    own, everybody = wall(call, account), wall(call, account, filter="all")
    assert len(everybody) == len(own) + 1
    assert {i["from_id"] == account.number for i in everybody} == {True, False}
    assert sum(i["marked_as_ads"] for i in own) == 3
    assert any("copy_history" in i for i in own)
    assert any("copy_history" not in i for i in own)


def test_some_walls_say_whether_a_post_is_open_and_some_only_count(sandbox: Sandbox, call: Call) -> None:
    """Answers without a user may leave can_post out."""
    tells = wall(call, vk_account(sandbox, "rayon-02"))[0]["comments"]
    silent = wall(call, vk_account(sandbox, "rayon-03"))[0]["comments"]
    assert tells["can_post"] == 1
    assert silent.keys() == {"count"}


def threads(call: Call, account: Account, post: Any) -> dict[int, list[dict[str, Any]]]:
    """Read every thread of a post: top comments by pages of three, replies by pages of four."""
    found: dict[int, list[dict[str, Any]]] = {}
    where = {"owner_id": account.number, "post_id": post.id}
    while True:
        body = call("wall.getComments", **where, count=3, offset=len(found), thread_items_count=10)["response"]
        for top in body["items"]:
            replies: list[dict[str, Any]] = []
            while len(replies) < top["thread"]["count"]:
                more = call("wall.getComments", **where, comment_id=top["id"], count=4, offset=len(replies))["response"]
                assert more["current_level_count"] == top["thread"]["count"]
                replies += more["items"]
            assert replies[: len(top["thread"]["items"])] == top["thread"]["items"]
            assert len(top["thread"]["items"]) == min(10, top["thread"]["count"])
            found[top["id"]] = [top, *replies]
        if len(found) >= body["current_level_count"]:
            return found


def test_threads_add_up(sandbox: Sandbox, call: Call) -> None:
    """Top comments by current_level_count, replies by comment_id; `count` is all that are not deleted."""
    account, post = busiest(sandbox)
    found = threads(call, account, post)
    seen = [item for thread in found.values() for item in thread]
    shown = post.comments_at(sandbox.now)
    assert sorted(i["id"] for i in seen) == sorted(c.id for c in shown)
    body = call("wall.getComments", owner_id=account.number, post_id=post.id)["response"]
    assert body["count"] == sum(not i.get("deleted", False) for i in seen) == len(shown) - 1
    assert body["current_level_count"] == len(found) < body["count"]
    assert max(len(thread) for thread in found.values()) > 11
    posted = next(i for i in wall(call, account) if i["id"] == post.id)
    assert posted["comments"]["count"] == body["count"]


def test_comments_come_in_all_their_forms(sandbox: Sandbox, call: Call) -> None:
    """A deleted head, a reply that names its comment and one that does not, a mention on top, a sticker."""
    account, post = busiest(sandbox)
    found = threads(call, account, post)
    tops = [thread[0] for thread in found.values()]
    replies = [item for thread in found.values() for item in thread[1:]]
    gone = next(t for t in tops if t.get("deleted"))
    assert "from_id" not in gone
    assert gone["thread"]["count"] == 2
    assert all(r["parents_stack"] for r in replies)
    assert {"reply_to_comment" in r for r in replies} == {True, False}
    assert any(t.get("text", "").startswith("[id") and t["from_id"] == account.number for t in tops)
    assert any(i.get("attachments", [{}])[0].get("type") == "sticker" and i["text"] == "" for i in [*tops, *replies])
    town = next(a for a in sandbox.world.accounts if a.kind == "community" and a.numbered)
    assert any(r["from_id"] == town.number for r in replies)


def test_extended_names_the_writers_and_the_plain_answer_does_not(sandbox: Sandbox, call: Call) -> None:
    """extended=0 spares citizens' profiles altogether."""
    account, post = busiest(sandbox)
    asked = {"owner_id": account.number, "post_id": post.id}
    assert "profiles" not in call("wall.getComments", **asked)["response"]
    full = call("wall.getComments", **asked, extended=1)["response"]
    assert len(full["profiles"]) > 10
    assert len(full["groups"]) == 1


def test_newest_first_and_from_a_comment_on(sandbox: Sandbox, call: Call) -> None:
    """sort=desc turns the level round; start_comment_id begins there."""
    account, post = busiest(sandbox)
    asked = {"owner_id": account.number, "post_id": post.id, "count": 100}
    up = [c["id"] for c in call("wall.getComments", **asked)["response"]["items"]]
    down = [c["id"] for c in call("wall.getComments", **asked, sort="desc")["response"]["items"]]
    assert down == up[::-1]
    later = [c["id"] for c in call("wall.getComments", **asked, start_comment_id=up[2])["response"]["items"]]
    assert later == up[2:]


def test_users_show_only_what_was_asked_for_and_the_deleted_nothing(sandbox: Sandbox, call: Call) -> None:
    """A closed profile hides its followers."""
    live, closed, gone = (vk_account(sandbox, f"rayon-{n}") for n in ("02", "18", "19"))
    plain = call("users.get", user_ids=live.number)["response"][0]
    assert "followers_count" not in plain
    asked = call("users.get", user_ids=f"{live.name},{closed.name},{gone.name},none_of_us", fields=FIELDS)["response"]
    assert [u["id"] for u in asked] == [live.number, closed.number, gone.number]
    assert asked[0]["followers_count"] == live.subscribers
    assert asked[1]["is_closed"] is True
    assert "followers_count" not in asked[1]
    assert asked[2]["deactivated"] == "deleted"
    assert "screen_name" not in asked[2]


def test_communities_come_as_an_object_by_name_or_number(sandbox: Sandbox, call: Call) -> None:
    """{groups, profiles} at 5.199; numbers have no minus."""
    account = vk_account(sandbox, "duma-1")
    for given in (account.name, -account.number):
        body = call("groups.getById", group_ids=given, fields="wall,members_count")["response"]
        assert body["profiles"] == []
        assert (body["groups"][0]["id"], body["groups"][0]["wall"]) == (-account.number, 3)


def test_a_screen_name_resolves_to_its_kind_and_an_unknown_one_to_an_empty_list(sandbox: Sandbox, call: Call) -> None:
    """VK answers [] where one would expect an object."""
    account = vk_account(sandbox, "duma-1")
    found = call("utils.resolveScreenName", screen_name=account.name)["response"]
    assert (found["type"], found["object_id"]) == ("page", -account.number)
    assert call("utils.resolveScreenName", screen_name="sandbox_nobody_here")["response"] == []


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


def test_the_key_may_come_in_the_header_and_the_call_as_a_get(sandbox: Sandbox) -> None:
    """Both forms that VK documents."""
    with httpx.Client(base_url=sandbox.vk_url, headers={"Authorization": f"Bearer {sandbox.vk_token}"}) as client:
        answer = client.get("/method/users.get", params={"user_ids": "sandbox_control", "v": VERSION}).json()
    assert answer["response"][0]["id"] > 0


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ("vk_too_many_once", [6, 6, 0]),
        ("vk_internal_once", [10, 0]),
        ("vk_flood", [9, 9]),
        ("vk_captcha", [14]),
        ("vk_bad_token", [5]),
        ("vk_daily_limit", [0]),
    ],
)
def test_a_fault_of_the_route_hits_every_call_or_the_first_ones(
    sandbox: Sandbox, call: Call, fault: str, codes: list[int]
) -> None:
    """Those called once pass."""
    sandbox.faults.on(fault)
    answers = [call("users.get", user_ids="sandbox_control") for _ in codes]
    assert [a.get("error", {}).get("error_code", 0) for a in answers] == codes
    if fault == "vk_daily_limit":
        assert error(call("wall.get", owner_id=vk_account(sandbox, "rayon-02").number)) == 29
    if fault == "vk_captcha":
        assert answers[0]["error"]["captcha_sid"]


def test_broken_controls_come_out_the_other_way_round(sandbox: Sandbox, call: Call) -> None:
    """The known page is missing, the unknown one is there."""
    sandbox.faults.on("vk_control")
    assert error(call("users.get", user_ids="sandbox_control")) == 113
    assert call("users.get", user_ids="sandbox_nobody_here")["response"]
    assert call("utils.resolveScreenName", screen_name="sandbox_control")["response"] == []


def test_the_one_account_in_trouble_does_not_trouble_others(sandbox: Sandbox, call: Call) -> None:
    """Flood control answers only calls about its own wall."""
    flooded = next(a for a in sandbox.world.accounts if a.network == "vk" and a.trouble is Trouble.THROTTLED)
    assert error(call("wall.get", owner_id=flooded.number)) == 9
    assert call("users.get", user_ids="sandbox_control")["response"]
