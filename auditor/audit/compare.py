"""Compare two documents value by value, regardless of the order of their lists."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.audit.document import Audit

ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs. `office` and `check` are empty where it is of none; both values are JSON."""

    office: str
    check: str
    field: str
    left: str
    right: str


def diff_audits(one: Audit, other: Audit) -> Iterator[Difference]:
    """Yield what differs between two audits of a week."""
    for path, here, there in diff_values(_keyed(one), _keyed(other)):
        office, check, rest = "", "", list(path)
        if rest[0] == "offices" and len(rest) > 1:
            _, office, *rest = rest
        if rest and rest[0] == "findings" and len(rest) > 1:
            _, check, *rest = rest
        yield Difference(office, check, ".".join(rest), here, there)


def _keyed(audit: Audit) -> dict[str, Any]:
    """Return the document with its offices, findings, accounts and checks by name in place of number."""
    data = json.loads(audit.to_json())
    offices = {}
    for office in data["offices"]:
        office["findings"] = _by(office["findings"], "check", "account")
        office["accounts"] = _by(office["accounts"], "url")
        office["posts"] = _by(office["posts"], "url")
        office["history"] = _by(office["history"], "week")
        office["moves"] = _by(office["moves"], "check")
        offices[office["id"]] = office
    data["offices"] = offices
    data["checks"] = _by(data["checks"], "name")
    data["controls"] = _by(data["controls"], "route", "url")
    return dict(data)


def _by(rows: list[dict[str, Any]], *keys: str) -> dict[str, dict[str, Any]]:
    return {" ".join(str(row[key]) for key in keys if row[key]): row for row in rows}


def diff_values(one: Any, other: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield the path and both values, as JSON, of whatever differs between two values of JSON."""
    if one == other:
        return
    pairs = _pairs(one, other)
    if pairs is None:
        yield path, _shown(one), _shown(other)
        return
    for key, (here, there) in pairs.items():
        yield from diff_values(here, there, (*path, key))


def _pairs(one: Any, other: Any) -> Mapping[str, tuple[Any, Any]] | None:
    """Return the parts of two values side by side; None where they have none in common."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: (one.get(key, ABSENT), other.get(key, ABSENT)) for key in sorted(one | other)}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return {str(number): pair for number, pair in enumerate(zip(one, other, strict=True))}
    return None


def _shown(value: Any) -> str:
    return value if value is ABSENT else json.dumps(value, ensure_ascii=False)
