"""Are citizens' questions answered in public, and in time?"""

__all__ = ["CHECK"]

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.checks.case import Case, Obstacle, Sight
from auditor.checks.check import Check, blocked, found, obstacle_among, person_and_pages
from auditor.checks.finding import Finding, Value
from auditor.checks.replies import Question, Replies, median_hours, read_replies
from auditor.registry.models import PolicyValue
from auditor.snapshot import Cause, CommentsState, Outcome, Post
from auditor.text import N_, Text

UNDER_POSTS_OF = timedelta(days=14)
"""The week's comments are read under posts of the week and of the 14 days before it (DESIGN.md section 5)."""

_FIGURES = (
    "comments",
    "questions",
    "due",
    "answered_in_time",
    "answered_late",
    "no_reply_found",
    "pending",
    "answered_by_other",
    "general_answers",
    "median_hours",
)
_UNKNOWN: dict[str, Value] = dict.fromkeys(_FIGURES)


@dataclass(frozen=True, slots=True)
class _Tally:
    """The week's questions, sorted into what became of them by the reading moment."""

    replies: Replies
    in_time: int
    late: int
    none: int
    pending: int
    by_other: int
    median: float | None

    @property
    def due(self) -> int:
        return self.in_time + self.late + self.none

    def values(self) -> dict[str, Value]:
        figures = (
            self.replies.comments,
            len(self.replies.questions),
            self.due,
            self.in_time,
            self.late,
            self.none,
            self.pending,
            self.by_other,
            self.replies.general_answers,
            self.median,
        )
        return dict(zip(_FIGURES, figures, strict=True))


def _judge(case: Case) -> Iterator[Finding]:
    yield from person_and_pages(CHECK, case, _finding)


def _posts(case: Case, sight: Sight) -> tuple[Post, ...]:
    assert sight.current is not None
    return sight.current.posts_between(case.week.starts - UNDER_POSTS_OF, case.horizon)


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding:
    obstacle = obstacle_among(sights, case, case.week.starts - UNDER_POSTS_OF)
    if obstacle is not None:
        return blocked(CHECK, case, obstacle, sight=about, values=_UNKNOWN)
    posts = [post for s in sights for post in _posts(case, s)]
    unread = next((p for p in posts if p.comments_cause and p.comments_state is not CommentsState.CLOSED), None)
    if unread is not None:
        return blocked(CHECK, case, Obstacle(Outcome.CANT_TELL, unread.comments_cause), sight=about, values=_UNKNOWN)
    return _judged(case, _tally(case, sights), posts, sights, about)


def _tally(case: Case, sights: Sequence[Sight]) -> _Tally:
    parts = []
    for sight in sights:
        assert sight.current is not None
        seen_until = min(sight.current.taken_at, case.as_of)
        replies = read_replies(_posts(case, sight), case.week.starts, case.horizon, seen_until)
        parts.append((replies, seen_until))
    questions = [(q, until) for replies, until in parts for q in replies.questions]
    within = timedelta(hours=case.value("reply_within_hours"))
    kinds = [_kind(q, until, within) for q, until in questions]
    replies = Replies(
        sum(r.comments for r, _ in parts), tuple(q for q, _ in questions), sum(r.general_answers for r, _ in parts)
    )
    latest = max((until for _, until in parts), default=case.as_of)
    return _Tally(
        replies=replies,
        in_time=kinds.count("in_time"),
        late=kinds.count("late"),
        none=kinds.count("none"),
        pending=kinds.count("pending"),
        by_other=sum(q.other_at is not None and kind == "none" for (q, _), kind in zip(questions, kinds, strict=True)),
        median=median_hours(replies.questions, latest),
    )


def _kind(question: Question, seen_until: datetime, within: timedelta) -> str:
    """Sort one question. An answered one is judged at once; a younger one without an answer is pending."""
    if question.answered_at is not None:
        return "in_time" if question.answered_at - question.at <= within else "late"
    return "pending" if seen_until - question.at < within else "none"


def _judged(case: Case, tally: _Tally, posts: Sequence[Post], sights: Sequence[Sight], about: Sight | None) -> Finding:
    outcome, cause, message = _verdict(case, tally, posts)
    return found(
        CHECK,
        case,
        outcome,
        message,
        values=tally.values(),
        threshold=case.choice("reply_share"),
        sights=sights,
        kinds=("comments",),
        about=about,
        cause=cause,
    )


def _verdict(case: Case, tally: _Tally, posts: Sequence[Post]) -> tuple[Outcome, Cause | None, Text]:
    """Judge without a threshold unless the policy has one (DESIGN.md section 5)."""
    questions = len(tally.replies.questions)
    if questions == 0:
        closed = bool(posts) and all(p.comments_state is CommentsState.CLOSED for p in posts)
        words = N_("Comments are closed: there was nowhere to ask") if closed else N_("No questions in the week")
        return Outcome.INAPPLICABLE, None, Text(words)
    said = {
        "n": tally.in_time,
        "due": tally.due,
        "none": tally.none,
        "late": tally.late,
        "hours": case.value("reply_within_hours"),
        "pending": tally.pending,
    }
    counts = Text(
        N_(
            "Answered within {hours} h: {n} of {due}; later: {late}; no public reply found by the time of the look: "
            "{none}; not yet due: {pending}"
        ),
        said,
    )
    least, share = case.value("least_questions"), case.choice("reply_share")
    if tally.due > 0 and tally.in_time == tally.due:
        return Outcome.PASSED, None, counts
    if tally.due < least:
        return Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA, counts
    if share is not None:
        return (Outcome.PASSED if tally.in_time >= share * tally.due else Outcome.FAILED), None, counts
    if tally.in_time == 0:
        return Outcome.FAILED, None, counts
    return Outcome.CANT_TELL, Cause.NO_THRESHOLD, counts


def _threshold(value: PolicyValue) -> Text:
    assert isinstance(value.value, int)
    return Text(N_("within {hours} hours of the comment; no threshold for the share"), {"hours": value.value})


CHECK = Check(
    name="comments_answered",
    order=7,
    title=N_("Questions answered"),
    passed=N_("Every question that was due has a public answer in time"),
    failed=N_("No public answer in time was found to any question that was due"),
    question=N_("Are citizens' questions answered in public, and in time?"),
    method=N_(
        "A question is a citizen's comment with a question mark or a request word, written in the week under its posts "
        "or those of the 14 days before. Due are all questions less those that are younger than the time for a reply "
        "and have no answer yet. The median time to reply is a Kaplan-Meier estimate, in which unanswered questions "
        "are not thrown away. Fewer than 5 due is too little data for a verdict."
    ),
    judge=_judge,
    policy_key="reply_within_hours",
    threshold=_threshold,
)
