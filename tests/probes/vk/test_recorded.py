"""VK's recorded answers: none breaks a look, and each says what it says."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from auditor.base.snapshot import Cause, CommentsState, Post, Side, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Window
from tests.probes.vk_memory import NOW, TOKEN, Reply, World, group, look, person, post, world

OTHERS = ("groups_getById", "wall_get", "wall_getComments", "utils_resolveScreenName")


@pytest.fixture
def samples(shared: Path) -> dict[str, Any]:
    """The recorded answers, by the name of the file."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in (shared / "vk" / "samples").glob("*.json")}


def _look(vk: World, name: str, at: datetime) -> Snapshot:
    """Look at the week of `at`; the look is also made again from its records."""
    return look(vk, name, Window.of(Week.containing(at, ZoneInfo("Asia/Tomsk")), NOW))


def _under_one_post(answer: Any, page: dict[str, Any], name: str) -> Post:
    """Serve a recorded wall.getComments under one post; pages beyond the first are empty."""
    first, empty = answer["response"]["items"][0], {"response": answer["response"] | {"items": []}}
    at, owner = datetime.fromtimestamp(first["date"], UTC), first["owner_id"]

    def talk(params: dict[str, str]) -> Reply:
        return Reply.of(answer if params["offset"] == "0" and "comment_id" not in params else empty)

    wall = [post(first["post_id"], at, owner, comments={"count": answer["response"]["count"]})]
    (only,) = _look(world(page, wall=wall, wall_getComments=talk), name, at).posts
    return only


def test_recorded_comments_are_whose_they_are(samples: dict[str, Any]) -> None:
    """Of a profile's page of 2022 item 784 is the owner's, a picture without words; ten of its level's 17 came.

    A deleted comment of 2019 has no author, text, post or owner, and stands between two that do.
    """
    answer = samples["wall.getComments.user-wall.page1.2022.json"]
    only = _under_one_post(answer, person(900_000_002), "id900000002")
    assert len(only.comments) == 10
    assert {(c.id, c.has_text) for c in only.comments if c.side is not Side.CITIZEN} == {(784, False)}
    assert [c.side for c in only.comments if c.id == 784] == [Side.OWNER]
    assert (only.comments_state, only.comments_cause) == (CommentsState.OPEN, Cause.CONTRADICTION)
    answer = samples["wall.getComments.deleted-item.2019.json"]
    only = _under_one_post(answer, group(800_000_001, wall=None), "club800000001")
    assert [(c.id, c.deleted) for c in only.comments] == [(482124, False), (482127, True), (482418, False)]
    assert only.comments_cause is Cause.CONTRADICTION, "3 of the 6 that its level counts"


def test_every_recorded_answer_to_every_question_is_survived(samples: dict[str, Any]) -> None:
    """The wrong answer is a cause as well, and no error is taken for an absence, whatever question it answers."""
    day = datetime(2026, 11, 18, tzinfo=UTC)
    loaded = [answer for name, answer in samples.items() if name != "PROVENANCE.json"]
    bodies = [part for answer in loaded for part in (answer if isinstance(answer, list) else [answer])]
    assert len(bodies) > 20
    for body in (part.get("body", part) for part in bodies):
        plans = dict.fromkeys(OTHERS, Reply.of(body))
        assert _look(world(person(5), **plans), "glava5", day).exists in {True, False}
        seen = _look(world(users_get=Reply.of(body), **plans), "someone", day)
        assert "error" not in body or (seen.exists, seen.cause is None) == (None, False), body
        assert not [word for word in (TOKEN, "request_params") if word in seen.model_dump_json()]
