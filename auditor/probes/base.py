"""What every probe is given and gives back."""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, PlainSerializer, PlainValidator

from auditor.base.address import Address
from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, Comment, Evidence, Outcome, Side, Snapshot
from auditor.base.weeks import Week
from auditor.probes.bodies import Others
from auditor.probes.known import NOTHING, Known
from auditor.registry.models import Control

Clock = Callable[[], datetime]
"""The moment, as UTC. Passed in, so that a run can be made again."""


class Authors:
    """Numbers the authors of one look from 1, as they are met: the only form in which one may leave a probe.

    It ends with the look, so no number says who anybody was (DESIGN.md section 10).
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


_Addresses = Annotated[frozenset[Address], PlainSerializer(lambda found: sorted(map(as_asked, found)))]


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
        weeks = [week, *(week.at(zone) for zone in zones)]
        starts, end = min(w.starts for w in weeks), min(max(w.ends for w in weeks), now)
        threads, silence = timedelta(days=thread_days), timedelta(days=silence_days) + _MORE_POSTS
        return cls(
            starts=starts,
            ends=end,
            posts_from=starts - max(threads, silence),
            gap_from=end - silence,
            comments_from=starts - threads,
        )


def as_asked(address: Address) -> str:
    """Write an address for a note as it was asked for: networks ignore case, a look made again must not."""
    return f"{address.url.removesuffix(address.name)}{address.asked}"


def _written(others: AbstractSet[Address]) -> Any:
    """Write the accounts of other bodies for a note: of a run's own set, what the target leaves out of it."""
    if isinstance(others, Others):
        return {"all_but": sorted(map(as_asked, others.but))}
    return sorted(map(as_asked, others))


def _others(value: Any) -> AbstractSet[Address]:
    return value if isinstance(value, AbstractSet) else frozenset(map(Address.parse, value))


def _reference(known: Known) -> dict[str, Any] | None:
    """Write for a note what a look knew: which looks it was made of. None: nothing was known."""
    return {"runs": known.runs, "as_of": known.as_of.isoformat(), "hours": known.hours} if known.as_of else None


def _referred(value: Any) -> Known:
    """Read which looks `Known` is to be made of; the looks themselves are not in a note."""
    if isinstance(value, Known):
        return value
    if value is None:
        return NOTHING
    return Known(tuple(value["runs"]), datetime.fromisoformat(value["as_of"]), value["hours"])


AskedAddress = Annotated[Address, PlainSerializer(as_asked)]
"""An address that is written down as it was asked for."""


@dataclass(frozen=True, slots=True)
class Target:
    """An account to look at. `full` is False for an institution's page: of it only the newest posts are read."""

    address: AskedAddress
    full: bool = True
    staff: tuple[int | str, ...] = ()
    """Ids or user names that answer on the owner's behalf (the registry's `staff`)."""
    others: Annotated[AbstractSet[Address], PlainValidator(_others), PlainSerializer(_written)] = frozenset()
    """Addresses of every other office in the registry, and of their institutions: their comments are another body's.
    In a run it is `Others`."""
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
    """As an earlier look read them exactly, some weeks ago at most: while a rounded number agrees they are not asked
    for."""
    control: str = ""
    """The name of a page known to exist, by which a page that seems to be missing is believed; empty: the network's own
    choice."""
    known: Annotated[Known, PlainValidator(_referred), PlainSerializer(_reference)] = NOTHING
    """What earlier looks by the same route have seen of the page."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some hundred targets that a route is about to look at. What is asked for them at once, a kill may cost."""

    targets: tuple[Target, ...]
    window: Window
    controls: tuple[Control, ...] = ()
    """What it looks at before them: in a run's first batch only."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """What a look comes to that needs a method which is closed for a while: it is put off, and nothing is stored."""

    until: datetime | None = None
    """When there is room again, where a day's calls are spent."""


@dataclass(frozen=True, slots=True)
class DailyLimit:
    """What a forecast takes of a method that may be called so often a day, or in a run."""

    calls: float = 0
    left: float = math.inf
    """Calls that are left of today's."""
    a_day: float = math.inf
    free: frozenset[Address] = frozenset()
    """Pages that take no such call."""
    a_run: bool = False
    """It is a run's limit, whatever others the day has."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a route would ask."""

    methods: Mapping[str, int] = field(default_factory=dict)
    """Requests by method."""
    seconds: float = 0.0
    """How long they take at the route's limits."""
    daily: DailyLimit = field(default_factory=DailyLimit)
    together: "Forecast | None" = None
    """What it would ask if the key may ask for many things in one request, where nobody knows yet whether it may."""
    closed: Mapping[str, datetime] = field(default_factory=dict)
    """Methods that the network has closed, each with when it opens: what needs them is not asked before."""

    @property
    def requests(self) -> int:
        """How many requests they are."""
        return sum(self.methods.values())

    def __add__(self, other: "Forecast") -> "Forecast":
        """Return what both take, one after the other."""
        sums = Counter(self.methods)
        sums.update(other.methods)
        daily = replace(other.daily, calls=self.daily.calls + other.daily.calls)
        together = other.together and (self.together or Forecast()) + other.together
        return Forecast(sums, self.seconds + other.seconds, daily, together, {**self.closed, **other.closed})


@dataclass(frozen=True, slots=True)
class Peer:
    """A channel's number and its access hash, which is good in one login only (telegram.md 5)."""

    name: str
    id: int
    access_hash: int


@dataclass(frozen=True, slots=True)
class Flood:
    """A method that the network closed to this login until a moment, UTC."""

    method: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Spent:
    """How often a method was called in this login since a moment, UTC: networks count by the hour and by the day."""

    method: str
    since: datetime
    count: int
    run: int | None = None
    """The number of the run that called it; None: this one, which is still counting."""


@dataclass(frozen=True, slots=True)
class Login:
    """What a signed-in route remembers between runs so that it does not ask again.

    Of calls a run hands over its own alone: the archive adds those of the others, which may go on at the same time.
    `session` names the login without revealing it (a hash of its key's public number); another login shares nothing.
    """

    session: str
    peers: tuple[Peer, ...] = ()
    floods: tuple[Flood, ...] = ()
    spent: tuple[Spent, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A snapshot with the answers behind it; a signed-in route adds what it has learned for the next run."""

    snapshot: Snapshot
    answers: tuple[Answer, ...] = ()
    login: Login | None = None


@dataclass(slots=True)
class Visit:
    """A look in progress: the answers and the facts so far, the facts named as in `Snapshot`."""

    target: Target
    window: Window
    taken_at: datetime
    answers: list[Answer] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    carried: list[Evidence] = field(default_factory=list)
    """Answers of earlier looks on which something rests that was not asked for again."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All answers on which the look rests, each once."""
        return tuple({e.id: e for e in (*(a.evidence for a in self.answers), *self.carried)}.values())


def unread_control(cause: Cause | None) -> dict[str, Any]:
    """Return how a control came out that was there, and whose posts could not be read for this cause."""
    return {} if cause is None else {"outcome": Outcome.CANT_TELL, "cause": cause}


SPEAKS = frozenset({Side.OWNER, Side.BODY})
"""Whoever answers for the holder."""
BEFORE_RED = timedelta(minutes=90)
"""So old may be what is remembered of a thread where silence may be held against a person; older it is read again.

Short, so that an answer given since is seen; not nothing, so that a run repeated at once asks for little.
"""


def may_redden(comments: Iterable[Comment], window: Window) -> bool:
    """Tell whether a question of the week has no answer and nobody who speaks for the page was seen to answer.

    Each such question may be held against the person, who is judged over all his pages: so nothing of it may rest on
    what is only remembered. `comments` are those under the posts of the window.
    """
    told = list(comments)
    citizens = {c.id for c in told if c.side is Side.CITIZEN}
    if any((c.answers or c.reply_to) in citizens for c in told if c.side in SPEAKS):
        return False
    return any(c.question and not c.deleted and window.starts <= c.at < window.ends for c in told)
