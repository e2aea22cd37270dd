"""The door: whose words a comment is, told while its author still has a name. Only ordinals leave it.

It lives as long as one look. In a replay it knows nobody, and nothing asks it anything.
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
from auditor.probes.target import AuthorOrdinals, Target
from auditor.probes.telegram.responses import TelegramComment

_CHAT = re.compile(
    r"чата?|обсуждени[ея]|обсуждалка|комментари[ийяев]+|комменты|группа|беседа|"
    r"chats?|group|discussions?|comments?|talks?|obsuzhdenie|kommenty|beseda"
)
"""A word by which a discussion group is called."""
_MENTION = re.compile(r"@([A-Za-z0-9_]{3,64})")
_NAMED = re.compile(r"(?:@|(?:t|telegram)\.me/)([A-Za-z0-9_]{4,64})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, repr=False)
class CommentAuthor:
    """Who wrote a comment, as a source shows him. It lives in memory only, and no log can show it."""

    names: tuple[str, ...] = ()
    """User names in lower case, the shown one first."""
    shown: str = ""
    """The display name."""
    number: int | None = None
    doubtful: bool = False
    """He cannot be read, or is no person."""
    owner: bool = False
    """The source itself knows that he speaks for the channel."""

    @property
    def key(self) -> str:
        """What tells him from others within the look; empty where nothing does."""
        if self.names or self.number is not None:
            return self.names[0] if self.names else str(self.number)
        # There is only a name, which tells people apart within this look and no further.
        return f"\n{'?' if self.doubtful else ''}{self.shown}" if self.shown else ""


@dataclass(slots=True, repr=False)
class TelegramAnonymiser:
    """What must be known to say whose words a comment is. User names are in lower case."""

    handle: str
    """The channel's."""
    owner: set[str]
    """The names of the channel, of the holder's other pages, of staff."""
    bodies: tuple[AbstractSet[str], ...] = ()
    numbers: set[int] = field(default_factory=set)
    """Numbers of the owner's side: staff; the channel, its group and administrators, where a source names them."""
    holder: tuple[str, ...] = ()
    """What the holder is called."""
    looks_up_authors: bool = False
    """Whether authors are asked about by their user names."""
    title: str = ""
    page_keys: dict[str, dict[str, str]] = field(default_factory=dict)
    """What a source must send along when it asks for more of a thread, by post."""
    _described: set[str] = field(default_factory=set)
    _authors: AuthorOrdinals = field(default_factory=AuthorOrdinals)
    lookups: dict[int, tuple[str, dict[int, str | None]]] = field(default_factory=dict)
    """By ordinal who can be asked about: a user name, and what his comments would be as answers of the owner's side."""

    @classmethod
    def of(cls, target: Target, *, asks: bool = False) -> "TelegramAnonymiser":
        """Put together what is on record."""
        handle, (numbers, staff) = target.address.request_name.casefold(), _staff(target.staff)
        own, *bodies = map(_names, (target.own, target.institution, target.others))
        return cls(handle, {handle, *own, *staff}, tuple(bodies), numbers, target.names, asks)

    def add_description(self, title: str | None, about: LinkedText | None) -> None:
        """Take in what the channel says of itself: its title, its description and where the links in it lead."""
        self.title = self.title or title or ""
        texts = () if about is None else (about.text, *(anchor.href for anchor in about.anchors))
        self._described |= {match[1].casefold() for text in texts for match in _NAMED.finditer(text)}

    def anonymise(
        self, writer: CommentAuthor, *, number: int, at: Any, text: str, reply_to: int | None
    ) -> TelegramComment:
        """Return a comment without its author and its words. Raises `ValueError` for a strange moment."""
        side, author = self._side(writer), self._ordinal(writer.key)
        match = _MENTION.match(text)
        mention = match[1].casefold() if match else ""
        called = None if not mention or mention in writer.names else Side.OWNER  # it is read without the mention
        comment = Comment(
            id=number,
            at=at,
            side=side,
            author=author,
            reply_to=reply_to,
            same_as=self._authors.same_as(author, text, number),
            mentions=self._ordinal(mention),
            **comment_fields(text, side, addressed=called, names=self.holder),
        )
        askable = self.looks_up_authors and bool(writer.names) and self._on_record(writer) is None
        if askable and author is not None:
            _, sketches = self.lookups.setdefault(author, (writer.names[0], {}))
            sketches[number] = comment_fields(text, Side.OWNER)["sketch"]
        return TelegramComment(
            comment=comment,
            askable=askable,
            likeness=self._likeness(writer) if askable else 0,
            names_record=bool(mention) and self._on_record(CommentAuthor((mention,))) is not None,
        )

    def _ordinal(self, key: str) -> int | None:
        return self._authors.number(key) if key else None

    def _on_record(self, writer: CommentAuthor) -> Side | None:
        if writer.owner or writer.number in self.numbers or not self.owner.isdisjoint(writer.names):
            return Side.OWNER
        return Side.BODY if any(name in body for body in self.bodies for name in writer.names) else None

    def _side(self, writer: CommentAuthor) -> Side:
        """Tell whose words his are; `unknown` where a name alone equals the page's or the holder's."""
        nameless = not writer.names and writer.number is None
        chat = nameless and any(map(_CHAT.fullmatch, _words(writer.shown)))  # as a private linked group is called
        like = is_similar_name(writer.shown, self.title, self.holder)
        return self._on_record(writer) or (Side.UNKNOWN if writer.doubtful or chat or like else Side.CITIZEN)

    def _likeness(self, writer: CommentAuthor) -> int:
        """Count what speaks for the channel's group: its description, its names, a chat's word."""
        described, chat = writer.names[0] in self._described, bool(_CHAT.search(writer.shown.casefold()))
        return 4 * described + 2 * any(map(self._is_alike, (writer.shown, writer.names[0]))) + chat

    def _is_alike(self, shown: str) -> bool:
        """Tell whether a name holds the channel's title or its handle, or is the most of one."""
        name = _core(shown)
        wanted = [core for core in (_core(self.title), _core(self.handle)) if len(core) >= 4]
        return any(core in name or (name in core and len(name) >= 0.6 * len(core)) for core in wanted)


def _staff(staff: Iterable[int | str]) -> tuple[set[int], set[str]]:
    """Read the registry's `staff`: numbers, and user names written as ``@name``, ``t.me/name`` or ``name``."""
    written = [str(s).strip().rstrip("/").rsplit("/", 1)[-1].lstrip("@").casefold() for s in staff]
    return {int(w) for w in written if w.isdecimal()}, {w for w in written if w and not w.isdecimal()}


def _names(pages: Iterable[Address]) -> frozenset[str]:
    """Return the names that pages have on Telegram, in lower case."""
    return frozenset(page.name.casefold() for page in pages if page.network is Network.TELEGRAM)


# Names ---------------------------------------------------------------------------------------------------------------


def is_similar_name(name: str, title: str, holder: Iterable[str]) -> bool:
    """Tell whether a display name is the channel's title, with a chat's word or without, or the holder's name.

    In whatever order: it may be the private linked group, the holder, or anybody. A name alone proves nothing.
    """
    words = sorted(_plain(name))
    return (bool(words) and words == sorted(_plain(title))) or any(_same_person(name, person) for person in holder)


def _same_person(name: str, holder: str) -> bool:
    """Tell whether a name is a holder's, in any order, with or without the patronymic, which comes third."""
    shown, words = set(_letters(name)), _letters(holder)
    return len(words) > 1 and shown in ({*words}, {*words[:2]})


def _letters(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold().replace("ё", "е"))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold().replace("ё", "е"))


def _plain(text: str) -> list[str]:
    """Return the words of a name without those of a chat."""
    return [word for word in _words(text) if not _CHAT.fullmatch(word)]


def _core(text: str) -> str:
    """Return letters and digits in lower case, without chat words."""
    return re.sub(r"^(?:chat|group)|(?:chats?|group|talk|comments?)$", "", "".join(_plain(text)))


def has_unseen_staff(staff: Collection[int | str]) -> bool:
    """Tell whether some of the staff are on record by a number alone, which a source may not show."""
    return bool(_staff(staff)[0])
