"""Fixtures that the tests of the probes share."""

from collections.abc import Iterator
from pathlib import Path

import httpcore
import pytest

from auditor.probes import event_loop
from auditor.sandbox import Sandbox, World
from tests.probes.memory_network import MemoryNetwork
from tests.probes.signed_in import Phone, ending


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> MemoryNetwork:
    """Replace the network of every web client by one in memory with its own clock."""
    memory = MemoryNetwork()
    monkeypatch.setattr(httpcore, "AnyIOBackend", lambda: memory)
    monkeypatch.setattr(event_loop, "Loop", memory.new_loop)
    return memory


@pytest.fixture(scope="session")
def world() -> World:
    """Return the sandbox's own world; tests only read it."""
    return World.build()


@pytest.fixture
def phone(world: World, tmp_path: Path) -> Iterator[Phone]:
    """Yield an account that is signed in at a running sandbox."""
    with Sandbox(world) as sandbox:
        yield Phone(sandbox, tmp_path)


@pytest.fixture
def glava(world: World) -> str:
    """Return the channel of a head who meets every requirement."""
    return ending(world, "_glava").name
