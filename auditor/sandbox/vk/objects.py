"""VK's objects of the synthetic world in the form of API 5.199 (docs/dev/sources.md, VK), with our own content."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from auditor.sandbox.world.model import PostKind, WorldAccount, WorldComment, WorldPost

_Json = dict[str, Any]


def user(account: WorldAccount, fields: frozenset[str], posts: int = 0) -> _Json:
    """Return a user with `posts` posts; a deleted one has no optional fields, a closed one only a few."""
    parts = account.title.split()
    item: _Json = {"id": account.number, "first_name": " ".join(parts[1:]) or "Имярек", "last_name": parts[0]}
    if account.deactivated:
        return {**item, "deactivated": "banned" if account.banned else "deleted"}
    item |= {"can_access_closed": not account.closed, "is_closed": account.closed}
    optional = {
        "screen_name": account.name,
        "verified": int(account.verified),
    }
    if not account.closed:
        optional |= {
            "followers_count": account.subscribers,
            "status": account.description,
            "about": account.description,
            "site": account.site,
            "counters": {"followers": account.subscribers, "friends": account.subscribers // 7, "posts": posts},
            **_place_and_work(account),
        }
    return item | {key: value for key, value in optional.items() if key in fields}


def _place_and_work(account: WorldAccount) -> _Json:
    """Return city, occupation and career of a user; VK leaves out the first two if they are empty."""
    item: _Json = {"career": []}
    if account.city:
        item["city"] = {"id": sum(account.city.encode()), "title": account.city}
    if account.work:
        company, _, position = account.work.partition(", ")
        item["occupation"] = {"type": "work", "name": company}
        item["career"] = [{"company": company, "position": position, "from": 2019}]
    return item


def group(account: WorldAccount, fields: frozenset[str]) -> _Json:
    """Return a community; a closed one hides its wall."""
    item: _Json = {
        "id": -account.number,
        "name": account.title,
        "screen_name": account.name,
        "is_closed": int(account.closed),
        "type": "page",
        "photo_50": "https://example.invalid/50.jpg",
    }
    if account.deactivated:
        return {**item, "deactivated": "banned" if account.banned else "deleted"}
    optional = {
        "description": account.description,
        "members_count": account.subscribers,
        "verified": int(account.verified),
        "wall": account.wall,
        "status": "",
        "site": account.site,
        "links": [],
    }
    return item | {key: value for key, value in optional.items() if key in fields}


# Posts -----------------------------------------------------------------------------------------------------------


def wall_items(account: WorldAccount, now: datetime, filter_name: str) -> list[WorldPost]:
    """Return a wall in VK's order: the pinned post first, then the newest. `filter_name` is VK's filter."""
    wanted = {
        "all": {*PostKind} - {PostKind.SERVICE},
        "others": {PostKind.GUEST},
        "owner": {PostKind.OWN, PostKind.REPOST, PostKind.AD},
    }
    shown = [p for p in account.posts_at(now) if p.kind in wanted.get(filter_name, wanted["all"])]
    return sorted(shown, key=lambda p: (not p.pinned, -p.id))


def wall_answer(account: WorldAccount, posts: Iterable[WorldPost], count: int, now: datetime) -> _Json:
    """Return the body of wall.get."""
    return {"count": count, "items": [post_item(account, post, now) for post in posts]}


def post_item(account: WorldAccount, post: WorldPost, now: datetime) -> _Json:
    """Return one post."""
    writer = post.origin.id if post.kind is PostKind.GUEST and post.origin else account.number
    text = post.text
    for anchor_text, url in post.anchors:
        text = text.replace(anchor_text, f"[{url}|{anchor_text}]", 1)
    item: _Json = {
        "inner_type": "wall_wallpost",
        "id": post.id,
        "owner_id": account.number,
        "from_id": writer,
        "date": int(post.at.timestamp()),
        "text": text,
        "type": "post",
        "post_type": "post",
        "marked_as_ads": int(post.kind is PostKind.AD),
        "comments": _comments_info(account, post, now),
    }
    if post.media in {"photo", "album"}:
        item["attachments"] = [_photo(account, post)]
    if post.pinned:
        item["is_pinned"] = 1
    if post.kind is PostKind.REPOST:
        item["text"] = ""
        item["copy_history"] = [_original(post)]
    return item


def _photo(account: WorldAccount, post: WorldPost) -> _Json:
    photo = {"id": post.id, "owner_id": account.number, "album_id": -7, "date": int(post.at.timestamp())}
    return {"type": "photo", "photo": photo | {"has_tags": False, "text": ""}}


def _comments_info(account: WorldAccount, post: WorldPost, now: datetime) -> _Json:
    info: _Json = {"count": _count(post.comments_at(now))}
    if account.tells_can_post:
        info |= {"can_post": int(not post.closed), "groups_can_post": not post.closed}
    return info


def _count(comments: list[WorldComment]) -> int:
    return sum(not c.deleted for c in comments)


def _original(post: WorldPost) -> _Json:
    origin = post.origin.id if post.origin else -31_000_009
    return {
        "inner_type": "wall_wallpost",
        "id": post.id * 3 + 1,
        "owner_id": origin,
        "from_id": origin,
        "date": int(post.at.timestamp()) - 7200,
        "text": post.text,
    }


# Comments --------------------------------------------------------------------------------------------------------


def comments_answer(account: WorldAccount, post: WorldPost, now: datetime, paging: _Json) -> _Json:
    """Return the body of wall.getComments; `paging` has offset, count, thread_items_count, comment_id."""
    comments = post.comments_at(now)
    level = [c for c in comments if (c.top.id if c.top else 0) == paging["comment_id"]]
    if paging["comment_id"] == 0:
        level = [c for c in level if not c.deleted or _thread(comments, c)]
    page = level[paging["offset"] : paging["offset"] + paging["count"]]
    shown = [_comment_thread(account, post, c, comments, paging["thread_items_count"]) for c in page]
    response: _Json = {"count": _count(comments), "items": shown, "current_level_count": len(level)}
    if account.tells_can_post:
        response |= {"can_post": True, "show_reply_button": True, "groups_can_post": True}
    return response


def _comment_thread(
    account: WorldAccount, post: WorldPost, comment: WorldComment, comments: list[WorldComment], items: int
) -> _Json:
    """Return one comment, with the first `items` of its thread if it is a top comment."""
    item = _comment(account, post, comment)
    if comment.top is None:
        thread = _thread(comments, comment)
        head: _Json = {"count": len(thread), "items": [_comment(account, post, c) for c in thread[:items]]}
        if account.tells_can_post:
            head |= {"can_post": True, "show_reply_button": True, "groups_can_post": True}
        item["thread"] = head
    return item


def _thread(comments: list[WorldComment], top: WorldComment) -> list[WorldComment]:
    return [c for c in comments if c.top is top and not c.deleted]


def _comment(account: WorldAccount, post: WorldPost, comment: WorldComment) -> _Json:
    item: _Json = {
        "id": comment.id,
        "date": int(comment.at.timestamp()),
        "parents_stack": [comment.top.id] if comment.top else [],
    }
    if comment.deleted:
        return {**item, "deleted": True}
    item |= {"from_id": comment.author.id, "text": comment.text, "post_id": post.id, "owner_id": account.number}
    if comment.answers is not None and comment.top is not None and comment.names_target and not comment.answers.deleted:
        item |= {"reply_to_user": comment.answers.author.id, "reply_to_comment": comment.answers.id}
    return item
