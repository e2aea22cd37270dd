"""Fails every ask of a look in turn, without sockets, and says where it then claims more than was read.

A test gives `make`, which begins the same look each time, and a `Way` whose `send` answers in memory: what a look is
sent has gone through the way's own `read` and the driver's own reduction, as live. `every_failure` takes the look
again for each ask and each failure; `overclaims` and `reds` hold what it saw against the look that nothing failed of.
"""

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

T = TypeVar("T")
Make = Callable[[], Look[T]]
"""Begins a look: always the same one."""


@dataclass(frozen=True, slots=True)
class Ran(Generic[T]):
    """A look that has ended: what it saw, what it asked, and its answers as they would be stored."""

    result: T
    requests: tuple[Request[Any], ...]
    tape: tuple[StoredResponse, ...]


@dataclass(frozen=True, slots=True)
class Failed(Generic[T]):
    index: int
    request: Request[Any]
    failure: Failure
    onwards: bool
    """Whether each later one failed too: the method was closed, or the time was up."""
    ran: Ran[T]

    def __str__(self) -> str:
        """Name it for the message of a test: nothing of an answer is shown."""
        return f"ask {self.index}, onwards {self.onwards} ({self.request.url}): {self.failure.cause} {self.failure.act}"


class CachingTransport:
    """A way that sends each call once, and answers from memory from then on."""

    def __init__(self, transport: Transport) -> None:
        self._transport, self._responses = transport, dict[Any, Response]()

    def send(self, call: Call, seconds: float) -> Response:
        key = (call.method, *map(str, call.params.items()))
        if key not in self._responses:
            response = self._transport.send(call, seconds)
            if response.failure is not None and not response.failure.sent:
                return response  # whom it has not met, it may have met by then
            self._responses[key] = response
        return replace(self._responses[key])

    def read(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:
        return self._transport.read(call, response)

    def close(self) -> None:
        self._transport.close()


Fault = Callable[[int, Request[Any]], MinimisedResponse | None]
"""What comes instead of the answer to an ask of this number; None: the answer."""


def run(look: Look[T], transport: Transport, fault: Fault = lambda _index, _question: None) -> Ran[T]:
    """Take a look to its end: each question is sent, read and reduced as the driver does it."""
    requests, tape, minimised = list[Request[Any]](), list[StoredResponse](), None
    while True:
        try:
            request = look.send(minimised)
        except StopIteration as end:
            return Ran(end.value, tuple(requests), tuple(tape))
        assert len(requests) < 1000, "a look that never ends"
        minimised, response = fault(len(requests), request), None
        if minimised is None:
            response = transport.send(request.call, 90.0)
            value = response.failure or transport.read(request.call, response)
            minimised = value if isinstance(value, Failure) else minimise_response(request, value, response)
        requests.append(request)
        tape.append(record_response(request, minimised, response))


def failures(at: datetime, codes: Iterable[tuple[int, Cause, FailureAction]] = ()) -> list[Failure]:
    """Return each cause as the look would be told it, each act, what was not asked, and the network's own `codes`."""
    return [
        *(Failure(at=at, cause=cause) for cause in Cause),
        *(Failure(at=at, cause=Cause.UNREACHABLE, act=act) for act in FailureAction),
        *(Failure(at=at, cause=Cause.THROTTLED, act=act, wait=1800.0) for act in FailureAction),
        Failure(at=at, cause=Cause.UNREACHABLE, sent=False),
        Failure(at=at, cause=Cause.THROTTLED, act=FailureAction.CLOSE_METHOD, sent=False),
        Failure(at=at, cause=Cause.NO_CREDENTIALS, act=FailureAction.CLOSE_ROUTE, sent=False),
        *(Failure(at=at, code=code, cause=cause, act=act) for code, cause, act in codes),
    ]


def every_failure(make: Make[T], transport: Transport, causes: Sequence[Failure], step: int = 1) -> Iterator[Failed[T]]:
    """Yield the look once for each of its asks and each failure: once alone, once with all that it asks later.

    With a `step` one failure in so many is tried of an ask, and of the next one others.
    """
    for index, request in enumerate(run(make(), transport).requests):
        for failure, onwards in product(causes[index % step :: step], (False, True)):
            ran = run(make(), transport, partial(_fails, index, failure, onwards))
            yield Failed(index, request, failure, onwards, ran)


def _fails(index: int, failure: Failure, onwards: bool, number: int, _question: Request[Any]) -> Failure | None:
    return failure if number == index or (onwards and number > index) else None


def replayed(make: Make[T], ran: Ran[Any], at: datetime) -> T:
    return replay(make(), ran.tape, at)


def overclaims(part: Snapshot, whole: Snapshot) -> list[str]:
    """Say what a look claims that the whole one does not bear out; nothing where it claims no more than was read."""
    return [*_of_page(part, whole), *_of_history(part, whole), *_of_threads(part, whole), *_of_opening(part, whole)]


def _of_page(part: Snapshot, whole: Snapshot) -> Iterator[str]:
    if part.exists not in {None, whole.exists}:
        yield f"exists: {part.exists}, and it is {whole.exists}"
    if part.exists is None and part.cause is None:
        yield "existence is not known, and no cause says why"
    for name in ("kind", "id", "verified", "subscribers", "register_link"):
        if getattr(part, name) not in {None, getattr(whole, name)}:
            yield f"{name} is another"
    if part.renamed_to != whole.renamed_to and part.exists and part.id is not None:
        yield "it has moved, or it has not"


def _complete_from(snapshot: Snapshot) -> datetime | None:
    """Return from when on a snapshot claims to hold every post; None where it claims nothing of the kind."""
    claims = snapshot.exists is True and snapshot.cause is None and snapshot.posts_cause is None
    return (snapshot.posts_since or datetime.min.replace(tzinfo=UTC)) if claims else None


def _of_history(part: Snapshot, whole: Snapshot) -> Iterator[str]:
    posts = {post.id: _bare(post) for post in whole.posts}
    if any(posts.get(post.id) != _bare(post) for post in part.posts):
        yield "a post that is not there, or is another"
    since, whole_since = _complete_from(part), _complete_from(whole)
    if since is None:
        return
    if whole_since is None or since < whole_since:
        yield "all posts, from earlier on than was read"
        return
    until = part.posts_until or part.taken_at
    part_posts, whole_posts = ({post.id for post in look.posts if since <= post.at < until} for look in (part, whole))
    if part_posts != whole_posts:
        yield "all posts, and some are missing"


def _bare(post: Post) -> list[Any]:
    return [getattr(post, name) for name in Post.model_fields if "comments" not in name]


def _of_threads(part: Snapshot, whole: Snapshot) -> Iterator[str]:
    posts = {post.id: post for post in whole.posts}
    pairs = ((post, posts[post.id]) for post in part.posts if post.id in posts)
    return (f"post {post.id}: {claim}" for post, other in pairs for claim in _of_thread(post, other))


def _of_thread(part: Post, whole: Post) -> Iterator[str]:
    if part.comments_state not in {CommentsState.UNKNOWN, whole.comments_state}:
        yield f"{part.comments_state}, and it is {whole.comments_state}"
    if part.comments_count not in {None, whole.comments_count}:
        yield "another count"
    comments = {comment.id: comment for comment in whole.comments}
    if not {comment.id for comment in part.comments} <= comments.keys():
        yield "a comment that is not there"
        return
    if any(comment.side not in {Side.UNKNOWN, comments[comment.id].side} for comment in part.comments):
        yield "another's words"
    if any(comment.answers != comments[comment.id].answers for comment in part.comments):
        yield "a comment answers another one"
    if _is_read(part) and len(part.comments) < len(comments):
        yield "every comment, and some are missing"
    if _is_read(whole) and not (_is_read(part) or part.comments_left or part.comments_cause is not None):
        yield "was not read, and no cause says why"
    if part.comments_left and not whole.comments_left:
        yield "left out, and nobody said so"


def _is_read(post: Post) -> bool:
    """Tell whether a post claims that every comment under it is there."""
    return post.comments_cause is None and not post.comments_left and post.comments_read_at is not None


def _of_opening(part: Snapshot, whole: Snapshot) -> Iterator[str]:
    earliest = {trace.kind: trace.at for trace in whole.traces}
    if any(trace.kind not in earliest or trace.at < earliest[trace.kind] for trace in part.traces):
        yield "an earlier trace than there is"
    exact, opened = part.opened_precision is Precision.EXACT, (part.opened_at, part.opened_precision)
    is_later = whole.opened_at is not None and (part.opened_at or whole.opened_at) >= whole.opened_at
    if part.opened_at is not None and (not is_later or (exact and opened != (whole.opened_at, whole.opened_precision))):
        yield "an opening that was not seen"
    if part.photos_read and not whole.photos_read:
        yield "photos that were not read"


@cache
def _only(url: str, week: Week) -> Registry:
    """A registry of one office whose holder has one confirmed page."""
    proof = Confirmation(on=(week.ends - timedelta(days=30)).date(), of=None, how="письмо пресс-службы")
    page = Account(url=Address.parse(url), kind=AccountKind.PERSONAL, confirmed=proof)
    return cases.registry(cases.office(cases.tenure(since="2020-09", accounts=[page])))


def failed_checks(snapshot: Snapshot, week: Week = cases.WEEK, as_of: datetime | None = None) -> frozenset[str]:
    """Return the checks that fail an office whose only page this is, judged by this look alone and in full."""
    registry, stored = (
        _only(snapshot.url, week),
        RunSnapshot(str(week), snapshot, weight=Weight.FULL, run=1, comments_readable=True),
    )
    now = as_of or max(cases.NOW, snapshot.taken_at)
    case = make_case(
        registry, registry.offices[0], week, now, {snapshot.url: [stored]}, pages_digest=all_pages_digest(registry)
    )
    return frozenset(f.check for check in catalogue() for f in check.judge(case) if f.outcome is Outcome.FAILED)
