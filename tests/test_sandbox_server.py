"""The sandbox starts and stops cleanly, whatever comes in, and its faults begin when they shall."""

import contextlib
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from auditor.sandbox import Sandbox, World
from tests.probes.signed_in import CONTROL, Phone

ALONE = """
import sys
from auditor.sandbox import Sandbox, World
with Sandbox(World.build()) as sandbox:
    sandbox.settings()
print("telethon" in sys.modules)
"""


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture
def sandbox(world: World) -> Iterator[Sandbox]:
    with Sandbox(world) as running:
        yield running


def test_it_starts_and_stops_in_a_second_and_leaves_nothing_behind(world: World) -> None:
    """No thread, no open port; twice in a row."""
    before = set(threading.enumerate())
    started = time.monotonic()
    for _ in range(2):
        with Sandbox(world) as running:
            ports = [int(url.rsplit(":", 1)[1]) for url in (running.vk_url, running.telegram_url)]
            assert httpx.get(f"{running.telegram_url}/sandbox_control").status_code == 200
        for port in ports:
            with pytest.raises(OSError, match="refused"):
                socket.create_connection(("127.0.0.1", port), timeout=1)
    assert time.monotonic() - started < 2
    assert set(threading.enumerate()) == before


@pytest.mark.parametrize("network", ["vk", "telegram"])
def test_a_hanging_answer_is_let_go_when_it_stops(world: World, network: str) -> None:
    """Stopping does not wait for a client that waits."""
    with Sandbox(world) as running:
        running.faults.on(f"{network}_hangs")
        url = running.vk_url if network == "vk" else running.telegram_url
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{url}/method/users.get", timeout=0.1)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 1


@pytest.mark.parametrize("network", ["vk", "telegram"])
def test_a_network_that_is_down_cuts_every_connection(sandbox: Sandbox, network: str) -> None:
    """The other one answers."""
    sandbox.faults.on(f"{network}_down")
    urls = {"vk": f"{sandbox.vk_url}/method/users.get", "telegram": f"{sandbox.telegram_url}/sandbox_control"}
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(urls.pop(network))
    assert httpx.get(next(iter(urls.values()))).status_code == 200


def test_a_fault_can_begin_in_the_middle_of_a_run(sandbox: Sandbox) -> None:
    """After a number of requests to either network: the control passes, what follows is throttled."""
    sandbox.faults.on("throttle_stub", after=2)
    pages = [httpx.get(f"{sandbox.telegram_url}/sandbox_control").text for _ in range(3)]
    assert ["tgme_page_title" in page for page in pages] == [True, True, False]


def test_an_unknown_fault_is_refused(sandbox: Sandbox) -> None:
    """A typing mistake in a test must not pass for a fault."""
    with pytest.raises(KeyError):
        sandbox.faults.on("vk_dwon")


def test_answers_come_without_a_delayed_acknowledgement(sandbox: Sandbox) -> None:
    """Forty milliseconds an answer would make every run over it ten times as long."""
    with httpx.Client(base_url=sandbox.telegram_url) as client:
        client.get("/sandbox_control")
        started = time.monotonic()
        for _ in range(20):
            client.get("/sandbox_control")
    assert time.monotonic() - started < 0.4


def test_a_client_that_is_killed_in_the_middle_of_its_question_is_no_news(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """The servers say nothing of it, and answer the next one."""
    for url in (sandbox.vk_url, sandbox.telegram_url):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"POST /method/users.get HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nuser_ids=")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # as the kernel ends it
    for _ in range(5):
        assert httpx.get(f"{sandbox.telegram_url}/sandbox_control").status_code == 200
    assert caplog.records == []


def test_the_client_routes_files_are_their_owners(sandbox: Sandbox, tmp_path: Path) -> None:
    """Whatever the umask: the key by which the server is known as well as the session."""
    sandbox.settings(client=tmp_path)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize(
    "noise", [b"", b"\xef", b"GET / HTTP/1.1\r\n\r\n" * 9, b"\xff" * 80, bytes(80), b"\xee" * 4 + b"\x7f" * 8]
)
def test_noise_on_the_port_hurts_nobody(sandbox: Sandbox, tmp_path: Path, noise: bytes) -> None:
    """It is cut off, and the next client is served."""
    port = int(sandbox.telegram_dc.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        raw.sendall(noise)
        raw.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            assert raw.recv(1) == b""
    assert Phone(sandbox, tmp_path).look(CONTROL).exists is True


def test_it_starts_when_asked_for_and_leaves_nothing_behind(world: World) -> None:
    """Nobody who does without it loads Telethon; after the block no thread is left and the port is closed."""
    said = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
    before = set(threading.enumerate())
    with Sandbox(world) as sandbox:
        port = int(sandbox.telegram_dc.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"\xef")
    assert set(threading.enumerate()) == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
    with pytest.raises(RuntimeError):
        _ = sandbox.telegram_dc
