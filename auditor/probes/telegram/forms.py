"""What is kept of Telegram's answers, and all that a look sees: a page of history, the talk under a post, who it is.

Both sources answer in these forms. A source may read its raw answers into a form of its own that is one of these. No
form holds a citizen's name or words: a raw comment becomes a `Remark` at the door (`speakers.Door`), and what else it
takes to ask further (access hashes, the keys of ``loadComments``, whom an ordinal stands for) never leaves the door.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, WrapValidator

from auditor.base.snapshot import Cause, Comment, CommentsState, Moment
from auditor.probes.looks import Kept, Stored


class Kind(StrEnum):
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


Number = Annotated[int | None, WrapValidator(_or_none)]


class Unread(Kept):
    """What stands where an item should. It is counted, and nothing of it is kept."""


FIRST_THAT_FITS = Field(union_mode="left_to_right")


# The card ------------------------------------------------------------------------------------------------------------


class Header(Kept):
    """What a channel says of itself, on its card or beside its history."""

    title: str | None = None
    subscribers: Number = None
    """Exact, or None."""
    shown: str = ""
    """The subscribers as they are shown where that is rounded, ``5.01K``."""
    verified: bool | None = None
    register_link: bool | None = None
    """Whether the description carries a register link; None if that cannot be told."""
    has_content: bool = False
    """Its counters speak of photos, videos, files or links."""


class Card(Stored):
    """What a name is. Of a person, a bot or a group nothing else is kept: its title is somebody's name."""

    kind: Kind
    handle: str | None = None
    """The name that it speaks of, in lower case: a channel that was renamed has another than the one asked for."""
    number: Number = None
    """The bare channel id."""
    header: Header | None = None
    """Of a channel."""
    created: Moment | None = None
    """When the channel was created, exactly: only for one who is not in it."""


# The history ---------------------------------------------------------------------------------------------------------


class Message(Kept):
    """A message of the channel. `at` is UTC."""

    id: int
    at: Moment
    text: str = Field("", repr=False)
    """The channel's own words, or what a service message says; empty for a repost."""
    repost: bool = False
    service: bool = False
    created: bool = False
    """The service message with id 1: the channel's birth."""
    advertisement: bool = False
    paid: bool = False
    """It stands behind a paywall."""
    hidden: bool = False
    """Only the app shows it: nothing is known of its words."""
    album: Number = None
    """The album it is a part of, where a source shows parts: together they are one post."""
    state: CommentsState = CommentsState.UNKNOWN
    """Whether people can comment, where the history says so."""
    comments: Number = None
    """How many comments it has, where the history says so."""
    parts: tuple[int, ...] = ()
    """Of an album that was put together: the ids of all its parts."""

    @property
    def is_post(self) -> bool:
        """Whether it is a post or a repost."""
        return not (self.service or self.advertisement or self.paid)


class History(Stored):
    """A page of messages."""

    messages: tuple[Annotated[Message | Unread, FIRST_THAT_FITS], ...] = ()
    """Oldest first, in the order of the page: what is disordered stays so. Deleted messages leave nothing."""
    before: Number = None
    """Older messages are asked for by this id; None: the page holds the first message of all."""
    count: Number = None
    """How many messages the history has in all, deleted ones aside, where a source says so."""
    raw: int = 0
    """How many places the page had, deleted messages among them, where `count` is given."""
    number: Number = None
    """The bare channel id, where the page names it."""
    header: Header | None = None
    cause: Cause | None = None
    """Why it is no page of messages: `preview_off` where there is none, `throttled` for a missing name's page."""
    unshown: bool = False
    """In place of messages it says that the app would show them."""
    foreign: bool = False
    """It holds messages of other channels."""

    @property
    def readable(self) -> list[Message]:
        """The messages that could be read."""
        return [message for message in self.messages if isinstance(message, Message)]


# The talk under a post -----------------------------------------------------------------------------------------------


class TalkState(StrEnum):
    """What is shown under a post."""

    OPEN = "open"
    CLOSED = "closed"
    """The network says that there is no discussion."""
    HIDDEN = "hidden"
    """Only the app shows it."""
    NO_POST = "no_post"
    STUB = "stub"
    """The page of a missing name came instead: there is none, or the client is throttled."""


class Remark(Kept):
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


class Talk(Stored):
    """A page of the comments under a post, the newest page first."""

    state: TalkState
    count: Number = None
    """How many comments there are in all, where it says so."""
    remarks: tuple[Annotated[Remark | Unread, FIRST_THAT_FITS], ...] = ()
    before: Number = None
    """Older comments are asked for by this id; None: there are none."""
    leads_on: bool = True
    """What it takes to ask for older ones came along."""


class Glimpse(Stored):
    """Of a control's thread: whether it shows that people can comment, and nothing of a comment."""

    open: bool


class Identity(Stored):
    """Of somebody who comments, what he is: no name. A group in its own discussion is the channel's linked group."""

    kind: Kind
    sketches: dict[int, str | None] = Field(default_factory=dict)
    """Of the linked group's comments so far, by their ids: those are the owner's words (`Comment.sketch`)."""


_ERID = re.compile(r"(?<![a-z])erid(?![a-z])", re.IGNORECASE)


def is_advertisement(text: str, links: Iterable[str]) -> bool:
    """Tell whether a post is marked by «erid», the token that the law on advertising asks for (38-ФЗ, 18.1)."""
    return any(_ERID.search(part) for part in (text, *links))
