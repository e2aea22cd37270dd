"""Ladya as a source: who a page is, its posts, by when it existed, the comments under its posts.

Requests: 1 for a page, 1 for each 100 posts, 1 for each 100 comments under a post.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from auditor.base.reply_targets import comments_if_complete, with_reply_targets
from auditor.base.snapshot import Cause, Comment, EvidenceKind, Post, Route, Trace, TraceKind
from auditor.probes.comment_reader import CommentReader
from auditor.probes.ladya.responses import (
    LadyaPost,
    LadyaUser,
    PostPage,
    ThreadProbe,
    comments_request,
    posts_request,
    probe_request,
    user_request,
)
from auditor.probes.page_facts import Identity, Opening, PageFacts, PageHistory, ThreadFacts
from auditor.probes.paged_list import MOST_PAGES, DatedT, PositionList, read_list
from auditor.probes.protocol import Failure, Look, Request, fetch
from auditor.probes.source import Resolved, ResolvedControl
from auditor.probes.target import Target, Window
from auditor.registry.models import Control


class LadyaSource:
    """One page on Ladya, for one look."""

    route = Route.LADYA

    def __init__(self, target: Target) -> None:
        """Take the target; nothing is requested yet."""
        self.target = target
        self._user: LadyaUser | None = None
        self._feed = PositionList[LadyaPost](newest_first=True)

    def resolve(self) -> Look[Resolved]:
        """Request the page that has the name. If none has it, the page on record may have another name now."""
        name, website = self.target.address.name, self.target.website
        response = yield from fetch(user_request(name, EvidenceKind.PROFILE, website))
        if isinstance(response, Failure):
            return Resolved(PageFacts(response.at, Identity(cause=response.cause)))
        self._user = user = response.user
        if user is None:
            return Resolved(PageFacts(response.at, Identity(cause=Cause.NOT_AT_ADDRESS)))
        if self.target.id not in {None, user.id}:  # the name has passed to another page: of that only the id matters
            return Resolved(PageFacts(response.at, Identity(True, id=user.id), history=PageHistory(cause=Cause.GONE)))
        identity = Identity(True, id=user.id, subscribers=user.subscribers, register_link=user.register_link)
        return Resolved(PageFacts(response.at, identity), is_readable=True)

    # Posts -----------------------------------------------------------------------------------------------------------

    def read_posts(self, facts: PageFacts, window: Window) -> Look[PageFacts]:
        """Read the posts back through the window; of an institution's page the newest suffice."""
        assert self._user is not None
        request_at = partial(posts_request, self._user.id, EvidenceKind.POSTS)
        most_pages, is_enough = MOST_PAGES if self.target.full else 1, partial(self._is_enough, window)
        self._feed = feed = yield from _read_whole(request_at, most_pages, is_enough, newest_first=True)
        if feed.complete and not feed.items and self._user.posts:
            feed.cause = Cause.CONTRADICTION  # the page counts posts, and shows none
        return replace(facts, taken_at=feed.read_at or facts.taken_at)

    def _is_enough(self, window: Window, feed: PositionList[LadyaPost]) -> bool:
        """Return whether the window is covered, and all that no earlier look has read."""
        if feed.read_to is None:
            return False
        if self.target.posts_until is not None and feed.read_to < self.target.posts_until:
            return True
        has_older = any(post.at < window.gap_from and not post.advertisement for post in feed.items.values())
        return feed.read_to < window.posts_from and has_older

    def find_opening(self) -> Look[Opening]:
        """Return the day on which the page was created, which Ladya says: nothing more is requested."""
        assert self._user is not None
        return Opening((Trace(kind=TraceKind.CHANNEL_DATE, at=self._user.created),))
        yield  # never reached: it makes this method a generator

    @property
    def posts(self) -> Sequence[Post]:
        """The posts that are judged, oldest first."""
        since = self.history.since
        read = (post for post in self._feed.items.values() if since is None or post.at >= since)
        return sorted((post.plain for post in read if not post.advertisement), key=lambda post: post.at)

    @property
    def history(self) -> PageHistory:
        """How far back the posts were read. On a page of Ladya nobody else writes."""
        feed = self._feed
        return PageHistory((), feed.cause, None if feed.complete else feed.read_to, unattributed=())

    # Comments --------------------------------------------------------------------------------------------------------

    def read_threads(self, window: Window) -> Look[Sequence[Post]]:
        """Read the threads of the window's posts, newest post first, and return all posts."""
        posts, reader = {post.id: post for post in self.posts}, self._reader()
        for post in reversed(self.posts):
            if window.reads_comments_of(post.at):
                thread = yield from self._read_thread(reader, post)
                posts[post.id] = thread.added_to(post)
        return tuple(posts.values())

    def _read_thread(self, reader: CommentReader, post: Post) -> Look[ThreadFacts]:
        """Return what is known of the comments under a post: nothing of a part of them."""
        facts = ThreadFacts(post.comments_state, count=post.comments_count)
        if post.comments_count == 0:
            return replace(facts, read_at=self._feed.read_at)
        if self.target.skip.get(post.id) == post.comments_count:
            return replace(facts, left=True)
        thread: PositionList[Comment] = yield from _read_whole(partial(comments_request, reader, post.id))
        fewer = len(thread.items) < (post.comments_count or 0)
        cause = thread.cause or (Cause.CONTRADICTION if fewer else None)
        comments = comments_if_complete(with_reply_targets(thread.items.values()), cause)
        read_at = thread.read_at if cause in {None, Cause.CONTRADICTION} else None
        return replace(facts, cause=cause, comments=comments, read_at=read_at)

    def _reader(self) -> CommentReader:
        """Return the reader of the page's comments, who knows those on record by their names, and staff by id too."""
        assert self._user is not None
        target, network = self.target, self.route.network
        own, *bodies = (
            {page.name for page in pages if page.network is network} - {self._user.name}
            for pages in (target.own, target.institution, target.others)
        )
        staff_names = {member.lstrip("@").casefold() for member in target.staff if isinstance(member, str)}
        staff_ids = {member for member in target.staff if isinstance(member, int)}
        return CommentReader(own | staff_names, tuple(bodies), {self._user.id, *staff_ids}, target.names)

    # Controls --------------------------------------------------------------------------------------------------------

    def resolve_control(self, control: Control) -> Look[ResolvedControl]:
        """Return whether a page has the control's name."""
        response = yield from fetch(user_request(control.url.name, EvidenceKind.CONTROL))
        if isinstance(response, Failure):
            return ResolvedControl(cause=response.cause)
        self._user = response.user
        return ResolvedControl(self._user is not None, has_posts=self._user is not None)

    def control_posts(self) -> Request[PostPage]:
        """Return the request for a control's newest posts."""
        assert self._user is not None
        return posts_request(self._user.id, EvidenceKind.CONTROL)

    def control_thread(self, page: PostPage) -> Request[ThreadProbe] | None:
        """Return the request for whether a post with comments shows them; None if no post has any."""
        commented = next((post for post in page.posts if post.comments_count), None)
        return None if commented is None else probe_request(commented.id)

    def hides_posts(self, failure: Failure) -> bool:
        """Return whether nothing was requested."""
        return not failure.sent


def _read_whole(
    request_at: Callable[[int], Request[Any]],
    most_pages: int = MOST_PAGES,
    is_enough: Callable[[PositionList[DatedT]], bool] = lambda _: False,
    *,
    newest_first: bool = False,
) -> Look[PositionList[DatedT]]:
    """Read a list; once more, and anew, if it changed while it was read."""
    for _ in range(2):
        paged_list = PositionList[DatedT](newest_first=newest_first)
        yield from read_list(paged_list, request_at, most_pages, partial(is_enough, paged_list))
        if not paged_list.changed_while_read:
            break
    return paged_list
