"""One world for all tests of the sandbox."""

import pytest

from auditor.sandbox import World


@pytest.fixture(scope="package")
def world() -> World:
    """The demonstration's world; nobody changes it."""
    return World.build()
