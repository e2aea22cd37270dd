"""The look at a VK page, in memory: who it is, what it wrote, and what is not told."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Outcome, Precision
from auditor.language.sketch import of_post
from tests.probes.vk_memory import (
    FIRST_DAY,
    NOW,
    TOKEN,
    WEEK,
    WINDOW,
    Reply,
    World,
    comment,
    control,
    group,
    look,
    looked,
    person,
    post,
    probing,
    target,
)

DAY = timedelta(days=1)


def _weekly(owner: int, count: int = 3, first: int = 100) -> list[dict]:
    """A wall, newest first: `count` posts of the week, then one every four days back for 60 days."""
    week = [post(first + count - n, WEEK.ends - (n + 1) * DAY, owner) for n in range(count)]
    older = [post(first - n, FIRST_DAY - 4 * n * DAY, owner) for n in range(1, 16)]
    return week + older


def test_a_profile_is_seen_with_its_posts_and_opening() -> None:
    """Existence, kind, id, exact followers, the week's posts, and the oldest post as the latest opening."""
    world = World(users=[person(5)], walls={5: _weekly(5)})
    seen = look(world, "glava5")
    assert (seen.exists, seen.cause, seen.kind, seen.id) == (True, None, "profile", 5)
    assert (seen.verified, seen.subscribers, seen.register_link) == (False, 120, False)
    assert len(seen.posts_between(WEEK.starts, WEEK.ends)) == 3
    assert seen.posts_cause is None
    assert seen.posts_since is None, "the wall was read whole"
    assert seen.opened_at == FIRST_DAY - 60 * DAY
    assert seen.opened_precision is Precision.NOT_LATER_THAN
    assert seen.posts[-1].url == "https://vk.com/wall5_103"


def test_a_thread_that_was_not_asked_for_is_not_read() -> None:
    """Of posts before the window nothing is claimed: another week that has them in its own would be judged by it."""
    seen = look(World(users=[person(5)], walls={5: _weekly(5)}), "glava5")
    older = [one for one in seen.posts if one.at < WINDOW.comments_from]
    assert older
    assert {one.comments_cause for one in older} == {Cause.TOO_LITTLE_DATA}
    assert {one.comments_cause for one in seen.posts_between(WEEK.starts, WEEK.ends)} == {None}


def test_a_community_has_a_negative_id() -> None:
    """A public page is the account of those who keep it; events are told apart."""
    world = World(groups=[group(7), group(8, type="event")], walls={-7: _weekly(-7)})
    seen = look(world, "rayon7")
    assert (seen.exists, seen.kind, seen.id, seen.verified, seen.subscribers) == (True, "community", -7, True, 3000)
    assert seen.posts[-1].url == "https://vk.com/wall-7_103"
    assert look(world, "rayon8", full=False).kind == "event"


@pytest.mark.parametrize("name", ["id5", "glava5"])
def test_a_profile_is_found_by_number_and_by_name(name: str) -> None:
    """Both forms of a registry's address lead to one page, in one call; a second reads its newest posts."""
    world = World(users=[person(5)])
    assert look(world, name, full=False).id == 5
    assert [method for method, _ in world.log] == ["users.get", "wall.get"]


def test_a_community_by_number_is_not_asked_for_among_users() -> None:
    """`club7` can only be a community."""
    world = World(groups=[group(7)])
    assert look(world, "club7", full=False).id == -7
    assert [method for method, _ in world.log] == ["groups.getById", "wall.get"]


def test_the_old_list_form_of_communities_reads_too() -> None:
    """Before 5.199 groups.getById gave a plain list."""
    world = World()
    world.plan("groups.getById", Reply.of({"response": [group(7)]}))
    assert look(world, "club7", full=False).id == -7


def test_without_a_key_nothing_is_asked_and_nothing_is_told() -> None:
    """No credentials is a cause, never an absence."""
    world = World(users=[person(5)])
    with probing(world, token=None) as probe:
        seen = probe.look(target("glava5"), WINDOW)
        result = probe.control(control("glava5", exists=True))
        assert probe.requests == 0
    assert (seen.exists, seen.cause) == (None, Cause.NO_CREDENTIALS)
    assert (result.outcome, result.cause) == (Outcome.CANT_TELL, Cause.NO_CREDENTIALS)
    assert world.log == []


def test_one_request_tells_of_all_accounts() -> None:
    """Two calls for any mixture of users and communities, by number or name; each keeps its own part alone."""
    world = World(users=[person(5), person(6)], groups=[group(7)])
    whom = (target("glava5", id=5, id_seen=True), target("id6"), target("rayon7", id=-7), target("club7"))
    with probing(world) as probe:
        seen = probe.look_at_all(*(replace(one, full=False) for one in whom))
    assert sorted(method for method, _ in world.log) == ["groups.getById", "users.get", *["wall.get"] * 4]
    assert {name: snapshot.id for name, snapshot in seen.items()} == {"glava5": 5, "id6": 6, "rayon7": -7, "club7": -7}
    ran = looked(World(users=[person(5), person(6)]), "glava5", full=False)
    assert b"glava6" not in ran.tape[0].body, "another account's page is not this one's evidence"


def test_a_batch_that_fails_says_nothing_about_any_page_in_it() -> None:
    """One page in trouble fails the request and is not named: each is asked for alone."""

    def fussy(params: dict[str, str]) -> Reply | None:
        return Reply.error(18, "User was deleted or banned") if "6" in params["user_ids"].split(",") else None

    world = World(users=[person(5), person(6), person(7)])
    world.plan("users.get", fussy)
    with probing(world) as probe:
        seen = probe.look_at_all(*(target(f"id{n}", full=False) for n in (5, 6, 7)))
    assert [snapshot.exists for snapshot in seen.values()] == [True, None, True]
    assert seen["id6"].cause is Cause.REFUSED
    assert len(world.asked("users.get")) == 4


@pytest.mark.parametrize("code", [113, 125])
def test_nobody_of_a_batch_is_an_empty_list_by_another_name(code: int) -> None:
    """So VK says it where it knows none of all that were asked for: of a name nobody has it, of a number it is odd."""
    world = World()
    world.plan("users.get", Reply.error(code))
    world.plan("groups.getById", Reply.error(code))
    with probing(world) as probe:
        seen = probe.look_at_all(target("id5"), target("nobody"))
    assert (seen["nobody"].exists, seen["nobody"].cause) == (None, Cause.NOT_AT_ADDRESS)
    assert (seen["id5"].exists, seen["id5"].cause) == (None, Cause.UNRECOGNISED_PAGE)


def test_pages_without_a_name_in_a_bulk_answer_are_asked_for_alone() -> None:
    """An answer of ids only cannot be matched to names by its order."""
    bare = {5: {"id": 5, "first_name": "Имярек"}, 6: {"id": 6, "first_name": "Имярек"}}

    def nameless(params: dict[str, str]) -> Reply:
        asked = params["user_ids"].split(",")
        return Reply.of({"response": [bare[n] for n in (6, 5) if f"glava{n}" in asked]})

    world = World()
    world.plan("users.get", nameless)
    with probing(world) as probe:
        seen = probe.look_at_all(*(target(f"glava{n}", full=False) for n in (5, 6)))
    assert [snapshot.id for snapshot in seen.values()] == [5, 6]


def test_a_deleted_page_does_not_say_its_name_and_is_known_by_coming_alone() -> None:
    """Without a number on record it is not said to be gone."""
    gone = {"id": 6, "first_name": "DELETED", "last_name": "", "deactivated": "deleted"}
    asked_as = {"glava5": person(5), "glava6": gone}
    world = World()
    world.plan(
        "users.get",
        lambda p: Reply.of({"response": [asked_as[n] for n in p["user_ids"].split(",") if n in asked_as]}),
    )
    with probing(world) as probe:
        seen = probe.look_at_all(target("glava6"), target("glava5", full=False))
    assert (seen["glava6"].exists, seen["glava6"].cause, seen["glava6"].id) == (None, Cause.NOT_AT_ADDRESS, None)
    assert seen["glava5"].id == 5


def test_a_free_name_proves_no_absence() -> None:
    """Of a control that must not be there it is what was expected."""
    with probing(World(users=[person(1, screen_name="control")])) as probe:
        seen = probe.look(target("nobody"), WINDOW)
        there = probe.control(control("control", exists=True))
        nowhere = probe.control(control("nobody2", exists=False))
    assert (seen.exists, seen.cause) == (None, Cause.NOT_AT_ADDRESS)
    assert (there.outcome, nowhere.outcome) == (Outcome.PASSED, Outcome.PASSED)


def test_a_key_that_may_not_ask_what_a_name_stands_for_settles_no_page() -> None:
    """Neither a user nor a community has the name: a look has the cause, a control that must not be there is not."""
    world = World()
    world.plan("utils.resolveScreenName", Reply.error(28))
    with probing(world) as probe:
        seen = probe.look(target("nobody"), WINDOW)
        nowhere = probe.control(control("nobody2", exists=False))
    assert (seen.exists, seen.cause) == (None, Cause.NO_CREDENTIALS)
    assert nowhere.outcome is Outcome.PASSED


def test_a_name_that_must_not_be_there_and_leads_to_another_page_proves_nothing() -> None:
    """VK says whose number it is, and the page of that number shows another name."""
    world = World(users=[person(5)])
    world.plan("utils.resolveScreenName", Reply.of({"response": {"type": "user", "object_id": 5}}))
    with probing(world) as probe:
        seen = probe.control(control("nobody", exists=False))
    assert (seen.outcome, seen.cause) == (Outcome.CANT_TELL, Cause.UNRECOGNISED_PAGE)


def test_a_control_seen_otherwise_fails() -> None:
    """A control that should be there and is not, or the other way round, fails; one not seen is cantTell."""
    world = World(users=[person(5), person(6, deactivated="banned")])
    with probing(world) as probe:
        assert probe.control(control("nobody", exists=True)).outcome is Outcome.FAILED
        assert probe.control(control("glava5", exists=False)).outcome is Outcome.FAILED
        assert probe.control(control("glava6", exists=True)).outcome is Outcome.FAILED
    world.plan("users.get", Reply(b"<html>", status=502))
    with probing(world) as probe:
        result = probe.control(control("glava5", exists=True))
    assert (result.outcome, result.cause) == (Outcome.CANT_TELL, Cause.UNREACHABLE)


def test_a_deactivated_page_is_gone_by_itself() -> None:
    """VK says so in as many words; no control is needed."""
    world = World(users=[{"id": 5, "first_name": "DELETED", "last_name": "", "deactivated": "deleted"}])
    seen = look(world, "id5")
    assert (seen.exists, seen.cause, seen.id) == (False, Cause.GONE, 5)


def test_a_closed_profile_exists_and_is_private() -> None:
    """Its wall is not asked for."""
    world = World(users=[person(5, is_closed=True, can_access_closed=False)])
    seen = look(world, "glava5")
    assert (seen.exists, seen.cause, seen.subscribers) == (True, Cause.PRIVATE, 120)
    assert world.asked("wall.get") == []


def test_a_closed_community_is_private_only_if_its_wall_cannot_be_read() -> None:
    """Some closed communities show their wall."""
    world = World(groups=[group(7, is_closed=1)], walls={-7: _weekly(-7)})
    assert look(world, "rayon7").cause is None
    world.plan("wall.get", Reply.error(15, "Access denied: this wall available only for community members"))
    assert look(world, "rayon7").cause is Cause.PRIVATE
    world.plans["wall.get"] = [Reply.error(15, "Access denied: words of tomorrow")]
    assert look(world, "rayon7").cause is Cause.PRIVATE
    world.plans["wall.get"] = [Reply(b"", status=502)]
    seen = look(world, "rayon7")
    assert (seen.exists, seen.cause, seen.posts_cause) == (True, None, Cause.UNREACHABLE)


def test_a_wall_that_is_off_leaves_the_page_and_takes_the_posts() -> None:
    """Issue 25, item 37: posts that nobody can see are not zero posts, and the page is not closed."""
    world = World(groups=[group(7)])
    world.plan("wall.get", Reply.error(15, "Access denied: wall is disabled"))
    seen = look(world, "rayon7")
    assert (seen.exists, seen.cause, seen.posts_cause, seen.posts) == (True, None, Cause.WALL_OFF, ())


def test_a_name_that_stands_for_an_application_is_of_the_wrong_kind() -> None:
    """utils.resolveScreenName says so where the other two methods know nothing."""
    world = World()
    world.plan("utils.resolveScreenName", Reply.of({"response": {"type": "vk_app", "object_id": 77}}))
    seen = look(world, "game")
    assert (seen.exists, seen.cause, seen.kind) == (None, Cause.WRONG_KIND, "vk_app")


def test_a_name_known_only_to_resolve_screen_name_is_followed() -> None:
    """Its number comes as a float in recorded answers."""
    world = World(groups=[group(7)])
    world.plan("utils.resolveScreenName", Reply.of({"response": {"type": "group", "object_id": 7.0}}))
    assert look(world, "oldname", full=False).id == -7


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"description": "Номер: https://knd.gov.ru/license?id=1"}, True),
        ({"description": "", "site": "https://www.gosuslugi.ru/snet/abc"}, True),
        ({"description": "", "links": [{"url": "https://knd.gov.ru/license?id=1"}]}, True),
        ({"description": "Номер: https://www.knd.gov.ru/license?id=1"}, True),
        ({"description": "https://knd.gov.ru.example.org/ и not-knd.gov.ru"}, False),
        ({"description": "О районе"}, False),
        ({"description": "Реестр: clck.ru/3abc"}, None),
        ({"description": None, "status": "Работаем"}, None),
    ],
)
def test_the_register_link_is_looked_for_in_the_description(fields: dict, found: bool | None) -> None:
    """None where the description was not sent, or where a shortened link may be the register's."""
    world = World(groups=[group(7, **fields)])
    assert look(world, "rayon7", full=False).register_link is found


def test_fields_that_vk_leaves_out_are_unknown() -> None:
    """No mark, no counter, no text: None, never no and never zero."""
    world = World(users=[{"id": 5, "screen_name": "glava5"}])
    seen = look(world, "glava5", full=False)
    assert (seen.exists, seen.verified, seen.subscribers, seen.register_link) == (True, None, None, None)


def test_only_the_owners_published_posts_count() -> None:
    """No subscriber's post, advertisement, postponed or suggested one; a repost is marked; a pinned one counts once."""
    at = FIRST_DAY
    wall = [
        post(1, at - 400 * DAY, -7, is_pinned=1),
        post(20, at + 3 * DAY, 900),
        post(19, at + 2 * DAY, -7, marked_as_ads=1),
        post(18, at + 2 * DAY, -7, post_type="postpone"),
        post(17, at + 2 * DAY, -7, post_type="suggest"),
        post(16, at + 2 * DAY, -7, is_deleted=True),
        post(15, at + DAY, -7, copy_history=[{"text": "чужие слова", "owner_id": 901}], text=""),
        post(14, at, -7),
    ]
    ran = looked(World(groups=[group(7)], walls={-7: wall}), "rayon7")
    seen = ran.seen
    assert [(p.id, p.repost) for p in seen.posts_between(WEEK.starts, WEEK.ends)] == [(14, False), (15, True)]
    assert [p.id for p in seen.posts] == [1, 14, 15]
    stored = b"".join(record.body for record in ran.tape).decode()
    assert "чужие слова" not in stored
    assert "901" not in stored


@pytest.mark.parametrize(
    "fields",
    [
        {"donut": {"is_donut": True, "placeholder": {"text": "Только для донов"}}},
        {"post_source": {"type": "vk", "data": "profile_photo"}},
        {"post_source": {"type": "widget", "data": "comments", "url": "https://gazeta.invalid/1"}},
        {"text": "Скидки в салоне «Выдумка». Реклама. ООО «Выдумка». erid: 2Vtzqw000000"},
        {
            "attachments": [
                {"type": "link", "link": {"url": "https://vydumka.invalid/?utm=1&ERID=2Vtzqw0", "title": ""}}
            ]
        },
    ],
    ids=["donut", "photo", "widget", "erid", "erid in a link"],
)
def test_what_is_paid_for_made_by_vk_or_advertised_is_no_post(fields: dict) -> None:
    """Issue 25, item 19: it does not fill a week and ends no silence; a word that is like the mark is none."""
    wall = [post(12, FIRST_DAY + DAY, 5, **fields), post(11, FIRST_DAY, 5, text="Меридиан открыт, serid и erida тоже")]
    seen = look(World(users=[person(5)], walls={5: wall}), "glava5")
    assert ([p.id for p in seen.posts], seen.posts_cause) == ([11], None)


def test_a_post_of_another_source_is_a_post() -> None:
    """From a telephone, by a program, with the plain marks that VK gives every post."""
    source = {"type": "api", "platform": "android", "data": "profile_activity"}
    wall = [post(12, FIRST_DAY, 5, post_source=source, donut={"is_donut": False})]
    assert [p.id for p in look(World(users=[person(5)], walls={5: wall}), "glava5").posts] == [12]


def test_a_repost_with_own_words_is_an_own_post() -> None:
    """Issue 25, item 25: a link or a mention alone is no word, and of what he copies nothing is kept."""
    texts = ("Завтра приём граждан", "", "https://vk.com/wall-1_2", "[club8|Район]")
    wall = [
        post(20 - n, FIRST_DAY - n * DAY, 5, text=text, copy_history=[{"text": "Чужие слова", "owner_id": 901}])
        for n, text in enumerate(texts)
    ]
    seen = {p.id: p for p in look(World(users=[person(5)], walls={5: wall}), "glava5").posts}
    assert [seen[20 - n].repost for n in range(4)] == [False, True, True, True]
    assert seen[20].sketch == of_post(texts[0])


def test_a_pinned_old_post_does_not_stop_the_reading() -> None:
    """It stands first and is older than all that follows; old answers do not even mark it."""
    posts = [post(1000 - n, WEEK.ends - timedelta(hours=3 * n + 1), 5) for n in range(420)]
    for mark in ({"is_pinned": 1}, {}):
        world = World(users=[person(5)], walls={5: [post(1, FIRST_DAY - 900 * DAY, 5, **mark), *posts]})
        seen = look(world, "glava5")
        assert seen.posts_cause is None
        assert seen.posts_since is not None
        assert seen.posts_since < min(WINDOW.posts_from, WINDOW.gap_from)
        assert 1 not in [p.id for p in seen.posts], "what lies between it and the rest was not read"
        assert seen.opened_at == FIRST_DAY - 900 * DAY


def test_the_wall_is_read_to_the_post_before_the_silence() -> None:
    """A silence that began long before the window is seen whole."""
    wall = [post(300 - n, FIRST_DAY - 50 * DAY - n * DAY, 5) for n in range(250)]
    seen = look(World(users=[person(5)], walls={5: wall}), "glava5")
    assert seen.posts_cause is None
    assert max(p.at for p in seen.posts) == FIRST_DAY - 50 * DAY


def test_the_oldest_post_of_a_long_wall_costs_one_more_call() -> None:
    """Its offset is known from the first answer."""
    wall = [post(500 - n, FIRST_DAY - n * DAY, 5) for n in range(300)]
    world = World(users=[person(5)], walls={5: wall})
    seen = look(world, "id5")
    assert [int(p["offset"]) for p in world.asked("wall.get")] == [0, 290]
    assert seen.opened_at == FIRST_DAY - 299 * DAY


def test_the_count_may_drift_while_we_read() -> None:
    """Posts deleted between two calls leave the last page empty: the reading steps back."""
    wall = [post(500 - n, FIRST_DAY - n * DAY, 5) for n in range(300)]
    world = World(users=[person(5)], walls={5: wall})
    world.plan("wall.get", lambda p: _short(world, 240) if int(p["offset"]) >= 240 else None)
    seen = look(world, "glava5")
    assert seen.opened_at == FIRST_DAY - 299 * DAY


def _short(world: World, left: int) -> Reply:
    return Reply.of({"response": {"count": left, "items": []}})


def test_a_post_shows_that_the_page_was_there_where_the_oldest_was_not_reached() -> None:
    """It bounds the opening, whatever became of the question about the oldest."""
    wall = [post(500 - n, FIRST_DAY - n * DAY, 5) for n in range(300)]
    world = World(users=[person(5)], walls={5: wall})
    world.plan("wall.get", lambda p: Reply.error(15, "Access denied") if p["offset"] == "290" else None)
    seen = look(world, "id5")
    assert seen.posts_cause is None
    assert seen.opened_at == FIRST_DAY - 99 * DAY


def test_a_wall_cut_off_in_the_middle_is_not_complete() -> None:
    """The posts read so far stay, with the cause why there are not more."""
    posts = [post(1000 - n, WEEK.ends - timedelta(hours=3 * n + 1), 5) for n in range(420)]
    world = World(users=[person(5)], walls={5: posts})
    world.plan("wall.get", lambda p: Reply(b"", status=503) if p["offset"] != "0" else None)
    seen = look(world, "glava5")
    assert (seen.exists, seen.posts_cause, len(seen.posts)) == (True, Cause.UNREACHABLE, 100)


def test_an_empty_wall_is_read_and_empty() -> None:
    """Zero posts, positively seen: no cause, nothing left unread."""
    seen = look(World(users=[person(5)]), "glava5")
    assert (seen.posts, seen.posts_cause, seen.posts_since, seen.opened_at) == ((), None, None, None)


@pytest.mark.parametrize("wall", [{"items": []}, {"count": 0}, [], "", None, {"count": 5, "items": [{"text": "?"}]}])
def test_a_wall_of_another_shape_is_never_an_empty_one(wall: object) -> None:
    """Only a counted list of items that all can be read."""
    world = World(users=[person(5)])
    world.plan("wall.get", Reply.of({"response": wall}))
    seen = look(world, "glava5")
    assert seen.posts_cause is Cause.UNRECOGNISED_PAGE


@pytest.mark.parametrize("count", [1, 5, 100])
def test_posts_that_are_counted_and_not_shown_are_no_empty_wall(count: int) -> None:
    """Zero posts would be a finding about a person; VK says here that there are some."""
    world = World(users=[person(5)])
    world.plan("wall.get", Reply.of({"response": {"count": count, "items": []}}))
    seen = look(world, "glava5")
    assert (seen.exists, seen.posts_cause) == (True, Cause.CONTRADICTION)


def test_three_accounts_in_a_row_stop_the_route() -> None:
    """The rest get the cause without a request; one that is seen resets the count."""
    world = World()
    world.plan("users.get", Reply(b"", status=500))
    with probing(world) as probe:
        causes = [probe.look(target(f"glava{n}"), WINDOW).cause for n in range(1, 6)]
        sent = probe.requests
    assert causes == [Cause.UNREACHABLE] * 5
    assert sent == 3 * 3, "three tries for each of three accounts"


def test_a_snapshot_is_of_the_moment_of_its_posts() -> None:
    """And no address on record holds the key."""
    ran = looked(World(users=[person(5)]), "glava5")
    assert ran.seen.taken_at == NOW
    assert all(record.evidence.fetched_at == NOW and TOKEN not in record.evidence.url for record in ran.tape)


def test_posts_before_the_week_keep_an_unknown_state() -> None:
    """Comments are read under posts of the week and of the 14 days before it, no further."""
    world = World(users=[person(5)], walls={5: _weekly(5)})
    seen = look(world, "glava5")
    assert {p.comments_state for p in seen.posts} == {CommentsState.UNKNOWN}


def test_content_that_vk_withholds_is_no_blocked_route() -> None:
    """It is a cause of that page, however many there are of them."""
    world = World(users=[person(n) for n in range(1, 6)])
    world.plan("wall.get", Reply.error(19, "Content blocked"))
    with probing(world) as probe:
        seen = [probe.look(target(f"glava{n}"), WINDOW) for n in range(1, 6)]
    assert [(s.exists, s.posts_cause) for s in seen] == [(True, Cause.REFUSED)] * 5
    assert len(world.asked("wall.get")) == 5


@pytest.mark.parametrize("code", [18, 37])
def test_a_wall_that_says_deleted_of_a_page_just_shown_alive_is_no_absence(code: int) -> None:
    """Of VK's two words about one page none is believed: it is there, and its posts cannot be told."""
    world = World(users=[person(5)])
    world.plan("wall.get", Reply.error(code, "User was deleted or banned"))
    seen = look(world, "glava5")
    assert (seen.exists, seen.cause, seen.posts_cause, seen.id) == (True, None, Cause.REFUSED, 5)


def test_a_name_that_vk_itself_calls_a_users_is_not_gone_by_being_left_out() -> None:
    """Empty answers to names and numbers, beside a control that was seen and VK's own word that the name is id5's."""
    world = World(users=[person(1, screen_name="control")])
    world.plan("utils.resolveScreenName", Reply.of({"response": {"type": "user", "object_id": 5}}))
    with probing(world) as probe:
        probe.control(control("control", exists=True))
        seen = probe.look(target("glava5"), WINDOW)
    assert (seen.exists, seen.cause) == (None, Cause.UNRECOGNISED_PAGE)


@pytest.mark.parametrize("address", ["id5", "glava5", "club7", "rayon7"])
def test_a_page_whose_number_is_known_is_never_gone_by_being_left_out(address: str) -> None:
    """VK shows a deleted page by its number as `deactivated`: an answer without it is odd, however good the control."""
    world = World(users=[person(1, screen_name="control")])
    number = {"glava5": 5, "rayon7": -7}.get(address)
    with probing(world) as probe:
        probe.control(control("control", exists=True))
        seen = probe.look(target(address, id=number), WINDOW)
        unknown = probe.look(target("nobody"), WINDOW)
    assert (seen.exists, seen.cause) == (None, Cause.UNRECOGNISED_PAGE)
    assert (unknown.exists, unknown.cause) == (None, Cause.NOT_AT_ADDRESS)


def test_a_bad_parameter_is_our_mistake_and_no_absence() -> None:
    """Code 100 about a wall that was just found."""
    world = World(users=[person(5)])
    world.plan("wall.get", Reply.error(100, "One of the parameters specified was missing or invalid"))
    seen = look(world, "glava5")
    assert (seen.exists, seen.posts_cause) == (True, Cause.REFUSED)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "date", "items", "count", "groups", "from_id", "type", "text"]), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.lists(_VALUES, min_size=5, max_size=5))
def test_whatever_vk_answers_the_probe_does_not_raise(answers: list[object]) -> None:
    """And it never calls a page gone that it was not told is gone, nor a wall whole that it could not read."""
    world = World(users=[person(5)])
    methods = ("groups.getById", "wall.get", "wall.getComments", "utils.resolveScreenName", "users.get")
    for method, answer in zip(methods, answers, strict=True):
        world.plan(method, Reply.of({"response": answer}))
    world.plans["users.get"].insert(0, lambda _: None)
    with probing(world) as probe:
        seen = probe.look(target("glava5"), WINDOW)
        other = probe.look(target("glava6"), WINDOW)
    assert seen.exists is True
    assert seen.posts_cause is not None or isinstance(answers[1], dict)
    assert other.exists is not False


def test_one_name_in_trouble_does_not_spoil_the_search_for_numbers() -> None:
    """VK answers for all names of a call at once: the one that fails is looked for by halves, and not found out."""

    def fussy(params: dict[str, str]) -> Reply | None:
        return Reply.error(18) if "glava13" in params["user_ids"].split(",") else None

    world = World(users=[person(n) for n in range(1, 33)], groups=[group(7)])
    world.plan("users.get", fussy)
    world.plan("utils.resolveScreenName", Reply.error(6))
    with probing(world) as probe:
        found = probe.numbers([*(f"glava{n}" for n in range(1, 33)), "rayon7", "club9"])
    assert found == {f"glava{n}": n for n in range(1, 33)} | {"glava13": None, "rayon7": -7, "club9": -9}
    assert len(world.asked("users.get")) <= 13


def test_a_name_that_nobody_has_is_told_from_one_that_could_not_be_found_out() -> None:
    """0 is VK's word, by three methods or by the two that tell of many; None is unknown."""
    world = World(users=[person(5)])
    for reply, found in (
        (Reply.of({"response": []}), {"nobody": 0}),
        (Reply.error(28), {"nobody": 0}),
        (Reply.error(29), {"nobody": None}),
        (Reply.of({"response": {"type": "group", "object_id": 7}}), {"nobody": -7}),
    ):
        world.plans["utils.resolveScreenName"] = [reply]
        with probing(world) as probe:
            assert probe.numbers(["Glava5", "nobody"]) == {"Glava5": 5} | found


def test_a_community_is_found_by_a_key_that_may_not_ask_for_users() -> None:
    """The other method may still know the name; a name that it does not know stays untold."""
    world = World(groups=[group(7)])
    world.plan("users.get", Reply.error(28, "method is unavailable with service token"))
    with probing(world) as probe:
        probe.control(control("rayon7", exists=True))
        assert probe.look(target("rayon7", full=False), WINDOW).id == -7
        unknown = probe.look(target("glava5"), WINDOW)
    assert (unknown.exists, unknown.cause) == (None, Cause.NO_CREDENTIALS)
    assert len(world.asked("users.get")) == 1


def test_each_answer_is_kept_as_evidence_of_what_it_shows() -> None:
    """The profile, the wall back to the window, the oldest page of it for the opening, the talk under each post."""
    days = [FIRST_DAY - timedelta(hours=6 * n) for n in range(400)]
    wall = [post(500 - n, at, 5, comments={"count": 1 if n < 2 else 0}) for n, at in enumerate(days)]
    talk = {(5, number): [comment(number, FIRST_DAY, 77)] for number in (500, 499)}
    ran = looked(World(users=[person(5)], walls={5: wall}, comments=talk), "glava5")
    assert [(record.evidence.kind, *_asked(record.evidence.url)) for record in ran.tape] == [
        (EvidenceKind.PROFILE, "users.get", None),
        (EvidenceKind.POSTS, "wall.get", "0"),
        (EvidenceKind.POSTS, "wall.get", "99"),
        (EvidenceKind.OPENING, "wall.get", "390"),
        (EvidenceKind.COMMENTS, "wall.getComments", "500"),
        (EvidenceKind.COMMENTS, "wall.getComments", "499"),
    ]
    assert ran.seen.opened_at == days[-1]


def _asked(url: str) -> tuple[str, str | None]:
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    return parts.path.rsplit("/", 1)[-1], asked.get("post_id", asked.get("offset"))
