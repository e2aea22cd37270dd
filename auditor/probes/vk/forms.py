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
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    AliasPath,
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidationInfo,
    WrapValidator,
    model_validator,
)

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


def _deactivated(value: object) -> object:
    """Keep VK's word for it, whatever it is; what is no word is none that we know."""
    return value if isinstance(value, str) or not value else "?"


Date = Annotated[snapshot.Moment, BeforeValidator(_date)]
Number = Annotated[int | None, WrapValidator(_or_none)]
Count = Annotated[Annotated[int, Field(ge=0)] | None, WrapValidator(_or_none)]
Flag = Annotated[bool | None, WrapValidator(_or_none)]
Word = Annotated[str | None, BeforeValidator(_encodable), WrapValidator(_or_none)]
whole = TypeAdapter[int | None](Number).validate_python
flag = TypeAdapter[bool | None](Flag).validate_python
_moment = TypeAdapter[datetime](Date).validate_python


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def objects(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list."""
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))


class Unread(Kept):
    """What stands where an item should be. Nothing of it is kept but that VK says it is deleted."""

    deleted: Flag = None

    @model_validator(mode="before")
    @classmethod
    def _any(cls, raw: object) -> object:
        return {"deleted": flag(_object(raw).get("is_deleted")) or flag(_object(raw).get("deleted"))}


_LEFT_TO_RIGHT = Field(union_mode="left_to_right")


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


# Pages ---------------------------------------------------------------------------------------------------------------

# Federal law 303-FZ: a page with more than 10,000 subscribers links its entry in the register (norms.md).
_REGISTER = re.compile(r"(?<![\w-])(?:knd\.gov\.ru(?![\w-]|\.\w)|gosuslugi\.ru/snet\b)", re.IGNORECASE)
_SHORTENED = re.compile(
    r"\b(?:vk\.cc|clck\.ru|bit\.ly|goo\.su|goo\.gl|t\.co|tinyurl\.com|u\.to|is\.gd|qps\.ru|clc\.li|cutt\.ly|ow\.ly)/\w",
    re.IGNORECASE,
)


def _telling(value: object) -> list[str]:
    """Keep of a community's links those that lead to the register, or are shortened and may."""
    urls = (item.get("url") if isinstance(item, dict) else item for item in (value if isinstance(value, list) else ()))
    return [url for url in urls if isinstance(url, str) and (_REGISTER.search(url) or _SHORTENED.search(url))]


class Page(Kept):
    """A profile or a community, as VK shows it to anybody."""

    id: int
    """A community's is negative."""
    screen_name: Word = None
    domain: Word = None
    type: Word = None
    deactivated: Annotated[Word, BeforeValidator(_deactivated)] = None
    """``deleted`` by its owner, ``banned`` by VK, or a word of tomorrow; None where the page is there."""
    is_closed: Number = None
    can_access_closed: Flag = None
    verified: Flag = None
    subscribers: Annotated[
        Count, Field(validation_alias=AliasChoices("subscribers", "followers_count", "members_count"))
    ] = None
    wall: Number = None
    """A community's: 0 off, 1 open, 2 limited, 3 closed."""
    about: Word = None
    description: Word = None
    status: Word = None
    site: Word = None
    posts: Annotated[Count, Field(validation_alias=AliasChoices("posts", AliasPath("counters", "posts")))] = None
    """How many a profile counts for itself, where one asks for nobody else."""
    links: Annotated[tuple[str, ...], BeforeValidator(_telling)] = ()

    @property
    def kind(self) -> str:
        """What VK says it is."""
        return "profile" if self.id > 0 else "event" if self.type == "event" else "community"

    @property
    def closed(self) -> bool:
        """Whether only friends or members see it; some closed communities show their wall all the same."""
        return bool(self.is_closed) and not self.can_access_closed if self.id > 0 else self.is_closed in {1, 2}

    @property
    def chosen_names(self) -> frozenset[str]:
        """The short names it shows, lower case; none where VK did not send them."""
        return frozenset(name.casefold() for name in (self.screen_name, self.domain) if name)

    @property
    def numbered_names(self) -> frozenset[str]:
        """The names that state its number."""
        return frozenset(f"{prefix}{abs(self.id)}" for prefix in (("id",), ("club", "public", "event"))[self.id < 0])

    def has_name(self, name: str) -> bool:
        """Tell whether an address leads to it; one that shows no name is not denied any."""
        return not self.chosen_names or name in self.chosen_names | self.numbered_names

    @property
    def register_link(self) -> bool | None:
        """Whether it carries the register's link.

        None where that cannot be told: no text was sent, a community's description was not, or a shortened link may
        be it.
        """
        sent = [text for text in (self.about, self.description, self.status, self.site) if text is not None]
        texts = [*sent, *self.links]
        if any(_REGISTER.search(text) for text in texts):
            return True
        unseen = not sent or (self.id < 0 and self.description is None)
        return None if unseen or any(_SHORTENED.search(text) for text in texts) else False


_STRANGER = ("id", "type", "deactivated", "is_closed", "can_access_closed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page of an answer is meant: by its signed number, or by name."""

    sign: int
    """-1 where communities were asked for, whose numbers come without it."""
    number: int | None = None
    name: str = ""
    official: int | None = None
    """Of a page with another number than this one nothing but number and state is kept: a name may have passed on."""

    alone: bool = False
    """Nothing else was asked for: a page that does not say its name is the one that has it."""

    def part(self, items: list[object]) -> Iterator[object]:
        """Yield the page that is meant, and whatever may be it: it is then `Unread`."""
        for raw in items:
            page = _object(raw)
            number, names = self.sign * (whole(page.get("id")) or 0), names_of(page)
            if number and (number == self.number or self.name in names or (self.alone and not names)):
                kept = page if self.official in {None, number} else _STRANGER
                yield {key: page[key] for key in kept if key in page} | {"id": number}
            elif not number or (self.number is None and (self.alone or not names)):
                yield None


def names_of(raw: Mapping[str, Any]) -> set[str]:
    """Return the short names that a raw page shows."""
    return {name.casefold() for key in ("screen_name", "domain") if isinstance(name := raw.get(key), str)}


def _listed(raw: object) -> object:
    """Return a list of pages: ``groups`` of the form that 5.199 has, or a bare one."""
    return _object(raw).get("groups", _object(raw).get("items"))


class Pages(Items):
    """Users or communities; of an answer about many, the one that was asked for."""

    items: tuple[Annotated[Page | Unread, _LEFT_TO_RIGHT], ...]  # type: ignore[assignment]

    @model_validator(mode="before")
    @classmethod
    def _own_part(cls, raw: Any, info: ValidationInfo) -> Any:
        items = _listed(raw)
        if not isinstance(info.context, Wanted) or not isinstance(items, list):
            return raw
        return {"at": raw["at"], "items": list(info.context.part(items))}

    @property
    def page(self) -> Page | None:
        """The page, where there is one."""
        return next((item for item in self.items if isinstance(item, Page)), None)


class Numbers(Stored):
    """The numbers, as VK gives them, of the names that were asked for, and how many pages fitted none of these."""

    numbers: dict[str, int]
    strays: int

    @model_validator(mode="before")
    @classmethod
    def _of_names(cls, raw: Any, info: ValidationInfo) -> Any:
        items = _listed(raw)
        if not isinstance(info.context, frozenset) or not isinstance(items, list):
            return raw
        pages = [(whole(_object(page).get("id")), names_of(_object(page)) & info.context) for page in items]
        numbers = {name: number for number, names in pages if number for name in names}
        return {"at": raw["at"], "numbers": numbers, "strays": sum(not (number and names) for number, names in pages)}


class ScreenName(Stored):
    """What a short name stands for; VK answers with an empty list where it stands for nothing."""

    type: str | None = None
    object_id: Number = None


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
        counted, source = _object(raw.get("comments")), _object(raw.get("post_source"))
        text = raw["text"] if self.words and isinstance(raw.get("text"), str) else ""
        return {
            **placed,
            "own": True,
            "text": without_mentions(text),
            "post_type": raw.get("post_type"),
            "advertisement": bool(flag(raw.get("marked_as_ads")) or is_marked_by_erid(raw)),
            "made_by_vk": (source.get("type"), source.get("data")) in _MADE_BY_VK,
            "paid": bool(flag(_object(raw.get("donut")).get("is_donut"))),
            "reposted": bool(raw.get("copy_history")),
            "comments": counted.get("count"),
            "can_comment": bool(flag(counted.get("can_post")) or flag(counted.get("groups_can_post"))),
            **(read_post(text) if self.words else {}),
        }


def is_marked_by_erid(raw: Mapping[str, Any]) -> bool:
    """Tell whether a post's text or a link in it bears the mark of an advertisement in Russia."""
    links = (_object(item.get("link")).get("url") for item in objects(raw.get("attachments")))
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

    @model_validator(mode="before")
    @classmethod
    def _minimised(cls, raw: Any, info: ValidationInfo) -> Any:
        return info.context.kept(raw) if isinstance(info.context, WallOf) and isinstance(raw, dict) else raw

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

    items: tuple[Annotated[WallPost | Unread, _LEFT_TO_RIGHT], ...]  # type: ignore[assignment]

    @property
    def posts(self) -> tuple[WallPost, ...]:
        """Those that could be read."""
        return tuple(item for item in self.items if isinstance(item, WallPost))


class Photo(Kept):
    """When a photo of a profile was added: no picture, no address, no caption."""

    date: Date

    @model_validator(mode="before")
    @classmethod
    def _of_owner(cls, raw: Any, info: ValidationInfo) -> Any:
        foreign = isinstance(raw, dict) and whole(raw.get("owner_id")) not in {None, info.context}
        return {} if foreign and info.context is not None else raw


class Photos(Items):
    """A profile's own photos."""

    items: tuple[Annotated[Photo | Unread, _LEFT_TO_RIGHT], ...]  # type: ignore[assignment]


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
        thread = _object(raw.get("thread"))
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
    along: tuple[Annotated["Placed | Unread", _LEFT_TO_RIGHT], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _minimised(cls, raw: Any, info: ValidationInfo) -> Any:
        return info.context.kept(raw) if isinstance(info.context, Under) and isinstance(raw, dict) else raw

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
    items: tuple[Annotated[Placed | Unread, _LEFT_TO_RIGHT], ...]  # type: ignore[assignment]

    @property
    def unread(self) -> int:
        """How many could not be read, answers included."""
        return lost(self.items) + sum(lost(item.along) for item in self.items if isinstance(item, Placed))

    @property
    def places(self) -> int | None:
        """How many there are to page over; old answers count top comments alone."""
        return self.current_level_count
