"""The scouts over networks in memory: a plain VK, t.me by the sandbox's own pages, official sites."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from auditor.base.address import Address
from auditor.probes import driver
from auditor.probes.driver import Limits, Timer
from auditor.probes.plugins import OpenedRoute
from auditor.registry.models import Control
from auditor.search.scouted_page import ScoutedPage
from auditor.search.scouts.scout import Capability, Scout, ScoutResult, Task
from auditor.search.scouts.telegram_preview import TelegramPreviewScout
from auditor.search.scouts.vk import VkScout
from auditor.search.scouts.website import SiteTransport, WebsiteScout
from tests.probes import tme
from tests.probes.vk_memory import NOW, Memory, Reply, World

AT_ONCE = Limits(interval=0)
CONTROL = {"id": 1, "first_name": "Имярек", "last_name": "Известный", "screen_name": "control_page", "is_closed": False}
VK_CONTROL = Control(url="https://vk.com/control_page", exists=True)
TELEGRAM_CONTROL = Control(url=f"https://t.me/{tme.CONTROL}", exists=True)


def patient() -> Timer:
    """A timer by which nothing is waited for in earnest."""
    passed = SimpleNamespace(now=1000.0)
    return Timer(lambda: passed.now, lambda seconds: setattr(passed, "now", passed.now + seconds))


# VK ------------------------------------------------------------------------------------------------------------------


@dataclass
class VkWorld(World):
    """A plain VK that answers with an empty list where it knows none of the names, and may search."""

    searches: bool = False
    """As it lets a user's key."""

    def __post_init__(self) -> None:
        self.users.append(CONTROL)

    def answer(self, method: str, params: dict[str, str]) -> Reply:
        if not method.endswith(".search") or self.plans[method]:
            return super().answer(method, params)
        self.log.append((method, params))
        if not self.searches:
            return Reply.error(28 if method == "users.search" else 15, "Access denied")
        people, word = method == "users.search", params["q"].split()[0]
        items = [p for p in (self.users if people else self.groups) if word in json.dumps(p, ensure_ascii=False)]
        if not people:  # VK tells of a community found by searching only the shortest
            items = [{key: g[key] for key in ("id", "name", "screen_name", "type", "is_closed")} for g in items]
        return Reply.of({"response": {"count": len(items), "items": items}})

    def _groups(self, params: dict[str, str]) -> Reply:
        reply = super()._groups(params)
        known = "response" in json.loads(reply.body)
        return reply if known else Reply.of({"response": {"groups": [], "profiles": []}})


def vk(name: str) -> Address:
    return Address.parse(f"https://vk.com/{name}")


def vk_scout(world: World, *, has_key: bool = True, trusted: bool = True) -> VkScout:
    """A scout of this VK. `trusted`: it has seen its control, and the log is empty."""
    scout = VkScout(OpenedRoute(Memory(world), AT_ONCE), lambda: NOW, patient(), has_key=has_key)
    if trusted and has_key:
        scout.control(VK_CONTROL)
        world.log.clear()
    return scout


# Telegram ------------------------------------------------------------------------------------------------------------


def preview_scout(site: tme.Site, *own: str, trusted: bool = True) -> TelegramPreviewScout:
    """A scout of this t.me. `own`: names on record. `trusted`: it has seen its control, and the log is empty."""
    names = [Address.parse(f"@{name}") for name in own]
    scout = TelegramPreviewScout(OpenedRoute(site.way, AT_ONCE), lambda: site.now, names, patient())
    if trusted:
        scout.control(TELEGRAM_CONTROL)
        site.asked.clear()
    return scout


# Official sites ------------------------------------------------------------------------------------------------------

Served = str | bytes | driver.Response


@dataclass
class Sites:
    """Official sites: what stands at each address. What has none is not found."""

    pages: dict[str, Served]
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, _seconds: float, _params: Mapping[str, str] | None = None) -> driver.Response:
        self.asked.append(url)
        page = self.pages.get(url, driver.Response(NOW, 404))
        if isinstance(page, driver.Response):
            return page
        body = page if isinstance(page, bytes) else page.encode()
        return driver.Response(NOW, 200, body, (("Content-Type", "text/html"),))

    def close(self) -> None: ...


def moved(location: str) -> driver.Response:
    """A redirect."""
    return driver.Response(NOW, 302, location=location)


def site_scout(sites: Sites) -> WebsiteScout:
    """A scout of these sites."""
    return WebsiteScout(OpenedRoute(SiteTransport(sites), AT_ONCE), lambda: NOW, patient())


# What is worth keeping, and what is kept -----------------------------------------------------------------------------


def everybody(_page: ScoutedPage) -> bool:
    return True


def called(word: str) -> Callable[[ScoutedPage], bool]:
    """Let a page through whose title has `word`."""
    return lambda page: word in (page.title or "")


def on_record(*names: str) -> Callable[[ScoutedPage], bool]:
    """Let a page through for its address; none without names."""
    return lambda page: page.address.name in names


def written(*results: ScoutResult) -> str:
    """Everything of some results that is written down: bodies and addresses."""
    return "\n".join(f"{a.evidence.url} {a.body.decode()}" for got in results for a in got.answers)


def stored(got: ScoutResult) -> list[Any]:
    return [json.loads(answer.body) for answer in got.answers]


def door(scout: Scout, task: Task) -> Capability:
    return next(door for door in scout.capabilities() if door.task is task)


def names(count: int) -> list[str]:
    """Names that nobody has."""
    return [f"imyarek{number}" for number in range(count)]
