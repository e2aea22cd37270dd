"""What the tests of the VK scout share: a scout over a plain VK on loopback, and who is worth keeping."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from auditor.base.secrets import Secret
from auditor.probes.base import Clock
from auditor.probes.driver import Limits
from auditor.probes.plugins import Opened
from auditor.probes.vk.network import VkSettings
from auditor.probes.vk.way import VkWay
from auditor.search.pages import Page
from auditor.search.scouts.base import CallResult, Door, Task
from auditor.search.scouts.vk import VkScout
from tests.probes.vk_memory import NOW, TOKEN, Reply, World, control
from tests.vk_loopback import serving

CONTROL = {"id": 1, "first_name": "Имярек", "last_name": "Известный", "screen_name": "control_page", "is_closed": False}
Worth = Callable[[Page], bool]


@dataclass
class VkWorld(World):
    """A plain VK that searches too, and answers as VK does where it knows none of the names.

    `empty_for_nobody`: with an empty list; else with error 113 or 125. `most`: how many names a call may hold.
    """

    empty_for_nobody: bool = True
    service_key: bool = True

    def answer(self, method: str, params: dict[str, str]) -> Reply:
        if self.plans[method]:
            return super().answer(method, params)
        if method in {"users.search", "groups.search"}:
            self.log.append((method, params))
            if self.service_key:
                return Reply.error(28 if method == "users.search" else 15, "Access denied")
            return self._search(method, params)
        return super().answer(method, params)

    def _users(self, params: dict[str, str]) -> Reply:
        reply = super()._users(params)
        nobody = json.loads(reply.body)["response"] == [] and not self.empty_for_nobody
        return Reply.error(113, "Invalid user id") if nobody else reply

    def _groups(self, params: dict[str, str]) -> Reply:
        reply = super()._groups(params)
        if "error" in json.loads(reply.body):
            nobody = Reply.of({"response": {"groups": [], "profiles": []}})
            return nobody if self.empty_for_nobody else Reply.error(125, "Invalid group id")
        return reply

    def _search(self, method: str, params: dict[str, str]) -> Reply:
        people, word = method == "users.search", params["q"].split()[0]
        items = [p for p in (self.users if people else self.groups) if word in json.dumps(p, ensure_ascii=False)]
        if not people:  # VK tells of a community found by searching only the shortest
            items = [{key: g[key] for key in ("id", "name", "screen_name", "type", "is_closed")} for g in items]
        return Reply.of({"response": {"count": len(items), "items": items}})


def vk_way(url: str, token: str | None = TOKEN, clock: Clock = lambda: NOW) -> VkWay:
    """Return the way to a server on loopback, without a pause between requests."""
    return VkWay(VkSettings(token=Secret(token) if token else None, api_url=url, rps=1e6), clock)


def scout_at(url: str, token: str | None, clock: Clock = lambda: NOW) -> VkScout:
    """Return a scout that does not wait between requests."""
    return VkScout(Opened(vk_way(url, token, clock), Limits(interval=0)), clock, has_key=token is not None)


@contextmanager
def scouting(world: World, token: str | None = TOKEN, *, trusted: bool = True, **more: Any) -> Iterator[VkScout]:
    """Give a scout that does not wait between requests; `trusted`: it has seen its control, and the log is empty."""
    if not any(user["id"] == 1 for user in world.users):
        world.users.append(CONTROL)
    with serving(world) as url:
        scout = scout_at(url, token, **more)
        try:
            if trusted and token:
                scout.control(control("control_page", exists=True))
                world.log.clear()
            yield scout
        finally:
            scout.close()


def called(word: str) -> Worth:
    """Let a page through whose title has `word`."""
    return lambda page: word in (page.title or "")


def on_record(*names: str) -> Worth:
    """Let a page through for its address."""
    return lambda page: page.address.name in names


def nobody(page: Page) -> bool:
    """Let no page through."""
    return False


def stored(got: CallResult) -> str:
    """Everything of a result that is written down: bodies and addresses."""
    return "\n".join(f"{a.evidence.url} {a.body.decode()}" for a in got.answers)


def names(count: int, first: int = 0) -> list[str]:
    """Return names that nobody has."""
    return [f"imyarek{number}" for number in range(first, first + count)]


def door(scout: VkScout, task: Task) -> Door:
    return next(door for door in scout.doors() if door.task is task)


def sent(world: World) -> list[str]:
    return [method for method, _ in world.log]
