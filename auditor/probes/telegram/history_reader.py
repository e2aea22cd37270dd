"""Reading a channel's history back from its newest message, and making posts of messages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Trace, TraceKind
from auditor.probes.protocol import Failure, Look, fetch
from auditor.probes.target import Window
from auditor.probes.telegram.channel_source import ChannelSource
from auditor.probes.telegram.responses import HistoryPage, Message, MessageKind

MAX_PAGES = 60
"""The most pages that are read of one channel."""
_ABOVE_ALL_IDS = 1_000_000_000
_CLOCK_TOLERANCE = timedelta(minutes=10)
"""How far Telegram's clock and ours may differ: a message dated later than that is wrong."""


@dataclass(slots=True)
class HistoryReading:
    """What was read of a history. Without `cause` it is complete from its oldest message on."""

    messages: dict[int, Message] = field(default_factory=dict)
    cause: Cause | None = Cause.UNREACHABLE
    older_cause: Cause | None = None
    """Why the reading ended early, if the week is complete all the same."""
    reached_start: bool = False
    """Whether the channel's very first message was reached."""
    read_at: datetime | None = None
    """The time of the oldest response."""
    channel_id: int | None = None
    """The bare channel id, where the pages name it."""
    inconsistent: bool = False
    """Whether an added page contradicts itself: that may concern the week, wherever the page ends."""
    positions_read: int = 0
    """How many message places the pages had, deleted messages included, where the source counts them."""

    @property
    def oldest(self) -> Message | None:
        """The message with the lowest id."""
        return self.messages[min(self.messages)] if self.messages else None

    @property
    def since(self) -> datetime | None:
        """The time from which the messages are complete; None when all were read or none was."""
        return None if self.reached_start or self.oldest is None else self.oldest.at

    def covers(self, window: Window, posts_until: datetime | None) -> bool:
        """Return whether enough was read: all from `posts_from` on, and a post older than the silence window.

        Where earlier looks read everything up to `posts_until`, only the posts whose threads are wanted must be read.
        """
        if self.oldest is None:
            return False
        if posts_until is not None:
            return self.oldest.at < min(posts_until, window.comments_from)
        reaches_before_gap = any(m.at < window.gap_from for m in self.messages.values() if m.is_post)
        return self.oldest.at < window.posts_from and reaches_before_gap

    def finish(self, window: Window) -> None:
        """Settle what an early stop means: once the week's start was reached, `cause` becomes `older_cause`."""
        album = self.oldest.album if self.oldest is not None else None
        if album is not None and not self.reached_start:  # the last page may have cut it, and so changed its id
            self.messages = {message_id: m for message_id, m in self.messages.items() if m.album != album}
        posts = [m for m in self.messages.values() if m.is_post]
        reached_week = self.since is not None and self.since < window.starts
        if posts and all(m.hidden for m in posts):
            self.cause = Cause.PREVIEW_OFF
        elif self.cause is not None and reached_week and not self.inconsistent:
            self.cause, self.older_cause = None, self.cause


def read_back(
    source: ChannelSource, window: Window, posts_until: datetime | None, first_page: HistoryPage | None = None
) -> Look[HistoryReading]:
    """Read backwards until the window is covered or the channel's first message is reached.

    `first_page` is the newest page if it was already read; `posts_until` is up to when earlier looks read all posts.
    """
    history, before_id, page = HistoryReading(), None, first_page
    for _ in range(MAX_PAGES):
        response = page or (yield from fetch(source.history_page(before_id, EvidenceKind.POSTS)))
        page = None
        if isinstance(response, Failure):
            history.cause = response.cause
            break
        history.cause = _add_page(history, response, before_id)
        if history.cause is not None or history.reached_start or history.covers(window, posts_until):
            break
        before_id = response.before
    else:
        history.cause = Cause.TOO_LITTLE_DATA
    history.finish(window)
    return history


def why_not_empty(source: ChannelSource) -> Look[Cause | None]:
    """Ask in another way for the newest message of a history that looks empty; return why it cannot be believed."""
    page = yield from fetch(source.history_page(_ABOVE_ALL_IDS, EvidenceKind.POSTS))
    if isinstance(page, Failure) or page.cause is not None:
        return page.cause
    return Cause.CONTRADICTION if page.messages or page.count else None


def _add_page(history: HistoryReading, page: HistoryPage, before_id: int | None) -> Cause | None:
    """Add a page to the history and return the cause if it cannot be believed or continued."""
    messages, ids = page.readable, [message.id for message in page.readable]
    history.read_at = min(history.read_at or page.at, page.at)
    history.channel_id = history.channel_id if history.channel_id is not None else page.number
    history.positions_read += page.raw
    if page.cause is not None:
        return Cause.THROTTLED if page.cause is Cause.THROTTLED else Cause.UNRECOGNISED_PAGE
    if before_id is not None and not page.messages and page.count is None:
        return Cause.THROTTLED  # the page before said that there are older ones
    if before_id is not None and max(page.before or 0, *ids, 0) >= before_id:
        return Cause.CONTRADICTION  # older messages were requested: going on would run in a circle
    for message in messages:
        history.messages.setdefault(message.id, message)
    history.inconsistent = True
    if len(messages) < len(page.messages) or any(m.at > page.at + _CLOCK_TOLERANCE for m in messages):
        return Cause.UNRECOGNISED_PAGE
    if ids != sorted(set(ids)):
        return Cause.CONTRADICTION
    history.inconsistent = False
    counted_all = page.count is not None and history.positions_read >= page.count
    if page.count is not None and ((page.before is None and not counted_all) or len(history.messages) > page.count):
        return Cause.CONTRADICTION
    history.reached_start = page.before is None or counted_all
    return None


def traces_of(messages: Mapping[int, Message], created: datetime | None = None) -> tuple[Trace, ...]:
    """Return the traces of the channel's opening: its creation date and its oldest message, the date first.

    A creation date after the oldest message is ignored. Without one the creation message is the only trace, and without
    that the oldest message, which may be a service message or a repost.
    """
    oldest = min((m.at for m in messages.values()), default=None)
    oldest_trace = () if oldest is None else (Trace(kind=TraceKind.OLDEST_POST, at=oldest),)
    if created is not None and (oldest is None or created <= oldest):
        return (Trace(kind=TraceKind.CHANNEL_DATE, at=created), *oldest_trace)
    first_message = messages.get(1)
    if first_message is not None and first_message.kind is MessageKind.CREATION:
        return (Trace(kind=TraceKind.CREATED, at=first_message.at),)
    return oldest_trace


def posts_of(messages: Iterable[Message]) -> list[Message]:
    """Return the posts and reposts, oldest first; an album is one post, under its lowest id."""
    albums: dict[tuple[str, int], list[Message]] = {}
    for message in sorted(messages, key=lambda m: m.id):
        key = ("message", message.id) if message.album is None else ("album", message.album)
        albums.setdefault(key, []).append(message)
    return [_merge_album(album) for album in albums.values() if all(message.is_post for message in album)]


def _merge_album(album: Sequence[Message]) -> Message:
    kinds, states = {message.kind for message in album}, {message.state for message in album}
    media = {message.has_media for message in album}
    return album[0].model_copy(
        update={
            "kind": MessageKind.REPOST if MessageKind.REPOST in kinds else album[0].kind,
            "text": next((message.text for message in album if message.text), ""),
            "state": CommentsState.OPEN if CommentsState.OPEN in states else album[0].state,
            "comments": max((message.comments for message in album if message.comments is not None), default=None),
            "parts": tuple(message.id for message in album),
            "has_media": True if True in media else None if None in media else False,
        }
    )
