"""Add statements and corrections to a week's report. They change neither outcomes nor findings."""

from collections.abc import Callable, Iterable
from datetime import datetime

from auditor.audit.document import Audit, AuditedCorrection, AuditedOffice, AuditedStatement
from auditor.base.weeks import Week
from auditor.registry.holders import holder_on, person_key
from auditor.registry.models import Office, Registry
from auditor.registry.remarks import Correction, Remarks, Statement


def with_remarks(audit: Audit, remarks: Remarks, contact: str = "", *, registry: Registry, as_of: datetime) -> Audit:
    """Return `audit` with its statements, its week's corrections, its version and the contact address.

    A statement is shown from the week that it is about to the last week in which it holds, and only while the same
    person holds the office: a successor does not inherit it. Remarks dated after `as_of` are left out, so that a report
    made again as of an earlier moment is the same.
    """
    day = as_of.astimezone(registry.zone).date()
    statements = [statement for statement in remarks.statements if statement.on <= day]
    week_corrections = [c for c in remarks.corrections if c.week == audit.week and c.on <= day]
    corrections = _corrections(audit, week_corrections)
    changed = audit.model_copy(
        update={"corrections": corrections, "version": 1 + len(week_corrections), "contact": contact}
    )
    return changed.map_offices(_statement_adder(audit, statements, registry))


def _corrections(audit: Audit, week_corrections: Iterable[Correction]) -> list[AuditedCorrection]:
    """Return the corrections of the whole report and of the offices in the document, by number."""
    all_corrections = list(week_corrections)
    ids = {office.id for office in audit.offices} | {None} if all_corrections else set()
    shown = sorted((c for c in all_corrections if c.office in ids), key=lambda c: c.number)
    return [AuditedCorrection.model_validate(correction.model_dump()) for correction in shown]


def _statement_adder(
    audit: Audit, statements: Iterable[Statement], registry: Registry
) -> Callable[[AuditedOffice], AuditedOffice]:
    """Return a function that adds its statements to an office."""
    week, by_office = Week.parse(audit.week, registry.zone), dict[str, list[Statement]]()
    for statement in sorted(statements, key=lambda s: s.on):
        by_office.setdefault(statement.office, []).append(statement)
    offices = {office.id: office for office in registry.offices if office.id in by_office} if by_office else {}

    def add_statements(office: AuditedOffice) -> AuditedOffice:
        if office.id not in offices:
            return office
        shown = _shown(office, offices[office.id], by_office[office.id], week)
        return office.model_copy(update={"statements": shown})

    return add_statements


def _shown(
    audited: AuditedOffice, office: Office, statements: Iterable[Statement], week: Week
) -> list[AuditedStatement]:
    return [
        AuditedStatement(week=s.week, text=s.text, who=s.who, on=s.on, until=s.last_day, source=s.source)
        for s in statements
        if Week.parse(s.week, week.zone) <= week
        and s.last_day >= week.last_day
        and _is_theirs(s, audited, office, week)
    ]


def _is_theirs(statement: Statement, audited: AuditedOffice, office: Office, week: Week) -> bool:
    """Return whether the audited holder has held the office without a break since the statement's week."""
    holder_then, holder_now = (
        holder_on(office, Week.parse(statement.week, week.zone).last_day),
        holder_on(office, week.last_day),
    )
    if holder_then is None or holder_now is None:
        return holder_then is holder_now and audited.holder is None
    name = audited.holder.name if audited.holder is not None else ""
    return holder_then.chain[0] == holder_now.chain[0] and person_key(name) == person_key(holder_now.tenure.name)
