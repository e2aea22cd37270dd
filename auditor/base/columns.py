"""Like records as a table of columns, which names each field once and not in every row.

    [{"week": "W46", "by": "A"}, {"week": "W47", "by": "A", "posts": 3}]
    {"week": ["W46", "W47"], "by": "A", "posts": [null, 3]}

A column after the first that is the same in all rows is written once; null is "not in this row".
"""

from collections.abc import Mapping, Sequence
from typing import Any


def in_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the columns of records whose values are no lists and not None, in the order in which names first come."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name) for row in rows] for name in names}
    first = next(iter(columns), None)
    return {name: column if name == first else _once(column) for name, column in columns.items()}


def _once(column: list[Any]) -> Any:
    return column[0] if all(value == column[0] for value in column) else column


def in_rows(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the records. Raises `ValueError` where the columns are not of one length."""
    first: Any = next(iter(columns.values()), [])
    size = len(first) if isinstance(first, list) else -1
    listed = {name: value if isinstance(value, list) else [value] * size for name, value in columns.items()}
    if any(len(column) != size for column in listed.values()):
        raise ValueError("the columns are not of one length")
    rows = zip(*listed.values(), strict=True)
    return [{name: value for name, value in zip(listed, row, strict=True) if value is not None} for row in rows]
