"""VK's answers held against each other: nothing is concluded from what one of them lacks."""

from datetime import timedelta

import pytest

from auditor.base.snapshot import Cause, CommentsState, Outcome, TraceKind
from tests.probes.vk_memory import (
    FIRST_DAY,
    WINDOW,
    Reply,
    World,
    comment,
    control,
    group,
    look,
    person,
    post,
    probing,
    seconds,
    target,
)

DAY = timedelta(days=1)


def _wall(count: int, owner: int = 5) -> list[dict]:
    return [post(1000 - n, FIRST_DAY - n * DAY, owner) for n in range(count)]


def _profile(**plans: Reply) -> World:
    world = World(users=[person(5)])
    for method, reply in plans.items():
        world.plan(method.replace("_", "."), reply)
    return world


def test_a_wall_that_repeats_its_first_page_is_a_contradiction_and_bounds_nothing() -> None:
    """100 distinct posts of 152: neither are the posts judged, nor is the oldest of them taken for the wall's first."""
    wall = [post(1000 - n, FIRST_DAY - n * timedelta(hours=6), 5) for n in range(152)]
    world = World(users=[person(5)], walls={5: wall})
    world.plan("wall.get", Reply.of({"response": {"count": 152, "items": wall[:100]}}))
    seen = look(world, "id5")
    assert (seen.posts_cause, len(seen.posts)) == (Cause.CONTRADICTION, 100)
    assert seen.opened_at == FIRST_DAY - 99 * timedelta(hours=6)


def test_an_oldest_page_that_shows_the_newest_posts_bounds_nothing() -> None:
    """What was read stays; what it lacks is not judged."""
    wall = _wall(300, 5)
    world = World(users=[person(5)], walls={5: wall})
    newest = Reply.of({"response": {"count": 300, "items": wall[:10]}})
    world.plan("wall.get", lambda p: newest if p["offset"] == "290" else None)
    seen = look(world, "id5")
    assert (seen.posts_cause, len(seen.posts)) == (Cause.CONTRADICTION, 100)
    assert seen.opened_at == FIRST_DAY - 99 * DAY


def test_fewer_distinct_posts_than_are_counted_are_a_contradiction() -> None:
    """A page of 70 that says 72, and then nothing."""
    wall = _wall(70)
    assert look(World(users=[person(5)], walls={5: wall}), "glava5").posts_cause is None
    world = World(users=[person(5)])
    pages = {"0": wall}
    world.plan("wall.get", lambda p: Reply.of({"response": {"count": 72, "items": pages.get(p["offset"], [])}}))
    assert look(world, "glava5").posts_cause is Cause.CONTRADICTION


@pytest.mark.parametrize("count", [None, False, "abc", -1, 10**30])
def test_a_wall_that_is_not_counted_is_not_whole(count: object) -> None:
    """What it shows was there; what it lacks is not known. False is no 0."""
    for items in ([], _wall(8)):
        world = _profile(wall_get=Reply.of({"response": {"count": count, "items": items}}))
        seen = look(world, "glava5")
        assert (seen.posts_cause, len(seen.posts)) == (Cause.UNRECOGNISED_PAGE, len(items))


def test_more_posts_than_are_counted_and_a_post_that_comes_twice_are_contradictions() -> None:
    """Eight posts of seven; of two posts, one shown twice."""
    for items, count in ((_wall(8), 7), (_wall(1) * 2, 2)):
        world = _profile(wall_get=Reply.of({"response": {"count": count, "items": items}}))
        assert look(world, "glava5").posts_cause is Cause.CONTRADICTION


def test_a_wall_that_is_off_and_shows_posts_is_a_contradiction() -> None:
    """False and "0" beside it: only what is a number says that it is off."""
    for wall, cause in ((0, Cause.CONTRADICTION), ("0", Cause.CONTRADICTION), (False, None), (3, None)):
        seen = look(World(groups=[group(7, wall=wall)], walls={-7: _wall(8, -7)}), "club7")
        assert (seen.posts_cause, len(seen.posts)) == (cause, 8)


def test_posts_out_of_order_are_a_contradiction_and_a_pinned_one_is_not() -> None:
    """The pinned post stands first, whatever its age."""
    wall = _wall(8)
    mixed = [*wall[:3], wall[5], wall[4], *wall[6:]]
    pinned = [wall[7] | {"is_pinned": 1}, *wall[:7]]
    for items, cause in ((mixed, Cause.CONTRADICTION), (pinned, None)):
        assert look(World(users=[person(5)], walls={5: items}), "glava5").posts_cause is cause


def test_a_post_written_while_the_wall_is_read_is_no_contradiction() -> None:
    """It moves the last post of the first page to the second, and the count says so."""
    wall = _wall(152)
    new = post(1001, FIRST_DAY + DAY, 5)
    world = World(users=[person(5)], walls={5: wall})

    def grown(params: dict[str, str]) -> Reply | None:
        if params["offset"] == "0":
            return None
        later = [new, *wall]
        start = int(params["offset"])
        return Reply.of({"response": {"count": 153, "items": later[start : start + 100]}})

    world.plan("wall.get", grown)
    assert look(world, "glava5").posts_cause is None


@pytest.mark.parametrize(("times", "cause"), [(1, None), (2, Cause.CONTRADICTION)])
def test_a_wall_that_shrinks_while_it_is_read_is_read_once_more(times: int, cause: Cause | None) -> None:
    """Issue 25, item 4: a post that moved from the second page to the first was passed over."""
    wall = [post(1000 - n, FIRST_DAY - n * timedelta(hours=6), 5) for n in range(152)]
    world, changes = World(users=[person(5)], walls={5: wall}), iter(range(times))

    def shrinking(params: dict[str, str]) -> Reply:
        page = world._wall(params)
        if params["offset"] == "0" and next(changes, None) is not None:
            del wall[3]
        return page

    world.plan("wall.get", shrinking)
    seen = look(world, "glava5")
    assert seen.posts_cause is cause
    assert cause or [p.id for p in seen.posts] == sorted(item["id"] for item in wall)


def test_an_empty_wall_is_held_against_the_profiles_own_counter() -> None:
    """The counter is asked for only then; without one the empty wall stands."""
    counted = Reply.of({"response": [{"id": 5, "counters": {"posts": 6, "friends": 3}}]})
    world = _profile()
    world.plan("users.get", lambda p: counted if p["fields"] == "counters" else None)
    seen = look(world, "glava5")
    assert (seen.posts, seen.posts_cause) == ((), Cause.CONTRADICTION)
    assert look(_profile(), "glava5").posts_cause is None
    full = World(users=[person(5)], walls={5: _wall(3)})
    look(full, "glava5")
    assert [p["fields"] for p in full.asked("users.get") if p["fields"] == "counters"] == []


@pytest.mark.parametrize(
    ("code", "cause"),
    [(1, Cause.UNREACHABLE), (6, Cause.THROTTLED), (10, Cause.UNREACHABLE), (29, Cause.THROTTLED)],
)
def test_an_empty_wall_whose_counter_could_not_be_asked_for_is_not_believed(code: int, cause: Cause) -> None:
    """The question that failed might have shown posts."""
    world = _profile()
    world.plan("users.get", lambda p: Reply.error(code) if p["fields"] == "counters" else None)
    seen = look(world, "glava5")
    assert (seen.exists, seen.posts_cause) == (True, cause)


def test_posts_of_another_page_are_no_answer() -> None:
    """They are not the owner's, and a wall without his is not empty because of that."""
    world = _profile()
    world.plan("wall.get", Reply.of({"response": {"count": 1, "items": [post(10, FIRST_DAY, 6)]}}))
    seen = look(world, "glava5")
    assert (seen.posts, seen.posts_cause) == ((), Cause.UNRECOGNISED_PAGE)


@pytest.mark.parametrize("told", [{"owner_id": 6, "post_id": 10}, {"owner_id": 5, "post_id": 11}])
def test_comments_under_another_post_are_no_answer(told: dict[str, int]) -> None:
    """A question that was put there was not put here."""
    world = World(users=[person(5)], walls={5: [post(10, FIRST_DAY, 5, comments={"count": 1})]})
    world.comments = {(5, 10): [comment(20, FIRST_DAY + DAY, 901, **told)]}
    (only,) = look(world, "glava5").posts
    assert (only.comments, only.comments_cause) == ((), Cause.UNRECOGNISED_PAGE)


def test_a_closed_thread_beside_a_permission_to_comment_is_neither_open_nor_closed() -> None:
    """Error 212 where wall.get says `can_post: 1`; without that word it is closed."""
    for counts, state, cause in (
        ({"count": 3, "can_post": 1}, CommentsState.UNKNOWN, Cause.CONTRADICTION),
        ({"count": 3}, CommentsState.CLOSED, Cause.REFUSED),
    ):
        world = World(users=[person(5)], walls={5: [post(10, FIRST_DAY, 5, comments=counts)]})
        world.plan("wall.getComments", Reply.error(212))
        (only,) = look(world, "glava5").posts
        assert (only.comments_state, only.comments_cause) == (state, cause)


def test_fewer_comments_than_their_level_counts_are_a_contradiction() -> None:
    """Of a thread and of the top comments alike; a deleted one that stands there counts as come."""
    replies = [comment(20 + n, FIRST_DAY + timedelta(minutes=n), 902) for n in range(12)]
    tops = [comment(11, FIRST_DAY, 901, replies=replies)]

    def world(**planned: object) -> World:
        wall = {5: [post(10, FIRST_DAY, 5, comments={"count": 13})]}
        return World(users=[person(5)], walls=wall, comments={(5, 10): tops}, **planned)

    assert look(world(), "glava5").posts[0].comments_cause is None
    short = world()
    again = Reply.of({"response": {"count": 13, "current_level_count": 12, "items": replies[8:10]}})
    short.plan("wall.getComments", lambda p: again if "comment_id" in p else None)
    assert look(short, "glava5").posts[0].comments_cause is Cause.CONTRADICTION


# Kinds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "exists", "cause"),
    [
        ("deleted", False, Cause.GONE),
        ("banned", None, Cause.BANNED),
        ("frozen", None, Cause.UNRECOGNISED_PAGE),
        (1, None, Cause.UNRECOGNISED_PAGE),
    ],
)
def test_only_deleted_says_that_a_page_is_gone(word: object, exists: bool | None, cause: Cause) -> None:
    """Issue 25, item 37: a page that VK has banned may come back, and a word of tomorrow is not understood."""
    world = World(users=[person(5, deactivated=word)], groups=[group(7, deactivated=word)])
    for name in ("id5", "club7"):
        seen = look(world, name)
        assert (seen.exists, seen.cause) == (exists, cause)


@pytest.mark.parametrize("number", [5, -7])
@pytest.mark.parametrize("by", ["number", "name"])
def test_a_page_that_is_listed_twice_and_unlike_is_a_contradiction(number: int, by: str) -> None:
    """Whichever comes first, by its number or by its name; told twice alike it is one."""
    make = person if number > 0 else group
    alive, dead = make(abs(number)), make(abs(number), deactivated="deleted")
    name = alive["screen_name"]
    on_record = {"id": number, "id_seen": True} if by == "number" else {}
    for pages, exists in (((alive, dead), None), ((dead, alive), None), ((alive, alive), True)):
        world = World(**{"users" if number > 0 else "groups": list(pages)}, walls={number: []})
        seen = look(world, name, **on_record)
        assert (seen.exists, seen.cause) == (exists, None if exists else Cause.CONTRADICTION)
        with probing(world) as probe:
            assert probe.numbers([name]) == {name: number if exists else None}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (5, (False, Cause.GONE, 5)),
        (None, (None, Cause.NOT_AT_ADDRESS, None)),
        (6, (None, Cause.NOT_AT_ADDRESS, None)),
    ],
)
def test_only_a_number_on_record_can_be_gone(number: int | None, expected: tuple) -> None:
    """A name may have passed to another, whose page is gone; its number is not taken for the official's."""
    world = World(users=[person(5, deactivated="deleted")])
    seen = look(world, "glava5", id=number)
    assert (seen.exists, seen.cause, seen.id) == expected


@pytest.mark.parametrize("code", [18, 37, 3610])
def test_an_error_that_says_deleted_or_banned_says_neither(code: int) -> None:
    """Only the page's own object tells which."""
    world = World(users=[person(1, screen_name="control")])
    world.plan("users.get", lambda p: None if p["user_ids"] == "control" else Reply.error(code))
    with probing(world) as probe:
        probe.control(control("control", exists=True))
        seen = probe.look(target("id5"), WINDOW)
    assert (seen.exists, seen.cause) == (None, Cause.REFUSED)


# Controls --------------------------------------------------------------------------------------------------------


def _control(world: World, name: str = "glava5") -> tuple[Outcome, bool | None, bool | None]:
    with probing(world) as probe:
        result = probe.control(control(name, exists=True))
    return result.outcome, result.wall, result.thread


def test_a_control_reads_a_wall_and_a_thread() -> None:
    """Two calls more; what cannot be asked about says nothing."""
    wall = {5: [post(10, FIRST_DAY, 5, comments={"count": 1})]}
    talked = World(users=[person(5)], walls=wall, comments={(5, 10): [comment(11, FIRST_DAY, 901)]})
    assert _control(talked) == (Outcome.PASSED, True, True)
    assert [method for method, _ in talked.log] == ["users.get", "wall.get", "wall.getComments"]
    assert _control(World(users=[person(5)], walls={5: _wall(2)})) == (Outcome.PASSED, True, None)
    closed = World(users=[person(5)], walls=wall)
    closed.plan("wall.getComments", Reply.error(212))
    assert _control(closed) == (Outcome.PASSED, True, False)
    assert _control(World(users=[person(5)])) == (Outcome.PASSED, False, None)
    assert _control(_profile(wall_get=Reply.error(15, "wall is disabled"))) == (Outcome.PASSED, None, None)


def test_nothing_of_a_controls_commenters_or_words_is_kept() -> None:
    """Of its wall, that there are posts; of the thread, how much came."""
    wall = {5: [post(10, FIRST_DAY, 5, text="Слова записи", comments={"count": 1})]}
    world = World(users=[person(5)], walls=wall, comments={(5, 10): [comment(11, FIRST_DAY, 901, text="Чужие слова")]})
    with probing(world) as probe:
        ran = probe.controlled(control("glava5", exists=True))
    kept = b"".join(record.body for record in ran.tape).decode()
    assert not [word for word in ("лова", "901", "key-of") if word in kept]


# Photos ----------------------------------------------------------------------------------------------------------

DEADLINE = FIRST_DAY - 1000 * DAY
PHOTO = DEADLINE - 16 * DAY


def _photos(count: int, *moments: object, owner: int = 5) -> Reply:
    items = [
        {"id": 1, "date": seconds(at), "owner_id": owner, "sizes": [{"url": "https://example.invalid/m.jpg"}]}
        for at in moments
    ]
    return Reply.of({"response": {"count": count, "items": items}})


def test_an_old_profile_photo_shows_that_the_page_was_open_in_time() -> None:
    """The posts begin after the deadline: the photo is a trace beside theirs, and dates the page."""
    world = World(users=[person(5)], walls={5: _wall(3)})
    world.plan("photos.get", _photos(7, PHOTO))
    seen = look(world, "glava5", photos_before=DEADLINE)
    assert (seen.opened_at, seen.photos_read, seen.photos_cause) == (PHOTO, True, None)
    assert {t.kind: t.at for t in seen.traces} == {
        TraceKind.OLDEST_POST: FIRST_DAY - 2 * DAY,
        TraceKind.PROFILE_PHOTO: PHOTO,
    }
    (asked,) = world.asked("photos.get")
    assert {"owner_id": "5", "album_id": "profile", "rev": "0", "count": "1"}.items() <= asked.items()


@pytest.mark.parametrize(
    ("reply", "read", "cause"),
    [
        (_photos(0), True, None),
        (_photos(4), False, Cause.CONTRADICTION),
        (Reply.error(1051), False, Cause.NO_CREDENTIALS),
        (Reply.error(29), False, Cause.THROTTLED),
        (Reply.error(30), False, Cause.PRIVATE),
        (Reply.of({"response": "x"}), False, Cause.UNRECOGNISED_PAGE),
        (_photos(4, PHOTO, owner=6), False, Cause.CONTRADICTION),
    ],
)
def test_photos_that_a_key_may_not_read_say_so_and_change_nothing(
    reply: Reply, read: bool, cause: Cause | None
) -> None:
    """The rest of the look is as it was; an empty album is read and empty."""
    world = World(users=[person(5)], walls={5: _wall(3)})
    world.plan("photos.get", reply)
    seen = look(world, "glava5", photos_before=DEADLINE)
    assert (seen.photos_read, seen.photos_cause, seen.posts_cause) == (read, cause, None)
    assert seen.opened_at == FIRST_DAY - 2 * DAY


def test_photos_are_asked_for_only_where_they_can_matter() -> None:
    """Not unless the run wants them, nor of a page whose posts are old enough, nor of a community."""
    old = World(users=[person(5)], walls={5: [*_wall(3), post(1, PHOTO, 5)]})
    look(old, "glava5", photos_before=DEADLINE)
    unasked = World(users=[person(5)], walls={5: _wall(3)})
    look(unasked, "glava5")
    assert old.asked("photos.get") == unasked.asked("photos.get") == []


def test_a_key_that_may_not_read_photos_is_asked_once_in_a_run() -> None:
    """The other pages say the same without a call."""
    world = World(users=[person(5), person(6)], walls={5: _wall(3), 6: _wall(3, 6)})
    world.plan("photos.get", Reply.error(28))
    with probing(world) as probe:
        causes = [probe.look(target(name, photos_before=DEADLINE), WINDOW).photos_cause for name in ("id5", "id6")]
    assert causes == [Cause.NO_CREDENTIALS] * 2
    assert len(world.asked("photos.get")) == 1
