"""The protocol that both routes to Telegram implement: what can be requested about one channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Route
from auditor.probes.page_facts import PageFacts
from auditor.probes.protocol import Failure, Look, Request
from auditor.probes.target import Target
from auditor.probes.telegram.responses import EntityCard, HistoryPage, Message, TelegramComment, TelegramCommentPage


@dataclass(frozen=True, slots=True)
class ResolvedChannel:
    """What an address leads to: the facts so far, and whether a channel's history can be read there."""

    facts: PageFacts
    """What is known before its history is read; `taken_at` is when the first response came."""
    first_page: HistoryPage | None = None
    """The newest page of its history, if already read; the snapshot then takes that page's time."""
    has_history: bool = False
    """Whether this is the channel asked for, so that its history can be read."""
    name: str = ""
    """The channel's name as written in the addresses of its posts."""
    created: datetime | None = None
    """The exact time of creation; Telegram shows it only to accounts that are not members."""


@dataclass(frozen=True, slots=True)
class TelegramThread:
    """The comments read under one post; without `cause` they are all that the network shows."""

    state: CommentsState = CommentsState.UNKNOWN
    count: int | None = None
    cause: Cause | None = None
    comments: tuple[TelegramComment, ...] = ()
    read_at: datetime | None = None
    """The time of its oldest response; None if it was not requested or no response came."""


def is_other_channel(channel_id: int | None, confirmed_id: int | None) -> bool:
    """Return whether a channel's id differs from the confirmed one; False if either is unknown."""
    return None not in {channel_id, confirmed_id} and channel_id != confirmed_id


class ChannelSource(Protocol):
    """One channel over one route. It is made for one look and holds the look's `TelegramAnonymiser`.

    Methods that return a `Look` yield as many requests as they need. A failure becomes part of their result, as a
    `Failure` or a cause; only `oldest_messages` drops it and returns what was read until then.
    """

    route: Route
    """The route that carries the requests."""
    shows_author_ids: bool = False
    """Whether authors come with their numeric ids, by which the registry may list staff."""

    def __init__(self, target: Target) -> None: ...

    def resolve_control(self) -> Look[EntityCard | Failure]:
        """Return what a control's name leads to, or the failure that prevented finding out."""

    def probe_thread(self, posts: Sequence[Message]) -> Request[TelegramCommentPage] | None:
        """Return the request that shows whether a control's thread is open; None if none of `posts` has a thread.

        Only the thread's state is kept of the response.
        """

    def resolve(self) -> Look[ResolvedChannel]:
        """Return what the target's address leads to."""

    def history_page(self, before_id: int | None, kind: EvidenceKind) -> Request[HistoryPage]:
        """Return the request for the newest page of messages (`before_id` None), or for the messages below an id."""

    def oldest_messages(self, bound: int | None) -> Look[Sequence[Message]]:
        """Return the oldest messages of a history that was read down to the id `bound` but not to its first message.

        A failure ends the search: the messages read until then are returned, perhaps none.
        """

    def read_threads_in_bulk(self, posts: Sequence[Message]) -> Look[tuple[Mapping[int, TelegramThread], Cause | None]]:  # noqa: ARG002 - for the others
        """Return the threads that one pass over many posts can read, by post id; the others are requested one by one.

        The cause says why the channel's administrators are unknown: then only authors who ask and reply to nobody are
        certainly citizens. By default no request is sent.
        """
        return {}, None
        yield  # never reached: it makes this method a generator

    def comment_page(self, post_id: int, before_id: int | None) -> Request[TelegramCommentPage]:
        """Return the request for the newest comments under a post (`before_id` None), or for those below an id."""

    def author_card(self, ordinal: int) -> Request[EntityCard] | None:  # noqa: ARG002 - for the others
        """Return the request for what a comment's author is, by their ordinal; None if the comments already say it."""
        return None
