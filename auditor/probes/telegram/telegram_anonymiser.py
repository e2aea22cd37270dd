"""Removes the authors of comments: their names and ids are compared with those on record, then only ordinals are left.

The side found here is final for the owner and for other bodies; `telegram_threads.assign_sides` settles the others once
all threads are read. An anonymiser lives as long as one look. A replay does not need it: the stored comments are
already without authors.
"""

import re
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import Comment, Network, Side
from auditor.language.minimise_text import comment_fields
from auditor.probes.linked_text import LinkedText
from auditor.probes.target import OFFICE_SIDES, AuthorOrdinals, Target
from auditor.probes.telegram.responses import TelegramComment

_CHAT_WORD = re.compile(
    r"чата?|обсуждени[ея]|обсуждалка|комментари[ийяев]+|комменты|группа|беседа|"
    r"chats?|group|discussions?|comments?|talks?|obsuzhdenie|kommenty|beseda"
)
"""A word that names a discussion group."""
_MENTION = re.compile(r"@([A-Za-z0-9_]{3,64})")
_NAME_IN_TEXT = re.compile(r"(?:@|(?:t|telegram)\.me/)([A-Za-z0-9_]{4,64})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, repr=False)
class CommentAuthor:
    """A comment's author as the source shows them. It exists in memory only and has no repr, so no log shows it."""

    user_names: tuple[str, ...] = ()
    """In lower case, the one on display first."""
    display_name: str = ""
    id: int | None = None
    is_doubtful: bool = False
    """Whether the author cannot be read, or is not a person."""
    is_organisation: bool | None = None
    """Whether the author is a channel or a group; None if the source does not show that, and for a bot."""
    is_owner: bool = False
    """Whether the source itself knows that the author speaks for the channel."""

    @property
    def key(self) -> str:
        """What distinguishes the author from others within the look; empty if nothing does."""
        if self.user_names or self.id is not None:
            return self.user_names[0] if self.user_names else str(self.id)
        # A display name alone distinguishes people within this look and no further.
        return f"\n{'?' if self.is_doubtful else ''}{self.display_name}" if self.display_name else ""


@dataclass(slots=True, repr=False)
class TelegramAnonymiser:
    """Replaces the author and the words of a comment by ordinal, side and intent. User names are in lower case.

    It also remembers, as long as the look lasts, what further requests need and may not be stored.
    """

    handle: str
    """The channel's user name."""
    owner_names: set[str]
    """The names of the channel, of the holder's other pages, of staff."""
    body_names: tuple[AbstractSet[str], ...] = ()
    """The names of the office's own institution, and those of all other offices and institutions."""
    owner_ids: set[int] = field(default_factory=set)
    """Ids of the owner's side: staff, and the administrators of the channel's group where a source names them."""
    holder_names: tuple[str, ...] = ()
    """How the holder is called."""
    looks_up_authors: bool = False
    """Whether the source can look up authors by their user names."""
    title: str = ""
    page_keys: dict[str, dict[str, str]] = field(default_factory=dict)
    """Public pages only: the form fields to send for older comments of a thread, by post (``name/id``)."""
    _names_in_description: set[str] = field(default_factory=set)
    _authors: AuthorOrdinals = field(default_factory=AuthorOrdinals)
    lookups: dict[int, tuple[str, dict[int, str | None]]] = field(default_factory=dict)
    """Public pages only: the authors who can be looked up, by ordinal: the user name, and by comment id the sketches
    that the author's comments would have if they turned out to be the owner's."""

    @classmethod
    def of(cls, target: Target, *, looks_up_authors: bool = False) -> "TelegramAnonymiser":
        """Return an anonymiser with what the registry knows of a target."""
        handle, (staff_ids, staff_names) = target.address.request_name.casefold(), _split_staff(target.staff)
        own_names, *body_names = map(_telegram_names, (target.own, target.institution, target.others))
        return cls(
            handle, {handle, *own_names, *staff_names}, tuple(body_names), staff_ids, target.names, looks_up_authors
        )

    def add_description(self, title: str | None, description: LinkedText | None) -> None:
        """Add what the channel says about itself: its title, its description and the targets of the links in it."""
        self.title = self.title or title or ""
        texts = () if description is None else (description.text, *(anchor.href for anchor in description.anchors))
        self._names_in_description |= {match[1].casefold() for text in texts for match in _NAME_IN_TEXT.finditer(text)}

    def anonymise(
        self, author: CommentAuthor, *, comment_id: int, at: Any, text: str, reply_to: int | None
    ) -> TelegramComment:
        """Return a comment without its author's name and its words. Raises `ValueError` if `at` is not a valid time.

        `comment_id` is Telegram's number of the message in the discussion group.
        """
        side, ordinal = self._side(author), self._ordinal(author.key)
        match = _MENTION.match(text)
        mention = match[1].casefold() if match else ""
        # The words are read without the mention.
        addressed = None if not mention or mention in author.user_names else Side.OWNER
        comment = Comment(
            id=comment_id,
            at=at,
            side=side,
            author=ordinal,
            reply_to=reply_to,
            same_as=self._authors.same_as(ordinal, text, comment_id),
            mentions=self._ordinal(mention),
            organisation=None if side in OFFICE_SIDES else author.is_organisation,
            **comment_fields(text, side, addressed=addressed, names=self.holder_names),
        )
        can_look_up = self.looks_up_authors and bool(author.user_names) and self._side_on_record(author) is None
        if can_look_up and ordinal is not None:
            _, sketches = self.lookups.setdefault(ordinal, (author.user_names[0], {}))
            sketches[comment_id] = comment_fields(text, Side.OWNER)["sketch"]
        return TelegramComment(
            comment=comment,
            askable=can_look_up,
            likeness=self._likeness(author) if can_look_up else 0,
            names_record=bool(mention) and self._side_on_record(CommentAuthor((mention,))) is not None,
        )

    def _ordinal(self, key: str) -> int | None:
        return self._authors.number(key) if key else None

    def _side_on_record(self, author: CommentAuthor) -> Side | None:
        if author.is_owner or author.id in self.owner_ids or not self.owner_names.isdisjoint(author.user_names):
            return Side.OWNER
        return Side.BODY if any(name in body for body in self.body_names for name in author.user_names) else None

    def _side(self, author: CommentAuthor) -> Side:
        """Return the author's side; `unknown` if only the display name equals the page's or the holder's."""
        is_nameless = not author.user_names and author.id is None
        # A private discussion group is shown with its title alone.
        is_chat_name = is_nameless and any(map(_CHAT_WORD.fullmatch, _words(author.display_name)))
        is_similar = is_similar_name(author.display_name, self.title, self.holder_names)
        return self._side_on_record(author) or (
            Side.UNKNOWN if author.is_doubtful or is_chat_name or is_similar else Side.CITIZEN
        )

    def _likeness(self, author: CommentAuthor) -> int:
        """Return how much the author looks like the channel's group.

        4 if named in the description, 2 for a similar name, 1 for a word such as "chat".
        """
        user_name, display_name = author.user_names[0], author.display_name
        has_chat_word = bool(_CHAT_WORD.search(display_name.casefold()))
        is_alike = any(map(self._is_alike, (display_name, user_name)))
        return 4 * (user_name in self._names_in_description) + 2 * is_alike + has_chat_word

    def _is_alike(self, display_name: str) -> bool:
        """Return whether a name contains the channel's title or handle, or is most of one."""
        name = _name_core(display_name)
        cores = [core for core in (_name_core(self.title), _name_core(self.handle)) if len(core) >= 4]
        return any(core in name or (name in core and len(name) >= 0.6 * len(core)) for core in cores)


def _split_staff(staff: Iterable[int | str]) -> tuple[set[int], set[str]]:
    """Split the registry's `staff` into ids and user names, which are written ``@name``, ``t.me/name`` or ``name``."""
    entries = [str(entry).strip().rstrip("/").rsplit("/", 1)[-1].lstrip("@").casefold() for entry in staff]
    names = {entry for entry in entries if entry and not entry.isdecimal()}
    return {int(entry) for entry in entries if entry.isdecimal()}, names


def _telegram_names(pages: Iterable[Address]) -> frozenset[str]:
    """Return the names of the pages that are on Telegram, in lower case."""
    return frozenset(page.name.casefold() for page in pages if page.network is Network.TELEGRAM)


# Names ---------------------------------------------------------------------------------------------------------------


def is_similar_name(name: str, channel_title: str, holder_names: Iterable[str]) -> bool:
    """Return whether a display name is the holder's, or the channel's title with or without a word such as "chat".

    The order of the words does not matter. It may be the private discussion group, the holder, or anybody: a name alone
    proves nothing.
    """
    words = sorted(_without_chat_words(name))
    return (bool(words) and words == sorted(_without_chat_words(channel_title))) or any(
        _is_holder_name(name, person) for person in holder_names
    )


def _is_holder_name(name: str, holder_name: str) -> bool:
    """Return whether a name is the holder's, in any order, with or without the patronymic, which comes third."""
    shown_words, holder_words = set(_letters(name)), _letters(holder_name)
    return len(holder_words) > 1 and shown_words in ({*holder_words}, {*holder_words[:2]})


def _letters(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold().replace("ё", "е"))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold().replace("ё", "е"))


def _without_chat_words(text: str) -> list[str]:
    """Return the words of a name without those that name a discussion group."""
    return [word for word in _words(text) if not _CHAT_WORD.fullmatch(word)]


def _name_core(text: str) -> str:
    """Return a name's letters and digits in lower case, without words that name a discussion group."""
    return re.sub(r"^(?:chat|group)|(?:chats?|group|talk|comments?)$", "", "".join(_without_chat_words(text)))


def has_unseen_staff(staff: Collection[int | str]) -> bool:
    """Return whether some staff are on record by a numeric id, which a source may not show."""
    return bool(_split_staff(staff)[0])
