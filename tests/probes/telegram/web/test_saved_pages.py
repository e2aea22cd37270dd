"""Saved real pages of t.me: the facts that must come out of each.

The pages stay where they are, beside the project; without that folder these tests skip.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network, Precision, Snapshot
from auditor.base.weeks import Week
from auditor.probes.target import Target, Window
from tests.probes import tme_memory as tme
from tests.probes.every_request import FinishedLook, replay_look, run
from tests.probes.tme_memory import NOW, SAVED_PAGES, Site, saved_page

pytestmark = pytest.mark.skipif(not SAVED_PAGES.is_dir(), reason="the folder ../shared with saved pages is not here")

LATER = NOW + timedelta(days=1)


def look(name: str, week: str = "2026-W47", **pages: str) -> FinishedLook[Snapshot]:
    """Look at a channel at whose paths these pages stand, and once more from the records."""
    site, target = Site(now=LATER), Target(Address(Network.TELEGRAM, name), control="durov")
    site.instead = {"/durov": saved_page("06"), **{f"/{path}": page for path, page in pages.items()}}
    window = Window.of(Week.parse(week, ZoneInfo("Asia/Tomsk")), LATER)
    ran = run(tme.look(target, window), site.transport)
    assert replay_look(lambda: tme.look(target, window), ran, LATER) == ran.result
    return ran


NEWS = [6, 7, 9, 10, 11, 12, 13]
OWN = [5, 6, 7, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 24, 62, 79, 81, 82, 83, 84, 88, 94]


def test_a_history() -> None:
    """Number, subscribers, birth by message 1, posts and reposts; signatures and sources of forwards are not kept."""
    for file, name, week, facts, opened, own_posts, reposts in [
        # A whole history on one page: ten blocks, three of them service messages; an unrounded counter.
        ("01", "ai_news_official", "2023-W07", (1532425936, 8, None), (2023, 2, 14, 19, 9, 12), NEWS, []),
        # A bag of fragments in no order: 28 blocks of the channel and two of others; 4 are service messages.
        ("F1", "tchantest", "2023-W08", (1591537674, 1, Cause.CONTRADICTION), (2023, 2, 24, 7, 26, 49), OWN, [89]),
    ]:
        ran = look(name, week, **{f"s/{name}": saved_page(file)})
        snapshot = ran.result
        assert (snapshot.exists, snapshot.kind, snapshot.id, snapshot.subscribers, snapshot.posts_cause) == (
            True,
            "channel",
            *facts,
        )
        assert (snapshot.opened_at, snapshot.opened_precision) == (datetime(*opened, tzinfo=UTC), Precision.EXACT)
        assert [p.id for p in snapshot.posts if not p.repost] == own_posts
        assert [p.id for p in snapshot.posts if p.repost] == reposts
        stored = (
            "".join(f"{record.evidence.url} {record.body.decode()}" for record in ran.tape) + snapshot.model_dump_json()
        )
        for word in ("Signature One", "Some user", "some_user", "CamaradosDeputados</", "some_random_user</"):
            assert word not in stored


CHANNEL = (True, None, "channel", Cause.PREVIEW_OFF)


def test_what_a_landing_page_says() -> None:
    """Where /s/ redirects, the preview is off and nothing is read as silence; what is no channel is neither."""
    for file, name, facts, subscribers in [
        ("03", "diaboxapp", CHANNEL, 5012),
        ("17", "report_figure_by_offset", CHANNEL, 21304),
        ("05", "botfather", (None, Cause.WRONG_KIND, "bot", None), None),
        ("07", "python", (None, Cause.WRONG_KIND, "group", None), None),
        ("08", "some_person", (None, Cause.WRONG_KIND, "user", None), None),
        ("11", "zzqwxnonexistentchannel12345", (None, Cause.NOT_AT_ADDRESS, None, None), None),
    ]:
        snapshot = look(name, **{name: saved_page(file)}).result
        assert ((snapshot.exists, snapshot.cause, snapshot.kind, snapshot.posts_cause), snapshot.subscribers) == (
            facts,
            subscribers,
        )
