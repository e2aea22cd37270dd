"""What a look saw of one account at one moment over one route.

A snapshot holds facts, never verdicts, and distinguishes "seen and empty" from "not seen": `posts` is complete back to
`posts_since` only while `posts_cause` is None. Nothing here can hold a citizen's name, link or words: a comment
is ids, a time, its author's ordinal within the look and flags (docs/dev/design.md, section 10).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict

from auditor.base.networks import NetworkFacts, RouteFacts, networks, routes

RECENT = timedelta(days=2)
"""Whatever week a look is for, it reads the comments of all posts of its last two days: whether comments were open
when a post was new cannot be told later (docs/dev/design.md, section 5)."""


class Network(StrEnum):
    """A social network that a probe can look at."""

    VK = "vk"
    TELEGRAM = "telegram"

    @property
    def facts(self) -> NetworkFacts:
        """The network's declared facts."""
        return networks()[self.value]


class Route(StrEnum):
    """A way to look at a network. Controls are kept per route."""

    VK = "vk"
    TELEGRAM_PREVIEW = "telegram_preview"
    TELEGRAM_CLIENT = "telegram_client"

    @property
    def facts(self) -> RouteFacts:
        """The route's declared facts."""
        return routes()[self.value]

    @property
    def network(self) -> Network:
        """The network this route leads to."""
        return Network(self.facts.network)


class Outcome(StrEnum):
    """The five outcomes of W3C EARL (https://www.w3.org/TR/EARL10-Schema/#OutcomeValue)."""

    PASSED = "passed"
    FAILED = "failed"
    CANT_TELL = "cantTell"
    INAPPLICABLE = "inapplicable"
    UNTESTED = "untested"


class Cause(StrEnum):
    """Why something could not be determined (docs/dev/design.md, section 9)."""

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

    @property
    def may_pass(self) -> bool:
        """Whether it concerns the route, its key or a clock, not the page: another request may succeed."""
        return self in _PASSING_CAUSES


_PASSING_CAUSES = {Cause.UNREACHABLE, Cause.THROTTLED, Cause.BLOCKED, Cause.NO_CREDENTIALS, Cause.CONTROL_FAILED}


class Precision(StrEnum):
    """How well an opening date is known."""

    EXACT = "exact"
    NOT_LATER_THAN = "not_later_than"


class TraceKind(StrEnum):
    """What proves that a page existed at a moment (docs/dev/design.md, section 5, Opened)."""

    CREATED = "created"
    """Telegram's message "Channel created": exact."""
    CHANNEL_DATE = "channel_date"
    """The channel's date as a signed-in client that is no member sees it: exact."""
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
    """An author of an unknown kind, one that is no person and not on record, or one known by a name only."""


class Weight(StrEnum):
    """What a look counts for (docs/dev/design.md, section 5, Controls)."""

    FULL = "full"
    FAVOURABLE_ONLY = "for_him"
    """Counts only in the holder's favour: a post it shows existed, a post it lacks proves nothing."""
    NONE = "none"


class CommentsState(StrEnum):
    """Whether people can comment, on a post or on an account."""

    OPEN = "open"
    CLOSED = "closed"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class EvidenceKind(StrEnum):
    """What a stored response was requested for."""

    PROFILE = "profile"
    POSTS = "posts"
    OPENING = "opening"
    COMMENTS = "comments"
    CONTROL = "control"
    LEAD = "lead"
    """Requested while searching for accounts: no finding rests on it."""


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # in the last hours of the year 9999
        raise ValueError("no moment of the calendar") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment in Python's own UTC: comparing it with one in pydantic's UTC would take thirty times as long."""


class _SnapshotModel(BaseModel):
    # Errors must not quote their input: it might be a citizen's words.
    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class Evidence(_SnapshotModel):
    """The record of one stored response.

    `sha256` is the digest of the response as it came. If citizens' words or names were removed before writing,
    `minimised` is true and `stored_sha256` is the digest of what was written; otherwise the two are equal.
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
    """Reports a problem and asks nothing."""
    NOT = "not"
    """Thanks, an opinion, rhetoric, a question to another citizen, an advertisement, a greeting."""
    UNSURE = "unsure"
    """Two careful readers would disagree."""


class Comment(_SnapshotModel):
    """A comment without its author and its words. `id` is the network's; `at` is UTC."""

    id: int
    at: Moment
    side: Side
    author: int | None = None
    """The author's ordinal within the look, from 1; None if the network names no author."""
    reply_to: int | None = None
    """The id of the comment it replies to, if the network gives it."""
    thread: int | None = None
    """The id of the top comment of its thread; None for a top comment and without threads."""
    answers: int | None = None
    """The id of the comment it replies to, resolved while authors are identified (`auditor.base.reply_targets`)."""
    mentions: int | None = None
    """The ordinal of the author addressed by a leading mention; removed once `answers` is resolved."""
    same_as: int | None = None
    """The id of an earlier comment of the same author with the same words in this look: both are one question."""
    deleted: bool = False
    has_text: bool = True
    """Some text, even a single smiley; a sticker or a picture alone is not text."""
    has_words: bool = True
    """At least one letter or digit: an owner's reply without words does not answer a question."""
    says: Intent | None = None
    """The intent of a citizen's comment, by its words alone; None for the owner's side and other bodies."""
    rule: str = ""
    """The code of the rule that decided `says`."""
    rules: int = 0
    """The version of those rules."""
    sketch: str | None = None
    """Sketch of an owner's words (`auditor.language.sketch`), which reveals equal replies; None for other authors."""
    has_five_words: bool | None = None
    """Whether it has five words or more; None if the look did not record it, as those of auditor 1.0."""
    organisation: bool | None = None
    """Whether a page that is no person's, and not on record, wrote it; None if that is not known or not recorded."""

    @property
    def question(self) -> bool:
        """Whether it certainly asks, by its words alone."""
        return self.says is Intent.ASKS


class PurgedComments(_SnapshotModel):
    """The numbers of comments under a post, kept when retention removed their rows."""

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
    """Sketch of the owner's words (`auditor.language.sketch`); empty without words."""
    moved: bool = False
    """Whether it announces that the page has moved to another address or network."""
    moved_to: str | None = None
    """The announced new network, as the registry names it; ``other`` for any other place."""
    may_have_moved: bool = False
    """Whether it says that this page stops and names no other: that excuses nothing."""
    has_media: bool | None = None
    """Whether it bears a photo, a video or a document (a link's preview is none); None if that was not recorded."""
    has_five_words: bool | None = None
    """Whether its own words are five or more; None if that was not recorded."""
    says_answers: bool | None = None
    """Whether it says by a listed word that it answers people (an invitation to ask is none); None: not recorded."""
    comments_state: CommentsState = CommentsState.UNKNOWN
    comments_count: int | None = None
    comments_cause: Cause | None = None
    """None if `comments` holds every comment the network shows under this post, else why it does not."""
    comments_left: bool = False
    """The thread was skipped: an earlier look read all of it, and its count has not changed. `comments` is empty."""
    comments: tuple[Comment, ...] = ()
    comments_read_at: Moment | None = None
    """When the thread was read: the moment of its oldest response. None if it was not read, or with the posts."""
    comments_purged: PurgedComments | None = None
    """The numbers of comments removed by `auditor purge`; `comments_cause` is then `stale`."""


class Trace(_SnapshotModel):
    """Proof that a page existed at `at`, UTC."""

    kind: TraceKind
    at: Moment

    @property
    def precision(self) -> Precision:
        """Whether it dates the opening itself or only bounds it."""
        exact = self.kind in {TraceKind.CREATED, TraceKind.CHANNEL_DATE}
        return Precision.EXACT if exact else Precision.NOT_LATER_THAN


class Snapshot(_SnapshotModel):
    """What a look saw of one account over one route.

    `exists` is True or False only on positive evidence; None with a `cause` means it could not be determined.
    """

    network: Network
    route: Route
    url: str
    """The account's address in the registry's normal form."""
    taken_at: Moment
    vantage: str = ""
    exists: bool | None = None
    cause: Cause | None = None
    """Why existence could not be determined, or why the whole account cannot be judged (private, wrong_kind)."""
    kind: str | None = None
    """The network's kind of page: channel, group, user, bot, profile, community, event."""
    id: int | None = None
    """The network's own id: Telegram's bare channel id, VK's user id, a VK community's negative id."""
    renamed_to: str | None = None
    """The address at which the page with the confirmed id was found, if it has left its own."""
    verified: bool | None = None
    subscribers: int | None = None
    """Exact, or None: the rounded counters of the preview do not count."""
    register_link: bool | None = None
    """Whether the description has a register link; None if unknown."""
    opened_at: Moment | None = None
    opened_precision: Precision | None = None
    traces: tuple[Trace, ...] = ()
    """Every proof of the opening that was seen; `opened_at` is the strongest."""
    photos_read: bool = False
    """Whether the profile's photos were read; the oldest, if any, is in `traces`."""
    photos_cause: Cause | None = None
    """Why the requested photos could not be read."""
    posts_cause: Cause | None = None
    """None if `posts` is complete from `posts_since` on, else why it is not."""
    posts_since: Moment | None = None
    """`posts` is complete from here on; None without a `posts_cause` means the whole history was read."""
    posts_until: Moment | None = None
    """`posts` is complete up to here; None for `taken_at`. A look for a past week does not read later posts."""
    older_cause: Cause | None = None
    """Why nothing before `posts_since` was read, the oldest posts among it; None if nothing earlier was requested."""
    posts: tuple[Post, ...] = ()
    comments_recent_from: Moment | None = None
    """Comments were requested under all posts from here on, two days before the look; None if they were not."""
    page_comments: CommentsState | None = None
    """The network's own word whether people can comment on the page at all, open or closed; None without any."""
    unattributed: tuple[Moment, ...] | None = None
    """When others wrote on the wall where no id on record could show a post of the holder's in their own name.

    Empty if there are no such posts, or such an id is on record; None if that was not recorded.
    """
    evidence: tuple[Evidence, ...] = ()
    sides: str = ""
    """Digest of the registry facts that decided the sides of comments (`registry.sides_digest`); empty without any."""
    sides_open: bool = False
    """Whether a request that decides sides failed: another look may resolve an `unknown` side."""

    @property
    def may_be_community(self) -> bool:
        """Whether it may be a community's page, on whose wall people write under their own names."""
        return self.network.facts.has_communities and self.kind != "profile"

    @property
    def shows_thread(self) -> bool:
        """Whether any comment was read: the route then distinguishes open threads from closed ones."""
        return any(post.comments for post in self.posts)


@dataclass(frozen=True, slots=True)
class RunSnapshot:
    """A snapshot with the week it was taken for, and the health of its route in the same run."""

    week: str
    snapshot: Snapshot
    weight: Weight = Weight.FULL
    """By the controls of the run. A look that came too late for a week weighs less for that week."""
    run: int = 0
    """The run that took it."""
    comments_readable: bool = False
    """Whether the run read a thread of the route: a thread that looks closed is then closed, not unreadable."""

    @property
    def trusted(self) -> bool:
        """Whether every control of the route passed."""
        return self.weight is Weight.FULL


class ControlResult(_SnapshotModel):
    """What a run saw of a control: an account known to exist, or known not to."""

    network: Network
    route: Route
    url: str
    expected: bool
    outcome: Outcome
    """passed: seen as expected; failed: seen to be otherwise; cantTell: not seen, for `cause`."""
    cause: Cause | None = None
    wall: bool | None = None
    """Whether its posts were shown; None if it has none or they were not requested."""
    thread: bool | None = None
    """Whether comments under one of its posts were shown; None if no post has any or none were requested."""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteHealth:
    """What a run saw of a route as a whole: its controls and all its pages."""

    weight: Weight = Weight.FAVOURABLE_ONLY
    """The weight of each look of the route in the run; without a control none is `FULL`."""
    threads_work: bool = False
    """Whether a thread was read, of a control or of any page."""

    @classmethod
    def of(
        cls,
        controls: Iterable[tuple[bool, str, bool | None, bool | None]],
        *,
        posts: bool = False,
        threads: bool = False,
    ) -> Self:
        """Combine the controls of a route, each as `expected`, `outcome`, `wall` and `thread` of its `ControlResult`.

        `posts`, `threads`: whether any page of the route showed a post, a thread.
        """
        results = list(controls)
        walls = {wall for _, _, wall, _ in results} | ({True} if posts else set())
        passed = all(outcome == Outcome.PASSED for _, outcome, _, _ in results) and (
            True in walls or False not in walls
        )
        phantom = any(not expected and outcome == Outcome.FAILED for expected, outcome, _, _ in results)
        weight = Weight.NONE if phantom else Weight.FULL if results and passed else Weight.FAVOURABLE_ONLY
        return cls(weight, threads or any(thread for _, _, _, thread in results))


def looks_by_url(looks: Iterable[RunSnapshot]) -> dict[str, list[RunSnapshot]]:
    """Return the looks by the account's address, in their order."""
    by_url: dict[str, list[RunSnapshot]] = {}
    for look in looks:
        by_url.setdefault(look.snapshot.url, []).append(look)
    return by_url


def was_seen_at(url: str, number: int | None, trusted: Iterable[Snapshot]) -> bool:
    """Return whether the page with the id `number` was ever seen at the address.

    Otherwise the number may be a typing mistake in the registry that leads to somebody else's page.
    """
    return any(s.id == number and s.renamed_to in {None, url} for s in trusted if s.id is not None)
