"""A channel's past by date, and what an earlier look spares a later one, over t.me and by the signed-in client."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from zoneinfo import ZoneInfo

import pytest

from auditor.base.address import Address
from auditor.base.snapshot import Cause, Network, Side, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import NotNow, Sighting, Target, Window
from auditor.probes.http import HttpConnection
from auditor.probes.known import known_of
from auditor.probes.limits import Limits
from auditor.probes.tape import Tape
from auditor.probes.tme.plugin import replay_look
from auditor.probes.tme.probe import TelegramPreviewProbe
from auditor.registry.models import Control
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account, Author, Comment, Post, PostKind
from tests import worlds
from tests.pipeline import audited, session_of
from tests.telegram_client import Client
from tests.telegram_site import (
    NOW,
    Answer,
    Asked,
    Site,
    closed_discussion,
    comment,
    discussion,
    landing,
    message,
    paged,
    serving,
)

NAME = "vymysel_rayon"
THEN = Week.parse("2024-W47", ZoneInfo("Asia/Tomsk"))
NOW_WEEK = Week.parse("2026-W47", ZoneInfo("Asia/Tomsk"))


@pytest.fixture
def site():
    with serving() as server:
        server.routes["/telegram"] = landing("telegram")
        yield server


def look(site: Site, week: Week, earlier: Sequence[Snapshot] = (), now: datetime = NOW, *, sides: str = "") -> Sighting:
    """Look at the channel for `week` at `now`, knowing what `earlier` looks saw; the look is played back too."""
    probe = TelegramPreviewProbe(
        HttpConnection(url=site.url, interval=0, clock=lambda: now, limits=Limits(connect=1, read=2, total=3))
    )
    probe.control(Control(url=Address(Network.TELEGRAM, "telegram"), exists=True))
    site.asked.clear()
    known = known_of(list(enumerate(earlier, 1)), now, 72)
    target, window = Target(Address(Network.TELEGRAM, NAME), known=known, sides=sides), Window.of(week, now)
    seen = probe.look(target, window)
    probe.close()
    assert isinstance(seen, Sighting)
    assert seen.snapshot.sides == sides
    assert replay_look(target, window, Tape(seen.answers, now), trusted=True) == seen.snapshot
    return seen


def previews(site: Site) -> list[Asked]:
    return [asked for asked in site.asked if asked.path == f"/s/{NAME}"]


def talks(site: Site) -> list[str]:
    return [asked.path.rsplit("/", 1)[1] for asked in site.asked if "discussion" in asked.query]


def serve(site: Site, moments: Sequence[datetime], talk: Callable[[Asked], str] | str | None = None) -> None:
    """Serve a channel that was created and then posted at `moments`, with ids that follow each other.

    A `talk` about message 1 is served under each as its own.
    """
    born = min(moments) - timedelta(days=1)
    made = {1: message(NAME, 1, born, "Channel created", service=True)}
    made |= {n: message(NAME, n, at) for n, at in enumerate(sorted(moments), 2)}
    site.routes |= {f"/{NAME}": landing(NAME), f"/s/{NAME}": paged(NAME, made)}
    for number in made if talk is not None else ():
        of_post = talk.replace(f'/{NAME}/1"', f'/{NAME}/{number}"') if isinstance(talk, str) else talk
        site.routes[f"/{NAME}/{number}"] = of_post or ""


def steady(per_day: float, days: int) -> list[datetime]:
    """Moments of so many posts a day up to now."""
    return [NOW - timedelta(days=n / per_day) for n in range(1, int(per_day * days))]


def in_week(moments: Sequence[datetime]) -> int:
    return sum(THEN.starts <= at < THEN.ends for at in moments)


@pytest.mark.parametrize(("per_day", "most"), [(20, 16), (5, 16), (1, 16), (0.2, 16)])
def test_a_week_of_two_years_ago_takes_few_requests(site: Site, per_day: float, most: int):
    """Its posts are all there, and what was not asked for is not asked for because it is late."""
    moments = steady(per_day, 900)
    serve(site, moments, closed_discussion())
    seen = look(site, THEN).snapshot
    assert len(site.asked) <= most
    assert len([p for p in seen.posts if THEN.starts <= p.at < THEN.ends]) == in_week(moments)
    assert seen.posts_cause is None
    assert seen.posts_until is not None
    assert {p.comments_cause for p in seen.posts if THEN.starts <= p.at < THEN.ends} <= {None, Cause.SEEN_LATE}
    assert seen.older_cause in {None, Cause.SEEN_LATE}
    assert seen.opened_at == min(moments) - timedelta(days=1)


def test_uneven_channels_take_few_requests_too(site: Site):
    """Campaigns, holidays and years of silence: of forty such channels at most two take more than sixteen."""
    costs = []
    for seed in range(40):
        chance = random.Random(seed)
        moments, at = [], NOW - timedelta(days=1500)
        while at < NOW:
            rate = chance.choice((0.1, 0.5, 1, 2, 4, 10))
            until = min(NOW, at + timedelta(days=chance.choice((5, 20, 60, 200))))
            while (at := at + timedelta(days=chance.expovariate(rate))) < until:
                moments.append(at)
        serve(site, moments)
        seen = look(site, THEN).snapshot
        assert seen.posts_cause in {None, Cause.SEEN_LATE}
        if seen.posts_cause is None:
            assert len([p for p in seen.posts if THEN.starts <= p.at < THEN.ends]) == in_week(moments)
        costs.append(len(site.asked))
    assert quantiles(costs, n=20)[-1] <= 16


def test_a_week_is_found_beside_what_was_deleted(site: Site):
    """All that is older than twenty days before it, and the five months after it, of twenty posts a day."""
    moments = steady(20, 900)
    first, last = THEN.starts - timedelta(days=20), THEN.ends + timedelta(days=150)
    for left in ([at for at in moments if at > first], [at for at in moments if not THEN.ends <= at < last]):
        serve(site, moments)
        numbers = dict(enumerate(sorted(moments), 2))
        made = {n: message(NAME, n, at) for n, at in numbers.items() if at in set(left)}
        site.routes[f"/s/{NAME}"] = paged(NAME, made)
        seen = look(site, THEN).snapshot
        assert len(site.asked) <= 16
        assert [p.id for p in seen.posts if THEN.starts <= p.at < THEN.ends]
        assert {p.id: p.at for p in seen.posts}.items() <= numbers.items()


def test_a_channel_that_is_younger_than_the_week_has_nothing_in_it(site: Site):
    """Its first message says so."""
    serve(site, steady(20, 300))
    seen = look(site, THEN).snapshot
    assert (seen.posts, seen.posts_cause, seen.posts_since) == ((), None, None)
    assert len(site.asked) <= 4


def test_pages_of_a_throttled_client_do_not_make_a_channel_young(site: Site):
    """Its first messages were "not found", and the lowest page that came leads to older ones: nothing is known."""
    serve(site, steady(20, 900))
    served = site.routes[f"/s/{NAME}"]
    nothing = paged(NAME, {})
    site.routes[f"/s/{NAME}"] = lambda asked: (
        nothing(asked) if int(asked.query.get("before", 10**9)) < 17_900 else served(asked)
    )  # type: ignore[operator]
    seen = look(site, Week.parse("2026-W46", ZoneInfo("Asia/Tomsk"))).snapshot
    assert (seen.posts, seen.posts_cause) == ((), Cause.TOO_LITTLE_DATA)


def test_the_same_week_again_takes_one_page(site: Site):
    """Nothing is asked for that was told an hour ago, and the same is said."""
    at = NOW_WEEK.starts + timedelta(days=2)
    talk = discussion(f"{NAME}/1", comment(900, at, "Когда починят мост?", handle="zhitel_a"), 1)
    serve(site, steady(1, 200), talk)
    first = look(site, NOW_WEEK).snapshot
    asked = len(site.asked)
    again = look(site, NOW_WEEK, [first], NOW + timedelta(hours=1)).snapshot
    assert asked > 20
    assert [a.path for a in site.asked] == [f"/s/{NAME}"]
    apart = {"taken_at", "evidence", "posts"}
    assert again.model_dump(exclude=apart) == first.model_dump(exclude=apart)
    window = Window.of(NOW_WEEK, NOW)
    told = [p for p in first.posts if window.comments_from <= p.at < window.ends]
    read = {p.id: p.model_copy(update={"comments_read_at": None}) for p in again.posts}
    assert [read[p.id] for p in told] == told
    assert {e.id for e in first.evidence if e.kind == "comments"} <= {e.id for e in again.evidence}


def test_the_next_week_takes_one_page_and_the_talks_of_its_window(site: Site):
    """The page does not count comments: under a post of last week somebody may have asked since."""
    week = timedelta(days=7)
    old = [NOW - timedelta(days=2.4 * n) for n in range(1, 60)]
    serve(site, old, discussion(f"{NAME}/1", "", 0))
    before = look(site, NOW_WEEK).snapshot
    new = [NOW + timedelta(days=d) for d in (1, 3, 5)]
    serve(site, [*old, *new], discussion(f"{NAME}/1", "", 0))
    after = look(site, _next(), [before], NOW + week).snapshot
    window = Window.of(_next(), NOW + week)
    within = [post for post in after.posts if window.comments_from <= post.at < window.ends]
    assert len(talks(site)) == len(within) == 9
    assert len(site.asked) <= len(within) + 2
    assert len([p for p in after.posts if p.at > NOW]) == 3
    assert after.posts_since is None or after.posts_since <= window.posts_from


@pytest.mark.parametrize("days", [2, 9], ids=["of the week", "of the week before"])
def test_a_talk_is_read_again_after_the_weeks_end(site: Site, days: int):
    """Issue 25, item 12: on Sunday at 22:00 nobody had asked; six questions of 22:30 were not seen at 06:00."""
    end = NOW_WEEK.ends
    evening, morning = end - timedelta(hours=2), end + timedelta(hours=6)
    serve(site, [end - timedelta(days=n) for n in range(1, 60)], discussion(f"{NAME}/1", "", 0))
    first = look(site, NOW_WEEK, now=evening).snapshot
    number = next(post.id for post in first.posts if post.at == end - timedelta(days=days))
    asked = [comment(n, end - timedelta(minutes=90), "Когда починят мост?", handle=f"anna_{n}") for n in range(6)]
    site.routes[f"/{NAME}/{number}"] = discussion(f"{NAME}/{number}", "".join(asked), 6)
    posts = look(site, NOW_WEEK, [first], morning).snapshot.posts
    (post,) = [post for post in posts if post.id == number]
    assert (sum(c.question for c in post.comments), post.comments_read_at) == (6, None)


def person(handle: str) -> str:
    return landing(handle, f"@{handle}", button="Send Message", preview=False)


def test_a_talk_that_was_told_by_another_record_is_read_again(site: Site):
    """Where somebody who asks nothing wrote in it: he may be staff today. Where all only asked, nothing can change."""
    _, quiet = open_question(site, ANSWER)
    first = look(site, NOW_WEEK, sides="before").snapshot
    again = look(site, NOW_WEEK, [first], NOW + timedelta(hours=1), sides="after").snapshot
    assert talks(site) == [str(quiet)]
    look(site, NOW_WEEK, [first, again], NOW + timedelta(hours=1), sides="after")
    assert talks(site) == []


def test_a_talk_that_could_not_be_read_again_is_still_of_the_old_record(site: Site):
    """The newest look has today's digest, and the talk is of the one before it."""
    _, quiet = open_question(site, ANSWER)
    first = look(site, NOW_WEEK, sides="before").snapshot
    served, site.routes[f"/{NAME}/{quiet}"] = site.routes[f"/{NAME}/{quiet}"], Answer("", 404)
    failed = look(site, NOW_WEEK, [first], NOW + timedelta(hours=1), sides="after").snapshot
    assert [p.comments_cause for p in failed.posts if p.id == quiet] == [Cause.UNRECOGNISED_PAGE]
    site.routes[f"/{NAME}/{quiet}"] = served
    third = look(site, NOW_WEEK, [first, failed], NOW + timedelta(hours=2), sides="after").snapshot
    assert [p.comments_read_at for p in third.posts if p.id == quiet] == [None]


def _next() -> Week:
    return Week.parse("2026-W48", ZoneInfo("Asia/Tomsk"))


def open_question(site: Site, *rest: str) -> tuple[int, int]:
    """A question without an answer under one post, and thanks under another; return both posts' numbers."""
    asks = comment(900, NOW_WEEK.starts + timedelta(days=3), "Когда починят мост?", handle="zhitel_a")
    thanks = comment(901, NOW_WEEK.starts - timedelta(days=2), "Спасибо!", handle="zhitel_b")
    serve(site, steady(1, 200), discussion(f"{NAME}/1", "", 0))
    site.routes["/zhitel_b"] = person("zhitel_b")
    asked, quiet = 195, 190
    site.routes[f"/{NAME}/{asked}"] = discussion(f"{NAME}/{asked}", asks, 1)
    site.routes[f"/{NAME}/{quiet}"] = discussion(f"{NAME}/{quiet}", "".join((thanks, *rest)), 1 + len(rest))
    return asked, quiet


ANSWER = comment(902, NOW_WEEK.starts - timedelta(days=1), "Спасибо и вам.", handle=NAME, reply_to=901)


def test_a_question_without_an_answer_is_asked_for_again(site: Site):
    """A day later somebody may have answered; where the owner answers people, quiet talks are left alone."""
    asked, _ = open_question(site, ANSWER)
    first = look(site, NOW_WEEK).snapshot
    look(site, NOW_WEEK, [first], NOW + timedelta(days=1))
    assert talks(site) == [str(asked)]


def test_nobody_is_said_to_be_silent_by_what_is_remembered_of_a_quiet_talk(site: Site):
    """Where nobody was seen to answer, one question may redden: an answer of two hours ago is seen, wherever it is."""
    _, quiet = open_question(site)
    first = look(site, NOW_WEEK).snapshot
    open_question(site, ANSWER)
    later = look(site, NOW_WEEK, [first], NOW + timedelta(hours=2)).snapshot
    spoke = [(post.id, c.id) for post in later.posts for c in post.comments if c.side is Side.OWNER]
    assert spoke == [(quiet, 902)]


def test_closed_discussions_are_sampled(site: Site):
    """Five of the newest and five of the oldest are closed: the rest are not asked for, and nothing is said of them."""
    serve(site, steady(7, 100), closed_discussion())
    seen = look(site, NOW_WEEK).snapshot
    assert len(talks(site)) == 10
    assert sum(p.comments_state == "closed" for p in seen.posts) == 10
    assert all(p.comments == () for p in seen.posts)


def test_a_sample_holds_half_of_a_weeks_posts_where_it_can(site: Site):
    """Of less than half it may not be said that comments are closed."""
    serve(site, steady(2, 100), closed_discussion())
    seen = look(site, NOW_WEEK).snapshot
    of_week = [p for p in seen.posts if NOW_WEEK.starts <= p.at < NOW_WEEK.ends]
    assert sum(p.comments_state == "closed" for p in of_week) * 2 >= len(of_week) > 10
    assert len(talks(site)) == 12


def test_an_open_discussion_among_the_oldest_makes_all_be_read(site: Site):
    """They were closed only lately."""
    serve(site, steady(2, 100), closed_discussion())
    window = Window.of(NOW_WEEK, NOW)
    numbers = [n for n, at in enumerate(sorted(steady(2, 100)), 2) if window.comments_from <= at < window.ends]
    site.routes[f"/{NAME}/{numbers[0]}"] = discussion(f"{NAME}/{numbers[0]}", "", 0)
    look(site, NOW_WEEK)
    assert len(talks(site)) == len(numbers)


# By the signed-in client ---------------------------------------------------------------------------------------------


def _channel(world: World) -> Account:
    return next(a for a in world.accounts if a.network == "telegram" and a.kind == "channel" and a.group_name)


def _with_past(account: Account, per_day: float, now: datetime, talk: Sequence[str] = ()) -> list[datetime]:
    """Give a channel so many posts a day for 900 days, with `talk` about `THEN`; return their moments."""
    moments = [now - timedelta(days=n / per_day) for n in range(1, int(per_day * 900))]
    account.opened = min(moments) - timedelta(days=1)
    account.posts = [Post(account.opened, "Channel created", PostKind.SERVICE)]
    account.posts += [Post(at, "Вымышленная новость") for at in sorted(moments)]
    for number, post in enumerate(account.posts, 1):
        post.id, post.copy_id = number, 10 * number
        talked = abs(post.at - THEN.starts) < timedelta(days=30)
        for place, words in enumerate(talk if talked else (), 1):
            citizen = Author(4_000_000_000 + place, f"Житель {place}")
            said = Comment(post.at + timedelta(minutes=10 * place), citizen, words, id=10 * number + place)
            post.comments.append(said)
    return moments


@pytest.mark.parametrize("talk", [(), ("Когда починят мост?", "Спасибо!", "Поддерживаю.")], ids=["quiet", "talked of"])
@pytest.mark.parametrize("per_day", [20, 1, 0.2])
def test_the_client_reads_a_week_of_two_years_ago_by_its_date(per_day: float, talk: tuple[str, ...], tmp_path: Path):
    """Every post of it in at most sixteen requests; each thread is read as it was, or is said to be seen late."""
    world = worlds.busy(channels=1, posts=2, comments=0)
    account, now = _channel(world), world.now
    moments = _with_past(account, per_day, now, talk)
    with Sandbox(world) as sandbox:
        sandbox.now = now
        client = Client(sandbox, tmp_path)
        with client.run() as run:
            run.look(account.name)
            before = len(sandbox.requests)
            seen = run.probe.look(Target(Address(Network.TELEGRAM, account.address)), Window.of(THEN, now))
            asked = len(sandbox.requests) - before
    assert isinstance(seen, Sighting)
    assert asked <= 16
    posts = [p for p in seen.snapshot.posts if THEN.starts <= p.at < THEN.ends]
    assert (len(posts), seen.snapshot.posts_cause) == (in_week(moments), None)
    assert {p.comments_cause for p in posts} <= {None, Cause.SEEN_LATE}
    true = {post.id: [c.id for c in post.comments] for post in account.posts}
    whole = [p for p in posts if p.comments_cause is None]
    assert [[c.id for c in p.comments] for p in whole] == [true[p.id] for p in whole]
    assert whole or per_day == 20


def test_a_busy_channels_week_of_two_years_ago_is_judged_by_what_can_be_known(tmp_path: Path):
    """By the client its posts are counted; of its talk nothing is held against anyone, as it was seen late."""
    world = worlds.busy(channels=1, posts=2, comments=0)
    moments = _with_past(_channel(world), 20, world.now, ["Когда починят мост?"])
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        (tmp_path / "client").mkdir()
        session = session_of(world, tmp_path, sandbox.settings(client=tmp_path / "client"), world.now)
        audit = audited(session, THEN)
    found = {f.check: f for f in audit.offices[0].findings if f.account is None}
    assert (found["posts_per_week"].outcome, found["posts_per_week"].values["posts"]) == ("passed", in_week(moments))
    assert (found["comments_answered"].outcome, found["comments_answered"].cause) == ("cantTell", Cause.SEEN_LATE)


def test_the_client_asks_for_talks_whose_count_has_changed(tmp_path: Path):
    """An hour later one comment more: its talk alone is read, and the rest is as it was."""
    world = worlds.busy(channels=1, posts=5, comments=60)
    account = _channel(world)
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        client = Client(sandbox, tmp_path)
        with client.run() as run:
            window = Window.of(Week.parse(world.week, ZoneInfo("Asia/Tomsk")), world.now)
            target = Target(Address(Network.TELEGRAM, account.address))
            first = run.probe.look(target, window)
            assert isinstance(first, Sighting)
            known = known_of([(1, first.snapshot)], world.now, 72)
            before = len(sandbox.requests)
            again = run.probe.look(replace(target, known=known), window)
    assert isinstance(again, Sighting)
    asked = [r.method for r in sandbox.requests[before:]]
    assert asked == ["channels.getFullChannel", "messages.getHistory"]
    was, now = ([p.model_dump(exclude={"comments_read_at"}) for p in s.snapshot.posts] for s in (first, again))
    assert now == was


def test_a_channel_that_must_wait_is_put_off_and_costs_nobody_a_week(tmp_path: Path):
    """A short wait asked for again: the first pass goes on, the second waits, and nothing is asked for twice."""
    world = worlds.busy(channels=3, posts=3, comments=6)
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        client = Client(sandbox, tmp_path)
        with client.run() as run:
            window = Window.of(Week.parse(world.week, ZoneInfo("Asia/Tomsk")), world.now)
            names = [a.address for a in world.accounts if a.network == "telegram" and a.group_name][:3]
            targets = [Target(Address(Network.TELEGRAM, name)) for name in names]
            caller = run.probe._in.caller
            assert caller is not None
            first = run.probe.look(targets[0], window, wait=False)
            caller.ledger.close("messages.getHistory", 20)
            late = [t for t in targets[1:] if isinstance(run.probe.look(t, window, wait=False), NotNow)]
            seen = [run.probe.look(t, window) for t in late]
    assert isinstance(first, Sighting)
    assert late == targets[1:]
    assert [s.snapshot.posts_cause for s in seen if isinstance(s, Sighting)] == [None, None]
    assert 20 in client.slept
    assert sum(r.method == "channels.getFullChannel" for r in sandbox.requests) == 3


def test_a_page_that_t_me_closes_is_put_off(site: Site):
    """429 with a minute's wait, twice: the look goes to the end of the run and takes what it was answered before."""
    serve(site, steady(1, 100), discussion(f"{NAME}/1", "", 0))
    page, turns = site.routes[f"/s/{NAME}"], iter([429, 429, 429])
    site.routes[f"/s/{NAME}"] = lambda asked: (
        Answer("", next(turns, 200), {"Retry-After": "0"})
        if (site.asked[-1].path == asked.path and sum(a.path == asked.path for a in site.asked) <= 3)
        else page(asked)
    )  # type: ignore[operator]
    probe = TelegramPreviewProbe(HttpConnection(url=site.url, interval=0, clock=lambda: NOW))
    target, window = Target(Address(Network.TELEGRAM, NAME)), Window.of(NOW_WEEK, NOW)
    assert isinstance(probe.look(target, window, wait=False), NotNow)
    seen = probe.look(target, window)
    probe.close()
    assert isinstance(seen, Sighting)
    assert (seen.snapshot.posts_cause, len(seen.snapshot.posts) > 30) == (None, True)
    assert sum(asked.path == f"/{NAME}" for asked in site.asked) == 1
