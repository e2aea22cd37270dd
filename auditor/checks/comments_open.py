"""Can people comment under the week's posts?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from auditor.base.snapshot import Cause, CommentsState, EvidenceKind, Outcome, Post
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case, Obstacle, Sight, obstacle_among
from auditor.checks.check import Check, SeenTwice, blocked, found, person_and_pages
from auditor.checks.finding import Advised, Cell, Column, Finding, Is, Place, Sign
from auditor.registry.models import PolicyValue

_NOT_ASKED = Sentence("comments_open.not_asked", N_("The policy does not ask for it"))
_CLOSED = Sentence("comments_open.closed", N_("Comments closed under {closed} of {all} posts"))
_NO_POSTS = Sentence("comments_open.no_posts", N_("No posts in the week"))
_OPEN = Sentence("comments_open.open", N_("Comments open under all posts of the week: {open}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Openness(SeenTwice):
    """The week's posts and reposts by whether people can comment under them."""

    open: Annotated[int | None, Is("posts", "open to comments")] = None
    closed: Annotated[int | None, Is("posts", "closed to comments")] = None
    unseen: Annotated[int | None, Is("posts", "of which that could not be seen")] = None


def _judge(case: Case) -> Iterator[Finding[Openness]]:
    yield from person_and_pages(CHECK, case, _finding)


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding[Openness]:
    obstacle = obstacle_among(sights, case)
    posts = [
        post
        for s in sights
        if s.current is not None and s.posts_obstacle(case) is None
        for post in s.current.posts_between(case.week.starts, case.horizon)
    ]
    count = Counter(post.comments_state for post in posts)
    closed, opened = count[CommentsState.CLOSED], count[CommentsState.OPEN]
    unseen = len(posts) - closed - opened
    values = Openness(open=opened, closed=closed, unseen=unseen)
    if not case.value("comments_open"):
        left_alone = blocked(CHECK, case, Obstacle(Outcome.INAPPLICABLE), sight=about, values=values)
        return replace(left_alone, message=_NOT_ASKED.say())
    if obstacle is not None and closed == 0:
        return blocked(CHECK, case, obstacle, sight=about, values=values if posts else None)
    if closed == 0 and unseen > 0:
        return blocked(CHECK, case, _unseen(posts), sight=about, values=values)
    if closed > 0:
        outcome, message = Outcome.FAILED, _CLOSED.say(closed=closed, all=len(posts))
    elif not posts:
        outcome, message = Outcome.INAPPLICABLE, _NO_POSTS.say()
    else:
        outcome, message = Outcome.PASSED, _OPEN.say(open=opened)
    return found(
        CHECK,
        case,
        outcome,
        message,
        values=values,
        threshold=case.value("comments_open"),
        sights=sights,
        kinds=(EvidenceKind.COMMENTS, EvidenceKind.POSTS),
        about=about,
    )


def _unseen(posts: Sequence[Post]) -> Obstacle:
    causes = [p.comments_cause for p in posts if p.comments_state is CommentsState.UNKNOWN and p.comments_cause]
    return Obstacle(Outcome.CANT_TELL, causes[0] if causes else Cause.TOO_LITTLE_DATA)


# What readers are shown -------------------------------------------------------------------------------------------


def _threshold(_: PolicyValue) -> Text:
    return Text(N_("open under every post"))


def _cell(finding: Finding[Openness]) -> Cell | None:
    values = finding.values
    if finding.outcome is Outcome.INAPPLICABLE:
        return Cell(Sign.NOTHING, quiet=Text(N_("no posts")))
    if values.open is None or finding.outcome is Outcome.CANT_TELL:
        return None
    total = values.open + (values.closed or 0) + (values.unseen or 0)
    if finding.outcome is Outcome.FAILED:
        said = Text(N_("closed: {n} of {total}"), {"n": values.closed, "total": total})
        return Cell(Sign.LOCK, said, key=values.closed)
    return Cell(Sign.RING, Text(N_("open: {n} of {total}"), {"n": values.open, "total": total}), key=0)


def _advice(advised: Advised[Openness]) -> Iterator[Text]:
    if advised.finding.outcome is Outcome.FAILED:
        yield Text(N_("On practice: open comments under every post, so that people have where to ask."))


CHECK = Check(
    name="comments_open",
    order=6,
    place=Place.PRACTICE,
    title=N_("Comments open"),
    label=N_("Comments"),
    passed=N_("Comments are open under every post of the week"),
    failed=N_("Comments are closed under posts of the week"),
    question=N_("Can people comment under the week's posts?"),
    method=N_(
        "Each post and repost of the week is asked whether it can be commented. Where the network does not say, a "
        "citizen's comment shows that it is open; without one the post is left out as unseen."
    ),
    values=Openness,
    judge=_judge,
    policy_key="comments_open",
    policy_title=N_("Comments open"),
    threshold=_threshold,
    cell=_cell,
    columns=(
        Column(N_("Posts with open comments"), 14, lambda finding: finding.values.open),
        Column(N_("Posts with closed comments"), 14, lambda finding: finding.values.closed),
        Column(N_("Posts where it could not be seen"), 14, lambda finding: finding.values.unseen),
    ),
    standing=N_("Comments: in words"),
    counted_under=frozenset(),
    advice=_advice,
)
