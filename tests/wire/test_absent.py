"""A route that is plainly not there: no retry, one line that names the setting which mends it, and the others go on."""

import socket
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.wire.town import town

LINES = {
    "http://127.0.0.1:9": "the server is down: 127.0.0.1 refuses connections; try later",
    "http://nobody.invalid": "no network here: nobody.invalid is not reached; check the connection",
}


@pytest.mark.parametrize("command", [("weekly",), ("doctor", "-v")], ids=["weekly", "doctor"])
@pytest.mark.parametrize("where", LINES)
def test_an_absent_network_is_asked_once_and_told_in_a_line(
    command: tuple[str, ...], where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """However many pages are on record. Exit 3: nothing failed, and nothing could be told."""
    met: Counter[object] = Counter()
    look_up, connect = socket.getaddrinfo, socket.create_connection

    def looking_up(host: str, *rest: Any, **more: Any) -> Any:
        met[host] += 1
        if host == "nobody.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return look_up(host, *rest, **more)

    def connecting(address: tuple[str, int], *rest: Any, **more: Any) -> Any:
        met[address[1]] += 1
        return connect(address, *rest, **more)

    monkeypatch.setattr("socket.getaddrinfo", looking_up)
    monkeypatch.setattr("socket.create_connection", connecting)
    monkeypatch.setattr("auditor.run.session.on_this_machine", lambda _url: True)
    with town(tmp_path) as served:
        done = served.run(*command, AUDITOR_VK_API_URL=where, AUDITOR_TELEGRAM_WEB_URL=where)
    told = done.out if command[0] == "doctor" else done.err
    settings = ("AUDITOR_TELEGRAM_WEB_PROXY", "AUDITOR_VK_PROXY")
    assert done.code == 3
    assert [told.count(f"{LINES[where]}, or name a proxy in {name}") for name in settings] == [1, 1]
    assert (told.count("name a proxy in"), met["nobody.invalid"] + met[9]) == (2, 2)
