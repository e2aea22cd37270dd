"""The command line as a user meets it, with nothing of this machine's settings; or the same in this process."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest import mock

from auditor.audit.document import Audit
from auditor.commands import publication
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


def inline(*args: object, env: Mapping[str, str]) -> Done:
    """Run ``auditor ARGS`` in this process, which costs no start; of a report its document alone is written."""

    def documents(audits: Iterable[Audit], *_arguments: object, **_more: object) -> Iterator[tuple[str, bytes]]:
        yield from ((f"{audit.week}/audit.json", audit.to_json().encode()) for audit in audits)

    settings, documents_alone = (
        mock.patch.dict(os.environ, {"AUDITOR_HOME": "."} | dict(env)),
        mock.patch.object(publication, "site", documents),
    )
    with settings, documents_alone, redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = run([str(arg) for arg in args])
    return Done(code, out.getvalue(), err.getvalue())
