"""Can people comment under the week's posts?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from auditor.base.snapshot import Cause, CommentsState, Outcome, Post
from auditor.base.text import N_, Text
from auditor.checks.case import Case, Obstacle, Sight
from auditor.checks.check import Check, blocked, found, obstacle_among, person_and_pages
from auditor.checks.finding import Finding
from auditor.registry.models import PolicyValue

_UNKNOWN = {"open": None, "closed": None, "unseen": None}


def _judge(case: Case) -> Iterator[Finding]:
    yield from person_and_pages(CHECK, case, _finding)


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding:
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
    values = {"open": opened, "closed": closed, "unseen": unseen}
    if not case.value("comments_open"):
        obstacle = Obstacle(Outcome.INAPPLICABLE)
        return replace(
            blocked(CHECK, case, obstacle, sight=about, values=values),
            message=Text(N_("The policy does not ask for it")),
        )
    if obstacle is not None and closed == 0:
        return blocked(CHECK, case, obstacle, sight=about, values=values if posts else _UNKNOWN)
    if closed == 0 and unseen > 0:
        return blocked(CHECK, case, _unseen(posts), sight=about, values=values)
    if closed > 0:
        outcome = Outcome.FAILED
        message = Text(N_("Comments closed under {closed} of {all} posts"), {"closed": closed, "all": len(posts)})
    elif not posts:
        outcome, message = Outcome.INAPPLICABLE, Text(N_("No posts in the week"))
    else:
        outcome = Outcome.PASSED
        message = Text(N_("Comments open under all posts of the week: {open}"), {"open": opened})
    return found(
        CHECK,
        case,
        outcome,
        message,
        values=values,
        threshold=case.value("comments_open"),
        sights=sights,
        kinds=("comments", "posts"),
        about=about,
    )


def _unseen(posts: Sequence[Post]) -> Obstacle:
    causes = [p.comments_cause for p in posts if p.comments_state is CommentsState.UNKNOWN and p.comments_cause]
    return Obstacle(Outcome.CANT_TELL, causes[0] if causes else Cause.TOO_LITTLE_DATA)


def _threshold(_: PolicyValue) -> Text:
    return Text(N_("open under every post"))


CHECK = Check(
    name="comments_open",
    order=6,
    title=N_("Comments open"),
    passed=N_("Comments are open under every post of the week"),
    failed=N_("Comments are closed under posts of the week"),
    question=N_("Can people comment under the week's posts?"),
    method=N_(
        "Each post and repost of the week is asked whether it can be commented. Where the network does not say, a "
        "citizen's comment shows that it is open; without one the post is left out as unseen."
    ),
    judge=_judge,
    policy_key="comments_open",
    threshold=_threshold,
)
