"""Telegram as a signed-in client.

Requests of a run: 4 as it connects; for a channel 1 look-up by name (in the first run of a sign-in only), 1 for its
full card, one for each 100 messages of its history back to the window's start (1 more for its opening where the account
is a member), and for its comments what `channel` says. An institution's page takes 1, a control 3: whether it is there,
its newest posts, and a thread under one of them.

A control that must exist is asked for by its known number, so it costs a look-up in the first run only. One that must
not exist would cost a look-up in every run, so a run does not ask for it; it is answered where it is asked for.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from auditor.base.address import Address
from auditor.base.answers import Answer, no_answer
from auditor.base.snapshot import (
    Cause,
    CommentsState,
    ControlResult,
    EvidenceKind,
    Post,
    Snapshot,
    Trace,
    TraceKind,
)
from auditor.probes.base import (
    BEFORE_RED,
    Authors,
    Batch,
    Clock,
    Login,
    NotNow,
    Sighting,
    Target,
    Visit,
    Window,
    may_redden,
)
from auditor.probes.mtproto.asking import Asker, Trouble
from auditor.probes.mtproto.channel import Entry, entries, find_opening, read_back, read_talks
from auditor.probes.mtproto.place import Connection
from auditor.probes.mtproto.reading import TELEGRAM, Card, Full, Speakers
from auditor.probes.mtproto.signed_in import CLIENT, Directory, Found, SignedIn
from auditor.probes.pacing import PutOffError, Sleep
from auditor.probes.tme.history import (
    Talk,
    asked_at,
    behind,
    is_late,
    post_of,
    told_otherwise,
    with_talk,
    with_talk_of,
)
from auditor.probes.tme.pages import Description, register_link
from auditor.probes.tme.talks import told_closed
from auditor.registry.models import Control


@dataclass(frozen=True, slots=True)
class Look:
    """What to ask, whom the sign-in knows, and whether an absence is believed."""

    caller: Asker
    directory: Directory
    authors: Authors
    """Numbers the authors."""
    trusted: bool

    def at(self, visit: Visit) -> None:
        """Look at the visit's channel: what it is, its history, its opening, and the talk under its posts."""
        try:
            self._see(visit)
        except Trouble as trouble:
            visit.facts.setdefault("cause", trouble.cause)

    def _see(self, visit: Visit) -> None:
        target, name = visit.target, visit.target.address.name
        if name.startswith("+"):
            # Behind an invite one sees nothing without joining, and this account joins nothing.
            raise Trouble(Cause.PRIVATE)
        found = self.directory.find(
            name, EvidenceKind.PROFILE, visit.answers, full=target.full, number=target.id, seen=target.id_seen
        )
        card = found.card
        if card is None:
            visit.facts.update(self._absent(found))
        elif card.kind != "channel":
            visit.facts.update(cause=Cause.WRONG_KIND, kind=card.kind)
        else:
            visit.facts.update(exists=True, kind="channel", id=card.id, verified=card.verified)
            if card.names and card.id == target.id and name not in card.names:
                _rename(visit, card.names[0])
            if found.private or (found.moved and not card.names):
                visit.facts["cause"] = Cause.PRIVATE  # without a name only its members see it
            elif target.id not in {None, card.id}:
                visit.facts["posts_cause"] = Cause.GONE  # another channel than the confirmed one: it is not read
            elif target.full:
                self._channel(visit, card, found.full)
            elif not card.restricted:
                self._newest(visit, card)

    def _absent(self, found: Found) -> dict[str, Any]:
        """Say what it means that no page came: gone by Telegram's word about its number, or only not at its name."""
        if found.private:
            return {"cause": Cause.PRIVATE}
        if not self.trusted:
            return {"cause": Cause.CONTROL_FAILED}
        return {"exists": False, "cause": Cause.GONE} if found.gone else {"cause": Cause.NOT_AT_ADDRESS}

    def _channel(self, visit: Visit, card: Card, full: Full | None) -> None:
        about = full.about if full is not None else None
        visit.facts.update(
            subscribers=full.subscribers if full is not None else None,
            register_link=register_link(Description(about) if about is not None else None),
        )
        if card.restricted:
            # Telegram shows it to no one, whatever the history still answers; its date is still true.
            visit.facts["posts_cause"] = Cause.REFUSED
            if card.left and card.date is not None:
                visit.facts.update(_opened([Trace(kind=TraceKind.CHANNEL_DATE, at=card.date)]))
            return
        name, known, late = visit.target.address.name, visit.target.known, is_late(visit.window, visit.taken_at)
        walk = read_back(self.caller, name, card, visit.window, visit.answers, known=known, late=late)
        visit.facts.update(_opened(find_opening(self.caller, name, card, walk, visit.answers, known)))
        earlier = walk.joined(known, visit.window)
        visit.carried += (e for e in known.evidence if e.kind is EvidenceKind.OPENING)
        visit.facts.update(
            posts_cause=walk.cause, posts_since=walk.since, posts_until=walk.until, older_cause=walk.older_cause
        )
        visit.facts["posts"] = self._posts(visit, card, full, entries(walk), earlier)

    def _newest(self, visit: Visit, card: Card) -> None:
        """Read a body's newest page of posts: what they say is compared, and nothing under them is asked for."""
        name = visit.target.address.name
        walk = read_back(self.caller, name, card, visit.window, visit.answers, pages=1)
        posts = tuple(post_of(p, name, Talk(cause=Cause.TOO_LITTLE_DATA)) for p in entries(walk))
        visit.facts.update(posts_cause=walk.cause, posts_since=walk.since, posts=posts)

    def _posts(
        self, visit: Visit, card: Card, full: Full | None, posts: list[Entry], earlier: list[Post]
    ) -> tuple[Post, ...]:
        window, known, name = visit.window, visit.target.known, visit.target.address.name
        side = Speakers.of(visit.target, card, full, self.authors)
        group = full.group if full is not None else None
        late = window if is_late(window, visit.taken_at) else None
        asked = [p for p in posts if window.comments_from <= p.at < window.ends and not _is_unchanged(visit, p)]
        talks = read_talks(self.caller, name, card, group, side, asked, visit.answers, late=late)
        line = _with_known(visit, posts, talks)
        if may_redden((c for p in line for c in p.comments), window):
            # A count that is the same may hide an answer beside a comment that was deleted.
            old = [p for p in posts if p.id not in talks and _was_read_long_ago(visit, p)]
            talks |= read_talks(self.caller, name, card, group, side, old, visit.answers, late=late) if old else {}
            line = _with_known(visit, posts, talks)
        visit.carried += behind(known, [*earlier, *(p for p in line if p.comments_read_at is not None)])
        return told_closed([*(_out_of_window(p, window) for p in earlier), *line])


def _with_known(visit: Visit, posts: Sequence[Entry], talks: Mapping[int, Talk]) -> list[Post]:
    """Return the posts, each with the talk that was read, or else with what is known of it."""
    name, window, known = visit.target.address.name, visit.window, visit.target.known
    line = []
    for post in (post_of(p, name, talks.get(p.id) or _unasked(p)) for p in posts):
        within = post.id not in talks and window.comments_from <= post.at < window.ends
        old = known.post(post.id) if within else None
        line.append(with_talk_of(post, old) if old else post)
    return line


def _was_read_long_ago(visit: Visit, post: Entry) -> bool:
    """Tell whether a post's talk is an earlier look's, taken so long before this one that an answer may have come.

    Before the week's end is long: against the person counts what was read after it.
    """
    within = visit.window.comments_from <= post.at < visit.window.ends
    read = asked_at(visit.target.known.post(post.id))
    if not (within and post.comments and read is not None):
        return False
    return read < visit.window.ends or visit.taken_at - read >= BEFORE_RED


def _opened(traces: Sequence[Trace]) -> dict[str, Any]:
    """Say in a snapshot's words when the channel was opened; the first of `traces` says most."""
    if not traces:
        return {}
    first = traces[0]
    return {"opened_at": first.at, "opened_precision": first.precision, "traces": tuple(traces)}


def _rename(visit: Visit, name: str) -> None:
    """Look at the channel under the name that it has now."""
    address = Address(TELEGRAM, name)
    visit.target = replace(visit.target, address=address)
    visit.facts["renamed_to"] = address.url


def _pass_by(visit: Visit, cause: Cause, at: datetime) -> None:
    """Note that nothing could be asked about the account, and why."""
    visit.facts["cause"] = cause
    visit.answers.append(no_answer(EvidenceKind.PROFILE, visit.target.address.url, at=at, cause=cause))


def snapshot_of(address: Address, visit: Visit, vantage: str) -> Snapshot:
    """Put together what a visit has seen of the account on record under `address`."""
    return Snapshot(
        network=TELEGRAM,
        route=CLIENT,
        url=address.url,
        taken_at=visit.taken_at,
        vantage=vantage,
        evidence=visit.evidence,
        sides=visit.target.sides,
        **visit.facts,
    )


def _is_unchanged(visit: Visit, post: Entry) -> bool:
    """Tell whether what is known of a post's comments may stand.

    There are as many, no answer is due, today's record tells the same of who wrote them, and if it is a post of the
    week they were read after its end: an equal count may hide an exchange.
    """
    old = visit.target.known.post(post.id)
    read = asked_at(old)
    if old is None or old.due or read is None or not post.comments or told_otherwise(visit.target, old):
        return False
    during = post.at >= visit.window.starts and read < visit.window.ends
    return not during and old.post.comments_count == post.comments


def _out_of_window(post: Post, window: Window) -> Post:
    """Return a post that an earlier look saw, without comments that this look would not have asked for."""
    within = window.comments_from <= post.at < window.ends
    return post if within else with_talk(post, Talk(cause=Cause.TOO_LITTLE_DATA))


def _unasked(post: Entry) -> Talk:
    """Return what a post outside the window says of its own comments."""
    if post.comments is None:
        return Talk(CommentsState.CLOSED)
    return Talk(CommentsState.OPEN, post.comments, Cause.TOO_LITTLE_DATA if post.comments else None)


class TelegramClientProbe:
    """Looks at channels as an account that is signed in. For one thread; `control` comes before `look`.

    Without a session nothing is imported, asked or told: every account is `no_credentials`.
    """

    route = CLIENT

    def __init__(
        self,
        connection: Connection,
        *,
        clock: Clock,
        login: Login | None,
        vantage: str = "",
        sleep: Sleep | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the account and the way to Telegram; `login` is what an earlier run learned. Raises as `SignedIn`."""
        self._clock, self._vantage = clock, vantage
        self._in = SignedIn(connection, clock=clock, login=login, sleep=sleep, monotonic=monotonic)

    @property
    def requests(self) -> int:
        """How many requests it has sent, with those that Telethon makes as it connects."""
        return self._in.requests

    @property
    def resolves(self) -> int:
        """How many names it has looked up."""
        return self._in.resolves

    @property
    def login(self) -> Login | None:
        """What the next run in this session need not ask again; None without a session."""
        return self._in.login

    def close(self) -> None:
        """End the connection."""
        self._in.close()

    def prepare(self, batch: Batch) -> None:
        """Do nothing: other bodies are known by the names that come along with their comments."""

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look whether a name is there that must be, or is not that must not be."""
        return self._in.control(control)

    def look(self, target: Target, window: Window, *, wait: bool = True) -> Sighting | NotNow:
        """Look at a channel: what it is, its history over `window`, its opening, and the talk under its posts."""
        visit = Visit(target, window, self._clock())
        try:
            directory = self._in.directory
        except Trouble as shut:
            _pass_by(visit, shut.cause, self._clock())
        else:
            assert self._in.caller is not None
            self._in.caller.begin(target.address.url, wait=wait)
            try:
                Look(self._in.caller, directory, Authors(), trusted=self._in.trusted).at(visit)
            except PutOffError:
                return NotNow()
        self._in.note(visit.facts.get("cause") or visit.facts.get("posts_cause"))
        return Sighting(snapshot_of(target.address, visit, self._vantage), tuple(visit.answers), self.login)
