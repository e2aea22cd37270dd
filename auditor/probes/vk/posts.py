"""Reading a wall back as far as it is judged, and by when the page was there.

VK gives no date of creation. The oldest post and the earliest profile photo say that the page was there by then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from auditor.base.snapshot import Cause, EvidenceKind, Precision, Trace, TraceKind
from auditor.probes.base import Target, Window
from auditor.probes.looks import Ask, Call, Failure, Look, ask
from auditor.probes.vk.forms import Photo, Photos, PhotosOf, WallOf, WallPage, WallPost
from auditor.probes.vk.lists import MOST_PAGES, PAGE, Line, read_line
from auditor.probes.vk.pages import Pages, Wanted

_TAIL = (10, PAGE)
"""So far from the wall's end its oldest post is looked for: more than one, because posts are deleted meanwhile."""


def wall_page(
    owner: int, kind: EvidenceKind, offset: int = 0, *, count: int = PAGE, words: bool = True
) -> Ask[WallPage]:
    """Ask for a page of the owner's posts, newest first."""
    params: dict[str, str | int] = {"owner_id": owner, "filter": "owner", "count": count, "offset": offset}
    return Ask(Call("wall.get", params | {"extended": 0}), WallPage, kind, WallOf(owner, words))


@dataclass(slots=True)
class Wall(Line[WallPost]):
    """What was read of a wall: all from `since` on, or to its very beginning (`over`)."""

    falling: bool = True
    owner: int = 0
    tail_cause: Cause | None = None
    """Why its oldest post could not be looked for."""

    @property
    def since(self) -> datetime | None:
        """From when on it was read."""
        return None if self.over else self.edge

    @property
    def own(self) -> list[WallPost]:
        """The owner's posts and reposts that count, oldest first.

        A pinned post from before `since` is left out: what lies between was not read.
        """
        mine = (p for p in self.items.values() if p.counts and (self.since is None or p.at >= self.since))
        return sorted(mine, key=lambda post: (post.at, post.id))

    @property
    def oldest(self) -> datetime | None:
        """The date of the oldest post that was seen."""
        return min((post.at for post in self.items.values() if post.published), default=None)

    def hold_tail(self, page: WallPage, offset: int) -> None:
        """Hold the wall's last page against what was read.

        Posts that were read before, or newer than those, contradict it: then nothing is concluded from the wall.
        """
        tail = Line[WallPost](falling=True, came=offset)
        tail.add(page)
        again = sum(post.id in self.items and not post.is_pinned for post in page.posts)
        newer = any(p.id not in self.items and self.edge is not None and p.at > self.edge for p in page.posts)
        if tail.unsteady or newer or again > max(0, self.came - offset):
            self.cause = self.cause or Cause.CONTRADICTION


def read_wall(owner: int, window: Window, target: Target) -> Look[Wall]:
    """Read a wall back as far as `Window` and `Target.posts_until` say, or to its beginning.

    One that was unsteady is asked for once more, and of the first pass nothing counts.
    """
    wall = Wall(owner=owner)
    yield from _read(wall, window, target)
    if wall.unsteady and target.full:
        wall = Wall(owner=owner)
        yield from _read(wall, window, target)
    if target.full and wall.over and not wall.items and owner > 0:
        objection = yield from _objection_to_empty(owner)
        wall.cause = wall.cause or objection
    return wall


def _read(wall: Wall, window: Window, target: Target) -> Look[None]:
    def enough() -> bool:
        if wall.edge is None:
            return False
        if target.posts_until is not None and wall.edge < target.posts_until:
            return True
        return wall.edge < window.posts_from and any(post.at < window.gap_from for post in wall.own)

    page_at: Callable[[int], Ask[WallPage]] = partial(wall_page, wall.owner, EvidenceKind.POSTS)
    yield from read_line(wall, page_at, MOST_PAGES if target.full else 1, enough)


def _objection_to_empty(owner: int) -> Look[Cause | None]:
    """Say why a profile's empty wall cannot be believed: it counts its posts for itself, if asked alone.

    Where it does not tell, the wall's own count of 0 stands; where the question failed, nothing is concluded.
    """
    call = Call("users.get", {"user_ids": owner, "fields": "counters"})
    answer = yield from ask(Ask(call, Pages, EvidenceKind.POSTS, Wanted(1, owner)))
    if isinstance(answer, Failure):
        return answer.cause
    return Cause.CONTRADICTION if answer.page is None or answer.page.posts else None


def oldest_post(wall: Wall) -> Look[datetime | None]:
    """Find the date of the oldest own post: one question for the wall's last posts, whose number is known.

    A wall that was read whole needs none; of one that contradicts itself no post is the last.
    """
    if wall.over or wall.failure is not None or not wall.count or wall.cause is Cause.CONTRADICTION:
        return wall.oldest
    for back in _TAIL:
        offset = max(0, wall.count - back)
        page = yield from ask(wall_page(wall.owner, EvidenceKind.OPENING, offset))
        if isinstance(page, Failure):
            wall.tail_cause = page.cause
            break
        dates = [post.at for post in page.posts if post.published]
        if dates:
            wall.hold_tail(page, offset)
            return min([*dates, *([wall.oldest] if wall.oldest else [])])
    return wall.oldest


def bounds(oldest: datetime | None, photo: datetime | None) -> dict[str, Any]:
    """Bound the opening, in a snapshot's words, by the oldest post and the earliest photo that were seen."""
    dates = {TraceKind.OLDEST_POST: oldest, TraceKind.PROFILE_PHOTO: photo}
    traces = tuple(Trace(kind=kind, at=at) for kind, at in dates.items() if at is not None)
    first = min((trace.at for trace in traces), default=None)
    return {"traces": traces, "opened_at": first, "opened_precision": first and Precision.NOT_LATER_THAN}


def oldest_photo(owner: int) -> Look[datetime | Cause | None]:
    """Ask for the earliest photo of a profile's own album; None: it has none. A key may not be allowed to ask."""
    params: dict[str, str | int] = {"owner_id": owner, "album_id": "profile", "rev": 0, "count": 1}
    photos = yield from ask(Ask(Call("photos.get", params), Photos, EvidenceKind.OPENING, PhotosOf(owner)))
    if isinstance(photos, Failure):
        return photos.cause
    dates = [item.date for item in photos.items if isinstance(item, Photo)]
    return min(dates, default=None if photos.count == 0 else Cause.CONTRADICTION)
