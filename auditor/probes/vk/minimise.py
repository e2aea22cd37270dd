"""What may be written to disk of VK's answers: the official's own public words, and nothing of anybody else's.

Lists of what stays, never of what goes: a field that VK adds tomorrow is left out until somebody has looked at it.
Names stay out even of profiles, since a short name may have passed to a private person.
"""

__all__ = ["comment_page", "error", "nothing", "owner", "wall_page", "without_mentions"]

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from auditor.probes.vk.answers import CommentPage, WallPage, WallPost
from auditor.probes.vk.client import VkFailure
from auditor.snapshot import Comment

_PROFILE = frozenset(
    (
        *("id", "screen_name", "domain", "deactivated", "is_closed", "can_access_closed", "verified", "is_verified"),
        *("followers_count", "status", "site", "about"),
    )
)
_COMMUNITY = frozenset(
    (
        *("id", "screen_name", "type", "deactivated", "is_closed", "verified", "is_government_organization"),
        *("members_count", "description", "status", "site", "wall"),
    )
)
_MENTION = re.compile(r"\[((?:id|club|public|event)-?\d*)\|[^\]]*\]")


def _dump(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # half a surrogate pair has no UTF-8


def owner(raw: Mapping[str, Any], *, community: bool) -> bytes:
    """Keep what a page says of itself to everybody."""
    kept = _COMMUNITY if community else _PROFILE
    return _dump({"response": [{key: raw[key] for key in sorted(kept) if isinstance(raw.get(key), str | int | float)}]})


def nothing(value: object = ()) -> bytes:
    """Keep an answer without a page in it; of `value`, only the type of thing that a short name stands for."""
    kind = value.get("type") if isinstance(value, dict) else None
    return _dump({"response": {"type": kind} if isinstance(kind, str) else []})


def error(failure: VkFailure) -> bytes:
    """Keep what was wrong, without the echo of the parameters; of a page that is not VK's answer only its size."""
    assert failure.exchange is not None
    if failure.code is not None:
        return _dump({"error": {"error_code": failure.code, "error_msg": failure.exchange.said}})
    return _dump({"not_an_answer": {"bytes": len(failure.exchange.body), "cause": failure.cause.value}})


def wall_page(page: WallPage, owner_id: int) -> bytes:
    """Keep the owner's posts with their own text; of others' posts, and of what was reposted, only that it is there."""
    return _dump({"response": {"count": page.count, "items": [_post(post, owner_id) for post in page.posts]}})


def _post(post: WallPost, owner_id: int) -> dict[str, Any]:
    if post.from_id != owner_id:
        return {"id": post.id, "date": int(post.at.timestamp()), "by_others": True}
    return {
        "id": post.id,
        "date": int(post.at.timestamp()),
        "from_id": post.from_id,
        "text": without_mentions(post.text),
        "post_type": post.post_type,
        "is_pinned": post.pinned,
        "marked_as_ads": post.advertisement,
        "is_deleted": post.deleted,
        "repost": post.repost,
        "comments": {"count": post.comments, "can_post": post.can_comment},
    }


def without_mentions(text: str) -> str:
    """Take the names and ids of those who are mentioned out of a text."""
    return _MENTION.sub(lambda match: f"[{match[1].rstrip('0123456789-')}]", text)


def comment_page(page: CommentPage, comments: Iterable[Comment]) -> bytes:
    """Keep who wrote when and in answer to what, with the author as a keyed hash and the words as flags."""
    items = [comment.model_dump(mode="json", exclude_defaults=True) for comment in comments]
    return _dump({"response": {"count": page.count, "current_level_count": page.level, "items": items}})
