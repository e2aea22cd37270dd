"""What the tests of this room share."""

from types import SimpleNamespace

import httpcore
import pytest

from tests.probes.lines import Network


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """The network of every web client, in memory and with a clock of its own."""
    made = Network()
    monkeypatch.setattr(httpcore, "SyncBackend", lambda: made)
    monkeypatch.setattr("auditor.probes.wire.time", SimpleNamespace(monotonic=lambda: made.seconds))
    return made
