"""Profiles and communities, as VK tells of them."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AliasChoices, AliasPath, BeforeValidator, Field, ValidationInfo, model_validator

from auditor.probes.looks import Kept, Stored
from auditor.probes.vk.forms import LEFT_TO_RIGHT, Count, Flag, Items, Number, Unread, Word, an_object, whole

# Federal law 303-FZ: a page with more than 10,000 subscribers links its entry in the register (norms.md).
_REGISTER = re.compile(r"(?<![\w-])(?:knd\.gov\.ru(?![\w-]|\.\w)|gosuslugi\.ru/snet\b)", re.IGNORECASE)
_SHORTENED = re.compile(
    r"\b(?:vk\.cc|clck\.ru|bit\.ly|goo\.su|goo\.gl|t\.co|tinyurl\.com|u\.to|is\.gd|qps\.ru|clc\.li|cutt\.ly|ow\.ly)/\w",
    re.IGNORECASE,
)


def _deactivated(value: object) -> object:
    """Keep VK's word for it, whatever it is; what is no word is none that we know."""
    return value if isinstance(value, str) or not value else "?"


_SUBSCRIBERS = AliasChoices("subscribers", "followers_count", "members_count")
_POSTS = AliasChoices("posts", AliasPath("counters", "posts"))


def _telling(value: object) -> list[str]:
    """Keep of a community's links those that lead to the register, or are shortened and may."""
    items = value if isinstance(value, list) else ()
    urls = (item.get("url") if isinstance(item, dict) else item for item in items)
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
    subscribers: Annotated[Count, Field(validation_alias=_SUBSCRIBERS)] = None
    wall: Number = None
    """A community's: 0 off, 1 open, 2 limited, 3 closed."""
    about: Word = None
    description: Word = None
    status: Word = None
    site: Word = None
    posts: Annotated[Count, Field(validation_alias=_POSTS)] = None
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
_NAMED = ("id", "screen_name", "domain")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pages of an answer are meant: one by its signed number, or those that have a name."""

    sign: int
    """-1 where communities were asked for, whose numbers come without it."""
    number: int | None = None
    names: frozenset[str] = frozenset()
    official: int | None = None
    """Of a page with another number than this one nothing but number and state is kept: a name may have passed on."""
    alone: bool = False
    """Nothing else was asked for: a page that does not say its name is the one that has it."""
    bare: bool = False
    """Nothing but numbers and names is wanted."""

    def part(self, items: list[object]) -> Iterator[object]:
        """Yield the pages that are meant, and whatever may be one of them: it is then `Unread`."""
        for page in map(an_object, items):
            number = self.sign * (whole(page.get("id")) or 0)
            names = {page[key].casefold() for key in _NAMED[1:] if isinstance(page.get(key), str)}
            if number and (number == self.number or names & self.names or (self.alone and not names)):
                kept: Collection[str] = _STRANGER if self.official not in {None, number} else page
                yield {key: page[key] for key in (_NAMED if self.bare else kept) if key in page} | {"id": number}
            elif not number or (self.names and (self.alone or not names)):
                yield None


class Pages(Items):
    """Users or communities; of an answer about many, those that were asked for."""

    items: tuple[Annotated[Page | Unread, LEFT_TO_RIGHT], ...]  # type: ignore[assignment]

    @model_validator(mode="before")
    @classmethod
    def _own_part(cls, raw: Any, info: ValidationInfo) -> Any:
        listed = raw.get("groups", raw.get("items"))  # `groups` of the form that 5.199 has
        if not isinstance(info.context, Wanted) or not isinstance(listed, list):
            return raw
        return {"at": raw["at"], "items": list(info.context.part(listed))}

    @property
    def pages(self) -> tuple[Page, ...]:
        """Those that could be read."""
        return tuple(item for item in self.items if isinstance(item, Page))

    @property
    def page(self) -> Page | None:
        """The page, where there is one."""
        return next(iter(self.pages), None)


class ScreenName(Stored):
    """What a short name stands for; VK answers with an empty list where it stands for nothing."""

    type: str | None = None
    object_id: Number = None
