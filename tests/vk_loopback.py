"""A plain VK on loopback: four methods over a small invented world, a log of what was asked, planned answers."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from auditor.base.address import Address
from auditor.base.weeks import Week
from auditor.registry.models import Control

TOKEN = "vk1.a.service-key-that-must-never-be-seen-0123456789"
WEEK = Week(2026, 47, ZoneInfo("Asia/Tomsk"))
NOW = WEEK.ends + timedelta(hours=30)
FIRST_DAY = WEEK.starts + timedelta(hours=5)


@dataclass(frozen=True)
class Reply:
    """An HTTP answer as it will be sent."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})

    @classmethod
    def of(cls, value: Any, **more: Any) -> "Reply":
        return cls(json.dumps(value).encode(), **more)

    @classmethod
    def error(cls, code: int, message: str = "") -> "Reply":
        """VK's error body, with the echo of the parameters that old answers have."""
        echo = [{"key": "access_token", "value": TOKEN}, {"key": "method", "value": "x"}]
        return cls.of({"error": {"error_code": code, "error_msg": message, "request_params": echo}})


Plan = Reply | Callable[[dict[str, str]], Reply | None]


@dataclass
class World:
    """What the server knows. Posts and comments are VK's own objects; a comment's `replies` are its thread."""

    users: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    walls: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    comments: dict[tuple[int, int], list[dict[str, Any]]] = field(default_factory=dict)
    plans: dict[str, list[Plan]] = field(default_factory=lambda: defaultdict(list))
    """What a method answers instead: one after another, the last one for ever."""
    log: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def plan(self, method: str, *plans: Plan) -> None:
        self.plans[method].extend(plans)

    def asked(self, method: str) -> list[dict[str, str]]:
        return [params for name, params in self.log if name == method]

    def answer(self, method: str, params: dict[str, str]) -> Reply:
        self.log.append((method, params))
        plans = self.plans[method]
        if plans:
            plan = plans.pop(0) if len(plans) > 1 else plans[0]
            planned = plan if isinstance(plan, Reply) else plan(params)
            if planned is not None:
                return planned
        known = {
            "users.get": self._users,
            "groups.getById": self._groups,
            "wall.get": self._wall,
            "wall.getComments": self._comments,
        }.get(method)
        return known(params) if known else Reply.error(3, "Unknown method passed")

    def _users(self, params: dict[str, str]) -> Reply:
        asked = params["user_ids"].split(",")
        return Reply.of({"response": [u for u in self.users if {str(u["id"]), u.get("screen_name")} & set(asked)]})

    def _groups(self, params: dict[str, str]) -> Reply:
        asked = set(params["group_ids"].split(","))
        found = [g for g in self.groups if {str(g["id"]), g.get("screen_name")} & asked]
        return Reply.of({"response": {"groups": found, "profiles": []}}) if found else Reply.error(100, "no such group")

    def _wall(self, params: dict[str, str]) -> Reply:
        owner, offset, count = int(params["owner_id"]), int(params["offset"]), int(params["count"])
        wall = self.walls.get(owner, [])
        return Reply.of({"response": {"count": len(wall), "items": wall[offset : offset + count]}})

    def _comments(self, params: dict[str, str]) -> Reply:
        owner, post, offset = int(params["owner_id"]), int(params["post_id"]), int(params.get("offset", 0))
        tops = self.comments.get((owner, post), [])
        level = tops
        if "comment_id" in params:
            level = next(c["replies"] for c in tops if c["id"] == int(params["comment_id"]))
        items = [self._folded(c, int(params["thread_items_count"])) for c in level[offset : offset + 100]]
        everything = len(tops) + sum(len(c.get("replies", [])) for c in tops)
        return Reply.of({"response": {"count": everything, "current_level_count": len(level), "items": items}})

    @staticmethod
    def _folded(comment: dict[str, Any], along: int) -> dict[str, Any]:
        replies = comment.get("replies", [])
        rest = {k: v for k, v in comment.items() if k != "replies"}
        return rest | {"thread": {"count": len(replies), "items": replies[:along]}}


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        params = {k: v[0] for k, v in parse_qs(body, keep_blank_values=True).items()}
        reply = self.server.world.answer(self.path.rpartition("/method/")[2], params)  # type: ignore[attr-defined]
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(world: World) -> Iterator[str]:
    """Serve `world` and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.world = world  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def control(name: str, *, exists: bool) -> Control:
    return Control(url=Address.parse(f"https://vk.com/{name}"), exists=exists)


def seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())


def post(number: int, at: datetime, owner: int, **more: Any) -> dict[str, Any]:
    """A post of the owner's with no comments unless told otherwise."""
    return {
        "id": number,
        "owner_id": owner,
        "from_id": owner,
        "date": seconds(at),
        "text": f"Запись {number}",
        "post_type": "post",
        "comments": {"count": 0},
    } | more


def comment(number: int, at: datetime, author: int, text: str = "Когда починят дорогу?", **more: Any) -> dict[str, Any]:
    return {"id": number, "from_id": author, "date": seconds(at), "text": text, "parents_stack": []} | more


def person(number: int = 5, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "first_name": "Имярек",
        "last_name": "Первый",
        "screen_name": f"glava{number}",
        "is_closed": False,
        "can_access_closed": True,
        "verified": 0,
        "followers_count": 120,
        "status": "",
        "site": "",
    } | more


def group(number: int = 7, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": "Первый район",
        "screen_name": f"rayon{number}",
        "type": "page",
        "is_closed": 0,
        "verified": 1,
        "members_count": 3000,
        "description": "Страница первого района",
        "wall": 1,
    } | more
