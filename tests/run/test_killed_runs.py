"""Twenty runs of ``weekly`` killed at random moments: what was stored stays, and the next run goes on."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.snapshot import Snapshot
from auditor.probes.plugins import plugin_of
from auditor.run.replay import play_runs
from auditor.sandbox import Sandbox, World
from tests.conftest import ROOT
from tests.forked import forked
from tests.pipeline import few
from tests.truth import differences, truth_of

pytestmark = pytest.mark.thorough

KILLS = 20
KILL = """
import json, os, random, signal, sys, time
from importlib import import_module
from tests.forked import _FIRST, _exit_of, _modules

args, environ, kills = json.loads(sys.stdin.readline())
for name in (*_FIRST, *_modules()):
    import_module(name)
os.environ.update(environ)
sys.argv = ["auditor", *args]


def begun():
    process = os.fork()
    if process == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
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


@dataclass
class Killed:
    """The sandbox, the folders, what lay in the archive after each kill, and how the others ended."""

    world: World
    folder: Path
    after: list[Stored] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    walls: int = 0
    """How many walls the server was asked for."""

    def read(self) -> Stored:
        """Read the archive as a killed run has left it."""
        with Archive.read(self.folder / "data") as archive:
            assert [flaw for flaw in archive.verify() if not flaw.harmless] == []
            rows = archive.looks.all(self.world.now)
            looks = {(row.run, row.snapshot.route.value, row.snapshot.url): row.snapshot for row in rows}
            spent = {(s.method, s.run): s.count for login in archive.searches.logins() for s in login.spent}
            return Stored(looks, spent)

    def kill(self, args: list[str], environ: dict[str, str]) -> None:
        """Begin and kill runs."""
        command = [sys.executable, "-c", KILL]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killing:
            assert killing.stdin is not None
            assert killing.stdout is not None
            print(json.dumps([args, environ, KILLS]), file=killing.stdin, flush=True)
            while len(self.after) < KILLS:
                code = int(killing.stdout.readline())
                if code == -signal.SIGKILL:
                    self.after.append(self.read())
                else:
                    self.ended.append(code)
                print(file=killing.stdin, flush=True)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """Twenty kills, and one run to the end."""
    made = Killed(few(World.build()), tmp_path_factory.mktemp("killed"))
    (made.folder / "officials.yaml").write_text(made.world.registry_yaml(), encoding="utf-8")
    names = {"registry": "officials.yaml", "data": "data", "out": "reports"}
    paths = [part for name, path in names.items() for part in (f"--{name}", str(made.folder / path))]
    args = ["weekly", *paths, "--as-of", made.world.now.isoformat(), "-q"]
    with Sandbox(made.world) as sandbox:
        sandbox.now = made.world.now
        environ = sandbox.settings(client=made.folder) | {"AUDITOR_TELEGRAM_WEB_INTERVAL": "0.03"}
        made.kill(args, environ)
        made.walls = sum(request.path == "/method/wall.get" for request in sandbox.requests)
        made.ended.append(forked(*args, cwd=made.folder, env=environ).code)
    return made


def test_what_was_stored_stays(killed: Killed) -> None:
    """After each kill all looks of before are there as they were."""
    assert len(killed.after) == KILLS
    for before, after in zip(killed.after, killed.after[1:], strict=False):
        assert before.looks.items() <= after.looks.items()
    assert len({len(stored.looks) for stored in killed.after}) > 4, "some came in the middle of a run"


def test_nothing_is_half_a_look(killed: Killed) -> None:
    """Each is taken again from its own answers, killed run or not."""
    with Archive.read(killed.folder / "data") as archive:
        runs = frozenset(run for run, _, _ in killed.after[-1].looks)
        played = play_runs(archive, runs, killed.world.now, plugin_of)
    assert (played.gaps, played.missing, len(played.looks)) == ([], [], len(killed.after[-1].looks))


def test_the_calls_of_a_killed_run_are_counted(killed: Killed) -> None:
    """All but those of the looks that were cut, which are few: the server counts them as well."""
    spent = killed.after[-1].spent
    counted = sum(count for (method, _), count in spent.items() if method == "wall.get")
    assert killed.walls - 3 * KILLS <= counted <= killed.walls
    assert len({run for (method, run) in spent if method == "wall.get"}) > 3


def test_the_next_run_goes_on_and_comes_to_the_truth(killed: Killed) -> None:
    """The killed ones are sealed as such, and no page was asked for in a round that had been seen in it."""
    assert set(killed.ended) == {1}
    (document,) = killed.folder.rglob("audit.json")
    audit = Audit.model_validate_json(document.read_text(encoding="utf-8"))
    assert differences(audit, truth_of(killed.world)) == []
    killed.read()
