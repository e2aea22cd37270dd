"""Saved real pages of t.me, served by file: the facts that must come out of each.

The pages stay where they are, beside the project; without that folder these tests skip.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from auditor.base.address import Address
from auditor.base.snapshot import Cause, CommentsState, Network, Outcome, Precision, Side, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Sighting, Target, Window
from auditor.probes.http import HttpConnection
from auditor.probes.tme.minimise import bare_landing
from auditor.probes.tme.pages import Description, DiscussionState, Kind, Landing, read_discussion
from auditor.probes.tme.probe import TelegramPreviewProbe
from auditor.registry.models import Control
from tests.telegram_site import NOW, PAGES, Answer, Asked, Site, history, message, missing, saved, serving

pytestmark = pytest.mark.skipif(not PAGES.is_dir(), reason="the folder ../shared with saved pages is not here")

TOMSK = ZoneInfo("Asia/Tomsk")


@pytest.fixture
def site():
    with serving() as server:
        yield server


def redirect(asked: Asked) -> Answer:
    """Lead a preview to its landing page, as t.me does."""
    return Answer("", 302, {"Location": f"https://t.me{asked.path.removeprefix('/s')}"})


def stub(asked: Asked) -> str:
    """Answer as to a missing name."""
    return missing(asked.path.rsplit("/", 1)[-1])


FALLBACKS = [Answer("not found", 404), redirect, stub]


def address(name: str) -> Address:
    return Address(Network.TELEGRAM, name)


def look(site: Site, name: str, week: str, *, control: bool = True) -> Sighting:
    probe = TelegramPreviewProbe(
        HttpConnection(url=site.url, interval=0, clock=lambda: NOW),
        vantage="test",
    )
    if control:
        probe.control(Control(url=address("durov"), exists=True))
    try:
        return probe.look(Target(address(name)), Window.of(Week.parse(week, TOMSK), NOW))
    finally:
        probe.close()


def snapshot(site: Site, name: str, week: str, *, control: bool = True) -> Snapshot:
    return look(site, name, week, control=control).snapshot


@pytest.mark.parametrize("fallback", FALLBACKS)
def test_a_whole_history_on_one_page(site: Site, fallback: object):
    """Ten blocks, three of them service messages; born by message 1; eight subscribers by the unrounded counter."""
    site.fallback = fallback  # type: ignore[assignment]
    site.routes |= {"/s/ai_news_official": saved("01"), "/durov": saved("06")}
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
    site.routes |= {"/s/prstnk_eprst": saved("10"), "/durov": saved("06")}
    seen = snapshot(site, "prstnk_eprst", "2026-W22")
    assert (seen.subscribers, len(seen.posts), seen.id) == (1, 1, 3976510481)
    assert seen.opened_at == datetime(2026, 5, 30, 21, 56, 29, tzinfo=UTC)
    assert seen.opened_precision is Precision.EXACT
    assert seen.posts[0].url == "https://t.me/prstnk_eprst/2"


@pytest.mark.parametrize("fallback", FALLBACKS)
def test_a_bag_of_fragments(site: Site, fallback: object):
    """28 blocks of the channel in no order, two of others: 4 service messages, 1 forward, 23 posts, one an album."""
    site.fallback = fallback  # type: ignore[assignment]
    site.routes |= {"/s/tchantest": saved("F1"), "/durov": saved("06")}
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
    site.routes |= {f"/{name.lower()}": saved(file), "/durov": saved("06")}
    seen = snapshot(site, name.lower(), "2026-W47")
    assert (seen.exists, seen.kind, seen.subscribers, seen.verified) == (True, "channel", subscribers, verified)
    assert (seen.posts_cause, seen.posts, seen.cause) == (Cause.PREVIEW_OFF, (), None)
    assert seen.register_link is False


@pytest.mark.parametrize(
    ("file", "name", "kind"), [("05", "botfather", "bot"), ("07", "python", "group"), ("08", "some_person", "user")]
)
def test_what_is_not_a_channel(site: Site, file: str, name: str, kind: str):
    """One request tells; its existence as a channel is neither claimed nor denied."""
    site.routes |= {f"/{name}": saved(file), "/durov": saved("06")}
    sighting = look(site, name, "2026-W47")
    assert (sighting.snapshot.exists, sighting.snapshot.cause, sighting.snapshot.kind) == (None, Cause.WRONG_KIND, kind)
    assert site.paths == ["/durov", "/s/durov", f"/{name}"]
    person = kind in {"user", "bot"}
    assert sighting.answers[0].evidence.minimised is person
    bare = bare_landing(Landing(Kind(kind), description=Description()))
    assert (sighting.answers[0].body == bare) is person


@pytest.mark.parametrize("fallback", FALLBACKS)
def test_a_missing_name_is_missing_only_beside_a_control(site: Site, fallback: object):
    """The same page is what a throttled client gets."""
    site.fallback = fallback  # type: ignore[assignment]
    site.routes |= {"/zzqwxnonexistentchannel12345": saved("11"), "/durov": saved("06")}
    seen = snapshot(site, "zzqwxnonexistentchannel12345", "2026-W47")
    assert (seen.exists, seen.cause) == (None, Cause.NOT_AT_ADDRESS)
    unsure = snapshot(site, "zzqwxnonexistentchannel12345", "2026-W47", control=False)
    assert (unsure.exists, unsure.cause) == (None, Cause.CONTROL_FAILED)


@pytest.mark.parametrize("fallback", FALLBACKS)
def test_a_reply_by_a_linked_group_whose_page_cannot_be_had_is_nobodys(site: Site, fallback: object):
    """Under a question, a group that the page names nowhere is neither the owner's side nor a citizen's."""
    site.fallback = fallback  # type: ignore[assignment]
    name, at = "ejswonderemporium", datetime(2026, 9, 23, 12, 0, tzinfo=UTC)
    blocks = message(name, 274, at - timedelta(days=60)) + message(name, 275, at)
    talk = saved("12").replace("Why am I blocked in bass os group", "Когда дадут воду?")
    site.routes |= {f"/s/{name}": history(name, blocks, title="x"), f"/{name}/275": talk, "/durov": saved("06")}
    sighting = look(site, name, "2026-W39")
    post = sighting.snapshot.posts[-1]
    assert (post.comments_state, post.comments_count, post.comments_cause) == (CommentsState.OPEN, 2, None)
    asked, reply = post.comments
    assert (asked.id, asked.side, asked.question, asked.reply_to) == (305, Side.CITIZEN, True, None)
    assert (reply.id, reply.side, reply.reply_to) == (306, Side.UNKNOWN, 305)
    assert (reply.at - asked.at) == timedelta(minutes=23, seconds=44)
    written = b"".join(a.body for a in sighting.answers) + sighting.snapshot.model_dump_json().encode()
    for word in (
        b"commenter",
        b"Commenter",
        b'ejswonder"',
        b"blocked",
        b"rejoin",
        b"a402865a0d6c990095",
        b"1f4736830bf40aa915",
    ):
        assert word not in written


def test_comments_that_are_off_are_closed(site: Site):
    """The widget says that discussion is not available: closed, and not "no replies"."""
    name, at = "pervyi_rayon", datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    site.routes |= {f"/s/{name}": history(name, message(name, 5, at)), f"/{name}/5": saved("13"), "/durov": saved("06")}
    post = snapshot(site, name, "2026-W47").posts[0]
    assert (post.comments_state, post.comments_cause, post.comments) == (CommentsState.CLOSED, None, ())


def test_a_paged_discussion_without_its_form(site: Site):
    """44 comments, one on the page, the form that would lead to the others cut out: open, and not read."""
    page = read_discussion(saved("18"))
    assert (page.state, page.count, page.before, page.form) == (DiscussionState.OPEN, 44, 58, None)
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
    sighting = look(site, "tchantest", "2023-W08")
    stored = next(a for a in sighting.answers if a.evidence.url.endswith("/s/tchantest"))
    for word in (b"Signature One", b"Some user", b"some_user", b"CamaradosDeputados</", b"some_random_user</"):
        assert word not in stored.body
    assert stored.evidence.minimised
    assert stored.evidence.sha256 != stored.evidence.stored_sha256


def test_controls_by_real_pages(site: Site):
    """A channel that must be there is; a name that must not be is not; a stub for the first is a failed control."""
    site.fallback = stub
    site.routes["/durov"] = saved("06")
    probe = TelegramPreviewProbe(HttpConnection(url=site.url, interval=0, clock=lambda: NOW))
    there, _ = probe.control(Control(url=address("durov"), exists=True))
    absent, _ = probe.control(Control(url=address("zz_absent"), exists=False))
    throttled, _ = probe.control(Control(url=address("telegram"), exists=True))
    probe.close()
    assert [there.outcome, absent.outcome, throttled.outcome] == [Outcome.PASSED, Outcome.PASSED, Outcome.FAILED]
