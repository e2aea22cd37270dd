"""The VK route: one account looked at through VK's API with a service key, and the same look made from stored answers.

A replay is the probe itself with the stored answers in the network's place.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from typing import Any

from auditor.base.address import Address
from auditor.base.answers import Answer, no_answer
from auditor.base.snapshot import (
    Cause,
    CommentsState,
    ControlResult,
    Evidence,
    EvidenceKind,
    Outcome,
    Post,
    Side,
    Snapshot,
)
from auditor.base.threads import whole_or_none
from auditor.probes.base import Batch, Clock, Login, NotNow, Sighting, Target, Window, may_redden, unread_control
from auditor.probes.bodies import Bodies, Others, names_on
from auditor.probes.http import HttpConnection
from auditor.probes.known import NOTHING
from auditor.probes.pacing import Breaker
from auditor.probes.tape import Tape
from auditor.probes.vk.answers import Owner, WallPost, register_link, whole
from auditor.probes.vk.client import VkClient
from auditor.probes.vk.comments import (
    CommentReader,
    PostComments,
    Sides,
    remembered,
    told_of,
)
from auditor.probes.vk.directory import (
    ROUTE,
    VK,
    Controls,
    Directory,
    Numbers,
    Resolution,
    existence,
    find,
    is_number,
    kept,
    stated_number,
)
from auditor.probes.vk.door import NOT_YET, Asker, Replayed, once
from auditor.probes.vk.errors import Act, Fact, VkFailure
from auditor.probes.vk.queue import Queue, Rehearsal
from auditor.probes.vk.wall import (
    Photos,
    Wall,
    bounds,
    look_inside,
    objection_to_empty,
    oldest_photo,
    oldest_trace,
    read_back,
    remembered_trace,
)
from auditor.registry.models import Control

_ROUTE_WIDE = frozenset({Cause.UNREACHABLE, Cause.THROTTLED, Cause.BLOCKED})
WALL = "wall.get"
_ENOUGH = 2
"""After so many posts in a row whose comments failed for a route-wide cause, the account's other posts get it too."""


@dataclass(slots=True)
class _Patience:
    """Whether the comments under an account's other posts are worth a call."""

    over: Cause | None = None
    """Why they are not."""
    _row: list[Cause] = field(default_factory=list)

    def note(self, failure: VkFailure | None) -> None:
        """Take in how a post's comments ended: VK's refusal is meant for the page, and trouble comes in a row."""
        if failure is None or not failure.sent or failure.act is Act.PAGE:
            self._row.clear()
            return
        wide, stops = failure.cause in _ROUTE_WIDE, failure.act is Act.STOP_METHOD
        self._row = [*self._row, failure.cause] if wide and not stops else []
        if (stops and not wide) or len(self._row) >= _ENOUGH:
            self.over = self.over or failure.cause


class _Looks:
    """Looks at pages and controls through whatever answers: the network, a rehearsal, or the answers of an old look."""

    route = ROUTE

    def __init__(
        self,
        asker: Asker,
        breaker: Breaker,
        *,
        has_key: bool,
        clock: Clock,
        vantage: str = "",
        numbers: Mapping[str, int] | None = None,
    ) -> None:
        """Ask `asker`; without a key nothing. `numbers`: the signed ids of pages, as far as they are known."""
        self.breaker = breaker
        self._asker = asker
        self._clock = clock
        self._vantage = vantage
        self._directory = Directory(asker)
        self._directory.know(numbers or {})
        self._controls = Controls(self._directory, breaker, has_key=has_key, clock=clock)

    def find(self, names: Collection[str]) -> list[Resolution]:
        """Find the pages that have these names, users and communities at once."""
        return self._directory.resolve(names, at_once=True)

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look at an account known to exist, or known not to; at the first also at its wall and at a thread."""
        result, answers = self._controls.look(control)
        if not (control.exists and result.outcome is Outcome.PASSED and self._controls.owner is not None):
            return result, answers
        wall, thread, more, cause = look_inside(self._asker, self._controls.owner.id)
        answers = once((*answers, *more))
        about: dict[str, Any] = {"wall": wall, "thread": thread} | unread_control(cause)
        about["evidence"] = tuple(answer.evidence for answer in answers)
        return result.model_copy(update=about), answers

    def sight(self, target: Target, window: Window) -> Sighting:
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
            facts: dict[str, Any] = {} if owner is None else {"kind": owner.kind, "id": owner.id}
            facts |= {"kind": found.kind} if found.kind else {}
            return self._sighting(target, at, answers, exists=exists, cause=cause, **(facts | moved))
        facts = _facts(owner) | moved
        if target.id not in {None, owner.id}:
            # Another page than the confirmed one: only its existence matters.
            self.breaker.note(None)
            return self._sighting(target, at, answers, exists=True, posts_cause=Cause.GONE, **_named(facts))
        if cause is not None:
            self.breaker.note(None)
            return self._sighting(target, at, answers, exists=True, cause=cause, **facts)
        if not target.full:
            return self._with_newest(target, window, owner, at, answers, facts)
        return self._with_wall(target, window, owner, at, answers, facts)

    def _with_wall(
        self, target: Target, window: Window, owner: Owner, at: datetime, answers: list[Answer], facts: dict[str, Any]
    ) -> Sighting:
        wall = read_back(self._asker, owner.id, min(window.posts_from, window.gap_from))
        answers += wall.answers
        self._controls.note(wall.cause, wall.failure)
        if wall.failure is NOT_YET:
            return self._sighting(target, at, answers, exists=True, **facts)  # what hangs on the wall comes later
        if wall.failure is not None and not wall.posts:
            if wall.failure.fact is Fact.GONE:
                # VK has just shown the page as alive: of two contradicting statements neither is believed.
                return self._sighting(target, at, answers, exists=True, posts_cause=Cause.REFUSED, **facts)
            if _is_private(owner, wall.failure):
                return self._sighting(target, at, answers, exists=True, cause=Cause.PRIVATE, **facts)
        if wall.whole and not wall.posts and owner.id > 0:
            objection, told = objection_to_empty(self._asker, owner.id)
            wall.cause = wall.cause or objection
            answers += told
        trace = remembered_trace(target.known, owner.id, wall) or oldest_trace(self._asker, owner.id, wall)
        opened = trace.at
        answers += trace.answers
        photos = self._photos(target, owner, opened) if wall.cause not in _ROUTE_WIDE else Photos()
        answers += photos.answers
        posts, read = self._posts(target, window, owner, wall)
        answers += (answer for one in read for answer in one.answers)
        return self._sighting(
            target,
            at,
            answers,
            [*trace.evidence, *(e for one in read for e in one.evidence)],
            exists=True,
            posts=posts,
            posts_cause=wall.cause,
            posts_since=wall.since,
            **bounds(opened, photos.oldest),
            **photos.facts,
            **facts,
        )

    def _with_newest(
        self, target: Target, window: Window, owner: Owner, at: datetime, answers: list[Answer], facts: dict[str, Any]
    ) -> Sighting:
        """Read a body's newest page of posts: what they say is compared, and nothing under them is asked for."""
        wall = read_back(self._asker, owner.id, window.posts_from, pages=1)
        self._controls.note(wall.cause, wall.failure)
        # VK has just shown the page as alive: a wall that says otherwise is not believed.
        contradicted = wall.failure is not None and wall.failure.fact is Fact.GONE
        return self._sighting(
            target,
            at,
            [*answers, *wall.answers],
            exists=True,
            posts=tuple(_post(p, owner.id, None) for p in wall.own(owner.id)),
            posts_cause=Cause.REFUSED if contradicted else wall.cause,
            posts_since=wall.since,
            **facts,
        )

    def _photos(self, target: Target, owner: Owner, opened: datetime | None) -> Photos:
        """Ask for the earliest profile photo where it can still show what the posts do not."""
        before = target.photos_before
        if before is None or owner.id < 0 or (opened is not None and opened < before):
            return Photos()
        return oldest_photo(self._asker, owner.id)

    def _posts(
        self, target: Target, window: Window, owner: Owner, wall: Wall
    ) -> tuple[tuple[Post, ...], list[PostComments]]:
        """Read the comments under the posts of the window, newest post first, and make the snapshot's posts."""
        own = wall.own(owner.id)
        asked = [p for p in reversed(own) if window.comments_from <= p.at < window.ends]
        reader = CommentReader(self._asker, owner, cache(partial(self._sides, target)), names=tuple(target.names))
        read = self._comments(asked, reader, target, window)
        if may_redden((c for found in read.values() for c in found.comments.values()), window):
            early = [p for p in asked if read[p.id].comments and (read[p.id].read_at or window.ends) < window.ends]
            read |= self._comments(early, reader, replace(target, known=NOTHING), window)
        posts = tuple(_post(p, owner.id, read.get(p.id)) for p in own)
        return posts, list(read.values())

    def _comments(
        self, asked: Sequence[WallPost], reader: CommentReader, target: Target, window: Window
    ) -> dict[int, PostComments]:
        """Read the comments under posts, newest first, where they are not known."""
        owner_id, known = reader.owner.id, target.known
        read: dict[int, PostComments] = {}
        patience = _Patience()
        empty_is_closed: bool | None = None
        for post in asked:
            empty = post.comments == 0 and post.at >= window.starts
            found = remembered(target, owner_id, post, window)
            if found is None and patience.over is not None and post.comments != 0:
                found = reader.unread(post, patience.over)
            elif found is None:
                # An empty thread can show only that it is closed; if the newest is not, the rest are not asked.
                told = told_of(known, owner_id, post.id) if empty else []
                ask_state = empty and not told and patience.over is None and empty_is_closed is not False
                found = reader.read(post, ask_state=ask_state)
                found.evidence = () if found.answers else told
                patience.note(found.failure)
            read[post.id] = found
            if empty and empty_is_closed is None:
                empty_is_closed = found.state is CommentsState.CLOSED
        if patience.over in _ROUTE_WIDE:
            self.breaker.note(patience.over)
        return read

    def _sides(self, target: Target) -> Sides:
        """Return who of those that the registry knows is on whose side; his own page before all others.

        One of the office's own names without a number leaves it open who that is; of the many other offices' pages
        only one that could not be asked about.
        """
        others, institution = (self._ids(target, addresses) for addresses in (target.others, target.institution))
        staff, own = self._staff(target.staff), self._ids(target, target.own)
        rows = ((Side.BODY, others), (Side.BODY, institution), (Side.OWNER, staff), (Side.OWNER, own))
        known = {number: side for side, numbers in rows for number in numbers.ids}
        nearest = (institution, staff, own)
        return Sides(known, whole=not (others.failed or any(numbers.failed or numbers.lost for numbers in nearest)))

    def _ids(self, target: Target, addresses: Iterable[Address]) -> Numbers:
        names = [a.name for a in addresses if a.network is VK and a != target.address]
        return self._directory.ids(names) if names else Numbers()

    def _staff(self, staff: Sequence[int | str]) -> Numbers:
        numbers = {number for who in staff if (number := whole(who)) is not None}
        named = self._directory.ids({str(who).lstrip("@") for who in staff if whole(who) is None})
        return replace(named, ids=named.ids | numbers)

    def _sighting(
        self,
        target: Target,
        at: datetime,
        answers: Sequence[Answer],
        remembered: Sequence[Evidence] = (),
        **facts: Any,
    ) -> Sighting:
        """Make the snapshot; what is `remembered` was stored by an earlier look and is only named."""
        answers = once(answers)
        evidence = {one.id: one for one in (*(answer.evidence for answer in answers), *remembered)}
        snapshot = Snapshot(
            network=VK,
            route=self.route,
            url=target.address.url,
            taken_at=at,
            vantage=self._vantage,
            sides=target.sides,
            evidence=tuple(evidence.values()),
            **facts,
        )
        return Sighting(snapshot, answers)


class VkProbe(_Looks):
    """Looks at VK profiles and communities. Without a key it asks nothing and concludes nothing.

    A page that VK says does not exist counts as gone only once a control known to exist was seen in the same run.
    """

    def __init__(
        self,
        connection: HttpConnection,
        token: str | None,
        *,
        vantage: str = "",
        logins: Iterable[Login] = (),
    ) -> None:
        """Take the way to VK's API, a service key, and what earlier runs have stored of keys' quotas."""
        breaker = Breaker()
        self.client = VkClient(connection, token, breaker=breaker, logins=logins)
        self._queue = Queue(self.client)
        self._bodies: Bodies | None = None
        super().__init__(self._queue, breaker, has_key=bool(token), clock=connection.clock, vantage=vantage)

    @property
    def requests(self) -> int:
        """How many requests it has sent."""
        return self.client.requests

    def prepare(self, batch: Batch) -> None:
        """Ask for all that a batch needs in as few requests as possible, and find the pages that it names."""
        if self._controls.shut() is not None or not self.client.has_room(WALL):
            return
        self._directory.know({t.address.name: n for t in batch.targets if (n := likely_number(t)) is not None})
        names = [*_names(batch), *self._others(batch)]
        self._rehearse(batch, names)
        failures = [found.failure for found in self._directory.resolve(names, at_once=self._queue.works)]
        self._queue.taken()
        self.breaker.note(next((f.cause for f in failures if f is not None and f.sent), None))

    def _others(self, batch: Batch) -> list[str]:
        """Return the names of other bodies whose numbers nobody knows yet."""
        names: set[str] = set()
        for others in {id(t.others): t.others for t in batch.targets}.values():
            if not isinstance(others, Others):
                names |= names_on(VK, others)
            elif others.everybody is not self._bodies:
                self._bodies = others.everybody
                self._directory.know({a.name.casefold(): n for a, n in self._bodies.numbers.items() if a.network is VK})
                names |= self._bodies.names(VK)
        return sorted(name for name in names if not self._directory.knows(name))

    def look(self, target: Target, window: Window, *, wait: bool = True) -> Sighting | NotNow:
        """Look at a page; put it off while VK has closed its walls to this key, and leave it once a day's are read."""
        if self._controls.shut() is None and not self._may_read(target, wait=wait):
            return NotNow(self.client.quotas.full(WALL))
        sighting = self.sight(target, window)
        self._queue.taken()
        if not self._controls.has_key:
            return sighting
        return replace(sighting, snapshot=_as_read(sighting), login=self.client.quotas.login)

    def _may_read(self, target: Target, *, wait: bool) -> bool:
        """Tell whether a page's wall has come with others', or may be asked for."""
        owner = self._directory.found(target.address.name)
        if owner is not None and self._queue.has_come(WALL, owner.id):
            return True
        return self.client.has_room(WALL) and (wait or self.client.closed(WALL) is None)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def _rehearse(self, batch: Batch, names: Collection[str]) -> None:
        """Rehearse the looks at a batch and at its controls until all that they ask has come."""
        left: list[Target | Control] = [*(c for c in batch.controls if c.url.network is VK), *batch.targets]
        for rehearsal in self._queue.rounds():
            looks = _Looks(rehearsal, Breaker(), has_key=True, clock=self._clock, numbers=self._directory.numbers)
            waiting = {found.name for found in looks.find(names) if found.waits}
            left = [one for one in left if _asks_in_vain(looks, rehearsal, one, batch.window, waiting)]


def _asks_in_vain(
    looks: _Looks, rehearsal: Rehearsal, one: Target | Control, window: Window, waiting: Collection[str]
) -> bool:
    """Rehearse a look; tell whether it has asked for what has not come yet."""
    address = one.url if isinstance(one, Control) else one.address
    before = rehearsal.vain
    if address.name in waiting:
        number = None if isinstance(one, Control) else likely_number(one)
        if number is not None:
            read_back(rehearsal, number, window.posts_from, pages=1)
        return True
    if isinstance(one, Control):
        looks.control(one)
    else:
        looks.sight(one, window)
    return rehearsal.vain > before


def likely_number(target: Target) -> int | None:
    """Return the signed id of the page by what is known: its wall can then be asked for beside its name."""
    page = target.known.page
    return page.id if page is not None and page.id is not None else stated_number(target.address.name) or target.id


def names_to_find(batch: Batch) -> tuple[int, int]:
    """Return about how many names a run asks of users for a batch, and how many of communities.

    Its first batch, the one with controls, finds those of all other bodies that have no number yet.
    """
    bodies = {id(t.others): t.others.everybody for t in batch.targets if isinstance(t.others, Others)}.values()
    numbers = {a.name.casefold(): n for body in bodies for a, n in body.numbers.items() if a.network is VK}
    names = {name.casefold() for name in _names(batch)}
    everybody = set().union(*(body.names(VK) for body in bodies))
    names = names | (everybody - numbers.keys()) if batch.controls else names & (numbers.keys() | (names - everybody))
    return len(names), sum(numbers.get(name, 0) <= 0 for name in names)


def _as_read(sighting: Sighting) -> Snapshot:
    """Return what was seen as of the moment at which its posts were read: what came later it has not seen."""
    snapshot = sighting.snapshot
    read = (one.fetched_at for one in snapshot.evidence if one.kind is EvidenceKind.POSTS)
    return snapshot.model_copy(update={"taken_at": min([snapshot.taken_at, *read])})


def _names(batch: Batch) -> list[str]:
    """Return the names of all pages that looks at a batch need, but those of other bodies, which are many.

    The controls' come last: what the others turn out to be may settle a name that must not be there.
    """
    pages = [{t.address} | t.own | t.institution for t in batch.targets]
    staff = {str(one).lstrip("@").casefold() for t in batch.targets for one in t.staff if whole(one) is None}
    controls = {c.url.name for c in batch.controls if c.url.network is VK}
    looked_at = set().union(*(names_on(VK, one) for one in pages), staff)
    return [*sorted(looked_at), *sorted(controls - looked_at)]


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
    found = found or PostComments()
    return Post(
        id=post.id,
        at=post.at,
        url=f"https://vk.com/wall{owner_id}_{post.id}",
        repost=post.repost and not post.said.get("sketch"),  # with words of one's own it is a post
        comments_state=found.state,
        comments_count=post.comments,
        comments_cause=found.cause,
        comments=whole_or_none(sorted(found.comments.values(), key=lambda c: (c.at, c.id)), found.cause),
        comments_read_at=found.read_at,
        **post.said,
    )


def replay_look(target: Target, window: Window, tape: Tape, *, trusted: bool, vantage: str = "") -> Snapshot:
    """Look at `target` again with the answers on `tape`, as a run did that had seen a control (`trusted`) or had not.

    An answer that is not on the tape counts as none: `unreachable`.
    """
    return _Replay(tape, vantage, asked_as=target.address.url, trusted=trusted).sight(target, window).snapshot


def replay_control(control: Control, tape: Tape) -> ControlResult:
    """Look at a control again."""
    return _Replay(tape, "", asked_as=control.url.url).control(control)[0]


class _Replay(_Looks):
    """Looks again through a tape."""

    def __init__(self, tape: Tape, vantage: str, *, asked_as: str, trusted: bool = False) -> None:
        super().__init__(Replayed(tape), Breaker(), has_key=True, clock=tape.clock, vantage=vantage)
        self._controls.seen = trusted
        unasked = tape.play(asked_as)  # the one record of all that was not asked because the route was closed
        if unasked is not None and unasked.silence is not None:
            self.breaker.stop(unasked.silence)
