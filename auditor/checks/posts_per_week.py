"""Check `posts_per_week`: how many posts of their own the holder published in the week."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from auditor.base.snapshot import EvidenceKind, Outcome, Post
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, evidence_ids, why_posts_incomplete
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, HistoryFigure, ReportSection, ValueMeaning, Values
from auditor.checks.observed_page import ObservedPage
from auditor.checks.person_judgement import judge_person

_COUNTED = Sentence("posts_per_week.counted", N_("Own posts in the week: {posts}; reposts: {reposts}"))
_COPIES = Sentence(
    "posts_per_week.copies",
    N_("Own posts in the week: {posts}, with copies of the same words {all}; reposts: {reposts}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsValues(Values):
    """The posts of one week, over all pages."""

    posts: Annotated[int | None, ValueMeaning("posts", "own posts, a copy on another network counted too")] = None
    reposts: Annotated[int | None, ValueMeaning("posts", "reposts without words of his own")] = None
    distinct: Annotated[
        int | None, ValueMeaning("posts", "own posts, the same words within policy's hours once: judged")
    ] = None
    at_least: Annotated[bool | None, ValueMeaning("", "the week was not read whole, so there may be more of each")] = (
        None
    )


def _judge(case: Case) -> Iterator[Finding[PostsValues]]:
    yield from judge_person(CHECK, case, _finding)


def _finding(case: Case, pages: Sequence[ObservedPage]) -> Finding[PostsValues]:
    """Judge by distinct publications: enough pass wherever seen, too few fail only if the whole week was read."""
    posts, least, cause = (
        case.posts(pages),
        case.policy_value("posts_per_week"),
        why_posts_incomplete(pages, case.week.starts),
    )
    own_posts = [post for post in posts if not post.repost]
    distinct = count_distinct(own_posts, timedelta(hours=case.policy_value("same_text_hours")))
    reposts, evidence = len(posts) - len(own_posts), evidence_ids(pages, EvidenceKind.POSTS)
    values = PostsValues(posts=len(own_posts), reposts=reposts, distinct=distinct, at_least=cause is not None)
    if distinct < least and cause is not None:
        return CHECK.cant_tell(case, cause, values if posts else None, evidence=evidence)
    outcome = Outcome.PASSED if distinct >= least else Outcome.FAILED
    return CHECK.finding(case, outcome, count_message(values), values, threshold=least, evidence=evidence)


def count_distinct(posts: Iterable[Post], same_within: timedelta) -> int:
    """Count the distinct publications among own posts, on one network or several (docs/dev/design.md, section 5).

    Posts with the same words are one publication if they come within `same_within` of its first post; a later one
    begins another. A post without words is always its own publication.
    """
    count, first_at_by_sketch = 0, dict[str, datetime]()
    for post in sorted(posts, key=lambda post: post.at):
        first_at = first_at_by_sketch.get(post.sketch) if post.sketch else None
        if first_at is None or post.at - first_at > same_within:
            count += 1
            first_at_by_sketch[post.sketch or ""] = post.at
    return count


def count_message(values: PostsValues) -> Text:
    """Return a message with the count of posts, with the copies of the same words where there are any."""
    if values.distinct == values.posts:
        return _COUNTED.fill(posts=values.posts, reposts=values.reposts)
    return _COPIES.fill(posts=values.distinct, all=values.posts, reposts=values.reposts)


def _history_values(finding: Finding[PostsValues]) -> PostsValues:
    """Return the values that a history keeps; all None if the week could not be judged or was not read in full."""
    is_known = finding.outcome is not Outcome.CANT_TELL and not finding.values.at_least
    return finding.values if is_known else PostsValues()


CHECK = Check(
    name="posts_per_week",
    order=4,
    section=ReportSection.PRACTICE,
    title=N_("Posts in the week"),
    passed=N_("As many posts as the benchmark, or more"),
    failed=N_("Fewer posts can be seen than the benchmark"),
    question=N_("How many posts of their own were there in the week?"),
    method=N_(
        "Own posts are counted, a repost with words of one's own among them; bare reposts are shown apart. Service "
        "messages, new profile photos, advertisements and posts behind a paywall are left out, an album is one post, a "
        "pinned older post does not count again. The same words within 72 hours, on one network or on two, are one "
        "publication of the person. A post that any look saw counts, also where it is not there any more."
    ),
    values=PostsValues,
    judge=_judge,
    policy_key="posts_per_week",
    threshold=lambda value: Text(N_("at least {least} a week"), {"least": value.number}),
    unrecognised=EvidenceKind.POSTS,
    history_figures=(
        HistoryFigure("posts", lambda finding: _history_values(finding).distinct),
        HistoryFigure("reposts", lambda finding: _history_values(finding).reposts),
    ),
)
