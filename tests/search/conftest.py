"""Fixtures that the tests of searches share."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from auditor.probes.event_loop import new_runner


@pytest.fixture(autouse=True)
def _event_loops_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the event loop of each scout that a test has made, as a search closes its scouts."""
    with ExitStack() as runners:

        def new() -> asyncio.Runner:
            return runners.enter_context(new_runner())

        monkeypatch.setattr("auditor.search.scouts.scout.new_runner", new)
        yield
