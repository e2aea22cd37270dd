"""How many real officials' addresses are among the first 10, 50, 70 and 1,000 candidates formed for them.

    python benchmarks/handles.py [HANDLES.CSV]

Without a file, the rows are read from ``../shared/facts/handles.csv``, next to the checkout. Addresses that no pattern
forms are listed.
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from auditor.base.snapshot import Network
from auditor.search.weighing import handles
from auditor.search.weighing.names import FullName

HANDLES = Path(__file__).resolve().parent.parent.parent / "shared" / "facts" / "handles.csv"
BUDGETS = (10, 50, 70, 1_000)
_NOWHERE = 10**9


@dataclass(frozen=True)
class Row:
    """A real address and its owner. `rank` counts from 1; None if the largest budget does not reach it."""

    name: str
    handle: str
    pattern: str
    rank: int | None
    milliseconds: float

    @property
    def opaque(self) -> bool:
        """Tell whether the address says nothing of the person."""
        return self.pattern == "opaque"


def measured(path: Path, most: int = BUDGETS[-1]) -> list[Row]:
    """Look for each address of the file among the first `most` candidates for its person."""
    with path.open(encoding="utf-8", newline="") as file:
        return [_row(row, most) for row in csv.DictReader(file)]


def _row(row: dict[str, str], most: int) -> Row:
    network = Network(row["network"])
    begun = time.perf_counter()
    every = list(
        islice(
            handles.form(
                FullName.parse(row["full_name"]),
                municipality=row["municipality"],
                region=row["region"],
                network=network,
            ),
            most,
        )
    )
    spent = (time.perf_counter() - begun) * 1_000
    wanted = row["handle"].lower()
    rank = every.index(wanted) + 1 if wanted in every else None
    return Row(row["full_name"], row["handle"], row["pattern"], rank, spent)


def share(rows: list[Row], budget: int) -> float:
    """Return the part of `rows` found within `budget` candidates, 0 to 1."""
    return sum((row.rank or _NOWHERE) <= budget for row in rows) / len(rows)


def table(rows: list[Row]) -> Iterator[str]:
    """Yield the lines of the table: by pattern, over all, over those that are not opaque."""
    yield f"{'pattern':34}{'n':>4}" + "".join(f"{budget:>8,}" for budget in BUDGETS)
    for pattern, _ in Counter(row.pattern for row in rows).most_common():
        yield _line(pattern, [row for row in rows if row.pattern == pattern])
    yield _line("not opaque", [row for row in rows if not row.opaque])
    yield _line("all", rows)


def _line(label: str, rows: list[Row]) -> str:
    return f"{label:34}{len(rows):>4}" + "".join(f"{share(rows, budget):>8.0%}" for budget in BUDGETS)


def main(path: Path = HANDLES) -> None:
    """Print the table, the addresses that were not formed, and the time spent."""
    if not path.is_file():
        raise SystemExit(f"{path} is not there; give the path of a handles.csv")
    rows = measured(path)
    print("\n".join(table(rows)))
    missed = [row for row in rows if row.rank is None]
    print(f"no pattern forms {len(missed)}: " + ", ".join(f"{row.handle} ({row.pattern})" for row in missed))
    late = sorted((row.rank, row.handle) for row in rows if row.rank and row.rank > BUDGETS[1])
    print(f"later than {BUDGETS[1]}: " + ", ".join(f"{handle} at {rank}" for rank, handle in late))
    times = sorted(row.milliseconds for row in rows)
    print(f"ms for {BUDGETS[-1]:,} candidates: median {times[len(times) // 2]:.1f}, longest {times[-1]:.1f}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
