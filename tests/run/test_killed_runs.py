"""Twenty runs of ``weekly`` killed at random moments: what was stored stays, and the next run continues."""

import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.snapshot import Snapshot
from auditor.probes.plugins import plugin_of
from auditor.run.replay import replay_runs
from auditor.sandbox import Sandbox, World
from tests.pipeline import few
from tests.truth import differences, truth_of

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(900)]

KILLS = 20


def looks_in(folder: Path, world: World) -> dict[tuple[int, str, str], Snapshot]:
    """Return the looks that a killed run has stored, in an archive without flaws."""
    with Archive.read(folder / "data") as archive:
        assert [flaw for flaw in archive.verify() if not flaw.harmless] == []
        rows = archive.snapshots.all(world.now)
        return {(row.run, row.snapshot.route.value, row.snapshot.url): row.snapshot for row in rows}


def test_runs_that_are_killed_lose_nothing_that_was_stored_and_the_next_comes_to_the_truth(tmp_path: Path) -> None:
    """After each kill all earlier looks exist unchanged and complete; requests are counted."""
    world, looks_after_kills, exit_codes = few(World.build()), list[Any](), set[int]()
    (tmp_path / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    names = {"registry": "officials.yaml", "data": "data", "out": "reports"}
    paths = [argument for name, path in names.items() for argument in (f"--{name}", str(tmp_path / path))]
    args = ["weekly", *paths, "--as-of", world.now.isoformat(), "-q"]
    command = [sys.executable, "-m", "auditor", *args]
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        environ = sandbox.settings(client=tmp_path) | {"AUDITOR_TELEGRAM_WEB_INTERVAL": "0.03"}
        started, random = time.monotonic(), Random(27)
        exit_codes.add(subprocess.run(command, env=os.environ | environ, check=False).returncode)
        seconds = time.monotonic() - started
        while len(looks_after_kills) < KILLS:
            with subprocess.Popen(command, env=os.environ | environ) as run:
                time.sleep(random.uniform(seconds / 4, seconds))
                run.kill()
            if run.returncode == -signal.SIGKILL:
                looks_after_kills.append(looks_in(tmp_path, world))
            else:
                exit_codes.add(run.returncode)
        exit_codes.add(subprocess.run(command, env=os.environ | environ, check=False).returncode)
        walls = sum(request.path == "/method/wall.get" for request in sandbox.requests)
    assert all(earlier.items() <= later.items() for earlier, later in pairwise(looks_after_kills))
    assert len({len(looks) for looks in looks_after_kills}) > 4, "some came in the middle of a run"
    with Archive.read(tmp_path / "data") as archive:
        replayed = replay_runs(archive, frozenset(run for run, _, _ in looks_after_kills[-1]), world.now, plugin_of)
        call_counts = [
            count for login in archive.searches.logins() for count in login.spent if count.method == "wall.get"
        ]
    assert (replayed.gaps, replayed.missing) == ([], [])
    assert walls - 3 * KILLS <= sum(count.count for count in call_counts) <= walls, (
        "except for the few looks that were interrupted"
    )
    assert len({count.run for count in call_counts}) > 3
    assert exit_codes == {1}
    (document,) = tmp_path.rglob("audit.json")
    assert differences(Audit.model_validate_json(document.read_text(encoding="utf-8")), truth_of(world)) == []
    looks_in(tmp_path, world)
