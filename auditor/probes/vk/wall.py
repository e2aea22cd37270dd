"""Posts: what is stored of them, how far back a wall is read, and by when the page existed.

VK gives no date of creation. The oldest post and the earliest profile photo show that the page existed by then. A post
as VK sends it, with invented values::

    {"id": 12, "owner_id": 5, "from_id": 5, "date": 1795150800, "post_type": "post", "text": "Открыли мост",
     "comments": {"count": 3, "can_post": 1}, "marked_as_ads": 0}

and, abridged, as it is stored: ``{"id": 12, "at": …, "own": true, "text": "Открыли мост", "comments": 3}``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import Field

from auditor.base.links import is_advertisement
from auditor.base.snapshot import Cause, EvidenceKind, Trace, TraceKind
from auditor.language.minimise_text import post_fields
from auditor.language.words import without_mentions
from auditor.probes.page_facts import Opening
from auditor.probes.paged_list import MOST_PAGES, PAGE, PositionList, read_list
from auditor.probes.protocol import Call, Failure, Look, MinimisedModel, Request, fetch
from auditor.probes.target import Target, Window
from auditor.probes.vk.error_codes import concerns_page
from auditor.probes.vk.field_types import Count, Date, Flag, Raw, VkList, Whole, Word, as_object, read_flag, read_whole
from auditor.probes.vk.resolve import page_request
from auditor.probes.vk.vk_authors import own_ids

_TAIL_DISTANCES = (10, PAGE)
"""Distances from the wall's end at which its oldest post is sought, one after the other: posts may be deleted
meanwhile."""
_MADE_BY_VK = {("vk", "profile_photo"), ("widget", "comments")}
_WITHOUT_MEDIA = {
    *("link", "donut_link", "article", "page", "note", "poll", "app", "event", "group", "audio", "audio_playlist"),
    *("podcast", "textlive", "textpost", "textpost_publish", "situational_theme"),
}
"""Attachments that are no photo, video or document; one of a kind that VK adds later may be."""


class WallPost(MinimisedModel):
    """One post on a wall."""

    id: Whole
    at: Date
    own: bool
    """Whether the wall's owner wrote it, or somebody on record as the holder or `staff`.

    It is so if VK names no author among the owner's posts. Of others' posts no text and no author is stored.
    """
    is_pinned: Flag = None
    deleted: Flag = None
    text: Word = Field(None, repr=False)
    post_type: Word = None
    advertisement: bool = False
    """Marked as an advertisement by VK, or by «erid»."""
    made_by_vk: bool = False
    """Whether VK made it: for a new profile photo, or a comment written on another site."""
    paid: bool = False
    """Whether only paying subscribers see it (VK Donut)."""
    reposted: bool = False
    comments: Count = None
    can_comment: bool = False
    """Whether VK says that people can comment; False does not prove that they cannot."""
    sketch: str | None = None
    moved: bool = False
    moved_to: str | None = None
    may_have_moved: bool = False
    has_media: bool | None = None
    has_five_words: bool | None = None
    says_answers: bool | None = None

    @property
    def published(self) -> bool:
        """Whether it is a published post of the owner's."""
        return self.own and self.post_type not in {"postpone", "suggest"}

    @property
    def is_countable(self) -> bool:
        """Whether it is judged: published, not deleted, no advertisement, not made by VK, not for paying readers."""
        kind = self.published and self.post_type not in {"reply", "post_ads"}
        return kind and not (self.deleted or self.advertisement or self.made_by_vk or self.paid)

    @property
    def repost(self) -> bool:
        """Whether it is a bare repost; one with the owner's own words is a post."""
        return (self.reposted or self.post_type == "copy") and not self.sketch


class WallPage(VkList[WallPost]):
    """A page of a wall's posts."""

    @property
    def posts(self) -> list[WallPost]:
        """The posts that it shows."""
        return self.readable

    @property
    def cause(self) -> Cause | None:
        """None: VK sends an error instead of another page."""
        return None


def wall_page(
    owner: int,
    kind: EvidenceKind,
    offset: int = 0,
    *,
    count: int = PAGE,
    with_text: bool = True,
    authors: str = "owner",
    own: frozenset[int | None] = frozenset(),
) -> Request[WallPage]:
    """Return the request for a page of a wall's posts, newest first, with or without their text.

    `authors`: ``owner`` for the owner's posts, ``all`` for those of others too. `own`: whose posts are the owner's.
    """
    own_authors = own - {None} if authors == "all" else own | {None}
    params: dict[str, str | int] = {"owner_id": owner, "filter": authors, "count": count, "offset": offset}
    minimise = partial(WallPage.minimise, partial(_minimise_post, owner, own_authors | {owner}, with_text))
    return Request(Call("wall.get", params | {"extended": 0}), WallPage, kind, minimiser=minimise)


def _minimise_post(owner: int, own: frozenset[int | None], with_text: bool, raw: Raw) -> WallPost:
    """Return a post; of others' posts and of reposted ones only the existence.

    `own`: the authors of own posts; None among them if a post without an author is the owner's. Raises `ValueError` on
    another wall, and for a post that may be anybody's.
    """
    author = read_whole(raw.get("from_id"))
    if read_whole(raw.get("owner_id")) not in {None, owner} or (author is None and None not in own):
        raise ValueError("another page's, or of an unknown author")
    fields = {"id": raw.get("id"), "at": raw.get("date"), "own": author in own}
    fields |= {"is_pinned": raw.get("is_pinned"), "deleted": raw.get("is_deleted")}
    if not fields["own"]:
        return WallPost.model_validate(fields)
    comments, source = as_object(raw.get("comments")), as_object(raw.get("post_source"))
    attached = [as_object(item) for item in _as_list(raw.get("attachments"))]
    links = [url for item in attached if isinstance(url := as_object(item.get("link")).get("url"), str)]
    full_text = raw["text"] if isinstance(raw.get("text"), str) else ""
    text = full_text if with_text else ""
    fields |= {
        "text": without_mentions(text),
        "post_type": raw.get("post_type"),
        "advertisement": bool(read_flag(raw.get("marked_as_ads")) or is_advertisement(full_text, links)),
        "made_by_vk": (source.get("type"), source.get("data")) in _MADE_BY_VK,
        "paid": bool(read_flag(as_object(raw.get("donut")).get("is_donut"))),
        "reposted": bool(raw.get("copy_history")),
        "comments": comments.get("count"),
        "can_comment": bool(read_flag(comments.get("can_post")) or read_flag(comments.get("groups_can_post"))),
        "has_media": any(item.get("type") not in _WITHOUT_MEDIA for item in attached),
    }
    return WallPost.model_validate({**fields, **(post_fields(text) if with_text else {})})


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


# A wall --------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Wall(PositionList[WallPost]):
    """The part of a wall that was read: all posts from `since` on, or all to its beginning (`complete`)."""

    newest_first: bool = True
    owner: int = 0
    own: frozenset[int | None] = frozenset()
    """The ids on record as the holder's, of other pages and of `staff`; None among them if one is not known."""
    authors: str = "owner"
    """Whose posts were read: ``owner``, or ``all``."""
    tail_cause: Cause | None = None
    """Why its oldest post could not be sought."""

    @property
    def since(self) -> datetime | None:
        """The moment from which on all posts were read; None if the wall was read to its beginning, or not at all."""
        return None if self.complete else self.read_to

    @property
    def counted_posts(self) -> list[WallPost]:
        """The owner's posts and reposts that are judged, oldest first.

        A pinned post from before `since` is left out, as the posts between were not read.
        """
        return sorted((p for p in self._posts_since if p.is_countable), key=lambda post: (post.at, post.id))

    @property
    def _posts_since(self) -> list[WallPost]:
        return [post for post in self.items.values() if self.since is None or post.at >= self.since]

    @property
    def unattributed(self) -> tuple[datetime, ...] | None:
        """When others wrote where nobody's id could show a post of the holder's (`Snapshot.unattributed`)."""
        if self.cause is not None:
            return None
        if self.owner > 0 or (None not in self.own and _has_person(self.own)):
            return ()
        return tuple(sorted(post.at for post in self._posts_since if not (post.own or post.deleted)))

    @property
    def oldest(self) -> datetime | None:
        """The date of the oldest published post that was read."""
        return min((post.at for post in self.items.values() if post.published), default=None)

    def check_last_page(self, page: WallPage, offset: int) -> None:
        """Check that the wall's last page agrees with the pages read before it; set `cause` if not.

        It contradicts them if it is out of order, has newer posts, or more of the posts already read than overlap.
        """
        tail = PositionList[WallPost](newest_first=True, places_read=offset)
        tail.add(page)
        repeated = sum(post.id in self.items and not post.is_pinned for post in page.readable)
        newer = any(p.id not in self.items and self.read_to is not None and p.at > self.read_to for p in page.readable)
        if tail.changed_while_read or newer or repeated > max(0, self.places_read - offset):
            self.cause = self.cause or Cause.CONTRADICTION


def read_wall(owner: int, window: Window, target: Target) -> Look[Wall]:
    """Read a wall back as far as `Window` and `Target.posts_until` say, or to its beginning.

    A wall that changed while it was read is read once more, and the first pass is dropped.
    """
    wall = yield from _read_once(owner, window, target)
    if wall.changed_while_read and target.full:
        wall = yield from _read_once(owner, window, target)
    if target.full and wall.complete and not wall.items:
        objection = yield from _why_not_empty(wall, target)
        wall.cause = wall.cause or objection
    return wall


def _unread_wall(owner: int, target: Target) -> Wall:
    """Return the wall to read, with others' posts where one of them may be the holder's under their own name."""
    if target.version == 1 or not target.full:
        return Wall(owner=owner)
    own = own_ids(target) - {owner}
    return Wall(owner=owner, own=own, authors="all" if owner < 0 or _has_person(own) else "owner")


def _has_person(ids: Iterable[int | None]) -> bool:
    """Return whether one of the ids is known to be a person's."""
    return any(number is not None and number > 0 for number in ids)


def _read_once(owner: int, window: Window, target: Target) -> Look[Wall]:
    wall = _unread_wall(owner, target)

    def is_enough() -> bool:
        if wall.read_to is None:
            return False
        if target.posts_until is not None and wall.read_to < target.posts_until:
            return True
        return wall.read_to < window.posts_from and any(post.at < window.gap_from for post in wall.counted_posts)

    request_at = partial(wall_page, owner, EvidenceKind.POSTS, authors=wall.authors, own=wall.own)
    yield from read_list(wall, request_at, MOST_PAGES if target.full else 1, is_enough)
    return wall


def _why_not_empty(wall: Wall, target: Target) -> Look[Cause | None]:
    """Return why an empty wall cannot be believed: asked in another way it has posts, or cannot be read.

    A profile counts its posts. A community does not, and a count may be missing: then the wall is asked once more, for
    posts of other authors.
    """
    if wall.owner > 0:
        profile = yield from fetch(page_request(wall.owner, 1, EvidenceKind.POSTS, fields="counters", alone=True))
        if isinstance(profile, Failure):
            return profile.cause
        counts = [page.posts for page in profile.readable]
        if not counts or any(counts):
            return Cause.CONTRADICTION
        if None not in counts:
            return None
    return None if target.version == 1 else (yield from _why_not_empty_again(wall))


def _why_not_empty_again(wall: Wall) -> Look[Cause | None]:
    authors = "owner" if wall.authors == "all" else "all"
    page = yield from fetch(wall_page(wall.owner, EvidenceKind.POSTS, authors=authors, own=wall.own))
    if isinstance(page, Failure):
        return page.cause
    is_empty = page.total == len(page.items) and not page.unread and not any(post.own for post in page.readable)
    return None if is_empty else Cause.CONTRADICTION


# The opening ---------------------------------------------------------------------------------------------------------


def find_opening(wall: Wall, target: Target) -> Look[Opening]:
    """Return what bounds the opening: the oldest post and the earliest photo to be found."""
    photos_before, photos_read, photos_cause = target.photos_before, False, None
    oldest, first_photo = wall.oldest, None
    if target.posts_until is None or photos_before is not None:  # else an earlier look has sought it
        oldest = yield from _find_oldest_post(wall)
    is_readable = wall.failure is None or concerns_page(wall.failure)
    if is_readable and photos_before is not None and wall.owner > 0 and (oldest is None or oldest >= photos_before):
        photo = yield from _find_oldest_photo(wall.owner)
        photos_read, photos_cause = not isinstance(photo, Cause), photo if isinstance(photo, Cause) else None
        first_photo = None if isinstance(photo, Cause) else photo
    dates = {TraceKind.OLDEST_POST: oldest, TraceKind.PROFILE_PHOTO: first_photo}
    return Opening(
        tuple(Trace(kind=kind, at=at) for kind, at in dates.items() if at is not None), photos_read, photos_cause
    )


def _find_oldest_post(wall: Wall) -> Look[datetime | None]:
    """Return the date of the oldest own post, by requesting the wall's end, whose position is known.

    A completely read wall needs no request; of an inconsistent one the end is not known.
    """
    if wall.complete or wall.failure is not None or not wall.count or wall.cause is Cause.CONTRADICTION:
        return wall.oldest
    count = wall.count if wall.authors == "owner" else (yield from _own_count(wall))
    for back in _TAIL_DISTANCES if count else ():
        offset = max(0, (count or 0) - back)
        page = yield from fetch(wall_page(wall.owner, EvidenceKind.OPENING, offset))
        if isinstance(page, Failure):
            wall.tail_cause = page.cause
            break
        dates = [post.at for post in page.readable if post.published]
        if dates:
            wall.check_last_page(page, offset)
            return min([*dates, *([wall.oldest] if wall.oldest else [])])
    return wall.oldest


def _own_count(wall: Wall) -> Look[int | None]:
    """Return how many posts the owner alone has, where others' were read too: their end is sought."""
    page = yield from fetch(wall_page(wall.owner, EvidenceKind.OPENING, count=1))
    wall.tail_cause = page.cause if isinstance(page, Failure) else None
    return None if isinstance(page, Failure) else page.count


class Photo(MinimisedModel):
    """When a profile's photo was added; picture, address and caption are dropped. ``{"date": "2019-05-01T…"}``."""

    date: Date


def photos_of(owner: int) -> Request[VkList[Photo]]:
    """Return the request for the earliest photo in a profile's album of profile photos."""

    def minimise_photo(raw: Raw) -> Photo:
        return Photo.model_validate(
            {"date": raw.get("date")} if read_whole(raw.get("owner_id")) in {None, owner} else {}
        )

    params: dict[str, str | int] = {"owner_id": owner, "album_id": "profile", "rev": 0, "count": 1}
    minimise = partial(VkList[Photo].minimise, minimise_photo)
    return Request(Call("photos.get", params), VkList[Photo], EvidenceKind.OPENING, minimiser=minimise)


def _find_oldest_photo(owner: int) -> Look[datetime | Cause | None]:
    """Return the date of a profile's earliest photo, None if it has none, or why that could not be read."""
    photos = yield from fetch(photos_of(owner))
    if isinstance(photos, Failure):
        return photos.cause
    dates = [photo.date for photo in photos.readable]
    return min(dates, default=None if photos.count == 0 else Cause.CONTRADICTION)
