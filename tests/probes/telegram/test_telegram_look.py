"""The look at a Telegram channel, and at a control, over the sandbox's public pages in memory."""

from dataclasses import replace

from auditor.base.snapshot import Cause, CommentsState, Outcome, Precision, Side
from auditor.probes.driver import Response
from auditor.probes.target import Target
from auditor.probes.telegram.telegram_look import control_look
from auditor.probes.telegram.web.web_source import WebSource
from auditor.registry.models import Control
from auditor.sandbox.tme import landing_pages
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
    assert (post.comments_read_at, post.comments[1].sketch is None) == (NOW, False)
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
        ran = run(control_look(WebSource(Target(control.url)), control), site.transport)
        assert (ran.result.outcome, ran.result.wall, ran.result.thread) == expected
        assert "Житель" not in b"".join(record.body for record in ran.tape).decode()
