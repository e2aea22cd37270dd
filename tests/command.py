"""The command line as a user meets it: a process of its own, with nothing of this machine's settings."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.forked import forked


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


def auditor(*args: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Done:
    """Run ``auditor ARGS`` in `cwd`, in a process forked from one that has imported the program."""
    done = forked(*args, cwd=cwd, env=env or {}, umask=0o022)
    return Done(done.code, done.out.decode(), done.err.decode())


def started(*args: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Done:
    """Run ``python -m auditor ARGS`` in `cwd`, as it starts for a user."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("AUDITOR_")}
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *map(str, args)],
        cwd=cwd,
        env=plain | {"PYTHONWARNINGS": "error"} | (env or {}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
