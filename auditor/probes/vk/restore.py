"""The stored forms of VK's answers made into what the probe reads.

The other half of `minimise`: what a form holds is read from it, what it lacks is unknown or empty. Nothing here judges.
A form of an earlier version lacks some counts and marks; what hangs on them comes out as the form has it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from auditor.base.snapshot import Cause, Comment
from auditor.probes.tape import NO_ANSWER, Take
from auditor.probes.vk.answers import (
    CommentPage,
    RawComment,
    WallPage,
    WallPost,
    flag,
    number,
    objects,
    read_wall,
    whole,
)
from auditor.probes.vk.client import Exchange, VkAnswer, VkFailure
from auditor.probes.vk.errors import Act, Fact, rule_for
from auditor.probes.words import text_key

_Word = TypeVar("_Word", Act, Cause, Fact)

_NOBODY = 0
"""Stands for whoever wrote a post that is not the wall's owner's."""

_NAMELESS = re.compile(r"\[(?:id|club|public)\]")


def outcome(method: str, take: Take, *, owner_id: int = _NOBODY) -> VkAnswer | VkFailure:
    """Return what a call of `method` came to when `take` was kept. Raises nothing, whatever is stored."""
    exchange = Exchange(take.evidence.url, take.evidence.fetched_at, take.evidence.status, take.body, kept=take.answer)
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
            value = wall_page(value, owner_id)
        elif method == "wall.getComments":
            value = comment_page(value)
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
        Exchange(
            exchange.url,
            exchange.at,
            exchange.status,
            exchange.body,
            said=str(error.get("error_msg") or ""),
            kept=exchange.kept,
        ),
    )


def _failed(exchange: Exchange, cause: Cause) -> VkFailure:
    return VkFailure(None, Act.GIVE_UP, cause, exchange=exchange)


def _one_of(words: type[_Word], value: object) -> _Word | None:
    return next((word for word in words if word == value), None)


def wall_page(stored: Mapping[str, Any], owner_id: int) -> WallPage | None:
    """Read the form of a page of a wall (`minimise.wall_page`). None if it is none."""
    items = objects(stored.get("items"))
    if items is None:
        return None
    posts = tuple(post for item in items if (post := _post(item, owner_id)) is not None)
    size = number(stored.get("size"))
    unread = number(stored.get("unread")) or 0
    return WallPage(number(stored.get("count")), posts, unread, len(items) if size is None else size)


def _post(item: Mapping[str, Any], owner_id: int) -> WallPost | None:
    """Read a post: one of somebody else has no author, no text and no facts."""
    plain = read_wall({"items": [item]}, owner_id)
    if plain is None or not plain.posts:
        return None
    (post,) = plain.posts
    theirs = bool(item.get("by_others"))
    text = post.text
    key = item.get("text_key") if "text_key" in item else text_key(_NAMELESS.sub(" ", text))
    return WallPost(
        id=post.id,
        at=post.at,
        from_id=_NOBODY if theirs else post.from_id,
        text=text,
        post_type=post.post_type,
        pinned=post.pinned,
        advertisement=post.advertisement,
        deleted=post.deleted,
        repost=bool(flag(item.get("repost"))),
        comments=post.comments,
        can_comment=post.can_comment,
        text_key=key if isinstance(key, str) else None,
    )


def comment_page(stored: Mapping[str, Any]) -> CommentPage | None:
    """Read the form of a page of comments (`minimise.comment_page`). None if it is none."""
    rows = objects(stored.get("items"))
    if rows is None:
        return None
    comments = tuple(_comments(iter(rows)))
    size = number(stored.get("size"))
    return CommentPage(
        count=number(stored.get("count")),
        level=number(stored.get("current_level_count")),
        comments=comments,
        can_comment=bool(flag(stored.get("can_post"))),
        unread=number(stored.get("unread")) or 0,
        size=len(comments) if size is None else size,
    )


def _comments(rows: Iterator[Mapping[str, Any]]) -> Iterator[RawComment]:
    """Fold the rows again: after a comment stand the answers that came along with it."""
    for row in rows:
        along = [answer for _ in range(number(row.get("came_along")) or 0) if (answer := next(rows, None)) is not None]
        comment = _comment(row, tuple(c for one in along if (c := _comment(one)) is not None))
        if comment is not None:
            yield comment


def _comment(row: Mapping[str, Any], thread: tuple[RawComment, ...] = ()) -> RawComment | None:
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
