"""How many real officials' addresses are among the first 10, 50, 200 and 1,000 candidates formed for them.

    python benchmarks/handles.py [HANDLES.CSV] [--rules]

Without a file, the rows are read from ``../shared/facts/handles.csv``, next to the checkout. Addresses that no rule
forms are listed. ``--rules`` leaves each rule out in turn and prints those without which an address is lost, which
shows rules that were fitted to one address.
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from auditor.base.snapshot import Network
from auditor.search.weighing import handles, toponyms, transliterate
from auditor.search.weighing.names import FullName

HANDLES = Path(__file__).resolve().parent.parent.parent / "shared" / "facts" / "handles.csv"
BUDGETS = (10, 50, 200, 1_000)
_NOWHERE = 10**9


@dataclass(frozen=True)
class Row:
    """A real address and its owner. `rank` counts from 1; None if the largest budget does not reach it."""

    name: str
    handle: str
    pattern: str
    rank: int | None
    formed: str
    """How the candidate that equals it was formed."""
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
    rank = next((n for n, candidate in enumerate(every, 1) if candidate.name == wanted), None)
    formed = every[rank - 1].pattern if rank else ""
    return Row(row["full_name"], row["handle"], row["pattern"], rank, formed, spent)


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


Rule = tuple[str, dict[Any, Any], Any]
"""Its name, the table it is in, its key there."""


def rules() -> Iterator[Rule]:
    """Yield every entry of every table that candidates are made of."""
    for letter, choices in transliterate.LETTERS.items():
        if len(choices) > 1:
            yield from ((f"{letter} → {text or 'nothing'}", choices, text) for text in choices)
    yield from ((f"given name {key}", transliterate.GIVEN, key) for key in transliterate.GIVEN)
    yield from ((f"place: {key}", toponyms.SHORT, key) for key in toponyms.SHORT)
    for label in ("BASES", "MARKED", "ENDINGS", "BEGINNINGS", "OFFICIAL", "LIVE"):
        entries = getattr(handles, label)
        yield from ((f"{label.lower()}: {key}", entries, key) for key in entries)
    for label in ("INITIALS", "INITIALS_AFTER"):
        entries = getattr(handles, label)
        yield from ((f"{label.lower()}: {key}", entries, key) for key in entries)


@contextmanager
def without(*taken: Rule) -> Iterator[None]:
    """Take rules away for a while."""
    kept = [(entries, dict(entries)) for _, entries, _ in taken]
    for _, entries, key in taken:
        del entries[key]
    _forget()
    try:
        yield
    finally:
        for entries, whole in kept:
            entries.clear()
            entries.update(whole)
        _forget()


def _forget() -> None:
    transliterate.weighted.cache_clear()
    toponyms.of_name.cache_clear()


def needed(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each rule without which an address drops out of the largest budget, with those addresses."""
    before = {row.handle for row in measured(path) if row.rank}
    for rule in rules():
        with without(rule):
            after = {row.handle for row in measured(path) if row.rank}
        if before - after:
            yield rule[0], sorted(before - after)


def main(*arguments: str) -> None:
    """Print the table, the addresses that were not formed, and the time spent."""
    path = next((Path(a) for a in arguments if not a.startswith("--")), HANDLES)
    if not path.is_file():
        raise SystemExit(f"{path} is not there; give the path of a handles.csv")
    rows = measured(path)
    print("\n".join(table(rows)))
    missed = [row for row in rows if row.rank is None]
    print(f"no rule forms {len(missed)}: " + ", ".join(f"{row.handle} ({row.pattern})" for row in missed))
    late = sorted((row.rank, row.handle, row.formed) for row in rows if row.rank and row.rank > BUDGETS[1])
    print(f"later than {BUDGETS[1]}: " + ", ".join(f"{handle} ({formed}) at {rank}" for rank, handle, formed in late))
    times = sorted(row.milliseconds for row in rows)
    print(f"ms for {BUDGETS[-1]:,} candidates: median {times[len(times) // 2]:.1f}, longest {times[-1]:.1f}")
    if "--rules" in arguments:
        print("rules without which an address is lost:")
        for rule, lost in needed(path):
            print(f"  {rule:28} {len(lost)}  {', '.join(lost)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
