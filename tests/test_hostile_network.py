"""Whatever a site, t.me or VK answers, and whatever the registry names: nothing else is ever asked.

Every connection of the process is recorded, and a trap listens on loopback that counts every connection to it.
"""

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from auditor.base.address import Address
from auditor.base.errors import RegistryError
from auditor.base.snapshot import Cause, Route
from auditor.base.weeks import Week
from auditor.probes import driver
from auditor.probes.base import Target, Window
from auditor.probes.looks import Look
from auditor.probes.plugins import Opened, plugin_of
from auditor.probes.telegram.web.way import WebWay
from auditor.probes.web import Web
from auditor.probes.wire import Resolve, resolved
from auditor.registry import parse_registry
from auditor.registry.models import Control
from auditor.search.scouts.telegram_preview import TelegramPreviewScout
from auditor.search.scouts.website import SiteWay, WebsiteScout
from tests.hostile import CURSORS, ELSEWHERE, HANDLES, HEAD, OFFICE, PRIVATE, SITES
from tests.probes import vk_memory as vk
from tests.telegram_site import (
    NOW,
    Answer,
    Site,
    comment,
    daily,
    discussion,
    document,
    history,
    landing,
    message,
    older_link,
    paged,
    serving,
)
from tests.vk_loopback import serving as vk_serving
from tests.vk_scouting import VkWorld, scouting, vk_way

NAME = "pervyi_rayon"
WEEK = Week.parse("2026-W47", ZoneInfo("Asia/Tomsk"))
WINDOW = Window.of(WEEK, NOW)
IN_WEEK = datetime(2026, 11, 18, 7, 30, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PUBLIC = "93.184.215.14"


@dataclass
class Trap:
    """Listens on both loopbacks; `knocks` counts connections."""

    port: int = 0
    knocks: int = 0
    sockets: list[socket.socket] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def open(self) -> "Trap":
        for family, host in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1")):
            listener = socket.socket(family)
            listener.bind((host, self.port))
            self.port = listener.getsockname()[1]
            listener.listen()
            self.sockets.append(listener)
            threading.Thread(target=self._wait, args=(listener,), daemon=True).start()
        return self

    def _wait(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            self.knocks += 1
            caller.close()

    def close(self) -> None:
        for listener in self.sockets:
            listener.close()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    opened = Trap().open()
    yield opened
    opened.close()


@dataclass
class Calls:
    """Where the process connected to, and which names it looked up. `detour` stands in for a public address."""

    connected: set[tuple[str, int]] = field(default_factory=set)
    looked_up: set[str] = field(default_factory=set)
    detour: dict[str, tuple[str, int]] = field(default_factory=dict)

    def only(self, url: str) -> bool:
        parts = urlsplit(url)
        return self.connected <= {(parts.hostname, parts.port)} and self.looked_up <= {parts.hostname}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    recorded = Calls()
    connect, getaddrinfo = socket.socket.connect, socket.getaddrinfo

    def recording(self: socket.socket, address: Any) -> None:
        recorded.connected.add(tuple(address[:2]))
        connect(self, recorded.detour.get(address[0], address))

    def looking(host: Any, *args: Any, **options: Any) -> Any:
        recorded.looked_up.add(host.decode() if isinstance(host, bytes) else str(host))
        return getaddrinfo(host, *args, **options)

    monkeypatch.setattr(socket.socket, "connect", recording)
    monkeypatch.setattr(socket, "getaddrinfo", looking)
    return recorded


def elsewhere(trap: Trap) -> list[str]:
    """The trap and a foreign host, as an answer may write them."""
    return [written.format(trap=trap.host, port=trap.port, name=NAME) for written in ELSEWHERE]


def test_the_trap_and_the_record_work(trap: Trap, calls: Calls) -> None:
    """What must not happen would be seen."""
    before = trap.knocks
    socket.create_connection(("127.0.0.1", trap.port), timeout=1).close()
    socket.create_connection(("::1", trap.port), timeout=1).close()
    for _ in range(100):
        if trap.knocks == before + 2:
            break
        threading.Event().wait(0.02)
    assert trap.knocks == before + 2
    assert {("127.0.0.1", trap.port), ("::1", trap.port)} == calls.connected


# Official sites


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as server:
        yield server


def website(*, local: bool = False, resolve: Resolve = resolved) -> WebsiteScout:
    way = SiteWay(Web(lambda: NOW, public=not local, resolve=resolve))
    return WebsiteScout(Opened(way, driver.Limits(interval=0)), lambda: NOW, allow_local=local)


@pytest.mark.parametrize("host", PRIVATE)
def test_a_site_on_this_machines_network_is_not_asked(trap: Trap, calls: Calls, host: str) -> None:
    """Named by the registry, with http and https: no connection at all."""
    before = trap.knocks
    with closing(website()) as scout:
        for scheme in ("http", "https"):
            assert scout.read(f"{scheme}://{host}:{trap.port}/", LONG_AGO, bool).cause is not None
        assert scout.requests == 0
    assert (trap.knocks, calls.connected) == (before, set())


@pytest.mark.parametrize("number", range(len(PRIVATE) + len(ELSEWHERE)))
def test_a_site_leads_nowhere_else(trap: Trap, calls: Calls, site: Site, number: int) -> None:
    """By a redirect, a frame, a refresh, a base or its links: only the host that the registry names is asked."""
    before = trap.knocks
    target = [*(f"http://{host}:{trap.port}/x" for host in PRIVATE), *elsewhere(trap)][number]
    page = document(
        "Первый район",
        f'<a href="{target}">Глава района</a><a href="{target}">Контакты</a><iframe src="{target}"></iframe>'
        '<a href="kontakty">Контакты</a>',
        f'<base href="{target}"><meta http-equiv="refresh" content="0;url={target}">',
    )
    site.routes = {
        "/": page,
        "/moved": Answer("", 302, {"Location": target.encode("latin-1", "ignore").decode("latin-1")}),
    }
    with closing(website(local=True)) as scout:
        scout.read(site.url + "/", LONG_AGO, bool)
        scout.read(site.url + "/moved", LONG_AGO, bool)
    assert calls.only(site.url), calls
    assert trap.knocks == before


def test_a_name_that_changes_its_address_is_asked_at_the_one_that_was_checked(
    trap: Trap, calls: Calls, site: Site
) -> None:
    """Public when it is checked and private a moment later (DNS rebinding): the second address is never used."""
    before = trap.knocks
    found = iter([[PUBLIC], *([["127.0.0.1"]] * 20)])
    calls.detour[PUBLIC] = ("127.0.0.1", urlsplit(site.url).port or 0)
    site.routes["/"] = document("x", "vk.com/imyarek_a")
    with closing(website(resolve=lambda host, port: next(found))) as scout:
        got = scout.read("http://rayon.example/", LONG_AGO, bool)
    assert [a.url for p in got.passages for a in p.links] == ["https://vk.com/imyarek_a"]
    assert calls.connected == {(PUBLIC, 80)}
    assert "rayon.example" not in calls.looked_up
    assert trap.knocks == before


@pytest.mark.parametrize("url", SITES)
def test_a_site_in_the_registry_is_on_the_web(url: str) -> None:
    """Any other scheme, a login, no host: the registry is told of it."""
    seat = OFFICE.format(n=1).rstrip("}\n") + f", website: {json.dumps(url)}}}\n"
    with pytest.raises(RegistryError):
        parse_registry(HEAD + "offices:\n" + seat, "r.yaml")


# t.me


def look_at(way: driver.Way, *looks: Look[Any]) -> list[Any]:
    """Take looks to their end, without a pause between requests."""
    ended: list[Any] = []
    route = driver.Driver(way, lambda: NOW, driver.Limits(interval=0, answer=2, patience=0))
    route.run({str(n): look for n, look in enumerate(looks)}, lambda _key, seen, _tape: ended.append(seen))
    return ended


def channel() -> Look[Any]:
    return plugin_of(Route.TELEGRAM_PREVIEW).look(Target(Address.parse(f"t.me/{NAME}"), control="telegram"), WINDOW)


def looked(site: Site) -> None:
    """Look at the channel, and read and try it by the scout."""
    site.routes.setdefault("/telegram", landing("telegram"))
    control = Control(url=Address.parse("t.me/telegram"), exists=True)
    way = WebWay(Web(lambda: NOW), site.url)
    scout = TelegramPreviewScout(Opened(way, driver.Limits(interval=0, answer=2)), lambda: NOW)
    with closing(scout):
        look_at(way, plugin_of(Route.TELEGRAM_PREVIEW).control(control), channel())
        scout.control(control)
        scout.try_names([NAME, "imyarek"], bool)
        scout.read(Address.parse(f"t.me/{NAME}"), LONG_AGO, bool)


def talking(post: int, api: str, *, before: str = "300", peer: str = "c1") -> str:
    """A widget whose script, link to older comments and form are somebody else's."""
    page = discussion(f"{NAME}/{post}", comment(301, IN_WEEK + timedelta(hours=1), "Когда?"), 400, before=300)
    page = page.replace('"https:\\/\\/t.me\\/api\\/method?api_hash=5ec4e7"', json.dumps(api))
    return page.replace('data-before="300"', f'data-before="{before}"').replace("c2000000001_-1", peer)


def telegram_pages(target: str) -> dict[str, Any]:
    """A channel on whose every page all that can lead anywhere leads to `target`."""
    evil = f'<a href="{target}">t.me/x</a><img src="{target}"><script src="{target}"></script>'
    inner = f'<a class="tgme_widget_message_reply" href="{target}">x</a><iframe src="{target}"></iframe>'
    blocks = "".join(
        message(NAME, n, IN_WEEK, evil, forwarded=evil if n == 3 else None, inner=inner) for n in (1, 2, 3)
    ).replace('href="https://t.me/', f'href="{target}#')
    told = history(NAME, blocks, before=2).replace(f'"/s/{NAME}?before=', f'"{target}?before=')
    head = (
        f'<base href="{target}"><meta http-equiv="refresh" content="9;url={target}"><link rel="next" href="{target}">'
    )
    return {
        f"/{NAME}": landing(NAME, description=evil, href=target).replace(f'href="/s/{NAME}"', f'href="{target}"'),
        f"/s/{NAME}": told.replace("<head>", f"<head>{head}"),
        f"/{NAME}/3": talking(3, target),
        f"/{NAME}/2": talking(2, target, before="1&x=1"),
        f"/{NAME}/1": talking(1, target, before="../../x", peer=f"{target}\r\nHost: evil.example"),
    }


@pytest.mark.parametrize("number", range(len(ELSEWHERE)))
def test_t_me_leads_nowhere_else(trap: Trap, calls: Calls, site: Site, number: int) -> None:
    """By its links, its script's address, its cursors, or a redirect of any page: one host is asked."""
    before, target = trap.knocks, elsewhere(trap)[number]
    site.routes = telegram_pages(target)
    looked(site)
    assert f"/{NAME}/3" in site.paths
    header = {"Location": target, "Refresh": f"0;url={target}", "Alt-Svc": f'h2="{trap.host}"', "Link": f"<{target}>"}
    path = (f"/{NAME}", f"/s/{NAME}", f"/{NAME}/3", "/api/method")[number % 4]
    site.routes = telegram_pages("https://t.me/api/method?x=1") | {path: Answer("", 302, header)}
    looked(site)
    assert path in site.paths
    site.routes = {}
    site.fallback = Answer("", 302, header)
    looked(site)
    assert calls.only(site.url), calls
    assert trap.knocks == before
    assert {asked.headers["Host"] for asked in site.asked} == {urlsplit(site.url).netloc}


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_cursor_is_a_number_and_nothing_else(calls: Calls, site: Site, cursor: str) -> None:
    """Of the history and of a discussion: what is none is not sent back."""
    blocks = message(NAME, 30, IN_WEEK)
    page = history(NAME, blocks, before=29).replace("before=29", f"before={cursor}").replace('"29"', f'"{cursor}"')
    site.routes = {
        f"/{NAME}": landing(NAME),
        f"/s/{NAME}": page,
        f"/{NAME}/30": talking(30, "/api/method", before=cursor),
    }
    looked(site)
    sent = [v for a in site.asked for v in (a.query.get("before"), a.form.get("before_id")) if v is not None]
    assert all(re.fullmatch("[0-9]{1,15}", value) for value in sent), sent
    assert sent or cursor not in {"0", "5"}
    assert len(site.asked) < 60
    assert calls.only(site.url)


@pytest.mark.parametrize("handle", HANDLES)
def test_who_comments_is_a_name_or_nobody(calls: Calls, site: Site, handle: str) -> None:
    """A link to a commenter is asked for as a user name only: it chooses no path."""
    talk = comment(301, IN_WEEK + timedelta(hours=1), "Когда?", handle=handle)
    site.routes = {
        f"/{NAME}": landing(NAME),
        f"/s/{NAME}": paged(NAME, daily(NAME, IN_WEEK, 3)),
        f"/{NAME}/2": discussion(f"{NAME}/2", talk + older_link(None), 1),
    }
    looked(site)
    allowed = rf"/(s/)?({NAME}|telegram|imyarek)(/[0-9]+)?|/[a-z0-9_]{{2,64}}"
    assert all(re.fullmatch(allowed, path) for path in site.paths), site.paths
    assert calls.only(site.url)


# VK


def hostile_person(target: str) -> dict[str, Any]:
    names = dict.fromkeys(("first_name", "last_name", "status", "site", "about", "domain", "home_town"), target)
    photos = {f"photo_{size}": target for size in (50, 100, "max_orig")}
    return vk.person(5) | names | photos | {"connections": target, "redirect_uri": target}


def hostile_post(target: str) -> dict[str, Any]:
    link = {"type": "link", "link": {"url": target, "title": target}}
    photo = {"type": "photo", "photo": {"sizes": [{"url": target}], "text": target}}
    copied = {"id": 1, "owner_id": -7, "from_id": -7, "date": 1, "text": target, "attachments": [link]}
    return vk.post(
        1,
        vk.FIRST_DAY,
        5,
        text=target,
        attachments=[link, photo],
        copy_history=[copied],
        comments={"count": 1},
        post_source={"url": target},
    )


@pytest.mark.parametrize("number", range(len(ELSEWHERE)))
def test_vk_leads_nowhere_else(trap: Trap, calls: Calls, number: int) -> None:
    """By names, links, pictures, a captcha, a validation, a next page or a redirect: only the API is asked."""
    before, target = trap.knocks, elsewhere(trap)[number]
    asked: list[tuple[str, dict[str, str]]] = []
    moved = vk.Reply(b"", 302, {"Location": target, "Refresh": f"0;url={target}"})
    errors = [
        {"error_code": code, "error_msg": target, "captcha_sid": "1", "captcha_img": target, "redirect_uri": target,
         "confirmation_text": target, "request_params": []}
        for code in (14, 17, 24, 5, 15, 100)
    ]  # fmt: skip
    page = {"response": {"count": 10**9, "items": [hostile_post(target)], "next_from": target}}
    plans: list[dict[str, list[vk.Reply]]] = [
        {},
        *({method: [moved]} for method in ("users.get", "groups.getById", "wall.get", "wall.getComments")),
        *({"wall.get": [vk.Reply.of({"error": error})]} for error in errors),
        *({"users.get": [vk.Reply.of({"error": error})]} for error in errors),
        {"wall.get": [vk.Reply.of(page)], "wall.getComments": [vk.Reply.of(page)]},
        {"users.get": [vk.Reply.of({"response": [{"id": target, "screen_name": target}]})]},
        {"groups.getById": [vk.Reply.of({"response": {"groups": [{"id": target, "screen_name": target}]}})]},
    ]
    for plan in plans[number % 4 :: 4]:
        for world in (vk.World(), VkWorld()):
            world.users, world.groups = (
                [hostile_person(target)],
                [vk.group(7) | {"description": target, "site": target}],
            )
            world.walls = {5: [hostile_post(target)], -7: [hostile_post(target)]}
            world.comments = {(5, 1): [vk.comment(2, vk.FIRST_DAY, 6, text=target, attachments=[{"url": target}])]}
            for method, replies in plan.items():
                world.plan(method, *replies)
            if isinstance(world, VkWorld):
                with scouting(world) as scout:
                    scout.try_names(["glava5", "rayon7"], bool)
                    scout.search("Имярек", bool)
                    scout.read(Address.parse("vk.com/glava5"), LONG_AGO, bool)
            else:
                with vk_serving(world) as url, closing(vk_way(url)) as way:
                    pages = (Target(Address.parse(f"vk.com/{name}")) for name in ("glava5", "rayon7"))
                    look_at(way, *(plugin_of(Route.VK).look(page, WINDOW) for page in pages))
            asked += world.log
    assert {host for host, _ in calls.connected} == {"127.0.0.1"}
    assert ("127.0.0.1", trap.port) not in calls.connected
    assert calls.looked_up <= {"127.0.0.1"}
    assert trap.knocks == before
    assert {method for method, _ in asked} <= {
        "users.get", "groups.getById", "wall.get", "wall.getComments", "users.search", "groups.search",
        "utils.resolveScreenName",
    }  # fmt: skip


def test_a_cause_is_said_for_each_way_out(site: Site, calls: Calls, trap: Trap) -> None:
    """A page that leads out of Telegram is a block page's way, never an absence."""
    site.routes = {"/telegram": landing("telegram"), f"/{NAME}": Answer("", 302, {"Location": f"http://{trap.host}/"})}
    site.fallback = site.routes[f"/{NAME}"]
    with closing(WebWay(Web(lambda: NOW), site.url)) as way:
        (seen,) = look_at(way, channel())
    assert (seen.exists, seen.cause) == (None, Cause.BLOCKED)
    assert calls.only(site.url)
