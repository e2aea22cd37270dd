"""A toy route: an invented network whose requests are answered from memory."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditor.base.snapshot import Cause, EvidenceKind, Post, Route
from auditor.probes.driver import Limits, Response
from auditor.probes.page_facts import Identity, Opening, PageFacts, PageHistory, ThreadFacts
from auditor.probes.plugins import OpenedRoute, Plugin
from auditor.probes.protocol import Call, Failure, Look, MinimisedResponse, Request, fetch
from auditor.probes.source import Resolved, ResolvedControl
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


class ToySource:
    """A page of the toy network, and the thread under each of its posts that may not be skipped."""

    route = ROUTE

    def __init__(self, target: Target) -> None:
        self.target, self.history, self.posts = target, PageHistory(), tuple[Post, ...]()

    def resolve(self) -> Look[Resolved]:
        page = yield from fetch(page_of(self.target.address.name))
        if isinstance(page, Failure):
            return Resolved(PageFacts(page.at, Identity(cause=page.cause)))
        url = self.target.address.url
        self.posts = tuple(Post(id=n, at=at, url=f"{url}/{n}") for n, at in enumerate(page.posts, 1))
        return Resolved(PageFacts(page.at, Identity(exists=True, id=page.id)), is_readable=True)

    def read_posts(self, facts: PageFacts, window: Window) -> Look[PageFacts]:
        return facts
        yield

    def find_opening(self) -> Look[Opening]:
        return Opening()
        yield

    def read_threads(self, window: Window) -> Look[Sequence[Post]]:
        posts = []
        for post in self.posts:
            if post.id in self.target.skip:
                posts.append(ThreadFacts(left=True).added_to(post))
                continue
            thread = yield from fetch(Request(Call("talk", {"post": post.id}), Thread, EvidenceKind.COMMENTS))
            failed = isinstance(thread, Failure)
            facts = ThreadFacts(cause=thread.cause) if failed else ThreadFacts(count=thread.comments)
            posts.append(facts.added_to(post))
        return posts

    def resolve_control(self, control: Control) -> Look[ResolvedControl]:
        page = yield from fetch(page_of(control.url.name, EvidenceKind.CONTROL))
        return ResolvedControl(cause=page.cause) if isinstance(page, Failure) else ResolvedControl(control.exists)

    def control_posts(self) -> Request[Any]:
        raise NotImplementedError

    def control_thread(self, page: Any) -> Request[Any] | None:
        raise NotImplementedError

    def hides_posts(self, failure: Failure) -> bool:
        raise NotImplementedError


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

    async def send(self, call: Call, seconds: float) -> Response:
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

    async def aclose(self) -> None:
        self.closed += 1

    @property
    def methods(self) -> Counter[str]:
        return Counter(call.method for call in self.sent)


PLUGIN = Plugin(
    route=ROUTE,
    open=lambda _context: None,
    source=ToySource,
    diagnose=lambda _: iter(()),
    resolve_id=resolve_id,
)


def open_toy_route(transport: ToyTransport, **changes: Any) -> OpenRoute:
    return PLUGIN, OpenedRoute(transport, Limits(interval=0, **changes))
