"""The sandbox starts and stops cleanly, logs what was asked and nothing secret, and switches its faults by name."""

import socket
import stat
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from auditor.sandbox import FAULTS, Sandbox, World


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


def test_it_listens_on_loopback_only(sandbox: Sandbox) -> None:
    """Two ports of this machine."""
    assert sandbox.vk_url.startswith("http://127.0.0.1:")
    assert sandbox.telegram_url.startswith("http://127.0.0.1:")
    assert sandbox.vk_url != sandbox.telegram_url


def test_two_sandboxes_run_side_by_side(world: World) -> None:
    """Each with its own moment and faults."""
    with Sandbox(world) as one, Sandbox(world) as two:
        one.faults.on("telegram_down")
        assert httpx.get(f"{two.telegram_url}/sandbox_control").status_code == 200


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


def test_one_account_can_be_cut_off_from_a_moment_on(sandbox: Sandbox) -> None:
    """On either network, by its name; before the moment it answers."""
    world = sandbox.world
    channel = next(h.account for h in world.offices[0].tenures[0].accounts)
    profile = next(h.account for h in world.offices[1].tenures[0].accounts)
    for account in (channel, profile):
        sandbox.faults.on(f"unreachable:{account.address}", since=world.ends)
    form = {"v": "5.199", "access_token": sandbox.vk_token, "user_ids": profile.number}
    sandbox.now = world.now - timedelta(weeks=1)
    assert httpx.get(f"{sandbox.telegram_url}/{channel.name}").status_code == 200
    assert "response" in httpx.post(f"{sandbox.vk_url}/method/users.get", data=form).json()
    sandbox.now = world.now
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{sandbox.telegram_url}/{channel.name}")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{sandbox.vk_url}/method/users.get", data=form)


def test_a_fault_can_begin_in_the_middle_of_a_run(sandbox: Sandbox) -> None:
    """After a number of requests to either network: the control passes, what follows is throttled."""
    sandbox.faults.on("throttle_stub", after=2)
    pages = [httpx.get(f"{sandbox.telegram_url}/sandbox_control").text for _ in range(3)]
    assert ["tgme_page_title" in page for page in pages] == [True, True, False]


def test_an_unknown_fault_is_refused(sandbox: Sandbox) -> None:
    """A typing mistake in a test must not pass for a fault."""
    with pytest.raises(KeyError):
        sandbox.faults.on("vk_dwon")


def test_faults_are_switched_off_again(sandbox: Sandbox) -> None:
    """One by one or all; a passing fault that is switched on again passes again."""
    for name in FAULTS:
        sandbox.faults.on(name)
    assert set(sandbox.faults) == set(FAULTS)
    sandbox.faults.off("vk_down")
    assert "vk_down" not in sandbox.faults
    sandbox.faults.clear()
    assert set(sandbox.faults) == set()
    codes = []
    for _ in range(2):
        sandbox.faults.on("telegram_429_once")
        codes += [httpx.get(f"{sandbox.telegram_url}/sandbox_control").status_code for _ in range(2)]
    assert codes == [429, 200, 429, 200]


def test_requests_are_logged_without_keys_and_bodies(sandbox: Sandbox) -> None:
    """Method, path, and whose page it was."""
    secret = {"v": "5.199", "access_token": sandbox.vk_token, "user_ids": "sandbox_control"}
    httpx.post(f"{sandbox.vk_url}/method/users.get", data=secret)
    httpx.get(f"{sandbox.vk_url}/method/users.get", params=secret)
    httpx.get(f"{sandbox.telegram_url}/s/sandbox_control", params={"before": "5"})
    assert [(r.network, r.method, r.path) for r in sandbox.requests] == [
        ("vk", "POST", "/method/users.get"),
        ("vk", "GET", "/method/users.get"),
        ("telegram", "GET", "/s/sandbox_control"),
    ]
    assert sandbox.requests[0].account == "sandbox_control"
    assert sandbox.requests[2].query == "before=5"
    assert sandbox.vk_token not in repr(sandbox.requests)


def test_its_settings_point_every_route_at_it_without_waiting(sandbox: Sandbox) -> None:
    """The names are those of DESIGN.md section 8."""
    assert sandbox.settings() == {
        "AUDITOR_VK_API_URL": sandbox.vk_url,
        "AUDITOR_VK_TOKEN": "sandbox-service-key",
        "AUDITOR_VK_RPS": "1000",
        "AUDITOR_TELEGRAM_WEB_URL": sandbox.telegram_url,
        "AUDITOR_TELEGRAM_WEB_INTERVAL": "0",
        "AUDITOR_WEBSITE_INTERVAL": "0",
        "AUDITOR_WEBSITE_LOCAL": "1",
    }


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
