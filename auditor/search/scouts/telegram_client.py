"""Looking for accounts as somebody who is signed in to Telegram: its own search, and channels that t.me does not show.

Names are not tried here: a look-up by name is rationed (telegram.md 5: sixteen of them closed it for ten hours), and
t.me answers the same. A search costs no look-up, and brings the number by which what it found is then read.

Requests: one a search; of a channel that is read, one for its card and one for each 100 messages. A page on record that
this sign-in has not met costs one look-up by name.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import TypeAdapter

from auditor.base.address import Address
from auditor.base.answers import Answer
from auditor.base.snapshot import Cause, EvidenceKind, Moment, Precision, Route
from auditor.probes.base import Target
from auditor.probes.linked import Anchor, Marked
from auditor.probes.looks import Ask, Call, Failure, Look, Stored
from auditor.probes.plugins import Wiring, plugin_of
from auditor.probes.telegram.client.source import ClientSource
from auditor.probes.telegram.forms import Kind
from auditor.probes.telegram.history import read_back
from auditor.probes.telegram.source import Place as Stands
from auditor.search.pages import Page, PageKind
from auditor.search.scouts.base import CallResult, Door, Task, Worth, came, counted, filed, flags, reduced
from auditor.search.scouts.telegram import NETWORK, TelegramScout, described, opened

_KEYS = "AUDITOR_TELEGRAM_API_ID, AUDITOR_TELEGRAM_API_HASH, AUDITOR_TELEGRAM_SESSION"
_SEARCH, _HISTORY = "contacts.search", "messages.getHistory"
_MOST_FOUND = 50
_ONLY_PEOPLE = (b"BOT_METHOD_INVALID", b"USER_BOT_REQUIRED", b"BOT_ACCESS_FORBIDDEN")
"""How Telegram says that a bot's session may not search."""
_UNBELIEVED = {Cause.NOT_AT_ADDRESS, Cause.GONE}
"""Absences: a control would cost a look-up too."""
_OK = 200

Raw = Mapping[str, Any]
_moment = TypeAdapter[datetime | None](Moment | None).validate_python


class _Numbered(ClientSource):
    """One channel, asked about by the number that a search has brought."""

    def place(self) -> Look[Stands]:
        """Ask for its card alone: whom this sign-in has met needs no look-up by name."""
        assert self._target.id is not None
        who = yield from self._about(self._target.id, EvidenceKind.PROFILE)
        if isinstance(who, Failure):
            unmet = not who.sent and who.cause is Cause.TOO_LITTLE_DATA
            return Stands(who.at, {"exists": True} if unmet else {"cause": who.cause})
        if who.kind is Kind.MISSING:  # by its number, which Telegram itself has just given
            return Stands(who.at, {"cause": Cause.REFUSED})
        self._who = who
        cause = Cause.PRIVATE if who.private else Cause.REFUSED if who.restricted else None
        return Stands(who.at, {"exists": True, "posts_cause": cause}, reads=cause is None, created=who.created)


class TelegramClientScout(TelegramScout):
    """Searches Telegram, and reads what it found. Without a session every door is closed."""

    name = "telegram_client"
    _bot = False
    """The session is a bot's, and may not search."""

    def doors(self) -> tuple[Door, ...]:
        """Say what it can do now. Names are no door here: look-ups by name are rationed, and t.me answers too."""
        causes = {Task.SEARCH: self._why_shut(_SEARCH), Task.READ: self._why_shut(_HISTORY)}
        return tuple(
            Door(task, cause is None, cause, key=_KEYS if cause is Cause.NO_CREDENTIALS else "")
            for task, cause in causes.items()
        )

    def _why_shut(self, method: str) -> Cause | None:
        if self.login is None:
            return Cause.NO_CREDENTIALS
        return Cause.REFUSED if method == _SEARCH and self._bot else self._shut(method)

    def search(self, words: str, worth: Worth) -> CallResult:
        """Ask Telegram's search for `words`: channels, groups, people and bots that have a user name."""
        shut = self._why_shut(_SEARCH)
        if shut is not None or not words.strip():
            return CallResult(cause=shut)
        tape: list[Answer] = []
        call, url = Call(_SEARCH, {"q": words, "limit": _MOST_FOUND}), f"mtproto://{_SEARCH}?{urlencode({'q': words})}"
        found = self._ask(Ask(call, Stored, EvidenceKind.LEAD, on_record=url), tape)
        if isinstance(found, Failure):
            self._bot |= any(word in tape[-1].received for word in _ONLY_PEOPLE)
            return CallResult(answers=came(tape), cause=found.cause)
        pages = list(_pages_in(json.loads(tape[-1].received)))
        self._met |= {page.address.name: page for page in pages}
        kept = [{"address": page.address.url, **flags(page)} for page in pages if worth(page)]
        answer = reduced(tape[-1], {"pages": kept, "others": len(pages) - len(kept)})
        pages = [replace(page, evidence=(answer.evidence.id,)) if worth(page) else page for page in pages]
        return CallResult(tuple(pages), (answer,))

    def _read(self, address: Address, since: datetime, worth: Worth) -> CallResult:
        """Read a page that a search has found, or one on record: anybody else would cost a look-up by name."""
        shut = self._why_shut(_HISTORY)
        if shut is None and address.name not in self._met and address not in self._own:
            shut = Cause.REFUSED
        if shut is not None:
            return CallResult(cause=shut)
        tape: list[Answer] = []
        met = self._met.get(address.name)
        client, stands = ClientSource(Target(address)), Stands(self._clock(), {"exists": True})
        if met is None:
            stands = self._run(client.place(), tape)
        elif met.kind is PageKind.CHANNEL and not met.closed:
            client = _Numbered(Target(address, id=met.id))
            stands = self._run(client.place(), tape)
        page, cause = _card(address, tape) or met, _cause(stands)
        if page is None or not (stands.facts.get("exists") or stands.facts.get("kind")):
            unseen = Page(address, exists=None, cause=cause)
            named = filed(unseen, tape, len(tape), own=True)[0] if address in self._own else []
            return CallResult((unseen,), tuple(named), cause=cause)
        if not self._worth(page, worth):
            return CallResult((page,), (counted("mtproto://", self._clock(), asked=1, others=1),))
        if not stands.reads:
            return self._filed(page, tape, Cause.PRIVATE if page.closed else cause)
        place = len(tape)
        walk = self._run(read_back(client, self._window(since), None), tape)
        oldest = [] if walk.whole else self._run(client.oldest(None), tape)
        page = opened(page, {**walk.messages, **{m.id: m for m in oldest}}, stands.created)
        return self._filed(page, tape, walk.cause, place, walk.messages)

    def _texts(self, name: str, received: bytes) -> Mapping[int, Marked]:
        del name
        raw: Raw = json.loads(received)
        chats = {chat["id"]: chat for chat in raw.get("chats") or ()}
        return {m["id"]: text_of(m, chats) for m in raw.get("messages") or () if m["_"] == "Message"}


def _cause(stands: Stands) -> Cause | None:
    """Say why a page is not read; that it is another thing than a channel is no trouble here."""
    cause: Cause | None = stands.facts.get("cause") or stands.facts.get("posts_cause")
    if cause in _UNBELIEVED and not stands.facts.get("exists"):
        return Cause.CONTROL_FAILED
    return None if cause is Cause.WRONG_KIND else cause


# Telegram's objects, as they came ------------------------------------------------------------------------------------


def _pages_in(raw: Raw) -> Iterator[Page]:
    """Yield whom a search found, in Telegram's order. Who has no user name has no address, and is left out."""
    for peer in (*raw["my_results"], *raw["results"]):
        entity = _entity(raw, peer)
        if entity is not None and _names(entity):
            yield _page(Address(NETWORK, _names(entity)[0]), entity)


def _card(address: Address, tape: list[Answer]) -> Page | None:
    """Return whom the last answer is about, with his description; None where none came or it tells of nobody."""
    raw: Raw = next((json.loads(record.received) for record in reversed(tape) if record.evidence.status == _OK), {})
    full = raw.get("full_chat") or {}
    peer = {"channel_id": full["id"]} if full else raw.get("peer") or {}
    entity = _entity(raw, peer) or next(iter([*(raw.get("chats") or ()), *(raw.get("users") or ())]), None)
    if entity is None:
        return None
    page = replace(_page(address, entity), subscribers=full.get("participants_count"))
    return described(page, Marked(full["about"]) if full.get("about") else None)


def _entity(raw: Raw, peer: Raw) -> Raw | None:
    key, number = ("users", peer.get("user_id")) if peer.get("user_id") else ("chats", peer.get("channel_id"))
    return next((entity for entity in raw.get(key) or () if entity["id"] == number), None)


def _names(entity: Raw) -> list[str]:
    """Return user names in lower case, the shown one first."""
    more = [name.get("username") for name in entity.get("usernames") or () if name.get("active")]
    return [name.casefold() for name in (entity.get("username"), *more) if isinstance(name, str) and name]


def _page(address: Address, entity: Raw) -> Page:
    person = entity["_"].startswith("User")
    kinds = (PageKind.BOT, PageKind.USER) if person else (PageKind.CHANNEL, PageKind.GROUP)
    words = (entity.get(key) for key in ("first_name", "last_name", "title"))
    born = _moment(entity.get("date")) if not person and entity.get("left") else None
    return Page(
        address,
        exists=True,
        id=entity["id"],
        kind=kinds[0 if entity.get("bot" if person else "broadcast") else 1],
        title=" ".join(filter(None, words)) or None,
        verified=bool(entity.get("verified")),
        closed=entity["_"].endswith("Forbidden"),
        subscribers=entity.get("participants_count"),
        opened_at=born,
        opened_precision=Precision.EXACT if born is not None else None,
    )


def text_of(message: Raw, chats: Mapping[int, Raw]) -> Marked:
    """Return a message's own words with their links; of a repost the channel it was taken from, and of no person.

    Telegram counts in units of UTF-16, of which a smiley takes two.
    """
    if message.get("fwd_from") is not None:
        chat = chats.get((message["fwd_from"].get("from_id") or {}).get("channel_id") or 0, {})
        title, names = str(chat.get("title") or ""), _names(chat)
        return Marked(title, (Anchor(0, len(title), f"https://t.me/{names[0]}"),)) if names else Marked()
    text = str(message.get("message") or "")
    units = text.encode("utf-16-le", "surrogatepass")

    def place(number: int) -> int:
        return len(units[: 2 * number].decode("utf-16-le", "ignore"))

    links = (e for e in message.get("entities") or () if isinstance(e.get("url"), str))
    return Marked(text, tuple(Anchor(place(e["offset"]), place(e["offset"] + e["length"]), e["url"]) for e in links))


def open_scout(wiring: Wiring, own: Collection[Address]) -> TelegramClientScout | None:
    """Return the signed-in scout; None without a session."""
    route = plugin_of(Route.TELEGRAM_CLIENT).open(wiring)
    return None if route is None else TelegramClientScout(route, wiring.clock, own)
