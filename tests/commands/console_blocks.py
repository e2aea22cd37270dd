"""Blocks ```console of the documentation: a command and what it prints, made by running it on the demonstration.

A line `…` stands for whatever is printed between the lines above it and those below. `make regen` writes each anew.
"""

import re
import shlex
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from auditor.sandbox import Sandbox, World
from tests.forked import forked
from tests.golden import SEED

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.ru.md", *sorted((ROOT / "docs").rglob("*.md"))]
OF_OWN_WORLDS = {ROOT / "docs" / "ru" / "own-region.md"}
"""Their blocks are one story, with a world and a test of its own."""
LEFT_OUT = "…"
_OF_A_RUN = re.compile(rf"{ROOT}/|(?<=ev-)[0-9a-f]{{12}}|\b[0-9a-f]{{64}}\b")
"""What is another each time: where the program lies, and hashes."""
_DEMONSTRATION = {
    "AUDITOR_DATA": "data",
    "AUDITOR_OUT": "reports",
    "AUDITOR_CONTACT": "otchet@example.invalid",
    "AUDITOR_LANG": "ru",
    "COLUMNS": "80",
}
"""As the auditor.toml of ``auditor demo`` has it, but the networks are open, and the screen has a usual width."""
_BLOCK = re.compile(r"^```console\n\$ auditor (?P<command>.+)\n(?P<printed>(?:.*\n)*?)```$", re.MULTILINE)


def pages_with_blocks() -> list[Path]:
    """Return the pages that show what a command prints in the demonstration."""
    return [page for page in PAGES if page not in OF_OWN_WORLDS and _BLOCK.search(page.read_text(encoding="utf-8"))]


def renew(demonstration: Path) -> None:
    """Write all blocks of all pages anew."""
    for page in pages_with_blocks():
        page.write_text(with_blocks_run(page.read_text(encoding="utf-8"), demonstration), encoding="utf-8")


def with_blocks_run(text: str, demonstration: Path) -> str:
    """Return a page's text with the output of each block's command, run in order in one copy of the demonstration."""
    with TemporaryDirectory() as place, Sandbox(World.build(seed=SEED)) as sandbox:
        folder = Path(shutil.copytree(demonstration, Path(place, "demo")))
        env = _DEMONSTRATION | sandbox.settings() | {"AUDITOR_AS_OF": sandbox.now.isoformat()}
        return _BLOCK.sub(lambda block: _run(block, folder, env), text)


def _run(block: re.Match[str], folder: Path, env: dict[str, str]) -> str:
    done = forked(*shlex.split(block["command"]), cwd=folder, env=env)
    printed = _OF_A_RUN.sub(lambda part: "" if "/" in part[0] else LEFT_OUT, done.out.decode())
    lines = shortened([line.rstrip() for line in printed.splitlines()], like=block["printed"].splitlines())
    return "\n".join(["```console", f"$ auditor {block['command']}", *lines, "```"])


def shortened(lines: list[str], *, like: list[str]) -> list[str]:
    """Return as many of the first and last lines as `like` has above and below its line ``…``; without it, all."""
    if LEFT_OUT not in like:
        return lines
    above = like.index(LEFT_OUT)
    below = len(lines) - (len(like) - above - 1)
    return [*lines[:above], LEFT_OUT, *lines[below:]]
