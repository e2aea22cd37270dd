"""VK's recorded answers: none breaks a look, and each says what it says."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from auditor.base.snapshot import Cause, CommentsState, Side, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Window
from tests.probes.vk_memory import TOKEN, Reply, World, look, said, world
from tests.probes.vk_objects import NOW, group, person, post

OWNER = 900_000_002
COMMUNITY = 800_000_001
DAY = datetime(2026, 11, 18, tzinfo=UTC)
OTHERS = ("groups_getById", "wall_get", "wall_getComments", "utils_resolveScreenName")


@pytest.fixture
def samples(shared: Path) -> Path:
    """The folder of recorded answers."""
    return shared / "vk" / "samples"


def _load(samples: Path, name: str) -> Any:
    return json.loads((samples / name).read_text(encoding="utf-8"))


def _look(vk: World, name: str, at: datetime) -> Snapshot:
    """Look at the week of `at`; the look is also made again from its records."""
    return look(vk, name, Window.of(Week.containing(at, ZoneInfo("Asia/Tomsk")), NOW))


def _under_one_post(samples: Path, name: str, owner: int) -> Snapshot:
    """Serve a recorded wall.getComments under one post; pages beyond the first are empty."""
    answer = _load(samples, name)
    at = datetime.fromtimestamp(answer["response"]["items"][0]["date"], UTC)
    count, under = answer["response"]["count"], answer["response"]["items"][0]["post_id"]
    page = person(owner) if owner > 0 else group(-owner, wall=None)
    empty = {"response": answer["response"] | {"items": []}}

    def first(params: dict[str, str]) -> Reply:
        return Reply.of(answer if params["offset"] == "0" and "comment_id" not in params else empty)

    vk = world(page, wall=[post(under, at, owner, comments={"count": count})], wall_getComments=first)
    return _look(vk, f"id{owner}" if owner > 0 else f"club{-owner}", at)


def test_the_owners_comment_on_a_personal_wall_is_found(samples: Path) -> None:
    """Item 784 is the owner's, a picture without words; all others are citizens'. Ten of its level's 17 came."""
    seen = _under_one_post(samples, "wall.getComments.user-wall.page1.2022.json", OWNER)
    (only,) = seen.posts
    owners = [c for c in only.comments if c.side is Side.OWNER]
    assert len(only.comments) == 10
    assert [(c.id, c.has_text, c.has_words) for c in owners] == [(784, False, False)]
    assert {c.side for c in only.comments if c.id != 784} == {Side.CITIZEN}
    assert (only.comments_state, only.comments_cause) == (CommentsState.OPEN, Cause.CONTRADICTION)


def test_a_deleted_comment_with_answers_parses(samples: Path) -> None:
    """It has no author, text, post or owner, and stands between two that do; its thread is asked for."""
    seen = _under_one_post(samples, "wall.getComments.deleted-item.2019.json", -COMMUNITY)
    (only,) = seen.posts
    assert [(c.id, c.deleted) for c in only.comments] == [(482124, False), (482127, True), (482418, False)]
    assert only.comments_cause is Cause.CONTRADICTION, "3 of the 6 that its level counts"


def test_a_threaded_comment_keeps_its_parent_and_its_mention(samples: Path) -> None:
    """The reply names the exact comment, its top comment and, by a leading mention, its author."""
    comment = _load(samples, "wall_wall_comment.threaded.2021.json")
    at = datetime.fromtimestamp(comment["date"], UTC)
    wall = [post(comment["post_id"], at, -COMMUNITY, comments={"count": 2})]
    page = said({"count": 2, "current_level_count": 1, "items": [comment]})
    (only,) = _look(world(group(COMMUNITY), wall=wall, wall_getComments=page), f"club{COMMUNITY}", at).posts
    top, reply = only.comments
    assert (top.id, reply.thread, reply.reply_to, reply.answers) == (770641, 770641, 770641, 770641)
    assert comment["thread"]["items"][0]["text"].startswith("[id900000001|")


def test_recorded_users_are_read(samples: Path) -> None:
    """A deleted one is gone; an old one with strings for numbers has no counter of its own."""
    deleted, full = _load(samples, "users.get.list.old.json")
    seen = [_look(world(users_get=Reply.of(answer)), "id900000001", DAY) for answer in (deleted, full)]
    assert [(s.exists, s.cause) for s in seen] == [(False, Cause.GONE), (True, None)]
    assert seen[1].subscribers is None


def test_no_recorded_error_is_taken_for_an_absence(samples: Path) -> None:
    """Whatever method it answers, it is a cause; none leaks the echo of its parameters."""
    for element in _load(samples, "errors.list.json"):
        seen = _look(world(**dict.fromkeys(("users_get", *OTHERS), Reply.of(element["body"]))), "someone", DAY)
        assert (seen.exists, seen.cause is None) == (None, False), element["source"]
        assert "request_params" not in seen.model_dump_json()


def test_every_recorded_answer_to_every_question_is_survived(samples: Path) -> None:
    """The wrong answer to a question is a cause as well."""
    bodies = []
    for path in sorted(samples.glob("*.json")):
        if path.name != "PROVENANCE.json":
            loaded = _load(samples, path.name)
            bodies += [e.get("body", e) for e in loaded] if isinstance(loaded, list) else [loaded]
    assert len(bodies) > 20
    for body in bodies:
        seen = _look(world(person(5), **dict.fromkeys(OTHERS, Reply.of(body))), "glava5", DAY)
        assert seen.exists in {True, False}
        assert TOKEN not in seen.model_dump_json()
