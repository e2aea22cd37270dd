"""Posts: what is kept of them, how a wall is read back as far as it is judged, and by when the page was there.

VK gives no date of creation. The oldest post and the earliest profile photo say that the page was there by then.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import Field

from auditor.base.snapshot import Cause, EvidenceKind, Precision, Trace, TraceKind
from auditor.language.reading import read_post
from auditor.language.words import without_mentions
from auditor.probes.base import Target, Window
from auditor.probes.looks import Ask, Call, Failure, Kept, Look, ask
from auditor.probes.vk.codes import speaks_of_page
from auditor.probes.vk.forms import Count, Date, Flag, Items, Raw, Whole, Word, an_object, flag, whole
from auditor.probes.vk.lists import MOST_PAGES, PAGE, Line, read_line
from auditor.probes.vk.names import page_of

_TAIL = (10, PAGE)
"""So far from the wall's end its oldest post is looked for: more than one, because posts are deleted meanwhile."""
_MADE_BY_VK = {("vk", "profile_photo"), ("widget", "comments")}
_ERID = re.compile(r"(?<!\w)erid(?![^\W_])", re.IGNORECASE)


class WallPost(Kept):
    """One item of a wall."""

    id: Whole
    at: Date
    own: bool
    """Whether the wall's owner wrote it; VK says nothing where he did. Of what others wrote no more is kept."""
    is_pinned: Flag = None
    deleted: Flag = None
    text: Word = Field(None, repr=False)
    post_type: Word = None
    advertisement: bool = False
    """Marked as one by VK, or by «erid»."""
    made_by_vk: bool = False
    """A new profile photo, or a comment that was written on another site."""
    paid: bool = False
    """Only those see it who pay (VK Donut)."""
    reposted: bool = False
    comments: Count = None
    can_comment: bool = False
    """VK says that one may; False does not prove that one may not."""
    sketch: str | None = None
    moved: bool = False
    moved_to: str | None = None

    @property
    def published(self) -> bool:
        """Whether it is a post of the owner's that has appeared."""
        return self.own and self.post_type not in {"postpone", "suggest"}

    @property
    def counts(self) -> bool:
        """Whether it is judged: no advertisement, nothing that VK made or that is paid for, nothing deleted."""
        kind = self.published and self.post_type not in {"reply", "post_ads"}
        return kind and not (self.deleted or self.advertisement or self.made_by_vk or self.paid)

    @property
    def repost(self) -> bool:
        """Whether it is a bare repost: with words of one's own it is a post."""
        return (self.reposted or self.post_type == "copy") and not self.sketch


WallPage = Items[WallPost]


def wall_page(
    owner: int, kind: EvidenceKind, offset: int = 0, *, count: int = PAGE, words: bool = True
) -> Ask[WallPage]:
    """Ask for a page of the owner's posts, newest first, with or without their words."""
    params: dict[str, str | int] = {"owner_id": owner, "filter": "owner", "count": count, "offset": offset}
    keep = partial(WallPage.kept, partial(_kept_post, owner, words))
    return Ask(Call("wall.get", params | {"extended": 0}), WallPage, kind, keep=keep)


def _kept_post(owner: int, words: bool, raw: Raw) -> WallPost:
    """Keep of others' posts and of reposted ones only that they exist. Raises `ValueError` for one on another wall."""
    if whole(raw.get("owner_id")) not in {None, owner}:
        raise ValueError("another page's")
    kept = {"id": raw.get("id"), "at": raw.get("date"), "own": whole(raw.get("from_id")) in {None, owner}}
    kept |= {"is_pinned": raw.get("is_pinned"), "deleted": raw.get("is_deleted")}
    if not kept["own"]:
        return WallPost.model_validate(kept)
    counted, source = an_object(raw.get("comments")), an_object(raw.get("post_source"))
    text = raw["text"] if words and isinstance(raw.get("text"), str) else ""
    kept |= {
        "text": without_mentions(text),
        "post_type": raw.get("post_type"),
        "advertisement": bool(flag(raw.get("marked_as_ads")) or _is_marked_by_erid(raw)),
        "made_by_vk": (source.get("type"), source.get("data")) in _MADE_BY_VK,
        "paid": bool(flag(an_object(raw.get("donut")).get("is_donut"))),
        "reposted": bool(raw.get("copy_history")),
        "comments": counted.get("count"),
        "can_comment": bool(flag(counted.get("can_post")) or flag(counted.get("groups_can_post"))),
    }
    return WallPost.model_validate(kept | (read_post(text) if words else {}))


def _is_marked_by_erid(raw: Raw) -> bool:
    """Tell whether a post's text or a link in it bears the mark of an advertisement in Russia."""
    attached = raw["attachments"] if isinstance(raw.get("attachments"), list) else ()
    links = (an_object(an_object(item).get("link")).get("url") for item in attached)
    return any(isinstance(text, str) and _ERID.search(text) for text in (raw.get("text"), *links))


# A wall --------------------------------------------------------------------------------------------------------------


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
        again = sum(post.id in self.items and not post.is_pinned for post in page.shown)
        newer = any(p.id not in self.items and self.edge is not None and p.at > self.edge for p in page.shown)
        if tail.unsteady or newer or again > max(0, self.came - offset):
            self.cause = self.cause or Cause.CONTRADICTION


def read_wall(owner: int, window: Window, target: Target) -> Look[Wall]:
    """Read a wall back as far as `Window` and `Target.posts_until` say, or to its beginning.

    One that was unsteady is asked for once more, and of the first pass nothing counts.
    """
    wall = yield from _read_once(owner, window, target)
    if wall.unsteady and target.full:
        wall = yield from _read_once(owner, window, target)
    if target.full and wall.over and not wall.items and owner > 0:
        objection = yield from _objection_to_empty(owner)
        wall.cause = wall.cause or objection
    return wall


def _read_once(owner: int, window: Window, target: Target) -> Look[Wall]:
    wall = Wall(owner=owner)

    def enough() -> bool:
        if wall.edge is None:
            return False
        if target.posts_until is not None and wall.edge < target.posts_until:
            return True
        return wall.edge < window.posts_from and any(post.at < window.gap_from for post in wall.own)

    page_at = partial(wall_page, owner, EvidenceKind.POSTS)
    yield from read_line(wall, page_at, MOST_PAGES if target.full else 1, enough)
    return wall


def _objection_to_empty(owner: int) -> Look[Cause | None]:
    """Say why a profile's empty wall cannot be believed: it counts its posts for itself, if asked alone.

    Where it does not tell, the wall's own count of 0 stands; where the question failed, nothing is concluded.
    """
    answer = yield from ask(page_of(owner, 1, EvidenceKind.POSTS, fields="counters", alone=True))
    if isinstance(answer, Failure):
        return answer.cause
    return Cause.CONTRADICTION if not answer.shown or any(page.posts for page in answer.shown) else None


# The opening ---------------------------------------------------------------------------------------------------------


def opening(wall: Wall, target: Target) -> Look[dict[str, Any]]:
    """Bound the opening, in a snapshot's words, by the oldest post and the earliest photo that can be seen."""
    dates, before, facts = {TraceKind.OLDEST_POST: wall.oldest}, target.photos_before, dict[str, Any]()
    if target.posts_until is None or before is not None:  # else an earlier look has looked for it
        dates[TraceKind.OLDEST_POST] = yield from _oldest_post(wall)
    oldest, answers = dates[TraceKind.OLDEST_POST], wall.failure is None or speaks_of_page(wall.failure)
    if answers and before is not None and wall.owner > 0 and (oldest is None or oldest >= before):
        photo = yield from _oldest_photo(wall.owner)
        facts = {"photos_cause": photo} if isinstance(photo, Cause) else {"photos_read": True}
        dates[TraceKind.PROFILE_PHOTO] = None if isinstance(photo, Cause) else photo
    traces = tuple(Trace(kind=kind, at=at) for kind, at in dates.items() if at is not None)
    first = min((trace.at for trace in traces), default=None)
    facts |= {"traces": traces, "opened_at": first, "opened_precision": first and Precision.NOT_LATER_THAN}
    return facts | {"older_cause": wall.tail_cause}


def _oldest_post(wall: Wall) -> Look[datetime | None]:
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
        dates = [post.at for post in page.shown if post.published]
        if dates:
            wall.hold_tail(page, offset)
            return min([*dates, *([wall.oldest] if wall.oldest else [])])
    return wall.oldest


class Photo(Kept):
    """A photo of a profile: when it was added; no picture, no address, no caption."""

    date: Date


def photos_of(owner: int) -> Ask[Items[Photo]]:
    """Ask for the earliest photo of a profile's own album."""

    def kept_photo(raw: Raw) -> Photo:
        return Photo.model_validate({"date": raw.get("date")} if whole(raw.get("owner_id")) in {None, owner} else {})

    params: dict[str, str | int] = {"owner_id": owner, "album_id": "profile", "rev": 0, "count": 1}
    keep = partial(Items[Photo].kept, kept_photo)
    return Ask(Call("photos.get", params), Items[Photo], EvidenceKind.OPENING, keep=keep)


def _oldest_photo(owner: int) -> Look[datetime | Cause | None]:
    """Find the date of a profile's earliest photo; None: it has none. A key may not be allowed to ask."""
    photos = yield from ask(photos_of(owner))
    if isinstance(photos, Failure):
        return photos.cause
    dates = [photo.date for photo in photos.shown]
    return min(dates, default=None if photos.count == 0 else Cause.CONTRADICTION)
