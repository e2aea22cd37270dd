"""What VK says of people and communities, their pages and walls; how far is read, and what of it is written down."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from auditor.base.snapshot import Cause, EvidenceKind, Precision
from auditor.search.scouted_page import PageKind, PassagePlace, ScoutedPage
from auditor.search.scouts.account_links import make_passage
from auditor.search.scouts.scout import ScoutResult, Task
from auditor.search.scouts.vk_pages import GROUP_FIELDS, USER_FIELDS, as_linked_text
from tests.probes.vk_memory import FIRST_DAY, VkResponse, group, person, post, response_of
from tests.search.memory_scouts import (
    VkWorld,
    any_page,
    capability_of,
    named,
    names,
    stored_bodies,
    stored_text,
    titled_with,
    vk,
    vk_scout,
)

DAY = timedelta(days=1)
DELETED = {"id": 5, "first_name": "DELETED", "last_name": "", "deactivated": "deleted"}
SINCE = FIRST_DAY - 60 * DAY


def pages_of(world: VkWorld, *some: str) -> tuple[ScoutedPage, ...]:
    result = vk_scout(world).try_names(some, any_page)
    assert result.tried == len(some)
    return result.pages


def test_what_vk_says_of_a_person_is_on_the_page() -> None:
    """Title, status, place, work, marks, and links in the site and the status."""
    place = {"city": {"id": 3, "title": "Первый"}, "home_town": "Село Второе"}
    career = [{"company": "Первый район", "position": "глава", "from": 2019.0}, {"from": 2018}]
    work = {"occupation": {"type": "work", "name": "Первый район"}, "career": career}
    links = {"status": "Пишу в телеграм @imyarek_pervy", "site": "https://t.me/imyarek_site"}
    raw = person(5, verified=1, **links, **place, **work)
    (page,) = pages_of(VkWorld(users=[raw]), "glava5")
    assert (page.id, page.kind, page.exists, page.title) == (5, PageKind.PROFILE, True, "Имярек Первый")
    assert (page.verified, page.government, page.subscribers, page.closed) == (True, None, 120, False)
    assert (page.place, page.work) == ("Первый, Село Второе", "Первый район; глава, Первый район")
    assert page.description == "Пишу в телеграм @imyarek_pervy"
    links_by_place = [(p.place, p.links[0].name) for p in page.passages]
    assert links_by_place == [(PassagePlace.STATUS, "imyarek_pervy"), (PassagePlace.SITE, "imyarek_site")]


def test_what_vk_says_of_a_community_is_on_the_page_and_of_a_body_is_kept() -> None:
    """The state's mark, unknown where VK does not send it; contacts, the list of links; no telephone and no mail."""
    desc = "Глава, тел. 8 (000) 000-00-00"
    contacts = [{"user_id": 9, "desc": desc, "phone": "+70000000000", "email": "a@b.invalid"}, {"user_id": -1}]
    links = [{"url": "https://t.me/rayon_kanal", "name": "Канал района", "desc": ""}, {"name": "без адреса"}]
    facts = {"activity": "Блог", "city": {"title": "Первый"}, "is_government_organization": True}
    raw = group(7, contacts=contacts, links=links, **facts)
    world = VkWorld(groups=[raw, group(8)])
    page, other = pages_of(world, "rayon7", "rayon8")
    assert (page.id, page.kind, page.title) == (-7, PageKind.COMMUNITY, "Первый район")
    assert (page.government, other.government) == (True, None)
    assert (page.description, page.place, page.work) == ("Страница первого района", "Первый", "Блог")
    assert [(p.place, p.text, [a.name for a in p.links]) for p in page.passages] == [
        (PassagePlace.DESCRIPTION, "Страница первого района", []),
        (PassagePlace.SITE, "Канал района https://t.me/rayon_kanal", ["rayon_kanal"]),
        (PassagePlace.CONTACTS, "Глава, тел. https://vk.com/id9", ["id9"]),
    ]
    text = stored_text(vk_scout(world).read(vk("rayon7"), FIRST_DAY, named("rayon7")))
    assert all(word in text for word in ("Первый район", "https://t.me/rayon_kanal", "Глава, тел."))
    assert not [word for word in ("000-00", "+7000", "b.invalid") if word in text]


def test_deleted_banned_and_closed_pages_say_so() -> None:
    """A deleted page comes without its short name and is a page by its number; a closed one exists."""
    world = VkWorld(groups=[group(7, deactivated="banned"), group(8, is_closed=1)])
    shut = person(6, is_closed=True, can_access_closed=False)
    world.plan("users.get", lambda p: response_of([DELETED, shut]) if "glava6" in p["user_ids"] else None)
    pages = pages_of(world, "glava5", "glava6", "rayon7", "rayon8")
    pages_told = [(p.address.name, p.exists, p.cause, p.closed) for p in pages]
    assert pages_told[:2] == [("id5", False, Cause.GONE, False), ("glava6", True, Cause.PRIVATE, True)]
    assert pages_told[2:] == [("rayon7", False, Cause.GONE, False), ("rayon8", True, None, True)]
    assert pages[0].title is None, "DELETED is nobody's name"


# What is written down ------------------------------------------------------------------------------------------------

SECRETS = ("Чужой", "Тайный", "tayna", "glava6", "rayon8", "Чужое село")


def test_of_strangers_only_a_count_is_written_down() -> None:
    """No name, title, word, place, number or address of a page that is no lead, however it came up.

    Of one whose name agrees address, number, kind, flags and counts, its wall's too: it may be a namesake's. A body's
    posts keep their words, without the people mentioned and the posts of guests.
    """
    stranger = person(6, first_name="Чужой", last_name="Тайный", status="tayna", city={"id": 1, "title": "Чужое село"})
    namesake = person(5, status="Слова Первого", city={"id": 2, "title": "Первый"})
    post_of_body = post(2, FIRST_DAY, -7, text="Глава [id5|Имярек Первый] и житель [id6|Чужой Тайный]")
    walls = {
        5: [post(1, FIRST_DAY, 5, text="Слова Первого, [id6|Чужой Тайный]")],
        -7: [post_of_body, post(1, FIRST_DAY, -7, from_id=6, text="tayna")],
    }
    groups = [group(7), group(8, name="Чужой Тайный", description="tayna")]
    scout, is_lead = vk_scout(VkWorld([namesake, stranger], groups, walls, searches=True)), titled_with("Имярек")
    results = [scout.try_names(["glava5", "glava6", "rayon7", "rayon8"], is_lead)]
    results += [scout.read(vk(name), FIRST_DAY, is_lead) for name in ("glava6", "rayon8")]
    results.append(scout.search("Тайный", is_lead))
    assert all({6, -8} & {p.id for p in result.pages} for result in results), "they were seen"
    assert not [word for word in SECRETS if word in stored_text(*results[:3])]
    counted = [
        [(row["asked"], row["answered"], len(row["kept"])) for row in stored_bodies(result)] for result in results
    ]
    assert (counted[0], counted[3]) == ([(4, 2, 1), (2, 2, 0)], [(1, 1, 0), (1, 1, 0)])
    result = scout.read(vk("glava5"), FIRST_DAY, is_lead)
    assert result.pages[0].last_post_at == FIRST_DAY
    lookup, wall = stored_bodies(result)
    (lead,) = lookup["kept"]
    assert (lead["address"], lead["id"], lead["kind"], lead["closed"]) == ("https://vk.com/glava5", 5, "profile", False)
    assert (wall["answers"], wall["last_post_at"]) == (1, FIRST_DAY.isoformat())
    assert not [word for word in ("Имярек", "Первый", "Слова", *SECRETS) if word in stored_text(result)]
    of_body = stored_text(
        scout.read(vk("rayon7"), FIRST_DAY, lambda page: page.address.name == "rayon7" or is_lead(page))
    )
    assert "Глава [id] и житель [id]" in of_body
    assert not [word for word in ("id5", "id6", "Имярек", *SECRETS) if word in of_body]


# Walls ---------------------------------------------------------------------------------------------------------------


def read(world: VkWorld, name: str, is_lead: Any = None) -> ScoutResult:
    return vk_scout(world).read(vk(name), SINCE, is_lead or named(name))


def posts(result: ScoutResult) -> list[Any]:
    return [p for p in result.pages[0].passages if p.place is PassagePlace.POST]


def test_a_bodys_posts_are_read_with_every_kind_of_link() -> None:
    """Written out, behind words, mentioned, attached, reposted: each with its place in the text as it is shown."""
    link = {"type": "link", "link": {"url": "https://t.me/rayon_kanal", "title": "Канал"}}
    attached = [link, {"type": "photo"}, {"type": "group", "group": {"id": 12, "name": "Группа"}}]
    copied = {"owner_id": 5, "text": "Слова главы"}
    wall = [
        post(4, FIRST_DAY + 3 * DAY, -7, text="", copy_history=[copied, {"text": "ничьи"}]),
        post(3, FIRST_DAY + 2 * DAY, -7, text="Новый канал", attachments=attached),
        post(2, FIRST_DAY + DAY, -7, text="Глава [id5|Имярек Первый], о нём [https://t.me/glava_kanal|канал]."),
        post(1, FIRST_DAY, -7, text="Читайте t.me/glava_kanal/12, vk.com/glava5, vk.com/wall-7_1, @glava_kanal"),
    ]
    passages = posts(read(VkWorld(groups=[group(7)], walls={-7: wall}), "rayon7"))
    assert [
        (p.text, [(a.name, p.text[n:][:8]) for a, n in zip(p.links, p.offsets, strict=True)]) for p in passages
    ] == [
        ("Читайте t.me/glava_kanal/12, vk.com/glava5, vk.com/wall-7_1, @glava_kanal", [("glava5", "vk.com/g")]),
        ("Глава Имярек Первый, о нём канал.", [("id5", "Имярек П"), ("glava_kanal", "канал.")]),
        (
            "Новый канал\nКанал https://t.me/rayon_kanal\nГруппа https://vk.com/club12",
            [("rayon_kanal", "https://"), ("club12", "https://")],
        ),
        ("Слова главы\nhttps://vk.com/id5", [("id5", "https://")]),
        ("ничьи", []),
    ]
    assert [p.url[-3:] for p in passages] == ["7_1", "7_2", "7_3", "7_4", "7_4"]
    assert [(p.copied, p.at) for p in passages[2:4]] == [(False, FIRST_DAY + 2 * DAY), (True, FIRST_DAY + 3 * DAY)]


def test_only_the_pages_own_posts_are_read_and_each_passage_names_its_evidence() -> None:
    """No guest's post, advertisement or comment is read; the wall of a page that is no lead is not read at all."""
    wall = [
        post(3, FIRST_DAY + DAY, 5, from_id=99, text="Гость t.me/gost_kanal", comments={"count": 4}),
        post(2, FIRST_DAY + DAY, 5, text="Реклама t.me/reklama", marked_as_ads=1),
        post(1, FIRST_DAY, 5, text="Своё t.me/svoe_kanal"),
    ]
    world = VkWorld(users=[person(5, site="t.me/kanal_pervy")], walls={5: wall})
    result = read(world, "glava5")
    assert [method for method, _ in world.log] == ["users.get", "wall.get"]
    (page,) = result.pages
    lookup, of_wall = [a.evidence.id for a in result.responses]
    assert {p.text: p.evidence for p in page.passages} == {"t.me/kanal_pervy": lookup, wall[2]["text"]: of_wall}
    assert (page.evidence, {a.evidence.kind for a in result.responses}) == ((lookup, of_wall), {EvidenceKind.LEAD})
    assert page.last_post_at == FIRST_DAY
    assert (page.opened_at, page.opened_precision) == (FIRST_DAY, Precision.NOT_LATER_THAN), "a wall read whole"
    other_result = read(world, "glava5", named())
    assert (other_result.pages[0].id, other_result.pages[0].last_post_at, other_result.cause) == (5, None, None)
    assert [method for method, _ in world.log] == ["users.get"]
    assert "gost" not in stored_text(result)
    assert "glava5" not in stored_text(other_result)


def test_reading_stops_where_it_is_told_to() -> None:
    """Two pages for what is asked of a wall of a thousand posts; a pinned post is read whatever its age."""
    wall = [post(2000 - n, FIRST_DAY - n * DAY, -7, text=f"t.me/kanal_{2000 - n}") for n in range(1000)]
    pinned = post(5, FIRST_DAY - 3000 * DAY, -7, text="Все главы: t.me/vse_glavy", is_pinned=1)
    world = VkWorld(groups=[group(7)], walls={-7: [pinned, *wall]})
    result = vk_scout(world).read(vk("rayon7"), FIRST_DAY - 120 * DAY, named("rayon7"))
    assert (len(world.requests_of("wall.get")), len(posts(result)), posts(result)[0].links[0].name) == (
        2,
        122,
        "vse_glavy",
    )
    assert (result.pages[0].opened_at, result.pages[0].last_post_at) == (None, FIRST_DAY)
    world = VkWorld(groups=[group(7)], walls={-7: [post(n, FIRST_DAY, -7) for n in range(2200, 0, -1)]})
    read(world, "rayon7")
    assert len(world.requests_of("wall.get")) == 20, "no more pages are read of any wall"


def test_a_page_without_a_wall_to_read() -> None:
    """Absence is told where a known page was seen; another page says nothing; a deleted one is the one asked for."""
    shut = person(5, is_closed=True, can_access_closed=False)
    for trusted, items, pages, cause in (
        (True, [], [(None, False, Cause.GONE)], Cause.GONE),
        (False, [], [], Cause.CONTROL_FAILED),
        (True, [person(6)], [], Cause.UNRECOGNISED_PAGE),
        (True, [DELETED], [(5, False, Cause.GONE)], Cause.GONE),
        (True, [shut], [(5, True, Cause.PRIVATE)], Cause.PRIVATE),
    ):
        world = VkWorld()
        scout = vk_scout(world, trusted=trusted)
        world.plan("users.get", response_of(items))
        result = scout.read(vk("glava5"), SINCE, any_page)
        assert [(p.address.name, p.id, p.exists, p.cause) for p in result.pages] == [("glava5", *row) for row in pages]
        assert result.cause is cause


def test_a_wall_that_is_not_shown_leaves_the_page() -> None:
    """The page was seen; its posts were not, and why. 15 is about this wall, 28 and 29 are about every one."""
    for code, error_message, exists, cause, opened in (
        (15, "Access denied: wall is disabled", True, Cause.WALL_OFF, True),
        (15, "Access denied", True, Cause.REFUSED, True),
        (18, "User was deleted or banned", False, Cause.GONE, True),
        (29, "Rate limit reached", True, Cause.THROTTLED, False),
        (28, "not with a service key", True, Cause.NO_CREDENTIALS, False),
    ):
        world = VkWorld(users=[person(5)])
        world.plan("wall.get", VkResponse.error(code, error_message))
        scout = vk_scout(world)
        result = scout.read(vk("glava5"), SINCE, named("glava5"))
        assert (result.pages[0].exists, result.pages[0].last_post_at, result.cause) == (exists, None, cause)
        assert (capability_of(scout, Task.READ).open, capability_of(scout, Task.NAMES).open) == (opened, True)


def test_a_mention_is_shown_as_its_words() -> None:
    """And leads where it leads; what is no address stays as it is written."""
    for text, shown, links in (
        ("[id5|Имярек], [club7:bp-1_2|район]", "Имярек, район", ["id5", "club7"]),
        ("[@public7|район] [t.me/kanal_dva|тут]", "район тут", ["club7", "kanal_dva"]),
        ("[не адрес|слова] [id5]", "[не адрес|слова] [id5]", []),
        ("Телеграм @kanal_tri, почта a@b.invalid", "Телеграм @kanal_tri, почта a@b.invalid", ["kanal_tri"]),
    ):
        passage = make_passage(PassagePlace.POST, as_linked_text(text), vk("id9"))
        assert (passage.text, [a.name for a in passage.links], passage.url) == (shown, links, "https://vk.com/id9")


# VK's published schema, and recorded responses -----------------------------------------------------------------------


def test_what_is_sent_is_what_the_schema_allows() -> None:
    """Methods, parameters, limits, the kinds of key that may call them; of fields, all but the state's mark."""
    schema = json.loads(Path(__file__).parents[1].joinpath("data", "vk_search_schema.json").read_text("utf-8"))
    world = VkWorld([person(5)], [group(7)], {5: [post(1, FIRST_DAY, 5)]}, searches=True)
    scout = vk_scout(world)
    scout.try_names(["glava5", "rayon7", *names(998)], any_page)
    scout.search("Имярек", any_page)
    scout.search("Первый район", any_page)
    scout.read(vk("glava5"), FIRST_DAY, any_page)
    for method, params in world.log:
        rule = schema["methods"][method]
        unlisted = (
            {"owner_id"} if method == "wall.get" else set()
        )  # only VK's documentation has it (docs/dev/sources.md, VK)
        assert params.keys() - rule["parameters"].keys() <= unlisted
        for name, value in params.items():
            limits = rule["parameters"].get(name, {})
            assert len(value.split(",")) <= limits.get("maxItems", 10**9)
            assert "maximum" not in limits or int(value) <= limits["maximum"]
        assert ("service" in rule["keys"]) is not method.endswith(".search")
    assert {method for method, _ in world.log} == schema["methods"].keys()
    assert set(USER_FIELDS) <= set(schema["fields"]["users"])
    assert set(GROUP_FIELDS) - set(schema["fields"]["groups"]) == {"is_government_organization"}


def test_recorded_answers_read(shared: Path) -> None:
    """A community with a contact; people, one of them deleted; a wall where subscribers wrote: none of their words."""

    def recorded(name: str) -> Any:
        return json.loads((shared / "vk" / "samples" / name).read_text("utf-8"))

    def answered(method: str, response: Any, name: str, *groups: dict[str, Any]) -> ScoutResult:
        scout = vk_scout(world := VkWorld(groups=[*groups]))
        world.plan(method, VkResponse.of(response))
        return scout.read(vk(name), FIRST_DAY - 3000 * DAY, any_page)

    (page,) = answered("groups.getById", recorded("groups.getById.object-form.2025.json"), "club800000001").pages
    assert (page.id, page.title, page.exists) == (-800_000_001, "Сообщество 800000001", True)
    assert [p.links[0].name for p in page.passages if p.place is PassagePlace.CONTACTS] == ["id900000009"]
    for response in recorded("users.get.list.old.json"):
        (raw,) = response["response"]
        (page,) = answered("users.get", response, f"id{raw['id']}").pages
        assert (page.id, page.exists) == (raw["id"], "deactivated" not in raw)
    response = recorded("wall.get.community.extended.2025.json")
    items = response["response"]["items"]
    owner, response["response"]["count"] = -items[0]["owner_id"], len(items)
    result = answered("wall.get", response, f"club{owner}", group(owner))
    assert (result.cause, result.pages[0].last_post_at, posts(result)) == (None, None, [])
    assert "Текст" not in stored_text(result)
