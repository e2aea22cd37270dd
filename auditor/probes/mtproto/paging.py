"""A page of messages: of a channel's own, as they are; of a talk, without its words and its writers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from auditor.base.snapshot import Comment
from auditor.probes.mtproto.identity import Side, comment_of
from auditor.probes.mtproto.reading import Message, messages_of, total

PAGE = 100
"""Messages that an answer has at most."""

M = TypeVar("M")


@dataclass(frozen=True, slots=True, repr=False)
class Page(Generic[M]):
    """A page of messages, newest first, without those that are deleted; what is told of the page counts these too."""

    messages: list[M]
    raw: int
    """How many stood on it."""
    count: int | None
    """How many there are in all, where the answer says so."""
    lowest: int | None = None
    """The lowest id on it."""
    oldest: datetime | None = None
    """The earliest moment on it, of whatever has one."""

    def last(self, seen: int) -> bool:
        """Tell whether nothing older is there; `seen` is how many messages the pages before it held.

        A short page ends the history only where it agrees with the number of messages in all; else one more is asked
        for.
        """
        enough = self.count is not None and seen + self.raw >= self.count
        return self.raw == 0 or (self.raw < PAGE and enough)


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a talk: where it stands, and the comment that it is, if it is one."""

    id: int
    at: datetime
    copy_of: int | None = None
    reply_to: int | None = None
    top: int | None = None
    comment: Comment | None = field(default=None)
    """As if it answered whatever it replies to, a root too."""

    @property
    def service(self) -> bool:
        """Never: those are left out as a page is read."""
        return False


def page_of(answer: Any, channel_id: int) -> Page[Message]:
    """Read a page of a channel."""
    messages = messages_of(answer, channel_id)
    raw = getattr(answer, "messages", None) or ()
    numbers = [m.id for m in raw if isinstance(getattr(m, "id", None), int)]
    oldest = min((m.at for m in messages), default=None)
    return Page(messages, len(raw), total(answer), min(numbers, default=None), oldest)


def group_page(answer: Any, channel_id: int, side: Side) -> Page[Said]:
    """Read a page of a linked group: copies of posts, and whatever replies to something; not the group's own talk.

    The root of a thread may stand on a later page, so no reply is left out.
    """
    page = page_of(answer, channel_id)
    replies = {m.id for m in page.messages if m.top is not None or m.reply_to is not None}
    kept = [_said(m, side, comment=m.id in replies) for m in page.messages if m.copy_of is not None or m.id in replies]
    return Page([s for s in kept if s is not None], page.raw, page.count, page.lowest, page.oldest)


def thread_page(answer: Any, channel_id: int, side: Side) -> Page[Said]:
    """Read a page of one post's thread, where every message is a comment."""
    page = page_of(answer, channel_id)
    kept = [_said(m, side, comment=True) for m in page.messages]
    return Page([s for s in kept if s is not None], page.raw, page.count, page.lowest, page.oldest)


def _said(message: Message, side: Side, *, comment: bool) -> Said | None:
    if message.service:
        return None
    made = comment_of(message, (), side) if comment else None
    return Said(message.id, message.at, message.copy_of, message.reply_to, message.top, made)
