"""The VK scout: what a name costs, what an error says, what is found by searching, what is written down."""

from typing import Any

import pytest

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind
from auditor.registry.models import Control
from auditor.search.scouts.base import CallResult, Task
from tests.probes.vk_memory import FIRST_DAY, TOKEN, Reply, control, group, person, said
from tests.search.scouting import VkWorld, called, door, everybody, names, nobody, vk_scout, written

KEY = "AUDITOR_VK_TOKEN"


def vk(name: str) -> Address:
    return Address.parse(f"https://vk.com/{name}")


def batches(world: VkWorld) -> list[tuple[str, int]]:
    """How many names each call asked for."""
    return [(m, len((p.get("user_ids") or p.get("group_ids") or "").split(","))) for m, p in world.log]


def tried(world: VkWorld, asked: list[str], **more: Any) -> CallResult:
    return vk_scout(world, **more).try_names(asked, everybody)


# Names ---------------------------------------------------------------------------------------------------------------


def test_a_thousand_names_cost_three_requests() -> None:
    """One call for users; what is no user's is asked for among communities, five hundred a call."""
    world = VkWorld(users=[person(5)], groups=[group(7)])
    got = tried(world, ["glava5", *names(998), "rayon7"])
    assert ([p.address.name for p in got.pages], got.tried, got.cause) == (["glava5", "rayon7"], 1000, None)
    assert batches(world) == [("users.get", 1000), ("groups.getById", 500), ("groups.getById", 499)]


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        (["имярек", "12345", "a,b", "feed", "wall1_2", "imyarek0"], ["imyarek0", "imyarek0"]),
        (["id5", "club7"], ["5", "7"]),
        (["imyarek0", "IMYAREK0"], ["imyarek0", "imyarek0"]),
        ([], []),
    ],
)
def test_only_names_that_vk_can_have_are_sent(asked: list[str], sent: list[str]) -> None:
    """A number is asked for where it can be; nor does a comma in a name become two; each counts as tried."""
    world = VkWorld()
    got = tried(world, asked)
    assert (got.tried, got.cause) == (len(asked), None)
    assert [p.get("user_ids") or p["group_ids"] for _, p in world.log] == sent


def test_a_page_comes_under_every_name_it_was_asked_for_by() -> None:
    """A link may give the number and another the short name: neither is taken for a page that is not there."""
    world = VkWorld(users=[person(5)], groups=[group(7)])
    got = tried(world, ["id5", "GLAVA5", "club7"])
    assert [(p.address.name, p.id) for p in got.pages] == [("glava5", 5), ("id5", 5), ("club7", -7)]
    assert vk_scout(world).read(vk("id5"), FIRST_DAY, nobody).pages[0].address == vk("id5")


def test_without_a_control_no_absence_is_believed() -> None:
    """Pages that are there are told; the first name that is not there stops the count."""
    got = tried(VkWorld(users=[person(5)]), ["glava5", "imyarek0", "imyarek1"], trusted=False)
    assert ([p.id for p in got.pages], got.tried, got.cause) == ([5], 1, Cause.CONTROL_FAILED)


@pytest.mark.parametrize(
    ("asked", "cause", "trusts"),
    [
        (control("glava5", exists=True), None, True),
        (control("glava5", exists=False), Cause.CONTROL_FAILED, False),
        (control("imyarek0", exists=True), Cause.CONTROL_FAILED, False),
        (control("imyarek0", exists=False), None, False),
    ],
)
def test_a_known_page_that_was_seen_makes_absence_believed(
    asked: Control, cause: Cause | None, *, trusts: bool
) -> None:
    """One that must be missing and is proves nothing."""
    scout = vk_scout(VkWorld(users=[person(5)]), trusted=False)
    seen = scout.control(asked)
    assert (seen.cause, {a.evidence.kind for a in seen.answers}) == (cause, {EvidenceKind.CONTROL})
    got = scout.try_names(names(3), everybody)
    assert (got.tried, got.cause) == ((3, None) if trusts else (0, Cause.CONTROL_FAILED))


def test_an_error_for_a_batch_that_nobody_is_in_is_an_empty_list() -> None:
    """113 and 125 where VK knows no name of a batch."""
    world = VkWorld(nobody=True)
    got = tried(world, names(400))
    assert (got.pages, got.tried, got.cause, len(world.log)) == ((), 400, None, 2)


def test_one_bad_name_does_not_cost_the_others() -> None:
    """A name that fails any call it is in is found by halving; the others are answered for."""
    world, bad = VkWorld(users=[person(5)]), names(1000)[613]
    world.plan("users.get", lambda p: Reply.error(100) if bad in p["user_ids"].split(",") else None)
    got = tried(world, [*names(999), "glava5"])
    assert ([p.id for p in got.pages], got.tried, got.cause) == ([5], 1000, None)
    assert len(world.asked("users.get")) < 30


def test_a_banned_account_that_fails_its_batch_is_told_apart() -> None:
    """18 says that somebody of the batch is gone; alone, it says who."""
    world = VkWorld(users=[person(5)])
    world.plan("users.get", lambda p: Reply.error(18) if "imyarek3" in p["user_ids"].split(",") else None)
    got = tried(world, [*names(8), "glava5"])
    seen = {(p.address.name, p.exists, p.cause) for p in got.pages}
    assert seen == {("imyarek3", False, Cause.GONE), ("glava5", True, None)}
    assert (got.tried, got.cause) == (9, None)
    assert len({a.evidence.id for a in got.answers}) == len(got.answers)


def test_batches_shrink_to_what_vk_takes_and_not_for_ever() -> None:
    """A batch that is more than VK takes today is halved; 100 for every form of a call says nothing of any name."""
    world = VkWorld(groups=[group(7)])
    world.plan("groups.getById", lambda p: Reply.error(100) if len(p["group_ids"].split(",")) > 300 else None)
    got = tried(world, [*names(499), "rayon7"])
    assert (got.tried, [page.id for page in got.pages]) == (500, [-7])
    assert [size for method, size in batches(world) if method == "groups.getById"] == [500, 250, 250]
    world = VkWorld()
    scout = vk_scout(world)
    world.plan("users.get", Reply.error(100))
    got = scout.try_names(names(200), everybody)
    assert (got.pages, got.tried, got.cause) == ((), 0, Cause.REFUSED)
    assert len(world.asked("users.get")) == 37


def test_what_was_answered_before_a_failure_counts() -> None:
    """The second call for communities fails: the names of the first are settled, those after it are to be tried."""
    world = VkWorld(groups=[group(7)])
    world.plan("groups.getById", lambda p: None if "imyarek0" in p["group_ids"].split(",") else Reply.error(10))
    got = tried(world, ["rayon7", *names(700)])
    assert ([p.id for p in got.pages], got.tried, got.cause) == ([-7], 500, Cause.UNREACHABLE)


@pytest.mark.parametrize(("requests", "room"), [(1, 0), (3, 0), (4, 500), (5, 500), (6, 1000), (100, 1000)])
def test_for_how_many_names_some_requests_are_enough(requests: int, room: int) -> None:
    """Two for users, and two for each five hundred among communities."""
    assert vk_scout(VkWorld()).room(requests) == room


# Errors --------------------------------------------------------------------------------------------------------------

ODD = [
    (Reply(b"<html>blocked</html>", headers={"Content-Type": "text/html"}), Cause.BLOCKED),
    (Reply(b"[1, 2"), Cause.UNRECOGNISED_PAGE),
    (Reply.of([1]), Cause.UNRECOGNISED_PAGE),
    (Reply(b"", status=503), Cause.UNREACHABLE),
    (Reply(b"", status=429), Cause.THROTTLED),
    (said([{"first_name": "Имярек"}]), Cause.UNRECOGNISED_PAGE),  # it may stand for the very page
]
FAULTS = [
    # what comes, calls of users.get, cause, whether names are open afterwards, the key that opens them
    (Reply.error(5, "Access denied"), 1, Cause.NO_CREDENTIALS, False, KEY),
    (Reply.error(6), 3, Cause.THROTTLED, True, ""),
    (Reply.error(10), 3, Cause.UNREACHABLE, True, ""),
    (Reply.error(14), 1, Cause.BLOCKED, False, ""),
    (Reply.error(15), 1, Cause.NO_CREDENTIALS, False, KEY),
    (Reply.error(28), 1, Cause.NO_CREDENTIALS, False, KEY),
    (Reply.error(29), 1, Cause.THROTTLED, False, ""),
    (Reply.error(1051), 1, Cause.NO_CREDENTIALS, False, KEY),
    (Reply.error(4242), 1, Cause.REFUSED, True, ""),
]


@pytest.mark.parametrize(("reply", "calls", "cause", "opened", "key"), FAULTS)
def test_a_failed_look_up_answers_for_no_name(
    reply: Reply, calls: int, cause: Cause, *, opened: bool, key: str
) -> None:
    """No error is an absence: nothing counts as tried, the cause is told, and what is shut for good is shown so."""
    world = VkWorld(users=[person(5)])
    scout = vk_scout(world)
    world.plan("users.get", reply)
    got = scout.try_names(["imyarek0", "glava5"], everybody)
    assert (got.pages, got.tried, got.cause, len(world.asked("users.get"))) == ((), 0, cause, calls)
    shown = door(scout, Task.NAMES)
    assert (shown.open, shown.cause, shown.key) == (opened, None if opened else cause, key)
    world.log.clear()
    assert scout.try_names(["glava5"], everybody).cause is cause
    assert (world.log == []) is not opened
    assert TOKEN not in f"{got!r}{written(got)}{shown!r}{scout!r}"


@pytest.mark.parametrize(
    ("code", "seen"),
    [(30, [(True, Cause.PRIVATE)]), (19, [(None, Cause.REFUSED)]), (18, [(False, Cause.GONE)]), (100, []), (113, [])],
)
def test_a_word_about_one_page_closes_no_door(code: int, seen: list[tuple[bool | None, Cause]]) -> None:
    """To a look-up for one name it is about that name: it is private, withheld, gone, or there is none."""
    world = VkWorld()
    scout = vk_scout(world)
    world.plan("users.get", Reply.error(code))
    got = scout.try_names(["imyarek0"], everybody)
    assert (got.tried, got.cause, door(scout, Task.NAMES).open) == (1, None, True)
    assert [(p.exists, p.cause) for p in got.pages] == seen


@pytest.mark.parametrize(("reply", "cause"), ODD)
@pytest.mark.parametrize("task", Task)
def test_no_answer_of_the_network_raises(reply: Reply, cause: Cause, task: Task) -> None:
    """Whatever comes in VK's place is a cause, whichever the task."""
    world = VkWorld()
    for method in ("users.get", "groups.getById", "users.search", "groups.search", "wall.get"):
        world.plan(method, reply)
    scout = vk_scout(world, trusted=False)
    got = {
        Task.NAMES: lambda: scout.try_names(names(3), everybody),
        Task.SEARCH: lambda: scout.search("Имярек", everybody),
        Task.READ: lambda: scout.read(vk("glava5"), FIRST_DAY, everybody),
    }[task]()
    assert (got.pages, got.tried, got.cause) == ((), 0, cause)


def test_a_route_that_keeps_failing_is_left_alone() -> None:
    """After three failures in a row every door is shut, with the cause."""
    world = VkWorld()
    scout = vk_scout(world)
    world.plan("users.get", Reply(b"", status=503))
    for _ in range(3):
        scout.try_names(names(3), everybody)
    world.log.clear()
    assert {(d.open, d.cause, d.key) for d in scout.doors()} == {(False, Cause.UNREACHABLE, "")}
    assert scout.read(vk("glava5"), FIRST_DAY, everybody).cause is Cause.UNREACHABLE
    assert world.log == []


def test_without_a_key_every_door_is_closed_and_nothing_is_asked() -> None:
    """The setting that would open them is named, and no value of it."""
    scout = vk_scout(VkWorld(users=[person(5)]), has_key=False)
    assert {(d.open, d.cause, d.key) for d in scout.doors()} == {(False, Cause.NO_CREDENTIALS, KEY)}
    results = [
        scout.try_names(["glava5"], everybody),
        scout.search("Имярек", everybody),
        scout.read(vk("glava5"), FIRST_DAY, everybody),
        scout.control(control("glava5", exists=True)),
    ]
    assert results == [CallResult(cause=Cause.NO_CREDENTIALS)] * 4
    assert scout.requests == 0


# Search --------------------------------------------------------------------------------------------------------------


def test_a_service_key_closes_the_search_at_its_first_refusal() -> None:
    """28 and 15: the door is shut from then on, the other doors stay open."""
    world = VkWorld(users=[person(5)])
    scout = vk_scout(world)
    assert door(scout, Task.SEARCH).open, "not known before it was tried"
    got = scout.search("Имярек Первый", everybody)
    assert (got.pages, got.cause) == ((), Cause.NO_CREDENTIALS)
    shown = door(scout, Task.SEARCH)
    assert (shown.open, shown.cause, shown.key) == (False, Cause.NO_CREDENTIALS, KEY)
    assert scout.search("Имярек Второй", everybody) == CallResult(cause=Cause.NO_CREDENTIALS)
    assert vk_scout(VkWorld(searches=True)).search("  ", everybody) == CallResult()
    assert [method for method, _ in world.log] == ["users.search", "groups.search"]
    assert door(scout, Task.NAMES).open
    assert door(scout, Task.READ).open
    assert scout.try_names(["glava5"], everybody).pages


def test_a_users_key_finds_people_and_communities() -> None:
    """A community comes with little: those worth it are asked for whole, all in one call."""
    found = [group(7, name="Имярек о районе"), group(8, name="Имярек: чужое")]
    world = VkWorld(users=[person(5)], groups=found, searches=True)
    got = vk_scout(world).search("Имярек", called("районе"))
    pages = {page.id: page for page in got.pages}
    assert pages.keys() == {1, 5, -7, -8}
    assert (pages[-7].description, pages[-8].description) == ("Страница первого района", None)
    assert [method for method, _ in world.log] == ["users.search", "groups.search", "groups.getById"]
    assert world.asked("groups.getById")[0]["group_ids"] == "rayon7"
