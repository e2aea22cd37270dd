"""Minimises Telegram's objects, as JSON, to what a look reads: an entity, messages, the comments in a group.

A field that a later layer of Telegram's schema adds or drops does no harm. Each `minimise_` function takes a response
and raises any exception for one of another form. A page of comments, shortened::

    {"count": 1, "messages": [{"_": "Message", "id": 30, "date": "2026-11-20T10:00:00+00:00",
     "message": "When will the bridge be mended?", "from_id": {"_": "PeerUser", "user_id": 101},
     "reply_to": {"reply_to_msg_id": 7}}], "chats": [],
     "users": [{"_": "User", "id": 101, "first_name": "A.", "last_name": "Reader", "username": null}]}
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

PAGE_SIZE = 100
"""The most messages in a response."""
_EVERYONES_PLATFORMS = {"all", "web", "desktop", "tdesktop"}
"""Platforms whose restrictions concern everyone; those of one app store's phones do not."""
_WARNINGS = {"sensitive"}
"""Reasons for which a channel is shown with a warning, not hidden."""

Raw = Mapping[str, Any]
T = TypeVar("T")


@dataclass(slots=True, repr=False)
class ChannelContext:
    """What is needed to minimise responses about one channel. It exists in memory only, as long as the look."""

    name: str
    """The user name on record, in lower case."""
    anonymiser: TelegramAnonymiser
    confirmed_id: int | None = None
    """The id of the confirmed channel, if known: of another channel only its existence is kept."""
    channel_id: int | None = None
    """The bare id of the channel, once it is known."""
    group_id: int | None = None
    group_names: tuple[str, ...] = ()

    def is_ours(self, entity_id: int | None) -> bool:
        """Return whether an id is that of the channel itself or of its discussion group."""
        return entity_id is not None and entity_id in {self.channel_id, self.group_id}


# Entities ------------------------------------------------------------------------------------------------------------


class ResolvedEntity(EntityCard):
    """What a name or an id leads to."""

    word: str = ""
    """Telegram's error word if there is no such entity; `kind` is then `missing`."""
    number: Number = None
    """The bare channel id."""
    handle: str | None = None
    """The channel's user name, in lower case; after a renaming it differs from the name requested."""
    bears: bool = True
    """Whether the name on record is among its user names."""
    private: bool = False
    """Whether only its members see more than its existence."""
    restricted: bool = False
    """Whether Telegram hides it from everyone."""
    created: Moment | None = None
    """The exact time of the channel's creation; Telegram shows it only to accounts that are not members."""
    group: Number = None
    """The id of the linked discussion group, if accounts that are not members may read it."""


def minimise_entity(context: ChannelContext, raw: Raw) -> ResolvedEntity:
    """Minimise a response about an entity to its kind, and for a channel to what it says about itself."""
    if "error" in raw:
        return ResolvedEntity(at=raw["at"], kind=EntityKind.MISSING, word=raw["error"])
    full, chats = raw.get("full_chat") or {}, _by_id(raw.get("chats"))
    entity = _entity(raw, full, chats)
    names, kind = _names(entity), _kind(entity)
    fields = {"at": raw["at"], "kind": kind, "bears": context.name in names}
    if kind is not EntityKind.CHANNEL:
        return ResolvedEntity(**fields)
    context.channel_id, description = entity["id"], full.get("about")
    fields |= {"number": entity["id"], "private": entity["_"].endswith("Forbidden")}
    if is_other_channel(entity["id"], context.confirmed_id):
        return ResolvedEntity(**fields, header=ChannelHeader())
    group = chats.get(full.get("linked_chat_id") or 0)
    is_readable = group is not None and not group["_"].endswith("Forbidden") and has_hash(group)
    if full:
        context.group_id, context.group_names = full.get("linked_chat_id"), _names(group or {})
        context.anonymiser.owner_names |= {*names, *context.group_names}
        context.anonymiser.add_description(entity.get("title"), LinkedText(description or ""))
    return ResolvedEntity(
        **fields,
        handle=next(iter(names), None),
        created=entity.get("date") if entity.get("left") else None,
        restricted=_is_restricted(entity),
        group=context.group_id if is_readable else None,
        header=ChannelHeader(
            verified=bool(entity.get("verified")),
            subscribers=full.get("participants_count"),
            register_link=responses.has_register_link(
                LinkedText(description) if isinstance(description, str) else None
            ),
        ),
    )


def _entity(raw: Raw, full: Raw, chats: Mapping[int, Raw]) -> Raw:
    """Return the channel, group, person or bot that a response is about. Raises `LookupError` if it is not included."""
    peer = raw.get("peer") or {}
    entity_id = full.get("id") or peer.get("channel_id") or peer.get("chat_id")
    if entity_id is not None:
        return chats[entity_id]
    people = _by_id(raw.get("users"))
    if "user_id" in peer:
        return people[peer["user_id"]]
    (entity,) = [*chats.values(), *people.values()]
    return entity


def _by_id(entities: Any) -> dict[int, Raw]:
    """Return users or chats by id, without the empty ones."""
    return {_require_number(entity["id"]): entity for entity in entities or () if not entity["_"].endswith("Empty")}


def _require_number(value: Any) -> int:
    """Return a number of Telegram's. Raises `ValueError` for anything else, such as a boolean."""
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError("no number")
    return value


def _kind(entity: Raw) -> EntityKind:
    if entity["_"].startswith("User"):
        return EntityKind.BOT if entity.get("bot") else EntityKind.USER
    return EntityKind.CHANNEL if entity["_"].startswith("Channel") and entity.get("broadcast") else EntityKind.GROUP


def _names(entity: Raw) -> tuple[str, ...]:
    """Return an entity's active user names in lower case, the one on display first."""
    other_names = [name.get("username") for name in entity.get("usernames") or () if name.get("active")]
    return tuple(
        dict.fromkeys(
            name.casefold() for name in (entity.get("username"), *other_names) if isinstance(name, str) and name
        )
    )


def has_hash(entity: Raw) -> bool:
    """Return whether an entity came with a usable access hash, that is not in short form."""
    return isinstance(entity.get("access_hash"), int) and not entity.get("min")


def _is_restricted(entity: Raw) -> bool:
    reasons = entity.get("restriction_reason") or () if entity.get("restricted") else ()
    return any(
        reason.get("platform") in _EVERYONES_PLATFORMS and reason.get("reason") not in _WARNINGS for reason in reasons
    )


# Messages ------------------------------------------------------------------------------------------------------------


def _read_each(messages: Iterable[Raw], read: Callable[[Raw], Iterable[T]]) -> Iterator[T | None]:
    """Yield what `read` yields for each message; None for a message that cannot be read."""
    for message in messages:
        try:
            yield from list(read(message))
        except (LookupError, TypeError, ValueError, AttributeError):
            yield None


def _message_list(raw: Raw) -> Sequence[Raw]:
    """Return the messages of a page, newest first, with the places of deleted ones. Raises if it is not a page."""
    messages: Sequence[Raw] = raw["messages"]
    for number in (raw["count"], *(message["id"] for message in messages)):
        _require_number(number)
    return messages


def _lowest(messages: Iterable[Raw]) -> int | None:
    """Return the lowest id of a page, the cursor to older messages; None if there can be none."""
    lowest_id = min((message["id"] for message in messages), default=1)
    return lowest_id if lowest_id > 1 else None


def minimise_history(context: ChannelContext, raw: Raw) -> HistoryPage:
    """Minimise a page of a channel's messages."""
    messages = _message_list(raw)
    undeleted = [message for message in reversed(messages) if message["_"] != "MessageEmpty"]
    foreign = any(_channel_of(message.get("peer_id")) not in {None, context.channel_id} for message in undeleted)
    return HistoryPage(
        at=raw["at"],
        messages=tuple(_read_each(undeleted, _read_message)),
        before=_lowest(messages),
        count=raw["count"],
        raw=len(messages),
        cause=Cause.UNRECOGNISED_PAGE if foreign else None,
    )


def _read_message(raw: Raw) -> Iterator[Message]:
    text, replies = raw.get("message") or "", raw.get("replies") or {}
    kind, has_thread = _message_kind(raw, text), bool(replies.get("comments"))
    yield Message(
        id=raw["id"],
        at=datetime.fromisoformat(raw["date"]),
        kind=kind,
        text="" if raw.get("action") is not None or raw.get("fwd_from") is not None else text,
        album=raw.get("grouped_id"),
        state=CommentsState.OPEN if has_thread else CommentsState.CLOSED,
        comments=replies.get("replies") if has_thread else None,
    )


def _message_kind(raw: Raw, text: str) -> MessageKind:
    if (action := raw.get("action")) is not None:
        is_creation = raw["id"] == 1 and action.get("_") == "MessageActionChannelCreate"
        return MessageKind.CREATION if is_creation else MessageKind.SERVICE
    if (raw.get("media") or {}).get("_") == "MessageMediaPaidMedia":
        return MessageKind.PAID
    if responses.is_advertisement(text, _links(raw)):
        return MessageKind.ADVERTISEMENT
    return MessageKind.POST if raw.get("fwd_from") is None else MessageKind.REPOST


def _links(raw: Raw) -> list[str]:
    """Return the links in a message's text and buttons; newer layers have a button's link in its type."""
    button_rows = (raw.get("reply_markup") or {}).get("rows") or ()
    buttons = [button for button_row in button_rows for button in button_row.get("buttons") or ()]
    entities = [*(raw.get("entities") or ()), *buttons, *(button.get("type") or {} for button in buttons)]
    return [entity["url"] for entity in entities if isinstance(entity.get("url"), str)]


def _channel_of(peer: Raw | None) -> int | None:
    return (peer or {}).get("channel_id")


# Comments ------------------------------------------------------------------------------------------------------------


class GroupMessage(MinimisedModel):
    """A message of the discussion group: its place in a thread, and the comment if it is one."""

    id: int
    copy_of: int | None = None
    """The id of the channel's post whose copy it is, if it is one: the root of the post's thread."""
    top: int | None = None
    """The id of the root of its thread, if it replies to another comment."""
    remark: TelegramComment | None = None


class GroupPage(MinimisedResponse):
    """A page of the discussion group: copies of posts and replies, without messages that belong to no thread."""

    rows: tuple[GroupMessage | None, ...] = ()
    """Newest first; None is a message that could not be read."""
    raw: int
    """How many message places the page had, deleted messages included."""
    count: int
    """How many message places the group has in all."""
    before: Number = None
    """The cursor to older messages, an id; None if there are none."""
    oldest: Moment | None = None
    """The time of the earliest message on the page."""
    disordered: bool = False
    """Whether a message is repeated, or not in the order of the ids."""


_NOT_COMMENTS = {"MessageEmpty", "MessageService"}
"""A deleted message leaves an empty place; a service message has no author."""


def minimise_comments(context: ChannelContext, raw: Raw) -> TelegramCommentPage:
    """Minimise a page of one post's thread, where every message is a comment."""
    messages = _message_list(raw)
    comments = [message for message in reversed(messages) if message["_"] not in _NOT_COMMENTS]
    read_comment = _comment_reader(context, raw)
    roots = _thread_roots(comments)
    return TelegramCommentPage(
        at=raw["at"],
        state=CommentsState.OPEN,
        count=raw["count"] - (len(messages) - len(comments)),
        remarks=tuple(_read_each(comments, lambda message: [read_comment(message, roots)])),
        before=None if len(messages) < PAGE_SIZE and len(messages) >= raw["count"] else _lowest(messages),
    )


def minimise_probe(context: ChannelContext, raw: Raw) -> TelegramCommentPage:  # noqa: ARG001 - it is of nobody
    """Minimise a control's thread to whether it has any comment."""
    return TelegramCommentPage(at=raw["at"], state=CommentsState.OPEN if _message_list(raw) else CommentsState.UNKNOWN)


def minimise_group(context: ChannelContext, raw: Raw) -> GroupPage:
    """Minimise a page of the discussion group."""
    messages, read_comment = _message_list(raw), _comment_reader(context, raw)
    ids = [message["id"] for message in messages]
    return GroupPage(
        at=raw["at"],
        rows=tuple(_read_each(messages, lambda message: _read_group_message(context, message, read_comment))),
        raw=len(messages),
        count=raw["count"],
        before=_lowest(messages),
        oldest=min((message["date"] for message in messages if message.get("date")), default=None),
        disordered=ids != sorted(set(ids), reverse=True),
    )


def minimise_administrators(context: ChannelContext, raw: Raw) -> MinimisedResponse:
    """Add the administrators of the discussion group to the anonymiser; keep nothing else of the response.

    Raises `ValueError` if the list is empty or incomplete.
    """
    user_ids = {_require_number(person["user_id"]) for person in raw["participants"]}
    if not user_ids or len(user_ids) != _require_number(raw["count"]):  # a group has at least its creator
        raise ValueError("not all of them")
    context.anonymiser.owner_ids |= user_ids
    return MinimisedResponse(at=raw["at"])


def _thread_roots(messages: Iterable[Raw]) -> set[int]:
    """Return the root of a thread, which is not on its pages: the message that others reply to and that is missing."""
    headers = [header for message in messages if (header := message.get("reply_to"))]
    roots = {header["reply_to_top_id"] for header in headers if header.get("reply_to_top_id")}
    replied_to = {header["reply_to_msg_id"] for header in headers if header.get("reply_to_msg_id")}
    return roots or replied_to - {message["id"] for message in messages}


_CommentReader = Callable[[Raw, Collection[int | None]], TelegramComment]


def _read_group_message(context: ChannelContext, raw: Raw, read_comment: _CommentReader) -> Iterator[GroupMessage]:
    """Yield a minimised message of the group; nothing if it is neither a copy of a post nor a reply."""
    if raw["_"] in _NOT_COMMENTS:
        return
    copy_of, header = _copied_post(context, raw), raw.get("reply_to") or {}
    if copy_of is not None or header:
        is_reply = _replied_to(header) is not None or header.get("reply_to_top_id") is not None
        yield GroupMessage(
            id=raw["id"],
            copy_of=copy_of,
            top=header.get("reply_to_top_id"),
            remark=read_comment(raw, ()) if is_reply else None,
        )


def _comment_reader(context: ChannelContext, page: Raw) -> _CommentReader:
    """Return a function that anonymises a message of the page; the page also holds the authors.

    Its second argument, `roots`, are the messages that stand for the post: a reply to one is a reply to the post.
    """
    people, chats = _by_id(page.get("users")), _by_id(page.get("chats"))

    def read_author(peer: Raw | None) -> CommentAuthor:
        if peer is None:  # an anonymous administrator, who speaks as the group
            return CommentAuthor(context.group_names, id=context.group_id, is_owner=True)
        channel_id = _channel_of(peer)
        is_ours = context.is_ours(channel_id)
        entity = (people if channel_id is None else chats).get(channel_id or peer.get("user_id") or 0)
        if entity is None:
            return CommentAuthor(id=channel_id or peer.get("user_id"), is_doubtful=True, is_owner=is_ours)
        title = " ".join(word for key in ("first_name", "last_name", "title") if (word := entity.get(key)))
        is_doubtful = bool(entity.get("deleted")) or _kind(entity) is not EntityKind.USER
        return CommentAuthor(_names(entity), title, entity["id"], is_doubtful=is_doubtful, is_owner=is_ours)

    def read_comment(raw: Raw, roots: Collection[int | None]) -> TelegramComment:
        reply_to = _replied_to(raw.get("reply_to") or {})
        return context.anonymiser.anonymise(
            read_author(raw.get("from_id")),
            comment_id=raw["id"],
            at=datetime.fromisoformat(raw["date"]),
            text=raw.get("message") or "",
            reply_to=None if reply_to in roots else reply_to,
        )

    return read_comment


def _copied_post(context: ChannelContext, raw: Raw) -> Any:
    """Return the id of the post whose copy in the group a message is; None if it is no copy.

    A copy of a repost names the repost's origin as its source, and the channel as the place it was saved from.
    """
    header, channel_id = raw.get("fwd_from"), context.channel_id
    if not header or _channel_of(raw.get("from_id")) != channel_id:
        return None
    if _channel_of(header.get("saved_from_peer")) == channel_id:
        return header.get("saved_from_msg_id")
    return header.get("channel_post") if _channel_of(header.get("from_id")) == channel_id else None


def _replied_to(header: Raw) -> Any:
    """Return the id of the message that a message replies to; None if it quotes a message of another chat."""
    message_id = None if header.get("reply_to_peer_id") is not None else header.get("reply_to_msg_id")
    return None if message_id is None else _require_number(message_id)
