"""The sans-IO protocol between a look and its driver: requests, minimised responses, failures.

A look at one account is a generator without input or output (docs/dev/design.md, section 4.1). It yields a `Request`,
is sent its response, and returns a snapshot. The live driver (`auditor.probes.driver`) sends the requests over a route;
`replay` sends in what was stored. A response is validated into the model that the request names: the model's JSON is
the stored evidence, and all that a look ever sees, live as in a replay. Two stored bodies, abridged::

    {"at": "2026-11-24T05:00:00Z", "count": 2, "items": [{"id": 12, "at": "2026-11-20T09:00:00Z", "own": true}]}
    {"failed": {"at": "2026-11-24T05:00:00Z", "cause": "throttled", "code": 29, "act": "close", "wait": 1800.0}}
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
    """The part of a response that is stored. Fields that it does not name are dropped; its errors quote no input."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class MinimisedResponse(MinimisedModel):
    """A response as it is stored and as a look reads it. `at` is when it came, UTC."""

    at: AwareDatetime

    def to_body(self) -> bytes:
        """Return the JSON that is stored."""
        return self.model_dump_json().encode()

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Return the response from stored JSON. Raises pydantic's `ValidationError`."""
        return cls.model_validate_json(body)


class FailureAction(StrEnum):
    """What the driver does about a failure before it sends it to the look."""

    DELIVER = "tell"
    """Send it to the look: it concerns the account, or a retry is not worth it."""
    RETRY = "retry"
    """Retry a few times: it may pass."""
    CLOSE_METHOD = "close"
    """Close the method for `Failure.wait` seconds or, without them, for the rest of the run."""
    CLOSE_ROUTE = "stop"
    """Close every method for the rest of the run: the key is dead, or the network wants a human."""


class Failure(MinimisedResponse):
    """Why there is no response. It is stored like a response, so that a replay fails where the look did."""

    cause: Cause
    code: int | None = None
    """The network's own error number."""
    status: int | None = None
    """The HTTP status, if that alone shows the failure."""
    act: FailureAction = FailureAction.DELIVER
    wait: float | None = None
    """Seconds after which a retry is worth it."""
    absent: str = ""
    """The part of the route that is plainly unreachable: ``name`` (no such host), ``refused`` (nothing listens there),
    ``network`` (no way out of this machine, or no name resolution), ``proxy`` (the proxy does not lead to the host),
    ``certificate`` (the one that comes for the host is not trusted here). Empty otherwise."""
    sent: bool = True
    """False if no request was sent: the method was closed, or the time was up."""


ModelT_co = TypeVar("ModelT_co", bound=MinimisedResponse, covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """An API method with its parameters.

    Calls that differ in `batch_param` alone can share a request, up to `batch_size` values.
    """

    method: str
    params: Mapping[str, str | int]
    batch_param: str = ""
    batch_size: int = 1

    @property
    def values(self) -> tuple[str, ...]:
        """The values of `batch_param`, separated by commas in the call; empty if such calls cannot share a request."""
        return tuple(str(self.params[self.batch_param]).split(",")) if self.batch_param else ()

    def can_join(self, other: "Call") -> bool:
        """Return whether one request can carry both calls."""
        other_params = {**other.params, self.batch_param: self.params.get(self.batch_param, "")}
        return bool(self.batch_param) and (self.method, self.batch_param, dict(self.params)) == (
            other.method,
            other.batch_param,
            other_params,
        )

    def joined(self, others: Iterable["Call"]) -> "Call":
        """Return the call that asks for the values of this one and of `others`."""
        if not self.batch_param:
            return self
        values = dict.fromkeys(value for call in (self, *others) for value in call.values)
        return replace(self, params={**self.params, self.batch_param: ",".join(values)})


@dataclass(frozen=True, slots=True)
class Request(Generic[ModelT_co]):
    """A call, and the model that its response must fit."""

    call: Call
    model: type[ModelT_co]
    kind: EvidenceKind
    """What the request is for: evidence is listed and purged by it."""
    recorded_url: str = ""
    """The address to store instead, if that of the call would name a person."""
    minimiser: Callable[[Mapping[str, Any]], ModelT_co] | None = field(default=None, repr=False)
    """Reduces a raw response to the model where validation alone does not: it selects the part that is meant and
    removes the authors. Called with what the transport read, and `at`. None: the model's own validation."""

    def minimise(self, value: Mapping[str, Any]) -> ModelT_co:
        """Return a raw response reduced to the model. Raises anything for an unexpected one."""
        return self.model.model_validate(value) if self.minimiser is None else self.minimiser(value)

    @property
    def url(self) -> str:
        """The address that is stored: without a key, and without a person who is not on record."""
        return self.recorded_url or f"{self.call.method}?{urlencode(self.call.params)}"


Look = Generator[Request[Any], Any, T]
"""Yields requests, is sent a `MinimisedResponse` for each (at first None), and returns its result."""


def fetch(request: Request[ModelT_co]) -> Look[ModelT_co | Failure]:
    """Yield a request and return its response, with the type that a bare ``yield`` cannot have."""
    response = yield request
    assert isinstance(response, (request.model, Failure))
    return response


_FAILED = b'{"failed":'


def dump_response(response: MinimisedResponse) -> bytes:
    """Return the body to store for a response; that of a failure is marked as one."""
    body = response.to_body()
    return _FAILED + body + b"}" if isinstance(response, Failure) else body


def load_response(body: bytes, model: type[ModelT_co]) -> ModelT_co | Failure:
    """Return a stored body as the model of its request, or as a failure. Raises pydantic's `ValidationError`."""
    if body.startswith(_FAILED):
        return Failure.from_body(body[len(_FAILED) : -1])
    return model.from_body(body)


class _CauseOnly(MinimisedResponse):
    cause: Cause | None = None


def is_success(body: bytes) -> bool:
    """Return whether a stored body answers its request: it names no cause, as failures and substitute pages do."""
    try:
        return load_response(body, _CauseOnly).cause is None
    except ValidationError:  # markup, stored as it is
        return True


def replay(look: Look[T], tape: Iterable[StoredResponse], default_at: datetime) -> T:
    """Run a look again from its stored responses; a request without one is sent a failure of the moment `default_at`.

    Raises pydantic's `ValidationError` for a damaged body.
    """
    remaining: defaultdict[str, deque[StoredResponse]] = defaultdict(deque)
    for stored in tape:
        remaining[stored.evidence.url].append(stored)
    response: Any = None
    while True:
        try:
            request = look.send(response)
        except StopIteration as end:
            result: T = end.value
            return result
        records = remaining[request.url]
        not_sent = Failure(at=default_at, cause=Cause.UNREACHABLE, sent=False)
        response = load_response(records.popleft().body, request.model) if records else not_sent
