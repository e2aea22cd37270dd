"""How many posts of their own in the week?"""

from collections.abc import Iterator, Sequence

from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import N_, Text
from auditor.checks.case import Case, Obstacle, Sight
from auditor.checks.check import Check, blocked, found, obstacle_among, person_and_pages
from auditor.checks.finding import Finding
from auditor.checks.publications import distinct_in, own, reposts
from auditor.registry.models import PolicyValue


def _judge(case: Case) -> Iterator[Finding]:
    yield from person_and_pages(CHECK, case, _finding)


def _finding(case: Case, sights: Sequence[Sight], about: Sight | None) -> Finding:
    """Judge by distinct publications; enough on what was seen is enough, too few needs all seen."""
    obstacle = obstacle_among(sights, case)
    seen = [s.current for s in sights if s.current is not None and s.posts_obstacle(case) is None]
    distinct = distinct_in(seen, case.week.starts, case.horizon)
    least = case.value("posts_per_week")
    if obstacle is not None and (not seen or distinct < least):
        return blocked(CHECK, case, obstacle, sight=about, values={"posts": None, "reposts": None, "distinct": None})
    posts = sum(len(own(s, case.week.starts, case.horizon)) for s in seen)
    shared = sum(len(reposts(s, case.week.starts, case.horizon)) for s in seen)
    values = {"posts": posts, "reposts": shared, "distinct": distinct}
    if distinct < least and not case.week_over:
        return blocked(CHECK, case, Obstacle(Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA), sight=about, values=values)
    outcome = Outcome.PASSED if distinct >= least else Outcome.FAILED
    message = Text(N_("Posts in the week: {posts}; reposts: {reposts}"), {"posts": distinct, "reposts": shared})
    return found(
        CHECK, case, outcome, message, values=values, threshold=least, sights=sights, kinds=("posts",), about=about
    )


def _threshold(value: PolicyValue) -> Text:
    assert isinstance(value.value, int)
    return Text(N_("at least {least} a week"), {"least": value.value})


CHECK = Check(
    name="posts_per_week",
    order=4,
    title=N_("Posts in the week"),
    passed=N_("As many posts as the benchmark, or more"),
    failed=N_("Fewer posts than the benchmark"),
    question=N_("How many posts of their own were there in the week?"),
    method=N_(
        "Own posts are counted; reposts are shown apart. Service messages and advertisements are left out, an album is "
        "one post, a pinned older post does not count again. The same text on VK and Telegram within 72 hours is one "
        "publication of the person."
    ),
    judge=_judge,
    policy_key="posts_per_week",
    threshold=_threshold,
)
