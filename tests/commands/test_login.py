"""``auditor login`` on a terminal of its own: when it is interrupted it leaves nothing."""

import os
import pty
import select
import signal
import sys
from pathlib import Path

import pytest

from auditor.sandbox import Sandbox, World
from tests.both_routes import private
from tests.command import auditor
from tests.typing_hand import type_unseen


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


@pytest.mark.timeout(180)
def test_an_interrupted_sign_in_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C at the code: no file; without a terminal it is refused in one line, as a secret never comes by a pipe."""
    world, file = World.build(), tmp_path / "own" / "my.session"
    (tmp_path / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        environ = sandbox.settings(client=private(tmp_path)) | {"AUDITOR_TELEGRAM_SESSION": str(file)}
        terminal = Terminal(tmp_path, environ)
        terminal.wait_for("Phone number", sandbox.telegram_phone)
        terminal.wait_for("Code that Telegram sent", "\x03")
        terminal.wait_for("interrupted")
        assert terminal.end() == 130
        assert not file.exists()
        piped = auditor("login", cwd=tmp_path, env=environ)
    assert (piped.code, len(piped.err.strip().splitlines())) == (2, 1)
