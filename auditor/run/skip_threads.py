"""What a look may leave out, by what earlier looks of its route have read (docs/dev/design.md, section 4.4 and 5).

The looks are given oldest first, and only those of runs whose controls came out right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.base.snapshot import Comment, CommentsState, Post, Side, Snapshot
from auditor.probes.target import Window


@dataclass(frozen=True, slots=True)
class KnownThread:
    """A thread as the last look that read it whole saw it."""

    post: Post
    at: datetime
    """When it was read, UTC."""
    sides: str
    """As `Snapshot.sides` of that look."""
    sides_open: bool = False

    @property
    def count(self) -> int | None:
        """How many comments the network counted; under a closed post, of which t.me says no number, there is none."""
        closed = self.post.comments_state is CommentsState.CLOSED and not self.post.comments
        return 0 if closed and self.post.comments_count is None else self.post.comments_count

    def is_of_record(self, sides: str) -> bool:
        """Tell whether its comments have the sides that a look with this digest would give them.

        What decided them was all found out; what is on record has not changed since, or only people who ask have
        written.
        """
        if self.sides_open and any(c.side is Side.UNKNOWN and not c.deleted for c in self.post.comments):
            return False
        asking = {c.author for c in self.post.comments if c.author is not None and _asks(c)}
        return self.sides == sides or all(c.author in asking or c.deleted for c in self.post.comments)

    def awaits_reply(self, within: timedelta, as_of: datetime) -> bool:
        """Tell whether a question had no answer yet, and its time to reply has run out since."""
        answered = {c.answers or c.reply_to for c in self.post.comments if c.side is Side.OWNER and c.has_words}
        waiting = (c for c in self.post.comments if _asks(c) and c.id not in answered)
        return any(self.at < question.at + within <= as_of for question in waiting)

    @property
    def rules_out_failed(self) -> bool:
        """Whether somebody who is no citizen has written after the first question: the page cannot be red then."""
        first = min((c.at for c in self.post.comments if _asks(c)), default=None)
        return first is not None and any(c.at > first and c.side is not Side.CITIZEN for c in self.post.comments)


def _asks(comment: Comment) -> bool:
    return comment.side is Side.CITIZEN and comment.question and not comment.deleted


def readings_of(looks: Sequence[Snapshot], window: Window) -> dict[int, KnownThread]:
    """Return the last whole reading of each thread under the posts of the window, by the post's number."""
    return {
        post.id: KnownThread(post, post.comments_read_at or look.taken_at, look.sides, look.sides_open)
        for look in looks
        for post in look.posts
        if window.comments_from <= post.at < window.ends and _is_read(post)
    }


def _is_read(post: Post) -> bool:
    unread = post.comments_cause is not None or post.comments_state is CommentsState.UNKNOWN
    return not (unread or post.comments_left or post.comments_purged is not None)


def threads_to_skip(
    readings: Mapping[int, KnownThread],
    window: Window,
    as_of: datetime,
    *,
    ended: datetime | None,
    sides: str,
    hours: float,
    counted: bool = True,
) -> dict[int, int]:
    """Return the posts whose threads may be left out while the network counts so many comments under them.

    `ended` is the week's end, where it is over: from then on each of the week's threads is read once more, and each of
    the window where the page may be red, which a question that nobody has seen yet can make it. Where the history does
    not show how many are `counted`, a thread is left out only once it was read after the week. `hours`: within which a
    reply is in time.
    """
    may_redden = not any(reading.rules_out_failed for reading in readings.values())
    within = timedelta(hours=hours)

    def is_settled(reading: KnownThread) -> bool:
        if ended is not None and reading.at >= ended:
            return True
        older = reading.post.at < window.starts and not may_redden
        return counted and (ended is None or older)

    return {
        number: reading.count
        for number, reading in readings.items()
        if reading.count is not None
        and reading.is_of_record(sides)
        and not reading.awaits_reply(within, as_of)
        and is_settled(reading)
    }


def read_until(looks: Sequence[Snapshot], window: Window) -> datetime | None:
    """Return until when looks together have read the posts whole from `Window.posts_from` on; None: there is a gap.

    It is not later than `Window.comments_from`: each look shows how many comments every post of the window has.
    """
    until, begun = window.posts_from, False
    for since, to in sorted(_stretches(looks)):
        if since <= until:
            begun, until = True, max(until, to)
    return min(until, window.comments_from) if begun and until > window.posts_from else None


def _stretches(looks: Sequence[Snapshot]) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when to when each look read all posts."""
    for look in looks:
        if look.exists and look.posts_cause is None:
            yield (
                look.posts_since or datetime.min.replace(tzinfo=look.taken_at.tzinfo),
                look.posts_until or look.taken_at,
            )
