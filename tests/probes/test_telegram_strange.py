"""Answers of Telegram's that are well formed and cannot be: whatever they tell, no more is claimed than was read."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

from auditor.base.snapshot import Cause, CommentsState, Side, Snapshot
from auditor.probes.driver import Reply, Way
from auditor.probes.looks import Call
from auditor.probes.telegram.client.plugin import PLUGIN
from auditor.probes.telegram.client.way import ClientWay
from auditor.sandbox import Sandbox, World
from tests.probes import signed_in
from tests.probes.every_ask import Make, overclaims, reds, run
from tests.probes.telegram_world import Served
from tests.probes.test_telegram_pages_look import (
    AT,
    MESSAGES,
    NAME,
    NOW,
    POST,
    TALK,
    look,
    plain_site,
    taken,
    talked_site,
    thread,
)
from tests.telegram_site import comment, discussion, landing

ALL, QUESTION = "".join(TALK.values()), TALK[30]


def page(comments: str, count: int | None, heading: str = "Comments", before: int | None = None) -> str:
    """The widget under the post, whose heading need not agree with its script."""
    return discussion(f"{NAME}/{POST}", comments, count, before=before).replace(f"{count} comments", heading)


@pytest.mark.parametrize(
    ("widget", "older", "cause"),
    [
        (page(ALL, 5, "5 comments"), None, None),
        (page(ALL, 5, "Something new"), None, None),
        (page(ALL, None, "5 comments"), None, None),
        (page("", None), None, None),
        (page("", None, "Something new"), None, Cause.UNRECOGNISED_PAGE),
        (page(QUESTION, None), None, Cause.UNRECOGNISED_PAGE),
        (page(QUESTION, -1), None, Cause.UNRECOGNISED_PAGE),
        (page(QUESTION, 10**30), None, Cause.UNRECOGNISED_PAGE),
        (page(QUESTION, 0), None, Cause.CONTRADICTION),
        (page(QUESTION, 1, "5 comments"), None, Cause.CONTRADICTION),
        (page(ALL, 4, "4 comments"), None, Cause.CONTRADICTION),
        (page(ALL + QUESTION, 6, "6 comments"), None, Cause.CONTRADICTION),
        (page(QUESTION, 1, "1 comment", before=30), {"comments_html": ""}, Cause.CONTRADICTION),
        (page(QUESTION, 1, "1 comment", before=30), {"comments_html": QUESTION}, Cause.CONTRADICTION),
        (page(TALK[42], None, before=42), {"comments_html": TALK[30]}, Cause.UNRECOGNISED_PAGE),
        (page(TALK[42], None, before=42), {"comments_html": TALK[30], "comments_cnt": False}, Cause.UNRECOGNISED_PAGE),
        (page(TALK[42], None, before=42), {"comments_html": TALK[30], "comments_cnt": 2}, None),
    ],
)
def test_a_thread_is_whole_only_as_it_is_counted(widget: str, older: Any, cause: Cause | None) -> None:
    """Without a number that can be read nothing says that no comment is missing."""
    site = talked_site()
    site.routes |= {f"/{NAME}/{POST}": widget, "/api/method": json.dumps(older)}
    post = thread(taken(site).seen)
    assert (post.comments_state, post.comments_cause) == (CommentsState.OPEN, cause)


@pytest.mark.parametrize(
    "reply",
    [
        comment(31, AT, "Починим к пятнице", name="Deleted Account", reply_to=30),
        TALK[31].replace("<a", "<b"),
        TALK[31].replace("<a", TALK[30][TALK[30].index("<a") : TALK[30].index("</a>")] + "</a><a", 1),
    ],
)
def test_whose_a_reply_is_may_be_lost(reply: str) -> None:
    """He is gone, his link is none, or there are two of him: he may have been of the owner's side."""
    site = talked_site()
    site.routes[f"/{NAME}/{POST}"] = page(QUESTION + reply, 2, "2 comments")
    assert [c.side for c in thread(taken(site).seen).comments] == [Side.CITIZEN, Side.UNKNOWN]


def test_a_thread_that_names_no_post_is_not_this_ones() -> None:
    """An open one leads to its post."""
    site = talked_site()
    site.routes[f"/{NAME}/{POST}"] = page(ALL, 5, "5 comments").replace(f"https://t.me/{NAME}/{POST}", "#")
    assert thread(taken(site).seen).comments_cause is Cause.UNRECOGNISED_PAGE


def test_a_description_that_is_not_there_says_nothing_of_the_register() -> None:
    """It may be empty, or have another place than it had; one that is read has the link or not."""
    site = plain_site(counters="12.5K subscribers")
    for words, link in {"": None, "Приём по средам": False, "https://knd.gov.ru/license?id=1": True}.items():
        site.routes[f"/{NAME}"] = landing(NAME, "12 512 subscribers", description=words)
        assert taken(site).seen.register_link is link


# Every number and list of every answer --------------------------------------------------------------------------------


class Once:
    """A way that answers once with something else."""

    def __init__(self, way: Way, number: int, body: str) -> None:
        self.way, self.left, self.body, self.read = way, number, body, way.read

    def send(self, call: Call, seconds: float) -> Reply:
        self.left, reply = self.left - 1, self.way.send(call, seconds)
        return replace(reply, body=self.body.encode()) if self.left == -1 else reply

    def close(self) -> None: ...


Odd = dict[tuple[str, ...], list[str]]
"""What may come instead of an answer, by what is odd about it."""


def claims(make: Make[Snapshot], way: Way, odd: Any) -> list[str]:
    """Say what a look claims too much of which one answer is odd, for each of its answers and all that is odd."""
    run(make(), way)  # whom it meets it knows from then on
    whole, wrong, tried, judged = run(make(), way), list[str](), set[Any](), dict[str, frozenset[str]]()
    for index, question in enumerate(whole.asks):
        for what, bodies in odd(way.send(question.call, 90.0).body.decode()).items():
            kind = (question.call.method, question.kind, *what)
            for body in bodies if kind not in tried else ():
                part = run(make(), Once(way, index, body)).seen
                key = part.model_dump_json()
                judged[key] = judged.get(key) or reds(part) - reds(whole.seen)
                wrong += [f"{kind}: {claim}" for claim in (*overclaims(part, whole.seen), *judged[key])]
            tried.add(kind)
    return wrong


# What the forms read; the rest is dropped unseen.
_READ = {
    *("id", "user_id", "channel_id", "count", "replies", "grouped_id", "reply_to_msg_id", "reply_to_top_id"),
    *("saved_from_msg_id", "channel_post", "participants_count", "linked_chat_id", "messages", "participants", "chats"),
}
COUNTS = {"count", "replies"}
"""What may also be missing, or too small or too large, and be found out."""


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where an answer's numbers and lists are; of a list's items the last one's."""
    if here and here[-1] in _READ and (isinstance(value, list) or type(value) is int):
        yield here
    children: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    for key, child in [(len(value) - 1, value[-1])] if isinstance(value, list) and value else children:
        yield from paths(child, (*here, key))


def odd_json(body: str) -> Odd:
    """Put something else in place of each number, and double the last item of each list."""
    answer = json.loads(body or "{}")
    odd: Odd = {}
    for *way, last in paths(answer) if "error" not in answer else ():
        value = reduce(getitem, (*way, last), answer)
        others = [[*value, *value[-1:]]] if isinstance(value, list) else [False, -1, 10**30]
        others += [None, value - 1, value + 1] if last in COUNTS else []
        for other in others:
            changed = deepcopy(answer)
            reduce(getitem, way, changed)[last] = other
            odd.setdefault(tuple(key for key in (*way, last) if isinstance(key, str)), []).append(json.dumps(changed))
    return odd


@pytest.mark.parametrize("fault", ["", "mtproto_group_private"])
def test_what_cannot_be_in_an_answer_to_the_client(tmp_path: Path, fault: str) -> None:
    """Truth values for numbers, counts that do not count, items that come twice."""
    with Sandbox(World.build()) as sandbox:
        account = signed_in.ending(sandbox.world, "_glava")
        span = signed_in.window(sandbox.world, sandbox.now)
        if fault:
            sandbox.faults.on(fault)
        opened = PLUGIN.open(signed_in.Phone(sandbox, tmp_path).wiring())
        assert opened is not None
        assert isinstance(opened.way, ClientWay)
        about = signed_in.target(account, id=account.number, id_seen=True)
        with closing(signed_in.Remembering(opened.way)) as way:
            assert claims(lambda: PLUGIN.look(about, span), way, odd_json) == []


_FIGURE = re.compile(r'(data-[a-z-]+="|comments_cnt": ?|js-header">|counter_value">|before=)(\d+)')
_BLOCKS = (TALK[31], TALK[42], MESSAGES[27], MESSAGES[31])


def odd_page(body: str) -> Odd:
    """Put something else in place of each number of the markup, and double some blocks."""
    odd: Odd = {("block", str(n)): [body.replace(block, block * 2)] for n, block in enumerate(_BLOCKS) if block in body}
    for match in _FIGURE.finditer(body):
        name, value = match[1], int(match[2])
        others = ["null", "false", "-1", "9" * 30]
        others += ["", str(value - 1), str(value + 1)] if name.startswith(("comments_cnt", "js-header")) else []
        odd[(name,)] = [body[: match.start(2)] + other + body[match.end(2) :] for other in others]
    return odd


def test_what_cannot_be_on_a_page() -> None:
    """The same of what anybody sees."""
    assert claims(look, Served(talked_site(), NOW).way, odd_page) == []
