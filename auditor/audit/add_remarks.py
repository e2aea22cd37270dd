"""Add statements and corrections to a week's report. They change neither outcomes nor findings."""

from collections import defaultdict
from datetime import datetime

from auditor.audit.change import has_same_holder
from auditor.audit.document import Audit, AuditedCorrection, AuditedOffice, AuditedStatement
from auditor.base.weeks import Week
from auditor.registry.holders import holder_on
from auditor.registry.models import Office, Registry
from auditor.registry.remarks import Remarks, Statement


def with_remarks(audit: Audit, remarks: Remarks, contact: str = "", *, registry: Registry, as_of: datetime) -> Audit:
    """Return `audit` with its statements, its week's corrections, its version and the contact address.

    A statement is shown from the week that it is about to the last week in which it holds, and only while the same
    person holds the office: a successor does not inherit it. Remarks dated after `as_of` are left out, so that a report
    made again as of an earlier moment is the same.
    """
    day = as_of.astimezone(registry.zone).date()
    corrections = sorted(
        (c for c in remarks.corrections if c.week == audit.week and c.on <= day), key=lambda c: c.number
    )
    office_ids = {None, *(office.id for office in audit.offices)}
    shown = [AuditedCorrection.model_validate(c.model_dump()) for c in corrections if c.office in office_ids]
    changed = audit.model_copy(update={"corrections": shown, "version": 1 + len(corrections), "contact": contact})
    week, offices = Week.parse(audit.week, registry.zone), {office.id: office for office in registry.offices}
    statements: dict[str, list[Statement]] = defaultdict(list)
    for statement in sorted((s for s in remarks.statements if s.on <= day), key=lambda s: s.on):
        statements[statement.office].append(statement)

    def add_statements(audited: AuditedOffice) -> AuditedOffice:
        if audited.id not in offices or audited.id not in statements:
            return audited
        shown = [s for s in statements[audited.id] if _is_shown(s, audited, offices[audited.id], week)]
        audited_statements = [AuditedStatement.model_validate(s.model_dump() | {"until": s.last_day}) for s in shown]
        return audited.model_copy(update={"statements": audited_statements})

    return changed.map_offices(add_statements)


def _is_shown(statement: Statement, audited: AuditedOffice, office: Office, week: Week) -> bool:
    """Return whether a statement holds in a week, whose holder has held the office without a break since it."""
    week_then = Week.parse(statement.week, week.zone)
    if week_then > week or statement.last_day < week.last_day:
        return False
    holder_then, holder_now = holder_on(office, week_then.last_day), holder_on(office, week.last_day)
    if holder_then is None or holder_now is None:
        return holder_then is holder_now and audited.holder is None
    return holder_then.chain[0] == holder_now.chain[0] and has_same_holder(audited, holder_now.tenure.name)
