"""The Telegram preview probe over a server on loopback: what it sees, and what it refuses to conclude."""

import json
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from auditor.base.address import Address
from auditor.base.answers import Answer as Kept
from auditor.base.snapshot import (
    Cause,
    CommentsState,
    ControlResult,
    EvidenceKind,
    Network,
    Outcome,
    Precision,
    Side,
)
from auditor.base.weeks import Week
from auditor.probes.base import Batch, Sighting, Target, Window
from auditor.probes.http import HttpConnection
from auditor.probes.limits import Limits
from auditor.probes.plugins import Probe
from auditor.probes.tape import Tape
from auditor.probes.tme import past as walk_module
from auditor.probes.tme import talks as comments_module
from auditor.probes.tme.plugin import replay_control, replay_look
from auditor.probes.tme.probe import TelegramPreviewProbe
from auditor.registry.models import Control
from tests.telegram_site import (
    NO_POSTS,
    NOW,
    Answer,
    Asked,
    Site,
    closed_discussion,
    comment,
    daily,
    discussion,
    document,
    gzipped,
    history,
    landing,
    message,
    missing,
    older_link,
    paged,
    serving,
)

NAME = "pervyi_rayon"
WEEK = Week.parse("2026-W47", ZoneInfo("Asia/Tomsk"))
WINDOW = Window.of(WEEK, NOW)
IN_WEEK = datetime(2026, 11, 18, 7, 30, tzinfo=UTC)
BLOCK_PAGE = document("Доступ ограничен", "<h1>Доступ к ресурсу ограничен по решению суда</h1>" + "x" * 600)


@pytest.fixture(autouse=True)
def every_look_is_played_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test of this module serves: the look made again from its stored answers is the same."""
    looks, controls = TelegramPreviewProbe.look, TelegramPreviewProbe.control

    def look_twice(probe: TelegramPreviewProbe, target: Target, window: Window) -> Sighting:
        trusted = probe._controls.trusted is not None
        seen = looks(probe, target, window)
        with monkeypatch.context() as first:
            first.setattr(TelegramPreviewProbe, "look", looks)
            assert replay_look(target, window, tape(seen.answers), trusted=trusted, vantage="test") == seen.snapshot
        return seen

    def control_twice(probe: TelegramPreviewProbe, control: Control) -> tuple[ControlResult, tuple[Kept, ...]]:
        result, answers = controls(probe, control)
        with monkeypatch.context() as first:
            first.setattr(TelegramPreviewProbe, "control", controls)
            assert replay_control(control, tape(answers)) == result
        return result, answers

    monkeypatch.setattr(TelegramPreviewProbe, "look", look_twice)
    monkeypatch.setattr(TelegramPreviewProbe, "control", control_twice)


def tape(answers: Sequence[Kept]) -> Tape:
    return Tape(answers, NOW)


@pytest.fixture
def site():
    with serving() as server:
        server.routes["/telegram"] = landing("telegram")
        yield server


@pytest.fixture
def probe(site: Site):
    made = probe_of(site)
    yield made
    made.close()


def probe_of(site: Site, **options: object) -> TelegramPreviewProbe:
    return TelegramPreviewProbe(
        HttpConnection(url=site.url, interval=0, clock=lambda: NOW, limits=Limits(connect=1, read=0.3, total=1)),
        vantage="test",
        **options,  # type: ignore[arg-type]
    )


def address(name: str) -> Address:
    return Address(Network.TELEGRAM, name)


def control(name: str = "telegram", *, exists: bool = True) -> Control:
    return Control(url=address(name), exists=exists)


def look(probe: TelegramPreviewProbe, name: str = NAME, **options: object) -> Sighting:
    return probe.look(Target(address(name), **options), WINDOW)  # type: ignore[arg-type]


def redirect(asked: Asked) -> Answer:
    return Answer("", 302, {"Location": f"https://t.me{asked.path.removeprefix('/s')}"})


def channel(site: Site, messages: dict[int, str], **options: str) -> None:
    """Serve a channel with `messages` and a landing page."""
    site.routes |= {f"/{NAME}": landing(NAME), f"/s/{NAME}": paged(NAME, messages, **options)}


def talk(site: Site, page: str | Callable[[Asked], str], number: int = 5) -> None:
    """Serve a channel with one post in the week and a discussion under it."""
    channel(site, {number: message(NAME, number, IN_WEEK)})
    site.routes[f"/{NAME}/{number}"] = page


# What it is


def test_it_is_a_probe(probe: TelegramPreviewProbe):
    """It has what the run asks of every probe."""
    whole: Probe = probe
    whole.prepare(Batch((Target(address(NAME)),), WINDOW))
    assert whole.requests == 0


def test_a_channel_is_seen_whole(site: Site, probe: TelegramPreviewProbe):
    """Existence, card, opening and posts, with every answer kept under its public address."""
    channel(site, daily(NAME, datetime(2026, 11, 10, 3, 0, tzinfo=UTC), 12))
    sighting = look(probe)
    seen = sighting.snapshot
    assert (seen.exists, seen.cause, seen.kind, seen.id) == (True, None, "channel", 1000000001)
    assert (seen.subscribers, seen.verified, seen.register_link) == (120, False, False)
    assert (seen.opened_at, seen.opened_precision) == (datetime(2026, 11, 10, 3, 0, tzinfo=UTC), Precision.EXACT)
    assert (len(seen.posts), seen.posts_cause, seen.posts_since, seen.vantage) == (11, None, None, "test")
    assert seen.evidence == tuple(a.evidence for a in sighting.answers)
    assert [e.url for e in seen.evidence][:2] == [f"https://t.me/{NAME}", f"https://t.me/s/{NAME}"]
    assert [e.kind for e in seen.evidence][:2] == [EvidenceKind.PROFILE, EvidenceKind.POSTS]


def test_the_registrys_spelling_and_the_pages_may_differ(site: Site, probe: TelegramPreviewProbe):
    """Names on Telegram know no case."""
    site.routes |= {
        f"/{NAME}": landing("Pervyi_Rayon"),
        f"/s/{NAME}": history("Pervyi_Rayon", message("Pervyi_Rayon", 5, IN_WEEK)),
    }
    assert len(look(probe).snapshot.posts) == 1


def test_a_page_about_another_name_says_nothing(site: Site, probe: TelegramPreviewProbe):
    """A cache that mixes pages up must not make a fact about a person."""
    site.routes |= {
        f"/{NAME}": landing("vtoroi_rayon"),
        f"/s/{NAME}": history("x", message("vtoroi_rayon", 5, IN_WEEK)),
    }
    seen = look(probe).snapshot
    assert (seen.exists, seen.cause) == (None, Cause.UNRECOGNISED_PAGE)


def test_a_compressed_page_is_read(site: Site, probe: TelegramPreviewProbe):
    """As t.me sends it."""
    site.routes[f"/{NAME}"] = gzipped(landing(NAME))
    assert look(probe, full=False).snapshot.subscribers == 120


def test_an_institution_is_asked_for_its_page_and_its_newest_posts(site: Site, probe: TelegramPreviewProbe):
    """What they say is compared; nothing under them is asked for."""
    channel(site, daily(NAME, IN_WEEK, 3))
    seen = look(probe, full=False).snapshot
    assert (seen.exists, len(seen.posts), probe.requests) == (True, 2, 2)
    assert {post.comments_cause for post in seen.posts} == {Cause.TOO_LITTLE_DATA}
    assert seen.id is not None


def test_an_institution_whose_landing_fails_is_seen_by_its_history(site: Site, probe: TelegramPreviewProbe):
    """Positive evidence wins."""
    channel(site, daily(NAME, IN_WEEK, 3))
    site.routes[f"/{NAME}"] = Answer("", 404)
    seen = look(probe, full=False).snapshot
    assert (seen.exists, seen.kind, len(seen.posts)) == (True, "channel", 2)


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (landing(NAME, "9 members, 2 online", preview=False), "group"),
        (landing(NAME, f"@{NAME}", button="Send Message", preview=False), "user"),
        (landing(NAME, "9 monthly users", button="Start Bot", preview=False), "bot"),
    ],
)
def test_another_kind_is_not_asked_further(site: Site, probe: TelegramPreviewProbe, page: str, kind: str):
    """A group, user or bot is not a channel: neither present nor absent."""
    site.routes[f"/{NAME}"] = page
    seen = look(probe).snapshot
    assert (seen.exists, seen.cause, seen.kind, probe.requests) == (None, Cause.WRONG_KIND, kind, 1)


@pytest.mark.parametrize(
    ("page", "exists"),
    [(landing("x", "7 subscribers", href="tg://join?invite=AbC", preview=False), True), (missing("x"), None)],
)
def test_a_private_invite_is_private(site: Site, probe: TelegramPreviewProbe, page: str, exists: bool | None):
    """It exists and shows nothing; an expired invite says nothing of the channel behind it."""
    site.routes["/+AbC"] = page
    probe.control(control())
    seen = look(probe, "+AbC").snapshot
    assert (seen.exists, seen.cause, probe.requests) == (exists, Cause.PRIVATE, 3)


def test_an_invite_that_a_throttled_client_cannot_see_is_not_called_expired(site: Site, probe: TelegramPreviewProbe):
    """Without a control the stub says nothing."""
    site.routes["/+AbC"] = missing("x")
    assert look(probe, "+AbC").snapshot.cause is Cause.CONTROL_FAILED


# Missing


def test_a_free_name_is_believed_while_the_control_is_seen_and_proves_no_absence(
    site: Site, probe: TelegramPreviewProbe
):
    """The control is asked again at that very moment; the page may have another name."""
    site.routes |= {f"/{NAME}": missing(NAME), f"/s/{NAME}": redirect}
    probe.control(control())
    sighting = look(probe)
    assert (sighting.snapshot.exists, sighting.snapshot.cause) == (None, Cause.NOT_AT_ADDRESS)
    assert site.paths == ["/telegram", "/s/telegram", f"/{NAME}", f"/s/{NAME}", "/telegram"]


def test_missing_without_a_control_is_not_believed(site: Site, probe: TelegramPreviewProbe):
    """A throttled client sees the same page."""
    site.routes |= {f"/{NAME}": missing(NAME), f"/s/{NAME}": redirect}
    seen = look(probe).snapshot
    assert (seen.exists, seen.cause) == (None, Cause.CONTROL_FAILED)


def test_missing_is_not_believed_once_throttling_has_begun(site: Site, probe: TelegramPreviewProbe):
    """The control passed at the run's start and is a stub now."""
    site.routes |= {f"/{NAME}": missing(NAME), f"/s/{NAME}": redirect}
    probe.control(control())
    site.routes["/telegram"] = missing("telegram")
    seen = look(probe).snapshot
    assert (seen.exists, seen.cause) == (None, Cause.THROTTLED)


@pytest.mark.parametrize(
    ("preview", "cause"),
    [
        (Answer("", 429), Cause.THROTTLED),
        (Answer("", 502), Cause.UNREACHABLE),
        (BLOCK_PAGE, Cause.BLOCKED),
        (history(NAME, NO_POSTS), Cause.UNRECOGNISED_PAGE),
    ],
)
def test_missing_is_not_believed_when_the_preview_disagrees(
    site: Site, probe: TelegramPreviewProbe, preview: Answer | str, cause: Cause
):
    """A way that fails, or a preview that is there, contradicts the stub."""
    site.routes |= {f"/{NAME}": missing(NAME), f"/s/{NAME}": preview}
    probe.control(control())
    seen = look(probe).snapshot
    assert (seen.exists, seen.cause) == (None, cause)


@pytest.mark.parametrize("front", [missing(NAME), Answer("", 404), Answer("", 500), BLOCK_PAGE, Answer("", 429), ""])
def test_history_is_believed_before_the_landing_page(site: Site, probe: TelegramPreviewProbe, front: Answer | str):
    """Messages of that name mean that the channel is there, whatever its landing page says."""
    channel(site, daily(NAME, IN_WEEK, 3))
    site.routes[f"/{NAME}"] = front
    probe.control(control())
    seen = look(probe).snapshot
    assert (seen.exists, seen.cause, len(seen.posts)) == (True, None, 2)


# Turned away


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (Answer("slow down", 429), Cause.THROTTLED),
        (Answer("x", 500), Cause.UNREACHABLE),
        (Answer("x", hang=0.5), Cause.UNREACHABLE),
        (Answer("x" * 5000, cut=100), Cause.UNREACHABLE),
        (Answer("no", 403), Cause.REFUSED),
        (Answer(BLOCK_PAGE, 403), Cause.BLOCKED),
        (Answer("x", 451), Cause.BLOCKED),
        (BLOCK_PAGE, Cause.BLOCKED),
        (document("It works", "x" * 600), Cause.BLOCKED),
        (document("New", "x" * 600, '<link href="//telegram.org/css/new.css">'), Cause.UNRECOGNISED_PAGE),
        (Answer("", 302, {"Location": "http://warning.example/blocked"}), Cause.BLOCKED),
        (Answer("", 302, {"Location": "https://telegram.org/"}), Cause.UNRECOGNISED_PAGE),
        (Answer("", 302, {"Location": "/pervyi_rayon"}), Cause.UNRECOGNISED_PAGE),
        (Answer("", 302), Cause.UNRECOGNISED_PAGE),
        ("", Cause.THROTTLED),
        ("ok", Cause.THROTTLED),
        (document("Telegram", "<div class='tgme_page'>new design</div>"), Cause.UNRECOGNISED_PAGE),
        (Answer("", 404), Cause.UNRECOGNISED_PAGE),
        ("<html>tgme_page " + "x" * 12_000_000, Cause.UNRECOGNISED_PAGE),
    ],
)
def test_being_turned_away_is_never_absence(
    site: Site, probe: TelegramPreviewProbe, answer: Answer | str, cause: Cause
):
    """Each way of not being answered has its cause, and what came is kept, but not more than 64 KB of it."""
    site.fallback = answer
    probe.control(control())
    sighting = look(probe)
    assert (sighting.snapshot.exists, sighting.snapshot.cause) == (None, cause)
    assert sighting.snapshot.posts == ()
    assert all(len(a.body) <= 64 * 1024 for a in sighting.answers)


def test_after_three_failures_in_a_row_nobody_is_asked(site: Site, probe: TelegramPreviewProbe):
    """The remaining accounts get the cause without a request."""
    site.fallback = Answer("", 429, {"Retry-After": "3600"})
    for name in ("one_rayon", "two_rayon", "tri_rayon"):
        assert look(probe, name).snapshot.cause is Cause.THROTTLED
    sent = probe.requests
    assert look(probe, "four_rayon").snapshot.cause is Cause.THROTTLED
    assert probe.requests == sent == len(site.asked)


# History


def test_the_preview_that_leads_back_is_off(site: Site, probe: TelegramPreviewProbe):
    """The channel is there and its posts are not to be seen."""
    site.routes |= {f"/{NAME}": landing(NAME), f"/s/{NAME}": redirect}
    seen = look(probe).snapshot
    assert (seen.exists, seen.cause, seen.posts_cause) == (True, None, Cause.PREVIEW_OFF)


@pytest.mark.parametrize(
    ("preview", "cause"),
    [
        (Answer("", 429), Cause.THROTTLED),
        (Answer("", 500), Cause.UNREACHABLE),
        (Answer("", 404), Cause.UNRECOGNISED_PAGE),
        (Answer("", 302, {"Location": "http://warning.example/"}), Cause.BLOCKED),
        (Answer("", 302, {"Location": "https://telegram.org/"}), Cause.UNRECOGNISED_PAGE),
        (missing(NAME), Cause.THROTTLED),
        (landing(NAME), Cause.UNRECOGNISED_PAGE),
        (BLOCK_PAGE, Cause.BLOCKED),
        (history(NAME, NO_POSTS, counters="120 subscribers, 5 photos"), Cause.CONTRADICTION),
        (history(NAME, NO_POSTS, header=False), Cause.THROTTLED),
        (history(NAME, NO_POSTS.replace("No posts found", "This channel can't be displayed")), Cause.PREVIEW_OFF),
        (history(NAME, message("vtoroi_rayon", 5, IN_WEEK)), Cause.UNRECOGNISED_PAGE),
        (history(NAME, message(NAME, 5, IN_WEEK))[:-9], Cause.UNRECOGNISED_PAGE),
        (history(NAME, message(NAME, 5, IN_WEEK).replace("datetime=", "x=")), Cause.UNRECOGNISED_PAGE),
    ],
)
def test_an_unread_history_is_not_an_empty_one(
    site: Site, probe: TelegramPreviewProbe, preview: Answer | str, cause: Cause
):
    """No posts are counted as none unless a page says so beyond doubt."""
    site.routes |= {f"/{NAME}": landing(NAME), f"/s/{NAME}": preview}
    seen = look(probe).snapshot
    assert (seen.exists, seen.cause, seen.posts_cause, seen.posts) == (True, None, cause, ())


def test_an_empty_channel_is_believed_beside_another_preview_that_is_full(site: Site, probe: TelegramPreviewProbe):
    """Its counters speak of no content, ids below 21 show nothing, and the control's preview shows its posts."""
    site.routes |= {
        f"/{NAME}": landing(NAME),
        f"/s/{NAME}": history(NAME, NO_POSTS),
        "/s/telegram": history("telegram", message("telegram", 5, IN_WEEK)),
    }
    probe.control(control())
    seen = look(probe).snapshot
    assert (seen.exists, seen.posts_cause, seen.posts, seen.opened_at) == (True, None, (), None)


@pytest.mark.parametrize("with_control", [True, False])
def test_an_empty_channel_is_not_believed_while_every_preview_is_empty(
    site: Site, probe: TelegramPreviewProbe, with_control: bool
):
    """That is how a client is answered that asks too often: silence may not be read out of it."""
    site.routes |= {
        f"/{NAME}": landing(NAME),
        f"/s/{NAME}": history(NAME, NO_POSTS),
        "/s/telegram": history("telegram", NO_POSTS),
    }
    if with_control:
        probe.control(control())
    seen = look(probe).snapshot
    assert (seen.exists, seen.posts_cause) == (True, Cause.THROTTLED)


def test_an_empty_page_of_a_channel_with_a_past_contradicts_it(site: Site, probe: TelegramPreviewProbe):
    """A channel of texts alone has no counters; its first messages give it away."""
    messages = paged(NAME, daily(NAME, IN_WEEK - timedelta(days=9), 9))
    site.routes |= {
        f"/{NAME}": landing(NAME),
        f"/s/{NAME}": lambda a: messages(a) if a.query else history(NAME, NO_POSTS),
    }
    assert look(probe).snapshot.posts_cause is Cause.CONTRADICTION


def test_only_labels_in_place_of_posts_mean_that_the_preview_is_off(site: Site, probe: TelegramPreviewProbe):
    """Dates alone are not posts that anybody can read."""
    label = '<div class="message_media_not_supported_label">Please open Telegram to view this post</div>'
    channel(site, {i: message(NAME, i, IN_WEEK, "", inner=label) for i in range(3, 9)})
    seen = look(probe).snapshot
    assert (seen.exists, seen.posts_cause, seen.posts) == (True, Cause.PREVIEW_OFF, ())


def test_one_such_label_is_still_a_post(site: Site, probe: TelegramPreviewProbe):
    """A poll or a story that the page cannot show was published all the same."""
    label = '<div class="message_media_not_supported_label">Please open Telegram to view this post</div>'
    channel(site, {3: message(NAME, 3, IN_WEEK), 4: message(NAME, 4, IN_WEEK, "", inner=label)})
    seen = look(probe).snapshot
    assert (seen.posts_cause, [p.id for p in seen.posts]) == (None, [3, 4])


def test_pages_are_read_back_to_the_window_and_one_post_before_it(site: Site, probe: TelegramPreviewProbe):
    """70 days of daily posts: back past posts_from, no further; each message once; the opening from its own page."""
    first = IN_WEEK - timedelta(days=120)
    channel(site, daily(NAME, first, 121))
    seen = look(probe).snapshot
    ids = [p.id for p in seen.posts]
    assert ids == list(range(ids[0], 122))
    assert seen.posts_since is not None
    assert seen.posts_since < WINDOW.posts_from
    assert seen.posts_since > WINDOW.posts_from - timedelta(days=21)
    assert (seen.opened_at, seen.opened_precision) == (first, Precision.EXACT)
    assert [e.kind for e in seen.evidence].count(EvidenceKind.OPENING) == 1


def test_a_silence_is_read_back_to_its_beginning(site: Site, probe: TelegramPreviewProbe):
    """Pages of service messages alone do not end the reading."""
    quiet = {i: message(NAME, i, WINDOW.posts_from - timedelta(days=300 - i), "x", service=True) for i in range(30, 90)}
    last = WINDOW.posts_from - timedelta(days=400)
    channel(site, {25: message(NAME, 25, last), 26: message(NAME, 26, last)} | quiet)
    seen = look(probe).snapshot
    assert [p.id for p in seen.posts] == [25, 26]
    assert (seen.posts_cause, seen.posts_since) == (None, None)


def test_service_messages_reposts_and_albums(site: Site, probe: TelegramPreviewProbe):
    """Service messages are no posts, a repost has no text of the owner's, an album is one post."""
    channel(
        site,
        {
            4: message(NAME, 4, IN_WEEK, "Channel photo updated", service=True),
            5: message(NAME, 5, IN_WEEK, "чужое", forwarded="Некто"),
            6: message(NAME, 6, IN_WEEK, "снимки", inner='<a href="https://t.me/x/7?single"></a>'),
        },
    )
    seen = look(probe).snapshot
    assert [(p.id, p.repost, p.sketch == "") for p in seen.posts] == [(5, True, True), (6, False, False)]
    assert (seen.opened_at, seen.opened_precision) == (IN_WEEK, Precision.NOT_LATER_THAN)


BUTTON = '<a class="tgme_widget_message_inline_button" href="https://primer.invalid/?erid=2Vt">Купить</a>'


@pytest.mark.parametrize(
    "more",
    [
        {"text": "Скидки у соседей. erid: 2VtzqwВыдумано"},
        {"text": '<a href="https://primer.invalid/?ERID=2Vt">Скидки</a>'},
        {"text": "Скидки. Erid 2Vt", "forwarded": "Некто"},
        {"text": '<a href="https://primer.invalid/?erid=2Vt">Скидки</a>', "forwarded": "Некто"},
        {"inner": BUTTON},
    ],
)
def test_advertisements_are_no_posts(site: Site, probe: TelegramPreviewProbe, more: dict[str, str]):
    """Issue 25, item 19: marked by «erid» in the text or in a link; «Меридиан» is no mark."""
    channel(site, {4: message(NAME, 4, IN_WEEK, "Открыли парк «Меридиан»"), 5: message(NAME, 5, IN_WEEK, **more)})
    sighting = look(probe)
    assert [post.id for post in sighting.snapshot.posts] == [4]
    assert "Некто" not in b"".join(a.body for a in sighting.answers).decode()


def test_a_server_that_ignores_before_does_not_lead_in_circles(site: Site, probe: TelegramPreviewProbe):
    """The week itself is on the page: its posts count, and what lies further back is not claimed."""
    blocks = "".join(message(NAME, 100 + i, WINDOW.starts - timedelta(days=2) + timedelta(days=i)) for i in range(8))
    site.routes |= {f"/{NAME}": landing(NAME), f"/s/{NAME}": history(NAME, blocks, before=100)}
    seen = look(probe).snapshot
    assert (len(seen.posts), seen.posts_cause) == (8, None)
    assert seen.posts_since == WINDOW.starts - timedelta(days=2)
    assert seen.opened_precision is Precision.NOT_LATER_THAN
    assert len([p for p in site.paths if p == f"/s/{NAME}"]) == 3


def test_a_week_that_was_not_reached_is_too_little_data(
    site: Site, probe: TelegramPreviewProbe, monkeypatch: pytest.MonkeyPatch
):
    """The cap of pages came before the week's start."""
    monkeypatch.setattr(walk_module, "PAGES", 2)
    channel(site, {i: message(NAME, i, NOW - timedelta(minutes=400 - i)) for i in range(2, 400)})
    seen = look(probe).snapshot
    assert (seen.exists, seen.posts_cause, len(seen.posts)) == (True, Cause.TOO_LITTLE_DATA, 40)
    assert seen.opened_precision is Precision.NOT_LATER_THAN


@pytest.mark.parametrize(
    ("failure", "cause"),
    [(Answer("", 429), Cause.THROTTLED), (NO_POSTS, Cause.THROTTLED), (Answer("", 500), Cause.UNREACHABLE)],
)
def test_an_older_page_that_fails_leaves_the_week_unread(
    site: Site, probe: TelegramPreviewProbe, failure: Answer | str, cause: Cause
):
    """Twenty posts of today and no page before them: the week is not empty, it is unread."""
    pages = paged(NAME, {i: message(NAME, i, NOW - timedelta(minutes=60 - i)) for i in range(2, 60)})
    older = history(NAME, failure) if isinstance(failure, str) else failure
    site.routes |= {f"/{NAME}": landing(NAME), f"/s/{NAME}": lambda a: older if a.query else pages(a)}
    assert look(probe).snapshot.posts_cause is cause


def test_an_older_page_that_fails_behind_a_whole_week_keeps_its_cause(site: Site, probe: TelegramPreviewProbe):
    """The week was read and is judged; what lies before it is unread for the network's reason, not for want of data."""
    pages = paged(NAME, daily(NAME, WINDOW.starts - timedelta(days=60), 66))
    site.routes |= {f"/{NAME}": landing(NAME), f"/s/{NAME}": lambda a: Answer("", 429) if a.query else pages(a)}
    seen = look(probe).snapshot
    assert (seen.posts_cause, seen.older_cause) == (None, Cause.THROTTLED)
    assert seen.posts_since is not None
    assert seen.posts_since < WINDOW.starts


# Opening


def test_the_oldest_message_is_found_when_the_first_ones_are_deleted(site: Site, probe: TelegramPreviewProbe):
    """No birth message: not later than the oldest one, found by halving."""
    first = datetime(2022, 3, 1, tzinfo=UTC)
    channel(
        site,
        {i: message(NAME, i, first + timedelta(hours=i)) for i in range(163, 8_000, 7)}
        | {
            9_000: message(NAME, 9_000, IN_WEEK),
        },
    )
    seen = look(probe).snapshot
    assert (seen.opened_at, seen.opened_precision) == (first + timedelta(hours=163), Precision.NOT_LATER_THAN)
    assert [e.kind for e in seen.evidence].count(EvidenceKind.OPENING) <= 12


def test_a_failing_opening_page_leaves_the_oldest_seen(site: Site, probe: TelegramPreviewProbe):
    """The trace that was seen stays true."""
    pages = paged(NAME, daily(NAME, IN_WEEK - timedelta(days=300), 301))
    site.routes |= {
        f"/{NAME}": landing(NAME),
        f"/s/{NAME}": lambda a: Answer("", 500) if a.query.get("before") == "21" else pages(a),
    }
    seen = look(probe).snapshot
    assert seen.opened_at == seen.posts_since
    assert (seen.opened_precision, seen.posts_cause) == (Precision.NOT_LATER_THAN, None)


# Discussions


def test_who_commented_is_told_apart_and_let_go(
    site: Site, probe: TelegramPreviewProbe, caplog: pytest.LogCaptureFixture
):
    """The channel, its staff and its group are the owner; another office is another body; the rest are citizens."""
    at = IN_WEEK
    talk(
        site,
        discussion(
            f"{NAME}/5",
            comment(1, at, "Когда починят дорогу?", name="Житель Один", handle="zhitel_odin")
            + comment(2, at, "@zhitel_odin, до пятницы", name="Первый район", handle=NAME.upper(), reply_to=1)
            + comment(3, at, "Спасибо", name="Житель Два")
            + comment(4, at, "👍", name="Пресса", handle="Pressa_Rayona")
            + comment(5, at, "Ответим мы", name="Второй район", handle="vtoroi_rayon")
            + comment(6, at, "", name="Житель Два"),
            6,
        ),
    )
    with caplog.at_level(logging.DEBUG):
        sighting = look(probe, staff=("@pressa_rayona",), others=frozenset({address("vtoroi_rayon")}))
    post = sighting.snapshot.posts[0]
    assert (post.comments_state, post.comments_count, post.comments_cause) == (CommentsState.OPEN, 6, None)
    assert [c.side for c in post.comments] == [
        Side.CITIZEN,
        Side.OWNER,
        Side.CITIZEN,
        Side.OWNER,
        Side.BODY,
        Side.CITIZEN,
    ]
    one, two, three, four, five, six = post.comments
    assert (one.question, two.question, two.reply_to, two.answers, two.mentions) == (True, False, 1, 1, None)
    assert (four.has_text, four.has_words, six.has_text) == (True, False, False)
    assert three.author == six.author != one.author
    assert five.author is not None
    written = b"".join(a.body for a in sighting.answers).decode() + sighting.snapshot.model_dump_json() + caplog.text
    for word in ("Житель", "zhitel", "починят", "пятницы", "Quoted", "Hidden", "d15c", "5ec4e7"):
        assert word not in written


def test_older_comments_are_asked_for_as_the_page_does(site: Site, probe: TelegramPreviewProbe):
    """The newest come with the page, older ones by its own address, at the server that is set and no other."""
    at = IN_WEEK
    pages = {
        "58": (comment(30, at, "c") + comment(31, at, "d"), 30),
        "30": (comment(11, at, "a"), None),
    }

    def older(asked: Asked) -> str:
        html, before = pages[asked.form["before_id"]]
        return json.dumps({"ok": True, "comments_cnt": 4, "comments_html": older_link(before) + html})

    talk(site, discussion(f"{NAME}/5", comment(58, at, "e"), 4, before=58))
    site.routes["/api/method"] = older
    sighting = look(probe)
    post = sighting.snapshot.posts[0]
    assert [c.id for c in post.comments] == [11, 30, 31, 58]
    assert (post.comments_cause, post.comments_count) == (None, 4)
    sent = [a for a in site.asked if a.path == "/api/method"]
    assert sent[0].query == {"api_hash": "5ec4e7"}
    assert sent[0].form == {
        "peer": "c2000000001_-1",
        "top_msg_id": "302",
        "discussion_hash": "d15c",
        "before_id": "58",
        "method": "loadComments",
    }
    urls = [e.url for e in sighting.snapshot.evidence if e.kind is EvidenceKind.COMMENTS]
    assert urls[0] == f"https://t.me/{NAME}/5?embed=1&discussion=1&comments_limit=100"
    assert urls[1] == "https://t.me/api/method?method=loadComments&top_msg_id=302&before_id=58"


@pytest.mark.parametrize(
    ("older", "cause"),
    [
        (Answer("", 429), Cause.THROTTLED),
        (Answer("", 500), Cause.UNREACHABLE),
        ('{"ok":false}', Cause.UNRECOGNISED_PAGE),
        (BLOCK_PAGE, Cause.BLOCKED),
        (json.dumps({"ok": True, "comments_html": older_link(58)}), Cause.CONTRADICTION),
        (json.dumps({"ok": True, "comments_html": comment(58, IN_WEEK, "e")}), Cause.CONTRADICTION),
        (json.dumps({"ok": True, "comments_html": ""}), Cause.CONTRADICTION),
        (
            json.dumps({"ok": True, "comments_html": comment(3, IN_WEEK, "x").replace("datetime", "y")}),
            Cause.UNRECOGNISED_PAGE,
        ),
    ],
)
def test_a_discussion_that_breaks_off_is_open_and_unread(
    site: Site, probe: TelegramPreviewProbe, older: Answer | str, cause: Cause
):
    """People can comment there; a thread is read whole or not at all, and only at its end may it contradict itself."""
    talk(site, discussion(f"{NAME}/5", comment(58, IN_WEEK, "e"), 4, before=58))
    site.routes["/api/method"] = older
    post = look(probe).snapshot.posts[0]
    assert (post.comments_state, post.comments_cause) == (CommentsState.OPEN, cause)
    assert bool(post.comments) is (cause is Cause.CONTRADICTION)


@pytest.mark.parametrize(
    ("page", "state", "cause"),
    [
        (discussion(f"{NAME}/5", "", 0), CommentsState.OPEN, None),
        (discussion(f"{NAME}/6", comment(58, IN_WEEK, "e"), 1), CommentsState.UNKNOWN, Cause.UNRECOGNISED_PAGE),
        (discussion("another/5", "", 0), CommentsState.UNKNOWN, Cause.UNRECOGNISED_PAGE),
        (closed_discussion(), CommentsState.CLOSED, None),
        (closed_discussion("Please open Telegram to view this discussion"), CommentsState.UNKNOWN, Cause.PREVIEW_OFF),
        (
            document("w", '<div class="tgme_widget_message_error">Post not found</div>'),
            CommentsState.UNKNOWN,
            Cause.TOO_LITTLE_DATA,
        ),
        (discussion(f"{NAME}/5", "", 3), CommentsState.OPEN, Cause.CONTRADICTION),
        (missing(NAME), CommentsState.UNKNOWN, Cause.THROTTLED),
        (landing(NAME), CommentsState.UNKNOWN, Cause.UNRECOGNISED_PAGE),
        (Answer("", 302, {"Location": "/x"}), CommentsState.UNKNOWN, Cause.UNRECOGNISED_PAGE),
        (Answer("", 404), CommentsState.UNKNOWN, Cause.UNRECOGNISED_PAGE),
        (Answer("", 500), CommentsState.UNKNOWN, Cause.UNREACHABLE),
        (BLOCK_PAGE, CommentsState.UNKNOWN, Cause.BLOCKED),
    ],
)
def test_comments_are_closed_only_where_the_page_says_so(
    site: Site, probe: TelegramPreviewProbe, page: Answer | str, state: CommentsState, cause: Cause | None
):
    """Whatever else comes, it is not "closed" and not "0 replies"."""
    talk(site, page)  # type: ignore[arg-type]
    post = look(probe).snapshot.posts[0]
    assert (post.comments_state, post.comments_cause, post.comments) == (state, cause, ())


def test_only_posts_of_the_window_are_asked_for_comments(site: Site, probe: TelegramPreviewProbe):
    """The week and the 14 days before it; not after its end, not earlier."""
    times = {3: WINDOW.comments_from - timedelta(hours=1), 4: WINDOW.comments_from, 5: IN_WEEK, 6: WINDOW.ends}
    channel(site, {i: message(NAME, i, at) for i, at in times.items()})
    for i in times:
        site.routes[f"/{NAME}/{i}"] = closed_discussion()
    posts = look(probe).snapshot.posts
    assert [p.comments_state for p in posts] == [
        CommentsState.UNKNOWN,
        CommentsState.CLOSED,
        CommentsState.CLOSED,
        CommentsState.UNKNOWN,
    ]
    assert [p.comments_cause for p in posts] == [Cause.TOO_LITTLE_DATA, None, None, Cause.TOO_LITTLE_DATA]


def test_posts_beyond_the_cap_are_not_asked(site: Site, probe: TelegramPreviewProbe, monkeypatch: pytest.MonkeyPatch):
    """The newest are; of the others it is said that they were not."""
    monkeypatch.setattr(comments_module, "POSTS", 2)
    channel(site, {i: message(NAME, i, IN_WEEK + timedelta(minutes=i)) for i in range(2, 7)})
    for i in range(2, 7):
        site.routes[f"/{NAME}/{i}"] = closed_discussion()
    posts = look(probe).snapshot.posts
    assert [p.comments_cause for p in posts] == [Cause.TOO_LITTLE_DATA] * 3 + [None] * 2


def test_a_way_that_fails_is_not_tried_for_every_post(site: Site, probe: TelegramPreviewProbe):
    """After three discussions in a row the others get the same cause without a request."""
    channel(site, {i: message(NAME, i, IN_WEEK + timedelta(minutes=i)) for i in range(2, 12)})
    site.fallback = Answer("", 500)
    posts = look(probe).snapshot.posts
    assert {p.comments_cause for p in posts} == {Cause.UNREACHABLE}
    assert len({a.path for a in site.asked if a.path.startswith(f"/{NAME}/")}) == 3


# The linked group


def group_talk(site: Site, *, name: str, handle: str | None, text: str = "Починим") -> None:
    talk(
        site,
        discussion(
            f"{NAME}/5",
            comment(1, IN_WEEK, "Когда починят?", name="Житель", handle="zhitel_odin")
            + comment(2, IN_WEEK, "Когда откроют мост?", name="Житель Два", handle="zhitel_dva")
            + comment(3, IN_WEEK, text, name=name, handle=handle, reply_to=1)
            + comment(4, IN_WEEK, text, name=name, handle=handle, reply_to=2),
            4,
        ),
    )


def group(handle: str) -> str:
    return landing(handle, "50 members, 3 online", preview=False)


def person(handle: str) -> str:
    return landing(handle, f"@{handle}", button="Send Message", preview=False)


@pytest.mark.parametrize(
    ("name", "handle", "page", "side"),
    [
        ("Первый район чат", "pervyi_rayon_chat", group("pervyi_rayon_chat"), Side.OWNER),
        ("Говорим обо всём", "govorim_o_vsem", group("govorim_o_vsem"), Side.OWNER),
        ("Первый район чат", "pervyi_rayon_chat", Answer("", 404), Side.UNKNOWN),
        ("Первый район чат", "pervyi_rayon_chat", missing("pervyi_rayon_chat"), Side.UNKNOWN),
        ("Говорим обо всём", "govorim_o_vsem", Answer("", 503), Side.UNKNOWN),
        ("Говорим обо всём", "govorim_o_vsem", Answer("", 429), Side.UNKNOWN),
        ("Говорим обо всём", "govorim_o_vsem", BLOCK_PAGE, Side.UNKNOWN),
        ("Говорим обо всём", "govorim_o_vsem", group("drugoi_razgovor"), Side.UNKNOWN),
        ("Первый район", "imyarek_c", Answer("", 404), Side.UNKNOWN),
        ("Житель Три", "zhitel_tri", person("zhitel_dva"), Side.UNKNOWN),
        ("Житель Три", "zhitel_tri", person("zhitel_tri"), Side.CITIZEN),
        ("Житель Три", "pervyi_rayon_fan", person("pervyi_rayon_fan"), Side.CITIZEN),
        ("Анна Имярек", "imyarek_a", person("imyarek_a"), Side.UNKNOWN),
        ("Вести района", "vesti_rayona", landing("vesti_rayona"), Side.UNKNOWN),
        ("Помощник", "pomoshnik_bot", landing("pomoshnik_bot", "9 monthly users", button="Start Bot"), Side.UNKNOWN),
        ("Первый район", None, "", Side.UNKNOWN),
        ("Район Первый", None, "", Side.UNKNOWN),
        ("Чат Первый район", None, "", Side.UNKNOWN),
        ("Обсуждение новостей", None, "", Side.UNKNOWN),
        ("Анна ИМЯРЕК", None, "", Side.UNKNOWN),
        ("Имярек Анна Андреевна", None, "", Side.UNKNOWN),
        ("Анна", None, "", Side.CITIZEN),
        ("Житель Три", None, "", Side.CITIZEN),
    ],
)
def test_only_the_linked_group_speaks_as_a_group(
    site: Site, probe: TelegramPreviewProbe, name: str, handle: str | None, page: Answer | str, side: Side
):
    """Its page alone tells; a person's page makes a citizen; of a page that failed, or of no person's, it is unknown.

    Issue 11, item 16: a display name alone that equals the channel's or the holder's proves nothing. Issue 25, items 1
    and 16.
    """
    group_talk(site, name=name, handle=handle)
    if handle:
        site.routes[f"/{handle}"] = page
    comments = look(probe, names=("Имярек Анна Андреевна",)).snapshot.posts[0].comments
    assert [c.side for c in comments] == [Side.CITIZEN, Side.CITIZEN, side, side]


def spoken(site: Site, *comments: str) -> None:
    """Serve a channel with one discussion."""
    talk(site, discussion(f"{NAME}/5", "".join(comments), len(comments)))


def test_who_answered_one_person_is_asked_for_where_a_question_waits(site: Site, probe: TelegramPreviewProbe):
    """Issue 25, item 1: the linked group that had answered one person was a citizen, and the head failed by it."""
    spoken(
        site,
        comment(1, IN_WEEK, "Когда починят мост?", name="Житель", handle="zhitel_odin"),
        comment(2, IN_WEEK, "К пятнице", name="Говорим обо всём", handle="govorim_o_vsem", reply_to=1),
    )
    site.routes["/govorim_o_vsem"] = group("govorim_o_vsem")
    assert [c.side for c in look(probe).snapshot.posts[0].comments] == [Side.CITIZEN, Side.OWNER]
    assert "/zhitel_odin" not in site.paths, "who asks and answers nobody is a citizen"


def test_who_asks_nothing_is_unknown_until_his_page_is_seen(site: Site, probe: TelegramPreviewProbe):
    """A general answer may be the linked group's; whoever only asks is not."""
    spoken(
        site,
        comment(1, IN_WEEK, "Когда починят мост?", name="Житель", handle="zhitel_odin"),
        comment(2, IN_WEEK, "Мост починят к пятнице", name="Говорим обо всём", handle="govorim_o_vsem"),
    )
    site.routes["/govorim_o_vsem"] = Answer("", 503)
    assert [c.side for c in look(probe).snapshot.posts[0].comments] == [Side.CITIZEN, Side.UNKNOWN]


def test_nobody_is_asked_for_where_no_question_waits(site: Site, probe: TelegramPreviewProbe):
    """What the channel has answered under its own name needs nobody else's answer: who comments there is a citizen."""
    spoken(
        site,
        comment(1, IN_WEEK, "Когда починят мост?", name="Житель", handle="zhitel_odin"),
        comment(2, IN_WEEK, "К пятнице", name="Первый район", handle=NAME, reply_to=1),
        comment(3, IN_WEEK, "Спасибо", name="Житель Два", handle="zhitel_dva", reply_to=2),
    )
    assert [c.side for c in look(probe).snapshot.posts[0].comments] == [Side.CITIZEN, Side.OWNER, Side.CITIZEN]
    assert not [path for path in site.paths if path.startswith("/zhitel")]


def test_staff_on_record_by_a_number_may_be_anybody_here(site: Site, probe: TelegramPreviewProbe):
    """The pages show no numbers: whose words a person's answer is cannot be found out."""
    group_talk(site, name="Житель Три", handle="zhitel_tri")
    site.routes["/zhitel_tri"] = person("zhitel_tri")
    comments = look(probe, staff=(700000001,)).snapshot.posts[0].comments
    assert [c.side for c in comments] == [Side.CITIZEN, Side.CITIZEN, Side.UNKNOWN, Side.UNKNOWN]


@pytest.mark.parametrize("href", ["https://t.me/c/2000000001/7", "tg://user?id=7", "https://example.org/zhitel_tri"])
def test_an_author_whose_link_leads_to_no_name_is_unknown(site: Site, probe: TelegramPreviewProbe, href: str):
    """So is one who is not shown at all: neither is a citizen because a page could not be read."""
    odd = comment(2, IN_WEEK, "К пятнице", handle="x", reply_to=1).replace("https://t.me/x", href)
    nobody = comment(3, IN_WEEK, "К субботе", author=False, reply_to=1)
    spoken(site, comment(1, IN_WEEK, "Когда починят мост?", handle="zhitel_odin"), odd, nobody)
    assert [c.side for c in look(probe).snapshot.posts[0].comments] == [Side.CITIZEN, Side.UNKNOWN, Side.UNKNOWN]


def test_candidates_are_few_and_leave_no_trace(
    site: Site, probe: TelegramPreviewProbe, caplog: pytest.LogCaptureFixture
):
    """A few pages of commenters that tell nothing end the asking; a second channel asks none of them again."""
    people = "".join(
        comment(i, IN_WEEK, "Когда?", name=f"Житель {i}", handle=f"zhitel_{i}", reply_to=None if i < 3 else 1)
        for i in range(1, 20)
    ) + "".join(
        comment(40 + i, IN_WEEK, "да", name=f"Житель {i}", handle=f"zhitel_{i}", reply_to=2) for i in range(4, 20)
    )
    talk(site, discussion(f"{NAME}/5", people, 40))
    site.fallback = Answer("", 404)
    with caplog.at_level(logging.DEBUG):
        sighting = look(probe)
    asked = [p for p in site.paths if p.startswith("/zhitel_")]
    assert len(asked) == 3
    look(probe)
    assert [p for p in site.paths if p.startswith("/zhitel_")] == asked
    assert all("zhitel" not in a.evidence.url and b"zhitel" not in a.body for a in sighting.answers)
    assert "zhitel" not in caplog.text


# Controls


@pytest.mark.parametrize(
    ("page", "exists", "outcome", "cause"),
    [
        (landing("telegram"), True, Outcome.CANT_TELL, Cause.UNRECOGNISED_PAGE),
        (landing("telegram", "@x", button="Send Message", preview=False), True, Outcome.PASSED, None),
        (missing("telegram"), True, Outcome.FAILED, None),
        (missing("telegram"), False, Outcome.PASSED, None),
        (landing("telegram"), False, Outcome.FAILED, None),
        (Answer("", 429), True, Outcome.CANT_TELL, Cause.THROTTLED),
        (BLOCK_PAGE, True, Outcome.CANT_TELL, Cause.BLOCKED),
        (Answer("", 404), False, Outcome.CANT_TELL, Cause.UNRECOGNISED_PAGE),
    ],
)
def test_controls(
    site: Site, probe: TelegramPreviewProbe, page: Answer | str, exists: bool, outcome: Outcome, cause: Cause | None
):
    """Seen as expected, seen otherwise, or not seen; a channel whose posts cannot be read was not seen."""
    site.routes["/telegram"] = page
    result, answers = probe.control(control(exists=exists))
    assert (result.outcome, result.cause, result.expected) == (outcome, cause, exists)
    assert result.evidence == tuple(a.evidence for a in answers)
    assert all(e.kind is EvidenceKind.CONTROL for e in result.evidence)


def test_a_control_without_a_landing_page_is_seen_by_its_history(site: Site, probe: TelegramPreviewProbe):
    """The same positive evidence counts for it."""
    site.routes |= {"/telegram": Answer("", 404), "/s/telegram": history("telegram", message("telegram", 5, IN_WEEK))}
    assert probe.control(control())[0].outcome is Outcome.PASSED


def test_a_failed_control_makes_missing_untold(site: Site, probe: TelegramPreviewProbe):
    """One control passed, another did not: nobody is said to be gone."""
    site.routes |= {f"/{NAME}": missing(NAME), f"/s/{NAME}": redirect, "/absent": landing("absent")}
    probe.control(control())
    probe.control(control("absent", exists=False))
    assert look(probe).snapshot.cause is Cause.CONTROL_FAILED


def test_the_same_look_makes_the_same_snapshot(site: Site):
    """Nothing depends on the machine's clock or on chance."""
    talk(site, discussion(f"{NAME}/5", comment(1, IN_WEEK, "Когда?", handle="zhitel_odin"), 1))
    dumps = []
    for _ in range(2):
        probe = probe_of(site)
        dumps.append(look(probe).snapshot.model_dump_json())
        probe.close()
    assert dumps[0] == dumps[1]


# What contradicts itself, and what a control shows


def test_a_page_whose_messages_come_twice_or_out_of_order_is_a_contradiction(site: Site, probe: TelegramPreviewProbe):
    """Counting what it shows would be a guess."""
    old = IN_WEEK - timedelta(days=60)
    for blocks in ([(4, old), (6, IN_WEEK), (5, IN_WEEK)], [(4, old), (5, IN_WEEK), (5, IN_WEEK)]):
        shown = "".join(message(NAME, number, at) for number, at in blocks)
        site.routes |= {f"/{NAME}": landing(NAME), f"/s/{NAME}": history(NAME, shown)}
        assert look(probe).snapshot.posts_cause is Cause.CONTRADICTION


def test_a_control_is_looked_at_inside(site: Site, probe: TelegramPreviewProbe):
    """Its preview shows messages, and the widget under the newest of them a talk of which nothing is kept."""
    shown = message("telegram", 5, IN_WEEK)
    site.routes |= {"/telegram": landing("telegram"), "/s/telegram": history("telegram", shown)}
    site.routes["/telegram/5"] = discussion("telegram/5", comment(58, IN_WEEK, "zhitel"), 1)
    result, answers = probe.control(control())
    assert (result.outcome, result.wall, result.thread) == (Outcome.PASSED, True, True)
    assert b"zhitel" not in b"".join(answer.body for answer in answers)
    site.routes["/telegram/5"] = closed_discussion()
    assert probe.control(control())[0].thread is False
    site.routes["/s/telegram"] = redirect
    assert (probe.control(control())[0].wall, probe.control(control())[0].thread) == (False, None)
