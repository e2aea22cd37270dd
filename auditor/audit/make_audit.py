"""Make a week's audit: every office judged by every check."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from auditor import __version__
from auditor.audit.cases import SnapshotsByUrl, make_case
from auditor.audit.change import change_of, differing_rules
from auditor.audit.describe import account_of, days_of, describe_evidence, holder_of, posts_of
from auditor.audit.document import (
    Audit,
    AuditedCheck,
    AuditedControl,
    AuditedEvidence,
    AuditedFinding,
    AuditedOffice,
    AuditedRequests,
    PendingDecisions,
    Summary,
)
from auditor.audit.history import as_judged_then, history_of
from auditor.audit.purged_figures import with_figures
from auditor.base.snapshot import ControlResult, Outcome
from auditor.base.weeks import Week
from auditor.checks import catalogue, directive
from auditor.checks.case import Case
from auditor.checks.definition import Check, sentences
from auditor.checks.finding import Finding, ReportSection
from auditor.registry.holders import common_deadline
from auditor.registry.models import Directive, Office, Registry, is_voluntary_head
from auditor.registry.renamed_pages import merge_renamed_pages
from auditor.registry.sides_digest import all_pages_digest


@dataclass(frozen=True, slots=True)
class WeekRuns:
    """What is on record of the runs for a week, beside their looks."""

    controls: Sequence[ControlResult] = ()
    requests: Sequence[Mapping[str, int] | None] = ()
    """Of each run, by route; None if it did not report them."""
    vantage: str = ""
    synthetic: bool = False
    """Whether an invented world was looked at."""


@dataclass(frozen=True, slots=True)
class StoredAudits:
    """The stored audits that a new one is made with."""

    previous: Audit | None = None
    """That of the last audited week, for the changes."""
    earlier: Iterable[Audit] = ()
    """Those of the weeks before, for the histories: read once, each let go before the next."""
    before_purge: Audit | None = None
    """The week's last one before its comments were purged."""


NO_RUNS, NOTHING_STORED = WeekRuns(), StoredAudits()


def make_audit(
    registry: Registry,
    week: Week,
    as_of: datetime,
    snapshots: SnapshotsByUrl,
    runs: WeekRuns = NO_RUNS,
    stored: StoredAudits = NOTHING_STORED,
    *,
    offices: Sequence[Office] | None = None,
) -> Audit:
    """Judge every office (or `offices`) in `week` at `as_of`, from the archive's `snapshots` until then.

    Pure: the same arguments give the same document, which holds no texts (`auditor.audit.localise` adds them). A week
    without a look is not compared with the last one.
    """
    looked = bool(runs.controls) or any(look.week == str(week) for looks in snapshots.values() for look in looks)
    previous = stored.previous if looked else None
    candidates = registry.offices if offices is None else offices
    existing = [office for office in candidates if office.exists_on(week.last_day)]
    judged = list(_judged_offices(registry, week, as_of, snapshots, replace(stored, previous=previous), existing))
    return Audit(
        schema="auditor/audit/2",
        as_of=as_of,
        week=str(week),
        week_starts=week.starts,
        week_ends=week.ends,
        timezone=registry.timezone,
        closed=week.closed_at(as_of),
        tool_version=__version__,
        synthetic=runs.synthetic,
        previous_week=previous.week if previous else None,
        looked=looked,
        title=registry.title or "",
        group_names={str(group): shared.name for group, shared in registry.groups.items() if shared.name},
        seats={str(group): n for group, n in registry.seats.items()},
        directive=registry.directive,
        policy=dict(sorted(registry.policy.items())),
        controls=[AuditedControl.model_validate(control, from_attributes=True) for control in runs.controls],
        requests=_requests(runs.requests),
        vantage=runs.vantage,
        summary=_summary(judged, registry.directive),
        watch=_pending_decisions(judged),
        checks=[_described(check, registry, judged) for check in catalogue() if _is_enabled(check, registry)],
        offices=judged,
    )


def _judged_offices(
    registry: Registry,
    week: Week,
    as_of: datetime,
    snapshots: SnapshotsByUrl,
    stored: StoredAudits,
    offices: Sequence[Office],
) -> Iterator[AuditedOffice]:
    """Yield the offices, each judged, and compared with itself in the last audited week."""
    previous, offices_then, offices_purged = stored.previous, _by_id(stored.previous), _by_id(stored.before_purge)
    same_rule = (
        previous is not None and previous.tool_version == __version__ and not differing_rules(registry, previous)
    )
    office_ids = {office.id for office in offices}
    earlier = dict(map(partial(as_judged_then, office_ids), stored.earlier))  # no name holds an audit
    all_snapshots, digest = merge_renamed_pages(snapshots), all_pages_digest(registry)

    def case_in(office: Office, week: Week) -> Case:
        return make_case(registry, office, week, as_of, all_snapshots, pages_digest=digest)

    for office in offices:
        case, purged = case_in(office, week), offices_purged.get(office.id)
        judged = (finding for check in catalogue() for finding in check.judge(case))
        findings = list(with_figures(case, judged, purged))
        audited = _office(case, findings, purged.evidence if purged is not None else {})
        history = history_of(case, audited.verdict, findings, earlier, partial(case_in, office))
        change = change_of(offices_then.get(office.id), audited, same_rule=same_rule)
        yield audited.model_copy(update={"history": history, **change})


def _by_id(audit: Audit | None) -> Mapping[str, AuditedOffice]:
    return {office.id: office for office in audit.offices} if audit is not None else {}


def _is_enabled(check: Check[Any], registry: Registry) -> bool:
    """Return whether the policy enables a check; the value ``false`` of its threshold disables it."""
    value = check.policy_value(registry.policy)
    return value is None or value.value is not False


def _office(
    case: Case, findings: Sequence[Finding[Any]], stored_evidence: Mapping[str, AuditedEvidence]
) -> AuditedOffice:
    verdict = next(f for f in findings if f.check == directive().name and f.account is None)
    office, holder, deadline = case.office, case.holder, case.deadline
    return AuditedOffice(
        id=office.id,
        municipality=office.municipality,
        title=office.title,
        group=office.group.value,
        bound=case.bound,
        holder=holder_of(case),
        verdict=verdict.outcome.value,
        verdict_cause=verdict.cause.value if verdict.cause else None,
        verdict_reason=_reason(case, verdict),
        deadline=deadline.due if deadline.due != common_deadline(case.registry) else None,
        deadline_known=deadline.start_known,
        accounts=[account_of(page, case) for page in (*case.pages, *case.institution)],
        findings=[AuditedFinding.of(finding) for finding in findings],
        exemption=case.exemption,
        vacancy=case.vacancy,
        searches=list(holder.searches) if holder else [],
        reports=holder.reports if holder else [],
        days=days_of(case),
        posts=posts_of(case),
        evidence=describe_evidence(case, findings, stored_evidence),
    )


def _reason(case: Case, verdict: Finding[Any]) -> str | None:
    """Return why the verdict is inapplicable or untested, by its sentence; None if neither applies."""
    sentence = sentences().get(verdict.message.id)
    reason = sentence.reason if sentence is not None else None
    return "newcomer" if reason == "not_due" and case.deadline.is_personal else reason


# Sums over all offices ------------------------------------------------------------------------------------------------


def _requests(counts: Sequence[Mapping[str, int] | None]) -> list[AuditedRequests]:
    """Add up by route the requests of each run. If a run did not report them, no sum is known."""
    sums = sum((Counter(count) for count in counts if count is not None), Counter[str]())
    is_complete = None not in counts
    return [AuditedRequests(route=route, made=made if is_complete else None) for route, made in sorted(sums.items())]


def _summary(offices: Sequence[AuditedOffice], directive: Directive | None) -> Summary:
    counted = (office for office in offices if office.bound or is_voluntary_head(directive, office.group))
    verdicts = Counter(office.verdict for office in counted)
    return Summary(bound=verdicts.total(), **verdicts)


def _pending_decisions(offices: Sequence[AuditedOffice]) -> PendingDecisions:
    """Count each account once: several offices can have the same page."""
    accounts = {account.url: account for office in offices for account in office.accounts}.values()
    return PendingDecisions(
        under_review=sum(account.under_review for account in accounts),
        renamed=sum(account.renamed_to is not None for account in accounts),
        taken_over=sum(account.taken_over_by is not None for account in accounts),
    )


def _described(check: Check[Any], registry: Registry, offices: Sequence[AuditedOffice]) -> AuditedCheck:
    findings = (office.finding(check.name) for office in offices)
    outcomes = Counter(finding.outcome for finding in findings if finding is not None)
    value = check.policy_value(registry.policy)
    is_directive, act = check.section is ReportSection.DIRECTIVE, registry.directive
    return AuditedCheck(
        name=check.name,
        basis=check.basis(registry.policy).value,
        source=act.source if is_directive and act is not None else value.source if value else "",
        applies=outcomes.total() - outcomes[Outcome.INAPPLICABLE],
        left_out=outcomes[Outcome.CANT_TELL] + outcomes[Outcome.UNTESTED],
    )
