"""Saved real pages of t.me: the facts that must come out of each.

The pages stay where they are, beside the project; without that folder these tests skip.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from auditor.base.address import Address
from auditor.base.snapshot import Cause, CommentsState, Network, Post, Precision, Side, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Target, Window
from auditor.probes.telegram.look import telegram_look
from auditor.probes.telegram.speakers import Door
from auditor.probes.telegram.web.source import WebSource
from auditor.probes.telegram.web.widget import keep_talk
from tests.probes.every_ask import Ran, replayed, run
from tests.probes.tme import NOW, SAVED, Site, history, placed, saved

pytestmark = pytest.mark.skipif(not SAVED.is_dir(), reason="the folder ../shared with saved pages is not here")

LATER = NOW + timedelta(days=1)


def look(name: str, week: str, *, control: str = "durov", **pages: str) -> tuple[Ran[Snapshot], Site]:
    """Look at a channel at whose paths these pages stand, and once more from the records."""
    site = Site(now=LATER)
    site.instead = {"/durov": saved("06"), **{f"/{path}": page for path, page in pages.items()}}
    target = Target(Address(Network.TELEGRAM, name), control=control)
    window = Window.of(Week.parse(week, ZoneInfo("Asia/Tomsk")), LATER)
    ran = run(telegram_look(WebSource(target), target, window), site.way)
    assert replayed(lambda: telegram_look(WebSource(target), target, window), ran, LATER) == ran.seen
    return ran, site


def stored(ran: Ran[Snapshot]) -> str:
    """Everything that is written down of a look."""
    return "\n".join(f"{kept.evidence.url} {kept.body.decode()}" for kept in ran.tape) + ran.seen.model_dump_json()


NEWS = [6, 7, 9, 10, 11, 12, 13]
OWN = [5, 6, 7, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 24, 62, 79, 81, 82, 83, 84, 88, 94]


@pytest.mark.parametrize(
    ("file", "name", "week", "facts", "opened", "own", "reposts"),
    [
        # A whole history on one page: ten blocks, three of them service messages; an unrounded counter.
        ("01", "ai_news_official", "2023-W07", (1532425936, 8, None), (2023, 2, 14, 19, 9, 12), NEWS, []),
        # A young channel with one subscriber, in the singular, and one post.
        ("10", "prstnk_eprst", "2026-W22", (3976510481, 1, None), (2026, 5, 30, 21, 56, 29), [2], []),
        # A bag of fragments in no order: 28 blocks of the channel and two of others; 4 are service messages.
        ("F1", "tchantest", "2023-W08", (1591537674, 1, Cause.CONTRADICTION), (2023, 2, 24, 7, 26, 49), OWN, [89]),
    ],
)  # fmt: skip
def test_a_history(
    file: str, name: str, week: str, facts: Any, opened: tuple[int, ...], own: list[int], reposts: list[int]
) -> None:
    """Number, subscribers, birth by message 1, posts and reposts; signatures and sources of forwards are not kept."""
    ran, _ = look(name, week, **{f"s/{name}": saved(file)})
    seen = ran.seen
    assert (seen.exists, seen.kind, seen.id, seen.subscribers, seen.posts_cause) == (True, "channel", *facts)
    assert (seen.opened_at, seen.opened_precision) == (datetime(*opened, tzinfo=UTC), Precision.EXACT)  # type: ignore[misc]
    assert [p.id for p in seen.posts if not p.repost] == own
    assert [p.id for p in seen.posts if p.repost] == reposts
    assert seen.posts[0].url == f"https://t.me/{name}/{seen.posts[0].id}"
    for word in ("Signature One", "Some user", "some_user", "CamaradosDeputados</", "some_random_user</"):
        assert word not in stored(ran)


@pytest.mark.parametrize(
    ("file", "name", "subscribers", "verified"),
    [
        ("03", "diaboxapp", 5012, False),
        ("06", "durov", 11286994, True),
        ("17", "report_figure_by_offset", 21304, False),
    ],
)
def test_channels_whose_preview_leads_back(file: str, name: str, subscribers: int, verified: bool) -> None:
    """The landing page says what it is; where /s/ redirects, the preview is off and nothing is read as silence."""
    seen = look(name, "2026-W47", **{name: saved(file)})[0].seen
    assert (seen.exists, seen.kind, seen.subscribers, seen.verified) == (True, "channel", subscribers, verified)
    assert (seen.posts_cause, seen.posts, seen.cause, seen.register_link) == (Cause.PREVIEW_OFF, (), None, False)


@pytest.mark.parametrize(
    ("file", "name", "kind"), [("05", "botfather", "bot"), ("07", "python", "group"), ("08", "some_person", "user")]
)
def test_what_is_not_a_channel(file: str, name: str, kind: str) -> None:
    """Its existence as a channel is neither claimed nor denied, and nothing else is kept of it."""
    ran, site = look(name, "2026-W47", **{name: saved(file)})
    assert (ran.seen.exists, ran.seen.cause, ran.seen.kind) == (None, Cause.WRONG_KIND, kind)
    assert site.paths == [f"/s/{name}", f"/{name}"]
    assert {key for key, value in json.loads(ran.tape[-1].body).items() if value is not None} == {"at", "kind"}


@pytest.mark.parametrize(("control", "cause"), [("durov", Cause.NOT_AT_ADDRESS), ("telegram", Cause.THROTTLED)])
def test_a_missing_name_is_missing_only_beside_a_control(control: str, cause: Cause) -> None:
    """The same page is what a throttled client gets."""
    name = "zzqwxnonexistentchannel12345"
    seen = look(name, "2026-W47", control=control, **{name: saved("11")})[0].seen
    assert (seen.exists, seen.cause) == (None, cause)


def talk_under(name: str, number: int, at: datetime, week: str, page: str) -> tuple[Post, Ran[Snapshot]]:
    blocks = placed(number - 1, at - timedelta(days=60)), placed(number, at)
    ran, _ = look(name, week, **{f"s/{name}": history(*blocks, name=name, title="x"), f"{name}/{number}": page})
    return ran.seen.posts[-1], ran


def test_a_reply_by_a_linked_group_whose_page_cannot_be_had_is_nobodys() -> None:
    """Under a question, a group that the page names nowhere is neither the owner's side nor a citizen's."""
    page = saved("12").replace("Why am I blocked in bass os group", "Когда дадут воду?")
    post, ran = talk_under("ejswonderemporium", 275, datetime(2026, 9, 23, 12, tzinfo=UTC), "2026-W39", page)
    assert (post.comments_state, post.comments_count, post.comments_cause) == (CommentsState.OPEN, 2, None)
    asked, reply = post.comments
    assert (asked.id, asked.side, asked.question, asked.reply_to) == (305, Side.CITIZEN, True, None)
    assert (reply.id, reply.side, reply.reply_to) == (306, Side.UNKNOWN, 305)
    assert (reply.at - asked.at) == timedelta(minutes=23, seconds=44)
    for word in ("commenter", "Commenter", 'ejswonder"', "blocked", "rejoin", "a402865a0d6c990095", "1f4736830bf40aa9"):
        assert word not in stored(ran)


def test_a_paged_discussion_without_its_form() -> None:
    """44 comments, one on the page, the form that would lead to the others cut out: open, and not read."""
    door = Door("otzaviksait", set())
    page = keep_talk({"at": NOW, "html": saved("18")}, door, "otzaviksait/2")
    assert (page.state, page.count, page.before, door.keys) == (CommentsState.OPEN, 44, 58, {})
    post, _ = talk_under("otzaviksait", 2, datetime(2022, 8, 10, 12, tzinfo=UTC), "2022-W32", saved("18"))
    state = (post.comments_state, post.comments_count, post.comments_cause, post.comments)
    assert state == (CommentsState.OPEN, 44, Cause.TOO_LITTLE_DATA, ())
