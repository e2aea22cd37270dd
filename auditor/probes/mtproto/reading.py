"""From Telegram's objects to facts: what a channel is, what a message is, who wrote it, what a page of them holds.

Nothing here imports Telethon. An object is read by the fields of Telegram's schema; a field that a later layer adds or
drops does no harm. A `Message` holds a citizen's words and lives in memory only; of a talk only `Said` leaves here,
which has neither words nor writer.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from auditor.base.snapshot import Comment, Network, Side
from auditor.language.reading import read_comment
from auditor.probes.base import Authors, Target
from auditor.probes.bodies import names_on
from auditor.probes.linked import Anchor, Marked
from auditor.probes.tme.history import is_advertisement, sounds_like

TELEGRAM = Network("telegram")
_NOBODY = 0
"""In place of the number of an author that cannot be read."""
_HERE = {"all", "web", "desktop", "tdesktop"}
"""Platforms whose restrictions concern everyone; those of one shop's phones do not."""
_ONLY_WARNED = {"sensitive"}


@dataclass(frozen=True, slots=True)
class Card:
    """A user, bot, channel or group. `date` is the channel's creation only for one who is not in it (telegram.md 5)."""

    kind: str
    """``channel``, ``group``, ``user`` or ``bot``."""
    id: int
    access_hash: int | None = field(default=None, repr=False)
    names: tuple[str, ...] = ()
    """User names in lower case, the shown one first."""
    date: datetime | None = None
    left: bool = False
    verified: bool = False
    scam: bool = False
    fake: bool = False
    restricted: tuple[str, ...] = ()
    """Reasons for which Telegram shows it to no one."""
    closed: bool = False
    """It is private: only its being there is told."""
    title: str = field(default="", repr=False)
    """Of a person, first and last name: it lives in memory only."""
    subscribers: int | None = None
    """Where it came along: in answers to a search, not in those to a look-up."""


@dataclass(frozen=True, slots=True)
class Full:
    """The rest of a channel's card."""

    card: Card | None
    subscribers: int | None = None
    about: str | None = field(default=None, repr=False)
    group: Card | None = None
    """The linked discussion group, where it came along."""
    group_id: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Author:
    """Who wrote; without an id it is an anonymous administrator. Has no `repr`, as a message has none."""

    id: int | None = None
    channel: bool = False
    names: tuple[str, ...] = ()
    kind: str = ""
    """As in `Card`; empty where no card of his came along."""
    title: str = ""
    """His display name: it lives in memory only."""


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """A message of a channel or a group. Has no `repr`, so that no log or traceback can show it."""

    id: int
    at: datetime
    text: str = ""
    service: bool = False
    created: bool = False
    """The service message with id 1: the channel's birth."""
    repost: bool = False
    album: int | None = None
    comments: int | None = None
    """How many comments the post has; None: it can have none."""
    author: Author = Author()
    copy_of: int | None = None
    """In a linked group: the channel's post that this is the copy of, and so the root of its thread."""
    reply_to: int | None = None
    top: int | None = None
    anchors: tuple[Anchor, ...] = ()
    """Links that are hidden behind words of `text`."""
    source: Marked = field(default=Marked())
    """Of a repost: the channel it was taken from, as its title with its address."""
    advertisement: bool = False
    paid: bool = False
    """What it shows is behind a paywall."""

    @property
    def is_post(self) -> bool:
        """Whether it is a post or a repost: no service message, no advertisement, and not paid for."""
        return not (self.service or self.advertisement or self.paid)

    @property
    def marked(self) -> Marked:
        """The text with its links."""
        return Marked(self.text, self.anchors)


def card_of(entity: Any) -> Card | None:
    """Read a User, Channel or Chat; None for what is neither."""
    number = _int(getattr(entity, "id", None))
    if number is None:
        return None
    kind, names, access_hash = type(entity).__name__, _names(entity), _hash(entity)
    if kind.startswith("User"):
        return Card(
            "bot" if getattr(entity, "bot", None) else "user",
            number,
            access_hash,
            names,
            verified=bool(getattr(entity, "verified", None)),
            scam=bool(getattr(entity, "scam", None)),
            fake=bool(getattr(entity, "fake", None)),
            title=" ".join(_words(entity, "first_name", "last_name")),
        )
    if not kind.startswith("Channel"):
        return Card("group", number, names=names, closed=kind.endswith("Forbidden"))
    return Card(
        "channel" if getattr(entity, "broadcast", None) else "group",
        number,
        access_hash,
        names,
        date=_utc(getattr(entity, "date", None)),
        left=bool(getattr(entity, "left", None)),
        verified=bool(getattr(entity, "verified", None)),
        scam=bool(getattr(entity, "scam", None)),
        fake=bool(getattr(entity, "fake", None)),
        restricted=_restrictions(entity),
        closed=kind.endswith("Forbidden"),
        title=" ".join(_words(entity, "title")),
        subscribers=_int(getattr(entity, "participants_count", None)),
    )


def cards_of(answer: Any) -> dict[tuple[bool, int], Card]:
    """Read the users and chats that came with an answer, by (is a channel or group, id)."""
    found: dict[tuple[bool, int], Card] = {}
    for field_name, channel in (("users", False), ("chats", True)):
        for entity in getattr(answer, field_name, None) or ():
            card = card_of(entity)
            if card is not None and not type(entity).__name__.endswith("Empty"):
                found[channel, card.id] = card
    return found


def full_of(answer: Any, channel_id: int) -> Full:
    """Read what channels.getFullChannel answered about a channel."""
    cards, full = cards_of(answer), getattr(answer, "full_chat", None)
    about, group_id = getattr(full, "about", None), _int(getattr(full, "linked_chat_id", None))
    return Full(
        card=cards.get((True, channel_id)),
        subscribers=_int(getattr(full, "participants_count", None)),
        about=about if isinstance(about, str) else None,
        group=cards.get((True, group_id)) if group_id is not None else None,
        group_id=group_id,
    )


def _total(answer: Any) -> int | None:
    """Return how many messages there are in all, where the answer says so."""
    return _int(getattr(answer, "count", None))


def messages_of(answer: Any, channel_id: int) -> list[Message]:
    """Read the messages of an answer, newest first, without deleted ones. `channel_id` is the audited channel's."""
    cards = cards_of(answer)
    found = (_message(m, channel_id, cards) for m in getattr(answer, "messages", None) or ())
    return sorted((m for m in found if m is not None), key=lambda m: -m.id)


def _message(raw: Any, channel_id: int, cards: Mapping[tuple[bool, int], Card]) -> Message | None:
    number, at = _int(getattr(raw, "id", None)), _utc(getattr(raw, "date", None))
    if number is None or at is None:
        return None
    action, text = getattr(raw, "action", None), getattr(raw, "message", None)
    header, counted = getattr(raw, "reply_to", None), getattr(raw, "replies", None)
    words = text if isinstance(text, str) else ""
    anchors = _anchors(raw, words)
    elsewhere = getattr(header, "reply_to_peer_id", None) is not None  # it quotes a message of another chat
    return Message(
        id=number,
        at=at,
        text=words,
        service=action is not None,
        created=number == 1 and type(action).__name__ == "MessageActionChannelCreate",
        repost=getattr(raw, "fwd_from", None) is not None,
        album=_int(getattr(raw, "grouped_id", None)),
        comments=_int(getattr(counted, "replies", None)) if getattr(counted, "comments", None) else None,
        author=_author(getattr(raw, "from_id", None), cards),
        copy_of=_copied(raw, channel_id),
        reply_to=None if elsewhere else _int(getattr(header, "reply_to_msg_id", None)),
        top=_int(getattr(header, "reply_to_top_id", None)),
        anchors=anchors,
        source=_source(getattr(raw, "fwd_from", None), cards),
        advertisement=is_advertisement(words, [*(a.href for a in anchors), *_buttons(raw)]),
        paid=type(getattr(raw, "media", None)).__name__ == "MessageMediaPaidMedia",
    )


def _buttons(raw: Any) -> list[str]:
    """Return where the buttons under a message lead."""
    rows = getattr(getattr(raw, "reply_markup", None), "rows", None) or ()
    urls = (getattr(button, "url", None) for row in rows for button in getattr(row, "buttons", None) or ())
    return [url for url in urls if isinstance(url, str)]


def _author(peer: Any, cards: Mapping[tuple[bool, int], Card]) -> Author:
    user, channel = _int(getattr(peer, "user_id", None)), _int(getattr(peer, "channel_id", None))
    number = channel if user is None else user
    if number is None:
        return Author() if peer is None else Author(_NOBODY)
    card = cards.get((user is None, number))
    return (
        Author(number, user is None)
        if card is None
        else Author(number, user is None, card.names, card.kind, card.title)
    )


def _anchors(raw: Any, text: str) -> tuple[Anchor, ...]:
    """Read the links behind words. Telegram counts in units of UTF-16, of which a smiley takes two."""
    units = text.encode("utf-16-le", "surrogatepass")
    found = []
    for entity in getattr(raw, "entities", None) or ():
        url, start, length = (getattr(entity, name, None) for name in ("url", "offset", "length"))
        if isinstance(url, str) and isinstance(start, int) and isinstance(length, int):
            first, last = (len(units[: 2 * n].decode("utf-16-le", "ignore")) for n in (start, start + length))
            found.append(Anchor(first, last, url))
    return tuple(found)


def _source(header: Any, cards: Mapping[tuple[bool, int], Card]) -> Marked:
    """Return the channel that a repost names as its source; a person is left out."""
    number = _int(getattr(getattr(header, "from_id", None), "channel_id", None))
    card = cards.get((True, number)) if number is not None else None
    if card is None or not card.names:
        return Marked()
    return Marked(card.title, (Anchor(0, len(card.title), f"https://t.me/{card.names[0]}"),))


def _copied(raw: Any, channel_id: int) -> int | None:
    """Return the post of which a message is the copy in the group.

    A copy of a repost names the repost's origin as its source, and the channel as where it was saved from.
    """
    header = getattr(raw, "fwd_from", None)
    if header is None or getattr(getattr(raw, "from_id", None), "channel_id", None) != channel_id:
        return None
    if getattr(getattr(header, "saved_from_peer", None), "channel_id", None) == channel_id:
        return _int(getattr(header, "saved_from_msg_id", None))
    if getattr(getattr(header, "from_id", None), "channel_id", None) == channel_id:
        return _int(getattr(header, "channel_post", None))
    return None


def _names(entity: Any) -> tuple[str, ...]:
    more = [n.username for n in getattr(entity, "usernames", None) or () if getattr(n, "active", None)]
    found = [n for n in (getattr(entity, "username", None), *more) if isinstance(n, str) and n]
    return tuple(dict.fromkeys(n.casefold() for n in found))


def _words(entity: Any, *fields: str) -> list[str]:
    said = (getattr(entity, name, None) for name in fields)
    return [words for words in said if isinstance(words, str) and words]


def _restrictions(entity: Any) -> tuple[str, ...]:
    if not getattr(entity, "restricted", None):
        return ()
    reasons = getattr(entity, "restriction_reason", None) or ()
    return tuple(
        str(r.reason)
        for r in reasons
        if getattr(r, "platform", None) in _HERE and getattr(r, "reason", None) not in _ONLY_WARNED
    )


def _hash(entity: Any) -> int | None:
    return None if getattr(entity, "min", None) else _int(getattr(entity, "access_hash", None))


def _int(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _utc(value: Any) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_MENTION = re.compile(r"@([A-Za-z0-9_]{3,64})")


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who speaks for the channel, and who for other bodies. Ids are Telegram's, names in lower case."""

    channel: int
    group: int | None
    group_names: tuple[str, ...]
    staff_ids: frozenset[int]
    staff: frozenset[str]
    others: AbstractSet[str]
    own: AbstractSet[str] = frozenset()
    """Of the holder's other confirmed channels."""
    institution: AbstractSet[str] = frozenset()
    holder: tuple[str, ...] = ()
    """What the holder is called."""
    title: str = ""
    """What the channel is called."""
    authors: Authors = field(default_factory=Authors)

    @classmethod
    def of(cls, target: Target, card: Card, full: Full | None, authors: Authors) -> "Speakers":
        """Put together what the registry and Telegram say."""
        group = full.group if full is not None else None
        ids, names = _staff(target.staff)
        return cls(
            channel=card.id,
            group=full.group_id if full is not None else None,
            group_names=group.names if group is not None else (),
            staff_ids=ids,
            staff=names,
            others=names_on(TELEGRAM, target.others),
            own=names_on(TELEGRAM, target.own),
            institution=names_on(TELEGRAM, target.institution),
            holder=tuple(target.names),
            title=card.title,
            authors=authors,
        )

    def with_staff(self, administrators: frozenset[int]) -> "Speakers":
        """Return it with the linked group's administrators, whom the network has named."""
        return replace(self, staff_ids=self.staff_ids | administrators)

    def side(self, author: Author) -> Side:
        """Tell whose side an author is on. An author without an id is a group's anonymous administrator.

        Of those who are not on record a person is a citizen, unless he is called as the page or the holder is.
        """
        if author.id is None or not self.own.isdisjoint(author.names):
            return Side.OWNER
        if author.channel and author.id in {self.channel, self.group}:
            return Side.OWNER
        if author.id in self.staff_ids or not self.staff.isdisjoint(author.names):
            return Side.OWNER
        if not (self.institution.isdisjoint(author.names) and self.others.isdisjoint(author.names)):
            return Side.BODY
        person = author.kind == "user" and not sounds_like(author.title, self.title, self.holder)
        return Side.CITIZEN if person else Side.UNKNOWN

    def number(self, author: Author) -> int | None:
        """Return the author's number within the look: of whoever has that user name, else of that id."""
        number = self.group if author.id is None else author.id
        names = self.group_names if author.id is None else author.names
        if not names and number is None:
            return None
        return self.authors.number(names[0] if names else str(number))

    def addressed(self, text: str) -> int | None:
        """Return the number of whom a comment begins by addressing."""
        mention = _MENTION.match(text)
        return self.authors.number(mention[1].casefold()) if mention else None

    def named(self, message: "Message") -> Side | None:
        """Tell on whose side somebody is whom a message begins by mentioning; None for its own author."""
        mention = _MENTION.match(message.text)
        name = mention[1].casefold() if mention else ""
        if not name or name in message.author.names:
            return None
        return Side.OWNER if name in self.group_names else self.side(Author(_NOBODY, names=(name,), kind="user"))


def comment_of(message: Message, roots: Collection[int], speakers: Speakers) -> Comment:
    """Turn a message of a thread into a comment. What answers one of its `roots` answers the post, and no comment."""
    who, author = speakers.side(message.author), speakers.number(message.author)
    return Comment(
        id=message.id,
        at=message.at,
        side=who,
        author=author,
        reply_to=None if message.reply_to in roots else message.reply_to,
        same_as=speakers.authors.same_as(author, message.text, message.id),
        mentions=speakers.addressed(message.text),
        **read_comment(
            message.text,
            who,
            addressed=speakers.named(message),
            names=speakers.holder,
        ),
    )


def administrators_of(answer: Any) -> frozenset[int] | None:
    """Read who administers a group: their numbers, which live in memory only. None where not all could be read."""
    people = getattr(answer, "participants", None)
    if not isinstance(people, list) or len(people) < (_total(answer) or 1):  # somebody has made the group
        return None
    numbers = [_int(getattr(one, "user_id", None)) for one in people]
    return None if None in numbers else frozenset(number for number in numbers if number is not None)


def _staff(staff: Iterable[int | str]) -> tuple[frozenset[int], frozenset[str]]:
    """Read the registry's `staff`: numbers, and user names written as ``@name``, ``t.me/name`` or ``name``."""
    written = [str(s).strip().rstrip("/").rsplit("/", 1)[-1].lstrip("@").casefold() for s in staff]
    ids = frozenset(int(w) for w in written if w.isascii() and w.isdigit())
    return ids, frozenset(w for w in written if w and not w.isdigit())


PAGE = 100
"""Messages that an answer has at most."""

_M = TypeVar("_M")


@dataclass(frozen=True, slots=True, repr=False)
class Page(Generic[_M]):
    """A page of messages, newest first, without those that are deleted; what is told of the page counts these too."""

    messages: list[_M]
    raw: int
    """How many stood on it."""
    count: int | None
    """How many there are in all, where the answer says so."""
    lowest: int | None = None
    """The lowest id on it."""
    oldest: datetime | None = None
    """The earliest moment on it, of whatever has one."""
    disordered: bool = False
    """A message stands on it twice, or not in the order of its number."""
    damaged: bool = False
    """A message on it, which is not a deleted one's place, could not be read."""

    def last(self, seen: int) -> bool:
        """Tell whether nothing older is there; `seen` is how many messages the pages before it held.

        A short page ends the history only where it agrees with the number of messages in all; else one more is asked
        for.
        """
        enough = self.count is not None and seen + self.raw >= self.count
        return self.raw == 0 or (self.raw < PAGE and enough)


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a talk: its place in the thread, and the comment that it is, if it is one."""

    id: int
    at: datetime
    copy_of: int | None = None
    reply_to: int | None = None
    top: int | None = None
    comment: Comment | None = field(default=None)
    """As if it answered whatever it replies to, a root too."""

    @property
    def service(self) -> bool:
        """Never: those are left out as a page is read."""
        return False


def page_of(answer: Any, channel_id: int) -> Page[Message]:
    """Read a page of a channel."""
    messages = messages_of(answer, channel_id)
    raw = getattr(answer, "messages", None) or ()
    numbers = [m.id for m in raw if isinstance(getattr(m, "id", None), int)]
    oldest = min((m.at for m in messages), default=None)
    disordered = numbers != sorted(set(numbers), reverse=True)
    damaged = len(messages) + sum(type(m).__name__ == "MessageEmpty" for m in raw) < len(raw)
    return Page(messages, len(raw), _total(answer), min(numbers, default=None), oldest, disordered, damaged)


def group_page(answer: Any, channel_id: int, side: Speakers) -> Page[Said]:
    """Read a page of a linked group: copies of posts, and whatever replies to something; not the group's own talk.

    The root of a thread may be on a later page, so no reply is left out.
    """
    page = page_of(answer, channel_id)
    replies = {m.id for m in page.messages if m.top is not None or m.reply_to is not None}
    kept = [_said(m, side, comment=m.id in replies) for m in page.messages if m.copy_of is not None or m.id in replies]
    return _talk_page(page, kept)


def thread_page(answer: Any, channel_id: int, side: Speakers) -> Page[Said]:
    """Read a page of one post's thread, where every message is a comment."""
    page = page_of(answer, channel_id)
    kept = [_said(m, side, comment=True) for m in page.messages]
    return _talk_page(page, kept)


def _talk_page(page: Page[Message], kept: Iterable[Said | None]) -> Page[Said]:
    told = [row for row in kept if row is not None]
    return Page(told, page.raw, page.count, page.lowest, page.oldest, page.disordered, page.damaged)


def _said(message: Message, side: Speakers, *, comment: bool) -> Said | None:
    if message.service:
        return None
    made = comment_of(message, (), side) if comment else None
    return Said(message.id, message.at, message.copy_of, message.reply_to, message.top, made)
