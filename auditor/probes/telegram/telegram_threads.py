"""Reads the threads under posts, and assigns sides to the authors once all threads are read.

The public pages do not name the channel's own discussion group. But only that group can comment as a group in its own
discussion, so an author who turns out to be a group speaks for the owner (docs/dev/sources.md, Telegram). An author
who was not looked up has an unknown side, unless they only ask.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditor.base.reply_targets import with_reply_targets
from auditor.base.snapshot import Cause, Comment, CommentsState, Intent, Post, Side
from auditor.probes.protocol import Failure, Look, fetch
from auditor.probes.target import OFFICE_SIDES
from auditor.probes.telegram.channel_source import ChannelSource, TelegramThread
from auditor.probes.telegram.responses import EntityCard, EntityKind, Message, TelegramComment, TelegramCommentPage

_MAX_THREADS = 150
"""The most threads that are read of one channel, newest first."""
_MAX_PAGES = 40
"""The most pages that are read of one thread."""
_SAMPLE_SIZE = 5
"""How many of the newest and of the oldest threads must be closed to conclude that a channel has no comments."""
_MAX_LOOKUPS, _MAX_FAILED_LOOKUPS = 12, 3
"""The most authors who are looked up, and how many lookups in a row may fail."""
_MAX_MISSING_NAME_PAGES = 10
"""How many times in a row t.me may show the page of a missing name instead of a thread: that many mean throttling, a
single one may be a post that does not exist."""


# One thread ----------------------------------------------------------------------------------------------------------


def read_thread(source: ChannelSource, post: Message) -> Look[TelegramThread]:
    """Read a thread from its newest comment back to its first; if its pages contradict each other, read it again."""
    thread = yield from _read_once(source, post)
    if thread.cause is Cause.CONTRADICTION and thread.comments:
        thread = yield from _read_once(source, post)
    return thread


def _read_once(source: ChannelSource, post: Message) -> Look[TelegramThread]:
    pages, before_id = list[TelegramCommentPage](), None
    for _ in range(_MAX_PAGES):
        page = yield from fetch(source.comment_page(post.id, before_id))
        if isinstance(page, Failure):
            return _make_thread(post, pages, page.cause)
        pages.append(page)
        cause = _thread_page_defect(page, before_id)
        if cause is not None or page.before is None:
            return _make_thread(post, pages, cause)
        before_id = page.before
    return _make_thread(post, pages, Cause.TOO_LITTLE_DATA)


def _thread_page_defect(page: TelegramCommentPage, before_id: int | None) -> Cause | None:
    """Return the cause if a page of a thread cannot be believed or holds no comments."""
    if page.cause is not None or None in page.remarks:
        return page.cause or Cause.UNRECOGNISED_PAGE
    return Cause.CONTRADICTION if before_id is not None and (page.before or 0) >= before_id else None


def _make_thread(post: Message, pages: Sequence[TelegramCommentPage], cause: Cause | None) -> TelegramThread:
    if not pages:
        return TelegramThread(post.state, post.comments, cause)
    comments = tuple(comment for page in pages for comment in page.remarks if comment is not None)
    counts, state = [page.count for page in pages if page.count is not None], pages[0].state
    if cause is None and state is CommentsState.OPEN:
        cause = _count_mismatch(comments, counts, post.comments or 0)
    count = next(iter(counts), None) if post.comments is None else post.comments
    return TelegramThread(state, count, cause, comments, min(page.at for page in pages))


def _count_mismatch(comments: Sequence[TelegramComment], counts: Sequence[int], post_count: int) -> Cause | None:
    """Return the cause if comments are missing, repeated or too many for the counts, or if no page gives a count.

    There may be more than `post_count`, the count beside the post, which was read earlier.
    """
    if not counts:
        return Cause.UNRECOGNISED_PAGE
    distinct_count = len({comment.comment.id for comment in comments})
    is_complete = max(counts[0], post_count) <= distinct_count <= max(counts) and distinct_count == len(comments)
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
    bulk_threads, administrators_cause = yield from source.read_threads_in_bulk(posts)
    remaining = sorted((post for post in posts if post.id not in bulk_threads), key=lambda post: -post.id)
    # A thread that is not requested because a sample was closed has no cause: it was not read, and may be closed too.
    threads = {**bulk_threads, **{post.id: TelegramThread() for post in remaining[:_MAX_THREADS]}}
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
    return threads, administrators_cause


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


# The authors' sides --------------------------------------------------------------------------------------------------

CommentsByPost = Mapping[int, Sequence[Comment]]
"""Comments by post id."""
CardByAuthor = Mapping[int, EntityCard | None]
"""What the authors who were looked up turned out to be, by ordinal; None if the lookup failed."""


@dataclass(slots=True)
class _UnknownAuthor:
    """An author who is not on record; ordinal 0 stands for all who cannot be distinguished."""

    comment: TelegramComment
    """Any comment of this author: all of them have the same side."""
    replied_to: set[int] = field(default_factory=set)
    """Ordinals of other authors not on record to whom this author replied."""
    asks_questions: bool = False
    """Whether any of their comments is a question."""

    @property
    def only_asks(self) -> bool:
        """Whether the author asks and replies to nobody, which nobody on the owner's side does."""
        return self.asks_questions and not self.replied_to


_OpenQuestions = Sequence[Collection[int]]
"""The questions that the owner has not answered so far: for each, the ordinals of those who replied to it in words and
can be looked up."""


def _has_unanswered(open_questions: _OpenQuestions, cards: CardByAuthor) -> bool:
    """Return whether a question is left that the channel's discussion group did not answer either."""
    group_ordinals = {ordinal for ordinal, card in cards.items() if card is not None and card.kind is EntityKind.GROUP}
    return any(group_ordinals.isdisjoint(authors) for authors in open_questions)


def assign_sides(
    source: ChannelSource, threads: Mapping[int, TelegramThread], *, sides_in_doubt: bool
) -> Look[CommentsByPost]:
    """Return each post's comments with their sides, intents and reply targets, now that all threads are read.

    With `sides_in_doubt` some of the owner's side cannot be recognised, so only authors who only ask are citizens.
    """
    comments_by_id = {comment.comment.id: comment for thread in threads.values() for comment in thread.comments}
    authors, open_questions = _unknown_authors(_finished_comments(threads, {}, {}), comments_by_id)
    cards = yield from _look_up_authors(source, authors, open_questions)
    has_unanswered = _has_unanswered(open_questions, cards)
    sides = {
        ordinal: _side(author, cards.get(ordinal), has_unanswered=has_unanswered, in_doubt=sides_in_doubt)
        for ordinal, author in authors.items()
    }
    return _finished_comments(threads, sides, cards)


def _finished_comments(
    threads: Mapping[int, TelegramThread], sides: Mapping[int, Side], cards: CardByAuthor
) -> CommentsByPost:
    last_versions = {
        post: {comment.comment.id: comment for comment in thread.comments}.values() for post, thread in threads.items()
    }
    return {
        post: with_reply_targets([_with_side(comment, sides, cards) for comment in comments])
        for post, comments in last_versions.items()
    }


def _with_side(telegram_comment: TelegramComment, sides: Mapping[int, Side], cards: CardByAuthor) -> Comment:
    """Return a comment with its author's side; one that begins by mentioning another citizen is not a question."""
    comment, mentioned = telegram_comment.comment, telegram_comment.comment.mentions
    side = comment.side if comment.side in OFFICE_SIDES else sides.get(comment.author or 0, comment.side)
    card = None if comment.side in OFFICE_SIDES else cards.get(comment.author or 0)
    if side is Side.OWNER and comment.side is not Side.OWNER:
        sketch = ((card and card.sketches) or {}).get(comment.id)
        return comment.model_copy(update={**_OF_OWNER, "side": side, "sketch": sketch})
    mentions_other = mentioned is not None and mentioned != comment.author and not telegram_comment.names_record
    mentions_citizen = mentions_other and sides.get(mentioned or 0, Side.CITIZEN) is Side.CITIZEN
    is_addressed_elsewhere = mentions_citizen and comment.says is not None
    update: dict[str, Any] = {"says": Intent.NOT, "rule": "addressee.mention"} if is_addressed_elsewhere else {}
    if card is not None and card.organisation is not None:
        update["organisation"] = card.organisation
    return comment.model_copy(update={"side": side, **update})


_OF_OWNER = {"says": None, "rule": "", "has_five_words": None, "organisation": None}
"""What is not recorded of an owner's comment."""


def _unknown_authors(
    comments_by_post: CommentsByPost, comments_by_id: Mapping[int, TelegramComment]
) -> tuple[dict[int, _UnknownAuthor], _OpenQuestions]:
    """Return the authors who are not on record, by ordinal, and the questions that the owner has not answered."""
    authors, open_questions = dict[int, _UnknownAuthor](), list[set[int]]()
    for comments in comments_by_post.values():
        post_comments = {comment.id: comment for comment in comments}
        for comment in (comment for comment in comments if comment.side not in OFFICE_SIDES):
            target, ordinal = post_comments.get(comment.answers or 0), comment.author or 0
            author = authors.setdefault(ordinal, _UnknownAuthor(comments_by_id[comment.id]))
            author.asks_questions = author.asks_questions or comment.question
            if target is not None and target.side not in OFFICE_SIDES and (target.author or 0) != ordinal:
                author.replied_to.add(target.author or 0)
            if not comment.question:
                continue
            replies = [reply for reply in comments if reply.answers == comment.id and reply.has_words]
            if all(reply.side is not Side.OWNER for reply in replies):
                open_questions.append({reply.author or 0 for reply in replies if comments_by_id[reply.id].askable})
    return authors, open_questions


def _look_up_authors(
    source: ChannelSource, authors: Mapping[int, _UnknownAuthor], open_questions: _OpenQuestions
) -> Look[CardByAuthor]:
    """Look up the authors who may not be citizens; the likeliest to be the channel's discussion group comes first.

    While a question is open, all of them; otherwise only those who ask, because only their questions count.
    """
    cards, failed_in_a_row = dict[int, EntityCard | None](), 0
    for ordinal in _lookup_order(authors):
        is_needed = authors[ordinal].asks_questions or _has_unanswered(open_questions, cards)
        request = source.author_card(ordinal) if is_needed else None
        if request is None or len(cards) == _MAX_LOOKUPS or failed_in_a_row == _MAX_FAILED_LOOKUPS:
            continue
        card = yield from fetch(request)
        cards[ordinal], failed_in_a_row = (None, failed_in_a_row + 1) if isinstance(card, Failure) else (card, 0)
    return cards


def _lookup_order(authors: Mapping[int, _UnknownAuthor]) -> list[int]:
    """Return the ordinals of authors who may not be citizens and can be looked up, likeliest group first."""
    candidates = {
        ordinal: author.comment
        for ordinal, author in authors.items()
        if author.comment.likeness > 1 or not author.only_asks
    }
    ordinals_to_look_up = [ordinal for ordinal, comment in candidates.items() if comment.askable]
    return sorted(
        ordinals_to_look_up,
        key=lambda ordinal: (-candidates[ordinal].likeness, -len(authors[ordinal].replied_to), ordinal),
    )


def _side(author: _UnknownAuthor, card: EntityCard | None, *, has_unanswered: bool, in_doubt: bool) -> Side:
    """Return the side of an author who is not on record, given what the lookup found them to be.

    Without unanswered questions authors need not be looked up, and are citizens unless something speaks against it.
    """
    kind = card.kind if card is not None else None
    if kind is EntityKind.GROUP:
        return Side.OWNER
    if author.comment.comment.side is Side.UNKNOWN or kind not in {None, EntityKind.USER}:
        return Side.UNKNOWN
    if author.only_asks:
        return Side.CITIZEN
    may_be_citizen = not author.comment.askable or kind is EntityKind.USER or not has_unanswered
    return Side.CITIZEN if may_be_citizen and not in_doubt else Side.UNKNOWN


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
