"""Comments on VK: two levels read whole or not at all, whose they are, whether they are open, what is kept of them."""

import json
import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

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
    Plan,
    Reply,
    World,
    comment,
    group,
    look,
    person,
    post,
    probing,
    said,
    target,
    world,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OPEN, CLOSED, UNKNOWN = CommentsState.OPEN, CommentsState.CLOSED, CommentsState.UNKNOWN
ASKED = comment(11, FIRST_DAY, 901)


def talk(line: list[dict[str, Any]], owner: int = 5, *more: Any, **plans: Plan | Sequence[Plan]) -> World:
    """A page with one post of the week and these comments under it; the wall counts them all."""
    count = len(line) + sum(len(c.get("replies", [])) for c in line)
    page = person(5) if owner > 0 else group(-owner)
    return world(page, *more, wall=[post(10, FIRST_DAY, owner, comments={"count": count})], talks={10: line}, **plans)


def read(vk: World, name: str = "glava5", **about: Any) -> Post:
    (only,) = look(vk, name, **about).posts
    return only


def by_id(seen: Post) -> dict[int, Comment]:
    return {c.id: c for c in seen.comments}


# Who answers whom, and who speaks for whom ---------------------------------------------------------------------------


def test_a_thread_keeps_who_answers_whom() -> None:
    """Top comment, its thread, the exact comment answered, the author addressed: by ids and numbers within the look."""
    replies = [
        comment(12, FIRST_DAY + 2 * HOUR, 5, "[id901|Имя], починим", parents_stack=[11]),
        comment(13, FIRST_DAY + 3 * HOUR, 902, "И у нас!", parents_stack=[11], reply_to_comment=12),
    ]
    seen = read(talk([ASKED | {"replies": replies}]))
    assert [(c.id, c.side, c.author, c.thread, c.reply_to, c.answers, c.question) for c in seen.comments] == [
        (11, Side.CITIZEN, 1, None, None, None, True),
        (12, Side.OWNER, 2, 11, None, 11, False),
        (13, Side.CITIZEN, 3, 11, 12, 12, False),
    ]
    assert {c.mentions for c in seen.comments} == {None}


def test_sides_are_told_apart() -> None:
    """The owner, staff by number and by name, his other page; his institution, other offices; a citizen; and unknown.

    Who answers from another confirmed page of the holder's is the owner; a community not on record is nobody's.
    """
    authors = (5, 31, 32, 40, -8, -7, 6, 900, -900)
    line = [comment(20 + n, FIRST_DAY + n * HOUR, author) for n, author in enumerate(authors)]
    vk = talk(line, 5, person(6), person(32), person(40), group(7), group(8))
    others = frozenset(target(n).address for n in ("rayon7", "id6"))
    own, institution = (frozenset({target(name).address}) for name in ("id40", "rayon8"))
    seen = read(vk, staff=(31, "glava32"), others=others, own=own, institution=institution)
    assert [c.side.value for c in seen.comments] == [*["owner"] * 4, *["body"] * 3, "citizen", "unknown"]


def test_a_community_answers_in_its_own_name() -> None:
    """Its id is negative; a leading mention of a community is one of a negative id too."""
    (answer,) = read(talk([comment(11, FIRST_DAY, -7, "[club8|Район], да")], -7), "rayon7").comments
    assert (answer.side, answer.mentions) == (Side.OWNER, None)


def test_the_mark_of_the_posts_author_is_believed_only_where_no_author_is_named() -> None:
    """Beside another id it means the person who signed the post, who may be anybody's helper."""
    line = [comment(n, FIRST_DAY, author, is_from_post_author=True) for n, author in ((11, 900), (12, 0), (13, 31))]
    del line[1]["from_id"]
    seen = by_id(read(talk(line), staff=(31,)))
    assert {n: c.side for n, c in seen.items()} == {11: Side.UNKNOWN, 12: Side.OWNER, 13: Side.OWNER}


def answered(by: int, **plans: Plan) -> World:
    """A citizen's question, somebody's answer to it, and somebody else's second question."""
    answer = comment(21, FIRST_DAY + HOUR, by, "Починим в среду.", reply_to_comment=20, parents_stack=[20])
    line = [comment(20, FIRST_DAY, 901, replies=[answer]), comment(22, FIRST_DAY + 2 * HOUR, 902)]
    return talk(line, 5, person(32), **plans)


THAT_ONE, LOST = (frozenset({target(name).address}) for name in ("glava32", "uskolznul"))


@pytest.mark.parametrize(
    ("by", "code", "about", "side"),
    [
        *(
            (32, code, {name: who}, side)
            for name, who, known in (
                ("staff", ("glava32",), Side.OWNER),
                ("own", THAT_ONE, Side.OWNER),
                ("institution", THAT_ONE, Side.BODY),
                ("others", THAT_ONE, Side.BODY),
            )
            for code, side in ((None, known), (10, Side.UNKNOWN), (36, Side.UNKNOWN))
        ),
        (903, None, {"staff": ("uskolznul",)}, Side.UNKNOWN),
        (903, None, {"others": LOST}, Side.CITIZEN),
    ],
)
def test_who_may_be_somebody_on_record_is_unknown_where_no_number_came(
    by: int, code: int | None, about: dict[str, Any], side: Side
) -> None:
    """A name that could not be asked about, or of the owner's side is nobody's, may be his; who asks is a citizen."""
    plan = {"users_get": lambda p: Reply.error(code) if "glava32" in p["user_ids"] else None} if code else {}
    seen = by_id(read(answered(by, **plan), **about))
    assert [seen[n].side for n in (20, 21, 22)] == [Side.CITIZEN, side, Side.CITIZEN]
    assert [seen[n].question for n in (20, 21, 22)] == [True, False, True]


def test_what_has_no_words() -> None:
    """A sticker after a mention is no text, a smiley is one without words; a deleted comment keeps its thread."""
    gone = {"id": 14, "date": int(FIRST_DAY.timestamp()), "deleted": True, "parents_stack": []}
    gone["replies"] = [comment(15, FIRST_DAY + HOUR, 5, "Сделано", parents_stack=[14])]
    texts = {11: "[id5|Имя], ", 12: "🙂", 13: ""}
    seen = by_id(read(talk([*(comment(n, FIRST_DAY, 890 + n, text) for n, text in texts.items()), gone])))
    assert {n: (c.has_text, c.has_words) for n, c in seen.items()} == {
        11: (False, False), 12: (True, False), 13: (False, False), 14: (False, False), 15: (True, True),
    }  # fmt: skip
    assert (seen[14].deleted, seen[14].author, seen[14].question, seen[15].thread) == (True, None, False, 14)


# Whether people can comment ------------------------------------------------------------------------------------------

DENIED = Reply.error(212, "Access to post comments denied")
AFTER_15 = "Access denied: "
STATES: dict[str, tuple[dict[str, Any], Plan | None, CommentsState, Cause | None]] = {
    # VK's own count of 0 is an answer; whether they are closed is asked only where VK does not say they are open.
    "open and empty": ({"count": 0, "can_post": 1}, None, OPEN, None),
    "to communities": ({"count": 0, "can_post": 0, "groups_can_post": True}, None, OPEN, None),
    "not to this key": ({"count": 0, "can_post": 0}, None, UNKNOWN, None),
    "not said": ({"count": 0}, None, UNKNOWN, None),
    "closed from the start": ({"count": 0}, DENIED, CLOSED, None),
    "and the key may not": ({"count": 0, "can_post": 0}, DENIED, CLOSED, None),
    "asked in vain": ({"count": 0}, Reply.error(29), UNKNOWN, None),
    "not of this page": ({"count": 0}, Reply.error(1051), UNKNOWN, None),
    "denied": ({"count": 0}, Reply.error(15), UNKNOWN, None),
    # Closed is a fact of its own; anything else is a cause of that post.
    "closed": ({"count": 1}, DENIED, CLOSED, Cause.REFUSED),
    "closed, in words": ({"count": 1}, Reply.error(15, f"{AFTER_15}comments are closed"), CLOSED, Cause.REFUSED),
    "closed and permitted": ({"count": 3, "can_post": 1}, DENIED, UNKNOWN, Cause.CONTRADICTION),
    "a lost post": ({"count": 1}, Reply.error(15, f"{AFTER_15}post was not found"), UNKNOWN, Cause.REFUSED),
    "a lost page": ({"count": 1}, Reply.error(18, "User was deleted or banned"), UNKNOWN, Cause.REFUSED),
    "words of tomorrow": ({"count": 1}, Reply.error(15, f"{AFTER_15}something new"), UNKNOWN, Cause.REFUSED),
    "the post is denied": ({"count": 1}, Reply.error(210), UNKNOWN, Cause.REFUSED),
    "throttled": ({"count": 1}, Reply.error(29), UNKNOWN, Cause.THROTTLED),
    "no right": ({"count": 1}, Reply.error(1051), UNKNOWN, Cause.NO_CREDENTIALS),
    # What is counted and not shown is not zero: the question and the answer may both be among it.
    **{
        f"{counts} and none": ({"count": 1}, said(counts | {"items": []}), UNKNOWN, cause)
        for counts, cause in (
            ({"count": 3, "current_level_count": 3}, Cause.CONTRADICTION),
            ({"count": 0, "current_level_count": 0}, Cause.CONTRADICTION),
            ({"current_level_count": 0}, Cause.CONTRADICTION),
            ({"count": 3}, Cause.UNRECOGNISED_PAGE),
            ({}, Cause.UNRECOGNISED_PAGE),
        )
    },
    **{
        f"the shape of {odd}": ({"count": 1}, said(odd), UNKNOWN, Cause.UNRECOGNISED_PAGE)
        for odd in ([], {"items": None}, {"items": [{"id": 1, "text": "?"}], "count": 1}, "x", None)
    },
}


@pytest.mark.parametrize("case", STATES)
def test_whether_people_can_comment_is_said_by_vk_alone(case: str) -> None:
    """And an answer that cannot be read or believed is a cause of that post."""
    counts, plan, state, cause = STATES[case]
    vk = world(
        person(5), wall=[post(10, FIRST_DAY, 5, comments=counts)], **({"wall_getComments": plan} if plan else {})
    )
    seen = read(vk)
    assert (seen.comments_state, seen.comments_cause, seen.comments_count) == (state, cause, counts["count"])
    assert seen.comments == ()


def test_no_comments_cost_no_request() -> None:
    """Where VK says that they are open, and of a post from before the week."""
    for counts, at in (({"count": 0, "can_post": 1}, FIRST_DAY), ({"count": 0}, WEEK.starts - timedelta(days=3))):
        vk = world(person(5), wall=[post(10, at, 5, comments=counts)])
        assert (read(vk).comments_cause, vk.asked("wall.getComments")) == (None, [])


@pytest.mark.parametrize(
    ("wall", "counts", "state"),
    [
        (3, {"count": 0}, CLOSED),
        *((wall, {"count": 0}, UNKNOWN) for wall in (0, 1, 2, None)),
        (1, {"count": 0, "can_post": 0, "groups_can_post": False}, UNKNOWN),
    ],
)
def test_a_closed_wall_closes_the_comments(wall: int | None, counts: dict[str, Any], state: CommentsState) -> None:
    """A wall that is off with posts on it proves nothing."""
    vk = world(group(7, wall=wall), wall=[post(10, FIRST_DAY, -7, comments=counts)])
    assert read(vk, "rayon7").comments_state is state


def test_a_permission_is_that_of_its_own_post() -> None:
    """What VK says of one post is not taken for another."""
    counts = ({"count": 0, "can_post": 1}, {"count": 0, "can_post": 0}, {"count": 0})
    seen = look(world(person(5), wall=[post(12 - n, FIRST_DAY, 5, comments=c) for n, c in enumerate(counts)]), "glava5")
    assert {p.id: p.comments_state for p in seen.posts} == {12: OPEN, 11: UNKNOWN, 10: UNKNOWN}
    assert not seen.shows_thread


@pytest.mark.parametrize(("author", "state"), [(901, OPEN), (5, UNKNOWN)])
def test_a_citizens_comment_shows_that_comments_are_open(author: int, state: CommentsState) -> None:
    """The owner's own comment does not."""
    assert read(talk([comment(11, FIRST_DAY, author)])).comments_state is state


# Read whole or not at all --------------------------------------------------------------------------------------------

LONG = [comment(1000 + n, FIRST_DAY, 900 + n) for n in range(150)]
TWELVE = [comment(20 + n, FIRST_DAY + n * MINUTE, 902, parents_stack=[11]) for n in range(12)]
THREAD = [ASKED | {"replies": TWELVE}]
SAME = said({"count": 500, "current_level_count": 500, "items": LONG[:100]})
AGAIN = said({"count": 13, "current_level_count": 12, "items": TWELVE[8:10]})


@pytest.mark.parametrize(
    ("line", "plan", "cause", "shown", "asked"),
    [
        (LONG, None, None, 150, 2),
        (THREAD, None, None, 13, 2),
        (LONG, lambda p: Reply.error(210) if p["offset"] != "0" else None, Cause.REFUSED, 0, 2),
        (THREAD, lambda p: AGAIN if "comment_id" in p else None, Cause.CONTRADICTION, 11, 4),
        (LONG[:1], SAME, Cause.CONTRADICTION, 100, 4),
        ([comment(20, FIRST_DAY, 901, owner_id=6, post_id=10)], None, Cause.UNRECOGNISED_PAGE, 0, 1),
        ([comment(20, FIRST_DAY, 901, owner_id=5, post_id=11)], None, Cause.UNRECOGNISED_PAGE, 0, 1),
    ],
)
def test_a_thread_is_read_whole_or_not_at_all(
    line: list[dict[str, Any]], plan: Plan | None, cause: Cause | None, shown: int, asked: int
) -> None:
    """A page that fails, repeats itself or is another post's costs the thread; a contradiction is read once more."""
    vk = talk(line, **({"wall_getComments": plan} if plan else {}))
    seen = read(vk)
    whole = len(line) + sum(len(c.get("replies", [])) for c in line)
    assert (seen.comments_cause, seen.comments_count, len(seen.comments)) == (cause, whole, shown)
    assert len(vk.asked("wall.getComments")) == asked


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
    vk = talk([ASKED, comment(12, FIRST_DAY, 902)])
    vk.walls[5][0]["comments"] = {"count": wall}
    answer = json.loads(vk._comments({"owner_id": "5", "post_id": "10", "thread_items_count": "10"}).body)
    answer["response"]["count"] = thread
    vk.plan("wall.getComments", Reply.of(answer))
    assert read(vk).comments_cause is cause


def moving(replies: bool, times: int) -> World:
    """120 comments, of a post or of one thread; the owner's answer is the first that is not on the first page.

    Up to so many times, once a first page was sent, a comment of it is deleted and another written at the end.
    """
    line = [comment(1000 + n, FIRST_DAY + n * MINUTE, 900 + n) for n in range(120)]
    first = 10 if replies else 100
    line[first] = comment(1000 + first, FIRST_DAY + first * MINUTE, 5, "Починим в среду.")
    vk = talk([comment(11, FIRST_DAY, 901, replies=line)] if replies else line)
    changes = iter(range(times))

    def answer(params: dict[str, str]) -> Reply | None:
        page = vk._comments(params)
        first_page = params["offset"] == "0" and "comment_id" not in params
        if first_page and (number := next(changes, None)) is not None:
            del line[3]
            line.append(comment(2000 + number, FIRST_DAY + 3 * HOUR, 800 + number))
        return page

    vk.plan("wall.getComments", answer)
    return vk


@pytest.mark.parametrize("replies", [False, True], ids=["top", "thread"])
def test_a_comment_that_is_passed_over_as_another_was_deleted_is_asked_for_again(replies: bool) -> None:
    """The counts match, and the owner's only answer has moved to the first page; to move again is to contradict."""
    seen = read(moving(replies, times=1))
    assert (seen.comments_cause, len(seen.comments)) == (None, 120 + replies)
    assert sum(c.side is Side.OWNER for c in seen.comments) == 1
    assert {c.mentions for c in seen.comments} == {None}
    restless = moving(replies, times=2)
    assert read(restless).comments_cause is Cause.CONTRADICTION
    assert len(restless.asked("wall.getComments")) == 4, "not asked for a third time"


def test_a_thread_whose_top_comment_was_deleted_meanwhile_is_read_again() -> None:
    """Then it is not there, and what else was written is read to its end; the wall has counted more."""
    tops = [ASKED | {"replies": TWELVE}, comment(12, FIRST_DAY + 2 * HOUR, 902)]
    vk = talk(tops)

    def answer(params: dict[str, str]) -> Reply | None:
        if "comment_id" not in params:
            return None
        del tops[0]
        return Reply.error(15, "Access denied: comment was not found")

    vk.plan("wall.getComments", answer)
    seen = read(vk)
    assert ([c.id for c in seen.comments], seen.comments_cause) == ([12], Cause.CONTRADICTION)


def test_pages_go_by_the_current_level_and_long_threads_are_read_to_their_end() -> None:
    """Every comment is seen once, and the number of calls is the least that VK allows."""
    tops = [comment(1000 + n, FIRST_DAY + n * MINUTE, 900 + n) for n in range(250)]
    sizes = {0: 3, 1: 10, 2: 11, 3: 60, 249: 111}
    for n, size in sizes.items():
        number = tops[n]["id"]
        tops[n]["replies"] = [
            comment(number * 1000 + m, FIRST_DAY + HOUR, 800 + m, parents_stack=[number]) for m in range(size)
        ]
    vk = talk(tops)
    seen = read(vk)
    assert seen.comments_cause is None
    assert len(seen.comments) == len({c.id for c in seen.comments}) == 250 + sum(sizes.values())
    assert all(c.thread == c.id // 1000 for c in seen.comments if c.id > 10_000)
    calls = math.ceil(250 / 100) + sum(math.ceil((size - 10) / 100) for size in sizes.values() if size > 10)
    assert len(vk.asked("wall.getComments")) == calls
    wanted = {"sort": "asc", "preview_length": "0", "thread_items_count": "10", "extended": "0", "need_likes": "0"}
    assert wanted.items() <= vk.asked("wall.getComments")[0].items()


# All posts of a page -------------------------------------------------------------------------------------------------


def many(count: int, each: int = 1, **plans: Plan) -> World:
    """A page with a post an hour, the newest first; under each so many comments."""
    wall = [post(50 - n, FIRST_DAY + (20 - n) * HOUR, 5, comments={"count": each}) for n in range(count)]
    talks = {
        p["id"]: [comment(10_000 + 100 * p["id"] + m, FIRST_DAY + 30 * HOUR, 900 + m) for m in range(each)]
        for p in wall
    }
    return world(person(5), wall=wall, talks=talks, **plans)


def test_one_post_that_fails_leaves_the_others() -> None:
    """Its own cause; the page and the other posts are judged."""
    vk = many(3, wall_getComments=lambda p: Reply.error(210) if p["post_id"] == "49" else None)
    seen = look(vk, "glava5")
    assert [p.comments_cause for p in seen.posts] == [None, Cause.REFUSED, None]
    assert (seen.exists, seen.cause, seen.posts_cause) == (True, None, None)


@pytest.mark.parametrize(
    ("reply", "cause", "asked"),
    [(Reply.error(28), Cause.NO_CREDENTIALS, 1), (Reply(b"", status=502), Cause.UNREACHABLE, 3 * 3)],
)
def test_a_method_that_is_closed_is_not_hammered(reply: Reply, cause: Cause, asked: int) -> None:
    """All threads have the cause, and the wall is still read."""
    vk = many(20, wall_getComments=reply)
    seen = look(vk, "glava5")
    assert ({p.comments_cause for p in seen.posts}, seen.posts_cause) == ({cause}, None)
    assert len(vk.asked("wall.getComments")) == asked


def test_a_page_week_costs_what_it_must() -> None:
    """A profile, a wall and a call a thread; of posts without comments one is asked whether they are closed."""
    vk = many(21, 10)
    for quiet in vk.walls[5][15:]:
        quiet["comments"] = {"count": 0}
        del vk.comments[5, quiet["id"]]
    with probing(vk) as probe:
        seen = probe.look(target("glava5"), WINDOW)
        assert probe.requests == 1 + 16 + 1
    assert sum(len(p.comments) for p in seen.posts) == 150


def test_threads_that_were_read_whole_are_left_out() -> None:
    """As long as their count is the same; nothing is claimed of their comments."""
    vk = many(2, 3)
    seen = {p.id: p for p in look(vk, "glava5", skip={50: 3, 49: 2}).posts}
    left, whole = seen[50], seen[49]
    assert (left.comments_left, left.comments, left.comments_cause, left.comments_count) == (True, (), None, 3)
    assert left.comments_read_at is None
    assert (whole.comments_left, len(whole.comments), whole.comments_read_at) == (False, 3, NOW)
    assert {params["post_id"] for params in vk.asked("wall.getComments")} == {"49"}


def test_comments_are_read_as_far_back_as_the_policy_counts_them() -> None:
    """With `thread_days: 30` a thread of 25 days before the week is one of the window's."""
    vk = talk([ASKED])
    vk.walls[5][0] = post(10, WEEK.starts - timedelta(days=25), 5, comments={"count": 1})
    threads = {}
    for days in (14, 30):
        with probing(vk) as probe:
            (seen,) = probe.look(target("glava5"), Window.of(WEEK, NOW, thread_days=days)).posts
            threads[days] = len(seen.comments)
    assert threads == {14: 0, 30: 1}


def test_nothing_of_a_citizen_is_kept_but_an_ordinal() -> None:
    """Names, words, numbers, pictures: none in the snapshot, the records or any repr."""
    picture = [{"type": "photo", "photo": {"url": "https://pic.invalid"}}]
    full = comment(11, FIRST_DAY, 987_654_321, "Имя-жителя Пётр, дом 5, почему нет воды?", attachments=picture)
    full["replies"] = [comment(12, FIRST_DAY, 5, "[id987654321|Имя-жителя], ответ", parents_stack=[11])]
    vk = talk([full])
    vk.walls[5][0]["signer_id"] = 912_345_678
    vk.walls[5].insert(0, post(9, FIRST_DAY, 987_654_321, text="Слова-жителя на стене"))
    vk.walls[5].append(post(8, FIRST_DAY, 5, text="Спасибо, [id987654321|Имя-жителя]!"))
    with probing(vk) as probe:
        ran = probe.looked(target("glava5"), WINDOW)
        shown = [repr(VkWay(VkSettings(token=TOKEN), lambda: NOW)), repr(probe.driver.limits), repr(ran)]
    text = "".join(shown) + ran.seen.model_dump_json() + "".join(record.body.decode() for record in ran.tape)
    for word in ("Пётр", "дом 5", "Имя-жителя", "Слова-жителя", "987654321", "912345678", "pic.invalid", "починят"):
        assert word not in text, word
    assert all(record.evidence.minimised for record in ran.tape)
    assert "Спасибо" in text, "the official's own words stay"
