"""Comments under a post, on both of VK's levels, and whether people can comment there.

Two levels: the top comments, and under each of them its thread, of which the first ten come along. A thread is read
whole or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from auditor.base.snapshot import Cause, Comment, CommentsState, EvidenceKind, Side
from auditor.base.threads import whole_or_none
from auditor.probes.looks import Ask, Call, Failure, Look, ask
from auditor.probes.rows import Row
from auditor.probes.vk.codes import COMMENTS_CLOSED
from auditor.probes.vk.forms import CommentPage, Placed, Under, WallPost
from auditor.probes.vk.posts import PAGE

_MOST_PAGES = 60
"""Answers for one post; beyond them its comments are too little data."""
_ALONG = 10
"""Answers that come along with a top comment: the most that VK gives."""


def comment_page(place: Under, top: int | None, offset: int) -> Ask[CommentPage]:
    """Ask for a page of the comments, oldest first, or of the answers to `top`: whole texts, no profiles, no likes."""
    params: dict[str, str | int] = {
        "owner_id": place.door.owner,
        "post_id": place.post,
        "count": PAGE,
        "offset": offset,
        "sort": "asc",
        "preview_length": 0,
        "thread_items_count": _ALONG,
        "need_likes": 0,
        "extended": 0,
    }
    params |= {} if top is None else {"comment_id": top}
    return Ask(Call("wall.getComments", params), CommentPage, EvidenceKind.COMMENTS, place)


@dataclass(slots=True)
class Talk:
    """What was read under one post."""

    post: WallPost
    comments: dict[int, Comment] = field(default_factory=dict)
    at: datetime | None = None
    """When its first answer came; None: it was not asked for."""
    cause: Cause | None = None
    closed: bool = False
    """VK says that nobody outside can read them."""
    can_comment: bool = False
    failure: Failure | None = None
    unsteady: bool = False
    """Something was deleted, came twice or out of order meanwhile, so that a comment may have been passed over."""
    count: int | None = None
    """How many there are, deleted ones left out, by the newest page."""
    left: bool = False
    """It was left out: an earlier look read it whole."""
    _asked: int = 0

    def fail(self, failure: Failure, top: int | None) -> None:
        """Note why a page could not be had.

        VK has just shown the page and the post: a word that they are gone is about this thread alone.
        """
        gone = failure.cause is Cause.GONE
        self.failure, self.cause = failure, Cause.REFUSED if gone else failure.cause
        self.closed = failure.code == COMMENTS_CLOSED
        self.unsteady = gone and top is not None

    def may_ask(self) -> bool:
        """Count one more question; False where it is one too many."""
        self._asked += 1
        if self._asked > _MOST_PAGES:
            self.cause = self.cause or Cause.TOO_LITTLE_DATA
        return self._asked <= _MOST_PAGES

    def add(self, page: CommentPage, comments: Sequence[Placed]) -> None:
        """Take in a page, of which `comments` belong to what was asked for."""
        self.can_comment = self.can_comment or bool(page.can_post or page.groups_can_post)
        self.count = self.count if page.count is None else page.count
        if page.lost:  # what cannot be read may be the very answer that is missed
            self.cause = Cause.UNRECOGNISED_PAGE
        for placed in comments:
            along = [answer.comment for answer in placed.along if isinstance(answer, Placed)]
            self.comments |= {c.id: _in_thread(c, placed.comment) for c in along}
            self.comments[placed.comment.id] = placed.comment

    def conclude(self, *, wall_closed: bool) -> None:
        """Hold what was read against what VK counts and says elsewhere."""
        shown = sum(not comment.deleted for comment in self.comments.values())
        counted = self.post.comments if not shown else self.count
        if self.cause is None and shown < (counted or 0):
            self.cause = Cause.CONTRADICTION
        if self.post.comments == 0 and not self.comments:
            self.cause = None  # the wall's 0 is an answer, whatever became of the question about the state
        self.closed = self.closed or wall_closed
        self.can_comment = self.can_comment or self.post.can_comment
        if self.can_comment and self.closed:
            self.cause = Cause.CONTRADICTION  # VK says in one run that people can comment and that they cannot

    @property
    def state(self) -> CommentsState:
        """Whether people can comment, from what VK says; that it does not say they can is no proof."""
        if self.closed:
            return CommentsState.UNKNOWN if self.can_comment else CommentsState.CLOSED
        citizens = any(c.side is Side.CITIZEN and not c.deleted for c in self.comments.values())
        return CommentsState.OPEN if self.can_comment or citizens else CommentsState.UNKNOWN

    @property
    def shown(self) -> tuple[Comment, ...]:
        """The comments, oldest first, where the thread was read to its end."""
        return whole_or_none(sorted(self.comments.values(), key=lambda c: (c.at, c.id)), self.cause)


def _in_thread(comment: Comment, top: Comment) -> Comment:
    return comment if comment.thread is not None else comment.model_copy(update={"thread": top.id})


def read_talk(place: Under, post: WallPost) -> Look[Talk]:
    """Read everything under a post. What was unsteady is asked for once more, and of the first pass nothing counts."""
    talk = yield from _read(place, post)
    if talk.unsteady:
        talk = yield from _read(place, post)
    talk.comments = {comment.id: comment for comment in place.door.settled(talk.comments.values())}
    return talk


def _read(place: Under, post: WallPost) -> Look[Talk]:
    talk = Talk(post)
    for top in (yield from _level(place, talk, None)):
        if talk.failure is None and not talk.unsteady:
            yield from _level(place, talk, top)
    if talk.unsteady:
        talk.cause = talk.cause or Cause.CONTRADICTION
    return talk


def _level(place: Under, talk: Talk, top: Placed | None) -> Look[list[Placed]]:
    """Read one level: the top comments, or the answers to `top` after those that came along with it.

    Return those whose threads did not come along whole. Each page begins with the last comment of the page before:
    where that is not there the list has moved.
    """
    along = [answer.comment for answer in top.along if isinstance(answer, Placed)] if top else []
    came, last, total = len(top.along) if top else 0, along[-1].id if along else None, top.replies if top else None
    row, longer = Row(total, came, ids={comment.id for comment in along}), list[Placed]()
    number = None if top is None else top.comment.id
    while talk.may_ask():
        page = yield from ask(comment_page(place, number, came - (last is not None)))
        talk.at = talk.at or page.at
        if isinstance(page, Failure):
            talk.fail(page, number)
            break
        comments, size = page.comments, len(page.items)
        if last is not None and [c.comment.id for c in comments[:1]] == [last]:
            comments, size = comments[1:], size - 1
        elif last is not None and not page.unread and last not in {c.comment.id for c in comments}:
            talk.unsteady = True
            break
        mine = [c for c in comments if number is None or c.comment.thread in {None, number}]
        fresh = [c for c in mine if c.comment.id not in talk.comments]
        talk.add(page, [c if top is None else _answer(c, top) for c in mine])
        longer += [c for c in fresh if top is None and (c.replies or 0) > len(c.along)]
        last = comments[-1].comment.id if comments else last
        total, came = _total(page, total, top, first=came == 0), came + size
        row.count = row.count if page.current_level_count is None else page.current_level_count
        row.add([(c.comment.id, c.comment.at) for c in mine], size, falling=False)
        ended = _ended(size, came, total) and not (top is None and not came and total)
        talk.unsteady = talk.unsteady or row.broken
        if row.short if ended else not fresh:
            talk.cause = talk.cause or Cause.CONTRADICTION
        if ended or talk.unsteady or not fresh:
            break
    return longer


def _answer(placed: Placed, top: Placed) -> Placed:
    return placed.model_copy(update={"comment": _in_thread(placed.comment, top.comment)})


def _total(page: CommentPage, total: int | None, top: Placed | None, *, first: bool) -> int | None:
    """Return how many comments there are on a level; a thread's length is known from its top comment."""
    if top is not None:
        return total
    level = page.count if page.current_level_count is None and first else page.current_level_count
    return max((number for number in (level, total) if number is not None), default=None)


def _ended(size: int, came: int, total: int | None) -> bool:
    if total is None:
        return size < PAGE
    return came >= total or (not size and total - came <= PAGE)
