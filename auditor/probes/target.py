"""What a probe looks at and how far back, and what a login remembers between runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, PlainSerializer

from auditor.base.address import Address
from auditor.base.snapshot import RECENT, Side
from auditor.base.weeks import Week

Clock = Callable[[], datetime]
"""Returns the moment as UTC; passed in, so that a run can be repeated."""


_Addresses = Annotated[frozenset[Address], PlainSerializer(lambda addresses: sorted(map(serialise_address, addresses)))]


VERSION = 2
"""What a look asks for; a replay asks for what the stored look did (`Target.version`)."""
_MORE_POSTS = timedelta(weeks=3)
"""How much further back than the longest allowed silence posts are read: a plan estimates posts a week by them."""


@dataclass(frozen=True, slots=True)
class Window:
    """How far back a probe reads; all moments are UTC.

    Posts are read back to `posts_from` and on to the first post before `gap_from`, so that a silence which began
    earlier is measured in full; comments are read under posts from `comments_from` to `ends`, and under those from
    `recent_from` on.
    """

    starts: AwareDatetime
    ends: AwareDatetime
    posts_from: AwareDatetime
    gap_from: AwareDatetime
    comments_from: AwareDatetime
    recent_from: AwareDatetime | None = None
    """`RECENT` before the look was planned; None for a look of auditor 1.0, which read no later posts' comments."""

    @property
    def asks_from(self) -> datetime:
        """The earlier of the week's start and `recent_from`: from there on it matters whether people can comment."""
        return min(self.starts, self.recent_from or self.starts)

    def reads_comments_of(self, at: datetime) -> bool:
        """Return whether the comments under a post published at `at` are read."""
        is_recent = self.recent_from is not None and at >= self.recent_from
        return is_recent or self.comments_from <= at < self.ends

    @classmethod
    def of(
        cls,
        week: Week,
        now: datetime,
        *,
        thread_days: int = 14,
        silence_days: int = 7,
    ) -> "Window":
        """Return the window for judging `week` at `now`.

        `thread_days` (how far back comments are read) and `silence_days` (the longest silence allowed) come from the
        policy.
        """
        starts, end = week.starts, min(week.ends, now)
        threads, silence = timedelta(days=thread_days), timedelta(days=silence_days) + _MORE_POSTS
        return cls(
            starts=starts,
            ends=end,
            posts_from=starts - max(threads, silence),
            gap_from=end - silence,
            comments_from=starts - threads,
            recent_from=now - RECENT,
        )


def serialise_address(address: Address) -> str:
    """Return an address as it was requested: networks ignore case, but a replay must use the same address."""
    return f"{address.url.removesuffix(address.name)}{address.request_name}"


AskedAddress = Annotated[Address, PlainSerializer(serialise_address)]
"""An address that is stored as it was requested."""


@dataclass(frozen=True, slots=True)
class Target:
    """An account to look at. `full` is False for an institution's page, of which only the newest posts are read."""

    address: AskedAddress
    full: bool = True
    staff: tuple[int | str, ...] = ()
    """Ids or user names of people who reply on the owner's behalf (the registry's `staff`)."""
    others: _Addresses = frozenset()
    """Addresses of all offices in the registry and of their institutions: a comment from one of them is another body's,
    unless it is the owner's own."""
    own: _Addresses = frozenset()
    """Addresses of the holder's other confirmed pages: a comment from one of them is the owner's."""
    institution: _Addresses = frozenset()
    """Addresses of the office's own institution."""
    names: tuple[str, ...] = ()
    """The holder's names; a display name that equals one of them proves nothing by itself."""
    website: str = ""
    """The office's official site on record: a link to it is no link to the register of large pages."""
    id: int | None = None
    """The id of the confirmed page, if known: a renamed page is found by it."""
    id_seen: bool = False
    """Whether `id` was ever seen under the address. If not, it is looked up only when no page has the name: it may be a
    slip in the registry, and the page under the address the right one."""
    photos_before: AwareDatetime | None = None
    """The moment before which the page should have existed: if nothing else shows that it did, the date of the earliest
    profile photo is requested. None: that is known already, or does not matter."""
    sides: str = ""
    """Digest of the registry's facts that decide a comment's side (`registry.sides_digest`): a thread that was read
    with another digest is read again."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The network's ids of `own`, `institution`, `others` and `staff`, as far as they are known, by name in lower case:
    where a network shows authors by id alone, only those listed here are recognised."""
    unknown: frozenset[str] = frozenset()
    """The names among them whose ids could not be found out: any author who is not recognised may be one of them."""
    skip: Mapping[int, int] = field(default_factory=dict)
    """Comment count by post id: threads that were read completely, and are skipped while their count is unchanged."""
    posts_until: AwareDatetime | None = None
    """All posts from `Window.posts_from` up to this moment are on record, so that history is read back to it only."""
    opening_known: bool = False
    """Whether an earlier look has dated the opening as well as this route can: nothing older is looked for."""
    subscribers: int | None = None
    """The exact count by an earlier look since the week's start: it is not requested again while a rounded one
    agrees."""
    version: int = 1
    """What the look asks for: 1 what those of auditor 1.0 asked; 2 (`VERSION`) also who else wrote on a wall, an empty
    wall a second time, and the page's word on comments."""
    rules: int = 0
    """The version of the rules by which the look reads what posts say of their page; 0: those of auditor 1.0."""
    control: str = ""
    """The name of a page known to exist, whose presence confirms that another page is missing; empty: the network
    chooses."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A channel's id and its access hash, which is valid in one login only (docs/dev/sources.md, Telegram 5)."""

    name: str
    id: int
    access_hash: int


@dataclass(frozen=True, slots=True)
class FloodWait:
    """A method that the network has closed to this login, until a moment in UTC."""

    method: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CallCount:
    """How often a method was called in this login since a moment in UTC: networks limit calls by hour and by day."""

    method: str
    since: datetime
    count: int
    run: int | None = None
    """The number of the run that made the calls; None: the present one, which still counts."""


@dataclass(frozen=True, slots=True)
class LoginState:
    """What a signed-in route remembers between runs, so that it need not ask again.

    A run hands over only its own calls; the archive adds those of other runs, which may go on at the same time.
    `session` names the login without revealing it (a hash of its key's public number); logins share nothing.
    """

    session: str
    peers: tuple[Peer, ...] = ()
    floods: tuple[FloodWait, ...] = ()
    spent: tuple[CallCount, ...] = ()


OFFICE_SIDES = frozenset({Side.OWNER, Side.BODY})
"""The sides that reply for the holder."""
