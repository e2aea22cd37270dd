"""Finding the channel behind a name: by the number this sign-in already knows, else by a rationed look-up."""

__all__ = ["Directory", "Found"]

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from auditor.probes.base import Answer, Peer
from auditor.probes.telegram_client.asking import Ask
from auditor.probes.telegram_client.caller import Caller, Trouble, Wanted
from auditor.probes.telegram_client.ledger import RESOLVE
from auditor.probes.telegram_client.minimise import card_row
from auditor.probes.telegram_client.reading import Card, Full, card_of, cards_of, full_of
from auditor.snapshot import Cause, EvidenceKind

_STALE = {"CHANNEL_INVALID", "PEER_ID_INVALID", "USER_ID_INVALID", "USER_INVALID", "INPUT_USER_DEACTIVATED"}
_NOBODY = "USERNAME_NOT_OCCUPIED"


@dataclass(frozen=True, slots=True)
class Found:
    """Who stands behind a name; `card` None: nobody. `private`: it is there and shows itself to its members alone."""

    card: Card | None
    full: Full | None = None
    private: bool = False


class Directory:
    """Knows the peers of this sign-in. A person or a bot is kept under the number below zero."""

    def __init__(self, caller: Caller, peers: Iterable[Peer]) -> None:
        """Begin with the peers that an earlier run of the same sign-in has met."""
        self._caller = caller
        self._peers = {p.name: p for p in peers}

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Everybody known now, for the next run."""
        return tuple(p for _, p in sorted(self._peers.items()))

    def find(self, name: str, kind: EvidenceKind, answers: list[Answer], *, full: bool) -> Found:
        """Return who has `name`; with `full` the whole card of a channel. Raises `Trouble` where that cannot be told.

        A number is believed only while the one behind it still bears the name; a name may pass to another channel.
        """
        peer = self._peers.get(name)
        if peer is not None:
            found = self._by_number(peer, kind, answers, full=full)
            if found is not None:
                return found
            self._peers.pop(name, None)
        try:
            card = self._by_name(name, kind, answers)
        except Trouble as trouble:
            if trouble.word == _NOBODY:
                return Found(None)
            raise
        return self._looked_into(card, kind, answers, full=full)

    def _by_number(self, peer: Peer, kind: EvidenceKind, answers: list[Answer], *, full: bool) -> Found | None:
        """Ask about a known peer; None where it must be looked up anew: hash void, name gone, or out of sight."""
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
        return Found(card, whole) if card is not None and peer.name in card.names else None

    def _by_name(self, name: str, kind: EvidenceKind, answers: list[Answer]) -> Card:
        """Look a name up, which is rationed, and remember whom it belongs to."""

        def resolved(answer: Any) -> Card | None:
            peer, cards = getattr(answer, "peer", None), cards_of(answer)
            number = getattr(peer, "channel_id", None)
            return cards.get((False, getattr(peer, "user_id", None) or 0) if number is None else (True, number))

        wanted = Wanted(Ask(RESOLVE, name=name), kind, {"username": name}, lambda a: card_row(resolved(a)))
        card = resolved(self._caller.ask(wanted, answers))
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
        def row(answer: Any) -> dict[str, Any]:
            full = full_of(answer, number)
            more = {"subscribers": full.subscribers, "about": full.about, "group": full.group_id}
            return {**card_row(full.card), **more}

        ask = Ask("channels.getFullChannel", peer=(number, access_hash))
        return full_of(self._caller.ask(Wanted(ask, kind, {"channel": name}, row), answers), number)

    def _channel(self, peer: Peer, kind: EvidenceKind, answers: list[Answer]) -> Card | None:
        def card(answer: Any) -> Card | None:
            return cards_of(answer).get((True, peer.id))

        ask = Ask("channels.getChannels", peer=(peer.id, peer.access_hash))
        return card(self._caller.ask(Wanted(ask, kind, {"channel": peer.name}, lambda a: card_row(card(a))), answers))

    def _person(self, peer: Peer, kind: EvidenceKind, answers: list[Answer]) -> Card | None:
        def card(answer: Any) -> Card | None:
            return next((c for one in answer if (c := card_of(one)) is not None), None)

        ask = Ask("users.getUsers", peer=(-peer.id, peer.access_hash))
        return card(self._caller.ask(Wanted(ask, kind, {"user": peer.name}, lambda a: card_row(card(a))), answers))
