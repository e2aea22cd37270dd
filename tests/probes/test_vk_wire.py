"""VK's looks over the sandbox's real server on loopback: what they see, and how little they ask for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from auditor.base.answers import Answer
from auditor.base.settings import load_settings
from auditor.base.snapshot import Cause, Network, Outcome, Snapshot
from auditor.base.weeks import Week
from auditor.probes.base import Login, Spent, Target, Window
from auditor.probes.driver import Driver
from auditor.probes.looks import replay
from auditor.probes.plugins import Wiring
from auditor.probes.vk.plugin import PLUGIN
from auditor.probes.vk.speakers import staff_name
from auditor.registry import parse_registry
from auditor.registry.models import Control
from auditor.run.plan import targets_of
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import PostKind
from tests.probes.vk_memory import TOKEN

SEEDS = (2022, 7)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Job:
    """What a run looks at in a world: its accounts on VK, its controls, the window."""

    def __init__(self, seed: int) -> None:
        self.world = World.build(seed)
        self.now = self.world.now
        registry = parse_registry(self.world.registry_yaml(), "officials.yaml")
        week = Week.parse(self.world.week, registry.zone)
        self.window = Window.of(week, self.now)
        every = targets_of(registry, week, self.now, registry.offices)
        self.targets = [one for one in every if one.address.network is Network.VK]
        self.controls = [one for one in registry.controls if one.url.network is Network.VK]

    def wiring(self, environ: dict[str, str], **more: Any) -> Wiring:
        """Point a route at a sandbox."""
        return Wiring(load_settings(environ, Path()), lambda: self.now, Path(), controls=tuple(self.controls), **more)

    def control(self, *, exists: bool) -> Control:
        return next(control for control in self.controls if control.exists is exists)


class Done:
    """What came of a run's looks."""

    def __init__(self, job: Job, environ: dict[str, str], **more: Any) -> None:
        self.seen: dict[str, Any] = {}
        self.tapes: dict[str, Sequence[Answer]] = {}
        wiring = job.wiring(environ, **more)
        opened = PLUGIN.open(wiring)
        assert opened is not None
        assert PLUGIN.number_of is not None
        self.driver = Driver(opened.way, wiring.clock, opened.limits)
        names = sorted(set().union(*map(_names, job.targets)))
        found: dict[str, int | None] = {}
        looks: dict[str, Any] = {name: PLUGIN.number_of(name) for name in names}
        self.driver.run(looks, lambda name, number, _: found.update({name: number}))
        numbers = {name: number for name, number in found.items() if number}
        unknown = frozenset(name for name in names if found[name] is None)
        self.targets = [replace(one, numbers=numbers, unknown=unknown) for one in job.targets]
        looks = {control.url.url: PLUGIN.control(control) for control in job.controls}
        looks |= {one.address.url: PLUGIN.look(one, job.window) for one in self.targets}
        assert self.driver.run(looks, self._sink) == ()
        self.login = opened.login(self.driver)
        opened.way.close()

    def _sink(self, key: str, seen: Any, tape: Sequence[Answer]) -> None:
        self.seen[key], self.tapes[key] = seen, tape

    @property
    def looks(self) -> dict[str, Snapshot]:
        """What was seen of the accounts."""
        return {one.address.url: self.seen[one.address.url] for one in self.targets}


def _names(target: Target) -> set[str]:
    pages = target.own | target.institution | target.others
    names = {page.name for page in pages if page.network is Network.VK}
    return names | set(map(staff_name, target.staff)) | {target.address.name}


@cache
def job_of(seed: int) -> Job:
    return Job(seed)


@cache
def done_of(seed: int) -> Done:
    """Run the looks at a world once."""
    with Sandbox(job_of(seed).world) as sandbox:
        return Done(job_of(seed), sandbox.settings())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_worlds_own_posts_are_seen(seed: int) -> None:
    """From where a look says that it is complete none is missing, and nowhere is one too many.

    Each look is taken again from its records, which name neither a citizen of the world nor the key.
    """
    job, done, whole = job_of(seed), done_of(seed), 0
    accounts = {account.url: account for account in job.world.accounts}
    for target in done.targets:
        seen, every = done.looks[target.address.url], accounts[target.address.url].posts_at(job.now)
        assert replay(PLUGIN.look(target, job.window), done.tapes[target.address.url], job.now) == seen
        ours = [post for post in every if post.kind in {PostKind.OWN, PostKind.REPOST} and not post.lost]
        assert {post.id for post in seen.posts} <= {post.id for post in ours}, target.address
        assert all(post.comments_read_at is not None for post in seen.posts if post.comments)
        if target.full and seen.exists and seen.posts_cause is None:
            whole += 1
            since = seen.posts_since or LONG_AGO
            assert {post.id for post in ours if post.at >= since} == {post.id for post in seen.posts}, target.address
    assert whole > 5
    assert done.login is not None
    records = [record for tape in done.tapes.values() for record in tape]
    kept = "".join(record.evidence.url + record.body.decode() for record in records)
    assert "sandbox" not in done.login.session
    secrets = ("sandbox-service-key", "access_token")
    assert not [word for word in (*job.world.citizens, *secrets) if len(word) > 5 and word in kept]


def test_all_pages_share_one_request_for_users_and_one_for_communities() -> None:
    """One each for names, one each for numbers, one for an empty wall's counter."""
    asked = done_of(2022).driver.requests
    assert (asked["users.get"], asked["groups.getById"]) == (3, 2)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("vk_bad_token", Cause.NO_CREDENTIALS),
        ("vk_captcha", Cause.BLOCKED),
        ("vk_html", Cause.BLOCKED),
        ("vk_502", Cause.UNREACHABLE),
        ("vk_down", Cause.UNREACHABLE),
        ("vk_flood", Cause.THROTTLED),
    ],
)
def test_a_route_that_does_not_work_is_not_hammered_and_claims_nothing(fault: str, cause: Cause) -> None:
    """A few requests in all, and the cause for every page."""
    job = job_of(2022)
    with Sandbox(job.world) as sandbox:
        sandbox.faults.on(fault)
        done = Done(job, sandbox.settings())
    assert {(seen.exists, seen.cause) for seen in done.looks.values()} == {(None, cause)}
    assert {done.seen[control.url.url].outcome for control in job.controls} == {Outcome.CANT_TELL}
    assert done.driver.requests.total() <= 45


def test_walls_are_counted_by_the_day_and_a_closed_method_is_remembered() -> None:
    """What an earlier run has spent is left out of today's; once nothing is left no wall is asked for."""
    job, known = job_of(2022), done_of(2022)
    assert known.login is not None
    assert [(spent.method, spent.count) for spent in known.login.spent] == [
        ("wall.get", known.driver.requests["wall.get"])
    ]
    full = Login(known.login.session, spent=(Spent("wall.get", job.now, 4999, run=1),))
    with Sandbox(job.world) as sandbox:
        done = Done(job, sandbox.settings(), logins=(full,))
        sandbox.faults.on("vk_daily_limit")
        limited = Done(job, sandbox.settings())
        assert limited.login is not None
        after = Done(job, sandbox.settings(), logins=(limited.login,))
    assert done.driver.requests["wall.get"] == 1
    assert Cause.THROTTLED in {seen.posts_cause for seen in done.looks.values()}
    assert limited.driver.requests["wall.get"] == 1
    assert [flood.method for flood in limited.login.floods] == ["wall.get"]
    assert after.driver.requests["wall.get"] == 0


def test_the_doctor_tries_each_method_once() -> None:
    """An error about the page is an answer all the same."""
    job = job_of(2022)
    with Sandbox(job.world) as sandbox:
        lines = list(PLUGIN.examine(job.wiring(sandbox.settings())))
        sandbox.faults.on("vk_bad_token")
        refused = list(PLUGIN.examine(job.wiring(sandbox.settings())))
    methods = ["users.get", "groups.getById", "utils.resolveScreenName", "wall.get", "wall.getComments", "photos.get"]
    assert [(line.subject, line.state) for line in lines] == [(f"vk: {method}", "ok") for method in methods]
    assert {line.state for line in refused} == {"refused"}


def test_nothing_listening_is_told_at_once() -> None:
    """A refused connection is a cause of the route, and is not asked again."""
    done = Done(job_of(2022), {"AUDITOR_VK_API_URL": "http://127.0.0.1:9", "AUDITOR_VK_TOKEN": TOKEN})
    assert {(seen.exists, seen.cause) for seen in done.looks.values()} == {(None, Cause.UNREACHABLE)}
    assert done.driver.requests.total() == 0


def test_controls_come_out_right_and_wrong() -> None:
    """The known one with its wall and a thread; a name that leads to another page proves nothing."""
    job = job_of(2022)
    there = done_of(2022).seen[job.control(exists=True).url.url]
    assert (there.outcome, there.wall, there.thread) == (Outcome.PASSED, True, True)
    with Sandbox(job.world) as sandbox:
        sandbox.faults.on("vk_control")
        wrong = Done(job, sandbox.settings())
    nowhere = wrong.seen[job.control(exists=False).url.url]
    assert (nowhere.outcome, nowhere.cause) == (Outcome.CANT_TELL, Cause.UNRECOGNISED_PAGE)
