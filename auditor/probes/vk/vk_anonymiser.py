"""Assigns a side to each comment and removes its author, while a response is minimised and the author's id is known.

Only ordinals leave a `VkAnonymiser`, which lives as long as its look. Those who reply for the owner or for another body
are recognised by id (`Target.numbers`); a recorded name without a known id leaves open which author that is. Of the
comment ``{"from_id": 901, "text": "[id5|Имярек], когда починят?"}`` for the page of `id5` there remain::

    {"side": "citizen", "author": 1, "mentions": 2, "same_as": null, …}

and the fields of `language.minimise_text.comment_fields`, among them that it asks, and not the words.
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
    """Return the signed id in a name like ``id5`` or ``club5``; None for any other name."""
    return Address(Network.VK, name).number


def numbered_names(page_id: int) -> tuple[str, ...]:
    """Return the names that a page has by its signed id, as addresses spell them; the usual one first."""
    return (f"id{page_id}",) if page_id > 0 else (f"club{-page_id}", f"event{-page_id}")


def staff_name(id_or_name: int | str) -> str:
    """Return the page name of a staff member, given as a name or an id; an id without a prefix is a person's."""
    text = str(id_or_name).lstrip("@").casefold()
    page_id = int(text) if text.lstrip("-").isdecimal() else id_in_name(text)
    return numbered_names(page_id)[0] if page_id else text


def own_ids(target: Target) -> frozenset[int | None]:
    """Return the ids of the holder's other pages and of `staff`; None among them stands for those not known."""
    names = {page.name for page in target.own if page.network is Network.VK} | set(map(staff_name, target.staff))
    return frozenset(id_in_name(name) or target.numbers.get(name) for name in names)


@dataclass
class VkAnonymiser:
    """Replaces authors and words of the comments on one owner's wall by ordinal, side and intent."""

    owner: int
    target: Target
    _authors: AuthorOrdinals = field(default_factory=AuthorOrdinals, repr=False)

    @cached_property
    def _staff_names(self) -> frozenset[str]:
        return frozenset(map(staff_name, self.target.staff))

    @cached_property
    def _names_by_id(self) -> Mapping[int, Sequence[str]]:
        """The recorded names by id."""
        names = defaultdict[int, list[str]](list)
        for name, page_id in self.target.numbers.items():
            names[page_id].append(name)
        return names

    @cached_property
    def has_unknown_ids(self) -> bool:
        """Whether the id of somebody on record is unknown, so that any author may be that person."""
        target = self.target
        pages = (page for page in target.own | target.institution if page.network is Network.VK)
        names = {page.name for page in pages} | self._staff_names
        unresolved = {name for name in names if id_in_name(name) is None and not target.numbers.get(name)}
        return bool((unresolved | target.unknown) - {target.address.name})

    def side_on_record(self, page_id: int | None) -> Side | None:
        """Return the side of the page with an id, if it is on record; None for any other and for no id."""
        if page_id is None or page_id == self.owner:
            return None if page_id is None else Side.OWNER
        names, target = {*numbered_names(page_id), *self._names_by_id.get(page_id, ())}, self.target
        pages = {Address(Network.VK, name) for name in names}
        if pages & target.own or names & self._staff_names:
            return Side.OWNER
        is_body = any(page in target.institution or page in target.others for page in pages - {target.address})
        return Side.BODY if is_body else None

    def anonymise(self, comment_id: int, author_id: int | None, text: str, *, marked: bool) -> dict[str, Any]:
        """Return what is stored of a comment's author and text, as fields of a `Comment`.

        `marked`: VK says that the post's author wrote it. That is believed only if VK names no author: beside another
        id it means the person who signed the post, who need not be on record.
        """
        mention = _LEADING.match(text)
        mentioned_id = None if mention is None else id_in_name(mention[1] + mention[2])
        is_person = author_id is not None and author_id > 0
        unrecorded_side = Side.CITIZEN if is_person and not marked else Side.UNKNOWN
        side = Side.OWNER if author_id is None and marked else self.side_on_record(author_id) or unrecorded_side
        to_another = mentioned_id not in {None, author_id}
        addressed = self.side_on_record(mentioned_id) or Side.CITIZEN if to_another else None
        ordinal = self._ordinal(author_id)
        return {
            "side": side,
            "author": ordinal,
            "mentions": self._ordinal(mentioned_id),
            "organisation": self._is_organisation(author_id),
            "same_as": self._authors.same_as(ordinal, text, comment_id),
            **comment_fields(
                text[mention.end() :] if mention else text,
                side,
                addressed=addressed,
                names=self.target.names,
            ),
        }

    def _is_organisation(self, author_id: int | None) -> bool | None:
        """Return whether a community not on record wrote; None if no author is named, or it may be on record."""
        is_other = author_id is not None and author_id < 0 and self.side_on_record(author_id) is None
        return None if author_id is None or (is_other and self.has_unknown_ids) else is_other

    def _ordinal(self, page_id: int | None) -> int | None:
        return None if page_id is None else self._authors.number(str(page_id))

    def finish_thread(self, comments: Iterable[Comment]) -> tuple[Comment, ...]:
        """Return one post's comments in order of time, each with the comment it replies to.

        If the id of somebody on record is unknown, every author who asks nothing may be that person, and their side
        becomes `unknown`.
        """
        ordered = with_reply_targets(comments)
        asking = {c.author for c in with_addressees(ordered) if c.question and not c.deleted}
        return tuple(
            comment.model_copy(update={"side": Side.UNKNOWN})
            if self.has_unknown_ids and comment.side is Side.CITIZEN and comment.author not in asking
            else comment
            for comment in ordered
        )
