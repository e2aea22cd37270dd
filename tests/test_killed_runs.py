"""Twenty runs of ``weekly`` killed at random moments: what was stored stays, and the next run goes on."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.snapshot import Snapshot
from auditor.probes.plugins import plugin_of
from auditor.run.replay import play_runs
from auditor.sandbox import Sandbox, World
from tests.command import inline
from tests.pipeline import few
from tests.truth import differences, truth_of

KILLS = 20
KILL = """
import json, os, random, signal, sys, time
from tests.forked import _FIRST, _exit_of, _modules
from tests.command import publishing_documents
from importlib import import_module

args, environ, kills = json.loads(sys.stdin.readline())
for name in (*_FIRST, *_modules()):
    import_module(name)
os.environ.update(environ)
sys.argv = ["auditor", *args]


def begun():
    process = os.fork()
    if process == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        with publishing_documents():
            os._exit(_exit_of(import_module("auditor.commands.cli").main))
    return process


def ended(process):
    _, status = os.waitpid(process, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
    sys.stdin.readline()
    return status


chance, killed, at = random.Random(27), 0, time.monotonic()
ended(begun())
seconds = time.monotonic() - at
while killed < kills:
    process = begun()
    time.sleep(chance.uniform(seconds / 4, seconds))
    os.kill(process, signal.SIGKILL)
    killed += os.WIFSIGNALED(ended(process))
"""
"""Let one run come to its end, and kill others in the time that it took, until so many have not come to theirs.

Each is forked from a process that has imported the program, and waits for a line before the next.
"""


@dataclass(frozen=True)
class Stored:
    """What lay in the archive after a kill."""

    looks: dict[tuple[int, str, str], Snapshot]
    spent: dict[tuple[str, int | None], int]
    """Calls of a method by run, as the logins have them."""


class Killed:
    """The sandbox, the folders, and what lay in the archive after each kill."""

    def __init__(self, folder: Path) -> None:
        self.world = few(World.build())
        self.data, self.out = folder / "data", folder / "reports"
        self.after: list[Stored] = []
        self.ended: list[int] = []
        book = folder / "officials.yaml"
        book.write_text(self.world.registry_yaml(), encoding="utf-8")
        paths = ["--registry", book, "--data", self.data, "--out", self.out]
        args = [str(one) for one in ("weekly", *paths, "--as-of", self.world.now.isoformat())]
        with Sandbox(self.world) as sandbox:
            sandbox.now = self.world.now
            environ = sandbox.settings(client=folder) | {"AUDITOR_TELEGRAM_WEB_INTERVAL": "0.03"}
            self._kill([*args, "-q"], environ)
            self.walls = sum(request.path == "/method/wall.get" for request in sandbox.requests)
            self.exit = inline(*args, env=environ).code

    def _kill(self, args: list[str], environ: dict[str, str]) -> None:
        command = [sys.executable, "-c", KILL]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killing:
            assert killing.stdin is not None
            assert killing.stdout is not None
            print(json.dumps([args, environ, KILLS]), file=killing.stdin, flush=True)
            while len(self.after) < KILLS:
                code = int(killing.stdout.readline())
                if code == -signal.SIGKILL:
                    self.after.append(self._read())
                else:
                    self.ended.append(code)
                print(file=killing.stdin, flush=True)

    def _read(self) -> Stored:
        """Read the archive as a killed run has left it."""
        with Archive.read(self.data) as archive:
            assert [flaw for flaw in archive.verify() if not flaw.harmless] == []
            rows = archive.looks.all(self.world.now)
            looks = {(row.run, row.snapshot.route.value, row.snapshot.url): row.snapshot for row in rows}
            spent = {(s.method, s.run): s.count for login in archive.searches.logins() for s in login.spent}
            return Stored(looks, spent)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    return Killed(tmp_path_factory.mktemp("killed"))


def test_what_was_stored_stays(killed: Killed) -> None:
    """After each kill all looks of before are there as they were."""
    assert len(killed.after) == KILLS
    for before, after in zip(killed.after, killed.after[1:], strict=False):
        assert before.looks.items() <= after.looks.items()
    assert len({len(stored.looks) for stored in killed.after}) > 4, "some came in the middle of a run"


def test_nothing_is_half_a_look(killed: Killed) -> None:
    """Each is taken again from its own answers, killed run or not."""
    with Archive.read(killed.data) as archive:
        runs = frozenset(run for run, _, _ in killed.after[-1].looks)
        played = play_runs(archive, runs, killed.world.now, plugin_of)
    assert (played.gaps, played.missing) == ([], [])
    assert len(played.looks) == len(killed.after[-1].looks)


def test_the_calls_of_a_killed_run_are_counted(killed: Killed) -> None:
    """All but those of the looks that were cut, which are few: the server counts them as well."""
    counted = sum(count for (method, _), count in killed.after[-1].spent.items() if method == "wall.get")
    assert killed.walls - 3 * KILLS <= counted <= killed.walls
    assert len({run for (method, run) in killed.after[-1].spent if method == "wall.get"}) > 3


def test_the_next_run_goes_on_and_comes_to_the_truth(killed: Killed) -> None:
    """The killed ones are sealed as such, and no page was asked for in a round that had been seen in it."""
    assert killed.exit == 1
    assert set(killed.ended) <= {1}
    (document,) = killed.out.rglob("audit.json")
    audit = Audit.model_validate_json(document.read_text(encoding="utf-8"))
    assert differences(audit, truth_of(killed.world)) == []
    with Archive.read(killed.data) as archive:
        assert [flaw for flaw in archive.verify() if not flaw.harmless] == []
