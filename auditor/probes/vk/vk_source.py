"""VK as a source: who a page is, its wall, by when it existed, the comments under its posts.

Requests: 1 for a page known by its id (shared with others; by its name up to 6), 1 for each 100 posts, up to 3 for the
wall's end, 1 for the earliest photo where that matters, and 1 for each 100 comments under a post, or replies below one
of them. An empty wall is asked for once or twice more; a list that changed while it was read is read once more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Network, Post, Route
from auditor.probes.page_facts import Identity, Opening, PageFacts, PageHistory
from auditor.probes.protocol import Failure, Look, Request
from auditor.probes.source import Resolved, ResolvedControl
from auditor.probes.target import VERSION, Target, Window
from auditor.probes.vk.error_codes import concerns_page
from auditor.probes.vk.profile import VkPage
from auditor.probes.vk.resolve import ResolvedPage, resolve_page
from auditor.probes.vk.vk_authors import VkAuthors
from auditor.probes.vk.vk_network import numbered_names
from auditor.probes.vk.vk_threads import ThreadProbe, VkThread, probe_thread, read_thread
from auditor.probes.vk.wall import Wall, WallPage, WallPost, find_opening, read_wall, wall_page
from auditor.registry.models import Control

_OFF, _CLOSED = 0, 3
"""Values of a community's `wall`: no posts are shown, and no comments are possible."""
_FEW = 20
"""How many of a control's posts are requested."""


class VkSource:
    """One page on VK, for one look."""

    route = Route.VK

    def __init__(self, target: Target) -> None:
        """Take the target; nothing is requested yet."""
        self.target = target
        self._page: VkPage | None = None
        self._wall = Wall()

    def resolve(self) -> Look[Resolved]:
        """Find the page by its id, else by its name."""
        resolved = yield from resolve_page(self.target)
        identity, self._page = _identity(resolved, self.target), resolved.page
        facts, is_readable = PageFacts(resolved.at, identity), bool(identity.exists and identity.cause is None)
        if self._page is not None and is_readable and self.target.id not in {None, self._page.id}:
            # Another page than the confirmed one: only its existence matters.
            return Resolved(replace(facts, history=PageHistory(cause=Cause.GONE)))
        return Resolved(facts, is_readable=is_readable and self._page is not None)

    # Posts -----------------------------------------------------------------------------------------------------------

    def read_posts(self, facts: PageFacts, window: Window) -> Look[PageFacts]:
        """Read the wall, and return `facts` with whether outsiders see it, and VK's word on comments."""
        assert self._page is not None
        self._wall = wall = yield from read_wall(self._page.id, window, self.target)
        identity = facts.identity
        if not wall.items and _is_private(self._page, wall.failure):
            identity = replace(identity, cause=Cause.PRIVATE)
        elif self.target.full and self.target.version >= VERSION:
            identity = replace(identity, page_comments=self._page.comments_word)
        return replace(facts, identity=identity, taken_at=wall.read_at or facts.taken_at)

    def find_opening(self) -> Look[Opening]:
        """Return what bounds the opening: the oldest post and the earliest photo to be found."""
        return (yield from find_opening(self._wall, self.target))

    @property
    def posts(self) -> Sequence[Post]:
        """The posts and reposts that are judged, oldest first."""
        return tuple(map(self._post, self._wall.counted_posts))

    @property
    def history(self) -> PageHistory:
        """How far back the wall was read."""
        wall, cause = self._wall, self._wall.cause
        if self._page is not None and self._page.wall == _OFF and wall.items:
            cause = cause or Cause.CONTRADICTION
        return PageHistory((), cause, wall.since, wall.tail_cause, unattributed=wall.unattributed)

    def _post(self, post: WallPost) -> Post:
        return Post(
            id=post.id,
            at=post.at,
            url=f"https://vk.com/wall{self._wall.owner}_{post.id}",
            repost=post.repost,
            sketch=post.sketch,
            moved=post.moved,
            moved_to=post.moved_to,
            may_have_moved=post.may_have_moved,
            has_media=post.has_media,
            has_five_words=post.has_five_words,
            says_answers=post.says_answers,
            comments_count=post.comments,
            comments_cause=Cause.TOO_LITTLE_DATA,
        )

    # Comments --------------------------------------------------------------------------------------------------------

    def read_threads(self, window: Window) -> Look[Sequence[Post]]:
        """Read the threads of the window's posts, newest post first, and return all posts."""
        posts = {post.id: self._post(post) for post in self._wall.counted_posts}
        authors = VkAuthors(self._wall.owner, self.target)
        is_closed = self._page is not None and self._page.wall == _CLOSED
        asks_whether_closed, refusal_cause = not is_closed, None
        for post in self._posts_to_read(window):
            is_empty_and_new = post.comments == 0 and post.at >= window.asks_from
            is_skipped = post.comments is not None and self.target.skip.get(post.id) == post.comments
            # An empty thread can show only that it is closed; if the newest is not, the rest are not requested.
            may_ask = post.comments != 0 or (is_empty_and_new and asks_whether_closed and not post.can_comment)
            is_asked = may_ask and not is_skipped and refusal_cause is None
            thread = (yield from read_thread(authors, post)) if is_asked else VkThread(cause=refusal_cause)
            if thread.failure is not None and thread.failure.cause is Cause.NO_CREDENTIALS:
                refusal_cause = Cause.NO_CREDENTIALS  # the key may not read this page's threads
            if is_empty_and_new and not is_skipped:
                asks_whether_closed = asks_whether_closed and thread.closed
            facts = thread.facts(self._wall, post, is_skipped=is_skipped, is_wall_closed=is_closed)
            posts[post.id] = facts.added_to(posts[post.id])
        return tuple(posts.values())

    def _posts_to_read(self, window: Window) -> Iterator[WallPost]:
        return (post for post in reversed(self._wall.counted_posts) if window.reads_comments_of(post.at))

    # Controls --------------------------------------------------------------------------------------------------------

    def resolve_control(self, control: Control) -> Look[ResolvedControl]:
        """Return whether a control's page exists."""
        resolved = yield from resolve_page(self.target, EvidenceKind.CONTROL)
        exists, cause, self._page = resolved.exists, resolved.cause, resolved.page
        if resolved.name_unused or (self._page is not None and cause in {Cause.GONE, Cause.BANNED}):
            exists = False
        is_other = self._page is not None and not self._page.has_name(control.url.name)
        if exists and not control.exists and is_other:
            return ResolvedControl(None, Cause.UNRECOGNISED_PAGE)
        return ResolvedControl(exists, cause, has_posts=bool(exists) and self._page is not None and cause is None)

    def control_posts(self) -> Request[WallPage]:
        """Return the request for a control's newest posts, without their text."""
        assert self._page is not None
        return wall_page(self._page.id, EvidenceKind.CONTROL, count=_FEW, with_text=False)

    def control_thread(self, page: WallPage) -> Request[ThreadProbe] | None:
        """Return the request for whether a post with comments shows them; None if no post has any."""
        commented = next((post for post in page.readable if post.comments), None)
        if commented is None or self._page is None:
            return None
        return probe_thread(self._page.id, commented.id, EvidenceKind.CONTROL)

    def hides_posts(self, failure: Failure) -> bool:
        """Return whether the control's wall is off or private, or was not requested."""
        return failure.cause in {Cause.WALL_OFF, Cause.PRIVATE} or not failure.sent


def _identity(resolved: ResolvedPage, target: Target) -> Identity:
    """Return who the page is, as far as its address and its own words say."""
    page, exists = resolved.page, resolved.exists
    if page is None:
        return Identity(exists, resolved.cause, resolved.kind, target.id if exists else None)
    if exists is False and page.id not in {target.id, target.address.number}:
        # The page that has the name now is gone: that says nothing about the page on record, whose id is not known.
        return Identity(None, Cause.NOT_AT_ADDRESS, resolved.kind)
    if not exists:
        return Identity(exists, resolved.cause, resolved.kind, page.id)
    if target.id not in {None, page.id}:
        return Identity(exists, None, resolved.kind, page.id)
    return Identity(
        exists,
        resolved.cause,
        resolved.kind,
        page.id,
        renamed_to=_address_of(page) if resolved.renamed else None,
        verified=page.verified,
        subscribers=page.subscribers,
        register_link=page.has_register_link(target.website, target.version),
    )


def _address_of(page: VkPage) -> str:
    """Return a page's present address: by its short name, or by its id if it shows none."""
    name = min(page.chosen_names - page.numbered_names, default=numbered_names(page.id)[0])
    return Address(Network.VK, name).url


def _is_private(page: VkPage, failure: Failure | None) -> bool:
    """Return whether outsiders cannot see a wall: VK says so, or it refused the wall of a closed community."""
    if failure is None or failure.code is None:
        return False
    refused = concerns_page(failure) or failure.cause is Cause.REFUSED
    return failure.cause is Cause.PRIVATE or (page.closed and refused and failure.cause is not Cause.WALL_OFF)
