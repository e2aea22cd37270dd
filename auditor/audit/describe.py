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
from auditor.base.snapshot import Cause, CommentsState, Evidence, EvidenceKind
from auditor.checks.case import Case, why_posts_incomplete
from auditor.checks.comments_state import comments_state
from auditor.checks.finding import Finding
from auditor.checks.observed_page import ObservedPage
from auditor.checks.opening_traces import oldest, traces_of_page
from auditor.registry.models import Tenure

_FACTS = ("id", "kind", "verified", "subscribers")
_SEEN_CAUSES = {Cause.BANNED, Cause.PRIVATE, Cause.WRONG_KIND, Cause.NOT_AT_ADDRESS, Cause.PREVIEW_OFF, Cause.WALL_OFF}
"""Causes that are the network's answer about a page: after any other nothing was seen of it."""


def holder_of(case: Case) -> AuditedHolder | None:
    """Return the holder at the week's end as the document has it; None without one."""
    holder = case.holder
    if holder is None:
        return None
    since, deadline = holder.tenure.since, case.deadline
    began_in_week = since is not None and since.exact and case.week.first_day <= since.first <= case.week.last_day
    return AuditedHolder(
        **_tenure_fields(holder.tenure, "name", "sources"),
        newcomer=deadline.is_personal and case.as_of < deadline.late_from,
        changed_in_week=bool(began_in_week and holder.predecessor),
        predecessor=holder.predecessor.name if holder.predecessor else None,
        earlier=[AuditedEarlier(**_tenure_fields(earlier)) for earlier in holder.chain[:-1]],
    )


def _tenure_fields(tenure: Tenure, *fields: str) -> dict[str, Any]:
    return tenure.model_dump(mode="json", include={"since", "known_from", "known_as_of", "acting", *fields})


def account_of(page: ObservedPage, case: Case) -> AuditedAccount:
    """Return an account with the facts that were seen of it; what was not seen is None."""
    account, newest, confirmed = page.account, page.best_snapshot, page.account.confirmed
    opened = oldest(traces_of_page(page, case.zone))
    cause, others = page.why_posts_incomplete(case.week.starts), page.looks_at_other_pages
    facts = {} if page.is_other_page else {key: page.latest_fact(key) for key in _FACTS} | {"exists": _exists(page)}
    return AuditedAccount(
        network=account.network.value,
        url=account.url.url,
        kind=account.kind.value,
        id=facts.pop("id", None) or account.id,
        confirmed=AuditedConfirmation.model_validate(confirmed, from_attributes=True) if confirmed else None,
        since=account.since,
        under_review=account.kind == "personal" and case.confirmation_is_stale(page),
        renamed_to=page.renamed_to,
        taken_over_by=others[-1].snapshot.id if page.is_other_page and others else None,
        snapshot_at=newest.taken_at if newest else None,
        seen_at=newest.taken_at if newest and (newest.exists is not None or newest.cause in _SEEN_CAUSES) else None,
        route=newest.route.value if newest else None,
        cause=cause.value if cause else None,
        facts=Facts(
            **facts,
            opened_at=opened.at if opened else None,
            opened_precision=opened.precision.value if opened else None,
            comments=_comments(page, case),
        ),
    )


def _exists(page: ObservedPage) -> bool | None:
    """Return whether the page exists, as far as a look that counts says so of its id; None if not known."""
    exists: bool | None = None if page.contradicted else page.latest_fact("exists")
    return None if exists is False and page.gone_since is None else exists


def _comments(page: ObservedPage, case: Case) -> str:
    """Return the state of the account's comments: by the week's posts; if they do not show it, with those before."""
    for start in (case.week.starts, case.week.starts - timedelta(days=case.policy_value("thread_days"))):
        states = {comments_state(page, post) for post in case.posts([page], start)} - {CommentsState.UNKNOWN}
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
            **post.model_dump(include={"url", "at", "repost"}),
            network=page.account.network.value,
            comments=comments_state(page, post).value,
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
    entries = {entry.id: entry for page in pages for look in page.all_looks for entry in look.snapshot.evidence}
    described = {
        e.id: AuditedEvidence(
            **e.model_dump(include={"kind", "status", "sha256", "minimised"}), url=_address(e), at=e.fetched_at
        )
        for e in sorted((entries[name] for name in named & entries.keys()), key=lambda e: (e.fetched_at, e.id))
    }
    return described | {name: stored[name] for name in sorted(named - described.keys()) if name in stored}


_COMMENT_PARAMS = re.compile(r"(?<=[?&])(comment_id|start_comment_id|before|after|comment|offset_id)=[^&]*&?")


def _address(entry: Evidence) -> str:
    """Return an entry's address without parameters that name a comment: nothing published tells comments apart."""
    if entry.kind is not EvidenceKind.COMMENTS:
        return entry.url
    return _COMMENT_PARAMS.sub("", entry.url).rstrip("?&")
