"""What a report shows besides the findings: the holder, the accounts, the week's posts, the evidence."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
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
from auditor.base.snapshot import CommentsState, Evidence, EvidenceKind
from auditor.checks.case import Case, unread_cause
from auditor.checks.finding import Finding
from auditor.checks.observed_page import ObservedPage
from auditor.checks.opening_traces import traces_of_page
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
        known_from=str(tenure.known_from) if tenure.known_from else None,
        known_as_of=str(tenure.known_as_of) if tenure.known_as_of else None,
        newcomer=bool(case.deadline and case.deadline.is_personal and case.as_of < case.deadline.at),
        changed_in_week=bool(first and first.exact and monday <= first.first <= sunday and holder.predecessor),
        predecessor=holder.predecessor.name if holder.predecessor else None,
        earlier=[_earlier(before) for before in holder.chain[:-1]],
        sources=list(tenure.sources),
    )


def _earlier(tenure: Tenure) -> AuditedEarlier:
    written = {key: getattr(tenure, key) for key in ("since", "known_from", "known_as_of")}
    return AuditedEarlier(acting=tenure.acting, **{key: str(day) if day else None for key, day in written.items()})


def account_of(page: ObservedPage, case: Case) -> AuditedAccount:
    """Describe an account with the facts that were seen of it. What was not seen stays None."""
    account, stranger = page.account, page.is_other_page
    confirmed, newest = account.confirmed, page.best_look
    opened = min(traces_of_page(page, case.zone), key=lambda trace: (trace.at, not trace.exact), default=None)
    cause = page.why_unread(case.week.starts)
    seen = None if stranger else page
    return AuditedAccount(
        network=account.network.value,
        url=account.url.url,
        kind=account.kind.value,
        id=(seen.latest_fact("id") if seen else None) or account.id,
        confirmed=AuditedConfirmation.model_validate(confirmed, from_attributes=True) if confirmed else None,
        under_review=account.kind == "personal" and case.confirmation_is_stale(page),
        renamed_to=page.renamed_to,
        taken_over_by=page.looks_at_other_pages[-1].snapshot.id if stranger and page.looks_at_other_pages else None,
        snapshot_at=newest.taken_at if newest else None,
        route=newest.route.value if newest else None,
        cause=cause.value if cause else None,
        facts=Facts(
            exists=_exists(seen),
            verified=seen.latest_fact("verified") if seen else None,
            subscribers=seen.latest_fact("subscribers") if seen else None,
            opened_at=opened.at if opened else None,
            opened_precision=opened.precision.value if opened else None,
            comments=_comments(page, case),
            kind=seen.latest_fact("kind") if seen else None,
        ),
    )


def _exists(page: ObservedPage | None) -> bool | None:
    """Return whether the page is there, as far as a look that counts says so of its number."""
    if page is None or page.contradicted:
        return None
    told: bool | None = page.latest_fact("exists")
    return None if told is False and page.gone_since is None else told


def _comments(page: ObservedPage, case: Case) -> str:
    """Say whether the account's comments are open: by the week's posts, or without any by those of 14 days before."""
    for start in (case.week.starts, case.week.starts - timedelta(days=14)):
        states = {case.comments_state(page, post) for post in case.posts([page], start)} - {CommentsState.UNKNOWN}
        if states:
            return (states.pop() if len(states) == 1 else CommentsState.MIXED).value
    return CommentsState.UNKNOWN.value


def days_of(case: Case) -> list[AuditedDay] | None:
    """Count posts and reposts by day; None where any of the personal pages was not read whole."""
    if not case.pages or unread_cause(case.pages, case.week.starts) is not None:
        return None
    count = Counter((case.local_date(post.at), post.repost) for post in case.posts(case.pages))
    days = [case.week.first_day + timedelta(days=n) for n in range(7)]
    return [AuditedDay(date=day, posts=count[day, False], reposts=count[day, True]) for day in days]


def posts_of(case: Case) -> list[AuditedPost]:
    """Link the official's own posts of the week, oldest first: all that any look saw."""
    rows = [(page, post) for page in case.pages for post in case.posts([page])]
    return [
        AuditedPost(
            network=page.account.network.value,
            url=post.url,
            at=post.at,
            repost=post.repost,
            comments=case.comments_state(page, post).value,
        )
        for page, post in sorted(rows, key=lambda row: (row[1].at, row[1].url))
    ]


def evidence_of(
    case: Case, findings: Sequence[Finding[Any]], stored: Mapping[str, AuditedEvidence]
) -> dict[str, AuditedEvidence]:
    """List the answers that a finding names, and those of the week's newest looks, by id.

    `stored` are those of the audit from which figures of before a purge were taken over.
    """
    pages = (*case.pages, *case.institution)
    named = {number for finding in findings for number in finding.evidence}
    named |= {number for page in pages for number in page.evidence()}
    answers = (
        answer
        for page in pages
        for look in (*page.looks, *page.looks_at_other_pages)
        for answer in look.snapshot.evidence
    )
    found = {answer.id: answer for answer in answers if answer.id in named}
    told = {
        e.id: AuditedEvidence(
            kind=e.kind.value, url=_address(e), at=e.fetched_at, status=e.status, sha256=e.sha256, minimised=e.minimised
        )
        for e in sorted(found.values(), key=lambda e: (e.fetched_at, e.id))
    }
    return told | {name: stored[name] for name in sorted(named - told.keys()) if name in stored}


_NAMES_A_COMMENT = re.compile(r"(?<=[?&])(comment_id|start_comment_id|before|after|comment|offset_id)=[^&]*&?")


def _address(answer: Evidence) -> str:
    """Return an answer's address without the numbers of comments: what is published tells none of them apart."""
    if answer.kind is not EvidenceKind.COMMENTS:
        return answer.url
    return _NAMES_A_COMMENT.sub("", answer.url).rstrip("?&")
