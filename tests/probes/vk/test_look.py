"""The look at a VK page as a whole, and at a control: what is asked, what is kept, and what a page in trouble says."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.probes.vk.plugin import PLUGIN
from tests.probes.vk_memory import (
    Plan,
    Reply,
    World,
    control,
    controlled,
    driver_of,
    look,
    looked,
    ran,
    said,
    target,
    world,
)
from tests.probes.vk_objects import FIRST_DAY, WINDOW, comment, group, person, post

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# A page --------------------------------------------------------------------------------------------------------------


def test_each_answer_is_kept_as_evidence_of_what_it_shows() -> None:
    """The profile, the wall back to the window, the oldest page of it for the opening, the talk under each post."""
    wall = [post(500 - n, FIRST_DAY - n * 6 * HOUR, 5) for n in range(400)]
    for item in wall[:2]:
        item["comments"] = {"count": 1}
    talks = {number: [comment(number, FIRST_DAY, 77)] for number in (500, 499)}
    ran = looked(world(person(5), wall=wall, talks=talks), "glava5")
    assert [(record.evidence.kind, *_asked(record.evidence.url)) for record in ran.tape] == [
        (EvidenceKind.PROFILE, "users.get", None),
        (EvidenceKind.POSTS, "wall.get", "0"),
        (EvidenceKind.POSTS, "wall.get", "99"),
        (EvidenceKind.OPENING, "wall.get", "390"),
        (EvidenceKind.COMMENTS, "wall.getComments", "500"),
        (EvidenceKind.COMMENTS, "wall.getComments", "499"),
    ]
    assert ran.seen.opened_at == FIRST_DAY - 399 * 6 * HOUR


def _asked(url: str) -> tuple[str, str | None]:
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    return parts.path.rsplit("/", 1)[-1], asked.get("post_id", asked.get("offset"))


@pytest.mark.parametrize(
    ("page", "reply", "cause", "posts_cause"),
    [
        ({"is_closed": 1}, None, None, None),
        ({"is_closed": 1}, Reply.error(15, "Access denied: this wall available only for community members"),
            Cause.PRIVATE, None),
        ({"is_closed": 1}, Reply.error(15, "Access denied: words of tomorrow"), Cause.PRIVATE, None),
        ({"is_closed": 1}, Reply(b"", status=502), None, Cause.UNREACHABLE),
        ({}, Reply.error(15, "Access denied: wall is disabled"), None, Cause.WALL_OFF),
        ({"wall": 0}, None, None, Cause.CONTRADICTION),
        ({"wall": "0"}, None, None, Cause.CONTRADICTION),
        ({"wall": False}, None, None, None),
        ({"wall": 3}, None, None, None),
    ],
)  # fmt: skip
def test_a_communitys_wall_may_be_closed_or_off(
    page: dict[str, Any], reply: Reply | None, cause: Cause | None, posts_cause: Cause | None
) -> None:
    """Some closed ones show it; posts that nobody can see are not zero posts, nor is a wall off that shows some."""
    plans = {} if reply is None else {"wall_get": reply}
    seen = look(
        world(group(7, **page), wall=[post(20 - n, FIRST_DAY - n * DAY, -7) for n in range(8)], **plans), "rayon7"
    )
    assert (seen.exists, seen.cause, seen.posts_cause) == (True, cause, posts_cause)
    assert len(seen.posts) == (0 if reply else 8)


# Controls ------------------------------------------------------------------------------------------------------------

PASSED, FAILED, UNTOLD = Outcome.PASSED, Outcome.FAILED, Outcome.CANT_TELL
STANDS_FOR_5 = said({"type": "user", "object_id": 5})


def page(*, talk: bool = False, posts: int = 1, **plans: Plan) -> World:
    """A page, with a thread under its post or without."""
    wall = [post(10 - n, FIRST_DAY - n * timedelta(days=1), 5, text="Слова записи") for n in range(posts)]
    if talk:
        wall[0]["comments"] = {"count": 1}
    line = [comment(11, FIRST_DAY, 901, text="Чужие слова")]
    return world(person(5), wall=wall, talks={10: line} if talk else {}, **plans)


@pytest.mark.parametrize(
    ("vk", "name", "exists", "expected"),
    [
        # One that is there: its wall and a thread too. What cannot be asked about says nothing.
        (page(talk=True), "glava5", True, (PASSED, None, True, True)),
        (page(), "glava5", True, (PASSED, None, True, None)),
        (page(talk=True, wall_getComments=Reply.error(212)), "glava5", True, (PASSED, None, True, False)),
        (page(posts=0), "glava5", True, (PASSED, None, False, None)),
        (page(wall_get=Reply.error(15, "wall is disabled")), "glava5", True, (PASSED, None, None, None)),
        (page(wall_get=Reply.error(29)), "glava5", True, (UNTOLD, Cause.THROTTLED, False, None)),
        # One that must not be there.
        (page(), "nobody", False, (PASSED, None, None, None)),
        (page(utils_resolveScreenName=Reply.error(28)), "nobody", False, (PASSED, None, None, None)),
        (page(utils_resolveScreenName=STANDS_FOR_5), "nobody", False, (UNTOLD, Cause.UNRECOGNISED_PAGE, None, None)),
        # Seen otherwise than it must be.
        (page(), "nobody", True, (FAILED, None, None, None)),
        (page(), "glava5", False, (FAILED, None, None, None)),
        (world(person(6, deactivated="banned")), "glava6", True, (FAILED, None, None, None)),
        (page(users_get=Reply(b"<html>", status=502)), "glava5", True, (UNTOLD, Cause.UNREACHABLE, None, None)),
    ],
)  # fmt: skip
def test_a_control_is_seen_as_it_must_be_or_not(vk: World, name: str, exists: bool, expected: tuple[Any, ...]) -> None:
    """Its outcome, cause, wall and thread; of its words and commenters nothing is kept."""
    ran = controlled(vk, control(name, exists=exists))
    assert (ran.seen.outcome, ran.seen.cause, ran.seen.wall, ran.seen.thread) == expected
    kept = b"".join(record.body for record in ran.tape).decode()
    assert not [word for word in ("лова", "901") if word in kept]


def test_a_control_takes_three_requests() -> None:
    """The page, its wall and one comment."""
    vk = page(talk=True)
    controlled(vk, control("glava5", exists=True))
    assert [method for method, _ in vk.log] == ["users.get", "wall.get", "wall.getComments"]


def test_without_a_key_nothing_is_asked_and_nothing_is_told() -> None:
    """No credentials is a cause, never an absence."""
    vk = page()
    driver = driver_of(vk, token=None)
    seen = ran(driver, lambda: PLUGIN.look(target("glava5"), WINDOW)).seen
    result = ran(driver, lambda: PLUGIN.control(control("glava5", exists=True))).seen
    assert (driver.requests.total(), vk.log) == (0, [])
    assert (seen.exists, seen.cause) == (None, Cause.NO_CREDENTIALS)
    assert (result.outcome, result.cause) == (UNTOLD, Cause.NO_CREDENTIALS)


# Anything at all -----------------------------------------------------------------------------------------------------

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("аб1", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "date", "items", "count", "groups", "from_id", "type", "text"]), inner)
    ),
    max_leaves=12,
)


@given(st.lists(_VALUES, min_size=5, max_size=5))
def test_whatever_vk_answers_the_look_does_not_raise(answers: list[Any]) -> None:
    """And it never calls a page gone that it was not told is gone, nor a wall whole that it could not read."""
    vk: World = world(person(5))
    methods = ("groups.getById", "wall.get", "wall.getComments", "utils.resolveScreenName", "users.get")
    for method, answer in zip(methods, answers, strict=True):
        vk.plan(method, said(answer))
    vk.plans["users.get"].insert(0, lambda _: None)
    seen, other = look(vk, "glava5"), look(vk, "glava6")
    assert (seen.exists, other.exists in {None, True}) == (True, True)
    assert seen.posts_cause is not None or isinstance(answers[1], dict)
