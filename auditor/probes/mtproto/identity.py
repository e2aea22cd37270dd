"""Who wrote a comment, told by ids, and the comment without its author and its words."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from auditor.base.snapshot import Comment, Identity, Network
from auditor.probes.base import AuthorKey, Target
from auditor.probes.mtproto.reading import Author, Card, Full, Message
from auditor.probes.words import has_text, has_words, is_question

_MENTION = re.compile(r"@([A-Za-z0-9_]{3,64})")


@dataclass(frozen=True, slots=True)
class Side:
    """Who speaks for the channel, and who for other bodies. Ids are Telegram's, names in lower case."""

    channel: int
    group: int | None
    group_names: tuple[str, ...]
    staff_ids: frozenset[int]
    staff: frozenset[str]
    others: frozenset[str]
    author_key: AuthorKey

    @classmethod
    def of(cls, target: Target, card: Card, full: Full | None, author_key: AuthorKey) -> "Side":
        """Put together what the registry and Telegram say."""
        group = full.group if full is not None else None
        ids, names = _staff(target.staff)
        return cls(
            channel=card.id,
            group=full.group_id if full is not None else None,
            group_names=group.names if group is not None else (),
            staff_ids=ids,
            staff=names,
            others=frozenset(a.name.casefold() for a in target.others if a.network is Network.TELEGRAM),
            author_key=author_key,
        )

    def identity(self, author: Author) -> Identity:
        """Tell whose side an author is on. Nobody at all, in a group, is its anonymous administrator."""
        if author.id is None or author.id in self.staff_ids or not self.staff.isdisjoint(author.names):
            return Identity.OWNER
        if author.channel and author.id in {self.channel, self.group}:
            return Identity.OWNER
        return Identity.CITIZEN if self.others.isdisjoint(author.names) else Identity.OTHER_BODY

    def key(self, author: Author) -> str | None:
        """Return the author's keyed hash: by user name, as the preview sees people, else by number."""
        number = self.group if author.id is None else author.id
        names = self.group_names if author.id is None else author.names
        if names:
            return self.author_key(f"telegram:{names[0]}")
        return self.author_key(f"telegram:{number}") if number is not None else None


def comment_of(message: Message, roots: Collection[int], side: Side) -> Comment:
    """Turn a message of a thread into a comment. What answers one of its `roots` answers the post, and no comment."""
    mention = _MENTION.match(message.text)
    return Comment(
        id=message.id,
        at=message.at,
        identity=side.identity(message.author),
        author=side.key(message.author),
        reply_to=None if message.reply_to in roots else message.reply_to,
        mentions=side.author_key(f"telegram:{mention[1].casefold()}") if mention else None,
        has_text=has_text(message.text),
        has_words=has_words(message.text),
        question=is_question(message.text),
    )


def _staff(staff: Iterable[int | str]) -> tuple[frozenset[int], frozenset[str]]:
    """Read the registry's `staff`: numbers, and user names written as ``@name``, ``t.me/name`` or ``name``."""
    written = [str(s).strip().rstrip("/").rsplit("/", 1)[-1].lstrip("@").casefold() for s in staff]
    ids = frozenset(int(w) for w in written if w.isascii() and w.isdigit())
    return ids, frozenset(w for w in written if w and not w.isdigit())
