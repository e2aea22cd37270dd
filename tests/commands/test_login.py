"""``auditor login`` on a terminal of its own: what is typed is not echoed, and when interrupted it leaves nothing."""

import os
import pty
import re
import select
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox import Sandbox, World
from tests.both_routes import private
from tests.command import auditor
from tests.typing_hand import type_unseen

pytestmark = pytest.mark.timeout(180)


class Terminal:
    """``auditor login`` on a terminal of its own."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.seen = ""
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.environ.update(environ)
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests that run in the background are started deaf to it
            os.execv(sys.executable, [sys.executable, "-m", "auditor", "login", "--lang", "en"])

    def wait_for(self, text: str, answer: str = "") -> None:
        """Read on to a text, and answer it; the test's own limit ends a terminal that falls silent."""
        while text not in self.seen:
            select.select([self.file], [], [])
            self.seen += os.read(self.file, 4096).decode()
        self.seen = self.seen.split(text, 1)[1]
        if answer:
            type_unseen(self.file, answer)

    def end(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])


@pytest.fixture
def door(tmp_path: Path) -> Any:
    """A sandbox, and the settings of somebody who has not signed in."""
    world = World.build()
    (tmp_path / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        environ = sandbox.settings(client=private(tmp_path))
        yield sandbox, environ | {"AUDITOR_DATA": "data", "AUDITOR_TELEGRAM_SESSION": str(tmp_path / "own/my.session")}


@pytest.mark.thorough
def test_signing_in_at_a_terminal_echoes_nothing(tmp_path: Path, door: Any) -> None:
    """A mistyped code, a two-step password; `doctor` knows whose session it is, and signing out ends it."""
    sandbox, environ = door
    sandbox.two_step, terminal = True, Terminal(tmp_path, environ)
    terminal.wait_for("Phone number", sandbox.telegram_phone)
    terminal.wait_for("Code that Telegram sent", "00000000")
    terminal.wait_for("once more")
    terminal.wait_for("Code that Telegram sent", sandbox.telegram_code)
    terminal.wait_for("Two-step password", sandbox.telegram_password)
    terminal.wait_for("Signed in as")
    assert (terminal.end(), sandbox.telegram_phone in terminal.seen) == (0, False)
    file = Path(environ["AUDITOR_TELEGRAM_SESSION"])
    assert file.stat().st_mode & 0o777 == 0o600
    seen = auditor("doctor", "--lang", "en", "--as-of", sandbox.now.isoformat(), cwd=tmp_path, env=environ)
    assert re.search(r"Telegram \(client\) +works", seen.out), seen.out
    assert sandbox.telegram_phone not in seen.out
    assert auditor("login", "--sign-out", "--lang", "en", cwd=tmp_path, env=environ).code == 0
    assert not file.exists()


def test_an_interrupted_sign_in_leaves_nothing(tmp_path: Path, door: Any) -> None:
    """Ctrl-C at the code: no file; without a terminal it is refused in one line, as a secret never comes by a pipe."""
    sandbox, environ = door
    terminal = Terminal(tmp_path, environ)
    terminal.wait_for("Phone number", sandbox.telegram_phone)
    terminal.wait_for("Code that Telegram sent", "\x03")
    terminal.wait_for("interrupted")
    assert terminal.end() == 130
    assert not Path(environ["AUDITOR_TELEGRAM_SESSION"]).exists()
    piped = auditor("login", cwd=tmp_path, env=environ)
    assert (piped.code, len(piped.err.strip().splitlines())) == (2, 1)
