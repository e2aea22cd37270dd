"""Make a week's audit: every office judged by every check."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditor import __version__
from auditor.audit.cases import SnapshotsByUrl, make_case
from auditor.audit.change import change_of, differing_rules
from auditor.audit.describe import account_of, days_of, describe_evidence, holder_of, posts_of
from auditor.audit.document import (
    Audit,
    AuditedCheck,
    AuditedControl,
    AuditedDirective,
    AuditedEvidence,
    AuditedExemption,
    AuditedFinding,
    AuditedOffice,
    AuditedReport,
    AuditedRequests,
    AuditedSearch,
    AuditedVacancy,
    PendingDecisions,
    Summary,
)
from auditor.audit.history import OfficesByWeek, history_of, offices_by_week
from auditor.audit.purged_figures import with_figures
from auditor.base.snapshot import ControlResult, Outcome
from auditor.base.weeks import Week
from auditor.checks import catalogue, directive
from auditor.checks.case import Case
from auditor.checks.definition import Check
from auditor.checks.finding import Finding, ReportSection
from auditor.registry.models import Office, Registry
from auditor.registry.renamed_pages import merge_renamed_pages
from auditor.registry.sides_digest import all_pages_digest


def make_audit(
    registry: Registry,
    week: Week,
    as_of: datetime,
    snapshots: SnapshotsByUrl,
    *,
    looked: bool | None = None,
    controls: Sequence[ControlResult] = (),
    requests: Sequence[Mapping[str, int] | None] = (),
    vantage: str = "",
    previous: Audit | None = None,
    earlier: Sequence[Audit] = (),
    before_purge: Audit | None = None,
    synthetic: bool = False,
    offices: Sequence[Office] | None = None,
) -> Audit:
    """Judge every office (or `offices`) in `week` at `as_of`, from the archive's `snapshots` until then.

    Pure: the same arguments give the same document, which holds no texts (`auditor.audit.localise` adds them).
    `previous` is the last audited week, for the changes; `earlier` are the stored audits of the weeks before, for the
    histories; `before_purge` is the week's last audit before its comments were purged.
    """
    if looked is None:
        looked = bool(controls) or any(
            run_snapshot.week == str(week) for run_snapshots in snapshots.values() for run_snapshot in run_snapshots
        )
    compared = previous if looked else None
    act = AuditedDirective.model_validate(registry.directive, from_attributes=True)
    policy = dict(sorted(registry.policy.items()))
    same_rule = compared is None or (
        compared.tool_version == __version__ and not differing_rules(act, policy, compared)
    )
    judge = _OfficeJudge(
        registry,
        week,
        as_of,
        merge_renamed_pages(snapshots),
        all_pages_digest(registry),
        offices_by_week(earlier),
        {office.id: office for office in before_purge.offices} if before_purge is not None else {},
    )
    previous_offices = {office.id: office for office in compared.offices} if compared else {}
    candidates = registry.offices if offices is None else offices
    chosen = [office for office in candidates if not _is_abolished(office, week)]
    judged = [judge.office(office, previous_offices.get(office.id), same_rule=same_rule) for office in chosen]
    tally = _Tally()
    for office in judged:
        tally.add(office)
    return Audit(
        schema="auditor/audit/2",
        as_of=as_of,
        week=str(week),
        week_starts=week.starts,
        week_ends=week.ends,
        timezone=registry.timezone,
        closed=week.closed_at(as_of),
        tool_version=__version__,
        synthetic=synthetic,
        previous_week=compared.week if compared else None,
        looked=looked,
        seats={str(group): n for group, n in registry.seats.items()},
        directive=act,
        policy=policy,
        controls=[_control(result) for result in controls],
        requests=_requests(requests),
        vantage=vantage,
        summary=tally.summary(),
        watch=tally.watch(),
        checks=[_described(check, registry, tally) for check in catalogue() if _is_enabled(check, registry)],
        offices=judged,
    )


def _is_enabled(check: Check[Any], registry: Registry) -> bool:
    """Return whether the policy enables a check; ``comments_open: false`` disables it."""
    return check.policy_key is None or registry.policy[check.policy_key].value is not False


def _is_abolished(office: Office, week: Week) -> bool:
    """Return whether an office had ceased to exist by the week's end."""
    return office.abolished is not None and office.abolished <= week.last_day


@dataclass(frozen=True, slots=True)
class _OfficeJudge:
    """Judges the offices of one audit."""

    registry: Registry
    week: Week
    as_of: datetime
    snapshots: SnapshotsByUrl
    all_pages_digest: str
    earlier: OfficesByWeek
    before_purge: Mapping[str, AuditedOffice]

    def office(self, office: Office, previous: AuditedOffice | None, *, same_rule: bool) -> AuditedOffice:
        """Judge an office, and compare it with `previous`, itself in the last audited week."""
        case = make_case(
            self.registry, office, self.week, self.as_of, self.snapshots, pages_digest=self.all_pages_digest
        )
        judged = (finding for check in catalogue() for finding in check.judge(case))
        purged = self.before_purge.get(office.id)
        findings = list(with_figures(case, judged, purged))
        audited = _office(case, findings, purged.evidence if purged is not None else {})
        history = history_of(case, audited.verdict, findings, self.earlier, self.snapshots, self.all_pages_digest)
        holder_names = {tenure.name for tenure in case.holder.chain} if case.holder else set()
        change = change_of(previous, audited, holder_names, same_rule=same_rule)
        return audited.model_copy(
            update={
                "history": history,
                "change": change.change.value,
                "previous_verdict": previous.verdict if previous else None,
                "verdict_change": change.verdict_change,
                "moves": list(change.moves),
            }
        )


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
        deadline=deadline.late_from if deadline and deadline.is_personal else None,
        deadline_known=deadline is None or deadline.start_known,
        accounts=[account_of(page, case) for page in (*case.pages, *case.institution)],
        findings=[AuditedFinding.of(finding) for finding in findings],
        exemption=_exemption(case),
        vacancy=_vacancy(case),
        searches=[AuditedSearch(**s.model_dump()) for s in holder.searches] if holder else [],
        reports=[AuditedReport(**r.model_dump(exclude={"note"}, mode="json")) for r in holder.reports]
        if holder
        else [],
        days=days_of(case),
        posts=posts_of(case),
        evidence=describe_evidence(case, findings, stored_evidence),
    )


_REASONS = {
    "office.in_doubt": "in_doubt",
    "office.no_holder": "no_holder",
    "office.vacant": "vacancy",
    "office.exempt": "exemption",
    "look.not_yet": "not_looked_at",
    "opened_by_deadline.not_bound": "not_bound",
    "opened_by_deadline.undecided": "undecided",
    "opened_by_deadline.no_valid_search": "no_search",
}


def _reason(case: Case, verdict: Finding[Any]) -> str | None:
    """Return why the verdict is inapplicable or untested, by its sentence; None if neither applies."""
    if verdict.message.id == "opened_by_deadline.not_due":
        return "newcomer" if case.deadline and case.deadline.is_personal else "not_due"
    return _REASONS.get(verdict.message.id)


def _exemption(case: Case) -> AuditedExemption | None:
    if case.exemption is None:
        return None
    return AuditedExemption(**case.exemption.model_dump(mode="json"))


def _vacancy(case: Case) -> AuditedVacancy | None:
    if case.vacancy is None:
        return None
    return AuditedVacancy(**case.vacancy.model_dump(mode="json", exclude={"note"}))


def _control(result: ControlResult) -> AuditedControl:
    return AuditedControl(
        network=result.network.value,
        url=result.url,
        expected=result.expected,
        outcome=result.outcome.value,
        route=result.route.value,
        cause=result.cause.value if result.cause else None,
    )


def _requests(counts: Sequence[Mapping[str, int] | None]) -> list[AuditedRequests]:
    """Add up by route the requests of each run. If a run did not report them, no sum is known."""
    reported = [count for count in counts if count is not None]
    sums = sum((Counter(count) for count in reported), Counter[str]())
    is_complete = len(reported) == len(counts)
    return [AuditedRequests(route=route, made=made if is_complete else None) for route, made in sorted(sums.items())]


@dataclass(slots=True)
class _Tally:
    """Counts over all offices of an audit."""

    verdicts: Counter[str] = field(default_factory=Counter)
    """Offices that the directive binds, by verdict."""
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Findings about offices as a whole, by check and outcome."""
    accounts: dict[str, tuple[bool, bool, bool]] = field(default_factory=dict)
    """By address: whether under review, renamed, taken over. Several offices can have the same page."""

    def add(self, office: AuditedOffice) -> None:
        """Count an office."""
        self.verdicts.update([office.verdict] if office.bound else ())
        for check in catalogue():
            whole = office.finding(check.name)
            self.outcomes.update([(check.name, whole.outcome)] if whole is not None else ())
        for account in office.accounts:
            self.accounts[account.url] = (
                account.under_review,
                account.renamed_to is not None,
                account.taken_over_by is not None,
            )

    def summary(self) -> Summary:
        counts: Mapping[str, int] = {outcome.value: self.verdicts[outcome.value] for outcome in Outcome}
        return Summary(bound=self.verdicts.total(), **counts)

    def watch(self) -> PendingDecisions:
        marks = self.accounts.values()
        return PendingDecisions(
            under_review=sum(mark[0] for mark in marks),
            renamed=sum(mark[1] for mark in marks),
            taken_over=sum(mark[2] for mark in marks),
        )


def _described(check: Check[Any], registry: Registry, tally: _Tally) -> AuditedCheck:
    count = {outcome: tally.outcomes[check.name, outcome.value] for outcome in Outcome}
    value = registry.policy[check.policy_key] if check.policy_key else None
    return AuditedCheck(
        name=check.name,
        basis=check.basis(registry.policy).value,
        source=registry.directive.source
        if check.section is ReportSection.DIRECTIVE
        else (value.source if value else ""),
        applies=sum(count.values()) - count[Outcome.INAPPLICABLE],
        left_out=count[Outcome.CANT_TELL] + count[Outcome.UNTESTED],
    )
