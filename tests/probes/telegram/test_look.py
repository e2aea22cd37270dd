"""The look at a Telegram channel, and at a control, over the sandbox's public pages in memory."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auditor.base.snapshot import Cause, CommentsState, ControlResult, EvidenceKind, Outcome, Precision, Side
from auditor.base.snapshot import TraceKind as Kind
from auditor.probes.base import Target
from auditor.probes.driver import Reply
from auditor.probes.telegram.look import control_look
from auditor.probes.telegram.web.source import WebSource
from auditor.registry.models import Control
from auditor.sandbox.tme import pages
from auditor.sandbox.world.model import Account, Author
from tests.probes import tme
from tests.probes.every_ask import replayed, run
from tests.probes.tme import CONTROL, GROUP, NAME, NOW, POST, TARGET, Site

LONG_AGO = datetime.min.replace(tzinfo=UTC)
ASKED, ANSWERED, AGAIN, _, LAST = LINE = tme.talk()
HERE = f"/{NAME}/{POST}"

# A whole look --------------------------------------------------------------------------------------------------------


def test_a_channel_is_seen_whole() -> None:
    """Existence, card, opening, posts back through the window, and the sides of who wrote under them."""
    ran = tme.taken(tme.talked_site())
    seen, post = ran.seen, tme.thread(ran.seen)
    assert (seen.exists, seen.cause, seen.kind, seen.id) == (True, None, "channel", tme.NUMBER)
    assert (seen.subscribers, seen.verified, seen.register_link) == (120, False, None)
    assert (seen.opened_precision, seen.posts_cause, seen.older_cause) == (Precision.EXACT, None, None)
    assert seen.posts_since is not None
    assert seen.posts_since < tme.WINDOW.posts_from
    assert (post.comments_state, post.comments_count, post.comments_cause) == (CommentsState.OPEN, 5, None)
    assert [(c.id, c.side, c.answers, c.question) for c in post.comments] == [
        (30, Side.CITIZEN, None, True),
        (31, Side.OWNER, 30, False),
        (40, Side.CITIZEN, None, True),
        (41, Side.CITIZEN, 40, False),
        (42, Side.CITIZEN, 40, False),
    ]
    assert (post.comments_read_at, post.comments[1].sketch is None) == (NOW, False)
    assert replayed(tme.look, ran, NOW) == seen


def test_of_people_only_ordinals_are_kept() -> None:
    """No name, handle or word of whoever commented is stored or shown; the page's own keys go to the server alone."""
    site = tme.talked_site()
    ran = tme.taken(site)
    kept = b"".join(record.body for record in ran.tape).decode() + "".join(record.evidence.url for record in ran.tape)
    kept += "".join(map(repr, ran.tape)) + ran.seen.model_dump_json()
    (sent,) = [params for path, params in site.asked if path == "/api/method"]
    keys = [sent[name] for name in ("api_hash", "peer", "discussion_hash")]
    for word in ("Житель", "zhitel", GROUP, "Говорим", "починят", "пятнице", "мэра", *keys):
        assert word not in kept
    assert (sent["method"], sent["before_id"], sent["top_msg_id"]) == ("loadComments", "40", str(POST + 1000))
    asked = [record.evidence.url for record in ran.tape if record.evidence.url.startswith("https://t.me/?author=")]
    assert len(asked) == 2


# What stands at the address ------------------------------------------------------------------------------------------

EMPTY, RESTRICTED = tme.history(), tme.history().replace("No posts found", "This channel can't be displayed")
FIRST_PAGE, LANDING = f"/s/{NAME}", f"/{NAME}"
THERE = {"exists": True, "kind": "channel"}


@pytest.mark.parametrize(
    ("accounts", "instead", "expected"),
    [
        ([], {}, {"exists": None, "cause": Cause.NOT_AT_ADDRESS}),
        # A throttled client is shown the page of a missing name for every name.
        ([], {f"/{CONTROL}": pages.missing(CONTROL)}, {"exists": None, "cause": Cause.THROTTLED}),
        ([], {f"/{CONTROL}": Reply(NOW, 503)}, {"exists": None, "cause": Cause.UNREACHABLE}),
        *(
            ([tme.account(kind=kind)], {}, {"exists": None, "cause": Cause.WRONG_KIND, "kind": kind})
            for kind in ("group", "user", "bot")
        ),
        # The landing page is a channel's, the preview leads back to it: no empty channel.
        ([tme.channel(preview_off=True)], {}, {**THERE, "posts_cause": Cause.PREVIEW_OFF, "posts": ()}),
        ([tme.channel()], {FIRST_PAGE: RESTRICTED}, {**THERE, "posts_cause": Cause.PREVIEW_OFF}),
        ([tme.channel()], {FIRST_PAGE: tme.elsewhere("http://warning.invalid/")}, {"posts_cause": Cause.BLOCKED}),
        # «No posts found» is also what a client gets that asks too often.
        ([tme.account()], {}, {**THERE, "posts_cause": None, "posts": ()}),
        ([tme.account()], {f"/s/{CONTROL}": tme.history(name=CONTROL)}, {**THERE, "posts_cause": Cause.THROTTLED}),
        ([tme.account()], {FIRST_PAGE: tme.history(tme.placed(5)).replace(f"{NAME}/5", "chuzhoi/5")},
            {**THERE, "posts_cause": Cause.UNRECOGNISED_PAGE}),
        ([tme.channel()], {FIRST_PAGE: pages.missing(NAME), LANDING: tme.landing()}, {**THERE, "posts": ()}),
        # A preview without messages contradicts the stub of a missing name.
        ([tme.account()], {LANDING: pages.missing(NAME)}, {"exists": None, "cause": Cause.UNRECOGNISED_PAGE}),
        ([tme.channel()], {FIRST_PAGE: pages.other_layout(NAME), LANDING: pages.other_layout(NAME)},
            {"exists": None, "cause": Cause.UNRECOGNISED_PAGE}),
    ],
)  # fmt: skip
def test_what_stands_at_an_address(accounts: list[Account], instead: dict[str, Any], expected: dict[str, Any]) -> None:
    """Nothing is taken for absence or silence that a throttled or blocked client may be shown."""
    site = Site(*accounts)
    site.instead = instead
    ran = tme.taken(site)
    assert {name: getattr(ran.seen, name) for name in expected} == expected
    assert replayed(tme.look, ran, NOW) == ran.seen
    if ran.seen.cause is Cause.WRONG_KIND:
        assert "Первый район" not in b"".join(record.body for record in ran.tape).decode()


def test_another_channel_under_the_name_is_gone_and_its_words_are_not_kept() -> None:
    """By its number it is not the confirmed one: it is not read on."""
    ran = tme.taken(tme.plain_site(), replace(TARGET, id=7))
    assert (ran.seen.exists, ran.seen.id, ran.seen.posts_cause, len(ran.asks)) == (True, tme.NUMBER, Cause.GONE, 1)
    assert not [word for word in ("Первый район", "мост") if word in ran.tape[0].body.decode()]


def test_a_register_link_needs_a_description() -> None:
    """It may be empty, or have another place than it had; one that is read has the link or not."""
    for words, link in {"": None, "Приём по средам": False, "https://knd.gov.ru/license?id=1": True}.items():
        seen = tme.taken(tme.plain_site(subscribers=12_512, description=words)).seen
        assert (seen.register_link, seen.subscribers) == (link, 12_512)


@pytest.mark.parametrize(
    ("subscribers", "known", "asked"), [(120, None, 0), (5012, None, 1), (5012, 5012, 0), (5012, 5112, 1)]
)
def test_a_landing_page_is_asked_for_where_it_would_tell_more(subscribers: int, known: int | None, asked: int) -> None:
    """A rounded counter is asked for exactly, unless an agreeing number is known."""
    site = tme.plain_site(subscribers=subscribers)
    tme.taken(site, replace(TARGET, subscribers=known))
    assert site.paths.count(LANDING) == asked


# What need not be asked again ----------------------------------------------------------------------------------------


def test_threads_on_record_are_left_out_and_say_so() -> None:
    """A post whose thread may be left out has no comments and no cause, and its page is not asked for."""
    site = tme.talked_site()
    post = tme.thread(tme.taken(site, replace(TARGET, skip={POST: 5})).seen)
    assert (post.comments_left, post.comments, post.comments_cause, post.comments_read_at) == (True, (), None, None)
    assert HERE not in site.paths


def test_a_history_on_record_is_read_back_to_the_threads_alone() -> None:
    """Above what an earlier look read whole, down to the posts whose threads are asked for; no opening is sought."""
    site = tme.plain_site()
    seen = tme.taken(site, replace(TARGET, posts_until=tme.STARTS, opening_known=True)).seen
    assert [params.get("before") for path, params in site.asked if path == FIRST_PAGE] == [None, "102"]
    assert (seen.posts_cause, seen.posts_since is not None and seen.posts_since < tme.WINDOW.comments_from) == (
        None,
        True,
    )


@pytest.mark.parametrize(
    ("instead", "cause"),
    [
        (tme.history(tme.placed(30), tme.placed(20)).replace(f"{NAME}/20", f"{NAME}/40"), Cause.CONTRADICTION),
        (tme.history(tme.placed(30), tme.placed(40)).replace("datetime=", "data-x=", 1), Cause.UNRECOGNISED_PAGE),
        (
            tme.history(tme.placed(30), tme.placed(40, NOW)).replace("2026-11-23T17", "2026-11-23T18"),
            Cause.UNRECOGNISED_PAGE,
        ),
    ],
    ids=["disordered", "undated", "of the future"],
)
def test_a_history_that_cannot_be_is_not_whole(instead: str, cause: Cause) -> None:
    """What it shows was there; what it lacks is not known."""
    site = tme.plain_site()
    site.instead[FIRST_PAGE] = instead
    seen = tme.taken(site).seen
    assert (seen.exists, seen.posts_cause) == (True, cause)


def test_older_pages_that_do_not_come_cost_the_week_nothing() -> None:
    """The page before said that there are some; so long as the week itself was read."""
    site, own = tme.plain_site(), tme.plain_site().page(FIRST_PAGE)
    shown = iter((own, *[EMPTY] * 20))
    site.instead[FIRST_PAGE] = lambda: next(shown)
    seen = tme.taken(site).seen
    assert (seen.posts_cause, seen.older_cause, len(seen.posts)) == (None, Cause.THROTTLED, 5)


@pytest.mark.parametrize(("first", "requests"), [(2, 1), (20, 1), (30, 3), (150, 5), (700, 8)])
def test_the_oldest_message_is_found_in_few_requests(first: int, requests: int) -> None:
    """Wherever the first that is left stands: by halves between what was empty and what was not."""
    early = [tme.placed(first + n, tme.BORN + n * timedelta(hours=1)) for n in range(40)]
    late = [tme.placed(9000 + n, NOW - timedelta(days=80 - n)) for n in range(78)]
    ran = tme.taken(Site(tme.account(posts=[*early, *late])))
    assert [(trace.kind, trace.at) for trace in ran.seen.traces] == [(Kind.OLDEST_POST, tme.BORN)]
    assert (ran.seen.opened_at, ran.seen.opened_precision) == (tme.BORN, Precision.NOT_LATER_THAN)
    assert sum(question.kind is EvidenceKind.OPENING for question in ran.asks) == requests


# Threads -------------------------------------------------------------------------------------------------------------

BEYOND = 10**30


def more(line: Iterable[Any], **fields: Any) -> str:
    return json.dumps({"ok": True, "comments_html": tme.older(line) if line else "", **fields})


@pytest.mark.parametrize(
    ("page", "rest", "cause"),
    [
        (tme.widget(LINE, 5, "5 comments"), None, None),
        (tme.widget(LINE, 5, "Something new"), None, None),
        (tme.widget(LINE, None, "5 comments"), None, None),
        (tme.widget([]), None, None),
        (tme.widget([], None, "Something new"), None, Cause.UNRECOGNISED_PAGE),
        (tme.widget([ASKED]), None, Cause.UNRECOGNISED_PAGE),
        (tme.widget([ASKED], -1), None, Cause.UNRECOGNISED_PAGE),
        (tme.widget([ASKED], BEYOND), None, Cause.UNRECOGNISED_PAGE),
        (tme.widget([ASKED], 0), None, Cause.CONTRADICTION),
        (tme.widget([ASKED], 1, "5 comments"), None, Cause.CONTRADICTION),
        (tme.widget(LINE, 4, "4 comments"), None, Cause.CONTRADICTION),
        (tme.widget([*LINE, ASKED], 6, "6 comments"), None, Cause.CONTRADICTION),
        (tme.widget([ASKED], 1, "1 comment", 30), more([]), Cause.CONTRADICTION),
        (tme.widget([ASKED], 1, "1 comment", 30), more([ASKED]), Cause.CONTRADICTION),
        (tme.widget([LAST], None, None, 42), more([ASKED]), Cause.UNRECOGNISED_PAGE),
        (tme.widget([LAST], None, None, 42), more([ASKED], comments_cnt=False), Cause.UNRECOGNISED_PAGE),
        (tme.widget([LAST], None, None, 42), more([ASKED], comments_cnt=2), None),
        (tme.widget([LAST], 2, None, 42), '{"ok": false, "error": "blocked"}', Cause.UNRECOGNISED_PAGE),
        (tme.widget([LAST], 2, None, 42), more([ASKED]).replace("datetime=", "x="), Cause.UNRECOGNISED_PAGE),
        (tme.widget(LINE, 5, "5 comments").replace(f"https://t.me/{NAME}/{POST}", "#"), None, Cause.UNRECOGNISED_PAGE),
    ],
)  # fmt: skip
def test_a_thread_is_whole_only_as_it_is_counted(page: str, rest: str | None, cause: Cause | None) -> None:
    """Without a number that can be read nothing says that no comment is missing; it costs the thread, not the look."""
    site = tme.talked_site()
    site.instead |= {HERE: page, **({} if rest is None else {"/api/method": rest})}
    seen = tme.taken(site).seen
    assert (seen.posts_cause, tme.thread(seen).comments_cause) == (None, cause)


def test_a_thread_that_contradicts_itself_is_read_once_more() -> None:
    """A comment deleted between two pages: of the first pass nothing counts."""
    site = tme.talked_site()
    passes = iter((tme.widget(LINE[2:], 5, "5 comments", 40), tme.widget(LINE, 5, "5 comments")))
    site.instead |= {HERE: lambda: next(passes), "/api/method": more([ANSWERED])}
    post = tme.thread(tme.taken(site).seen)
    assert (post.comments_cause, [c.id for c in post.comments]) == (None, [30, 31, 40, 41, 42])


@pytest.mark.parametrize(
    ("page", "side"),
    [
        (None, Side.OWNER),
        (Reply(NOW, 503), Side.UNKNOWN),
        (pages.missing(GROUP), Side.UNKNOWN),
        (tme.landing(name="drugoi", kind="group"), Side.UNKNOWN),
        (tme.landing(name=GROUP), Side.UNKNOWN),
        (tme.landing(name=GROUP, kind="user"), Side.CITIZEN),
    ],
)
def test_the_linked_group_is_known_by_its_page_alone(page: Reply | str | None, side: Side) -> None:
    """A page that fails or is no person's leaves its answers unknown."""
    site = tme.talked_site()
    site.instead |= {} if page is None else {f"/{GROUP}": page}
    assert [c.side for c in tme.thread(tme.taken(site).seen).comments if c.id == 31] == [side]


def test_once_the_group_has_answered_nobody_else_is_asked_who_he_is() -> None:
    """Who is most alike the channel's group is asked about first."""
    alike = Author(tme.GROUP_NUMBER, "Первый район — обсуждение", GROUP)
    line = [ASKED, tme.comment(31, 1, "Починим к пятнице", alike, ASKED), tme.comment(32, 2, "Спасибо", tme.TWO, ASKED)]
    site = Site(tme.talked(line))
    assert [c.side for c in tme.thread(tme.taken(site).seen).comments] == [Side.CITIZEN, Side.OWNER, Side.CITIZEN]
    assert [path for path in site.paths if path in {f"/{GROUP}", "/zhitel_2"}] == [f"/{GROUP}"]


# Controls ------------------------------------------------------------------------------------------------------------


def control(site: Site, *, exists: bool = True) -> ControlResult:
    known = Control(url=TARGET.address, exists=exists)
    ran = run(control_look(WebSource(Target(known.url)), known), site.way)
    assert "Житель" not in b"".join(record.body for record in ran.tape).decode()
    return ran.seen


@pytest.mark.parametrize(
    ("site", "instead", "exists", "expected"),
    [
        (tme.talked_site, {}, True, (Outcome.PASSED, True, True)),
        (tme.talked_site, {f"/{NAME}/118": tme.closed_widget()}, True, (Outcome.PASSED, True, False)),
        (tme.talked_site, {FIRST_PAGE: tme.elsewhere(f"https://t.me/{NAME}")}, True, (Outcome.CANT_TELL, False, None)),
        (tme.talked_site, {FIRST_PAGE: Reply(NOW, 503)}, True, (Outcome.CANT_TELL, False, None)),
        (tme.talked_site, {}, False, (Outcome.FAILED, None, None)),
        (Site, {}, True, (Outcome.FAILED, None, None)),
        (Site, {}, False, (Outcome.PASSED, None, None)),
        (Site, {LANDING: Reply(NOW, 429, headers=(("Retry-After", "3600"),))}, True, (Outcome.CANT_TELL, None, None)),
    ],
)
def test_a_control_is_looked_at_inside(
    site: Callable[[], Site], instead: dict[str, Any], exists: bool, expected: tuple[Any, ...]
) -> None:
    """Whether posts and a thread are shown, and nothing of a comment; a stub of what must be there is a failure."""
    made = site()
    made.instead = instead
    seen = control(made, exists=exists)
    assert (seen.outcome, seen.wall, seen.thread) == expected
