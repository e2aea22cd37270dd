"""Telegram's objects, as JSON, reduced to the forms that a look reads: who it is, messages, the talk in a group.

A field that a later layer of Telegram's schema adds or drops does no harm. Each `keep_` function is given an answer and
raises whatever it will for one of another form.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from auditor.base.snapshot import Cause, CommentsState, Moment
from auditor.probes.linked_text import LinkedText
from auditor.probes.protocol import MinimisedModel, MinimisedResponse
from auditor.probes.telegram import responses
from auditor.probes.telegram.channel_source import is_other_channel
from auditor.probes.telegram.responses import (
    ChannelHeader,
    EntityCard,
    EntityKind,
    HistoryPage,
    Message,
    MessageKind,
    Number,
    TelegramComment,
    TelegramCommentPage,
)
from auditor.probes.telegram.telegram_anonymiser import CommentAuthor, TelegramAnonymiser

PAGE = 100
"""Messages that an answer has at most."""
_HERE = {"all", "web", "desktop", "tdesktop"}
"""Platforms whose restrictions concern everyone; those of one shop's phones do not."""
_ONLY_WARNED = {"sensitive"}

Raw = Mapping[str, Any]
T = TypeVar("T")


@dataclass(slots=True, repr=False)
class ChannelContext:
    """What must be known to reduce an answer about one channel. It lives in memory only, as long as the look."""

    name: str
    """The user name on record, in lower case."""
    door: TelegramAnonymiser
    confirmed_id: int | None = None
    """The number of the confirmed channel, where known: of another nothing is kept but that it is there."""
    number: int | None = None
    """The channel's, once it is known."""
    group: int | None = None
    group_names: tuple[str, ...] = ()

    def is_ours(self, number: int | None) -> bool:
        """Tell whether a number of a channel or group is that of the channel itself or of its group."""
        return number is not None and number in {self.number, self.group}


# Who it is -----------------------------------------------------------------------------------------------------------


class ResolvedEntity(EntityCard):
    """Who has a name or a number. `word` is Telegram's own where it says that nobody has, and `kind` then `missing`."""

    word: str = ""
    number: Number = None
    """The bare channel id."""
    handle: str | None = None
    """The channel's user name, in lower case: one that was renamed has another than the one asked for."""
    bears: bool = True
    """The name on record is among its user names."""
    private: bool = False
    """Only its members see more than that it is there."""
    restricted: bool = False
    """Telegram shows it to no one."""
    created: Moment | None = None
    """When the channel was created, exactly: only for one who is not in it."""
    group: Number = None
    """The number of the linked group, if one who is not in it may read it."""


def minimise_entity(asked: ChannelContext, raw: Raw) -> ResolvedEntity:
    """Keep of whom an answer is about what he is, and of a channel what it says of itself."""
    if "error" in raw:
        return ResolvedEntity(at=raw["at"], kind=EntityKind.MISSING, word=raw["error"])
    full, chats = raw.get("full_chat") or {}, _by_id(raw.get("chats"))
    entity = _entity(raw, full, chats)
    names, kind = _names(entity), _kind(entity)
    who = {"at": raw["at"], "kind": kind, "bears": asked.name in names}
    if kind is not EntityKind.CHANNEL:
        return ResolvedEntity(**who)
    asked.number, about = entity["id"], full.get("about")
    who |= {"number": entity["id"], "private": entity["_"].endswith("Forbidden")}
    if is_other_channel(entity["id"], asked.confirmed_id):
        return ResolvedEntity(**who, header=ChannelHeader())
    group = chats.get(full.get("linked_chat_id") or 0)
    readable = group is not None and not group["_"].endswith("Forbidden") and has_hash(group)
    if full:
        asked.group, asked.group_names = full.get("linked_chat_id"), _names(group or {})
        asked.door.owner |= {*names, *asked.group_names}
        asked.door.add_description(entity.get("title"), LinkedText(about or ""))
    return ResolvedEntity(
        **who,
        handle=next(iter(names), None),
        created=entity.get("date") if entity.get("left") else None,
        restricted=_is_restricted(entity),
        group=asked.group if readable else None,
        header=ChannelHeader(
            verified=bool(entity.get("verified")),
            subscribers=full.get("participants_count"),
            register_link=responses.register_link(LinkedText(about) if isinstance(about, str) else None),
        ),
    )


def _entity(raw: Raw, full: Raw, chats: Mapping[int, Raw]) -> Raw:
    """Return the channel, group, person or bot that an answer is about. Raises `LookupError` where it is not there."""
    peer = raw.get("peer") or {}
    number = full.get("id") or peer.get("channel_id") or peer.get("chat_id")
    if number is not None:
        return chats[number]
    people = _by_id(raw.get("users"))
    if "user_id" in peer:
        return people[peer["user_id"]]
    (entity,) = [*chats.values(), *people.values()]
    return entity


def _by_id(entities: Any) -> dict[int, Raw]:
    """Return users or chats by their numbers, without those of which Telegram tells nothing."""
    return {_number(e["id"]): e for e in entities or () if not e["_"].endswith("Empty")}


def _number(value: Any) -> int:
    """Return a number of Telegram's; raises for anything else, such as a truth value."""
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError("no number")
    return value


def _kind(entity: Raw) -> EntityKind:
    if entity["_"].startswith("User"):
        return EntityKind.BOT if entity.get("bot") else EntityKind.USER
    return EntityKind.CHANNEL if entity["_"].startswith("Channel") and entity.get("broadcast") else EntityKind.GROUP


def _names(entity: Raw) -> tuple[str, ...]:
    """Return user names in lower case, the shown one first."""
    more = [n.get("username") for n in entity.get("usernames") or () if n.get("active")]
    return tuple(dict.fromkeys(n.casefold() for n in (entity.get("username"), *more) if isinstance(n, str) and n))


def has_hash(entity: Raw) -> bool:
    """Tell whether an entity came with an access hash that opens anything: not in short form."""
    return isinstance(entity.get("access_hash"), int) and not entity.get("min")


def _is_restricted(entity: Raw) -> bool:
    reasons = entity.get("restriction_reason") or () if entity.get("restricted") else ()
    return any(r.get("platform") in _HERE and r.get("reason") not in _ONLY_WARNED for r in reasons)


# Messages ------------------------------------------------------------------------------------------------------------


def _each(rows: Iterable[Raw], read: Callable[[Raw], Iterable[T]]) -> Iterator[T | None]:
    """Yield what is kept of messages; None for one that cannot be read."""
    for row in rows:
        try:
            yield from list(read(row))
        except (LookupError, TypeError, ValueError, AttributeError):
            yield None


def _rows(raw: Raw) -> Sequence[Raw]:
    """Return the messages of a page, newest first, deleted ones' places among them. Raises where it is no page."""
    rows: Sequence[Raw] = raw["messages"]
    for number in (raw["count"], *(row["id"] for row in rows)):
        _number(number)
    return rows


def _lowest(rows: Iterable[Raw]) -> int | None:
    """Return the lowest id of a page, below which there are older messages; None where there can be none."""
    lowest = min((row["id"] for row in rows), default=1)
    return lowest if lowest > 1 else None


def minimise_history(asked: ChannelContext, raw: Raw) -> HistoryPage:
    """Keep a page of a channel's messages."""
    rows = _rows(raw)
    shown = [row for row in reversed(rows) if row["_"] != "MessageEmpty"]
    foreign = any(_channel_of(row.get("peer_id")) not in {None, asked.number} for row in shown)
    return HistoryPage(
        at=raw["at"],
        messages=tuple(_each(shown, _message)),
        before=_lowest(rows),
        count=raw["count"],
        raw=len(rows),
        cause=Cause.UNRECOGNISED_PAGE if foreign else None,
    )


def _message(raw: Raw) -> Iterator[Message]:
    text, replies = raw.get("message") or "", raw.get("replies") or {}
    kind, commented = _message_kind(raw, text), bool(replies.get("comments"))
    yield Message(
        id=raw["id"],
        at=datetime.fromisoformat(raw["date"]),
        kind=kind,
        text="" if raw.get("action") is not None or raw.get("fwd_from") is not None else text,
        album=raw.get("grouped_id"),
        state=CommentsState.OPEN if commented else CommentsState.CLOSED,
        comments=replies.get("replies") if commented else None,
    )


def _message_kind(raw: Raw, text: str) -> MessageKind:
    if (action := raw.get("action")) is not None:
        born = raw["id"] == 1 and action.get("_") == "MessageActionChannelCreate"
        return MessageKind.CREATION if born else MessageKind.SERVICE
    if (raw.get("media") or {}).get("_") == "MessageMediaPaidMedia":
        return MessageKind.PAID
    if responses.is_advertisement(text, _links(raw)):
        return MessageKind.ADVERTISEMENT
    return MessageKind.POST if raw.get("fwd_from") is None else MessageKind.REPOST


def _links(raw: Raw) -> list[str]:
    """Return where words and buttons of a message lead; newer layers tell a button's link in its type."""
    rows = (raw.get("reply_markup") or {}).get("rows") or ()
    buttons = [button for row in rows for button in row.get("buttons") or ()]
    parts = [*(raw.get("entities") or ()), *buttons, *(button.get("type") or {} for button in buttons)]
    return [part["url"] for part in parts if isinstance(part.get("url"), str)]


def _channel_of(peer: Raw | None) -> int | None:
    return (peer or {}).get("channel_id")


# The talk ------------------------------------------------------------------------------------------------------------


class GroupMessage(MinimisedModel):
    """A message of the linked group: its place, and the comment that it is, if it is one."""

    id: int
    copy_of: int | None = None
    """The channel's post that it is the copy of: the root of the post's thread."""
    top: int | None = None
    """The root of its thread, where it answers another comment."""
    remark: TelegramComment | None = None


class GroupPage(MinimisedResponse):
    """A page of the linked group: copies of posts, and whatever replies to something; not the group's own talk."""

    rows: tuple[GroupMessage | None, ...] = ()
    """Newest first; None is one that could not be read."""
    raw: int
    count: int
    before: Number = None
    """Older messages are asked for by this id; None: there are none."""
    oldest: Moment | None = None
    """The earliest moment on it."""
    disordered: bool = False
    """A message stands on it twice, or not in the order of its number."""


_NO_COMMENT = {"MessageEmpty", "MessageService"}
"""Of a deleted message its place remains; a service message is nobody's."""


def minimise_comments(asked: ChannelContext, raw: Raw) -> TelegramCommentPage:
    """Keep a page of one post's thread, where every message is a comment."""
    rows = _rows(raw)
    shown = [row for row in reversed(rows) if row["_"] not in _NO_COMMENT]
    remark = _remarks(asked, raw)
    roots = _roots(shown)
    return TelegramCommentPage(
        at=raw["at"],
        state=CommentsState.OPEN,
        count=raw["count"] - (len(rows) - len(shown)),
        remarks=tuple(_each(shown, lambda row: [remark(row, roots)])),
        before=None if len(rows) < PAGE and len(rows) >= raw["count"] else _lowest(rows),
    )


def minimise_probe(asked: ChannelContext, raw: Raw) -> TelegramCommentPage:  # noqa: ARG001 - it is of nobody
    """Keep of a control's thread whether any comment came."""
    return TelegramCommentPage(at=raw["at"], state=CommentsState.OPEN if _rows(raw) else CommentsState.UNKNOWN)


def minimise_group(asked: ChannelContext, raw: Raw) -> GroupPage:
    """Keep a page of the linked group."""
    rows, remark = _rows(raw), _remarks(asked, raw)
    ids = [row["id"] for row in rows]
    return GroupPage(
        at=raw["at"],
        rows=tuple(_each(rows, lambda row: _row(asked, row, remark))),
        raw=len(rows),
        count=raw["count"],
        before=_lowest(rows),
        oldest=min((row["date"] for row in rows if row.get("date")), default=None),
        disordered=ids != sorted(set(ids), reverse=True),
    )


def keep_administrators(asked: ChannelContext, raw: Raw) -> MinimisedResponse:
    """Keep that the door knows who administers the linked group: a list that is not whole is none."""
    numbers = {_number(person["user_id"]) for person in raw["participants"]}
    if not numbers or len(numbers) != _number(raw["count"]):  # somebody has made the group
        raise ValueError("not all of them")
    asked.door.numbers |= numbers
    return MinimisedResponse(at=raw["at"])


def _roots(rows: Iterable[Raw]) -> set[int]:
    """Return the root of a thread, which does not come along with it: what its messages lead to and is none of them."""
    headers = [header for row in rows if (header := row.get("reply_to"))]
    tops = {header["reply_to_top_id"] for header in headers if header.get("reply_to_top_id")}
    return tops or {h["reply_to_msg_id"] for h in headers if h.get("reply_to_msg_id")} - {row["id"] for row in rows}


_ReadRemark = Callable[[Raw, Collection[int | None]], TelegramComment]


def _row(asked: ChannelContext, raw: Raw, remark: _ReadRemark) -> Iterator[GroupMessage]:
    """Yield what is kept of a message of the group, if anything is."""
    copy_of, header = (None, {}) if raw["_"] in _NO_COMMENT else (_copied(asked, raw), raw.get("reply_to") or {})
    if copy_of is not None or header:
        replies = _replied(header) is not None or header.get("reply_to_top_id") is not None
        yield GroupMessage(
            id=raw["id"],
            copy_of=copy_of,
            top=header.get("reply_to_top_id"),
            remark=remark(raw, ()) if replies else None,
        )


def _remarks(asked: ChannelContext, page: Raw) -> _ReadRemark:
    """Return what makes of a page's message a comment as the door leaves it; who wrote it comes along on the page."""
    people, chats = _by_id(page.get("users")), _by_id(page.get("chats"))

    def writer(peer: Raw | None) -> CommentAuthor:
        if peer is None:  # an anonymous administrator, who speaks as the group
            return CommentAuthor(asked.group_names, number=asked.group, owner=True)
        number = _channel_of(peer)
        ours = asked.is_ours(number)
        card = (people if number is None else chats).get(number or peer.get("user_id") or 0)
        if card is None:
            return CommentAuthor(number=number or peer.get("user_id"), doubtful=True, owner=ours)
        title = " ".join(w for key in ("first_name", "last_name", "title") if (w := card.get(key)))
        lost = bool(card.get("deleted")) or _kind(card) is not EntityKind.USER
        return CommentAuthor(_names(card), title, card["id"], doubtful=lost, owner=ours)

    def remark(raw: Raw, roots: Collection[int | None]) -> TelegramComment:
        reply_to = _replied(raw.get("reply_to") or {})
        return asked.door.anonymise(
            writer(raw.get("from_id")),
            number=raw["id"],
            at=datetime.fromisoformat(raw["date"]),
            text=raw.get("message") or "",
            reply_to=None if reply_to in roots else reply_to,  # what answers a root answers the post, and no comment
        )

    return remark


def _copied(asked: ChannelContext, raw: Raw) -> Any:
    """Return the post of which a message is the copy in the group.

    A copy of a repost names the repost's origin as its source, and the channel as where it was saved from.
    """
    header, number = raw.get("fwd_from"), asked.number
    if not header or _channel_of(raw.get("from_id")) != number:
        return None
    if _channel_of(header.get("saved_from_peer")) == number:
        return header.get("saved_from_msg_id")
    return header.get("channel_post") if _channel_of(header.get("from_id")) == number else None


def _replied(header: Raw) -> Any:
    """Return what a message replies to; nothing where it quotes a message of another chat."""
    number = None if header.get("reply_to_peer_id") is not None else header.get("reply_to_msg_id")
    return None if number is None else _number(number)
