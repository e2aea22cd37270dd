"""What may be written to disk of VK's answers: the official's own public words and nobody else's.

Lists of what stays, never of what goes: a field that VK adds tomorrow is left out until somebody has looked at it.
Names stay out even of profiles, since a short name may have passed to a private person.

The second half reads the stored forms back for the probe. What a form lacks is unknown or empty; a form of an earlier
version lacks some counts and marks. Nothing here judges.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import ValidationError

from auditor.base.answers import NO_ANSWER, Answer, keep
from auditor.base.snapshot import Cause, Comment, EvidenceKind
from auditor.language.words import without_mentions
from auditor.probes.vk.answers import (
    CommentPage,
    RawComment,
    WallPage,
    WallPost,
    flag,
    number,
    objects,
    read_wall,
    tells_of_register,
    whole,
)
from auditor.probes.vk.errors import Act, Exchange, Fact, VkAnswer, VkFailure, rule_for

_PROFILE = frozenset(
    (
        *("id", "screen_name", "domain", "deactivated", "is_closed", "can_access_closed", "verified", "is_verified"),
        *("followers_count", "status", "site", "about"),
    )
)
_COMMUNITY = frozenset(
    (
        *("id", "screen_name", "domain", "type", "deactivated", "is_closed", "verified", "is_government_organization"),
        *("members_count", "description", "status", "site", "wall"),
    )
)
_STRANGER = frozenset(("id", "type", "deactivated", "is_closed", "can_access_closed"))
_PLAIN = str | int | float
_CALL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\+?\d[\d\s()–-]{4,}\d")

_Word = TypeVar("_Word", Act, Cause, Fact)

_NOBODY = 0
"""In a stored form: the author of a post that the wall's owner did not write."""


def dump(value: object) -> bytes:
    """Write what is kept, the same for the same answer."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")  # half a surrogate pair has no UTF-8


def owner(raw: Mapping[str, Any], *, community: bool) -> bytes:
    """Keep what a page says of itself to everybody."""
    kept = _plain_fields(raw, _COMMUNITY if community else _PROFILE)
    links = [link["url"] for link in objects(raw.get("links")) or [] if isinstance(link.get("url"), str)]
    telling = [{"url": url} for url in links if tells_of_register(url)] if community else []
    return dump({"response": [{**kept, "links": telling} if telling else kept]})


def stranger(raw: Mapping[str, Any]) -> bytes:
    """Keep only the kind and state of a page that has taken an official's name: it may be a citizen's."""
    return dump({"response": [_plain_fields(raw, _STRANGER)]})


def _plain_fields(raw: Mapping[str, Any], wanted: Collection[str]) -> dict[str, Any]:
    kept = {key: raw[key] for key in sorted(wanted) if isinstance(raw.get(key), _PLAIN)}
    return {**kept, "deactivated": True} if raw.get("deactivated") and "deactivated" not in kept else kept


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
    return dump({"response": [{**kept, "links": links, "contacts": contacts}]})


def wall_counts(page: WallPage, owner_id: int) -> bytes:
    """Keep how much is on a page of a wall, and from when to when the owner's own posts are."""
    own = [int(post.at.timestamp()) for post in page.posts if post.from_id == owner_id]
    return dump({"count": page.count, "own": len(own), "first": min(own, default=None), "last": max(own, default=None)})


def posts_counter(count: int | None) -> bytes:
    """Keep how many posts a profile counts for itself."""
    return dump({"response": [{"counters": {} if count is None else {"posts": count}}]})


def oldest_photo(count: int | None, oldest: datetime | None) -> bytes:
    """Keep how many photos a profile has and when the earliest was added: no picture, no address, no caption."""
    items = [] if oldest is None else [{"date": int(oldest.timestamp())}]
    return dump({"response": {"count": count, "items": items}})


def nothing(value: object = ()) -> bytes:
    """Keep an answer that holds no page; of `value`, only what a short name stands for and its number."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str):
        return dump({"response": []})
    return dump({"response": {"type": kind, "object_id": whole(value.get("object_id"))}})


def other_shape() -> bytes:
    """Keep of an answer that is none to the question only that it came."""
    return dump({"response": None})


def error(failure: VkFailure) -> bytes:
    """Keep what was wrong, without the echo of the parameters; of a page that is not VK's answer only its size.

    For a question without an answer, keep why there is none and whether it was asked.
    """
    assert failure.exchange is not None
    if not failure.came:
        return dump({NO_ANSWER: failure.cause.value, **({} if failure.sent else {"sent": False})})
    if failure.code is not None:
        said = failure.exchange.said
        rule = rule_for(failure.code, said)
        meant = (failure.act, failure.cause, failure.fact)
        # The rule may have been decided by the part of the text that was cut off.
        extra = {} if meant == (rule.act, rule.cause, rule.fact) else {"read_as": meant}
        return dump({"error": {"error_code": failure.code, "error_msg": said, **extra}})
    return dump({"not_an_answer": {"bytes": len(failure.exchange.body), "cause": failure.cause.value}})


def wall_page(page: WallPage, owner_id: int, named: Mapping[int, Collection[str]] | None = None) -> bytes:
    """Keep the owner's posts with their own text; of others' posts and of reposted ones, only that they exist.

    `named`: by a post's id, the addresses in its text that may be kept.
    """
    items = [_post(post, owner_id) for post in page.posts]
    for item in items:
        if named and named.get(item["id"]):
            item["named"] = sorted(named[item["id"]])
    return dump({"response": {"count": page.count, "size": page.size, "unread": page.unread, "items": items}})


def wall_without_words(page: WallPage, owner_id: int) -> bytes:
    """Keep of a control's wall that there are posts, and which of them have comments."""
    posts = tuple(replace(post, text="") for post in page.posts)
    return wall_page(replace(page, posts=posts), owner_id)


def _post(post: WallPost, owner_id: int) -> dict[str, Any]:
    if post.from_id != owner_id:
        there = {"id": post.id, "date": int(post.at.timestamp()), "by_others": True}
        return {**there, "is_pinned": True} if post.pinned else there
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


def comment_page(page: CommentPage, comments: Iterable[tuple[RawComment, Comment]]) -> bytes:
    """Keep who wrote when and in answer to what, with the author as a number within the look and the words as flags.

    `comments`: each with what is kept of it, and the answers that came along right after it. What the page tells about
    itself stays: how much of it could be read, whether people can comment, how long each thread is.
    """
    items = [{**kept.model_dump(mode="json", exclude_defaults=True), **_thread(raw)} for raw, kept in comments]
    counts = {"count": page.count, "current_level_count": page.level, "size": page.size, "unread": page.unread}
    return dump({"response": {**counts, "can_post": page.can_comment, "items": items}})


def _thread(raw: RawComment) -> dict[str, int]:
    lengths = {"replies": raw.replies, "came_along": len(raw.thread)}
    return {name: length for name, length in lengths.items() if length}


def without_ways_to_call(text: str) -> str:
    """Take telephone numbers and mail addresses out of a text."""
    return " ".join(_CALL.sub("", text).split())


def filed(kind: EvidenceKind, exchange: Exchange, stored: bytes, about: str | None = None) -> Answer:
    """Make evidence of an exchange. `about` tells apart what several names share."""
    if exchange.kept is not None:
        return exchange.kept
    url = exchange.url + (f"#{about}" if about else "")
    if exchange.status is None:
        return keep(kind, url, fetched_at=exchange.at, status=None, received=stored)
    return keep(
        kind,
        url,
        fetched_at=exchange.at,
        status=exchange.status,
        received=exchange.body,
        stored=stored,
        method="POST",
        headers=exchange.headers,
    )


def once(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Keep the record that a method was no longer asked once for each method and reason."""
    kept: list[Answer] = []
    said: set[tuple[str, bytes]] = set()
    for answer in answers:
        if answer.evidence.status is None and b'"sent":false' in answer.body:
            key = (urlsplit(answer.evidence.url).path, answer.body)
            if key in said:
                continue
            said.add(key)
        kept.append(answer)
    return tuple(kept)


def restored(method: str, take: Answer, *, owner_id: int = _NOBODY) -> VkAnswer | VkFailure:
    """Return what a call of `method` came to when `take` was kept. Raises nothing, whatever is stored."""
    exchange = Exchange(take.evidence.url, take.evidence.fetched_at, take.evidence.status, take.body, kept=take)
    try:
        stored = json.loads(take.body)
    except (ValueError, RecursionError):
        stored = None
    if not isinstance(stored, dict):
        return _failed(exchange, Cause.UNRECOGNISED_PAGE)
    if "response" not in stored:
        return _failure(stored, exchange)
    value = stored["response"]
    if take.evidence.minimised and isinstance(value, dict):
        if method == "wall.get":
            value = restored_wall(value, owner_id)
        elif method == "wall.getComments":
            value = restored_comments(value)
    return VkAnswer(exchange, value)


def _failure(stored: Mapping[str, Any], exchange: Exchange) -> VkFailure:
    if NO_ANSWER in stored:
        why = _one_of(Cause, stored[NO_ANSWER]) or Cause.UNREACHABLE
        if stored.get("sent") is False:
            return VkFailure(None, Act.STOP_METHOD, why, exchange=exchange, sent=False)
        return VkFailure(None, Act.RETRY, why, exchange=exchange)
    error = stored.get("error")
    code = whole(error.get("error_code")) if isinstance(error, dict) else None
    if not isinstance(error, dict) or code is None:
        foreign = stored.get("not_an_answer")
        cause = _one_of(Cause, foreign.get("cause")) if isinstance(foreign, dict) else None
        return _failed(exchange, cause or Cause.UNRECOGNISED_PAGE)
    rule = rule_for(code, str(error.get("error_msg") or ""))
    meant = error.get("read_as")
    act, cause, fact = meant if isinstance(meant, list) and len(meant) == 3 else (rule.act, rule.cause, rule.fact)
    return VkFailure(
        code,
        _one_of(Act, act) or rule.act,
        _one_of(Cause, cause) or rule.cause,
        _one_of(Fact, fact),
        replace(exchange, said=str(error.get("error_msg") or "")),
    )


def _failed(exchange: Exchange, cause: Cause) -> VkFailure:
    return VkFailure(None, Act.GIVE_UP, cause, exchange=exchange)


def _one_of(words: type[_Word], value: object) -> _Word | None:
    return next((word for word in words if word == value), None)


def restored_wall(stored: Mapping[str, Any], owner_id: int) -> WallPage | None:
    """Read the form of a page of a wall (`wall_page`). None if it is none."""
    items = objects(stored.get("items"))
    if items is None:
        return None
    posts = tuple(post for item in items if (post := _restored_post(item, owner_id)) is not None)
    size = number(stored.get("size"))
    unread = number(stored.get("unread")) or 0
    return WallPage(number(stored.get("count")), posts, unread, len(items) if size is None else size)


def _restored_post(item: Mapping[str, Any], owner_id: int) -> WallPost | None:
    """Read a post: one of somebody else has no author, no text and no facts."""
    plain = read_wall({"items": [item]}, owner_id)
    if plain is None or not plain.posts:
        return None
    (post,) = plain.posts
    return replace(
        post,
        from_id=_NOBODY if item.get("by_others") else post.from_id,
        repost=bool(flag(item.get("repost"))),
    )


def restored_comments(stored: Mapping[str, Any]) -> CommentPage | None:
    """Read the form of a page of comments (`comment_page`). None if it is none."""
    rows = objects(stored.get("items"))
    if rows is None:
        return None
    comments = tuple(_refolded(iter(rows)))
    size = number(stored.get("size"))
    return CommentPage(
        count=number(stored.get("count")),
        level=number(stored.get("current_level_count")),
        comments=comments,
        can_comment=bool(flag(stored.get("can_post"))),
        unread=number(stored.get("unread")) or 0,
        size=len(comments) if size is None else size,
    )


def _refolded(rows: Iterator[Mapping[str, Any]]) -> Iterator[RawComment]:
    """Fold the rows again: a comment is followed by the answers that came with it."""
    for row in rows:
        along = [answer for _ in range(number(row.get("came_along")) or 0) if (answer := next(rows, None)) is not None]
        comment = _restored_comment(row, tuple(c for one in along if (c := _restored_comment(one)) is not None))
        if comment is not None:
            yield comment


def _restored_comment(row: Mapping[str, Any], thread: tuple[RawComment, ...] = ()) -> RawComment | None:
    facts = {name: value for name, value in row.items() if name not in {"replies", "came_along"}}
    try:
        kept = Comment.model_validate(facts)
    except ValidationError:
        return None
    return RawComment(
        id=kept.id,
        at=kept.at,
        from_id=None,
        deleted=kept.deleted,
        parent=kept.thread,
        reply_to=kept.reply_to,
        replies=number(row.get("replies")) or 0,
        thread=thread,
        kept=kept,
    )
