"""VK's look: every ask failed in turn, and each look taken again from its records. No sockets."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Cause, CommentsState, Side, Snapshot
from auditor.probes.base import Target
from auditor.probes.looks import Act, Look
from auditor.probes.vk.plugin import PLUGIN
from tests.probes.every_ask import Failed, every_failure, failures, overclaims, reds, replayed, run
from tests.probes.vk_memory import FIRST_DAY, NOW, WINDOW, Memory, Reply, World, comment, group, person, post, target

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "Тайные слова гражданина: когда починят дорогу?"
CITIZEN = 900_000_101
CODES = [
    (18, Cause.GONE, Act.TELL),
    (15, Cause.GONE, Act.TELL),
    (15, Cause.WALL_OFF, Act.TELL),
    (30, Cause.PRIVATE, Act.TELL),
    (100, Cause.REFUSED, Act.TELL),
    (1051, Cause.NO_CREDENTIALS, Act.TELL),
]


# Every ask -----------------------------------------------------------------------------------------------------------


def _talk(first: datetime, owner: int) -> list[dict[str, Any]]:
    """103 comments, the third of which has thirteen answers, some of the owner's: two pages, and one of the thread."""
    answers = [
        comment(
            700 + n,
            first + HOUR + n * timedelta(minutes=1),
            owner if n % 2 else CITIZEN,
            "Починим в среду.",
            parents_stack=[502],
        )
        for n in range(13)
    ]
    tops = [comment(500 + n, first + n * timedelta(seconds=9), CITIZEN + n % 7, "Спасибо") for n in range(103)]
    tops[0] |= {"text": WORDS}
    tops[2] |= {"text": WORDS, "replies": answers}
    return tops


def rich(owner: int = 5, *, hours: float = 8) -> World:
    """A page whose window takes three pages of a wall: a pinned post, an advertisement, a repost, two talks."""
    wall = [post(1000 - n, NOW - timedelta(hours=30 + hours * n), owner) for n in range(240)]
    wall[2] |= {"comments": {"count": 116}}
    wall[5] |= {"comments": {"count": 2}}
    wall[7] |= {"copy_history": [{"id": 1, "owner_id": CITIZEN, "text": WORDS}], "text": ""}
    wall[8] |= {"marked_as_ads": 1}
    wall = [post(7, NOW - 900 * DAY, owner, is_pinned=1), *wall]
    few = [comment(1, NOW - 2 * DAY, CITIZEN, WORDS), comment(2, NOW - DAY, 31, "Ответим завтра.")]
    talks = {(owner, 998): _talk(NOW - timedelta(hours=40), owner), (owner, 995): few}
    pages = {"users": [person(5)]} if owner > 0 else {"groups": [group(-owner)]}
    return World(**pages, walls={owner: wall}, comments=talks)


def quiet(owner: int = 5, *, posts: int = 0) -> World:
    """A page that has written little or nothing, and nobody has answered."""
    wall = [post(20 - n, FIRST_DAY - n * 9 * DAY, owner) for n in range(posts)]
    pages = {"users": [person(5)]} if owner > 0 else {"groups": [group(-owner)]}
    return World(**pages, walls={owner: wall})


def ignored() -> World:
    """A page of five posts of the week, under each of which three people ask and nobody answers: it is red."""
    wall = [post(30 - n, FIRST_DAY + (5 - n) * DAY, 5, comments={"count": 3}) for n in range(5)]
    talks = {
        (5, p["id"]): [
            comment(p["id"] * 10 + n, FIRST_DAY + (5 - i) * DAY + n * HOUR, CITIZEN + n, WORDS + str(p["id"]))
            for n in range(3)
        ]
        for i, p in enumerate(wall)
    }
    return World(users=[person(5)], walls={5: wall}, comments=talks)


def renamed() -> World:
    """The confirmed page has another name; nobody has the old one."""
    world = quiet(posts=2)
    world.users[0]["screen_name"] = "novoe_imya"
    return world


def deleted() -> World:
    """A deleted page, which does not say its name."""
    world = World()
    gone = {"id": 5, "first_name": "DELETED", "last_name": "", "deactivated": "deleted"}
    world.plan("users.get", Reply.of({"response": [gone]}))
    return world


LARGE = {"rich": 11, "community": 11, "ignored": 5, "doubtful": 9}
"""Of a page that asks for much one failure in so many is tried: the others have them all."""
OLD = datetime(2022, 6, 1, tzinfo=NOW.tzinfo)
CASES: dict[str, tuple[Callable[[], World], Target]] = {
    "rich": (rich, target("glava5", id=5, id_seen=True, staff=(31,), photos_before=OLD)),
    "community": (lambda: rich(-7, hours=16), target("rayon7", id=-7, id_seen=True)),
    "empty": (quiet, target("glava5", id=5, id_seen=True)),
    "few": (lambda: quiet(posts=3), target("glava5", id=5, id_seen=True, photos_before=OLD)),
    "by name": (lambda: quiet(-7, posts=3), target("rayon7")),
    "ignored": (ignored, target("glava5", id=5, id_seen=True)),
    "renamed": (renamed, target("glava5", id=5, id_seen=True)),
    "a slip": (renamed, target("glava5", id=5)),
    "deleted": (deleted, target("glava5", id=5, id_seen=True)),
    "nobody": (World, target("nobody_here")),
    "doubtful": (ignored, target("glava5", id=5, id_seen=True, unknown=frozenset({"pomoshnik"}))),
}


def maker(case: str) -> tuple[Callable[[], Look[Snapshot]], Memory]:
    make, whom = CASES[case]
    return (lambda: PLUGIN.look(whom, WINDOW)), Memory(make())


@pytest.mark.parametrize("case", CASES)
def test_no_ask_can_fail_unnoticed(case: str) -> None:
    """Whatever comes instead of whichever answer, nothing more is claimed than was read, and nothing turns red."""
    make, way = maker(case)
    calm = run(make(), way)
    whole, red = calm.seen, reds(calm.seen)
    causes = failures(NOW, CODES)[:: LARGE.get(case, 1)]
    judged = dict[str, frozenset[str]]()
    for failed in every_failure(make, way, causes):
        seen = failed.ran.seen
        if failed.failure.code == 30 and "wall" not in failed.ask.call.method:
            continue  # VK's own word that the page is there, and closed
        assert not overclaims(seen, whole), (str(failed), overclaims(seen, whole))
        made_good = len(failed.ran.asks) > len(calm.asks) or _tells_nothing(failed, whole)
        assert seen != whole or made_good, str(failed)
        key = seen.model_dump_json()
        judged[key] = judged.get(key) or reds(seen)
        assert judged[key] <= red, (str(failed), judged[key])


def _tells_nothing(failed: Failed[Snapshot], whole: Snapshot) -> bool:
    """Tell whether the answer was not needed: the page was found by name instead, or an empty thread has no state."""
    params = failed.ask.call.params
    by_name = not str(params.get("user_ids", params.get("group_ids", "1"))).isdigit()
    empty = {post.id for post in whole.posts if post.comments_count == 0}
    no_such = failed.failure.code == 100 or failed.failure.cause is whole.cause
    return by_name or no_such or params.get("post_id") in empty


def test_the_ignored_page_is_red() -> None:
    """So that the test above has something to turn."""
    make, way = maker("ignored")
    assert "comments_answered" in reds(run(make(), way).seen)


@pytest.mark.parametrize("case", CASES)
def test_a_look_is_replayed_from_its_records(case: str) -> None:
    """What was stored gives the same snapshot, and holds no citizen's words, name or number."""
    make, way = maker(case)
    ran = run(make(), way)
    assert replayed(make, ran, NOW) == ran.seen
    stored = b"".join(record.body for record in ran.tape).decode()
    assert "Тайные" not in stored
    assert "Имярек" not in stored
    assert not [n for n in range(7) if str(CITIZEN + n) in stored]


@pytest.mark.parametrize("case", ["rich", "few", "ignored", "by name"])
def test_a_failed_look_is_replayed_too(case: str) -> None:
    """A failure is stored as it was told."""
    make, way = maker(case)
    for failed in every_failure(make, way, failures(NOW, CODES)[:: 9 * LARGE.get(case, 1)]):
        assert replayed(make, failed.ran, NOW) == failed.ran.seen, str(failed)


def look(world: World, name: str, **about: Any) -> Snapshot:
    """Look at one page of a world."""
    return run(PLUGIN.look(target(name, **about), WINDOW), Memory(world)).seen


def test_threads_that_were_read_whole_are_left_out() -> None:
    """As long as their count is the same; their state is shown, and nothing is claimed of their comments."""
    whole = ignored()
    seen = {p.id: p for p in look(whole, "glava5", skip={30: 3, 29: 2}).posts}
    left, read = seen[30], seen[29]
    assert (left.comments_left, left.comments, left.comments_cause, left.comments_count) == (True, (), None, 3)
    assert left.comments_read_at is None
    assert (read.comments_left, len(read.comments), read.comments_read_at) == (False, 3, NOW)
    assert "30" not in {params["post_id"] for params in whole.asked("wall.getComments")}


def test_history_that_was_read_whole_is_not_read_again() -> None:
    """Reading back to the moment until which it was suffices, and the posts are complete from there on."""
    known, unknown = rich(), rich()
    since = NOW - timedelta(days=5)
    seen = look(known, "glava5", posts_until=since)
    assert (len(known.asked("wall.get")), seen.posts_cause) == (1, None)
    assert seen.posts_since is not None
    assert seen.posts_since < since
    assert look(unknown, "glava5").posts_since < seen.posts_since
    assert len(unknown.asked("wall.get")) > 2


@pytest.mark.parametrize("code", [212, 15])
def test_closed_comments_are_a_fact_of_their_own(code: int) -> None:
    """And a page whose every thread is refused is not red by it."""
    world = ignored()
    world.plan("wall.getComments", Reply.error(code, "Access denied: comments are closed"))
    seen = look(world, "glava5")
    assert {(p.comments_state, p.comments_cause) for p in seen.posts} == {(CommentsState.CLOSED, Cause.REFUSED)}
    assert "comments_answered" not in reds(seen)


def test_an_author_who_may_be_on_record_is_no_citizen() -> None:
    """Who asks nothing may be the helper whose number could not be found out; who asks is a citizen."""
    world = ignored()
    talk = [comment(300, NOW - 3 * DAY, CITIZEN, WORDS), comment(301, NOW - 2 * DAY, CITIZEN + 5, "Починим в среду.")]
    world.comments[5, 30] = talk
    world.walls[5][0]["comments"] = {"count": 2}
    sides = {}
    for unknown in (frozenset[str](), frozenset({"pomoshnik"})):
        seen = look(world, "glava5", unknown=unknown)
        sides[bool(unknown)] = [c.side for p in seen.posts if p.id == 30 for c in p.comments]
    assert sides == {False: [Side.CITIZEN] * 2, True: [Side.CITIZEN, Side.UNKNOWN]}


def taken() -> World:
    """The confirmed page has another name, and somebody else has the old one."""
    world = renamed()
    world.users.append(person(6, screen_name="glava5", status="Слова другого человека"))
    return world


def test_a_moved_page_is_found_by_its_number() -> None:
    """By one question where it was seen under the address; where it never was, the page of the name comes first."""
    world = renamed()
    seen = look(world, "glava5", id=5, id_seen=True)
    assert (seen.exists, seen.id, seen.renamed_to) == (True, 5, "https://vk.com/novoe_imya")
    assert len(world.asked("users.get")) == 1
    assert look(renamed(), "glava5", id=5).renamed_to == "https://vk.com/novoe_imya"
    stranger = look(taken(), "glava5", id=5)
    assert (stranger.exists, stranger.posts_cause, stranger.id, stranger.subscribers) == (True, Cause.GONE, 6, None)
    assert look(taken(), "glava5", id=5, id_seen=True).id == 5


def test_nothing_is_kept_of_who_has_taken_a_name() -> None:
    """But the number and the state of the page: it may be a citizen's."""
    ran = run(PLUGIN.look(target("glava5", id=5), WINDOW), Memory(taken()))
    stored = b"".join(record.body for record in ran.tape).decode()
    assert "Слова другого" not in stored
    assert replayed(lambda: PLUGIN.look(target("glava5", id=5), WINDOW), ran, NOW) == ran.seen
