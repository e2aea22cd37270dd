"""Threads under a channel's posts: read whole or not, and whose words they are once all are read."""

import json
from collections.abc import Iterable
from typing import Any

from auditor.base.snapshot import Cause, Side
from auditor.probes.driver import Response
from auditor.sandbox.tme import landing_pages
from auditor.sandbox.world.model import WorldAuthor
from tests.probes import tme_memory as tme
from tests.probes.every_request import replay_look
from tests.probes.tme_memory import GROUP, NAME, NOW, POST, Site

ASKED, ANSWERED, AGAIN, _, LATEST = COMMENTS = tme.sample_comments()
THREAD_PATH = f"/{NAME}/{POST}"


def more(comments: Iterable[Any], **fields: Any) -> str:
    return json.dumps({"ok": True, "comments_html": tme.older_comments_html(comments) if comments else "", **fields})


def test_a_thread_is_whole_only_as_it_is_counted() -> None:
    """Without a number that can be read nothing says that no comment is missing; it costs the thread, not the look."""
    for page, rest, cause in [
        (tme.widget(COMMENTS, 5, "5 comments"), None, None),
        (tme.widget(COMMENTS, None, "5 comments"), None, None),
        (tme.widget([]), None, None),
        (tme.widget([], None, "Something new"), None, Cause.UNRECOGNISED_PAGE),
        (tme.widget([ASKED]), None, Cause.UNRECOGNISED_PAGE),
        (tme.widget([ASKED], -1), None, Cause.UNRECOGNISED_PAGE),
        (tme.widget([ASKED], 0), None, Cause.CONTRADICTION),
        (tme.widget([ASKED], 1, "5 comments"), None, Cause.CONTRADICTION),
        (tme.widget(COMMENTS, 4, "4 comments"), None, Cause.CONTRADICTION),
        (tme.widget([*COMMENTS, ASKED], 6, "6 comments"), None, Cause.CONTRADICTION),
        (tme.widget([ASKED], 1, "1 comment", 30), more([ASKED]), Cause.CONTRADICTION),
        (tme.widget([LATEST], None, None, 42), more([ASKED], comments_cnt=False), Cause.UNRECOGNISED_PAGE),
        (tme.widget([LATEST], None, None, 42), more([ASKED], comments_cnt=2), None),
        (tme.widget([LATEST], 2, None, 42), '{"ok": false, "error": "blocked"}', Cause.UNRECOGNISED_PAGE),
        (tme.widget([LATEST], 2, None, 42), more([ASKED]).replace("datetime=", "x="), Cause.UNRECOGNISED_PAGE),
        (
            tme.widget(COMMENTS, 5, "5 comments").replace(f"https://t.me/{NAME}/{POST}", "#"),
            None,
            Cause.UNRECOGNISED_PAGE,
        ),
    ]:
        site = tme.site_with_comments()
        site.instead |= {THREAD_PATH: page, **({} if rest is None else {"/api/method": rest})}
        snapshot = tme.run_look(site).result
        assert (snapshot.posts_cause, tme.thread(snapshot).comments_cause) == (None, cause)


def test_a_thread_that_contradicts_itself_is_read_once_more() -> None:
    """A comment deleted between two pages: of the first pass nothing counts."""
    site = tme.site_with_comments()
    passes = iter((tme.widget(COMMENTS[2:], 5, "5 comments", 40), tme.widget(COMMENTS, 5, "5 comments")))
    site.instead |= {THREAD_PATH: lambda: next(passes), "/api/method": more([ANSWERED])}
    post = tme.thread(tme.run_look(site).result)
    assert (post.comments_cause, [c.id for c in post.comments]) == (None, [30, 31, 40, 41, 42])


def test_the_linked_group_is_known_by_its_page_alone() -> None:
    """A page that fails or is no person's leaves its answers unknown."""
    for page, side in [
        (None, Side.OWNER),
        (Response(NOW, 503), Side.UNKNOWN),
        (landing_pages.missing(GROUP), Side.UNKNOWN),
        (tme.landing(name="drugoi", kind="group"), Side.UNKNOWN),
        (tme.landing(name=GROUP), Side.UNKNOWN),
        (tme.landing(name=GROUP, kind="user"), Side.CITIZEN),
    ]:
        site = tme.site_with_comments()
        site.instead |= {} if page is None else {f"/{GROUP}": page}
        assert [c.side for c in tme.thread(tme.run_look(site).result).comments if c.id == 31] == [side]


def test_once_the_group_has_answered_nobody_else_is_looked_up() -> None:
    """Who is most alike the channel's group is asked about first."""
    alike = WorldAuthor(tme.GROUP_NUMBER, "Первый район — обсуждение", GROUP)
    comments = [
        ASKED,
        tme.comment(31, 1, "Починим к пятнице", alike, ASKED),
        tme.comment(32, 2, "Спасибо", tme.SECOND_AUTHOR, ASKED),
    ]
    site = Site(tme.channel_with_comments(comments))
    assert [c.side for c in tme.thread(tme.run_look(site).result).comments] == [Side.CITIZEN, Side.OWNER, Side.CITIZEN]
    assert [path for path in site.paths if path in {f"/{GROUP}", "/zhitel_2"}] == [f"/{GROUP}"]


def test_a_channel_that_asks_and_answers_is_an_organisation() -> None:
    """What it asks stays; of an author who was not looked up, and of a bot, nothing is known (issue 38, item 29)."""
    asked = tme.comment(40, 2, "Когда откроют мост?", tme.SECOND_AUTHOR)
    comments = [ASKED, asked, tme.comment(41, 3, "Скоро", tme.SECOND_AUTHOR, ASKED)]
    for kind, side, organisation in [
        ("channel", Side.UNKNOWN, True),
        ("user", Side.CITIZEN, False),
        ("bot", Side.UNKNOWN, None),
        ("group", Side.OWNER, None),
    ]:
        site = Site(tme.channel_with_comments(comments))
        site.instead[f"/{tme.SECOND_AUTHOR.username}"] = tme.landing(name=tme.SECOND_AUTHOR.username, kind=kind)
        ran = tme.run_look(site)
        facts = {c.id: (c.side, c.organisation, c.question) for c in tme.thread(ran.result).comments}
        assert facts == {
            30: (Side.CITIZEN, None, True),
            40: (side, organisation, side is not Side.OWNER),
            41: (side, organisation, False),
        }
        assert replay_look(tme.look, ran, NOW) == ran.result


def test_an_empty_thread_that_is_counted_is_none() -> None:
    """The heading says that there is no comment, and the script counts some: neither number is taken."""
    site = tme.site_with_comments()
    site.instead[THREAD_PATH] = tme.widget([], 1)
    post = tme.thread(tme.run_look(site).result)
    assert (post.comments, post.comments_count, post.comments_cause) == ((), None, Cause.CONTRADICTION)
