"""What a look finds out about a page, in typed parts, and the snapshot that they make.

Each part is filled once, by the module that reads it: who the page is, when it was opened, what it shows.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor.base.snapshot import (
    Cause,
    Comment,
    CommentsState,
    ControlResult,
    Outcome,
    Post,
    Precision,
    Route,
    Snapshot,
    Trace,
)
from auditor.probes.target import Target
from auditor.registry.models import Control


@dataclass(frozen=True, slots=True)
class Identity:
    """Whether a page exists and which one it is; the fields are those of `Snapshot`."""

    exists: bool | None = None
    cause: Cause | None = None
    kind: str | None = None
    id: int | None = None
    renamed_to: str | None = None
    verified: bool | None = None
    subscribers: int | None = None
    register_link: bool | None = None
    page_comments: CommentsState | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """The proofs of when a page was opened, and whether its photos were read for that."""

    traces: tuple[Trace, ...] = ()
    photos_read: bool = False
    photos_cause: Cause | None = None

    @property
    def strongest(self) -> Trace | None:
        """The proof that dates the opening exactly, else the earliest."""
        return min(self.traces, key=lambda trace: (trace.precision is not Precision.EXACT, trace.at), default=None)


@dataclass(frozen=True, slots=True)
class PageHistory:
    """The posts that were read, and how far back; the fields are those of `Snapshot` that begin with `posts`."""

    posts: tuple[Post, ...] = ()
    cause: Cause | None = None
    since: datetime | None = None
    older_cause: Cause | None = None
    recent_from: datetime | None = None
    unattributed: tuple[datetime, ...] | None = None


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """What a look knows of the comments under one post; the fields are those of `Post` that begin with `comments`."""

    state: CommentsState = CommentsState.UNKNOWN
    cause: Cause | None = None
    comments: tuple[Comment, ...] = ()
    read_at: datetime | None = None
    left: bool = False
    count: int | None = None

    def added_to(self, post: Post) -> Post:
        """Return a post with these facts."""
        return post.model_copy(
            update={
                "comments_state": self.state,
                "comments_count": self.count,
                "comments_cause": self.cause,
                "comments": self.comments,
                "comments_read_at": self.read_at,
                "comments_left": self.left,
            }
        )


@dataclass(frozen=True, slots=True)
class PageFacts:
    """All that a look found out about a page; `taken_at` is UTC."""

    taken_at: datetime
    identity: Identity
    opening: Opening = field(default_factory=Opening)
    history: PageHistory = field(default_factory=PageHistory)

    def to_snapshot(self, route: Route, target: Target) -> Snapshot:
        """Return the snapshot that these facts make."""
        identity, opening, history, strongest = self.identity, self.opening, self.history, self.opening.strongest
        return Snapshot(
            network=route.network,
            route=route,
            url=target.address.url,
            taken_at=self.taken_at,
            sides=target.sides,
            exists=identity.exists,
            cause=identity.cause,
            kind=identity.kind,
            id=identity.id,
            renamed_to=identity.renamed_to,
            verified=identity.verified,
            subscribers=identity.subscribers,
            register_link=identity.register_link,
            page_comments=identity.page_comments,
            opened_at=strongest and strongest.at,
            opened_precision=strongest and strongest.precision,
            traces=opening.traces,
            photos_read=opening.photos_read,
            photos_cause=opening.photos_cause,
            posts=history.posts,
            posts_cause=history.cause,
            posts_since=history.since,
            older_cause=history.older_cause,
            comments_recent_from=history.recent_from,
            unattributed=history.unattributed,
        )


@dataclass(frozen=True, slots=True)
class ControlFacts:
    """What a look found out about a control; the fields are those of `ControlResult`."""

    outcome: Outcome = Outcome.CANT_TELL
    cause: Cause | None = None
    wall: bool | None = None
    thread: bool | None = None

    def without_posts(self, cause: Cause | None) -> "ControlFacts":
        """Return the facts of a control whose posts are not shown; with a `cause` that proves nothing against it."""
        return replace(self, wall=False) if cause is None else ControlFacts(cause=cause, wall=False)

    def to_result(self, route: Route, control: Control) -> ControlResult:
        """Return the control's result."""
        return ControlResult(
            network=route.network,
            route=route,
            url=control.url.url,
            expected=control.exists,
            outcome=self.outcome,
            cause=self.cause,
            wall=self.wall,
            thread=self.thread,
        )
