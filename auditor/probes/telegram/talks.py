"""Reading the threads under posts, and telling whose words they are once all are read.

A source of pages does not name the channel's own discussion group. But only the group itself can speak with a group's
identity in its own discussion: whoever comments and turns out to be a group speaks for the owner (telegram.md 4). Of
whom that was not found out it is not known whose words he writes, unless he only asks.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditor.base.snapshot import Cause, Comment, CommentsState, Post, Says, Side
from auditor.base.threads import resolved
from auditor.probes.base import SPEAKS
from auditor.probes.looks import Failure, Look, ask
from auditor.probes.telegram.forms import Identity, Kind, Message, Remark, Talk, TalkState
from auditor.probes.telegram.source import Source, Thread

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

_STATES = {TalkState.OPEN: CommentsState.OPEN, TalkState.CLOSED: CommentsState.CLOSED}
_CAUSES = {
    TalkState.HIDDEN: Cause.PREVIEW_OFF,
    TalkState.NO_POST: Cause.TOO_LITTLE_DATA,
    TalkState.STUB: Cause.THROTTLED,
}


# One thread ----------------------------------------------------------------------------------------------------------


def read_thread(source: Source, post: Message) -> Look[Thread]:
    """Read a thread from its newest comments back to its first; where it contradicts itself, once more from anew."""
    thread = yield from _read_once(source, post)
    if thread.cause is Cause.CONTRADICTION and thread.remarks:
        thread = yield from _read_once(source, post)
    return thread


def _read_once(source: Source, post: Message) -> Look[Thread]:
    pages, remarks, before = list[Talk](), list[Remark](), None
    cause: Cause | None = Cause.TOO_LITTLE_DATA
    while len(pages) < _PAGES:
        page = yield from ask(source.talk(post.id, before))
        if isinstance(page, Failure):
            cause = page.cause
            break
        pages.append(page)
        remarks += (r for r in page.remarks if isinstance(r, Remark))
        cause = _trouble(page, before)
        before = page.before
        if cause is not None or before is None:
            break
        if not page.leads_on:
            cause = Cause.TOO_LITTLE_DATA
            break
    return _thread(post, pages, remarks, cause)


def _trouble(page: Talk, before: int | None) -> Cause | None:
    """Tell why a page cannot be believed, or holds no comments."""
    if page.state in _CAUSES:
        return _CAUSES[page.state]
    if any(not isinstance(remark, Remark) for remark in page.remarks):
        return Cause.UNRECOGNISED_PAGE
    return Cause.CONTRADICTION if before is not None and (page.before or 0) >= before else None


def _thread(post: Message, pages: Sequence[Talk], remarks: Sequence[Remark], cause: Cause | None) -> Thread:
    if not pages:
        return Thread(post.state, post.comments, cause)
    state = _STATES.get(pages[0].state, CommentsState.UNKNOWN)
    ids, shown = {remark.comment.id for remark in remarks}, max(pages[0].count or 0, post.comments or 0)
    if cause is None and (len(ids) < len(remarks) or len(ids) < shown):
        cause = Cause.CONTRADICTION  # a comment that comes twice, or fewer than it counts
    count = pages[0].count if post.comments is None else post.comments
    return Thread(state, count, cause, tuple(remarks), min(page.at for page in pages))


# All threads ---------------------------------------------------------------------------------------------------------


def read_threads(
    source: Source, posts: Sequence[Message], week: Collection[int]
) -> Look[tuple[dict[int, Thread], Cause | None]]:
    """Read the threads of `posts`, newest first, up to a cap. `week`: the posts judged by whether they are open.

    The cause says why it is not known who answers for the channel.

    Where the newest and the oldest of many are closed, those between are not asked for, and tell nothing.
    """
    threads, unnamed = yield from source.together(posts)
    left = [post for post in posts if post.id not in threads]
    read = {**{post.id: Thread(cause=Cause.TOO_LITTLE_DATA) for post in left}, **threads}
    # What is not asked for because a sample was closed has no cause: it was not read, and may be closed as well.
    line = sorted(left, key=lambda post: -post.id)[:_THREADS]
    read |= {post.id: Thread() for post in line}
    stubs = 0
    for post in _in_turn(line, week, read):
        if stubs == _STUBS:
            read[post.id] = Thread(cause=Cause.THROTTLED)
            continue
        read[post.id] = thread = yield from read_thread(source, post)
        stubs = stubs + 1 if thread.cause is Cause.THROTTLED and thread.read_at is not None else 0
    return read, unnamed


def _in_turn(posts: Sequence[Message], week: Collection[int], read: Mapping[int, Thread]) -> Iterator[Message]:
    """Yield the posts to ask for, newest first; of many that are all closed only a sample.

    It holds half of the week's where five more make it so: of fewer it may not be said that comments are closed.
    """

    def closed(sample: Iterable[Message]) -> bool:
        return all(read[p.id].state is CommentsState.CLOSED and read[p.id].cause is None for p in sample)

    newest, between, oldest = posts[:_SAMPLE], posts[_SAMPLE:-_SAMPLE], posts[-_SAMPLE:]
    if len(posts) <= 2 * _SAMPLE:
        newest, between, oldest = posts, (), ()
    yield from newest
    if not closed(newest):
        yield from (*between, *oldest)
        return
    yield from oldest
    if not closed(oldest):
        yield from between
        return
    inner = [post for post in between if post.id in week]
    known = sum(post.id in week for post in (*newest, *oldest))
    lacking = -(-(len(inner) + known) // 2) - known
    yield from inner[:lacking] if 0 < lacking <= _SAMPLE else ()


# Whose words ---------------------------------------------------------------------------------------------------------

Comments = Mapping[int, Sequence[Comment]]
"""By post."""


@dataclass(slots=True)
class _Author:
    """Somebody who comments and is not on record; without an ordinal, all who cannot be told apart."""

    side: Side
    askable: bool
    likeness: int
    answered: set[int] = field(default_factory=set)
    """Others, of whom nobody is on record, to whom he replied."""
    asks: bool = False

    @property
    def only_asks(self) -> bool:
        """Whether he asks and answers nobody: nobody of the owner's side does so."""
        return self.asks and not self.answered


_Waiting = Sequence[Collection[int]]
"""Questions that nobody on record has answered: of each those who have a page and replied to it in words."""


def _waits(waiting: _Waiting, group: int | None) -> bool:
    """Tell whether a question is left that the linked group did not answer either."""
    return any(group not in authors for authors in waiting)


def tell(source: Source, threads: Mapping[int, Thread], *, doubt: bool) -> Look[Comments]:
    """Say of each comment whose it is, what it says and what it answers, now that all are read.

    `doubt`: some of the owner's side may be anybody, so nobody but who only asks is surely a citizen.
    """
    remarks = {r.comment.id: r for thread in threads.values() for r in thread.remarks}
    authors, waiting = _authors(_comments(threads, {}, {}), remarks)
    cards = yield from _ask_for(source, authors, waiting)
    group = next((who for who, card in cards.items() if card is not None and card.kind is Kind.GROUP), None)
    left = _waits(waiting, group)
    sides = {who: _side(author, cards.get(who), waiting=left, doubt=doubt) for who, author in authors.items()}
    sketches = {
        number: sketch for card in cards.values() if card is not None for number, sketch in card.sketches.items()
    }
    return _comments(threads, sides, sketches)


def _comments(threads: Mapping[int, Thread], sides: Mapping[int, Side], sketches: Mapping[int, str | None]) -> Comments:
    found = {}
    for post, thread in threads.items():
        rows = {r.comment.id: _told(r, sides, sketches) for r in thread.remarks}
        found[post] = resolved(rows.values())
    return found


def _told(remark: Remark, sides: Mapping[int, Side], sketches: Mapping[int, str | None]) -> Comment:
    """Return a comment with its author's side; one that begins by mentioning another citizen says nothing to us."""
    comment, whom = remark.comment, remark.comment.mentions
    side = comment.side if comment.side in SPEAKS else sides.get(comment.author or 0, comment.side)
    if side is Side.OWNER and comment.side is not Side.OWNER:
        return comment.model_copy(update={"side": side, "says": None, "rule": "", "sketch": sketches.get(comment.id)})
    other = whom is not None and whom != comment.author and not remark.names_record
    citizen = other and sides.get(whom or 0, Side.CITIZEN) is Side.CITIZEN
    said = {"says": Says.NOT, "rule": "addressee.mention"} if citizen and comment.says is not None else {}
    return comment.model_copy(update={"side": side, **said})


def _authors(talks: Comments, remarks: Mapping[int, Remark]) -> tuple[dict[int, _Author], _Waiting]:
    """List who comments and is not on record, and which questions nobody on record has answered."""
    authors, waiting = dict[int, _Author](), list[set[int]]()
    for comments in talks.values():
        by_id = {comment.id: comment for comment in comments}
        for comment in (c for c in comments if c.side not in SPEAKS):
            remark, to, who = remarks[comment.id], by_id.get(comment.answers or 0), comment.author or 0
            author = authors.setdefault(who, _Author(comment.side, remark.askable, remark.likeness))
            author.asks = author.asks or comment.question
            if to is not None and to.side not in SPEAKS and (to.author or 0) != who:
                author.answered.add(to.author or 0)
        waiting += _unanswered(comments, remarks)
    return authors, waiting


def _unanswered(comments: Sequence[Comment], remarks: Mapping[int, Remark]) -> Iterator[set[int]]:
    for question in (c for c in comments if c.question and c.side not in SPEAKS):
        replies = [c for c in comments if c.answers == question.id and c.has_words]
        if all(c.side is not Side.OWNER for c in replies):
            yield {c.author or 0 for c in replies if remarks[c.id].askable}


def _ask_for(source: Source, authors: Mapping[int, _Author], waiting: _Waiting) -> Look[dict[int, Identity | None]]:
    """Ask what those are who may not be citizens, likeliest to be the linked group first; None: nothing was told.

    While a question waits each counts that does more than ask; else only those who ask, whose questions count.
    """
    cards = dict[int, Identity | None]()
    group, lost = None, 0
    for who in _ranked(authors):
        if len(cards) == _MOST_ASKED or lost == _LOST:
            break
        question = source.identity(who) if authors[who].asks or _waits(waiting, group) else None
        if question is None:
            continue
        card = yield from ask(question)
        cards[who] = None if isinstance(card, Failure) else card
        group = who if not isinstance(card, Failure) and card.kind is Kind.GROUP else group
        lost = lost + 1 if isinstance(card, Failure) else 0
    return cards


def _ranked(authors: Mapping[int, _Author]) -> list[int]:
    """Return who may not be a citizen and has a page; who is most like the channel's group comes first."""
    rows = [who for who, a in authors.items() if a.askable and (a.likeness > 1 or not a.only_asks)]
    return sorted(rows, key=lambda who: (-authors[who].likeness, -len(authors[who].answered), who))


def _side(author: _Author, card: Identity | None, *, waiting: bool, doubt: bool) -> Side:
    """Tell on whose side somebody is who is not on record, by what he turned out to be.

    Where no question is `waiting` nobody's page was asked for, and who comments is taken for a citizen.
    """
    kind = card.kind if card is not None else None
    if kind is Kind.GROUP:
        return Side.OWNER
    if author.side is Side.UNKNOWN or kind not in {None, Kind.USER}:
        return Side.UNKNOWN
    if author.only_asks:
        return Side.CITIZEN
    person = not author.askable or kind is Kind.USER or not waiting
    return Side.CITIZEN if person and not doubt else Side.UNKNOWN


def told_closed(posts: Sequence[Post], unsure: Collection[int]) -> tuple[Post, ...]:
    """Return the posts without what tells nothing, now that all are seen.

    Closed comments under a forward, or before the first post that is open, or any that may be (`unsure`: its thread was
    not read): a group may have been linked after them (telegram.md 4). And where some talk is open, those that were not
    asked for because a sample was closed were not read.
    """
    maybe = max((post.at for post in posts if post.id in unsure), default=None)
    linked = min((post.at for post in posts if post.comments_state is CommentsState.OPEN), default=maybe)
    return tuple(post.model_copy(update=_untold(post, linked)) for post in posts)


def _untold(post: Post, linked: datetime | None) -> dict[str, Any]:
    """Return what a post's thread does not tell, where the first post with an open one is of `linked`."""
    if post.comments_state is CommentsState.CLOSED and (post.repost or (linked is not None and post.at < linked)):
        return {"comments_state": CommentsState.UNKNOWN}
    unasked = post.comments_state is CommentsState.UNKNOWN and post.comments_cause is None and not post.comments_left
    return {"comments_cause": Cause.TOO_LITTLE_DATA} if unasked and linked is not None else {}
