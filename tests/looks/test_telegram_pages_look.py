"""The look at a Telegram channel over t.me's public pages: without sockets, and over the sandbox's real server."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from auditor.base.address import Address
from auditor.base.snapshot import (
    Cause,
    CommentsState,
    ControlResult,
    EvidenceKind,
    Network,
    Outcome,
    Post,
    Precision,
    Side,
    Snapshot,
    Trace,
    TraceKind,
)
from auditor.probes.base import Target, Window
from auditor.probes.looks import Failure, Look
from auditor.probes.telegram.look import control_look, telegram_look
from auditor.probes.telegram.web.source import WebSource
from auditor.registry.models import Control
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import PostKind
from tests import worlds
from tests.looks.every_ask import Ran, every_failure, failures, overclaims, reds, replayed, run
from tests.looks.telegram_world import Served, Taken, controls_of, take, take_controls, targets_of, window_of
from tests.telegram_site import (
    NO_POSTS,
    Answer,
    Asked,
    Site,
    closed_discussion,
    comment,
    discussion,
    history,
    landing,
    message,
    missing,
)

NAME = "pervyi_rayon"
STARTS = datetime(2026, 11, 15, 17, tzinfo=UTC)
NOW = STARTS + timedelta(days=8)
WINDOW = Window(
    starts=STARTS,
    ends=STARTS + timedelta(days=7),
    posts_from=STARTS - timedelta(days=28),
    gap_from=STARTS - timedelta(days=21),
    comments_from=STARTS - timedelta(days=14),
)
TARGET = Target(Address(Network.TELEGRAM, NAME), names=("Имярек Анна Андреевна",), control="sandbox_control")


def look(target: Target = TARGET) -> Look[Snapshot]:
    return telegram_look(WebSource(target), target, WINDOW)


def taken(site: Site, target: Target = TARGET) -> Ran[Snapshot]:
    return run(look(target), Served(site, NOW).way)


def group(handle: str) -> str:
    return landing(handle, "50 members, 3 online", title="Говорим обо всём", preview=False)


def person(handle: str) -> str:
    return landing(handle, f"@{handle}", title="Житель Два", button="Send Message", preview=False)


def redirect(asked: Asked) -> Answer:
    return Answer("", 302, {"Location": f"https://t.me{asked.path.removeprefix('/s')}"})


BORN = NOW - timedelta(days=150, hours=3)
MESSAGES = {1: message(NAME, 1, BORN, "Channel created", service=True)}
MESSAGES |= {number: message(NAME, number, BORN + (number - 1) * timedelta(days=5)) for number in range(2, 32)}
POST = 30
"""The one of the week."""


def few_a_page(**options: str) -> Callable[[Asked], str]:
    """Page through the messages, five a page."""

    def route(asked: Asked) -> str:
        ids = [number for number in MESSAGES if number < int(asked.query.get("before", 10**9))][-5:]
        before = ids[0] if ids and ids[0] > 1 else None
        return history(NAME, "".join(MESSAGES[i] for i in ids) or NO_POSTS, before=before, **options)  # type: ignore[arg-type]

    return route


def plain_site(**options: str) -> Site:
    """A channel that was born 150 days ago and posts every fifth day; the threads under its posts are closed."""
    site = Site()
    site.routes |= {f"/{NAME}": landing(NAME), f"/s/{NAME}": few_a_page(**options)}
    site.routes["/sandbox_control"] = landing("sandbox_control")
    site.routes |= {f"/{NAME}/{number}": closed_discussion() for number in MESSAGES}
    return site


AT = STARTS + timedelta(days=2)
TALK = {
    30: comment(30, AT, "Когда починят дорогу?", name="Житель Один", handle="zhitel_odin"),
    31: comment(
        31, AT + timedelta(hours=1), "Починим к пятнице", name="Говорим обо всём", handle="govorim", reply_to=30
    ),
    40: comment(40, AT + timedelta(hours=2), "Когда откроют мост?", name="Житель Три", handle="zhitel_tri"),
    41: comment(41, AT + timedelta(hours=3), "Спросите у мэра", name="Житель Два", handle="zhitel_dva", reply_to=40),
    42: comment(42, AT + timedelta(hours=4), "@zhitel_tri, когда же?", name="Житель Два", handle="zhitel_dva"),
}


def talked_site() -> Site:
    """The same channel with a thread of two pages under a post of the week, in which its linked group answers."""
    site, post = plain_site(), POST
    site.routes |= {f"/{NAME}/{number}": discussion(f"{NAME}/{number}", "", 0) for number in MESSAGES if number > 27}
    newest = "".join(TALK[number] for number in (40, 41, 42))
    site.routes[f"/{NAME}/{post}"] = discussion(f"{NAME}/{post}", newest, 5, before=40)
    older = {"ok": True, "comments_cnt": 5, "comments_html": TALK[30] + TALK[31]}
    site.routes["/api/method"] = json.dumps(older)
    site.routes |= {"/govorim": group("govorim"), "/zhitel_dva": person("zhitel_dva")}
    return site


def thread(seen: Snapshot, number: int = POST) -> Post:
    return next(post for post in seen.posts if post.id == number)


# A whole look ---------------------------------------------------------------------------------------------------------


def test_a_channel_is_seen_whole() -> None:
    """Existence, card, opening, posts back through the window, and the sides of who wrote under them."""
    ran = taken(talked_site())
    seen, post = ran.seen, thread(ran.seen)
    assert (seen.exists, seen.cause, seen.kind, seen.id) == (True, None, "channel", 1000000001)
    assert (seen.subscribers, seen.verified, seen.register_link) == (120, False, None)
    assert (seen.opened_precision, seen.posts_cause, seen.older_cause) == (Precision.EXACT, None, None)
    assert seen.posts_since is not None
    assert seen.posts_since < WINDOW.posts_from
    assert (post.comments_state, post.comments_count, post.comments_cause) == (CommentsState.OPEN, 5, None)
    assert [(c.id, c.side, c.answers) for c in post.comments] == [
        (30, Side.CITIZEN, None),
        (31, Side.OWNER, 30),
        (40, Side.CITIZEN, None),
        (41, Side.CITIZEN, 40),
        (42, Side.CITIZEN, 40),
    ]
    assert [c.question for c in post.comments] == [True, False, True, False, False]
    assert post.comments_read_at == NOW
    assert post.comments[1].sketch is not None


def test_of_people_only_ordinals_are_kept() -> None:
    """No name, handle or word of whoever commented is in what is stored, in its addresses, or shown by an ask."""
    ran = taken(talked_site())
    stored = b"".join(record.body for record in ran.tape).decode() + "".join(record.evidence.url for record in ran.tape)
    shown = "".join(repr(record) for record in ran.tape) + ran.seen.model_dump_json()
    for word in ("Житель", "zhitel", "govorim", "Говорим", "починят", "пятнице", "мэра", "Quoted", "d15c", "5ec4e7"):
        assert word not in stored + shown
    identities = [record.evidence.url for record in ran.tape if record.evidence.url.startswith("https://t.me/?author=")]
    assert len(identities) == 2


def test_a_look_taken_again_from_its_records_is_the_same() -> None:
    """The forms are all that it ever saw."""
    for site in (talked_site(), plain_site()):
        ran = taken(site)
        assert replayed(look, ran, NOW) == ran.seen


@pytest.mark.parametrize("site", [talked_site, plain_site])
def test_every_ask_may_fail_and_no_look_claims_more_than_was_read(site: Callable[[], Site]) -> None:
    """Each ask fails in turn, alone and with all after it; what is then seen is less, never other, and never red."""
    way = Served(site(), NOW).way
    whole = run(look(), way).seen
    # Where the message of its birth cannot be had, the oldest one seen is a trace as well.
    oldest = Trace(kind=TraceKind.OLDEST_POST, at=BORN)
    whole = whole.model_copy(update={"traces": (*whole.traces, oldest)})
    causes = {(f.cause, f.sent): f for f in failures(NOW)}  # what the driver does about one, no look can see
    for failed in every_failure(look, way, list(causes.values())):
        assert overclaims(failed.ran.seen, whole) == [], str(failed)
        assert replayed(look, failed.ran, NOW) == failed.ran.seen, str(failed)
    for failed in every_failure(look, way, [Failure(at=NOW, cause=Cause.UNREACHABLE)]):
        assert reds(failed.ran.seen) <= reds(whole), str(failed)


def test_every_ask_of_a_missing_name_may_fail() -> None:
    """Only with all three answers it is said that nobody has the name."""
    site = plain_site()
    site.routes |= {f"/{NAME}": missing(NAME), f"/s/{NAME}": redirect}
    way = Served(site, NOW).way
    whole = run(look(), way)
    assert (whole.seen.exists, whole.seen.cause) == (None, Cause.NOT_AT_ADDRESS)
    assert [question.kind for question in whole.asks][-1] is EvidenceKind.CONTROL
    for failed in every_failure(look, way, failures(NOW)):
        assert failed.ran.seen.cause == failed.failure.cause or failed.failure.cause is Cause.UNRECOGNISED_PAGE
        assert failed.ran.seen.exists is None


# What stands at the address -------------------------------------------------------------------------------------------


def test_a_missing_name_is_not_believed_while_the_control_is_a_stub_too() -> None:
    """A throttled client is shown the page of a missing name for every name."""
    site = plain_site()
    site.fallback = lambda asked: missing(asked.path.removeprefix("/").removeprefix("s/"))
    site.routes = {}
    assert taken(site).seen.cause is Cause.THROTTLED


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (landing(NAME, "35 members", preview=False), "group"),
        (landing(NAME, f"@{NAME}", title="Некто", button="Send Message", preview=False), "user"),
        (landing(NAME, "9 monthly users", button="Start Bot", preview=False), "bot"),
    ],
)
def test_another_kind_is_told_and_named_nowhere(page: str, kind: str) -> None:
    """Of a person's, a bot's or a group's page nothing else is kept."""
    site = plain_site()
    site.routes |= {f"/{NAME}": page, f"/s/{NAME}": redirect}
    ran = taken(site)
    assert (ran.seen.exists, ran.seen.cause, ran.seen.kind) == (None, Cause.WRONG_KIND, kind)
    assert "Некто" not in b"".join(record.body for record in ran.tape).decode()


def test_another_channel_under_the_name_is_gone_and_its_words_are_not_kept() -> None:
    """By its number it is not the confirmed one: it is not read on."""
    ran = taken(plain_site(), replace(TARGET, id=7))
    assert (ran.seen.exists, ran.seen.id, ran.seen.posts_cause) == (True, 1000000001, Cause.GONE)
    assert len(ran.asks) == 1
    assert "Первый район" not in ran.tape[0].body.decode()
    assert "мост" not in ran.tape[0].body.decode()


def test_a_preview_that_is_off_is_no_empty_channel() -> None:
    """The landing page is a channel's, the preview leads back to it."""
    site = plain_site()
    site.routes[f"/s/{NAME}"] = redirect
    seen = taken(site).seen
    assert (seen.exists, seen.posts_cause, seen.posts) == (True, Cause.PREVIEW_OFF, ())


def test_an_empty_channel_is_believed_beside_a_control_that_shows_posts() -> None:
    """«No posts found» is also what a client gets that asks too often."""
    site = plain_site()
    site.routes[f"/s/{NAME}"] = history(NAME, NO_POSTS)
    site.routes["/s/sandbox_control"] = history("sandbox_control", message("sandbox_control", 1, AT))
    seen = taken(site).seen
    assert (seen.exists, seen.posts_cause, seen.posts) == (True, None, ())
    site.routes["/s/sandbox_control"] = history("sandbox_control", NO_POSTS)
    assert taken(site).seen.posts_cause is Cause.THROTTLED


def test_a_channel_under_a_thousand_needs_no_landing_page_at_any_look() -> None:
    """Its preview says all; a larger one's rounded counter is asked for exactly, unless an agreeing number is known."""

    def landings(site: Site, target: Target = TARGET) -> int:
        taken(site, target)
        return site.paths.count(f"/{NAME}")

    assert landings(plain_site()) == 0
    assert landings(plain_site(counters="5.01K subscribers")) == 1
    assert landings(plain_site(counters="5.01K subscribers"), replace(TARGET, subscribers=5012)) == 0
    assert landings(plain_site(counters="5.01K subscribers"), replace(TARGET, subscribers=5112)) == 1


# What need not be asked again -----------------------------------------------------------------------------------------


def test_threads_on_record_are_left_out_and_say_so() -> None:
    """A post whose thread may be left out has no comments and no cause, and its page is not asked for."""
    site = talked_site()
    seen = taken(site, replace(TARGET, skip={POST: 5})).seen
    post = thread(seen)
    assert (post.comments_left, post.comments, post.comments_cause, post.comments_read_at) == (True, (), None, None)
    assert f"/{NAME}/{POST}" not in site.paths


def test_a_history_on_record_is_read_back_to_the_threads_alone() -> None:
    """Above what an earlier look read whole, down to the posts whose threads are asked for; no opening is sought."""
    site = plain_site()
    seen = taken(site, replace(TARGET, posts_until=STARTS, opening_known=True)).seen
    assert [asked.query for asked in site.asked if asked.path == f"/s/{NAME}"] == [{}, {"before": "27"}]
    assert seen.posts_cause is None
    assert seen.posts_since is not None
    assert seen.posts_since < WINDOW.comments_from


# Threads --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "side"),
    [
        (group("govorim"), Side.OWNER),
        (Answer("", 503), Side.UNKNOWN),
        (missing("govorim"), Side.UNKNOWN),
        (group("drugoi"), Side.UNKNOWN),
        (landing("govorim"), Side.UNKNOWN),
        (person("govorim"), Side.CITIZEN),
    ],
)
def test_the_linked_group_is_known_by_its_page_alone(page: Answer | str, side: Side) -> None:
    """A page that fails or is no person's leaves its answers unknown."""
    site = talked_site()
    site.routes["/govorim"] = page
    assert [c.side for c in thread(taken(site).seen).comments if c.id == 31] == [side]


def test_a_thread_that_contradicts_itself_is_read_once_more() -> None:
    """A comment deleted between two pages: of the first pass nothing counts."""
    site, first = talked_site(), talked_site().routes[f"/{NAME}/{POST}"]
    later = discussion(f"{NAME}/{POST}", "".join(TALK.values()), 5)
    site.routes["/api/method"] = json.dumps({"ok": True, "comments_html": TALK[31]})
    pages = iter((first, later))
    site.routes[f"/{NAME}/{POST}"] = lambda _asked: next(pages)  # type: ignore[return-value, assignment]
    post = thread(taken(site).seen)
    assert (post.comments_cause, [c.id for c in post.comments]) == (None, [30, 31, 40, 41, 42])


def test_an_odd_comment_costs_its_thread_and_not_the_look() -> None:
    """What cannot be read is counted: the thread is not whole."""
    site = talked_site()
    broken = (TALK[30] + TALK[31]).replace("datetime=", "data-x=", 1)
    site.routes["/api/method"] = json.dumps({"ok": True, "comments_html": broken})
    post = thread(taken(site).seen)
    assert (post.comments_state, post.comments_cause) == (CommentsState.OPEN, Cause.UNRECOGNISED_PAGE)
    assert post.comments == ()


def test_older_comments_are_asked_for_with_the_pages_own_keys_which_stay_in_memory() -> None:
    """They go to the server that is set, and into no address on record."""
    site = talked_site()
    taken(site)
    (sent,) = [asked for asked in site.asked if asked.path == "/api/method"]
    assert sent.query == {"api_hash": "5ec4e7"}
    assert sent.form == {
        "peer": "c2000000001_-1",
        "top_msg_id": "302",
        "discussion_hash": "d15c",
        "method": "loadComments",
        "before_id": "40",
    }


# Controls -------------------------------------------------------------------------------------------------------------


def control(site: Site, *, exists: bool = True) -> ControlResult:
    known = Control(url=Address(Network.TELEGRAM, NAME), exists=exists)
    ran = run(control_look(WebSource(Target(known.url)), known), Served(site, NOW).way)
    assert "Житель" not in b"".join(record.body for record in ran.tape).decode()
    return ran.seen


def test_a_control_is_looked_at_inside() -> None:
    """Its posts and the thread under the newest of them: whether they are shown, and nothing of a comment."""
    site = talked_site()
    seen = control(site)
    assert (seen.outcome, seen.wall, seen.thread) == (Outcome.PASSED, True, True)
    site.routes[f"/{NAME}/31"] = closed_discussion()
    assert control(site).thread is False
    site.routes[f"/s/{NAME}"] = redirect
    assert (control(site).wall, control(site).thread) == (False, None)


@pytest.mark.parametrize(
    ("page", "exists", "outcome"),
    [
        (missing(NAME), True, Outcome.FAILED),
        (missing(NAME), False, Outcome.PASSED),
        (landing(NAME), False, Outcome.FAILED),
        (Answer("", 429, {"Retry-After": "3600"}), True, Outcome.CANT_TELL),
    ],
)
def test_a_control_is_seen_as_it_must_be_or_not(page: Answer | str, exists: bool, outcome: Outcome) -> None:
    """An account that must exist and is shown as missing means a throttled client."""
    site = Site()
    site.routes[f"/{NAME}"] = page
    assert control(site, exists=exists).outcome is outcome


def test_every_ask_of_a_control_may_fail() -> None:
    """It then claims nothing that it has not seen."""
    known = Control(url=Address(Network.TELEGRAM, NAME), exists=True)

    def begin() -> Look[ControlResult]:
        return control_look(WebSource(Target(known.url)), known)

    for failed in every_failure(begin, Served(talked_site(), NOW).way, failures(NOW)):
        seen = failed.ran.seen
        assert seen.outcome in {Outcome.PASSED, Outcome.CANT_TELL}, str(failed)
        assert not (failed.index == 1 and seen.wall), str(failed)


# The sandbox's world over its server ----------------------------------------------------------------------------------

LONG_AGO = datetime.min.replace(tzinfo=UTC)
_Pages = tuple[Taken, list[Target], World]


@pytest.fixture(scope="module", params=("built", "hidden"))
def looked_at(request: pytest.FixtureRequest) -> _Pages:
    """The world's pages as looks see them."""
    world = World.build() if request.param == "built" else worlds.hidden()
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        controls = take_controls(sandbox, controls_of(world))
        assert {result.outcome for result in controls.values()} == {Outcome.PASSED}
        return take(sandbox, targets_of(world), window_of(world)), targets_of(world), world


def test_the_sandboxs_posts_are_seen_as_its_world_has_them(looked_at: _Pages) -> None:
    """From where a look says that it is complete none is missing, and nowhere is one too many."""
    taken, targets, world = looked_at
    accounts = {account.address: account for account in world.accounts if account.network == "telegram"}
    personal, whole = [target for target in targets if target.full], 0
    for target in personal:
        seen, account = taken.snapshots[target.address.url], accounts[target.address.asked]
        ours = [p for p in account.posts_at(world.now) if p.kind in {PostKind.OWN, PostKind.REPOST} and not p.lost]
        assert {post.id for post in seen.posts} <= {post.id for post in ours}, target.address
        if seen.exists and seen.posts_cause is None:
            whole += 1
            since = seen.posts_since or LONG_AGO
            assert {post.id for post in ours if post.at >= since} == {post.id for post in seen.posts}, target.address
    assert whole > 5 or not personal


def test_the_sandboxs_pages_look_the_same_in_a_replay(looked_at: _Pages) -> None:
    """From the stored answers alone."""
    taken, targets, world = looked_at
    for target in targets:
        ran = Ran(None, (), tuple(taken.tapes[target.address.url]))
        again = replayed(partial(_again, target, world), ran, world.now)
        assert again == taken.snapshots[target.address.url]


def _again(target: Target, world: World) -> Look[Snapshot]:
    return telegram_look(WebSource(target), target, window_of(world))


def test_no_citizen_of_the_sandbox_is_on_record(looked_at: _Pages) -> None:
    """Neither name nor handle of anybody who comments there."""
    taken, _, world = looked_at
    stored = b"".join(r.body + r.evidence.url.encode() for tape in taken.tapes.values() for r in tape).decode()
    assert not [name for name in world.citizens if name in stored]
