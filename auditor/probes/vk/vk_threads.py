"""Comments: what is kept of them, how all under a post are read, and whether people can comment there.

VK has two levels: the top comments, and under each of them its thread, of which the first ten come along. What is under
a post is read whole or not at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from auditor.base.reply_targets import comments_if_complete
from auditor.base.snapshot import Cause, Comment, CommentsState, EvidenceKind, Side
from auditor.probes.protocol import Call, Failure, Look, Request
from auditor.probes.target import Target, Window
from auditor.probes.vk.error_codes import COMMENTS_CLOSED
from auditor.probes.vk.field_types import (
    Count,
    Flag,
    Raw,
    UnreadItem,
    VkList,
    an_object,
    count_unread,
    each,
    flag,
    moment,
    whole,
)
from auditor.probes.vk.paged_list import MOST_PAGES, PAGE, PagedList, read_list
from auditor.probes.vk.vk_anonymiser import VkAnonymiser
from auditor.probes.vk.wall import Wall, WallPost

_ALONG = 10
"""Answers that come along with a top comment: the most that VK gives."""
_NO_MORE: dict[str, str | int] = {"preview_length": 0, "need_likes": 0, "extended": 0}
"""Whole texts, no profiles, no likes."""
_READ = frozenset({None, Cause.CONTRADICTION})
"""Causes with which a thread was read to its end: a contradiction is what the end shows."""


class VkComment(Comment):
    """A comment without its author and its words, and the answers to it that came along."""

    replies: Count = None
    """How many answers its thread has, by VK's count."""
    along: tuple[Annotated["VkComment | UnreadItem", Field(union_mode="left_to_right")], ...] = ()

    @property
    def flatten(self) -> Iterator[Comment]:
        """Yield it, and what came along with it."""
        yield Comment(**self.model_dump(exclude={"replies", "along"}))
        for answer in self.along:
            if isinstance(answer, VkComment):
                yield from answer.model_copy(update={"thread": answer.thread or self.id}).flatten


class VkCommentPage(VkList[VkComment]):
    """A page of the comments under a post, or of the answers to one of them. `count` is of all under the post."""

    current_level_count: Count = None
    """How many there are to page over."""
    can_post: Flag = None
    groups_can_post: Flag = None

    @property
    def unread(self) -> int:
        """How many could not be read, answers included."""
        return count_unread(self.items) + sum(count_unread(comment.along) for comment in self.readable)

    @property
    def total(self) -> int | None:
        """How many there are to page over."""
        return self.current_level_count


def comment_page(door: VkAnonymiser, post: int, top: int | None, offset: int) -> Request[VkCommentPage]:
    """Ask for a page of comments, oldest first, of a post or of the thread under its comment `top`."""
    params: dict[str, str | int] = {"owner_id": door.owner, "post_id": post, "count": PAGE}
    params |= {"offset": offset, "sort": "asc", "thread_items_count": _ALONG, **_NO_MORE}
    params |= {} if top is None else {"comment_id": top}
    keep = partial(VkCommentPage.minimise, partial(_kept_comment, door, post, top))
    return Request(Call("wall.getComments", params), VkCommentPage, EvidenceKind.COMMENTS, minimiser=keep)


def _kept_comment(door: VkAnonymiser, post: int, top: int | None, raw: Raw) -> VkComment:
    """Keep of a comment what the door lets through. Raises `ValueError` for one under another post, or for none."""
    here = whole(raw.get("owner_id")) in {None, door.owner} and whole(raw.get("post_id")) in {None, post}
    number, parents = whole(raw.get("id")), raw.get("parents_stack")
    parent = whole(parents[0]) if isinstance(parents, list) and parents else None
    if not here or number is None or (top is not None and parent not in {None, top}):
        raise ValueError("not of this thread")
    author, at = whole(raw.get("from_id")) or None, moment(raw.get("date"))
    marked, deleted = bool(flag(raw.get("is_from_post_author"))), bool(flag(raw.get("deleted")))
    text = raw["text"] if isinstance(raw.get("text"), str) and not deleted else ""
    heard, thread = door.anonymise(number, author, text, marked=marked and not deleted), an_object(raw.get("thread"))
    return VkComment(
        id=number,
        at=at,
        thread=top if parent is None else parent,
        reply_to=whole(raw.get("reply_to_comment")) or None,
        deleted=deleted,
        replies=thread.get("count"),
        along=tuple(each(thread.get("items") or [], partial(_kept_comment, door, post, top))),
        **heard,
    )


def probe_thread(owner: int, post: int, kind: EvidenceKind) -> Request[VkList[bool]]:
    """Ask whether a post shows a comment: nothing else of it is kept."""
    params: dict[str, str | int] = {"owner_id": owner, "post_id": post, "count": 1, "thread_items_count": 0}
    call, form = Call("wall.getComments", params | {"extended": 0}), VkList[bool]
    return Request(call, form, kind, minimiser=partial(form.minimise, bool))


# One post ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VkThread:
    """What was read under one post."""

    comments: tuple[Comment, ...] = ()
    at: datetime | None = None
    """When its first answer came; None: nothing was asked."""
    cause: Cause | None = None
    failure: Failure | None = None
    can_comment: bool = False

    @property
    def closed(self) -> bool:
        """Whether VK says that nobody outside can read the comments."""
        return self.failure is not None and self.failure.code == COMMENTS_CLOSED

    def post_fields(self, wall: Wall, post: WallPost, *, left: bool, wall_closed: bool) -> dict[str, Any]:
        """Return the fields of a `Post`, held against what VK says elsewhere.

        Whether people can comment is from what VK says; that it does not say they can is no proof.
        """
        can_comment, closed = self.can_comment or post.can_comment, self.closed or wall_closed
        cause, state = self.cause, CommentsState.UNKNOWN
        if can_comment and closed:
            cause = Cause.CONTRADICTION  # VK says in one run that people can comment and that they cannot
        elif post.comments == 0 and not self.comments:
            cause = None  # the wall's 0 is an answer, whatever became of the question about the state
        if closed and not can_comment:
            state = CommentsState.CLOSED
        elif not closed and (can_comment or any(c.side is Side.CITIZEN and not c.deleted for c in self.comments)):
            state = CommentsState.OPEN
        read_at = wall.at if post.comments == 0 else self.at
        return {
            "comments_state": state,
            "comments_cause": cause,
            "comments_left": left,
            "comments": comments_if_complete(self.comments, cause),
            "comments_read_at": read_at if cause in _READ and not left else None,
        }


def read_thread(door: VkAnonymiser, post: WallPost) -> Look[VkThread]:
    """Read everything under a post. What was unsteady is asked for once more, and of the first pass nothing counts."""
    lines, fallen = (yield from _read_once(door, post)), 0
    if _changed_while_read(lines):
        before, lines = lines, (yield from _read_once(door, post))
        fallen = max((before[0].first_count or 0) - (lines[0].count or 0), 0)
    causes = [line.cause for line in lines if line.cause is not None]
    pages = [line.newest for line in reversed(lines) if isinstance(line.newest, VkCommentPage)]
    came = (comment for line in lines for placed in line.items.values() for comment in placed.flatten)
    comments = door.finish_thread({comment.id: comment for comment in came}.values())
    alive = sum(not comment.deleted for comment in comments)
    # The wall has counted what was seen to go since; more than that it may not count.
    walls = None if post.comments is None else max(post.comments - fallen, 0)
    counted = max((n for n in (walls, *(page.count for page in pages)) if n is not None), default=None)
    if counted is None or alive < counted:
        causes.append(Cause.UNRECOGNISED_PAGE if counted is None else Cause.CONTRADICTION)
    return VkThread(
        comments,
        lines[0].at,
        min(causes, key=lambda cause: cause is Cause.CONTRADICTION, default=None),
        next((line.failure for line in lines if line.failure is not None), None),
        any(page.can_post or page.groups_can_post for page in pages),
    )


def _changed_while_read(lines: Sequence[PagedList[VkComment]]) -> bool:
    """Tell whether something was deleted meanwhile, so that a comment may have been passed over."""
    gone = any(line.failure is not None and line.failure.cause is Cause.GONE for line in lines[1:])
    return gone or any(line.changed_while_read for line in lines)


def _read_once(door: VkAnonymiser, post: WallPost) -> Look[list[PagedList[VkComment]]]:
    """Read the top comments, and the threads that did not come along whole, until one fails."""
    tops = PagedList[VkComment]()
    yield from read_list(tops, partial(comment_page, door, post.id, None))
    lines = [tops]
    for top in tops.items.values():
        if lines[-1].failure is not None or _changed_while_read(lines):
            break
        if (top.replies or 0) > len(top.along):
            thread = PagedList[VkComment]()
            thread.add_inline(top.along)
            most = MOST_PAGES - sum(line.pages_requested for line in lines)
            yield from read_list(thread, partial(comment_page, door, post.id, top.id), most)
            lines.append(thread)
    return lines


# All posts of the window ---------------------------------------------------------------------------------------------


def read_threads(
    wall: Wall, target: Target, window: Window, *, wall_closed: bool
) -> Look[Mapping[int, dict[str, Any]]]:
    """Read the threads under the posts of the window, the newest post first: fields of a `Post`, by its number."""
    door, talks, asks_state = VkAnonymiser(wall.owner, target), dict[int, dict[str, Any]](), not wall_closed
    refused: Cause | None = None
    for post in reversed([p for p in wall.counted_posts if window.comments_from <= p.at < window.ends]):
        empty = post.comments == 0 and post.at >= window.starts
        left = post.comments is not None and target.skip.get(post.id) == post.comments
        # An empty thread can show only that it is closed; if the newest is not, the rest are not asked.
        asks = post.comments != 0 or (empty and asks_state and not post.can_comment)
        asked = asks and not left and refused is None
        talk = (yield from read_thread(door, post)) if asked else VkThread(cause=refused)
        if talk.failure is not None and talk.failure.cause is Cause.NO_CREDENTIALS:
            refused = Cause.NO_CREDENTIALS  # the key may not read this page's threads
        if empty and not left:
            asks_state = asks_state and talk.closed
        talks[post.id] = talk.post_fields(wall, post, left=left, wall_closed=wall_closed)
    return talks
