"""Comments on VK: two levels, read completely or not at all, and whether they are open."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Cause, CommentsState, Side
from tests.probes import vk_memory
from tests.probes.vk_memory import (
    FIRST_DAY,
    WINDOW,
    Plan,
    VkResponse,
    comment,
    look,
    only_post,
    page_with_comments,
    person,
    post,
    response_of,
    vk_server,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OPEN, CLOSED, UNKNOWN = CommentsState.OPEN, CommentsState.CLOSED, CommentsState.UNKNOWN
ASKED = comment(11, FIRST_DAY, 901)


DENIED = VkResponse.error(212, "Access to post comments denied")
COUNTED, NONE = {"count": 3, "current_level_count": 3}, {"count": 0, "current_level_count": 0}
STATES: dict[str, tuple[dict[str, Any], Plan | None, CommentsState, Cause | None]] = {
    # VK's own count of 0 suffices; whether they are closed is requested only if VK does not say they are open.
    "open and empty": ({"count": 0, "can_post": 1}, None, OPEN, None),
    "to communities": ({"count": 0, "can_post": 0, "groups_can_post": True}, None, OPEN, None),
    "not to this key": ({"count": 0, "can_post": 0}, None, UNKNOWN, None),
    "closed from the start": ({"count": 0}, DENIED, CLOSED, None),
    "asked in vain": ({"count": 0}, VkResponse.error(29), UNKNOWN, None),
    # Closed is a fact of its own; anything else is a cause of that post.
    "closed": ({"count": 1}, DENIED, CLOSED, Cause.REFUSED),
    "closed and permitted": ({"count": 3, "can_post": 1}, DENIED, UNKNOWN, Cause.CONTRADICTION),
    "a lost post": ({"count": 1}, VkResponse.error(15, "Access denied: post was not found"), UNKNOWN, Cause.REFUSED),
    # Comments that are counted and not shown are not zero: the question and its reply may both be among them.
    "three and none": ({"count": 1}, response_of({**COUNTED, "items": []}), UNKNOWN, Cause.CONTRADICTION),
    "none at all": ({"count": 1}, response_of({**NONE, "items": []}), UNKNOWN, Cause.CONTRADICTION),
    "uncounted": ({"count": 1}, response_of({"items": []}), UNKNOWN, Cause.UNRECOGNISED_PAGE),
    "unread": (
        {"count": 1},
        response_of({"items": [{"id": 1, "text": "?"}], "count": 1}),
        UNKNOWN,
        Cause.UNRECOGNISED_PAGE,
    ),
    "of another form": ({"count": 1}, response_of({"items": None}), UNKNOWN, Cause.UNRECOGNISED_PAGE),
}


@pytest.mark.parametrize("case", STATES)
def test_whether_people_can_comment_is_said_by_vk_alone(case: str) -> None:
    """A response that cannot be read or believed is a cause of that post."""
    counts, plan, state, cause = STATES[case]
    wall = [post(10, FIRST_DAY, 5, comments=counts), post(9, FIRST_DAY, 5, comments={"count": 0})]
    snapshot_post = look(vk_server(person(5), wall=wall, wall_getComments=plan or (lambda _: None)), "glava5").posts[1]
    assert (snapshot_post.comments_state, snapshot_post.comments_cause, snapshot_post.comments_count) == (
        state,
        cause,
        counts["count"],
    )
    assert snapshot_post.comments == ()


def test_no_comments_cost_no_request() -> None:
    """Where VK says that they are open, and of a post from before the week."""
    before = vk_memory.WEEK.starts - timedelta(days=3)
    for counts, at in (({"count": 0, "can_post": 1}, FIRST_DAY), ({"count": 0}, before)):
        vk = vk_server(person(5), wall=[post(10, at, 5, comments=counts)])
        assert (only_post(vk).comments_cause, vk.requests_of("wall.getComments")) == (None, [])


def test_the_comments_of_the_last_two_days_are_read_whatever_the_week() -> None:
    """Also whether they are closed: once the post is older, that cannot be told any more."""
    recent, later = WINDOW.recent_from + HOUR, {"comments": {"count": 1}}
    wall = [post(20, recent + HOUR, 5), post(19, recent, 5, **later), post(18, recent - 2 * HOUR, 5, **later)]
    closed = {"wall_getComments": lambda p: DENIED if p["post_id"] == "20" else None}
    for window, recent_ones in ((WINDOW, [CLOSED, OPEN]), (replace(WINDOW, recent_from=None), [UNKNOWN, UNKNOWN])):
        earlier = replace(window, ends=WINDOW.starts)
        vk = vk_server(person(5), wall=wall, threads={19: [comment(30, recent, 900)]}, **closed)
        snapshot = look(vk, "glava5", earlier)
        assert [p.comments_state for p in reversed(snapshot.posts)] == [*recent_ones, UNKNOWN]
        assert snapshot.comments_recent_from == window.recent_from
        assert len(vk.requests_of("wall.getComments")) == (2 if window is WINDOW else 0)
    institution = look(vk_server(person(5), wall=wall), "glava5", full=False)
    assert institution.comments_recent_from is None, "no comments were asked for"


def test_a_closed_wall_closes_the_comments() -> None:
    """A wall that is off with posts on it proves nothing."""
    for wall, state in ((3, CLOSED), *((wall, UNKNOWN) for wall in (0, 1, 2, None))):
        vk = vk_server(vk_memory.group(7, wall=wall), wall=[post(10, FIRST_DAY, -7)])
        assert only_post(vk, "rayon7").comments_state is state


LONG = [comment(1000 + n, FIRST_DAY, 900 + n) for n in range(150)]
TWELVE = [comment(20 + n, FIRST_DAY + n * MINUTE, 902, parents_stack=[11]) for n in range(12)]
THREAD = [ASKED | {"replies": TWELVE}]
SAME = response_of({"count": 500, "current_level_count": 500, "items": LONG[:100]})
AGAIN = response_of({"count": 13, "current_level_count": 12, "items": TWELVE[8:10]})


def test_a_thread_is_read_whole_or_not_at_all() -> None:
    """A page that fails, repeats itself or is another post's costs the thread; a contradiction is read once more."""
    for comments, plan, cause, shown_count, request_count in [
        (THREAD, None, None, 13, 2),
        (LONG, lambda p: VkResponse.error(210) if p["offset"] != "0" else None, Cause.REFUSED, 0, 2),
        (THREAD, lambda p: AGAIN if "comment_id" in p else None, Cause.CONTRADICTION, 11, 4),
        (LONG[:1], SAME, Cause.CONTRADICTION, 100, 4),
        ([comment(20, FIRST_DAY, 901, owner_id=6, post_id=10)], None, Cause.UNRECOGNISED_PAGE, 0, 1),
        ([comment(20, FIRST_DAY, 901, owner_id=5, post_id=11)], None, Cause.UNRECOGNISED_PAGE, 0, 1),
    ]:
        vk = page_with_comments(comments, wall_getComments=plan or (lambda _: None))
        snapshot_post = only_post(vk)
        whole = len(comments) + sum(len(c.get("replies", [])) for c in comments)
        assert (snapshot_post.comments_cause, snapshot_post.comments_count, len(snapshot_post.comments)) == (
            cause,
            whole,
            shown_count,
        )
        assert len(vk.requests_of("wall.getComments")) == request_count


def test_a_thread_is_held_against_the_larger_of_both_counts() -> None:
    """The wall's and its own; uncounted, it is never whole."""
    for wall, thread, cause in [
        (None, None, Cause.UNRECOGNISED_PAGE),
        (None, 2, None),
        (2, None, None),
        (1, 2, None),
        (3, 2, Cause.CONTRADICTION),
        (2, 3, Cause.CONTRADICTION),
    ]:
        items = [{**comment(n, FIRST_DAY, 900 + n), "thread": {"count": 0}} for n in (1, 2)]
        vk = page_with_comments(
            [], wall_getComments=response_of({"count": thread, "current_level_count": 2, "items": items})
        )
        vk.walls[5][0]["comments"] = {"count": wall}
        assert only_post(vk).comments_cause is cause


@pytest.mark.parametrize(("times", "cause"), [(1, None), (2, Cause.CONTRADICTION)])
def test_a_comment_that_is_passed_over_as_another_was_deleted_is_asked_for_again(times: int, cause: Any) -> None:
    """The counts match, as another was written; the owner's only reply has moved to the first page.

    To move again is to contradict.
    """
    comments = [comment(1000 + n, FIRST_DAY + n * MINUTE, 900 + n) for n in range(120)]
    comments[100] = comment(1100, FIRST_DAY + 100 * MINUTE, 5, "Починим в среду.")
    vk, changes = page_with_comments(comments), iter(range(times))

    def respond(params: dict[str, str]) -> VkResponse | None:
        page = vk._comments(params)
        if params["offset"] == "0" and (number := next(changes, None)) is not None:
            del comments[3]
            comments.append(comment(2000 + number, FIRST_DAY + 3 * HOUR, 800 + number))
        return page

    vk.plan("wall.getComments", respond)
    snapshot_post = only_post(vk)
    assert (snapshot_post.comments_cause, len(vk.requests_of("wall.getComments"))) == (cause, 4)
    assert cause or [c.side for c in snapshot_post.comments].count(Side.OWNER) == 1


def test_a_thread_whose_top_comment_was_deleted_meanwhile_is_read_again() -> None:
    """Then it is not there, and what else was written is read to its end; the wall has counted more."""
    tops = [ASKED | {"replies": TWELVE}, comment(12, FIRST_DAY + 2 * HOUR, 902)]

    def respond(params: dict[str, str]) -> VkResponse | None:
        if "comment_id" not in params:
            return None
        del tops[0]
        return VkResponse.error(15, "Access denied: comment was not found")

    snapshot_post = only_post(page_with_comments(tops, wall_getComments=respond))
    assert ([c.id for c in snapshot_post.comments], snapshot_post.comments_cause) == ([12], Cause.CONTRADICTION)


def test_pages_go_by_the_current_level_and_long_threads_are_read_to_their_end() -> None:
    """Every comment is seen once, and the number of calls is the least that VK allows."""
    tops = [comment(1000 + n, FIRST_DAY + n * MINUTE, 900 + n) for n in range(250)]
    sizes = {0: 3, 1: 10, 2: 11, 3: 60, 249: 111}
    for n, size in sizes.items():
        top = 1000 + n
        replies = [comment(top * 1000 + m, FIRST_DAY + HOUR, 800 + m, parents_stack=[top]) for m in range(size)]
        tops[n]["replies"] = replies
    vk = page_with_comments(tops)
    snapshot_post = only_post(vk)
    assert snapshot_post.comments_cause is None
    assert len(snapshot_post.comments) == len({c.id for c in snapshot_post.comments}) == 250 + sum(sizes.values())
    assert all(c.thread == c.id // 1000 for c in snapshot_post.comments if c.id > 10_000)
    assert len(vk.requests_of("wall.getComments")) == 3 + 1 + 1 + 2
    wanted = {"sort": "asc", "preview_length": "0", "thread_items_count": "10", "extended": "0", "need_likes": "0"}
    assert wanted.items() <= vk.requests_of("wall.getComments")[0].items()


def test_threads_that_were_read_whole_are_left_out() -> None:
    """As long as their count is the same; nothing is claimed of them. One thread that fails leaves the others."""
    wall = [post(50 - n, FIRST_DAY + (20 - n) * HOUR, 5, comments={"count": 3}) for n in range(3)]
    threads = {item["id"]: [comment(n, FIRST_DAY + 30 * HOUR, 900 + n) for n in (1, 2, 3)] for item in wall}
    refused = {"wall_getComments": lambda p: VkResponse.error(210) if p["post_id"] == "48" else None}
    vk = vk_server(person(5), wall=wall, threads=threads, **refused)
    snapshot = look(vk, "glava5", skip={50: 3, 49: 2})
    failed_post, read_post, skipped_post = snapshot.posts
    assert (
        skipped_post.comments_left,
        skipped_post.comments,
        skipped_post.comments_cause,
        skipped_post.comments_count,
    ) == (True, (), None, 3)
    assert skipped_post.comments_read_at is None
    assert (read_post.comments_left, len(read_post.comments), read_post.comments_read_at) == (False, 3, vk_memory.NOW)
    assert (failed_post.comments_cause, snapshot.posts_cause) == (Cause.REFUSED, None)
    assert {params["post_id"] for params in vk.requests_of("wall.getComments")} == {"49", "48"}
