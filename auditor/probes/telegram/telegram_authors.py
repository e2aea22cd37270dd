"""Whose words a comment on Telegram is: authors are compared with the record by name and id.

The side found here is final for the owner and for other bodies; `telegram_sides` settles the others once all threads
are read.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import Network, Side
from auditor.language.sketch import reply_sketch
from auditor.probes.comment_reader import CommentAuthor, CommentReader
from auditor.probes.linked_text import LinkedText
from auditor.probes.target import Target
from auditor.probes.telegram.responses import TelegramComment

_CHAT_WORD = re.compile(
    r"чата?|обсуждени[ея]|обсуждалка|комментари[ийяев]+|комменты|группа|беседа|"
    r"chats?|group|discussions?|comments?|talks?|obsuzhdenie|kommenty|beseda"
)
"""A word that names a discussion group."""
_MENTION = re.compile(r"@([A-Za-z0-9_]{3,64})")
_NAME_IN_TEXT = re.compile(r"(?:@|(?:t|telegram)\.me/)([A-Za-z0-9_]{4,64})", re.IGNORECASE)


@dataclass(slots=True, repr=False)
class TelegramAuthors(CommentReader):
    """The authors of the comments under one channel's posts, by their user names.

    It also remembers, as long as the look lasts, what further requests need and may not be stored.
    """

    handle: str = ""
    """The channel's user name."""
    looks_up_authors: bool = False
    """Whether the source can look up authors by their user names."""
    title: str = ""
    page_keys: dict[str, dict[str, str]] = field(default_factory=dict)
    """Public pages only: the form fields to send for older comments of a thread, by post (``name/id``)."""
    lookups: dict[int, tuple[str, dict[int, str | None]]] = field(default_factory=dict)
    """Public pages only: the authors who can be looked up, by ordinal: the user name, and by comment id the sketches
    that the author's comments would have if they turned out to be the owner's."""
    _names_in_description: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, target: Target, *, looks_up_authors: bool = False) -> "TelegramAuthors":
        """Return the authors of a target's comments, with what the registry says of them."""
        handle, (staff_ids, staff_names) = target.address.request_name.casefold(), _split_staff(target.staff)
        own_names, *body_names = map(_telegram_names, (target.own, target.institution, target.others))
        owner_names = {handle, *own_names, *staff_names}
        return cls(
            owner_names,
            tuple(body_names),
            staff_ids,
            target.names,
            handle=handle,
            looks_up_authors=looks_up_authors,
        )

    def add_description(self, title: str | None, description: LinkedText | None) -> None:
        """Add what the channel says about itself: its title, its description and the targets of the links in it."""
        self.title = self.title or title or ""
        texts = () if description is None else (description.text, *(anchor.href for anchor in description.anchors))
        self._names_in_description |= {match[1].casefold() for text in texts for match in _NAME_IN_TEXT.finditer(text)}

    def read_comment(
        self, author: CommentAuthor, *, comment_id: int, at: Any, text: str, reply_to: int | None
    ) -> TelegramComment:
        """Return a comment without its author's name and its words. Raises `ValueError` if `at` is not a valid time.

        `comment_id` is Telegram's number of the message in the discussion group.
        """
        match = _MENTION.match(text)
        mention = CommentAuthor((match[1].casefold(),)) if match else None
        # Whom it mentions is settled once the whole thread is read (`telegram_sides`).
        addressed = None if mention is None or mention.names[0] in author.names else Side.OWNER
        comment = self.read(author, text, id=comment_id, at=at, reply_to=reply_to, mention=mention, addressed=addressed)
        can_look_up = self.looks_up_authors and bool(author.names) and self.side_on_record(author) is None
        if can_look_up and comment.author is not None:
            _, sketches = self.lookups.setdefault(comment.author, (author.names[0], {}))
            sketches[comment_id] = reply_sketch(text)
        return TelegramComment(
            comment=comment,
            askable=can_look_up,
            likeness=self._likeness(author) if can_look_up else 0,
            names_record=mention is not None and self.side_on_record(mention) is not None,
        )

    def side(self, author: CommentAuthor) -> Side:
        """Return the author's side; `unknown` if only the display name equals the page's or the holder's."""
        # A private discussion group is shown with its title alone.
        is_nameless = not author.names and author.id is None
        is_chat_name = is_nameless and any(map(_CHAT_WORD.fullmatch, _words(author.display_name)))
        is_similar = is_similar_name(author.display_name, self.title, self.holder_names)
        is_doubtful = author.is_doubtful or is_chat_name or is_similar
        return CommentReader.side(self, replace(author, is_doubtful=is_doubtful))

    def _likeness(self, author: CommentAuthor) -> int:
        """Return how much the author looks like the channel's group.

        4 if named in the description, 2 for a similar name, 1 for a word such as "chat".
        """
        name, display_name = author.names[0], author.display_name
        has_chat_word = bool(_CHAT_WORD.search(display_name.casefold()))
        is_alike = any(map(self._is_alike, (display_name, name)))
        return 4 * (name in self._names_in_description) + 2 * is_alike + has_chat_word

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
