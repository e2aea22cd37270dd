"""One world by the preview and by a signed-in client: the same findings, except where the client knows more."""

import gzip
import os
import pty
import re
import select
import signal
import sqlite3
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.audit.document import Audit
from auditor.base.text import write_time
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import PostKind
from tests.command import auditor
from tests.pipeline import audited, few, session_of
from tests.truth import differences, readable, truth_of
from tests.typing_hand import type_unseen

KNOWS_MORE = {
    "rayon-15": "the preview's socket is cut, the client is answered",
    "rayon-16": "a provider's block page stands before the preview",
    "rayon-17": "viewing without signing in is off",
    "rayon-20": "message 1 was deleted, the creation date is still told to who is no member",
    "duma-2": "the preview is refused",
    "duma-3": "the preview is throttled",
    "duma-4": "the preview's page has an unknown layout",
    "agency": "the preview leads to a foreign host",
}
"""Where the client rightly tells what the preview cannot."""


def both(world: World, folder: Path, *, keep: list[str] | None = None) -> tuple[Audit, Counter[str]]:
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        session = session_of(world, folder, sandbox.settings(client=_made(folder)), world.now)
        audit = audited(session)
        if keep is not None:
            keep += [sandbox.telegram_phone, sandbox.telegram_api_hash, sandbox.vk_token]
        return audit, Counter(r.method for r in sandbox.requests if r.network == "MTPROTO")


def _made(folder: Path) -> Path:
    private = folder / "client"
    private.mkdir(parents=True, exist_ok=True)
    return private


@pytest.mark.parametrize("seed", [2022, 7])
def test_both_routes_come_to_the_same_findings_except_where_the_client_knows_more(seed: int, tmp_path: Path) -> None:
    """Each difference is at an office that the list names, and is right by the world's own record."""
    world = World.build(seed=seed)
    audit, _ = both(world, tmp_path)
    wrong = [line for line in differences(audit, truth_of(world)) if line.split()[0] not in KNOWS_MORE]
    assert wrong == []
    differing = {line.split()[0] for line in differences(audit, truth_of(world))}
    assert differing == set(KNOWS_MORE)
    for office in audit.offices:
        if office.id in KNOWS_MORE:
            _right_by_the_world(office, world)


def _right_by_the_world(office, world: World) -> None:
    """The client's facts against what the world placed: when the channel was made, how many own posts the week has."""
    for account in office.accounts:
        if account.network != "telegram" or account.facts.exists is None:
            continue
        placed = world.account("telegram", account.url.rsplit("/", 1)[1])
        assert placed is not None
        if account.kind == "institution":
            continue
        assert account.facts.opened_at is not None
        assert write_time(account.facts.opened_at) == write_time(placed.opened)
        start = world.ends - timedelta(weeks=1)
        own = [p for p in placed.posts if start <= p.at < world.ends and p.kind is PostKind.OWN and not p.lost]
        found = office.finding("posts_per_week", account.url)
        assert found is not None
        assert found.values["posts"] == len(own)


FAULTS = [
    "mtproto_control",
    "mtproto_down",
    "mtproto_flood_long",
    "mtproto_channel_private",
    "telegram_control",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_one_route_in_trouble_takes_nothing_from_the_other(fault: str, tmp_path: Path) -> None:
    """Whatever befalls one of them, the other still comes to the truth, and nothing is lost."""
    world = few(World.build())
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        sandbox.faults.on(fault)
        audit = audited(session_of(world, tmp_path, sandbox.settings(client=_made(tmp_path)), world.now))
    assert differences(audit, truth_of(world)) == []


def test_secrets_and_citizens_are_nowhere_but_in_the_session_file(tmp_path: Path) -> None:
    """Data folder, database, report and document, searched value by value."""
    world = World.build()
    secrets: list[str] = []
    audit, asked = both(world, tmp_path, keep=secrets)
    assert asked["messages.getReplies"] == 1, "comments come in bulk: only the control's thread is asked for by itself"
    session = next((tmp_path / "client").glob("*.session"))
    key = sqlite3.connect(session).execute("SELECT auth_key FROM sessions").fetchone()[0]
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path != session]
    texts = [audit.to_json().encode(), *(path.read_bytes() for path in files)]
    records = [gzip.decompress(path.read_bytes()) for path in files if path.name.endswith(".warc.gz")]
    assert sum(record.count(b"WARC-Type: ") for record in records) > 200
    texts += records
    database = sqlite3.connect(tmp_path / "data" / "archive.sqlite")
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        texts += [readable(v).encode() for row in database.execute(f"SELECT * FROM {table}") for v in row]
    database.close()
    whole = b"\n".join(texts)
    assert key not in whole
    assert key.hex().encode() not in whole
    assert [s for s in secrets if s.encode() in whole] == []
    assert [word for word in world.citizens if word and word.encode() in whole] == []


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

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + 30
        while text not in self.seen:
            assert time.monotonic() < deadline, self.seen
            if select.select([self.file], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.file, 4096).decode()
                except OSError:
                    break
        assert text in self.seen, self.seen
        self.seen = self.seen.split(text, 1)[1]

    def type(self, text: str) -> None:
        type_unseen(self.file, text)

    def end(self) -> int:
        code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        os.close(self.file)
        return code


@pytest.fixture
def door(tmp_path: Path):
    world = World.build()
    (tmp_path / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        environ = sandbox.settings(client=_made(tmp_path))
        Path(environ["AUDITOR_TELEGRAM_SESSION"]).unlink()
        environ |= {"AUDITOR_DATA": "data", "AUDITOR_TELEGRAM_SESSION": str(tmp_path / "own" / "my.session")}
        yield sandbox, environ


def test_signing_in_at_a_terminal_with_a_mistyped_code_and_a_two_step_password(tmp_path: Path, door) -> None:
    """Nothing typed is echoed; the file is for its owner; `doctor` knows whose it is; `logout` ends it."""
    sandbox, environ = door
    sandbox.two_step = True
    terminal = Terminal(tmp_path, environ)
    echoed = ""
    for question, answer in (
        ("Phone number", sandbox.telegram_phone),
        ("Code that Telegram sent", "00000000"),
        ("once more", ""),
        ("Code that Telegram sent", sandbox.telegram_code),
        ("Two-step password", sandbox.telegram_password),
    ):
        terminal.wait_for(question)
        if answer:
            terminal.type(answer)
    terminal.wait_for("Signed in as")
    echoed += terminal.seen
    assert terminal.end() == 0
    assert sandbox.telegram_phone not in echoed
    assert sandbox.telegram_code not in echoed
    file = Path(environ["AUDITOR_TELEGRAM_SESSION"])
    assert file.stat().st_mode & 0o777 == 0o600
    seen = auditor("doctor", "--lang", "en", "--as-of", sandbox.now.isoformat(), cwd=tmp_path, env=environ)
    assert re.search(r"telegram client +ok", seen.out), seen.out
    assert sandbox.telegram_phone not in seen.out
    out = auditor("login", "--sign-out", "--lang", "en", cwd=tmp_path, env=environ)
    assert "ended at Telegram" in out.out, out.err
    assert not file.exists()


def test_an_interrupted_sign_in_leaves_nothing(tmp_path: Path, door) -> None:
    """Ctrl-C at the code: one line, no file."""
    sandbox, environ = door
    terminal = Terminal(tmp_path, environ)
    terminal.wait_for("Phone number")
    terminal.type(sandbox.telegram_phone)
    terminal.wait_for("Code that Telegram sent")
    terminal.type("\x03")
    terminal.wait_for("interrupted")
    assert terminal.end() == 130
    assert not Path(environ["AUDITOR_TELEGRAM_SESSION"]).exists()


def test_signing_in_without_a_terminal_is_refused_in_one_line(tmp_path: Path, door) -> None:
    """A secret never comes by a pipe."""
    _, environ = door
    done = auditor("login", cwd=tmp_path, env=environ)
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1)
