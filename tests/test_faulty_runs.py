"""Whole runs by the command line over networks in trouble: nothing turns red by it, and the other routes go on.

What each look makes of each failure is tried without sockets (`tests/probes/every_ask.py`), broken bytes on the client
for HTTP alone (`tests/probes/test_web.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.base.weeks import Week
from auditor.registry import load_registry
from auditor.run.collect import collect
from auditor.run.week import judge_week
from auditor.run.weekly import open_routes
from auditor.sandbox import Sandbox, World
from tests.bench import Bench, Row, at, audit_in, command_line, publishing_documents
from tests.faulty_server import FaultyServer, Good, changed, said
from tests.pipeline import few, session_of
from tests.truth import truth_of

NETWORKS = {"telegram": "https://t.me/", "vk": "https://vk.com/"}
TOLD = {"passed", "failed"}


@dataclass(frozen=True)
class Done:
    """How a run of ``weekly`` ended: cells by office, check and page, each with its outcome and cause."""

    exit: int
    cells: "Cells"
    err: str
    lies: "Cells"
    """Cells that are red or green and are not so in the world."""

    def causes(self, network: str) -> set[str | None]:
        """Return why cells of a network's pages could not be told."""
        pages = [cell for key, cell in self.cells.items() if str(key[2]).startswith(NETWORKS[network])]
        return {cause for outcome, cause in pages if outcome == "cantTell"}


class Running:
    """The sandbox, and the program run on it."""

    def __init__(self, sandbox: Sandbox, world: World, folder: Path) -> None:
        self.sandbox, self.world, self.folder = sandbox, world, folder
        self.environ = sandbox.settings()
        folder.mkdir(parents=True, exist_ok=True)
        self.book = folder / "officials.yaml"
        self.book.write_text(world.registry_yaml(), encoding="utf-8")

    def sign_in(self) -> None:
        """Let a signed-in client look as well."""
        self.environ = self.sandbox.settings(client=self.folder)

    def weekly(self, *more: str, **environ: str) -> Done:
        """Run the week."""
        out = self.folder / "reports"
        paths = ["--registry", self.book, "--data", self.folder / "data", "--out", out, "--lang", "en"]
        with publishing_documents():
            args = ["weekly", *paths, "--as-of", self.world.now.isoformat(), *more]
            told = {"AUDITOR_CONTACT": "otchet@example.invalid"}  # without it a line says that there is none
            code, _, err = command_line(args, self.environ | told | environ)
        cells = cells_of(audit_in(out))
        truth = true_cells(self.world)
        lies = {key: cell for key, cell in cells.items() if cell[0] in TOLD and truth[key] != cell}
        assert "Traceback" not in err
        return Done(code, cells, err, lies)


Cells = dict[tuple[str, str, str | None], tuple[str, str | None]]


def true_cells(world: World) -> Cells:
    return {(e.office, e.check, e.account): (e.outcome, e.cause) for e in truth_of(world)}


def cells_of(audit: dict[str, Any]) -> Cells:
    return {
        (office["id"], f["check"], f["account"]): (f["outcome"], f["cause"])
        for office in audit["offices"]
        for f in office["findings"]
    }


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    world = few(World.build())
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        yield Running(sandbox, world, folder)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as one:
        yield one


def test_without_a_fault_everything_is_told(run: Running) -> None:
    """So that what is not told below is not told by its fault; two heads fail in truth."""
    done = run.weekly()
    assert (done.exit, done.lies, done.err) == (1, {}, "")
    assert done.cells == true_cells(run.world)


ONE_ROUTE = {
    "telegram_429": ("telegram", "throttled", "too many requests; try later"),
    "telegram_blocked": ("telegram", "blocked", "closed from here: 127.0.0.1 sends a block page"),
    "throttle_stub": ("telegram", "throttled", ""),
    "vk_502": ("vk", "unreachable", "the server is down: 127.0.0.1 answers with error 502"),
    "vk_bad_token": ("vk", "no_credentials", "no key, or the key may not: set AUDITOR_VK_TOKEN"),
    "vk_daily_limit": ("vk", "control_failed", ""),
    "vk_control": ("vk", "control_failed", ""),
}
"""Faults of one route: which network, the cause of its cells, and the line for whoever runs the program."""


@pytest.mark.parametrize("fault", ONE_ROUTE)
def test_a_route_in_trouble_takes_nothing_from_the_other(run: Running, fault: str) -> None:
    """Its own cells have the cause, and one line says what to do; the other's are what they are in the world."""
    network, cause, line = ONE_ROUTE[fault]
    run.sandbox.faults.on(fault)
    done = run.weekly()
    (other,) = NETWORKS.keys() - {network}
    truth = true_cells(run.world)
    assert done.lies == {}
    assert cause in done.causes(network)
    assert {k for k in truth if str(k[2]).startswith(NETWORKS[other]) and done.cells[k] != truth[k]} == set()
    assert done.exit == 1, "the other route has a head who fails in truth"
    assert done.err.count("\n") == bool(line)
    assert line in done.err


@pytest.mark.parametrize("route", ["t.me", "VK"])
def test_a_refusal_is_no_absence(route: str, tmp_path: Path) -> None:
    """403 to everything: exit 3 by ``weekly`` and by ``check``."""
    bench = Bench()
    for command in ("weekly", "check"):
        seen = bench.run(Row(route, "403", said("x" * 600, 403)), tmp_path / command, command)
        assert seen.exit == 3
        assert "failed" not in {cell[0] for cell in cells_of(seen.audit).values()}


def test_without_a_key_the_setting_is_named(run: Running) -> None:
    """And t.me is looked at all the same."""
    done = run.weekly(AUDITOR_VK_TOKEN="")
    assert (done.exit, done.lies, done.causes("vk")) == (1, {}, {"no_credentials"})
    assert done.err == "auditor: VK: no key, or the key may not: set AUDITOR_VK_TOKEN\n"
    assert not [request for request in run.sandbox.requests if request.network == "vk"]


def test_nothing_answers_at_all(run: Running) -> None:
    """Exit 3, and a line for each route."""
    for fault in ("telegram_down", "vk_down"):
        run.sandbox.faults.on(fault)
    done = run.weekly()
    assert (done.exit, done.lies) == (3, {})
    assert not {cell for key, cell in done.cells.items() if cell[0] == "failed" and key[2]}
    assert len(done.err.splitlines()) == 2


# The signed-in client -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["mtproto_auth_key_unregistered", "mtproto_user_banned", "mtproto_down"])
@pytest.mark.parametrize("after", [0, 25])
def test_a_client_that_is_cut_off_costs_nobody_anything(run: Running, fault: str, after: int) -> None:
    """From the first request or in mid-run: the public pages tell what they tell, and the line names the command."""
    run.sign_in()
    run.sandbox.faults.on(fault, after=after)
    done = run.weekly()
    assert (done.exit, done.lies) == (1, {})
    if fault != "mtproto_down" and not after:
        assert "the session is signed in no more: `auditor login`" in done.err


def test_a_client_whose_server_is_not_there_is_told_so(run: Running) -> None:
    """Nobody listens: one line names the proxy that it could go by."""
    run.sign_in()
    done = run.weekly(AUDITOR_TELEGRAM_DC="2@127.0.0.1:9")
    assert (done.exit, done.lies) == (1, {})
    (line,) = done.err.splitlines()
    assert "the server is down" in line
    assert line.endswith("try later, or name a proxy in AUDITOR_TELEGRAM_PROXY")


def test_a_flood_wait_of_hours_in_one_route_does_not_hold_the_others(run: Running) -> None:
    """The run ends at once, the truth is told over the other routes, and the next run knows of the wait."""
    run.sign_in()
    run.sandbox.faults.on("mtproto_flood_long")
    done = run.weekly()
    assert (done.exit, done.lies) == (1, {})
    with Archive.read(run.folder / "data") as archive:
        floods = {flood.method: flood.until for login in archive.searches.logins() for flood in login.floods}
    assert {round((until - run.world.now).total_seconds()) for until in floods.values()} == {36_468}
    asked = [request.method for request in run.sandbox.requests if request.network == "MTPROTO"]
    assert max(asked.count(method) for method in floods) == 1, "asked once, and not for the next page"


# Time -----------------------------------------------------------------------------------------------------------------

BUDGET = 2
"""Seconds. Looks that were begun get as long again."""


def test_servers_that_hang_end_with_the_budget(run: Running) -> None:
    """One request a route, and its page is left to the next run: no cell is new, and the operator is told."""
    run.sign_in()
    for fault in ("telegram_hangs", "vk_hangs", "mtproto_hangs"):
        run.sandbox.faults.on(fault)
    done = run.weekly("--budget", f"{BUDGET}s")
    assert (done.exit, done.lies) == (3, {}), "who cut them off were we, and nobody is called unreachable"
    assert done.err.count("127.0.0.1 is silent or cuts the connection") == len(done.err.splitlines()) == 3
    with Archive.read(run.folder / "data") as archive:
        assert archive.looks.all(run.world.now) == []
        assert archive.verify() == []


@pytest.mark.parametrize("hours", [1, -1])
@pytest.mark.parametrize("route", ["t.me", "VK"])
def test_a_clock_that_is_wrong_judges_nobody(route: str, hours: int, tmp_path: Path) -> None:
    """Ours or theirs: no answer is believed, and nothing is red that the registry does not know by itself."""
    bench = Bench()
    now = bench.world.now + timedelta(hours=hours)
    audit = live(bench, tmp_path, route, now, bench.world.now)
    outcomes = {(o.id, f.check, f.account): f.outcome for o in audit.offices for f in o.findings}
    assert "failed" not in outcomes.values()
    assert {key[1] for key, outcome in outcomes.items() if outcome == "passed"} <= {
        "account_confirmed",
        "opened_by_deadline",
    }
    causes = {f.cause for o in audit.offices for f in o.findings if f.outcome == "cantTell" and f.account}
    assert "control_failed" in causes


def test_an_old_copy_of_a_page_is_not_this_weeks(tmp_path: Path) -> None:
    """A cache on the way that answers with Monday's page has none of Sunday's posts."""
    bench = Bench()
    audit = live(bench, tmp_path, "t.me", bench.world.now, bench.world.now - timedelta(days=6), "/s/")
    assert "failed" not in {f.outcome for o in audit.offices for f in o.findings if f.check == "posts_per_week"}


def test_clocks_that_agree_are_no_matter(tmp_path: Path) -> None:
    """A few minutes are nobody's fault: what fails in truth fails."""
    bench = Bench()
    audit = live(bench, tmp_path, "t.me", bench.world.now, bench.world.now + timedelta(minutes=8))
    assert "failed" in {f.outcome for o in audit.offices for f in o.findings}


def live(bench: Bench, folder: Path, route: str, now: datetime, theirs: datetime, where: str = "/") -> Any:
    """Look and judge by a clock that is said to be the machine's, at servers with another."""
    book = folder / "officials.yaml"
    book.write_text(bench.registry(route), encoding="utf-8")
    date = format_datetime(theirs, usegmt=True)
    dated = changed(lambda good, _: Good(good.body, good.status, {**good.headers, "Date": date}))
    with FaultyServer(bench.answer, dated, when=lambda asked: asked.path.startswith(where)) as server:
        session = session_of(bench.world, folder / "session", at(server.url), now)
        session = replace(session, registry=load_registry(book))
        week = Week.last_ended(now, session.registry.zone)
        with Archive.open(session.data) as archive, open_routes(session, archive) as routes:
            done = collect(archive, session.registry, week, routes, session.clock, command="weekly", live=True)
            return judge_week(session, archive, week, done.finished_at)
