"""Reading a wall back as far as it is judged, its oldest post, and by when the page was there.

VK gives no date of creation. The oldest post and the earliest profile photo say that the page was there by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, Evidence, EvidenceKind, Precision, Trace, TraceKind
from auditor.probes.known import Known
from auditor.probes.rows import Row
from auditor.probes.vk import minimise
from auditor.probes.vk.answers import WallPage, WallPost, read_comments, read_oldest, read_posts_counter, read_wall
from auditor.probes.vk.door import Asker, Form
from auditor.probes.vk.errors import Fact, Param, VkFailure

_FEW = 20
_PAGE = 100
"""The most that wall.get gives in one answer."""

_MOST_PAGES = 20
"""A wall that needs more within two months is not read to its end but called too little data."""


@dataclass(slots=True)
class Wall:
    """What was read of a wall. Complete from `since` on unless there is a `cause`; `whole`: to its very beginning."""

    posts: dict[int, WallPost] = field(default_factory=dict)
    count: int | None = None
    whole: bool = False
    since: datetime | None = None
    cause: Cause | None = None
    failure: VkFailure | None = None
    answers: list[Answer] = field(default_factory=list)
    read_from: dict[int, str] = field(default_factory=dict)
    """The evidence that each post was read from."""
    row: Row = field(default_factory=Row)
    """Whether its pages agree with each other and with the number of posts."""
    pinned: set[int] = field(default_factory=set)
    shrank: bool = False
    """Posts were deleted while it was read, so that one may have been passed over."""

    def note(self, page: WallPage, in_order: list[WallPost]) -> None:
        """Hold a page against what came before it; a pinned post stands where it likes."""
        self.pinned |= {p.id for p in page.posts} - {p.id for p in in_order}
        self.row.count = page.count if page.count is not None else self.row.count
        self.row.add([(p.id, p.at) for p in page.posts], page.size, falling=True, aside=self.pinned)

    def note_end(self, page: WallPage, offset: int) -> None:
        """Hold the wall's last page, from `offset` on, against what was read.

        Posts that were read before, or newer than those, contradict it: then nothing is concluded from the wall.
        """
        row = Row(page.count, offset)
        items = [(p.id, p.at) for p in page.posts]
        row.add(items, page.size, falling=True, aside=self.pinned)
        again = sum(number in self.posts and number not in self.pinned for number, _ in items)
        newer = [at for number, at in items if number not in self.posts and self.since is not None and at > self.since]
        if row.broken or newer or again > max(0, self.row.came - offset):
            self.cause = self.cause or Cause.CONTRADICTION

    def own(self, owner_id: int) -> list[WallPost]:
        """Return the owner's own posts and reposts that count, oldest first, each once.

        A pinned post from before `since` is left out: what lies between was not read.
        """
        mine = [p for p in self.posts.values() if countable(p, owner_id)]
        return sorted((p for p in mine if self.since is None or p.at >= self.since), key=lambda p: (p.at, p.id))


def countable(post: WallPost, owner_id: int) -> bool:
    """Tell whether a post is the owner's own and counts.

    Not a subscriber's, an advertisement, one that VK made or that is paid for, postponed, suggested or deleted.
    """
    published = post.post_type not in {"postpone", "suggest", "reply"} and not (post.deleted or post.paid)
    return published and post.from_id == owner_id and not (post.advertisement or post.made_by_vk)


def read_back(
    asker: Asker,
    owner_id: int,
    until: datetime,
    *,
    kind: EvidenceKind = EvidenceKind.POSTS,
    form: Form | None = None,
    pages: int = _MOST_PAGES,
) -> Wall:
    """Read the owner's posts back to the first one before `until`, or to the wall's beginning, on at most `pages`.

    A wall that shrinks while it is read is asked for once more.
    """
    wall = _read_back(asker, owner_id, until, kind, form, pages)
    if not wall.shrank:
        return wall
    again = _read_back(asker, owner_id, until, kind, form, pages)
    again.answers = [*wall.answers, *again.answers]
    if again.shrank:
        again.cause = again.cause or Cause.CONTRADICTION
    return again


def _read_back(asker: Asker, owner_id: int, until: datetime, kind: EvidenceKind, form: Form | None, pages: int) -> Wall:
    wall, offset = Wall(), 0
    for _ in range(pages):
        page = _page(asker, owner_id, offset, _PAGE, kind, wall, form)
        if page is None:
            return wall
        if page.count is not None and wall.count is not None and page.count < wall.count:
            wall.shrank = True
            return wall
        new = [p for p in page.posts if p.id not in wall.posts]
        wall.read_from |= {p.id: wall.answers[-1].evidence.id for p in new}
        wall.posts.update({p.id: p for p in new})
        wall.count = max((n for n in (page.count, wall.count) if n is not None), default=None)
        in_order = _in_order(page.posts, first=offset == 0)
        wall.note(page, in_order)
        wall.since = min([p.at for p in in_order] + ([wall.since] if wall.since else []), default=None)
        offset += page.size
        ended = _ended(page, offset, wall.count)
        if wall.row.broken or (wall.row.short if ended else not new or _is_short(page, offset)):
            wall.cause = wall.cause or Cause.CONTRADICTION
            return wall
        if ended:
            wall.whole, wall.since = True, None
            return wall
        if any(countable(p, owner_id) and p.at < until for p in in_order):
            return wall
    wall.cause = wall.cause or Cause.TOO_LITTLE_DATA
    return wall


@dataclass(frozen=True, slots=True)
class OldestPost:
    """When the oldest own post was written."""

    at: datetime | None
    answers: Sequence[Answer] = ()
    evidence: Sequence[Evidence] = ()
    """Of an earlier look, where it is known from that one."""


def remembered_trace(known: Known, owner_id: int, wall: Wall) -> OldestPost | None:
    """Return the oldest post as an earlier look found it at the wall's end; None where none went there."""
    page, posts = known.page, known.posts
    if page is None or page.id != owner_id or wall.whole or wall.failure is not None or wall.cause is not None:
        return None
    at = next((trace.at for trace in page.traces if trace.kind is TraceKind.OLDEST_POST), None)
    if at is None or not posts or at >= posts[0].post.at:
        return None
    told = [e for e in known.evidence if e.kind is EvidenceKind.OPENING and "/wall.get?" in e.url]
    return OldestPost(at, evidence=told)


def oldest_trace(asker: Asker, owner_id: int, wall: Wall) -> OldestPost:
    """Find the oldest own post.

    One call for the wall's last posts, since `wall` already has their number; a few more than one, because posts are
    deleted while we read. A wall that was read whole needs no call; of one that contradicts itself no post is the last.
    """
    seen = [p.at for p in wall.posts.values() if p.from_id == owner_id and p.post_type not in {"postpone", "suggest"}]
    if wall.whole or wall.failure is not None or not wall.count or wall.cause is Cause.CONTRADICTION:
        return OldestPost(min(seen, default=None))
    end = Wall()
    for back in (10, _PAGE):
        offset = max(0, wall.count - back)
        page = _page(asker, owner_id, offset, _PAGE, EvidenceKind.OPENING, end)
        if page is None:
            break
        own = [p.at for p in page.posts if p.from_id == owner_id]
        if own:
            wall.note_end(page, offset)
            return OldestPost(min(seen + own), end.answers)
    return OldestPost(min(seen, default=None), answers=end.answers)


def _page(
    asker: Asker,
    owner_id: int,
    offset: int,
    count: int,
    kind: EvidenceKind,
    wall: Wall,
    form: Form | None = None,
) -> WallPage | None:
    """Ask for one page and keep it as evidence. On failure set the wall's cause and return None."""
    about: dict[str, Param] = {
        "owner_id": owner_id,
        "filter": "owner",
        "count": count,
        "offset": offset,
        "extended": False,
    }
    seen = asker.ask(kind, "wall.get", form or partial(minimise.wall, owner_id=owner_id), **about)
    wall.answers += seen.kept
    if seen.failure is not None:
        wall.failure, wall.cause = seen.failure, seen.failure.cause
        return None
    page = read_wall(seen.value, owner_id)
    if page is None or page.unread:  # an item without id or date, or of another wall: the very post that is missed
        wall.cause = Cause.UNRECOGNISED_PAGE
    return page


def _is_short(page: WallPage, offset: int) -> bool:
    """Tell whether a page that ends at `offset` is neither full nor the last by its own count."""
    return page.count is not None and page.size < _PAGE and offset < page.count


def _ended(page: WallPage, offset: int, count: int | None) -> bool:
    """Tell whether that was the wall's end. A few posts may be deleted meanwhile, but not more than a page of them.

    A wall that counts posts and shows none is not empty.
    """
    if count is None:
        return page.size < _PAGE
    if offset == 0 and count > 0:
        return False
    return offset >= count or (page.size == 0 and count - offset <= _PAGE)


def _in_order(posts: tuple[WallPost, ...], *, first: bool) -> list[WallPost]:
    """Leave out a pinned post, which comes first whatever its age; old answers do not mark it."""
    moved = first and len(posts) > 1 and posts[0].at < posts[1].at
    return [p for p in posts[1 if moved else 0 :] if not p.pinned]


def look_inside(asker: Asker, owner_id: int) -> tuple[bool | None, bool | None, list[Answer], Cause | None]:
    """Tell whether a control's wall shows posts (else why not) and one of them a thread: two calls.

    None where that was not asked, or where there is nothing to be shown: a wall that is off, posts without comments.
    """
    wall, form = Wall(), partial(minimise.wall, owner_id=owner_id, words=False)
    page = _page(asker, owner_id, 0, _FEW, EvidenceKind.CONTROL, wall, form)
    if page is None:
        failure = wall.failure
        off = failure is not None and (failure.fact in {Fact.WALL_OFF, Fact.PRIVATE} or not failure.sent)
        unread = not off and bool(wall.answers)
        return (False if unread else None), None, wall.answers, wall.cause if unread else None
    talked = next((p for p in page.posts if p.comments), None)
    if talked is None:
        return bool(page.posts), None, wall.answers, None
    about: dict[str, Param] = {
        "owner_id": owner_id,
        "post_id": talked.id,
        "count": 1,
        "thread_items_count": 0,
        "extended": False,
    }
    seen = asker.ask(EvidenceKind.CONTROL, "wall.getComments", minimise.comments, **about)
    if seen.failure is not None and not seen.failure.sent:
        return True, None, [*wall.answers, *seen.kept], None
    talk = read_comments(seen.value)
    return True, bool(talk and talk.size), [*wall.answers, *seen.kept], None


def objection_to_empty(asker: Asker, owner_id: int) -> tuple[Cause | None, list[Answer]]:
    """Return why a profile's empty wall cannot be believed, or None, and the answer for it: one call, and only then.

    A profile counts its posts for itself, which VK tells of one user at a time. Where it does not tell, the wall's own
    count of 0 stands; where the question failed, nothing is concluded.
    """
    about: dict[str, Param] = {"user_ids": [str(owner_id)], "fields": ["counters"]}
    seen = asker.ask(EvidenceKind.POSTS, "users.get", minimise.posts_counter, **about)
    if seen.failure is not None:
        return seen.failure.cause, seen.kept
    return (Cause.CONTRADICTION if read_posts_counter(seen.value) else None), seen.kept


@dataclass(frozen=True, slots=True)
class Photos:
    """What the profile's photos say of its opening: read, with the earliest if there is any, or why not."""

    read: bool = False
    oldest: datetime | None = None
    cause: Cause | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """What a snapshot says of them."""
        return {"photos_read": self.read, "photos_cause": self.cause}


def oldest_photo(asker: Asker, owner_id: int) -> Photos:
    """Ask for the earliest photo of a profile's own album (photos.get, oldest first): one call.

    A key may not be allowed to (notes on VK, section 0): then it says so.
    """
    about: dict[str, Param] = {"owner_id": owner_id, "album_id": "profile", "rev": False, "count": 1}
    seen = asker.ask(EvidenceKind.OPENING, "photos.get", partial(minimise.photos, owner_id=owner_id), **about)
    answers = tuple(seen.kept)
    if seen.failure is not None:
        return Photos(cause=seen.failure.cause, answers=answers)
    album = read_oldest(seen.value)
    if album is None:
        return Photos(cause=Cause.UNRECOGNISED_PAGE, answers=answers)
    count, oldest = album
    if oldest is None and count != 0:
        return Photos(cause=Cause.CONTRADICTION, answers=answers)
    return Photos(read=True, oldest=oldest, answers=answers)


def bounds(oldest: datetime | None, photo: datetime | None = None) -> dict[str, Any]:
    """Bound the opening, in a snapshot's words, by the `oldest` post and the earliest `photo` that were seen."""
    seen = {TraceKind.OLDEST_POST: oldest, TraceKind.PROFILE_PHOTO: photo}
    traces = tuple(Trace(kind=kind, at=at) for kind, at in seen.items() if at is not None)
    first = min((trace.at for trace in traces), default=None)
    dated = {} if first is None else {"opened_at": first, "opened_precision": Precision.NOT_LATER_THAN}
    return {**dated, "traces": traces}
