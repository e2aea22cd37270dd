"""Telegram as a signed-in client.

Requests of a run: 4 as it connects; for a channel 1 look-up by name (the first run of a sign-in only), 1 for its full
card, one for each 100 messages of its history back to the window's start (1 more for its opening where the account is a
member), and for its comments what `threads` says: one for each 100 messages of the linked group since the oldest
commented post. A page of an institution and a control take 1.

Controls: one that must exist is asked by its known number, so it costs no look-up but in the first run. One that must
not exist costs a look-up in every run; it is answered where it is asked for, and the run need not ask.
"""

__all__ = ["TelegramClientProbe"]

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from auditor.probes.base import Answer, AuthorKey, Clock, Login, Sighting, Target, Window
from auditor.probes.pacing import Sleep
from auditor.probes.telegram_client.asking import Patience
from auditor.probes.telegram_client.caller import Trouble
from auditor.probes.telegram_client.history import Entry, entries, find_opening, read_back
from auditor.probes.telegram_client.identity import Side
from auditor.probes.telegram_client.reading import Card, Full
from auditor.probes.telegram_client.signed_in import SignedIn
from auditor.probes.telegram_client.threads import Talk, read_talks
from auditor.probes.telegram_preview.landing import Description, register_link
from auditor.probes.visit import Visit
from auditor.probes.words import text_key
from auditor.registry.address import Address
from auditor.registry.models import Control
from auditor.snapshot import (
    Cause,
    CommentsState,
    ControlResult,
    EvidenceKind,
    Network,
    Post,
    Precision,
    Route,
    Snapshot,
)


class _Visit(Visit):
    __slots__ = ()

    @property
    def name(self) -> str:
        """The name in its normal form, by which numbers are remembered."""
        return self.target.address.name

    def rename(self, name: str) -> None:
        """Go on under the name that the channel has now."""
        address = Address(Network.TELEGRAM, name)
        self.target = replace(self.target, address=address)
        self.facts["renamed_to"] = address.url


class TelegramClientProbe:
    """Looks at channels as an account that is signed in. For one thread; `control` comes before `look`.

    Without a session nothing is imported, asked or told: every account is `no_credentials`.
    """

    route = Route.TELEGRAM_CLIENT

    def __init__(
        self,
        *,
        api_id: int | None,
        api_hash: str | None,
        session: Path | None,
        proxy: str | None,
        dc: str | None,
        public_key: Path | None,
        clock: Clock,
        author_key: AuthorKey,
        login: Login | None,
        vantage: str = "",
        interval: float = 1.0,
        patience: Patience | None = None,
        sleep: Sleep | None = None,
    ) -> None:
        """Take the account and the way to Telegram; `login` is what an earlier run learned.

        Requests go `interval` seconds apart and look-ups by name 30; an interval of 0, or a `dc` on this machine, is
        a test server's and lifts that ration. Raises `SettingsError` for a proxy, data centre or public key that
        cannot be read.
        """
        self._clock, self._author_key, self._vantage = clock, author_key, vantage
        self._in = SignedIn(
            api_id=api_id,
            api_hash=api_hash,
            session=session,
            proxy=proxy,
            dc=dc,
            public_key=public_key,
            clock=clock,
            login=login,
            interval=interval,
            patience=patience,
            sleep=sleep,
        )

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

    def prepare(self, addresses: Sequence[Address]) -> None:
        """Do nothing: other bodies are known by the names that come along with their comments."""

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look whether a name is there that must be, or is not that must not be."""
        return self._in.control(control)

    def look(self, target: Target, window: Window) -> Sighting:
        """Look at a channel: what it is, its history over `window`, its opening, and the talk under its posts."""
        visit = _Visit(target, window, self._clock())
        try:
            self._look(visit)
        except Trouble as trouble:
            visit.facts.setdefault("cause", trouble.cause)
        self._in.note(visit.facts.get("cause") or visit.facts.get("posts_cause"))
        snapshot = Snapshot(
            network=Network.TELEGRAM,
            route=self.route,
            url=target.address.url,
            taken_at=visit.taken_at,
            vantage=self._vantage,
            evidence=tuple(a.evidence for a in visit.answers),
            **visit.facts,
        )
        return Sighting(snapshot, tuple(visit.answers), self.login)

    def _look(self, visit: _Visit) -> None:
        if visit.name.startswith("+") and self._in.breaker.cause is None:
            # Behind an invite one sees nothing without joining, and this account joins nothing.
            raise Trouble(Cause.PRIVATE)
        target = visit.target
        found = self._in.find(
            visit.name, EvidenceKind.PROFILE, visit.answers, full=target.full, number=target.id, seen=target.id_seen
        )
        card = found.card
        if card is None:
            visit.facts.update({"exists": False} if self._in.trusted else {"cause": Cause.CONTROL_FAILED})
        elif card.kind != "channel":
            visit.facts.update(cause=Cause.WRONG_KIND, kind=card.kind)
        else:
            visit.facts.update(exists=True, kind="channel", id=card.id, verified=card.verified)
            if card.names and card.id == target.id and visit.name not in card.names:
                visit.rename(card.names[0])
            if found.private or (found.moved and not card.names):
                visit.facts["cause"] = Cause.PRIVATE  # without a name it is nobody's but its members'
            elif target.id not in {None, card.id}:
                visit.facts["posts_cause"] = Cause.GONE  # another channel than the confirmed one: it is not read
            elif target.full:
                self._channel(visit, card, found.full)

    def _channel(self, visit: _Visit, card: Card, full: Full | None) -> None:
        about = full.about if full is not None else None
        visit.facts.update(
            subscribers=full.subscribers if full is not None else None,
            register_link=register_link(Description(about) if about is not None else None),
        )
        assert self._in.caller is not None
        if card.restricted:
            # Telegram shows it to nobody, whatever the history still answers; its date stands.
            visit.facts["posts_cause"] = Cause.REFUSED
            if card.left and card.date is not None:
                visit.facts.update(opened_at=card.date, opened_precision=Precision.EXACT)
            return
        walk = read_back(self._in.caller, visit.name, card, visit.window, visit.answers)
        opened_at, precision = find_opening(self._in.caller, visit.name, card, walk, visit.answers)
        visit.facts.update(
            opened_at=opened_at, opened_precision=precision, posts_cause=walk.cause, posts_since=walk.since
        )
        visit.facts["posts"] = self._posts(visit, card, full, entries(walk))

    def _posts(self, visit: _Visit, card: Card, full: Full | None, posts: list[Entry]) -> tuple[Post, ...]:
        window = visit.window
        asked = [p for p in posts if window.comments_from <= p.at < window.ends]
        side = Side.of(visit.target, card, full, self._author_key)
        group = full.group if full is not None else None
        assert self._in.caller is not None
        talks = read_talks(self._in.caller, visit.name, card, group, side, asked, visit.answers)
        return tuple(_post(p, visit.name, talks.get(p.id) or _unasked(p)) for p in posts)


def _unasked(post: Entry) -> Talk:
    """Return what a post outside the window says of its own comments."""
    if post.comments is None:
        return Talk(CommentsState.CLOSED)
    return Talk(CommentsState.OPEN, post.comments, Cause.TOO_LITTLE_DATA if post.comments else None)


def _post(entry: Entry, name: str, talk: Talk) -> Post:
    return Post(
        id=entry.id,
        at=entry.at,
        url=f"https://t.me/{name}/{entry.id}",
        repost=entry.repost,
        text_key=None if entry.repost else text_key(entry.text),
        comments_state=talk.state,
        comments_count=talk.count,
        comments_cause=talk.cause,
        comments=talk.comments,
    )
