"""What either way to Telegram can be asked about one channel: the public pages, or the signed-in client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Route
from auditor.probes.looks import Ask, Look
from auditor.probes.telegram.forms import Glimpse, History, Identity, Message, Remark, Talk


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at an address: the facts so far, and whether a channel's history is to be read there."""

    at: datetime
    """When the first answer came, UTC."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Named as in `Snapshot`: `exists`, `cause`, `kind`, `id`, `renamed_to`, `verified`, `subscribers`, ..."""
    first: History | None = None
    """The newest page of its history, where that came along; the moment of the look is then its own."""
    reads: bool = False
    """It is the channel: its history is to be read."""
    name: str = ""
    """Its name as it is written in addresses of its posts."""
    created: datetime | None = None
    """When it was created, exactly."""


@dataclass(frozen=True, slots=True)
class Thread:
    """What was read of the comments under one post; without `cause`, all that the network shows."""

    state: CommentsState = CommentsState.UNKNOWN
    count: int | None = None
    cause: Cause | None = None
    remarks: tuple[Remark, ...] = ()
    read_at: datetime | None = None
    """The moment of its oldest answer; None: it was not asked for, or not answered."""


class Source(Protocol):
    """One channel over one way. It is made for one look and holds the look's door (`speakers.Door`).

    Generators (`Look`) ask what they must and return what came of it; a failure in them is told, never swallowed.
    """

    @property
    def route(self) -> Route:
        """Which way it is."""
        ...

    @property
    def shows_numbers(self) -> bool:
        """Whether authors are shown with their numbers, by which staff may be on record."""
        ...

    def stands(self) -> Look[tuple[bool | None, Cause | None, bool]]:
        """Tell of a control whether there is anything under its name, or why not; and whether it is a channel."""
        ...

    def glimpse(self, posts: Sequence[Message]) -> Ask[Glimpse] | None:
        """Ask of a control whether the thread under one of its `posts` is shown; None where none of them has one."""
        ...

    def place(self) -> Look[Place]:
        """Find what stands at the address, by as many questions as it takes."""
        ...

    def history(self, before: int | None, kind: EvidenceKind) -> Ask[History]:
        """Ask for the newest page, or for the messages below an id."""
        ...

    def oldest(self, bound: int | None) -> Look[Sequence[Message]]:
        """Find the oldest messages, where the history was read down to the id `bound` and not to its first message."""
        ...

    def together(self, posts: Sequence[Message]) -> Look[tuple[Mapping[int, Thread], Cause | None]]:
        """Read what can be read of the threads of many posts at once, by the posts' ids; the rest is asked one by one.

        The cause says why it is not known who answers for the channel: then only who asks and answers nobody is
        surely a citizen. A source that has nothing to ask returns ``{}, None``.
        """
        ...

    def talk(self, post: int, before: int | None) -> Ask[Talk]:
        """Ask for the newest comments under a post, or for those below an id."""
        ...

    def identity(self, author: int) -> Ask[Identity] | None:
        """Ask what somebody who comments is, by his ordinal; None where a source tells that with the comments."""
        ...
