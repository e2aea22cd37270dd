"""VK's recorded answers: none breaks a look, and none is taken for an absence."""

import json
from pathlib import Path

from tests.probes.vk_memory import TOKEN, Reply, look, person, world

OTHERS = ("groups_getById", "wall_get", "wall_getComments", "utils_resolveScreenName")


def test_every_recorded_answer_to_every_question_is_survived(shared: Path) -> None:
    """The wrong answer is a cause as well, and no error is taken for an absence, whatever question it answers."""
    files = sorted((shared / "vk" / "samples").glob("*.json"))
    loaded = [json.loads(path.read_text("utf-8")) for path in files if path.name != "PROVENANCE.json"]
    bodies = [part for answer in loaded for part in (answer if isinstance(answer, list) else [answer])]
    assert len(bodies) > 20
    for body in (part.get("body", part) for part in bodies):
        plans = dict.fromkeys(OTHERS, Reply.of(body))
        assert look(world(person(5), **plans), "glava5").exists in {True, False}
        seen = look(world(users_get=Reply.of(body), **plans), "someone")
        assert "error" not in body or (seen.exists, seen.cause is None) == (None, False), body
        assert not [word for word in (TOKEN, "request_params") if word in seen.model_dump_json()]
