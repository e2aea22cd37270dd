"""Which comment a comment replies to, and what a reply answers (docs/dev/design.md, section 5).

The target is the comment that the network names, else the top comment of the thread, else the last earlier question of
the author whom the comment addresses at its beginning, else that author's last earlier comment. A reply to another
citizen asks that citizen, not the owner's side; each reader of a thread decides this again (`with_addressees`), since
a later look may show which side an author is on.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from auditor.base.snapshot import Cause, Comment, Intent, Side


@dataclass(frozen=True, slots=True)
class Thread:
    """One post's comments, and which of them each replies to."""

    comments: Mapping[int, Comment]
    """By their ids, in order of time."""
    targets: Mapping[int, int]
    """By a comment's id the id of the comment that it answers."""

    @classmethod
    def of(cls, comments: Iterable[Comment]) -> Self:
        """Return the thread of a post's comments, replies to another citizen asking nothing."""
        ordered = with_addressees(comments)
        return cls({comment.id: comment for comment in ordered}, reply_targets(ordered))

    @property
    def in_order(self) -> Iterable[Comment]:
        """The comments in order of time."""
        return self.comments.values()

    @property
    def questions(self) -> Iterator[Comment]:
        """The citizens' questions."""
        return filter(is_question, self.in_order)

    def answered(self, reply: Comment) -> Iterator[Comment]:
        """Yield the comments that a reply answers: its target, and those above it up to a question."""
        visited, target = {reply.id}, self.comments.get(self.targets.get(reply.id, reply.id))
        while target is not None and target.id not in visited:
            visited.add(target.id)
            yield target
            if is_question(target):
                return
            target = self.comments.get(self.targets.get(target.id, target.id))

    def replies(self, side: Side) -> Iterator[Comment]:
        """Yield the comments with words of a side: an emoji is no reply."""
        return (c for c in self.in_order if c.side is side and not c.deleted and c.has_words)


def is_countable(comment: Comment) -> bool:
    """Return whether it is a citizen's comment with some text, and not deleted."""
    return comment.side is Side.CITIZEN and not comment.deleted and comment.has_text


def is_question(comment: Comment) -> bool:
    """Return whether it is a citizen's question."""
    return is_countable(comment) and comment.says is Intent.ASKS


def comments_if_complete(comments: Iterable[Comment], cause: Cause | None) -> tuple[Comment, ...]:
    """Return a thread's comments if it was read to its end, else an empty tuple.

    In a partly read thread the targets of replies are unknown: the question may be on a missing page.
    """
    read = cause in {None, Cause.CONTRADICTION}  # a contradiction shows only at the end
    return tuple(comments) if read else ()


def with_reply_targets(comments: Iterable[Comment]) -> tuple[Comment, ...]:
    """Return one post's comments in order of time, with `answers` resolved and `mentions` removed."""
    ordered = sorted(comments, key=lambda c: (c.at, c.id))
    targets = reply_targets(ordered)
    return tuple(c.model_copy(update={"answers": targets.get(c.id), "mentions": None}) for c in ordered)


def with_addressees(comments: Iterable[Comment]) -> tuple[Comment, ...]:
    """Return one post's comments in order of time; replies to another citizen get the intent `not`.

    Their rule becomes `addressee.reply`. Comments keep their intent if they reply to their own author, to somebody who
    may be on the owner's side, or to a comment of an unknown author.
    """
    ordered = sorted(comments, key=lambda c: (c.at, c.id))
    by_id, targets = {comment.id: comment for comment in ordered}, reply_targets(ordered)
    return tuple(
        comment.model_copy(update={"says": Intent.NOT, "rule": "addressee.reply"})
        if comment.says not in {None, Intent.NOT} and _replies_to_citizen(comment, by_id, targets)
        else comment
        for comment in ordered
    )


def _replies_to_citizen(comment: Comment, by_id: Mapping[int, Comment], targets: Mapping[int, int]) -> bool:
    """Return whether a comment replies to another citizen, directly or through replies to its own author."""
    visited, target = {comment.id}, by_id.get(targets.get(comment.id, comment.id))
    while target is not None and target.id not in visited:
        if target.side is not Side.CITIZEN or target.author is None or comment.author is None:
            return False
        if target.author != comment.author:
            return True
        visited.add(target.id)
        target = by_id.get(targets.get(target.id, target.id))
    return False


def reply_targets(ordered: Sequence[Comment]) -> dict[int, int]:
    """Return, by comment id, the id of the comment that it replies to; `ordered` is one post's, in order of time.

    A resolved `answers` is kept; before that a comment has only `reply_to`, `thread` and `mentions`.
    """
    ids = {comment.id for comment in ordered}
    targets = {comment.id: _target(comment, ordered) for comment in ordered}
    return {comment_id: target for comment_id, target in targets.items() if target != comment_id and target in ids}


def _target(reply: Comment, ordered: Sequence[Comment]) -> int | None:
    if reply.answers is not None:
        return reply.answers
    if reply.reply_to is not None:
        return reply.reply_to
    return reply.thread if reply.thread is not None else _last_of_addressee(reply, ordered)


def _last_of_addressee(reply: Comment, ordered: Sequence[Comment]) -> int | None:
    """Return the id of the last earlier question, else comment, of the author whom a comment addresses."""
    if reply.mentions is None:
        return None
    earlier = [c for c in ordered if c.author == reply.mentions and (c.at, c.id) < (reply.at, reply.id)]
    questions = [c for c in earlier if c.question and not c.deleted]
    return next((c.id for c in reversed(questions or earlier)), None)
