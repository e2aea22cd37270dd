"""How many posts of their own in the week?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from auditor.base.snapshot import EvidenceKind, Outcome, Post
from auditor.base.text import N_, NN_, Sentence, Text
from auditor.checks.case import Case, Sight, evidence_of, obstacle_among
from auditor.checks.check import Check, SeenTwice, blocked, person_and_pages, say_excuse
from auditor.checks.finding import SIGNS, Advised, Cell, Column, Finding, Is, Past, Place, cause_words
from auditor.language.alike import same_text, tell_apart

_COUNTED = Sentence("posts_per_week.counted", N_("Posts in the week: {posts}; reposts: {reposts}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts(SeenTwice):
    """The posts of one week."""

    posts: Annotated[int | None, Is("posts", "own posts over all pages, a copy on the other network counted too")] = (
        None
    )
    reposts: Annotated[int | None, Is("posts", "reposts over all pages")] = None
    distinct: Annotated[int | None, Is("posts", "own posts, one text counted once within policy's hours")] = None
    at_least: Annotated[bool | None, Is("", "the week was not read whole, so there may be more of each")] = None


def _judge(case: Case) -> Iterator[Finding[Posts]]:
    yield from person_and_pages(CHECK, case, _finding)


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding[Posts]:
    """Judge by distinct publications: enough is enough wherever it was seen, too few needs the whole week read."""
    own, reposts = posts_of_week(case, sights)
    distinct = distinct_in(own, timedelta(hours=case.value("same_text_hours")), case.value("same_text_percent"))
    least, obstacle = case.value("posts_per_week"), obstacle_among(sights, case)
    values = Posts(posts=len(own), reposts=len(reposts), distinct=distinct, at_least=obstacle is not None)
    if distinct < least and (obstacle := case.absence(sights)) is not None:
        return blocked(CHECK, case, obstacle, sight=about)
    outcome, message = Outcome.FAILED, _COUNTED.say(posts=distinct, reposts=len(reposts))
    if distinct >= least:
        outcome = Outcome.PASSED
    elif (excuse := case.all_excused(sights)) is not None:
        outcome, message = Outcome.INAPPLICABLE, say_excuse(excuse)
    evidence = evidence_of(sights, EvidenceKind.POSTS)
    return CHECK.finding(case, outcome, message, values, about=about, threshold=least, evidence=evidence)


# Counting ---------------------------------------------------------------------------------------------------------


def posts_of_week(case: Case, sights: Iterable[Sight]) -> tuple[list[Post], list[Post]]:
    """Return the week's own posts and its reposts on some pages, as far as any look saw them."""
    posts = [post for sight in sights for post in sight.posts_between(case.week.starts, case.horizon)]
    return [post for post in posts if not post.repost], [post for post in posts if post.repost]


def distinct_in(posts: Iterable[Post], same_within: timedelta, same_percent: int) -> int:
    """Count the publications among a week's own posts, on one network or on several (DESIGN.md section 5).

    Posts of the same text, `same_percent` of its words at least, are one publication while they come within
    `same_within` of its first; a later one begins another. A post without words is one of its own.
    """
    firsts: list[Post] = []
    for post in sorted(posts, key=lambda post: post.at):
        recent = (first for first in reversed(firsts) if post.at - first.at <= same_within)
        if not any(says_the_same(first, post, same_percent) for first in recent):
            firsts.append(post)
    return len(firsts)


def says_the_same(one: Post, other: Post, percent: int) -> bool:
    """Tell whether two posts of one person are the same publication: by their words, with no other facts in either.

    Rows of older archives know only whether all of the text is the same.
    """
    if one.sketch is None or other.sketch is None:
        return one.text_key is not None and one.text_key == other.text_key
    return same_text(one.sketch, other.sketch) >= percent and not tell_apart(one.sketch, other.sketch)


# What readers are shown -------------------------------------------------------------------------------------------


def _cell(finding: Finding[Posts]) -> Cell | None:
    distinct, reposts = finding.values.distinct, finding.values.reposts
    if distinct is None:
        return None
    one, many = NN_("{n} repost", "{n} reposts")
    quiet = Text(one, {"n": reposts}, many, reposts) if reposts else None
    return Cell(SIGNS[finding.outcome], strong=distinct, quiet=cause_words(finding) or quiet, key=distinct)


def _advice(advised: Advised[Posts]) -> Iterator[Text]:
    finding = advised.finding
    if finding.outcome is Outcome.FAILED:
        few = N_("On practice: {n} posts in the week, the benchmark is at least {least}.")
        none = N_("On practice: no posts in the week, the benchmark is at least {least}.")
        n = finding.values.distinct
        yield Text(few if n else none, {"n": n, "least": _least(finding)})


def _post(findings: Iterable[Finding[Posts]]) -> Text | None:
    told = [(f.outcome, _least(f)) for f in findings if f.outcome in {Outcome.PASSED, Outcome.FAILED}]
    least = told[0][1] if told else None
    if least is None:
        return None
    few = sum(outcome is Outcome.FAILED for outcome, _ in told)
    sentence = N_("fewer than {least} posts in the week: {n} of {total} whose pages could be seen")
    return Text(sentence, {"least": least, "n": few, "total": len(told)})


def _least(finding: Finding[Posts]) -> int | None:
    return finding.threshold if isinstance(finding.threshold, int) else None


def _judged(finding: Finding[Posts]) -> Posts:
    """Return what a history keeps: a week whose posts were not all seen has no number, enough of them or not."""
    told = finding.outcome in {Outcome.PASSED, Outcome.FAILED} and not finding.values.at_least
    return finding.values if told else Posts()


def _past_posts(finding: Finding[Posts]) -> int | None:
    kept = _judged(finding)
    return kept.posts if kept.distinct is None else kept.distinct


CHECK = Check(
    name="posts_per_week",
    order=4,
    place=Place.PRACTICE,
    title=N_("Posts in the week"),
    passed=N_("As many posts as the benchmark, or more"),
    failed=N_("Fewer posts can be seen than the benchmark"),
    question=N_("How many posts of their own were there in the week?"),
    method=N_(
        "Own posts are counted; reposts are shown apart. Service messages and advertisements are left out, an album is "
        "one post, a pinned older post does not count again. The same text within 72 hours, on one network or on two, "
        "is one publication of the person. A post that any look saw counts, also where it is not there any more."
    ),
    values=Posts,
    judge=_judge,
    neutral_excuses=True,
    policy_key="posts_per_week",
    policy_title=N_("Posts in a week, at least"),
    threshold=lambda value: Text(N_("at least {least} a week"), {"least": value.number}),
    cell=_cell,
    share=13,
    columns=(
        Column(N_("Own posts"), 12, lambda finding: finding.values.distinct),
        Column(N_("Reposts"), 10, lambda finding: finding.values.reposts),
    ),
    standing=N_("Posts: in words"),
    advice=_advice,
    post=_post,
    unrecognised=EvidenceKind.POSTS,
    past=(
        Past("posts", N_("Own posts"), _past_posts),
        Past("reposts", N_("Reposts"), lambda finding: _judged(finding).reposts),
    ),
)
