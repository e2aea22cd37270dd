"""Answers that are well formed and cannot be: whatever they tell, no more is claimed than was read, nothing is red."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from auditor.base.snapshot import Snapshot
from auditor.probes.driver import Response, Transport
from auditor.probes.protocol import Call
from auditor.probes.telegram.client.client_plugin import PLUGIN as CLIENT
from auditor.probes.vk.vk_plugin import PLUGIN as VK
from auditor.sandbox import Sandbox, World
from auditor.sandbox.tme.preview import preview
from tests.probes import signed_in, tme
from tests.probes.every_ask import Make, overclaims, failed_checks, run
from tests.probes.vk_memory import FIRST_DAY, WINDOW, MemoryTransport, comment, page_of, post, target, world

pytestmark = pytest.mark.timeout(300)  # each test takes hundreds of looks

Odd = Iterable[tuple[tuple[Any, ...], bool, str]]
"""Bodies that may come instead of an answer: what is odd about each, and whether it can be found out."""


class OneOddResponse:
    def __init__(self, transport: Transport, index: int, body: str) -> None:
        self.way, self.remaining, self.body, self.read = transport, index, body, transport.read

    def send(self, call: Call, seconds: float) -> Response:
        self.remaining, response = self.remaining - 1, self.way.send(call, seconds)
        return replace(response, body=self.body.encode()) if self.remaining == -1 else response

    def close(self) -> None: ...


def claims(make: Make[Snapshot], transport: Transport, odd: Any, *, each: bool = False) -> list[str]:
    """Say what a look claims too much of which one answer is odd, for each of its answers and all that is odd.

    What is odd in the same way is tried in one answer of each method, or in `each`.
    """
    run(make(), transport)  # whom it meets it knows from then on
    whole, mistakes, tried, judged = run(make(), transport), list[str](), set[Any](), dict[str, frozenset[str]]()
    bodies = [transport.send(request.call, 90.0).body.decode() for request in whole.requests]
    for index, (question, body) in enumerate(zip(whole.requests, bodies, strict=True)):
        kinds = set[Any]()
        for place, is_detectable, other in odd(body):
            case = (question.call.method, question.kind, place)
            if not each and case in tried:
                continue
            kinds.add(case)
            part = run(make(), OneOddResponse(transport, index, other)).result
            key = part.model_dump_json()
            if key not in judged:
                judged[key] = failed_checks(part) - failed_checks(whole.result)
            overclaimed = overclaims(part, whole.result) if is_detectable else []
            mistakes += [f"{case}: {claim}" for claim in (*overclaimed, *judged[key])]
        tried |= kinds
    assert judged
    return mistakes


GONE = object()
UNUSABLE = (GONE, None, False, True, "abc", -1, 10**30)
"""What is no count. The first four are no number either."""
VK_COUNTS = {"count", "current_level_count", "followers_count", "members_count", "wall"}


def vk_places(answer: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], bool, Any]]:
    """Yield where in an answer to put what: of each list its first and last item, and the list twice over."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            yield from vk_places(value, (*path, key))
    elif isinstance(answer, list):
        yield path, True, answer * 2
        for index in {0, len(answer) - 1} if answer else ():
            yield from vk_places(answer[index], (*path, index))
    elif type(answer) is int and path[-1] in VK_COUNTS:
        yield from ((path, True, value) for value in UNUSABLE)
        yield from ((path, False, value) for value in {0, answer + 5} - {answer})
    elif type(answer) is int and not str(path[-1]).startswith(("can_", "verified")):
        yield from ((path, True, value) for value in UNUSABLE[:4])


def put(answer: Any, path: tuple[Any, ...], value: Any) -> str:
    changed = deepcopy(answer)
    container = reduce(getitem, path[:-1], changed)
    if value is GONE:
        del container[path[-1]]
    else:
        container[path[-1]] = value
    return json.dumps(changed)


def odd_vk(body: str) -> Odd:
    answer = json.loads(body)
    return ((path, is_detectable, put(answer, path, value)) for path, is_detectable, value in vk_places(answer))


def answered_page(owner: int) -> MemoryTransport:
    """A page that is not red: a post a day, and under the newest five questions, the last of which was answered."""
    day, open_to_all = timedelta(days=1), [{"count": 6 * (n == 0), "can_post": 1} for n in range(6)]
    wall = [post(20 - n, FIRST_DAY + (5 - n) * day, owner, comments=open_to_all[n]) for n in range(6)]
    wall += [post(9 - n, FIRST_DAY - (3 + n * 9) * day, owner) for n in range(6)]
    first = FIRST_DAY + 5 * day
    tops = [comment(100 + n, first + n * timedelta(hours=1), 900 + n, f"Когда починят дорогу {n}?") for n in range(5)]
    tops[4]["replies"] = [comment(110, first + 6 * timedelta(hours=1), owner, "Починим в среду.", parents_stack=[104])]
    return MemoryTransport(world(page_of(owner), wall=wall, threads={20: tops}))


@pytest.mark.parametrize("owner", [5, -7])
def test_what_cannot_be_in_an_answer_of_vk(owner: int) -> None:
    """Each count and number in each answer that a look gets, and each list."""
    looked_at = target("glava5" if owner > 0 else "rayon7", id=owner, id_seen=True)
    transport = answered_page(owner)
    whole = run(VK.look(looked_at, WINDOW), transport).result
    assert (len(whole.posts[-1].comments), failed_checks(whole)) == (6, frozenset())
    assert claims(lambda: VK.look(looked_at, WINDOW), transport, odd_vk, each=True) == []
    del transport.world.comments[owner, 20][4]["replies"]
    transport.world.walls[owner][0]["comments"]["count"] = 5
    assert "comments_answered" in failed_checks(run(VK.look(looked_at, WINDOW), transport).result), (
        "it is red without its answer"
    )


# What the client's forms read; the rest is dropped unseen.
_READ = {
    *("id", "user_id", "channel_id", "count", "replies", "grouped_id", "reply_to_msg_id", "reply_to_top_id"),
    *("saved_from_msg_id", "channel_post", "participants_count", "linked_chat_id", "messages", "participants", "chats"),
}
COUNTS = {"count", "replies"}
"""What may also be missing, or too small or too large, and be found out."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where an answer's numbers and lists are; of a list's items the last one's."""
    if path and path[-1] in _READ and (isinstance(value, list) or type(value) is int):
        yield path
    children: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    for key, child in [(len(value) - 1, value[-1])] if isinstance(value, list) and value else children:
        yield from places(child, (*path, key))


def odd_json(body: str) -> Odd:
    """Put something else in place of each number, and double the last item of each list."""
    answer = json.loads(body or "{}")
    for path in places(answer) if "error" not in answer else ():
        value = reduce(getitem, path, answer)
        others = [[*value, *value[-1:]]] if isinstance(value, list) else [False, -1, 10**30]
        others += [None, value - 1, value + 1] if path[-1] in COUNTS else []
        keys = tuple(key for key in path if isinstance(key, str))
        yield from ((keys, True, put(answer, path, other)) for other in others)


@pytest.mark.parametrize("fault", ["", "mtproto_group_private"])
def test_what_cannot_be_in_an_answer_to_the_client(tmp_path: Path, fault: str) -> None:
    """Truth values for numbers, counts that do not count, items that come twice."""
    with Sandbox(World.build()) as sandbox:
        account = signed_in.ending(sandbox.world, "_glava")
        window = signed_in.window(sandbox.world, sandbox.now)
        if fault:
            sandbox.faults.on(fault)
        looked_at = signed_in.target(account, id=account.number, id_seen=True)
        with closing(signed_in.Phone(sandbox, tmp_path).transport()) as way:
            assert claims(lambda: CLIENT.look(looked_at, window), way, odd_json) == []


_FIGURE = re.compile(r'(data-[a-z-]+="|comments_cnt"?: ?|js-header">|counter_value">|before=)(\d+)')
_SPLIT = '<div class="tgme_widget_message_wrap js-widget_message_wrap">'


def odd_page(body: str) -> Odd:
    """Put something else in place of each number of the markup, and double a message or comment."""
    head, *blocks = body.split(_SPLIT)
    if len(blocks) > 1 and body.startswith("<!DOCTYPE"):
        yield ("block",), True, _SPLIT.join([head, blocks[0], *blocks])
    for match in _FIGURE.finditer(body):
        name, value = match[1], int(match[2])
        others = ["null", "false", "-1", "9" * 30]
        others += ["", str(value - 1), str(value + 1)] if name.startswith(("comments_cnt", "js-header")) else []
        for other in others:
            yield (name,), True, body[: match.start(2)] + other + body[match.end(2) :]


def test_what_cannot_be_on_a_page() -> None:
    """The same of what anybody sees."""
    assert 'class="tgme_widget_message_wrap' in preview(tme.channel_with_comments(), tme.NOW)
    assert claims(tme.look, tme.site_with_comments().transport, odd_page) == []
