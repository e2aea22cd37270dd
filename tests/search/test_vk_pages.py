"""What VK says of people and communities read as pages, and what of them is written down."""

from auditor.base.snapshot import Cause
from auditor.search.pages import Page, PageKind, Place
from tests.probes.vk_memory import FIRST_DAY, group, person, post, said
from tests.search.scouting import VkWorld, called, everybody, on_record, stored, vk, vk_scout, written


def seen(world: VkWorld, *names: str) -> tuple[Page, ...]:
    """The pages of some names."""
    got = vk_scout(world).try_names(names, everybody)
    assert got.tried == len(names)
    return got.pages


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
        career=[{"company": "Первый район", "position": "глава", "from": 2019.0}, {"from": 2018}],
    )
    (page,) = seen(VkWorld(users=[raw]), "glava5")
    assert (page.id, page.kind, page.exists, page.title) == (5, PageKind.PROFILE, True, "Имярек Первый")
    assert (page.verified, page.government, page.subscribers, page.closed) == (True, None, 120, False)
    assert (page.place, page.work) == ("Первый, Село Второе", "Первый район; глава, Первый район")
    assert page.description == "Пишу в телеграм @imyarek_pervy"
    assert [(p.place, p.links[0].name) for p in page.passages] == [
        (Place.STATUS, "imyarek_pervy"),
        (Place.SITE, "imyarek_site"),
    ]


def test_what_vk_says_of_a_community_is_on_the_page_and_of_a_body_is_kept() -> None:
    """The state's mark, unknown where VK does not send it; contacts, the list of links; no telephone and no mail."""
    desc = "Глава, тел. 8 (000) 000-00-00"
    raw = group(
        7,
        activity="Блог",
        city={"title": "Первый"},
        is_government_organization=True,
        contacts=[{"user_id": 9, "desc": desc, "phone": "+70000000000", "email": "a@b.invalid"}, {"user_id": -1}],
        links=[{"url": "https://t.me/rayon_kanal", "name": "Канал района", "desc": ""}, {"name": "без адреса"}],
    )
    world = VkWorld(groups=[raw, group(8)])
    page, other = seen(world, "rayon7", "rayon8")
    assert (page.id, page.kind, page.title) == (-7, PageKind.COMMUNITY, "Первый район")
    assert (page.government, other.government) == (True, None)
    assert (page.description, page.place, page.work) == ("Страница первого района", "Первый", "Блог")
    assert [(p.place, p.text, [a.name for a in p.links]) for p in page.passages] == [
        (Place.DESCRIPTION, "Страница первого района", []),
        (Place.SITE, "Канал района https://t.me/rayon_kanal", ["rayon_kanal"]),
        (Place.CONTACTS, "Глава, тел. https://vk.com/id9", ["id9"]),
    ]
    kept = written(vk_scout(world).read(vk("rayon7"), FIRST_DAY, on_record("rayon7")))
    assert all(word in kept for word in ("Первый район", "https://t.me/rayon_kanal", "Глава, тел."))
    assert not [word for word in ("000-00", "+7000", "b.invalid") if word in kept]


def test_deleted_banned_and_closed_pages_say_so() -> None:
    """A deleted page comes without its short name and is a page by its number; a closed one exists."""
    world = VkWorld(groups=[group(7, deactivated="banned"), group(8, is_closed=1)])
    gone = {"id": 5, "first_name": "DELETED", "last_name": "", "deactivated": "deleted"}
    shut = person(6, is_closed=True, can_access_closed=False)
    world.plan("users.get", lambda p: said([gone, shut]) if "glava6" in p["user_ids"] else None)
    pages = seen(world, "glava5", "glava6", "rayon7", "rayon8")
    assert [(p.address.name, p.exists, p.cause, p.closed) for p in pages] == [
        ("id5", False, Cause.GONE, False),
        ("glava6", True, Cause.PRIVATE, True),
        ("rayon7", False, Cause.GONE, False),
        ("rayon8", True, None, True),
    ]
    assert pages[0].title is None, "DELETED is nobody's name"


# What is written down ------------------------------------------------------------------------------------------------

SECRETS = ("Чужой", "Тайный", "tayna", "glava6", "rayon8", "Чужое село")


def strangers() -> VkWorld:
    """A person and a community who have nothing to do with anybody looked for, beside ones that agree by name."""
    stranger = person(6, first_name="Чужой", last_name="Тайный", status="tayna", city={"id": 1, "title": "Чужое село"})
    return VkWorld(
        users=[person(5, status="Слова Первого", city={"id": 2, "title": "Первый"}), stranger],
        groups=[group(7), group(8, name="Чужой Тайный", description="tayna")],
        walls={
            5: [post(1, FIRST_DAY, 5, text="Слова Первого, [id6|Чужой Тайный]")],
            -7: [
                post(2, FIRST_DAY, -7, text="Глава [id5|Имярек Первый] и житель [id6|Чужой Тайный]"),
                post(1, FIRST_DAY, -7, from_id=6, text="tayna"),
            ],
        },
        searches=True,
    )


def test_of_strangers_only_a_count_is_written_down() -> None:
    """No name, title, word, place, number or address of a page of no worth, whichever way it came up."""
    scout = vk_scout(strangers())
    results = [
        scout.try_names(["glava5", "glava6", "rayon7", "rayon8"], called("Имярек")),
        scout.read(vk("glava6"), FIRST_DAY, called("Имярек")),
        scout.read(vk("rayon8"), FIRST_DAY, called("Имярек")),
        scout.search("Тайный", called("Имярек")),
    ]
    assert all({6, -8} & {p.id for p in got.pages} for got in results), "they were seen"
    assert not [word for word in SECRETS if word in written(*results[:3])]
    counted = [[(row["asked"], row["answered"], len(row["kept"])) for row in stored(got)] for got in results]
    assert (counted[0], counted[3]) == ([(4, 2, 1), (2, 2, 0)], [(1, 1, 0), (1, 1, 0)])


def test_of_a_page_whose_name_agrees_no_word_is_written_down() -> None:
    """It may be a namesake's: address, number, kind, flags and counts, its wall's too."""
    got = vk_scout(strangers()).read(vk("glava5"), FIRST_DAY, called("Имярек"))
    assert got.pages[0].last_post_at == FIRST_DAY
    look_up, wall = stored(got)
    (kept,) = look_up["kept"]
    assert (kept["address"], kept["id"], kept["kind"], kept["closed"]) == ("https://vk.com/glava5", 5, "profile", False)
    assert (wall["answers"], wall["last_post_at"]) == (1, FIRST_DAY.isoformat())
    assert not [word for word in ("Имярек", "Первый", "Слова", *SECRETS) if word in written(got)]


def test_a_bodys_posts_keep_their_words_but_nobodys_mention() -> None:
    """Nobody's address stays, and a guest's post is left out."""

    def worth(page: Page) -> bool:
        return page.address.name == "rayon7" or "Имярек" in (page.title or "")

    kept = written(vk_scout(strangers()).read(vk("rayon7"), FIRST_DAY, worth))
    assert "Глава [id] и житель [id]" in kept
    assert not [word for word in ("id5", "id6", "Имярек", *SECRETS) if word in kept]
