"""What every probe is given and gives back."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, PlainSerializer

from auditor.base.address import Address
from auditor.base.snapshot import Cause, Outcome, Side
from auditor.base.weeks import Week

Clock = Callable[[], datetime]
"""The moment, as UTC. Passed in, so that a run can be made again."""


class AuthorOrdinals:
    """Numbers the authors of one look from 1, as they are met: the only form in which one may leave a probe.

    It ends with the look, so no number says who anybody was (docs/dev/design.md, section 10).
    """

    def __init__(self) -> None:
        """Know nobody."""
        self._numbers: dict[str, int] = {}
        self._said: dict[tuple[int, str], int] = {}

    def number(self, who: str) -> int:
        """Return the number of an author's identity on a network."""
        return self._numbers.setdefault(who, len(self._numbers) + 1)

    def same_as(self, author: int | None, text: str, comment: int) -> int | None:
        """Return the earlier comment of the look in which an author said the same words, or None."""
        words = " ".join(re.findall(r"\w+", text.casefold()))
        if author is None or not words:
            return None
        first = self._said.setdefault((author, hashlib.sha256(words.encode()).hexdigest()), comment)
        return None if first == comment else first


_Addresses = Annotated[frozenset[Address], PlainSerializer(lambda found: sorted(map(serialise_address, found)))]


_MORE_POSTS = timedelta(weeks=3)
"""Posts are read so much further back than a silence is allowed to last: by them a plan tells how many come a week."""


@dataclass(frozen=True, slots=True)
class Window:
    """How far back a probe reads, all UTC.

    Posts are read back to `posts_from` and on to the first post before `gap_from`, so that a silence which began
    earlier is seen whole; comments are read under posts from `comments_from` to `ends`.
    """

    starts: AwareDatetime
    ends: AwareDatetime
    posts_from: AwareDatetime
    gap_from: AwareDatetime
    comments_from: AwareDatetime

    @classmethod
    def of(
        cls,
        week: Week,
        now: datetime,
        zones: Iterable[ZoneInfo] = (),
        *,
        thread_days: int = 14,
        silence_days: int = 7,
    ) -> "Window":
        """Return the window for judging `week` at `now`, in its own zone and wherever else offices are.

        `thread_days` and `silence_days` are the policy's: how far back comments are read, and a silence is allowed.
        """
        weeks = [week, *(week.in_zone(zone) for zone in zones)]
        starts, end = min(w.starts for w in weeks), min(max(w.ends for w in weeks), now)
        threads, silence = timedelta(days=thread_days), timedelta(days=silence_days) + _MORE_POSTS
        return cls(
            starts=starts,
            ends=end,
            posts_from=starts - max(threads, silence),
            gap_from=end - silence,
            comments_from=starts - threads,
        )


def serialise_address(address: Address) -> str:
    """Write an address for a note as it was asked for: networks ignore case, a look made again must not."""
    return f"{address.url.removesuffix(address.name)}{address.request_name}"


AskedAddress = Annotated[Address, PlainSerializer(serialise_address)]
"""An address that is written down as it was asked for."""


@dataclass(frozen=True, slots=True)
class Target:
    """An account to look at. `full` is False for an institution's page: of it only the newest posts are read."""

    address: AskedAddress
    full: bool = True
    staff: tuple[int | str, ...] = ()
    """Ids or user names that answer on the owner's behalf (the registry's `staff`)."""
    others: _Addresses = frozenset()
    """Addresses of all offices in the registry and of their institutions: comments from one are another body's, unless
    it is the owner's own."""
    own: _Addresses = frozenset()
    """Addresses of the holder's other confirmed pages: who writes from them is the owner."""
    institution: _Addresses = frozenset()
    """Addresses of the office's own institution."""
    names: tuple[str, ...] = ()
    """What the holder is called: a display name alone that equals one of them proves nothing."""
    id: int | None = None
    """The number of the page that was confirmed, where known: by it a renamed page is found."""
    id_seen: bool = False
    """Whether `id` was ever seen under the address. If not, it is asked for only when no page has the name: it may be
    a slip in the registry, and the page under the address the right one."""
    photos_before: AwareDatetime | None = None
    """Ask when the earliest profile photo was added if nothing else shows that the page was open before this moment;
    None: that is known, or nothing hangs on it."""
    sides: str = ""
    """Digest of what decides whose words a comment is (`registry.sides`): a thread that was read by another is read
    again."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The network's numbers of `own`, `institution`, `others` and `staff`, as far as they are known, by name in lower
    case: where a network shows authors by number alone, one that is not here is not recognised."""
    unknown: frozenset[str] = frozenset()
    """Names among those whose numbers could not be found out: any author whose number is unknown may be one."""
    skip: Mapping[int, int] = field(default_factory=dict)
    """Posts whose threads were read whole, and need not be read again while their count is this."""
    posts_until: AwareDatetime | None = None
    """The posts from `Window.posts_from` on were read whole up to this moment: history is read back to it alone."""
    opening_known: bool = False
    """An earlier look has found the opening as well as this route can: nothing older is looked for."""
    subscribers: int | None = None
    """As an earlier look since the week's start read them exactly: while a rounded number agrees they are not asked
    for."""
    control: str = ""
    """The name of a page known to exist, by which a page that seems to be missing is believed; empty: the network's own
    choice."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A channel's number and its access hash, which is good in one login only (telegram.md 5)."""

    name: str
    id: int
    access_hash: int


@dataclass(frozen=True, slots=True)
class FloodWait:
    """A method that the network closed to this login until a moment, UTC."""

    method: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CallCount:
    """How often a method was called in this login since a moment, UTC: networks count by the hour and by the day."""

    method: str
    since: datetime
    count: int
    run: int | None = None
    """The number of the run that called it; None: this one, which is still counting."""


@dataclass(frozen=True, slots=True)
class LoginState:
    """What a signed-in route remembers between runs so that it does not ask again.

    Of calls a run hands over its own alone: the archive adds those of the others, which may go on at the same time.
    `session` names the login without revealing it (a hash of its key's public number); another login shares nothing.
    """

    session: str
    peers: tuple[Peer, ...] = ()
    floods: tuple[FloodWait, ...] = ()
    spent: tuple[CallCount, ...] = ()


def control_without_posts(cause: Cause | None) -> dict[str, Any]:
    """Return how a control came out that was there, and whose posts could not be read for this cause."""
    return {} if cause is None else {"outcome": Outcome.CANT_TELL, "cause": cause}


OFFICE_SIDES = frozenset({Side.OWNER, Side.BODY})
"""Whoever answers for the holder."""
