"""Compare two documents value by value.

Offices, findings, accounts, posts, weeks, moves, checks and controls are matched by name, whatever their order; other
lists (sources, searches, statements) by position.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.audit.document import Audit

ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs, as JSON or `ABSENT` on each side; `office` and `check` are empty if it belongs to none."""

    office: str
    check: str
    field: str
    left: str
    right: str


def diff_audits(left: Audit, right: Audit) -> Iterator[Difference]:
    """Yield the differences between two audits of a week."""
    for path, left_value, right_value in diff_values(_keyed(left), _keyed(right)):
        office, check, rest = "", "", list(path)
        if rest[0] == "offices" and len(rest) > 1:
            _, office, *rest = rest
        if rest and rest[0] == "findings" and len(rest) > 1:
            _, check, *rest = rest
        yield Difference(office, check, ".".join(rest), left_value, right_value)


def _keyed(audit: Audit) -> dict[str, Any]:
    """Return the document with offices, findings, accounts and checks as mappings by name instead of lists."""
    data: dict[str, Any] = json.loads(audit.to_json())
    for office in data["offices"]:
        office["findings"] = _by_keys(office["findings"], "check", "account")
        for field, key in (("accounts", "url"), ("posts", "url"), ("history", "week"), ("moves", "check")):
            office[field] = _by_keys(office[field], key)
    data["offices"] = _by_keys(data["offices"], "id")
    data["checks"] = _by_keys(data["checks"], "name")
    data["controls"] = _by_keys(data["controls"], "route", "url")
    return data


def _by_keys(rows: list[dict[str, Any]], *keys: str) -> dict[str, dict[str, Any]]:
    return {" ".join(str(row[key]) for key in keys if row[key]): row for row in rows}


def diff_values(left: Any, right: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield path and both values, as JSON or `ABSENT`, of each difference between two values of JSON."""
    if left == right:
        return
    pairs = _pairs(left, right)
    if pairs is None:
        yield path, _value_text(left), _value_text(right)
        return
    for key, (left_value, right_value) in pairs.items():
        yield from diff_values(left_value, right_value, (*path, key))


def _pairs(left: Any, right: Any) -> Mapping[str, tuple[Any, Any]] | None:
    """Return the children of two values side by side; None if they have no structure in common."""
    if isinstance(left, dict) and isinstance(right, dict):
        return {key: (left.get(key, ABSENT), right.get(key, ABSENT)) for key in sorted(left | right)}
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return {str(index): pair for index, pair in enumerate(zip(left, right, strict=True))}
    return None


def _value_text(value: Any) -> str:
    return value if value is ABSENT else json.dumps(value, ensure_ascii=False)
