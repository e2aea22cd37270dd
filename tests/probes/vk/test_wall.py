"""VK's posts: what is one, how far a wall is read, and by when the page was there."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Cause, Precision, TraceKind
from auditor.language.sketch import post_digest
from tests.probes import vk_memory
from tests.probes.vk_memory import (
    FIRST_DAY,
    NOW,
    WEEK,
    WINDOW,
    Plan,
    VkResponse,
    group,
    look,
    look_with_tape,
    only_post,
    person,
    post,
    response_of,
    vk_server,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Wall = list[dict[str, Any]]


def every(step: timedelta, count: int, first: int = 1000, owner: int = 5) -> Wall:
    """A wall with a post each `step` back from the week's first day, the newest first."""
    return [post(first - n, FIRST_DAY - n * step, owner) for n in range(count)]


def listed(wall: Wall, count: Any) -> VkResponse:
    return response_of({"count": count, "items": wall})


def test_a_profile_is_seen_with_its_posts_and_opening() -> None:
    """The week's posts, read to the first of all: the oldest is the latest opening; older threads are not read."""
    wall = [post(103 - n, WEEK.ends - (n + 1) * DAY, 5) for n in range(3)] + every(4 * DAY, 16, 100)[1:]
    finished = look_with_tape(vk_server(person(5), wall=wall), "glava5")
    snapshot = finished.result
    assert (snapshot.posts_cause, snapshot.posts_since) == (None, None)
    assert (snapshot.opened_at, snapshot.opened_precision) == (FIRST_DAY - 60 * DAY, Precision.NOT_LATER_THAN)
    assert (len(snapshot.posts), snapshot.posts[-1].url, snapshot.taken_at) == (18, "https://vk.com/wall5_103", NOW)
    assert [p.comments_cause for p in snapshot.posts if WEEK.contains(p.at)] == [None] * 3
    assert {p.comments_cause for p in snapshot.posts if p.at < WINDOW.comments_from} == {Cause.TOO_LITTLE_DATA}
    assert len(finished.tape) == 3, "of posts without comments one is asked whether they are closed"
    assert all(
        record.evidence.fetched_at == NOW and vk_memory.TOKEN not in record.evidence.url for record in finished.tape
    )


def _copied(text: str = "") -> dict[str, Any]:
    return {"text": text, "copy_history": [{"text": "Чужие слова", "owner_id": 901}]}


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"post_source": {"type": "api", "platform": "android", "data": "profile_activity"}}, "own"),
        ({"donut": {"is_donut": False}, "text": "Меридиан открыт, serid и erida тоже"}, "own"),
        ({"is_pinned": 1}, "own"),
        (_copied("Завтра приём граждан"), "own"),
        (_copied(), "repost"),
        (_copied("https://vk.com/wall-1_2"), "repost"),
        (_copied("[club8|Район]"), "repost"),
        ({"from_id": 900}, ""),
        ({"marked_as_ads": 1}, ""),
        ({"post_type": "postpone"}, ""),
        ({"post_type": "suggest"}, ""),
        ({"is_deleted": True}, ""),
        ({"donut": {"is_donut": True, "placeholder": {"text": "Только для донов"}}}, ""),
        ({"post_source": {"type": "vk", "data": "profile_photo"}}, ""),
        ({"post_source": {"type": "widget", "data": "comments", "url": "https://gazeta.invalid/1"}}, ""),
        ({"text": "Скидки в салоне «Выдумка». Реклама. ООО «Выдумка». erid: 2Vtzqw000000"}, ""),
        ({"attachments": [{"type": "link", "link": {"url": "https://vydumka.invalid/?ERID=2Vtzqw0"}}]}, ""),
    ],
    ids=str,
)
def test_which_post_is_the_owners_own(fields: dict[str, Any], kind: str) -> None:
    """What others wrote, VK made, one pays for or advertises is none; a repost with own words is an own post."""
    wall = [post(12, FIRST_DAY, -7, **{"from_id": -7, **fields}), post(11, FIRST_DAY - DAY, -7)]
    finished = look_with_tape(vk_server(group(7), wall=wall), "rayon7")
    posts = {p.id: p for p in finished.result.posts}
    assert (12 in posts, finished.result.posts_cause) == (bool(kind), None)
    assert 11 in posts
    assert not kind or posts[12].repost is (kind == "repost")
    assert not kind or kind == "repost" or posts[12].sketch == post_digest(fields.get("text", "Запись 12"))
    stored = b"".join(record.body for record in finished.tape).decode()
    assert not [word for word in ("Чужие слова", "901") if word in stored]


def test_a_wall_is_read_to_the_post_before_a_silence_and_past_an_old_pinned_one() -> None:
    """The pinned post comes first and is older than all that follow; old responses do not even mark it."""
    silent = look(
        vk_server(person(5), wall=[post(300 - n, FIRST_DAY - (50 + n) * DAY, 5) for n in range(250)]), "glava5"
    )
    assert (silent.posts_cause, max(p.at for p in silent.posts)) == (None, FIRST_DAY - 50 * DAY)
    for mark in ({"is_pinned": 1}, {}):
        wall = [post(1, FIRST_DAY - 900 * DAY, 5, **mark), *every(3 * HOUR, 420)]
        snapshot = look(vk_server(person(5), wall=wall), "glava5")
        assert (snapshot.posts_cause, snapshot.opened_at) == (None, FIRST_DAY - 900 * DAY)
        assert snapshot.posts_since < min(WINDOW.posts_from, WINDOW.gap_from)
        assert 1 not in [p.id for p in snapshot.posts], "what lies between it and the rest was not read"


def test_history_that_was_read_whole_is_not_read_again() -> None:
    """Reading back to the moment until which it was suffices, and the posts are complete from there on."""
    read_before, read_first = (vk_server(person(5), wall=every(4 * HOUR, 240)) for _ in range(2))
    since = NOW - timedelta(days=5)
    snapshot, other = look(read_before, "glava5", posts_until=since), look(read_first, "glava5")
    assert (len(read_before.requests_of("wall.get")), snapshot.posts_cause) == (1, None)
    assert other.posts_since < snapshot.posts_since < since
    assert len(read_first.requests_of("wall.get")) > 2


DAILY, SHORT = every(DAY, 300), every(DAY, 8)


def at(*offsets: str, reply: VkResponse) -> Plan:
    """Return a plan with another response at these offsets of the wall."""
    return lambda params: reply if params["offset"] in offsets else None


CONTRADICTION = Cause.CONTRADICTION
WALLS: dict[str, tuple[Wall, Plan | None, Cause | None, int, Any]] = {
    "empty": ([], None, None, 0, None),
    "its oldest post is asked for": (DAILY, None, None, 100, FIRST_DAY - 299 * DAY),
    "its end moves": (DAILY, at("290", reply=listed([], 240)), None, 100, FIRST_DAY - 299 * DAY),
    "its oldest is refused": (DAILY, at("290", reply=VkResponse.error(15)), None, 100, FIRST_DAY - 99 * DAY),
    "the newest as the oldest": (DAILY, at("290", reply=listed(DAILY[:10], 300)), CONTRADICTION, 100, None),
    "newer ones": (DAILY, at("290", reply=listed([post(1001, FIRST_DAY + DAY, 5)], 300)), CONTRADICTION, 100, None),
    "the oldest in disorder": (DAILY, at("290", reply=listed(DAILY[:289:-1], 300)), CONTRADICTION, 100, None),
    "its oldest page is half read": (every(DAY, 105), None, None, 100, FIRST_DAY - 104 * DAY),
    "cut off": (every(3 * HOUR, 420), at("99", reply=VkResponse(b"", status=503)), Cause.UNREACHABLE, 100, None),
    "another's posts": ([], listed([post(10, FIRST_DAY, 6)], 1), Cause.UNRECOGNISED_PAGE, 0, None),
    **{f"{n} and eight": ([], listed(SHORT, n), Cause.UNRECOGNISED_PAGE, 8, None) for n in (None, -1)},
    **{
        str(odd): ([], response_of(odd), Cause.UNRECOGNISED_PAGE, 0, None)
        for odd in ({"items": []}, {"count": 0}, [], {"count": 5, "items": [{"text": "?"}]})
    },
    # VK's word about a page that it has just shown is not believed; a bad parameter is our mistake.
    **{f"error {code}": ([], VkResponse.error(code), Cause.REFUSED, 0, None) for code in (18, 100)},
}  # fmt: skip


@pytest.mark.parametrize("case", WALLS)
def test_a_wall_is_whole_only_as_it_is_counted(case: str) -> None:
    """What was read stays, with the cause why there is not more; the page is there whatever its wall says."""
    wall, plan, cause, count, opened = WALLS[case]
    snapshot = look(vk_server(person(5), wall=wall, wall_get=plan or at(reply=listed([], 0))), "id5")
    assert (snapshot.exists, snapshot.cause, snapshot.posts_cause, len(snapshot.posts)) == (True, None, cause, count)
    assert opened in {None, snapshot.opened_at}


@pytest.mark.parametrize(("times", "cause"), [(1, None), (2, Cause.CONTRADICTION)])
def test_a_wall_that_shrinks_while_it_is_read_is_read_once_more(times: int, cause: Cause | None) -> None:
    """A post that moved from the second page to the first was passed over: of the first pass nothing counts."""
    wall = every(6 * HOUR, 152)
    vk, changes = vk_server(person(5)), iter(range(times))
    vk.walls[5] = wall

    def shrinking(params: dict[str, str]) -> VkResponse:
        page = vk._wall(params)
        if params["offset"] == "0" and next(changes, None) is not None:
            del wall[3]
        return page

    vk.plan("wall.get", shrinking)
    snapshot = look(vk, "glava5")
    assert snapshot.posts_cause is cause
    assert cause or [p.id for p in snapshot.posts] == sorted(item["id"] for item in wall)


def test_an_empty_wall_is_held_against_the_profiles_own_counter() -> None:
    """A failed request for it might have shown posts; it is requested only for an empty wall.

    Without a counter others' posts are asked for too: what was passed over with one filter may show with another.
    """
    for counter, cause in (
        (response_of([{"id": 5, "counters": {"posts": 0, "friends": 3}}]), None),
        (response_of([{"id": 5, "counters": {"friends": 3}}]), None),
        (response_of([]), CONTRADICTION),
        (response_of([{"id": 5, "counters": {"posts": 6, "friends": 3}}]), CONTRADICTION),
        (VkResponse.error(1), Cause.UNREACHABLE),
    ):
        plan = {"users_get": lambda p, response=counter: response if p["fields"] == "counters" else None}
        empty, full = (vk_server(person(5), wall=wall, **plan) for wall in ([], SHORT))
        assert [look(vk, "glava5").posts_cause for vk in (empty, full)] == [cause, None]
        counted = [["counters" in p["fields"] for p in vk.requests_of("users.get")] for vk in (empty, full)]
        assert list(map(any, counted)) == [True, False]


def test_an_empty_wall_is_asked_for_in_another_way() -> None:
    """A community counts no posts of its own, nor does VK always send a profile's counter."""
    for page, first, again in ((group(7), "all", "owner"), (person(5), "owner", "all")):
        owner = -7 if "name" in page else 5
        for response, cause in (
            (listed([], 0), None),
            (listed([], 3), CONTRADICTION),
            (listed([post(10, FIRST_DAY, owner)], 1), CONTRADICTION),
            (VkResponse.error(29), Cause.THROTTLED),
        ):
            vk = vk_server(page, wall_get=lambda p, w=again, r=response: r if p["filter"] == w else None)
            snapshot = look(vk, page["screen_name"])
            assert (snapshot.posts_cause, snapshot.posts) == (cause, ())
            assert [params["filter"] for params in vk.requests_of("wall.get")] == [first, again]
    written = post(10, FIRST_DAY, 5, from_id=900)
    assert look(vk_server(person(5), wall=[written]), "glava5").posts_cause is None, "others' posts are not the owner's"


STAFF: dict[str, Any] = {"staff": (31,)}


def own_name_wall() -> Wall:
    """A community's wall: its own post, one of the press secretary, one of a citizen."""
    texts = {-7: "Открыли мост", 31: "Приём граждан в среду", 900: "Слова-жителя на стене"}
    authors = [(14, 31), (13, 900), (12, -7), (11, 900)]
    wall = [post(n, FIRST_DAY + n * HOUR, -7, from_id=author, text=texts[author]) for n, author in authors]
    return [*wall, post(1, FIRST_DAY - 300 * DAY, -7)]


def test_what_somebody_on_record_wrote_on_a_communitys_wall_is_the_holders() -> None:
    """Under an id of `staff` or of another page of the holder; what others wrote is none, and none of their words."""
    for page, on_record in (
        (person(31), STAFF),
        (person(31), {"own": frozenset({vk_memory.target("glava31").address})}),
    ):
        finished = look_with_tape(vk_server(group(7), page, wall=own_name_wall()), "rayon7", **on_record)
        snapshot, stored = finished.result, b"".join(record.body for record in finished.tape).decode()
        assert [p.id for p in snapshot.posts] == [1, 12, 14]
        assert (snapshot.posts[-1].sketch, snapshot.unattributed) == (post_digest("Приём граждан в среду"), ())
        assert "Приём граждан" in stored
        assert "Слова-жителя" not in stored
        assert "900" not in stored


def test_whose_post_it_is_stays_open_where_no_id_could_show_it() -> None:
    """Only their moments are told; a community's id, or a name whose id is unknown, shows no person's post."""
    others = tuple(FIRST_DAY + n * HOUR for n in (11, 13, 14))
    unknown = {"users_get": lambda p: VkResponse.error(10) if "uskolznul" in p["user_ids"] else None}
    for on_record, plans in (({}, {}), ({"staff": (-8,)}, {}), ({"staff": ("uskolznul",)}, unknown)):
        snapshot = look(vk_server(group(7), wall=own_name_wall(), **plans), "rayon7", **on_record)
        assert ([p.id for p in snapshot.posts], snapshot.unattributed) == ([1, 12], others)
    assert look(vk_server(person(5), wall=SHORT), "glava5").unattributed == (), "a profile is its holder's own name"
    failing = look(vk_server(group(7), wall_get=VkResponse.error(29)), "rayon7")
    assert (failing.posts_cause, failing.unattributed) == (Cause.THROTTLED, None)


def test_a_post_without_an_author_may_be_anybodys() -> None:
    """Among all posts of a wall it is neither counted nor stored, and the wall was not read whole."""
    for author in (None, "abc", False, 10**30):
        wall = own_name_wall()
        wall[1]["from_id"] = author
        finished = look_with_tape(vk_server(group(7), person(31), wall=wall), "rayon7", **STAFF)
        snapshot, stored = finished.result, b"".join(record.body for record in finished.tape).decode()
        assert (snapshot.posts_cause, snapshot.unattributed) == (Cause.UNRECOGNISED_PAGE, None)
        assert 13 not in [p.id for p in snapshot.posts]
        assert "Слова-жителя" not in stored


def test_others_posts_are_asked_for_only_where_one_may_be_the_holders() -> None:
    """In the request that is made anyway; of an institution's page, and in a look of auditor 1.0, only the owner's."""
    for page, more, authors in (
        (group(7), {}, {"all"}),
        (group(7), {"full": False}, {"owner"}),
        (group(7), {"version": 1}, {"owner"}),
        (person(5), {}, {"owner"}),
        (person(5), {"own": frozenset({vk_memory.target("club7").address})}, {"owner"}),
        (person(5), STAFF, {"all"}),
    ):
        vk = vk_server(page, wall=every(DAY, 8, owner=-7 if "name" in page else 5))
        snapshot = look(vk, page["screen_name"], **more)
        requests = vk.requests_of("wall.get")
        assert ({params["filter"] for params in requests}, len(requests)) == (authors, 1)
        assert (snapshot.unattributed is None) == (more in ({"full": False}, {"version": 1}))


def test_the_opening_of_a_community_is_sought_among_its_own_posts() -> None:
    """However many others wrote at the wall's beginning; how many it wrote itself is asked for once."""
    wall = [*every(DAY, 300, owner=-7), *every(DAY, 150, 600, owner=-7)]
    for n, item in enumerate(wall[300:]):
        item |= {"from_id": 900, "date": vk_memory.seconds(FIRST_DAY - (300 + n) * DAY)}
    for plan, opened, cause in (
        (lambda _: None, FIRST_DAY - 299 * DAY, None),
        (lambda p: VkResponse.error(29) if p["count"] == "1" else None, FIRST_DAY - 99 * DAY, Cause.THROTTLED),
    ):
        vk = vk_server(group(7), wall=wall, wall_get=plan)
        snapshot = look(vk, "rayon7")
        assert (snapshot.opened_at, snapshot.older_cause, snapshot.posts_cause) == (opened, cause, None)
        assert len(vk.requests_of("wall.get")) <= 3


def test_whether_a_post_bears_a_picture() -> None:
    """A photo, a video, a document, or a kind that VK adds later; a link's preview and a poll are none."""
    for kinds, has_media in (
        ((), False),
        (("photo",), True),
        (("video",), True),
        (("doc",), True),
        (("clip",), True),
        (("link",), False),
        (("poll", "link"), False),
        (("link", "photo"), True),
        (("hologram",), True),
    ):
        wall = [post(10, FIRST_DAY, 5, attachments=[{"type": kind} for kind in kinds])]
        assert only_post(vk_server(person(5), wall=wall)).has_media is has_media


DEADLINE = FIRST_DAY - 1000 * DAY
PHOTO = DEADLINE - 16 * DAY


def photos(count: int, *moments: Any, owner: int = 5) -> VkResponse:
    return listed([{"id": 1, "date": vk_memory.seconds(at), "owner_id": owner} for at in moments], count)


def test_an_old_profile_photo_shows_that_the_page_was_open_in_time() -> None:
    """A trace beside the posts', where it can be read; else it says why not and changes nothing."""
    for response, cause in [
        (photos(7, PHOTO), None),
        (photos(0), None),
        (photos(4), CONTRADICTION),
        (VkResponse.error(1051), Cause.NO_CREDENTIALS),
        (VkResponse.error(30), Cause.PRIVATE),
        (response_of("x"), Cause.UNRECOGNISED_PAGE),
        (photos(4, PHOTO, owner=6), CONTRADICTION),
    ]:
        vk = vk_server(person(5), wall=SHORT, photos_get=response)
        snapshot = look(vk, "glava5", photos_before=DEADLINE)
        old = {TraceKind.PROFILE_PHOTO: PHOTO} if response == photos(7, PHOTO) else {}
        assert (snapshot.photos_read, snapshot.photos_cause, snapshot.posts_cause) == (cause is None, cause, None)
        assert {t.kind: t.at for t in snapshot.traces} == {TraceKind.OLDEST_POST: FIRST_DAY - 7 * DAY, **old}
        assert snapshot.opened_at == min(t.at for t in snapshot.traces)
        wanted = {"owner_id": "5", "album_id": "profile", "rev": "0", "count": "1"}
        assert wanted.items() <= vk.requests_of("photos.get")[0].items()


def test_photos_are_asked_for_only_where_they_can_matter() -> None:
    """Not unless the run wants them, nor of a page whose posts are old enough, nor of a community."""
    for page, wall, about in (
        (person(5), [*SHORT, post(1, PHOTO, 5)], {"photos_before": DEADLINE}),
        (person(5), SHORT, {}),
        (vk_memory.group(7), every(DAY, 8, owner=-7), {"photos_before": DEADLINE}),
    ):
        vk = vk_server(page, wall=wall)
        look(vk, page["screen_name"], **about)
        assert vk.requests_of("photos.get") == []
