"""A command line typed in this process: it takes a tenth of the time of a process of its own."""

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

import pytest

from auditor.base.settings import load_settings
from auditor.commands import cli
from auditor.run.workspace import Workspace, open_workspace
from tests.command import Done


class Screen(io.TextIOWrapper):
    """An output in some letters, which may be a terminal."""

    def __init__(self, letters: str = "utf-8", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=letters, write_through=True)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    @property
    def shown(self) -> str:
        return self.buffer.getvalue().decode(self.encoding)


class Person(io.StringIO):
    """Somebody who answers each question with a line, at a terminal or by a pipe; None leaves."""

    def __init__(self, answer: Callable[[], str | None], *, terminal: bool = False) -> None:
        super().__init__()
        self.answer, self.terminal = answer, terminal

    def isatty(self) -> bool:
        return self.terminal

    def readline(self, _size: int = -1) -> str:
        answer = self.answer()
        return "" if answer is None else f"{answer}\n"


def typed(
    *args: object,
    cwd: Path,
    env: dict[str, str] | None = None,
    answers: TextIO | None = None,
    out: Screen | None = None,
    err: Screen | None = None,
) -> Done:
    """Run ``auditor ARGS`` in `cwd`; its questions are answered from `answers`, by default by nobody."""
    out, err = out or Screen(), err or Screen()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(cwd)
        patch.setattr("sys.stdin", answers or io.StringIO())
        patch.setattr("auditor.base.logs.set_up_logs", lambda **_: None)  # this process's logs are pytest's
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
            patch.delenv(name, raising=False)
        own = {"AUDITOR_HOME": ".", "AUDITOR_DATA": "data", "AUDITOR_OUT": "reports"}
        for name, value in (own | (env or {})).items():
            patch.setenv(name, value)
        code = cli.run(list(map(str, args)))
    return Done(code, out.shown, err.shown)


def workspace_in(folder: Path, as_of: datetime | None, **environ: str) -> Workspace:
    """Return a workspace on the registry and the archive in `folder`, with English texts and the clock at `as_of`."""
    here = {"registry": folder / "officials.yaml", "data": folder / "data", "out": folder / "reports"}
    return replace(open_workspace(**here, lang="en"), as_of=as_of, settings=load_settings(environ, folder))
