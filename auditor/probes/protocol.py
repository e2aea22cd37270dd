"""A look asks, a driver answers: what both are written in.

A look at one account is a generator without input or output (docs/dev/design.md, section 4.1). It yields an `Ask`, is
sent what came of it, and returns what it saw. The live driver (`auditor.probes.driver`) sends the asks over a route;
`replay` sends in what was stored. An answer is validated into the form that the ask names: the form's JSON is the
stored evidence, and the only thing that a look ever sees, live as in a replay.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Self, TypeVar
from urllib.parse import urlencode

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.base.stored_response import StoredResponse


class MinimisedModel(BaseModel):
    """What is kept of an answer. A field that is not named is gone, and an error never quotes what it was given."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class MinimisedResponse(MinimisedModel):
    """An answer as it is stored, which is how it is read. `at` is when it came, UTC."""

    at: AwareDatetime

    def to_body(self) -> bytes:
        """Write it as it is stored."""
        return self.model_dump_json().encode()

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Read what was stored. Raises pydantic's `ValidationError`."""
        return cls.model_validate_json(body)


class FailureAction(StrEnum):
    """What the driver does about a failure before a look hears of it."""

    DELIVER = "tell"
    """The look is told: the failure speaks of its account, or asking again is not worth it."""
    RETRY = "retry"
    """It may pass: ask again some times."""
    CLOSE_METHOD = "close"
    """The method answers nobody for `Failure.wait` seconds or, without them, for the rest of the run."""
    CLOSE_ROUTE = "stop"
    """No method will answer in this run: the key is dead, or the network wants a human."""


class Failure(MinimisedResponse):
    """Why there is no answer. It is stored as an answer is, so a replay fails where the look did."""

    cause: Cause
    code: int | None = None
    """The network's own number of the error."""
    status: int | None = None
    """HTTP's status, where that alone tells of the failure."""
    act: FailureAction = FailureAction.DELIVER
    wait: float | None = None
    """Seconds after which asking again is worth it."""
    absent: str = ""
    """The route, or its proxy, is plainly not there: ``name`` (no such host), ``refused`` (nobody listens), ``network``
    (no way out of this machine, or nobody to look up names), ``proxy`` (the proxy leads nobody there)."""
    sent: bool = True
    """False where nothing was asked: the method was closed, or the time was up."""


FormT_co = TypeVar("FormT_co", bound=MinimisedResponse, covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent. Calls that differ in the parameter `many` alone can go in one request, `most` of them."""

    method: str
    params: Mapping[str, str | int]
    batch_param: str = ""
    batch_size: int = 1

    @property
    def values(self) -> tuple[str, ...]:
        """The values of `many`, which may be several in one call; commas part them."""
        return tuple(str(self.params[self.batch_param]).split(",")) if self.batch_param else ()

    def can_join(self, other: "Call") -> bool:
        """Tell whether one request can carry both."""
        theirs = {**other.params, self.batch_param: self.params.get(self.batch_param, "")}
        return bool(self.batch_param) and (self.method, self.batch_param, dict(self.params)) == (
            other.method,
            other.batch_param,
            theirs,
        )

    def joined(self, others: Iterable["Call"]) -> "Call":
        """Return the request that carries this call and `others`."""
        if not self.batch_param:
            return self
        values = dict.fromkeys(value for call in (self, *others) for value in call.values)
        return replace(self, params={**self.params, self.batch_param: ",".join(values)})


@dataclass(frozen=True, slots=True)
class Request(Generic[FormT_co]):
    """A question, and the form that its answer must have to be believed."""

    call: Call
    model: type[FormT_co]
    kind: EvidenceKind
    """What it is asked for: evidence is listed, and purged, by it."""
    recorded_url: str = ""
    """The address as it is stored, where that of the call would name a person."""
    minimiser: Callable[[Mapping[str, Any]], FormT_co] | None = field(default=None, repr=False)
    """What of a raw answer goes into the form, where that is not the form's own validation: which part is meant, who
    speaks for whom. It is given what the way read, and `at`."""

    def minimise(self, value: Mapping[str, Any]) -> FormT_co:
        """Reduce a raw answer to the form. Raises whatever a strange answer makes it raise."""
        return self.model.model_validate(value) if self.minimiser is None else self.minimiser(value)

    @property
    def url(self) -> str:
        """The address as it is stored: no key in it, and no person who is not on record."""
        return self.recorded_url or f"{self.call.method}?{urlencode(self.call.params)}"


Look = Generator[Request[Any], Any, T]
"""Yields a question, is sent what came of it (a `Stored`, at first None), returns what was seen."""


def fetch(question: Request[FormT_co]) -> Look[FormT_co | Failure]:
    """Ask one thing: by ``yield from`` a look gets the type of the answer, which a bare ``yield`` cannot have."""
    answer = yield question
    assert isinstance(answer, (question.model, Failure))
    return answer


_FAILED = b'{"failed":'


def dump_response(answer: MinimisedResponse) -> bytes:
    """Return an answer as it is stored: a failure says that it is one."""
    body = answer.to_body()
    return _FAILED + body + b"}" if isinstance(answer, Failure) else body


def load_response(body: bytes, form: type[FormT_co]) -> FormT_co | Failure:
    """Read a stored answer as the form that it was asked for in. Raises pydantic's `ValidationError`."""
    if body.startswith(_FAILED):
        return Failure.from_body(body[len(_FAILED) : -1])
    return form.from_body(body)


class _CauseOnly(MinimisedResponse):
    cause: Cause | None = None


def is_success(body: bytes) -> bool:
    """Tell whether a stored body answers its question: a failure, and a page in an answer's place, say their cause."""
    try:
        return load_response(body, _CauseOnly).cause is None
    except ValidationError:  # a form that is no JSON: markup
        return True


def replay(look: Look[T], tape: Iterable[StoredResponse], at: datetime) -> T:
    """Take a look again from what was stored of it. What has no record was not answered.

    `at` stands for the moment of what was purged since. Raises pydantic's `ValidationError` for a damaged body.
    """
    left: defaultdict[str, deque[StoredResponse]] = defaultdict(deque)
    for stored in tape:
        left[stored.evidence.url].append(stored)
    answer: Any = None
    while True:
        try:
            question = look.send(answer)
        except StopIteration as end:
            seen: T = end.value
            return seen
        records = left[question.url]
        unasked = Failure(at=at, cause=Cause.UNREACHABLE, sent=False)
        answer = load_response(records.popleft().body, question.model) if records else unasked
