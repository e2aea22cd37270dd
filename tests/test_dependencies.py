"""What is imported is declared, what is declared is used, and the locks hold it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"auditor", "tests", "benchmarks", "tools"}
USED = {"tzdata", "python-socks", "pymorphy3-dicts-ru"}
"""By packages that are imported: time zones for zoneinfo, Telethon's way to a proxy, pymorphy3's dictionary."""
NOT_IMPORTED = USED | {"hatchling", "editables", "pytest-timeout", "pytest-xdist", "mypy", "ruff", "import-linter"}
"""The others build the package, are plugins or commands."""


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def names(requirements: list[str]) -> set[str]:
    return {plain(match[0]) for line in requirements if (match := re.match(r"[\w.-]+", line))}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def imported(folder: str) -> set[str]:
    """Return the distributions that the modules of a folder import, wherever in them."""
    installed = packages_distributions()
    found = {top for path in (ROOT / folder).rglob("*.py") for top in tops(path)}
    return {plain(name) for top in found - sys.stdlib_module_names - OURS for name in installed.get(top, [top])}


def tops(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield name.value.partition(".")[0]


def test_the_program_imports_what_it_declares(project: dict[str, Any]) -> None:
    """No package that only another one happens to bring, and none that nothing needs."""
    declared = names(project["project"]["dependencies"])
    assert imported("auditor") | (declared & NOT_IMPORTED) == declared


def test_tests_and_benchmarks_import_what_is_declared(project: dict[str, Any]) -> None:
    """The development group holds what they need beside the program's own, and nothing else."""
    runs, groups = names(project["project"]["dependencies"]), project["dependency-groups"]
    dev = names(groups["dev"])
    assert imported("tests") | imported("benchmarks") | (dev & NOT_IMPORTED) | runs == runs | dev
    assert names(groups["build"]) <= NOT_IMPORTED


def locked(name: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return {plain(package): version for package, version in found}


def test_two_locks_hold_what_runs_and_what_tests_it(project: dict[str, Any]) -> None:
    """`make demo` installs no tool of the tests; what both need has one version."""
    groups = project["dependency-groups"]
    runs, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert names(project["project"]["dependencies"]) | names(groups["build"]) <= runs.keys()
    assert names(groups["dev"]) <= dev.keys()
    assert not names(groups["dev"]) & runs.keys()
    assert {name: version for name, version in dev.items() if runs.get(name, version) != version} == {}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_holds_hashes_and_no_addresses(name: str) -> None:
    """So it works with any index, and with no other files than were locked."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)
