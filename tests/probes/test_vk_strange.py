"""VK's answers with one odd value in them: nothing turns red by it, and nothing is claimed that was not read."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from auditor.probes.driver import Reply
from auditor.probes.looks import Call
from auditor.probes.vk.plugin import PLUGIN
from tests.probes.every_ask import overclaims, reds, run
from tests.probes.vk_memory import FIRST_DAY, NOW, WINDOW, Memory, World, comment, group, person, post, target

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
COUNTS = {"count", "current_level_count", "followers_count", "members_count", "wall"}
GONE = object()
UNUSABLE = (GONE, None, False, True, "abc", -1, 10**30)
"""What is no count. The first four are no number either."""

Path = tuple[str | int, ...]


def page(owner: int) -> World:
    """A page that is not red: a post a day, and under the newest five questions, the last of which was answered."""
    wall = [post(20 - n, FIRST_DAY + (5 - n) * DAY, owner, comments={"count": 0, "can_post": 1}) for n in range(6)]
    wall += [post(9 - n, FIRST_DAY - (3 + n * 9) * DAY, owner, comments={"count": 0}) for n in range(6)]
    wall[0]["comments"] = {"count": 6, "can_post": 1}
    first = FIRST_DAY + 5 * DAY
    tops = [comment(100 + n, first + n * HOUR, 900 + n, f"Когда починят дорогу {n}?") for n in range(5)]
    tops[4]["replies"] = [comment(110, first + 6 * HOUR, owner, "Починим в среду.", parents_stack=[104])]
    pages = {"users": [person(5)]} if owner > 0 else {"groups": [group(-owner)]}
    return World(**pages, walls={owner: wall}, comments={(owner, 20): tops})


def strange(answer: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield where in an answer to put what: of each list its first and last item, and the list twice over."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            yield from strange(value, (*path, key))
    elif isinstance(answer, list):
        yield path, answer * 2
        for index in {0, len(answer) - 1} if answer else ():
            yield from strange(answer[index], (*path, index))
    elif type(answer) is int and path[-1] in COUNTS:
        yield from ((path, value) for value in (*UNUSABLE, 0, answer + 5) if value is not answer)
    elif type(answer) is int and not str(path[-1]).startswith(("can_", "verified")):
        yield from ((path, value) for value in UNUSABLE[:4])


def put(answer: Any, path: Path, value: Any) -> bytes:
    changed = deepcopy(answer)
    place = changed
    for key in path[:-1]:
        place = place[key]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(changed).encode()


class Odd(Memory):
    """A way one of whose answers is another; it keeps the bodies of the rest."""

    def __init__(self, world: World, number: int = -1, body: bytes = b"") -> None:
        super().__init__(world)
        self._number, self._body, self.bodies = number, body, list[bytes]()

    def send(self, call: Call, seconds: float) -> Reply:
        reply = super().send(call, seconds)
        self.bodies.append(reply.body)
        return Reply(NOW, 200, self._body, reply.headers) if len(self.bodies) - 1 == self._number else reply


@pytest.mark.parametrize("owner", [5, -7])
def test_no_odd_value_turns_red_or_claims_more_than_was_read(owner: int) -> None:
    """Each count and number in each answer that a look gets, and each list."""
    whom = target("glava5" if owner > 0 else "rayon7", id=owner, id_seen=True)
    calm = Odd(page(owner))
    whole = run(PLUGIN.look(whom, WINDOW), calm).seen
    assert len(whole.posts[-1].comments) == 6
    judged = {whole.model_dump_json(): reds(whole)}
    assert judged[whole.model_dump_json()] == frozenset()
    wrong, tried = list[Any](), 0
    for number, body in enumerate(calm.bodies):
        answer = json.loads(body)
        for path, value in strange(answer):
            seen = run(PLUGIN.look(whom, WINDOW), Odd(page(owner), number, put(answer, path, value))).seen
            key = seen.model_dump_json()
            judged[key] = judged[key] if key in judged else reds(seen)
            unusable = any(value is odd for odd in UNUSABLE) or isinstance(value, list)
            claims = overclaims(seen, whole) if unusable else []
            wrong += [(number, path, value, claim) for claim in (*judged[key], *claims)]
            tried += 1
    assert tried > 100
    assert wrong == []


def test_the_page_is_red_without_its_answer() -> None:
    """So that the test above has something to turn."""
    world = page(5)
    del world.comments[5, 20][4]["replies"]
    world.walls[5][0]["comments"]["count"] = 5
    seen = run(PLUGIN.look(target("glava5", id=5, id_seen=True), WINDOW), Memory(world)).seen
    assert "comments_answered" in reds(seen)
