"""What the tests of commands share: an invented world, and a folder after a week's run on it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.sandbox import Sandbox, World
from tests.commands.typed import typed
from tests.pipeline import few


@pytest.fixture(scope="session")
def world() -> World:
    """A few offices: one that keeps to everything, late and silent ones, a page that is gone, an institution."""
    return few(World.build())


@pytest.fixture(scope="session")
def as_of(world: World) -> tuple[str, str]:
    """The option that sets the clock to the world's."""
    return ("--as-of", world.now.isoformat())


@pytest.fixture(scope="session")
def looked(world: World, as_of: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after a week's run: only read; who changes it takes `after`, a copy."""
    folder = tmp_path_factory.mktemp("looked")
    (folder / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        env = sandbox.settings() | {"AUDITOR_CONTACT": "press@example.invalid"}
        done = typed("weekly", *as_of, cwd=folder, env=env)
    (folder / "printed.txt").write_text(f"{done.code}\n{done.err}\n{done.out}", encoding="utf-8")
    return folder


@pytest.fixture
def after(looked: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(looked, tmp_path, dirs_exist_ok=True)


@pytest.fixture
def place(world: World, tmp_path: Path) -> Path:
    """A folder with the world's registry alone."""
    (tmp_path / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    return tmp_path


@pytest.fixture
def box(world: World) -> Iterator[Sandbox]:
    """The world's servers."""
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        yield sandbox
