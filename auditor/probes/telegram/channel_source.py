"""What either way to Telegram can be asked about one channel: the public pages, or the signed-in client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Route
from auditor.probes.protocol import Failure, Look, Request
from auditor.probes.target import Target
from auditor.probes.telegram.responses import EntityCard, HistoryPage, Message, TelegramComment, TelegramCommentPage


@dataclass(frozen=True, slots=True)
class ResolvedChannel:
    """What stands at an address: the facts so far, and whether a channel's history is to be read there."""

    at: datetime
    """When the first answer came, UTC."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Named as in `Snapshot`: `exists`, `cause`, `kind`, `id`, `renamed_to`, `verified`, `subscribers`, ..."""
    first_page: HistoryPage | None = None
    """The newest page of its history, where that came along; the moment of the look is then its own."""
    has_history: bool = False
    """It is the channel: its history is to be read."""
    name: str = ""
    """Its name as it is written in addresses of its posts."""
    created: datetime | None = None
    """When it was created, exactly: told only to one who is not in it."""


@dataclass(frozen=True, slots=True)
class TelegramThread:
    """What was read of the comments under one post; without `cause`, all that the network shows."""

    state: CommentsState = CommentsState.UNKNOWN
    count: int | None = None
    cause: Cause | None = None
    remarks: tuple[TelegramComment, ...] = ()
    read_at: datetime | None = None
    """The moment of its oldest answer; None: it was not asked for, or not answered."""


def is_other_channel(number: int | None, confirmed: int | None) -> bool:
    """Tell whether a channel's number is not that of the one that was confirmed, where both are known."""
    return None not in {number, confirmed} and number != confirmed


class ChannelSource(Protocol):
    """One channel over one way. It is made for one look and holds the look's door (`speakers.Door`).

    Generators (`Look`) ask what they must and return what came of it; a failure in them is told, never swallowed.
    """

    route: Route
    """Which way it is."""
    shows_numbers: bool = False
    """Whether authors are shown with their numbers, by which staff may be on record."""

    def __init__(self, target: Target) -> None: ...

    def resolve_control(self) -> Look[EntityCard | Failure]:
        """Find what a control's name is, or why that cannot be told."""

    def probe_thread(self, posts: Sequence[Message]) -> Request[TelegramCommentPage] | None:
        """Ask of a control whether the thread under one of its `posts` is shown; None where none of them has one.

        Of the answer nothing is kept but its state.
        """

    def resolve(self) -> Look[ResolvedChannel]:
        """Find what stands at the address, by as many questions as it takes."""

    def history_page(self, before: int | None, kind: EvidenceKind) -> Request[HistoryPage]:
        """Ask for the newest page, or for the messages below an id."""

    def oldest_messages(self, bound: int | None) -> Look[Sequence[Message]]:
        """Find the oldest messages, where the history was read down to the id `bound` and not to its first message."""

    def read_threads_in_bulk(self, posts: Sequence[Message]) -> Look[tuple[Mapping[int, TelegramThread], Cause | None]]:  # noqa: ARG002 - for the others
        """Read what can be read of the threads of many posts at once, by the posts' ids; the rest is asked one by one.

        The cause says why it is not known who answers for the channel: then only who asks and answers nobody is
        surely a citizen. By default nothing is asked.
        """
        return {}, None
        yield

    def comment_page(self, post: int, before: int | None) -> Request[TelegramCommentPage]:
        """Ask for the newest comments under a post, or for those below an id."""

    def author_card(self, author: int) -> Request[EntityCard] | None:  # noqa: ARG002 - for the others
        """Ask what somebody who comments is, by his ordinal; None where a source tells that with the comments."""
        return None
