"""The VK scout over the sandbox's world of hidden accounts, and its calls against VK's published schema."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.base.address import Address
from auditor.base.snapshot import Cause
from auditor.sandbox import Sandbox
from auditor.sandbox.world.model import Account, PostKind
from auditor.search.pages import Page, Place
from auditor.search.scouts.base import CallResult, Task
from auditor.search.scouts.vk import VkScout
from auditor.search.scouts.vk_pages import GROUP_FIELDS, USER_FIELDS
from tests import worlds
from tests.probes.vk_memory import FIRST_DAY, Reply, control, group, person, post
from tests.vk_scouting import VkWorld, door, names, nobody, on_record, scout_at, scouting, stored

YEARS = timedelta(days=4 * 365)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(worlds.hidden()) as running:
        yield running


@contextmanager
def scout_of(sandbox: Sandbox, token: str) -> Iterator[VkScout]:
    """Give a scout that has seen the world's control."""
    sandbox.faults.clear()
    scout = scout_at(sandbox.vk_url, token, lambda: sandbox.now)
    try:
        assert scout.control(control("sandbox_control", exists=True)).cause is None
        yield scout
    finally:
        scout.close()


def on_vk(sandbox: Sandbox) -> list[Account]:
    return [a for a in sandbox.world.accounts if a.network == "vk" and a.kind in {"user", "community"}]


def address(account: Account) -> Address:
    return Address.parse(f"https://vk.com/{account.name}")


def everybody(page: Page) -> bool:
    return True


def _strangers_in(sandbox: Sandbox, *results: CallResult) -> list[str]:
    """Words of the world's citizens in what is written down, whole: an official's address may begin or end like one."""
    written = "\n".join(map(stored, results)).casefold()
    return [w for w in sandbox.world.strangers if re.search(rf"(?<!\w){re.escape(w.casefold())}(?!\w)", written)]


def test_every_page_of_the_world_is_found_among_a_thousand_names(sandbox: Sandbox) -> None:
    """By name alone, people and communities alike, with a service key, in three requests."""
    there = on_vk(sandbox)
    with scout_of(sandbox, sandbox.vk_token) as scout:
        before = scout.requests
        asked = [*names(1000 - len(there)), *(a.name for a in there)]
        got = scout.try_names(asked[::2] + asked[1::2], nobody)
        assert scout.requests - before == 3
    assert {(p.address, p.id) for p in got.pages} == {(address(a), a.number) for a in there}
    assert (got.tried, got.cause) == (1000, None)
    assert not _strangers_in(sandbox, got)


def test_names_that_nobody_has_are_absent(sandbox: Sandbox) -> None:
    """VK answers with an error: it is settled, and not taken for a fault."""
    with scout_of(sandbox, sandbox.vk_token) as scout:
        got = scout.try_names(names(1000), everybody)
        assert (got.pages, got.tried, got.cause) == ((), 1000, None)
        assert scout.requests <= 9
        assert door(scout, Task.NAMES).open


def test_bodies_pages_lead_to_what_they_link(sandbox: Sandbox) -> None:
    """Each official page that a body names, in whatever way, is in a passage."""
    bodies = {h.account for o in sandbox.world.offices for h in o.accounts if h.account.network == "vk"}
    worth = on_record(*(address(a).name for a in bodies))
    with scout_of(sandbox, sandbox.vk_token) as scout:
        results = [scout.read(address(a), sandbox.now - YEARS, worth) for a in sorted(bodies, key=lambda a: a.name)]
    assert all(got.cause is None for got in results)
    passages = [p for got in results for p in got.pages[0].passages]
    assert Place.POST in {p.place for p in passages}
    told = {url for a in bodies for url in sandbox.world.ways if url in _shown(a)}
    assert len(told) > 5
    assert told <= {a.url for p in passages for a in p.links}
    assert not _strangers_in(sandbox, *results)


def _shown(body: Account) -> set[str]:
    """Return the addresses that a body's page shows, by the world's own record."""
    texts = [body.description, body.site]
    for one in body.posts:
        texts += [one.text, *(url for _, url in one.anchors)] if one.kind is PostKind.OWN else []
    found = re.findall(r"(?:vk\.com|t\.me)/[\w.]+\w", " ".join(texts))
    return {f"https://{one}".casefold() for one in found}


def test_a_service_key_searches_not_and_a_users_key_does(sandbox: Sandbox) -> None:
    """The sandbox refuses as VK does; with a user's key everybody of the family name comes up."""
    wanted = next(a for a in on_vk(sandbox) if a.kind == "user" and a.work)
    with scout_of(sandbox, sandbox.vk_token) as scout:
        assert scout.search(wanted.title, everybody).cause is Cause.NO_CREDENTIALS
        assert not door(scout, Task.SEARCH).open
    with scout_of(sandbox, sandbox.vk_user_token) as scout:
        got = scout.search(wanted.title.split()[0], nobody)
        assert door(scout, Task.SEARCH).open
    found = {p.id: p for p in got.pages}
    assert got.cause is None
    assert found[wanted.number].work
    assert not _strangers_in(sandbox, got)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("vk_bad_token", Cause.NO_CREDENTIALS),
        ("vk_captcha", Cause.BLOCKED),
        ("vk_flood", Cause.THROTTLED),
    ],
)
def test_the_sandboxs_faults_answer_for_no_name(sandbox: Sandbox, fault: str, cause: Cause) -> None:
    """Nothing was tried and nobody is absent."""
    with scout_of(sandbox, sandbox.vk_token) as scout:
        sandbox.faults.on(fault)
        got = scout.try_names(names(5), everybody)
    sandbox.faults.clear()
    assert (got.pages, got.tried, got.cause) == ((), 0, cause)


# The published schema and recorded answers ------------------------------------------------------------------------


def _schema(shared: Path, name: str) -> Any:
    return json.loads((shared / "vk" / "schema" / name).read_text(encoding="utf-8"))


def test_what_is_sent_is_what_the_schema_allows(shared: Path) -> None:
    """Methods, parameters, limits, and the kinds of key that may call them."""
    methods = {m["name"]: m for m in _schema(shared, "methods.subset.json")["methods"]}
    world = VkWorld(users=[person(5)], groups=[group(7)], walls={5: [post(1, FIRST_DAY, 5)]})
    world.service_key = False
    with scouting(world) as scout:
        scout.try_names(["glava5", "rayon7", *names(998)], everybody)
        scout.search("Имярек", everybody)
        scout.search("Первый район", everybody)
        scout.read(Address.parse("https://vk.com/glava5"), FIRST_DAY, everybody)
        scout.read(Address.parse("https://vk.com/imyarek0"), FIRST_DAY, everybody)
    unlisted = {("wall.get", "owner_id")}  # folded into `domain` in the schema; VK's documentation has it (vk.md 1)
    for method, params in world.log:
        known = {p["name"]: p for p in methods[method]["parameters"]} | {"v": {}, "access_token": {}}
        assert {name for name in params if name not in known and (method, name) not in unlisted} == set()
        for name, value in params.items():
            most = known.get(name, {})
            assert len(value.split(",")) <= most.get("maxItems", 10**9)
            assert "maximum" not in most or int(value) <= most["maximum"]
        by_service_key = "service" in methods[method]["access_token_type"]
        assert by_service_key is not method.endswith(".search")


def test_the_fields_asked_for_are_in_the_schema(shared: Path) -> None:
    """All but the state's mark, which only VK's own client asks for."""
    definitions = _schema(shared, "vk-5.199.strict.json")["definitions"]
    assert set(USER_FIELDS) <= set(definitions["users_fields"]["enum"])
    assert set(GROUP_FIELDS) - set(definitions["groups_fields"]["enum"]) == {"is_government_organization"}


def test_recorded_answers_read(shared: Path) -> None:
    """A community of 2025 with a contact and a link, people registered long before, and a deleted one."""
    samples = shared / "vk" / "samples"
    answer = json.loads((samples / "groups.getById.object-form.2025.json").read_text(encoding="utf-8"))
    world = VkWorld()
    with scouting(world) as scout:
        world.plan("groups.getById", Reply.of(answer))
        (page,) = scout.try_names(["club800000001"], everybody).pages
        assert (page.id, page.title, page.exists) == (-800_000_001, "Сообщество 800000001", True)
        contacts = [p for p in page.passages if p.place is Place.CONTACTS]
        assert [a.name for p in contacts for a in p.links] == ["id900000009"]
    for recorded in json.loads((samples / "users.get.list.old.json").read_text(encoding="utf-8")):
        world = VkWorld()
        with scouting(world) as scout:
            world.plan("users.get", Reply.of(recorded))
            got = scout.try_names(["id900000001"], everybody)
        raws = recorded["response"]
        assert [p.id for p in got.pages] == [raw["id"] for raw in raws]
        assert [p.exists for p in got.pages] == ["deactivated" not in raw for raw in raws]


def test_a_recorded_wall_of_subscribers_is_nobodys(shared: Path) -> None:
    """A community's wall of 2025 on which only its subscribers wrote: no post, no passage, none of their words kept."""
    path = shared / "vk" / "samples" / "wall.get.community.extended.2025.json"
    answer = json.loads(path.read_text(encoding="utf-8"))["response"]
    owner = -answer["items"][0]["owner_id"]
    assert {item["from_id"] > 0 for item in answer["items"]} == {True}
    world = VkWorld(groups=[group(owner)])
    world.plan("wall.get", Reply.of({"response": answer | {"count": len(answer["items"])}}))
    with scouting(world) as scout:
        got = scout.read(Address.parse(f"https://vk.com/club{owner}"), FIRST_DAY - 2 * YEARS, everybody)
    (page,) = got.pages
    assert (got.cause, page.last_post_at) == (None, None)
    assert Place.POST not in {p.place for p in page.passages}
    assert "Текст" not in stored(got)
