"""What became of a question after its week's look: a later look at the same page may show the answer."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor.base.snapshot import Post, Snapshot
from auditor.checks.case import Case, Sight
from auditor.checks.replies import Question, read_replies

Read = list[tuple[datetime, dict[int, Post]]]


@dataclass(frozen=True, slots=True)
class LaterLooks:
    """The posts whose comments were read, look by look, of each page that was asked about."""

    _pages: dict[str, Read] = field(default_factory=dict)

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
                return replace(again, other_at=question.other_at or again.other_at), at
        return question, until

    def _read(self, sight: Sight) -> Read:
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
    """Return the same comment as `post` has it: two routes may number comments apart, so its moment must agree too."""
    if post is None:
        return None
    asked = read_replies([post], question.at, until, until).questions
    return next((q for q in asked if (q.comment, q.at) == (question.comment, question.at)), None)
