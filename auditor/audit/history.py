"""The last 26 weeks of an office: as each was judged then; without an audit, as a later look shows its posts."""

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.audit.cases import SnapshotsByUrl, make_case
from auditor.audit.document import PAST_FIELDS, Audit, AuditedFinding, AuditedOffice, AuditedWeek
from auditor.base.weeks import Week
from auditor.checks import check_of
from auditor.checks.case import Case
from auditor.checks.finding import Finding
from auditor.checks.posts_per_week import CHECK as POSTS
from auditor.registry.holders import holder_on

WEEKS = 26
"""So many weeks a history has, the audited one the last of them."""

Earlier = Mapping[str, Mapping[str, AuditedOffice]]
"""Stored audits of the weeks before: by week, then by the office's id."""


def by_week(audits: Iterable[Audit]) -> Earlier:
    """Arrange stored audits for `history_of`."""
    return {audit.week: {office.id: office for office in audit.offices} for audit in audits}


def history_of(
    case: Case, verdict: str, findings: Iterable[Finding[Any]], earlier: Earlier, seen: SnapshotsByUrl, everybody: str
) -> list[AuditedWeek]:
    """Return the last weeks, oldest first; `verdict` and `findings` are of the case's own week, the last of them."""
    weeks = [case.week.shift(-back) for back in range(WEEKS - 1, 0, -1)]
    whole = [f for f in findings if f.account is None and f.network is None]
    holder = case.holder.tenure.name if case.holder else None
    now = AuditedWeek(week=str(case.week), verdict=verdict, holder=holder, **_figures(whole))
    return [*(_past(case, week, earlier, seen, everybody) for week in weeks), now]


def _past(case: Case, week: Week, earlier: Earlier, seen: SnapshotsByUrl, everybody: str) -> AuditedWeek:
    stored = earlier.get(str(week), {}).get(case.office.id)
    return _as_judged(str(week), stored) if stored is not None else _as_seen_later(case, week, seen, everybody)


def _as_judged(week: str, office: AuditedOffice) -> AuditedWeek:
    holder = office.holder.name if office.holder else None
    kept = (f for f in office.findings if _is_kept(f))
    read = (finding.read(check) for finding in kept if (check := check_of(finding.check)) is not None)
    return AuditedWeek(week=week, verdict=office.verdict, holder=holder, **_figures(read))


def _is_kept(finding: AuditedFinding) -> bool:
    check = check_of(finding.check)
    return check is not None and bool(check.history_figures) and finding.account is None and finding.network is None


def _figures(findings: Iterable[Finding[Any]]) -> dict[str, Any]:
    """Return what the checks keep of findings about an office as a whole, as fields of `AuditedPast`."""
    kept = {past.key: past.value(f) for f in findings if (check := check_of(f.check)) for past in check.history_figures}
    more = {key: figure for key, figure in kept.items() if key not in PAST_FIELDS}
    return {key: figure for key, figure in kept.items() if key in PAST_FIELDS} | {"more": more}


def _as_seen_later(case: Case, week: Week, seen: SnapshotsByUrl, everybody: str) -> AuditedWeek:
    """Count the posts of a week without an audit in a look in time that reaches back over all of it."""
    holder = holder_on(case.office, week.last_day)
    told = AuditedWeek(week=str(week), holder=holder.tenure.name if holder else None)
    if not any(look.snapshot.taken_at >= week.ends and look.trusted for page in case.pages for look in page.looks):
        return told
    past = make_case(case.registry, case.office, week, case.as_of, seen, everybody=everybody)
    values = next(iter(POSTS.judge(past))).values
    if values.at_least is not False:
        return told
    return told.model_copy(update={"posts": values.distinct, "reposts": values.reposts, "from_look": True})
