"""Which question was answered, by whom and when.

A reply answers the comment it replies to; else the top comment of its thread; else the last earlier comment of the
author it addresses; a reply that fits none is a general answer and is not timed (DESIGN.md section 5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from auditor.base.snapshot import Comment, Identity, Post


@dataclass(frozen=True, slots=True)
class Question:
    """A citizen's question and the first public replies to it, UTC."""

    at: datetime
    answered_at: datetime | None
    """The owner's first reply with words."""
    other_at: datetime | None
    """Another body's first reply with words."""
    comment: int
    """The comment's number under its post."""


@dataclass(frozen=True, slots=True)
class _Replies:
    """The comments of a time span under some posts."""

    comments: int
    """Citizens' comments with some text."""
    questions: tuple[Question, ...]
    general_answers: int
    """Owner's comments that answer no comment in particular."""


def read_replies(posts: Iterable[Post], start: datetime, end: datetime, seen_until: datetime) -> _Replies:
    """Read the comments written in ``start <= at < end``, with replies up to `seen_until`."""
    comments, general, questions = 0, 0, []
    for post in posts:
        line = sorted((c for c in post.comments if c.at <= seen_until), key=lambda c: (c.at, c.id))
        owners = _answers(line, Identity.OWNER)
        others = _answers(line, Identity.OTHER_BODY)
        general += sum(start <= c.at < end for c in owners.unmatched)
        for comment in line:
            if not (start <= comment.at < end) or not _counts(comment):
                continue
            comments += 1
            if comment.question:
                answer, other = owners.first.get(comment.id), others.first.get(comment.id)
                questions.append(Question(comment.at, answer, other, comment.id))
    return _Replies(comments, tuple(questions), general)


def _counts(comment: Comment) -> bool:
    return comment.identity is Identity.CITIZEN and not comment.deleted and comment.has_text


@dataclass(frozen=True, slots=True)
class _Answers:
    first: dict[int, datetime]
    unmatched: tuple[Comment, ...]


def _answers(line: Sequence[Comment], identity: Identity) -> _Answers:
    """Match the replies of one side to the comments they answer; `line` is in order of time."""
    by_id = {comment.id: comment for comment in line}
    first: dict[int, datetime] = {}
    unmatched = []
    for reply in line:
        if reply.identity is not identity or reply.deleted or not reply.has_words:
            continue
        target = _target(reply, by_id, line)
        if target is None:
            unmatched.append(reply)
        elif target.identity is Identity.CITIZEN:
            first.setdefault(target.id, reply.at)
    return _Answers(first, tuple(unmatched))


def _target(reply: Comment, by_id: dict[int, Comment], line: Sequence[Comment]) -> Comment | None:
    if reply.reply_to is not None:
        return by_id.get(reply.reply_to)
    if reply.thread is not None:
        return by_id.get(reply.thread)
    if reply.mentions is not None:
        earlier = [c for c in line if c.author == reply.mentions and (c.at, c.id) < (reply.at, reply.id)]
        return earlier[-1] if earlier else None
    return None
