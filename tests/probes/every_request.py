"""Fails every request of a look in turn, without sockets, and reports where it then claims more than was read.

A test passes `make`, which begins the same look each time, and a `Transport` whose `send` responds from memory: the
responses have gone through the transport's own `read` and the driver's own minimising, as live. `every_failure` runs
the look again for each request and each failure; `overclaims` and `failed_checks` compare its snapshot with that of the
undisturbed look.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import product
from typing import Any, Generic, TypeVar

from auditor.audit.cases import make_case
from auditor.base.address import Address
from auditor.base.snapshot import Cause, CommentsState, Outcome, Post, Precision, RunSnapshot, Side, Snapshot, Weight
from auditor.base.stored_response import StoredResponse
from auditor.base.weeks import Week
from auditor.checks import catalogue
from auditor.probes.driver import Response, Transport, minimise_response, record_response
from auditor.probes.protocol import Call, Failure, FailureAction, Look, MinimisedResponse, Request, replay
from auditor.registry.models import Account, AccountKind, Confirmation, Registry
from auditor.registry.sides_digest import all_pages_digest
from tests import cases
from tests.at_once import at_once

T = TypeVar("T")
LookFactory = Callable[[], Look[T]]
"""Begins a look: always the same one."""


@dataclass(frozen=True, slots=True)
class FinishedLook(Generic[T]):
    """A look that has ended: its result, its requests, and its stored responses."""

    result: T
    requests: tuple[Request[Any], ...]
    tape: tuple[StoredResponse, ...]


@dataclass(frozen=True, slots=True)
class FailedLook(Generic[T]):
    index: int
    request: Request[Any]
    failure: Failure
    onwards: bool
    """Whether each later request failed too, as after a closed method or a deadline."""
    finished: FinishedLook[T]

    def __str__(self) -> str:
        """Return a description for a test's message that quotes no response."""
        request = f"request {self.index}, onwards {self.onwards} ({self.request.url})"
        return f"{request}: {self.failure.cause} {self.failure.act}"


class CachingTransport:
    """A transport that sends each call once, and responds from memory from then on."""

    def __init__(self, transport: Transport, runner: asyncio.Runner | None = None) -> None:
        """Send over the loop of `runner`, which a transport in memory does not need."""
        self._transport, self._responses, self._runner = transport, dict[Any, Response](), runner

    async def send(self, call: Call, seconds: float) -> Response:
        key = (call.method, *map(str, call.params.items()))
        if key not in self._responses:
            run_send = at_once if self._runner is None else self._runner.run
            response = run_send(self._transport.send(call, seconds))
            if response.failure is not None and not response.failure.sent:
                return response  # not sent: the entity is unknown so far and may become known
            self._responses[key] = response
        return replace(self._responses[key])

    def read(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        return self._transport.read(call, response)

    def close(self) -> None:
        if self._runner is not None:
            with self._runner:
                self._runner.run(self._transport.aclose())

    async def aclose(self) -> None: ...


Fault = Callable[[int, Request[Any]], MinimisedResponse | None]
"""Returns what replaces the response to the request with this index; None keeps the response."""


def run(look: Look[T], transport: Transport, fault: Fault = lambda _index, _question: None) -> FinishedLook[T]:
    """Run a look to its end: each request is sent, read and minimised as the driver does it."""
    requests, tape, minimised = list[Request[Any]](), list[StoredResponse](), None
    while True:
        try:
            request = look.send(minimised)
        except StopIteration as end:
            return FinishedLook(end.value, tuple(requests), tuple(tape))
        assert len(requests) < 1000, "a look that never ends"
        minimised, response = fault(len(requests), request), None
        if minimised is None:
            response = at_once(transport.send(request.call, 90.0))
            value = response.failure or transport.read(request.call, response)
            minimised = value if isinstance(value, Failure) else minimise_response(request, value, response)
        requests.append(request)
        tape.append(record_response(request, minimised, response))


def failures(at: datetime, codes: Iterable[tuple[int, Cause, FailureAction]] = ()) -> list[Failure]:
    """Return failures with each cause, each action, without a request sent, and with the network's own `codes`."""
    return [
        *(Failure(at=at, cause=cause) for cause in Cause),
        *(Failure(at=at, cause=Cause.UNREACHABLE, act=act) for act in FailureAction),
        *(Failure(at=at, cause=Cause.THROTTLED, act=act, wait=1800.0) for act in FailureAction),
        Failure(at=at, cause=Cause.UNREACHABLE, sent=False),
        Failure(at=at, cause=Cause.THROTTLED, act=FailureAction.CLOSE_METHOD, sent=False),
        Failure(at=at, cause=Cause.NO_CREDENTIALS, act=FailureAction.CLOSE_ROUTE, sent=False),
        *(Failure(at=at, code=code, cause=cause, act=act) for code, cause, act in codes),
    ]


def every_failure(
    make: LookFactory[T], transport: Transport, causes: Sequence[Failure], step: int = 1
) -> Iterator[FailedLook[T]]:
    """Yield the look once for each of its requests and each failure: alone, and with all later requests failed too.

    With a `step` above 1, each request gets only every `step`-th failure, and the next request gets others.
    """
    for index, request in enumerate(run(make(), transport).requests):
        for failure, onwards in product(causes[index % step :: step], (False, True)):
            finished = run(make(), transport, partial(_fails, index, failure, onwards))
            yield FailedLook(index, request, failure, onwards, finished)


def _fails(index: int, failure: Failure, onwards: bool, request_index: int, _request: Request[Any]) -> Failure | None:
    return failure if request_index == index or (onwards and request_index > index) else None


def replay_look(make: LookFactory[T], finished: FinishedLook[Any], at: datetime) -> T:
    return replay(make(), finished.tape, at)


def overclaims(disturbed: Snapshot, undisturbed: Snapshot) -> list[str]:
    """Return the claims of a disturbed look that the undisturbed one does not support; an empty list if it has none."""
    return [
        *_page_claims(disturbed, undisturbed),
        *_history_claims(disturbed, undisturbed),
        *_thread_claims(disturbed, undisturbed),
        *_opening_claims(disturbed, undisturbed),
    ]


def _page_claims(disturbed: Snapshot, undisturbed: Snapshot) -> Iterator[str]:
    if disturbed.exists not in {None, undisturbed.exists}:
        yield f"exists: {disturbed.exists}, and it is {undisturbed.exists}"
    if disturbed.exists is None and disturbed.cause is None:
        yield "existence is not known, and no cause says why"
    for name in ("kind", "id", "verified", "subscribers", "register_link", "page_comments"):
        if getattr(disturbed, name) not in {None, getattr(undisturbed, name)}:
            yield f"{name} is another"
    if disturbed.renamed_to != undisturbed.renamed_to and disturbed.exists and disturbed.id is not None:
        yield "it has moved, or it has not"


def _complete_from(snapshot: Snapshot) -> datetime | None:
    """Return the moment from which a snapshot claims to hold every post; None if it does not claim that."""
    claims = snapshot.exists is True and snapshot.cause is None and snapshot.posts_cause is None
    return (snapshot.posts_since or datetime.min.replace(tzinfo=UTC)) if claims else None


def _history_claims(disturbed: Snapshot, undisturbed: Snapshot) -> Iterator[str]:
    posts = {post.id: _fields_without_comments(post) for post in undisturbed.posts}
    if any(posts.get(post.id) != _fields_without_comments(post) for post in disturbed.posts):
        yield "a post that is not there, or is another"
    complete_from, undisturbed_from = _complete_from(disturbed), _complete_from(undisturbed)
    if complete_from is None:
        return
    if undisturbed_from is None or complete_from < undisturbed_from:
        yield "all posts, from earlier on than was read"
        return
    until = disturbed.posts_until or disturbed.taken_at
    disturbed_ids, undisturbed_ids = (
        {post.id for post in look.posts if complete_from <= post.at < until} for look in (disturbed, undisturbed)
    )
    if disturbed_ids != undisturbed_ids:
        yield "all posts, and some are missing"
    others = {at for at in undisturbed.unattributed or () if at >= complete_from}
    if disturbed.unattributed is not None and not others <= {*disturbed.unattributed}:
        yield "all posts of others, and some are missing"


def _fields_without_comments(post: Post) -> list[Any]:
    return [getattr(post, name) for name in Post.model_fields if "comments" not in name]


def _thread_claims(disturbed: Snapshot, undisturbed: Snapshot) -> Iterator[str]:
    posts = {post.id: post for post in undisturbed.posts}
    pairs = ((post, posts[post.id]) for post in disturbed.posts if post.id in posts)
    return (
        f"post {post.id}: {claim}" for post, undisturbed_post in pairs for claim in _post_claims(post, undisturbed_post)
    )


def _post_claims(disturbed: Post, undisturbed: Post) -> Iterator[str]:
    if disturbed.comments_state not in {CommentsState.UNKNOWN, undisturbed.comments_state}:
        yield f"{disturbed.comments_state}, and it is {undisturbed.comments_state}"
    if disturbed.comments_count not in {None, undisturbed.comments_count}:
        yield "another count"
    comments = {comment.id: comment for comment in undisturbed.comments}
    if not {comment.id for comment in disturbed.comments} <= comments.keys():
        yield "a comment that is not there"
        return
    if any(comment.side not in {Side.UNKNOWN, comments[comment.id].side} for comment in disturbed.comments):
        yield "another's words"
    if any(comment.answers != comments[comment.id].answers for comment in disturbed.comments):
        yield "a comment answers another one"
    if _is_read(disturbed) and len(disturbed.comments) < len(comments):
        yield "every comment, and some are missing"
    if _is_read(undisturbed) and not (
        _is_read(disturbed) or disturbed.comments_left or disturbed.comments_cause is not None
    ):
        yield "was not read, and no cause says why"
    if disturbed.comments_left and not undisturbed.comments_left:
        yield "left out, without saying so"


def _is_read(post: Post) -> bool:
    """Return whether a post claims that every comment under it was read."""
    return post.comments_cause is None and not post.comments_left and post.comments_read_at is not None


def _opening_claims(disturbed: Snapshot, undisturbed: Snapshot) -> Iterator[str]:
    earliest = {trace.kind: trace.at for trace in undisturbed.traces}
    if any(trace.kind not in earliest or trace.at < earliest[trace.kind] for trace in disturbed.traces):
        yield "an earlier trace than there is"
    is_exact, opened = disturbed.opened_precision is Precision.EXACT, (disturbed.opened_at, disturbed.opened_precision)
    is_later = (
        undisturbed.opened_at is not None and (disturbed.opened_at or undisturbed.opened_at) >= undisturbed.opened_at
    )
    if disturbed.opened_at is not None and (
        not is_later or (is_exact and opened != (undisturbed.opened_at, undisturbed.opened_precision))
    ):
        yield "an opening that was not seen"
    if disturbed.photos_read and not undisturbed.photos_read:
        yield "photos that were not read"


@cache
def _registry_of_one_page(url: str, week: Week) -> Registry:
    """Return a registry of one office whose holder has one confirmed page."""
    confirmation = Confirmation(on=(week.ends - timedelta(days=30)).date(), of=None, how="письмо пресс-службы")
    page = Account(url=Address.parse(url), kind=AccountKind.PERSONAL, confirmed=confirmation)
    return cases.registry(cases.office(cases.tenure(since="2020-09", accounts=[page])))


def failed_checks(snapshot: Snapshot, week: Week = cases.WEEK, as_of: datetime | None = None) -> frozenset[str]:
    """Return the names of the checks that fail for an office whose only page this is, judged by this look alone."""
    registry, stored = (
        _registry_of_one_page(snapshot.url, week),
        RunSnapshot(str(week), snapshot, weight=Weight.FULL, run=1, comments_readable=True),
    )
    now = as_of or max(cases.NOW, snapshot.taken_at)
    case = make_case(
        registry, registry.offices[0], week, now, {snapshot.url: [stored]}, pages_digest=all_pages_digest(registry)
    )
    return frozenset(f.check for check in catalogue() for f in check.judge(case) if f.outcome is Outcome.FAILED)
