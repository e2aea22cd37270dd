"""Looking for accounts as somebody who is signed in to Telegram: its own search, and channels that t.me does not show.

Names are not tried here: a look-up by name is rationed (telegram.md 5: sixteen of them closed it for ten hours), and
t.me answers the same. A search costs no look-up, and brings the number by which what it found is then read.

Requests: one a search; of a channel that is read, one for its card and one for each 100 messages. A page on record that
this sign-in has not met costs one look-up by name.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationInfo, model_validator

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Moment, Precision, Route
from auditor.probes.base import Clock, Target
from auditor.probes.driver import Timer
from auditor.probes.linked import Anchor, Marked
from auditor.probes.looks import Ask, Call, Failure, FormT_co, Look, Record, Stored
from auditor.probes.plugins import Opened, Wiring, look_plugin_of
from auditor.probes.telegram.client.forms import Asked, ClientHistory, Who
from auditor.probes.telegram.client.source import Client
from auditor.probes.telegram.forms import History
from auditor.probes.telegram.history import read_back, traces_of
from auditor.probes.telegram.source import Place as Stands
from auditor.probes.telegram.speakers import Door as Speakers
from auditor.search.pages import Page, PageKind, Place
from auditor.search.scouts.accounts_in import passage
from auditor.search.scouts.base import CallResult, Door, Task, Worth, counted, flags
from auditor.search.scouts.telegram import NETWORK, Posts, TelegramScout

_KEYS = "AUDITOR_TELEGRAM_API_ID, AUDITOR_TELEGRAM_API_HASH, AUDITOR_TELEGRAM_SESSION"
_SEARCH, _HISTORY = "contacts.search", "messages.getHistory"
_MOST_FOUND = 50
_ONLY_PEOPLE = (b"BOT_METHOD_INVALID", b"USER_BOT_REQUIRED", b"BOT_ACCESS_FORBIDDEN")
"""How Telegram says that a bot's session may not search."""
_UNBELIEVED = {Cause.NOT_AT_ADDRESS, Cause.GONE}
"""Absences: a control would cost a look-up too."""

Raw = Mapping[str, Any]
_moment = TypeAdapter[datetime | None](Moment | None).validate_python


# What is read in memory and not stored -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Search:
    """What a search is weighed by, and the pages that it found."""

    worth: Worth
    pages: list[Page] = field(default_factory=list, repr=False)


class Found(Stored):
    """What is kept of a search: who is worth it by address, number, kind and flags, and how many the others are."""

    pages: tuple[dict[str, Any], ...]
    others: int

    @model_validator(mode="before")
    @classmethod
    def _weighed(cls, raw: Any, info: ValidationInfo) -> Any:
        if not isinstance(info.context, _Search):
            return raw
        info.context.pages[:] = found = list(_pages_in(raw))
        kept = [{"address": page.address.url, **flags(page)} for page in found if info.context.worth(page)]
        return {"at": raw["at"], "pages": kept, "others": len(found) - len(kept)}


def _pages_in(raw: Raw) -> Iterator[Page]:
    """Yield whom a search found, in Telegram's order. Who has no user name has no address, and is left out."""
    people, chats = ({e["id"]: e for e in raw[key]} for key in ("users", "chats"))
    for peer in (*raw["my_results"], *raw["results"]):
        number = peer.get("channel_id")
        entity = people.get(peer.get("user_id")) if number is None else chats.get(number)
        names = [] if entity is None else _names(entity)
        if entity is not None and names:
            yield _found(Address(NETWORK, names[0]), entity)


def _names(entity: Raw) -> list[str]:
    """Return user names in lower case, the shown one first."""
    more = [name.get("username") for name in entity.get("usernames") or () if name.get("active")]
    return [name.casefold() for name in (entity.get("username"), *more) if isinstance(name, str) and name]


def _found(address: Address, entity: Raw) -> Page:
    if entity["_"].startswith("User"):
        kind, words = PageKind.BOT if entity.get("bot") else PageKind.USER, ("first_name", "last_name")
    else:
        kind, words = PageKind.CHANNEL if entity.get("broadcast") else PageKind.GROUP, ("title",)
    born = _moment(entity.get("date")) if words == ("title",) and entity.get("left") else None
    return Page(
        address,
        exists=True,
        id=entity["id"],
        kind=kind,
        title=" ".join(filter(None, map(entity.get, words))) or None,
        verified=bool(entity.get("verified")),
        closed=entity["_"].endswith("Forbidden"),
        subscribers=entity.get("participants_count"),
        opened_at=born,
        opened_precision=Precision.EXACT if born is not None else None,
    )


@dataclass(slots=True, repr=False)
class _Linked(Asked):
    """What a form must know; and what is read in memory only: the description, each page's texts with their links."""

    about: str | None = None
    texts: list[dict[int, Marked]] = field(default_factory=list)


class LinkedWho(Who):
    """A card whose description is noted."""

    @model_validator(mode="before")
    @classmethod
    def _noted(cls, raw: Any, info: ValidationInfo) -> Any:
        if isinstance(info.context, _Linked) and "_" in raw:
            about = (raw.get("full_chat") or {}).get("about")
            info.context.about = about if isinstance(about, str) else info.context.about
        return raw


class LinkedHistory(ClientHistory):
    """A page of messages whose links are noted."""

    @model_validator(mode="before")
    @classmethod
    def _noted(cls, raw: Any, info: ValidationInfo) -> Any:
        if isinstance(info.context, _Linked) and "_" in raw:
            chats = {chat["id"]: chat for chat in raw.get("chats") or ()}
            info.context.texts[-1] |= {m["id"]: text_of(m, chats) for m in raw["messages"] if m["_"] == "Message"}
        return raw


def text_of(message: Raw, chats: Mapping[int, Raw]) -> Marked:
    """Return a message's own words with their links; of a repost the channel it was taken from, and of no person.

    Telegram counts in units of UTF-16, of which a smiley takes two.
    """
    if message.get("fwd_from") is not None:
        chat = chats.get((message["fwd_from"].get("from_id") or {}).get("channel_id"), {})
        title, names = str(chat.get("title") or ""), _names(chat)
        return Marked(title, (Anchor(0, len(title), f"https://t.me/{names[0]}"),)) if names else Marked()
    text = str(message.get("message") or "")
    units = text.encode("utf-16-le", "surrogatepass")

    def place(number: int) -> int:
        return len(units[: 2 * number].decode("utf-16-le", "ignore"))

    links = (e for e in message.get("entities") or () if isinstance(e.get("url"), str))
    return Marked(text, tuple(Anchor(place(e["offset"]), place(e["offset"] + e["length"]), e["url"]) for e in links))


class _LinkedClient(Client):
    """One channel as the signed-in client is asked about it, with its links."""

    def __init__(self, address: Address) -> None:
        super().__init__(Target(address))
        self._asked: _Linked = _Linked(address.name, Speakers(address.name, set()))

    @property
    def about(self) -> str | None:
        """The channel's description, where it came."""
        return self._asked.about

    @property
    def title(self) -> str | None:
        """What the channel is called, where its card came."""
        return self._asked.door.title or None

    @property
    def texts(self) -> list[dict[int, Marked]]:
        """What was noted of each page of its history."""
        return self._asked.texts

    def numbered(self, number: int) -> Look[Who | Failure]:
        """Ask for the card of a channel that a search has brought."""
        who = yield from self._about(number, EvidenceKind.PROFILE)
        if isinstance(who, Who):
            self._settle(who)
        return who

    def history(self, before: int | None, kind: EvidenceKind) -> Ask[History]:
        """Ask for a page of its history."""
        self._asked.texts.append({})
        return super().history(before, kind)

    def _question(
        self, method: str, params: Mapping[str, str | int], form: type[FormT_co], kind: EvidenceKind
    ) -> Ask[FormT_co]:
        linked: dict[type[Any], type[Any]] = {Who: LinkedWho, ClientHistory: LinkedHistory}
        del kind
        return super()._question(method, params, linked.get(form, form), EvidenceKind.LEAD)


# The scout -----------------------------------------------------------------------------------------------------------


class TelegramClientScout(TelegramScout):
    """Searches Telegram, and reads what it found. Without a session every door is closed."""

    name = "telegram_client"

    def __init__(self, opened: Opened, clock: Clock, own: Collection[Address] = (), timer: Timer | None = None) -> None:
        """Ask over a route that is set up."""
        super().__init__(opened, clock, own, timer)
        self._met: dict[str, Page] = {}
        self._bot = False

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
        tape: list[Record] = []
        search = _Search(worth)
        call = Call(_SEARCH, {"q": words, "limit": _MOST_FOUND})
        found = self._ask(Ask(call, Found, EvidenceKind.LEAD, search), tape)
        answers = tuple(record.answer() for record in tape if record.status is not None)
        if isinstance(found, Failure):
            self._bot |= any(word in tape[-1].received for word in _ONLY_PEOPLE)
            return CallResult(answers=answers, cause=found.cause)
        self._met |= {page.address.name: page for page in search.pages}
        pages = (replace(p, evidence=(answers[-1].evidence.id,)) if worth(p) else p for p in search.pages)
        return CallResult(tuple(pages), answers)

    def _read(self, address: Address, since: datetime, worth: Worth) -> CallResult:
        """Read a page that a search has found, or one on record: anybody else would cost a look-up by name."""
        shut = self._why_shut(_HISTORY)
        if shut is None and address.name not in self._met and address not in self._own:
            shut = Cause.REFUSED
        if shut is not None:
            return CallResult(cause=shut)
        tape: list[Record] = []
        client, met = _LinkedClient(address), self._met.get(address.name)
        stands = self._named(client, tape) if met is None else self._numbered(client, met, tape)
        page, cause = _page(address, met, stands, client), _cause(stands)
        if not page.exists:
            named = [r.answer() for r in tape if r.status is not None] if address in self._own else []
            return CallResult((replace(page, cause=cause),), tuple(named), cause=cause)
        if not self._worth(page, worth):
            return CallResult((page,), (counted("mtproto://", self._clock(), asked=1, others=1),))
        if not stands.reads:
            return self._filed(page, tape, cause)
        return self._history(client, page, stands.created, since, tape)

    def _named(self, client: _LinkedClient, tape: list[Record]) -> Stands:
        return self._run(client.place(), tape)

    def _numbered(self, client: _LinkedClient, met: Page, tape: list[Record]) -> Stands:
        """Find out what stands at an address by the number that a search brought; of people and groups that is all."""
        if met.kind is not PageKind.CHANNEL or met.closed or met.id is None:
            return Stands(self._clock(), {"exists": True, "cause": Cause.PRIVATE if met.closed else None})
        who = self._run(client.numbered(met.id), tape)
        if isinstance(who, Failure):
            unmet = not who.sent and who.cause is Cause.TOO_LITTLE_DATA
            return Stands(who.at, {"exists": True} if unmet else {"cause": who.cause})
        facts = {"exists": True, "posts_cause": Cause.REFUSED if who.restricted else None}
        more = {"subscribers": who.header.subscribers} if who.header is not None else {}
        return Stands(who.at, {**facts, **more}, reads=not who.restricted, created=who.created)

    def _history(
        self, client: _LinkedClient, page: Page, created: datetime | None, since: datetime, tape: list[Record]
    ) -> CallResult:
        place = len(tape)
        walk = self._run(read_back(client, self._window(since), None), tape)
        oldest = [] if walk.whole else self._run(client.oldest(None), tape)
        trace = next(iter(traces_of({**walk.messages, **{m.id: m for m in oldest}}, created)), None)
        opened = {"opened_at": trace.at, "opened_precision": trace.precision} if trace is not None else {}
        return self._filed(replace(page, **opened), tape, walk.cause, Posts(client.texts, place, walk.messages))


def _cause(stands: Stands) -> Cause | None:
    """Say why a page is not read; that it is another thing than a channel is no trouble here."""
    cause = stands.facts.get("cause") or stands.facts.get("posts_cause")
    if cause in _UNBELIEVED and not stands.facts.get("exists"):
        return Cause.CONTROL_FAILED
    return None if cause is Cause.WRONG_KIND else cause


def _page(address: Address, met: Page | None, stands: Stands, client: _LinkedClient) -> Page:
    facts, about = stands.facts, client.about
    kind = PageKind(facts["kind"]) if facts.get("kind") else None
    page = met or Page(address, exists=None, kind=kind, id=facts.get("id"), verified=facts.get("verified"))
    said = passage(Place.DESCRIPTION, Marked(about), own=address, url=address.url) if about else None
    return replace(
        page,
        address=address,
        exists=bool(facts.get("exists") or kind) or None,
        title=client.title or page.title,
        description=about,
        subscribers=facts.get("subscribers", page.subscribers),
        passages=(said,) if said is not None else (),
    )


def open_scout(wiring: Wiring, own: Collection[Address]) -> TelegramClientScout | None:
    """Return the signed-in scout; None without a session."""
    opened = look_plugin_of(Route.TELEGRAM_CLIENT).open(wiring)
    return TelegramClientScout(opened, wiring.clock, own) if opened is not None else None
