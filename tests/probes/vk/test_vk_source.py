"""The look at a VK page as a whole, and at a control: its requests, what is stored, and the causes of failures."""

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
    VkResponse,
    VkServer,
    comment,
    group,
    look,
    look_with_tape,
    person,
    post,
    response_of,
    vk_server,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_each_answer_is_kept_as_evidence_of_what_it_shows() -> None:
    """The profile, the wall back to the window, its oldest page for the opening, the thread under each post."""
    wall = [post(500 - n, FIRST_DAY - n * 6 * HOUR, 5) for n in range(400)]
    wall[0]["comments"] = {"count": 1}
    done = look_with_tape(vk_server(person(5), wall=wall, threads={500: [comment(500, FIRST_DAY, 77)]}), "glava5")
    kinds, urls = zip(*((record.evidence.kind.value, record.evidence.url) for record in done.tape), strict=True)
    assert kinds == ("profile", "posts", "posts", "opening", "comments")
    assert "offset=390" in urls[3]
    assert done.result.opened_at == FIRST_DAY - 399 * 6 * HOUR


def test_a_communitys_wall_may_be_closed_or_off() -> None:
    """Some closed ones show it; posts that nobody can see are not zero posts, nor is a wall off that shows some."""
    for page, response, cause, posts_cause in [
        ({"is_closed": 1}, VkResponse.error(15, "Access denied: words of tomorrow"), Cause.PRIVATE, None),
        ({"is_closed": 1}, VkResponse(b"", status=502), None, Cause.UNREACHABLE),
        ({}, VkResponse.error(15, "Access denied: wall is disabled"), None, Cause.WALL_OFF),
        ({"wall": 0}, None, None, Cause.CONTRADICTION),
        ({"wall": 3}, None, None, None),
    ]:
        wall = [post(20 - n, FIRST_DAY - n * DAY, -7) for n in range(8)]
        snapshot = look_with_tape(
            vk_server(group(7, **page), wall=wall, wall_get=response or (lambda _: None)), "rayon7"
        ).result
        assert (snapshot.exists, snapshot.cause, snapshot.posts_cause) == (True, cause, posts_cause)
        assert len(snapshot.posts) == (0 if response else 8)


def test_the_pages_own_word_on_comments() -> None:
    """A community says whether people can comment; one whose wall is off, and a profile, say nothing of it."""
    for page, word in (
        *((group(7, wall=number), word) for number, word in ((1, "open"), (2, "open"), (3, "closed"), (0, None))),
        (group(7, wall=None), None),
        (person(5), None),
    ):
        vk = vk_server(page)
        assert look(vk, page["screen_name"]).page_comments == word
        assert look(vk, page["screen_name"], version=1).page_comments is None, "a look of auditor 1.0"


PASSED, FAILED, CANT_TELL = Outcome.PASSED, Outcome.FAILED, Outcome.CANT_TELL
STANDS_FOR_5 = response_of({"type": "user", "object_id": 5})


def page(*, commented: bool = False, posts: int = 1, **plans: Plan) -> VkServer:
    wall = [post(10, FIRST_DAY, 5, text="Слова записи", comments={"count": int(commented)})][:posts]
    return vk_server(person(5), wall=wall, threads={10: [comment(11, FIRST_DAY, 901, text="Чужие слова")]}, **plans)


def test_a_control_is_seen_as_it_must_be_or_not() -> None:
    """Its outcome, cause, wall and thread, in three requests; of its words and commenters nothing is kept."""
    for vk, name, exists, expected in [
        # One that exists: its wall and a thread too. What cannot be requested is None.
        (page(commented=True), "glava5", True, (PASSED, None, True, True)),
        (page(), "glava5", True, (PASSED, None, True, None)),
        (page(commented=True, wall_getComments=VkResponse.error(212)), "glava5", True, (PASSED, None, True, False)),
        (page(posts=0), "glava5", True, (PASSED, None, False, None)),
        (page(wall_get=VkResponse.error(15, "wall is disabled")), "glava5", True, (PASSED, None, None, None)),
        (page(wall_get=VkResponse.error(29)), "glava5", True, (CANT_TELL, Cause.THROTTLED, False, None)),
        # One that must not be there.
        (page(), "nobody", False, (PASSED, None, None, None)),
        (page(utils_resolveScreenName=VkResponse.error(28)), "nobody", False, (PASSED, None, None, None)),
        (page(utils_resolveScreenName=STANDS_FOR_5), "nobody", False, (CANT_TELL, Cause.UNRECOGNISED_PAGE, None, None)),
        # Seen otherwise than it must be.
        (page(), "nobody", True, (FAILED, None, None, None)),
        (page(), "glava5", False, (FAILED, None, None, None)),
        (vk_server(person(6, deactivated="banned")), "glava6", True, (FAILED, None, None, None)),
    ]:
        checked = vk_memory.control(name, exists=exists)
        done = vk_memory.finish_look(vk_memory.driver_of(vk), partial(PLUGIN.control, checked))
        assert (done.result.outcome, done.result.cause, done.result.wall, done.result.thread) == expected
        assert len(vk.log) <= 3 or not expected[2]
        stored = b"".join(record.body for record in done.tape).decode()
        assert not [word for word in ("лова", "901") if word in stored]


def test_every_recorded_answer_to_every_question_is_survived(shared: Path) -> None:
    """A response to another request is a cause too, and no error is taken for an absence, whatever the request."""
    files = sorted((shared / "vk" / "samples").glob("*.json"))
    loaded = [json.loads(path.read_text("utf-8")) for path in files if path.name != "PROVENANCE.json"]
    bodies = [part for answer in loaded for part in (answer if isinstance(answer, list) else [answer])]
    assert len(bodies) > 20
    for body in (part.get("body", part) for part in bodies):
        others = ("groups_getById", "wall_get", "wall_getComments", "utils_resolveScreenName")
        plans = dict.fromkeys(others, VkResponse.of(body))
        assert look(vk_server(person(5), **plans), "glava5").exists in {True, False}
        snapshot = look(vk_server(users_get=VkResponse.of(body), **plans), "someone")
        assert "error" not in body or (snapshot.exists, snapshot.cause is None) == (None, False), body
        assert not [word for word in (TOKEN, "request_params") if word in snapshot.model_dump_json()]
