"""The base class of scouts. A scout asks a network which pages exist; a probe looks at an account on record.

A scout sends the requests of the looks through the route's own transport and a driver. What it needs of a response
beyond the stored model it takes while the response is reduced (`Reader`); nothing keeps what was received. Failures of
a network are returned as data; the only exception is `BudgetSpentError`, raised when `limit` forbids another request.

What a scout hands over to be stored is minimised (docs/dev/design.md, section 10). Of a page that is neither a body's
nor on record, only address, id, kind and flags are stored, and only if the `LeadFilter` lets it through; other pages
are counted.
"""

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Network
from auditor.base.stored_response import StoredResponse, replace_body, store_as
from auditor.probes.driver import Driver, Response, Timer, Transport
from auditor.probes.event_loop import new_runner
from auditor.probes.plugins import OpenedRoute
from auditor.probes.protocol import Call, Failure, Look, ModelT_co, Request, fetch
from auditor.probes.target import Clock, LoginState
from auditor.registry.models import Control
from auditor.search.scouted_page import Passage, ScoutedPage

LeadFilter = Callable[[ScoutedPage], bool]
"""Returns whether a page may be kept as a lead: its name agrees with the person's, or it is a body's own page."""


class Task(StrEnum):
    """The tasks of a scout."""

    NAMES = "names"
    """Try user names that were formed from a person's name."""
    SEARCH = "search"
    """Ask the network's own search."""
    READ = "read"
    """Read a page and its posts for links."""


@dataclass(frozen=True, slots=True)
class Capability:
    """Whether a task is open on a route, or why not. `key` names the settings that would open it, never values."""

    task: Task
    cause: Cause | None = None
    key: str = ""

    @property
    def open(self) -> bool:
        """Return whether the task is open."""
        return self.cause is None


@dataclass(frozen=True, slots=True)
class ScoutResult:
    """The result of one call of a scout.

    `tried`: how many names were settled, counted from the first; the rest are still to be tried. `cause`: why the rest
    were not, or why a search or a page failed.
    """

    pages: tuple[ScoutedPage, ...] = ()
    responses: tuple[StoredResponse, ...] = ()
    tried: int = 0
    cause: Cause | None = None
    passages: tuple[Passage, ...] = ()
    """The texts with links of a web site, which is not a page on a network."""
    moved: str = ""
    """The new address of a web site that moved to another host."""
    interrupted: bool = False
    """Whether the budget ended the call, so that nothing is known about the pages."""


class BudgetSpentError(Exception):
    """Raised when a scout's allowance of requests is used up; the request was not sent."""


class _BudgetedTransport:
    """A transport that sends at most `max_requests` requests."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.read, self.aclose = transport.read, transport.aclose
        self.sent, self.max_requests = 0, math.inf

    async def send(self, call: Call, seconds: float) -> Response:
        """Send a call as `Transport` does. Raise `BudgetSpentError` if no more may be sent."""
        if self.sent >= self.max_requests:
            raise BudgetSpentError
        response = await self._transport.send(call, seconds)
        self.sent += response.failure is None or response.failure.sent
        return response


class _SearchDriver(Driver):
    """The driver of a search, which may take hours: the wait is limited for each request, not in all."""

    def why_closed(self, method: str) -> Cause | None:
        """Return why a method is closed now; None if it is open."""
        closure = self._closure_of(method)
        return None if closure is None else closure[1].cause

    def close_method(self, method: str, failure: Failure) -> None:
        """Close a method for the rest of the search."""
        self.closed[method] = math.inf, failure

    def wait_at_most(self, seconds: float) -> None:
        """Let no request wait longer than `seconds` from now."""
        self._horizon = self.timer.now() + seconds


_PATIENCE = 45.0
"""Seconds for which one request may wait; a method that is closed for longer is not called."""
_T = TypeVar("_T")
Raw = Mapping[str, Any]
"""A response as the transport read it."""
Reader = Callable[[int, Raw, Any], None]
"""Takes what a scout may see of a response while it is reduced: its index on the tape, the raw response, and the model
that is stored of it. The index is right because the looks that scouts run end with their first failure."""


def _observed(look: Look[_T], read: Reader, start: int) -> Look[_T]:
    """Run a look whose raw responses `read` sees while they are reduced; the first one is at `start` on the tape."""
    response, index = None, start
    while True:
        try:
            request = look.send(response)
        except StopIteration as end:
            result: _T = end.value
            return result
        response = yield replace(request, minimiser=partial(_reduce, request, partial(read, index)))
        index += 1


def _reduce(request: Request[ModelT_co], read: Callable[[Raw, ModelT_co], None], raw: Raw) -> ModelT_co:
    minimised = request.minimise(raw)
    read(raw, minimised)
    return minimised


class Scout(ABC):
    """One route on which pages can be found. Tasks that only some routes can do return `wrong_kind` here."""

    name: str
    """``vk``, ``telegram_preview``, ``telegram_client`` or ``website``."""
    network: Network | None = None
    """The network it asks; None for web sites."""
    tasks: tuple[Task, ...] = ()
    """What the route can do at all."""
    key = ""
    """The settings that would open a task that is closed for want of them."""
    batch = 0
    """How many names it takes in one call of `try_names`; 0 if it tries none."""
    price = (1, 1, 1)
    """What names cost: so many requests for each call of `try_names`, and so many for each list of so many names."""

    def __init__(self, opened: OpenedRoute, clock: Clock, timer: Timer | None = None) -> None:
        """Ask over an opened route, from one thread only."""
        self._transport, self._clock = _BudgetedTransport(opened.transport), clock
        self._driver = _SearchDriver(self._transport, clock, opened.limits, timer=timer or Timer())
        self._login_of, self._runner = opened.login, new_runner()

    @property
    def login(self) -> LoginState | None:
        """The login's state for the next run, in which no page is named; None without a login."""
        return self._login_of(self._driver)

    @property
    def requests(self) -> int:
        """How many requests were sent, retries included."""
        return self._transport.sent

    def limit(self, max_requests: int) -> None:
        """Send at most `max_requests` requests in all; a call that needs more raises `BudgetSpentError`."""
        self._transport.max_requests = max_requests

    def close(self) -> None:
        """Close connections."""
        with self._runner:
            self._runner.run(self._transport.aclose())

    def _why_closed(self, *methods: str) -> Cause | None:
        """Return why the first closed one of some methods is closed; None if all are open."""
        causes = (self._driver.why_closed(method) for method in methods)
        return next((cause for cause in causes if cause is not None), None)

    def _run(self, look: Look[_T], responses: list[StoredResponse], read: Reader) -> _T:
        """Run a look to its end, append the records of what came to `responses`, and return its result."""
        results: list[_T] = []

        def sink(key: str, result: Any, tape: Sequence[StoredResponse]) -> None:  # noqa: ARG001 - there is but one look
            responses.extend(record for record in tape if record.evidence.status is not None)
            results.append(result)

        self._driver.wait_at_most(_PATIENCE)
        self._runner.run(self._driver.run({self.name: _observed(look, read, len(responses))}, sink))
        return results[0]

    def _fetch(
        self, request: Request[ModelT_co], tape: list[StoredResponse], read: Callable[[Raw], _T]
    ) -> _T | Failure:
        """Send one request, append what is stored of it to `tape`, and return what `read` took, or the failure."""
        contents: list[_T] = []
        response = self._run(fetch(request), tape, lambda _index, raw, _model: contents.append(read(raw)))
        return response if isinstance(response, Failure) else contents[0]

    def names_affordable(self, requests: int) -> int:
        """Return how many names can be tried with `requests` requests, controls included."""
        per_call, per_list, names = self.price
        return min(self.batch, max(0, requests - per_call) // per_list * names)

    def capabilities(self) -> tuple[Capability, ...]:
        """Return which tasks are open now, and why others are not."""
        causes = {task: self._why_not(task) for task in self.tasks}
        keys = {None: "", Cause.NO_CREDENTIALS: self.key}
        return tuple(Capability(task, cause, keys.get(cause, "")) for task, cause in causes.items())

    @abstractmethod
    def _why_not(self, task: Task) -> Cause | None:
        """Return why one of its tasks is closed now; None if it is open."""

    def control(self, control: Control) -> ScoutResult:
        """Look at an account that is known to exist or to be missing.

        The result has no cause if the account is as it must be, and `control_failed` if it is not. Absence of other
        pages is believed only after an existing control was seen.
        """
        raise NotImplementedError(f"{self.name} knows no control such as {control.url.url}")

    def try_names(self, names: Sequence[str], is_lead: LeadFilter) -> ScoutResult:
        """Return the pages that exist under `names`, leads or not; only leads are named in the stored responses."""
        return self._perform(Task.NAMES, partial(self._try_names, names, is_lead))

    def search(self, query: str, is_lead: LeadFilter) -> ScoutResult:
        """Ask the network's own search for `query`."""
        return self._perform(Task.SEARCH, partial(self._search, query, is_lead)) if query.strip() else ScoutResult()

    def read(self, address: Address | str, since: datetime, is_lead: LeadFilter) -> ScoutResult:
        """Read one page: its facts, and its texts and posts back to `since` as passages with their links.

        `address` is a web address (str) for the website scout alone. Posts are read only if `is_lead` lets the page
        through. The result's cause says why the page, or some of its posts, could not be read.
        """
        if (address.network if isinstance(address, Address) else None) is not self.network:
            return ScoutResult(cause=Cause.WRONG_KIND)
        if isinstance(address, Address) and address.invite:
            return ScoutResult((ScoutedPage(address, exists=None, cause=Cause.PRIVATE),), cause=Cause.PRIVATE)
        return self._perform(Task.READ, partial(self._read, address, since, is_lead))

    def _perform(self, task: Task, ask: Callable[[], ScoutResult]) -> ScoutResult:
        cause = self._why_not(task) if task in self.tasks else Cause.WRONG_KIND
        return ask() if cause is None else ScoutResult(cause=cause)

    def _try_names(self, names: Sequence[str], is_lead: LeadFilter) -> ScoutResult:
        raise NotImplementedError

    def _search(self, query: str, is_lead: LeadFilter) -> ScoutResult:
        raise NotImplementedError

    def _read(self, address: Any, since: datetime, is_lead: LeadFilter) -> ScoutResult:
        raise NotImplementedError


# What may be stored of unconfirmed pages -----------------------------------------------------------------------------


def flags(page: ScoutedPage) -> dict[str, Any]:
    """Return what may be stored of a lead: kind, id, flags, counts and dates, no name and no text."""
    fields = {"kind": page.kind, "id": page.id, "verified": page.verified, "subscribers": page.subscribers}
    moments = {"opened_at": page.opened_at, "last_post_at": page.last_post_at}
    return {**fields, **{key: moment.isoformat() for key, moment in moments.items() if moment is not None}}


def with_minimal_body(response: StoredResponse, fields: Mapping[str, Any]) -> StoredResponse:
    """Return a response with `fields` as JSON in place of its body; the digest of the received body stays."""
    return replace_body(response, as_json(fields))


def read_result(
    page: ScoutedPage,
    tape: Sequence[StoredResponse],
    posts: Iterable[tuple[int, Passage]],
    cause: Cause | None,
    *,
    posts_from: int = 0,
    on_record: bool,
) -> ScoutResult:
    """Return a page that was read, with passages of its posts and with what is stored of the responses about it.

    Each post comes after the tape index of its response; `posts_from` is the index of the first response about posts.
    Of a page on record all responses stay, that before the posts with the page's flags and texts; of any other page
    only the first stays, with flags and the count of all.
    """
    # No finding rests on them, so they are leads, whatever kind they have in a look.
    records = [store_as(record, kind=EvidenceKind.LEAD) for record in tape]
    if not on_record:
        body = flags(page) | {"answers": len(records)}
        records = [with_minimal_body(record, body) for record in records[:1]] * len(records)
    elif posts_from:
        records[posts_from - 1] = with_minimal_body(records[posts_from - 1], flags(page) | page_texts(page))
    ids = [record.evidence.id for record in records]
    own_texts = (replace(text, evidence=ids[posts_from - 1]) if posts_from else text for text in page.passages)
    passages = (*own_texts, *(replace(text, evidence=ids[index]) for index, text in posts))
    responses = dict(zip(ids, records, strict=True))
    page = replace(page, passages=passages, evidence=(*page.evidence, *responses))
    return ScoutResult((page,), tuple(responses.values()), cause=cause)


def page_texts(page: ScoutedPage) -> dict[str, Any]:
    """Return the title and texts of a page on record."""
    return {"title": page.title, "texts": [passage.text for passage in page.passages]}


def as_json(data: Mapping[str, Any]) -> bytes:
    """Return JSON that is the same for the same data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()
