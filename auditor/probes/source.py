"""What a look asks of a network, in the order in which it asks: the protocol that every source implements.

A source is one page over one route, made for one look: it holds the look's target, its own lists while they are read,
and its `CommentReader`. Methods that return a `Look` yield as many requests as they need. A failure becomes part of
what they return, as a cause: what could not be read is unknown, and never empty. Where a network can do less, the
source says so by a value (a count that is None, an empty `Opening`), and the look goes the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from auditor.base.snapshot import Cause, Post, Route
from auditor.probes.page_facts import Opening, PageFacts, PageHistory
from auditor.probes.protocol import Failure, Look, Request
from auditor.probes.target import Target, Window
from auditor.registry.models import Control


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an address leads to, and whether the posts of that page are to be read."""

    facts: PageFacts
    """What is known before its posts are read; `taken_at` is when the first response came."""
    is_readable: bool = False


@dataclass(frozen=True, slots=True)
class ResolvedControl:
    """Whether a control's page exists; None with the cause why that cannot be told."""

    exists: bool | None = None
    cause: Cause | None = None
    has_posts: bool = False
    """Whether it is a page whose posts can be asked for."""


class Source(Protocol):
    """One page over one route."""

    route: Route
    target: Target

    def resolve(self) -> Look[Resolved]:
        """Return what the target's address leads to: who the page is."""

    def read_posts(self, facts: PageFacts, window: Window) -> Look[PageFacts]:
        """Read the posts through the window, and return `facts` with what they show of the page itself."""

    def find_opening(self) -> Look[Opening]:
        """Return by when the page existed, from its oldest posts and what else the network shows."""

    def read_threads(self, window: Window) -> Look[Sequence[Post]]:
        """Return the posts with the comments under those of the window."""

    @property
    def posts(self) -> Sequence[Post]:
        """The posts that were read, oldest first, without comments."""

    @property
    def history(self) -> PageHistory:
        """How far back the posts were read, without the posts themselves."""

    def resolve_control(self, control: Control) -> Look[ResolvedControl]:
        """Return whether a control's page exists, which is the target."""

    def control_posts(self) -> Request[Any]:
        """Return the request for a control's newest posts; its response has `posts`, and a `cause` for having none."""

    def control_thread(self, page: Any) -> Request[Any] | None:
        """Return the request for a thread under one of the posts of `page`; None if none has comments.

        Its response has `shows_comments`, and nothing else is kept of it.
        """

    def hides_posts(self, failure: Failure) -> bool:
        """Return whether the failure of `control_posts` says nothing against the route: the control has no posts."""
