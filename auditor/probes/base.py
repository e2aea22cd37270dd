"""What every probe is given and gives back, and how an answer becomes evidence.

To add a network, write one probe: a class with `route`, `prepare`, `control`, `look` and `close`.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any, Protocol

from pydantic import AwareDatetime, PlainSerializer

from auditor.base.address import Address
from auditor.base.secrets import redact, redact_body
from auditor.base.snapshot import Cause, ControlResult, Evidence, EvidenceKind, Route, Snapshot
from auditor.base.weeks import Week
from auditor.registry.models import Control

Clock = Callable[[], datetime]
"""The moment, as UTC. Passed in, so that a run can be made again."""

AuthorKey = Callable[[str], str]
"""Turns an author's identity on a network into a keyed hash: the only form in which it may leave a probe."""


@dataclass(frozen=True, slots=True)
class Window:
    """How far back a probe reads, all UTC.

    Posts are read back to `posts_from` and on to the first post before `gap_from`, so that a silence which began
    earlier is seen whole; comments are read under posts from `comments_from` to `ends`.
    """

    starts: AwareDatetime
    ends: AwareDatetime
    posts_from: AwareDatetime
    gap_from: AwareDatetime
    comments_from: AwareDatetime

    @classmethod
    def of(cls, week: Week, now: datetime) -> "Window":
        """Return the window for judging `week` at `now` (DESIGN.md section 5, issue 2)."""
        end = min(week.ends, now)
        return cls(
            starts=week.starts,
            ends=end,
            posts_from=week.starts - timedelta(days=30),
            gap_from=end - timedelta(days=30),
            comments_from=week.starts - timedelta(days=14),
        )


def _as_asked(address: Address) -> str:
    """Write an address for a note as it was asked for: networks ignore case, a look made again must not."""
    return f"{address.url.removesuffix(address.name)}{address.asked}"


AskedAddress = Annotated[Address, PlainSerializer(_as_asked)]
"""An address that is written down as it was asked for."""


@dataclass(frozen=True, slots=True)
class Target:
    """An account to look at. `full` is False for an institution's page: only its existence is asked for."""

    address: AskedAddress
    full: bool = True
    staff: tuple[int | str, ...] = ()
    """Ids or user names that answer on the owner's behalf (the registry's `staff`)."""
    others: Annotated[frozenset[Address], PlainSerializer(lambda found: sorted(map(_as_asked, found)))] = frozenset()
    """Addresses of every other office and institution in the registry: their comments are `other_body`."""
    id: int | None = None
    """The number of the page that was confirmed, where known: by it a renamed page is found."""
    id_seen: bool = False
    """Whether `id` was ever seen under the address. If not, it is asked for only when no page has the name: it may be
    a slip in the registry, and the page under the address the right one."""


NO_ANSWER = "no_answer"
"""The key of a record that says why a question was not answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to keep, or one that was kept: its evidence record, and what may be written to disk of it."""

    evidence: Evidence
    body: bytes = field(repr=False)
    method: str | None = None
    """HTTP's method, where it was asked by HTTP."""
    headers: tuple[tuple[str, str], ...] | None = None
    """The headers that matter of an HTTP answer; None where they are not known."""
    told: Mapping[str, str] = field(default_factory=dict)
    """What a replay needs and the kept body does not say: how the answer failed on its way, where it led. No citizen's
    word and no secret; it is kept in the record of the look."""

    @property
    def silence(self) -> Cause | None:
        """Why no answer came (`no_answer`), or None where one did."""
        if self.evidence.status is not None or not self.body.startswith(b'{"no_answer"'):
            return None
        return Cause(json.loads(self.body)[NO_ANSWER])


@dataclass(frozen=True, slots=True)
class Peer:
    """A channel's number and its access hash, which is good in one login only (telegram.md 5)."""

    name: str
    id: int
    access_hash: int


@dataclass(frozen=True, slots=True)
class Flood:
    """A method that the network closed to this login until a moment, UTC."""

    method: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Login:
    """What a signed-in route remembers between runs so that it does not ask again.

    `session` names the login without revealing it (a hash of its key's public number); another login shares nothing.
    """

    session: str
    peers: tuple[Peer, ...] = ()
    floods: tuple[Flood, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A snapshot with the answers behind it; a signed-in route adds what it has learned for the next run."""

    snapshot: Snapshot
    answers: tuple[Answer, ...] = ()
    login: Login | None = None


@dataclass(slots=True)
class Visit:
    """A look in progress: the answers and the facts so far, the facts named as in `Snapshot`."""

    target: Target
    window: Window
    taken_at: datetime
    answers: list[Answer] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


class Probe(Protocol):
    """One way to look at one network. No method raises for what a network does: failures become causes."""

    route: Route

    @property
    def requests(self) -> int:
        """How many requests it has sent."""
        ...

    def prepare(self, addresses: Sequence[Address]) -> None:
        """Look up many addresses at once, where the network can: targets and those of other offices."""
        ...

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look at an account whose existence is known, before anything is judged by this route."""
        ...

    def look(self, target: Target, window: Window) -> Sighting:
        """Look at `target` and return what was seen of it."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


def keep(
    kind: EvidenceKind,
    url: str,
    *,
    fetched_at: datetime,
    status: int | None,
    received: bytes,
    stored: bytes | None = None,
    method: str | None = None,
    headers: tuple[tuple[str, str], ...] | None = None,
    told: Mapping[str, str] | None = None,
) -> Answer:
    """Make an `Answer`. `stored` is what is left of `received` without citizens' words; None when all may stay.

    `url` and `headers` must be free of citizens. Secrets are taken out of all three here; a body that held one counts
    as minimised. The id is made of what was asked, when, and what came, so it is the same for the same answer and
    differs between two looks.
    """
    kept = received if stored is None else stored
    url, body = redact(url), redact_body(kept)
    headers = None if headers is None else tuple((redact(field), redact(value)) for field, value in headers)
    sha256 = hashlib.sha256(received).hexdigest()
    stored_sha256 = hashlib.sha256(body).hexdigest()
    name = hashlib.sha256(f"{kind}\n{url}\n{fetched_at.isoformat()}\n{sha256}".encode()).hexdigest()
    evidence = Evidence(
        id=f"ev-{name[:12]}",
        kind=kind,
        url=url,
        fetched_at=fetched_at,
        status=status,
        sha256=sha256,
        stored_sha256=stored_sha256,
        minimised=stored is not None or body is not kept,
    )
    return Answer(evidence, body, method, headers, {key: redact(value) for key, value in (told or {}).items()})


def no_answer(kind: EvidenceKind, url: str, *, at: datetime, cause: Cause) -> Answer:
    """Make the record of a question that was asked, or would have been, and not answered, with why.

    With it silence is played back as silence and never as absence.
    """
    body = json.dumps({NO_ANSWER: cause.value}).encode()
    return keep(kind, url, fetched_at=at, status=None, received=body)
