"""Reading the threads under posts, and telling whose words they are once all are read.

A source of pages does not name the channel's own discussion group. But only the group itself can speak with a group's
identity in its own discussion: whoever comments and turns out to be a group speaks for the owner (telegram.md 4). Of
whom that was not found out it is not known whose words he writes, unless he only asks.
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

_THREADS = 150
"""Threads that are read of one channel at most, newest first."""
_PAGES = 40
"""Pages of one thread that are read at most."""
_SAMPLE = 5
"""So many of the newest threads and of the oldest tell that a channel has none."""
_MOST_ASKED, _LOST = 12, 3
"""Authors who are asked for at most, and how many in a row may tell nothing."""
_STUBS = 10
"""One stub may mean one post that is not there; so many in a row are a throttled client's."""


# One thread ----------------------------------------------------------------------------------------------------------


def read_thread(source: ChannelSource, post: Message) -> Look[TelegramThread]:
    """Read a thread from its newest comments back to its first; where it contradicts itself, once more from anew."""
    thread = yield from _read_once(source, post)
    if thread.cause is Cause.CONTRADICTION and thread.remarks:
        thread = yield from _read_once(source, post)
    return thread


def _read_once(source: ChannelSource, post: Message) -> Look[TelegramThread]:
    pages, before = list[TelegramCommentPage](), None
    for _ in range(_PAGES):
        page = yield from fetch(source.comment_page(post.id, before))
        if isinstance(page, Failure):
            return _thread(post, pages, page.cause)
        pages.append(page)
        cause = _page_defect(page, before)
        if cause is not None or page.before is None:
            return _thread(post, pages, cause)
        before = page.before
    return _thread(post, pages, Cause.TOO_LITTLE_DATA)


def _page_defect(page: TelegramCommentPage, before: int | None) -> Cause | None:
    """Tell why a page cannot be believed, or holds no comments."""
    if page.cause is not None or None in page.remarks:
        return page.cause or Cause.UNRECOGNISED_PAGE
    return Cause.CONTRADICTION if before is not None and (page.before or 0) >= before else None


def _thread(post: Message, pages: Sequence[TelegramCommentPage], cause: Cause | None) -> TelegramThread:
    if not pages:
        return TelegramThread(post.state, post.comments, cause)
    remarks = tuple(remark for page in pages for remark in page.remarks if remark is not None)
    counts, state = [page.count for page in pages if page.count is not None], pages[0].state
    if cause is None and state is CommentsState.OPEN:
        cause = _count_mismatch(remarks, counts, post.comments or 0)
    count = next(iter(counts), None) if post.comments is None else post.comments
    return TelegramThread(state, count, cause, remarks, min(page.at for page in pages))


def _count_mismatch(remarks: Sequence[TelegramComment], counts: Sequence[int], counted: int) -> Cause | None:
    """Tell why comments may not be all there are: nothing counts them, one comes twice, or they are fewer or more.

    They may be more than the post has `counted`, which was read before them.
    """
    if not counts:
        return Cause.UNRECOGNISED_PAGE
    number = len({remark.comment.id for remark in remarks})
    whole = max(counts[0], counted) <= number <= max(counts) and number == len(remarks)
    return None if whole else Cause.CONTRADICTION


# All threads ---------------------------------------------------------------------------------------------------------


def read_threads(
    source: ChannelSource, posts: Sequence[Message], week: Collection[int]
) -> Look[tuple[dict[int, TelegramThread], Cause | None]]:
    """Read the threads of `posts`, newest first, up to a cap. `week`: the posts judged by whether they are open.

    The cause says why it is not known who answers for the channel.

    Where the newest and the oldest of many are closed, those between are not asked for, and tell nothing.
    """
    threads, unnamed = yield from source.read_threads_in_bulk(posts)
    left = sorted((post for post in posts if post.id not in threads), key=lambda post: -post.id)
    # What is not asked for because a sample was closed has no cause: it was not read, and may be closed as well.
    read = {**threads, **{post.id: TelegramThread() for post in left[:_THREADS]}}
    read |= {post.id: TelegramThread(cause=Cause.TOO_LITTLE_DATA) for post in left[_THREADS:]}
    stubs = 0
    for post in _request_order(left[:_THREADS], week, read):
        if stubs == _STUBS:
            read[post.id] = TelegramThread(cause=Cause.THROTTLED)
            continue
        read[post.id] = thread = yield from read_thread(source, post)
        stubs = stubs + 1 if thread.cause is Cause.THROTTLED and thread.read_at is not None else 0
    return read, unnamed


def _request_order(
    posts: Sequence[Message], week: Collection[int], read: Mapping[int, TelegramThread]
) -> Iterator[Message]:
    """Yield the posts to ask for, newest first; of many that are all closed only a sample.

    It holds half of the week's where five more make it so: of fewer it may not be said that comments are closed.
    """
    cut = _SAMPLE if len(posts) > 2 * _SAMPLE else len(posts)
    newest, between, oldest = posts[:cut], posts[cut:-cut], posts[cut:][-cut:]
    yield from newest
    if not _all_closed(newest, read):
        yield from (*between, *oldest)
        return
    yield from oldest
    if _all_closed(oldest, read):
        known = sum(post.id in week for post in (*newest, *oldest))
        inner = [post for post in between if post.id in week]
        lacking = -(-(len(inner) + known) // 2) - known
        between = inner[: max(0, lacking)] if lacking <= _SAMPLE else ()
    yield from between


def _all_closed(sample: Sequence[Message], read: Mapping[int, TelegramThread]) -> bool:
    return all(read[p.id].state is CommentsState.CLOSED and read[p.id].cause is None for p in sample)


# Whose words ---------------------------------------------------------------------------------------------------------

Comments = Mapping[int, Sequence[Comment]]
"""By post."""
Cards = Mapping[int, EntityCard | None]
"""What those turned out to be who were asked for; None where nothing was told."""


@dataclass(slots=True)
class _UnknownAuthor:
    """Somebody who comments and is not on record; without an ordinal, all who cannot be told apart."""

    remark: TelegramComment
    """One of his: all have his side."""
    answered: set[int] = field(default_factory=set)
    """Others, of whom nobody is on record, to whom he replied."""
    asks: bool = False

    @property
    def only_asks(self) -> bool:
        """Whether he asks and answers nobody: nobody of the owner's side does so."""
        return self.asks and not self.answered


_Waiting = Sequence[Collection[int]]
"""Questions that nobody on record has answered: of each those who have a page and replied to it in words."""


def _has_unanswered(waiting: _Waiting, cards: Cards) -> bool:
    """Tell whether a question is left that the linked group did not answer either."""
    groups = {who for who, card in cards.items() if card is not None and card.kind is EntityKind.GROUP}
    return any(groups.isdisjoint(authors) for authors in waiting)


def assign_sides(source: ChannelSource, threads: Mapping[int, TelegramThread], *, doubt: bool) -> Look[Comments]:
    """Say of each comment whose it is, what it says and what it answers, now that all are read.

    `doubt`: some of the owner's side may be anybody, so nobody but who only asks is surely a citizen.
    """
    remarks = {r.comment.id: r for thread in threads.values() for r in thread.remarks}
    authors, waiting = _authors(_comments(threads, {}, {}), remarks)
    cards = yield from _look_up_authors(source, authors, waiting)
    left = _has_unanswered(waiting, cards)
    sides = {who: _side(author, cards.get(who), waiting=left, doubt=doubt) for who, author in authors.items()}
    return _comments(
        threads, sides, {n: s for card in cards.values() if card for n, s in (card.sketches or {}).items()}
    )


def _comments(
    threads: Mapping[int, TelegramThread], sides: Mapping[int, Side], sketches: Mapping[int, str | None]
) -> Comments:
    last = {post: {remark.comment.id: remark for remark in t.remarks}.values() for post, t in threads.items()}
    return {
        post: with_reply_targets([_read(remark, sides, sketches) for remark in remarks])
        for post, remarks in last.items()
    }


def _read(remark: TelegramComment, sides: Mapping[int, Side], sketches: Mapping[int, str | None]) -> Comment:
    """Return a comment with its author's side; one that begins by mentioning another citizen says nothing to us."""
    comment, whom = remark.comment, remark.comment.mentions
    side = comment.side if comment.side in OFFICE_SIDES else sides.get(comment.author or 0, comment.side)
    if side is Side.OWNER and comment.side is not Side.OWNER:
        return comment.model_copy(update={"side": side, "says": None, "rule": "", "sketch": sketches.get(comment.id)})
    other = whom is not None and whom != comment.author and not remark.names_record
    citizen = other and sides.get(whom or 0, Side.CITIZEN) is Side.CITIZEN
    says = {"says": Intent.NOT, "rule": "addressee.mention"} if citizen and comment.says is not None else {}
    return comment.model_copy(update={"side": side, **says})


def _authors(talks: Comments, remarks: Mapping[int, TelegramComment]) -> tuple[dict[int, _UnknownAuthor], _Waiting]:
    """List who comments and is not on record, and which questions nobody on record has answered."""
    authors, waiting = dict[int, _UnknownAuthor](), list[set[int]]()
    for comments in talks.values():
        by_id = {comment.id: comment for comment in comments}
        for comment in (c for c in comments if c.side not in OFFICE_SIDES):
            to, who = by_id.get(comment.answers or 0), comment.author or 0
            author = authors.setdefault(who, _UnknownAuthor(remarks[comment.id]))
            author.asks = author.asks or comment.question
            if to is not None and to.side not in OFFICE_SIDES and (to.author or 0) != who:
                author.answered.add(to.author or 0)
            replies = [c for c in comments if c.answers == comment.id and c.has_words] if comment.question else ()
            if comment.question and all(c.side is not Side.OWNER for c in replies):
                waiting.append({c.author or 0 for c in replies if remarks[c.id].askable})
    return authors, waiting


def _look_up_authors(source: ChannelSource, authors: Mapping[int, _UnknownAuthor], waiting: _Waiting) -> Look[Cards]:
    """Ask what those are who may not be citizens, likeliest to be the linked group first.

    While a question waits each counts that does more than ask; else only those who ask, whose questions count.
    """
    cards, lost = dict[int, EntityCard | None](), 0
    for who in _lookup_order(authors):
        question = source.author_card(who) if authors[who].asks or _has_unanswered(waiting, cards) else None
        if question is None or len(cards) == _MOST_ASKED or lost == _LOST:
            continue
        card = yield from fetch(question)
        cards[who], lost = (None, lost + 1) if isinstance(card, Failure) else (card, 0)
    return cards


def _lookup_order(authors: Mapping[int, _UnknownAuthor]) -> list[int]:
    """Return who may not be a citizen and has a page; who is most like the channel's group comes first."""
    rows = {who: a.remark for who, a in authors.items() if a.remark.likeness > 1 or not a.only_asks}
    askable = [who for who, remark in rows.items() if remark.askable]
    return sorted(askable, key=lambda who: (-rows[who].likeness, -len(authors[who].answered), who))


def _side(author: _UnknownAuthor, card: EntityCard | None, *, waiting: bool, doubt: bool) -> Side:
    """Tell on whose side somebody is who is not on record, by what he turned out to be.

    Where no question is `waiting` nobody's page was asked for, and who comments is taken for a citizen.
    """
    kind = card.kind if card is not None else None
    if kind is EntityKind.GROUP:
        return Side.OWNER
    if author.remark.comment.side is Side.UNKNOWN or kind not in {None, EntityKind.USER}:
        return Side.UNKNOWN
    if author.only_asks:
        return Side.CITIZEN
    person = not author.remark.askable or kind is EntityKind.USER or not waiting
    return Side.CITIZEN if person and not doubt else Side.UNKNOWN


def drop_doubtful_closed(posts: Sequence[Post], unsure: Collection[int]) -> tuple[Post, ...]:
    """Return the posts without what tells nothing, now that all are seen.

    Closed comments under a forward, or before the first post that is open, or any that may be (`unsure`: its thread was
    not read): a group may have been linked after them (telegram.md 4). And where some talk is open, those that were not
    asked for because a sample was closed were not read.
    """
    maybe = max((post.at for post in posts if post.id in unsure), default=None)
    linked = min((post.at for post in posts if post.comments_state is CommentsState.OPEN), default=maybe)
    return tuple(post.model_copy(update=_doubtful_state(post, linked)) for post in posts)


def _doubtful_state(post: Post, linked: datetime | None) -> dict[str, Any]:
    """Return what a post's thread does not tell, where the first post with an open one is of `linked`."""
    if post.comments_state is CommentsState.CLOSED and (post.repost or (linked is not None and post.at < linked)):
        return {"comments_state": CommentsState.UNKNOWN}
    unasked = post.comments_state is CommentsState.UNKNOWN and post.comments_cause is None and not post.comments_left
    return {"comments_cause": Cause.TOO_LITTLE_DATA} if unasked and linked is not None else {}
