"""Which comment a comment answers: found at the door, where an author has a name yet (docs/dev/design.md, section 5).

A reply answers the comment it replies to; else the top comment of its thread; else the last earlier question of the
author it begins by addressing, else his last earlier comment. Who answers another citizen asks him and not the owner's
side: that is decided over the thread, by each reader of it, since a later look may prove whose side somebody is on.
"""

from collections.abc import Iterable, Mapping, Sequence

from auditor.base.snapshot import Cause, Comment, Intent, Side


def comments_if_complete(comments: Iterable[Comment], cause: Cause | None) -> tuple[Comment, ...]:
    """Return a thread's comments where it was read to its end; else none.

    Of a thread that broke off it is not known what a comment answers: the asker may stand on the page that is missing.
    """
    read = cause in {None, Cause.CONTRADICTION}  # a contradiction is what the end shows
    return tuple(comments) if read else ()


def with_reply_targets(comments: Iterable[Comment]) -> tuple[Comment, ...]:
    """Return one post's comments in order of time, each with the comment it answers and without whom it addresses."""
    line = sorted(comments, key=lambda c: (c.at, c.id))
    targets = reply_targets(line)
    return tuple(c.model_copy(update={"answers": targets.get(c.id), "mentions": None}) for c in line)


def with_addressees(comments: Iterable[Comment]) -> tuple[Comment, ...]:
    """Return one post's comments in order of time; one that answers another citizen says nothing to the owner's side.

    Its `says` is then `not` and its rule `addressee.reply`. Who answers himself, somebody who may be of the owner's
    side, or a comment whose author is not known, speaks as his words do.
    """
    line = sorted(comments, key=lambda c: (c.at, c.id))
    shown, targets = {comment.id: comment for comment in line}, reply_targets(line)
    return tuple(
        comment.model_copy(update={"says": Intent.NOT, "rule": "addressee.reply"})
        if comment.says not in {None, Intent.NOT} and _answers_a_citizen(comment, shown, targets)
        else comment
        for comment in line
    )


def _answers_a_citizen(comment: Comment, shown: Mapping[int, Comment], targets: Mapping[int, int]) -> bool:
    """Tell whether another citizen is answered: under one's own remark, whom that answers."""
    met, target = {comment.id}, shown.get(targets.get(comment.id, comment.id))
    while target is not None and target.id not in met:
        if target.side is not Side.CITIZEN or target.author is None or comment.author is None:
            return False
        if target.author != comment.author:
            return True
        met.add(target.id)
        target = shown.get(targets.get(target.id, target.id))
    return False


def reply_targets(line: Sequence[Comment]) -> dict[int, int]:
    """Return by a comment's number the number of the comment it answers; `line` is one post's, in order of time.

    What was resolved at the door stays; before that a comment says only what it replies to and whom it addresses.
    """
    numbers = {comment.id for comment in line}
    found = {comment.id: _target(comment, line) for comment in line}
    return {one: target for one, target in found.items() if target != one and target in numbers}


def _target(reply: Comment, line: Sequence[Comment]) -> int | None:
    if reply.answers is not None:
        return reply.answers
    if reply.reply_to is not None:
        return reply.reply_to
    return reply.thread if reply.thread is not None else _addressed(reply, line)


def _addressed(reply: Comment, line: Sequence[Comment]) -> int | None:
    """Return the last earlier question of the author whom a comment addresses, else his last earlier comment."""
    if reply.mentions is None:
        return None
    earlier = [c for c in line if c.author == reply.mentions and (c.at, c.id) < (reply.at, reply.id)]
    asked = [c for c in earlier if c.question and not c.deleted]
    return next((c.id for c in reversed(asked or earlier)), None)
