"""``auditor login`` on a terminal of its own: when it is interrupted it leaves nothing."""

import os
import pty
import signal
import sys
from pathlib import Path

import pytest

from auditor.sandbox import Sandbox, World
from tests.both_routes import private
from tests.command import auditor
from tests.typing_hand import type_unseen


@pytest.mark.timeout(180)
def test_an_interrupted_sign_in_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C at the code: no file. A secret never comes by a pipe: one line; signing out needs no terminal."""
    world, file = World.build(), tmp_path / "own" / "my.session"
    (tmp_path / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        environ = sandbox.settings(client=private(tmp_path)) | {"AUDITOR_TELEGRAM_SESSION": str(file)}
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(tmp_path)
            os.environ.update(environ)
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests that run in the background are started deaf to it
            os.execv(sys.executable, [sys.executable, "-m", "auditor", "login", "--lang", "en"])
        screen = ""
        answers = {"Phone number": sandbox.telegram_phone, "Code that Telegram sent": "\x03", "interrupted": ""}
        for asked, answer in answers.items():
            while asked not in screen:
                screen += os.read(terminal, 4096).decode()
            if answer:
                type_unseen(terminal, answer)
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 130
        assert not file.exists()
        piped = auditor("login", cwd=tmp_path, env=environ)
        file.write_bytes(b"noise")
        left = auditor("login", "--sign-out", "--lang", "en", cwd=tmp_path, env=environ)
    assert (piped.code, len(piped.err.strip().splitlines())) == (2, 1)
    assert (left.code, left.out) == (0, "There was no session to end\n")
    assert not file.exists()
