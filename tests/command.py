"""The command line as a user meets it, with nothing of this machine's settings; or the same in this process."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest import mock

from auditor.audit.document import Audit
from auditor.commands import publish
from auditor.commands.cli import run
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


def inline(*args: object, env: Mapping[str, str]) -> Done:
    """Run ``auditor ARGS`` in this process, which costs no start; of a report its document alone is written."""
    out, err = StringIO(), StringIO()
    with mock.patch.dict(os.environ, env), redirect_stdout(out), redirect_stderr(err), publishing_documents():
        code = run([str(arg) for arg in args])
    return Done(code, out.getvalue(), err.getvalue())


@contextmanager
def publishing_documents() -> Iterator[None]:
    """Write each week's document and no other file: how the others are drawn is not what a run changes."""

    def documents(audits: Iterable[Audit], *_told: object, **_more: object) -> Iterator[tuple[str, bytes]]:
        yield from ((f"{audit.week}/audit.json", audit.to_json().encode()) for audit in audits)

    with mock.patch.object(publish, "site", documents):
        yield
