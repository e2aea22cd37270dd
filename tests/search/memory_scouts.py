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
from tests.probes import tme_memory as tme
from tests.probes.vk_memory import NOW, MemoryTransport, VkResponse, VkServer

AT_ONCE = Limits(interval=0)
CONTROL = {"id": 1, "first_name": "Имярек", "last_name": "Известный", "screen_name": "control_page", "is_closed": False}
VK_CONTROL = Control(url="https://vk.com/control_page", exists=True)
TELEGRAM_CONTROL = Control(url=f"https://t.me/{tme.CONTROL}", exists=True)


def instant_timer() -> Timer:
    """Return a timer that does not really wait."""
    passed = SimpleNamespace(now=1000.0)

    async def sleep(seconds: float) -> None:
        passed.now += seconds

    return Timer(lambda: passed.now, sleep)


# VK ------------------------------------------------------------------------------------------------------------------


@dataclass
class VkWorld(VkServer):
    """A VK that returns an empty list if it knows none of the names, and that may search."""

    searches: bool = False
    """Whether the key may search, as a user's key may."""

    def __post_init__(self) -> None:
        self.users.append(CONTROL)

    def respond(self, method: str, params: dict[str, str]) -> VkResponse:
        if not method.endswith(".search") or self.plans[method]:
            return super().respond(method, params)
        self.log.append((method, params))
        if not self.searches:
            return VkResponse.error(28 if method == "users.search" else 15, "Access denied")
        people, word = method == "users.search", params["q"].split()[0]
        items = [p for p in (self.users if people else self.groups) if word in json.dumps(p, ensure_ascii=False)]
        if not people:  # VK tells of a community found by searching only the shortest
            items = [{key: g[key] for key in ("id", "name", "screen_name", "type", "is_closed")} for g in items]
        return VkResponse.of({"response": {"count": len(items), "items": items}})

    def _groups(self, params: dict[str, str]) -> VkResponse:
        reply = super()._groups(params)
        has_pages = "response" in json.loads(reply.body)
        return reply if has_pages else VkResponse.of({"response": {"groups": [], "profiles": []}})


def vk(name: str) -> Address:
    return Address.parse(f"https://vk.com/{name}")


def vk_scout(world: VkWorld, *, has_key: bool = True, trusted: bool = True) -> VkScout:
    """Return a scout of this VK. `trusted`: it has seen its control, and the log is empty."""
    scout = VkScout(OpenedRoute(MemoryTransport(world), AT_ONCE), lambda: NOW, instant_timer(), has_key=has_key)
    if trusted and has_key:
        scout.control(VK_CONTROL)
        world.log.clear()
    return scout


# Telegram ------------------------------------------------------------------------------------------------------------


def preview_scout(site: tme.Site, *own: str, trusted: bool = True) -> TelegramPreviewScout:
    """Return a scout of this t.me. `own`: names on record. `trusted`: it has seen its control, and the log is empty."""
    names = [Address.parse(f"@{name}") for name in own]
    scout = TelegramPreviewScout(OpenedRoute(site.transport, AT_ONCE), lambda: site.now, names, instant_timer())
    if trusted:
        scout.control(TELEGRAM_CONTROL)
        site.requests.clear()
    return scout


# Official sites ------------------------------------------------------------------------------------------------------

Served = str | bytes | driver.Response


@dataclass
class Sites:
    """Official sites: the response at each URL; any other URL is not found."""

    pages: dict[str, Served]
    requested: list[str] = field(default_factory=list)

    async def get(self, url: str, _seconds: float, _params: Mapping[str, str] | None = None) -> driver.Response:
        self.requested.append(url)
        page = self.pages.get(url, driver.Response(NOW, 404))
        if isinstance(page, driver.Response):
            return page
        body = page if isinstance(page, bytes) else page.encode()
        return driver.Response(NOW, 200, body, (("Content-Type", "text/html"),))

    async def aclose(self) -> None: ...


def moved(location: str) -> driver.Response:
    """A redirect."""
    return driver.Response(NOW, 302, location=location)


def site_scout(sites: Sites) -> WebsiteScout:
    """A scout of these sites."""
    return WebsiteScout(OpenedRoute(SiteTransport(sites), AT_ONCE), lambda: NOW, instant_timer())


# Lead filters, and what results store --------------------------------------------------------------------------------


def any_page(_page: ScoutedPage) -> bool:
    return True


def titled_with(word: str) -> Callable[[ScoutedPage], bool]:
    """Return a filter of the pages whose title has `word`."""
    return lambda page: word in (page.title or "")


def named(*names: str) -> Callable[[ScoutedPage], bool]:
    """Return a filter of the pages with these names; of none without names."""
    return lambda page: page.address.name in names


def stored_text(*results: ScoutResult) -> str:
    """Return everything that results store: bodies and URLs."""
    return "\n".join(f"{a.evidence.url} {a.body.decode()}" for result in results for a in result.responses)


def stored_bodies(result: ScoutResult) -> list[Any]:
    return [json.loads(response.body) for response in result.responses]


def capability_of(scout: Scout, task: Task) -> Capability:
    return next(capability for capability in scout.capabilities() if capability.task is task)


def names(count: int) -> list[str]:
    """Return names that no page has."""
    return [f"imyarek{number}" for number in range(count)]
