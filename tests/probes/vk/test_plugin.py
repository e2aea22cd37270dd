"""VK as a plug-in, over the sandbox's real server: what its looks see, and how little they ask for."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.base.answers import Answer
from auditor.base.settings import load_settings
from auditor.base.snapshot import Cause, Network, Outcome
from auditor.base.weeks import Week
from auditor.probes.base import Flood, Login, Spent, Window
from auditor.probes.driver import Driver, Timer
from auditor.probes.looks import replay
from auditor.probes.plugins import Wiring
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.plugin import PLUGIN, _session
from auditor.registry import parse_registry
from auditor.run.plan import targets_of
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import PostKind
from tests.probes.vk_memory import TOKEN, numbers

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Run:
    """A run's looks at a world: its accounts on VK, its controls, and what came of them."""

    def __init__(self, world: World, environ: dict[str, str], **more: Any) -> None:
        registry = parse_registry(world.registry_yaml(), "officials.yaml")
        week = Week.parse(world.week, registry.zone)
        self.world, self.now = world, world.now
        self.targets = [
            target
            for target in targets_of(registry, week, world.now, registry.offices)
            if target.address.network is Network.VK
        ]
        self.controls = {c.exists: c for c in registry.controls if c.url.network is Network.VK}
        self.window = Window.of(week, world.now)
        self.wiring = Wiring(
            load_settings(environ, Path()), lambda: world.now, Path(), controls=tuple(self.controls.values()), **more
        )
        self.seen: dict[str, Any] = {}
        self.tapes: dict[str, Sequence[Answer]] = {}

    def done(self) -> "Run":
        """Look at all."""
        opened = PLUGIN.open(self.wiring)
        assert opened is not None
        self.driver = Driver(opened.way, self.wiring.clock, opened.limits, timer=Timer(sleep=lambda _: None))
        pages = {page.name for t in self.targets for page in t.own | t.institution | t.others | {t.address}
                 if page.network is Network.VK}  # fmt: skip
        known = {name: number for name, number in numbers(self.driver, *sorted(pages)).items() if number}
        self.targets = [replace(target, numbers=known) for target in self.targets]
        looks: dict[str, Any] = {c.url.url: PLUGIN.control(c) for c in self.controls.values()}
        looks |= {target.address.url: PLUGIN.look(target, self.window) for target in self.targets}
        assert self.driver.run(looks, self._sink) == ()
        self.login = opened.login(self.driver)
        opened.way.close()
        return self

    def _sink(self, key: str, seen: Any, tape: Sequence[Answer]) -> None:
        self.seen[key], self.tapes[key] = seen, tape

    @property
    def outcomes(self) -> set[tuple[Any, Any]]:
        """Existence and cause of every account."""
        return {(self.seen[t.address.url].exists, self.seen[t.address.url].cause) for t in self.targets}

    def control(self, *, exists: bool) -> Any:
        return self.seen[self.controls[exists].url.url]


@pytest.fixture(scope="module")
def whole(world: World) -> Run:
    """A run in which nothing goes wrong: made once, and only read."""
    with Sandbox(world) as sandbox:
        return Run(world, sandbox.settings()).done()


def test_the_worlds_own_posts_are_seen(whole: Run) -> None:
    """From where a look says that it is complete none is missing, and nowhere is one too many.

    Each look is taken again from its records, which name neither a citizen of the world nor the key.
    """
    accounts, complete = {account.url: account for account in whole.world.accounts}, 0
    for target in whole.targets:
        seen, every = whole.seen[target.address.url], accounts[target.address.url].posts_at(whole.now)
        assert replay(PLUGIN.look(target, whole.window), whole.tapes[target.address.url], whole.now) == seen
        ours = [post for post in every if post.kind in {PostKind.OWN, PostKind.REPOST} and not post.lost]
        assert {post.id for post in seen.posts} <= {post.id for post in ours}, target.address
        assert all(post.comments_read_at is not None for post in seen.posts if post.comments)
        if target.full and seen.exists and seen.posts_cause is None:
            complete += 1
            since = seen.posts_since or LONG_AGO
            assert {post.id for post in ours if post.at >= since} == {post.id for post in seen.posts}, target.address
    assert complete > 5
    records = [record for tape in whole.tapes.values() for record in tape]
    kept = "".join(record.evidence.url + record.body.decode() for record in records)
    secrets = ("sandbox-service-key", "access_token")
    assert not [word for word in (*whole.world.citizens, *secrets) if len(word) > 5 and word in kept]


def test_pages_share_requests_and_calls_of_walls_are_counted(whole: Run) -> None:
    """One each for names, one each for numbers, one for an empty wall's counter; the key is not given away."""
    asked = whole.driver.requests
    assert (asked["users.get"], asked["groups.getById"]) == (3, 2)
    assert whole.login is not None
    assert [(spent.method, spent.count) for spent in whole.login.spent] == [("wall.get", asked["wall.get"])]
    assert "sandbox" not in whole.login.session
    there = whole.control(exists=True)
    assert (there.outcome, there.wall, there.thread) == (Outcome.PASSED, True, True)


@pytest.mark.parametrize(
    ("fault", "cause", "most"),
    [
        ("vk_bad_token", Cause.NO_CREDENTIALS, 1),
        ("vk_captcha", Cause.BLOCKED, 1),
        ("vk_html", Cause.BLOCKED, 45),
        ("vk_502", Cause.UNREACHABLE, 45),
        ("vk_down", Cause.UNREACHABLE, 45),
        ("vk_flood", Cause.THROTTLED, 45),
        (None, Cause.UNREACHABLE, 0),
    ],
)
def test_a_route_that_does_not_work_is_not_hammered_and_claims_nothing(
    world: World, fault: str | None, cause: Cause, most: int
) -> None:
    """A few requests in all, and the cause for every page; where nobody listens none is sent."""
    nowhere = {"AUDITOR_VK_API_URL": "http://127.0.0.1:9", "AUDITOR_VK_TOKEN": TOKEN}
    with Sandbox(world) as sandbox:
        if fault is not None:
            sandbox.faults.on(fault)
        run = Run(world, nowhere if fault is None else sandbox.settings()).done()
    assert run.outcomes == {(None, cause)}
    assert {run.control(exists=exists).outcome for exists in (True, False)} == {Outcome.CANT_TELL}
    assert run.driver.requests.total() <= most


def test_what_an_earlier_run_has_spent_is_left_out_of_todays(world: World, whole: Run) -> None:
    """Once nothing is left no wall is asked for, nor while VK has closed the method."""
    assert whole.login is not None
    full = Login(whole.login.session, spent=(Spent("wall.get", world.now, 4999, run=1),))
    with Sandbox(world) as sandbox:
        spent = Run(world, sandbox.settings(), logins=(full,)).done()
        sandbox.faults.on("vk_daily_limit")
        limited = Run(world, sandbox.settings()).done()
        assert limited.login is not None
        after = Run(world, sandbox.settings(), logins=(limited.login,)).done()
    assert [run.driver.requests["wall.get"] for run in (spent, limited, after)] == [1, 1, 0]
    assert Cause.THROTTLED in {spent.seen[target.address.url].posts_cause for target in spent.targets}
    assert [flood.method for flood in limited.login.floods] == ["wall.get"]


DAY = timedelta(days=1)
SECONDS = (-1, 0, 60, 90_000)


def test_what_a_key_remembers_bounds_a_day(world: World) -> None:
    """Calls of the last day count, and those of a wrong clock's tomorrow as of now; no method is closed for longer."""
    environ = {"AUDITOR_VK_TOKEN": TOKEN, "AUDITOR_VK_RPS": "4"}
    session = _session(load_settings(environ, Path()).of(VkSettings))
    spent = [Spent(m, world.now - ago, 7) for m, ago in (("wall.get", -DAY), ("wall.get", DAY), ("users.get", DAY / 2))]
    floods = [Flood(str(ahead), world.now + timedelta(seconds=ahead)) for ahead in SECONDS]
    for name, left, closed in ((session, 4993, {"60": 60, "90000": 86_400}), ("another key's", 5000, {})):
        opened = PLUGIN.open(Run(world, environ, logins=(Login(name, (), tuple(floods), tuple(spent)),)).wiring)
        assert opened is not None
        assert (opened.limits.left, opened.limits.closed, opened.limits.interval) == ({"wall.get": left}, closed, 0.25)


def test_the_doctor_tries_each_method_once(world: World) -> None:
    """An error about the page is an answer all the same."""
    with Sandbox(world) as sandbox:
        run = Run(world, sandbox.settings())
        lines = list(PLUGIN.examine(run.wiring))
        sandbox.faults.on("vk_bad_token")
        refused = list(PLUGIN.examine(run.wiring))
    methods = ["users.get", "groups.getById", "utils.resolveScreenName", "wall.get", "wall.getComments", "photos.get"]
    assert [(line.subject, line.state) for line in lines] == [(f"vk: {method}", "ok") for method in methods]
    assert {(line.state, line.detail.params["code"]) for line in refused} == {("refused", "5")}


def test_a_name_that_leads_to_another_page_proves_nothing(world: World) -> None:
    """Neither that it is free nor that it is taken."""
    with Sandbox(world) as sandbox:
        sandbox.faults.on("vk_control")
        nowhere = Run(world, sandbox.settings()).done().control(exists=False)
    assert (nowhere.outcome, nowhere.cause) == (Outcome.CANT_TELL, Cause.UNRECOGNISED_PAGE)
