"""Whose words a comment is: told when an answer is reduced, while an author still has a number.

Only ordinals leave a `Door`, which lives as long as its look. Who answers for the owner or another body is known by
number (`Target.numbers`); a name whose number nobody knows leaves open who that is.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from auditor.base.address import Address
from auditor.base.reply_targets import with_addressees, with_reply_targets
from auditor.base.snapshot import Comment, Network, Side
from auditor.language.minimise_text import comment_fields
from auditor.probes.target import AuthorOrdinals, Target

_LEADING = re.compile(r"^\s*\[(id|club|public|event)(\d{1,15})\|[^\]]*\][\s,.:!-]*")


def id_in_name(name: str) -> int | None:
    """Return the signed number that a name like ``id5`` or ``club5`` states."""
    return Address(Network.VK, name).number


def numbered_names(number: int) -> tuple[str, ...]:
    """Return the names that every page has by its signed number, as addresses have them; the first is the usual one."""
    return (f"id{number}",) if number > 0 else (f"club{-number}", f"event{-number}")


def staff_name(who: int | str) -> str:
    """Return the name of one who answers on the owner's behalf: a number on record is a person's."""
    text = str(who).lstrip("@").casefold()
    number = int(text) if text.lstrip("-").isdecimal() else id_in_name(text)
    return numbered_names(number)[0] if number else text


@dataclass
class VkAnonymiser:
    """Who speaks for whom on the pages of one owner, and what they say."""

    owner: int
    target: Target
    _authors: AuthorOrdinals = field(default_factory=AuthorOrdinals, repr=False)

    @cached_property
    def _staff(self) -> frozenset[str]:
        return frozenset(map(staff_name, self.target.staff))

    @cached_property
    def _names(self) -> Mapping[int, Sequence[str]]:
        """The names on record by number."""
        names = defaultdict[int, list[str]](list)
        for name, number in self.target.numbers.items():
            names[number].append(name)
        return names

    @cached_property
    def has_unknown_ids(self) -> bool:
        """Whether somebody on record has no known number, so that any person may be that one."""
        target = self.target
        near = {a.name for a in target.own | target.institution if a.network is Network.VK} | self._staff
        lost = {name for name in near if id_in_name(name) is None and not target.numbers.get(name)}
        return bool((lost | target.unknown) - {target.address.name})

    def side_on_record(self, number: int | None) -> Side | None:
        """Return the side of somebody who is on record; None for everybody else."""
        if number is None or number == self.owner:
            return None if number is None else Side.OWNER
        names, target = {*numbered_names(number), *self._names.get(number, ())}, self.target
        pages = {Address(Network.VK, name) for name in names}
        if pages & target.own or names & self._staff:
            return Side.OWNER
        is_body = any(page in target.institution or page in target.others for page in pages - {target.address})
        return Side.BODY if is_body else None

    def anonymise(self, comment: int, author: int | None, text: str, *, marked: bool) -> dict[str, Any]:
        """Return what is kept of a comment's author and text, as fields of a `Comment`.

        `marked`: VK says that the post's author wrote it. That is believed only where VK names no author: beside
        another one's number it means the person who signed the post, who need not be on record.
        """
        mention = _LEADING.match(text)
        named = None if mention is None else id_in_name(mention[1] + mention[2])
        person = author is not None and author > 0
        stranger = Side.CITIZEN if person and not marked else Side.UNKNOWN
        side = Side.OWNER if author is None and marked else self.side_on_record(author) or stranger
        number = self._ordinal(author)
        return {
            "side": side,
            "author": number,
            "mentions": self._ordinal(named),
            "same_as": self._authors.same_as(number, text, comment),
            **comment_fields(
                text[mention.end() :] if mention else text,
                side,
                addressed=None if named in {None, author} else self.side_on_record(named) or Side.CITIZEN,
                names=self.target.names,
            ),
        }

    def _ordinal(self, who: int | None) -> int | None:
        return None if who is None else self._authors.number(str(who))

    def finish_thread(self, comments: Iterable[Comment]) -> tuple[Comment, ...]:
        """Return one post's comments in order of time, each with the comment it answers.

        Where somebody on record has no known number, he may be any person who asks nothing: these are `unknown`.
        """
        line = with_reply_targets(comments)
        asking = {c.author for c in with_addressees(line) if c.question and not c.deleted}
        return tuple(
            comment.model_copy(update={"side": Side.UNKNOWN})
            if self.has_unknown_ids and comment.side is Side.CITIZEN and comment.author not in asking
            else comment
            for comment in line
        )
