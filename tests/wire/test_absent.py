"""A route that is plainly not there: no retry, one line that names the setting which mends it, and the others go on."""

import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.wire.town import town

REFUSED = "the server is down: 127.0.0.1 refuses connections; try later, or name a proxy in {proxy}"
NO_NAME = "no network here: nobody.invalid is not reached; check the connection, or name a proxy in {proxy}"
PROXIES = {"Telegram": "AUDITOR_TELEGRAM_WEB_PROXY", "VK": "AUDITOR_VK_PROXY"}


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count who was looked up and connected to; ``nobody.invalid`` is on this machine, and has no address."""
    met: Counter[str] = Counter()
    look_up, connect = socket.getaddrinfo, socket.create_connection

    def looking_up(host: str, *rest: Any, **more: Any) -> Any:
        met[host] += 1
        if host == "nobody.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return look_up(host, *rest, **more)

    def connecting(address: tuple[str, int], *rest: Any, **more: Any) -> Any:
        met[f"port {address[1]}"] += 1
        return connect(address, *rest, **more)

    monkeypatch.setattr("socket.getaddrinfo", looking_up)
    monkeypatch.setattr("socket.create_connection", connecting)
    monkeypatch.setattr("auditor.run.session.on_this_machine", lambda _url: True)
    return met


@pytest.mark.parametrize(
    ("command", "routes"),
    [(("weekly",), ["Telegram", "VK"]), (("check", "rayon-01"), ["Telegram"]), (("doctor", "-v"), ["Telegram", "VK"])],
    ids=["weekly", "check", "doctor"],
)
@pytest.mark.parametrize("absent", ["refused", "name"])
def test_an_absent_network_is_asked_once_and_told_in_a_line(
    command: tuple[str, ...], routes: list[str], absent: str, nobody: str, connections: Counter[str], tmp_path: Path
) -> None:
    """However many pages are on record. Exit 3: nothing failed, and nothing could be told."""
    where, line = (nobody, REFUSED) if absent == "refused" else ("http://nobody.invalid", NO_NAME)
    with town(tmp_path) as served:
        done = served.run(*command, AUDITOR_VK_API_URL=where, AUDITOR_TELEGRAM_WEB_URL=where)
    told = done.out if command[0] == "doctor" else done.err
    assert done.code == 3
    assert [told.count(line.format(proxy=PROXIES[route])) for route in routes] == [1] * len(routes)
    assert told.count("name a proxy in") == len(routes)
    assert connections["nobody.invalid" if absent == "name" else f"port {where.rpartition(':')[2]}"] == len(routes)
