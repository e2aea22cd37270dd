"""Add statements and corrections to a week's report. They change neither outcomes nor findings."""

from collections.abc import Callable, Iterable
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
    return changed.map_offices(_statement_adder(audit, (s for s in remarks.statements if s.on <= day), registry))


def _statement_adder(
    audit: Audit, statements: Iterable[Statement], registry: Registry
) -> Callable[[AuditedOffice], AuditedOffice]:
    """Return a function that adds its statements to an office."""
    week, in_order = Week.parse(audit.week, registry.zone), sorted(statements, key=lambda s: s.on)
    said_of = {statement.office for statement in in_order}
    offices = {office.id: office for office in registry.offices if office.id in said_of}

    def add_statements(audited: AuditedOffice) -> AuditedOffice:
        office = offices.get(audited.id)
        if office is None:
            return audited
        shown = [s for s in in_order if s.office == office.id and _is_shown(s, audited, office, week)]
        audited_statements = [AuditedStatement.model_validate(s.model_dump() | {"until": s.last_day}) for s in shown]
        return audited.model_copy(update={"statements": audited_statements})

    return add_statements


def _is_shown(statement: Statement, audited: AuditedOffice, office: Office, week: Week) -> bool:
    is_in_time = Week.parse(statement.week, week.zone) <= week and statement.last_day >= week.last_day
    return is_in_time and _is_theirs(statement, audited, office, week)


def _is_theirs(statement: Statement, audited: AuditedOffice, office: Office, week: Week) -> bool:
    """Return whether the audited holder has held the office without a break since the statement's week."""
    holder_then = holder_on(office, Week.parse(statement.week, week.zone).last_day)
    holder_now = holder_on(office, week.last_day)
    if holder_then is None or holder_now is None:
        return holder_then is holder_now and audited.holder is None
    return holder_then.chain[0] == holder_now.chain[0] and has_same_holder(audited, holder_now.tenure.name)
