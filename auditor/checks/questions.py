"""The questions of a case's week, or why they could not be read: the share and the times to reply rest on the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.base.snapshot import CommentsState, Outcome, Post
from auditor.checks.case import Case, Obstacle, Sight
from auditor.checks.check import obstacle_among
from auditor.checks.replies import Question, read_replies
from auditor.checks.survival import Wait

_UNDER_POSTS_OF = timedelta(days=14)
"""The week's comments are read under posts of the week and of the 14 days before it (DESIGN.md section 5)."""


Follow = Callable[[Case, Sight, Post, Question, datetime], tuple[Question, datetime]]
"""Takes a question under a post as a look left it, with that look's moment, and returns what became of it since."""


@dataclass(frozen=True, slots=True)
class WeekReplies:
    """The week's comments over some accounts; each question stands with the moment of the look that read it."""

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


def read_week(case: Case, sights: Sequence[Sight], *, follow: Follow | None = None) -> WeekReplies:
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
