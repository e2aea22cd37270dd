"""Reading a wall back as far as it is judged, and by when the page was there.

VK gives no date of creation. The oldest post and the earliest profile photo say that the page was there by then.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from auditor.base.snapshot import Cause, EvidenceKind, Trace, TraceKind
from auditor.probes.base import Target, Window
from auditor.probes.looks import Ask, Call, Failure, Look, ask
from auditor.probes.rows import Row
from auditor.probes.vk.forms import Counters, Photo, Photos, WallOf, WallPage, WallPost

PAGE = 100
"""The most that wall.get and wall.getComments give in one answer."""
_MOST_PAGES = 60
"""A wall that needs more is not read to its end but called too little data."""
_TAIL = (10, PAGE)
"""So far from the wall's end its oldest post is looked for: more than one, because posts are deleted meanwhile."""

Enough = Callable[["Wall"], bool]


def wall_page(
    owner: int, offset: int, kind: EvidenceKind = EvidenceKind.POSTS, *, count: int = PAGE, words: bool = True
) -> Ask[WallPage]:
    """Ask for a page of the owner's posts, newest first."""
    params: dict[str, str | int] = {"owner_id": owner, "filter": "owner", "count": count, "offset": offset}
    return Ask(Call("wall.get", params | {"extended": 0}), WallPage, kind, WallOf(owner, words))


@dataclass(slots=True)
class Wall:
    """What was read of a wall. Complete from `since` on unless there is a `cause`; `whole`: to its very beginning."""

    owner: int
    posts: dict[int, WallPost] = field(default_factory=dict)
    at: datetime | None = None
    """When its first page came: nothing newer was seen."""
    whole: bool = False
    since: datetime | None = None
    cause: Cause | None = None
    failure: Failure | None = None
    tail_cause: Cause | None = None
    """Why its oldest post could not be looked for."""
    unsteady: bool = False
    """It shrank, repeated posts or disordered them while it was read, so that one may have been passed over."""
    count: int | None = None
    _row: Row = field(default_factory=Row)
    _pinned: set[int] = field(default_factory=set)
    _offset: int = 0

    @property
    def own(self) -> list[WallPost]:
        """The owner's posts and reposts that count, oldest first.

        A pinned post from before `since` is left out: what lies between was not read.
        """
        mine = (p for p in self.posts.values() if p.counts and (self.since is None or p.date >= self.since))
        return sorted(mine, key=lambda p: (p.date, p.id))

    @property
    def oldest(self) -> datetime | None:
        """The date of the oldest post that was seen."""
        return min((p.date for p in self.posts.values() if p.published), default=None)

    @property
    def offset(self) -> int:
        """Where the next page begins."""
        return self._offset

    def fail(self, failure: Failure) -> None:
        """Note why there is no page. VK has just shown the owner as alive: a word that he is gone is not believed."""
        self.failure = failure
        self.at = self.at or failure.at
        self.cause = Cause.REFUSED if failure.cause is Cause.GONE else failure.cause

    def add(self, page: WallPage) -> bool:
        """Take in the next page; False where it is the last that is worth asking for."""
        self.at = self.at or page.at
        self.unsteady = page.count is not None and self.count is not None and page.count < self.count
        in_order = self._in_order(page.posts)
        fresh = [post for post in page.posts if post.id not in self.posts]
        self._pinned |= {post.id for post in page.posts} - {post.id for post in in_order}
        self.posts |= {post.id: post for post in fresh}
        self.count = self.count if page.count is None else page.count
        self._row.count = self.count
        self._row.add([(p.id, p.date) for p in page.posts], len(page.items), falling=True, aside=self._pinned)
        self.since = min([post.date for post in in_order] + ([self.since] if self.since else []), default=None)
        self._offset += len(page.items)
        if page.unread:  # an item without id or date, or of another wall: the very post that is missed
            self.cause = Cause.UNRECOGNISED_PAGE
        return self._goes_on(page, fresh)

    def _goes_on(self, page: WallPage, fresh: list[WallPost]) -> bool:
        """Hold the list against itself and its own count, and tell whether there is more of it."""
        self.unsteady = self.unsteady or self._row.broken
        ended = self._ended(page)
        stopped = not fresh or (self.count is not None and len(page.items) < PAGE and self._offset < self.count)
        if self.unsteady or (self._row.short if ended else stopped):
            self.cause = self.cause or Cause.CONTRADICTION
            return False
        if ended:
            self.whole, self.since = True, None
        return not ended

    def _ended(self, page: WallPage) -> bool:
        """Tell whether that was the end. A few posts may be deleted meanwhile, but not more than a page of them.

        A wall that counts posts and shows none is not empty.
        """
        if self.count is None:
            return len(page.items) < PAGE
        if not self._offset and self.count:
            return False
        return self._offset >= self.count or (not page.items and self.count - self._offset <= PAGE)

    def _in_order(self, posts: tuple[WallPost, ...]) -> list[WallPost]:
        """Leave out a pinned post, which comes first whatever its age; old answers do not mark it."""
        moved = not self._offset and len(posts) > 1 and posts[0].date < posts[1].date
        return [post for post in posts[1 if moved else 0 :] if not post.is_pinned]

    def hold_tail(self, page: WallPage, offset: int) -> None:
        """Hold the wall's last page against what was read.

        Posts that were read before, or newer than those, contradict it: then nothing is concluded from the wall.
        """
        row = Row(page.count, offset)
        row.add([(p.id, p.date) for p in page.posts], len(page.items), falling=True, aside=self._pinned)
        again = sum(p.id in self.posts and p.id not in self._pinned for p in page.posts)
        newer = any(p.id not in self.posts and self.since is not None and p.date > self.since for p in page.posts)
        if row.broken or newer or again > max(0, self._offset - offset):
            self.cause = self.cause or Cause.CONTRADICTION


def read_wall(owner: int, enough: Enough, most: int = _MOST_PAGES) -> Look[Wall]:
    """Read a wall back until that is enough, or to its beginning, on at most so many pages.

    One that was unsteady is asked for once more, and of the first pass nothing counts.
    """
    wall = yield from _read(owner, enough, most)
    if wall.unsteady:
        wall = yield from _read(owner, enough, most)
    if wall.whole and not wall.posts and owner > 0:
        objection = yield from _objection_to_empty(owner)
        wall.cause = wall.cause or objection
    return wall


def _read(owner: int, enough: Enough, most: int) -> Look[Wall]:
    wall = Wall(owner)
    for _ in range(most):
        page = yield from ask(wall_page(owner, wall.offset))
        if isinstance(page, Failure):
            wall.fail(page)
            return wall
        if not wall.add(page) or enough(wall):
            return wall
    wall.cause = wall.cause or Cause.TOO_LITTLE_DATA
    return wall


def enough_for(window: Window, target: Target) -> Enough:
    """Return what tells that posts were read back far enough, as `Window` and `Target.posts_until` say."""

    def enough(wall: Wall) -> bool:
        if wall.since is None:
            return False
        if target.posts_until is not None and wall.since < target.posts_until:
            return True
        return wall.since < window.posts_from and any(post.date < window.gap_from for post in wall.own)

    return enough


def _objection_to_empty(owner: int) -> Look[Cause | None]:
    """Say why a profile's empty wall cannot be believed: it counts its posts for itself, if asked alone.

    Where it does not tell, the wall's own count of 0 stands; where the question failed, nothing is concluded.
    """
    call = Call("users.get", {"user_ids": owner, "fields": "counters"})
    counters = yield from ask(Ask(call, Counters, EvidenceKind.POSTS, owner))
    if isinstance(counters, Failure):
        return counters.cause
    return Cause.CONTRADICTION if counters.posts or not counters.told else None


def oldest_post(wall: Wall) -> Look[datetime | None]:
    """Find the date of the oldest own post: one question for the wall's last posts, whose number is known.

    A wall that was read whole needs none; of one that contradicts itself no post is the last.
    """
    if wall.whole or wall.failure is not None or not wall.count or wall.cause is Cause.CONTRADICTION:
        return wall.oldest
    for back in _TAIL:
        offset = max(0, wall.count - back)
        page = yield from ask(wall_page(wall.owner, offset, EvidenceKind.OPENING))
        if isinstance(page, Failure):
            wall.tail_cause = page.cause
            break
        dates = [post.date for post in page.posts if post.published]
        if dates:
            wall.hold_tail(page, offset)
            return min([*dates, *([wall.oldest] if wall.oldest else [])])
    return wall.oldest


def oldest_photo(owner: int) -> Look[datetime | Cause | None]:
    """Ask for the earliest photo of a profile's own album; None: it has none. A key may not be allowed to ask."""
    params: dict[str, str | int] = {"owner_id": owner, "album_id": "profile", "rev": 0, "count": 1}
    photos = yield from ask(Ask(Call("photos.get", params), Photos, EvidenceKind.OPENING, owner))
    if isinstance(photos, Failure):
        return photos.cause
    dates = [item.date for item in photos.items if isinstance(item, Photo)]
    if dates or photos.count == 0:
        return min(dates, default=None)
    return Cause.CONTRADICTION


def traces_of(oldest: datetime | None, photo: datetime | None) -> tuple[Trace, ...]:
    """Return the signs of the opening."""
    dates = {TraceKind.OLDEST_POST: oldest, TraceKind.PROFILE_PHOTO: photo}
    return tuple(Trace(kind=kind, at=at) for kind, at in dates.items() if at is not None)
