"""The week's questions: which citizen asked when, and which public reply answered it, by whom and when.

A reply answers the comment it replies to; else the top comment of its thread; else the last earlier comment of the
author it addresses; a reply that fits none is a general answer and is not timed (DESIGN.md section 5).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.base.snapshot import Comment, CommentsState, Identity, Outcome, Post
from auditor.checks.case import Case, Obstacle, Sight, obstacle_among
from auditor.checks.survival import Wait

_UNDER_POSTS_OF = timedelta(days=14)
"""The week's comments are read under posts of the week and of the 14 days before it (DESIGN.md section 5)."""


# One thread ------------------------------------------------------------------------------------------------------


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


# One week --------------------------------------------------------------------------------------------------------


_Follow = Callable[[Case, Sight, Post, Question, datetime], tuple[Question, datetime]]
"""Takes a question under a post as a look left it, with that look's moment, and returns what became of it since."""


@dataclass(frozen=True, slots=True)
class WeekReplies:
    """The week's comments over some accounts; each question with the moment of the look that read it."""

    comments: int
    general_answers: int
    questions: tuple[tuple[Question, datetime], ...]

    @property
    def waits(self) -> list[Wait]:
        """How long each question waited: for its first public answer, else until the look."""
        hour = timedelta(hours=1)
        return [
            Wait(((q.answered_at or until) - q.at) / hour, q.answered_at is not None) for q, until in self.questions
        ]


def posts_to_read(case: Case, sights: Sequence[Sight]) -> list[Post]:
    """Return the posts under which the week's comments are read; all `sights` were looked at."""
    return [post for sight in sights for post in _posts(case, sight)]


def _posts(case: Case, sight: Sight) -> tuple[Post, ...]:
    assert sight.current is not None
    return sight.current.posts_between(case.week.starts - _UNDER_POSTS_OF, case.horizon)


def questions_obstacle(case: Case, sights: Sequence[Sight]) -> Obstacle | None:
    """Return why the week's questions cannot be read, or None: a page or the comments of a post were not seen."""
    obstacle = obstacle_among(sights, case, case.week.starts - _UNDER_POSTS_OF)
    if obstacle is not None:
        return obstacle
    posts = posts_to_read(case, sights)
    unread = next((p for p in posts if p.comments_cause and p.comments_state is not CommentsState.CLOSED), None)
    return Obstacle(Outcome.CANT_TELL, unread.comments_cause) if unread is not None else None


def read_week(case: Case, sights: Sequence[Sight], *, follow: _Follow | None = None) -> WeekReplies:
    """Read the week's comments under the posts of `sights`, of which `questions_obstacle` says nothing.

    With `follow` each question is as a later look shows it.
    """
    comments, general = 0, 0
    questions: list[tuple[Question, datetime]] = []
    for sight in sights:
        assert sight.current is not None
        until = min(sight.current.taken_at, case.as_of)
        for post in _posts(case, sight):
            replies = read_replies([post], case.week.starts, case.horizon, until)
            comments += replies.comments
            general += replies.general_answers
            left = ((question, until) for question in replies.questions)
            questions += [follow(case, sight, post, *one) if follow else one for one in left]
    return WeekReplies(comments, general, tuple(questions))
