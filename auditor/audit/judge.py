"""Offices times checks -> Audit."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditor import __version__
from auditor.audit.change import NOT_LOOKED, change_of, unlike_rules
from auditor.audit.copies import Walls, Wording
from auditor.audit.describe import account_of, days_of, evidence_of, holder_of, posts_of
from auditor.audit.document import (
    Audit,
    AuditedCheck,
    AuditedControl,
    AuditedDirective,
    AuditedExemption,
    AuditedFinding,
    AuditedOffice,
    AuditedReport,
    AuditedRequests,
    AuditedSearch,
    AuditedVacancy,
    Summary,
    Watch,
)
from auditor.audit.history import Earlier, PastAudit, by_week, history_of
from auditor.audit.reply_times import reply_times_of
from auditor.audit.sights import Seen, make_case
from auditor.base.snapshot import ControlResult, Outcome
from auditor.base.weeks import Week
from auditor.checks import catalogue, directive
from auditor.checks.case import Case
from auditor.checks.check import Check
from auditor.checks.finding import Finding, Place
from auditor.registry.models import Office, Registry
from auditor.registry.page_identity import with_earlier_names

SeenBy = Callable[[Sequence[Office]], Seen]
"""Returns the looks at the pages of some offices."""
PreviousBy = Callable[[Sequence[Office]], Audit | None]
"""Returns the last audited week, with some offices alone."""
EarlierBy = Callable[[Sequence[Office]], Sequence[PastAudit]]
"""Returns what the stored audits of the weeks before say of some offices."""


def make_audit(
    registry: Registry,
    week: Week,
    as_of: datetime,
    seen: Seen | SeenBy,
    *,
    looked: bool | None = None,
    controls: Sequence[ControlResult] = (),
    requests: Sequence[Mapping[str, tuple[int, int]] | None] = (),
    vantage: str = "",
    previous: Audit | PreviousBy | None = None,
    earlier: Sequence[PastAudit] | EarlierBy = (),
    synthetic: bool = False,
    offices: Sequence[Office] | None = None,
    walls: Walls | None = None,
) -> Audit:
    """Judge every office (or `offices`) in `week` at `as_of`, from what the archive has `seen` until then.

    `seen`, `previous` and `earlier` may return what is known of some offices, so that not all of it is held at once;
    `looked` then tells whether there is a look of the week.

    Pure: the same arguments give the same document, and it holds no words (`auditor.audit.words` adds them). `previous`
    is the last audited week, for the changes; `earlier` are the stored audits of the weeks before, for the histories.
    `walls` are the posts of the pages of other offices than `offices`: some texts may be theirs.
    """
    if looked is None:
        assert not callable(seen)
        looked = bool(controls) or any(row.week == str(week) for rows in seen.values() for row in rows)
    previous_by = previous if callable(previous) else lambda _: previous
    compared = previous_by(()) if looked else None
    act = AuditedDirective.model_validate(registry.directive, from_attributes=True)
    policy = dict(sorted(registry.policy.items()))
    alike = compared is None or (compared.tool_version == __version__ and not unlike_rules(act, policy, compared))
    earlier_by = earlier if callable(earlier) else lambda _: earlier
    tally, wording = _Tally(), Wording()

    def judged() -> Iterator[AuditedOffice]:
        for some, rows in _by_some(registry.offices if offices is None else offices, seen):
            before, past = _by_id(compared and previous_by(some)), by_week(earlier_by(some))
            for office in some:
                case = make_case(registry, office, week, as_of, rows)
                made = wording.add(case, _office(case, past, rows))
                tally.add(made)
                yield _compared(case, made, before.get(office.id), looked=looked, same_rule=alike)

    audited = list(judged())
    return Audit(
        schema="auditor/audit/1",
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
        checks=[_described(check, registry, tally) for check in catalogue()],
        offices=audited,
    ).each(wording.told(walls or {}))


def _by_some(offices: Sequence[Office], seen: Seen | SeenBy) -> Iterator[tuple[Sequence[Office], Seen]]:
    """Yield the offices some at a time, with the looks at their pages."""
    if not callable(seen):
        yield offices, with_earlier_names(seen)
        return
    for start in range(0, len(offices), _SOME):
        some = offices[start : start + _SOME]
        yield some, with_earlier_names(seen(some))


_SOME = 50
"""Offices whose looks are held at once."""


def _by_id(audit: Audit | None) -> dict[str, AuditedOffice]:
    return {office.id: office for office in audit.offices} if audit else {}


def _compared(
    case: Case, made: AuditedOffice, before: AuditedOffice | None, *, looked: bool, same_rule: bool
) -> AuditedOffice:
    """Add what became of an office since the last audited week."""
    people = {tenure.name for tenure in case.holder.chain} if case.holder else set()
    told = change_of(before, made, people, same_rule=same_rule) if looked else NOT_LOOKED
    return made.model_copy(
        update={
            "change": told.change.value,
            "change_reason": told.reason,
            "previous_verdict": before.verdict if before else None,
            "verdict_change": told.verdict,
            "moves": list(told.moves),
        }
    )


def _office(case: Case, past: Earlier, seen: Seen) -> AuditedOffice:
    findings = [finding for check in catalogue() for finding in check.judge(case)]
    verdict = next(f for f in findings if f.check == directive().name and f.account is None)
    office, holder = case.office, case.holder
    due = case.deadline
    unsure = due is not None and due.strict != due.lenient
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
        deadline=due.strict if due and due.newcomer else None,
        deadline_known=not unsure,
        deadline_latest=due.lenient if due and unsure else None,
        accounts=[account_of(sight, case) for sight in (*case.personal, *case.institution)],
        findings=[AuditedFinding.of(finding) for finding in findings],
        exemption=_exemption(case),
        vacancy=_vacancy(case),
        searches=[AuditedSearch(**s.model_dump()) for s in holder.searches] if holder else [],
        reports=[AuditedReport(**r.model_dump(exclude={"note"}, mode="json")) for r in holder.reports]
        if holder
        else [],
        days=days_of(case),
        posts=posts_of(case),
        history=history_of(case, verdict.outcome, findings, past, seen),
        reply_times=reply_times_of(case, seen),
        evidence=evidence_of(case, findings),
    )


_SAID = {
    "network.neutral": "neutral",
    "office.in_doubt": "in_doubt",
    "opened_by_deadline.undecided": "undecided",
    "opened_by_deadline.no_valid_search": "old_search",
}
"""Reasons that a sentence of the verdict names alone."""


def _reason(case: Case, verdict: Finding[Any]) -> str | None:
    """Name why nothing is asked, or nothing could be asked."""
    said = _SAID.get(verdict.message.id)
    if said is not None and verdict.outcome in {Outcome.INAPPLICABLE, Outcome.UNTESTED}:
        return said
    if verdict.outcome is Outcome.INAPPLICABLE:
        if case.vacancy is not None:
            return "vacancy"
        if not case.bound:
            return "not_bound"
        if case.exemption is not None:
            return "exemption"
        return "newcomer" if case.deadline and case.deadline.newcomer else "not_due"
    if verdict.outcome is Outcome.UNTESTED:
        if case.holder is None:
            return "no_holder"
        return "not_looked_at" if case.personal else "no_search"
    return None


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


def _requests(told: Sequence[Mapping[str, tuple[int, int]] | None]) -> list[AuditedRequests]:
    """Add up by route what each run made and needed. Where one of them told nothing no sum is known."""
    runs = [run for run in told if run is not None]
    routes = sorted({route for run in runs for route in run})
    if len(runs) < len(told):
        return [AuditedRequests(route=route) for route in routes]
    sums = {route: [run[route] for run in runs if route in run] for route in routes}
    return [
        AuditedRequests(route=route, made=sum(made for made, _ in pairs), least=sum(least for _, least in pairs))
        for route, pairs in sums.items()
        if any(made for made, _ in pairs)
    ]


@dataclass(slots=True)
class _Tally:
    """What is said of all offices together."""

    verdicts: Counter[str] = field(default_factory=Counter)
    """Of the bound offices."""
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By check: of the office as a whole, or of its personal accounts where it has none."""
    accounts: dict[str, tuple[bool, bool, bool]] = field(default_factory=dict)
    """By address: is it under review, renamed, taken over. Several offices can have the same page."""

    def add(self, office: AuditedOffice) -> None:
        """Count an office."""
        self.verdicts.update([office.verdict] if office.bound else ())
        for check in catalogue():
            self.outcomes.update((check.name, finding.outcome) for finding in _subjects(office, check.name))
        for one in office.accounts:
            self.accounts[one.url] = (one.under_review, one.renamed_to is not None, one.taken_over_by is not None)

    def summary(self) -> Summary:
        counts: Mapping[str, int] = {outcome.value: self.verdicts[outcome.value] for outcome in Outcome}
        return Summary(bound=self.verdicts.total(), **counts)

    def watch(self) -> Watch:
        marks = self.accounts.values()
        return Watch(
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
        source=registry.directive.source if check.place is Place.DIRECTIVE else (value.source if value else ""),
        applies=sum(count.values()) - count[Outcome.INAPPLICABLE],
        left_out=count[Outcome.CANT_TELL] + count[Outcome.UNTESTED],
    )


def _subjects(office: AuditedOffice, name: str) -> list[AuditedFinding]:
    """Return the office-level finding of a check; where it has none, those of the personal accounts."""
    mine = [finding for finding in office.findings if finding.check == name]
    whole = [finding for finding in mine if finding.account is None]
    institutions = {account.url for account in office.accounts if account.kind == "institution"}
    return whole or [finding for finding in mine if finding.account not in institutions]
