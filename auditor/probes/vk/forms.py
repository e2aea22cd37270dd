"""VK's answers as they are kept, which is how they are read: the official's own public words and nobody else's.

A form ignores what it does not name, so that a field which VK adds tomorrow is left out until somebody has looked at
it. VK sends numbers as floats, booleans as integers and the other way round, and leaves fields out (its published
schema and recorded answers disagree in eight ways). So a fact that cannot be read is unknown, and only what identifies
an item costs the item, which then stands there as `Unread`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Protocol

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationInfo, WrapValidator, model_validator

from auditor.base import snapshot
from auditor.language.reading import read_post
from auditor.language.words import without_mentions
from auditor.probes.looks import Kept, Stored
from auditor.probes.vk.speakers import Door

_LAST_MOMENT = 4_102_444_800  # 2100-01-01: a later date is a mistake, not a post


def _date(value: object) -> object:
    """Read Unix seconds; what is stored is ISO 8601. Pydantic would take a large number for milliseconds."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = float(value)
    if not isinstance(value, int | float):
        return value
    if isinstance(value, bool) or not 0 < value < _LAST_MOMENT:
        raise ValueError("no moment of the calendar")
    return datetime.fromtimestamp(int(value), UTC)


def _or_none(value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(value)
    except ValueError:
        return None


def _encodable(value: object) -> object:
    """Half a surrogate pair has no UTF-8."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


Date = Annotated[snapshot.Moment, BeforeValidator(_date)]
Number = Annotated[int | None, WrapValidator(_or_none)]
Count = Annotated[Annotated[int, Field(ge=0)] | None, WrapValidator(_or_none)]
Flag = Annotated[bool | None, WrapValidator(_or_none)]
Word = Annotated[str | None, BeforeValidator(_encodable), WrapValidator(_or_none)]
whole = TypeAdapter[int | None](Number).validate_python
flag = TypeAdapter[bool | None](Flag).validate_python
_moment = TypeAdapter[datetime](Date).validate_python


def an_object(value: object) -> Mapping[str, Any]:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


class Unread(Kept):
    """What stands where an item should be. Nothing of it is kept but that VK says it is deleted."""

    deleted: Flag = None

    @model_validator(mode="before")
    @classmethod
    def _any(cls, raw: object) -> object:
        return {"deleted": flag(an_object(raw).get("is_deleted")) or flag(an_object(raw).get("deleted"))}


LEFT_TO_RIGHT = Field(union_mode="left_to_right")


class Reducer(Protocol):
    """The validation context of an item: it knows what is kept of a raw one. What was stored is read without it."""

    def kept(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is kept. Raises `ValueError` for what is no answer to what was asked."""
        ...


def _reduced(raw: Any, info: ValidationInfo) -> Any:
    context: Reducer | None = info.context
    return context.kept(raw) if context is not None and isinstance(raw, dict) else raw


class Items(Stored):
    """A list as VK gives it. `count` is how many there are in all."""

    count: Count = None
    items: tuple[Unread, ...]

    @property
    def unread(self) -> int:
        """How many could not be read, what is deleted left out: one of them may be the very post that is missed."""
        return lost(self.items)

    @property
    def places(self) -> int | None:
        """How many there are to page over."""
        return self.count


def lost(items: Iterable[object]) -> int:
    """Count what could not be read and is not deleted."""
    return sum(isinstance(item, Unread) and not item.deleted for item in items)


# Posts ---------------------------------------------------------------------------------------------------------------

_MADE_BY_VK = {("vk", "profile_photo"), ("widget", "comments")}
_ERID = re.compile(r"(?<!\w)erid(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WallOf:
    """Whose wall is meant, and whether his words are kept."""

    owner: int
    words: bool = True

    def kept(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is kept of a post: of others' and of reposted ones only that they exist.

        Raises `ValueError` for a post on another wall.
        """
        if whole(raw.get("owner_id")) not in {None, self.owner}:
            raise ValueError("another page's")
        placed = {"at": raw.get("date")} | {name: raw.get(name) for name in ("id", "is_pinned", "is_deleted")}
        if whole(raw.get("from_id")) not in {None, self.owner}:
            return {**placed, "own": False}
        counted, source = an_object(raw.get("comments")), an_object(raw.get("post_source"))
        text = raw["text"] if self.words and isinstance(raw.get("text"), str) else ""
        return {
            **placed,
            "own": True,
            "text": without_mentions(text),
            "post_type": raw.get("post_type"),
            "advertisement": bool(flag(raw.get("marked_as_ads")) or is_marked_by_erid(raw)),
            "made_by_vk": (source.get("type"), source.get("data")) in _MADE_BY_VK,
            "paid": bool(flag(an_object(raw.get("donut")).get("is_donut"))),
            "reposted": bool(raw.get("copy_history")),
            "comments": counted.get("count"),
            "can_comment": bool(flag(counted.get("can_post")) or flag(counted.get("groups_can_post"))),
            **(read_post(text) if self.words else {}),
        }


def is_marked_by_erid(raw: Mapping[str, Any]) -> bool:
    """Tell whether a post's text or a link in it bears the mark of an advertisement in Russia."""
    attached = raw["attachments"] if isinstance(raw.get("attachments"), list) else ()
    links = (an_object(an_object(item).get("link")).get("url") for item in attached)
    return any(isinstance(text, str) and _ERID.search(text) for text in (raw.get("text"), *links))


class WallPost(Kept):
    """One item of a wall."""

    id: int
    at: Date
    own: bool
    """Whether the wall's owner wrote it; VK says nothing where he did. Of what others wrote no more is kept."""
    is_pinned: Flag = None
    is_deleted: Flag = None
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

    _reduce = model_validator(mode="before")(_reduced)

    @property
    def published(self) -> bool:
        """Whether it is a post of the owner's that has appeared."""
        return self.own and self.post_type not in {"postpone", "suggest"}

    @property
    def counts(self) -> bool:
        """Whether it is judged: no advertisement, nothing that VK made or that is paid for, nothing deleted."""
        kind = self.published and self.post_type not in {"reply", "post_ads"}
        return kind and not (self.is_deleted or self.advertisement or self.made_by_vk or self.paid)

    @property
    def repost(self) -> bool:
        """Whether it is a bare repost: with words of one's own it is a post."""
        return (self.reposted or self.post_type == "copy") and not self.sketch


class WallPage(Items):
    """A page of a wall."""

    items: tuple[Annotated[WallPost | Unread, LEFT_TO_RIGHT], ...]  # type: ignore[assignment]

    @property
    def posts(self) -> tuple[WallPost, ...]:
        """Those that could be read."""
        return tuple(item for item in self.items if isinstance(item, WallPost))


@dataclass(frozen=True, slots=True)
class PhotosOf:
    """Whose photos are meant."""

    owner: int

    def kept(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return when a photo was added: no picture, no address, no caption."""
        return {"date": raw.get("date")} if whole(raw.get("owner_id")) in {None, self.owner} else {}


class Photo(Kept):
    """A photo of a profile."""

    date: Date

    _reduce = model_validator(mode="before")(_reduced)


class Photos(Items):
    """A profile's own photos."""

    items: tuple[Annotated[Photo | Unread, LEFT_TO_RIGHT], ...]  # type: ignore[assignment]


# Comments ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Under:
    """The post whose comments are meant, and who tells whose they are."""

    door: Door
    post: int
    top: int | None = None
    """The comment whose thread is meant; None: all."""

    def kept(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is kept of a comment. Raises `ValueError` for one that is under another post, or is none."""
        here = whole(raw.get("owner_id")) in {None, self.door.owner} and whole(raw.get("post_id")) in {None, self.post}
        number, parents = whole(raw.get("id")), raw.get("parents_stack")
        parent = whole(parents[0]) if isinstance(parents, list) and parents else None
        if not here or number is None or (self.top is not None and parent not in {None, self.top}):
            raise ValueError("not of this thread")
        author = whole(raw.get("from_id")) or None
        marked, deleted = bool(flag(raw.get("is_from_post_author"))), bool(flag(raw.get("deleted")))
        text = raw["text"] if isinstance(raw.get("text"), str) and not deleted else ""
        thread = an_object(raw.get("thread"))
        return {
            "id": number,
            "at": _moment(raw.get("date")),
            "thread": self.top if parent is None else parent,
            "reply_to": whole(raw.get("reply_to_comment")) or None,
            "deleted": deleted,
            **self.door.heard(number, author, text, marked=marked and not deleted),
            "replies": thread.get("count"),
            "along": thread.get("items") or [],
        }


class Placed(snapshot.Comment):
    """A comment without its author and its words, and the answers to it that came along.

    Nothing raw has its fields: they come from a `Door`.
    """

    replies: Count = None
    """How many answers its thread has, by VK's count."""
    along: tuple[Annotated["Placed | Unread", LEFT_TO_RIGHT], ...] = ()

    _reduce = model_validator(mode="before")(_reduced)

    @property
    def comments(self) -> Iterator[snapshot.Comment]:
        """Yield it, and what came along with it."""
        yield snapshot.Comment(**self.model_dump(exclude={"replies", "along"}))
        for answer in self.along:
            if isinstance(answer, Placed):
                yield from answer.model_copy(update={"thread": answer.thread or self.id}).comments


class CommentPage(Items):
    """A page of the comments under a post, or of the answers to one of them. `count` is of all under the post."""

    current_level_count: Count = None
    """How many there are to page over."""
    can_post: Flag = None
    groups_can_post: Flag = None
    items: tuple[Annotated[Placed | Unread, LEFT_TO_RIGHT], ...]  # type: ignore[assignment]

    @property
    def unread(self) -> int:
        """How many could not be read, answers included."""
        return lost(self.items) + sum(lost(item.along) for item in self.items if isinstance(item, Placed))

    @property
    def places(self) -> int | None:
        """How many there are to page over; old answers count top comments alone."""
        return self.current_level_count
