"""Check `comments_open`: whether people can comment under the week's posts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Outcome, Post
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, evidence_ids, why_posts_incomplete
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, ReportSection, ValueMeaning, Values
from auditor.checks.observed_page import ObservedPage
from auditor.checks.person_judgement import judge_person

_NO_POSTS = Sentence("comments_open.no_posts", N_("No posts of the week can be seen"))
_CLOSED = Sentence(
    "comments_open.closed",
    N_("Comments closed under {closed} of {known} posts of which it could be seen; posts in the week: {all}"),
)
_OPEN = Sentence(
    "comments_open.known_open",
    N_("Comments open under all {open} posts of which it could be seen; posts in the week: {all}"),
)
_LEAST_KNOWN = 2
"""Fewest posts whose comments must be known to be closed; half of all posts besides (docs/dev/design.md, section 5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentsOpenValues(Values):
    """The week's posts and reposts by whether people can comment under them."""

    open: Annotated[int | None, ValueMeaning("posts", "open to comments")] = None
    closed: Annotated[int | None, ValueMeaning("posts", "closed to comments")] = None
    unseen: Annotated[int | None, ValueMeaning("posts", "of which that could not be seen")] = None


def _judge(case: Case) -> Iterator[Finding[CommentsOpenValues]]:
    if case.policy_value("comments_open"):
        yield from judge_person(CHECK, case, _finding)


def _finding(case: Case, pages: Sequence[ObservedPage]) -> Finding[CommentsOpenValues]:
    why_incomplete, evidence = (
        why_posts_incomplete(pages, case.week.starts),
        evidence_ids(pages, EvidenceKind.COMMENTS, EvidenceKind.POSTS),
    )
    page_posts = [(page, post) for page in pages for post in case.posts([page])]
    states = [case.comments_state(page, post) for page, post in page_posts]
    opened, closed = states.count(CommentsState.OPEN), states.count(CommentsState.CLOSED)
    values = CommentsOpenValues(open=opened, closed=closed, unseen=len(page_posts) - opened - closed)
    outcome, cause = _verdict(values, why_incomplete)
    if cause is Cause.TOO_LITTLE_DATA and not opened + closed:
        cause = why_incomplete or _why_states_unknown(post for _, post in page_posts)
    if outcome is Outcome.CANT_TELL and cause is not Cause.NO_THRESHOLD and cause is not None:
        return CHECK.cant_tell(case, cause, values if page_posts else None, evidence=evidence)
    threshold = case.policy_value("comments_open")
    return CHECK.finding(case, outcome, _message(values), values, cause=cause, threshold=threshold, evidence=evidence)


def _verdict(values: CommentsOpenValues, why_incomplete: Cause | None) -> tuple[Outcome, Cause | None]:
    """Judge by the posts whose state is known; `unread_because` is the cause if the week was not read in full."""
    opened, closed, unseen = values.open or 0, values.closed or 0, values.unseen or 0
    known_count, post_count = opened + closed, opened + closed + unseen
    if opened and not closed:
        return Outcome.PASSED, None
    if why_incomplete is not None:
        return Outcome.CANT_TELL, why_incomplete
    if not post_count:
        return Outcome.INAPPLICABLE, None
    if known_count < _LEAST_KNOWN or known_count * 2 < post_count:
        return Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA
    return (Outcome.CANT_TELL, Cause.NO_THRESHOLD) if opened else (Outcome.FAILED, None)


def _why_states_unknown(posts: Iterable[Post]) -> Cause:
    return next((post.comments_cause for post in posts if post.comments_cause), Cause.TOO_LITTLE_DATA)


def _message(values: CommentsOpenValues) -> Text:
    opened, closed = values.open or 0, values.closed or 0
    posts = opened + closed + (values.unseen or 0)
    if not posts:
        return _NO_POSTS.fill()
    return (
        _CLOSED.fill(closed=closed, known=opened + closed, all=posts) if closed else _OPEN.fill(open=opened, all=posts)
    )


CHECK = Check(
    name="comments_open",
    order=6,
    section=ReportSection.PRACTICE,
    title=N_("Comments open"),
    label=N_("Comments"),
    passed=N_("Comments are open under every post of the week of which it could be seen"),
    failed=N_("Comments are closed under every post of the week of which it could be seen"),
    question=N_("Can people comment under the week's posts?"),
    method=N_(
        "Each post and repost of the week is asked whether it can be commented. Where the network does not say, a "
        "citizen's comment shows that it is open; without one the post is left out as unseen. Seen open once, it is. "
        "Red only where the week was read whole, it is known of at least two posts and of half of them, all of these "
        "are closed, and the same run read comments elsewhere."
    ),
    values=CommentsOpenValues,
    judge=_judge,
    policy_key="comments_open",
    threshold=lambda _: Text(N_("open under every post")),
)
