"""The door: whatever VK answers is minimised here, and only what is stored of it is read, at once and years later.

So what is judged is what is stored. A look asks through an `Asker`: the network behind the door, or in a replay the
stored answers of that look.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from auditor.base.answers import NO_ANSWER, Answer, keep
from auditor.base.secrets import redact
from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.tape import Tape
from auditor.probes.vk import minimise
from auditor.probes.vk.answers import whole
from auditor.probes.vk.client import VkClient, url_of
from auditor.probes.vk.errors import Act, Param, VkAnswer, VkFailure, rule_for

Form = Callable[[Any], Any]
"""What is kept of an answer's value (`minimise`)."""

_Word = TypeVar("_Word", Act, Cause)


UNANSWERED = VkFailure(None, Act.GIVE_UP, Cause.UNREACHABLE, sent=False)
"""What a question came to in a replay that has no record of it."""

NOT_YET = VkFailure(None, Act.STOP_METHOD, Cause.UNREACHABLE, sent=False)
"""What a question comes to in a rehearsal that has no answer to it yet (`queue`)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a question came to: the value of its answer, or why there is none.

    `answer` is what is stored of it; None in a replay that was left without a record.
    """

    answer: Answer | None
    value: Any = field(default=None, repr=False)
    failure: VkFailure | None = None

    @property
    def kept(self) -> list[Answer]:
        """Its record, where there is one."""
        return [] if self.answer is None else [self.answer]


class Asker(Protocol):
    """What answers a look's questions."""

    def ask(self, kind: EvidenceKind, method: str, form: Form, **params: Param) -> Seen:
        """Call `method` and keep what `form` leaves of the answer. Raises nothing for what the network does."""
        ...


class Door:
    """Asks VK, minimises what comes and reads what is left of it."""

    def __init__(self, client: VkClient) -> None:
        """Ask through `client`."""
        self._client = client

    def ask(self, kind: EvidenceKind, method: str, form: Form, **params: Param) -> Seen:
        """Ask, as `Asker` says."""
        return read_stored(filed(kind, self._client.call(method, **params), form))


class Replayed:
    """The stored answers of one look in the network's place. What was never stored was never answered."""

    def __init__(self, tape: Tape) -> None:
        """Answer from `tape`."""
        self._tape = tape
        self._stopped: dict[str, VkFailure] = {}

    def ask(self, kind: EvidenceKind, method: str, form: Form, **params: Param) -> Seen:  # noqa: ARG002 - as `Asker`
        """Return what the same question came to. That a method was not asked any more was kept once."""
        take = self._tape.play(redact(url_of(method, params)))
        if take is None:
            return Seen(None, failure=self._stopped.get(method, UNANSWERED))
        seen = read_stored(take)
        if seen.failure is not None and not seen.failure.sent:
            self._stopped[method] = seen.failure
        return seen


def filed(kind: EvidenceKind, outcome: VkAnswer | VkFailure, form: Form) -> Answer:
    """Make the record of what a call came to."""
    exchange = outcome.exchange
    assert exchange is not None
    stored = minimise.error(outcome) if isinstance(outcome, VkFailure) else minimise.response(form(outcome.value))
    if exchange.status is None:
        return keep(kind, exchange.url, fetched_at=exchange.at, status=None, received=stored)
    return keep(
        kind,
        exchange.url,
        fetched_at=exchange.at,
        status=exchange.status,
        received=exchange.body,
        stored=stored,
        method="POST",
        headers=exchange.headers,
    )


def read_stored(take: Answer) -> Seen:
    """Read a record. Raises nothing, whatever is stored."""
    try:
        stored = json.loads(take.body)
    except (ValueError, RecursionError):
        stored = None
    if isinstance(stored, dict) and "response" in stored:
        return Seen(take, stored["response"])
    return Seen(take, failure=_failure(stored if isinstance(stored, dict) else {}))


def _failure(stored: Mapping[str, Any]) -> VkFailure:
    if NO_ANSWER in stored:
        why, stopped = _one_of(Cause, stored[NO_ANSWER]), _one_of(Act, stored.get("stopped"))
        return VkFailure(None, stopped or Act.RETRY, why or Cause.UNREACHABLE, sent=stopped is None)
    error = stored.get("error")
    code = whole(error.get("error_code")) if isinstance(error, dict) else None
    if not isinstance(error, dict) or code is None:
        foreign = stored.get("not_an_answer")
        cause = _one_of(Cause, foreign.get("cause")) if isinstance(foreign, dict) else None
        return VkFailure(None, Act.GIVE_UP, cause or Cause.UNRECOGNISED_PAGE)
    rule = rule_for(code, str(error.get("error_msg") or ""))
    return VkFailure(code, rule.act, rule.cause, rule.fact)


def _one_of(words: type[_Word], value: object) -> _Word | None:
    return next((word for word in words if word == value), None)


def once(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Keep the record that a method was no longer asked once for each method and reason."""
    kept: list[Answer] = []
    said: set[tuple[str, bytes]] = set()
    for answer in answers:
        if answer.evidence.status is None and b'"stopped":' in answer.body:
            key = (urlsplit(answer.evidence.url).path, answer.body)
            if key in said:
                continue
            said.add(key)
        kept.append(answer)
    return tuple(kept)
