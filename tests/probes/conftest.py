"""What the tests of this room share."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpcore
import pytest

from auditor.sandbox import Sandbox, World
from tests.probes.lines import MemoryNetwork
from tests.probes.signed_in import Phone, ending


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> MemoryNetwork:
    """The network of every web client, in memory and with a clock of its own."""
    made = MemoryNetwork()
    monkeypatch.setattr(httpcore, "SyncBackend", lambda: made)
    monkeypatch.setattr("auditor.probes.deadline_backend.time", SimpleNamespace(monotonic=lambda: made.seconds))
    return made


@pytest.fixture(scope="session")
def world() -> World:
    """The sandbox's own world: it is only read."""
    return World.build()


@pytest.fixture
def phone(world: World, tmp_path: Path) -> Iterator[Phone]:
    """An account signed in at a running sandbox."""
    with Sandbox(world) as sandbox:
        yield Phone(sandbox, tmp_path)


@pytest.fixture
def glava(world: World) -> str:
    """The channel of a head who keeps to everything."""
    return ending(world, "_glava").name
