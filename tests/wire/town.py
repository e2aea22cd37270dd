"""Seven offices of the invented world, looked at by the command line over networks in trouble.

For Telegram and for VK a head who keeps to everything, one who is late and silent, and one gone or private.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.sandbox import World
from tests.command import Done, inline
from tests.pipeline import few
from tests.truth import truth_of
from tests.wire.bent_sandbox import Bend, BentSandbox

NETWORKS = {"telegram": "https://t.me/", "vk": "https://vk.com/"}
Cells = dict[tuple[str, str, str | None], tuple[str, str | None]]
"""Outcome and cause by office, check and page."""


class Town:
    """The sandbox, and the program run on it in a folder."""

    def __init__(self, sandbox: BentSandbox, folder: Path) -> None:
        """Write the registry; with a contact set no line says that there is none."""
        self.sandbox, self.folder, self.book = sandbox, folder, folder / "officials.yaml"
        self.environ = {**sandbox.settings(), "AUDITOR_CONTACT": "otchet@example.invalid"}
        self.book.write_text(sandbox.world.registry_yaml(), encoding="utf-8")

    def sign_in(self) -> None:
        """Let a signed-in client look as well."""
        self.environ |= self.sandbox.settings(client=self.folder)

    def run(self, *command: str, **environ: str) -> Done:
        """Run a command; whatever befalls it, it prints no traceback."""
        where = ("--registry", self.book, "--data", self.folder / "data", "--lang", "en")
        out = ("--out", self.folder / "reports") if command[0] == "weekly" else ()
        moment = self.sandbox.world.now.isoformat()
        done = inline(*command, *where, *out, "--as-of", moment, env=self.environ | environ)
        assert "Traceback" not in done.err
        return done

    def cells(self) -> Cells:
        """Return what the week's document says."""
        (path,) = (self.folder / "reports").rglob("audit.json")
        return {
            (office["id"], f["check"], f["account"]): (f["outcome"], f["cause"])
            for office in json.loads(path.read_text(encoding="utf-8"))["offices"]
            for f in office["findings"]
        }


def truth(world: World) -> Cells:
    """Return what is so in the world."""
    return {(e.office, e.check, e.account): (e.outcome, e.cause) for e in truth_of(world)}


def lies(cells: Cells, world: World) -> Cells:
    """Return the cells that are red or green and are not so in the world; no cell may be missing."""
    true = truth(world)
    assert cells.keys() == true.keys()
    return {key: cell for key, cell in cells.items() if cell[0] in {"passed", "failed"} and true[key][0] != cell[0]}


@contextmanager
def town(folder: Path, *bends: Bend) -> Iterator[Town]:
    """Serve the seven offices; `bends` change what the networks answer."""
    world = few(World.build())
    with BentSandbox(world, *bends) as sandbox:
        sandbox.now = world.now
        yield Town(sandbox, folder)
