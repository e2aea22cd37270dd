"""What a report shows besides the findings: the holder, the accounts, the week's posts, the evidence."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from auditor.audit.document import (
    AuditedAccount,
    AuditedConfirmation,
    AuditedDay,
    AuditedEarlier,
    AuditedEvidence,
    AuditedHolder,
    AuditedPost,
    Facts,
)
from auditor.base.snapshot import CommentsState, Evidence, EvidenceKind, Post
from auditor.checks.case import Case, Sight, obstacle_among
from auditor.checks.finding import Finding
from auditor.checks.opening import opening_of_account
from auditor.registry.models import Tenure


def holder_of(case: Case) -> AuditedHolder | None:
    """Describe who holds the office at the week's end."""
    holder = case.holder
    if holder is None:
        return None
    tenure, first = holder.tenure, holder.tenure.since
    monday, sunday = case.week.first_day, case.week.last_day
    return AuditedHolder(
        name=tenure.name,
        since=str(first) if first else None,
        acting=tenure.acting,
        title=tenure.title,
        known_from=str(tenure.known_from) if tenure.known_from else None,
        known_as_of=str(tenure.known_as_of) if tenure.known_as_of else None,
        newcomer=bool(case.deadline and case.deadline.newcomer and case.as_of < case.deadline.strict),
        changed_in_week=bool(first and first.exact and monday <= first.first <= sunday and holder.predecessor),
        predecessor=holder.predecessor.name if holder.predecessor else None,
        earlier=[_earlier(one) for one in holder.chain[:-1]],
        sources=list(tenure.sources),
    )


def _earlier(tenure: Tenure) -> AuditedEarlier:
    written = {key: getattr(tenure, key) for key in ("since", "known_from", "known_as_of")}
    return AuditedEarlier(acting=tenure.acting, **{key: str(day) if day else None for key, day in written.items()})


def account_of(sight: Sight, case: Case) -> AuditedAccount:
    """Describe an account with the facts that were seen of it. What was not seen stays None."""
    account, current = sight.account, sight.current
    confirmed = account.confirmed
    opening = opening_of_account(sight)
    obstacle = sight.posts_obstacle(case)
    trusted = current if current is not None and not sight.distrusted and not sight.stranger else None
    return AuditedAccount(
        network=account.network.value,
        url=account.url.url,
        kind=account.kind.value,
        id=(trusted.id if trusted else None) or account.id,
        confirmed=AuditedConfirmation.model_validate(confirmed, from_attributes=True) if confirmed else None,
        under_review=account.kind == "personal" and case.under_review(confirmed),
        renamed_to=sight.renamed_to if trusted else None,
        taken_over_by=current.id if current is not None and sight.stranger and not sight.distrusted else None,
        snapshot_at=current.taken_at if current else None,
        route=current.route.value if current else None,
        cause=obstacle.cause.value if obstacle and obstacle.cause else None,
        facts=Facts(
            exists=trusted.exists if trusted else None,
            verified=trusted.verified if trusted else None,
            subscribers=trusted.subscribers if trusted else None,
            opened_at=opening.at,
            opened_precision=opening.precision.value if opening.precision else None,
            comments=_comments(sight, case),
            kind=trusted.kind if trusted else None,
            not_earlier_than=opening.not_earlier_than,
        ),
        routes=dict(sight.routes),
    )


def _comments(sight: Sight, case: Case) -> str:
    """Say whether the account's comments are open: by the week's posts, or without any by those of 14 days before."""
    if sight.current is None or sight.posts_obstacle(case) is not None:
        return CommentsState.UNKNOWN.value
    for start in (case.week.starts, case.week.starts - timedelta(days=14)):
        states = {p.comments_state for p in sight.current.posts_between(start, case.horizon)}
        states.discard(CommentsState.UNKNOWN)
        if states:
            return (states.pop() if len(states) == 1 else CommentsState.MIXED).value
    return CommentsState.UNKNOWN.value


def _week_posts(case: Case) -> list[tuple[Sight, Post]]:
    return [
        (sight, post)
        for sight in case.personal
        if sight.current is not None and sight.posts_obstacle(case) is None
        for post in sight.current.posts_between(case.week.starts, case.horizon)
    ]


def posts_told(case: Case) -> list[Post] | None:
    """Return the week's posts and reposts; None where any of the personal pages could not be seen."""
    if not case.personal or obstacle_among(case.personal, case) is not None:
        return None
    return [post for _, post in _week_posts(case)]


def days_of(case: Case) -> list[AuditedDay] | None:
    """Count posts and reposts by day; None where any of the personal pages could not be seen."""
    posts, zone = posts_told(case), case.registry.zone
    if posts is None:
        return None
    count = Counter((post.at.astimezone(zone).date(), post.repost) for post in posts)
    days = [case.week.first_day + timedelta(days=n) for n in range(7)]
    return [AuditedDay(date=day, posts=count[day, False], reposts=count[day, True]) for day in days]


def posts_of(case: Case) -> list[AuditedPost]:
    """Link the official's own posts of the week, oldest first."""
    rows = sorted(_week_posts(case), key=lambda row: (row[1].at, row[1].url))
    return [
        AuditedPost(
            network=sight.account.network.value,
            url=post.url,
            at=post.at,
            repost=post.repost,
            comments=post.comments_state.value,
        )
        for sight, post in rows
    ]


def evidence_of(case: Case, findings: Sequence[Finding[Any]]) -> dict[str, AuditedEvidence]:
    """List the answers of this week's looks, and the older ones that a finding names, by id."""
    sights = (*case.personal, *case.institution)
    named = {i for finding in findings for i in finding.evidence}
    named |= {i for sight in sights for i in sight.evidence}
    looks = (look for sight in sights for look in (*sight.stored, *sight.glimpses, sight.current) if look is not None)
    found = {e.id: e for look in looks for e in look.evidence if e.id in named}
    return {
        e.id: AuditedEvidence(
            kind=e.kind.value, url=_address(e), at=e.fetched_at, status=e.status, sha256=e.sha256, minimised=e.minimised
        )
        for e in sorted(found.values(), key=lambda e: (e.fetched_at, e.id))
    }


_NAMES_A_COMMENT = re.compile(r"(?<=[?&])(comment_id|start_comment_id|before|after|comment|offset_id)=[^&]*&?")


def _address(answer: Evidence) -> str:
    """Return an answer's address without the numbers of comments: what is published tells none of them apart."""
    if answer.kind is not EvidenceKind.COMMENTS:
        return answer.url
    return _NAMES_A_COMMENT.sub("", answer.url).rstrip("?&")
