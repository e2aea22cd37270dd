"""A route that is plainly not there: no retry, one line that names the setting which mends it, and the others go on."""

import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.sandbox import Sandbox, World
from tests.command import Done, inline
from tests.pipeline import few

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


def run(command: tuple[str, ...], url: str, folder: Path) -> Done:
    """Run a command for the seven offices, with both networks at one address."""
    world = few(World.build())
    book = folder / "officials.yaml"
    book.write_text(world.registry_yaml(), encoding="utf-8")
    out = ("--out", folder / "out") if command == ("weekly",) else ()
    where = ("--registry", book, "--data", folder / "data", "--lang", "en", "--as-of", world.now.isoformat())
    environ = {
        "AUDITOR_VK_API_URL": url,
        "AUDITOR_VK_TOKEN": Sandbox.vk_token,
        "AUDITOR_TELEGRAM_WEB_URL": url,
        "AUDITOR_TELEGRAM_WEB_INTERVAL": "0",
        "AUDITOR_CONTACT": "otchet@example.invalid",
    }
    return inline(*command, *where, *out, env=environ)


@pytest.mark.parametrize(
    ("command", "routes"),
    [(("weekly",), ["Telegram", "VK"]), (("check", "rayon-01"), ["Telegram"]), (("doctor",), ["Telegram", "VK"])],
    ids=["weekly", "check", "doctor"],
)
@pytest.mark.parametrize("absent", ["refused", "name"])
def test_an_absent_network_is_asked_once_and_told_in_a_line(
    command: tuple[str, ...], routes: list[str], absent: str, nobody: str, connections: Counter[str], tmp_path: Path
) -> None:
    """However many pages are on record. Exit 3: nothing failed, and nothing could be told."""
    where, line = (nobody, REFUSED) if absent == "refused" else ("http://nobody.invalid", NO_NAME)
    done = run(command, where, tmp_path)
    told = done.out if command == ("doctor",) else done.err
    assert done.code == 3
    assert [told.count(line.format(proxy=PROXIES[route])) for route in routes] == [1] * len(routes)
    assert told.count("name a proxy in") == len(routes)
    assert connections["nobody.invalid" if absent == "name" else f"port {where.rpartition(':')[2]}"] == len(routes)
