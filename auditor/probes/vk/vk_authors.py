"""Whose words a comment on VK is: authors are compared with the record by id, while a response is minimised.

Those who reply for the owner or for another body are recognised by id (`Target.numbers`); a recorded name without a
known id leaves open which author that is. Of the comment ``{"from_id": 901, "text": "[id5|Имярек], когда починят?"}``
for the page of `id5` there remain::

    {"side": "citizen", "author": 1, "mentions": 2, "same_as": null, …}

and the fields of `language.minimise_text.comment_fields`, among them that it asks, and not the words.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from auditor.base.address import Address
from auditor.base.reply_targets import with_addressees, with_reply_targets
from auditor.base.snapshot import Comment, Network, Side
from auditor.probes.comment_reader import CommentAuthor, CommentReader
from auditor.probes.target import Target
from auditor.probes.vk.vk_network import id_in_name, numbered_names

_LEADING = re.compile(r"^\s*\[(id|club|public|event)(\d{1,15})\|[^\]]*\][\s,.:!-]*")


def staff_name(id_or_name: int | str) -> str:
    """Return the page name of a staff member, given as a name or an id; an id without a prefix is a person's."""
    text = str(id_or_name).lstrip("@").casefold()
    page_id = int(text) if text.lstrip("-").isdecimal() else id_in_name(text)
    return numbered_names(page_id)[0] if page_id else text


def own_ids(target: Target) -> frozenset[int | None]:
    """Return the ids of the holder's other pages and of `staff`; None among them stands for those not known."""
    return frozenset(id_in_name(name) or target.numbers.get(name) for name in _own_names(target))


def _own_names(target: Target) -> frozenset[str]:
    return _names(target.own) | frozenset(map(staff_name, target.staff))


def _names(pages: Iterable[Address]) -> frozenset[str]:
    return frozenset(page.name for page in pages if page.network is Network.VK)


class VkAuthors:
    """The authors of the comments on one owner's wall, as the record knows them, for one look."""

    def __init__(self, owner: int, target: Target) -> None:
        """Take the signed id of the wall's owner, and what the registry says of others."""
        self.owner, self._target = owner, target
        others, itself = (_names(target.institution), _names(target.others)), {target.address.name}
        bodies = tuple(names - itself for names in others)
        self._reader = CommentReader(set(_own_names(target)), bodies, {owner}, target.names)
        self._names_by_id = defaultdict[int, list[str]](list)
        for name, page_id in target.numbers.items():
            self._names_by_id[page_id].append(name)

    @cached_property
    def has_unknown_ids(self) -> bool:
        """Whether the id of somebody on record is unknown, so that any author may be that person."""
        target = self._target
        names = _own_names(target) | _names(target.institution)
        unresolved = {name for name in names if id_in_name(name) is None and not target.numbers.get(name)}
        return bool((unresolved | target.unknown) - {target.address.name})

    def read(
        self,
        author_id: int | None,
        text: str,
        *,
        marked: bool,
        id: int,  # noqa: A002 - the field of `Comment`
        at: object,
        thread: int | None,
        reply_to: int | None,
        deleted: bool,
    ) -> Comment:
        """Return a comment without its author and its words.

        `marked`: VK says that the post's author wrote it. That is believed only if VK names no author: beside another
        id it means the person who signed the post, who need not be on record.
        """
        mention = _LEADING.match(text)
        mentioned_id = None if mention is None else id_in_name(mention[1] + mention[2])
        addressed = None
        if mentioned_id not in {None, author_id}:
            addressed = self._reader.side_on_record(self._author(mentioned_id)) or Side.CITIZEN
        return self._reader.read(
            self._author(author_id, marked=marked),
            text,
            id=id,
            at=at,
            words=text[mention.end() :] if mention else text,
            mention=None if mentioned_id is None else self._author(mentioned_id),
            addressed=addressed,
            thread=thread,
            reply_to=reply_to,
            deleted=deleted,
        )

    def _author(self, page_id: int | None, *, marked: bool = False) -> CommentAuthor:
        if page_id is None:
            return CommentAuthor(is_doubtful=True, is_owner=marked)
        return CommentAuthor(
            names=(*numbered_names(page_id), *self._names_by_id.get(page_id, ())),
            id=page_id,
            is_doubtful=page_id < 0 or marked,
            is_organisation=None if page_id < 0 and self.has_unknown_ids else page_id < 0,
        )

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
