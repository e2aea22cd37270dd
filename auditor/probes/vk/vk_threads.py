"""Comments: what is stored of them, how all under a post are read, and whether people can comment there.

VK has two levels: the top comments, and replies below each of them, of which the first ten come inline. The comments
under a post are read completely or not at all. A comment as VK sends it, with invented values::

    {"id": 11, "from_id": 901, "date": 1795150800, "text": "Когда починят дорогу?", "parents_stack": [],
     "thread": {"count": 1, "items": [{"id": 12, "from_id": 5, "date": 1795154400, "text": "В среду."}]}}

and, abridged, as it is stored: ``{"id": 11, "at": …, "side": "citizen", "author": 1, "replies": 1, "along": […]}``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from pydantic import Field

from auditor.base.reply_targets import comments_if_complete
from auditor.base.snapshot import Cause, Comment, CommentsState, EvidenceKind, Side
from auditor.probes.page_facts import ThreadFacts
from auditor.probes.paged_list import MOST_PAGES, PAGE, PositionList, read_list
from auditor.probes.protocol import Call, Failure, Look, Request
from auditor.probes.vk.error_codes import COMMENTS_CLOSED
from auditor.probes.vk.field_types import (
    Count,
    Flag,
    Raw,
    UnreadItem,
    VkList,
    as_object,
    count_unread,
    read_each,
    read_flag,
    read_moment,
    read_whole,
)
from auditor.probes.vk.vk_authors import VkAuthors
from auditor.probes.vk.wall import Wall, WallPost

_INLINE_REPLIES = 10
"""Replies that come inline with a top comment: the most that VK sends."""
_WHOLE_TEXTS_ONLY: dict[str, str | int] = {"preview_length": 0, "need_likes": 0, "extended": 0}
"""Parameters for full texts without profiles and likes."""
_CAUSES_WHEN_READ = frozenset({None, Cause.CONTRADICTION})
"""Causes with which a thread was read to its end: a contradiction shows only there."""


class VkComment(Comment):
    """A comment as `CommentReader` returns it, with the replies that came inline."""

    replies: Count = None
    """How many replies it has, by VK's count."""
    along: tuple[Annotated["VkComment | UnreadItem", Field(union_mode="left_to_right")], ...] = ()

    def flattened(self) -> Iterator[Comment]:
        """Yield the comment itself and its inline replies, as plain comments."""
        yield Comment(**self.model_dump(exclude={"replies", "along"}))
        for reply in self.along:
            if isinstance(reply, VkComment):
                yield from reply.model_copy(update={"thread": reply.thread or self.id}).flattened()


class VkCommentPage(VkList[VkComment]):
    """A page of the comments under a post, or of the replies to one of them. `count` is of all under the post."""

    current_level_count: Count = None
    """Count of the items to page over."""
    can_post: Flag = None
    groups_can_post: Flag = None

    @property
    def unread(self) -> int:
        """Count of unreadable comments that are not deleted, inline replies included."""
        return count_unread(self.items) + sum(count_unread(comment.along) for comment in self.readable)

    @property
    def total(self) -> int | None:
        """Count of the items to page over; None if unknown."""
        return self.current_level_count


def comment_page(authors: VkAuthors, post: int, top: int | None, offset: int) -> Request[VkCommentPage]:
    """Return the request for a page of comments, oldest first: under a post, or under its comment `top`."""
    params: dict[str, str | int] = {"owner_id": authors.owner, "post_id": post, "count": PAGE}
    params |= {"offset": offset, "sort": "asc", "thread_items_count": _INLINE_REPLIES, **_WHOLE_TEXTS_ONLY}
    params |= {} if top is None else {"comment_id": top}
    minimise = partial(VkCommentPage.minimise, partial(_minimise_comment, authors, post, top))
    return Request(Call("wall.getComments", params), VkCommentPage, EvidenceKind.COMMENTS, minimiser=minimise)


def _minimise_comment(authors: VkAuthors, post: int, top: int | None, raw: Raw) -> VkComment:
    """Return a comment without author and words. Raises `ValueError` without id or date, or for another thread."""
    owner, post_id = read_whole(raw.get("owner_id")), read_whole(raw.get("post_id"))
    belongs_here = owner in {None, authors.owner} and post_id in {None, post}
    comment_id, parents = read_whole(raw.get("id")), raw.get("parents_stack")
    parent = read_whole(parents[0]) if isinstance(parents, list) and parents else None
    if not belongs_here or comment_id is None or (top is not None and parent not in {None, top}):
        raise ValueError("not of this thread")
    author, written_at = read_whole(raw.get("from_id")) or None, read_moment(raw.get("date"))
    marked, deleted = bool(read_flag(raw.get("is_from_post_author"))), bool(read_flag(raw.get("deleted")))
    comment = authors.read(
        author,
        raw["text"] if isinstance(raw.get("text"), str) and not deleted else "",
        marked=marked and not deleted,
        id=comment_id,
        at=written_at,
        thread=top if parent is None else parent,
        reply_to=read_whole(raw.get("reply_to_comment")) or None,
        deleted=deleted,
    )
    thread = as_object(raw.get("thread"))
    replies = read_each(thread.get("items") or [], partial(_minimise_comment, authors, post, top))
    return VkComment(**dict(comment), replies=thread.get("count"), along=tuple(replies))


class ThreadProbe(VkList[bool]):
    """Whether a post shows a comment."""

    @property
    def shows_comments(self) -> bool:
        """Whether it has a comment."""
        return bool(self.items)


def probe_thread(owner: int, post: int, kind: EvidenceKind) -> Request[ThreadProbe]:
    """Return the request for whether a post shows a comment; nothing else of the comment is stored."""
    params: dict[str, str | int] = {"owner_id": owner, "post_id": post, "count": 1, "thread_items_count": 0}
    call = Call("wall.getComments", params | {"extended": 0})
    return Request(call, ThreadProbe, kind, minimiser=partial(ThreadProbe.minimise, bool))


# One post ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VkThread:
    """The comments that were read under one post."""

    comments: tuple[Comment, ...] = ()
    read_at: datetime | None = None
    """When the first response came; None if nothing was requested."""
    cause: Cause | None = None
    failure: Failure | None = None
    can_comment: bool = False

    @property
    def closed(self) -> bool:
        """Whether VK says that outsiders cannot read the comments."""
        return self.failure is not None and self.failure.code == COMMENTS_CLOSED

    def facts(self, wall: Wall, post: WallPost, *, is_skipped: bool, is_wall_closed: bool) -> ThreadFacts:
        """Return what is known of the comments under a post, checked against what VK says elsewhere.

        People can comment if VK says so; if it does not, that proves nothing.
        """
        can_comment, closed = self.can_comment or post.can_comment, self.closed or is_wall_closed
        cause, state = self.cause, CommentsState.UNKNOWN
        if can_comment and closed:
            cause = Cause.CONTRADICTION  # VK says in one look both that people can comment and that they cannot
        elif post.comments == 0 and not self.comments:
            cause = None  # the wall's 0 suffices, even if the request for the state failed
        if closed and not can_comment:
            state = CommentsState.CLOSED
        elif not closed and (can_comment or any(c.side is Side.CITIZEN and not c.deleted for c in self.comments)):
            state = CommentsState.OPEN
        read_at = wall.read_at if post.comments == 0 else self.read_at
        return ThreadFacts(
            state,
            cause,
            comments_if_complete(self.comments, cause),
            read_at if cause in _CAUSES_WHEN_READ and not is_skipped else None,
            left=is_skipped,
            count=post.comments,
        )


def read_thread(authors: VkAuthors, post: WallPost) -> Look[VkThread]:
    """Read all comments under a post; once more, and anew, if they changed while they were read."""
    lists, deleted_count = (yield from _read_once(authors, post)), 0
    if _changed_while_read(lists):
        previous, lists = lists, (yield from _read_once(authors, post))
        deleted_count = max((previous[0].first_count or 0) - (lists[0].count or 0), 0)
    causes = [paged.cause for paged in lists if paged.cause is not None]
    pages = [paged.last_page for paged in lists if isinstance(paged.last_page, VkCommentPage)]
    read_comments = (comment for paged in lists for top in paged.items.values() for comment in top.flattened())
    comments = authors.finish_thread({comment.id: comment for comment in read_comments}.values())
    visible_count = sum(not comment.deleted for comment in comments)
    # The wall was read earlier, so that its count may include the comments deleted since, but no more.
    wall_count = None if post.comments is None else max(post.comments - deleted_count, 0)
    counts = (wall_count, *(page.count for page in pages))
    expected_count = max((count for count in counts if count is not None), default=None)
    if expected_count is None or visible_count < expected_count:
        causes.append(Cause.UNRECOGNISED_PAGE if expected_count is None else Cause.CONTRADICTION)
    return VkThread(
        comments,
        lists[0].read_at,
        min(causes, key=lambda cause: cause is Cause.CONTRADICTION, default=None),
        next((paged.failure for paged in lists if paged.failure is not None), None),
        any(page.can_post or page.groups_can_post for page in pages),
    )


def _changed_while_read(lists: Sequence[PositionList[VkComment]]) -> bool:
    """Return whether a comment was deleted meanwhile, so that another may have been passed over."""
    gone = any(paged.failure is not None and paged.failure.cause is Cause.GONE for paged in lists[1:])
    return gone or any(paged.changed_while_read for paged in lists)


def _read_once(authors: VkAuthors, post: WallPost) -> Look[list[PositionList[VkComment]]]:
    """Read the top comments, and all replies where more exist than came inline, until a list fails.

    The first list returned is that of the top comments.
    """
    tops = PositionList[VkComment]()
    yield from read_list(tops, partial(comment_page, authors, post.id, None))
    lists = [tops]
    for top in tops.items.values():
        if lists[-1].failure is not None or _changed_while_read(lists):
            break
        if (top.replies or 0) > len(top.along):
            thread = PositionList[VkComment]()
            thread.add_inline(top.along)
            max_pages = MOST_PAGES - sum(paged.pages_requested for paged in lists)
            yield from read_list(thread, partial(comment_page, authors, post.id, top.id), max_pages)
            lists.append(thread)
    return lists
