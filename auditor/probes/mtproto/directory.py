"""Finding the channel behind a name: by the number this sign-in already knows, else by a rationed look-up."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.base import Answer, Peer
from auditor.probes.mtproto.asking import Ask
from auditor.probes.mtproto.caller import Asker, Trouble, Wanted
from auditor.probes.mtproto.ledger import RESOLVE
from auditor.probes.mtproto.minimise import card_from, card_row, full_from, full_row
from auditor.probes.mtproto.reading import Card, Full, card_of, cards_of, full_of

_STALE = {"CHANNEL_INVALID", "PEER_ID_INVALID", "USER_ID_INVALID", "USER_INVALID", "INPUT_USER_DEACTIVATED"}
NOBODY = "USERNAME_NOT_OCCUPIED"


@dataclass(frozen=True, slots=True)
class Found:
    """Who stands behind a name; `card` None: nobody. `private`: it is there and shows itself to its members alone.

    `moved`: it is the page that was asked for by its number, and does not bear the name.
    """

    card: Card | None
    full: Full | None = None
    private: bool = False
    moved: bool = False


class Directory:
    """Knows the peers of this sign-in. A person or a bot is kept under the number below zero."""

    def __init__(self, caller: Asker, peers: Iterable[Peer]) -> None:
        """Begin with the peers that an earlier run of the same sign-in has met."""
        self._caller = caller
        self._peers = {p.name: p for p in peers}

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Everybody known now, for the next run."""
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
        the name is nobody's. A channel that has another name now is found as long as this sign-in has met it.
        """
        if number is not None and seen:
            found = self._numbered(name, number, kind, answers, full=full)
            if found is not None:
                return found
        found = self._named(name, kind, answers, full=full, number=number)
        if number is None or found.card is not None:
            return found
        return self._numbered(name, number, kind, answers, full=full) or found

    def _numbered(
        self, name: str, number: int, kind: EvidenceKind, answers: list[Answer], *, full: bool
    ) -> Found | None:
        """Return the channel with `number`, whatever its name is now; None where this sign-in cannot ask for it."""
        peer = next((p for p in self._peers.values() if p.id == number), None)
        found = self._asked(peer, kind, answers, full=full) if peer is not None else None
        if peer is None or found is None or found.card is None:
            self._forget(number)
            return None
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
        """Return who has `name`. Of another than the one with `number` the whole card is nobody's business.

        A number is believed only while the one behind it still bears the name; a name may pass to another channel.
        """
        peer = self._peers.get(name)
        if peer is not None:
            found = self._asked(peer, kind, answers, full=full and number in {None, peer.id})
            names = found.card.names if found is not None and found.card is not None else ()
            if found is not None and name in names:
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

    def _asked(self, peer: Peer, kind: EvidenceKind, answers: list[Answer], *, full: bool) -> Found | None:
        """Ask about a known peer; None where its hash is void or it is out of sight."""
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
                return None
            raise
        return Found(card, whole)

    def _by_name(self, name: str, kind: EvidenceKind, answers: list[Answer]) -> Card:
        """Look a name up, which is rationed, and remember whom it belongs to."""

        def resolved(answer: Any) -> Card | None:
            peer, cards = getattr(answer, "peer", None), cards_of(answer)
            number = getattr(peer, "channel_id", None)
            return cards.get((False, getattr(peer, "user_id", None) or 0) if number is None else (True, number))

        ask, about = Ask(RESOLVE, name=name), {"username": name}
        card = self._caller.ask(Wanted(ask, kind, about, resolved, card_row, lambda r: card_from(r, name)), answers)
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
    return Wanted(ask, kind, about, read, lambda c: card_row(c, name), lambda r: card_from(r, name))
