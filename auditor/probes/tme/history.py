"""A channel's history and its posts, as both of Telegram's routes read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from auditor.base.snapshot import Cause, Comment, CommentsState, Post, Trace, TraceKind
from auditor.base.threads import whole_or_none
from auditor.language.reading import read_post
from auditor.probes.base import Window


class _Message(Protocol):
    """A message as far as a history goes."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def service(self) -> bool: ...
    @property
    def created(self) -> bool: ...


class _Entry(Protocol):
    """A post or repost as it was read."""

    @property
    def id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def repost(self) -> bool: ...
    @property
    def text(self) -> str: ...


_M = TypeVar("_M", bound=_Message)


@dataclass(slots=True)
class Walk(Generic[_M]):
    """What was read of a history. Without `cause` it is complete from its oldest message on, or `whole`."""

    messages: dict[int, _M] = field(default_factory=dict)
    cause: Cause | None = None
    older_cause: Cause | None = None
    """What ended the walk early, if the week loses nothing by it."""
    whole: bool = False
    """The first message of all was reached."""

    @property
    def oldest(self) -> _M | None:
        """The message with the lowest id."""
        return self.messages[min(self.messages)] if self.messages else None

    @property
    def since(self) -> datetime | None:
        """From when on the messages are complete; None when all were read or none was."""
        return None if self.whole or self.oldest is None else self.oldest.at

    def add(self, messages: Iterable[_M]) -> None:
        """Take in messages; one that was read before stays as it was."""
        for message in messages:
            self.messages.setdefault(message.id, message)

    def covers(self, window: Window) -> bool:
        """Tell whether everything from `posts_from` on was read, and a post older than the silence window."""
        older = any(m.at < window.gap_from for m in self.messages.values() if not m.service)
        return self.oldest is not None and self.oldest.at < window.posts_from and older


def opening_by(messages: Mapping[int, _M]) -> Trace | None:
    """Return what shows when a channel was opened: its birth message, else its oldest message.

    Service messages and reposts are traces too.
    """
    if not messages:
        return None
    first = messages.get(1)
    if first is not None and first.created:
        return Trace(kind=TraceKind.CREATED, at=first.at)
    return Trace(kind=TraceKind.OLDEST_POST, at=min(m.at for m in messages.values()))


@dataclass(frozen=True, slots=True)
class Talk:
    """What was seen of one post's comments; the fields mean what those of `Post` mean."""

    state: CommentsState = CommentsState.UNKNOWN
    count: int | None = None
    cause: Cause | None = None
    comments: tuple[Comment, ...] = ()


def post_of(entry: _Entry, name: str, talk: Talk) -> Post:
    """Make a snapshot's post of one of the channel `name`."""
    return Post(
        id=entry.id,
        at=entry.at,
        url=f"https://t.me/{name}/{entry.id}",
        repost=entry.repost,
        comments_state=talk.state,
        comments_count=talk.count,
        comments_cause=talk.cause,
        comments=whole_or_none(talk.comments, talk.cause),
        **read_post("" if entry.repost else entry.text),
    )
