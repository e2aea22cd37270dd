"""A signed-in client whose server takes every request and answers none."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.probes.driver import Driver, Ends, Limits, Timer
from auditor.probes.plugins import Opened
from auditor.probes.telegram.client.plugin import PLUGIN
from auditor.sandbox import Sandbox, World
from tests.pipeline import few
from tests.probes.signed_in import Phone, target, window

WORLD = few(World.build())


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that answers nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server


@pytest.fixture
def opened(silent: socket.socket, tmp_path: Path) -> Iterator[Opened]:
    """The client's route, set up."""
    with Sandbox(WORLD) as sandbox:
        phone = Phone(sandbox, tmp_path, {"AUDITOR_TELEGRAM_DC": f"2@127.0.0.1:{silent.getsockname()[1]}"})
        made = PLUGIN.open(phone.wiring())
        assert made is not None
        yield made
        made.way.close()


def test_a_client_is_closed_while_it_asks(opened: Opened, silent: socket.socket) -> None:
    """As where the disk is full and the run ends in the middle: what is said then is why, and nothing of the client."""
    looks = {"kanal": PLUGIN.look(target("kanal"), window(WORLD, WORLD.now))}
    asking = Driver(opened.way, lambda: WORLD.now, Limits(interval=0), Ends(ask=Timer().now() + 1))
    thread = threading.Thread(target=asking.run, args=(looks, lambda *_: None), daemon=True)
    thread.start()
    silent.settimeout(20)
    client, _ = silent.accept()
    with client:
        client.recv(1)
        opened.way.close()
        thread.join(20)
    assert not thread.is_alive()
