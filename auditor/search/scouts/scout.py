"""What every scout is given and gives back. A scout asks a network who is there; a probe looks at a known account.

A scout asks through the route's own way, with a driver and the looks' own questions, and weighs what came in memory,
whatever their forms leave of it. No method raises for what a network does. `SpentError` alone comes through, when
`limit` forbids another request.

What a scout hands over to be kept is minimised (docs/dev/design.md, section 10). Of a page that is neither an
institution's own nor on record it names only what `Worth` lets through: address, number, kind and flags, without a name
or a word. The other pages are a count.
"""

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Network
from auditor.base.stored_response import StoredResponse, make_stored_response, replace_body, store_as
from auditor.probes.driver import Driver, Response, Timer, Transport
from auditor.probes.plugins import OpenedRoute
from auditor.probes.protocol import Call, Failure, FormT_co, Look, Request, fetch
from auditor.probes.target import Clock, LoginState
from auditor.registry.models import Control
from auditor.search.scouted_page import Passage, ScoutedPage

LeadFilter = Callable[[ScoutedPage], bool]
"""Tells whether a page may be kept as a lead: its name agrees with the one looked for, or it is a body's own page."""


class Task(StrEnum):
    """What a scout can be asked to do."""

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
        """Tell whether it is open."""
        return self.cause is None


@dataclass(frozen=True, slots=True)
class ScoutResult:
    """What came of one call.

    `tried`: how many of the names got a real answer, counted from the first; the rest are still to be tried.
    `cause`: why not all of them did, or why a search or a page failed.
    """

    pages: tuple[ScoutedPage, ...] = ()
    answers: tuple[StoredResponse, ...] = ()
    tried: int = 0
    cause: Cause | None = None
    passages: tuple[Passage, ...] = ()
    """Of a web site, which is no page on a network: its texts with links."""
    moved: str = ""
    """The address that a web site has now, on another host."""
    interrupted: bool = False
    """The budget ended the call: there is no answer to what was asked."""


class BudgetSpentError(Exception):
    """The search's allowance of requests is used up. Nothing was sent, so nothing is known to be missing."""


class _BudgetedTransport:
    """A way that sends at most so many requests."""

    def __init__(self, way: Transport) -> None:
        self._way = way
        self.read, self.close = way.read, way.close
        self.sent, self.most = 0, math.inf

    def send(self, call: Call, seconds: float) -> Response:
        """Send a call, as `Way` says. Raises `SpentError` where none may be sent."""
        if self.sent >= self.most:
            raise BudgetSpentError
        reply = self._way.send(call, seconds)
        self.sent += reply.failure is None or reply.failure.sent
        return reply


class _SearchDriver(Driver):
    """The driver of a search, which may take hours: each question has patience of its own."""

    def why_shut(self, method: str) -> Cause | None:
        """Say why a method would not be asked now; None where it would."""
        shut = self._closure_of(method)
        return None if shut is None else shut[1].cause

    def wait_at_most(self, seconds: float) -> None:
        """Wait for nothing that comes later than so many seconds from now."""
        self._horizon = self.timer.now() + seconds


_PATIENCE = 45.0
"""Seconds for which one question waits; a method that is closed for longer is left alone."""
_T = TypeVar("_T")


class Scout(ABC):
    """One route on which pages can be found. What only some routes can do is answered here for those that cannot."""

    name: str
    """Its name in lists: ``vk``, ``telegram_preview``, ``telegram_client``, ``website``."""
    network: Network | None = None
    """The network whose names it can try; None for web sites."""
    batch = 0
    """How many names it takes in one call: a request or two each."""

    def __init__(self, opened: OpenedRoute, clock: Clock, timer: Timer | None = None) -> None:
        """Ask over a route that is set up. It is for one thread."""
        self._way, self._clock = _BudgetedTransport(opened.transport), clock
        self._driver = _SearchDriver(self._way, clock, opened.limits, timer=timer or Timer())
        self._remembered = opened.login

    @property
    def login(self) -> LoginState | None:
        """What the next run by the same login is to know; None where there is no login. No page is in it."""
        return self._remembered(self._driver)

    @property
    def requests(self) -> int:
        """How many requests it has sent, retries included."""
        return self._way.sent

    def limit(self, most: int) -> None:
        """Send at most `most` requests in all; a call that needs more raises `SpentError`."""
        self._way.most = most

    def close(self) -> None:
        """Close connections."""
        self._way.close()

    def _shut(self, *methods: str) -> Cause | None:
        """Say why one of some methods would not be asked now; None where each would."""
        causes = (self._driver.why_shut(method) for method in methods)
        return next((cause for cause in causes if cause is not None), None)

    def _run(self, look: Look[_T], records: list[StoredResponse]) -> _T:
        """Take a look to its end, and add its records to those that were made before."""
        ends: list[_T] = []

        def sink(key: str, seen: Any, tape: Sequence[StoredResponse]) -> None:  # noqa: ARG001 - there is but one look
            records.extend(tape)
            ends.append(seen)

        self._driver.wait_at_most(_PATIENCE)
        self._driver.run({self.name: look}, sink)
        return ends[0]

    def _ask(self, question: Request[FormT_co], tape: list[StoredResponse]) -> FormT_co | Failure:
        """Ask one thing."""
        return self._run(fetch(question), tape)

    def names_affordable(self, requests: int) -> int:
        """Return for how many names `requests` are enough, controls included; 0 for none."""
        del requests
        return 0

    @abstractmethod
    def capabilities(self) -> tuple[Capability, ...]:
        """Say what it can do now. A task that was refused once (error 15, 28, 1051) stays closed."""

    def control(self, control: Control) -> ScoutResult:
        """Look at an account whose existence is known. Until a known one was seen, no absence is believed.

        Without a cause it was as it must be; `control_failed`: it was not.
        """
        raise NotImplementedError(f"{self.name} knows no control such as {control.url.url}")

    def try_names(self, names: Sequence[str], worth: LeadFilter) -> ScoutResult:
        """Ask which of `names` exist. Returns the pages that do, whether `worth` lets them through or not."""
        del names, worth
        return ScoutResult(cause=Cause.WRONG_KIND)

    def search(self, words: str, worth: LeadFilter) -> ScoutResult:
        """Ask the network's own search for `words`."""
        del words, worth
        return ScoutResult(cause=Cause.WRONG_KIND)

    def read(self, address: Address | str, since: datetime, worth: LeadFilter) -> ScoutResult:
        """Read one page whole: its facts, its texts, its posts back to `since` as passages with their links.

        `address` is a web address (str) for the website scout alone. A page on record or of a body passes `worth`; of
        any other no more is asked for than shows whose it is. `cause`: why the page, or some of its posts, could not
        be read.
        """
        if isinstance(address, str) or address.network is not self.network:
            return ScoutResult(cause=Cause.WRONG_KIND)
        if address.invite:
            return ScoutResult((ScoutedPage(address, exists=None, cause=Cause.PRIVATE),), cause=Cause.PRIVATE)
        return self._read(address, since, worth)

    def _read(self, address: Address, since: datetime, worth: LeadFilter) -> ScoutResult:
        """Read a page of the scout's own network."""
        raise NotImplementedError


# What may be kept of pages that nobody has confirmed -----------------------------------------------------------------


def flags(page: ScoutedPage) -> dict[str, Any]:
    """Return what may be written of a page that is worth it: no name and no word."""
    seen = {"kind": page.kind, "id": page.id, "verified": page.verified, "subscribers": page.subscribers}
    moments = {"opened_at": page.opened_at, "last_post_at": page.last_post_at}
    return {**seen, **{key: at.isoformat() for key, at in moments.items() if at is not None}}


def with_minimal_body(answer: StoredResponse, row: Mapping[str, Any]) -> StoredResponse:
    """Keep `row` in place of an answer's body; the digest of the whole stays."""
    return replace_body(answer, _as_json(row))


def page_evidence(
    page: ScoutedPage, tape: Sequence[StoredResponse], place: int, *, own: bool
) -> tuple[list[StoredResponse], Callable[[int], str]]:
    """Return what is kept of the answers about a page, and the id of the answer that stands for a place on the tape.

    `place` is where the answers about its posts begin. Of a page on record these stay as their forms have left them,
    and of its card what it says; of any other one answer stays, with flags and their number.
    """
    # No finding rests on them, whatever they would be for a look.
    leads = (store_as(record, kind=EvidenceKind.LEAD) for record in tape)
    answers = {n: answer for n, answer in enumerate(leads) if answer.evidence.status is not None}
    if not own:
        kept = [
            with_minimal_body(answer, flags(page) | {"answers": len(answers)}) for answer in list(answers.values())[:1]
        ]
        return kept, lambda _place: kept[0].evidence.id if kept else ""
    for n in [n for n in answers if n < place][-1:]:
        answers[n] = with_minimal_body(answers[n], flags(page) | words_of(page))
    return list(answers.values()), lambda place: answers[place].evidence.id


def words_of(page: ScoutedPage) -> dict[str, Any]:
    """Return what a page on record says of itself."""
    return {"title": page.title, "texts": [passage.text for passage in page.passages]}


def received_only(tape: Sequence[StoredResponse]) -> tuple[StoredResponse, ...]:
    """Return the answers that came."""
    return tuple(record for record in tape if record.evidence.status is not None)


def count_record(url: str, at: datetime, *, asked: int, others: int) -> StoredResponse:
    """Keep how many pages were asked for and how many of them are no lead, without their names."""
    return make_stored_response(
        EvidenceKind.LEAD, url, fetched_at=at, status=None, received=_as_json({"asked": asked, "others": others})
    )


def _as_json(data: Mapping[str, Any]) -> bytes:
    """Write what is kept, the same for the same answer."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()
