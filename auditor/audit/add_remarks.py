"""Add statements and corrections to a week's report. They change no outcome and no finding."""

from collections.abc import Callable, Iterable
from datetime import datetime

from auditor.audit.document import Audit, AuditedCorrection, AuditedOffice, AuditedStatement
from auditor.base.weeks import Week
from auditor.registry.holders import holder_on, person_key
from auditor.registry.models import Office, Registry
from auditor.registry.remarks import Correction, Remarks, Statement


def with_remarks(audit: Audit, remarks: Remarks, contact: str = "", *, registry: Registry, as_of: datetime) -> Audit:
    """Return `audit` with the statements that hold, its week's corrections, its version and where to write.

    A statement is shown from the week that it is about to the last week in which it holds, and only while the same
    person holds the office: a successor does not inherit it. What was said after `as_of` is left out, so that a report
    made again as of an earlier moment is the same.
    """
    day = as_of.astimezone(registry.zone).date()
    said = [statement for statement in remarks.statements if statement.on <= day]
    known = [c for c in remarks.corrections if c.week == audit.week and c.on <= day]
    corrections = _corrections(audit, known)
    told = audit.model_copy(update={"corrections": corrections, "version": 1 + len(known), "contact": contact})
    return told.map_offices(_speaker(audit, said, registry))


def _corrections(audit: Audit, known: Iterable[Correction]) -> list[AuditedCorrection]:
    """Return those of the whole report and of the offices that the document holds, which may be one, by number."""
    said = list(known)
    held = {office.id for office in audit.offices} | {None} if said else set()
    found = sorted((c for c in said if c.office in held), key=lambda c: c.number)
    return [AuditedCorrection.model_validate(correction.model_dump()) for correction in found]


def _speaker(audit: Audit, said: Iterable[Statement], registry: Registry) -> Callable[[AuditedOffice], AuditedOffice]:
    """Return what adds its statements to an office."""
    week, by_office = Week.parse(audit.week, registry.zone), dict[str, list[Statement]]()
    for statement in sorted(said, key=lambda s: s.on):
        by_office.setdefault(statement.office, []).append(statement)
    book = {office.id: office for office in registry.offices if office.id in by_office} if by_office else {}

    def spoken(office: AuditedOffice) -> AuditedOffice:
        if office.id not in book:
            return office
        found = _shown(office, book[office.id], by_office[office.id], week)
        return office.model_copy(update={"statements": found})

    return spoken


def _shown(audited: AuditedOffice, office: Office, said: Iterable[Statement], week: Week) -> list[AuditedStatement]:
    return [
        AuditedStatement(week=s.week, text=s.text, who=s.who, on=s.on, until=s.last_day, source=s.source)
        for s in said
        if Week.parse(s.week, week.zone) <= week
        and s.last_day >= week.last_day
        and _is_theirs(s, audited, office, week)
    ]


def _is_theirs(statement: Statement, audited: AuditedOffice, office: Office, week: Week) -> bool:
    """Tell whether whom the document names has held the office, without a break, since the week that was spoken of."""
    then, now = holder_on(office, Week.parse(statement.week, week.zone).last_day), holder_on(office, week.last_day)
    if then is None or now is None:
        return then is now and audited.holder is None
    named = audited.holder.name if audited.holder is not None else ""
    return then.chain[0] == now.chain[0] and person_key(named) == person_key(now.tenure.name)
