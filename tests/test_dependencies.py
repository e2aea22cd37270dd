"""What is imported is declared, what is declared is used, and the locks hold it."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = {"auditor", "tests", "benchmarks", "tools"}
USED = {"tzdata", "python-socks", "pymorphy3-dicts-ru"}
"""By packages that are imported: time zones for zoneinfo, Telethon's way to a proxy, pymorphy3's dictionary."""
NOT_IMPORTED = USED | {"hatchling", "editables", "pytest-timeout", "pytest-xdist", "mypy", "ruff", "import-linter"}
"""The others build the package, are plugins or commands."""


def names(requirements: list[str]) -> set[str]:
    return {plain(match[0]) for line in requirements if (match := re.match(r"[\w.-]+", line))}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).casefold()


def imported(folder: str) -> set[str]:
    """Return the distributions that the modules of a folder import, wherever in them."""
    return imported_by(*(ROOT / folder).rglob("*.py"))


def imported_by(*paths: Path) -> set[str]:
    installed = packages_distributions()
    top_levels = {top for path in paths for top in tops(path)}
    return {plain(name) for top in top_levels - sys.stdlib_module_names - OURS for name in installed.get(top, [top])}


def tops(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield from re.findall(r'import_module\("(\w+)', text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module.partition(".")[0]


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNS, GROUPS = names(PROJECT["project"]["dependencies"]), PROJECT["dependency-groups"]
BUILD = names(GROUPS["build"])
DEV = BUILD | names([line for group in ("test", "dev") for line in GROUPS[group] if isinstance(line, str)])


def test_what_is_imported_is_what_is_declared() -> None:
    """No package that only another one happens to bring, and none that nothing needs."""
    assert imported("auditor") | (RUNS & NOT_IMPORTED) == RUNS
    assert imported("tests") | imported("benchmarks") | (DEV & NOT_IMPORTED) | RUNS == RUNS | DEV
    assert NOT_IMPORTED | imported_by(ROOT / "hatch_build.py") >= BUILD


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {plain(package): version for package, version in re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE)}


def test_three_locks_hold_what_runs_what_builds_it_and_what_tests_it() -> None:
    """`make demo` keeps no tool of building or tests; what two need has one version, with hashes and any index."""
    runs, build, dev = (pins(f"requirements{name}.lock") for name in ("", "-build", "-dev"))
    assert runs.keys() >= RUNS
    assert build.keys() - runs.keys() >= BUILD
    assert dev.keys() - runs.keys() >= DEV
    assert build.items() <= dev.items()
    assert {name: version for name, version in dev.items() if runs.get(name, version) != version} == {}


def test_a_fourth_lock_holds_the_lowest_version_that_is_declared() -> None:
    """`make test-lowest` tries them; a bound that was changed since `make lock` is none that was tried."""
    lines = [*PROJECT["project"]["dependencies"], *GROUPS["build"], *GROUPS["test"]]
    declared = [re.match(r"([\w.-]+)(?:\[.*])?>=([\d.]+)", line).groups() for line in lines]
    lowest = pins("requirements-lowest.lock")
    assert [name for name, bound in declared if not f"{lowest[plain(name)]}.".startswith(f"{bound}.")] == []


def test_a_lock_works_with_any_index() -> None:
    """It names versions and hashes, and no address."""
    for path in ROOT.glob("requirements*.lock"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", text.strip()))
