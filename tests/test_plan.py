"""What a run asks for: what is left of a round, the most useful first, and what the archive knows of each page."""

import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.base.errors import UsageError
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import (
    Cause,
    Comment,
    CommentsState,
    ControlResult,
    Network,
    Outcome,
    Post,
    Route,
    Says,
    Side,
    Snapshot,
)
from auditor.base.weeks import Week
from auditor.commands.weekly import parse_span, plan_lines
from auditor.probes.base import Batch, DailyLimit, Forecast, Login, NotNow, Peer, Sighting, Spent, Target
from auditor.probes.bodies import Bodies, Others, names_on
from auditor.probes.known import NOTHING, known_of
from auditor.probes.mtproto.asking import NAMES_A_RUN, RESOLVE, Ration
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.quotas import Quotas
from auditor.registry.models import Control
from auditor.run.old_collect import Budget, collect
from auditor.run.forecast import RouteForecast
from auditor.run.old_plan import Plan, window_of
from auditor.run.weekly import forecast_week, look
from auditor.sandbox import World
from benchmarks.days import Moment, book_of
from tests import worlds
from tests.cases import NOW, WEEK, address, registry
from tests.pipeline import few, sandboxed, session_of

VK, CLIENT = Route("vk"), Route("telegram_client")
HOUR = timedelta(hours=1)


class Recorder:
    """A route to VK that sees every page at once and remembers what it was asked."""

    route = VK

    def __init__(
        self,
        *,
        puts_off: int = 0,
        pause: float = 0.0,
        posts_of_fourth: tuple[Post, ...] = (),
    ) -> None:
        self._posts = {4: posts_of_fourth}
        self.asked: list[str] = []
        self.waited: list[str] = []
        self.batches: list[Batch] = []
        self.requests = 0
        self._puts_off, self._pause = puts_off, pause

    def prepare(self, batch: Batch) -> None:
        self.batches.append(batch)

    def control(self, control: Control) -> tuple[ControlResult, tuple[()]]:
        passed = Outcome.PASSED
        found = ControlResult(
            network=Network.VK, route=VK, url=control.url.url, expected=control.exists, outcome=passed
        )
        return found, ()

    def look(self, target: Target, window: Any, *, wait: bool = True) -> Sighting | NotNow:
        if not wait and len(self.waited) < self._puts_off:
            self.waited.append(target.address.url)
            return NotNow()
        time.sleep(self._pause)
        self.asked.append(target.address.url)
        posts = self._posts.get(len(self.asked), ())
        return Sighting(
            Snapshot(network=Network.VK, route=VK, url=target.address.url, taken_at=NOW, exists=True, id=5, posts=posts)
        )

    def close(self) -> None:
        """Nothing is open."""


def run(session: Any, archive: Archive, probe: Recorder, budget: Budget | None = None) -> Any:
    week = Week.last_ended(session.clock(), session.registry.zone)
    return collect(archive, session.registry, week, [probe], session.clock, command="weekly", budget=budget)  # type: ignore[list-item]


def a_second_each(_: Route, batch: Batch) -> Forecast:
    return Forecast({"wall.get": len(batch.targets)}, float(len(batch.targets)))


def no_time() -> Budget:
    return Budget(time.monotonic(), a_second_each)


def test_a_round_that_ran_out_of_time_is_gone_on_with_and_then_begun_anew(tmp_path: Path) -> None:
    """No page is asked for twice in a round; the round after it asks for all again."""
    with sandboxed(World.build(), tmp_path) as (_, session), Archive.open(session.data) as archive:
        whole = Recorder()
        week = Week.last_ended(session.clock(), session.registry.zone)
        total = Plan.of(archive, session.registry, week, session.clock(), session.registry.offices).count(VK)
        parts = []
        for seconds in (4.5, 3.5, 100.0):
            probe = Recorder()
            done = run(session, archive, probe, Budget(time.monotonic() + seconds, a_second_each))
            parts.append(probe.asked)
            assert done.left.get("vk", 0) == total - sum(map(len, parts))
        assert [len(part) for part in parts[:2]] == [4, 3]
        assert Counter(url for part in parts for url in part).most_common(1)[0][1] == 1
        assert sum(map(len, parts)) == total
        run(session, archive, whole)
    assert len(whole.asked) == total


def test_a_round_is_gone_on_with_for_a_day_and_a_half_only(tmp_path: Path) -> None:
    """What was seen earlier than that is looked at again."""
    with sandboxed(World.build(), tmp_path) as (_, session), Archive.open(session.data) as archive:
        run(session, archive, Recorder(), Budget(time.monotonic() + 4.5, a_second_each))
        week = Week.last_ended(session.clock(), session.registry.zone)
        left = {
            hours: Plan.of(
                archive, session.registry, week, NOW + hours * HOUR, session.registry.offices, going_on=True
            ).count(VK)
            for hours in (35, 37)
        }
    assert left[37] == left[35] + 4


def test_a_run_lets_an_old_round_go_for_good(tmp_path: Path) -> None:
    """What had been seen in it is not taken for seen again, even if the clock is set back afterwards."""
    with sandboxed(World.build(), tmp_path) as (_, session), Archive.open(session.data) as archive:
        run(session, archive, Recorder(), Budget(time.monotonic() + 4.5, a_second_each))
        later, book = session.clock() + 37 * HOUR, session.registry
        week = Week.last_ended(session.clock(), book.zone)
        collect(archive, book, week, [Recorder()], lambda: later, command="weekly", budget=no_time())
        assert archive.seen_unfinished(str(week), NOW + HOUR, None) == frozenset()


@pytest.mark.parametrize("hours", [0, 37])
def test_a_plan_beside_a_round_that_no_run_goes_on_with_writes_nothing(tmp_path: Path, hours: int) -> None:
    """It was cut off before its first look, or too long ago: all pages are counted, and the archive stays as it is."""
    with sandboxed(few(World.build()), tmp_path) as (_, session):
        week = Week.last_ended(session.clock(), session.registry.zone)
        with Archive.open(session.data) as archive:
            run(session, archive, Recorder(), Budget(time.monotonic() + 1.5, a_second_each) if hours else no_time())
        later = replace(session, as_of=NOW + hours * HOUR)
        vk = next(one for one in forecast_week(later, week) if one.route is VK)
        with Archive.read(session.data) as archive:
            everything = Plan.of(archive, session.registry, week, later.clock(), session.registry.offices)
            assert vk.accounts == everything.count(VK) > 0


def test_what_was_seen_before_the_weeks_end_is_seen_again_once_it_is_over(tmp_path: Path) -> None:
    """A round that was cut off on Sunday evening begins anew on Monday: only then all of the week is there."""
    with sandboxed(World.build(), tmp_path) as (_, session), Archive.open(session.data) as archive:
        run(session, archive, Recorder(), Budget(time.monotonic() + 4.5, a_second_each))
        week = str(Week.last_ended(session.clock(), session.registry.zone))
        seen = [archive.seen_unfinished(week, NOW + HOUR, since) for since in (None, NOW, NOW + HOUR)]
    assert [len(pages) for pages in seen] == [4, 4, 0]


def test_a_look_that_is_put_off_comes_last_and_may_wait_then(tmp_path: Path) -> None:
    """A method that is closed for a while costs no page its week."""
    with sandboxed(World.build(), tmp_path) as (_, session), Archive.open(session.data) as archive:
        probe = Recorder(puts_off=1)
        run(session, archive, probe)
    assert len(probe.waited) == 1
    assert probe.asked[-1] == probe.waited[0]
    assert len(set(probe.asked)) == len(probe.asked)


def test_the_most_useful_look_comes_first(tmp_path: Path) -> None:
    """With little time: who was never seen before those seen in the last run; institutions after the heads."""
    with sandboxed(World.build(), tmp_path) as (_, session), Archive.open(session.data) as archive:
        first = Recorder()
        run(session, archive, first, Budget(time.monotonic() + 5.5, a_second_each))
        week = Week.last_ended(session.clock(), session.registry.zone)
        plan = Plan.of(
            archive, session.registry, week, session.clock() + 30 * HOUR, session.registry.offices, useful_first=True
        )
        line = plan.batch(VK)
    heads = [target.address.url for target in line if target.full]
    assert set(heads[-5:]) == set(first.asked)
    unseen = [target.full for target in line if target.address.url not in first.asked]
    assert unseen == sorted(unseen, reverse=True)


def test_a_look_that_decides_about_silence_comes_before_all(tmp_path: Path) -> None:
    """A question whose time to reply ran out after the look that saw it: even before a page that was never seen."""
    asks = Comment(id=1, at=NOW - 9 * HOUR, side=Side.CITIZEN, says=Says.ASKS)
    with sandboxed(World.build(), tmp_path) as (_, session), Archive.open(session.data) as archive:
        first = Recorder(posts_of_fourth=(_post(7, asks),))
        run(session, archive, first, Budget(time.monotonic() + 6.5, a_second_each))
        hours = session.registry.policy["reply_within_hours"].value
        week, offices = Week.last_ended(session.clock(), session.registry.zone), session.registry.offices
        early, late = (
            [t.address.url for t in Plan.of(archive, session.registry, week, at, offices, useful_first=True).batch(VK)]
            for at in (asks.at + (hours - 1) * HOUR, asks.at + (hours + 1) * HOUR)
        )
    assert early[0] not in first.asked, "the question's time to reply has not run out yet"
    assert (late[0], late[1]) == (first.asked[3], early[0]), "then who was never seen"


def test_what_is_known_of_a_page_is_what_its_last_whole_look_saw(tmp_path: Path) -> None:
    """By each route its own, with the posts as they are stored; the note names the looks it is of."""
    world = few(World.build())
    with sandboxed(world, tmp_path) as (_, session), Archive.open(session.data) as archive:
        week = Week.last_ended(session.clock(), session.registry.zone)
        look(session, archive, week, command="weekly")
        plan = Plan.of(archive, session.registry, week, session.clock(), session.registry.offices)
        stored = archive.snapshots(session.clock())
        known = 0
        for route in (VK, Route("telegram_preview")):
            for target in plan.batch(route):
                rows = [r.snapshot for r in stored[target.address.url] if r.snapshot.route is route]
                seen = next((one for one in rows if one.exists and one.posts_cause is not Cause.GONE), None)
                assert bool(target.known) is (seen is not None), target.address
                if seen is not None:
                    known += 1
                    assert {one.post.id: one.post for one in target.known.posts} == {p.id: p for p in seen.posts}
                    assert target.known.evidence == seen.evidence
                    assert target.known.page is not None
                    assert target.known.page.id == seen.id
    assert known > 5


def _post(number: int, *comments: Comment, cause: Cause | None = None) -> Post:
    return Post(
        id=number, at=NOW - 100 * HOUR, url=f"https://vk.com/wall5_{number}", comments_state=CommentsState.OPEN,
        comments_count=len(comments), comments_cause=cause, comments=comments,
    )  # fmt: skip


def _seen(at: Any, *posts: Post, **facts: Any) -> Snapshot:
    facts = {"exists": True, **facts}
    return Snapshot(network=Network.VK, route=VK, url="https://vk.com/id5", taken_at=at, posts=posts, **facts)


def test_answers_are_due_once_the_time_to_reply_has_run_out_unseen() -> None:
    """Not before it has, not where it was answered, and not once a look was made after it."""
    asks = Comment(id=1, at=NOW - 50 * HOUR, side=Side.CITIZEN, says=Says.ASKS)
    reply = Comment(id=2, at=NOW - 49 * HOUR, side=Side.OWNER, answers=1)
    early, late = NOW - 40 * HOUR, NOW - HOUR

    def due(at: Any, *comments: Comment, hours: float = 48) -> bool:
        (one,) = known_of([(1, _seen(at, _post(7, *comments)))], NOW, hours).posts
        return one.due

    assert due(early, asks)
    assert not due(early, asks, hours=72)
    assert not due(early, asks, reply)
    assert not due(late, asks)


def test_a_thread_is_known_as_the_newest_look_has_it_that_read_it() -> None:
    """A later look that could not read it does not make it unknown; one that did not see the page tells nothing."""
    asks = Comment(id=1, at=NOW - 50 * HOUR, side=Side.CITIZEN, says=Says.ASKS)
    read, unread = _seen(NOW - 9 * HOUR, _post(7, asks)), _seen(NOW - 5 * HOUR, _post(7, cause=Cause.THROTTLED))
    lost = _seen(NOW, exists=None, cause=Cause.UNREACHABLE)
    known = known_of([(1, read), (2, unread), (3, lost)], NOW, 72)
    assert known.runs == (1, 2)
    assert known.newest is not None
    assert (known.newest.read_at, known.newest.post.comments) == (read.taken_at, (asks,))
    assert known_of([(3, lost)], NOW, 72) == NOTHING
    assert not NOTHING


def test_other_bodies_are_all_but_ones_own() -> None:
    """One set for all offices, without going through it for each."""
    mine, other = address(Network.VK, "perviy"), address(Network.VK, "vtoroi")
    bodies = Bodies(frozenset({mine, other}))
    others = Others(bodies, frozenset({mine, address(Network.VK, "nikto")}))
    assert set(others) == {other} == others
    assert len(others) == 1
    names = names_on(Network.VK, others)
    assert (other.name in names, mine.name in names, len(names)) == (True, False, 1)
    assert not names.isdisjoint({other.name})


def test_a_run_looks_back_as_far_as_the_policy_judges() -> None:
    """Issue 25, item 24: comments under posts of `thread_days`, and posts for longer than `silence_days`."""
    book = registry()
    wide = {
        key: book.policy[key].model_copy(update={"value": value})
        for key, value in (("thread_days", 30), ("silence_days", 60))
    }
    usual = window_of(book, WEEK, NOW)
    far = window_of(book.model_copy(update={"policy": {**book.policy, **wide}}), WEEK, NOW)
    assert WEEK.starts - usual.comments_from == timedelta(days=14)
    assert WEEK.starts - far.comments_from == timedelta(days=30)
    assert WEEK.starts - far.posts_from > timedelta(days=60) < far.ends - far.gap_from
    threads = book.model_copy(update={"policy": {**book.policy, "thread_days": wide["thread_days"]}})
    assert window_of(threads, WEEK, NOW).posts_from <= window_of(threads, WEEK, NOW).comments_from


@pytest.mark.parametrize("asking", [True, False])
def test_what_is_known_of_a_thread_stands_for_another_record_where_only_people_who_ask_have_written(
    asking: bool,
) -> None:
    """Issue 25, item 7: whose side the others are on is told anew, as staff or a page may have come to the record."""
    asks = Comment(id=1, at=NOW - 50 * HOUR, side=Side.CITIZEN, author=1, says=Says.ASKS)
    thanks = Comment(id=2, at=NOW - 49 * HOUR, side=Side.CITIZEN, author=1 if asking else 2, says=Says.NOT, answers=1)
    (thread,) = known_of([(1, _seen(NOW - HOUR, _post(7, asks, thanks), sides="then"))], NOW, 72).posts
    assert thread.told_by("then")
    assert thread.told_by("now") is asking


# What is printed -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "seconds"), [("20m", 1200), ("1h30m", 5400), ("90s", 90), (" 2h ", 7200)])
def test_a_budget_is_hours_minutes_and_seconds(text: str, seconds: float) -> None:
    """As people write them."""
    assert parse_span(text) == seconds


@pytest.mark.parametrize("text", ["", "20", "m", "0m", "-5m", "20 minutes", "1d"])
def test_another_budget_is_one_line(text: str) -> None:
    """It says how to write one."""
    with pytest.raises(UsageError, match="write it as 20m or 1h30m"):
        parse_span(text)


def test_a_plan_counts_what_would_be_asked_and_asks_nothing(tmp_path: Path) -> None:
    """Before the first look an estimate; no request, no archive."""
    with sandboxed(few(World.build()), tmp_path) as (sandbox, session):
        week = Week.last_ended(session.clock(), session.registry.zone)
        routes = forecast_week(session, week)
        assert not sandbox.requests
        assert not session.data.exists()
        vk = next(one for one in routes if one.route is VK)
        assert vk.accounts > 0
        assert vk.asked.methods["wall.get"] > 0


@pytest.mark.parametrize(("network", "user"), [("vk", False), ("vk", True), ("telegram", False)])
def test_a_plan_of_known_pages_is_what_the_run_then_makes(network: str, user: bool, tmp_path: Path) -> None:
    """With a service key, with a key that may call execute, by the preview and by the client: to the request."""
    world = worlds.busy(channels=5, posts=3, comments=6, network=network)
    with sandboxed(world, tmp_path) as (sandbox, first):
        environ = sandbox.settings(client=tmp_path) if network == "telegram" else sandbox.settings(user_token=user)
        week = Week.last_ended(first.clock(), first.registry.zone)
        for now in (world.now, world.now + HOUR):
            sandbox.now = now
            session = session_of(world, tmp_path, environ, now)
            planned = {one.route.value: one.asked for one in forecast_week(session, week)}
            with Archive.open(session.data) as archive:
                made = look(session, archive, week, command="weekly").requests
    assert {route: asked.requests for route, asked in planned.items()} == made
    assert sum(made.values()) > 0
    interval = session.settings.of(VkSettings).rps
    if network == "vk":
        assert planned["vk"].seconds == pytest.approx(made["vk"] / interval)


@pytest.mark.parametrize(("network", "user"), [("vk", False), ("vk", True), ("telegram", False)])
def test_a_plan_of_the_next_week_expects_as_many_posts_as_came_lately(network: str, user: bool, tmp_path: Path) -> None:
    """Of pages with three posts a week it is within a fifth of the run, however seldom they wrote years ago."""
    world = worlds.alike(network)
    with sandboxed(world, tmp_path) as (sandbox, _):
        for now in (world.now - timedelta(weeks=1), world.now):
            sandbox.now = now
            session = session_of(world, tmp_path, sandbox.settings(user_token=user), now)
            week = Week.last_ended(now, session.registry.zone)
            planned = {one.route.value: one.asked.requests for one in forecast_week(session, week)}
            with Archive.open(session.data) as archive:
                made = look(session, archive, week, command="weekly").requests
    assert planned == pytest.approx(made, rel=0.2)
    assert sum(made.values()) > 0


@pytest.mark.parametrize("user", [False, True])
def test_a_plan_of_pages_in_trouble_is_what_the_run_then_makes(user: bool, tmp_path: Path) -> None:
    """Free names, closed walls, refused threads and previews that are off, an hour and a day later: to the request.

    Not planned are the tries after the first, which pages take that do not answer, and the page of somebody who has
    answered: whose it is waits for the thread.
    """
    world = World.build()
    world = few(world, {office.id for office in world.offices} - {"rayon-15", "duma-3"})
    with sandboxed(world, tmp_path) as (sandbox, _):
        for hours in (0, 1, 26):
            sandbox.now = now = world.now + hours * HOUR
            session = session_of(world, tmp_path, sandbox.settings(user_token=user), now)
            week = Week.last_ended(now, session.registry.zone)
            planned = {one.route.value: one.asked.requests for one in forecast_week(session, week)}
            before = len(sandbox.requests)
            with Archive.open(session.data) as archive:
                made = look(session, archive, week, command="weekly").requests
            people = [r.path for r in sandbox.requests[before:] if r.path.removeprefix("/") in world.citizens]
            planned["telegram_preview"] += len(people)
            assert planned == made or not hours


@pytest.mark.parametrize("fault", ["vk_daily_limit", "telegram_429", "telegram_down"])
def test_a_plan_after_a_round_in_vain_is_that_of_a_first_look(fault: str, tmp_path: Path) -> None:
    """What was not asked for, as its route or a method was closed, is not expected to show nothing."""
    world = worlds.busy(channels=5, posts=3, comments=6, network=fault.split("_", maxsplit=1)[0])
    with sandboxed(world, tmp_path, fault) as (_, session):
        week = Week.last_ended(session.clock(), session.registry.zone)
        first = [one.asked.methods for one in forecast_week(session, week)]
        with Archive.open(session.data) as archive:
            look(session, archive, week, command="weekly")
        later = replace(session, as_of=NOW + HOUR)
        assert [one.asked.methods for one in forecast_week(later, week)] == first


@pytest.mark.parametrize("user", [False, True])
def test_a_plan_knows_what_rests_and_says_until_when(user: bool, tmp_path: Path) -> None:
    """After error 29 neither plan nor run asks for a wall, or for what hangs on one, until half an hour has passed."""
    world = worlds.busy(channels=5, posts=3, comments=6, network="vk")
    with sandboxed(world, tmp_path, "vk_daily_limit") as (sandbox, _):
        for later in (timedelta(), timedelta(minutes=10)):
            session = session_of(world, tmp_path, sandbox.settings(user_token=user), NOW + later)
            week = Week.last_ended(session.clock(), session.registry.zone)
            planned = forecast_week(session, week)
            with Archive.open(session.data) as archive:
                made = look(session, archive, week, command="weekly").requests
    vk = next(one for one in planned if one.route is VK)
    assert vk.asked.closed == {"wall.get": NOW + timedelta(minutes=30)}
    assert vk.asked.requests == made["vk"]
    assert "wall.get is closed until" in "\n".join(plan_lines(planned, WEEK, Catalogue("en")))


@pytest.mark.parametrize("since", [0, 1])
def test_a_plan_knows_what_telegram_has_closed_to_the_client(since: int, tmp_path: Path) -> None:
    """Of channels that nothing finds nothing else is asked: of new ones by their names, of known ones by numbers."""
    world = worlds.busy(channels=5, posts=3, comments=6)
    with sandboxed(world, tmp_path) as (sandbox, _):
        sandbox.faults.on("mtproto_flood_long", world.now + since * HOUR)
        for hours in range(since + 2):
            sandbox.now = now = world.now + hours * HOUR
            session = session_of(world, tmp_path, sandbox.settings(client=tmp_path), now)
            week = Week.last_ended(now, session.registry.zone)
            (planned,) = [one for one in forecast_week(session, week) if one.route is CLIENT]
            with Archive.open(session.data) as archive:
                made = look(session, archive, week, command="weekly").requests[CLIENT.value]
    assert planned.asked.requests == made == 0
    assert planned.asked.closed.keys() == ({"channels.getFullChannel", "channels.getChannels"} if since else {RESOLVE})
    text = "\n".join(plan_lines([planned], WEEK, Catalogue("en")))
    assert "is closed until" in text
    assert "without a key" not in text


def test_a_plan_says_what_a_day_holds_and_what_execute_would_save() -> None:
    """Of 12,000 pages 5,000 today, the rest on two more days; a new key may or may not ask for many at once."""
    together = Forecast({"execute": 700}, 233.0)
    asked = Forecast({"wall.get": 5000}, 1667.0, DailyLimit(5000, 5000, 5000), together)
    text = "\n".join(
        plan_lines([RouteForecast(VK, 12_000, asked, later=7000, later_calls=7000)], WEEK, Catalogue("en"))
    )
    assert "the first run finds out: 700 requests, 4 min" in text
    assert "today 5,000 of them, as a day holds 5,000; the other 7,000 take 2 more days, a run a day" in text


def test_a_plan_knows_how_many_names_a_run_looks_up(tmp_path: Path) -> None:
    """Of 67 new channels 27 beside the control; those that this sign-in has met are known by their numbers."""
    world = few(World.build())
    with sandboxed(world, tmp_path) as (sandbox, _):
        tests_own = {"AUDITOR_TELEGRAM_DC", "AUDITOR_TELEGRAM_PUBLIC_KEY"}
        environ = {k: v for k, v in sandbox.settings(client=tmp_path).items() if k not in tests_own}
        session = replace(session_of(world, tmp_path, environ, world.now), registry=book_of(200))
        week = Week.last_ended(session.clock(), session.registry.zone)
        (new,) = [one for one in forecast_week(session, week) if one.route is CLIENT]
        with Archive.open(session.data) as archive:
            plan = Plan.of(archive, session.registry, week, session.clock(), session.registry.offices)
            met = tuple(Peer(target.address.name, n, 1) for n, target in enumerate(plan.batch(CLIENT)[:38]))
            archive.remember(0, Login("client", met), session.clock())
        (again,) = [one for one in forecast_week(session, week) if one.route is CLIENT]
    assert (new.accounts, new.later, new.days) == (67, 40, 2)
    assert new.asked.methods["contacts.resolveUsername"] == 28
    assert (again.accounts, again.later, again.days) == (67, 2, 1)
    text = "\n".join(plan_lines([new], WEEK, Catalogue("en")))
    assert "27 of them in this run, as one looks up 28 names at most; the other 40 take more runs: 2" in text


def test_a_run_looks_up_as_many_names_as_its_ration_leaves() -> None:
    """With some four seconds of other requests for each, as a look takes."""
    clock = Moment(NOW)
    ration = Ration(sleep=clock.sleep, monotonic=clock.monotonic)
    while ration.take():
        clock.sleep(4.0)
    assert ration.spent == NAMES_A_RUN


def test_a_plan_stops_at_what_is_left_of_the_day(tmp_path: Path) -> None:
    """A key that has read 4,998 walls today may read two more: the control's, and one page's."""
    with sandboxed(few(World.build()), tmp_path) as (_, session), Archive.open(session.data) as archive:
        token = session.settings.of(VkSettings).token
        key = Quotas(token, session.clock).login.session
        archive.remember(0, Login(key, spent=(Spent("wall.get", session.clock() - HOUR, 4996),)), session.clock())
        week = Week.last_ended(session.clock(), session.registry.zone)
        vk = next(one for one in forecast_week(session, week) if one.route is VK)
    assert vk.later > 0
    assert (vk.asked.daily.calls, vk.days) == (pytest.approx(4, abs=1), 1)


def test_a_plan_says_how_long_it_takes_and_what_fits() -> None:
    """Per route its pages, requests and time; with a budget what is left."""
    routes = [
        RouteForecast(VK, 10, Forecast({"wall.get": 10, "photos.get": 0}, 600.0)),
        RouteForecast(Route("telegram_preview"), 5, Forecast()),
    ]
    text = "\n".join(plan_lines(routes, WEEK, Catalogue("en"), 300.0))
    assert "10 pages, about 10 requests, 10 min" in text
    assert "wall.get 10\n" in text
    assert "in 5 min: about 5 pages, the most useful first; 5 are left to the next run" in text
    assert "without a key nothing is asked" in text
    assert "about 10 min in all" in text


def test_a_budget_below_a_minute_is_told_in_seconds() -> None:
    """One second is no minute, in which sixty times as much would fit."""
    text = "\n".join(plan_lines([RouteForecast(VK, 10, Forecast({"wall.get": 10}, 20.0))], WEEK, Catalogue("ru"), 1.0))
    assert "за 1 с: страниц — около 0" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "всего около 20 с." in text.replace("\N{NO-BREAK SPACE}", " ")
