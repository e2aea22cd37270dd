"""Profiles and communities, as VK tells of them."""

import re
from typing import Annotated

from pydantic import AliasChoices, AliasPath, BeforeValidator, Field

from auditor.base.snapshot import Cause
from auditor.probes.protocol import MinimisedModel, MinimisedResponse
from auditor.probes.vk.field_types import (
    Count,
    Flag,
    Number,
    Raw,
    UnreadItem,
    VkList,
    Whole,
    Word,
    an_object,
    each,
    whole,
)

# Federal law 303-FZ: a page with more than 10,000 subscribers links its entry in the register (docs/dev/sources.md).
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


def _register_links(value: object) -> list[str]:
    """Keep of a community's links those that lead to the register, or are shortened and may."""
    items = value if isinstance(value, list) else ()
    urls = (item.get("url") if isinstance(item, dict) else item for item in items)
    return [url for url in urls if isinstance(url, str) and (_REGISTER.search(url) or _SHORTENED.search(url))]


class VkPage(MinimisedModel):
    """A profile or a community, as VK shows it to anybody."""

    id: Whole
    """A community's is negative."""
    screen_name: Word = None
    domain: Word = None
    type: Word = None
    deactivated: Annotated[Word, BeforeValidator(_deactivated)] = None
    """``deleted`` by its owner, ``banned`` by VK, or a word of tomorrow; None where the page is there."""
    is_closed: Annotated[Number, BeforeValidator(lambda closed: +closed if isinstance(closed, bool) else closed)] = None
    """A community's is 0, 1 or 2, a profile's a flag."""
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
    links: Annotated[tuple[str, ...], BeforeValidator(_register_links)] = ()

    @property
    def exists(self) -> bool | None:
        """Only ``deleted`` says that a page is gone: one that VK has banned may come back."""
        return {None: True, "": True, "deleted": False}.get(self.deactivated)

    @property
    def cause(self) -> Cause | None:
        """Why it cannot be judged."""
        if not self.deactivated:
            return Cause.PRIVATE if self.id > 0 and self.closed else None
        return {"deleted": Cause.GONE, "banned": Cause.BANNED}.get(self.deactivated, Cause.UNRECOGNISED_PAGE)

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


Pages = VkList[VkPage]
"""Users or communities."""
_FIELDS_OF_OTHERS = ("id", "type", "deactivated", "is_closed", "can_access_closed")


def select_page(raw: Raw, sign: int, asked: int | str, official: int | None, *, alone: bool) -> Pages:
    """Keep of an answer about many the page with a signed number or a name, and as `Unread` whatever may be it.

    `sign`: -1 where communities were asked for, whose numbers come without it. Of a page with another number than
    `official` nothing but number and state is kept: a name may have passed on. `alone`: nothing else was asked for, so
    that a page which does not say its name is the one that has it.
    """
    listed = raw.get("groups", raw.get("items"))  # `groups` of the form that 5.199 has
    if not isinstance(listed, list):
        raise ValueError("no list of pages")  # noqa: TRY004 - of what VK sends, not of ours
    items, by_name = list[VkPage | UnreadItem](), isinstance(asked, str)
    for page in map(an_object, listed):
        number = sign * (whole(page.get("id")) or 0)
        names = {page[key].casefold() for key in ("screen_name", "domain") if isinstance(page.get(key), str)}
        nameless = by_name and not names
        if number and (asked in {number, *names} or (alone and nameless)):
            fields = _FIELDS_OF_OTHERS if official not in {None, number} else page
            items += each([{key: page[key] for key in fields if key in page} | {"id": number}], VkPage.model_validate)
        elif not number or nameless or (alone and by_name):
            items.append(UnreadItem())
    return Pages(at=raw["at"], items=tuple(items))


_SIGNS = {"user": 1, "group": -1, "page": -1, "event": -1}
"""The sign of a number by what VK says that a short name stands for."""


class ScreenName(MinimisedResponse):
    """What a short name stands for; VK answers with an empty list where it stands for nothing."""

    type: str | None = None
    object_id: Number = None

    @property
    def number(self) -> int:
        """The signed number of the page; 0: it stands for none."""
        return _SIGNS.get(self.type or "", 0) * (self.object_id or 0)
