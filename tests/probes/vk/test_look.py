"""The look at a VK page as a whole, and at a control: what is asked, what is kept, and what a page in trouble says."""

import json
from datetime import timedelta
from functools import partial
from pathlib import Path

from auditor.base.snapshot import Cause, Outcome
from auditor.probes.vk.vk_plugin import PLUGIN
from tests.probes import vk_memory
from tests.probes.vk_memory import (
    FIRST_DAY,
    TOKEN,
    Plan,
    Reply,
    World,
    comment,
    group,
    look,
    looked,
    person,
    post,
    said,
    world,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_each_answer_is_kept_as_evidence_of_what_it_shows() -> None:
    """The profile, the wall back to the window, the oldest page of it for the opening, the talk under each post."""
    wall = [post(500 - n, FIRST_DAY - n * 6 * HOUR, 5) for n in range(400)]
    wall[0]["comments"] = {"count": 1}
    done = looked(world(person(5), wall=wall, talks={500: [comment(500, FIRST_DAY, 77)]}), "glava5")
    kinds, urls = zip(*((record.evidence.kind.value, record.evidence.url) for record in done.tape), strict=True)
    assert kinds == ("profile", "posts", "posts", "opening", "comments")
    assert "offset=390" in urls[3]
    assert done.seen.opened_at == FIRST_DAY - 399 * 6 * HOUR


def test_a_communitys_wall_may_be_closed_or_off() -> None:
    """Some closed ones show it; posts that nobody can see are not zero posts, nor is a wall off that shows some."""
    for page, reply, cause, posts_cause in [
        ({"is_closed": 1}, Reply.error(15, "Access denied: words of tomorrow"), Cause.PRIVATE, None),
        ({"is_closed": 1}, Reply(b"", status=502), None, Cause.UNREACHABLE),
        ({}, Reply.error(15, "Access denied: wall is disabled"), None, Cause.WALL_OFF),
        ({"wall": 0}, None, None, Cause.CONTRADICTION),
        ({"wall": 3}, None, None, None),
    ]:
        wall = [post(20 - n, FIRST_DAY - n * DAY, -7) for n in range(8)]
        seen = looked(world(group(7, **page), wall=wall, wall_get=reply or (lambda _: None)), "rayon7").seen
        assert (seen.exists, seen.cause, seen.posts_cause) == (True, cause, posts_cause)
        assert len(seen.posts) == (0 if reply else 8)


PASSED, FAILED, UNTOLD = Outcome.PASSED, Outcome.FAILED, Outcome.CANT_TELL
STANDS_FOR_5 = said({"type": "user", "object_id": 5})


def page(*, talk: bool = False, posts: int = 1, **plans: Plan) -> World:
    wall = [post(10, FIRST_DAY, 5, text="Слова записи", comments={"count": int(talk)})][:posts]
    return world(person(5), wall=wall, talks={10: [comment(11, FIRST_DAY, 901, text="Чужие слова")]}, **plans)


def test_a_control_is_seen_as_it_must_be_or_not() -> None:
    """Its outcome, cause, wall and thread, in three requests; of its words and commenters nothing is kept."""
    for vk, name, exists, expected in [
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
    ]:
        known = vk_memory.control(name, exists=exists)
        done = vk_memory.ran(vk_memory.driver_of(vk), partial(PLUGIN.control, known))
        assert (done.seen.outcome, done.seen.cause, done.seen.wall, done.seen.thread) == expected
        assert len(vk.log) <= 3 or not expected[2]
        kept = b"".join(record.body for record in done.tape).decode()
        assert not [word for word in ("лова", "901") if word in kept]


def test_every_recorded_answer_to_every_question_is_survived(shared: Path) -> None:
    """The wrong answer is a cause as well, and no error is taken for an absence, whatever question it answers."""
    files = sorted((shared / "vk" / "samples").glob("*.json"))
    loaded = [json.loads(path.read_text("utf-8")) for path in files if path.name != "PROVENANCE.json"]
    bodies = [part for answer in loaded for part in (answer if isinstance(answer, list) else [answer])]
    assert len(bodies) > 20
    for body in (part.get("body", part) for part in bodies):
        others = ("groups_getById", "wall_get", "wall_getComments", "utils_resolveScreenName")
        plans = dict.fromkeys(others, Reply.of(body))
        assert look(world(person(5), **plans), "glava5").exists in {True, False}
        seen = look(world(users_get=Reply.of(body), **plans), "someone")
        assert "error" not in body or (seen.exists, seen.cause is None) == (None, False), body
        assert not [word for word in (TOKEN, "request_params") if word in seen.model_dump_json()]
