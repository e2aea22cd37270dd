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

from auditor.base.links import is_advertisement
from auditor.base.snapshot import Cause, CommentsState, Moment
from auditor.probes.comment_reader import CommentAuthor
from auditor.probes.linked_text import LinkedText
from auditor.probes.protocol import MinimisedModel, MinimisedResponse
from auditor.probes.telegram import responses
from auditor.probes.telegram.responses import (
    ChannelHeader,
    EntityCard,
    EntityKind,
    HistoryPage,
    Message,
    MessageKind,
    OptionalInt,
    TelegramComment,
    TelegramCommentPage,
    is_other_channel,
)
from auditor.probes.telegram.telegram_authors import TelegramAuthors

PAGE_SIZE = 100
"""The most messages in a response."""
_EVERYONES_PLATFORMS = {"all", "web", "desktop", "tdesktop"}
"""Platforms whose restrictions concern everyone; those of one app store's phones do not."""
_WARNINGS = {"sensitive"}
"""Reasons for which a channel is shown with a warning, not hidden."""

TlObject = Mapping[str, Any]
"""An object of Telegram's type language (TL) as JSON; a response also has `at`, when it came."""
T = TypeVar("T")


@dataclass(slots=True, repr=False)
class ChannelContext:
    """What is needed to minimise responses about one channel. It exists in memory only, as long as the look."""

    name: str
    """The user name on record, in lower case."""
    authors: TelegramAuthors
    confirmed_id: int | None = None
    """The id of the confirmed channel, if known: of another channel only its existence is kept."""
    channel_id: int | None = None
    """The bare id of the channel, once it is known."""
    website: str = ""
    """The office's official site, which is not the register of large pages."""
    group_id: int | None = None
    group_names: tuple[str, ...] = ()

    def is_ours(self, entity_id: int | None) -> bool:
        """Return whether an id is that of the channel itself or of its discussion group."""
        return entity_id is not None and entity_id in {self.channel_id, self.group_id}


# Entities ------------------------------------------------------------------------------------------------------------


class ResolvedEntity(EntityCard):
    """What a name or an id leads to, with what only a signed-in client sees."""

    word: str = ""
    """Telegram's error word if there is no such entity; `kind` is then `missing`."""
    number: OptionalInt = None
    """The bare channel id; `Snapshot` calls it `id`."""
    handle: str | None = None
    """The channel's user name, in lower case; after a renaming it differs from the name requested."""
    bears: bool = True
    """Whether it bears the name on record: the name is among its active user names."""
    private: bool = False
    """Whether only its members see more than its existence."""
    restricted: bool = False
    """Whether Telegram hides it from everyone."""
    created: Moment | None = None
    """The exact time of the channel's creation; Telegram shows it only to accounts that are not members."""
    group: OptionalInt = None
    """The id of the linked discussion group, if accounts that are not members may read it."""
    has_group: bool | None = None
    """Whether a discussion group is linked, so that people can comment; None if the response does not say so."""


def minimise_entity(context: ChannelContext, response: TlObject) -> ResolvedEntity:
    """Minimise a response about an entity to its kind, and for a channel to what it says about itself."""
    if "error" in response:
        return ResolvedEntity(at=response["at"], kind=EntityKind.MISSING, word=response["error"])
    full, chats = response.get("full_chat") or {}, _by_id(response.get("chats"))
    entity = _entity(response, full, chats)
    names, kind = _names(entity), _kind(entity)
    fields = {"at": response["at"], "kind": kind, "bears": context.name in names}
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
        context.authors.owner_names |= {*names, *context.group_names}
        context.authors.add_description(entity.get("title"), LinkedText(description or ""))
    return ResolvedEntity(
        **fields,
        handle=next(iter(names), None),
        created=entity.get("date") if entity.get("left") else None,
        restricted=_is_restricted(entity),
        group=context.group_id if is_readable else None,
        has_group=bool(context.group_id) if full and full.get("linked_chat_id") is not False else None,
        header=ChannelHeader(
            verified=bool(entity.get("verified")),
            subscribers=full.get("participants_count"),
            register_link=responses.has_register_link(
                LinkedText(description) if isinstance(description, str) else None, context.website
            ),
        ),
    )


def _entity(response: TlObject, full: TlObject, chats: Mapping[int, TlObject]) -> TlObject:
    """Return the channel, group, person or bot that a response is about. Raises `LookupError` if it is not included."""
    peer = response.get("peer") or {}
    entity_id = full.get("id") or peer.get("channel_id") or peer.get("chat_id")
    if entity_id is not None:
        return chats[entity_id]
    people = _by_id(response.get("users"))
    if "user_id" in peer:
        return people[peer["user_id"]]
    (entity,) = [*chats.values(), *people.values()]
    return entity


def _by_id(entities: Any) -> dict[int, TlObject]:
    """Return users or chats by id, without the empty ones."""
    return {_require_number(entity["id"]): entity for entity in entities or () if not entity["_"].endswith("Empty")}


def _require_number(value: Any) -> int:
    """Return a number of Telegram's. Raises `ValueError` for anything else, such as a boolean."""
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError("not a number of Telegram's")
    return value


def _kind(entity: TlObject) -> EntityKind:
    if entity["_"].startswith("User"):
        return EntityKind.BOT if entity.get("bot") else EntityKind.USER
    return EntityKind.CHANNEL if entity["_"].startswith("Channel") and entity.get("broadcast") else EntityKind.GROUP


def _names(entity: TlObject) -> tuple[str, ...]:
    """Return an entity's active user names in lower case, the one on display first."""
    other_names = [name.get("username") for name in entity.get("usernames") or () if name.get("active")]
    return tuple(
        dict.fromkeys(
            name.casefold() for name in (entity.get("username"), *other_names) if isinstance(name, str) and name
        )
    )


def has_hash(entity: TlObject) -> bool:
    """Return whether an entity came with a usable access hash, that is not in short form."""
    return isinstance(entity.get("access_hash"), int) and not entity.get("min")


def _is_restricted(entity: TlObject) -> bool:
    reasons = entity.get("restriction_reason") or () if entity.get("restricted") else ()
    return any(
        reason.get("platform") in _EVERYONES_PLATFORMS and reason.get("reason") not in _WARNINGS for reason in reasons
    )


# Messages ------------------------------------------------------------------------------------------------------------


def _read_each(messages: Iterable[TlObject], read: Callable[[TlObject], Iterable[T]]) -> Iterator[T | None]:
    """Yield what `read` yields for each message; None for a message that cannot be read."""
    for message in messages:
        try:
            yield from list(read(message))
        except (LookupError, TypeError, ValueError, AttributeError):
            yield None


def _message_list(response: TlObject) -> Sequence[TlObject]:
    """Return the messages of a page, newest first, with the places of deleted ones. Raises if it is not a page."""
    messages: Sequence[TlObject] = response["messages"]
    for number in (response["count"], *(message["id"] for message in messages)):
        _require_number(number)
    return messages


def _lowest(messages: Iterable[TlObject]) -> int | None:
    """Return the lowest id of a page, the cursor to older messages; None if there can be none."""
    lowest_id = min((message["id"] for message in messages), default=1)
    return lowest_id if lowest_id > 1 else None


def minimise_history(context: ChannelContext, response: TlObject) -> HistoryPage:
    """Minimise a page of a channel's messages."""
    messages = _message_list(response)
    undeleted = [message for message in reversed(messages) if message["_"] != "MessageEmpty"]
    foreign = any(_channel_of(message.get("peer_id")) not in {None, context.channel_id} for message in undeleted)
    return HistoryPage(
        at=response["at"],
        messages=tuple(_read_each(undeleted, _read_message)),
        before=_lowest(messages),
        count=response["count"],
        raw=len(messages),
        cause=Cause.UNRECOGNISED_PAGE if foreign else None,
    )


def _read_message(message: TlObject) -> Iterator[Message]:
    text, replies = message.get("message") or "", message.get("replies") or {}
    kind, has_thread = _message_kind(message, text), bool(replies.get("comments"))
    yield Message(
        id=message["id"],
        at=datetime.fromisoformat(message["date"]),
        kind=kind,
        text="" if message.get("action") is not None or message.get("fwd_from") is not None else text,
        has_media=None if message.get("fwd_from") is not None else _has_media(message.get("media") or {}),
        album=message.get("grouped_id"),
        state=CommentsState.OPEN if has_thread else CommentsState.CLOSED,
        comments=replies.get("replies") if has_thread else None,
    )


def _has_media(media: TlObject) -> bool | None:
    """Return whether it is a photo, a video or a document; a link's preview is none. None if the layer knows it not."""
    if media.get("_") == "MessageMediaUnsupported":
        return None
    return media.get("_") in {"MessageMediaPhoto", "MessageMediaDocument"}


def _message_kind(message: TlObject, text: str) -> MessageKind:
    if (action := message.get("action")) is not None:
        is_creation = message["id"] == 1 and action.get("_") == "MessageActionChannelCreate"
        return MessageKind.CREATION if is_creation else MessageKind.SERVICE
    if (message.get("media") or {}).get("_") == "MessageMediaPaidMedia":
        return MessageKind.PAID
    if is_advertisement(text, _links(message)):
        return MessageKind.ADVERTISEMENT
    return MessageKind.POST if message.get("fwd_from") is None else MessageKind.REPOST


def _links(message: TlObject) -> list[str]:
    """Return the links in a message's text and buttons; newer layers have a button's link in its type."""
    button_rows = (message.get("reply_markup") or {}).get("rows") or ()
    buttons = [button for button_row in button_rows for button in button_row.get("buttons") or ()]
    entities = [*(message.get("entities") or ()), *buttons, *(button.get("type") or {} for button in buttons)]
    return [entity["url"] for entity in entities if isinstance(entity.get("url"), str)]


def _channel_of(peer: TlObject | None) -> int | None:
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
    """The comment that the message is; None for a copy of a post that replies to nothing."""


class GroupPage(responses.TelegramList[GroupMessage]):
    """A page of the discussion group: copies of posts and replies, without messages that belong to no thread."""

    rows: tuple[GroupMessage | None, ...] = ()
    """The messages, newest first; None is one that could not be read."""
    raw: int
    """A number: how many message places the page had, those of deleted messages included."""
    count: int
    """How many message places the group has in all, counted in the same way."""
    before: OptionalInt = None
    """The cursor to older messages, an id; None if there are none."""
    oldest: Moment | None = None
    """The time of the earliest message on the page."""
    disordered: bool = False
    """Whether a message is repeated, or not in the order of the ids."""

    @property
    def cause(self) -> Cause | None:
        """Why it is not a page of the group."""
        return Cause.CONTRADICTION if self.disordered else None

    @property
    def entries(self) -> tuple[GroupMessage | None, ...]:
        """The messages."""
        return self.rows

    @property
    def places(self) -> int:
        """How many message places the page had."""
        return self.raw

    @property
    def total(self) -> int:
        """How many message places the group has."""
        return self.count


_NOT_COMMENTS = {"MessageEmpty", "MessageService"}
"""A deleted message leaves an empty place; a service message has no author."""


def minimise_comments(context: ChannelContext, response: TlObject) -> TelegramCommentPage:
    """Minimise a page of one post's thread, where every message is a comment."""
    messages = _message_list(response)
    comments = [message for message in reversed(messages) if message["_"] not in _NOT_COMMENTS]
    read_comment = _comment_reader(context, response)
    roots = _thread_roots(comments)
    return TelegramCommentPage(
        at=response["at"],
        state=CommentsState.OPEN,
        count=response["count"] - (len(messages) - len(comments)),
        remarks=tuple(_read_each(comments, lambda message: [read_comment(message, roots)])),
        before=None if len(messages) < PAGE_SIZE and len(messages) >= response["count"] else _lowest(messages),
    )


def minimise_control_thread(context: ChannelContext, response: TlObject) -> TelegramCommentPage:  # noqa: ARG001 - every minimiser takes it
    """Minimise a control's thread to whether it has any comment."""
    return TelegramCommentPage(
        at=response["at"], state=CommentsState.OPEN if _message_list(response) else CommentsState.UNKNOWN
    )


def minimise_group(context: ChannelContext, response: TlObject) -> GroupPage:
    """Minimise a page of the discussion group."""
    messages, read_comment = _message_list(response), _comment_reader(context, response)
    ids = [message["id"] for message in messages]
    return GroupPage(
        at=response["at"],
        rows=tuple(_read_each(messages, lambda message: _read_group_message(context, message, read_comment))),
        raw=len(messages),
        count=response["count"],
        before=_lowest(messages),
        oldest=min((message["date"] for message in messages if message.get("date")), default=None),
        disordered=ids != sorted(set(ids), reverse=True),
    )


def minimise_administrators(context: ChannelContext, response: TlObject) -> MinimisedResponse:
    """Add the administrators of the discussion group to the authors; keep nothing else of the response.

    Raises `ValueError` if the list is empty or incomplete.
    """
    user_ids = {_require_number(person["user_id"]) for person in response["participants"]}
    if not user_ids or len(user_ids) != _require_number(response["count"]):  # a group has at least its creator
        raise ValueError("an empty or incomplete list of administrators")
    context.authors.owner_ids |= user_ids
    return MinimisedResponse(at=response["at"])


def _thread_roots(messages: Iterable[TlObject]) -> set[int]:
    """Return the root of a thread, which is not on its pages: the message that others reply to and that is missing."""
    headers = [header for message in messages if (header := message.get("reply_to"))]
    roots = {header["reply_to_top_id"] for header in headers if header.get("reply_to_top_id")}
    replied_to = {header["reply_to_msg_id"] for header in headers if header.get("reply_to_msg_id")}
    return roots or replied_to - {message["id"] for message in messages}


_CommentReader = Callable[[TlObject, Collection[int | None]], TelegramComment]


def _read_group_message(
    context: ChannelContext, message: TlObject, read_comment: _CommentReader
) -> Iterator[GroupMessage]:
    """Yield a minimised message of the group; nothing if it is neither a copy of a post nor a reply."""
    if message["_"] in _NOT_COMMENTS:
        return
    copy_of, header = _copied_post(context, message), message.get("reply_to") or {}
    if copy_of is not None or header:
        is_reply = _replied_to(header) is not None or header.get("reply_to_top_id") is not None
        yield GroupMessage(
            id=message["id"],
            copy_of=copy_of,
            top=header.get("reply_to_top_id"),
            remark=read_comment(message, ()) if is_reply else None,
        )


def _comment_reader(context: ChannelContext, page: TlObject) -> _CommentReader:
    """Return a function that anonymises a message of the page; the page also holds the authors.

    Its second argument, `roots`, are the messages that stand for the post: a reply to one is a reply to the post.
    """
    people, chats = _by_id(page.get("users")), _by_id(page.get("chats"))

    def read_author(peer: TlObject | None) -> CommentAuthor:
        if peer is None:  # an anonymous administrator, who speaks as the group
            return CommentAuthor(context.group_names, id=context.group_id, is_owner=True)
        channel_id = _channel_of(peer)
        is_ours = context.is_ours(channel_id)
        entity = (people if channel_id is None else chats).get(channel_id or peer.get("user_id") or 0)
        if entity is None:
            author_id = channel_id or peer.get("user_id")
            is_organisation = None if author_id is None else channel_id is not None
            return CommentAuthor(id=author_id, is_doubtful=True, is_owner=is_ours, is_organisation=is_organisation)
        title = " ".join(word for key in ("first_name", "last_name", "title") if (word := entity.get(key)))
        kind = _kind(entity)
        return CommentAuthor(
            _names(entity),
            title,
            entity["id"],
            is_doubtful=bool(entity.get("deleted")) or kind is not EntityKind.USER,
            is_owner=is_ours,
            is_organisation=None if kind is EntityKind.BOT else kind is not EntityKind.USER,
        )

    def read_comment(message: TlObject, roots: Collection[int | None]) -> TelegramComment:
        reply_to = _replied_to(message.get("reply_to") or {})
        return context.authors.read_comment(
            read_author(message.get("from_id")),
            comment_id=message["id"],
            at=datetime.fromisoformat(message["date"]),
            text=message.get("message") or "",
            reply_to=None if reply_to in roots else reply_to,
        )

    return read_comment


def _copied_post(context: ChannelContext, message: TlObject) -> Any:
    """Return the id of the post whose copy in the group a message is; None if it is no copy.

    A copy of a repost names the repost's origin as its source, and the channel as the place it was saved from.
    """
    header, channel_id = message.get("fwd_from"), context.channel_id
    if not header or _channel_of(message.get("from_id")) != channel_id:
        return None
    if _channel_of(header.get("saved_from_peer")) == channel_id:
        return header.get("saved_from_msg_id")
    return header.get("channel_post") if _channel_of(header.get("from_id")) == channel_id else None


def _replied_to(header: TlObject) -> Any:
    """Return the id of the message that a message replies to; None if it quotes a message of another chat."""
    message_id = None if header.get("reply_to_peer_id") is not None else header.get("reply_to_msg_id")
    return None if message_id is None else _require_number(message_id)
