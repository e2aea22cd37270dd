"""How many posts of their own in the week?"""

__all__ = ["CHECK"]

from collections.abc import Iterator

from auditor.checks.case import Case, Obstacle, Sight
from auditor.checks.check import Check, blocked, no_subject
from auditor.checks.finding import Finding
from auditor.checks.publications import distinct_in, own, reposts
from auditor.registry.models import PolicyValue
from auditor.snapshot import Cause, Outcome, Snapshot
from auditor.text import N_, Text


def _judge(case: Case) -> Iterator[Finding]:
    nothing = no_subject(CHECK, case)
    if nothing is not None:
        yield nothing
        return
    yield _office(case)
    for sight in case.personal:
        yield _account(case, sight)


def _seen(case: Case) -> list[Snapshot]:
    return [s.current for s in case.personal if s.current is not None and s.posts_obstacle(case) is None]


def _office(case: Case) -> Finding:
    """Judge the person by distinct publications; enough on what was seen is enough, too few needs all seen."""
    seen = _seen(case)
    obstacle = next((o for s in case.personal if (o := s.posts_obstacle(case)) is not None), None)
    distinct = distinct_in(seen, case.week.starts, case.horizon)
    if obstacle is not None and (not seen or distinct < case.value("posts_per_week")):
        return blocked(CHECK, case, obstacle, values={"posts": None, "reposts": None, "distinct": None})
    posts = sum(len(own(s, case.week.starts, case.horizon)) for s in seen)
    shared = sum(len(reposts(s, case.week.starts, case.horizon)) for s in seen)
    evidence = tuple(i for s in case.personal for i in s.evidence_of("posts"))
    return _finding(case, posts, shared, distinct, evidence)


def _account(case: Case, sight: Sight) -> Finding:
    obstacle = sight.posts_obstacle(case)
    if obstacle is not None:
        return blocked(CHECK, case, obstacle, sight=sight, values={"posts": None, "reposts": None, "distinct": None})
    assert sight.current is not None
    posts = len(own(sight.current, case.week.starts, case.horizon))
    shared = len(reposts(sight.current, case.week.starts, case.horizon))
    return _finding(case, posts, shared, posts, sight.evidence_of("posts"), sight)


def _finding(
    case: Case, posts: int, shared: int, distinct: int, evidence: tuple[str, ...], sight: Sight | None = None
) -> Finding:
    least = case.value("posts_per_week")
    values = {"posts": posts, "reposts": shared, "distinct": distinct}
    if distinct < least and not case.week_over:
        return blocked(CHECK, case, Obstacle(Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA), sight=sight, values=values)
    return Finding(
        check=CHECK.name,
        outcome=Outcome.PASSED if distinct >= least else Outcome.FAILED,
        message=Text(N_("Posts in the week: {posts}; reposts: {reposts}"), {"posts": distinct, "reposts": shared}),
        basis=case.basis("posts_per_week"),
        values=values,
        threshold=least,
        network=sight.account.network if sight else None,
        account=sight.account.url.url if sight else None,
        evidence=evidence,
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
