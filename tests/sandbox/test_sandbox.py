"""The sandbox starts and stops cleanly, whatever comes in, and its faults begin when they shall."""

import contextlib
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from auditor.sandbox import Sandbox, World
from tests.probes.signed_in import CONTROL, Phone


@pytest.fixture
def sandbox(world: World) -> Iterator[Sandbox]:
    with Sandbox(world) as running:
        yield running


def test_it_leaves_nothing_behind(world: World) -> None:
    """No thread, no open port, of MTProto neither; a client that hangs is let go."""
    before = set(threading.enumerate())
    with Sandbox(world) as running:
        urls = (running.vk_url, running.telegram_url, f"http://{running.telegram_dc.removeprefix('2@')}")
        assert httpx.get(f"{running.telegram_url}/sandbox_control").status_code == 200
        running.faults.on("vk_hangs")
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{running.vk_url}/method/users.get", timeout=0.1)
    for url in urls:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1])), timeout=1)
    assert set(threading.enumerate()) == before
    with pytest.raises(RuntimeError):
        _ = running.telegram_dc


def test_a_fault_can_begin_in_the_middle_of_a_run(sandbox: Sandbox) -> None:
    """After a number of requests to either network; a typing mistake in a test must not pass for a fault."""
    control_url = f"{sandbox.telegram_url}/sandbox_control"
    sandbox.faults.on("throttle_stub", after=2)
    first, second, third = (httpx.get(control_url).text for _ in range(3))
    assert "tgme_page_title" in first
    assert "tgme_page_title" in second
    assert "tgme_page_title" not in third
    with pytest.raises(KeyError):
        sandbox.faults.on("vk_dwon")
    sandbox.faults.on("vk_down")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{sandbox.vk_url}/method/users.get")
    assert httpx.get(control_url).status_code == 200, "the other network answers"


def test_a_client_that_is_killed_as_it_asks_is_no_news(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """The servers say nothing of it, and answer the next one."""
    for url in (sandbox.vk_url, sandbox.telegram_url):
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"POST /method/users.get HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nuser_ids=")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # as the kernel ends it
    assert httpx.get(f"{sandbox.telegram_url}/sandbox_control").status_code == 200
    assert caplog.records == []


def test_noise_on_the_clients_port_hurts_nobody(sandbox: Sandbox, tmp_path: Path) -> None:
    """It is cut off, and the next client is served; no umask opens the key or the session."""
    port = int(sandbox.telegram_dc.rsplit(":", 1)[1])
    for noise in (b"", b"\xef", b"GET / HTTP/1.1\r\n\r\n" * 9, b"\xff" * 80, bytes(80), b"\xee" * 4 + b"\x7f" * 8):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
            raw.sendall(noise)
            raw.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionResetError):
                assert raw.recv(1) == b""
    assert Phone(sandbox, tmp_path).look(CONTROL).exists is True
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir() if path.is_file()} == {0o600}
