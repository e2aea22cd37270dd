"""Invented talk under a holder's posts, as a look of today records it: each fact is recorded, unless a test says else.

Hours are counted from the week's start; the week ends at hour 168. Nothing here was read out of the judge.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from auditor.base.snapshot import Comment, CommentsState, Post, RunSnapshot, Snapshot
from tests.cases import NOW, day, posts
from tests.rules import rule_rows
from tests.rules.rule_rows import FindingSummary, later, of_office

ANSWERED, OPENED = "comments_answered", "comments_open"
KINDS = ("answered_in_time", "answered_late", "no_reply_found", "pending", "uncertain")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
OPEN, CLOSED = CommentsState.OPEN, CommentsState.CLOSED
LITTLE, NUMBERS, WHOSE = "too_little_data", "no_threshold", "unproved_identity"
NEW_OF_POST = {"has_media": None, "has_five_words": None, "says_answers": None}
NEW_OF_COMMENT = {"has_five_words": None, "organisation": None}
NEW_OF_LOOK = {"comments_recent_from": None, "page_comments": None, "unattributed": None}


# What people write ---------------------------------------------------------------------------------------------------


def written(number: int, side: str, hours: float, **fields: Any) -> Comment:
    """Return a comment in four words of an author of this side; its author's ordinal is its number by default."""
    facts = {"at": day(hours), "author": number, "has_five_words": False, "organisation": False}
    return Comment(id=number, side=side, **facts | fields)


def question(number: int, hours: float | None = None, **fields: Any) -> Comment:
    """Return a citizen's question, by default of Monday evening."""
    return written(number, "citizen", 20 + number / 10 if hours is None else hours, **{"says": "asks"} | fields)


def questions(count: int, *, people: int | None = None, hours: float = 20, first: int = 1) -> tuple[Comment, ...]:
    """Return `count` questions by `people` citizens (None: each by another), a few minutes apart."""
    numbers = range(first, first + count)
    return tuple(question(n, hours + (n - first) / 10, author=first + (n - first) % (people or count)) for n in numbers)


def remark(number: int, to: int | None, hours: float = 40, **fields: Any) -> Comment:
    """Return a citizen's comment in five words that asks nothing; author 77 writes all of them by default."""
    facts = {"says": "not", "answers": to, "author": 77, "has_five_words": True}
    return written(number, "citizen", hours, **facts | fields)


def advertisement(number: int, hours: float = 30) -> Comment:
    """Return a comment that the rules of words take for an advertisement."""
    return written(number, "citizen", hours, says="not", rule="advertisement")


def organisation(number: int, hours: float = 30, **fields: Any) -> Comment:
    """Return a question of a page that is no person's and not on record."""
    return written(number, "unknown", hours, **{"says": "asks", "organisation": True} | fields)


def replies(asked: Sequence[Comment], *, side: str = "owner", after: float = 3) -> tuple[Comment, ...]:
    """Return a reply of a side to each of these comments, so many hours after it."""
    return tuple(
        written(500 + c.id, side, 0, at=c.at + timedelta(hours=after), author=900, answers=c.id) for c in asked
    )


# What a look sees ----------------------------------------------------------------------------------------------------


def post(number: int, *comments: Comment, hours: float = 1, **fields: Any) -> Post:
    """Return a post with its complete thread."""
    facts: dict[str, Any] = {"comments_state": OPEN, "has_media": False, "has_five_words": True, "says_answers": False}
    (bare_post,) = posts(hours, first_id=number, **facts | fields)
    return bare_post.model_copy(update={"comments": comments})


def unread(number: int = 7, hours: float = 3, cause: str = "throttled") -> Post:
    """Return a post whose thread could not be read."""
    return post(number, hours=hours, comments_cause=cause)


LONG_AGO = post(90, hours=-24 * 20)
"""A post of before the window, so that nothing of the window can lie before what was read."""


def channel(*page_posts: Post, at: datetime = NOW, **fields: Any) -> Snapshot:
    """Return a look at the holder's channel, which asks for the comments of its last two days."""
    facts: dict[str, Any] = {"comments_recent_from": at - timedelta(days=2), "unattributed": ()}
    return rule_rows.channel(LONG_AGO, *page_posts, at=at, **facts | fields)


def profile(*page_posts: Post, at: datetime = NOW, **fields: Any) -> Snapshot:
    """Return a look at the holder's profile on VK."""
    facts: dict[str, Any] = {"comments_recent_from": at - timedelta(days=2), "unattributed": ()}
    return rule_rows.profile(LONG_AGO, *page_posts, at=at, **facts | fields)


def as_1_0_stored(look: Snapshot) -> Snapshot:
    """Return the look as auditor 1.0 stored it: without each fact that later looks record."""
    page_posts = tuple(
        p.model_copy(update=NEW_OF_POST | {"comments": tuple(c.model_copy(update=NEW_OF_COMMENT) for c in p.comments)})
        for p in look.posts
    )
    return look.model_copy(update=NEW_OF_LOOK | {"posts": page_posts})


# How it is judged ----------------------------------------------------------------------------------------------------


def answered(*looks: Snapshot | RunSnapshot, **options: Any) -> FindingSummary:
    """Judge whether comments were answered, on Thursday after the week."""
    return of_office(ANSWERED, looks, **{"as_of": later(days=3)} | options)


def answered_under(*comments: Comment, at: datetime = NOW, **options: Any) -> FindingSummary:
    """Judge the same of one thread, read whole by one look at `at`."""
    return answered(channel(post(1, *comments), at=at), **{"as_of": max(at, later(days=3))} | options)


def opened(*looks: Snapshot | RunSnapshot, **options: Any) -> FindingSummary:
    """Judge whether comments are open, on Thursday after the week."""
    return of_office(OPENED, looks, **{"as_of": later(days=3)} | options)
