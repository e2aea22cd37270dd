"""A route that is plainly not there: no retry, one line that names the setting which mends it, and the others go on."""

import re
import socket
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Cause, Network, Route
from auditor.probes.looks import Act, Failure
from auditor.run.collect import collect
from auditor.sandbox import World
from tests.bench import at, command_line
from tests.cases import NOW, WEEK, account, office, registry, tenure
from tests.faulty_server import nobody
from tests.pipeline import few
from tests.probes.toy import PLUGIN, Wire, opened

COMMANDS = (["weekly"], ["check", "rayon-01"], ["doctor"])
REFUSED = "the server is down: 127.0.0.1 refuses connections; try later, or name a proxy in {proxy}"
NO_NAME = "no network here: nobody.invalid is not reached; check the connection, or name a proxy in {proxy}"
PROXIES = {"Telegram": "AUDITOR_TELEGRAM_WEB_PROXY", "VK": "AUDITOR_VK_PROXY"}


@pytest.fixture(scope="module")
def world() -> World:
    return few(World.build())


@pytest.fixture
def paths(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.chdir(tmp_path)  # where a report is published unless one says otherwise
    book = tmp_path / "officials.yaml"
    book.write_text(world.registry_yaml(), encoding="utf-8")
    where = ["--registry", book, "--data", tmp_path / "data", "--lang", "en"]
    return [*where, "--as-of", world.now.isoformat()]


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
    monkeypatch.setattr("auditor.run.session.on_this_machine", lambda url: True)
    return met


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("absent", ["refused", "name"])
def test_an_absent_network_is_asked_once_and_told_in_a_line(
    command: list[str], absent: str, paths: list[Any], connections: Counter[str]
) -> None:
    """However many pages are on record. Exit 3: nothing failed, and nothing could be told."""
    with nobody() as url:
        where = url if absent == "refused" else "http://nobody.invalid"
        code, out, err = command_line([*command, *paths], at(where))
    assert code == 3
    told = out if command == ["doctor"] else err
    for route, proxy in PROXIES.items():
        line = (REFUSED if absent == "refused" else NO_NAME).format(proxy=proxy)
        if command[0] != "check" or route == "Telegram":  # the head who is checked has no page on VK
            assert told.count(line) == 1, told
    port = f"port {where.rpartition(':')[2]}"
    routes = 1 if command[0] == "check" else 2
    assert (connections["nobody.invalid"] if absent == "name" else connections[port]) == routes


def test_the_line_comes_while_the_other_routes_still_ask(tmp_path: Path) -> None:
    """Not at the run's end, which may be hours away."""
    told, at_once = list[tuple[Route, str]](), threading.Event()
    pages = [account(Network.VK, "perviy"), account(Network.TELEGRAM, "vtoroy")]
    book = registry(office(tenure(since="2020", accounts=pages)))
    gone = Failure(at=NOW, cause=Cause.UNREACHABLE, act=Act.TELL, absent="refused")
    absent = opened(Wire(lambda: NOW, {}, fails={"numbers": gone, "page": gone}))
    slow = opened(Wire(lambda: NOW, {"vtoroy": []}, before=lambda _: _waited(at_once)))
    other = (replace(PLUGIN, route=Route.TELEGRAM_PREVIEW, number_of=None), slow[1])

    def silent(route: Route, failure: Failure) -> None:
        told.append((route, failure.absent))
        at_once.set()

    with Archive.open(tmp_path) as archive:
        done = collect(archive, book, WEEK, [absent, other], lambda: NOW, command="weekly", silent=silent)
    assert told == [(Route.VK, "refused")]
    assert done.requests == {"vk": 1, "telegram_preview": 1}, "nothing was asked twice"


def _waited(event: threading.Event) -> None:
    assert event.wait(20)


def test_doctor_stops_at_the_first_thing_that_cannot_be_reached(paths: list[Any]) -> None:
    """A line for each route, and not one for each method."""
    with nobody() as url:
        _, out, _ = command_line(["doctor", *paths], at(url))
    assert len(re.findall(r"unreachable", out)) == 2
