"""Reading a channel's history back from its newest message, and making posts of messages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Trace, TraceKind
from auditor.probes.protocol import Failure, Look, fetch
from auditor.probes.target import Window
from auditor.probes.telegram.channel_source import ChannelSource
from auditor.probes.telegram.responses import HistoryPage, Message, MessageKind

PAGES = 60
"""Pages that are read of one channel at most."""
_SOON = timedelta(minutes=10)
"""No clock is off by more: a message from later on was not written at its time."""


@dataclass(slots=True)
class HistoryReading:
    """What was read of a history. Without `cause` it is complete from its oldest message on, or `whole`."""

    messages: dict[int, Message] = field(default_factory=dict)
    cause: Cause | None = Cause.UNREACHABLE
    older_cause: Cause | None = None
    """What ended the walk early, if the week loses nothing by it."""
    whole: bool = False
    """The first message of all was reached."""
    read_at: datetime | None = None
    """The moment of the oldest answer."""
    number: int | None = None
    """The bare channel id, where the pages name it."""
    inconsistent: bool = False
    """A page that was taken in was not right in itself: that may concern the week, wherever the page ends."""
    positions_read: int = 0
    """How many places the pages had, where the source counts them."""

    @property
    def oldest(self) -> Message | None:
        """The message with the lowest id."""
        return self.messages[min(self.messages)] if self.messages else None

    @property
    def since(self) -> datetime | None:
        """From when on the messages are complete; None when all were read or none was."""
        return None if self.whole or self.oldest is None else self.oldest.at

    def covers(self, window: Window, until: datetime | None) -> bool:
        """Tell whether enough was read: all from `posts_from` on, and a post older than the silence window.

        Of what earlier looks read whole `until` a moment, only the posts whose threads are asked for.
        """
        if self.oldest is None:
            return False
        if until is not None:
            return self.oldest.at < min(until, window.comments_from)
        older = any(m.at < window.gap_from for m in self.messages.values() if m.is_post)
        return self.oldest.at < window.posts_from and older

    def finish(self, window: Window) -> None:
        """Decide what an early stop costs: nothing that concerns the week when the week itself was reached."""
        album = self.oldest.album if self.oldest is not None else None
        if album is not None and not self.whole:  # the last page may have cut it: it would be another post
            self.messages = {number: m for number, m in self.messages.items() if m.album != album}
        posts = [m for m in self.messages.values() if m.is_post]
        early = self.since is not None and self.since < window.starts
        if posts and all(m.hidden for m in posts):
            self.cause = Cause.PREVIEW_OFF
        elif self.cause is not None and early and not self.inconsistent:
            self.cause, self.older_cause = None, self.cause


def read_back(
    source: ChannelSource, window: Window, until: datetime | None, first: HistoryPage | None = None
) -> Look[HistoryReading]:
    """Read on until the window is covered, with one post older than the week, or to the first message of all."""
    walk, before, page = HistoryReading(), None, first
    for _ in range(PAGES):
        answer = page or (yield from fetch(source.history_page(before, EvidenceKind.POSTS)))
        page = None
        if isinstance(answer, Failure):
            walk.cause = answer.cause
            break
        walk.cause = _add_page(walk, answer, before)
        if walk.cause is not None or walk.whole or walk.covers(window, until):
            break
        before = answer.before
    else:
        walk.cause = Cause.TOO_LITTLE_DATA
    walk.finish(window)
    return walk


def _add_page(walk: HistoryReading, page: HistoryPage, before: int | None) -> Cause | None:
    """Take in a page, and tell what is wrong with it."""
    messages, ids = page.readable, [message.id for message in page.readable]
    walk.read_at = min(walk.read_at or page.at, page.at)
    walk.number = walk.number if walk.number is not None else page.number
    walk.positions_read += page.raw
    if page.cause is not None:
        return Cause.THROTTLED if page.cause is Cause.THROTTLED else Cause.UNRECOGNISED_PAGE
    if before is not None and not page.messages and page.count is None:
        return Cause.THROTTLED  # the page before said that there are older ones
    if before is not None and max(page.before or 0, *ids, 0) >= before:
        return Cause.CONTRADICTION  # what was asked for is older: asking further would go in a circle
    for message in messages:
        walk.messages.setdefault(message.id, message)
    walk.inconsistent = True
    if len(messages) < len(page.messages) or any(m.at > page.at + _SOON for m in messages):
        return Cause.UNRECOGNISED_PAGE
    if ids != sorted(set(ids)):
        return Cause.CONTRADICTION
    walk.inconsistent = False
    enough = page.count is not None and walk.positions_read >= page.count
    if page.count is not None and ((page.before is None and not enough) or len(walk.messages) > page.count):
        return Cause.CONTRADICTION
    walk.whole = page.before is None or enough
    return None


def traces_of(messages: Mapping[int, Message], created: datetime | None = None) -> tuple[Trace, ...]:
    """Return what shows when the channel was opened, what says most first: its creation, its birth, its oldest message.

    Service messages and reposts are traces too. A date of creation after the oldest message is none.
    """
    oldest = min((m.at for m in messages.values()), default=None)
    read = () if oldest is None else (Trace(kind=TraceKind.OLDEST_POST, at=oldest),)
    if created is not None and (oldest is None or created <= oldest):
        return (Trace(kind=TraceKind.CHANNEL_DATE, at=created), *read)
    first = messages.get(1)
    born = first is not None and first.kind is MessageKind.CREATION
    return (Trace(kind=TraceKind.CREATED, at=first.at),) if first is not None and born else read


def posts_of(messages: Iterable[Message]) -> list[Message]:
    """Return the posts and reposts, oldest first; an album is one, under its lowest id."""
    albums: dict[tuple[str, int], list[Message]] = {}
    for message in sorted(messages, key=lambda m: m.id):
        key = ("message", message.id) if message.album is None else ("album", message.album)
        albums.setdefault(key, []).append(message)
    return [_joined(parts) for parts in albums.values() if all(part.is_post for part in parts)]


def _joined(parts: Sequence[Message]) -> Message:
    kinds, states = {part.kind for part in parts}, {part.state for part in parts}
    return parts[0].model_copy(
        update={
            "kind": MessageKind.REPOST if MessageKind.REPOST in kinds else parts[0].kind,
            "text": next((part.text for part in parts if part.text), ""),
            "state": CommentsState.OPEN if CommentsState.OPEN in states else parts[0].state,
            "comments": max((part.comments for part in parts if part.comments is not None), default=None),
            "parts": tuple(part.id for part in parts),
        }
    )
