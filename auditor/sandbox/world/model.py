"""What the synthetic world is made of: offices, people, accounts, posts, comments. Every name in it is invented."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import Any


class PostKind(StrEnum):
    """What a message of an account is."""

    OWN = "own"
    REPOST = "repost"
    SERVICE = "service"
    """Telegram's "Channel created" and its like."""
    AD = "ad"
    """VK's `marked_as_ads`."""
    GUEST = "guest"
    """A post of another author than the wall's owner, on VK."""


class AccountFault(StrEnum):
    """How responses about one account fail for every client."""

    RESET = "reset"
    """The connection is cut before a response."""
    THROTTLED = "throttled"
    """t.me: 429 with a long Retry-After. VK: error 9, flood control."""
    BLOCK_PAGE = "block_page"
    """A provider's page with HTTP 200 in place of t.me."""
    BLOCK_REDIRECT = "block_redirect"
    """A provider's redirect to a foreign host."""
    FORBIDDEN = "forbidden"
    """t.me: HTTP 403."""
    OTHER_LAYOUT = "other_layout"
    """t.me: HTTP 200 with a page of an unknown layout."""
    WALL_DENIED = "wall_denied"
    """VK: error 15 on the wall."""
    COMMENTS_NOT_FOR_KEY = "comments_not_for_key"
    """VK: error 1051 on wall.getComments."""


CHANNELS_FROM = 1_100_000_000
"""The smallest id of Telegram's channels and groups in the world; people have smaller ones."""


@dataclass(frozen=True, slots=True)
class WorldAuthor:
    """The author of a comment. `id` is the network's (negative for a VK community); `username` is a t.me name."""

    id: int
    name: str
    username: str | None = None
    community: bool = False


@dataclass(eq=False, slots=True)
class WorldComment:
    """A comment. On VK `top` is the head of its thread and `names_target` is whether `reply_to_comment` is sent."""

    at: datetime
    author: WorldAuthor
    text: str
    answers: "WorldComment | None" = None
    top: "WorldComment | None" = None
    names_target: bool = True
    deleted: bool = False
    id: int = 0


@dataclass(eq=False, slots=True)
class WorldPost:
    """A message of an account. `extra` is how many further ids an album takes; `lost` ones are deleted."""

    at: datetime
    text: str
    kind: PostKind = PostKind.OWN
    media: str = ""
    extra: int = 0
    signature: str = ""
    origin: WorldAuthor | None = None
    """The source of a repost; None for a person who hides it."""
    pinned: bool = False
    closed: bool = False
    lost: bool = False
    replies_to: "WorldPost | None" = None
    anchors: list[tuple[str, str]] = field(default_factory=list)
    """Words of the text that are links, each with its hidden address."""
    comments: list[WorldComment] = field(default_factory=list)
    id: int = 0
    copy_id: int = 0
    """Telegram: the id of its copy in the discussion group."""

    def comments_at(self, now: datetime) -> list[WorldComment]:
        """Return the comments written up to `now`, oldest first."""
        return sorted((c for c in self.comments if c.at <= now), key=lambda c: (c.at, c.id))


@dataclass(eq=False, slots=True)
class WorldAccount:
    """A page on VK or Telegram.

    `kind`: channel, group, user, bot, missing, invite (Telegram); user, community, missing (VK). `number` is VK's
    id (negative for a community) or Telegram's bare id.
    """

    network: str
    name: str
    kind: str
    number: int
    title: str
    opened: datetime
    description: str = ""
    subscribers: int = 0
    verified: bool = False
    posts: list[WorldPost] = field(default_factory=list)
    trouble: AccountFault | None = None
    preview_off: bool = False
    closed: bool = False
    """VK: a private profile or a closed community."""
    deactivated: bool = False
    banned: bool = False
    """VK: deactivated by VK, not by its owner."""
    tells_can_post: bool = True
    """VK: whether posts carry `comments.can_post`, which responses without a user may leave out."""
    wall: int = 1
    """VK communities: 1 open, 3 closed."""
    group_name: str | None = None
    """Telegram: the linked discussion group's name; None without a group."""
    group_number: int = 0
    administrators: list[WorldAuthor] = field(default_factory=list)
    """Telegram: administrators of the linked group who write under their own names."""
    names_administrators: bool = False
    """Telegram: whether the linked group shows its administrators to non-members."""
    numbered: bool = False
    """VK: addressed as id1 or club1."""
    city: str = ""
    """VK: a person's city."""
    work: str = ""
    """VK: a person's employer and position."""
    site: str = ""
    """VK: the profile's or community's `site`."""
    renames: list[tuple[datetime, str]] = field(default_factory=list)
    """New names, each with the moment from which it is used; the number stays."""
    ends_at: datetime | None = None
    """The moment of its deletion, after which a VK page is deactivated and a Telegram name unused."""

    @property
    def address(self) -> str:
        """The last part of its address, lower case."""
        if self.network == "vk" and self.numbered:
            return f"{'id' if self.number > 0 else 'club'}{abs(self.number)}"
        return self.name if self.kind == "invite" else self.name.lower()

    @property
    def url(self) -> str:
        """The address as the registry and the findings write it."""
        return f"https://{'vk.com' if self.network == 'vk' else 't.me'}/{self.address}"

    def name_at(self, now: datetime) -> str:
        """Return its name at `now`."""
        return next((name for at, name in reversed(self.renames) if at <= now), self.name)

    def shown_at(self, now: datetime) -> "WorldAccount":
        """Return the account as the networks show it at `now`: itself, or under a later name with the same content."""
        name, ended = self.name_at(now), self.ends_at is not None and self.ends_at <= now
        if name == self.name and not ended:
            return self
        shown = replace(self, name=name, renames=[], numbered=False, ends_at=None)
        if ended and self.network == "vk":
            shown.deactivated, shown.name = True, f"id{self.number}"
        elif ended:
            shown.kind = "missing"
        return shown

    @property
    def identity(self) -> WorldAuthor:
        """The account as the author of a comment."""
        return WorldAuthor(self.number, self.title, self.name, community=self.number < 0)

    @property
    def group_identity(self) -> WorldAuthor:
        """The linked discussion group as the author of a comment: an anonymous administrator."""
        return WorldAuthor(self.group_number, f"{self.title} — обсуждение", self.group_name)

    def posts_at(self, now: datetime) -> list[WorldPost]:
        """Return the posts visible at `now`, oldest first."""
        return sorted((p for p in self.posts if p.at <= now and not p.lost), key=lambda p: p.id)

    def number_all(self, rng: Random) -> None:
        """Assign ids in order of time, with gaps: one sequence for posts and comments on VK, two on Telegram."""
        posts = sorted(self.posts, key=lambda p: p.at)
        comments = sorted((c for p in posts for c in p.comments), key=lambda c: c.at)
        if self.network == "vk":
            _number_vk([*posts, *comments], rng)
        else:
            _number_telegram(posts, comments, rng)


def _number_vk(items: Iterable[WorldPost | WorldComment], rng: Random) -> None:
    next_id = rng.randint(1, 40)
    for item in sorted(items, key=lambda i: i.at):
        item.id = next_id
        next_id += rng.choice((1, 1, 1, 2, 4))


def _number_telegram(posts: list[WorldPost], comments: list[WorldComment], rng: Random) -> None:
    next_id = 1
    for post in posts:
        post.id = next_id
        next_id += 1 + post.extra + (rng.choice((0, 0, 0, 1)) if next_id > 1 else 0)
    next_id = rng.randint(2, 90)
    items: list[WorldPost | WorldComment] = [*posts, *comments]
    for item in sorted(items, key=lambda i: i.at):
        if isinstance(item, WorldPost):
            item.copy_id = next_id
        else:
            item.id = next_id
        next_id += rng.choice((1, 1, 2))


class Accounts(list[WorldAccount]):
    """All accounts of a world."""

    def find(self, network: str, name: str, moment: datetime) -> WorldAccount | None:
        """Return the account that has a name, a number's address (id1, club1) or a VK number at a moment, or None."""
        wanted = name.casefold()
        for account in self:
            if account.network == network:
                shown = account.shown_at(moment)
                if shown.kind != "missing" and wanted in {shown.name.casefold(), *_numbers(account)}:
                    return shown
        return None


def _numbers(account: WorldAccount) -> tuple[str, ...]:
    """Return a VK account's id in each form that a request may use."""
    if account.network != "vk":
        return ()
    number = abs(account.number)
    return (f"id{number}", str(number)) if account.number > 0 else (f"club{number}", f"public{number}", f"-{number}")


def matches(query: str, text: str) -> bool:
    """Return whether a search for `query` finds `text`: each word of the query begins a word of the text."""
    wanted, words = _words(query), _words(text)
    return bool(wanted) and all(any(word.startswith(prefix) for word in words) for prefix in wanted)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold().replace("ё", "е"))


@dataclass(slots=True)
class RegisteredAccount:
    """An account as the registry has it. Without `confirmed_on` it is a lead."""

    account: WorldAccount
    confirmed_on: str | None = "2024-02-01"
    how: str = "ссылка на странице вымышленного муниципалитета"
    staff: list[int | str] = field(default_factory=list)
    new: bool = False
    """Whether it is missing in the registry of the week before."""
    with_number: bool = False
    """Whether the registry has the network's id besides the address."""


@dataclass(slots=True)
class WorldTenure:
    """One invented person in one office. Fields below `acting` are written into the registry unchanged."""

    name: str
    since: str
    until: str | None = None
    acting: bool = False
    known_as_of: str | None = None
    term_ends: str | None = None
    accounts: list[RegisteredAccount] = field(default_factory=list)
    reports: list[dict[str, str]] = field(default_factory=list)
    exemptions: list[dict[str, str]] = field(default_factory=list)
    searches: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class WorldOffice:
    """An invented office."""

    id: str
    municipality: str
    title: str
    group: str
    site: bool = False
    """Whether it has an official site, served under its id."""
    accounts: list[RegisteredAccount] = field(default_factory=list)
    tenures: list[WorldTenure] = field(default_factory=list)
    vacancies: list[dict[str, str]] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Site:
    """An official site: its pages by path ("" is the front page)."""

    office: str
    pages: dict[str, str]
