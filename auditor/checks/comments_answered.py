"""Are citizens' questions answered in public, and in time?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auditor.base.snapshot import Cause, CommentsState, Outcome, Post
from auditor.base.text import N_, Text
from auditor.checks.case import Case, Sight
from auditor.checks.check import Check, blocked, found, person_and_pages
from auditor.checks.finding import Finding, Value
from auditor.checks.questions import WeekReplies, posts_to_read, questions_obstacle, read_week
from auditor.checks.replies import Question
from auditor.checks.survival import estimate
from auditor.registry.models import PolicyValue

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

    replies: WeekReplies
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


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding:
    obstacle = questions_obstacle(case, sights)
    if obstacle is not None:
        return blocked(CHECK, case, obstacle, sight=about, values=_UNKNOWN)
    return _judged(case, _tally(case, read_week(case, sights)), posts_to_read(case, sights), sights, about)


def _tally(case: Case, replies: WeekReplies) -> _Tally:
    within = timedelta(hours=case.value("reply_within_hours"))
    kinds = [_kind(question, until, within) for question, until in replies.questions]
    rows = zip(replies.questions, kinds, strict=True)
    median = estimate(replies.waits).median
    return _Tally(
        replies=replies,
        in_time=kinds.count("in_time"),
        late=kinds.count("late"),
        none=kinds.count("none"),
        pending=kinds.count("pending"),
        by_other=sum(q.other_at is not None and kind == "none" for (q, _), kind in rows),
        median=None if median is None else round(median, 2),
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
