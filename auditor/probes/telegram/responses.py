"""The minimised responses that both routes to Telegram share: an entity, a page of history, a page of comments.

The public pages extend `HistoryPage` (`PreviewPage`), the client extends `EntityCard` (`ResolvedEntity`) and adds
`GroupPage`. None holds a citizen's name or words: `TelegramAuthors` makes a `TelegramComment` of a comment as it was
received, and keeps to itself what further requests need (the keys of ``loadComments``, whom an ordinal stands for).
Field names are stored; where one misleads, its docstring explains it. A comment page as stored::

    {"at": "2026-11-23T17:00:00Z", "state": "open", "count": 1, "before": null, "remarks": [{"comment":
     {"id": 30, "at": "2026-11-20T10:00:00Z", "side": "citizen", "author": 1, "says": "asks"}, "askable": true}]}
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, WrapValidator

from auditor.base.links import leads_to_register
from auditor.base.snapshot import Cause, Comment, CommentsState, Moment
from auditor.probes.linked_text import LinkedText
from auditor.probes.protocol import MinimisedModel, MinimisedResponse


class EntityKind(StrEnum):
    """The kinds of entity that a name can lead to."""

    CHANNEL = "channel"
    GROUP = "group"
    USER = "user"
    BOT = "bot"
    PRIVATE = "private"
    """What a private invite leads to."""
    MISSING = "missing"
    UNRECOGNISED = "unrecognised"


def _or_none(value: Any, validate: Any) -> Any:
    """Return None for a fact that cannot be read: an item is lost only if what identifies it cannot be read."""
    try:
        return validate(value)
    except ValueError:
        return None


OptionalInt = Annotated[Annotated[int, Field(strict=True)] | None, WrapValidator(_or_none)]
"""An integer as JSON writes it, such as an id; None for anything else."""
Count = Annotated[Annotated[int, Field(strict=True, ge=0, lt=2**53)] | None, WrapValidator(_or_none)]
"""A count as JSON writes it: never a boolean, and below what JSON numbers hold exactly. Otherwise None."""


# The card ------------------------------------------------------------------------------------------------------------


class ChannelHeader(MinimisedModel):
    """What a channel says about itself, on its landing page, beside its history or in its TL object."""

    title: str | None = None
    subscribers: Count = None
    """The exact count; None if it is not shown or rounded."""
    shown: str = ""
    """Public pages only: the subscribers as shown, which may be rounded (``5.01K``); empty if none are shown."""
    verified: bool | None = None
    register_link: bool | None = None
    """Whether the description has a link to the register of large pages; None if unknown."""
    has_content: bool = False
    """Public pages only: whether its counters mention photos, videos, files or links."""


class EntityCard(MinimisedResponse):
    """The entity that a name leads to: its kind and, for a channel, what its page shows.

    For a person, a bot or a group no title is kept, which may be a person's name: only the kind and, for a group,
    `sketches`.
    """

    kind: EntityKind
    header: ChannelHeader | None = None
    """For a channel only."""
    sketches: dict[int, str | None] | None = None
    """Public pages only, for a group that commented under the channel's posts: the `Comment.sketch` of its comments, by
    comment id. Only the channel's own discussion group can comment there as a group, so they are the owner's words."""
    organisation: bool | None = None
    """Of a comment's author: whether it is a channel or group, and no person; None for a bot, and if not recorded."""


def has_register_link(description: LinkedText | None, website: str = "") -> bool | None:
    """Return whether a description has a link to the register of large pages (`auditor.base.links`).

    None if the description was not seen, or has a link that may lead on to the register. `website`: the office's site.
    """
    if description is None:
        return None
    return leads_to_register((description.text, *(anchor.href for anchor in description.anchors)), website)


def is_other_channel(channel_id: int | None, confirmed_id: int | None) -> bool:
    """Return whether a channel's id differs from the confirmed one; False if either is unknown."""
    return None not in {channel_id, confirmed_id} and channel_id != confirmed_id


# The history ---------------------------------------------------------------------------------------------------------


class MessageKind(StrEnum):
    """What kind of message it is. A repost is what Telegram calls a forward."""

    POST = "post"
    REPOST = "repost"
    SERVICE = "service"
    CREATION = "birth"
    """The service message with id 1: the channel was created. It is stored as ``birth``."""
    ADVERTISEMENT = "advertisement"
    PAID = "paid"
    """Behind a paywall."""


class Message(MinimisedModel):
    """A message of the channel. `at` is UTC."""

    id: int
    at: Moment
    kind: MessageKind = MessageKind.POST
    text: str = Field("", repr=False)
    """The channel's own text; empty for a repost. The public pages also give a service message's text, the client an
    empty one."""
    marked: LinkedText = Field(LinkedText(), exclude=True, repr=False)
    """The text with its links, for the search for accounts; for a repost its origin's name. Never stored."""
    hidden: bool = False
    """Public pages only: whether only the app shows the message, so that its text is unknown."""
    has_media: bool | None = None
    """Whether it bears a photo, a video or a document, such as a voice message; None for a repost, of which the public
    pages' stored markup holds no more than that it is one, and if not shown or not recorded."""
    album: Annotated[int, Field(strict=True)] | None = None
    """Client only: the id of the album it belongs to; an album is one post. The public pages show it as one message."""
    state: CommentsState = CommentsState.UNKNOWN
    """Whether people can comment, if the history says so."""
    comments: Count = None
    """How many comments it has, if the history says so."""
    parts: tuple[int, ...] = ()
    """For a merged album: the ids of all its messages."""

    @property
    def is_post(self) -> bool:
        """Whether it is a post or a repost."""
        return self.kind in {MessageKind.POST, MessageKind.REPOST}

    @property
    def has_no_comments(self) -> bool:
        """Whether the history itself says that there is no comment under it."""
        return self.state is CommentsState.CLOSED or self.comments == 0

    @property
    def is_service(self) -> bool:
        """Whether it is a service message, written by Telegram itself."""
        return self.kind in {MessageKind.SERVICE, MessageKind.CREATION}


ItemT = TypeVar("ItemT")


class TelegramList(MinimisedResponse, Generic[ItemT]):
    """A page of a list that `probes.paged_list` reads below an id; an entry is None if it could not be read."""

    @property
    def entries(self) -> tuple[ItemT | None, ...]:
        """What the page lists."""
        raise NotImplementedError

    @property
    def readable(self) -> list[ItemT]:
        """The entries that could be read."""
        return [entry for entry in self.entries if entry is not None]

    @property
    def unread(self) -> int:
        """Count of entries that could not be read."""
        return self.entries.count(None)


class HistoryPage(TelegramList[Message]):
    """A page of messages."""

    messages: tuple[Message | None, ...] = ()
    """Oldest first, in the order of the page, even if that is disordered. Deleted messages are left out; None is a
    message that could not be read."""
    before: OptionalInt = None
    """The cursor to older messages, an id. None if there are none: the public page has no link to any; the client's
    page is empty or holds id 1."""
    count: Count = None
    """Client only: how many message places the history has in all; a deleted message may still have a place."""
    raw: int = 0
    """Client only, a number: how many message places the page had, those of deleted messages included."""
    number: OptionalInt = None
    """Public pages only: the bare channel id, if the page names it; `Snapshot` calls it `id`."""
    header: ChannelHeader | None = None
    cause: Cause | None = None
    """Why it is not a page of the channel's messages. Public pages: `preview_off` if there is no preview, `throttled`
    for a missing name's page. Client: `unrecognised_page` if it holds another channel's messages."""
    unshown: bool = False
    """Public pages only: whether it says that only the app shows the messages."""
    foreign: bool = False
    """Public pages only: whether it held messages of other channels, which are left out."""

    @property
    def entries(self) -> tuple[Message | None, ...]:
        """The messages."""
        return self.messages

    @property
    def posts(self) -> list[Message]:
        """The messages that Telegram itself did not write."""
        return [message for message in self.readable if not message.is_service]

    @property
    def places(self) -> int:
        """How many message places the page had, where the source counts them."""
        return self.raw

    @property
    def total(self) -> int | None:
        """How many message places the history has, if the page says so."""
        return self.count


# The comments under a post -------------------------------------------------------------------------------------------


class TelegramComment(MinimisedModel):
    """A comment without its author's name and its words, made by `TelegramAuthors.read_comment`.

    Once the whole look's threads are read, its side may still change from `citizen` to `unknown`, and from either to
    `owner`: the discussion group may be recognised later. `says` is read from the words without a leading mention;
    whether that mention was of a citizen, and which comment it replies to, is settled once the whole thread is read.
    """

    comment: Comment
    """The comment as a snapshot stores it, before its side is final. Its `id` is Telegram's number of the message in
    the discussion group, the same over both routes: the widget's ``data-post-id`` is the client's message id."""
    askable: bool = False
    """Public pages only: whether its author has a page that can be looked up by their ordinal
    (`TelegramSource.author_card`). Whether the author asks a question is not meant."""
    likeness: int = 0
    """How much its author's names resemble those of the channel's own group: the most alike is looked up first."""
    names_record: bool = False
    """Whether the user it begins by mentioning (`Comment.mentions`) is on record, and so not a citizen."""

    @property
    def id(self) -> int:
        """Telegram's number of the message in the discussion group."""
        return self.comment.id

    @property
    def at(self) -> datetime:
        """When it was written."""
        return self.comment.at


class TelegramCommentPage(TelegramList[TelegramComment]):
    """A page of the comments under a post. The first one requested holds the newest comments, the next ones older."""

    state: CommentsState
    cause: Cause | None = None
    """Why it does not show the comments, or does not lead to older ones."""
    count: Count = None
    """How many comments there are in all, if the page says so."""
    remarks: tuple[TelegramComment | None, ...] = ()
    """The comments, oldest first; None is a comment that could not be read."""
    before: OptionalInt = None
    """The cursor to older comments, an id; None if there are none."""

    @property
    def shows_comments(self) -> bool:
        """Whether people can comment there."""
        return self.state is CommentsState.OPEN

    @property
    def entries(self) -> tuple[TelegramComment | None, ...]:
        """The comments."""
        return self.remarks

    @property
    def places(self) -> int:
        """Count of comments on the page."""
        return len(self.remarks)

    @property
    def total(self) -> int | None:
        """How many comments there are in all, if the page says so."""
        return self.count
