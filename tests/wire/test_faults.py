"""Whole runs over networks in trouble: nothing turns red or green by it, and the other routes go on.

What each look makes of each failure is tried without sockets, in the room of the probes.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.weeks import Week
from auditor.run.collect import collect
from auditor.run.collect_week import open_routes
from auditor.run.judge_week import judge_week
from auditor.sandbox import FAULTS, World
from auditor.sandbox.ports import HttpResponse
from tests.pipeline import audited, few, sandboxed, workspace_of
from tests.wire.bent_sandbox import BentSandbox
from tests.wire.town import NETWORKS, Cells, Town, lies, town, truth


@pytest.fixture
def seven(tmp_path: Path) -> Iterator[Town]:
    """The seven offices, served."""
    with town(tmp_path) as served:
        yield served


def causes(cells: Cells, network: str) -> set[str | None]:
    """Return why cells of a network's pages could not be told."""
    pages = [cell for key, cell in cells.items() if str(key[2]).startswith(NETWORKS[network])]
    return {cause for outcome, cause in pages if outcome == "cantTell"}


NEW_LAYOUT = HttpResponse(f"<!DOCTYPE html><html><body class='tgme_new'>{'<div class=card></div>' * 40}</body></html>")


ONE_ROUTE = {
    "": ("", None, ""),
    "telegram_blocked": ("telegram", "blocked", "closed from here: 127.0.0.1 sends a block page"),
    "vk_502": ("vk", "unreachable", "the server is down: 127.0.0.1 answers with error 502"),
    "vk_bad_token": ("vk", "no_credentials", "no key, or the key may not: set vk_token_file in auditor.toml"),
    "vk_control": ("vk", "control_failed", ""),
}
"""Faults of one route: which network, the cause of its cells, and the line for whoever runs the program."""


@pytest.mark.parametrize("fault", ONE_ROUTE)
def test_a_route_in_trouble_takes_nothing_from_the_other(seven: Town, fault: str) -> None:
    """Its own cells have the cause, and one line says what to do; the other's are what they are in the world."""
    network, cause, line = ONE_ROUTE[fault]
    if fault:
        seven.sandbox.faults.on(fault)
    done, true = seven.run("weekly"), truth(seven.sandbox.world)
    cells = seven.cells()
    assert lies(cells, seven.sandbox.world) == {}
    well = tuple(url for name, url in NETWORKS.items() if name != network)
    assert {key for key in true if str(key[2]).startswith(well) and cells[key] != true[key]} == set()
    assert not fault or cause in causes(cells, network)
    assert done.code == 1, "on the other route a head fails in truth"
    assert done.err.count("\n") == bool(line)
    assert line in done.err
    assert fault or cells == true


@pytest.mark.parametrize("refuses", [True, False])
@pytest.mark.parametrize(("network", "office"), [("telegram", "rayon-14"), ("vk", "rayon-18")])
def test_a_refusal_and_a_form_that_nobody_knows_are_no_absence(
    network: str, office: str, refuses: bool, tmp_path: Path
) -> None:
    """To everything: nothing of the network is red, and `check` of an office there ends with 3."""
    reply = (
        HttpResponse("x" * 600, 403)
        if refuses
        else NEW_LAYOUT
        if network == "telegram"
        else HttpResponse("{}", json=True)
    )
    with town(tmp_path, lambda call: reply if call.network == network else None) as served:
        served.run("weekly")
        assert served.run("check", office).code == 3
        red = [key for key, (outcome, _) in served.cells().items() if outcome == "failed"]
    assert not [key for key in red if str(key[2]).startswith(NETWORKS[network])]


def test_servers_that_hang_end_with_the_budget(seven: Town) -> None:
    """One request a route, and its page is left to the next run: no cell is new, and the operator is told."""
    seven.sign_in()
    for fault in ("telegram_hangs", "vk_hangs", "mtproto_hangs"):
        seven.sandbox.faults.on(fault)
    done = seven.run("weekly", "--budget", "1s")
    assert (done.code, lies(seven.cells(), seven.sandbox.world)) == (3, {})
    networks = [request.network for request in seven.sandbox.requests]
    assert [networks.count(network) for network in NETWORKS] == [1, 1]
    assert done.err.count("127.0.0.1 is silent or cuts the connection") == len(done.err.splitlines()) == 3
    with Archive.read(seven.folder / "data") as archive:
        assert archive.snapshots.all(seven.sandbox.world.now) == []
        assert archive.verify() == []


# The signed-in client -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "after", "line"),
    [
        ("mtproto_auth_key_unregistered", 0, "the session is signed in no more: `auditor login`"),
        ("mtproto_user_banned", 25, ""),
        pytest.param("mtproto_down", 25, "", marks=pytest.mark.thorough),
    ],
)
def test_a_client_that_is_cut_off_costs_nobody_anything(seven: Town, fault: str, after: int, line: str) -> None:
    """From the first request or in mid-run: the public pages tell what they tell, and the line names the command."""
    seven.sign_in()
    seven.sandbox.faults.on(fault, after=after)
    done = seven.run("weekly")
    assert (done.code, lies(seven.cells(), seven.sandbox.world)) == (1, {})
    assert line in done.err


# Clocks ---------------------------------------------------------------------------------------------------------------


OF = {"telegram": ("rayon-01", "rayon-04", "rayon-14"), "vk": ("rayon-02", "rayon-05", "rayon-18", "administration")}


@pytest.mark.parametrize(("network", "hours"), [("telegram", 1), ("vk", -1)])
def test_a_clock_that_is_wrong_judges_nobody(network: str, hours: int, tmp_path: Path) -> None:
    """Ours or theirs: no answer is believed, and nothing is told but what the registry knows by itself."""
    world = few(World.build(), OF[network])
    date = {"Date": format_datetime(world.now.astimezone(UTC), usegmt=True)}
    with BentSandbox(world, lambda call: replace(call.answer(), headers=date)) as sandbox:
        workspace = workspace_of(world, tmp_path, sandbox.settings(), world.now + timedelta(hours=hours))
        week = Week.last_ended(workspace.clock(), workspace.registry.zone)
        with Archive.open(workspace.data) as archive:
            routes = open_routes(workspace, archive)
            run = collect(archive, workspace.registry, week, routes, workspace.clock, command="weekly", live=True)
            audit = judge_week(workspace, archive, week, run.finished_at)
    findings = [finding for office in audit.offices for finding in office.findings]
    outcomes = {(finding.outcome, finding.check) for finding in findings if finding.outcome in {"passed", "failed"}}
    assert outcomes <= {("passed", "account_confirmed"), ("passed", "opened_by_deadline")}
    assert "control_failed" in {finding.cause for finding in findings if finding.account}


# The whole matrix -----------------------------------------------------------------------------------------------------


ASKED = sorted(name for name in FAULTS if not name.startswith(("mtproto", "website")) and not name.endswith("_hangs"))


@pytest.mark.thorough
@pytest.mark.parametrize("after", [0, 9])
@pytest.mark.parametrize("fault", ASKED)
def test_no_fault_turns_a_cell_red_or_green(fault: str, after: int, tmp_path: Path) -> None:
    """Whatever is said to have failed or passed fails or passes in truth, from the first request or in mid-run."""
    world = few(World.build())
    with sandboxed(world, tmp_path) as (sandbox, workspace):
        sandbox.faults.on(fault, after=after)
        audit = audited(workspace)
        assert len(sandbox.requests) > after
    cells: Cells = {(o.id, f.check, f.account): (f.outcome, f.cause) for o in audit.offices for f in o.findings}
    assert lies(cells, world) == {}
