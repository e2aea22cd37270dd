"""Twenty runs of ``weekly`` killed at random moments: what was stored stays, and the next run goes on."""

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
    """What a killed run has left, in an archive without a flaw."""
    with Archive.read(folder / "data") as archive:
        assert [flaw for flaw in archive.verify() if not flaw.harmless] == []
        rows = archive.snapshots.all(world.now)
        return {(row.run, row.snapshot.route.value, row.snapshot.url): row.snapshot for row in rows}


def test_runs_that_are_killed_lose_nothing_that_was_stored_and_the_next_comes_to_the_truth(tmp_path: Path) -> None:
    """After each kill all looks of before are there as they were, each whole; what was asked is counted."""
    world, after, ended = few(World.build()), list[Any](), set[int]()
    (tmp_path / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    names = {"registry": "officials.yaml", "data": "data", "out": "reports"}
    paths = [part for name, path in names.items() for part in (f"--{name}", str(tmp_path / path))]
    args = ["weekly", *paths, "--as-of", world.now.isoformat(), "-q"]
    command = [sys.executable, "-m", "auditor", *args]
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        environ = sandbox.settings(client=tmp_path) | {"AUDITOR_TELEGRAM_WEB_INTERVAL": "0.03"}
        begun, chance = time.monotonic(), Random(27)
        ended.add(subprocess.run(command, env=os.environ | environ, check=False).returncode)
        seconds = time.monotonic() - begun
        while len(after) < KILLS:
            with subprocess.Popen(command, env=os.environ | environ) as run:
                time.sleep(chance.uniform(seconds / 4, seconds))
                run.kill()
            if run.returncode == -signal.SIGKILL:
                after.append(looks_in(tmp_path, world))
            else:
                ended.add(run.returncode)
        walls = sum(request.path == "/method/wall.get" for request in sandbox.requests)
        ended.add(subprocess.run(command, env=os.environ | environ, check=False).returncode)
    assert all(before.items() <= then.items() for before, then in pairwise(after))
    assert len({len(looks) for looks in after}) > 4, "some came in the middle of a run"
    with Archive.read(tmp_path / "data") as archive:
        played = replay_runs(archive, frozenset(run for run, _, _ in after[-1]), world.now, plugin_of)
        spent = [s for login in archive.searches.logins() for s in login.spent if s.method == "wall.get"]
    assert (played.gaps, played.missing) == ([], [])
    assert walls - 3 * KILLS <= sum(s.count for s in spent) <= walls, "but for looks that were cut, which are few"
    assert len({s.run for s in spent}) > 3
    assert ended == {1}
    (document,) = tmp_path.rglob("audit.json")
    assert differences(Audit.model_validate_json(document.read_text(encoding="utf-8")), truth_of(world)) == []
    looks_in(tmp_path, world)
