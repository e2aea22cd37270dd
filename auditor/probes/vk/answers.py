"""VK's answers, read as they come and not as they are described.

VK sends numbers as floats, booleans as integers and the other way round, lists in place of objects, and leaves fields
out (its published schema and the recorded answers disagree in eight ways). So every field is optional here; what cannot
be read is None, and the caller decides what None means. Nothing here keeps a name.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from auditor.base.snapshot import Comment

_LARGEST = 2**53
_LAST_MOMENT = 4_102_444_800  # 2100-01-01: a later date is a mistake, not a post
# Federal law 303-FZ: a page with more than 10,000 subscribers links its entry in the register (norms.md).
_REGISTER = re.compile(r"(?<![\w-])(?:knd\.gov\.ru(?![\w-]|\.\w)|gosuslugi\.ru/snet\b)", re.IGNORECASE)
_SHORTENED = re.compile(
    r"\b(?:vk\.cc|clck\.ru|bit\.ly|goo\.su|goo\.gl|t\.co|tinyurl\.com|u\.to|is\.gd|qps\.ru|clc\.li|cutt\.ly|ow\.ly)/\w",
    re.IGNORECASE,
)


def whole(value: object) -> int | None:
    """Read an integer: ``5``, ``5.0``, ``"5"``; a boolean is 0 or 1. None for anything else."""
    if isinstance(value, str):
        text = value.strip()
        value = int(text) if len(text) < 20 and text.lstrip("-").isdecimal() and text.isascii() else None
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) and value.is_integer() else None
    if not isinstance(value, int) or abs(value) > _LARGEST:
        return None
    return int(value)


def number(value: object) -> int | None:
    """Read a count: `whole`, and not below zero, and no boolean."""
    found = None if isinstance(value, bool) else whole(value)
    return found if found is not None and found >= 0 else None


def flag(value: object) -> bool | None:
    """Read a boolean that may come as 0 or 1. None where there is none."""
    found = whole(value)
    return None if found is None else bool(found)


def moment(value: object) -> datetime | None:
    """Read Unix seconds as UTC. None for zero and below, and for what no calendar has."""
    seconds = None if isinstance(value, bool) else whole(value)
    if seconds is None or not 0 < seconds < _LAST_MOMENT:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def objects(value: object) -> list[Mapping[str, Any]] | None:
    """Read a list, dropping what is not an object in it. None if it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else None


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Owner:
    """A user or a community as VK shows it to anybody. `id` is signed: a community's is negative."""

    id: int
    kind: str
    """profile, community or event."""
    names: frozenset[str] = frozenset()
    """Every address it answers to, lower case."""
    named: bool = False
    """Whether VK sent its short name, so that a mismatch means something."""
    deactivated: str = ""
    """``deleted`` by its owner, ``banned`` by VK; empty where the page is there."""
    closed: bool = False
    """A profile that only friends see, or a closed or private community."""
    verified: bool | None = None
    subscribers: int | None = None
    wall: int | None = None
    """A community's wall: 0 off, 1 open, 2 limited, 3 closed."""
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Description, status and site, those that were sent."""
    links: tuple[str, ...] = field(default=(), repr=False)
    """The addresses of a community's own list of links."""


def read_user(raw: Mapping[str, Any]) -> Owner | None:
    """Read one object of users.get. None without an id."""
    identifier = whole(raw.get("id"))
    if identifier is None or identifier <= 0:
        return None
    short = _names(raw, "screen_name", "domain")
    return Owner(
        id=identifier,
        kind="profile",
        names=short | {f"id{identifier}"},
        named=bool(short),
        deactivated=_deactivated(raw),
        closed=bool(flag(raw.get("is_closed"))) and not flag(raw.get("can_access_closed")),
        verified=flag(raw.get("verified")),
        subscribers=number(raw.get("followers_count")),
        texts=_texts(raw, "about", "status", "site"),
    )


def read_group(raw: Mapping[str, Any]) -> Owner | None:
    """Read one object of groups.getById. None without an id."""
    identifier = whole(raw.get("id"))
    if not identifier:
        return None
    bare = abs(identifier)
    short = _names(raw, "screen_name", "domain")
    links = objects(raw.get("links")) or []
    return Owner(
        id=-bare,
        kind="event" if raw.get("type") == "event" else "community",
        names=short | {f"{prefix}{bare}" for prefix in ("club", "public", "event")},
        named=bool(short),
        deactivated=_deactivated(raw),
        closed=(whole(raw.get("is_closed")) or 0) in {1, 2},
        verified=flag(raw.get("verified")),
        subscribers=number(raw.get("members_count")),
        wall=whole(raw.get("wall")),
        texts=_texts(raw, "description", "status", "site"),
        links=tuple(link["url"] for link in links if isinstance(link.get("url"), str)),
    )


def _deactivated(raw: Mapping[str, Any]) -> str:
    """Read why a page is deactivated; another word than VK's two is kept as it is, and what is no word as ``?``."""
    why = raw.get("deactivated")
    return (_text(why) or "?") if why else ""


def _names(raw: Mapping[str, Any], *keys: str) -> frozenset[str]:
    return frozenset(text.casefold() for key in keys if (text := _text(raw.get(key))))


def _texts(raw: Mapping[str, Any], *keys: str) -> dict[str, str]:
    return {key: text for key in keys if (text := _text(raw.get(key))) is not None}


def tells_of_register(text: str) -> bool:
    """Tell whether a text has the register's link, or a shortened one that may be it."""
    return bool(_REGISTER.search(text) or _SHORTENED.search(text))


def register_link(owner: Owner) -> bool | None:
    """Tell whether the page carries the register's link.

    None where that cannot be told: no text was sent, a community's description was not, or a shortened link may be it.
    """
    told = [*owner.texts.values(), *owner.links]
    if any(_REGISTER.search(text) for text in told):
        return True
    unseen = not owner.texts or (owner.kind != "profile" and "description" not in owner.texts)
    return None if unseen or any(_SHORTENED.search(text) for text in told) else False


@dataclass(frozen=True, slots=True)
class _Copied:
    """What a repost copies, and whose it was."""

    owner_id: int | None
    text: str = field(default="", repr=False)
    attached: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class WallPost:
    """One item of a wall. `from_id` is who wrote it, or the wall's owner where VK does not say."""

    id: int
    at: datetime
    from_id: int
    text: str = field(default="", repr=False)
    post_type: str = "post"
    pinned: bool = False
    advertisement: bool = False
    """Marked as one by VK, or by «erid»."""
    made_by_vk: bool = False
    """A new profile photo, or a comment that was written on another site."""
    paid: bool = False
    """Only those see it who pay."""
    deleted: bool = False
    repost: bool = False
    comments: int | None = None
    can_comment: bool = False
    """VK says that one may; False does not prove that one may not."""
    attached: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Addresses of attached links and communities, each with its title."""
    copies: tuple[_Copied, ...] = field(default=(), repr=False)
    said: Mapping[str, Any] = field(default_factory=dict)
    """What its words say, as fields of a snapshot's post, where it was minimised."""


@dataclass(frozen=True, slots=True)
class WallPage:
    """One answer of wall.get. `unread` counts items that have no id or no date, or are another page's."""

    count: int | None
    posts: tuple[WallPost, ...]
    unread: int = 0
    size: int = 0


def read_wall(value: object, owner_id: int) -> WallPage | None:
    """Read wall.get's answer. None if it is no wall."""
    items = _object(value).get("items")
    if not isinstance(items, list):
        return None
    posts = [_post(_object(item), owner_id) for item in items]
    read = tuple(p for p in posts if p is not None)
    return WallPage(number(_object(value).get("count")), read, _unread(items, posts), len(items))


def _unread(items: list[Any], read: list[Any]) -> int:
    """Count what could not be read, leaving out what VK says is deleted."""
    return sum(
        one is None and not (flag(_object(item).get("is_deleted")) or flag(_object(item).get("deleted")))
        for item, one in zip(items, read, strict=True)
    )


def of_owner(raw: Mapping[str, Any], owner_id: int) -> bool:
    """Tell whether an item may stand on the page of an owner: another page's is no answer to what was asked."""
    return whole(raw.get("owner_id")) in {None, owner_id}


def _post(raw: Mapping[str, Any], owner_id: int) -> WallPost | None:
    identifier, at = whole(raw.get("id")), moment(raw.get("date"))
    if identifier is None or at is None or not of_owner(raw, owner_id):
        return None
    author = whole(raw.get("from_id"))
    post_type = _text(raw.get("post_type")) or "post"
    comments = _object(raw.get("comments"))
    return WallPost(
        id=identifier,
        at=at,
        from_id=owner_id if author is None else author,
        text=_text(raw.get("text")) or "",
        said=_said_in(_object(raw.get("said"))),
        post_type=post_type,
        pinned=bool(flag(raw.get("is_pinned"))),
        advertisement=bool(flag(raw.get("marked_as_ads"))) or post_type == "post_ads" or bool(flag(raw.get("erid"))),
        made_by_vk=source_of(raw) in _MADE_BY_VK,
        paid=is_paid(raw),
        deleted=bool(flag(raw.get("is_deleted"))),
        repost=bool(raw.get("copy_history")) or post_type == "copy",
        comments=number(comments.get("count")),
        can_comment=bool(flag(comments.get("can_post"))) or bool(flag(comments.get("groups_can_post"))),
        attached=_attached(raw),
        copies=tuple(
            _Copied(whole(one.get("owner_id")) or None, _text(one.get("text")) or "", _attached(one))
            for one in objects(raw.get("copy_history")) or []
        ),
    )


_MADE_BY_VK = {("vk", "profile_photo"), ("widget", "comments")}
_ERID = re.compile(r"(?<!\w)erid(?![^\W_])", re.IGNORECASE)


def source_of(raw: Mapping[str, Any]) -> tuple[str, str]:
    """Read how a post came to be: VK's type of its source, and what about it."""
    source = _object(raw.get("post_source"))
    return _text(source.get("type")) or "", _text(source.get("data")) or ""


def is_paid(raw: Mapping[str, Any]) -> bool:
    """Tell whether only those see a post who pay (VK Donut)."""
    return bool(flag(_object(raw.get("donut")).get("is_donut")))


def is_marked_by_erid(raw: Mapping[str, Any]) -> bool:
    """Tell whether a post's text or a link in it bears the mark of an advertisement in Russia."""
    return any(_ERID.search(text) for text in (_text(raw.get("text")) or "", *(url for url, _ in _attached(raw))))


def _said_in(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {"moved": flag(raw.get("moved")) or False, **{name: _text(raw.get(name)) for name in ("sketch", "moved_to")}}


def _attached(raw: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = []
    for item in objects(raw.get("attachments")) or []:
        link, group = _object(item.get("link")), whole(_object(item.get("group")).get("id"))
        if url := _text(link.get("url")):
            found.append((url, _text(link.get("title")) or ""))
        elif group:
            found.append((f"https://vk.com/club{abs(group)}", _text(_object(item.get("group")).get("name")) or ""))
    return tuple(found)


def read_oldest(value: object) -> tuple[int | None, datetime | None] | None:
    """Read photos.get's answer: how many there are, and the earliest moment in it. None if it is no list of photos."""
    items = objects(_object(value).get("items"))
    if items is None:
        return None
    dated = [at for item in items if (at := moment(item.get("date"))) is not None]
    return number(_object(value).get("count")), min(dated, default=None)


def read_posts_counter(value: object) -> int | None:
    """Read from users.get's answer about one user how many posts its wall has. None where it does not say."""
    pages = objects(value) or [{}]
    return number(_object(pages[0].get("counters")).get("posts")) if pages else None


@dataclass(frozen=True, slots=True)
class PlacedComment:
    """A comment in its place: what the reading of pages goes by, and what is kept of it."""

    id: int
    at: datetime
    parent: int | None = None
    replies: int = 0
    """How many answers its thread has, by VK's count."""
    thread: tuple["PlacedComment", ...] = ()
    """Those of them that came along."""
    unread: int = 0
    kept: Comment | None = None
    """None before it was minimised."""


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One answer of wall.getComments. `level` is how many comments there are to page over."""

    count: int | None
    level: int | None
    comments: tuple[PlacedComment, ...]
    can_comment: bool = False
    unread: int = 0
    size: int = 0

    def after(self, last: int | None) -> "CommentPage | None":
        """Return the page without its first comment, where that is the `last` one of the page before.

        None where `last` is not on it: the list has moved. Where it stands elsewhere comments come twice: all stay.
        """
        if last is None:
            return self
        ids = [comment.id for comment in self.comments]
        if ids[:1] == [last]:
            return replace(self, comments=self.comments[1:], size=self.size - 1)
        return self if last in ids or self.unread else None


def read_comments(value: object, top: int | None = None) -> CommentPage | None:
    """Read wall.getComments' answer about the thread of `top`, or about all. None if it is no page of comments."""
    raw = _object(value)
    items = raw.get("items")
    if not isinstance(items, list):
        return None
    read = [_comment(_object(item), top) for item in items]
    comments = tuple(c for c in read if c is not None)
    return CommentPage(
        count=number(raw.get("count")),
        level=number(raw.get("current_level_count")),
        comments=comments,
        can_comment=bool(flag(raw.get("can_post"))) or bool(flag(raw.get("groups_can_post"))),
        unread=_unread(items, read) + sum(c.unread for c in comments),
        size=len(items),
    )


def _comment(raw: Mapping[str, Any], top: int | None, depth: int = 0) -> PlacedComment | None:
    identifier, at = whole(raw.get("id")), moment(raw.get("date"))
    if identifier is None or at is None:
        return None
    thread = _object(raw.get("thread"))
    came = thread.get("items")
    items: list[Any] = came if depth == 0 and isinstance(came, list) else []
    read = [_comment(_object(item), identifier, depth + 1) for item in items]
    parent = parent_of(raw)
    return PlacedComment(
        id=identifier,
        at=at,
        parent=parent,
        replies=number(thread.get("count")) or 0,
        thread=tuple(c for c in read if c is not None),
        unread=_unread(items, read),
        kept=_kept(raw, identifier, at, top if parent is None else parent),
    )


def parent_of(raw: Mapping[str, Any]) -> int | None:
    """Read the top comment of a comment's thread."""
    stack = raw.get("parents_stack")
    return whole(stack[0]) if isinstance(stack, list) and stack else None


def _kept(raw: Mapping[str, Any], identifier: int, at: datetime, thread: int | None) -> Comment | None:
    """Read what a minimised comment holds in the place of its author and its text."""
    placed = {"id": identifier, "at": at, "thread": thread, "reply_to": whole(raw.get("reply_to_comment")) or None}
    try:
        return Comment(**{**_object(raw["said"]), **placed, "deleted": bool(flag(raw.get("deleted")))})
    except (KeyError, TypeError, ValidationError):
        return None
