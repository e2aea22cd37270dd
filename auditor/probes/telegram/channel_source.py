"""What either route to Telegram can request about one channel: the protocol behind `TelegramSource`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Route
from auditor.probes.protocol import Failure, Look, Request
from auditor.probes.source import Resolved
from auditor.probes.target import Target
from auditor.probes.telegram.responses import EntityCard, HistoryPage, Message, TelegramComment, TelegramCommentPage


@dataclass(frozen=True, slots=True)
class ResolvedChannel(Resolved):
    """What an address leads to: the facts so far, and what of the channel is already read."""

    first_page: HistoryPage | None = None
    """The newest page of its history, if already read; the snapshot then takes that page's time."""
    name: str = ""
    """The channel's name as written in the addresses of its posts."""
    created: datetime | None = None
    """The exact time of creation; Telegram shows it only to accounts that are not members."""


@dataclass(frozen=True, slots=True)
class OldestMessages:
    """The oldest messages of a history that could be read."""

    messages: Sequence[Message] = ()
    cause: Cause | None = None
    """Why older ones could not be."""


@dataclass(frozen=True, slots=True)
class TelegramThread:
    """The comments read under one post; without `cause` they are all that the network shows."""

    state: CommentsState = CommentsState.UNKNOWN
    count: int | None = None
    cause: Cause | None = None
    comments: tuple[TelegramComment, ...] = ()
    read_at: datetime | None = None
    """The time of its oldest response; None if it was not requested or no response came."""


@dataclass(frozen=True, slots=True)
class BulkThreads:
    """The threads that one pass over many posts read, by post id; the others are requested one by one."""

    threads: Mapping[int, TelegramThread] = field(default_factory=dict)
    administrators_cause: Cause | None = None
    """Why the channel's administrators are unknown: then only authors who ask and reply to nobody are certainly
    citizens."""


class ChannelSource(Protocol):
    """One channel over one route, for one look."""

    route: Route
    target: Target
    shows_author_ids: bool = False
    """Whether authors come with their numeric ids, by which the registry may list staff."""

    def find_channel(self) -> Look[ResolvedChannel]:
        """Return what the target's address leads to."""

    def find_control(self) -> Look[EntityCard | Failure]:
        """Return what a control's name leads to, or the failure that prevented finding out."""

    def history_page(self, before_id: int | None, kind: EvidenceKind) -> Request[HistoryPage]:
        """Return the request for the newest page of messages (`before_id` None), or for the messages below an id."""

    def oldest_messages(self, bound: int | None) -> Look[OldestMessages]:
        """Return the oldest messages of a history that was read down to the id `bound` but not to its first message."""

    def read_threads_in_bulk(self, posts: Sequence[Message]) -> Look[BulkThreads]:  # noqa: ARG002 - for the others
        """Return the threads that one pass over many posts can read; by default none, without a request."""
        return BulkThreads()
        yield  # never reached: it makes this method a generator

    def comment_page(self, post_id: int, before_id: int | None) -> Request[TelegramCommentPage]:
        """Return the request for the newest comments under a post (`before_id` None), or for those below an id."""

    def control_thread(self, page: HistoryPage) -> Request[TelegramCommentPage] | None:
        """Return the request for whether a control's thread is open; None if no post has one."""

    def author_card(self, ordinal: int) -> Request[EntityCard] | None:  # noqa: ARG002 - for the others
        """Return the request for what a comment's author is, by their ordinal; None if the comments already say it."""
        return None
