"""The times to reply over the last weeks: the very questions that `comments_answered` judges in each of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil, floor

from auditor.audit.document import AuditedReplyTimes
from auditor.audit.sights import Seen, make_case
from auditor.base.snapshot import Post, Snapshot
from auditor.checks.case import Case, Sight
from auditor.checks.replies import Question, Thread, questions_obstacle, read_waits
from auditor.checks.survival import Step, Wait, estimate

_WEEKS = 12
"""The weeks read, this one the last: rows of comments are kept hardly longer (DESIGN.md section 10)."""


def reply_times_of(case: Case, seen: Seen) -> AuditedReplyTimes | None:
    """Estimate how long questions to today's holder wait.

    None where there is no holder, or no week's questions could be read. A week is left out as a whole where some of the
    holder's pages or comments were not seen: its other questions are no fair sample. The questions are those of the
    week's own look. An answer that a later look saw counts; without one the question is censored at the last look that
    still showed it.
    """
    later = _LaterLooks()
    weeks = [read_waits(past, past.personal, later.follow) for past in _weeks(case, seen) if _readable(past)]
    return _told(weeks) if weeks else None


def _weeks(case: Case, seen: Seen) -> Iterator[Case]:
    """Yield the case of each week, this one first, back to the first at whose end another holder was in office."""
    for back in range(_WEEKS):
        past = make_case(case.registry, case.office, case.week.shift(-back), case.as_of, seen) if back else case
        if case.holder is None or past.holder is None or past.holder.tenure.name != case.holder.tenure.name:
            return
        yield past


def _readable(case: Case) -> bool:
    return bool(case.personal) and questions_obstacle(case, case.personal) is None


def _told(weeks: list[list[Wait]]) -> AuditedReplyTimes:
    """Write the estimate down in whole hours: a moment would tell one comment from another."""
    waits = [wait for week in weeks for wait in week]
    curve = estimate(waits)
    return AuditedReplyTimes(
        weeks=_WEEKS,
        weeks_seen=len(weeks),
        questions=len(waits),
        answered=sum(wait.over for wait in waits),
        steps=list({_whole(step.hours): _rounded(step) for step in curve.steps}.values()),
        censored=sorted(floor(wait.hours) for wait in waits if not wait.over),
        median_hours=_hours(curve.median),
        median_low=_hours(curve.median_low),
        median_high=_hours(curve.median_high),
    )


def _rounded(step: Step) -> tuple[float, float, float, float]:
    return _whole(step.hours), round(step.share, 4), round(step.low, 4), round(step.high, 4)


def _whole(hours: float) -> int:
    """Return the hours by whose end something had happened."""
    return ceil(round(hours, 2))


def _hours(hours: float | None) -> int | None:
    return None if hours is None else _whole(hours)


# Later looks ------------------------------------------------------------------------------------------------------


_Read = list[tuple[datetime, dict[int, Post]]]


@dataclass(frozen=True, slots=True)
class _LaterLooks:
    """The posts whose comments were read, look by look, of each page that was asked about."""

    _pages: dict[str, _Read] = field(default_factory=dict)

    def follow(
        self, case: Case, sight: Sight, post: Post, question: Question, until: datetime
    ) -> tuple[Question, datetime]:
        """Return a question without an answer as the newest trusted look after `until` that still shows it has it.

        Where none does, it stays as it was: a comment that is not shown any more tells nothing of an answer.
        """
        if question.answered_at is not None:
            return question, until
        for at, posts in self._read(sight):
            if not until < at <= case.as_of:
                continue
            again = _found(posts.get(post.id), question, at)
            if again is not None:
                return again, at
        return question, until

    def _read(self, sight: Sight) -> _Read:
        """Return the trusted looks at the confirmed page, the newest first."""
        url = sight.account.url.url
        if url not in self._pages:
            looks = (
                s for s in reversed(sight.stored) if s.exists and (s.id is None or sight.expected_id in {None, s.id})
            )
            self._pages[url] = [(look.taken_at, _commented(look)) for look in looks]
        return self._pages[url]


def _commented(look: Snapshot) -> dict[int, Post]:
    return {post.id: post for post in look.posts if post.comments and post.comments_cause is None}


def _found(post: Post | None, question: Question, until: datetime) -> Question | None:
    """Return the same comment as `post` has it: of that moment, and by its number where several are.

    Two routes may number comments apart.
    """
    if post is None:
        return None
    asked = [q for q in Thread.of(post, until).questions(question.at, until) if q.at == question.at]
    return next((q for q in asked if len(asked) == 1 or q.comment == question.comment), None)
