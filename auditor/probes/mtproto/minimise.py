"""The stored form of what Telegram tells a signed-in client: the look's own types, less what may not be written.

Ids, times, flags, numbered authors; of words the official's own posts alone. What is read of a form is all that a look
knows, at once and in a replay.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from auditor.base.snapshot import Comment
from auditor.probes.mtproto.asking import as_json
from auditor.probes.mtproto.reading import Card, Full, Message, Page, Said

_Row = Mapping[str, Any]

_CARD, _POSTS, _TALK = TypeAdapter(Card), TypeAdapter(Page[Message]), TypeAdapter(Page[Said])

_NOT_OF_A_CARD = {"access_hash", "title", "subscribers"}
_NOT_OF_A_POST = {"author", "copy_of", "reply_to", "top", "anchors", "source"}

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
    row = _CARD.dump_python(card, mode="json", exclude=_NOT_OF_A_CARD, exclude_defaults=True)
    return {**row, "reachable": card.access_hash is not None}


def card_from(row: _Row, asked: str) -> Card | None:
    """Make a card of its row; a person or a group has the name `asked`, or none, and no number."""
    if "kind" not in row:
        return None
    if row["kind"] != "channel":
        return Card(row["kind"], 0, _REACHED, () if row.get("renamed") else (asked,))
    return _CARD.validate_python({**row, "access_hash": _REACHED if row["reachable"] else None})


def card_keyed(card: Card | None, came: Card | None) -> Card | None:
    """Return a card with what it takes to ask further, and with its title: who is called so proves nothing."""
    if card is None or came is None:
        return None
    return replace(card, id=came.id, access_hash=came.access_hash, title=came.title)


def full_row(full: Full, asked: str | None = None) -> dict[str, Any]:
    """Return what is kept of a channel's whole card: of its group, its number and whether it can be read."""
    group = full.group
    readable = group is not None and group.access_hash is not None and not group.closed
    more = {"subscribers": full.subscribers, "about": full.about, "group": full.group_id, "group_readable": readable}
    return {"card": card_row(full.card, asked), **more}


def full_from(row: _Row, asked: str) -> Full:
    """Make a whole card of its row."""
    group = Card("group", row["group"], _REACHED) if row["group_readable"] else None
    return Full(card_from(row["card"], asked), row["subscribers"], row["about"], group, row["group"])


def full_keyed(full: Full, came: Full) -> Full:
    """Return a whole card with what it takes to ask further; its group is told apart by its names."""
    return replace(full, card=card_keyed(full.card, came.card), group=came.group)


# Pages -----------------------------------------------------------------------------------------------------------


def page_row(page: Page[Message]) -> dict[str, Any]:
    """Return what is kept of a page of a channel: of a repost, no words."""
    kept = replace(page, messages=[replace(m, text="") if m.repost or m.service else m for m in page.messages])
    hidden = {"messages": {"__all__": _NOT_OF_A_POST}}
    row: dict[str, Any] = _POSTS.dump_python(kept, mode="json", exclude=hidden, exclude_defaults=True)
    return row


def page_from(row: _Row) -> Page[Message]:
    """Make a page of a channel of its row."""
    return _POSTS.validate_python(row)


def talk_row(page: Page[Said]) -> dict[str, Any]:
    """Return what is kept of a page of a talk: copies of posts and comments, of others how many there were."""
    row: dict[str, Any] = _TALK.dump_python(page, mode="json", exclude_defaults=True)
    return row


def talk_from(row: _Row) -> Page[Said]:
    """Make a page of a talk of its row."""
    return _TALK.validate_python(row)


def with_answers(body: bytes, told: Mapping[int, Comment]) -> bytes:
    """Return a kept page of a talk with each comment's side and what it answers, and without whom it addresses."""
    try:
        page = talk_from(json.loads(body))
    except (ValueError, RecursionError):
        return body  # no page of a talk
    return as_json(talk_row(replace(page, messages=[_answering(one, told) for one in page.messages])))


def _answering(row: Said, told: Mapping[int, Comment]) -> Said:
    if row.comment is None:
        return row
    final = told.get(row.id, row.comment)
    update = {"side": final.side, "answers": final.answers, "mentions": None}
    return replace(row, comment=row.comment.model_copy(update=update))


def administrators_row(administrators: frozenset[int] | None) -> dict[str, Any]:
    """Return what is kept of a group's administrators: how many there are, and of nobody who it is."""
    return {"administrators": None if administrators is None else len(administrators)}


def administrators_from(row: _Row) -> frozenset[int] | None:
    """Return nobody: comments are kept with whose they are. Raises `ValueError` for a list that could not be read."""
    if row["administrators"] is None:
        raise ValueError
    return frozenset()
