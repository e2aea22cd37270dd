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

from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, EvidenceKind


class Kept(BaseModel):
    """What is kept of an answer. A field that is not named is gone, and an error never quotes what it was given."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Stored(Kept):
    """An answer as it is stored, which is how it is read. `at` is when it came, UTC."""

    at: AwareDatetime

    def to_body(self) -> bytes:
        """Write it as it is stored."""
        return self.model_dump_json().encode()

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Read what was stored. Raises pydantic's `ValidationError`."""
        return cls.model_validate_json(body)


class Act(StrEnum):
    """What the driver does about a failure before a look hears of it."""

    TELL = "tell"
    """The look is told: the failure speaks of its account, or asking again is not worth it."""
    RETRY = "retry"
    """It may pass: ask again some times."""
    CLOSE = "close"
    """The method answers nobody for `Failure.wait` seconds or, without them, for the rest of the run."""
    STOP = "stop"
    """No method will answer in this run: the key is dead, or the network wants a human."""


class Failure(Stored):
    """Why there is no answer. It is stored as an answer is, so a replay fails where the look did."""

    cause: Cause
    code: int | None = None
    """The network's own number of the error."""
    status: int | None = None
    """HTTP's status, where that alone tells of the failure."""
    act: Act = Act.TELL
    wait: float | None = None
    """Seconds after which asking again is worth it."""
    absent: str = ""
    """The route, or its proxy, is plainly not there: ``name`` (no such host), ``refused`` (nobody listens), ``network``
    (no way out of this machine, or nobody to look up names), ``proxy`` (the proxy leads nobody there)."""
    sent: bool = True
    """False where nothing was asked: the method was closed, or the time was up."""


FormT_co = TypeVar("FormT_co", bound=Stored, covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent. Calls that differ in the parameter `many` alone can go in one request, `most` of them."""

    method: str
    params: Mapping[str, str | int]
    many: str = ""
    most: int = 1

    @property
    def values(self) -> tuple[str, ...]:
        """The values of `many`, which may be several in one call; commas part them."""
        return tuple(str(self.params[self.many]).split(",")) if self.many else ()

    def goes_with(self, other: "Call") -> bool:
        """Tell whether one request can carry both."""
        theirs = {**other.params, self.many: self.params.get(self.many, "")}
        return bool(self.many) and (self.method, self.many, dict(self.params)) == (other.method, other.many, theirs)

    def joined(self, others: Iterable["Call"]) -> "Call":
        """Return the request that carries this call and `others`."""
        if not self.many:
            return self
        values = dict.fromkeys(value for call in (self, *others) for value in call.values)
        return replace(self, params={**self.params, self.many: ",".join(values)})


@dataclass(frozen=True, slots=True)
class Ask(Generic[FormT_co]):
    """A question, and the form that its answer must have to be believed."""

    call: Call
    form: type[FormT_co]
    kind: EvidenceKind
    """What it is asked for: evidence is listed, and purged, by it."""
    on_record: str = ""
    """The address as it is stored, where that of the call would name a person."""
    keep: Callable[[Mapping[str, Any]], FormT_co] | None = field(default=None, repr=False)
    """What of a raw answer goes into the form, where that is not the form's own validation: which part is meant, who
    speaks for whom. It is given what the way read, and `at`."""

    def kept(self, value: Mapping[str, Any]) -> FormT_co:
        """Reduce a raw answer to the form. Raises whatever a strange answer makes it raise."""
        return self.form.model_validate(value) if self.keep is None else self.keep(value)

    @property
    def url(self) -> str:
        """The address as it is stored: no key in it, and no person who is not on record."""
        return self.on_record or f"{self.call.method}?{urlencode(self.call.params)}"


Look = Generator[Ask[Any], Any, T]
"""Yields a question, is sent what came of it (a `Stored`, at first None), returns what was seen."""


def ask(question: Ask[FormT_co]) -> Look[FormT_co | Failure]:
    """Ask one thing: by ``yield from`` a look gets the type of the answer, which a bare ``yield`` cannot have."""
    answer = yield question
    assert isinstance(answer, (question.form, Failure))
    return answer


_FAILED = b'{"failed":'


def written(answer: Stored) -> bytes:
    """Return an answer as it is stored: a failure says that it is one."""
    body = answer.to_body()
    return _FAILED + body + b"}" if isinstance(answer, Failure) else body


def read(body: bytes, form: type[FormT_co]) -> FormT_co | Failure:
    """Read a stored answer as the form that it was asked for in. Raises pydantic's `ValidationError`."""
    if body.startswith(_FAILED):
        return Failure.from_body(body[len(_FAILED) : -1])
    return form.from_body(body)


class _Why(Stored):
    cause: Cause | None = None


def is_answer(body: bytes) -> bool:
    """Tell whether a stored body answers its question: a failure, and a page in an answer's place, say their cause."""
    try:
        return read(body, _Why).cause is None
    except ValidationError:  # a form that is no JSON: markup
        return True


def replay(look: Look[T], tape: Iterable[Answer], at: datetime) -> T:
    """Take a look again from what was stored of it. What has no record was not answered.

    `at` stands for the moment of what was purged since. Raises pydantic's `ValidationError` for a damaged body.
    """
    left: defaultdict[str, deque[Answer]] = defaultdict(deque)
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
        answer = read(records.popleft().body, question.form) if records else unasked
