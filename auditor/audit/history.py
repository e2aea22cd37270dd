"""The last 26 weeks of an office: as each was judged then; without an audit, as a later look shows its posts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from auditor.archive import StoredSnapshot
from auditor.audit.document import AuditedPast
from auditor.audit.past import WEEKS, PastAudit, PastFinding, PastHolder, PastOffice, PastValues
from auditor.audit.sights import Seen, make_case
from auditor.base.snapshot import Outcome, Snapshot
from auditor.base.weeks import Week
from auditor.checks.case import Case
from auditor.checks.check import obstacle_among
from auditor.checks.finding import Finding
from auditor.checks.posts_per_week import CHECK as POSTS
from auditor.registry.offices import Holder, holder_on

Earlier = Mapping[str, Mapping[str, PastOffice]]
"""Stored audits of the weeks before: by week, then by the office's id."""

_TOLD = {Outcome.PASSED.value, Outcome.FAILED.value}
_ANSWERS = "comments_answered"


def by_week(audits: Iterable[PastAudit]) -> Earlier:
    """Arrange stored audits for `history_of`."""
    return {audit.week: {office.id: office for office in audit.offices} for audit in audits}


def history_of(
    case: Case, verdict: str, findings: Iterable[Finding], earlier: Earlier, seen: Seen
) -> list[AuditedPast]:
    """Return the last weeks, oldest first; `verdict` and `findings` are of the case's own week, the last of them."""
    weeks = [case.week.shift(-back) for back in range(WEEKS - 1, 0, -1)]
    now = _as_judged(str(case.week), _now(case, verdict, findings))
    return [*(_past(case, week, earlier, seen) for week in weeks), now]


def _now(case: Case, verdict: str, findings: Iterable[Finding]) -> PastOffice:
    return PastOffice(
        id=case.office.id,
        verdict=verdict,
        holder=PastHolder(name=case.holder.tenure.name) if case.holder else None,
        findings=tuple(
            PastFinding(check=f.check, outcome=f.outcome, values=PastValues.model_validate(dict(f.values)))
            for f in findings
            if f.check in {POSTS.name, _ANSWERS} and f.account is None and f.network is None
        ),
    )


def _past(case: Case, week: Week, earlier: Earlier, seen: Seen) -> AuditedPast:
    stored = earlier.get(str(week), {}).get(case.office.id)
    return _as_judged(str(week), stored) if stored is not None else _as_seen_later(case, week, seen)


def _as_judged(week: str, office: PastOffice) -> AuditedPast:
    posts, answers = office.finding(POSTS.name), office.finding(_ANSWERS)
    told = posts.values if posts is not None and posts.outcome in _TOLD else PastValues()
    asked = answers.values if answers is not None else PastValues()
    return AuditedPast(
        week=week,
        verdict=office.verdict,
        holder=office.holder.name if office.holder else None,
        posts=told.posts if told.distinct is None else told.distinct,
        reposts=told.reposts,
        due=asked.due,
        in_time=asked.answered_in_time,
    )


def _as_seen_later(case: Case, week: Week, seen: Seen) -> AuditedPast:
    """Count the posts of a week that nobody audited in a look that reaches back over all of it."""
    holder = holder_on(case.office, week.last_day)
    name = holder.tenure.name if holder else None
    looks = _looking_back(holder, week, seen) if holder else None
    past = make_case(case.registry, case.office, week, case.as_of, looks) if looks is not None else None
    if past is None or obstacle_among(past.personal, past) is not None:
        return AuditedPast(week=str(week), holder=name)
    values = next(iter(POSTS.judge(past))).values
    return AuditedPast(week=str(week), holder=name, posts=values["distinct"], reposts=values["reposts"], from_look=True)


def _looking_back(holder: Holder, week: Week, seen: Seen) -> Seen | None:
    """Return what was seen of the holder's pages as if it had been seen for `week`; None where a page was not."""
    found: dict[str, Sequence[StoredSnapshot]] = {}
    for account in holder.judged_accounts:
        rows = seen.get(account.url.url, ())
        first = next((row.week for row in rows if row.trusted and _reaches(row.snapshot, week)), None)
        if first is None:
            return None
        found[account.url.url] = [replace(row, week=str(week)) if row.week == first else row for row in rows]
    return found or None


def _reaches(look: Snapshot, week: Week) -> bool:
    """Tell whether a look shows all posts of `week`."""
    whole = look.exists is True and look.cause is None and look.posts_cause is None
    return whole and look.taken_at >= week.ends and (look.posts_since is None or look.posts_since <= week.starts)
