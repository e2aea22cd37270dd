"""The loop on which requests are sent ends, and its process with it, whatever the system's resolver does."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HANGING = """
import socket, sys, time
socket.getaddrinfo = lambda *_, **__: time.sleep(60)
from datetime import UTC, datetime
from auditor.probes.event_loop import run
from auditor.probes.http_client import HttpClient
from auditor.probes.telegram.client.client_account import ClientAccount, DataCentre
from auditor.probes.telegram.client.rpc_errors import ConnectionLost
from auditor.probes.telegram.client.telethon_connection import TelethonConnection

async def over_http():
    response = await HttpClient(lambda: datetime.now(UTC)).get("http://rayon.example/", 0.5)
    return response.failure.cause.value

async def over_telethon():
    connection = TelethonConnection(ClientAccount(1, "x", DataCentre(2, "rayon.example", 443)))
    try:
        await connection.call("help.getConfig", {}, 0.5)
    except ConnectionLost:
        return "unreachable"

print(run(globals()[sys.argv[1]]()))
"""


@pytest.mark.parametrize("way", ["over_http", "over_telethon"])
def test_a_process_ends_while_the_resolver_hangs(way: str) -> None:
    """Neither the loop nor Python waits for the thread that looks up a name."""
    began = time.monotonic()
    command = [sys.executable, "-c", HANGING, way]
    ended = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=25, check=True
    )
    assert (ended.stdout, ended.stderr) == ("unreachable\n", "")
    assert time.monotonic() - began < 15
