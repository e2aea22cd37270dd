"""What an audit says, held against what the sandbox's world knows."""

from datetime import datetime
from typing import Any

from auditor.audit.document import Audit
from auditor.base.text import write_time
from tests.bytesearch import unpacked
from tests.truth.record import Expected


def plain(value: Any) -> Any:
    """A value as the document has it."""
    return write_time(value) if isinstance(value, datetime) else value


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
        if (found.outcome, found.cause) != (row.outcome, row.cause):
            wrong.append(f"{where}: {found.outcome}/{found.cause}, the truth is {row.outcome}/{row.cause}")
        for name, value in row.values.items():
            if found.values.get(name) != plain(value):
                wrong.append(f"{where}: {name} = {found.values.get(name)!r}, the truth is {plain(value)!r}")
    return wrong


def readable(value: object) -> str:
    """A value of the database as text, unpacked where it is packed."""
    if not isinstance(value, bytes):
        return str(value)
    return "\n".join(part.decode("utf-8", "replace") for part in unpacked(value))
