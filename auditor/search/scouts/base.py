"""What every scout is given and gives back. A scout asks a network who is there; a probe looks at a known account.

No method raises for what a network does. `SpentError` alone comes through, when `limit` forbids another request.

What a scout hands over to be kept is minimised (DESIGN.md section 10). Of a page that is neither an institution's own
nor on record it names only what `Worth` lets through: address, number, kind and flags, without a name or a word. The
other pages are a count.
"""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from auditor.base.address import Address
from auditor.base.answers import Answer, keep
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Network
from auditor.probes.base import Login
from auditor.registry.models import Control
from auditor.search.pages import Page, Passage

Worth = Callable[[Page], bool]
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
class Door:
    """Whether a task is open on a route, and what would open it. `key` names settings, never their values."""

    task: Task
    open: bool
    cause: Cause | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class CallResult:
    """What came of one call.

    `tried`: how many of the names got a real answer, counted from the first; the rest are still to be tried.
    `cause`: why not all of them did, or why a search or a page failed.
    """

    pages: tuple[Page, ...] = ()
    answers: tuple[Answer, ...] = ()
    tried: int = 0
    cause: Cause | None = None
    passages: tuple[Passage, ...] = ()
    """Of a web site, which is no page on a network: its texts with links."""
    moved: str = ""
    """The address that a web site has now, on another host."""
    cut: bool = False
    """The budget ended the call: there is no answer to what was asked."""


class Way(Protocol):
    """What a scout asks through."""

    @property
    def requests(self) -> int: ...

    def limit(self, most: int) -> None: ...

    def close(self) -> None: ...


class Scout(ABC):
    """One route on which pages can be found. What only some routes can do is answered here for those that cannot."""

    name: str
    """Its name in lists: ``vk``, ``telegram_preview``, ``telegram_client``, ``website``."""
    network: Network | None = None
    """The network whose names it can try; None for web sites."""
    batch = 0
    """How many names it takes in one call: a request or two each."""

    def __init__(self, way: Way) -> None:
        """Ask through `way`."""
        self._way = way

    @property
    def login(self) -> Login | None:
        """What the next run by the same login is to know; None where there is no login. No page is in it."""
        return None

    @property
    def requests(self) -> int:
        """How many requests it has sent, with those of connecting."""
        return self._way.requests

    def limit(self, most: int) -> None:
        """Send at most `most` requests in all; a call that needs more raises `SpentError`."""
        self._way.limit(most)

    def close(self) -> None:
        """Close connections."""
        self._way.close()

    def room(self, requests: int) -> int:
        """Return for how many names `requests` are enough, controls included; 0 for none."""
        del requests
        return 0

    @abstractmethod
    def doors(self) -> tuple[Door, ...]:
        """Say what it can do now. A task that was refused once (error 15, 28, 1051) stays closed."""

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look at an account whose existence is known. Until a known one was seen, no absence is believed."""
        raise NotImplementedError(f"{self.name} knows no control such as {control.url.url}")

    def try_names(self, names: Sequence[str], worth: Worth) -> CallResult:
        """Ask which of `names` exist. Returns the pages that do, whether `worth` lets them through or not."""
        del names, worth
        return CallResult(cause=Cause.WRONG_KIND)

    def search(self, words: str, worth: Worth) -> CallResult:
        """Ask the network's own search for `words`."""
        del words, worth
        return CallResult(cause=Cause.WRONG_KIND)

    def read(self, address: Address | str, since: datetime, worth: Worth) -> CallResult:
        """Read one page whole: its facts, its texts, its posts back to `since` as passages with their links.

        `address` is a web address (str) for the website scout alone. A page on record or of a body passes `worth`; of
        any other no more is asked for than shows whose it is. `cause`: why the page, or some of its posts, could not
        be read.
        """
        if isinstance(address, str) or address.network is not self.network:
            return CallResult(cause=Cause.WRONG_KIND)
        if address.invite:
            return CallResult((Page(address, exists=None, cause=Cause.PRIVATE),), cause=Cause.PRIVATE)
        return self._read(address, since, worth)

    def _read(self, address: Address, since: datetime, worth: Worth) -> CallResult:
        """Read a page of the scout's own network."""
        raise NotImplementedError


# What may be kept of pages that nobody has confirmed -----------------------------------------------------------------


def flags(page: Page) -> dict[str, Any]:
    """Return what may be written of a page that is worth it: no name and no word."""
    seen = {"kind": page.kind, "id": page.id, "verified": page.verified, "subscribers": page.subscribers}
    moments = {"opened_at": page.opened_at, "last_post_at": page.last_post_at}
    return {**seen, **{key: at.isoformat() for key, at in moments.items() if at is not None}}


def reduced(answer: Answer, row: Mapping[str, Any]) -> Answer:
    """Keep `row` in place of an answer's body; the digest of the whole stays."""
    body = _as_json(row)
    sha256 = hashlib.sha256(body).hexdigest()
    evidence = answer.evidence.model_copy(update={"stored_sha256": sha256, "minimised": True})
    return replace(answer, evidence=evidence, body=body)


def counted(url: str, at: datetime, *, asked: int, others: int) -> Answer:
    """Keep how many pages were asked for and how many of them are no lead, without their names."""
    return keep(
        EvidenceKind.LEAD, url, fetched_at=at, status=None, received=_as_json({"asked": asked, "others": others})
    )


def _as_json(data: Mapping[str, Any]) -> bytes:
    """Write what is kept, the same for the same answer."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()
