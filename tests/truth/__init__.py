"""The findings that an invented world must have, derived from its stories alone, and compared with an audit."""

from datetime import datetime

from auditor.audit.document import Audit
from auditor.base.text import format_time
from auditor.sandbox import World
from tests.bytesearch import unpacked
from tests.truth.offices import truths
from tests.truth.record import Expected
from tests.truth.rules import expect
from tests.truth.told_world import ToldWorld

__all__ = ["Expected", "differences", "readable", "truth_of"]


def truth_of(world: World) -> list[Expected]:
    """Return every finding that must come out on Tuesday noon after the week, for every office and check."""
    office_ids = {office.id for office in world.offices}
    office_truths = world.truths if isinstance(world, ToldWorld) else truths(world.seed, world.ends)
    return [
        row for truth in office_truths if truth.office in office_ids for row in expect(truth, world.now, world.ends)
    ]


def differences(audit: Audit, truth: list[Expected]) -> list[str]:
    """Return the expected findings that an audit lacks or contradicts, and its findings that are not expected."""
    findings = {(o.id, f.check, f.account): f for o in audit.offices for f in o.findings}
    mistakes = [f"not expected: {key}" for key in findings.keys() - {(e.office, e.check, e.account) for e in truth}]
    for row in truth:
        finding = findings.get((row.office, row.check, row.account))
        where = f"{row.office} {row.check} {row.account}"
        if finding is None:
            mistakes.append(f"missing: {where}")
            continue
        values = {
            name: format_time(value) if isinstance(value, datetime) else value for name, value in row.values.items()
        }
        expected = {"outcome": row.outcome, "cause": row.cause, **values}
        audited_values = {**finding.values, "outcome": finding.outcome, "cause": finding.cause}
        mistakes += [
            f"{where}: {k} = {audited_values.get(k)!r}, the truth is {v!r}"
            for k, v in expected.items()
            if audited_values.get(k) != v
        ]
    return mistakes


def readable(value: object) -> str:
    """Return a database value as text, unpacked if it is packed."""
    if not isinstance(value, bytes):
        return str(value)
    return "\n".join(chunk.decode("utf-8", "replace") for chunk in unpacked(value))
