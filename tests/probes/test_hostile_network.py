"""Whatever a site, t.me or VK answers, and whatever the registry names: nothing else is ever asked.

Looks at t.me and VK are driven in memory, where every address and method that they ask is recorded. For official sites
every connection of the process is, and a trap listens on loopback that counts every connection to it.
"""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from auditor.base.errors import RegistryError
from auditor.base.snapshot import Cause
from auditor.probes import driver
from auditor.probes.base import Target
from auditor.probes.plugins import Opened
from auditor.probes.telegram.look import control_look
from auditor.probes.telegram.web.source import WebSource
from auditor.probes.vk.plugin import PLUGIN as VK
from auditor.probes.web import Web
from auditor.probes.wire import Resolve, resolved
from auditor.registry import parse_registry
from auditor.registry.models import Control
from auditor.search.scouts.website import SiteWay, WebsiteScout
from tests.faulty_server import Asked, FaultyServer, Good
from tests.hostile import CURSORS, ELSEWHERE, HANDLES, HEAD, OFFICE, PRIVATE, SITES
from tests.probes import tme
from tests.probes import vk_memory as vk
from tests.probes.every_ask import run

NOW, LONG_AGO = tme.NOW, datetime(2020, 1, 1, tzinfo=UTC)
PUBLIC = "93.184.215.14"


@dataclass
class Calls:
    """Where the process connected to, and which names it looked up. `detour` stands in for a public address."""

    trap: int = 0
    connected: set[tuple[str, int]] = field(default_factory=set)
    looked_up: set[str] = field(default_factory=set)
    detour: dict[str, tuple[str, int]] = field(default_factory=dict)
    knocks: list[Any] = field(default_factory=list)

    def only(self, url: str) -> bool:
        parts = urlsplit(url)
        hosts = {(parts.hostname, parts.port)}
        return self.connected <= hosts and self.looked_up <= {parts.hostname} and not self.knocks


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    """Record connections and look-ups, beside a trap."""
    connect, getaddrinfo = socket.socket.connect, socket.getaddrinfo
    listener = socket.create_server(("127.0.0.1", 0))
    recorded = Calls(listener.getsockname()[1])

    def wait() -> None:
        while True:
            try:
                caller, address = listener.accept()
            except OSError:
                return
            recorded.knocks.append(address)
            caller.close()

    def recording(self: socket.socket, address: Any) -> None:
        recorded.connected.add(tuple(address[:2]))
        connect(self, recorded.detour.get(address[0], address))

    def looking(host: Any, *args: Any, **options: Any) -> Any:
        recorded.looked_up.add(host.decode() if isinstance(host, bytes) else str(host))
        return getaddrinfo(host, *args, **options)

    threading.Thread(target=wait, daemon=True).start()
    monkeypatch.setattr(socket.socket, "connect", recording)
    monkeypatch.setattr(socket, "getaddrinfo", looking)
    yield recorded
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def elsewhere(port: int) -> list[str]:
    """The trap and foreign hosts, as an answer may write them."""
    return [written.format(trap=f"127.0.0.1:{port}", port=port, name=tme.NAME) for written in ELSEWHERE]


def test_the_record_works(calls: Calls) -> None:
    """What must not happen would be seen."""
    socket.create_connection(("localhost", calls.trap), timeout=1).close()
    assert ("127.0.0.1", calls.trap) in calls.connected
    assert calls.looked_up == {"localhost"}
    assert not calls.only(f"http://127.0.0.1:{calls.trap + 1}/")


# Official sites ------------------------------------------------------------------------------------------------------


def website(*, local: bool = False, resolve: Resolve = resolved) -> WebsiteScout:
    way = SiteWay(Web(lambda: NOW, public=not local, resolve=resolve))
    return WebsiteScout(Opened(way, driver.Limits(interval=0)), lambda: NOW, allow_local=local)


def test_a_site_on_this_machines_network_is_not_asked(calls: Calls) -> None:
    """Named by the registry in whatever form, with http and https: no connection at all."""
    with closing(website()) as scout:
        for host in PRIVATE:
            for scheme in ("http", "https"):
                assert scout.read(f"{scheme}://{host}:{calls.trap}/", LONG_AGO, bool).cause is not None, host
        assert scout.requests == 0
    assert (calls.knocks, calls.connected) == ([], set())


def test_a_site_leads_nowhere_else(calls: Calls) -> None:
    """By a redirect, a frame, a refresh, a base or its links: only the host that the registry names is asked."""
    targets = [*(f"http://{host}:{calls.trap}/x" for host in PRIVATE), *elsewhere(calls.trap)]

    def answer(asked: Asked) -> Good:
        target = targets[int(asked.path.strip("/").split("-")[0] or 0)] if asked.path[1:2].isdigit() else "/"
        if asked.path.endswith("-moved"):
            location = target.encode("latin-1", "ignore").decode("latin-1")
            return Good(b"", 302, {"Location": location, "Refresh": f"0;url={location}"})
        page = (
            f'<html><head><base href="{target}"><meta http-equiv="refresh" content="0;url={target}"></head><body>'
            f'<a href="{target}">Глава района</a><iframe src="{target}"></iframe><a href="kontakty">Контакты</a></body>'
        )
        return Good(page.encode(), 200, {"Content-Type": "text/html; charset=utf-8"})

    with FaultyServer(answer) as server, closing(website(local=True)) as scout:
        for number in range(len(targets)):
            for path in (f"/{number}", f"/{number}-moved"):
                scout.read(server.url + path, LONG_AGO, bool)
        assert calls.only(server.url), calls


def test_a_name_that_changes_its_address_is_asked_at_the_one_that_was_checked(calls: Calls) -> None:
    """Public when it is checked and private a moment later (DNS rebinding): the second address is never used."""
    found = iter([[PUBLIC], *([["127.0.0.1"]] * 20)])
    page = Good(b"<html><body>vk.com/imyarek_a</body></html>", 200, {"Content-Type": "text/html"})
    with FaultyServer(lambda _: page) as server, closing(website(resolve=lambda host, port: next(found))) as scout:
        calls.detour[PUBLIC] = ("127.0.0.1", server.port)
        got = scout.read("http://rayon.example/", LONG_AGO, bool)
    assert [a.url for p in got.passages for a in p.links] == ["https://vk.com/imyarek_a"]
    assert (calls.connected, calls.knocks) == ({(PUBLIC, 80)}, [])
    assert "rayon.example" not in calls.looked_up


@pytest.mark.parametrize("url", SITES)
def test_a_site_in_the_registry_is_on_the_web(url: str) -> None:
    """Any other scheme, a login, no host: the registry is told of it."""
    seat = OFFICE.format(n=1).rstrip("}\n") + f", website: {json.dumps(url)}}}\n"
    with pytest.raises(RegistryError):
        parse_registry(HEAD + "offices:\n" + seat, "r.yaml")


# t.me ----------------------------------------------------------------------------------------------------------------

HERE = f"/{tme.NAME}/{tme.POST}"
TARGETS = elsewhere(9)


def looked(site: tme.Site) -> Cause | None:
    """Look at the channel and at a control: only paths of the server that is set are asked; return the look's cause."""
    known = Control(url=tme.TARGET.address, exists=True)
    run(control_look(WebSource(Target(known.url)), known), site.way)
    seen = tme.taken(site).seen
    allowed = rf"/(s/)?({tme.NAME}|{tme.CONTROL})(/[0-9]+)?|/[a-z0-9_]{{2,64}}"
    pages = [path for path, params in site.asked if "method" not in params]
    assert site.hosts == {"t.invalid"}
    assert all(re.fullmatch(allowed, path) for path in pages), pages
    return seen.cause


def hostile_pages(target: str) -> dict[str, Any]:
    """A channel on whose every page all that can lead anywhere leads to `target`."""
    evil = f'<a href="{target}">t.me/x</a><img src="{target}"><script src="{target}"></script>'
    evil += f'<iframe src="{target}"></iframe>'
    head = f'<head><base href="{target}"><meta http-equiv="refresh" content="9;url={target}">'
    foot = '    <div class="tgme_widget_message_footer'
    told = tme.Site(tme.talked()).page(f"/s/{tme.NAME}").replace("https://t.me/", f"{target}#")
    talk = tme.widget(tme.talk()[2:], 5, "5 comments", 40)
    script = '"https:\\/\\/t.me\\/api\\/method?api_hash=5a2db0c5a2db0c5a2d"'
    return {
        f"/{tme.NAME}": tme.landing(description=evil).replace('href="', f'href="{target}#'),
        f"/s/{tme.NAME}": told.replace("<head>", head)
        .replace(foot, evil + foot)
        .replace('href="/s/', f'href="{target}/s/'),
        HERE: talk.replace(script, json.dumps(target)),
    }


@pytest.mark.parametrize("number", range(len(TARGETS)))
def test_t_me_leads_nowhere_else(number: int) -> None:
    """By its links, its script's address, its cursors, or a redirect of any page: one host is asked."""
    target, site = TARGETS[number], tme.talked_site()
    site.instead = hostile_pages(target)
    looked(site)
    assert HERE in site.paths
    moved = driver.Reply(NOW, 302, headers=(("Refresh", f"0;url={target}"), ("Link", f"<{target}>")), location=target)
    for path in (f"/{tme.NAME}", f"/s/{tme.NAME}", HERE, "/api/method"):
        site = tme.talked_site()
        site.instead = {path: moved}
        looked(site)
        site.instead |= {f"/{tme.NAME}": moved, f"/s/{tme.NAME}": moved}
        assert looked(site) in {Cause.BLOCKED, Cause.UNRECOGNISED_PAGE}, "a way out is never an absence"


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_cursor_is_a_number_and_nothing_else(cursor: str) -> None:
    """Of the history and of a discussion: what is none is not sent back."""
    site = tme.talked_site()
    first = tme.Site(tme.talked()).page(f"/s/{tme.NAME}").replace("before=102", f"before={cursor}")
    talk = tme.widget(tme.talk()[2:], 5, "5 comments", 40)
    site.instead = {
        f"/s/{tme.NAME}": first.replace('"102"', f'"{cursor}"'),
        HERE: talk.replace('before="40"', f'before="{cursor}"'),
    }
    looked(site)
    sent = [params[name] for _, params in site.asked for name in ("before", "before_id") if name in params]
    assert all(re.fullmatch("[0-9]{1,15}", value) for value in sent), sent
    assert len(site.asked) < 60


@pytest.mark.parametrize("handle", HANDLES)
def test_who_comments_is_a_name_or_nobody(handle: str) -> None:
    """A link to a commenter is asked for as a user name only: it chooses no path."""
    site = tme.talked_site()
    site.instead = {
        HERE: tme.widget(tme.talk(), 5, "5 comments").replace("https://t.me/zhitel_2", f"https://t.me/{handle}")
    }
    looked(site)


# VK ------------------------------------------------------------------------------------------------------------------

METHODS = {"users.get", "groups.getById", "wall.get", "wall.getComments", "utils.resolveScreenName"}


def hostile_post(target: str, owner: int) -> dict[str, Any]:
    link = {"type": "link", "link": {"url": target, "title": target}}
    photo = {"type": "photo", "photo": {"sizes": [{"url": target}], "text": target}}
    copied = {"id": 1, "owner_id": -7, "from_id": -7, "date": 1, "text": target, "attachments": [link]}
    more = {"attachments": [link, photo], "copy_history": [copied], "post_source": {"url": target}}
    return vk.post(1, vk.FIRST_DAY, owner, text=target, comments={"count": 1}, **more)


@pytest.mark.parametrize("number", range(len(TARGETS)))
def test_vk_leads_nowhere_else(number: int) -> None:
    """By names, links, pictures, a captcha, a validation, a next page or a redirect: only known methods are asked."""
    target = TARGETS[number]
    words = dict.fromkeys(
        ("status", "site", "about", "home_town", "connections", "redirect_uri", "photo_max_orig"), target
    )
    talk = [vk.comment(2, vk.FIRST_DAY, 6, text=target, attachments=[{"url": target}])]
    errors = [
        vk.Reply.of({"error": {"error_code": code, "error_msg": target, "captcha_img": target, "redirect_uri": target}})
        for code in (14, 17, 24, 5, 15, 100)
    ]
    page = vk.said({"count": 10**9, "items": [hostile_post(target, 5)], "next_from": target})
    moved = vk.Reply(b"", 302, {"Location": target, "Refresh": f"0;url={target}"})
    stranger = vk.said([{"id": target, "screen_name": target}])
    plans = [{}, *({m.replace(".", "_"): moved} for m in METHODS), *({"wall_get": e, "users_get": e} for e in errors)]
    plans += [{"wall_get": page, "wall_getComments": page}, {"users_get": stranger, "groups_getById": stranger}]
    for plan in plans:
        for one in (vk.person(5, **words), vk.group(7) | words):
            owner = 5 if "first_name" in one else -7
            made = vk.world(one, wall=[hostile_post(target, owner)], talks={1: talk}, **plan)
            run(VK.look(vk.target(one["screen_name"]), vk.WINDOW), vk.Memory(made))
            assert {method for method, _ in made.log} <= METHODS
            assert not [value for _, params in made.log for value in params.values() if target in value]


def test_a_page_that_leads_out_of_telegram_is_a_block_page() -> None:
    """Never an absence, and never followed."""
    site = tme.Site()
    out = tme.elsewhere("http://127.0.0.1:9/")
    site.instead = {f"/{tme.NAME}": out, f"/s/{tme.NAME}": out}
    assert looked(site) is Cause.BLOCKED
