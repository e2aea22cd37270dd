"""What is kept of Telegram's answers, and all that a look sees: a page of history, the talk under a post, who it is.

Both sources answer in these forms. No form holds a citizen's name or words: a raw comment becomes a `Remark` at the
door (`speakers.Door`), and what else it takes to ask further (access hashes, the keys of ``loadComments``, whom an
ordinal stands for) never leaves the door.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, WrapValidator

from auditor.base.snapshot import Cause, Comment, CommentsState, Moment
from auditor.probes.linked_text import LinkedText
from auditor.probes.protocol import MinimisedModel, MinimisedResponse


class EntityKind(StrEnum):
    """What a name is."""

    CHANNEL = "channel"
    GROUP = "group"
    USER = "user"
    BOT = "bot"
    PRIVATE = "private"
    """What an invite leads to."""
    MISSING = "missing"
    UNRECOGNISED = "unrecognised"


def _or_none(value: Any, read: Any) -> Any:
    """Take a fact that cannot be read for an unknown one: only what identifies an item may cost the item."""
    try:
        return read(value)
    except ValueError:
        return None


Number = Annotated[Annotated[int, Field(strict=True)] | None, WrapValidator(_or_none)]
Count = Annotated[Annotated[int, Field(strict=True, ge=0, lt=2**53)] | None, WrapValidator(_or_none)]
"""A truth value is none, and no network has more of anything."""


# The card ------------------------------------------------------------------------------------------------------------


class ChannelHeader(MinimisedModel):
    """What a channel says of itself, on its card or beside its history."""

    title: str | None = None
    subscribers: Count = None
    """Exact, or None."""
    shown: str = ""
    """The subscribers as they are shown where that is rounded, ``5.01K``."""
    verified: bool | None = None
    register_link: bool | None = None
    """Whether the description carries a register link; None if that cannot be told."""
    has_content: bool = False
    """Its counters speak of photos, videos, files or links."""


class EntityCard(MinimisedResponse):
    """What a name is. Of a person, a bot or a group nothing else is kept: its title is somebody's name."""

    kind: EntityKind
    header: ChannelHeader | None = None
    """Of a channel."""
    sketches: dict[int, str | None] | None = None
    """Of a group whose comments under the channel's posts were read: those comments, by their ids. A group in its own
    discussion is the channel's linked group, so they are the owner's words (`Comment.sketch`)."""


# Federal law 303-ФЗ of 08.08.2024: pages above 10,000 subscribers carry a link to their entry in the register.
_REGISTER = re.compile(r"(?<![\w-])(?:knd\.gov\.ru(?![\w-]|\.\w)|gosuslugi\.ru/snet\b)", re.IGNORECASE)
_SHORTENED = re.compile(
    r"(?<![\w.-])(?:clck\.ru|vk\.cc|bit\.ly|goo\.su|u\.to|tinyurl\.com|is\.gd|t\.ly|cutt\.ly|ya\.cc|surl\.li|gu-st\.ru|"
    r"qps\.ru|shorturl\.at|rebrand\.ly|ow\.ly)/\S",
    re.IGNORECASE,
)


def register_link(about: LinkedText | None) -> bool | None:
    """Tell whether a description carries a link to the register of large pages.

    None where the description was not seen, or where a shortened link in it may be the one.
    """
    if about is None:
        return None
    places = (about.text, *(anchor.href for anchor in about.anchors))
    if any(map(_REGISTER.search, places)):
        return True
    return None if any(map(_SHORTENED.search, places)) else False


# The history ---------------------------------------------------------------------------------------------------------


class MessageKind(StrEnum):
    """What a message is."""

    POST = "post"
    REPOST = "repost"
    SERVICE = "service"
    CREATION = "birth"
    """The service message with id 1: the channel was created."""
    ADVERTISEMENT = "advertisement"
    PAID = "paid"
    """It stands behind a paywall."""


class Message(MinimisedModel):
    """A message of the channel. `at` is UTC."""

    id: int
    at: Moment
    kind: MessageKind = MessageKind.POST
    text: str = Field("", repr=False)
    """The channel's own words, or what a service message says; empty for a repost."""
    marked: LinkedText = Field(LinkedText(), exclude=True, repr=False)
    """For who looks for accounts, and not stored: the words with their links; of a repost where it was taken from."""
    hidden: bool = False
    """Only the app shows it: nothing is known of its words."""
    album: Annotated[int, Field(strict=True)] | None = None
    """The album it is a part of, where a source shows parts: together they are one post."""
    state: CommentsState = CommentsState.UNKNOWN
    """Whether people can comment, where the history says so."""
    comments: Count = None
    """How many comments it has, where the history says so."""
    parts: tuple[int, ...] = ()
    """Of an album that was put together: the ids of all its parts."""

    @property
    def is_post(self) -> bool:
        """Whether it is a post or a repost."""
        return self.kind in {MessageKind.POST, MessageKind.REPOST}

    @property
    def is_service(self) -> bool:
        """Whether Telegram itself wrote it."""
        return self.kind in {MessageKind.SERVICE, MessageKind.CREATION}


class HistoryPage(MinimisedResponse):
    """A page of messages."""

    messages: tuple[Message | None, ...] = ()
    """Oldest first, in the order of the page: what is disordered stays so. Deleted messages leave nothing; None is one
    that could not be read."""
    before: Number = None
    """Older messages are asked for by this id; None: the page holds the first message of all."""
    count: Count = None
    """How many messages the history has in all, deleted ones aside, where a source says so."""
    raw: int = 0
    """How many places the page had, deleted messages among them, where `count` is given."""
    number: Number = None
    """The bare channel id, where the page names it."""
    header: ChannelHeader | None = None
    cause: Cause | None = None
    """Why it is no page of messages: `preview_off` where there is none, `throttled` for a missing name's page."""
    unshown: bool = False
    """In place of messages it says that the app would show them."""
    foreign: bool = False
    """It holds messages of other channels."""

    @property
    def readable(self) -> list[Message]:
        """The messages that could be read."""
        return [message for message in self.messages if message is not None]


# The talk under a post -----------------------------------------------------------------------------------------------


class TelegramComment(MinimisedModel):
    """A comment without its author and its words, as the door leaves it (`speakers.Door.remark`).

    Its side is the door's, and may only rise in the look, from `citizen` by `unknown` and `body` to `owner`: the linked
    group may be found later. `says` is as its words say it, a leading mention taken off; whether that mention was of a
    citizen, and whom it answers, is worked out over the thread.
    """

    comment: Comment
    askable: bool = False
    """Its author has a page of his own that can be asked for by his ordinal (`Source.identity`)."""
    likeness: int = 0
    """How much its author's names are like those of the channel's own group: who is most alike is asked for first."""
    names_record: bool = False
    """Whom it begins by mentioning (`Comment.mentions`) is on record, and so no citizen."""


class TelegramCommentPage(MinimisedResponse):
    """A page of the comments under a post, the newest page first."""

    state: CommentsState
    cause: Cause | None = None
    """Why it does not show the comments, or does not lead to older ones."""
    count: Count = None
    """How many comments there are in all, where it says so."""
    remarks: tuple[TelegramComment | None, ...] = ()
    """None is a comment that could not be read."""
    before: Number = None
    """Older comments are asked for by this id; None: there are none."""


_ERID = re.compile(r"(?<![a-z])erid(?![a-z])", re.IGNORECASE)


def is_advertisement(text: str, links: Iterable[str]) -> bool:
    """Tell whether a post is marked by «erid», the token that the law on advertising asks for (38-ФЗ, 18.1)."""
    return any(_ERID.search(part) for part in (text, *links))
