"""What was seen of one account at one moment, from one place.

A snapshot holds facts, never verdicts, and tells "seen and empty" from "not seen": `posts` is complete back to
`posts_since` only while `posts_cause` is None. Nothing here can hold a citizen's name, link or words: a comment
is its ids, its time, its author's number within the look and flags (docs/dev/design.md, section 10).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict

from auditor.base.networks import NetworkFacts, RouteFacts, networks, routes


class Network(StrEnum):
    """A social network that a probe can look at."""

    VK = "vk"
    TELEGRAM = "telegram"

    @property
    def facts(self) -> NetworkFacts:
        """What the network says of itself."""
        return networks()[self.value]


class Route(StrEnum):
    """A way to look at a network. Controls are kept per route."""

    VK = "vk"
    TELEGRAM_PREVIEW = "telegram_preview"
    TELEGRAM_CLIENT = "telegram_client"

    @property
    def facts(self) -> RouteFacts:
        """What the route says of itself."""
        return routes()[self.value]

    @property
    def network(self) -> Network:
        """The network this route leads to."""
        return Network(self.facts.network)


class Outcome(StrEnum):
    """W3C EARL's five words (https://www.w3.org/TR/EARL10-Schema/#OutcomeValue)."""

    PASSED = "passed"
    FAILED = "failed"
    CANT_TELL = "cantTell"
    INAPPLICABLE = "inapplicable"
    UNTESTED = "untested"


class Cause(StrEnum):
    """Why something could not be told (docs/dev/design.md, section 9)."""

    UNREACHABLE = "unreachable"
    THROTTLED = "throttled"
    BLOCKED = "blocked"
    REFUSED = "refused"
    NO_CREDENTIALS = "no_credentials"
    PRIVATE = "private"
    WALL_OFF = "wall_off"
    BANNED = "banned"
    PREVIEW_OFF = "preview_off"
    CONTROL_FAILED = "control_failed"
    UNRECOGNISED_PAGE = "unrecognised_page"
    TOO_LITTLE_DATA = "too_little_data"
    NO_THRESHOLD = "no_threshold"
    WRONG_KIND = "wrong_kind"
    GONE = "gone"
    NOT_AT_ADDRESS = "not_at_address"
    STALE = "stale"
    STALE_HOLDER = "stale_holder"
    SEEN_LATE = "seen_late"
    CONTRADICTION = "contradiction"
    UNPROVED_IDENTITY = "unproved_identity"


class Precision(StrEnum):
    """How well an opening date is known."""

    EXACT = "exact"
    NOT_LATER_THAN = "not_later_than"


class TraceKind(StrEnum):
    """What shows that a page was there at a moment (docs/dev/design.md, section 5, Opened)."""

    CREATED = "created"
    """Telegram's message "Channel created": exact."""
    CHANNEL_DATE = "channel_date"
    """The channel's date as the signed-in client sees it who is no member: exact."""
    OLDEST_POST = "oldest_post"
    """The oldest own post or message that can be read: not later than."""
    PROFILE_PHOTO = "profile_photo"
    """The earliest photo of the profile's album: not later than."""


class Side(StrEnum):
    """Whose words a comment is (docs/dev/design.md, section 5, Comments)."""

    OWNER = "owner"
    """The holder's confirmed accounts, the channel or community itself, its linked group and administrators, staff."""
    BODY = "body"
    """The office's institution, or another office on record."""
    CITIZEN = "citizen"
    UNKNOWN = "unknown"
    """An author whose kind could not be found out, who is no person and not on record, or known by a name alone."""


class Weight(StrEnum):
    """What a look counts for (docs/dev/design.md, section 5, Controls)."""

    FULL = "full"
    FAVOURABLE_ONLY = "for_him"
    """What it shows was there; what it does not show tells nothing."""
    NONE = "none"


class CommentsState(StrEnum):
    """Whether people can comment, on a post or on an account."""

    OPEN = "open"
    CLOSED = "closed"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class EvidenceKind(StrEnum):
    """What an answer was asked for."""

    PROFILE = "profile"
    POSTS = "posts"
    OPENING = "opening"
    COMMENTS = "comments"
    CONTROL = "control"
    LEAD = "lead"
    """Asked while looking for accounts: no finding rests on it."""


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # in the last hours of the year 9999
        raise ValueError("no moment of the calendar") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment in Python's own UTC: to compare it with one in pydantic's takes thirty times as long as with its like."""


class _SnapshotModel(BaseModel):
    # An error must not quote what it was given: it might be a citizen's words.
    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class Evidence(_SnapshotModel):
    """One stored answer of a network.

    `sha256` is of the answer as it came. If citizens' words or names were taken out before writing,
    `minimised` is true and `stored_sha256` is of what was written; otherwise the two are equal.
    """

    id: str
    kind: EvidenceKind
    url: str
    fetched_at: Moment
    status: int | None
    sha256: str
    stored_sha256: str
    minimised: bool = False


class Intent(StrEnum):
    """What a citizen's comment does (docs/dev/design.md, section 12)."""

    ASKS = "asks"
    """A question or request to the owner's side."""
    REPORTS = "reports"
    """Tells of a problem and asks nothing."""
    NOT = "not"
    """Thanks, an opinion, rhetoric, a question to another citizen, an advertisement, a greeting."""
    UNSURE = "unsure"
    """Two careful readers would differ."""


class Comment(_SnapshotModel):
    """A comment without its author and its words. `id` is the network's; `at` is UTC."""

    id: int
    at: Moment
    side: Side
    author: int | None = None
    """The author's number within the look, from 1; None if the network names none."""
    reply_to: int | None = None
    """The comment it answers, if the network says so."""
    thread: int | None = None
    """The top comment of its thread; None for a top comment and if there are no threads."""
    answers: int | None = None
    """The comment it answers, as resolved at the door (`auditor.base.reply_targets`)."""
    mentions: int | None = None
    """Whom it addresses by a leading mention, as `author` is written; gone once `answers` is resolved."""
    same_as: int | None = None
    """The earlier comment of its author with the same words, in this look: the two ask one question."""
    deleted: bool = False
    has_text: bool = True
    """Some text, even a single smiley; a sticker or a picture alone is not text."""
    has_words: bool = True
    """At least one letter or digit: an owner's reply without words is no answer."""
    says: Intent | None = None
    """What a citizen's comment does, by its words alone; None of the owner's side and of other bodies."""
    rule: str = ""
    """The code of the rule that decided what it says."""
    rules: int = 0
    """The version of those rules."""
    sketch: str | None = None
    """Of an owner's words (`auditor.language.sketch`), by which equal answers are found; None of everybody else."""

    @property
    def question(self) -> bool:
        """Whether it surely asks, by its words alone."""
        return self.says is Intent.ASKS


class PurgedComments(_SnapshotModel):
    """How many comments there were under a post before retention removed their rows."""

    comments: int
    citizen: int
    owner: int
    body: int
    unknown: int
    questions: int
    reports: int
    unsure: int


class Post(_SnapshotModel):
    """A post or repost of the account. Service messages and advertisements never become one; an album is one."""

    id: int
    at: Moment
    url: str
    repost: bool = False
    sketch: str | None = None
    """Of the owner's words (`auditor.language.sketch`); empty without any."""
    moved: bool = False
    """It says that the page has moved to another address or network."""
    moved_to: str | None = None
    """The network to which it says the page has moved, as the registry names it; ``other``: a place elsewhere."""
    comments_state: CommentsState = CommentsState.UNKNOWN
    comments_count: int | None = None
    comments_cause: Cause | None = None
    """None: `comments` is every comment the network shows under this post. Else why it is not."""
    comments_left: bool = False
    """The thread was left out: an earlier look read it whole, and its count has not changed. `comments` is empty."""
    comments: tuple[Comment, ...] = ()
    comments_read_at: Moment | None = None
    """When the thread was read: the moment of its oldest answer. None: it was not read, or with the posts."""
    comments_purged: PurgedComments | None = None
    """The sums of what `auditor purge` has removed; `comments_cause` is then `stale`."""


class Trace(_SnapshotModel):
    """One sign that a page was there at `at`, UTC."""

    kind: TraceKind
    at: Moment

    @property
    def precision(self) -> Precision:
        """Whether it dates the opening itself or only bounds it."""
        exact = self.kind in {TraceKind.CREATED, TraceKind.CHANNEL_DATE}
        return Precision.EXACT if exact else Precision.NOT_LATER_THAN


class Snapshot(_SnapshotModel):
    """What one route saw of one account.

    `exists` is True or False only on positive evidence; None with a `cause` means it could not be told.
    """

    network: Network
    route: Route
    url: str
    """The account's address in the registry's normal form."""
    taken_at: Moment
    vantage: str = ""
    exists: bool | None = None
    cause: Cause | None = None
    """Why existence could not be told, or why the account as a whole cannot be judged (private, wrong_kind)."""
    kind: str | None = None
    """What the network says it is: channel, group, user, bot, profile, community, event."""
    id: int | None = None
    """The network's own number: Telegram's bare channel id, VK's user id, a VK community's negative id."""
    renamed_to: str | None = None
    """The address under which the page with the confirmed number was found, if it is not at its own any more."""
    verified: bool | None = None
    subscribers: int | None = None
    """Exact, or None: the preview's rounded counters are not numbers."""
    register_link: bool | None = None
    """Whether the description carries a register link; None if that cannot be told."""
    opened_at: Moment | None = None
    opened_precision: Precision | None = None
    traces: tuple[Trace, ...] = ()
    """Every sign of the opening that was seen; `opened_at` is the one that says most."""
    photos_read: bool = False
    """The profile's photos were read: the oldest, if there is any, is among `traces`."""
    photos_cause: Cause | None = None
    """Why the photos were asked for and could not be read."""
    posts_cause: Cause | None = None
    """None: `posts` is complete from `posts_since` on. Else why it is not."""
    posts_since: Moment | None = None
    """Complete from here on; None with no `posts_cause` means the whole history was read."""
    posts_until: Moment | None = None
    """Complete up to here; None: up to `taken_at`. A look for a week long ago does not read what came after it."""
    older_cause: Cause | None = None
    """Why nothing before `posts_since` was read; None if no more was asked for."""
    posts: tuple[Post, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    sides: str = ""
    """Digest of what decided whose words a comment is (`registry.sides`); empty where nothing did."""
    sides_open: bool = False
    """Something that decides it was asked for in vain: of an `unknown` side another look may tell more."""

    @property
    def shows_thread(self) -> bool:
        """Tell whether some comment was read: the route can tell open threads from closed ones."""
        return any(post.comments for post in self.posts)


@dataclass(frozen=True, slots=True)
class RunSnapshot:
    """A snapshot with the week it was taken for, and what its run saw of the same route besides."""

    week: str
    snapshot: Snapshot
    weight: Weight = Weight.FULL
    """By the controls of the run; a look that was not in time for a week weighs less for that week."""
    run: int = 0
    """The run that took it."""
    comments_readable: bool = False
    """The run read a thread of the route: a closed one is closed then, and not merely out of reach."""

    @property
    def trusted(self) -> bool:
        """Whether every control of the route came out as expected."""
        return self.weight is Weight.FULL


class ControlResult(_SnapshotModel):
    """What a run saw of an account known to exist, or known not to."""

    network: Network
    route: Route
    url: str
    expected: bool
    outcome: Outcome
    """passed: seen as expected; failed: seen otherwise; cantTell: not seen, for `cause`."""
    cause: Cause | None = None
    wall: bool | None = None
    """Whether its posts were shown; None where there are none to be shown or they were not asked for."""
    thread: bool | None = None
    """Whether comments under one of its posts were shown; None where no post has any or none was asked for."""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteHealth:
    """What a run saw of a route as a whole: its controls, and its pages together."""

    weight: Weight = Weight.FAVOURABLE_ONLY
    """Of each look of the route in the run: without a control none is `FULL`."""
    threads_work: bool = False
    """A thread was read, of a control or of any page."""

    @classmethod
    def of(
        cls,
        controls: Iterable[tuple[bool, str, bool | None, bool | None]],
        *,
        posts: bool = False,
        threads: bool = False,
    ) -> Self:
        """Join what `ControlResult` says of each control: `expected`, `outcome`, `wall`, `thread`.

        `posts`, `threads`: whether some page of the route showed a post, a thread.
        """
        rows = list(controls)
        walls = {wall for _, _, wall, _ in rows} | ({True} if posts else set())
        passed = all(outcome == Outcome.PASSED for _, outcome, _, _ in rows) and (True in walls or False not in walls)
        phantom = any(not expected and outcome == Outcome.FAILED for expected, outcome, _, _ in rows)
        weight = Weight.NONE if phantom else Weight.FULL if rows and passed else Weight.FAVOURABLE_ONLY
        return cls(weight, threads or any(thread for _, _, _, thread in rows))


HealthByRoute = Mapping[tuple[int, str], RouteHealth]
"""By run and route."""


def route_health_by_run(
    looks: Iterable[tuple[int, str, Snapshot]], controls: Iterable[tuple[int, ControlResult]]
) -> HealthByRoute:
    """Return what runs saw of their routes, from all their looks and controls."""
    of_run: dict[tuple[int, str], list[tuple[bool, str, bool | None, bool | None]]] = {}
    for run, c in controls:
        of_run.setdefault((run, c.route), []).append((c.expected, c.outcome, c.wall, c.thread))
    posts, threads = set(), set()
    for run, _, look in looks:
        of_run.setdefault((run, look.route), [])
        posts |= {(run, look.route)} if look.posts else set()
        threads |= {(run, look.route)} if look.shows_thread else set()
    return {key: RouteHealth.of(rows, posts=key in posts, threads=key in threads) for key, rows in of_run.items()}


def attach_route_health(looks: Iterable[tuple[int, str, Snapshot]], routes: HealthByRoute) -> list[RunSnapshot]:
    """Join each look, given with its run and week, to what its run saw of the same route: controls and other pages."""
    return [
        RunSnapshot(week, look, weight=route.weight, run=run, comments_readable=route.threads_work)
        for run, week, look in looks
        for route in [routes.get((run, look.route), RouteHealth())]
    ]


def was_seen_at(url: str, number: int | None, trusted: Iterable[Snapshot]) -> bool:
    """Tell whether the page with `number` was ever seen under the address.

    A number that never was may be a typing mistake in the registry: it must not lead to somebody else's page.
    """
    return any(s.id == number and s.renamed_to in {None, url} for s in trusted if s.id is not None)
