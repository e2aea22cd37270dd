"""A signed-in client whose server takes every request and answers none."""

import asyncio
import math
import socket
from pathlib import Path

import pytest

from auditor.probes.driver import Deadlines, Driver, Limits
from auditor.probes.event_loop import run
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
        driver = Driver(opened.transport, lambda: world.now, Limits(interval=0), Deadlines(send_before=math.inf))
        silent.setblocking(False)

        async def interrupt() -> None:
            """Close the connection as soon as it has asked something."""
            asking = asyncio.create_task(driver.run(looks, lambda *_: None))
            loop = asyncio.get_running_loop()
            client, _ = await asyncio.wait_for(loop.sock_accept(silent), 20)
            with client:
                await asyncio.wait_for(loop.sock_recv(client, 1), 20)
                asking.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asyncio.wait_for(asking, 20)
                await opened.transport.aclose()
            await opened.transport.aclose()

        run(interrupt())
