"""Describe what a report shows beside the findings: holder, accounts, the week's posts, the evidence."""

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
from auditor.checks.case import Case, why_posts_incomplete
from auditor.checks.finding import Finding
from auditor.checks.observed_page import ObservedPage
from auditor.checks.opening_traces import traces_of_page
from auditor.registry.models import Tenure


def holder_of(case: Case) -> AuditedHolder | None:
    """Return the holder at the week's end as the document has it; None without one."""
    holder = case.holder
    if holder is None:
        return None
    tenure, since = holder.tenure, holder.tenure.since
    monday, sunday = case.week.first_day, case.week.last_day
    return AuditedHolder(
        name=tenure.name,
        since=str(since) if since else None,
        acting=tenure.acting,
        known_from=str(tenure.known_from) if tenure.known_from else None,
        known_as_of=str(tenure.known_as_of) if tenure.known_as_of else None,
        newcomer=bool(case.deadline and case.deadline.is_personal and case.as_of < case.deadline.late_from),
        changed_in_week=bool(since and since.exact and monday <= since.first <= sunday and holder.predecessor),
        predecessor=holder.predecessor.name if holder.predecessor else None,
        earlier=[_earlier(earlier) for earlier in holder.chain[:-1]],
        sources=list(tenure.sources),
    )


def _earlier(tenure: Tenure) -> AuditedEarlier:
    dates = {key: getattr(tenure, key) for key in ("since", "known_from", "known_as_of")}
    return AuditedEarlier(acting=tenure.acting, **{key: str(day) if day else None for key, day in dates.items()})


def account_of(page: ObservedPage, case: Case) -> AuditedAccount:
    """Return an account with the facts that were seen of it; what was not seen is None."""
    account, is_other_page = page.account, page.is_other_page
    confirmed, newest = account.confirmed, page.best_snapshot
    opened = min(traces_of_page(page, case.zone), key=lambda trace: (trace.at, not trace.exact), default=None)
    cause = page.why_posts_incomplete(case.week.starts)
    facts_page = None if is_other_page else page
    return AuditedAccount(
        network=account.network.value,
        url=account.url.url,
        kind=account.kind.value,
        id=(facts_page.latest_fact("id") if facts_page else None) or account.id,
        confirmed=AuditedConfirmation.model_validate(confirmed, from_attributes=True) if confirmed else None,
        under_review=account.kind == "personal" and case.confirmation_is_stale(page),
        renamed_to=page.renamed_to,
        taken_over_by=page.looks_at_other_pages[-1].snapshot.id
        if is_other_page and page.looks_at_other_pages
        else None,
        snapshot_at=newest.taken_at if newest else None,
        route=newest.route.value if newest else None,
        cause=cause.value if cause else None,
        facts=Facts(
            exists=_exists(facts_page),
            verified=facts_page.latest_fact("verified") if facts_page else None,
            subscribers=facts_page.latest_fact("subscribers") if facts_page else None,
            opened_at=opened.at if opened else None,
            opened_precision=opened.precision.value if opened else None,
            comments=_comments(page, case),
            kind=facts_page.latest_fact("kind") if facts_page else None,
        ),
    )


def _exists(page: ObservedPage | None) -> bool | None:
    """Return whether the page exists, as far as a look that counts says so of its id; None if not known."""
    if page is None or page.contradicted:
        return None
    exists: bool | None = page.latest_fact("exists")
    return None if exists is False and page.gone_since is None else exists


def _comments(page: ObservedPage, case: Case) -> str:
    """Return the state of the account's comments: by the week's posts; if they do not show it, with 14 days before."""
    for start in (case.week.starts, case.week.starts - timedelta(days=14)):
        states = {case.comments_state(page, post) for post in case.posts([page], start)} - {CommentsState.UNKNOWN}
        if states:
            return (states.pop() if len(states) == 1 else CommentsState.MIXED).value
    return CommentsState.UNKNOWN.value


def days_of(case: Case) -> list[AuditedDay] | None:
    """Return posts and reposts by day; None if any of the personal pages was not read in full."""
    if not case.pages or why_posts_incomplete(case.pages, case.week.starts) is not None:
        return None
    count = Counter((case.local_date(post.at), post.repost) for post in case.posts(case.pages))
    days = [case.week.first_day + timedelta(days=n) for n in range(7)]
    return [AuditedDay(date=day, posts=count[day, False], reposts=count[day, True]) for day in days]


def posts_of(case: Case) -> list[AuditedPost]:
    """Return links to the holder's posts and reposts of the week, oldest first: all that any look saw."""
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


def describe_evidence(
    case: Case, findings: Sequence[Finding[Any]], stored: Mapping[str, AuditedEvidence]
) -> dict[str, AuditedEvidence]:
    """Return the stored responses that findings name, and those of the week's newest looks, by id.

    `stored` are those of the audit whose figures from before a purge are reused.
    """
    pages = (*case.pages, *case.institution)
    named = {evidence_id for finding in findings for evidence_id in finding.evidence}
    named |= {evidence_id for page in pages for evidence_id in page.evidence()}
    entries = (
        entry
        for page in pages
        for look in (*page.looks, *page.looks_at_other_pages)
        for entry in look.snapshot.evidence
    )
    named_entries = {entry.id: entry for entry in entries if entry.id in named}
    described = {
        e.id: AuditedEvidence(
            kind=e.kind.value, url=_address(e), at=e.fetched_at, status=e.status, sha256=e.sha256, minimised=e.minimised
        )
        for e in sorted(named_entries.values(), key=lambda e: (e.fetched_at, e.id))
    }
    return described | {name: stored[name] for name in sorted(named - described.keys()) if name in stored}


_COMMENT_PARAMS = re.compile(r"(?<=[?&])(comment_id|start_comment_id|before|after|comment|offset_id)=[^&]*&?")


def _address(entry: Evidence) -> str:
    """Return an entry's address without parameters that name a comment: nothing published tells comments apart."""
    if entry.kind is not EvidenceKind.COMMENTS:
        return entry.url
    return _COMMENT_PARAMS.sub("", entry.url).rstrip("?&")
