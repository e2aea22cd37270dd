"""Which page is found by an id and by a name: an existing, closed, deleted one, or another's."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Cause, Snapshot
from auditor.probes import event_loop
from auditor.probes.driver import Response
from auditor.probes.target import Target
from auditor.probes.vk.vk_plugin import PLUGIN
from tests.probes import vk_memory
from tests.probes.every_request import run
from tests.probes.vk_memory import (
    FIRST_DAY,
    VkResponse,
    VkServer,
    driver_of,
    group,
    look_with_tape,
    person,
    post,
    response_of,
    target,
    vk_server,
)

USERS, GROUPS, NAME = "users.get", "groups.getById", "utils.resolveScreenName"
WALL, TALK = "wall.get", "wall.getComments"
DELETED = {"id": 5, "first_name": "DELETED", "last_name": "", "deactivated": "deleted"}
SEEN = {"id": 5, "id_seen": True}
PLAIN = {"full": False}
CLOSED, GONE_5 = person(5, is_closed=True, can_access_closed=False), person(5, deactivated="deleted")
MOVED, NEW_URL = person(5, screen_name="glava_novoe"), "https://vk.com/glava_novoe"
TAKER = person(6, screen_name="glava5", status="Слова другого человека")


def stands_for(kind: str, number: float) -> VkResponse:
    return response_of({"type": kind, "object_id": number})


def refusing(number: str, code: int) -> Any:
    return lambda params: VkResponse.error(code) if number in params["user_ids"].split(",") else None


def hidden(params: dict[str, str]) -> VkResponse | None:
    return response_of([]) if params["user_ids"] == "glava5" else None


def live(number: int, **more: Any) -> dict[str, Any]:
    return {"exists": True, "cause": None, "id": number, **more}


def unclear(cause: Cause, **more: Any) -> dict[str, Any]:
    return {"exists": None, "cause": cause, **more}


ANOTHER = [response_of([{"id": 9}]), response_of([person(6, screen_name="drugoi")])]
GONE = {"exists": False, "cause": Cause.GONE, "renamed_to": None}
NOT_HERE, ODD = unclear(Cause.NOT_AT_ADDRESS), unclear(Cause.UNRECOGNISED_PAGE)

FOUND: dict[str, tuple[VkServer, str, dict[str, Any], dict[str, Any]]] = {
    # By id and by name, in as few requests as possible.
    "a number": (vk_server(person(5)), "id5", PLAIN, live(5, kind="profile", asked=[USERS, WALL])),
    "a name": (vk_server(person(5)), "glava5", PLAIN, live(5, verified=False, subscribers=120, asked=[USERS, WALL])),
    "club": (vk_server(group(7)), "club7", PLAIN, live(-7, verified=True, subscribers=3000, asked=[GROUPS, WALL])),
    "a community's name": (
        vk_server(group(7)), "rayon7", PLAIN, live(-7, kind="community", asked=[USERS, GROUPS, WALL]),
    ),
    "an event": (vk_server(group(8, type="event")), "rayon8", PLAIN, live(-8, kind="event")),
    "the list before 5.199": (vk_server(groups_getById=response_of([group(7)])), "club7", PLAIN, live(-7)),
    "known to one method": (
        vk_server(group(7), utils_resolveScreenName=stands_for("group", 7.0)), "old", PLAIN, live(-7),
    ),
    "users are not to be asked": (vk_server(group(7), users_get=VkResponse.error(28)), "rayon7", PLAIN, live(-7)),
    "nor known elsewhere": (vk_server(users_get=VkResponse.error(28)), "glava5", {}, unclear(Cause.NO_CREDENTIALS)),
    "asked for alone, and another comes": (vk_server(users_get=ANOTHER), "glava5", {}, ODD),
    # What VK leaves out is unknown, never no and never zero.
    "no facts": (vk_server({"id": 5}), "id5", PLAIN, live(5, verified=None, subscribers=None, register_link=None)),
    # An unused name proves nothing about a page. An id that is left out is odd, since VK shows deleted pages.
    "nobody": (VkServer(), "nobody", {}, NOT_HERE | {"asked": [USERS, GROUPS, NAME]}),
    "a name whose number is left out": (VkServer(), "glava5", {"id": 5}, ODD),
    "a number left out": (VkServer(), "id5", {}, ODD),
    "VK's own word that it is somebody's": (
        vk_server(utils_resolveScreenName=stands_for("user", 5)), "glava5", {}, ODD,
    ),
    "nor the third": (
        vk_server(utils_resolveScreenName=VkResponse.error(28)), "nobody", {}, unclear(Cause.NO_CREDENTIALS),
    ),
    "an application": (
        vk_server(utils_resolveScreenName=stands_for("vk_app", 7)), "game", {}, unclear(Cause.WRONG_KIND),
    ),
    # Closed, gone, banned: by the page's own words alone.
    "a closed profile": (vk_server(CLOSED), "glava5", {}, {"exists": True, "cause": Cause.PRIVATE, "subscribers": 120}),
    "deleted": (vk_server(DELETED), "id5", {}, GONE | {"id": 5}),
    "deleted, by the number on record": (vk_server(GONE_5), "glava5", {"id": 5}, GONE),
    "whoever has the name is deleted": (vk_server(GONE_5), "glava5", {}, NOT_HERE | {"id": None}),
    "not the number on record": (vk_server(GONE_5), "glava5", {"id": 6}, NOT_HERE),
    "banned": (vk_server(person(5, deactivated="banned")), "id5", {}, unclear(Cause.BANNED)),
    "deleted or banned": (vk_server(users_get=VkResponse.error(18)), "id5", {}, unclear(Cause.REFUSED)),
    # Renamed, and taken over.
    "moved": (
        vk_server(MOVED, wall=[post(1, FIRST_DAY, 5)]), "glava5", SEEN,
        live(5, renamed_to=NEW_URL, url="https://vk.com/glava5", asked=[USERS, WALL, TALK]),
    ),
    "a community moved": (
        vk_server(group(7, screen_name="rayon_novoe"), wall=[post(1, FIRST_DAY, -7)]), "rayon7", {"id": -7, **PLAIN},
        live(-7, renamed_to="https://vk.com/rayon_novoe", asked=[USERS, GROUPS, NAME, GROUPS, WALL]),
    ),
    "taken over": (vk_server(MOVED, TAKER), "glava5", SEEN, live(5, renamed_to=NEW_URL)),
    "taken over, or a slip": (
        vk_server(TAKER, MOVED, wall=[post(1, FIRST_DAY, 6)]), "glava5", {"id": 5},
        live(6, renamed_to=None, posts_cause=Cause.GONE, posts=(), subscribers=None, asked=[USERS]),
    ),
    "it still says the name": (vk_server(person(5), users_get=hidden), "glava5", {"id": 5}, live(5, renamed_to=None)),
    "not asked for": (vk_server(users_get=refusing("5", 10)), "glava5", {"id": 5}, unclear(Cause.UNREACHABLE)),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_who_a_page_is(case: str) -> None:
    """What the snapshot says, and the requests made; each look is also replayed from its stored responses."""
    vk, name, about, expected = FOUND[case]
    done = look_with_tape(vk, name, **about)
    snapshot, stored = done.result, b"".join(record.body for record in done.tape).decode()
    requests = {"asked": [method for method, _ in vk.log]}
    assert {key: requests.get(key, getattr(snapshot, key, None)) for key in expected} == expected
    assert "Слова другого" not in stored, "of another page that has taken the name, only id and state are stored"


@pytest.mark.parametrize("number", [5, -7])
@pytest.mark.parametrize("about", [{}, {"id_seen": True}], ids=["by name", "by number"])
def test_a_page_that_is_listed_twice_and_unlike_is_a_contradiction(number: int, about: dict[str, Any]) -> None:
    """Whichever comes first; if both are alike, it is one page."""
    make = person if number > 0 else group
    alive, dead = make(abs(number)), make(abs(number), deactivated="deleted")
    name, about_page = alive["screen_name"], {"id": number, **about} if about else {}
    for pages, page_id in (((alive, dead), None), ((dead, alive), None), ((alive, alive), number)):
        assert look_with_tape(vk_server(*pages), name, **about_page).result.id == page_id
        assert vk_memory.resolve_ids(driver_of(vk_server(*pages)), name) == {name: page_id}


def test_a_look_that_finds_nobody_is_of_the_moment_of_its_first_answer() -> None:
    """Nothing newer was seen."""
    transport, moments = vk_memory.MemoryTransport(VkServer()), iter(range(9))
    sent = transport.send

    async def send(*args: Any) -> Response:
        return replace(await sent(*args), at=vk_memory.NOW + timedelta(minutes=next(moments)))

    transport.send = send
    assert run(PLUGIN.look(target("nobody"), vk_memory.WINDOW), transport).result.taken_at == vk_memory.NOW


def look_at_all(vk: VkServer, *targets: Target) -> dict[str, Snapshot]:
    """Look at pages in one run, whose calls may share requests."""
    snapshots: dict[str, Snapshot] = {}
    looks = {
        looked_at.address.name: PLUGIN.look(replace(looked_at, full=False), vk_memory.WINDOW) for looked_at in targets
    }
    event_loop.run(driver_of(vk).run(looks, lambda key, snapshot, _: snapshots.update({key: snapshot})))
    return snapshots


def test_one_request_tells_of_all_accounts() -> None:
    """Two calls for any mixture of users and communities, by number or name; each keeps its own part alone."""
    vk = vk_server(person(5), person(6), group(7))
    targets = (target("glava5", id=5, id_seen=True), target("id6"), target("rayon7", id=-7), target("club7"))
    snapshots = look_at_all(vk, *targets)
    assert sorted(method for method, _ in vk.log) == [GROUPS, USERS, *[WALL] * 4]
    assert {name: snapshot.id for name, snapshot in snapshots.items()} == {
        "glava5": 5,
        "id6": 6,
        "rayon7": -7,
        "club7": -7,
    }
    finished = look_with_tape(vk_server(person(5), person(6)), "glava5", full=False)
    assert b"glava6" not in finished.tape[0].body, "another account's page is not this one's evidence"


def nameless(params: dict[str, str]) -> VkResponse:
    return response_of([{"id": n} for n in (6, 5) if f"glava{n}" in params["user_ids"].split(",")])


def one_deleted(params: dict[str, str]) -> VkResponse:
    """Return a deleted page, which does not show its name, and another."""
    pages = {"glava5": person(5), "glava6": DELETED | {"id": 6}}
    return response_of([pages[name] for name in params["user_ids"].split(",") if name in pages])


NO_FIVE = (None, Cause.UNRECOGNISED_PAGE, None)
NOBODY, FIVE, SIX = (None, Cause.NOT_AT_ADDRESS, None), (True, None, 5), (True, None, 6)
MANY: dict[str, tuple[VkServer, dict[str, Any]]] = {
    # One page fails the whole request and is not named: each is requested alone.
    "in trouble": (
        vk_server(person(5), person(6), person(7), users_get=refusing("6", 18)),
        {"id5": FIVE, "id6": (None, Cause.REFUSED, None), "id7": (True, None, 7)},
    ),
    # VK's errors if it knows none of the pages: a name is then unused, an id that is left out is odd.
    "none": (
        vk_server(users_get=VkResponse.error(113), groups_getById=VkResponse.error(125)),
        {"id5": NO_FIVE, "nobody": NOBODY},
    ),
    # Pages without a name cannot be told apart by their order: each is requested alone.
    "nameless": (vk_server(users_get=nameless), {"glava5": FIVE, "glava6": SIX}),
    # A deleted page is known by coming alone, and without a number on record it is not said to be gone.
    "deleted": (vk_server(users_get=one_deleted), {"glava6": NOBODY, "glava5": FIVE}),
}


@pytest.mark.parametrize("case", MANY)
def test_an_answer_about_many_says_of_each_no_more_than_its_own(case: str) -> None:
    """Whichever of them is in trouble, unnamed, deleted or nobody."""
    vk, expected = MANY[case]
    snapshots = look_at_all(vk, *map(target, expected))
    assert {name: (s.exists, s.cause, s.id) for name, s in snapshots.items()} == expected
    assert case != "in trouble" or len(vk.requests_of(USERS)) == 4


@pytest.mark.parametrize(("method", "sign"), [(USERS, 1), (GROUPS, -1)])
def test_a_deleted_page_beside_a_free_name_makes_neither_of_them_unknown(method: str, sign: int) -> None:
    """It comes without its name, and is recognised by coming alone; only names that nobody else has are asked again."""

    def respond(params: dict[str, str]) -> VkResponse:
        pages = {"here": {"id": 5, "screen_name": "here"}, "gone": DELETED | {"id": 6}}
        asked = (params.get("user_ids") or params["group_ids"]).split(",")
        return response_of([pages[name] for name in asked if name in pages])

    vk = vk_server(group(7), **{method.replace(".", "_"): respond})
    ids = vk_memory.resolve_ids(driver_of(vk), "here", "free", "gone")
    assert ids == {"here": 5 * sign, "free": 0, "gone": 6 * sign}
    assert len(vk.requests_of(method)) == 3


def test_a_name_that_nobody_has_is_told_from_one_that_could_not_be_found_out() -> None:
    """0 is VK's word, by three methods or by the two that tell of many; None is unknown."""
    for response, number in [
        (response_of([]), 0),
        (VkResponse.error(28), 0),
        (VkResponse.error(29), None),
        (stands_for("group", 7), -7),
    ]:
        driver = driver_of(vk_server(person(5), utils_resolveScreenName=response))
        assert vk_memory.resolve_ids(driver, "Glava5", "nobody") == {"Glava5": 5, "nobody": number}
