"""A plain VK in memory: its objects of one invented week, a log of requests, and planned responses."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from auditor.base.address import Address
from auditor.base.secrets import Secret
from auditor.base.snapshot import Network, Post, Snapshot
from auditor.base.stored_response import StoredResponse
from auditor.base.weeks import Week
from auditor.probes import driver as drivers
from auditor.probes.driver import Driver, Limits, Timer
from auditor.probes.event_loop import run
from auditor.probes.protocol import Call, Look
from auditor.probes.target import VERSION, Target, Window
from auditor.probes.vk.vk_authors import staff_name
from auditor.probes.vk.vk_network import VkSettings
from auditor.probes.vk.vk_plugin import PLUGIN
from auditor.probes.vk.vk_transport import VkTransport
from auditor.registry.models import Control
from tests.probes.every_request import FinishedLook, replay_look

T = TypeVar("T")
WEEK = Week(2026, 47, ZoneInfo("Asia/Tomsk"))
NOW = WEEK.ends + timedelta(hours=30)
WINDOW = Window.of(WEEK, NOW)
FIRST_DAY = WEEK.starts + timedelta(hours=5)
TOKEN = "vk1.a.service-key-that-must-never-be-seen-0123456789"


def seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())


def post(number: int, posted_at: datetime, owner: int, **more: Any) -> dict[str, Any]:
    fields = {"id": number, "owner_id": owner, "from_id": owner, "date": seconds(posted_at), "post_type": "post"}
    return {**fields, "text": f"Запись {number}", "comments": {"count": 0}, **more}


def comment(
    number: int, posted_at: datetime, author: int, text: str = "Когда починят дорогу?", **more: Any
) -> dict[str, Any]:
    return {"id": number, "from_id": author, "date": seconds(posted_at), "text": text, "parents_stack": []} | more


def person(number: int = 5, **more: Any) -> dict[str, Any]:
    texts = {"first_name": "Имярек", "last_name": "Первый", "screen_name": f"glava{number}", "status": "", "site": ""}
    facts = {"is_closed": False, "can_access_closed": True, "verified": 0, "followers_count": 120}
    return {"id": number, **texts, **facts, **more}


def group(number: int = 7, **more: Any) -> dict[str, Any]:
    texts = {"name": "Первый район", "screen_name": f"rayon{number}", "description": "Страница первого района"}
    facts = {"type": "page", "is_closed": 0, "verified": 1, "members_count": 3000, "wall": 1}
    return {"id": number, **texts, **facts, **more}


def page_of(owner: int) -> dict[str, Any]:
    return person(owner) if owner > 0 else group(-owner)


@dataclass(frozen=True)
class VkResponse:
    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})

    @classmethod
    def of(cls, value: Any, **more: Any) -> "VkResponse":
        return cls(json.dumps(value).encode(), **more)

    @classmethod
    def error(cls, code: int, message: str = "") -> "VkResponse":
        """Return VK's error body, which repeats the request's parameters as older API versions did."""
        echo = [{"key": "access_token", "value": TOKEN}, {"key": "method", "value": "x"}]
        return cls.of({"error": {"error_code": code, "error_msg": message, "request_params": echo}})


Plan = VkResponse | Callable[[dict[str, str]], VkResponse | None]


@dataclass
class VkServer:
    """The server's data. Posts and comments are VK's own objects; a comment's `replies` are its thread."""

    users: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    walls: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    comments: dict[tuple[int, int], list[dict[str, Any]]] = field(default_factory=dict)
    plans: dict[str, list[Plan]] = field(default_factory=lambda: defaultdict(list))
    """Responses to send instead, by method: one after another, the last one repeated for ever."""
    log: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def plan(self, method: str, *plans: Plan) -> None:
        self.plans[method].extend(plans)

    def requests_of(self, method: str) -> list[dict[str, str]]:
        return [params for name, params in self.log if name == method]

    def respond(self, method: str, params: dict[str, str]) -> VkResponse:
        self.log.append((method, params))
        plans = self.plans[method]
        if plans:
            plan = plans.pop(0) if len(plans) > 1 else plans[0]
            planned = plan if isinstance(plan, VkResponse) else plan(params)
            if planned is not None:
                return planned
        handlers = {
            "users.get": self._users,
            "utils.resolveScreenName": lambda _: VkResponse.of({"response": []}),
            "photos.get": lambda _: VkResponse.of({"response": {"count": 0, "items": []}}),
            "groups.getById": self._groups,
            "wall.get": self._wall,
            "wall.getComments": self._comments,
        }.get(method)
        return handlers(params) if handlers else VkResponse.error(3, "Unknown method passed")

    def _users(self, params: dict[str, str]) -> VkResponse:
        requested = params["user_ids"].split(",")
        return VkResponse.of(
            {"response": [u for u in self.users if {str(u["id"]), u.get("screen_name")} & set(requested)]}
        )

    def _groups(self, params: dict[str, str]) -> VkResponse:
        requested = set(params["group_ids"].split(","))
        matching = [g for g in self.groups if {str(g["id"]), g.get("screen_name")} & requested]
        return (
            VkResponse.of({"response": {"groups": matching, "profiles": []}})
            if matching
            else VkResponse.error(100, "no such group")
        )

    def _wall(self, params: dict[str, str]) -> VkResponse:
        owner, offset, count = int(params["owner_id"]), int(params["offset"]), int(params["count"])
        wall = [p for p in self.walls.get(owner, []) if params["filter"] == "all" or p.get("from_id") in {owner, None}]
        return VkResponse.of({"response": {"count": len(wall), "items": wall[offset : offset + count]}})

    def _comments(self, params: dict[str, str]) -> VkResponse:
        owner, post, offset = int(params["owner_id"]), int(params["post_id"]), int(params.get("offset", 0))
        top_level = self.comments.get((owner, post), [])
        level = top_level
        if "comment_id" in params:
            level = next(c.get("replies", []) for c in top_level if c["id"] == int(params["comment_id"]))
        items = [self._folded(c, int(params["thread_items_count"])) for c in level[offset : offset + 100]]
        total = len(top_level) + sum(len(c.get("replies", [])) for c in top_level)
        return VkResponse.of({"response": {"count": total, "current_level_count": len(level), "items": items}})

    @staticmethod
    def _folded(comment: dict[str, Any], replies_shown: int) -> dict[str, Any]:
        replies = comment.get("replies", [])
        fields = {k: v for k, v in comment.items() if k != "replies"}
        return fields | {"thread": {"count": len(replies), "items": replies[:replies_shown]}}


def vk_server(
    *pages: dict[str, Any],
    wall: Iterable[dict[str, Any]] = (),
    threads: Mapping[int, list[dict[str, Any]]] | None = None,
    **plans: Plan | Sequence[Plan],
) -> VkServer:
    """Return people and communities, the wall of the first page, comments by post, and planned responses.

    The plans are named by method: ``wall_get``.
    """
    people, groups = ([page for page in pages if ("name" in page) is named] for named in (False, True))
    owner = 0 if not pages else pages[0]["id"] * (-1 if "name" in pages[0] else 1)
    comments = {(owner, number): thread for number, thread in (threads or {}).items()}
    vk = VkServer(people, groups, {owner: list(wall)}, comments)
    for method, plan in plans.items():
        vk.plan(method.replace("_", "."), *(plan if isinstance(plan, Sequence) else [plan]))
    return vk


def response_of(value: Any) -> VkResponse:
    return VkResponse.of({"response": value})


class MemoryTransport(VkTransport):
    """VK's transport without a connection: `vk` responds."""

    def __init__(self, vk: VkServer) -> None:
        super().__init__(VkSettings(token=Secret(TOKEN)), lambda: NOW)
        self.vk = vk

    async def send(self, call: Call, seconds: float) -> drivers.Response:
        response = self.vk.respond(call.method, {name: str(value) for name, value in call.params.items()})
        return drivers.Response(NOW, response.status, response.body, tuple(response.headers.items()))


async def _no_wait(_: float) -> None: ...


def driver_of(vk: VkServer) -> Driver:
    return Driver(MemoryTransport(vk), lambda: NOW, Limits(interval=1e-6), timer=Timer(sleep=_no_wait))


def finish_look(driver: Driver, make: Callable[[], Look[T]]) -> FinishedLook[T]:
    ended: list[tuple[T, tuple[StoredResponse, ...]]] = []
    run(driver.run({"it": make()}, lambda _, result, tape: ended.append((result, tuple(tape)))))
    finished = FinishedLook(ended[0][0], (), ended[0][1])
    assert replay_look(make, finished, NOW) == finished.result
    return finished


def resolve_ids(driver: Driver, *names: str) -> dict[str, int | None]:
    ids: dict[str, int | None] = {}
    looks = {name: PLUGIN.resolve_id(name) for name in names}
    run(driver.run(looks, lambda name, number, _: ids.update({name: number})))
    return ids


def look_with_tape(vk: VkServer, name: str, window: Window = WINDOW, **more: Any) -> FinishedLook[Snapshot]:
    """Resolve the ids of the pages on record, then look at a page; return the snapshot with its stored responses."""
    driver, looked_at = driver_of(vk), target(name, **more)
    pages = {
        page.name for page in looked_at.own | looked_at.institution | looked_at.others if page.network is Network.VK
    }
    ids = resolve_ids(driver, *sorted(pages | set(map(staff_name, looked_at.staff))))
    ids_on_record = {name: number for name, number in ids.items() if number}
    unknown = frozenset(name for name, number in ids.items() if number is None)
    return finish_look(
        driver,
        lambda: PLUGIN.look(replace(looked_at, numbers=ids_on_record, unknown=unknown | looked_at.unknown), window),
    )


def look(vk: VkServer, name: str, window: Window = WINDOW, **more: Any) -> Snapshot:
    return look_with_tape(vk, name, window, **more).result


def target(name: str, **more: Any) -> Target:
    return Target(Address.parse(f"https://vk.com/{name}"), **{"version": VERSION, **more})


def control(name: str, *, exists: bool) -> Control:
    return Control(url=Address.parse(f"https://vk.com/{name}"), exists=exists)


def page_with_comments(comments: list[dict[str, Any]], *more: Any, **plans: Plan | Sequence[Plan]) -> VkServer:
    """Return a page with one post of the week and these comments under it; the wall counts them all."""
    count = len(comments) + sum(len(c.get("replies", [])) for c in comments)
    return vk_server(
        person(), *more, wall=[post(10, FIRST_DAY, 5, comments={"count": count})], threads={10: comments}, **plans
    )


def only_post(vk: VkServer, name: str = "glava5", **on_record: Any) -> Post:
    (post,) = look(vk, name, **on_record).posts
    return post
