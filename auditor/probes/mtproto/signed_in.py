"""A sign-in at work: its connection, whom it has met, and the controls it has seen.

A channel is found by the number that this sign-in already knows, else by a rationed look-up of its name.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from auditor.base.answers import Answer, no_answer
from auditor.base.snapshot import Cause, ControlResult, EvidenceKind, Outcome, Route
from auditor.probes.base import Clock, Login, Peer
from auditor.probes.mtproto.asking import (
    RESOLVE,
    Ask,
    Asker,
    Caller,
    FloodLedger,
    Line,
    Ration,
    Trouble,
    Wanted,
)
from auditor.probes.mtproto.channel import look_inside
from auditor.probes.mtproto.minimise import card_from, card_keyed, card_row, full_from, full_keyed, full_row
from auditor.probes.mtproto.place import Connection, Place, read_session
from auditor.probes.mtproto.reading import TELEGRAM, Card, Full, card_of, cards_of, full_of
from auditor.probes.pacing import Breaker, Pace, RetryBudget, Sleep
from auditor.registry.models import Control

_STALE = {"CHANNEL_INVALID", "PEER_ID_INVALID", "USER_ID_INVALID", "USER_INVALID", "INPUT_USER_DEACTIVATED"}
NOBODY = "USERNAME_NOT_OCCUPIED"
_NO_SUCH_CHANNEL = "CHANNEL_INVALID"


@dataclass(frozen=True, slots=True)
class Found:
    """Who has a name; `card` is None if it is free. `private`: it is there and only its members see it.

    `moved`: it is the page that was asked for by its number, and does not bear the name. `word` is Telegram's about the
    number, where it was asked for and refused.
    """

    card: Card | None
    full: Full | None = None
    private: bool = False
    moved: bool = False
    word: str = ""

    @property
    def gone(self) -> bool:
        """Tell whether Telegram knows the page no more by the number under which this sign-in has met it."""
        return self.card is None and self.word == _NO_SUCH_CHANNEL


class Directory:
    """Knows the peers of this sign-in. A person or a bot is kept under the number below zero."""

    def __init__(self, caller: Asker, peers: Iterable[Peer]) -> None:
        """Begin with the peers that an earlier run of the same sign-in has met."""
        self._caller = caller
        self._peers = {p.name: p for p in peers}

    @property
    def peers(self) -> tuple[Peer, ...]:
        """All that are known now, for the next run."""
        return tuple(p for _, p in sorted(self._peers.items()))

    def find(
        self,
        name: str,
        kind: EvidenceKind,
        answers: list[Answer],
        *,
        full: bool,
        number: int | None = None,
        seen: bool = False,
    ) -> Found:
        """Return who has `name`; with `full` the whole card of a channel. Raises `Trouble` where that cannot be told.

        `number` is the confirmed channel's: it is asked for first if it was ever `seen` under the name, else only if
        the name is free. A channel that has another name now is found as long as this sign-in has met it.
        """
        peer = next((p for p in self._peers.values() if p.id == number), None) if number is not None else None
        asked = self._numbered(name, peer, kind, answers, full=full) if peer is not None and seen else None
        if asked is not None and asked.card is not None:
            return asked
        found = self._named(name, kind, answers, full=full, number=number)
        gone = asked is not None and asked.gone
        # A hash of another sign-in is refused like a deleted channel: the name then leads to the same number.
        if peer is None or (found.card is not None and (not gone or found.card.id == number)):
            return found
        numbered = asked or self._numbered(name, peer, kind, answers, full=full)
        if numbered.gone and found.card is None:
            self._remember(peer)  # the next run asks for it again, and is told the same
        return numbered

    def _numbered(self, name: str, peer: Peer, kind: EvidenceKind, answers: list[Answer], *, full: bool) -> Found:
        """Return the channel that was met as `peer`, whatever its name is now."""
        number = peer.id
        found = self._asked(peer, kind, answers, full=full)
        if found.card is None:
            self._forget(number)
            return found
        names = found.card.names
        if name in names:
            return found
        self._forget(number)
        self._remember(peer if not names else replace(peer, name=names[0]))
        return replace(found, moved=True)

    def _forget(self, number: int) -> None:
        self._peers = {name: peer for name, peer in self._peers.items() if peer.id != number}

    def _remember(self, peer: Peer) -> None:
        self._peers[peer.name] = peer

    def _named(self, name: str, kind: EvidenceKind, answers: list[Answer], *, full: bool, number: int | None) -> Found:
        """Return who has `name`. The whole card is asked for only of the one with `number`.

        A number is believed only while the one behind it still bears the name; a name may pass to another channel.
        """
        peer = self._peers.get(name)
        if peer is not None:
            found = self._asked(peer, kind, answers, full=full and number in {None, peer.id})
            names = found.card.names if found.card is not None else ()
            if name in names:
                return found
            self._peers.pop(name)
            if names and peer.id > 0:  # it has another name now, and may be asked for by its number
                self._remember(replace(peer, name=names[0]))
        try:
            card = self._by_name(name, kind, answers)
        except Trouble as trouble:
            if trouble.word == NOBODY:
                return Found(None)
            raise
        return self._looked_into(card, kind, answers, full=full and number in {None, card.id})

    def _asked(self, peer: Peer, kind: EvidenceKind, answers: list[Answer], *, full: bool) -> Found:
        """Ask about a known peer. It has no card if it cannot be seen, or this sign-in's hash of it is not valid."""
        try:
            if peer.id < 0:
                card, whole = self._person(peer, kind, answers), None
            elif full:
                whole = self._full(peer.name, peer.id, peer.access_hash, kind, answers)
                card = whole.card
            else:
                card, whole = self._channel(peer, kind, answers), None
        except Trouble as trouble:
            if trouble.word in _STALE or trouble.cause is Cause.PRIVATE:
                return Found(None, private=trouble.cause is Cause.PRIVATE, word=trouble.word)
            raise
        return Found(card, whole)

    def _by_name(self, name: str, kind: EvidenceKind, answers: list[Answer]) -> Card:
        """Look a name up, which is rationed, and remember who has it."""

        def resolved(answer: Any) -> Card | None:
            peer, cards = getattr(answer, "peer", None), cards_of(answer)
            number = getattr(peer, "channel_id", None)
            return cards.get((False, getattr(peer, "user_id", None) or 0) if number is None else (True, number))

        ask, about = Ask(RESOLVE, name=name), {"username": name}
        wanted = Wanted(ask, kind, about, resolved, card_row, lambda r: card_from(r, name), card_keyed)
        card = self._caller.ask(wanted, answers)
        if card is None:
            raise Trouble(Cause.UNRECOGNISED_PAGE)
        if card.access_hash is not None:
            person = card.kind in {"user", "bot"}
            self._peers[name] = Peer(name, -card.id if person else card.id, card.access_hash)
        return card

    def _looked_into(self, card: Card, kind: EvidenceKind, answers: list[Answer], *, full: bool) -> Found:
        if card.closed or card.access_hash is None:
            return Found(card, private=card.kind in {"channel", "group"})
        if not full or card.kind != "channel":
            return Found(card)
        name = card.names[0] if card.names else ""
        try:
            whole = self._full(name, card.id, card.access_hash, kind, answers)
        except Trouble as trouble:
            if trouble.cause is Cause.PRIVATE:
                return Found(card, private=True)
            raise
        return Found(whole.card or card, whole)

    def _full(self, name: str, number: int, access_hash: int, kind: EvidenceKind, answers: list[Answer]) -> Full:
        ask = Ask("channels.getFullChannel", peer=(number, access_hash))
        full = self._caller.ask(
            Wanted(
                ask,
                kind,
                {"channel": name},
                lambda a: full_of(a, number),
                lambda f: full_row(f, name),
                lambda r: full_from(r, name),
                full_keyed,
            ),
            answers,
        )
        if full.card is None or full.card.access_hash is not None:
            return full
        return replace(full, card=replace(full.card, access_hash=access_hash))  # it came in short form

    def _channel(self, peer: Peer, kind: EvidenceKind, answers: list[Answer]) -> Card | None:
        def card(answer: Any) -> Card | None:
            return cards_of(answer).get((True, peer.id))

        ask = Ask("channels.getChannels", peer=(peer.id, peer.access_hash))
        return self._caller.ask(_known(ask, kind, {"channel": peer.name}, card, peer.name), answers)

    def _person(self, peer: Peer, kind: EvidenceKind, answers: list[Answer]) -> Card | None:
        def card(answer: Any) -> Card | None:
            return next((c for one in answer if (c := card_of(one)) is not None), None)

        ask = Ask("users.getUsers", peer=(-peer.id, peer.access_hash))
        return self._caller.ask(_known(ask, kind, {"user": peer.name}, card, peer.name), answers)


def _known(
    ask: Ask, kind: EvidenceKind, about: Mapping[str, str | int], read: Callable[[Any], Card | None], name: str
) -> Wanted[Card | None]:
    return Wanted(ask, kind, about, read, lambda c: card_row(c, name), lambda r: card_from(r, name), card_keyed)


def check(
    control: Control, caller: Asker, directory: Directory, answers: list[Answer], *, inside: bool = True
) -> ControlResult:
    """Look whether the control's name is taken; with `inside`, of a channel that must exist, also at what it shows."""
    name = control.url.name
    if name.startswith("+"):
        return result_of(control, None, Cause.PRIVATE, answers)
    try:
        found = directory.find(name, EvidenceKind.CONTROL, answers, full=False)
    except Trouble as trouble:
        return result_of(control, None, trouble.cause, answers)
    result, card = result_of(control, found.card is not None, None, answers), found.card
    if not (inside and control.exists and card is not None and card.kind == "channel" and card.access_hash is not None):
        return result
    wall, thread = look_inside(caller, name, card, answers)
    about = {"wall": wall, "thread": thread, "evidence": tuple(answer.evidence for answer in answers)}
    return result.model_copy(update=about)


def _unasked(control: Control, cause: Cause, at: datetime) -> Answer:
    """Make the record of a control for which nothing could be asked."""
    return no_answer(EvidenceKind.CONTROL, control.url.url, at=at, cause=cause)


def result_of(control: Control, exists: bool | None, cause: Cause | None, answers: Sequence[Answer]) -> ControlResult:
    """Say how a control came out; `exists` None: it was not seen, for `cause`."""
    seen = Outcome.PASSED if exists == control.exists else Outcome.FAILED
    return ControlResult(
        network=TELEGRAM,
        route=CLIENT,
        url=control.url.url,
        expected=control.exists,
        outcome=seen if exists is not None else Outcome.CANT_TELL,
        cause=cause,
        evidence=tuple(a.evidence for a in answers),
    )


CLIENT = Route("telegram_client")
_RESOLVES_APART = 30.0
"""Seconds between two look-ups by name."""


class SignedIn:
    """For one thread. Without a session nothing is imported or asked: `caller` is None."""

    def __init__(
        self,
        connection: Connection,
        *,
        clock: Clock,
        login: Login | None,
        sleep: Sleep | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        weighed: bool = False,
    ) -> None:
        """Take the account and the way to Telegram; `login` is what an earlier run learned.

        Look-ups by name go 30 seconds apart, but for a test server. Raises `SettingsError` for a proxy, data centre or
        public key that cannot be read.
        """
        stored = read_session(connection.session)
        place = connection.place(stored)
        self.breaker, self._clock = Breaker(), clock
        self._session = stored.name if stored is not None else ""
        self._known = self._control_failed = False
        self._line: Line | None = None
        self.caller: Caller | None = None
        ours = login if login is not None and login.session == self._session else Login(self._session)
        self._ledger = FloodLedger(ours.floods, clock)
        if place is None:
            self.breaker.stop(Cause.NO_CREDENTIALS)
            return
        self._line = _line_to(place)
        rest = connection.deadline.within(sleep or self._line.rest)
        self._pace = Pace(connection.interval, sleep=rest, monotonic=monotonic)
        apart = 0.0 if connection.of_test_server else _RESOLVES_APART
        ration = Ration(apart, sleep=rest, monotonic=monotonic)
        self.caller = Caller(
            self._line,
            budget=RetryBudget(self._pace),
            ledger=self._ledger,
            ration=ration,
            breaker=self.breaker,
            clock=clock,
            weighed=weighed,
            deadline=connection.deadline,
        )
        self._directory = Directory(self.caller, ours.peers)

    @property
    def requests(self) -> int:
        """How many requests it has sent, with those that Telethon makes as it connects."""
        return self._line.requests if self._line is not None else 0

    def limit(self, most: int) -> None:
        """Send at most so many requests: beyond them a call raises `SpentError`. Connecting alone is no use."""
        line = self._line
        if line is not None:
            self._pace.allowed = lambda: line.requests + line.to_connect < most

    @property
    def resolves(self) -> int:
        """How many names it has looked up."""
        return self.caller.ration.spent if self.caller is not None else 0

    @property
    def login(self) -> Login | None:
        """What the next run in this session need not ask again; None without a session."""
        if self.caller is None:
            return None
        return Login(self._session, self._directory.peers, self._ledger.floods)

    @property
    def trusted(self) -> bool:
        """Whether a control was seen in this run and none failed: then an absence is believed."""
        return self._known and not self._control_failed

    @property
    def directory(self) -> Directory:
        """The peers that this sign-in knows. Raises `Trouble` where nothing may be asked."""
        if self.breaker.cause is not None or self.caller is None:
            raise Trouble(self.breaker.cause or Cause.NO_CREDENTIALS)
        return self._directory

    def close(self) -> None:
        """End the connection."""
        if self._line is not None:
            self._line.close()

    def closed(self, method: str) -> Cause | None:
        """Say why a method cannot be asked now; None where it can."""
        if self.breaker.cause is not None or self.caller is None:
            return self.breaker.cause or Cause.NO_CREDENTIALS
        return Cause.THROTTLED if self._ledger.closed(method) is not None else None

    def note(self, cause: Cause | None) -> None:
        """Count towards stopping the route. A closed method closes itself, and says nothing of the others."""
        if self.breaker.cause is None:
            self.breaker.note(cause if cause is Cause.UNREACHABLE else None)

    def control(self, control: Control) -> tuple[ControlResult, tuple[Answer, ...]]:
        """Look whether a name is there that must be, or is not that must not be."""
        answers: list[Answer] = []
        try:
            directory = self.directory
            assert self.caller is not None
            result = check(control, self.caller, directory, answers)
        except Trouble as shut:
            answers.append(_unasked(control, shut.cause, self._clock()))
            result = result_of(control, None, shut.cause, answers)
        if result.cause is not None:
            self.note(result.cause)
        self._known |= control.exists and result.outcome is Outcome.PASSED
        self._control_failed |= result.outcome is Outcome.FAILED
        return result, tuple(answers)

    def find(
        self,
        name: str,
        kind: EvidenceKind,
        answers: list[Answer],
        *,
        full: bool,
        number: int | None = None,
        seen: bool = False,
    ) -> Found:
        """Return who has `name`, as `Directory.find` does. Raises `Trouble` where that cannot be told."""
        return self.directory.find(name, kind, answers, full=full, number=number, seen=seen)


def _line_to(place: Place) -> Line:
    from auditor.probes.mtproto.link import Link  # noqa: PLC0415 - costs half a second, which only a session needs

    return Link(place)
