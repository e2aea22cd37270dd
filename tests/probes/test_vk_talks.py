"""Comments on VK: two levels read whole, whose they are, whether they are open, and what is kept of them."""

import json
import math
from datetime import datetime, timedelta

import pytest

from auditor.base.snapshot import Cause, Comment, CommentsState, Post, Side
from auditor.probes.base import Window
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.way import VkWay
from tests.probes.vk_memory import (
    FIRST_DAY,
    NOW,
    TOKEN,
    WEEK,
    WINDOW,
    Reply,
    World,
    comment,
    group,
    look,
    person,
    post,
    probing,
    target,
)

HOUR = timedelta(hours=1)


def _world(comments: list[dict], owner: int = 5, **more: object) -> World:
    """One page with one post of the week and these comments under it."""
    count = len(comments) + sum(len(c.get("replies", [])) for c in comments)
    fields = {"comments": {"count": count}} | more
    pages = {"users": [person(5)]} if owner > 0 else {"groups": [group(-owner)]}
    return World(**pages, walls={owner: [post(10, FIRST_DAY, owner, **fields)]}, comments={(owner, 10): comments})


def _post(world: World, name: str = "glava5", **more: object) -> Post:
    (only,) = look(world, name, **more).posts
    return only


def _by_id(seen: Post) -> dict[int, Comment]:
    return {c.id: c for c in seen.comments}


def test_a_thread_keeps_who_answers_whom() -> None:
    """Top comment, its thread, the exact comment answered, the author addressed: by ids and numbers within the look."""
    world = _world(
        [
            comment(
                11,
                FIRST_DAY + HOUR,
                901,
                replies=[
                    comment(12, FIRST_DAY + 2 * HOUR, 5, "[id901|Имя], починим", parents_stack=[11]),
                    comment(13, FIRST_DAY + 3 * HOUR, 902, "И у нас!", parents_stack=[11], reply_to_comment=12),
                ],
            ),
        ]
    )
    seen = _by_id(_post(world))
    assert (seen[11].side, seen[11].question, seen[11].thread) == (Side.CITIZEN, True, None)
    assert (seen[12].side, seen[12].thread, seen[12].reply_to) == (Side.OWNER, 11, None)
    assert (seen[12].answers, seen[13].answers, seen[12].mentions) == (11, 12, None)
    assert (seen[11].author, seen[12].author, seen[13].author) == (1, 2, 3)
    assert (seen[13].thread, seen[13].reply_to, seen[13].question) == (11, 12, False)


def test_sides_are_told_apart() -> None:
    """The owner, staff by number and by name, his other page; his institution, other offices; a citizen; and unknown.

    Issue 11, item 4: who answers from another confirmed page of the holder's is the owner. Issue 25, item 16: a
    community that is not on record is nobody's.
    """
    authors = (5, 31, 32, 40, -8, -7, 6, 900, -900)
    comments = [comment(20 + n, FIRST_DAY + n * HOUR, author) for n, author in enumerate(authors)]
    world = _world(comments)
    world.users += [person(6), person(32), person(40)]
    world.groups += [group(7), group(8)]
    others = frozenset(target(n).address for n in ("rayon7", "id6"))
    own, institution = (frozenset({target(name).address}) for name in ("id40", "rayon8"))
    seen = _post(world, staff=(31, "glava32"), others=others, own=own, institution=institution)
    assert [c.side.value for c in seen.comments] == [
        *("owner", "owner", "owner", "owner", "body", "body", "body", "citizen", "unknown")
    ]


def _asked_and_answered(by: int) -> World:
    """A citizen's question, somebody's answer to it, and somebody else's second question."""
    question, other = comment(20, FIRST_DAY, 901), comment(22, FIRST_DAY + 2 * HOUR, 902)
    answer = comment(21, FIRST_DAY + HOUR, by, "Починим в среду.", reply_to_comment=20, parents_stack=[20])
    world = _world([question | {"replies": [answer]}, other])
    world.users.append(person(32))
    return world


_THAT_ONE = frozenset({target("glava32").address})


@pytest.mark.parametrize(
    "record",
    [{"staff": ("glava32",)}, {"own": _THAT_ONE}, {"institution": _THAT_ONE}, {"others": _THAT_ONE}],
    ids=lambda record: next(iter(record)),
)
@pytest.mark.parametrize("code", [10, 36])
def test_who_may_be_somebody_on_record_is_unknown_where_no_number_came(record: dict, code: int) -> None:
    """Issue 25, item 3: the name could not be asked about, so that the answer may be his; who asks is a citizen."""
    assert _by_id(_post(_asked_and_answered(32), **record))[21].side in {Side.OWNER, Side.BODY}
    failing = _asked_and_answered(32)
    failing.plan("users.get", lambda p: Reply.error(code) if "glava32" in p["user_ids"] else None)
    seen = _by_id(_post(failing, **record))
    assert [seen[n].side for n in (20, 21, 22)] == [Side.CITIZEN, Side.UNKNOWN, Side.CITIZEN]
    assert [seen[n].question for n in (20, 21, 22)] == [True, False, True]


@pytest.mark.parametrize(("record", "side"), [("staff", Side.UNKNOWN), ("others", Side.CITIZEN)])
def test_a_name_that_nobody_has_leaves_open_who_of_the_owners_it_was(record: str, side: Side) -> None:
    """The helper may have another name by now; of the many other offices' pages a lost one tells nothing."""
    names = {"staff": ("uskolznul",), "others": frozenset({target("uskolznul").address})}
    seen = _by_id(_post(_asked_and_answered(903), **{record: names[record]}))
    assert [seen[n].side for n in (20, 21, 22)] == [Side.CITIZEN, side, Side.CITIZEN]


def test_a_community_answers_in_its_own_name() -> None:
    """Its id is negative; a leading mention of a community is one of a negative id too."""
    seen = _by_id(_post(_world([comment(11, FIRST_DAY, -7, "[club8|Район], да")], owner=-7), "rayon7"))
    assert (seen[11].side, seen[11].mentions) == (Side.OWNER, None)


def test_the_mark_of_the_posts_author_is_believed_only_where_no_author_is_named() -> None:
    """Issue 25, item 18: beside another id it means the person who signed the post, who may be anybody's helper."""
    flagged = comment(11, FIRST_DAY, 900, is_from_post_author=True)
    nameless = {k: v for k, v in comment(12, FIRST_DAY, 0, is_from_post_author=True).items() if k != "from_id"}
    staff = comment(13, FIRST_DAY, 31, is_from_post_author=True)
    seen = _by_id(_post(_world([flagged, nameless, staff]), staff=(31,)))
    assert (seen[11].side, seen[12].side, seen[13].side) == (Side.UNKNOWN, Side.OWNER, Side.OWNER)


def test_a_deleted_comment_with_answers_stays_deleted() -> None:
    """It has neither author nor words, and its thread is read all the same."""
    gone = {
        "id": 11,
        "date": int(FIRST_DAY.timestamp()),
        "deleted": True,
        "parents_stack": [],
        "replies": [comment(12, FIRST_DAY + HOUR, 5, "Сделано", parents_stack=[11])],
    }
    seen = _by_id(_post(_world([gone])))
    assert (seen[11].deleted, seen[11].author, seen[11].has_text, seen[11].question) == (True, None, False, False)
    assert seen[12].thread == 11


def test_a_sticker_after_the_automatic_mention_is_no_text() -> None:
    """VK writes the mention itself; a smiley is text without words."""
    seen = _by_id(
        _post(
            _world(
                [
                    comment(11, FIRST_DAY, 901, "[id5|Имя], "),
                    comment(12, FIRST_DAY, 902, "🙂"),
                    comment(13, FIRST_DAY, 903, ""),
                ]
            )
        )
    )
    assert [(c.has_text, c.has_words) for c in seen.values()] == [(False, False), (True, False), (False, False)]


@pytest.mark.parametrize(
    ("fields", "at"),
    [({"count": 0, "can_post": 1}, FIRST_DAY), ({"count": 0}, WEEK.starts - timedelta(days=3))],
)
def test_no_comments_cost_no_request(fields: dict, at: datetime) -> None:
    """VK's own count of 0 is an answer; whether they are closed is asked only where VK does not say they are open."""
    world = World(users=[person(5)], walls={5: [post(10, at, 5, comments=fields)]})
    seen = _post(world)
    assert (seen.comments, seen.comments_cause, seen.comments_count) == ((), None, 0)
    assert world.asked("wall.getComments") == []


@pytest.mark.parametrize("fields", [{"count": 0}, {"count": 0, "can_post": 0}])
def test_comments_closed_from_the_start_are_seen(fields: dict) -> None:
    """Nobody could write one, so their number is 0: error 212 tells them from those that are merely empty."""
    world = World(users=[person(5)], walls={5: [post(10, FIRST_DAY, 5, comments=fields)]})
    world.plan("wall.getComments", Reply.error(212, "Access to post comments denied"))
    seen = _post(world)
    assert (seen.comments_state, seen.comments_count) == (CommentsState.CLOSED, 0)


@pytest.mark.parametrize("code", [15, 29, 1051])
def test_a_question_about_the_state_that_fails_leaves_the_count(code: int) -> None:
    """The wall has said 0 already; only whether people can comment stays unknown."""
    world = World(users=[person(5)], walls={5: [post(10, FIRST_DAY, 5)]})
    world.plan("wall.getComments", Reply.error(code))
    seen = _post(world)
    assert (seen.comments_state, seen.comments_cause, seen.comments_count) == (CommentsState.UNKNOWN, None, 0)


@pytest.mark.parametrize(
    ("counts", "cause"),
    [
        ({"count": 3, "current_level_count": 3}, Cause.CONTRADICTION),
        ({"count": 0, "current_level_count": 0}, Cause.CONTRADICTION),
        ({"current_level_count": 0}, Cause.CONTRADICTION),
        ({"count": 3}, Cause.UNRECOGNISED_PAGE),
        ({}, Cause.UNRECOGNISED_PAGE),
    ],
)
def test_comments_that_are_counted_and_not_shown_are_not_zero(counts: dict, cause: Cause) -> None:
    """By the wall or by the thread: the question and the answer may both be among them."""
    world = _world([comment(11, FIRST_DAY, 901)])
    world.plan("wall.getComments", Reply.of({"response": counts | {"items": []}}))
    assert _post(world).comments_cause is cause


@pytest.mark.parametrize(
    ("wall", "thread", "cause"),
    [
        (None, None, Cause.UNRECOGNISED_PAGE),
        (None, 2, None),
        (2, None, None),
        (1, 2, None),
        (3, 2, Cause.CONTRADICTION),
        (2, 3, Cause.CONTRADICTION),
    ],
)
def test_a_thread_is_held_against_the_larger_of_both_counts(
    wall: int | None, thread: int | None, cause: Cause | None
) -> None:
    """The wall's and its own; uncounted, it is never whole."""
    world = _world([comment(11, FIRST_DAY, 901), comment(12, FIRST_DAY, 902)])
    world.walls[5][0]["comments"] = {"count": wall}
    answer = json.loads(world._comments({"owner_id": "5", "post_id": "10", "thread_items_count": "10"}).body)
    answer["response"]["count"] = thread
    world.plan("wall.getComments", Reply.of(answer))
    assert _post(world).comments_cause is cause


@pytest.mark.parametrize(
    ("wall", "counts", "expected"),
    [
        (3, {"count": 0}, CommentsState.CLOSED),
        (0, {"count": 0}, CommentsState.UNKNOWN),
        (1, {"count": 0}, CommentsState.UNKNOWN),
        (2, {"count": 0}, CommentsState.UNKNOWN),
        (None, {"count": 0}, CommentsState.UNKNOWN),
        (1, {"count": 0, "can_post": 1}, CommentsState.OPEN),
        (1, {"count": 0, "can_post": 0, "groups_can_post": True}, CommentsState.OPEN),
        (1, {"count": 0, "can_post": 0, "groups_can_post": False}, CommentsState.UNKNOWN),
    ],
)
def test_whether_people_can_comment(wall: int | None, counts: dict, expected: CommentsState) -> None:
    """A closed wall or a permission is proof; a service key that may not write is none, nor a wall off with posts."""
    world = World(groups=[group(7, wall=wall)], walls={-7: [post(10, FIRST_DAY, -7, comments=counts)]})
    assert _post(world, "rayon7").comments_state is expected


def test_a_permission_is_that_of_its_own_post() -> None:
    """Issue 25, item 48: what VK says of one post is not taken for another."""
    counts = ({"count": 0, "can_post": 1}, {"count": 0, "can_post": 0}, {"count": 0})
    wall = [post(12 - n, FIRST_DAY, 5, comments=count) for n, count in enumerate(counts)]
    seen = look(World(users=[person(5)], walls={5: wall}), "glava5")
    assert {p.id: p.comments_state for p in seen.posts} == {
        12: CommentsState.OPEN,
        11: CommentsState.UNKNOWN,
        10: CommentsState.UNKNOWN,
    }
    assert not seen.shows_thread


def test_a_citizens_comment_shows_that_comments_are_open() -> None:
    """The owner's own comment does not."""
    assert _post(_world([comment(11, FIRST_DAY, 901)])).comments_state is CommentsState.OPEN
    assert _post(_world([comment(11, FIRST_DAY, 5)])).comments_state is CommentsState.UNKNOWN


@pytest.mark.parametrize(
    ("code", "message", "state", "cause"),
    [
        (212, "Access to post comments denied", CommentsState.CLOSED, Cause.REFUSED),
        (15, "Access denied: comments are closed", CommentsState.CLOSED, Cause.REFUSED),
        (15, "Access denied: post was not found", CommentsState.UNKNOWN, Cause.REFUSED),
        (18, "User was deleted or banned", CommentsState.UNKNOWN, Cause.REFUSED),
        (15, "Access denied: something new", CommentsState.UNKNOWN, Cause.REFUSED),
        (210, "Access to wall's post denied", CommentsState.UNKNOWN, Cause.REFUSED),
        (29, "Rate limit reached", CommentsState.UNKNOWN, Cause.THROTTLED),
        (1051, "method is unavailable with current profile type", CommentsState.UNKNOWN, Cause.NO_CREDENTIALS),
    ],
)
def test_comments_that_cannot_be_read_are_not_zero(code: int, message: str, state: CommentsState, cause: Cause) -> None:
    """Closed is a fact of its own; anything else is a cause of that post."""
    world = _world([comment(11, FIRST_DAY, 901)])
    world.plan("wall.getComments", Reply.error(code, message))
    seen = _post(world)
    assert (seen.comments_state, seen.comments_cause, seen.comments) == (state, cause, ())


def test_one_post_that_fails_leaves_the_others() -> None:
    """Its own cause; the page and the other posts are judged."""
    wall = [post(n, FIRST_DAY + n * HOUR, 5, comments={"count": 1}) for n in (12, 11, 10)]
    comments = {(5, n): [comment(n * 10, FIRST_DAY, 901)] for n in (10, 11, 12)}
    world = World(users=[person(5)], walls={5: wall}, comments=comments)
    world.plan("wall.getComments", lambda p: Reply.error(210) if p["post_id"] == "11" else None)
    seen = look(world, "glava5")
    assert [p.comments_cause for p in seen.posts] == [None, Cause.REFUSED, None]
    assert (seen.exists, seen.cause, seen.posts_cause) == (True, None, None)


def test_a_thread_is_read_whole_or_not_at_all() -> None:
    """Where its second page does not come, what its first page's answers answer is not known either."""
    world = _world([comment(1000 + n, FIRST_DAY, 900 + n) for n in range(150)])
    world.plan("wall.getComments", lambda p: Reply.error(210) if p["offset"] != "0" else None)
    seen = _post(world)
    assert (seen.comments, seen.comments_cause, seen.comments_count) == ((), Cause.REFUSED, 150)
    assert seen.comments_state is CommentsState.OPEN


def moving(replies: bool, times: int) -> World:
    """120 comments, of a post or of one thread; the owner's answer is the first that is not on the first page.

    Up to so many times, once a first page was sent, a comment of it is deleted and another written at the end.
    """
    line = [comment(1000 + n, FIRST_DAY + n * timedelta(minutes=1), 900 + n) for n in range(120)]
    first = 10 if replies else 100
    line[first] = comment(1000 + first, FIRST_DAY + first * timedelta(minutes=1), 5, "Починим в среду.")
    world = _world([comment(11, FIRST_DAY, 901, replies=line)] if replies else line)
    changes = iter(range(times))

    def answer(params: dict[str, str]) -> Reply | None:
        page = world._comments(params)
        first_page = params["offset"] == "0" and "comment_id" not in params
        if first_page and (number := next(changes, None)) is not None:
            del line[3]
            line.append(comment(2000 + number, FIRST_DAY + 3 * HOUR, 800 + number))
        return page

    world.plan("wall.getComments", answer)
    return world


@pytest.mark.parametrize("replies", [False, True], ids=["top", "thread"])
def test_a_comment_that_is_passed_over_as_another_was_deleted_is_asked_for_again(replies: bool) -> None:
    """Issue 25, item 4: the counts match, and the owner's only answer has moved from the second page to the first."""
    seen = _post(moving(replies, times=1))
    assert seen.comments_cause is None
    assert len(seen.comments) == 120 + replies
    assert sum(c.side is Side.OWNER for c in seen.comments) == 1
    assert {c.mentions for c in seen.comments} == {None}


@pytest.mark.parametrize("replies", [False, True], ids=["top", "thread"])
def test_a_thread_that_moves_again_is_a_contradiction(replies: bool) -> None:
    """Issue 25, item 4: it was not read whole, and is not asked for a third time."""
    world = moving(replies, times=2)
    assert _post(world).comments_cause is Cause.CONTRADICTION
    assert len(world.asked("wall.getComments")) == 4


def test_a_thread_whose_top_comment_was_deleted_meanwhile_is_read_again() -> None:
    """Then it is not there, and what else was written is read to its end; the wall has counted more."""
    replies = [comment(30 + n, FIRST_DAY + HOUR, 900 + n, parents_stack=[11]) for n in range(12)]
    tops = [comment(11, FIRST_DAY, 901, replies=replies), comment(12, FIRST_DAY + 2 * HOUR, 902)]
    world = _world(tops)

    def answer(params: dict[str, str]) -> Reply | None:
        if "comment_id" not in params:
            return None
        del tops[0]
        return Reply.error(15, "Access denied: comment was not found")

    world.plan("wall.getComments", answer)
    seen = _post(world)
    assert ([c.id for c in seen.comments], seen.comments_cause) == ([12], Cause.CONTRADICTION)


def test_a_method_that_the_key_may_not_call_is_asked_once_in_a_run() -> None:
    """All posts of all accounts get `no_credentials`; walls are still read."""
    walls = {n: [post(m, FIRST_DAY, n, comments={"count": 1}) for m in (3, 2, 1)] for n in (5, 6)}
    world = World(users=[person(5), person(6)], walls=walls)
    world.plan("wall.getComments", Reply.error(28, "method is unavailable with service token"))
    with probing(world) as probe:
        seen = [probe.look(target(f"glava{n}"), WINDOW) for n in (5, 6)]
    assert {p.comments_cause for s in seen for p in s.posts} == {Cause.NO_CREDENTIALS}
    assert [s.posts_cause for s in seen] == [None, None]
    assert len(world.asked("wall.getComments")) == 1


def test_a_network_that_breaks_under_the_comments_is_not_hammered() -> None:
    """After three posts in a row the driver asks no more of the method."""
    wall = [post(n, FIRST_DAY, 5, comments={"count": 1}) for n in range(30, 10, -1)]
    world = World(users=[person(5)], walls={5: wall})
    world.plan("wall.getComments", Reply(b"", status=502))
    seen = look(world, "glava5")
    assert {p.comments_cause for p in seen.posts} == {Cause.UNREACHABLE}
    assert len(world.asked("wall.getComments")) == 3 * 3


def test_pages_go_by_the_current_level_and_long_threads_are_read_to_their_end() -> None:
    """Every comment is seen once, and the number of calls is the least that VK allows."""
    tops = [comment(1000 + n, FIRST_DAY + n * timedelta(minutes=1), 900 + n) for n in range(250)]
    for top, size in ((tops[0], 3), (tops[1], 10), (tops[2], 11), (tops[3], 60), (tops[249], 111)):
        top["replies"] = [
            comment(top["id"] * 1000 + m, FIRST_DAY + HOUR, 800 + m, parents_stack=[top["id"]]) for m in range(size)
        ]
    world = _world(tops)
    seen = _post(world)
    assert seen.comments_cause is None
    assert len(seen.comments) == len({c.id for c in seen.comments}) == 250 + 3 + 10 + 11 + 60 + 111
    assert all(c.thread == c.id // 1000 for c in seen.comments if c.id > 10_000)
    long = [11, 60, 111]
    calls = math.ceil(250 / 100) + sum(math.ceil((size - 10) / 100) for size in long)
    assert len(world.asked("wall.getComments")) == calls
    asked = world.asked("wall.getComments")[0]
    wanted = {"sort": "asc", "preview_length": "0", "thread_items_count": "10", "extended": "0", "need_likes": "0"}
    assert wanted.items() <= asked.items()


def test_a_page_week_costs_what_it_must() -> None:
    """N = ceil(P/100) + sum ceil(T/100) + sum ceil((r-10)/100), with one call for the profile: P=21, 150 on 15.

    The 6 posts without comments cost one more: VK does not say that they are open, and the newest is not closed.
    """
    wall = [post(50 - n, FIRST_DAY + (20 - n) * HOUR, 5, comments={"count": 10 if n < 15 else 0}) for n in range(21)]
    comments = {
        (5, 50 - n): [comment(10_000 + 100 * n + m, FIRST_DAY + 30 * HOUR, 900 + m) for m in range(10)]
        for n in range(15)
    }
    world = World(users=[person(5)], walls={5: wall}, comments=comments)
    with probing(world) as probe:
        seen = probe.look(target("glava5"), WINDOW)
        assert probe.requests == 1 + 16 + 1
    assert sum(len(p.comments) for p in seen.posts) == 150


def test_a_server_that_ignores_the_offset_contradicts_itself() -> None:
    """The same page again is no end of the comments; it is asked for once more, and no better."""
    world = _world([comment(11, FIRST_DAY, 901)])
    items = [comment(n, FIRST_DAY, 901) for n in range(100)]
    world.plan("wall.getComments", Reply.of({"response": {"count": 500, "current_level_count": 500, "items": items}}))
    seen = _post(world)
    assert seen.comments_cause is Cause.CONTRADICTION
    assert len(world.asked("wall.getComments")) == 4


@pytest.mark.parametrize("answer", [[], {"items": None}, {"items": [{"id": 1, "text": "?"}], "count": 1}, "x", None])
def test_comments_of_another_shape_are_unrecognised(answer: object) -> None:
    """What cannot be read may be the very answer that is missed."""
    world = _world([comment(11, FIRST_DAY, 901)])
    world.plan("wall.getComments", Reply.of({"response": answer}))
    assert _post(world).comments_cause is Cause.UNRECOGNISED_PAGE


def test_comments_are_read_as_far_back_as_the_policy_counts_them() -> None:
    """Issue 25, item 24: with `thread_days: 30` a thread of 25 days before the week is one of the window's."""
    wall = [post(10, WEEK.starts - timedelta(days=25), 5, comments={"count": 1})]
    world = World(users=[person(5)], walls={5: wall}, comments={(5, 10): [comment(11, FIRST_DAY, 901)]})
    threads = {}
    for days in (14, 30):
        with probing(world) as probe:
            (seen,) = probe.look(target("glava5"), Window.of(WEEK, NOW, thread_days=days)).posts
            threads[days] = len(seen.comments)
    assert threads == {14: 0, 30: 1}


def test_nothing_of_a_citizen_is_kept_but_a_hash() -> None:
    """Names, words, numbers, pictures: none in the snapshot, the records or any repr."""
    secret_words = "Имя-жителя Пётр, дом 5, почему нет воды?"
    full = comment(
        11,
        FIRST_DAY,
        987_654_321,
        secret_words,
        attachments=[{"type": "photo", "photo": {"url": "https://pic.invalid"}}],
    )
    full["replies"] = [comment(12, FIRST_DAY, 5, "[id987654321|Имя-жителя], ответ", parents_stack=[11])]
    world = _world([full], signer_id=912_345_678)
    world.walls[5].insert(0, post(9, FIRST_DAY, 987_654_321, text="Слова-жителя на стене"))
    world.walls[5].append(post(8, FIRST_DAY, 5, text="Спасибо, [id987654321|Имя-жителя]!"))
    with probing(world) as probe:
        ran = probe.looked(target("glava5"), WINDOW)
        shown = [repr(VkWay(VkSettings(token=TOKEN), lambda: NOW)), repr(probe.driver.limits), repr(ran)]
    text = "".join(shown) + ran.seen.model_dump_json() + "".join(record.body.decode() for record in ran.tape)
    for word in ("Пётр", "дом 5", "Имя-жителя", "Слова-жителя", "987654321", "912345678", "pic.invalid", "починят"):
        assert word not in text, word
    assert all(record.evidence.minimised for record in ran.tape)
    assert "Спасибо" in text, "the official's own words stay"
