"""VK's objects of the synthetic world as API 5.199 has them (docs/dev/sources.md, VK). Our own numbers and words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from auditor.sandbox.world.model import PostKind, WorldAccount, WorldComment, WorldPost

_Json = dict[str, Any]


def user(account: WorldAccount, fields: frozenset[str], posts: int = 0) -> _Json:
    """Return a user with so many `posts`; a deleted one has no optional field, a closed one shows little."""
    parts = account.title.split()
    answer: _Json = {"id": account.number, "first_name": " ".join(parts[1:]) or "Имярек", "last_name": parts[0]}
    if account.deactivated:
        return {**answer, "deactivated": "banned" if account.banned else "deleted"}
    answer |= {"can_access_closed": not account.closed, "is_closed": account.closed}
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
    return answer | {key: value for key, value in optional.items() if key in fields}


def _place_and_work(account: WorldAccount) -> _Json:
    """Return city, occupation and career of somebody who has filled them in; VK leaves the first two out otherwise."""
    answer: _Json = {"career": []}
    if account.city:
        answer["city"] = {"id": sum(account.city.encode()), "title": account.city}
    if account.work:
        company, _, position = account.work.partition(", ")
        answer["occupation"] = {"type": "work", "name": company}
        answer["career"] = [{"company": company, "position": position, "from": 2019}]
    return answer


def group(account: WorldAccount, fields: frozenset[str]) -> _Json:
    """Return a community; a closed one hides its wall."""
    answer: _Json = {
        "id": -account.number,
        "name": account.title,
        "screen_name": account.name,
        "is_closed": int(account.closed),
        "type": "page",
        "photo_50": "https://example.invalid/50.jpg",
    }
    if account.deactivated:
        return {**answer, "deactivated": "banned" if account.banned else "deleted"}
    optional = {
        "description": account.description,
        "members_count": account.subscribers,
        "verified": int(account.verified),
        "wall": account.wall,
        "status": "",
        "site": account.site,
        "links": [],
    }
    return answer | {key: value for key, value in optional.items() if key in fields}


# Posts -----------------------------------------------------------------------------------------------------------


def wall_items(account: WorldAccount, now: datetime, which: str) -> list[WorldPost]:
    """Return a wall in VK's order: the pinned post first, then the newest. `which` is VK's filter."""
    wanted = {
        "all": {*PostKind} - {PostKind.SERVICE},
        "others": {PostKind.GUEST},
        "owner": {PostKind.OWN, PostKind.REPOST, PostKind.AD},
    }
    shown = [p for p in account.posts_at(now) if p.kind in wanted.get(which, wanted["all"])]
    return sorted(shown, key=lambda p: (not p.pinned, -p.id))


def wall_answer(account: WorldAccount, posts: Iterable[WorldPost], count: int, now: datetime) -> _Json:
    """Return the body of wall.get."""
    return {"count": count, "items": [post_item(account, post, now) for post in posts]}


def post_item(account: WorldAccount, post: WorldPost, now: datetime) -> _Json:
    """Return one post."""
    writer = post.origin.id if post.kind is PostKind.GUEST and post.origin else account.number
    text = post.text
    for words, url in post.anchors:
        text = text.replace(words, f"[{url}|{words}]", 1)
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
    if post.pinned:
        item["is_pinned"] = 1
    if post.kind is PostKind.REPOST:
        item["text"] = ""
        item["copy_history"] = [_copied(post)]
    return item


def _comments_info(account: WorldAccount, post: WorldPost, now: datetime) -> _Json:
    info: _Json = {"count": _count(post.comments_at(now))}
    if account.tells_can_post:
        info |= {"can_post": int(not post.closed), "groups_can_post": not post.closed}
    return info


def _count(comments: list[WorldComment]) -> int:
    return sum(not c.deleted for c in comments)


def _copied(post: WorldPost) -> _Json:
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


def comments_answer(account: WorldAccount, post: WorldPost, now: datetime, ask: _Json) -> _Json:
    """Return the body of wall.getComments: `ask` has offset, count, thread_items_count, comment_id."""
    everything = post.comments_at(now)
    level = [c for c in everything if (c.top.id if c.top else 0) == ask["comment_id"]]
    if ask["comment_id"] == 0:
        level = [c for c in level if not c.deleted or _thread(everything, c)]
    page = level[ask["offset"] : ask["offset"] + ask["count"]]
    shown = [_comment_thread(account, post, c, everything, ask["thread_items_count"]) for c in page]
    answer: _Json = {"count": _count(everything), "items": shown, "current_level_count": len(level)}
    if account.tells_can_post:
        answer |= {"can_post": True, "show_reply_button": True, "groups_can_post": True}
    return answer


def _comment_thread(
    account: WorldAccount, post: WorldPost, comment: WorldComment, everything: list[WorldComment], items: int
) -> _Json:
    """Return one comment, with the first `items` of its thread if it heads one."""
    answer = _comment(account, post, comment)
    if comment.top is None:
        thread = _thread(everything, comment)
        head: _Json = {"count": len(thread), "items": [_comment(account, post, c) for c in thread[:items]]}
        if account.tells_can_post:
            head |= {"can_post": True, "show_reply_button": True, "groups_can_post": True}
        answer["thread"] = head
    return answer


def _thread(everything: list[WorldComment], top: WorldComment) -> list[WorldComment]:
    return [c for c in everything if c.top is top and not c.deleted]


def _comment(account: WorldAccount, post: WorldPost, comment: WorldComment) -> _Json:
    answer: _Json = {
        "id": comment.id,
        "date": int(comment.at.timestamp()),
        "parents_stack": [comment.top.id] if comment.top else [],
    }
    if comment.deleted:
        return {**answer, "deleted": True}
    answer |= {"from_id": comment.author.id, "text": comment.text, "post_id": post.id, "owner_id": account.number}
    if comment.answers is not None and comment.top is not None and comment.names_target and not comment.answers.deleted:
        answer |= {"reply_to_user": comment.answers.author.id, "reply_to_comment": comment.answers.id}
    return answer
