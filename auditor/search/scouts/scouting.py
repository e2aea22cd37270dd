"""What every scout is given and gives back. A scout asks a network who is there; a probe looks at who is known.

No method raises for what a network does; `SpentError` alone comes through, where `limit` forbids to ask. What a scout
hands over to be kept is minimised: of a page that is not an institution's own and not on record, only what `Worth` lets
through is named, by address, number, kind and flags, with no name and no word; the others are a count (DESIGN.md
section 10).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from auditor.base.address import Address
from auditor.base.snapshot import Cause, ControlResult, Network
from auditor.probes.base import Answer
from auditor.probes.pages import Page, Passage
from auditor.registry.models import Control

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
class Haul:
    """What came of one call.

    `tried`: how many of the names were truly answered for, counted from the first; the rest are still to be tried.
    `cause`: why it is not all of them, or why a search or a page was not had.
    """

    pages: tuple[Page, ...] = ()
    answers: tuple[Answer, ...] = ()
    tried: int = 0
    cause: Cause | None = None
    passages: tuple[Passage, ...] = ()
    """Of a web site, which is no page on a network: its texts with links."""
    cut: bool = False
    """The budget ended the call: nothing is known of what was asked for."""


class Scout(Protocol):
    """One route on which pages can be found."""

    name: str
    """Its name in lists: ``vk``, ``telegram_preview``, ``telegram_client``, ``website``."""
    network: Network | None
    """The network whose names it can try; None for the web at large."""
    batch: int
    """How many names it takes in one call: a request or two each."""

    @property
    def requests(self) -> int:
        """How many requests it has sent."""
        ...

    def limit(self, most: int) -> None:
        """Send at most `most` requests in all, whatever is asked for: beyond them a call raises `SpentError`."""
        ...

    def room(self, requests: int) -> int:
        """Return how many names can be asked for, and their answers believed, in so many requests; 0: none."""
        ...

    def doors(self) -> tuple[Door, ...]:
        """Say what it can do now. What a first refusal closes (error 15, 28, 1051) is closed from then on."""
        ...

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look at an account whose existence is known. Until a known one was seen, no absence is believed."""
        ...

    def try_names(self, names: Sequence[str], worth: Worth) -> Haul:
        """Ask which of `names` exist. Returns the pages that do, those of `worth` and the others alike."""
        ...

    def search(self, words: str, worth: Worth) -> Haul:
        """Ask the network's own search for `words`."""
        ...

    def read(self, address: Address | str, since: datetime, worth: Worth) -> Haul:
        """Read one page whole: its facts, its texts, its posts back to `since` as passages with their links.

        `address` is a web address (str) for the website scout alone. A page on record or of a body passes `worth`.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
