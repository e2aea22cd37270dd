"""VK's controls: they come out as they must, or not, or cannot be told; and a route without a key."""

from datetime import timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Cause, Outcome
from tests.probes.vk_memory import (
    FIRST_DAY,
    WINDOW,
    Plan,
    Reply,
    World,
    comment,
    control,
    person,
    post,
    probing,
    said,
    target,
    world,
)

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
    with probing(vk) as probe:
        ran = probe.controlled(control(name, exists=exists))
    assert (ran.seen.outcome, ran.seen.cause, ran.seen.wall, ran.seen.thread) == expected
    kept = b"".join(record.body for record in ran.tape).decode()
    assert not [word for word in ("лова", "901") if word in kept]


def test_a_control_takes_three_requests() -> None:
    """The page, its wall and one comment."""
    vk = page(talk=True)
    with probing(vk) as probe:
        probe.control(control("glava5", exists=True))
    assert [method for method, _ in vk.log] == ["users.get", "wall.get", "wall.getComments"]


def test_without_a_key_nothing_is_asked_and_nothing_is_told() -> None:
    """No credentials is a cause, never an absence."""
    vk = page()
    with probing(vk, token=None) as probe:
        seen = probe.look(target("glava5"), WINDOW)
        result = probe.control(control("glava5", exists=True))
        assert (probe.requests, vk.log) == (0, [])
    assert (seen.exists, seen.cause) == (None, Cause.NO_CREDENTIALS)
    assert (result.outcome, result.cause) == (UNTOLD, Cause.NO_CREDENTIALS)
