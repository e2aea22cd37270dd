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
from auditor.language.minimise_text import post_fields
from auditor.language.words import without_mentions
from auditor.probes.protocol import Call, Failure, Look, MinimisedModel, Request, fetch
from auditor.probes.target import Target, Window
from auditor.probes.vk.error_codes import concerns_page
from auditor.probes.vk.field_types import Count, Date, Flag, Raw, VkList, Whole, Word, an_object, flag, whole
from auditor.probes.vk.paged_list import MOST_PAGES, PAGE, PagedList, read_list
from auditor.probes.vk.resolve import page_request

_TAIL = (10, PAGE)
"""So far from the wall's end its oldest post is looked for: more than one, because posts are deleted meanwhile."""
_MADE_BY_VK = {("vk", "profile_photo"), ("widget", "comments")}
_ERID = re.compile(r"(?<!\w)erid(?![^\W_])", re.IGNORECASE)


class WallPost(MinimisedModel):
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
    def is_countable(self) -> bool:
        """Whether it is judged: no advertisement, nothing that VK made or that is paid for, nothing deleted."""
        kind = self.published and self.post_type not in {"reply", "post_ads"}
        return kind and not (self.deleted or self.advertisement or self.made_by_vk or self.paid)

    @property
    def repost(self) -> bool:
        """Whether it is a bare repost: with words of one's own it is a post."""
        return (self.reposted or self.post_type == "copy") and not self.sketch


WallPage = VkList[WallPost]


def wall_page(
    owner: int, kind: EvidenceKind, offset: int = 0, *, count: int = PAGE, words: bool = True
) -> Request[WallPage]:
    """Ask for a page of the owner's posts, newest first, with or without their words."""
    params: dict[str, str | int] = {"owner_id": owner, "filter": "owner", "count": count, "offset": offset}
    keep = partial(WallPage.minimise, partial(_minimise_post, owner, words))
    return Request(Call("wall.get", params | {"extended": 0}), WallPage, kind, minimiser=keep)


def _minimise_post(owner: int, words: bool, raw: Raw) -> WallPost:
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
    return WallPost.model_validate(kept | (post_fields(text) if words else {}))


def _is_marked_by_erid(raw: Raw) -> bool:
    """Tell whether a post's text or a link in it bears the mark of an advertisement in Russia."""
    attached = raw["attachments"] if isinstance(raw.get("attachments"), list) else ()
    links = (an_object(an_object(item).get("link")).get("url") for item in attached)
    return any(isinstance(text, str) and _ERID.search(text) for text in (raw.get("text"), *links))


# A wall --------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Wall(PagedList[WallPost]):
    """What was read of a wall: all from `since` on, or to its very beginning (`over`)."""

    newest_first: bool = True
    owner: int = 0
    tail_cause: Cause | None = None
    """Why its oldest post could not be looked for."""

    @property
    def since(self) -> datetime | None:
        """From when on it was read."""
        return None if self.complete else self.read_to

    @property
    def counted_posts(self) -> list[WallPost]:
        """The owner's posts and reposts that count, oldest first.

        A pinned post from before `since` is left out: what lies between was not read.
        """
        mine = (p for p in self.items.values() if p.is_countable and (self.since is None or p.at >= self.since))
        return sorted(mine, key=lambda post: (post.at, post.id))

    @property
    def oldest(self) -> datetime | None:
        """The date of the oldest post that was seen."""
        return min((post.at for post in self.items.values() if post.published), default=None)

    def check_last_page(self, page: WallPage, offset: int) -> None:
        """Hold the wall's last page against what was read.

        Posts that were read before, or newer than those, contradict it: then nothing is concluded from the wall.
        """
        tail = PagedList[WallPost](newest_first=True, places_read=offset)
        tail.add(page)
        again = sum(post.id in self.items and not post.is_pinned for post in page.readable)
        newer = any(p.id not in self.items and self.read_to is not None and p.at > self.read_to for p in page.readable)
        if tail.changed_while_read or newer or again > max(0, self.places_read - offset):
            self.cause = self.cause or Cause.CONTRADICTION


def read_wall(owner: int, window: Window, target: Target) -> Look[Wall]:
    """Read a wall back as far as `Window` and `Target.posts_until` say, or to its beginning.

    One that was unsteady is asked for once more, and of the first pass nothing counts.
    """
    wall = yield from _read_once(owner, window, target)
    if wall.changed_while_read and target.full:
        wall = yield from _read_once(owner, window, target)
    if target.full and wall.complete and not wall.items and owner > 0:
        objection = yield from _why_not_empty(owner)
        wall.cause = wall.cause or objection
    return wall


def _read_once(owner: int, window: Window, target: Target) -> Look[Wall]:
    wall = Wall(owner=owner)

    def enough() -> bool:
        if wall.read_to is None:
            return False
        if target.posts_until is not None and wall.read_to < target.posts_until:
            return True
        return wall.read_to < window.posts_from and any(post.at < window.gap_from for post in wall.counted_posts)

    page_at = partial(wall_page, owner, EvidenceKind.POSTS)
    yield from read_list(wall, page_at, MOST_PAGES if target.full else 1, enough)
    return wall


def _why_not_empty(owner: int) -> Look[Cause | None]:
    """Say why a profile's empty wall cannot be believed: it counts its posts for itself, if asked alone.

    Where it does not tell, the wall's own count of 0 stands; where the question failed, nothing is concluded.
    """
    answer = yield from fetch(page_request(owner, 1, EvidenceKind.POSTS, fields="counters", alone=True))
    if isinstance(answer, Failure):
        return answer.cause
    return Cause.CONTRADICTION if not answer.readable or any(page.posts for page in answer.readable) else None


# The opening ---------------------------------------------------------------------------------------------------------


def opening_bound(wall: Wall, target: Target) -> Look[dict[str, Any]]:
    """Bound the opening, in a snapshot's words, by the oldest post and the earliest photo that can be seen."""
    dates, before, facts = {TraceKind.OLDEST_POST: wall.oldest}, target.photos_before, dict[str, Any]()
    if target.posts_until is None or before is not None:  # else an earlier look has looked for it
        dates[TraceKind.OLDEST_POST] = yield from _oldest_post(wall)
    oldest, answers = dates[TraceKind.OLDEST_POST], wall.failure is None or concerns_page(wall.failure)
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
    if wall.complete or wall.failure is not None or not wall.count or wall.cause is Cause.CONTRADICTION:
        return wall.oldest
    for back in _TAIL:
        offset = max(0, wall.count - back)
        page = yield from fetch(wall_page(wall.owner, EvidenceKind.OPENING, offset))
        if isinstance(page, Failure):
            wall.tail_cause = page.cause
            break
        dates = [post.at for post in page.readable if post.published]
        if dates:
            wall.check_last_page(page, offset)
            return min([*dates, *([wall.oldest] if wall.oldest else [])])
    return wall.oldest


class Photo(MinimisedModel):
    """A photo of a profile: when it was added; no picture, no address, no caption."""

    date: Date


def photos_of(owner: int) -> Request[VkList[Photo]]:
    """Ask for the earliest photo of a profile's own album."""

    def kept_photo(raw: Raw) -> Photo:
        return Photo.model_validate({"date": raw.get("date")} if whole(raw.get("owner_id")) in {None, owner} else {})

    params: dict[str, str | int] = {"owner_id": owner, "album_id": "profile", "rev": 0, "count": 1}
    keep = partial(VkList[Photo].minimise, kept_photo)
    return Request(Call("photos.get", params), VkList[Photo], EvidenceKind.OPENING, minimiser=keep)


def _oldest_photo(owner: int) -> Look[datetime | Cause | None]:
    """Find the date of a profile's earliest photo; None: it has none. A key may not be allowed to ask."""
    photos = yield from fetch(photos_of(owner))
    if isinstance(photos, Failure):
        return photos.cause
    dates = [photo.date for photo in photos.readable]
    return min(dates, default=None if photos.count == 0 else Cause.CONTRADICTION)
