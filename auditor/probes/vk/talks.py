"""Comments under a post, and whether people can comment there.

VK has two levels: the top comments, and under each of them its thread, of which the first ten come along. What is under
a post is read whole or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from auditor.base.snapshot import Cause, Comment, CommentsState, EvidenceKind, Side
from auditor.base.threads import whole_or_none
from auditor.probes.looks import Ask, Call, Failure, Look
from auditor.probes.vk.codes import COMMENTS_CLOSED
from auditor.probes.vk.forms import CommentPage, Placed, Under, WallPost
from auditor.probes.vk.lists import MOST_PAGES, PAGE, Line, read_line
from auditor.probes.vk.speakers import Door

_ALONG = 10
"""Answers that come along with a top comment: the most that VK gives."""


def comment_page(place: Under, offset: int) -> Ask[CommentPage]:
    """Ask for a page of comments, oldest first: whole texts, no profiles, no likes."""
    params: dict[str, str | int] = {"owner_id": place.door.owner, "post_id": place.post, "count": PAGE}
    params |= {"offset": offset, "sort": "asc", "thread_items_count": _ALONG, **_NO_MORE}
    params |= {} if place.top is None else {"comment_id": place.top}
    return Ask(Call("wall.getComments", params), CommentPage, EvidenceKind.COMMENTS, place)


_NO_MORE: dict[str, str | int] = {"preview_length": 0, "need_likes": 0, "extended": 0}


@dataclass(slots=True)
class Talk:
    """What was read under one post."""

    post: WallPost
    comments: tuple[Comment, ...] = ()
    at: datetime | None = None
    """When its first answer came; None: nothing was asked."""
    cause: Cause | None = None
    failure: Failure | None = None
    can_comment: bool = False
    closed: bool = False
    """VK says that nobody outside can read them."""
    left: bool = False
    """It was left out: an earlier look read it whole."""

    def hold(self, *, wall_closed: bool) -> None:
        """Hold what was read against what VK says elsewhere."""
        self.closed = wall_closed or (self.failure is not None and self.failure.code == COMMENTS_CLOSED)
        self.can_comment = self.can_comment or self.post.can_comment
        if self.can_comment and self.closed:
            self.cause = Cause.CONTRADICTION  # VK says in one run that people can comment and that they cannot
        elif self.post.comments == 0 and not self.comments:
            self.cause = None  # the wall's 0 is an answer, whatever became of the question about the state

    @property
    def state(self) -> CommentsState:
        """Whether people can comment, from what VK says; that it does not say they can is no proof."""
        if self.closed:
            return CommentsState.UNKNOWN if self.can_comment else CommentsState.CLOSED
        citizens = any(c.side is Side.CITIZEN and not c.deleted for c in self.comments)
        return CommentsState.OPEN if self.can_comment or citizens else CommentsState.UNKNOWN

    @property
    def shown(self) -> tuple[Comment, ...]:
        """The comments, oldest first, where they were read to the end."""
        return whole_or_none(self.comments, self.cause)


def read_talk(door: Door, post: WallPost) -> Look[Talk]:
    """Read everything under a post. What was unsteady is asked for once more, and of the first pass nothing counts."""
    lines = yield from _read(door, post)
    if _is_unsteady(lines):
        lines = yield from _read(door, post)
    causes = [line.cause for line in lines if line.cause is not None]
    pages = [line.newest for line in reversed(lines) if isinstance(line.newest, CommentPage)]
    came = (comment for line in lines for placed in line.items.values() for comment in placed.comments)
    comments = door.settled({comment.id: comment for comment in came}.values())
    shown = sum(not comment.deleted for comment in comments)
    counted = next((page.count for page in pages if page.count is not None), None) if shown else post.comments
    if not causes and shown < (counted or 0):
        causes = [Cause.CONTRADICTION]
    return Talk(
        post,
        comments,
        lines[0].at,
        min(causes, key=lambda cause: cause is Cause.CONTRADICTION, default=None),
        next((line.failure for line in lines if line.failure is not None), None),
        any(page.can_post or page.groups_can_post for page in pages),
    )


def _is_unsteady(lines: Sequence[Line[Placed]]) -> bool:
    """Tell whether something was deleted meanwhile, so that a comment may have been passed over."""
    gone = any(line.failure is not None and line.failure.cause is Cause.GONE for line in lines[1:])
    return gone or any(line.unsteady for line in lines)


def _read(door: Door, post: WallPost) -> Look[list[Line[Placed]]]:
    """Read the top comments, and the threads that did not come along whole, until one fails."""
    tops = Line[Placed]()
    yield from read_line(tops, partial(comment_page, Under(door, post.id)))
    lines = [tops]
    for top in tops.items.values():
        if lines[-1].failure is not None or _is_unsteady(lines):
            break
        if (top.replies or 0) > len(top.along):
            thread = Line[Placed]()
            thread.begin(top.along)
            place = Under(door, post.id, top.id)
            yield from read_line(thread, partial(comment_page, place), MOST_PAGES - sum(line.asked for line in lines))
            lines.append(thread)
    return lines
