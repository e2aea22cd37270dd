"""The VK scout: what a name costs, what an error says, what is found by searching, what is written down."""

from typing import Any

import pytest

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.search.scouts.scout import ScoutResult, Task
from tests.probes.vk_memory import FIRST_DAY, TOKEN, VkResponse, control, group, person, response_of
from tests.search.memory_scouts import (
    VkWorld,
    any_page,
    capability_of,
    named,
    names,
    stored_text,
    titled_with,
    vk,
    vk_scout,
)

KEY = "vk_token_file"


def batches(world: VkWorld, method: str) -> list[int]:
    """How many names each call of a method asked for."""
    return [len((p.get("user_ids") or p["group_ids"]).split(",")) for p in world.requests_of(method)]


def tried(world: VkWorld, requested: list[str], **more: Any) -> tuple[list[int | None], int, Cause | None]:
    """Whom some names led to, how many of them were answered for, and why not all."""
    result = vk_scout(world, **more).try_names(requested, any_page)
    return [page.id for page in result.pages], result.tried, result.cause


# Names ---------------------------------------------------------------------------------------------------------------


def test_a_thousand_names_cost_three_requests() -> None:
    """One call for users; what is no user's is asked for among communities, five hundred a call."""
    world = VkWorld(users=[person(5)], groups=[group(7)])
    assert tried(world, ["glava5", *names(998), "rayon7"]) == ([5, -7], 1000, None)
    assert (batches(world, "users.get"), batches(world, "groups.getById")) == ([1000], [500, 499])
    assert [vk_scout(world).names_affordable(n) for n in (1, 3, 4, 5, 6, 100)] == [0, 0, 500, 500, 1000, 1000]


def test_only_names_that_vk_can_have_are_sent() -> None:
    """A number is asked for where it can be; nor does a comma in a name become two; each counts as tried."""
    names_to_try = ["имярек", "12345", "a,b", "feed", "wall1_2", "imyarek0", "IMYAREK0", "id5", "club7"]
    for requested, users, groups in ((names_to_try, ["imyarek0,5"], ["imyarek0,7"]), ([], [], [])):
        world = VkWorld()
        assert tried(world, requested) == ([], len(requested), None)
        assert [p["user_ids"] for p in world.requests_of("users.get")] == users
        assert [p["group_ids"] for p in world.requests_of("groups.getById")] == groups


def test_a_page_comes_under_every_name_it_was_asked_for_by() -> None:
    """A link may give the number and another the short name: neither is taken for a page that is not there."""
    scout = vk_scout(VkWorld(users=[person(5)], groups=[group(7)]))
    result = scout.try_names(["id5", "GLAVA5", "club7"], any_page)
    assert [(p.address.name, p.id) for p in result.pages] == [("glava5", 5), ("id5", 5), ("club7", -7)]
    assert scout.read(vk("id5"), FIRST_DAY, named()).pages[0].address == vk("id5")


def test_a_known_page_that_was_seen_makes_absence_believed() -> None:
    """One that must be missing and is proves nothing; pages that are there are told all the same."""
    failed = Cause.CONTROL_FAILED
    rows = (("glava5", True, None, None), ("imyarek0", False, None, failed))
    for name, exists, of_control, of_names in (
        *rows,
        ("glava5", False, failed, failed),
        ("imyarek0", True, failed, failed),
    ):
        scout = vk_scout(VkWorld(users=[person(5)]), trusted=False)
        checked = scout.control(control(name, exists=exists))
        assert ({a.evidence.kind for a in checked.responses}, checked.cause) == ({EvidenceKind.CONTROL}, of_control)
        result = scout.try_names(["glava5", *names(3)], any_page)
        assert ([p.id for p in result.pages], result.tried, result.cause) == ([5], 1 if of_names else 4, of_names)


def test_one_bad_name_does_not_cost_the_others() -> None:
    """It is found by halving, and the others are settled; 113 and 125 mean that VK knows no name of a batch."""
    world = VkWorld()
    world.plan("users.get", lambda p: VkResponse.error(113) if "imyarek0" in p["user_ids"] else None)
    world.plan("groups.getById", lambda p: VkResponse.error(125) if "imyarek0" in p["group_ids"] else None)
    assert (tried(world, names(400)), len(world.log)) == (([], 400, None), 2)
    world, bad = VkWorld(users=[person(5)]), names(1000)[613]
    world.plan("users.get", lambda p: VkResponse.error(100) if bad in p["user_ids"].split(",") else None)
    assert tried(world, [*names(999), "glava5"]) == ([5], 1000, None)
    assert len(world.requests_of("users.get")) < 30


def test_batches_shrink_to_what_vk_takes_and_not_for_ever() -> None:
    """A batch that is more than VK takes today is halved; 100 for every form of a call says nothing of any name."""
    world = VkWorld(groups=[group(7)])
    world.plan("groups.getById", lambda p: VkResponse.error(100) if len(p["group_ids"].split(",")) > 300 else None)
    assert tried(world, [*names(499), "rayon7"]) == ([-7], 500, None)
    assert batches(world, "groups.getById") == [500, 250, 250]
    world = VkWorld()
    scout = vk_scout(world)
    world.plan("users.get", VkResponse.error(100))
    result = scout.try_names(names(200), any_page)
    assert (result.pages, result.tried, result.cause, len(world.requests_of("users.get"))) == ((), 0, Cause.REFUSED, 37)


def test_what_was_answered_before_a_failure_counts() -> None:
    """The second call for communities fails: the names of the first are settled, those after it are to be tried."""
    world = VkWorld(groups=[group(7)])
    world.plan("groups.getById", lambda p: None if "imyarek0" in p["group_ids"].split(",") else VkResponse.error(10))
    assert tried(world, ["rayon7", *names(700)]) == ([-7], 500, Cause.UNREACHABLE)


# Errors --------------------------------------------------------------------------------------------------------------


def test_a_failed_look_up_answers_for_no_name() -> None:
    """No error is an absence: nothing counts as tried, the cause is told, and what is shut for good is shown so."""
    for code, calls, cause, opened, key in (
        (6, 3, Cause.THROTTLED, True, ""),
        (15, 1, Cause.NO_CREDENTIALS, False, KEY),
        (29, 1, Cause.THROTTLED, False, ""),
        (1051, 1, Cause.NO_CREDENTIALS, False, KEY),
        (4242, 1, Cause.REFUSED, True, ""),
    ):
        world = VkWorld(users=[person(5)])
        scout = vk_scout(world)
        world.plan("users.get", VkResponse.error(code))
        result = scout.try_names(["imyarek0", "glava5"], any_page)
        assert (result.pages, result.tried, result.cause, len(world.requests_of("users.get"))) == ((), 0, cause, calls)
        capability = capability_of(scout, Task.NAMES)
        assert (capability.open, capability.cause, capability.key) == (opened, None if opened else cause, key)
        world.log.clear()
        assert scout.try_names(["glava5"], any_page).cause is cause
        assert (world.log == []) is not opened
        assert TOKEN not in f"{result!r}{stored_text(result)}{capability!r}{scout!r}"


def test_a_word_about_one_page_closes_no_door() -> None:
    """To a look-up for one name it is about that name: it is private, withheld, gone, or there is none."""
    pages_by_code = {
        30: [(True, Cause.PRIVATE)],
        19: [(None, Cause.REFUSED)],
        18: [(False, Cause.GONE)],
        100: [],
        113: [],
    }
    for code, pages in pages_by_code.items():
        world = VkWorld()
        scout = vk_scout(world)
        world.plan("users.get", VkResponse.error(code))
        result = scout.try_names(["imyarek0"], any_page)
        assert (result.tried, result.cause, capability_of(scout, Task.NAMES).open) == (1, None, True)
        assert [(p.exists, p.cause) for p in result.pages] == pages


def run_task(scout: Any, task: Task) -> ScoutResult:
    """Return the result of one task of the scout."""
    if task is Task.NAMES:
        return scout.try_names(names(3), any_page)
    return scout.search("Имярек", any_page) if task is Task.SEARCH else scout.read(vk("glava5"), FIRST_DAY, any_page)


STRANGE = [
    (VkResponse(b"<html>blocked</html>", headers={"Content-Type": "text/html"}), Cause.BLOCKED),
    (VkResponse(b"[1, 2"), Cause.UNRECOGNISED_PAGE),
    (VkResponse.of([1]), Cause.UNRECOGNISED_PAGE),
    (VkResponse(b"", status=503), Cause.UNREACHABLE),
    (response_of([{"first_name": "Имярек"}]), Cause.UNRECOGNISED_PAGE),  # it may stand for the very page
]


@pytest.mark.parametrize(("reply", "cause"), STRANGE)
@pytest.mark.parametrize("task", Task)
def test_no_answer_of_the_network_raises(reply: VkResponse, cause: Cause, task: Task) -> None:
    """Whatever comes in VK's place is a cause, whichever the task; a route that keeps failing is left alone."""
    world = VkWorld()
    for method in ("users.get", "groups.getById", "users.search", "groups.search", "wall.get"):
        world.plan(method, reply)
    scout = vk_scout(world, trusted=False)
    result = run_task(scout, task)
    assert (result.pages, result.tried, result.cause) == ((), 0, cause)
    if cause is Cause.UNREACHABLE:
        for _ in range(2):
            run_task(scout, task)
        world.log.clear()
        assert {(d.open, d.cause, d.key) for d in scout.capabilities()} == {(False, cause, "")}
        assert (scout.read(vk("glava5"), FIRST_DAY, any_page).cause, world.log) == (cause, [])


def test_without_a_key_every_door_is_closed_and_nothing_is_asked() -> None:
    """The setting that would open them is named, and no value of it."""
    scout = vk_scout(VkWorld(users=[person(5)]), has_key=False)
    assert {(d.open, d.cause, d.key) for d in scout.capabilities()} == {(False, Cause.NO_CREDENTIALS, KEY)}
    results = [*(run_task(scout, task) for task in Task), scout.control(control("glava5", exists=True))]
    assert results == [ScoutResult(cause=Cause.NO_CREDENTIALS)] * 4
    assert scout.requests == 0


# Search --------------------------------------------------------------------------------------------------------------


def test_a_service_key_closes_the_search_at_its_first_refusal() -> None:
    """28 and 15: the door is shut from then on, the other doors stay open."""
    world = VkWorld(users=[person(5)])
    scout = vk_scout(world)
    assert capability_of(scout, Task.SEARCH).open, "not known before it was tried"
    result = scout.search("Имярек Первый", any_page)
    assert (result.pages, result.cause) == ((), Cause.NO_CREDENTIALS)
    closed = (Task.SEARCH, Cause.NO_CREDENTIALS, KEY)
    assert [(d.task, d.cause, d.key) for d in scout.capabilities()] == [
        (Task.NAMES, None, ""),
        closed,
        (Task.READ, None, ""),
    ]
    assert scout.search("Имярек Второй", any_page) == ScoutResult(cause=Cause.NO_CREDENTIALS)
    assert [method for method, _ in world.log] == ["users.search", "groups.search"]
    assert scout.try_names(["glava5"], any_page).pages


def test_a_users_key_finds_people_and_communities() -> None:
    """A community comes with little: those worth it are asked for whole, all in one call."""
    communities = [group(7, name="Имярек о районе"), group(8, name="Имярек: чужое")]
    world = VkWorld(users=[person(5)], groups=communities, searches=True)
    scout = vk_scout(world)
    assert scout.search("  ", any_page) == ScoutResult()
    pages = {page.id: page for page in scout.search("Имярек", titled_with("районе")).pages}
    assert pages.keys() == {1, 5, -7, -8}
    assert (pages[-7].description, pages[-8].description) == ("Страница первого района", None)
    assert [method for method, _ in world.log] == ["users.search", "groups.search", "groups.getById"]
    assert world.requests_of("groups.getById")[0]["group_ids"] == "rayon7"
