"""Reads comments while their authors are still identified: whose words each is, and nothing else of the author.

One `CommentReader` lives as long as one look. A source says who wrote a comment (`CommentAuthor`) and whom it begins by
mentioning; what leaves the reader is a `Comment`: a side, ordinals within the look, and what its words do. A replay
does not need it: stored comments are already without authors.
"""

import hashlib
import re
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from auditor.base.snapshot import Comment, Side
from auditor.language.minimise_text import comment_fields
from auditor.probes.target import OFFICE_SIDES


@dataclass(frozen=True, slots=True, repr=False)
class CommentAuthor:
    """A comment's author as the source shows them. It exists in memory only and has no repr, so no log shows it."""

    names: tuple[str, ...] = ()
    """The names of their page, in lower case, the one on display first."""
    display_name: str = ""
    id: int | None = None
    is_doubtful: bool = False
    """Whether the author cannot be read, or is not a person."""
    is_organisation: bool | None = None
    """Whether the author is a page that is no person's; None if the source does not show that, and for a bot."""
    is_owner: bool = False
    """Whether the source itself knows that the author speaks for the page."""

    @property
    def key(self) -> str:
        """What distinguishes the author from others within the look; empty if nothing does."""
        if self.names or self.id is not None:
            return self.names[0] if self.names else str(self.id)
        # A display name alone distinguishes people within this look and no further.
        return f"\n{'?' if self.is_doubtful else ''}{self.display_name}" if self.display_name else ""


@dataclass(slots=True, repr=False)
class CommentReader:
    """Replaces the author and the words of a comment by side, ordinal and intent. Names are in lower case."""

    owner_names: set[str] = field(default_factory=set)
    """The names of the page, of the holder's other pages, of staff."""
    body_names: tuple[AbstractSet[str], ...] = ()
    """The names of the office's own institution, and those of all other offices and institutions."""
    owner_ids: set[int] = field(default_factory=set)
    """Ids of the owner's side: the page, staff, and administrators where a source names them."""
    holder_names: tuple[str, ...] = ()
    """How the holder is called."""
    _ordinals: dict[str, int] = field(default_factory=dict)
    _comment_by_words: dict[tuple[int, str], int] = field(default_factory=dict)

    def read(
        self,
        author: CommentAuthor,
        text: str,
        *,
        id: int,  # noqa: A002 - the field of `Comment`
        at: Any,
        words: str | None = None,
        mention: CommentAuthor | None = None,
        addressed: Side | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
        deleted: bool = False,
    ) -> Comment:
        """Return a comment without its author and its words. Raises `ValueError` if `at` is not a valid time.

        `words` is the text without a leading mention, where the source marks one; `mention` is whom it mentions, and
        `addressed` the side of that account, None for the author's own.
        """
        side, ordinal = self.side(author), self.ordinal(author.key)
        return Comment(
            id=id,
            at=at,
            side=side,
            author=ordinal,
            thread=thread,
            reply_to=reply_to,
            mentions=None if mention is None else self.ordinal(mention.key),
            same_as=self._same_as(ordinal, text, id),
            deleted=deleted,
            organisation=None if side in OFFICE_SIDES else author.is_organisation,
            **comment_fields(text if words is None else words, side, addressed=addressed, names=self.holder_names),
        )

    def ordinal(self, key: str) -> int | None:
        """Return the number of an author within the look, from 1: the only form in which an author leaves a probe."""
        return self._ordinals.setdefault(key, len(self._ordinals) + 1) if key else None

    def side(self, author: CommentAuthor) -> Side:
        """Return the side that the record shows, else `citizen` for a person, or `unknown`."""
        return self.side_on_record(author) or (Side.UNKNOWN if author.is_doubtful else Side.CITIZEN)

    def side_on_record(self, author: CommentAuthor) -> Side | None:
        """Return the side of an author who is on record; None for any other."""
        if author.is_owner or author.id in self.owner_ids or not self.owner_names.isdisjoint(author.names):
            return Side.OWNER
        return Side.BODY if any(name in body for body in self.body_names for name in author.names) else None

    def _same_as(self, ordinal: int | None, text: str, comment_id: int) -> int | None:
        """Return the id of the earlier comment in which the author wrote the same words, or None."""
        words = " ".join(re.findall(r"\w+", _plain_words(text)))
        if ordinal is None or not words:
            return None
        key = ordinal, hashlib.sha256(words.encode()).hexdigest()
        earliest = self._comment_by_words.setdefault(key, comment_id)
        return None if earliest == comment_id else earliest


def _plain_words(text: str) -> str:
    """Return a text without what makes no other words: case, ё, links, mentions, stress marks and unseen signs."""
    bare = re.sub(r"https?://\S+|\[(?:id|club|public|event)\d+\|[^\]]*\]|(?<!\w)@\w+", " ", text)
    composed = unicodedata.normalize("NFKC", bare).casefold().replace("ё", "е")
    return "".join(sign for sign in composed if unicodedata.category(sign) not in {"Cf", "Mn"})
