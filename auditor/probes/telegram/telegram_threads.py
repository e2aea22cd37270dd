"""Reads the threads under a channel's posts: which are requested, in which order, and each of them whole."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from auditor.base.snapshot import Cause, CommentsState, Post
from auditor.probes.paged_list import CursorList, read_list
from auditor.probes.protocol import Look
from auditor.probes.telegram.channel_source import ChannelSource, TelegramThread
from auditor.probes.telegram.responses import Message, TelegramComment, TelegramCommentPage

_MAX_THREADS = 150
"""The most threads that are read of one channel, newest first."""
_MAX_PAGES = 40
"""The most pages that are read of one thread."""
_SAMPLE_SIZE = 5
"""How many of the newest and of the oldest threads must be closed to conclude that a channel has no comments."""
_MAX_MISSING_NAME_PAGES = 10
"""How many times in a row t.me may show the page of a missing name instead of a thread: that many mean throttling, a
single one may be a post that does not exist."""


# One thread ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _CommentList(CursorList[TelegramComment, TelegramCommentPage]):
    """The comments under a post, from the newest back."""

    state: CommentsState | None = None
    """Whether people can comment, by the first page; None if none came."""

    def add(self, page: TelegramCommentPage) -> bool:
        """Add the next page, and return whether there is another to request."""
        self.state = self.state or page.state
        return CursorList.add(self, page)


def read_thread(source: ChannelSource, post: Message) -> Look[TelegramThread]:
    """Read a thread from its newest comment back to its first; if its pages contradict each other, read it again."""
    thread = yield from _read_once(source, post)
    if thread.cause is Cause.CONTRADICTION and thread.comments:
        thread = yield from _read_once(source, post)
    return thread


def _read_once(source: ChannelSource, post: Message) -> Look[TelegramThread]:
    comments = _CommentList()
    yield from read_list(comments, partial(source.comment_page, post.id), _MAX_PAGES)
    return _make_thread(post, comments)


def _make_thread(post: Message, read: _CommentList) -> TelegramThread:
    if read.state is None:
        return TelegramThread(post.state, post.comments, read.cause)
    cause = read.cause
    if cause is None and read.state is CommentsState.OPEN:
        cause = _count_mismatch(read, post.comments or 0)
    count = next(iter(read.counts), None) if post.comments is None else post.comments
    return TelegramThread(read.state, count, cause, tuple(read.items.values()), read.read_at)


def _count_mismatch(read: _CommentList, post_count: int) -> Cause | None:
    """Return the cause if comments are missing, repeated or too many for the counts, or if no page gives a count.

    There may be more than `post_count`, the count beside the post, which was read earlier.
    """
    if not read.counts:
        return Cause.UNRECOGNISED_PAGE
    is_complete = max(read.counts[0], post_count) <= len(read.items) <= max(read.counts) and not read.repeated
    return None if is_complete else Cause.CONTRADICTION


# All threads ---------------------------------------------------------------------------------------------------------


def read_threads(
    source: ChannelSource, posts: Sequence[Message], week_ids: Collection[int], recent_ids: Collection[int] = ()
) -> Look[tuple[dict[int, TelegramThread], Cause | None]]:
    """Read the threads of `posts`, newest first, up to a cap; return them by post id.

    `week_ids` are the posts for which it is judged whether comments are open. The returned cause says why the channel's
    administrators are unknown. If the newest and the oldest of many threads are closed, most of those between are not
    requested and stay unknown; those of `recent_ids`, the look's last days, always are.
    """
    bulk = yield from source.read_threads_in_bulk(posts)
    remaining = sorted((post for post in posts if post.id not in bulk.threads), key=lambda post: -post.id)
    # A thread that is not requested because a sample was closed has no cause: it was not read, and may be closed too.
    threads = {**bulk.threads, **{post.id: TelegramThread() for post in remaining[:_MAX_THREADS]}}
    threads |= {post.id: TelegramThread(cause=Cause.TOO_LITTLE_DATA) for post in remaining[_MAX_THREADS:]}
    missing_name_pages = 0
    for post in _request_order(remaining[:_MAX_THREADS], week_ids, recent_ids, threads):
        if missing_name_pages == _MAX_MISSING_NAME_PAGES:
            threads[post.id] = TelegramThread(cause=Cause.THROTTLED)
            continue
        threads[post.id] = thread = yield from read_thread(source, post)
        missing_name_pages = (
            missing_name_pages + 1 if thread.cause is Cause.THROTTLED and thread.read_at is not None else 0
        )
    return threads, bulk.administrators_cause


def _request_order(
    posts: Sequence[Message],
    week_ids: Collection[int],
    recent_ids: Collection[int],
    threads: Mapping[int, TelegramThread],
) -> Iterator[Message]:
    """Yield the posts whose threads to request, newest first; if all threads of a sample are closed, only the sample.

    All of `recent_ids` are in it. Before it requests the next post, the caller enters each thread into `threads`, where
    this generator looks up whether the sample is closed. The sample is extended to half of the week's posts where five
    more are enough for that: with fewer it may not be said that comments are closed.
    """
    sample_size = _SAMPLE_SIZE if len(posts) > 2 * _SAMPLE_SIZE else len(posts)
    newest_count = max(sample_size, sum(post.id in recent_ids for post in posts))
    newest, older = posts[:newest_count], posts[newest_count:]
    between, oldest = older[:-sample_size], older[-sample_size:]
    yield from newest
    if not _all_closed(newest, threads):
        yield from (*between, *oldest)
        return
    yield from oldest
    if _all_closed(oldest, threads):
        sampled_count = sum(post.id in week_ids for post in (*newest, *oldest))
        inner = [post for post in between if post.id in week_ids]
        missing_count = -(-(len(inner) + sampled_count) // 2) - sampled_count
        between = inner[: max(0, missing_count)] if missing_count <= _SAMPLE_SIZE else ()
    yield from between


def _all_closed(sample: Sequence[Message], threads: Mapping[int, TelegramThread]) -> bool:
    return all(threads[post.id].state is CommentsState.CLOSED and threads[post.id].cause is None for post in sample)


def drop_doubtful_closed(posts: Sequence[Post], unread_ids: Collection[int]) -> tuple[Post, ...]:
    """Reset to unknown every closed state that may predate the linked discussion group.

    That is one under a forward, or before the first post that has an open thread or may have one (`unread_ids`: its
    thread was not read): a group may have been linked later (docs/dev/sources.md, Telegram). And if some thread is
    open, those not requested because a sample was closed are marked as not read.
    """
    unread_at = max((post.at for post in posts if post.id in unread_ids), default=None)
    linked_since = min((post.at for post in posts if post.comments_state is CommentsState.OPEN), default=unread_at)
    return tuple(_without_doubtful_state(post, linked_since) for post in posts)


def _without_doubtful_state(post: Post, linked_since: datetime | None) -> Post:
    """Return a post without what is in doubt; `linked_since`: when the first post with an open thread was written."""
    if post.comments_state is CommentsState.CLOSED and (
        post.repost or (linked_since is not None and post.at < linked_since)
    ):
        return post.model_copy(update={"comments_state": CommentsState.UNKNOWN})
    is_unasked = post.comments_state is CommentsState.UNKNOWN and post.comments_cause is None and not post.comments_left
    if is_unasked and linked_since is not None:
        return post.model_copy(update={"comments_cause": Cause.TOO_LITTLE_DATA})
    return post
