"""Check `comments_open`: whether people can comment under the week's posts."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, evidence_ids, why_posts_incomplete
from auditor.checks.comments_state import comments_state, was_seen_closed
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, ReportSection, Values, value_field
from auditor.checks.observed_page import ObservedPage
from auditor.checks.person_judgement import judge_person
from auditor.registry.models import Basis
from auditor.registry.policy import Threshold

_OPEN_COMMENTS = Threshold(
    key="comments_open",
    value=True,
    wanted=N_("true or false"),
    basis=Basis.ANALOGUE,
    source=(
        "распоряжение губернатора Томской области 132-р: base.garant.ru/406849504; Санкт-Петербург: "
        "fontanka.ru/2024/05/29/73639028; Курск, 01.2025: m.ru24.pro/kursk/395637856"
    ),
    note="под каждой публикацией; 132-р для муниципалитетов — рекомендация",
    label=N_("Comments open"),
    words=lambda _: Text(N_("open under every post")),
)

_NO_POSTS = Sentence(
    "comments_open.no_posts",
    N_("No posts of the week can be seen"),
    rests_on="A week's wall read whole",
    not_said="That none was deleted before the look",
)
_CLOSED = Sentence(
    "comments_open.closed",
    N_(
        "Comments closed under {closed} of {known} posts of which it could be seen: soon after the post, or on the "
        "whole page before and after it; posts in the week: {all}"
    ),
    rests_on=(
        "The network's word on the posts counted, within two days of each or before and after it. Red only where "
        "these are at least two and half of the week's, and none was ever seen open"
    ),
    not_said="Who closed them, and why; nor how it was before the look; nor anything about the other posts",
    red=True,
)
_OPEN = Sentence(
    "comments_open.known_open",
    N_("Comments open under all {open} posts of which it could be seen; posts in the week: {all}"),
    rests_on="A thread, the network's word or a citizen's comment under each post counted",
    not_said="That every post of the week is open",
)
_CLOSED_LATER = Sentence(
    "comments_open.closed_later",
    N_(
        "Comments open under {open} posts, closed when they were looked at under {closed}; posts in the week: {all}. "
        "Whether they were open at first is known only from the second week of looks on"
    ),
    rests_on="A look later than two days after the post saw it closed",
    not_said="That it was closed at first; nor who closed it",
    short=N_("closed comments can be told from the second week on"),
)
_LEAST_KNOWN = 2
"""Fewest posts whose comments must be known to be closed; half of all posts besides (docs/dev/design.md, section 5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentsOpenValues(Values):
    """The week's posts and reposts by whether people can comment under them."""

    open: int | None = value_field("posts", "open to comments")
    closed: int | None = value_field("posts", "closed to comments")
    unseen: int | None = value_field("posts", "of which that could not be seen")

    @property
    def posts(self) -> int:
        """The week's posts, whatever is known of them."""
        return (self.open or 0) + (self.closed or 0) + (self.unseen or 0)


def _judge(case: Case) -> Iterator[Finding[CommentsOpenValues]]:
    if case.policy_value("comments_open"):
        yield from judge_person(CHECK, case, _finding)


def _finding(case: Case, pages: Sequence[ObservedPage]) -> Finding[CommentsOpenValues]:
    rows = [(page, post) for page in pages for post in case.posts([page])]
    states, seen_closed = Counter(comments_state(*row) for row in rows), sum(was_seen_closed(*row) for row in rows)
    evidence = evidence_ids(pages, EvidenceKind.COMMENTS, EvidenceKind.POSTS)
    values = CommentsOpenValues(
        open=states[CommentsState.OPEN], closed=states[CommentsState.CLOSED], unseen=states[CommentsState.UNKNOWN]
    )
    outcome, cause = _verdict(states, seen_closed, why_posts_incomplete(pages, case.week.starts))
    if cause is Cause.TOO_LITTLE_DATA and not seen_closed:
        cause = next((post.comments_cause for _, post in rows if post.comments_cause), cause)
    is_counted = cause in {None, Cause.NO_THRESHOLD} or (cause is Cause.TOO_LITTLE_DATA and seen_closed)
    if cause is not None and not is_counted:
        return CHECK.cant_tell(case, cause, values if rows else None, evidence=evidence)
    if states[CommentsState.CLOSED]:
        evidence = tuple(dict.fromkeys([*evidence, *(name for page in pages for name in page.closing_evidence())]))
    message, threshold = _message(states, seen_closed), case.policy_value("comments_open")
    return CHECK.finding(case, outcome, message, values, cause=cause, threshold=threshold, evidence=evidence)


def _verdict(
    states: Counter[CommentsState], seen_closed: int, why_incomplete: Cause | None
) -> tuple[Outcome, Cause | None]:
    """Judge by the posts whose state is known; `why_incomplete` is the cause if the week was not read in full."""
    opened, posts, known = states[CommentsState.OPEN], states.total(), states.total() - states[CommentsState.UNKNOWN]
    table = (
        (opened and not seen_closed, (Outcome.PASSED, None)),
        (why_incomplete is not None, (Outcome.CANT_TELL, why_incomplete)),
        (not posts, (Outcome.INAPPLICABLE, None)),
        (known < _LEAST_KNOWN or known * 2 < posts, (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)),
        (not opened, (Outcome.FAILED, None)),
        (True, (Outcome.CANT_TELL, Cause.NO_THRESHOLD)),
    )
    return next(verdict for holds, verdict in table if holds)


def _message(states: Counter[CommentsState], seen_closed: int) -> Text:
    opened, closed, posts = states[CommentsState.OPEN], states[CommentsState.CLOSED], states.total()
    if not posts:
        return _NO_POSTS.fill()
    if seen_closed > closed:
        return _CLOSED_LATER.fill(open=opened, closed=seen_closed, all=posts)
    if closed:
        return _CLOSED.fill(closed=closed, known=opened + closed, all=posts)
    return _OPEN.fill(open=opened, all=posts)


def _shows_posts(finding: Finding[CommentsOpenValues]) -> bool:
    """Return whether a cell shows under how many posts comments are open: not where that is said to be unknown."""
    is_known = finding.outcome != Outcome.CANT_TELL or finding.cause == Cause.NO_THRESHOLD
    return is_known and finding.values.open is not None


CHECK = Check(
    name="comments_open",
    order=6,
    section=ReportSection.PRACTICE,
    title=N_("Whether comments are open"),
    label=N_("Comments"),
    passed=N_("Comments are open under every post of the week of which it could be seen"),
    failed=N_("Comments are closed under every post of the week of which it could be seen"),
    question=N_("Can people comment under the week's posts?"),
    method=N_(
        "Each post and repost of the week is asked whether it can be commented. Where the network does not say, a "
        "citizen's comment shows that it is open; without one the post is left out as unseen. Seen open once, it "
        "is. Closed is only what a look within two days of the post saw, in a run that read comments elsewhere, or "
        "what the looks before and after it saw of the whole page; so a first week cannot be told. Red only where "
        "the week was read whole, it is known of at least two posts and of half of them, and all of these are "
        "closed."
    ),
    values=CommentsOpenValues,
    judge=_judge,
    threshold=_OPEN_COMMENTS,
    rests_on_comments=True,
    functions={"shows_posts": _shows_posts},
)
