"""The VK route: one account looked at through VK's API with a service key."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import (
    Cause,
    CommentsState,
    ControlResult,
    EvidenceKind,
    Network,
    Post,
    Route,
    Snapshot,
)
from auditor.probes.base import Answer, AuthorKey, Sighting, Target, Window
from auditor.probes.http import HttpConnection
from auditor.probes.pacing import Breaker
from auditor.probes.tape import no_answer
from auditor.probes.vk.answers import Owner, WallPost, whole
from auditor.probes.vk.client import Caller, VkClient, VkFailure
from auditor.probes.vk.comments import CommentReader, PostComments
from auditor.probes.vk.directory import Directory, is_number
from auditor.probes.vk.errors import Act, Fact
from auditor.probes.vk.filing import once
from auditor.probes.vk.finding import find
from auditor.probes.vk.opening import bounds
from auditor.probes.vk.profile import register_link
from auditor.probes.vk.standing import Controls, existence, kept
from auditor.probes.vk.wall import Wall, oldest_trace, read_back
from auditor.registry.models import Control

_ROUTE_WIDE = frozenset({Cause.UNREACHABLE, Cause.THROTTLED, Cause.BLOCKED})
_ENOUGH = 2
"""After so many posts in a row whose comments failed for a route-wide cause, the account's other posts get it too."""


class VkProbe:
    """Looks at VK profiles and communities. Without a key nothing is asked and nothing is told.

    A page that VK says does not exist counts as gone only once a control known to exist was seen in the same run.
    """

    route = Route.VK

    def __init__(
        self,
        connection: HttpConnection,
        token: str | None,
        *,
        author_key: AuthorKey,
        vantage: str = "",
    ) -> None:
        """Take the way to VK's API and a service key."""
        self.breaker = Breaker()
        self.client = VkClient(connection, token, breaker=self.breaker)
        self._clock = connection.clock
        self._author_key = author_key
        self._vantage = vantage
        self._ask_through(self.client, Directory(self.client), has_key=bool(token))

    def _ask_through(self, caller: Caller, directory: Directory, *, has_key: bool) -> None:
        self._caller = caller
        self._directory = directory
        self._controls = Controls(directory, self.breaker, has_key=has_key, clock=self._clock)

    @property
    def requests(self) -> int:
        """How many requests it has sent."""
        return self.client.requests

    def prepare(self, addresses: Iterable[Address]) -> None:
        """Find out in as few calls as may be who stands behind all of `addresses`; the answers serve the run."""
        names = [a.name for a in addresses if a.network is Network.VK]
        if names and self._controls.shut() is None:
            failures = [found.failure for found in self._directory.resolve(names)]
            self.breaker.note(next((f.cause for f in failures if f is not None and f.sent), None))

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look at an account known to exist, or known not to."""
        return self._controls.look(control)

    def look(self, target: Target, window: Window) -> Sighting:
        """Look at a page: who it is, its posts back through `window`, their comments, and when it was opened."""
        at = self._clock()
        shut = self._controls.shut()
        if shut is not None:
            unasked = no_answer(EvidenceKind.PROFILE, target.address.url, at=at, cause=shut)
            return self._sighting(target, at, (unasked,), cause=shut)
        found, moved = find(self._directory, target)
        numbered = target.id is not None or is_number(target.address.name)
        exists, cause = existence(found, trusted=self._controls.seen, numbered=numbered)
        answers = list(kept(found, EvidenceKind.PROFILE))
        owner = found.owner
        if owner is None or not exists:
            self._controls.note(cause, found.failure)
            facts = {} if owner is None else {"kind": owner.kind, "id": owner.id}
            facts |= {"kind": found.kind} if found.kind else {}
            return self._sighting(target, at, answers, exists=exists, cause=cause, **(facts | moved))
        facts = _facts(owner) | moved
        if target.id not in {None, owner.id}:
            # Another page than the confirmed one: that it is there is all that is asked of it.
            self.breaker.note(None)
            return self._sighting(target, at, answers, exists=True, posts_cause=Cause.GONE, **_named(facts))
        if cause is not None or not target.full:
            self.breaker.note(None)
            return self._sighting(target, at, answers, exists=True, cause=cause, **facts)
        return self._with_wall(target, window, owner, at, answers, facts)

    def close(self) -> None:
        """Let go of connections."""
        self.client.close()

    def _with_wall(
        self, target: Target, window: Window, owner: Owner, at: datetime, answers: list[Answer], facts: dict[str, Any]
    ) -> Sighting:
        wall = read_back(self._caller, owner.id, min(window.posts_from, window.gap_from))
        answers += wall.answers
        self._controls.note(wall.cause, wall.failure)
        if wall.failure is not None and not wall.posts:
            if wall.failure.fact is Fact.GONE:
                # VK has just shown the page as alive: of two words that contradict each other none is believed.
                return self._sighting(target, at, answers, exists=True, posts_cause=Cause.REFUSED, **facts)
            if _is_private(owner, wall.failure):
                return self._sighting(target, at, answers, exists=True, cause=Cause.PRIVATE, **facts)
        opened, last, more = oldest_trace(self._caller, owner.id, wall)
        answers += more
        posts, read = self._posts(target, window, owner, wall)
        answers += read
        return self._sighting(
            target,
            at,
            answers,
            exists=True,
            posts=posts,
            posts_cause=wall.cause,
            posts_since=wall.since,
            **bounds(owner.id, opened, last=last),
            **facts,
        )

    def _posts(self, target: Target, window: Window, owner: Owner, wall: Wall) -> tuple[tuple[Post, ...], list[Answer]]:
        """Read the comments under the posts of the window, newest post first, and make the snapshot's posts."""
        own = wall.own(owner.id)
        asked = [p for p in reversed(own) if window.comments_from <= p.at < window.ends]
        reader = self._reader(target, owner, any(p.comments != 0 for p in asked))
        read: dict[int, PostComments] = {}
        row: list[Cause] = []
        given_up: Cause | None = None
        for post in asked:
            if given_up is not None and post.comments != 0:
                read[post.id] = reader.unread(post, given_up)
                continue
            found = read[post.id] = reader.read(post, ask_state=post.at >= window.starts and given_up is None)
            failure = found.failure
            failed = failure is not None and failure.sent and failure.act not in {Act.PAGE, Act.STOP_METHOD}
            row = [*row, failure.cause] if failure and failed and failure.cause in _ROUTE_WIDE else []
            given_up = given_up or (row[-1] if len(row) >= _ENOUGH else None)
        if given_up is not None:
            self.breaker.note(given_up)
        posts = tuple(_post(p, owner.id, read.get(p.id)) for p in own)
        return posts, [answer for one in read.values() for answer in one.answers]

    def _reader(self, target: Target, owner: Owner, needed: bool) -> CommentReader:
        """Make the reader of comments; who is staff and who another body is asked only where there are comments."""
        staff: Collection[int] = ()
        others: Collection[int] = ()
        if needed:
            staff = self._staff(target.staff)
            names = [a.name for a in target.others if a.network is Network.VK and a != target.address]
            others = self._directory.ids(names) - {owner.id} - set(staff)
        return CommentReader(self._caller, owner, self._author_key, staff, others)

    def _staff(self, staff: Sequence[int | str]) -> frozenset[int]:
        numbers = {number for one in staff if (number := whole(one)) is not None}
        names = {str(one).lstrip("@") for one in staff if whole(one) is None}
        return frozenset(numbers | (self._directory.ids(names) if names else set()))

    def _sighting(self, target: Target, at: datetime, answers: Sequence[Answer], **facts: Any) -> Sighting:
        answers = once(answers)
        snapshot = Snapshot(
            network=Network.VK,
            route=self.route,
            url=target.address.url,
            taken_at=at,
            vantage=self._vantage,
            evidence=tuple(answer.evidence for answer in answers),
            **facts,
        )
        return Sighting(snapshot, answers)


def _facts(owner: Owner) -> dict[str, Any]:
    return {
        "kind": owner.kind,
        "id": owner.id,
        "verified": owner.verified,
        "subscribers": owner.subscribers,
        "register_link": register_link(owner),
    }


def _is_private(owner: Owner, failure: VkFailure) -> bool:
    """Tell whether a wall is kept from people outside: by VK's word, or a closed community whose wall was refused."""
    refused = failure.code is not None and failure.act in {Act.PAGE, Act.GIVE_UP} and failure.fact is not Fact.WALL_OFF
    return failure.fact is Fact.PRIVATE or (owner.closed and refused)


def _named(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: facts[key] for key in ("kind", "id")}


def _post(post: WallPost, owner_id: int, found: PostComments | None) -> Post:
    return Post(
        id=post.id,
        at=post.at,
        url=f"https://vk.com/wall{owner_id}_{post.id}",
        repost=post.repost,
        text_key=post.text_key,
        comments_state=CommentsState.UNKNOWN if found is None else found.state,
        comments_count=post.comments,
        comments_cause=None if found is None else found.cause,
        comments=() if found is None else tuple(sorted(found.comments.values(), key=lambda c: (c.at, c.id))),
    )
