"""What may be written of an answer: ids, times, flags, numbered authors; of words the official's own posts alone.

Each form has a counterpart that reads it, as far as a look needs it. Where a row is older than one of its keys, the key
counts as what it most often is.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from auditor.base.snapshot import Comment
from auditor.probes.mtproto.asking import as_json
from auditor.probes.mtproto.reading import Card, Full, Message, Page, Said

_Row = Mapping[str, Any]
_M = TypeVar("_M", Message, Said)

_REACHED = 0
"""In place of an access hash, which is never written: that there was one."""


# Who has a name --------------------------------------------------------------------------------------------------


def card_row(card: Card | None, asked: str | None = None) -> dict[str, Any]:
    """Return what is kept of the holder of a name: of a person or a group, that it is one.

    `asked` is the name under which it was known, where it was not asked for by it.
    """
    if card is None:
        return {}
    if card.kind != "channel":
        renamed = asked is not None and asked not in card.names
        return {"kind": card.kind, "renamed": True} if renamed else {"kind": card.kind}
    row = {"kind": card.kind, "id": card.id, "names": list(card.names), "date": card.date, "left": card.left}
    flags = {"verified": card.verified, "scam": card.scam, "fake": card.fake, "restricted": list(card.restricted)}
    return {**row, **flags, "closed": card.closed, "reachable": card.access_hash is not None}


def card_from(row: _Row, asked: str) -> Card | None:
    """Make a card of its row; a person or a group has the name `asked`, or none, and no number."""
    kind = row.get("kind")
    if kind is None:
        return None
    if kind != "channel":
        return Card(kind, 0, _REACHED, () if row.get("renamed") else (asked,))
    return Card(
        kind,
        row["id"],
        _REACHED if row.get("reachable", True) else None,
        tuple(row["names"]),
        date=_moment(row["date"]),
        left=row["left"],
        verified=row["verified"],
        scam=row["scam"],
        fake=row["fake"],
        restricted=tuple(row["restricted"]),
        closed=row.get("closed", False),
    )


def card_keyed(card: Card | None, came: Card | None) -> Card | None:
    """Return a card with what it takes to ask further."""
    return None if card is None or came is None else replace(card, id=came.id, access_hash=came.access_hash)


def full_keyed(full: Full, came: Full) -> Full:
    """Return a whole card with what it takes to ask further; its group is told apart by its names."""
    return replace(full, card=card_keyed(full.card, came.card), group=came.group)


def full_row(full: Full, asked: str | None = None) -> dict[str, Any]:
    """Return what is kept of a channel's whole card: of its group, its number and whether it can be read."""
    group = full.group
    readable = group is not None and group.access_hash is not None and not group.closed
    more = {"subscribers": full.subscribers, "about": full.about, "group": full.group_id, "group_readable": readable}
    return {**card_row(full.card, asked), **more}


def full_from(row: _Row, asked: str) -> Full:
    """Make a whole card of its row."""
    number = row["group"]
    readable = number is not None and row.get("group_readable", True)
    group = Card("group", number, _REACHED) if readable else None
    return Full(card_from(row, asked), row["subscribers"], row["about"], group, number)


# Messages ----------------------------------------------------------------------------------------------------------


def _post_row(message: Message) -> dict[str, Any]:
    """Return what is kept of a message of the channel: of a repost, no words."""
    row: dict[str, Any] = {"id": message.id, "date": message.at, "service": message.service, "repost": message.repost}
    row |= {"created": True} if message.created else {}
    row |= {"album": message.album} if message.album is not None else {}
    row |= {"comments": message.comments} if not message.service else {}
    return row if message.repost or message.service else {**row, "text": message.text}


def _post_from(row: _Row) -> Message:
    """Make a message of the channel of its row."""
    return Message(
        row["id"],
        datetime.fromisoformat(row["date"]),
        row.get("text", ""),
        service=row["service"],
        created=row.get("created", False),
        repost=row["repost"],
        album=row.get("album"),
        comments=row.get("comments"),
    )


def _said_row(said: Said) -> dict[str, Any]:
    """Return what is kept of a comment: everything but author and words, which it does not have; of a copy its post."""
    copy = {"post": said.copy_of} if said.copy_of is not None else {}
    if said.comment is None:
        return {"id": said.id, "date": said.at, **copy}
    return {**said.comment.model_dump(mode="json", exclude={"thread", "deleted"}), "top": said.top, **copy}


def _said_from(row: _Row) -> Said:
    """Make a message of a talk of its row."""
    if "date" in row:
        return Said(row["id"], datetime.fromisoformat(row["date"]), row["post"])
    comment = Comment.model_validate({k: v for k, v in row.items() if k not in {"top", "post"}})
    return Said(comment.id, comment.at, row.get("post"), comment.reply_to, row.get("top"), comment)


# Pages -------------------------------------------------------------------------------------------------------------


def page_row(page: Page[Message]) -> dict[str, Any]:
    """Return what is kept of a page of a channel."""
    return {**_told(page), "messages": [_post_row(m) for m in page.messages]}


def page_from(row: _Row) -> Page[Message]:
    """Make a page of a channel of its row."""
    return _page(row, row["messages"], _post_from)


def talk_row(page: Page[Said]) -> dict[str, Any]:
    """Return what is kept of a page of a talk: copies of posts and comments, of others how many there were."""
    copies = [_said_row(s) for s in page.messages if s.comment is None]
    return {**_told(page), "copies": copies, "comments": [_said_row(s) for s in page.messages if s.comment is not None]}


def with_answers(body: bytes, said: Mapping[int, int | None]) -> bytes:
    """Return a kept page of a talk with what each comment answers, and without whom it addresses."""
    try:
        row = json.loads(body)
        for comment in row.get("comments", ()):
            comment |= {"answers": said.get(comment["id"]), "mentions": None}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return body  # a damaged record, played back
    return as_json(row)


def administrators_row(administrators: frozenset[int]) -> dict[str, Any]:
    """Return what is kept of a group's administrators: how many there are, and of nobody who it is."""
    return {"administrators": len(administrators)}


def talk_from(row: _Row) -> Page[Said]:
    """Make a page of a talk of its row."""
    return _page(row, [*row.get("copies", ()), *row["comments"]], _said_from)


def _told(page: Page[_M]) -> dict[str, Any]:
    told = {"count": page.count, "raw": page.raw, "lowest": page.lowest, "oldest": page.oldest}
    return {**told, "disordered": True} if page.disordered else told


def _page(row: _Row, rows: Sequence[_Row], made: Callable[[_Row], _M]) -> Page[_M]:
    messages = sorted((made(r) for r in rows), key=lambda m: -m.id)
    raw = row.get("raw", len(messages))
    lowest = row.get("lowest", messages[-1].id if messages else None)
    oldest = _moment(row["oldest"]) if "oldest" in row else min((m.at for m in messages), default=None)
    return Page(messages, raw, row["count"], lowest, oldest, row.get("disordered", False))


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
