"""Column names for narrow screens, where a row is a block and its head is not in sight.

They are written once, in the style sheet, and not in every cell: a hundred rows would carry them a hundred times.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.base.safe import one_line

_PLAIN = re.compile(r"[^\w .,:()«»—–-]")


@dataclass(frozen=True, slots=True)
class Labels:
    """The names of a table's columns, by the table's class, for screens no wider than so many pixels.

    An empty name stands for a column that needs none: its cells speak for themselves.
    """

    table: str
    widest: int
    names: Sequence[str]


def label_rules(tables: Sequence[Labels]) -> str:
    """Return the style rules that put each column's name over its cells; no name can end its string or the rule."""
    return "\n".join(
        f"@media screen and (max-width:{t.widest}px){{{''.join(_rules(t))}}}" for t in tables if any(t.names)
    )


def _rules(table: Labels) -> list[str]:
    return [
        f'.{table.table} td:not([colspan]):nth-child({n}):not(:empty)::before{{content:"{_string(name)}"}}'
        for n, name in enumerate(table.names, start=1)
        if name
    ]


def _string(text: str) -> str:
    return _PLAIN.sub(lambda found: f"\\{ord(found[0]):x} ", one_line(text))
