"""Decide what a look may leave out, given what earlier looks of its route read.

The looks are given oldest first, without those of runs whose controls failed (docs/dev/design.md, sections 4.4, 5).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from auditor.base.reply_targets import Thread
from auditor.base.snapshot import CommentsState, Post, Side, Snapshot
from auditor.language.minimise_text import RULES
from auditor.probes.target import Window

OLD_ENOUGH = 3
"""How many times `reply_within_hours` old a question without a reply is when it may count against the owner."""


@dataclass(frozen=True)
class KnownThread:
    """A thread as the last look that read all of it saw it."""

    post: Post
    read_at: datetime
    """When it was read, UTC."""
    sides: str
    """`Snapshot.sides` of that look."""
    sides_open: bool = False

    @cached_property
    def thread(self) -> Thread:
        """Its comments as a check reads them."""
        return Thread.of(self.post.comments)

    @property
    def count(self) -> int | None:
        """How many comments the network counted; 0 under a closed post of t.me, which shows no number."""
        closed = self.post.comments_state is CommentsState.CLOSED and not self.post.comments
        return 0 if closed and self.post.comments_count is None else self.post.comments_count

    def is_of_record(self, sides: str) -> bool:
        """Return whether its comments have the sides that a look with this digest would give them.

        That is so if no author is undecided, the rules by which comments are read are today's, and the record has not
        changed since or only people who ask have written.
        """
        if any(comment.rules not in {0, RULES} for comment in self.post.comments):
            return False
        if self.sides_open and any(c.side is Side.UNKNOWN and not c.deleted for c in self.post.comments):
            return False
        asking = {c.author for c in self.thread.questions} - {None}
        return self.sides == sides or all(c.author in asking or c.deleted for c in self.post.comments)

    def is_waiting(self, reply_time: timedelta) -> bool:
        """Return whether a question had no reply and was too young to be held against the owner."""
        return any(self.read_at < asked_at + OLD_ENOUGH * reply_time for asked_at in self._unanswered())

    def is_due(self, reply_time: timedelta, as_of: datetime) -> bool:
        """Return whether the time of a question without a reply has run out since, once or `OLD_ENOUGH` times."""
        ages = (reply_time, OLD_ENOUGH * reply_time)
        return any(self.read_at < asked_at + age <= as_of for asked_at in self._unanswered() for age in ages)

    def _unanswered(self) -> list[datetime]:
        replies = self.thread.replies(Side.OWNER)
        answered = {comment.id for reply in replies for comment in self.thread.answered(reply)}
        return [question.at for question in self.thread.questions if question.id not in answered]


def readings_of(looks: Sequence[Snapshot], window: Window) -> dict[int, KnownThread]:
    """Return by post id the last complete reading of each thread that a look with this window reads."""
    return {
        post.id: KnownThread(post, post.comments_read_at or look.taken_at, look.sides, look.sides_open)
        for look in looks
        for post in look.posts
        if window.reads_comments_of(post.at) and _is_read(post)
    }


def _is_read(post: Post) -> bool:
    unread = post.comments_cause is not None or post.comments_state is CommentsState.UNKNOWN
    return not (unread or post.comments_left or post.comments_purged is not None)


def threads_to_skip(
    readings: Mapping[int, KnownThread],
    window: Window,
    as_of: datetime,
    *,
    week_ended_at: datetime | None,
    sides: str,
    reply_time: timedelta,
    counted: bool = True,
) -> dict[int, int]:
    """Return the posts whose threads a look may skip, each with the count of comments for which that holds.

    `week_ended_at` is the week's end once it is over, else None: then each of the week's threads is read once more,
    and every thread of the window if an unseen question could still make the page fail. If the history does not show
    counts (`counted`), a thread is skipped only once it was read after the week. Never skipped is one with a question
    that was unanswered when it was read, if `reply_time`, or three times that, has run out since; without counts,
    until it was read at three times that.
    """
    may_redden = not _is_failed_ruled_out(readings.values(), window)

    def is_settled(reading: KnownThread) -> bool:
        if week_ended_at is not None and reading.read_at >= week_ended_at:
            return True
        is_older = reading.post.at < window.starts and not may_redden
        return counted and (week_ended_at is None or is_older)

    def may_be_answered(reading: KnownThread) -> bool:
        return reading.is_due(reply_time, as_of) if counted else reading.is_waiting(reply_time)

    return {
        post_id: reading.count
        for post_id, reading in readings.items()
        if reading.count is not None
        and reading.is_of_record(sides)
        and not may_be_answered(reading)
        and is_settled(reading)
    }


def _is_failed_ruled_out(readings: Iterable[KnownThread], window: Window) -> bool:
    """Return whether somebody other than a citizen wrote after the first known question of the week."""
    threads = [reading.thread for reading in readings]
    moments = (question.at for thread in threads for question in thread.questions)
    asked_at = min((moment for moment in moments if window.starts <= moment < window.ends), default=None)
    comments = (comment for thread in threads for comment in thread.in_order)
    return asked_at is not None and any(c.at > asked_at and c.side is not Side.CITIZEN for c in comments)


def read_until(looks: Sequence[Snapshot], window: Window) -> datetime | None:
    """Return until when looks together have read all posts from `Window.posts_from` on; None if there is a gap.

    The moment is not later than `Window.comments_from`: each look shows how many comments every post of the window has.
    """
    until, has_start = window.posts_from, False
    for since, end in sorted(_read_intervals(looks)):
        if since <= until:
            has_start, until = True, max(until, end)
    return min(until, window.comments_from) if has_start and until > window.posts_from else None


def _read_intervals(looks: Sequence[Snapshot]) -> Iterator[tuple[datetime, datetime]]:
    """Yield for each look the interval of which it read all posts."""
    for look in looks:
        has_others = look.unattributed is not None or not look.may_be_community
        if look.exists and look.posts_cause is None and has_others:
            yield (
                look.posts_since or datetime.min.replace(tzinfo=look.taken_at.tzinfo),
                look.posts_until or look.taken_at,
            )
