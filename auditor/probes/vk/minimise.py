"""What may be written to disk of VK's answers: the official's own public words, and nothing of anybody else's.

Lists of what stays, never of what goes: a field that VK adds tomorrow is left out until somebody has looked at it.
Names stay out even of profiles, since a short name may have passed to a private person.
"""

__all__ = [
    "comment_page",
    "community",
    "error",
    "nothing",
    "owner",
    "pages",
    "wall_counts",
    "wall_page",
    "without_mentions",
]

import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from auditor.pages import Page
from auditor.probes.vk.answers import CommentPage, WallPage, WallPost, objects, whole
from auditor.probes.vk.client import VkFailure
from auditor.probes.vk.texts import without_ways_to_call
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
_PLAIN = str | int | float
_MENTION = re.compile(r"\[(?:(id|club|public|event)-?\d*(?::[^\s\[\]|]*)?|[^\s\[\]|]{1,200})\|[^\]]*\]")


def _dump(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # half a surrogate pair has no UTF-8


def owner(raw: Mapping[str, Any], *, community: bool) -> bytes:
    """Keep what a page says of itself to everybody."""
    kept = _COMMUNITY if community else _PROFILE
    return _dump({"response": [{key: raw[key] for key in sorted(kept) if isinstance(raw.get(key), _PLAIN)}]})


def community(raw: Mapping[str, Any]) -> bytes:
    """Keep what a body's own page shows of itself: its title, links and contacts too, but no telephone and no mail."""
    kept = {key: raw[key] for key in (*sorted(_COMMUNITY), "name", "activity") if isinstance(raw.get(key), _PLAIN)}
    links = [
        {key: link[key] for key in ("url", "name", "desc") if isinstance(link.get(key), str)}
        for link in objects(raw.get("links")) or []
    ]
    contacts = [
        {"user_id": whole(one.get("user_id")), "desc": without_ways_to_call(str(one.get("desc") or ""))}
        for one in objects(raw.get("contacts")) or []
    ]
    return _dump({"response": [{**kept, "links": links, "contacts": contacts}]})


def pages(asked: int, answered: int, kept: Iterable[Page]) -> bytes:
    """Keep how many names were asked for and how many pages came; of those worth it, their number, kind and flags.

    Nobody's title, place, work or words: the page of a namesake is a citizen's.
    """
    shown = [
        {
            "address": page.address.url,
            "id": page.id,
            "kind": page.kind,
            "exists": page.exists,
            "verified": page.verified,
            "government": page.government,
            "closed": page.closed,
            "subscribers": page.subscribers,
        }
        for page in kept
    ]
    return _dump({"asked": asked, "answered": answered, "kept": shown})


def wall_counts(page: WallPage, owner_id: int) -> bytes:
    """Keep how much is on a page of a wall, and from when to when the owner's own posts are."""
    own = [int(post.at.timestamp()) for post in page.posts if post.from_id == owner_id]
    return _dump(
        {"count": page.count, "own": len(own), "first": min(own, default=None), "last": max(own, default=None)}
    )


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


def wall_page(page: WallPage, owner_id: int, named: Mapping[int, Collection[str]] | None = None) -> bytes:
    """Keep the owner's posts with their own text; of others' posts, and of what was reposted, only that it is there.

    `named`: by a post's id, the addresses that it names and that may be kept beside its text.
    """
    items = [_post(post, owner_id) for post in page.posts]
    for item in items:
        if named and named.get(item["id"]):
            item["named"] = sorted(named[item["id"]])
    return _dump({"response": {"count": page.count, "items": items}})


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
    return _MENTION.sub(lambda match: f"[{match[1] or 'link'}]", text)


def comment_page(page: CommentPage, comments: Iterable[Comment]) -> bytes:
    """Keep who wrote when and in answer to what, with the author as a keyed hash and the words as flags."""
    items = [comment.model_dump(mode="json", exclude_defaults=True) for comment in comments]
    return _dump({"response": {"count": page.count, "current_level_count": page.level, "items": items}})
