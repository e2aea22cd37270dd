"""Well-formed but impossible responses: a look claims no more than was read, and no check fails by them."""

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
from tests.at_once import at_once
from tests.probes import signed_in
from tests.probes import tme_memory as tme
from tests.probes.every_request import LookFactory, failed_checks, overclaims, run
from tests.probes.vk_memory import FIRST_DAY, WINDOW, MemoryTransport, comment, page_of, post, target, vk_server

pytestmark = pytest.mark.timeout(300)  # each test takes hundreds of looks

OddBodies = Iterable[tuple[tuple[Any, ...], bool, str]]
"""Bodies to send instead of a response: the odd position, whether a look can detect it, and the body."""


class OneOddResponse:
    def __init__(self, transport: Transport, index: int, body: str) -> None:
        self.transport, self.remaining, self.body, self.read = transport, index, body, transport.read

    async def send(self, call: Call, seconds: float) -> Response:
        self.remaining, response = self.remaining - 1, await self.transport.send(call, seconds)
        return replace(response, body=self.body.encode()) if self.remaining == -1 else response

    async def aclose(self) -> None: ...


def claims(make: LookFactory[Snapshot], transport: Transport, odd: Any, *, each: bool = False) -> list[str]:
    """Return the overclaims of a look and the checks that fail by it, for each of its responses and each oddity.

    The same oddity is tried in one response of each method, or in `each` response.
    """
    run(make(), transport)  # makes the entities that it meets known
    undisturbed, mistakes, tried, newly_failed = (
        run(make(), transport),
        list[str](),
        set[Any](),
        dict[str, frozenset[str]](),
    )
    bodies = [at_once(transport.send(request.call, 90.0)).body.decode() for request in undisturbed.requests]
    for index, (request, body) in enumerate(zip(undisturbed.requests, bodies, strict=True)):
        new_cases = set[Any]()
        for position, is_detectable, odd_body in odd(body):
            case = (request.call.method, request.kind, position)
            if not each and case in tried:
                continue
            new_cases.add(case)
            disturbed = run(make(), OneOddResponse(transport, index, odd_body)).result
            key = disturbed.model_dump_json()
            if key not in newly_failed:
                newly_failed[key] = failed_checks(disturbed) - failed_checks(undisturbed.result)
            overclaimed = overclaims(disturbed, undisturbed.result) if is_detectable else []
            mistakes += [f"{case}: {claim}" for claim in (*overclaimed, *newly_failed[key])]
        tried |= new_cases
    assert newly_failed
    return mistakes


GONE = object()
UNUSABLE = (GONE, None, False, True, "abc", -1, 10**30)
"""Values that are not a count; the first four are not a number either."""
VK_COUNTS = {"count", "current_level_count", "followers_count", "members_count", "wall"}


def vk_positions(response: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], bool, Any]]:
    """Yield the positions in a response, whether an odd value there can be detected, and the value.

    In each list they are its first and last item, and the list twice over.
    """
    if isinstance(response, dict):
        for key, value in response.items():
            yield from vk_positions(value, (*path, key))
    elif isinstance(response, list):
        yield path, True, response * 2
        for index in {0, len(response) - 1} if response else ():
            yield from vk_positions(response[index], (*path, index))
    elif type(response) is int and path[-1] in VK_COUNTS:
        yield from ((path, True, value) for value in UNUSABLE)
        yield from ((path, False, value) for value in {0, response + 5} - {response})
    elif type(response) is int and not str(path[-1]).startswith(("can_", "verified")):
        yield from ((path, True, value) for value in UNUSABLE[:4])


def put(response: Any, path: tuple[Any, ...], value: Any) -> str:
    changed = deepcopy(response)
    container = reduce(getitem, path[:-1], changed)
    if value is GONE:
        del container[path[-1]]
    else:
        container[path[-1]] = value
    return json.dumps(changed)


def odd_vk(body: str) -> OddBodies:
    response = json.loads(body)
    return ((path, is_detectable, put(response, path, value)) for path, is_detectable, value in vk_positions(response))


def answered_page(owner: int) -> MemoryTransport:
    """Return a page that fails no check: a post a day, and five questions under the second, the last with a reply.

    They are old enough at the look for a red of a page that answers none. Somebody else wrote on a community's wall.
    """
    day, open_to_all = timedelta(days=1), [{"count": 6 * (n == 4), "can_post": 1} for n in range(6)]
    wall = [post(20 - n, FIRST_DAY + (5 - n) * day, owner, comments=open_to_all[n]) for n in range(6)]
    wall += [post(9 - n, FIRST_DAY - (3 + n * 9) * day, owner) for n in range(6)]
    wall.append(post(1, FIRST_DAY - 60 * day, owner, from_id=900))
    first_at = FIRST_DAY + day
    top_comments = [
        comment(100 + n, first_at + n * timedelta(hours=1), 900 + n, f"Когда починят дорогу {n}?") for n in range(5)
    ]
    top_comments[4]["replies"] = [
        comment(110, first_at + 6 * timedelta(hours=1), owner, "Починим в среду.", parents_stack=[104])
    ]
    return MemoryTransport(vk_server(page_of(owner), wall=wall, threads={16: top_comments}))


@pytest.mark.parametrize("owner", [5, -7])
def test_what_cannot_be_in_a_response_of_vk(owner: int) -> None:
    """Each count, number and list in each response of a look is replaced by an odd one."""
    looked_at = target("glava5" if owner > 0 else "rayon7", id=owner, id_seen=True)
    transport = answered_page(owner)
    undisturbed = run(VK.look(looked_at, WINDOW), transport).result
    assert (len(undisturbed.posts[-5].comments), failed_checks(undisturbed)) == (6, frozenset())
    assert claims(lambda: VK.look(looked_at, WINDOW), transport, odd_vk, each=True) == []
    del transport.vk.comments[owner, 16][4]["replies"]
    transport.vk.walls[owner][4]["comments"]["count"] = 5
    assert "comments_answered" in failed_checks(run(VK.look(looked_at, WINDOW), transport).result), (
        "the page must fail without its reply"
    )


# The fields that the client's models read; the rest is dropped.
_READ = {
    *("id", "user_id", "channel_id", "count", "replies", "grouped_id", "reply_to_msg_id", "reply_to_top_id"),
    *("saved_from_msg_id", "channel_post", "participants_count", "linked_chat_id", "messages", "participants", "chats"),
}
COUNTS = {"count", "replies"}
"""Fields in which a missing or wrong value can be detected."""


def json_positions(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the paths to a response's numbers and lists; in a list, only those within its last item."""
    if path and path[-1] in _READ and (isinstance(value, list) or type(value) is int):
        yield path
    children: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    for key, child in [(len(value) - 1, value[-1])] if isinstance(value, list) and value else children:
        yield from json_positions(child, (*path, key))


def odd_json(body: str) -> OddBodies:
    """Yield bodies with each number replaced, or with the last item of a list doubled."""
    response = json.loads(body or "{}")
    for path in json_positions(response) if "error" not in response else ():
        value = reduce(getitem, path, response)
        odd_values = [[*value, *value[-1:]]] if isinstance(value, list) else [False, -1, 10**30]
        odd_values += [None, value - 1, value + 1] if path[-1] in COUNTS else []
        keys = tuple(key for key in path if isinstance(key, str))
        yield from ((keys, True, put(response, path, odd_value)) for odd_value in odd_values)


@pytest.mark.parametrize("fault", ["", "mtproto_group_private"])
def test_what_cannot_be_in_a_response_to_the_client(tmp_path: Path, fault: str) -> None:
    """Booleans instead of numbers, wrong counts, and items that come twice."""
    with Sandbox(World.build()) as sandbox:
        account = signed_in.ending(sandbox.world, "_glava")
        window = signed_in.window(sandbox.world, sandbox.now)
        if fault:
            sandbox.faults.on(fault)
        looked_at = signed_in.target(account, id=account.number, id_seen=True)
        with closing(signed_in.Phone(sandbox, tmp_path).transport()) as transport:
            assert claims(lambda: CLIENT.look(looked_at, window), transport, odd_json) == []


_FIGURE = re.compile(r'(data-[a-z-]+="|comments_cnt"?: ?|js-header">|counter_value">|before=)(\d+)')
_SPLIT = '<div class="tgme_widget_message_wrap js-widget_message_wrap">'


def odd_page(body: str) -> OddBodies:
    """Yield pages with each number in the markup replaced, or with a message or comment doubled."""
    head, *blocks = body.split(_SPLIT)
    if len(blocks) > 1 and body.startswith("<!DOCTYPE"):
        yield ("block",), True, _SPLIT.join([head, blocks[0], *blocks])
    for match in _FIGURE.finditer(body):
        name, value = match[1], int(match[2])
        odd_values = ["null", "false", "-1", "9" * 30]
        odd_values += ["", str(value - 1), str(value + 1)] if name.startswith(("comments_cnt", "js-header")) else []
        for odd_value in odd_values:
            yield (name,), True, body[: match.start(2)] + odd_value + body[match.end(2) :]


def test_what_cannot_be_on_a_page() -> None:
    """The public pages with odd numbers or a doubled message or comment."""
    assert 'class="tgme_widget_message_wrap' in preview(tme.channel_with_comments(), tme.NOW)
    assert claims(tme.look, tme.site_with_comments().transport, odd_page) == []
