"""The VK scout over loopback: what a name costs, what an error says, what is read of a page, what is written down."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Precision
from auditor.search.pages import Page, PageKind, Place
from auditor.search.scouts import vk_texts
from auditor.search.scouts.base import CallResult, Scout, Task
from tests.probes.vk_memory import FIRST_DAY, TOKEN, Reply, World, control, group, person, post
from tests.vk_scouting import VkWorld, called, door, names, nobody, on_record, scouting, sent, stored

DAY = timedelta(days=1)
SINCE = FIRST_DAY - 60 * DAY


def everybody(page: Page) -> bool:
    return True


def vk(name: str) -> Address:
    return Address.parse(f"https://vk.com/{name}")


def batches(world: World) -> list[tuple[str, int]]:
    """How many names each call asked for."""
    return [(m, len((p.get("user_ids") or p.get("group_ids") or "").split(","))) for m, p in world.log]


# Names -----------------------------------------------------------------------------------------------------------


def test_a_thousand_names_cost_three_requests() -> None:
    """One call for users; what is no user's is asked for among communities, five hundred a call."""
    world = VkWorld(users=[person(5)], groups=[group(7)])
    with scouting(world) as scout:
        got = scout.try_names(["glava5", *names(998), "rayon7"], everybody)
        assert [page.address.name for page in got.pages] == ["glava5", "rayon7"]
        assert (got.tried, got.cause) == (1000, None)
    assert batches(world) == [("users.get", 1000), ("groups.getById", 500), ("groups.getById", 499)]


def test_what_vk_says_of_a_person_is_on_the_page() -> None:
    """Title, status, place, work, marks, and links in the site and the status."""
    raw = person(
        5,
        verified=1,
        status="Пишу в телеграм @imyarek_pervy",
        site="https://t.me/imyarek_site",
        city={"id": 3, "title": "Первый"},
        home_town="Село Второе",
        occupation={"type": "work", "name": "Первый район"},
        career=[{"company": "Первый район", "position": "глава", "from": 2019.0}],
    )
    with scouting(VkWorld(users=[raw])) as scout:
        (page,) = scout.try_names(["glava5"], nobody).pages
    assert (page.id, page.kind, page.exists, page.title) == (5, PageKind.PROFILE, True, "Имярек Первый")
    assert (page.verified, page.government, page.subscribers, page.closed) == (True, None, 120, False)
    assert (page.place, page.work) == ("Первый, Село Второе", "Первый район; глава, Первый район")
    assert page.description == "Пишу в телеграм @imyarek_pervy"
    assert {(p.place, p.links[0].url) for p in page.passages} == {
        (Place.STATUS, "https://t.me/imyarek_pervy"),
        (Place.SITE, "https://t.me/imyarek_site"),
    }


def test_what_vk_says_of_a_community_is_on_the_page() -> None:
    """The state's mark, contacts by their page and post, the list of links; no telephone and no mail."""
    raw = group(
        7,
        is_government_organization=True,
        activity="Государственная организация",
        contacts=[
            {"user_id": 9, "desc": "Глава, тел. 8 (000) 000-00-00", "phone": "+70000000000", "email": "a@b.invalid"}
        ],
        links=[{"url": "https://t.me/rayon_kanal", "name": "Канал района", "desc": ""}],
    )
    with scouting(VkWorld(groups=[raw])) as scout:
        (page,) = scout.try_names(["rayon7"], nobody).pages
    assert (page.id, page.kind, page.title, page.government) == (-7, PageKind.COMMUNITY, "Первый район", True)
    by_place = {p.place: p for p in page.passages}
    assert by_place[Place.CONTACTS].links == (vk("id9"),)
    assert "Глава" in by_place[Place.CONTACTS].text
    assert not any(words in by_place[Place.CONTACTS].text for words in ("000-00", "+7", "b.invalid"))
    assert [a.name for a in by_place[Place.SITE].links] == ["rayon_kanal"]


def test_the_states_mark_is_unknown_where_vk_does_not_send_it() -> None:
    """Its absence is never a no."""
    with scouting(VkWorld(groups=[group(7)])) as scout:
        (page,) = scout.try_names(["rayon7"], nobody).pages
    assert page.government is None


def test_deleted_banned_and_closed_pages_say_so() -> None:
    """A deleted page comes without its short name and is a page by its number; a closed one exists."""
    deleted = {"id": 5, "first_name": "DELETED", "last_name": "", "deactivated": "deleted"}
    world = VkWorld(
        users=[person(6, is_closed=True, can_access_closed=False)],
        groups=[group(7, deactivated="banned"), group(8, is_closed=1)],
    )

    def with_deleted(params: dict[str, str]) -> Reply | None:
        return Reply.of({"response": [deleted, world.users[0]]}) if "glava6" in params["user_ids"] else None

    with scouting(world) as scout:
        world.plan("users.get", with_deleted)
        got = scout.try_names(["glava5", "glava6", "rayon7", "rayon8"], everybody)
    assert [(p.address.name, p.exists, p.cause, p.closed) for p in got.pages] == [
        ("id5", False, Cause.GONE, False),
        ("glava6", True, Cause.PRIVATE, True),
        ("rayon7", False, Cause.GONE, False),
        ("rayon8", True, None, True),
    ]
    assert got.pages[0].title is None, "DELETED is nobody's name"
    assert got.tried == 4


def test_without_a_control_no_absence_is_believed() -> None:
    """Pages that are there are told; the first name that is not there stops the count."""
    with scouting(VkWorld(users=[person(5)]), trusted=False) as scout:
        got = scout.try_names(["glava5", "imyarek0", "imyarek1"], everybody)
    assert ([p.id for p in got.pages], got.tried, got.cause) == ([5], 1, Cause.CONTROL_FAILED)


def test_a_control_that_is_not_there_is_no_ground_to_believe() -> None:
    """VK says that the known account is missing: the control fails, and so does every absence."""
    with scouting(VkWorld(), trusted=False) as scout:
        seen = scout.control(control("nobody_known", exists=True))
        got = scout.try_names(names(3), everybody)
    assert seen.cause is Cause.CONTROL_FAILED
    assert {a.evidence.kind for a in seen.answers} == {EvidenceKind.CONTROL}
    assert (got.tried, got.cause) == (0, Cause.CONTROL_FAILED)


def test_names_that_vk_cannot_have_are_not_sent() -> None:
    """Nor does a comma in a name become two."""
    world = VkWorld()
    with scouting(world) as scout:
        got = scout.try_names(["имярек", "12345", "a,b", "feed", "wall1_2", "imyarek0"], everybody)
    assert (got.tried, got.cause) == (6, None)
    assert [p["user_ids"] for p in world.asked("users.get")] == ["imyarek0"]


def test_no_names_cost_no_request() -> None:
    """An empty list is answered for at once."""
    world = VkWorld()
    with scouting(world) as scout:
        assert scout.try_names([], everybody) == CallResult()
    assert world.log == []


def test_a_numbered_name_is_asked_for_where_it_can_be() -> None:
    """`id5` among users by its number, `club7` among communities."""
    world = VkWorld(users=[person(5)], groups=[group(7)])
    with scouting(world) as scout:
        assert [p.id for p in scout.try_names(["id5", "club7"], everybody).pages] == [5, -7]
    assert [p.get("user_ids") or p["group_ids"] for _, p in world.log] == ["5", "7"]


def test_a_page_comes_under_every_name_it_was_asked_for_by() -> None:
    """A link may give the number and another the short name: neither is taken for a page that is not there."""
    with scouting(VkWorld(users=[person(5)], groups=[group(7)])) as scout:
        got = scout.try_names(["id5", "GLAVA5", "club7"], everybody)
        assert [(p.address.name, p.id) for p in got.pages] == [("glava5", 5), ("id5", 5), ("club7", -7)]
        assert scout.read(vk("id5"), SINCE, nobody).pages[0].address == vk("id5")


def test_an_error_for_a_batch_that_nobody_is_in_is_an_empty_list() -> None:
    """113 and 125 where VK knows no name of a batch."""
    world = VkWorld(empty_for_nobody=False)
    with scouting(world) as scout:
        got = scout.try_names(names(400), everybody)
    assert (got.pages, got.tried, got.cause) == ((), 400, None)
    assert len(world.log) == 2


def test_one_bad_name_does_not_cost_the_others() -> None:
    """A name that fails any call it is in is found by halving; the others are answered for."""
    bad = names(1000)[613]

    def fussy(params: dict[str, str]) -> Reply | None:
        return Reply.error(100, "user_ids is invalid") if bad in params["user_ids"].split(",") else None

    world = VkWorld(users=[person(5)])
    with scouting(world) as scout:
        world.plan("users.get", fussy)
        got = scout.try_names([*names(999), "glava5"], everybody)
        assert ([p.id for p in got.pages], got.tried, got.cause) == ([5], 1000, None)
    assert len(world.asked("users.get")) < 30


def test_a_banned_account_that_fails_its_batch_is_told_apart() -> None:
    """18 says that somebody of the batch is gone; alone, it says who."""

    def gone(params: dict[str, str]) -> Reply | None:
        return Reply.error(18, "User was deleted or banned") if "imyarek3" in params["user_ids"].split(",") else None

    world = VkWorld(users=[person(5)])
    with scouting(world) as scout:
        world.plan("users.get", gone)
        got = scout.try_names([*names(8), "glava5"], everybody)
    assert {(p.address.name, p.exists, p.cause) for p in got.pages} == {
        ("imyarek3", False, Cause.GONE),
        ("glava5", True, None),
    }
    assert (got.tried, got.cause) == (9, None)
    assert len({a.evidence.id for a in got.answers}) == len(got.answers)


def test_a_call_that_knows_not_even_the_control_says_nothing() -> None:
    """100 for every form of the call is our mistake or VK's change, and no absence."""
    world = VkWorld()
    with scouting(world) as scout:
        world.plan("users.get", Reply.error(100, "One of the parameters specified was missing or invalid"))
        got = scout.try_names(names(200), everybody)
    assert (got.pages, got.tried, got.cause) == ((), 0, Cause.REFUSED)
    assert len(world.asked("users.get")) <= 41


def test_batches_shrink_to_what_vk_takes() -> None:
    """A batch that is more than VK takes today is halved."""

    def small(params: dict[str, str]) -> Reply | None:
        return Reply.error(100, "too many") if len(params["group_ids"].split(",")) > 300 else None

    world = VkWorld(groups=[group(7)])
    with scouting(world) as scout:
        world.plan("groups.getById", small)
        got = scout.try_names([*names(499), "rayon7"], everybody)
    assert (got.tried, [page.id for page in got.pages]) == (500, [-7])
    assert [size for method, size in batches(world) if method == "groups.getById"] == [500, 250, 250]


def test_an_answer_of_another_shape_says_nothing() -> None:
    """A list with something unreadable in it may have left out the very page."""
    world = VkWorld()
    with scouting(world) as scout:
        world.plan("users.get", Reply.of({"response": [{"first_name": "Имярек"}]}))
        got = scout.try_names(names(3), everybody)
    assert (got.tried, got.cause) == (0, Cause.UNRECOGNISED_PAGE)


# Errors ----------------------------------------------------------------------------------------------------------

_FAULTS = [
    # code, calls of users.get, cause, names door open afterwards, key that opens it
    (5, 1, Cause.NO_CREDENTIALS, False, "AUDITOR_VK_TOKEN"),
    (6, 3, Cause.THROTTLED, True, ""),
    (9, 3, Cause.THROTTLED, True, ""),
    (10, 3, Cause.UNREACHABLE, True, ""),
    (14, 1, Cause.BLOCKED, False, ""),
    (15, 1, Cause.NO_CREDENTIALS, False, "AUDITOR_VK_TOKEN"),
    (28, 1, Cause.NO_CREDENTIALS, False, "AUDITOR_VK_TOKEN"),
    (29, 1, Cause.THROTTLED, False, ""),
    (1051, 1, Cause.NO_CREDENTIALS, False, "AUDITOR_VK_TOKEN"),
    (4242, 1, Cause.REFUSED, True, ""),
]


@pytest.mark.parametrize(("code", "calls", "cause", "opened", "key"), _FAULTS)
def test_a_failed_look_up_answers_for_no_name(code: int, calls: int, cause: Cause, opened: bool, key: str) -> None:
    """No error is an absence: nothing counts as tried, the cause is told, and what is shut for good is shown so."""
    world = VkWorld(users=[person(5)])
    with scouting(world) as scout:
        world.plan("users.get", Reply.error(code, "Access denied"))
        got = scout.try_names(["imyarek0", "glava5"], everybody)
        assert (got.pages, got.tried, got.cause) == ((), 0, cause)
        assert len(world.asked("users.get")) == calls
        shown = door(scout, Task.NAMES)
        assert (shown.open, shown.cause, shown.key) == (opened, None if opened else cause, key)
        if not opened:
            world.log.clear()
            assert scout.try_names(["glava5"], everybody).cause is cause
            assert world.log == []
    assert TOKEN not in f"{got!r}{stored(got)}{shown!r}{scout!r}"


@pytest.mark.parametrize("code", [30, 100, 113])
def test_a_word_about_one_page_closes_no_door(code: int) -> None:
    """30, 100 and 113 to a look-up for one name are about that name."""
    world = VkWorld()
    with scouting(world) as scout:
        world.plan("users.get", Reply.error(code, "no"))
        got = scout.try_names(["imyarek0"], everybody)
        assert (got.tried, got.cause) == (1, None)
        assert [p.exists for p in got.pages] == ([True] if code == 30 else [])
        assert door(scout, Task.NAMES).open


def test_what_was_answered_before_a_failure_counts() -> None:
    """The second call for communities fails: the names of the first are settled, those after it are to be tried."""
    world = VkWorld(groups=[group(7)])
    with scouting(world) as scout:
        world.plan("groups.getById", lambda p: None if "imyarek0" in p["group_ids"].split(",") else Reply.error(10))
        got = scout.try_names(["rayon7", *names(700)], everybody)
    assert ([p.id for p in got.pages], got.tried, got.cause) == ([-7], 500, Cause.UNREACHABLE)


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (Reply(b"<html>blocked</html>", headers={"Content-Type": "text/html"}), Cause.BLOCKED),
        (Reply(b"[1, 2"), Cause.UNRECOGNISED_PAGE),
        (Reply.of([1]), Cause.UNRECOGNISED_PAGE),
        (Reply(b"", status=302, headers={"Location": "https://example.invalid/"}), Cause.BLOCKED),
        (Reply(b"", status=503), Cause.UNREACHABLE),
        (Reply(b"", status=429), Cause.THROTTLED),
    ],
)
@pytest.mark.parametrize("task", Task)
def test_no_answer_of_the_network_raises(reply: Reply, cause: Cause, task: Task) -> None:
    """Whatever comes in VK's place is a cause, whichever the task."""
    world = VkWorld(service_key=False)
    for method in ("users.get", "groups.getById", "users.search", "groups.search", "wall.get"):
        world.plan(method, reply)
    with scouting(world, trusted=False) as scout:
        got = {
            Task.NAMES: lambda: scout.try_names(names(3), everybody),
            Task.SEARCH: lambda: scout.search("Имярек", everybody),
            Task.READ: lambda: scout.read(vk("glava5"), SINCE, everybody),
        }[task]()
    assert (got.pages, got.tried, got.cause) == ((), 0, cause)


def test_a_route_that_keeps_failing_is_left_alone() -> None:
    """After three failures in a row every door is shut, with the cause."""
    world = VkWorld()
    with scouting(world) as scout:
        world.plan("users.get", Reply(b"", status=503))
        for _ in range(3):
            scout.try_names(names(3), everybody)
        world.log.clear()
        assert {(d.open, d.cause, d.key) for d in scout.doors()} == {(False, Cause.UNREACHABLE, "")}
        assert scout.read(vk("glava5"), SINCE, everybody).cause is Cause.UNREACHABLE
    assert world.log == []


def test_without_a_key_every_door_is_closed_and_nothing_is_asked() -> None:
    """The setting that would open them is named, and no value of it."""
    world = VkWorld(users=[person(5)])
    with scouting(world, token=None) as scout:
        assert {(d.open, d.cause, d.key) for d in scout.doors()} == {(False, Cause.NO_CREDENTIALS, "AUDITOR_VK_TOKEN")}
        results = [
            scout.try_names(["glava5"], everybody),
            scout.search("Имярек", everybody),
            scout.read(vk("glava5"), SINCE, everybody),
        ]
        results.append(scout.control(control("glava5", exists=True)))
        assert scout.requests == 0
    assert results == [CallResult(cause=Cause.NO_CREDENTIALS)] * 4


# Search ----------------------------------------------------------------------------------------------------------


def test_a_service_key_closes_the_search_at_its_first_refusal() -> None:
    """28 and 15: the door is shut from then on, the other doors stay open."""
    world = VkWorld(users=[person(5)])
    with scouting(world) as scout:
        assert door(scout, Task.SEARCH).open, "not known before it was tried"
        got = scout.search("Имярек Первый", everybody)
        assert (got.pages, got.cause) == ((), Cause.NO_CREDENTIALS)
        shown = door(scout, Task.SEARCH)
        assert (shown.open, shown.cause, shown.key) == (False, Cause.NO_CREDENTIALS, "AUDITOR_VK_TOKEN")
        assert scout.search("Имярек Второй", everybody) == CallResult(cause=Cause.NO_CREDENTIALS)
        assert sent(world) == ["users.search", "groups.search"]
        assert door(scout, Task.NAMES).open
        assert scout.try_names(["glava5"], everybody).pages


def test_a_users_key_finds_people_and_communities() -> None:
    """A community comes with little: those worth it are asked for whole, all in one call."""
    world = VkWorld(users=[person(5)], groups=[group(7, name="Имярек о районе"), group(8, name="Имярек: чужое")])
    world.service_key = False
    with scouting(world) as scout:
        got = scout.search("Имярек", called("районе"))
    pages = {page.id: page for page in got.pages}
    assert pages.keys() == {1, 5, -7, -8}
    assert (pages[-7].description, pages[-8].description) == ("Страница первого района", None)
    assert sent(world) == ["users.search", "groups.search", "groups.getById"]
    assert world.asked("groups.getById")[0]["group_ids"] == "rayon7"


def test_half_a_search_is_still_one() -> None:
    """Communities are refused to a key that may search for people: the door stays open, the refusal is told once."""
    world = VkWorld(users=[person(5)])
    world.service_key = False
    world.plan("groups.search", Reply.error(15, "Access denied"))
    with scouting(world) as scout:
        results = [scout.search("Имярек", nobody) for _ in range(2)]
        assert door(scout, Task.SEARCH).open
    assert [got.cause for got in results] == [Cause.NO_CREDENTIALS, None]
    assert all(5 in {p.id for p in got.pages} for got in results)
    assert sent(world) == ["users.search", "groups.search", "users.search"]


def test_no_words_are_not_searched_for() -> None:
    """VK would answer with anybody."""
    world = VkWorld()
    with scouting(world) as scout:
        assert scout.search("  ", everybody) == CallResult()
    assert world.log == []


# Reading a page --------------------------------------------------------------------------------------------------


def _links(page: Page, place: Place = Place.POST) -> list[list[tuple[str, str]]]:
    """Each passage's links, with the words at their place in the text."""
    return [
        [
            (address.name, p.text[at : at + 12].split()[0].strip(".,"))
            for address, at in zip(p.links, p.offsets, strict=True)
        ]
        for p in page.passages
        if p.place is place
    ]


def _read(world: World, name: str, worth: Any = None) -> tuple[Page, CallResult]:
    with scouting(world) as scout:
        got = scout.read(vk(name), SINCE, worth or on_record(name))
    (page,) = got.pages
    return page, got


def test_a_bodys_posts_are_read_with_every_kind_of_link() -> None:
    """Written out, behind words, mentioned, attached, reposted: each with its place in the text as it is shown."""
    wall = [
        post(
            3,
            FIRST_DAY + 2 * DAY,
            -7,
            text="Новый канал",
            attachments=[
                {"type": "link", "link": {"url": "https://t.me/rayon_kanal", "title": "Канал"}},
                {"type": "photo"},
            ],
        ),
        post(2, FIRST_DAY + DAY, -7, text="Глава [id5|Имярек Первый], о нём [https://t.me/glava_kanal|канал]."),
        post(1, FIRST_DAY, -7, text="Читайте t.me/glava_kanal/12, vk.com/glava5 и vk.com/wall-7_1."),
        post(0, FIRST_DAY, -7, text="", copy_history=[{"owner_id": 5, "text": "Слова главы"}]) | {"id": 4},
    ]
    page, _ = _read(VkWorld(groups=[group(7)], walls={-7: wall}), "rayon7")
    assert sorted(_links(page)) == sorted(
        [
            [("rayon_kanal", "https://t.me")],
            [("id5", "Имярек"), ("glava_kanal", "канал")],
            [("glava5", "vk.com/glava")],
            [("id5", "https://vk.c")],
        ]
    )
    texts = {p.url: p.text for p in page.passages if p.place is Place.POST}
    assert texts["https://vk.com/wall-7_2"] == "Глава Имярек Первый, о нём канал."
    assert [p.text for p in page.passages if p.copied] == ["Слова главы\nhttps://vk.com/id5"]


def test_a_list_of_heads_keeps_each_link_by_its_name() -> None:
    """Twenty lines, twenty links; each is in the line of its own name."""
    lines = [f"{n}. Район {n}: [id{n}|Имярек №{n}]" for n in range(10, 30)]
    page, _ = _read(VkWorld(groups=[group(7)], walls={-7: [post(1, FIRST_DAY, -7, text="\n".join(lines))]}), "rayon7")
    (passage,) = [p for p in page.passages if p.place is Place.POST]
    for address, at in zip(passage.links, passage.offsets, strict=True):
        assert passage.text[at:].splitlines()[0] == f"Имярек №{address.name.removeprefix('id')}"
    assert len(passage.links) == 20


def test_guests_advertisements_and_comments_are_not_read() -> None:
    """Only the page's own posts become passages, and comments are never asked for."""
    wall = [
        post(3, FIRST_DAY + DAY, 5, from_id=99, text="Гость t.me/gost_kanal", comments={"count": 4}),
        post(2, FIRST_DAY + DAY, 5, text="Реклама t.me/reklama", marked_as_ads=1),
        post(1, FIRST_DAY, 5, text="Своё t.me/svoe_kanal"),
    ]
    world = VkWorld(users=[person(5)], walls={5: wall})
    page, got = _read(world, "glava5")
    assert [p.text for p in page.passages] == ["Своё t.me/svoe_kanal"]
    assert page.last_post_at == FIRST_DAY
    assert "wall.getComments" not in sent(world)
    assert "gost" not in stored(got)


def test_reading_stops_where_it_is_told_to() -> None:
    """Two pages for what is asked of a wall of a thousand posts; a pinned post is read whatever its age."""
    wall = [post(2000 - n, FIRST_DAY - n * DAY, -7, text=f"t.me/kanal_{2000 - n}") for n in range(1000)]
    pinned = post(5, FIRST_DAY - 3000 * DAY, -7, text="Все главы: t.me/vse_glavy", is_pinned=1)
    world = VkWorld(groups=[group(7)], walls={-7: [pinned, *wall]})
    with scouting(world) as scout:
        (page,) = scout.read(vk("rayon7"), FIRST_DAY - 120 * DAY, on_record("rayon7")).pages
    assert len(world.asked("wall.get")) == 2
    posts = [p for p in page.passages if p.place is Place.POST]
    assert posts[0].links[0].name == "vse_glavy"
    assert len(posts) == 122
    assert (page.opened_at, page.last_post_at) == (None, FIRST_DAY)


def test_a_wall_read_whole_bounds_the_opening() -> None:
    """The oldest own post is a latest opening, at no further request."""
    number = 880_000_000
    world = VkWorld(
        users=[person(number, screen_name="glava5")], walls={number: [post(1, FIRST_DAY, number, text="Первый")]}
    )
    page, _ = _read(world, "glava5")
    assert (page.opened_at, page.opened_precision) == (FIRST_DAY, Precision.NOT_LATER_THAN)
    assert sent(world) == ["users.get", "wall.get"]


def test_every_passage_names_the_evidence_it_was_read_from() -> None:
    """Facts by the look-up's answer, posts by the wall's."""
    world = VkWorld(
        users=[person(5, site="t.me/kanal_pervy")], walls={5: [post(1, FIRST_DAY, 5, text="t.me/kanal_pervy")]}
    )
    page, got = _read(world, "glava5")
    look_up, wall = [a.evidence.id for a in got.answers]
    assert {p.place: p.evidence for p in page.passages} == {Place.SITE: look_up, Place.POST: wall}
    assert page.evidence == (look_up, wall)
    assert {a.evidence.kind for a in got.answers} == {EvidenceKind.LEAD}


def test_a_page_of_no_worth_is_not_read_further() -> None:
    """Its wall is somebody's whose page may not be kept."""
    world = VkWorld(users=[person(5)], walls={5: [post(1, FIRST_DAY, 5)]})
    page, got = _read(world, "glava5", worth=nobody)
    assert (page.id, page.last_post_at) == (5, None)
    assert sent(world) == ["users.get"]
    assert "glava5" not in stored(got)


def test_a_name_without_a_page_is_gone_after_a_control() -> None:
    """Absence is told only where a known page was seen."""
    with scouting(VkWorld()) as scout:
        got = scout.read(vk("imyarek0"), SINCE, everybody)
    assert [(p.exists, p.cause) for p in got.pages] == [(False, Cause.GONE)]
    with scouting(VkWorld(), trusted=False) as scout:
        got = scout.read(vk("imyarek0"), SINCE, everybody)
    assert (got.pages, got.cause) == ((), Cause.CONTROL_FAILED)


def test_an_answer_that_contradicts_itself_is_not_believed() -> None:
    """Another page than the one asked for."""
    world = VkWorld()
    with scouting(world) as scout:
        world.plan("users.get", Reply.of({"response": [person(6)]}))
        got = scout.read(vk("glava5"), SINCE, everybody)
        assert (got.pages, got.cause) == ((), Cause.UNRECOGNISED_PAGE)


def test_a_deleted_page_is_gone_under_the_address_that_was_read() -> None:
    """VK sends a deleted page without its short name; alone in the answer it is the one asked for."""
    world = VkWorld()
    world.plan("users.get", Reply.of({"response": [{"id": 5, "first_name": "DELETED", "deactivated": "deleted"}]}))
    with scouting(world) as scout:
        got = scout.read(vk("glava5"), SINCE, everybody)
    assert [(p.address, p.id, p.exists, p.cause) for p in got.pages] == [(vk("glava5"), 5, False, Cause.GONE)]
    assert got.cause is Cause.GONE


@pytest.mark.parametrize("address", ["https://example.invalid/", Address.parse("https://t.me/kanal_pervy")])
def test_what_is_not_vks_is_not_asked_for(address: Address | str) -> None:
    """Other networks have other scouts."""
    world = VkWorld()
    with scouting(world) as scout:
        assert scout.read(address, SINCE, everybody) == CallResult(cause=Cause.WRONG_KIND)
    assert world.log == []


@pytest.mark.parametrize(
    ("code", "words", "cause", "open_after"),
    [
        (15, "Access denied: wall is disabled", Cause.WALL_OFF, True),
        (15, "Access denied", Cause.REFUSED, True),
        (19, "Content blocked", Cause.REFUSED, True),
        (30, "This profile is private", Cause.PRIVATE, True),
        (29, "Rate limit reached", Cause.THROTTLED, False),
        (28, "not with a service key", Cause.NO_CREDENTIALS, False),
    ],
)
def test_a_wall_that_is_not_shown_leaves_the_page(code: int, words: str, cause: Cause, open_after: bool) -> None:
    """The page was seen; its posts were not, and why. 15 is about this wall, 28 and 29 are about every one."""
    world = VkWorld(users=[person(5)])
    world.plan("wall.get", Reply.error(code, words))
    with scouting(world) as scout:
        got = scout.read(vk("glava5"), SINCE, on_record("glava5"))
        assert (got.pages[0].exists, got.pages[0].last_post_at, got.cause) == (True, None, cause)
        assert door(scout, Task.READ).open is open_after
        assert door(scout, Task.NAMES).open


@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(["[id5|Имярек]", "[https://t.me/kanal|тут]", "t.me/kanal_dva ", "[|]", "[id1|", "@kanal"]),
        ),
        max_size=8,
    ).map("".join),
    st.lists(st.tuples(st.text(max_size=20), st.text(max_size=10)), max_size=2),
)
def test_any_text_reads_and_every_link_stands_in_it(text: str, attached: list[tuple[str, str]]) -> None:
    """Whatever people write: no error, and each place lies within the text that is shown."""
    passage = vk_texts.passage(Place.POST, vk_texts.shown(text, attached), Address.parse("https://vk.com/id9"))
    assert len(passage.links) == len(passage.offsets)
    assert all(0 <= at < len(passage.text) for at in passage.offsets)
    assert "[id5|" not in passage.text


# What is written down ---------------------------------------------------------------------------------------------

_SECRETS = ("Чужой", "Тайный", "tayna", "glava6", "rayon8", "Чужое село")


def _strangers() -> VkWorld:
    """A person and a community who have nothing to do with anybody looked for, beside ones that agree by name."""
    stranger = person(6, first_name="Чужой", last_name="Тайный", status="tayna", city={"id": 1, "title": "Чужое село"})
    strangers = group(8, name="Чужой Тайный", description="tayna")
    world = VkWorld(
        users=[person(5, status="Слова Первого", city={"id": 2, "title": "Первый"}), stranger],
        groups=[group(7), strangers],
        walls={
            5: [post(1, FIRST_DAY, 5, text="Слова Первого, [id6|Чужой Тайный]")],
            -7: [
                post(2, FIRST_DAY, -7, text="Глава [id5|Имярек Первый] и житель [id6|Чужой Тайный]"),
                post(1, FIRST_DAY, -7, from_id=6, text="tayna"),
            ],
        },
    )
    world.service_key = False
    return world


def test_of_strangers_only_a_count_is_written_down() -> None:
    """No name, title, word, place, number or address of a page of no worth, whichever way it came up."""
    with scouting(_strangers()) as scout:
        results = [
            scout.try_names(["glava5", "glava6", "rayon7", "rayon8"], called("Имярек")),
            scout.search("Чужой", called("Имярек")),
            scout.read(vk("glava6"), SINCE, called("Имярек")),
            scout.read(vk("rayon8"), SINCE, called("Имярек")),
        ]
    assert all({6, -8} & {p.id for p in got.pages} for got in results), "they were seen"
    bodies = "\n".join(a.body.decode() for got in results for a in got.answers)
    assert not [word for word in _SECRETS if word in bodies]
    addresses = "\n".join(a.evidence.url for got in (results[0], *results[2:]) for a in got.answers)
    assert not [word for word in _SECRETS if word in addresses]
    assert '"answered": 2' in bodies


def test_of_a_page_whose_name_agrees_no_word_is_written_down() -> None:
    """It may be a namesake's: address, number, kind, flags and counts, its wall's too."""
    with scouting(_strangers()) as scout:
        got = scout.read(vk("glava5"), SINCE, called("Имярек"))
    written = stored(got)
    assert got.pages[0].last_post_at == FIRST_DAY
    assert '"address": "https://vk.com/glava5"' in written
    assert '"last_post_at"' in written
    assert not [word for word in ("Имярек", "Первый", "Слова", *_SECRETS) if word in written]


def test_a_bodys_posts_keep_their_words_but_nobodys_mention() -> None:
    """Nobody's address stays, and a guest's post is left out."""

    def worth(page: Page) -> bool:
        return page.address.name == "rayon7" or "Имярек" in (page.title or "")

    with scouting(_strangers()) as scout:
        written = stored(scout.read(vk("rayon7"), SINCE, worth))
    assert "Глава [id] и житель [id]" in written
    assert not [word for word in ("id5", "id6", "Имярек", *_SECRETS) if word in written]


def test_of_a_bodys_contacts_telephone_and_mail_are_left_out() -> None:
    """The page is kept as it came, but for the ways to call its staff."""
    contacts = [{"user_id": 9, "desc": "Приёмная 8-000-000-00-00", "phone": "+70000000000", "email": "a@b.invalid"}]
    links = [{"url": "https://t.me/rayon_kanal", "name": "Канал", "photo_50": "https://example.invalid/p"}]
    _, got = _read(VkWorld(groups=[group(7, contacts=contacts, links=links)]), "rayon7")
    written = stored(got)
    assert "Первый район" in written
    assert "https://t.me/rayon_kanal" in written
    assert "Приёмная" in written
    assert not [word for word in ("000-000", "+7000", "b.invalid", "photo") if word in written]


def test_the_scout_is_one() -> None:
    """It has what the others have."""
    with scouting(VkWorld()) as vk_scout:
        scout: Scout = vk_scout
        assert (scout.name, scout.network, scout.batch) == ("vk", "vk", 1000)
        assert [d.task for d in scout.doors()] == list(Task)
