"""Looking for accounts as somebody who is signed in to Telegram: its own search, and channels that t.me does not show.

Names are not tried here: a look-up by name is rationed (telegram.md 5: sixteen of them closed it for ten hours), and
t.me answers the same. A search costs no look-up, and brings the number by which what it found is then read.

Requests: 4 as it connects; one a search; of a channel that is read, one for its card and one for each 100 messages. A
page on record that this sign-in has not met costs one look-up by name.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from auditor.base.address import Address
from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, EvidenceKind, Precision
from auditor.probes.base import Clock, Login, Window
from auditor.probes.linked import Marked
from auditor.probes.mtproto.asking import Ask, Trouble, Wanted
from auditor.probes.mtproto.channel import find_opening, read_back
from auditor.probes.mtproto.minimise import full_row
from auditor.probes.mtproto.place import Connection, connection_of
from auditor.probes.mtproto.reading import Card, Full, cards_of, full_of
from auditor.probes.mtproto.signed_in import Found, SignedIn
from auditor.probes.pacing import Sleep
from auditor.probes.plugins import Wiring
from auditor.search.pages import Page, PageKind, Place
from auditor.search.scouts.accounts_in import passage
from auditor.search.scouts.base import CallResult, Door, Task, Worth, counted, flags
from auditor.search.scouts.telegram import NETWORK, TelegramScout, with_messages

_KEYS = "AUDITOR_TELEGRAM_API_ID, AUDITOR_TELEGRAM_API_HASH, AUDITOR_TELEGRAM_SESSION"
_SEARCH, _FULL, _HISTORY = "contacts.search", "channels.getFullChannel", "messages.getHistory"
_MOST_FOUND = 50
_ONLY_PEOPLE = {"BOT_METHOD_INVALID", "USER_BOT_REQUIRED", "BOT_ACCESS_FORBIDDEN"}
"""How Telegram says that a bot's session may not search."""


class TelegramClientScout(TelegramScout):
    """Searches Telegram, and reads what it found. For one thread. Without a session every door is closed."""

    name = "telegram_client"
    _messages_at = f"mtproto://{_HISTORY}?"
    _cursor = re.compile(r"[?&]offset_id=([1-9]\d*)")

    def __init__(
        self,
        connection: Connection,
        *,
        clock: Clock,
        login: Login | None,
        own: Collection[Address] = frozenset(),
        sleep: Sleep | None = None,
    ) -> None:
        """Take what the probe takes. Raises `SettingsError` as it does."""
        self._in = SignedIn(connection, clock=clock, login=login, sleep=sleep, weighed=True)
        super().__init__(self._in, own)
        self._clock = clock
        self._met: dict[str, Card] = {}
        self._bot = False

    @property
    def login(self) -> Login | None:
        """What the next run in this session need not ask again. Whoever a search found is not in it."""
        return self._in.login

    def doors(self) -> tuple[Door, ...]:
        """Say what it can do now. Names are no door here: look-ups by name are rationed, and t.me answers too."""
        search = Cause.REFUSED if self._bot else self._in.closed(_SEARCH)
        read = self._in.closed(_HISTORY)
        doors = ((Task.SEARCH, search), (Task.READ, read))
        return tuple(
            Door(task, cause is None, cause, key=_KEYS if cause is Cause.NO_CREDENTIALS else "")
            for task, cause in doors
        )

    # Search ------------------------------------------------------------------------------------------------------

    def search(self, words: str, worth: Worth) -> CallResult:
        """Ask Telegram's search for `words`: channels, groups, people and bots that have a user name."""
        shut = {d.task: d.cause for d in self.doors()}[Task.SEARCH]
        if shut is not None or not words.strip():
            return CallResult(cause=shut)
        answers: list[Answer] = []

        def rows(cards: list[Card]) -> dict[str, Any]:
            pages = [_page(_address(card), card) for card in cards]
            kept = [{"address": p.address.url, **flags(p)} for p in pages if worth(p)]
            return {"pages": kept, "others": len(pages) - len(kept)}

        wanted = Wanted(Ask(_SEARCH, name=words, limit=_MOST_FOUND), EvidenceKind.LEAD, {"q": words}, _found, rows)
        try:
            assert self._in.caller is not None
            cards = self._in.caller.ask(wanted, answers)
        except Trouble as trouble:
            self._in.note(trouble.cause)
            self._bot |= trouble.word in _ONLY_PEOPLE
            return CallResult(answers=tuple(answers), cause=trouble.cause)
        self._in.note(None)
        self._met |= {card.names[0]: card for card in cards}
        pages = (_page(_address(card), card) for card in cards)
        ids = (answers[-1].evidence.id,)
        return CallResult(tuple(replace(p, evidence=ids) if worth(p) else p for p in pages), tuple(answers))

    # Reading -----------------------------------------------------------------------------------------------------

    def _read(self, address: Address, since: datetime, worth: Worth) -> CallResult:
        """Read a page that a search has found, or one on record: anybody else would cost a look-up by name."""
        shut = self._in.closed(_HISTORY)
        if shut is None and address.name not in self._met and address not in self._own:
            shut = Cause.REFUSED
        if shut is not None:
            return CallResult(cause=shut)
        raw: list[Answer] = []
        try:
            got = self._asked(address, since, worth, raw)
        except Trouble as trouble:
            self._in.note(trouble.cause)
            named = raw if address in self._own else []
            return CallResult((Page(address, exists=None, cause=trouble.cause),), tuple(named), cause=trouble.cause)
        self._in.note(got.cause)
        return got

    def _asked(self, address: Address, since: datetime, worth: Worth, raw: list[Answer]) -> CallResult:
        found = self._card(address.name, raw)
        if found.card is None:
            page = Page(address, exists=None, cause=Cause.CONTROL_FAILED)  # a control would cost a look-up too
            return CallResult((page,), tuple(raw), cause=page.cause)
        page = _page(address, found.card, found.full)
        if not self._worth(page, worth):
            return CallResult((page,), (counted("mtproto://", self._clock(), asked=1, others=1),))
        cause = Cause.PRIVATE if found.private else None
        if found.card.kind == "channel" and not found.private:
            page, cause = self._history(page, found.card, since, raw)
        return self._filed(page, [_as_lead(a) for a in raw], cause)

    def _card(self, name: str, raw: list[Answer]) -> Found:
        """Return who has `name`: by the number that a search brought, else as the probe finds out."""
        card = self._met.get(name)
        if card is None:
            return self._in.find(name, EvidenceKind.LEAD, raw, full=True)
        if card.kind != "channel" or card.access_hash is None:
            return Found(card)

        ask, number = Ask(_FULL, peer=(card.id, card.access_hash)), card.id
        wanted = Wanted(ask, EvidenceKind.LEAD, {"channel": name}, lambda a: full_of(a, number), full_row)
        assert self._in.caller is not None
        full = self._in.caller.ask(wanted, raw)
        return Found(full.card or card, full)

    def _history(self, page: Page, card: Card, since: datetime, raw: list[Answer]) -> tuple[Page, Cause | None]:
        if card.restricted:
            return page, Cause.REFUSED  # Telegram shows it to no client
        now, name, caller = self._clock(), page.address.name, self._in.caller
        assert caller is not None
        walk = read_back(caller, name, card, Window(since, now, since, now, since), raw)
        opened = next(iter(find_opening(caller, name, card, walk, raw)), None)
        found = replace(
            page,
            opened_at=None if opened is None else opened.at,
            opened_precision=None if opened is None else opened.precision,
        )
        return with_messages(found, walk.messages.values()), walk.cause


def _found(answer: Any) -> list[Card]:
    """Return who was found, in Telegram's order. Who has no user name has no address, and is left out."""
    cards = cards_of(answer)
    peers = [*(getattr(answer, "my_results", None) or ()), *(getattr(answer, "results", None) or ())]
    return [card for peer in peers if (card := cards.get(_key(peer))) is not None and card.names]


def _key(peer: Any) -> tuple[bool, int]:
    channel = getattr(peer, "channel_id", None)
    return (False, getattr(peer, "user_id", None) or 0) if channel is None else (True, channel)


def _page(address: Address, card: Card, full: Full | None = None) -> Page:
    about = full.about if full is not None else None
    said = passage(Place.DESCRIPTION, Marked(about), own=address, url=address.url) if about else None
    born = card.date if card.kind in {"channel", "group"} and card.left else None
    return Page(
        address,
        exists=True,
        id=card.id,
        kind=PageKind(card.kind),
        title=card.title or None,
        description=about,
        verified=card.verified,
        closed=card.closed,
        subscribers=full.subscribers if full is not None else card.subscribers,
        opened_at=born,
        opened_precision=Precision.EXACT if born is not None else None,
        passages=(said,) if said is not None else (),
    )


def _address(card: Card) -> Address:
    return Address(NETWORK, card.names[0])


def _as_lead(answer: Answer) -> Answer:
    """No finding rests on it, whatever it would be for the probe."""
    return replace(answer, evidence=answer.evidence.model_copy(update={"kind": EvidenceKind.LEAD}))


def open_scout(wiring: Wiring, own: Collection[Address]) -> TelegramClientScout | None:
    """Return the signed-in scout; None without a session."""
    connection = connection_of(wiring.settings, wiring.data)
    if connection is None:
        return None
    return TelegramClientScout(connection, clock=wiring.clock, login=wiring.login, own=own)
