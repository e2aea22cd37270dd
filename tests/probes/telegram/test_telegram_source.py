"""The look at a Telegram channel, and at a control, over the sandbox's public pages in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest

from auditor.base.snapshot import Cause, CommentsState, Outcome, Precision, Side
from auditor.probes.driver import Response
from auditor.probes.look import look_at_control
from auditor.probes.target import Target
from auditor.probes.telegram.web.preview_page import PreviewPage
from auditor.probes.telegram.web.web_source import WebSource
from auditor.registry.models import Control
from auditor.sandbox.tme import landing_pages
from auditor.sandbox.world.model import PostKind
from tests.probes import tme_memory as tme
from tests.probes.every_request import replay_look, run
from tests.probes.tme_memory import CONTROL, GROUP, NAME, NOW, POST, TARGET, Site


def test_a_channel_is_seen_whole() -> None:
    """Existence, card, opening, posts back through the window, and the sides of who wrote under them."""
    ran = tme.run_look(tme.site_with_comments())
    snapshot, post = ran.result, tme.thread(ran.result)
    assert (snapshot.exists, snapshot.cause, snapshot.kind, snapshot.id) == (True, None, "channel", tme.NUMBER)
    assert (snapshot.subscribers, snapshot.verified, snapshot.register_link) == (120, False, None)
    assert (snapshot.opened_precision, snapshot.posts_cause, snapshot.older_cause) == (Precision.EXACT, None, None)
    assert snapshot.posts_since < tme.WINDOW.posts_from
    assert (post.comments_state, post.comments_count, post.comments_cause) == (CommentsState.OPEN, 5, None)
    assert [(c.id, c.side, c.answers, c.question) for c in post.comments] == [
        (30, Side.CITIZEN, None, True),
        (31, Side.OWNER, 30, False),
        (40, Side.CITIZEN, None, True),
        (41, Side.CITIZEN, 40, False),
        (42, Side.CITIZEN, 40, False),
    ]
    assert post.comments_read_at == NOW
    assert post.comments[1].sketch is not None
    assert replay_look(tme.look, ran, NOW) == snapshot


def test_of_people_only_ordinals_are_kept() -> None:
    """No name, handle or word of whoever commented is stored or shown; the page's own keys go to the server alone."""
    site = tme.site_with_comments()
    ran = tme.run_look(site)
    stored = b"".join(record.body for record in ran.tape).decode() + "".join(record.evidence.url for record in ran.tape)
    stored += "".join(map(repr, ran.tape)) + ran.result.model_dump_json()
    (sent,) = [params for path, params in site.requests if path == "/api/method"]
    keys = [sent[name] for name in ("api_hash", "peer", "discussion_hash")]
    assert not [w for w in ("Житель", "zhitel", GROUP, "Говорим", "починят", "пятнице", "мэра", *keys) if w in stored]
    assert (sent["method"], sent["before_id"], sent["top_msg_id"]) == ("loadComments", "40", str(POST + 1000))
    looked_up = [record.evidence.url for record in ran.tape if record.evidence.url.startswith("https://t.me/?author=")]
    assert len(looked_up) == 2


RESTRICTED = tme.history().replace("No posts found", "This channel can't be displayed")
FIRST_PAGE, LANDING = f"/s/{NAME}", f"/{NAME}"
ANOTHERS = tme.history(tme.world_post(5)).replace(f"{NAME}/5", "chuzhoi/5")
EXISTING, UNRECOGNISED = {"exists": True, "kind": "channel"}, {"exists": None, "cause": Cause.UNRECOGNISED_PAGE}


def test_what_stands_at_an_address() -> None:
    """Nothing is taken for absence or silence that a throttled or blocked client may be shown."""
    for accounts, instead, expected in [
        ([], {}, {"exists": None, "cause": Cause.NOT_AT_ADDRESS}),
        # A throttled client is shown the page of a missing name for every name.
        ([], {f"/{CONTROL}": landing_pages.missing(CONTROL)}, {"exists": None, "cause": Cause.THROTTLED}),
        *(([tme.account(kind=kind)], {}, {"cause": Cause.WRONG_KIND, "kind": kind}) for kind in ("group", "bot")),
        # The landing page is a channel's, the preview leads back to it: no empty channel.
        ([tme.channel(preview_off=True)], {}, {**EXISTING, "posts_cause": Cause.PREVIEW_OFF, "posts": ()}),
        ([tme.channel()], {FIRST_PAGE: RESTRICTED}, {**EXISTING, "posts_cause": Cause.PREVIEW_OFF}),
        # «No posts found» is also what a client gets that asks too often.
        ([tme.account()], {}, {**EXISTING, "posts_cause": None, "posts": ()}),
        ([tme.account()], {f"/s/{CONTROL}": tme.history(name=CONTROL)}, {**EXISTING, "posts_cause": Cause.THROTTLED}),
        ([tme.account()], {FIRST_PAGE: ANOTHERS}, {**EXISTING, "posts_cause": Cause.UNRECOGNISED_PAGE}),
        ([tme.channel()], {FIRST_PAGE: landing_pages.missing(NAME), LANDING: tme.landing()}, {**EXISTING, "posts": ()}),
        # A preview without messages contradicts the stub of a missing name.
        ([tme.account()], {LANDING: landing_pages.missing(NAME)}, UNRECOGNISED),
        ([tme.channel()], dict.fromkeys((FIRST_PAGE, LANDING), landing_pages.other_layout(NAME)), UNRECOGNISED),
    ]:
        site = Site(*accounts)
        site.instead = instead
        ran = tme.run_look(site)
        assert {name: getattr(ran.result, name) for name in expected} == expected
        assert replay_look(tme.look, ran, NOW) == ran.result
        if ran.result.cause is Cause.WRONG_KIND:
            assert "Первый район" not in b"".join(record.body for record in ran.tape).decode()


def test_another_channel_under_the_name_is_gone_and_its_words_are_not_kept() -> None:
    """By its number it is not the confirmed one: it is not read on."""
    ran = tme.run_look(tme.plain_site(), replace(TARGET, id=7))
    assert (ran.result.exists, ran.result.id, ran.result.posts_cause, len(ran.requests)) == (
        True,
        tme.NUMBER,
        Cause.GONE,
        1,
    )
    assert not [word for word in ("Первый район", "мост") if word in ran.tape[0].body.decode()]


def test_a_landing_page_is_asked_for_where_it_would_tell_more() -> None:
    """A rounded counter is asked for exactly, unless an agreeing number is known; an empty description may be there."""
    for subscribers, on_record, requests in ((120, None, 0), (5012, None, 1), (5012, 5012, 0), (5012, 5112, 1)):
        site = tme.plain_site(subscribers=subscribers)
        tme.run_look(site, replace(TARGET, subscribers=on_record))
        assert site.paths.count(LANDING) == requests
    for words, link in {"": None, "Приём по средам": False, "https://knd.gov.ru/license?id=1": True}.items():
        snapshot = tme.run_look(tme.plain_site(subscribers=12_512, description=words)).result
        assert (snapshot.register_link, snapshot.subscribers) == (link, 12_512)


def test_a_control_is_looked_at_inside() -> None:
    """Whether posts and a thread are shown, and nothing of a comment; a stub of what must be there is a failure."""
    for make_site, instead, exists, expected in [
        (tme.site_with_comments, {}, True, (Outcome.PASSED, True, True)),
        (tme.site_with_comments, {f"/{NAME}/118": tme.closed_widget()}, True, (Outcome.PASSED, True, False)),
        (
            tme.site_with_comments,
            {FIRST_PAGE: tme.redirect(f"https://t.me/{NAME}")},
            True,
            (Outcome.CANT_TELL, False, None),
        ),
        (tme.site_with_comments, {}, False, (Outcome.FAILED, None, None)),
        (Site, {}, True, (Outcome.FAILED, None, None)),
        (Site, {}, False, (Outcome.PASSED, None, None)),
        (
            Site,
            {LANDING: Response(NOW, 429, headers=(("Retry-After", "3600"),))},
            True,
            (Outcome.CANT_TELL, None, None),
        ),
    ]:
        site, control = make_site(), Control(url=TARGET.address, exists=exists)
        site.instead = instead
        ran = run(look_at_control(WebSource(Target(control.url)), control), site.transport)
        assert (ran.result.outcome, ran.result.wall, ran.result.thread) == expected
        assert "Житель" not in b"".join(record.body for record in ran.tape).decode()


MEDIA = [
    *(("photo", 0, "", True), ("album", 2, "", True), ("poll", 0, "", False), ("", 0, "", False)),
    *(
        ("", 0, f'<div class="tgme_widget_message_{name}"></div>', True)
        for name in ("video_player not_supported", "roundvideo_player", "voice_player", "document_wrap")
    ),
    ("", 0, '<div class="link_preview_image"></div>', False),
    (
        *("", 0),
        '<a class="tgme_widget_message_link_preview"><i class="tgme_widget_message_photo_wrap"></i></a>',
        False,
    ),
    ("", 0, '<div class="tgme_widget_message_reply"><i class="tgme_widget_message_reply_thumb"></i></div>', False),
]


@pytest.mark.parametrize(("media", "extra", "markup", "has_media"), MEDIA)
def test_a_post_with_a_picture_a_video_or_a_document_says_so(
    media: str, extra: int, markup: str, *, has_media: bool
) -> None:
    """A link's preview, a poll and the picture of a quoted post are none (issue 38, item 23)."""
    page = tme.with_markup(tme.history(tme.world_post(5, media=media, extra=extra)), markup)
    site = tme.plain_site()
    site.instead[FIRST_PAGE] = page
    ran = tme.run_look(site)
    assert [post.has_media for post in ran.result.posts] == [has_media]
    assert replay_look(tme.look, ran, NOW) == ran.result


def test_what_was_not_shown_or_not_recorded_is_unknown() -> None:
    """A repost's picture, a post that only the app shows, and whatever auditor 1.0 did not record (items 23, 36)."""
    label = '<div class="message_media_not_supported_label">Please open Telegram to view this post</div>'
    shown, foot = (
        tme.history(tme.world_post(6, text=""), tme.world_post(7)),
        '    <div class="tgme_widget_message_footer',
    )
    hidden = shown.replace(foot, label + foot, 1)
    repost = tme.history(tme.world_post(6, kind=PostKind.REPOST, origin=tme.FIRST_AUTHOR, media="photo"))
    answer = tme.history(tme.world_post(6, text="Отвечаю на ваши вопросы о мосте: откроем в мае", media="photo"))
    for page, version, facts in [
        (hidden, 2, (None, None, None)),
        (repost, 2, (None, False, False)),
        (answer, 2, (True, True, True)),
        (answer, 1, (None, None, None)),
    ]:
        site = tme.plain_site()
        site.instead[FIRST_PAGE] = page
        snapshot = tme.run_look(site, replace(TARGET, version=version)).result
        assert [(p.has_media, p.has_five_words, p.says_answers) for p in snapshot.posts][:1] == [facts]
        assert snapshot.unattributed == (() if version == 2 else None), "nobody else writes in a channel"
        assert snapshot.page_comments is None, "the public pages do not say so"


def test_an_empty_wall_is_asked_for_in_another_way() -> None:
    """From an id above all; what then shows contradicts it. Auditor 1.0 did not ask (item 6)."""
    for instead, version, cause, requests in [
        (tme.history(), 2, None, [None, "21", "1000000000"]),
        (tme.history(tme.world_post(90)), 2, Cause.CONTRADICTION, [None, "21", "1000000000"]),
        (Response(NOW, 503), 2, Cause.UNREACHABLE, [None, "21", "1000000000"]),
        (tme.history(tme.world_post(90)), 1, None, [None, "21"]),
    ]:
        site = Site(tme.account())
        pages = iter([tme.history()] * 2 + [instead] * 9)
        site.instead[FIRST_PAGE] = lambda pages=pages: next(pages)
        ran = tme.run_look(site, replace(TARGET, version=version))
        assert (ran.result.exists, ran.result.posts, ran.result.posts_cause) == (True, (), cause)
        assert [p.get("before") for path, p in site.requests if path == FIRST_PAGE][:3] == requests
        assert replay_look(lambda v=version: tme.look(replace(TARGET, version=v)), ran, NOW) == ran.result


@pytest.mark.parametrize(
    ("description", "website", "link"),
    [
        ("Номер в перечне: https://gu-st.ru/abc", "", None),
        ("https://korotko.example/abc", "", None),
        ("Сайт: https://pervyi.example/priem", "https://pervyi.example", False),
        ("https://vk.com/pervyi", "", False),
        ("https://knd.gov.ru/license?id=1 и https://korotko.example/abc", "", True),
    ],
)
def test_a_link_that_may_lead_to_the_register_is_neither_there_nor_missing(
    description: str, website: str, link: object
) -> None:
    """On the landing page and on the preview; the office's own site leads nowhere else (item 5)."""
    target = replace(TARGET, website=website)
    for subscribers in (120, 12_512):  # only the preview is asked, or the landing page too
        ran = tme.run_look(tme.plain_site(subscribers=subscribers, description=description), target)
        assert ran.result.register_link is link
        assert replay_look(lambda: tme.look(target), ran, NOW) == ran.result


def test_a_page_that_auditor_1_0_stored_says_of_the_register_what_it_did_then() -> None:
    """A replay of it must come out the same (item 36)."""
    for description, link in {
        "https://korotko.example/abc": False,
        "https://clck.ru/abc": None,
        "https://knd.gov.ru/1": True,
    }.items():
        page = tme.history(tme.world_post(5), description=description)
        stored = f'<!-- {{"at":"2026-11-24T05:00:00Z","name":"{NAME}"}} -->\n{page}'
        assert PreviewPage.from_body(stored.encode()).header.register_link is link


def test_the_threads_of_the_last_two_days_are_read() -> None:
    """Whatever week the look is for; auditor 1.0 read none after the week (item 37)."""
    late = tme.channel(group_name=GROUP, group_number=tme.GROUP_NUMBER)
    newest = late.posts[-1]
    assert newest.at > tme.WINDOW.ends
    newest.comments = tme.sample_comments()
    for window, is_read in ((tme.WINDOW, True), (replace(tme.WINDOW, recent_from=None), False)):
        snapshot = run(tme.look(TARGET, window), Site(late).transport).result
        assert snapshot.comments_recent_from == window.recent_from
        assert bool(tme.thread(snapshot, newest.id).comments) is is_read
        assert (tme.thread(snapshot, newest.id).comments_read_at == NOW) is is_read


@pytest.mark.parametrize("version", [1, 2])
def test_closed_threads_of_the_last_two_days_are_read_where_a_sample_would_do(version: int) -> None:
    """Whether a page's comments were open when a post was new cannot be told later (items 22, 37)."""
    posts = [tme.world_post(n, NOW - timedelta(hours=5 * (40 - n)), closed=True) for n in range(10, 40)]
    window = tme.WINDOW if version == 2 else replace(tme.WINDOW, recent_from=None)
    site = Site(tme.account(posts=posts))
    snapshot = run(tme.look(replace(TARGET, version=version), window), site.transport).result
    recent = [post for post in snapshot.posts if post.at >= tme.WINDOW.recent_from]
    closed = [post for post in recent if post.comments_state is CommentsState.CLOSED]
    assert len(recent) == 9
    assert len(closed) == (9 if version == 2 else 5)
    asked = len({path for path in site.paths if path.startswith(f"/{NAME}/")})
    assert asked < len(posts), "the older ones are spared"


def test_a_comments_number_is_the_networks() -> None:
    """That of the message in the discussion group, by which the client knows it too (item 11)."""
    ran = tme.run_look(tme.site_with_comments())
    assert [comment.id for comment in tme.thread(ran.result).comments] == [c.id for c in tme.sample_comments()]
