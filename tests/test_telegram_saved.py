"""Saved real pages of t.me: the facts that must come out of each.

The pages stay where they are, beside the project; without that folder these tests skip.
"""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from auditor.base.address import Address
from auditor.base.snapshot import Cause, CommentsState, Network, Outcome, Precision, Side, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Target, Window
from auditor.probes.telegram.look import control_look, telegram_look
from auditor.probes.telegram.speakers import Door
from auditor.probes.telegram.web.source import WebSource
from auditor.probes.telegram.web.widget import keep_talk
from auditor.registry.models import Control
from tests.probes.every_ask import Ran, replayed, run
from tests.probes.telegram_world import Served
from tests.telegram_site import NOW, PAGES, Answer, Asked, Site, history, message, missing, saved

pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason="the folder ../shared with saved pages is not here")

TOMSK = ZoneInfo("Asia/Tomsk")


@pytest.fixture
def site() -> Site:
    """A site that shows one page as it is: a channel's landing page, by which a missing name is believed."""
    site = Site()
    site.routes["/durov"] = saved("06")
    return site


def redirect(asked: Asked) -> Answer:
    """Lead a preview to its landing page, as t.me does."""
    return Answer("", 302, {"Location": f"https://t.me{asked.path.removeprefix('/s')}"})


def stub(asked: Asked) -> str:
    """Answer as to a missing name."""
    return missing(asked.path.rsplit("/", 1)[-1])


FALLBACKS = [Answer("not found", 404), redirect, stub]


def address(name: str) -> Address:
    return Address(Network.TELEGRAM, name)


def look(site: Site, name: str, week: str, *, control: str = "durov") -> Ran[Snapshot]:
    """Look at a channel, and once more from the records."""
    target, window = Target(address(name), control=control), Window.of(Week.parse(week, TOMSK), NOW)
    ran = run(telegram_look(WebSource(target), target, window), Served(site, NOW).way)
    assert replayed(lambda: telegram_look(WebSource(target), target, window), ran, NOW) == ran.seen
    return ran


def snapshot(site: Site, name: str, week: str, *, control: str = "durov") -> Snapshot:
    return look(site, name, week, control=control).seen


def stored(ran: Ran[Snapshot]) -> str:
    """Everything that is written down of a look."""
    return "\n".join(f"{kept.evidence.url} {kept.body.decode()}" for kept in ran.tape) + ran.seen.model_dump_json()


@pytest.mark.parametrize("fallback", FALLBACKS)
def test_a_whole_history_on_one_page(site: Site, fallback: object):
    """Ten blocks, three of them service messages; born by message 1; eight subscribers by the unrounded counter."""
    site.fallback = fallback  # type: ignore[assignment]
    site.routes["/s/ai_news_official"] = saved("01")
    seen = snapshot(site, "ai_news_official", "2023-W07")
    assert (seen.exists, seen.kind, seen.id, seen.subscribers) == (True, "channel", 1532425936, 8)
    assert seen.opened_at == datetime(2023, 2, 14, 19, 9, 12, tzinfo=UTC)
    assert seen.opened_precision is Precision.EXACT
    assert (seen.posts_cause, seen.posts_since) == (None, None)
    assert [p.id for p in seen.posts] == [6, 7, 9, 10, 11, 12, 13]
    assert not any(p.repost for p in seen.posts)


@pytest.mark.parametrize("fallback", FALLBACKS)
def test_a_young_channel_with_one_post(site: Site, fallback: object):
    """One subscriber, in the singular."""
    site.fallback = fallback  # type: ignore[assignment]
    site.routes["/s/prstnk_eprst"] = saved("10")
    seen = snapshot(site, "prstnk_eprst", "2026-W22")
    assert (seen.subscribers, len(seen.posts), seen.id) == (1, 1, 3976510481)
    assert seen.opened_at == datetime(2026, 5, 30, 21, 56, 29, tzinfo=UTC)
    assert seen.opened_precision is Precision.EXACT
    assert seen.posts[0].url == "https://t.me/prstnk_eprst/2"


@pytest.mark.parametrize("fallback", FALLBACKS)
def test_a_bag_of_fragments(site: Site, fallback: object):
    """28 blocks of the channel in no order, two of others: 4 service messages, 1 forward, 23 posts, one an album."""
    site.fallback = fallback  # type: ignore[assignment]
    site.routes["/s/tchantest"] = saved("F1")
    seen = snapshot(site, "tchantest", "2023-W08")
    assert seen.opened_at == datetime(2023, 2, 24, 7, 26, 49, tzinfo=UTC)
    assert seen.opened_precision is Precision.EXACT
    assert (seen.exists, seen.id, seen.subscribers, seen.posts_cause) == (True, 1591537674, 1, Cause.CONTRADICTION)
    assert [p.id for p in seen.posts if p.repost] == [89]
    own = [p.id for p in seen.posts if not p.repost]
    assert own == [5, 6, 7, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 24, 62, 79, 81, 82, 83, 84, 88, 94]


@pytest.mark.parametrize(
    ("file", "name", "subscribers", "verified"),
    [
        ("03", "DiaboxApp", 5012, False),
        ("06", "durov", 11286994, True),
        ("17", "report_figure_by_offset", 21304, False),
    ],
)
def test_channels_whose_preview_leads_back(site: Site, file: str, name: str, subscribers: int, verified: bool):
    """The landing page says what it is; where /s/ redirects, the preview is off and nothing is read as silence."""
    site.fallback = redirect
    site.routes |= {f"/{name.lower()}": saved(file)}
    seen = snapshot(site, name.lower(), "2026-W47")
    assert (seen.exists, seen.kind, seen.subscribers, seen.verified) == (True, "channel", subscribers, verified)
    assert (seen.posts_cause, seen.posts, seen.cause) == (Cause.PREVIEW_OFF, (), None)
    assert seen.register_link is False


@pytest.mark.parametrize(
    ("file", "name", "kind"), [("05", "botfather", "bot"), ("07", "python", "group"), ("08", "some_person", "user")]
)
def test_what_is_not_a_channel(site: Site, file: str, name: str, kind: str):
    """Its existence as a channel is neither claimed nor denied, and nothing else is kept of it."""
    site.fallback = redirect
    site.routes[f"/{name}"] = saved(file)
    ran = look(site, name, "2026-W47")
    assert (ran.seen.exists, ran.seen.cause, ran.seen.kind) == (None, Cause.WRONG_KIND, kind)
    assert site.paths == [f"/s/{name}", f"/{name}"]
    card = json.loads(ran.tape[-1].body)
    assert {key for key, value in card.items() if value is not None} == {"at", "kind"}


@pytest.mark.parametrize("fallback", FALLBACKS)
def test_a_missing_name_is_missing_only_beside_a_control(site: Site, fallback: object):
    """The same page is what a throttled client gets."""
    site.fallback = fallback  # type: ignore[assignment]
    site.routes["/zzqwxnonexistentchannel12345"] = saved("11")
    seen = snapshot(site, "zzqwxnonexistentchannel12345", "2026-W47")
    assert (seen.exists, seen.cause) == (None, Cause.NOT_AT_ADDRESS)
    unsure = snapshot(site, "zzqwxnonexistentchannel12345", "2026-W47", control="telegram")
    assert (unsure.exists, unsure.cause) == (None, Cause.THROTTLED if fallback is stub else Cause.UNRECOGNISED_PAGE)


@pytest.mark.parametrize("fallback", FALLBACKS)
def test_a_reply_by_a_linked_group_whose_page_cannot_be_had_is_nobodys(site: Site, fallback: object):
    """Under a question, a group that the page names nowhere is neither the owner's side nor a citizen's."""
    site.fallback = fallback  # type: ignore[assignment]
    name, at = "ejswonderemporium", datetime(2026, 9, 23, 12, 0, tzinfo=UTC)
    blocks = message(name, 274, at - timedelta(days=60)) + message(name, 275, at)
    talk = saved("12").replace("Why am I blocked in bass os group", "Когда дадут воду?")
    site.routes |= {f"/s/{name}": history(name, blocks, title="x"), f"/{name}/275": talk}
    ran = look(site, name, "2026-W39")
    post = ran.seen.posts[-1]
    assert (post.comments_state, post.comments_count, post.comments_cause) == (CommentsState.OPEN, 2, None)
    asked, reply = post.comments
    assert (asked.id, asked.side, asked.question, asked.reply_to) == (305, Side.CITIZEN, True, None)
    assert (reply.id, reply.side, reply.reply_to) == (306, Side.UNKNOWN, 305)
    assert (reply.at - asked.at) == timedelta(minutes=23, seconds=44)
    for word in ("commenter", "Commenter", 'ejswonder"', "blocked", "rejoin", "a402865a0d6c990095", "1f4736830bf40aa9"):
        assert word not in stored(ran)


def test_comments_that_are_off_are_closed(site: Site):
    """The widget says that discussion is not available: closed, and not "no replies"."""
    name, at = "pervyi_rayon", datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    site.routes |= {f"/s/{name}": history(name, message(name, 5, at)), f"/{name}/5": saved("13")}
    post = snapshot(site, name, "2026-W47").posts[0]
    assert (post.comments_state, post.comments_cause, post.comments) == (CommentsState.CLOSED, None, ())


def test_a_paged_discussion_without_its_form(site: Site):
    """44 comments, one on the page, the form that would lead to the others cut out: open, and not read."""
    door = Door("otzaviksait", set())
    page = keep_talk({"at": NOW, "html": saved("18")}, door, "otzaviksait/2")
    assert (page.state, page.count, page.before, door.keys) == (CommentsState.OPEN, 44, 58, {})
    name, at = "otzaviksait", datetime(2022, 8, 10, 12, 0, tzinfo=UTC)
    site.routes |= {f"/s/{name}": history(name, message(name, 2, at)), f"/{name}/2": saved("18")}
    post = snapshot(site, name, "2022-W32").posts[0]
    assert (post.comments_state, post.comments_count, post.comments_cause) == (
        CommentsState.OPEN,
        44,
        Cause.TOO_LITTLE_DATA,
    )
    assert post.comments == ()


def test_signatures_and_sources_of_forwards_are_not_kept(site: Site):
    """What is stored of the fragments yields the same messages and names nobody else."""
    site.routes["/s/tchantest"] = saved("F1")
    ran = look(site, "tchantest", "2023-W08")
    for word in ("Signature One", "Some user", "some_user", "CamaradosDeputados</", "some_random_user</"):
        assert word not in stored(ran)


@pytest.mark.parametrize(
    ("name", "exists", "outcome"),
    [("durov", True, Outcome.PASSED), ("zz_absent", False, Outcome.PASSED), ("telegram", True, Outcome.FAILED)],
)
def test_controls_by_real_pages(site: Site, name: str, exists: bool, outcome: Outcome):
    """A channel that must be there is; a name that must not be is not; a stub for the first is a failed control."""
    site.fallback = stub
    site.routes["/s/durov"] = history("durov", message("durov", 5, NOW - timedelta(days=1)))
    control = Control(url=address(name), exists=exists)
    assert run(control_look(WebSource(Target(control.url)), control), Served(site, NOW).way).seen.outcome is outcome
