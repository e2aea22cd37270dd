"""Profiles and communities as VK describes them: what of them is stored, and what it means.

A profile as it is stored, abridged, with invented values::

    {"id": 5, "screen_name": "glava5", "is_closed": 0, "verified": false, "subscribers": 120, "status": "В отпуске"}
"""

import re
from typing import Annotated

from pydantic import AliasChoices, AliasPath, BeforeValidator, Field

from auditor.base.links import leads_to_register
from auditor.base.snapshot import Cause, CommentsState
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
    as_object,
    read_each,
    read_whole,
)

_SHORTENED_OF_1_0 = re.compile(
    r"\b(?:vk\.cc|clck\.ru|bit\.ly|goo\.su|goo\.gl|t\.co|tinyurl\.com|u\.to|is\.gd|qps\.ru|clc\.li|cutt\.ly|ow\.ly)/\w",
    re.IGNORECASE,
)
"""The only links that auditor 1.0 held to lead on; with them a look of its own is replayed."""


def _read_deactivated(value: object) -> object:
    """Return VK's word as it is, even an unknown one; ``?`` for a value that is not a text."""
    return value if isinstance(value, str) or not value else "?"


_SUBSCRIBERS = AliasChoices("subscribers", "followers_count", "members_count")
_POSTS = AliasChoices("posts", AliasPath("counters", "posts"))


def _register_links(value: object) -> list[str]:
    """Return of a community's links those that lead to the register, or may."""
    items = value if isinstance(value, list) else ()
    urls = (item.get("url") if isinstance(item, dict) else item for item in items)
    return [url for url in urls if isinstance(url, str) and leads_to_register([url]) is not False]


class VkPage(MinimisedModel):
    """A profile or a community, as VK shows it to everybody."""

    id: Whole
    """Negative for a community."""
    screen_name: Word = None
    domain: Word = None
    type: Word = None
    deactivated: Annotated[Word, BeforeValidator(_read_deactivated)] = None
    """``deleted`` by its owner, ``banned`` by VK, or a word we do not know yet; None if the page exists."""
    is_closed: Annotated[Number, BeforeValidator(lambda closed: +closed if isinstance(closed, bool) else closed)] = None
    """0, 1 or 2 for a community; 0 or 1 for a profile."""
    can_access_closed: Flag = None
    verified: Flag = None
    subscribers: Annotated[Count, Field(validation_alias=_SUBSCRIBERS)] = None
    wall: Number = None
    """Of a community: 0 off, 1 open, 2 limited, 3 closed."""
    about: Word = None
    description: Word = None
    status: Word = None
    site: Word = None
    posts: Annotated[Count, Field(validation_alias=_POSTS)] = None
    """A profile's own count of its posts, which VK sends only if this profile alone is requested."""
    links: Annotated[tuple[str, ...], BeforeValidator(_register_links)] = ()

    @property
    def exists(self) -> bool | None:
        """Whether the page exists; None if that is open: a page that VK has banned may come back."""
        return {None: True, "": True, "deleted": False}.get(self.deactivated)

    @property
    def cause(self) -> Cause | None:
        """Why the page cannot be judged."""
        if not self.deactivated:
            return Cause.PRIVATE if self.id > 0 and self.closed else None
        return {"deleted": Cause.GONE, "banned": Cause.BANNED}.get(self.deactivated, Cause.UNRECOGNISED_PAGE)

    @property
    def kind(self) -> str:
        """Profile, event or community."""
        return "profile" if self.id > 0 else "event" if self.type == "event" else "community"

    @property
    def closed(self) -> bool:
        """Whether only friends or members see the page; some closed communities show their wall all the same."""
        return bool(self.is_closed) and not self.can_access_closed if self.id > 0 else self.is_closed in {1, 2}

    @property
    def chosen_names(self) -> frozenset[str]:
        """The short names that the page shows, in lower case; empty if VK did not send them."""
        return frozenset(name.casefold() for name in (self.screen_name, self.domain) if name)

    @property
    def numbered_names(self) -> frozenset[str]:
        """The names that contain the page's id."""
        return frozenset(f"{prefix}{abs(self.id)}" for prefix in (("id",), ("club", "public", "event"))[self.id < 0])

    def has_name(self, name: str) -> bool:
        """Return whether a name leads to this page; true for any name if the page shows none."""
        return not self.chosen_names or name in self.chosen_names | self.numbered_names

    @property
    def comments_word(self) -> CommentsState | None:
        """Whether people can comment, by VK's own word; VK says nothing of a profile that holds for everybody."""
        return {1: CommentsState.OPEN, 2: CommentsState.OPEN, 3: CommentsState.CLOSED}.get(self.wall or 0)

    def has_register_link(self, website: str, version: int) -> bool | None:
        """Return whether the page carries the link to its entry in the register; `version` as in `Target`.

        None if that is open: no text was sent, a community's description was not, or a link may lead there
        (`leads_to_register`).
        """
        sent = [text for text in (self.about, self.description, self.status, self.site) if text is not None]
        is_incomplete = not sent or (self.id < 0 and self.description is None)
        texts = [*sent, *self.links]
        if version == 1 and not any(map(_SHORTENED_OF_1_0.search, texts)):
            texts = [text for text in texts if leads_to_register([text])]  # the others were not doubted
        has_link = leads_to_register(texts, website)
        return None if is_incomplete and has_link is False else has_link


Pages = VkList[VkPage]
"""Users or communities."""
_FIELDS_OF_OTHERS = ("id", "type", "deactivated", "is_closed", "can_access_closed")


def select_page(raw: Raw, sign: int, id_or_name: int | str, confirmed_id: int | None, *, alone: bool) -> Pages:
    """Reduce a response about many pages to the one wanted, by signed id or name; others that may be it are unread.

    `sign`: -1 if communities were requested, whose ids come without a sign. Of a page with another id than
    `confirmed_id` only id and state are stored: the name may belong to somebody else now. `alone`: only this name was
    requested, so that a page which does not show its name is the one that has it. Raises `ValueError` if there is no
    list.
    """
    raw_pages = raw.get("groups", raw.get("items"))  # `groups` since version 5.199
    if not isinstance(raw_pages, list):
        raise ValueError("no list of pages")  # noqa: TRY004 - of what VK sends, not of ours
    items, by_name = list[VkPage | UnreadItem](), isinstance(id_or_name, str)
    for page in map(as_object, raw_pages):
        page_id = sign * (read_whole(page.get("id")) or 0)
        names = {page[key].casefold() for key in ("screen_name", "domain") if isinstance(page.get(key), str)}
        nameless = by_name and not names
        if page_id and (id_or_name in {page_id, *names} or (alone and nameless)):
            fields = _FIELDS_OF_OTHERS if confirmed_id not in {None, page_id} else page
            items += read_each(
                [{key: page[key] for key in fields if key in page} | {"id": page_id}], VkPage.model_validate
            )
        elif not page_id or nameless or (alone and by_name):
            items.append(UnreadItem())
    return Pages(at=raw["at"], items=tuple(items))


_SIGNS = {"user": 1, "group": -1, "page": -1, "event": -1}
"""The sign of an id, by VK's word for what a short name belongs to."""


class ScreenName(MinimisedResponse):
    """What a short name belongs to; both fields are None, for VK's empty list, if it belongs to nothing.

    For example ``{"type": "group", "object_id": 7}``.
    """

    type: str | None = None
    object_id: Number = None

    @property
    def page_id(self) -> int:
        """The signed id of the page that has the name; 0 if none has."""
        return _SIGNS.get(self.type or "", 0) * (self.object_id or 0)
