"""One world for all tests of the sandbox."""

import pytest

from auditor.sandbox import World
from auditor.sandbox.state import State


@pytest.fixture(scope="package")
def world() -> World:
    """The demonstration's world; nobody changes it."""
    return World.build()


@pytest.fixture
def state(world: World) -> State:
    """The world as its servers share it, without any fault."""
    return State(world.accounts, world.now)
