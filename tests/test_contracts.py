"""The import contracts in pyproject.toml refuse what they are there to refuse: each arrow is drawn in a copy."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

UPWARD = {
    "the registry reads the report": ("auditor.registry", "from auditor import report", "auditor.report"),
    "base reads the registry": ("auditor.base", "from auditor import registry", "auditor.registry"),
    "a probe judges": ("auditor.probes", "from auditor import checks", "auditor.checks"),
    "a check asks a network": ("auditor.checks", "from auditor import probes", "auditor.probes"),
    "a check reads the archive": ("auditor.checks", "from auditor import archive", "auditor.archive"),
    "the archive reads the audit": ("auditor.archive", "from auditor import audit", "auditor.audit"),
    "the audit makes a report": ("auditor.audit", "from auditor import report", "auditor.report"),
    "a run makes a report": ("auditor.run", "from auditor import report", "auditor.report"),
    "a run starts a search": ("auditor.run", "from auditor import search", "auditor.search"),
    "the report replays a run": ("auditor.report", "from auditor.run import replay", "auditor.run.replay"),
    "the report is told commands": ("auditor.report", "from auditor import commands", "auditor.commands"),
    "a type is imported from above": (
        "auditor.registry",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from auditor.audit import document",
        "auditor.audit.document",
    ),
    "an import from above waits in a function": (
        "auditor.base",
        "def late():\n    from auditor import archive\n\n    return archive",
        "auditor.archive",
    ),
}
"""What climbs a floor, or crosses to a neighbour on the same one."""

SHORT_LISTS = {
    **{
        f"the report reads {room}": ("auditor.report", f"import auditor.{room}", f"auditor.{room}")
        for room in ("archive", "probes", "registry", "sandbox", "base.settings")
    },
    **{
        f"a search reads {room}": ("auditor.search", f"import auditor.{room}", f"auditor.{room}")
        for room in ("audit", "checks", "sandbox", "run", "report", "base.settings")
    },
    **{
        f"a check reads {room}": ("auditor.checks", f"import auditor.{room}", f"auditor.{room}")
        for room in ("sandbox", "base.i18n", "base.settings", "base.logs", "base.secrets", "base.files")
    },
    **{
        f"the sandbox reads {room}": ("auditor.sandbox", f"import {room}", room)
        for room in (
            "auditor.base.text",
            "auditor.base.secrets",
            "auditor.registry",
            "auditor.checks",
            "auditor.commands",
        )
    },
    **{
        f"the audit reads {room}": ("auditor.audit", f"import auditor.{room}", f"auditor.{room}")
        for room in ("archive", "probes")
    },
    **{
        f"{room} reads what officials say": (
            f"auditor.{room}",
            "import auditor.registry.remarks",
            "auditor.registry.remarks",
        )
        for room in ("checks", "archive", "run.collect", "run.replay", "audit.judge")
    },
    "weighing a lead opens the archive": ("auditor.search.weighing", "import auditor.archive", "auditor.archive"),
    "weighing a lead opens a socket": ("auditor.search.weighing", "import socket", "socket"),
    "collecting judges": ("auditor.run.collect", "import auditor.checks", "auditor.checks"),
    "the report opens a database": ("auditor.report", "import sqlite3", "sqlite3"),
    "a check opens a socket": ("auditor.checks", "import socket", "socket"),
}
"""What some rooms may not import although it lies below them."""

LIBRARIES = {
    **{
        f"{room} imports {library}": (f"auditor.{room}", f"import {library}", library)
        for room in ("run.collect", "search", "registry", "report", "commands", "probes.vk", "probes.telegram.web")
        for library in ("httpx", "requests", "telethon")
    },
    "collecting imports vk_api": ("auditor.run.collect", "import vk_api", "vk_api"),
    "Telegram's pages import vk_api": ("auditor.probes.telegram.web", "import vk_api", "vk_api"),
}
"""What speaks to a network, outside of the one module that may use it."""

NETWORKS = {
    **{
        f"{room} reads a network's probe": (
            f"auditor.{room}",
            "import auditor.probes.telegram.look",
            "auditor.probes.telegram.look",
        )
        for room in ("audit", "run", "commands", "search.weighing")
    },
    "VK reads Telegram": ("auditor.probes.vk", "import auditor.probes.telegram.look", "auditor.probes.telegram.look"),
    "the public pages sign in": (
        "auditor.probes.telegram.web",
        "import auditor.probes.telegram.client.session",
        "auditor.probes.telegram.client.session",
    ),
    "a network's facts need its name": (
        "auditor.probes.vk.network",
        "import auditor.base.snapshot",
        "auditor.base.snapshot",
    ),
    "a second module imports telethon": ("auditor.probes.telegram.client.way", "import telethon", "telethon"),
}
"""What only a network's own folder may know."""

ARROWS = UPWARD | SHORT_LISTS | LIBRARIES | NETWORKS


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the program with every arrow drawn and one room added."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "auditor", copy / "auditor", ignore=shutil.ignore_patterns("__pycache__", "locales"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for number, (importer, line, _) in enumerate(ARROWS.values()):
        _draw(copy, importer, line, number)
    (copy / "auditor" / "annexe").mkdir()
    (copy / "auditor" / "annexe" / "__init__.py").touch()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy), "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def _draw(copy: Path, importer: str, line: str, number: int) -> None:
    """Add `line` to the module `importer`; to a room, as a module of its own."""
    place = copy.joinpath(*importer.split("."))
    if place.is_dir():
        (place / f"arrow_{number}.py").write_text(f"{line}\n", encoding="utf-8")
    else:
        with place.with_suffix(".py").open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")


@pytest.mark.parametrize("arrow", ARROWS)
def test_an_arrow_that_no_contract_allows_is_refused(arrow: str, refused: str) -> None:
    """The answer names the module that imports and the one that is imported."""
    importer, _, imported = ARROWS[arrow]
    number = list(ARROWS).index(arrow)
    drawn = rf"{re.escape(importer)}(\.arrow_{number})? -> {re.escape(imported)}\b"
    assert re.search(drawn, refused)


def test_a_room_that_no_contract_names_is_refused(refused: str) -> None:
    """A new room needs a floor before it may hold a module."""
    assert re.search(r"not listed as layers:\s+- auditor\.annexe\b", refused)


DEEPEST = 14
"""Modules that a reader meets at most from a command down to what imports nothing of ours."""


def imports() -> Mapping[str, set[str]]:
    """Return what each module imports of ours, wherever in it the import stands."""
    files = {_dotted(path): path for path in (ROOT / "auditor").rglob("*.py")}
    return {name: _imported(path, files) - {name} for name, path in files.items()}


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imported(path: Path, known: Mapping[str, Path]) -> set[str]:
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = [
        (node.module, f"{node.module}.{name.name}")
        for node in tree
        if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
    ]
    return {deep if deep in known else module for module, deep in names} & known.keys()


def test_no_chain_of_imports_is_longer_than_fourteen_modules() -> None:
    """Where this fails, turn a dependency around or join two halves of one idea before raising the number."""
    tied = imports()

    @cache
    def chain(name: str) -> Sequence[str]:
        return [name, *max((chain(other) for other in tied[name]), key=len, default=[])]

    longest = max((chain(name) for name in tied), key=len)
    assert len(longest) <= DEEPEST, " -> ".join(longest)


WIRES = frozenset({"socket", "ssl", "asyncio", "http.client", "urllib.request", "smtplib", "ftplib", "xmlrpc.client"})
"""Modules of Python's own library that speak to a network."""
AT_THE_DOOR = ("auditor.probes.", "auditor.search.scouts.", "auditor.sandbox.")
"""The rooms that do."""


def wires(path: Path) -> set[str]:
    """Return which of `WIRES` a module imports, by whatever spelling."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {wire for wire in WIRES if any(name == wire or name.startswith(f"{wire}.") for name in names)}


def test_only_those_who_ask_a_network_can_open_a_connection() -> None:
    """An import contract names whole packages, and `urllib` is needed everywhere for addresses."""
    files = {_dotted(path): path for path in (ROOT / "auditor").rglob("*.py")}
    assert {name: wires(path) for name, path in files.items() if not name.startswith(AT_THE_DOOR) and wires(path)} == {}


@pytest.mark.parametrize(
    "line", ["import socket", "from urllib import request", "import urllib.request as ask", "from http import client"]
)
def test_a_connection_is_recognised_however_it_is_imported(line: str, tmp_path: Path) -> None:
    """The test above would see each of these in any room."""
    path = tmp_path / "module.py"
    path.write_text(f"{line}\n", encoding="utf-8")
    assert wires(path)
