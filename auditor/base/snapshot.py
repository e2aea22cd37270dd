"""What was seen of one account at one moment, from one place.

A snapshot holds facts, never verdicts, and tells "seen and empty" from "not seen": `posts` is complete back to
`posts_since` only while `posts_cause` is None. Nothing here can hold a citizen's name, link or words: a comment
is its ids, its time, its author's number within the look and flags (DESIGN.md section 10).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, model_validator

from auditor.base.frozen import frozen
from auditor.base.networks import NetworkFacts, RouteFacts, networks, routes


class Network(StrEnum):
    """A social network that a probe can look at."""

    # The members are those that declare themselves in `auditor.base.networks`, so no code can name one but by what is
    # stored: ``Network("vk")``. The docstring is part of officials.schema.json.
    vars().update({key.upper(): key for key in networks()})

    @property
    def facts(self) -> NetworkFacts:
        """What the network says of itself."""
        return networks()[self.value]


class Route(StrEnum):
    """A way to look at a network, found as networks are. Controls are kept per route."""

    vars().update({key.upper(): key for key in routes()})

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
    """Why something could not be told (DESIGN.md section 9)."""

    UNREACHABLE = "unreachable"
    THROTTLED = "throttled"
    BLOCKED = "blocked"
    REFUSED = "refused"
    NO_CREDENTIALS = "no_credentials"
    PRIVATE = "private"
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
    POSSIBLE_STAFF = "possible_staff"
    UNPROVED_IDENTITY = "unproved_identity"


class Precision(StrEnum):
    """How well an opening date is known."""

    EXACT = "exact"
    NOT_LATER_THAN = "not_later_than"


class TraceKind(StrEnum):
    """What shows that a page was there at a moment (DESIGN.md section 5, Opened)."""

    CREATED = "created"
    """Telegram's message "Channel created": exact."""
    CHANNEL_DATE = "channel_date"
    """The channel's date as the signed-in client sees it who is no member: exact."""
    OLDEST_POST = "oldest_post"
    """The oldest own post or message that can be read: not later than."""
    PROFILE_PHOTO = "profile_photo"
    """The earliest photo of the profile's album: not later than."""


class Identity(StrEnum):
    """Who wrote a comment, as far as this audit needs to know."""

    OWNER = "owner"
    """The holder's confirmed account, the channel or community itself, its linked group."""
    STAFF = "staff"
    """Whom the registry lists as answering on the owner's behalf, and the linked group's administrators."""
    INSTITUTION = "institution"
    """The office's own institution."""
    OTHER_BODY = "other_body"
    """What the registry has as another office's."""
    UNPROVED = "unproved"
    """Known by a display name alone, which equals the page's or the holder's."""
    CITIZEN = "citizen"


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


class _Model(BaseModel):
    # An error must not quote what it was given: it might be a citizen's words.
    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class Evidence(_Model):
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


class Says(StrEnum):
    """What a citizen's comment does (DESIGN.md section 12)."""

    ASKS = "asks"
    """A question or request to the owner's side."""
    REPORTS = "reports"
    """Tells of a problem and asks nothing."""
    NOT = "not"
    """Thanks, an opinion, rhetoric, a question to another citizen, an advertisement, a greeting."""
    UNSURE = "unsure"
    """Two careful readers would differ."""


class ReplyKind(StrEnum):
    """What an answer gives."""

    SUBSTANCE = "substance"
    INTERIM = "interim"
    """Says that it is being worked on, with or without a term."""
    REDIRECT = "redirect"
    TEMPLATE = "template"
    ASKS_DETAILS = "asks_details"
    MOVED_PRIVATE = "moved_private"
    ARGUES = "argues"
    THANKS = "thanks"
    EMOJI = "emoji"


class Reply(_Model):
    """What an answer of the owner's side, of an institution or of another body says, without its words."""

    kind: ReplyKind | None = None
    """None: the rules do not tell."""
    rule: str = ""
    """The code of the rule that decided."""
    term: date | None = None
    """The day by which an interim answer promises something, in the reader's zone."""
    dated: bool = False
    """It names a date or a term."""
    measured: bool = False
    """It names a number of something: a sum, a length, a quantity."""
    named: bool = False
    """It names a person, a body or a place in charge."""
    sketch: str = ""
    """Of its words, names and greeting left out: tells whether two answers are nearly the same; empty without words."""


class Comment(_Model):
    """A comment without its author and its words. `id` is the network's; `at` is UTC."""

    id: int
    at: Moment
    identity: Identity
    author: int | str | None = None
    """The author's number within the look, from 1; None if the network names none. Older archives: a keyed hash."""
    reply_to: int | None = None
    """The comment it answers, if the network says so."""
    thread: int | None = None
    """The top comment of its thread; None for a top comment and if there are no threads."""
    answers: int | None = None
    """The comment it answers, as resolved at the door (`auditor.base.threads`)."""
    mentions: int | str | None = None
    """Whom it addresses by a leading mention, as `author` is written; gone once `answers` is resolved."""
    deleted: bool = False
    has_text: bool = True
    """Some text, even a single smiley; a sticker or a picture alone is not text."""
    has_words: bool = True
    """At least one letter or digit: an owner's reply without words is no answer."""
    says: Says | None = None
    """What a citizen's comment does, by its words alone; None of the owner's side and of other bodies."""
    rule: str = ""
    """The code of the rule that decided what it says."""
    rules: int = 0
    """The version of those rules; 0 is a row of an archive that knew only whether a comment asks."""
    reply: Reply | None = None
    """What it says as an answer, where it is not a citizen's."""

    @property
    def question(self) -> bool:
        """Whether it surely asks, by its words alone."""
        return self.says is Says.ASKS


class PurgedComments(_Model):
    """How many comments there were under a post before retention removed their rows."""

    comments: int
    citizen: int
    owner: int
    """With the owner's staff."""
    other_body: int
    institution: int = 0
    unproved: int = 0
    questions: int
    reports: int | None = None
    unsure: int | None = None
    """None of both: the rows knew only whether a comment asks."""


class Post(_Model):
    """A post or repost of the account. Service messages and advertisements never become one; an album is one."""

    id: int
    at: Moment
    url: str
    repost: bool = False
    text_key: str | None = None
    """In older archives: digest of the normalised text, equal for the same text on two networks."""
    sketch: str | None = None
    """Of the owner's words (`auditor.language.sketch`); empty without any, None in older archives."""
    moved: bool = False
    """It says that the page has moved to another address or network."""
    moved_to: str | None = None
    """The network to which it says the page has moved, as the registry names it; ``other``: a place elsewhere."""
    closing: bool = False
    """It says that comments are closed or limited: the page's own reason stands there."""
    comments_state: CommentsState = CommentsState.UNKNOWN
    comments_count: int | None = None
    comments_cause: Cause | None = None
    """None: `comments` is every comment the network shows under this post. Else why it is not."""
    comments: tuple[Comment, ...] = ()
    comments_read_at: Moment | None = None
    """When `comments` were read, where an earlier look did that and they have not changed since; None: in this look.
    Authors are told apart within one reading only."""
    comments_purged: PurgedComments | None = None
    """The sums of what `auditor purge` has removed; `comments_cause` is then `stale`."""


class Trace(_Model):
    """One sign that a page was there at `at`, UTC."""

    kind: TraceKind
    at: Moment

    @property
    def precision(self) -> Precision:
        """Whether it dates the opening itself or only bounds it."""
        exact = self.kind in {TraceKind.CREATED, TraceKind.CHANNEL_DATE}
        return Precision.EXACT if exact else Precision.NOT_LATER_THAN


class Snapshot(_Model):
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
    not_earlier_than: Moment | None = None
    """A bound by the page's number: an estimate."""
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

    @model_validator(mode="before")
    @classmethod
    def _of_older_archives(cls, data: Any) -> Any:
        """Read a look that says whether its bound by the number is dated: none ever was; and of comments if they ask.

        A look is asked once: to ask each of its comments takes longer than all else of reading it.
        """
        if not isinstance(data, dict):
            return data
        told = {k: v for k, v in data.items() if k != "not_earlier_dated"}
        posts = told.get("posts")
        return {**told, "posts": [_of_older_post(post) for post in posts]} if isinstance(posts, list) else told

    def posts_between(self, start: datetime, end: datetime) -> tuple[Post, ...]:
        """Return the posts with ``start <= at < end``, oldest first."""
        return tuple(sorted((p for p in self.posts if start <= p.at < end), key=lambda p: (p.at, p.id)))

    @property
    def shows_thread(self) -> bool:
        """Tell whether people could be seen to comment under some post: the route can tell open from closed."""
        return any(post.comments_state is CommentsState.OPEN for post in self.posts)


def _of_older_post(post: Any) -> Any:
    """Read a post under which rows say only whether a comment asks."""
    rows = post.get("comments") if isinstance(post, dict) else None
    if not isinstance(rows, list) or not any(isinstance(row, dict) and "question" in row for row in rows):
        return post
    return {**post, "comments": [_of_older_row(row) for row in rows]}


def _of_older_row(row: Any) -> Any:
    if not isinstance(row, dict) or "question" not in row:
        return row
    rest = {name: value for name, value in row.items() if name != "question"}
    return {"says": Says.ASKS if row["question"] else Says.NOT, **rest}


@frozen
class StoredSnapshot:
    """A snapshot with the week it was taken for, and what its run saw of the same route besides.

    `trusted`: every control of the route came out as expected.
    """

    week: str
    snapshot: Snapshot
    trusted: bool
    run: int = 0
    """The run that took it."""
    phantom: bool = False
    """A control known not to exist was seen: nothing that the route showed in the run is believed."""
    walls_work: bool = True
    """False where the controls' walls were asked for, none was shown, and no page of the run showed a post either."""
    threads_work: bool = False
    """The run saw a thread or widget of the route work: a closed one is closed then, and not merely out of reach."""


class ControlResult(_Model):
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


@frozen
class RouteSeen:
    """What a run saw of a route as a whole: its controls, and its pages together."""

    broken: bool = False
    """A control did not come out as expected."""
    phantom: bool = False
    """A control known not to exist was seen."""
    wall_missed: bool = False
    """The wall of a control was asked for and not shown."""
    wall_shown: bool = False
    """A post was shown, by a control or by any page."""
    thread_shown: bool = False

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
        return cls(
            broken=any(outcome != Outcome.PASSED for _, outcome, _, _ in rows),
            phantom=any(not expected and outcome == Outcome.FAILED for expected, outcome, _, _ in rows),
            wall_missed=any(wall is False for _, _, wall, _ in rows),
            wall_shown=posts or any(wall for _, _, wall, _ in rows),
            thread_shown=threads or any(thread for _, _, _, thread in rows),
        )


RoutesSeen = Mapping[tuple[int, str], RouteSeen]
"""By run and route."""


def routes_seen_by(
    looks: Iterable[tuple[int, str, Snapshot]], controls: Iterable[tuple[int, ControlResult]]
) -> RoutesSeen:
    """Return what runs saw of their routes, from all their looks and controls."""
    of_run: dict[tuple[int, str], list[tuple[bool, str, bool | None, bool | None]]] = {}
    for run, c in controls:
        of_run.setdefault((run, c.route), []).append((c.expected, c.outcome, c.wall, c.thread))
    posts, threads = set(), set()
    for run, _, look in looks:
        of_run.setdefault((run, look.route), [])
        posts |= {(run, look.route)} if look.posts else set()
        threads |= {(run, look.route)} if look.shows_thread else set()
    return {key: RouteSeen.of(rows, posts=key in posts, threads=key in threads) for key, rows in of_run.items()}


def with_run(looks: Iterable[tuple[int, str, Snapshot]], routes: RoutesSeen) -> list[StoredSnapshot]:
    """Join each look, given with its run and week, to what its run saw of the same route: controls and other pages."""
    return [
        StoredSnapshot(
            week,
            look,
            run=run,
            trusted=not route.broken,
            phantom=route.phantom,
            walls_work=route.wall_shown or not route.wall_missed,
            threads_work=route.thread_shown,
        )
        for run, week, look in looks
        for route in [routes.get((run, look.route), RouteSeen())]
    ]


def seen_under(url: str, number: int | None, trusted: Iterable[Snapshot]) -> bool:
    """Tell whether the page with `number` was ever seen under the address.

    A number that never was may be a typing mistake in the registry: it must not lead to somebody else's page.
    """
    return any(s.id == number and s.renamed_to in {None, url} for s in trusted if s.id is not None)
