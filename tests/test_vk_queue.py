"""What looks at VK ask is asked for many of them at once, and not twice."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Side, Snapshot
from auditor.probes.base import Batch, Flood, Login, NotNow, Sighting, Spent, Target, Window
from auditor.probes.known import NOTHING, Known, known_of
from auditor.probes.vk.probe import VkProbe
from auditor.probes.vk.quotas import FORBIDDEN, Quotas
from auditor.sandbox import Sandbox, World
from tests.pipeline import audited, session_of
from tests.test_truth import differences
from tests.test_vk_comments import moving
from tests.vk_loopback import (
    FIRST_DAY,
    NOW,
    TOKEN,
    WEEK,
    WINDOW,
    Reply,
    comment,
    connection,
    person,
    post,
    probing,
    serving,
    target,
)
from tests.vk_loopback import (
    World as Plain,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
_CALL = re.compile(r"API\.([a-zA-Z.]+)\((\{.*?\})\)")


def executing(world: Plain, *, most: int = 25) -> list[int]:
    """Let a plain VK run scripts of calls, of at most `most`; return how many calls each script had."""
    scripts: list[int] = []

    def execute(params: dict[str, str]) -> Reply:
        calls = [(method, json.loads(given)) for method, given in _CALL.findall(params["code"])]
        scripts.append(len(calls))
        if len(calls) > most:
            return Reply.error(13, "Runtime error occurred during code invocation: response size is too big")
        values: list[Any] = []
        errors: list[dict[str, Any]] = []
        for method, given in calls:
            body = json.loads(world.answer(method, {name: str(value) for name, value in given.items()}).body)
            values.append(body.get("response", False))
            if "error" in body:
                errors.append({"method": method, **{k: body["error"][k] for k in ("error_code", "error_msg")}})
        told = {"execute_errors": [*errors, {**errors[-1], "method": "execute"}]} if errors else {}
        return Reply.of({"response": values, **told})

    world.plan("execute", execute)
    return scripts


def many(count: int) -> Plain:
    """Profiles with three posts of the week each; under the newest of them a citizen asks."""
    numbers = range(5, 5 + count)
    return Plain(
        users=[person(n) for n in numbers],
        walls={
            n: [post(k, FIRST_DAY + k * HOUR, n, comments={"count": int(k == 3)}) for k in (3, 2, 1)] for n in numbers
        },
        comments={(n, 3): [comment(10 * n, FIRST_DAY + 5 * HOUR, 900 + n)] for n in numbers},
    )


def prepared(probe: VkProbe, targets: tuple[Target, ...]) -> list[Sighting]:
    probe.prepare(Batch(targets, WINDOW))
    sightings = [probe.look(one, WINDOW) for one in targets]
    assert all(isinstance(one, Sighting) for one in sightings)
    return [one for one in sightings if isinstance(one, Sighting)]


def test_twenty_accounts_take_three_requests_and_are_seen_as_one_by_one() -> None:
    """Names, walls, threads: each of them in one request or two; a record is its own account's, and replays."""
    one_by_one = many(20)
    with probing(one_by_one) as probe:
        alone = [s.snapshot for s in prepared(probe, tuple(target(f"glava{n}") for n in range(5, 25)))]
    together = many(20)
    executing(together)
    with probing(together) as probe:
        sightings = prepared(probe, tuple(target(f"glava{n}") for n in range(5, 25)))
        assert probe.requests <= 1 + 1 + 2, "two calls for names, 20 walls, 20 threads and 20 that may be closed"
    left_out = {"evidence", "taken_at"}
    assert [s.snapshot.model_dump(exclude=left_out) for s in sightings] == [
        s.model_dump(exclude=left_out) for s in alone
    ]
    first, second = (s.snapshot.evidence[1] for s in sightings[:2])
    assert (first.kind, first.sha256, first.url == second.url) == (EvidenceKind.POSTS, second.sha256, False)


def test_an_answer_that_is_too_large_is_asked_for_in_halves() -> None:
    """Error 13 is about the sum of the answers and says nothing of any page."""
    world = many(20)
    scripts = executing(world, most=6)
    with probing(world) as probe:
        sightings = prepared(probe, tuple(target(f"glava{n}") for n in range(5, 25)))
    assert all(s.snapshot.posts_cause is None and len(s.snapshot.posts) == 3 for s in sightings)
    assert sum(n > 6 for n in scripts) <= 6, "what was too much once is not tried again"


def test_an_error_of_one_call_is_that_calls_alone() -> None:
    """Of twenty walls one is closed to outsiders: the others are seen."""
    world = many(20)
    executing(world)
    world.plan("wall.get", lambda params: Reply.error(30, "closed") if params["owner_id"] == "9" else None)
    with probing(world) as probe:
        sightings = prepared(probe, tuple(target(f"glava{n}") for n in range(5, 25)))
    assert [s.snapshot.cause for s in sightings] == [Cause.PRIVATE if n == 9 else None for n in range(5, 25)]


def test_a_method_that_answers_for_one_page_is_not_closed_by_another() -> None:
    """Threads of pages with a known number come first; one refused with 1051 leaves the later ones to be read."""
    world = many(3)
    executing(world)
    world.plan("wall.getComments", lambda params: Reply.error(1051) if params["owner_id"] == "5" else None)
    with probing(world) as probe:
        sightings = prepared(probe, (target("glava5", id=5), target("glava6", id=6), target("glava7")))
    refused, *others = (s.snapshot.posts[-1] for s in sightings)
    assert refused.comments_cause is Cause.NO_CREDENTIALS
    assert all(post.comments for post in others)


def test_one_by_one_a_refusal_is_the_pages_own_too() -> None:
    """1051 for the threads of the first page of all: the two others are read, and replay the same."""
    world = many(3)
    for wall in world.walls.values():
        wall[1] = wall[1] | {"comments": {"count": 2}}
    world.plan("wall.getComments", lambda params: Reply.error(1051) if params["owner_id"] == "5" else None)
    with probing(world) as probe:
        refused, *others = (probe.look(target(f"glava{n}"), WINDOW).snapshot.posts[-1] for n in (5, 6, 7))
    assert (refused.comments_cause, refused.comments_count) == (Cause.NO_CREDENTIALS, 1)
    assert all(post.comments for post in others)
    threads = Counter(params["owner_id"] for params in world.asked("wall.getComments"))
    assert threads == {"5": 1, "6": 3, "7": 3}, "of the refused page no other thread is asked for"


def test_a_method_that_refuses_three_pages_and_answers_none_is_closed() -> None:
    """A key of the newer kind gets 1051 everywhere: the fourth page is told so without a question."""
    world = many(4)
    world.plan("wall.getComments", Reply.error(1051))
    with probing(world) as probe:
        causes = [probe.look(target(f"glava{n}"), WINDOW).snapshot.posts[-1].comments_cause for n in (5, 6, 7, 8)]
    assert causes == [Cause.NO_CREDENTIALS] * 4
    assert {params["owner_id"] for params in world.asked("wall.getComments")} == {"5", "6", "7"}


def test_errors_that_fit_no_call_are_nobodys() -> None:
    """Calls that came to nothing are asked for alone then."""
    world = many(3)
    world.plan("execute", lambda params: Reply.of({"response": [False] * params["code"].count("API.")}))
    with probing(world) as probe:
        sightings = prepared(probe, tuple(target(f"glava{n}") for n in range(5, 8)))
    assert all(len(s.snapshot.posts) == 3 for s in sightings)


@pytest.mark.parametrize("code", [3, 10, 12, 15, 28, 1051])
def test_a_key_that_may_not_execute_asks_one_by_one(code: int) -> None:
    """And sees the same."""
    world = many(3)
    world.plan("execute", Reply.error(code, "no"))
    with probing(world) as probe:
        sightings = prepared(probe, tuple(target(f"glava{n}") for n in range(5, 8)))
    assert all(len(s.snapshot.posts) == 3 and s.snapshot.posts[-1].comments for s in sightings)


def again(world: Plain, *, later: timedelta = HOUR) -> tuple[Sighting, list[str]]:
    """Look at one page twice; return the second look, and what it asked."""
    with probing(world) as probe:
        first = probe.look(target("glava5"), WINDOW)
    assert isinstance(first, Sighting)
    world.log.clear()
    known = known_of([(1, first.snapshot)], NOW + later, 1_000)
    with serving(world) as url:
        probe = VkProbe(connection(url, clock=lambda: NOW + later), TOKEN)
        second = probe.look(target("glava5", known=known), WINDOW)
        probe.close()
    assert isinstance(second, Sighting)
    assert [p.comments for p in second.snapshot.posts] == [p.comments for p in first.snapshot.posts] or world.log
    return second, [method for method, _ in world.log]


def test_threads_that_are_as_they_were_are_not_read_again() -> None:
    """The comments are taken over with the record they were read from, which is not stored twice."""
    second, asked = again(many(1))
    assert asked == ["users.get", "wall.get"]
    newest = second.snapshot.posts[-1]
    assert (len(newest.comments), newest.comments_state, newest.comments_read_at) == (1, CommentsState.OPEN, NOW)
    stored = {answer.evidence.id for answer in second.answers}
    assert [e.kind for e in second.snapshot.evidence if e.id not in stored] == [EvidenceKind.COMMENTS] * 2


@pytest.mark.parametrize("count", [0, 2])
def test_a_thread_with_another_count_is_read(count: int) -> None:
    """More or fewer: a comment that is gone must be seen to be gone."""
    world = many(1)
    with probing(world) as probe:
        first = probe.look(target("glava5"), WINDOW)
    assert isinstance(first, Sighting)
    world.walls[5][0]["comments"]["count"] = count
    known = known_of([(1, first.snapshot)], NOW + HOUR, 1_000)
    with serving(world) as url:
        probe = VkProbe(connection(url), TOKEN)
        world.log.clear()
        probe.look(target("glava5", known=known), WINDOW)
        probe.close()
    asked = [params["post_id"] for params in world.asked("wall.getComments")]
    assert asked == ["3"] if count else asked == []


def test_a_list_that_moved_is_asked_for_again_and_not_taken_from_what_has_come() -> None:
    """Issue 25, item 4: of the first pass nothing counts, and its answers came with those of other pages."""
    world = moving(replies=False, times=1)
    executing(world)
    with probing(world) as probe:
        (sighting,) = prepared(probe, (target("glava5"),))
    (thread,) = sighting.snapshot.posts
    assert (thread.comments_cause, len(thread.comments)) == (None, 120)
    assert sum(c.side is Side.OWNER for c in thread.comments) == 1


def test_a_thread_whose_answer_has_come_due_is_read() -> None:
    """Its count is as it was, and a reply may stand where a comment was deleted."""
    world = many(1)
    with probing(world) as probe:
        first = probe.look(target("glava5"), WINDOW)
    assert isinstance(first, Sighting)
    asked_at = FIRST_DAY + 5 * HOUR
    hours = (NOW - asked_at) / HOUR + 1
    known = known_of([(1, first.snapshot)], NOW + 2 * HOUR, hours)
    world.log.clear()
    with serving(world) as url:
        probe = VkProbe(connection(url), TOKEN)
        probe.look(target("glava5", known=known), WINDOW)
        probe.close()
    assert len(world.asked("wall.getComments")) == 1


SUNDAY = WEEK.ends - 2 * HOUR
BEFORE = WEEK.starts - 30 * HOUR
"""When a post of the window was written that is not the week's own."""


def talked(at: datetime, *comments: dict[str, Any]) -> Plain:
    """One page with one post and these comments under it."""
    wall = {5: [post(3, at, 5, comments={"count": len(comments)})]}
    return Plain(users=[person(5)], walls=wall, comments={(5, 3): list(comments)})


def look_at(world: Plain, at: datetime, known: Known = NOTHING, **record: Any) -> tuple[Snapshot, int]:
    """Look at its page at a moment; return what was seen, and how many threads were asked for."""
    before = len(world.asked("wall.getComments"))
    with probing(world, clock=lambda: at) as probe:
        seen = probe.look(target("glava5", known=known, **record), Window.of(WEEK, at)).snapshot
    return seen, len(world.asked("wall.getComments")) - before


def known_from(*looks: Snapshot) -> Known:
    return known_of(list(enumerate(looks, 1)), looks[-1].taken_at + HOUR, 1_000)


def answered(first: int) -> list[dict[str, Any]]:
    """A question and the owner's answer."""
    question = comment(first, FIRST_DAY + HOUR, 900 + first)
    return [question, comment(first + 1, FIRST_DAY + 2 * HOUR, 5, "Починим.", reply_to_comment=first)]


def test_a_thread_of_the_week_is_read_after_its_end_however_many_comments_it_counts() -> None:
    """Issue 25, item 11: two answers were deleted and two questions written; after that the count will do."""
    world = talked(FIRST_DAY, *answered(10), *answered(12))
    first, _ = look_at(world, SUNDAY)
    questions = [comment(20 + n, SUNDAY + HOUR, 950 + n) for n in range(2)]
    world.comments[5, 3] = [world.comments[5, 3][0], world.comments[5, 3][2], *questions]
    second, asked = look_at(world, NOW, known_from(first))
    assert ([c.id for c in second.posts[0].comments if c.question], asked) == ([10, 12, 20, 21], 1)
    third, asked = look_at(world, NOW + HOUR, known_from(first, second))
    assert (third.posts[0].comments, asked) == (second.posts[0].comments, 0)


@pytest.mark.parametrize("waiting", [True, False])
def test_an_older_thread_is_read_after_the_weeks_end_where_a_question_waits(waiting: bool) -> None:
    """Issue 25, item 11: silence may be held against the person. Once it was read so, an equal count will do."""
    world = talked(BEFORE, *(answered(10)[:1] if waiting else answered(10)))
    first, _ = look_at(world, SUNDAY)
    second, asked = look_at(world, NOW, known_from(first))
    assert asked == waiting
    assert look_at(world, NOW + 13 * HOUR, known_from(first, second))[1] == 0


@pytest.mark.parametrize("helper", [True, False])
def test_a_thread_that_another_record_read_is_read_again_where_somebody_asks_nothing(helper: bool) -> None:
    """Issue 25, item 7: a helper who came to the record is the owner; of people who only ask nothing can turn."""
    world = talked(FIRST_DAY, answered(10)[0], comment(11, FIRST_DAY + 2 * HOUR, 31 if helper else 910, "А когда?"))
    if helper:
        world.comments[5, 3][1]["text"] = "Починим в среду."
    first, _ = look_at(world, NOW, sides="then")
    second, asked = look_at(world, NOW + HOUR, known_from(first), sides="now", staff=(31,))
    assert asked == helper
    assert (first.sides, second.sides) == ("then", "now")
    assert second.posts[0].comments[1].side is (Side.OWNER if helper else Side.CITIZEN)


# Quotas --------------------------------------------------------------------------------------------------------------


def test_the_days_calls_are_counted_over_runs() -> None:
    """5,000 walls in any 24 hours, by the minute: what was spent comes back as it was spent. Each key has its own."""
    now = [NOW]
    quotas = Quotas("key", lambda: now[0])
    quotas.count("wall.get", 4000)
    now[0] += 12 * HOUR
    later = Quotas("key", lambda: now[0], [quotas.login])
    later.count("wall.get", 1000)
    assert later.closed("wall.get") == NOW + 24 * HOUR + MINUTE
    assert Quotas("another", lambda: now[0], [later.login]).closed("wall.get") is None
    assert "key" not in later.login.session.removeprefix("vk-")
    now[0] = NOW + 24 * HOUR + MINUTE
    assert (later.closed("wall.get"), later.room("wall.get")) == (None, 4000)


def test_what_a_wrong_clock_noted_comes_back_within_a_day() -> None:
    """It was a year ahead when a day's walls were spent: no page waits a year, nor is VK asked too often."""
    now = [NOW + timedelta(days=365)]
    ahead = Quotas("key", lambda: now[0])
    ahead.count("wall.get", 5000)
    ahead.close("execute")
    now[0] = NOW
    mended = Quotas("key", lambda: now[0], [ahead.login])
    assert mended.closed("wall.get") == NOW + 24 * HOUR + MINUTE
    assert mended.closed("execute") == NOW + FORBIDDEN


def test_the_archive_keeps_what_was_spent(tmp_path: Path) -> None:
    """The next run begins where the last one ended."""
    spent = (Spent("wall.get", NOW, 7, run=3), Spent("wall.get", NOW, 1, run=3))
    login = Login("vk-0", floods=(Flood("execute", NOW),), spent=spent)
    with Archive.open(tmp_path) as archive:
        archive.remember(3, login, NOW)
        assert archive.logins() == (login,)


def test_runs_at_the_same_time_add_up_what_they_spend(tmp_path: Path) -> None:
    """A week's run and a search by two connections: neither overwrites the other's note, however often they write."""
    now = [NOW]
    with Archive.open(tmp_path) as weekly, Archive.open(tmp_path) as search:
        weekly.remember(1, Login(Quotas("key", lambda: NOW).login.session, spent=(Spent("wall.get", NOW, 100),)), NOW)
        runs = [(n, a, Quotas("key", lambda: now[0], a.logins())) for n, a in ((2, weekly), (3, search))]
        for _ in range(5):
            now[0] += MINUTE / 2
            for number, archive, quotas in runs:
                quotas.count("wall.get", 10 * number)
                archive.remember(number, quotas.login, now[0])
        runs[1][2].close("wall.search")
        search.remember(3, runs[1][2].login, now[0])
        weekly.remember(2, runs[0][2].login, now[0])
        after = Quotas("key", lambda: now[0], weekly.logins())
    assert after.room("wall.get") == 5000 - 100 - 5 * (20 + 30)
    assert after.closed("wall.search") == now[0] + HOUR / 2


def test_notes_of_the_day_before_yesterday_are_dropped(tmp_path: Path) -> None:
    """And those of a clock that was a year ahead are held as of the next note, so that they end too."""
    later = NOW + 48 * HOUR
    with Archive.open(tmp_path) as archive:
        archive.remember(1, Login("vk-0", spent=(Spent("wall.get", NOW, 1),)), NOW)
        archive.remember(2, Login("vk-0", spent=(Spent("wall.get", NOW + 400 * 24 * HOUR, 2),)), later)
        archive.remember(3, Login("vk-0"), later)
        (login,) = archive.logins()
    assert login.spent == (Spent("wall.get", later, 2, run=2),)


def test_a_closed_method_is_put_off_and_then_said_to_be_throttled() -> None:
    """Nothing is sent: VK would only count it."""
    world = many(1)
    closed = Login(Quotas(TOKEN, lambda: NOW).login.session, floods=(Flood("wall.get", NOW + HOUR / 2),))
    with serving(world) as url:
        probe = VkProbe(connection(url), TOKEN, logins=[closed])
        assert isinstance(probe.look(target("glava5"), WINDOW, wait=False), NotNow)
        seen = probe.look(target("glava5"), WINDOW)
        probe.close()
    assert isinstance(seen, Sighting)
    assert (seen.snapshot.exists, seen.snapshot.posts_cause) == (True, Cause.THROTTLED)
    assert world.asked("wall.get") == []


def test_once_a_days_walls_are_read_the_rest_is_left() -> None:
    """Neither names nor photos are asked for what cannot be read today; the next run of the week looks at it."""
    world = many(1)
    session = Quotas(TOKEN, lambda: NOW).login.session
    spent = Login(session, spent=(Spent("wall.get", NOW - HOUR, 5000),))
    with serving(world) as url:
        probe = VkProbe(connection(url), TOKEN, logins=[spent])
        probe.prepare(Batch((target("glava5"),), WINDOW))
        assert isinstance(probe.look(target("glava5"), WINDOW), NotNow)
        probe.close()
    assert world.log == []


def test_walls_that_may_be_read_again_soon_are_waited_for() -> None:
    """A run at the hour of yesterday's goes on as yesterday's calls come back."""
    world, now, slept = many(1), [NOW], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += timedelta(seconds=seconds)

    session = Quotas(TOKEN, lambda: NOW).login.session
    spent = Login(session, spent=(Spent("wall.get", NOW - 24 * HOUR, 5000),))
    with serving(world) as url:
        way = replace(connection(url), clock=lambda: now[0], sleep=sleep, interval=0.001)
        probe = VkProbe(way, TOKEN, logins=[spent])
        seen = probe.look(target("glava5"), WINDOW)
        probe.close()
    assert isinstance(seen, Sighting)
    assert max(slept) == 60
    assert len(world.asked("wall.get")) == 1


def test_a_key_that_may_not_execute_is_not_tried_again_for_a_month() -> None:
    """What one run has found out the next ones know."""
    world, now = many(2), [NOW]
    world.plan("execute", Reply.error(28))
    logins: list[Login] = []
    for _ in range(2):
        with serving(world) as url:
            probe = VkProbe(replace(connection(url), clock=lambda: now[0]), TOKEN, logins=logins)
            probe.prepare(Batch((target("glava5"), target("glava6")), WINDOW))
            logins = [probe.client.quotas.login]
            probe.close()
        now[0] += 24 * HOUR
    assert len(world.asked("execute")) == 1


def test_the_limit_that_vk_tells_holds_for_the_next_run_too() -> None:
    """Error 29 closes the method for half an hour."""
    world = many(1)
    world.plan("wall.get", Reply.error(29, "Rate limit reached"))
    with probing(world) as probe:
        seen = probe.look(target("glava5"), WINDOW)
    assert isinstance(seen, Sighting)
    assert seen.login is not None
    assert [(f.method, f.until) for f in seen.login.floods] == [("wall.get", NOW + HOUR / 2)]


# The whole world -----------------------------------------------------------------------------------------------------


@contextmanager
def running(tmp_path: Path) -> Iterator[tuple[World, Sandbox, dict[str, str]]]:
    world = World.build()
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        yield world, sandbox, sandbox.settings() | {"AUDITOR_VK_TOKEN": sandbox.vk_user_token}


def test_a_key_that_may_execute_finds_the_truth_in_few_requests(tmp_path: Path) -> None:
    """The first time and again: a few more than the least, since a wall in flood control is asked for twice."""
    with running(tmp_path) as (world, sandbox, environ):
        counts = []
        for _ in range(2):
            before = len(sandbox.requests)
            audit = audited(session_of(world, tmp_path, environ, world.now))
            counts.append([r.path for r in sandbox.requests[before:] if r.network == "vk"])
            assert differences(audit, world.truth()) == []
    assert [set(paths) for paths in counts] == [{"/method/execute"}] * 2
    assert max(map(len, counts)) <= 5
