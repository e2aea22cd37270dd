"""What must be found in an invented world, told apart from how it is found, and held against what is found."""

from datetime import datetime

from auditor.audit.document import Audit
from auditor.base.text import format_time
from auditor.sandbox import World
from tests.bytesearch import unpacked
from tests.truth.offices import truths
from tests.truth.record import Expected
from tests.truth.rules import expect
from tests.truth.told import ToldWorld

__all__ = ["Expected", "differences", "readable", "truth_of"]


def truth_of(world: World) -> list[Expected]:
    """Return every finding that must come out on Tuesday noon after the week, for every office and check."""
    kept = {office.id for office in world.offices}
    some = world.truths if isinstance(world, ToldWorld) else truths(world.seed, world.ends)
    return [row for truth in some if truth.office in kept for row in expect(truth, world.now, world.ends)]


def differences(audit: Audit, truth: list[Expected]) -> list[str]:
    """Every row of the truth that the audit does not say, and every finding that the truth does not know."""
    said = {(o.id, f.check, f.account): f for o in audit.offices for f in o.findings}
    wrong = [f"not expected: {key}" for key in said.keys() - {(e.office, e.check, e.account) for e in truth}]
    for row in truth:
        found = said.get((row.office, row.check, row.account))
        where = f"{row.office} {row.check} {row.account}"
        if found is None:
            wrong.append(f"missing: {where}")
            continue
        values = {name: format_time(at) if isinstance(at, datetime) else at for name, at in row.values.items()}
        expected = {"outcome": row.outcome, "cause": row.cause, **values}
        told = {**found.values, "outcome": found.outcome, "cause": found.cause}
        wrong += [
            f"{where}: {k} = {told.get(k)!r}, the truth is {v!r}" for k, v in expected.items() if told.get(k) != v
        ]
    return wrong


def readable(value: object) -> str:
    """A value of the database as text, unpacked where it is packed."""
    if not isinstance(value, bytes):
        return str(value)
    return "\n".join(part.decode("utf-8", "replace") for part in unpacked(value))
