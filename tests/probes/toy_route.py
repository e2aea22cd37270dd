"""A toy route: an invented network whose requests are answered from memory."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Outcome, Post, Route, Snapshot
from auditor.probes.driver import Limits, Response
from auditor.probes.plugins import OpenedRoute, Plugin
from auditor.probes.protocol import Call, Failure, Look, MinimisedResponse, Request, fetch
from auditor.probes.target import Target, Window
from auditor.registry.models import Control
from auditor.run.collect import OpenRoute

ROUTE = Route.VK


class Page(MinimisedResponse):
    id: int
    posts: tuple[datetime, ...] = ()


class Thread(MinimisedResponse):
    comments: int


class Numbers(MinimisedResponse):
    """Ids by name; 0 if no page has the name."""

    numbers: dict[str, int]


def page_of(name: str, kind: EvidenceKind = EvidenceKind.POSTS) -> Request[Page]:
    return Request(Call("page", {"name": name}), Page, kind)


def look(target: Target, window: Window) -> Look[Snapshot]:
    """Look at a page and at the thread under each post that may not be skipped."""
    page = yield from fetch(page_of(target.address.name))
    snapshot_fields: dict[str, Any] = {
        "network": ROUTE.network,
        "route": ROUTE,
        "url": target.address.url,
        "taken_at": page.at,
    }
    if isinstance(page, Failure):
        return Snapshot(**snapshot_fields, cause=page.cause)
    posts = []
    for number, posted_at in enumerate(page.posts, 1):
        if number in target.skip:
            posts.append(Post(id=number, at=posted_at, url=f"{target.address.url}/{number}", comments_left=True))
            continue
        thread = yield from fetch(Request(Call("talk", {"post": number}), Thread, EvidenceKind.COMMENTS))
        cause = thread.cause if isinstance(thread, Failure) else None
        count = None if isinstance(thread, Failure) else thread.comments
        posts.append(Post(id=number, at=posted_at, url="https://vk.com/x", comments_count=count, comments_cause=cause))
    return Snapshot(**snapshot_fields, exists=True, id=page.id, posts=tuple(posts))


def control(checked: Control) -> Look[ControlResult]:
    page = yield from fetch(page_of(checked.url.name, EvidenceKind.CONTROL))
    control_fields: dict[str, Any] = {
        "network": ROUTE.network,
        "route": ROUTE,
        "url": checked.url.url,
        "expected": checked.exists,
    }
    if isinstance(page, Failure):
        return ControlResult(**control_fields, outcome=Outcome.CANT_TELL, cause=page.cause)
    return ControlResult(**control_fields, outcome=Outcome.PASSED if checked.exists else Outcome.FAILED)


def resolve_id(name: str) -> Look[int | None]:
    call = Call("numbers", {"names": name}, batch_param="names", batch_size=1000)
    response = yield from fetch(Request(call, Numbers, EvidenceKind.PROFILE))
    return None if isinstance(response, Failure) else response.numbers.get(name)


@dataclass
class ToyTransport:
    clock: Callable[[], datetime]
    pages: dict[str, list[datetime]]
    fails: dict[str, Failure] = field(default_factory=dict)
    """Failures to return, by method."""
    sent: list[Call] = field(default_factory=list)
    lost: frozenset[str] = frozenset()
    """Names whose ids cannot be found out."""
    before_send: Callable[[Call], None] = lambda _call: None
    closed: int = 0

    def send(self, call: Call, seconds: float) -> Response:
        assert seconds > 0
        self.before_send(call)
        self.sent.append(call)
        return Response(self.clock(), 200, repr(call).encode())

    def read(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        if call.method in self.fails:
            return self.fails[call.method].model_copy(update={"at": response.at})
        if call.method == "numbers":
            ids = {name: n for n, name in enumerate(sorted(self.pages), 1)}
            requested_names = str(call.params["names"]).split(",")
            return {"numbers": {name: ids.get(name, 0) for name in requested_names if name not in self.lost}}
        if call.method == "talk":
            return {"comments": 0}
        name = str(call.params["name"])
        if name not in self.pages:
            return Failure(at=response.at, cause=Cause.GONE)
        return {"id": 7, "posts": self.pages[name]}

    def close(self) -> None:
        self.closed += 1

    @property
    def methods(self) -> Counter[str]:
        return Counter(call.method for call in self.sent)


PLUGIN = Plugin(
    route=ROUTE,
    open=lambda _context: None,
    look=look,
    control=control,
    diagnose=lambda _: iter(()),
    resolve_id=resolve_id,
)


def open_toy_route(transport: ToyTransport, **changes: Any) -> OpenRoute:
    return PLUGIN, OpenedRoute(transport, Limits(interval=0, **changes))
