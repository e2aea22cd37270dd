"""A signed-in client whose server takes every request and answers none."""

import socket
import threading
from pathlib import Path

from auditor.probes.driver import Deadlines, Driver, Limits, Timer
from auditor.probes.telegram.client.client_plugin import PLUGIN
from auditor.sandbox import Sandbox, World
from tests.pipeline import few
from tests.probes.signed_in import Phone, target, window


def test_a_client_is_closed_while_it_asks(tmp_path: Path) -> None:
    """As where the disk is full and the run ends in the middle: what is said then is why, and nothing of the client."""
    world = few(World.build())
    looks = {"kanal": PLUGIN.look(target("kanal"), window(world, world.now))}
    with socket.create_server(("127.0.0.1", 0)) as silent, Sandbox(world) as sandbox:
        phone = Phone(sandbox, tmp_path, {"AUDITOR_TELEGRAM_DC": f"2@127.0.0.1:{silent.getsockname()[1]}"})
        opened = PLUGIN.open(phone.context())
        assert opened is not None
        asking = Driver(
            opened.transport, lambda: world.now, Limits(interval=0), Deadlines(send_before=Timer().now() + 1)
        )
        thread = threading.Thread(target=asking.run, args=(looks, lambda *_: None), daemon=True)
        thread.start()
        silent.settimeout(20)
        client, _ = silent.accept()
        with client:
            client.recv(1)
            opened.transport.close()
            thread.join(20)
        assert not thread.is_alive()
        opened.transport.close()
