"""What may be written of an answer: ids, times, flags, keyed authors; of words the official's own posts alone."""

__all__ = ["as_json", "card_row", "comment_row", "post_row"]

import json
from collections.abc import Mapping
from typing import Any

from auditor.probes.telegram_client.reading import Card, Message
from auditor.snapshot import Comment


def as_json(data: Mapping[str, Any]) -> bytes:
    """Write what is kept, the same for the same answer."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1, default=str).encode()


def card_row(card: Card | None) -> dict[str, Any]:
    """Return what is kept of who stands behind a name: of a person or a group, that it is one."""
    if card is None:
        return {}
    if card.kind != "channel":
        return {"kind": card.kind}
    row = {"kind": card.kind, "id": card.id, "names": sorted(card.names), "date": card.date, "left": card.left}
    flags = {"verified": card.verified, "scam": card.scam, "fake": card.fake, "restricted": list(card.restricted)}
    return {**row, **flags}


def post_row(message: Message) -> dict[str, Any]:
    """Return what is kept of a message of the channel: of a repost, no words."""
    row: dict[str, Any] = {"id": message.id, "date": message.at, "service": message.service, "repost": message.repost}
    row |= {"album": message.album} if message.album is not None else {}
    row |= {"comments": message.comments} if not message.service else {}
    return row if message.repost or message.service else {**row, "text": message.text}


def comment_row(comment: Comment) -> dict[str, Any]:
    """Return what is kept of a comment: everything but author and words, which it does not have."""
    return comment.model_dump(mode="json", exclude={"thread", "deleted"})
