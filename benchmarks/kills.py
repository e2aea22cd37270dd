"""Does the next weekly run repair one that was killed at a random moment?

    PYTHONPATH=. python benchmarks/kills.py [KILLS SEED]

`auditor weekly` runs against the sandbox over real sockets, on every route; SIGKILL ends it at a random moment. Then
it runs again to its end. The audit must be that of an unbroken run, except for the ids of answers, and the archive must
be whole: `auditor evidence verify` finds nothing.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from auditor.sandbox import Sandbox, World


def command(folder: Path, environ: dict[str, str], *args: str) -> subprocess.Popen[bytes]:
    """Start ``auditor ARGS`` in `folder` with nothing of this machine's settings."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("AUDITOR_")}
    data = {"AUDITOR_DATA": str(folder / "data"), "AUDITOR_OUT": str(folder / "reports")}
    return subprocess.Popen(
        [sys.executable, "-m", "auditor", *args],
        cwd=folder,
        env=plain | environ | data,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(world: World, folder: Path, kill_after: float | None) -> tuple[dict[str, object], float, str]:
    """Run a week, first killed after some seconds if so wished; return the audit, its seconds, what verify says."""
    folder.mkdir()
    (folder / "client").mkdir()
    (folder / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    weekly = ("weekly", "-q", "--as-of", world.now.isoformat())
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        environ = sandbox.settings(folder / "client")
        if kill_after is not None:
            broken = command(folder, environ, *weekly)
            time.sleep(kill_after)
            broken.send_signal(signal.SIGKILL)
            broken.communicate()
        began = time.monotonic()
        whole = command(folder, environ, *weekly)
        _, said = whole.communicate()
        seconds = time.monotonic() - began
    if whole.returncode not in {0, 1, 3}:
        raise SystemExit(f"weekly ended with {whole.returncode}: {said.decode()}")
    verified = command(folder, {}, "evidence", "verify", "--lang", "en")
    out, err = verified.communicate()
    verdict = "" if verified.returncode == 0 else (out + err).decode()
    path = folder / "reports" / world.week / "audit.json"
    return json.loads(path.read_text(encoding="utf-8")), seconds, verdict


def judged(value: object) -> object:
    """Leave out the answers' ids: each login has hashes of its own, and what is remembered is not asked for again."""
    if isinstance(value, dict):
        return {key: judged(inner) for key, inner in value.items() if key != "evidence"}
    return [judged(inner) for inner in value] if isinstance(value, list) else value


def main(kills: int = 50, seed: int = 1) -> None:
    """Print a line for each kill, and how many were repaired."""
    world, chance, good = World.build(), random.Random(seed), 0
    with tempfile.TemporaryDirectory() as place:
        expected, life, verdict = run(world, Path(place) / "unbroken", None)
        print(f"unbroken: {life:.1f} s, archive {verdict or 'whole'}", flush=True)
        for number in range(kills):
            moment = chance.uniform(0.1, life)
            audit, _, verdict = run(world, Path(place) / str(number), moment)
            same = judged(audit) == judged(expected)
            good += same and not verdict
            told = f"{'same audit' if same else 'ANOTHER AUDIT'}, archive {verdict or 'whole'}"
            print(f"{number + 1}: killed after {moment:.2f} s of {life:.1f}: {told}", flush=True)
    print(f"{good} of {kills} kills repaired")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
