"""Which commenting identity is the channel's own discussion group (telegram.md 4).

The widget does not name the group. But only the group itself can speak with a *group's* identity in its own
discussion, so a commenting handle whose landing page is a group's is the linked group, and what it says is the owner's
side. Handles are asked for in memory only; none is written anywhere.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from auditor.probes.tme.landing import Description, Kind

_MOST_ASKED = 4
_LEAST_ALIKE = 5
_CHAT = re.compile(
    r"чата?|обсуждени[ея]|обсуждалка|комментари[ийяев]+|комменты|группа|беседа|"
    r"chats?|group|discussions?|comments?|talks?|obsuzhdenie|kommenty|beseda"
)
_NAMED = re.compile(r"(?:@|(?:t|telegram)\.me/)([A-Za-z0-9_]{4,64})", re.IGNORECASE)
_CHAT_BEFORE = re.compile(rf"(?:{_CHAT.pattern})[^\n@]{{0,30}}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Channel:
    """The audited channel as its pages name it; `handle` in lower case."""

    handle: str
    title: str | None = None
    description: Description | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Author:
    """A commenting identity with a handle, and how many other identities it replied to."""

    handle: str
    name: str
    answered: int


def find_linked_group(authors: Iterable[Author], channel: Channel, kind_of: Callable[[str], Kind | None]) -> str | None:
    """Return the linked group's handle, or None.

    At most four handles are asked for by `kind_of`, likeliest first. Where no page can be had, a handle and a name
    that are both strongly alike the channel's are believed, and a handle that the channel's description calls its chat.
    """
    ranked = _ranked(list(authors), channel)[:_MOST_ASKED]
    unseen = []
    for author in ranked:
        kind = kind_of(author.handle)
        if kind is Kind.GROUP:
            return author.handle
        if kind is None:
            unseen.append(author)
    chats = _chats_in(channel.description)
    return next((a.handle for a in unseen if a.handle in chats or _strongly_alike(a, channel)), None)


def is_private_group(name: str | None, channel: Channel) -> bool:
    """Tell whether an author without a handle is the linked group: named as the channel, or so with a chat word."""
    if not name or not channel.title:
        return False
    return bool(_core(channel.title)) and _core(name) == _core(channel.title)


def _ranked(authors: Sequence[Author], channel: Channel) -> list[Author]:
    named = _named_in(channel.description)
    scored = []
    for author in authors:
        by_handle, by_name = _alike_handles(author.handle, channel.handle), _alike_names(author, channel)
        calls_itself_chat = _CHAT.search(author.name.casefold()) is not None and author.answered > 0
        if author.handle in named or by_handle or by_name or calls_itself_chat or author.answered >= 2:
            likeness = 2 * (author.handle in named) + 2 * by_name + by_handle + calls_itself_chat
            scored.append((-likeness, -author.answered, author.handle, author))
    return [row[-1] for row in sorted(scored, key=lambda row: row[:3])]


def _strongly_alike(author: Author, channel: Channel) -> bool:
    return _alike_handles(author.handle, channel.handle) and _alike_names(author, channel)


def _alike_handles(one: str, other: str) -> bool:
    """Tell whether one handle, without its chat word, begins or ends the other, or they share a long beginning."""
    a, b = sorted((_core(one), _core(other)), key=len)
    if len(a) < _LEAST_ALIKE:
        return a == b and bool(a)
    shared = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    return b.startswith(a) or b.endswith(a) or shared >= max(_LEAST_ALIKE, round(0.7 * len(b)))


def _alike_names(author: Author, channel: Channel) -> bool:
    """Tell whether a name holds the channel's title, or its handle where the title is not Latin or not seen."""
    name = _core(author.name)
    for wanted in (_core(channel.title or ""), _core(channel.handle)):
        if len(wanted) >= 4 and (wanted in name or (name in wanted and len(name) >= 0.6 * len(wanted))):
            return True
    return False


def _core(text: str) -> str:
    """Return letters and digits in lower case, without chat words."""
    words = re.findall(r"[^\W_]+", text.casefold().replace("ё", "е"))
    kept = [w for w in words if not _CHAT.fullmatch(w)]
    joined = "".join(kept)
    return re.sub(r"^(?:chat|group)|(?:chats?|group|talk|comments?)$", "", joined)


def _named_in(description: Description | None) -> set[str]:
    if description is None:
        return set()
    return {m[1].casefold() for text in (description.text, *description.links) for m in _NAMED.finditer(text)}


def _chats_in(description: Description | None) -> set[str]:
    """Return the handles that the description calls a chat: «Чат: @…»."""
    if description is None:
        return set()
    text = description.text
    return {m[1].casefold() for m in _NAMED.finditer(text) if _CHAT_BEFORE.search(text[: m.start()])}
